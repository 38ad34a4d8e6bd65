"""Circuits for the tests of file formats: any operators, constants, dead gates, any outputs."""

from hypothesis import strategies as st

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_of

FEW = st.integers(0, 4)


@st.composite
def any_circuits(draw, inputs=FEW, buffers=True, max_gates=6):
    """Draw circuits of operators of one to four operands; one means NOT without `buffers`."""
    n = draw(inputs)
    gates = []
    for place in range(draw(st.integers(0, max_gates))):
        arity = draw(st.integers(1, 4))
        table = draw(st.integers(0, (1 << (1 << arity)) - 1))
        if arity == 1 and not buffers:
            table = 0x1
        wire = st.integers(CONSTANT, n + place - 1)
        operands = tuple(draw(wire) for _ in range(arity))
        gates.append(Gate(operator_of(arity, table).name, operands))
    drivers = st.builds(Output, st.integers(CONSTANT, n + len(gates) - 1), st.booleans())
    outputs = draw(st.lists(drivers, min_size=1, max_size=3))
    return Circuit(n, tuple(gates), tuple(outputs))


#: A circuit with a gate of each kind that some format writes in its own way.
MIXED = Circuit(
    3,
    (
        Gate("butnot", (0, 1)),
        Gate("not", (3,)),
        Gate("maj", (0, CONSTANT, 2)),
        Gate("tt:4:8001", (0, 1, 2, 5)),
        Gate("xor", (4, 6)),
        Gate("and", (0, 0)),
        Gate("nand", (7, 2)),
    ),
    (Output(7), Output(9, inverted=True), Output(CONSTANT, inverted=True), Output(1)),
)
