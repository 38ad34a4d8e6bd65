"""Gate forms: the ways in which a gate may read distinct wires.

A gate reads k <= 3 distinct wires w_0 < ... < w_(k-1). Its operator may have more operands than
that: one may be the constant 0, or two may be the same wire. A form fixes all of this: the operator
over ascending operands, which operand is which, and the function of the distinct wires that comes
out. The gates over a set of wires are the forms of that many wires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations, product

from mesacircuits.circuits.operators import Operator, operator_of

__all__ = ["CONSTANT_OPERAND", "GateForm", "gate_forms", "orders_that_keep", "selector_of"]

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

    >>> from mesacircuits.circuits.operators import operator_named
    >>> selector_of(operator_named("mux")), selector_of(operator_named("maj"))
    (0, None)
    """
    if operator.arity != 3:
        return None
    for place in range(3):
        rows = [row for row in range(8) if not row >> place & 1]
        low = tuple(operator.table >> row & 1 for row in rows)
        high = tuple(operator.table >> (row | 1 << place) & 1 for row in rows)
        first, second = ((0, 1, 0, 1), (1, 0, 1, 0)), ((0, 0, 1, 1), (1, 1, 0, 0))
        if (low in first and high in second) or (low in second and high in first):
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
            if not _selects_apart(operator, pattern):
                continue
            table = _restricted(operator, pattern)
            wires = max(pattern) + 1
            if not _depends_on_all(table, wires):
                continue
            least = min(operator.permuted(order).table for order in orders_that_keep(pattern))
            form = GateForm(operator_of(operator.arity, least), pattern, table, cost)
            place = wires, pattern, least
            if place not in found or cost < found[place].cost:
                found[place] = form
    return tuple(sorted(found.values(), key=lambda form: (form.wires, *form.key)))


def _patterns(arity: int, constants: bool, repeats: bool) -> Iterator[tuple[int, ...]]:
    for pattern in product(range(CONSTANT_OPERAND, arity), repeat=arity):
        wires = [p for p in pattern if p >= 0]
        if list(pattern) != sorted(pattern) or not wires:
            continue
        if sorted(set(wires)) != list(range(max(wires) + 1)):
            continue
        if len(pattern) - len(wires) > int(constants):
            continue
        if len(set(wires)) < len(wires) and not repeats:
            continue
        yield pattern


def _selects_apart(operator: Operator, pattern: tuple[int, ...]) -> bool:
    selector = selector_of(operator)
    if selector is None:
        return True
    return pattern[selector] >= 0 and pattern.count(pattern[selector]) == 1


def _restricted(operator: Operator, pattern: tuple[int, ...]) -> int:
    table = 0
    for row in range(1 << (max(pattern) + 1)):
        source = sum((p >= 0 and row >> p & 1) << i for i, p in enumerate(pattern))
        table |= (operator.table >> source & 1) << row
    return table


def _depends_on_all(table: int, wires: int) -> bool:
    return all(
        any((table >> row ^ table >> (row ^ 1 << i)) & 1 for row in range(1 << wires))
        for i in range(wires)
    )


def orders_that_keep(pattern: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the orders of operands that leave a pattern as it is: those among equal operands."""
    for order in permutations(range(len(pattern))):
        if tuple(pattern[i] for i in order) == pattern:
            yield order
