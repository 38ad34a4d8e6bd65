"""The file of what is known of every class of five-input functions, kept while it is computed."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.five_inputs.classes import FunctionClasses
from mesacircuits.errors import ArgumentError

__all__ = ["ClassTable", "SizeRun", "SurveyStore"]

#: "mes5", which marks the file as ours, and the version of what follows.
_APPLICATION = 0x6D657335
_VERSION = 1
_PATIENCE = 60.0
_SCHEMA = """
CREATE TABLE class (
    number INTEGER PRIMARY KEY,
    representative TEXT NOT NULL UNIQUE,
    functions INTEGER NOT NULL,
    depth INTEGER,
    length INTEGER,
    size_lower INTEGER NOT NULL,
    size_upper INTEGER,
    minima INTEGER,
    witness BLOB
);
CREATE TABLE run (
    size INTEGER NOT NULL,
    counting INTEGER NOT NULL,
    units INTEGER NOT NULL,
    done BLOB NOT NULL,
    sums BLOB NOT NULL,
    tried INTEGER NOT NULL,
    looked INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    seconds REAL NOT NULL,
    complete INTEGER NOT NULL,
    PRIMARY KEY (size, counting)
);
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_COLUMNS = ("depth", "length", "size_lower", "size_upper", "minima")


@dataclass(eq=False)
class ClassTable:
    """What is known of each class; -1 where nothing is.

    Attributes:
        depth, length: D and L, shape (c,).
        lower, upper: bounds on C, shape (c,).
        minima: the number of minimal circuits of each function of the class, shape (c,).
    """

    depth: NDArray[np.int64]
    length: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    minima: NDArray[np.int64]

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Whether the bounds on C meet, shape (c,)."""
        met: NDArray[np.bool_] = self.lower == self.upper
        return met


@dataclass(eq=False)
class SizeRun:
    """The search for the minimal circuits of one size, as far as it has come.

    Attributes:
        size: the number of gates.
        counting: whether all minimal circuits are counted, or one per class is looked for.
        done: which units are, shape (u,).
        sums: the circuits counted in them times the sizes of orbits, shape (c,); empty if not
            counting.
        tried, looked, hits: gate sets tried, last functions looked at, and those of open classes.
        seconds: processor time.
        complete: whether all units are done, and what follows from that is noted.
    """

    size: int
    counting: bool
    done: NDArray[np.bool_]
    sums: NDArray[np.int64]
    tried: int = 0
    looked: int = 0
    hits: int = 0
    seconds: float = 0.0
    complete: bool = False

    def add(self, tally: NDArray[np.int64], seconds: float) -> None:
        """Add what units tried, and how long they took."""
        self.tried += int(tally[0])
        self.looked += int(tally[1])
        self.hits += int(tally[2])
        self.seconds += seconds


class SurveyStore:
    """An SQLite file with a row for each class and one for each search of a size.

    What belongs together is written in one transaction, so a file is never between two states,
    whenever the process that writes it is killed.

    Arguments:
        path: the file, made if it is missing.
        classes: the classes that it is about.
        basis: the name of the basis.

    Raises `ArgumentError`, naming `store`, if the file is damaged, is about something else, or
    cannot be read and written.
    """

    def __init__(self, path: str | os.PathLike[str], classes: FunctionClasses, basis: str) -> None:
        self.path = os.fspath(path)
        self.classes = classes
        about = {"inputs": str(classes.inputs), "basis": basis, "classes": str(len(classes))}
        try:
            self._file = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            try:
                self._prepare(about)
            except BaseException:
                self._file.close()
                raise
        except (sqlite3.Error, ValueError, OSError) as error:
            if isinstance(error, ArgumentError):
                raise
            raise self._error(str(error)) from error

    def _error(self, problem: str) -> ArgumentError:
        return ArgumentError("store", "a file of five-input classes", f"{self.path} ({problem})")

    def _prepare(self, about: dict[str, str]) -> None:
        self._file.execute("PRAGMA synchronous = FULL")
        with self:
            empty = not self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if empty:
                for statement in _SCHEMA.split(";\n"):
                    self._file.execute(statement)
                self._file.execute(f"PRAGMA application_id = {_APPLICATION}")
                self._file.execute(f"PRAGMA user_version = {_VERSION}")
                self._file.executemany("INSERT INTO about VALUES (?, ?)", about.items())
                digits = max(1, self.classes.width // 2)
                self._file.executemany(
                    "INSERT INTO class VALUES (?, ?, ?, NULL, NULL, 0, NULL, NULL, NULL)",
                    (
                        (number, f"{form:0{digits}X}", functions)
                        for number, (form, functions) in enumerate(
                            zip(
                                self.classes.forms.tolist(),
                                self.classes.functions.tolist(),
                                strict=True,
                            )
                        )
                    ),
                )
        if self._pragma("application_id") != _APPLICATION:
            raise self._error("another program's file")
        if self._pragma("user_version") != _VERSION:
            raise self._error("of another version")
        held = dict(self._file.execute("SELECT key, value FROM about"))
        if held != about:
            raise self._error(f"about {held.get('inputs')} inputs, basis {held.get('basis')}")

    def _pragma(self, name: str) -> int:
        return int(self._file.execute(f"PRAGMA {name}").fetchone()[0])

    def __enter__(self) -> SurveyStore:
        """Begin a transaction."""
        self._file.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit the transaction, or undo it after an exception."""
        self._file.execute("COMMIT" if kind is None else "ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # -- reading -----------------------------------------------------------------------------

    def table(self) -> ClassTable:
        """Return what is known of each class."""
        try:
            rows = self._file.execute(
                f"SELECT {', '.join(f'ifnull({name}, -1)' for name in _COLUMNS)} "
                "FROM class ORDER BY number"
            ).fetchall()
        except sqlite3.Error as error:
            raise self._error(str(error)) from error
        if len(rows) != len(self.classes):
            raise self._error("classes are missing")
        return ClassTable(*np.array(rows, dtype=np.int64).T.copy())

    def run(self, size: int, counting: bool) -> SizeRun | None:
        """Return the search of a size, if there is one."""
        row = self._file.execute(
            "SELECT units, done, sums, tried, looked, hits, seconds, complete FROM run "
            "WHERE size = ? AND counting = ?",
            (size, counting),
        ).fetchone()
        if row is None:
            return None
        units, done, sums, tried, looked, hits, seconds, complete = row
        bits = np.unpackbits(np.frombuffer(done, dtype=np.uint8), count=units) == 1
        counted = np.frombuffer(zlib.decompress(sums), dtype=np.int64).copy()
        return SizeRun(size, counting, bits, counted, tried, looked, hits, seconds, bool(complete))

    def runs(self) -> list[SizeRun]:
        """Return all searches, by size."""
        keys = self._file.execute("SELECT size, counting FROM run ORDER BY size, counting DESC")
        found = [self.run(size, bool(counting)) for size, counting in keys.fetchall()]
        return [run for run in found if run is not None]

    def witness(self, number: int) -> bytes | None:
        """Return the circuit stored for a class, as `bytes_of_sets` gives it."""
        row = self._file.execute("SELECT witness FROM class WHERE number = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def witnesses(self, size: int) -> tuple[NDArray[np.int64], list[bytes]]:
        """Return the classes whose circuits have `size` gates, and those."""
        rows = self._file.execute(
            "SELECT number, witness FROM class WHERE length(witness) = ?", (3 * size,)
        ).fetchall()
        return np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows]

    # -- writing, within a transaction -------------------------------------------------------

    def put_column(self, name: str, values: NDArray[np.int64]) -> None:
        """Write one number of each class: `depth`, `length`, `size_lower` or `minima`."""
        self._file.executemany(
            f"UPDATE class SET {name} = ? WHERE number = ?",
            ((None if v < 0 else v, i) for i, v in enumerate(values.tolist())),
        )

    def put_witnesses(self, numbers: Iterable[int], rows: Iterable[bytes]) -> None:
        """Store circuits of classes where they are smaller than what is stored."""
        self._file.executemany(
            "UPDATE class SET witness = ?2, size_upper = length(?2) / 3 "
            "WHERE number = ?1 AND (size_upper IS NULL OR size_upper > length(?2) / 3)",
            zip(numbers, rows, strict=True),
        )

    def put_run(self, run: SizeRun) -> None:
        """Store a search as it stands."""
        self._file.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.size,
                run.counting,
                len(run.done),
                np.packbits(run.done).tobytes(),
                zlib.compress(run.sums.tobytes(), 1),
                run.tried,
                run.looked,
                run.hits,
                run.seconds,
                run.complete,
            ),
        )
