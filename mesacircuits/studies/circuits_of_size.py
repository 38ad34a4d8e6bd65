"""All reduced circuits of a size, minimal or not, with the function that each computes."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tasks import FunctionTask

__all__ = ["circuits_of_size"]


def circuits_of_size(
    inputs: int, gates: int, basis: str | Basis = "b2", effort: Effort | None = None
) -> Iterator[tuple[FunctionTask, tuple[Circuit, ...]]]:
    """Yield each function that reduced circuits of so many gates compute, with all of these.

    Where inverters are free, only functions with f(0) = 0 are yielded: an inverse has the same
    circuits, each with its output read inverted.

    Raises `BudgetEnded` where the budget ends.

    >>> sum(len(circuits) for _, circuits in circuits_of_size(2, 1))
    5
    """
    basis = basis_named(basis)
    effort = effort or Effort()
    sizes = least_sizes(inputs, basis, effort)
    step = 2 if basis.free_inverters else 1
    for bits in range(0, len(sizes), step):
        least = int(sizes[bits])
        if least > gates:
            continue
        task = FunctionTask((TruthTable(inputs, bits),))
        found = enumerate_minima(task, basis, "size", effort, within=gates - least).all_found()
        circuits = tuple(circuit for circuit in found.minima if circuit.size == gates)
        if circuits:
            yield task, circuits
