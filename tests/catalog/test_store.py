"""The store: whole or not at all, the same however it came about, and nothing foreign opened."""

import os
import random
import shutil
import signal
import sqlite3
import warnings
from contextlib import closing, nullcontext, suppress

import pytest
from hypothesis import given, settings, strategies as st
from journals import journal_that_names

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.exports import Provenance, export_circuits
from mesacircuits.catalog.query import Filters
from mesacircuits.catalog.schema import APPLICATION_ID, FORMAT, KEYS, MIGRATIONS
from mesacircuits.catalog.verify import merge, verify_catalog
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError, CertificateError

FUNCTIONS = tuple(f"tt:3:{bits:02X}" for bits in range(1, 256, 17))


def built(path, tasks, **settings):
    with Catalog.create(path) as catalog:
        report = build(catalog, *tasks, **settings)
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


@pytest.mark.slow
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
                merge(into, other, verify=False)
        assert into.digest() == whole


def test_catalogs_that_contradict_each_other_are_not_merged(tmp_path):
    built(tmp_path / "a.db", FUNCTIONS[:3])
    built(tmp_path / "b.db", FUNCTIONS[2:])
    with sqlite3.connect(tmp_path / "b.db") as damaged:
        damaged.execute("UPDATE searches SET minima = minima + 1")
    with Catalog.create(tmp_path / "a.db") as a, Catalog.open(tmp_path / "b.db") as b:
        before = a.digest()
        with pytest.raises(ArgumentError, match="catalog: expected searches that agree on"):
            merge(a, b, verify=False)
        assert a.digest() == before


def test_what_does_not_hold_is_not_merged(tmp_path):
    built(tmp_path / "a.db", FUNCTIONS[:1])
    built(tmp_path / "b.db", FUNCTIONS[1:2])
    with sqlite3.connect(tmp_path / "b.db") as forged:
        forged.execute("UPDATE searches SET functions = 1000000")
    with Catalog.create(tmp_path / "a.db") as a, Catalog.open(tmp_path / "b.db") as b:
        before = a.digest()
        with pytest.raises(CertificateError, match="functions"):
            merge(a, b)
        assert a.digest() == before
        assert merge(a, b, verify=False).verification is None
        assert a.counts()["searches"] == 2


def test_a_catalog_is_not_merged_into_itself(tmp_path):
    built(tmp_path / "a.db", FUNCTIONS[:1])
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    with (
        Catalog.create(tmp_path / "a.db") as a,
        Catalog.open(tmp_path / "link.db") as b,
        pytest.raises(ArgumentError, match="catalog: expected a file other than"),
    ):
        merge(a, b)


# -- killed ----------------------------------------------------------------------------------


def build_some(path, at):
    with Catalog.create(path) as catalog:
        # So that pages are written before a transaction ends.
        catalog.connection.execute("PRAGMA cache_size = 1")
        catalog.connection.set_progress_handler(at, 50)
        build(catalog, "functions(2)", bases=["b2", "aig"], effort=Effort(workers=1, shipped=True))


def merge_some(path, at, other):
    with Catalog.create(path) as into, Catalog.open(other) as catalog:
        into.connection.execute("PRAGMA cache_size = 1")
        into.connection.set_progress_handler(at, 50)
        merge(into, catalog, verify=False)


def export_some(path, at, other):
    def fsync(handle, real=os.fsync):
        at()
        return real(handle)

    os.fsync = fsync
    with Catalog.open(other) as catalog:
        export_circuits(catalog, path, "txt", Filters(), Provenance("0" * 64, "x"))


def in_a_child(command, path, moment, *arguments):
    """Run a command that is killed at an event, if there is one; return status and events."""
    heard, says = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        os.close(says)
        with os.fdopen(heard, "rb") as pipe:
            events = int(pipe.read() or 0)
        return os.waitpid(child, 0)[1], events
    try:
        events = 0

        def at():
            nonlocal events
            events += 1
            if events == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return 0

        command(path, at, *arguments)
        os.write(says, str(events).encode())
    except BaseException:
        os._exit(1)
    os._exit(0)


def content(path):
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    with Catalog.open(path) as catalog:
        assert [row for [row] in catalog.rows("PRAGMA integrity_check")] == ["ok"]
        return catalog.digest()


