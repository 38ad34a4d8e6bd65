"""Numba kernel of one gate: an operator of two operands applied to truth tables."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf

__all__ = ["apply_operator"]


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
