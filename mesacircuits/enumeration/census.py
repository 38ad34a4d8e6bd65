"""The census: how many minimal circuits all functions of n inputs have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration.depths import class_numbers
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.levels import (
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    Level,
    checked_order,
    levels,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import plain_table

__all__ = ["Census", "CensusRow", "ClassMinima", "DepthRow", "census"]


@dataclass(frozen=True, slots=True)
class ClassMinima:
    """The minima of the functions of one NPN class.

    Attributes:
        representative: the class's least member, over all n inputs.
        functions: number of functions in the class.
        size: number of gates of its minima.
        depth: their depth under `depth-size`; None under `size`, where depths differ.
        circuits: minimal circuits of each of its functions.
        wirings: minimal wirings of each of its functions.
        circuits_p: minimal circuits of its functions with f(0) = 0, up to permuting inputs.
        circuits_npn: minimal circuits of its functions up to permuting and negating inputs and
            negating the output.
    """

    representative: TruthTable
    functions: int
    size: int
    depth: int | None
    circuits: int
    wirings: int
    circuits_p: int
    circuits_npn: int


@dataclass(frozen=True, slots=True)
class CensusRow:
    """The functions of one minimal size. `circuits` and `wirings` are summed over f with f(0)=0."""

    size: int
    functions: int
    classes: int
    circuits: int
    wirings: int
    circuits_p: int
    circuits_npn: int


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
        classes: the NPN classes whose minima were exhausted, representatives ascending.
        open_functions, open_classes: what the budget left out; 0 if nothing.
        exhausted_size: sizes up to this were exhausted for every function, where the census is
            not complete; else None.
        tried: gates looked at by the search.
    """

    inputs: int
    basis: str
    order: str
    classes: tuple[ClassMinima, ...]
    open_functions: int = 0
    open_classes: int = 0
    exhausted_size: int | None = None
    tried: int = field(default=0, compare=False)

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.open_functions == 0

    @property
    def rows(self) -> tuple[CensusRow, ...]:
        """One row per minimal size, ascending."""
        return tuple(
            CensusRow(size, **_totals([c for c in self.classes if c.size == size]))
            for size in sorted({c.size for c in self.classes})
        )

    @property
    def depths(self) -> tuple[DepthRow, ...]:
        """Under `depth-size`, one row per least depth; else empty."""
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
    def total(self) -> dict[str, int]:
        """The sums of all rows."""
        return _totals(self.classes)

    def to_json(self) -> dict[str, Any]:
        """Return the census as JSON values."""
        names = CensusRow.__slots__
        record: dict[str, Any] = {
            "inputs": self.inputs,
            "basis": self.basis,
            "order": self.order,
            "exhaustive": self.exhaustive,
            "rows": [{name: getattr(row, name) for name in names} for row in self.rows],
        }
        if self.order == DEPTH_SIZE:
            record["depths"] = [
                {"depth": d.depth, "functions": d.functions, "classes": d.classes}
                for d in self.depths
            ]
        if not self.exhaustive:
            record["not_exhausted"] = {
                "functions": self.open_functions,
                "classes": self.open_classes,
                "exhausted_size": self.exhausted_size,
            }
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        functions, circuits = self.total["functions"], self.total["circuits"]
        done = f"{circuits:,} minimal circuits of {functions:,} functions of {self.inputs} inputs"
        return f"{done}, {self.basis}, order {self.order}" + (
            "" if self.exhaustive else " (not exhausted)"
        )

    def __str__(self) -> str:
        names = CensusRow.__slots__
        rows = [[getattr(row, name) for name in names] for row in self.rows]
        if len(rows) > 1:
            rows.append(["all", *self.total.values()])
        lines = [self.headline, "", plain_table(names, rows)]
        if self.depths:
            rows = [[d.depth, d.functions, d.classes] for d in self.depths]
            lines += ["", plain_table(("depth", "functions", "classes"), rows)]
        lines += ["", *_footnotes(self)]
        return "\n".join(lines)


def _footnotes(result: Census) -> list[str]:
    lines = [
        f"functions: of all 2^(2^{result.inputs}); circuits, wirings: summed over f(0) = 0;",
        "circuits_p, circuits_npn: circuits up to input permutation, up to NPN.",
    ]
    if result.exhaustive:
        lines.append("Minimal by exhaustion: every smaller reduced circuit was listed.")
    else:
        lines.append(
            f"NOT EXHAUSTED: {result.open_functions:,} functions "
            f"({result.open_classes:,} classes) were not reached in the budget;"
        )
        lines.append(f"sizes up to {result.exhausted_size} were exhausted for them.")
    return lines