def kill_and_go_on(tmp_path, kind, kills):
    """Kill a command at drawn events, go on each time, and compare with what was not killed."""
    source = tmp_path / "source.db"
    build_some(source, lambda: 0)
    command, *arguments = {
        "build": (build_some,),
        "merge": (merge_some, source),
        "export": (export_some, source),
    }[kind]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    status, events = in_a_child(command, whole, None, *arguments)
    assert status == 0
    assert events > 2
    drawn = random.Random(7)
    for _ in range(kills):
        # A build goes on where it was, so that fewer events are left each time.
        most = events // 4 if kind == "build" else events
        if kind == "export":
            shutil.rmtree(killed, ignore_errors=True)
        elif kind == "merge":
            killed.unlink(missing_ok=True)
        status, _ = in_a_child(command, killed, drawn.randrange(1, most + 1), *arguments)
        assert status == signal.SIGKILL or kind == "build"
        if kind == "export" and killed.exists():
            # What there is of files is whole, and there is nothing else.
            assert content(killed).items() <= content(whole).items()
        elif killed.exists() and killed.stat().st_size:
            with suppress(ArgumentError):
                # One killed while the tables were made has none.
                Catalog.recover(killed)[0].close()
    assert in_a_child(command, killed, None, *arguments)[0] == 0
    assert content(killed) == content(whole)
    assert not list(tmp_path.glob("*-journal"))


@pytest.mark.parametrize("kind", ["build", "merge", "export"])
def test_a_command_that_was_killed_goes_on(tmp_path, kind):
    kill_and_go_on(tmp_path, kind, 3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["build", "merge", "export"])
def test_commands_killed_at_many_moments_end_as_one_that_was_not(tmp_path, kind):
    kill_and_go_on(tmp_path, kind, 15)


