"""Axioms on tasks: utilities matter up to scale, and where nothing is at stake there is no tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.definitions.definition import Definition, Judgement, circuit_of
from mesacircuits.definitions.exemplars import EXEMPLARS
from mesacircuits.tasks import (
    MAX_RELATION_OUTPUTS,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    Task,
    World,
    WorldTask,
)
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.small_subjects import (
    small_functions,
    small_optimisations,
    small_worlds,
)
from mesacircuits.testing.axioms.structure_axioms import same_score
from mesacircuits.testing.axioms.subjects import choosers, subjects, tables

__all__ = ["NO_INFLUENCE", "UTILITY_SCALE", "idle_world", "rescaled"]


def rescaled(task: OptimisationTask | EpisodeTask, scale: Fraction, shift: Fraction) -> Task:
    """Return the task with each utility, or reward, u replaced by scale u + shift.

    >>> task = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, 0)))
    >>> rescaled(task, Fraction(2), Fraction(1)).utilities[0]
    (Fraction(1, 1), Fraction(3, 1))
    """

    def moved(rows: tuple[tuple[Fraction, ...], ...]) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(tuple(scale * u + shift for u in row) for row in rows)

    if isinstance(task, OptimisationTask):
        return replace(task, utilities=moved(task.utilities), slack=scale * task.slack, label="")
    held_out = task.held_out
    if held_out is not None:
        held_out = replace(held_out, rewards=moved(held_out.rewards))
    return replace(
        task,
        episode=replace(task.episode, rewards=moved(task.episode.rewards)),
        least=scale * task.least + shift * task.episode.length,
        held_out=held_out,
        label="",
    )


def _rescaled_example(subject: Subject, scale: Fraction, shift: Fraction) -> Example:
    task = subject.task
    assert isinstance(task, OptimisationTask | EpisodeTask)
    other = Subject(subject.solver, rescaled(task, scale, shift))
    return Example((subject, other), f"with {scale} U + {shift}")


_VALUED = [
    Subject(exemplar.solver, exemplar.task)
    for exemplar in EXEMPLARS
    if isinstance(exemplar.task, OptimisationTask | EpisodeTask)
]


@st.composite
def _valued(draw: DrawFn) -> Example:
    subject = draw(st.sampled_from(_VALUED) | subjects("optimisation", "episode"))
    scale = draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 3))))
    return _rescaled_example(subject, scale, draw(st.sampled_from(range(-2, 3)).map(Fraction)))


def _smallest_valued() -> Iterator[Example]:
    for subject in small_optimisations():
        yield _rescaled_example(subject, Fraction(2), Fraction(0))
        yield _rescaled_example(subject, Fraction(1), Fraction(1))


def _without_influence(task: Task) -> Task:
    # The same world, or episode, but that every action does what action 0 does.
    if isinstance(task, WorldTask):
        steps = tuple((row[0],) * len(row) for row in task.world.steps)
        return replace(task, world=replace(task.world, steps=steps), label="")
    assert isinstance(task, EpisodeTask)
    episode = task.episode
    alike = replace(
        episode,
        transitions=tuple((row[0],) * len(row) for row in episode.transitions),
        rewards=tuple((row[0],) * len(row) for row in episode.rewards),
    )
    return replace(task, episode=alike, label="")


def idle_world(observation_bits: int, action_bits: int) -> WorldTask:
    """Return the task of acting in a world with a state for each observation, which stays.

    >>> idle_world(1, 1).world.steps
    ((0, 0), (1, 1))
    """
    states = tuple(range(1 << observation_bits))
    world = World(
        observation_bits,
        action_bits,
        tuple(map(str, states)),
        states,
        tuple((state,) * (1 << action_bits) for state in states),
        states,
        states,
    )
    return WorldTask(world)


_OUTPUT = "the output is constant on the support"
_ACTION = "the action changes nothing"


@st.composite
def _idle(draw: DrawFn) -> Example:
    subject = draw(choosers() | tables() | subjects("function", "world", "episode"))
    circuit, task = circuit_of(subject.solver), subject.task
    if not isinstance(task, FunctionTask):
        idle = _without_influence(task)
        # What the world does by itself decides whether it is solved at all.
        if idle.solved_by(circuit):
            return Example((Subject(circuit, idle),), _ACTION)
    if draw(st.booleans()) and len(circuit.outputs) <= MAX_RELATION_OUTPUTS:
        idle = idle_world(circuit.inputs, len(circuit.outputs))
        return Example((Subject(circuit, idle),), _ACTION)
    word = circuit(draw(st.integers(0, (1 << circuit.inputs) - 1)))
    alike = sum(1 << x for x in range(1 << circuit.inputs) if circuit(x) == word)
    return Example((Subject(circuit, FunctionTask(circuit.tables(), alike)),), _OUTPUT)


def _smallest_idle() -> Iterator[Example]:
    for subject in small_worlds():
        task = subject.task
        if isinstance(task, WorldTask) and all(a == b for a, b in task.world.steps):
            yield Example((subject,), _ACTION)
    for subject in small_functions():
        circuit = circuit_of(subject.solver)
        table = circuit.tables()[0]
        for support in (table.mask & ~table.bits, table.bits):
            if support:
                task = FunctionTask((table,), support)
                yield Example((Subject(circuit, task),), _OUTPUT)
        yield Example((Subject(circuit, idle_world(circuit.inputs, 1)),), _ACTION)


def _untagged(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    if not judgements[0].holds:
        return None
    return f"The tag is given, though {example.change}."


UTILITY_SCALE = Axiom(
    "utility-scale",
    "Positive affine changes of the utilities, or rewards, leave the score alone.",
    _valued,
    _smallest_valued,
    same_score,
)
NO_INFLUENCE = Axiom(
    "no-influence",
    "Where the output is constant on the support, or the action changes nothing, there is no tag.",
    _idle,
    _smallest_idle,
    _untagged,
)
