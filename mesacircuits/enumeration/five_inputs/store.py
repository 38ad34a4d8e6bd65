"""The file of what is known of every class of five-input functions, kept while it is computed.

Anybody may have written a file: it is looked at before SQLite is let at it, and what it holds is
checked as far as can be without computing it again. A digest shows that nothing was damaged.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.five_inputs.classes import FunctionClasses
from mesacircuits.enumeration.five_inputs.published import PUBLISHED
from mesacircuits.enumeration.units import database_marks, reason_of, statements_in, statements_of
from mesacircuits.errors import FileError, MesacircuitsError
from mesacircuits.records import check_writable, write_atomically

__all__ = ["MOST_SIZE", "ClassTable", "SizeRun", "SurveyStore", "WrongStore", "looked_at"]

#: Kernels keep sets of up to twelve gates; no function of five inputs needs more.
MOST_SIZE = 12
#: "mes5", which marks the file as ours, and the version of what follows.
_APPLICATION = 0x6D657335
_VERSION = 2
_PATIENCE = 60.0
_FIRST_SCHEMA = """
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
#: What came with the second version: parts of a stage that is not done.
_PARTS = """
CREATE TABLE part (
    stage TEXT NOT NULL,
    number INTEGER NOT NULL,
    found BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (stage, number)
);
"""
_SCHEMAS = {1: _FIRST_SCHEMA, _VERSION: _FIRST_SCHEMA + _PARTS}
_COLUMNS = ("depth", "length", "size_lower", "size_upper", "minima")
_DIGEST = "sha256"
#: No search of ours has so many units, and nothing counted comes near.
_MOST_UNITS = 1 << 24
_MOST_COUNTED = 1 << 62


