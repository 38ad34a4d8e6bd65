"""Flint's robust basin: against disturbed runs one by one, and worlds worked out by hand."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from literature_cases import circuit_of_words, hold_to_its_word, policies, solved_worlds, worlds

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import RobustBasin, basin_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import World, WorldTask, next_configurations


@given(worlds().flatmap(lambda w: policies(w).map(lambda p: (w, p))))
def test_the_robust_basin_by_running_every_disturbed_run(pair):
    world, words = pair
    found = basin_of(WorldTask(world, len(world.states)), words)
    following = next_configurations(world, words)
    long = 2 * len(following)

    def run(at):
        states = [at]
        for _ in range(long):
            states.append(following[states[-1]])
        return states

    def home(at):
        return all(world.in_target(s) for s in run(at)[long // 2 :])

    assert found.basin == {s for s in range(len(following)) if home(s)}
    robust = {
        s
        for s in found.basin
        if all(home(moved[at]) for at in run(s) for moved in world.disturbances)
    }
    assert found.robust == robust
    assert found.fraction == Fraction(len(robust), len(following))


@given(solved_worlds())
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    for definition in (RobustBasin(), RobustBasin("1/3", "1")):
        hold_to_its_word(definition, circuit, task)


def test_a_rock_in_a_bowl_qualifies():
    pair = exemplar_named("rock")
    judgement = RobustBasin().judge(pair.solver, pair.task)
    assert judgement.holds
    assert judgement.witness["robust"] == [0, 1, 2]


def test_a_bottle_cap_does_not_for_its_basin_is_its_target():
    pair = exemplar_named("bottle-cap")
    judgement = RobustBasin().judge(pair.solver, pair.task)
    assert (judgement.score, str(judgement.measured)) == (0, "2/3 of configurations")
    assert judgement.note == "the target is not small: 2 states of 2 in the basin"
    # Were any target small enough, two of three states would still not be all.
    assert RobustBasin(ratio="1").judge(pair.solver, pair.task).score == Fraction(2, 3)
    assert RobustBasin("2/3", "1").judge(pair.solver, pair.task).holds


@pytest.mark.parametrize("name", ["light-switch", "thermostat-2", "thermostat-4"])
def test_controllers_qualify(name):
    pair = exemplar_named(name)
    assert RobustBasin().judge(pair.solver, pair.task).holds


#: A bowl with a cliff: from the rim (3) the wind blows into the abyss (4), which nothing leaves.
CLIFF = World(
    1,
    1,
    ("bottom", "slope", "shelf", "rim", "abyss"),
    (0, 1, 1, 1, 1),
    ((0, 0), (0, 0), (1, 1), (2, 2), (4, 4)),
    (0, 1),
    (0,),
    ((0, 1, 2, 4, 4),),
)


def test_a_disturbance_on_the_way_counts():
    task, idle = WorldTask(CLIFF, 1), Circuit.parse(1, "out = 0")
    judgement = RobustBasin().judge(idle, task)
    # Of 5 states the rim is in the basin but not robust, and the abyss is in neither.
    assert judgement.score == Fraction(3, 5)
    assert RobustBasin("3/5").judge(idle, task).holds
    assert RobustBasin("4/5").judge(idle, task).score == Fraction(3, 4)
    # 1 state of target to 4 of basin.
    assert RobustBasin("3/5", "1/4").judge(idle, task).holds
    assert RobustBasin("3/5", "24/100").judge(idle, task).score == 0


def test_disturbances_after_arrival_count():
    # From the bottom, too, the wind now blows over the rim: nothing is robust.
    windy = replace(CLIFF, disturbances=((4, 1, 2, 3, 4),))
    judgement = RobustBasin().judge(Circuit.parse(1, "out = 0"), WorldTask(windy, 1))
    assert (judgement.score, judgement.measured.value) == (0, 0)


def test_memory_is_part_of_the_configuration():
    # It presses the switch only while its memory is 0, and then remembers having pressed.
    light = exemplar_named("light-switch").task.world
    task = WorldTask(replace(light, starts=(0,)), 1, "reach", 1)
    once = circuit_of_words([0b11, 0b10, 0b10, 0b10], 2, 2)
    assert task.solved_by(once)
    found = basin_of(task, task.machine(once).words)
    # Off with memory 0 (0), on with memory 0 or 1 (2, 3), off with memory 1 (1): for ever off.
    assert (found.occurring, found.basin) == ({0, 1, 2, 3}, {0, 2, 3})
    assert found.robust == frozenset()


def test_where_it_does_not_apply():
    calm = replace(CLIFF, disturbances=())
    judgement = RobustBasin().judge(Circuit.parse(1, "out = 0"), WorldTask(calm, 1))
    assert judgement.note == "not applicable: the world has no disturbances"
    pair = exemplar_named("majority")
    judgement = RobustBasin().judge(pair.solver, pair.task)
    assert judgement.note == "not applicable: the task has no world with a target"


@pytest.mark.parametrize("dials", [{"least": "0"}, {"least": "3/2"}, {"ratio": "2"}])
def test_bad_dials_are_refused(dials):
    with pytest.raises(ArgumentError, match=f"{next(iter(dials))}: expected a fraction"):
        RobustBasin(**dials)
