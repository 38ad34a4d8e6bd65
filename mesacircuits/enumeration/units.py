"""Long searches split into units: run on threads or by dask, kept in a file, ended by a budget."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import DASK, BudgetEnded, Effort, ProgressBar
from mesacircuits.enumeration.unit_store import UnitResult, UnitStore
from mesacircuits.errors import MesacircuitsError

__all__ = ["UnitResult", "Work", "run_units"]

Argument = TypeVar("Argument")
#: What runs one unit: its argument, the stop flag (shape (1,)), the most gates to try.
Work = Callable[[Argument, NDArray[np.uint8], int], UnitResult]
#: What looks through a result that a file claims to be a unit's: its argument, the result. Raises
#: `ValueError` for one that cannot be it.
Check = Callable[[Argument, UnitResult], None]

#: Results that wait for an earlier unit's take about so many bytes of memory at most.
_MOST_HELD = 256 << 20
#: The longest wait in seconds before the budget is looked at again.
_PATIENCE = 0.2


class _Engine(Protocol):
    """What runs units: threads, or dask."""

    @property
    def slots(self) -> int:
        """How many units may be submitted and not finished, to keep all workers busy."""

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        """Begin a unit as soon as a worker is free."""

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        """Return what has finished, each once, after waiting so long for the first."""

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""


class _Threads:
    """Runs units on threads of this process."""

    def __init__(self, work: Work[Any], effort: Effort) -> None:
        self.slots = 2 * effort.threads
        self._work = work
        self._stop = np.zeros(1, dtype=np.uint8)
        self._pool = ThreadPoolExecutor(max_workers=effort.threads)
        self._running: dict[Future[UnitResult], int] = {}

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        try:
            future = self._pool.submit(self._work, argument, self._stop, most_tried)
        except RuntimeError as error:
            # As where the system allows a process no more of them.
            raise MesacircuitsError(f"no thread could be started here ({error})") from error
        self._running[future] = number

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        done, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        for future in done:
            yield self._running.pop(future), future.result()

    def close(self) -> None:
        # Running kernels see the flag and return.
        self._stop[0] = 1
        self._pool.shutdown(wait=True, cancel_futures=True)


def run_units(
    work: Work[Argument],
    arguments: Sequence[Argument],
    effort: Effort,
    key: str,
    title: str,
    check: Check[Argument] | None = None,
) -> Generator[tuple[int, UnitResult], None, None]:
    """Run `work` on every argument, and yield (index, result) in order of the index.

    What is yielded, and where a budget of nodes ends it, is the same for every engine, number of
    workers, and history of kills. Units run ahead of the one whose turn it is, as long as results
    that wait for their turn take little memory (beyond that they are read back from the store; if
    there is none, no further unit begins before the turn has come).

    With `effort.store`, finished units are stored, and units stored under `key` are not run. Two
    runs may share a store at the same time; then each takes what the other has finished. The effort
    counts how many units were taken (see `Effort.from_file`): whoever wrote the file may claim what
    he likes, but for what `check` finds out.

    To end early, close the generator (`contextlib.closing`), also where an exception may leave the
    loop over it: an exception keeps the generator alive in its traceback, and the units running.

    Arguments:
        work: run as `work(argument, stop, most_tried)`. A function defined at the top of a module,
            that returns soon, with `complete` false, once stop[0] is set or it has tried more than
            `most_tried` gates; a complete result may depend on `argument` alone.
        arguments: one for each unit; pickled for the engine dask.
        effort: the means; its budget of nodes is charged with every result yielded.
        key: names the list: a content hash of all that results depend on, the code included.
        title: of the progress bar.
        check: looks through what was stored before, as far as can be done without searching.

    Raises:
        BudgetEnded: when the budget is used up before all results are yielded. What was yielded
            and stored stands; the unit that was cut off is not yielded.
        ArgumentError: for a store or scheduler that cannot be used, naming `resume`, `scheduler`;
            and for a stored unit that is none.
        MissingExtra: for the engine dask where it is not installed.
        MesacircuitsError: if dask lost a unit again and again.

    >>> def squares(number, stop, most_tried):
    ...     return UnitResult({"square": np.array([number**2])}, tried=1, complete=True)
    >>> for index, result in run_units(squares, [3, 4], Effort(), "squares", "squaring"):
    ...     print(index, result.arrays["square"])
    0 [9]
    1 [16]
    """
    with ExitStack() as stack:
        store = None
        if effort.store is not None:
            store = stack.enter_context(UnitStore(effort.store, key, effort.written))
        bar = stack.enter_context(effort.bar(title, len(arguments)))
        run = _Run(work, arguments, effort, store, bar, check)
        stack.callback(run.close)
        for number in range(len(arguments)):
            result = run.result(number)
            if not result.complete or result.tried > effort.nodes_left():
                # A later search must not begin with nodes that were too few for this one.
                effort.count_tried(min(result.tried, max(effort.nodes_left(), 0)))
                raise BudgetEnded
            effort.count_tried(result.tried)
            yield number, result


class _Run:
    """One list of units being run: which have begun, and the results that wait for their turn."""

    def __init__(
        self,
        work: Work[Any],
        arguments: Sequence[Any],
        effort: Effort,
        store: UnitStore | None,
        bar: ProgressBar,
        check: Check[Any] | None,
    ) -> None:
        self.work = work
        self.arguments = arguments
        self.effort = effort
        self.store = store
        self.bar = bar
        self.check = check
        self.engine: _Engine | None = None
        self.following = 0
        self.running = 0
        # By number: how many gates were tried, and the result unless it is left in the store.
        self.waiting: dict[int, tuple[int, UnitResult | None]] = {}
        self.held = 0
        self.ahead = 0
        self.cut = False

    def result(self, number: int) -> UnitResult:
        """Return the result of the unit whose turn it is, running units as needed."""
        while True:
            self._begin()
            if number in self.waiting:
                return self._taken(number)
            seconds = self.effort.left()
            if seconds <= 0 or self.engine is None or not self.running:
                raise BudgetEnded
            for finished, result in self.engine.finished(min(_PATIENCE, seconds)):
                self.running -= 1
                self._keep(finished, result)

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""
        if self.engine is not None:
            self.engine.close()

    def _begin(self) -> None:
        # Begin units until enough are under way.
        while self.following < len(self.arguments):
            if self.engine is not None and self.running >= self.engine.slots:
                return
            # Nothing after a unit that was cut off, or beyond the nodes left, will be yielded.
            nodes = self.effort.nodes_left() - self.ahead
            if self.cut or nodes < 0 or self.held > _MOST_HELD:
                return
            number = self.following
            stored = None if self.store is None else self.store.tried(number)
            if stored is not None:
                self._wait(number, stored, None)
            elif self.effort.left() <= 0:
                return
            else:
                if self.engine is None:
                    self.engine = _engine(self.work, self.effort)
                self.engine.submit(number, self.arguments[number], nodes)
                self.running += 1
            self.following += 1

    def _keep(self, number: int, result: UnitResult) -> None:
        if not result.complete:
            self.cut = True
        elif self.store is not None:
            self.store.put(number, result)
            if self.held + result.bytes > _MOST_HELD:
                self._wait(number, result.tried, None)
                return
        self._wait(number, result.tried, result)

    def _wait(self, number: int, tried: int, result: UnitResult | None) -> None:
        self.waiting[number] = tried, result
        self.ahead += tried
        self.held += result.bytes if result else 0
        self.bar.advance()

    def _taken(self, number: int) -> UnitResult:
        tried, result = self.waiting.pop(number)
        self.ahead -= tried
        if result is not None:
            self.held -= result.bytes
            self.effort.count_unit(from_file=False)
            return result
        assert self.store is not None
        stored = self.store.get(number)
        if stored is None:
            raise self.store.refused_unit("one that has gone")
        self.effort.count_unit(stored.from_file)
        if self.check is not None and stored.from_file:
            try:
                self.check(self.arguments[number], stored)
            except ValueError as error:
                raise self.store.refused_unit(str(error)) from error
        return stored


def _engine(work: Work[Any], effort: Effort) -> _Engine:
    if effort.engine == DASK:
        from mesacircuits.enumeration.dask_units import DaskUnits

        return DaskUnits(work, effort)
    return _Threads(work, effort)
