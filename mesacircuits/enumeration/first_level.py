"""The gates that read only inputs, and sets of them up to permuting and negating inputs.

In a canonical chain these gates come first. Permuting and negating inputs carries a reduced
circuit, with polarities normalised again, to a reduced circuit, and its set of input-reading
gates to such a set. So only one set per orbit needs to be extended; a circuit met above a set
stands for as many circuits as the orbit has sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.orbit_kernels import orbit_representatives, stabiliser_rows
from mesacircuits.errors import ArgumentError

__all__ = ["FirstLevel", "first_level"]


@dataclass(frozen=True)
class FirstLevel:
    """The input-reading gates of a basis over n inputs, and how the symmetry group moves them.

    Attributes:
        inputs: n.
        basis: a basis of two-input operators with free inverters.
        input_tables: truth tables of the inputs, shape (n,).
        operators: per operator, all-ones where its table has bit 1, 2, 3; shape (k, 3).
        gates: (low, high, operator) of every such gate in key order, shape (g, 3).
        moves: the place of each gate's image under each group element, shape (n! 2^n, g).
        orders, masks: the group elements, as `np_group` lists them.
        rewrites: `rewrites[op, f, g, s]` is the operator that op becomes, and whether its output
            is flipped, if operand 0 is flipped (f), operand 1 (g), and the two change places (s);
            shape (k, 2, 2, 2, 2).
    """

    inputs: int
    basis: Basis
    input_tables: NDArray[np.uint64]
    operators: NDArray[np.uint64]
    gates: NDArray[np.uint8]
    moves: NDArray[np.uint8]
    orders: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    rewrites: NDArray[np.uint8]

    def sets(self, count: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return one set of `count` gates per orbit, for circuits of `size` gates, and weights.

        Sets that leave too many wires unread for the rest of the circuit to take up are left out:
        each further gate lowers the number of unread wires by at most one.

        Returns:
            places in `gates`, ascending, shape (m, count); the orbit sizes, shape (m,).
        """
        reads = (1 << self.gates[:, 0].astype(np.int64)) | (1 << self.gates[:, 1].astype(np.int64))
        total = len(self.gates)
        pascal = np.array(
            [[comb(a, b) for b in range(count + 2)] for a in range(total + 1)], dtype=np.int64
        )
        most_unread = size - 2 * count + 1
        if most_unread < 0 or count > total:
            return np.empty((0, count), dtype=np.uint8), np.empty(0, dtype=np.int64)
        found: tuple[NDArray[np.uint8], NDArray[np.int64]] = orbit_representatives(
            total, count, reads, self.inputs, most_unread, self.moves, pascal
        )
        return found

    def stabiliser(self, places: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return the rows of the group that carry a set of gates to itself."""
        rows: NDArray[np.int64] = stabiliser_rows(places.astype(np.int64), self.moves)
        return rows


def _rewrites(basis: Basis) -> NDArray[np.uint8]:
    index = {operator.table: place for place, operator in enumerate(basis.operators)}
    result = np.zeros((len(basis.operators), 2, 2, 2, 2), dtype=np.uint8)
    for place, operator in enumerate(basis.operators):
        for flips in range(4):
            table = sum((operator.table >> (row ^ flips) & 1) << row for row in range(4))
            polarity = table & 1
            table ^= 15 * polarity
            swapped = table & 9 | (table & 2) << 1 | (table & 4) >> 1
            for swap, new in enumerate((table, swapped)):
                if new not in index:
                    raise ArgumentError(
                        "basis", "operators closed under inverting operands", basis.name
                    )
                result[place, flips & 1, flips >> 1, swap] = index[new], polarity
    return result


@lru_cache(maxsize=16)
def first_level(inputs: int, basis: Basis) -> FirstLevel:
    """Return the input-reading gates of `basis` over `inputs` inputs, with their symmetries.

    Raises `ArgumentError` unless the basis has free inverters, two-input operators only, and is
    closed under inverting operands.

    >>> from mesacircuits.circuits import B2
    >>> level = first_level(4, B2)
    >>> len(level.gates), len(level.sets(4, 7)[0]), int(level.sets(4, 7)[1].sum())
    (30, 122, 21975)
    """
    if not basis.free_inverters or any(o.arity != 2 for o in basis.operators):
        raise ArgumentError("basis", "two-input operators with free inverters", basis.name)
    rewrites = _rewrites(basis)
    kinds = len(basis.operators)
    pairs = [(low, high) for high in range(inputs) for low in range(high)]
    gates = np.array(
        [(low, high, op) for low, high in pairs for op in range(kinds)], dtype=np.uint8
    ).reshape(-1, 3)
    place = np.zeros((inputs + 1, inputs + 1, kinds), dtype=np.uint8)
    for i, (low, high, op) in enumerate(gates):
        place[low, high, op] = i
    orders, masks = np_group(inputs)
    moves = np.zeros((len(masks), len(gates)), dtype=np.uint8)
    for i, (low, high, op) in enumerate(gates):
        p, q = orders[:, low], orders[:, high]
        new = rewrites[op, masks >> low & 1, masks >> high & 1, (p > q).astype(np.uint8), 0]
        moves[:, i] = place[np.minimum(p, q), np.maximum(p, q), new]
    full = (1 << 64) - 1
    operators = np.array(
        [[full * (o.table >> bit & 1) for bit in (1, 2, 3)] for o in basis.operators],
        dtype=np.uint64,
    )
    tables = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.uint64)
    return FirstLevel(inputs, basis, tables, operators, gates, moves, orders, masks, rewrites)
