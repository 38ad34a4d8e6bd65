"""Conjectures: sentences about minima, decided over a universe, with certificates re-checked."""

from mesacircuits.conjectures.arm import ArmResult, ClassRow, Example, FrontierRow
from mesacircuits.conjectures.certificate import write_certificate
from mesacircuits.conjectures.check import Report, check
from mesacircuits.conjectures.registry import CONJECTURES, Conjecture, conjecture_named
from mesacircuits.conjectures.sentence import Functions, Sentence, SingleTask, parse_sentence
from mesacircuits.conjectures.tagged_census import TaggedCensus, tagged_census
from mesacircuits.conjectures.tagged_minima import TaggedMinima, tagged_minima
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.conjectures.verify import Verification, verify

__all__ = [
    "CONJECTURES",
    "ArmResult",
    "ClassRow",
    "Conjecture",
    "Example",
    "FrontierRow",
    "Functions",
    "Report",
    "Sentence",
    "SingleTask",
    "TaggedCensus",
    "TaggedMinima",
    "Verdict",
    "Verification",
    "check",
    "conjecture_named",
    "parse_sentence",
    "tagged_census",
    "tagged_minima",
    "verify",
    "write_certificate",
]
