"""Numba kernels about the ways in which the gates of a set can be computed from each other.

A *set* here is a set of functions, the gates of some reduced circuit: every one is an operator of
two others or inputs, in one way or more. A *way* of a gate is such a pair of wires, with the
operator; it is held as the mask of the two wires. A circuit over the set chooses one way for each
gate such that no gate depends on itself.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import inlined, leaf

__all__ = ["MOST_GATES", "MOST_WAYS", "add_ways", "circuits_over", "own_ways", "unneeded_wires"]

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
