"""A format is named in one registry: what is registered there is offered, explained and used."""

import json

import pytest

from mesacircuits.catalog import Catalog, build
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import DRAWINGS
from mesacircuits.circuits.formats import (
    CIRCUIT_FORMATS,
    WRITTEN_FORMATS,
    CircuitFormat,
    circuit_bytes,
)
from mesacircuits.circuits.formats.netlist import comment_before

CIRCUIT = "g1 = a ^ b; out = ~g1"


class Toy:
    """A format of circuit files, as a module of one would be: lines that begin with a mark."""

    @staticmethod
    def read(data, argument):
        [line] = [line for line in data.decode().splitlines() if line.startswith("@")]
        return Circuit.from_json(json.loads(line[1:]))

    @staticmethod
    def write(circuit):
        return f"@{json.dumps(circuit.to_json())}\n"

    @staticmethod
    def notes(circuit):
        return ("it is a toy",)


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """Register the format, and a drawing, each by its one line; return the folder one stands in."""
    form = CircuitFormat("toy", "a toy", Toy.write, Toy.read, Toy.notes, comment_before("%"))
    for known in (CIRCUIT_FORMATS, WRITTEN_FORMATS):
        monkeypatch.setitem(known, form.name, form)
    drawn = CircuitFormat(
        "sum", "its size", lambda circuit, marks: f"{circuit.size} gates",
        commented=comment_before("--"),
    )  # fmt: skip
    monkeypatch.setitem(DRAWINGS, "sum", drawn)
    monkeypatch.chdir(tmp_path)
    with Catalog.create(tmp_path / "c.db") as catalog:
        build(catalog, "tt:2:9")
    (tmp_path / "in.txt").write_bytes(circuit_bytes(Circuit.parse(2, CIRCUIT), "txt"))
    return tmp_path


def test_a_circuit_format_is_offered_where_circuits_are_converted_and_exported(run, toy):
    assert "txt (mesacircuits text), toy (a toy)." in " ".join(run("convert", "--help")[1].split())
    text = " ".join(run("catalog", "export", "--help")[1].split())
    assert "txt, v, toy, svg, dot, tex (TikZ), png (needs the extra png), sum." in text
    for words, names in (
        (("convert", "in.txt", "x", "--to", "none"), "txt, v, toy, pla, got none"),
        (("convert", "x.none", "y.blif"), ".txt, .toy, .pla, or --from"),
        (("catalog", "export", "c.db", "x", "--format", "none"), "v, toy, svg, dot, tex, png, sum"),
    ):
        status, out, errors = run(*words)
        assert (status in (1, 2), out) == (True, "")
        assert names in errors


def test_the_help_forgets_what_is_no_longer_registered(run):
    assert "toy" not in run("convert", "--help")[1] + run("catalog", "export", "--help")[1]


def test_a_circuit_format_is_used(run, toy):
    note = "mesacircuits: note: it is a toy\n"
    assert run("convert", "in.txt", "out.toy") == (0, "", note)
    assert run("convert", "out.toy", "again.txt") == (0, "", "")
    assert (toy / "again.txt").read_text() == (toy / "in.txt").read_text()
    assert run("catalog", "export", "c.db", "folder", "--format", "toy")[0] == 0
    [file] = (toy / "folder").iterdir()
    assert file.suffix == ".toy"
    assert file.read_text().startswith("% catalog ")
    assert str(Toy.read(file.read_bytes(), "")) == CIRCUIT


def test_a_drawing_is_offered_and_used(run, toy):
    assert "png or sum (png needs the extra" in " ".join(run("draw", "--help")[1].split())
    given = ("draw", "tt:2:9", "--circuit", CIRCUIT, "--format")
    assert run(*given, "sum") == (0, "1 gates\n", "")
    assert "tex, png, sum, got none" in run(*given, "none")[2]
    assert run("catalog", "export", "c.db", "folder", "--format", "sum")[0] == 0
    [file] = (toy / "folder").iterdir()
    assert file.read_text().startswith("-- catalog ")
    assert file.read_text().endswith("1 gates")
