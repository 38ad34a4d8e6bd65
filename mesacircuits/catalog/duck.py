"""DuckDB over a catalog: its SQL for large questions, and Parquet. Needs the extra `duckdb`."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mesacircuits.catalog.export_rows import csv_bytes
from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Answer, ask_sql, kept_rows
from mesacircuits.catalog.schema import TABLES
from mesacircuits.catalog.store import Catalog
from mesacircuits.errors import ArgumentError, MesacircuitsError, MissingExtra

__all__ = ["ask_duckdb", "parquet_bytes"]

_MOST_VALUES = 2**63
_ROWS_AT_ONCE = 1024
# What a statement may take of the machine; nothing of it is put on disk.
_MEANS = {
    "memory_limit": "2GB",
    "threads": 2,
    "temp_directory": "",
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
}
# A statement that begins just after it was told to end is told again.
_AGAIN_SECONDS = 0.2


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("DuckDB", "duckdb", "Parquet, or SQL by DuckDB,") from None
    return duckdb


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _kind(values: list[Any]) -> str:
    present = [value for value in values if value is not None]
    if present and all(
        isinstance(value, int) and -_MOST_VALUES <= value < _MOST_VALUES for value in present
    ):
        return "BIGINT"
    if present and all(isinstance(value, int | float) for value in present):
        return "DOUBLE"
    return "VARCHAR"


def _load(connection: Any, name: str, answer: Answer, folder: Path) -> None:
    # By way of a file: inserting row by row is slower by far.
    columns = ", ".join(
        f"'{column}': '{_kind([row[i] for row in answer.rows])}'"
        for i, column in enumerate(answer.columns)
    )
    path = folder / f"{name}.csv"
    path.write_bytes(csv_bytes(answer))
    connection.execute(
        f'CREATE TABLE "{name}" AS SELECT * FROM read_csv({_text(path)}, header = true, '
        f"columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )


def parquet_bytes(answer: Answer, said: Provenance) -> bytes:
    """Return rows as a Parquet file, whose metadata say where they are from.

    Raises `MissingExtra` without DuckDB.
    """
    if len(set(answer.columns)) < len(answer.columns):
        raise ArgumentError("columns", "names that differ", ", ".join(answer.columns))
    with tempfile.TemporaryDirectory() as name, _duckdb().connect() as connection:
        folder = Path(name)
        _load(connection, "rows", answer, folder)
        path = folder / "rows.parquet"
        values = [f"'{value}'" for value in (said.digest, said.command.replace("'", "''"))]
        connection.execute(
            f"COPY rows TO {_text(path)} (FORMAT parquet, "
            f"KV_METADATA {{catalog: {values[0]}, command: {values[1]}}})"
        )
        return path.read_bytes()


def ask_duckdb(
    catalog: Catalog, sql: str, seconds: float | None = None, limit: int | None = None
) -> Answer:
    """Return the rows of a statement in DuckDB's SQL over the catalog's tables, and its view.

    The tables are copied into memory first; the statement reaches nothing else, and may take 2 GB.

    Arguments:
        seconds: the whole may take so long.
        limit: list no more than so many rows; `total` counts all.

    Raises `ArgumentError` for a statement that DuckDB refuses, `MissingExtra` without DuckDB, and
    `MesacircuitsError` if it takes longer.
    """
    duckdb = _duckdb()
    ends = None if seconds is None else time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name, duckdb.connect(config=_MEANS) as connection:
        try:
            with _ended(connection, ends):
                with catalog.reading():
                    for table in (*TABLES, "catalog"):
                        left = None if ends is None else max(ends - time.monotonic(), 0)
                        answer = ask_sql(catalog, f"SELECT * FROM {table}", left)
                        _load(connection, table, answer, Path(name))
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                cursor = connection.execute(sql)
                columns = tuple(column[0] for column in cursor.description or ())
                rows, total = kept_rows(_rows(cursor), limit)
        except duckdb.InterruptException:
            raise MesacircuitsError(f"sql: not done within {seconds} seconds") from None
        except (duckdb.Error, UnicodeEncodeError) as error:
            raise ArgumentError("sql", "a statement of DuckDB's", str(error)) from None
    return Answer(columns, rows, total)


def _rows(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while some := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in some:
            yield tuple(map(_plain, row))


@contextmanager
def _ended(connection: Any, ends: float | None) -> Iterator[None]:
    """End what the connection does in the block, once its time has come."""
    if ends is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        wait = max(ends - time.monotonic(), 0)
        while not done.wait(wait):
            connection.interrupt()
            wait = _AGAIN_SECONDS

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)
