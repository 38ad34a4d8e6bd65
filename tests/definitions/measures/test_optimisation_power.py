"""Optimisation power: exact fractions, thresholds by whole numbers, numbers worked out by hand."""

from fractions import Fraction
from itertools import product
from math import log2

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import choices, hold_to_its_word, solved_choices, solved_worlds

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import (
    OptimisationPower,
    base_level_fraction,
    choices_of,
    run_time_fraction,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, OptimisationTask, parse_task, task_named
from mesacircuits.testing import circuits

LEVELS = st.sampled_from(["run-time", "base"])


@given(choices())
def test_the_base_level_counts_all_functions(found):
    every = list(product(*(choice.utilities for choice in found)))
    good = sum(sum(row) >= sum(choice.taken for choice in found) for row in every)
    assert base_level_fraction(found) == Fraction(good, len(every))


@given(choices())
def test_run_time_power_is_the_mean_of_the_logarithms(found):
    mean = sum(
        -log2(sum(u >= c.taken for u in c.utilities) / len(c.utilities)) for c in found
    ) / len(found)
    assert -log2(run_time_fraction(found)) / len(found) == pytest.approx(mean)


@given(solved_choices() | solved_worlds(), LEVELS, st.sampled_from(["0", "1/3", "1", "3/2"]))
@settings(max_examples=60)
def test_judgements_hold_to_their_word(pair, level, bits):
    task, circuit = pair
    hold_to_its_word(OptimisationPower(bits, level), circuit, task)


@given(solved_choices(), st.sampled_from(["1/3", "1/2", "1"]))
def test_the_threshold_is_the_logarithms(pair, bits):
    task, circuit = pair
    judgement = OptimisationPower(bits).judge(circuit, task)
    gap = judgement.measured.value - Fraction(bits)
    if abs(gap) > judgement.measured.error:
        assert judgement.holds == (gap > 0)
    elif not judgement.measured.error:
        assert judgement.holds


@given(solved_choices(), st.fractions(1, 3, max_denominator=2), st.integers(-2, 2), LEVELS)
def test_positive_affine_changes_of_the_utility_change_nothing(pair, factor, shift, level):
    task, circuit = pair
    rows = tuple(tuple(factor * u + shift for u in row) for row in task.utilities)
    n, m = task.inputs, task.outputs
    other = OptimisationTask(n, m, task.candidates, rows, task.support, "free", factor * task.slack)
    definition = OptimisationPower(level=level)
    assert definition.judge(circuit, task) == definition.judge(circuit, other)


@given(circuits(inputs=2, outputs=2))
def test_solvers_of_a_function_all_have_its_own_power(circuit):
    # One word of four is right on each of four inputs: 2 bits each, 8 bits for the function.
    task = FunctionTask(circuit.tables())
    assert str(OptimisationPower().measure(circuit, task)) == "2 bits"
    assert str(OptimisationPower(level="base").measure(circuit, task)) == "8 bits"


def test_ties_take_power_away():
    # argmax of (a AND c, b AND c): on 6 of 8 inputs both are as good; the other two give a bit.
    pair = exemplar_named("argmax-unrolled")
    assert str(OptimisationPower().measure(pair.solver, pair.task)) == "1/4 bits"
    assert str(OptimisationPower(level="base").measure(pair.solver, pair.task)) == "2 bits"
    assert OptimisationPower("1/4").judge(pair.solver, pair.task).holds
    assert not OptimisationPower("26/100").judge(pair.solver, pair.task).holds


def test_slack_admits_solvers_of_different_power():
    # Utilities 0, 1, 2 of three words on one input (either value), and one may miss by 1.
    task = OptimisationTask(1, 2, (0, 1, 2), ((0, 1, 2),) * 2, slack=1)
    best, good = Circuit.parse(1, "out = 0, 1"), Circuit.parse(1, "out = 1, 0")
    assert run_time_fraction(choices_of(best, task)) == Fraction(1, 9)
    assert run_time_fraction(choices_of(good, task)) == Fraction(4, 9)
    # Of 9 functions those with losses (0,0), (0,1), (1,0), (1,1), (0,2) or (2,0) do as well.
    assert base_level_fraction(choices_of(good, task)) == Fraction(6, 9)
    assert OptimisationPower("3/2").judge(best, task).holds  # log2(3) = 1.58...
    assert not OptimisationPower("8/5").judge(best, task).holds


def test_a_thermostat_of_two_levels():
    # Of 4 states two have one best action of four and two have three: log2(4 * 4 * 4/3 * 4/3) / 4.
    pair = exemplar_named("thermostat-2")
    assert run_time_fraction(choices_of(pair.solver, pair.task)) == Fraction(9, 256)
    measured = OptimisationPower().measure(pair.solver, pair.task)
    assert measured.value == pytest.approx(log2(256 / 9) / 4, abs=measured.error)


def test_what_cannot_be_influenced_takes_no_power():
    for name in ("rock", "bottle-cap"):
        pair = exemplar_named(name)
        assert OptimisationPower().measure(pair.solver, pair.task).value == 0


def test_a_constant_that_is_right_has_power():
    # The measure asks how small the target is, not whether anything looked for it.
    pair = exemplar_named("constant")
    assert OptimisationPower().judge(pair.solver, pair.task).holds


def test_only_the_support_counts():
    task = FunctionTask(parse_task("tt:2:8").tables, 0b0011)
    assert len(choices_of(Circuit.parse(2, "out = 0"), task)) == 2


def test_episodes_are_not_for_it():
    pair = exemplar_named("blind-coin")
    judgement = OptimisationPower().judge(pair.solver, pair.task)
    assert judgement.note == "not applicable: an action in an episode has no utility of its own"


@pytest.mark.parametrize(
    ("dials", "text"),
    [
        ({"bits": "-1"}, "bits: expected a fraction from 0 to 1024"),
        ({"bits": "1/101"}, "denominator at most 100"),
        ({"bits": "one"}, "bits: expected a fraction from 0 to 1024"),
        ({"level": "both"}, "level: expected one of run-time, base"),
    ],
)
def test_bad_dials_are_refused(dials, text):
    with pytest.raises(ArgumentError, match=text):
        OptimisationPower(**dials)


def test_dials_are_kept_as_canonical_text():
    assert OptimisationPower("2/4").parameters == {"bits": "1/2", "level": "run-time"}
    assert OptimisationPower(2) == OptimisationPower("2")


def test_the_solver_has_to_solve_the_task():
    with pytest.raises(ArgumentError, match="a circuit that solves"):
        OptimisationPower().judge(Circuit.parse(3, "out = a"), task_named("majority"))
