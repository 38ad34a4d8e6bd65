"""What is written is read back: the same functions and, where the format keeps them, gates."""

import pytest
from file_cases import MIXED, any_circuits
from hypothesis import example, given, strategies as st

from mesacircuits.circuits import AIG, B2, Circuit
from mesacircuits.circuits.formats import (
    CIRCUIT_FORMATS,
    circuit_bytes,
    circuit_format,
    circuit_text,
    format_notes,
    parse_circuit,
    read_circuit,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import circuits

FORMATS = sorted(CIRCUIT_FORMATS)
KEEP_GATES = ["bench", "blif", "json", "txt"]


@pytest.mark.parametrize("form", FORMATS)
@given(any_circuits())
@example(MIXED)
def test_functions_survive(form, circuit):
    again = parse_circuit(circuit_bytes(circuit, form), form)
    assert again.inputs == circuit.inputs
    assert again.output_bits() == circuit.output_bits()


@pytest.mark.parametrize("form", KEEP_GATES)
@given(any_circuits(buffers=False))
@example(MIXED)
def test_gates_survive(form, circuit):
    again = parse_circuit(circuit_bytes(circuit, form), form)
    assert again.hash_hex == circuit.hash_hex
    # In text a gate that reads one wire twice may match the form of another equal operator.
    assert again == circuit or form == "txt"


@pytest.mark.parametrize("form", ["json", "txt"])
@given(any_circuits())
def test_our_own_formats_keep_buffers(form, circuit):
    assert parse_circuit(circuit_bytes(circuit, form), form).hash_hex == circuit.hash_hex


@pytest.mark.parametrize("form", FORMATS)
@given(circuits(st.integers(0, 4), AIG, outputs=st.integers(1, 3)))
def test_every_format_keeps_circuits_of_ands(form, circuit):
    again = parse_circuit(circuit_bytes(circuit, form), form)
    assert again.hash_hex == circuit.hash_hex
    assert again.in_basis(AIG)


@pytest.mark.parametrize("form", ["aag", "aig"])
@given(any_circuits())
def test_aiger_is_read_into_the_basis_of_ands(form, circuit):
    once = parse_circuit(circuit_bytes(circuit, form), form)
    assert once.in_basis(AIG)
    assert parse_circuit(circuit_bytes(once, form), form).hash_hex == once.hash_hex
    assert format_notes(once, form) == ()


@given(any_circuits())
def test_both_forms_of_aiger_state_one_graph(circuit):
    ascii_, binary = (parse_circuit(circuit_bytes(circuit, f), f) for f in ("aag", "aig"))
    assert ascii_.hash_hex == binary.hash_hex


@given(circuits(st.integers(1, 4), B2), st.sampled_from(FORMATS))
def test_without_notes_nothing_is_lost(circuit, form):
    if not format_notes(circuit, form):
        assert parse_circuit(circuit_bytes(circuit, form), form).hash_hex == circuit.hash_hex


def test_notes():
    text = "g1 = a ^ b; g2 = a & ~b; g3 = ~g2; g4 = ~(g1 & g3); out = g4"
    circuit = Circuit.parse(2, text)
    assert format_notes(circuit, "blif") == format_notes(circuit, "json") == ()
    assert format_notes(circuit, "bench") == (
        "1 of 4 gates is a LUT line, which ABC reads and plain ISCAS readers do not",
    )
    assert format_notes(circuit, "aig") == (
        "2 of 4 gates are no AND of wires or inverses; AIGER states them by 3 ANDs",
        "AIGER keeps no polarities: gates that are 1 where all inputs are 0 are read back as "
        "their inverses",
    )
    assert "by no AND" in format_notes(Circuit.parse(1, "g1 = ~a; out = g1"), "aag")[0]


@pytest.mark.parametrize("form", FORMATS)
def test_files_by_suffix(form, tmp_path):
    data = circuit_bytes(MIXED, form)
    for name in (f"x.{form}", f"x.{form.upper()}", "a.b c." + form):
        (tmp_path / name).write_bytes(data)
        assert read_circuit(tmp_path / name).output_bits() == MIXED.output_bits()
    (tmp_path / "plain").write_bytes(data)
    assert read_circuit(str(tmp_path / "plain"), form).output_bits() == MIXED.output_bits()
    if form == "aig":
        with pytest.raises(ArgumentError, match="a format of text"):
            circuit_text(MIXED, form)
    else:
        assert circuit_text(MIXED, form).encode() == data
        assert parse_circuit(data.decode(), form) == parse_circuit(data, form)
        assert circuit_text(MIXED, form).endswith("\n")
    assert circuit_format(form).suffix == f".{form}"


def test_files_that_are_none(tmp_path):
    for name, part in [("x.v", "a name that ends in .blif"), ("x", ".txt, got"), (".blif", ".txt")]:
        with pytest.raises(ArgumentError, match=part):
            read_circuit(name)
    with pytest.raises(ArgumentError, match=r"path: expected a readable file, got .*No such file"):
        read_circuit(tmp_path / "x.blif")
    (tmp_path / "x.blif").write_text(".model m\n.inputs a\n.latch a b\n")
    with pytest.raises(ArgumentError) as caught:
        read_circuit(tmp_path / "x.blif")
    assert str(caught.value).startswith(f"{tmp_path}/x.blif, line 3: expected a combinational")
    with pytest.raises(ArgumentError, match="format: expected one of blif, bench"):
        parse_circuit("", "verilog")


@pytest.mark.parametrize("form", FORMATS)
@given(st.binary() | st.text(), st.data())
def test_any_data_is_a_circuit_or_refused(form, data, more):
    check_read(form, data)
    name = more.draw(st.text(max_size=8))
    check_read(form, data, name)


@pytest.mark.parametrize("form", FORMATS)
@given(any_circuits(), st.data())
def test_mutated_files_are_circuits_or_refused(form, circuit, data):
    whole = circuit_bytes(circuit, form)
    tokens = [b"", b" ", b"\n", b"0", b"1", b"-", b"\\", b"(", b")", b"=", b".", b"#", b"\xff"]
    tokens += [b"g1", b"a", b"out", b".names", b".latch x y", b"LUT 0x", b"DFF(a)", b"9999999999"]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        end = min(len(whole), start + data.draw(st.integers(0, 6)))
        token = data.draw(st.sampled_from(tokens) | st.binary(max_size=4))
        whole = whole[:start] + token + whole[end:]
    check_read(form, whole)


@pytest.mark.parametrize("form", FORMATS)
@given(any_circuits(), st.data())
def test_files_with_lines_moved_are_circuits_or_refused(form, circuit, data):
    lines = circuit_bytes(circuit, form).split(b"\n")
    place = st.integers(0, len(lines) - 1)
    for _ in range(data.draw(st.integers(1, 3))):
        lines[data.draw(place)] = lines[data.draw(place)]
    check_read(form, b"\n".join(lines))


def check_read(form, data, argument=None):
    try:
        circuit = parse_circuit(data, form, argument)
    except ArgumentError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1
        assert ": expected " in message
        assert ", got " in message
    else:
        assert isinstance(circuit, Circuit)
        circuit.output_bits()
