"""What circuits are built from: operators, the ways in which gates read wires, and bases.

An operator of fan-in k is its truth table over operands (p_0, ..., p_{k-1}): bit
sum of p_i 2^i. The names of the two-input ones are Knuth's where English has none: BUTNOT is
p AND NOT q, NOTBUT is NOT p AND q (TAOCP 4A, section 7.1.1, table 1).

A gate reads k <= 3 distinct wires w_0 < ... < w_(k-1). Its operator may have more operands than
that: one may be the constant 0, or two may be the same wire. A form fixes all of this: the operator
over ascending operands, which operand is which, and the function of the distinct wires that comes
out. The gates over a set of wires are the forms of that many wires.

A basis says which operators a circuit may be built from, and what each costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations_with_replacement, permutations
from typing import Any

import msgspec

from mesacircuits.circuits.truthtable import TruthTable
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.records import file_contents, json_record, read_bytes
from mesacircuits.tables import wrapped

__all__ = [
    "AIG",
    "AND_OR_NOT",
    "B2",
    "BASES",
    "BASIS_ALIASES",
    "CONSTANT_OPERAND",
    "FIRST_COST",
    "MAX_COST",
    "MAX_EXHAUSTED_FAN_IN",
    "MIG",
    "MONOTONE",
    "MULTIPLEXERS",
    "MUX",
    "NAND",
    "NOR",
    "OPERATORS",
    "XMG",
    "Basis",
    "GateForm",
    "Operator",
    "bases_text",
    "basis_from_bytes",
    "basis_from_text",
    "basis_named",
    "basis_text",
    "cost_text",
    "gate_forms",
    "operator_named",
    "operator_of",
    "orders_that_keep",
    "selector_of",
]


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
    Operator("xor3", 3, 0x96, "xor3({0}, {1}, {2})"),
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
    """Return the operator called `name`: a name of `OPERATORS`, or `tt:ARITY:HEX` up to arity 5.

    Raises `ArgumentError` for any other name.

    >>> operator_named("tt:3:E8").name, operator_named("tt:3:97").arity
    ('maj', 3)
    """
    if name in OPERATORS:
        return OPERATORS[name]
    if match := re.fullmatch("tt:([1-5]):([0-9A-F]+)", name):
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


#: The greatest cost of an operator.
MAX_COST = 10**9 - 1
#: Of costs in order, what one of the first counts: more than all of the second that a circuit has.
FIRST_COST = 10**4
_MOST_IN_ORDER = 99
#: Gates of more operands are not searched by exhaustion, but by SAT.
MAX_EXHAUSTED_FAN_IN = 3
_MAX_LUT = 4


def cost_text(cost: int, in_order: bool) -> str:
    """Return what gates cost together, as it is written: of costs in order `FIRST/SECOND`.

    >>> cost_text(20005, in_order=True), cost_text(19999, in_order=True), cost_text(7, False)
    ('2/5', '1/any', '7')
    """
    if not in_order:
        return str(cost)
    first, second = divmod(cost, FIRST_COST)
    return f"{first}/{'any' if second == FIRST_COST - 1 else second}"


#: What bounds the cost of circuits, as `Basis.bound` takes it.
Bound = int | str | tuple[int, int]


@dataclass(frozen=True)
class Basis:
    """A set of operators, closed under permuting operands, what they cost, and how gates read.

    With free inverters polarities are normalised away: every gate computes a function that is 0
    on the all-zero input, so every operator has table bit 0 equal to 0; each output may be read
    inverted. `operators` are kept sorted by their tables, the order that gate keys compare them by.

    Arguments:
        name: what the basis is called.
        operators: the operators, of at most five operands.
        free_inverters: whether outputs, and in effect operands, may be inverted at no cost.
        description: one line for people.
        costs: the cost of each operator, whole numbers from 1 to 10^9 - 1; empty if all cost 1.
        constants: whether one operand of a gate may be the constant 0.
        repeats: whether a gate may read one wire twice.
        in_order: whether costs are pairs, the first made least before the second, each a number
            first * `FIRST_COST` + second. Either may be 0, not both.

    The selector of a multiplexer is neither constant nor one of the wires that it selects from.

    Raises `ArgumentError` if the operators are not closed under permuting operands, or with free
    inverters not normalised, or the costs are not positive or differ among permuted operators; and
    for costs in order unless inverters are free, and the operators are AND and XOR with theirs.

    >>> B2.names
    ('butnot', 'notbut', 'xor', 'and', 'or')
    >>> AIG.admits("xor")
    False
    """

    name: str
    operators: tuple[Operator, ...]
    free_inverters: bool
    description: str = ""
    costs: tuple[int, ...] = ()
    constants: bool = False
    repeats: bool = False
    in_order: bool = False

    def __post_init__(self) -> None:
        if not self.operators:
            raise ArgumentError("operators", "at least one operator", "none")
        if self.costs and len(self.costs) != len(self.operators):
            raise ArgumentError("costs", f"one for each of {len(self.operators)}", self.costs)
        cost_of: dict[Operator, int] = {}
        for operator, cost in self._priced():
            known = type(cost) is int and 1 <= cost <= MAX_COST
            if not known or cost_of.setdefault(operator, cost) != cost:
                expected = f"one positive whole number up to {MAX_COST} for {operator.name}"
                raise ArgumentError("costs", expected, cost)
        ordered = tuple(sorted(cost_of, key=lambda o: (o.arity, o.table)))
        object.__setattr__(self, "operators", ordered)
        # Unit costs are left unsaid, so that equal bases are equal values.
        costs = tuple(cost_of[operator] for operator in ordered)
        object.__setattr__(self, "costs", () if set(costs) == {1} and not self.in_order else costs)
        if self.in_order:
            self._check_in_order()
        for operator in self.operators:
            if self.free_inverters and operator.table & 1:
                expected = "functions that are 0 where all operands are 0"
                raise ArgumentError("operators", expected, operator.name)
            for i in range(operator.arity - 1):
                order = list(range(operator.arity))
                order[i], order[i + 1] = order[i + 1], order[i]
                if cost_of.get(operator.permuted(tuple(order))) != cost_of[operator]:
                    expected = "a set, and costs, closed under permuting operands"
                    raise ArgumentError("operators", expected, operator.name)

    def _check_in_order(self) -> None:
        # Elsewhere no end is known to the second cost, or no way to the least first cost.
        firsts = {o.name: cost // FIRST_COST for o, cost in self._priced()}
        if self.names != B2_NAMES or not self.free_inverters or self.constants or self.repeats:
            expected = "and and xor, with free inverters, for costs in order"
            raise ArgumentError("basis", expected, self.name)
        if len({first for name, first in firsts.items() if name != "xor"}) > 1 or (
            firsts["xor"] > 0 or firsts["and"] == 0
        ):
            expected = "a first cost of and, and none of xor, as in and=1/0,xor=0/1"
            if all(firsts.values()):
                expected += "; where all have a first cost weights do, such as and=101,xor=100"
            raise ArgumentError("basis", expected, self.name)

    def ands_and_xors(self, cost: int) -> tuple[int, int] | None:
        """Return how many ANDs and XORs cost so much, of costs in order; None if none do.

        >>> basis = basis_named("and=1/2,xor=0/1+free-inverters")
        >>> basis.ands_and_xors(2 * FIRST_COST + 5), basis.ands_and_xors(2 * FIRST_COST + 3)
        ((2, 1), None)
        """
        first, second = divmod(self.cost_of("and"), FIRST_COST)
        ands, rest = divmod(cost // FIRST_COST, first)
        xors, more = divmod(cost % FIRST_COST - ands * second, self.cost_of("xor"))
        return None if rest or more or xors < 0 else (ands, xors)

    def _priced(self) -> list[tuple[Operator, int]]:
        costs = self.costs or (1,) * len(self.operators)
        return [*zip(self.operators, costs, strict=True)]

    @classmethod
    def closed(
        cls,
        name: str,
        costs: dict[str, int],
        free_inverters: bool,
        description: str = "",
        constants: bool = False,
        repeats: bool = False,
        in_order: bool = False,
    ) -> Basis:
        """Return the basis of some operators, named with their costs, and what they imply.

        That is: the same with operands permuted, and with free inverters also with operands and
        result inverted, normalised to be 0 where all operands are 0. Where two operators imply
        one, the cheaper cost counts.

        >>> Basis.closed("horn", {"butnot": 1}, free_inverters=False).names
        ('butnot', 'notbut')
        """
        cost_of: dict[Operator, int] = {}
        for operator_name, cost in costs.items():
            operator = operator_named(operator_name)
            for implied in _implied(operator, free_inverters):
                cost_of[implied] = min(cost, cost_of.get(implied, cost))
        operators, priced = tuple(cost_of), tuple(cost_of.values())
        flags = constants, repeats, in_order
        return cls(name, operators, free_inverters, description, priced, *flags)

    def bound(self, name: str, given: Bound, exact: bool = False) -> int:
        """Return what bounds the cost of circuits, as a number that costs are compared with.

        Arguments:
            name: the argument that errors name.
            given: a number of gates, or what they cost together; of costs in order a pair, as
                `FIRST/SECOND` or `(FIRST, SECOND)`, where SECOND may be `any`.
            exact: whether circuits cost just so much; then SECOND is a number.

        Raises `ArgumentError` for anything else: of costs in order for a number as well, for it
        does not say which of the two is meant.

        >>> B2.bound("at_most", "3")
        3
        >>> ands_first = basis_named("and=1/0,xor=0/1+free-inverters")
        >>> cost_text(ands_first.bound("at_most", "1/3"), in_order=True)
        '1/3'
        """
        value: object = given
        if isinstance(given, str) and _is_number(given, _BOUND_DIGITS):
            value = int(given)
        if self.in_order:
            parts = given.split("/") if isinstance(given, str) else given
            expected = "costs in order, such as 1/3" + (", or 1/any" if not exact else "")
            if not isinstance(parts, list | tuple) or len(parts) != 2:
                # Of results, which have one number for both, such a number comes back.
                if type(value) is int and (value == 0 or value >= FIRST_COST):
                    return value
                raise ArgumentError(name, expected, given)
            first, second = (int(p) if _is_number(str(p)) else -1 for p in parts)
            second = FIRST_COST - 1 if parts[1] == "any" and not exact else second
            if not (0 <= first < FIRST_COST and 0 <= second < FIRST_COST):
                raise ArgumentError(name, expected, given)
            return first * FIRST_COST + second
        if type(value) is not int or value < 0:
            raise ArgumentError(name, "a whole number from 0 on", given)
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operators, in key order."""
        return tuple(operator.name for operator in self.operators)

    @cached_property
    def forms(self) -> tuple[GateForm, ...]:
        """The ways in which a gate may read distinct wires, sorted by their number, then key."""
        return gate_forms(self._priced(), self.constants, self.repeats)

    @property
    def is_wide(self) -> bool:
        """Whether some operator has more operands than exhaustion takes, so that SAT is asked."""
        return self.operators[-1].arity > MAX_EXHAUSTED_FAN_IN

    def admits(self, operator: str) -> bool:
        """Return whether the operator of this name belongs to the basis."""
        return operator in self.names

    def cost_of(self, operator: str) -> int:
        """Return the cost of an operator; raises `ArgumentError` if the basis has none such."""
        place = self.index(operator)
        return self.costs[place] if self.costs else 1

    def index(self, operator: str) -> int:
        """Return the place of the operator in key order; raises `ArgumentError` if it has none."""
        if not self.admits(operator):
            expected = f"one of {', '.join(self.names)} in basis {self.name}"
            raise ArgumentError("operator", expected, operator)
        return self.names.index(operator)

    def to_json(self) -> dict[str, Any]:
        """Return the basis as JSON values."""
        return {
            "name": self.name,
            "description": self.description,
            "free_inverters": self.free_inverters,
            "constants": self.constants,
            "repeats": self.repeats,
            "operators": [
                {
                    "name": o.name,
                    "arity": o.arity,
                    "table": o.table,
                    "form": o.form,
                    "cost": cost_text(cost, in_order=True) if self.in_order else cost,
                }
                for o, cost in self._priced()
            ],
        }

    def __str__(self) -> str:
        return self.name


