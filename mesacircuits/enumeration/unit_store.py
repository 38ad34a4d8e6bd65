"""Results of units of a search, kept in a file so that being killed loses none of them.

The file is an SQLite database in write-ahead mode with `synchronous=NORMAL`. A transaction is there
once the write of its last frame returned, as the operating system holds what a killed process
wrote; a torn one is dropped by its checksum when the file is opened next. A power cut may lose the
last transactions, but not damage earlier ones, and lost units are run again. (A rollback journal is
as safe, but needs several `fsync`s a transaction: 20 ms on the machine this was written on,
against 0.1 ms.) Write-ahead mode needs a local disk; where it is refused, a rollback journal with
`synchronous=FULL` takes its place.

Anybody may have written a file. So it is looked at before SQLite is let at it, nothing in it is
believed before its form and its size are known, and those who use its units check what can be
checked and say that the rest is from the file. A digest shows that nothing was damaged; it does not
show who computed it.
"""

from __future__ import annotations

import ast
import hashlib
import io
import math
import os
import sqlite3
import stat
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import NO_LIMIT
from mesacircuits.errors import FileError
from mesacircuits.records import check_side_files, check_writable

__all__ = [
    "UnitResult",
    "UnitStore",
    "arrays_of_bytes",
    "bytes_of_arrays",
    "database_marks",
    "reason_of",
    "statements_in",
    "statements_of",
]

_ARGUMENT = "resume"
_EXPECTED = "a file of finished units"
#: "mesu", which marks the file as one of units; and "mesa", which once marked all of ours.
_APPLICATION = 0x6D657375
_FORMER = 0x6D657361
#: "mes5", which once marked files of five-input classes.
_OF_FIVE_INPUTS = 0x6D657335
_FORMAT = 1
#: The bytes that the arrays of a unit may take, written small and in memory. No unit of ours comes
#: near, and a few bytes of a file may claim to be any number.
_MOST_STORED = 256 << 20
_MOST_BYTES = 1 << 30
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
#: The bytes of the head of a database.
_HEAD = 100
#: Files whose every page was checked by this process.
_checked: set[tuple[int, int]] = set()


@dataclass(frozen=True, eq=False)
class UnitResult:
    """What a unit of a search found.

    Attributes:
        arrays: by name, what was found.
        tried: how many gates were looked at.
        complete: whether the unit was searched to its end, not cut off.
        from_file: whether a store held it before this run, so that it is the file's word.
    """

    arrays: dict[str, NDArray[Any]]
    tried: int
    complete: bool
    from_file: bool = False

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

    What the bytes claim of sizes is looked at before room is made for it.

    Raises `ValueError`, whose text is one line, for other bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            # No more is inflated of a member than it claims.
            if sum(member.file_size for member in members) > _MOST_BYTES:
                raise ValueError(f"arrays of more than {_MOST_BYTES:,} bytes")
            names = [member.filename.removesuffix(".npy") for member in members]
            if len(set(names)) < len(names):
                raise ValueError("two arrays of one name")
            return {
                name: _array_of(archive.read(member))
                for name, member in zip(names, members, strict=True)
            }
    except MemoryError:
        raise
    except Exception as error:
        # Of bytes that anybody made, these readers raise errors of many kinds.
        raise ValueError(" ".join(f"no arrays: {error}".split())) from error


def _array_of(data: bytes) -> NDArray[Any]:
    # The array of an `.npy` file, which must be as long as its head says.
    magic = b"\x93NUMPY\x01\x00"
    if data[:8] != magic:
        raise ValueError("a member is no array")
    begin = 10 + int.from_bytes(data[8:10], "little")
    head = ast.literal_eval(data[10:begin].decode("latin-1").strip())
    shape, dtype = head["shape"], np.dtype(str(head["descr"]))
    if dtype.hasobject or dtype.itemsize == 0:
        raise ValueError(f"an array of {dtype}")
    if not all(type(side) is int and side >= 0 for side in shape):
        raise ValueError("an array without a shape")
    if math.prod(shape) * dtype.itemsize != len(data) - begin:
        raise ValueError("an array of another size than it says")
    flat = np.frombuffer(data, dtype, offset=begin).copy()
    if head["fortran_order"]:
        return flat.reshape(tuple(shape), order="F")
    return flat.reshape(tuple(shape))


def _digest(key: str, number: int, tried: object, arrays: bytes) -> bytes:
    text = f"{len(key)} {key} {number} {tried} ".encode()
    return hashlib.sha256(text + arrays).digest()


