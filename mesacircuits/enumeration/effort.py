"""How long a search may take, on how many cores, and how it shows its progress."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from mesacircuits.errors import ArgumentError

__all__ = ["BudgetEnded", "Effort", "ProgressBar"]


# A budget must be positive, so one that is used up leaves this.
_NEXT_TO_NOTHING = 1e-9


def _now() -> float:
    return time.monotonic()


class BudgetEnded(Exception):
    """Raised inside a search when its budget is used up; the caller reports what was exhausted."""


class ProgressBar(Protocol):
    """What a search tells of its progress."""

    def advance(self, units: int = 1) -> None:
        """Say that so many more units are done."""


class _NoBar:
    def advance(self, units: int = 1) -> None:
        pass


@dataclass(frozen=True)
class Effort:
    """The means that a search is given.

    Arguments:
        seconds: wall-clock budget from now on; None for no limit.
        workers: number of threads; None for all cores of this process.
        show_progress: draw a progress bar on stderr, if that is a terminal.

    Raises `ArgumentError` for a budget or a number of workers that is not positive.

    >>> Effort(seconds=60, workers=2).left() > 59
    True
    """

    seconds: float | None = None
    workers: int | None = None
    show_progress: bool = False
    started: float = field(default_factory=_now, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds > 0:
            raise ArgumentError("budget", "a positive number of seconds", self.seconds)
        if self.workers is not None and self.workers < 1:
            raise ArgumentError("workers", "at least 1", self.workers)

    @property
    def threads(self) -> int:
        """The number of threads to use."""
        return self.workers or len(os.sched_getaffinity(0))

    def left(self) -> float:
        """Return the seconds left of the budget; infinity without one."""
        if self.seconds is None:
            return float("inf")
        return self.seconds - (_now() - self.started)

    def share(self, parts: int) -> Effort:
        """Return the same means with one of `parts` equal shares of the seconds left.

        >>> Effort(seconds=60).share(2).left() <= 30
        True
        """
        if self.seconds is None:
            return self
        return replace(self, seconds=max(self.left(), _NEXT_TO_NOTHING) / parts, started=_now())

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator[ProgressBar]:
        """Show a progress bar of `total` units on stderr for as long as the block runs."""
        if not self.show_progress:
            yield _NoBar()
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task(title, total=total)

            class _Bar:
                def advance(self, units: int = 1) -> None:
                    progress.advance(task, units)

            yield _Bar()
