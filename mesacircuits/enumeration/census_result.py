"""What a census finds: per class and per size, how many minimal circuits there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mesacircuits.circuits import TruthTable
from mesacircuits.enumeration.orders import DEPTH, DEPTH_SIZE, PARETO, SIZE, SIZE_DEPTH
from mesacircuits.tables import counted, plain_table

__all__ = ["Census", "CensusRow", "ClassMinima", "DepthRow"]


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


@dataclass(frozen=True)
class Census:
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
        taken_from: the shipped file that the census is from, with its hash; empty if it was taken.
    """

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
    taken_from: str = field(default="", compare=False)

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.open_functions == 0

    @property
    def normalised(self) -> bool:
        """Whether counts of circuits are over f(0) = 0, inverters being free."""
        return self.kind != "P"

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

    def _point(self, c: ClassMinima) -> tuple[int, int]:
        if self.order != PARETO or c.depth is None:
            return c.size, -1
        return c.size, c.depth

    @property
    def depths(self) -> tuple[DepthRow, ...]:
        """Under orders that minimise depth first, one row per least depth; else empty."""
        if self.order not in (DEPTH_SIZE, DEPTH):
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
        if self.order == PARETO:
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
        names = ["size", *(["depth"] if self.order == PARETO else [])]
        names += ["functions", "classes", "circuits", "wirings", "circuits_p"]
        return names + (["circuits_npn"] if self.kind == "NPN" else [])

    def to_json(self, with_classes: bool = False) -> dict[str, Any]:
        """Return the census as JSON values, if so asked with every class."""
        names = self._columns
        record: dict[str, Any] = {
            "inputs": self.inputs,
            "basis": self.basis,
            "order": self.order,
            "class_kind": self.kind,
            "exhaustive": self.exhaustive,
            "rows": [{name: getattr(row, name) for name in names} for row in self.rows],
        }
        if self.cap is not None:
            record["cap"] = self.cap
        if self.depths:
            record["depths"] = [
                {"depth": d.depth, "functions": d.functions, "classes": d.classes}
                for d in self.depths
            ]
        if self.without_functions:
            record["without_circuit"] = {
                "functions": self.without_functions,
                "classes": self.without_classes,
            }
        if not self.exhaustive:
            record["not_exhausted"] = {
                "functions": self.open_functions,
                "classes": self.open_classes,
                "exhausted_size": self.exhausted_size,
            }
        if self.taken_from:
            record["taken_from"] = self.taken_from
        if with_classes:
            record["classes"] = [
                {"representative": c.representative.hex}
                | {name: getattr(c, name) for name in ClassMinima.__slots__[1:]}
                for c in self.classes
            ]
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        functions, circuits = self.total["functions"], self.total["circuits"]
        done = (
            f"{circuits:,} minimal circuits of {counted(functions, 'function')} of "
            f"{counted(self.inputs, 'input')}"
        )
        unit = "cost " if self.weighted else ""
        capped = "" if self.cap is None else f" within {unit}{self.cap}"
        return f"{done}, {self.basis}, order {self.order}{capped}" + (
            "" if self.exhaustive else " (not exhausted)"
        )

    def __str__(self) -> str:
        names = self._columns
        rows = [[getattr(row, name) for name in names] for row in self.rows]
        if len(rows) > 1:
            total = self.total
            rows.append(["all" if name == "size" else total.get(name, "") for name in names])
        heads = [self._measure if name == "size" else name for name in names]
        lines = [self.headline, "", plain_table(heads, rows)]
        if self.depths:
            rows = [[d.depth, d.functions, d.classes] for d in self.depths]
            lines += ["", plain_table(("depth", "functions", "classes"), rows)]
        lines += ["", *self._footnotes()]
        return "\n".join(lines)

    @property
    def _measure(self) -> str:
        return "cost" if self.weighted else "size"

    def _footnotes(self) -> list[str]:
        over = "f(0) = 0" if self.normalised else "all functions"
        lines = [f"functions: of all 2^(2^{self.inputs}); circuits, wirings: summed over {over};"]
        if self.kind == "NPN":
            lines.append("circuits_p, circuits_npn: circuits up to input permutation, up to NPN.")
        else:
            lines.append(f"classes: {self.kind}-classes; circuits_p: up to input permutation.")
        if self.order == PARETO:
            point = f"({self._measure}, depth)"
            lines.append(f"One row per point of the {point} fronts; functions in all: once.")
        if self.without_functions:
            capped = f"cost {self.cap}" if self.weighted else counted(self.cap or 0, "gate")
            within = "in this basis" if self.cap is None else f"within {capped}"
            lines.append(
                f"No circuit {within}: {counted(self.without_functions, 'function')} "
                f"({counted(self.without_classes, 'class', 'classes')})."
            )
        if self.exhaustive:
            smaller = "cheaper" if self.weighted else "smaller"
            smaller = smaller if self.order in (SIZE, SIZE_DEPTH) else "better"
            lines.append(f"Minimal by exhaustion: every {smaller} reduced circuit was listed.")
            if self.taken_from:
                lines.append(f"As shipped in {self.taken_from}; --fresh searches again.")
        else:
            lines.append(
                f"NOT EXHAUSTED: {counted(self.open_functions, 'function')} "
                f"({counted(self.open_classes, 'class', 'classes')}) were not "
                "reached in the budget;"
            )
            lines.append(f"{self._measure}s up to {self.exhausted_size} were exhausted for them.")
        return lines
