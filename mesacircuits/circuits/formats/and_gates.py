"""And-inverter graphs: any circuit as two-input ANDs of wires and their inverses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.operators import Operator, operator_named

__all__ = ["AndGates", "is_and_like"]


def is_and_like(operator: Operator) -> bool:
    """Return whether an operator is an AND of its two operands, any of the three inverted.

    >>> [is_and_like(operator_named(name)) for name in ("or", "notbut", "xor", "not")]
    [True, True, False, False]
    """
    return operator.arity == 2 and operator.table.bit_count() in (1, 3)


@cache
def _cofactors(table: int, arity: int, place: int) -> tuple[int, int]:
    """Return the tables over the other operands with operand `place` held at 0 and at 1."""
    low = high = 0
    below = (1 << place) - 1
    for row in range(1 << (arity - 1)):
        whole = row & below | (row & ~below) << 1
        low |= (table >> whole & 1) << row
        high |= (table >> (whole | 1 << place) & 1) << row
    return low, high


@cache
def _best_split(table: int, arity: int) -> tuple[int, int]:
    """Return how many ANDs a function costs, and the operand to split it on for that."""
    return min((_cost(table, arity, place), place) for place in range(arity))


def _cost(table: int, arity: int, place: int) -> int:
    full = (1 << (1 << (arity - 1))) - 1
    low, high = _cofactors(table, arity, place)
    if low == high:
        return _ands(low, arity - 1)
    if low ^ high == full:
        # Both constant: the operand itself; else an XOR with it.
        return 3 + _ands(low, arity - 1) if low not in (0, full) else 0
    joints = 1 if {low, high} & {0, full} else 2 if low & high in (low, high) else 3
    return joints + _ands(low, arity - 1) + _ands(high, arity - 1)


def _ands(table: int, arity: int) -> int:
    return _best_split(table, arity)[0] if arity else 0


class AndGates:
    """The ANDs of a circuit, literals numbered as in AIGER: 2v is variable v, 2v + 1 its inverse.

    Variable 0 is the constant 0; the inputs follow, then the ANDs. An AND-like gate becomes one
    AND, NOT gates and buffers become none, an XOR becomes three, and wider operators are split on
    the operand for which that takes the fewest (majority four, a multiplexer three).

    Arguments:
        circuit: any circuit; `gates` then holds the operands of each AND, the larger first, and
            `outputs` the literal of each output.

    >>> AndGates(Circuit.parse(2, "g1 = a | b; out = g1")).gates
    [(5, 3)]
    """

    def __init__(self, circuit: Circuit) -> None:
        self.inputs = circuit.inputs
        self.gates: list[tuple[int, int]] = []
        literals = {CONSTANT: 0} | {i: 2 * i + 2 for i in range(circuit.inputs)}
        for i, gate in enumerate(circuit.gates):
            operator = operator_named(gate.operator)
            operands = [literals[wire] for wire in gate.operands]
            literals[circuit.inputs + i] = self._function(operator.table, operands)
        self.outputs = [literals[output.wire] ^ output.inverted for output in circuit.outputs]

    def _and(self, left: int, right: int) -> int:
        self.gates.append((max(left, right), min(left, right)))
        return 2 * (self.inputs + len(self.gates))

    def _or(self, left: int, right: int) -> int:
        return self._and(left ^ 1, right ^ 1) ^ 1

    def _function(self, table: int, operands: Sequence[int]) -> int:
        """Add the ANDs of a function and return the literal that is its value."""
        if not operands:
            return table
        arity = len(operands)
        if arity == 2 and table.bit_count() in (1, 3):
            return self._and_like(table, operands[0], operands[1])
        full = (1 << (1 << (arity - 1))) - 1
        place = _best_split(table, arity)[1]
        low, high = _cofactors(table, arity, place)
        x = operands[place]
        rest = [*operands[:place], *operands[place + 1 :]]
        if low == high:
            return self._function(low, rest)
        if low ^ high == full:
            if low in (0, full):
                return x ^ (low == full)
            return self._xor(x, self._function(low, rest))
        if low in (0, full):
            inverse = int(low == full)
            return self._and(x, self._function(high, rest) ^ inverse) ^ inverse
        if high in (0, full):
            inverse = int(high == full)
            return self._and(x ^ 1, self._function(low, rest) ^ inverse) ^ inverse
        f0, f1 = self._function(low, rest), self._function(high, rest)
        if low & high == low:
            return self._or(f0, self._and(x, f1))
        if low & high == high:
            return self._or(f1, self._and(x ^ 1, f0))
        return self._or(self._and(x, f1), self._and(x ^ 1, f0))

    def _and_like(self, table: int, left: int, right: int) -> int:
        inverse = int(table.bit_count() == 3)
        row = (table ^ (0xF if inverse else 0)).bit_length() - 1
        return self._and(left ^ 1 ^ (row & 1), right ^ 1 ^ (row >> 1)) ^ inverse

    def _xor(self, left: int, right: int) -> int:
        return self._and(self._and(left, right) ^ 1, self._and(left ^ 1, right ^ 1) ^ 1)
