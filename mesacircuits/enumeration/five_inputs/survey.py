"""Depths, formula lengths and sizes of all functions of five inputs, computed stage by stage."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.data.five_inputs import packed_columns
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.formulas import (
    formula_circuits,
    formula_lengths,
    least_depths,
)
from mesacircuits.enumeration.five_inputs.near import near_circuits
from mesacircuits.enumeration.five_inputs.sizes import (
    MOST_SIZE,
    SizeRun,
    exact_minima,
    exhausted_sizes,
)
from mesacircuits.enumeration.units import UnitStore
from mesacircuits.errors import ArgumentError, FileError
from mesacircuits.tables import counted, plain_table

__all__ = [
    "PUBLISHED",
    "BoundsRow",
    "SearchRow",
    "SizeRow",
    "Survey",
    "SurveyTable",
    "ValueRow",
    "kept_survey",
    "packed_survey",
    "survey",
]

#: By inputs, then by measure, the published numbers of classes of value 0, 1, 2, ...
#:
#: Source: D. E. Knuth, TAOCP 4A, section 7.1.2, tables 1 (n = 4) and 2 (n = 5), full two-input
#: basis.
PUBLISHED: dict[int, dict[str, tuple[int, ...]]] = {
    4: {
        "depth": (2, 2, 17, 179, 22),
        "length": (2, 2, 5, 20, 34, 75, 68, 16),
        "size": (2, 2, 5, 20, 34, 75, 72, 12),
    },
    5: {
        "depth": (2, 2, 17, 1789, 614316),
        "length": (2, 2, 5, 20, 93, 366, 1730, 8782, 40297, 141422, 273277, 145707, 4423),
        "size": (2, 2, 5, 20, 93, 389, 1988, 11382, 60713, 221541, 293455, 26535, 1),
    },
}

_NONE = "-"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """The classes and functions with one value of D or L, and the published number of classes."""

    value: int
    classes: int
    functions: int
    published: int | None


@dataclass(frozen=True, slots=True)
class SizeRow:
    """The classes and functions of one size C, settled by exhaustion or by bounds that meet.

    `minima` is the number of minimal circuits, summed over the functions with f(0) = 0; None where
    they were not counted.
    """

    size: int
    classes: int
    functions: int
    minima: int | None
    published: int | None


@dataclass(frozen=True, slots=True)
class BoundsRow:
    """The classes and functions with `lower` <= C <= `upper`; None for no upper bound yet."""

    lower: int
    upper: int | None
    classes: int
    functions: int


@dataclass(frozen=True, slots=True)
class SearchRow:
    """How far the search of one size has come, and what it took.

    Attributes:
        size: the number of gates.
        counting: whether all minimal circuits were counted, or one per class looked for.
        units, done: how many units the search has, and how many are done.
        tried: sets of gates tried, without the last two gates of each.
        looked: functions of last gates looked at.
        hits: those of them that no smaller circuit computes.
        seconds: processor time.
        complete: whether the search has ended.
    """

    size: int
    counting: bool
    units: int
    done: int
    tried: int
    looked: int
    hits: int
    seconds: float
    complete: bool


@dataclass(frozen=True)
class Survey:
    """Depths, formula lengths and sizes of all functions of `inputs` inputs, as far as known.

    Attributes:
        inputs, basis: what it is about.
        total_classes, total_functions: how many there are.
        depths, lengths: one row per value of D and L; empty where they were not computed.
        sizes: one row per settled value of C.
        bounds: one row per pair of bounds on C, of classes that are not settled.
        searches: one row per search of a size.
        unfinished: what the budget ended: `depth`, `formula`, `size`, `near`, `bounds`; else "".
    """

    inputs: int
    basis: str
    total_classes: int
    total_functions: int
    depths: tuple[ValueRow, ...]
    lengths: tuple[ValueRow, ...]
    sizes: tuple[SizeRow, ...]
    bounds: tuple[BoundsRow, ...]
    searches: tuple[SearchRow, ...]
    unfinished: str = ""

    @classmethod
    def of(cls, table: SurveyTable, runs: Sequence[SizeRun], unfinished: str = "") -> Survey:
        """Summarise a table of classes."""
        classes, basis = table.classes, table.basis.name
        published = PUBLISHED.get(classes.inputs, {}) if basis == "b2" else {}
        known = table.lower.any() or (table.upper >= 0).any()
        return cls(
            inputs=classes.inputs,
            basis=basis,
            total_classes=len(classes),
            total_functions=int(classes.functions.sum()),
            depths=_value_rows(table, table.depth, published.get("depth")),
            lengths=_value_rows(table, table.length, published.get("length")),
            sizes=_size_rows(table, published.get("size")),
            bounds=_bounds_rows(table) if known else (),
            searches=tuple(
                SearchRow(**{f.name: getattr(run, f.name) for f in fields(SearchRow)})
                for run in runs
            ),
            unfinished=unfinished,
        )

    @property
    def settled_classes(self) -> int:
        """The number of classes whose bounds on C meet."""
        return sum(row.classes for row in self.sizes)

    @property
    def conclusive(self) -> bool:
        """Whether all that was asked for was computed."""
        return not self.unfinished

    def to_json(self) -> dict[str, Any]:
        """Return the survey as JSON values."""
        return {**asdict(self), "settled_classes": self.settled_classes}

    def __str__(self) -> str:
        lines = [
            f"{counted(self.total_functions, 'function')} of {counted(self.inputs, 'input')} in "
            f"{self.total_classes:,} NPN classes, {self.basis}"
        ]
        measures = ("D", "depth", self.depths), ("L", "formula length", self.lengths)
        for name, head, values in measures:
            if values:
                rows = [[r.value, r.classes, _shown(r.published), r.functions] for r in values]
                heads = (name, "classes", "published", "functions")
                lines += ["", f"Least {head}, by exhaustion", plain_table(heads, rows)]
        if self.sizes:
            sized = [
                [r.size, r.classes, _shown(r.published), r.functions, _shown(r.minima)]
                for r in self.sizes
            ]
            size_heads = ("C", "classes", "published", "functions", "minima")
            lines += ["", "Least size, where settled", plain_table(size_heads, sized)]
            lines.append("minima: circuits, summed over functions with f(0) = 0")
        if self.bounds:
            open_rows = [[r.lower, _shown(r.upper), r.classes, r.functions] for r in self.bounds]
            heads = ("C at least", "at most", "classes", "functions")
            lines += ["", "Bounds on the size of the others", plain_table(heads, open_rows)]
            lines.append(
                f"settled: {self.settled_classes:,} of "
                f"{counted(self.total_classes, 'class', 'classes')}"
            )
            lines.append("Each upper bound is that of a stored circuit, evaluated again just now.")
        if self.searches:
            lines += ["", "Searches", _searches(self.searches)]
        if self.unfinished:
            ended = f"the budget ended during --{self.unfinished}"
            lines += ["", f"NOT FINISHED: {ended}; run it again."]
        return "\n".join(lines)


def _shown(value: int | None) -> int | str:
    return _NONE if value is None else value


def _held(table: SurveyTable, held: NDArray[np.bool_]) -> tuple[int, int]:
    return int(held.sum()), int(table.classes.functions[held].sum())


def _at(published: tuple[int, ...] | None, value: int) -> int | None:
    if published is None:
        return None
    return published[value] if value < len(published) else 0


def _value_rows(
    table: SurveyTable, values: NDArray[np.int64], published: tuple[int, ...] | None
) -> tuple[ValueRow, ...]:
    return tuple(
        ValueRow(value, *_held(table, values == value), _at(published, value))
        for value in np.unique(values[values >= 0]).tolist()
    )


def _size_rows(table: SurveyTable, published: tuple[int, ...] | None) -> tuple[SizeRow, ...]:
    rows = []
    for size in np.unique(table.lower[table.settled]).tolist():
        held = table.settled & (table.lower == size)
        each, functions = table.minima[held].tolist(), table.classes.functions[held].tolist()
        # Exact in Python integers, whatever the size.
        minima = sum(m * f // 2 for m, f in zip(each, functions, strict=True))
        known = minima if min(each) >= 0 else None
        rows.append(SizeRow(size, *_held(table, held), known, _at(published, size)))
    return tuple(rows)


def _bounds_rows(table: SurveyTable) -> tuple[BoundsRow, ...]:
    left = ~table.settled
    pairs = np.unique(np.stack([table.lower[left], table.upper[left]], axis=1), axis=0)
    return tuple(
        BoundsRow(
            lower,
            None if upper < 0 else upper,
            *_held(table, left & (table.lower == lower) & (table.upper == upper)),
        )
        for lower, upper in pairs.tolist()
    )


def _searches(rows: Sequence[SearchRow]) -> str:
    shown = []
    for before, row in zip((None, *rows), rows, strict=False):
        grows = before is not None and before.counting and row.counting and before.looked
        shown.append(
            [
                row.size,
                "count" if row.counting else "one each",
                "all" if row.done == row.units else f"{row.done:,}/{row.units:,}",
                row.tried,
                row.looked,
                f"{row.looked / before.looked:.1f}" if before and grows else _NONE,
                f"{row.seconds:.1f}",
            ]
        )
    heads = ("size", "search", "units", "sets", "looked at", "growth", "CPU s")
    return plain_table(heads, shown)


# -- computing ---------------------------------------------------------------------------------


@dataclass(eq=False)
class SurveyTable:
    """What is known of each class; -1 where nothing is.

    Attributes:
        classes, basis: what it is about.
        depth, length: D and L, shape (c,).
        lower, upper: bounds on C, shape (c,).
        minima: the number of minimal circuits of each function of the class, shape (c,).
        gates: the circuit behind each upper bound, shape (c, most, 3), 0 beyond its end.
    """

    classes: FunctionClasses
    basis: Basis
    depth: NDArray[np.int64] = field(init=False)
    length: NDArray[np.int64] = field(init=False)
    lower: NDArray[np.int64] = field(init=False)
    upper: NDArray[np.int64] = field(init=False)
    minima: NDArray[np.int64] = field(init=False)
    gates: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.gates = np.zeros((len(self.classes), MOST_SIZE, 3), dtype=np.uint8)
        self.depth, self.length, self.upper, self.minima = np.full((4, len(self.classes)), -1)
        self.lower = np.zeros(len(self.classes), dtype=np.int64)

    def note(self, numbers: NDArray[np.int64], gates: NDArray[np.uint8]) -> None:
        """Take over circuits for functions of these classes, shape (m, r, 3), evaluated afresh.

        Raises `ArithmeticError` if one computes another function.
        """
        tables = self.classes.evaluated(gates, self.basis)
        sizes = (tables != 0).sum(axis=1)
        if (self.classes.of(tables[np.arange(len(tables)), sizes - 1]) != numbers).any():
            raise ArithmeticError("a circuit that computes another function")
        held = self.upper[numbers]
        better = (held < 0) | (held > sizes)
        self.upper[numbers[better]] = sizes[better]
        self.gates[numbers[better]] = 0
        self.gates[numbers[better], : gates.shape[1]] = gates[better]

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Whether the bounds on C meet, shape (c,)."""
        met: NDArray[np.bool_] = self.lower == self.upper
        return met

    def check(self) -> None:
        """Raise `ArithmeticError` for what cannot be, or is known to be otherwise."""
        depth, length, lower, upper = self.depth, self.length, self.lower, self.upper
        known, long = depth >= 0, length >= 0
        most = (1 << np.maximum(depth, 0)) - 1
        # A formula is a circuit, and one of depth d has at most 2^d - 1 gates.
        bad = ((upper >= 0) & (lower > upper)) | (long & (lower > length))
        bad |= (known & (lower > most)) | (known & long & ((depth > length) | (length > most)))
        if bad.any():
            raise ArithmeticError("bounds that contradict one another")
        if ((self.minima != -1) & ((self.minima < 1) | ~self.settled)).any():
            raise ArithmeticError("minima counted of what is not settled")
        if self.basis.name != "b2" or self.classes.inputs not in PUBLISHED:
            return
        published = PUBLISHED[self.classes.inputs]
        for name, values in (("depth", depth), ("length", length)):
            if (values >= 0).all() and tuple(np.bincount(values)) != published[name]:
                raise ArithmeticError(f"other numbers of classes by {name} than are published")
        within = 0
        for size, classes in enumerate(published["size"]):
            within += classes
            at_most = int(((upper >= 0) & (upper <= size)).sum())
            if at_most > within or int((lower > size).sum()) > len(lower) - within:
                raise ArithmeticError("other numbers of classes by size than are published")


