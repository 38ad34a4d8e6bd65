"""Assembly language: programs as text to be read and written by people."""

from __future__ import annotations

import re

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.machine import MAX_LENGTH, Machine
from mesacircuits.programs.operations import OPERATIONS
from mesacircuits.programs.program import Instruction, Program

__all__ = ["assemble", "disassemble"]

_LABEL = re.compile(r"([A-Za-z_]\w{0,31}|[0-9]{1,3})\s*:\s*")
#: The most characters of a text: comments and all, no program needs as many.
_LONGEST = 1_000_000
_END = "end"
_DIRECTIVES = (".machine", ".table")


class _Line:
    """A line of the text, with what its errors need."""

    def __init__(self, number: int, text: str) -> None:
        self.number, self.text = number, text

    def fail(self, expected: str, got: str | None = None) -> ArgumentError:
        return ArgumentError(f"program, line {self.number}", expected, got or self.text or "''")

    def of(self, error: ArgumentError, part: str = "") -> ArgumentError:
        """Return what something that the line states is refused for."""
        return ArgumentError(f"program, line {self.number}{part}", error.expected, error.got)


def assemble(text: str, machine: Machine | None = None) -> Program:
    """Return the program that a text states.

    One instruction a line, or several with semicolons between; operands are separated by commas:
    registers `r0`, `r1`, ..., the number of an input word, or the place to jump to, which is a
    label, the number of an instruction, or `end` for what follows the last. A label stands before
    its instruction with a colon; a number there must be the instruction's own. From `#` on a line
    is comment. `.machine TEXT` states the machine as `str` writes it; `.table` is followed by the
    entries of the private table, `-` for none.

    Arguments:
        text: the text.
        machine: the machine, if the text states none; where both do they must agree.

    Raises `ArgumentError` naming the line at fault and what was expected, and for a text of more
    than a million characters.

    >>> program = assemble("start: inc r0; query r1, r0; jz r1, start", Machine())
    >>> program.code[2]
    Instruction(name='jz', operands=(1, 0))
    >>> assemble(str(program)) == program
    True
    >>> assemble("inc r0; jz r1", Machine())
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: program, line 1: expected jz a, t, got jz r1
    """
    stated: Machine | None = None
    table: tuple[int | None, ...] | None = None
    labels: dict[str, int] = {}
    listed: list[_Line] = []
    tabled: _Line | None = None
    if len(text) > _LONGEST:
        raise ArgumentError("program", f"at most {_LONGEST:,} characters", f"{len(text):,}")
    for number, whole in enumerate(text.splitlines(), 1):
        for part in whole.partition("#")[0].split(";"):
            line = _Line(number, part.strip())
            end = 0
            while match := _LABEL.match(line.text, end):
                _place_label(line, match[1], labels, len(listed))
                end = match.end()
            line.text = line.text[end:]
            if line.text.startswith("."):
                word, _, rest = line.text.partition(" ")
                if word == ".machine" and stated is None:
                    stated = _machine(line, rest)
                elif word == ".table" and table is None:
                    table, tabled = _entries(line, rest), line
                else:
                    raise line.fail(f"{' or '.join(_DIRECTIVES)}, each once")
            elif line.text:
                listed.append(line)
    if len(listed) > MAX_LENGTH:
        raise ArgumentError("program", f"at most {MAX_LENGTH} instructions", len(listed))
    if stated is not None and machine is not None and stated != machine:
        raise ArgumentError("program", f"a program for {machine}", f".machine {stated}")
    chosen = stated or machine
    if chosen is None:
        raise ArgumentError("program", "a line .machine, as no machine is given", "none")
    labels[_END] = len(listed)
    code = tuple(_instruction(line, labels, len(listed)) for line in listed)
    try:
        return Program(chosen, code, table)
    except ArgumentError as error:
        raise _located(error, listed, tabled) from error


def _machine(line: _Line, text: str) -> Machine:
    try:
        return Machine.parse(text)
    except ArgumentError as error:
        raise line.of(error, f", {error.argument}") from error


def _located(error: ArgumentError, listed: list[_Line], tabled: _Line | None) -> ArgumentError:
    """Return what a program is refused for, with the line that is behind it."""
    if place := re.fullmatch(r"code\[(\d+)\]", error.argument):
        return listed[int(place[1])].of(error)
    # A table that is missing: the first line that would read it.
    line = tabled or next((one for one in listed if one.text.split()[0] == "table"), None)
    return error if line is None else line.of(error, f", {error.argument}")


def _place_label(line: _Line, name: str, labels: dict[str, int], place: int) -> None:
    if name.isdigit():
        if int(name) != place:
            raise line.fail(f"the number {place}, or none", name)
        return
    if name in labels or name == _END:
        raise line.fail("each label once, and not 'end'", name)
    labels[name] = place


def _entries(line: _Line, text: str) -> tuple[int | None, ...]:
    parts = text.replace(",", " ").split()
    if not all(re.fullmatch(r"[0-9]{1,9}|-", part) for part in parts):
        raise line.fail("numbers, or - for no entry", text)
    return tuple(None if part == "-" else int(part) for part in parts)


def _instruction(line: _Line, labels: dict[str, int], length: int) -> Instruction:
    name, _, rest = line.text.partition(" ")
    if name not in OPERATIONS:
        raise line.fail(f"one of {', '.join(OPERATIONS)}", name)
    form = OPERATIONS[name].form
    given = [part.strip() for part in rest.split(",")] if rest.strip() else []
    if len(given) != len(form):
        raise line.fail(f"{name} {', '.join(form)}")
    operands = []
    for letter, part in zip(form, given, strict=True):
        if letter == "t" and part in labels:
            operands.append(labels[part])
            continue
        digits = part if letter in "it" else part.removeprefix("r")
        if not re.fullmatch(r"[0-9]{1,3}", digits) or (letter not in "it" and part == digits):
            kind = {"i": "the number of an input word", "t": "a label or a number"}
            raise line.fail(kind.get(letter, "a register such as r0"), part)
        operands.append(int(digits))
    if form.endswith("t") and operands[-1] > length:
        raise line.fail(f"a place from 0 to {length}", given[-1])
    return Instruction(name, tuple(operands))


def disassemble(program: Program) -> str:
    """Return a program as text that `assemble` reads; places jumped to bear their number.

    >>> print(disassemble(assemble("jnz r1, end; inc r1; jmp 0", Machine())))
    .machine standard(registers=4, width=2, inputs=2, answers=2)
    0:  jnz r1, end
        inc r1
        jmp 0
    """
    end = len(program.code)
    lines = [f".machine {program.machine}"]
    if program.table is not None:
        entries = " ".join("-" if entry is None else str(entry) for entry in program.table)
        lines.append(f".table {entries}")
    for place, instruction in enumerate(program.code):
        label = f"{place}:" if place in program.targets else ""
        name = _END if instruction.target == end else None
        lines.append(f"{label:<4}{instruction.text(name)}")
    return "\n".join(lines)
