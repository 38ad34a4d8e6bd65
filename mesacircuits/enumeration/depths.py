"""Least depths D(f), by combining what is reached one depth after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import npn_class_table
from mesacircuits.enumeration.depth_kernels import combine_tables, mark_reached
from mesacircuits.enumeration.first_level import first_level

__all__ = ["DepthBound", "class_numbers", "depth_of", "depths_of_classes"]

_DEEPEST_PROVED = 3


@lru_cache(maxsize=8)
def class_numbers(inputs: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the NPN representatives for n <= 4, ascending, and the class number of each function.

    >>> forms, number = class_numbers(3)
    >>> len(forms), hex(forms[number[0xE8]])
    (14, '0x17')
    """
    forms, numbers = np.unique(npn_class_table(inputs), return_inverse=True)
    return forms, numbers.astype(np.int64).reshape(-1)


@lru_cache(maxsize=8)
def depths_of_classes(inputs: int, basis: Basis) -> NDArray[np.int64]:
    """Return the least depth D of each NPN class of functions of n <= 4 inputs.

    A function has depth at most d + 1 iff it, or its inverse, is a gate over two normal functions
    of depth at most d. Permuting and negating inputs carries such pairs to such pairs, so the
    first is taken from representatives under those alone. A class that no depth reaches (none in
    a complete basis) keeps depth -1.

    >>> from mesacircuits.circuits import B2
    >>> [int(d) for d in np.bincount(depths_of_classes(4, B2))]
    [2, 2, 17, 179, 22]
    """
    _, number = class_numbers(inputs)
    level = first_level(inputs, basis)
    depths = np.full(int(number.max()) + 1, -1, dtype=np.int64)
    depths[number[0]] = 0
    if inputs:
        depths[number[int(level.input_tables[0])]] = 0
    normal = np.arange(0, 1 << (1 << inputs), 2, dtype=np.uint64)
    depth = 0
    while (depths < 0).any():
        members = normal[depths[number[normal]] >= 0]
        # Of each class's normal members the least suffices: the others are its images, up to the
        # output polarity that renormalising absorbs.
        _, first = np.unique(number[members], return_index=True)
        reached = np.zeros(len(depths), dtype=np.bool_)
        mark_reached(members[first], members, level.operators, number, reached)
        new = reached & (depths < 0)
        if not new.any():
            break
        depth += 1
        depths[new] = depth
    return depths


@dataclass(frozen=True, slots=True)
class DepthBound:
    """A proved lower bound on D(f), and whether it is D(f) itself."""

    depth: int
    exact: bool


def depth_of(bits: int, inputs: int, basis: Basis) -> DepthBound:
    """Return D(f) of a normal function that depends on all its inputs, or a lower bound of 4.

    Up to four inputs the value is exact. Beyond, all functions of depth at most 2 are listed and
    all pairs of them combined; where that does not reach f, its depth is at least 4.
    """
    if inputs <= 4:
        _, number = class_numbers(inputs)
        return DepthBound(int(depths_of_classes(inputs, basis)[number[bits]]), True)
    level = first_level(inputs, basis)
    members = np.concatenate([level.input_tables, np.zeros(1, dtype=np.uint64)])
    wanted = np.uint64(bits)
    for depth in range(1, _DEEPEST_PROVED + 1):
        if combine_tables(members, level.operators, wanted)[1]:
            return DepthBound(depth, True)
        if depth < _DEEPEST_PROVED:
            more, _ = combine_tables(members, level.operators, np.uint64(0))
            members = np.union1d(members, more)
    return DepthBound(_DEEPEST_PROVED + 1, False)
