"""Definitions compared over all functions of n inputs, from the levels of the census."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from mesacircuits.circuits import TruthTable, npn_orbit
from mesacircuits.circuits.bases import Basis
from mesacircuits.definitions import ControlLike, Definition, LookupTable, SearchLike
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    SIZE,
    BudgetEnded,
    Census,
    Effort,
    Level,
    census,
    enumerate_minima,
)
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.studies.comparison import Comparison, Disagreed, Pair, disagreed
from mesacircuits.studies.tally import TagCount, tally_level
from mesacircuits.studies.universe import Member, Universe
from mesacircuits.tasks import FunctionTask

__all__ = ["compared_by_levels"]

_Counts = dict[TruthTable, tuple[TagCount, ...]]


def compared_by_levels(
    definitions: Sequence[Definition],
    universe: Universe,
    basis: Basis,
    order: str,
    effort: Effort,
) -> Comparison | None:
    """Return the comparison over all functions of n inputs, one minimum per orbit judged.

    None where a definition has no kernel, or the basis or order no levels.
    """
    if order not in (SIZE, DEPTH_SIZE) or not has_fast_kernel(basis):
        return None
    if not all(isinstance(d, SearchLike | LookupTable | ControlLike) for d in definitions):
        return None
    inputs = universe.inputs
    pairs = list(combinations(range(len(definitions)), 2))
    counted: _Counts = {}

    def observe(level: Level) -> None:
        read = level.inputs
        sets = bulk_sets(definitions, read, basis, level.chains.rows, inputs - read)
        # What each gives, and what each pair gives both.
        kinds = [*sets, *(sets[i] & sets[j] for i, j in pairs)]
        counted.update(tally_level(level, inputs, kinds))

    found = census(inputs, basis, order, effort, observe)
    minima = sum(entry.circuits * entry.functions // 2 for entry in found.classes)
    sums = [
        sum(counts[place].circuits for counts in counted.values())
        for place in range(len(definitions) + len(pairs))
    ]
    compared = []
    for place, (i, j) in enumerate(pairs, len(definitions)):
        # A function has no world to control.
        pair = definitions[i], definitions[j]
        applies = not any(isinstance(definition, ControlLike) for definition in pair)
        both, first, second = sums[place], sums[i] - sums[place], sums[j] - sums[place]
        compared.append(
            Pair(
                i,
                j,
                both=both,
                only_first=first if applies else 0,
                only_second=second if applies else 0,
                neither=minima - both - first - second if applies else 0,
                apart=0 if applies else minima,
                example=_smallest(pair, (i, j, place), counted, found, effort) if applies else None,
            )
        )
    left_open: tuple[str, ...] = ()
    if found.open_functions:
        left_open = (f"{universe}: {found.open_functions // 2:,} functions with f(0) = 0",)
    return Comparison(
        universe=universe,
        basis=basis.name,
        order=order,
        definitions=tuple(definitions),
        tagged=tuple(sums[: len(definitions)]),
        applies=tuple(0 if isinstance(d, ControlLike) else minima for d in definitions),
        minima=minima,
        pairs=tuple(compared),
        left_open=left_open,
    )


def _smallest(
    pair: tuple[Definition, Definition],
    places: tuple[int, int, int],
    counted: _Counts,
    found: Census,
    effort: Effort,
) -> Disagreed | None:
    """Return the smallest minimum on which two definitions disagree.

    None if there is none, or the budget ends before it is found. `places` are those of the counts
    of either, and of both.
    """
    i, j, both = places
    sizes = {entry.representative: entry.size for entry in found.classes}
    differ = [
        (sizes[form], len(form.support()), form)
        for form, counts in counted.items()
        if counts[i].circuits + counts[j].circuits > 2 * counts[both].circuits
    ]
    if not differ:
        return None
    least = min(entry[:2] for entry in differ)
    try:
        examples = [
            _in_class(*pair, form, found, effort) for *key, form in differ if tuple(key) == least
        ]
    except BudgetEnded:
        return None
    return min(examples, key=lambda example: example.name)


def _in_class(
    first: Definition, second: Definition, form: TruthTable, found: Census, effort: Effort
) -> Disagreed:
    for table in npn_orbit(form):
        if table.bits & 1:
            continue
        task = FunctionTask((table,))
        minima = enumerate_minima(task, found.basis, found.order, effort).all_found().minima
        tags = zip(bulk_tags(first, minima, task), bulk_tags(second, minima, task), strict=True)
        for circuit, (one, other) in zip(minima, tags, strict=True):
            if one != other:
                member = Member(str(task), task, minima, circuit.size)
                return disagreed(first, second, member, circuit)
    raise ArithmeticError(f"{form} is counted as an example, but no minimum is one")
