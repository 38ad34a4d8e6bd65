"""Exports: read back by other programs, and each naming its catalog and its command."""

import csv
import io
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.exports import Provenance, circuit_files, export_circuits, exported_rows
from mesacircuits.catalog.query import Answer, Filters, ask
from mesacircuits.catalog.schema import VIEW
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import WRITTEN_FORMATS, circuit_bytes, parse_circuit, write_blif
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError, FileError, MissingExtra
from mesacircuits.tasks import parse_task

SAID = Provenance("0" * 64, "mesacircuits catalog export c.db x --format y -- 'a  b'")
READ = {"blif": "blif", "bench": "bench", "aag": "aag", "aig": "aig", "txt": "txt"}


@pytest.fixture(scope="module")
def every_file(small_catalog, tmp_path_factory):
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("files")
    with Catalog.open(small_catalog) as catalog:
        for form in circuit_files():
            # The few that are tagged, and some others.
            export_circuits(catalog, folder, form, Filters(tag="search-like"), SAID)
            export_circuits(catalog, folder, form, Filters(basis="aig", size="4-9"), SAID, 5)
    return folder


@pytest.mark.parametrize("form", circuit_files())
def test_every_file_names_its_catalog_and_its_command(every_file, form):
    files = sorted(every_file.glob(f"*.{form}"))
    assert len(files) > 8
    for file in files:
        data = file.read_bytes()
        assert SAID.digest.encode() in data
        command = SAID.lines[1].replace("--", "- -") if form == "svg" else SAID.lines[1]
        assert command.encode() in data


@pytest.mark.parametrize("form", READ)
def test_circuits_are_read_back(every_file, small_catalog, form):
    with Catalog.open(small_catalog) as catalog:
        rows = catalog.rows("SELECT task, class, hash, solver FROM catalog WHERE kind = 'circuit'")
        tables = {}
        for task, _, _, text in rows:
            parsed = parse_task(task)
            tables.setdefault(Circuit.parse(parsed.inputs, text).tables(), text)
    for file in every_file.glob(f"*.{form}"):
        assert parse_circuit(file.read_bytes(), form).tables() in tables


def test_pictures_are_pictures(every_file):
    from PIL import Image

    for file in every_file.glob("*.png"):
        with Image.open(file) as image:
            image.load()
            assert image.info["Comment"] == "\n".join(SAID.lines)
    for file in every_file.glob("*.svg"):
        assert file.read_text().startswith("<svg ")


def test_exports_have_every_column_of_the_view_that_the_help_names(small_catalog, run):
    with Catalog.open(small_catalog) as catalog:
        view = catalog.connection.execute("SELECT * FROM catalog")
        names = [name for name, *_ in view.description]
        answer = ask(catalog, Filters())
        assert sorted(answer.rows, key=repr) == sorted(view.fetchall(), key=repr)
    assert list(answer.columns) == list(VIEW) == names
    status, text, _ = run("catalog", "query", "--help")
    assert status == 0
    assert f"a row for each minimum: {', '.join(names)}." in " ".join(text.split())


def test_rows_as_csv_and_json_lines(small_catalog):
    with Catalog.open(small_catalog) as catalog:
        answer = ask(catalog, Filters(basis="b2"))
    lines = exported_rows(answer, "csv", SAID).decode().splitlines()
    assert [line[0] for line in lines[:2]] == ["#", "#"]
    rows = list(csv.reader(lines[2:]))
    assert tuple(rows[0]) == answer.columns
    assert rows[0] == list(VIEW)
    expected = [["" if v is None else str(v) for v in row] for row in answer.rows]
    assert rows[1:] == expected
    head, *objects = map(json.loads, exported_rows(answer, "jsonl", SAID).splitlines())
    assert head["catalog"] == SAID.digest
    assert head["command"] == SAID.command
    assert objects == answer.to_json()["rows"]
    assert head["columns"] == list(VIEW)
    assert all(set(row) == set(VIEW) for row in objects)


