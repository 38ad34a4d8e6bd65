"""`mesacircuits convert`: files from one format to another, notes, summaries, and refusals."""

import io
import json
import sys

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import CIRCUIT_FORMATS, circuit_bytes, read_circuit
from mesacircuits.cli import main
from mesacircuits.cli.circuits import convert
from mesacircuits.cli.main import mesacircuits
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import RelationTask, parse_task, read_task, task_bytes

mesacircuits.add_command(convert)

CIRCUIT = Circuit.parse(3, "g1 = a ^ b; g2 = g1 & ~c; out = ~g2, a")
RELATION = RelationTask(1, 2, ((0, 2), (1, 3)))


@pytest.fixture
def run(capfdbinary, tmp_path, monkeypatch):
    """Return a function that runs `convert` in an empty folder: status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["convert", *arguments])
        out, errors = capfdbinary.readouterr()
        return caught.value.code or 0, out, errors.decode()

    return call


@pytest.mark.parametrize("target", sorted(CIRCUIT_FORMATS))
@pytest.mark.parametrize("source", sorted(CIRCUIT_FORMATS))
def test_circuits(run, tmp_path, source, target):
    (tmp_path / f"in.{source}").write_bytes(circuit_bytes(CIRCUIT, source))
    status, out, notes = run(f"in.{source}", f"out.{target}")
    assert (status, out) == (0, b"")
    again = read_circuit(tmp_path / f"out.{target}")
    assert again.output_bits() == CIRCUIT.output_bits()
    first = {"aag": "1 of 2 gates is no AND", "aig": "1 of 2 gates is no AND"}
    first["bench"] = "1 of 2 gates is a LUT line"
    if source not in ("aag", "aig") and target in first:
        assert notes.startswith(f"mesacircuits: note: {first[target]}")
    elif target not in first:
        assert notes == ""
        assert source in ("aag", "aig") or again.hash_hex == CIRCUIT.hash_hex


def test_tasks(run, tmp_path):
    (tmp_path / "in.json").write_bytes(task_bytes(RELATION, "json"))
    assert run("in.json", "out.pla") == (0, b"", "")
    assert read_task("out.pla") == RELATION
    assert run("out.pla", "again.json") == (0, b"", "")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "in.json").read_bytes()


def test_a_circuit_becomes_the_task_of_computing_its_outputs(run, tmp_path):
    (tmp_path / "in.blif").write_bytes(circuit_bytes(CIRCUIT, "blif"))
    status, _, note = run("in.blif", "out.pla")
    assert status == 0
    assert note == ("mesacircuits: note: a PLA keeps what the circuit computes, not its 2 gates\n")
    assert read_task("out.pla").tables == CIRCUIT.tables()


def test_suffixes_may_be_overridden(run, tmp_path):
    (tmp_path / "plain").write_bytes(circuit_bytes(CIRCUIT, "blif"))
    assert run("plain", "other.v", "--from", "blif", "--to", "bench")[0] == 0
    assert read_circuit("other.v", "bench").hash_hex == CIRCUIT.hash_hex
    assert run("plain", "next.json", "--from", "blif")[0] == 0
    assert Circuit.from_json(json.loads((tmp_path / "next.json").read_text())) == CIRCUIT


@pytest.mark.parametrize("target", ["blif", "aig"])
def test_stdout_gets_the_file_alone(run, tmp_path, target):
    (tmp_path / "in.txt").write_bytes(circuit_bytes(CIRCUIT, "txt"))
    status, out, _ = run("in.txt", "-", "--to", target)
    assert (status, out) == (0, circuit_bytes(CIRCUIT, target))


def test_stdin(run, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(circuit_bytes(CIRCUIT, "aig")))
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("-", "out.json", "--from", "aig")[0] == 0
    assert read_circuit("out.json").output_bits() == CIRCUIT.output_bits()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b".i 9")))
    assert "stdin, line 1: expected .i" in run("-", "out.json", "--from", "pla")[2]


def test_a_summary(run, tmp_path):
    (tmp_path / "in.blif").write_bytes(circuit_bytes(CIRCUIT, "blif"))
    status, out, notes = run("in.blif", "out.aag", "--json")
    assert status == 0
    assert len(notes.splitlines()) == 1
    assert json.loads(out) == {
        "from": "blif",
        "to": "aag",
        "notes": [notes.removeprefix("mesacircuits: note: ").strip()],
        "kind": "circuit",
        "inputs": 3,
        "outputs": 2,
        "size": 2,
        "depth": 2,
    }
    (tmp_path / "in.json").write_bytes(task_bytes(parse_task("tt:2:8@7"), "json"))
    record = json.loads(run("in.json", "out.pla", "--json")[1])
    expected = {"kind": "function", "inputs": 2, "outputs": 1, "from": "json", "to": "pla"}
    assert record == expected | {"notes": []}


WORDS = b'{"inputs": 1, "outputs": 2, "accept": [[1, 2], [0]]}'


@pytest.mark.parametrize(
    ("data", "arguments", "status", "part"),
    [
        (None, ["in.blif", "out.aag"], 1, "path: expected a readable file, got in.blif (No such"),
        (b"x", ["in.blif", "out.aag"], 1, "in.blif, line 1: expected a line that begins with"),
        (b"", ["in.blif", "out.vhd"], 1, "path: expected a name that ends in one of .blif, .bench"),
        (b"", ["in.blif", "out.v", "--to", "verilog"], 2, "--to: expected one of blif, bench"),
        (b"", ["in.blif", "out.v", "--to", "pla", "--from", "x"], 2, "--from: expected one of"),
        (b"", ["in.blif", "-"], 2, "- has no suffix: say --to FORMAT"),
        (b"", ["-", "out.blif"], 2, "- has no suffix: say --from FORMAT"),
        (b"", ["in.blif", "-", "--to", "aag", "--json"], 2, "so - has no use"),
        (b"", ["in.blif"], 2, "DESTINATION"),
        (WORDS, ["in.json", "out.pla"], 2, "JSON states other relations), got {10, 01} on input 0"),
        (WORDS, ["in.json", "out.blif"], 2, "--to: expected one of pla, json for a task (it has"),
        (b"[1", ["in.json", "out.blif"], 1, "in.json: expected a task in JSON form"),
        (b'{"gates": 1}', ["in.json", "out.blif"], 1, "in.json, circuit: expected a circuit"),
        (
            b"inputs = a\nout = a",
            ["in.txt", "no/out.blif"],
            1,
            "destination: expected a writable path",
        ),
        (b"out = g", ["in.txt", "out.pla"], 2, "a circuit of 1 to 6 inputs for a task, got 7"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(run, tmp_path, data, arguments, status, part):
    if data is not None:
        (tmp_path / arguments[0]).write_bytes(data)
    (tmp_path / "out.pla").write_bytes(b"old")
    before = sorted(tmp_path.iterdir())
    code, out, errors = run(*arguments)
    assert (code, out) == (status, b"")
    assert errors.startswith("mesacircuits: error: ")
    assert errors.count("\n") == 1
    assert part in errors
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "out.pla").read_bytes() == b"old"


BLIF = b""".model leaf
.inputs p q
.outputs o
.names p q o
11 1
.end
.model top
.inputs b a carry
.outputs sum
.subckt leaf p=b q=a o=t
.subckt leaf p=t q=carry o=sum
.end
"""


def test_models_are_named_by_an_option_or_after_the_file(run, tmp_path):
    (tmp_path / "in.blif").write_bytes(BLIF)
    said = (
        "mesacircuits: note: in.blif: the first of 2 models is taken, leaf; FILE.blif:MODEL "
        "takes another: top\n"
    )
    assert run("in.blif", "-", "--to", "txt") == (
        0, b"inputs = p, q\noutputs = o\ng1 = p & q\nout = g1\n", said
    )  # fmt: skip
    for given in (("in.blif", "--model", "top"), ("in.blif:top",)):
        assert run(given[0], "-", "--to", "txt", *given[1:]) == (
            0,
            b"inputs = b, a, carry\noutputs = sum\ng1 = b & a\ng2 = g1 & carry\nout = g2\n",
            "",
        )
    assert "model: expected one of leaf, top, got no" in run("in.blif:no", "o.blif")[2]
    (tmp_path / "in.txt").write_text("out = a")
    assert "expected a format of several models: blif" in run("in.txt", "o.v", "--model", "m")[2]


def test_tasks_and_minima_become_circuits(run, tmp_path):
    # Of two functions with a don't-care, and of what enumerate prints of them.
    (tmp_path / "in.pla").write_bytes(b".i 2\n.o 1\n.ilb b a\n.ob f\n11 1\n00 -\n.e\n")
    status, _, errors = run("in.pla", "two.blif", "--minimum", "2")
    assert status == 0
    assert "note: minimum 2 of tt:2:8@E: 2 minimal circuits (2 wirings), size 1" in errors
    named = read_circuit("two.blif")
    assert str(named) == "g1 = b & a; out = g1"
    assert named.names.outputs == ("f",)
    found = enumerate_minima("in.pla")
    (tmp_path / "e.json").write_text(json.dumps(found.to_json()))
    for number, minimum in enumerate(found.minima, 1):
        assert run("e.json", "one.bench", "--minimum", str(number)) == (0, b"", "")
        again = read_circuit("one.bench")
        assert (again, again.names) == (minimum, named.names)
    assert "--minimum: expected --minimum and a number from 1 to 2" in run("e.json", "o.v")[2]
    assert run("e.json", "o.v", "--minimum", "3")[0] == 2
    assert "--minimum 1 makes it one of its minimal circuits" in run("in.pla", "o.v")[2]
    (tmp_path / "more.txt").write_text("g1 = a & b; g2 = g1 & a; out = g2")
    assert run("more.txt", "less.txt", "--minimum", "1")[0] == 0
    assert (tmp_path / "less.txt").read_text().endswith("g1 = a & b\nout = g1\n")
    (tmp_path / "e.json").write_text('{"minima": [{"inputs": 1}]}')
    status, _, errors = run("e.json", "o.v", "--minimum", "1")
    assert (status, "e.json, minima[0], circuit: expected" in errors) == (1, True)


def test_names_that_a_format_does_not_have_are_told(run, tmp_path):
    (tmp_path / "in.txt").write_text('inputs = "x y", "x_y"\nout = "x y" & ~"x_y"')
    for target, written in (("blif", "x y is written x_y"), ("pla", "x y is written x_y")):
        status, _, notes = run("in.txt", f"out.{target}")
        assert status == 0
        assert f"names in {target.upper()}: {written}, x_y is written x_y_2" in notes
    assert run("in.txt", "out.json") == (0, b"", "")
    assert read_circuit("out.json").names == read_circuit("in.txt").names
    assert run("out.json", "again.json")[0] == 0
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "out.json").read_bytes()
