"""Numba kernel that finds the gate sets of all minimal circuits of a size.

A set of gates is extended from its first layer, one of each orbit, candidate by candidate, and is
cut, with proof, where too many wires are unneeded: in a minimal circuit
every gate but the last is needed, each further gate makes at most two wires needed, and is unneeded
itself, so with R gates still to come at most R + 1 wires may be unneeded.

The last two gates are taken together: the last is a function of three wires, among them all
unneeded ones, by two operators. If it is in an open class, that is one which no smaller circuit
computes, the set is that of minimal circuits; else it is of no interest, so nothing else need be
tested before. What the gate between may be is found then.

Where one class alone is open, its *floors* cut, too. Fix an input to a value: then each gate is a
constant, an input, or a gate over what is left, and those that differ make a circuit for what the
function becomes. So at least as many gates must still be gates, no two of them alike or inverse, as
that function needs; of a set that lacks R gates, R more may be. For which member of the class a set
is begun is not known, but some permutation and negation of inputs must give each input the floors
of one of the class's function.

*Layers* say which gates may come next, and choose among them up to symmetry.
The gates of a reduced circuit form *layers*: the first are those computable from two inputs, each
later one those computable from two wires of earlier layers, at least one of the last layer before.
Candidates are listed layer by layer, and a set of gates is built by taking candidates in the order
of the list; what is passed over stays excluded. So every set is met exactly once.

Permuting and negating inputs, with polarities normalised again, carries layers to layers. So of the
choices within a layer only the least of each orbit under the stabiliser of the layers below is
kept. Gates are taken in ascending order, and the beginning of a least choice is least itself, so
what is not least can be given up at once.

*Ways* are those in which the gates of a set can be computed from each other.
A *set* here is a set of functions, the gates of some reduced circuit: every one is an operator of
two others or inputs, in one way or more. A *way* of a gate is such a pair of wires, with the
operator; it is held as the mask of the two wires. A circuit over the set chooses one way for each
gate such that no gate depends on itself.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into, twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import inlined, kernel, leaf
from mesacircuits.enumeration.five_inputs.half_kernels import (
    Places,
    image_of,
    is_marked,
    place_of,
    unmark_class,
)

__all__ = [
    "MOST_GATES",
    "MOST_WAYS",
    "Candidates",
    "Goal",
    "add_ways",
    "circuits_over",
    "close_layer",
    "exclude",
    "extend_sets",
    "fixing_choice",
    "forget_after",
    "list_products",
    "open_layer",
    "own_ways",
    "place_in_list",
    "unneeded_wires",
]

_SLOTS = 2048
_UNKNOWN = -2
_EXCLUDED = -1


class Candidates(NamedTuple):
    """The candidates listed so far, where they stand in the list, and the layers.

    Attributes:
        listed: their tables; at most 5 * C(16, 2), room for 1024.
        keys, values, order: a hash table from tables to places in `listed` (-1 for what is
            excluded), shape (2048,) each, and its slots in the order they were filled.
        counts: how many are listed, how many slots are filled, and the number of the layer that
            gates are being chosen from, shape (3,).
        layers: shape (m, 4): per layer the first and the beyond-last place of its candidates, the
            number of gates chosen from it, and the size of its group.
        weights: shape (m,): the size of the orbit of all layers below.
        chosen: shape (m, most): the places chosen from each layer, ascending.
        group: shape (m, g): rows of group elements that fix all layers below.
        moved: shape (m, g, 1024): the place of the image of each candidate of a layer, from the
            layer's first on, under each of them.
        image: room for one image of a choice, shape (most,).
    """

    listed: NDArray[np.int64]
    keys: NDArray[np.int64]
    values: NDArray[np.int64]
    order: NDArray[np.int64]
    counts: NDArray[np.int64]
    layers: NDArray[np.int64]
    weights: NDArray[np.int64]
    chosen: NDArray[np.int64]
    group: NDArray[np.int64]
    moved: NDArray[np.int16]
    image: NDArray[np.int64]


@leaf
def place_in_list(board: Candidates, table: int) -> int:
    """Return the place of a table in the list, -1 if it is excluded, -2 if it is neither."""
    slot = (table * 2654435769 & 0xFFFFFFFF) >> 21
    while board.keys[slot]:
        if board.keys[slot] == table:
            return board.values[slot]
        slot = (slot + 1) & (_SLOTS - 1)
    return _UNKNOWN


@leaf
def _insert(board: Candidates, table: int, value: int) -> None:
    slot = (table * 2654435769 & 0xFFFFFFFF) >> 21
    while board.keys[slot]:
        slot = (slot + 1) & (_SLOTS - 1)
    board.keys[slot] = table
    board.values[slot] = value
    board.order[board.counts[1]] = slot
    board.counts[1] += 1


@leaf
def exclude(board: Candidates, table: int) -> None:
    """See to it that a table is never listed."""
    if place_in_list(board, table) == _UNKNOWN:
        _insert(board, table, _EXCLUDED)


@leaf
def list_products(
    board: Candidates,
    wires: NDArray[np.int64],
    first: int,
    beyond: int,
    operators: NDArray[np.int64],
) -> None:
    """List all new gates that read a wire from `first` to `beyond` - 1 and one before it."""
    for j in range(first, beyond):
        for i in range(j):
            for op in range(len(operators)):
                table = apply_operator(wires[i], wires[j], operators, op)
                if table and place_in_list(board, table) == _UNKNOWN:
                    _insert(board, table, board.counts[0])
                    board.listed[board.counts[0]] = table
                    board.counts[0] += 1


@leaf
def forget_after(board: Candidates, listed: int, filled: int) -> None:
    """Undo what was listed since `counts[:2]` were `listed` and `filled`."""
    board.counts[0] = listed
    # Slots are emptied last first, so no chain of probes is broken.
    while board.counts[1] > filled:
        board.counts[1] -= 1
        board.keys[board.order[board.counts[1]]] = 0


@leaf
def open_layer(
    board: Candidates,
    first: int,
    beyond: int,
    images: NDArray[np.uint32],
    use_group: bool,
    full: int,
) -> None:
    """Begin to choose from the candidates `first` to `beyond` - 1, as layer number `counts[2]`.

    `weights` and `group` of the layer, and the size of its group, are set already; without
    `use_group` the group is cut down to the identity, which costs repetition but is never wrong.

    Arguments:
        images: shape (g, 1024): as `image_of` takes them, for each group element.
        full: the table of the constant 1.
    """
    layer = board.counts[2]
    board.layers[layer, 0], board.layers[layer, 1], board.layers[layer, 2] = first, beyond, 0
    if not use_group:
        board.layers[layer, 3] = 1
    for g in range(1, board.layers[layer, 3]):
        row = images[board.group[layer, g]]
        for place in range(first, beyond):
            image = image_of(board.listed[place], row, full)
            board.moved[layer, g, place - first] = place_in_list(board, image) - first


@leaf
def _compare(board: Candidates, layer: int, g: int, count: int, extra: int) -> int:
    # -1, 0, 1 as the image of the choice under element g comes before, is, or comes after it.
    first = board.layers[layer, 0]
    image = board.image
    for i in range(count):
        place = extra if i == count - 1 and extra >= 0 else board.chosen[layer, i]
        value = np.int64(board.moved[layer, g, place - first])
        j = i
        while j > 0 and image[j - 1] > value:
            image[j] = image[j - 1]
            j -= 1
        image[j] = value
    for i in range(count):
        place = extra if i == count - 1 and extra >= 0 else board.chosen[layer, i]
        if image[i] != place - first:
            return -1 if image[i] < place - first else 1
    return 0


@leaf
def fixing_choice(board: Candidates, extra: int) -> int:
    """Return how many elements of the layer's group fix the choice from it; 0 if it is not least.

    With `extra` >= 0 the choice is meant with this place, above all others chosen, added.
    """
    layer = board.counts[2]
    count = board.layers[layer, 2] + (extra >= 0)
    fixing = 1
    for g in range(1, board.layers[layer, 3]):
        order = _compare(board, layer, g, count, extra)
        if order < 0:
            return 0
        fixing += order == 0
    return fixing


@leaf
def close_layer(board: Candidates) -> None:
    """End the choice from a layer: `counts[2]` becomes the next one, with its weight and group."""
    layer = board.counts[2]
    count = board.layers[layer, 2]
    kept = 1
    board.group[layer + 1, 0] = board.group[layer, 0]
    for g in range(1, board.layers[layer, 3]):
        if _compare(board, layer, g, count, -1) == 0:
            board.group[layer + 1, kept] = board.group[layer, g]
            kept += 1
    board.layers[layer + 1, 3] = kept
    board.weights[layer + 1] = board.weights[layer] * (board.layers[layer, 3] // kept)
    board.counts[2] = layer + 1


#: Sets have at most so many gates.
MOST_GATES = 12
#: A gate has at most so many ways: two operators for each pair of 16 wires.
MOST_WAYS = 2 * (16 * 15 // 2)


@inlined
def _splits(table: int, cell: int) -> bool:
    # Whether a function is neither 0 nor 1 throughout the cell.
    part = table & cell
    return part != 0 and part != cell


@leaf
def own_ways(
    wires: NDArray[np.int64],
    gate: int,
    inputs: int,
    operators: NDArray[np.int64],
    ways: NDArray[np.int64],
) -> None:
    """List the ways of a gate from all wires before it.

    Arguments:
        wires: the tables of all wires, inputs first.
        gate: its place among the gates; its wire is `inputs + gate`.
        operators: shape (k, 3), as `apply_operator` takes them.
        ways: shape (gates, 1 + most): row `gate` becomes the number of ways, then their masks.
    """
    at = inputs + gate
    table = wires[at]
    count = 0
    for j in range(1, at):
        y = wires[j]
        outside = table & ~y
        for i in range(j):
            x = wires[i]
            if outside & ~x or _splits(table, x & y) or _splits(table, x & ~y):
                continue
            if _splits(table, y & ~x):
                continue
            for op in range(len(operators)):
                if apply_operator(x, y, operators, op) == table:
                    count += 1
                    ways[gate, count] = (1 << i) | (1 << j)
    ways[gate, 0] = count


@leaf
def add_ways(
    wires: NDArray[np.int64],
    gate: int,
    inputs: int,
    operators: NDArray[np.int64],
    ways: NDArray[np.int64],
) -> None:
    """Add to the ways of all gates before `gate` those that read it and another wire before it."""
    at = inputs + gate
    y = wires[at]
    for i in range(at):
        x = wires[i]
        both, only, other = x & y, x & ~y, y & ~x
        for earlier in range(gate):
            table = wires[inputs + earlier]
            if table & ~(x | y) or _splits(table, both) or _splits(table, only):
                continue
            if _splits(table, other) or i == inputs + earlier:
                continue
            for op in range(len(operators)):
                if apply_operator(x, y, operators, op) == table:
                    count = ways[earlier, 0] + 1
                    ways[earlier, 0] = count
                    ways[earlier, count] = (1 << i) | (1 << at)


@leaf
def unneeded_wires(inputs: int, gates: int, ways: NDArray[np.int64]) -> int:
    """Return the mask of the wires without which all (other) gates can still be computed.

    In the set of gates of a minimal circuit only the output is such a wire. A further gate makes at
    most two wires needed: those common to all its ways; and is itself unneeded at first.
    """
    every = (1 << (inputs + gates)) - 1
    result = 0
    for wire in range(inputs + gates):
        target = every & ~(1 << wire)
        known = ((1 << inputs) - 1) & target
        while known != target:
            before = known
            for gate in range(gates):
                bit = 1 << (inputs + gate)
                if (target & ~known) & bit:
                    for k in range(1, ways[gate, 0] + 1):
                        if not ways[gate, k] & ~known:
                            known |= bit
                            break
            if known == before:
                break
        if known == target:
            result |= 1 << wire
    return result


@leaf
def _acyclic_choices(
    members: NDArray[np.int64],
    count: int,
    inputs: int,
    ways: NDArray[np.int64],
    partial: NDArray[np.int64],
    fitting: NDArray[np.int64],
) -> int:
    # Choices of ways for gates among which, as a whole, every one may depend on every other.
    if count == 2:
        first, second = members[0], members[1]
        here, there = 0, 0
        for k in range(1, ways[first, 0] + 1):
            here += ways[first, k] >> (inputs + second) & 1
        for k in range(1, ways[second, 0] + 1):
            there += ways[second, k] >> (inputs + first) & 1
        return ways[first, 0] * ways[second, 0] - here * there
    # fitting[c, Y]: the ways of member c that read of the members only those in Y.
    for c in range(count):
        fitting[c, : 1 << count] = 0
        for k in range(1, ways[members[c], 0] + 1):
            mask = ways[members[c], k]
            short = 0
            for d in range(count):
                short |= (mask >> (inputs + members[d]) & 1) << d
            fitting[c, short] += 1
        for d in range(count):
            for held in range(1 << count):
                if held >> d & 1:
                    fitting[c, held] += fitting[c, held ^ (1 << d)]
    partial[0] = 1
    for whole in range(1, 1 << count):
        total = 0
        chosen = whole
        while chosen:
            left = whole & ~chosen
            term = -partial[left]
            for c in range(count):
                if chosen >> c & 1:
                    term *= -fitting[c, left]
            total += term
            chosen = (chosen - 1) & whole
        partial[whole] = total
    return partial[(1 << count) - 1]


@leaf
def circuits_over(
    inputs: int,
    gates: int,
    ways: NDArray[np.int64],
    partial: NDArray[np.int64],
    fitting: NDArray[np.int64],
    reach: NDArray[np.int64],
    members: NDArray[np.int64],
) -> int:
    """Return the number of circuits over a set: choices of ways without a cycle.

    A cycle lies within a strong component of the relation "some way of x reads y", so the number is
    the product of those of the components. Within one, T, the choices are counted by the sets X of
    gates that no chosen way reads, by inclusion and exclusion:

        A(T) = sum over non-empty X in T of (-1)^(|X| + 1) A(T - X) prod_{x in X} w_x(T - X)

    with w_x(Y) the number of ways of x that read of the component only gates in Y.

    Arguments:
        inputs, gates: how many there are.
        ways: the ways of the gates, as `own_ways` lists them.
        partial, fitting: room for 2^gates numbers, and for 2^gates for each gate.
        reach, members: room for a number for each gate.
    """
    for gate in range(gates):
        reads = 0
        for k in range(1, ways[gate, 0] + 1):
            reads |= ways[gate, k]
        reach[gate] = reads >> inputs
    for through in range(gates):
        for gate in range(gates):
            if reach[gate] >> through & 1:
                reach[gate] |= reach[through]
    product = 1
    done = 0
    for gate in range(gates):
        if done >> gate & 1:
            continue
        members[0] = gate
        count = 1
        for other in range(gate + 1, gates):
            if reach[gate] >> other & 1 and reach[other] >> gate & 1:
                members[count] = other
                count += 1
                done |= 1 << other
        if count == 1:
            product *= ways[gate, 0]
        else:
            product *= _acyclic_choices(members, count, inputs, ways, partial, fitting)
    return product


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
        weights: shape (33,): whether functions of open classes have so many ones.
        floors: shape (n, 2): how many gates a function of the one open class needs at least with
            an input fixed, for the easier and the harder of the two values; empty for several.
        sums: shape (c,): to which the circuits found are added, times the orbits' sizes; empty to
            note one set for each open class only, and close it.
        noted: shape (c,): whether a set of the class has been noted; empty to note all sets.
    """

    operators: NDArray[np.int64]
    triples: NDArray[np.int64]
    places: Places
    marks: NDArray[np.uint64]
    weights: NDArray[np.bool_]
    floors: NDArray[np.int64]
    sums: NDArray[np.int64]
    noted: NDArray[np.uint8]


