"""Numba kernel that finds the gate sets of all minimal circuits of a size.

A set of gates is extended from its first layer, one of each orbit, candidate by candidate (see
`layer_kernels`), and is cut, with proof, where too many wires are unneeded: in a minimal circuit
every gate but the last is needed, each further gate makes at most two wires needed, and is unneeded
itself, so with R gates still to come at most R + 1 wires may be unneeded.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into, twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.five_inputs.end_kernels import (
    Goal,
    Room,
    end_by_one,
    end_by_two,
    most_noted,
)
from mesacircuits.enumeration.five_inputs.layer_kernels import (
    Candidates,
    close_layer,
    exclude,
    fixing_choice,
    forget_after,
    list_products,
    open_layer,
)
from mesacircuits.enumeration.five_inputs.way_kernels import (
    MOST_GATES,
    MOST_WAYS,
    add_ways,
    own_ways,
    unneeded_wires,
)

__all__ = ["extend_sets"]

_MOST_WIRES = 20
_MOST_LISTED = 1024
_MOST_IN_LAYER = 512
# With fewer gates than this still to come, symmetry costs more than it saves.
_LEAST_LEFT = 4


@leaf
def _bit_count(mask: int) -> int:
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@kernel
def _new_board(group: NDArray[np.int64], weight: int) -> Candidates:
    most = MOST_GATES + 1
    board = Candidates(
        np.empty(_MOST_LISTED, dtype=np.int64),
        np.zeros(2048, dtype=np.int64),
        np.empty(2048, dtype=np.int64),
        np.empty(2048, dtype=np.int64),
        np.zeros(3, dtype=np.int64),
        np.zeros((most, 4), dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.empty((most, MOST_GATES), dtype=np.int64),
        np.empty((most, len(group)), dtype=np.int64),
        np.empty((most, len(group), _MOST_IN_LAYER), dtype=np.int16),
        np.empty(most, dtype=np.int64),
    )
    board.group[0] = group
    board.weights[0] = weight
    board.layers[0, 3] = len(group)
    return board


@kernel
def extend_sets(
    goal: Goal,
    inputs: int,
    input_tables: NDArray[np.int64],
    images: NDArray[np.uint32],
    group: NDArray[np.int64],
    weight: int,
    first: NDArray[np.int64],
    size: int,
    forced: NDArray[np.int64],
    collect_at: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find the sets of `size` gates with a first layer, the last gate in an open class.

    Arguments:
        goal: the open classes; what is found is noted there, too.
        inputs: n.
        input_tables: the tables of the inputs, shape (n,).
        images: shape (g, 1024): the images of the four bytes of a table under each of the n! 2^n
            permutations and negations of inputs, to be combined by XOR.
        group: the rows of `images` that carry the first layer to itself, the identity first.
        weight: the number of first layers in the orbit of this.
        first: the tables of the gates of the first layer, shape (f,).
        size: the number of gates r, from 2 to 12.
        forced: candidates that are to be chosen after the first layer, as places in the list.
        collect_at: if not 0, choices are listed up to this number of gates instead of searched;
            at most r - 3.
        stop: a flag that, once set, ends the search early (the sets noted till then hold).

    Returns:
        the sets noted, a row of the class number and the r tables each; the numbers of sets tried,
        of last functions looked at, and of those in open classes, shape (3,); and the choices
        collected, shape (m, collect_at - f).
    """
    full = (1 << (1 << inputs)) - 1
    most = most_noted(inputs + size, len(goal.operators))
    sets = np.empty((2 * most, 1 + size), dtype=np.int64)
    count = 0
    tally = np.zeros(3, dtype=np.int64)
    given = len(first)
    collected = np.empty((64, max(0, collect_at - given)), dtype=np.int64)
    collections = 0
    wires = np.zeros(_MOST_WIRES, dtype=np.int64)
    ways = np.zeros((MOST_GATES, MOST_WAYS + 1), dtype=np.int64)
    room = Room(
        np.empty(1 << MOST_GATES, dtype=np.int64),
        np.empty((MOST_GATES, 1 << MOST_GATES), dtype=np.int64),
        np.empty(MOST_GATES, dtype=np.int64),
        np.empty(MOST_GATES, dtype=np.int64),
        np.empty(MOST_GATES, dtype=np.int64),
        np.empty(3, dtype=np.int64),
        np.empty(3 * len(goal.operators) * len(goal.operators), dtype=np.int64),
    )
    board = _new_board(group, weight)
    copy_into(wires, input_tables)
    for j in range(inputs):
        exclude(board, wires[j])
        for i in range(j):
            for op in range(len(goal.operators)):
                exclude(board, apply_operator(wires[i], wires[j], goal.operators, op))
    gates = 0
    for table in first:
        wires[inputs + gates] = table
        own_ways(wires, gates, inputs, goal.operators, ways)
        add_ways(wires, gates, inputs, goal.operators, ways)
        gates += 1
    left = size - gates
    unneeded = unneeded_wires(inputs, gates, ways)
    if _bit_count(unneeded) > left + 1:
        return sets[:0], tally, collected[:0]
    if left <= 2:
        # No layer but the first is chosen from, so its whole orbit is counted.
        board.layers[0, 3] = 1
        tally[0] += 1
        if left == 2:
            count = end_by_two(
                goal, board, -1, unneeded, inputs, gates, wires, ways, room, sets, count, tally
            )
        elif left == 1:
            count = end_by_one(
                goal, weight, unneeded, inputs, gates, wires, ways, room, sets, count, tally
            )
        return sets[:count].copy(), tally, collected[:0]

    # Depth first. At depth d there are given + d gates; `cursor` is the next candidate to choose,
    # `opened` whether a layer was begun at this depth.
    cursor = np.zeros(MOST_GATES, dtype=np.int64)
    limit = np.zeros(MOST_GATES, dtype=np.int64)
    opened = np.zeros(MOST_GATES, dtype=np.int64)
    picked = np.zeros(MOST_GATES, dtype=np.int64)
    undo = np.zeros((MOST_GATES, MOST_GATES + 2), dtype=np.int64)
    list_products(board, wires, 1, inputs + gates, goal.operators)
    open_layer(board, 0, board.counts[0], images, left >= _LEAST_LEFT, full)
    depth = 0
    limit[0] = board.counts[0]
    if len(forced):
        cursor[0] = forced[0]
        limit[0] = forced[0] + 1
    while depth >= 0:
        place = cursor[depth]
        layer = board.counts[2]
        beyond = board.layers[layer, 1]
        if place < limit[depth] and place >= beyond and not opened[depth]:
            if board.layers[layer, 2] == 0:
                # A layer without gates has none above it.
                limit[depth] = place
            else:
                close_layer(board)
                left = size - given - depth
                open_layer(board, beyond, board.counts[0], images, left >= _LEAST_LEFT, full)
                opened[depth] = 1
                layer += 1
        if place >= limit[depth]:
            board.counts[2] -= opened[depth]
            opened[depth] = 0
            depth -= 1
            if depth >= 0:
                # Undo the choice that led here.
                gates -= 1
                board.layers[board.counts[2], 2] -= 1
                forget_after(board, undo[depth, MOST_GATES], undo[depth, MOST_GATES + 1])
                for g in range(gates):
                    ways[g, 0] = undo[depth, g]
            continue
        cursor[depth] = place + 1
        if stop[0]:
            break
        chosen = board.layers[layer, 2]
        board.chosen[layer, chosen] = place
        board.layers[layer, 2] = chosen + 1
        if board.layers[layer, 3] > 1 and fixing_choice(board, -1) == 0:
            board.layers[layer, 2] = chosen
            continue
        for g in range(gates):
            undo[depth, g] = ways[g, 0]
        wires[inputs + gates] = board.listed[place]
        own_ways(wires, gates, inputs, goal.operators, ways)
        add_ways(wires, gates, inputs, goal.operators, ways)
        gates += 1
        left = size - gates
        tally[0] += 1
        picked[depth] = place
        unneeded = unneeded_wires(inputs, gates, ways)
        if _bit_count(unneeded) <= left + 1:
            if gates == collect_at:
                if collections == len(collected):
                    collected = twice_as_many_rows(collected, collections)
                for d in range(depth + 1):
                    collected[collections, d] = picked[d]
                collections += 1
            elif left == 2:
                count = end_by_two(
                    goal,
                    board,
                    place,
                    unneeded,
                    inputs,
                    gates,
                    wires,
                    ways,
                    room,
                    sets,
                    count,
                    tally,
                )
                if count + most > len(sets):
                    sets = twice_as_many_rows(sets, count)
            else:
                undo[depth, MOST_GATES] = board.counts[0]
                undo[depth, MOST_GATES + 1] = board.counts[1]
                list_products(board, wires, inputs + gates - 1, inputs + gates, goal.operators)
                depth += 1
                cursor[depth] = place + 1
                limit[depth] = board.counts[0]
                opened[depth] = 0
                if depth < len(forced):
                    cursor[depth] = forced[depth]
                    limit[depth] = forced[depth] + 1
                continue
        gates -= 1
        board.layers[layer, 2] = chosen
        for g in range(gates):
            ways[g, 0] = undo[depth, g]
    return sets[:count].copy(), tally, collected[:collections].copy()
