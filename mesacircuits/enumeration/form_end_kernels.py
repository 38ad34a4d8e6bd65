"""Numba kernel for the last two gates of a chain at once, where few functions are wanted.

The last gate reads the one before it. As a function of that gate's table g it computes
A XOR (g AND B), where A and B depend on its form and its other operands alone. So for each of
these, and each wanted function f, either f XOR A is 1 somewhere outside B, and no g will do; or g
must be f XOR A on B. Only where some g may do are the gates that compute such g looked for.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.form_gate_kernels import (
    applied,
    kind_of,
    next_third,
    result_of,
    wires_of,
)
from mesacircuits.enumeration.found_kernels import Found, record_chain
from mesacircuits.enumeration.wanted_kernels import is_new

__all__ = ["Ends", "end_in_two", "new_ends"]

_ABSENT = -2


@leaf
def _others(third: int, second: int, first: int) -> np.int64:
    # The distinct wires that a gate reads, as bits.
    bits = np.int64(1) << first
    if second >= 0:
        bits |= np.int64(1) << second
    if third >= 0:
        bits |= np.int64(1) << third
    return bits


@leaf
def _count(bits: np.int64) -> int:
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


class Ends(NamedTuple):
    """Room for the gates that may come last but one.

    Attributes:
        rows: (third, second, first, form), shape (m, 4).
        results: what they compute, shape (m,).
        left: the wires, as bits, that are unread then, without the gate itself, shape (m,).
    """

    rows: NDArray[np.int64]
    results: NDArray[np.uint64]
    left: NDArray[np.int64]


@kernel
def new_ends(room: int) -> Ends:
    """Return room for so many gates; `end_in_two` needs as many as there are over its wires."""
    return Ends(
        np.empty((room, 4), dtype=np.int64),
        np.empty(room, dtype=np.uint64),
        np.empty(room, dtype=np.int64),
    )


@leaf
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
    ends: Ends,
    gates: NDArray[np.int64],
    inputs: int,
    found: Found,
    count: int,
) -> tuple[int, int]:
    """Write the ways to end a chain by two gates, the last computing a function of `few`.

    Arguments:
        tables: what the wires compute, with room for two more; the first `wires` count.
        unread: the wires, as bits, that nothing reads and something must.
        key: the least key (first, second, third, form) of the first of the two gates.
        mask, normal_forms, spans, fan_in: as for `extend_forms`.
        few: the wanted functions.
        ends: room to work in.
        gates, inputs: the chain, with room for two more.
        found, count: where to, and how many circuits are there.

    Returns:
        how many circuits are there then, -1 if there is not enough room; and how many gates were
        looked at.
    """
    rows, results, left = ends
    total, tried = 0, 0
    first, second, third, form = key
    while first < wires:
        kind = kind_of(third, second, first)
        form = max(form, spans[kind, 0])
        rest = unread & ~_others(third, second, first)
        # The last gate takes up one wire less than it reads, for it reads this one, too.
        if form < spans[kind, 1] and _count(rest) <= fan_in - 1:
            z, y, x = wires_of(third, second, first, tables)
            while form < spans[kind, 1]:
                tried += 1
                table = applied(z, y, x, normal_forms, form) & mask
                if table != mask and is_new(table, tables, wires):
                    rows[total, 0], rows[total, 1] = third, second
                    rows[total, 2], rows[total, 3] = first, form
                    results[total], left[total] = table, rest
                    total += 1
                form += 1
        form = 0
        third = next_third(third, second, spans, kind - kind % 4)
        if third == _ABSENT:
            second += 1
            if second > first:
                first, second = first + 1, _ABSENT

    second, third = _ABSENT, _ABSENT
    while second <= wires:
        kind = kind_of(third, second, wires)
        read = _others(third, second, wires)
        for form in range(spans[kind, 0], spans[kind, 1]):
            tables[wires] = np.uint64(0)
            low = result_of(third, second, wires, tables, normal_forms, form, mask)
            tables[wires] = mask
            moves = low ^ result_of(third, second, wires, tables, normal_forms, form, mask)
            tried += len(few)
            for f in few:
                asked = f ^ low
                if asked & ~moves or not is_new(f, tables, wires):
                    continue
                for g in range(total):
                    if (results[g] & moves) != asked or left[g] & ~read or results[g] == f:
                        continue
                    if count == len(found.functions):
                        return -1, tried
                    for part in range(4):
                        gates[wires, part] = rows[g, part]
                    gates[wires + 1, 0], gates[wires + 1, 1] = third, second
                    gates[wires + 1, 2], gates[wires + 1, 3] = wires, form
                    record_chain(found, count, gates, inputs, wires + 2, f)
                    count += 1
        third = next_third(third, second, spans, kind - kind % 4)
        if third == _ABSENT:
            second += 1
    return count, tried
