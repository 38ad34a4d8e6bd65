"""Edits of circuits: one operator, one operand, or one output's driver and polarity at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.circuit import CONSTANT
from mesacircuits.circuits.operators import operator_named, operator_of

__all__ = ["Edited", "circuits_within", "distance_in_edits", "one_edit_away", "without_dead_gates"]

#: Truth tables of the operators that depend on both operands.
_OPERATORS = tuple(
    operator_of(2, table).name for table in range(16) if table not in (0, 3, 5, 10, 12, 15)
)

#: An edited circuit, and for each of its gates the number that it had before, from 0.
Edited = tuple[Circuit, tuple[int, ...]]


def without_dead_gates(circuit: Circuit) -> Circuit:
    """Return the circuit without the gates that reach no output.

    >>> print(without_dead_gates(Circuit.parse(2, "g1 = a & b; g2 = a ^ b; out = g2")))
    g1 = a ^ b; out = g1
    """
    live = {output.wire for output in circuit.outputs}
    for wire in reversed(range(circuit.inputs, circuit.wires)):
        if wire in live:
            live.update(circuit.gates[wire - circuit.inputs].operands)
    kept = tuple(i for i in range(circuit.size) if circuit.inputs + i in live)
    return _chain(circuit.inputs, list(circuit.gates), circuit.outputs, kept)[0]


def _chain(
    inputs: int, gates: list[Gate], outputs: tuple[Output, ...], kept: tuple[int, ...]
) -> Edited:
    # Of gates that may read later ones: always the first whose operands are there.
    place = {wire: wire for wire in range(CONSTANT, inputs)}
    waiting, placed, order = list(kept), list[Gate](), list[int]()
    while waiting:
        number = next(i for i in waiting if all(w in place for w in gates[i].operands))
        gate = gates[number]
        place[inputs + number] = inputs + len(order)
        placed.append(Gate(gate.operator, tuple(place[w] for w in gate.operands)))
        order.append(number)
        waiting.remove(number)
    moved = tuple(Output(place[o.wire], o.inverted) for o in outputs)
    return Circuit(inputs, tuple(placed), moved), tuple(order)


def one_edit_away(circuit: Circuit) -> Iterator[Edited]:
    """Yield every circuit that differs in one gate's operator, one operand, or one output.

    The operator of a gate of two operands may become any of the ten that depend on both; other
    gates keep theirs. An operand may become any other wire that does not depend on its gate, an
    output may be driven by any wire or the constant; either may be read inverted or not, and that
    of one wire in one polarity is one edit. So neither the order in which gates are written nor a
    renaming of inputs and their polarities changes what is one edit away.

    >>> sum(1 for _ in one_edit_away(Circuit.parse(2, "g1 = a & b; out = g1")))
    20
    """
    n, same = circuit.inputs, tuple(range(circuit.size))
    cones = circuit.cones
    for place, gate in enumerate(circuit.gates):
        wires = [wire for wire in range(circuit.wires) if n + place not in cones[wire]]
        for changed in _gates_near(gate, wires):
            gates = [*circuit.gates]
            gates[place] = changed
            if all(wire < n + place for wire in changed.operands):
                yield Circuit(n, tuple(gates), circuit.outputs), same
            else:
                yield _chain(n, gates, circuit.outputs, same)
    for place, output in enumerate(circuit.outputs):
        head, tail = circuit.outputs[:place], circuit.outputs[place + 1 :]
        for wire in range(CONSTANT, circuit.wires):
            for inverted in (False, True):
                changed_output = Output(wire, inverted)
                if changed_output != output:
                    yield Circuit(n, circuit.gates, (*head, changed_output, *tail)), same


def _gates_near(gate: Gate, wires: list[int]) -> Iterator[Gate]:
    if len(gate.operands) == 2:
        for name in _OPERATORS:
            if name != gate.operator:
                yield Gate(name, gate.operands)
    for place, operand in enumerate(gate.operands):
        names = (gate.operator, _reading_inverted(gate.operator, 1 << place))
        for wire in wires:
            if wire != operand:
                changed = (*gate.operands[:place], wire, *gate.operands[place + 1 :])
                for name in dict.fromkeys(names):
                    yield Gate(name, changed)


def _reading_inverted(name: str, mask: int) -> str:
    # The operator whose operands in the mask are inverted first.
    operator = operator_named(name)
    table = sum((operator.table >> (row ^ mask) & 1) << row for row in range(1 << operator.arity))
    return operator_of(operator.arity, table).name


def circuits_within(circuit: Circuit, edits: int) -> Iterator[Edited]:
    """Yield the circuits at most so many edits away, the nearest first, each chain once.

    >>> len(list(circuits_within(Circuit.parse(1, "out = a"), 1)))
    4
    """
    start = circuit, tuple(range(circuit.size))
    seen, edge = {circuit}, [start]
    yield start
    for _ in range(edits):
        fresh = []
        for near, order in edge:
            for changed, moved in one_edit_away(near):
                if changed not in seen:
                    seen.add(changed)
                    found = changed, tuple(order[i] for i in moved)
                    fresh.append(found)
                    yield found
        edge = fresh


def distance_in_edits(
    first: Circuit, second: Circuit, order: tuple[int, ...] | None = None
) -> int | None:
    """Return how many edits lead from one circuit to another, gate by gate.

    Arguments:
        first: a circuit.
        second: another.
        order: for each gate of the second, which of the first it was; by default the same.

    None for circuits of unequal size, and where no edits do: gates of one or three operands keep
    their operators.

    >>> both, either = (Circuit.parse(2, f"g1 = a {o} b; out = g1") for o in "&|")
    >>> distance_in_edits(both, either)
    1
    """
    shapes = [(c.inputs, c.size, len(c.outputs)) for c in (first, second)]
    order = tuple(range(first.size)) if order is None else order
    if shapes[0] != shapes[1] or sorted(order) != list(range(first.size)):
        return None
    n, differ = first.inputs, 0
    was = {wire: wire for wire in range(CONSTANT, n)} | {
        n + place: n + number for place, number in enumerate(order)
    }
    for number, other in zip(order, second.gates, strict=True):
        changes = _changes(first.gates[number], other.operator, [was[w] for w in other.operands])
        if changes is None:
            return None
        differ += changes
    outputs = tuple(Output(was[o.wire], o.inverted) for o in second.outputs)
    return differ + sum(a != b for a, b in zip(first.outputs, outputs, strict=True))


def _changes(gate: Gate, operator: str, operands: list[int]) -> int | None:
    if len(gate.operands) != len(operands):
        return None
    moved = [i for i, (a, b) in enumerate(zip(gate.operands, operands, strict=True)) if a != b]
    # An operand that is another wire may be read inverted at no further cost.
    for turned in product((0, 1), repeat=len(moved)):
        mask = sum(bit << i for bit, i in zip(turned, moved, strict=True))
        if _reading_inverted(gate.operator, mask) == operator:
            return len(moved)
    return len(moved) + 1 if len(operands) == 2 and operator in _OPERATORS else None
