"""The store: whole or not at all, the same however it came about, and nothing foreign opened."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.merge import merge
from mesacircuits.catalog.schema import APPLICATION_ID, FORMAT, KEYS, MIGRATIONS
from mesacircuits.classification import LookupTable, SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError

FUNCTIONS = tuple(f"tt:3:{bits:02X}" for bits in range(1, 256, 17))


def built(path, tasks, **settings):
    with Catalog.create(path) as catalog:
        report = build(catalog, tasks=tasks, **settings)
        return report, catalog.digest()


def test_building_twice_changes_nothing(tmp_path):
    first, digest = built(tmp_path / "c.db", FUNCTIONS)
    before = (tmp_path / "c.db").read_bytes()
    again, same = built(tmp_path / "c.db", FUNCTIONS)
    assert (first.added, first.kept) == (len(FUNCTIONS), 0)
    assert (again.added, again.kept, same) == (0, len(FUNCTIONS), digest)
    assert (tmp_path / "c.db").read_bytes() == before


def test_the_hash_does_not_depend_on_the_order_of_building(tmp_path):
    _, forward = built(tmp_path / "a.db", FUNCTIONS)
    _, backward = built(tmp_path / "b.db", FUNCTIONS[::-1])
    _, fewer = built(tmp_path / "c.db", FUNCTIONS[1:])
    assert forward == backward != fewer


def test_shipped_and_searched_minima_differ_in_their_source_alone(tmp_path):
    contents = []
    for shipped in (True, False):
        path = tmp_path / f"{shipped}.db"
        built(path, FUNCTIONS, effort=Effort(shipped=shipped))
        with Catalog.open(path) as catalog:
            tables = [table for table in KEYS if table not in ("runs", "search_runs")]
            contents.append([list(catalog.rows(f"SELECT * FROM {table}")) for table in tables])
    assert contents[0] == contents[1]


def test_more_definitions_are_added_to_what_is_there(tmp_path):
    path = tmp_path / "c.db"
    built(path, FUNCTIONS, definitions=[SearchLike()])
    report, later = built(path, FUNCTIONS, definitions=[SearchLike(), LookupTable()])
    _, both = built(tmp_path / "d.db", FUNCTIONS, definitions=[SearchLike(), LookupTable()])
    assert report.added == len(FUNCTIONS)
    assert later == both


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sets(st.sampled_from(FUNCTIONS)), min_size=2, max_size=3), st.randoms())
def test_merging_is_the_union(tmp_path_factory, parts, order):
    folder = tmp_path_factory.mktemp("merge")
    for number, part in enumerate(parts):
        built(folder / f"{number}.db", sorted(part))
    _, whole = built(folder / "whole.db", sorted(set().union(*parts)))
    numbers = list(range(len(parts)))
    order.shuffle(numbers)
    with Catalog.create(folder / "merged.db") as into:
        for number in [*numbers, *numbers]:
            with Catalog.open(folder / f"{number}.db") as other:
                merge(into, other)
        assert into.digest() == whole


def test_catalogs_that_contradict_each_other_are_not_merged(tmp_path):
    built(tmp_path / "a.db", FUNCTIONS[:3])
    built(tmp_path / "b.db", FUNCTIONS[2:])
    with sqlite3.connect(tmp_path / "b.db") as damaged:
        damaged.execute("UPDATE searches SET minima = minima + 1")
    with Catalog.create(tmp_path / "a.db") as a, Catalog.open(tmp_path / "b.db") as b:
        before = a.digest()
        with pytest.raises(ArgumentError, match="catalog: expected searches that agree on"):
            merge(a, b)
        assert a.digest() == before


BUILD = """
import sys
from mesacircuits.catalog import Catalog, build
with Catalog.create(sys.argv[1]) as catalog:
    print("open", flush=True)
    build(catalog, functions=[3], bases=["b2", "aig", "mux"], orders=["size", "depth-size"])
