"""Circuits written or built otherwise that are the same to whoever looks at the support."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.circuit import CONSTANT
from mesacircuits.circuits.operators import operator_named, operator_of

__all__ = ["edited_off", "rewritings", "rewritten", "with_dead_gate", "with_dead_gates"]

#: The most operands that a gate can have.
_MOST_OPERANDS = 4


def rewritten(circuit: Circuit, order: list[int], flipped: bool) -> Circuit:
    """Return the circuit with its gates in another order, their operands perhaps reversed.

    Arguments:
        circuit: a circuit.
        order: the numbers of all gates, from 0, each after those that it reads.
        flipped: whether to write each gate's operands in reverse.

    >>> print(rewritten(Circuit.parse(2, "g1 = a & ~b; g2 = a ^ b; out = g1, g2"), [1, 0], True))
    g1 = b ^ a; g2 = ~b & a; out = g2, g1
    """
    place = {wire: wire for wire in range(CONSTANT, circuit.inputs)}
    gates = []
    for number in order:
        gate = circuit.gates[number]
        ways = tuple(range(len(gate.operands)))
        ways = ways[::-1] if flipped else ways
        operator = operator_named(gate.operator).permuted(ways)
        gates.append(Gate(operator.name, tuple(place[gate.operands[i]] for i in ways)))
        place[circuit.inputs + number] = circuit.inputs + len(gates) - 1
    outputs = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs, tuple(gates), outputs)


def rewritings(circuit: Circuit) -> Iterator[Circuit]:
    """Yield the circuit with its gates in every order, operands as they are and reversed."""

    def orders(placed: list[int]) -> Iterator[list[int]]:
        if len(placed) == circuit.size:
            yield placed
        for number, gate in enumerate(circuit.gates):
            ready = all(w < circuit.inputs or w - circuit.inputs in placed for w in gate.operands)
            if number not in placed and ready:
                yield from orders([*placed, number])

    for order in orders([]):
        for flipped in (False, True):
            other = rewritten(circuit, order, flipped)
            if other != circuit:
                yield other


def with_dead_gate(circuit: Circuit, operator: str, operands: tuple[int, ...]) -> Circuit:
    """Return the circuit with one more gate, last, that nothing reads.

    >>> print(with_dead_gate(Circuit.parse(2, "out = a"), "and", (0, 1)))
    g1 = a & b; out = a
    """
    return Circuit(circuit.inputs, (*circuit.gates, Gate(operator, operands)), circuit.outputs)


def with_dead_gates(circuit: Circuit) -> Iterator[Circuit]:
    """Yield the circuit with a dead AND, or XOR, of each two wires."""
    for high in range(1, circuit.wires):
        for low in range(high):
            for operator in ("and", "xor"):
                yield with_dead_gate(circuit, operator, (low, high))


def edited_off(circuit: Circuit, number: int, off: int) -> Circuit | None:
    """Return the circuit with one gate inverted on the inputs in `off`, where there is room.

    The gate reads all inputs too, and is what it was on all others, whatever is done to the wires
    of gates: so neither size nor depth, nor any intervention on gates, tells the two apart there.

    Arguments:
        circuit: a circuit.
        number: the number of a gate, from 0.
        off: a set of inputs, bit x set iff x is in it.

    Returns None if the gate would have more than four operands.

    >>> print(edited_off(Circuit.parse(2, "g1 = a & b; out = g1"), 0, 0b0010))
    g1 = tt:2:A(a, b); out = g1
    """
    gate = circuit.gates[number]
    operands = tuple(dict.fromkeys((*gate.operands, *range(circuit.inputs))))
    if len(operands) > _MOST_OPERANDS:
        return None
    old, table = operator_named(gate.operator), 0
    for row in range(1 << len(operands)):
        values = {wire: row >> i & 1 for i, wire in enumerate(operands)}
        value = old.table >> sum(values[w] << i for i, w in enumerate(gate.operands)) & 1
        x = sum(values[i] << i for i in range(circuit.inputs))
        table |= (value ^ off >> x & 1) << row
    edited = Gate(operator_of(len(operands), table).name, operands)
    gates = (*circuit.gates[:number], edited, *circuit.gates[number + 1 :])
    return Circuit(circuit.inputs, gates, circuit.outputs)
