"""`catalog`, `class-minima` and `atlas`: what is printed, refused, written, and exit statuses."""

import json
import lzma
import sqlite3
from contextlib import closing

import pytest

from mesacircuits.catalog.atlas import problems
from mesacircuits.circuits.formats import read_circuit


@pytest.fixture
def there(run, tmp_path, monkeypatch):
    """Stand in a folder with a catalog `c.db` of the functions of two and three inputs."""
    monkeypatch.chdir(tmp_path)
    status, text, errors = run("catalog", "build", "c.db", "functions(2)", "functions(3)")
    assert (status, errors) == (0, "")
    assert text.startswith("18 searches added, 0 were there\ncatalog ")
    return tmp_path


def answer(run, *arguments, status=0):
    found, text, errors = run(*arguments, "--json")
    assert (found, errors) == (status, "")
    return json.loads(text)


def test_build_goes_on_where_it_was(run, there):
    again = answer(run, "catalog", "build", "c.db", "functions(3); tt:3:E8@7F")
    assert (again["added"], again["kept"], again["open"]) == (1, 14, [])
    assert answer(run, "catalog", "info", "c.db")["digest"] == again["digest"]


def test_what_is_not_exhausted_is_named(run, tmp_path):
    file = tmp_path / "c.db"
    arguments = ("catalog", "build", file, "tt:5:16969669", "--budget", "1e-6")
    status, text, _ = run(*arguments)
    assert status == 4
    assert "1 not exhausted: tt:5:16969669 (b2, size)" in text


def test_info_query_and_verify(run, there):
    status, text, _ = run("catalog", "info", "c.db")
    assert status == 0
    assert "circuits, b2, size: 18 searches of 272 functions or tasks, 123 minima" in text
    assert all(len(line) <= 80 for line in text.splitlines())
    found = answer(run, "catalog", "query", "c.db", "--tag", "search-like")
    assert found["total"] == len(found["rows"]) == 3
    status, text, _ = run("catalog", "query", "c.db", "--size", "4")
    assert text.splitlines()[-1] == "and 73 more (--limit N lists more, --json all)"
    assert run("catalog", "query", "c.db", "--size", "9") == (0, "nothing passes the filters\n", "")
    verified = answer(run, "catalog", "verify", "c.db", "--sample", "3")
    assert (verified["verified"], verified["searches"]) == (True, 3)
    sql = answer(run, "catalog", "query", "c.db", "--sql", "SELECT count(*) AS n FROM minima")
    assert sql == {"total": 1, "rows": [{"n": 123}]}


def test_merging(run, there):
    run("catalog", "build", "d.db", "majority")
    merged = answer(run, "catalog", "merge", "all.db", "c.db", "d.db")
    again = answer(run, "catalog", "merge", "all.db", "d.db", "c.db")
    assert merged["digest"] == again["digest"]
    assert merged["added"]["searches"] == 19
    assert set(again["added"].values()) == {0}


def test_exports_name_the_command(run, there):
    arguments = ("catalog", "export", "c.db", "rows.csv", "--format", "csv", "--size", "3")
    assert run(*arguments) == (0, "13 of 13 rows in rows.csv\n", "")
    head = (there / "rows.csv").read_text().splitlines()[1]
    assert head == f"# command: mesacircuits {' '.join(arguments)}"
    written = answer(run, "catalog", "export", "c.db", "out", "--format", "blif", "--size", "3")
    assert len(written["files"]) == 13
    assert all(read_circuit(there / "out" / name).size >= 3 for name in written["files"])
    status, text, _ = run("catalog", "export", "c.db", "-", "--format", "jsonl", "--limit", "2")
    assert status == 0
    assert len(text.splitlines()) == 3


def test_an_export_may_be_of_some_columns(run, there):
    def exported(form, *more):
        return run("catalog", "export", "c.db", "-", "--format", form, "--size", "1", *more)

    status, text, _ = exported("csv", "--columns", "solver, size")
    assert (status, text.splitlines()[2]) == (0, "solver,size")
    _, text, _ = exported("latex", "--fragment")
    assert "hash" not in text.split("toprule")[1]
    _, text, _ = exported("latex", "--fragment", "--columns", "size,hash")
    assert "size & hash" in text
    status, _, said = exported("csv", "--columns", "seize")
    assert (status, said.endswith("got seize (did you mean size?)\n")) == (2, True)
    status, _, said = run("catalog", "export", "c.db", "x", "--format", "svg", "--columns", "size")
    assert (status, "--columns goes with formats of rows" in said) == (2, True)


