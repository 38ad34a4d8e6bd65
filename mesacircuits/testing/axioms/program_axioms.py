"""Axioms on programs: scores and witnesses, names of registers, code that is never reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.definitions.definition import Definition, Judgement
from mesacircuits.definitions.exemplars import program_exemplars
from mesacircuits.definitions.own_definitions import DefinitionFailed, described
from mesacircuits.enumeration.programs.length_search import all_variants, first_named
from mesacircuits.programs import OPERATIONS, Instruction, Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.circuit_axioms import SCORES, WITNESSES, anchor_problem, same_score
from mesacircuits.testing.axioms.subjects import (
    exemplar_programs,
    program_subjects,
    small_programs,
)

__all__ = [
    "DEAD_CODE",
    "PROGRAM_ANCHORS",
    "PROGRAM_AXIOMS",
    "PROGRAM_SCORES",
    "PROGRAM_WITNESSES",
    "REGISTER_RENAMING",
]

#: The exemplar that nothing may tag.
_UNTAGGED = "nothing"
_RENAMED = "with registers renamed"
_DEAD = "with code that is never reached"
_MOST_DEAD = 3


# -- which definitions judge programs --------------------------------------------------------------

_REFUSALS: WeakKeyDictionary[Definition, str] = WeakKeyDictionary()


def _refusal(definition: Definition) -> str:
    """Return why the axioms say nothing: the definition fails on some exemplar; "" if it does not.

    Many definitions are meant for circuits, and read gates or operators that no program has.
    """
    try:
        if definition not in _REFUSALS:
            _REFUSALS[definition] = _first_problem(definition)
        return _REFUSALS[definition]
    except TypeError:
        # What cannot be a key is asked each time.
        return _first_problem(definition)


def _first_problem(definition: Definition) -> str:
    for subject in exemplar_programs():
        try:
            definition.judge(subject.solver, subject.task)
        except DefinitionFailed as error:
            return f"it does not judge programs: {error.problem}"
        except Exception as error:
            return f"it does not judge programs: {described(error)}"
    return ""


def _without_checker(definition: Definition) -> str:
    return WITNESSES.inapplicable(definition) or _refusal(definition)


# -- examples --------------------------------------------------------------------------------------


def _single() -> SearchStrategy[Example]:
    return program_subjects().map(lambda subject: Example((subject,)))


def _smallest_single() -> Iterator[Example]:
    for subject in small_programs():
        yield Example((subject,))


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


@st.composite
def _renamings(draw: DrawFn) -> Example:
    subject = draw(program_subjects())
    machine = _program_of(subject).machine
    kept = first_named(machine)
    order = (*range(kept), *draw(st.permutations(range(kept, machine.registers))))
    return _renamed(subject, order)


def _smallest_renamings() -> Iterator[Example]:
    for subject in small_programs():
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


@st.composite
def _dead_codes(draw: DrawFn) -> Example:
    subject = draw(program_subjects())
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


def _smallest_dead_codes() -> Iterator[Example]:
    for subject in small_programs():
        for at in range(len(_program_of(subject).code) + 1):
            for name, operands in _usable(subject):
                dead = Instruction(name, (*operands, 0) if OPERATIONS[name].jumps else operands)
                example = _with_dead_code(subject, at, (dead,))
                if example is not None:
                    yield example


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


PROGRAM_SCORES = Axiom(
    "program-scores",
    "Scores of programs are exact and from 0 to 1, with a witness exactly where the tag is given.",
    _single,
    _smallest_single,
    SCORES.problem_of,
    _refusal,
)
PROGRAM_WITNESSES = Axiom(
    "program-witnesses",
    "The checker accepts each witness of a program.",
    _single,
    _smallest_single,
    WITNESSES.problem_of,
    _without_checker,
)
REGISTER_RENAMING = Axiom(
    "register-renaming",
    "Renaming registers other than those of answer, memory and loaded input leaves the score "
    "alone.",
    _renamings,
    _smallest_renamings,
    same_score,
    _refusal,
)
DEAD_CODE = Axiom(
    "dead-code",
    "Instructions to which nothing leads leave the score alone.",
    _dead_codes,
    _smallest_dead_codes,
    same_score,
    _refusal,
)
PROGRAM_ANCHORS = Axiom(
    "program-anchors",
    "The empty program has no tag; the table is lookup, loops over candidates are search, the "
    "thermostat is control.",
    lambda: st.sampled_from(list(_anchors())),
    _anchors,
    _anchored,
    _refusal,
)

#: The axioms on programs, in the order in which they are tried.
PROGRAM_AXIOMS = (
    PROGRAM_SCORES,
    PROGRAM_WITNESSES,
    REGISTER_RENAMING,
    DEAD_CODE,
    PROGRAM_ANCHORS,
)
