"""Universes: what their names hold, smallest first, and what a budget leaves out."""

from __future__ import annotations

import pytest

from mesacircuits.circuits import BASES
from mesacircuits.conjectures import check
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.definitions.exemplars import EXEMPLARS
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import Universe, parse_universe
from mesacircuits.studies.comparison import compare
from mesacircuits.studies.survey import survey
from mesacircuits.studies.tagged import universe_minima
from mesacircuits.studies.universe import LIBRARY_INPUTS, Member, Unsolved, solved_task
from mesacircuits.tasks import LIBRARY, FunctionTask, OptimisationTask, WorldTask, parse_task


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


# -- one of each orbit -------------------------------------------------------------------------

#: What families hold: tasks, for how many they stand, and how many are left out.
FAMILIES = {
    "choices(2, 1)": (1, 2, 2),
    "choices(2, 2)": (4, 14, 2),
    "choices(3, 2, ties=first)": (4, 14, 2),
    "choices(2, 2, L=3)": (10, 78, 3),
    "choices(2, 1, s=1, ties=context)": (6, 12, 4),
    "choices(2, 1, s=1)": (4, 12, 4),
    "choices(2, 2, D=7)": (8, 12, 4),
    "choices(2, 2, D=each)": (19, 110, 130),
    "choices(3, 1, words=011, ties=excluded)": (1, 2, 2),
    "choices(2, 2, up_to=nothing)": (14, 14, 2),
    "functions(2, outputs=1)": (4, 16, 0),
    "functions(2, outputs=2)": (13, 256, 0),
    "functions(2, outputs=2, up_to=permutations)": (88, 256, 0),
    "worlds(2, 2)": (5, 18, 14),
    "worlds(2, 4)": (44, 450, 62),
    "worlds(3, 2)": (211, 825, 1362),
}


@pytest.mark.parametrize("text", FAMILIES)
def test_a_family_says_how_many_there_are_before_anything_is_searched(text):
    tasks, total, without = FAMILIES[text]
    universe = parse_universe(text)
    assert (len(universe.tasks), len(universe.orbits)) == (tasks, tasks)
    assert sum(universe.stands_for(name) for name, _ in universe.tasks) == total
    counted = "1 task" if tasks == 1 else f"{tasks} tasks"
    assert universe.orbits_text == f"{text}: {counted}, one of each orbit, for {total:,} in all"
    left = [line.removeprefix(f"{text}: ").partition(" ")[0] for line in universe.left_out]
    assert left == ([f"{without:,}"] if without else [])
    assert parse_universe(str(universe)) == universe
    assert parse_universe(text.replace(" ", "")).tasks == universe.tasks


@pytest.mark.parametrize("text", FAMILIES)
def test_each_task_of_a_family_has_a_text_that_parses_back(text):
    for name, task in parse_universe(text).tasks:
        assert parse_task(name) == task
        assert str(task) == name
        kind = {"c": OptimisationTask, "f": FunctionTask, "w": WorldTask}[text[0]]
        assert isinstance(task, kind)


def test_worlds_left_out_are_those_that_no_policy_solves():
    listed = {task.hash_hex for _, task in parse_universe("worlds(2, 2, up_to=nothing)").tasks}
    for number in range(16):
        for target in (0, 1):
            steps = "".join(str(number >> i & 1) for i in range(4))
            task = parse_task(f"world(steps={steps},target={target})")
            assert task.solvable == (task.hash_hex in listed)


def test_parts_that_overlap_stand_for_the_most():
    universe = parse_universe("choice(utility=1); choices(2, 1); choices(2, 1, L=3)")
    (name, task), *_ = universe.tasks
    assert (name, str(task)) == ("choice(utility=1)",) * 2
    # Of three values in their order, two can be chosen in three ways.
    assert universe.stands_for(name) == 6
    assert universe.stands_for("tt:2:8") == 1
    assert len(universe.listed()) == 1
    assert parse_universe("functions(2)").orbits_text == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("choices", "universe: expected choices(K, m), got choices"),
        ("choices(2)", "universe: expected choices(K, m), got choices(2)"),
        (
            "choices(2, 2, 0, 2, free, all, index, inversions, 1)",
            "universe: expected NAME=VALUE, got 1",
        ),
        ("choices(3, 2, s=1)", "universe: expected at most 6 inputs, got 7"),
        ("choices(2, 2, ties=context)", "universe: expected a bit of context"),
        ("choices(2, 2, D=0)", "D: expected some vector of features that occurs"),
        ("choices(2, 2, D=some)", "D: expected"),
        ("choices(2, 2, L=17)", "L: expected a whole number from 2 to 16"),
        ("choices(2, 3, L=5)", "universe: expected at most 65,536 utilities, got 390,625"),
        ("choices(2, 2, words=01x)", "task choice, words: expected 2 hexadecimal digits"),
        ("functions(4, outputs=2)", "universe: expected at most 65,536 tuples"),
        ("functions(2, up_to=nothing)", "up_to: expected a number of outputs beside it"),
        ("worlds(2)", "universe: expected worlds(STATES, ACTIONS), got worlds(2)"),
        ("worlds(4, 2)", "universe: expected at most 65,536 worlds, got 262,144"),
        ("worlds(2, 3)", "actions: expected one of 2, 4, got 3"),
    ],
)
def test_families_that_there_are_not(text, said):
    with pytest.raises(ArgumentError) as raised:
        parse_universe(text)
    assert str(raised.value).startswith(said)


