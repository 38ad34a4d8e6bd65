"""Numba kernel that lists the circuits of any basis for any task: every reduced one, once.

A chain is extended only by gates of larger key (operands descending, then operator), so each
reduced circuit is met exactly once. `mesacircuits.enumeration.rows` explains how gates are rows. A
chain is cut, with proof, where

- a gate would compute a constant, an input, or the function of an earlier gate (not reduced);
- too many wires are unread. In the end only wires that drive outputs are unread. A gate that reads
  k wires and costs c lowers the number of unread wires by at most k - 1, so with a cost of R to
  come at most R max((k - 1) / c) of them can be taken up. Gates count, and those inputs without
  which the task cannot be solved;
- a wire would be too deep: an unread wire must reach an output within the depth bound d, and the
  paths from distinct unread wires lie in trees of fan-in F, one per output, so by Kraft's
  inequality the sum of F^depth over unread wires is at most F^d times the number of outputs;
- outputs are missing: those that fit no wire yet, where no two fit one gate, need a gate each.

`form_twin`, among the tests, is the plain twin of this kernel.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.row_kernels import (
    applied,
    is_new,
    is_target,
    kind_of,
    next_third,
    result_of,
    taken,
    wires_of,
)
from mesacircuits.enumeration.rows import MAX_WIRES

__all__ = ["MAX_OUTPUTS", "Gates", "Targets", "extend_rows"]

_ABSENT = -2
_NO_GATE = -3

# -- what is found ---------------------------------------------------------------------------


class Buffer(NamedTuple):
    """Room for circuits.

    Attributes:
        gates: shape (m, r, 4): rows (third, second, first, form), padded with -3.
        functions: shape (m,): the functions of the last gates.
        driven: shape (m, 1 + 2 q): the task solved, and for each output its wire and inversion.
    """

    gates: NDArray[np.int8]
    functions: NDArray[np.uint64]
    driven: NDArray[np.int16]


@kernel
def new_buffer(room: int, longest: int, outputs: int) -> Buffer:
    """Return room for so many circuits of at most `longest` gates."""
    return Buffer(
        np.empty((room, longest, 4), dtype=np.int8),
        np.empty(room, dtype=np.uint64),
        np.zeros((room, 1 + 2 * outputs), dtype=np.int16),
    )


@kernel
def with_more_room(found: Buffer, count: int) -> Buffer:
    """Return twice the room, with the first `count` circuits in it."""
    more = new_buffer(
        2 * len(found.functions), found.gates.shape[1], (found.driven.shape[1] - 1) // 2
    )
    more.gates[:count] = found.gates[:count]
    more.functions[:count] = found.functions[:count]
    more.driven[:count] = found.driven[:count]
    return more


@leaf
def record_chain(
    found: Buffer, count: int, gates: NDArray[np.int64], begin: int, end: int, table: np.uint64
) -> None:
    """Write the rows `begin` to `end` of `gates` as circuit `count`, and what the last computes."""
    for g in range(found.gates.shape[1]):
        for part in range(4):
            found.gates[count, g, part] = gates[begin + g, part] if begin + g < end else _NO_GATE
    found.functions[count] = table


# -- what drives the outputs ------------------------------------------------------------------

#: The most outputs that a task may have.
MAX_OUTPUTS = 4


@leaf
def fitting(table: np.uint64, free: bool, allowed: NDArray[np.uint64], mask: np.uint64) -> np.int64:
    """Return the set of outputs, as bits, that a wire computing `table` may drive.

    Arguments:
        free: whether outputs may be inverted.
        allowed: shape (2, q): on which inputs an acceptable word has bit i equal to 0, and to 1.
        mask: all inputs.
    """
    found = np.int64(0)
    for i in range(allowed.shape[1]):
        other = table ^ mask
        plain = (table & ~allowed[1, i]) | (other & ~allowed[0, i])
        inverted = (other & ~allowed[1, i]) | (table & ~allowed[0, i])
        if plain == np.uint64(0) or (free and inverted == np.uint64(0)):
            found |= np.int64(1) << i
    return found


class Choice(NamedTuple):
    """Room for choosing the drivers of all outputs, one after another."""

    chosen: NDArray[np.int64]
    missing: NDArray[np.int64]
    matches: NDArray[np.uint64]


@kernel
def new_choice() -> Choice:
    """Return that room."""
    return Choice(
        np.empty(MAX_OUTPUTS, dtype=np.int64),
        np.empty(MAX_OUTPUTS + 1, dtype=np.int64),
        np.empty((MAX_OUTPUTS + 1, 1 << MAX_OUTPUTS), dtype=np.uint64),
    )


@leaf
def assign_outputs(
    tables: NDArray[np.uint64],
    wires: int,
    unread: np.int64,
    free: bool,
    task: int,
    allowed: NDArray[np.uint64],
    completions: NDArray[np.uint64],
    mask: np.uint64,
    choice: Choice,
    gates: NDArray[np.int64],
    inputs: int,
    table: np.uint64,
    found: Buffer,
    count: int,
) -> int:
    """Write a chain once for each way in which wires and constants may drive all outputs.

    Wires may be inverted if inverters are free; constants always may.

    Arguments:
        tables: what the wires compute; the first `wires` entries count.
        unread: the wires, as bits, that must drive an output.
        task: the number of the task.
        allowed: for that task, as for `fitting`.
        completions: shape (q + 1, 2^q): entry (i, p) is the inputs on which some acceptable word
            begins with the i bits of p.
        mask: all inputs.
        choice: room to work in.
        gates, inputs, table: the chain, of which the last gate computes `table`.
        found, count: where to, and how many circuits are there.

    Returns:
        how many circuits are there then; -1 if there is not enough room.
    """
    outputs = allowed.shape[1]
    chosen, missing, matches = choice
    # Where the outputs chosen so far spell word p: matches[i, p].
    matches[0, 0] = mask
    chosen[0] = -1
    missing[0] = unread
    i = 0
    while i >= 0:
        # Choice 2 v + s: wire v - 1, inverted if s.
        chosen[i] += 1
        if chosen[i] >= 2 * (wires + 1):
            i -= 1
            continue
        wire, inverted = chosen[i] // 2 - 1, chosen[i] % 2
        if inverted and wire >= 0 and not free:
            continue
        value = tables[wire] if wire >= 0 else np.uint64(0)
        if inverted:
            value ^= mask
        if (value & ~allowed[1, i]) != np.uint64(0):
            continue
        if ((value ^ mask) & ~allowed[0, i]) != np.uint64(0):
            continue
        left = missing[i]
        if wire >= 0:
            left &= ~(np.int64(1) << wire)
        # Each output to come drives from at most one wire.
        waiting, bits = 0, left
        while bits:
            bits &= bits - 1
            waiting += 1
        if waiting > outputs - 1 - i:
            continue
        covered = np.uint64(0)
        for p in range(1 << i):
            zero, one = matches[i, p] & ~value, matches[i, p] & value
            matches[i + 1, p], matches[i + 1, p | 1 << i] = zero, one
            covered |= zero & completions[i + 1, p]
            covered |= one & completions[i + 1, p | 1 << i]
        if covered != mask:
            continue
        missing[i + 1] = left
        if i + 1 < outputs:
            i += 1
            chosen[i] = -1
            continue
        if count == len(found.functions):
            return -1
        record_chain(found, count, gates, inputs, wires, table)
        found.driven[count, 0] = task
        for j in range(outputs):
            found.driven[count, 1 + 2 * j] = chosen[j] // 2 - 1
            found.driven[count, 2 + 2 * j] = chosen[j] % 2
        count += 1
    return count


# -- the last two gates at once ----------------------------------------------------------------
#
# Numba kernel for the last two gates of a chain at once, where few functions are targets.
#
# The last gate reads the one before it. As a function of that gate's table g it computes
# A XOR (g AND B), where A and B depend on its form and its other operands alone. So for each of
# these, and each wanted function f, either f XOR A is 1 somewhere outside B, and no g will do; or g
# must be f XOR A on B. Only where some g may do are the gates that compute such g looked for.


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
    found: Buffer,
    count: int,
) -> tuple[int, int]:
    """Write the ways to end a chain by two gates, the last computing a function of `few`.

    Arguments:
        tables: what the wires compute, with room for two more; the first `wires` count.
        unread: the wires, as bits, that nothing reads and something must.
        key: the least key (first, second, third, form) of the first of the two gates.
        mask, normal_forms, spans, fan_in: as for `extend_rows`.
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


