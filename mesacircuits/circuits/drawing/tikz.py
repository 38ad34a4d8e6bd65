"""Drawings as LaTeX: a standalone document in plain TikZ, compiled as written by pdflatex."""

from __future__ import annotations

from collections.abc import Mapping

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.drawing.layout import BUBBLE, Layout, Node, Symbol, Wire, layout_of
from mesacircuits.drawing import PALETTE, Point, Stroke
from mesacircuits.tables import escaped_latex

__all__ = ["draw_tikz"]

_HEAD = r"""\documentclass[tikz]{standalone}
%(colours)s
\tikzset{
  circuit/.style={x=0.75pt, y=-0.75pt, line width=0.6pt, line cap=round, line join=round,
    font=\sffamily\footnotesize, text height=1.4ex, text depth=0.3ex, inner sep=0pt},
  bubble/.style={circle, draw, minimum size=%(bubble).1fpt},
  fork/.style={circle, fill, minimum size=4pt, text height=0pt, text depth=0pt},
  marked/.style={line width=1pt},
  label/.style={font=\sffamily\bfseries\footnotesize},
%(pics)s
}
\begin{document}
\begin{tikzpicture}[circuit]
"""
_FOOT = "\\end{tikzpicture}\n\\end{document}\n"


def _at(point: Point) -> str:
    return f"({point[0]:.6g},{point[1]:.6g})"


def _stroke(stroke: Stroke) -> str:
    text = _at(stroke.start)
    for part in stroke.parts:
        if len(part) == 1:
            text += f" -- {_at(part[0])}"
        else:
            text += f" .. controls {_at(part[0])} and {_at(part[1])} .. {_at(part[2])}"
    return text + (" -- cycle" if stroke.closed else "")


def _pic_name(symbol: Symbol) -> str:
    return f"{symbol.shape} gate" if symbol.shape != "box" else f"box {symbol.arity} gate"


def _pic(symbol: Symbol) -> str:
    """Return the definition of a symbol's body as a TikZ pic; only closed lines are filled."""
    lines = []
    for stroke in symbol.outline():
        only = "" if stroke.closed else ", fill=none"
        lines.append(rf"\path[pic actions, draw{only}] {_stroke(stroke)};")
    return f"  {_pic_name(symbol)}/.pic={{{' '.join(lines)}}},"


def _colour(colour: str) -> str:
    return f"mark{PALETTE.index(colour)}"


def _style(*parts: str) -> str:
    chosen = [part for part in parts if part]
    return f"[{', '.join(chosen)}]" if chosen else ""


def _wire(wire: Wire) -> list[str]:
    colour = _colour(wire.colour) if wire.colour else ""
    path = " ".join(f"{_at(start)} -- {_at(end)}" for start, end in wire.segments)
    lines = [rf"\draw{_style(colour, 'marked' if colour else '')} {path};"]
    return lines + [rf"\node{_style('fork', colour)} at {_at(dot)} {{}};" for dot in wire.dots]


_ANCHORS = {"start": "west", "middle": "center", "end": "east"}
_FONTS = {
    "label": r"font=\sffamily\scriptsize",
    "pin": r"font=\sffamily\tiny",
    "mark": "label",
}


def _node(node: Node) -> list[str]:
    colour = _colour(node.colour) if node.colour else ""
    lines = []
    for bubble in node.bubbles:
        own = colour if node.colour_of_bubble(bubble) else ""
        lines.append(rf"\node{_style('bubble', own)} at {_at(bubble)} {{}};")
    if node.symbol is not None:
        style = _style(f"draw={colour}", f"fill={colour}!15", "marked") if colour else ""
        lines.append(rf"\pic{style} at {_at(node.at)} {{{_pic_name(node.symbol)}}};")
    lines += [rf"\draw {_at(start)} -- {_at(end)};" for start, end in node.stubs]
    for what, at, text, anchor in node.words:
        own = colour if what in ("own", "mark") else ""
        style = _style(f"anchor={_ANCHORS[anchor]}", own, _FONTS.get(what, ""))
        lines.append(rf"\node{style} at {_at(at)} {{{escaped_latex(text)}}};")
    return lines


def _head(layout: Layout) -> str:
    used = {n.colour for n in layout.nodes} | {w.colour for w in layout.wires}
    colours = [
        rf"\definecolor{{{_colour(c)}}}{{HTML}}{{{c[1:].upper()}}}" for c in PALETTE if c in used
    ]
    pics = {_pic_name(n.symbol): _pic(n.symbol) for n in layout.nodes if n.symbol}
    return _HEAD % {
        "colours": "\n".join(colours) or "% no wire is marked",
        "bubble": 2 * BUBBLE * 0.75,
        "pics": "\n".join(pics.values()) or "  % no gates",
    }


def draw_tikz(circuit: Circuit, marks: Mapping[int, str] | None = None) -> str:
    r"""Return a picture of a circuit as a LaTeX document of class `standalone`.

    The document defines each gate symbol that it needs as a TikZ pic and asks for no package
    beyond TikZ. Letters of a label that are not ASCII are written without their accents.

    Arguments:
        circuit: any circuit.
        marks: labels for wires, drawn beside them in colour.

    Raises `ArgumentError` if a mark names no wire of the circuit.

    >>> print(draw_tikz(Circuit.parse(2, "g1 = a & b; out = g1")).splitlines()[0])
    \documentclass[tikz]{standalone}
    """
    layout = layout_of(circuit, marks)
    # The whole page, margins included: `standalone` crops to what is drawn.
    lines = [rf"\path (0,0) rectangle {_at((layout.width, layout.height))};"]
    wires = sorted(layout.wires, key=lambda wire: wire.colour is not None)
    lines += [line for wire in wires for line in _wire(wire)]
    lines += [line for node in layout.nodes for line in _node(node)]
    return _head(layout) + "".join(f"  {line}\n" for line in lines) + _FOOT
