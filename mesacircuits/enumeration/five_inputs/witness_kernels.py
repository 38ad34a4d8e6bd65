"""Numba kernels that turn sets of gates into circuits for the least members of their classes."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["carry_sets", "gates_of_sets", "join_parts"]

_MOST_WIRES = 32


@leaf
def _image(table: int, row: NDArray[np.uint32], full: int) -> int:
    image = np.int64(
        row[table & 255]
        ^ row[256 + (table >> 8 & 255)]
        ^ row[512 + (table >> 16 & 255)]
        ^ row[768 + (table >> 24)]
    )
    return image ^ full if image & 1 else image


@leaf
def _row_between(table: int, target: int, images: NDArray[np.uint32], full: int) -> int:
    for row in range(len(images)):
        if _image(table, images[row], full) == target:
            return row
    return -1


@leaf
def carry_sets(
    sets: NDArray[np.int64], targets: NDArray[np.int64], images: NDArray[np.uint32], full: int
) -> bool:
    """Carry each set of gates to one for another function of its class, in place.

    Arguments:
        sets: shape (m, r): the tables of the gates of each set, the last that of the output.
        targets: shape (m,): the functions with f(0) = 0 that the outputs are to become.
        images: shape (g, 1024): as for `extend_sets`.
        full: the table of the constant 1.

    Returns:
        whether every output has its target in its class.
    """
    for i in range(len(sets)):
        row = _row_between(sets[i, sets.shape[1] - 1], targets[i], images, full)
        if row < 0:
            return False
        for k in range(sets.shape[1]):
            sets[i, k] = _image(sets[i, k], images[row], full)
    return True


@kernel
def gates_of_sets(
    sets: NDArray[np.int64], input_tables: NDArray[np.int64], operators: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return for each set of gates a circuit, the first way of each gate from those before it.

    Arguments:
        sets: shape (m, r): tables, each one operator of two before it or of inputs.

    Returns:
        (low, high, operator) of each gate, shape (m, r, 3); the operator is 255 where a gate has no
        way from those before it.
    """
    inputs = len(input_tables)
    size = sets.shape[1]
    gates = np.zeros((len(sets), size, 3), dtype=np.uint8)
    wires = np.zeros(_MOST_WIRES, dtype=np.int64)
    copy_into(wires, input_tables)
    for s in range(len(sets)):
        for g in range(size):
            table = sets[s, g]
            wires[inputs + g] = table
            gates[s, g, 2] = 255
            for j in range(inputs + g):
                for i in range(j):
                    if gates[s, g, 2] != 255:
                        break
                    for op in range(len(operators)):
                        if apply_operator(wires[i], wires[j], operators, op) == table:
                            gates[s, g, 0], gates[s, g, 1], gates[s, g, 2] = i, j, op
                            break
    return gates


@kernel
def join_parts(
    order: NDArray[np.int64],
    parts: NDArray[np.int64],
    class_of_part: NDArray[np.int64],
    operators: NDArray[np.int64],
    normal: NDArray[np.int64],
    images: NDArray[np.uint32],
    full: int,
    sets: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> None:
    """Build the gate sets of formulas from those of their parts, equal gates shared.

    Arguments:
        order: the numbers of the classes to build, parts before what they are parts of.
        parts: shape (c, 3): functions g, h and an operator that give a function of each class.
        class_of_part: shape (c, 2): the classes of g and h.
        normal: shape (c,): the function with f(0) = 0 of each class that its set is for.
        images, full: as for `carry_sets`.
        sets: shape (c, most): the tables of the gates; rows of `order` are filled.
        sizes: shape (c,): how many there are; 0 for the constants and the inputs.
    """
    most = sets.shape[1]
    buffer = np.empty(2 * most + 1, dtype=np.int64)
    for number in order:
        count = 0
        for side in range(2):
            part = class_of_part[number, side]
            if sizes[part] == 0:
                continue
            row = _row_between(normal[part], parts[number, side], images, full)
            for k in range(sizes[part]):
                table = _image(sets[part, k], images[row], full)
                fresh = True
                for i in range(count):
                    fresh &= buffer[i] != table
                if fresh:
                    buffer[count] = table
                    count += 1
        table = apply_operator(parts[number, 0], parts[number, 1], operators, parts[number, 2])
        buffer[count] = table
        count += 1
        row = _row_between(table, normal[number], images, full)
        for k in range(count):
            sets[number, k] = _image(buffer[k], images[row], full)
        sizes[number] = count
