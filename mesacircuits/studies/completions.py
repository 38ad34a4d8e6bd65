"""Partial functions by their completions, and what the minima of a partial function are.

A partial function asks for f on a support S. A circuit that is right on S computes some completion
of f, and a least such circuit is a minimum of a completion whose least size is least. So the minima
of a partial function are those of its least completions, and what is known of the functions of n
inputs, such as which of their minima have a tag, says all of it. Tags are then of the circuit as it
is on all inputs, not of what can be seen of it on S.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.enumeration.symmetry import class_numbers
from mesacircuits.studies.survey import ClassRow

__all__ = ["FunctionTags", "Least", "canonical_partial", "partial_classes"]


@dataclass(frozen=True, eq=False)
class Least:
    """The least completions of a partial function, and their minima.

    Attributes:
        size: their least size.
        functions: their truth tables.
        circuits: how many minima they have together.
        tagged: how many of these have the tag.
    """

    size: int
    functions: NDArray[np.int64]
    circuits: int
    tagged: Fraction

    @property
    def share(self) -> Fraction:
        """The fraction of minima that have the tag."""
        return self.tagged / self.circuits


class FunctionTags:
    """The least sizes of all functions of n inputs, their minima, and how many have a tag.

    Arguments:
        inputs: n, at most 4.
        rows: every NPN class (`studies/shares.py`), over a basis on which a class has one least
            size.

    >>> from mesacircuits.definitions import SearchLike
    >>> from mesacircuits.studies.shares import class_shares
    >>> tags = FunctionTags(3, class_shares(3, SearchLike()))
    >>> found = tags.least(0x7F, 0x18)  # two completions, 18 and 98
    >>> found.size, found.functions.tolist(), found.circuits, found.tagged
    (3, [24, 152], 7, Fraction(3, 1))
    """

    def __init__(self, inputs: int, rows: Sequence[ClassRow]) -> None:
        forms, self.number = class_numbers(inputs)
        by_form = {row.representative.bits: row for row in rows}
        self.inputs = inputs
        #: The class of each class number.
        self.rows = tuple(by_form[int(form)] for form in forms)
        self._sizes = np.array([row.size for row in self.rows], dtype=np.int64)
        self._tables = np.arange(1 << (1 << inputs))

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """The least size of each function, by truth table."""
        by_table: NDArray[np.int64] = self._sizes[self.number]
        return by_table

    def row(self, function: int) -> ClassRow:
        """Return the class of a function."""
        return self.rows[int(self.number[function])]

    def least(self, support: int, bits: int) -> Least:
        """Return the least completions of the partial function with these bits on a support."""
        free = ((1 << (1 << self.inputs)) - 1) & ~support
        fixed = np.array([bits & support])
        for place in range(1 << self.inputs):
            if free >> place & 1:
                fixed = np.concatenate([fixed, fixed | 1 << place])
        sizes = self.sizes[fixed]
        functions = np.sort(fixed[sizes == sizes.min()])
        numbers, counts = np.unique(self.number[functions], return_counts=True)
        found = [(self.rows[i], int(n)) for i, n in zip(numbers.tolist(), counts, strict=True)]
        return Least(
            int(sizes.min()),
            functions,
            sum(row.circuits * many for row, many in found),
            sum((row.value * row.circuits * many for row, many in found), Fraction(0)),
        )


def canonical_partial(inputs: int, support: int, bits: int) -> tuple[int, int]:
    """Return the least (support, bits) that permuting and inverting inputs, and f, makes of one.

    >>> canonical_partial(2, 0b1110, 0b0110), canonical_partial(2, 0b0111, 0b0001)
    ((7, 1), (7, 1))
    """
    group = np_group(inputs)
    supports = images_under(np.uint64(support), inputs, *group).astype(np.int64)
    images = images_under(np.uint64(bits & support), inputs, *group).astype(np.int64)
    both = np.minimum(images, supports & ~images)
    least = int((supports << (1 << inputs) | both).min())
    return least >> (1 << inputs), least & ((1 << (1 << inputs)) - 1)


def partial_classes(inputs: int, left_out: int) -> Iterator[tuple[int, int, int]]:
    """Yield one partial function of each class whose support leaves out so many inputs.

    A class is what permuting and inverting inputs, and inverting f, makes of one.

    Arguments:
        inputs: n, at most 4.
        left_out: how many of the 2^n inputs are not in the support; not all.

    Returns:
        support, values on it, and how many partial functions are in the class.

    >>> [sum(1 for _ in partial_classes(3, k)) for k in (0, 1, 2)]
    [14, 20, 38]
    >>> sum(weight for k in range(4) for _, _, weight in partial_classes(2, k)), 3**4 - 1
    (80, 80)
    """
    group = np_group(inputs)
    whole = (1 << (1 << inputs)) - 1
    seen: set[int] = set()
    for places in combinations(range(1 << inputs), left_out):
        support = whole & ~sum(1 << place for place in places)
        if support in seen:
            continue
        images = images_under(np.uint64(support), inputs, *group).astype(np.int64)
        orbit = set(images.tolist())
        seen |= orbit
        kept = images == support
        stabiliser = group[0][kept], group[1][kept]
        done: set[int] = set()
        bits = 0
        while True:
            if bits not in done:
                alike = set(images_under(np.uint64(bits), inputs, *stabiliser).tolist())
                alike |= {support & ~other for other in alike}
                done |= alike
                yield support, bits, len(alike) * len(orbit)
            bits = (bits - support) & support
            if not bits:
                break
