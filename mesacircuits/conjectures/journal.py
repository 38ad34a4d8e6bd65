"""A journal of finished pieces of long work, so that being killed loses none of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from mesacircuits.errors import ArgumentError

__all__ = ["Journal"]


class Journal:
    """Results by key, in a file of JSON lines that is only appended to.

    A line is written whole and flushed before the next piece of work is reported done. A last line
    cut off by a kill is ignored and overwritten. Entries of other `subject`s are not used, so a
    journal never speaks for work that has changed.

    Arguments:
        path: the file; None keeps the journal in memory only.
        subject: what the work is about, such as a checksum.

    Raises `ArgumentError` if the file cannot be read or written.

    >>> journal = Journal(None, "example")
    >>> journal.put("one", 1)
    >>> journal.get("one"), journal.get("two")
    (1, None)
    """

    def __init__(self, path: str | os.PathLike[str] | None, subject: str) -> None:
        self.path = None if path is None else Path(path)
        self.subject = subject
        self._results: dict[str, Any] = {}
        if self.path is None:
            return
        try:
            data = self.path.read_bytes() if self.path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self._read(line)
            if len(whole) < len(data):
                os.truncate(self.path, len(whole))
        except OSError as error:
            raise ArgumentError(
                "journal", "a file to keep", f"{path} ({error.strerror})"
            ) from error

    def _read(self, line: bytes) -> None:
        try:
            entry = msgspec.json.decode(line)
            if entry["subject"] == self.subject:
                self._results[entry["key"]] = entry["result"]
        except (msgspec.DecodeError, KeyError, TypeError, RecursionError, UnicodeDecodeError):
            # Not ours: it is left alone, and the work is done again.
            return

    def get(self, key: str) -> Any | None:
        """Return the result under this key; None if there is none yet."""
        return self._results.get(key)

    def put(self, key: str, result: Any) -> None:
        """Keep a result under its key."""
        self._results[key] = result
        if self.path is None:
            return
        line = msgspec.json.encode({"subject": self.subject, "key": key, "result": result})
        try:
            with open(self.path, "ab") as file:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ArgumentError(
                "journal", "a file to keep", f"{self.path} ({error.strerror})"
            ) from error

    def remove(self) -> None:
        """Delete the file, once all work is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
