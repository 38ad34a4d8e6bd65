"""The census of formulas: how many minimal formulas all functions of n inputs have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.formula_reach import within_reach
from mesacircuits.enumeration.formula_tables import MAX_FORMULA_INPUTS, formula_table
from mesacircuits.enumeration.orders import FORMULA
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted, plain_table

__all__ = ["FormulaCensus", "FormulaRow", "formula_census"]


@dataclass(frozen=True, slots=True)
class FormulaRow:
    """The functions of one least formula length (in a basis with costs: one least cost).

    `formulas` is summed over f with f(0) = 0 where inverters are free, else over all functions.
    """

    length: int
    functions: int
    classes: int
    formulas: int


@dataclass(frozen=True)
class FormulaCensus:
    """The minimal formulas of all 2^(2^n) functions of n inputs, counted.

    Attributes:
        inputs: n.
        basis: the name of the basis.
        kind: what the classes are: `NPN`, `P` or `PN` (see `FunctionClasses`).
        rows: one per least length, ascending.
        open_functions, open_classes: what the budget left out; 0 if nothing.
        exhausted_length: where the budget ended the census, lengths up to this were exhausted for
            every function; else None.
        without_functions, without_classes: functions shown to have no formula in this basis.
    """

    inputs: int
    basis: str
    kind: str
    rows: tuple[FormulaRow, ...]
    open_functions: int = 0
    open_classes: int = 0
    exhausted_length: int | None = None
    without_functions: int = 0
    without_classes: int = 0

    @property
    def order(self) -> str:
        """What was minimised: `formula`."""
        return FORMULA

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.open_functions == 0

    @property
    def normalised(self) -> bool:
        """Whether formulas are counted over f(0) = 0, inverters being free."""
        return self.kind != "P"

    @property
    def total(self) -> dict[str, int]:
        """The sums of all rows."""
        names = FormulaRow.__slots__[1:]
        return {name: sum(getattr(row, name) for row in self.rows) for name in names}

    def to_json(self) -> dict[str, Any]:
        """Return the census as JSON values."""
        names = FormulaRow.__slots__
        record: dict[str, Any] = {
            "inputs": self.inputs,
            "basis": self.basis,
            "order": self.order,
            "class_kind": self.kind,
            "exhaustive": self.exhaustive,
            "rows": [{name: getattr(row, name) for name in names} for row in self.rows],
        }
        if self.without_functions:
            record["without_formula"] = {
                "functions": self.without_functions,
                "classes": self.without_classes,
            }
        if not self.exhaustive:
            record["not_exhausted"] = {
                "functions": self.open_functions,
                "classes": self.open_classes,
                "exhausted_length": self.exhausted_length,
            }
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        total = self.total
        return (
            f"{total['formulas']:,} minimal formulas of "
            f"{counted(total['functions'], 'function')} of "
            f"{counted(self.inputs, 'input')}, {self.basis}, order {self.order}"
        ) + ("" if self.exhaustive else " (not exhausted)")

    def __str__(self) -> str:
        names = FormulaRow.__slots__
        rows = [[getattr(row, name) for name in names] for row in self.rows]
        if len(rows) > 1:
            rows.append(["all", *self.total.values()])
        return "\n".join([self.headline, "", plain_table(names, rows), "", *self._footnotes()])

    def _footnotes(self) -> list[str]:
        over = "f(0) = 0" if self.normalised else "all functions"
        lines = [f"functions: of all 2^(2^{self.inputs}); formulas: summed over {over};"]
        lines.append(f"classes: {self.kind}-classes.")
        if self.without_functions:
            lines.append(
                f"No formula in this basis: {counted(self.without_functions, 'function')} "
                f"({counted(self.without_classes, 'class', 'classes')})."
            )
        if self.exhaustive:
            lines.append("Minimal by exhaustion: every gate over cheaper functions was looked at.")
        else:
            lines.append(
                f"NOT EXHAUSTED: {counted(self.open_functions, 'function')} "
                f"({counted(self.open_classes, 'class', 'classes')}) were not "
                "reached in the budget;"
            )
            lines.append(f"lengths up to {self.exhausted_length} were exhausted for them.")
        return lines


def formula_census(
    inputs: int, basis: str | Basis = "b2", effort: Effort | None = None
) -> FormulaCensus:
    """Count the minimal formulas of every function of n inputs.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name.
        effort: budget and progress bar; by default no limit and no bar.

    Returns:
        the census, marked not exhaustive if the budget ended it before each function that the
        basis may compute had its formulas counted.

    Raises:
        ArgumentError: for arguments outside those ranges.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts of functions by formula length this
    reproduces.

    >>> print(formula_census(3))
    622 minimal formulas of 256 functions of 3 inputs, b2, order formula
    <BLANKLINE>
    length  functions  classes  formulas
         0          8        2         4
         1         30        2        15
         2        114        5        75
         3         80        3       180
         4         24        2       348
       all        256       14       622
    <BLANKLINE>
    functions: of all 2^(2^3); formulas: summed over f(0) = 0;
    classes: NPN-classes.
    Minimal by exhaustion: every gate over cheaper functions was looked at.
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_FORMULA_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_FORMULA_INPUTS}", inputs)
    basis = basis_named(basis)
    table = formula_table(inputs, basis, effort=effort)
    classes, lengths = table.classes, table.lengths
    functions = classes.functions.tolist()
    halves = 2 if classes.normalised else 1
    rows = []
    for length in np.unique(lengths[lengths >= 0]).tolist():
        members = np.flatnonzero(lengths == length).tolist()
        formulas = sum(table.counts[0][c] * functions[c] for c in members) // halves
        rows.append(FormulaRow(length, sum(functions[c] for c in members), len(members), formulas))
    unreached = lengths < 0
    left_open = unreached & within_reach(inputs, basis) & (not table.complete)
    without = unreached & ~left_open
    return FormulaCensus(
        inputs=inputs,
        basis=basis.name,
        kind=classes.kind,
        rows=tuple(rows),
        open_functions=int(classes.functions[left_open].sum()),
        open_classes=int(left_open.sum()),
        exhausted_length=table.exhausted if left_open.any() else None,
        without_functions=int(classes.functions[without].sum()),
        without_classes=int(without.sum()),
    )
