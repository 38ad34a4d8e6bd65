"""The minima of all functions of n inputs over any basis, class by class, under each order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.depths import depths_of_classes
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.form_counts import LevelCounts, count_level, counts_of_chains
from mesacircuits.enumeration.levels import chains_of_level, joins_levels
from mesacircuits.enumeration.orders import DEPTH, DEPTH_SIZE, PARETO, SIZE, SIZE_DEPTH

__all__ = ["CENSUS_ORDERS", "Found", "class_minima"]

#: The orders that `census` counts minima under.
CENSUS_ORDERS = (SIZE, DEPTH_SIZE, SIZE_DEPTH, DEPTH, PARETO)


@dataclass(frozen=True)
class Found:
    """The minima of one class, or those at one point of its front.

    Attributes:
        number: the class (see `classes_of`).
        size, depth: their cost, and their depth where the order fixes it.
        sums: circuits, wirings, and the two sums of `LevelCounts`.
    """

    number: int
    size: int
    depth: int | None
    sums: NDArray[np.int64]


#: What one step of a search settles: its cost, the minima found, how many gates were looked at.
Step = tuple[int, list[Found], int]


def class_minima(
    inputs: int,
    basis: Basis,
    order: str,
    effort: Effort,
    cap: int | None = None,
    all_read: bool = False,
) -> Iterator[Step]:
    """Yield, step by step, the minima of every class that takes gates.

    Arguments:
        inputs: n, at most 4.
        order: one of `CENSUS_ORDERS`.
        cap: under `depth` the greatest cost allowed.
        all_read: leave out functions that do not depend on all inputs, and circuits that do not
            read them all.

    Raises:
        BudgetEnded: when the budget is used up; what was yielded before stands.
    """
    search = _Search(inputs, basis, effort, all_read)
    if order in (SIZE, SIZE_DEPTH):
        return _by_size(search, order)
    if order == DEPTH_SIZE:
        return _by_depth(search)
    if order == DEPTH:
        assert cap is not None  # the census asks for it
        return _within_cap(search, cap)
    return _fronts(search)


class _Search:
    """Levels of one basis over n inputs, and the classes to be settled."""

    def __init__(self, inputs: int, basis: Basis, effort: Effort, all_read: bool) -> None:
        self.inputs, self.basis, self.effort, self.all_read = inputs, basis, effort, all_read
        classes = classes_of(inputs, basis)
        self.depths = depths_of_classes(inputs, basis)
        mask = (1 << (1 << inputs)) - 1
        simple = {0, mask, *(input_bits(inputs, i) for i in range(inputs))}
        gateless = {int(classes.number[bits]) for bits in simple}
        self.open = {
            c
            for c in range(len(classes.forms))
            if c not in gateless
            and self.depths[c] >= 0
            and (classes.supports[c] == inputs or not all_read)
        }

    def level(self, cost: int, waiting: set[int], bound: int | None = None) -> LevelCounts:
        if self.all_read and self.inputs > 1 and joins_levels(self.basis):
            chains = chains_of_level(self.inputs, self.basis, cost, waiting, self.effort, bound)
            return counts_of_chains(chains)
        return count_level(
            self.inputs, self.basis, cost, waiting, self.effort, bound, self.all_read
        )


def _settled(counts: LevelCounts, fixes_depth: bool) -> list[Found]:
    # Of each class the circuits of least depth, or of all depths.
    found: dict[int, Found] = {}
    for (c, depth), sums in sorted(counts.counts.items()):
        if c not in found:
            found[c] = Found(c, counts.cost, depth if fixes_depth else None, sums)
        elif not fixes_depth:
            found[c] = Found(c, counts.cost, None, found[c].sums + sums)
    return list(found.values())


def _by_size(search: _Search, order: str) -> Iterator[Step]:
    waiting, cost = set(search.open), 0
    while waiting:
        cost += 1
        counts = search.level(cost, waiting)
        waiting -= counts.classes
        yield cost, _settled(counts, order == SIZE_DEPTH), counts.tried


def _by_depth(search: _Search) -> Iterator[Step]:
    for bound in sorted({int(search.depths[c]) for c in search.open}):
        waiting, cost = {c for c in search.open if search.depths[c] == bound}, 0
        while waiting:
            cost += 1
            counts = search.level(cost, waiting, bound)
            waiting -= counts.classes
            yield cost, _settled(counts, True), counts.tried


def _within_cap(search: _Search, cap: int) -> Iterator[Step]:
    waiting = set(search.open)
    for bound in range(1, cap + 1):
        reachable = {c for c in waiting if search.depths[c] <= bound}
        found: dict[int, Found] = {}
        tried = 0
        for cost in range(1, cap + 1 if reachable else 1):
            counts = search.level(cost, reachable, bound)
            tried += counts.tried
            for (c, depth), sums in counts.counts.items():
                size, total = (found[c].size, found[c].sums + sums) if c in found else (cost, sums)
                found[c] = Found(c, size, depth, total)
        waiting -= set(found)
        yield cap, list(found.values()), tried


def _fronts(search: _Search) -> Iterator[Step]:
    # The flattest of the smallest end each front; flatter ones are sought above that size. A front
    # is held back until it is whole, so that a budget leaves none in part.
    last: dict[int, Found] = {}
    held: dict[int, list[Found]] = {}
    for cost, settled, tried in _by_size(search, SIZE_DEPTH):
        last |= {found.number: found for found in settled}
        flat = {f.number for f in settled if f.depth == search.depths[f.number]}
        held |= {f.number: [f] for f in settled if f.number not in flat}
        yield cost, [f for f in settled if f.number in flat], tried
    flattest = {c: int(search.depths[c]) for c in last}
    # The size of the point before, at one depth less: each point must be smaller than that.
    before: dict[int, int] = {}
    depths = {c: found.depth for c, found in last.items() if found.depth is not None}
    for bound in range(1, max(depths.values(), default=0)):
        waiting = {c for c in last if flattest[c] <= bound < depths[c]}
        cost = 0
        while waiting:
            cost += 1
            sought = {c for c in waiting if last[c].size < cost < before.get(c, cost + 1)}
            # What the depth before needed at most is enough at this one, too.
            waiting -= {c for c in waiting if before.get(c, cost + 1) <= cost}
            if not sought:
                continue
            counts = search.level(cost, sought, bound)
            waiting -= counts.classes
            before |= dict.fromkeys(counts.classes, cost)
            for found in _settled(counts, True):
                held[found.number].append(found)
            yield cost, [], counts.tried
        whole = [found for c in held if depths[c] == bound + 1 for found in held[c]]
        yield cost, whole, 0
