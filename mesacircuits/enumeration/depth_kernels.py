"""Numba kernel for least depths: which NPN classes one more gate reaches."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mesacircuits.circuits.gate_kernels import apply_operator

__all__ = ["combine_tables", "mark_reached"]


@njit(cache=True, nogil=True)
def mark_reached(
    representatives: NDArray[np.uint64],
    members: NDArray[np.uint64],
    operators: NDArray[np.uint64],
    class_of: NDArray[np.int64],
    reached: NDArray[np.bool_],
) -> None:
    """Set `reached[c]` for each class c of a gate reading a representative and a member."""
    for x in representatives:
        for y in members:
            for op in range(len(operators)):
                reached[class_of[apply_operator(x, y, operators, op)]] = True


@njit(cache=True, nogil=True)
def combine_tables(
    members: NDArray[np.uint64], operators: NDArray[np.uint64], wanted: np.uint64
) -> tuple[NDArray[np.uint64], bool]:
    """Return all tables that one gate over two members computes, and whether `wanted` is one.

    With `wanted` = 0 the tables are collected (with repetitions); with another value nothing is
    collected and the search ends at the first pair that computes it.
    """
    pairs = len(members) * (len(members) - 1) // 2
    kinds = len(operators)
    collected = np.empty(pairs * kinds if wanted == np.uint64(0) else 0, dtype=np.uint64)
    count = 0
    for j in range(len(members)):
        for i in range(j):
            for op in range(kinds):
                table = apply_operator(members[i], members[j], operators, op)
                if wanted == np.uint64(0):
                    collected[count] = table
                    count += 1
                elif table == wanted:
                    return collected, True
    return collected, False
