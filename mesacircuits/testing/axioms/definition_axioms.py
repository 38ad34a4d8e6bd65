"""Axioms on a definition as a whole: what its dials do, and that it says something at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from hypothesis import assume
from hypothesis.strategies import DrawFn

from mesacircuits.definitions.definition import Definition, Judgement, has_influence
from mesacircuits.definitions.registry import describe_definition
from mesacircuits.errors import ArgumentError
from mesacircuits.testing.axioms.axiom import (
    Axiom,
    Conclusion,
    Example,
    Subject,
    Tally,
    of_subjects,
)
from mesacircuits.testing.axioms.circuit_axioms import alone
from mesacircuits.testing.axioms.remembered import Remembered
from mesacircuits.testing.axioms.tagged import tag_can_be_made
from mesacircuits.testing.strategies import SOLVED_KINDS

__all__ = ["DIAL_MONOTONE", "NON_TRIVIAL", "variants_of"]

#: By how much a dial that is a fraction is raised or lowered.
_STEP = Fraction(1, 4)


# -- dials -----------------------------------------------------------------------------------------


def variants_of(definition: Definition) -> tuple[tuple[Definition, bool], ...]:
    """Return a definition with its dials set otherwise, and whether that is the stricter of both.

    These are, each with another setting of the dials than the definition's own:

    - those of its `variants()` of which `is_stricter_than` holds, one way or the other;
    - for each dial that `stricter` names and that is a number, the definition with it one higher
      and one lower (a fraction 1/4 higher and lower), as far as its range goes.

    >>> from mesacircuits.definitions import LookupTable
    >>> [(v.inputs_per_cell, stricter) for v, stricter in variants_of(LookupTable())]
    [(1, True), (8, True), (4, True), (2, True), (None, False)]
    """
    known = cast(Definition, getattr(definition, "definition", definition))
    try:
        return _kept_variants(cast(Any, known))
    except TypeError:
        # What cannot be a key is asked each time.
        return tuple(_variants(known))


@lru_cache(maxsize=8)
def _kept_variants(definition: Definition) -> tuple[tuple[Definition, bool], ...]:
    return tuple(_variants(definition))


def _variants(definition: Any) -> Iterator[tuple[Definition, bool]]:
    seen = [dict(definition.parameters)]
    for variant, stricter in (*_declared(definition), *_stepped(definition)):
        dials = dict(variant.parameters)
        if dials not in seen:
            seen.append(dials)
            yield Remembered(variant), stricter


def _declared(definition: Any) -> Iterator[tuple[Definition, bool]]:
    compare = getattr(definition, "is_stricter_than", None)
    listed = getattr(definition, "variants", None)
    if compare is None or listed is None:
        return
    for variant in listed():
        if variant.is_stricter_than(definition):
            yield variant, True
        elif compare(variant):
            yield variant, False


def _stepped(definition: Any) -> Iterator[tuple[Definition, bool]]:
    ways: Mapping[str, str] = getattr(definition, "stricter", None) or {}
    for name, way in ways.items():
        for sign in (1, -1):
            value = _moved(definition.parameters.get(name), sign)
            variant = None if value is None else _with_dial(definition, name, value)
            if variant is not None:
                yield variant, (sign > 0) == (way == "more")


def _moved(value: object, sign: int) -> int | str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return value + sign if isinstance(value, int) else str(Fraction(value) + sign * _STEP)
    except ValueError:
        # A text that is no number.
        return None


def _with_dial(definition: Any, name: str, value: int | str) -> Definition | None:
    try:
        if hasattr(definition, "with_dials"):
            return cast(Definition, definition.with_dials({name: value}))
        return cast(Definition, replace(definition, **{name: value}))
    except (ArgumentError, TypeError, ValueError):
        # Out of its range, or no dial that can be set.
        return None


def _no_dials(definition: Definition) -> str:
    return "" if variants_of(definition) else "no dial of it is known to be stricter one way"


def _monotone(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    subject, judgement = example.subjects[0], judgements[0]
    if not judgement.applies:
        return None
    for variant, stricter in variants_of(definition):
        # Only the stricter one can have too much.
        if judgement.holds is stricter:
            continue
        other = variant.judge(subject.solver, subject.task)
        if other.applies and other.holds is not judgement.holds:
            names = describe_definition(variant), describe_definition(definition)
            given, refused = names if stricter else names[::-1]
            return f"{given}, which is to be stricter, gives the tag; {refused} does not."
    return None


DIAL_MONOTONE = Axiom(
    "dial-monotone",
    "A stricter setting of the dials never adds a tag: of `variants()` by `is_stricter_than`, of "
    "the dials that `stricter` names one step up and down.",
    SOLVED_KINDS,
    *alone,
    _monotone,
    _no_dials,
)


# -- saying something ------------------------------------------------------------------------------


def _with_influence(draw: DrawFn, subject: Subject) -> Example:
    assume(has_influence(subject.solver, subject.task))
    return Example((subject,))


def _where_influence(subject: Subject) -> Iterator[Example]:
    if has_influence(subject.solver, subject.task):
        yield Example((subject,))


def _says_something(definition: Definition) -> Callable[[Tally], Conclusion]:
    def concluded(tally: Tally) -> Conclusion:
        applied, tagged = tally.counts.applied, tally.counts.tagged
        if 0 < tagged < applied:
            return Conclusion("held")
        if tagged:
            return Conclusion("broken", f"all of {applied:,} solvers with influence have the tag")
        text = f"none of {applied:,} solvers with influence has the tag"
        if tag_can_be_made(definition):
            known = f"{text}, among them such as are known to be {definition.tag}"
            return Conclusion("broken", known)
        return Conclusion("inconclusive", f"{text}, and no way to make one is known")

    return concluded


def _found_nothing(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    # What counts is how many have the tag.
    return None


NON_TRIVIAL = Axiom(
    "non-trivial",
    "Of the solvers with influence some has the tag and some has not.",
    SOLVED_KINDS,
    *of_subjects(_with_influence, _where_influence),
    _found_nothing,
    concluding=_says_something,
)