def _depth(table: SurveyTable, effort: Effort) -> None:
    table.depth = least_depths(table.classes.inputs, table.basis, effort).values


def _formula(table: SurveyTable, effort: Effort) -> None:
    classes, basis = table.classes, table.basis
    lengths = formula_lengths(classes.inputs, basis, effort)
    gates = formula_circuits(lengths, classes.inputs, basis, effort)
    table.length = lengths.values
    table.upper[classes.trivial] = 0
    reached = np.flatnonzero(lengths.values > 0)
    table.note(reached, gates[reached])


def _sizes(table: SurveyTable, effort: Effort, most: int | None, runs: list[SizeRun]) -> None:
    # Exhaust sizes up to `most`; None only to take what is stored.
    n = table.classes.inputs
    # Minimal circuits read no input that the function does not depend on.
    each: dict[int, list[SizeRun]] = {inputs: [] for inputs in range(2, n)} | {n: runs}
    ended = False
    try:
        for inputs, searches in each.items():
            exhausted_sizes(inputs, table.basis, effort, most if inputs == n else None, searches)
    except BudgetEnded:
        ended = True
    if most is not None or any(run.done for searches in each.values() for run in searches):
        table.upper[table.classes.trivial], table.minima[table.classes.trivial] = 0, 1
        for inputs, searches in each.items():
            _settle(table, inputs, searches)
    runs[:] = [run for run in runs if run.done]
    if ended:
        raise BudgetEnded


