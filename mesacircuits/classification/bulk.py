"""Tags of many enumerated circuits at once, through numba kernels."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.classification.control import ControlLike
from mesacircuits.classification.definition import Definition
from mesacircuits.classification.lookup import LookupTable
from mesacircuits.classification.search import SearchLike
from mesacircuits.classification.tag_kernels import (
    cube_table,
    lookup_tags,
    renaming_table,
    search_reencodings,
)
from mesacircuits.errors import ArgumentError

__all__ = ["MAX_BULK_INPUTS", "bulk_reencodings", "bulk_shares"]

#: Kernels look tables of functions up, so inputs are at most so many.
MAX_BULK_INPUTS = 4


@lru_cache(maxsize=8)
def _renaming_table(inputs: int) -> NDArray[np.uint16]:
    orders = np.array(list(permutations(range(inputs))), dtype=np.uint8)
    table: NDArray[np.uint16] = renaming_table(inputs, orders)
    return table


@lru_cache(maxsize=8)
def _cube_table(inputs: int) -> NDArray[np.bool_]:
    table: NDArray[np.bool_] = cube_table(inputs)
    return table


def _literals(inputs: int) -> NDArray[np.int64]:
    if not 2 <= inputs <= MAX_BULK_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 2 to {MAX_BULK_INPUTS}", inputs)
    return np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)


def _operators(basis: Basis) -> NDArray[np.int64]:
    return np.array(
        [[-(o.table >> bit & 1) for bit in (1, 2, 3)] for o in basis.operators], dtype=np.int64
    )


def bulk_reencodings(
    inputs: int, basis: Basis, gates: NDArray[np.uint8], per_group: bool = False
) -> NDArray[np.int64]:
    """Return under which re-encodings each single-output chain is search-like, for each cost.

    Arguments:
        gates: rows (low, high, operator place in `basis`), shape (m, r, 3).
        per_group: whether each wire may have a re-encoding of its own.

    Returns:
        shape (m, r): in column c - 1, bit z is set iff the chain is search-like with k = 2 and
        objectives of at least c gates under the common re-encoding z. (With `per_group`, bit 0
        says whether it is under some re-encodings.)

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> [f"{row:08b}" for row in bulk_reencodings(3, B2, nae)[0]]
    ['01011010', '00000000', '00000000']
    """
    found: NDArray[np.int64] = search_reencodings(
        gates, inputs, _literals(inputs), _operators(basis), _renaming_table(inputs), per_group
    )
    return found


def bulk_shares(
    definition: Definition, inputs: int, basis: Basis, gates: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return for each single-output chain the share of its re-encodings that have the tag.

    A re-encoding negates some of the circuit's inputs. The share is in units of 2^-n, so it is 0
    or 2^n for a definition that negating inputs leaves alone; only search without re-encoding has
    shares between.

    Raises `ArgumentError` for a definition that has no kernel, or does not apply to functions.

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> [bulk_shares(SearchLike(reencoding=r), 3, B2, nae).item() for r in ("common", "none")]
    [8, 4]
    """
    whole = 1 << inputs
    if isinstance(definition, ControlLike):
        return np.zeros(len(gates), dtype=np.int64)
    if isinstance(definition, LookupTable):
        bound = definition.inputs_per_cell or whole
        tags = lookup_tags(
            gates, inputs, _literals(inputs), _operators(basis), _cube_table(inputs), bound
        )
        return np.where(tags, whole, 0)
    if isinstance(definition, SearchLike):
        cost = definition.objective_gates
        if definition.candidates > 2 or cost > gates.shape[1]:
            # One output bit has two words, so no more than two candidates.
            return np.zeros(len(gates), dtype=np.int64)
        masks = bulk_reencodings(inputs, basis, gates, definition.reencoding == "per-group")
        masks = masks[:, cost - 1]
        if definition.reencoding == "none":
            return np.bitwise_count(masks).astype(np.int64)
        return np.where(masks != 0, whole, 0)
    raise ArgumentError("definition", "search-like or lookup-table", definition.name)
