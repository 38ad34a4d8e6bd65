"""Least depths D and least formula lengths L of all functions, by combining smaller ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.five_inputs.classes import (
    OpenClasses,
    applied,
    byte_images,
    function_classes,
    operator_masks,
)
from mesacircuits.enumeration.five_inputs.half_kernels import combine_classes, split_by_xor
from mesacircuits.enumeration.five_inputs.witness_kernels import joined_sets
from mesacircuits.enumeration.units import UnitResult, Work, has_arrays, run_units
from mesacircuits.records import content_hash

__all__ = ["Reached", "formula_circuits", "formula_lengths", "least_depths", "rounds"]

# Raise this when a change could change what a unit holds.
_VERSION = 1
# Pairs of functions combined in a unit, functions split in one, formulas made circuits in one:
# about a second each.
_PAIRS_AT_ONCE = 20_000_000
_SPLITS_AT_ONCE = 1 << 13
_CIRCUITS_AT_ONCE = 1 << 15
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


def rounds(count: int) -> Iterator[range]:
    """Yield the numbers below `count`, a range of twice as many each time.

    Units of a round are independent of one another; later ones are spared what these found.

    >>> list(rounds(5))
    [range(0, 1), range(1, 2), range(2, 4), range(4, 5)]
    """
    first = 0
    while first < count:
        beyond = min(max(1, 2 * first), count)
        yield range(first, beyond)
        first = beyond


@dataclass(frozen=True, eq=False)
class _Unit:
    """Functions to combine with others, or to split by them, to reach classes that are open."""

    open: OpenClasses
    basis: Basis
    lefts: NDArray[np.int64]
    rights: NDArray[np.int64]


def _combine(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    waiting = unit.open.copy()
    before = waiting.holds()
    parts = np.zeros((len(before), 3), dtype=np.int64)
    tried = combine_classes(
        unit.lefts,
        unit.rights,
        operator_masks(unit.basis),
        waiting.classes.places,
        waiting.marks,
        int(before.sum()),
        parts,
        most_tried,
        stop,
    )
    met = np.flatnonzero(before & ~waiting.holds())
    return _reached(met, parts[met], tried, stop, most_tried)


def _split(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    classes = unit.open.classes
    splits = np.zeros_like(unit.lefts)
    tried = split_by_xor(
        unit.lefts, unit.rights, classes.places, unit.open.marks, splits, most_tried, stop
    )
    met = splits != 0
    left, right = splits[met], unit.lefts[met] ^ splits[met]
    parts = np.stack([left, right, np.full_like(left, unit.basis.index("xor"))], axis=1)
    return _reached(classes.of(unit.lefts[met]), parts, tried, stop, most_tried)


def _reached(
    numbers: NDArray[np.int64],
    parts: NDArray[np.int64],
    tried: int,
    stop: NDArray[np.uint8],
    most_tried: int,
) -> UnitResult:
    rows = np.concatenate([numbers[:, None], parts], axis=1).astype(np.uint32)
    return UnitResult({"reached": rows}, int(tried), not stop[0] and tried <= most_tried)


class _Search:
    # What is open, and what was found, of one measure, `length` or `depth`.
    def __init__(self, inputs: int, basis: Basis, effort: Effort, measure: str) -> None:
        self.classes = function_classes(inputs)
        self.basis = basis
        self.effort = effort
        self.measure = measure
        self.values = np.full(len(self.classes), -1, dtype=np.int64)
        self.values[self.classes.trivial] = 0
        self.parts = np.zeros((len(self.classes), 3), dtype=np.int64)
        self.open = OpenClasses(self.classes, np.flatnonzero(self.values < 0))

    @property
    def remaining(self) -> bool:
        return bool(self.open.marks.any())

    def of_value(self, least: int, most: int) -> NDArray[np.int64]:
        # Classes of these values; the constant combines to nothing new.
        held = (self.values >= least) & (self.values <= most)
        held[self.classes.trivial[0]] = False
        return np.flatnonzero(held)

    def combine(self, lefts: NDArray[np.int64], rights: NDArray[np.int64], value: int) -> None:
        # Look at all gates over a left and a right function, which have this value.
        if not len(rights):
            return
        step = max(1, _PAIRS_AT_ONCE // max(1, len(rights)))
        starts = range(0, len(lefts), step)
        for some in rounds(len(starts)):
            if not self.remaining:
                return
            waiting = self.open.copy()
            each = [lefts[starts[k] : starts[k] + step] for k in some]
            self._run(_combine, waiting, each, rights, value)

    def split(self, parts: NDArray[np.int64], value: int) -> None:
        # What is found is closed in another set than is looked at: no part may be one of it.
        waiting = self.open.copy()
        functions = self.classes.normal[waiting.numbers]
        mixed = np.random.default_rng(0).permutation(parts)
        starts = range(0, len(functions), _SPLITS_AT_ONCE)
        each = [functions[k : k + _SPLITS_AT_ONCE] for k in starts]
        self._run(_split, waiting, each, mixed, value)

    def _run(
        self,
        work: Work[_Unit],
        waiting: OpenClasses,
        lefts: list[NDArray[np.int64]],
        rights: NDArray[np.int64],
        value: int,
    ) -> None:
        units = [_Unit(waiting, self.basis, some, rights) for some in lefts]
        about = (self.classes.inputs, self.basis.to_json(), self.measure, value, waiting.digest)
        sides = [[int(side[0]), int(side[-1]), len(side)] for side in (*lefts, rights)]
        key = content_hash(["five_inputs", _VERSION, work.__name__, *about, sides])
        title = f"{self.classes.inputs} inputs, {self.measure} {value}"
        check = partial(self._check, value)
        with closing(run_units(work, units, self.effort, key, title, check)) as results:
            for _, result in results:
                rows = result.arrays["reached"].astype(np.int64)
                rows = rows[self.open.holds()[rows[:, 0]]]
                self.parts[rows[:, 0]] = rows[:, 1:]
                self.open.close(rows[:, 0])

    def _check(self, value: int, unit: _Unit, result: UnitResult) -> None:
        # That each gate gives an open class this value; that nothing gave it before is not shown.
        has_arrays(result.arrays, {"reached": (np.uint32, (None, 4))})
        number, x, y, op = result.arrays["reached"].astype(np.int64).T
        c, masks = self.classes, operator_masks(self.basis)
        if (number >= len(c)).any() or len(np.unique(number)) < len(number):
            raise ValueError("one that gives no classes")
        if ((x | y) & ~c.mask | (x | y) & 1).any() or (op >= len(masks)).any():
            raise ValueError("one of no gates")
        if not unit.open.holds()[number].all() or (c.of(applied(x, y, masks[op])) != number).any():
            raise ValueError("one that gives other classes")
        left, right = self.values[c.of(x)], self.values[c.of(y)]
        adds = self.measure == "length"
        reached = 1 + (left + right if adds else np.maximum(left, right))
        if ((left < 0) | (right < 0) | (reached > value) | (adds & (reached < value))).any():
            raise ValueError("one that gives other values")

    def settle(self, value: int) -> bool:
        # Give `value` to what is no longer open; return whether there was anything.
        new = (self.values < 0) & ~self.open.holds()
        self.values[new] = value
        return bool(new.any())


def formula_lengths(inputs: int, basis: Basis, effort: Effort | None = None) -> Reached:
    """Return the least formula length L of every NPN class of functions of n <= 5 inputs.

    L(f) is the least number of operators of a fan-out-free formula for f, inverters free. f has
    L(f) <= r iff it or its inverse is a gate over normal functions g, h with L(g) + L(h) < r.
    Permuting and negating inputs carries such pairs to such pairs, so one of the two runs through
    representatives of classes alone. Every level is complete before the next is begun, but for the
    last, which ends when no function is left.

    Raises:
        ArgumentError: unless `inputs` is from 2 to 5.
        BudgetEnded: if the effort's budget ran out; with its store, another run goes on there.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2 (whose counts this reproduces), algorithm L.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(formula_lengths(4, B2).values).tolist()
    [2, 2, 5, 20, 34, 75, 68, 16]
    """
    search = _Search(inputs, basis, effort or Effort(), "length")
    members: list[NDArray[np.int64]] = []
    length = 0
    while search.remaining:
        length += 1
        for shorter in range((length + 1) // 2):
            longer = length - 1 - shorter
            if shorter == len(members):
                members.append(search.classes.members(search.of_value(shorter, shorter)))
            lefts = search.classes.normal[search.of_value(longer, longer)]
            search.combine(lefts, members[shorter], length)
        if not search.settle(length) and length > 2 * int(search.values.max()) + 1:
            # An incomplete basis: no longer formula has parts left to combine.
            break
    return Reached(search.values, search.parts)


def least_depths(inputs: int, basis: Basis, effort: Effort | None = None) -> Reached:
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
    search = _Search(inputs, basis, effort or Effort(), "depth")
    depth = 0
    while search.remaining:
        lower = search.of_value(0, depth)
        members = search.classes.members(lower)
        depth += 1
        if len(lower) * len(members) > _MANY_PAIRS and basis.admits("xor"):
            search.split(members, depth)
        search.combine(search.classes.normal[lower], members, depth)
        if not search.settle(depth):
            break
    return Reached(search.values, search.parts)


# -- formulas as circuits ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Joining:
    """Classes of one length, what their formulas consist of, and sets of gates for that."""

    inputs: int
    basis: Basis
    length: int
    targets: NDArray[np.int64]
    parts: NDArray[np.int64]
    normal: NDArray[np.int64]
    sets: NDArray[np.int64]


def _join(unit: _Joining, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    classes, tried = function_classes(unit.inputs), len(unit.targets)
    if stop[0] or tried > most_tried:
        return UnitResult({}, tried, False)
    operators, images = operator_masks(unit.basis), byte_images(unit.inputs)
    sets = joined_sets(
        unit.parts, unit.normal, unit.sets, unit.targets, operators, images, classes.mask
    )
    used = int((sets != 0).any(axis=0).sum())
    return UnitResult({"gates": classes.circuits(sets[:, :used].copy(), unit.basis)}, tried, True)


def _check_circuits(unit: _Joining, result: UnitResult) -> None:
    has_arrays(result.arrays, {"gates": (np.uint8, (len(unit.targets), None, 3))})
    gates = result.arrays["gates"]
    if not 1 <= gates.shape[1] <= unit.length:
        raise ValueError("circuits that are no formulas")
    tables = function_classes(unit.inputs).evaluated(gates, unit.basis)
    if (_last_of(tables) != unit.targets).any():
        raise ValueError("circuits that compute other functions")


def _last_of(tables: NDArray[np.int64]) -> NDArray[np.int64]:
    # The last table of each row, shape (m, r), that is not 0.
    last: NDArray[np.int64] = tables[np.arange(len(tables)), (tables != 0).sum(axis=1) - 1]
    return last


def formula_circuits(
    lengths: Reached, inputs: int, basis: Basis, effort: Effort
) -> NDArray[np.uint8]:
    """Return for each class its least formula as a circuit, equal gates shared: C <= L.

    Returns:
        (low, high, operator) of each gate, shape (c, longest, 3), 0 beyond the end of a circuit,
        which computes the normal member of the class. Each was evaluated.

    Raises `BudgetEnded` as `formula_lengths` does.
    """
    classes = function_classes(inputs)
    longest = max(1, int(lengths.values.max(initial=0)))
    gates = np.zeros((len(classes), longest, 3), dtype=np.uint8)
    sets = np.zeros((len(classes), longest), dtype=np.int64)
    sides = np.stack([classes.of(lengths.parts[:, side]) for side in range(2)], axis=1)
    for length in range(1, longest + 1):
        every = np.flatnonzero(lengths.values == length)
        each = [every[k : k + _CIRCUITS_AT_ONCE] for k in range(0, len(every), _CIRCUITS_AT_ONCE)]
        units, digest = [], hashlib.sha256()
        for numbers in each:
            two, parts, targets = sides[numbers], lengths.parts[numbers], classes.normal[numbers]
            below = sets[two][:, :, : max(1, length - 1)].copy()
            for array in (targets, parts, below):
                digest.update(array.tobytes())
            joining = _Joining(inputs, basis, length, targets, parts, classes.normal[two], below)
            units.append(joining)
        about = (inputs, basis.to_json(), length, digest.hexdigest())
        key = content_hash(["five_inputs", _VERSION, "circuits", *about])
        title = f"{inputs} inputs, circuits of length {length}"
        with closing(run_units(_join, units, effort, key, title, _check_circuits)) as results:
            for number, result in results:
                found, numbers = result.arrays["gates"], each[number]
                tables = classes.evaluated(found, basis)
                if (_last_of(tables) != units[number].targets).any():
                    raise ArithmeticError("a formula that computes another function")
                gates[numbers, : found.shape[1]] = found
                sets[numbers, : found.shape[1]] = tables
    return gates
