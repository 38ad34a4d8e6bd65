"""A catalog: one SQLite file of tasks, all their minima, and the tags of each."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from mesacircuits.catalog.entries import Entry
from mesacircuits.catalog.schema import (
    APPLICATION_ID,
    BESIDE,
    KEYS,
    check_schema,
    create_schema,
    migrate,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.records import canonical_json, check_side_files, check_writable

__all__ = ["MOST_CELL_BYTES", "Catalog"]

#: No cell of a catalog has more bytes, and no value that SQL makes of them: SQLite's functions on
#: longer ones would take long between two looks at the clock.
MOST_CELL_BYTES = 1_000_000

_BUSY_SECONDS = 60.0
_ROWS_AT_ONCE = 1024
_HEADER = 100
_WAL_MODE = b"\x02\x02"
# What changes if a file is written to, or another put in its place.
_STAMPED = ("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")


class Catalog:
    """An open catalog: its `path`, and its `connection` for statements of other modules.

    What is added with one call is there as a whole or not at all, whenever the process ends: each
    call is one transaction, written to disk before it returns. Adding what is there changes
    nothing, and adding what contradicts it is an error.

    >>> import tempfile
    >>> from mesacircuits.catalog import build
    >>> with tempfile.TemporaryDirectory() as folder, Catalog.create(f"{folder}/c.db") as catalog:
    ...     built = build(catalog, "tt:3:7E")
    ...     catalog.counts()["minima"]
    3
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.connection, self.path = connection, path
        # Of a file that is read without locks: what tells whether somebody wrote to it.
        self._stamp: os.stat_result | None = None

    # -- opening -----------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Catalog:
        """Return the catalog of a file, for reading: nothing is written, not even beside the file.

        Raises `ArgumentError` if there is none, the file is damaged or something else, or a killed
        command left it unfinished: then `recover` helps.
        """
        name = os.fspath(path)
        header = _header(name)
        if header is None:
            raise ArgumentError("catalog", "a catalog's file", name)
        wal = header[18:20] == _WAL_MODE
        if _size(name + "-wal"):
            raise _unfinished(name)
        # Of a file in that mode SQLite would write an index beside it, if it were to lock it.
        if not wal:
            return cls._opened(name, "mode=ro")
        stamp = os.stat(name)
        catalog = cls._opened(name, "mode=ro&immutable=1")
        catalog._stamp = stamp
        return catalog

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Catalog:
        """Return the catalog of a file, for writing; a new one if there is none.

        A catalog of an older format is brought to the present one, and what a killed command did
        not finish is rolled back.

        Raises `ArgumentError` if the file is damaged, something else, or cannot be written.
        """
        name = os.fspath(path)
        _refuse_foreign(name, _header(name) or b"")
        check_writable(name, "catalog")
        return cls._opened(name, "mode=rwc")

    @classmethod
    def recover(cls, path: str | os.PathLike[str]) -> tuple[Catalog, str]:
        """Return the catalog of a file that a killed command left, for writing, and what was done.

        What the command had not finished is rolled back, or what it had finished is brought in from
        beside the file; then the file is checked.

        Raises `ArgumentError` if there is no such file, it is something else, or another command
        has it open for writing.
        """
        name = os.fspath(path)
        header = _header(name)
        sizes = {end: _size(name + end) for end in ("-journal", "-wal")}
        if header is None or not (header or sizes["-journal"]):
            raise ArgumentError("catalog", "a catalog's file", name)
        _refuse_foreign(name, header)
        check_writable(name, "catalog")
        catalog = cls._opened(name, "mode=rw")
        if sizes["-journal"]:
            return catalog, "rolled back what a command had not finished"
        if sizes["-wal"]:
            return catalog, "brought in what a command had left beside the file"
        return catalog, "nothing to recover"

    @classmethod
    def _opened(cls, path: str, mode: str) -> Catalog:
        with cls._explained(path):
            connection = sqlite3.connect(
                f"file:{quote(os.path.abspath(os.fsencode(path)))}?{mode}",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_SECONDS,
            )
        try:
            with cls._explained(path):
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA cell_size_check = ON")
                connection.execute("PRAGMA foreign_keys = ON")
                if mode.startswith("mode=ro"):
                    check_schema(connection, path)
                else:
                    cls._prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    @staticmethod
    def _prepare(connection: sqlite3.Connection, path: str) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        [[tables]] = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        [[application]] = connection.execute("PRAGMA application_id").fetchall()
        if not tables and not application:
            create_schema(connection)
        connection.execute("COMMIT")
        migrate(connection, path)
        # A file that something else switched to a log would ask readers to write beside it.
        connection.execute("PRAGMA journal_mode = DELETE")

    @staticmethod
    @contextmanager
    def _explained(path: str) -> Iterator[None]:
        # What SQLite says of a file, in one line that names the argument.
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK":
                raise _unfinished(path) from None
            raise ArgumentError(
                "catalog", "a catalog of mesacircuits", f"{path} ({error})"
            ) from None

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- reading -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Make all that the block reads that of one moment, whatever others write meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        with self._explained(self.path):
            # The transaction begins with what is first read.
            self.connection.execute("BEGIN")
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
        self.refuse_changed()

    def refuse_changed(self) -> None:
        """Raise `ArgumentError` if somebody wrote to a file that is read without locks."""
        if self._stamp is not None:
            now, then = os.stat(self.path), self._stamp
            if any(getattr(now, name) != getattr(then, name) for name in _STAMPED):
                raise ArgumentError("catalog", "a file that nobody writes meanwhile", self.path)

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement that reads.

        Raises `ArgumentError` where the file turns out to be damaged.
        """
        with self._explained(self.path):
            cursor = self.connection.execute(sql, values)
        while True:
            with self._explained(self.path):
                some = cursor.fetchmany(_ROWS_AT_ONCE)
            if not some:
                return
            yield from some

    def has(self, search: str, definitions: Sequence[str]) -> bool:
        """Return whether the minima of a search are there, judged by all these definitions."""
        if not list(self.rows("SELECT 1 FROM searches WHERE hash = ?", [search])):
            return False
        known = self.rows("SELECT definition FROM judged WHERE search = ?", [search])
        return set(definitions) <= {name for [name] in known}

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        found = {}
        for table in KEYS:
            [[found[table]]] = self.rows(f"SELECT count(*) FROM {table}")
        return found

    def digest(self) -> str:
        """Return the hash of what is in the catalog: equal content, equal hash.

        It is the SHA-256 of the canonical JSON of all rows, table by table, in the order of their
        keys; so it does not depend on how and when they came in. How they were come by, the tables
        `runs` and `search_runs`, stands beside the content and is no part of it.
        """
        summed = hashlib.sha256()
        with self.reading():
            for table, keys in KEYS.items():
                if table in BESIDE:
                    continue
                summed.update(table.encode() + b"\n")
                for row in self.rows(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}"):
                    summed.update(canonical_json(row) + b"\n")
        return summed.hexdigest()

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what the block adds there as a whole, or not at all."""
        with self._explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise
        with self._explained(self.path):
            self.connection.execute("COMMIT")

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Add rows to a table, within a transaction; return how many were new.

        Raises `ArgumentError` if another row has the key of one of them.
        """
        if not rows:
            return 0
        places = ", ".join("?" * len(rows[0]))
        with self._explained(self.path):
            before = self.connection.total_changes
            sql = f"INSERT OR IGNORE INTO {table} VALUES ({places})"
            self.connection.executemany(sql, rows)
            new = self.connection.total_changes - before
        if new < len(rows):
            self._compare(table, rows)
        return new

    def _compare(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        keys = KEYS[table]
        where = " AND ".join(f"{key} = ?" for key in keys)
        for row in rows:
            kept = list(self.rows(f"SELECT * FROM {table} WHERE {where}", row[: len(keys)]))
            if kept != [row]:
                said = " ".join(map(str, row[: len(keys)]))
                raise ArgumentError("catalog", f"{table} that agree on {said}", self.path)

    def add(self, entry: Entry) -> bool:
        """Add the minima of one task, with their tags; return whether anything was new."""
        made = entry.rows()
        with self.transaction():
            return sum(self.insert(table, rows) for table, rows in made.items()) > 0


def _header(path: str) -> bytes | None:
    """Return the first bytes of a regular file; None if there is no file.

    What is not regular, here or where SQLite would look beside it, is refused before it is opened:
    opening a pipe waits for a writer.
    """
    if not path or "\0" in path:
        raise ArgumentError("catalog", "the path of a file", path)
    try:
        check_side_files(path)
    except (OSError, ValueError) as error:
        raise ArgumentError("catalog", "a catalog's file", f"{path} ({error})") from None
    if _size(path) is None:
        return None
    try:
        with open(path, "rb") as file:
            return file.read(_HEADER)
    except OSError as error:
        raise ArgumentError("catalog", "a readable file", f"{path} ({error.strerror})") from None


def _refuse_foreign(path: str, header: bytes) -> None:
    """Raise `ArgumentError` for a file that SQLite, to write to it, would change before we look.

    It plays back the journal and brings in the log of whatever file it opens.
    """
    if header and header[68:72] != APPLICATION_ID.to_bytes(4):
        kind = "another SQLite file" if header.startswith(b"SQLite format 3\0") else "another file"
        raise ArgumentError("catalog", "a catalog of mesacircuits", f"{path}, {kind}")
    if header[18:20] != _WAL_MODE and _size(path + "-wal"):
        raise ArgumentError("catalog", "no log of another file beside it", f"{path}-wal")


def _size(path: str) -> int | None:
    # None if there is no file.
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ArgumentError("catalog", "a catalog's file", f"{path} ({error.strerror})") from None
    if not stat.S_ISREG(status.st_mode):
        raise ArgumentError("catalog", "a catalog's file", f"{path} (not a regular file)")
    return status.st_size


def _unfinished(path: str) -> ArgumentError:
    expected = "a file that no killed command left unfinished: mesacircuits catalog recover FILE"
    return ArgumentError("catalog", expected, path)
