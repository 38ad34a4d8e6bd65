"""Single-gate edits between reduced circuits: the moves of a local optimizer."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import B2, CONSTANT, Circuit, Gate, Output

__all__ = ["edit_graph", "edited"]

_OPERATORS = tuple(operator.name for operator in B2.operators)


def edited(circuit: Circuit, most: int) -> Iterator[Circuit]:
    """Yield the reduced circuits over `b2` that one edit makes of a circuit, as canonical chains.

    An edit changes one gate's operator; or lets one operand of a gate, or the output, read another
    wire; or has the output read in the other polarity; or puts a new gate between a wire and one
    that reads it, of that wire and another. A gate that then no longer reaches the output is
    dropped, but no more than one; the result may have at most so many gates, and what is not
    reduced is no move.

    >>> circuit = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> sorted(str(c) for c in edited(circuit, 1))[-3:]
    ['out = 0', 'out = a', 'out = b']
    """
    for raw in _raw_edits(circuit, most):
        made = raw.without_dead_gates()
        if made.size >= circuit.size - 1 and made.is_reduced():
            yield made.canonical()


def _raw_edits(circuit: Circuit, most: int) -> Iterator[Circuit]:
    n, gates, [out] = circuit.inputs, circuit.gates, circuit.outputs
    yield Circuit(n, gates, (Output(out.wire, not out.inverted),))
    for wire in range(n + len(gates)):
        if wire != out.wire:
            yield Circuit(n, gates, (Output(wire, out.inverted),))
    if out.wire >= n:
        yield Circuit(n, gates, (Output(CONSTANT, out.inverted),))
    for place, gate in enumerate(gates):
        for operator in _OPERATORS:
            if operator != gate.operator:
                yield Circuit(n, _replaced(gates, place, Gate(operator, gate.operands)), (out,))
        for side in (0, 1):
            other = gate.operands[1 - side]
            for wire in range(n + place):
                if wire not in (other, gate.operands[side]):
                    changed = _gate(gate.operator, wire, other, side)
                    yield Circuit(n, _replaced(gates, place, changed), (out,))
    if len(gates) < most:
        yield from _with_new_gate(circuit)


def _with_new_gate(circuit: Circuit) -> Iterator[Circuit]:
    n, gates, [out] = circuit.inputs, circuit.gates, circuit.outputs
    new = n + len(gates)
    for operator in _OPERATORS:
        if out.wire >= 0:
            for other in range(new):
                if other != out.wire:
                    added = Gate(operator, _ordered(out.wire, other))
                    yield Circuit(n, (*gates, added), (Output(new, out.inverted),))
        else:
            for low in range(new):
                for high in range(low + 1, new):
                    added = Gate(operator, (low, high))
                    yield Circuit(n, (*gates, added), (Output(new, out.inverted),))
        for place, gate in enumerate(gates):
            for side in (0, 1):
                read = gate.operands[side]
                for other in range(n + place):
                    if other == read:
                        continue
                    # The new gate stands before the one that reads it.
                    shifted = _shifted(gates[place:], n + place)
                    first = _gate(gate.operator, n + place, gate.operands[1 - side], side)
                    added = Gate(operator, _ordered(read, other))
                    body = (*gates[:place], added, first, *shifted[1:])
                    moved = out.wire + (out.wire >= n + place)
                    yield Circuit(n, body, (Output(moved, out.inverted),))


def _shifted(gates: tuple[Gate, ...], start: int) -> list[Gate]:
    return [Gate(g.operator, tuple(w + 1 if w >= start else w for w in g.operands)) for g in gates]


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _gate(operator: str, wire: int, other: int, side: int) -> Gate:
    # Which operand is inverted depends on its place.
    return Gate(operator, (wire, other) if side == 0 else (other, wire))


def _replaced(gates: tuple[Gate, ...], place: int, gate: Gate) -> tuple[Gate, ...]:
    return (*gates[:place], gate, *gates[place + 1 :])


def edit_graph(inputs: int, most: int) -> tuple[list[Circuit], list[tuple[int, int]]]:
    """Return all reduced circuits that edits reach from a constant, and the edits among them.

    >>> circuits, edges = edit_graph(2, 1)
    >>> len(circuits)  # two constants, two inputs and five gates, each in two polarities
    16
    """
    start = Circuit(inputs, (), (Output(CONSTANT, False),))
    number = {start: 0}
    listed = [start]
    edges = set()
    for one in listed:
        for other in edited(one, most):
            if other not in number:
                number[other] = len(listed)
                listed.append(other)
            pair = _ordered(number[one], number[other])
            edges.add(pair)
    return listed, sorted(edges)
