"""Pictures of tasks: tables in plain text, and choices and worlds as SVG."""

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
    text_width,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import WIDTH, bits_text, plain_table, wrapped
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.policy_task import AnyTask, EpisodeTask, WorldTask
from mesacircuits.tasks.task import TIES, FunctionTask, OptimisationTask, RelationTask, Task
from mesacircuits.tasks.world import World

__all__ = ["CHOICE_FORMATS", "WORLD_FORMATS", "draw_choice", "draw_task", "draw_world", "task_svg"]

#: The head, what stands off the support, and for each input its cells, None off the support.
_Table = tuple[str, str, list[str | None]]

_LETTERS = "abcdef"
_GAP = "   "
_MOST_ROWS = 16
_MOST_OFF = 8
#: What is left free at the left of a picture of a whole task, which stands below something.
_INDENTED = 4


def draw_task(task: Task, whole: bool = False) -> str:
    """Return a picture of a task in plain text, at most 80 columns wide.

    A function or relation task is drawn as its truth table: inputs a, b, ... from bit 0 on, words
    output 0 first, `-` off the support. An optimisation task is drawn with the utility of each
    candidate, a `*` before what is acceptable. A world is drawn as its states and what leads from
    one to the other (see `draw_world`); episodes as the states with prior probability and
    observation, and for each action its expected reward and the states that may follow, with their
    probabilities.

    Arguments:
        task: the task.
        whole: whether nothing is left out, so that the picture tells the task from any other: all
            utilities, in parentheses off the support, what ties, slack and features there are,
            disturbances, and what is demanded of a policy. Then it may be longer, not wider.

    >>> from mesacircuits.tasks import parse_task
    >>> print(draw_task(parse_task("expr:a & b, a ^ b")))
    ab  out
    00   00
    10   01
    01   01
    11   10
    >>> print(draw_task(parse_task("argmax(ties=first)")))
    ab   0   1
    00  *0   0
    10  *1   0
    01   0  *1
    11  *1   1
    """
    if whole:
        return _whole(task)
    if isinstance(task, FunctionTask):
        return _in_columns(task.inputs, *_function_rows(task), letters=_letters(task))
    if isinstance(task, RelationTask):
        return _in_columns(task.inputs, *_relation_rows(task), letters=_letters(task))
    if isinstance(task, OptimisationTask):
        return _in_columns(task.inputs, *_utility_rows(task))
    if isinstance(task, WorldTask):
        return draw_world(task.world)
    assert isinstance(task, EpisodeTask), "there is no other kind"
    return _episode_table(task.episode)


def _whole(task: Task) -> str:
    if isinstance(task, FunctionTask):
        return _in_columns(task.inputs, *_function_rows(task), whole=True)
    if isinstance(task, RelationTask):
        return _in_columns(task.inputs, *_relation_rows(task), whole=True)
    if isinstance(task, OptimisationTask):
        lines = [_whole_utilities(task)]
        if task.ties != "free":
            by = "" if task.tie_input is None else f" {_LETTERS[task.tie_input]}"
            lines.append(f"ties: {task.ties}{by}")
        if task.slack:
            lines.append(f"slack: {rational_text(task.slack)}")
        if task.features is not None:
            named = ("".join(_LETTERS[i] for i in own) or "-" for own in task.features)
            lines.append(wrapped(f"features: {' '.join(named)}", hanging="  "))
        return "\n".join(lines)
    if isinstance(task, WorldTask):
        reach = f"the target from step {task.within} on" if task.joint else "an optimal action"
        lines = [f"asked for: {reach}; bits of state: {task.state_bits}", draw_world(task.world)]
        for number, moved in enumerate(task.world.disturbances):
            listed = " ".join(f"{s}>{to}" for s, to in enumerate(moved))
            lines.append(wrapped(f"disturbance {number}: {listed}", hanging="  "))
        return "\n".join(lines)
    assert isinstance(task, EpisodeTask), "there is no other kind"
    least = rational_text(task.least)
    lines = [f"asked for: a reward of {least}; bits of state: {task.state_bits}"]
    lines.append(_episode_table(task.episode, whole=True))
    if task.held_out is not None:
        lines += ["held out:", _episode_table(task.held_out, whole=True)]
    return "\n".join(lines)


