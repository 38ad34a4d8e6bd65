"""Machines that see the same input at each of two steps: a function evaluated over time.

A machine of one output and one bit of state sees x twice. It starts in state 0, keeps what its
state wire says of (x, 0), and its output at the second step is the answer. Its time is the gates
that it evaluates at a step: a circuit without state has to have them all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb, prod
from typing import NamedTuple

from mesacircuits.circuits import B2, CONSTANT, Circuit, Gate, Output, operator_named
from mesacircuits.circuits.truthtable import input_bits

__all__ = ["SerialMachine", "machine_count", "serial_machines", "unrolled"]


class SerialMachine(NamedTuple):
    """A chain over x and the state, the last input, and what is read off it.

    Attributes:
        gates: the chain; wire n is the state.
        output: the wire that is the answer at the second step, inverted if `output_inverted`.
        state: the wire that is the next state, inverted if `state_inverted`.
    """

    gates: tuple[Gate, ...]
    output: int
    output_inverted: bool
    state: int
    state_inverted: bool


def _chains(inputs: int, size: int) -> Iterator[tuple[Gate, ...]]:
    slots = [
        [Gate(o.name, pair) for pair in combinations(range(wires), 2) for o in B2.operators]
        for wires in range(inputs + 1, inputs + 1 + size)
    ]
    return product(*slots)


def machine_count(inputs: int, size: int) -> int:
    """Return how many machines `serial_machines` yields.

    >>> machine_count(1, 1) == sum(1 for _ in serial_machines(1, 1))
    True
    """
    chains = prod(len(B2.operators) * comb(inputs + 1 + place, 2) for place in range(size))
    return chains * 2 * (inputs + size) * (size + 1)


def serial_machines(inputs: int, size: int) -> Iterator[tuple[int, SerialMachine]]:
    """Yield every machine of so many gates a step, with the function that it answers, f(0) = 0.

    The next state is any wire but the state, read either way; the answer is the state or a gate.

    >>> min(size for size in range(3) if 0b0110 in dict(serial_machines(2, size)))
    1
    """
    width = 1 << inputs
    low, full = (1 << width) - 1, (1 << 2 * width) - 1
    letters = [sum(1 << x for x in range(2 * width) if x >> wire & 1) for wire in range(inputs + 1)]
    for gates in _chains(inputs, size):
        wires = list(letters)
        for gate in gates:
            one, other = gate.operands
            wires.append(operator_named(gate.operator).apply((wires[one], wires[other]), full))
        for state, inverted in product(range(len(wires)), (False, True)):
            if state == inputs:
                continue
            kept = wires[state] & low ^ (low if inverted else 0)
            for output in range(inputs, len(wires)):
                here = wires[output]
                bits = here & low & ~kept | here >> width & kept
                flip = bool(bits & 1)
                yield (
                    bits ^ (low if flip else 0),
                    SerialMachine(gates, output, flip, state, inverted),
                )


def unrolled(inputs: int, machine: SerialMachine) -> Circuit:
    """Return the two steps as one circuit over x, what is computed twice or is constant dropped.

    >>> keep = SerialMachine((Gate("and", (0, 1)),), 1, False, 0, False)
    >>> print(unrolled(1, keep))
    out = a
    """
    full = (1 << (1 << inputs)) - 1
    tables = [input_bits(inputs, wire) for wire in range(inputs)]
    gates: list[Gate] = []
    names = {operator.table: operator.name for operator in B2.operators}

    def step(state: int) -> list[int]:
        # The tables of all wires, gates added where a table is new.
        values = [*tables[:inputs], state]
        for gate in machine.gates:
            one, other = (values[operand] for operand in gate.operands)
            value = operator_named(gate.operator).apply((one, other), full)
            plain = value ^ (full if value & 1 else 0)
            if plain and plain not in tables:
                a, b = (_wire(tables, operand, full) for operand in (one, other))
                flips = one != tables[a], other != tables[b]
                swapped = a > b
                if swapped:
                    a, b, flips = b, a, flips[::-1]
                table = operator_named(gate.operator).table
                code = 0
                for i, j in product((0, 1), repeat=2):
                    first, second = i ^ flips[0], j ^ flips[1]
                    place = second + 2 * first if swapped else first + 2 * second
                    code |= (table >> place & 1) << (i + 2 * j)
                gates.append(Gate(names[code ^ 15 if code & 1 else code], (a, b)))
                tables.append(plain)
            values.append(value)
        return values

    kept = step(0)[machine.state] ^ (full if machine.state_inverted else 0)
    value = step(kept)[machine.output] ^ (full if machine.output_inverted else 0)
    if value in (0, full):
        return Circuit(inputs, (), (Output(CONSTANT, value == full),))
    wire = _wire(tables, value, full)
    circuit = Circuit(inputs, tuple(gates), (Output(wire, value != tables[wire]),))
    return circuit.without_dead_gates().canonical()


def _wire(tables: list[int], value: int, full: int) -> int:
    return tables.index(value) if value in tables else tables.index(value ^ full)
