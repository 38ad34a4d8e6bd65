"""Drawings as SVG: plain shapes in the colour of the surrounding text, on no background."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.drawing.layout import Layout, Node, Wire, layout_of, text_width
from mesacircuits.circuits.drawing.symbols import BUBBLE, Point, Stroke

__all__ = ["draw_svg", "path_of"]

# Inside a page the drawing takes the page's text colour. As a file of its own it is the document's
# root, and follows the reader's light or dark setting.
_STYLE = (
    "svg:root{color:#1f2328;color-scheme:light dark}"
    "@media (prefers-color-scheme:dark){svg:root{color:#e6edf3}}"
)
_TITLE_ROOM = 26.0


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def path_of(stroke: Stroke) -> str:
    """Return a line of a symbol's outline as the `d` of an SVG path."""
    parts = [f"M{_point(stroke.start)}"]
    for part in stroke.parts:
        parts.append(("L" if len(part) == 1 else "C") + " ".join(map(_point, part)))
    return "".join(parts) + ("Z" if stroke.closed else "")


def _text(at: Point, text: str, anchor: str, style: str = "") -> str:
    # Baselines are set by hand: not every renderer knows dominant-baseline.
    x, y = _number(at[0]), _number(at[1] + 4.2)
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{style}>{escape(text)}</text>'


def _wire(wire: Wire) -> list[str]:
    path = "".join(f"M{_point(start)}L{_point(end)}" for start, end in wire.segments)
    colour = f' stroke="{wire.colour}" stroke-width="2"' if wire.colour else ""
    lines = [f'<path class="wire" data-wire="{wire.wire}" d="{path}"{colour}/>']
    fill = wire.colour or "currentColor"
    for x, y in wire.dots:
        at = f'cx="{_number(x)}" cy="{_number(y)}"'
        lines.append(f'<circle class="fork" {at} r="3" fill="{fill}" stroke="none"/>')
    return lines


def _node(node: Node) -> list[str]:
    colour = f' stroke="{node.colour}" stroke-width="2.2"' if node.colour else ""
    plain = ' fill="currentColor" stroke="none"'
    tinted = f' fill="{node.colour or "currentColor"}" stroke="none"'
    lines = []
    for x, y in node.bubbles:
        at = f'cx="{_number(x)}" cy="{_number(y)}"'
        own = colour if node.kind == "output" or x > node.at[0] else ""
        lines.append(f'<circle class="bubble" {at} r="{_number(BUBBLE)}"{own}/>')
    if node.symbol is None:
        anchor = "start" if node.kind == "output" else "end"
        lines.append(_text(node.at, node.name, anchor, tinted))
        if node.mark:
            lines.append(_text(node.mark_at, node.mark, "end", tinted + ' font-weight="bold"'))
        return [f'<g class="{node.kind}">', *lines, "</g>"]
    tint = f' fill="{node.colour}" fill-opacity="0.15"' if node.colour else ""
    move = f' transform="translate({_point(node.at)})"'
    for stroke in node.symbol.outline():
        own = colour + (tint if stroke.closed else "")
        lines.append(f'<path class="body" d="{path_of(stroke)}"{move}{own}/>')
    for start, end in node.stubs:
        lines.append(f'<path class="stub" d="M{_point(start)}L{_point(end)}"/>')
    (x, y), (across, down) = node.at, node.symbol.name_at
    if node.symbol.label:
        lines.append(_text((x, y - 7), node.symbol.label, "middle", plain + ' font-size="11"'))
    lines.append(_text((x + across, y + down), node.name, "middle", plain))
    for place, letter in node.letters:
        lines.append(_text(place, letter, "middle", plain + ' class="pin" font-size="9"'))
    for place in node.zeros:
        lines.append(_text(place, "0", "middle", plain + ' class="zero"'))
    if node.mark:
        lines.append(_text(node.mark_at, node.mark, "middle", tinted + ' font-weight="bold"'))
    return [f'<g class="gate" data-shape="{node.symbol.shape}">', *lines, "</g>"]


def _body(layout: Layout) -> list[str]:
    lines = [line for wire in layout.wires if not wire.colour for line in _wire(wire)]
    # Marked wires go on top, so that what crosses them does not cut them.
    lines += [line for wire in layout.wires if wire.colour for line in _wire(wire)]
    return lines + [line for node in layout.nodes for line in _node(node)]


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
    layout = layout_of(circuit, marks)
    top = _TITLE_ROOM if title else 0.0
    width = max(layout.width, text_width(title or "", 14) + 20)
    size = f"{_number(width)} {_number(layout.height + top)}"
    name = "".join(c for c in title or f"circuit: {circuit}" if c.isprintable())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{size.split()[0]}" height="{size.split()[1]}" role="img" aria-label='
        + quoteattr(name)
        + ">",
        f"<title>{escape(name)}</title>",
        f"<desc>{escape(str(circuit))}</desc>",
        f"<style>{_STYLE}</style>",
        '<g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" '
        'stroke-linejoin="round" font-family="sans-serif" font-size="12">',
    ]
    if title:
        plain = ' fill="currentColor" stroke="none" font-size="14"'
        lines.append(_text((width / 2, 14), name, "middle", plain))
    across = (width - layout.width) / 2
    lines.append(f'<g transform="translate({_number(across)} {_number(top)})">')
    return "\n".join([*lines, *_body(layout), "</g>", "</g>", "</svg>"]) + "\n"
