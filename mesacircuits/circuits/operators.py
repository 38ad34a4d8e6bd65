"""Operators: the small Boolean functions that gates apply to their operands.

An operator of fan-in k is its truth table over operands (p_0, ..., p_{k-1}): bit
sum of p_i 2^i. The names of the two-input ones are Knuth's where English has none: BUTNOT is
p AND NOT q, NOTBUT is NOT p AND q (TAOCP 4A, section 7.1.1, table 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

from mesacircuits.errors import ArgumentError

__all__ = ["MULTIPLEXERS", "OPERATORS", "Operator", "operator_named", "operator_of"]


@dataclass(frozen=True, slots=True)
class Operator:
    """A Boolean function of `arity` operands, with its name and the form it is written in.

    `form` is a format string in which `{0}`, `{1}`, ... stand for the operands.

    >>> operator_named("butnot").table, operator_named("butnot").form
    (2, '{0} & ~{1}')
    """

    name: str
    arity: int
    table: int
    form: str

    def apply(self, operands: tuple[int, ...], mask: int) -> int:
        """Return the operator applied bitwise to integers, within `mask`.

        >>> operator_named("or").apply((0b1010, 0b1100), 0b1111)
        14
        """
        if self.arity == 2:
            p, q = operands
            table = self.table
            result = 0
            if table & 8:
                result = p & q
            if table & 2:
                result |= p & ~q
            if table & 4:
                result |= ~p & q
            if table & 1:
                result |= ~(p | q)
            return result & mask
        result = 0
        for row in range(1 << self.arity):
            if self.table >> row & 1:
                term = mask
                for i, operand in enumerate(operands):
                    term &= operand if row >> i & 1 else ~operand
                result |= term
        return result

    def permuted(self, order: tuple[int, ...]) -> Operator:
        """Return the operator that does to (p_order[0], p_order[1], ...) what this does to (p_i).

        >>> operator_named("butnot").permuted((1, 0)).name
        'notbut'
        """
        table = 0
        for row in range(1 << self.arity):
            source = sum((row >> position & 1) << i for position, i in enumerate(order))
            table |= (self.table >> source & 1) << row
        return operator_of(self.arity, table)

    def is_symmetric(self) -> bool:
        """Return whether the order of the operands does not matter."""
        return all(self.permuted(p).table == self.table for p in permutations(range(self.arity)))


_NAMED = (
    Operator("not", 1, 0x1, "~{0}"),
    Operator("and", 2, 0x8, "{0} & {1}"),
    Operator("butnot", 2, 0x2, "{0} & ~{1}"),
    Operator("notbut", 2, 0x4, "~{0} & {1}"),
    Operator("or", 2, 0xE, "{0} | {1}"),
    Operator("xor", 2, 0x6, "{0} ^ {1}"),
    Operator("nand", 2, 0x7, "~({0} & {1})"),
    Operator("nor", 2, 0x1, "~({0} | {1})"),
    Operator("xnor", 2, 0x9, "~({0} ^ {1})"),
    Operator("maj", 3, 0xE8, "maj({0}, {1}, {2})"),
    Operator("maj~0", 3, 0xD4, "maj(~{0}, {1}, {2})"),
    Operator("maj~1", 3, 0xB2, "maj({0}, ~{1}, {2})"),
    Operator("maj~2", 3, 0x8E, "maj({0}, {1}, ~{2})"),
)


def _multiplexers() -> tuple[Operator, ...]:
    # s ? x : y is 0 where all operands are 0; so is s ? ~x : y. All places of s, x and y.
    found = []
    for s, x, y in permutations(range(3)):
        for inverted in (0, 1):
            rows = [
                row
                for row in range(8)
                if ((row >> x & 1) ^ inverted if row >> s & 1 else row >> y & 1)
            ]
            name = "mux" + ("" if (s, x, y) == (0, 1, 2) else f"{s}{x}{y}") + ("~" * inverted)
            form = f"{{{s}}} ? {'~' * inverted}{{{x}}} : {{{y}}}"
            found.append(Operator(name, 3, sum(1 << row for row in rows), form))
    return tuple(found)


#: The multiplexers s ? x : y and s ? ~x : y, with s, x and y at any places of the operands.
MULTIPLEXERS = _multiplexers()

#: The operators that have a name of their own, by name.
OPERATORS: dict[str, Operator] = {operator.name: operator for operator in (*_NAMED, *MULTIPLEXERS)}
_BY_TABLE = {(operator.arity, operator.table): operator for operator in OPERATORS.values()}


@cache
def operator_of(arity: int, table: int) -> Operator:
    """Return the operator with this truth table; one without a name is called `tt:ARITY:HEX`.

    >>> operator_of(2, 0x6).name, operator_of(3, 0xE8).name
    ('xor', 'maj')
    """
    named = _BY_TABLE.get((arity, table))
    if named is not None:
        return named
    name = f"tt:{arity}:{table:0{max(1, (1 << arity) // 4)}X}"
    return Operator(name, arity, table, f"{name}({', '.join(f'{{{i}}}' for i in range(arity))})")


@cache
def operator_named(name: str) -> Operator:
    """Return the operator called `name`: a name of `OPERATORS`, or `tt:ARITY:HEX` up to arity 4.

    Raises `ArgumentError` for any other name.

    >>> operator_named("tt:3:E8").name, operator_named("tt:3:96").arity
    ('maj', 3)
    """
    if name in OPERATORS:
        return OPERATORS[name]
    parts = name.split(":")
    if len(parts) == 3 and parts[0] == "tt" and parts[1] in ("1", "2", "3", "4"):
        arity = int(parts[1])
        digits = max(1, (1 << arity) // 4)
        if len(parts[2]) == digits and all(d in "0123456789ABCDEF" for d in parts[2]):
            table = int(parts[2], 16)
            if table < 1 << (1 << arity):
                return operator_of(arity, table)
    raise ArgumentError(
        "operator", f"one of {', '.join(o.name for o in _NAMED)}, mux or tt:ARITY:HEX", name
    )
