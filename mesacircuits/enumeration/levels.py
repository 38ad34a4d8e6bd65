"""The whole level: the minima of all functions of n inputs at once, class by class.

Every class of functions has the questions of its order asked for itself, and all classes that wait
for one question are answered by one search, for the circuits of a cost that compute any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import TruthTable, input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.engines import Chains, FunctionQuestion, counted, listed
from mesacircuits.enumeration.orders import (
    ORDERS,
    Asked,
    Order,
    Point,
    Questions,
)
from mesacircuits.enumeration.reach import depths_of_classes
from mesacircuits.enumeration.symmetry import MAX_CLASS_INPUTS, Symmetry, classes_of, symmetry_of
from mesacircuits.enumeration.targets import TargetSet, target_set
from mesacircuits.tasks import FunctionTask

__all__ = ["MAX_CENSUS_INPUTS", "Level", "Settled", "classes_with_gates", "levels", "settle"]

#: All functions of so many inputs can be censused: their classes fit a table.
MAX_CENSUS_INPUTS = MAX_CLASS_INPUTS


@dataclass(frozen=True)
class Settled:
    """The minima of one class, or those at one point of its front.

    Attributes:
        number: the class (see `classes_of`).
        size, depth: their cost, and their depth where the order fixes it.
        sums: circuits, wirings, and the two sums of `Counts`.
    """

    number: int
    size: int
    depth: int | None
    sums: NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """The circuits of one cost (and depth), for all functions that waited for them.

    Attributes:
        inputs: of the functions.
        size: the number of gates, or what they cost.
        depth: the greatest depth allowed, where the order asks for it; else None.
        settled: the classes settled here, with their minima.
        tried: how many gates the search looked at.
        listed: all of the circuits, one per orbit of first gates, if they were asked for.
    """

    inputs: int
    size: int
    depth: int | None
    settled: tuple[Settled, ...]
    tried: int
    listed: Chains | None = None

    @property
    def classes(self) -> NDArray[np.int64]:
        """The numbers of the classes settled here (see `classes_of`), ascending."""
        return np.unique([settled.number for settled in self.settled]).astype(np.int64)

    @property
    def chains(self) -> Chains:
        """The circuits, which must have been asked for."""
        assert self.listed is not None
        return self.listed


def classes_with_gates(inputs: int, basis: Basis) -> set[int]:
    """Return the numbers of the classes that take gates, and for which the basis has circuits.

    >>> from mesacircuits.circuits.bases import MONOTONE
    >>> len(classes_with_gates(4, MONOTONE))
    27
    """
    classes, depths = classes_of(inputs, basis), depths_of_classes(inputs, basis)
    mask = (1 << (1 << inputs)) - 1
    simple = {0, mask, *(input_bits(inputs, i) for i in range(inputs))}
    gateless = {int(classes.number[bits]) for bits in simple}
    return {c for c in np.flatnonzero(depths >= 0).tolist() if c not in gateless}


@dataclass
class _Waiting:
    """One class whose questions are asked.

    Attributes:
        open: the question that is not answered yet; None at first, and once all are.
        points: then, where its minima are.
        known: by cost, the greatest depth asked for and, by depth, the sums of what there is.
    """

    number: int
    questions: Questions
    open: Point | None = None
    points: tuple[Point, ...] = ()
    known: dict[int, tuple[float, dict[int, NDArray[np.int64]]]] = field(default_factory=dict)

    def found(self, cost: int, bound: int | None) -> dict[int, NDArray[np.int64]] | None:
        """Return by depth what there is of a cost within a bound; None if that is not known."""
        if cost == 0:
            return {}
        most = np.inf if bound is None else bound
        asked, found = self.known.get(cost, (-1, {}))
        if asked < most:
            return None
        return {depth: sums for depth, sums in found.items() if depth <= most}

    def advance(self) -> None:
        """Go on to the first question that is not answered by what is known."""
        try:
            self.open = next(self.questions) if self.open is None else self.open
            while (found := self.found(*self.open)) is not None:
                self.open = self.questions.send(min(found, default=None))
        except StopIteration as end:
            self.open, self.points = None, tuple(end.value)

    def settled(self, order: Order) -> list[Settled]:
        """Return the minima, one by one where they are a front."""
        parts = []
        for cost, bound in self.points:
            found = self.found(cost, bound)
            assert found  # the order was told so
            parts.append(Settled(self.number, cost, bound, np.sum([*found.values()], axis=0)))
        if order.has_front or not parts:
            return parts
        return [replace(parts[0], sums=np.sum([part.sums for part in parts], axis=0))]


def _rank(question: Point) -> tuple[int, int]:
    cost, bound = question
    return -1 if bound is None else bound, cost


def settle(
    inputs: Sequence[int],
    basis: Basis,
    order: str,
    effort: Effort,
    cap: int | None = None,
    all_read: bool = False,
    listing: bool = False,
) -> Iterator[Level]:
    """Yield, search by search, the minima of every class of functions that takes gates.

    Arguments:
        inputs: numbers n of inputs, at most 4, which take turns.
        order: one of `circuit_orders`.
        cap: under `depth` the greatest cost allowed.
        all_read: leave out functions that do not depend on all inputs, and circuits that do not
            read them all.
        listing: whether circuits are listed; else they are only counted.

    Raises:
        BudgetEnded: when the budget is used up; what was yielded before, which is every question
            that was answered for all numbers of inputs, stands. Its argument is the cost before
            the one that was not exhausted.
    """
    # The module needs SAT, which most censuses do without.
    from mesacircuits.enumeration.multiplicative import least_first_cost

    meaning = ORDERS[order]
    assert meaning.questions is not None  # it is an order of circuits
    symmetries = {n: symmetry_of(n, basis) for n in inputs}
    waiting: dict[tuple[int, int], _Waiting] = {}
    for n, symmetry in symmetries.items():
        depths = depths_of_classes(n, basis)
        for c in sorted(classes_with_gates(n, basis)):
            if not all_read or symmetry.classes.supports[c] == n:
                form = TruthTable(n, int(symmetry.classes.representatives[c]))
                start = least_first_cost(FunctionTask((form,)), basis)
                asked = Asked(partial(int, depths[c]), cap, start=start)
                waiting[n, c] = _Waiting(c, meaning.questions(asked))
                waiting[n, c].advance()
    while asking := [one.open for one in waiting.values() if one.open is not None]:
        point = cost, bound = min(asking, key=_rank)
        answered = []
        for n, symmetry in symmetries.items():
            here = [one for (m, _), one in waiting.items() if m == n and one.open == point]
            if not here:
                continue
            targets = _targets(symmetry, {one.number for one in here})
            question = FunctionQuestion(symmetry, targets, cost, bound, all_read)
            try:
                chains = listed(question, effort) if listing else None
                empty = listing and chains is None
                counts, tried = ({}, 0) if empty else counted(question, effort, chains)
            except BudgetEnded:
                raise BudgetEnded(cost - 1) from None
            met: dict[int, dict[int, NDArray[np.int64]]] = {one.number: {} for one in here}
            for (c, depth), sums in counts.items():
                met[c][depth] = sums
            settled = []
            for one in here:
                one.known[cost] = (np.inf if bound is None else bound), met[one.number]
                one.advance()
                settled += one.settled(meaning) if one.open is None else []
            answered.append(Level(n, cost, bound, tuple(settled), tried, chains))
        yield from answered


def _targets(symmetry: Symmetry, waiting: set[int]) -> TargetSet:
    # What gates compute of the functions of some classes.
    number, free = symmetry.classes.number, symmetry.basis.free_inverters
    functions = np.arange(0, len(number), 2 if free else 1, dtype=np.uint64)
    sought = functions[np.isin(number[functions], list(waiting))]
    return target_set(symmetry.inputs, sought, free)


def levels(inputs: int, basis: Basis, order: str, effort: Effort) -> Iterator[Level]:
    """Yield the minima, level by level, of all functions that depend on all `inputs` inputs.

    Under `size`, level r holds every circuit of r gates for every function that no smaller circuit
    computes; under `depth-size`, for each depth d the same among circuits of depth at most d, for
    the functions of least depth d. The last level leaves no function out.

    Arguments:
        inputs: n, from 2 to 4.
        basis: one of which minimal circuits read no idle input (see `support_is_enough`).

    Raises:
        BudgetEnded: when the budget is used up; the levels yielded before stand.

    >>> from mesacircuits.circuits import B2
    >>> [(l.size, int(l.chains.weights.sum())) for l in levels(3, B2, "size", Effort())]
    [(2, 75), (3, 180), (4, 540)]
    """
    for level in settle((inputs,), basis, order, effort, all_read=True, listing=True):
        if level.settled:
            yield level
