"""How long a search may take, on what machines, and how it shows and keeps its progress."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import compiling
from mesacircuits.errors import ArgumentError, FileError, MesacircuitsError
from mesacircuits.records import printable

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = [
    "DASK",
    "ENGINES",
    "NO_LIMIT",
    "THREADS",
    "BudgetEnded",
    "Effort",
    "FromFile",
    "Interruption",
    "ProgressBar",
    "fitting_units",
]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

THREADS = "threads"
DASK = "dask"
#: What runs the units of a search, with what each means.
ENGINES = {
    THREADS: "threads of this process",
    DASK: "processes, here or on other machines, by dask.distributed",
}
#: More gates than any search tries: the greatest budget of nodes, and what is left without one.
NO_LIMIT = 1 << 62

# What says how a search is run, or by which definition solvers are judged, whatever units it takes.
_MEANS = ("budget", "definition", "engine", "nodes", "scheduler", "workers")

# A budget must be positive, so one that is used up leaves this.
_NEXT_TO_NOTHING = 1e-9


class BudgetEnded(Exception):
    """Raised inside a search when its budget is used up; the caller reports what was exhausted."""


class ProgressBar(Protocol):
    """What a search tells of its progress."""

    def advance(self, units: int = 1) -> None:
        """Say that so many more units are done."""


# What is shown, if anything is; further bars stand in it.
_shown: list[Progress] = []


class _NoBar:
    def advance(self, units: int = 1) -> None:
        pass


@dataclass(frozen=True, slots=True)
class FromFile:
    """How much of what a search found was taken from the file of finished units.

    Attributes:
        file: the file.
        taken, units: the units that were in it before, of all whose results were used.
    """

    file: str
    taken: int
    units: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"file": self.file, "units": self.taken, "of": self.units}

    def __str__(self) -> str:
        return (
            f"{self.taken:,} of {self.units:,} units from {printable(self.file)}, not searched "
            "again: the result rests on that file"
        )


class Interruption:
    """Ends the budget of an effort, and of every share of it, from outside: by a signal, a thread.

    What searches under it then returns what was exhausted, as at the end of any budget.

    Arguments:
        flag: what another sets to end it, shape (1,); None for one of its own.

    >>> effort = Effort(interruption=Interruption())
    >>> effort.used_up()
    False
    >>> effort.interruption.end()
    >>> effort.share(2).used_up()
    True
    """

    def __init__(self, flag: NDArray[np.uint8] | None = None) -> None:
        self._flag = np.zeros(1, dtype=np.uint8) if flag is None else flag

    @property
    def ended(self) -> bool:
        """Whether the budget was ended: whether the flag is set."""
        return bool(self._flag[0])

    def end(self) -> None:
        """End the budget now."""
        self._flag[0] = 1


class _Counter:
    """Counts gates tried, from any thread; a copy or a pickle counts on by itself."""

    def __init__(self, value: int = 0) -> None:
        self.value = value
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self.value += count

    def __reduce__(self) -> tuple[type[_Counter], tuple[int]]:
        return type(self), (self.value,)


@dataclass(frozen=True)
class Effort:
    """The means that a search is given.

    A budget of seconds bounds how long this run takes, but for the time in which kernels are
    compiled, once on a machine. A budget of nodes bounds the search itself:
    it ends at the same place on every machine, on any number of workers, and whether or not it was
    killed and resumed on the way (units taken from the store count like those run).

    Arguments:
        seconds: wall-clock budget from now on; None for no limit.
        workers: number of threads, or of local dask processes; None for all cores of this process.
            SAT, which threads do not speed up, runs on so many processes only if it is given: a
            script that starts processes has to keep what it runs from running on import.
        show_progress: draw a progress bar on stderr, if that is a terminal.
        nodes: budget of gates tried, over all levels and units together; None for no limit.
        engine: one of `ENGINES`.
        scheduler: address of a dask scheduler; None for processes on this machine.
        store: file that finished units are kept in, and taken from when they are asked for again;
            None to keep nothing. On a local disk.
        shipped: whether minima that ship with the package may answer in place of a search, as they
            do unless the effort says how to search: by nodes, dask, or a store.
        beside: whether they may where there is a store, too, in which then only what is searched
            for is kept.
        interruption: ends the budget from outside; None if nothing does. Processes elsewhere
            have copies of their own.

    Raises `ArgumentError` for a budget or a number of workers that is not positive, an unknown
    engine, a scheduler for another engine than dask, or a store that is no path.

    >>> Effort(seconds=60, workers=2).left() <= 60
    True
    """

    seconds: float | None = None
    workers: int | None = None
    show_progress: bool = False
    started: float | None = field(default=None, compare=False, repr=False)
    nodes: int | None = None
    engine: str = THREADS
    scheduler: str | None = None
    store: str | os.PathLike[str] | None = None
    shipped: bool = True
    beside: bool = field(default=False, compare=False, repr=False)
    interruption: Interruption | None = field(default=None, compare=False, repr=False)
    # Shared by all parts of one effort; `_before` is what it stood at when this part began.
    _tried: _Counter = field(default_factory=_Counter, compare=False, repr=False)
    _before: int = field(default=0, compare=False, repr=False)
    # Units whose results were used, and those of them that were in the store before.
    _units: _Counter = field(default_factory=_Counter, compare=False, repr=False)
    _taken: _Counter = field(default_factory=_Counter, compare=False, repr=False)
    #: What was stored by this effort: lists, numbers and digests of units (see `UnitStore`).
    written: set[tuple[str, int, bytes]] = field(default_factory=set, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds > 0:
            raise ArgumentError("budget", "a positive number of seconds", self.seconds)
        if self.seconds is not None and self.started is None:
            object.__setattr__(self, "started", compiling.now())
        if self.workers is not None and self.workers < 1:
            raise ArgumentError("workers", "at least 1", self.workers)
        if self.nodes is not None and not (
            isinstance(self.nodes, int) and 0 < self.nodes <= NO_LIMIT
        ):
            raise ArgumentError("nodes", f"a whole number from 1 to {NO_LIMIT}", self.nodes)
        if self.engine not in ENGINES:
            raise ArgumentError("engine", f"one of {', '.join(ENGINES)}", self.engine)
        if self.scheduler is not None and not (self.scheduler and self.engine == DASK):
            expected = "an address" if self.engine == DASK else f"engine {DASK} to go with it"
            raise ArgumentError("scheduler", expected, self.scheduler)
        if self.store is not None:
            self._check_store(self.store)

    def _check_store(self, store: object) -> None:
        path = os.fspath(store) if isinstance(store, str | os.PathLike) else None
        if not isinstance(path, str) or not path or "\0" in path:
            raise ArgumentError("resume", "the path of a file", store)
        # Kept as text, so that equal paths make equal efforts.
        object.__setattr__(self, "store", path)

    @property
    def takes_shipped(self) -> bool:
        """Whether what ships with the package may answer.

        >>> Effort().takes_shipped, Effort(nodes=10**6).takes_shipped
        (True, False)
        """
        kept = self.store is not None and not self.beside
        searching = self.nodes is not None or kept or self.engine != THREADS
        return self.shipped and not searching

    @property
    def threads(self) -> int:
        """The number of threads to use."""
        return self.workers or len(os.sched_getaffinity(0))

    @property
    def tried(self) -> int:
        """How many gates were counted by `count_tried` so far, over all parts of this effort.

        >>> effort = Effort()
        >>> effort.share(2).count_tried(5)
        >>> effort.tried
        5
        """
        return self._tried.value

    def count_tried(self, gates: int) -> None:
        """Take gates tried off the budget of nodes, of this effort and of all it is a share of."""
        self._tried.add(gates)

    def count_unit(self, from_file: bool) -> None:
        """Say that the result of one more unit was used, and whether the store held it before."""
        self._units.add(1)
        self._taken.add(from_file)

    @property
    def from_file(self) -> FromFile | None:
        """What was taken from the store so far, over all parts of this effort; None if nothing.

        A report of such results has to say so, as anybody may have written the file.

        >>> effort = Effort(store="units.db")
        >>> effort.count_unit(from_file=False)
        >>> effort.from_file is None
        True
        >>> effort.share(2).count_unit(from_file=True)
        >>> print(effort.from_file)
        1 of 2 units from units.db, not searched again: the result rests on that file
        """
        if not self._taken.value:
            return None
        return FromFile(os.fspath(self.store or ""), self._taken.value, self._units.value)

    @property
    def interrupted(self) -> bool:
        """Whether the budget was ended from outside."""
        return self.interruption is not None and self.interruption.ended

    def left(self) -> float:
        """Return the seconds left of the budget: none once interrupted, infinity without one."""
        if self.interrupted:
            return 0.0
        if self.seconds is None or self.started is None:
            return float("inf")
        return self.seconds - (compiling.now() - self.started)

    def nodes_left(self) -> int:
        """Return how many gates may still be tried; `NO_LIMIT` without a budget of nodes.

        >>> effort = Effort(nodes=100)
        >>> effort.count_tried(30)
        >>> effort.nodes_left()
        70
        """
        if self.nodes is None:
            return NO_LIMIT
        return self.nodes - (self._tried.value - self._before)

    def used_up(self) -> bool:
        """Return whether no time or no nodes are left."""
        return self.left() <= 0 or self.nodes_left() <= 0

    def share(self, parts: int) -> Effort:
        """Return the same means with one of `parts` equal shares of the seconds and nodes left.

        Gates tried with the share are taken off this effort's budget as well.

        >>> Effort(seconds=60).share(2).left() <= 30
        True
        >>> Effort(nodes=60).share(2).nodes_left()
        30
        """
        part = self
        if self.seconds is not None:
            part = part.limited(max(self.left(), _NEXT_TO_NOTHING) / parts)
        if self.nodes is not None:
            part = part.limited(nodes=self.nodes_left() // parts)
        return part

    def limited(self, seconds: float | None = None, nodes: int | None = None) -> Effort:
        """Return the same means for so many seconds or nodes from now on, or what is left if less.

        >>> Effort(seconds=60).limited(5).left() <= 5
        True
        >>> Effort(seconds=5).limited(60).left() <= 5
        True
        >>> Effort(nodes=60).limited(nodes=30).nodes_left()
        30
        """
        part = self
        if seconds is not None:
            if not seconds > 0:
                raise ArgumentError("budget", "a positive number of seconds", seconds)
            left = self.left()
            # A part of nothing has ended before it begins, were the clock to stand still.
            started = compiling.now() - (left <= 0)
            seconds = max(min(seconds, left), _NEXT_TO_NOTHING)
            part = replace(part, seconds=seconds, started=started)
        if nodes is not None:
            nodes = max(min(nodes, self.nodes_left()), 0)
            # A budget must be positive, so one of nothing is one node that is gone already.
            part = replace(part, nodes=max(nodes, 1), _before=self._tried.value - (not nodes))
        return part

    def only_kept(self) -> Effort:
        """Return the same means with no time left: nothing is searched, what is stored is taken.

        What is taken so is not off this effort's budget of nodes.

        >>> Effort(nodes=60).only_kept().left() <= 0
        True
        """
        return replace(
            self,
            seconds=_NEXT_TO_NOTHING,
            started=-math.inf,
            nodes=None,
            show_progress=False,
            _tried=_Counter(),
        )

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Blame the store if what was taken from it does not fit together.

        What can be checked of a unit is checked as it is read. Units that are well formed may
        still contradict one another, as no run leaves them; whatever then goes wrong in the block
        is the file's fault, not the program's.

        Raises `FileError`, naming `resume`, in place of such an error.
        """
        try:
            yield
        except (BudgetEnded, OSError, MemoryError):
            raise
        except Exception as error:
            found = self.from_file
            # What was taken may also make arguments that nobody gave.
            given = isinstance(error, ArgumentError) and error.argument not in _MEANS
            told = isinstance(error, MesacircuitsError) and not given
            if found is None or told or isinstance(error, FileError):
                raise
            reason = " ".join(str(error).split()) or type(error).__name__
            raise FileError(
                "resume", "units that fit together", f"{found.file} ({reason})"
            ) from error

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator[ProgressBar]:
        """Show a progress bar of `total` units on stderr for as long as the block runs.

        Where one is shown already this one stands below it.
        """
        # Elsewhere there is nobody to look at it, and old releases of rich print empty lines.
        if not self.show_progress or sys.stderr is None or not sys.stderr.isatty():
            yield _NoBar()
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TimeElapsedColumn,
        )
        from rich.text import Text

        class _Title(ProgressColumn):
            def render(self, task: Task) -> Text:
                # Titles may quote files, and are no markup.
                now = ", compiling kernels, once" if compiling.is_going_on() else ""
                return Text(f"{task.description}{now}")

        with ExitStack() as stack:
            if _shown:
                progress = _shown[-1]
            else:
                columns = _Title(), BarColumn(bar_width=24), MofNCompleteColumn()
                progress = Progress(
                    *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
                )
                stack.enter_context(progress)
                _shown.append(progress)
                stack.callback(_shown.pop)
            task = progress.add_task(printable(title), total=total)
            if len(progress.tasks) > 1:
                stack.callback(progress.remove_task, task)

            class _Bar:
                def advance(self, units: int = 1) -> None:
                    progress.advance(task, units)

            yield _Bar()


def fitting_units(search: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Run a search, which has an argument `effort`, within that effort's `fitting`.

    >>> @fitting_units
    ... def broken(effort=None):
    ...     effort.count_unit(from_file=True)
    ...     raise ArithmeticError("a count that does not divide")
    >>> broken(Effort(store="units.db"))
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileError: resume: expected units that fit together, got units.db (a count that does not divide)
    """  # noqa: E501
    asked = signature(search)

    @wraps(search)
    def run(*given: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        effort = asked.bind(*given, **named).arguments.get("effort")
        if not isinstance(effort, Effort):
            return search(*given, **named)
        with effort.fitting():
            return search(*given, **named)

    return run