def database_marks(path: str | os.PathLike[str]) -> tuple[int, int] | None:
    """Return what marks a database as whose it is, without changing it or anything beside it.

    Returns:
        its application's number and its version; None if it is empty or missing.

    Raises `sqlite3.Error` or `OSError` if it is no database, cannot be read, or lies beside files
    that SQLite is not to be let at.

    >>> database_marks("no such file") is None
    True
    """
    try:
        check_side_files(path)
        status = os.stat(path)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise sqlite3.DatabaseError(str(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise sqlite3.DatabaseError("not a regular file")
    if not status.st_size:
        return None
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if len(head) < _HEAD or not head.startswith(b"SQLite format 3\0"):
        raise sqlite3.DatabaseError("file is not a database")
    # See "The Database Header" in the description of the format of SQLite files.
    version, application = (int.from_bytes(head[at : at + 4], "big") for at in (60, 68))
    return application, version


def statements_in(path: str | os.PathLike[str]) -> tuple[tuple[str, str, str], ...]:
    """Return `statements_of` a file as it stands, without changing it or anything beside it."""
    # Without locks, journals, or what else makes files.
    name = f"file:{quote(os.path.abspath(path))}?mode=ro&immutable=1"
    connection = sqlite3.connect(name, uri=True)
    try:
        return statements_of(connection)
    finally:
        connection.close()


def statements_of(of: str | sqlite3.Connection) -> tuple[tuple[str, str, str], ...]:
    """Return what a database, or one made by a schema, consists of: (type, name, statement) each.

    Views and triggers are among it, which a file of another's making may have.

    >>> statements_of("CREATE TABLE a (x)")
    (('table', 'a', 'CREATE TABLE a (x)'),)
    """
    if isinstance(of, str):
        connection = sqlite3.connect(":memory:")
        try:
            connection.executescript(of)
            return statements_of(connection)
        finally:
            connection.close()
    rows = of.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name LIMIT 99")
    return tuple((str(kind), str(name), str(text)) for kind, name, text in rows)


def reason_of(error: Exception) -> str:
    """Return in a few words why a database could not be used."""
    text = error.strerror if isinstance(error, OSError) else str(error)
    return text or "it cannot be used"


class UnitStore:
    """The finished units of one list, in a file that any number of lists and processes may share.

    A unit is stored in one transaction, with a digest, and the first result stored for it stays.

    Arguments:
        path: the file, made if it is missing; on a local disk.
        key: a name of the list that says all that results depend on, such as a content hash.
        written: what this run stored in the file so far; added to.

    Raises `FileError`, naming `resume`, on opening and on every use, if the file is damaged,
    was not written by this class, or cannot be read and written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with UnitStore(f"{folder}/units", "key") as store:
    ...         store.put(7, UnitResult({"a": np.arange(3)}, 12, True))
    ...     with UnitStore(f"{folder}/units", "key") as store:
    ...         store.tried(6), store.tried(7), store.get(7).arrays["a"]
    (None, 12, array([0, 1, 2]))
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        key: str,
        written: set[tuple[str, int, bytes]] | None = None,
    ) -> None:
        self.path = os.fspath(path)
        self.key = key
        self._written = set() if written is None else written
        check_writable(self.path, _ARGUMENT)
        with self._faults():
            self._look()
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

    def _look(self) -> None:
        # SQLite may write to what it opens, and makes files beside it; so it is not let at any
        # file that is not known to be ours, or empty.
        marks = database_marks(self.path)
        if marks is None:
            return
        if not os.access(os.path.dirname(os.path.abspath(self.path)), os.W_OK):
            # Beside it there will be files while it is written.
            raise PermissionError(13, "its folder cannot be written")
        application, version = marks
        if application == _OF_FIVE_INPUTS:
            raise self._refused("it was written by another version")
        if application not in (_APPLICATION, _FORMER):
            raise self._refused("it belongs to another program")
        if application == _APPLICATION and os.path.exists(f"{self.path}-journal"):
            # Killed while it was made; what was begun is put back on opening.
            return
        if statements_in(self.path) != statements_of(_SCHEMA):
            raise self._refused("it belongs to another program")
        if version != _FORMAT:
            raise self._refused("it was written by another version")

    def _open(self) -> None:
        self._execute("PRAGMA trusted_schema = OFF")
        if self._is_new():
            self._execute("BEGIN IMMEDIATE")
            if self._is_new():
                self._execute(_SCHEMA)
                self._execute(f"PRAGMA application_id = {_APPLICATION}")
                self._execute(f"PRAGMA user_version = {_FORMAT}")
            self._execute("COMMIT")
        # Files beside it may have changed what was looked at.
        if statements_of(self._connection) != statements_of(_SCHEMA):
            raise self._refused("it is damaged")
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

    def _refused(self, reason: str) -> FileError:
        return FileError(_ARGUMENT, _EXPECTED, f"{self.path} ({reason})")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
            raise self._refused(reason_of(error)) from error

    def refused_unit(self, problem: str) -> FileError:
        """Return the error that a stored unit is not what it claims to be."""
        return FileError(_ARGUMENT, f"units that a search leaves, not {problem}", self.path)

    def tried(self, number: int) -> int | None:
        """Return how many gates a stored unit tried; None if the unit is not stored."""
        with self._faults():
            row = self._execute(
                "SELECT tried FROM unit WHERE key = ? AND number = ?", self.key, number
            )
        return None if row is None else self._count(row[0])

    def _count(self, tried: object) -> int:
        if not isinstance(tried, int) or not 0 <= tried <= NO_LIMIT:
            raise self._refused("it is damaged")
        return tried

    def get(self, number: int) -> UnitResult | None:
        """Return the stored result of a unit; None if the unit is not stored."""
        with self._faults():
            # A longer text is not read.
            row = self._execute(
                "SELECT tried, digest, iif(length(arrays) <= ?, arrays, NULL) FROM unit "
                "WHERE key = ? AND number = ?",
                _MOST_STORED,
                self.key,
                number,
            )
        if row is None:
            return None
        tried, digest, data = row
        if not isinstance(data, bytes) or digest != _digest(self.key, number, tried, data):
            raise self._refused("it is damaged")
        try:
            from_file = (self.key, number, digest) not in self._written
            return UnitResult(arrays_of_bytes(data), self._count(tried), True, from_file)
        except ValueError as error:
            raise self.refused_unit(str(error)) from error

    def put(self, number: int, result: UnitResult) -> None:
        """Store the result of a finished unit, unless one is stored already.

        Raises `ValueError` for a result that was cut off.
        """
        if not result.complete:
            raise ValueError("a unit that was cut off has no result to store")
        data = bytes_of_arrays(result.arrays)
        tried = int(result.tried)
        digest = _digest(self.key, number, tried, data)
        with self._faults():
            self._execute(
                "INSERT INTO unit VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                self.key,
                number,
                tried,
                digest,
                data,
            )
        # Should another have stored this before, it is the same, or the digest is another.
        self._written.add((self.key, number, digest))

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
