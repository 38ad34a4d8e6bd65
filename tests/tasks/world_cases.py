"""Worlds, policies and slow, plain checks for the tests of worlds."""

from itertools import product

from mesacircuits.circuits import Circuit
from mesacircuits.tasks import World

DOOR = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))

#: A ring of four: from the far side both ways lead home.
RING = World(
    2,
    1,
    ("home", "east", "far", "west"),
    (0, 1, 2, 3),
    ((0, 0), (0, 2), (1, 3), (2, 0)),
    (1, 2, 3),
    (0,),
)

#: The way home from `far` is left both times, or right both times: a mixture goes in circles.
TWO_ROADS = World(
    1,
    1,
    ("home", "left", "right", "far"),
    (0, 1, 0, 1),
    ((0, 0), (0, 3), (3, 0), (1, 2)),
    (3,),
    (0,),
)


def all_policies(inputs, outputs):
    """Return the words of every policy of so many input and output bits."""
    return product(range(1 << outputs), repeat=1 << inputs)


def policy_circuit(words, inputs, outputs):
    """Return a circuit that gives these words: each output an XOR of ANDs of inputs."""
    lines, letters = [], "abcdef"

    def gate(left, operator, right):
        lines.append(f"g{len(lines) + 1} = {left} {operator} {right}")
        return f"g{len(lines)}"

    drivers = []
    for bit in range(outputs):
        # The Moebius transform: the coefficient of the product of the inputs in s.
        coefficients = [
            sum(words[x] >> bit & 1 for x in range(1 << inputs) if x & ~s == 0) % 2
            for s in range(1 << inputs)
        ]
        total = None
        for s in range(1, 1 << inputs):
            if coefficients[s]:
                chosen = [letters[i] for i in range(inputs) if s >> i & 1]
                term = chosen[0]
                for letter in chosen[1:]:
                    term = gate(term, "&", letter)
                total = term if total is None else gate(total, "^", term)
        constant = coefficients[0]
        drivers.append(str(constant) if total is None else "~" * constant + total)
    return Circuit.parse(inputs, "; ".join([*lines, f"out = {', '.join(drivers)}"]))


def follow(world, words, state_bits, start, steps, memory=0):
    """Return the configurations (state, memory) at times 0, 1, ..., steps."""
    n, m = world.observation_bits, world.action_bits
    at, seen = (start, memory), [(start, memory)]
    for _ in range(steps):
        word = words[at[1] << n | world.observations[at[0]]]
        at = world.steps[at[0]][word & (1 << m) - 1], word >> m
        seen.append(at)
    return seen


def kept_from(world, words, state_bits, start, time, memory=0):
    """Return whether a run is in the target at `time` and as long after as anything new comes."""
    last = time + (len(world.states) << state_bits)
    run = follow(world, words, state_bits, start, last, memory)
    return all(state in world.target for state, _ in run[time:])
