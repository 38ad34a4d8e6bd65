"""Least sizes C of all functions, and how many minimal circuits they have, size by size."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.effort import BudgetEnded, Effort, ProgressBar
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.store import SizeRun
from mesacircuits.enumeration.five_inputs.units import (
    Unit,
    UnitResult,
    goal_of,
    run_unit,
    units_of,
)

__all__ = ["Found", "SizeSearch", "exact_minima", "small_sizes"]

_BATCH_SECONDS = 20.0


@dataclass(frozen=True, eq=False)
class Found:
    """Sets of gates, one for each of some classes.

    Attributes:
        numbers: the classes, shape (m,).
        sets: the tables of the gates, the last in the class, shape (m, r).
    """

    numbers: NDArray[np.int64]
    sets: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Part:
    # What a unit found, in how many seconds, and whether it ran to its end.
    result: UnitResult
    seconds: float
    whole: bool


class _Batch:
    # What units found, kept apart from the run until all that were begun have ended.
    def __init__(self, run: SizeRun) -> None:
        self.run = run
        self.sums = np.zeros_like(run.sums)
        self.tally = np.zeros(3, dtype=np.int64)
        self.seconds = 0.0
        self.sets = [np.empty((0, 1 + run.size), dtype=np.int64)]
        self.done: list[int] = []

    def take(self, place: int, part: _Part, counted: NDArray[np.int64]) -> bool:
        # Take over what a unit found and counted, and return whether it is done.
        # The sets of a unit cut off are as good as others, and no other unit noted their classes;
        # but all that it counted, it will count again.
        self.sets.append(part.result.sets)
        if part.whole:
            self.sums += counted
            self.tally += part.result.tally
            self.seconds += part.seconds
            self.done.append(place)
        counted[:] = 0
        return part.whole

    def close(self) -> Found:
        # Add the units done to the run.
        self.run.sums += self.sums
        self.run.add(self.tally, self.seconds)
        self.run.done[self.done] = True
        listed = np.concatenate(self.sets)
        # Two threads may have noted the same class.
        _, first = np.unique(listed[:, 0], return_index=True)
        return Found(listed[first, 0], listed[first, 1:])


class SizeSearch:
    """The search of one size, batch by batch of units.

    Arguments:
        classes: all classes of n inputs.
        basis: a basis of two-input operators with free inverters.
        size: the number of gates r, at least 2 and n - 1.
        waiting: the classes that read all inputs and that no smaller circuit computes.
        noted: which classes need no set noted, shape (c,).
        counting: whether all minimal circuits are counted, or one set per class is looked for.
        run: an unfinished search to go on with.
    """

    def __init__(
        self,
        classes: FunctionClasses,
        basis: Basis,
        size: int,
        waiting: OpenClasses,
        noted: NDArray[np.uint8],
        counting: bool = True,
        run: SizeRun | None = None,
    ) -> None:
        self.classes = classes
        self.waiting = waiting
        self.noted = noted
        self.basis = basis
        goal = goal_of(basis, waiting, noted, None)
        self.units: list[Unit] = units_of(goal, classes.inputs, basis, size)
        if run is None:
            sums = np.zeros(len(classes) if counting else 0, dtype=np.int64)
            run = SizeRun(size, counting, np.zeros(len(self.units), dtype=np.bool_), sums)
        if len(run.done) != len(self.units):
            raise ArithmeticError("an unfinished search has other units")
        self.run = run

    @property
    def complete(self) -> bool:
        """Whether all units are done, or no class is left to find a set for."""
        return bool(self.run.done.all()) or not (self.run.counting or len(self.waiting.numbers))

    def advance(self, effort: Effort, bar: ProgressBar, seconds: float = _BATCH_SECONDS) -> Found:
        """Do units for some seconds, and return the sets of gates newly noted.

        Units are added to `run` whole, together, at the end. Those that the end of the budget cuts
        off stay to be done, though what they noted is returned as well. Those that leave the most
        to choose come first; looking for one set per class, the order is mixed.

        Raises `BudgetEnded` if nothing was left of the effort's budget.
        """
        if effort.left() <= 0:
            raise BudgetEnded
        pending = np.flatnonzero(~self.run.done)
        if not self.run.counting:
            pending = np.random.default_rng(0).permutation(pending)
        stop = np.zeros(1, dtype=np.uint8)
        before = self.noted.copy()
        end = time.monotonic() + min(seconds, effort.left())
        goals = []
        for _ in range(effort.threads):
            counted = np.zeros_like(self.run.sums) if self.run.counting else None
            goals.append(goal_of(self.basis, self.waiting, self.noted, counted))
        batch = _Batch(self.run)
        free = list(range(effort.threads))

        def work(place: int, worker: int) -> _Part:
            begun = time.thread_time()
            unit = self.units[place]
            result = run_unit(goals[worker], self.classes.inputs, self.run.size, unit, stop)
            # The flag is never lowered: if it is not up now, it cut nothing off.
            whole = not stop[0]
            return _Part(result, time.thread_time() - begun, whole)

        pool = ThreadPoolExecutor(max_workers=effort.threads)
        try:
            running: dict[Future[_Part], tuple[int, int]] = {}
            following = 0
            while True:
                late = stop[0] or time.monotonic() >= end
                late = late or not (self.run.counting or self._any_open())
                while free and following < len(pending) and (following == 0 or not late):
                    place, worker = int(pending[following]), free.pop()
                    running[pool.submit(work, place, worker)] = (place, worker)
                    following += 1
                if not running:
                    break
                left = effort.left()
                if left <= 0:
                    stop[0] = 1
                patience = 0.2 if stop[0] else min(0.2, left)
                ended, _ = wait(running, timeout=patience, return_when=FIRST_COMPLETED)
                for future in ended:
                    place, worker = running.pop(future)
                    part = future.result()
                    free.append(worker)
                    if batch.take(place, part, goals[worker].sums):
                        bar.advance()
        except BaseException:
            # What is not kept has to be noted again.
            stop[0] = 1
            pool.shutdown(wait=True, cancel_futures=True)
            self.noted[:] = before
            raise
        pool.shutdown(wait=True)
        return batch.close()

    def _any_open(self) -> bool:
        return bool(self.waiting.marks.any())


def exact_minima(classes: FunctionClasses, sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of minimal circuits of each function, from sums over classes.

    A sum runs over the functions with f(0) = 0 of a class, half of all, and all have equally many.

    Raises `ArithmeticError` if a sum does not divide exactly.
    """
    minima, rest = np.divmod(sums, classes.functions // 2)
    if rest.any():
        raise ArithmeticError("a count of circuits does not divide by the functions of its class")
    return minima


def small_sizes(
    inputs: int, basis: Basis, effort: Effort, most: int | None = None
) -> list[tuple[int, Found, NDArray[np.int64]]]:
    """Return for each size the classes of functions that read all `inputs` inputs and have that C.

    Arguments:
        inputs: n, from 2 to 5; up to four, all classes are found within a second.
        most: the greatest size searched; by default until no class is left.

    Returns:
        for each size it, a set of gates per class, and the number of minimal circuits of each.
    """
    classes = function_classes(inputs)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    noted = (~classes.reads_all).astype(np.uint8)
    found: list[tuple[int, Found, NDArray[np.int64]]] = []
    size = inputs - 1
    if size == 1:
        # Each gate of two inputs is the one circuit for its function.
        gates = [op.apply((0b1010, 0b1100), 0b1111) for op in basis.operators]
        sets = np.unique(gates).reshape(-1, 1)
        numbers, first = np.unique(classes.of(sets[:, 0]), return_index=True)
        one_each = np.ones(len(numbers), dtype=np.int64)
        found.append((1, Found(numbers, sets[first]), one_each))
        waiting.close(numbers)
        size += 1
    while len(waiting.numbers) and (most is None or size <= most):
        search = SizeSearch(classes, basis, size, waiting, noted)
        parts = []
        with effort.bar(f"{inputs} inputs, size {size}", len(search.units)) as bar:
            while not search.complete:
                parts.append(search.advance(effort, bar))
        numbers = np.concatenate([part.numbers for part in parts])
        sets = np.concatenate([part.sets for part in parts])
        minima = exact_minima(classes, search.run.sums)
        if not np.array_equal(np.sort(numbers), np.flatnonzero(minima)):
            raise ArithmeticError("circuits were counted of other classes than noted")
        found.append((size, Found(numbers, sets), minima[numbers]))
        waiting.close(numbers)
        size += 1
    return found
