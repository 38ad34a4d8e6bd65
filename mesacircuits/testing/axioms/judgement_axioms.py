"""Axioms on judgements themselves: scores, witnesses, and that witnesses prove the tag."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hypothesis.strategies import SearchStrategy

from mesacircuits.definitions.checker import check_judgement
from mesacircuits.definitions.definition import Definition, Judgement
from mesacircuits.definitions.own_definitions import type_text
from mesacircuits.errors import CertificateError
from mesacircuits.testing.axioms.axiom import Axiom, Example
from mesacircuits.testing.axioms.small_subjects import small_subjects
from mesacircuits.testing.axioms.subjects import subjects

__all__ = ["SCORES", "WITNESSES"]


def _examples() -> SearchStrategy[Example]:
    return subjects().map(lambda subject: Example((subject,)))


def _smallest() -> Iterator[Example]:
    for subject in small_subjects():
        yield Example((subject,))


def _exact_score(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    judgement = judgements[0]
    # Types are promised, and definitions are written by anyone.
    score: object = judgement.score
    if score is None:
        return None if judgement.witness is None else "There is a witness, but no score."
    if not isinstance(score, Fraction):
        return f"The score is {type_text(score)}, not a Fraction."
    if not 0 <= score <= 1:
        return f"The score is {score}, not from 0 to 1."
    if judgement.holds and judgement.witness is None:
        return "The tag is given without a witness."
    if not judgement.holds and judgement.witness is not None:
        return f"There is a witness, though the score is {judgement.score}."
    return None


def _proved(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    subject = example.subjects[0]
    if judgements[0].witness is None:
        return None
    try:
        check_judgement(definition, subject.solver, subject.task, judgements[0])
    except CertificateError as error:
        return f"The witness is refused: {error.where}: {error.problem}."
    return None


def _without_checker(definition: Definition) -> str:
    if callable(getattr(definition, "check", None)):
        return ""
    return "it has no method `check`"


SCORES = Axiom(
    "scores",
    "Scores are exact and from 0 to 1, and there is a witness exactly where the tag is given.",
    _examples,
    _smallest,
    _exact_score,
)
WITNESSES = Axiom(
    "witnesses",
    "The checker, which derives every field again, accepts each witness.",
    _examples,
    _smallest,
    _proved,
    _without_checker,
)
