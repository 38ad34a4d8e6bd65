"""Universes: what their names hold, smallest first, and what a budget leaves out."""

from __future__ import annotations

import pytest

from mesacircuits.definitions.exemplars import EXEMPLARS
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import Universe, parse_universe
from mesacircuits.studies.universe import LIBRARY_INPUTS, Member, Unsolved, solved_task
from mesacircuits.tasks import LIBRARY, parse_task


@pytest.mark.parametrize(
    ("inputs", "basis", "order"),
    [(3, "b2", "size"), (3, "aig", "depth-size"), (2, "nand", "size")],
)
def test_functions_are_all_there_with_all_their_minima(inputs, basis, order):
    members = list(parse_universe(f"functions({inputs})").members(basis, order))
    found = census(inputs, basis, order)
    count = 16 if basis == "nand" else 128
    assert len(members) == len({m.name for m in members}) == count
    circuits = sum(len(m.solvers) for m in members)
    assert circuits == found.total["circuits"]
    keys = [m.key for m in members]
    assert keys == sorted(keys)
    for member in members[::17]:
        assert member.solvers == enumerate_minima(member.task, basis, order).minima


def test_a_basis_without_every_function_has_fewer():
    members = list(parse_universe("functions(2)").members("monotone"))
    assert [m.name for m in members] == [f"tt:2:{h}" for h in "0FAC8E"]


def test_parts_are_joined_smallest_first():
    universe = parse_universe("functions(2); tt:3:E8", "parity;tt:3:96")
    assert str(universe) == "functions(2); tt:3:E8; parity; tt:3:96"
    assert not universe.only_functions
    names = [m.name for m in universe.members()]
    # The parity of three is one task, by whichever name it came first.
    assert names[-2:] == ["parity", "tt:3:E8"]
    assert len(names) == 8 + 2
    sizes = [m.size for m in universe.members()]
    assert sizes == sorted(sizes)


def test_exemplars_are_taken_as_they_are():
    members = list(parse_universe("exemplars").members())
    assert {(m.name, m.solvers) for m in members} >= {(e.name, (e.solver,)) for e in EXEMPLARS}
    assert all(m.item.name == m.name for m in members)


def test_the_library_says_what_it_leaves_out():
    universe = parse_universe("library")
    named = {name for name, _ in universe.tasks}
    left = {line.partition(":")[0] for line in universe.left_out}
    assert not named & left
    for name in LIBRARY:
        task = parse_task(name)
        assert (name in left) == (task.inputs > LIBRARY_INPUTS)
        # A task that two names share is there once.
        assert name in left or task.hash_hex in {t.hash_hex for _, t in universe.tasks}


@pytest.mark.parametrize(
    "text", ["", " ; ", "functions(6)", "functions(0)", "majorty", "functions"]
)
def test_a_universe_that_cannot_be_read(text):
    with pytest.raises(ArgumentError):
        parse_universe(text)


def test_what_a_budget_leaves_out_is_said():
    late = Effort(seconds=1e-9, shipped=False)
    task = parse_task("tt:4:088E")
    unsolved = solved_task("hard", task, "b2", "size", late)
    assert isinstance(unsolved, Unsolved)
    assert str(unsolved).startswith("hard: minima not reached in the budget")
    (open_functions,) = parse_universe("functions(3)").members(effort=Effort(seconds=1e-9))
    assert isinstance(open_functions, Unsolved)
    assert "128 functions with f(0) = 0" in str(open_functions)


def test_a_task_that_a_share_does_not_do_for_is_tried_again():
    """Nodes make budgets exact: a fifth is too few for the first task, what is left is not."""
    tasks = "tt:4:1668; tt:4:8000; tt:4:6996; tt:4:FFFE; tt:4:8888"
    universe = parse_universe(tasks)
    needed = enumerate_minima("tt:4:1668", effort=Effort(workers=1, shipped=False)).tried
    members = list(universe.members(effort=Effort(nodes=2 * needed, workers=1, shipped=False)))
    assert all(isinstance(m, Member) for m in members)


def test_small_tasks_are_searched_first_and_time_is_kept_for_judging(endless_comparator):
    """A comparator of two bits takes all it is given; the small are found, and half is left."""
    effort = Effort(seconds=1000)
    members = list(
        parse_universe("comparator; tt:3:E8; majority(bits=4); tt:2:8").members(effort=effort)
    )
    assert endless_comparator[:4] == ["tt:2:8", "tt:3:E8", "majority(bits=4)", "comparator"]
    assert {m.name for m in members if isinstance(m, Member)} >= {"tt:3:E8", "tt:2:8"}
    (left,) = [str(m) for m in members if isinstance(m, Unsolved) and "comparator" in str(m)]
    assert left.startswith("comparator: minima not reached in the budget")
    assert not effort.used_up()


def test_an_empty_universe_has_no_members():
    assert list(Universe("nothing").members()) == []
