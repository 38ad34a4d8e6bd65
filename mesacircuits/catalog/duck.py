"""DuckDB over a catalog: its SQL for large questions, and Parquet. Needs the extra `duckdb`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import MOST_BYTES, Answer, ask_sql, too_large
from mesacircuits.catalog.schema import TABLES
from mesacircuits.catalog.store import MOST_CELL_BYTES, Catalog
from mesacircuits.errors import ArgumentError, MesacircuitsError, MissingExtra

__all__ = ["ask_duckdb", "parquet_bytes"]

_MOST_VALUES = 2**63
_ROWS_AT_ONCE = 4096
_PROCESS = Path(__file__).with_name("duck_process.py")
_TYPES = {"BIGINT": int, "DOUBLE": float, "VARCHAR": str}
# By these the last words of a process tell that it had no more memory.
_SHORT = ("memory", "MemoryError", "bad_alloc", "failed to map segment")


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


def parquet_bytes(answer: Answer, said: Provenance) -> bytes:
    """Return rows as a Parquet file, whose metadata say where they are from.

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
        command = said.command.encode(errors="replace").decode()
        _say(file, "parquet", str(path), said.digest, command)
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
            for table in (*TABLES, "catalog"):
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
        raise too_large(answer["too_large"])
    return Answer(tuple(answer["columns"]), tuple(map(tuple, answer["rows"])), answer["total"])
