"""Circuits that the tests of drawings draw: named ones, and random ones of every operator."""

import random

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output

NAE = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
ADDER = Circuit.parse(
    3, "g1 = a ^ b; g2 = g1 ^ c; g3 = b ^ c; g4 = ~b & g1; g5 = g3 & ~g4; out = ~g2, g5, a, 1"
)
ODD = Circuit.parse(
    4,
    "g1 = tt:3:E8(a,b,c); g2 = tt:3:CA(d,g1,a); g3 = ~g2; g4 = ~(g1 ^ d);"
    "g5 = tt:4:8000(a,b,g3,g4); g6 = g5 & g5; out = 1, 0, ~g6, g2",
)
OPERATORS = ("and", "or", "xor", "butnot", "notbut", "nand", "nor", "xnor", "not")
GENERIC = ("tt:2:D", "tt:3:E8", "tt:3:CA", "tt:4:1234")


def random_circuit(seed: int, operators: tuple[str, ...] = OPERATORS + GENERIC) -> Circuit:
    rng = random.Random(seed)
    inputs, size = rng.randint(1, 6), rng.randint(0, 15)
    gates: list[Gate] = []
    for i in range(size):
        operator = rng.choice(operators)
        arity = int(operator[3]) if operator.startswith("tt") else 1 + (operator != "not")
        gates.append(Gate(operator, tuple(rng.randrange(inputs + i) for _ in range(arity))))
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


CASES = [NAE, ADDER, ODD, *map(random_circuit, range(60))]
