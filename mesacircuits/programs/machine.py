"""The register machine: its operations, what they mean, and machines that have some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import msgspec

from mesacircuits.call import Call, Parameter, check_whole, read_all
from mesacircuits.errors import ArgumentError
from mesacircuits.records import json_record

__all__ = [
    "MAX_LENGTH", "MAX_REGISTERS", "MAX_WIDTH", "OPERATIONS", "VARIANTS", "Machine",
    "MachineRecord", "Operation",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the machine, and the form of its operands.

    Attributes:
        name: the mnemonic.
        form: one letter per operand: `d` a register that is written, `u` one that is read and
            written, `a` and `b` registers that are read, `i` the number of an input word, `t` the
            place that is jumped to.
        meaning: what it does; d, a, b stand for the registers, all sums modulo 2^w.
        of: the same as a function of the first two registers read: what is written, before it is
            taken modulo 2^w, or whether it jumps; None for what asks, looks up or answers.

    >>> OPERATIONS["query"].form, OPERATIONS["query"].writes
    ('da', True)
    """

    name: str
    form: str
    meaning: str
    of: Callable[[int, int], int] | None = None

    @property
    def writes(self) -> bool:
        """Whether it writes a register, which is then its first operand."""
        return self.form[:1] in ("d", "u")

    @property
    def reads(self) -> tuple[int, ...]:
        """Which of the operands are registers that it reads."""
        return tuple(i for i, letter in enumerate(self.form) if letter in "uab")

    @property
    def jumps(self) -> bool:
        """Whether it may jump; the place is then its last operand."""
        return self.form.endswith("t")


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("inc", "u", "d := d + 1", lambda d, _: d + 1),
        Operation("dec", "u", "d := d - 1", lambda d, _: d - 1),
        Operation("mov", "da", "d := a", lambda a, _: a),
        Operation("add", "ua", "d := d + a", lambda d, a: d + a),
        Operation("sub", "ua", "d := d - a", lambda d, a: d - a),
        Operation("and", "dab", "d := a AND b, bit by bit", lambda a, b: a & b),
        Operation("or", "dab", "d := a OR b, bit by bit", lambda a, b: a | b),
        Operation("xor", "dab", "d := a XOR b, bit by bit", lambda a, b: a ^ b),
        Operation("andnot", "dab", "d := a AND NOT b, bit by bit", lambda a, b: a & ~b),
        Operation("observe", "di", "d := word i of the input, its bits from i w on"),
        Operation("table", "d", "d := the entry of the private table for the whole input"),
        Operation("query", "da", "d := the objective's value of the candidate a"),
        Operation("argmax", "d", "d := the first of the best candidates"),
        Operation("act", "a", "end the turn: the answer is a"),
        Operation("jmp", "t", "go on at t", lambda a, b: True),
        Operation("jz", "at", "go on at t if a = 0", lambda a, _: a == 0),
        Operation("jnz", "at", "go on at t if a is not 0", lambda a, _: a != 0),
        Operation("jlt", "abt", "go on at t if a < b", lambda a, b: a < b),
    )
}

_STANDARD = (
    "inc", "mov", "sub", "observe", "table", "query", "act", "jmp", "jz", "jnz", "jlt"
)  # fmt: skip
#: Sets of operations by name.
VARIANTS: dict[str, tuple[str, ...]] = {
    "standard": _STANDARD,
    "search": ("inc", "mov", "table", "query", "jz", "jnz", "jlt"),
    "straight-line": tuple(
        name for name in _STANDARD if name != "act" and not OPERATIONS[name].jumps
    ),
    "without-query": tuple(name for name in _STANDARD if name != "query"),
    "without-table": tuple(name for name in _STANDARD if name != "table"),
    "with-argmax": (*_STANDARD, "argmax"),
    "boolean": ("and", "or", "xor", "andnot"),
}

MAX_REGISTERS = 16
#: The most bits of a register.
MAX_WIDTH = 4
#: The most instructions of a program.
MAX_LENGTH = 64
_MOST_BITS = 16
#: No machine takes more characters.
_LONGEST_TEXT = 1000
#: What is written of a machine, beside its operations.
_PARAMETERS = (
    Parameter("registers", 4, "R", least=1, most=MAX_REGISTERS),
    Parameter("width", 2, "w", least=1, most=MAX_WIDTH),
    Parameter("inputs", 2, "n", least=0, most=_MOST_BITS),
    Parameter("answers", 2, "m", least=1, most=MAX_WIDTH),
    Parameter("memory", 0, "k", least=0, most=(MAX_REGISTERS - 1) * MAX_WIDTH),
    Parameter("loaded", 0, "whether the input stands in registers", values=(0, 1)),
)


