"""Pictures: the shapes that they consist of, and how these become SVG and PNG.

A shape's look has the names of SVG, with `_` for `-`, and `kind` for `class`; what is None is left
out, and what a shape does not say is as in the group around it. Units are those of SVG; y is
downwards.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from mesacircuits.errors import ArgumentError, MissingExtra

__all__ = [
    "FORMS", "PALETTE", "Picture", "Point", "Shape", "Stroke", "arrowhead", "card", "checked_marks",
    "dot", "group", "mark_colours", "matplotlib_for", "path", "path_data", "picture_form",
    "polyline", "rectangle", "text", "text_width",
]  # fmt: skip

Point = tuple[float, float]
Look = str | float | None

#: What pictures are written as, by the ends of their files' names.
FORMS = ("svg", "png")
#: Colours for marks: each has a contrast of at least 4 to 1 with white and with #0d1117.
PALETTE = ("#dc3a25", "#2878cf", "#17883d", "#a057d6", "#aa690d", "#11858c")
#: The look of a picture where its shapes do not say another.
_LOOK: dict[str, Any] = {
    "fill": "none", "stroke": "currentColor", "stroke-width": 1.5, "stroke-linecap": "round",
    "stroke-linejoin": "round", "font-family": "sans-serif", "font-size": 12,
}  # fmt: skip
_INK = "#1f2328"
_SIDES = {"start": "left", "middle": "center", "end": "right"}
# Inside a page a picture takes the page's text colour. As a file of its own it is the document's
# root, and follows the reader's light or dark setting.
_STYLE = (
    f"svg:root{{color:{_INK};color-scheme:light dark}}"
    "@media (prefers-color-scheme:dark){svg:root{color:#e6edf3}}"
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line: its start, then curves or straight lines, perhaps closed.

    A part of one point is a straight line to it; of more, a curve, with its end after its one
    control point (quadratic) or two (cubic).
    """

    start: Point
    parts: tuple[tuple[Point, ...], ...]
    closed: bool = False


