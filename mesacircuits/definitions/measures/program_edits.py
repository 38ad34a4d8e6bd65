"""Edits of programs: one operation, one operand, or one entry of the table at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mesacircuits.programs import OPERATIONS, Instruction, Program
from mesacircuits.programs.unrolled import UnrolledProgram

__all__ = ["distance_in_program_edits", "one_program_edit_away", "programs_within"]


def one_program_edit_away(program: Program) -> Iterator[Program]:
    """Yield every program that differs in one operation, one operand, or one entry of its table.

    An operation may become any other of the machine whose operands have the same form; `d` and `u`
    count as one. The number of instructions stays.

    >>> from mesacircuits.programs import Machine
    >>> program = Program.parse("inc r0; query r1, r0", Machine(registers=2))
    >>> sorted({str(near.code[1]) for near in one_program_edit_away(program)})
    ['mov r1, r0', 'query r0, r0', 'query r1, r0', 'query r1, r1', 'sub r1, r0']
    """
    machine, code = program.machine, program.code
    for place, instruction in enumerate(code):
        for changed in _near(program, instruction):
            edited = (*code[:place], changed, *code[place + 1 :])
            reads = any(i.name == "table" for i in edited)
            if reads == (program.table is not None):
                yield Program(machine, edited, program.table)
    for x, entry in enumerate(program.table or ()):
        for other in range(1 << program.entry_bits) if entry is not None else ():
            if other != entry and program.table is not None:
                table = (*program.table[:x], other, *program.table[x + 1 :])
                yield replace(program, table=table)


def _form(name: str) -> str:
    return OPERATIONS[name].form.replace("u", "d")


def _near(program: Program, instruction: Instruction) -> Iterator[Instruction]:
    machine, operands = program.machine, instruction.operands
    form = _form(instruction.name)
    for name in machine.names:
        if name != instruction.name and _form(name) == form:
            yield Instruction(name, operands)
    limits = {"i": machine.input_words, "t": len(program.code) + 1}
    for place, letter in enumerate(form):
        for other in range(limits.get(letter, machine.registers)):
            if other != operands[place]:
                changed = (*operands[:place], other, *operands[place + 1 :])
                yield Instruction(instruction.name, changed)


def programs_within(unrolled: UnrolledProgram, edits: int) -> Iterator[UnrolledProgram]:
    """Yield the programs at most so many edits away, the nearest first, each once.

    What their turns meet, the objective too, stays what it was.
    """
    seen, edge = {unrolled.program}, [unrolled.program]
    yield unrolled
    for _ in range(edits):
        fresh = []
        for near in edge:
            for changed in one_program_edit_away(near):
                if changed not in seen:
                    seen.add(changed)
                    fresh.append(changed)
                    yield UnrolledProgram(changed, unrolled.instances)
        edge = fresh


def distance_in_program_edits(first: Program, second: Program) -> int | None:
    """Return how many edits lead from one program to another; None where no edits do.

    >>> from mesacircuits.programs import Machine
    >>> texts = ("inc r0; query r1, r0", "dec r0; query r2, r1")
    >>> machine = Machine(operations=("inc", "dec", "query"))
    >>> one, two = (Program.parse(text, machine) for text in texts)
    >>> distance_in_program_edits(one, two)
    3
    """
    if first.machine != second.machine or len(first.code) != len(second.code):
        return None
    if (first.table is None) != (second.table is None):
        return None
    distance = 0
    for a, b in zip(first.code, second.code, strict=True):
        if _form(a.name) != _form(b.name):
            return None
        distance += (a.name != b.name) + sum(
            p != q for p, q in zip(a.operands, b.operands, strict=True)
        )
    for entry, other in zip(first.table or (), second.table or (), strict=True):
        if (entry is None) != (other is None):
            return None
        distance += entry != other
    return distance
