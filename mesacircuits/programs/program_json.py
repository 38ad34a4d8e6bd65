"""The JSON forms of machines and programs, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.code_bits import encode
from mesacircuits.programs.machine import Machine
from mesacircuits.programs.program import Instruction, Program
from mesacircuits.records import json_record

__all__ = ["machine_from_json", "program_from_bytes", "program_from_json"]


class _MachineRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    registers: int
    width: int
    inputs: int
    answers: int
    memory: int
    operations: tuple[str, ...]
    loaded: bool = False

    def to_machine(self) -> Machine:
        return Machine(**msgspec.structs.asdict(self))


class _ProgramRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    machine: _MachineRecord
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


def machine_from_json(value: Mapping[str, Any]) -> Machine:
    """Return the machine that JSON values state, raising `ArgumentError` for anything else."""
    return json_record(value, _MachineRecord, "machine", "a machine in JSON form").to_machine()


def program_from_json(value: Mapping[str, Any]) -> Program:
    """Return the program that JSON values state, raising `ArgumentError` for anything else.

    >>> program_from_json({"code": []})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: program: expected a program in JSON form, got Object \
missing required field `machine`
    """
    return _program(value)


def program_from_bytes(data: bytes) -> Program:
    """Return the program that JSON text states, raising `ArgumentError` for anything else."""
    return _program(data)


def _program(value: object) -> Program:
    return json_record(value, _ProgramRecord, "program", "a program in JSON form").to_program()
