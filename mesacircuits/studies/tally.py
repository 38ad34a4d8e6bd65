"""How many minima of each NPN class have a tag, from the levels of the census."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import comb
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.enumeration.levels import Level
from mesacircuits.enumeration.symmetry import Symmetry, class_numbers, exact_quotient

__all__ = ["TagCount", "tally_level"]


@dataclass(frozen=True, slots=True)
class TagCount:
    """The minima of one NPN class that have a tag.

    Attributes:
        circuits: those minima, summed over the class's functions with f(0) = 0.
        some: functions of the class with at least one such minimum.
        every: functions of the class whose minima are all such.
    """

    circuits: int = 0
    some: int = 0
    every: int = 0


def tally_level(
    level: Level, inputs: int, sets: Sequence[NDArray[np.int64]]
) -> Iterator[tuple[TruthTable, tuple[TagCount, ...]]]:
    """Yield the representative of each class of a level, and its tags counted.

    Arguments:
        level: minima of functions that depend on all of some k inputs.
        inputs: n >= k: counts are over the functions of n inputs.
        sets: for each definition the re-encodings under which each chain is tagged, as
            `bulk_sets` returns them.

    Yields:
        the class's least member over all n inputs, and one count per definition.
    """
    chains = level.chains
    support = level.inputs
    representatives, number = class_numbers(support)
    classes = number[chains.functions]
    places = comb(inputs, support)
    for c in level.classes.tolist():
        chosen = np.flatnonzero(classes == c)
        core = TruthTable(support, int(representatives[c]))
        functions = int((number == c).sum())
        weights, tables = chains.weights[chosen], chains.functions[chosen]
        counts = []
        for tagged in sets:
            here = tagged[chosen]
            total = int((weights * np.bitwise_count(here)).sum())
            some, every = _spread(chains.symmetry, core, tables, here)
            counts.append(
                TagCount(
                    exact_quotient(total, 1 << support) * places,
                    exact_quotient(functions * some, 1 << support) * places,
                    exact_quotient(functions * every, 1 << support) * places,
                )
            )
        yield npn_canonical(core.extended_to(inputs))[0], tuple(counts)


def _spread(
    symmetry: Symmetry, core: TruthTable, tables: NDArray[np.uint64], sets: NDArray[np.int64]
) -> tuple[int, int]:
    """Return of how many re-encodings of `core` some minimum, and every minimum, is tagged.

    The chains compute images T f of f = `core` under T: input i of f is fed by x_p(i) XOR t_i.
    The image of a circuit C is tagged under re-encoding z iff C is under z', z'_i = z_p(i) XOR t_i.
    """
    whole = 1 << symmetry.inputs
    full = (1 << whole) - 1
    if not sets.any():
        return 0, 0
    if (sets == full).all():
        return whole, whole
    bits = core.bits ^ (core.mask if core.bits & 1 else 0)
    images = symmetry.images_of(np.uint64(bits))
    row_of = {int(image): row for row, image in reversed(list(enumerate(images)))}
    home = {
        (_moved(symmetry, row_of[table], tagged))
        for table, tagged in set(zip(tables.tolist(), sets.tolist(), strict=True))
    }
    # All circuits of f are the symmetries of f applied to those found.
    symmetries = np.flatnonzero(images == np.uint64(bits))
    spread = [_moved_back(symmetry, int(row), tagged) for tagged in home for row in symmetries]
    return reduce(or_, spread).bit_count(), reduce(and_, spread).bit_count()


def _primed(symmetry: Symmetry, row: int) -> list[int]:
    order, mask = symmetry.orders[row].tolist(), int(symmetry.masks[row])
    return [
        sum((z >> order[i] & 1) << i for i in range(symmetry.inputs)) ^ mask
        for z in range(1 << symmetry.inputs)
    ]


def _moved(symmetry: Symmetry, row: int, tagged: int) -> int:
    # From re-encodings z of T C to those z' of C.
    return sum(1 << primed for z, primed in enumerate(_primed(symmetry, row)) if tagged >> z & 1)


def _moved_back(symmetry: Symmetry, row: int, tagged: int) -> int:
    # From re-encodings z' of C to those z of T C.
    return sum(1 << z for z, primed in enumerate(_primed(symmetry, row)) if tagged >> primed & 1)
