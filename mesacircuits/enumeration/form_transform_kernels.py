"""Numba kernels on listed chains of any basis: depths, wirings, images under symmetries.

Chains are rows (third, second, first, form) as `form_kernels` lists them, all of one array with
rows of -3 where a chain is shorter.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import copy_into
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.form_gate_kernels import kind_of, result_of

__all__ = ["count_fixing_rows", "depths_of_rows", "images_of_rows", "least_forms"]

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
    given: int,
) -> NDArray[np.bool_]:
    """Return for each chain whether every gate has the least form that computes its function.

    Two circuits share a wiring iff each gate has the same operands and computes the same
    function. Least is what is cheapest, and of those what comes first; exactly one circuit of each
    wiring has all forms least. Of the first `given` gates of a chain it is only asked that they are
    cheapest.
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
                before = g >= given and form < chosen and costs[form] == costs[chosen]
                if (cheaper or before) and table == result_of(
                    third, second, first, tables, normal_forms, form, mask
                ):
                    least[k] = False
    return least


class _Room(NamedTuple):
    # Where each wire went, and whether it computes the inverse now; of each gate which wires are
    # flipped, its distinct wires, and how many these are; two keys, and operands.
    place: NDArray[np.int64]
    flip: NDArray[np.int64]
    flips: NDArray[np.int64]
    wires: NDArray[np.int64]
    counts: NDArray[np.int64]
    key: NDArray[np.int64]
    best: NDArray[np.int64]
    moved: NDArray[np.int64]


@kernel
def _room(inputs: int, size: int) -> _Room:
    return _Room(
        np.empty(inputs + size, dtype=np.int64),
        np.empty(inputs + size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty((size, 3), dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(4, dtype=np.int64),
        np.empty(4, dtype=np.int64),
        np.empty(3, dtype=np.int64),
    )


@leaf
def _image_of_chain(
    gates: NDArray[np.int8],
    size: int,
    inputs: int,
    order: NDArray[np.uint8],
    mask: int,
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
    image: NDArray[np.int8],
    room: _Room,
    only_fixed: bool,
) -> bool:
    # The canonical chain of the transformed circuit: flips are pushed through the gates in the old
    # order, then gates are placed by least key as soon as their operands are. Returns whether it is
    # the chain itself; if only that is asked, `image` is written as far as it is.
    place, flip, flips, wires, counts, key, best, moved = room
    same = True
    place[:] = -1
    flip[:] = 0
    flips[:] = 0
    counts[:] = 0
    for i in range(inputs):
        place[i] = order[i]
        flip[i] = (mask >> i) & 1
    for g in range(size):
        previous = -1
        for part in range(3):
            wire = np.int64(gates[g, part])
            if wire > previous:
                wires[g, counts[g]] = wire
                flips[g] |= flip[wire] << counts[g]
                counts[g] += 1
                previous = wire
        flip[inputs + g] = rewrites[gates[g, 3], flips[g], 0, 1]
    for position in range(size):
        winner = -1
        for g in range(size):
            if place[inputs + g] >= 0:
                continue
            ready = True
            for j in range(counts[g]):
                moved[j] = place[wires[g, j]]
                if moved[j] < 0:
                    ready = False
            if not ready:
                continue
            turned = 0
            if counts[g] > 1 and moved[0] > moved[1]:
                turned |= 1
            if counts[g] > 2:
                turned |= (2 if moved[0] > moved[2] else 0) | (4 if moved[1] > moved[2] else 0)
            form = np.int64(rewrites[gates[g, 3], flips[g], turned, 0])
            for i in range(1, counts[g]):
                value, j = moved[i], i
                while j > 0 and moved[j - 1] > value:
                    moved[j] = moved[j - 1]
                    j -= 1
                moved[j] = value
            for part in range(3):
                pattern = np.int64(patterns[form, 2 - part])
                key[part] = moved[pattern] if pattern >= 0 else pattern
            key[3] = form
            less = winner < 0
            if not less:
                for part in range(4):
                    if key[part] != best[part]:
                        less = key[part] < best[part]
                        break
            if less:
                winner = g
                for part in range(4):
                    best[part] = key[part]
        place[inputs + winner] = inputs + position
        image[position, 0], image[position, 1] = best[2], best[1]
        image[position, 2], image[position, 3] = best[0], best[3]
        for part in range(4):
            same = same and image[position, part] == gates[position, part]
        if only_fixed and not same:
            break
    return same


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
    """
    images = np.full_like(gates, _NO_GATE)
    moved = np.empty_like(drivers)
    room = _room(inputs, gates.shape[1])
    for k in range(len(gates)):
        _image_of_chain(
            gates[k],
            _length(gates[k]),
            inputs,
            orders[k],
            np.int64(masks[k]),
            rewrites,
            patterns,
            images[k],
            room,
            False,
        )
        for j in range(0, drivers.shape[1], 2):
            wire = drivers[k, j]
            moved[k, j], moved[k, j + 1] = wire, drivers[k, j + 1]
            if wire >= 0:
                moved[k, j] = room.place[wire]
                moved[k, j + 1] ^= room.flip[wire]
    return images, moved


@leaf
def _add_fixing(
    gates: NDArray[np.int8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    weights: NDArray[np.int64],
    rewrites: NDArray[np.int16],
    patterns: NDArray[np.int8],
    image: NDArray[np.int8],
    room: _Room,
    fixed: NDArray[np.int64],
    summed: NDArray[np.int64],
) -> None:
    for k in range(len(gates)):
        size = _length(gates[k])
        for row in range(len(masks)):
            if _image_of_chain(
                gates[k],
                size,
                inputs,
                orders[row],
                np.int64(masks[row]),
                rewrites,
                patterns,
                image,
                room,
                True,
            ):
                fixed[k] += 1
                summed[k] += weights[row]


@kernel
def count_fixing_rows(
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
    image = np.empty((gates.shape[1], 4), dtype=np.int8)
    room = _room(inputs, gates.shape[1])
    _add_fixing(
        gates, inputs, orders, masks, weights, rewrites, patterns, image, room, fixed, summed
    )
    return fixed, summed
