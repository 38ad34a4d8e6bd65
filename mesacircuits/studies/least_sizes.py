"""The least sizes of all functions, all circuits of a size, and distances of functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tasks import FunctionTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "choosers",
    "circuits_of_size",
    "distances_to",
    "least_sizes",
    "orders",
    "sums_by_distance",
]


def least_sizes(
    inputs: int, basis: str | Basis = "b2", effort: Effort | None = None
) -> NDArray[np.int64]:
    """Return C(f) for every function f of n inputs, by truth table; shape (2^(2^n),).

    Raises `BudgetEnded` if the census is not exhausted.

    >>> least_sizes(2).tolist()
    [0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0]
    """
    import numpy as np

    from mesacircuits.enumeration.symmetry import classes_of

    basis = basis_named(basis)
    found = census(inputs, basis, "size", effort)
    if not found.exhaustive:
        raise BudgetEnded
    sizes = {entry.representative.bits: entry.size for entry in found.classes}
    classes = classes_of(inputs, basis)
    by_class = np.array([sizes[int(form)] for form in classes.representatives], dtype=np.int64)
    by_table: NDArray[np.int64] = by_class[classes.number]
    return by_table


def code_lengths(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bits of each function in a prefix code that spells circuits by size.

    A codeword is C(f) in unary, C(f) + 1 bits, then which of the functions of that size it is, in
    ceil(log2 of their number) bits.

    >>> import numpy as np
    >>> code_lengths(np.array([0, 1, 1, 0])).tolist()
    [2, 3, 3, 2]
    """
    import numpy as np

    numbers = np.bincount(sizes)
    bits = np.array([max(int(n) - 1, 0).bit_length() for n in numbers])
    lengths: NDArray[np.int64] = sizes + 1 + bits[sizes]
    return lengths


def sums_by_distance(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for every truth table f and d = 0, 1, ..., the sum of the values at distance d.

    Tables are vertices of the cube of 2^n dimensions, and distance counts the inputs on which two
    functions differ. Row d, column f holds the sum of values[g] over all g that differ from f on d
    inputs.

    Arguments:
        values: by truth table, shape (2^(2^n),).

    Returns:
        shape (2^n + 1, 2^(2^n)).

    >>> import numpy as np
    >>> sums_by_distance(np.array([0, 0, 0, 5])).tolist()  # one input: tables of two bits
    [[0, 0, 0, 5], [0, 5, 5, 0], [5, 0, 0, 0]]
    """
    import numpy as np

    bits = (len(values) - 1).bit_length()
    sums = np.zeros((bits + 1, len(values)), dtype=np.int64)
    sums[0] = values
    tables = np.arange(len(values))
    for bit in range(bits):
        # Either this bit is the same, or it differs and uses up one of the distance.
        flipped = tables ^ (1 << bit)
        sums[1:] += sums[:-1, flipped]
    return sums


def distances_to(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for every truth table on how many inputs it differs from the nearest chosen one.

    Arguments:
        chosen: by truth table, shape (2^(2^n),), some true.

    >>> import numpy as np
    >>> distances_to(np.array([True, False, False, False])).tolist()
    [0, 1, 1, 2]
    """
    import numpy as np

    bits = (len(chosen) - 1).bit_length()
    distance = np.where(chosen, 0, bits + 1)
    tables = np.arange(len(chosen))
    for bit in range(bits):
        distance = np.minimum(distance, distance[tables ^ (1 << bit)] + 1)
    return distance


def orders(vectors: int, levels: int) -> Iterator[tuple[int, ...]]:
    """Yield the utilities of so many vectors that order differently: ranks from 0 without a gap.

    Arguments:
        vectors: how many.
        levels: at most so many ranks, and at least two.

    >>> list(orders(2, 2)), len(list(orders(4, 4)))
    ([(0, 1), (1, 0)], 74)
    """
    for ranks in product(range(levels), repeat=vectors):
        if max(ranks) > 0 and set(ranks) == set(range(max(ranks) + 1)):
            yield ranks


def choosers(features: int, context: int, levels: int) -> dict[int, tuple[int, ...]]:
    """Return who chooses the better of two candidates: truth tables, each with a utility.

    Candidate 0's features are the lowest inputs, then those of candidate 1, then the context. The
    output is 1 iff candidate 1 is better; on ties it is 0. Constants are left out.

    Arguments:
        features, context: bits of each candidate, and of what both share.
        levels: at most so many values of the utility.

    >>> choosers(1, 0, 2)
    {4: (0, 1), 2: (1, 0)}
    """
    vectors = 1 << features
    found: dict[int, tuple[int, ...]] = {}
    for utility in orders(vectors << context, levels):
        table = 0
        for x in range(1 << 2 * features + context):
            own, other = x & vectors - 1, x >> features & vectors - 1
            given = x >> 2 * features << features
            table |= (utility[other | given] > utility[own | given]) << x
        if table:
            found.setdefault(table, utility)
    return found


def circuits_of_size(
    inputs: int, gates: int, basis: str | Basis = "b2", effort: Effort | None = None
) -> Iterator[tuple[FunctionTask, tuple[Circuit, ...]]]:
    """Yield each function that reduced circuits of so many gates compute, with all of these.

    Where inverters are free, only functions with f(0) = 0 are yielded: an inverse has the same
    circuits, each with its output read inverted.

    Raises `BudgetEnded` where the budget ends.

    >>> sum(len(circuits) for _, circuits in circuits_of_size(2, 1))
    5
    """
    basis = basis_named(basis)
    effort = effort or Effort()
    sizes = least_sizes(inputs, basis, effort)
    step = 2 if basis.free_inverters else 1
    for bits in range(0, len(sizes), step):
        least = int(sizes[bits])
        if least > gates:
            continue
        task = FunctionTask((TruthTable(inputs, bits),))
        found = enumerate_minima(task, basis, "size", effort, within=gates - least).all_found()
        circuits = tuple(circuit for circuit in found.minima if circuit.size == gates)
        if circuits:
            yield task, circuits
