"""Drawings: terminal pictures word for word, and what every other format shows."""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from drawing_cases import (
    ADDER,
    CASES,
    MIXED,
    NAE,
    ODD,
    OPERATORS,
    random_circuit,
    two_input_circuit,
)

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.drawing import (
    DRAWINGS,
    draw,
    draw_dot,
    draw_png,
    draw_svg,
    draw_terminal,
    draw_tikz,
)
from mesacircuits.circuits.drawing.layout import layout_of
from mesacircuits.drawing import PALETTE
from mesacircuits.errors import ArgumentError, MissingExtra

# -- terminal --------------------------------------------------------------------------------


def test_terminal_with_marks_on_inputs_and_gates() -> None:
    marks = {0: "cell 1", 3: "candidate 0", 4: "candidate 1", 5: "selector"}
    expected = """
a ──●                       [cell 1]
    │
b ──●────●
    │    │
c ──┼────●
    │    │
 g1 ⊕────┼────●             [candidate 0]
         │    │
      g2 ⊕────●             [candidate 1]
              │
           g3 ∨── out = g3  [selector]"""
    assert "\n" + draw_terminal(NAE, marks) == expected


def test_terminal_names_every_output() -> None:
    expected = """
a ──●────────────────────── out2 = a
    │
b ──●─────────●────○
    │         │    │
c ──┼────●────●    │
    │    │    │    │
 g1 ⊕────●────┼────●
         │    │    │
      g2 ⊕────┼────┼─────── out0 = ~g2
              │    │
           g3 ⊕────┼────●
                   │    │
                g4 ∧────○
                        │
                     g5 ∧── out1 = g5
                            out3 = 1"""
    assert "\n" + draw_terminal(ADDER) == expected


def test_terminal_in_ascii() -> None:
    circuit = Circuit.parse(2, "g1 = a & ~b; g2 = ~(g1 | a); g3 = g2 ^ g2; out = ~g3")
    drawing = draw_terminal(circuit, {2: "cell 0"}, ascii_only=True)
    assert drawing.isascii()
    expected = """
a -----*----*
       |    |
b -----o    |
       |    |
g1 and >----*                   [cell 0]
            |
     g2 nor >----@
                 |
          g3 xor >-- out = ~g3"""
    assert "\n" + drawing == expected


def test_terminal_numbers_operands_whose_order_matters() -> None:
    circuit = Circuit.parse(3, "g1 = tt:3:A8(c,a,b); out = g1")
    expected = """
a ─────────1
           │
b ─────────2
           │
c ─────────0
           │
g1 tt:3:A8 ▸── out = g1"""
    assert "\n" + draw_terminal(circuit) == expected


def test_terminal_without_gates() -> None:
    circuit = Circuit.parse(2, "out = 1, a, ~a")
    expected = """
a ───── out1 = a, out2 = ~a  [in]

b ──
        out0 = 1"""
    assert "\n" + draw_terminal(circuit, {0: "in"}) == expected


@pytest.mark.parametrize("size", [10, 12, 15])
def test_fifteen_gates_fit_eighty_columns_as_a_picture(size: int) -> None:
    circuit = two_input_circuit(size, 6, size)
    marks = {wire: f"candidate {wire}" for wire in range(6, 9)}
    lines = draw_terminal(circuit, marks).splitlines()
    assert len(lines) == 6 + size
    assert all(len(line) <= 80 for line in lines)


def test_terminal_lists_gates_when_a_picture_is_too_wide() -> None:
    assert draw_terminal(NAE, {1: "in", 4: "cell 0"}, width=12) == (
        "b  [in]\ng1 = a ^ b\ng2 = b ^ c  [cell 0]\ng3 = g1 | g2\nout = g3"
    )
    assert draw_terminal(two_input_circuit(1, 4, 60)).startswith("g1 = ")


def test_terminal_lists_gates_that_read_a_wire_in_several_ways() -> None:
    circuit = Circuit.parse(2, "g1 = tt:3:A8(a,b,a); out = g1")
    assert draw_terminal(circuit) == "g1 = tt:3:A8(a, b, a)\nout = g1"
    for text in ("g1 = maj(a, a, a)", "g1 = b ? b : a"):
        circuit = Circuit.parse(2, f"{text}; out = g1")
        assert draw_terminal(circuit) == f"{text}\nout = g1"


