"""Worlds, policies and slow checks for the tests of worlds."""

from itertools import product

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.tasks import World

DOOR = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))

#: Two lamps that look alike: a policy must press the one button in one, and not in the other.
ALIKE = World(1, 1, ("a", "b", "on"), (0, 0, 1), ((0, 2), (2, 1), (2, 2)), (0, 1), (2,))

#: Left and right both lead home around a ring of four, but not a mixture.
RING = World(
    2,
    1,
    ("home", "east", "far", "west"),
    (0, 1, 2, 3),
    ((0, 0), (0, 2), (1, 3), (2, 0)),
    (1, 2, 3),
    (0,),
)


def all_policies(inputs, outputs):
    """Return the words of every policy of so many input and output bits."""
    return product(range(1 << outputs), repeat=1 << inputs)


def circuit_of(words, inputs, outputs):
    """Return a circuit, a sum of minterms, that gives these words."""
    gates = []
    drivers = []

    def gate(operator, low, high):
        gates.append(Gate(operator, (low, high)))
        return inputs + len(gates) - 1

    for bit in range(outputs):
        ones = sum((word >> bit & 1) << x for x, word in enumerate(words))
        total = None
        for x in range(1 << inputs):
            if not ones >> x & 1:
                continue
            wire = None
            for i in range(inputs):
                if x >> i & 1:
                    wire = i if wire is None else gate("and", wire, i)
            for i in range(inputs):
                if wire is not None and not x >> i & 1:
                    wire = gate("gt", wire, i)
            if wire is None:
                # The minterm of input 0 is the inverse of the OR of all inputs.
                drivers.append((bit, ones))
                break
            total = wire if total is None else gate("or", total, wire)
        else:
            drivers.append((bit, total))
    raise NotImplementedError


def follow(world, words, state_bits, start, steps, memory=0):
    """Return the states of the world at times 0, 1, ..., steps."""
    n, m = world.observation_bits, world.action_bits
    state, seen = start, [start]
    for _ in range(steps):
        word = words[memory << n | world.observations[state]]
        state, memory = world.steps[state][word & (1 << m) - 1], word >> m
        seen.append(state)
    return seen


def in_target_from(world, words, state_bits, start, time, memory=0):
    """Return whether a run is in the target at `time` and as long after as anything new comes."""
    last = time + (len(world.states) << state_bits)
    states = follow(world, words, state_bits, start, last, memory)
    return all(state in world.target for state in states[time:])


__all__ = ["ALIKE", "DOOR", "RING", "Circuit", "Output", "all_policies", "follow", "in_target_from"]
