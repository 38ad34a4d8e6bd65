"""Circuits with wires computed twice: what computes one function on all inputs is one wire."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import Circuit, Gate, Output, operator_named
from mesacircuits.circuits.bases import operator_of


def doubled(circuit: Circuit, operator: str = "and") -> Circuit:
    """Return the circuit computed twice, each output that a gate drives joined with its copy."""
    n, size = circuit.inputs, circuit.size
    copies = [
        Gate(gate.operator, tuple(w if w < n else w + size for w in gate.operands))
        for gate in circuit.gates
    ]
    gates, outputs = [*circuit.gates, *copies], []
    for output in circuit.outputs:
        if output.wire >= n:
            gates.append(Gate(operator, (output.wire, output.wire + size)))
            output = Output(n + len(gates) - 1, output.inverted)
        outputs.append(output)
    return Circuit(n, tuple(gates), tuple(outputs))


def copied(circuit: Circuit, wire: int, gate: Gate, inverted: bool, turn: int) -> Circuit:
    """Return the circuit with one gate more, and some readers of a wire reading that instead.

    Arguments:
        circuit: a circuit.
        wire: the wire.
        gate: computes the same or, if `inverted`, the inverse; it reads this wire or what this
            reads, and comes straight after it.
        turn: which readers are moved: of those counted off, outputs last, the first, third, ... for
            1, the second, fourth, ... for 0, all for 2.
    """
    n, at = circuit.inputs, max(wire + 1, circuit.inputs)
    count = 0

    def moved() -> bool:
        nonlocal count
        count += 1
        return turn == 2 or count % 2 == turn

    def place(w: int) -> int:
        return w + (w >= at)

    gates = [*circuit.gates[: at - n], gate]
    for reader in circuit.gates[at - n :]:
        operator, operands = operator_named(reader.operator), list(map(place, reader.operands))
        table = operator.table
        for i, operand in enumerate(reader.operands):
            if operand == wire and moved():
                operands[i] = at
                if inverted:
                    rows = range(1 << operator.arity)
                    table = sum((table >> (row ^ 1 << i) & 1) << row for row in rows)
        gates.append(Gate(operator_of(operator.arity, table).name, tuple(operands)))
    outputs = [
        Output(at, o.inverted ^ inverted)
        if o.wire == wire and moved()
        else Output(place(o.wire), o.inverted)
        for o in circuit.outputs
    ]
    return Circuit(n, tuple(gates), tuple(outputs))


def same_circuits(circuit: Circuit, wires: Iterator[int] | None = None) -> Iterator[Circuit]:
    """Yield circuits that differ from one by wires computed twice alone.

    It is doubled by AND and by OR; each gate is split; each wire gets a buffer, and an inverter.
    """
    if circuit.size:
        yield doubled(circuit)
        yield doubled(circuit, "or")
    for wire in range(circuit.wires) if wires is None else wires:
        for turn in (0, 1, 2):
            yield copied(circuit, wire, Gate("and", (wire, wire)), False, turn)
            yield copied(circuit, wire, Gate("not", (wire,)), True, turn)
            if wire >= circuit.inputs:
                yield copied(circuit, wire, circuit.gates[wire - circuit.inputs], False, turn)
