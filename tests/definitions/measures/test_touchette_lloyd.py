"""Touchette and Lloyd: the theorem on random worlds, what it does not say, exact comparisons."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise, product
from math import log2

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import (
    circuit_of_words,
    hold_to_its_word,
    policies,
    solved_worlds,
    worlds,
)

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import (
    EntropyDrop,
    TouchetteLloyd,
    best_blind_spread,
    closed_loop_spread,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import World, WorldTask, task_named

PAIRS = worlds().flatmap(lambda w: policies(w).map(lambda p: (w, p)))


def entropy(values):
    counts = Counter(values).values()
    total = sum(counts)
    return -sum(c / total * log2(c / total) for c in counts)


def actions_of(world, words):
    act = (1 << world.action_bits) - 1
    return {s: words[world.observations[s]] & act for s in world.starts}


@given(PAIRS)
def test_the_theorem_for_one_step(pair):
    """The drop is at most I(X; A) plus the most that a blind action drops under any X."""
    world, words = pair
    acted = actions_of(world, words)
    # X -> A is a function, so I(X; A) = H(A); a map drops at most the log of its largest fibre.
    information = entropy(acted.values())
    fibres = [
        max(Counter(world.steps[s][a] for s in world.starts).values())
        for a in range(1 << world.action_bits)
    ]
    drop = log2(len(world.starts)) - entropy([world.steps[s][a] for s, a in acted.items()])
    assert drop <= log2(max(fibres)) + information + 1e-9


#: Action 0 joins the states 0 and 1, action 1 joins 2 and 3, each in state 0.
HALVES = World(
    2,
    1,
    ("a", "b", "c", "d"),
    (0, 1, 2, 3),
    ((0, 1), (0, 3), (2, 0), (3, 0)),
    (0, 1, 2, 3),
    (0,),
)


def test_beyond_blind_actions_on_the_same_starts_there_may_be_more_than_the_information():
    # Blind: 2 -> 3/2 bits. Closed loop, action 0 on {0, 1} and 1 on {2, 3}: 2 -> 0 bits.
    words = (0, 0, 1, 1)
    task = WorldTask(HALVES, 1)
    drop = EntropyDrop(closed_loop_spread(task, words, 1), best_blind_spread(HALVES, 1), 4)
    assert drop.excess.value == Fraction(3, 2)
    assert entropy(actions_of(HALVES, words).values()) == 1
    # Under X uniform on {0, 1} action 0 drops a whole bit, and the bound of 2 bits is met.
    assert log2(max(Counter(row[0] for row in HALVES.steps).values())) == 1


@given(worlds(4), st.integers(1, 3))
def test_the_best_blind_sequence_by_trying_all(world, steps):
    every = []
    for actions in product(range(1 << world.action_bits), repeat=steps):
        states = list(world.starts)
        for action in actions:
            states = [world.steps[s][action] for s in states]
        every.append(entropy(states))
    spread = best_blind_spread(world, steps)
    counts = [s for s, c in spread for _ in range(c)]
    assert entropy(counts) == pytest.approx(min(every))


@given(worlds(4))
def test_time_takes_nothing_back(world):
    # A map never adds entropy, so the least of it falls with T, and in the end stays.
    least = [
        entropy([s for s, c in best_blind_spread(world, steps) for _ in range(c)])
        for steps in (1, 2, 3, 1000, 1001)
    ]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(least))
    assert least[3] == pytest.approx(least[4])


@given(PAIRS, st.integers(1, 3), st.sampled_from(["0", "1/2", "1", "3/2"]))
def test_thresholds_by_whole_numbers_are_those_of_the_logarithms(pair, steps, bits):
    world, words = pair
    task = WorldTask(world, steps)
    spreads = closed_loop_spread(task, words, steps), best_blind_spread(world, steps)
    drop = EntropyDrop(*spreads, len(world.starts))
    closed, blind = (entropy([s for s, c in spread for _ in range(c)]) for spread in spreads)
    assert float(drop.excess.value) == pytest.approx(blind - closed, abs=1e-9)
    gap = blind - closed - float(Fraction(bits))
    if abs(gap) > 1e-9:
        assert drop.exceeds(Fraction(bits)) == (gap > 0)


@given(solved_worlds())
@settings(max_examples=60)
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    for definition in (TouchetteLloyd(), TouchetteLloyd("1/2", 1)):
        hold_to_its_word(definition, circuit, task)


def test_a_switch_that_toggles_needs_to_be_looked_at():
    # Blind presses only exchange the two states; looking first brings both to one.
    pair = exemplar_named("light-switch")
    judgement = TouchetteLloyd().judge(pair.solver, pair.task)
    assert judgement.holds
    assert str(judgement.measured) == "1 bits"
    assert not TouchetteLloyd("1").judge(pair.solver, pair.task).holds
    assert judgement.witness["closed"] == [[1, 2]]


@pytest.mark.parametrize("name", ["rock", "bottle-cap", "thermostat-2", "thermostat-4"])
def test_blind_actions_do_as_well(name):
    # A heater that is always on drives the room to the top, which is as certain a temperature.
    pair = exemplar_named(name)
    judgement = TouchetteLloyd().judge(pair.solver, pair.task)
    assert (judgement.score, judgement.measured.value) == (0, 0)


def test_a_target_in_the_open_needs_feedback():
    # 21 states to one by looking; the walls alone do not bring a blind pusher so far.
    task = task_named("integrator")
    world, words = task.world, [0] * 32
    for state, row in enumerate(world.steps):
        near = [task.distances[after] for after in row]
        words[world.observations[state]] = near.index(min(near))
    assert closed_loop_spread(task, words, task.within) == ((10, 21),)
    measured = TouchetteLloyd().measure(circuit_of_words(words, 5, 2), task)
    assert measured.value == pytest.approx(1.437, abs=1e-3)


def test_a_policy_may_remove_less_than_a_blind_one():
    # It leaves the door as it is; the blind push shuts it.
    door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (0, 1))
    idle = Circuit.parse(1, "out = 0")
    assert str(TouchetteLloyd().measure(idle, WorldTask(door, 1))) == "-1 bits"


def test_the_world_counts_and_the_memory_does_not():
    # Three states by one observation; the memory cannot help the world's entropy here.
    world = World(1, 1, ("x", "y", "z"), (0, 0, 0), ((0, 1), (1, 2), (2, 0)), (0, 1, 2), (0, 1, 2))
    task = WorldTask(world, 1, "reach", 1)
    assert closed_loop_spread(task, (1, 0, 0, 0), 2) == ((0, 1), (1, 1), (2, 1))


def test_irrational_excess_has_an_error_bound():
    # Three starts: closed to one state, blind to spreads of 2 + 1: log2(3) - 2/3 against log2(3).
    world = World(2, 1, ("a", "b", "c"), (0, 1, 2), ((0, 1), (0, 2), (2, 0)), (0, 1, 2), (0,))
    drop = EntropyDrop(
        closed_loop_spread(WorldTask(world, 1), (0, 0, 1, 0), 1), best_blind_spread(world, 1), 3
    )
    assert drop.excess.error > 0
    assert drop.excess.value == pytest.approx(log2(3) - 2 / 3, abs=drop.excess.error)


@pytest.mark.parametrize("dials", [{"bits": "-1/2"}, {"steps": -1}, {"steps": True}])
def test_bad_dials_are_refused(dials):
    with pytest.raises(ArgumentError, match=f"{next(iter(dials))}: expected"):
        TouchetteLloyd(**dials)
