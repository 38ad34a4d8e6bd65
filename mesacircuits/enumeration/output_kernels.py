"""Numba kernels that choose which wires drive the outputs of a circuit."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["MAX_OUTPUTS", "assign_outputs", "fitting"]

#: The most outputs that a task may have.
MAX_OUTPUTS = 4


@njit(cache=True, nogil=True)
def fitting(table: np.uint64, free: bool, allowed: NDArray[np.uint64], mask: np.uint64) -> np.int64:
    """Return the set of outputs, as bits, that a wire computing `table` may drive.

    Arguments:
        free: whether outputs may be inverted.
        allowed: shape (2, q): on which inputs an acceptable word has bit i equal to 0, and to 1.
        mask: all inputs.
    """
    found = np.int64(0)
    for i in range(allowed.shape[1]):
        other = table ^ mask
        plain = (table & ~allowed[1, i]) | (other & ~allowed[0, i])
        inverted = (other & ~allowed[1, i]) | (table & ~allowed[0, i])
        if plain == np.uint64(0) or (free and inverted == np.uint64(0)):
            found |= np.int64(1) << i
    return found


@njit(cache=True, nogil=True)
def assign_outputs(
    tables: NDArray[np.uint64],
    wires: int,
    unread: np.int64,
    free: bool,
    allowed: NDArray[np.uint64],
    completions: NDArray[np.uint64],
    mask: np.uint64,
    drivers: NDArray[np.int64],
) -> tuple[int, NDArray[np.int64]]:
    """List the ways in which wires, inverted or not, and constants may drive all outputs.

    Arguments:
        tables: what the wires compute; the first `wires` entries count.
        unread: the wires, as bits, that must drive an output.
        free: whether wires may be read inverted; constants always may.
        allowed: as for `fitting`.
        completions: shape (q + 1, 2^q): entry (i, p) is the inputs on which some acceptable word
            begins with the i bits of p.
        mask: all inputs.
        drivers: room for the ways found, shape (m, 2 q); it grows if need be.

    Returns:
        how many ways; and those, for each output the wire (-1 the constant 0) and its inversion.
    """
    outputs = allowed.shape[1]
    count = 0
    # Where the outputs chosen so far spell word p: matches[i, p].
    matches = np.zeros((MAX_OUTPUTS + 1, 1 << MAX_OUTPUTS), dtype=np.uint64)
    matches[0, 0] = mask
    chosen = np.full(MAX_OUTPUTS, -1, dtype=np.int64)
    missing = np.zeros(MAX_OUTPUTS + 1, dtype=np.int64)
    missing[0] = unread
    i = 0
    while i >= 0:
        # Choice 2 v + s: wire v - 1, inverted if s.
        chosen[i] += 1
        if chosen[i] >= 2 * (wires + 1):
            i -= 1
            continue
        wire, inverted = chosen[i] // 2 - 1, chosen[i] % 2
        if inverted and wire >= 0 and not free:
            continue
        table = tables[wire] if wire >= 0 else np.uint64(0)
        if inverted:
            table ^= mask
        if (table & ~allowed[1, i]) != np.uint64(0):
            continue
        if ((table ^ mask) & ~allowed[0, i]) != np.uint64(0):
            continue
        left = missing[i]
        if wire >= 0:
            left &= ~(np.int64(1) << wire)
        # Each output to come drives from at most one wire.
        waiting, bits = 0, left
        while bits:
            bits &= bits - 1
            waiting += 1
        if waiting > outputs - 1 - i:
            continue
        covered = np.uint64(0)
        for p in range(1 << i):
            zero, one = matches[i, p] & ~table, matches[i, p] & table
            matches[i + 1, p], matches[i + 1, p | 1 << i] = zero, one
            covered |= zero & completions[i + 1, p]
            covered |= one & completions[i + 1, p | 1 << i]
        if covered != mask:
            continue
        missing[i + 1] = left
        if i + 1 < outputs:
            i += 1
            chosen[i] = -1
            continue
        if count == len(drivers):
            more = np.empty((2 * count, 2 * outputs), dtype=np.int64)
            more[:count] = drivers
            drivers = more
        for j in range(outputs):
            drivers[count, 2 * j] = chosen[j] // 2 - 1
            drivers[count, 2 * j + 1] = chosen[j] % 2
        count += 1
    return count, drivers
