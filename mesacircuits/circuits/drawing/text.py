"""Drawings that need no layout: a grid of characters for a terminal, and Graphviz DOT.

The grid has a row for each wire and a column for each gate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate
from mesacircuits.circuits.drawing.layout import symbol_of
from mesacircuits.drawing import checked_marks, mark_colours
from mesacircuits.errors import ArgumentError

__all__ = ["draw_dot", "draw_terminal"]

_PITCHES = (5, 4, 3, 2)
_ROOMY_ROWS = 9


@dataclass(frozen=True, slots=True)
class _Characters:
    level: str
    upright: str
    crossing: str
    plain: str
    negated: str
    twice: str  # two operands of a gate
    mixed: str  # two operands, one of them negated
    gates: Mapping[str, str]
    other: str


_UNICODE = _Characters(
    "─", "│", "┼", "●", "○", "◎", "◐",
    {"and": "∧", "or": "∨", "xor": "⊕", "nand": "⊼", "nor": "⊽", "xnor": "⊙", "not": "¬"},
    "▸",
)  # fmt: skip
_ASCII = _Characters("-", "|", "+", "*", "o", "@", "%", {}, ">")


def _word(gate: Gate) -> str:
    symbol = symbol_of(gate.operator)
    return "mux~1" if symbol.shape == "mux" and any(symbol.negated) else symbol.word


def _dots(gate: Gate, chars: _Characters) -> dict[int, str] | None:
    """Return what to draw where a gate reads each wire; None if it cannot be told by one letter."""
    symbol = symbol_of(gate.operator)
    reads: dict[int, list[int]] = defaultdict(list)
    for operand, wire in enumerate(gate.operands):
        reads[wire].append(operand)
    dots = {}
    for wire, (first, *more) in reads.items():
        if more:
            negated = sum(symbol.negated[operand] for operand in reads[wire])
            selects = any(map(symbol.selects, reads[wire]))
            if symbol.ordered or selects or len(more) > 1 or negated > 1:
                return None
            dots[wire] = chars.mixed if negated else chars.twice
        elif symbol.letters:
            dots[wire] = symbol.letters[first]
        elif symbol.ordered:
            dots[wire] = str(first)
        else:
            dots[wire] = chars.negated if symbol.negated[first] else chars.plain
    return dots


def _grid(
    circuit: Circuit,
    chars: _Characters,
    pitch: int,
    dots: list[dict[int, str]],
    marks: Mapping[int, str],
) -> Iterator[str]:
    """Yield the lines of the drawing, with the columns `pitch` apart."""
    # The constant has a row, the first, only if a gate reads it.
    rows = range(CONSTANT if circuit.reads_constant else 0, circuit.wires)
    heads = {w: f"{circuit.wire_name(w)} " for w in range(CONSTANT, circuit.inputs)}
    starts = {wire: len(head) for wire, head in heads.items()}
    stub = max((starts[wire] for wire in range(circuit.inputs)), default=1) + 2
    columns: list[int] = []
    for wire, gate in enumerate(circuit.gates, circuit.inputs):
        word, name = _word(gate), circuit.wire_name(wire)
        head = f"{name} " if word in chars.gates else f"{name} {word} "
        columns.append(max(columns[-1] + pitch if columns else stub, len(head)))
        heads[wire], starts[wire] = head + chars.gates.get(word, chars.other), columns[-1] + 1
    margin = (columns[-1] if columns else stub) + 3
    driven: dict[int, list[str]] = defaultdict(list)
    for i, (name, output) in enumerate(zip(circuit.output_names, circuit.outputs, strict=True)):
        driven[output.wire].append(f"{name} = {circuit.output_text(i)}")
    # A wire's line goes past an output, or else to its last reader.
    ends = {wire: margin if wire in driven else starts[wire] + 2 for wire in rows}
    for column, gate in zip(columns, circuit.gates, strict=True):
        ends |= {wire: column + 1 for wire in gate.operands if wire not in driven}
    tails = {wire: ", ".join(driven.get(wire, ())) for wire in rows}
    widest = max(map(len, tails.values()), default=0)
    for wire, tail in tails.items():
        line, below = [" "] * margin, [" "] * margin
        start, end, head = starts[wire], ends[wire], heads[wire]
        line[start:end] = chars.level * (end - start)
        line[start - len(head) : start] = head
        for i, column in enumerate(columns):
            top, reader = min(dots[i]), circuit.inputs + i
            if wire in dots[i]:
                line[column] = dots[i][wire]
            elif top < wire < reader:
                line[column] = chars.crossing if start <= column < end else chars.upright
            if top <= wire < reader:
                below[column] = chars.upright
        mark = f"  [{marks[wire]}]" if wire in marks else ""
        yield ("".join(line) + (f" {tail:{widest}}{mark}" if widest else mark)).rstrip()
        # A spare line between two rows shows the joins better.
        if len(rows) <= _ROOMY_ROWS and wire + 1 < circuit.wires:
            yield "".join(below).rstrip()
    if CONSTANT not in rows:
        yield from (" " * (margin + 1) + text for text in driven.get(CONSTANT, ()))


def _listing(circuit: Circuit, marks: Mapping[int, str]) -> Iterator[str]:
    for wire in range(circuit.wires):
        place, name = wire - circuit.inputs, circuit.wire_name(wire)
        text = name if place < 0 else f"{name} = {circuit.gate_text(place)}"
        if place >= 0 or wire in marks:
            yield text + (f"  [{marks[wire]}]" if wire in marks else "")
    for i, name in enumerate(circuit.output_names):
        yield f"{name} = {circuit.output_text(i)}"


def draw_terminal(
    circuit: Circuit,
    marks: Mapping[int, str] | None = None,
    *,
    width: int = 80,
    ascii_only: bool = False,
) -> str:
    """Return a picture of a circuit as lines of text, without a final line break.

    Every wire is a row and every gate a column, in which dots mark the operands: ● read as it is,
    ○ read inverted, ◎ read twice, ◐ read twice and once inverted (`*`, `o`, `@`, `%` in ASCII).
    Where their order matters operands are numbered instead, from 0. A multiplexer `mux` chooses
    by operand `s` between those marked `1` and `0`; `mux~1` reads the first inverted, and ◎ or ◐
    is the wire of both. A constant operand is read from a row `0`. A wire ends at its last reader;
    those that run on to the right drive the outputs named there.

    What is too wide, or reads a wire in a way that no dot shows, comes as a list of the gates.

    Arguments:
        circuit: any circuit.
        marks: labels for wires, written in brackets at the end of their rows.
        width: the most characters in a line of the picture.
        ascii_only: whether to use ASCII alone (labels are taken as they are).

    Raises `ArgumentError` if `width` is not positive or a mark names no wire of the circuit.

    >>> print(draw_terminal(Circuit.parse(3, "g1 = a & ~b; g2 = g1 ^ c; out = ~g2")))
    a ──●
        │
    b ──○
        │
    c ──┼────●
        │    │
     g1 ∧────●
             │
          g2 ⊕── out = ~g2
    """
    if width < 1:
        raise ArgumentError("width", "a positive number of columns", width)
    clean = checked_marks(marks, circuit.wires, "wire")
    chars = _ASCII if ascii_only else _UNICODE
    dots = [found for gate in circuit.gates if (found := _dots(gate, chars)) is not None]
    if len(dots) == circuit.size:
        for pitch in _PITCHES:
            lines = list(_grid(circuit, chars, pitch, dots, clean))
            if all(len(line) <= width for line in lines):
                return "\n".join(lines)
    return "\n".join(_listing(circuit, clean))


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
    nodes, ends = circuit.node_names()
    for wire in range(circuit.wires):
        node = _node(circuit, wire, clean.get(wire), colours.get(wire))
        lines.append(f"{_quoted(nodes[wire])} {node};")
    if circuit.reads_constant or any(output.wire == CONSTANT for output in circuit.outputs):
        lines.append(f'"0" {_attributes(label="0", shape="plaintext")};')
    for node, name in zip(ends, circuit.output_names, strict=True):
        lines.append(f"{_quoted(node)} {_attributes(label=name, shape='plaintext')};")

    def join(wire: int, reader: str, inverted: bool, label: str = "") -> None:
        style = {"arrowhead": "odotnormal"} if inverted else {}
        style |= {"label": label} if label else {}
        style |= {"color": colours[wire], "penwidth": "2"} if wire in colours else {}
        tail = f" {_attributes(**style)}" if style else ""
        lines.append(f"{_quoted(nodes[wire])} -> {_quoted(reader)}{tail};")

    for own, gate in enumerate(circuit.gates, circuit.inputs):
        symbol = symbol_of(gate.operator)
        for i, wire in enumerate(gate.operands):
            label = symbol.letters[i] if symbol.letters else str(i) if symbol.ordered else ""
            join(wire, nodes[own], symbol.negated[i], label)
    for node, output in zip(ends, circuit.outputs, strict=True):
        join(output.wire, node, output.inverted)
    return "digraph circuit {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _node(circuit: Circuit, wire: int, mark: str | None, colour: str | None) -> str:
    label, shape = circuit.wire_name(wire), "plaintext"
    if wire >= circuit.inputs:
        # What is inverted the arrows show.
        symbol = symbol_of(circuit.gates[wire - circuit.inputs].operator)
        word = symbol.word if symbol.shape == "box" else symbol.word.upper()
        label, shape = f"{label}\n{word}", "box"
    if mark:
        label = f"{label}\n{mark}"
    values = {"label": label, "shape": shape}
    if colour:
        values |= {"color": colour, "fontcolor": colour, "penwidth": "2"}
    return _attributes(**values)
