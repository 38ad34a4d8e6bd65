"""All minima of all functions that depend on all of n <= 4 inputs, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.chains import NO_DEPTH_BOUND, ChainSet, find_chains
from mesacircuits.enumeration.classes import class_numbers
from mesacircuits.enumeration.depths import depths_of_classes
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.form_symmetry import negates_inputs
from mesacircuits.enumeration.orders import SIZE
from mesacircuits.enumeration.wanted import wanted_set

__all__ = ["MAX_CENSUS_INPUTS", "Level", "chains_of_level", "joins_levels", "levels"]

#: All functions of so many inputs can be censused: their NPN classes fit a table.
MAX_CENSUS_INPUTS = 4


def joins_levels(basis: Basis) -> bool:
    """Return whether the kernel for two-input operators with free inverters knows `basis`.

    >>> from mesacircuits.circuits.bases import AIG, MIG
    >>> joins_levels(AIG), joins_levels(MIG)
    (True, False)
    """
    if basis.costs or any(operator.arity != 2 for operator in basis.operators):
        return False
    # Every operator makes gates of two wires, and no others.
    two_input = all(form.wires == len(form.pattern) == 2 for form in basis.forms)
    return two_input and len(basis.forms) == len(basis.operators) and negates_inputs(basis)


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
    for depth, waiting in groups:
        size = inputs - 2
        while len(waiting):
            size += 1
            chains = chains_of_level(inputs, basis, size, waiting.tolist(), effort, depth)
            settled = np.unique(number[chains.functions])
            if len(settled):
                yield Level(size, depth, chains, settled)
                waiting = np.setdiff1d(waiting, settled)


def chains_of_level(
    inputs: int,
    basis: Basis,
    size: int,
    waiting: Iterable[int],
    effort: Effort,
    depth: int | None = None,
) -> ChainSet:
    """Return all circuits of one size that read every input and compute a function of some classes.

    Arguments:
        inputs: n, from 2 to 4.
        basis: one that `joins_levels`.
        waiting: numbers of NPN classes.
        depth: the greatest depth allowed; None for any.

    Raises:
        BudgetEnded: if the budget ran out first.
    """
    _, number = class_numbers(inputs)
    normal = np.arange(0, 1 << (1 << inputs), 2, dtype=np.uint64)
    wanted = wanted_set(inputs, normal[np.isin(number[normal], list(waiting))])
    title = f"{inputs} inputs, size {size}" + ("" if depth is None else f", depth {depth}")
    bound = NO_DEPTH_BOUND if depth is None else depth
    return find_chains(first_level(inputs, basis), size, wanted, effort, bound, title)


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
