"""The library's worlds and episodes: their rules, and policies that solve them, by hand."""

from fractions import Fraction

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    WorldTask,
    blind_policy_suffices,
    closed_loop_report,
    expected_rewards,
    parse_task,
    reaches_and_keeps,
    recovers,
)

HALF = Fraction(1, 2)

#: Tasks in which no two states look alike: the least time is the greatest distance.
SEEN = [
    "thermostat(levels=2)",
    "thermostat",
    "integrator(order=1,reach=7)",
    "integrator(reach=1)",
    "integrator",
    "pursuit",
    "pursuit(sight=3)",
    "pursuit(course=still)",
    "pursuit(kind=grid,course=still)",
    "maze",
    "maze(name=zigzag,side=4)",
    "maze(name=random,seed=3)",
    "rock(reach=3)",
]


@pytest.mark.parametrize("text", SEEN)
def test_no_policy_needs_more_time_nor_does_with_less(text):
    task = parse_task(text)
    assert len({*task.world.observations}) == len(task.world.states)
    assert task.boxes
    assert task.within == max(task.distances)
    assert WorldTask(task.world, task.within - 1).boxes == ()


@pytest.mark.parametrize("text", [*SEEN, "maze(side=4)", "pursuit(kind=grid,course=circle)"])
def test_shortest_ways_solve_and_recover(text):
    task = parse_task(text)
    optimal = WorldTask(task.world, demand="optimal").boxes[0]
    words = tuple(accept[0] for accept in optimal.accept)
    assert reaches_and_keeps(task.world, words, task.within)
    assert recovers(task.world, words)


@pytest.mark.parametrize("text", ["rock", "rock(reach=3)", "bottle-cap"])
def test_impostors_take_no_notice_of_actions(text):
    task = parse_task(text)
    assert all(len({*row}) == 1 for row in task.world.steps)
    assert blind_policy_suffices(task.world, task.within)
    assert [box.accept for box in task.boxes] == [((0, 1, 2, 3),) * (1 << task.inputs)]


@pytest.mark.parametrize("text", SEEN[:-1])
def test_no_blind_policy_serves_where_there_is_something_to_see(text):
    task = parse_task(text)
    assert not blind_policy_suffices(task.world, task.within)


def test_an_open_maze_can_be_walked_blindly():
    task = parse_task("maze(name=open)")
    assert (task.within, blind_policy_suffices(task.world, task.within)) == (4, True)


def test_a_thermostat_by_hand():
    task = parse_task("thermostat")
    (box,) = task.boxes
    for x, accept in enumerate(box.accept):
        temperature, set_point = x & 3, x >> 2
        # At the ends of the range what pushes against them does no harm.
        rest = {0: (0, 2, 3), 1: (0, 3), 2: (0, 3), 3: (0, 1, 3)}[temperature]
        heat, cool = (1,), (2,)
        wanted = heat if temperature < set_point else cool if temperature > set_point else rest
        assert accept == wanted
    world = task.world
    assert world.states[0b0110] == "T=2 S=1"
    up, down = world.disturbances
    assert [world.states[moved[0b0111]] for moved in (up, down)] == ["T=3 S=1", "T=2 S=1"]
    # Two levels: heat alone when it is cold and should be warm, but not when it should be cold.
    small = parse_task("thermostat(levels=2)")
    assert [box.accept for box in small.boxes] == [((0, 2, 3), (2,), (1,), (0, 1, 3))]


def test_more_time_leaves_slack():
    strict, loose = parse_task("maze(name=open)"), parse_task("maze(name=open,within=6)")
    policies = [sum(_count(box.accept) for box in task.boxes) for task in (strict, loose)]
    assert policies[0] < policies[1]


def _count(accept):
    product = 1
    for words in accept:
        product *= len(words)
    return product


def test_an_integrator_by_hand():
    task = parse_task("integrator(reach=1)")
    world = task.world
    number = {name: s for s, name in enumerate(world.states)}

    def after(name, action):
        return world.states[world.steps[number[name]][action]]

    # The rate acts on x before the push acts on the rate.
    assert after("x=0 v=1", 2) == "x=1 v=0"
    assert after("x=1 v=0", 2) == "x=1 v=-1"
    assert after("x=1 v=-1", 1) == "x=0 v=0"
    assert [after("x=1 v=1", action) for action in range(4)] == [
        "x=1 v=1",
        "x=1 v=1",
        "x=1 v=0",
        "x=1 v=1",
    ]
    assert world.observations[number["x=-1 v=1"]] == 0b0111
    assert [world.states[s] for s in world.target] == ["x=0 v=0"]
    # From x = 0, v = 1: slow down (x = 1), turn back, and stop at 0.
    assert task.distances[number["x=0 v=1"]] == task.within == 3


def test_a_missile_leads_its_target():
    task = parse_task("pursuit")
    (box,) = task.boxes
    seen = {name: task.world.observations[s] for s, name in enumerate(task.world.states)}
    # On the target it has to fly where the target will fly: right, then left.
    assert box.accept[seen["dx=0 phase=0"]] == (1,)
    assert box.accept[seen["dx=0 phase=1"]] == (2,)
    # Ahead of a target that comes towards it, it waits.
    assert box.accept[seen["dx=-1 phase=0"]] == (0, 3)
    assert seen["dx=-1 phase=1"] == 0b111
    grid = parse_task("pursuit(kind=grid,course=circle)")
    assert (grid.inputs, grid.outputs, len(grid.world.states)) == (6, 4, 36)
    # Phase 1: the target moves up; flying up (bit 2) stays on it.
    here = grid.world.states.index("dx=0 dy=0 phase=1")
    assert grid.world.states[grid.world.steps[here][0b0100]] == "dx=0 dy=0 phase=2"


