"""Numba kernel that walks all chains of any basis, depth-first; see `form_kernels`."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf
from mesacircuits.enumeration.form_end_kernels import Ends, end_in_two
from mesacircuits.enumeration.form_gate_kernels import (
    applied,
    kind_of,
    next_third,
    taken,
    wires_of,
)
from mesacircuits.enumeration.found_kernels import Found, record_chain
from mesacircuits.enumeration.output_kernels import Choice, assign_outputs, fitting
from mesacircuits.enumeration.wanted_kernels import is_new, is_wanted

__all__ = [
    "COUNT",
    "ENDED",
    "FULL",
    "TOO_LONG",
    "TRIED",
    "Board",
    "Rules",
    "Wanted",
    "walk_chains",
]

# How a walk ends: at its end, for lack of room for circuits, or of room for wires.
ENDED, FULL, TOO_LONG = 0, 1, 2
# Places in its state: the next candidate for the gate of which wire, and what was counted.
_WIRE, _FIRST, _SECOND, _THIRD, _FORM, COUNT, TRIED = range(7)
_ABSENT = -2


class Rules(NamedTuple):
    """What chains are walked; arrays and numbers as `extend_forms` has them.

    Attributes:
        base: the first wire that is not given by `begun`.
        ends: how many wires may be unread in the end.
        joined: whether the last two gates are chosen together.
        bounded, limit: whether depth is bounded, and the greatest Kraft sum then.
    """

    inputs: int
    mask: np.uint64
    normal_forms: NDArray[np.uint64]
    costs: NDArray[np.int64]
    spans: NDArray[np.int64]
    free: bool
    fan_in: int
    gain: int
    gain_cost: int
    cheapest: int
    begun: NDArray[np.int8]
    start: tuple[int, int, int, int]
    base: int
    ends: int
    joined: bool
    bounded: bool
    depth_bound: int
    limit: int


class Wanted(NamedTuple):
    """What they should compute, as `extend_forms` has it; `outputs` is 0 for the wanted set."""

    outputs: int
    multiplier: np.uint64
    shift: np.uint64
    sieve: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    few: NDArray[np.uint64]
    allowed: NDArray[np.uint64]
    completions: NDArray[np.uint64]
    need: NDArray[np.int64]
    hits: NDArray[np.int64]
    hit_tasks: NDArray[np.int16]
    hit_outputs: NDArray[np.uint8]


class Board(NamedTuple):
    """The chain, wire by wire.

    Attributes:
        tables, depths, reads, gates: of each wire, and how many gates read it.
        spare, unread, kraft: before the gate of wire w is placed, what is left to spend, the number
            of unread wires, and their Kraft sum.
        fitted: likewise, for each task the outputs that fit some wire.
        lacking: the least number of gates that the other outputs need for some task.
        powers: of the fan-in, by depth.
    """

    tables: NDArray[np.uint64]
    depths: NDArray[np.int64]
    reads: NDArray[np.int64]
    gates: NDArray[np.int64]
    spare: NDArray[np.int64]
    unread: NDArray[np.int64]
    kraft: NDArray[np.int64]
    fitted: NDArray[np.uint8]
    lacking: NDArray[np.int64]
    powers: NDArray[np.int64]


@leaf
def _unread_beside(
    board: Board, begin: int, end: int, first: int, second: int, third: int
) -> np.int64:
    # The wires from `begin` on that neither a gate nor this one reads, as bits.
    bits = np.int64(0)
    for i in range(begin, end):
        if board.reads[i] == 0 and i != first and i != second and i != third:
            bits |= np.int64(1) << i
    return bits


@leaf
def _record_solutions(
    rules: Rules,
    wanted: Wanted,
    board: Board,
    choice: Choice,
    found: Found,
    count: int,
    w: int,
    dangling: np.int64,
) -> int:
    # The chain ends with the gate of wire w: write it for each task and way of driving outputs.
    table = board.tables[w]
    known = len(wanted.hits) > 0
    if wanted.outputs == 0:
        if count == len(found.functions):
            return -1
        record_chain(found, count, board.gates, rules.inputs, w + 1, table)
        return count + 1
    begin, end = 0, 1
    if known:
        begin, end = wanted.hits[table], wanted.hits[table + np.uint64(1)]
    for i in range(begin, end):
        t = 0
        if known:
            t = np.int64(wanted.hit_tasks[i])
            if board.fitted[w, t] | wanted.hit_outputs[i] != (1 << wanted.outputs) - 1:
                continue
        count = assign_outputs(
            board.tables,
            w + 1,
            dangling,
            rules.free,
            t,
            wanted.allowed[t],
            wanted.completions[t],
            rules.mask,
            choice,
            board.gates,
            rules.inputs,
            table,
            found,
            count,
        )
        if count < 0:
            return -1
    return count


@leaf
def _lacking(wanted: Wanted, board: Board, free: bool, mask: np.uint64, w: int) -> int:
    # How many gates outputs need, for the task that needs the fewest, once wire w has its gate.
    table, every = board.tables[w], (1 << wanted.outputs) - 1
    if not len(wanted.hits):
        fits = np.int64(board.fitted[w, 0]) | fitting(table, free, wanted.allowed[0], mask)
        return wanted.need[every & ~fits]
    lacks = board.lacking[w]
    for i in range(wanted.hits[table], wanted.hits[table + np.uint64(1)]):
        fits = np.int64(board.fitted[w, wanted.hit_tasks[i]] | wanted.hit_outputs[i])
        lacks = min(lacks, wanted.need[every & ~fits])
    return lacks


@leaf
def walk_chains(
    rules: Rules,
    wanted: Wanted,
    board: Board,
    choice: Choice,
    ends: Ends,
    found: Found,
    state: NDArray[np.int64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    """Walk on from `state`, writing circuits to `found`, until the walk ends.

    Returns:
        `ENDED`; or `FULL`, to be called again with more room in `found`; or `TOO_LONG`.
    """
    tables, depths, reads, gates, spare, unread, kraft, fitted, lacking, powers = board
    inputs, base, cheapest, mask = rules.inputs, rules.base, rules.cheapest, rules.mask
    costs, spans, normal_forms = rules.costs, rules.spans, rules.normal_forms
    outputs, known = wanted.outputs, len(wanted.hits) > 0
    w, first, second, third, form = (
        state[_WIRE],
        state[_FIRST],
        state[_SECOND],
        state[_THIRD],
        state[_FORM],
    )
    count, tried = state[COUNT], state[TRIED]
    while True:
        placed = False
        if rules.joined and w >= base and spare[w] == 2 * cheapest:
            after, more = end_in_two(
                tables,
                w,
                _unread_beside(board, 0, w, -1, -1, -1),
                (first, second, third, form),
                mask,
                normal_forms,
                spans,
                rules.fan_in,
                wanted.few,
                ends,
                gates,
                inputs,
                found,
                count,
            )
            if after < 0:
                state[_WIRE], state[_FIRST], state[_SECOND] = w, first, second
                state[_THIRD], state[_FORM] = third, form
                state[COUNT], state[TRIED] = count, tried
                return FULL
            count = after
            tried += more
            first = w
        final = spare[w] < 2 * cheapest
        # So many unread wires must be taken up now, or later gates cannot take up the rest.
        needed = (
            unread[w] + 1 - rules.ends - rules.gain * max(spare[w] - cheapest, 0) // rules.gain_cost
        )
        # The last gate of one output reads all unread wires: the gate before it, and then the
        # highest of the others.
        if w >= base and final and rules.ends == 1 and w > inputs:
            if first < w - 1:
                first, second, third, form = w - 1, _ABSENT, _ABSENT, 0
            if needed > 1:
                highest = w - 2
                while reads[highest] > 0:
                    highest -= 1
                if second < highest:
                    second, third, form = highest, _ABSENT, 0
        while first < w:
            kind = kind_of(third, second, first)
            form = max(form, spans[kind, 0])
            end = spans[kind, 1]
            a, b, c = taken(third, second, first, reads)
            if needed > a + b + c:
                end = 0
            after = unread[w] - a - b - c + 1
            deepest = depths[first]
            if 0 <= second < first:
                deepest = max(deepest, depths[second])
            if 0 <= third < second:
                deepest = max(deepest, depths[third])
            weight = kraft[w]
            if rules.bounded:
                if deepest >= rules.depth_bound:
                    end = 0
                else:
                    weight += powers[deepest + 1]
                    if a:
                        weight -= powers[depths[first]]
                    if b:
                        weight -= powers[depths[second]]
                    if c:
                        weight -= powers[depths[third]]
                    if weight > rules.limit:
                        end = 0
            z, y, x = wires_of(third, second, first, tables)
            while form < end:
                rest = spare[w] - costs[form]
                if (
                    rest < 0
                    or (0 < rest < cheapest)
                    or ((after - rules.ends) * rules.gain_cost > rules.gain * rest)
                ):
                    if w < base:
                        break
                    form += 1
                    continue
                tried += 1
                table = applied(z, y, x, normal_forms, form) & mask
                tables[w] = table
                hopeful = table != mask
                lacks = 0
                if outputs:
                    lacks = _lacking(wanted, board, rules.free, mask, w)
                    hopeful = hopeful and lacks * cheapest <= rest
                elif rest == 0:
                    hopeful = is_wanted(
                        table, wanted.multiplier, wanted.shift, wanted.sieve, wanted.keys
                    )
                if hopeful and is_new(table, tables, w):
                    gates[w, 0], gates[w, 1], gates[w, 2], gates[w, 3] = third, second, first, form
                    if rest > 0:
                        placed = True
                        break
                    if w >= base - 1:
                        more = _record_solutions(
                            rules,
                            wanted,
                            board,
                            choice,
                            found,
                            count,
                            w,
                            _unread_beside(board, inputs, w, first, second, third)
                            | (np.int64(1) << w),
                        )
                        if more < 0:
                            state[_WIRE], state[_FIRST], state[_SECOND] = w, first, second
                            state[_THIRD], state[_FORM] = third, form
                            state[COUNT], state[TRIED] = count, tried - 1
                            return FULL
                        count = more
                if w < base:
                    break
                form += 1
            if placed or w < base:
                break
            form = 0
            third = next_third(third, second, spans, kind - kind % 4)
            if third == _ABSENT:
                second += 1
                if second > first:
                    first, second = first + 1, _ABSENT
                    while first < w and needed > rules.fan_in - (1 if reads[first] else 0):
                        first += 1
        if placed:
            if w == len(tables) - 1:
                return TOO_LONG
            depths[w] = deepest + 1
            reads[first] += 1
            if 0 <= second < first:
                reads[second] += 1
            if 0 <= third < second:
                reads[third] += 1
            spare[w + 1], unread[w + 1], kraft[w + 1] = rest, after, weight
            if outputs:
                lacking[w + 1] = lacks
                for t in range(fitted.shape[1]):
                    fitted[w + 1, t] = fitted[w, t]
                if known:
                    for i in range(wanted.hits[table], wanted.hits[table + np.uint64(1)]):
                        fitted[w + 1, wanted.hit_tasks[i]] |= wanted.hit_outputs[i]
                else:
                    fitted[w + 1, 0] |= fitting(table, rules.free, wanted.allowed[0], mask)
            w += 1
            if w < base:
                third, second, first, form = (
                    np.int64(rules.begun[w - inputs, 0]),
                    np.int64(rules.begun[w - inputs, 1]),
                    np.int64(rules.begun[w - inputs, 2]),
                    np.int64(rules.begun[w - inputs, 3]),
                )
            elif w == base:
                first, second, third, form = rules.start
            else:
                form += 1
            continue
        w -= 1
        if w < base or stop[0] or tried > most_tried:
            break
        third, second, first, form = gates[w, 0], gates[w, 1], gates[w, 2], gates[w, 3]
        reads[first] -= 1
        if 0 <= second < first:
            reads[second] -= 1
        if 0 <= third < second:
            reads[third] -= 1
        form += 1
    state[COUNT], state[TRIED] = count, tried
    return ENDED
