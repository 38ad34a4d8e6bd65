"""Worlds and world tasks: forms, what solves them, boxes and hulls, and what is refused."""

import json
from itertools import islice

import pytest
from hypothesis import given, settings, strategies as st
from world_cases import DOOR, RING, TWO_ROADS, all_policies, kept_from, policy_circuit

from mesacircuits.circuits import Circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.tasks import World, WorldTask, parse_task, task_from_json
from mesacircuits.tasks.policies import (
    _MOST_STEPS,
    MAX_BOXES,
    _Search,
    hull_masks,
    policy_boxes,
)
from mesacircuits.testing import world_tasks, worlds


@given(worlds(2, 1))
def test_worlds_round_trip_through_json(world):
    again = World.from_json(json.loads(json.dumps(world.to_json())))
    assert (again, again.hash_hex) == (world, world.hash_hex)
    assert eval(repr(world)) == world
    assert world.hash_hex == content_hash(world.to_json())


@given(world_tasks())
def test_tasks_round_trip_through_json(task):
    again = task_from_json(json.loads(json.dumps(task.to_json())))
    assert (again, again.hash_hex) == (task, task.hash_hex)
    assert str(task) == f"world:{task.hash_hex[:12]}"
    labelled = WorldTask(task.world, task.within, task.demand, task.state_bits, "mine")
    assert (labelled, str(labelled)) == (task, "mine")


def test_starts_and_target_are_sets():
    world = World(1, 1, ["a", "b"], [0, 1], [[0, 1], [1, 1]], [1, 0, 1], [1, 1])
    assert (world.starts, world.target, world.states) == ((0, 1), (1,), ("a", "b"))
    assert world.in_target(1)
    assert not world.in_target(0)


GOOD = {
    "observation_bits": 1,
    "action_bits": 1,
    "states": ("a", "b"),
    "observations": (0, 1),
    "steps": ((0, 1), (1, 1)),
    "starts": (0,),
    "target": (1,),
    "disturbances": ((0, 0),),
}


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"observation_bits": 0}, "observation_bits"),
        ({"observation_bits": 7}, "observation_bits"),
        ({"action_bits": 5}, "action_bits"),
        ({"states": ()}, "states"),
        ({"states": ("a", "a")}, "states"),
        ({"states": ("a", 2)}, "states"),
        ({"states": ("a", "b\n")}, "states"),
        ({"states": ("a", "\x1b[31m")}, "states"),
        ({"states": ("a", "b" * 41)}, "states"),
        ({"observations": (0,)}, "observations"),
        ({"observations": (0, 2)}, "observations"),
        ({"observations": (0, True)}, "observations"),
        ({"steps": ((0, 1),)}, "steps"),
        ({"steps": ((0, 1), (1,))}, r"steps\[1\]"),
        ({"steps": ((0, 2), (1, 1))}, r"steps\[0\]"),
        ({"starts": ()}, "starts"),
        ({"starts": (2,)}, "starts"),
        ({"target": ()}, "target"),
        ({"target": (-1,)}, "target"),
        ({"disturbances": ((0,),)}, r"disturbances\[0\]"),
        ({"disturbances": ((0, 0), (0, 9))}, r"disturbances\[1\]"),
        ({"fields": (2,)}, "fields"),
        ({"fields": (1, 0)}, "fields"),
        ({"fields": (True,)}, "fields"),
        ({"fields": ()}, "fields"),
    ],
)
def test_worlds_that_are_none(change, argument):
    World(**GOOD)
    with pytest.raises(ArgumentError, match=f"^{argument}: "):
        World(**(GOOD | change))


@pytest.mark.parametrize(
    "change", [{"kind": "maze"}, {"clock": 1}, {"steps": 3}, {"observations": ["x", 0]}]
)
def test_json_that_states_no_world(change):
    with pytest.raises(ArgumentError):
        World.from_json(DOOR.to_json() | change)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ((DOOR, -1), "within"),
        ((DOOR, 1, "reach", 4), "state_bits"),
        ((DOOR, 1, "optimal"), "within"),
        ((DOOR, 0, "optimal", 1), "state_bits"),
        ((DOOR, 1, "best"), "demand"),
    ],
)
def test_tasks_that_are_none(arguments, argument):
    with pytest.raises(ArgumentError, match=f"^{argument}: "):
        WorldTask(*arguments)


def test_optimal_needs_a_target_that_all_can_reach_and_keep():
    cut_off = World(1, 1, ("a", "b"), (0, 1), ((0, 0), (1, 1)), (0,), (1,))
    with pytest.raises(ArgumentError, match="can be reached from every state, got a"):
        WorldTask(cut_off, demand="optimal")
    leaky = World(1, 1, ("a", "b"), (0, 1), ((1, 1), (0, 0)), (0,), (1,))
    with pytest.raises(ArgumentError, match="a target that can be kept, got b"):
        WorldTask(leaky, demand="optimal")
    # Both states show 0, but one must press and the other must not.
    alike = World(1, 1, ("a", "b", "on"), (0, 0, 1), ((0, 2), (2, 1), (2, 2)), (0, 1), (2,))
    with pytest.raises(ArgumentError, match="share, got b"):
        WorldTask(alike, demand="optimal")


