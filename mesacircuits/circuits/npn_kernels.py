"""Numba kernels for NPN transformations: truth tables of at most six inputs as 64-bit words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["image", "images_under", "least_in_orbit", "least_of_all"]


@leaf
def image(bits: np.uint64, inputs: int, order: NDArray[np.uint8], negated: int) -> np.uint64:
    """Return the table of x -> f(y), y_i = x_order(i) XOR negated_i."""
    result = np.uint64(0)
    for x in range(1 << inputs):
        y = np.int64(negated)
        for i in range(inputs):
            y ^= ((x >> order[i]) & 1) << i
        result |= ((bits >> np.uint64(y)) & np.uint64(1)) << np.uint64(x)
    return result


@kernel
def images_under(
    bits: np.uint64, inputs: int, orders: NDArray[np.uint8], masks: NDArray[np.uint8]
) -> NDArray[np.uint64]:
    """Return the image of one table under every listed permutation and negation."""
    result = np.empty(len(masks), dtype=np.uint64)
    for row in range(len(masks)):
        result[row] = image(bits, inputs, orders[row], masks[row])
    return result


@leaf
def least_in_orbit(
    bits: np.uint64, inputs: int, orders: NDArray[np.uint8], masks: NDArray[np.uint8]
) -> tuple[np.uint64, int, bool]:
    """Return the least image, the row that gives it, and whether the output is negated."""
    full = ~np.uint64(0) >> np.uint64(64 - (1 << inputs))
    best, best_row, best_negated = bits, 0, False
    for row in range(len(masks)):
        moved = image(bits, inputs, orders[row], masks[row])
        if moved < best:
            best, best_row, best_negated = moved, row, False
        if moved ^ full < best:
            best, best_row, best_negated = moved ^ full, row, True
    return best, best_row, best_negated


@kernel
def least_of_all(
    inputs: int, orders: NDArray[np.uint8], masks: NDArray[np.uint8], complemented: bool
) -> NDArray[np.uint64]:
    """Return for every function of `inputs` <= 4 inputs the least member of its class.

    A class is closed under the listed permutations and negations of inputs, which form a group,
    and, if `complemented`, under negating the output.
    """
    count = 1 << (1 << inputs)
    full = np.uint64(count - 1)
    table = np.full(count, ~np.uint64(0), dtype=np.uint64)
    for bits in range(count):
        if table[bits] == ~np.uint64(0):
            for row in range(len(masks)):
                moved = image(np.uint64(bits), inputs, orders[row], masks[row])
                table[moved] = np.uint64(bits)
                if complemented:
                    table[moved ^ full] = np.uint64(bits)
    return table
