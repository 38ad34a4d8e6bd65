"""The axioms that a definition of "optimizer" is tested against, and the smallest that breaks one.

Each axiom has a Hypothesis strategy of examples, for tests of your own, and lists its small
examples in order, so that a counterexample is no larger than needed.

>>> from hypothesis import given, settings
>>> from mesacircuits.definitions import LookupTable
>>> from mesacircuits.testing import axioms
>>> @settings(max_examples=10)
... @given(axioms.GATE_RENAMING.examples())
... def lookup_ignores_gate_names(example):
...     axioms.GATE_RENAMING.assert_holds(LookupTable(), example)
>>> lookup_ignores_gate_names()
"""

from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject, Violation
from mesacircuits.testing.axioms.circuit_axioms import (
    ANCHORS,
    DEAD_GATES,
    GATE_RENAMING,
    NO_INFLUENCE,
    OFF_SUPPORT,
    RENAMING,
    SCORES,
    TABULATION,
    UTILITY_SCALE,
    WITNESSES,
)
from mesacircuits.testing.axioms.program_axioms import (
    DEAD_CODE,
    PROGRAM_ANCHORS,
    PROGRAM_AXIOMS,
    PROGRAM_SCORES,
    PROGRAM_WITNESSES,
    REGISTER_RENAMING,
)

#: All axioms, in the order in which they are tried. Those on programs say nothing of definitions
#: that judge circuits alone.
AXIOMS = (
    SCORES,
    WITNESSES,
    GATE_RENAMING,
    DEAD_GATES,
    RENAMING,
    OFF_SUPPORT,
    UTILITY_SCALE,
    NO_INFLUENCE,
    ANCHORS,
    TABULATION,
    *PROGRAM_AXIOMS,
)

__all__ = [
    "ANCHORS",
    "AXIOMS",
    "DEAD_CODE",
    "DEAD_GATES",
    "GATE_RENAMING",
    "NO_INFLUENCE",
    "OFF_SUPPORT",
    "PROGRAM_ANCHORS",
    "PROGRAM_AXIOMS",
    "PROGRAM_SCORES",
    "PROGRAM_WITNESSES",
    "REGISTER_RENAMING",
    "RENAMING",
    "SCORES",
    "TABULATION",
    "UTILITY_SCALE",
    "WITNESSES",
    "Axiom",
    "Example",
    "Subject",
    "Violation",
]
