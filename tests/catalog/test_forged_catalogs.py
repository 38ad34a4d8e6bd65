"""Forged catalogs: whatever is altered, all hashes made right again, is refused or is marked.

Nothing that a catalog names is run, and no command ends in anything but one line.
"""

import hashlib
import json
import os
import random
import shutil
import sqlite3
from contextlib import suppress

import pytest

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.derived import ASSERTED
from mesacircuits.catalog.schema import COLUMNS, KEYS
from mesacircuits.catalog.verify import verify_catalog
from mesacircuits.circuits import Circuit
from mesacircuits.definitions import LookupTable, SearchLike, as_definition
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.errors import CertificateError, MesacircuitsError
from mesacircuits.records import content_hash

OWN = "deep"
#: What a text is altered to: nonsense, names of files and of code, markup, names of other things.
TEXTS = ("", "garbage", "/etc/passwd", "evil.py:evil", "evil.json", "<script>", "{}", "1", "size")
NUMBERS = (lambda n: n + 1, lambda n: n - 1, lambda n: 10**6, lambda n: -5, lambda n: 0)
#: Which column of which table refers to which.
REFERENCES = {
    "tasks": [("searches", "task")],
    "solvers": [("minima", "solver")],
    "runs": [("search_runs", "run")],
    "definitions": [("judged", "definition"), ("tags", "definition")],
    "searches": [(table, "search") for table in ("search_runs", "minima", "judged", "tags")],
}


@as_definition(formula="depth of two or more")
def deep(circuit, task):
    return circuit.depth >= 2


@pytest.fixture(scope="module")
def genuine(tmp_path_factory):
    """The path of a catalog with something of every kind, soon verified."""
    path = tmp_path_factory.mktemp("forged") / "genuine.db"
    with Catalog.create(path) as catalog:
        build(catalog, "functions(2)", definitions=[SearchLike(), LookupTable()])
        build(catalog, "tt:3:7E", definitions=[SearchLike(), deep])
        build(catalog, "argmax", definitions=[LookupTable()])
        build(catalog, "choices(2, 1, ties=first)", definitions=[])
        build(catalog, "programs(tt:1:1)", definitions=[])
    return path


def test_the_table_of_columns_is_whole(tmp_path):
    with Catalog.create(tmp_path / "c.db") as catalog:
        for table in KEYS:
            names = [row[1] for row in catalog.rows(f"PRAGMA table_info({table})")]
            assert names == list(COLUMNS[table])
    assert set(ASSERTED) <= {f"{table}.{column}" for table in COLUMNS for column in COLUMNS[table]}
    assert set(ASSERTED) == {"runs.source", "runs.versions", "runs.seed"}


# -- forging ---------------------------------------------------------------------------------


def hash_of(table, row):
    """Return the hash that a row should have by what it says, or the one it has."""
    if table == "tasks":
        return hashlib.sha256(row["json"].encode()).hexdigest()
    if table == "solvers" and row["kind"] == "program":
        return hashlib.sha256((row["json"] or "").encode()).hexdigest()
    if table == "solvers":
        with suppress(MesacircuitsError, TypeError):
            return Circuit.parse(row["inputs"], row["text"]).hash_hex
        return row["hash"]
    if table == "definitions":
        parameters = row["parameters"]
        with suppress(ValueError):
            parameters = json.loads(parameters)
        return content_hash(
            {"name": row["name"], "version": row["version"], "parameters": parameters}
        )
    if table == "searches":
        return content_hash([row[c] for c in ("task", "kind", "basis", "ordering")])
    return content_hash([row[c] for c in ("universe", "source", "versions", "seed")])


def made_right(connection):
    """Give every row the hash of what it says, and all that refers to it."""
    for table, referring in REFERENCES.items():
        for row in connection.execute(f"SELECT * FROM {table}").fetchall():
            hash_hex = hash_of(table, row)
            if hash_hex == row["hash"]:
                continue
            connection.execute(
                f"UPDATE {table} SET hash = ? WHERE hash = ?", (hash_hex, row["hash"])
            )
            for other, column in referring:
                sql = f"UPDATE {other} SET {column} = ? WHERE {column} = ?"
                connection.execute(sql, (hash_hex, row["hash"]))


