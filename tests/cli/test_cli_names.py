"""A file's names on the command line: in what is printed, drawn, judged, proved, and given back."""

import json

import pytest

from mesacircuits.circuits.formats import circuit_bytes, read_circuit

SWAPPED = ".model m\n.inputs b a\n.outputs f\n.names b a f\n10 1\n.end\n"


@pytest.fixture
def swapped(tmp_path, monkeypatch):
    """Work in a folder with a function of inputs in another order than that of letters."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.blif").write_text(SWAPPED)
    return tmp_path


def test_what_is_printed_has_the_names_of_the_file(run, swapped):
    printed = run("enumerate", "f.blif")[1]
    assert "names: inputs b, a; outputs f\n" in printed
    assert "   1  g1 = b & ~a; out = g1" in printed
    record = json.loads(run("enumerate", "f.blif", "--json")[1])
    assert record["names"] == {"inputs": ["b", "a"], "outputs": ["f"]}
    assert "g1 = b & ~a; out = g1" in run("classify", "f.blif")[1]
    assert "  g1 = b & ~a; out = g1" in run("prove", "f.blif", "--size", "1")[1]
    drawing = run("draw", "f.blif", "--plain")[1]
    assert drawing.split() == ["b", "──●", "│", "a", "──○", "│", "g1", "∧──", "f", "=", "g1"]
    assert ">b</text>" in run("draw", "f.blif", "--format", "svg")[1]
    described = run("tasks", "f.blif")[1]
    assert "names: inputs b, a; outputs f, in the order of the columns\n" in described
    assert "ba  out\n" in described


def test_circuits_of_ones_own_go_by_the_names_of_the_task(run, swapped):
    right = run("classify", "f.blif", "--circuit", "g = b & ~a; out = g", "--json")[1]
    names = {"inputs": ["b", "a"], "outputs": ["out"]}
    assert json.loads(right)["names"] == names
    assert run("classify", "f.blif", "--circuit", "g = a & ~b; out = g")[0] == 2
    own = "inputs = a, b; outputs = z; g = a & ~b; out = g"
    status, printed, errors = run("classify", "tt:2:2", "--circuit", own)
    assert (status, errors) == (0, "")
    assert "g1 = a & ~b; out = g1" in printed
    # A whole text says its names; they go by their places.
    status, printed, errors = run("classify", "f.blif", "--circuit", own.replace("a", "x"))
    assert status == 0
    assert "not by their names, in which the files differ: x is b, b is a" in errors


@pytest.mark.parametrize("form", ["blif", "bench", "cirbo", "aag", "aig", "json", "txt", "other"])
def test_a_circuit_of_ones_own_may_be_any_file(run, swapped, form):
    circuit = read_circuit("f.blif")
    (swapped / f"c.{form}").write_bytes(circuit_bytes(circuit, form.replace("other", "txt")))
    for command in (["classify", "f.blif"], ["draw", "f.blif", "--plain"]):
        status, _, errors = run(*command, "--circuit", f"c.{form}")
        assert (status, errors) == (0, "")
    (swapped / f"c.{form}").write_bytes(b"\xff")
    status, _, errors = run("classify", "f.blif", "--circuit", f"c.{form}")
    assert (status, errors.count("\n"), f"error: c.{form}" in errors) == (1, 1, True)


def test_the_first_minimum_is_written(run, swapped):
    status, printed, errors = run("enumerate", "tt:3:96,E8", "--write", "adder.bench", "--count")
    assert status == 0
    assert "180 minimal circuits" in printed
    assert "note: adder.bench is the first of 180 minimal circuits\n" in errors
    assert [table.hex for table in read_circuit("adder.bench").tables()] == ["96", "E8"]
    assert run("enumerate", "f.blif", "--write", "again.blif")[0] == 0
    assert read_circuit("again.blif").names == read_circuit("f.blif").names
    for wrong in (["functions(2)", "--count", "--write", "x.blif"], ["f.blif", "--write", "x.q"]):
        assert run("enumerate", *wrong)[0] in (1, 2)
    assert not list(swapped.glob("x.*"))
    # All of them, where {} stands for the number.
    asked = ["enumerate", "f.blif", "--write", "all-{}.blif", "--json", "--basis", "aig"]
    listed = json.loads(run(*asked)[1])["minima"]
    files = sorted(swapped.glob("all-*.blif"))
    assert len(files) == len(listed)
    written = [read_circuit(str(file)).canonical().to_json() for file in files]
    assert [each["gates"] for each in written] == [each["gates"] for each in listed]


def test_names_are_no_part_of_what_files_keep(run, swapped):
    # A certificate, a catalog and a file of finished units are the same without them.
    (swapped / "g.blif").write_text(SWAPPED.replace("b", "x").replace(" f", " sum"))
    hashes = [json.loads(run("tasks", name, "--json")[1])["hash"] for name in ("f.blif", "g.blif")]
    assert hashes[0] == hashes[1]
    for name in ("f", "g"):
        assert run("catalog", "build", f"{name}.db", f"{name}.blif")[0] == 0
        assert run("catalog", "verify", f"{name}.db")[0] == 0
    listed = [run("catalog", "query", f"{name}.db")[1] for name in ("f", "g")]
    assert listed[0] == listed[1]
    assert run("enumerate", "f.blif", "--fresh", "--resume", "units.db")[0] == 0
    said = run("enumerate", "g.blif", "--fresh", "--resume", "units.db")[1]
    assert "g1 = x & ~a; out = g1" in said
    assert "units.db" in said
