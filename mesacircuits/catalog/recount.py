"""Finding all minima of a catalog's search again: by SAT, or by the search itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from mesacircuits.catalog.derived import DerivedSearch
from mesacircuits.circuits import Circuit
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    PARETO,
    SIZE,
    SIZE_DEPTH,
    BudgetEnded,
    Effort,
    enumerate_minima,
)
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.enumeration.reach import builds_all
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.errors import ArgumentError, CertificateError

__all__ = ["BY_EXHAUSTION", "BY_SAT", "recounted"]

BY_SAT = "by SAT"
BY_EXHAUSTION = "by exhaustion"

#: A search that looks at more gates, or choices, than this is left to a budget of seconds.
_MOST_TRIED = 10**9
_BY_SAT = (SIZE, DEPTH_SIZE, SIZE_DEPTH, PARETO)


def recounted(found: DerivedSearch, effort: Effort) -> str:
    """Find all minima of a search again, and return how.

    Circuits are found by SAT, which shares nothing with the search, or where it cannot by the
    search itself; and programs by theirs. What SAT cannot: whole policies, formulas, and fronts
    over bases that do not build every function.

    Raises `CertificateError` if they are others, and `BudgetEnded`: if the budget ended, or the
    search is too long to be run again without one.
    """
    if found.basis is None:
        again = enumerate_programs(found.task, found.order, found.machine, _bounded(effort))
        if not again.exhaustive:
            raise BudgetEnded
        _demand(found, [m.hash_hex for m in again.programs])
        return BY_EXHAUSTION
    if not found.minima:
        # That there is none was derived.
        return BY_EXHAUSTION
    circuits = [m.solver for m in found.minima if isinstance(m.solver, Circuit)]
    whole = builds_all(found.basis)
    if not found.task.joint and found.order in _BY_SAT and (whole or found.order != PARETO):
        # Where some functions have no circuit, what is listed bounds what is asked for.
        cap = None if whole else max(circuit_cost(circuit, found.basis) for circuit in circuits)
        listed: tuple[Circuit, ...] | None = None
        with suppress(ArgumentError):
            listed = all_minima(found.task, found.basis, found.order, cap=cap, effort=effort)
        if listed is not None:
            _demand(found, [circuit.hash_hex for circuit in listed])
            return BY_SAT
    searched = enumerate_minima(found.task, found.basis, found.order, _bounded(effort))
    if not searched.exhaustive:
        raise BudgetEnded
    _demand(found, [circuit.hash_hex for circuit in searched.minima], ordered=True)
    return BY_EXHAUSTION


def _bounded(effort: Effort) -> Effort:
    # Searched, and not taken from lists that ship; its bar would overwrite that of the whole.
    again = replace(effort, shipped=False, show_progress=False)
    return again if effort.seconds is not None else replace(again, nodes=_MOST_TRIED)


def _demand(found: DerivedSearch, derived: list[str], ordered: bool = False) -> None:
    said = [minimum.solver.hash_hex for minimum in found.minima]
    if not ordered:
        said, derived = sorted(said), sorted(derived)
    if said != derived:
        problem = f"{len(said):,} minima are listed, {len(derived):,} were found"
        if len(said) == len(derived):
            problem += ", others or in another order"
        raise CertificateError(f"{found.where}.complete", problem)
