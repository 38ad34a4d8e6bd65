"""Numba kernel for tasks over two-input gates with free inverters: every reduced circuit once.

As in `chain_kernels` a chain is extended only by gates of larger key (operands descending, then
operator). Here a task may have several outputs, and may leave what they are open. An output is
*missing* while no wire fits it; L is the number of gates that the missing outputs need at least,
R that of gates to come, so that R - L of them may be *helpers*. A chain is cut, with proof, where

- a gate would compute 0, an input, or the function of an earlier gate (not reduced);
- R < L;
- R = L, and the gate fits no missing output so that L would not fall;
- R = L + 1, and the gate is a helper that no output to come can read. After it every gate fits a
  missing output. Unless it drives an output itself, it is read, and the first gate after it that
  reads it, d, fits some missing output i. As a function of the helper's table g, d computes
  A XOR (g AND B) with A, B given by the operator and the table x of its other operand. So
  g AND B AND C = (V XOR A) AND B AND C and (V XOR A) AND C must vanish outside B, where V is output
  i or its inverse on the inputs C where it is bound. x is a wire that is there already; or the
  table of another missing output, placed after the helper and before d, hence without reading the
  helper. All such *demands* are listed beforehand, wire by wire, and most are looked up in a few
  bits of a hash;
- too many wires are unread. Let U be the unread wires that fit no output, F those that fit some. In
  the end only drivers of outputs are unread. R gates have 2 R operands. Of the gates to come all
  but those that drive an output are operands as well. Where every output is a function, no two
  wires fit one output, so just the L missing outputs are left to gates to come, and
  2 R >= U + R - L. Else at most q wires are unread in the end, so R >= U + F - q, and 2 R >= U;
- too little is left under a restriction. On a part D of all inputs, gates that compute a constant,
  or the same as an earlier wire or its inverse, may be left out: what reads them reads constants or
  other wires, and a gate with a constant operand, or with two equal ones, is itself a constant or a
  wire or its inverse. So where no circuit of less than s gates gives acceptable words on D, each
  chain has at least s gates that stay. R gates to come add at most R to those that are there;
- a wire would be too deep, by Kraft's inequality (see `search_kernels`);
- the gates that read only inputs, which come first in a chain, are not the least of their images
  under the symmetries of the task: their circuits are images of those above the least. A set that
  is least stays so without its greatest member (for if an image of the rest came before the rest,
  so would that of the whole before the whole), so it is asked gate by gate.

`form_twin`, among the tests, is the plain twin of this kernel.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.row_kernels import is_new
from mesacircuits.enumeration.search_kernels import (
    Buffer,
    Choice,
    assign_outputs,
    fitting,
    new_buffer,
    new_choice,
    with_more_room,
)

__all__ = ["Sought", "extend_outputs"]

_ABSENT = -2
# How a walk ends: at its end, or for lack of room for circuits.
_ENDED, _FULL = 0, 1
# Places in its state: the next candidate for the gate of which wire, and what was counted.
_WIRE, _HIGH, _LOW, _FORM, _COUNT, _TRIED = range(6)
_ROOM = 16
# A hash of 2^10 bits, in words of 64, of the functions that a helper may compute.
_WORDS = 16
_SHIFT = np.uint64(54)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
# Where more gates than this fit what a task leaves open, helpers are not told from them.
_MOST_DIRECT = 8


class Sought(NamedTuple):
    """A task, and the bounds on its circuits.

    Attributes:
        allowed, completions, need: as `TaskTables` has them; shapes (2, q), (q + 1, 2^q), (2^q,).
        bound: on which inputs each output has but one value, shape (q,).
        value: and where that is 1, shape (q,).
        exact: whether every output is bound everywhere.
        moves: where each symmetry of the task carries each gate that reads only inputs, by places
            in key order; shape (|G|, g).
        parts, floors: sets of inputs, and how many gates a circuit needs at least that need only be
            right on them; shapes (p,).
    """

    allowed: NDArray[np.uint64]
    completions: NDArray[np.uint64]
    need: NDArray[np.int64]
    bound: NDArray[np.uint64]
    value: NDArray[np.uint64]
    exact: bool
    moves: NDArray[np.int16]
    parts: NDArray[np.uint64]
    floors: NDArray[np.int64]


class _Rules(NamedTuple):
    # n, q and all 2^n inputs; the gates that chains begin with, the first wire beyond them and that
    # beyond all; the least key of the next gate; whether depth is bounded, by what, and the
    # greatest Kraft sum then.
    inputs: int
    outputs: int
    mask: np.uint64
    begun: NDArray[np.int8]
    base: int
    end: int
    high: int
    low: int
    form: int
    bounded: bool
    depth_bound: int
    limit: int


class _Board(NamedTuple):
    # Of each wire its table, the outputs that it fits, its depth, how many gates read it, its row.
    tables: NDArray[np.uint64]
    fits: NDArray[np.int64]
    depths: NDArray[np.int64]
    reads: NDArray[np.int64]
    gates: NDArray[np.int64]
    # Before the gate of wire w is placed: how many wires are unread, and how many of these fit no
    # output; their Kraft sum; the outputs that fit some wire.
    unread: NDArray[np.int64]
    idle: NDArray[np.int64]
    kraft: NDArray[np.int64]
    fitted: NDArray[np.int64]
    # For each part of all inputs how many gates stay there.
    kept: NDArray[np.int64]
    # Places of gates that read only inputs, how many there are, and room for an image of them.
    places: NDArray[np.int64]
    moved: NDArray[np.int64]


class _Demands(NamedTuple):
    # What helpers may compute: g AND masks = values. Of each output those that wires below w make
    # are the first until[w, output]; of functions, bits of their hashes stand in `hashed`.
    masks: NDArray[np.uint64]
    values: NDArray[np.uint64]
    until: NDArray[np.int64]
    hashed: NDArray[np.uint64]
    # For the helper at wire w: all that count there, how many; -1 where anything may help.
    all_masks: NDArray[np.uint64]
    all_values: NDArray[np.uint64]
    count: NDArray[np.int64]
    any_hashed: NDArray[np.uint64]
    # Whether a gate over the wires below w may fit an output that is missing.
    direct: NDArray[np.bool_]


@leaf
def _is_least(board: _Board, count: int, moves: NDArray[np.int16]) -> bool:
    # Whether no image of the first `count` places comes before them, ascending.
    places, moved = board.places, board.moved
    for row in range(len(moves)):
        for i in range(count):
            value = np.int64(moves[row, places[i]])
            j = i
            while j > 0 and moved[j - 1] > value:
                moved[j] = moved[j - 1]
                j -= 1
            moved[j] = value
        for i in range(count):
            if moved[i] != places[i]:
                if moved[i] < places[i]:
                    return False
                break
    return True


@leaf
def _demand(
    x: np.uint64,
    output: int,
    operators: NDArray[np.uint64],
    sought: Sought,
    mask: np.uint64,
    hashed: NDArray[np.uint64],
    masks: NDArray[np.uint64],
    values: NDArray[np.uint64],
    count: int,
) -> int:
    # Add what a helper must compute so that a gate that reads it and x fits an output.
    bound = sought.bound[output]
    for op in range(len(operators)):
        low = apply_operator(x, np.uint64(0), operators, op) & mask
        moving = (low ^ apply_operator(x, mask, operators, op)) & bound
        for inverted in range(2):
            asked = (sought.value[output] ^ low) & bound
            if inverted:
                asked ^= bound
            # Gates compute 0 on the input of zeros.
            if asked & ~moving or asked & np.uint64(1):
                continue
            if moving == mask:
                slot = (asked * _GOLDEN) >> _SHIFT
                hashed[slot >> np.uint64(6)] |= np.uint64(1) << (slot & np.uint64(63))
                continue
            known = False
            for i in range(count):
                if masks[i] == moving and values[i] == asked:
                    known = True
            if not known:
                masks[count], values[count] = moving, asked
                count += 1
    return count


@leaf
def _add_demands(
    w: int,
    operators: NDArray[np.uint64],
    sought: Sought,
    rules: _Rules,
    board: _Board,
    demands: _Demands,
) -> None:
    # What wire w makes, for the outputs that are missing above it.
    for i in range(rules.outputs):
        count = demands.until[w, i]
        for word in range(_WORDS):
            demands.hashed[w + 1, i, word] = demands.hashed[w, i, word]
        if not (board.fitted[w + 1] >> i) & 1:
            count = _demand(
                board.tables[w],
                i,
                operators,
                sought,
                rules.mask,
                demands.hashed[w + 1, i],
                demands.masks[i],
                demands.values[i],
                count,
            )
        demands.until[w + 1, i] = count


@leaf
def _is_helpful(table: np.uint64, w: int, demands: _Demands) -> bool:
    slot = (table * _GOLDEN) >> _SHIFT
    if (demands.any_hashed[w, slot >> np.uint64(6)] >> (slot & np.uint64(63))) & np.uint64(1):
        return True
    for k in range(demands.count[w]):
        if table & demands.all_masks[w, k] == demands.all_values[w, k]:
            return True
    return False


@leaf
def _gather_demands(
    w: int,
    high: int,
    low: int,
    form: int,
    operators: NDArray[np.uint64],
    sought: Sought,
    rules: _Rules,
    board: _Board,
    demands: _Demands,
) -> None:
    # All that count for a helper at wire w, where gates from a key on are left.
    missing = ((1 << rules.outputs) - 1) & ~board.fitted[w]
    total = 0
    for word in range(_WORDS):
        demands.any_hashed[w, word] = np.uint64(0)
    for i in range(rules.outputs):
        if (missing >> i) & 1:
            for word in range(_WORDS):
                demands.any_hashed[w, word] |= demands.hashed[w, i, word]
            for k in range(demands.until[w, i]):
                demands.all_masks[w, total] = demands.masks[i, k]
                demands.all_values[w, total] = demands.values[i, k]
                total += 1
    demands.count[w] = total
    # Such a gate reads two wires, one of which does what the other demands of a helper.
    demands.direct[w] = False
    for i in range(w):
        if _is_helpful(board.tables[i], w, demands):
            demands.direct[w] = True
            break
    # What drives an output need not be read.
    for i in range(rules.outputs):
        if not (missing >> i) & 1 and sought.exact:
            continue
        for inverted in range(2):
            asked = sought.value[i]
            if inverted:
                asked ^= sought.bound[i]
            if asked & np.uint64(1):
                continue
            if sought.bound[i] == rules.mask:
                slot = (asked * _GOLDEN) >> _SHIFT
                demands.any_hashed[w, slot >> np.uint64(6)] |= np.uint64(1) << (
                    slot & np.uint64(63)
                )
            else:
                demands.all_masks[w, total] = sought.bound[i]
                demands.all_values[w, total] = asked
                total += 1
    demands.count[w] = total
    if sought.exact or sought.need[missing] < 2 or not demands.direct[w]:
        return
    # Outputs that are left open have no one table, so the gates that fit them now are looked for.
    direct = 0
    while high < w:
        while low < high:
            while form < len(operators):
                table = apply_operator(board.tables[low], board.tables[high], operators, form)
                form += 1
                fits = False
                for i in range(rules.outputs):
                    rest = (table & sought.bound[i]) ^ sought.value[i]
                    if (missing >> i) & 1 and (rest == np.uint64(0) or rest == sought.bound[i]):
                        fits = True
                if not fits or not is_new(table, board.tables, w):
                    continue
                direct += 1
                if direct > _MOST_DIRECT or sought.need[missing] > 2:
                    demands.count[w] = -1
                    return
                for i in range(rules.outputs):
                    if (missing >> i) & 1:
                        total = _demand(
                            table,
                            i,
                            operators,
                            sought,
                            rules.mask,
                            demands.any_hashed[w],
                            demands.all_masks[w],
                            demands.all_values[w],
                            total,
                        )
            form = 0
            low += 1
        low = 0
        high += 1
    demands.count[w] = total


@leaf
def _fits(table: np.uint64, missing: int, sought: Sought) -> int:
    # Which of the missing outputs a table fits.
    found = 0
    for i in range(len(sought.bound)):
        rest = (table & sought.bound[i]) ^ sought.value[i]
        if (missing >> i) & 1 and (rest == np.uint64(0) or rest == sought.bound[i]):
            found |= 1 << i
    return found


@leaf
def _keeps_enough(table: np.uint64, w: int, left: int, sought: Sought, board: _Board) -> bool:
    # Whether enough gates stay on each part once wire w computes `table`, and `left` are to come.
    for p in range(len(sought.parts)):
        part, kept = sought.parts[p], board.kept[w, p] + 1
        here = table & part
        if here == np.uint64(0) or here == part:
            kept -= 1
        else:
            for i in range(w):
                rest = here ^ (board.tables[i] & part)
                if rest == np.uint64(0) or rest == part:
                    kept -= 1
                    break
        if kept + left < sought.floors[p]:
            return False
        board.kept[w + 1, p] = kept
    return True


@leaf
def _walk(
    operators: NDArray[np.uint64],
    sought: Sought,
    rules: _Rules,
    board: _Board,
    demands: _Demands,
    choice: Choice,
    found: Buffer,
    state: NDArray[np.int64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    # Walk on from `state`, writing circuits to `found`, until the walk ends.
    tables, reads, gates, depths = board.tables, board.reads, board.gates, board.depths
    inputs, outputs, kinds = rules.inputs, rules.outputs, len(operators)
    every = (1 << outputs) - 1
    w, high, low, form = state[_WIRE], state[_HIGH], state[_LOW], state[_FORM]
    count, tried = state[_COUNT], state[_TRIED]
    while True:
        left = rules.end - w
        missing = every & ~board.fitted[w]
        lacks = sought.need[missing]
        helpers = left - lacks
        # So many unread wires must be taken up now, or later gates cannot take up the rest.
        if sought.exact:
            needed, idle_needed = -1, board.idle[w] + 2 - left - lacks
        else:
            needed = board.unread[w] + 2 - outputs - left
            idle_needed = board.idle[w] - 2 * (left - 1)
        filtered = helpers == 1 and demands.count[w] >= 0
        placed = False
        table = np.uint64(0)
        fits, after, idle, weight, deepest = 0, 0, 0, 0, 0
        while high < w:
            if low >= high:
                low, form = 0, 0
                high += 1
                continue
            a, b = reads[low] == 0, reads[high] == 0
            after, idle, end = board.unread[w] + 1, board.idle[w], kinds
            if a:
                after -= 1
                idle -= board.fits[low] == 0
            if b:
                after -= 1
                idle -= board.fits[high] == 0
            if board.unread[w] + 1 - after < needed or board.idle[w] - idle < idle_needed:
                end = 0
            weight = board.kraft[w]
            deepest = max(depths[low], depths[high])
            if rules.bounded and end:
                if deepest >= rules.depth_bound:
                    end = 0
                else:
                    weight += 1 << (deepest + 1)
                    if a:
                        weight -= 1 << depths[low]
                    if b:
                        weight -= 1 << depths[high]
                    if weight > rules.limit:
                        end = 0
            x, y = tables[low], tables[high]
            while form < end:
                tried += 1
                table = apply_operator(x, y, operators, form)
                if helpers == 0:
                    fits = _fits(table, missing, sought)
                    hopeful = fits != 0 and sought.need[missing & ~fits] < lacks
                elif filtered:
                    hopeful = _is_helpful(table, w, demands)
                else:
                    hopeful = True
                if hopeful and is_new(table, tables, w):
                    placed = True
                    break
                if w < rules.base:
                    break
                form += 1
            if placed or w < rules.base:
                break
            low += 1
            form = 0
        if placed:
            gates[w, 1], gates[w, 2], gates[w, 3] = low, high, form
            fits = fitting(table, True, sought.allowed, rules.mask)
            idle += fits == 0
            missing &= ~fits
            lacks = sought.need[missing]
            hopeful = lacks < left
            if sought.exact:
                # The last gate drives an output that is missing before it.
                hopeful = hopeful and (left == 1 or missing != 0)
                hopeful = hopeful and idle <= left - 1 + lacks
            else:
                hopeful = hopeful and idle <= 2 * (left - 1) and after <= left - 1 + outputs
            if hopeful and helpers > 1:
                hopeful = _keeps_enough(table, w, left - 1, sought, board)
            if hopeful and high < inputs:
                begun = w - inputs
                board.places[begun] = ((high * (high - 1)) // 2 + low) * kinds + form
                hopeful = _is_least(board, begun + 1, sought.moves)
            if hopeful and left == 1:
                tables[w] = table
                dangling = np.int64(1) << w
                for i in range(inputs, w):
                    if reads[i] == 0 and i != low and i != high:
                        dangling |= np.int64(1) << i
                more = assign_outputs(
                    tables,
                    w + 1,
                    dangling,
                    True,
                    0,
                    sought.allowed,
                    sought.completions,
                    rules.mask,
                    choice,
                    gates,
                    inputs,
                    table,
                    found,
                    count,
                )
                if more < 0:
                    state[_WIRE], state[_HIGH], state[_LOW], state[_FORM] = w, high, low, form
                    state[_COUNT], state[_TRIED] = count, tried - 1
                    return _FULL
                count = more
                hopeful = False
            if not hopeful:
                form = form + 1 if w >= rules.base else kinds
                if w < rules.base:
                    high = w
                continue
            tables[w], board.fits[w], depths[w] = table, fits, deepest + 1
            reads[low] += 1
            reads[high] += 1
            board.unread[w + 1], board.idle[w + 1] = after, idle
            board.kraft[w + 1], board.fitted[w + 1] = weight, board.fitted[w] | fits
            lone = helpers == 1 and not demands.direct[w]
            helpers = left - 1 - lacks
            if helpers > 0:
                _add_demands(w, operators, sought, rules, board, demands)
            w += 1
            if w < rules.base:
                low, high, form = (
                    np.int64(rules.begun[w - inputs, 1]),
                    np.int64(rules.begun[w - inputs, 2]),
                    np.int64(rules.begun[w - inputs, 3]),
                )
            elif w == rules.base:
                low, high, form = rules.low, rules.high, rules.form
            elif helpers == 0 and lone:
                # What fits a missing output now reads the helper.
                low, high, form = 0, w - 1, 0
            else:
                form += 1
            if helpers == 1:
                _gather_demands(w, high, low, form, operators, sought, rules, board, demands)
            continue
        w -= 1
        if w < rules.base or stop[0] or tried > most_tried:
            break
        low, high, form = gates[w, 1], gates[w, 2], gates[w, 3] + 1
        reads[low] -= 1
        reads[high] -= 1
    state[_COUNT], state[_TRIED] = count, tried
    return _ENDED


@kernel
def extend_outputs(
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    operators: NDArray[np.uint64],
    begun: NDArray[np.int8],
    size: int,
    depth_bound: int,
    required: int,
    sought: Sought,
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int8], NDArray[np.int16], int]:
    """List the circuits of one size that begin with given gates and solve a task.

    Of the circuits that a symmetry of the task carries to each other, those are listed whose gates
    that read only inputs come first.

    Arguments:
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        operators: as for `extend_chains`.
        begun: the gates that the chain begins with, shape (s, 4), in key order.
        size: number of gates r, at least 1 and at least s.
        depth_bound: greatest depth allowed; negative for none.
        required: the inputs, as bits, that are known to be read or to drive an output.
        sought: the task.
        most_tried: the search ends after so many gates looked at (the result is then partial).
        stop: a flag that, once set, ends the search early (the caller then discards the result).

    Returns:
        gates, shape (m, r, 4); 0, and the drivers (wire, inverted) of the outputs, shape
        (m, 1 + 2 q); the number of gates tried.
    """
    inputs, outputs = len(input_tables), len(sought.bound)
    wires, kinds = inputs + size, len(operators)
    bounded = 0 <= depth_bound < size
    high, low, form = 0, 0, 0
    if len(begun):
        last = len(begun) - 1
        low, high, form = (
            np.int64(begun[last, 1]),
            np.int64(begun[last, 2]),
            np.int64(begun[last, 3]) + 1,
        )
    rules = _Rules(
        inputs,
        outputs,
        mask,
        begun,
        inputs + len(begun),
        wires,
        high,
        low,
        form,
        bounded,
        depth_bound,
        outputs << max(min(depth_bound, size), 0),
    )
    board = _Board(
        np.zeros(wires + 1, dtype=np.uint64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.full((wires + 1, 4), _ABSENT, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros((wires + 1, len(sought.parts)), dtype=np.int64),
        np.zeros(size, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
    )
    # Each wire makes at most two demands for each operator and output, and so do other outputs.
    room = 2 * kinds * (wires + outputs)
    demands = _Demands(
        np.zeros((outputs, room), dtype=np.uint64),
        np.zeros((outputs, room), dtype=np.uint64),
        np.zeros((wires + 1, outputs), dtype=np.int64),
        np.zeros((wires + 1, outputs, _WORDS), dtype=np.uint64),
        np.zeros((wires + 1, (room + 2 + 2 * kinds * _MOST_DIRECT) * outputs), dtype=np.uint64),
        np.zeros((wires + 1, (room + 2 + 2 * kinds * _MOST_DIRECT) * outputs), dtype=np.uint64),
        np.zeros(wires + 1, dtype=np.int64),
        np.zeros((wires + 1, _WORDS), dtype=np.uint64),
        np.zeros(wires + 1, dtype=np.bool_),
    )
    choice = new_choice()
    found = new_buffer(_ROOM, size, outputs)
    fitted = fitting(np.uint64(0), True, sought.allowed, mask)
    for i in range(inputs):
        board.tables[i] = input_tables[i]
        board.fits[i] = fitting(input_tables[i], True, sought.allowed, mask)
        fitted |= board.fits[i]
        if (required >> i) & 1:
            board.unread[inputs] += 1
            board.idle[inputs] += board.fits[i] == 0
        else:
            # An input that nobody need read counts as read from the start.
            board.reads[i] = 1
    board.kraft[inputs] = board.unread[inputs]
    board.fitted[inputs] = fitted
    lacks = sought.need[((1 << outputs) - 1) & ~fitted]
    if lacks > size or (sought.exact and lacks == 0):
        return found.gates[:0], found.driven[:0], 0
    # What the missing outputs demand of helpers, where their tables are known.
    for i in range(outputs):
        for j in range(outputs):
            if i != j and not (fitted >> i) & 1 and not (fitted >> j) & 1:
                table = sought.value[j]
                if table & np.uint64(1):
                    table ^= mask
                if sought.bound[j] == mask:
                    demands.until[0, i] = _demand(
                        table,
                        i,
                        operators,
                        sought,
                        mask,
                        demands.hashed[0, i],
                        demands.masks[i],
                        demands.values[i],
                        demands.until[0, i],
                    )
    for i in range(inputs):
        board.fitted[i + 1] = fitted
        _add_demands(i, operators, sought, rules, board, demands)
    if len(begun):
        low, high, form = np.int64(begun[0, 1]), np.int64(begun[0, 2]), np.int64(begun[0, 3])
    if size - lacks == 1:
        _gather_demands(inputs, high, low, form, operators, sought, rules, board, demands)
    state = np.array([inputs, high, low, form, 0, 0])
    while (
        _walk(operators, sought, rules, board, demands, choice, found, state, most_tried, stop)
        == _FULL
    ):
        found = with_more_room(found, state[_COUNT])
    count = state[_COUNT]
    return found.gates[:count].copy(), found.driven[:count].copy(), state[_TRIED]
