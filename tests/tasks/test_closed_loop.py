"""Policies in their worlds: runs, disturbances, blind policies and reports."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st
from world_cases import DOOR, RING, follow, kept_from, policy_circuit

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    World,
    WorldTask,
    blind_policy_suffices,
    closed_loop_report,
    configurations_from,
    disturbed_configurations,
    next_configurations,
    parse_task,
    reaches_and_keeps,
    recovers,
    settled,
)
from mesacircuits.tasks.world import settling_times
from mesacircuits.testing import worlds


@st.composite
def policies(draw, max_states=4):
    """Draw a world of one bit each way, a number of state bits, and a policy."""
    world, k = draw(worlds(1, 1, max_states=max_states)), draw(st.integers(0, 1))
    word = st.integers(0, (1 << (1 + k)) - 1)
    return world, draw(st.tuples(*[word] * (1 << (1 + k)))), k


@given(policies())
def test_configurations_follow_one_another(case):
    world, words, k = case
    following = next_configurations(world, words, k)
    for start, memory in product(range(len(world.states)), range(1 << k)):
        run = follow(world, words, k, start, len(following), memory)
        at = start << k | memory
        for state, held in run[1:]:
            at = following[at]
            assert at == state << k | held
        reached = {state << k | held for state, held in run}
        assert configurations_from(following, [start << k | memory]) == reached


# Of at most 4 states and one bit of memory, all runs are in their loops after 8 steps.
@given(policies(), st.integers(0, 4) | st.integers(7, 12))
def test_reaching_and_keeping(case, within):
    world, words, k = case
    expected = all(kept_from(world, words, k, start, within) for start in world.starts)
    assert reaches_and_keeps(world, words, within, k) == expected


@given(policies())
def test_a_run_settles_iff_it_is_in_the_target_in_the_end(case):
    world, words, k = case
    late = len(world.states) << k
    answers = settled(world, next_configurations(world, words, k), k)
    for at, answer in enumerate(answers):
        assert answer == kept_from(world, words, k, at >> k, late, at & (1 << k) - 1)


@given(policies())
def test_settling_times_are_the_least(case):
    world, words, k = case
    times = settling_times(world, next_configurations(world, words, k), k)
    for at, time in enumerate(times):
        if time is not None:
            state, held = at >> k, at & (1 << k) - 1
            assert kept_from(world, words, k, state, time, held)
            assert not time or not kept_from(world, words, k, state, time - 1, held)


@given(policies(), st.none() | st.integers(0, 3) | st.integers(7, 12))
def test_recovery_by_trying_every_disturbance_at_every_time(case, within):
    world, words, k = case
    late = len(world.states) << k
    begun = {
        (moved[state], memory)
        for start in world.starts
        for state, memory in follow(world, words, k, start, late)
        for moved in world.disturbances
    }
    assert disturbed_configurations(world, words, k) == {s << k | held for s, held in begun}
    time = late if within is None else within
    expected = all(kept_from(world, words, k, state, time, held) for state, held in begun)
    assert recovers(world, words, k, within=within) == expected


def settles_by_word(world, word, stem, state, time):
    """Return whether a run that does `word`, its part after `stem` for ever, settles in target."""

    def later(t):
        return t + 1 if t + 1 < len(word) else stem

    time = time if time < len(word) else stem + (time - stem) % (len(word) - stem)
    seen = []
    while (state, time) not in seen:
        seen.append((state, time))
        state, time = world.steps[state][word[time]], later(time)
    return all(s in world.target for s, _ in seen[seen.index((state, time)) :])


def word_suffices(world, within, word, stem):
    """Return whether a clocked policy, eventually periodic, does, by following every run."""
    horizon = stem + (len(word) - stem) * (len(world.states) + 1) + (within or 0)
    for start in world.starts:
        if not settles_by_word(world, word, stem, start, 0):
            return False
        state = start
        for time in range(2 * horizon):
            if within is not None and time >= within and state not in world.target:
                return False
            for moved in world.disturbances:
                if not settles_by_word(world, word, stem, moved[state], time):
                    return False
            at = time if time < len(word) else stem + (time - stem) % (len(word) - stem)
            state = world.steps[state][word[at]]
    return True


@settings(max_examples=150)
@given(worlds(1, 1, max_states=3), st.integers(0, 2))
def test_blind_policies_against_all_short_words(world, within):
    # With three states and so little time, stems and loops of up to four steps are enough: so it
    # was for 30,000 worlds drawn at random.
    words = (
        (word, stem)
        for length in range(1, 9)
        for stem in range(max(0, length - 4), min(length, 5))
        for word in product((0, 1), repeat=length)
    )
    expected = any(word_suffices(world, within, word, stem) for word, stem in words)
    assert blind_policy_suffices(world, within) == expected


@given(worlds(1, 1, max_states=3))
def test_any_finite_time_is_some_time(world):
    # Undisturbed, there are seven sets of states to be in; no more steps are needed before the
    # target is kept.
    assert blind_policy_suffices(world, None) == blind_policy_suffices(world, 7)


def test_a_blind_policy_may_need_its_clock():
    # Two gates, one after the other: 0 opens the first, 1 the second, and else nothing moves.
    gates = World(
        1,
        1,
        ("out", "between", "in"),
        (0, 0, 0),
        ((1, 0), (1, 2), (2, 2)),
        (0,),
        (2,),
        ((0, 0, 0),),
    )
    assert not any(recovers(gates, (a, a)) for a in (0, 1))
    # In time 2; after a disturbance at an odd time the next 0 has to come again, so it must repeat.
    assert blind_policy_suffices(gates, 2)
    assert word_suffices(gates, 2, (0, 1), 0)
    assert not blind_policy_suffices(gates, 1)


def test_no_blind_policy_serves_two_set_points():
    assert not blind_policy_suffices(parse_task("thermostat(levels=2)").world, 1)
    assert not blind_policy_suffices(parse_task("thermostat").world, None)
    assert blind_policy_suffices(parse_task("rock").world, 1)
    assert blind_policy_suffices(parse_task("bottle-cap").world, 0)


def test_a_search_for_blind_policies_that_is_too_long(monkeypatch):
    monkeypatch.setattr("mesacircuits.tasks.policies._MOST_SETS", 2)
    with pytest.raises(ArgumentError, match=r"^world: expected a world whose blind policies"):
        blind_policy_suffices(parse_task("thermostat").world, 3)


def test_a_report_by_hand():
    # Heating and cooling by one; from 0 to 1 and back takes one step, or none.
    task = parse_task("thermostat(levels=2)")
    report = closed_loop_report(task, Circuit.parse(2, "out = ~a, ~b"))
    assert [(run.start, run.states, run.repeats, run.settled) for run in report.runs] == [
        (0, (0,), 0, 0),
        (1, (1, 0), 1, 1),
        (2, (2, 3), 1, 1),
        (3, (3,), 0, 0),
    ]
    assert (report.solved, report.reaches, report.recovers) == (True, True, True)
    assert (report.worst, report.mean) == (1, Fraction(1, 2))
    # Each start at each time, pushed up and pushed down: 1 + 2 + 2 + 1 times, 2 disturbances.
    assert len(report.disturbed) == 12
    # Of each pair one push is stopped by the end of the range or leads into the target.
    assert (report.worst_recovery, report.mean_recovery) == (1, Fraction(1, 2))
    assert "SOLVED" in str(report)
    assert report.to_json()["mean"] == "1/2"


def test_a_report_of_what_never_arrives():
    report = closed_loop_report(WorldTask(DOOR, 1), Circuit.parse(1, "out = 0"))
    assert (report.solved, report.reaches, report.recovers) == (False, False, False)
    assert (report.worst, report.mean, report.mean_recovery) == (None, None, None)
    assert "NOT SOLVED" in report.text()
    assert "never settles" in report.text()
    assert all(len(line) <= 80 for line in report.text().splitlines())


@given(policies())
def test_reports_agree_with_the_predicates(case):
    world, words, k = case
    task = WorldTask(world, 2, state_bits=k)
    report = closed_loop_report(task, policy_circuit(words, 1 + k, 1 + k))
    assert report.solved == reaches_and_keeps(world, words, 2, k)
    assert report.recovers == recovers(world, words, k)
    if report.worst is not None:
        assert reaches_and_keeps(world, words, report.worst, k)
        assert not report.worst or not reaches_and_keeps(world, words, report.worst - 1, k)
    if report.worst_recovery is not None:
        assert recovers(world, words, k, within=report.worst_recovery)


def test_reports_refuse_other_solvers_and_tasks():
    with pytest.raises(ArgumentError, match=r"^task: expected a task with a world or episodes"):
        closed_loop_report(parse_task("expr:a & b"), Circuit.parse(2, "out = a"))
    task = WorldTask(RING, 2)
    with pytest.raises(ArgumentError, match=r"^solver: expected 2 inputs and 1 outputs, got 1"):
        closed_loop_report(task, Circuit.parse(1, "out = a"))
    machine = MealyMachine(Circuit.parse(2, "out = a, b"), 1)
    with pytest.raises(ArgumentError, match=r"^solver: expected 0 bits of state, got 1"):
        closed_loop_report(WorldTask(World(2, 2, ("a",), (0,), ((0,) * 4,), (0,), (0,))), machine)
