"""Constants, majorities and multiplexers: circuits of every named basis draw in every format."""

import re
import xml.etree.ElementTree as ET

import pytest
from drawing_cases import MIXED, NAE, drawn_circuits
from hypothesis import given, settings

from mesacircuits.circuits import CONSTANT, Circuit
from mesacircuits.circuits.drawing import draw_dot, draw_png, draw_svg, draw_terminal, draw_tikz

SVG = "{http://www.w3.org/2000/svg}"


def read_wires(circuit: Circuit) -> list[int]:
    """Return the wire that each operand and each output reads."""
    operands = [wire for gate in circuit.gates for wire in gate.operands]
    return operands + [output.wire for output in circuit.outputs]


@settings(max_examples=100, deadline=None)
@given(drawn_circuits())
def test_svg_is_well_formed_and_has_every_wire(circuit: Circuit) -> None:
    root = ET.fromstring(draw_svg(circuit))
    texts = [(t.get("class"), t.text) for t in root.iter(f"{SVG}text")]
    for wire in range(circuit.wires):
        assert texts.count((None, circuit.wire_name(wire))) == 1
    operands = [wire for gate in circuit.gates for wire in gate.operands]
    assert texts.count(("zero", "0")) == operands.count(CONSTANT)
    drawn = {int(p.get("data-wire", "")) for p in root.iter(f"{SVG}path") if p.get("data-wire")}
    assert drawn - {CONSTANT} == set(read_wires(circuit)) - {CONSTANT}
    assert (CONSTANT in drawn) == any(output.wire == CONSTANT for output in circuit.outputs)


@settings(max_examples=100, deadline=None)
@given(drawn_circuits())
def test_tikz_names_every_wire(circuit: Circuit) -> None:
    text = draw_tikz(circuit)
    nodes = re.findall(r"\\node\[anchor=\w+\] at \S+ \{(.*)\};", text)
    for wire in range(circuit.wires):
        assert nodes.count(circuit.wire_name(wire)) == 1
    zeros = sum(gate.operands.count(CONSTANT) for gate in circuit.gates)
    assert nodes.count("0") == zeros + any(o.wire == CONSTANT for o in circuit.outputs)
    assert len(re.findall(r"\\pic\b", text)) == circuit.size


@settings(max_examples=100, deadline=None)
@given(drawn_circuits())
def test_dot_declares_what_its_edges_join(circuit: Circuit) -> None:
    text = draw_dot(circuit)
    declared = re.findall(r'^  "(\w+)" \[label', text, re.MULTILINE)
    edges = re.findall(r'^  "(\w+)" -> "(\w+)"', text, re.MULTILINE)
    assert len(declared) == len(set(declared))
    assert {name for edge in edges for name in edge} <= set(declared)
    read = read_wires(circuit)
    assert [source for source, _ in edges] == [circuit.wire_name(wire) for wire in read]
    assert ("0" in declared) == (CONSTANT in read)


@settings(max_examples=100, deadline=None)
@given(drawn_circuits())
def test_terminal_pictures_show_what_every_gate_reads(circuit: Circuit) -> None:
    lines = draw_terminal(circuit, width=300, ascii_only=True).splitlines()
    if any(line.startswith("g1 = ") for line in lines):
        assert lines[: -len(circuit.outputs)] == [
            f"g{i + 1} = {circuit.gate_text(i)}" for i in range(circuit.size)
        ]
        return
    rows = {line.split()[0]: line for line in lines if re.match(r" *(g\d+|[a-d]|0) ", line)}
    constant = any(CONSTANT in gate.operands for gate in circuit.gates)
    wires = range(CONSTANT if constant else 0, circuit.wires)
    assert list(rows) == [circuit.wire_name(wire) for wire in wires]
    for i, gate in enumerate(circuit.gates):
        column = rows[f"g{i + 1}"].index(">")
        marks = {name: row[column : column + 1] for name, row in rows.items()}
        read = {name for name, mark in marks.items() if mark and mark in "*o@%s10"}
        assert read == {circuit.wire_name(wire) for wire in gate.operands}


@settings(max_examples=10, deadline=None)
@given(drawn_circuits())
def test_png_can_be_drawn(circuit: Circuit) -> None:
    pytest.importorskip("matplotlib")
    assert draw_png(circuit, scale=1).startswith(b"\x89PNG")


def test_terminal_has_a_row_for_a_constant_that_gates_read() -> None:
    expected = """
0 ─────●─────────1────1── out2 = 0
       │         │    │
a ─────●────s────s    │
       │    │    │    │
b ─────○────1    │    │
       │    │    │    │
c ─────┼────0    │    │
       │    │    │    │
g1 maj ▸────┼────0    │
            │    │    │
   g2 mux~1 ▸────┼────s── out1 = ~g2
                 │    │
        g3 mux~1 ▸────0
                      │
               g4 mux ▸── out0 = g4"""
    assert "\n" + draw_terminal(MIXED) == expected


def test_terminal_marks_the_one_wire_of_both_operands() -> None:
    circuit = Circuit.parse(
        2, "g1 = a ? ~b : b; g2 = maj(g1, ~g1, a); g3 = maj(a, a, ~g2); out = g3"
    )
    expected = """
a ───────s────●────◎
         │    │    │
b ───────◐    │    │
         │    │    │
g1 mux~1 ▸────◐    │
              │    │
       g2 maj ▸────○
                   │
            g3 maj ▸── out = g3"""
    assert "\n" + draw_terminal(circuit) == expected


def test_dot_declares_the_constant_if_it_is_read_and_names_the_operands_of_multiplexers() -> None:
    lines = [
        line.strip() for line in draw_dot(Circuit.parse(2, "g1 = a ? ~0 : b; out = g1")).split(";")
    ]
    assert '"0" [label="0", shape="plaintext"]' in lines
    assert '"g1" [label="g1\\nMUX", shape="box"]' in lines
    assert [line for line in lines if "->" in line] == [
        '"a" -> "g1" [label="s"]',
        '"0" -> "g1" [arrowhead="odotnormal", label="1"]',
        '"b" -> "g1" [label="0"]',
        '"g1" -> "out"',
    ]
    assert '"0"' not in draw_dot(NAE)
