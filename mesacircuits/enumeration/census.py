"""The census: how many minimal circuits all functions of n inputs have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import ceil, comb, factorial
from typing import Any

import numpy as np

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import BASES, Basis, basis_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.data import recipes, stored_census
from mesacircuits.enumeration.census_result import Census, ClassMinima
from mesacircuits.enumeration.class_minima import CENSUS_ORDERS, Found, class_minima
from mesacircuits.enumeration.classes import FunctionClasses, classes_of
from mesacircuits.enumeration.depths import depths_of_classes
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.form_counts import counts_of_chains
from mesacircuits.enumeration.form_tables import form_tables
from mesacircuits.enumeration.idle_inputs import idle_inputs_stay_unread
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS, Level, joins_levels, levels
from mesacircuits.enumeration.orders import (
    DEPTH,
    DEPTH_SIZE,
    PARETO,
    SIZE,
    check_cap,
    checked_order,
)
from mesacircuits.errors import ArgumentError

__all__ = ["census", "exact_quotient", "shipped_census"]


@fitting_units
def census(
    inputs: int,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    observe: Callable[[Level], None] | None = None,
    cap: int | None = None,
) -> Census:
    """Count the minimal circuits of every function of n inputs.

    Every function is settled through its class: all reduced circuits of cost 0, 1, 2, ... are
    listed, one per orbit of first gates, until each class has been met that any circuit computes.
    So a class's size is minimal by exhaustion of the smaller ones, and its minima are all there
    are.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name.
        order: a name of `ORDERS`, but not `formula` (see `formula_census`).
        effort: budget, threads and progress bar; by default no limit, all cores, no bar. The
            censuses that ship with the package answer if it allows it.
        observe: called with each `Level` as it is found, for further measurement; only for
            two-input operators with free inverters, under `size` and `depth-size`.
        cap: the greatest size allowed, which `depth` asks for and other orders do not take.

    Returns:
        the census, marked not exhaustive if the budget ended it.

    Raises:
        ArgumentError: for arguments outside those ranges.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts of functions and classes by
    size and depth this reproduces.

    >>> [(row.size, row.functions, row.circuits) for row in census(3).rows]
    [(0, 8, 4), (1, 30, 15), (2, 114, 75), (3, 80, 180), (4, 24, 540)]
    >>> [(row.size, row.functions, row.circuits) for row in census(3, "mux").rows]
    [(0, 8, 4), (1, 54, 42), (2, 170, 1332), (3, 24, 3576)]
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_CENSUS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", inputs)
    basis = basis_named(basis)
    checked_order(order, CENSUS_ORDERS)
    check_cap(order, cap)
    effort = effort or Effort()
    if effort.takes_shipped and observe is None and cap is None:
        shipped = shipped_census(inputs, basis, order)
        if shipped is not None:
            return shipped
    joined = joins_levels(basis) and order in (SIZE, DEPTH_SIZE)
    if observe is not None and not joined:
        raise ArgumentError("basis", "two-input operators with free inverters", basis.name)
    classes = classes_of(inputs, basis)
    found = list(_without_gates(classes, depth=None if order == SIZE else 0))
    tried = 0
    exhausted_size: int | None = None
    # Under `depth` circuits need not be small: they may read idle inputs in any basis.
    alone = order != DEPTH and idle_inputs_stay_unread(basis)
    for support in range(1, inputs + 1) if alone else (inputs,):
        within = classes_of(support, basis)
        # Cheaper gates do not join so many inputs.
        per_cost = form_tables(basis).per_cost
        reached = max(ceil((support - 1) / per_cost) - 1, 0) if alone and per_cost else 0
        steps = (
            _levels(support, basis, order, effort, observe)
            if joined
            else class_minima(support, basis, order, effort, cap, all_read=alone)
        )
        try:
            for size, settled, looked_at in steps:
                tried += looked_at
                reached = size
                found += [_class_minima(f, within, classes, alone) for f in settled]
        except BudgetEnded:
            # Where depth comes first a settled size speaks for one depth only: none is claimed.
            proved = reached if order not in (DEPTH_SIZE, DEPTH, PARETO) else 0
            exhausted_size = proved if exhausted_size is None else min(exhausted_size, proved)
    met = {c.representative: c.functions for c in found}
    total = int(classes.functions.sum())
    missing, missing_classes = total - sum(met.values()), len(classes.forms) - len(met)
    without = depths_of_classes(inputs, basis) < 0
    if cap is not None and exhausted_size is None:
        without |= ~np.isin(classes.forms, [c.bits for c in met])
    barred = int(classes.functions[without].sum())
    return Census(
        inputs=inputs,
        basis=basis.name,
        order=order,
        classes=tuple(sorted(found, key=lambda c: (c.representative.bits, c.size))),
        kind=classes.kind,
        cap=cap,
        open_functions=missing - barred,
        open_classes=missing_classes - int(np.count_nonzero(without)),
        exhausted_size=exhausted_size,
        without_functions=barred,
        without_classes=int(np.count_nonzero(without)),
        tried=tried,
        weighted=bool(basis.costs),
    )


