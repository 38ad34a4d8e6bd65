"""Circuits, machines, programs and minima of a given task solve it, and they are not all alike."""

from __future__ import annotations

import pytest
from draws import drawn
from hypothesis import given, strategies as st

from mesacircuits.circuits import MealyMachine
from mesacircuits.definitions import SearchLike
from mesacircuits.definitions.definition import solves, unrolled
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.tasks import World, WorldTask, machine_for, parse_task
from mesacircuits.testing import minima, programs_for, solved_pairs, solvers, tasks
from mesacircuits.testing.solving import computing

TASKS = [
    "tt:2:8",
    "tt:3:7E@7F",
    "tt:6:FEDCBA9876543210",
    "expr:a & b, a ^ b",
    "relation:2:2:9,6,F,1",
    "argmax",
    "argmax(levels=4,ties=first)",
    "satisfying(candidates=4)",
    "thermostat",
    "bandit",
    "weather",
    "pursuit",
]


# -- circuits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TASKS)
def test_circuits_solve_the_task_and_differ(text: str) -> None:
    task = parse_task(text)
    found = drawn(solvers(task))
    assert all(task.solved_by(circuit) for circuit in found)
    assert len({circuit.hash_hex for circuit in found}) > 10
    assert len({circuit.size for circuit in found}) > 2


@given(solved_pairs(tagged_share=0).flatmap(lambda pair: st.tuples(st.just(pair[1]), st.data())))
def test_any_task_that_can_be_solved_has_solvers(drawn_task) -> None:
    task, data = drawn_task
    assert task.solved_by(data.draw(solvers(task)))


def test_not_only_minimal_ones_are_drawn() -> None:
    task = parse_task("tt:3:E8")
    least = enumerate_minima(task).size
    sizes = [circuit.size for circuit in drawn(solvers(task), 100)]
    assert min(sizes) <= least + 1
    assert max(sizes) > least + 2


def test_functions_off_the_support_and_words_within_a_relation_vary() -> None:
    assert len({circuit.tables() for circuit in drawn(solvers("tt:2:8@9"))}) == 4
    words = {circuit.tables() for circuit in drawn(solvers("relation:1:1:3,3"))}
    assert len(words) == 4


@pytest.mark.parametrize("text", ["bandit", "weather", "thermostat"])
def test_machines_have_the_state_bits_of_the_task(text: str) -> None:
    task = parse_task(text)
    for machine in drawn(solvers(text, machines=True), 10):
        assert isinstance(machine, MealyMachine)
        assert machine.state_bits == task.state_bits
        assert task.solved_by(machine.circuit)


STUCK = World(1, 1, ("0", "1"), (0, 1), ((0, 0), (1, 1)), (0,), (1,))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^task: expected one that something solves, got"):
        drawn(solvers(WorldTask(STUCK, 3)))
    with pytest.raises(ArgumentError, match=r"^task: expected a world or an episode, for machines"):
        drawn(solvers("tt:2:8", machines=True))


@given(st.integers(0, 4), st.integers(1, 2), st.data())
def test_any_functions_are_computed(inputs: int, outputs: int, data) -> None:
    full = (1 << (1 << inputs)) - 1
    tables = [data.draw(st.integers(0, full)) for _ in range(outputs)]
    circuit = data.draw(computing(tables, inputs))
    assert circuit.output_bits() == tuple(tables)


# -- programs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [text for text in TASKS if text != "tt:6:FEDCBA9876543210"])
def test_programs_solve_the_task_and_differ(text: str) -> None:
    task = parse_task(text)
    found = drawn(programs_for(task), 30)
    assert all(solves(unrolled(program, task), task) for program in found)
    assert len({*found}) > 10
    assert len({len(program.code) for program in found}) > 2


def can_be_solved(task) -> bool:
    return not task.joint or bool(task.boxes)


@given(tasks(max_inputs=2).flatmap(lambda task: st.tuples(st.just(task), st.data())))
def test_programs_for_drawn_tasks(drawn_task) -> None:
    task, data = drawn_task
    if can_be_solved(task):
        program = data.draw(programs_for(task))
        assert solves(unrolled(program, task), task)
    else:
        with pytest.raises(ArgumentError, match="one that something solves"):
            data.draw(programs_for(task))


def test_programs_ask_look_up_and_branch() -> None:
    asking = machine_for(parse_task("argmax(candidates=3)"), "oracle")
    found = drawn(programs_for("argmax(candidates=3)", asking), 60)
    names = [{instruction.name for instruction in program.code} for program in found]
    assert any("query" in used for used in names)
    # A table of an input's own is asked as an oracle is.
    reads = drawn(programs_for("ranking(instances=8)"), 60)
    assert any("utility" in {i.name for i in program.code} for program in reads)
    assert any("table" in used for used in names)
    assert any("observe" in used and "table" not in used for used in names)


@pytest.mark.parametrize("ties", ["free", "first", "last"])
def test_those_that_ask_break_ties_as_the_task_does(ties: str) -> None:
    machine = Machine(inputs=4, operations="inc+mov+query+jlt")
    task = parse_task(f"argmax(candidates=4,ties={ties})")
    for program in drawn(programs_for(task, machine), 20):
        assert program.machine == machine
        assert solves(unrolled(program, task), task)


def test_a_machine_may_be_given_and_has_to_do() -> None:
    task = parse_task("bandit")
    standard = machine_for(task)
    assert all(p.machine == standard for p in drawn(programs_for(task, str(standard)), 5))
    with pytest.raises(ArgumentError, match=r"^machine: expected one that fits tt:2:8, got"):
        drawn(programs_for("tt:2:8", "fair(inputs=3,words=1+1+1)"))
    with pytest.raises(ArgumentError, match=r"^machine: expected operations that are enough for"):
        drawn(programs_for("tt:2:8", "inc(inputs=2,answers=1,words=1+1)"))
    with pytest.raises(ArgumentError, match=r"^task: expected one that something solves"):
        drawn(programs_for(WorldTask(STUCK, 3)))


# -- minima --------------------------------------------------------------------------------------


def test_minima_are_all_drawn_and_nothing_else() -> None:
    for text, order in (("tt:3:7E", "size"), ("argmax(levels=3)", "depth-size")):
        found = drawn(minima(text, order=order), 200)
        assert {*found} == {*enumerate_minima(text, order=order).minima}
    found = drawn(minima("tt:2:6", basis=st.sampled_from(["b2", "aig"]).map(basis_of)), 100)
    assert {circuit.size for circuit in found} == {1, 3}


def basis_of(name):
    from mesacircuits.circuits import basis_named

    return basis_named(name)


def test_shortest_programs_are_minima_too() -> None:
    found = drawn(minima("satisfying(candidates=4)", order="length"), 20)
    assert {*found} == {*enumerate_programs("satisfying(candidates=4)").programs}
    task = parse_task("satisfying(candidates=4)")
    assert SearchLike(objective_gates=0).judge(found[0], task).holds


def test_minima_out_of_reach_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^effort: expected a budget in which all minima are"):
        drawn(minima("tt:4:6996", effort=Effort(nodes=1)))
    with pytest.raises(ArgumentError, match=r"^machine: expected none, for size is an order of"):
        drawn(minima("tt:2:8", machine="fair"))
    with pytest.raises(ArgumentError, match=r"^task: expected one that something solves"):
        drawn(minima(WorldTask(STUCK, 3)))
