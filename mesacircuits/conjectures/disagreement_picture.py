"""The matrix of disagreements as a heat map: SVG as text, PNG through the extra `png`."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from mesacircuits.conjectures.disagreement import Comparison
from mesacircuits.drawing import matplotlib_for
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted

__all__ = ["FORMS", "disagreement_picture"]

#: What a picture can be.
FORMS = ("svg", "png")

_CELL, _LETTER, _ROOM, _HEAD = 78.0, 7.2, 14.0, 46.0
# Longer names are cut.
_LONGEST = 48
_INK, _HEAT = "#1f2328", "#d1242f"

# As a file of its own the picture follows the reader's light or dark setting; inside a page it
# takes the colour of the text around it.
_STYLE = (
    "svg:root{color:#1f2328;color-scheme:light dark}"
    "@media (prefers-color-scheme:dark){svg:root{color:#e6edf3}}"
)


@dataclass(frozen=True, slots=True)
class _Square:
    x: float
    y: float
    lines: tuple[str, ...]
    #: How strongly it is filled, from 0 to 1; None where nothing was compared.
    heat: float | None


@dataclass(frozen=True, slots=True)
class _Word:
    x: float
    y: float
    text: str
    anchor: str
    size: float


@dataclass(frozen=True)
class _Map:
    width: float
    height: float
    squares: tuple[_Square, ...]
    words: tuple[_Word, ...]


def disagreement_picture(found: Comparison, form: str = "svg") -> str | bytes:
    """Return the matrix of a comparison as a heat map.

    Each square says on how many minima two definitions disagree, and which share of those compared
    that is; its colour is the deeper the nearer the share is to the greatest of the picture.

    Arguments:
        found: the comparison.
        form: `svg`, for the text of a whole SVG element; or `png`, for the bytes of a PNG file.

    Raises `ArgumentError` for another form, and `MissingExtra` for PNG without matplotlib.
    """
    if form not in FORMS:
        raise ArgumentError("picture", f"a name that ends in {' or '.join(FORMS)}", form)
    chart = _map(found)
    return _svg(chart, found) if form == "svg" else _png(chart)


def _map(found: Comparison) -> _Map:
    names, count = [*map(_short, found.names)], len(found.names)
    left = max(map(len, names), default=0) * _LETTER + 3 * _LETTER + 2 * _ROOM
    greatest = max((pair.share for pair in found.pairs if pair.share is not None), default=0)
    squares = []
    title, judged = f"Disagreements over {found.universe}", counted(found.minima, "solver")
    if not found.universe.only_given:
        title += f", {found.basis}"
        nouns = ("solver", "solvers") if found.universe.fixed else ("minimum", "minima")
        judged = f"{counted(found.minima, *nouns)}, order {found.order}"
    words = [_Word(_ROOM, 20, title, "start", 14), _Word(_ROOM, 38, judged, "start", 12)]
    top = _HEAD + 26
    for i, name in enumerate(names):
        at = top + (i + 0.5) * _CELL
        words.append(_Word(left - _ROOM / 2, at, f"{name}  {i + 1}", "end", 12))
        words.append(_Word(left + (i + 0.5) * _CELL, top - 12, str(i + 1), "middle", 12))
        squares.append(
            _Square(left + i * _CELL, top + i * _CELL, ("tagged", f"{found.tagged[i]:,}"), None)
        )
    for pair in found.pairs:
        share = pair.share
        lines = ("not", "compared") if share is None else (f"{pair.disagreements:,}", _share(share))
        heat = None if share is None else float(share / greatest) if greatest else 0.0
        for row, column in ((pair.first, pair.second), (pair.second, pair.first)):
            squares.append(_Square(left + column * _CELL, top + row * _CELL, lines, heat))
    side = count * _CELL
    width = max(left + side + _ROOM, len(words[0].text) * 8.0 + 2 * _ROOM)
    return _Map(width, top + side + _ROOM, tuple(squares), tuple(words))


def _short(name: str) -> str:
    # The end of a file's path tells it.
    return name if len(name) <= _LONGEST else f"...{name[3 - _LONGEST :]}"


def _share(share: Fraction) -> str:
    percent = float(100 * share)
    return f"{percent:.3g}%" if percent == 0 or percent >= 0.001 else "<0.001%"


def _svg(chart: _Map, found: Comparison) -> str:
    size = f"{chart.width:.0f} {chart.height:.0f}"
    name = f"Disagreements of {counted(len(found.names), 'definition')} over {found.universe}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{size.split()[0]}" height="{size.split()[1]}" role="img" '
        f"aria-label={quoteattr(name)}>",
        f"<title>{escape(name)}</title>",
        f"<style>{_STYLE}</style>",
        '<g font-family="sans-serif" fill="currentColor">',
    ]
    for word in chart.words:
        lines.append(
            f'<text x="{word.x:.1f}" y="{word.y + 4.2:.1f}" font-size="{word.size:g}" '
            f'text-anchor="{word.anchor}">{escape(word.text)}</text>'
        )
    for square in chart.squares:
        fill = f'fill="{_HEAT}" fill-opacity="{_depth(square.heat):.2f}"'
        lines.append(
            f'<rect x="{square.x:.1f}" y="{square.y:.1f}" width="{_CELL:g}" height="{_CELL:g}" '
            f'{fill} stroke="currentColor" stroke-opacity="0.35"/>'
        )
        for place, text in enumerate(square.lines):
            y = square.y + _CELL / 2 + (place - 0.5) * 18 + 4.2
            lines.append(
                f'<text x="{square.x + _CELL / 2:.1f}" y="{y:.1f}" font-size="12" '
                f'text-anchor="middle">{escape(text)}</text>'
            )
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _depth(heat: float | None) -> float:
    # Never so deep that text on it could not be read, light or dark.
    return 0.0 if heat is None else 0.55 * heat


def _png(chart: _Map) -> bytes:
    matplotlib = matplotlib_for("compare --picture FILE.png")
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    file = io.BytesIO()
    # The default style, whatever the caller has set; without pyplot, so without a display.
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        figure = Figure(figsize=(chart.width / 72, chart.height / 72), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, chart.width)
        axes.set_ylim(chart.height, 0)
        axes.axis("off")
        sides = {"start": "left", "middle": "center", "end": "right"}
        for square in chart.squares:
            at, depth = (square.x, square.y), _depth(square.heat)
            axes.add_patch(Rectangle(at, _CELL, _CELL, facecolor=_HEAT, alpha=depth))
            axes.add_patch(Rectangle(at, _CELL, _CELL, fill=False, edgecolor=_INK, alpha=0.35))
        words = [*chart.words]
        for square in chart.squares:
            for place, text in enumerate(square.lines):
                y = square.y + _CELL / 2 + (place - 0.5) * 18
                words.append(_Word(square.x + _CELL / 2, y, text, "middle", 12))
        for word in words:
            axes.text(
                word.x,
                word.y,
                word.text,
                ha=sides[word.anchor],
                va="center_baseline",
                fontsize=word.size * 0.92,
                color=_INK,
                parse_math=False,
            )
        figure.savefig(file, format="png", dpi=144, metadata={"Software": None})
    return file.getvalue()