def test_a_ring_by_hand():
    task = WorldTask(RING, 2)
    assert task.distances == (0, 1, 2, 1)
    assert (task.inputs, task.outputs, task.support_bits, task.joint) == (2, 1, 0b1111, True)
    # East goes back by action 0, west by 1; the far side may go either way, home does not matter.
    box = ((0, 1), (0,), (0, 1), (1,))
    hulls = {tuple(words) for b in task.boxes for words in [b.accept]}
    assert sum(len(b.accept[2]) for b in task.boxes) == 2
    assert all(b[1] == (0,) and b[3] == (1,) for b in hulls)
    assert task.word_masks == (0b0111, 0b1101)
    optimal = WorldTask(RING, demand="optimal")
    assert optimal.boxes[0].accept == box
    assert not optimal.joint
    assert task.solved_by(Circuit.parse(2, "out = b"))
    assert optimal.solved_by(Circuit.parse(2, "out = b"))
    assert not task.solved_by(Circuit.parse(2, "out = a"))


def test_all_left_or_all_right_but_no_mixture():
    # What is seen is 1 in `left` and `far`, 0 in `right` and `home`.
    task = WorldTask(TWO_ROADS, 2)
    solved = [words for words in all_policies(1, 1) if task.solved_by(policy_circuit(words, 1, 1))]
    assert solved == [(0, 0), (1, 0), (1, 1)]
    # The relation of what some solution does accepts (0, 1) as well, which goes in circles.
    assert task.word_masks == (0b11, 0b11)


def test_circuits_of_another_shape_solve_nothing():
    task = WorldTask(DOOR, 1)
    assert not task.solved_by(Circuit.parse(2, "out = ~a"))
    assert not task.solved_by(Circuit.parse(1, "out = ~a, a"))


@settings(max_examples=60)
@given(world_tasks())
def test_solving_is_what_following_every_run_shows(task):
    n, m = task.inputs, task.outputs
    for words in [*all_policies(n, m)][:: 1 if n == 1 else 7]:
        expected = all(
            kept_from(task.world, words, task.state_bits, start, task.within)
            for start in task.world.starts
        )
        assert task.solved_by(policy_circuit(words, n, m)) == expected


@settings(max_examples=60)
@given(world_tasks())
def test_each_solution_lies_in_exactly_one_box(task):
    n, m = task.inputs, task.outputs
    for words in all_policies(n, m):
        inside = sum(
            all(word in accept for word, accept in zip(words, box.accept, strict=True))
            for box in task.boxes
        )
        assert inside == task.solved_by(policy_circuit(words, n, m))


@settings(max_examples=60)
@given(world_tasks())
def test_masks_are_the_words_that_some_solution_gives(task):
    n, m = task.inputs, task.outputs
    expected = [0] * (1 << m)
    for words in all_policies(n, m):
        if task.solved_by(policy_circuit(words, n, m)):
            for x, word in enumerate(words):
                expected[word] |= 1 << x
    assert task.word_masks == tuple(expected)
    # Where boxes are too many, the masks may say more, but never less.
    loose = task._within_reach(hull_masks(None, n, m))
    assert all(not mask & ~more for mask, more in zip(expected, loose, strict=True))


def test_too_many_boxes_are_none(monkeypatch):
    monkeypatch.setattr("mesacircuits.tasks.policies.MAX_BOXES", 1)
    assert policy_boxes(RING, 2) is None
    assert WorldTask(RING, 2).boxes is None
    assert WorldTask(RING, 2).solvable
    # From the far side no action leads out of reach; the others must not move away from home.
    assert WorldTask(RING, 2).word_masks == (0b0111, 0b1101)
    monkeypatch.setattr("mesacircuits.tasks.policies._MOST_LOOKED", 1)
    assert policy_boxes(DOOR, 1) is None
    assert WorldTask(DOOR, 1).solvable is None


@pytest.mark.parametrize(
    ("name", "within"),
    [("thermostat", 65536), ("integrator(reach=1)", 65536), ("maze(side=2,state_bits=1)", 65536)],
)
def test_policies_are_listed_in_as_many_steps_however_late_the_target(name, within):
    world, k = parse_task(name).world, parse_task(name).state_bits
    late = len(world.states) << k
    assert world.horizon(within, k) == late
    searches = [_Search(world, time, k) for time in (late, within)]
    found = [list(islice(search.boxes(), MAX_BOXES)) for search in searches]
    assert found[0] == found[1]
    assert searches[0].stepped == searches[1].stepped <= _MOST_STEPS


def test_listing_policies_ends_at_a_number_of_steps(monkeypatch):
    monkeypatch.setattr("mesacircuits.tasks.policies._MOST_STEPS", 1)
    assert policy_boxes(DOOR, 1) is None
    assert WorldTask(DOOR, 1).solvable is None


def test_without_solution_there_is_no_box():
    task = WorldTask(RING, 0)
    assert (task.boxes, task.word_masks, task.solvable) == ((), (0, 0), False)


@given(st.integers(0, 2), st.integers(1, 2))
def test_support_repeats_for_every_memory(state_bits, observation_bits):
    world = World(observation_bits, 1, ("a",), (0,), ((0, 0),), (0,), (0,))
    task = WorldTask(world, 0, state_bits=state_bits)
    width = 1 << observation_bits
    assert task.support_bits == sum(1 << width * i for i in range(1 << state_bits))
