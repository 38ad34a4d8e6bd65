"""Numba kernel that keeps the circuits that a search finds."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["record_ways"]

_NO_GATE = -3


@njit(cache=True, nogil=True)
def record_ways(
    found: NDArray[np.int8],
    functions: NDArray[np.uint64],
    driven: NDArray[np.int16],
    count: int,
    gates: NDArray[np.int64],
    table: np.uint64,
    task: int,
    ways: int,
    drivers: NDArray[np.int64],
) -> tuple[NDArray[np.int8], NDArray[np.uint64], NDArray[np.int16]]:
    """Write a chain once for each way to drive the outputs; the arrays grow if need be.

    Arguments:
        found, functions, driven: what was found so far, as `extend_forms` returns it; the first
            `count` entries count.
        gates: the chain, rows (third, second, first, form).
        table: the function of its last gate.
        task, ways, drivers: the task solved, and the first `ways` rows of `drivers`.
    """
    if count + ways > len(functions):
        room = 2 * (count + ways)
        more = np.empty((room, *found.shape[1:]), dtype=np.int8)
        more[:count] = found[:count]
        found = more
        grown = np.empty(room, dtype=np.uint64)
        grown[:count] = functions[:count]
        functions = grown
        wider = np.empty((room, driven.shape[1]), dtype=np.int16)
        wider[:count] = driven[:count]
        driven = wider
    for m in range(count, count + ways):
        found[m] = _NO_GATE
        for g in range(len(gates)):
            for part in range(4):
                found[m, g, part] = gates[g, part]
        functions[m] = table
        driven[m, 0] = task
        for j in range(1, driven.shape[1]):
            driven[m, j] = drivers[m - count, j - 1]
    return found, functions, driven
