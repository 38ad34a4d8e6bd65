"""The symmetries of a task: those of the basis that carry its circuits to its circuits.

A symmetry of the basis permutes the inputs and negates some. It is one of the task, too, if outputs
exchanged and inverted make up for it. So one circuit of those that it carries to each other need be
searched for: that whose gates that read only inputs come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.enumeration.rows import NO_GATE, keys_of_rows
from mesacircuits.enumeration.symmetry import Symmetry, exact_quotient, symmetry_of
from mesacircuits.enumeration.symmetry_kernels import stabiliser_rows

__all__ = ["OwnSymmetry", "own_symmetry"]


@dataclass(frozen=True, eq=False)
class OwnSymmetry:
    """The symmetries of a task.

    Attributes:
        symmetry: those of the basis.
        turns: the numbers of those that carry the task to itself, shape (s,).
        exchanges: for each of these which output becomes output j, and whether it is inverted;
            shape (s, q, 2).
        moves: where each carries each gate that reads only inputs, by places; shape (s, g).
    """

    symmetry: Symmetry
    turns: NDArray[np.int64]
    exchanges: NDArray[np.int16]
    moves: NDArray[np.int16]

    def is_least(self, rows: NDArray[np.int8]) -> bool:
        """Return whether the gates of a chain that read only inputs come before their images.

        Arguments:
            rows: the chain, shape (r, 4).

        >>> from mesacircuits.circuits import B2
        >>> own = own_symmetry(2, B2, (0b0111, 0b1000))           # a & b
        >>> [own.is_least(row[None]) for row in own.symmetry.gates]
        [True, False, True, True, True]
        """
        places = self._places(rows)
        images = np.sort(self.moves[:, places], axis=1).tolist()
        return all(image >= places.tolist() for image in images)

    def spread(
        self, rows: NDArray[np.int8], drivers: NDArray[np.int16], whole: bool = True
    ) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
        """Return all images of circuits, each once.

        Arguments:
            rows: chains, shape (m, r, 4), one of each orbit at least, and of its members just those
                that `is_least` holds of.
            drivers: of their outputs, shape (m, 2 q).
            whole: whether all that `is_least` holds of are among them.

        Raises `ArithmeticError` if there are not as many as their orbits have members.
        """
        if not whole:
            return self.symmetry.spread(rows, drivers, self.turns, self.exchanges)
        expected = sum(
            len(chosen) * exact_quotient(len(self.turns), len(self._fixing(begun)))
            for begun, chosen in self._sets(rows)
        )
        rows, drivers = self.symmetry.spread(rows, drivers, self.turns, self.exchanges)
        if len(rows) != expected:
            raise ArithmeticError(f"{len(rows)} circuits listed, {expected} counted by orbits")
        return rows, drivers

    def check(self, rows: NDArray[np.int8]) -> None:
        """Raise `ValueError` unless `is_least` holds of all circuits.

        Whether all members of an orbit are there of which it does shows only where all units are:
        these may part the circuits above one set of gates.
        """
        for begun, _ in self._sets(rows):
            if not self.is_least(begun):
                raise ValueError("a circuit that another stands for")

    def parts(self, parts: list[int]) -> list[int]:
        """Return for each set of inputs, as bits, the least of its images."""
        n, turns = self.symmetry.inputs, self.turns
        orders, masks = self.symmetry.orders[turns], self.symmetry.masks[turns]
        return [int(images_under(np.uint64(p), n, orders, masks).min()) for p in parts]

    def _places(self, rows: NDArray[np.int8]) -> NDArray[np.int64]:
        # The places of the gates of a chain that read only inputs among all such gates.
        first = rows[(rows[:, 2] < self.symmetry.inputs) & (rows[:, 2] >= 0)]
        return np.searchsorted(keys_of_rows(self.symmetry.gates), keys_of_rows(first))

    def _sets(self, rows: NDArray[np.int8]) -> Iterator[tuple[NDArray[np.int8], NDArray[np.int64]]]:
        # The sets of gates that read only inputs, and which chains begin with each.
        begun = np.where(rows[:, :, 2:3] < self.symmetry.inputs, rows, NO_GATE)
        sets, number = np.unique(begun.reshape(len(rows), -1), axis=0, return_inverse=True)
        order = np.argsort(number.reshape(-1), kind="stable")
        ends = np.cumsum(np.bincount(number.reshape(-1), minlength=len(sets)))
        parts = np.split(order, ends[:-1])
        yield from zip(sets.reshape(-1, *rows.shape[1:]), parts, strict=True)

    def _fixing(self, rows: NDArray[np.int8]) -> NDArray[np.int64]:
        # Which symmetries carry the gates of a chain that read only inputs to themselves.
        fixing: NDArray[np.int64] = stabiliser_rows(self._places(rows), self.moves)
        return fixing


@lru_cache(maxsize=64)
def own_symmetry(inputs: int, basis: Basis, words: tuple[int, ...]) -> OwnSymmetry:
    """Return the symmetries of a task over a basis with free inverters.

    Arguments:
        words: for each word the inputs on which it is acceptable, as bits.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> adder = parse_task("adder(bits=1)")
    >>> len(own_symmetry(3, B2, tuple(adder.word_masks)).turns)
    12
    """
    symmetry = symmetry_of(inputs, basis)
    q = len(words).bit_length() - 1
    asked = np.array(words, dtype=np.uint64)
    images = np.stack(
        [images_under(word, inputs, symmetry.orders, symmetry.masks) for word in asked], axis=1
    )
    exchanges = np.full((len(images), q, 2), -1, dtype=np.int16)
    for order in permutations(range(q)):
        for flips in range(1 << q):
            # Word v of an image becomes the word of which bit j is bit order[j] of v, or inverted.
            becomes = [
                sum((v >> order[j] & 1 ^ flips >> j & 1) << j for j in range(q))
                for v in range(1 << q)
            ]
            same = (images == asked[becomes]).all(axis=1)
            exchanges[same] = [(order[j], flips >> j & 1) for j in range(q)]
    turns = np.flatnonzero(exchanges[:, 0, 0] >= 0)
    return OwnSymmetry(symmetry, turns, exchanges[turns], symmetry.moves[turns])
