"""Shortest programs by SAT, against the search that exhausts them and the interpreter."""

import pytest

from mesacircuits.enumeration import Effort, Interruption
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.enumeration.programs.length_search import Turns
from mesacircuits.enumeration.sat.programs import ProgramEncoding, shortest_program
from mesacircuits.programs.machine import VARIANTS
from mesacircuits.tasks import machine_for, parse_task, unroll

SLOW = pytest.mark.slow


def check_task(name, operations, registers=3, **others):
    """Check that SAT finds a minimum of those listed by exhaustion, and refutes what is shorter."""
    task = parse_task(name)
    machine = machine_for(task, operations, registers, **others)
    found, minima = shortest_program(task, machine), enumerate_programs(task, machine=machine)
    assert found.exhaustive
    least = found.minimum
    assert task.solved_by(unroll(least.program, task))
    assert least.cost.length == minima.minima[0].cost.length
    kinds = {(len(m.program.code), m.program.uses_table) for m in minima.minima}
    assert (len(least.program.code), least.program.uses_table) in kinds
    # Both ask about the same lengths, and find nothing in the same ones.
    lines = {(e.length, e.table, e.utility): bool(e.found) for e in minima.exhausted}
    for line in found.settled:
        assert lines[line.length, line.table, line.utility] is line.found
    return found


@pytest.mark.parametrize(
    ("name", "operations"),
    [
        ("satisfying(candidates=4)", ("inc", "load", "jz")),  # a loop
        ("tt:2:6", ("observe", "sub", "table", "jlt")),
        ("thermostat(levels=2)", ("inc", "observe", "sub", "jz", "act")),  # a world
        ("tt:2:9", ("or", "xor", "andnot", "observe", "inc")),
    ],
)
def test_the_least_length_is_that_of_exhaustion(name, operations):
    check_task(name, operations)


@SLOW
@pytest.mark.parametrize("operations", ["fair", "oracle"])
@pytest.mark.parametrize(
    "name",
    [
        "satisfying(candidates=4)",
        "argmax(candidates=2,ties=first)",
        "tt:2:8",
        "tt:2:1@3",
    ],
)
def test_the_least_length_is_that_of_exhaustion_on_large_sets(name, operations):
    check_task(name, operations, registers=4)


@SLOW
@pytest.mark.parametrize(
    ("name", "operations", "others"),
    [
        ("tt:2:6", "boolean", {"loaded": True}),
        ("tt:2:6", "fair", {"width": 1}),
        ("tt:2:6", "fair", {"width": 3}),
        ("thermostat(levels=2)", "fair", {}),
    ],
)
def test_the_least_length_is_that_of_exhaustion_on_other_machines(name, operations, others):
    check_task(name, operations, registers=4, **others)


@SLOW
@pytest.mark.parametrize("table", range(16))
@pytest.mark.parametrize("other", range(0, 16, 5))
def test_the_least_length_of_functions(table, other):
    names = tuple(n for n in VARIANTS["fair"] if n not in ("table", "utility"))
    check_task(f"tt:2:{table:X},{other:X}", (*names, "table"))


def test_programs_that_cannot_answer_are_refuted_however_long_they_run():
    """What `inc` and `jmp` do depends on no input: each program is wrong on some, or never ends."""
    task = parse_task("tt:2:8")
    turns = Turns(task, machine_for(task, ("inc", "jmp"), registers=2))
    for length in (1, 2, 3):
        assert ProgramEncoding(turns, length).solve(Effort()) is None


def test_a_budget_that_ends_leaves_a_bound():
    stopped = Interruption()
    stopped.end()
    found = shortest_program("tt:2:6", effort=Effort(interruption=stopped))
    assert not found.exhaustive
    assert (found.at_least, found.minimum) == (1, None)
    assert "at least 1 instruction and entries" in str(found)
