"""stdin, stdout and stderr: closed, full, of few characters; and what a terminal is sent."""

import ast
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mesacircuits.cli import streams
from mesacircuits.cli.main import mesacircuits

COMMAND = [sys.executable, "-m", "mesacircuits.cli"]
CIRCUIT = ".model x\n.inputs a b\n.outputs z\n.names a b z\n11 1\n.end\n"
HOSTILE = "\x1b[31mred\x1b]0;title\x07\x9b1m\u202eabc\x85"
PROGRAM = "0: inc r0; jz r1, 0"


@pytest.fixture
def shell(tmp_path):
    """Return a function that runs a command with some redirections of its streams."""
    (tmp_path / "x.blif").write_text(CIRCUIT)

    def call(redirected, *arguments, **environment):
        run = subprocess.run(
            ["sh", "-c", f'"$@" {redirected}', "sh", *COMMAND, *arguments],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
            check=False,
        )
        assert b"Traceback" not in run.stderr
        assert run.stderr.count(b"\n") <= 1
        return run.returncode, run.stdout, run.stderr

    return call


@pytest.mark.parametrize(
    ("redirected", "arguments", "status", "said"),
    [
        ("<&-", ["assemble", "-"], 1, "program: expected an open stdin, got - (closed)"),
        ("<&-", ["convert", "-", "y.aag", "--from", "blif"], 1, "source: expected an open stdin"),
        (">&-", ["convert", "x.blif", "-", "--to", "aig"], 1, "stdout is closed"),
        (">&-", ["convert", "x.blif", "-", "--to", "blif"], 1, "stdout is closed"),
        (">&-", ["bases"], 0, ""),
        (">&-", ["bases", "--json"], 0, ""),
        ("<&- >&- 2>&-", ["bases"], 0, ""),
        ("2>&-", ["bases", "--nothing"], 2, ""),
        ("2>/dev/full", ["bases", "--nothing"], 2, ""),
        ("2>/dev/full", ["convert", "none.blif", "y.pla"], 1, ""),
        ("2>/dev/full", ["convert", "x.blif", "y.pla"], 0, ""),
        (">/dev/full", ["convert", "x.blif", "-", "--to", "aig"], 1, "No space left on device"),
        (">/dev/full 2>/dev/full", ["bases"], 1, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_streams_that_are_closed_or_full(shell, redirected, arguments, status, said):
    found, out, errors = shell(redirected, *arguments)
    assert (found, out if ">" in redirected.replace("2>", "") else b"") == (status, b"")
    assert said in errors.decode()
    assert bool(said) == bool(errors)


def test_no_file_takes_the_number_of_a_closed_stream(shell, tmp_path):
    found, _, errors = shell("<&- >&- 2>&-", "convert", "x.blif", "y.pla")
    assert (found, errors) == (0, b"")
    assert (tmp_path / "y.pla").read_text().startswith(".i 2\n")


@pytest.mark.parametrize("encoding", ["latin-1", "cp437", "ascii"])
def test_characters_that_stdout_lacks_are_spelled(shell, encoding):
    drawn = ("trace", "argmax", "--program", PROGRAM)
    found, out, _ = shell("", *drawn, PYTHONIOENCODING=encoding)
    assert found == 0
    assert out.decode(encoding).count("\n") > 3


def test_drawings_keep_their_shape_in_ascii():
    streams.guard_streams()
    drawn = "a ──●──┼── ⊕ \N{GREEK SMALL LETTER LAMDA}"
    assert drawn.encode("ascii", "mesacircuits") == b"a --*--+-- + \\u03bb"
    assert drawn.encode("cp437", "mesacircuits").decode("cp437").startswith("a ──*──┼── + ")


# -- what the machine does not give ------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "out of memory"),
        (RuntimeError("can't start new thread"), "no more threads can be started"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
        (OSError(errno.EMFILE, "Too many open files", "x.db"), "x.db: Too many open files"),
        (ExceptionGroup("", [ValueError(), MemoryError()]), "out of memory"),
        (ExceptionGroup("", [OSError(errno.EMFILE, "Too many open files")]), "Too many open"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_shortages_are_one_line(run, monkeypatch, error, said, wrapped):
    def fails(**_):
        if not wrapped:
            raise error
        raise SystemError("returned a result with an exception set") from error

    monkeypatch.setattr(mesacircuits.commands["bases"], "callback", fails)
    status, out, errors = run("bases")
    assert (status, out) == (1, "")
    if not wrapped or not isinstance(error, OSError):
        assert said in errors
    assert errors.count("\n") == 1


def test_other_errors_are_faults_of_the_program(monkeypatch):
    from mesacircuits.cli import main

    def fails(**_):
        raise RuntimeError("a fault")

    monkeypatch.setattr(mesacircuits.commands["bases"], "callback", fails)
    with pytest.raises(RuntimeError, match="a fault"):
        main(["bases"])


# -- terminals ---------------------------------------------------------------------------------


def test_texts_are_printed_without_control_characters(capsys):
    streams.show(HOSTILE + "\nnext", None)
    streams.say(HOSTILE)
    streams.note(HOSTILE)
    out, errors = capsys.readouterr()
    assert out.count("\n") == 2
    assert "red" in out
    for text in (out, errors):
        assert all(c.isprintable() or c == "\n" for c in text)


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "\U0001f600", "\U000e0001"],
)
def test_json_has_the_same_values_without_control_characters(capsys, text):
    record = {"text": text, text: ["a", 1]}
    streams.show(None, record)
    shown = capsys.readouterr().out
    assert json.loads(shown) == record
    assert all(c.isprintable() or c == "\n" for c in shown)


def test_data_keep_their_bytes_but_on_a_terminal(capfdbinary, monkeypatch):
    data = HOSTILE.encode() + b"\xff\n"
    streams.write_data(data)
    assert capfdbinary.readouterr().out == data
    monkeypatch.setattr(streams, "is_terminal", lambda: True)
    streams.write_data(data)
    shown = capfdbinary.readouterr().out.decode()
    assert all(c.isprintable() or c == "\n" for c in shown)
    with pytest.raises(Exception, match="they need a file or a pipe"):
        streams.write_data(data, is_text=False)


def test_what_files_say_is_cleaned(run, tmp_path):
    claims = tmp_path / "own.toml"
    hostile = json.dumps(HOSTILE[:-1])
    sentence = "no size-minimal circuit of functions(2) over b2 is search-like"
    claims.write_text(f'[own]\nsentence = "{sentence}"\nclaim = {hostile}\nsource = {hostile}\n')
    formula, proof = tmp_path / "f", tmp_path / "p"
    formula.write_text("c \x1b[31mred\np cnf 1 2\n1 0\n-1 0\n")
    proof.write_text("0\n")
    for arguments in (
        ("conjectures", "--claims", claims),
        ("conjectures", "own", "--claims", claims),
        ("check", "own", "--claims", claims),
        ("prove", "--check", formula, proof),
    ):
        status, out, errors = run(*arguments)
        assert status == 0, errors
        assert all(c.isprintable() or c == "\n" for c in out + errors)
        assert "red" in out or arguments[0] == "check"


def test_commands_print_in_one_place():
    """So that none can forget to clean what it prints."""
    folder = Path(__file__).parents[2] / "cli"
    for path in folder.glob("*.py"):
        if path.stem == "streams":
            continue
        source = path.read_text()
        called = {
            ast.unparse(n.func) for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)
        }
        assert not called & {"click.echo", "print", "click.secho", "sys.stdout.buffer.write"}
        for stream in ("sys.stdin", "sys.stderr", "sys.stdout.buffer", "sys.stdout.write"):
            assert stream not in source