def _implied(operator: Operator, free_inverters: bool) -> list[Operator]:
    found = []
    rows = range(1 << operator.arity)
    for flips in rows if free_inverters else (0,):
        table = sum((operator.table >> (row ^ flips) & 1) << row for row in rows)
        if free_inverters and table & 1:
            table ^= (1 << len(rows)) - 1
        turned = operator_of(operator.arity, table)
        found += [turned.permuted(order) for order in permutations(range(operator.arity))]
    return found


def _units(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, 1)


#: The operators that AND and XOR imply with free inverters.
B2_NAMES = ("butnot", "notbut", "xor", "and", "or")
#: The full two-input basis: every operator of two operands, inverters free.
B2 = Basis.closed("b2", _units("and", "xor"), True, "all two-input gates, inverters free")
#: And-inverter graphs: `b2` without XOR.
AIG = Basis.closed(
    "aig", _units("and"), True, "two-input AND gates with free inverters (b2 without XOR)"
)
#: NAND gates alone; both operands may be one wire, which inverts it.
NAND = Basis.closed("nand", _units("nand"), False, "two-input NAND gates", repeats=True)
#: NOR gates alone; both operands may be one wire, which inverts it.
NOR = Basis.closed("nor", _units("nor"), False, "two-input NOR gates", repeats=True)
#: AND, OR and NOT, inverters counted.
AND_OR_NOT = Basis.closed(
    "and-or-not", _units("and", "or", "not"), False, "AND, OR and NOT gates, inverters counted"
)
#: AND and OR without inverters: monotone functions only.
MONOTONE = Basis.closed(
    "monotone", _units("and", "or"), False, "AND and OR gates, no inverters: monotone functions"
)
#: Majority-inverter graphs: an operand may be the constant.
MIG = Basis.closed(
    "mig",
    _units("maj"),
    True,
    "three-input majority gates, inverters free, an operand may be constant",
    constants=True,
)
#: XOR-majority graphs: MAJ and XOR of three operands, of which one may be the constant, so that
#: AND, OR and XOR of two are gates, too (`xmg_network` of mockturtle, github.com/lsils/mockturtle).
XMG = Basis.closed(
    "xmg",
    _units("maj", "xor3"),
    True,
    "majority and XOR of three, inverters free, an operand may be constant",
    constants=True,
)
#: Multiplexers s ? x : y; x or y may be constant, and inverted they may be one wire.
MUX = Basis(
    "mux",
    tuple(MULTIPLEXERS),
    True,
    "multiplexers s ? x : y, inverters free, x or y may be constant",
    constants=True,
    repeats=True,
)

