"""Conjectures: sentences about minima, decided over a universe, with certificates re-checked."""

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.certificate import write_certificate
from mesacircuits.conjectures.check import check
from mesacircuits.conjectures.claim import Case, Claim, Finding, Report, Table
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.decide import ArmResult, FrontierRow
from mesacircuits.conjectures.registry import CONJECTURES, conjecture_named
from mesacircuits.conjectures.sentence import Sentence, Verdict, parse_sentence
from mesacircuits.conjectures.verify import Verification, verify
from mesacircuits.studies.survey import ClassRow

__all__ = [
    "CLAIMS",
    "CONJECTURES",
    "ArmResult",
    "Case",
    "Claim",
    "ClassRow",
    "Finding",
    "FrontierRow",
    "Parameter",
    "Report",
    "Sentence",
    "Settings",
    "Table",
    "Verdict",
    "Verification",
    "check",
    "conjecture_named",
    "parse_sentence",
    "verify",
    "write_certificate",
]
