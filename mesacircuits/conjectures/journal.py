"""A journal of finished pieces of long work, so that being killed loses none of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mesacircuits.cache_folders import user_cache_folder
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash

__all__ = ["Journal"]


class Journal:
    """Results by key, in a file of JSON lines that is only appended to.

    A line is written whole and flushed before the next piece of work is reported done. A last line
    cut off by a kill is ignored and overwritten.

    What is in the file is believed, so it is one that only the user can have written.

    Arguments:
        path: the file; None keeps the journal in memory only.

    Raises `ArgumentError` if the file cannot be read or written.

    >>> journal = Journal(None)
    >>> journal.put("one", 1)
    >>> journal.get("one"), journal.get("two")
    (1, None)
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._results: dict[str, Any] = {}
        if path is None:
            return
        with _explained(path):
            data = path.read_bytes() if path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self._read(line)
            if len(whole) < len(data):
                os.truncate(path, len(whole))

    @classmethod
    def of_certificate(cls, checksum: str) -> Journal:
        """Return the journal of verifying a certificate: it lies in the user's cache folder.

        Its name is bound to the certificate's content and to this package's, so it never speaks
        for another certificate or for other code. Without a safe folder it is in memory only.
        """
        folder = user_cache_folder("verify")
        name = content_hash([checksum, _package_digest()])
        return cls(None if folder is None else folder / f"{name}.jsonl")

    def _read(self, line: bytes) -> None:
        try:
            key, result = msgspec.json.decode(line, type=tuple[str, Any])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            # A damaged line: it is left alone, and the work is done again.
            return
        self._results[key] = result

    def get(self, key: str) -> Any | None:
        """Return the result under this key; None if there is none yet."""
        return self._results.get(key)

    def put(self, key: str, result: Any) -> None:
        """Keep a result under its key."""
        self._results[key] = result
        if self.path is None:
            return
        line = msgspec.json.encode((key, result))
        with _explained(self.path), open(self.path, "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def remove(self) -> None:
        """Delete the file, once all work is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArgumentError("journal", "a file to keep", f"{path} ({error.strerror})") from error


@cache
def _package_digest() -> str:
    """Return a hash of the package's code: another version may find something else."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
