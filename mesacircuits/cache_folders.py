"""Folders of the user's own in which caches are kept, and the one of compiled kernels among them.

Run as a file it removes the kernels of this installation, for which no library is needed:
`python -I mesacircuits/cache_folders.py`, or `make clean`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

__all__ = ["PACKAGE", "kernel_folder", "remove_kernels", "user_cache_folder"]

#: The package's own folder.
PACKAGE = Path(__file__).resolve().parent

_DIGITS = 16


def user_cache_folder(name: str = "", base: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the folder in which the user's caches are kept, or None if there is no safe one.

    It is `mesacircuits` in `XDG_CACHE_HOME`, or else in `.cache` of the home folder, made if it is
    missing. What lies in it is believed: so it belongs to the user, who alone may look into it.
    None is returned if it belongs to another, if others could have written into it or could put
    another in its place, or if it cannot be written.

    Arguments:
        name: a folder within it, as private as the whole; empty for the whole.
        base: a folder to take in place of `XDG_CACHE_HOME`, whatever the environment says.

    >>> folder = user_cache_folder()
    >>> folder is None or folder.stat().st_mode & 0o777 == 0o700
    True
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        if base is not None:
            cache = Path(base)
        else:
            # A relative one is to be ignored, says the standard that names the variable.
            cache = Path(named) if os.path.isabs(named) else Path.home() / ".cache"
        # No more than one level: a home folder that does not exist is not made.
        cache.mkdir(mode=0o700, exist_ok=True)
        folder = Path(os.path.realpath(cache))
        # Where the top of the tree is not root's, as in some containers, its owner is as good.
        trusted = {0, os.geteuid(), Path("/").stat().st_uid}
        for above in (folder, *folder.parents):
            status = above.stat()
            if status.st_uid not in trusted:
                return None
            if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
                return None
        for part in ("mesacircuits", *Path(name).parts):
            folder /= part
            folder.mkdir(mode=0o700, exist_ok=True)
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
                return None
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            if status.st_mode & 0o077:
                folder.chmod(0o700)
        return folder if os.access(folder, os.W_OK | os.X_OK) else None
    except (OSError, ValueError, RuntimeError):
        return None


def kernel_folder(name: str = "", package: Path = PACKAGE) -> Path | None:
    """Return the folder in which an installation's kernels are kept, or None without a safe one.

    It is in the user's cache folder, or in `mesacircuits` of the folder that `NUMBA_CACHE_DIR`
    names, which must be as private.

    Arguments:
        name: a folder within it; empty for the whole.
        package: the folder in which the package is installed.

    >>> folder = kernel_folder()
    >>> folder is None or folder.parent.name
    'kernels'
    """
    place = hashlib.sha256(os.fsencode(package)).hexdigest()[:_DIGITS]
    base = os.environ.get("NUMBA_CACHE_DIR") or None
    return user_cache_folder(f"kernels/{place}/{name}", base)


def remove_kernels(package: Path = PACKAGE) -> None:
    """Remove the kernels of an installation, which are compiled anew when they are next needed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as elsewhere:
    ...     remove_kernels(Path(elsewhere))
    """
    folder = kernel_folder(package=package)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    remove_kernels()
