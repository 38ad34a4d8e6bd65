"""Hypothesis strategies for Mealy machines."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import MealyMachine
from mesacircuits.circuits.bases import B2, Basis
from mesacircuits.testing.strategies import circuits

__all__ = ["mealy_machines"]


def mealy_machines(
    observation_bits: int = 1,
    action_bits: int = 1,
    state_bits: int | SearchStrategy[int] = 1,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 4,
) -> SearchStrategy[MealyMachine]:
    """Return a strategy of Mealy machines; it shrinks to few gates and the start state 0.

    Arguments:
        observation_bits, action_bits: n and m.
        state_bits: k, or a strategy of such numbers.
        basis, max_gates: as `circuits` takes them.

    >>> from hypothesis import find
    >>> find(mealy_machines(), lambda machine: machine.run([1, 0]) == (0, 1)).circuit.size
    0
    """
    bits = state_bits if isinstance(state_bits, SearchStrategy) else st.just(state_bits)
    return _machines(observation_bits, action_bits, bits, basis, max_gates)


@st.composite
def _machines(
    draw: DrawFn,
    observation_bits: int,
    action_bits: int,
    state_bits: SearchStrategy[int],
    basis: Basis | str | SearchStrategy[Basis],
    max_gates: int,
) -> MealyMachine:
    k = draw(state_bits)
    circuit = draw(
        circuits(observation_bits + k, basis, max_gates=max_gates, outputs=action_bits + k)
    )
    return MealyMachine(circuit, k, draw(st.integers(0, (1 << k) - 1)))
