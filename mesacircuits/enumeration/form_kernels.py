"""Numba kernel that lists the circuits of any basis for any task: every reduced one, once.

A chain is extended only by gates of larger key (operands descending, then operator), so each
reduced circuit is met exactly once. Gates are rows (third, second, first, form) of operands
ascending, where -2 stands for an operand that the operator does not have and -1 for the constant
0; `mesacircuits.enumeration.form_tables` explains the arrays. A chain is cut, with proof, where

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

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.form_end_kernels import new_ends
from mesacircuits.enumeration.form_tables import MAX_WIRES
from mesacircuits.enumeration.form_walk_kernels import (
    COUNT,
    ENDED,
    FULL,
    TOO_LONG,
    TRIED,
    Board,
    Rules,
    Wanted,
    walk_chains,
)
from mesacircuits.enumeration.found_kernels import Found, new_found, with_more_room
from mesacircuits.enumeration.output_kernels import Choice, assign_outputs, fitting, new_choice

__all__ = ["extend_forms"]

# Room for circuits at first.
_ROOM = 16
# 48 times 3^32 is below 2^63.
_MOST_SUMMED = 32


@leaf
def _without_gates(
    rules: Rules,
    wanted: Wanted,
    board: Board,
    choice: Choice,
    found: Found,
    state: NDArray[np.int64],
) -> int:
    # Circuits of inputs and constants alone.
    count = 0
    for t in range(len(wanted.allowed)):
        if wanted.outputs and board.fitted[rules.inputs, t] == (1 << wanted.outputs) - 1:
            count = assign_outputs(
                board.tables,
                rules.inputs,
                0,
                rules.free,
                t,
                wanted.allowed[t],
                wanted.completions[t],
                rules.mask,
                choice,
                board.gates,
                rules.inputs,
                np.uint64(0),
                found,
                count,
            )
            if count < 0:
                return FULL
    state[COUNT] = count
    return ENDED


@kernel
def extend_forms(
    inputs: int,
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    normal_forms: NDArray[np.uint64],
    costs: NDArray[np.int64],
    spans: NDArray[np.int64],
    free: bool,
    fan_in: int,
    per_cost: tuple[int, int],
    begun: NDArray[np.int8],
    start: tuple[int, int, int, int],
    cost: int,
    depth_bound: int,
    required: int,
    outputs: int,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    few: NDArray[np.uint64],
    allowed: NDArray[np.uint64],
    completions: NDArray[np.uint64],
    need: NDArray[np.int64],
    hits: NDArray[np.int64],
    hit_tasks: NDArray[np.int16],
    hit_outputs: NDArray[np.uint8],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int8], NDArray[np.uint64], NDArray[np.int16], int]:
    """List the circuits of one cost that begin with given gates and solve one of some tasks.

    Arguments:
        inputs: n.
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        normal_forms: shape (f, 8): per form, the coefficients of its algebraic normal form, 0 or
            all ones; bit 0, 1, 2 of the column stand for its highest, middle, lowest wire.
        costs: shape (f,), positive.
        spans: shape (16, 2): the forms of each operand pattern, from and to.
        free: whether inverters are free.
        fan_in: the most wires that a form reads.
        per_cost: the greatest (k - 1) / c over forms reading k wires at cost c, as a fraction.
        begun: the gates that the chain begins with, shape (s, 4), in key order.
        start: the least key (first, second, third, form) of the next gate.
        cost: what all gates cost together.
        depth_bound: greatest depth allowed; negative for none.
        required: the inputs, as bits, that are known to be read or to drive an output.
        outputs: the number of outputs q of the tasks; 0 for "the last gate is in the wanted set".
        multiplier, shift, sieve, keys: the wanted set (see `wanted_set`), where q = 0.
        few: the wanted set listed, if it is small, else empty (see `end_in_two`).
        allowed, completions: the tasks (see `assign_outputs`), shapes (t, 2, q) and
            (t, q + 1, 2^q), where q > 0.
        need: shape (2^q,): for each set of outputs how many gates it needs at least, where q > 0.
        hits, hit_tasks, hit_outputs: the tasks some outputs of which function f may drive are
            hit_tasks[i], and those outputs hit_outputs[i], for i from hits[f] to hits[f + 1]; all
            empty if not known, where one task is allowed.
        most_tried: the search ends after so many gates looked at (the result is then partial).
        stop: a flag that, once set, ends the search early (the caller then discards the result).

    Returns:
        gates, shape (m, r, 4), rows padded with -3; the functions of the last gates, shape (m,);
        the task solved, and the drivers (wire, inverted) of its outputs, shape (m, 1 + 2 q); the
        number of gates tried, or -1 if a chain outgrew `MAX_WIRES`.
    """
    cheapest = costs.min()
    longest = len(begun)
    left = cost
    for g in range(len(begun)):
        left -= costs[begun[g, 3]]
    longest += max(left, 0) // cheapest
    found = new_found(_ROOM, longest, outputs)
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
            powers[i] = powers[i - 1] * fan_in
        limit *= powers[depth_bound]
    # Without costs or a bound on depth, the last two gates may be chosen together.
    joined = outputs == 0 and not bounded and len(few) > 0 and costs.max() == cheapest
    rules = Rules(
        inputs,
        mask,
        normal_forms,
        costs,
        spans,
        free,
        fan_in,
        per_cost[0],
        per_cost[1],
        cheapest,
        begun,
        start,
        inputs + len(begun),
        ends,
        joined,
        bounded,
        depth_bound,
        limit,
    )
    wanted = Wanted(
        outputs,
        multiplier,
        shift,
        sieve,
        keys,
        few,
        allowed,
        completions,
        need,
        hits,
        hit_tasks,
        hit_outputs,
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
                fits |= fitting(input_tables[i], free, allowed[t], mask)
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
        if cost == 0:
            end = _without_gates(rules, wanted, board, choice, found, state)
        else:
            end = walk_chains(rules, wanted, board, choice, last, found, state, most_tried, stop)
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
