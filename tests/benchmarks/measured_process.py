"""What one process takes: wall and CPU seconds, and peak memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["BenchmarkError", "Measured", "measure", "measure_until"]


class BenchmarkError(Exception):
    """Raised when a program that is measured fails."""


@dataclass(frozen=True)
class Measured:
    """What one process took, and what it printed.

    Attributes:
        wall, cpu: seconds; `cpu` is summed over threads.
        peak: the most memory it held, in MiB.
        output: its standard output.
    """

    wall: float
    cpu: float
    peak: float
    output: str = field(default="", repr=False)


def measure(
    command: Sequence[str],
    cwd: Path | None = None,
    merge: bool = False,
    env: Mapping[str, str] | None = None,
    statuses: Sequence[int] = (0,),
) -> Measured:
    """Run `command` to its end and return what it took; `merge` puts its stderr in the output.

    Raises `BenchmarkError` if it ends with another status than `statuses`.
    """
    with tempfile.TemporaryFile("w+") as sink:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=sink, stderr=subprocess.STDOUT if merge else None, cwd=cwd, env=env
        )
        polled = _PeakPoll(process.pid)
        polled.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        polled.finish()
        sink.seek(0)
        output = sink.read()
    if process.returncode not in statuses:
        shown = " ".join(Path(part).name for part in command)[:60]
        last = output.strip().rpartition("\n")[2]
        raise BenchmarkError(f"{shown}: status {process.returncode}; {last or 'no output'}")
    return _measured(wall, usage, polled, output)


def measure_until(command: Sequence[str], pattern: str) -> Measured:
    """Run `command` until it prints a line in which `pattern` is found, then end it.

    For programs that go on when they have found all there is; they must print line by line.
    """
    start = time.perf_counter()
    lines = []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # it is a pipe
    polled = _PeakPoll(process.pid)
    polled.start()
    with process.stdout as printed:
        for line in printed:
            lines.append(line)
            if re.search(pattern, line):
                break
        wall = time.perf_counter() - start
        process.kill()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    polled.finish()
    if not lines or not re.search(pattern, lines[-1]):
        raise BenchmarkError(f"{Path(command[0]).name}: ended without {pattern}")
    return _measured(wall, usage, polled, "".join(lines))


def _measured(
    wall: float, usage: resource.struct_rusage, polled: _PeakPoll, output: str
) -> Measured:
    # A child starts out with the peak of the process that made it; where it never exceeded ours,
    # the kernel's figure for its own memory, read while it ran, is the true one.
    peak = usage.ru_maxrss
    if polled.kib and peak <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        peak = polled.kib
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Measured(wall, usage.ru_utime + usage.ru_stime, peak / unit, output)


class _PeakPoll(threading.Thread):
    """Reads the peak memory of a running process from /proc, where there is one."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.status = Path("/proc") / str(pid) / "status"
        self.kib = 0
        self._ended = threading.Event()

    def run(self) -> None:
        # Popen returns once the new program has been loaded, so the first reading is its own.
        while True:
            try:
                found = re.search(r"VmHWM:\s*(\d+)", self.status.read_text())
            except OSError:
                return
            if found:
                self.kib = max(self.kib, int(found[1]))
            if self._ended.wait(0.005):
                return

    def finish(self) -> None:
        self._ended.set()
        self.join()
