"""Numba kernels for membership: of a function in a set, or among the wires of a chain."""

# numba types its functions as Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf

__all__ = ["SIEVE_MASK", "is_new", "is_wanted"]

SIEVE_MASK = np.uint64((1 << 15) - 1)


@leaf
def is_wanted(
    table: np.uint64,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> bool:
    """Return whether `table` is in a set laid out as `mesacircuits.enumeration.wanted` says."""
    slot = (table * multiplier) >> shift
    if sieve[slot & SIEVE_MASK] == 0:
        return False
    last = np.uint64(len(keys) - 1)
    slot &= last
    while keys[slot] != np.uint64(0):
        if keys[slot] == table:
            return True
        slot = (slot + np.uint64(1)) & last
    return False


@leaf
def is_new(table: np.uint64, tables: NDArray[np.uint64], wires: int) -> bool:
    """Return whether `table` is neither 0 nor that of one of the first `wires` wires."""
    if table == np.uint64(0):
        return False
    for i in range(wires):  # noqa: SIM110 (numba compiles no generators)
        if tables[i] == table:
            return False
    return True
