"""The census: how many minimal circuits all functions of n inputs have, per class and per size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil, comb, factorial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import BASES, Basis, basis_named, cost_text
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.data import recipes, stored_census
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.formulas import MAX_FORMULA_INPUTS, formula_table
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS, Level, Settled, settle
from mesacircuits.enumeration.orders import (
    DEPTH_SIZE,
    FORMULA,
    ORDERS,
    SIZE,
    check_cap,
    check_in_order,
    checked_order,
    circuit_orders,
)
from mesacircuits.enumeration.reach import depths_of_classes, within_reach
from mesacircuits.enumeration.rows import basis_tables
from mesacircuits.enumeration.symmetry import (
    FunctionClasses,
    classes_of,
    exact_quotient,
    has_fast_kernel,
    support_is_enough,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import Framed, counted, plain_table

__all__ = [
    "Census",
    "CensusRow",
    "ClassMinima",
    "DepthRow",
    "FormulaCensus",
    "FormulaRow",
    "census",
    "exact_quotient",
    "formula_census",
    "shipped_census",
]

#: The orders whose levels can be observed.
OBSERVED_ORDERS = (SIZE, DEPTH_SIZE)


def _speaks_for_all(order: str) -> bool:
    # Whether a size that is exhausted is so for circuits of every depth.
    return not ORDERS[order].depth_first and not ORDERS[order].has_front


@dataclass(frozen=True, slots=True)
class ClassMinima:
    """The minima of the functions of one class, or under `pareto` those at one point of its front.

    Attributes:
        representative: the class's least member, over all n inputs.
        functions: number of functions in the class.
        size: number of gates of its minima, or what they cost in a basis with costs.
        depth: their depth, under orders that fix it; None under `size`, where depths differ.
        circuits: minimal circuits of each of its functions.
        wirings: minimal wirings of each of its functions.
        circuits_p: minimal circuits of its functions (with free inverters: of those with f(0) = 0)
            up to permuting inputs.
        circuits_npn: the same up to permuting and negating inputs and negating the output; None in
            a basis where inverting is not free.
    """

    representative: TruthTable
    functions: int
    size: int
    depth: int | None
    circuits: int
    wirings: int
    circuits_p: int
    circuits_npn: int | None


@dataclass(frozen=True, slots=True)
class CensusRow:
    """The functions of one minimal size, or cost (under `pareto`, of one size and depth).

    `circuits` and `wirings` are summed over f with f(0) = 0 where inverters are free, else over
    all functions.
    """

    size: int
    functions: int
    classes: int
    circuits: int
    wirings: int
    circuits_p: int
    circuits_npn: int | None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class DepthRow:
    """The number of functions and classes of one least depth."""

    depth: int
    functions: int
    classes: int


@dataclass(frozen=True, slots=True)
class ClassFrame(Framed):
    """The classes of a census as the rows of a frame; representatives are hexadecimal tables."""

    classes: tuple[ClassMinima, ...]

    def frame_columns(self) -> dict[str, list[Any]]:
        """Return the columns, which are the attributes of `ClassMinima`."""
        columns = {n: [getattr(c, n) for c in self.classes] for n in ClassMinima.__slots__}
        return columns | {"representative": [c.representative.hex for c in self.classes]}


class _Counted(Framed):
    """What a census of circuits and one of formulas share: what is left out, and how it is said."""

    inputs: int
    basis: str
    kind: str
    open_functions: int
    open_classes: int
    without_functions: int
    without_classes: int
    _thing: ClassVar[str]

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.open_functions == 0

    @property
    def normalised(self) -> bool:
        """Whether counts are over f(0) = 0, inverters being free."""
        return self.kind != "P"

    if TYPE_CHECKING:
        # Fields of one, properties of the other.
        order: Any
        rows: Any
        total: Any
        _columns: Any
        _measure: Any
        _exhausted: Any

    def _record(self) -> dict[str, Any]:
        # As JSON values, but for the parts in which they differ.
        return {
            "inputs": self.inputs,
            "basis": self.basis,
            "order": self.order,
            "class_kind": self.kind,
            "exhaustive": self.exhaustive,
            "rows": [{name: self._said(row, name) for name in self._columns} for row in self.rows],
        }

    def frame_columns(self) -> dict[str, list[Any]]:
        """Return the columns of the census's rows, one row per size, with those of no class."""
        return {name: [self._said(row, name) for row in self.rows] for name in self._columns}

    def _said(self, row: Any, name: str) -> Any:
        return getattr(row, name)

    def _left_out(self, exhausted: str) -> dict[str, Any]:
        record: dict[str, Any] = {}
        if self.without_functions:
            record[f"without_{self._thing}"] = {
                "functions": self.without_functions,
                "classes": self.without_classes,
            }
        if not self.exhaustive:
            record["not_exhausted"] = {
                "functions": self.open_functions,
                "classes": self.open_classes,
                exhausted: self._exhausted,
            }
        return record

    def _head(self, capped: str = "") -> str:
        total = self.total
        return (
            f"{total[self._thing + 's']:,} minimal {self._thing}s of "
            f"{counted(total['functions'], 'function')} of {counted(self.inputs, 'input')}, "
            f"{self.basis}, order {self.order}{capped}"
        ) + ("" if self.exhaustive else " (not exhausted)")

    def _table(self, renamed: str) -> str:
        names, first = self._columns, self._columns[0]
        rows = [[self._said(row, name) for name in names] for row in self.rows]
        if len(rows) > 1:
            total = self.total
            rows.append(["all" if name == first else total.get(name, "") for name in names])
        return plain_table([renamed, *names[1:]], rows)

    def _summed_over(self, what: str) -> str:
        over = "f(0) = 0" if self.normalised else "all functions"
        return f"functions: of all 2^(2^{self.inputs}); {what}: summed over {over};"

    def _last_lines(self, within: str, exhaustive: list[str]) -> list[str]:
        lines = []
        if self.without_functions:
            lines.append(
                f"No {self._thing} {within}: {counted(self.without_functions, 'function')} "
                f"({counted(self.without_classes, 'class', 'classes')})."
            )
        if self.exhaustive:
            return lines + exhaustive
        return [
            *lines,
            f"NOT EXHAUSTED: {counted(self.open_functions, 'function')} "
            f"({counted(self.open_classes, 'class', 'classes')}) were not "
            "reached in the budget;",
            f"{self._measure}s up to {self._exhausted} were exhausted for them.",
        ]


