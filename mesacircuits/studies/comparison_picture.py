"""The matrix of disagreements as a heat map: SVG as text, PNG through the extra `png`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mesacircuits.drawing import FORMS, Picture, group, rectangle, text
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.comparison import Comparison
from mesacircuits.tables import counted

__all__ = ["disagreement_picture"]

_CELL, _LETTER, _ROOM, _HEAD = 78.0, 7.2, 14.0, 46.0
# Longer names are cut.
_LONGEST = 48
_HEAT = "#d1242f"
_LINES: dict[str, Any] = {"stroke": "currentColor", "stroke_opacity": 0.35, "stroke_width": 1}
# Never so deep that text on it could not be read, light or dark.
_DEEPEST = 0.55


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
    picture = _picture(found)
    return picture.svg() if form == "svg" else picture.png("compare --picture FILE.png")


def _picture(found: Comparison) -> Picture:
    names, count = [*map(_short, found.names)], len(found.names)
    left = max(map(len, names), default=0) * _LETTER + 3 * _LETTER + 2 * _ROOM
    top = _HEAD + 26
    greatest = max((pair.share for pair in found.pairs if pair.share is not None), default=0)
    title, judged = f"Disagreements over {found.universe}", counted(found.minima, "solver")
    if not found.universe.only_given:
        title += f", {found.basis}"
        nouns = ("solver", "solvers") if found.universe.fixed else ("minimum", "minima")
        judged = f"{counted(found.minima, *nouns)}, order {found.order}"
    shapes = [text((_ROOM, 20), title, "start", font_size=14)]
    shapes.append(text((_ROOM, 38), judged, "start"))

    def square(row: int, column: int, lines: tuple[str, str], depth: float) -> None:
        x, y = left + column * _CELL, top + row * _CELL
        shapes.append(rectangle(x, y, _CELL, _CELL, fill=_HEAT, fill_opacity=depth, **_LINES))
        for line, down in zip(lines, (-9, 9), strict=True):
            shapes.append(text((x + _CELL / 2, y + _CELL / 2 + down), line))

    for i, name in enumerate(names):
        at = (i + 0.5) * _CELL
        shapes.append(text((left - _ROOM / 2, top + at), f"{name}  {i + 1}", "end"))
        shapes.append(text((left + at, top - 12), str(i + 1)))
        square(i, i, ("tagged", f"{found.tagged[i]:,}"), 0)
    for pair in found.pairs:
        lines, depth = ("not", "compared"), 0.0
        if pair.share is not None:
            lines = (f"{pair.disagreements:,}", _share(pair.share))
            depth = _DEEPEST * float(pair.share / greatest) if greatest else 0.0
        square(pair.first, pair.second, lines, depth)
        square(pair.second, pair.first, lines, depth)
    side = count * _CELL
    width = max(left + side + _ROOM, len(title) * 8.0 + 2 * _ROOM)
    name = f"Disagreements of {counted(count, 'definition')} over {found.universe}"
    drawn = [group(shapes, fill="currentColor", stroke="none")]
    return Picture(width, top + side + _ROOM, drawn, name)


def _short(name: str) -> str:
    # The end of a file's path tells it.
    return name if len(name) <= _LONGEST else f"...{name[3 - _LONGEST :]}"


def _share(share: Fraction) -> str:
    percent = float(100 * share)
    return f"{percent:.3g}%" if percent == 0 or percent >= 0.001 else "<0.001%"