def test_rows_carry_what_their_tasks_stand_for():
    universe = parse_universe("choices(2, 2, ties=first)")
    found = survey(universe, BASES["b2"], "size", [LookupTable(), SearchLike()], Effort())
    rows = {row.name: row for row in found.rows}
    assert {name: row.functions for name, row in rows.items()} == {
        name: universe.stands_for(name) for name, _ in universe.tasks
    }
    for row in rows.values():
        assert (row.circuits, row.minima) == (len(found.members[row.name].solvers),) * 2
        for count in row.counts:
            assert count.some == row.functions * (count.circuits > 0)
            assert count.every == row.functions * (count.circuits == row.minima)
    result = check("no size-minimal circuit of choices(2, 2, ties=first) over b2 is lookup-table")
    (arm,) = result.arms
    assert (arm.totals["classes"], arm.totals["functions"]) == (4, 14)


def test_commands_take_families():
    found = universe_minima("choices(2, 1); worlds(2, 2)")
    record = found.to_json()
    assert [task["stands_for"] for task in record["tasks"]] == [2, 2, 4, 4, 4, 4]
    assert "stands for" in str(found)
    assert "stands_for" not in universe_minima("tt:2:8").to_json()["tasks"][0]
    compared = compare(["search-like", "lookup-table"], "choices(2, 1, ties=first)")
    assert compared.minima == 1
    assert [m.name for m in parse_universe("choices(2, 1)").members()] == ["choice(utility=1)"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("choices(2, 1)", False),
        ("functions(1, outputs=2)", False),
        ("worlds(2, 2)", False),
        ("choices(2, 1, up_to=permutations)", True),
        ("functions(1, outputs=2, up_to=permutations)", True),
    ],
)
def test_where_inverters_cost_nothing_is_up_to_inverting_inputs(text, allowed):
    universe = parse_universe(text)
    for ask in (
        lambda: list(universe.members("nand")),
        lambda: universe_minima(universe, "nand"),
        lambda: survey(universe, BASES["nand"], "size", [LookupTable()], Effort()),
        lambda: check(f"no size-minimal circuit of {text} over nand is lookup-table"),
    ):
        if allowed:
            ask()
            continue
        with pytest.raises(ArgumentError, match="universe: expected up_to=permutations, since to"):
            ask()


def test_programs_tell_inputs_apart():
    for text in ("choices(2, 1)", "choices(2, 1, up_to=permutations)"):
        with pytest.raises(ArgumentError, match="up_to=nothing, since programs read inputs in"):
            check(f"no shortest program of {text} is search-like")
    found = check("no shortest program of choices(2, 1, ties=first, up_to=nothing) is search-like")
    (arm,) = found.arms
    assert [row.functions for row in arm.classes] == [1, 1]


def test_a_definition_without_re_encodings_tells_functions_from_their_inverses():
    text = "no size-minimal circuit of {} over b2 is search-like(reencoding=none)"
    with pytest.raises(ArgumentError, match="up_to=permutations, since search-like re-encodes"):
        check(text.format("functions(2, outputs=1)"))
    # The features of all candidates are inverted alike: that changes their one objective.
    for universe in ("functions(2, outputs=1, up_to=permutations)", "choices(2, 1, ties=first)"):
        check(text.format(universe))


def test_parameters_of_families_stand_in_their_order_or_by_name():
    by_order = parse_universe("choices(2, 1, 1, 3, first)")
    assert by_order.tasks == parse_universe("choices(2, 1, s=1, L=3, ties=first)").tasks
    assert by_order.tasks == parse_universe("choices(2, 1, 1, ties=first, L=3)").tasks
