"""Axioms on programs: scores and witnesses, names of registers, code that is never reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.definitions.definition import Definition, Judgement
from mesacircuits.definitions.exemplars import program_exemplars
from mesacircuits.enumeration.programs.length_search import all_variants
from mesacircuits.enumeration.programs.program_classes import first_named
from mesacircuits.programs import OPERATIONS, Instruction, Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.testing.axioms.axiom import (
    Axiom,
    Example,
    Subject,
    of_subjects,
    refusal,
    reported,
)
from mesacircuits.testing.axioms.changes import circuit_of_program
from mesacircuits.testing.axioms.circuit_axioms import (
    SCORES,
    WITNESSES,
    alone,
    anchor_problem,
    same_score,
    same_tag,
)
from mesacircuits.testing.axioms.subjects import PROGRAM, exemplar_programs

__all__ = [
    "DEAD_CODE",
    "PROGRAM_ANCHORS",
    "PROGRAM_AXIOMS",
    "PROGRAM_SCORES",
    "PROGRAM_UNROLLING",
    "PROGRAM_WITNESSES",
    "REGISTER_RENAMING",
]

#: The exemplar that nothing may tag.
_UNTAGGED = "nothing"
_RENAMED = "with registers renamed"
_DEAD = "with code that is never reached"
_MOST_DEAD = 3


# -- which definitions judge programs --------------------------------------------------------------


def _refusal(definition: Definition) -> str:
    return refusal(definition, "programs", exemplar_programs())


def _without_checker(definition: Definition) -> str:
    return WITNESSES.inapplicable(definition) or _refusal(definition)


# -- examples --------------------------------------------------------------------------------------


def _program_of(subject: Subject) -> Program:
    assert isinstance(subject.solver, UnrolledProgram)
    return subject.solver.program


def _changed(subject: Subject, code: Sequence[Instruction], change: str) -> Example:
    assert isinstance(subject.solver, UnrolledProgram)
    program = replace(subject.solver.program, code=tuple(code))
    other = Subject(UnrolledProgram(program, subject.solver.instances), subject.task)
    return Example((subject, other), change)


def _with_operands(
    instruction: Instruction, registers: Callable[[int], int], places: Callable[[int], int]
) -> Instruction:
    changed = [
        operand if letter == "i" else (places if letter == "t" else registers)(operand)
        for letter, operand in zip(instruction.operation.form, instruction.operands, strict=True)
    ]
    return Instruction(instruction.name, tuple(changed))


def _renamed(subject: Subject, order: Sequence[int]) -> Example:
    code = [_with_operands(i, order.__getitem__, lambda t: t) for i in _program_of(subject).code]
    return _changed(subject, code, _RENAMED)


def _renaming(draw: DrawFn, subject: Subject) -> Example:
    machine = _program_of(subject).machine
    kept = first_named(machine)
    order = (*range(kept), *draw(st.permutations(range(kept, machine.registers))))
    return _renamed(subject, order)


def _renamings(subject: Subject) -> Iterator[Example]:
    machine = _program_of(subject).machine
    kept = first_named(machine)
    yield _renamed(subject, (*range(kept), *reversed(range(kept, machine.registers))))


def _with_dead_code(subject: Subject, at: int, dead: Sequence[Instruction]) -> Example | None:
    """Put instructions before place `at`, behind what leads past them; None if nothing can.

    That is a jump, or at the end of a program without jumps an `act`. Places in what is put there
    count from its own first instruction.
    """
    program = _program_of(subject)
    names, count = program.machine.names, len(dead) + 1
    if "jmp" in names:
        past = Instruction("jmp", (at + count,))
    elif "act" in names and at == len(program.code):
        past = Instruction("act", (0,))
    else:
        return None
    code = [_with_operands(i, lambda r: r, lambda t: t + count * (t > at)) for i in program.code]
    placed = [_with_operands(i, lambda r: r, lambda t: at + 1 + t) for i in dead]
    return _changed(subject, [*code[:at], past, *placed, *code[at:]], _DEAD)


def _usable(subject: Subject) -> list[tuple[str, tuple[int, ...]]]:
    # A private table must be there before it can be read.
    program = _program_of(subject)
    variants = ((v.name, v.operands) for v in all_variants(program.machine))
    return [v for v in variants if v[0] != "table" or program.uses_table]


def _dead_code(draw: DrawFn, subject: Subject) -> Example:
    chosen = draw(st.lists(st.sampled_from(_usable(subject)), min_size=1, max_size=_MOST_DEAD))
    dead = [
        Instruction(
            name,
            (*operands, draw(st.integers(0, len(chosen)))) if OPERATIONS[name].jumps else operands,
        )
        for name, operands in chosen
    ]
    end = len(_program_of(subject).code)
    at = draw(st.integers(0, end)) if "jmp" in _program_of(subject).machine.names else end
    example = _with_dead_code(subject, at, dead)
    assume(example is not None)
    assert example is not None
    return example


def _dead_codes(subject: Subject) -> Iterator[Example]:
    for at in range(len(_program_of(subject).code) + 1):
        for name, operands in _usable(subject):
            dead = Instruction(name, (*operands, 0) if OPERATIONS[name].jumps else operands)
            example = _with_dead_code(subject, at, (dead,))
            if example is not None:
                yield example


#: Circuits of more gates are not judged beside their programs.
_MOST_GATES = 64


def _unrolled(subject: Subject) -> Iterator[Example]:
    assert isinstance(subject.solver, UnrolledProgram)
    circuit = circuit_of_program(subject.solver, _MOST_GATES)
    if circuit is not None and subject.task.solved_by(circuit):
        yield Example((subject, Subject(circuit, subject.task)), "as its circuit")


def _drawn_unrolled(draw: DrawFn, subject: Subject) -> Example:
    examples = list(_unrolled(subject))
    assume(examples)
    return examples[0]


def _anchors() -> Iterator[Example]:
    found = [
        Example((Subject(e.solver, e.task),), e.name, e.name != _UNTAGGED)
        for e in program_exemplars()
        if e.tags or e.name == _UNTAGGED
    ]
    yield from sorted(found, key=lambda example: example.key)


def _anchored(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    tags = {exemplar.name: exemplar.tags for exemplar in program_exemplars()}[example.change]
    called = "" if example.tagged else "The empty program"
    return anchor_problem(definition, example, judgements[0], definition.tag in tags, called)


def _anchors_of(kind: str) -> Iterator[Example]:
    return _anchors()


def _any_anchor(kind: str, subject: SearchStrategy[Subject]) -> SearchStrategy[Example]:
    return st.sampled_from(list(_anchors()))


_PROGRAMS = (PROGRAM,)

PROGRAM_SCORES = Axiom(
    "program-scores",
    "Scores of programs are exact and from 0 to 1, with a witness exactly where the tag is given.",
    _PROGRAMS,
    *alone,
    SCORES.problem_of,
    _refusal,
)
PROGRAM_WITNESSES = Axiom(
    "program-witnesses",
    "The checker accepts each witness of a program.",
    _PROGRAMS,
    *alone,
    WITNESSES.problem_of,
    _without_checker,
)
REGISTER_RENAMING = Axiom(
    "register-renaming",
    "Renaming registers other than those of answer, memory and loaded input leaves the score "
    "alone.",
    _PROGRAMS,
    *of_subjects(_renaming, _renamings),
    same_score,
    _refusal,
)
DEAD_CODE = Axiom(
    "dead-code",
    "Instructions to which nothing leads leave the score alone.",
    _PROGRAMS,
    *of_subjects(_dead_code, _dead_codes),
    same_score,
    _refusal,
)
PROGRAM_ANCHORS = Axiom(
    "program-anchors",
    "The empty program has no tag; the table is lookup, loops over candidates are search, the "
    "thermostat is control.",
    _PROGRAMS,
    _any_anchor,
    _anchors_of,
    _anchored,
    _refusal,
)

PROGRAM_UNROLLING = Axiom(
    "program-unrolling",
    f"A program and the circuit to which it unrolls, where that has at most {_MOST_GATES} gates, "
    "get one tag (reported, as a circuit does at once what a program does one by one).",
    _PROGRAMS,
    *of_subjects(_drawn_unrolled, _unrolled),
    same_tag,
    _refusal,
    reported("the tag differs"),
)

#: The axioms on programs, in the order in which they are tried.
PROGRAM_AXIOMS = (
    PROGRAM_SCORES,
    PROGRAM_WITNESSES,
    REGISTER_RENAMING,
    DEAD_CODE,
    PROGRAM_ANCHORS,
    PROGRAM_UNROLLING,
)
