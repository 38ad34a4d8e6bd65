"""Circuits as rows: a basis as the arrays that kernels take, its gates as rows, and rows checked.

A gate is a row (third, second, first, form) of operands ascending, where -2 stands for an operand
that the operator does not have and -1 for the constant 0; `form` numbers the gate forms of the
basis. A chain is such rows in the order of keys (first, second, third, form), and where one array
holds chains of several lengths, rows of -3 end the shorter ones.

Kernels take arrays at their word, so what a stranger may have written is looked through first: that
every gate is one, that no circuit is listed twice, that each computes what it is listed for. That
none is missing only a search can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis, GateForm, operator_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.errors import ArgumentError

__all__ = [
    "ABSENT",
    "MAX_WIRES",
    "NO_GATE",
    "BasisTables",
    "StoredRows",
    "basis_tables",
    "circuit_of_rows",
    "each_once",
    "gates_over",
    "key_order",
    "keys_of",
    "keys_of_rows",
    "normal_form",
    "operator_masks",
    "padded",
    "rows_of_circuits",
    "rows_on_inputs",
    "stored_rows",
]

#: In a gate's row: the operator has no such operand.
ABSENT = -2
#: In a chain's rows: there is no such gate.
NO_GATE = -3
#: Inputs and gates together, at most, for which the kernel has room.
MAX_WIRES = 48

_OPERANDS = 3
# Rows are bytes.
_MAX_FORMS = 127


@dataclass(frozen=True)
class BasisTables:
    """The gate forms of a basis, sorted so that each operand pattern's stand together.

    Attributes:
        basis: whose forms these are.
        forms: the forms, in the order that rows number them by.
        normal_forms: coefficients of the algebraic normal forms, 0 or all ones, shape (f, 8); the
            column's bits 0, 1, 2 stand for the highest, the middle, and the lowest wire.
        costs: shape (f,).
        spans: for each operand pattern (see `_kind` in the kernel) the forms from, to; (16, 2).
        per_cost: the greatest (k - 1) / cost over forms reading k wires.
        fan_in: the greatest k.
    """

    basis: Basis
    forms: tuple[GateForm, ...]
    normal_forms: NDArray[np.uint64]
    costs: NDArray[np.int64]
    spans: NDArray[np.int64]
    per_cost: Fraction
    fan_in: int

    @property
    def cheapest(self) -> int:
        """The least cost of a gate."""
        return int(self.costs.min())

    def length(self, cost: int) -> int | None:
        """Return how many gates cost so much, where costs are in order; -1 if none do.

        Elsewhere None: gates of different costs may.
        """
        if not self.basis.in_order:
            return None
        return sum(self.basis.ands_and_xors(cost) or (-1,))

    def no_room(self, inputs: int) -> ArgumentError:
        """Return the error for a chain that grew longer than the kernel has room for."""
        return ArgumentError(
            "basis",
            f"costs that keep circuits below {MAX_WIRES - inputs} gates",
            f"{self.basis.name}, whose cheapest gate costs {self.cheapest}",
        )


@lru_cache(maxsize=32)
def basis_tables(basis: Basis) -> BasisTables:
    """Return the arrays for `basis`.

    Raises `ArgumentError` if it has an operator of fan-in > 3, no gate, or more forms than rows can
    number.

    >>> from mesacircuits.circuits.bases import MIG
    >>> tables = basis_tables(MIG)
    >>> len(tables.forms), tables.fan_in, tables.per_cost
    (8, 3, Fraction(2, 1))
    """
    if basis.is_wide:
        expected = (
            f"operators of at most {_OPERANDS} operands; others are left to SAT, task by task"
        )
        raise ArgumentError("basis", expected, basis.name)
    forms = sorted(basis.forms, key=lambda form: (_kind(form.pattern), form.operator.table))
    if not forms:
        raise ArgumentError(
            "basis", f"operators that depend on 1 to {_OPERANDS} operands", basis.name
        )
    if len(forms) > _MAX_FORMS:
        raise ArgumentError(
            "basis", f"at most {_MAX_FORMS} ways for a gate to read its wires", len(forms)
        )
    kinds = [_kind(form.pattern) for form in forms]
    spans = np.zeros((16, 2), dtype=np.int64)
    for kind in set(kinds):
        spans[kind] = kinds.index(kind), kinds.index(kind) + kinds.count(kind)
    return BasisTables(
        basis=basis,
        forms=tuple(forms),
        normal_forms=np.array([_from_highest(form) for form in forms], dtype=np.uint64),
        costs=np.array([form.cost for form in forms], dtype=np.int64),
        spans=spans,
        per_cost=max(Fraction(form.wires - 1, form.cost) for form in forms),
        fan_in=max(form.wires for form in forms),
    )


@lru_cache(maxsize=32)
def gates_over(basis: Basis, wires: int) -> tuple[tuple[int, int, int, int], ...]:
    """Return the rows (third, second, first, form) of all gates over so many wires, in key order.

    >>> from mesacircuits.circuits.bases import NAND
    >>> gates_over(NAND, 2)
    ((-2, 0, 0, 1), (-2, 0, 1, 0), (-2, 1, 1, 1))
    """
    rows = [
        (*_operands(form, chosen), place)
        for place, form in enumerate(basis_tables(basis).forms)
        for chosen in combinations(range(wires), form.wires)
    ]
    return tuple(sorted(rows, key=lambda row: (row[2], row[1], row[0], row[3])))


def _operands(form: GateForm, wires: tuple[int, ...]) -> tuple[int, int, int]:
    absent = (ABSENT,) * (_OPERANDS - form.operator.arity)
    third, second, first = (*absent, *form.operands(wires))
    return third, second, first


def _kind(pattern: tuple[int, ...]) -> int:
    descending = [*reversed(pattern), ABSENT, ABSENT][:_OPERANDS]
    kind = 0
    for above, operand in pairwise(descending):
        relation = operand + 2 if operand < 0 else 3 if operand == above else 2
        kind = 4 * kind + relation
    return kind


def normal_form(form: GateForm) -> list[int]:
    """Return the coefficients of a form's algebraic normal form, by the wires of each term as bits.

    >>> from mesacircuits.circuits.bases import AIG
    >>> [normal_form(form) for form in AIG.forms][-1]                     # a | b
    [0, 1, 1, 1]
    """
    # Moebius transform of the table.
    coefficients = [form.table >> row & 1 for row in range(1 << form.wires)]
    for i in range(form.wires):
        for row in range(1 << form.wires):
            if row >> i & 1:
                coefficients[row] ^= coefficients[row ^ 1 << i]
    return coefficients


def _from_highest(form: GateForm) -> list[int]:
    # The same with 0 or all ones, where column bit j is the j-th wire from the highest.
    columns = [0] * 8
    for row, coefficient in enumerate(normal_form(form)):
        column = sum((row >> i & 1) << (form.wires - 1 - i) for i in range(form.wires))
        columns[column] = ((1 << 64) - 1) * coefficient
    return columns


@lru_cache(maxsize=32)
def operator_masks(basis: Basis) -> NDArray[np.uint64]:
    """Return two-input operators of a basis with free inverters as `apply_operator` takes them.

    Returns:
        in the order of the basis, which is that of its forms: all-ones or 0 for bits 1, 2, 3 of
        the operator's table, shape (k, 3).

    >>> from mesacircuits.circuits.bases import AIG
    >>> [[int(mask) & 1 for mask in row] for row in operator_masks(AIG)]
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]
    """
    return np.array(
        [[((1 << 64) - 1) * (o.table >> bit & 1) for bit in (1, 2, 3)] for o in basis.operators],
        dtype=np.uint64,
    )


def keys_of_rows(rows: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return gates, shape (..., 4), as numbers that ascend with their keys; -1 where there is none.

    >>> keys_of_rows(np.array([[ABSENT, 0, 1, 2], [NO_GATE] * 4], dtype=np.int8)).tolist()
    [50462722, -1]
    """
    third, second, first, form = np.moveaxis(rows.astype(np.int64), -1, 0)
    keys = (((first + 2) << 8 | second + 2) << 8 | third + 2) << 8 | form
    return np.where(form == NO_GATE, -1, keys)


