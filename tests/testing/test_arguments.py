"""Arguments of strategies: bounds in pairs, strategies in place of values, and what is refused."""

from __future__ import annotations

import pytest
from draws import drawn
from hypothesis import find, given, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.testing import (
    bases,
    circuits,
    episode_tasks,
    episodes,
    function_tasks,
    gates,
    instructions,
    machines,
    mealy_machines,
    npn_transforms,
    operators,
    optimisation_tasks,
    programs,
    programs_for,
    rationals,
    relabelled,
    relation_tasks,
    solved_pairs,
    solvers,
    supports,
    tagged,
    tasks,
    tasks_solved_by,
    truth_tables,
    world_tasks,
    worlds,
)
from mesacircuits.testing.strategies import SOLVED_KINDS

ONE, WIRE = st.integers(1, 2), Circuit.parse(1, "out = a")


# -- kinds ---------------------------------------------------------------------------------------

NAMED = "kind: expected one of function, relation, optimisation, world, episode, got "


@pytest.mark.parametrize("kind", ["fuction", "functions", "program", "", "Function"])
@pytest.mark.parametrize(
    "asked",
    [
        solved_pairs,
        lambda kind: solved_pairs("world", kind),
        lambda kind: tasks_solved_by(WIRE, kind),
        lambda kind: tagged("lookup-table", kind),
        lambda kind: drawn(tasks_solved_by(WIRE, st.just(kind)), 15),
    ],
)
def test_a_typo_for_a_kind_is_an_error_that_names_the_kinds(kind: str, asked) -> None:
    with pytest.raises(ArgumentError) as caught:
        asked(kind)
    assert str(caught.value).startswith(NAMED + (kind or "nothing"))


def test_the_nearest_kind_is_suggested() -> None:
    with pytest.raises(ArgumentError, match=r"got fuction \(did you mean function\?\)$"):
        solved_pairs("fuction")
    with pytest.raises(ArgumentError, match=r"got 3$"):
        tasks_solved_by(WIRE, 3)


@given(st.sampled_from(SOLVED_KINDS).flatmap(lambda kind: st.tuples(st.just(kind), st.data())))
def test_a_kind_may_be_drawn(drawn_kind) -> None:
    kind, data = drawn_kind
    task = data.draw(tasks_solved_by(circuits(ONE), st.just(kind)))
    assert task.inputs in (1, 2)


# -- bounds --------------------------------------------------------------------------------------

