"""What the strategies draw is valid, of every kind asked for, and solved where it says so."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings, strategies as st

from mesacircuits.circuits import MealyMachine
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    World,
    WorldTask,
    task_from_json,
)
from mesacircuits.testing import (
    circuits,
    mealy_machines,
    optimisation_tasks,
    solved_pairs,
    tasks,
    tasks_solved_by,
)
from mesacircuits.testing.strategies import SOLVED_KINDS

KINDS = {
    "function": FunctionTask,
    "relation": RelationTask,
    "optimisation": OptimisationTask,
    "world": WorldTask,
    "episode": EpisodeTask,
}


FIRST = settings(database=None, phases=[Phase.generate], deadline=None)


def some(strategy, condition=lambda _: True):
    # Whatever comes first, not what it shrinks to.
    return find(strategy, condition, settings=settings(FIRST, max_examples=1000))


@given(tasks())
def test_tasks_are_of_every_kind_and_survive_json(task) -> None:
    assert task_from_json(task.to_json()) == task
    assert 1 <= task.inputs <= 3


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_kind_is_drawn(kind) -> None:
    assert isinstance(some(tasks(), lambda task: isinstance(task, kind)), kind)


@given(solved_pairs())
def test_pairs_are_solved(pair) -> None:
    circuit, task = pair
    assert task.solved_by(circuit)
    assert (circuit.inputs, len(circuit.outputs)) == (task.inputs, task.outputs)


@pytest.mark.parametrize("kind", SOLVED_KINDS)
def test_pairs_of_one_kind(kind: str) -> None:
    assert isinstance(some(solved_pairs(kind))[1], KINDS[kind])


@given(
    circuits(st.integers(1, 3), outputs=st.integers(1, 2)), st.sampled_from(SOLVED_KINDS), st.data()
)
def test_tasks_for_a_given_circuit(circuit, kind, data) -> None:
    assert data.draw(tasks_solved_by(circuit, kind)).solved_by(circuit)


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("function", lambda task: task.support is not None),
        ("relation", lambda task: not task.is_function()),
        ("optimisation", lambda task: task.slack > 0),
        ("optimisation", lambda task: task.ties == "last"),
        ("optimisation", lambda task: len(task.candidates) > 2),
        ("world", lambda task: task.state_bits == 1),
        ("world", lambda task: len(task.world.target) < len(task.world.states)),
        ("world", lambda task: bool(task.world.disturbances)),
        ("world", lambda task: len({*task.world.observations}) < len(task.world.states)),
        ("episode", lambda task: task.state_bits == 1),
        ("episode", lambda task: any(len(d) > 1 for row in task.episode.transitions for d in row)),
    ],
)
def test_what_makes_tasks_hard_is_drawn(kind: str, condition) -> None:
    assert condition(some(solved_pairs(kind), lambda pair: condition(pair[1]))[1])


@given(optimisation_tasks(2, 2))
def test_optimisation_tasks_have_a_best_word_everywhere(task) -> None:
    assert all(task.best(x) for x in range(4))


@given(mealy_machines(2, 1, st.integers(0, 2)))
def test_machines_have_the_bits_that_were_asked_for(machine) -> None:
    assert (machine.observation_bits, machine.action_bits) == (2, 1)
    assert 0 <= machine.start < 1 << machine.state_bits


@pytest.mark.parametrize("kind", [MealyMachine, World, Episode, *KINDS.values()])
def test_types_are_known(kind) -> None:
    assert isinstance(some(st.from_type(kind)), kind)


def test_machines_with_state_are_drawn_by_type() -> None:
    assert some(st.from_type(MealyMachine), lambda machine: machine.state_bits == 2).start < 4