def _settle(table: SurveyTable, inputs: int, searches: list[SizeRun]) -> None:
    # Take over what was found of the functions that read just so many inputs.
    n, narrow = table.classes.inputs, function_classes(inputs)
    mine = table.classes.supports == inputs
    table.lower[mine] = inputs - 1
    for run in searches:
        numbers, gates = run.found
        functions, minima = narrow.forms[numbers], exact_minima(narrow, run.sums)[numbers]
        for width in range(inputs, n):
            functions = functions | functions << (1 << width)
        numbers = table.classes.of(functions)
        wires = gates[:, :, :2]
        wires[wires >= inputs] += n - inputs
        table.note(numbers, gates)
        if run.complete:
            table.minima[numbers] = minima
            left = mine & (table.lower == run.size)
            left[numbers] = False
            table.lower[left] += 1


# How often circuits of one size are changed: what ten rounds do not find, more hardly do.
_ROUNDS = 10


def _near(table: SurveyTable, effort: Effort) -> None:
    # Look for circuits of each size by changing those of this size and the size before.
    for size, waiting in _lacking(table):
        full, lacking = table.classes.reads_all, OpenClasses(table.classes, waiting)
        shorter = table.gates[full & (table.upper == size - 1), : size - 1]
        for numbers, gates in near_circuits(lacking, table.basis, effort, shorter, True):
            table.note(numbers, gates)
        # Changing circuits of the size itself, each class gets another one, which is changed next.
        latest = table.gates[:, :size].copy()
        for _ in range(_ROUNDS):
            if not lacking.marks.any():
                break
            known = full & (table.upper == size)
            every = OpenClasses(table.classes, np.flatnonzero(known | lacking.holds()))
            for numbers, gates in near_circuits(every, table.basis, effort, latest[known], False):
                table.note(numbers, gates)
                latest[numbers] = gates
                lacking.close(numbers)


