"""The plain-Python twin of `chain_kernels`, and raw brute force: slow, and meant to be obvious.

Nothing here is pruned beyond what defines a reduced circuit, so what the kernel leaves out can be
held against it. Tests use both; no engine does.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.rows import ABSENT

__all__ = [
    "Chain",
    "circuit_of_chain",
    "circuits_by_brute_force",
    "extend_chains_plainly",
    "rows_of_chains",
]

#: Gates (low, high, operator): two wires, and the operator's place in the basis.
Chain = tuple[tuple[int, int, int], ...]


def circuit_of_chain(basis: Basis, inputs: int, chain: Chain, inverted: bool = False) -> Circuit:
    """Return the circuit of a chain, its last gate the output.

    >>> from mesacircuits.circuits import B2
    >>> print(circuit_of_chain(B2, 2, ((0, 1, 3),)))
    g1 = a & b; out = g1
    """
    gates = tuple(Gate(basis.names[operator], (low, high)) for low, high, operator in chain)
    return Circuit(inputs, gates, (Output(inputs + len(gates) - 1, inverted),))


def rows_of_chains(chains: Sequence[Chain]) -> NDArray[np.int8]:
    """Return chains of one length as the rows of the exhaustive engine.

    >>> rows_of_chains([((0, 1, 3),)]).tolist()
    [[[-2, 0, 1, 3]]]
    """
    rows = np.array(chains, dtype=np.int8)
    return np.concatenate([np.full_like(rows[..., :1], ABSENT), rows], axis=-1)


def extend_chains_plainly(
    inputs: int,
    basis: Basis,
    first: Sequence[tuple[int, int, int]],
    size: int,
    depth_bound: int,
    wanted: Container[int],
) -> list[tuple[Chain, int]]:
    """List the chains of `size` gates that begin with `first` and end in a wanted function.

    A chain is listed iff its keys (high, low, operator) strictly increase; no gate computes 0, an
    input or the function of another gate; every wire but the last, inputs included, is read; no
    gate after `first` reads inputs alone; its depth is at most `depth_bound`; and its last gate
    computes a function in `wanted`. (No gate computes the constant 1 or the inverse of another's
    function, as each is 0 on the all-zero input.)

    Arguments:
        inputs: n.
        basis: a basis of two-input operators with free inverters.
        first: one gate or more that read only inputs, in key order.
        size: number of gates r, at least as many as `first` has.
        depth_bound: greatest depth allowed.
        wanted: truth tables as integers.

    Returns:
        the chains in the order of their keys, each with its function.

    >>> from mesacircuits.circuits import B2
    >>> extend_chains_plainly(2, B2, [(0, 1, 3)], 2, 2, {0b0010})       # a & ~b, from a & b
    [(((0, 1, 3), (0, 2, 0)), 2), (((0, 1, 3), (0, 2, 2)), 2)]
    """
    mask = (1 << (1 << inputs)) - 1
    found = []

    def wires_of(chain: Chain) -> tuple[list[int], list[int]]:
        tables, depths = [input_bits(inputs, i) for i in range(inputs)], [0] * inputs
        for low, high, operator in chain:
            tables.append(basis.operators[operator].apply((tables[low], tables[high]), mask))
            depths.append(1 + max(depths[low], depths[high]))
        return tables, depths

    def extend(chain: Chain) -> None:
        tables, depths = wires_of(chain)
        if len({0, *tables}) < 1 + len(tables):
            return
        if len(chain) == size:
            read = {wire for low, high, _ in chain for wire in (low, high)}
            all_read = read == set(range(inputs + size - 1))
            if all_read and depths[-1] <= depth_bound and tables[-1] in wanted:
                found.append((chain, tables[-1]))
            return
        last_low, last_high, last_operator = chain[-1]
        for high in range(inputs, len(tables)):
            for low in range(high):
                for operator in range(len(basis.operators)):
                    if (high, low, operator) > (last_high, last_low, last_operator):
                        extend((*chain, (low, high, operator)))

    extend(tuple(first))
    return found


def circuits_by_brute_force(inputs: int, basis: Basis, size: int) -> set[Circuit]:
    """Return all reduced circuits of `size` >= 1 gates with one output, the last gate, uninverted.

    Every sequence of gates is tried, in any order and with operands in any order; what is the same
    circuit is told by `Circuit.canonical`, what is reduced by `Circuit.is_reduced`. Inputs may be
    unread. Meant for some 4 gates over two inputs, 3 over three.

    Arguments:
        inputs: n.
        basis: a basis of two-input operators with free inverters.
        size: number of gates.

    >>> from mesacircuits.circuits import B2
    >>> [len(circuits_by_brute_force(3, B2, size)) for size in (1, 2)]
    [15, 147]
    """

    def sequences(gates: tuple[Gate, ...]) -> Iterator[tuple[Gate, ...]]:
        if len(gates) == size:
            yield gates
            return
        # A gate that reads one wire twice computes 0 or that wire, so it is never reduced.
        pairs = permutations(range(inputs + len(gates)), 2)
        for operator, operands in product(basis.names, pairs):
            yield from sequences((*gates, Gate(operator, operands)))

    found = set()
    for gates in sequences(()):
        circuit = Circuit(inputs, gates, (Output(inputs + size - 1),))
        if circuit.is_reduced():
            found.add(circuit.canonical())
    return found
