"""Units of a search on processes of this machine, for work that holds the interpreter."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from io import StringIO
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.pool import Pool
from threading import Thread, current_thread, main_thread
from typing import Any

import numpy as np

from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.units import Threads, UnitResult, Work

__all__ = ["Processes", "worker_processes"]

_QUIET = "ignore:resource_tracker"

#: The seconds for which units are run in this process: it takes as long to start others.
_SOON = 2.0


class Processes:
    """Runs units on a thread of this process, and where that takes long on processes."""

    def __init__(self, work: Work[Any], effort: Effort) -> None:
        self._work, self._number = work, effort.threads
        self._here = Threads(work, 1)
        self._begun = time.monotonic()
        self._pool: Pool | None = None
        self._stack = ExitStack()
        self._ended: queue.SimpleQueue[tuple[int, UnitResult | BaseException]] = queue.SimpleQueue()

    @property
    def slots(self) -> int:
        """How many units may be submitted and not finished."""
        return 1 if time.monotonic() - self._begun < _SOON else 1 + 2 * self._number

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        """Begin a unit as soon as a worker is free."""
        if self.slots == 1:
            self._here.submit(number, argument, most_tried)
            return
        if self._pool is None:
            self._pool = self._stack.enter_context(worker_processes(self._number))
        put: Callable[[Any], None] = partial(self._put, number)
        call = (self._work, argument, most_tried)
        self._pool.apply_async(_run_unit, call, callback=put, error_callback=put)

    def _put(self, number: int, result: UnitResult | BaseException) -> None:
        self._ended.put((number, result))

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        """Return what has finished, each once, after waiting so long for the first."""
        if self._pool is None:
            yield from self._here.finished(seconds)
            return
        yield from self._here.finished(0)
        with suppress(queue.Empty):
            number, result = self._ended.get(timeout=seconds)
            if isinstance(result, BaseException):
                raise result
            yield number, result

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""
        self._here.close()
        self._stack.close()


def _run_unit(work: Work[Any], argument: Any, most_tried: int) -> UnitResult:
    # Nothing sets the flag: leaving the pool ends its workers.
    return work(argument, np.zeros(1, dtype=np.uint8), most_tried)


@contextmanager
def worker_processes(number: int) -> Iterator[Pool]:
    """Start so many processes, which end with the block, or with this process, and say nothing."""
    if _QUIET not in sys.warnoptions:
        # If this process is killed, its tracker cleans up, and need not say so.
        sys.warnoptions.append(_QUIET)
    # Starting it unblocks signals in this thread; it is for all processes, so it is started first.
    resource_tracker.ensure_running()
    with ExitStack() as stack:
        with _signals_put_off():
            pool = stack.enter_context(get_context("spawn").Pool(number, _begin_worker))
        yield pool


@contextmanager
def _signals_put_off() -> Iterator[None]:
    """Answer signals after the block, in which processes start.

    A process that is ended before it has read what it is to do prints a traceback, so a signal is
    answered once all are known. The mask is for them: Ctrl-C reaches the whole process group, they
    could not ignore it before they have started, and the parent alone is to answer it. It does not
    serve the parent, of which any other thread may take the signal.
    """
    came: list[int] = []
    kept = {}
    if current_thread() is main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            if callable(signal.getsignal(number)):
                kept[number] = signal.signal(number, lambda signum, _: came.append(signum))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in kept.items():
            signal.signal(number, handler)
        for which in came:
            signal.raise_signal(which)


def _begin_worker() -> None:
    # What goes wrong in it is told by the parent, or the parent was killed while it had the answer.
    sys.stderr = StringIO()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A parent that was killed closes no pipe, as the workers hold its ends themselves.
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
