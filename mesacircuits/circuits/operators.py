"""Operators, the small Boolean functions that gates apply, and the ways in which gates read wires.

An operator of fan-in k is its truth table over operands (p_0, ..., p_{k-1}): bit
sum of p_i 2^i. The names of the two-input ones are Knuth's where English has none: BUTNOT is
p AND NOT q, NOTBUT is NOT p AND q (TAOCP 4A, section 7.1.1, table 1).

A gate reads k <= 3 distinct wires w_0 < ... < w_(k-1). Its operator may have more operands than
that: one may be the constant 0, or two may be the same wire. A form fixes all of this: the operator
over ascending operands, which operand is which, and the function of the distinct wires that comes
out. The gates over a set of wires are the forms of that many wires.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, permutations

from mesacircuits.circuits.truthtable import TruthTable
from mesacircuits.errors import ArgumentError

__all__ = [
    "CONSTANT_OPERAND", "MULTIPLEXERS", "OPERATORS", "GateForm", "Operator", "gate_forms",
    "operator_named", "operator_of", "orders_that_keep", "selector_of",
]  # fmt: skip


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
        result, table = 0, self.table
        if self.arity == 2:
            # What follows would do it, more slowly.
            p, q = operands
            if table & 8:
                result = p & q
            if table & 2:
                result |= p & ~q
            if table & 4:
                result |= ~p & q
            if table & 1:
                result |= ~(p | q)
            return result & mask
        for row in range(1 << self.arity):
            if table >> row & 1:
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
    if match := re.fullmatch("tt:([1-4]):([0-9A-F]+)", name):
        arity, table = int(match[1]), int(match[2], 16)
        if len(match[2]) == max(1, (1 << arity) // 4) and table < 1 << (1 << arity):
            return operator_of(arity, table)
    raise ArgumentError(
        "operator", f"one of {', '.join(o.name for o in _NAMED)}, mux or tt:ARITY:HEX", name
    )


#: In the pattern of a form: the constant 0. It precedes every wire.
CONSTANT_OPERAND = -1


@dataclass(frozen=True, slots=True)
class GateForm:
    """One way for a gate to read `wires` distinct wires.

    Attributes:
        operator: the operator, over operands in ascending order.
        pattern: for each operand which of the distinct wires it is (0 the lowest), or
            `CONSTANT_OPERAND`; ascending.
        table: the function of the distinct wires, bit sum of p_i 2^i.
        cost: what a gate of this form costs.
    """

    operator: Operator
    pattern: tuple[int, ...]
    table: int
    cost: int

    @property
    def wires(self) -> int:
        """The number of distinct wires that the gate reads."""
        return max(self.pattern) + 1

    @property
    def key(self) -> tuple[tuple[int, ...], int]:
        """Forms over the same wires are ordered by operands, highest first, then operator table."""
        return tuple(reversed(self.pattern)), self.operator.table

    def operands(self, wires: tuple[int, ...]) -> tuple[int, ...]:
        """Return the operands of a gate of this form over ascending distinct wires.

        >>> from mesacircuits.circuits.bases import basis_named
        >>> [form.operands((2, 5)) for form in basis_named("nand").forms]
        [(2, 2), (2, 5)]
        """
        return tuple(CONSTANT_OPERAND if p < 0 else wires[p] for p in self.pattern)


def selector_of(operator: Operator) -> int | None:
    """Return which operand of a multiplexer selects between the other two; None for others.

    >>> selector_of(operator_named("mux")), selector_of(operator_named("maj"))
    (0, None)
    """
    # What is selected: the first of the other two operands or its inverse, or the second.
    selected = {0xA: 0, 0x5: 0, 0xC: 1, 0x3: 1}
    for place in range(3) if operator.arity == 3 else ():
        halves: list[list[int]] = [[], []]
        for row in range(8):
            halves[row >> place & 1].append(operator.table >> row & 1)
        if {selected.get(sum(b << i for i, b in enumerate(half))) for half in halves} == {0, 1}:
            return place
    return None


def gate_forms(
    operators: Iterable[tuple[Operator, int]], constants: bool, repeats: bool
) -> tuple[GateForm, ...]:
    """Return the forms of operators closed under permuting operands, sorted by wires, then key.

    One operand may be the constant if `constants`, several may be the same wire if `repeats`; the
    selector of a multiplexer is neither constant nor the same wire as what it selects. A form
    depends on all its wires: others compute what a smaller gate, or none, computes.

    Arguments:
        operators: pairs of an operator and its cost.
        constants, repeats: what operands may be, besides distinct wires.
    """
    found: dict[tuple[int, tuple[int, ...], int], GateForm] = {}
    for operator, cost in operators:
        for pattern in _patterns(operator.arity, constants, repeats):
            wires, table = max(pattern) + 1, 0
            for row in range(1 << wires):
                source = sum((p >= 0 and row >> p & 1) << i for i, p in enumerate(pattern))
                table |= (operator.table >> source & 1) << row
            depends_on_all = len(TruthTable(wires, table).support()) == wires
            if not (depends_on_all and _selects_apart(operator, pattern)):
                continue
            least = min(operator.permuted(order).table for order in orders_that_keep(pattern))
            form = GateForm(operator_of(operator.arity, least), pattern, table, cost)
            place = wires, pattern, least
            if place not in found or cost < found[place].cost:
                found[place] = form
    return tuple(sorted(found.values(), key=lambda form: (form.wires, *form.key)))


def _patterns(arity: int, constants: bool, repeats: bool) -> Iterator[tuple[int, ...]]:
    for pattern in combinations_with_replacement(range(CONSTANT_OPERAND, arity), arity):
        wires = [p for p in pattern if p >= 0]
        dense = wires and set(wires) == set(range(max(wires) + 1))
        twice = len(set(wires)) < len(wires)
        if dense and arity - len(wires) <= int(constants) and (repeats or not twice):
            yield pattern


def _selects_apart(operator: Operator, pattern: tuple[int, ...]) -> bool:
    selector = selector_of(operator)
    return selector is None or (pattern[selector] >= 0 and pattern.count(pattern[selector]) == 1)


def orders_that_keep(pattern: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the orders of operands that leave a pattern as it is: those among equal operands."""
    for order in permutations(range(len(pattern))):
        if tuple(pattern[i] for i in order) == pattern:
            yield order
