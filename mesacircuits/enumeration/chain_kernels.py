"""Numba kernel for two-input gates with free inverters: every reduced circuit once, in key order.

A chain over n inputs is extended only by gates of larger key (operands descending, operator), so
each reduced circuit is met exactly once. It is cut, with proof, where

- a gate would compute 0, an input, or the function of an earlier gate (not reduced);
- too many wires are unread: the circuit has one output, so in the end only the last gate is unread.
  A gate of two operands lowers the number of unread wires by at most one, so with R gates still
  to come at most R + 1 wires may be unread. Inputs count as wires here: the caller asks only for
  functions that depend on all n inputs;
- a wire would be too deep: an unread wire must reach the last gate within the depth bound d, and
  the paths from distinct unread wires form a binary tree, so by Kraft's inequality the sum of
  2^depth over unread wires is at most 2^d.

`chain_twin`, among the tests, is the plain twin of this kernel.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, twice_as_long, twice_as_many_blocks
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.row_kernels import SIEVE_MASK, is_new, is_target

__all__ = ["extend_chains", "partners_of"]

# So many wires may the last gate but one have to choose from, at most.
_MAX_WIRES = 32
_ABSENT = -2
# Places in the state of a search.
_COUNT, _TRIED = 4, 5


@leaf
def _record(
    found: NDArray[np.int8],
    functions: NDArray[np.uint64],
    count: int,
    gates: NDArray[np.int64],
    inputs: int,
    table: np.uint64,
) -> int:
    for g in range(found.shape[1]):
        found[count, g, 0] = _ABSENT
        for part in range(3):
            found[count, g, 1 + part] = gates[inputs + g, part]
    functions[count] = table
    return count + 1


@kernel
def partners_of(
    wire: np.uint64,
    inputs: int,
    operators: NDArray[np.uint64],
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> NDArray[np.uint64]:
    """Return, for n <= 4, the bitset of tables that one operator with `wire` makes wanted."""
    count = 1 << (1 << inputs)
    bits = np.zeros((count + 63) // 64, dtype=np.uint64)
    for other in range(0, count, 2):
        y = np.uint64(other)
        for op in range(len(operators)):
            if is_target(apply_operator(wire, y, operators, op), multiplier, shift, sieve, keys):
                bits[other >> 6] |= np.uint64(1) << (y & np.uint64(63))
                break
    return bits


@leaf
def _search(
    inputs: int,
    operators: NDArray[np.uint64],
    start: int,
    end: int,
    depth_bound: int,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    partners: NDArray[np.uint64],
    most_tried: int,
    stop: NDArray[np.uint8],
    tables: NDArray[np.uint64],
    depths: NDArray[np.int64],
    reads: NDArray[np.int64],
    gates: NDArray[np.int64],
    found: NDArray[np.int8],
    functions: NDArray[np.uint64],
    margin: int,
    state: NDArray[np.int64],
) -> bool:
    # Fills `found` from `state` (w, placed, unread, kraft, count, tried) on. Returns whether it
    # ended because fewer than `margin` rows were left, to be called again with more.
    # Depth-first over wires start .. end - 1; `placed` says that wire w holds a gate whose effect
    # on `reads`, `unread` and `kraft` is to be undone before its next candidate.
    w, placed, unread, kraft, count, tried = (
        state[0],
        state[1],
        state[2],
        state[3],
        state[4],
        state[5],
    )
    room = len(functions) - margin
    limit = 1 << depth_bound
    kinds = len(operators)
    while w >= start:
        if placed:
            lo, hi = gates[w, 0], gates[w, 1]
            unread -= 1
            kraft -= 1 << depths[w]
            reads[lo] -= 1
            reads[hi] -= 1
            if reads[lo] == 0:
                unread += 1
                kraft += 1 << depths[lo]
            if reads[hi] == 0:
                unread += 1
                kraft += 1 << depths[hi]
            placed = 0
        left = end - w
        lo, hi, op = gates[w, 0], gates[w, 1], gates[w, 2] + 1
        # The last gate reads the gate before it, which nothing else can have read.
        if left == 1:
            hi = max(hi, w - 1)
            if hi == w - 1 and gates[w, 1] < hi:
                lo, op = 0, 0
        needed = unread + 1 - left
        advanced = False
        while hi < w:
            if op >= kinds:
                op = 0
                lo += 1
            if lo >= hi:
                lo, op = 0, 0
                hi += 1
                continue
            consumed = (1 if reads[lo] == 0 else 0) + (1 if reads[hi] == 0 else 0)
            deepest = max(depths[lo], depths[hi])
            if consumed < needed or deepest + min(left, 2) > depth_bound:
                op = kinds
                continue
            weight = kraft + (1 << (deepest + 1))
            if reads[lo] == 0:
                weight -= 1 << depths[lo]
            if reads[hi] == 0:
                weight -= 1 << depths[hi]
            if weight > limit:
                op = kinds
                continue
            if count > room:
                gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op - 1
                state[0], state[1], state[2], state[3] = w, 0, unread, kraft
                state[4], state[5] = count, tried
                return True
            x, y = tables[lo], tables[hi]
            if left == 1:
                while op < kinds:
                    tried += 1
                    table = apply_operator(x, y, operators, op)
                    if is_target(table, multiplier, shift, sieve, keys) and is_new(
                        table, tables, w
                    ):
                        gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op
                        count = _record(found, functions, count, gates, inputs, table)
                    op += 1
                continue
            if left == 2:
                # Both last gates at once: gate w here, then the last, which reads w and either
                # the one other unread wire or, if there is none, any wire.
                only = -1
                if unread - consumed == 1:
                    for i in range(w):
                        if reads[i] == 0 and i != lo and i != hi:
                            only = i
                            break
                while op < kinds:
                    tried += 1
                    table = apply_operator(x, y, operators, op)
                    low, beyond = 0, w
                    if only >= 0:
                        low, beyond = only, only + 1
                    if low < start and len(partners) > 0:
                        slot = table >> np.uint64(6)
                        if not (partners[slot] >> (table & np.uint64(63))) & np.uint64(1):
                            low = start
                    for i in range(low, beyond):
                        if depths[i] >= depth_bound:
                            continue
                        # Branch-free over the operators; a hit of the sieve is rare.
                        hit = np.uint8(0)
                        for last in range(kinds):
                            result = apply_operator(tables[i], table, operators, last)
                            hit |= sieve[((result * multiplier) >> shift) & SIEVE_MASK]
                        tried += kinds
                        if not hit:
                            continue
                        for last in range(kinds):
                            result = apply_operator(tables[i], table, operators, last)
                            if (
                                result != table
                                and is_target(result, multiplier, shift, sieve, keys)
                                and is_new(table, tables, w)
                                and is_new(result, tables, w)
                            ):
                                gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op
                                gates[w + 1, 0], gates[w + 1, 1] = i, w
                                gates[w + 1, 2] = last
                                count = _record(found, functions, count, gates, inputs, result)
                    op += 1
                continue
            while op < kinds:
                tried += 1
                table = apply_operator(x, y, operators, op)
                if is_new(table, tables, w):
                    advanced = True
                    break
                op += 1
            if advanced:
                break
        if not advanced:
            w -= 1
            placed = 1
            continue
        if stop[0] or tried > most_tried:
            break
        gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op
        tables[w] = table
        depths[w] = deepest + 1
        if reads[lo] == 0:
            unread -= 1
        if reads[hi] == 0:
            unread -= 1
        reads[lo] += 1
        reads[hi] += 1
        unread += 1
        kraft = weight
        w += 1
        gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op
    state[4], state[5] = count, tried
    return False


@kernel
def extend_chains(
    inputs: int,
    input_tables: NDArray[np.uint64],
    operators: NDArray[np.uint64],
    first: NDArray[np.int8],
    size: int,
    depth_bound: int,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    partners: NDArray[np.uint64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int8], NDArray[np.uint64], int]:
    """List the chains of `size` gates that begin with `first` and end in a wanted function.

    Arguments:
        inputs: n; all of them must be read.
        input_tables: the tables of the inputs, shape (n,).
        operators: shape (k, 3): for each operator all-ones where its table has bit 1, 2, 3, else 0
            (operand 0 alone, operand 1 alone, both).
        first: shape (s, 4): the rows of the gates that read only inputs, in key order;
            1 <= s <= size. No other gate of the chain reads only inputs.
        size: number of gates r.
        depth_bound: greatest depth allowed.
        multiplier, shift, sieve, keys: the functions sought as an open-addressing hash table.
        partners: a bitset over tables: which may give a wanted function when combined with an
            input or a gate of `first` (see `partners_of`); empty if that is not known.
        most_tried: the search ends after so many gates tried (the result is then partial).
        stop: a flag that, once set, ends the search early (the caller then discards the result).

    Returns:
        gates, shape (m, r, 4); the functions, shape (m,); and the number of gates tried.
    """
    kinds = len(operators)
    margin = kinds * kinds * _MAX_WIRES
    found = np.empty((2 * margin, size, 4), dtype=np.int8)
    functions = np.empty(2 * margin, dtype=np.uint64)
    wires = inputs + size
    tables = np.zeros(wires, dtype=np.uint64)
    depths = np.zeros(wires, dtype=np.int64)
    reads = np.zeros(wires, dtype=np.int64)
    gates = np.zeros((wires + 1, 3), dtype=np.int64)
    for i in range(inputs):
        tables[i] = input_tables[i]
    given = len(first)
    unread = inputs
    # Kraft sum: over unread wires, of 2^depth.
    kraft = inputs
    for g in range(given):
        w = inputs + g
        lo, hi, op = np.int64(first[g, 1]), np.int64(first[g, 2]), np.int64(first[g, 3])
        tables[w] = apply_operator(tables[lo], tables[hi], operators, op)
        depths[w] = 1
        gates[w, 0], gates[w, 1], gates[w, 2] = lo, hi, op
        for operand in (lo, hi):
            if reads[operand] == 0:
                unread -= 1
                kraft -= 1
            reads[operand] += 1
        unread += 1
        kraft += 2
    if unread - (size - given) > 1 or kraft > 1 << depth_bound:
        return found[:0], functions[:0], 0
    if given == size:
        count = 0
        table = tables[wires - 1]
        if unread == 1 and is_target(table, multiplier, shift, sieve, keys):
            count = _record(found, functions, count, gates, inputs, table)
        return found[:count], functions[:count], 0

    start = inputs + given
    gates[start, 0], gates[start, 1], gates[start, 2] = 0, inputs, -1
    state = np.array([start, 0, unread, kraft, 0, 0])
    while _search(
        inputs,
        operators,
        start,
        wires,
        depth_bound,
        multiplier,
        shift,
        sieve,
        keys,
        partners,
        most_tried,
        stop,
        tables,
        depths,
        reads,
        gates,
        found,
        functions,
        margin,
        state,
    ):
        count = state[_COUNT]
        found = twice_as_many_blocks(found, count)
        functions = twice_as_long(functions, count)
    count = state[_COUNT]
    return found[:count].copy(), functions[:count].copy(), state[_TRIED]
