"""Drawings as Graphviz DOT text."""

from __future__ import annotations

from collections.abc import Mapping

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.drawing.symbols import symbol_of
from mesacircuits.drawing import checked_marks, mark_colours

__all__ = ["draw_dot"]


def _quoted(text: str) -> str:
    """Return a quoted DOT string; a line break in `text` stays one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _attributes(**values: str) -> str:
    return "[" + ", ".join(f"{key}={_quoted(value)}" for key, value in values.items()) + "]"


def draw_dot(circuit: Circuit, marks: Mapping[int, str] | None = None) -> str:
    """Return a circuit as a Graphviz digraph, left to right; Graphviz is not needed for that.

    Nodes are called as wires are: `a`, `g1`, `out`. An arrow that ends in a small circle inverts;
    operands that the label cannot tell apart are numbered from 0, those of a multiplexer called `s`
    (the selector), `1` and `0`.

    Arguments:
        circuit: any circuit.
        marks: labels for wires, written in their nodes, with the outline in colour.

    Raises `ArgumentError` if a mark names no wire of the circuit.

    >>> print(draw_dot(Circuit.parse(2, "g1 = a & ~b; out = g1")))
    digraph circuit {
      graph [rankdir="LR", bgcolor="transparent"];
      node [fontname="sans-serif"];
      "a" [label="a", shape="plaintext"];
      "b" [label="b", shape="plaintext"];
      "g1" [label="g1\\nAND", shape="box"];
      "out" [label="out", shape="plaintext"];
      "a" -> "g1";
      "b" -> "g1" [arrowhead="odotnormal"];
      "g1" -> "out";
    }
    <BLANKLINE>
    """
    clean = checked_marks(marks, circuit.wires, "wire")
    colours = mark_colours(clean)
    lines = ['graph [rankdir="LR", bgcolor="transparent"];', 'node [fontname="sans-serif"];']
    for wire in range(circuit.wires):
        name = circuit.wire_name(wire)
        lines.append(f"{_quoted(name)} {_node(circuit, wire, clean.get(wire), colours.get(wire))};")
    read = {wire for gate in circuit.gates for wire in gate.operands}
    if CONSTANT in read.union(output.wire for output in circuit.outputs):
        lines.append(f'"0" {_attributes(label="0", shape="plaintext")};')
    for place in range(len(circuit.outputs)):
        name = circuit.output_names[place]
        lines.append(f"{_quoted(name)} {_attributes(label=name, shape='plaintext')};")
    for place, gate in enumerate(circuit.gates):
        symbol = symbol_of(gate.operator)
        for operand, wire in enumerate(gate.operands):
            style = {"arrowhead": "odotnormal"} if symbol.negated[operand] else {}
            if symbol.ordered or symbol.letters:
                style["label"] = symbol.letters[operand] if symbol.letters else str(operand)
            reader = circuit.wire_name(circuit.inputs + place)
            lines.append(_edge(circuit.wire_name(wire), reader, style, colours.get(wire)))
    for place, output in enumerate(circuit.outputs):
        style = {"arrowhead": "odotnormal"} if output.inverted else {}
        reader = circuit.output_names[place]
        lines.append(_edge(circuit.wire_name(output.wire), reader, style, colours.get(output.wire)))
    return "digraph circuit {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _node(circuit: Circuit, wire: int, mark: str | None, colour: str | None) -> str:
    label, shape = circuit.wire_name(wire), "plaintext"
    if wire >= circuit.inputs:
        operator = circuit.gates[wire - circuit.inputs].operator
        symbol = symbol_of(operator)
        # A two-operand AND or OR is named by its shape: the arrows show what is inverted.
        if symbol.shape == "box":
            word = operator
        else:
            word = symbol.shape.upper()
            if symbol.inverted and symbol.shape != "not":
                word = {"AND": "NAND", "OR": "NOR", "XOR": "XNOR"}[word]
        label, shape = f"{label}\n{word}", "box"
    if mark:
        label = f"{label}\n{mark}"
    values = {"label": label, "shape": shape}
    if colour:
        values |= {"color": colour, "fontcolor": colour, "penwidth": "2"}
    return _attributes(**values)


def _edge(source: str, reader: str, style: Mapping[str, str], colour: str | None) -> str:
    values = dict(style) | ({"color": colour, "penwidth": "2"} if colour else {})
    tail = f" {_attributes(**values)}" if values else ""
    return f"{_quoted(source)} -> {_quoted(reader)}{tail};"
