"""Least depths D and least formula lengths L of all functions, by combining smaller ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration import rows
from mesacircuits.enumeration.effort import BudgetEnded, Effort, ProgressBar
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.formula_kernels import combine_classes, split_by_xor
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.errors import ArgumentError

__all__ = ["KeptParts", "Reached", "formula_lengths", "least_depths", "operator_masks", "parts_key"]

# Pairs of functions combined in a part, and functions split in one: about a second each.
_PAIRS_AT_ONCE = 20_000_000
_SPLITS_IN_PART = 1 << 14
# XORs looked up between two looks at the clock.
_SPLITS_AT_ONCE = 256
# Raise this when a change could change what a part holds.
_VERSION = 1
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
    if not has_fast_kernel(basis):
        expected = "two-input operators with free inverters, closed under inverting operands"
        raise ArgumentError("basis", expected, basis.name)
    return rows.operator_masks(basis).view(np.int64)


class KeptParts(Protocol):
    """Where the finished parts of a search are kept, by number, from 0 on."""

    def take(self, number: int) -> NDArray[np.int64] | None:
        """Return what was kept of a part: a class and its row of `Reached.parts` each, (m, 4)."""

    def keep(self, number: int, found: NDArray[np.int64]) -> None:
        """Keep what a part found."""


class _Nowhere:
    def take(self, number: int) -> None:
        return None

    def keep(self, number: int, found: NDArray[np.int64]) -> None:
        pass


def parts_key() -> str:
    """Return what the division of a search into parts depends on.

    >>> parts_key()
    '1 20000000 16384 1000000000'
    """
    return f"{_VERSION} {_PAIRS_AT_ONCE} {_SPLITS_IN_PART} {_MANY_PAIRS}"


class _Search:
    # What is open, and what was found, of one measure. The parts of a search follow one another;
    # what one finds depends on those before alone.
    def __init__(
        self, inputs: int, basis: Basis, effort: Effort, kept: KeptParts | None, adds: bool
    ) -> None:
        self.classes: FunctionClasses = function_classes(inputs)
        self.operators = operator_masks(basis)
        self.effort = effort
        self.kept = kept or _Nowhere()
        self.adds = adds
        self.following = 0
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
        self, lefts: NDArray[np.int64], rights: NDArray[np.int64], value: int, bar: ProgressBar
    ) -> None:
        # Look at all gates over a left and a right function, which have this value.
        step = max(1, _PAIRS_AT_ONCE // max(1, len(rights)))
        c = self.classes
        for first in range(0, len(lefts), step):
            if not self.remaining:
                return
            found = self._kept(value)
            if found is None:
                waiting = self.open.numbers
                self.remaining = combine_classes(
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
                )
                met = np.setdiff1d(waiting, self.open.numbers, assume_unique=True)
                found = self._keep(met, self.parts[met])
            else:
                self._close(found)
            bar.advance(len(found))

    def split(self, parts: NDArray[np.int64], xor: int, value: int, bar: ProgressBar) -> None:
        # Only when all are split may what was found be closed: no part may be one of them.
        numbers = self.open.numbers
        mixed = np.random.default_rng(0).permutation(parts)
        every = []
        for first in range(0, len(numbers), _SPLITS_IN_PART):
            found = self._kept(value)
            if found is None:
                some = numbers[first : first + _SPLITS_IN_PART]
                functions = self.classes.normal[some]
                splits = self._splits(functions, mixed)
                rows = np.stack([splits, functions ^ splits, np.full(len(some), xor)], axis=1)
                met = splits != 0
                found = self._keep(some[met], rows[met])
            every.append(found)
            bar.advance(len(found))
        self._close(np.concatenate([np.empty((0, 4), dtype=np.int64), *every]))

    def _splits(self, functions: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.int64]:
        c = self.classes
        splits = np.zeros(len(functions), dtype=np.int64)
        for first in range(0, len(functions), _SPLITS_AT_ONCE):
            if self.effort.left() <= 0:
                raise BudgetEnded
            some = slice(first, first + _SPLITS_AT_ONCE)
            split_by_xor(
                functions[some], parts, c.width, c.entries, c.moves, self.open.marks, splits[some]
            )
        return splits

    def _close(self, found: NDArray[np.int64]) -> None:
        self.parts[found[:, 0]] = found[:, 1:]
        self.open.close(found[:, 0])
        self.remaining -= len(found)

    def _kept(self, value: int) -> NDArray[np.int64] | None:
        # What was kept of the part that follows, looked through; None if it is to be run.
        found = self.kept.take(self.following)
        if found is not None:
            self._check(found, value)
            self.following += 1
        elif self.effort.left() <= 0:
            raise BudgetEnded
        return found

    def _keep(self, numbers: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.concatenate([numbers[:, None], rows], axis=1)
        self.kept.keep(self.following, found)
        self.following += 1
        return found

    def _check(self, found: NDArray[np.int64], value: int) -> None:
        # That each gate gives an open class this value; that nothing gave it before is not shown.
        number, x, y, op = found.T
        c = self.classes
        bad = (number < 0) | (number >= len(c)) | (op < 0) | (op >= len(self.operators))
        for side in (x, y):
            bad |= (side < 0) | (side > c.mask) | (side & 1 == 1)
        if bad.any() or len(np.unique(number)) < len(number):
            raise ValueError("a part that gives no classes")
        masks = self.operators[op]
        both = x & y
        tables = ((x ^ both) & masks[:, 0]) | ((y ^ both) & masks[:, 1]) | (both & masks[:, 2])
        if not np.isin(number, self.open.numbers).all() or (c.of(tables) != number).any():
            raise ValueError("a part that gives other classes")
        left, right = self.values[c.of(x)], self.values[c.of(y)]
        reached = 1 + (left + right if self.adds else np.maximum(left, right))
        short = reached > value if not self.adds else reached != value
        if ((left < 0) | (right < 0) | short).any():
            raise ValueError("a part that gives other values")

    def settle(self, value: int) -> bool:
        # Give `value` to what is no longer open; return whether there was anything.
        new = self.values < 0
        new[self.open.numbers] = False
        self.values[new] = value
        return bool(new.any())

    @property
    def result(self) -> Reached:
        return Reached(self.values, self.parts)


def formula_lengths(
    inputs: int, basis: Basis, effort: Effort | None = None, kept: KeptParts | None = None
) -> Reached:
    """Return the least formula length L of every NPN class of functions of n <= 5 inputs.

    L(f) is the least number of operators of a fan-out-free formula for f, inverters free. f has
    L(f) <= r iff it or its inverse is a gate over normal functions g, h with L(g) + L(h) < r.
    Permuting and negating inputs carries such pairs to such pairs, so one of the two runs through
    representatives of classes alone. Every level is complete before the next is begun, but for the
    last, which ends when no function is left.

    Arguments:
        kept: where finished parts are kept, and taken from; by default nowhere.

    Raises:
        ArgumentError: unless `inputs` is from 2 to 5.
        BudgetEnded: if the effort's budget ran out.
        ValueError: for a part that was kept and cannot be one.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2 (whose counts this reproduces), algorithm L.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(formula_lengths(4, B2).values).tolist()
    [2, 2, 5, 20, 34, 75, 68, 16]
    """
    search = _Search(inputs, basis, effort or Effort(), kept, adds=True)
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
                search.combine(lefts, members[shorter], length, bar)
            if not search.settle(length) and length > 2 * int(search.values.max()) + 1:
                # An incomplete basis: no longer formula has parts left to combine.
                break
    return search.result


def least_depths(
    inputs: int, basis: Basis, effort: Effort | None = None, kept: KeptParts | None = None
) -> Reached:
    """Return the least depth D of every NPN class of functions of n <= 5 inputs.

    f has D(f) <= d + 1 iff it or its inverse is a gate over normal functions of depth at most d;
    one of the two runs through representatives of classes alone. Where the pairs are very many,
    each open class is first looked for as the XOR of two such functions: a pair found is proof
    enough, and only what has none is left to combining all pairs.

    Arguments and errors are those of `formula_lengths`.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts this reproduces.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(least_depths(4, B2).values).tolist()
    [2, 2, 17, 179, 22]
    """
    search = _Search(inputs, basis, effort or Effort(), kept, adds=False)
    depth = 0
    with search.effort.bar(f"{inputs} inputs, depths", search.remaining) as bar:
        while search.remaining:
            lower = search.of_value(0, depth)
            members = search.classes.members(lower)
            depth += 1
            if len(lower) * len(members) > _MANY_PAIRS and basis.admits("xor"):
                search.split(members, basis.index("xor"), depth, bar)
            search.combine(search.classes.normal[lower], members, depth, bar)
            if not search.settle(depth):
                break
    return search.result
