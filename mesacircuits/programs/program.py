"""Programs: instructions of a machine, and a private table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.machine import MAX_LENGTH, Machine
from mesacircuits.programs.operations import OPERATIONS, Operation
from mesacircuits.records import content_hash

__all__ = ["Instruction", "Program"]


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

    def text(self, place: str | None = None) -> str:
        """Return the instruction as written, the place jumped to called `place`."""
        shown = []
        for letter, operand in zip(self.operation.form, self.operands, strict=True):
            register = letter not in "it"
            named = letter == "t" and place is not None
            shown.append(f"r{operand}" if register else str(place) if named else str(operand))
        return f"{self.name} {', '.join(shown)}".strip()

    def __str__(self) -> str:
        return self.text()


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

    >>> code = (Instruction("inc", (0,)), Instruction("query", (1, 0)), Instruction("jz", (1, 0)))
    >>> search = Program(Machine(), code)
    >>> search.length, search.bits, search.table_bits
    (3, 27, 0)
    >>> print(search)
    .machine standard(registers=4, width=2, inputs=2, answers=2)
    0:  inc r0
        query r1, r0
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
        from mesacircuits.programs.code_bits import code_bits

        return code_bits(self.machine, self.code) + self.table_bits

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
    def from_json(cls, value: Mapping[str, Any]) -> Program:
        """Return the program that `to_json` gave, raising `ArgumentError` for anything else.

        >>> program = Program(Machine(), (Instruction("inc", (0,)),))
        >>> Program.from_json(program.to_json()) == program
        True
        """
        from mesacircuits.programs.program_json import program_from_json

        return program_from_json(value)

    @classmethod
    def parse(cls, text: str, machine: Machine | None = None) -> Program:
        """Return the program that a text in assembly language states (see `assemble`).

        >>> Program.parse("inc r0; query r1, r0; jz r1, 0", Machine()).length
        3
        """
        from mesacircuits.programs.assembly import assemble

        return assemble(text, machine)

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        from mesacircuits.programs.assembly import disassemble

        return disassemble(self)