@dataclass(frozen=True)
class Machine:
    """A register machine: R registers of w bits, arithmetic modulo 2^w, jumps both ways.

    A *turn* begins at instruction 0 with all registers 0, and ends when control goes beyond the
    last instruction, the answer then being register 0, or at an `act`, which names the register of
    the answer. The answer is the low m bits of it. An input of n bits is read w bits at a time by
    `observe`; with `loaded` it stands in registers 0, 1, ... at the start instead.

    With k bits of memory the registers after the first persist: the memory, bits from the lowest of
    register 1 on, is kept from one turn to the next, where it counts as input bits n, n + 1, ...
    and as answer bits m, m + 1, ...

    As all is finite, a turn that meets a *configuration* (place, registers) twice never ends.

    Arguments:
        registers: R, 1 to 16.
        width: w, 1 to 4.
        inputs: n, 0 to 16.
        answers: m, 1 to w.
        memory: k, at most (R - 1) w.
        operations: a name of `VARIANTS`, or names of `OPERATIONS`, joined by plus signs if a text.
        loaded: whether the input stands in registers at the start.

    Raises `ArgumentError` for what is out of range.

    Source: counter and register machines as in J. C. Shepherdson and H. E. Sturgis, *Computability
    of recursive functions*, Journal of the ACM 10, 1963, made finite by words of w bits.

    >>> machine = Machine(inputs=4)
    >>> print(machine)
    standard(registers=4, width=2, inputs=4, answers=2)
    >>> Machine.parse(str(machine)) == machine, machine.input_words
    (True, 2)
    """

    registers: int = 4
    width: int = 2
    inputs: int = 2
    answers: int = 2
    memory: int = 0
    operations: tuple[str, ...] | str = "standard"
    loaded: bool = False

    def __post_init__(self) -> None:
        check_whole("registers", self.registers, 1, MAX_REGISTERS)
        check_whole("width", self.width, 1, MAX_WIDTH)
        check_whole("inputs", self.inputs, 0, _MOST_BITS)
        check_whole("answers", self.answers, 1, self.width)
        check_whole("memory", self.memory, 0, (self.registers - 1) * self.width)
        given = self.operations
        if isinstance(given, str):
            given = VARIANTS.get(given, tuple(given.split("+")))
        unknown = [name for name in given if name not in OPERATIONS]
        if unknown or not given:
            sets, names = ", ".join(VARIANTS), ", ".join(OPERATIONS)
            listed = f"one of {sets}, or some of {names}, joined by plus signs"
            raise ArgumentError("operations", listed, " and ".join(map(repr, unknown)) or "none")
        ordered = tuple(name for name in OPERATIONS if name in given)
        object.__setattr__(self, "operations", ordered)
        object.__setattr__(self, "loaded", bool(self.loaded))
        if self.loaded and self.input_words > self.registers:
            raise ArgumentError(
                "registers", f"at least {self.input_words} for the input", self.registers
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operations, in the order of `OPERATIONS`."""
        assert isinstance(self.operations, tuple)
        return self.operations

    @property
    def mask(self) -> int:
        """The greatest value of a register, 2^w - 1."""
        return (1 << self.width) - 1

    @property
    def input_words(self) -> int:
        """How many words of w bits the input takes."""
        return -(-self.inputs // self.width)

    @property
    def memory_registers(self) -> range:
        """The registers that persist from turn to turn."""
        return range(1, 1 + -(-self.memory // self.width))

    def input_word(self, x: int, i: int) -> int:
        """Return word i of an input.

        >>> Machine(inputs=4).input_word(0b0110, 1)
        1
        """
        observed = x & (1 << self.inputs) - 1
        return observed >> i * self.width & self.mask

    def start(self, x: int) -> list[int]:
        """Return the registers at the start of a turn on an input, memory included.

        >>> Machine(inputs=2, memory=2).start(0b1101)
        [0, 3, 0, 0]
        """
        registers = [0] * self.registers
        if self.loaded:
            for i in range(self.input_words):
                registers[i] = self.input_word(x, i)
        held = x >> self.inputs
        for place, register in enumerate(self.memory_registers):
            registers[register] = held >> place * self.width & self.mask
        return registers

    def word(self, registers: list[int], answer: int) -> int:
        """Return the word given where a turn ends: the answer of register `answer`, the memory."""
        held = sum(registers[r] << i * self.width for i, r in enumerate(self.memory_registers))
        kept = held & (1 << self.memory) - 1
        return registers[answer] & (1 << self.answers) - 1 | kept << self.answers

    @cached_property
    def variant(self) -> str:
        """The name of the set of operations, or the operations joined by plus signs."""
        for name, members in VARIANTS.items():
            if {*members} == {*self.names}:
                return name
        return "+".join(self.names)

    def to_json(self) -> dict[str, Any]:
        """Return the machine as JSON values; `from_json` is the inverse."""
        return asdict(self) | {"operations": list(self.names)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Machine:
        """Return the machine that `to_json` gave, raising `ArgumentError` for anything else.

        >>> Machine.from_json(Machine(memory=1).to_json()) == Machine(memory=1)
        True
        """
        record = json_record(value, MachineRecord, "machine", "a machine in JSON form")
        return record.to_machine()

    @classmethod
    def parse(cls, text: str) -> Machine:
        """Return the machine that `str` wrote, raising `ArgumentError` for anything else."""
        if len(text) > _LONGEST_TEXT:
            raise ArgumentError("machine", f"a text such as {cls()}", text)
        call = Call.parse(text, "machine")
        return cls(operations=call.name, **read_all("machine", _PARAMETERS, call.arguments))

    def __str__(self) -> str:
        values = {p.name: int(getattr(self, p.name)) for p in _PARAMETERS}
        kept = (f"{k}={v}" for k, v in values.items() if v or k not in ("memory", "loaded"))
        return f"{self.variant}({', '.join(kept)})"


class MachineRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a machine, as `Machine.to_json` writes it."""

    registers: int
    width: int
    inputs: int
    answers: int
    memory: int
    operations: tuple[str, ...]
    loaded: bool = False

    def to_machine(self) -> Machine:
        """Return the machine, raising `ArgumentError` for what it cannot have."""
        return Machine(**msgspec.structs.asdict(self))
