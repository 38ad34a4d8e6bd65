"""Whether kernels are being compiled, and how long that took: no budget is charged for it.

Compiling happens once on a machine, whenever a kernel is first needed. What a search has got done
within its budget should not depend on whether that was now.
"""

from __future__ import annotations

import threading
import time

__all__ = ["begun", "ended", "is_going_on", "now"]


class _Clock:
    """Sums the time in which at least one thread compiles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running, self._since, self._total = 0, 0.0, 0.0

    def begun(self) -> None:
        """Say that the compiler has begun; within one compilation others may begin, and end."""
        with self._lock:
            if not self._running:
                self._since = time.monotonic()
            self._running += 1

    def ended(self) -> None:
        """Say that the compiler has ended."""
        with self._lock:
            self._running -= 1
            if not self._running:
                self._total += time.monotonic() - self._since

    def is_going_on(self) -> bool:
        """Return whether some thread compiles.

        >>> begun(); is_going_on()
        True
        >>> ended(); is_going_on()
        False
        """
        return self._running > 0

    def now(self) -> float:
        """Return the seconds of a clock that stands still while kernels are compiled.

        >>> begun(); standing = now(); now() == standing
        True
        >>> ended(); now() > standing
        True
        """
        # One reading of the clock, so that while the compiler runs exactly no time passes.
        with self._lock:
            return (self._since if self._running else time.monotonic()) - self._total


_CLOCK = _Clock()
begun, ended, is_going_on, now = _CLOCK.begun, _CLOCK.ended, _CLOCK.is_going_on, _CLOCK.now