def test_merging_says_what_was_verified(run, there):
    status, text, _ = run("catalog", "merge", "all.db", "c.db")
    assert status == 0
    assert text.startswith("added 18 searches, 123 minima; verified\n  asserted: that the lists")
    status, text, _ = run("catalog", "merge", "all.db", "c.db", "--unverified")
    assert text.startswith("added 0 searches, 0 minima; unverified\ncatalog ")
    found = answer(run, "catalog", "merge", "other.db", "c.db", "--unverified")
    assert (found["unverified"], found["verified"]) == (True, [])


def test_what_does_not_hold_is_not_merged_and_nothing_is_made(run, there):
    run("catalog", "build", "d.db", "majority")
    with closing(sqlite3.connect("d.db")) as connection, connection:
        connection.execute("UPDATE searches SET functions = 4611686018427387904, minima = 1 << 62")
    status, text, errors = run("catalog", "merge", "new.db", "c.db", "d.db")
    assert (status, text, errors.count("\n")) == (1, "", 1)
    assert "certificate: searches[" in errors
    assert not (there / "new.db").exists()
    assert run("catalog", "info", "d.db")[0] == 0


def test_what_the_budget_does_not_reach_is_named_in_verification(run, there):
    status, text, _ = run("catalog", "verify", "c.db", "--full", "--budget", "0.000001")
    assert status == 4
    assert text.startswith("NOT FINISHED: 0 of 18 searches")
    assert "not reached: 13 more" in text
    found = answer(run, "catalog", "verify", "c.db", "--budget", "0.000001", status=4)
    assert found["verified"] is False


@pytest.mark.parametrize(
    "mine", ["mine.py:deep", pytest.param("contains(mine.py:deep)", marks=pytest.mark.slow)]
)
def test_definitions_of_ones_own_judge_again_where_they_are_given(run, tmp_path, monkeypatch, mine):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("def deep(circuit, task):\n    return circuit.depth > 0\n")
    run("catalog", "build", "c.db", "tt:2:6", "--definition", mine)
    asserted = f"what {mine} says of 1 searches, with 1 tags (give --definition FILE:NAME)"
    assert asserted in answer(run, "catalog", "verify", "c.db")["asserted"]
    given = answer(run, "catalog", "verify", "c.db", "--definition", mine)
    assert given["tags"] == 1
    assert not any("mine.py" in said for said in given["asserted"])


def test_texts_of_a_file_do_not_drive_the_terminal(run, there):
    with closing(sqlite3.connect("c.db")) as connection, connection:
        for table, column in (("searches", "ordering"), ("tasks", "text"), ("solvers", "text"),
                              ("definitions", "tag"), ("runs", "source")):  # fmt: skip
            connection.execute(f"UPDATE {table} SET {column} = '\x1b]0;x\x07' || {column}")
    for command in (
        ("info", "c.db"),
        ("query", "c.db"),
        ("query", "c.db", "--sql", "SELECT text, '\x9b' FROM tasks"),
        ("query", "c.db", "--json"),
        ("query", "c.db", "--sql", "SELECT '\x9b\u202e' AS x", "--json"),
        ("verify", "c.db"),
        ("export", "c.db", "-", "--format", "csv"),
        ("export", "c.db", "-", "--format", "latex"),
    ):
        status, text, errors = run("catalog", *command)
        assert status == (command[0] == "verify")
        assert text or errors
        assert all(c.isprintable() or c == "\n" for c in text + errors)


