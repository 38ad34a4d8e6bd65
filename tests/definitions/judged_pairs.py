"""Circuits that score by two wires."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.bases import B2


@st.composite
def pair_scorers(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw copies of an objective of two wires, inputs renamed, and gates that compare them."""
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    names = st.sampled_from(B2.names)
    bare = draw(st.booleans())
    kinds = [draw(names), draw(names)]
    groups = []
    order = draw(st.permutations(range(inputs)))
    for turn in range(2):
        # Apart where there are inputs enough, and that is drawn.
        if turn and draw(st.booleans()):
            order = order[2:] + order[:2] if len(order) > 3 else draw(st.permutations(order))
        a, b = order[:2]
        groups.append((a, b) if bare else (add(kinds[0], a, b), add(kinds[1], a, b)))
    (u, v), (s, t) = groups
    end = draw(st.sampled_from(["lexicographic", "lexicographic", "thermometer", "any"]))
    if end == "any":
        first, second = add(draw(names), u, s), add(draw(names), v, t)
        drivers = [add(draw(names), first, second)]
    else:
        high = add(draw(st.sampled_from(["butnot", "notbut"])), u, s)
        low = add(draw(st.sampled_from(["butnot", "notbut"])), v, t)
        if end == "lexicographic":
            low = add("butnot", low, add("xor", u, s))
        drivers = [add("or", high, low)]
    if outputs == 2:
        drivers.append(draw(st.sampled_from([drivers[0], add(draw(names), u, s)])))
    return Circuit(inputs, tuple(gates), tuple(Output(w, draw(st.booleans())) for w in drivers))
