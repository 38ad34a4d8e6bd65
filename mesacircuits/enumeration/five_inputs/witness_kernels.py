"""Numba kernels that turn sets of gates into circuits, one or all, or join sets."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import (
    apply_operator,
    copy_into,
    twice_as_long,
    twice_as_many_blocks,
)
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.five_inputs.half_kernels import image_of

__all__ = ["circuits_of_sets", "exchanged_operators", "gates_of_sets", "joined_sets"]

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
def _reads_itself(gate: int, inputs: int, reads: NDArray[np.int64]) -> bool:
    # Whether a gate depends on itself, by what it and those before it in the set read.
    known = np.int64(0)
    more = reads[gate] >> inputs
    while more & ~known:
        known |= more
        for other in range(gate):
            if known >> other & 1:
                more |= reads[other] >> inputs
    return bool(known >> gate & 1)


@kernel
def exchanged_operators(operators: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each operator the place of the one that has its operands exchanged."""
    kinds = len(operators)
    exchanged = np.zeros(kinds, dtype=np.int64)
    for op in range(kinds):
        for other in range(kinds):
            if (
                operators[op, 0] == operators[other, 1]
                and operators[op, 1] == operators[other, 0]
                and operators[op, 2] == operators[other, 2]
            ):
                exchanged[op] = other
    return exchanged


@kernel
def circuits_of_sets(
    sets: NDArray[np.int64], input_tables: NDArray[np.int64], operators: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return all circuits over each set of gates: a way for each gate, and none reads itself.

    Arguments:
        sets: shape (m, r): tables, the last one the output's, which no other gate reads.
        operators: shape (k, 3), as `apply_operator` takes them; with each the one that has its
            operands exchanged.

    Returns:
        (low, high, operator) of each gate, shape (c, r, 3), gates in an order of their own, each
        after those that it reads, the output last; and which set each circuit is over, shape (c,).
    """
    inputs = len(input_tables)
    size = sets.shape[1]
    total = inputs + size
    kinds = len(operators)
    exchanged = exchanged_operators(operators)
    gates = np.zeros((256, size, 3), dtype=np.uint8)
    over = np.zeros(256, dtype=np.int64)
    count = 0
    wires = np.zeros(total, dtype=np.int64)
    copy_into(wires, input_tables)
    # The ways of each gate: the lower wire, the higher one, and the operator.
    ways = np.zeros((size, total * total * kinds, 3), dtype=np.int64)
    number, chosen = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    reads = np.zeros(size, dtype=np.int64)
    place = np.zeros(total, dtype=np.int64)
    for s in range(len(sets)):
        for g in range(size):
            wires[inputs + g] = sets[s, g]
        for g in range(size):
            number[g] = 0
            for j in range(1, total - 1):
                for i in range(j):
                    if inputs + g in (i, j):
                        continue
                    for op in range(kinds):
                        if apply_operator(wires[i], wires[j], operators, op) == wires[inputs + g]:
                            ways[g, number[g], 0], ways[g, number[g], 1] = i, j
                            ways[g, number[g], 2] = op
                            number[g] += 1
        # Depth first: gate by gate, way by way.
        g = 0
        chosen[0] = -1
        while g >= 0:
            chosen[g] += 1
            if chosen[g] == number[g]:
                g -= 1
                continue
            way = ways[g, chosen[g]]
            reads[g] = (np.int64(1) << way[0]) | (np.int64(1) << way[1])
            if _reads_itself(g, inputs, reads):
                continue
            if g < size - 1:
                g += 1
                chosen[g] = -1
                continue
            if count == len(gates):
                gates, over = twice_as_many_blocks(gates, count), twice_as_long(over, count)
            over[count] = s
            known = (np.int64(1) << inputs) - 1
            for i in range(inputs):
                place[i] = i
            for at in range(size):
                for gate in range(size):
                    mine = np.int64(1) << (inputs + gate)
                    if known & mine or reads[gate] & ~known:
                        continue
                    known |= mine
                    place[inputs + gate] = inputs + at
                    way = ways[gate, chosen[gate]]
                    low, high, op = place[way[0]], place[way[1]], way[2]
                    if low > high:
                        low, high, op = high, low, exchanged[op]
                    gates[count, at, 0], gates[count, at, 1], gates[count, at, 2] = low, high, op
                    break
            count += 1
    return gates[:count].copy(), over[:count].copy()


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