@pytest.mark.parametrize(
    ("arguments", "status", "part"),
    [
        (("build", "c.db"), 2, "UNIVERSE"),
        (("build", "c.db", "exemplars"), 2, "universe: expected tasks"),
        (("build", "c.db", "functions(5)"), 2, "inputs: expected"),
        (("build", "c.db", "functions(2)", "--basis", "b3"), 2, "basis: expected"),
        (("build", "c.db", "functions(2)", "--order", "deep"), 2, "order: expected"),
        (("build", "new.db", "functions(5)"), 2, "inputs: expected"),
        (("build", "new.db", f"functions({'9' * 30})"), 2, "from 1 to 5"),
        (("build", "new.db", "functions(2)", "--order", "deep"), 2, "order: expected"),
        (("build", "new.db", "functions(2)", "--order", "depth"), 2, "order: expected"),
        (("build", "new.db", "programs(tt:1:1)", "--program-order", "f:9**9**9"), 2, "f: "),
        (("build", "no/c.db", "functions(2)"), 1, "file: expected a writable"),
        (("build", "text", "functions(2)"), 1, "catalog: expected"),
        (("info", "none.db"), 1, "catalog: expected a catalog's file"),
        (("info", "text"), 1, "catalog: expected"),
        (("query", "c.db", "--size", "many"), 2, "size: expected a number"),
        (("query", "c.db", "--sql", "DROP TABLE tags"), 2, "sql: expected"),
        (("query", "c.db", "--sql", "SELECT 1", "--size", "3"), 2, "--sql goes without filters"),
        (("query", "c.db", "--inputs", "9" * 30), 2, "a whole number up to"),
        (
            ("export", "c.db", "x", "--format", "svg", "--inputs", "9" * 30),
            2,
            "a whole number up to",
        ),
        (("verify", "c.db", "--definition", "lookup-table(inputs_per_cell=1)"), 2, "definition: "),
        (("verify", "c.db", "--budget", "0"), 2, "budget: expected"),
        (("recover", "none.db"), 1, "catalog: expected"),
        (("recover", "text"), 1, "catalog: expected"),
        (("merge", "c.db", "./c.db"), 2, "file: expected a file other than"),
        (("merge", "new.db", "c.db", "none.db"), 1, "catalog: expected"),
        (("export", "c.db", "c.db", "--format", "csv"), 2, "output: expected a file other than"),
        (("export", "c.db", "./c.db", "--format", "jsonl"), 2, "output: expected a file other"),
        (("export", "c.db", "c.db", "--format", "latex"), 2, "output: expected a file other than"),
        (("export", "c.db", "c.db-journal", "--format", "csv"), 2, "output: expected a file other"),
        (("query", "c.db", "--engine", "duckdb"), 2, "go with --sql"),
        (("query", "c.db", "--limit", "-1"), 2, "--limit"),
        (("verify", "c.db", "--sample", "0"), 2, "sample: expected"),
        (("merge", "c.db", "text"), 1, "catalog: expected"),
        (("merge", "c.db"), 2, "OTHERS"),
        (("export", "c.db", "x", "--format", "doc"), 2, "format: expected one of csv"),
        (("export", "c.db", "no/x", "--format", "csv"), 1, "output: expected"),
        (("export", "c.db", "text", "--format", "blif"), 1, "output: expected a folder"),
        (("export", "c.db", "x", "--format", "csv", "--fragment"), 2, "--format latex"),
        (("export", "c.db", "x", "--format", "svg", "--sql", "SELECT 1"), 2, "formats of rows"),
        (("export", "c.db", "-", "--format", "csv", "--json"), 2, "so - has no use"),
        (
            ("export", "c.db", "x", "--format", "parquet", "--sql", "SELECT 1 AS a, 2 AS A"),
            2,
            "columns: expected",
        ),
    ],
)
def test_refusals_are_one_line_and_leave_nothing(run, there, arguments, status, part):
    (there / "text").write_text("no database, but a text that is long enough to be one" * 20)
    before = {path.name: path.read_bytes() for path in there.iterdir()}
    found, text, errors = run("catalog", *arguments)
    assert (found, text) == (status, "")
    assert errors.startswith("mesacircuits: error: ")
    assert errors.count("\n") == 1
    assert part in errors
    assert {path.name: path.read_bytes() for path in there.iterdir()} == before


@pytest.mark.slow
def test_class_minima(run):
    found = answer(run, "class-minima", "--inputs", 3)
    assert [len(found["classes"]), found["exhaustive"], found["open_classes"]] == [12, True, 0]
    several = answer(run, "class-minima", "--inputs", 3, "--fewer", "--basis", "nand")
    assert [record["inputs"] for record in several] == [1, 2, 3]
    status, text, _ = run("class-minima", "--inputs", 4, "--basis", "aig", "--nodes", "1000")
    assert status == 4
    assert "classes left open" in text
    for wrong in (
        ("--inputs", 5),
        ("--inputs", 3, "--order", "pareto"),
        ("--inputs", 3, "--packed", "--json"),
    ):
        status, text, errors = run("class-minima", *wrong)
        assert (status, text, errors.count("\n")) == (2, "", 1)


def test_packed_lists_are_those_that_ship(capfdbinary):
    from mesacircuits.cli import main

    with pytest.raises(SystemExit) as caught:
        main(["class-minima", "--inputs", "3", "--fewer", "--packed"])
    assert caught.value.code == 0
    record = json.loads(lzma.decompress(capfdbinary.readouterr().out))
    assert record["format"] == "mesacircuits minima 1"
    assert [universe["inputs"] for universe in record["universes"]] == [1, 2, 3]


def test_atlas(run, tmp_path, monkeypatch):
    # All worlds and longer programs take half a minute.
    monkeypatch.setattr(problems, "worlds_of_library", lambda: ["rock"])
    monkeypatch.setattr(problems, "TRIED", 100)
    record = answer(run, "atlas", tmp_path / "atlas", "--basis", "monotone")
    assert (tmp_path / "atlas" / "index.html").is_file()
    assert record["first_view"] < 300 * 1024
    status, text, errors = run("atlas", tmp_path / "other", "--basis", "b3")
    assert (status, text, errors.count("\n")) == (2, "", 1)
    assert not (tmp_path / "other").exists()
