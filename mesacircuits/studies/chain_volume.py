"""Parameter-counted circuits: all chains of so many gates, each setting of its gates counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product

from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded

__all__ = ["chain_volume"]


def _chains(inputs: int, gates: int) -> Iterator[tuple[Gate, ...]]:
    slots = [
        [
            Gate(o.name, pair)
            for pair in combinations(range(inputs + place), 2)
            for o in B2.operators
        ]
        for place in range(gates)
    ]
    yield from product(*slots)


def chain_volume(
    inputs: int, gates: int, effort: Effort
) -> tuple[Counter[int], Counter[tuple[int, Circuit]]]:
    """Return how many settings of a chain of gates compute each function, and by what circuit.

    A setting chooses for each gate two different wires below it and an operator of `b2`, and for
    the output a gate and a polarity.

    Returns:
        settings by function, and settings by function and reduced circuit, canonical, where what
        is left when gates that do not reach the output are dropped is reduced.

    Raises `BudgetEnded` where the budget ends.

    >>> volume, by_circuit = chain_volume(2, 1, Effort())
    >>> sum(volume.values()), len(by_circuit)  # one pair of wires, five operators, two polarities
    (10, 10)
    """
    volume: Counter[int] = Counter()
    by_circuit: Counter[tuple[int, Circuit]] = Counter()
    full = (1 << (1 << inputs)) - 1
    for number, chain in enumerate(_chains(inputs, gates)):
        if not number % 1000 and effort.used_up():
            raise BudgetEnded
        for place in range(gates):
            circuit = Circuit(inputs, chain, (Output(inputs + place),)).without_dead_gates()
            bits = circuit.output_bits()[0]
            volume[bits] += 1
            volume[bits ^ full] += 1
            if circuit.is_reduced():
                plain = circuit.canonical()
                [out] = plain.outputs
                flipped = Circuit(inputs, plain.gates, (Output(out.wire, not out.inverted),))
                by_circuit[bits, plain] += 1
                by_circuit[bits ^ full, flipped] += 1
    return volume, by_circuit
