"""Least depths D and least formula lengths L of all functions, by combining smaller ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.effort import BudgetEnded, Effort, ProgressBar
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.formula_kernels import combine_classes, split_by_xor

__all__ = ["Reached", "formula_lengths", "least_depths", "operator_masks"]

# Pairs of functions combined, or XORs looked up, between two looks at the clock.
_PAIRS_AT_ONCE = 20_000_000
_SPLITS_AT_ONCE = 256
# From so many pairs on it pays to look for a way to each class instead of combining all pairs.
_MANY_PAIRS = 1_000_000_000


@dataclass(frozen=True, eq=False)
class Reached:
    """A measure of every NPN class, each value with a pair of functions that shows it.

    Attributes:
        values: the measure of each class, shape (c,).
        parts: shape (c, 3): functions g, h with f(0) = 0 and an operator (its place in the
            basis) such that g op h is in the class, and g and h have measures that add up
            (for lengths) or lie below (for depths). 0 for the constants and the inputs.
    """

    values: NDArray[np.int64]
    parts: NDArray[np.int64]


def operator_masks(basis: Basis) -> NDArray[np.int64]:
    """Return a basis of free inverters as `apply_operator` takes it, with -1 for all-ones."""
    return first_level(2, basis).operators.view(np.int64)


class _Search:
    # What is open, and what was found, of one measure.
    def __init__(self, inputs: int, basis: Basis, effort: Effort) -> None:
        self.classes: FunctionClasses = function_classes(inputs)
        self.operators = operator_masks(basis)
        self.effort = effort
        self.values = np.full(len(self.classes), -1, dtype=np.int64)
        self.values[self.classes.trivial] = 0
        self.parts = np.zeros((len(self.classes), 3), dtype=np.int64)
        self.open = OpenClasses(self.classes, np.flatnonzero(self.values < 0))
        self.remaining = int((self.values < 0).sum())

    def of_value(self, least: int, most: int) -> NDArray[np.int64]:
        # Classes of these values; the constant combines to nothing new.
        held = (self.values >= least) & (self.values <= most)
        held[self.classes.trivial[0]] = False
        return np.flatnonzero(held)

    def combine(
        self, lefts: NDArray[np.int64], rights: NDArray[np.int64], bar: ProgressBar
    ) -> None:
        step = max(1, _PAIRS_AT_ONCE // max(1, len(rights)))
        c = self.classes
        for first in range(0, len(lefts), step):
            if not self.remaining:
                return
            if self.effort.left() <= 0:
                raise BudgetEnded
            before, self.remaining = (
                self.remaining,
                combine_classes(
                    lefts[first : first + step],
                    rights,
                    self.operators,
                    c.width,
                    c.entries,
                    c.moves,
                    c.numbers,
                    self.open.marks,
                    c.starts,
                    c.places,
                    self.remaining,
                    self.parts,
                ),
            )
            bar.advance(before - self.remaining)

    def split(self, parts: NDArray[np.int64], xor: int, bar: ProgressBar) -> None:
        # Only when all are split may what was found be closed: no part may be one of them.
        c = self.classes
        numbers = self.open.numbers
        functions = c.normal[numbers]
        splits = np.zeros(len(functions), dtype=np.int64)
        mixed = np.random.default_rng(0).permutation(parts)
        for first in range(0, len(functions), _SPLITS_AT_ONCE):
            if self.effort.left() <= 0:
                raise BudgetEnded
            some = slice(first, first + _SPLITS_AT_ONCE)
            split_by_xor(
                functions[some], mixed, c.width, c.entries, c.moves, self.open.marks, splits[some]
            )
            bar.advance(int((splits[some] != 0).sum()))
        found = splits != 0
        self.parts[numbers[found]] = np.stack(
            [splits[found], functions[found] ^ splits[found], np.full(found.sum(), xor)], axis=1
        )
        self.open.close(numbers[found])
        self.remaining -= int(found.sum())

    def settle(self, value: int) -> bool:
        # Give `value` to what is no longer open; return whether there was anything.
        new = self.values < 0
        new[self.open.numbers] = False
        self.values[new] = value
        return bool(new.any())

    @property
    def result(self) -> Reached:
        return Reached(self.values, self.parts)


def formula_lengths(inputs: int, basis: Basis, effort: Effort | None = None) -> Reached:
    """Return the least formula length L of every NPN class of functions of n <= 5 inputs.

    L(f) is the least number of operators of a fan-out-free formula for f, inverters free. f has
    L(f) <= r iff it or its inverse is a gate over normal functions g, h with L(g) + L(h) < r.
    Permuting and negating inputs carries such pairs to such pairs, so one of the two runs through
    representatives of classes alone. Every level is complete before the next is begun, but for the
    last, which ends when no function is left.

    Raises:
        ArgumentError: unless `inputs` is from 2 to 5.
        BudgetEnded: if the effort's budget ran out.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2 (whose counts this reproduces), algorithm L.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(formula_lengths(4, B2).values).tolist()
    [2, 2, 5, 20, 34, 75, 68, 16]
    """
    search = _Search(inputs, basis, effort or Effort())
    title = f"{inputs} inputs, formulas"
    members: list[NDArray[np.int64]] = []
    length = 0
    with search.effort.bar(title, search.remaining) as bar:
        while search.remaining:
            length += 1
            for shorter in range((length + 1) // 2):
                longer = length - 1 - shorter
                if shorter == len(members):
                    members.append(search.classes.members(search.of_value(shorter, shorter)))
                lefts = search.classes.normal[search.of_value(longer, longer)]
                search.combine(lefts, members[shorter], bar)
            if not search.settle(length) and length > 2 * int(search.values.max()) + 1:
                # An incomplete basis: no longer formula has parts left to combine.
                break
    return search.result


def least_depths(inputs: int, basis: Basis, effort: Effort | None = None) -> Reached:
    """Return the least depth D of every NPN class of functions of n <= 5 inputs.

    f has D(f) <= d + 1 iff it or its inverse is a gate over normal functions of depth at most d;
    one of the two runs through representatives of classes alone. Where the pairs are very many,
    each open class is first looked for as the XOR of two such functions: a pair found is proof
    enough, and only what has none is left to combining all pairs.

    Raises:
        ArgumentError: unless `inputs` is from 2 to 5.
        BudgetEnded: if the effort's budget ran out.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts this reproduces.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(least_depths(4, B2).values).tolist()
    [2, 2, 17, 179, 22]
    """
    search = _Search(inputs, basis, effort or Effort())
    depth = 0
    with search.effort.bar(f"{inputs} inputs, depths", search.remaining) as bar:
        while search.remaining:
            lower = search.of_value(0, depth)
            members = search.classes.members(lower)
            depth += 1
            if len(lower) * len(members) > _MANY_PAIRS and basis.admits("xor"):
                search.split(members, basis.index("xor"), bar)
            search.combine(search.classes.normal[lower], members, bar)
            if not search.settle(depth):
                break
    return search.result
