"""Numba kernel that finds the gate sets of all minimal circuits of a size.

A set of gates is extended from its first layer, one of each orbit, candidate by candidate (see
`layer_kernels`), and is cut, with proof, where too many wires are unneeded: in a minimal circuit
every gate but the last is needed, each further gate makes at most two wires needed, and is unneeded
itself, so with R gates still to come at most R + 1 wires may be unneeded.

The last two gates are taken together: the last is a function of three wires, among them all
unneeded ones, by two operators. If it is in an open class, that is one which no smaller circuit
computes, the set is that of minimal circuits; else it is of no interest, so nothing else need be
tested before. What the gate between may be is found then.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into, twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.five_inputs.half_kernels import (
    Places,
    is_marked,
    place_of,
    unmark_class,
)
from mesacircuits.enumeration.five_inputs.layer_kernels import (
    Candidates,
    close_layer,
    exclude,
    fixing_choice,
    forget_after,
    list_products,
    open_layer,
    place_in_list,
)
from mesacircuits.enumeration.five_inputs.way_kernels import (
    MOST_GATES,
    MOST_WAYS,
    add_ways,
    circuits_over,
    own_ways,
    unneeded_wires,
)

__all__ = ["Goal", "extend_sets"]

_MOST_WIRES = 20
_MOST_LISTED = 1024
_MOST_IN_LAYER = 512
# With fewer gates than this still to come, symmetry costs more than it saves.
_LEAST_LEFT = 4


class Goal(NamedTuple):
    """What is looked for, and where it is noted.

    Attributes:
        operators: shape (k, 3), as `apply_operator` takes them.
        triples: shape (3, k): bit e of `triples[w, o]` says whether to look at operator e of wire w
            and operator o of the two other wires, of three; of equal functions one is looked at.
        places: the places of all functions.
        marks: a bitset over places: the open classes.
        sums: shape (c,): to which the circuits found are added, times the orbits' sizes; empty to
            note one set for each open class only, and close it.
        noted: shape (c,): whether a set of the class has been noted.
    """

    operators: NDArray[np.int64]
    triples: NDArray[np.int64]
    places: Places
    marks: NDArray[np.uint64]
    sums: NDArray[np.int64]
    noted: NDArray[np.uint8]


class Room(NamedTuple):
    """A set of gates, and room for the numbers that the functions here work with.

    Attributes:
        wires: the tables of all wires, with room for two more than are in use, shape (w,).
        ways: the ways of the gates, as `own_ways` lists them.
    """

    wires: NDArray[np.int64]
    ways: NDArray[np.int64]

    partial: NDArray[np.int64]
    fitting: NDArray[np.int64]
    reach: NDArray[np.int64]
    members: NDArray[np.int64]
    before: NDArray[np.int64]
    trio: NDArray[np.int64]
    met: NDArray[np.int64]


@leaf
def _note(
    goal: Goal,
    table: int,
    inputs: int,
    gates: int,
    room: Room,
    weight: int,
    sets: NDArray[np.int64],
    count: int,
) -> int:
    # The set of `gates` gates in `wires`, the last one `table`, is that of minimal circuits.
    wires, ways = room.wires, room.ways
    places = goal.places
    place = place_of(table, places.width, places.entries, places.moves)
    number = np.int64(places.numbers[place])
    if len(goal.sums):
        goal.sums[number] += weight * circuits_over(
            inputs, gates, ways, room.partial, room.fitting, room.reach, room.members
        )
    else:
        unmark_class(goal.marks, number, goal.places)
    if not goal.noted[number]:
        goal.noted[number] = 1
        sets[count, 0] = number
        for g in range(gates):
            sets[count, 1 + g] = wires[inputs + g]
        count += 1
    return count


@leaf
def _place_between(
    goal: Goal,
    board: Candidates,
    last: int,
    table: int,
    inputs: int,
    gates: int,
    room: Room,
    sets: NDArray[np.int64],
    count: int,
) -> int:
    # `table` is open and a function of three wires by two operators: find the gate between.
    wires, ways, before, trio = room.wires, room.ways, room.before, room.trio
    layer = board.counts[2]
    kinds = len(goal.operators)
    for third in range(3):
        c = trio[third]
        a, b = trio[(third + 1) % 3], trio[(third + 2) % 3]
        a, b = min(a, b), max(a, b)
        for op in range(kinds):
            middle = apply_operator(wires[a], wires[b], goal.operators, op)
            fits = False
            for again in range(op):
                if apply_operator(wires[a], wires[b], goal.operators, again) == middle:
                    break
            else:
                for end in range(kinds):
                    fits |= apply_operator(middle, wires[c], goal.operators, end) == table
            if not fits:
                continue
            place = place_in_list(board, middle)
            if -2 < place <= last:
                continue
            # Each set is met once for each pair of wires that gives the middle gate, and for each
            # third wire that then gives the last: the first of these counts.
            wires[inputs + gates] = middle
            for g in range(gates):
                before[g] = ways[g, 0]
            own_ways(wires, gates, inputs, goal.operators, ways)
            if ways[gates, 1] == (1 << a) | (1 << b):
                wires[inputs + gates + 1] = table
                own_ways(wires, gates + 1, inputs, goal.operators, ways)
                if ways[gates + 1, 1] == (1 << c) | (1 << (inputs + gates)):
                    in_layer = place > last and place < board.layers[layer, 1]
                    fixing = fixing_choice(board, place if in_layer else -1)
                    if fixing:
                        # No way of another gate reads the last one: it is the output.
                        add_ways(wires, gates, inputs, goal.operators, ways)
                        weight = board.weights[layer] * (board.layers[layer, 3] // fixing)
                        count = _note(goal, table, inputs, gates + 2, room, weight, sets, count)
            for g in range(gates):
                ways[g, 0] = before[g]
    return count


@leaf
def _most_noted(wires: int, kinds: int) -> int:
    """Return how many rows a call of `_end_by_two` or `_end_by_one` adds at most.

    There is at most one for each function of three wires by two operators, of `kinds`.
    """
    return wires * (wires - 1) * (wires - 2) // 2 * kinds**2


@leaf
def _end_by_two(
    goal: Goal,
    board: Candidates,
    last: int,
    unneeded: int,
    inputs: int,
    gates: int,
    room: Room,
    sets: NDArray[np.int64],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    """Note all sets that two more gates complete.

    Arguments:
        goal: what is looked for.
        board: the candidates, by which sets met elsewhere are told.
        last: the place in the list of the last gate chosen; -1 if all are of the first layer.
        unneeded: the mask of unneeded wires.
        inputs, gates: how many there are.
        room: the set of gates, and room for numbers in between.
        sets: shape (s, 1 + gates + 2): rows of a class number and the gates' tables; room for
            `_most_noted` more.
        count: how many rows are in use.
        tally: to which are added, from 1 on, the functions looked at, and those in open classes.

    Returns:
        how many rows are in use then.
    """
    wires, trio, met = room.wires, room.trio, room.met
    kinds = len(goal.operators)
    looks = 0
    for third in range(3):
        for op in range(kinds):
            for end in range(kinds):
                looks += goal.triples[third, op] >> end & 1
    places = goal.places
    total = inputs + gates
    for i in range(total):
        for j in range(i + 1, total):
            two = (1 << i) | (1 << j)
            more = unneeded & ~two
            if more & (more - 1):
                continue
            for k in range(j + 1, total):
                if more & ~(1 << k):
                    continue
                trio[0], trio[1], trio[2] = i, j, k
                hits = 0
                tally[1] += looks
                for third in range(3):
                    c = wires[trio[third]]
                    x, y = wires[trio[(third + 1) % 3]], wires[trio[(third + 2) % 3]]
                    for op in range(kinds):
                        middle = apply_operator(x, y, goal.operators, op)
                        ends = goal.triples[third, op]
                        for end in range(kinds):
                            if not ends >> end & 1:
                                continue
                            table = apply_operator(middle, c, goal.operators, end)
                            place = place_of(table, places.width, places.entries, places.moves)
                            if is_marked(goal.marks, place):
                                known = False
                                for h in range(hits):
                                    known |= met[h] == table
                                if not known:
                                    met[hits] = table
                                    hits += 1
                for h in range(hits):
                    tally[2] += 1
                    count = _place_between(
                        goal, board, last, met[h], inputs, gates, room, sets, count
                    )
    return count


@leaf
def _end_by_one(
    goal: Goal,
    weight: int,
    unneeded: int,
    inputs: int,
    gates: int,
    room: Room,
    sets: NDArray[np.int64],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    """Note all sets that one more gate completes; as `_end_by_two`, with the weight of each set."""
    wires, ways = room.wires, room.ways
    places = goal.places
    for j in range(1, inputs + gates):
        for i in range(j):
            two = (1 << i) | (1 << j)
            if unneeded & ~two:
                continue
            for op in range(len(goal.operators)):
                table = apply_operator(wires[i], wires[j], goal.operators, op)
                tally[1] += 1
                place = place_of(table, places.width, places.entries, places.moves)
                if not is_marked(goal.marks, place):
                    continue
                wires[inputs + gates] = table
                own_ways(wires, gates, inputs, goal.operators, ways)
                first = True
                for again in range(op):
                    first &= apply_operator(wires[i], wires[j], goal.operators, again) != table
                if first and ways[gates, 1] == two:
                    tally[2] += 1
                    count = _note(goal, table, inputs, gates + 1, room, weight, sets, count)
    return count


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
    most = _most_noted(inputs + size, len(goal.operators))
    sets = np.empty((2 * most, 1 + size), dtype=np.int64)
    count = 0
    tally = np.zeros(3, dtype=np.int64)
    given = len(first)
    collected = np.empty((64, max(0, collect_at - given)), dtype=np.int64)
    collections = 0
    wires = np.zeros(_MOST_WIRES, dtype=np.int64)
    ways = np.zeros((MOST_GATES, MOST_WAYS + 1), dtype=np.int64)
    room = Room(
        wires,
        ways,
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
            count = _end_by_two(goal, board, -1, unneeded, inputs, gates, room, sets, count, tally)
        elif left == 1:
            count = _end_by_one(goal, weight, unneeded, inputs, gates, room, sets, count, tally)
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
                count = _end_by_two(
                    goal, board, place, unneeded, inputs, gates, room, sets, count, tally
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
