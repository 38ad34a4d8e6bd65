"""How permuting and negating inputs moves gates, functions and circuits of a basis.

In a canonical chain the gates that read only inputs come first. A symmetry of the basis carries a
reduced circuit to a reduced circuit, and its set of such gates to another. So only one set per
orbit is extended; a circuit met above a set stands for as many as the orbit has sets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import (
    CONSTANT_OPERAND,
    Basis,
    GateForm,
    operator_of,
    orders_that_keep,
)
from mesacircuits.circuits.npn import inverse_elements, np_group
from mesacircuits.circuits.npn_kernels import images_under, least_of_all
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.rows import (
    ABSENT,
    BasisTables,
    basis_tables,
    gates_over,
    keys_of_rows,
)
from mesacircuits.enumeration.symmetry_kernels import (
    images_of_rows,
    orbit_representatives,
    stabiliser_rows,
)
from mesacircuits.errors import ArgumentError

__all__ = [
    "MAX_CLASS_INPUTS",
    "FunctionClasses",
    "Symmetry",
    "class_numbers",
    "classes_of",
    "exact_quotient",
    "has_fast_kernel",
    "negates_inputs",
    "normal_bits",
    "support_is_enough",
    "symmetry_of",
]

#: Of functions of more inputs no classes are listed.
MAX_CLASS_INPUTS = 4
# Of sets of first gates it is marked, at a byte each, which were met.
_MOST_SETS = 2**31
# Images of circuits are made so many at a time, and equal ones told from each other.
_EXPANDED_AT_ONCE = 1 << 18
_PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class FunctionClasses:
    """The classes of all functions of n <= 4 inputs under the symmetries of a basis.

    Attributes:
        inputs: n.
        kind: `NPN` (permuting and negating inputs, negating the output), `P` (permuting inputs),
            or `PN` (permuting inputs, negating the output).
        representatives: the least member of each class, ascending.
        number: the class of each function, shape (2^(2^n),).
    """

    inputs: int
    kind: str
    representatives: NDArray[np.uint64]
    number: NDArray[np.int64]

    @property
    def normalised(self) -> bool:
        """Whether a function and its inverse are alike, so that only f(0) = 0 is looked at."""
        return self.kind != "P"

    @cached_property
    def functions(self) -> NDArray[np.int64]:
        """The number of functions of each class."""
        return np.bincount(self.number, minlength=len(self.representatives)).astype(np.int64)

    @cached_property
    def least_members(self) -> NDArray[np.uint64]:
        """The least member of each class among those functions that gates compute."""
        if not self.normalised:
            return self.representatives
        normal = np.arange(0, len(self.number), 2)
        members = np.full(len(self.representatives), len(self.number), dtype=np.uint64)
        np.minimum.at(members, self.number[normal], normal.astype(np.uint64))
        return members

    @cached_property
    def supports(self) -> NDArray[np.int64]:
        """The number of inputs that the functions of each class depend on."""
        n = self.inputs
        counts = np.zeros(len(self.representatives), dtype=np.int64)
        x = np.arange(1 << n)
        bits = self.representatives[:, None] >> x.astype(np.uint64) & np.uint64(1)
        for i in range(n):
            counts += (bits != bits[:, x ^ (1 << i)]).any(axis=1)
        return counts


@lru_cache(maxsize=16)
def _classes(inputs: int, kind: str) -> FunctionClasses:
    if not 0 <= inputs <= MAX_CLASS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 0 to {MAX_CLASS_INPUTS}", inputs)
    orders, masks = np_group(inputs)
    if kind != "NPN":
        orders, masks = orders[masks == 0], masks[masks == 0]
    table = least_of_all(inputs, orders, masks, kind != "P")
    forms, number = np.unique(table, return_inverse=True)
    return FunctionClasses(inputs, kind, forms, number.astype(np.int64).reshape(-1))


@dataclass(frozen=True, eq=False)
class Symmetry:
    """The gates of a basis that read only its n inputs, and the symmetries that move them.

    Attributes:
        inputs: n.
        tables: the basis as arrays.
        negations: whether negating inputs is a symmetry: inverters are free and the operators
            closed under inverting operands; permuting inputs always is one.
        gates: rows (third, second, first, form) of every such gate in key order, shape (g, 4).
        orders, masks: the symmetries: y_i = x_order(i) XOR mask_i; the first is the identity.
        rewrites: `rewrites[form, flips, turned]` is the form that a form becomes, and whether its
            output is flipped, where `flips` says which of its wires are inverted (bit j the j-th
            from the lowest) and `turned` which change places (bit 0: wires 0 and 1, bit 1: 0 and 2,
            bit 2: 1 and 2); shape (f, 8, 8, 2).
        patterns: per form its operands (third, second, first) as wires from the lowest, with -1
            the constant and -2 absent, shape (f, 3).
    """

    inputs: int
    tables: BasisTables
    negations: bool
    gates: NDArray[np.int8]
    orders: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    rewrites: NDArray[np.int16]
    patterns: NDArray[np.int8]

    def __reduce__(self) -> tuple[Callable[[int, Basis], Symmetry], tuple[int, Basis]]:
        # Another process makes its own, once.
        return symmetry_of, (self.inputs, self.basis)

    @property
    def basis(self) -> Basis:
        """The basis."""
        return self.tables.basis

    @property
    def mask(self) -> int:
        """All 2^n inputs, as bits."""
        return (1 << (1 << self.inputs)) - 1

    @property
    def classes(self) -> FunctionClasses:
        """The classes of functions that the symmetries make alike; n is at most 4."""
        return classes_of(self.inputs, self.basis)

    @cached_property
    def input_tables(self) -> NDArray[np.uint64]:
        """Truth tables of the inputs, shape (n,)."""
        return np.array([input_bits(self.inputs, i) for i in range(self.inputs)], dtype=np.uint64)

    @cached_property
    def moves(self) -> NDArray[np.int16]:
        """The place of each gate's image under each symmetry, shape (|G|, g)."""
        keys = keys_of_rows(self.gates)
        moves = np.zeros((len(self.masks), len(self.gates)), dtype=np.int16)
        every = np.arange(len(self.masks))[:, None]
        for i, (*operands, form) in enumerate(self.gates.tolist()):
            wires = sorted({w for w in operands if w >= 0})
            moved = self.orders[:, wires].astype(np.int8)
            flips = sum((self.masks >> w & 1).astype(np.int64) << j for j, w in enumerate(wires))
            turned = np.zeros(len(moved), dtype=np.int64)
            for bit, (low, high) in enumerate(_PAIRS):
                if high < len(wires):
                    turned |= (moved[:, low] > moved[:, high]).astype(np.int64) << bit
            new = self.rewrites[form, flips, turned, 0]
            pattern = self.patterns[new]
            ascending = np.sort(moved, axis=1)[every, np.maximum(pattern, 0)]
            images = np.concatenate(
                [np.where(pattern > CONSTANT_OPERAND, ascending, pattern), new[:, None]], axis=1
            )
            moves[:, i] = np.searchsorted(keys, keys_of_rows(images))
        return moves

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
        if (length := self.tables.length(cost)) is not None:
            left = length - count
            most = left + outputs - count
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
        forms = self.tables.forms
        alike = [(*row[:3], forms[row[3]].table, forms[row[3]].cost) for row in self.gates.tolist()]
        return np.array([alike.count(each) for each in alike], dtype=np.int64)

    def stabiliser(self, places: NDArray[np.int16]) -> NDArray[np.int64]:
        """Return the numbers of the symmetries that carry a set of gates to itself."""
        rows: NDArray[np.int64] = stabiliser_rows(places.astype(np.int64), self.moves)
        return rows

    @cached_property
    def pure_conjugates(self) -> NDArray[np.int64]:
        """For each symmetry h the number of symmetries g for which g h g^-1 negates no input."""
        # With the negation t, (t h t)_i = x_p(i) XOR t_p(i) XOR m_i XOR t_i; conjugating further by
        # a permutation does not change whether the mask is 0.
        counts = np.zeros(len(self.masks), dtype=np.int64)
        for t in range(1 << self.inputs if self.negations else 1):
            pure = np.ones(len(self.masks), dtype=bool)
            for i in range(self.inputs):
                p, m = self.orders[:, i].astype(np.int64), self.masks.astype(np.int64)
                pure &= (t >> p & 1) ^ (m >> i & 1) ^ (t >> i & 1) == 0
            counts += pure
        return counts * factorial(self.inputs)

    def images_of(self, bits: np.uint64) -> NDArray[np.uint64]:
        """Return the images of a function, as gates compute them, under each symmetry."""
        images: NDArray[np.uint64] = images_under(bits, self.inputs, self.orders, self.masks)
        if not self.basis.free_inverters:
            return images
        return np.where(images & np.uint64(1), images ^ np.uint64(self.mask), images)

    def moved(
        self,
        rows: NDArray[np.int8],
        drivers: NDArray[np.int16],
        turns: NDArray[np.int64],
        back: bool = False,
    ) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
        """Return the image of each circuit under a symmetry of its own, as rows and drivers.

        Arguments:
            rows: chains, shape (m, r, 4).
            drivers: per output its wire (-1 the constant 0) and its inversion, shape (m, 2 q).
            turns: the number of each circuit's symmetry, shape (m,).
            back: whether to apply the inverses of these.
        """
        group = self.orders[turns], self.masks[turns]
        moved: tuple[NDArray[np.int8], NDArray[np.int16]] = images_of_rows(
            np.ascontiguousarray(rows),
            np.ascontiguousarray(drivers),
            self.inputs,
            *(inverse_elements(*group) if back else group),
            self.rewrites,
            self.patterns,
        )
        return moved

    def spread(
        self,
        rows: NDArray[np.int8],
        drivers: NDArray[np.int16],
        turns: NDArray[np.int64],
        exchanges: NDArray[np.int16] | None = None,
    ) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
        """Return all images of circuits under some symmetries, each once, ascending row by row.

        Arguments:
            rows, drivers: circuits, as for `moved`.
            turns: the numbers of the symmetries, shape (s,).
            exchanges: for each of them which output becomes output j, and whether inverted, shape
                (s, q, 2); None if outputs stay.
        """
        shape = rows.shape[1:]
        width = shape[0] * shape[1]
        found = np.empty((0, width + drivers.shape[1]), dtype=np.int16)
        step = max(1, _EXPANDED_AT_ONCE // len(turns))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            times = len(rows[part])
            images, driven = self.moved(
                np.repeat(rows[part], len(turns), axis=0),
                np.repeat(drivers[part], len(turns), axis=0),
                np.tile(turns, times),
            )
            if exchanges is not None:
                order, flips = np.moveaxis(np.tile(exchanges, (times, 1, 1)), 2, 0)
                wires, inverted = (
                    np.take_along_axis(driven[:, part::2], order.astype(np.int64), axis=1)
                    for part in (0, 1)
                )
                driven = np.stack([wires, inverted ^ flips], axis=2).reshape(driven.shape)
            flat = np.concatenate([images.reshape(len(images), width), driven], axis=1)
            found = np.unique(np.concatenate([found, flat]), axis=0)
        return found[:, :width].astype(np.int8).reshape(-1, *shape), found[:, width:]

    def carried_home(
        self,
        rows: NDArray[np.int8],
        drivers: NDArray[np.int16],
        image: NDArray[np.int64],
        number: NDArray[np.int64],
    ) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
        """Return every circuit for something, of one circuit per orbit for each of its images.

        Arguments:
            rows, drivers: circuits, as for `moved`.
            image: of which image each circuit is, shape (m,).
            number: which image each symmetry gives, shape (|G|,).
        """
        _, first = np.unique(number, return_index=True)
        home = self.moved(rows, drivers, first[image], back=True)
        return self.spread(*home, np.flatnonzero(number == number[0]))


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
    above = [0] * wires
    for bit, (i, j) in enumerate(_PAIRS):
        if j >= wires:
            if turned >> bit & 1:
                return None
            continue
        above[i if turned >> bit & 1 else j] += 1
    return tuple(above) if sorted(above) == list(range(wires)) else None


def _rewrites(tables: BasisTables, negations: bool) -> NDArray[np.int16] | None:
    # `Symmetry.rewrites`, without negations only for no flips; None if not closed under them.
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
    return basis.free_inverters and _rewrites(basis_tables(basis), True) is not None


@lru_cache(maxsize=64)
def has_fast_kernel(basis: Basis) -> bool:
    """Return whether the kernel for two-input operators with free inverters knows `basis`.

    >>> from mesacircuits.circuits.bases import AIG, MIG
    >>> has_fast_kernel(AIG), has_fast_kernel(MIG)
    (True, False)
    """
    if basis.costs or any(operator.arity != 2 for operator in basis.operators):
        return False
    # Every operator makes gates of two wires, and no others.
    two_input = all(form.wires == len(form.pattern) == 2 for form in basis.forms)
    return two_input and len(basis.forms) == len(basis.operators) and negates_inputs(basis)


@lru_cache(maxsize=16)
def symmetry_of(inputs: int, basis: Basis) -> Symmetry:
    """Return the input-reading gates of a basis over n inputs, with the symmetries that move them.

    >>> from mesacircuits.circuits.bases import MIG, NAND
    >>> symmetry = symmetry_of(4, MIG)
    >>> len(symmetry.gates), len(symmetry.masks), len(symmetry.sets(3, 5, 0)[0])
    (40, 384, 62)
    >>> len(symmetry_of(4, NAND).masks)
    24
    """
    tables = basis_tables(basis)
    negations = negates_inputs(basis)
    rewrites = _rewrites(tables, negations)
    assert rewrites is not None  # bases are closed under permuting operands
    orders, masks = np_group(inputs)
    if not negations:
        orders, masks = orders[masks == 0], masks[masks == 0]
    patterns = np.full((len(tables.forms), 3), ABSENT, dtype=np.int8)
    for place, form in enumerate(tables.forms):
        patterns[place, 3 - len(form.pattern) :] = form.pattern
    gates = np.array(gates_over(basis, inputs), dtype=np.int8).reshape(-1, 4)
    return Symmetry(inputs, tables, negations, gates, orders, masks, rewrites, patterns)


def classes_of(inputs: int, basis: Basis) -> FunctionClasses:
    """Return the classes on which the minima over `basis` are alike, for n <= 4 inputs.

    >>> from mesacircuits.circuits.bases import MIG, NAND
    >>> [(c.kind, len(c.representatives)) for c in (classes_of(4, MIG), classes_of(4, NAND))]
    [('NPN', 222), ('P', 3984)]
    """
    if not basis.free_inverters:
        return _classes(inputs, "P")
    return _classes(inputs, "NPN" if negates_inputs(basis) else "PN")


def class_numbers(inputs: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the NPN representatives for n <= 4, ascending, and the class number of each function.

    >>> forms, number = class_numbers(3)
    >>> len(forms), hex(forms[number[0xE8]])
    (14, '0x17')
    """
    classes = _classes(inputs, "NPN")
    return classes.representatives, classes.number


def exact_quotient(total: Any, parts: int) -> int:
    """Return total / parts, which must be whole: counts are constant on a class."""
    quotient, rest = divmod(int(total), parts)
    if rest:
        raise ArithmeticError(f"a count of {total} does not divide by {parts}")
    return quotient


def normal_bits(table: TruthTable, basis: Basis) -> np.uint64:
    """Return what gates compute for a function: with free inverters, it or its inverse, 0 at 0.

    >>> from mesacircuits.circuits.bases import B2, NAND
    >>> [int(normal_bits(TruthTable(2, 0b0111), basis)) for basis in (B2, NAND)]
    [8, 7]
    """
    return np.uint64(table.bits ^ (table.mask if basis.free_inverters and table.bits & 1 else 0))


@lru_cache(maxsize=64)
def support_is_enough(basis: Basis) -> bool:
    """Return whether minimal circuits over `basis` provably never read an idle input.

    Fix an idle input to some value v: the function stays the same. If every gate that reads a
    constant thereby becomes a constant or a wire (inverted, if inverters are free) or a gate that
    costs and reads no more, and those that read the input itself cease to be gates, then a circuit
    that reads an idle input is not minimal: it has a cheaper one, no deeper. That is so in `b2` or
    `nand`, not in `mig`: with an operand fixed, a majority gate is still a gate. With free
    inverters v is 0 unless the basis is closed under inverting operands: gates stay 0 on the
    all-zero input.

    >>> from mesacircuits.circuits.bases import B2, MIG, NAND
    >>> support_is_enough(B2), support_is_enough(NAND), support_is_enough(MIG)
    (True, True, False)
    """
    either = not basis.free_inverters or negates_inputs(basis)
    return any(
        all(
            _ceases(_fixed(form, place, value), form, basis)
            and all(_shrinks(_fixed(form, place, constant), form, basis) for constant in (0, 1))
            for form in basis.forms
            for place in range(form.wires)
        )
        for value in ((0, 1) if either else (0,))
    )


def _fixed(form: GateForm, place: int, value: int) -> int:
    # The table over the other wires once one wire is constant.
    low = (1 << place) - 1
    table = 0
    for row in range(1 << (form.wires - 1)):
        source = row & low | value << place | (row & ~low) << 1
        table |= (form.table >> source & 1) << row
    return table


def _ceases(table: int, form: GateForm, basis: Basis) -> bool:
    wires = form.wires - 1
    full = (1 << (1 << wires)) - 1
    single = [sum((row >> i & 1) << row for row in range(1 << wires)) for i in range(wires)]
    allowed = {0, full, *single}
    if basis.free_inverters:
        allowed |= {full ^ s for s in single}
    return table in allowed


def _shrinks(table: int, form: GateForm, basis: Basis) -> bool:
    if _ceases(table, form, basis):
        return True
    full = (1 << (1 << (form.wires - 1))) - 1
    same = {table, full ^ table} if basis.free_inverters else {table}
    return any(
        f.wires == form.wires - 1 and f.table in same and f.cost <= form.cost for f in basis.forms
    )