@pytest.mark.parametrize("seed", range(40))
def test_terminal_picture_can_be_read_back(seed: int) -> None:
    """From the grid alone, find what each gate reads: the dots in the column of its symbol."""
    circuit = random_circuit(seed, OPERATORS)
    lines = draw_terminal(circuit, width=200, ascii_only=True).splitlines()
    rows = [line for line in lines if re.match(r" *(g\d+|[a-f]) ", line)]
    assert len(rows) == circuit.wires
    for i, gate in enumerate(circuit.gates):
        row = rows[circuit.inputs + i]
        column = row.index(">")
        assert row[:column].split() == [f"g{i + 1}", draws_as(gate)]
        seen = {w: r[column] for w, r in enumerate(rows) if r[column : column + 1] in tuple("*o@%")}
        negated = {"butnot": (False, True), "notbut": (True, False)}.get(
            gate.operator, (False,) * 2
        )
        if len(set(gate.operands)) < len(gate.operands):
            assert seen == {gate.operands[0]: "%" if any(negated) else "@"}
        else:
            assert seen == {
                w: "o" if n else "*" for w, n in zip(gate.operands, negated, strict=False)
            }
    for i, output in enumerate(circuit.outputs):
        text = f"{'out' if len(circuit.outputs) == 1 else f'out{i}'} = {circuit.output_text(i)}"
        assert text in (lines[-1] if output.wire == CONSTANT else rows[output.wire]) or (
            output.wire == CONSTANT and text in "\n".join(lines[len(lines) - 4 :])
        )


def draws_as(gate: Gate) -> str:
    return {"butnot": "and", "notbut": "and"}.get(gate.operator, gate.operator)


def test_terminal_refuses_no_width() -> None:
    with pytest.raises(ArgumentError, match="width: expected a positive number of columns, got 0"):
        draw_terminal(NAE, width=0)


# -- SVG -------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("circuit", CASES, ids=range(len(CASES)))
def test_svg_has_one_symbol_for_each_gate_and_bubbles_where_it_inverts(circuit: Circuit) -> None:
    root = ET.fromstring(draw_svg(circuit))
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == "gate"]
    assert len(groups) == circuit.size
    bubbles = {"and": 0, "or": 0, "xor": 0, "butnot": 1, "notbut": 1, "nand": 1, "nor": 1}
    bubbles |= {"xnor": 1, "not": 1, "tt:2:D": 1}
    expected = sum(bubbles.get(g.operator, "~" in g.operator) for g in circuit.gates)
    expected += sum(o.inverted for o in circuit.outputs)
    assert sum(c.get("class") == "bubble" for c in root.iter(f"{SVG}circle")) == expected
    words = [t.text for t in root.iter(f"{SVG}text")]
    for wire in range(circuit.wires):
        assert words.count(circuit.wire_name(wire)) == 1
    assert sum(word is not None and word.startswith("out") for word in words) == len(
        circuit.outputs
    )


def test_svg_uses_the_distinctive_shapes() -> None:
    root = ET.fromstring(draw_svg(ODD))
    shapes = [g.get("data-shape") for g in root.iter(f"{SVG}g") if g.get("class") == "gate"]
    assert shapes == ["box", "box", "not", "xor", "box", "and"]
    root = ET.fromstring(draw_svg(MIXED))
    shapes = [g.get("data-shape") for g in root.iter(f"{SVG}g") if g.get("class") == "gate"]
    assert shapes == ["maj", "mux", "mux", "mux"]
    texts = [(t.get("class"), t.text) for t in root.iter(f"{SVG}text")]
    assert [text for kind, text in texts if kind == "pin"] == ["1", "0"] * 3
    assert texts.count(("zero", "0")) == 3
    assert texts.count((None, "MAJ")) == 1


def test_svg_shows_marks_in_colour_and_is_accessible() -> None:
    text = draw_svg(NAE, {3: "candidate <0>", 1: "cell & 1"}, title="Not all equal")
    root = ET.fromstring(text)
    labels = {t.text: t.get("fill") for t in root.iter(f"{SVG}text")}
    assert labels["candidate <0>"] in PALETTE
    assert labels["cell & 1"] in PALETTE
    assert labels["cell & 1"] != labels["candidate <0>"]
    assert labels["Not all equal"] == "currentColor"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Not all equal"
    assert root.findtext(f"{SVG}desc") == str(NAE)
    wires = {p.get("data-wire"): p.get("stroke") for p in root.iter(f"{SVG}path")}
    assert wires["3"] == labels["candidate <0>"]
    assert wires["0"] is None


def test_svg_names_the_circuit_without_a_title() -> None:
    assert ET.fromstring(draw_svg(NAE)).findtext(f"{SVG}title") == f"circuit: {NAE}"
    assert NAE._repr_svg_() == draw_svg(NAE)


def test_svg_sets_no_ink_of_its_own_inside_a_page() -> None:
    text = draw_svg(NAE)
    assert set(re.findall(r"(?:fill|stroke)=\"(.*?)\"", text)) == {"none", "currentColor"}
    style = re.search("<style>(.*)</style>", text)
    assert style is not None
    assert re.findall(r"([^{}]+)\{color:", style[1]) == ["svg:root", "svg:root"]
    assert "href" not in text
    assert "@import" not in text


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("ground", ["#ffffff", "#0d1117"])
def test_mark_colours_stand_out_on_light_and_dark(colour: str, ground: str) -> None:
    def luminance(text: str) -> float:
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(colour), luminance(ground)))
    assert (high + 0.05) / (low + 0.05) >= 4.1


