"""Generators: short codes that print circuits, gate by gate, with repetition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from mesacircuits.circuits import B2, Circuit, Gate, Output

__all__ = ["Run", "all_generators", "printed"]


@dataclass(frozen=True, slots=True)
class Run:
    """An instruction of a generator: print a gate so many times.

    Each gate printed reads the wires `near` and `far` places before it, so that its next copy reads
    wires that have moved on by one.
    """

    operator: str
    near: int
    far: int
    times: int


def printed(inputs: int, runs: tuple[Run, ...]) -> Circuit | None:
    """Return the circuit that a generator prints, its output the last wire; None if it reaches
    before the first input.

    >>> print(printed(3, (Run("xor", 2, 3, 2), Run("or", 1, 2, 1))))
    g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3
    """
    gates: list[Gate] = []
    for run in runs:
        for _ in range(run.times):
            wire = inputs + len(gates)
            if run.far > wire:
                return None
            gates.append(Gate(run.operator, (wire - run.far, wire - run.near)))
    return Circuit(inputs, tuple(gates), (Output(inputs + len(gates) - 1),))


def all_generators(runs: int, reach: int, times: int) -> Iterator[tuple[Run, ...]]:
    """Yield all generators of so many runs, over operators of `b2`.

    Arguments:
        reach: how far back a gate may read.
        times: how often it may be repeated.

    >>> sum(1 for _ in all_generators(1, 3, 2))  # 5 operators, 3 pairs of places, 2 times
    30
    """
    pairs = list(combinations(range(1, reach + 1), 2))
    choices = [
        Run(operator.name, near, far, count)
        for operator in B2.operators
        for near, far in pairs
        for count in range(1, times + 1)
    ]
    yield from product(choices, repeat=runs)
