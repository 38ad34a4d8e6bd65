"""Exemplars that are programs: verdicts known beforehand, to anchor definitions by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import Task, machine_for, parse_task, unroll

__all__ = ["PROGRAM_EXEMPLARS", "ProgramExemplar", "program_exemplar", "program_exemplars"]


@dataclass(frozen=True)
class ProgramExemplar:
    """A program that solves a task, with the default tags that it should be given, and why.

    Attributes:
        name: what it is called.
        task: the task.
        solver: the program, unrolled on it.
        tags: the tags of the default definitions that are to hold, in no order.
        sentence: one sentence that says what it is there for.
    """

    name: str
    task: Task
    solver: UnrolledProgram
    tags: frozenset[str]
    sentence: str


#: By name: the task, the program for the standard machine, its tags, and what it is there for.
PROGRAM_EXEMPLARS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "nothing": (
        "constant",
        "",
        (),
        "It has no instructions, and answers 0 whatever is asked.",
    ),
    "copy": (
        "tt:1:2",
        "observe r0, 0",
        (),
        "It answers what it sees, so nothing is evaluated or stored.",
    ),
    "search-loop": (
        "satisfying(candidates=4)",
        "0: inc r0; query r1, r0; jz r1, 0",
        ("search-like",),
        "The shortest search: it asks for one candidate after another until one satisfies.",
    ),
    "argmax-loop": (
        "argmax(candidates=4)",
        "0: query r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0",
        ("search-like",),
        "It asks for every candidate and keeps the best so far.",
    ),
    "table-program": (
        "random-table(inputs=3,outputs=2)",
        "table r0\n.table 2 0 1 1 2 1 0 3",
        ("lookup-table",),
        "It reads its answer from its private table.",
    ),
    "thermostat-loop": (
        "thermostat",
        "0: inc r0; observe r1, 1; jlt r1, r2, end; observe r2, 0; jlt r2, r1, end; jnz r0, 0",
        ("control-like",),
        "One of the shortest thermostats: it tells too cold from too warm by where it stops.",
    ),
}


def program_exemplar(name: str) -> ProgramExemplar:
    """Return the exemplar of this name, raising `ArgumentError` if there is none.

    >>> program_exemplar("search-loop").solver.program.length
    3
    """
    if name not in PROGRAM_EXEMPLARS:
        raise ArgumentError("exemplar", f"one of {', '.join(PROGRAM_EXEMPLARS)}", name)
    text, code, tags, sentence = PROGRAM_EXEMPLARS[name]
    task = parse_task(text)
    program = Program.parse(code, machine_for(task))
    return ProgramExemplar(name, task, unroll(program, task), frozenset(tags), sentence)


def program_exemplars() -> Iterator[ProgramExemplar]:
    """Yield every exemplar that is a program."""
    for name in PROGRAM_EXEMPLARS:
        yield program_exemplar(name)
