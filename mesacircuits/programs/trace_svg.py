"""Traces as pictures: the listing, which instruction runs when, and the registers over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mesacircuits.drawing import (
    Picture,
    Point,
    Shape,
    Stroke,
    dot,
    group,
    path,
    polyline,
    rectangle,
    text,
    text_width,
)
from mesacircuits.programs.interpreter import Turn
from mesacircuits.programs.program import Program
from mesacircuits.programs.trace_layout import DOT, LETTER, MARGIN, PILL, ROW, Jump, TraceLayout
from mesacircuits.programs.trace_text import checked_labels, step_note

__all__ = ["trace_svg"]

# Each has a contrast of at least 4 to 1 with white and with #0d1117.
_ASKED, _JUMPED, _AGAIN = "#aa690d", "#2878cf", "#dc3a25"
_MARKED, _ANSWERED = "#a057d6", "#17883d"
_BOLD: dict[str, Any] = {"font_weight": "bold"}
_PALE: dict[str, Any] = {"fill_opacity": 0.7}
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# The height of a row of signs that are explained.
_KEY = 26
# Half the width of the frame of an answer that stood there from the start.
_START_HALF = 18.0


def trace_svg(
    program: Program, turn: Turn, marks: Mapping[int, str] | None = None, title: str = ""
) -> str:
    """Return a turn as an SVG picture.

    On the left is the listing, with arcs for its jumps, those that the turn takes in colour. In the
    grid beside it time runs to the right: in the column of each step stands a dot in the row of its
    instruction, hollow for a jump that is not taken; a query is a cell with the candidate and its
    score. Lines join them, those of jumps in colour. Beneath are the registers that the program
    uses, before the first step and after each, what was just written tinted, the answer framed.
    Beside a wide grid the names of the rows are repeated on the right.

    A turn that never ends has an arrow back from its last step to the one before which the
    configuration was the same.

    Arguments:
        program: the program.
        turn: one of its turns.
        marks: labels of instructions, by number, written in the listing; their rows are tinted.
        title: what stands above.

    Returns the text of a whole SVG element, without an XML declaration.

    Raises `ArgumentError` if the turn is none of the program's, or a mark names no instruction.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> picture = trace_svg(program, run_turn(program, Instance(4, (0, 0, 1, 0))), {1: "score"})
    >>> picture.startswith("<svg xmlns="), picture.count('class="step"'), "q(2)=1" in picture
    (True, 6, True)
    """
    shown = "".join(c for c in " ".join(title.split()) if c.isprintable())
    at = TraceLayout(program, turn, checked_labels(program, turn, marks), shown)
    keys = _keys(at)
    width = max(at.width, max((MARGIN + room for room, _ in keys), default=0.0))
    shapes = [
        *_heading(at),
        *_tints(at),
        *_lattice(at),
        *_listing(at),
        # Those that are taken go on top.
        *(shape for jump in sorted(at.jumps, key=lambda j: j.taken) for shape in _arc(at, jump)),
        *_registers(at),
        *_path(at),
        *_steps(at),
        *(_end(at) if turn.word is not None else _loop(at)),
        text((MARGIN, at.summary), at.answer_text, "start", **_BOLD),
    ]
    x, y = width, at.summary
    for room, sign in keys:
        if x + room > width:
            x, y = MARGIN, y + _KEY
        shapes.append(group(sign, (x, y)))
        x += room + 18
    name = f"{shown}: {at.answer_text}" if shown else f"Trace of a program: {at.answer_text}"
    description = "\n".join(said for said in (str(program), at.input_text) if said)
    drawn = [group(shapes, fill="currentColor", stroke="none")]
    return Picture(width, y + MARGIN, drawn, name, description).svg()


def _mono(at: Point, words: str, anchor: str = "middle", **look: Any) -> Shape:
    return text(at, words, anchor, font_family=_MONO, **look)


def _line(start: Point, end: Point, stroke: str, width: float = 1, **look: Any) -> Shape:
    return path(polyline(start, end), stroke=stroke, stroke_width=width, **look)


def _head(tip: Point, towards: Point, colour: str, **look: Any) -> Shape:
    """Return the head of an arrow that points from `tip` towards another point."""
    across, down = towards[0] - tip[0], towards[1] - tip[1]
    length = max((across * across + down * down) ** 0.5, 1e-9)
    across, down = across / length, down / length
    back = tip[0] - 7 * across, tip[1] - 7 * down
    left = back[0] - 3 * down, back[1] + 3 * across
    right = back[0] + 3 * down, back[1] - 3 * across
    return path(polyline(tip, left, right, closed=True), fill=colour, **look)


def _heading(at: TraceLayout) -> Iterator[Shape]:
    if at.title:
        yield text((MARGIN, MARGIN + 8), at.title, "start", font_size=14, **_BOLD)
    if at.input_text:
        y = MARGIN + (32 if at.title else 8)
        yield text((MARGIN, y), at.input_text, "start", font_size=11)


def _tints(at: TraceLayout) -> Iterator[Shape]:
    """Yield what is behind all else: the rows of labels, the columns of queries."""
    for place in at.labels:
        left, top = at.code - 6, at.y(place) - ROW / 2 + 2
        wide, high = at.right - left, ROW - 4
        yield rectangle(left, top, wide, high, fill=_MARKED, fill_opacity=0.1, rx=3)
    for time, step in enumerate(at.turn.steps, 1):
        if step.argument is not None:
            left, wide, high = at.x(time) - at.pitch / 2 + 3, at.pitch - 6, at.floor - at.top
            yield rectangle(left, at.top, wide, high, fill=_ASKED, fill_opacity=0.1)


def _lattice(at: TraceLayout) -> Iterator[Shape]:
    end = at.x(at.turn.time + 0.5)
    ends = [(at.y(place), at.right) for place in range(len(at.texts) + 1)]
    ends += [(at.register_y(row) - ROW / 2, end) for row in range(len(at.registers) + 1)]
    for y, right in ends:
        yield _line((at.grid, y), (right, y), "currentColor", stroke_opacity=0.16)
    for time in range(at.turn.time + 1):
        said = str(time) if time else "start"
        yield text((at.x(time), at.top - 10), said, font_size=10, **_PALE)
    if at.wide:
        x = at.right + 8
        for place in range(len(at.texts)):
            yield _mono((x, at.y(place)), str(place), "start", **_PALE)
        for row, register in enumerate(at.registers):
            yield text((x, at.register_y(row)), at.register_name(register), "start")


def _listing(at: TraceLayout) -> Iterator[Shape]:
    for place, said in enumerate(at.texts):
        y = at.y(place)
        yield _mono((at.numbers, y), str(place), "end", **_PALE)
        yield _mono((at.code, y), said, "start")
        if place in at.labels:
            label = text(
                (at.marks, y), at.label(place), "start", fill=_MARKED, font_size=11, **_BOLD
            )
            yield group([label], title=at.labels[place])
    yield _mono((at.code, at.y(len(at.texts))), "end", "start", **_PALE)


def _arc(at: TraceLayout, jump: Jump) -> Iterator[Shape]:
    colour, weight = (_JUMPED, 1.6) if jump.taken else ("currentColor", 1.0)
    right = at.numbers - 2 * LETTER - 4
    left = right - 8 - 9 * (jump.lane + 1)
    # Those that begin and end in one row are kept apart.
    y, to = at.y(jump.place) + 4, at.y(jump.target) - 4
    bend = 4.0 if to > y else -4.0
    corners = ((left + 4, y),), ((left, y), (left, y + bend)), ((left, to - bend),)
    arc = Stroke((right, y), (*corners, ((left, to), (left + 4, to)), ((right - 5, to),)))
    look: dict[str, Any] = {"fill": "none", "stroke": colour, "stroke_width": weight}
    yield path(arc, kind="jump", **look, stroke_opacity=None if jump.taken else 0.5)
    yield _head((right, to), (right + 1, to), colour, fill_opacity=None if jump.taken else 0.6)


def _path(at: TraceLayout) -> Iterator[Shape]:
    yield dot(at.points[0], 2.5, fill_opacity=0.6)
    for number, (start, end) in enumerate(zip(at.points, at.points[1:], strict=False)):
        jumped = number > 0 and at.turn.steps[number - 1].jumped
        yield from _joined(at.clipped(number, end), at.clipped(number + 1, start), jumped)


def _joined(first: Point, last: Point, jumped: bool) -> Iterator[Shape]:
    if jumped:
        yield _line(first, last, _JUMPED, 1.8)
        yield _head(last, _beyond(first, last), _JUMPED)
    else:
        yield _line(first, last, "currentColor", 1.3, stroke_opacity=0.55)


def _beyond(first: Point, last: Point) -> Point:
    return 2 * last[0] - first[0], 2 * last[1] - first[1]


def _dot(at: Point, hollow: bool) -> Shape:
    if hollow:
        return dot(at, DOT - 0.8, fill="none", stroke="currentColor", stroke_width=1.6)
    return dot(at, DOT)


def _pill(at: Point, width: float, said: str) -> Iterator[Shape]:
    yield rectangle(at[0] - width / 2, at[1] - PILL, width, 2 * PILL, rx=4, fill=_ASKED)
    yield _mono(at, said, fill="#ffffff", font_size=10, **_BOLD)


def _steps(at: TraceLayout) -> Iterator[Shape]:
    for time, step in enumerate(at.turn.steps, 1):
        point = at.points[time]
        if step.argument is not None:
            sign = [*_pill(point, at.pill_width(step), at.query_text(step))]
        else:
            sign = [_dot(point, step.instruction.target is not None and not step.jumped)]
        note = step_note(at.program, step)
        said = f"step {time}: {at.texts[step.place]}" + (f", {note}" if note else "")
        yield group(sign, title=said, kind="step")


def _registers(at: TraceLayout) -> Iterator[Shape]:
    for row, register in enumerate(at.registers):
        y = at.register_y(row)
        answered = at.turn.time if register == at.turn.answer else -1
        yield text((at.grid - 10, y), at.register_name(register), "end")
        look = _BOLD if answered == 0 else _PALE
        yield _mono((at.x(0), y), str(at.start[register]), **look)
        for time, step in enumerate(at.turn.steps, 1):
            x, written = at.x(time), step.instruction.writes == register
            if written:
                yield _written((x, y), at.pitch, step.argument is not None)
            look = _BOLD if written or time == answered else _PALE
            yield _mono((x, y), str(step.registers[register]), **look)
        if answered >= 0:
            half = _START_HALF if not answered else at.pitch / 2
            yield _framed((at.x(answered), y), half - 2)
    if at.others_text:
        y = at.floor + 14
        yield text((at.grid - 10, y), at.others_text, "end", font_size=11, **_PALE)


def _written(at: Point, pitch: float, asked: bool) -> Shape:
    look: dict[str, Any] = {"rx": 4, "fill_opacity": 0.3 if asked else 0.15}
    look["fill"] = _ASKED if asked else "currentColor"
    return rectangle(at[0] - pitch / 2 + 3, at[1] - 10, pitch - 6, 20, **look)


def _framed(at: Point, half: float) -> Shape:
    look: dict[str, Any] = {"fill": "none", "stroke": _ANSWERED, "stroke_width": 2, "rx": 4}
    return rectangle(at[0] - half, at[1] - 11, 2 * half, 22, **look)


def _end(at: TraceLayout) -> Iterator[Shape]:
    x, y = at.points[-1]
    yield dot((x, y), DOT + 2, fill="none", stroke=_ANSWERED, stroke_width=1.6)
    yield dot((x, y), 3.5, fill=_ANSWERED)
    yield text((x + 14, y), at.end_text, "start", fill=_ANSWERED, **_BOLD)


def _loop(at: TraceLayout) -> Iterator[Shape]:
    """Yield the arrow back: two edges between which the turn repeats itself, joined above."""
    again = at.turn.repeats or 0
    left, right = at.x(again + 0.5), at.x(at.turn.time + 0.5)
    y, low, top, loop = at.y(at.turn.steps[again].place), at.floor + 4, at.top - 20, at.loop
    out, back = at.clipped(at.turn.time, (right, y)), at.clipped(again + 1, (left, y))
    yield _line((right, low), (right, top), _AGAIN, 1.6, stroke_dasharray="4 3")
    yield _line((left, low), (left, top), _AGAIN, 1.6, stroke_dasharray="4 3")
    corners = ((right, loop + 5),), ((right, loop), (right - 5, loop)), ((left + 5, loop),)
    arc = Stroke((right, top), (*corners, ((left, loop), (left, loop + 5)), ((left, top),)))
    yield path(arc, kind="again", fill="none", stroke=_AGAIN, stroke_width=1.8)
    yield _head((left, top + 2), (left, top + 3), _AGAIN)
    yield _line(out, (right, y), _AGAIN, 1.8)
    yield _line((left, y), back, _AGAIN, 1.8)
    yield _head(back, _beyond((left, y), back), _AGAIN)
    yield text((right + 8, loop + 2), at.end_text, "start", fill=_AGAIN, **_BOLD)


def _keys(at: TraceLayout) -> list[tuple[float, list[Shape]]]:
    """Return the signs that need to be explained, each with its width."""
    steps = at.turn.steps
    keys: list[tuple[float, list[Shape], str]] = []
    if any(step.argument is not None for step in steps):
        keys.append((54, [*_pill((24, 0), 46, "q(a)=v")], "candidate a scores v"))
    if any(step.jumped for step in steps):
        keys.append((32, [*_joined((0, 0), (26, 0), True)], "jump taken"))
    if any(step.instruction.target is not None and not step.jumped for step in steps):
        keys.append((14, [_dot((5, 0), True)], "jump not taken"))
    if any(step.instruction.writes is not None for step in steps):
        keys.append((32, [_written((13, 0), 32, False)], "register written"))
    if at.turn.word is not None:
        keys.append((32, [_framed((13, 0), 12)], "answer"))
    return [
        (before + text_width(said, 11), [*sign, text((before, 0), said, "start", font_size=11)])
        for before, sign, said in keys
    ]
