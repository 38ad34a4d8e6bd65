"""One objective: whether groups of wires compute the same score, by renaming or by utility."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.tasks import OptimisationTask

__all__ = [
    "REENCODINGS",
    "Objective",
    "Reading",
    "RenamedObjective",
    "UtilityObjective",
    "orders_of_values",
]

#: How the objective may be re-encoded before groups are compared (see `SearchLike`).
REENCODINGS = ("common", "none", "per-group")

Word = tuple[int, ...]
Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A group of wires as it is read.

    Attributes:
        wires: the wires; wire j is bit j of the group's value.
        inverted: for each whether it is read inverted.
        word: the candidate that the group evaluates, where that is known beforehand.
    """

    wires: tuple[int, ...]
    inverted: tuple[bool, ...]
    word: Word | None = None


class Objective(Protocol):
    """What it means that groups compute one objective."""

    def readings(self, wires: tuple[int, ...], first: bool) -> Iterator[Reading]:
        """Yield how a group, the first of a choice or a later one, may be read."""

    def is_one(self, readings: Sequence[Reading]) -> bool:
        """Return whether two or more groups, so read, compute one objective."""

    def orders(self, readings: Sequence[Reading]) -> Iterable[Order]:
        """Return the orders of values, worst first, that the objective allows."""


def orders_of_values(width: int) -> list[Order]:
    """Return the orders of the values of a group of so many wires, lexicographically.

    A single wire may be read inverted, so that its one order is 0, 1.

    >>> len(orders_of_values(1)), len(orders_of_values(2)), orders_of_values(2)[0]
    (1, 24, (0, 1, 2, 3))
    """
    return [(0, 1)] if width == 1 else list(permutations(range(1 << width)))


def _readings(wires: tuple[int, ...], first: bool, word: Word | None) -> Iterator[Reading]:
    if first and len(wires) > 1:
        # All orders of values are tried, so the first group may as well be read as it is.
        yield Reading(wires, (False,) * len(wires), word)
        return
    for arranged in permutations(wires):
        for inverted in product((False, True), repeat=len(wires)):
            yield Reading(arranged, inverted, word)


class RenamedObjective:
    """One objective without utilities: groups that renamings carry to each other, on S.

    With G_i(y) the value of group i and S the support, groups are one objective iff there is a
    mask r such that each G_i(y XOR r) is G_0(p_i(y) XOR r) for a permutation p_i of inputs, for
    all y in S; XOR r and the p_i map S onto itself. Where re-encodings are `none`, r is 0; where
    they are `per-group`, each group has a mask of its own.

    Arguments:
        values: the table of each wire.
        inputs: the number of inputs.
        support: S as an integer.
        reencoding: one of `REENCODINGS`.
    """

    def __init__(self, values: Sequence[int], inputs: int, support: int, reencoding: str) -> None:
        self._values, self._inputs, self._support = values, inputs, support
        self._own = reencoding == "per-group"
        self._full = (1 << (1 << inputs)) - 1
        orders, masks = np_group(inputs)
        self._orders, self._masks = orders, masks
        # Images of the support: renamings and re-encodings must map it onto itself.
        kept = images_under(np.uint64(support), inputs, orders, masks)
        kept = kept.reshape(-1, 1 << inputs) == np.uint64(support)
        self._renamings = np.flatnonzero(kept[:, 0])
        every = [0] if reencoding == "none" else np.flatnonzero(kept[0]).tolist()
        self._reencodings: list[int] = every
        self._images: dict[int, NDArray[np.uint64]] = {}
        self._forms: dict[Reading, list[tuple[int, ...]]] = {}
        self._counts: dict[Reading, tuple[int, ...]] = {}

    def readings(self, wires: tuple[int, ...], first: bool) -> Iterator[Reading]:
        """Yield how a group may be read: any polarities, any correspondence of its wires."""
        return _readings(wires, first, None)

    def orders(self, readings: Sequence[Reading]) -> Iterable[Order]:
        """Return every order of values."""
        return orders_of_values(len(readings[0].wires))

    def is_one(self, readings: Sequence[Reading]) -> bool:
        """Return whether the groups are one objective under the re-encodings allowed."""
        # Renamings and re-encodings permute S, so each value has as many inputs in every group.
        counts = self._count(readings[0])
        if any(self._count(reading) != counts for reading in readings[1:]):
            return False
        forms = [self._form(reading) for reading in readings]
        if self._own:
            return bool(set(forms[0]).intersection(*forms[1:]))
        return any(all(form == first for form in rest) for first, *rest in zip(*forms, strict=True))

    def fields(self, readings: Sequence[Reading]) -> list[dict[str, object]]:
        """Return for each group the least re-encoding and the first renaming that serve."""
        masks = self._least_reencodings(readings)
        firsts = self._image(readings[0])
        found: list[dict[str, object]] = []
        for reading, r in zip(readings, masks, strict=True):
            same = np.logical_and.reduce(
                [
                    first[:, masks[0]] == own[0, r]
                    for first, own in zip(firsts, self._image(reading), strict=True)
                ]
            )
            row = int(np.flatnonzero(same)[0])
            order = self._orders[self._renamings[row] << self._inputs]
            found.append({"reencoding": r, "renaming": [int(i) for i in order]})
        return found

    def _least_reencodings(self, readings: Sequence[Reading]) -> list[int]:
        forms = [self._form(reading) for reading in readings]
        if self._own:
            # The first is read as it is; some re-encoding of each other matches it.
            return [self._reencodings[form.index(forms[0][0])] for form in forms]
        same = [all(form == first for form in rest) for first, *rest in zip(*forms, strict=True)]
        return [self._reencodings[same.index(True)]] * len(readings)

    def _read(self, reading: Reading) -> list[int]:
        return [
            self._values[w] ^ (self._full if inverted else 0)
            for w, inverted in zip(reading.wires, reading.inverted, strict=True)
        ]

    def _count(self, reading: Reading) -> tuple[int, ...]:
        if reading not in self._counts:
            tables = self._read(reading)
            found = []
            for code in product((0, self._full), repeat=len(tables)):
                inside = self._support
                for table, unlike in zip(tables, code, strict=True):
                    inside &= table ^ unlike
                found.append(inside.bit_count())
            self._counts[reading] = tuple(found)
        return self._counts[reading]

    def _image(self, reading: Reading) -> list[NDArray[np.uint64]]:
        """Return each read table under renaming p (row) after re-encoding r (column), on S."""
        found = []
        for wire, inverted in zip(reading.wires, reading.inverted, strict=True):
            if wire not in self._images:
                bits = np.uint64(self._values[wire])
                moved = images_under(bits, self._inputs, self._orders, self._masks)
                self._images[wire] = moved.reshape(-1, 1 << self._inputs)[self._renamings]
            flip = np.uint64(self._full if inverted else 0)
            found.append((self._images[wire] ^ flip) & np.uint64(self._support))
        return found

    def _form(self, reading: Reading) -> list[tuple[int, ...]]:
        """Return, for each re-encoding, the least image: equal iff a renaming carries one to it."""
        if reading not in self._forms:
            images = [image[:, self._reencodings] for image in self._image(reading)]
            alive = np.ones(images[0].shape, dtype=np.bool_)
            least = []
            for image in images:
                lowest = np.where(alive, image, ~np.uint64(0)).min(axis=0)
                alive &= image == lowest
                least.append(lowest.tolist())
            self._forms[reading] = list(zip(*least, strict=True))
        return self._forms[reading]


