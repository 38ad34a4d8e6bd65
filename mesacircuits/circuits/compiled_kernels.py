"""How kernels are compiled: to machine code that is kept on disk and runs without Python's lock.

A *leaf* makes no arrays. Numba then counts no references to those it is given; counting them is
atomic, and in an inner loop takes longer than everything else, the more so on several threads.
A loop that gives a new array to a variable counts references on every turn; so where turns are
short, what grows does so in a kernel around a leaf, which returns when its room is used up.

Machine code that is read from disk is run. So it is kept where nobody else can write, in the user's
cache folder, or that of `NUMBA_CACHE_DIR`, and not beside the package; without such a folder
kernels are compiled in each run.
Where a kernel is called with a constant, numba would compile it for that value as well as for its
type, and so whatever it calls; here it is compiled for the type alone.
Numba takes code to be fresh if the file of the function is; but the code of a function is in that
of its callers, in other files. So here it is kept under the content of all of these files.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit
from numba.core import event
from numba.core.caching import CompileResultCacheImpl, FunctionCache, NullCache, _CacheLocator
from numba.core.types.misc import unliteral

from mesacircuits.cache_folders import PACKAGE, kernel_folder
from mesacircuits.circuits import compiling

__all__ = ["inlined", "kernel", "leaf", "part", "sources_of"]

_PACKAGE = PACKAGE
_IMPORT = re.compile(r"^from mesacircuits\.([\w.]+) import", re.MULTILINE)
_DIGITS = 16

#: Set once the user was told, for the processes that this one starts.
_TOLD = "MESACIRCUITS_KERNELS_NOT_KEPT"


class _Compiler(event.Listener):  # type: ignore[misc]
    def on_start(self, event: Any) -> None:
        compiling.begun()

    def on_end(self, event: Any) -> None:
        compiling.ended()


event.register("numba:compile", _Compiler())


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that may make arrays."""
    return _kept(njit(nogil=True)(function))


def leaf(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that makes none, and calls no function that does."""
    return _kept(njit(nogil=True, _nrt=False)(function))


def part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a leaf into the machine code of each leaf that calls it.

    A call hands over every field of every array that it is given, which takes longer than little
    work does.
    """
    return _kept(njit(nogil=True, _nrt=False, forceinline=True)(function))


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into each place that calls it."""
    return _kept(njit(nogil=True, inline="always")(function))


def sources_of(file: Path) -> frozenset[Path]:
    """Return the files whose content is compiled into the kernels of `file`.

    These are the files of kernels that it imports, and theirs; of other files constants are taken.
    """
    found, waiting = set(), [file.resolve()]
    while waiting:
        source = waiting.pop()
        if source in found:
            continue
        found.add(source)
        if source.stem.endswith("_kernels") and source != Path(__file__).resolve():
            for name in _IMPORT.findall(source.read_text()):
                waiting.append(_PACKAGE.joinpath(*name.split(".")).with_suffix(".py"))
    return frozenset(found)


def _kept(compiled: Any) -> Callable[..., Any]:
    template = compiled.get_call_template

    def of_any_value(args: Any, kws: Any) -> Any:
        return template(tuple(map(unliteral, args)), {k: unliteral(v) for k, v in kws.items()})

    compiled.get_call_template = of_any_value
    file = Path(compiled.py_func.__code__.co_filename)
    compiled._cache = _NoCache() if _folder_of(file) is None else _Cache(compiled.py_func)
    kept: Callable[..., Any] = compiled
    return kept


@cache
def _folder_of(file: Path) -> Path | None:
    try:
        content = hashlib.sha256()
        for source in sorted(sources_of(file)):
            content.update(hashlib.sha256(source.read_bytes()).digest())
    except OSError:
        # In an archive, for one.
        return None
    installed = kernel_folder(package=_PACKAGE)
    if installed is None:
        return None
    own = f"{'.'.join(file.relative_to(_PACKAGE).with_suffix('').parts)}-"
    name = own + content.hexdigest()[:_DIGITS]
    if not (installed / name).exists():
        # What another state of the sources left is of no more use.
        for stale in installed.glob(f"{own}*"):
            shutil.rmtree(stale, ignore_errors=True)
    return kernel_folder(name, _PACKAGE)


class _Locator(_CacheLocator):  # type: ignore[misc]
    def __init__(self, function: Any) -> None:
        self._py_file = function.__code__.co_filename
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(_folder_of(Path(self._py_file)))

    def get_source_stamp(self) -> str:
        return os.path.basename(self.get_cache_path())

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, function: Any, file: str) -> _Locator:
        return cls(function)


class _Files(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _Files

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            # Cut short, or of another version of some library: as if it were not there.
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _tell(error.strerror or "cannot be written")


class _NoCache(NullCache):  # type: ignore[misc]
    def save_overload(self, sig: Any, data: Any) -> None:
        _tell("there is no cache folder that only you can write")


def _tell(reason: str) -> None:
    if _TOLD not in os.environ:
        os.environ[_TOLD] = "1"
        logging.getLogger("mesacircuits").warning(
            "mesacircuits: note: compiled kernels are not kept for the next run: %s", reason
        )
