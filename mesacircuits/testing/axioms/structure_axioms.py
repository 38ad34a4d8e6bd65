"""Axioms on how a circuit is written and built: what may not change a score."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import B2, Circuit
from mesacircuits.definitions.definition import Definition, Judgement, circuit_of
from mesacircuits.tasks import FunctionTask, OptimisationTask
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.renaming import Renaming, bits_to_rename, simple_renamings
from mesacircuits.testing.axioms.rewriting import (
    edited_off,
    rewritings,
    with_dead_gate,
    with_dead_gates,
)
from mesacircuits.testing.axioms.small_subjects import small_functions, small_subjects
from mesacircuits.testing.axioms.subjects import subjects
from mesacircuits.testing.strategies import relabelled

__all__ = ["DEAD_GATES", "GATE_RENAMING", "OFF_SUPPORT", "RENAMING"]

_REWRITTEN = "gates and operands in another order"
_DEAD = "with a dead gate"


def same_score(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    """Return how two scores differ, where they do."""
    first, second = judgements
    if first.score == second.score:
        return None
    shown = ["does not apply" if j.score is None else str(j.score) for j in judgements]
    return f"The score is {shown[0]}; {example.change} it is {shown[1]}."


def _pair(subject: Subject, circuit: Circuit, change: str) -> Example:
    return Example((subject, Subject(circuit, subject.task)), change)


@st.composite
def _rewritten(draw: DrawFn) -> Example:
    subject = draw(subjects())
    return _pair(subject, draw(relabelled(circuit_of(subject.solver))), _REWRITTEN)


def _smallest_rewritten() -> Iterator[Example]:
    for subject in small_subjects():
        for circuit in rewritings(circuit_of(subject.solver)):
            yield _pair(subject, circuit, _REWRITTEN)


@st.composite
def _dead(draw: DrawFn) -> Example:
    subject = draw(subjects())
    circuit = circuit_of(subject.solver)
    for _ in range(draw(st.integers(1, 2))):
        wire = st.integers(0, circuit.wires - 1)
        circuit = with_dead_gate(circuit, draw(st.sampled_from(B2.names)), (draw(wire), draw(wire)))
    return _pair(subject, draw(relabelled(circuit)), _DEAD)


def _smallest_dead() -> Iterator[Example]:
    for subject in small_subjects():
        for circuit in with_dead_gates(circuit_of(subject.solver)):
            yield _pair(subject, circuit, _DEAD)


@st.composite
def _renamed(draw: DrawFn) -> Example:
    subject = draw(subjects())
    n, m = bits_to_rename(subject.task)
    renaming = Renaming(
        tuple(draw(st.permutations(range(n)))),
        draw(st.integers(0, (1 << n) - 1)),
        tuple(draw(st.permutations(range(m)))),
        draw(st.integers(0, (1 << m) - 1)),
    )
    return Example((subject, renaming.subject(subject)), f"with {renaming}")


def _smallest_renamed() -> Iterator[Example]:
    for subject in small_subjects():
        for renaming in simple_renamings(*bits_to_rename(subject.task)):
            yield Example((subject, renaming.subject(subject)), f"with {renaming}")


_EDITED = "edited off the support"


@st.composite
def _edited(draw: DrawFn) -> Example:
    subject = draw(subjects("function", "optimisation", "world"))
    task, circuit = subject.task, circuit_of(subject.solver)
    full = (1 << (1 << task.inputs)) - 1
    if task.support_bits == full and isinstance(task, FunctionTask):
        support = draw(st.integers(1, full - 1))
        task = FunctionTask(task.tables, support)
    off = full & ~task.support_bits
    edited = circuit
    if circuit.size:
        number = draw(st.integers(0, circuit.size - 1))
        edited = edited_off(circuit, number, off & draw(st.integers(0, full))) or circuit
    other = task
    if isinstance(task, OptimisationTask):
        turned = (
            row if task.support_bits >> x & 1 else row[::-1] for x, row in enumerate(task.utilities)
        )
        other = OptimisationTask(
            task.inputs, task.outputs, task.candidates, tuple(turned), task.support, task.ties,
            task.slack,
        )  # fmt: skip
    return Example((Subject(circuit, task), Subject(edited, other)), _EDITED)


def _smallest_edited() -> Iterator[Example]:
    for subject in small_functions():
        circuit = circuit_of(subject.solver)
        if circuit.inputs > 2:
            # Of three inputs there is no room in gates that read two others.
            continue
        full = (1 << (1 << circuit.inputs)) - 1
        for support in range(1, full):
            partial = Subject(circuit, FunctionTask(circuit.tables(), support))
            for number in range(circuit.size):
                edited = edited_off(circuit, number, full & ~support)
                if edited is not None:
                    yield _pair(partial, edited, _EDITED)


def _blind_off_support(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    problem = same_score(definition, example, judgements)
    if problem is None and judgements[0].applies and "support" not in definition.blind_to:
        return "The score is blind to edits off the support, and `blind_to` does not say so."
    return problem


GATE_RENAMING = Axiom(
    "gate-renaming",
    "Writing gates and operands in another order leaves the score alone.",
    _rewritten,
    _smallest_rewritten,
    same_score,
)
DEAD_GATES = Axiom(
    "dead-gates",
    "Gates that reach no output leave the score alone.",
    _dead,
    _smallest_dead,
    same_score,
)
RENAMING = Axiom(
    "renaming",
    "Renaming the inputs and outputs of circuit and task together leaves the score alone.",
    _renamed,
    _smallest_renamed,
    same_score,
)
OFF_SUPPORT = Axiom(
    "off-support",
    "Edits off the support leave the score alone, and the definition says that it is blind to "
    "them.",
    _edited,
    _smallest_edited,
    _blind_off_support,
)