@dataclass(frozen=True)
class Census(_Counted):
    """The minimal circuits of all 2^(2^n) functions of n inputs, counted.

    Attributes:
        inputs: n.
        basis, order: names of what was minimised over, and how.
        classes: the classes whose minima were exhausted, representatives ascending.
        kind: what the classes are: `NPN`, `P` or `PN` (see `FunctionClasses`).
        cap: under `depth`, the greatest size (or cost) allowed; else None.
        open_functions, open_classes: what the budget left out; 0 if nothing.
        exhausted_size: sizes up to this were exhausted for every function, where the census is
            not complete; else None.
        without_functions, without_classes: functions that no circuit computes: of the basis at
            all, or within the cap.
        tried: gates looked at by the search.
        weighted: whether operators have costs, which sizes then are.
        in_order: whether these costs are pairs (see `Basis`).
        taken_from: the shipped file that the census is from, with its hash; empty if it was taken.
    """

    _thing = "circuit"
    inputs: int
    basis: str
    order: str
    classes: tuple[ClassMinima, ...]
    kind: str = "NPN"
    cap: int | None = None
    open_functions: int = 0
    open_classes: int = 0
    exhausted_size: int | None = None
    without_functions: int = 0
    without_classes: int = 0
    tried: int = field(default=0, compare=False)
    weighted: bool = False
    in_order: bool = False
    taken_from: str = field(default="", compare=False)

    @property
    def rows(self) -> tuple[CensusRow, ...]:
        """One row per minimal size, ascending; under `pareto` one per size and depth."""
        points = sorted({self._point(c) for c in self.classes})
        return tuple(
            CensusRow(
                size,
                depth=None if depth < 0 else depth,
                **self._totals(c for c in self.classes if self._point(c) == (size, depth)),
            )
            for size, depth in points
        )

    def _said(self, row: Any, name: str) -> Any:
        value = getattr(row, name)
        return cost_text(value, in_order=True) if self.in_order and name == "size" else value

    def _point(self, c: ClassMinima) -> tuple[int, int]:
        if not ORDERS[self.order].has_front or c.depth is None:
            return c.size, -1
        return c.size, c.depth

    @property
    def depths(self) -> tuple[DepthRow, ...]:
        """Under orders that minimise depth first, one row per least depth; else empty."""
        if not ORDERS[self.order].depth_first:
            return ()
        known = sorted({c.depth for c in self.classes if c.depth is not None})
        return tuple(
            DepthRow(
                depth,
                sum(c.functions for c in self.classes if c.depth == depth),
                sum(c.depth == depth for c in self.classes),
            )
            for depth in known
        )

    @property
    def total(self) -> dict[str, Any]:
        """The sums of all rows; functions and classes count once."""
        sums = self._totals(self.classes)
        if ORDERS[self.order].has_front:
            single = {c.representative: c.functions for c in self.classes}
            sums |= {"functions": sum(single.values()), "classes": len(single)}
        return sums

    def _totals(self, classes: Iterable[ClassMinima]) -> dict[str, Any]:
        listed = list(classes)
        halves = 2 if self.normalised else 1
        up_to_npn = [c.circuits_npn for c in listed if c.circuits_npn is not None]
        return {
            "functions": sum(c.functions for c in listed),
            "classes": len(listed),
            "circuits": sum(c.circuits * c.functions // halves for c in listed),
            "wirings": sum(c.wirings * c.functions // halves for c in listed),
            "circuits_p": sum(c.circuits_p for c in listed),
            "circuits_npn": sum(up_to_npn) if len(up_to_npn) == len(listed) else None,
        }

    @property
    def _columns(self) -> list[str]:
        names = ["size", *(["depth"] if ORDERS[self.order].has_front else [])]
        names += ["functions", "classes", "circuits", "wirings", "circuits_p"]
        return names + (["circuits_npn"] if self.kind == "NPN" else [])

    def to_json(self, with_classes: bool = False) -> dict[str, Any]:
        """Return the census as JSON values, if so asked with every class."""
        record = self._record()
        if self.cap is not None:
            record["cap"] = self.cap
        if self.depths:
            record["depths"] = [
                {"depth": d.depth, "functions": d.functions, "classes": d.classes}
                for d in self.depths
            ]
        record |= self._left_out("exhausted_size")
        if self.taken_from:
            record["taken_from"] = self.taken_from
        if with_classes:
            record["classes"] = [
                {"representative": c.representative.hex}
                | {name: self._said(c, name) for name in ClassMinima.__slots__[1:]}
                for c in self.classes
            ]
        return record

    @property
    def by_class(self) -> ClassFrame:
        """A row for each class, as `to_pandas` and `to_polars` make a frame of them.

        >>> census(2).by_class.frame_columns()["representative"]
        ['0', '1', '3', '6']
        """
        return ClassFrame(self.classes)

    @property
    def headline(self) -> str:
        """The answer in one line."""
        unit = "cost " if self.weighted else ""
        return self._head("" if self.cap is None else f" within {unit}{self.cap}")

    def __str__(self) -> str:
        lines = [self.headline, "", self._table(self._measure)]
        if self.depths:
            rows = [[d.depth, d.functions, d.classes] for d in self.depths]
            lines += ["", plain_table(("depth", "functions", "classes"), rows)]
        return "\n".join([*lines, "", *self._footnotes()])

    @property
    def _measure(self) -> str:
        return "cost" if self.weighted else "size"

    @property
    def _exhausted(self) -> int | str | None:
        size = self.exhausted_size
        return cost_text(size, in_order=True) if self.in_order and size is not None else size

    def _footnotes(self) -> list[str]:
        lines = [self._summed_over("circuits, wirings")]
        if self.kind == "NPN":
            lines.append("circuits_p, circuits_npn: circuits up to input permutation, up to NPN.")
        else:
            lines.append(f"classes: {self.kind}-classes; circuits_p: up to input permutation.")
        if ORDERS[self.order].has_front:
            point = f"({self._measure}, depth)"
            lines.append(f"One row per point of the {point} fronts; functions in all: once.")
        capped = f"cost {self.cap}" if self.weighted else counted(self.cap or 0, "gate")
        smaller = "cheaper" if self.weighted else "smaller"
        smaller = smaller if _speaks_for_all(self.order) else "better"
        last = [f"Minimal by exhaustion: every {smaller} reduced circuit was listed."]
        if self.taken_from:
            last.append(f"As shipped in {self.taken_from}; --fresh searches again.")
        within = "in this basis" if self.cap is None else f"within {capped}"
        return lines + self._last_lines(within, last)


@fitting_units
def census(
    inputs: int,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    observe: Callable[[Level], None] | None = None,
    cap: int | None = None,
) -> Census:
    """Count the minimal circuits of every function of n inputs.

    Every function is settled through its class: all reduced circuits of cost 0, 1, 2, ... are
    listed, one per orbit of first gates, until each class has been met that any circuit computes.
    So a class's size is minimal by exhaustion of the smaller ones, and its minima are all there
    are.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name.
        order: a name of `ORDERS`, but not `formula` (see `formula_census`).
        effort: budget, threads and progress bar; by default no limit, all cores, no bar. The
            censuses that ship with the package answer if it allows it.
        observe: called with each `Level` as it is found, for further measurement; only for
            two-input operators with free inverters, under `size` and `depth-size`.
        cap: the greatest size allowed, which `depth` asks for and other orders do not take.

    Returns:
        the census, marked not exhaustive if the budget ended it.

    Raises:
        ArgumentError: for arguments outside those ranges.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts of functions and classes by
    size and depth this reproduces.

    >>> [(row.size, row.functions, row.circuits) for row in census(3).rows]
    [(0, 8, 4), (1, 30, 15), (2, 114, 75), (3, 80, 180), (4, 24, 540)]
    >>> [(row.size, row.functions, row.circuits) for row in census(3, "mux").rows]
    [(0, 8, 4), (1, 54, 42), (2, 170, 1332), (3, 24, 3576)]
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_CENSUS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", inputs)
    basis = basis_named(basis)
    checked_order(order, circuit_orders())
    check_cap(order, cap)
    check_in_order(order, basis)
    effort = effort or Effort()
    if effort.takes_shipped and observe is None and cap is None:
        shipped = shipped_census(inputs, basis, order)
        if shipped is not None:
            return shipped
    meaning = ORDERS[order]
    fast = has_fast_kernel(basis) and order in OBSERVED_ORDERS
    if observe is not None and not fast:
        raise ArgumentError("basis", "two-input operators with free inverters", basis.name)
    classes = classes_of(inputs, basis)
    found = list(_without_gates(classes, depth=0 if meaning.fixes_depth else None))
    tried = 0
    exhausted_size: int | None = None
    # Where any size will do circuits need not be small: they may read idle inputs in any basis.
    alone = not meaning.takes_cap and support_is_enough(basis)
    for support in range(1, inputs + 1) if alone else (inputs,):
        # Cheaper gates do not join so many inputs.
        per_cost = basis_tables(basis).per_cost
        reached = max(ceil((support - 1) / per_cost) - 1, 0) if alone and per_cost else 0
        listing = observe is not None
        try:
            for level in settle((support,), basis, order, effort, cap, alone, listing):
                tried += level.tried
                found += [_class_minima(s, support, basis, classes, alone) for s in level.settled]
                if observe is not None and level.settled:
                    observe(level)
        except BudgetEnded as ended:
            # Where depth comes first a settled size speaks for one depth only: none is claimed.
            proved = max(reached, *ended.args) if _speaks_for_all(order) else 0
            exhausted_size = proved if exhausted_size is None else min(exhausted_size, proved)
    met = {c.representative: c.functions for c in found}
    total = int(classes.functions.sum())
    missing, missing_classes = total - sum(met.values()), len(classes.representatives) - len(met)
    without = depths_of_classes(inputs, basis) < 0
    if cap is not None and exhausted_size is None:
        without |= ~np.isin(classes.representatives, [c.bits for c in met])
    barred = int(classes.functions[without].sum())
    return Census(
        inputs=inputs,
        basis=basis.name,
        order=order,
        classes=tuple(sorted(found, key=lambda c: (c.representative.bits, c.size))),
        kind=classes.kind,
        cap=cap,
        open_functions=missing - barred,
        open_classes=missing_classes - int(np.count_nonzero(without)),
        exhausted_size=exhausted_size,
        without_functions=barred,
        without_classes=int(np.count_nonzero(without)),
        tried=tried,
        weighted=bool(basis.costs),
        in_order=basis.in_order,
    )


def shipped_census(inputs: int, basis: Basis, order: str) -> Census | None:
    """Return a census that ships with the package; None if there is none.

    >>> from mesacircuits.circuits.bases import MIG
    >>> census = shipped_census(4, MIG, "size")
    >>> census.total["circuits"], census.taken_from.partition(",")[0]
    (36914425, 'census-n4-mig-size.json')
    """
    # Another basis may bear the same name.
    name = f"census-n{inputs}-{basis.name}-{order}.json"
    if BASES.get(basis.name) != basis or name not in recipes():
        return None
    record, sha256 = stored_census(name)
    classes = [
        ClassMinima(
            TruthTable.from_hex(inputs, c["representative"]),
            *(c[field] for field in ClassMinima.__slots__[1:]),
        )
        for c in record["classes"]
    ]
    return Census(
        inputs=inputs,
        basis=basis.name,
        order=order,
        classes=tuple(classes),
        kind=record["class_kind"],
        taken_from=f"{name}, SHA-256 {sha256[:12]}",
    )


def _without_gates(classes: FunctionClasses, depth: int | None) -> Iterable[ClassMinima]:
    constants = {0, (1 << (1 << classes.inputs)) - 1}
    inputs = {input_bits(classes.inputs, i) for i in range(classes.inputs)}
    npn = 1 if classes.kind == "NPN" else None
    for bits in constants, inputs:
        for c in sorted({int(classes.number[b]) for b in bits}):
            form = TruthTable(classes.inputs, int(classes.representatives[c]))
            # Up to permutation there is one input, and with free inverters f(0) = 0.
            functions = int(classes.functions[c])
            if bits is inputs and not classes.normalised:
                functions = classes.inputs
            yield ClassMinima(form, functions, 0, depth, 1, 1, 1, npn)


def _class_minima(
    found: Settled, support: int, basis: Basis, classes: FunctionClasses, alone: bool
) -> ClassMinima:
    inputs, within = classes.inputs, classes_of(support, basis)
    core = TruthTable(support, int(within.representatives[found.number])).extended_to(inputs)
    functions = int(within.functions[found.number])
    halves = functions // 2 if within.normalised else functions
    # The orbit of a circuit C has |G| / |G_C| members and is met |G_A| / |G_C| times above its
    # first gates A; an orbit has (1/n!) (sum over h in G_C of #{g : g h g^-1 negates nothing})
    # / |G_C| orbits under permutations alone (Burnside, double cosets).
    group = factorial(support) << (support if within.kind == "NPN" else 0)
    circuits, wirings, fixed, summed = (int(value) for value in found.sums)
    return ClassMinima(
        representative=TruthTable(inputs, int(classes.representatives[classes.number[core.bits]])),
        functions=functions * (comb(inputs, support) if alone else 1),
        size=found.size,
        depth=found.depth,
        circuits=exact_quotient(circuits, halves),
        wirings=exact_quotient(wirings, halves),
        circuits_p=exact_quotient(summed, group * factorial(support)),
        circuits_npn=exact_quotient(fixed, group) if within.kind == "NPN" else None,
    )


# -- formulas ------------------------------------------------------------------------------------


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
class FormulaCensus(_Counted):
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

    _thing = "formula"
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
    def total(self) -> dict[str, Any]:
        """The sums of all rows."""
        return {name: sum(getattr(row, name) for row in self.rows) for name in self._columns[1:]}

    @property
    def _columns(self) -> list[str]:
        return list(FormulaRow.__slots__)

    @property
    def _measure(self) -> str:
        return "length"

    @property
    def _exhausted(self) -> int | None:
        return self.exhausted_length

    def to_json(self) -> dict[str, Any]:
        """Return the census as JSON values."""
        return self._record() | self._left_out("exhausted_length")

    @property
    def headline(self) -> str:
        """The answer in one line."""
        return self._head()

    def __str__(self) -> str:
        last = ["Minimal by exhaustion: every gate over cheaper functions was looked at."]
        notes = [self._summed_over("formulas"), f"classes: {self.kind}-classes."]
        notes += self._last_lines("in this basis", last)
        return "\n".join([self.headline, "", self._table("length"), "", *notes])


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
    check_in_order(FORMULA, basis)
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
