"""Numba kernels for sets of gates that read only inputs, up to permuting and negating inputs."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import twice_as_long, twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["orbit_representatives", "stabiliser_rows"]


@leaf
def _rank(chosen: NDArray[np.int64], count: int, binomials: NDArray[np.int64]) -> int:
    # Place of an ascending combination among all of its size (colexicographic).
    rank = 0
    for i in range(count):
        rank += binomials[chosen[i], i + 1]
    return rank


@leaf
def _image(
    chosen: NDArray[np.int64], count: int, moves: NDArray[np.uint8], moved: NDArray[np.int64]
) -> None:
    for i in range(count):
        value = np.int64(moves[chosen[i]])
        j = i
        while j > 0 and moved[j - 1] > value:
            moved[j] = moved[j - 1]
            j -= 1
        moved[j] = value


@kernel
def orbit_representatives(
    gates: int,
    count: int,
    reads: NDArray[np.int64],
    inputs: int,
    most_unread: int,
    moves: NDArray[np.uint8],
    binomials: NDArray[np.int64],
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return one set of `count` gates per orbit, the least, and the sizes of the orbits.

    Arguments:
        gates: number of gates that read only inputs.
        reads: shape (gates,): the inputs that each gate reads, as a mask.
        most_unread: sets that leave more than this many of the `inputs` unread are left out.
        moves: shape (g, gates): where each group element carries each gate.
        binomials: Pascal's triangle, `binomials[a, b]` = a choose b.

    Returns:
        the representatives, shape (m, count), ascending in each row; the orbit sizes, shape (m,).
    """
    seen = np.zeros(binomials[gates, count], dtype=np.uint8)
    chosen = np.empty(count, dtype=np.int64)
    for i in range(count):
        chosen[i] = i
    moved = np.zeros(count, dtype=np.int64)
    representatives = np.empty((64, count), dtype=moves.dtype)
    sizes = np.empty(64, dtype=np.int64)
    total = 0
    while True:
        if not seen[_rank(chosen, count, binomials)]:
            covered = 0
            for i in range(count):
                covered |= reads[chosen[i]]
            unread = 0
            for i in range(inputs):
                unread += 1 - ((covered >> i) & 1)
            if unread <= most_unread:
                size = 0
                for row in range(len(moves)):
                    _image(chosen, count, moves[row], moved)
                    place = _rank(moved, count, binomials)
                    if not seen[place]:
                        seen[place] = 1
                        size += 1
                if total == len(sizes):
                    representatives = twice_as_many_rows(representatives, total)
                    sizes = twice_as_long(sizes, total)
                for i in range(count):
                    representatives[total, i] = chosen[i]
                sizes[total] = size
                total += 1
        # Next combination.
        i = count - 1
        while i >= 0 and chosen[i] == gates - count + i:
            i -= 1
        if i < 0:
            break
        chosen[i] += 1
        for j in range(i + 1, count):
            chosen[j] = chosen[j - 1] + 1
    return representatives[:total].copy(), sizes[:total].copy()


@kernel
def stabiliser_rows(chosen: NDArray[np.int64], moves: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the rows of `moves` that carry the ascending set `chosen` to itself."""
    count = len(chosen)
    moved = np.zeros(count, dtype=np.int64)
    rows = np.empty(len(moves), dtype=np.int64)
    total = 0
    for row in range(len(moves)):
        _image(chosen, count, moves[row], moved)
        same = True
        for i in range(count):
            if moved[i] != chosen[i]:
                same = False
                break
        if same:
            rows[total] = row
            total += 1
    return rows[:total].copy()