#: For each pair of bounds: a strategy of them, what is bounded, and the least and the most.
BOUNDED = {
    "gates": (lambda a, b: circuits(3, min_gates=a, max_gates=b), lambda c: c.size, 2, 4),
    "gates, reduced": (
        lambda a, b: circuits(3, min_gates=a, max_gates=b, reduced=True),
        lambda c: c.size,
        2,
        4,
    ),
    "gates of machines": (
        lambda a, b: mealy_machines(2, min_gates=a, max_gates=b),
        lambda m: m.circuit.size,
        1,
        2,
    ),
    "gates of pairs": (
        lambda a, b: solved_pairs(min_gates=a, max_gates=b),
        lambda pair: pair[0].size,
        2,
        3,
    ),
    "inputs of pairs": (
        lambda a, b: solved_pairs(min_inputs=a, max_inputs=b),
        lambda pair: pair[0].inputs,
        2,
        4,
    ),
    "gates of solvers": (
        lambda a, b: solvers("tt:2:6", min_gates=a, max_gates=b),
        lambda c: c.size,
        2,
        4,
    ),
    "inputs of what is tagged": (
        lambda a, b: tagged("search-like", min_inputs=a, max_inputs=b),
        lambda pair: pair[0].inputs,
        4,
        5,
    ),
    "gates of what is tagged": (
        lambda a, b: tagged("lookup-table", min_gates=a, max_gates=b),
        lambda pair: pair[0].size,
        4,
        6,
    ),
    "inputs of tasks": (lambda a, b: tasks(min_inputs=a, max_inputs=b), lambda t: t.inputs, 2, 3),
    "inputs": (lambda a, b: machines(min_inputs=a, max_inputs=b), lambda m: m.inputs, 2, 3),
    "registers": (
        lambda a, b: machines(min_registers=a, max_registers=b),
        lambda m: m.registers,
        2,
        5,
    ),
    "width": (lambda a, b: machines(min_width=a, max_width=b), lambda m: m.width, 2, 4),
    "instructions": (
        lambda a, b: programs(min_instructions=a, max_instructions=b),
        lambda p: len(p.code),
        2,
        9,
    ),
    "instructions for a task": (
        lambda a, b: programs_for("tt:1:1", min_instructions=a, max_instructions=b),
        lambda p: len(p.code),
        3,
        5,
    ),
    "states": (
        lambda a, b: worlds(2, min_states=a, max_states=b),
        lambda w: len(w.states),
        3,
        5,
    ),
    "within": (
        lambda a, b: world_tasks(min_within=a, max_within=b),
        lambda task: task.within,
        4,
        6,
    ),
    "states of episodes": (
        lambda a, b: episodes(min_states=a, max_states=b),
        lambda e: len(e.states),
        2,
        4,
    ),
    "steps": (lambda a, b: episodes(min_steps=a, max_steps=b), lambda e: e.length, 2, 5),
    "candidates": (
        lambda a, b: optimisation_tasks(1, 2, min_candidates=a, max_candidates=b),
        lambda t: len(t.candidates),
        3,
        4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDED)
def test_bounds_hold_and_may_be_drawn(name: str) -> None:
    made, measured, least, most = BOUNDED[name]
    assert all(least <= measured(value) <= most for value in drawn(made(least, most), 15))
    assert all(measured(value) == least for value in drawn(made(least, least), 5))
    some = made(st.just(least), st.integers(least, most))
    assert all(least <= measured(value) <= most for value in drawn(some, 5))


@pytest.mark.parametrize("name", BOUNDED)
def test_bounds_out_of_order_are_refused(name: str) -> None:
    made, _, least, _ = BOUNDED[name]
    with pytest.raises(
        ArgumentError, match=rf"^max_\w+: expected at least min_\w+, which is {least}"
    ):
        made(least, least - 1)
    with pytest.raises(ArgumentError, match=r"^min_\w+: expected a whole number"):
        made(True, least)
    with pytest.raises(ArgumentError, match=r"^max_\w+: expected a whole number"):
        made(least, 10**9)
    with pytest.raises(ArgumentError, match=r"^max_\w+: expected at least"):
        drawn(made(st.just(least), least - 1), 15)


def test_without_an_upper_bound_the_lower_one_may_be_high() -> None:
    assert all(circuit.size >= 9 for circuit in drawn(circuits(3, min_gates=9), 5))
    assert all(len(p.code) >= 9 for p in drawn(programs(min_instructions=9), 5))


# -- strategies in place of values ---------------------------------------------------------------


@pytest.mark.parametrize(
    "strategy",
    [
        truth_tables(ONE),
        npn_transforms(ONE),
        operators(ONE),
        gates(ONE, bases()),
        circuits(ONE, bases(), outputs=ONE, min_gates=ONE),
        mealy_machines(ONE, ONE, ONE),
        function_tasks(ONE, ONE),
        relation_tasks(ONE, ONE),
        optimisation_tasks(ONE, ONE),
        supports(ONE),
        worlds(ONE, ONE),
        world_tasks(ONE, ONE),
        episodes(ONE, ONE),
        episode_tasks(ONE, ONE),
        instructions(machines(), ONE),
        programs(machines()),
        programs("fair"),
        programs(Machine()),
        relabelled(circuits()),
        solvers(function_tasks(ONE)),
        programs_for(function_tasks(ONE)),
        tagged("lookup-table", max_inputs=st.integers(2, 3)),
    ],
)
def test_strategies_are_taken_wherever_values_are(strategy) -> None:
    assert drawn(strategy, 5)


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: circuits(inputs=True), "inputs: expected a whole number from 0 to 16, got True"),
        (lambda: circuits(17), "inputs: expected a whole number from 0 to 16, got 17"),
        (lambda: circuits(basis="b3"), "basis: expected one of b2"),
        (lambda: circuits(outputs=0), "outputs: expected a whole number from 1"),
        (lambda: worlds(-1), "observation_bits: expected a whole number from 1 to 6, got -1"),
        (lambda: worlds(1, 5), "action_bits: expected a whole number from 1 to 4, got 5"),
        (lambda: relation_tasks(7), "inputs: expected a whole number from 1 to 6, got 7"),
        (lambda: optimisation_tasks(2, 5), "outputs: expected a whole number from 1 to 4, got 5"),
        (lambda: programs("fare"), "operations: expected one of fair"),
        (lambda: programs(max_instructions=100), "max_instructions: expected a whole"),
        (lambda: rationals(2, 1), "max_value: expected a whole number from 2 to"),
        (lambda: solved_pairs(tagged_share=2), "tagged_share: expected a number from 0 to 1"),
        (lambda: solved_pairs(tagged_share=True), "tagged_share: expected a number from 0 to 1"),
        (lambda: drawn(circuits(st.just(17))), "inputs: expected a whole number from 0 to 16, got"),
        (lambda: drawn(worlds(st.just(0))), "observation_bits: expected a whole number from 1 to"),
        (lambda: solvers("tt:2"), "task: expected tt:2:HEX, got tt:2"),
        (lambda: tagged("search-lik"), "definition: expected one of search-like"),
        (lambda: tagged("search-like", tries=0), "tries: expected a whole number from 1"),
    ],
)  # fmt: skip
def test_what_is_no_argument_is_refused_on_one_line(call, text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_the_widest_tables_are_drawn() -> None:
    for inputs in (13, 16):
        tables = drawn(truth_tables(inputs), 10)
        assert all(table.inputs == inputs for table in tables)
        assert len({*tables}) > 3
    assert find(truth_tables(16), lambda table: table.bits).count_ones() <= 16


def test_rationals_are_whole_or_halves_within_bounds() -> None:
    assert {*drawn(rationals(-1, 1), 100)} == {x / 2 for x in range(-2, 3)}
