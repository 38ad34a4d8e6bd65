"""Tasks as programs meet them: machines that fit, what a turn on each input gets, and unrolling."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instance, Machine, Program
from mesacircuits.programs.machine import MAX_WIDTH
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks.policy_task import ActingTask
from mesacircuits.tasks.task import OptimisationTask, Task

__all__ = ["fits", "instances_for", "instances_of", "machine_for", "unroll", "utility_levels"]

#: What only a task with utilities can answer.
_ASKING = ("query", "argmax")
_USUAL_WIDTH = 2


def utility_levels(task: OptimisationTask) -> tuple[Fraction, ...]:
    """Return the utilities that the candidates have on the support, ascending.

    >>> from mesacircuits.tasks import task_named
    >>> utility_levels(task_named("argmax"))
    (Fraction(0, 1), Fraction(1, 1))
    """
    support = task.support_bits
    rows = (row for x, row in enumerate(task.utilities) if support >> x & 1)
    return tuple(sorted({utility for row in rows for utility in row}))


def machine_for(
    task: Task,
    operations: str | tuple[str, ...] = "standard",
    registers: int = 4,
    width: int | None = None,
    loaded: bool = False,
) -> Machine:
    """Return a machine for a task: as many bits in, out and kept as the task has.

    Arguments:
        task: any task of at most 4 output bits.
        operations: as for `Machine`; without utilities in the task, `query` and `argmax` are left
            out.
        registers: R.
        width: w; by default 2, or as many bits as an answer or a utility needs.
        loaded: whether the input stands in registers at the start.

    Raises `ArgumentError` for a width that an answer, or the utilities, do not fit in.

    >>> from mesacircuits.tasks import task_named
    >>> print(machine_for(task_named("thermostat")))
    without-query(registers=4, width=2, inputs=4, answers=2)
    """
    kept = task.state_bits if isinstance(task, ActingTask) else 0
    answers = task.outputs - kept
    machine = Machine(operations=operations)
    names = machine.names
    least = answers
    if isinstance(task, OptimisationTask):
        least = max(least, (len(utility_levels(task)) - 1).bit_length())
    else:
        names = tuple(name for name in names if name not in _ASKING)
    if least > MAX_WIDTH:
        raise ArgumentError("task", f"answers and utilities of at most {MAX_WIDTH} bits", task)
    chosen = max(_USUAL_WIDTH, least) if width is None else width
    if chosen < least:
        raise ArgumentError("width", f"at least {least} bits for {task}", width)
    return Machine(registers, chosen, task.inputs - kept, answers, kept, names, loaded)


def fits(machine: Machine, task: Task) -> bool:
    """Return whether a machine takes and gives as many bits as a task has.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax")
    >>> fits(machine_for(task), task), fits(Machine(), task)
    (True, False)
    """
    try:
        usual = machine_for(task, machine.names, machine.registers, machine.width)
    except ArgumentError:
        return False
    return replace(machine, loaded=False, operations=usual.operations) == usual


def instances_for(program: Program, task: Task) -> tuple[Instance, ...]:
    """Return what a program's turns get on each of the 2^n inputs of a task.

    Raises `ArgumentError` for a program for a machine that does not fit the task.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax")
    >>> len(instances_for(Program(machine_for(task), ()), task))
    4
    """
    if not fits(program.machine, task):
        raise ArgumentError("program", f"a program for a machine that fits {task}", program.machine)
    return instances_of(task, program.machine)


def instances_of(task: Task, machine: Machine) -> tuple[Instance, ...]:
    """Return what a turn gets on each of the 2^n inputs, from input 0 on.

    The answer to a query for a is the place of U(x, a) among the utilities of the support, from 0
    for the least (off the support the next lower one). A word that is no candidate has 0,
    and so has one of more than m bits.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax", candidates=3)
    >>> instances_of(task, machine_for(task))[0b010]
    Instance(x=2, objective=(0, 1, 0, 0), best=1)
    >>> task = task_named("argmax", candidates=2)
    >>> instances_of(task, machine_for(task))[0b01].objective
    (1, 0, 0, 0)
    """
    every = range(1 << task.inputs)
    if not isinstance(task, OptimisationTask):
        return tuple(Instance(x) for x in every)
    levels, words = utility_levels(task), 1 << task.outputs
    found = []
    for x in every:
        values = []
        for argument in range(1 << machine.width):
            utility = task.utility(x, argument) if argument < words else None
            below = (level <= utility for level in levels) if utility is not None else ()
            values.append(max(sum(below) - 1, 0))
        row = task.utilities[x]
        best = task.candidates[row.index(max(row))]
        found.append(Instance(x, tuple(values), best))
    return tuple(found)


def unroll(program: Program, task: Task) -> UnrolledProgram:
    """Return a program with what its turns meet on a task, which can be asked if that solves it.

    Raises `ArgumentError` for a machine that does not fit the task, and for a program that does
    not end on every input of the support.

    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> search = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine_for(task))
    >>> task.solved_by(unroll(search, task))
    True
    """
    unrolled = UnrolledProgram(program, instances_for(program, task))
    endless = unrolled.endless_bits() & task.support_bits
    if endless:
        x = (endless & -endless).bit_length() - 1
        expected = "a program that ends on every input of the support"
        raise ArgumentError("program", expected, f"one that never ends on input {x}")
    return unrolled
