"""Checking a conjecture: the arms decided, as a report that prints, and as a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.decide import ArmResult, decide
from mesacircuits.conjectures.own_claims import OwnSentence
from mesacircuits.conjectures.program_sentence import (
    ProgramReport,
    decide_programs,
    is_about_programs,
    parse_program_sentence,
)
from mesacircuits.conjectures.registry import CONJECTURES, Conjecture, conjecture_named
from mesacircuits.conjectures.sentence import QUANTIFIERS, Sentence, parse_sentence
from mesacircuits.conjectures.verdict import Verdict, at_the_defaults, worst
from mesacircuits.definitions import DEFINITIONS, Definition, describe_definition
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError

__all__ = ["Report", "check"]


@dataclass(frozen=True)
class Report:
    """What was found of a conjecture.

    Attributes:
        conjecture: the registered conjecture, or None for a sentence.
        arms: each sentence decided.
    """

    conjecture: Conjecture | None
    arms: tuple[ArmResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the arms: refuted, then inconclusive, then held."""
        return worst(arm.verdict for arm in self.arms)

    @property
    def exit_status(self) -> int:
        """The verdict as an exit status: 0 held, 3 refuted, 4 inconclusive."""
        return self.verdict.exit_status

    @property
    def name(self) -> str:
        """The conjecture's name, or the sentence."""
        return self.conjecture.name if self.conjecture else str(self.arms[0].sentence)

    @property
    def at_the_defaults(self) -> str:
        """The shipped verdict in words, if other sentences than the defaults gave another."""
        if self.conjecture is None:
            return ""
        stated = self.conjecture.sentences()
        if [str(arm.sentence) for arm in self.arms] == list(map(str, stated)):
            return ""
        return at_the_defaults(self.conjecture.name, self.verdict.value)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values, with the shipped files that minima are from."""
        shipped = sorted({arm.minima_from for arm in self.arms if arm.minima_from})
        return self._record() | ({"minima_from": shipped} if shipped else {})

    def _record(self) -> dict[str, Any]:
        return {
            "conjecture": self.conjecture.name if self.conjecture else None,
            "claim": self.conjecture.claim if self.conjecture else None,
            "source": self.conjecture.source if self.conjecture else None,
            "verdict": self.verdict.value,
            "arms": [arm.to_json() for arm in self.arms],
        }

    def plotted(self, form: str = "svg") -> bytes:
        """Return a plot of the minima with the tag by size, an arm beside the other."""
        from mesacircuits.conjectures.decide import arms_plot
        from mesacircuits.conjectures.plot import draw_plot

        return draw_plot(arms_plot(self.arms), form)

    def certificate(self) -> dict[str, Any]:
        """Return the certificate that `verify` re-checks, as JSON values.

        Raises `ArgumentError` for a definition that is not of the package, as a certificate is
        re-checked without running anyone's code; and for what SAT cannot check again: the order
        `formula`, and tasks with too many policies.
        """
        from mesacircuits.conjectures.certificate import sealed
        from mesacircuits.conjectures.minimality import SHOWN_BY_SAT, parts_of

        for arm in self.arms:
            name = arm.sentence.definition.name
            if name not in DEFINITIONS:
                raise ArgumentError("definition", "one of the package's, for a certificate", name)
            if arm.sentence.order not in SHOWN_BY_SAT:
                orders = ", ".join(SHOWN_BY_SAT)
                raise ArgumentError(
                    "order", f"one of {orders}, for a certificate", arm.sentence.order
                )
            tasks = [] if arm.sentence.by_classes else arm.sentence.universe.listed()
            for name, task in tasks:
                if parts_of(task) is None:
                    few = "tasks with few enough policies, for a certificate"
                    raise ArgumentError("universe", few, name)
        return sealed(self._record())

    def __str__(self) -> str:
        from mesacircuits.conjectures.report_text import report_text

        return report_text(self)


def check(
    name: str | Conjecture | Claim | OwnSentence,
    settings: Mapping[str, object] | None = None,
    effort: Effort | None = None,
) -> Report | ClaimReport | ProgramReport:
    """Decide a registered conjecture, a claim, or a sentence, over its universe.

    Arguments:
        name: a name of `CONJECTURES` or `CLAIMS`, or a sentence as `parse_sentence` or
            `parse_program_sentence` reads it; or a conjecture or claim itself.
        settings: values for the parameters of a conjecture or claim, by name; the others have
            their defaults. Of what names a definition the value may be the definition itself. A
            sentence states all of them itself.
        effort: budget (shared evenly among the arms), threads and progress bar; by default no
            limit, all cores, no bar.

    Raises:
        ArgumentError: for an unknown name, a sentence that cannot be read, a setting that there is
            not or that is out of range, and a definition that does not apply.

    >>> report = check("minimal-circuits", {"inputs": 3})
    >>> report.verdict.value, report.exit_status, report.arms[0].example.task.tables[0].hex
    ('refuted', 3, '18')
    """
    if isinstance(name, str):
        name = CLAIMS.get(name) or CONJECTURES.get(name) or name
    if isinstance(name, Claim):
        given = (settings or {}).items()
        said = {k: describe_definition(v) if isinstance(v, Definition) else v for k, v in given}
        return name.check(said, effort)
    if isinstance(name, Conjecture):
        return _decided(name, name.sentences(settings), effort)
    if settings:
        raise ArgumentError("settings", "nothing beside a sentence, which states it", [*settings])
    text = str(name.sentence) if isinstance(name, OwnSentence) else name
    if is_about_programs(text):
        return decide_programs(parse_program_sentence(text), effort)
    if " " not in text.strip() and text.strip() not in QUANTIFIERS:
        conjecture_named(text)
    return _decided(None, (parse_sentence(text),), effort)


def _decided(
    conjecture: Conjecture | None, sentences: tuple[Sentence, ...], effort: Effort | None
) -> Report:
    effort = effort or Effort()
    arms = []
    for number, sentence in enumerate(sentences):
        # What is left is shared among the arms to come, so that none takes all.
        arms.append(decide(sentence, effort.share(len(sentences) - number)))
    return Report(conjecture, tuple(arms))
