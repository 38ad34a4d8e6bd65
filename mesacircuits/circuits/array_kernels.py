"""Numba kernels that others are made of: one gate's operator, and copies of arrays, item by item.

An assignment to a slice would copy as well; but numba then compiles all that NumPy says of shapes
that do not fit, texts included, which takes more seconds than the rest of a kernel.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = [
    "apply_operator", "copy_into", "twice_as_long", "twice_as_many_blocks", "twice_as_many_rows",
]  # fmt: skip


@leaf
def apply_operator(x: np.uint64, y: np.uint64, operators: NDArray[np.uint64], op: int) -> np.uint64:
    """Return operator `op` applied bitwise to two truth tables.

    Row `op` of `operators` is all-ones or 0 for bits 1, 2, 3 of the operator's table (operand 0
    alone, operand 1 alone, both); bit 0 is 0, as normal operators have it.
    """
    both = x & y
    return (
        ((x ^ both) & operators[op, 0])
        | ((y ^ both) & operators[op, 1])
        | (both & operators[op, 2])
    )


@leaf
def copy_into(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Copy an array, shape (n,), to the first n places of another."""
    for i in range(len(source)):
        target[i] = source[i]


@kernel
def twice_as_long(values: NDArray[Any], count: int) -> NDArray[Any]:
    """Return an array twice as long, shape (2n,), its first `count` values copied."""
    longer = np.empty(2 * len(values), dtype=values.dtype)
    for i in range(count):
        longer[i] = values[i]
    return longer


@kernel
def twice_as_many_rows(rows: NDArray[Any], count: int) -> NDArray[Any]:
    """Return an array of twice as many rows, shape (2n, a), the first `count` rows copied."""
    more = np.empty((2 * len(rows), rows.shape[1]), dtype=rows.dtype)
    for i in range(count):
        for j in range(rows.shape[1]):
            more[i, j] = rows[i, j]
    return more


@kernel
def twice_as_many_blocks(blocks: NDArray[Any], count: int) -> NDArray[Any]:
    """Return an array of twice as many blocks, shape (2n, a, b), the first `count` copied."""
    more = np.empty((2 * len(blocks), blocks.shape[1], blocks.shape[2]), dtype=blocks.dtype)
    for i in range(count):
        for j in range(blocks.shape[1]):
            for k in range(blocks.shape[2]):
                more[i, j, k] = blocks[i, j, k]
    return more