def _lacking(table: SurveyTable) -> Iterator[tuple[int, NDArray[np.int64]]]:
    # Sizes ascending, each with the classes that may have it, for what is then known.
    full = table.classes.reads_all
    least = max(int(table.lower[full].max()), table.classes.inputs - 1, 2)
    for size in range(least, MOST_SIZE + 1):
        # What is known grows from size to size.
        lacks = (table.upper < 0) | (table.upper > size)
        waiting = np.flatnonzero(full & (table.lower <= size) & lacks)
        if len(waiting):
            yield size, waiting


def _bounds(table: SurveyTable, effort: Effort, seconds: float | None, runs: list[SizeRun]) -> None:
    # Look for circuits of each size, for so many seconds; None only to take what is stored.
    for size, waiting in _lacking(table):
        run = SizeRun(size, False, np.empty(0, dtype=np.int64))
        some = effort if seconds is None else effort.limited(seconds)
        ended = False
        try:
            run.search(OpenClasses(table.classes, waiting), table.basis, some)
        except BudgetEnded:
            ended = seconds is not None and effort.used_up()
        table.note(*run.found)
        if run.done:
            runs.append(run)
        if run.done and run.done == run.units:
            # All sets of this size were met: what was not reached needs more gates.
            left = waiting[(table.upper[waiting] < 0) | (table.upper[waiting] > size)]
            table.lower[left[table.lower[left] == size]] += 1
        if ended:
            raise BudgetEnded