class WrongStore(ValueError):
    """Raised for what no survey leaves in its file; its text says what that is."""


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

    @classmethod
    def empty(cls, classes: int) -> ClassTable:
        """Return what is known of so many classes at first.

        >>> ClassTable.empty(2).lower.tolist()
        [0, 0]
        """
        unknown = [np.full(classes, -1, dtype=np.int64) for _ in range(5)]
        unknown[2][:] = 0
        return cls(*unknown)

    def copy(self) -> ClassTable:
        """Return a table of its own arrays."""
        arrays = (self.depth, self.length, self.lower, self.upper, self.minima)
        return ClassTable(*(array.copy() for array in arrays))

    def note(self, numbers: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        """Take over that circuits of these sizes were found for classes."""
        held = self.upper[numbers]
        self.upper[numbers] = np.where((held < 0) | (held > sizes), sizes, held)

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Whether the bounds on C meet, shape (c,)."""
        met: NDArray[np.bool_] = self.lower == self.upper
        return met

    @property
    def digest(self) -> str:
        """A hash of all of it."""
        arrays = (self.depth, self.length, self.lower, self.upper, self.minima)
        whole = hashlib.sha256()
        for array in arrays:
            whole.update(array.astype("<i8").tobytes())
        return whole.hexdigest()

    def check(self, classes: FunctionClasses, basis: str) -> None:
        """Raise `WrongStore` for what cannot be, or is known to be otherwise."""
        reads = classes.supports
        trivial = np.zeros(len(classes), dtype=np.bool_)
        trivial[classes.trivial] = True
        depth, length, lower, upper = self.depth, self.length, self.lower, self.upper
        for name, values, least in (
            ("depths", depth, np.ceil(np.log2(np.maximum(reads, 1))).astype(np.int64)),
            ("formula lengths", length, np.maximum(reads - 1, 0)),
            ("upper bounds on sizes", upper, np.maximum(reads - 1, 0)),
        ):
            known = values >= 0
            bad = (values < -1) | (known & (values < least)) | (values > 1 << reads)
            if bad.any() or (known & ((values == 0) != trivial)).any():
                raise WrongStore(f"{name} that no function has")
        known, long = depth >= 0, length >= 0
        bad = (lower < 0) | (lower > MOST_SIZE + 1) | ((upper >= 0) & (lower > upper))
        # A formula is a circuit, and one of depth d has at most 2^d - 1 gates.
        bad |= (long & (lower > length)) | (known & (lower > (1 << np.maximum(depth, 0)) - 1))
        bad |= known & long & ((depth > length) | (length > (1 << np.maximum(depth, 0)) - 1))
        if bad.any():
            raise WrongStore("bounds that contradict one another")
        counted = self.minima != -1
        if (counted & ((self.minima < 1) | ~self.settled)).any():
            raise WrongStore("minima counted of what is not settled")
        if basis == "b2" and classes.inputs in PUBLISHED:
            self._compare(PUBLISHED[classes.inputs])

    def _compare(self, published: dict[str, tuple[int, ...]]) -> None:
        for name, values in (("depth", self.depth), ("length", self.length)):
            if (values >= 0).all() and tuple(np.bincount(values)) != published[name]:
                raise WrongStore(f"other numbers of classes by {name} than are published")
        within = 0
        for size, classes in enumerate(published["size"]):
            within += classes
            at_most = int(((self.upper >= 0) & (self.upper <= size)).sum())
            if at_most > within or int((self.lower > size).sum()) > len(self.lower) - within:
                raise WrongStore("other numbers of classes by size than are published")


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


@contextmanager
def _faults(path: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError, WrongStore) as error:
        raise _error(path, reason_of(error)) from error


def _error(path: str, problem: str) -> FileError:
    return FileError("store", "a file of five-input classes", f"{path} ({problem})")


def looked_at(path: str, writing: bool) -> bool:
    """Look at a file before SQLite is let at it, and return whether it is still to be made.

    SQLite may write to what it opens, and makes files beside it.

    Arguments:
        path: the file.
        writing: whether it is to be written; else it must be there.

    Raises `FileError`, naming `store`, for a file of another kind, or that cannot be used.
    """
    if not path or "\0" in path:
        raise FileError("store", "the path of a file", path)
    if writing:
        check_writable(path, "store")
    with _faults(path):
        marks = database_marks(path)
        if marks is None:
            if not writing:
                raise WrongStore("there is no such file")
            return True
        application, version = marks
        if application != _APPLICATION:
            raise WrongStore("another program's file")
        with open(path, "rb") as file:
            logged = file.read(20)[18:] == b"\x02\x02"
        if logged or os.path.exists(f"{path}-wal"):
            # SQLite would write beside it even to read it.
            raise WrongStore("with a log beside it, which no survey keeps")
        if os.path.exists(f"{path}-journal"):
            # Left by a process that was killed. What it was changing is put back on opening.
            if not writing:
                raise WrongStore("a run was killed in it; run a stage, which puts it right")
        elif version not in _SCHEMAS:
            raise WrongStore("of another version")
        elif statements_in(path) != statements_of(_SCHEMAS[version]):
            raise WrongStore("with other tables")
    return False


class SurveyStore:
    """An SQLite file with a row for each class and one for each search of a size.

    What belongs together is written in one transaction, so a file is never between two states,
    whenever the process that writes it is killed.

    Arguments:
        path: the file.
        classes: the classes that it is about.
        basis: the name of the basis.
        writing: whether it is to be written, and made if it is missing; else it is only read, and
            nothing is written beside it.

    Raises `FileError`, naming `store`, if the file is missing, damaged, about something else,
    or cannot be read, or written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        classes: FunctionClasses,
        basis: str,
        writing: bool = True,
    ) -> None:
        self.path = os.fspath(path)
        self.classes = classes
        self.basis = basis
        self._about = {"inputs": str(classes.inputs), "basis": basis, "classes": str(len(classes))}
        if looked_at(self.path, writing):
            with self.faults():
                write_atomically(self.path, self._new(), "store")
        with self.faults():
            mode = "rw" if writing else "ro"
            # An absolute path has no special meaning to SQLite, as `:memory:` has.
            self._file = sqlite3.connect(
                f"file:{quote(os.path.abspath(self.path))}?mode={mode}",
                uri=True,
                timeout=_PATIENCE,
                isolation_level=None,
            )
            try:
                self._prepare(writing)
            except BaseException:
                self._file.close()
                raise

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what is wrong with the file, or goes wrong with it, into one line."""
        with _faults(self.path):
            yield

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Blame the file if what it holds does not fit together.

        What can be checked is checked as it is read; what is well formed may still contradict
        itself, as no survey leaves it.
        """
        try:
            yield
        except (ArithmeticError, LookupError, TypeError, ValueError, AssertionError) as error:
            if isinstance(error, MesacircuitsError):
                raise
            reason = " ".join(str(error).split()) or type(error).__name__
            raise _error(self.path, reason) from error

    def _new(self) -> bytes:
        # Made in memory and written at once: killed on the way, nothing is left.
        file = sqlite3.connect(":memory:", isolation_level=None)
        try:
            file.executescript(_SCHEMAS[_VERSION])
            file.execute(f"PRAGMA application_id = {_APPLICATION}")
            file.execute(f"PRAGMA user_version = {_VERSION}")
            file.execute("BEGIN")
            digest = ClassTable.empty(len(self.classes)).digest
            about = {**self._about, _DIGEST: digest}
            file.executemany("INSERT INTO about VALUES (?, ?)", about.items())
            file.executemany(
                "INSERT INTO class VALUES (?, ?, ?, NULL, NULL, 0, NULL, NULL, NULL)",
                enumerate_rows(self.classes),
            )
            file.execute("COMMIT")
            return file.serialize()
        finally:
            file.close()

    def _prepare(self, writing: bool) -> None:
        self._file.execute("PRAGMA trusted_schema = OFF")
        version = self._pragma("user_version")
        if version not in _SCHEMAS:
            raise WrongStore("of another version")
        if statements_of(self._file) != statements_of(_SCHEMAS[version]):
            raise WrongStore("with other tables")
        held = self._held()
        about = {name: held.get(name) for name in self._about}
        if about != self._about:
            raise WrongStore(f"about {held.get('inputs')} inputs, basis {held.get('basis')}")
        self._version = version
        if writing:
            self._file.execute("PRAGMA synchronous = FULL")

    def _held(self) -> dict[str, object]:
        return dict(self._file.execute("SELECT key, value FROM about LIMIT 99").fetchall())

    def _pragma(self, name: str) -> int:
        return int(self._file.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def transaction(self, table: ClassTable) -> Iterator[SurveyStore]:
        """Write what the block does at once, or nothing of it after an exception.

        Arguments:
            table: what is then known of the classes; written is its digest.
        """
        with self.faults():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                if self._version < _VERSION:
                    self._file.execute(_PARTS)
                    self._file.execute(f"PRAGMA user_version = {_VERSION}")
                yield self
                self._put_about(_DIGEST, table.digest)
                self._file.execute("COMMIT")
                self._version = _VERSION
            except BaseException:
                # After some errors, as of a full disk, SQLite has undone it already.
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    def _put_about(self, key: str, value: str) -> None:
        self._file.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # -- reading -----------------------------------------------------------------------------

    def table(self) -> ClassTable:
        """Return what is known of each class, looked through."""
        with self.faults():
            [rows] = self._file.execute("SELECT count(*) FROM class").fetchone()
            if rows != len(self.classes):
                raise WrongStore("classes are missing")
            kinds = " OR ".join(f"typeof({c}) NOT IN ('integer', 'null')" for c in _COLUMNS)
            kinds += " OR typeof(witness) NOT IN ('blob', 'null')"
            [bad] = self._file.execute(f"SELECT count(*) FROM class WHERE {kinds}").fetchone()
            if bad:
                raise WrongStore("values that are no numbers")
            named = self._file.execute(
                "SELECT number, representative, functions FROM class ORDER BY number"
            )
            for row, expected in zip(named, enumerate_rows(self.classes), strict=True):
                if row != expected:
                    raise WrongStore("other classes")
            listed = self._file.execute(
                f"SELECT {', '.join(f'ifnull({name}, -1)' for name in _COLUMNS)} "
                "FROM class ORDER BY number"
            ).fetchall()
            table = ClassTable(*np.array(listed, dtype=np.int64).T.copy())
            # Files of the first version have none.
            if self._version > 1 and self._held().get(_DIGEST) != table.digest:
                raise WrongStore("it is damaged")
            table.check(self.classes, self.basis)
            return table

    def run(self, size: int, counting: bool) -> SizeRun | None:
        """Return the search of a size, if there is one."""
        with self.faults():
            row = self._file.execute(
                "SELECT units, done, sums, tried, looked, hits, seconds, complete FROM run "
                "WHERE size = ? AND counting = ?",
                (size, counting),
            ).fetchone()
            if row is None:
                return None
            digest = self._held().get(_key_of(size, counting))
            if self._version > 1 and digest not in (None, _digest_of(row)):
                raise WrongStore("it is damaged")
            return _run_of(size, counting, row, len(self.classes))

    def runs(self) -> list[SizeRun]:
        """Return all searches, by size."""
        with self.faults():
            keys = self._file.execute(
                "SELECT size, counting FROM run ORDER BY size, counting DESC LIMIT 99"
            ).fetchall()
            for size, counting in keys:
                if size not in range(2, MOST_SIZE + 1) or counting not in (0, 1):
                    raise WrongStore("a search of no size")
        found = [self.run(size, bool(counting)) for size, counting in keys]
        return [run for run in found if run is not None]

    def witness(self, number: int) -> bytes | None:
        """Return the circuit stored for a class, as `bytes_of_sets` gives it."""
        row = self._file.execute("SELECT witness FROM class WHERE number = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def witnesses(self, size: int) -> tuple[NDArray[np.int64], list[bytes]]:
        """Return the classes whose circuits have `size` gates, and those."""
        with self.faults():
            rows = self._file.execute(
                "SELECT number, witness FROM class WHERE length(witness) = ?", (3 * size,)
            ).fetchall()
        return np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows]

    def part(self, stage: str, number: int) -> NDArray[np.int64] | None:
        """Return what a part of a stage found, if it is done: shape (m, 4), not yet checked."""
        if self._version == 1:
            return None
        with self.faults():
            row = self._file.execute(
                "SELECT found, digest FROM part WHERE stage = ? AND number = ?", (stage, number)
            ).fetchone()
            if row is None:
                return None
            found, digest = row
            if not isinstance(found, bytes) or digest != _part_digest(stage, number, found):
                raise WrongStore("it is damaged")
            data = _inflated(found, 32 * len(self.classes))
            if len(data) % 32:
                raise WrongStore("a part that is none")
            return np.frombuffer(data, dtype="<i8").astype(np.int64).reshape(-1, 4)

    def parts(self, stage: str) -> int:
        """Return how many parts of a stage are done."""
        if self._version == 1:
            return 0
        with self.faults():
            row = self._file.execute("SELECT count(*) FROM part WHERE stage = ?", (stage,))
            return int(row.fetchone()[0])

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
        row = (
            len(run.done),
            np.packbits(run.done).tobytes(),
            zlib.compress(run.sums.tobytes(), 1),
            run.tried,
            run.looked,
            run.hits,
            run.seconds,
            int(run.complete),
        )
        self._file.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run.size, run.counting, *row),
        )
        self._put_about(_key_of(run.size, run.counting), _digest_of(row))

    def put_part(self, stage: str, number: int, found: NDArray[np.int64]) -> None:
        """Store what a part of a stage found, shape (m, 4)."""
        data = zlib.compress(found.astype("<i8").tobytes(), 1)
        self._file.execute(
            "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)",
            (stage, number, data, _part_digest(stage, number, data)),
        )

    def drop_parts(self, stage: str) -> None:
        """Forget the parts of a stage that is done."""
        self._file.execute("DELETE FROM part WHERE stage = ?", (stage,))


