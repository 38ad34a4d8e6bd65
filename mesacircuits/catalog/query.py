"""Asking a catalog: by filters, or by a statement of SQL that only reads, SQLite's or DuckDB's.

DuckDB, of the extra `duckdb`, runs in a process of its own, `duck_process.py`; it also writes
Parquet.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from mesacircuits.catalog.entries import MOST_CLASS_INPUTS
from mesacircuits.catalog.schema import KEYS, VIEW
from mesacircuits.catalog.store import MOST_CELL_BYTES, Catalog
from mesacircuits.errors import ArgumentError, MesacircuitsError, MissingExtra, did_you_mean

__all__ = ["Answer", "Filters", "ask", "ask_duckdb", "ask_sql", "parquet_bytes"]

# Every so many steps of SQLite's machine the time is looked at; more often would be felt.
_STEPS = 200
# A step may be a function on values of so many bytes, and some take the product of two lengths. No
# cell that is made here comes near it but `runs.universe`, which may name thousands of tasks.
_MOST_VALUE = 40_000
# Rows that are kept have at most so many bytes together.
MOST_BYTES = 256 << 20
# A pattern of many stars is matched in exponential time.
_MOST_PATTERN = 100
# Tasks of more inputs there are none.
_MOST_INPUTS = 64
_MOST_ROWS = (1 << 63) - 1
_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_REFUSED_FUNCTIONS = {"load_extension", "writefile", "readfile", "fts3_tokenizer"}
# These count to a width that the statement names, however long that takes.
_REFUSED_FUNCTIONS |= {"printf", "format"}

_MOST_VALUES = 2**63
_ROWS_AT_ONCE = 4096
_PROCESS = Path(__file__).with_name("duck_process.py")
_TYPES = {"BIGINT": int, "DOUBLE": float, "VARCHAR": str}
# By these the last words of a process tell that it had no more memory.
_SHORT = ("memory", "MemoryError", "bad_alloc", "failed to map segment")


@dataclass(frozen=True)
class Filters:
    """Which minima are asked for; what is None is any.

    Attributes:
        task: the text of a task.
        npn_class: a function of the class, in hexadecimal, as the least member or any other.
        inputs: the number of inputs of the task, 0 to 64.
        basis, order: as minimised.
        size, depth: of the minimum: a number, or a range such as `3-5`.
        tag: a tag that it has, or `unclassified`.
        kind: `circuit` or `program`.
    """

    task: str | None = None
    npn_class: str | None = None
    inputs: int | None = None
    basis: str | None = None
    order: str | None = None
    size: str | None = None
    depth: str | None = None
    tag: str | None = None
    kind: str | None = None

    def where(self) -> tuple[str, list[object]]:
        """Return the condition in SQL, with its values.

        Raises `ArgumentError` for what is no number, range or truth table.

        >>> Filters(basis="b2", size="3-5").where()
        ('basis = ? AND size BETWEEN ? AND ?', ['b2', 3, 5])
        """
        parts: list[str] = []
        values: list[object] = []
        if self.inputs is not None and not 0 <= self.inputs <= _MOST_INPUTS:
            raise ArgumentError("inputs", f"a whole number from 0 to {_MOST_INPUTS}", self.inputs)
        for column in ("task", "inputs", "basis", "ordering", "kind"):
            value = getattr(self, {"ordering": "order"}.get(column, column))
            if value is None:
                continue
            alike = [value]
            if isinstance(value, str):
                alike = list(dict.fromkeys([_utf8(column, value), _spelled(column, value)]))
            parts.append(f"{column} = ?" if len(alike) == 1 else f"{column} IN (?, ?)")
            values += alike
        if self.npn_class is not None:
            parts.append("class = ?")
            values.append(_least_member(self.npn_class, self.inputs))
        for column, text in (("size", self.size), ("depth", self.depth)):
            if text is not None:
                parts.append(f"{column} BETWEEN ? AND ?")
                values += _range(column, text)
        if self.tag == "unclassified":
            parts.append("tags IS NULL")
        elif self.tag is not None:
            parts.append("' ' || tags || ' ' LIKE '% ' || ? || ' %'")
            values.append(_utf8("tag", self.tag))
        return " AND ".join(parts) or "1", values


def _range(column: str, text: str) -> tuple[int, int]:
    low, dash, high = text.partition("-")
    numbers = [low, high] if dash else [low, low]
    if not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        raise ArgumentError(column, "a number, or a range such as 3-5", text)
    return int(numbers[0]), int(numbers[1])


def _utf8(column: str, text: str) -> str:
    # What the command line could not decode is no text that a file has.
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ArgumentError(column, "text in UTF-8", text.encode(errors="replace").decode())
    return text


def _spelled(column: str, text: str) -> str:
    # Catalogs spell a basis that is written out in one way, whatever the user's.
    from mesacircuits.circuits.bases import basis_text
    from mesacircuits.definitions.file_names import named_in_file

    if column == "basis":
        with suppress(ArgumentError):
            return basis_text(named_in_file("basis", text))
    return text


def _least_member(text: str, inputs: int | None) -> str:
    from mesacircuits.circuits import TruthTable, npn_canonical

    digits = text.removeprefix("0x")
    if inputs is None:
        # As many hexadecimal digits as tables of so many inputs have; one is of two inputs.
        inputs = max(2, (len(digits) * 4).bit_length() - 1)
    if inputs > MOST_CLASS_INPUTS:
        raise ArgumentError("class", f"a function of at most {MOST_CLASS_INPUTS} inputs", text)
    return npn_canonical(TruthTable.from_hex(inputs, digits, "class"))[0].hex


@dataclass(frozen=True)
class Answer:
    """What was asked for.

    Attributes:
        columns: their names.
        rows: in the order of the statement; by filters in that of size, task and place.
        total: how many there are, of which `rows` may be the first.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int

    def of_columns(self, names: Sequence[str]) -> Answer:
        """Return the answer with these columns alone, in this order.

        Raises `ArgumentError` for one that there is not.

        >>> Answer(("task", "size", "hash"), (("tt:2:8", 1, "ab"),), 1).of_columns(["size", "task"])
        Answer(columns=('size', 'task'), rows=((1, 'tt:2:8'),), total=1)
        """
        for name in names:
            if name not in self.columns:
                hint = did_you_mean(name, self.columns)
                raise ArgumentError("columns", f"of {', '.join(self.columns)}", f"{name}{hint}")
        places = [self.columns.index(name) for name in names]
        rows = tuple(tuple(row[place] for place in places) for row in self.rows)
        return Answer(tuple(names), rows, self.total)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "total": self.total,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
        }


