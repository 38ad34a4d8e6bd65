"""All minimal circuits of one function of five inputs, by the walk that surveys all of them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.data.five_inputs import stored_sizes
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.engines import Batch, FunctionEngine
from mesacircuits.enumeration.five_inputs.classes import class_alone
from mesacircuits.enumeration.five_inputs.sizes import SizeUnit, size_units
from mesacircuits.enumeration.rows import ABSENT
from mesacircuits.enumeration.units import (
    UnitResult,
    has_arrays,
    refused_units,
    run_units,
)
from mesacircuits.records import content_hash
from mesacircuits.tasks import FunctionTask

__all__ = ["ClassEngine"]

# Raise this when a change could change what a unit holds.
_VERSION = 1
# Up to so many gates the walk for one class takes seconds, then minutes.
_QUICK = 8


def _list(unit: SizeUnit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    tally = np.zeros(3, dtype=np.int64)
    gates = [np.empty((0, unit.size, 3), dtype=np.uint8)]
    weights = [np.empty(0, dtype=np.int64)]
    for batch in unit.minima(tally, stop):
        gates.append(batch.gates)
        weights.append(batch.weights)
    tried = int(tally[:2].sum())
    if stop[0] or tried > most_tried:
        return UnitResult({}, tried, False)
    return UnitResult(
        {"gates": np.concatenate(gates), "weights": np.concatenate(weights)}, tried, True
    )


def _check(unit: SizeUnit, result: UnitResult) -> None:
    # That each circuit is one for a function of the class; how many there are only a search tells.
    forms = {"gates": (np.uint8, (None, unit.size, 3)), "weights": (np.int64, (None,))}
    has_arrays(result.arrays, forms)
    gates, weights = result.arrays["gates"], result.arrays["weights"]
    if len(gates) != len(weights) or (weights < 1).any():
        raise ValueError("one that counts less than nothing")
    tables = unit.open.classes.evaluated(gates, unit.basis)
    members = unit.open.classes.members(np.zeros(1, dtype=np.int64))
    if not tables.all() or not np.isin(tables[:, -1], members).all():
        raise ValueError("one that has circuits for other functions")


class ClassEngine(FunctionEngine):
    """Lists the minimal circuits of a function of five inputs by a walk through sets of gates.

    The walk is the survey's: one first layer of each orbit is extended, and a set counts if its
    last gate is in the function's class. What it finds is carried to the function. It lists
    circuits of the least size only: others are asked of `FunctionEngine`, as are bounds on depth.

    Arguments:
        task: asks for one function that reads five inputs.
        basis: one that `has_fast_kernel`.
        effort: the means of all searches; if it takes what ships, no size is searched that is known
            to be too small.
    """

    def __init__(self, task: FunctionTask, basis: Basis, effort: Effort) -> None:
        super().__init__(task, basis, effort)
        self.open = class_alone(5, int(self.members[0]))
        #: The least size that may have a circuit, and why none below has.
        self.least, self.known = 4, ""
        #: Whether there is a circuit of the least size, so that larger ones are not minimal.
        self.small = False
        stored = stored_sizes(basis.name) if effort.takes_shipped else None
        if stored is not None:
            self.least = stored.bounds_of(int(self.open.classes.forms[0]))[0]
            self.known = f"fewer gates ruled out by {stored.file}, SHA-256 {stored.sha256[:12]}"

    def _settle(self, cost: int, depth: int | None) -> None:
        # Refute what is smaller first where that takes seconds: a size is exhausted in a fraction
        # of the time of the next, and the walk through the next is the survey's only then.
        while depth is None and self.least < cost <= _QUICK and not self.small:
            with closing(self._walked(self.least)) as results:
                self.small = any(len(result.arrays["gates"]) for result in results)
            self.least += not self.small

    def _found(self, cost: int, depth: int | None) -> Batch:
        self._settle(cost, depth)
        if cost < self.least:
            return np.empty((0, 0, 4), dtype=np.int8), np.empty((0, 2), dtype=np.int16)
        if depth is not None or cost > self.least:
            return super()._found(cost, depth)
        with closing(self._walked(cost)) as results:
            found = [*results]
        gates = np.concatenate([result.arrays["gates"] for result in found]).astype(np.int8)
        weighted = sum(int(result.arrays["weights"].sum()) for result in found)
        if not len(gates):
            self.least = cost + 1
        return self._carried(gates, weighted)

    def _batches(self, cost: int, depth: int | None) -> Generator[Batch, None, None]:
        self._settle(cost, depth)
        if cost < self.least:
            return
        # Where a circuit is known to be there, its first layers are not tried one orbit at a time.
        known = bool(self.known) and not self.is_quick(cost, depth)
        if depth is not None or cost > self.least or known:
            yield from super()._batches(cost, depth)
            return
        met = 0
        with closing(self._walked(cost)) as results:
            for result in results:
                met += len(result.arrays["gates"])
                yield self._carried(result.arrays["gates"].astype(np.int8), None)
        if not met:
            self.least = cost + 1

    def is_quick(self, cost: int, depth: int | None) -> bool:
        """Return whether to exhaust a cost takes seconds."""
        return depth is None and cost <= min(self.least, _QUICK)

    def _walked(self, cost: int) -> Generator[UnitResult, None, None]:
        units = size_units(self.open, self.basis, cost)
        about = [self.basis.to_json(), cost, self.open.digest, int(self.open.classes.forms[0])]
        key = content_hash(["minima of a class", _VERSION, *about])
        title = f"5 inputs, {self.basis.name}, size {cost}"
        with closing(run_units(_list, units, self.effort, key, title, _check)) as results:
            for _, result in results:
                self.tried += result.tried
                yield result

    def _carried(self, gates: NDArray[np.int8], weighted: int | None) -> Batch:
        functions = self.open.classes.evaluated(gates.astype(np.uint8), self.basis)[:, -1]
        rows = np.full((*gates.shape[:2], 4), ABSENT, dtype=np.int8)
        rows[:, :, 1:] = gates
        try:
            return self._brought_home(rows, functions.astype(np.uint64), weighted)
        except ArithmeticError:
            if not self.effort.store:
                raise
            raise refused_units(self.effort.store, "a circuit without its images") from None