class UtilityObjective:
    """One objective where utilities are given: groups that are one monotone map of utility.

    Groups i with words w_i are one objective iff there are a map phi from utilities to values and
    an order of values such that phi increases weakly and G_i(x) = phi(U(x, w_i)) for all x in S.
    The order of utilities alone counts: no increasing change of U matters.

    Arguments:
        values: the table of each wire.
        task: the task whose candidates and utilities are meant.
    """

    def __init__(self, values: Sequence[int], task: OptimisationTask) -> None:
        self._values = values
        #: For each candidate its utilities on S, and the inputs of S on which it has each.
        self._levels: dict[Word, dict[Fraction, int]] = {}
        for place, candidate in enumerate(task.candidates):
            word = tuple(candidate >> i & 1 for i in range(task.outputs))
            levels = self._levels.setdefault(word, {})
            for x, row in enumerate(task.utilities):
                if task.support_bits >> x & 1:
                    levels[row[place]] = levels.get(row[place], 0) | 1 << x
        self._bits: dict[tuple[int, Word], dict[Fraction, int] | None] = {}

    def readings(self, wires: tuple[int, ...], first: bool) -> Iterator[Reading]:
        """Yield how a group may be read, and for which candidates it is a map of utility."""
        for word in self._levels:
            if all(self._map_of_wire(wire, word) is not None for wire in wires):
                yield from _readings(wires, first, word)

    def orders(self, readings: Sequence[Reading]) -> Iterable[Order]:
        """Yield the orders of values in which the common map, if there is one, increases."""
        phi = self.common_map(readings)
        if phi is None:
            return
        values = [phi[utility] for utility in sorted(phi)]
        for order in orders_of_values(len(readings[0].wires)):
            ranks = [order.index(value) for value in values]
            if ranks == sorted(ranks):
                yield order

    def is_one(self, readings: Sequence[Reading]) -> bool:
        """Return whether the groups' words differ and one map of utility explains all."""
        words = {reading.word for reading in readings}
        return len(words) == len(readings) and any(True for _ in self.orders(readings))

    def common_map(self, readings: Sequence[Reading]) -> dict[Fraction, int] | None:
        """Return the value for each utility that occurs, or None if groups disagree on one."""
        phi: dict[Fraction, int] = {}
        for reading in readings:
            assert reading.word is not None
            bits = [self._map_of_wire(wire, reading.word) for wire in reading.wires]
            for utility in self._levels[reading.word]:
                value = 0
                for j, (known, inverted) in enumerate(zip(bits, reading.inverted, strict=True)):
                    if known is None:
                        return None
                    value |= (known[utility] ^ inverted) << j
                if phi.setdefault(utility, value) != value:
                    return None
        return phi

    def _map_of_wire(self, wire: int, word: Word) -> dict[Fraction, int] | None:
        """Return the wire's bit for each utility of the word; None if it is no function of it."""
        if (wire, word) not in self._bits:
            bits: dict[Fraction, int] | None = {}
            for utility, inputs in self._levels[word].items():
                inside = self._values[wire] & inputs
                if inside not in (0, inputs) or bits is None:
                    bits = None
                else:
                    bits[utility] = int(inside != 0)
            self._bits[wire, word] = bits
        return self._bits[wire, word]