# -- the walk ----------------------------------------------------------------------------------

# How a walk ends: at its end, for lack of room for circuits, or of room for wires.
ENDED, FULL, TOO_LONG = 0, 1, 2
# Places in its state: the next candidate for the gate of which wire, and what was counted.
_WIRE, _FIRST, _SECOND, _THIRD, _FORM, COUNT, TRIED = range(7)


class Rules(NamedTuple):
    """What chains are walked; arrays and numbers as `extend_rows` has them.

    Attributes:
        cheapest, dearest: the least cost of a gate, and the greatest.
        base: the first wire that is not given by `begun`.
        ends: how many wires may be unread in the end.
        joined: whether the last two gates are chosen together.
        bounded, limit: whether depth is bounded, and the greatest Kraft sum then.
    """

    inputs: int
    mask: np.uint64
    cheapest: int
    dearest: int
    begun: NDArray[np.int8]
    start: tuple[int, int, int, int]
    base: int
    ends: int
    joined: bool
    bounded: bool
    depth_bound: int
    limit: int


class Gates(NamedTuple):
    """The gates of a basis, as `BasisTables` explains them.

    Attributes:
        free: whether inverters are free.
        gain, gain_cost: `per_cost`, as a fraction.
        length: where costs are in order, which are two, the gates of every circuit; else 0.
    """

    normal_forms: NDArray[np.uint64]
    costs: NDArray[np.int64]
    spans: NDArray[np.int64]
    free: bool
    fan_in: int
    gain: int
    gain_cost: int
    length: int


