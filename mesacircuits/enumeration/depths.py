"""Least depths D(f), by combining what is reached one depth after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.depth_kernels import combine_tables, mark_reached
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.form_tables import form_tables

__all__ = ["DepthBound", "depth_of", "depths_of_classes"]

_DEEPEST_PROVED = 3


@lru_cache(maxsize=16)
def depths_of_classes(inputs: int, basis: Basis) -> NDArray[np.int64]:
    """Return the least depth D of each class of functions of n <= 4 inputs (see `classes_of`).

    A function has depth at most d + 1 iff it, or with free inverters its inverse, is a gate over
    functions of depth at most d. The symmetries of the basis carry gates to gates, so the first
    operand is taken from representatives alone. A class that no circuit computes has depth -1.

    >>> from mesacircuits.circuits import B2
    >>> [int(d) for d in np.bincount(depths_of_classes(4, B2))]
    [2, 2, 17, 179, 22]
    """
    classes = classes_of(inputs, basis)
    tables = form_tables(basis)
    wires = np.array([form.wires for form in tables.forms], dtype=np.int64)
    mask = (1 << (1 << inputs)) - 1
    depths = np.full(len(classes.forms), -1, dtype=np.int64)
    depths[classes.number[[0, mask]]] = 0
    depths[classes.number[[input_bits(inputs, i) for i in range(inputs)]]] = 0
    # Gates compute functions with f(0) = 0 if inverters are free, and never read a constant 1;
    # a constant operand is part of the form.
    functions = np.arange(0, mask + 1, 1 + classes.normalised, dtype=np.uint64)[1:]
    functions = functions[functions != mask]
    # A basis that is not complete leaves classes out for ever: all that can be reached are.
    waiting = int(np.count_nonzero(depths < 0))
    depth = 0
    while waiting:
        members = functions[depths[classes.number[functions]] >= 0]
        if depth == 0:
            # An inverted input is no input unless inverters are free.
            members = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.uint64)
        _, first = np.unique(classes.number[members], return_index=True)
        reached = depths >= 0
        mark_reached(
            members[first],
            members,
            tables.normal_forms,
            wires,
            np.uint64(mask),
            classes.number,
            reached,
            waiting,
        )
        new = reached & (depths < 0)
        if not new.any():
            break
        depth += 1
        depths[new] = depth
        waiting -= int(np.count_nonzero(new))
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
        number = classes_of(inputs, basis).number
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
