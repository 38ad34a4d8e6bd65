"""A catalog: one SQLite file of tasks, all their minima, and the tags of each."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mesacircuits.catalog.entries import Entry
from mesacircuits.catalog.schema import KEYS, check_schema, create_schema, migrate
from mesacircuits.errors import ArgumentError
from mesacircuits.records import canonical_json

__all__ = ["Catalog"]

_BUSY_SECONDS = 60.0
_ROWS_AT_ONCE = 1024


class Catalog:
    """An open catalog.

    What is added with one call is there as a whole or not at all, whenever the process ends: each
    call is one transaction, written to disk before it returns. Adding what is there changes
    nothing, and adding what contradicts it is an error.

    >>> import tempfile
    >>> from mesacircuits.catalog import build
    >>> with tempfile.TemporaryDirectory() as folder, Catalog.create(f"{folder}/c.db") as catalog:
    ...     built = build(catalog, tasks=["tt:3:7E"])
    ...     catalog.counts()["minima"]
    3
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection, self.path = connection, path

    # -- opening -----------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Catalog:
        """Return the catalog of a file, for reading.

        Raises `ArgumentError` if there is none, or the file is damaged or something else.
        """
        return cls._opened(os.fspath(path), "ro")

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Catalog:
        """Return the catalog of a file, for writing; a new one if there is none.

        A catalog of an older format is brought to the present one.

        Raises `ArgumentError` if the file is damaged, something else, or cannot be written.
        """
        return cls._opened(os.fspath(path), "rwc")

    @classmethod
    def _opened(cls, path: str, mode: str) -> Catalog:
        if not path or "\0" in path:
            raise ArgumentError("catalog", "the path of a file", path)
        if mode == "ro" and not Path(path).is_file():
            raise ArgumentError("catalog", "a catalog's file", path)
        with cls._explained(path):
            connection = sqlite3.connect(
                f"file:{quote(os.path.abspath(path))}?mode={mode}",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_SECONDS,
            )
        try:
            with cls._explained(path):
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA cell_size_check = ON")
                connection.execute("PRAGMA foreign_keys = ON")
                if mode == "rwc":
                    connection.execute("PRAGMA synchronous = FULL")
                    cls._prepare(connection, path)
                else:
                    check_schema(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    @staticmethod
    def _prepare(connection: sqlite3.Connection, path: str) -> None:
        connection.execute("BEGIN IMMEDIATE")
        [[tables]] = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        [[application]] = connection.execute("PRAGMA application_id").fetchall()
        if not tables and not application:
            create_schema(connection)
        connection.execute("COMMIT")
        migrate(connection, path)

    @staticmethod
    @contextmanager
    def _explained(path: str) -> Iterator[None]:
        # What SQLite says of a file, in one line that names the argument.
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise ArgumentError(
                "catalog", "a catalog of mesacircuits", f"{path} ({error})"
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- reading -----------------------------------------------------------------------------

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement that reads.

        Raises `ArgumentError` where the file turns out to be damaged.
        """
        with self._explained(self.path):
            cursor = self._connection.execute(sql, values)
        while True:
            with self._explained(self.path):
                some = cursor.fetchmany(_ROWS_AT_ONCE)
            if not some:
                return
            yield from some

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for statements of other modules."""
        return self._connection

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
        keys; so it does not depend on how and when they came in.
        """
        summed = hashlib.sha256()
        for table, keys in KEYS.items():
            summed.update(table.encode() + b"\n")
            for row in self.rows(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}"):
                summed.update(canonical_json(row) + b"\n")
        return summed.hexdigest()

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what the block adds there as a whole, or not at all."""
        with self._explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        with self._explained(self.path):
            self._connection.execute("COMMIT")

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Add rows to a table, within a transaction; return how many were new.

        Raises `ArgumentError` if another row has the key of one of them.
        """
        if not rows:
            return 0
        places = ", ".join("?" * len(rows[0]))
        with self._explained(self.path):
            before = self._connection.total_changes
            sql = f"INSERT OR IGNORE INTO {table} VALUES ({places})"
            self._connection.executemany(sql, rows)
            new = self._connection.total_changes - before
        if new < len(rows):
            self._compare(table, rows)
        return new

    def _compare(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        keys = KEYS[table]
        where = " AND ".join(f"{key} = ?" for key in keys)
        for row in rows:
            [kept] = self.rows(f"SELECT * FROM {table} WHERE {where}", row[: len(keys)])
            if kept != row:
                said = " ".join(map(str, row[: len(keys)]))
                raise ArgumentError("catalog", f"{table} that agree on {said}", self.path)

    def add(self, entry: Entry) -> bool:
        """Add the minima of one task, with their tags; return whether anything was new."""
        search = entry.hash_hex
        run = entry.run.row()
        minima, solvers = [], []
        for place, minimum in enumerate(entry.minima):
            row = minimum.solver_row()
            cost = None if minimum.cost is None else canonical_json(dict(minimum.cost)).decode()
            solvers.append(row)
            minima.append((search, place, row[0], minimum.size, minimum.depth, cost))
        judged, tags, definitions = [], [], []
        for said in entry.judged:
            definition = said.definition_row()
            definitions.append(definition)
            judged.append((search, definition[0], int(said.applies), len(said.tagged)))
            for place, judgement in sorted(said.tagged.items()):
                witness = canonical_json(dict(judgement.witness or {})).decode()
                measured = judgement.measured and canonical_json(judgement.measured.to_json())
                tags.append(
                    (search, place, definition[0], witness, measured.decode() if measured else None)
                )
        with self.transaction():
            new = self.insert("tasks", [entry.task_row()])
            new += self.insert("solvers", list(dict.fromkeys(solvers)))
            new += self.insert("runs", [run])
            new += self.insert("definitions", definitions)
            new += self.insert("searches", [entry.search_row()])
            new += self.insert("search_runs", [(search, run[0])])
            new += self.insert("minima", minima)
            new += self.insert("judged", judged)
            new += self.insert("tags", tags)
        return new > 0