def shipped_census(inputs: int, basis: Basis, order: str) -> Census | None:
    """Return a census that ships with the package; None if there is none.

    >>> from mesacircuits.circuits.bases import MIG
    >>> census = shipped_census(4, MIG, "size")
    >>> census.total["circuits"], census.taken_from.partition(",")[0]
    (36914425, 'census-n4-mig-size.json')
    """
    # Another basis may bear the same name.
    name = f"census-n{inputs}-{basis.name}-{order}.json"
    if BASES.get(basis.name) != basis or name not in recipes():
        return None
    record, sha256 = stored_census(name)
    classes = [
        ClassMinima(
            TruthTable.from_hex(inputs, c["representative"]),
            *(c[field] for field in ClassMinima.__slots__[1:]),
        )
        for c in record["classes"]
    ]
    return Census(
        inputs=inputs,
        basis=basis.name,
        order=order,
        classes=tuple(classes),
        kind=record["class_kind"],
        taken_from=f"{name}, SHA-256 {sha256[:12]}",
    )


def _without_gates(classes: FunctionClasses, depth: int | None) -> Iterable[ClassMinima]:
    constants = {0, (1 << (1 << classes.inputs)) - 1}
    inputs = {input_bits(classes.inputs, i) for i in range(classes.inputs)}
    npn = 1 if classes.kind == "NPN" else None
    for bits in constants, inputs:
        for c in sorted({int(classes.number[b]) for b in bits}):
            form = TruthTable(classes.inputs, int(classes.forms[c]))
            # Up to permutation there is one input, and with free inverters f(0) = 0.
            functions = int(classes.functions[c])
            if bits is inputs and not classes.normalised:
                functions = classes.inputs
            yield ClassMinima(form, functions, 0, depth, 1, 1, 1, npn)


def _levels(
    support: int,
    basis: Basis,
    order: str,
    effort: Effort,
    observe: Callable[[Level], None] | None,
) -> Iterator[tuple[int, list[Found], int]]:
    if support < 2:
        return
    for level in levels(support, basis, order, effort):
        counts = counts_of_chains(level.chains)
        settled: dict[int, Found] = {}
        for (c, _), sums in counts.counts.items():
            before = settled.get(c)
            total = sums if before is None else before.sums + sums
            settled[c] = Found(c, level.size, level.depth, total)
        if observe is not None:
            observe(level)
        yield level.size, list(settled.values()), level.chains.tried


def _class_minima(
    found: Found, within: FunctionClasses, classes: FunctionClasses, alone: bool
) -> ClassMinima:
    support, inputs = within.inputs, classes.inputs
    core = TruthTable(support, int(within.forms[found.number])).extended_to(inputs)
    functions = int(within.functions[found.number])
    halves = functions // 2 if within.normalised else functions
    # The orbit of a circuit C has |G| / |G_C| members and is met |G_A| / |G_C| times above its
    # first gates A; an orbit has (1/n!) (sum over h in G_C of #{g : g h g^-1 negates nothing})
    # / |G_C| orbits under permutations alone (Burnside, double cosets).
    group = factorial(support) << (support if within.kind == "NPN" else 0)
    circuits, wirings, fixed, summed = (int(value) for value in found.sums)
    return ClassMinima(
        representative=TruthTable(inputs, int(classes.forms[classes.number[core.bits]])),
        functions=functions * (comb(inputs, support) if alone else 1),
        size=found.size,
        depth=found.depth,
        circuits=exact_quotient(circuits, halves),
        wirings=exact_quotient(wirings, halves),
        circuits_p=exact_quotient(summed, group * factorial(support)),
        circuits_npn=exact_quotient(fixed, group) if within.kind == "NPN" else None,
    )


def exact_quotient(total: Any, parts: int) -> int:
    """Return total / parts, which must be whole: counts are constant on a class."""
    quotient, rest = divmod(int(total), parts)
    if rest:
        raise ArithmeticError(f"a count of {total} does not divide by {parts}")
    return quotient