@fitting_units
def survey(
    inputs: int = 5,
    basis: str | Basis = "b2",
    depth: bool = False,
    formula: bool = False,
    size: int | None = None,
    near: bool = False,
    bounds: float | None = None,
    effort: Effort | None = None,
) -> Survey:
    """Compute what is asked for, as far as the effort's store lacks it, and return all there is.

    Arguments:
        inputs: n, from 3 to 5.
        basis: a basis of two-input operators with free inverters, or its name.
        depth: compute least depths D, of all functions.
        formula: compute least formula lengths L, of all functions, and circuits from them.
        size: exhaust all circuits of up to so many gates: C of what they compute, and how many
            minimal circuits each function has. What is left has C > size.
        near: for what is left, look for circuits by changing those that are known, gate by gate.
        bounds: for what is left, look for circuits of size + 1, size + 2, ... gates, so many
            seconds for each.
        effort: the means; by default no limit, all cores, no bar, no store. Without anything to
            compute its store must be there.

    Returns:
        what was computed, and what else the store holds; marked unfinished if the budget ended
        first.

    Raises:
        ArgumentError: for arguments outside those ranges, or a store that is none. All circuits in
            it are evaluated every time; what else it holds is checked as far as can be without
            computing it again.

    >>> found = survey(3, depth=True, formula=True, size=4)
    >>> [(row.value, row.classes, row.functions) for row in found.depths]
    [(0, 2, 8), (1, 2, 30), (2, 8, 194), (3, 2, 24)]
    >>> [(row.size, row.classes, row.minima) for row in found.sizes]
    [(0, 2, 4), (1, 2, 15), (2, 5, 75), (3, 3, 180), (4, 2, 540)]
    """
    return _surveyed(inputs, basis, depth, formula, size, near, bounds, effort)[0]


@fitting_units
def packed_survey(
    depth: bool = False,
    formula: bool = False,
    size: int | None = None,
    near: bool = False,
    bounds: float | None = None,
    effort: Effort | None = None,
) -> tuple[bytes, Survey]:
    """Survey the functions of five inputs over `b2`, and return it as a file of `data/`, too.

    Arguments are those of `survey`.

    Raises `ArgumentError` as it does, and where some class was left without a circuit or D or L.
    """
    found, table = _surveyed(5, "b2", depth, formula, size, near, bounds, effort)
    columns = {
        name: getattr(table, name) for name in ("lower", "upper", "depth", "length", "minima")
    }
    for name in ("upper", "depth", "length"):
        if (columns[name] < 0).any():
            raise ArgumentError("packed", f"{name} of every class to have been found", "less")
    columns["forms"] = table.classes.forms
    exhausted = int(table.lower.max()) - 1
    return packed_columns("b2", table.basis.names, exhausted, columns, table.gates), found


@fitting_units
def kept_survey(inputs: int, basis: Basis, effort: Effort) -> SurveyTable:
    """Return what the effort's store holds of all classes; nothing is searched.

    Raises `FileError` if there is no such file, or it holds what no survey leaves.
    """
    return _surveyed(inputs, basis, False, False, None, False, None, effort)[1]


def _surveyed(
    inputs: int,
    basis: str | Basis,
    depth: bool,
    formula: bool,
    size: int | None,
    near: bool,
    bounds: float | None,
    effort: Effort | None,
) -> tuple[Survey, SurveyTable]:
    if not isinstance(inputs, int) or not 3 <= inputs <= 5:
        raise ArgumentError("inputs", "a whole number from 3 to 5", inputs)
    if size is not None and not 0 <= size <= MOST_SIZE:
        raise ArgumentError("size", f"a whole number from 0 to {MOST_SIZE}", size)
    if bounds is not None and not bounds > 0:
        raise ArgumentError("bounds", "a positive number of seconds", bounds)
    effort = effort or Effort()
    runs: list[SizeRun] = []
    searches: list[SizeRun] = []
    stages: list[tuple[str, bool, Callable[[SurveyTable, Effort], None]]] = [
        ("depth", depth, _depth),
        ("formula", formula, _formula),
        ("size", size is not None, partial(_sizes, most=size, runs=runs)),
        ("near", near, _near),
        ("bounds", bounds is not None, partial(_bounds, seconds=bounds, runs=searches)),
    ]
    if effort.store is None or not os.path.exists(effort.store):
        if not any(asked for _, asked, _ in stages):
            got = f"{effort.store} (there is no such file)" if effort.store else None
            raise FileError("resume", "a file of finished units, or a stage to compute", got)
        if effort.used_up():
            # Making the file takes time, too, and there is none.
            effort = replace(effort, store=None)
    if effort.store is not None:
        # Before classes are numbered, which takes seconds.
        UnitStore(effort.store, "").close()
    table = SurveyTable(function_classes(inputs), basis_named(basis))
    unfinished = ""
    for name, asked, stage in stages:
        asked = asked and not unfinished
        try:
            stage(table, effort if asked else effort.only_kept())
        except BudgetEnded:
            unfinished = name if asked else unfinished
    table.check()
    return Survey.of(table, [*runs, *searches], unfinished), table
