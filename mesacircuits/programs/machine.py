"""The register machine: its operations, what they mean, and machines that have some of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import msgspec

from mesacircuits.call import Call, Parameter, check_whole, read_all
from mesacircuits.errors import ArgumentError
from mesacircuits.records import json_record

__all__ = [
    "CHARGES", "MAX_LENGTH", "MAX_REGISTERS", "MAX_WIDTH", "OPERATIONS", "ORACLES", "VARIANTS",
    "Machine", "MachineRecord", "Operation", "Words", "packed_words",
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
        Operation("load", "da", "d := word a of the input; 0 beyond the last"),
        Operation("table", "d", "d := the entry of the private table for the whole input"),
        Operation("utility", "da", "d := the utility of the features a, or of the candidate a"),
        Operation("query", "da", "d := the objective's value of the candidate a"),
        Operation("query-proxy", "da", "d := the proxy's value of the candidate a"),
        Operation("argmax", "d", "d := the first of the best candidates"),
        Operation("act", "a", "end the turn: the answer is a"),
        Operation("jmp", "t", "go on at t", lambda a, b: True),
        Operation("jz", "at", "go on at t if a = 0", lambda a, _: a == 0),
        Operation("jnz", "at", "go on at t if a is not 0", lambda a, _: a != 0),
        Operation("jlt", "abt", "go on at t if a < b", lambda a, b: a < b),
    )
}

_JUMPS = ("act", "jmp", "jz", "jnz", "jlt")
_FAIR = ("inc", "mov", "sub", "observe", "load", "table", "utility", *_JUMPS)
_ORACLE = ("inc", "mov", "sub", "observe", "table", "query", *_JUMPS)
#: Sets of operations by name. What an optimizer needs is charged in those that are fair; those of
#: an oracle, the instructions of version 1, hand the objective out.
VARIANTS: dict[str, tuple[str, ...]] = {
    "fair": _FAIR,
    "fair-search": ("inc", "mov", "load", "table", "utility", "jz", "jnz", "jlt"),
    "loop-free": tuple(name for name in _FAIR if name not in _JUMPS),
    "without-utility": tuple(name for name in _FAIR if name != "utility"),
    "without-table": tuple(name for name in _FAIR if name != "table"),
    "oracle": _ORACLE,
    "oracle-proxy": (*_ORACLE, "query-proxy"),
    "oracle-search": ("inc", "mov", "table", "query", "jz", "jnz", "jlt"),
    "oracle-argmax": (*_ORACLE, "argmax"),
    "observing": tuple(name for name in _ORACLE if name != "query"),
    "boolean": ("and", "or", "xor", "andnot"),
}
#: The instructions that ask for what nobody is charged for.
ORACLES = ("query", "query-proxy", "argmax")
#: Sets of version 1, whose input was read w bits at a time, each with what replaces it.
_REPLACED = {
    "standard": "oracle, or fair, which charges for the objective",
    "search": "oracle-search, or fair-search",
    "straight-line": "loop-free",
    "without-query": "observing, or without-utility, which loads by addresses",
    "with-argmax": "oracle-argmax",
}
#: How a private table is charged (see `Machine`).
CHARGES = ("bits-back", "full")

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
    Parameter("words", "", "the words of the input"),
    Parameter("charge", "bits-back", "how a table is charged", values=CHARGES),
)
#: What is said of a machine of version 1.
_NOW = "a machine of version 2, whose words of the input are stated, such as words=1+1"
#: For each word of the input the bits of it, lowest first.
Words = tuple[tuple[int, ...], ...]


def packed_words(inputs: int, width: int) -> Words:
    """Return words of w bits each, in the order of the input, the last maybe of fewer.

    >>> packed_words(5, 2)
    ((0, 1), (2, 3), (4,))
    """
    return tuple(tuple(range(low, min(low + width, inputs))) for low in range(0, inputs, width))


def _words_text(words: Words) -> str:
    """Return words as a text: how many bits each takes, or, where they do not follow, which."""
    sizes = [len(word) for word in words]
    if [bit for word in words for bit in word] == [*range(sum(sizes))] and all(sizes):
        return "+".join(map(str, sizes))
    return "+".join(".".join(f"i{bit}" for bit in word) for word in words)


def _words_of(text: str) -> Words | None:
    """Return the words that `_words_text` wrote, None where nothing is said of them."""
    if not text:
        return None
    found: list[tuple[int, ...]] = []
    for part in text.split("+"):
        if re.fullmatch(r"[0-9]{1,2}", part):
            low = sum(map(len, found))
            found.append(tuple(range(low, low + int(part))))
        elif re.fullmatch(r"i[0-9]{1,2}(\.i[0-9]{1,2})*", part):
            found.append(tuple(int(bit[1:]) for bit in part.split(".")))
        else:
            raise ArgumentError("words", "the bits of each word, such as 1+1+2", text)
    return tuple(found)


@dataclass(frozen=True)
class Machine:
    """A register machine: R registers of w bits, arithmetic modulo 2^w, jumps both ways.

    A *turn* begins at instruction 0 with all registers 0, and ends when control goes beyond the
    last instruction, the answer then being register 0, or at an `act`, which names the register of
    the answer. The answer is the low m bits of it. The n bits of the input lie in words: `observe`
    reads the word of a constant number, `load` that whose number a register holds; with `loaded`
    they stand in registers 0, 1, ... at the start.

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
        words: for each word the input bits of it, each bit in one word; by default one word a bit.
        charge: what a private table costs: `bits-back`, its bits less the binary logarithm of the
            number of tables that serve as well, as it need not say which of them it is; or `full`.

    Raises `ArgumentError` for what is out of range, and for a word wider than a register.

    Source: counter and register machines as in J. C. Shepherdson and H. E. Sturgis, *Computability
    of recursive functions*, Journal of the ACM 10, 1963, made finite by words of w bits. The
    charge: G. E. Hinton and D. van Camp, *Keeping neural networks simple by minimizing the
    description length of the weights*, COLT 1993.

    >>> machine = Machine(inputs=4)
    >>> print(machine)
    fair(registers=4, width=2, answers=2, words=1+1+1+1)
    >>> Machine.parse(str(machine)) == machine, machine.input_words
    (True, 4)
    """

    registers: int = 4
    width: int = 2
    inputs: int = 2
    answers: int = 2
    memory: int = 0
    operations: tuple[str, ...] | str = "fair"
    loaded: bool = False
    words: Words | None = None
    charge: str = "bits-back"

    def __post_init__(self) -> None:
        check_whole("registers", self.registers, 1, MAX_REGISTERS)
        check_whole("width", self.width, 1, MAX_WIDTH)
        check_whole("inputs", self.inputs, 0, _MOST_BITS)
        check_whole("answers", self.answers, 1, self.width)
        check_whole("memory", self.memory, 0, (self.registers - 1) * self.width)
        given = self.operations
        if isinstance(given, str) and given in _REPLACED:
            said = f"a set of version 2: {_REPLACED[given]}"
            raise ArgumentError("operations", said, f"{given}, of version 1")
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
        self._check_words()
        if self.charge not in CHARGES:
            raise ArgumentError("charge", f"one of {', '.join(CHARGES)}", self.charge)
        if self.loaded and self.input_words > self.registers:
            raise ArgumentError(
                "registers", f"at least {self.input_words} for the input", self.registers
            )

    def _check_words(self) -> None:
        given = packed_words(self.inputs, 1) if self.words is None else self.words
        words = tuple(tuple(word) for word in given)
        if sorted(bit for word in words for bit in word) != [*range(self.inputs)]:
            raise ArgumentError("words", f"each of {self.inputs} input bits in one word", words)
        widest = max(map(len, words), default=0)
        if widest > self.width:
            expected = f"at least {widest}, as a word of the input has so many bits"
            raise ArgumentError("width", expected, self.width)
        object.__setattr__(self, "words", words)

    @property
    def layout(self) -> Words:
        """For each word the input bits of it, lowest first."""
        assert self.words is not None
        return self.words

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
        """How many words the input takes."""
        return len(self.layout)

    @property
    def memory_registers(self) -> range:
        """The registers that persist from turn to turn."""
        return range(1, 1 + -(-self.memory // self.width))

    def input_word(self, x: int, i: int) -> int:
        """Return word i of an input; 0 beyond the last.

        >>> Machine(inputs=4).input_word(0b0110, 1), Machine(inputs=4).input_word(0b0110, 9)
        (1, 0)
        >>> Machine(inputs=4, words=((0, 1), (2, 3))).input_word(0b0110, 0)
        2
        """
        word = self.layout[i] if i < len(self.layout) else ()
        return sum((x >> bit & 1) << j for j, bit in enumerate(word))

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
        return asdict(self) | {
            "operations": list(self.names),
            "words": [list(word) for word in self.layout],
        }

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
        read = read_all("machine", _PARAMETERS, call.arguments)
        words, inputs = _words_of(read.pop("words", "")), call.arguments.get("inputs")
        if call.name in _REPLACED or (inputs not in (None, "0") and words is None):
            names = _REPLACED.get(call.name, call.name)
            raise ArgumentError("machine", f"{_NOW}; in place of {call.name}: {names}", text)
        if words and inputs is None:
            read["inputs"] = sum(map(len, words))
        return cls(operations=call.name, words=words, **read)

    def __str__(self) -> str:
        numbers = (p.name for p in _PARAMETERS if p.name not in ("words", "charge"))
        values = {name: int(getattr(self, name)) for name in numbers}
        if self.inputs:
            del values["inputs"]  # the words say it
        kept = [f"{k}={v}" for k, v in values.items() if v or k not in ("memory", "loaded")]
        if self.inputs:
            kept.append(f"words={_words_text(self.layout)}")
        if self.charge != "bits-back":
            kept.append(f"charge={self.charge}")
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
    words: Words | None = None
    charge: str = "bits-back"

    def to_machine(self) -> Machine:
        """Return the machine, raising `ArgumentError` for what it cannot have."""
        if self.inputs and self.words is None:
            raise ArgumentError("machine", _NOW, "one of version 1, without words")
        return Machine(**msgspec.structs.asdict(self))
