"""What a survey of all functions of n inputs found, as a frozen, printable result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.five_inputs.classes import FunctionClasses
from mesacircuits.enumeration.five_inputs.published import PUBLISHED
from mesacircuits.enumeration.five_inputs.store import ClassTable, SizeRun
from mesacircuits.records import printable
from mesacircuits.tables import counted, plain_table

__all__ = ["BoundsRow", "SearchRow", "SizeRow", "Survey", "ValueRow"]

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
        unfinished: what the budget ended: `depth`, `formula`, `size` or `bounds`; else "".
        file: the file that holds it.
        held: what of it the file held before, in words, and was not computed again.
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
    file: str = field(default="", compare=False)
    held: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls,
        classes: FunctionClasses,
        basis: str,
        table: ClassTable,
        runs: Sequence[SizeRun],
        unfinished: str = "",
        file: str = "",
        held: tuple[str, ...] = (),
    ) -> Survey:
        """Summarise a table of classes."""
        published = PUBLISHED.get(classes.inputs, {}) if basis == "b2" else {}
        known = table.lower.any() or (table.upper >= 0).any()
        return cls(
            inputs=classes.inputs,
            basis=basis,
            total_classes=len(classes),
            total_functions=int(classes.functions.sum()),
            depths=_values(classes, table.depth, published.get("depth")),
            lengths=_values(classes, table.length, published.get("length")),
            sizes=_sizes(classes, table, published.get("size")),
            bounds=_bounds(classes, table) if known else (),
            searches=tuple(
                SearchRow(
                    run.size,
                    run.counting,
                    len(run.done),
                    int(run.done.sum()),
                    run.tried,
                    run.looked,
                    run.hits,
                    run.seconds,
                    run.complete,
                )
                for run in runs
            ),
            unfinished=unfinished,
            file=file,
            held=held,
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
        record = {**asdict(self), "settled_classes": self.settled_classes}
        del record["file"], record["held"]
        if self.held:
            record["from_file"] = {"file": self.file, "held": list(self.held)}
        return record

    def __str__(self) -> str:
        lines = [
            f"{counted(self.total_functions, 'function')} of {counted(self.inputs, 'input')} in "
            f"{self.total_classes:,} NPN classes, {self.basis}"
        ]
        for name, head, values in (
            ("D", "depth", self.depths),
            ("L", "formula length", self.lengths),
        ):
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
            lines += ["", "Searches", *_searches(self.searches)]
        if self.unfinished:
            ended = f"the budget ended during --{self.unfinished}; run it again."
            lines += ["", f"NOT FINISHED: {ended}"]
        if self.held:
            # On one line, as of other results that rest on a file.
            lines.append(
                f"from {printable(self.file)}, not computed again: {', '.join(self.held)}; "
                "these rest on that file"
            )
        return "\n".join(lines)


def _shown(value: int | None) -> int | str:
    return _NONE if value is None else value


def _values(
    classes: FunctionClasses, values: NDArray[np.int64], published: tuple[int, ...] | None
) -> tuple[ValueRow, ...]:
    rows = []
    for value in np.unique(values[values >= 0]).tolist():
        held = values == value
        rows.append(
            ValueRow(
                value,
                int(held.sum()),
                int(classes.functions[held].sum()),
                _at(published, value),
            )
        )
    return tuple(rows)


def _at(published: tuple[int, ...] | None, value: int) -> int | None:
    if published is None:
        return None
    return published[value] if value < len(published) else 0


def _sizes(
    classes: FunctionClasses, table: ClassTable, published: tuple[int, ...] | None
) -> tuple[SizeRow, ...]:
    rows = []
    for size in np.unique(table.lower[table.settled]).tolist():
        held = table.settled & (table.lower == size)
        minima: int | None = None
        if (table.minima[held] >= 0).all():
            # Exact in Python integers, whatever the size.
            pairs = zip(table.minima[held].tolist(), classes.functions[held].tolist(), strict=True)
            minima = sum(each * functions // 2 for each, functions in pairs)
        functions = int(classes.functions[held].sum())
        rows.append(SizeRow(size, int(held.sum()), functions, minima, _at(published, size)))
    return tuple(rows)


def _bounds(classes: FunctionClasses, table: ClassTable) -> tuple[BoundsRow, ...]:
    rows = []
    left = ~table.settled
    pairs = np.unique(np.stack([table.lower[left], table.upper[left]], axis=1), axis=0)
    for lower, upper in pairs.tolist():
        held = left & (table.lower == lower) & (table.upper == upper)
        rows.append(
            BoundsRow(
                lower,
                None if upper < 0 else upper,
                int(held.sum()),
                int(classes.functions[held].sum()),
            )
        )
    return tuple(rows)


def _searches(rows: Sequence[SearchRow]) -> list[str]:
    shown = []
    before: SearchRow | None = None
    for row in rows:
        done = "all" if row.done == row.units else f"{row.done:,}/{row.units:,}"
        grown = _NONE
        if before is not None and before.counting and row.counting and before.looked:
            grown = f"{row.looked / before.looked:.1f}"
        shown.append(
            [
                row.size,
                "count" if row.counting else "one each",
                done,
                row.tried,
                row.looked,
                grown,
                f"{row.seconds:.1f}",
            ]
        )
        before = row
    heads = ("size", "search", "units", "sets", "looked at", "growth", "CPU s")
    return [plain_table(heads, shown)]