#: The bases that have a name, by name.
BASES: dict[str, Basis] = {
    basis.name: basis for basis in (B2, AIG, NAND, NOR, AND_OR_NOT, MONOTONE, MIG, XMG, MUX)
}
#: Other names of such bases.
BASIS_ALIASES = {"xag": "b2"}


def basis_named(name: str | Basis, *, files: bool = True) -> Basis:
    """Return the basis called `name`; a `Basis` is returned as it is.

    Besides the names of `BASES`, and those of `BASIS_ALIASES` (a graph of AND and XOR gates, `xag`,
    is over `b2`), a basis may be written out, `and=1,xor=3+free-inverters`, or be a JSON file: see
    `basis_from_text`. `lut(K)` is all functions of up to K operands, at most 4, with free
    inverters: what a gate computes it may as well compute inverted.

    Arguments:
        name: the name.
        files: whether it may name a file; say False for texts of strangers.

    Raises `ArgumentError` for an unknown name, with the nearest known one.

    >>> basis_named("aig").free_inverters, basis_named("xag").name
    (True, 'b2')
    """
    if isinstance(name, Basis):
        return name
    if (known := BASIS_ALIASES.get(name, name)) in BASES:
        return BASES[known]
    if match := re.fullmatch(r"lut\(([2-9])\)", name):
        return _lut(int(match[1]))
    if (basis := basis_from_text(name, files=files)) is not None:
        return basis
    forms = f"one of {', '.join(BASES)}, lut(K), OPERATOR=COST,..."
    forms += ", or a .json file" if files else ""
    raise ArgumentError("basis", forms, name + did_you_mean(name, [*BASES, *BASIS_ALIASES]))