class Targets(NamedTuple):
    """What circuits should compute: a function of a set, or what solves one of some tasks.

    Attributes:
        outputs: the number of outputs q of the tasks; 0 for "the last gate is in the set".
        multiplier, shift, sieve, keys: the set (see `TargetSet`), where q = 0.
        few: the set listed, if it is small, else empty (see `end_in_two`).
        allowed, completions: the tasks (see `assign_outputs`), shapes (t, 2, q) and
            (t, q + 1, 2^q), where q > 0.
        need: shape (2^q,): for each set of outputs how many gates it needs at least, where q > 0.
        hits, hit_tasks, hit_outputs: the tasks some outputs of which function f may drive are
            hit_tasks[i], and those outputs hit_outputs[i], for i from hits[f] to hits[f + 1]; all
            empty if not known, where one task is allowed.
    """

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
    kinds: Gates,
    targets: Targets,
    board: Board,
    choice: Choice,
    found: Buffer,
    count: int,
    w: int,
    dangling: np.int64,
) -> int:
    # The chain ends with the gate of wire w: write it for each task and way of driving outputs.
    table = board.tables[w]
    known = len(targets.hits) > 0
    if targets.outputs == 0:
        if count == len(found.functions):
            return -1
        record_chain(found, count, board.gates, rules.inputs, w + 1, table)
        return count + 1
    begin, end = 0, 1
    if known:
        begin, end = targets.hits[table], targets.hits[table + np.uint64(1)]
    for i in range(begin, end):
        t = 0
        if known:
            t = np.int64(targets.hit_tasks[i])
            if board.fitted[w, t] | targets.hit_outputs[i] != (1 << targets.outputs) - 1:
                continue
        count = assign_outputs(
            board.tables,
            w + 1,
            dangling,
            kinds.free,
            t,
            targets.allowed[t],
            targets.completions[t],
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
def _lacking(targets: Targets, board: Board, free: bool, mask: np.uint64, w: int) -> int:
    # How many gates outputs need, for the task that needs the fewest, once wire w has its gate.
    table, every = board.tables[w], (1 << targets.outputs) - 1
    if not len(targets.hits):
        fits = np.int64(board.fitted[w, 0]) | fitting(table, free, targets.allowed[0], mask)
        return targets.need[every & ~fits]
    lacks = board.lacking[w]
    for i in range(targets.hits[table], targets.hits[table + np.uint64(1)]):
        fits = np.int64(board.fitted[w, targets.hit_tasks[i]] | targets.hit_outputs[i])
        lacks = min(lacks, targets.need[every & ~fits])
    return lacks


@leaf
def _affords(rules: Rules, kinds: Gates, gates: int, rest: int, unread: int) -> bool:
    # Whether so many gates, of the two costs there are, can cost `rest` and take up what is unread.
    more = rest - gates * rules.cheapest
    step = rules.dearest - rules.cheapest
    if gates < 0 or more < 0 or more % step or more // step > gates:
        return False
    return unread - rules.ends <= gates * (kinds.fan_in - 1)


@leaf
def _walk(
    rules: Rules,
    kinds: Gates,
    targets: Targets,
    board: Board,
    choice: Choice,
    ends: Ends,
    found: Buffer,
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
    costs, spans, normal_forms = kinds.costs, kinds.spans, kinds.normal_forms
    outputs, known = targets.outputs, len(targets.hits) > 0
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
                kinds.fan_in,
                targets.few,
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
            unread[w] + 1 - rules.ends - kinds.gain * max(spare[w] - cheapest, 0) // kinds.gain_cost
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
                    or ((after - rules.ends) * kinds.gain_cost > kinds.gain * rest)
                    or (
                        kinds.length > 0
                        and not _affords(rules, kinds, inputs + kinds.length - 1 - w, rest, after)
                    )
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
                    lacks = _lacking(targets, board, kinds.free, mask, w)
                    hopeful = hopeful and lacks * cheapest <= rest
                elif rest == 0:
                    hopeful = is_target(
                        table, targets.multiplier, targets.shift, targets.sieve, targets.keys
                    )
                if hopeful and is_new(table, tables, w):
                    gates[w, 0], gates[w, 1], gates[w, 2], gates[w, 3] = third, second, first, form
                    if rest > 0:
                        placed = True
                        break
                    if w >= base - 1:
                        more = _record_solutions(
                            rules,
                            kinds,
                            targets,
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
                    while first < w and needed > kinds.fan_in - (1 if reads[first] else 0):
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
                    for i in range(targets.hits[table], targets.hits[table + np.uint64(1)]):
                        fitted[w + 1, targets.hit_tasks[i]] |= targets.hit_outputs[i]
                else:
                    fitted[w + 1, 0] |= fitting(table, kinds.free, targets.allowed[0], mask)
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


# Room for circuits at first.
_ROOM = 16
# 48 times 3^32 is below 2^63.
_MOST_SUMMED = 32


@kernel
def extend_rows(
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    kinds: Gates,
    begun: NDArray[np.int8],
    start: tuple[int, int, int, int],
    cost: int,
    depth_bound: int,
    required: int,
    targets: Targets,
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int8], NDArray[np.uint64], NDArray[np.int16], int]:
    """List the circuits of one cost that begin with given gates and compute what is sought.

    Arguments:
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        kinds: the gates of the basis.
        begun: the gates that the chain begins with, shape (s, 4), in key order.
        start: the least key (first, second, third, form) of the next gate.
        cost: what all gates cost together, at least 1.
        depth_bound: greatest depth allowed; negative for none.
        required: the inputs, as bits, that are known to be read or to drive an output.
        targets: what is sought.
        most_tried: the search ends after so many gates looked at (the result is then partial).
        stop: a flag that, once set, ends the search early (the caller then discards the result).

    Returns:
        gates, shape (m, r, 4), rows padded with -3; the functions of the last gates, shape (m,);
        the task solved, and the drivers (wire, inverted) of its outputs, shape (m, 1 + 2 q); the
        number of gates tried, or -1 if a chain outgrew `MAX_WIRES`.
    """
    inputs, outputs, costs = len(input_tables), targets.outputs, kinds.costs
    allowed, need = targets.allowed, targets.need
    cheapest = costs.min()
    longest = len(begun)
    left = cost
    for g in range(len(begun)):
        left -= costs[begun[g, 3]]
    longest += max(left, 0) // cheapest
    if kinds.length > 0:
        longest = kinds.length
        left = -1 if len(begun) > longest else left
    found = new_buffer(_ROOM, longest, outputs)
    if left < 0:
        return found.gates[:0], found.functions[:0], found.driven[:0], 0

    ends = max(outputs, 1)
    # No chain is deeper than it is long.
    bounded = 0 <= depth_bound < min(longest, MAX_WIRES)
    # Beyond this depth the sums would overflow; they are 0 then, and cut nothing.
    summed = depth_bound <= _MOST_SUMMED
    limit = ends
    powers = np.ones(MAX_WIRES, dtype=np.int64) if summed else np.zeros(MAX_WIRES, dtype=np.int64)
    if bounded and summed:
        for i in range(1, depth_bound + 1):
            powers[i] = powers[i - 1] * kinds.fan_in
        limit *= powers[depth_bound]
    # Without costs or a bound on depth, the last two gates may be chosen together.
    joined = outputs == 0 and not bounded and len(targets.few) > 0 and costs.max() == cheapest
    rules = Rules(
        inputs,
        mask,
        cheapest,
        costs.max(),
        begun,
        start,
        inputs + len(begun),
        ends,
        joined,
        bounded,
        depth_bound,
        limit,
    )
    tasks = len(allowed)
    board = Board(
        np.zeros(MAX_WIRES, dtype=np.uint64),
        np.zeros(MAX_WIRES, dtype=np.int64),
        np.zeros(MAX_WIRES, dtype=np.int64),
        np.zeros((MAX_WIRES, 4), dtype=np.int64),
        np.zeros(MAX_WIRES, dtype=np.int64),
        np.zeros(MAX_WIRES, dtype=np.int64),
        np.zeros(MAX_WIRES, dtype=np.int64),
        np.zeros((MAX_WIRES, tasks), dtype=np.uint8),
        np.zeros(MAX_WIRES, dtype=np.int64),
        powers,
    )
    board.spare[inputs] = cost
    for i in range(inputs):
        board.tables[i] = input_tables[i]
        if (required >> i) & 1:
            board.unread[inputs] += 1
        else:
            # An input that nobody need read counts as read from the start.
            board.reads[i] = 1
    board.kraft[inputs] = board.unread[inputs] * powers[0]
    if outputs:
        every = (1 << outputs) - 1
        board.lacking[inputs] = need[every]
        for t in range(tasks):
            fits = fitting(np.uint64(0), True, allowed[t], mask)
            for i in range(inputs):
                fits |= fitting(input_tables[i], kinds.free, allowed[t], mask)
            board.fitted[inputs, t] = fits
            board.lacking[inputs] = min(board.lacking[inputs], need[every & ~fits])

    choice = new_choice()
    room = 1
    if joined:
        wires = inputs + longest
        room += len(costs) * (wires + 1) ** 2 * (wires + 2)
    last = new_ends(room)
    first, second, third, form = start
    if len(begun):
        third, second, first, form = (
            np.int64(begun[0, 0]),
            np.int64(begun[0, 1]),
            np.int64(begun[0, 2]),
            np.int64(begun[0, 3]),
        )
    state = np.array([inputs, first, second, third, form, 0, 0])
    while True:
        end = _walk(rules, kinds, targets, board, choice, last, found, state, most_tried, stop)
        if end != FULL:
            break
        found = with_more_room(found, state[COUNT])
    if end == TOO_LONG:
        return found.gates[:0], found.functions[:0], found.driven[:0], -1
    count = state[COUNT]
    return (
        found.gates[:count].copy(),
        found.functions[:count].copy(),
        found.driven[:count].copy(),
        state[TRIED],
    )