@pytest.mark.parametrize(
    ("text", "passages", "end", "within"),
    [
        ("maze", 8, "x=1 y=1", 8),
        ("maze(side=4)", 15, "x=1 y=2", 15),
        ("maze(name=zigzag)", 8, "x=2 y=2", 8),
        ("maze(name=zigzag,side=4)", 15, "x=0 y=3", 15),
        ("maze(name=open,side=4)", 24, "x=3 y=3", 6),
        ("maze(name=random,side=4,seed=5)", 15, "x=3 y=3", None),
    ],
)
def test_mazes(text, passages, end, within):
    task = parse_task(text)
    world = task.world
    moves = [(s, other) for s, row in enumerate(world.steps) for other in row if other != s]
    assert len(moves) == 2 * passages
    assert {*moves} == {(other, s) for s, other in moves}
    assert [world.states[s] for s in world.target] == [end]
    assert None not in task.distances
    assert within in (None, task.within)
    # Each disturbance is a move that might have been made.
    assert world.disturbances == tuple(zip(*world.steps, strict=True))


def test_mazes_differ_by_seed():
    worlds = {parse_task(f"maze(name=random,seed={seed})").world for seed in range(6)}
    assert len(worlds) > 3


def test_a_maze_by_its_walls_needs_memory():
    blind = parse_task("maze(sees=walls)")
    assert (blind.inputs, blind.outputs, blind.boxes, blind.solvable) == (4, 2, (), False)
    task = parse_task("maze(sees=walls,state_bits=1)")
    assert (task.inputs, task.outputs, task.within, task.solvable) == (5, 3, 18, True)
    # In the south-west corner there is a wall in the south and in the west: bits 2 and 3.
    assert task.world.observations[0] == 0b1101
    memory = Circuit.parse(5, "g1 = a & ~c; g2 = b ^ g1; out = ~g2, e, ~c")
    assert task.solved_by(memory)


def test_bandits_by_hand():
    task = parse_task("bandit(steps=3,good=2/3,bad=1/3,sees=both,state_bits=0)")
    # Stay after a pay: the second pull pays (4/9 + 1/9 + 1/9 + 4/9) / 2, and so does the third.
    stay = (1, 0, 0, 1)
    assert expected_rewards(task.episode, stay) == (HALF, Fraction(5, 9), Fraction(5, 9))
    assert task.least == HALF + Fraction(10, 9)
    # Where arm 1 is good nine times in ten, always to pull it is as good as to learn, or better;
    # but in the held-out episodes the arms have changed places.
    biased = parse_task("bandit(steps=2,first=9/10)")
    one = closed_loop_report(biased, Circuit.parse(2, "out = 1, 0"))
    assert one.solved
    assert one.held_out == (Fraction(1, 10),) * 2
    assert one.total == biased.least == 2 * (Fraction(9, 10) * Fraction(3, 4) + Fraction(1, 40))


@pytest.mark.parametrize(
    ("text", "circuit", "rewards", "held_out"),
    [
        # It rains tomorrow iff today is the first of a pair: today, and not the second before.
        (
            "weather(steps=3)",
            "g1 = a & ~b; out = g1, g1",
            # First days of pairs come with 1/4, 3/16, 13/64: then rain is certain, else dry 3/4.
            tuple(p + (1 - p) * Fraction(3, 4) for p in map(Fraction, ("1/4", "3/16", "13/64"))),
            None,
        ),
        (
            "weather(rung=sticky,steps=2)",
            "out = a, 0",
            (Fraction(3, 4),) * 2,
            (1 - Fraction(3, 4),) * 2,
        ),
        # Both days' weather tells the rule: tomorrow is as yesterday, unless the rule changes.
        (
            "weather(rung=drifting,steps=3)",
            "out = b, a",
            (HALF, Fraction(3, 4), Fraction(3, 4)),
            (HALF, Fraction(1), Fraction(1)),
        ),
        # A streak of two ends with 3/4, and goes on before; the memory is yesterday's weather.
        (
            "weather(rung=streak,longest=2)",
            "out = ~b, a",
            (HALF, *[Fraction(3, 4)] * 5),
            (HALF, *[Fraction(1, 4)] * 5),
        ),
    ],
)
def test_weather_by_hand(text, circuit, rewards, held_out):
    task = parse_task(text)
    report = closed_loop_report(task, Circuit.parse(2, circuit))
    assert report.rewards == rewards
    assert report.solved
    assert held_out in (None, report.held_out)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thermostat(levels=3)", "levels: expected one of 2, 4, got 3"),
        ("thermostat(within=2)", "within: expected a whole number from 3"),
        ("integrator(demand=optimal,within=9)", "within: expected none where every way"),
        ("pursuit(course=circle)", "course: expected still or zigzag, for kind line"),
        ("pursuit(kind=grid,sight=3)", "sight: expected a smaller number: at most 6 bits"),
        ("maze(sees=place,side=4,state_bits=2,within=3)", "within: expected a whole number"),
        ("bandit(sees=both,state_bits=2)", "state_bits: expected less memory, or fewer steps"),
    ],
)
def test_settings_that_do_not_go_together(text, message):
    with pytest.raises(ArgumentError) as caught:
        parse_task(text)
    assert message in str(caught.value)
