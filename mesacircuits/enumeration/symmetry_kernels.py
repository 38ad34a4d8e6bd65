"""Numba kernels on listed chains and sets of first gates: images under symmetries, wirings, orbits.

Chains are rows as `mesacircuits.enumeration.rows` explains them, all of one array.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import copy_into, twice_as_long, twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.row_kernels import kind_of, result_of

__all__ = [
    "count_fixing",
    "depths_of_rows",
    "images_of_rows",
    "least_forms",
    "orbit_representatives",
    "stabiliser_rows",
]

_NO_GATE = -3


@leaf
def _length(rows: NDArray[np.int8]) -> int:
    size = 0
    while size < len(rows) and rows[size, 3] != _NO_GATE:
        size += 1
    return size


@kernel
def depths_of_rows(gates: NDArray[np.int8], inputs: int) -> NDArray[np.int64]:
    """Return the depth of each chain's last gate; gates has shape (m, r, 4)."""
    result = np.zeros(len(gates), dtype=np.int64)
    depths = np.zeros(inputs + gates.shape[1], dtype=np.int64)
    for k in range(len(gates)):
        size = _length(gates[k])
        for g in range(size):
            deepest = 0
            for part in range(3):
                wire = gates[k, g, part]
                if wire >= 0:
                    deepest = max(deepest, depths[wire])
            depths[inputs + g] = deepest + 1
        result[k] = depths[inputs + size - 1] if size else 0
    return result


