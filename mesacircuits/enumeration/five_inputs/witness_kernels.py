"""Numba kernels that turn sets of gates into circuits, and join sets to those of formulas."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.five_inputs.half_kernels import image_of

__all__ = ["gates_of_sets", "joined_sets"]

_MOST_WIRES = 32


@kernel
def gates_of_sets(
    sets: NDArray[np.int64], input_tables: NDArray[np.int64], operators: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return for each set of gates a circuit, the first way of each gate from those before it.

    Arguments:
        sets: shape (m, r): tables, each one operator of two before it or of inputs; 0 where a set
            has fewer than r gates, at its end.

    Returns:
        (low, high, operator) of each gate, shape (m, r, 3), 0 beyond the end of a set; the operator
        is 255 where a gate has no way from those before it.
    """
    inputs = len(input_tables)
    size = sets.shape[1]
    gates = np.zeros((len(sets), size, 3), dtype=np.uint8)
    wires = np.zeros(_MOST_WIRES, dtype=np.int64)
    copy_into(wires, input_tables)
    for s in range(len(sets)):
        for g in range(size):
            table = sets[s, g]
            if table == 0:
                break
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


@leaf
def _row_between(table: int, target: int, images: NDArray[np.uint32], full: int) -> int:
    for row in range(len(images)):
        if image_of(table, images[row], full) == target:
            return row
    return -1


@kernel
def joined_sets(
    parts: NDArray[np.int64],
    normal: NDArray[np.int64],
    sets: NDArray[np.int64],
    targets: NDArray[np.int64],
    operators: NDArray[np.int64],
    images: NDArray[np.uint32],
    full: int,
) -> NDArray[np.int64]:
    """Return the gate sets of formulas, made from those of their parts, equal gates shared.

    Arguments:
        parts: shape (m, 3): functions g, h and an operator that give a function of each class.
        normal: shape (m, 2): a function of the class of g, and of that of h, ...
        sets: shape (m, 2, r): ... and a set of gates for each, 0 beyond its end.
        targets: shape (m,): the function with f(0) = 0 of each class that its set is to be for.
        images, full: as `image_of` takes them, for all of the group.

    Returns:
        shape (m, 2 r + 1), 0 beyond the end of a set.
    """
    most = sets.shape[2]
    joined = np.zeros((len(parts), 2 * most + 1), dtype=np.int64)
    for i in range(len(parts)):
        count = 0
        for side in range(2):
            if sets[i, side, 0] == 0:
                continue
            row = _row_between(normal[i, side], parts[i, side], images, full)
            for k in range(most):
                if sets[i, side, k] == 0:
                    break
                table = image_of(sets[i, side, k], images[row], full)
                fresh = True
                for j in range(count):
                    fresh &= joined[i, j] != table
                if fresh:
                    joined[i, count] = table
                    count += 1
        table = apply_operator(parts[i, 0], parts[i, 1], operators, parts[i, 2])
        joined[i, count] = table
        row = _row_between(table, targets[i], images, full)
        for k in range(count + 1):
            joined[i, k] = image_of(joined[i, k], images[row], full)
    return joined
