"""Drawings of circuits: in the terminal, and as SVG, Graphviz DOT, TikZ and PNG."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.drawing.layout import BUBBLE, Node, Wire, layout_of
from mesacircuits.circuits.drawing.text import draw_dot, draw_terminal
from mesacircuits.circuits.drawing.tikz import draw_tikz
from mesacircuits.circuits.formats.netlist import CircuitFormat, comment_before
from mesacircuits.drawing import (
    Picture,
    Shape,
    dot,
    group,
    matplotlib_for,
    path,
    polyline,
    text,
    text_width,
)
from mesacircuits.errors import ArgumentError

__all__ = [
    "DRAWINGS", "check_format", "draw", "draw_dot", "draw_png", "draw_svg",
    "draw_terminal", "draw_tikz",
]  # fmt: skip

_TITLE_ROOM = 26.0
_LARGEST_SCALE = 20
_PNG_HEAD = 8 + 25  # the signature, and the chunk IHDR


def _wire(wire: Wire) -> list[Shape]:
    colour: dict[str, Any] = {"stroke": wire.colour, "stroke_width": 2} if wire.colour else {}
    strokes = (polyline(*segment) for segment in wire.segments)
    fill = wire.colour or "currentColor"
    return [
        path(*strokes, kind="wire", data_wire=wire.wire, **colour),
        *(dot(at, 3, kind="fork", fill=fill, stroke="none") for at in wire.dots),
    ]


_PLAIN: dict[str, Any] = {"fill": "currentColor", "stroke": "none"}
_WRITTEN: dict[str, dict[str, Any]] = {
    "label": {"font_size": 11},
    "pin": {"kind": "pin", "font_size": 9},
    "zero": {"kind": "zero"},
    "mark": {"font_weight": "bold"},
}


def _node(node: Node) -> Shape:
    colour: dict[str, Any] = {"stroke": node.colour, "stroke_width": 2.2} if node.colour else {}
    tint: dict[str, Any] = {"fill": node.colour, "fill_opacity": 0.15} if node.colour else {}
    shapes = []
    for bubble in node.bubbles:
        own = colour if node.colour_of_bubble(bubble) else {}
        shapes.append(dot(bubble, BUBBLE, kind="bubble", **own))
    for stroke in node.symbol.outline() if node.symbol else ():
        filled = tint if stroke.closed else {}
        shapes.append(path(stroke, at=node.at, kind="body", **colour, **filled))
    shapes += [path(polyline(*stub), kind="stub") for stub in node.stubs]
    for words in node.words:
        look = _PLAIN | _WRITTEN.get(words.what, {})
        if node.colour and words.what in ("own", "mark"):
            look["fill"] = node.colour
        shapes.append(text(words.at, words.text, words.anchor, **look))
    if node.symbol is None:
        return group(shapes, kind=node.kind)
    return group(shapes, kind="gate", data_shape=node.symbol.shape)


def _picture(circuit: Circuit, marks: Mapping[int, str] | None, title: str) -> Picture:
    layout = layout_of(circuit, marks)
    name = title or f"circuit: {circuit}"
    width, top = max(layout.width, text_width(title, 14) + 20), _TITLE_ROOM if title else 0.0
    shapes = []
    if title:
        at = (width / 2, 14.0)
        shapes.append(text(at, name, fill="currentColor", stroke="none", font_size=14))
    # Marked wires go on top, so that what crosses them does not cut them.
    wires = sorted(layout.wires, key=lambda wire: wire.colour is not None)
    drawn = [*(shape for wire in wires for shape in _wire(wire)), *map(_node, layout.nodes)]
    shapes.append(group(drawn, ((width - layout.width) / 2, top)))
    return Picture(width, layout.height + top, shapes, name, str(circuit))


def draw_svg(
    circuit: Circuit, marks: Mapping[int, str] | None = None, title: str | None = None
) -> str:
    """Return a picture of a circuit as SVG, left to right by depth.

    AND, OR and XOR have their usual shapes, a multiplexer is a trapezoid whose selector comes in
    from above or below, and any other operator is a box with its name. A bubble inverts an operand
    or an output; a dot is where a wire forks; a constant operand is a 0 at its pin. The lines take
    the colour of the text around the picture, on no background.

    Arguments:
        circuit: any circuit.
        marks: labels for wires, drawn beside them in colour.
        title: text above the picture and its accessible name, which is else the circuit's text.

    Returns the text of a whole SVG element, without an XML declaration.

    Raises `ArgumentError` if a mark names no wire of the circuit.

    >>> svg = draw_svg(Circuit.parse(2, "g1 = a & b; out = g1"), {2: "cell 0"})
    >>> svg.startswith("<svg xmlns="), "cell 0" in svg
    (True, True)
    """
    return _picture(circuit, marks, title or "").svg()


def draw_png(circuit: Circuit, marks: Mapping[int, str] | None = None, scale: float = 2) -> bytes:
    """Return a picture of a circuit as the bytes of a PNG file, on white.

    Arguments:
        circuit: any circuit.
        marks: labels for wires, drawn beside them in colour.
        scale: pixels for each unit of the SVG drawing, above 0 and at most 20.

    Raises `MissingExtra` without matplotlib, and `ArgumentError` for a scale out of range or a
    mark that names no wire of the circuit.
    """
    if not 0 < scale <= _LARGEST_SCALE:
        raise ArgumentError("scale", f"a number above 0 and at most {_LARGEST_SCALE}", scale)
    return _picture(circuit, marks, "").png("draw --format png", scale)


def _comment_in_svg(data: bytes, lines: Sequence[str]) -> bytes:
    # Two hyphens would end the comment.
    words = "\n".join(lines).replace("--", "- -")
    return data.rstrip(b"\n") + f"\n<!--\n{words}\n-->\n".encode()


def _comment_in_png(data: bytes, lines: Sequence[str]) -> bytes:
    # A chunk of text goes behind the signature and the header, which is the first chunk.
    body = b"tEXtComment\0" + "\n".join(lines).encode("latin-1", "replace")
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:]


#: The formats that `draw` knows, by name; they are written with marks, and not read.
DRAWINGS = {
    form.name: form
    for form in (
        CircuitFormat("terminal", "lines of text", draw_terminal),
        CircuitFormat("svg", "SVG", draw_svg, commented=_comment_in_svg),
        CircuitFormat("dot", "Graphviz DOT", draw_dot, commented=comment_before("//")),
        CircuitFormat("tex", "LaTeX, in TikZ", draw_tikz, commented=comment_before("%")),
        CircuitFormat("png", "PNG", draw_png, commented=_comment_in_png, is_text=False),
    )
}


def draw(
    circuit: Circuit, format: str = "terminal", marks: Mapping[int, str] | None = None
) -> str | bytes:
    """Return a drawing of a circuit in the named format: bytes for `png`, else text.

    Arguments:
        circuit: any circuit.
        format: one of `DRAWINGS`; `tex` is a LaTeX document.
        marks: labels for wires, such as `{3: "candidate 0"}`.

    Raises `ArgumentError` for another format or a mark that names no wire of the circuit, and
    `MissingExtra` for `png` without matplotlib.

    >>> draw(Circuit.parse(1, "out = a"), "gif")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: format: expected one of terminal, svg, dot, tex, png, got gif
    """
    check_format(format)
    return DRAWINGS[format].write(circuit, marks)


def check_format(format: str) -> None:
    """Raise, for what `draw` cannot draw: `ArgumentError`, or `MissingExtra`.

    >>> check_format("svg")
    """
    if format not in DRAWINGS:
        raise ArgumentError("format", f"one of {', '.join(DRAWINGS)}", format)
    if not DRAWINGS[format].is_text:
        matplotlib_for(f"draw --format {format}")
