"""Counting the circuits of one cost over any basis, class by class, unit by unit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.chains import ChainSet, pure_conjugates
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.form_kernels import extend_forms
from mesacircuits.enumeration.form_symmetry import first_forms
from mesacircuits.enumeration.form_tables import ABSENT, NO_GATE
from mesacircuits.enumeration.form_transform_kernels import (
    count_fixing_rows,
    depths_of_rows,
    least_forms,
)
from mesacircuits.enumeration.stored_rows import check_listed, has_arrays, stored_rows
from mesacircuits.enumeration.task_tables import NO_HITS
from mesacircuits.enumeration.units import UnitResult, run_units
from mesacircuits.enumeration.wanted import WantedSet, wanted_set
from mesacircuits.records import content_hash

__all__ = ["LevelCounts", "count_level", "counts_of_chains", "list_level"]

# Raise this when a change of the engine could change what a stored unit holds.
_VERSION = 2
# Where no more functions are wanted, the last two gates of a chain are sought together.
_FEW = 128
# No unit counts more, so that sums of many stay exact.
_MOST_COUNTED = 1 << 50


@dataclass(frozen=True)
class LevelCounts:
    """The circuits of one cost, counted by the class of what they compute and by depth.

    Attributes:
        cost: what the gates of each circuit cost together.
        counts: for each (class, depth) four sums over circuits, of all functions of the class
            that gates compute: circuits, wirings, and the two that counting up to symmetry needs
            (see `ChainSet.fixing`), weighted likewise.
        tried: how many gates the search looked at.
    """

    cost: int
    counts: dict[tuple[int, int], NDArray[np.int64]]
    tried: int

    @property
    def classes(self) -> set[int]:
        """The classes that some circuit of this cost computes."""
        return {c for c, _ in self.counts}


def counts_of_chains(chains: ChainSet) -> LevelCounts:
    """Return the counts of chains of two-input gates, listed one per orbit of first gates."""
    number = classes_of(chains.level.inputs, chains.level.basis).number
    fixed, summed = chains.fixing()
    rows = np.full((len(chains), chains.size, 4), ABSENT, dtype=np.int8)
    rows[:, :, 1:] = chains.gates
    depths = depths_of_rows(rows, chains.level.inputs)
    columns = (np.ones_like(fixed), chains.is_wiring(), fixed, summed)
    pairs, sums = _summed(number[chains.functions], depths, columns, chains.weights)
    return LevelCounts(chains.size, _by_pair(pairs, sums), chains.tried)


def _summed(
    classes: NDArray[np.int64],
    depths: NDArray[np.int64],
    columns: tuple[NDArray[Any], ...],
    weights: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # Sums of integers, exact: np.bincount with weights would go through floats.
    pairs, inverse = np.unique(np.stack([classes, depths], axis=1), axis=0, return_inverse=True)
    sums = np.zeros((len(pairs), len(columns)), dtype=np.int64)
    for column, values in enumerate(columns):
        np.add.at(sums[:, column], inverse.reshape(-1), values * weights)
    return pairs, sums


def _by_pair(
    pairs: NDArray[np.int64], sums: NDArray[np.int64]
) -> dict[tuple[int, int], NDArray[np.int64]]:
    return {(c, d): row for (c, d), row in zip(pairs.tolist(), sums, strict=True)}


@dataclass(frozen=True)
class _Unit:
    """The circuits above one set of first gates.

    Circuits of one wiring may differ in their first gates, and so lie above several sets; each of
    these counts `share` of the `scale` parts that make the wiring.
    """

    basis: Basis
    inputs: int
    cost: int
    depth_bound: int
    required: int
    waiting: bytes
    places: tuple[int, ...]
    weight: int
    share: int


def count_level(
    inputs: int,
    basis: Basis,
    cost: int,
    waiting: Iterable[int],
    effort: Effort,
    depth_bound: int | None = None,
    all_read: bool = False,
) -> LevelCounts:
    """Count the circuits of exactly one cost for every function of the classes `waiting`.

    Arguments:
        waiting: numbers of classes (see `classes_of`).
        depth_bound: greatest depth allowed; None for any.
        all_read: count only circuits that read every input.

    Raises:
        BudgetEnded: if the effort's budget ran out first.

    >>> from mesacircuits.circuits.bases import MIG
    >>> classes = classes_of(3, MIG)
    >>> found = count_level(3, MIG, 1, range(2, len(classes.forms)), Effort())
    >>> sum(int(sums[0]) for sums in found.counts.values())
    16
    """
    units, scale = _units(inputs, basis, cost, waiting, depth_bound, all_read)
    key = _key("count_level", units, basis, cost)
    title = _title(inputs, basis, cost, depth_bound)
    counts: dict[tuple[int, int], NDArray[np.int64]] = {}
    tried = 0
    if effort.used_up():
        raise BudgetEnded
    with closing(run_units(_count_unit, units, effort, key, title, _check_counts)) as results:
        for _, result in results:
            tried += result.tried
            for place, sums in _by_pair(result.arrays["pairs"], result.arrays["sums"]).items():
                counts[place] = counts[place] + sums if place in counts else sums
    for sums in counts.values():
        if sums[1] % scale:
            raise ArithmeticError("the parts of a wiring are not all there")
        sums[1] //= scale
    return LevelCounts(cost, counts, tried)


def list_level(
    inputs: int,
    basis: Basis,
    cost: int,
    waiting: Iterable[int],
    effort: Effort,
    depth_bound: int | None = None,
    all_read: bool = False,
) -> tuple[NDArray[np.int8], NDArray[np.uint64], NDArray[np.int64]]:
    """List the circuits that `count_level` counts, one set of first gates per orbit.

    Arguments and errors are those of `count_level`.

    Returns:
        chains as rows (third, second, first, form), shape (m, r, 4), ended by rows of `NO_GATE`;
        the function of each, shape (m,); and for how many circuits it stands, shape (m,).

    >>> from mesacircuits.circuits.bases import MIG
    >>> gates, functions, weights = list_level(3, MIG, 1, range(2, 14), Effort())
    >>> gates.shape[1:], int(weights.sum())
    ((1, 4), 16)
    """
    units, _ = _units(inputs, basis, cost, waiting, depth_bound, all_read)
    key = _key("list_level", units, basis, cost)
    parts = []
    if effort.used_up():
        raise BudgetEnded
    title = _title(inputs, basis, cost, depth_bound)
    with closing(run_units(_list_unit, units, effort, key, title, _check_list)) as results:
        for number, result in results:
            gates = result.arrays["gates"]
            weights = np.full(len(gates), units[number].weight, dtype=np.int64)
            parts.append((gates, result.arrays["functions"], weights))
    longest = max((gates.shape[1] for gates, _, _ in parts), default=0)
    padded = [
        np.pad(gates, ((0, 0), (0, longest - gates.shape[1]), (0, 0)), constant_values=NO_GATE)
        for gates, _, _ in parts
    ]
    return (
        np.concatenate([np.empty((0, longest, 4), dtype=np.int8), *padded]),
        np.concatenate([np.empty(0, dtype=np.uint64), *(f for _, f, _ in parts)]),
        np.concatenate([np.empty(0, dtype=np.int64), *(w for _, _, w in parts)]),
    )


def _title(inputs: int, basis: Basis, cost: int, depth_bound: int | None) -> str:
    title = f"{inputs} inputs, {basis.name}, cost {cost}"
    return title + ("" if depth_bound is None else f", depth {depth_bound}")


def _key(of: str, units: list[_Unit], basis: Basis, cost: int) -> str:
    if not units:
        return of
    [*_, last] = units
    said = [last.inputs, cost, last.depth_bound, last.required, last.waiting.hex()]
    return content_hash([of, _VERSION, basis.to_json(), *said])


def _units(
    inputs: int,
    basis: Basis,
    cost: int,
    waiting: Iterable[int],
    depth_bound: int | None,
    all_read: bool,
) -> tuple[list[_Unit], int]:
    # The units of a level, and into how many parts wirings are divided.
    level = first_forms(inputs, basis)
    classes = classes_of(inputs, basis)
    packed = np.packbits(np.isin(np.arange(len(classes.forms)), list(waiting))).tobytes()
    required = (1 << inputs) - 1 if all_read else 0
    idle = 0 if all_read else inputs
    bound = -1 if depth_bound is None else depth_bound
    begun: list[tuple[tuple[int, ...], int]] = []
    for count in range(1, cost // level.tables.cheapest + 1):
        chosen, weights = level.sets(count, cost, idle)
        begun += zip(map(tuple, chosen.tolist()), weights.tolist(), strict=True)
    alike = [prod(level.twins[list(places)].tolist()) for places, _ in begun]
    scale = lcm(*alike)
    units = [
        _Unit(basis, inputs, cost, bound, required, packed, places, weight, scale // sets)
        for (places, weight), sets in zip(begun, alike, strict=True)
    ]
    return units, scale


def _extended(
    unit: _Unit, stop: NDArray[np.uint8], most_tried: int
) -> tuple[NDArray[np.int8], NDArray[np.uint64], int, bool]:
    # The circuits above a unit's first gates, their functions, gates looked at, whether all.
    level = first_forms(unit.inputs, unit.basis)
    tables = level.tables
    mask = np.uint64((1 << (1 << unit.inputs)) - 1)
    chosen = np.array(unit.places, dtype=np.int16)
    wanted = _wanted(unit.inputs, unit.basis, unit.waiting)
    nothing = np.zeros((1, 2, 0), dtype=np.uint64)
    gates, functions, _, tried = extend_forms(
        unit.inputs,
        level.input_tables,
        mask,
        tables.normal_forms,
        tables.costs,
        tables.spans,
        unit.basis.free_inverters,
        tables.fan_in,
        (tables.per_cost.numerator, tables.per_cost.denominator),
        level.gates[chosen],
        (unit.inputs, ABSENT, ABSENT, 0),
        unit.cost,
        unit.depth_bound,
        unit.required,
        0,
        *wanted.arguments,
        wanted.members if len(wanted.members) <= _FEW else wanted.members[:0],
        nothing,
        nothing,
        np.zeros(1, dtype=np.int64),
        *NO_HITS,
        most_tried,
        stop,
    )
    if tried < 0:
        raise tables.no_room(unit.inputs)
    return gates, functions, int(tried), not stop[0] and tried <= most_tried


def _list_unit(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    gates, functions, tried, complete = _extended(unit, stop, most_tried)
    return UnitResult({"gates": gates, "functions": functions}, tried, complete)


def _check_list(unit: _Unit, result: UnitResult) -> None:
    gates = result.arrays.get("gates")
    # As long as the longest circuit, so nothing says how long that is.
    longest = None if gates is None or gates.ndim != 3 else gates.shape[1]
    has_arrays(
        result.arrays,
        {"gates": (np.int8, (None, longest, 4)), "functions": (np.uint64, (None,))},
    )
    level = first_forms(unit.inputs, unit.basis)
    begun = level.gates[np.array(unit.places, dtype=np.int16)].tolist()
    check_listed(
        stored_rows(result.arrays["gates"], unit.inputs, unit.basis, begun),
        unit.inputs,
        result.arrays["functions"],
        _wanted(unit.inputs, unit.basis, unit.waiting).members,
        unit.cost,
        unit.depth_bound,
        unit.required,
    )


def _check_counts(unit: _Unit, result: UnitResult) -> None:
    # What was counted, only counting again can tell: here just what counts may be at all.
    has_arrays(result.arrays, {"pairs": (np.int64, (None, 2)), "sums": (np.int64, (None, 4))})
    pairs, sums = result.arrays["pairs"], result.arrays["sums"]
    waiting = np.unpackbits(np.frombuffer(unit.waiting, dtype=np.uint8))
    number, depth = pairs[:, 0], pairs[:, 1]
    if ((number < 0) | (number >= len(waiting))).any() or not waiting[number].all():
        raise ValueError("circuits of a class that was not sought")
    deepest = unit.cost if unit.depth_bound < 0 else unit.depth_bound
    if ((depth < 1) | (depth > deepest)).any():
        raise ValueError("circuits of a depth that none has")
    if len(np.unique(pairs, axis=0)) < len(pairs):
        raise ValueError("a class is counted twice")
    # Every circuit counts the weight of its orbit, and none but itself fixes fewer than one.
    circuits, wirings, fixed, summed = sums.T
    most = _MOST_COUNTED // unit.share
    bad = (circuits < unit.weight) | (circuits > most) | (sums % unit.weight != 0).any(axis=1)
    bad |= (wirings < 0) | (wirings > circuits * unit.share)
    bad |= (fixed < circuits) | (fixed > most) | (summed < 0) | (summed > most)
    if bad.any():
        raise ValueError("counts that no circuits have")


def _count_unit(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    gates, functions, tried, complete = _extended(unit, stop, most_tried)
    level = first_forms(unit.inputs, unit.basis)
    tables = level.tables
    classes = classes_of(unit.inputs, unit.basis)
    mask = np.uint64((1 << (1 << unit.inputs)) - 1)
    chosen = np.array(unit.places, dtype=np.int16)
    rows = level.stabiliser(chosen)
    # An element that fixes a circuit carries its first gates to themselves.
    fixed, summed = count_fixing_rows(
        gates,
        level.inputs,
        level.orders[rows],
        level.masks[rows],
        pure_conjugates(level.inputs, level.orders[rows], level.masks[rows], level.negations),
        level.rewrites,
        level.patterns,
    )
    least = least_forms(
        gates,
        level.input_tables,
        mask,
        tables.normal_forms,
        tables.costs,
        tables.spans,
        len(unit.places),
    )
    columns = (np.ones_like(fixed), least * unit.share, fixed, summed)
    weights = np.full(len(fixed), unit.weight, dtype=np.int64)
    pairs, sums = _summed(
        classes.number[functions], depths_of_rows(gates, unit.inputs), columns, weights
    )
    return UnitResult({"pairs": pairs, "sums": sums}, tried, complete)


@lru_cache(maxsize=4)
def _wanted(inputs: int, basis: Basis, waiting: bytes) -> WantedSet:
    classes = classes_of(inputs, basis)
    flags = np.unpackbits(np.frombuffer(waiting, dtype=np.uint8)).astype(bool)
    step = 2 if basis.free_inverters else 1
    functions = np.arange(0, len(classes.number), step)
    chosen = functions[flags[classes.number[functions]]].astype(np.uint64)
    return wanted_set(inputs, chosen, basis.free_inverters)
