"""The classes of a universe of functions with their tags, from the minima that are shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import comb
from operator import and_, or_

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.circuits.bases import Basis
from mesacircuits.data.minima import minima_files, stored_minima
from mesacircuits.definitions import Definition
from mesacircuits.definitions.bulk import bulk_sets
from mesacircuits.enumeration import MAX_CENSUS_INPUTS
from mesacircuits.enumeration.minima_lists import minima_rows, shipped_classes
from mesacircuits.enumeration.symmetry import exact_quotient, has_fast_kernel
from mesacircuits.studies.tally import TagCount

__all__ = ["ShippedClass", "shipped_tags"]


@dataclass(frozen=True)
class ShippedClass:
    """A class of functions of n inputs, with its minima counted by tag.

    Attributes:
        representative: its least member.
        functions, size, depth, circuits: as in `ClassMinima`.
        counts: for each definition.
    """

    representative: TruthTable
    functions: int
    size: int
    depth: int | None
    circuits: int
    counts: tuple[TagCount, ...]


def shipped_tags(
    inputs: int, basis: Basis, order: str, definitions: Sequence[Definition]
) -> tuple[list[ShippedClass], str] | None:
    """Return every class that takes gates, tagged, and the name of the file it is from.

    Of functions of five inputs, those classes that read at most four.

    None if the shipped lists do not have them all, or the basis is of another kind than two-input
    operators with free inverters.

    >>> from mesacircuits.circuits.bases import B2
    >>> from mesacircuits.definitions import SearchLike
    >>> found, _ = shipped_tags(3, B2, "size", [SearchLike()])
    >>> [(c.representative.hex, c.counts[0].circuits) for c in found if c.counts[0].some]
    [('18', 12)]
    """
    stored = stored_minima(basis.name, order)
    if stored is None or not has_fast_kernel(basis):
        return None
    found = []
    for support in range(2, min(inputs, MAX_CENSUS_INPUTS) + 1):
        universe = stored[0].universe(support)
        if universe is None or not universe.exhaustive or universe.kind != "NPN":
            return None
        listed = shipped_classes(support, basis, order)
        if not listed:
            return None
        places = comb(inputs, support)
        for record in listed.values():
            core = TruthTable.from_hex(support, record.representative)
            if len(core.support()) < support:
                continue
            rows = minima_rows(core, core, basis, record)
            sets = bulk_sets(definitions, support, basis, rows, inputs - support)
            counts = [_counted(each.tolist(), record.functions, support, places) for each in sets]
            found.append(
                ShippedClass(
                    npn_canonical(core.extended_to(inputs))[0],
                    record.functions * places,
                    record.size,
                    record.depth,
                    record.circuits,
                    tuple(counts),
                )
            )
    return found, minima_files()[basis.name, order]


def _counted(sets: list[int], functions: int, inputs: int, places: int) -> TagCount:
    # The minima of each function of the class are images of these, and a tag depends on the
    # negations in them alone: each of the 2^n is had by as many functions.
    whole = 1 << inputs
    total = sum(tagged.bit_count() for tagged in sets) * (functions // 2)
    some, every = reduce(or_, sets).bit_count(), reduce(and_, sets).bit_count()
    return TagCount(
        exact_quotient(total, whole) * places,
        exact_quotient(functions * some, whole) * places,
        exact_quotient(functions * every, whole) * places,
    )
