"""Numba kernels for multiplicative complexity: orbits of functions up to affine ones, and spans."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["classes_in_spans", "orbits"]


@kernel
def orbits(maps: NDArray[np.int64], bits: int) -> NDArray[np.int16]:
    """Return the number of each vector's orbit under a group of linear maps, numbered ascending.

    Arguments:
        maps: generators, by byte of the vector and its value what they add up, shape (g, 4, 256).
        bits: the length of vectors, at most 32.
    """
    number = np.full(1 << bits, -1, dtype=np.int16)
    waiting = np.empty(1 << bits, dtype=np.uint32)
    known = 0
    for start in range(1 << bits):
        if number[start] >= 0:
            continue
        number[start] = known
        waiting[0] = start
        left = 1
        while left:
            left -= 1
            vector = np.int64(waiting[left])
            for g in range(len(maps)):
                image = (
                    maps[g, 0, vector & 255]
                    ^ maps[g, 1, vector >> 8 & 255]
                    ^ maps[g, 2, vector >> 16 & 255]
                    ^ maps[g, 3, vector >> 24]
                )
                if number[image] < 0:
                    number[image] = known
                    waiting[left] = image
                    left += 1
        known += 1
    return number


@leaf
def _vector(table: np.uint64, inputs: int, monomials: NDArray[np.int64]) -> np.int64:
    # The coefficients of a function's algebraic normal form at these monomials.
    for i in range(inputs):
        low = np.uint64(0)
        for x in range(1 << inputs):
            if not x >> i & 1:
                low |= np.uint64(1) << np.uint64(x)
        table ^= (table & low) << np.uint64(1 << i)
    found = np.int64(0)
    for place in range(len(monomials)):
        found |= np.int64(table >> np.uint64(monomials[place]) & np.uint64(1)) << place
    return found


@kernel
def classes_in_spans(
    inputs: int,
    monomials: NDArray[np.int64],
    span: NDArray[np.uint64],
    products: NDArray[np.uint64],
    number: NDArray[np.int16],
    met: NDArray[np.uint8],
) -> NDArray[np.uint64]:
    """Mark the classes of functions that one more product reaches; return the new products.

    Arguments:
        inputs: of the functions.
        monomials: those of degree 2 and more, as inputs.
        span: sums of inputs and of products, one of each pair of complements.
        products: those products, the sums of which are taken modulo affine functions.
        number: the class of each vector of coefficients.
        met: by class, set where it is met.

    Returns:
        of each p AND q with p, q in the span the least vector modulo the sums of products, once,
        with a function that has it, shape (m, 2).
    """
    sums = np.zeros(1 << len(products), dtype=np.int64)
    for i in range(len(products)):
        vector = _vector(products[i], inputs, monomials)
        for j in range(1 << i):
            sums[1 << i | j] = sums[j] ^ vector
    seen = {np.int64(0)}
    found = np.empty((len(span) * (len(span) - 1) // 2, 2), dtype=np.uint64)
    count = 0
    for i in range(len(span)):
        for j in range(i):
            table = span[i] & span[j]
            vector = _vector(table, inputs, monomials)
            least = vector
            for other in sums:
                least = min(least, vector ^ other)
            if least in seen:
                continue
            seen.add(least)
            for other in sums:
                met[number[vector ^ other]] = 1
            found[count, 0], found[count, 1] = np.uint64(least), table
            count += 1
    return found[:count]