def ask(catalog: Catalog, filters: Filters, limit: int | None = None) -> Answer:
    """Return the minima that pass the filters, the smallest first, with all columns of `VIEW`.

    Arguments:
        limit: list no more than so many; `total` counts all.

    >>> import tempfile
    >>> from mesacircuits.catalog import build
    >>> with tempfile.TemporaryDirectory() as folder, Catalog.create(f"{folder}/c.db") as catalog:
    ...     _ = build(catalog, "tt:3:7E; tt:3:E8")
    ...     found = ask(catalog, Filters(tag="search-like"), limit=1)
    >>> found.total, found.to_json()["rows"][0]["solver"]
    (3, 'g1 = a ^ b; g2 = a ^ c; g3 = g1 | g2; out = g3')
    """
    where, values = filters.where()
    order = "ORDER BY size, inputs, task, basis, ordering, place"
    sql = f"SELECT {', '.join(VIEW)} FROM catalog WHERE {where} {order} LIMIT ?"
    with catalog.reading():
        [[total]] = catalog.rows(f"SELECT count(*) FROM catalog WHERE {where}", values)
        # SQL takes a limit of at most 63 bits, or -1 for none.
        most = -1 if limit is None else min(limit, _MOST_ROWS)
        rows = tuple(catalog.rows(sql, [*values, most]))
    return Answer(tuple(VIEW), rows, int(total))


