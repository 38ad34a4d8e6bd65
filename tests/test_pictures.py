"""Shapes of every kind, as SVG and as PNG; tables that are too wide."""

import io
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, strategies as st

from mesacircuits.drawing import (
    Picture,
    Stroke,
    arrowhead,
    dot,
    group,
    path,
    polyline,
    rectangle,
    text,
)
from mesacircuits.tables import plain_table

SVG = "{http://www.w3.org/2000/svg}"
CURVES = Stroke((5, 5), (((9, 5),), ((20, 5), (20, 20)), ((20, 30), (30, 30), (40, 40))))


def picture(words="words"):
    shapes = [
        path(CURVES, stroke="#dc3a25", stroke_dasharray="4 3", fill=None),
        arrowhead((40, 40), (30, 30), fill="currentColor", stroke="none"),
        dot((60, 10), 4, kind="fork", fill="#2878cf", fill_opacity=0.5),
        group(
            [rectangle(0, 0, 20, 10, rx=4), text((10, 5), words, font_family="monospace")],
            at=(40, 60),
            title=words,
        ),
        path(polyline((0, 0), (5, 5), closed=True), at=(80, 80), data_wire=3),
    ]
    return Picture(100, 100, shapes, f"A {words}", words, left=-5)


def test_every_shape_is_in_the_svg():
    root = ElementTree.fromstring(picture().svg())
    assert root.get("viewBox") == "-5 0 100 100"
    curves, head, closed = root.iter(f"{SVG}path")
    assert curves.attrib == {
        "d": "M5 5L9 5Q20 5 20 20C20 30 30 30 40 40",
        "stroke": "#dc3a25",
        "stroke-dasharray": "4 3",
    }
    assert head.get("d").endswith("Z")
    assert (closed.get("transform"), closed.get("data-wire")) == ("translate(80 80)", "3")
    [circle] = root.iter(f"{SVG}circle")
    assert circle.attrib == {
        "class": "fork",
        "cx": "60",
        "cy": "10",
        "r": "4",
        "fill": "#2878cf",
        "fill-opacity": "0.5",
    }
    assert [title.text for title in root.iter(f"{SVG}title")] == ["A words", "words"]


@given(st.text())
def test_any_words_are_well_formed(words):
    root = ElementTree.fromstring(picture(words).svg())
    [shown] = root.iter(f"{SVG}text")
    assert (shown.text or "") == "".join(c for c in words if c.isprintable() or c == "\n")


def test_a_png_has_every_shape_where_the_svg_has_it():
    pytest.importorskip("matplotlib")
    image_of = pytest.importorskip("PIL.Image").open
    with image_of(io.BytesIO(picture("$x_").png("a test", 2))) as image:
        assert image.size == (200, 200)
        shown = image.convert("RGB")
    red, green, blue = shown.getpixel((130, 20))
    assert blue > green > red > 100, "half of the dot's blue on white"
    # The upper side of the rectangle in the group, and nothing beside it.
    assert max(shown.getpixel((110, 120))) < 100
    assert min(shown.getpixel((110, 100))) > 250


def test_tables_too_wide_are_not_cut():
    rows = [("task " * 12 + str(number), number, "wide " * 6) for number in range(3)]
    lines = plain_table(("task", "minima", "note"), rows, "  ").splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["task", "minima", "note"]
    said = " ".join(" ".join(lines).split())
    assert all(" ".join(name.split()) in said for name, *_ in rows)