def forged(genuine, path, *statements, right=True):
    """Write a copy in which statements were run and hashes made right; return if it changed."""
    shutil.copy(genuine, path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = OFF")
    try:
        connection.execute("BEGIN")
        changed = 0
        for sql, *values in statements:
            changed += connection.execute(sql, values).rowcount
        if right:
            made_right(connection)
        connection.execute("COMMIT")
    except sqlite3.IntegrityError:
        # The tables themselves refuse it.
        return False
    finally:
        connection.close()
    return changed > 0


def rows_of(catalog):
    """Return all rows, of runs too, which the hash of the content leaves out."""
    return {table: sorted(catalog.rows(f"SELECT * FROM {table}"), key=repr) for table in KEYS}


def verdict(path, digest, **how):
    """Return what verification says of a forged catalog; None if it is refused, or not changed."""
    # Nothing else than an error of the package's own is ever raised.
    with suppress(MesacircuitsError), Catalog.open(path) as catalog:
        if rows_of(catalog) != digest:
            return verify_catalog(catalog, **how)
    return None


def alterations(genuine):
    """Yield (table, column, statement) for each column, in one row and in all."""
    with sqlite3.connect(genuine) as connection:
        for table, columns in COLUMNS.items():
            for column in columns:
                rows = connection.execute(
                    f"SELECT {column}, {', '.join(KEYS[table])} FROM {table} "
                    f"ORDER BY {column} IS NULL, {column}"
                ).fetchall()
                old, other = rows[0][0], rows[-1][0]
                kind = next(
                    row[2]
                    for row in connection.execute(f"PRAGMA table_info({table})")
                    if row[1] == column
                )
                if kind == "INTEGER":
                    values = [change(old or 0) for change in NUMBERS]
                else:
                    values = list(TEXTS)
                where = " AND ".join(f"{key} = ?" for key in KEYS[table])
                for value in dict.fromkeys([*values, other, None]):
                    if value == old:
                        continue
                    sql = f"UPDATE {table} SET {column} = ?"
                    yield table, column, (f"{sql} WHERE {where}", value, *rows[0][1:])
                for value in (values[1], values[-1]):
                    yield table, column, (f"UPDATE {table} SET {column} = ?", value)


def is_marked(table, column, found):
    """Return whether what was altered is among what verification says is asserted."""
    said = "\n".join(found.asserted)
    if f"{table}.{column}" in ASSERTED:
        return f"{table}.{column}" in said
    # Rows of definitions that nobody has at hand, and what they said.
    return table in ("definitions", "judged", "tags") and "give --definition FILE:NAME" in said


def test_every_column_that_is_altered_is_refused_or_marked(genuine, tmp_path):
    path = tmp_path / "forged.db"
    with Catalog.open(genuine) as catalog:
        digest = rows_of(catalog)
        before = verify_catalog(catalog)
    assert sum(OWN in said for said in before.asserted) == 2
    tried, accepted = set(), []
    for table, column, statement in alterations(genuine):
        # With all hashes right, and once with the row's own left as it was.
        for right in (True, False) if (table, column) not in tried else (True,):
            if not forged(genuine, path, statement, right=right):
                continue
            tried.add((table, column))
            found = verdict(path, digest)
            if found is not None:
                accepted.append((table, column))
                assert is_marked(table, column, found), (statement, str(found))
    # Keys and references are refused by the tables themselves, once altered alone.
    assert len(tried) > 40
    assert {f"{table}.{column}" for table, column in accepted} >= set(ASSERTED)


@pytest.mark.parametrize("table", KEYS)
def test_rows_deleted_doubled_and_swapped_are_refused_or_marked(genuine, tmp_path, table):
    path = tmp_path / "forged.db"
    with Catalog.open(genuine) as catalog:
        digest = rows_of(catalog)
    names, keys = ", ".join(COLUMNS[table]), KEYS[table]
    with sqlite3.connect(genuine) as connection:
        rows = connection.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall()
    where = " AND ".join(f"{key} = ?" for key in keys)
    doubled = ", ".join(
        f"{column} || 'x'" if column == keys[-1] and column != "place" else column
        for column in COLUMNS[table]
    ).replace("place", "place + 100")
    statements = [[(f"DELETE FROM {table}",)]]
    for row in rows:
        statements.append([(f"DELETE FROM {table} WHERE {where}", *row)])
        insert = f"INSERT INTO {table} ({names}) SELECT {doubled} FROM {table} WHERE {where}"
        statements.append([(insert, *row)])
    if table == "judged":
        # The tags with it, so that nothing refers to what is not there.
        statements += [
            [("DELETE FROM tags WHERE search = ? AND definition = ?", *row), *deletion]
            for row, deletion in zip(rows, statements[1::2], strict=True)
        ]
    tried = 0
    for each in statements:
        if forged(genuine, path, *each):
            tried += 1
            found = verdict(path, digest)
            if found is not None:
                # A catalog that says less is whole in itself: that it does is said.
                assert table in ("judged", "search_runs")
                assert any("was left out" in said for said in found.asserted)
                assert any("judgements by" in said for said in found.asserted)
    assert tried > len(rows)


#: The search with the most minima.
WIDEST = "SELECT search FROM minima GROUP BY search ORDER BY count(*) DESC LIMIT 1"

CONSISTENT = {
    # Place p of n becomes n - 1 - p, by way of the numbers below 0.
    "places reversed": [
        (f"UPDATE {table} SET place = {change} WHERE search = ({WIDEST})",)
        for change in ("-1 - place", "place + (SELECT minima FROM searches WHERE hash = search)")
        for table in ("minima", "tags")
    ],
    "a universe of everything": [
        ("UPDATE runs SET universe = 'functions(6) over b2, size' WHERE universe LIKE 'f%'",),
        ("UPDATE searches SET functions = 1000000",),
    ],
    "another family of orbits": [
        (
            "UPDATE runs SET universe = replace(universe, 'ties', 'L=3,ties') "
            "WHERE universe LIKE 'choices%'",
        ),
    ],
    "no family of orbits": [
        ("UPDATE runs SET universe = 'choices(9,9) over b2, size' WHERE universe LIKE 'choices%'",),
    ],
    "an order that none knows": [
        ("UPDATE searches SET ordering = 'proved-minimal'",),
        ("UPDATE runs SET universe = replace(universe, ', size', ', proved-minimal')",),
    ],
    "an order of the other kind": [
        ("UPDATE searches SET ordering = 'kt' WHERE kind = 'circuit'",),
        ("UPDATE runs SET universe = replace(universe, ', size', ', kt')",),
    ],
    "an order of paths": [
        ("UPDATE searches SET ordering = '/../../outside/x'",),
        ("UPDATE runs SET universe = replace(universe, ', size', ', /../../outside/x')",),
    ],
    "another spelling of the basis": [
        ("UPDATE searches SET basis = 'and,xor+free-inverters' WHERE minima = 1",),
        ("UPDATE runs SET universe = replace(universe, 'b2', 'and,xor+free-inverters')",),
    ],
    "a basis in a file": [
        ("UPDATE searches SET basis = 'evil.json' WHERE kind = 'circuit'",),
        ("UPDATE runs SET universe = replace(universe, 'b2', 'evil.json')",),
    ],
    "no minima": [
        ("DELETE FROM tags",),
        ("DELETE FROM minima",),
        ("DELETE FROM solvers",),
        ("UPDATE judged SET tagged = 0, applies = 1",),
        ("UPDATE searches SET minima = 0, size = NULL, depth = NULL",),
    ],
    "no runs": [("DELETE FROM search_runs",), ("DELETE FROM runs",)],
    "tags everywhere": [
        ("UPDATE judged SET tagged = (SELECT count(*) FROM minima WHERE search = judged.search)",),
        (
            "INSERT OR IGNORE INTO tags SELECT minima.search, place, definition, '{}', NULL "
            "FROM minima JOIN judged ON judged.search = minima.search",
        ),
    ],
    "no tags": [("DELETE FROM tags",), ("UPDATE judged SET tagged = 0",)],
    "measured": [('UPDATE tags SET measured = \'{"value":"99"}\'',)],
    "applies seven times": [("UPDATE judged SET applies = 7",)],
    "costs of programs": [
        ("UPDATE minima SET size = 1, cost = '<script>' WHERE cost IS NOT NULL",),
        ("UPDATE searches SET size = 1 WHERE kind = 'program'",),
    ],
    "costs of circuits": [("UPDATE minima SET cost = '{}' WHERE cost IS NULL",)],
    "tasks of nobody": [
        ("INSERT INTO tasks VALUES ('zz', '<script>', 'function', -5, 99, 'x', 'garbage')",)
    ],
    "a package's definition of another version": [
        ("UPDATE definitions SET version = 99 WHERE name = 'lookup-table'",)
    ],
    "a package's definition by another name": [
        ("UPDATE definitions SET text = 'search-like' WHERE name = 'deep'",)
    ],
    "an own definition by a package's tag, dials that are none": [
        ("UPDATE definitions SET parameters = '[1]' WHERE name = 'deep'",)
    ],
}


@pytest.mark.parametrize("name", CONSISTENT)
def test_consistent_forgeries_are_refused(genuine, tmp_path, name):
    path = tmp_path / "forged.db"
    assert forged(genuine, path, *CONSISTENT[name])
    with pytest.raises(CertificateError) as caught, Catalog.open(path) as catalog:
        verify_catalog(catalog)
    assert "\n" not in str(caught.value)


def test_drawn_alterations_of_two_columns_are_refused_or_marked(genuine, tmp_path):
    path = tmp_path / "forged.db"
    with Catalog.open(genuine) as catalog:
        digest = rows_of(catalog)
    # A hash is made right again, so that beside another column nothing of its change is left.
    every = [each for each in alterations(genuine) if each[1] != "hash"]
    drawn, tried = random.Random(5), 0
    while tried < 200:
        pair = drawn.sample(every, 2)
        if len({each[:2] for each in pair}) < 2:
            continue
        if not forged(genuine, path, *(statement for *_, statement in pair)):
            continue
        tried += 1
        found = verdict(path, digest)
        if found is not None:
            marked = [is_marked(table, column, found) for table, column, _ in pair]
            assert all(marked), (pair, str(found))


def test_minima_left_out_are_marked_and_found_in_full(genuine, tmp_path):
    path = tmp_path / "forged.db"
    [last] = sqlite3.connect(genuine).execute("SELECT max(place) FROM minima").fetchone()
    assert last > 0
    assert forged(
        genuine,
        path,
        ("DELETE FROM tags WHERE place = ?", last),
        ("DELETE FROM minima WHERE place = ?", last),
        ("DELETE FROM solvers WHERE hash NOT IN (SELECT solver FROM minima)",),
        ("UPDATE searches SET minima = ? WHERE minima = ?", last, last + 1),
        (
            "UPDATE judged SET tagged = (SELECT count(*) FROM tags WHERE "
            "tags.search = judged.search AND tags.definition = judged.definition)",
        ),
    )
    with Catalog.open(path) as catalog:
        assert any("are complete" in said for said in verify_catalog(catalog).asserted)
        with pytest.raises(CertificateError, match="complete"):
            verify_catalog(catalog, full=True)


def test_in_full_no_list_is_asserted(genuine):
    with Catalog.open(genuine) as catalog:
        found = verify_catalog(catalog, full=True)
    assert (found.recounted, found.searched) == (found.of - 1, 1)
    assert not any("complete" in said for said in found.asserted)


def test_own_definitions_judge_again_only_where_they_are_given(genuine, tmp_path):
    path = tmp_path / "forged.db"
    with Catalog.open(genuine) as catalog:
        plain, given = verify_catalog(catalog), verify_catalog(catalog, definitions=[deep])
        with pytest.raises(MesacircuitsError, match="definition: expected one that the catalog"):
            verify_catalog(catalog, definitions=[LookupTable(inputs_per_cell=1)])
    asked = "what deep says of 1 searches, with 3 tags (give --definition FILE:NAME)"
    assert asked in plain.asserted
    assert not any("--definition" in said for said in given.asserted)
    assert given.tags == plain.tags + 3
    changed = "UPDATE {} WHERE definition IN (SELECT hash FROM definitions WHERE name = 'deep')"
    assert forged(
        genuine,
        path,
        (changed.replace("UPDATE {}", "DELETE FROM tags") + " AND place = 0",),
        (changed.format("judged SET tagged = 2"),),
    )
    with Catalog.open(path) as catalog:
        assert any("with 2 tags (give" in said for said in verify_catalog(catalog).asserted)
        with pytest.raises(CertificateError, match="derived"):
            verify_catalog(catalog, definitions=[deep])


def test_what_the_budget_does_not_reach_is_named(genuine):
    with Catalog.open(genuine) as catalog:
        used_up = Effort(nodes=1)
        used_up.count_tried(1)
        found = verify_catalog(catalog, effort=used_up)
        assert (found.searches, len(found.open)) == (0, 6)
        assert found.open[-1] == f"{found.of - 5} more"
        assert found.to_json()["verified"] is False
        assert str(found).startswith("NOT FINISHED: 0 of ")


def test_lists_that_the_budget_does_not_find_again_are_named(genuine, monkeypatch):
    def ended(found, effort):
        effort.count_tried(1)
        raise BudgetEnded

    monkeypatch.setattr("mesacircuits.catalog.verify.recounted", ended)
    with Catalog.open(genuine) as catalog:
        # Without a budget what is too long is asserted; one that is used up leaves the rest open.
        plain = verify_catalog(catalog, full=True)
        bounded = verify_catalog(catalog, full=True, effort=Effort(nodes=1))
    assert not plain.open
    assert any("too long to be run again" in said for said in plain.asserted)
    assert bounded.open[0].startswith("that the list of ")
    assert bounded.searches == 1


# -- nothing that is named is run ------------------------------------------------------------


@pytest.mark.parametrize("named", ["evil.py:evil", "evil", "evil.py", "evil.json"])
def test_nothing_that_a_catalog_names_is_run_or_opened(genuine, tmp_path, monkeypatch, run, named):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    mark = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(
        f"open({str(mark)!r}, 'w')\ndef evil(circuit, task):\n    return True\n"
    )
    # Whoever opens a pipe to read it waits for ever.
    os.mkfifo(tmp_path / "evil.json")
    columns = [
        (table, column)
        for table in COLUMNS
        for column in COLUMNS[table]
        if column in ("text", "json", "basis", "ordering", "name", "tag", "universe", "source",
                      "versions", "witness", "measured", "class", "kind", "parameters", "cost")
    ]  # fmt: skip
    changes = [[(f"UPDATE {table} SET {column} = ?", named)] for table, column in columns]
    # One that is whole in itself: a definition of the user's own.
    changes.append(
        [("UPDATE definitions SET name = ?, text = ? WHERE name = 'deep'", named, named)]
    )
    for place, change in enumerate(changes):
        if not forged(genuine, "f.db", *change):
            continue
        commands = [
            ("verify", "f.db"),
            ("verify", "f.db", "--full"),
            ("merge", "m.db", "f.db"),
            ("merge", "u.db", "f.db", "--unverified"),
            ("query", "f.db", "--limit", "1"),
            ("info", "f.db"),
            ("export", "f.db", "out", "--format", "svg", "--limit", "1"),
            ("export", "f.db", "out.csv", "--format", "csv", "--limit", "1"),
        ]
        # Each column by half of the commands: the first two take the same way.
        for command in commands[1 + place % 2 :: 2]:
            status, _, errors = run("catalog", *command)
            assert status in (0, 1, 2)
            assert errors.count("\n") <= 1
            assert not mark.exists(), (change, command)
    assert {p.name for p in tmp_path.iterdir()} <= {
        "evil.py", "evil.json", "f.db", "m.db", "u.db", "out", "out.csv", "__pycache__"
    }  # fmt: skip