def enumerate_rows(classes: FunctionClasses) -> Iterator[tuple[int, str, int]]:
    """Yield number, representative and functions of each class, as the file names them."""
    digits = max(1, classes.width // 2)
    pairs = zip(classes.forms.tolist(), classes.functions.tolist(), strict=True)
    for number, (form, functions) in enumerate(pairs):
        yield number, f"{form:0{digits}X}", functions


def _run_of(size: int, counting: bool, row: tuple[object, ...], classes: int) -> SizeRun:
    units, done, sums, tried, looked, hits, seconds, complete = row
    counts = (units, tried, looked, hits)
    if not all(isinstance(n, int) and 0 <= n <= _MOST_COUNTED for n in counts):
        raise WrongStore("a search without its counts")
    if not isinstance(done, bytes) or not isinstance(sums, bytes):
        raise WrongStore("a search without its units")
    assert isinstance(units, int)
    assert isinstance(tried, int)
    assert isinstance(looked, int)
    assert isinstance(hits, int)
    if units > _MOST_UNITS or len(done) != -(-units // 8):
        raise WrongStore("a search of other units")
    if not isinstance(seconds, float) or not 0 <= seconds < _MOST_COUNTED:
        raise WrongStore("a search of no time")
    bits = np.unpackbits(np.frombuffer(done, dtype=np.uint8), count=units) == 1
    data = _inflated(sums, 8 * classes)
    if len(data) != (8 * classes if counting else 0):
        raise WrongStore("a search of other classes")
    counted = np.frombuffer(data, dtype="<i8").astype(np.int64)
    if (counted < 0).any() or complete not in (0, 1):
        raise WrongStore("a search without its counts")
    if counting and complete and not bits.all():
        raise WrongStore("a search that is done, but for some units")
    return SizeRun(size, counting, bits, counted, tried, looked, hits, seconds, bool(complete))


def _inflated(data: bytes, most: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise WrongStore(str(error)) from error
    if len(found) > most or not inflater.eof or inflater.unused_data:
        raise WrongStore("more than it may hold")
    return found


def _key_of(size: int, counting: bool) -> str:
    return f"sha256 of size {size}, {'counted' if counting else 'one each'}"


def _digest_of(row: tuple[object, ...]) -> str:
    whole = hashlib.sha256()
    for value in row:
        data = value if isinstance(value, bytes) else repr(value).encode()
        whole.update(f"{len(data)} ".encode() + data)
    return whole.hexdigest()


def _part_digest(stage: str, number: int, found: bytes) -> bytes:
    return hashlib.sha256(f"{len(stage)} {stage} {number} ".encode() + found).digest()
