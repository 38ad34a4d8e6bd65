"""Examples drawn by Hypothesis outside a test, and where Hypothesis keeps its own files."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar
from unittest import mock

from hypothesis import HealthCheck, Phase, Verbosity, given, seed as seeded, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from mesacircuits.cache_folders import user_cache_folder

__all__ = ["drawn", "keep_files_elsewhere", "look_at"]

Drawn = TypeVar("Drawn")


def look_at(
    strategy: SearchStrategy[Drawn],
    look: Callable[[Drawn], object],
    count: int,
    seed: int = 0,
    shrink: bool = True,
) -> None:
    """Draw so many values, the same with the same seed, and look at each.

    What the looking raises ends it: with `shrink`, once Hypothesis has looked for a simpler value
    of which the same is raised; the last one looked at is the simplest. Fewer values are drawn if
    the strategy has no more, or hardly any that it does not reject itself.

    >>> seen = []
    >>> from hypothesis import strategies as st
    >>> look_at(st.integers(0, 9), seen.append, 5)
    >>> len(seen)
    5
    """
    if count < 1:
        return
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def looked_at(value: Drawn) -> None:
        look(value)

    with _whatever_is_loaded():
        try:
            looked_at()
        except Unsatisfiable:
            # It rejects all that it draws: then there is nothing to be looked at.
            return


@contextmanager
def _whatever_is_loaded() -> Iterator[None]:
    # Hypothesis prefers constants that stand in the source of what is loaded and not installed. So
    # what is drawn would depend on the modules that were asked for before; it is to depend on the
    # seed alone. No setting turns this off. Releases that have no such constants need nothing.
    providers: Any = import_module("hypothesis.internal.conjecture.providers")
    if not hasattr(providers, "_get_local_constants"):
        yield
        return
    cache = type(providers.CONSTANTS_CACHE)(1024)
    with (
        mock.patch.object(providers, "_get_local_constants", providers.Constants),
        mock.patch.object(providers, "CONSTANTS_CACHE", cache),
    ):
        yield


def drawn(strategy: SearchStrategy[Drawn], count: int, seed: int = 0) -> list[Drawn]:
    """Return so many drawn values, or fewer if there are no more (see `look_at`).

    >>> from hypothesis import strategies as st
    >>> sorted(drawn(st.booleans(), 10))
    [False, True]
    """
    found: list[Drawn] = []
    look_at(strategy, found.append, count, seed, shrink=False)
    return found


def keep_files_elsewhere() -> None:
    """Let Hypothesis keep its files in the user's cache folder, and not in `.hypothesis` here.

    Without a safe one they are in a temporary folder, until the process ends. Where the environment
    has `HYPOTHESIS_STORAGE_DIRECTORY` nothing changes: they are there.
    """
    if os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY"):
        return
    folder = user_cache_folder("hypothesis")
    if folder is None:
        temporary = tempfile.mkdtemp(prefix="hypothesis-")
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    set_hypothesis_home_dir(folder or temporary)
