"""Numba kernel for the last two gates of a chain at once, where few functions are wanted.

The last gate reads the one before it. As a function of that gate's table g it computes
A XOR (g AND B), where A and B depend on its form and its other operands alone. So for each of
these, and each wanted function f, either f XOR A is 1 somewhere outside B, and no g will do; or g
must be f XOR A on B. Only where some g may do are the gates that compute such g looked for.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mesacircuits.enumeration.form_gate_kernels import kind_of, next_third, result_of
from mesacircuits.enumeration.wanted_kernels import is_new

__all__ = ["end_in_two"]

_ABSENT = -2


@njit(cache=True, nogil=True)
def _others(third: int, second: int, first: int) -> np.int64:
    # The distinct wires that a gate reads, as bits.
    bits = np.int64(1) << first
    if second >= 0:
        bits |= np.int64(1) << second
    if third >= 0:
        bits |= np.int64(1) << third
    return bits


@njit(cache=True, nogil=True)
def _count(bits: np.int64) -> int:
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@njit(cache=True, nogil=True)
def end_in_two(
    tables: NDArray[np.uint64],
    wires: int,
    unread: np.int64,
    key: tuple[int, int, int, int],
    mask: np.uint64,
    normal_forms: NDArray[np.uint64],
    spans: NDArray[np.int64],
    fan_in: int,
    few: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.uint64], int]:
    """Return the ways to end a chain by two gates, the last computing a function of `few`.

    Arguments:
        tables: what the wires compute, with room for two more; the first `wires` count.
        unread: the wires, as bits, that nothing reads and something must.
        key: the least key (first, second, third, form) of the first of the two gates.
        mask, normal_forms, spans, fan_in: as for `extend_forms`.
        few: the wanted functions.

    Returns:
        rows (third, second, first, form) of both gates, shape (m, 2, 4); the functions, shape (m,);
        and how many gates were looked at.
    """
    rows = np.empty((256, 4), dtype=np.int64)
    results = np.empty(256, dtype=np.uint64)
    left = np.empty(256, dtype=np.int64)
    gates, tried = 0, 0
    first, second, third, form = key
    while first < wires:
        kind = kind_of(third, second, first)
        if form < spans[kind, 0]:
            form = spans[kind, 0]
        rest = unread & ~_others(third, second, first)
        # The last gate takes up one wire less than it reads, for it reads this one, too.
        if form >= spans[kind, 1] or _count(rest) > fan_in - 1:
            form = 0
            third = next_third(third, second, spans, kind - kind % 4)
            if third == _ABSENT:
                second += 1
                if second > first:
                    first, second = first + 1, _ABSENT
            continue
        tried += 1
        table = result_of(third, second, first, tables, normal_forms[form], mask)
        if table != mask and is_new(table, tables, wires):
            if gates == len(results):
                rows = np.concatenate((rows, np.empty_like(rows)))
                results = np.concatenate((results, np.empty_like(results)))
                left = np.concatenate((left, np.empty_like(left)))
            rows[gates, 0], rows[gates, 1], rows[gates, 2], rows[gates, 3] = (
                third,
                second,
                first,
                form,
            )
            results[gates], left[gates] = table, rest
            gates += 1
        form += 1

    found = np.empty((16, 2, 4), dtype=np.int64)
    functions = np.empty(16, dtype=np.uint64)
    count = 0
    second, third = _ABSENT, _ABSENT
    while second <= wires:
        kind = kind_of(third, second, wires)
        for form in range(spans[kind, 0], spans[kind, 1]):
            tables[wires] = np.uint64(0)
            low = result_of(third, second, wires, tables, normal_forms[form], mask)
            tables[wires] = mask
            moves = low ^ result_of(third, second, wires, tables, normal_forms[form], mask)
            for f in few:
                tried += 1
                asked = f ^ low
                if asked & ~moves or not is_new(f, tables, wires):
                    continue
                read = _others(third, second, wires)
                for g in range(gates):
                    if (results[g] & moves) != asked or left[g] & ~read or results[g] == f:
                        continue
                    if count == len(functions):
                        found = np.concatenate((found, np.empty_like(found)))
                        functions = np.concatenate((functions, np.empty_like(functions)))
                    found[count, 0] = rows[g]
                    found[count, 1, 0], found[count, 1, 1] = third, second
                    found[count, 1, 2], found[count, 1, 3] = wires, form
                    functions[count] = f
                    count += 1
        third = next_third(third, second, spans, kind - kind % 4)
        if third == _ABSENT:
            second += 1
    return found[:count], functions[:count], tried
