"""Queries: filters against a plain loop, SQL that only reads, and DuckDB beside SQLite."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.catalog import Catalog, build, query
from mesacircuits.catalog.query import Answer, Filters, ask, ask_sql
from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.errors import ArgumentError, MesacircuitsError

SELECT = "SELECT * FROM catalog"
#: Seconds after which what should have ended hangs.
HANGS = 600


def every(catalog):
    answer = ask_sql(catalog, SELECT)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def maybe(values):
    return st.none() | st.sampled_from(values)


@settings(max_examples=60, deadline=None)
@given(
    task=maybe(["tt:3:7E", "tt:3:18", "none"]),
    inputs=maybe([2, 3, 4]),
    basis=maybe(["b2", "aig"]),
    order=maybe(["size", "depth-size", "length"]),
    size=maybe(["3", "0-2", "4-9"]),
    depth=maybe(["2", "1-3"]),
    tag=maybe(["search-like", "lookup-table", "control-like", "unclassified"]),
    kind=maybe(["circuit", "program"]),
)
def test_filters_pass_what_a_loop_passes(small_catalog, **given):
    def passes(row):
        def within(value, text):
            low, _, high = text.partition("-")
            return value is not None and int(low) <= value <= int(high or low)

        tags = (row["tags"] or "unclassified").split()
        return all(
            (
                given["task"] in (None, row["task"]),
                given["inputs"] in (None, row["inputs"]),
                given["basis"] in (None, row["basis"]),
                given["order"] in (None, row["ordering"]),
                given["size"] is None or within(row["size"], given["size"]),
                given["depth"] is None or within(row["depth"], given["depth"]),
                given["tag"] is None or given["tag"] in tags,
                given["kind"] in (None, row["kind"]),
            )
        )

    with Catalog.open(small_catalog) as catalog:
        expected = sorted(row["hash"] for row in every(catalog) if passes(row))
        found = ask(catalog, Filters(**given))
        assert sorted(row["hash"] for row in found.to_json()["rows"]) == expected
        assert found.total == len(expected)
        first = ask(catalog, Filters(**given), limit=2)
        assert (first.rows, first.total) == (found.rows[:2], found.total)


def test_a_class_is_named_by_any_of_its_functions(small_catalog):
    with Catalog.open(small_catalog) as catalog:
        found = {ask(catalog, Filters(npn_class=text)).total for text in ("E8", "0x17", "8E")}
        form = npn_canonical(TruthTable.from_hex(3, "E8"))[0].hex
        assert found == {sum(row["class"] == form for row in every(catalog))}
        assert found != {0}


@pytest.mark.parametrize(
    "given",
    [{"size": "x"}, {"size": "3-"}, {"depth": "-1"}, {"npn_class": "XY"}, {"size": "9" * 12}],
)
def test_filters_that_are_none(small_catalog, given):
    with Catalog.open(small_catalog) as catalog, pytest.raises(ArgumentError):
        ask(catalog, Filters(**given))


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELEC 1",
        "SELECT 1; SELECT 2",
        "DELETE FROM tasks",
        "INSERT INTO tasks SELECT * FROM tasks",
        "PRAGMA user_version = 7",
        "ATTACH 'other.db' AS other",
        "CREATE TABLE t (x)",
        "SELECT load_extension('x')",
        "SELECT * FROM nothing",
        "VACUUM INTO 'copy.db'",
        "BEGIN",
        "SELECT 1 -- \0",
    ],
)
def test_statements_that_do_not_read_are_refused(small_catalog, sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = small_catalog.read_bytes()
    with Catalog.open(small_catalog) as catalog, pytest.raises(ArgumentError) as caught:
        ask_sql(catalog, sql)
    assert caught.value.argument == "sql"
    assert small_catalog.read_bytes() == before
    assert not list(tmp_path.iterdir())


#: Statements of SQLite that have no end, or take more than there is.
ENDLESS = {
    "counting": "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
    "SELECT count(*) FROM r",
    "blobs": "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
    "SELECT sum(length(randomblob(35000))) FROM r",
    "rows": "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
    "SELECT x FROM r LIMIT -1",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_statement_that_goes_on_is_ended(small_catalog, name, clock):
    clock.tick = 0.05
    with Catalog.open(small_catalog) as catalog:
        with pytest.raises(MesacircuitsError, match=r"sql: not done within 0\.2 seconds"):
            ask_sql(catalog, ENDLESS[name], seconds=0.2)
        assert ask_sql(catalog, "SELECT 1").rows == ((1,),)


def test_the_clock_is_looked_at_every_few_steps(small_catalog, clock):
    clock.tick = 1.0
    numbers = "SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 1000"
    sql = f"WITH RECURSIVE r(x) AS ({numbers}) SELECT * FROM r"
    with Catalog.open(small_catalog) as catalog, pytest.raises(MesacircuitsError, match="not done"):
        ask_sql(catalog, sql, seconds=30.0)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(randomblob(1000000000))",
        "SELECT hex(zeroblob(25000))",
        "SELECT printf('%.*c', 900000000, 'x')",
        "SELECT format('%900000000d', 1)",
        "SELECT group_concat(hex(zeroblob(1000))) FROM minima, minima AS again",
        f"SELECT 'x' LIKE '{200 * '%'}'",
    ],
)
def test_cells_that_are_too_large_are_refused(small_catalog, sql):
    with Catalog.open(small_catalog) as catalog, pytest.raises(ArgumentError) as caught:
        ask_sql(catalog, sql)
    assert caught.value.argument == "sql"


def test_rows_that_are_kept_have_a_bound(small_catalog, monkeypatch):
    monkeypatch.setattr("mesacircuits.catalog.query.MOST_BYTES", 1 << 20)
    sql = "SELECT zeroblob(30000) FROM minima LIMIT 40"
    with Catalog.open(small_catalog) as catalog:
        with pytest.raises(ArgumentError, match="sql: expected rows of at most 1 MB together"):
            ask_sql(catalog, sql)
        # What is not kept is not counted.
        found = ask_sql(catalog, sql, limit=1)
        assert (len(found.rows), found.total) == (1, 40)


#: Statements of DuckDB that have no end; the function does not heed an interrupt.
DUCK_ENDLESS = {
    "counting": "SELECT count(*) FROM range(100000000000)",
    "rows": "SELECT * FROM range(100000000000)",
    "function": "SELECT jaro_winkler_similarity(repeat('ab', 5000000), repeat('ba', 5000000))",
}


@pytest.mark.parametrize(
    "name", ["function", *(pytest.param(n, marks=pytest.mark.slow) for n in ("counting", "rows"))]
)
def test_duckdb_too_is_ended(small_catalog, name):
    pytest.importorskip("duckdb")
    with Catalog.open(small_catalog) as catalog, pytest.raises(MesacircuitsError) as caught:
        query.ask_duckdb(catalog, DUCK_ENDLESS[name], seconds=1.5, limit=3)
    assert str(caught.value).startswith("sql: not done within")


@pytest.mark.parametrize("name", DUCK_ENDLESS)
def test_duckdb_ends_with_the_process_that_asked(name):
    """Nobody holds the pipe any more: the process ends, whatever it is at."""
    pytest.importorskip("duckdb")
    duck_process = Path(query.__file__).with_name("duck_process.py")
    watched, held = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-P", duck_process, str(watched)],
        stdin=subprocess.PIPE,
        pass_fds=[watched],
    )
    try:
        child.stdin.write(json.dumps(["sql", DUCK_ENDLESS[name], 3, 1 << 20]).encode() + b"\n")
        child.stdin.close()
        os.close(held)
        assert child.wait(HANGS) == 1
    finally:
        child.kill()
        child.wait()
        os.close(watched)


def test_duckdb_is_killed_when_the_one_who_asks_is_interrupted(small_catalog, monkeypatch):
    pytest.importorskip("duckdb")
    children = []

    def interrupted(child, *_, **__):
        children.append(child)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with Catalog.open(small_catalog) as catalog, pytest.raises(KeyboardInterrupt):
        query.ask_duckdb(catalog, DUCK_ENDLESS["function"])
    assert [child.returncode for child in children] == [-signal.SIGKILL]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELEC 1",
        "SELECT '\udcff'",
        "COPY tasks TO 'x.csv'",
        "COPY tasks TO '/dev/stdout'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH 'x.db'",
        "SET enable_external_access = true",
    ],
)
def test_duckdb_refuses_what_is_no_question_in_one_line(small_catalog, sql, tmp_path, monkeypatch):
    pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    with Catalog.open(small_catalog) as catalog, pytest.raises(ArgumentError) as caught:
        query.ask_duckdb(catalog, sql)
    assert str(caught.value).startswith("sql: expected a statement of DuckDB's, got ")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_what_duckdb_takes_and_answers_has_a_bound(small_catalog, monkeypatch):
    pytest.importorskip("duckdb")
    monkeypatch.setattr(query, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(query, "KEYS", ("tasks",))
    sql = "SELECT repeat('x', 60000) FROM range(40)"
    with Catalog.open(small_catalog) as catalog:
        with pytest.raises(ArgumentError, match=r"sql: expected rows of at most .*more, at row 18"):
            query.ask_duckdb(catalog, sql)
        found = query.ask_duckdb(catalog, sql, limit=1)
        assert (len(found.rows), found.total) == (1, 40)
        with pytest.raises(MesacircuitsError, match=r"^DuckDB: out of memory$"):
            query.ask_duckdb(catalog, "SELECT repeat('x', 4000000000)")


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("raise MemoryError", "out of memory"),
        ("raise ImportError('x.so: failed to map segment from shared object')", "out of memory"),
        ("raise ImportError('x.so: no such symbol')", "ImportError: x.so: no such symbol"),
        ("import os; os.kill(os.getpid(), 9)", "its process ended with status -9"),
    ],
)
def test_how_the_process_of_duckdb_failed_is_told(
    small_catalog, tmp_path, monkeypatch, ending, told
):
    pytest.importorskip("duckdb")
    monkeypatch.setattr(query, "_PROCESS", tmp_path / "process.py")
    (tmp_path / "process.py").write_text(ending)
    with Catalog.open(small_catalog) as catalog, pytest.raises(MesacircuitsError) as caught:
        query.ask_duckdb(catalog, "SELECT 1")
    assert str(caught.value) == f"DuckDB: {told}"


@pytest.mark.parametrize(
    "given",
    [
        {"inputs": 10**30},
        {"inputs": -1},
        {"npn_class": "E8", "inputs": 40},
        {"npn_class": "0" * 40},
        {"task": "\udcff"},
        {"tag": "\udcff"},
        {"basis": "\udcff"},
    ],
)
def test_filters_that_no_file_can_answer_are_refused(small_catalog, given):
    with Catalog.open(small_catalog) as catalog, pytest.raises(ArgumentError):
        ask(catalog, Filters(**given))


def test_limits_may_be_as_large_as_one_likes(small_catalog):
    with Catalog.open(small_catalog) as catalog:
        assert ask(catalog, Filters(), limit=10**30) == ask(catalog, Filters())
        assert len(ask_sql(catalog, "SELECT 1", limit=10**30).rows) == 1


@pytest.mark.slow
def test_a_basis_that_is_written_out_goes_by_one_spelling(tmp_path):
    with Catalog.create(tmp_path / "c.db") as catalog:
        for text in ("xor,and+free-inverters", "and,xor+free-inverters", "b2"):
            build(catalog, "tt:2:6", bases=[text])
        assert catalog.counts()["searches"] == 1
        build(catalog, "tt:2:8", bases=["xor=3,and=2+free-inverters"])
        found = ask(catalog, Filters(basis="and=2,xor=3+free-inverters"))
        assert found.total == 1
        assert ask(catalog, Filters(basis="xor,and+free-inverters")).total == 1


def test_duckdb_says_what_sqlite_says(small_catalog):
    pytest.importorskip("duckdb")
    statements = [
        f"{SELECT} ORDER BY search, place",
        "SELECT basis, size, count(*) AS n FROM catalog GROUP BY basis, size ORDER BY basis, size",
        "SELECT definition, sum(tagged) AS n FROM judged GROUP BY definition ORDER BY definition",
    ]
    with Catalog.open(small_catalog) as catalog:
        for sql in statements:
            assert query.ask_duckdb(catalog, sql) == ask_sql(catalog, sql)
        # Numbers of any length, and what JSON has no values for.
        found = query.ask_duckdb(catalog, "SELECT true, 1::HUGEINT << 100, 'inf'::DOUBLE, [1], 'é'")
        assert found.rows == ((True, 1 << 100, float("inf"), "[1]", "é"),)


def test_duckdb_reads_every_cell_that_a_catalog_may_have(small_catalog, tmp_path):
    pytest.importorskip("duckdb")
    path = shutil.copy(small_catalog, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE runs SET universe = ?", ["x" * 900_000])
    sql = "SELECT DISTINCT length(universe) FROM runs"
    with Catalog.open(path) as catalog:
        assert query.ask_duckdb(catalog, sql).rows == ((900_000,),)
        # SQLite's functions on such values take long.
        with pytest.raises(ArgumentError, match="too big"):
            ask_sql(catalog, sql)


def test_an_answer_as_json():
    assert Answer(("a", "b"), ((1, None),), 3).to_json() == {
        "total": 3,
        "rows": [{"a": 1, "b": None}],
    }
