"""Plots of findings: what is drawn as values, and drawing it through the extra `png`."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from mesacircuits.drawing import FORMS, matplotlib_for
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import Cell, Table

__all__ = ["PLOT_FORMS", "Panel", "Plot", "Series", "bar_panel", "draw_plot", "is_plain_svg"]

#: What plots are written as, by the ends of their files' names.
PLOT_FORMS = (*FORMS, "pdf")

#: Colours that people who see few colours tell apart (Okabe and Ito 2008).
_COLOURS = ("#0072b2", "#d55e00", "#007a5a", "#cc79a7", "#8a6d00", "#56b4e9", "#444444")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_COLUMNS = 3
# Inches: of a panel, of a bar, and of a letter of names of bars that are longer than usual.
_WIDTH, _HEIGHT, _BAR, _LETTER = 4.4, 3.7, 0.13, 0.08
_USUAL = 20

Number = int | float | Fraction


@dataclass(frozen=True, slots=True)
class Series:
    """One set of points.

    Attributes:
        name: how the legend calls it.
        points: pairs (x, y).
        style: `line`; `steps`, each value kept until the next x; or `points`.
    """

    name: str
    points: tuple[tuple[Number, Number], ...]
    style: str = "line"

    def __post_init__(self) -> None:
        if not all(isinstance(value, Number) for point in self.points for value in point):
            # Such as what a run took from a file that somebody made.
            raise TypeError(f"a point of {self.name} that is no number")


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: what it shows.
        across, up: what the axes are.
        series: what is drawn.
        lines: places on the x axis, each with a label.
        most: the upper end of the y axis; None to fit.
        names: instead of numbers on the x axis, these: each series then is a set of horizontal
            bars, point (place, value) a bar at the name of that place, the first name on top;
            `across` says what the values are, `up` what is named, and `most` ends their axis.
        whole: whether all places on the x axis are whole numbers; then each has its tick.
        logarithmic: whether the y axis is.
        nulls: with names, for each an interval in which values are no evidence: it is drawn as a
            grey bar, and values as points.
    """

    title: str
    across: str
    up: str
    series: tuple[Series, ...]
    lines: tuple[tuple[Number, str], ...] = ()
    most: Number | None = None
    names: tuple[str, ...] = ()
    whole: bool = False
    logarithmic: bool = False
    nulls: tuple[tuple[Number, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: panels in rows of at most three.

    >>> line = Series("y = x", ((0, 0), (1, 1)))
    >>> draw_plot(Plot((Panel("A line", "x", "y", (line,)),)), "svg")[:5]
    b'<?xml'
    """

    panels: tuple[Panel, ...]
    columns: int = _COLUMNS


#: What plots of this module consist of.
_TAGS = frozenset(
    (
        *("svg", "metadata", "rdf:RDF", "cc:Work", "cc:Agent", "dc:type", "dc:date", "dc:format"),
        *("dc:creator", "dc:title", "defs", "style", "g", "path", "use", "text", "tspan"),
        *("clipPath", "rect"),
    )
)
_TAG = re.compile(r"<\s*/?\s*([^\s/>]+)")
_ACTIVE = re.compile(r"\son\w+\s*=|href\s*=\s*[\"'](?!#)|javascript:|url\((?!#)|@import", re.I)


def is_plain_svg(text: str) -> bool:
    """Return whether a text is a picture as `draw_plot` writes it, which runs and loads nothing.

    >>> line = Series("y = x", ((0, 0), (1, 1)))
    >>> is_plain_svg(draw_plot(Plot((Panel("A line", "x", "y", (line,)),)), "svg").decode())
    True
    >>> is_plain_svg("<svg onload='f()'></svg>"), is_plain_svg("<svg><script/></svg>")
    (False, False)
    """
    _, mark, body = text.partition("<svg")
    tags = set(_TAG.findall(mark + body))
    return bool(mark) and tags <= _TAGS and not _ACTIVE.search(text) and "<!ENTITY" not in text


def draw_plot(plot: Plot, form: str = "svg") -> bytes:
    """Return a plot as a file's bytes; the same plot gives the same bytes.

    Raises `MissingExtra` if matplotlib is not installed, and `ArgumentError` for another form.
    """
    if form not in PLOT_FORMS:
        raise ArgumentError("form", f"one of {', '.join(PLOT_FORMS)}", form)
    matplotlib_for("drawing a plot").use("Agg")
    from matplotlib import pyplot

    columns = min(plot.columns, len(plot.panels))
    rows = -(-len(plot.panels) // columns)
    style = {"svg.fonttype": "none", "svg.hashsalt": "plot", "pdf.fonttype": 42, "font.size": 10}
    with pyplot.rc_context(style):
        figure, axes = pyplot.subplots(
            rows,
            columns,
            figsize=(_width(plot) * columns, _height(plot) * rows),
            layout="constrained",
            squeeze=False,
        )
        cells = [cell for row in axes for cell in row]
        for cell, panel in zip(cells, plot.panels, strict=False):
            _draw_panel(cell, panel)
        for cell in cells[len(plot.panels) :]:
            cell.set_visible(False)
        out = io.BytesIO()
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form, {})
        figure.savefig(out, format=form, dpi=150, metadata=metadata)
        pyplot.close(figure)
    return out.getvalue()


def _width(plot: Plot) -> float:
    # Long names take room beside the bars.
    longest = max((len(name) for p in plot.panels for name in p.names), default=0)
    return _WIDTH + _LETTER * max(0, longest - _USUAL)


def _height(plot: Plot) -> float:
    # Bars need room for their names.
    bars = max((len(p.names) * (len(p.series) + 1) for p in plot.panels), default=0)
    return max(_HEIGHT, _BAR * bars + 1.2)


def _draw_panel(axes: object, panel: Panel) -> None:
    cell = cast(Any, axes)
    if panel.names:
        _draw_bars(cell, panel)
    else:
        _draw_series(cell, panel)
    cell.set_title(panel.title, fontsize=10)
    cell.set_xlabel(panel.across)
    cell.set_ylabel(panel.up)
    cell.grid(True, axis="x" if panel.names else "both", color="#d8d8d8", linewidth=0.6)
    cell.set_axisbelow(True)
    cell.spines[["top", "right"]].set_visible(False)
    if len(panel.series) > 1 or panel.nulls:
        cell.legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize=8)


def _draw_bars(cell: Any, panel: Panel) -> None:
    height = 0.8 / len(panel.series)
    for place, (low, high) in enumerate(panel.nulls):
        label = "null, 98 %" if not place else None
        width = float(high) - float(low)
        cell.barh(place, width, left=float(low), height=0.6, color="#c8ccd1", label=label)
    if panel.nulls:
        cell.axvline(0, color="#57606a", linewidth=0.8)
    for number, series in enumerate(panel.series):
        shift = (number - (len(panel.series) - 1) / 2) * height
        places = [place + shift for place in _numbers([x for x, _ in series.points])]
        values = _numbers([y for _, y in series.points])
        colour = _COLOURS[number % len(_COLOURS)]
        if panel.nulls:
            cell.plot(values, places, "o", color=colour, label=series.name, markersize=6)
            continue
        cell.barh(places, values, height=height * 0.92, color=colour, label=series.name)
    cell.set_yticks(range(len(panel.names)), panel.names, fontsize=8)
    cell.invert_yaxis()
    if panel.most is not None:
        cell.set_xlim(0, float(panel.most) * 1.04)
    elif not panel.nulls and not any(y for series in panel.series for _, y in series.points):
        # Bars of no length would be given a scale about 0.
        cell.set_xlim(0, 1)


def _draw_series(cell: Any, panel: Panel) -> None:
    for place, series in enumerate(panel.series):
        xs, ys = _numbers([x for x, _ in series.points]), _numbers([y for _, y in series.points])
        colour = _COLOURS[place % len(_COLOURS)]
        if series.style == "points":
            marker = _MARKERS[place % len(_MARKERS)]
            cell.plot(xs, ys, marker, color=colour, label=series.name, markersize=6, alpha=0.85)
        else:
            drawn = "steps-post" if series.style == "steps" else "default"
            # Lines on top of each other stay visible.
            width = 3.4 - 0.8 * min(place, 3)
            cell.plot(xs, ys, color=colour, label=series.name, drawstyle=drawn, linewidth=width)
    for x, label in panel.lines:
        cell.axvline(float(x), color="#6e7781", linestyle=":", linewidth=1.1)
        cell.annotate(
            label,
            (float(x), 0.5),
            xycoords=("data", "axes fraction"),
            rotation=90,
            ha="right",
            va="center",
            fontsize=8,
            color="#57606a",
        )
    if panel.whole:
        places = [int(x) for series in panel.series for x, _ in series.points]
        cell.set_xticks(range(min(places, default=0), max(places, default=0) + 1))
    if panel.logarithmic:
        cell.set_yscale("log")
        cell.yaxis.set_major_formatter("{x:g}")
    if panel.most is not None:
        cell.set_ylim(-0.04 * float(panel.most), float(panel.most) * 1.06)


def _numbers(values: Sequence[Number]) -> list[float]:
    return [float(value) for value in values]


def bar_panel(
    table: Table,
    heads: Sequence[str],
    title: str,
    across: str,
    *,
    of: str | None = None,
    name: str | None = None,
) -> Panel:
    """Return bars for columns of a table, one for each row, beside each other.

    Arguments:
        table: what is drawn; cells that are no numbers are drawn as 0.
        heads: the columns, each a series.
        title: what the panel shows.
        across: what the values are.
        of: a column by which each value is divided, such as `minima`, so that shares are drawn.
        name: the column that names the rows; by default the first.

    >>> table = Table("Counts:", ("task", "minima", "tagged"), (("argmax", 4, 2), ("rock", 9, 0)))
    >>> panel = bar_panel(table, ["tagged"], "Tags", "share of minima", of="minima")
    >>> panel.names, panel.series[0].points
    (('argmax', 'rock'), ((0, 0.5), (1, 0.0)))
    """
    named = 0 if name is None else table.heads.index(name)
    whole = None if of is None else table.heads.index(of)

    def value(row: Sequence[Cell], column: int) -> Number:
        found = _number(row[column])
        if whole is None:
            return found
        total = _number(row[whole])
        return float(found) / float(total) if total else 0.0

    series = tuple(
        Series(
            head,
            tuple(
                (place, value(row, table.heads.index(head))) for place, row in enumerate(table.rows)
            ),
        )
        for head in heads
    )
    names = tuple(str(row[named]) for row in table.rows)
    return Panel(title, across, "", series, names=names, most=1 if of else None)


def _number(cell: Cell) -> Number:
    return 0 if cell is None or isinstance(cell, str) else cell
