"""The search for minimal gate sets of one size, cut into units that can be done in any order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.five_inputs.classes import OpenClasses
from mesacircuits.enumeration.five_inputs.end_kernels import Goal
from mesacircuits.enumeration.five_inputs.formulas import operator_masks
from mesacircuits.enumeration.five_inputs.set_kernels import extend_sets
from mesacircuits.enumeration.symmetry import symmetry_of

__all__ = ["Unit", "UnitResult", "goal_of", "run_unit", "units_of"]


@dataclass(frozen=True, eq=False)
class Unit:
    """A part of the search: a first layer, and what is chosen next.

    Attributes:
        first: the tables of the gates of the first layer, shape (f,).
        weight: how many first layers its orbit has.
        group: the rows of `byte_images` that carry it to itself, shape (g,).
        forced: what is chosen after it, shape (m,).
    """

    first: NDArray[np.int64]
    weight: int
    group: NDArray[np.int64]
    forced: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class UnitResult:
    """What a unit found.

    Attributes:
        sets: for classes not noted before the class number and the tables of a set of gates, the
            last in the class, shape (m, 1 + size).
        tally: the numbers of sets tried, of last functions looked at, and of those in open classes.
    """

    sets: NDArray[np.int64]
    tally: NDArray[np.int64]


@lru_cache(maxsize=4)
def byte_images(inputs: int) -> NDArray[np.uint32]:
    """Return the images of the bytes of truth tables under permuting and negating inputs.

    The image of a table is the XOR of those of its bytes: [row, 256 * i + value of byte i].

    >>> byte_images(3).shape
    (48, 1024)
    """
    orders, masks = np_group(inputs)
    images = np.zeros((len(masks), 1024), dtype=np.uint32)
    for bit in range(1 << inputs):
        moved = images_under(np.uint64(1 << bit), inputs, orders, masks).astype(np.uint32)
        reads = np.arange(256) >> (bit & 7) & 1 == 1
        byte = slice(256 * (bit >> 3), 256 * (bit >> 3) + 256)
        images[:, byte] ^= np.where(reads, moved[:, None], 0).astype(np.uint32)
    images.flags.writeable = False
    return images


def _triples(basis: Basis) -> NDArray[np.int64]:
    # One way to write each function of three wires by two operators.
    masks = operator_masks(basis)
    wires = np.array([0xAA, 0xCC, 0xF0])
    chosen = np.zeros((3, len(masks)), dtype=np.int64)
    met: set[int] = set()
    for third in range(3):
        for op in range(len(masks)):
            middle = apply_operator(wires[(third + 1) % 3], wires[(third + 2) % 3], masks, op)
            for end in range(len(masks)):
                table = int(apply_operator(middle, wires[third], masks, end))
                if table not in met:
                    met.add(table)
                    chosen[third, op] |= 1 << end
    return chosen


def goal_of(
    basis: Basis, waiting: OpenClasses, noted: NDArray[np.uint8], sums: NDArray[np.int64] | None
) -> Goal:
    """Return what is looked for, as the kernel takes it.

    Arguments:
        basis: a basis of two-input operators with free inverters.
        waiting: the classes that no smaller circuit computes.
        noted: which classes need no set noted, shape (c,); changed by the search.
        sums: where circuits are counted, shape (c,); None to find one set per class only.
    """
    c = waiting.classes
    counted = np.empty(0, dtype=np.int64) if sums is None else sums
    return Goal(
        operator_masks(basis),
        _triples(basis),
        c.entries,
        c.moves,
        c.numbers,
        c.starts,
        c.places,
        waiting.marks,
        counted,
        noted,
    )


def run_unit(goal: Goal, inputs: int, size: int, unit: Unit, stop: NDArray[np.uint8]) -> UnitResult:
    """Search a unit; what is counted is added to `goal.sums`."""
    sets, tally, _ = _extend(goal, inputs, size, unit, 0, stop)
    return UnitResult(sets, tally)


def _extend(
    goal: Goal, inputs: int, size: int, unit: Unit, collect_at: int, stop: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    literals = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] = extend_sets(
        goal,
        inputs,
        literals,
        byte_images(inputs),
        unit.group,
        unit.weight,
        unit.first,
        size,
        unit.forced,
        collect_at,
        stop,
    )
    return found


def units_of(goal: Goal, inputs: int, basis: Basis, size: int) -> list[Unit]:
    """Return the units of the search for circuits of `size` gates over all inputs.

    Each orbit of first layers is represented once. Together the units meet every gate set of a
    minimal circuit that reads all inputs, up to permuting and negating inputs.

    Arguments:
        size: the number of gates, at least inputs - 1 and 2.
    """
    symmetry = symmetry_of(inputs, basis)
    masks = operator_masks(basis)
    tables = symmetry.input_tables.astype(np.int64)
    depth = max(0, min(4 if size < 10 else 5, size - 3))
    stop = np.zeros(1, dtype=np.uint8)
    none = np.empty(0, dtype=np.int64)
    units: list[Unit] = []
    for count in range(1, size):
        for places, weight in zip(*symmetry.sets(count, size, 0), strict=True):
            gates = symmetry.gates[places].tolist()
            first = [apply_operator(tables[a], tables[b], masks, op) for _, a, b, op in gates]
            unit = Unit(np.array(first), int(weight), symmetry.stabiliser(places), none)
            if count >= depth or size - count <= 2:
                units.append(unit)
                continue
            for row in _extend(goal, inputs, size, unit, depth, stop)[2]:
                units.append(Unit(unit.first, unit.weight, unit.group, row.copy()))
    return units