def _totals(classes: Iterable[ClassMinima]) -> dict[str, int]:
    listed = list(classes)
    return {
        "functions": sum(c.functions for c in listed),
        "classes": len(listed),
        "circuits": sum(c.circuits * c.functions // 2 for c in listed),
        "wirings": sum(c.wirings * c.functions // 2 for c in listed),
        "circuits_p": sum(c.circuits_p for c in listed),
        "circuits_npn": sum(c.circuits_npn for c in listed),
    }


def census(
    inputs: int,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    observe: Callable[[Level], None] | None = None,
) -> Census:
    """Count the minimal circuits of every function of n inputs.

    Every function is settled through its NPN class: all reduced circuits of 0, 1, 2, ... gates are
    listed, one per orbit of first gates, until each class has been met. So a class's size is
    minimal by exhaustion of the smaller ones, and its minima are all there are.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name.
        order: `size`, or `depth-size`.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.
        observe: called with each `Level` as it is found, for further measurement.

    Returns:
        the census, marked not exhaustive if the budget ended it.

    Raises:
        ArgumentError: for arguments outside those ranges.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts of functions and classes by
    size and depth this reproduces.

    >>> [(row.size, row.functions, row.circuits) for row in census(3).rows]
    [(0, 8, 4), (1, 30, 15), (2, 114, 75), (3, 80, 180), (4, 24, 540)]
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_CENSUS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", inputs)
    basis = basis_named(basis)
    checked_order(order)
    effort = effort or Effort()
    depth = 0 if order == DEPTH_SIZE else None
    constant, single = TruthTable(inputs, 0), npn_canonical(TruthTable.of_input(inputs, 0))[0]
    found = [
        ClassMinima(constant, 2, 0, depth, 1, 1, 1, 1),
        ClassMinima(single, 2 * inputs, 0, depth, 1, 1, 1, 1),
    ]
    tried = 0
    exhausted_size: int | None = None
    for support in range(2, inputs + 1):
        # Fewer gates do not join so many inputs.
        reached = support - 2
        try:
            for level in levels(support, basis, order, effort):
                tried += level.chains.tried
                found.extend(_count_level(level, inputs))
                if observe is not None:
                    observe(level)
                reached = level.size
        except BudgetEnded:
            # Under `depth-size` a settled size speaks for one depth only, so no size is claimed.
            proved = reached if order != DEPTH_SIZE else 0
            exhausted_size = proved if exhausted_size is None else min(exhausted_size, proved)
    functions = 1 << (1 << inputs)
    _, numbers = class_numbers(inputs)
    return Census(
        inputs=inputs,
        basis=basis.name,
        order=order,
        classes=tuple(sorted(found, key=lambda c: c.representative.bits)),
        open_functions=functions - sum(c.functions for c in found),
        open_classes=int(numbers.max()) + 1 - len(found),
        exhausted_size=exhausted_size,
        tried=tried,
    )


def _count_level(level: Level, inputs: int) -> Iterable[ClassMinima]:
    chains = level.chains
    support = chains.level.inputs
    forms, number = class_numbers(support)
    group = len(chains.level.masks)
    classes = number[chains.functions]
    weights = chains.weights
    fixed, summed = chains.fixing()

    def per_class(values: NDArray[np.int64]) -> NDArray[np.int64]:
        # Sums of integers, exact: np.bincount with weights would go through floats.
        sums = np.zeros(len(forms), dtype=np.int64)
        np.add.at(sums, classes, values)
        return sums

    circuits = per_class(weights)
    wirings = per_class(np.where(chains.is_wiring(), weights, 0))
    # The orbit of a circuit C has |G| / |G_C| members and is met |G_A| / |G_C| times above its
    # first gates A; an orbit has (1/n!) (sum over h in G_C of #{g : g h g^-1 negates nothing})
    # / |G_C| orbits under permutations alone (Burnside, double cosets).
    up_to_npn = per_class(weights * fixed)
    up_to_p = per_class(weights * summed)
    for c in level.classes.tolist():
        functions = int((number == c).sum())
        core = TruthTable(support, int(forms[c]))
        yield ClassMinima(
            representative=npn_canonical(core.extended_to(inputs))[0],
            functions=functions * comb(inputs, support),
            size=level.size,
            depth=level.depth,
            circuits=exact_quotient(circuits[c], functions // 2),
            wirings=exact_quotient(wirings[c], functions // 2),
            circuits_p=exact_quotient(up_to_p[c], group * factorial(support)),
            circuits_npn=exact_quotient(up_to_npn[c], group),
        )


def exact_quotient(total: Any, parts: int) -> int:
    """Return total / parts, which must be whole: counts are constant on a class."""
    quotient, rest = divmod(int(total), parts)
    if rest:
        raise ArithmeticError(f"a count of {total} does not divide by {parts}")
    return quotient
