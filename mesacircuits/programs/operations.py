"""The operations of the register machine: what each reads, writes and means."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ACT", "JUMPS", "OPERATIONS", "VARIANTS", "Operation"]

#: Ends the turn.
ACT = "act"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the machine, and the form of its operands.

    Attributes:
        name: the mnemonic.
        form: one letter per operand: `d` a register that is written, `u` one that is read and
            written, `a` and `b` registers that are read, `i` the number of an input word, `t` the
            place that is jumped to.
        meaning: what it does; d, a, b stand for the registers, all sums modulo 2^w.

    >>> OPERATIONS["query"].form, OPERATIONS["query"].writes
    ('da', True)
    """

    name: str
    form: str
    meaning: str

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
        Operation("inc", "u", "d := d + 1"),
        Operation("dec", "u", "d := d - 1"),
        Operation("mov", "da", "d := a"),
        Operation("add", "ua", "d := d + a"),
        Operation("sub", "ua", "d := d - a"),
        Operation("and", "dab", "d := a AND b, bit by bit"),
        Operation("or", "dab", "d := a OR b, bit by bit"),
        Operation("xor", "dab", "d := a XOR b, bit by bit"),
        Operation("andnot", "dab", "d := a AND NOT b, bit by bit"),
        Operation("observe", "di", "d := word i of the input, its bits from i w on"),
        Operation("table", "d", "d := the entry of the private table for the whole input"),
        Operation("query", "da", "d := the objective's value of the candidate a"),
        Operation("argmax", "d", "d := the first of the best candidates"),
        Operation("act", "a", "end the turn: the answer is a"),
        Operation("jmp", "t", "go on at t"),
        Operation("jz", "at", "go on at t if a = 0"),
        Operation("jnz", "at", "go on at t if a is not 0"),
        Operation("jlt", "abt", "go on at t if a < b"),
    )
}

#: The operations that jump.
JUMPS = tuple(name for name, operation in OPERATIONS.items() if operation.jumps)

_STANDARD = (
    "inc", "mov", "sub", "observe", "table", "query", "act", "jmp", "jz", "jnz", "jlt"
)  # fmt: skip
#: Sets of operations by name.
VARIANTS: dict[str, tuple[str, ...]] = {
    "standard": _STANDARD,
    "search": ("inc", "mov", "table", "query", "jz", "jnz", "jlt"),
    "straight-line": tuple(name for name in _STANDARD if name not in (*JUMPS, ACT)),
    "without-query": tuple(name for name in _STANDARD if name != "query"),
    "without-table": tuple(name for name in _STANDARD if name != "table"),
    "with-argmax": (*_STANDARD, "argmax"),
    "boolean": ("and", "or", "xor", "andnot"),
}
