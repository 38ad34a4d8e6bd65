"""Edits of circuits: one operator, one operand, or one output's driver or polarity at a time."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.operators import operator_of

__all__ = ["circuits_within", "distance_in_edits", "one_edit_away"]

#: Truth tables of the operators that depend on both operands.
_OPERATORS = tuple(
    operator_of(2, table).name for table in range(16) if table not in (0, 3, 5, 10, 12, 15)
)


def one_edit_away(circuit: Circuit) -> Iterator[Circuit]:
    """Yield every circuit that differs in one gate's operator, one operand, or one output.

    The operator of a gate of two operands may become any of the ten that depend on both; other
    gates keep theirs. An operand may become any earlier wire; an output may be driven by any wire
    or the constant, and inverted or not: that of one wire in one polarity is one edit.

    >>> sum(1 for _ in one_edit_away(Circuit.parse(2, "g1 = a & b; out = g1")))
    18
    """
    for place, gate in enumerate(circuit.gates):
        before, after = circuit.gates[:place], circuit.gates[place + 1 :]
        for changed in _gates_near(gate, circuit.inputs + place):
            yield Circuit(circuit.inputs, (*before, changed, *after), circuit.outputs)
    for place, output in enumerate(circuit.outputs):
        head, tail = circuit.outputs[:place], circuit.outputs[place + 1 :]
        for wire in range(-1, circuit.wires):
            for inverted in (False, True):
                changed_output = Output(wire, inverted)
                if changed_output != output:
                    yield Circuit(circuit.inputs, circuit.gates, (*head, changed_output, *tail))


def _gates_near(gate: Gate, wires: int) -> Iterator[Gate]:
    if len(gate.operands) == 2:
        for name in _OPERATORS:
            if name != gate.operator:
                yield Gate(name, gate.operands)
    for place, operand in enumerate(gate.operands):
        for wire in range(wires):
            if wire != operand:
                changed = (*gate.operands[:place], wire, *gate.operands[place + 1 :])
                yield Gate(gate.operator, changed)


def circuits_within(circuit: Circuit, edits: int) -> Iterator[Circuit]:
    """Yield the circuits at most so many edits away, the nearest first, each chain once.

    >>> len(list(circuits_within(Circuit.parse(1, "out = a"), 1)))
    4
    """
    seen, edge = {circuit}, [circuit]
    yield circuit
    for _ in range(edits):
        fresh = []
        for near in edge:
            for changed in one_edit_away(near):
                if changed not in seen:
                    seen.add(changed)
                    fresh.append(changed)
                    yield changed
        edge = fresh


def distance_in_edits(first: Circuit, second: Circuit) -> int | None:
    """Return how many gates' operators, operands and outputs differ, place by place.

    None for circuits of unequal size. It is the number of edits that lead from one to the other.

    >>> both, either = (Circuit.parse(2, f"g1 = a {o} b; out = g1") for o in "&|")
    >>> distance_in_edits(both, either)
    1
    """
    shapes = [(c.inputs, c.size, len(c.outputs)) for c in (first, second)]
    if shapes[0] != shapes[1]:
        return None
    differ = 0
    for gate, other in zip(first.gates, second.gates, strict=True):
        if len(gate.operands) != len(other.operands):
            return None
        differ += gate.operator != other.operator
        differ += sum(a != b for a, b in zip(gate.operands, other.operands, strict=True))
    return differ + sum(a != b for a, b in zip(first.outputs, second.outputs, strict=True))
