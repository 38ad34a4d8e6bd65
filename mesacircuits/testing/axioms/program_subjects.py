"""Programs with tasks that they solve: drawn ones, and small ones in order."""

from __future__ import annotations

from functools import cache
from itertools import product

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import TruthTable
from mesacircuits.definitions.program_exemplars import program_exemplars
from mesacircuits.enumeration.programs.length_search import all_variants
from mesacircuits.programs import OPERATIONS, Machine, Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import FunctionTask, WorldTask, instances_of
from mesacircuits.testing.axioms.axiom import Subject
from mesacircuits.testing.axioms.tabulation import tabulated
from mesacircuits.testing.pair_strategies import tasks_solved_by
from mesacircuits.testing.program_strategies import programs

__all__ = ["exemplar_programs", "program_subjects", "small_programs"]

#: Small enough to list all programs of two instructions, with a loop and two registers free.
_SMALL = Machine(3, 1, 2, 1, operations=("inc", "observe", "xor", "jmp", "jz"))
_MOST_SMALL = 2
_MOST_DRAWN = 5


def _solving(program: Program) -> Subject | None:
    """Return a program with the function that it computes where it ends, if that is anywhere."""
    machine = program.machine
    plain = FunctionTask(tuple(TruthTable(machine.inputs, 0) for _ in range(machine.answers)))
    solver = UnrolledProgram(program, instances_of(plain, machine))
    ends = (1 << (1 << machine.inputs)) - 1 & ~solver.endless_bits()
    if not ends:
        return None
    tables = tuple(TruthTable(machine.inputs, bits) for bits in solver.output_bits())
    return Subject(solver, FunctionTask(tables, ends))


@st.composite
def _functions(draw: DrawFn, least_inputs: int = 1, most_inputs: int = 3) -> Subject:
    width = draw(st.integers(1, 2))
    known = [name for name in OPERATIONS if name not in ("query", "argmax")]
    names = draw(st.sets(st.sampled_from(known), min_size=2))
    answers = draw(st.integers(1, width))
    machine = Machine(
        4, width, draw(st.integers(least_inputs, most_inputs)), answers, 0, tuple(names)
    )
    subject = _solving(draw(programs(machine, most=_MOST_DRAWN)))
    assume(subject is not None)
    assert subject is not None
    return subject


@st.composite
def _policies(draw: DrawFn) -> Subject:
    subject = draw(_functions(2, 2))
    function = subject.task
    assert isinstance(function, FunctionTask)
    assume(function.support_bits == 0b1111)
    # A circuit of the same function, as the task is to be one that this function solves.
    task = draw(tasks_solved_by(tabulated(function), "world"))
    assume(isinstance(task, WorldTask) and not task.state_bits)
    return Subject(subject.solver, task)


def program_subjects() -> SearchStrategy[Subject]:
    """Return a strategy of programs with functions or worlds that they solve, and of exemplars.

    >>> from hypothesis import find
    >>> find(program_subjects(), lambda subject: subject.task.inputs == 1).task.outputs
    1
    """
    return _functions() | _policies() | st.sampled_from(exemplar_programs())


@cache
def exemplar_programs() -> tuple[Subject, ...]:
    """Return the exemplars that are programs, smallest first.

    >>> [subject.solver.program.length for subject in exemplar_programs()][:3]
    [0, 1, 3]
    """
    found = (Subject(exemplar.solver, exemplar.task) for exemplar in program_exemplars())
    return tuple(sorted(found, key=lambda subject: subject.key))


@cache
def small_programs() -> tuple[Subject, ...]:
    """Return all programs of up to two instructions of a small machine, then the exemplars.

    The machine has three registers of one bit, two inputs, and `inc`, `observe`, `xor`, `jmp` and
    `jz`. Programs come by length, then by the functions that they compute where they end.

    >>> [small_programs()[n].solver.program.length for n in (0, 1, 2, -1)]
    [0, 0, 1, 9]
    """
    found = []
    for length in range(_MOST_SMALL + 1):
        instructions = [
            variant.instruction(target)
            for variant in all_variants(_SMALL)
            for target in range(length + 1 if OPERATIONS[variant.name].jumps else 1)
        ]
        subjects = (
            _solving(Program(_SMALL, code)) for code in product(instructions, repeat=length)
        )
        found += [subject for subject in subjects if subject is not None]
    return tuple(sorted([*found, *exemplar_programs()], key=lambda subject: subject.key))