def test_rows_as_parquet(small_catalog, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    with Catalog.open(small_catalog) as catalog:
        answer = ask(catalog, Filters())
    path = tmp_path / "rows.parquet"
    path.write_bytes(exported_rows(answer, "parquet", SAID))
    with duckdb.connect() as connection:
        cursor = connection.execute(f"SELECT * FROM '{path}'")
        columns, rows = [name for name, *_ in cursor.description], cursor.fetchall()
        notes = connection.execute(f"SELECT * FROM parquet_kv_metadata('{path}')").fetchall()
    assert tuple(rows) == answer.rows
    assert columns == list(VIEW)
    values = {key.decode(): value.decode() for _, key, value in notes}
    assert values["catalog"] == SAID.digest
    assert values["command"] == SAID.command


@pytest.mark.parametrize(
    "name",
    ["it's", 'a "b"', "x': 'BIGINT'}); COPY (SELECT 1) TO 'owned.csv'; --", "a\n;", "*", "select"],
)
def test_columns_of_parquet_may_have_any_name(name, tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    # Longer than a line of CSV may be; and nothing is not an empty text.
    rows = ((3_000_000 * '"', 1 << 62, 0.5), ("", None, None), (None, -1, float("inf")))
    answer = Answer((name, 'n"', "x"), rows, len(rows))
    data = exported_rows(answer, "parquet", Provenance("0" * 64, "x 'y' {z} \udcff"))
    assert not list(tmp_path.iterdir())
    (tmp_path / "rows.parquet").write_bytes(data)
    with duckdb.connect() as connection:
        cursor = connection.execute("SELECT * FROM 'rows.parquet'")
        assert [column for column, *_ in cursor.description] == [name, 'n"', "x"]
        assert tuple(cursor.fetchall()) == rows


@pytest.mark.parametrize("names", [("a", "a"), ("text", "TEXT"), ("a", "")])
def test_columns_that_parquet_does_not_tell_apart_are_refused(names):
    pytest.importorskip("duckdb")
    with pytest.raises(ArgumentError, match="columns: expected names that are not empty"):
        exported_rows(Answer(names, ((1, 2),), 1), "parquet", SAID)


def test_parquet_needs_duckdb(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtra, match="needs DuckDB: pip install"):
        exported_rows(Answer(("a",), ((1,),), 1), "parquet", SAID)


def test_other_formats_are_refused(small_catalog, tmp_path):
    with Catalog.open(small_catalog) as catalog:
        with pytest.raises(ArgumentError, match="format"):
            export_circuits(catalog, tmp_path, "gif", Filters(), SAID)
        (tmp_path / "file").write_text("")
        with pytest.raises(ArgumentError, match="output"):
            export_circuits(catalog, tmp_path / "file", "blif", Filters(), SAID)
    with pytest.raises(ArgumentError, match="format"):
        exported_rows(Answer(("a",), (), 0), "xlsx", SAID)


def altered(small_catalog, tmp_path, *statements):
    path = tmp_path / "altered.db"
    shutil.copy(small_catalog, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.mark.parametrize(
    "text", ["/../../../outside/x", "..", ".hidden", "a\nb", "\u00e9" * 300, ""]
)
def test_files_are_named_by_letters_whatever_the_cells_say(small_catalog, tmp_path, text):
    path = altered(
        small_catalog,
        tmp_path,
        f"UPDATE searches SET ordering = '{text}', basis = '{text}'",
        f"UPDATE tasks SET text = '{text}'",
        # Names that would differ in their hashes alone, from the ninth digit on.
        "UPDATE minima SET search = '12345678' || search",
        "UPDATE searches SET hash = '12345678' || hash",
    )
    with Catalog.open(path) as catalog:
        names = export_circuits(catalog, tmp_path / "a" / "out", "txt", Filters(), SAID, 60)
    assert len({name.lower() for name in names}) == len(names) == 60
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{,199}\.txt", name) for name in names)
    assert sorted(names) == sorted(file.name for file in (tmp_path / "a" / "out").iterdir())
    assert {file.name for file in tmp_path.iterdir()} == {"a", "altered.db"}


def test_an_exported_file_never_takes_the_place_of_the_catalog(small_catalog, tmp_path):
    path, folder = tmp_path / "c.db", tmp_path / "out"
    shutil.copy(small_catalog, path)
    with Catalog.open(path) as catalog:
        [name] = export_circuits(catalog, folder, "txt", Filters(), SAID, 1)
        (folder / name).unlink()
        (folder / name).symlink_to(path)
        with pytest.raises(ArgumentError, match="a file other than catalog"):
            export_circuits(catalog, folder, "txt", Filters(), SAID, 1)
    assert path.read_bytes() == small_catalog.read_bytes()


@pytest.mark.parametrize(
    "witness", ["xyz", "[]", '"x"', "null", '{"kind":"search"}', '{"kind":[]}']
)
def test_witnesses_that_are_none_are_told_in_one_line(small_catalog, tmp_path, witness):
    path = altered(small_catalog, tmp_path, f"UPDATE tags SET witness = '{witness}'")
    with Catalog.open(path) as catalog:
        filters = Filters(tag="search-like")
        if witness == '{"kind":[]}':
            # One of a definition of the user's own: it names no wires.
            export_circuits(catalog, tmp_path / "out", "svg", filters, SAID, 1)
            return
        with pytest.raises(ArgumentError, match="witnesses that name wires") as caught:
            export_circuits(catalog, tmp_path / "out", "svg", filters, SAID, 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wire", [999, -1, 10**25])
def test_witnesses_that_name_no_wire_are_the_fault_of_the_file(small_catalog, tmp_path, wire):
    witness = f'{{"kind":"search","groups":[{{"word":0,"wires":[{wire}]}}]}}'
    path = altered(small_catalog, tmp_path, f"UPDATE tags SET witness = '{witness}'")
    with Catalog.open(path) as catalog, pytest.raises(ArgumentError) as caught:
        export_circuits(catalog, tmp_path / "out", "svg", Filters(tag="search-like"), SAID, 1)
    assert isinstance(caught.value, FileError) or "catalog" in str(caught.value)


def test_all_files_of_an_export_are_looked_at_before_the_first_is_written(small_catalog, tmp_path):
    folder, outside = tmp_path / "out", tmp_path / "outside.txt"
    (folder / "index").mkdir(parents=True)
    with Catalog.open(small_catalog) as catalog:
        names = export_circuits(catalog, folder, "txt", Filters(), SAID, 3)
        for name in names:
            (folder / name).unlink()
        (folder / names[-1]).symlink_to(outside)
        with pytest.raises(ArgumentError, match="no links"):
            export_circuits(catalog, folder, "txt", Filters(), SAID, 3)
        (folder / names[-1]).unlink()
        (folder / names[-1]).touch(0o444)
        with pytest.raises(ArgumentError, match="Permission denied"):
            export_circuits(catalog, folder, "txt", Filters(), SAID, 3)
    assert sorted(p.name for p in folder.iterdir()) == ["index", names[-1]]
    assert not outside.exists()


def test_without_matplotlib_no_folder_is_made(small_catalog, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with Catalog.open(small_catalog) as catalog, pytest.raises(MissingExtra):
        export_circuits(catalog, tmp_path / "out", "png", Filters(), SAID)
    assert not list(tmp_path.iterdir())


def test_csv_and_latex_carry_no_control_characters_and_no_formulas():
    texts = ("\x1b[31mred\x07", "=1+1", "+1", "-1", "@x", "\t=1", "a\rb", "\x9bX", "two\nlines")
    answer = Answer(("x\x1b", "n"), tuple((text, -5) for text in texts), len(texts))
    said = Provenance("0" * 64, "mesacircuits \x1b[31m")
    data = exported_rows(answer, "csv", said).decode()
    assert all(c.isprintable() or c == "\n" for c in data)
    rows = list(csv.reader(data.splitlines(keepends=True)[2:]))
    cells = [row[0] for row in rows[1:]]
    assert cells[1:5] == ["'=1+1", "'+1", "'-1", "'@x"]
    assert cells[-1] == "two\nlines"
    # Numbers are numbers.
    assert rows[1][1] == "-5"
    latex = exported_rows(answer, "latex", said).decode()
    assert all(c.isprintable() or c == "\n" for c in latex)
    assert "two; lines &" in latex


NASTY = Answer(
    ("a_b", "n"),
    (("50% & #1 $x {y} ~z ^w \\v <u> |t| é", 1234567), (None, None), ("-", -5)),
    3,
)


def test_a_table_of_latex_fits_on_a_page_in_an_outline_font(small_catalog):
    with Catalog.open(small_catalog) as catalog:
        answer = ask(catalog, Filters())
    text = exported_rows(answer, "latex", SAID).decode()
    assert "\\usepackage{lmodern," in text
    digest = next(cell for row in answer.rows for cell in row if len(str(cell)) == 64)
    assert digest[:12] in text
    assert digest not in text
    [kinds] = re.findall(r"\\begin\{tabular\}\{(.*)\}", text)
    columns = re.findall(r"p\{4cm\}|[rl]", kinds)
    rows = [line.removesuffix(" \\\\").split(" & ") for line in text.splitlines() if " & " in line]
    # A character of \\footnotesize is 1.5 mm wide, what is between columns 2.1, and a page 297.
    widths = [
        40 if kind.startswith("p") else 1.5 * max(len(row[place]) for row in rows)
        for place, kind in enumerate(columns)
    ]
    assert "\\setlength{\\tabcolsep}{3pt}" in text
    assert rows[0] == list(VIEW)
    assert sum(widths) + 2.1 * len(widths) < 297
    program = Answer(("solver",), (("0: inc r0\n1: jz r1, 0",),), 1)
    assert "0: inc r0; 1: jz r1, 0" in exported_rows(program, "latex", SAID).decode()


@pytest.mark.slow
def test_tables_and_tikz_compile_as_written(every_file, tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("needs TeX Live")
    (tmp_path / "table.tex").write_bytes(exported_rows(NASTY, "latex", SAID))
    for file in sorted(every_file.glob("*.tex")):
        shutil.copy(file, tmp_path)
    for file in sorted(tmp_path.glob("*.tex")):
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-2000:]
        assert file.with_suffix(".pdf").stat().st_size > 1000


@pytest.mark.slow
def test_a_thousand_minima_are_equivalent_to_their_functions_for_abc(tmp_path):
    abc = shutil.which("berkeley-abc")
    if abc is None:
        pytest.skip("needs Debian's berkeley-abc")
    path = tmp_path / "c.db"
    with Catalog.create(path) as catalog:
        shipped = Effort(shipped=True)
        build(catalog, "functions(3); functions(4)", bases=["b2"], effort=shipped, definitions=[])
        build(catalog, "functions(3)", bases=["mux", "mig", "nand", "nor"], effort=shipped,
              definitions=[])  # fmt: skip
        hashes = sorted(h for [h] in catalog.rows("SELECT hash FROM solvers"))
        chosen = set(random.Random(1).sample(hashes, 1000))
        rows = [
            (hash_, task, inputs, text)
            for hash_, task, inputs, text in catalog.rows(
                "SELECT DISTINCT solvers.hash, catalog.task, solvers.inputs, solvers.text "
                "FROM catalog JOIN solvers ON solvers.hash = catalog.hash"
            )
            if hash_ in chosen
        ]
    assert len({row[0] for row in rows}) == 1000
    formats = ("blif", "bench", "aig", "v")
    commands, expected = [], 0
    for hash_, task, inputs, text in rows:
        circuit = Circuit.parse(inputs, text)
        # What it is compared with comes from the truth table, by no gate of the circuit.
        table = parse_task(task).tables[0]
        reference = tmp_path / f"{hash_}.ref.blif"
        reference.write_text(_cover(table))
        for form in formats:
            file = tmp_path / f"{hash_}.{form}"
            noted = WRITTEN_FORMATS[form].commented
            assert noted is not None
            file.write_bytes(noted(circuit_bytes(circuit, form), SAID.lines))
            commands.append(f"cec -n {file} {reference}")
            expected += 1
        assert parse_circuit(write_blif(circuit), "blif").tables()[0] == table
    script = tmp_path / "script"
    script.write_text("\n".join(commands) + "\n")
    run = subprocess.run([abc, "-f", str(script)], capture_output=True, text=True, check=False)
    assert run.stdout.count("Networks are equivalent") == expected, run.stdout[-2000:]
    assert "NOT EQUIVALENT" not in run.stdout


def _cover(table):
    names = "abcd"[: table.inputs]
    rows = [
        "".join(str(x >> i & 1) for i in range(table.inputs)) + " 1\n"
        for x in range(1 << table.inputs)
        if table(x)
    ]
    text = io.StringIO()
    text.write(f".model f\n.inputs {' '.join(names)}\n.outputs out\n")
    text.write(f".names {' '.join(names)} out\n{''.join(rows)}.end\n")
    return text.getvalue()
