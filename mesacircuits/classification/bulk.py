"""Tags of many enumerated circuits at once, through numba kernels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.classification.control import ControlLike
from mesacircuits.classification.definition import Definition
from mesacircuits.classification.lookup import LookupTable
from mesacircuits.classification.registry import DEFINITIONS
from mesacircuits.classification.search import SearchLike
from mesacircuits.classification.tag_kernels import (
    cube_table,
    lookup_tags,
    renaming_table,
    search_reencodings,
)
from mesacircuits.errors import ArgumentError

__all__ = ["MAX_BULK_INPUTS", "bulk_reencodings", "bulk_sets"]

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
        shape (m, r + 1): in column c, bit z is set iff the chain is search-like with k = 2 and
        objectives of at least c gates under the common re-encoding z. (With `per_group`, bit 0
        says whether it is under some re-encodings.)

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> [f"{row:08b}" for row in bulk_reencodings(3, B2, nae)[0]]
    ['01011010', '01011010', '00000000', '00000000']
    """
    found: NDArray[np.int64] = search_reencodings(
        gates, inputs, _literals(inputs), _operators(basis), _renaming_table(inputs), per_group
    )
    return found


def bulk_sets(
    definitions: Sequence[Definition], inputs: int, basis: Basis, gates: NDArray[np.uint8]
) -> list[NDArray[np.int64]]:
    """Return, for each definition, under which re-encodings each single-output chain has its tag.

    A re-encoding z negates the inputs whose bit is set in z. Bit z of the set of a chain C is set
    iff the tag is given to the circuit that is C with its inputs so negated, on that circuit's own
    function. So bit 0 speaks of C itself, and a definition that negating inputs leaves alone has
    sets that are empty or full; only search without re-encoding has others.

    Returns:
        one array of shape (m,) per definition; the full set is 2^(2^n) - 1.

    Raises `ArgumentError` for a definition that has no kernel.

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> search = [SearchLike(), SearchLike(reencoding="none"), SearchLike(objective_gates=2)]
    >>> [f"{sets.item():08b}" for sets in bulk_sets(search, 3, B2, nae)]
    ['11111111', '01011010', '00000000']
    """
    full = (1 << (1 << inputs)) - 1
    nothing = np.zeros(len(gates), dtype=np.int64)
    masks: dict[bool, NDArray[np.int64]] = {}
    result = []
    for definition in definitions:
        if isinstance(definition, ControlLike):
            result.append(nothing)
        elif isinstance(definition, LookupTable):
            bound = definition.inputs_per_cell or 1 << inputs
            tags = lookup_tags(
                gates, inputs, _literals(inputs), _operators(basis), _cube_table(inputs), bound
            )
            result.append(np.where(tags, full, 0))
        elif isinstance(definition, SearchLike):
            cost = definition.objective_gates
            if definition.candidates > 2 or cost > gates.shape[1]:
                # One output bit has two words, so no more than two candidates.
                result.append(nothing)
                continue
            per_group = definition.reencoding == "per-group"
            if per_group not in masks:
                masks[per_group] = bulk_reencodings(inputs, basis, gates, per_group)
            found = masks[per_group][:, cost]
            # Re-encoding C by z turns what z makes comparable into what compares as it is.
            result.append(found if definition.reencoding == "none" else np.where(found, full, 0))
        else:
            raise ArgumentError("definition", f"one of {', '.join(DEFINITIONS)}", definition.name)
    return result
