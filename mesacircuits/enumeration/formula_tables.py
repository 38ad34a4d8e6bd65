"""Least formula lengths and the numbers of formulas, for all functions, cost after cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.classes import FunctionClasses, classes_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.formula_kernels import add_pairs, add_triples
from mesacircuits.enumeration.formula_reach import within_reach
from mesacircuits.enumeration.formula_shapes import Shape, repeated_count, shapes_of
from mesacircuits.errors import ArgumentError

__all__ = ["MAX_FORMULA_INPUTS", "FormulaTable", "complete_table", "formula_table"]

#: All functions of so many inputs fit a table.
MAX_FORMULA_INPUTS = 4

_MOST_INT64 = (1 << 63) - 1
# Kernels are interrupted for the budget after about so many gates.
_GATES_AT_ONCE = 1 << 27


@dataclass(frozen=True)
class FormulaTable:
    """The least formula lengths of all functions of n inputs, and how many formulas attain them.

    Attributes:
        inputs: n.
        basis: over which.
        within: counts are given for costs L to L + `within`.
        classes: the classes on which lengths and counts are alike.
        lengths: L per class; -1 where no formula was found.
        counts: `counts[s][c]` is the number of formulas of cost L + s of each function of class c;
            0 where that cost was not exhausted.
        exhausted: all formulas of at most this cost are counted.
        complete: whether the search came to its end; else the budget ended it.
    """

    inputs: int
    basis: Basis
    within: int
    classes: FunctionClasses
    lengths: NDArray[np.int64]
    counts: tuple[tuple[int, ...], ...]
    exhausted: int
    complete: bool


@lru_cache(maxsize=16)
def complete_table(inputs: int, basis: Basis, within: int = 0) -> FormulaTable:
    """Return the table of a basis, computed once; see `formula_table`."""
    return formula_table(inputs, basis, within)


def formula_table(
    inputs: int, basis: Basis, within: int = 0, effort: Effort | None = None
) -> FormulaTable:
    """Return L and the number of formulas of cost L to L + `within`, for all functions.

    A formula of cost c is a gate of cost e over formulas of c - e together, so costs are settled
    in ascending order: all gates of all shapes over functions whose costs add up. Symmetry: counts
    are constant on classes, so the first function of each gate is taken from one per class,
    weighted by the class's size, and what comes out is added up per class.

    The search ends when every class that Post's properties do not exclude is settled, or at a cost
    that no gate over settled functions has.

    Arguments:
        inputs: n, from 0 to 4.
        basis: which gates, at what cost.
        within: not negative.
        effort: budget and progress bar; by default no limit and no bar.

    Returns:
        the table; if the budget ended the search it says so, and up to which cost it is right.

    Raises:
        ArgumentError: for other numbers, and a basis without gates.

    >>> from mesacircuits.circuits.bases import B2
    >>> table = formula_table(3, B2)
    >>> [int(number) for number in np.bincount(table.lengths)], table.exhausted
    ([2, 2, 5, 3, 2], 4)
    """
    if not isinstance(inputs, int) or not 0 <= inputs <= MAX_FORMULA_INPUTS:
        expected = f"a whole number from 0 to {MAX_FORMULA_INPUTS} for formulas"
        raise ArgumentError("inputs", expected, inputs)
    check_whole("within", within)
    return _Search(inputs, basis, within, effort or Effort()).run()


class _Search:
    """The state of `formula_table`: what is settled up to a cost."""

    def __init__(self, inputs: int, basis: Basis, within: int, effort: Effort) -> None:
        self.inputs, self.basis, self.within, self.effort = inputs, basis, within, effort
        self.shapes = shapes_of(basis)
        self.classes = classes = classes_of(inputs, basis)
        self.mask = (1 << (1 << inputs)) - 1
        step = 2 if classes.normalised else 1
        self.functions = np.arange(0, self.mask + 1, step, dtype=np.int64)
        self.numbers = classes.number[self.functions]
        self.representatives = classes.least_members.astype(np.int64)
        self.sizes = classes.functions // step
        self.lengths = np.full(len(classes.forms), -1, dtype=np.int64)
        # Number of formulas by cost, then class. Constants are free, but as outputs alone.
        variables = np.unique(classes.number[_inputs(inputs)])
        self.ways: dict[int, dict[int, int]] = {0: dict.fromkeys(variables.tolist(), 1)}
        self.trivial = np.unique(classes.number[[0, self.mask]])
        self.lengths[self.trivial] = self.lengths[variables] = 0
        self.possible = within_reach(inputs, basis)
        self.lists: dict[tuple[int, Shape | None], tuple[NDArray[np.int64], list[int]]] = {}

    def run(self) -> FormulaTable:
        """Settle cost after cost."""
        operands = max(shape.wires - 1 + shape.repeats for shape in self.shapes)
        dearest = max(shape.cost for shape in self.shapes)
        cost, complete = 0, True
        while True:
            longest = int(self.lengths.max())
            open_classes = self.possible & (self.lengths < 0)
            last = operands * longest + dearest if open_classes.any() else longest
            if cost >= last + self.within:
                break
            try:
                self._settle(cost + 1)
            except BudgetEnded:
                complete = False
                break
            cost += 1
        counts = [[0] * len(self.lengths) for _ in range(self.within + 1)]
        for place in self.trivial.tolist():
            counts[0][place] = 1
        for spent, ways in self.ways.items():
            for place, number in ways.items():
                counts[spent - int(self.lengths[place])][place] = number
        return FormulaTable(
            inputs=self.inputs,
            basis=self.basis,
            within=self.within,
            classes=self.classes,
            lengths=self.lengths,
            counts=tuple(map(tuple, counts)),
            exhausted=cost,
            complete=complete,
        )

    def _settle(self, cost: int) -> None:
        totals: list[int] = [0] * len(self.lengths)
        jobs = [job for shape in self.shapes for job in self._splits(shape, cost - shape.cost)]
        with self.effort.bar(f"formulas of cost {cost}", len(jobs)) as bar:
            for shape, costs in jobs:
                found = self._gates(shape, costs)
                # A set with m functions of the first one's cost is met with each of them first.
                times = costs.count(costs[0]) if shape.repeats == 1 else 1
                for place, number in enumerate(found):
                    if number:
                        totals[place] += _exactly(number, times)
                bar.advance()
        ways: dict[int, int] = {}
        for place, total in enumerate(totals):
            # Nothing but the inputs computes an input, and nothing a constant.
            least = int(self.lengths[place])
            if total and least != 0 and (least < 0 or cost <= least + self.within):
                ways[place] = _exactly(total, int(self.sizes[place]))
                if least < 0:
                    self.lengths[place] = cost
        self.ways[cost] = ways

    def _splits(self, shape: Shape, cost: int) -> Iterator[tuple[Shape, tuple[int, ...]]]:
        """Yield what the functions may cost each; descending, but for a repeated first."""
        if shape.repeats > 1:
            for first in range(cost + 1 if shape.wires > 1 else 0, 0, -1):
                yield from self._filled(shape, (first - 1, cost - first + 1))
            if shape.wires == 1:
                yield from self._filled(shape, (cost,))
            return
        for costs in _descending(cost, shape.wires, cost):
            yield from self._filled(shape, costs)

    def _filled(
        self, shape: Shape, costs: tuple[int, ...]
    ) -> Iterator[tuple[Shape, tuple[int, ...]]]:
        if all(len(self._list(c, shape, i)[1]) for i, c in enumerate(costs)):
            yield shape, costs

    def _list(self, cost: int, shape: Shape, wire: int) -> tuple[NDArray[np.int64], list[int]]:
        """Return the classes whose functions wire `wire` may be at a cost, and in how many ways."""
        repeated = shape if wire == 0 and shape.repeats > 1 else None
        if cost < 0:
            return np.empty(0, dtype=np.int64), []
        if (cost, repeated) not in self.lists:
            ways = self.ways.get(cost, {}) if repeated is None else self._repeated(cost, repeated)
            listed = sorted(ways)
            self.lists[cost, repeated] = (
                np.array(listed, dtype=np.int64),
                [ways[place] for place in listed],
            )
        return self.lists[cost, repeated]

    def _repeated(self, cost: int, shape: Shape) -> dict[int, int]:
        known: dict[int, dict[int, int]] = {}
        for each, ways in self.ways.items():
            for place, number in ways.items():
                known.setdefault(place, {})[each] = number
        counted = {
            place: repeated_count(ways, shape.symmetry, cost)
            for place, ways in known.items()
            if shape.repeats * min(ways) <= cost <= shape.repeats * min(ways) + self.within
        }
        return {place: number for place, number in counted.items() if number}

    def _gates(self, shape: Shape, costs: tuple[int, ...]) -> list[int]:
        """Return per class the gates over functions of these costs, the first one's weighted."""
        alike = shape.wires == 3 and costs[1] == costs[2]
        return self._sums(shape, [self._list(c, shape, i) for i, c in enumerate(costs)], alike)

    def _sums(
        self, shape: Shape, lists: list[tuple[NDArray[np.int64], list[int]]], alike: bool
    ) -> list[int]:
        sizes = self.sizes.tolist()
        bounds = [
            sum(sizes[place] * number for place, number in zip(places.tolist(), ways, strict=True))
            for places, ways in lists
        ]
        if prod(bounds) * len(shape.forms) <= _MOST_INT64:
            return [int(total) for total in self._sums_of_words(shape, lists, alike)]
        # The sums are linear in each list: the longest numbers are split into two parts.
        widest = max(range(len(lists)), key=lambda i: max(lists[i][1]))
        places, ways = lists[widest]
        half = max(ways).bit_length() // 2
        parts = []
        for numbers in ([n >> half for n in ways], [n & ((1 << half) - 1) for n in ways]):
            split = [*lists[:widest], (places, numbers), *lists[widest + 1 :]]
            parts.append(self._sums(shape, split, alike))
        return [(high << half) + low for high, low in zip(*parts, strict=True)]

    def _sums_of_words(
        self, shape: Shape, lists: list[tuple[NDArray[np.int64], list[int]]], alike: bool
    ) -> NDArray[np.int64]:
        places, ways = lists[0]
        first = self.representatives[places]
        weights = np.array(ways, dtype=np.int64) * self.sizes[places]
        totals = np.zeros(len(self.lengths), dtype=np.int64)
        number = self.classes.number
        if shape.wires == 1:
            for form in shape.normal_forms:
                results = (form[0] ^ (first & form[1])) & self.mask
                np.add.at(totals, number[results], weights)
            return totals
        others = [self._spread(*each) for each in lists[1:]]
        second, second_weights = others[0]
        width = len(second) * (len(others[1][0]) if shape.wires == 3 else 1) * len(shape.forms)
        rows = max(1, _GATES_AT_ONCE // width)
        columns = max(1, _GATES_AT_ONCE * len(second) // width)
        for i in range(0, len(first), rows):
            for j in range(0, len(second), columns):
                if self.effort.left() <= 0:
                    raise BudgetEnded
                part, other = slice(i, i + rows), slice(j, j + columns)
                given = first[part], weights[part], second[other], second_weights[other]
                if shape.wires == 2:
                    add_pairs(*given, shape.normal_forms, self.mask, number, totals)
                else:
                    start = j if alike else -1
                    add_triples(
                        *given, *others[1], shape.normal_forms, self.mask, number, start, totals
                    )
        return totals

    def _spread(
        self, places: NDArray[np.int64], ways: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        # All functions of some classes, each with its class's number of formulas.
        weight = np.full(len(self.lengths), -1, dtype=np.int64)
        weight[places] = ways
        weights = weight[self.numbers]
        chosen = weights >= 0
        return self.functions[chosen], weights[chosen]


def _inputs(inputs: int) -> NDArray[np.int64]:
    return np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)


def _descending(total: int, parts: int, most: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        if 0 <= total <= most:
            yield (total,)
        return
    for first in range(min(total, most), -1, -1):
        for rest in _descending(total - first, parts - 1, first):
            yield (first, *rest)


def _exactly(total: int, parts: int) -> int:
    quotient, rest = divmod(total, parts)
    if rest:
        raise ArithmeticError(f"a count of {total} does not divide by {parts}")
    return quotient
