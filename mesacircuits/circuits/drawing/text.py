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
_ROOMY_ROWS = 9  # up to this many rows a spare line between two shows the joins better


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


class _Grid:
    """The drawing under way, with the columns `pitch` apart."""

    def __init__(self, circuit: Circuit, chars: _Characters, pitch: int) -> None:
        self.circuit, self.chars = circuit, chars
        self.names: list[str] = []
        self.columns: list[int] = []
        # The constant has a row, the first, only if a gate reads it.
        constant = any(CONSTANT in gate.operands for gate in circuit.gates)
        self.rows = range(CONSTANT if constant else 0, circuit.wires)
        stub = max((len(circuit.wire_name(w)) for w in range(circuit.inputs)), default=0) + 3
        for i, gate in enumerate(circuit.gates):
            word = _word(gate)
            name = circuit.wire_name(circuit.inputs + i)
            self.names.append(f"{name} " if word in chars.gates else f"{name} {word} ")
            least = self.columns[-1] + pitch if self.columns else stub
            self.columns.append(max(least, len(self.names[-1])))
        self.margin = (self.columns[-1] if self.columns else stub) + 3
        self.driven: dict[int, list[str]] = {}
        for i, output in enumerate(circuit.outputs):
            text = f"{circuit.output_names[i]} = {circuit.output_text(i)}"
            self.driven.setdefault(output.wire, []).append(text)
        self.ends = {wire: self._end(wire) for wire in self.rows}

    def _end(self, wire: int) -> int:
        """Return the column after the last of a wire's line: past an output, else its reader."""
        if wire in self.driven:
            return self.margin
        readers = [
            self.columns[i] + 1
            for i, gate in enumerate(self.circuit.gates)
            if wire in gate.operands
        ]
        return max(readers, default=self._start(wire) + 2)

    def _start(self, wire: int) -> int:
        if wire < self.circuit.inputs:
            return len(self.circuit.wire_name(wire)) + 1
        return self.columns[wire - self.circuit.inputs] + 1

    def row(self, wire: int, dots: list[dict[int, str]]) -> str:
        """Return the row of a wire up to its end."""
        circuit, chars = self.circuit, self.chars
        line = [" "] * self.margin
        start, end = self._start(wire), self.ends[wire]
        line[start:end] = chars.level * (end - start)
        own = wire - circuit.inputs
        if own < 0:
            name = circuit.wire_name(wire) + " "
        else:
            name = self.names[own] + chars.gates.get(_word(circuit.gates[own]), chars.other)
        line[start - len(name) : start] = name
        for i, column in enumerate(self.columns):
            if wire in dots[i]:
                line[column] = dots[i][wire]
            elif min(dots[i]) < wire < circuit.inputs + i:
                line[column] = chars.crossing if start <= column < end else chars.upright
        return "".join(line)

    def between(self, wire: int, dots: list[dict[int, str]]) -> str:
        """Return the spare line below the row of a wire."""
        line = [" "] * self.margin
        for i, column in enumerate(self.columns):
            if min(dots[i]) <= wire < self.circuit.inputs + i:
                line[column] = self.chars.upright
        return "".join(line)

    def lines(self, dots: list[dict[int, str]], marks: Mapping[int, str]) -> Iterator[str]:
        """Yield the lines of the drawing."""
        tails = {wire: ", ".join(self.driven.get(wire, ())) for wire in self.rows}
        widest = max(map(len, tails.values()), default=0)
        for wire, tail in tails.items():
            mark = f"  [{marks[wire]}]" if wire in marks else ""
            end = f" {tail:{widest}}{mark}" if widest else mark
            yield (self.row(wire, dots) + end).rstrip()
            if len(self.rows) <= _ROOMY_ROWS and wire + 1 < self.circuit.wires:
                yield self.between(wire, dots).rstrip()
        for text in self.driven.get(CONSTANT, ()) if CONSTANT not in self.rows else ():
            yield " " * (self.margin + 1) + text


def _listing(circuit: Circuit, marks: Mapping[int, str]) -> str:
    lines = [circuit.wire_name(w) for w in range(circuit.inputs)]
    lines = [line if w in marks else "" for w, line in enumerate(lines)]
    lines += [f"g{i + 1} = {circuit.gate_text(i)}" for i in range(circuit.size)]
    lines = [line + (f"  [{marks[w]}]" if w in marks else "") for w, line in enumerate(lines)]
    lines += [
        f"{circuit.output_names[i]} = {circuit.output_text(i)}" for i in range(len(circuit.outputs))
    ]
    return "\n".join(line for line in lines if line)


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
            lines = list(_Grid(circuit, chars, pitch).lines(dots, clean))
            if all(len(line) <= width for line in lines):
                return "\n".join(lines)
    return _listing(circuit, clean)


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


def _edge(source: str, reader: str, style: Mapping[str, str], colour: str | None) -> str:
    values = dict(style) | ({"color": colour, "penwidth": "2"} if colour else {})
    tail = f" {_attributes(**values)}" if values else ""
    return f"{_quoted(source)} -> {_quoted(reader)}{tail};"
