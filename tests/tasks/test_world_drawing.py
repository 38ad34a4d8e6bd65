"""Pictures of worlds: tables, graphs, and what is refused."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from world_cases import DOOR, RING

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import LIBRARY, World, draw_world, parse_task
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.testing import worlds

SVG = "{http://www.w3.org/2000/svg}"


def test_a_table_by_hand():
    assert draw_world(RING, words=(0, 0, 1, 1)).splitlines() == [
        "  #  state  sees    0    1",
        " *0  home     00  [0]    0",
        "> 1  east     10  [0]    2",
        "> 2  far      01    1  [3]",
        "> 3  west     11    2  [0]",
    ]


def test_columns_of_actions_that_do_the_same():
    head, *rows = draw_world(parse_task("thermostat").world).splitlines()
    assert head.split() == ["#", "state", "sees", "00", "11", "10", "01"]
    assert len(rows) == 16
    assert rows[0].split() == [">*", "0", "T=0", "S=0", "0000", "0", "1", "0"]


def test_policies_with_memory_are_shown_whole():
    # In one state of memory the door is pushed, in the other it is not.
    assert "[0]  [1]" in draw_world(DOOR, words=(1, 0, 0, 0))


@pytest.mark.parametrize("name", [n for n, t in LIBRARY.items() if t.topic == "worlds"])
def test_tables_fit_the_terminal(name):
    text = draw_task(parse_task(name))
    assert all(len(line) <= 80 for line in text.splitlines())


def test_episodes_state_rewards_and_chances():
    lines = draw_task(parse_task("bandit")).splitlines()
    assert lines[0].startswith("4 steps")
    assert lines[1] == "  0  good=0 paid=0  sees 0  prior 1/2"
    assert lines[2] == "       0: reward 3/4, then 1/4: 0, 3/4: 1"


@settings(max_examples=40)
@given(worlds(1, 1, max_states=4))
def test_graphs_have_all_states_and_arrows(world):
    root = ElementTree.fromstring(draw_world(world, "svg", (0, 1)))
    rects = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "state"]
    arrows = [p for p in root.iter(f"{SVG}path") if p.get("class") == "arrow"]
    starts = [p for p in root.iter(f"{SVG}path") if p.get("class") == "start"]
    assert len(rects) == len(world.states)
    assert len(arrows) == sum(len({*row}) for row in world.steps)
    assert len(starts) == len(world.starts)
    # One arrow of each state is the policy's.
    assert sum(a.get("stroke") is not None for a in arrows) == len(world.states)


def boxes_of(root):
    """Return the boxes of states, and those that labels of arrows take up, as drawn."""
    states = [
        tuple(float(r.get(name)) for name in ("x", "y", "width", "height"))
        for r in root.iter(f"{SVG}rect")
        if r.get("class") == "state"
    ]
    labels = [
        (float(t.get("x")) - 3 * len(t.text), float(t.get("y")) - 9, 6 * len(t.text), 10)
        for t in root.iter(f"{SVG}text")
        if t.get("class") == "action"
    ]
    return states, labels


def overlap(one, other):
    x, y, w, h = one
    u, v, p, q = other
    return min(x + w, u + p) - max(x, u) > 0 and min(y + h, v + q) - max(y, v) > 0


@pytest.mark.parametrize(
    "text", ["thermostat(levels=2)", "thermostat", "integrator(reach=1)", "maze", "pursuit", "rock"]
)
def test_labels_do_not_overlap_and_lie_within_the_picture(text):
    root = ElementTree.fromstring(draw_world(parse_task(text).world, "svg"))
    states, labels = boxes_of(root)
    assert labels
    every = states + labels
    for i, one in enumerate(every):
        assert not any(overlap(one, other) for other in every[:i])
    left, top, width, height = map(float, root.get("viewBox").split())
    for x, y, w, h in every:
        assert left <= x <= x + w <= left + width
        assert top <= y <= y + h <= top + height


def test_many_arrows_are_labelled_only_where_the_policy_goes():
    world = parse_task("pursuit(kind=grid,course=circle)").world
    plain = draw_world(world, "svg")
    assert 'class="action"' not in plain
    marked = draw_world(world, "svg", (0,) * 64)
    assert marked.count('class="action"') == len(world.states)


def test_names_are_escaped():
    world = type(DOOR)(1, 1, ("<a>", "&"), (0, 1), ((0, 1), (1, 1)), (0,), (1,))
    svg = draw_world(world, "svg")
    assert "&lt;a&gt;" in svg
    assert re.search(r">&amp;<", svg)


def test_what_is_refused():
    with pytest.raises(ArgumentError, match=r"^form: expected one of terminal, svg, got png"):
        draw_world(DOOR, "png")
    with pytest.raises(ArgumentError, match=r"^words: expected 2 words for each state"):
        draw_world(DOOR, words=(0, 0, 0))
    with pytest.raises(ArgumentError, match=r"^words: expected words from 0 to 1, got 2"):
        draw_world(DOOR, words=(0, 2))


def test_a_graph_of_too_many_states_is_refused():
    def ring(count):
        steps = tuple(((s + 1) % count,) * 2 for s in range(count))
        return World(1, 1, tuple(map(str, range(count))), (0,) * count, steps, (0,), (0,))

    assert draw_world(ring(256), "svg").count('class="state"') == 256
    assert len(draw_world(ring(20_000)).splitlines()) == 20_001
    with pytest.raises(ArgumentError, match=r"^world: expected at most 256 states to draw as SVG"):
        draw_world(ring(257), "svg")
