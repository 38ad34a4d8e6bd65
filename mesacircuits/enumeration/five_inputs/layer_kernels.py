"""Numba kernels for the gates that may come next, and for choosing among them up to symmetry.

The gates of a reduced circuit form *layers*: the first are those computable from two inputs, each
later one those computable from two wires of earlier layers, at least one of the last layer before.
Candidates are listed layer by layer, and a set of gates is built by taking candidates in the order
of the list; what is passed over stays excluded. So every set is met exactly once.

Permuting and negating inputs, with polarities normalised again, carries layers to layers. So of the
choices within a layer only the least of each orbit under the stabiliser of the layers below is
kept. Gates are taken in ascending order, and the beginning of a least choice is least itself, so
what is not least can be given up at once.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import leaf
from mesacircuits.enumeration.five_inputs.half_kernels import image_of

__all__ = [
    "Candidates",
    "close_layer",
    "exclude",
    "fixing_choice",
    "forget_after",
    "list_products",
    "open_layer",
    "place_in_list",
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
