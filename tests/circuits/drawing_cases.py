"""Circuits that the tests of drawings draw: named ones, and random ones of every operator."""

import random

from hypothesis import strategies as st

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import OPERATORS as NAMED, operator_named
from mesacircuits.testing import bases, circuits

NAE = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
ADDER = Circuit.parse(
    3, "g1 = a ^ b; g2 = g1 ^ c; g3 = b ^ c; g4 = ~b & g1; g5 = g3 & ~g4; out = ~g2, g5, a, 1"
)
ODD = Circuit.parse(
    4,
    "g1 = tt:3:E9(a,b,c); g2 = tt:3:A8(d,g1,a); g3 = ~g2; g4 = ~(g1 ^ d);"
    "g5 = tt:4:8000(a,b,g3,g4); g6 = g5 & g5; out = 1, 0, ~g6, g2",
)
OPERATORS = ("and", "or", "xor", "butnot", "notbut", "nand", "nor", "xnor", "not")
GENERIC = ("tt:2:D", "tt:3:69", "tt:3:A8", "tt:4:1234")
THREE = tuple(name for name, operator in NAMED.items() if operator.arity == 3)
MIXED = Circuit.parse(
    3, "g1 = maj(0, a, ~b); g2 = a ? ~b : c; g3 = a ? ~0 : g1; g4 = g2 ? 0 : g3; out = g4, ~g2, 0"
)


def random_circuit(
    seed: int, operators: tuple[str, ...] = OPERATORS + GENERIC, least: int = 0
) -> Circuit:
    rng = random.Random(seed)
    inputs, size = rng.randint(1, 6), rng.randint(0, 15)
    gates: list[Gate] = []
    for i in range(size):
        operator = rng.choice(operators)
        arity = operator_named(operator).arity
        gates.append(Gate(operator, tuple(rng.randrange(least, inputs + i) for _ in range(arity))))
    outputs = tuple(
        Output(rng.randrange(CONSTANT, inputs + size), rng.random() < 0.5)
        for _ in range(rng.randint(1, 4))
    )
    return Circuit(inputs, tuple(gates), outputs)


def two_input_circuit(seed: int, inputs: int, size: int) -> Circuit:
    rng = random.Random(seed)
    gates = [
        Gate(rng.choice(OPERATORS[:5]), tuple(rng.sample(range(inputs + i), 2)))
        for i in range(size)
    ]
    return Circuit(inputs, tuple(gates), (Output(inputs + size - 1, True),))


def drawn_circuits() -> st.SearchStrategy[Circuit]:
    """Return a strategy of circuits over every named basis, dead and degenerate gates included."""
    return circuits(
        inputs=st.integers(0, 4), basis=bases(named=True), max_gates=8, outputs=st.integers(1, 3)
    )


CASES = [
    NAE,
    ADDER,
    ODD,
    MIXED,
    *map(random_circuit, range(60)),
    *(random_circuit(seed, THREE) for seed in range(15)),
    *(random_circuit(seed, OPERATORS + GENERIC + THREE, CONSTANT) for seed in range(25)),
]
