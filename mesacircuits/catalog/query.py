"""Asking a catalog: by filters, or by a statement of SQL that only reads."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mesacircuits.catalog.entries import MOST_CLASS_INPUTS
from mesacircuits.catalog.schema import VIEW
from mesacircuits.catalog.store import Catalog
from mesacircuits.errors import ArgumentError, MesacircuitsError

__all__ = ["MOST_BYTES", "Answer", "Filters", "ask", "ask_sql", "sql_limit", "too_large"]

# Every so many steps of SQLite's machine the time is looked at; more often would be felt.
_STEPS = 200
# A step may be a function on values of so many bytes, and some take the product of two lengths. No
# cell that is made here comes near it but `runs.universe`, which may name thousands of tasks.
_MOST_VALUE = 40_000
#: Rows that are kept have at most so many bytes together.
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
        equal = {
            "task": self.task,
            "inputs": self.inputs,
            "basis": self.basis,
            "ordering": self.order,
            "kind": self.kind,
        }
        for column, value in equal.items():
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
        rows = tuple(catalog.rows(sql, [*values, sql_limit(limit)]))
    return Answer(tuple(VIEW), rows, int(total))


def sql_limit(limit: int | None) -> int:
    """Return a limit as SQL takes it: a number of at most 63 bits, or -1 for none."""
    return -1 if limit is None else min(limit, _MOST_ROWS)


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
            raise too_large(total)
        kept.append(row)
    return tuple(kept), total


def too_large(row: int) -> ArgumentError:
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
