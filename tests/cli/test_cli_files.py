"""Files named on the command line: a bad one ends with status 1, whatever is wrong with it."""

import os

import pytest

TASK = "tt:3:E8"
#: Commands that read a file, with FILE in its place, and the end of its name.
READERS = {
    "a task": (["tasks", "FILE"], ".json"),
    "a PLA": (["tasks", "FILE"], ".pla"),
    "a circuit as a task": (["tasks", "FILE"], ".blif"),
    "a task by its prefix": (["enumerate", "file:FILE"], ".json"),
    "a basis": (["enumerate", TASK, "--basis", "FILE"], ".json"),
    "a circuit to judge": (["classify", TASK, "--circuit", "FILE"], ".json"),
    "a circuit to draw": (["draw", TASK, "--circuit", "FILE"], ".json"),
    "a circuit to run": (["run", "thermostat", "--circuit", "FILE"], ".json"),
    "a circuit to convert": (["convert", "FILE", "out.aag"], ".bench"),
    "JSON to convert": (["convert", "FILE", "out.pla"], ".json"),
    "a program": (["assemble", "FILE", "--task", TASK], ".asm"),
    "a program to trace": (["trace", TASK, "--program", "FILE"], ".asm"),
    "claims": (["conjectures", "--claims", "FILE"], ".toml"),
    "a formula": (["prove", "--check", "FILE", "proof.drup"], ".cnf"),
    "a proof": (["prove", "--check", "formula.cnf", "FILE"], ".drup"),
}
LONG_NAME = "n" * 300


@pytest.fixture
def refused(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "formula.cnf").write_text("p cnf 1 1\n1 0\n")
    (tmp_path / "proof.drup").write_text("0\n")

    def call(arguments, file):
        before = sorted(tmp_path.iterdir())
        status, out, errors = run(*(part.replace("FILE", file) for part in arguments))
        assert (out, errors.count("\n")) == ("", 1)
        assert errors.startswith("mesacircuits: error: ")
        assert sorted(tmp_path.iterdir()) == before
        assert status == 1, errors
        return errors

    return call


@pytest.mark.parametrize("what", READERS)
def test_a_bad_file_is_no_bad_argument(refused, tmp_path, what):
    arguments, suffix = READERS[what]
    path = tmp_path / f"file{suffix}"
    assert "(No such file or directory)" in refused(arguments, path.name)
    assert "(File name too long)" in refused(arguments, f"{LONG_NAME}{suffix}")
    path.mkdir()
    assert "(Is a directory)" in refused(arguments, path.name)
    path.rmdir()
    # Nobody writes into it: who waits for that waits for ever.
    os.mkfifo(path)
    assert "(not a regular file)" in refused(arguments, path.name)
    path.unlink()
    for data in (b"nonsense\x1b[31m \xff", b"{" * 5000, b'{"a": 1, "a": 2}', b'"\\ud800"', b"\0"):
        path.write_bytes(data)
        assert "expected" in refused(arguments, path.name) or "certificate: " in refused(
            arguments, path.name
        )


@pytest.mark.parametrize("form", ["json", "blif", "aig", "pla"])
def test_stdin_is_a_file(run, monkeypatch, tmp_path, form):
    path = tmp_path / "bytes"
    path.write_bytes(b"nonsense")
    with open(path) as file:
        monkeypatch.setattr("sys.stdin", file)
        status, out, errors = run("convert", "-", tmp_path / "out.json", "--from", form)
    assert (status, out, errors.count("\n")) == (1, "", 1)
    assert "stdin" in errors
    with open(path) as file:
        monkeypatch.setattr("sys.stdin", file)
        assert run("assemble", "-", "--task", TASK)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify", TASK, "--circuit", "g1 = a &" + " " * 300 + "; out = g1"],
        ["run", "thermostat", "--circuit", "g1 = " + "a" * 300],
        ["assemble", "inc r9; " + "a" * 300, "--task", TASK],
        ["assemble", "inc \udcff", "--task", TASK],
        ["trace", TASK, "--program", "inc r0; " + "b" * 300],
        ["trace", TASK, "--program", "inc r0; jmp 0", "--input", "9" * 5000],
        ["enumerate", TASK, "--basis", "and=" + "9" * 5001],
        ["enumerate", TASK, "--basis", "tt:3:" + "9" * 5001],
        ["convert", "file.blif", "out.vhd", "--to", "vhd"],
        ["tasks", "tt:0001" + "0" * 5000 + ":1"],
    ],
    ids=lambda arguments: arguments[-1][:20].encode("ascii", "replace").decode(),
)
def test_texts_on_the_command_line_are_arguments(run, arguments):
    # Also those too long for the name of a file.
    status, out, errors = run(*arguments)
    assert (status, out, errors.count("\n")) == (2, "", 1)
    assert "expected" in errors
    assert "File name too long" not in errors


def test_comments_of_a_formula_do_nothing_to_the_terminal(run, tmp_path):
    cnf, proof = tmp_path / "a.cnf", tmp_path / "a.drup"
    comments = "c red \x1b[31m\x07\n" + "c long " + "x" * 10_000 + "\n" + "c many\n" * 50
    cnf.write_text(comments + "p cnf 1 2\n1 0\n-1 0\n")
    proof.write_text("0\n")
    status, out, errors = run("prove", "--check", cnf, proof)
    assert (status, errors) == (0, "")
    assert all(c.isprintable() or c == "\n" for c in out)
    assert "the file says: red \N{REPLACEMENT CHARACTER}[31m" in out
    assert len(out) < 2000
    assert "and 42 more comments" in out


def test_a_stranger_names_no_basis_by_control_characters(refused, tmp_path):
    (tmp_path / "b.json").write_text(
        '{"name": "b2\\u001b[31m", "operators": [{"operator": "and"}]}'
    )
    line = refused(["enumerate", TASK, "--basis", "FILE"], "b.json")
    assert "basis: expected a name of at most 200 characters that print" in line
    cost = '{"name": "b", "operators": [{"operator": "and", "cost": %s}]}'
    for number, said in (("9" * 5001, "out of range"), ("9" * 30, "up to 999999999")):
        (tmp_path / "b.json").write_text(cost % number)
        assert said in refused(["enumerate", TASK, "--basis", "FILE"], "b.json")
