"""Drawings of circuits: in the terminal, and as SVG, Graphviz DOT, TikZ and PNG."""

from mesacircuits.circuits.drawing.dot import draw_dot
from mesacircuits.circuits.drawing.picture import (
    FORMATS,
    DrawingFormat,
    check_format,
    draw,
    draw_png,
    draw_svg,
)
from mesacircuits.circuits.drawing.terminal import draw_terminal
from mesacircuits.circuits.drawing.tikz import draw_tikz

__all__ = [
    "FORMATS",
    "DrawingFormat",
    "check_format",
    "draw",
    "draw_dot",
    "draw_png",
    "draw_svg",
    "draw_terminal",
    "draw_tikz",
]