@cache
def _lut(fan_in: int) -> Basis:
    if fan_in > _MAX_LUT:
        raise ArgumentError("basis", f"lut(K) for K from 2 to {_MAX_LUT}", f"lut({fan_in})")
    tables = [
        (arity, table)
        for arity in range(2, fan_in + 1)
        for table in range(0, 1 << (1 << arity), 2)
        if len(TruthTable(arity, table).support()) == arity
    ]
    text = f"all functions of up to {fan_in} operands, inverters free"
    return Basis(f"lut({fan_in})", tuple(operator_of(*each) for each in tables), True, text)


def bases_text() -> str:
    """Return the named bases as a table.

    >>> print(bases_text().splitlines()[0])
    9 bases
    """
    lines = [f"{len(BASES)} bases"]
    for basis in BASES.values():
        names = list(dict.fromkeys(_form_text(form) for form in basis.forms))
        others = [name for name, known in BASIS_ALIASES.items() if known == basis.name]
        also = f" (also called {', '.join(others)})" if others else ""
        lines += ["", f"{basis.name}: {basis.description}{also}"]
        lines.append(wrapped("  ".join(names), "  gates: ", " " * 9, at="  "))
    return "\n".join(lines)


def _form_text(form: GateForm) -> str:
    return form.operator.form.format(*("0" if p < 0 else "xyz"[p] for p in form.pattern))