class Room(NamedTuple):
    """A set of gates, and room for the numbers that the functions here work with.

    Attributes:
        wires: the tables of all wires, with room for two more than are in use, shape (w,).
        ways: the ways of the gates, as `own_ways` lists them.
        fixed: what each gate becomes with input i fixed to v, it or its inverse, [gate, 2 i + v].
        kept: how many gates of so many are then left, no two alike, [gates, 2 i + v].
    """

    wires: NDArray[np.int64]
    ways: NDArray[np.int64]
    fixed: NDArray[np.int64]
    kept: NDArray[np.int64]

    partial: NDArray[np.int64]
    fitting: NDArray[np.int64]
    reach: NDArray[np.int64]
    members: NDArray[np.int64]
    before: NDArray[np.int64]
    trio: NDArray[np.int64]
    met: NDArray[np.int64]


@leaf
def _fix_inputs(room: Room, inputs: int, gate: int, full: int) -> None:
    # Fill in the rows of `fixed` and `kept` that the last gate of so many makes.
    wires, fixed = room.wires, room.fixed
    table = wires[inputs + gate]
    for place in range(2 * inputs):
        shift = 1 << (place >> 1)
        part = table & wires[place >> 1] if place & 1 else table & ~wires[place >> 1]
        whole = part | (part >> shift if place & 1 else part << shift)
        if whole & 1:
            whole ^= full
        fixed[gate, place] = whole
        fresh = whole != 0
        for i in range(inputs):
            fresh &= whole != wires[i]
        for g in range(gate):
            fresh &= whole != fixed[g, place]
        room.kept[gate + 1, place] = room.kept[gate, place] + fresh


