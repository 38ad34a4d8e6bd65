"""DuckDB over a catalog: its SQL for large questions, and Parquet. Needs the extra `duckdb`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from mesacircuits.catalog.export_rows import csv_bytes
from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Answer, ask_sql
from mesacircuits.catalog.schema import TABLES
from mesacircuits.catalog.store import Catalog
from mesacircuits.errors import ArgumentError, MissingExtra

__all__ = ["ask_duckdb", "parquet_bytes"]

_MOST_VALUES = 2**63


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


def ask_duckdb(catalog: Catalog, sql: str, limit: int | None = None) -> Answer:
    """Return the rows of a statement in DuckDB's SQL over the catalog's tables, and its view.

    The tables are copied into memory first; the statement reaches nothing else.

    Raises `ArgumentError` for a statement that DuckDB refuses, `MissingExtra` without DuckDB.
    """
    duckdb = _duckdb()
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        for table in (*TABLES, "catalog"):
            _load(connection, table, ask_sql(catalog, f"SELECT * FROM {table}"), Path(name))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or ())
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise ArgumentError("sql", "a statement of DuckDB's", str(error)) from None
    listed = rows if limit is None else rows[:limit]
    return Answer(columns, tuple(tuple(map(_plain, row)) for row in listed), len(rows))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)