# -- DOT, TikZ, PNG --------------------------------------------------------------------------


def test_dot_has_every_edge() -> None:
    circuit = Circuit.parse(2, "g1 = a & ~b; g2 = tt:2:5(g1,b); g3 = ~(g2 ^ g2); out = ~g3, 1")
    lines = [line.strip() for line in draw_dot(circuit, {3: 'say "cell"'}).splitlines()]
    assert [line for line in lines if "->" in line] == [
        '"a" -> "g1";',
        '"b" -> "g1" [arrowhead="odotnormal"];',
        '"g1" -> "g2" [label="0"];',
        '"b" -> "g2" [label="1"];',
        '"g2" -> "g3" [color="#dc3a25", penwidth="2"];',
        '"g2" -> "g3" [color="#dc3a25", penwidth="2"];',
        '"g3" -> "out0" [arrowhead="odotnormal"];',
        '"0" -> "out1" [arrowhead="odotnormal"];',
    ]
    assert '\\nsay \\"cell\\""' in "".join(lines)
    assert '"g3" [label="g3\\nXNOR", shape="box"];' in lines


@pytest.mark.parametrize("circuit", CASES, ids=range(len(CASES)))
def test_tikz_is_balanced_and_draws_every_symbol(circuit: Circuit) -> None:
    text = draw_tikz(circuit, {0: "100% of {x_1} <$>"})
    body = re.sub(r"\\[{}]", "", text)
    assert body.count("{") == body.count("}")
    assert body.count("[") == body.count("]")
    opened, closed = (re.findall(rf"\\{w}\{{(\w+)\}}", text) for w in ("begin", "end"))
    assert opened == closed[::-1] == ["document", "tikzpicture"]
    assert len(re.findall(r"\\pic\b", text)) == circuit.size
    used = set(re.findall(r"\\pic.*\{((?:\w+ )+gate)\};", text))
    assert used == set(re.findall(r"((?:\w+ )+gate)/\.pic=", text.replace("  ", "")))
    assert r"100\% of \{x\_1\} \textless{}\$\textgreater{}" in text
    assert text.isascii()


def test_tikz_writes_letters_outside_ascii_without_accents() -> None:
    assert "cafe ?" in draw_tikz(NAE, {0: "café ∧"})


def test_png_is_a_png_of_the_size_asked_for() -> None:
    pytest.importorskip("matplotlib")
    layout = layout_of(NAE)
    for scale in (1, 2):
        png = draw_png(NAE, {3: "$cell_"}, scale=scale)
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert abs(int.from_bytes(png[16:20], "big") - layout.width * scale) <= 1 * scale
    assert draw_png(ODD) == draw_png(ODD)
    with pytest.raises(ArgumentError, match="scale"):
        draw_png(NAE, scale=0)


def test_png_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra) as caught:
        draw_png(NAE)
    assert str(caught.value) == (
        "draw --format png needs matplotlib: pip install 'matplotlib>=3.9'"
    )


# -- all of them -----------------------------------------------------------------------------


def test_draw_gives_each_format() -> None:
    pytest.importorskip("matplotlib")
    marks = {3: "cell 0"}
    functions = (draw_terminal, draw_svg, draw_dot, draw_tikz, draw_png)
    for name, function in zip(DRAWINGS, functions, strict=True):
        assert draw(NAE, name, marks) == function(NAE, marks)
    assert draw(NAE) == draw_terminal(NAE)
    with pytest.raises(ArgumentError, match="terminal, svg, dot, tex, png, got gif"):
        draw(NAE, "gif")


@pytest.mark.parametrize("name", [name for name in DRAWINGS if name != "png"])
def test_marks_of_no_wire_are_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match="marks: expected wires from 0 to 5, got 6"):
        draw(NAE, name, {6: "cell 0"})
    with pytest.raises(ArgumentError, match="marks: expected a label for wire 1"):
        draw(NAE, name, {1: " \n"})


def test_importing_drawings_imports_no_heavy_library() -> None:
    import subprocess

    code = (
        "import sys, mesacircuits.circuits.drawing, mesacircuits.circuits.circuit;"
        "print([m for m in ('matplotlib', 'networkx', 'sympy') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert run.stdout.strip() == "[]"


def test_a_circuit_without_inputs_has_drawings() -> None:
    circuit = Circuit(0, (), (Output(CONSTANT, True), Output(CONSTANT)))
    assert [line.strip() for line in draw_terminal(circuit).splitlines()] == [
        "out0 = 1",
        "out1 = 0",
    ]
    for name in [*DRAWINGS][1:4]:
        assert "out1" in str(draw(circuit, name))