def _kept_rows(
    rows: Iterable[tuple[Any, ...]], limit: int | None
) -> tuple[tuple[tuple[Any, ...], ...], int]:
    """Return the first rows of an answer, or all, and how many there are.

    Raises `ArgumentError` if those that are kept are too large together.
    """
    kept: list[tuple[Any, ...]] = []
    total = size = 0
    for row in rows:
        total += 1
        if limit is not None and total > limit:
            continue
        size += sum(len(value) if isinstance(value, str | bytes) else 16 for value in row)
        if size > MOST_BYTES:
            raise _too_large(total)
        kept.append(row)
    return tuple(kept), total


def _too_large(row: int) -> ArgumentError:
    """Return the error that the rows of an answer, up to this one, are too large together."""
    expected = f"rows of at most {MOST_BYTES >> 20} MB together (--limit N)"
    return ArgumentError("sql", expected, f"more, at row {row}")


def ask_sql(
    catalog: Catalog,
    sql: str,
    seconds: float | None = None,
    limit: int | None = None,
    most_value: int = _MOST_VALUE,
) -> Answer:
    """Return the rows of a statement that reads, such as `SELECT ... FROM catalog`.

    Whatever else the statement would do is refused.

    Arguments:
        seconds: it may take so long.
        limit: list no more than so many rows; `total` counts all.
        most_value: values of more bytes are refused, made or read.

    Raises `ArgumentError` for a statement that is none, or does something else than read, and
    `MesacircuitsError` if it takes longer.
    """
    connection = catalog.connection
    ends = None if seconds is None else time.monotonic() + seconds
    connection.set_authorizer(_authorised)
    limits = {
        sqlite3.SQLITE_LIMIT_LENGTH: most_value,
        sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: _MOST_PATTERN,
    }
    before = {kind: connection.setlimit(kind, most) for kind, most in limits.items()}
    if ends is not None:
        connection.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS)
    try:
        cursor = connection.execute(sql)
        columns = tuple(name for name, *_ in cursor.description or ())
        rows, total = _kept_rows((tuple(map(_readable, row)) for row in cursor), limit)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise MesacircuitsError(f"sql: not done within {seconds} seconds") from None
        raise ArgumentError("sql", "a statement that reads", str(error)) from None
    except ArgumentError:
        raise
    except MemoryError:
        raise ArgumentError("sql", "a statement that memory suffices for", sql) from None
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise ArgumentError("sql", "one statement that reads", str(error)) from None
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
        for kind, most in before.items():
            connection.setlimit(kind, most)
    if not columns:
        raise ArgumentError("sql", "a statement that reads", sql)
    return Answer(columns, rows, total)


