"""Programs: instructions and a private table; their text, their prefix code and their JSON form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, Literal

import msgspec

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.machine import (
    MAX_LENGTH,
    OPERATIONS,
    Machine,
    MachineRecord,
    Operation,
)
from mesacircuits.records import content_hash, json_record

__all__ = [
    "Instruction", "Program", "assemble", "code_bits", "decode", "disassemble", "encode",
    "instruction_bits", "length_bits",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: the name of its operation, and its operands in the order of the form.

    >>> print(Instruction("jlt", (2, 3, 0)))
    jlt r2, r3, 0
    """

    name: str
    operands: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in OPERATIONS:
            raise ArgumentError("instruction", f"one of {', '.join(OPERATIONS)}", self.name)
        object.__setattr__(self, "operands", tuple(self.operands))
        if len(self.operands) != len(self.operation.form):
            expected = f"{len(self.operation.form)} operands of {self.name}"
            raise ArgumentError("instruction", expected, self.operands)

    @property
    def operation(self) -> Operation:
        """The operation."""
        return OPERATIONS[self.name]

    @property
    def writes(self) -> int | None:
        """The register that it writes, if any."""
        return self.operands[0] if self.operation.writes else None

    @property
    def reads(self) -> tuple[int, ...]:
        """The registers that it reads."""
        return tuple(self.operands[i] for i in self.operation.reads)

    @property
    def target(self) -> int | None:
        """The place to which it may jump, if it can."""
        return self.operands[-1] if self.operation.jumps else None

    def text(self, end: int | None = None) -> str:
        """Return the instruction as written, the place `end` called so."""
        pairs = zip(self.operation.form, self.operands, strict=True)
        listed = [f"{'' if letter in 'it' else 'r'}{operand}" for letter, operand in pairs]
        if self.target is not None and self.target == end:
            listed[-1] = _END
        return f"{self.name} {', '.join(listed)}".strip()

    def __str__(self) -> str:
        return self.text()


#: Of an instruction its name, the register written (None if none), the first two registers read (0
#: if none) and the place that it may jump to.
_Decoded = tuple[str, int | None, int, int, int]


@dataclass(frozen=True)
class Program:
    """A program for a machine.

    Arguments:
        machine: the machine that runs it.
        code: the instructions, from number 0 on; a jump may also go to the number after the last,
            which ends the turn.
        table: for each of the 2^(n + k) inputs the entry of the private table, a word of m bits, or
            None where it has none; None if no instruction is `table`.

    Raises `ArgumentError` for operands that do not exist, operations that the machine lacks, and a
    table without use or where one is missing.

    >>> code = (Instruction("inc", (0,)), Instruction("load", (1, 0)), Instruction("jz", (1, 0)))
    >>> search = Program(Machine(), code)
    >>> search.length, search.bits, search.table_bits
    (3, 27, 0)
    >>> print(search)
    .machine fair(registers=4, width=2, answers=2, words=1+1)
    0:  inc r0
        load r1, r0
        jz r1, 0
    """

    machine: Machine
    code: tuple[Instruction, ...]
    table: tuple[int | None, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", tuple(self.code))
        if len(self.code) > MAX_LENGTH:
            raise ArgumentError("code", f"at most {MAX_LENGTH} instructions", len(self.code))
        limits = {"i": max(self.machine.input_words, 1), "t": len(self.code) + 1}
        for place, instruction in enumerate(self.code):
            if instruction.name not in self.machine.names:
                known = ", ".join(self.machine.names)
                raise ArgumentError(f"code[{place}]", f"one of {known}", instruction.name)
            for letter, operand in zip(
                instruction.operation.form, instruction.operands, strict=True
            ):
                limit = limits.get(letter, self.machine.registers)
                if not isinstance(operand, int) or not 0 <= operand < limit:
                    expected = f"operands of {instruction.name} from 0 to {limit - 1}"
                    raise ArgumentError(f"code[{place}]", expected, operand)
        self._check_table()

    def _check_table(self) -> None:
        if (self.table is not None) != self.uses_table:
            expected = "one entry for each input" if self.uses_table else "none without use for it"
            raise ArgumentError("table", expected, self.table)
        if self.table is None:
            return
        object.__setattr__(self, "table", tuple(self.table))
        count, bits = 1 << self.machine.inputs + self.machine.memory, self.entry_bits
        if len(self.table) != count:
            raise ArgumentError("table", f"{count} entries", len(self.table))
        for entry in self.table:
            if entry is not None and not (isinstance(entry, int) and 0 <= entry < 1 << bits):
                raise ArgumentError("table", f"entries of {bits} bits", entry)

    @property
    def uses_table(self) -> bool:
        """Whether some instruction reads the private table."""
        return any(instruction.name == "table" for instruction in self.code)

    @property
    def entry_bits(self) -> int:
        """How many bits an entry of the private table has: those of an answer."""
        return self.machine.answers

    @property
    def entries(self) -> int:
        """How many entries the private table has."""
        return sum(entry is not None for entry in self.table or ())

    @property
    def length(self) -> int:
        """The number of instructions, and of entries of the private table."""
        return len(self.code) + self.entries

    @property
    def table_bits(self) -> int:
        """The bits that the private table is charged with: m for each entry."""
        return self.entries * self.entry_bits

    @cached_property
    def bits(self) -> int:
        """The bits of the program's prefix code, and of its table (see `code_bits`)."""
        return code_bits(self.machine, self.code) + self.table_bits

    @cached_property
    def decoded(self) -> tuple[_Decoded, ...]:
        """What an interpreter needs to know of each instruction."""
        found = []
        for i in self.code:
            first, second = (*i.reads, 0, 0)[:2]
            found.append((i.name, i.writes, first, second, -1 if i.target is None else i.target))
        return tuple(found)

    @property
    def texts(self) -> list[str]:
        """The instructions as written; the place after the last is called `end`."""
        return [instruction.text(len(self.code)) for instruction in self.code]

    @property
    def targets(self) -> tuple[int, ...]:
        """The places to which some instruction may jump, ascending."""
        return tuple(sorted({i.target for i in self.code if i.target is not None}))

    def to_json(self) -> dict[str, Any]:
        """Return the program as JSON values; `from_json` is the inverse."""
        record: dict[str, Any] = {
            "kind": "program",
            "machine": self.machine.to_json(),
            "code": [[i.name, *i.operands] for i in self.code],
        }
        if self.table is not None:
            record["table"] = list(self.table)
        return record

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | bytes) -> Program:
        """Return the program that `to_json` gave, as values or as JSON text.

        Raises `ArgumentError` for anything else.

        >>> program = Program(Machine(), (Instruction("inc", (0,)),))
        >>> Program.from_json(program.to_json()) == program
        True
        """
        record = json_record(value, _ProgramRecord, "program", "a program in JSON form")
        return record.to_program()

    @classmethod
    def parse(cls, text: str, machine: Machine | None = None) -> Program:
        """Return the program that a text in assembly language states (see `assemble`).

        >>> Program.parse("inc r0; load r1, r0; jz r1, 0", Machine()).length
        3
        """
        return assemble(text, machine)

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        return disassemble(self)

    def __repr__(self) -> str:
        lines = (re.sub(r"\s+", " ", line).strip() for line in str(self).splitlines())
        return f"assemble({'; '.join(lines)!r})"

    def _repr_html_(self) -> str:
        head, _, listing = str(self).partition("\n")
        return f"<code>{escape(head)}</code><pre>{escape(listing)}</pre>"


