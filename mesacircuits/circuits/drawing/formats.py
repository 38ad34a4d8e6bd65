"""Drawing a circuit in a format chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.drawing.dot import draw_dot
from mesacircuits.circuits.drawing.picture import draw_png, draw_svg
from mesacircuits.circuits.drawing.terminal import draw_terminal
from mesacircuits.circuits.drawing.tikz import draw_tikz
from mesacircuits.drawing import matplotlib_for
from mesacircuits.errors import ArgumentError

__all__ = ["FORMATS", "check_format", "draw"]

#: The formats that `draw` knows.
FORMATS = ("terminal", "svg", "dot", "tex", "png")


def draw(
    circuit: Circuit, format: str = "terminal", marks: Mapping[int, str] | None = None
) -> str | bytes:
    """Return a drawing of a circuit in the named format: bytes for `png`, else text.

    Arguments:
        circuit: any circuit.
        format: one of `FORMATS`; `tex` is a LaTeX document.
        marks: labels for wires, such as `{3: "candidate 0"}`.

    Raises `ArgumentError` for another format or a mark that names no wire of the circuit, and
    `MissingExtra` for `png` without matplotlib.

    >>> draw(Circuit.parse(1, "out = a"), "gif")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: format: expected one of terminal, svg, dot, tex, png, got gif
    """
    check_format(format)
    drawings: dict[str, Callable[[Circuit, Mapping[int, str] | None], str | bytes]] = {
        "terminal": draw_terminal, "svg": draw_svg, "dot": draw_dot, "tex": draw_tikz,
        "png": draw_png,
    }  # fmt: skip
    return drawings[format](circuit, marks)


def check_format(format: str) -> None:
    """Raise, for what `draw` cannot draw: `ArgumentError`, or `MissingExtra`.

    >>> check_format("svg")
    """
    if format not in FORMATS:
        raise ArgumentError("format", f"one of {', '.join(FORMATS)}", format)
    if format == "png":
        matplotlib_for("draw --format png")