def _authorised(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action not in _READING:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second in _REFUSED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _readable(value: Any) -> Any:
    # JSON has no bytes.
    return value.hex() if isinstance(value, bytes) else value


# -- DuckDB ------------------------------------------------------------------------------------


def _kind(values: list[Any]) -> str:
    present = [value for value in values if value is not None]
    if present and all(
        isinstance(value, int) and -_MOST_VALUES <= value < _MOST_VALUES for value in present
    ):
        return "BIGINT"
    if present and all(isinstance(value, int | float) for value in present):
        return "DOUBLE"
    return "VARCHAR"


def _say(file: IO[bytes], *said: Any) -> None:
    file.write(json.dumps(said).encode() + b"\n")


def _say_table(file: IO[bytes], name: str, answer: Answer) -> None:
    kinds = [_kind([row[i] for row in answer.rows]) for i in range(len(answer.columns))]
    _say(file, "table", name, list(zip(answer.columns, kinds, strict=True)))
    for start in range(0, len(answer.rows), _ROWS_AT_ONCE):
        some = answer.rows[start : start + _ROWS_AT_ONCE]
        columns = (
            [None if row[i] is None else _TYPES[kind](row[i]) for row in some]
            for i, kind in enumerate(kinds)
        )
        _say(file, "rows", *columns)


def _answered(file: IO[bytes], seconds: float | None = None) -> dict[str, Any]:
    """Return what DuckDB, in a process of its own, answers to the lines of a file.

    No function of DuckDB's goes on longer than the process: it is killed when the seconds are over
    or this call is interrupted, and it ends if this process does.

    Raises `MissingExtra` without DuckDB, `TimeoutExpired`, and `MesacircuitsError` if it fails.
    """
    if find_spec("duckdb") is None:
        raise MissingExtra("DuckDB", "duckdb", "Parquet, or SQL by DuckDB,")
    file.seek(0)
    watched, held = os.pipe()
    try:
        ran = subprocess.run(
            [sys.executable, "-P", str(_PROCESS), str(watched)],
            stdin=file,
            capture_output=True,
            timeout=seconds,
            check=False,
            pass_fds=[watched],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            # Ctrl-C reaches the parent alone.
            start_new_session=True,
        )
    finally:
        os.close(watched)
        os.close(held)
    if ran.returncode:
        lines = ran.stderr.decode(errors="replace").splitlines()
        last = lines[-1] if lines else f"its process ended with status {ran.returncode}"
        short = any(word in last for word in _SHORT)
        raise MesacircuitsError(f"DuckDB: {'out of memory' if short else last}")
    answer: dict[str, Any] = json.load(io.BytesIO(ran.stdout))
    return answer


def parquet_bytes(answer: Answer, digest: str, command: str) -> bytes:
    """Return rows as a Parquet file, whose metadata say of which catalog and by which command.

    Raises `ArgumentError` for columns that Parquet does not tell apart, `MissingExtra` without
    DuckDB, and `MesacircuitsError` if memory does not suffice.
    """
    names = {column.lower() for column in answer.columns}
    if "" in names or len(names) < len(answer.columns):
        expected = "names that are not empty and differ, not in case alone"
        raise ArgumentError("columns", expected, ", ".join(answer.columns))
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        path = Path(folder) / "rows.parquet"
        _say_table(file, "rows", answer)
        command = command.encode(errors="replace").decode()
        _say(file, "parquet", str(path), digest, command)
        refused = _answered(file).get("refused")
        if refused is not None:
            raise ArgumentError("columns", "what DuckDB writes as Parquet", refused)
        return path.read_bytes()


def ask_duckdb(
    catalog: Catalog, sql: str, seconds: float | None = None, limit: int | None = None
) -> Answer:
    """Return the rows of a statement in DuckDB's SQL over the catalog's tables, and its view.

    The tables are copied into a process of its own, which has 3 GB; the statement reaches nothing
    else, and is ended with the process.

    Arguments:
        seconds: the whole may take so long.
        limit: list no more than so many rows; `total` counts all.

    Raises `ArgumentError` for a statement that DuckDB refuses, `MissingExtra` without DuckDB, and
    `MesacircuitsError` if it takes longer, or more memory.
    """
    ends = None if seconds is None else time.monotonic() + seconds

    def left() -> float | None:
        return None if ends is None else max(ends - time.monotonic(), 0)

    with tempfile.TemporaryFile() as file:
        with catalog.reading():
            for table in (*KEYS, "catalog"):
                sql_of = f"SELECT * FROM {table}"
                found = ask_sql(catalog, sql_of, left(), most_value=MOST_CELL_BYTES)
                _say_table(file, table, found)
        _say(file, "sql", sql, limit, MOST_BYTES)
        try:
            answer = _answered(file, left())
        except subprocess.TimeoutExpired:
            raise MesacircuitsError(f"sql: not done within {seconds} seconds") from None
    if "refused" in answer:
        raise ArgumentError("sql", "a statement of DuckDB's", answer["refused"])
    if "too_large" in answer:
        raise _too_large(answer["too_large"])
    return Answer(tuple(answer["columns"]), tuple(map(tuple, answer["rows"])), answer["total"])
