"""Programs bound to tasks: what their turns meet there, as wires."""

from __future__ import annotations

from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks.instances import instances_for
from mesacircuits.tasks.task import Task

__all__ = ["unroll"]


def unroll(program: Program, task: Task) -> UnrolledProgram:
    """Return a program with what its turns meet on a task, which can be asked if that solves it.

    Raises `ArgumentError` for a machine that does not fit the task, and for a program that does
    not end on every input of the support.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.instances import machine_for
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
