"""Units of a search on the processes of a dask cluster, on this machine or on others.

Dask restarts a unit whose worker died, and yields a unit's result once. It cannot interrupt a
kernel that runs, so each unit has a stop flag in its worker, which is set when the time is up (by a
timer in the worker) or when the search ends for another reason (by a call to all workers).
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import queue
import resource
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.units import UnitResult
from mesacircuits.errors import ArgumentError, MesacircuitsError, MissingExtra

try:
    import dask
    import distributed
except ImportError as error:
    raise MissingExtra("dask.distributed", "dask", "the engine dask") from error

__all__ = ["DaskUnits", "close_local_clusters"]

#: The open files that a cluster of our own may take, without workers and for each of them: more
#: than were counted, which is some twenty, and fourteen for each.
_FILES, _FILES_OF_WORKER = 64, 24
#: How often dask may rerun a unit whose worker died, on a cluster of our own.
_MOST_DEATHS = 10
#: How often a unit that dask gave up is submitted again.
_MOST_RERUNS = 3
#: The seconds that a scheduler is given to answer, and units to heed their flag.
_PATIENCE = 10.0
#: The seconds after which the workers of a cluster are counted again.
_RECOUNT = 5.0
#: The seconds without a worker after which a cluster of our own is given up: dask starts again
#: those that died, but not those that did not start in time.
_FORSAKEN = 120.0


# -- in the worker -----------------------------------------------------------------------------

_lock = threading.Lock()
_flags: dict[str, list[NDArray[np.uint8]]] = {}
_ended: set[str] = set()


@contextmanager
def _stop_flag(run: str, seconds: float | None) -> Iterator[NDArray[np.uint8]]:
    """Give a stop flag that is set after so many seconds, or when `_end` is called."""
    stop = np.zeros(1, dtype=np.uint8)

    def set_flag() -> None:
        stop[0] = 1

    watcher = None if seconds is None else threading.Timer(max(seconds, 0.0), set_flag)
    with _lock:
        _flags.setdefault(run, []).append(stop)
        if run in _ended:
            set_flag()
    if watcher is not None:
        watcher.daemon = True
        watcher.start()
    try:
        yield stop
    finally:
        if watcher is not None:
            watcher.cancel()
        with _lock:
            # By identity: flags compare as arrays do.
            _flags[run] = [other for other in _flags[run] if other is not stop]
            if not _flags[run]:
                del _flags[run]


def _end(run: str) -> None:
    with _lock:
        _ended.add(run)
        for stop in _flags.get(run, ()):
            stop[0] = 1


def dask_setup(worker: object) -> None:
    """Let Ctrl-C, which reaches the workers of a terminal as well, be the caller's affair.

    Called by dask in each worker of a cluster of our own as that starts.
    """
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass(frozen=True)
class _Unit:
    """One unit as it travels; a callable, as dask looks for its own keys inside of arguments."""

    work: Callable[[Any, NDArray[np.uint8], int], UnitResult]
    argument: Any
    most_tried: int
    seconds: float | None
    run: str
    release: str

    def __call__(self) -> UnitResult:
        found = version("mesacircuits")
        if found != self.release:
            expected = f"workers with mesacircuits {self.release}"
            raise ArgumentError("scheduler", expected, f"one with {found}")
        with _stop_flag(self.run, self.seconds) as stop:
            return self.work(self.argument, stop, self.most_tried)


# -- in the caller -----------------------------------------------------------------------------

_clusters: dict[int, Any] = {}


def _local_cluster(workers: int) -> Any:
    # Starting one takes seconds, so it stays for the next level; dask closes it at exit.
    cluster = _clusters.get(workers)
    if cluster is None or cluster.status.name != "running":
        _clusters.pop(workers, None)
        _check_open_files(workers)
        try:
            with dask.config.set({"distributed.scheduler.allowed-failures": _MOST_DEATHS}):
                cluster = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    # Any free port for dask's web server, without the dashboard.
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    # Dask would kill workers that use more than their share.
                    memory_limit=0,
                    preload=[__name__],
                    silence_logs=logging.CRITICAL,
                )
        except (OSError, RuntimeError) as error:
            raise MesacircuitsError(
                f"no dask cluster could be started here ({_first_reason(error)})"
            ) from error
        _clusters[workers] = cluster
    return cluster


def _check_open_files(workers: int) -> None:
    # Where they run out in the middle of its start, dask may wait for ever.
    needed = _FILES + _FILES_OF_WORKER * workers
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < needed:
        raise MesacircuitsError(
            f"no dask cluster could be started here: for {workers} workers it takes {needed} open "
            f"files, and {allowed} are allowed (ulimit -n)"
        )


def _first_reason(error: BaseException) -> str:
    # Dask says that a worker failed to start; what it failed of is further back.
    reason = str(error)
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, OSError) and behind.strerror:
            reason = behind.strerror
        behind = behind.__cause__ or behind.__context__
    return " ".join(reason.split()) or type(error).__name__


def close_local_clusters() -> None:
    """End the processes that `DaskUnits` started on this machine; done at exit by itself."""
    while _clusters:
        _close(_clusters.popitem()[1])


@atexit.register
def _close_at_exit() -> None:
    # Dask does so as well, but after this. All is done by then, and this takes some seconds at
    # most, so Ctrl-C is of no more use; it would come out of here as a traceback.
    if _clusters:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, signal.SIG_IGN)
        close_local_clusters()


def _close(cluster: Any) -> None:
    # On a busy machine a worker may take longer to die than dask waits; it dies all the same. One
    # that is just being started again fails dask's assertion that it has been. And where Ctrl-C
    # came in the middle of it, what dask was about to do cannot be done.
    with suppress(TimeoutError, OSError, RuntimeError, AssertionError, asyncio.CancelledError):
        cluster.close(timeout=_PATIENCE)


@contextmanager
def _scheduler_needed() -> Iterator[None]:
    # A run that loses its scheduler ends with one line; what was finished is in the store.
    try:
        yield
    except (OSError, distributed.client.ClosedClientError) as error:
        raise MesacircuitsError("the dask scheduler has gone") from error


class DaskUnits:
    """Runs units on a dask cluster.

    Without a scheduler's address, `effort.threads` processes of one thread each are started, which
    listen on the loopback interface and stay for the next search. A script that is run so needs
    `if __name__ == "__main__":`, as they import it.

    Arguments:
        work: see `run_units`; it and the arguments are pickled.
        effort: the means.

    Raises `ArgumentError`, naming `scheduler`, if there is none at the address.
    """

    def __init__(
        self, work: Callable[[Any, NDArray[np.uint8], int], UnitResult], effort: Effort
    ) -> None:
        self._work = work
        self._effort = effort
        self._run = uuid.uuid4().hex
        self._release = version("mesacircuits")
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._running: dict[Any, tuple[int, _Unit, int]] = {}
        self._local = _local_cluster(effort.threads) if effort.scheduler is None else None
        try:
            self._client = distributed.Client(
                self._local if self._local is not None else effort.scheduler,
                timeout=_PATIENCE,
                set_as_default=False,
            )
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise ArgumentError(
                "scheduler", "the address of a dask scheduler", f"{effort.scheduler} ({reason})"
            ) from error
        self._slots = 0
        self._counted = -_RECOUNT
        self._had_workers = time.monotonic()

    @property
    def slots(self) -> int:
        """How many units may be submitted and not finished; workers may come and go.

        Raises `MesacircuitsError` once a cluster of our own has had none for long.
        """
        now = time.monotonic()
        if now >= self._counted + _RECOUNT:
            with _scheduler_needed():
                threads = sum(self._client.nthreads().values())
            self._slots, self._counted = 2 * max(threads, 1), now
            if threads or self._local is None:
                self._had_workers = now
            elif now > self._had_workers + _FORSAKEN:
                raise MesacircuitsError("the processes of the dask cluster here have gone")
        return self._slots

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        """Begin a unit as soon as a worker is free, lower numbers first."""
        seconds = None if self._effort.seconds is None else self._effort.left()
        unit = _Unit(self._work, argument, most_tried, seconds, self._run, self._release)
        self._submit(number, unit, 0)

    def _submit(self, number: int, unit: _Unit, reruns: int) -> None:
        with _scheduler_needed():
            future = self._client.submit(
                unit,
                key=f"mesacircuits-unit-{self._run}-{number}-{reruns}",
                pure=False,
                priority=-number,
            )
        self._running[future] = number, unit, reruns
        future.add_done_callback(self._done.put)

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        """Return what has finished, each once, after waiting so long for the first."""
        try:
            future = self._done.get(timeout=seconds)
        except queue.Empty:
            self._check_connected()
            _ = self.slots  # so that workers are counted
            return
        while True:
            number, unit, reruns = self._running.pop(future)
            result = self._result_of(future)
            if result is None:
                self._check_connected()
            if result is not None:
                yield number, result
            elif reruns == _MOST_RERUNS:
                raise MesacircuitsError(f"dask lost unit {number} {reruns + 1} times")
            else:
                self._submit(number, unit, reruns + 1)
            try:
                future = self._done.get_nowait()
            except queue.Empty:
                return

    def _check_connected(self) -> None:
        # Dask's client connects again to a scheduler that restarts, but that knows no units.
        if self._client.status != "running":
            raise MesacircuitsError("the dask scheduler has gone")

    @staticmethod
    def _result_of(future: Any) -> UnitResult | None:
        # None if dask gave the unit up.
        if future.status in ("cancelled", "lost"):
            return None
        try:
            result: UnitResult = future.result()
        except distributed.KilledWorker:
            return None
        except distributed.CancelledError:
            return None
        # What came over the wire may be read-only, for which kernels would be compiled anew.
        arrays = {name: np.require(a, requirements="W") for name, a in result.arrays.items()}
        return UnitResult(arrays, result.tried, result.complete)

    def close(self) -> None:
        """Stop what still runs, and return when it has ended.

        Where units do not heed their flag, processes of our own are killed.
        """
        with suppress(OSError, distributed.client.ClosedClientError):
            # A scheduler that has gone is no reason to fail.
            if self._running and self._client.status == "running":
                self._client.run(_end, self._run, on_error="ignore")
                self._wait_for_all(_PATIENCE)
                self._client.cancel(list(self._running), force=True)
        with suppress(TimeoutError, OSError, RuntimeError, asyncio.CancelledError):
            self._client.close()
        if self._running and self._local is not None:
            _close(self._local)

    def _wait_for_all(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._running and (left := end - time.monotonic()) > 0:
            with suppress(queue.Empty):
                self._running.pop(self._done.get(timeout=left))
