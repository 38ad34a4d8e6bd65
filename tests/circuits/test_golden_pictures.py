"""Drawings are what they were when they were looked at."""

import io

import pytest
from golden_pictures import CASES, FOLDER, pictures

from mesacircuits.circuits.drawing import draw_png
from mesacircuits.circuits.drawing.layout import layout_of

DRAWN = dict(pictures())


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_the_one_that_was_looked_at(name):
    assert (FOLDER / name).read_text() == DRAWN[name]


def test_there_are_no_others():
    assert {path.name for path in FOLDER.iterdir()} == set(DRAWN)


def test_a_png_shows_the_same_picture():
    # Its bytes depend on matplotlib and its fonts: sizes, and where there is ink, do not.
    pytest.importorskip("matplotlib")
    image_of = pytest.importorskip("PIL.Image").open
    for circuit, marks in CASES.values():
        layout = layout_of(circuit, marks)
        with image_of(io.BytesIO(draw_png(circuit, marks))) as image:
            ratio = image.width / image.height
            assert abs(ratio - layout.width / layout.height) < 0.05 * ratio
            assert image.convert("L").getextrema()[0] < 60
