"""Search and lookup on tasks of every kind: the circuit's own words on the support are judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st
from judged_circuits import choosers, symmetric_supports, tables_of_cubes
from judged_pairs import pair_scorers

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.checker import check_judgement
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    WorldTask,
)
from mesacircuits.tasks.library import task_named

DEFINITIONS = (
    SearchLike(),
    SearchLike(objective_gates=0),
    SearchLike(objective_gates=0, wires_per_score=2),
    LookupTable(),
    LookupTable(1),
)


def judged_as_function(circuit: Circuit, task: RelationTask | WorldTask | EpisodeTask) -> None:
    """Hold every judgement against that of the circuit's own function on the task's support."""
    function = FunctionTask(circuit.tables(), task.support_bits)
    for definition in DEFINITIONS:
        judgement = definition.judge(circuit, task)
        assert judgement == definition.judge(circuit, function)
        check_judgement(definition, circuit, task, judgement)


@st.composite
def relations(draw: st.DrawFn) -> tuple[Circuit, RelationTask]:
    """Draw a circuit and a relation that it meets, on part of the inputs asking for nothing."""
    n, outputs = draw(st.integers(2, 4)), draw(st.integers(1, 2))
    circuit = draw(choosers(n, outputs) | pair_scorers(n, outputs) | tables_of_cubes(n, outputs))
    full = (1 << (1 << n)) - 1
    support = draw(st.just(full) | st.sampled_from(symmetric_supports(n)) | st.integers(1, full))
    every = range(1 << outputs)
    accept = []
    for x in range(1 << n):
        own = sum(bit << i for i, bit in enumerate(circuit(x)))
        # On the support some word, never the circuit's, is not acceptable.
        bad = draw(st.sets(st.sampled_from([w for w in every if w != own]), min_size=1))
        accept.append(tuple(w for w in every if not (support >> x & 1 and w in bad)))
    return circuit, RelationTask(n, outputs, tuple(accept))


@settings(max_examples=60)
@given(relations())
def test_relations_are_judged_by_the_words_given(pair: tuple[Circuit, RelationTask]) -> None:
    judged_as_function(*pair)


def test_a_relation_that_asks_for_nothing_has_no_tags() -> None:
    anything = RelationTask(2, 1, ((0, 1),) * 4)
    circuit = Circuit.parse(2, "g1 = a & ~b; out = g1")
    for definition in DEFINITIONS:
        assert definition.judge(circuit, anything).score == 0


def test_utilities_and_the_relation_they_make_are_two_tasks() -> None:
    # Which is best can be told by other means than the utilities: a verdict belongs to the pair.
    task = task_named("argmax", candidates=2, shared=1, objective="xor", ties="first")
    assert isinstance(task, OptimisationTask)
    by_utility = [SearchLike().judge(c, task).holds for c in enumerate_minima(task).minima]
    relation = task.relation()
    by_words = [SearchLike().judge(c, relation).holds for c in enumerate_minima(relation).minima]
    assert (by_utility.count(True), by_words.count(True), len(by_utility)) == (1, 3, 3)


@pytest.mark.parametrize(
    "name",
    ["pursuit", "bandit", "weather", pytest.param("thermostat", marks=pytest.mark.slow)],
)
def test_worlds_and_episodes_are_judged_by_the_words_given(name: str) -> None:
    task = task_named(name)
    assert isinstance(task, WorldTask | EpisodeTask)
    some = enumerate_minima(task).minima[::9]
    for circuit in some:
        judged_as_function(circuit, task)
    for definition in DEFINITIONS:
        tags = bulk_tags(definition, [*some, *some], task)
        assert tags == 2 * [definition.judge(c, task).holds for c in some]


@pytest.mark.parametrize("name", ["rock", "bottle-cap"])
def test_nothing_is_tagged_where_no_action_matters(name: str) -> None:
    # As functions of what is seen, eight of the 36 minima would be tables.
    task = task_named(name)
    minima = enumerate_minima(task).minima
    assert len(minima) == 36
    seen = [FunctionTask(circuit.tables(), task.support_bits) for circuit in minima]
    assert sum(LookupTable().judge(c, t).holds for c, t in zip(minima, seen, strict=True)) == 8
    for definition in DEFINITIONS:
        assert not any(bulk_tags(definition, minima, task))


def test_state_is_judged_as_inputs_and_outputs() -> None:
    # With a bit of memory: the machine and its circuit are one solver.
    task = task_named("bandit")
    assert isinstance(task, EpisodeTask)
    assert task.state_bits >= 1
    for circuit in enumerate_minima(task).minima:
        assert (circuit.inputs, len(circuit.outputs)) == (task.inputs, task.outputs)
        machine = task.machine(circuit)
        for definition in DEFINITIONS:
            judgement = definition.judge(machine, task)
            assert judgement == definition.judge(circuit, task)
            check_judgement(definition, machine, task, judgement)


def test_a_machine_that_does_not_solve_the_task_is_refused() -> None:
    task = task_named("bandit")
    assert isinstance(task, EpisodeTask)
    lost = replace(task, least=task.least + 1)
    machine = task.machine(enumerate_minima(task).minima[0])
    for definition in DEFINITIONS:
        with pytest.raises(ArgumentError, match="solves"):
            definition.judge(machine, lost)
