"""How permuting and negating inputs moves the gates of any basis, and sets of first gates.

In a canonical chain the gates that read only inputs come first. A symmetry of the basis carries a
reduced circuit to a reduced circuit, and its set of such gates to another. So only one set per
orbit is extended; a circuit met above a set stands for as many as the orbit has sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.operators import (
    CONSTANT_OPERAND,
    GateForm,
    operator_of,
    orders_that_keep,
)
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.form_gate_kernels import result_of
from mesacircuits.enumeration.form_tables import ABSENT, FormTables, form_tables, gates_over
from mesacircuits.enumeration.orbit_kernels import orbit_representatives, stabiliser_rows
from mesacircuits.errors import ArgumentError

__all__ = ["FirstForms", "first_forms", "negates_inputs"]

# Of sets of first gates it is marked, at a byte each, which were met.
_MOST_SETS = 2**31


@dataclass(frozen=True)
class FirstForms:
    """The input-reading gates of a basis over n inputs, and the symmetries that move them.

    Attributes:
        inputs: n.
        tables: the basis as arrays.
        negations: whether negating inputs is a symmetry: inverters are free and the operators
            closed under inverting operands; permuting inputs always is one.
        input_tables: truth tables of the inputs, shape (n,).
        gates: rows (third, second, first, form) of every such gate in key order, shape (g, 4).
        orders, masks: the symmetries: y_i = x_order(i) XOR mask_i.
        moves: the place of each gate's image under each symmetry, shape (|G|, g).
        rewrites: `rewrites[form, flips, turned]` is the form that a form becomes, and whether its
            output is flipped, where `flips` says which of its wires are inverted (bit j the j-th
            from the lowest) and `turned` which change places (bit 0: wires 0 and 1, bit 1: 0 and 2,
            bit 2: 1 and 2); shape (f, 8, 8, 2).
        patterns: per form its operands (third, second, first) as wires from the lowest, with -1
            the constant and -2 absent, shape (f, 3).
    """

    inputs: int
    tables: FormTables
    negations: bool
    input_tables: NDArray[np.uint64]
    gates: NDArray[np.int8]
    orders: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    moves: NDArray[np.int16]
    rewrites: NDArray[np.int16]
    patterns: NDArray[np.int8]

    def sets(
        self, count: int, cost: int, idle: int, outputs: int = 1
    ) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
        """Return one set of `count` first gates per orbit, and the sizes of the orbits.

        Sets are left out that cost more than `cost`, or leave more wires unread than the remaining
        cost and the outputs can take up, `idle` inputs aside.

        Returns:
            places in `gates`, ascending, shape (m, count); the orbit sizes, shape (m,).

        Raises:
            ArgumentError: if there are more sets than can be marked in memory.
        """
        total = len(self.gates)
        costs = self.tables.costs[self.gates[:, 3]]
        left = cost - count * self.tables.cheapest
        # Each unit of cost takes up at most `per_cost` of the unread wires beyond the last.
        most = int(self.tables.per_cost * left) + outputs - count
        if count > total or left < 0 or most < 0:
            return np.empty((0, count), dtype=np.int16), np.empty(0, dtype=np.int64)
        if comb(total, count) > _MOST_SETS:
            raise ArgumentError(
                "basis",
                f"one with at most {_MOST_SETS:,} sets of {count} gates that read only inputs",
                f"{self.tables.basis.name}, with {comb(total, count):,}",
            )
        pascal = np.array(
            [[comb(a, b) for b in range(count + 2)] for a in range(total + 1)], dtype=np.int64
        )
        chosen, sizes = orbit_representatives(
            total, count, self._reads, self.inputs, most + idle, self.moves, pascal
        )
        affordable = costs[chosen].sum(axis=1) <= cost
        return chosen[affordable], sizes[affordable]

    @cached_property
    def _reads(self) -> NDArray[np.int64]:
        operands = self.gates[:, :3].astype(np.int64)
        bits = np.where(operands >= 0, 1 << np.maximum(operands, 0), 0)
        reads: NDArray[np.int64] = np.bitwise_or.reduce(bits, axis=1)
        return reads

    @cached_property
    def twins(self) -> NDArray[np.int64]:
        """For each gate how many have its operands, function and cost; shape (g,)."""
        mask = np.uint64((1 << (1 << self.inputs)) - 1)
        functions = [
            result_of(third, second, first, self.input_tables, self.tables.normal_forms, form, mask)
            for third, second, first, form in self.gates.astype(np.int64)
        ]
        costs = self.tables.costs[self.gates[:, 3]]
        alike = [
            (*gate[:3], int(function), cost)
            for gate, function, cost in zip(
                self.gates.tolist(), functions, costs.tolist(), strict=True
            )
        ]
        return np.array([alike.count(each) for each in alike], dtype=np.int64)

    def stabiliser(self, places: NDArray[np.int16]) -> NDArray[np.int64]:
        """Return the rows of the group that carry a set of gates to itself."""
        rows: NDArray[np.int64] = stabiliser_rows(places.astype(np.int64), self.moves)
        return rows


def _rewritten(
    form: GateForm, flips: int, ranks: tuple[int, ...], free: bool
) -> tuple[tuple[int, ...], int, int]:
    # Pattern and operator table after inverting wires and renaming wire j to ranks[j]; polarity.
    rows = range(1 << form.operator.arity)
    mask = sum((p >= 0 and flips >> p & 1) << i for i, p in enumerate(form.pattern))
    table = sum((form.operator.table >> (row ^ mask) & 1) << row for row in rows)
    polarity = table & 1 if free else 0
    table ^= polarity * ((1 << len(rows)) - 1)
    renamed = [p if p < 0 else ranks[p] for p in form.pattern]
    order = tuple(sorted(range(len(renamed)), key=renamed.__getitem__))
    operator = operator_of(form.operator.arity, table).permuted(order)
    pattern = tuple(renamed[i] for i in order)
    least = min(operator.permuted(o).table for o in orders_that_keep(pattern))
    return pattern, least, polarity


def _ranks(turned: int, wires: int) -> tuple[int, ...] | None:
    # The order that the bits of `turned` describe, if they describe one.
    pairs = ((0, 1), (0, 2), (1, 2))
    above = [0] * wires
    for bit, (i, j) in enumerate(pairs):
        if j >= wires:
            if turned >> bit & 1:
                return None
            continue
        above[i if turned >> bit & 1 else j] += 1
    return tuple(above) if sorted(above) == list(range(wires)) else None


def _rewrites(tables: FormTables, negations: bool) -> NDArray[np.int16] | None:
    # `FirstForms.rewrites`, without negations only for no flips; None if not closed under them.
    free = tables.basis.free_inverters
    index = {(f.pattern, f.operator.table): place for place, f in enumerate(tables.forms)}
    result = np.zeros((len(tables.forms), 8, 8, 2), dtype=np.int16)
    for place, form in enumerate(tables.forms):
        for flips in range(1 << form.wires if negations else 1):
            for turned in range(8):
                ranks = _ranks(turned, form.wires)
                if ranks is None:
                    continue
                pattern, table, polarity = _rewritten(form, flips, ranks, free)
                new = index.get((pattern, table))
                if new is None or tables.costs[new] != form.cost:
                    return None
                result[place, flips, turned] = new, polarity
    return result


@lru_cache(maxsize=64)
def negates_inputs(basis: Basis) -> bool:
    """Return whether negating inputs carries circuits over `basis` to such circuits.

    >>> from mesacircuits.circuits.bases import AIG, NAND
    >>> negates_inputs(AIG), negates_inputs(NAND)
    (True, False)
    """
    return basis.free_inverters and _rewrites(form_tables(basis), True) is not None


@lru_cache(maxsize=16)
def first_forms(inputs: int, basis: Basis) -> FirstForms:
    """Return the input-reading gates of any basis over n inputs, with their symmetries.

    >>> from mesacircuits.circuits.bases import MIG, NAND
    >>> level = first_forms(4, MIG)
    >>> len(level.gates), len(level.masks), len(level.sets(3, 5, 0)[0])
    (40, 384, 62)
    >>> len(first_forms(4, NAND).masks)
    24
    """
    tables = form_tables(basis)
    negations = negates_inputs(basis)
    rewrites = _rewrites(tables, negations)
    assert rewrites is not None  # bases are closed under permuting operands
    orders, masks = np_group(inputs)
    if not negations:
        orders, masks = orders[masks == 0], masks[masks == 0]
    patterns = np.full((len(tables.forms), 3), ABSENT, dtype=np.int8)
    for place, form in enumerate(tables.forms):
        patterns[place, 3 - len(form.pattern) :] = form.pattern
    rows = gates_over(basis, inputs)
    place_of = {row: i for i, row in enumerate(rows)}
    moves = np.zeros((len(masks), len(rows)), dtype=np.int16)
    for i, row in enumerate(rows):
        wires = sorted({w for w in row[:3] if w >= 0})
        for g, (order, mask) in enumerate(zip(orders.tolist(), masks.tolist(), strict=True)):
            moved = [order[w] for w in wires]
            flips = sum((mask >> w & 1) << j for j, w in enumerate(wires))
            new = int(rewrites[row[3], flips, _turned(moved), 0])
            ascending = sorted(moved)
            third, second, first = (_wire(p, ascending) for p in patterns[new])
            moves[g, i] = place_of[third, second, first, new]
    return FirstForms(
        inputs=inputs,
        tables=tables,
        negations=negations,
        input_tables=np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.uint64),
        gates=np.array(rows, dtype=np.int8).reshape(-1, 4),
        orders=orders,
        masks=masks,
        moves=moves,
        rewrites=rewrites,
        patterns=patterns,
    )


def _wire(place: int, wires: list[int] | tuple[int, ...]) -> int:
    return int(place) if place <= CONSTANT_OPERAND else wires[place]


def _turned(moved: list[int]) -> int:
    pairs = ((0, 1), (0, 2), (1, 2))
    return sum((j < len(moved) and moved[i] > moved[j]) << bit for bit, (i, j) in enumerate(pairs))
