"""A basis as the arrays that the kernel for any basis takes, and its gates as circuits again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.operators import GateForm
from mesacircuits.errors import ArgumentError

__all__ = [
    "ABSENT",
    "MAX_WIRES",
    "NO_GATE",
    "FormTables",
    "circuit_of_rows",
    "form_tables",
    "gates_over",
    "rows_of_circuit",
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
class FormTables:
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

    def no_room(self, inputs: int) -> ArgumentError:
        """Return the error for a chain that grew longer than the kernel has room for."""
        return ArgumentError(
            "basis",
            f"costs that keep circuits below {MAX_WIRES - inputs} gates",
            f"{self.basis.name}, whose cheapest gate costs {self.cheapest}",
        )


@lru_cache(maxsize=32)
def form_tables(basis: Basis) -> FormTables:
    """Return the arrays for `basis`.

    Raises `ArgumentError` if it has no gate of fan-in <= 3, or more forms than rows can number.

    >>> from mesacircuits.circuits.bases import MIG
    >>> tables = form_tables(MIG)
    >>> len(tables.forms), tables.fan_in, tables.per_cost
    (8, 3, Fraction(2, 1))
    """
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
    return FormTables(
        basis=basis,
        forms=tuple(forms),
        normal_forms=np.array([_normal_form(form) for form in forms], dtype=np.uint64),
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
        for place, form in enumerate(form_tables(basis).forms)
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


def _normal_form(form: GateForm) -> list[int]:
    # Moebius transform of the table; column bit j is the j-th wire from the highest.
    coefficients = [form.table >> row & 1 for row in range(1 << form.wires)]
    for i in range(form.wires):
        for row in range(1 << form.wires):
            if row >> i & 1:
                coefficients[row] ^= coefficients[row ^ 1 << i]
    columns = [0] * 8
    for row, coefficient in enumerate(coefficients):
        column = sum((row >> i & 1) << (form.wires - 1 - i) for i in range(form.wires))
        columns[column] = ((1 << 64) - 1) * coefficient
    return columns


def circuit_of_rows(
    tables: FormTables,
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
    >>> print(circuit_of_rows(form_tables(AIG), 2, rows))
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


def rows_of_circuit(tables: FormTables, circuit: Circuit) -> list[tuple[int, int, int, int]]:
    """Return the rows (third, second, first, form) of a circuit's gates, as they stand.

    Raises `ArgumentError` for a gate that is none of the basis, its operands in ascending order.

    >>> from mesacircuits.circuits.bases import AIG
    >>> rows_of_circuit(form_tables(AIG), Circuit.parse(2, "g1 = a & b; out = g1"))
    [(-2, 0, 1, 2)]
    """
    places = {(form.pattern, form.operator.name): i for i, form in enumerate(tables.forms)}
    rows = []
    for gate in circuit.gates:
        wires = sorted({w for w in gate.operands if w != CONSTANT})
        pattern = tuple(w if w == CONSTANT else wires.index(w) for w in gate.operands)
        place = places.get((pattern, gate.operator))
        if place is None:
            raise ArgumentError("circuit", f"gates of {tables.basis.name}", gate)
        rows.append((*_operands(tables.forms[place], tuple(wires)), place))
    return rows
