"""Invariants of NPN classes: what permuting and negating inputs, and negating the output, keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from mesacircuits.call import check_whole
from mesacircuits.circuits.npn import npn_orbit
from mesacircuits.circuits.truthtable import TruthTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Invariants", "invariants_of"]

_MOST_INPUTS = 4
# Whole numbers up to these give all threshold functions of so many inputs (Muroga 1971).
_WEIGHTS = (0, 1, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Invariants:
    """What all functions of an NPN class have in common.

    Attributes:
        support: how many inputs they depend on.
        ones: of a function or its inverse, on how many inputs the rarer value is taken.
        degree: of the polynomial over the field of two elements; 0 for constants.
        influences: for each input, on how many inputs flipping it changes the value, ascending.
        sensitivity: the most inputs of which, at one place, each alone changes the value.
        affine: whether the degree is at most 1.
        self_dual: whether f(~x) = ~f(x) for all x.
        unate: whether some member is monotone.
        threshold: whether some member is 1 iff a weighted sum of inputs reaches a bound.
        symmetric: whether some member depends on the number of ones alone.
    """

    support: int
    ones: int
    degree: int
    influences: tuple[int, ...]
    sensitivity: int
    affine: bool
    self_dual: bool
    unate: bool
    threshold: bool
    symmetric: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The properties that hold, in words."""
        named = ("affine", "self_dual", "unate", "threshold", "symmetric")
        return tuple(name.replace("_", "-") for name in named if getattr(self, name))


@cache
def invariants_of(table: TruthTable) -> Invariants:
    """Return the invariants of a function's NPN class.

    Arguments:
        table: the truth table of a function of at most four inputs.

    Raises `ArgumentError` for more inputs.

    Source: D. E. Knuth, *The Art of Computer Programming* 4A, 2011, section 7.1.1; S. Muroga,
    *Threshold Logic and Its Applications*, 1971.

    >>> majority = invariants_of(TruthTable.from_hex(3, "E8"))
    >>> majority.words, majority.influences, majority.degree
    (('self-dual', 'unate', 'threshold', 'symmetric'), (4, 4, 4), 2)
    """
    n = table.inputs
    check_whole("inputs", n, 0, _MOST_INPUTS)
    values = [int(table(x)) for x in range(1 << n)]
    flips = [[values[x] != values[x ^ 1 << i] for i in range(n)] for x in range(1 << n)]
    degree = _degree(values)
    ones = sum(values)
    return Invariants(
        support=len(table.support()),
        ones=min(ones, len(values) - ones),
        degree=degree,
        influences=tuple(sorted(sum(row[i] for row in flips) for i in range(n))),
        sensitivity=max(map(sum, flips), default=0),
        affine=degree <= 1,
        self_dual=all(values[x] != values[~x & len(values) - 1] for x in range(len(values))),
        unate=all(
            len({values[x ^ 1 << i] - values[x] for x in _without(i, n)} - {0}) < 2
            for i in range(n)
        ),
        threshold=_is_threshold(tuple(values), n),
        symmetric=any(_is_symmetric(member) for member in npn_orbit(table)),
    )


def _without(i: int, n: int) -> Iterator[int]:
    return (x for x in range(1 << n) if not x >> i & 1)


def _degree(values: list[int]) -> int:
    """Return the degree of the polynomial whose coefficient at a set is a sum over its subsets."""
    coefficients = list(values)
    step = 1
    while step < len(values):
        for x in range(len(values)):
            if x & step:
                coefficients[x] ^= coefficients[x ^ step]
        step *= 2
    return max((x.bit_count() for x, c in enumerate(coefficients) if c), default=0)


@cache
def _sums(n: int) -> NDArray[np.int64]:
    """Return the weighted sums: a row for each choice of weights, a column for each input."""
    import numpy as np

    most = _WEIGHTS[n]
    weights = np.array([*product(range(-most, most + 1), repeat=n)], dtype=np.int64)
    bits = np.array([[x >> i & 1 for x in range(1 << n)] for i in range(n)], dtype=np.int64)
    return weights.reshape(-1, n) @ bits.reshape(n, -1)


def _is_threshold(values: tuple[int, ...], n: int) -> bool:
    import numpy as np

    held = np.array(values, dtype=bool)
    if held.all() or not held.any():
        return True
    sums = _sums(n)
    return bool((sums[:, held].min(axis=1) > sums[:, ~held].max(axis=1)).any())


def _is_symmetric(table: TruthTable) -> bool:
    by_ones: dict[int, set[int]] = {}
    for x in range(1 << table.inputs):
        by_ones.setdefault(x.bit_count(), set()).add(int(table(x)))
    return all(len(values) == 1 for values in by_ones.values())
