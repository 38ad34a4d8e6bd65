"""Conjectures: sentences about minima, decided over a universe, with certificates re-checked."""

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.arm import ArmResult, ClassRow, Example, FrontierRow
from mesacircuits.conjectures.certificate import write_certificate
from mesacircuits.conjectures.check import Report, check
from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.disagreement import Comparison, Disagreed, Pair, compare
from mesacircuits.conjectures.finding import Case, Finding, Table
from mesacircuits.conjectures.registry import CONJECTURES, Conjecture, conjecture_named
from mesacircuits.conjectures.sentence import Sentence, parse_sentence
from mesacircuits.conjectures.slack import SlackRow, SlackTable, slack_table
from mesacircuits.conjectures.tagged_census import TaggedCensus, tagged_census
from mesacircuits.conjectures.tagged_minima import TaggedMinima, tagged_minima
from mesacircuits.conjectures.universe import Functions, Universe, parse_universe
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.conjectures.verify import Verification, verify

__all__ = [
    "CLAIMS",
    "CONJECTURES",
    "ArmResult",
    "Case",
    "Claim",
    "ClaimReport",
    "ClassRow",
    "Comparison",
    "Conjecture",
    "Disagreed",
    "Example",
    "Finding",
    "FrontierRow",
    "Functions",
    "Pair",
    "Parameter",
    "Report",
    "Sentence",
    "Settings",
    "SlackRow",
    "SlackTable",
    "Table",
    "TaggedCensus",
    "TaggedMinima",
    "Universe",
    "Verdict",
    "Verification",
    "check",
    "compare",
    "conjecture_named",
    "parse_sentence",
    "parse_universe",
    "slack_table",
    "tagged_census",
    "tagged_minima",
    "verify",
    "write_certificate",
]
