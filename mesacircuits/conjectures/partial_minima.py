"""The minima of every partial function of n inputs: what they compute off its support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.definitions import Definition
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tasks import FunctionTask

__all__ = ["PartialMinima", "partial_minima"]


@dataclass(frozen=True)
class PartialMinima:
    """The minima of a partial function, by the function on all inputs that they compute.

    Attributes:
        support: S, as bits over the inputs.
        bits: the values on S.
        computed: for each function that some minimum computes, how many do, with and without the
            tag: pairs (with, without).
    """

    support: int
    bits: int
    computed: dict[int, tuple[int, int]]

    @property
    def minima(self) -> int:
        """How many minima there are."""
        return sum(map(sum, self.computed.values()))


def partial_minima(
    inputs: int,
    sizes_of_support: tuple[int, ...],
    definition: Definition,
    basis: str | Basis,
    effort: Effort,
    kept: KeptParts,
    within: int = 0,
) -> Iterator[PartialMinima]:
    """Yield every partial function whose support has one of these sizes, with its minima.

    Arguments:
        within: circuits of so many more gates than the least count as minima, too.

    Raises `BudgetEnded` where the budget ends; supports that are finished are kept.
    """
    full = (1 << (1 << inputs)) - 1
    supports = [s for s in range(1, full + 1) if s.bit_count() in sizes_of_support]
    with effort.bar("supports", len(supports)) as bar:
        for support in supports:

            def one(support: int = support) -> list[list[object]]:
                return _on_support(inputs, support, definition, basis, effort, within)

            for bits, computed in kept.part(f"support {support} within {within}", one):
                yield PartialMinima(
                    support, bits, {function: (a, b) for function, a, b in computed}
                )
            bar.advance()


def _on_support(
    inputs: int,
    support: int,
    definition: Definition,
    basis: str | Basis,
    effort: Effort,
    within: int,
) -> list[list[object]]:
    rows: list[list[object]] = []
    bits = support
    while True:
        if effort.used_up():
            raise BudgetEnded
        task = FunctionTask((TruthTable(inputs, bits),), support)
        share = tagged_share(task, definition, basis, effort=effort, within=within)
        computed: dict[int, list[int]] = {}
        for circuit, held in zip(share.minima, share.held, strict=True):
            counts = computed.setdefault(circuit.output_bits()[0], [0, 0])
            counts[not held] += 1
        rows.append([bits, [[f, *counts] for f, counts in sorted(computed.items())]])
        if not bits:
            return rows
        bits = (bits - 1) & support
