"""Numba kernels that complete a set of gates by its last two gates, or by its last one.

The last two are taken together: the last is a function of three wires, among them all unneeded
ones, by two operators. If it is in an open class, that is one which no smaller circuit computes,
the set is that of minimal circuits; else it is of no interest, so nothing else need be tested
before. What the gate between may be is found then.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import leaf
from mesacircuits.enumeration.five_inputs.half_kernels import is_marked, place_of, unmark_class
from mesacircuits.enumeration.five_inputs.layer_kernels import (
    Candidates,
    fixing_choice,
    place_in_list,
)
from mesacircuits.enumeration.five_inputs.way_kernels import (
    add_ways,
    circuits_over,
    own_ways,
)

__all__ = ["Goal", "Room", "end_by_one", "end_by_two", "most_noted"]


class Goal(NamedTuple):
    """What is looked for, and where it is noted.

    Attributes:
        operators: shape (k, 3), as `apply_operator` takes them.
        triples: shape (3, k): bit e of `triples[w, o]` says whether to look at operator e of wire w
            and operator o of the two other wires, of three; of equal functions one is looked at.
        entries, moves, numbers, starts, places: as in `FunctionClasses`.
        marks: a bitset over places: the open classes.
        sums: shape (c,): to which the circuits found are added, times the orbits' sizes; empty to
            note one set for each open class only, and close it.
        noted: shape (c,): whether a set of the class has been noted.
    """

    operators: NDArray[np.int64]
    triples: NDArray[np.int64]
    entries: NDArray[np.uint32]
    moves: NDArray[np.uint16]
    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]
    marks: NDArray[np.uint64]
    sums: NDArray[np.int64]
    noted: NDArray[np.uint8]


class Room(NamedTuple):
    """Room for the numbers that `circuits_over` and the functions here work with."""

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
    wires: NDArray[np.int64],
    ways: NDArray[np.int64],
    room: Room,
    weight: int,
    sets: NDArray[np.int64],
    count: int,
) -> int:
    # The set of `gates` gates in `wires`, the last one `table`, is that of minimal circuits.
    number = np.int64(goal.numbers[place_of(table, 1 << (inputs - 1), goal.entries, goal.moves)])
    if len(goal.sums):
        goal.sums[number] += weight * circuits_over(
            inputs, gates, ways, room.partial, room.fitting, room.reach, room.members
        )
    else:
        unmark_class(goal.marks, number, goal.starts, goal.places)
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
    wires: NDArray[np.int64],
    ways: NDArray[np.int64],
    room: Room,
    sets: NDArray[np.int64],
    count: int,
) -> int:
    # `table` is open and a function of three wires by two operators: find the gate between.
    before, trio = room.before, room.trio
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
                        count = _note(
                            goal,
                            table,
                            inputs,
                            gates + 2,
                            wires,
                            ways,
                            room,
                            weight,
                            sets,
                            count,
                        )
            for g in range(gates):
                ways[g, 0] = before[g]
    return count


@leaf
def most_noted(wires: int, kinds: int) -> int:
    """Return how many rows a call of `end_by_two` or `end_by_one` adds at most.

    There is at most one for each function of three wires by two operators, of `kinds`.
    """
    return wires * (wires - 1) * (wires - 2) // 2 * kinds**2


@leaf
def end_by_two(
    goal: Goal,
    board: Candidates,
    last: int,
    unneeded: int,
    inputs: int,
    gates: int,
    wires: NDArray[np.int64],
    ways: NDArray[np.int64],
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
        wires: the tables of all wires, shape (w,), with room for two more.
        ways: the ways of the gates, as `own_ways` lists them.
        room: room for numbers in between.
        sets: shape (s, 1 + gates + 2): rows of a class number and the gates' tables; room for
            `most_noted` more.
        count: how many rows are in use.
        tally: to which are added, from 1 on, the functions looked at, and those in open classes.

    Returns:
        how many rows are in use then.
    """
    trio, met = room.trio, room.met
    kinds = len(goal.operators)
    looks = 0
    for third in range(3):
        for op in range(kinds):
            for end in range(kinds):
                looks += goal.triples[third, op] >> end & 1
    width = 1 << (inputs - 1)
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
                            place = place_of(table, width, goal.entries, goal.moves)
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
                        goal,
                        board,
                        last,
                        met[h],
                        inputs,
                        gates,
                        wires,
                        ways,
                        room,
                        sets,
                        count,
                    )
    return count


@leaf
def end_by_one(
    goal: Goal,
    weight: int,
    unneeded: int,
    inputs: int,
    gates: int,
    wires: NDArray[np.int64],
    ways: NDArray[np.int64],
    room: Room,
    sets: NDArray[np.int64],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    """Note all sets that one more gate completes; as `end_by_two`, with the weight of each set."""
    width = 1 << (inputs - 1)
    for j in range(1, inputs + gates):
        for i in range(j):
            two = (1 << i) | (1 << j)
            if unneeded & ~two:
                continue
            for op in range(len(goal.operators)):
                table = apply_operator(wires[i], wires[j], goal.operators, op)
                tally[1] += 1
                if not is_marked(goal.marks, place_of(table, width, goal.entries, goal.moves)):
                    continue
                wires[inputs + gates] = table
                own_ways(wires, gates, inputs, goal.operators, ways)
                first = True
                for again in range(op):
                    first &= apply_operator(wires[i], wires[j], goal.operators, again) != table
                if first and ways[gates, 1] == two:
                    tally[2] += 1
                    count = _note(
                        goal,
                        table,
                        inputs,
                        gates + 1,
                        wires,
                        ways,
                        room,
                        weight,
                        sets,
                        count,
                    )
    return count
