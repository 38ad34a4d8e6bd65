"""Numba kernels on one gate, a row of any basis, and on its function: is it sought, is it new?

`mesacircuits.enumeration.rows` explains rows.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf

__all__ = [
    "SIEVE_MASK",
    "applied",
    "is_new",
    "is_target",
    "kind_of",
    "next_third",
    "result_of",
    "taken",
    "wires_of",
]

SIEVE_MASK = np.uint64((1 << 15) - 1)
_ABSENT = -2


@leaf
def kind_of(third: int, second: int, first: int) -> int:
    """Return the place of an operand pattern in the table of forms.

    That is 4 times how the second operand relates to the first, plus how the third does to the
    second: 0 absent, 1 constant, 2 lower, 3 the same.
    """
    kind = second + 2
    if second >= 0:
        kind = 3 if second == first else 2
    if third < 0:
        return 4 * kind + third + 2
    return 4 * kind + (3 if third == second else 2)


@leaf
def next_third(third: int, second: int, spans: NDArray[np.int64], kind: int) -> int:
    """Return the next third operand for which there are forms, -2 if there is none.

    Arguments:
        kind: the operand pattern without a third operand.
    """
    if third < -1 and spans[kind + 1, 1] > 0:
        return -1
    if third + 1 < second and spans[kind + 2, 1] > 0:
        return max(third + 1, 0)
    if third < second and second >= 0 and spans[kind + 3, 1] > 0:
        return second
    return _ABSENT


@leaf
def wires_of(
    third: int, second: int, first: int, tables: NDArray[np.uint64]
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Return what the distinct wires of a gate compute, from the highest; 0 where it has fewer."""
    z = tables[first]
    y = np.uint64(0)
    x = np.uint64(0)
    if 0 <= second < first:
        y = tables[second]
        if 0 <= third < second:
            x = tables[third]
    elif 0 <= third < second:
        y = tables[third]
    return z, y, x


@leaf
def applied(
    z: np.uint64, y: np.uint64, x: np.uint64, normal_forms: NDArray[np.uint64], form: int
) -> np.uint64:
    """Return what a form computes from its wires; bits beyond the table are not cleared."""
    value = (
        normal_forms[form, 0]
        ^ (z & normal_forms[form, 1])
        ^ (y & normal_forms[form, 2])
        ^ (z & y & normal_forms[form, 3])
    )
    if x != np.uint64(0):
        value ^= (
            (x & normal_forms[form, 4])
            ^ (x & z & normal_forms[form, 5])
            ^ (x & y & normal_forms[form, 6])
            ^ (x & y & z & normal_forms[form, 7])
        )
    return value


@leaf
def result_of(
    third: int,
    second: int,
    first: int,
    tables: NDArray[np.uint64],
    normal_forms: NDArray[np.uint64],
    form: int,
    mask: np.uint64,
) -> np.uint64:
    """Return what a gate computes, by the algebraic normal form over its distinct wires."""
    z, y, x = wires_of(third, second, first, tables)
    return applied(z, y, x, normal_forms, form) & mask


@leaf
def taken(third: int, second: int, first: int, reads: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return which of the distinct operands nothing has read: first, second, third, 0 or 1 each."""
    a = 1 if reads[first] == 0 else 0
    b = 1 if 0 <= second < first and reads[second] == 0 else 0
    c = 1 if 0 <= third < second and reads[third] == 0 else 0
    return a, b, c


@leaf
def is_target(
    table: np.uint64,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> bool:
    """Return whether `table` is in a set laid out as `TargetSet` says."""
    slot = (table * multiplier) >> shift
    if sieve[slot & SIEVE_MASK] == 0:
        return False
    last = np.uint64(len(keys) - 1)
    slot &= last
    while keys[slot] != np.uint64(0):
        if keys[slot] == table:
            return True
        slot = (slot + np.uint64(1)) & last
    return False


@leaf
def is_new(table: np.uint64, tables: NDArray[np.uint64], wires: int) -> bool:
    """Return whether `table` is neither 0 nor that of one of the first `wires` wires."""
    if table == np.uint64(0):
        return False
    for i in range(wires):  # noqa: SIM110 (numba compiles no generators)
        if tables[i] == table:
            return False
    return True
