"""The extensional definition: a function of the policy alone."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st
from literature_cases import hold_to_its_word, solved_choices, solved_worlds

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import (
    LITERATURE,
    Extensional,
    GoalDirectedness,
    OptimisationPower,
    choices_of,
)
from mesacircuits.definitions.registry import describe_definition
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import FunctionTask, OptimisationTask, parse_task, task_named
from mesacircuits.testing import circuits


@given(circuits(inputs=3, max_gates=4), st.integers(1, 255))
def test_solvers_of_a_function_are_all_one(circuit, support):
    task = FunctionTask(circuit.tables(), support)
    given_ = {circuit(x) for x in range(8) if support >> x & 1}
    assert Extensional().judge(circuit, task).holds == (len(given_) > 1)


@given(solved_choices() | solved_worlds())
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    hold_to_its_word(Extensional(), circuit, task)


def test_all_minima_of_a_function_get_one_verdict():
    task = task_named("majority")
    minima = enumerate_minima(task, "b2", "size").minima
    assert len(minima) > 1
    assert {Extensional().judge(circuit, task).score for circuit in minima} == {1}


def test_with_slack_minima_differ():
    # Both words do on half of the inputs; a constant is no optimiser, a reader of either bit is.
    task = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, 1)), slack=1)
    scores = [
        Extensional().judge(Circuit.parse(1, f"out = {text}"), task).score
        for text in ("0", "1", "a", "~a")
    ]
    # `a` gives 0 where 1 is better: it is best on one input of two.
    assert scores == [0, 0, Fraction(1, 2), 1]


def test_no_difference_no_optimiser():
    task = OptimisationTask(1, 1, (0, 1), ((1, 1), (1, 1)))
    judgement = Extensional().judge(Circuit.parse(1, "out = a"), task)
    assert (judgement.score, judgement.note) == (0, "every word is as good as any other")


def test_off_the_support_nothing_counts():
    and_ = parse_task("tt:2:8")
    task = FunctionTask(and_.tables, 0b0111)
    assert Extensional().judge(Circuit.parse(2, "g1 = a & b; out = g1"), task).score == 0


def test_in_worlds_it_asks_for_best_actions_in_every_state():
    for name, score in (("thermostat-4", 1), ("light-switch", 1), ("rock", 0), ("bottle-cap", 0)):
        pair = exemplar_named(name)
        assert Extensional().judge(pair.solver, pair.task).score == score


@pytest.mark.parametrize(
    "definition",
    [
        Extensional(),
        OptimisationPower(),
        OptimisationPower("0"),
        OptimisationPower("0", "base"),
        GoalDirectedness(),
        GoalDirectedness("0"),
    ],
    ids=describe_definition,
)
@pytest.mark.parametrize("text", ["relation:1:1:3,3", "relation:1:2:F,F"])
def test_a_task_that_asks_for_nothing_makes_no_optimiser(definition, text):
    task = parse_task(text)
    circuit = Circuit.parse(1, "out = a" if task.outputs == 1 else "out = a, ~a")
    assert task.support_bits == 0
    assert choices_of(circuit, task) == ()
    hold_to_its_word(definition, circuit, task)
    judgement = definition.judge(circuit, task)
    assert (judgement.score, judgement.measured.value) == (0, 0)
    assert judgement.note == "the task asks for nothing: its support is empty"
    assert definition.measure(circuit, task) == judgement.measured
    # The witness that would be right if there were something to choose is refused, too.
    forged = {
        "extensional": {"words": [], "choices": 0},
        "optimisation-power": {
            "level": getattr(definition, "level", ""), "fraction": "1", "at_least": [],
        },
        "goal-directedness": {"beta": 0, "sequences": [], "nats": 0},
    }[definition.name]  # fmt: skip
    with pytest.raises(CertificateError, match="witness"):
        definition.check(circuit, task, {"kind": definition.name, **forged})


@pytest.mark.parametrize("cls", LITERATURE.values(), ids=LITERATURE)
def test_no_definition_of_the_pack_fails_without_support(cls):
    judgement = cls().judge(Circuit.parse(1, "out = a"), parse_task("relation:1:1:3,3"))
    assert judgement.score in (0, None)
    assert (judgement.measured is None) == (judgement.score is None)
