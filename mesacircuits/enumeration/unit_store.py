"""Results of units of a search, kept in a file so that being killed loses none of them.

The file is an SQLite database in write-ahead mode with `synchronous=NORMAL`. A transaction is there
once the write of its last frame returned, as the operating system holds what a killed process
wrote; a torn one is dropped by its checksum when the file is opened next. A power cut may lose the
last transactions, but not damage earlier ones, and lost units are run again. (A rollback journal is
as safe, but needs several `fsync`s a transaction: 20 ms on the machine this was written on,
against 0.1 ms.) Write-ahead mode needs a local disk; where it is refused, a rollback journal with
`synchronous=FULL` takes its place.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.errors import ArgumentError

__all__ = ["UnitResult", "UnitStore", "arrays_of_bytes", "bytes_of_arrays"]

_ARGUMENT = "resume"
_EXPECTED = "a file of finished units"
#: "mesa", which marks the file as ours.
_APPLICATION = 0x6D657361
_FORMAT = 1
#: The seconds to wait for others, who write for moments only, but check the whole file at first.
_PATIENCE = 600.0
#: The seconds that SQLite waits by itself, during which Ctrl-C is not heeded.
_ONE_WAIT = 0.5
_SCHEMA = """
CREATE TABLE unit (
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    tried INTEGER NOT NULL,
    digest BLOB NOT NULL,
    arrays BLOB NOT NULL,
    PRIMARY KEY (key, number)
)
"""
#: Files whose every page was checked by this process.
_checked: set[tuple[int, int]] = set()


@dataclass(frozen=True, eq=False)
class UnitResult:
    """What a unit of a search found.

    Attributes:
        arrays: by name, what was found.
        tried: how many gates were looked at.
        complete: whether the unit was searched to its end, not cut off.
    """

    arrays: dict[str, NDArray[Any]]
    tried: int
    complete: bool

    @property
    def bytes(self) -> int:
        """The memory that the arrays take."""
        return sum(array.nbytes for array in self.arrays.values())


def bytes_of_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return named arrays as the bytes of an `.npz` file, in their order.

    Raises `ValueError` for arrays of Python objects, which would need pickle.

    >>> sorted(arrays_of_bytes(bytes_of_arrays({"a": np.arange(3)})).items())
    [('a', array([0, 1, 2]))]
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
    return data.getvalue()


def arrays_of_bytes(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of `bytes_of_arrays`.

    Raises `ValueError`, `KeyError`, `OSError` or `zipfile.BadZipFile` for other bytes.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _digest(key: str, number: int, tried: object, arrays: bytes) -> bytes:
    text = f"{len(key)} {key} {number} {tried} ".encode()
    return hashlib.sha256(text + arrays).digest()


class UnitStore:
    """The finished units of one list, in a file that any number of lists and processes may share.

    A unit is stored in one transaction, with a digest, and the first result stored for it stays.

    Arguments:
        path: the file, made if it is missing; on a local disk.
        key: a name of the list that says all that results depend on, such as a content hash.

    Raises `ArgumentError`, naming `resume`, on opening and on every use, if the file is damaged,
    was not written by this class, or cannot be read and written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with UnitStore(f"{folder}/units", "key") as store:
    ...         store.put(7, UnitResult({"a": np.arange(3)}, 12, True))
    ...     with UnitStore(f"{folder}/units", "key") as store:
    ...         store.tried(6), store.tried(7), store.get(7).arrays["a"]
    (None, 12, array([0, 1, 2]))
    """

    def __init__(self, path: str | os.PathLike[str], key: str) -> None:
        self.path = os.fspath(path)
        self.key = key
        with self._faults():
            # An absolute path has no special meaning to SQLite, as `:memory:` has.
            self._connection = sqlite3.connect(
                os.path.abspath(self.path),
                timeout=_ONE_WAIT,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            with self._faults():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        # Nothing may be written before the file is known to be ours, or empty.
        if os.stat(self.path).st_size == 1:
            # SQLite takes one byte for none.
            raise self._refused("file is not a database")
        if self._is_new():
            self._execute("BEGIN IMMEDIATE")
            if self._is_new():
                self._execute(_SCHEMA)
                self._execute(f"PRAGMA application_id = {_APPLICATION}")
                self._execute(f"PRAGMA user_version = {_FORMAT}")
            self._execute("COMMIT")
        if self._pragma("application_id") != _APPLICATION:
            raise self._refused("it belongs to another program")
        if self._pragma("user_version") != _FORMAT:
            raise self._refused("it was written by another version")
        mode = self._pragma("journal_mode = WAL")
        self._execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
        status = os.stat(self.path)
        identity = status.st_dev, status.st_ino
        if identity not in _checked:
            if self._pragma("quick_check(1)") != "ok":
                raise self._refused("it is damaged")
            _checked.add(identity)

    def _is_new(self) -> bool:
        tables = self._execute("SELECT count(*) FROM sqlite_master")[0]
        return not tables and self._pragma("application_id") == 0

    def _execute(self, text: str, *values: object) -> Any:
        # Return the first row. SQLite does not wait for every lock, such as to change the mode.
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._connection.execute(text, values).fetchone()
            except sqlite3.OperationalError as error:
                # The lower byte is the primary code.
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def _pragma(self, text: str) -> Any:
        return self._execute(f"PRAGMA {text}")[0]

    def _refused(self, reason: str) -> ArgumentError:
        return ArgumentError(_ARGUMENT, _EXPECTED, f"{self.path} ({reason})")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise self._refused(reason or "it cannot be used") from error

    def tried(self, number: int) -> int | None:
        """Return how many gates a stored unit tried; None if the unit is not stored."""
        with self._faults():
            row = self._execute(
                "SELECT tried FROM unit WHERE key = ? AND number = ?", self.key, number
            )
        if row is None:
            return None
        if not isinstance(row[0], int):
            raise self._refused("it is damaged")
        return row[0]

    def get(self, number: int) -> UnitResult | None:
        """Return the stored result of a unit; None if the unit is not stored."""
        with self._faults():
            row = self._execute(
                "SELECT tried, digest, arrays FROM unit WHERE key = ? AND number = ?",
                self.key,
                number,
            )
        if row is None:
            return None
        tried, digest, data = row
        if not isinstance(data, bytes) or digest != _digest(self.key, number, tried, data):
            raise self._refused("it is damaged")
        return UnitResult(arrays_of_bytes(data), tried, True)

    def put(self, number: int, result: UnitResult) -> None:
        """Store the result of a finished unit, unless one is stored already.

        Raises `ValueError` for a result that was cut off.
        """
        if not result.complete:
            raise ValueError("a unit that was cut off has no result to store")
        data = bytes_of_arrays(result.arrays)
        tried = int(result.tried)
        with self._faults():
            self._execute(
                "INSERT INTO unit VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                self.key,
                number,
                tried,
                _digest(self.key, number, tried, data),
                data,
            )

    def close(self) -> None:
        """Close the file; all that was stored is in it."""
        with self._faults():
            self._connection.close()

    def __enter__(self) -> UnitStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