"""


def begun(path):
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(path)], stdout=subprocess.PIPE, start_new_session=True
    )


def test_a_build_killed_at_ten_moments_ends_as_one_that_was_not(tmp_path):
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    started = time.monotonic()
    run = begun(whole)
    run.stdout.readline()
    assert run.wait() == 0
    took = time.monotonic() - started
    for moment in range(10):
        run = begun(killed)
        if moment:
            # The first is killed before it has opened the file.
            run.stdout.readline()
            time.sleep(random.Random(moment).uniform(0, took / 6))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        if killed.exists():
            # What was committed is whole, whenever the process ended.
            with sqlite3.connect(killed) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    run = begun(killed)
    assert run.wait() == 0
    with Catalog.open(whole) as one, Catalog.open(killed) as other:
        assert one.digest() == other.digest()
        assert one.counts()["searches"] == 6 * 14
        for table in KEYS:
            sql = f"SELECT * FROM {table}"
            assert list(one.rows(sql)) == list(other.rows(sql))


def test_what_the_budget_did_not_reach_is_named_and_searched_later(tmp_path):
    path, hard = tmp_path / "c.db", "tt:5:16969669"
    report, _ = built(path, ["tt:2:8", hard], effort=Effort(nodes=1000))
    assert (report.added, report.open) == (1, (f"{hard} (b2, size)",))
    with Catalog.open(path) as catalog:
        assert catalog.counts()["searches"] == 1


def refused(path, **changes):
    with pytest.raises(ArgumentError) as caught:
        (Catalog.create if changes.get("write") else Catalog.open)(path).close()
    assert caught.value.argument == "catalog"
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be one" * 50, b"\x00" * 4096]
)
def test_foreign_files_are_refused(tmp_path, content, write):
    path = tmp_path / "x.db"
    path.write_bytes(content)
    refused(path, write=write)
    assert path.read_bytes() == content


def test_other_databases_are_refused(tmp_path):
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (x)")
    before = path.read_bytes()
    assert "another SQLite file" in refused(path)
    assert "another SQLite file" in refused(path, write=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN DELETE FROM tasks; END",
        "CREATE VIEW other AS SELECT 1",
        "DROP TABLE tags",
        "ALTER TABLE tasks ADD COLUMN more TEXT",
        f"PRAGMA user_version = {FORMAT + 1}",
        "PRAGMA user_version = 0",
    ],
)
def test_files_with_other_tables_or_of_other_formats_are_refused(
    tmp_path, small_catalog, statement
):
    path = tmp_path / "x.db"
    shutil.copy(small_catalog, path)
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    refused(path)
    refused(path, write=True)


def test_a_folder_or_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.db", "", "a\0b"):
        refused(path)
    assert not (tmp_path / "none.db").exists()
    refused(tmp_path / "no" / "folder.db", write=True)


def test_damaged_pages_are_told_in_one_line(tmp_path, small_catalog):
    data = bytearray(small_catalog.read_bytes())
    drawn = random.Random(7)
    for case in range(60):
        damaged = bytearray(data)
        for _ in range(40):
            damaged[drawn.randrange(100, len(data))] = drawn.randrange(256)
        path = tmp_path / f"{case}.db"
        path.write_bytes(damaged)
        with suppress(ArgumentError), Catalog.open(path) as catalog:
            # Nothing else is raised: not by SQLite, and not by text that is none.
            catalog.digest()


def test_an_older_format_is_brought_to_the_present_one(tmp_path, small_catalog, monkeypatch):
    path = tmp_path / "old.db"
    shutil.copy(small_catalog, path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX searches_of_tasks")
        connection.execute("PRAGMA user_version = 1")
    monkeypatch.setattr("mesacircuits.catalog.schema.FORMAT", 2)

    def fail(connection):
        connection.execute("CREATE INDEX searches_of_tasks ON searches (task)")
        raise KeyboardInterrupt

    monkeypatch.setitem(MIGRATIONS, 1, fail)
    with pytest.raises(KeyboardInterrupt):
        Catalog.create(path)
    # Half a step leaves nothing.
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchall() == [(1,)]
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        assert ("searches_of_tasks",) not in names.fetchall()
    monkeypatch.setitem(
        MIGRATIONS, 1, lambda c: c.execute("CREATE INDEX searches_of_tasks ON searches (task)")
    )
    with Catalog.create(path) as catalog, Catalog.open(small_catalog) as same:
        assert catalog.counts() == same.counts()
        assert list(catalog.rows("PRAGMA user_version")) == [(2,)]


def test_a_file_says_what_it_is(small_catalog):
    header = small_catalog.read_bytes()[:100]
    assert int.from_bytes(header[68:72]) == APPLICATION_ID
    assert APPLICATION_ID.to_bytes(4) == b"mesa"
