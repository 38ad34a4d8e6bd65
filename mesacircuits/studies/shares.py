"""Shares: of the minima of a task, of a partial function, of every class, how many have a tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import compress
from typing import Any

from mesacircuits.call import check_whole
from mesacircuits.circuits import Circuit, TruthTable, npn_classes
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.definitions import Definition, has_tag
from mesacircuits.definitions.bulk import bulk_tags, in_normal_form
from mesacircuits.enumeration import MAX_CENSUS_INPUTS, Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.survey import ClassRow, refuse_inapplicable, survey_classes
from mesacircuits.tasks import FunctionTask, Task

__all__ = [
    "PartialMinima",
    "Share",
    "class_shares",
    "mean_share",
    "partial_minima",
    "representative_shares",
    "retagged",
    "tagged_share",
]


@dataclass(frozen=True)
class Share:
    """The minima of a task, and those among them that have a definition's tag.

    Attributes:
        task: what is solved.
        minima: all its minimal circuits.
        held: for each whether it has the tag.
    """

    task: Task
    minima: tuple[Circuit, ...]
    held: tuple[bool, ...]

    @property
    def size(self) -> int | None:
        """The least size among the minima; None if the basis has no circuit for the task."""
        return min((circuit.size for circuit in self.minima), default=None)

    @property
    def tagged(self) -> int:
        """How many minima have the tag."""
        return sum(self.held)

    @property
    def value(self) -> Fraction | None:
        """The fraction of minima that have the tag; None if there are no minima."""
        return Fraction(self.tagged, len(self.minima)) if self.minima else None

    def first(self, held: bool = True) -> Circuit | None:
        """Return the first minimum with the tag, or without it; None if there is none."""
        return next(compress(self.minima, (tag == held for tag in self.held)), None)


def tagged_share(
    task: Task,
    definition: Definition,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    *,
    within: int = 0,
) -> Share:
    """Return all minima of a task, each tagged by one definition.

    Arguments are those of `enumerate_minima`. Raises `BudgetEnded` if the minima were not reached
    or not all judged in the budget, and `ArgumentError` if the definition does not apply to the
    task.

    >>> from mesacircuits.definitions import SearchLike
    >>> from mesacircuits.tasks import parse_task
    >>> share = tagged_share(parse_task("not-all-equal"), SearchLike())
    >>> share.size, len(share.minima), share.value
    (3, 3, Fraction(1, 1))
    """
    effort = effort or Effort()
    found = enumerate_minima(task, basis, order, effort, within=within).all_found()
    if found.minima:
        # Whether it applies depends on the task alone; all minima would lack the tag.
        has_tag(definition, found.minima[0], task)
    minimal = within == 0 and in_normal_form(basis_named(basis), order)
    held: list[bool] = []
    # In pieces, so that the budget is looked at between them.
    piece = 4096
    for start in range(0, len(found.minima), piece):
        if effort.used_up():
            raise BudgetEnded
        held += bulk_tags(definition, found.minima[start : start + piece], task, minimal)
    return Share(task, found.minima, tuple(held))


def class_shares(
    inputs: int,
    definition: Definition,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
) -> tuple[ClassRow, ...]:
    """Return every NPN class of the functions of n inputs with the share of its minima tagged.

    These shares, of all functions, are exact nulls to match those of one task with.

    Arguments are those of `tagged_census`. Raises `BudgetEnded` if it is not exhausted, and
    `ArgumentError` for a definition that does not apply to functions.

    >>> from mesacircuits.definitions import SearchLike
    >>> [(row.representative.hex, row.size, row.circuits) for row in
    ...  class_shares(3, SearchLike()) if row.value]
    [('18', 3, 3)]
    """
    refuse_inapplicable(definition, inputs)
    check_whole("inputs", inputs, 1, MAX_CENSUS_INPUTS)
    effort = effort or Effort()
    if effort.used_up():
        raise BudgetEnded
    found = survey_classes(inputs, basis_named(basis), order, [definition], effort)
    if found.census is not None and not found.census.exhaustive:
        raise BudgetEnded
    return found.rows


def representative_shares(
    inputs: int,
    definition: Definition,
    basis: str | Basis = "b2",
    effort: Effort | None = None,
    *,
    within: int = 0,
) -> tuple[ClassRow, ...]:
    """Return every NPN class with the share of tagged solvers of its representative alone.

    That goes over any basis with free inverters, and of solvers that are not minimal.

    Arguments:
        within: solvers have up to so many gates more than the least.
        others: those of `class_shares`; the order is size.

    Raises as `tagged_share`.

    >>> from mesacircuits.definitions import SearchLike
    >>> [(row.representative.hex, row.size, row.circuits, row.tagged) for row in
    ...  representative_shares(2, SearchLike(), within=1) if row.size]
    [('1', 1, 7, 0), ('6', 1, 1, 0)]
    """
    effort = effort or Effort()
    rows = []
    for entry in npn_classes(inputs):
        if effort.used_up():
            raise BudgetEnded
        task = FunctionTask((entry.representative,))
        share = tagged_share(task, definition, basis, effort=effort, within=within)
        many, size = len(share.minima), min(circuit.size for circuit in share.minima)
        some = entry.functions * (share.tagged > 0), entry.functions * (share.tagged == many)
        name = entry.representative.hex
        row = ClassRow(name, task, entry.functions, size, None, many, many, share.tagged, *some)
        rows.append(row)
    return tuple(rows)


def retagged(rows: Iterable[ClassRow], seed: int = 0) -> tuple[ClassRow, ...]:
    """Return rows whose tags are placed at random: as many minima of each size have one.

    It is what a tag says that means nothing. Minima of a class are counted once, for one function
    of it: of N minima of one size, T of them tagged, each set of T is as likely.

    >>> from mesacircuits.definitions import SearchLike
    >>> rows = class_shares(3, SearchLike())
    >>> [sum(row.value * row.circuits for row in part) for part in (rows, retagged(rows))]
    [Fraction(3, 1), Fraction(3, 1)]
    """
    import numpy as np

    listed = list(rows)
    random = np.random.default_rng(seed)
    drawn: dict[str, int] = {}
    for size in sorted({row.size for row in listed}):
        here = [row for row in listed if row.size == size]
        tagged = round(sum(row.value * row.circuits for row in here))
        found = random.multivariate_hypergeometric([row.circuits for row in here], tagged)
        drawn.update(zip((row.name for row in here), found.tolist(), strict=True))
    return tuple(
        replace(
            row,
            tagged=row.minima // row.circuits * drawn[row.name],
            some=row.functions * (drawn[row.name] > 0),
            every=row.functions * (drawn[row.name] == row.circuits),
            others=(),
        )
        for row in listed
    )


def mean_share(rows: Iterable[ClassRow]) -> Fraction | None:
    """Return the mean share over the functions of classes; None if there are none."""
    listed = list(rows)
    functions = sum(row.functions for row in listed)
    if not functions:
        return None
    return sum((row.value * row.functions for row in listed), Fraction(0)) / functions


@dataclass(frozen=True)
class PartialMinima:
    """The minima of a partial function, by the function on all inputs that they compute.

    Attributes:
        support: S, as bits over the inputs.
        bits: the values on S.
        computed: for each function that some minimum computes, how many do, with and without the
            tag: pairs (with, without).
    """

    support: int
    bits: int
    computed: dict[int, tuple[int, int]]

    @property
    def minima(self) -> int:
        """How many minima there are."""
        return sum(map(sum, self.computed.values()))


def partial_minima(
    inputs: int,
    sizes_of_support: tuple[int, ...],
    definition: Definition,
    basis: str | Basis,
    effort: Effort,
    kept: Callable[[str, Callable[[], Any]], Any],
    within: int = 0,
) -> Iterator[PartialMinima]:
    """Yield every partial function whose support has one of these sizes, with its minima.

    Arguments:
        kept: keeps what a part of this, named by a text, returns (`KeptParts.part`).
        within: circuits of so many more gates than the least count as minima, too.

    Raises `BudgetEnded` where the budget ends; supports that are finished are kept.
    """

    def on(support: int) -> list[list[object]]:
        rows: list[list[object]] = []
        bits = support
        while True:
            if effort.used_up():
                raise BudgetEnded
            task = FunctionTask((TruthTable(inputs, bits),), support)
            share = tagged_share(task, definition, basis, effort=effort, within=within)
            computed: dict[int, list[int]] = {}
            for circuit, held in zip(share.minima, share.held, strict=True):
                computed.setdefault(circuit.output_bits()[0], [0, 0])[not held] += 1
            rows.append([bits, [[f, *counts] for f, counts in sorted(computed.items())]])
            if not bits:
                return rows
            bits = (bits - 1) & support

    supports = [s for s in range(1, 1 << (1 << inputs)) if s.bit_count() in sizes_of_support]
    with effort.bar("supports", len(supports)) as bar:
        for support in supports:
            for bits, computed in kept(f"support {support} within {within}", partial(on, support)):
                yield PartialMinima(support, bits, {f: (a, b) for f, a, b in computed})
            bar.advance()
