"""Circuits evaluated gate by gate, on one input at a time."""

from __future__ import annotations

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import operator_named

Word = tuple[int, ...]


def values_on(circuit: Circuit, x: int, do: dict[int, int]) -> list[int]:
    values: list[int] = []
    for i in range(circuit.inputs):
        values.append(do.get(i, x >> i & 1))
    for wire, gate in enumerate(circuit.gates, circuit.inputs):
        row = sum((w >= 0 and values[w]) << place for place, w in enumerate(gate.operands))
        values.append(do.get(wire, operator_named(gate.operator).table >> row & 1))
    return values


def word_on(circuit: Circuit, x: int, do: dict[int, int]) -> Word:
    values = values_on(circuit, x, do)
    return tuple((0 if o.wire < 0 else values[o.wire]) ^ o.inverted for o in circuit.outputs)


def below(circuit: Circuit, wire: int) -> set[int]:
    """Return the wires that feed a wire, inputs too, and itself."""
    found, waiting = set(), [wire]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            if at >= circuit.inputs:
                waiting += [w for w in circuit.gates[at - circuit.inputs].operands if w >= 0]
    return found
