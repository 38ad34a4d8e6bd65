"""Long searches split into units: run on threads or by dask, kept in a file, ended by a budget.

The file keeps results of units, so that being killed loses none of them. It is an SQLite database
in write-ahead mode with `synchronous=NORMAL`. A transaction is there once the write of its last
frame returned, as the operating system holds what a killed process wrote; a torn one is dropped by
its checksum when the file is opened next. A power cut may lose the last transactions, but not
damage earlier ones, and lost units are run again. (A rollback journal is as safe, but needs several
`fsync`s a transaction: 20 ms on the machine this was written on, against 0.1 ms.) Write-ahead mode
needs a local disk; where it is refused, a rollback journal with `synchronous=FULL` takes its place.

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
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import current_process
from types import TracebackType
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit import CircuitRecord
from mesacircuits.enumeration.effort import DASK, NO_LIMIT, BudgetEnded, Effort, ProgressBar
from mesacircuits.errors import FileError, MesacircuitsError
from mesacircuits.records import check_side_files, check_writable, json_values

__all__ = [
    "Threads",
    "UnitResult",
    "UnitStore",
    "Work",
    "arrays_of_bytes",
    "bytes_of_arrays",
    "bytes_of_circuits",
    "bytes_of_json",
    "circuits_of_bytes",
    "database_marks",
    "has_arrays",
    "json_of_bytes",
    "reason_of",
    "refused_units",
    "run_units",
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


Argument = TypeVar("Argument")
#: What runs one unit: its argument, the stop flag (shape (1,)), the most gates to try.
Work = Callable[[Argument, NDArray[np.uint8], int], UnitResult]
#: What looks through a result that a file claims to be a unit's: its argument, the result. Raises
#: `ValueError` for one that cannot be it.
Check = Callable[[Argument, UnitResult], None]

#: Results that wait for an earlier unit's take about so many bytes of memory at most.
_MOST_HELD = 256 << 20
#: The longest wait in seconds before the budget is looked at again.
_TURN = 0.2


# -- running ------------------------------------------------------------------------------------


class _Engine(Protocol):
    """What runs units: threads, or dask."""

    @property
    def slots(self) -> int:
        """How many units may be submitted and not finished, to keep all workers busy."""

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        """Begin a unit as soon as a worker is free."""

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        """Return what has finished, each once, after waiting so long for the first."""

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""


class Threads:
    """Runs units on so many threads of this process."""

    def __init__(self, work: Work[Any], number: int) -> None:
        self.slots = 2 * number
        self._work = work
        self._stop = np.zeros(1, dtype=np.uint8)
        self._pool = ThreadPoolExecutor(max_workers=number)
        self._running: dict[Future[UnitResult], int] = {}

    def submit(self, number: int, argument: Any, most_tried: int) -> None:
        """Begin a unit as soon as a thread is free."""
        try:
            future = self._pool.submit(self._work, argument, self._stop, most_tried)
        except RuntimeError as error:
            # As where the system allows a process no more of them.
            raise MesacircuitsError(f"no thread could be started here ({error})") from error
        self._running[future] = number

    def finished(self, seconds: float) -> Iterable[tuple[int, UnitResult]]:
        """Return what has finished, each once, after waiting so long for the first."""
        done, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        for future in done:
            yield self._running.pop(future), future.result()

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""
        # Running kernels see the flag and return.
        self._stop[0] = 1
        self._pool.shutdown(wait=True, cancel_futures=True)


def run_units(
    work: Work[Argument],
    arguments: Sequence[Argument],
    effort: Effort,
    key: str,
    title: str,
    check: Check[Argument] | None = None,
    holds_interpreter: bool = False,
) -> Generator[tuple[int, UnitResult], None, None]:
    """Run `work` on every argument, and yield (index, result) in order of the index.

    What is yielded, and where a budget of nodes ends it, is the same for every engine, number of
    workers, and history of kills. Units run ahead of the one whose turn it is, as long as results
    that wait for their turn take little memory (beyond that they are read back from the store; if
    there is none, no further unit begins before the turn has come).

    With `effort.store`, finished units are stored, and units stored under `key` are not run. Two
    runs may share a store at the same time; then each takes what the other has finished. The effort
    counts how many units were taken (see `Effort.from_file`): whoever wrote the file may claim what
    he likes, but for what `check` finds out.

    To end early, close the generator (`contextlib.closing`), also where an exception may leave the
    loop over it: an exception keeps the generator alive in its traceback, and the units running.

    Arguments:
        work: run as `work(argument, stop, most_tried)`. A function defined at the top of a module,
            that returns soon, with `complete` false, once stop[0] is set or it has tried more than
            `most_tried` gates; a complete result may depend on `argument` alone.
        arguments: one for each unit; pickled for the engine dask.
        effort: the means; its budget of nodes is charged with every result yielded.
        key: names the list: a content hash of all that results depend on, the code included.
        title: of the progress bar.
        check: looks through what was stored before, as far as can be done without searching.
        holds_interpreter: threads would not help, so where the effort says how many workers,
            processes run what takes long.

    Raises:
        BudgetEnded: when the budget is used up before all results are yielded. What was yielded
            and stored stands; the unit that was cut off is not yielded.
        ArgumentError: for a store or scheduler that cannot be used, naming `resume`, `scheduler`;
            and for a stored unit that is none.
        MissingExtra: for the engine dask where it is not installed.
        MesacircuitsError: if dask lost a unit again and again.

    >>> def squares(number, stop, most_tried):
    ...     return UnitResult({"square": np.array([number**2])}, tried=1, complete=True)
    >>> for index, result in run_units(squares, [3, 4], Effort(), "squares", "squaring"):
    ...     print(index, result.arrays["square"])
    0 [9]
    1 [16]
    """
    with ExitStack() as stack:
        store = None
        if effort.store is not None:
            store = stack.enter_context(UnitStore(effort.store, key, effort.written))
        bar = stack.enter_context(effort.bar(title, len(arguments)))
        run = _Run(work, arguments, effort, store, bar, check, holds_interpreter)
        stack.callback(run.close)
        for number in range(len(arguments)):
            result = run.result(number)
            if not result.complete or result.tried > effort.nodes_left():
                # A later search must not begin with nodes that were too few for this one.
                effort.count_tried(min(result.tried, max(effort.nodes_left(), 0)))
                raise BudgetEnded
            effort.count_tried(result.tried)
            yield number, result


@dataclass
class _Run:
    """One list of units being run: which have begun, and the results that wait for their turn."""

    work: Work[Any]
    arguments: Sequence[Any]
    effort: Effort
    store: UnitStore | None
    bar: ProgressBar
    check: Check[Any] | None
    holds_interpreter: bool
    engine: _Engine | None = None
    following: int = 0
    running: int = 0
    # By number: how many gates were tried, and the result unless it is left in the store.
    waiting: dict[int, tuple[int, UnitResult | None]] = field(default_factory=dict)
    held: int = 0
    ahead: int = 0
    cut: bool = False

    def result(self, number: int) -> UnitResult:
        """Return the result of the unit whose turn it is, running units as needed."""
        while True:
            self._begin()
            if number in self.waiting:
                return self._taken(number)
            seconds = self.effort.left()
            if seconds <= 0 or self.engine is None or not self.running:
                raise BudgetEnded
            for finished, result in self.engine.finished(min(_TURN, seconds)):
                self.running -= 1
                self._keep(finished, result)

    def close(self) -> None:
        """Stop what still runs, and return when it has ended."""
        if self.engine is not None:
            self.engine.close()

    def _begin(self) -> None:
        # Begin units until enough are under way.
        while self.following < len(self.arguments):
            if self.engine is not None and self.running >= self.engine.slots:
                return
            # Nothing after a unit that was cut off, or beyond the nodes left, will be yielded.
            nodes = self.effort.nodes_left() - self.ahead
            if self.cut or nodes < 0 or self.held > _MOST_HELD:
                return
            number = self.following
            stored = None if self.store is None else self.store.tried(number)
            if stored is not None:
                self._wait(number, stored, None)
            elif self.effort.left() <= 0:
                return
            else:
                if self.engine is None:
                    self.engine = _engine(self.work, self.effort, self.holds_interpreter)
                self.engine.submit(number, self.arguments[number], nodes)
                self.running += 1
            self.following += 1

    def _keep(self, number: int, result: UnitResult) -> None:
        if not result.complete:
            self.cut = True
        elif self.store is not None:
            self.store.put(number, result)
            if self.held + result.bytes > _MOST_HELD:
                self._wait(number, result.tried, None)
                return
        self._wait(number, result.tried, result)

    def _wait(self, number: int, tried: int, result: UnitResult | None) -> None:
        self.waiting[number] = tried, result
        self.ahead += tried
        self.held += result.bytes if result else 0
        self.bar.advance()

    def _taken(self, number: int) -> UnitResult:
        tried, result = self.waiting.pop(number)
        self.ahead -= tried
        if result is not None:
            self.held -= result.bytes
            self.effort.count_unit(from_file=False)
            return result
        assert self.store is not None
        stored = self.store.get(number)
        if stored is None:
            raise self.store.refused_unit("one that has gone")
        self.effort.count_unit(stored.from_file)
        if self.check is not None and stored.from_file:
            try:
                self.check(self.arguments[number], stored)
            except ValueError as error:
                raise self.store.refused_unit(str(error)) from error
        return stored


def _engine(work: Work[Any], effort: Effort, holds_interpreter: bool) -> _Engine:
    if effort.engine == DASK:
        from mesacircuits.enumeration.dask_units import DaskUnits

        return DaskUnits(work, effort)
    if holds_interpreter and (effort.workers or 1) > 1 and not current_process().daemon:
        from mesacircuits.enumeration.processes import Processes

        return Processes(work, effort)
    return Threads(work, 1 if holds_interpreter else effort.threads)


# -- keeping ------------------------------------------------------------------------------------


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


def refused_units(path: str | os.PathLike[str], problem: str) -> FileError:
    """Return the error that stored units, alone or together, are not what they claim to be.

    >>> str(refused_units("kept.db", "one of no class"))
    'resume: expected units that a search leaves, not one of no class, got kept.db'
    """
    return FileError(_ARGUMENT, f"units that a search leaves, not {problem}", os.fspath(path))


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
        return refused_units(self.path, problem)

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


# -- what is kept, as arrays ---------------------------------------------------------------------


def has_arrays(
    arrays: Mapping[str, NDArray[Any]],
    expected: Mapping[str, tuple[DTypeLike, tuple[int | None, ...]]],
) -> None:
    """Raise `ValueError` unless there are just these arrays, of these types and shapes.

    Arguments:
        arrays: by name, what there is.
        expected: by name, a type and a shape, with None for sides of any length; the first sides
            of all arrays are equal.

    >>> has_arrays({"a": np.zeros((2, 3))}, {"a": (np.float64, (None, 3))})
    >>> has_arrays({"a": np.zeros((2, 3))}, {"a": (np.int8, (None, 3))})
    Traceback (most recent call last):
    ...
    ValueError: the array a is float64 (2, 3), not int8 (any, 3)
    """
    if set(arrays) != set(expected):
        raise ValueError(f"its arrays are not {', '.join(expected)}")
    for name, (dtype, shape) in expected.items():
        array = arrays[name]
        fits = array.ndim == len(shape) and array.dtype == np.dtype(dtype)
        if not fits or any(b not in (None, a) for a, b in zip(array.shape, shape, strict=True)):
            sides = ", ".join("any" if side is None else str(side) for side in shape)
            raise ValueError(
                f"the array {name} is {array.dtype} {array.shape}, not {np.dtype(dtype)} ({sides})"
            )
    if len({array.shape[0] for array in arrays.values()}) > 1:
        raise ValueError("its arrays are not of one length")


_NAME = "json"


def bytes_of_json(value: object) -> UnitResult:
    """Return JSON values as the result of a unit.

    >>> json_of_bytes(bytes_of_json([1, 2]))
    [1, 2]
    """
    data = np.frombuffer(msgspec.json.encode(value), dtype=np.uint8)
    return UnitResult({_NAME: data}, 0, True)


def json_of_bytes(result: UnitResult) -> Any:
    """Return the values of `bytes_of_json`; raises `ValueError` for another result."""
    return json_values(_text(result))


def _text(result: UnitResult) -> bytes:
    has_arrays(result.arrays, {_NAME: (np.uint8, (None,))})
    return result.arrays[_NAME].tobytes()


def bytes_of_circuits(circuits: Iterable[Circuit]) -> UnitResult:
    """Return circuits as the result of a unit.

    >>> circuits_of_bytes(bytes_of_circuits([]))
    ()
    """
    return bytes_of_json([circuit.to_json() for circuit in circuits])


def circuits_of_bytes(result: UnitResult) -> tuple[Circuit, ...]:
    """Return the circuits of `bytes_of_circuits`; raises `ValueError` for another result."""
    try:
        # As typed values, no longer than the longest array: lists are long.
        records = msgspec.json.decode(_text(result), type=list[CircuitRecord])
        return tuple(record.to_circuit() for record in records)
    except (MesacircuitsError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