#: Longer numbers are no costs.
_COST_DIGITS = len(str(MAX_COST))
#: What gates cost together has some more.
_BOUND_DIGITS = 15
#: All operators there are, each with a cost, take less.
_LONGEST_TEXT = 10_000
_LONGEST_NAME = 200

_FLAGS = ("free-inverters", "constants", "repeats")


class _OperatorRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: str
    cost: int | str = 1


class _BasisRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    name: str
    operators: list[_OperatorRecord]
    free_inverters: bool = False
    constants: bool = False
    repeats: bool = False
    description: str = ""


def basis_from_text(text: str, *, files: bool = True) -> Basis | None:
    """Return the basis that `text` writes out, or None if it is no such text.

    Either `OPERATOR[=COST],...[+free-inverters][+constants][+repeats]`, where an operator is one of
    those named in `OPERATORS` or a truth table `tt:FAN-IN:HEX` of fan-in at most 5; or the path of
    a JSON file, ending in `.json` (see `basis_from_bytes`), unless `files` is False. Operators that
    follow by permuting operands, and with free inverters by inverting, are included. Costs are 1
    unless given, and at most 10^9 - 1. Or costs are `FIRST/SECOND`, two numbers to 99, of which
    the first is made least before the second: `and=1/0,xor=0/1+free-inverters` asks for the fewest
    ANDs, and among those for the fewest XORs.

    Raises `ArgumentError` that quotes the part at fault; `FileError` for a fault of the file.

    >>> basis_from_text("and=2,xor=3+free-inverters").cost_of("or")
    2
    >>> basis_from_text("a2") is None
    True
    """
    if files and text.endswith(".json"):
        with file_contents():
            return basis_from_bytes(read_bytes(text, "basis"))
    first = re.split(r"[+,=]", text, maxsplit=1)[0].strip()
    if first not in OPERATORS and not first.startswith("tt:"):
        return None
    if len(text) > _LONGEST_TEXT:
        raise ArgumentError("basis", f"at most {_LONGEST_TEXT} characters", f"{len(text)}")
    listed, *flags = text.split("+")
    for flag in flags:
        if flag.strip() not in _FLAGS:
            raise ArgumentError("basis", f"+{', +'.join(_FLAGS)} after the operators", f"+{flag}")
    costs: dict[str, int | str] = {}
    for part in listed.split(","):
        name, equals, cost = part.strip().partition("=")
        if equals and "/" not in cost and not (_is_number(cost) and int(cost) > 0):
            expected = f"a positive whole cost of at most {_COST_DIGITS} digits after {name}="
            if cost == "0":
                expected += ", or costs in order, such as and=1/0,xor=0/1"
            raise ArgumentError("basis", expected, cost)
        if name in costs:
            raise ArgumentError("basis", "each operator once", f"{name} twice")
        costs[name] = (cost if "/" in cost else int(cost)) if equals else 1
    chosen = {flag.strip() for flag in flags}
    inverters, constants, repeats = (flag in chosen for flag in _FLAGS)
    return _basis(text, costs, inverters, "", constants, repeats)


