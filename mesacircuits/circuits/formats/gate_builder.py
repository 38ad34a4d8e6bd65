"""Literals, and gates made of them: what the readers of circuit files build a circuit with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.operators import operator_of

__all__ = ["FALSE", "MAX_FAN_IN", "GateBuilder", "Literal"]

#: The widest operator that a gate may have; wider functions are decomposed.
MAX_FAN_IN = 4

_NOT, _AND, _OR, _XOR = 0x1, 0x8, 0xE, 0x6
#: For constant cofactors of s ? high : low, by (is it low, its value): what is left of it.
_HALF_CONSTANT = {(True, 0): 0x8, (True, 1): 0xD, (False, 0): 0x4, (False, 1): 0xE}
_MULTIPLEXER = 0xD8


class Literal(NamedTuple):
    """A wire, read as it is or inverted; `Literal(CONSTANT)` is the constant 0.

    >>> ~Literal(3)
    Literal(wire=3, inverted=True)
    """

    wire: int
    inverted: bool = False

    def __invert__(self) -> Literal:
        return Literal(self.wire, not self.inverted)


#: The constant 0; its inverse is the constant 1.
FALSE = Literal(CONSTANT)


class GateBuilder:
    """A circuit that grows gate by gate; operands are literals, and each new gate returns one.

    >>> build = GateBuilder(2)
    >>> a, b = build.inputs
    >>> print(build.circuit([~build.gate(0x8, (a, ~b))]))
    g1 = a & ~b; out = ~g1
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = tuple(map(Literal, range(inputs)))
        self.gates: list[Gate] = []

    def gate(self, table: int, operands: Sequence[Literal]) -> Literal:
        """Add a gate of at most `MAX_FAN_IN` operands; their inversions go into its operator.

        Bit sum of p_i 2^i of `table` is the gate's value on operands (p_0, p_1, ...).
        """
        rows = range(1 << len(operands))
        flips = sum(operand.inverted << i for i, operand in enumerate(operands))
        flipped = sum((table >> (row ^ flips) & 1) << row for row in rows)
        name = operator_of(len(operands), flipped).name
        self.gates.append(Gate(name, tuple(operand.wire for operand in operands)))
        return Literal(len(self.inputs) + len(self.gates) - 1)

    def inverter(self, operand: Literal) -> Literal:
        """Add a NOT gate, unless the operand is read inverted: that takes no gate."""
        return ~operand if operand.inverted else self.gate(_NOT, (operand,))

    def conjunction(self, operands: Iterable[Literal]) -> Literal:
        """Add a balanced tree of two-input gates that computes the AND of any many operands."""
        return self._tree(_AND, list(operands), ~FALSE)

    def disjunction(self, operands: Iterable[Literal]) -> Literal:
        """Add a balanced tree of two-input gates that computes the OR of any many operands."""
        return self._tree(_OR, list(operands), FALSE)

    def parity(self, operands: Iterable[Literal]) -> Literal:
        """Add a balanced tree of two-input gates that computes the XOR of any many operands."""
        return self._tree(_XOR, list(operands), FALSE)

    def _tree(self, table: int, operands: list[Literal], empty: Literal) -> Literal:
        while len(operands) > 1:
            pairs = zip(operands[::2], operands[1::2], strict=False)
            odd = operands[-1:] if len(operands) % 2 else []
            operands = [self.gate(table, pair) for pair in pairs] + odd
        return operands[0] if operands else empty

    def lookup(self, table: int, operands: Sequence[Literal]) -> Literal:
        """Add gates for the function with this truth table over any many operands.

        A function of at most `MAX_FAN_IN` operands is one gate. A wider one is split on its last
        operands (Shannon's expansion) down to gates of that width, equal parts being shared.
        """
        return self._lookup(table, tuple(operands), {})

    def _lookup(
        self, table: int, operands: tuple[Literal, ...], made: dict[tuple[int, int], Literal]
    ) -> Literal:
        width = len(operands)
        if width > MAX_FAN_IN and table in (0, (1 << (1 << width)) - 1):
            return ~FALSE if table else FALSE
        key = (width, table)
        if key not in made:
            if width <= MAX_FAN_IN:
                made[key] = self.gate(table, operands)
            else:
                made[key] = self._split(table, operands, made)
        return made[key]

    def _split(
        self, table: int, operands: tuple[Literal, ...], made: dict[tuple[int, int], Literal]
    ) -> Literal:
        half = 1 << (len(operands) - 1)
        full = (1 << half) - 1
        low, high = table & full, table >> half
        select, rest = operands[-1], operands[:-1]
        if low == high:
            return self._lookup(low, rest, made)
        for part, other, is_low in ((low, high, True), (high, low, False)):
            if part in (0, full):
                if other in (0, full):
                    return select if is_low == (part == 0) else ~select
                left = _HALF_CONSTANT[is_low, part & 1]
                return self.gate(left, (select, self._lookup(other, rest, made)))
        whole = (select, self._lookup(high, rest, made), self._lookup(low, rest, made))
        return self.gate(_MULTIPLEXER, whole)

    def circuit(self, outputs: Iterable[Literal]) -> Circuit:
        """Return the circuit with these outputs."""
        drivers = tuple(Output(literal.wire, literal.inverted) for literal in outputs)
        return Circuit(len(self.inputs), tuple(self.gates), drivers)
