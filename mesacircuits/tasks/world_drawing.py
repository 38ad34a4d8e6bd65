"""Pictures of worlds and episodes: tables of states in plain text, graphs of states as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from mesacircuits.call import rational_text
from mesacircuits.drawing import (
    Picture,
    Point,
    Shape,
    Stroke,
    arrowhead,
    group,
    path,
    polyline,
    rectangle,
    text,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import WIDTH, bits_text
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.episode_task import EpisodeTask
from mesacircuits.tasks.world import World
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["WORLD_FORMATS", "draw_world", "draw_world_task"]

_CHARACTER = 7.0
_HEIGHT, _DOWN, _ACROSS, _EDGE = 34.0, 86.0, 130.0, 44.0
_LABEL = 12.0
_MOST_STATES = 256
#: With more arrows than this only those that a policy takes say which action they are.
_MOST_LABELS = 90
_COLOUR = "#0969da"

Box = tuple[float, float, float, float]

#: The formats that `draw_world` knows.
WORLD_FORMATS = ("terminal", "svg")


def draw_world(world: World, form: str = "terminal", words: Sequence[int] | None = None) -> str:
    """Return a picture of a world, with a policy's actions marked if one is given.

    As text: a table of states with their number, `>` if a run may start there, `*` if it is in the
    target, the observation, and under each action (words bit 0 first, those that always do the same
    in one column) the number of the next state, in brackets where the policy takes it.

    As SVG: a graph, in which a box is a state with its observation, a double box is in the target,
    a short arrow from the left marks a start. States stand in columns, the target on the right, by
    the least number of steps to it; those that cannot reach it on the far left. Arrows are labelled
    with the actions that lead along them; in worlds of many arrows only those of the policy are.
    What the policy does is drawn in colour.

    Arguments:
        world: the world.
        form: one of `WORLD_FORMATS`.
        words: a policy, as `MealyMachine.words` gives it; one with state is shown with all actions
            that it may take in any state of its own.

    Raises `ArgumentError` for another format, a policy of another length, or a graph of more than
    256 states, whose labels would take long to place.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> print(draw_world(door, words=(1, 0)))
      #  state  sees    0    1
    > 0  open      0    0  [1]
    >*1  shut      1  [1]    1
    """
    taken = actions_taken(world, words)
    if form == "terminal":
        return _table(world, taken)
    if form == "svg":
        return _graph(world, taken)
    raise ArgumentError("form", f"one of {', '.join(WORLD_FORMATS)}", form)


def actions_taken(world: World, words: Sequence[int] | None) -> list[set[int]]:
    """Return for each state the actions that a policy takes there, in any state of its own."""
    if words is None:
        return [set() for _ in world.states]
    width = 1 << world.observation_bits
    if len(words) not in (width << k for k in range(5)):
        raise ArgumentError("words", f"{width} words for each state of the policy", len(words))
    act, states = (1 << world.action_bits) - 1, len(words) // width
    # A policy of k bits of state has 2^k times as many words, each longer by k bits.
    most = (states << world.action_bits) - 1
    for word in words:
        if not 0 <= word <= most:
            raise ArgumentError("words", f"words from 0 to {most}", word)
    return [{word & act for word in words[o::width]} for o in world.observations]


def draw_world_task(task: WorldTask | EpisodeTask) -> str:
    """Return a picture in plain text of the world or the episodes of a task.

    For episodes: the states with prior probability and observation, and for each action its
    expected reward and the states that may follow, with their probabilities.

    >>> from mesacircuits.tasks import parse_task
    >>> print(draw_world_task(parse_task("rock")))
      #  state  sees  00 10 01 11
    > 0  x=-1     11            1
    >*1  x=0      00            1
    > 2  x=1      10            1
    """
    if isinstance(task, WorldTask):
        return draw_world(task.world)
    return _episode_table(task.episode)


def _table(world: World, taken: list[set[int]]) -> str:
    bits = world.action_bits
    columns: dict[tuple[int, ...], list[int]] = {}
    for action in range(1 << bits):
        columns.setdefault(tuple(row[action] for row in world.steps), []).append(action)
    heads = ["  #", "state", "sees"]
    heads += [" ".join(bits_text(a, bits) for a in actions) for actions in columns.values()]
    rows = []
    starts = frozenset(world.starts)
    for s, name in enumerate(world.states):
        marks = (">" if s in starts else " ") + ("*" if world.in_target(s) else " ")
        row = [f"{marks}{s}", name, bits_text(world.observations[s], world.observation_bits)]
        for following, actions in columns.items():
            shown = str(following[s])
            row.append(f"[{shown}]" if taken[s] & {*actions} else shown)
        rows.append(row)
    # Marks keep to the left of the number, names to the left; the rest is to the right.
    number = max(len(str(len(rows) - 1)), 1)
    for row in rows:
        row[0] = row[0][:2] + row[0][2:].rjust(number)
    heads[0] = "#".rjust(2 + number)
    widths = [max(len(line[i]) for line in (heads, *rows)) for i in range(len(heads))]
    lines = []
    for line in (heads, *rows):
        cells = [
            cell.ljust(width) if i == 1 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _episode_table(episode: Episode) -> str:
    prior = dict(episode.prior)
    wide = max(len(name) for name in episode.states)
    lines = [f"{episode.length} steps; # state, what it shows, prior; then what each action brings"]
    for s, name in enumerate(episode.states):
        sees = bits_text(episode.observations[s], episode.observation_bits)
        chance = f"  prior {rational_text(prior[s])}" if s in prior else ""
        lines.append(f"{s:>3}  {name:<{wide}}  sees {sees}{chance}")
        merged: dict[tuple[object, ...], list[int]] = {}
        for a, drawn in enumerate(episode.transitions[s]):
            merged.setdefault((episode.rewards[s][a], drawn), []).append(a)
        for actions in merged.values():
            words = " ".join(bits_text(a, episode.action_bits) for a in actions)
            drawn = episode.transitions[s][actions[0]]
            after = ", ".join(f"{rational_text(p)}: {other}" for other, p in drawn)
            reward = rational_text(episode.rewards[s][actions[0]])
            line = f"       {words}: reward {reward}, then {after}"
            lines.append(line if len(line) <= WIDTH else line[: WIDTH - 3] + "...")
    return "\n".join(lines)


# -- graphs ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Arrow:
    """What leads from one state to another: its actions, and a curve by four control points."""

    start: int
    end: int
    text: str
    taken: bool
    curve: tuple[Point, Point, Point, Point]

    def at(self, t: float) -> Point:
        a, b, c, d = self.curve
        u = 1 - t
        x, y = (
            u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1)
        )
        return x, y


def _graph(world: World, taken: list[set[int]]) -> str:
    if len(world.states) > _MOST_STATES:
        expected = f"at most {_MOST_STATES} states to draw as SVG"
        raise ArgumentError("world", expected, len(world.states))
    wide = max(len(name) for name in world.states) * _CHARACTER + 24
    places = _places(world, wide)
    arrows = list(_arrows(world, taken, places, wide))
    labelled = [a for a in arrows if a.taken or len(arrows) <= _MOST_LABELS]
    labels = _labels(labelled, arrows, [_around(place, wide) for place in places])
    # Curves and labels within the outer columns may stand out further than the states.
    ends = [
        x + len(a.text) * sign * 4
        for a, (x, _) in zip(labelled, labels, strict=True)
        for sign in (-1, 1)
    ]
    ends += [x for a in arrows for x, _ in a.curve]
    left = min(0.0, *(x - 6 for x in ends))
    width = max(max(x for x, _ in places) + wide / 2 + _EDGE, *(x + 6 for x in ends)) - left
    height = max(y for _, y in places) + _HEIGHT / 2 + _EDGE
    starts = frozenset(world.starts)
    shapes = [shape for arrow in sorted(arrows, key=lambda a: a.taken) for shape in _drawn(arrow)]
    for s, place in enumerate(places):
        shapes += _state(world, s, place, wide, s in starts)
    for arrow, at in zip(labelled, labels, strict=True):
        fill = _COLOUR if arrow.taken else "currentColor"
        shapes.append(text(at, arrow.text, kind="action", stroke="none", fill=fill, font_size=10))
    name = f"world of {len(world.states)} states"
    return Picture(width, height, [group(shapes, stroke_width=1)], name, left=left).svg()


def _places(world: World, wide: float) -> list[Point]:
    # Columns by distance; in each, states near the mean height of those that they lead to.
    distances = WorldTask(world).distances
    farthest = max((d for d in distances if d is not None), default=0)
    columns: dict[int, list[int]] = {}
    for s, distance in enumerate(distances):
        columns.setdefault(farthest + 1 if distance is None else distance, []).append(s)
    height = [0.0] * len(world.states)
    most = max(map(len, columns.values()))
    for distance in sorted(columns):
        members = columns[distance]

        def wanted(s: int, distance: int = distance) -> float:
            nearer = [o for o in world.steps[s] if (distances[o] or 0) < distance]
            return sum(height[o] for o in nearer) / len(nearer) if nearer else float(s)

        members.sort(key=lambda s: (wanted(s), s))
        for i, s in enumerate(members):
            height[s] = (i + (most - len(members)) / 2) * _DOWN
    across = {d: i for i, d in enumerate(sorted(columns, reverse=True))}
    x = {s: across[d] * (wide + _ACROSS) for d, members in columns.items() for s in members}
    left, top = _EDGE + wide / 2, _EDGE + _HEIGHT / 2
    return [(left + x[s], top + height[s]) for s in range(len(world.states))]


def _arrows(
    world: World, taken: list[set[int]], places: list[Point], wide: float
) -> Iterator[_Arrow]:
    for s, row in enumerate(world.steps):
        for other in dict.fromkeys(row):
            actions = [a for a, end in enumerate(row) if end == other]
            shown = sorted(taken[s] & {*actions}) or actions
            text = "any" if len(actions) == len(row) else _words(shown, world.action_bits)
            curve = _curve(places[s], places[other], wide)
            yield _Arrow(s, other, text, bool(taken[s] & {*actions}), curve)


def _words(actions: list[int], bits: int) -> str:
    texts = [bits_text(a, bits) for a in actions]
    return " ".join(texts[:2]) + (" …" if len(texts) > 2 else "")


def _curve(start: Point, end: Point, wide: float) -> tuple[Point, Point, Point, Point]:
    (x, y), (u, v) = start, end
    half, up = wide / 2, _HEIGHT / 2
    if start == end:
        # A loop above the box.
        return (x - 12, y - up), (x - 26, y - up - 30), (x + 26, y - up - 30), (x + 12, y - up)
    if x == u:
        # Within a column: out of one side, the upward ones on the right.
        side = 1 if v < y else -1
        out = half + 14 + 0.16 * abs(v - y)
        a, d = (x + side * half, y + side * 5), (u + side * half, v + side * 5)
        return a, (x + side * out, y + side * 5), (u + side * out, v + side * 5), d
    side = 1 if u > x else -1
    # There and back keep apart.
    shift = 7.0 * side
    reach = max(abs(u - x) * 0.4, 30.0)
    a, d = (x + side * half, y + shift), (u - side * half, v + shift)
    if abs(u - x) > wide + _ACROSS + 1 and abs(v - y) < 1:
        bend = -0.55 * _DOWN * side
        return a, (a[0] + side * reach, a[1] + bend), (d[0] - side * reach, d[1] + bend), d
    return a, (a[0] + side * reach, a[1]), (d[0] - side * reach, d[1]), d


def _labels(labelled: list[_Arrow], arrows: list[_Arrow], boxes: list[Box]) -> list[Point]:
    # Each label beside its arrow, where it touches no state, no label before and no other arrow,
    # as near the middle as that goes; or else where it touches least.
    lines = [(arrow, _dot(arrow.at(t / 16))) for arrow in arrows for t in range(17)]
    taken = list(boxes)
    places = []
    for arrow in labelled:
        half = len(arrow.text) * _CHARACTER * 0.45
        xs, ys = zip(*(arrow.at(t / 8) for t in range(9)), strict=True)
        room = half * 2 + _LABEL * 2
        near = min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room
        solid = [box for box in taken if _overlap(box, near)]
        crossed = [dot for other, dot in lines if other is not arrow and _overlap(dot, near)]
        best: tuple[float, int, Point] | None = None
        # What leads back runs to the left of an arrow; the inside of a loop is on its right.
        gaps = (3.0, 11.0) if arrow.start == arrow.end else (-3.0, -11.0, 3.0, 11.0)
        for rank, (t, gap) in enumerate((t, gap) for t in _TRIES for gap in gaps):
            x, y = _beside(arrow, t, gap, half)
            box = x - half, y - _LABEL / 2, x + half, y + _LABEL / 2
            touched = 4 * sum(_overlap(box, other) for other in solid)
            touched += sum(_overlap(box, dot) for dot in crossed)
            if best is None or (touched, rank) < best[:2]:
                best = touched, rank, (x, y)
            if not touched:
                break
        assert best is not None  # something was tried
        x, y = best[2]
        taken.append((x - half, y - _LABEL / 2, x + half, y + _LABEL / 2))
        places.append(best[2])
    return places


def _dot(place: Point) -> Box:
    x, y = place
    return x - 2, y - 2, x + 2, y + 2


def _beside(arrow: _Arrow, t: float, gap: float, half: float) -> Point:
    # Off the arrow by the gap and by as much as the label reaches towards it, left for gap > 0.
    (x, y), (u, v) = arrow.at(t), arrow.at(t + 0.01)
    length = hypot(u - x, v - y) or 1.0
    across, down = (v - y) / length, (x - u) / length
    away = gap + (abs(across) * half + abs(down) * _LABEL / 2) * (1 if gap > 0 else -1)
    return x + across * away, y + down * away


#: Where along an arrow a label may stand, best first.
_TRIES = tuple(0.5 + 0.04 * step * sign for step in range(10) for sign in (1, -1))


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0


def _around(place: Point, wide: float) -> Box:
    x, y = place
    return x - wide / 2, y - _HEIGHT / 2, x + wide / 2, y + _HEIGHT / 2


def _drawn(arrow: _Arrow) -> Iterator[Shape]:
    start, *curve = arrow.curve
    shaft = Stroke(start, (tuple(curve),))
    if arrow.taken:
        yield path(shaft, kind="arrow", stroke=_COLOUR, stroke_width=2)
        yield arrowhead(curve[2], curve[1], 8, fill=_COLOUR, stroke="none")
    else:
        yield path(shaft, kind="arrow", stroke_opacity=0.45)
        look: dict[str, Any] = {"fill": "currentColor", "fill_opacity": 0.6, "stroke": "none"}
        yield arrowhead(curve[2], curve[1], 8, **look)


def _state(world: World, s: int, place: Point, wide: float, is_start: bool) -> Iterator[Shape]:
    x, y = place
    left, top = x - wide / 2, y - _HEIGHT / 2
    yield rectangle(left, top, wide, _HEIGHT, kind="state", rx=6)
    if world.in_target(s):
        yield rectangle(left + 3, top + 3, wide - 6, _HEIGHT - 6, kind="target", rx=6)
    if is_start:
        mark = polyline((left - 8, top - 12), (left + 2, top - 1))
        yield path(mark, kind="start", stroke_width=1.5)
    seen = bits_text(world.observations[s], world.observation_bits)
    words = {"stroke": "none", "fill": "currentColor"}
    yield text((x, y - 5), world.states[s], **words)
    yield text((x, y + 8.5), seen, **words, font_size=10, opacity=0.7)