def key_order(rows: NDArray[np.int8], drivers: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return the order of circuits, as arrays, by length, keys and what drives their outputs.

    >>> rows = np.array([[[ABSENT, 0, 2, 2]], [[ABSENT, 0, 1, 2]]], dtype=np.int8)
    >>> key_order(rows, np.zeros((2, 0), dtype=np.int16)).tolist()
    [1, 0]
    """
    keys = keys_of_rows(rows)
    lengths = (keys >= 0).sum(axis=1, keepdims=True)
    columns = np.concatenate([lengths, keys, drivers.astype(np.int64)], axis=1)
    return np.lexsort(columns.T[::-1])


def padded(parts: Sequence[NDArray[np.int8]]) -> NDArray[np.int8]:
    """Return lists of chains, shapes (m, r, 4), as one, the shorter chains ended by `NO_GATE`."""
    longest = max((rows.shape[1] for rows in parts), default=0)
    wide = [
        np.pad(rows, ((0, 0), (0, longest - rows.shape[1]), (0, 0)), constant_values=NO_GATE)
        for rows in parts
    ]
    return np.concatenate([np.empty((0, longest, 4), dtype=np.int8), *wide])


def rows_on_inputs(rows: NDArray[np.int8], support: Sequence[int], inputs: int) -> NDArray[np.int8]:
    """Return chains over k inputs as chains over n >= k, of which they read those in `support`.

    >>> rows_on_inputs(np.array([[[ABSENT, 0, 1, 2], [ABSENT, 0, 2, 2]]], dtype=np.int8), (0, 3), 4)
    array([[[-2,  0,  3,  2],
            [-2,  0,  4,  2]]], dtype=int8)
    """
    wires = np.array([*support, *range(inputs, inputs + rows.shape[1])], dtype=np.int8)
    moved = rows.copy()
    operands = rows[:, :, :3]
    moved[:, :, :3] = np.where(operands >= 0, wires[np.maximum(operands, 0)], operands)
    return moved


def circuit_of_rows(
    tables: BasisTables,
    inputs: int,
    rows: NDArray[np.int8],
    drivers: NDArray[np.int16] | None = None,
) -> Circuit:
    """Return the circuit of a chain given as rows (third, second, first, form).

    Arguments:
        rows: shape (r, 4), ended by rows of `NO_GATE` if shorter.
        drivers: shape (q, 2): the wire of each output and whether it is inverted; None if the last
            gate is the only output.

    >>> from mesacircuits.circuits.bases import AIG
    >>> rows = np.array([[ABSENT, 0, 1, 2]], dtype=np.int8)
    >>> print(circuit_of_rows(basis_tables(AIG), 2, rows))
    g1 = a & b; out = g1
    """
    gates = []
    for *operands, form in rows.tolist():
        if form == NO_GATE:
            break
        present = tuple(w for w in operands if w != ABSENT)
        gates.append(Gate(tables.forms[form].operator.name, present))
    if drivers is None:
        outputs: tuple[Output, ...] = (Output(inputs + len(gates) - 1),)
    else:
        outputs = tuple(Output(wire, bool(inverted)) for wire, inverted in drivers.tolist())
    return Circuit(inputs, tuple(gates), outputs)


#: No circuit of a search has more, and so many are bits of an integer.
_MOST_WIRES = 62


@dataclass(frozen=True, eq=False)
class StoredRows:
    """Circuits that were looked through: each reduced, in canonical form.

    Attributes:
        rows: shape (m, r, 4).
        sizes: how many gates each has, shape (m,).
        costs: what they cost, shape (m,).
        depths: of the wires in `tables`.
        tables: what the wires compute: the constant 0, the inputs, the gates; (m, 1 + n + r).
        read: which wires gates read, as bits from the first input on, shape (m,).
    """

    rows: NDArray[np.int8]
    sizes: NDArray[np.int64]
    costs: NDArray[np.int64]
    depths: NDArray[np.int64]
    tables: NDArray[np.uint64]
    read: NDArray[np.int64]

    @property
    def last(self) -> NDArray[np.int64]:
        """The place in `tables` of the last gate of each circuit, shape (m,)."""
        before = self.tables.shape[1] - self.rows.shape[1]
        places: NDArray[np.int64] = self.sizes + (before - 1)
        return places


@lru_cache(maxsize=64)
def _keys_over(basis: Basis, wires: int) -> NDArray[np.int64]:
    return keys_of_rows(np.array(gates_over(basis, wires), dtype=np.int8).reshape(-1, 4))


def stored_rows(
    rows: NDArray[np.int8], inputs: int, basis: Basis, begun: Sequence[Sequence[int]]
) -> StoredRows:
    """Look through circuits that begin with given gates.

    Arguments:
        rows: shape (m, r, 4).
        inputs: n, at most 6.
        basis: whose gates they may have.
        begun: rows of the gates that each begins with.

    Raises `ValueError` for what is no reduced circuit in canonical form.

    >>> from mesacircuits.circuits.bases import AIG
    >>> conjunction = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> looked = stored_rows(rows_of_circuits(AIG, [conjunction]), 2, AIG, [])
    >>> looked.tables[0, looked.last].tolist(), looked.costs.tolist()
    ([8], [1])
    """
    forms = basis_tables(basis)
    count, most = rows.shape[:2]
    full = np.uint64((1 << (1 << inputs)) - 1)
    tables = np.zeros((count, 1 + inputs + most), dtype=np.uint64)
    tables[:, 1 : 1 + inputs] = [input_bits(inputs, i) for i in range(inputs)]
    sizes = np.zeros(count, dtype=np.int64)
    costs, read = np.zeros_like(sizes), np.zeros_like(sizes)
    depths = np.zeros(tables.shape, dtype=np.int64)
    before = np.full(count, -1, dtype=np.int64)
    if most > _MOST_WIRES - inputs or (count and most < len(begun)):
        raise ValueError(f"circuits of {most} gates")
    if count and begun and (rows[:, : len(begun)] != np.array(begun, dtype=np.int8)).any():
        raise ValueError("a circuit that does not begin as the unit says")
    for place in range(most):
        here = rows[:, place]
        there = ~(here == NO_GATE).all(axis=1)
        if (there & (sizes < place)).any():
            raise ValueError("a gate after the last")
        keys = keys_of_rows(here)
        if not np.isin(keys[there], _keys_over(basis, inputs + place)).all():
            raise ValueError(f"no gate of {basis.name}")
        if (keys[there] <= before[there]).any():
            raise ValueError("gates that do not ascend")
        before = np.where(there, keys, before)
        for form in np.unique(here[there, 3]).tolist():
            chosen = np.flatnonzero(there & (here[:, 3] == form))
            operator = forms.forms[form].operator
            ascending = range(3 - operator.arity, 3)
            operands = [here[chosen, part].astype(np.int64) for part in ascending]
            given = [tables[chosen, 1 + wire] for wire in operands]
            tables[chosen, 1 + inputs + place] = _applied(operator.table, given, full)
            costs[chosen] += forms.costs[form]
            deepest = np.max([depths[chosen, 1 + wire] for wire in operands], axis=0)
            depths[chosen, 1 + inputs + place] = 1 + deepest
            for wire in operands:
                read[chosen] |= np.where(wire >= 0, 1 << np.maximum(wire, 0), 0)
        new = tables[there, 1 + inputs + place, None]
        constant = (new == 0) | ((new == full) & (not basis.free_inverters))
        if constant.any() or (new == tables[there, : 1 + inputs + place]).any():
            raise ValueError("a circuit that is not reduced")
        sizes += there
    return StoredRows(rows, sizes, costs, depths, tables, read)


def _applied(
    table: int, operands: Sequence[NDArray[np.uint64]], full: np.uint64
) -> NDArray[np.uint64]:
    result = np.zeros_like(operands[0])
    for row in range(1 << len(operands)):
        if table >> row & 1:
            term = np.full_like(result, full)
            for i, operand in enumerate(operands):
                term &= operand if row >> i & 1 else ~operand
            result |= term
    return result


def rows_of_circuits(basis: Basis, circuits: Sequence[Circuit]) -> NDArray[np.int8]:
    """Return circuits as rows, shape (m, r, 4), the shorter ended by rows of `NO_GATE`.

    Raises `ArgumentError` for a gate that is none of the basis, its operands in ascending order.

    >>> from mesacircuits.circuits.bases import AIG
    >>> rows_of_circuits(AIG, [Circuit.parse(2, "g1 = a & b; out = g1")]).tolist()
    [[[-2, 0, 1, 2]]]
    """
    forms = basis_tables(basis).forms
    numbers = {(form.pattern, form.operator.name): i for i, form in enumerate(forms)}
    longest = max((circuit.size for circuit in circuits), default=0)
    rows = np.full((len(circuits), longest, 4), NO_GATE, dtype=np.int8)
    for place, circuit in enumerate(circuits):
        for g, gate in enumerate(circuit.gates):
            wires = sorted({w for w in gate.operands if w != CONSTANT})
            pattern = tuple(w if w == CONSTANT else wires.index(w) for w in gate.operands)
            form = numbers.get((pattern, gate.operator))
            if form is None:
                raise ArgumentError("circuit", f"gates of {basis.name}", gate)
            rows[place, g] = (*(ABSENT,) * (_OPERANDS - len(gate.operands)), *gate.operands, form)
    return rows


def each_once(*parts: NDArray[Any]) -> None:
    """Raise `ValueError` if two entries of arrays, taken side by side, are equal.

    >>> each_once(np.array([1, 1]), np.array([[2], [2]]))
    Traceback (most recent call last):
    ...
    ValueError: a circuit is listed twice
    """
    count = len(parts[0])
    if not count:
        return
    joined = np.concatenate([part.reshape(count, -1).astype(np.int64) for part in parts], axis=1)
    if len(np.unique(joined, axis=0)) < count:
        raise ValueError("a circuit is listed twice")


def keys_of(circuit: Circuit) -> tuple[object, ...]:
    """Return what circuits, as canonical chains, are sorted by: gates, their keys, outputs.

    >>> keys_of(Circuit.parse(2, "g1 = a & b; out = g1"))
    (1, (((1, 0), 8),), ((2, False),))
    """
    gates = tuple(
        (tuple(reversed(g.operands)), operator_named(g.operator).table) for g in circuit.gates
    )
    return len(gates), gates, tuple((o.wire, o.inverted) for o in circuit.outputs)