def _is_number(text: str, most: int = _COST_DIGITS) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most


def _basis(
    name: str,
    given: dict[str, int | str],
    free: bool,
    description: str,
    constants: bool,
    repeats: bool,
) -> Basis:
    # Costs are numbers, or all of them pairs as text.
    how = free, description, constants, repeats
    if not any(isinstance(cost, str) for cost in given.values()):
        return Basis.closed(name, {o: int(cost) for o, cost in given.items()}, *how)
    costs = {}
    for operator, cost in given.items():
        first, _, second = str(cost).partition("/")
        pair = int(first) if _is_number(first) else -1, int(second) if _is_number(second) else -1
        if (
            isinstance(cost, int)
            or not 0 <= min(pair) <= max(pair) <= _MOST_IN_ORDER
            or not any(pair)
        ):
            expected = (
                f"a cost FIRST/SECOND for each operator, 0 to {_MOST_IN_ORDER} and not both 0, as "
                f"in {operator}=1/0"
            )
            raise ArgumentError("basis", expected, cost)
        costs[operator] = pair[0] * FIRST_COST + pair[1]
    return Basis.closed(name, costs, *how, in_order=True)


def basis_from_bytes(data: bytes) -> Basis:
    """Return the basis that a JSON file describes.

    Keys: `name`, at most 200 characters that print; `operators`, a list of
    `{"operator": NAME, "cost": WHOLE}`; and, if wanted, `free-inverters`, `constants`, `repeats`
    (true or false) and `description`.

    Raises `ArgumentError` for anything else.

    >>> basis_from_bytes(b'{"name": "minority", "operators": [{"operator": "tt:3:17"}]}').names
    ('tt:3:17',)
    """
    record = json_record(data, _BasisRecord, "basis", "a basis in JSON form")
    if not record.name.isprintable() or len(record.name) > _LONGEST_NAME:
        expected = f"a name of at most {_LONGEST_NAME} characters that print"
        raise ArgumentError("basis", expected, record.name)
    costs: dict[str, int | str] = {}
    for entry in record.operators:
        if entry.operator in costs:
            raise ArgumentError("basis", "each operator once", f"{entry.operator} twice")
        costs[entry.operator] = entry.cost
    how = record.free_inverters, record.description, record.constants, record.repeats
    return _basis(record.name, costs, *how)


def basis_text(basis: Basis) -> str:
    """Return the one text by which a basis is named where no file of the user's is at hand.

    It is the name of an equal basis of `BASES`, or else the operators written out, with costs.

    Raises `ArgumentError` for a basis that lacks an operator which the others imply: no text says
    it.

    >>> basis_text(basis_from_bytes(b'{"name": "mine", "operators": [{"operator": "nand"}]}'))
    'nand=1'
    >>> basis_text(basis_from_text("xor,and+free-inverters"))
    'b2'
    """
    plain = replace(basis, name="", description="")
    for known in BASES.values():
        if plain == replace(known, name="", description=""):
            return known.name
    text = ",".join(
        f"{name}={cost_text(basis.cost_of(name), basis.in_order)}" for name in basis.names
    )
    text += "".join(f"+{flag}" for flag in _FLAGS if getattr(basis, flag.replace("-", "_")))
    again = basis_from_text(text, files=False)
    if again is None or plain != replace(again, name="", description=""):
        raise ArgumentError("basis", "operators with all that they imply", basis.name)
    return text