@kernel
def least_forms(
    gates: NDArray[np.int8],
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    normal_forms: NDArray[np.uint64],
    costs: NDArray[np.int64],
    spans: NDArray[np.int64],
    given: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return for each chain whether every gate has the least form that computes its function.

    Two circuits share a wiring iff each gate has the same operands and computes the same
    function. Least is what is cheapest, and of those what comes first; exactly one circuit of each
    wiring has all forms least. Of the first `given` gates of each chain it is only asked that they
    are cheapest.
    """
    inputs = len(input_tables)
    least = np.ones(len(gates), dtype=np.bool_)
    tables = np.zeros(inputs + gates.shape[1], dtype=np.uint64)
    copy_into(tables, input_tables)
    for k in range(len(gates)):
        for g in range(_length(gates[k])):
            third, second = np.int64(gates[k, g, 0]), np.int64(gates[k, g, 1])
            first, chosen = np.int64(gates[k, g, 2]), np.int64(gates[k, g, 3])
            table = result_of(third, second, first, tables, normal_forms, chosen, mask)
            tables[inputs + g] = table
            kind = kind_of(third, second, first)
            for form in range(spans[kind, 0], spans[kind, 1]):
                cheaper = costs[form] < costs[chosen]
                before = g >= given[k] and form < chosen and costs[form] == costs[chosen]
                if (cheaper or before) and table == result_of(
                    third, second, first, tables, normal_forms, form, mask
                ):
                    least[k] = False
    return least


class _Room(NamedTuple):
    # Of each wire where it goes (-1 while that is not known), and whether it computes the inverse
    # then; of each gate which of its wires are inverted, and its key; its operands, moved.
    place: NDArray[np.int64]
    flip: NDArray[np.int64]
    flips: NDArray[np.int64]
    keys: NDArray[np.int64]
    moved: NDArray[np.int64]


@kernel
def _room(inputs: int, size: int) -> _Room:
    return _Room(
        np.empty(inputs + size, dtype=np.int64),
        np.empty(inputs + size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(3, dtype=np.int64),
    )


@leaf
def _flips_of(gate: NDArray[np.int8], flip: NDArray[np.int64]) -> int:
    # Which of the distinct wires of a gate are inverted, as bits from the lowest.
    flips, count, previous = 0, 0, -1
    for part in range(3):
        wire = np.int64(gate[part])
        if wire > previous:
            flips |= flip[wire] << count
            count += 1
            previous = wire
    return flips


@leaf
def _moved_key(
    gate: NDArray[np.int8],
    flips: int,
    room: _Room,
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
) -> int:
    # The key of a gate's image as `keys_of_rows` has it; -1 while an operand has no place.
    place, moved = room.place, room.moved
    count, previous = 0, -1
    for part in range(3):
        wire = np.int64(gate[part])
        if wire > previous:
            if place[wire] < 0:
                return -1
            moved[count] = place[wire]
            count += 1
            previous = wire
    turned = 0
    if count > 1 and moved[0] > moved[1]:
        turned |= 1
    if count > 2:
        turned |= (2 if moved[0] > moved[2] else 0) | (4 if moved[1] > moved[2] else 0)
    form = np.int64(rewrites[gate[3], flips, turned, 0])
    for i in range(1, count):
        value, j = moved[i], i
        while j > 0 and moved[j - 1] > value:
            moved[j] = moved[j - 1]
            j -= 1
        moved[j] = value
    key = 0
    for part in range(3):
        operand = np.int64(patterns[form, 2 - part])
        if operand >= 0:
            operand = moved[operand]
        key = (key << 8) | (operand + 2)
    return (key << 8) | form


@leaf
def _write_image(
    gates: NDArray[np.int8],
    size: int,
    inputs: int,
    order: NDArray[np.uint8],
    mask: int,
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
    image: NDArray[np.int8],
    room: _Room,
) -> None:
    # The canonical chain of the transformed circuit: flips are pushed through the gates in the old
    # order, then gates are placed by least key as soon as their operands are.
    place, flip, flips, keys = room.place, room.flip, room.flips, room.keys
    for i in range(inputs):
        place[i] = order[i]
        flip[i] = (mask >> i) & 1
    for g in range(size):
        place[inputs + g], keys[g] = -1, -1
        flips[g] = _flips_of(gates[g], flip)
        flip[inputs + g] = rewrites[gates[g, 3], flips[g], 0, 1]
    for position in range(size):
        winner = -1
        for g in range(size):
            if place[inputs + g] >= 0:
                continue
            # Once its operands have places, the key of a gate is settled.
            if keys[g] < 0:
                keys[g] = _moved_key(gates[g], flips[g], room, rewrites, patterns)
            if keys[g] >= 0 and (winner < 0 or keys[g] < keys[winner]):
                winner = g
        place[inputs + winner] = inputs + position
        key = keys[winner]
        image[position, 3] = key & 255
        for part in range(3):
            image[position, part] = ((key >> (8 * (part + 1))) & 255) - 2


@kernel
def images_of_rows(
    gates: NDArray[np.int8],
    drivers: NDArray[np.int16],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Return the canonical image of circuit k under transformation k, and what drives its outputs.

    Arguments:
        gates: chains, shape (m, r, 4).
        drivers: per output the wire (-1 the constant 0) and its inversion, shape (m, 2 q).
        orders, masks: the transformations, shapes (m, n) and (m,).
        rewrites, patterns: of the basis, as `Symmetry` has them.
    """
    images = np.full_like(gates, _NO_GATE)
    moved = np.empty_like(drivers)
    room = _room(inputs, gates.shape[1])
    for k in range(len(gates)):
        size, mask = _length(gates[k]), np.int64(masks[k])
        _write_image(gates[k], size, inputs, orders[k], mask, rewrites, patterns, images[k], room)
        for j in range(0, drivers.shape[1], 2):
            wire = drivers[k, j]
            moved[k, j], moved[k, j + 1] = wire, drivers[k, j + 1]
            if wire >= 0:
                moved[k, j] = room.place[wire]
                moved[k, j + 1] ^= room.flip[wire]
    return images, moved


@leaf
def _is_fixed(
    gates: NDArray[np.int8],
    size: int,
    inputs: int,
    order: NDArray[np.uint8],
    mask: int,
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
    room: _Room,
) -> bool:
    # Whether a transformation carries a chain, whose keys are in `room`, to itself: iff the image
    # of every gate is one of its gates. No two have one image, for they compute other functions.
    place, flip, keys = room.place, room.flip, room.keys
    for i in range(inputs):
        place[i] = order[i]
        flip[i] = (mask >> i) & 1
    for g in range(size):
        flips = _flips_of(gates[g], flip)
        key = _moved_key(gates[g], flips, room, rewrites, patterns)
        position = 0
        while position < size and keys[position] < key:
            position += 1
        if position == size or keys[position] != key:
            return False
        place[inputs + g] = inputs + position
        flip[inputs + g] = rewrites[gates[g, 3], flips, 0, 1]
    return True


@leaf
def _add_fixing(
    gates: NDArray[np.int8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    weights: NDArray[np.int64],
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
    room: _Room,
    fixed: NDArray[np.int64],
    summed: NDArray[np.int64],
) -> None:
    for k in range(len(gates)):
        size = _length(gates[k])
        for g in range(size):
            key = 0
            for part in range(3):
                key = (key << 8) | (np.int64(gates[k, g, 2 - part]) + 2)
            room.keys[g] = (key << 8) | gates[k, g, 3]
        for row in range(len(masks)):
            mask = np.int64(masks[row])
            if _is_fixed(gates[k], size, inputs, orders[row], mask, rewrites, patterns, room):
                fixed[k] += 1
                summed[k] += weights[row]


@kernel
def count_fixing(
    gates: NDArray[np.int8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    weights: NDArray[np.int64],
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each chain how many of the transformations fix it, and their summed weights."""
    fixed = np.zeros(len(gates), dtype=np.int64)
    summed = np.zeros(len(gates), dtype=np.int64)
    room = _room(inputs, gates.shape[1])
    _add_fixing(gates, inputs, orders, masks, weights, rewrites, patterns, room, fixed, summed)
    return fixed, summed


# -- sets of gates that read only inputs -------------------------------------------------------


@leaf
def _rank(chosen: NDArray[np.int64], count: int, binomials: NDArray[np.int64]) -> int:
    # Place of an ascending combination among all of its size (colexicographic).
    rank = 0
    for i in range(count):
        rank += binomials[chosen[i], i + 1]
    return rank


@leaf
def _moved_set(
    chosen: NDArray[np.int64], count: int, moves: NDArray[np.int16], moved: NDArray[np.int64]
) -> None:
    for i in range(count):
        value = np.int64(moves[chosen[i]])
        j = i
        while j > 0 and moved[j - 1] > value:
            moved[j] = moved[j - 1]
            j -= 1
        moved[j] = value


@kernel
def orbit_representatives(
    gates: int,
    count: int,
    reads: NDArray[np.int64],
    inputs: int,
    most_unread: int,
    moves: NDArray[np.int16],
    binomials: NDArray[np.int64],
) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Return one set of `count` gates per orbit, the least, and the sizes of the orbits.

    Arguments:
        gates: number of gates that read only inputs.
        reads: shape (gates,): the inputs that each gate reads, as a mask.
        most_unread: sets that leave more than this many of the `inputs` unread are left out.
        moves: shape (g, gates): where each group element carries each gate.
        binomials: Pascal's triangle, `binomials[a, b]` = a choose b.

    Returns:
        the representatives, shape (m, count), ascending in each row; the orbit sizes, shape (m,).
    """
    seen = np.zeros(binomials[gates, count], dtype=np.uint8)
    chosen = np.empty(count, dtype=np.int64)
    for i in range(count):
        chosen[i] = i
    moved = np.zeros(count, dtype=np.int64)
    representatives = np.empty((64, count), dtype=moves.dtype)
    sizes = np.empty(64, dtype=np.int64)
    total = 0
    while True:
        if not seen[_rank(chosen, count, binomials)]:
            covered = 0
            for i in range(count):
                covered |= reads[chosen[i]]
            unread = 0
            for i in range(inputs):
                unread += 1 - ((covered >> i) & 1)
            if unread <= most_unread:
                size = 0
                for row in range(len(moves)):
                    _moved_set(chosen, count, moves[row], moved)
                    place = _rank(moved, count, binomials)
                    if not seen[place]:
                        seen[place] = 1
                        size += 1
                if total == len(sizes):
                    representatives = twice_as_many_rows(representatives, total)
                    sizes = twice_as_long(sizes, total)
                for i in range(count):
                    representatives[total, i] = chosen[i]
                sizes[total] = size
                total += 1
        # Next combination.
        i = count - 1
        while i >= 0 and chosen[i] == gates - count + i:
            i -= 1
        if i < 0:
            break
        chosen[i] += 1
        for j in range(i + 1, count):
            chosen[j] = chosen[j - 1] + 1
    return representatives[:total].copy(), sizes[:total].copy()


@kernel
def stabiliser_rows(chosen: NDArray[np.int64], moves: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return the rows of `moves` that carry the ascending set `chosen` to itself."""
    count = len(chosen)
    moved = np.zeros(count, dtype=np.int64)
    rows = np.empty(len(moves), dtype=np.int64)
    total = 0
    for row in range(len(moves)):
        _moved_set(chosen, count, moves[row], moved)
        same = True
        for i in range(count):
            if moved[i] != chosen[i]:
                same = False
                break
        if same:
            rows[total] = row
            total += 1
    return rows[:total].copy()
