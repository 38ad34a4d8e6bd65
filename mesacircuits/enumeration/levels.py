"""All minima of all functions that depend on all of n <= 4 inputs, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.chains import NO_DEPTH_BOUND, ChainSet, find_chains
from mesacircuits.enumeration.depths import class_numbers, depths_of_classes
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.wanted import wanted_set
from mesacircuits.errors import ArgumentError

__all__ = ["DEPTH_SIZE", "MAX_CENSUS_INPUTS", "ORDERS", "SIZE", "Level", "checked_order", "levels"]

SIZE = "size"
DEPTH_SIZE = "depth-size"
#: The orders that minima are enumerated under, with what each means.
ORDERS = {
    SIZE: "fewest gates",
    DEPTH_SIZE: "least depth, and among those fewest gates",
}
#: All functions of so many inputs can be censused: their NPN classes fit a table.
MAX_CENSUS_INPUTS = 4


def checked_order(order: str) -> str:
    """Return `order` if it is one of `ORDERS`, else raise `ArgumentError`."""
    if order not in ORDERS:
        raise ArgumentError("order", f"one of {', '.join(ORDERS)}", order)
    return order


@dataclass(frozen=True)
class Level:
    """The minima of one size (and depth), for all functions whose minima those are.

    Attributes:
        size: the number of gates.
        depth: the least depth, where the order asks for it; else None.
        chains: all of them, one per orbit of first gates.
        classes: the numbers of the NPN classes settled here (see `class_numbers`), ascending.
    """

    size: int
    depth: int | None
    chains: ChainSet
    classes: NDArray[np.int64]


def levels(inputs: int, basis: Basis, order: str, effort: Effort) -> Iterator[Level]:
    """Yield the minima, level by level, of all functions that depend on all `inputs` inputs.

    Under `size`, level r holds every circuit of r gates for every function that no smaller circuit
    computes; under `depth-size`, for each depth d the same among circuits of depth at most d, for
    the functions of least depth d. The last level leaves no function out.

    Minimal circuits never read an input that the function does not depend on (setting it to 0
    turns the gates that read it into wires, inverted wires or constants, so gates can be removed
    and none gets deeper): functions of fewer inputs are met at fewer inputs.

    Arguments:
        inputs: n, from 2 to 4.

    Raises:
        BudgetEnded: when the budget is used up; the levels yielded before stand.

    >>> from mesacircuits.circuits import B2
    >>> [(l.size, int(l.chains.weights.sum())) for l in levels(3, B2, "size", Effort())]
    [(2, 75), (3, 180), (4, 540)]
    """
    _, number = class_numbers(inputs)
    normal = np.arange(0, 1 << (1 << inputs), 2, dtype=np.uint64)
    classes_of_normal = number[normal]
    open_classes = _full_support(inputs)
    groups: list[tuple[int | None, NDArray[np.int64]]]
    if order == SIZE:
        groups = [(None, open_classes)]
    else:
        depths = depths_of_classes(inputs, basis)
        groups = [
            (int(d), open_classes[depths[open_classes] == d])
            for d in np.unique(depths[open_classes])
        ]
    level = first_level(inputs, basis)
    for depth, waiting in groups:
        size = inputs - 2
        while len(waiting):
            size += 1
            wanted = wanted_set(inputs, normal[np.isin(classes_of_normal, waiting)])
            bound = NO_DEPTH_BOUND if depth is None else depth
            title = f"{inputs} inputs, size {size}" + ("" if depth is None else f", depth {depth}")
            if effort.left() <= 0:
                raise BudgetEnded
            chains = find_chains(level, size, wanted, effort, bound, title)
            settled = np.unique(number[chains.functions])
            if len(settled):
                yield Level(size, depth, chains, settled)
                waiting = np.setdiff1d(waiting, settled)


def _full_support(inputs: int) -> NDArray[np.int64]:
    forms, _ = class_numbers(inputs)
    return np.array(
        [
            place
            for place, bits in enumerate(forms)
            if len(TruthTable(inputs, int(bits)).support()) == inputs
        ],
        dtype=np.int64,
    )
