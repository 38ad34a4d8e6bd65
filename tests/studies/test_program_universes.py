"""Universes with programs among them, and definitions compared on them."""

from __future__ import annotations

import pytest

from mesacircuits.definitions import ControlLike, LookupTable, SearchLike, from_function
from mesacircuits.definitions.exemplars import (
    EXEMPLARS,
    PROGRAM_EXEMPLARS,
    program_exemplar,
    program_exemplars,
)
from mesacircuits.definitions.suite import suite
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies import compare, parse_universe
from mesacircuits.studies.universe import ProgramMember, Unsolved

CIRCUITS = [item for item in suite() if not isinstance(item.solver, UnrolledProgram)]


def test_exemplars_hold_programs_beside_circuits():
    universe = parse_universe("exemplars")
    assert universe.only_given
    assert (
        {m.name for m in universe.members()}
        == {e.name for e in CIRCUITS}
        >= {e.name for e in EXEMPLARS}
    )
    members = universe.program_members()
    more = {"binary-search-program", "table-of-the-first"}
    assert {member.name for member in members} == {*PROGRAM_EXEMPLARS, *more}
    assert all(member.size == member.solvers[0].program.length for member in members)
    assert [member.size for member in members] == sorted(member.size for member in members)
    alone = parse_universe("program-exemplars")
    assert alone.program_members() == members
    assert alone.only_given
    assert not list(alone.members())
    # What is named twice is there once.
    assert parse_universe("exemplars; program-exemplars").program_members() == members


@pytest.mark.parametrize("exemplar", [*program_exemplars()], ids=lambda exemplar: exemplar.name)
def test_exemplars_are_tagged_as_they_say(exemplar):
    found = {
        definition.tag
        for definition in (SearchLike(), LookupTable(), ControlLike())
        if definition.judge(exemplar.solver, exemplar.task).holds
    }
    assert found == exemplar.tags
    assert exemplar.task.solved_by(exemplar.solver)
    assert exemplar.sentence.endswith(".")


def test_exemplars_have_names():
    with pytest.raises(ArgumentError, match="one of nothing, copy"):
        program_exemplar("loop")


def test_shortest_programs_of_a_task():
    universe = parse_universe("programs(satisfying(candidates=4)); programs(tt:1:1)")
    members = universe.program_members()
    assert len(members) == 2
    for member in members:
        assert isinstance(member, ProgramMember)
        minima = enumerate_programs(member.task)
        assert tuple(solver.program for solver in member.solvers) == minima.programs
        assert {program.length for program in minima.programs} == {member.size}
    (left,) = parse_universe("programs(thermostat)").program_members(Effort(nodes=1))
    assert isinstance(left, Unsolved)
    assert "programs(thermostat): shortest programs not reached in the budget" in str(left)


def test_what_is_compared_are_circuits_and_programs_by_size():
    found = compare([SearchLike(), LookupTable()], "exemplars")
    assert found.minima == len(suite())
    assert f"{len(suite())} solvers of exemplars" in str(found)
    (pair,) = compare([SearchLike(), LookupTable()], "program-exemplars").pairs
    assert (pair.only_first, pair.only_second, pair.both, pair.neither) == (2, 3, 0, 3)
    example = pair.example
    assert (example.name, example.size) == ("search-loop", 3)
    record = example.to_json()
    assert Program.from_json(record["program"]) == example.circuit.program
    assert (record["size"], "circuit" in record) == (3, False)
    text = str(compare(["search-like", "lookup-table"], "program-exemplars"))
    assert "smallest: search-loop, length 3" in text
    assert "    0:  inc r0\n        query r1, r0\n        jz r1, 0" in text


def fails_on_programs(solver, task):
    return solver.size > 3


def fails_on_loops(solver, task):
    return 1 // (len(solver.gates) < 8)


SIZES = from_function("sizes", "sizes", fails_on_programs)


def test_definitions_of_circuits_do_not_apply_to_programs():
    found = compare([SearchLike(), SIZES], "exemplars")
    assert not found.failed
    assert found.applies == (len(suite()), len(CIRCUITS))
    (line,) = found.refused
    assert "size" in line
    assert found.to_json()["refused"] == [line]
    assert "programs not judged: " in str(found)
    # Where there is nothing else, they failed.
    found = compare([SearchLike(), SIZES], "program-exemplars")
    assert (len(found.failed), found.refused, found.pairs) == (1, (), ())
    assert "refused" not in found.to_json()
    # And what they judged before they failed counts.
    late = from_function("late", "late", fails_on_loops)
    found = compare([SearchLike(), late], "program-exemplars")
    assert 0 < found.applies[1] < found.applies[0]
    assert len(found.refused) == 1


def test_programs_of_a_task_are_compared_with_its_circuits():
    found = compare(["search-like", "lookup-table"], "programs(tt:2:6); tt:2:6")
    programs = enumerate_programs("tt:2:6").programs
    assert found.minima == len(programs) + 1
    assert found.exhaustive
    late = compare(["search-like", "lookup-table"], "programs(argmax)", effort=Effort(nodes=1))
    assert late.left_open
    assert late.minima == 0
