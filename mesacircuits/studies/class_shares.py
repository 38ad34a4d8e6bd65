"""Shares of a tag over all functions of n inputs, class by class: the exact matched nulls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.circuits import Circuit, Output, TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.definitions import Classifier, Definition, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.tagged_census import tagged_census
from mesacircuits.tasks import FunctionTask

__all__ = ["ClassShare", "class_shares", "mean_share", "refuse_inapplicable"]


@dataclass(frozen=True, slots=True)
class ClassShare:
    """The minima of the functions of one NPN class, and how many have a tag.

    Attributes:
        representative: the class's least member.
        functions: how many functions are in it.
        size: gates of each minimum.
        circuits: minima of each function.
        value: the mean share of a function's minima that have the tag.
        some, every: functions some, and all, of whose minima have it.
    """

    representative: TruthTable
    functions: int
    size: int
    circuits: int
    value: Fraction
    some: int
    every: int


def class_shares(
    inputs: int,
    definition: Definition,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
) -> tuple[ClassShare, ...]:
    """Return every NPN class of the functions of n inputs with the share of its minima tagged.

    Arguments are those of `tagged_census`. Raises `BudgetEnded` if it is not exhausted, and
    `ArgumentError` for a definition that does not apply to functions.

    >>> from mesacircuits.definitions import SearchLike
    >>> [(row.representative.hex, row.size, row.circuits) for row in
    ...  class_shares(3, SearchLike()) if row.value]
    [('18', 3, 3)]
    """
    refuse_inapplicable(definition, inputs)
    found = tagged_census(inputs, basis, order, effort, Classifier((definition,)))
    if not found.exhaustive:
        raise BudgetEnded
    rows = []
    for entry in found.census.classes:
        count = found.tags[entry.representative][definition.tag]
        # Circuits with the tag are counted over functions with f(0) = 0, half of the class.
        minima = entry.circuits * (entry.functions // 2)
        rows.append(
            ClassShare(
                entry.representative,
                entry.functions,
                entry.size,
                entry.circuits,
                Fraction(count.circuits, minima),
                count.some,
                count.every,
            )
        )
    return tuple(rows)


def refuse_inapplicable(definition: Definition, inputs: int) -> None:
    """Raise `ArgumentError` if a definition does not apply to functions of n inputs.

    It is asked about the circuit that outputs its first input.
    """
    first = Circuit(inputs, (), (Output(0),))
    has_tag(definition, first, FunctionTask(first.tables()))


def mean_share(rows: Iterable[ClassShare]) -> Fraction | None:
    """Return the mean share over the functions of classes; None if there are none."""
    listed = list(rows)
    functions = sum(row.functions for row in listed)
    if not functions:
        return None
    return sum((row.value * row.functions for row in listed), Fraction(0)) / functions