@leaf
def _fits_floors(goal: Goal, room: Room, inputs: int, gates: int, left: int) -> bool:
    # Whether inputs can be matched with those of the class such that each keeps enough gates.
    if len(goal.floors) == 0:
        return True
    # As bits: which sets of inputs of the class those up to i can be matched with.
    met = 1
    for i in range(inputs):
        one, other = room.kept[gates, 2 * i] + left, room.kept[gates, 2 * i + 1] + left
        fits = 0
        for j in range(inputs):
            enough = min(one, other) >= goal.floors[j, 0] and max(one, other) >= goal.floors[j, 1]
            fits |= enough << j
        if fits == 0:
            return False
        more = 0
        for used in range(1 << inputs):
            if met >> used & 1:
                for j in range(inputs):
                    if fits & ~used & (1 << j):
                        more |= 1 << (used | 1 << j)
        met = more
    return met != 0


_PAIRS = np.uint64(0x5555555555555555)
_FOURS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_EACH = np.uint64(0x0101010101010101)


@inlined
def _ones(table: int) -> int:
    # How many bits are set, written such that compilers know it for the instruction that counts.
    pairs = np.uint64(table)
    pairs -= pairs >> np.uint64(1) & _PAIRS
    fours = (pairs & _FOURS) + (pairs >> np.uint64(2) & _FOURS)
    return np.int64(((fours + (fours >> np.uint64(4))) & _BYTES) * _EACH >> np.uint64(56))


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
    every = len(goal.noted) == 0
    if every or not goal.noted[number]:
        if not every:
            goal.noted[number] = 1
        sets[count, 0], sets[count, 1] = number, weight
        for g in range(gates):
            sets[count, 2 + g] = wires[inputs + g]
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

    There is at most one for each way to take two operators, of `kinds`, of three wires.
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
        sets: shape (s, 2 + gates + 2): rows of a class number, the size of the set's orbit and the
            gates' tables; room for `_most_noted` more.
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
                            if not goal.weights[_ones(table)]:
                                continue
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
                if not goal.weights[_ones(table)]:
                    continue
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
        the sets noted, a row of the class number, the size of the orbit and the r tables each; the
        numbers of sets tried, of last functions looked at, and of those in open classes, shape
        (3,); and the choices collected, shape (m, collect_at - f).
    """
    full = (1 << (1 << inputs)) - 1
    most = _most_noted(inputs + size, len(goal.operators))
    sets = np.empty((2 * most, 2 + size), dtype=np.int64)
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
        np.zeros((MOST_GATES, 2 * inputs), dtype=np.int64),
        np.zeros((MOST_GATES + 1, 2 * inputs), dtype=np.int64),
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
        _fix_inputs(room, inputs, gates, full)
        gates += 1
    left = size - gates
    unneeded = unneeded_wires(inputs, gates, ways)
    if _bit_count(unneeded) > left + 1 or not _fits_floors(goal, room, inputs, gates, left):
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
    spare = np.zeros(MOST_GATES, dtype=np.int64)
    spare[0] = unneeded
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
        left = size - gates - 1
        tally[0] += 1
        wires[inputs + gates] = board.listed[place]
        own_ways(wires, gates, inputs, goal.operators, ways)
        needed = ways[gates, 1]
        for k in range(2, ways[gates, 0] + 1):
            needed &= ways[gates, k]
        # What is unneeded stays so, but for what the gate needs; and nothing needs the gate yet.
        if _bit_count(spare[depth] & ~needed) > left:
            continue
        chosen = board.layers[layer, 2]
        board.chosen[layer, chosen] = place
        board.layers[layer, 2] = chosen + 1
        if board.layers[layer, 3] > 1 and fixing_choice(board, -1) == 0:
            board.layers[layer, 2] = chosen
            continue
        if len(goal.floors):
            _fix_inputs(room, inputs, gates, full)
            if not _fits_floors(goal, room, inputs, gates + 1, left):
                board.layers[layer, 2] = chosen
                continue
        for g in range(gates):
            undo[depth, g] = ways[g, 0]
        add_ways(wires, gates, inputs, goal.operators, ways)
        gates += 1
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
                spare[depth] = unneeded
                if depth < len(forced):
                    cursor[depth] = forced[depth]
                    limit[depth] = forced[depth] + 1
                continue
        gates -= 1
        board.layers[layer, 2] = chosen
        for g in range(gates):
            ways[g, 0] = undo[depth, g]
    return sets[:count].copy(), tally, collected[:collections].copy()