def polyline(*points: Point, closed: bool = False) -> Stroke:
    """Return the straight lines from each point to the next.

    >>> path_data(polyline((0, 0), (9, 0), (9, 2.5)))
    'M0 0L9 0L9 2.5'
    """
    return Stroke(points[0], tuple((point,) for point in points[1:]), closed)


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of a picture, as `path`, `dot`, `rectangle`, `text` and `group` make it.

    Arguments:
        tag: what SVG calls it.
        look: its look, in the words of SVG.
        at: the centre of a dot, the upper left of a rectangle, the middle of a text's height; for
            paths and groups, where what stands at (0, 0) is moved, if anywhere.
        size: the width and height.
        words: the text, or the title of a group, shown to a pointer that rests on it.
        parts: the strokes of a path, or the shapes of a group.
    """

    tag: str
    look: dict[str, Any]
    at: Point | None = None
    size: Point = (0.0, 0.0)
    words: str = ""
    parts: tuple[Any, ...] = ()


def _named(look: dict[str, Look]) -> dict[str, Any]:
    known = {name.replace("_", "-"): value for name, value in look.items() if value is not None}
    return {"class": known.pop("kind"), **known} if "kind" in known else known


def path(*strokes: Stroke, at: Point | None = None, **look: Look) -> Shape:
    """Return the shape of some strokes, moved by `at`."""
    return Shape("path", _named(look), at, parts=strokes)


def dot(at: Point, radius: float, **look: Look) -> Shape:
    """Return a circle."""
    return Shape("circle", _named(look), at, (2 * radius, 2 * radius))


def rectangle(left: float, top: float, width: float, height: float, **look: Look) -> Shape:
    """Return a rectangle; `rx` in its look rounds the corners, in SVG."""
    return Shape("rect", _named(look), (left, top), (width, height))


def text(at: Point, words: str, anchor: str = "middle", **look: Look) -> Shape:
    """Return a line of text whose `start`, `middle` or `end` is at a point."""
    return Shape("text", {"text-anchor": anchor, **_named(look)}, at, words=words)


def group(shapes: Iterable[Shape], at: Point | None = None, title: str = "", **look: Look) -> Shape:
    """Return shapes as one, moved by `at`; they take what they do not say from its look."""
    return Shape("g", _named(look), at, words=title, parts=tuple(shapes))


def arrowhead(tip: Point, origin: Point, length: float = 7.0, **look: Any) -> Shape:
    """Return the head of an arrow that comes to `tip` from the direction of another point."""
    across, down = tip[0] - origin[0], tip[1] - origin[1]
    share = length / max(hypot(across, down), 1e-9)
    x, y, aside = tip[0] - share * across, tip[1] - share * down, 3 / 7 * share
    left, right = (x - aside * down, y + aside * across), (x + aside * down, y - aside * across)
    return path(polyline(tip, left, right, closed=True), **look)


def text_width(text: str, size: float = 12.0) -> float:
    """Return a width that `text` will not exceed in a common sans-serif font.

    >>> round(text_width("cell 0"))
    46
    """
    return 0.64 * size * sum(1 if ord(c) < 0x1100 else 1.7 for c in text)


def checked_marks(marks: Mapping[int, str] | None, count: int, of: str) -> dict[int, str]:
    """Return labels by ascending number, each on one line and free of control characters.

    Arguments:
        marks: the labels, by the number of what they are beside.
        count: how many there are.
        of: what they are, as errors name one.

    Raises `ArgumentError` for a number that there is not, or a label without text.

    >>> checked_marks({2: "cell\\n0"}, 3, "wire")
    {2: 'cell 0'}
    """
    clean = {}
    for number, label in sorted((marks or {}).items()):
        if not 0 <= number < count:
            raise ArgumentError("marks", f"{of}s from 0 to {count - 1}", number)
        clean[number] = "".join(c for c in " ".join(str(label).split()) if c.isprintable())
        if not clean[number]:
            raise ArgumentError("marks", f"a label for {of} {number}", label)
    return clean


def mark_colours(marks: Mapping[int, str]) -> dict[int, str]:
    """Return the colour of all that is marked: one for each label, in turn.

    >>> mark_colours({0: "cell", 3: "error", 4: "cell"})
    {0: '#dc3a25', 3: '#2878cf', 4: '#dc3a25'}
    """
    labels = list(dict.fromkeys(marks.values()))
    return {number: PALETTE[labels.index(label) % len(PALETTE)] for number, label in marks.items()}


@dataclass(frozen=True)
class Picture:
    """Shapes on a page.

    Arguments:
        width, height: the size of the page.
        shapes: what is on it, from the back to the front.
        name: what it is called, for those who do not see it.
        description: what it shows, likewise.
        left: the x of the left edge.

    >>> picture = Picture(20, 9, [dot((5, 5), 3.25, fill="red"), text((9, 5), "a & b")], "Two")
    >>> print(*picture.svg().splitlines()[4:-2], sep="\\n")
    <circle cx="5" cy="5" r="3.25" fill="red"/>
    <text x="9" y="9.2" text-anchor="middle">a &amp; b</text>
    """

    width: float
    height: float
    shapes: Iterable[Shape]
    name: str
    description: str = ""
    left: float = 0.0

    def svg(self) -> str:
        """Return the text of a whole SVG element, without an XML declaration."""
        width, height = _number(self.width), _number(self.height)
        page = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"{_number(self.left)} 0 {width} {height}",
            "width": width, "height": height, "role": "img", "aria-label": _clean(self.name),
        }  # fmt: skip
        lines = [f"<svg{_attributes(page)}>", f"<title>{_escaped(self.name)}</title>"]
        if self.description:
            lines.append(f"<desc>{_escaped(self.description)}</desc>")
        lines += [f"<style>{_STYLE}</style>", *_svg(Shape("g", _LOOK, parts=tuple(self.shapes)))]
        return "\n".join([*lines, "</svg>"]) + "\n"

    def png(self, purpose: str, scale: float = 2) -> bytes:
        """Return the bytes of a PNG file, on white.

        Arguments:
            purpose: what it is for, as `MissingExtra` says it.
            scale: pixels for each unit.

        Raises `MissingExtra` without matplotlib.
        """
        matplotlib = matplotlib_for(purpose)
        from matplotlib.figure import Figure

        file = io.BytesIO()
        # The default style, whatever the caller has set, so that the same picture looks the same.
        with matplotlib.rc_context(matplotlib.rcParamsDefault):
            # One unit is one point. Without pyplot, nothing depends on a display.
            size = (self.width / 72, self.height / 72)
            figure = Figure(figsize=size, facecolor="white")
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set_xlim(self.left, self.left + self.width)
            axes.set_ylim(self.height, 0)
            axes.axis("off")
            for shape in self.shapes:
                _paint(axes, shape, _LOOK, (0.0, 0.0))
            figure.savefig(file, format="png", dpi=72 * scale, metadata={"Software": None})
        return file.getvalue()


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _clean(words: str) -> str:
    # XML has no way to write control characters.
    return "".join(c for c in words if c.isprintable() or c == "\n")


def _escaped(words: str) -> str:
    return escape(_clean(words))


def _attributes(values: dict[str, Any]) -> str:
    return "".join(
        f" {name}={quoteattr(value if isinstance(value, str) else _number(value))}"
        for name, value in values.items()
    )


def path_data(stroke: Stroke) -> str:
    """Return a stroke as the `d` of an SVG path."""
    drawn = f"M{_pair(stroke.start)}"
    drawn += "".join("LQC"[len(part) - 1] + " ".join(map(_pair, part)) for part in stroke.parts)
    return drawn + ("Z" if stroke.closed else "")


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _svg(shape: Shape) -> list[str]:
    look, (x, y), (width, height) = shape.look, shape.at or (0.0, 0.0), shape.size
    place: dict[str, Any] = {}
    if shape.tag == "circle":
        place = {"cx": x, "cy": y, "r": width / 2}
    elif shape.tag == "rect":
        place = {"x": x, "y": y, "width": width, "height": height}
    elif shape.tag == "text":
        # Baselines are set by hand: not every renderer knows dominant-baseline.
        place = {"x": x, "y": y + 0.35 * look.get("font-size", 12)}
    elif shape.tag == "path":
        place["d"] = "".join(map(path_data, shape.parts))
    if shape.tag in ("path", "g") and shape.at:
        place["transform"] = f"translate({_pair(shape.at)})"
    names = {name: look[name] for name in look if name == "class" or name.startswith("data-")}
    head = f"{shape.tag}{_attributes({**names, **place, **look})}"
    if shape.tag == "text":
        return [f"<{head}>{_escaped(shape.words)}</text>"]
    if shape.tag != "g":
        return [f"<{head}/>"]
    title = [f"<title>{_escaped(shape.words)}</title>"] if shape.words else []
    return [f"<{head}>", *title, *(line for part in shape.parts for line in _svg(part)), "</g>"]


def picture_form(path: str, argument: str, purpose: str, forms: tuple[str, ...] = FORMS) -> str:
    """Return the form of a picture's file by its name, such as `svg` or `png`.

    Raises `ArgumentError`, naming the argument, for one that is not among the forms, and
    `MissingExtra`, naming the purpose, for any but `svg` without matplotlib.

    >>> picture_form("share.svg", "plot", "drawing a plot")
    'svg'
    """
    form = path.rpartition(".")[2].lower()
    if form not in forms:
        raise ArgumentError(argument, " or ".join(f"FILE.{known}" for known in forms), path)
    if form != "svg":
        matplotlib_for(purpose)
    return form


def matplotlib_for(purpose: str) -> Any:
    """Return the library that draws pictures of pixels, and plots.

    Raises `MissingExtra`, naming the purpose, if it is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra("matplotlib", "png", purpose) from error
    return matplotlib


