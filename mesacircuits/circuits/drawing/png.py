"""Drawings as PNG, through matplotlib (the extra `png`)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.drawing.layout import Layout, Node, Wire, layout_of
from mesacircuits.circuits.drawing.symbols import BUBBLE, Point, Stroke
from mesacircuits.errors import ArgumentError, MissingExtra

__all__ = ["draw_png", "matplotlib_for"]

_INK = "#1f2328"
_LARGEST_SCALE = 20


def _wire(axes: Any, wire: Wire) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle

    colour, thick = wire.colour or _INK, 2.0 if wire.colour else 1.5
    layer = 2 if wire.colour else 1
    for (x0, y0), (x1, y1) in wire.segments:
        line = Line2D([x0, x1], [y0, y1], color=colour, linewidth=thick, zorder=layer)
        line.set_solid_capstyle("round")
        axes.add_line(line)
    for at in wire.dots:
        axes.add_patch(Circle(at, 3, facecolor=colour, edgecolor="none", zorder=layer))


def _outline(axes: Any, stroke: Stroke, at: Point, colour: str | None) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points, codes = [stroke.start], [Path.MOVETO]
    for part in stroke.parts:
        points.extend(part)
        codes.extend([Path.LINETO] if len(part) == 1 else [Path.CURVE4] * 3)
    if stroke.closed:
        points.append(stroke.start)
        codes.append(Path.CLOSEPOLY)
    path = Path([(at[0] + x, at[1] + y) for x, y in points], codes)
    if colour and stroke.closed:
        tint = PathPatch(path, facecolor=colour, alpha=0.15, edgecolor="none", zorder=2)
        axes.add_patch(tint)
    line = PathPatch(
        path, fill=False, edgecolor=colour or _INK, linewidth=2.2 if colour else 1.5, zorder=3
    )
    axes.add_patch(line)


def _text(axes: Any, at: Point, text: str, anchor: str, colour: str, **style: Any) -> None:
    # A dollar sign would start a formula.
    axes.text(
        *at, text, ha=anchor, va="center_baseline", color=colour, parse_math=False, zorder=4,
        **{"fontsize": 11, **style},
    )  # fmt: skip


def _node(axes: Any, node: Node) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle

    colour = node.colour or _INK
    for bubble in node.bubbles:
        own = colour if node.kind == "output" or bubble[0] > node.at[0] else _INK
        axes.add_patch(Circle(bubble, BUBBLE, fill=False, edgecolor=own, linewidth=1.5, zorder=3))
    if node.symbol is None:
        _text(axes, node.at, node.name, "left" if node.kind == "output" else "right", colour)
        if node.mark:
            _text(axes, node.mark_at, node.mark, "right", colour, fontweight="bold")
        return
    for stroke in node.symbol.outline():
        _outline(axes, stroke, node.at, node.colour)
    for (x0, y0), (x1, y1) in node.stubs:
        axes.add_line(Line2D([x0, x1], [y0, y1], color=_INK, linewidth=1.5, zorder=1))
    (x, y), (across, down) = node.at, node.symbol.name_at
    if node.symbol.label:
        _text(axes, (x, y - 7), node.symbol.label, "center", _INK, fontsize=10)
    _text(axes, (x + across, y + down), node.name, "center", _INK)
    for at, letter in node.letters:
        _text(axes, at, letter, "center", _INK, fontsize=8.5)
    for at in node.zeros:
        _text(axes, at, "0", "center", _INK)
    if node.mark:
        _text(axes, node.mark_at, node.mark, "center", colour, fontweight="bold")


def _figure(layout: Layout) -> Any:
    from matplotlib.figure import Figure

    # One unit of the layout is one point. Without pyplot, nothing depends on a display.
    figure = Figure(figsize=(layout.width / 72, layout.height / 72), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, layout.width)
    axes.set_ylim(layout.height, 0)
    axes.axis("off")
    for wire in layout.wires:
        _wire(axes, wire)
    for node in layout.nodes:
        _node(axes, node)
    return figure


def matplotlib_for(purpose: str) -> Any:
    """Return the library that draws pictures of pixels, and plots.

    Raises `MissingExtra`, naming the purpose, if it is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra("matplotlib", "png", purpose) from error
    return matplotlib


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
    matplotlib = matplotlib_for("draw --format png")
    file = io.BytesIO()
    # The default style, whatever the caller has set, so that the same circuit looks the same.
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        figure = _figure(layout_of(circuit, marks))
        figure.savefig(file, format="png", dpi=72 * scale, metadata={"Software": None})
    return file.getvalue()
