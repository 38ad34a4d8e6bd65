"""An extensional definition: it sees what comes out, and nothing of how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.definitions.definition import Judgement, Measured
from mesacircuits.definitions.measures.choices import choices_of, is_indifferent
from mesacircuits.definitions.measures.measure import (
    NOTHING_ASKED,
    LiteratureDefinition,
    demand,
)
from mesacircuits.tasks import Task

__all__ = ["Extensional"]


@dataclass(frozen=True, slots=True)
class Extensional(LiteratureDefinition):
    """A policy that is not constant and chooses a best word wherever it chooses.

    The measure is the fraction of choices (see `choices_of`) at which the word taken has the
    greatest utility; 0 if there is no choice. The score is the measure if the output is not
    constant on the support S and the utilities are not indifferent everywhere; else 0.

    It is a function of the policy alone. So on a fully specified function, where all solvers are
    one policy, all minima get one verdict: under this definition the conjecture that no minimal
    circuit is an optimizer says only that the function is none. It has content only with slack.

    Source: the behavioural reading that *Risks from Learned Optimization* (Hubinger et al. 2019,
    section 1.1) sets aside: whether a system is an optimizer is there "a property of its internal
    structure"; here for contrast.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> xor = Circuit.parse(2, "g1 = a ^ b; out = g1")
    >>> Extensional().judge(xor, parse_task("tt:2:6")).holds
    True
    """

    name: ClassVar[str] = "extensional"
    tag: ClassVar[str] = "extensional"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("words", "choices")
    source: ClassVar[str] = "the contrast to Hubinger et al. 2019, section 1.1"
    formula: ClassVar[str] = (
        "the output is not constant on the support, some candidate is better than another, and the "
        "word taken is always a best one"
    )
    blind_to: ClassVar[str] = (
        "everything inside the solver, so all solvers of one policy are the same to it; and "
        "whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the exact score of a solver's policy, with the fraction of best choices."""
        choices = choices_of(circuit, task)
        if choices is None:
            return self.not_applicable("an action in an episode has no utility of its own")
        if not choices:
            return self.unmet(Measured(Fraction(0), "of choices"), note=NOTHING_ASKED)
        best = sum(not choice.loss for choice in choices)
        measured = Measured(Fraction(best, len(choices)), "of choices")
        if is_indifferent(choices):
            return self.unmet(measured, note="every word is as good as any other")
        given = _given(circuit, task)
        if len(given) == 1:
            return self.unmet(measured, note="the output is constant on the support")
        if best < len(choices):
            return self.unmet(measured, Fraction(best, len(choices)))
        return self.met({"words": given, "choices": len(choices)}, measured)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds."""
        choices = choices_of(circuit, task) or ()
        tables = circuit.output_bits()
        given = sorted(
            {sum((bits >> x & 1) << i for i, bits in enumerate(tables)) for x in _support(task)}
        )
        demand(witness["words"] == given and len(given) > 1, "words", f"they are {given}")
        demand(witness["choices"] == len(choices) > 0, "choices", f"they are {len(choices)}")
        best = all(choice.taken >= max(choice.utilities) for choice in choices)
        demand(best and not is_indifferent(choices), "choices", "not all are best")


def _support(task: Task) -> list[int]:
    return [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]


def _given(circuit: Wired, task: Task) -> list[int]:
    words = words_of(circuit)
    return sorted({words[x] for x in _support(task)})
