"""The axioms on programs: what they try, and which definitions break which, by how little."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.definitions import SearchLike, from_function, has_influence
from mesacircuits.definitions.definition import circuit_of
from mesacircuits.programs import Program, run_turn
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.testing import axioms
from mesacircuits.testing.axioms.subjects import program_subjects, small_programs
from mesacircuits.testing.axioms.trial import EXAMPLES, try_axioms

FEW = 25


def names_r1(solver, task):
    """Some instruction names register 1, and answers differ."""
    written = any(i.writes == 1 for i in solver.program.code)
    return (1, {"sure": True}) if written and has_influence(solver, task) else 0


def is_long(solver, task):
    """There are more than two instructions, and answers differ."""
    several = len(solver.program.code) > 2
    return (1, {"sure": True}) if several and has_influence(solver, task) else 0


def is_plain(solver, task):
    return len(solver.program.code) == 1


def never(solver, task):
    return 0


def always(solver, task):
    return 1, {"sure": True}


NAMES_R1 = from_function("names-r1", "names-r1", names_r1)
IS_LONG = from_function("is-long", "is-long", is_long)
IS_PLAIN = from_function("is-plain", "is-plain", is_plain)
NEVER = from_function("never", "never", never)
NEVER_SEARCH = from_function("never-search", "search-like", never)
ALWAYS = from_function("always", "always", always)
CIRCUITS_ALONE = from_function("circuits", "circuits", lambda s, t: circuit_of(s).size > 1)
OPERATORS_ALONE = from_function("operators", "operators", lambda s, t: bool(s.gates[0].operator))


@cache
def broken(definition):
    tried = try_axioms(definition, axioms.PROGRAM_AXIOMS, EXAMPLES)
    return {result.axiom.name: result for result in tried.broken}


@pytest.mark.parametrize(
    ("definition", "names"),
    [
        pytest.param(NEVER, set(), marks=pytest.mark.slow),
        pytest.param(NEVER_SEARCH, {"program-anchors"}, marks=pytest.mark.slow),
        (ALWAYS, {"program-anchors"}),
        (NAMES_R1, {"register-renaming", "dead-code"}),
        pytest.param(IS_LONG, {"dead-code"}, marks=pytest.mark.slow),
        (IS_PLAIN, {"program-scores", "dead-code"}),
        # A candidate's value costs one, as it is asked for.
        pytest.param(SearchLike(candidates=4), set(), marks=pytest.mark.slow),
        pytest.param(SearchLike(objective_gates=2), {"program-anchors"}, marks=pytest.mark.slow),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_bad_definitions_break_the_axioms_that_they_should(definition, names) -> None:
    assert set(broken(definition)) == names


@pytest.mark.parametrize("definition", [CIRCUITS_ALONE, OPERATORS_ALONE])
def test_definitions_of_circuits_are_left_alone(definition) -> None:
    trial = try_axioms(definition, axioms.PROGRAM_AXIOMS, FEW)
    assert trial.failure is None
    assert not trial.broken
    assert {result.status for result in trial.results} == {"not applicable"}
    assert all(result.examples == 0 for result in trial.results)
    reason = axioms.PROGRAM_SCORES.inapplicable(definition)
    assert reason.startswith("it does not judge programs: ")
    # They are named together where they have one reason.
    together = (
        "program-scores, register-renaming, dead-code, program-anchors, program-unrolling: "
        "not applicable: "
    )
    assert f"{together}{reason}" in " ".join(str(trial).split())
    # What cannot be a key is asked all the same.
    assert axioms.DEAD_CODE.inapplicable(Unhashable()) == ""


class Unhashable:
    """A definition that is equal to itself alone, and cannot be a key."""

    __hash__ = None  # type: ignore[assignment]
    name = tag = "unhashable"

    def judge(self, solver, task):
        return NEVER.judge(solver, task)


def test_the_smallest_counterexamples() -> None:
    renaming = broken(NAMES_R1)["register-renaming"]
    assert renaming.smallest
    first, second = renaming.violation.example.subjects
    # Answers differ only where register 0 is written, and one more instruction names another.
    assert first.solver.program.length == 2
    assert {j.score for j in renaming.violation.judgements} == {0, 1}
    assert first.solver.output_bits() == second.solver.output_bits()
    plain = broken(IS_PLAIN)["program-scores"]
    assert (plain.smallest, plain.violation.example.subjects[0].solver.program.length) == (True, 1)
    record = json.loads(json.dumps(plain.to_json()))
    shown = record["counterexample"]["subjects"][0]["program"]
    program = plain.violation.example.subjects[0].solver.program
    assert Program.from_json(shown) == program
    # Programs are shown as they are written.
    for line in str(program).splitlines():
        assert f"    {line}".rstrip() in str(plain.violation)


def test_small_programs_come_smallest_first() -> None:
    keys = [subject.key for subject in small_programs()]
    assert all(before <= after for before, after in pairwise(keys))
    assert len({*keys}) == len(keys)


@settings(max_examples=60)
@given(program_subjects())
def test_subjects_solve_their_tasks(subject) -> None:
    solver = subject.solver
    assert isinstance(solver, UnrolledProgram)
    assert subject.task.solved_by(solver)
    assert not solver.endless_bits() & subject.task.support_bits


@settings(max_examples=200)
@given(st.sampled_from([axioms.REGISTER_RENAMING, axioms.DEAD_CODE]), st.data())
def test_changes_are_behind_the_scenes(axiom, data) -> None:
    first, second = (s.solver for s in data.draw(axiom.examples()).subjects)
    assert first.output_bits() == second.output_bits()
    assert first.endless_bits() == second.endless_bits()
    assert first.wires == second.wires
    if axiom is axioms.DEAD_CODE:
        # At least one instruction is not executed, whatever the results are held at.
        written = {
            (step.place, step.visit): (solver_mask(second), data.draw(st.integers(0, 3)))
            for instance in second.instances
            for step in run_turn(second.program, instance).steps[:2]
        }
        turns = [run_turn(second.program, i, written) for i in second.instances]
        executed = {step.place for turn in turns for step in turn.steps}
        added = len(second.program.code) - len(first.program.code)
        assert len({*range(len(second.program.code))} - executed) >= added - 1


def solver_mask(solver) -> int:
    return solver.program.machine.mask


def test_the_anchors_are_exemplars() -> None:
    anchors = list(axioms.PROGRAM_ANCHORS.smallest())
    assert {example.change for example in anchors if not example.tagged} == {"nothing"}
    assert {example.change for example in anchors if example.tagged} == {
        "search-loop", "argmax-loop", "table-program", "thermostat-loop",
    }  # fmt: skip
    swapped = [replace(example, change="search-loop") for example in anchors if example.tagged]
    violations = [axioms.PROGRAM_ANCHORS.check(SearchLike(), example) for example in swapped]
    assert sum(violation is None for violation in violations) == 2
