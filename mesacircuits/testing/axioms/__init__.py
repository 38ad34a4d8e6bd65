"""The axioms that a definition of "optimizer" is tested against, and the smallest that breaks one.

Each axiom has a Hypothesis strategy of examples, for tests of your own, and lists its small
examples in order, so that a counterexample is no larger than needed. Given a definition, half of
the examples are made of solvers that have its tag. Some axioms demand nothing, and are reported.

>>> from hypothesis import given, settings
>>> from mesacircuits.definitions import LookupTable
>>> from mesacircuits.testing import axioms
>>> @settings(max_examples=10)
... @given(axioms.GATE_RENAMING.examples(LookupTable()))
... def lookup_ignores_gate_names(example):
...     axioms.GATE_RENAMING.assert_holds(LookupTable(), example)
>>> lookup_ignores_gate_names()
"""

from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject, Violation
from mesacircuits.testing.axioms.circuit_axioms import (
    ANCHORS,
    CIRCUIT_AXIOMS,
    COPIED_INPUT,
    DEAD_GATES,
    DUPLICATION,
    GATE_RENAMING,
    IDEMPOTENCE,
    IDLE_INPUT,
    INTENSIONAL,
    NO_INFLUENCE,
    OFF_SUPPORT,
    RENAMING,
    SCORES,
    TABULATION,
    TECHNOLOGY,
    UNROLLING,
    UTILITY_SCALE,
    WITNESSES,
)
from mesacircuits.testing.axioms.definition_axioms import DIAL_MONOTONE, NON_TRIVIAL
from mesacircuits.testing.axioms.program_axioms import (
    DEAD_CODE,
    PROGRAM_ANCHORS,
    PROGRAM_AXIOMS,
    PROGRAM_SCORES,
    PROGRAM_UNROLLING,
    PROGRAM_WITNESSES,
    REGISTER_RENAMING,
)
from mesacircuits.testing.drawing import keep_files_elsewhere

#: All axioms, in the order in which they are tried. Those on programs say nothing of definitions
#: that judge circuits alone.
AXIOMS = (*CIRCUIT_AXIOMS, DIAL_MONOTONE, NON_TRIVIAL, *PROGRAM_AXIOMS)

__all__ = [
    "ANCHORS",
    "AXIOMS",
    "CIRCUIT_AXIOMS",
    "COPIED_INPUT",
    "DEAD_CODE",
    "DEAD_GATES",
    "DIAL_MONOTONE",
    "DUPLICATION",
    "GATE_RENAMING",
    "IDEMPOTENCE",
    "IDLE_INPUT",
    "INTENSIONAL",
    "NON_TRIVIAL",
    "NO_INFLUENCE",
    "OFF_SUPPORT",
    "PROGRAM_ANCHORS",
    "PROGRAM_AXIOMS",
    "PROGRAM_SCORES",
    "PROGRAM_UNROLLING",
    "PROGRAM_WITNESSES",
    "REGISTER_RENAMING",
    "RENAMING",
    "SCORES",
    "TABULATION",
    "TECHNOLOGY",
    "UNROLLING",
    "UTILITY_SCALE",
    "WITNESSES",
    "Axiom",
    "Example",
    "Subject",
    "Violation",
    "keep_files_elsewhere",
]