def _whole_utilities(task: OptimisationTask) -> str:
    heads = [bits_text(word, task.outputs) for word in task.candidates]
    rows = [
        [
            f"{'*' * (word in best)}{rational_text(utility)}"
            if inside
            else f"({rational_text(utility)})"
            for word, utility in zip(task.candidates, row, strict=True)
        ]
        for x, row in enumerate(task.utilities)
        for inside, best in [(task.support is None or task.support >> x & 1, task.best(x))]
    ]
    names = [bits_text(x, task.inputs) for x in range(1 << task.inputs)]
    off = [] if task.support is None else ["in parentheses: off the support"]
    # As many candidates side by side as fit.
    blocks, widths = [], [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    start = 0
    while start < len(heads):
        end, room = start + 1, WIDTH - task.inputs - 2 - widths[start]
        while end < len(heads) and widths[end] + 2 <= room - _INDENTED:
            room -= widths[end] + 2
            end += 1
        lines = [[_LETTERS[: task.inputs], *heads[start:end]]]
        lines += [[name, *row[start:end]] for name, row in zip(names, rows, strict=True)]
        blocks += [
            "  ".join(
                f"{c:>{w}}" for c, w in zip(line, [task.inputs, *widths[start:end]], strict=True)
            )
            for line in lines
        ]
        start = end
    return "\n".join([*blocks, *off])


def _words(words: tuple[int, ...], outputs: int) -> str:
    """Return the words, or if they are more than half of all, those that they are not."""
    rest = [word for word in range(1 << outputs) if word not in words]
    if not rest:
        return "-"
    listed = " ".join(
        bits_text(word, outputs) for word in (words if len(words) <= len(rest) else rest)
    )
    return listed if len(words) <= len(rest) else f"all but {listed}"


def _function_rows(task: FunctionTask) -> _Table:
    width = max(3, task.outputs)
    rows = [
        f"{''.join(map(str, task.word(x))):>{width}}" if task.support_bits >> x & 1 else None
        for x in range(1 << task.inputs)
    ]
    return f"{'out':>{width}}", f"{'-' * task.outputs:>{width}}", rows


def _relation_rows(task: RelationTask) -> _Table:
    shown = [_words(words, task.outputs) for words in task.accept]
    width = max(len("words"), *map(len, shown))
    rows = [None if text == "-" else f"{text:<{width}}" for text in shown]
    return f"{'words':<{width}}", "-", rows


def _utility_rows(task: OptimisationTask) -> _Table:
    heads = [bits_text(word, task.outputs) for word in task.candidates]
    cells = []
    for x, row in enumerate(task.utilities):
        best = task.best(x)
        pairs = zip(task.candidates, row, strict=True)
        cells.append([("*" if word in best else "") + str(utility) for word, utility in pairs])
    widths = [max(len(line[i]) for line in (heads, *cells)) for i in range(len(heads))]
    if task.inputs + sum(width + 2 for width in widths) > WIDTH:
        # Too many candidates to show what each is worth.
        head, off = "best  words", "   -"
        lines = [
            f"{max(row)!s:>4}  {_words(task.best(x), task.outputs)}"
            for x, row in enumerate(task.utilities)
        ]
    else:
        head, off, *lines = (
            "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
            for line in (heads, ["-"] * len(heads), *cells)
        )
    inside = (task.support_bits >> x & 1 for x in range(1 << task.inputs))
    return head, off, [line if here else None for line, here in zip(lines, inside, strict=True)]


def _letters(task: FunctionTask | RelationTask) -> str:
    """Return the head of the inputs' columns: their names, if all of these are as narrow."""
    names = task.names.inputs if task.names is not None else ()
    return "".join(names) if names and all(len(name) == 1 for name in names) else _LETTERS


def _in_columns(
    inputs: int,
    head: str,
    off: str,
    cells: list[str | None],
    whole: bool = False,
    letters: str = _LETTERS,
) -> str:
    """Return one row per input below the head, in as many columns as need be and fit.

    Inputs off the support, whose cells are None, are left out if they are many and it need not be
    whole.
    """
    absent = cells.count(None)
    folded = absent > _MOST_OFF and not whole
    rows = [
        f"{bits_text(x, inputs)}  {cell or off}"
        for x, cell in enumerate(cells)
        if cell is not None or not folded
    ]
    head = f"{letters[:inputs]}  {head}"
    if not rows:
        return f"all {absent} inputs: off the support"
    width = max(len(head), *map(len, rows))
    room = max(1, (WIDTH + len(_GAP)) // (width + len(_GAP)))
    columns = min(room, -(-len(rows) // _MOST_ROWS))
    height = -(-len(rows) // columns)
    parts = [[head, *rows[start : start + height]] for start in range(0, len(rows), height)]
    lines = [
        _GAP.join(f"{part[i] if i < len(part) else '':<{width}}" for part in parts).rstrip()
        for i in range(height + 1)
    ]
    if folded:
        lines.append(f"{absent} other inputs: off the support")
    return "\n".join(lines)


# -- choices -----------------------------------------------------------------------------------

#: The formats that `draw_choice` knows.
CHOICE_FORMATS = ("terminal", "svg")


def draw_choice(task: OptimisationTask, form: str = "terminal") -> str:
    """Return a picture of a choice: its candidates, with features and words, and its utility.

    The utility is a table by a candidate's own features and the context, bit 0 first; in
    parentheses (in SVG: without colour) what no candidate has on the support.

    Arguments:
        task: a choice whose candidates have features, by one utility of them and the context.
        form: one of `CHOICE_FORMATS`.

    Raises `ArgumentError` for another format, or a task without `common_utility`.

    >>> from mesacircuits.tasks import parse_task
    >>> print(draw_choice(parse_task("choice(features=2,utility=6,training=B,words=10)")))
    candidate  features  word
    0          ab        1
    1          cd        0
    <BLANKLINE>
    own    U
    00     0
    10     1
    01   (1)
    11     0
    ties: any of the best candidates is acceptable
    """
    if form not in CHOICE_FORMATS:
        raise ArgumentError("form", f"one of {', '.join(CHOICE_FORMATS)}", form)
    if task.common_utility is None:
        expected = "a choice by one utility of a candidate's features and the context"
        raise ArgumentError("task", expected, str(task))
    return _choice_picture(task) if form == "svg" else _choice_text(task)


def task_svg(task: AnyTask) -> str:
    """Return the picture of a choice or a world as SVG (see `draw_choice` and `draw_world`).

    Raises `ArgumentError` for another task, and as they do.

    >>> from mesacircuits.tasks import parse_task
    >>> task_svg(parse_task("choice")).partition(" ")[0]
    '<svg'
    """
    if isinstance(task, WorldTask):
        return draw_world(task.world, "svg")
    if isinstance(task, OptimisationTask):
        return draw_choice(task, "svg")
    raise ArgumentError("task", "a choice or a world, for a picture", str(task))


def _candidate_rows(task: OptimisationTask) -> list[tuple[str, str, str]]:
    """Return of each candidate its number, the letters of its features, and its word."""
    rows = []
    for i, (own, word) in enumerate(zip(task.features or (), task.candidates, strict=True)):
        features = "".join(_LETTERS[place] for place in own)
        worth = {row[i] for row in task.utilities}
        if not own:
            features = f"- (worth {rational_text(worth.pop())})" if len(worth) == 1 else "-"
        rows.append((str(i), features, bits_text(word, task.outputs)))
    return rows


def _ties_line(task: OptimisationTask) -> str:
    line = f"ties: {TIES[task.ties]}"
    if task.tie_input is not None:
        line = line.replace("a bit of the context", _LETTERS[task.tie_input])
    return f"{line}, or worse by at most {rational_text(task.slack)}" if task.slack else line


@dataclass(frozen=True)
class _UtilityTable:
    """U by features and context: the heads of rows and columns, and what stands where they meet.

    Attributes:
        corner: what rows and columns are.
        rows, columns: their vectors as bits.
        cells: for each row and column U, and whether some candidate has the row's features on the
            support.
    """

    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[tuple[str, bool], ...], ...]

    @classmethod
    def of(cls, task: OptimisationTask) -> _UtilityTable:
        utility = task.common_utility or ()
        places = [own for own in task.features or () if own]
        m, s = len(places[0]), len(task.context)
        every = (1 << (1 << task.inputs)) - 1
        support = every if task.support is None else task.support
        occurring = {
            sum((x >> place & 1) << t for t, place in enumerate((*own, *task.context)))
            for x in range(1 << task.inputs)
            if support >> x & 1
            for own in places
        }
        letters = "".join(_LETTERS[place] for place in task.context)
        return cls(
            "own",
            tuple(bits_text(f, m) for f in range(1 << m)),
            tuple(f"{letters}={bits_text(c, s)}" for c in range(1 << s)) if s else ("U",),
            tuple(
                tuple(
                    (str(rational_text(utility[v])), v in occurring)
                    for v in (f | c << m for c in range(1 << s))
                )
                for f in range(1 << m)
            ),
        )

    def turned(self) -> _UtilityTable:
        """Return the table with its rows as columns."""
        heads = tuple(f"{self.corner}={row}" for row in self.rows)
        return _UtilityTable("", self.columns, heads, tuple(zip(*self.cells, strict=True)))


def _choice_text(task: OptimisationTask) -> str:
    table = _UtilityTable.of(task)
    if len(table.corner) + sum(len(column) + 2 for column in table.columns) > WIDTH:
        table = table.turned()
    shown = [[u if seen else f"({u})" for u, seen in row] for row in table.cells]
    lines = [[table.corner, *table.columns]]
    lines += [[head, *row] for head, row in zip(table.rows, shown, strict=True)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    first, *others = widths
    utilities = [
        "  ".join([f"{head:<{first}}", *(f"{c:>{w}}" for c, w in zip(row, others, strict=True))])
        for head, *row in lines
    ]
    candidates = plain_table(("candidate", "features", "word"), _candidate_rows(task))
    return "\n".join([candidates, "", *utilities, wrapped(_ties_line(task))])


_ROW, _PAD = 22.0, 14.0
# Never so deep that text on it could not be read, light or dark.
_DEEPEST = 0.5


def _choice_picture(task: OptimisationTask) -> str:
    table = _UtilityTable.of(task)
    if len(table.columns) > 2 * len(table.rows):
        table = table.turned()
    candidates, middle = _candidate_shapes(task)
    utilities, right = _utility_shapes(task, table, middle)
    bottom = _PAD + max(len(task.candidates) + 1, len(table.rows) + 1) * _ROW
    ties = _ties_line(task)
    said = text((_PAD, bottom + _ROW / 2), ties, "start", font_size=11)
    drawn = group([*candidates, *utilities, said], fill="currentColor", stroke="none")
    width = max(right, _PAD + text_width(ties, 11)) + _PAD
    name = f"choice among {len(task.candidates)} candidates: {task}"
    return Picture(width, bottom + _ROW + _PAD / 2, [drawn], name).svg()


def _candidate_shapes(task: OptimisationTask) -> tuple[list[Shape], float]:
    """Return the table of candidates, and where its right edge is."""
    lines = [("candidate", "features", "word"), *_candidate_rows(task)]
    shapes, left = [], _PAD
    for place, column in enumerate(zip(*lines, strict=True)):
        for number, words in enumerate(column):
            look: dict[str, Any] = {"font_weight": "bold"}
            if number:
                look = {"font_family": "monospace"} if place else {}
            shapes.append(text((left, _PAD + (number + 0.5) * _ROW), words, "start", **look))
        left += max(map(text_width, column)) + _PAD
    return shapes, left


def _utility_shapes(
    task: OptimisationTask, table: _UtilityTable, left: float
) -> tuple[list[Shape], float]:
    """Return the table of utilities to the right of `left`, and where its right edge is."""
    edge = left + _PAD + max(map(text_width, (table.corner, *table.rows))) + _PAD / 2
    shown = [u for row in table.cells for u, _ in row]
    # Heads are bold, and so wider.
    side = max(30.0, *(text_width(words, 14) + 8 for words in (*table.columns, *shown)))
    levels = [str(rational_text(u)) for u in sorted({*(task.common_utility or ())})]

    def line(number: int) -> float:
        return _PAD + (number + 0.5) * _ROW

    shapes = [text((edge - _PAD / 2, line(0)), table.corner, "end", font_weight="bold")]
    for j, column in enumerate(table.columns):
        shapes.append(text((edge + (j + 0.5) * side, line(0)), column, font_weight="bold"))
    for i, (head, row) in enumerate(zip(table.rows, table.cells, strict=True), 1):
        shapes.append(text((edge - _PAD / 2, line(i)), head, "end", font_family="monospace"))
        for j, (u, seen) in enumerate(row):
            depth = _DEEPEST * levels.index(u) / max(len(levels) - 1, 1)
            look: dict[str, Any] = {"fill": "none"}
            if seen:
                look = {"fill": _COLOUR, "fill_opacity": depth}
            look |= {"stroke": "currentColor", "stroke_opacity": 0.35, "stroke_width": 1}
            at, words = (edge + (j + 0.5) * side, line(i)), u if seen else f"({u})"
            box = at[0] - side / 2, at[1] - _ROW / 2, side, _ROW
            shapes.append(rectangle(*box, kind="utility", **look))
            shapes.append(text(at, words, opacity=None if seen else 0.55))
    return shapes, edge + len(table.columns) * side


# -- worlds ------------------------------------------------------------------------------------

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


def _table(world: World, taken: list[set[int]]) -> str:
    bits = world.action_bits
    columns: dict[tuple[int, ...], list[int]] = {}
    for action in range(1 << bits):
        columns.setdefault(tuple(row[action] for row in world.steps), []).append(action)
    # Marks keep to the left of the number, names to the left; the rest is to the right.
    digits = len(str(len(world.states) - 1))
    lines = [[f"  {'#':>{digits}}", "state", "sees"]]
    lines[0] += [" ".join(bits_text(a, bits) for a in actions) for actions in columns.values()]
    starts = frozenset(world.starts)
    for s, name in enumerate(world.states):
        marks = (">" if s in starts else " ") + ("*" if world.in_target(s) else " ")
        seen = bits_text(world.observations[s], world.observation_bits)
        after = (
            f"[{following[s]}]" if taken[s] & {*actions} else str(following[s])
            for following, actions in columns.items()
        )
        lines.append([f"{marks}{s:>{digits}}", name, seen, *after])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    cells = (zip(line, widths, "><" + ">" * len(widths), strict=False) for line in lines)
    return "\n".join("  ".join(f"{c:{side}{w}}" for c, w, side in line).rstrip() for line in cells)


def _episode_table(episode: Episode, whole: bool = False) -> str:
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
            line = f"{words}: reward {reward}, then {after}"
            if whole:
                lines.append(wrapped(line, " " * 7, " " * 9))
                continue
            line = f"       {line}"
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
    labels = _labels(labelled, arrows, [_box(place, wide, _HEIGHT) for place in places])
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
            text = "any" if len(actions) == len(row) else _actions_text(shown, world.action_bits)
            curve = _curve(places[s], places[other], wide)
            yield _Arrow(s, other, text, bool(taken[s] & {*actions}), curve)


def _actions_text(actions: list[int], bits: int) -> str:
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
    lines = [(arrow, _box(arrow.at(t / 16), 4, 4)) for arrow in arrows for t in range(17)]
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
            place = _beside(arrow, t, gap, half)
            box = _box(place, 2 * half, _LABEL)
            touched = 4 * sum(_overlap(box, other) for other in solid)
            touched += sum(_overlap(box, dot) for dot in crossed)
            if best is None or (touched, rank) < best[:2]:
                best = touched, rank, place
            if not touched:
                break
        assert best is not None  # something was tried
        taken.append(_box(best[2], 2 * half, _LABEL))
        places.append(best[2])
    return places


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


def _box(middle: Point, width: float, height: float) -> Box:
    x, y = middle
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _drawn(arrow: _Arrow) -> Iterator[Shape]:
    start, *curve = arrow.curve
    shaft: dict[str, Any] = {"stroke_opacity": 0.45}
    head: dict[str, Any] = {"fill": "currentColor", "fill_opacity": 0.6}
    if arrow.taken:
        shaft, head = {"stroke": _COLOUR, "stroke_width": 2}, {"fill": _COLOUR}
    yield path(Stroke(start, (tuple(curve),)), kind="arrow", **shaft)
    yield arrowhead(curve[2], curve[1], 8, **head, stroke="none")


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
