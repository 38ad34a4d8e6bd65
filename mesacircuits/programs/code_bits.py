"""The prefix code of programs, which says how many bits a program takes."""

from __future__ import annotations

from collections.abc import Sequence

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.machine import MAX_LENGTH, Machine
from mesacircuits.programs.operations import OPERATIONS
from mesacircuits.programs.program import Instruction

__all__ = ["code_bits", "decode", "encode", "instruction_bits", "length_bits"]


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
    register = _field(machine.registers)
    fields = dict.fromkeys("duab", register)
    return fields | {"i": _field(machine.input_words), "t": _field(length + 1)}


def instruction_bits(machine: Machine, name: str, length: int) -> int:
    """Return the bits of an instruction in a program of so many instructions.

    That is ceil(log2 #operations), ceil(log2 R) for each register, and the bits of an input word's
    number and of a place from 0 to `length`.

    >>> instruction_bits(Machine(), "query", 3), instruction_bits(Machine(), "jz", 3)
    (8, 8)
    """
    fields = _field_widths(machine, length)
    return _field(len(machine.names)) + sum(fields[letter] for letter in OPERATIONS[name].form)


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
    length = len(code)
    fields = _field_widths(machine, length)
    parts = [f"{length + 1:b}".zfill(length_bits(length))]
    for instruction in code:
        parts.append(_binary(machine.names.index(instruction.name), _field(len(machine.names))))
        for letter, operand in zip(instruction.operation.form, instruction.operands, strict=True):
            parts.append(_binary(operand, fields[letter]))
    return "".join(parts)


def _binary(number: int, width: int) -> str:
    return f"{number:b}".zfill(width) if width else ""


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
        number = take(_field(len(machine.names)))
        if number >= len(machine.names):
            raise ArgumentError("bits", "the prefix code of a program", bits)
        name = machine.names[number]
        operands = tuple(take(fields[letter]) for letter in OPERATIONS[name].form)
        code.append(Instruction(name, operands))
    return tuple(code), rest