@pytest.fixture
def left_over(tmp_path, small_catalog):
    """The path of a catalog as a command leaves it that is killed while it writes."""
    path, whole = tmp_path / "left.db", tmp_path / "whole.db"
    shutil.copy(small_catalog, whole)
    with closing(sqlite3.connect(whole, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE solvers SET text = text || ' '")
        # Nobody holds a lock on the copies.
        shutil.copy(whole, path)
        shutil.copy(f"{whole}-journal", f"{path}-journal")
        connection.execute("ROLLBACK")
    assert path.read_bytes() != small_catalog.read_bytes()
    return path


def test_a_reader_never_rolls_back_and_says_what_does(left_over, small_catalog, run):
    before = {file.name: file.read_bytes() for file in left_over.parent.iterdir()}
    refusal = "no killed command left unfinished: mesacircuits catalog recover FILE"
    assert refusal in refused(left_over)
    for command in (("info",), ("verify",), ("query",), ("export", "-", "--format", "csv")):
        status, text, errors = run("catalog", command[0], left_over, *command[1:])
        assert (status, text, errors.count("\n")) == (1, "", 1)
        assert refusal in errors
    assert {file.name: file.read_bytes() for file in left_over.parent.iterdir()} == before
    status, text, _ = run("catalog", "recover", left_over)
    assert status == 0
    assert text.startswith("rolled back what a command had not finished; ")
    assert not left_over.with_name("left.db-journal").exists()
    assert content(left_over) == content(small_catalog)
    assert run("catalog", "recover", left_over)[1].startswith("nothing to recover; ")


def test_a_log_beside_a_catalog_is_brought_in_by_recovery_alone(tmp_path, small_catalog):
    whole, path = tmp_path / "whole.db", tmp_path / "c.db"
    shutil.copy(small_catalog, whole)
    with closing(sqlite3.connect(whole, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        # What nothing has been written to since is read as it is, and nothing put beside it.
        shutil.copy(whole, tmp_path / "quiet.db")
        with Catalog.open(tmp_path / "quiet.db") as catalog:
            assert catalog.digest() == content(small_catalog)
        assert not list(tmp_path.glob("quiet.db-*"))
        connection.execute("DELETE FROM tags")
        for end in ("", "-wal"):
            shutil.copy(f"{whole}{end}", f"{path}{end}")
    assert "catalog recover FILE" in refused(path)
    catalog, done = Catalog.recover(path)
    with catalog:
        assert catalog.counts()["tags"] == 0
    assert done == "brought in what a command had left beside the file"
    assert not list(tmp_path.glob("c.db-*"))
    with Catalog.open(path) as catalog:
        assert catalog.counts()["tags"] == 0


def test_one_that_is_written_while_it_is_read_without_locks_is_told(tmp_path, small_catalog):
    path = tmp_path / "c.db"
    shutil.copy(small_catalog, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with (
        Catalog.open(path) as catalog,
        pytest.raises(ArgumentError, match="nobody writes meanwhile"),
        catalog.reading(),
    ):
        os.utime(path, ns=(0, 0))


def test_recovery_of_what_is_no_catalog_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "x.db")) as other:
        other.execute("CREATE TABLE t (x)")
    (tmp_path / "x.db-journal").write_bytes(b"a journal of somebody else")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    for path in (tmp_path / "x.db", tmp_path / "none.db", tmp_path):
        with pytest.raises(ArgumentError, match="catalog: expected"):
            Catalog.recover(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("use", [Catalog.open, Catalog.create, Catalog.recover])
def test_a_journal_that_names_another_file_is_never_played_back(tmp_path, small_catalog, use):
    path, victim = tmp_path / "c.db", tmp_path / "victim"
    shutil.copy(small_catalog, path)
    victim.write_text("precious")
    journal = journal_that_names(path, victim)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ArgumentError, match=r"other files, which would be deleted\)"):
        use(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    # SQLite itself would have deleted it.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    assert not victim.exists()
    assert not journal.exists()


@pytest.mark.parametrize("use", [Catalog.open, Catalog.create, Catalog.recover])
@pytest.mark.parametrize("kind", ["log", "journal", "empty with a log", "ours with a log"])
def test_what_lies_beside_a_file_is_left_as_it_is(tmp_path, small_catalog, use, kind):
    whole, path = tmp_path / "whole.db", tmp_path / "c.db"
    if kind == "log":
        with closing(sqlite3.connect(whole, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE t (x)")
            for end in ("", "-wal"):
                shutil.copy(f"{whole}{end}", f"{path}{end}")
    elif kind == "journal":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (x)")
        os.truncate(journal_that_names(path, path), 512)
    else:
        path.write_bytes(b"" if kind.startswith("empty") else small_catalog.read_bytes())
        (tmp_path / "c.db-wal").write_bytes(b"a log of somebody else")
    before = {file.name: file.read_bytes() for file in tmp_path.glob("c.db*")}
    with pytest.raises(ArgumentError, match="catalog: expected"):
        use(path)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("c.db*")} == before


def test_recovery_makes_no_catalog_of_an_empty_file(tmp_path):
    path = tmp_path / "notes.db"
    path.touch()
    with pytest.raises(ArgumentError, match="catalog: expected a catalog's file"):
        Catalog.recover(path)
    assert path.read_bytes() == b""


def test_what_is_read_is_of_one_moment(tmp_path, small_catalog, monkeypatch):
    path, tried = tmp_path / "c.db", []
    shutil.copy(small_catalog, path)

    class Writer:
        """A progress bar that writes to the catalog, or tries to."""

        def advance(self, units=1):
            with closing(sqlite3.connect(path, timeout=0)) as connection:
                try:
                    with connection:
                        connection.execute("DELETE FROM tags")
                    tried.append("written")
                except sqlite3.OperationalError as error:
                    tried.append(str(error))

    monkeypatch.setattr(Effort, "bar", lambda self, title, total: nullcontext(Writer()))
    with Catalog.open(path) as catalog:
        found = verify_catalog(catalog, sample=2)
        assert found.digest == content(small_catalog)
        # The writer could not, until all was read.
        assert tried == ["database is locked"] * 2
        Writer().advance()
        assert tried[-1] == "written"
        assert catalog.digest() != found.digest


@pytest.mark.parametrize("end", ["", "-journal", "-wal"])
def test_pipes_are_refused_unopened(tmp_path, small_catalog, end):
    path = tmp_path / "c.db"
    if end:
        shutil.copy(small_catalog, path)
    os.mkfifo(f"{path}{end}")
    for write in (False, True):
        assert "not a regular file" in refused(path, write=write)
    with pytest.raises(ArgumentError, match="not a regular file"):
        Catalog.recover(path)


def test_a_file_that_may_not_be_written_is_read_and_not_written(tmp_path, small_catalog):
    path = tmp_path / "c.db"
    shutil.copy(small_catalog, path)
    path.chmod(0o444)
    assert content(path) == content(small_catalog)
    assert "Permission denied" in refused(path, write=True)
    assert path.stat().st_mode & 0o777 == 0o444


def test_cells_have_a_bound(tmp_path, small_catalog):
    path = tmp_path / "c.db"
    shutil.copy(small_catalog, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE tasks SET text = printf('%.*c', 2000000, 'x')")
    with Catalog.open(path) as catalog, pytest.raises(ArgumentError, match="too big"):
        catalog.digest()


@pytest.mark.slow
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
