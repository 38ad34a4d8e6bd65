"""All minimal controllers: the two engines, every order, and raw brute force."""

from fractions import Fraction
from itertools import product

import pytest
from chain_twin import circuits_by_brute_force
from hypothesis import HealthCheck, assume, given, settings

from mesacircuits.circuits import B2, CONSTANT, Circuit, Output, basis_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.planner import Filtered, OneOfMany, planned
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import OptimisationTask, WorldTask, parse_task
from mesacircuits.testing import episode_tasks, world_tasks

QUIET = Effort(workers=1)


def solutions(task, size):
    """Return all circuits of at most two gates that solve a task."""
    n, found = task.inputs, set()
    for gates in {()} if size == 0 else chains_of(n, size):
        wires = [*range(n + size), CONSTANT]
        drivers = [Output(w, inverted) for w in wires for inverted in (False, True)]
        for outputs in product(drivers, repeat=task.outputs):
            circuit = Circuit(n, gates, outputs)
            if circuit.is_reduced() and task.solved_by(circuit):
                found.add(circuit.canonical())
    return found


def by_brute_force(task, most):
    """Return the least size and all circuits of it that solve a task, up to `most` gates."""
    for size in range(most + 1):
        if found := solutions(task, size):
            return size, found
    return None, set()


def chains_of(inputs, size):
    """Return the gates of all circuits of 1 or 2 gates, each read or driving an output."""
    single = {c.gates for c in circuits_by_brute_force(inputs, B2, 1)}
    if size == 1:
        return single
    side_by_side = {
        Circuit(inputs, (*one, *other), (Output(inputs), Output(inputs + 1))).canonical().gates
        for one, other in product(single, repeat=2)
        if one != other
    }
    return side_by_side | {c.gates for c in circuits_by_brute_force(inputs, B2, size)}


def with_engine(task, order, boxes, monkeypatch):
    """Return all minima by one of the two engines."""
    place = "mesacircuits.enumeration.planner."
    monkeypatch.setattr(place + "_LOOSEST", 0 if boxes else 1 << 200)
    monkeypatch.setattr(place + "_FEW", 1 << 20 if boxes else 64)
    search, _ = planned(task, B2, order, QUIET)
    assert isinstance(search.engine, OneOfMany if boxes or len(task.boxes) == 1 else Filtered)
    return enumerate_minima(task, B2, order, QUIET)


SMALL = [
    ("thermostat(levels=2)", 0, 3),
    ("bandit", 1, 2),
    ("bandit(steps=2)", 1, 16),
    ("weather", 1, 2),
    ("weather(rung=sticky)", 0, 6),
    ("weather(rung=drifting)", 0, 2),
    ("weather(rung=streak)", 0, 6),
    ("weather(rung=streak,longest=2)", 0, 2),
    ("pursuit(course=still)", 1, 4),
    ("maze(side=2)", 1, 2),
    ("rock", 0, 36),
    ("bottle-cap", 0, 36),
]


@pytest.mark.parametrize(("text", "size", "count"), SMALL)
def test_small_tasks_against_raw_brute_force(text, size, count):
    task = parse_task(text)
    result = enumerate_minima(task, effort=QUIET)
    assert (result.size, {*result.minima}) == by_brute_force(task, 2)
    assert (result.size, result.circuits) == (size, count)
    assert all(task.solved_by(circuit) for circuit in result.minima)


@pytest.mark.parametrize(
    "text",
    [*(text for text, _, _ in SMALL), "pursuit", "integrator(reach=1)", "maze(name=open)"],
)
@pytest.mark.parametrize("order", ["size", "size-depth"])
def test_the_two_engines_agree(text, order, monkeypatch):
    task = parse_task(text)
    by_boxes = with_engine(task, order, True, monkeypatch)
    by_hull = with_engine(task, order, False, monkeypatch)
    assert by_boxes.minima == by_hull.minima
    assert by_boxes.size == by_hull.size


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(world_tasks() | episode_tasks())
def test_any_small_task_against_raw_brute_force(task):
    assume(task.boxes)
    size, expected = by_brute_force(task, 1)
    assume(expected)
    result = enumerate_minima(task, effort=QUIET)
    assert (result.size, {*result.minima}) == (size, expected)


@given(world_tasks() | episode_tasks())
def test_what_no_policy_solves_has_no_circuit(task):
    if not task.boxes:
        result = enumerate_minima(task, effort=QUIET)
        assert (result.solvable, result.minima, result.exhaustive) == (False, (), True)
        assert "no circuit" in result.headline


@pytest.mark.parametrize(
    ("order", "size", "depth", "count"),
    [
        ("size", 6, 3, 56),
        pytest.param("size-depth", 6, 3, 56, marks=pytest.mark.slow),
        pytest.param("depth-size", 6, 3, 56, marks=pytest.mark.slow),
    ],
)
def test_a_thermostat_of_four_levels(order, size, depth, count):
    result = enumerate_minima("thermostat", order=order)
    assert (result.size, result.depth, result.circuits) == (size, depth, count)


