"""Definitions made of functions, and what functions may return as a judgement."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from numbers import Rational

from mesacircuits.call import check_names
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    definition_record,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = [
    "MOST_DIGITS",
    "Dial",
    "FunctionDefinition",
    "as_definition",
    "from_function",
    "judgement_from",
    "type_text",
]

#: The most digits that a score's numerator and its denominator may have.
MOST_DIGITS = 100

_UNSTATED = "not stated"


_Judge = Callable[..., object]
#: The value of a dial.
Dial = int | str | None


@dataclass(frozen=True)
class FunctionDefinition:
    """A definition made of a function of a solver and a task (see `from_function`).

    Attributes:
        name, tag, version, formula, source, blind_to: as every definition has them.
        function: judges; it takes a solver, a task, and the dials by name.
        dials: the dials and their values.
    """

    name: str
    tag: str
    function: _Judge
    formula: str = _UNSTATED
    source: str = _UNSTATED
    blind_to: str = _UNSTATED
    version: int = 1
    dials: tuple[tuple[str, Dial], ...] = ()

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""
        return dict(self.dials)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return what the function says, as a judgement.

        Raises `ArgumentError` where that is no exact score, and whatever the function raises.
        """
        return judgement_from(self, self.function(solver, task, **self.parameters))

    def with_dials(self, dials: Mapping[str, Dial]) -> FunctionDefinition:
        """Return the definition with some of its dials set otherwise."""
        check_names(f"dial of {self.name}", dials, [name for name, _ in self.dials])
        return replace(self, dials=tuple((self.parameters | dict(dials)).items()))


def from_function(
    name: str,
    tag: str,
    judge: _Judge,
    *,
    formula: str = "",
    source: str = "",
    blind_to: str = "",
    version: int = 1,
) -> FunctionDefinition:
    """Return the definition whose score is what a function of solver and task returns.

    Arguments:
        name: what the definition is called.
        tag: the tag that it gives where the score is 1.
        judge: takes a solver (a `Circuit` or a `MealyMachine`) and a task; further arguments with
            a default are dials. It returns an exact score from 0 to 1 (a Fraction, an int or a
            bool); or a pair of that and a witness, JSON values that prove the tag; or None, or
            None and a few words why, where it does not apply.
        formula, source, blind_to, version: what users should know of it; the formula is by default
            the first paragraph of the function's docstring.

    Raises `ArgumentError` for an argument of `judge` that has no default, beside the first two.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> deep = from_function("deep", "deep", lambda solver, task, least=3: solver.depth >= least)
    >>> deep.judge(Circuit.parse(1, "out = a"), parse_task("tt:1:2")).score, deep.parameters
    (Fraction(0, 1), {'least': 3})
    """
    arguments = list(inspect.signature(judge).parameters.values())
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = [argument for argument in arguments if argument.kind not in kinds]
    for argument in named[2:]:
        if argument.default is inspect.Parameter.empty:
            raise ArgumentError("judge", "a default for each dial", argument.name)
    described = (inspect.getdoc(judge) or "").partition("\n\n")[0]
    return FunctionDefinition(
        name,
        tag,
        judge,
        formula or " ".join(described.split()) or _UNSTATED,
        source or _UNSTATED,
        blind_to or _UNSTATED,
        version,
        tuple((argument.name, argument.default) for argument in named[2:]),
    )


def as_definition(
    name: str = "",
    tag: str = "",
    *,
    formula: str = "",
    source: str = "",
    blind_to: str = "",
    version: int = 1,
) -> Callable[[_Judge], FunctionDefinition]:
    """Return a decorator that makes a definition of a function, as `from_function` does.

    By default the name is the function's, with hyphens, and the tag is the name.

    >>> @as_definition(blind_to="all but the number of gates")
    ... def at_most_two_gates(solver, task):
    ...     return solver.size <= 2
    >>> at_most_two_gates.name, at_most_two_gates.tag
    ('at-most-two-gates', 'at-most-two-gates')
    """

    def make(judge: _Judge) -> FunctionDefinition:
        called = name or getattr(judge, "__name__", "definition").replace("_", "-")
        return from_function(
            called,
            tag or called,
            judge,
            formula=formula,
            source=source,
            blind_to=blind_to,
            version=version,
        )

    return make


def judgement_from(definition: Definition, result: object) -> Judgement:
    """Return what a definition's function returned, as a judgement.

    Raises `ArgumentError` for a score that is not exact or not from 0 to 1, for a witness beside
    a score below 1, and for a judgement with another tag.

    >>> deep = from_function("deep", "deep", lambda solver, task: 0.5)
    >>> judgement_from(deep, (True, {"depth": 4})).holds
    True
    >>> judgement_from(deep, 0.5)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: score: expected a Fraction, an int or a bool, got \
0.5, a float, which is not exact
    """
    if isinstance(result, Judgement):
        score: object = result.score
        witness: object = result.witness
        note, measured = result.note, result.measured
        if result.tag != definition.tag:
            raise ArgumentError("tag of the judgement", definition.tag, str(result.tag))
    else:
        score, witness = (
            result if isinstance(result, tuple) and len(result) == 2 else (result, None)
        )
        note, measured = "", None
        if score is None:
            note = f"not applicable: {witness if isinstance(witness, str) else 'it gave no score'}"
            witness = None
    exact = None if score is None else _exact(score)
    if measured is not None and isinstance(measured.value, Fraction):
        _check_digits("measured value", measured.value)
    if witness is not None and exact != 1:
        raise ArgumentError("witness", f"none with the score {exact}", type(witness).__name__)
    if witness is not None and not isinstance(witness, Mapping):
        witness = {"kind": definition.tag, "value": witness}
    return Judgement(
        definition_record(definition), definition.tag, exact, witness, str(note), measured
    )


def _exact(score: object) -> Fraction:
    if isinstance(score, float):
        got = f"{score}, a float, which is not exact"
        raise ArgumentError("score", "a Fraction, an int or a bool", got)
    if not isinstance(score, Rational):
        raise ArgumentError("score", "a Fraction, an int or a bool", type_text(score))
    exact = Fraction(int(score.numerator), int(score.denominator))
    _check_digits("score", exact)
    if not 0 <= exact <= 1:
        raise ArgumentError("score", "a number from 0 to 1", str(exact))
    return exact


def _check_digits(what: str, number: Fraction) -> None:
    # Longer ones are not even written: Python refuses to, from some thousands of digits on.
    if max(abs(number.numerator), number.denominator) >= 10**MOST_DIGITS:
        expected = f"at most {MOST_DIGITS} digits above and below the line"
        raise ArgumentError(what, expected, "more")


def type_text(value: object) -> str:
    """Return the type of a value with its article, as messages say what came.

    >>> type_text(3), type_text("three"), type_text(Fraction(1, 3))
    ('an int', 'a str', 'a fractions.Fraction')
    """
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"
