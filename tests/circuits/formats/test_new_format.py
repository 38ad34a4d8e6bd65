"""A new format of circuit files is one file and one line: once registered, everything knows it."""

import pytest

from mesacircuits.catalog.exports import Provenance, circuit_files
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import (
    CIRCUIT_FORMATS,
    WRITTEN_FORMATS,
    CircuitFormat,
    circuit_text,
    format_notes,
    parse_circuit,
    read_circuit,
    register,
)
from mesacircuits.circuits.formats.netlist import Netlist, Signals, comment_before, lines_of
from mesacircuits.cli import main
from mesacircuits.errors import ArgumentError, FileError

CIRCUIT = Circuit.parse(3, "g1 = a ^ b; g2 = g1 & ~c; out = ~g2, a")


def read_toy(data, argument):
    """Lines `input NAME`, `NAME TABLE OPERAND ...` and `output NAME`; what follows a % is said."""
    net = Netlist(argument)
    for line, text in lines_of(data, argument):
        match text.partition("%")[0].split():
            case []:
                pass
            case ["input", name]:
                net.add_input(name, line)
            case ["output", name]:
                net.add_output(name, line)
            case [name, table, *operands] if table.isdigit():
                net.define(name, line, tuple(operands), int(table))
            case _:
                raise net.refusal(line, "NAME TABLE OPERAND ...", text)
    return net.circuit()


def write_toy(circuit):
    signals = Signals(circuit)
    lines = [f"input {name}" for name in signals.inputs]
    for name, operator, operands in signals.gates:
        lines.append(f"{name} {operator.table} {' '.join(operands)}")
    for name, source, inverted in signals.outputs:
        table = (1 if inverted else 2) if source else int(inverted)
        lines += [f"{name} {table} {source}", f"output {name}"]
    return "\n".join(lines) + "\n"


@pytest.fixture
def toy():
    form = CircuitFormat(
        "toy",
        "a toy",
        write_toy,
        read_toy,
        lambda circuit: (f"{circuit.size} gates",),
        comment_before("%"),
    )
    register(form)
    yield form
    for known in (CIRCUIT_FORMATS, WRITTEN_FORMATS):
        del known["toy"]


def test_it_is_read_and_written(toy):
    text = circuit_text(CIRCUIT, "toy")
    assert text.splitlines()[3:] == [
        "g1 6 a b",
        "g2 2 g1 c",
        "out0 1 g2",
        "output out0",
        "out1 2 a",
        "output out1",
    ]
    assert parse_circuit(text, "toy") == CIRCUIT
    assert format_notes(CIRCUIT, "toy") == ("2 gates",)


@pytest.mark.parametrize("other", ["blif", "bench", "aag", "aig", "json", "txt"])
def test_it_is_converted_both_ways(toy, other, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.toy").write_text(write_toy(CIRCUIT))
    for names in (("in.toy", f"there.{other}"), (f"there.{other}", "back.toy")):
        with pytest.raises(SystemExit) as caught:
            main(["convert", *names])
        assert not caught.value.code
    assert read_circuit("back.toy").output_bits() == CIRCUIT.output_bits()
    assert "gates" in capsys.readouterr().err


def test_a_file_says_where_it_is_from(toy):
    assert "toy" in circuit_files()
    said = Provenance("0123", "export --to toy")
    data = toy.commented(write_toy(CIRCUIT).encode(), said.lines)
    assert data.startswith(b"% catalog 0123, mesacircuits ")
    assert b"\n% command: export --to toy\n" in data
    assert parse_circuit(data, "toy") == CIRCUIT


def test_its_errors_name_the_file_and_the_line(toy, tmp_path):
    path = tmp_path / "bad.toy"
    path.write_text("input a\nnonsense\n")
    with pytest.raises(FileError, match=r"bad\.toy, line 2: expected NAME TABLE OPERAND"):
        read_circuit(path)


def test_a_name_is_taken_once(toy):
    with pytest.raises(ArgumentError, match="format: expected a new name, got toy"):
        register(toy)


def test_a_format_that_is_only_written_is_not_read():
    with pytest.raises(ArgumentError, match="format: expected a format that is read: blif, bench"):
        parse_circuit("module m();", "v")