# -- text --------------------------------------------------------------------------------------

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
    is comment; mnemonics and registers may be in upper case. `.machine TEXT` states the machine as
    `str` writes it; `.table` is followed by the
    entries of the private table, `-` for none.

    Arguments:
        text: the text.
        machine: the machine, if the text states none; where both do they must agree.

    Raises `ArgumentError` naming the line at fault and what was expected, and for a text of more
    than a million characters.

    >>> program = assemble("start: inc r0; load r1, r0; jz r1, start", Machine())
    >>> program.code[2]
    Instruction(name='jz', operands=(1, 0))
    >>> assemble(str(program)) == program
    True
    >>> assemble("inc r0; jz r1", Machine())
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: program, line 1: expected jz REGISTER, PLACE, got jz r1
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
        expected = "a line .machine, or a task or machine beside it"
        raise ArgumentError("program", expected, "neither")
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


#: What operands other than registers are called.
_OPERANDS = {"i": "WORD", "t": "PLACE"}


def _instruction(line: _Line, labels: dict[str, int], length: int) -> Instruction:
    name, _, rest = line.text.partition(" ")
    name = name.lower()
    if name not in OPERATIONS:
        raise line.fail(f"one of {', '.join(OPERATIONS)}", name)
    form = OPERATIONS[name].form
    given = [part.strip() for part in rest.split(",")] if rest.strip() else []
    if len(given) != len(form):
        kinds = ", ".join(_OPERANDS.get(letter, "REGISTER") for letter in form)
        raise line.fail(f"{name} {kinds}")
    operands = []
    for letter, part in zip(form, given, strict=True):
        if letter == "t" and part in labels:
            operands.append(labels[part])
            continue
        digits = part if letter in "it" else part.lower().removeprefix("r")
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
    .machine fair(registers=4, width=2, answers=2, words=1+1)
    0:  jnz r1, end
        inc r1
        jmp 0
    """
    lines = [f".machine {program.machine}"]
    if program.table is not None:
        lines.append(" ".join([".table", *("-" if e is None else str(e) for e in program.table)]))
    for place, text in enumerate(program.texts):
        lines.append(f"{f'{place}:' if place in program.targets else '':<4}{text}")
    return "\n".join(lines)


# -- prefix code -------------------------------------------------------------------------------


def _field(count: int) -> int:
    # The bits of a number below `count`.
    return max(count - 1, 0).bit_length()


def length_bits(length: int) -> int:
    """Return the bits of the Elias gamma code of length + 1: 2 floor(log2(length + 1)) + 1.

    >>> [length_bits(length) for length in range(8)]
    [1, 3, 3, 5, 5, 5, 5, 7]

    Source: P. Elias, *Universal codeword sets and representations of the integers*, IEEE
    Transactions on Information Theory 21, 1975.
    """
    return 2 * (length + 1).bit_length() - 1


def _field_widths(machine: Machine, length: int) -> dict[str, int]:
    # By letter of a form; n is the number of the operation.
    fields = dict.fromkeys("duab", _field(machine.registers))
    others = {"n": len(machine.names), "i": machine.input_words, "t": length + 1}
    return fields | {letter: _field(count) for letter, count in others.items()}


def instruction_bits(machine: Machine, name: str, length: int) -> int:
    """Return the bits of an instruction in a program of so many instructions.

    That is ceil(log2 #operations), ceil(log2 R) for each register, and the bits of an input word's
    number and of a place from 0 to `length`.

    >>> instruction_bits(Machine(), "load", 3), instruction_bits(Machine(), "jz", 3)
    (8, 8)
    """
    fields = _field_widths(machine, length)
    return sum(fields[letter] for letter in "n" + OPERATIONS[name].form)


def code_bits(machine: Machine, code: Sequence[Instruction]) -> int:
    """Return the bits of the prefix code of instructions: their number, then one after another.

    No code is the beginning of another one: the number comes first, and then all fields have
    widths that it fixes. The machine is known to the reader, and so are the support and the width
    of the entries of a private table, which follow without a code of their own.

    >>> code_bits(Machine(), (Instruction("inc", (0,)),))
    9
    """
    length = len(code)
    inside = sum(instruction_bits(machine, instruction.name, length) for instruction in code)
    return length_bits(length) + inside


def encode(machine: Machine, code: Sequence[Instruction]) -> str:
    """Return the prefix code of instructions, as the characters 0 and 1.

    >>> encode(Machine(), (Instruction("inc", (1,)),))
    '010000001'
    """
    fields = _field_widths(machine, len(code))
    parts = [(len(code) + 1, length_bits(len(code)))]
    for i in code:
        numbers = machine.names.index(i.name), *i.operands
        letters = "n" + i.operation.form
        parts += [(x, fields[letter]) for x, letter in zip(numbers, letters, strict=True)]
    return "".join(f"{x:b}".zfill(width) if width else "" for x, width in parts)


def decode(machine: Machine, bits: str) -> tuple[tuple[Instruction, ...], str]:
    """Return the instructions with which a text of bits begins, and the rest of it.

    Raises `ArgumentError` for bits that no instructions have.

    >>> decode(Machine(), "01000000111")
    ((Instruction(name='inc', operands=(1,)),), '11')
    """
    rest = bits

    def take(width: int) -> int:
        nonlocal rest
        part, rest = rest[:width], rest[width:]
        if len(part) < width or not {*part} <= {"0", "1"}:
            raise ArgumentError("bits", "the prefix code of a program", bits)
        return int(part, 2) if part else 0

    zeros = len(bits) - len(bits.lstrip("0"))
    length = take(2 * zeros + 1) - 1
    if not 0 <= length <= MAX_LENGTH:
        raise ArgumentError("bits", f"a program of at most {MAX_LENGTH} instructions", bits)
    fields = _field_widths(machine, length)
    code = []
    for _ in range(length):
        number = take(fields["n"])
        if number >= len(machine.names):
            raise ArgumentError("bits", "the prefix code of a program", bits)
        name = machine.names[number]
        operands = tuple(take(fields[letter]) for letter in OPERATIONS[name].form)
        code.append(Instruction(name, operands))
    return tuple(code), rest


# -- JSON --------------------------------------------------------------------------------------


class _ProgramRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    machine: MachineRecord
    code: tuple[tuple[str | int, ...], ...]
    table: tuple[int | None, ...] | None = None
    kind: Literal["program"] = "program"
    text: str | None = None
    length: int | None = None
    bits: int | None = None
    code_bits: str | None = None
    hash: str | None = None
    cost: dict[str, Any] | None = None
    tables: int | None = None

    def to_program(self) -> Program:
        """Return the program; what commands print beside it has to be so, or is left alone."""
        program = self._program()
        said: dict[str, Any] = {
            "text": str(program),
            "length": program.length,
            "bits": program.bits,
            "hash": program.hash_hex,
            "code_bits": encode(program.machine, program.code),
        }
        for name, value in said.items():
            if getattr(self, name) not in (None, value):
                raise ArgumentError(f"program, {name}", f"what the code says, {value}", "another")
        return program

    def _program(self) -> Program:
        code = []
        for place, parts in enumerate(self.code):
            name, operands = (parts[0], parts[1:]) if parts else ("", ())
            numbers = tuple(operand for operand in operands if isinstance(operand, int))
            if not isinstance(name, str) or len(numbers) < len(operands):
                raise ArgumentError(f"code[{place}]", "a name and numbers", list(parts))
            code.append(Instruction(name, numbers))
        return Program(self.machine.to_machine(), tuple(code), self.table)