def _paint(axes: Any, shape: Shape, around: dict[str, Any], origin: Point) -> None:
    from matplotlib import patches
    from matplotlib.colors import to_rgba

    look, (x, y) = around | shape.look, shape.at or (0.0, 0.0)
    at = origin[0] + x, origin[1] + y

    def colour(of: str) -> Any:
        said = _INK if look[of] == "currentColor" else look[of]
        return said if said == "none" else to_rgba(said, look.get(f"{of}-opacity", 1))

    layer = len(axes.get_children())
    if shape.tag == "g":
        for part in shape.parts:
            _paint(axes, part, look, at)
    elif shape.tag == "text":
        # A dollar sign would start a formula.
        axes.text(
            *at, shape.words, ha=_SIDES[look["text-anchor"]], va="center_baseline", zorder=layer,
            color=colour("fill"), alpha=look.get("opacity"), parse_math=False,
            fontsize=0.92 * look["font-size"], fontweight=look.get("font-weight", "normal"),
            family="monospace" if "mono" in look["font-family"] else "sans-serif",
        )  # fmt: skip
    else:
        wide = look["stroke-width"]
        dashes = tuple(float(length) / wide for length in look.get("stroke-dasharray", "").split())
        style = {
            "facecolor": colour("fill"), "edgecolor": colour("stroke"), "linewidth": wide,
            "linestyle": (0, dashes) if dashes else "solid", "capstyle": "round",
            "joinstyle": "round", "zorder": layer,
        }  # fmt: skip
        patch: Any
        if shape.tag == "circle":
            patch = patches.Circle(at, shape.size[0] / 2, **style)
        elif shape.tag == "rect":
            patch = patches.Rectangle(at, *shape.size, **style)
        else:
            patch = patches.PathPatch(_outline(shape.parts, at), **style)
        axes.add_patch(patch)


def _outline(strokes: Iterable[Stroke], at: Point) -> Any:
    from matplotlib.path import Path

    points: list[Point] = []
    codes: list[Any] = []
    for stroke in strokes:
        parts = [(stroke.start,), *stroke.parts, *([(stroke.start,)] if stroke.closed else [])]
        points += [(at[0] + x, at[1] + y) for part in parts for x, y in part]
        codes.append(Path.MOVETO)
        for part in stroke.parts:
            codes += [(Path.LINETO, Path.CURVE3, Path.CURVE4)[len(part) - 1]] * len(part)
        codes += [Path.CLOSEPOLY] * stroke.closed
    return Path(points, codes)


def card(head: str, text: str, *pictures: str) -> str:
    """Return what a notebook shows of a result, as HTML: a head, pictures, and the whole text.

    Arguments:
        head: in one line.
        text: folded away beneath pictures; beneath none it is open.
        pictures: each as SVG.

    >>> card("refuted", "by a < b")[:49]
    '<b>refuted</b><details open><summary>in full</sum'
    """
    drawn = "".join(f"<div>{picture}</div>" for picture in pictures)
    folded = "<details>" if pictures else "<details open>"
    told = f"{folded}<summary>in full</summary><pre>{escape(text)}</pre></details>"
    return f"<b>{escape(head)}</b>{drawn}{told}"