def test_depth_orders_by_boxes():
    task = parse_task("bandit")
    pareto = enumerate_minima(task, order="pareto", effort=QUIET)
    assert pareto.front == ((1, 1),)
    flat = enumerate_minima(task, order="depth-size", effort=QUIET)
    assert (flat.size, flat.depth, flat.circuits) == (1, 1, 2)
    capped = enumerate_minima(task, order="depth", cap=1, effort=QUIET)
    assert {*capped.minima} == {*flat.minima}
    weather = parse_task("weather")
    more = enumerate_minima(weather, within=1, effort=QUIET)
    assert {*more.minima} == solutions(weather, 1) | solutions(weather, 2)
    assert {c.size for c in more.minima} == {1, 2}


def test_sat_lists_the_same():
    task = parse_task("bandit")
    by_sat = enumerate_minima(task, engine="sat", effort=QUIET)
    assert by_sat.plan.engine == "sat"
    assert {*by_sat.minima} == {*enumerate_minima(task, effort=QUIET).minima}


def test_a_basis_without_all_functions():
    task = parse_task("maze(side=2)")
    # North-east is reached by AND and OR of the place? No: one action needs an inverse.
    result = enumerate_minima(task, basis_named("monotone"), effort=QUIET)
    assert result.solvable == any(
        task.solved_by(Circuit.parse(2, f"g1 = a & b; g2 = a | b; out = {p}, {q}"))
        for p, q in product(["a", "b", "g1", "g2", "0", "1"], repeat=2)
    )
    assert not result.solvable


def test_stores_keep_hulls_apart_from_tasks(tmp_path):
    # The hull of the bandit accepts every word on every input: so does another task's.
    task = parse_task("bandit")
    hull = "relation:2:2:F,F,F,F"
    effort = Effort(workers=1, store=str(tmp_path / "kept"))
    first = enumerate_minima(task, effort=effort).minima
    assert enumerate_minima(hull, effort=effort).circuits == 36
    assert enumerate_minima(task, effort=effort).minima == first
    assert len(first) == 2


@pytest.fixture
def unlisted(monkeypatch):
    """Return a task that can be solved, but whose boxes are taken for too many."""
    monkeypatch.setattr("mesacircuits.tasks.policies.MAX_BOXES", 0)
    return WorldTask(parse_task("pursuit").world, 2)


def test_policies_too_many_to_list(unlisted):
    assert unlisted.boxes is None
    result = enumerate_minima(unlisted, effort=QUIET)
    assert result.minima == enumerate_minima(parse_task("pursuit"), effort=QUIET).minima
    assert "judged one by one" in str(result.plan)
    with pytest.raises(ArgumentError, match=r"^order: expected size or size-depth"):
        enumerate_minima(unlisted, order="depth-size")
    with pytest.raises(ArgumentError, match=r"^budget: expected a number of seconds"):
        enumerate_minima(unlisted, basis="monotone")


def test_policies_of_which_nothing_is_known(unlisted, monkeypatch):
    monkeypatch.setattr("mesacircuits.tasks.policies._MOST_LOOKED", 1)
    with pytest.raises(ArgumentError, match=r"^budget: expected a number of seconds"):
        enumerate_minima(unlisted)
    assert enumerate_minima(unlisted, effort=Effort(seconds=600, workers=1)).size == 1


def test_a_hull_with_too_many_circuits_is_given_up(unlisted, monkeypatch):
    monkeypatch.setattr("mesacircuits.enumeration.planner._MOST_LISTED", 1)
    result = enumerate_minima(unlisted, effort=QUIET)
    assert (result.exhaustive, result.exhausted_size, result.minima) == (False, 0, ())
    assert "given up" in str(result.plan)


def test_formulas_of_worlds_are_not_asked_for():
    with pytest.raises(ArgumentError, match=r"^task: expected a function, for the order formula"):
        enumerate_minima("thermostat", order="formula")


ORDERS = ["size", "size-depth", "depth-size", "pareto", "formula"]


@pytest.mark.parametrize("order", ORDERS)
def test_utilities_and_optimal_policies_are_relations(order):
    larger = OptimisationTask(2, 1, (0, 1), ((0, 0), (1, 0), (0, 1), (1, 1)), ties="first")
    result = enumerate_minima(larger, order=order, effort=QUIET)
    # The larger bit, the first if they are equal: the second iff it is 1 and the first 0.
    assert [str(c) for c in result.minima] == ["g1 = ~a & b; out = g1"]
    assert result.task is larger
    still = parse_task("pursuit(course=still,demand=optimal)")
    if order != "formula":
        listed = enumerate_minima(still, order=order, effort=QUIET)
        relation = enumerate_minima(still.boxes[0], order=order, effort=QUIET)
        assert listed.minima == relation.minima


def test_what_is_plain_already_stays():
    for text in ("tt:3:E8", "relation:1:2:9,6", "bandit"):
        task = parse_task(text)
        assert task.plain() is task
    free = OptimisationTask(1, 1, (0, 1), ((0, Fraction(0)), (1, 1)))
    assert str(free.plain()) == "relation:1:1:3,3"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "size", "count"),
    [
        ("integrator", 6, 2),
        ("pursuit(sight=3)", 3, 10),
        ("maze(side=4)", 7, 13),
        ("maze(name=zigzag,sees=walls,state_bits=1)", 1, 4),
        ("bandit(state_bits=2)", 2, 8),
        ("weather(rung=streak,state_bits=2)", 5, 4),
    ],
)
def test_larger_tasks(text, size, count):
    result = enumerate_minima(text)
    assert (result.size, result.circuits) == (size, count)
