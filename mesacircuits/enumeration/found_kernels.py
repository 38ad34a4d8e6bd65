"""Numba kernels that keep the circuits that a search finds."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["Found", "new_found", "record_chain", "with_more_room"]

_NO_GATE = -3


class Found(NamedTuple):
    """Room for circuits.

    Attributes:
        gates: shape (m, r, 4): rows (third, second, first, form), padded with -3.
        functions: shape (m,): the functions of the last gates.
        driven: shape (m, 1 + 2 q): the task solved, and for each output its wire and inversion.
    """

    gates: NDArray[np.int8]
    functions: NDArray[np.uint64]
    driven: NDArray[np.int16]


@kernel
def new_found(room: int, longest: int, outputs: int) -> Found:
    """Return room for so many circuits of at most `longest` gates."""
    return Found(
        np.empty((room, longest, 4), dtype=np.int8),
        np.empty(room, dtype=np.uint64),
        np.zeros((room, 1 + 2 * outputs), dtype=np.int16),
    )


@kernel
def with_more_room(found: Found, count: int) -> Found:
    """Return twice the room, with the first `count` circuits in it."""
    more = new_found(
        2 * len(found.functions), found.gates.shape[1], (found.driven.shape[1] - 1) // 2
    )
    more.gates[:count] = found.gates[:count]
    more.functions[:count] = found.functions[:count]
    more.driven[:count] = found.driven[:count]
    return more


@leaf
def record_chain(
    found: Found, count: int, gates: NDArray[np.int64], begin: int, end: int, table: np.uint64
) -> None:
    """Write the rows `begin` to `end` of `gates` as circuit `count`, and what the last computes."""
    for g in range(found.gates.shape[1]):
        for part in range(4):
            found.gates[count, g, part] = gates[begin + g, part] if begin + g < end else _NO_GATE
    found.functions[count] = table
