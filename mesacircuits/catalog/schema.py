"""The tables of a catalog, their version, and how a file is recognised as one."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping

from mesacircuits.errors import ArgumentError

__all__ = [
    "APPLICATION_ID", "BESIDE", "COLUMNS", "FORMAT", "KEYS", "MIGRATIONS", "VIEW",
    "check_schema", "create_schema", "migrate",
]  # fmt: skip

#: What SQLite's header says of a catalog: "mesa".
APPLICATION_ID = 0x6D657361
#: The version of the tables below.
FORMAT = 1

#: The columns of the view `catalog`, which has a row for each minimum, and what each is. Queries
#: and exports by filters list these; the help of `catalog query` names them.
VIEW: Mapping[str, str] = {
    "task": "tasks.text",
    "class": "tasks.class",
    "inputs": "tasks.inputs",
    "basis": "searches.basis",
    "ordering": "searches.ordering",
    "place": "minima.place",
    "size": "minima.size",
    "depth": "minima.depth",
    "tags": """(SELECT group_concat(tag, ' ') FROM (
            SELECT DISTINCT definitions.tag AS tag FROM tags
            JOIN definitions ON definitions.hash = tags.definition
            WHERE tags.search = minima.search AND tags.place = minima.place
            ORDER BY definitions.tag
        ))""",
    "kind": "solvers.kind",
    "solver": "solvers.text",
    "hash": "solvers.hash",
    "minima": "searches.minima",
    "functions": "searches.functions",
    "search": "minima.search",
}

#: The columns of each table, in the order of dependence.
_TABLES = {
    "tasks": """
        hash TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        kind TEXT NOT NULL,
        inputs INTEGER NOT NULL,
        outputs INTEGER NOT NULL,
        class TEXT,
        json TEXT NOT NULL
    """,
    "solvers": """
        hash TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('circuit', 'program')),
        inputs INTEGER,
        text TEXT NOT NULL,
        json TEXT
    """,
    "runs": """
        hash TEXT PRIMARY KEY,
        universe TEXT NOT NULL,
        source TEXT NOT NULL,
        versions TEXT NOT NULL,
        seed INTEGER
    """,
    "definitions": """
        hash TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        parameters TEXT NOT NULL,
        tag TEXT NOT NULL,
        text TEXT NOT NULL
    """,
    "searches": """
        hash TEXT PRIMARY KEY,
        task TEXT NOT NULL REFERENCES tasks,
        kind TEXT NOT NULL CHECK (kind IN ('circuit', 'program')),
        basis TEXT NOT NULL,
        ordering TEXT NOT NULL,
        size INTEGER,
        depth INTEGER,
        minima INTEGER NOT NULL,
        functions INTEGER NOT NULL
    """,
    "search_runs": """
        search TEXT NOT NULL REFERENCES searches,
        run TEXT NOT NULL REFERENCES runs,
        PRIMARY KEY (search, run)
    """,
    "minima": """
        search TEXT NOT NULL REFERENCES searches,
        place INTEGER NOT NULL,
        solver TEXT NOT NULL REFERENCES solvers,
        size INTEGER NOT NULL,
        depth INTEGER,
        cost TEXT,
        PRIMARY KEY (search, place)
    """,
    "judged": """
        search TEXT NOT NULL REFERENCES searches,
        definition TEXT NOT NULL REFERENCES definitions,
        applies INTEGER NOT NULL,
        tagged INTEGER NOT NULL,
        PRIMARY KEY (search, definition)
    """,
    "tags": """
        search TEXT NOT NULL,
        place INTEGER NOT NULL,
        definition TEXT NOT NULL,
        witness TEXT NOT NULL,
        measured TEXT,
        PRIMARY KEY (search, place, definition),
        FOREIGN KEY (search, place) REFERENCES minima,
        FOREIGN KEY (search, definition) REFERENCES judged
    """,
}

_STATEMENTS = (
    *(f"CREATE TABLE {name} ({of}) STRICT, WITHOUT ROWID" for name, of in _TABLES.items()),
    "CREATE INDEX minima_of_solvers ON minima (solver)",
    "CREATE INDEX searches_of_tasks ON searches (task)",
    f"""
    CREATE VIEW catalog AS
    SELECT {", ".join(f"{source} AS {name}" for name, source in VIEW.items())}
    FROM minima
    JOIN searches ON searches.hash = minima.search
    JOIN tasks ON tasks.hash = searches.task
    JOIN solvers ON solvers.hash = minima.solver
    """,
)

#: The names of the tables, and of their columns.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(re.findall(r"^ *(\w+) (?:TEXT|INTEGER)", of, re.MULTILINE))
    for name, of in _TABLES.items()
}


def _key(columns: str) -> tuple[str, ...]:
    found = re.search(r"(\w+) TEXT PRIMARY KEY|PRIMARY KEY \((.*?)\)", columns)
    assert found is not None  # each table has one
    return tuple((found[1] or found[2]).split(", "))


#: The columns of each table by which its rows are told apart.
KEYS: Mapping[str, tuple[str, ...]] = {name: _key(of) for name, of in _TABLES.items()}
#: What says how the content was come by, with which versions, and is no part of it.
BESIDE = ("runs", "search_runs")
#: What brings a file of an older format to the next one, by the older format's number. Each runs in
#: the transaction that also raises the number.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {}


def _normal(sql: str) -> str:
    return " ".join(sql.split())


def create_schema(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, within the transaction that is open."""
    for statement in _STATEMENTS:
        connection.execute(_normal(statement))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def check_schema(connection: sqlite3.Connection, path: str) -> int:
    """Return the format of a catalog's file, having seen that its tables are those of that format.

    What is not in this module, such as a trigger or a view of someone else's, is refused, so that
    nothing foreign runs.

    Raises `ArgumentError` for any other file.
    """
    [[application]] = connection.execute("PRAGMA application_id").fetchall()
    [[number]] = connection.execute("PRAGMA user_version").fetchall()
    if application != APPLICATION_ID:
        raise ArgumentError("catalog", "a catalog of mesacircuits", f"{path}, another SQLite file")
    if number > FORMAT or number < 1:
        known = f"a catalog of format 1 to {FORMAT}"
        raise ArgumentError("catalog", known, f"{path}, of format {number}")
    if number == FORMAT:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        if {_normal(sql) for [sql] in rows} != {_normal(sql) for sql in _STATEMENTS}:
            raise ArgumentError("catalog", "the tables of a catalog", f"{path}, with other tables")
    # Pages that hang together, and cells of the types of their columns.
    [[said], *_] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if said != "ok":
        raise ArgumentError("catalog", "a catalog that is whole", f"{path} ({said})")
    return int(number)


def migrate(connection: sqlite3.Connection, path: str) -> int:
    """Bring a catalog's file to the present format; return how many steps that took.

    Each step is one transaction, so a file is never left between two formats.
    """
    steps = 0
    while (number := check_schema(connection, path)) < FORMAT:
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        steps += 1
    return steps
