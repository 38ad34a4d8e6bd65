"""The process in which DuckDB runs: it ends with its parent, and the parent may end it.

It is run as a script and imports nothing of mesacircuits, so as to start as fast as DuckDB does.
Lines of JSON on stdin say what the tables are, and then what is wanted of them; the answer, on
stdout, is JSON too. Whatever else goes wrong is told by the last line of stderr.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

__all__ = ["main"]

_ROWS_AT_ONCE = 1024
# What DuckDB may take of the machine; nothing of it is put on disk.
_MEANS = {
    "memory_limit": "2GB",
    "threads": 2,
    "temp_directory": "",
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
}
# Values that a function makes count for nothing in DuckDB's own limit.
_MOST_ADDRESSES = 3 << 30


def main() -> None:
    """Answer what is asked on stdin, until the pipe that the argument numbers is closed."""
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = min([_MOST_ADDRESSES, *(limit for limit in (soft, hard) if limit >= 0)])
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    import duckdb

    try:
        with duckdb.connect(config=_MEANS) as connection:
            answer = _answer(connection, sys.stdin.buffer)
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    except (duckdb.Error, UnicodeEncodeError) as error:
        answer = json.dumps({"refused": str(error)}).encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()


def _end_with(pipe: int) -> None:
    # The parent holds the other end, and is all that does.
    os.read(pipe, 1)
    os._exit(1)


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, 2 * mark) + mark


def _answer(connection: Any, lines: Iterable[bytes]) -> bytes:
    insert = ""
    for line in lines:
        kind, *said = json.JSONDecoder().decode(line.decode())
        if kind == "table":
            name, columns = _quoted(said[0], '"'), said[1]
            heads = ", ".join(f"{_quoted(column, chr(34))} {of}" for column, of in columns)
            connection.execute(f"CREATE TABLE {name} ({heads})")
            values = ", ".join(f"unnest(${i}::{of}[])" for i, (_, of) in enumerate(columns, 1))
            insert = f"INSERT INTO {name} SELECT {values}"
        elif kind == "rows":
            connection.execute(insert, said)
        elif kind == "parquet":
            _write_parquet(connection, *(_quoted(text, "'") for text in said))
        else:
            return _asked(connection, *said)
    return b"{}"


def _write_parquet(connection: Any, path: str, catalog: str, command: str) -> None:
    connection.execute(f"SET allowed_paths = [{path}]")
    connection.execute("SET enable_external_access = false")
    connection.execute(
        f"COPY rows TO {path} (FORMAT parquet, USE_TMP_FILE false, "
        f"KV_METADATA {{catalog: {catalog}, command: {command}}})"
    )


def _asked(connection: Any, sql: str, limit: int | None, most_bytes: int) -> bytes:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    cursor = connection.execute(sql)
    if cursor is None:
        return json.dumps({"refused": "no statement"}).encode()
    head = json.dumps([column[0] for column in cursor.description or ()])
    kept: list[bytes] = []
    total = size = 0
    while some := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in some:
            total += 1
            if limit is not None and total > limit:
                continue
            kept.append(json.dumps(list(map(_plain, row)), ensure_ascii=False).encode())
            size += len(kept[-1])
            if size > most_bytes:
                return json.dumps({"too_large": total}).encode()
    rows = b",".join(kept)
    return b'{"columns":%b,"total":%d,"rows":[%b]}' % (head.encode(), total, rows)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)


if __name__ == "__main__":
    main()
