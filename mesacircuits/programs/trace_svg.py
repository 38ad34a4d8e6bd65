"""Traces as pictures: the listing, which instruction runs when, and the registers over time."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from mesacircuits.drawing import Point, text_width
from mesacircuits.programs.interpreter import Turn
from mesacircuits.programs.program import Program
from mesacircuits.programs.trace_layout import DOT, LETTER, MARGIN, PILL, ROW, Jump, TraceLayout
from mesacircuits.programs.trace_text import checked_labels, step_note

__all__ = ["trace_svg"]

# Each has a contrast of at least 4 to 1 with white and with #0d1117.
_ASKED, _JUMPED, _AGAIN = "#aa690d", "#2878cf", "#dc3a25"
_MARKED, _ANSWERED = "#a057d6", "#17883d"
_BOLD = ' font-weight="bold"'
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_PALE = ' fill-opacity="0.7"'
# The height of a row of signs that are explained.
_KEY = 26
# Half the width of the frame of an answer that stood there from the start.
_START_HALF = 18.0
# Inside a page the picture takes the page's text colour; as a file of its own it follows the
# reader's light or dark setting.
_STYLE = (
    "svg:root{color:#1f2328;color-scheme:light dark}"
    "@media (prefers-color-scheme:dark){svg:root{color:#e6edf3}}"
)


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
    rows = _flowed(keys, width)
    height = at.summary + _KEY * len(rows) + MARGIN
    size = f"{_number(width)} {_number(height)}"
    name = f"{shown}: {at.answer_text}" if shown else f"Trace of a program: {at.answer_text}"
    description = "\n".join(text for text in (str(program), at.input_text) if text)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{size.split()[0]}" height="{size.split()[1]}" role="img" '
        f"aria-label={quoteattr(name)}>",
        f"<title>{escape(name)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>{_STYLE}</style>",
        '<g fill="currentColor" font-family="sans-serif" font-size="12" stroke-linecap="round" '
        'stroke-linejoin="round">',
        *_heading(at),
        *_tints(at),
        *_lattice(at),
        *_listing(at),
        # Those that are taken go on top.
        *(line for jump in sorted(at.jumps, key=lambda j: j.taken) for line in _arc(at, jump)),
        *_registers(at),
        *_path(at),
        *_steps(at),
        *(_end(at) if turn.word is not None else _loop(at)),
        _text((MARGIN, at.summary), at.answer_text, "start", _BOLD),
    ]
    for row, signs in enumerate(rows):
        y = at.summary + _KEY * (row + 1)
        lines += [f'<g transform="translate({_number(x)} {_number(y)})">{s}</g>' for x, s in signs]
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _text(at: Point, text: str, anchor: str = "middle", style: str = "", size: float = 12) -> str:
    # Baselines are set by hand: not every renderer knows dominant-baseline.
    x, y = _number(at[0]), _number(at[1] + 0.35 * size)
    own = "" if size == 12 else f' font-size="{size:g}"'
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}"{side}{own}{style}>{escape(text)}</text>'


def _mono(at: Point, text: str, anchor: str = "middle", style: str = "", size: float = 12) -> str:
    return _text(at, text, anchor, f' font-family="{_MONO}"{style}', size)


def _line(start: Point, end: Point, style: str) -> str:
    return f'<path d="M{_point(start)}L{_point(end)}" fill="none" {style}/>'


def _rectangle(left: float, top: float, right: float, bottom: float, style: str) -> str:
    return (
        f'<rect x="{_number(left)}" y="{_number(top)}" width="{_number(right - left)}" '
        f'height="{_number(bottom - top)}" {style}/>'
    )


def _head(tip: Point, towards: Point, colour: str, style: str = "") -> str:
    """Return the head of an arrow that points from `tip` towards another point."""
    across, down = towards[0] - tip[0], towards[1] - tip[1]
    length = max((across * across + down * down) ** 0.5, 1e-9)
    across, down = across / length, down / length
    back = tip[0] - 7 * across, tip[1] - 7 * down
    left = back[0] - 3 * down, back[1] + 3 * across
    right = back[0] + 3 * down, back[1] - 3 * across
    path = "L".join(map(_point, (tip, left, right)))
    return f'<path d="M{path}Z" fill="{colour}"{style}/>'


def _heading(at: TraceLayout) -> list[str]:
    lines = []
    if at.title:
        lines.append(_text((MARGIN, MARGIN + 8), at.title, "start", _BOLD, 14))
    if at.input_text:
        y = MARGIN + (32 if at.title else 8)
        lines.append(_text((MARGIN, y), at.input_text, "start", "", 11))
    return lines


def _tints(at: TraceLayout) -> list[str]:
    """Return what is behind all else: the rows of labels, the columns of queries."""
    lines = []
    for place in at.labels:
        y = at.y(place)
        style = f'fill="{_MARKED}" fill-opacity="0.1" rx="3"'
        left = at.code - 6
        lines.append(_rectangle(left, y - ROW / 2 + 2, at.right, y + ROW / 2 - 2, style))
    for time, step in enumerate(at.turn.steps, 1):
        if step.argument is not None:
            x, half = at.x(time), at.pitch / 2 - 3
            style = f'fill="{_ASKED}" fill-opacity="0.1"'
            lines.append(_rectangle(x - half, at.top, x + half, at.floor, style))
    return lines


def _lattice(at: TraceLayout) -> list[str]:
    style = 'stroke="currentColor" stroke-opacity="0.16"'
    rows = [at.y(place) for place in range(len(at.texts) + 1)]
    lines = [_line((at.grid, y), (at.right, y), style) for y in rows]
    edges = [at.register_y(row) - ROW / 2 for row in range(len(at.registers) + 1)]
    end = at.x(at.turn.time + 0.5)
    lines += [_line((at.grid, y), (end, y), style) for y in edges]
    y = at.top - 10
    lines.append(_text((at.x(0), y), "start", "middle", _PALE, 10))
    for time in range(1, at.turn.time + 1):
        lines.append(_text((at.x(time), y), str(time), "middle", _PALE, 10))
    if at.wide:
        x = at.right + 8
        for place in range(len(at.texts)):
            lines.append(_mono((x, at.y(place)), str(place), "start", _PALE))
        for row, register in enumerate(at.registers):
            lines.append(_text((x, at.register_y(row)), at.register_name(register), "start"))
    return lines


def _listing(at: TraceLayout) -> list[str]:
    lines = []
    for place, text in enumerate(at.texts):
        y = at.y(place)
        lines.append(_mono((at.numbers, y), str(place), "end", _PALE))
        lines.append(_mono((at.code, y), text, "start"))
        if place in at.labels:
            style = f' fill="{_MARKED}" font-weight="bold"'
            label = _text((at.marks, y), at.label(place), "start", style, 11)
            lines.append(f"<g><title>{escape(at.labels[place])}</title>{label}</g>")
    lines.append(_mono((at.code, at.y(len(at.texts))), "end", "start", _PALE))
    return lines


def _arc(at: TraceLayout, jump: Jump) -> list[str]:
    colour, weight = (_JUMPED, 1.6) if jump.taken else ("currentColor", 1.0)
    pale = "" if jump.taken else ' stroke-opacity="0.5"'
    right = at.numbers - 2 * LETTER - 4
    left = right - 8 - 9 * (jump.lane + 1)
    # Those that begin and end in one row are kept apart.
    y, to = at.y(jump.place) + 4, at.y(jump.target) - 4
    bend = 4.0 if to > y else -4.0
    path = (
        f"M{_point((right, y))}H{_number(left + 4)}Q{_point((left, y))} {_point((left, y + bend))}"
        f"V{_number(to - bend)}Q{_point((left, to))} {_point((left + 4, to))}H{_number(right - 5)}"
    )
    return [
        f'<path class="jump" d="{path}" fill="none" stroke="{colour}" stroke-width="{weight}"'
        f"{pale}/>",
        _head((right, to), (right + 1, to), colour, "" if jump.taken else ' fill-opacity="0.6"'),
    ]


def _path(at: TraceLayout) -> list[str]:
    (x, y), *_ = at.points
    lines = [f'<circle cx="{_number(x)}" cy="{_number(y)}" r="2.5" fill-opacity="0.6"/>']
    for number, (start, end) in enumerate(zip(at.points, at.points[1:], strict=False)):
        jumped = number > 0 and at.turn.steps[number - 1].jumped
        first, last = at.clipped(number, end), at.clipped(number + 1, start)
        lines += _joined(first, last, jumped)
    return lines


def _joined(first: Point, last: Point, jumped: bool) -> list[str]:
    if jumped:
        style = f'stroke="{_JUMPED}" stroke-width="1.8"'
        return [_line(first, last, style), _head(last, _beyond(first, last), _JUMPED)]
    return [_line(first, last, 'stroke="currentColor" stroke-opacity="0.55" stroke-width="1.3"')]


def _beyond(first: Point, last: Point) -> Point:
    return 2 * last[0] - first[0], 2 * last[1] - first[1]


def _dot(at: Point, hollow: bool) -> str:
    x, y = map(_number, at)
    if hollow:
        look = f'r="{DOT - 0.8:g}" fill="none" stroke="currentColor" stroke-width="1.6"'
    else:
        look = f'r="{DOT:g}"'
    return f'<circle cx="{x}" cy="{y}" {look}/>'


def _pill(at: Point, width: float, text: str) -> str:
    x, y = at
    style = f'rx="4" fill="{_ASKED}"'
    shape = _rectangle(x - width / 2, y - PILL, x + width / 2, y + PILL, style)
    return shape + _mono(at, text, "middle", ' fill="#ffffff" font-weight="bold"', 10)


def _steps(at: TraceLayout) -> list[str]:
    lines = []
    for time, step in enumerate(at.turn.steps, 1):
        point = at.points[time]
        if step.argument is not None:
            sign = _pill(point, at.pill_width(step), at.query_text(step))
        else:
            hollow = step.instruction.target is not None and not step.jumped
            sign = _dot(point, hollow)
        note = step_note(at.program, step)
        said = f"step {time}: {at.texts[step.place]}" + (f", {note}" if note else "")
        lines.append(f'<g class="step"><title>{escape(said)}</title>{sign}</g>')
    return lines


def _registers(at: TraceLayout) -> list[str]:
    lines = []
    for row, register in enumerate(at.registers):
        y = at.register_y(row)
        answered = at.turn.time if register == at.turn.answer else -1
        lines.append(_text((at.grid - 10, y), at.register_name(register), "end"))
        style = _BOLD if answered == 0 else _PALE
        lines.append(_mono((at.x(0), y), str(at.start[register]), "middle", style))
        for time, step in enumerate(at.turn.steps, 1):
            x, written = at.x(time), step.instruction.writes == register
            if written:
                lines.append(_written(x, y, at.pitch, step.argument is not None))
            style = _BOLD if written or time == answered else _PALE
            lines.append(_mono((x, y), str(step.registers[register]), "middle", style))
        if answered >= 0:
            half = _START_HALF if not answered else at.pitch / 2
            lines.append(_framed(at.x(answered), y, half - 2))
    if at.others_text:
        y = at.floor + 14
        lines.append(_text((at.grid - 10, y), at.others_text, "end", _PALE, 11))
    return lines


def _written(x: float, y: float, pitch: float, asked: bool) -> str:
    fill = _ASKED if asked else "currentColor"
    style = f'rx="4" fill="{fill}" fill-opacity="{0.3 if asked else 0.15}"'
    return _rectangle(x - pitch / 2 + 3, y - 10, x + pitch / 2 - 3, y + 10, style)


def _framed(x: float, y: float, half: float) -> str:
    style = f'rx="4" fill="none" stroke="{_ANSWERED}" stroke-width="2"'
    return _rectangle(x - half, y - 11, x + half, y + 11, style)


def _end(at: TraceLayout) -> list[str]:
    x, y = at.points[-1]
    ring = f'<circle cx="{_number(x)}" cy="{_number(y)}"'
    return [
        f'{ring} r="{DOT + 2:g}" fill="none" stroke="{_ANSWERED}" stroke-width="1.6"/>',
        f'{ring} r="3.5" fill="{_ANSWERED}"/>',
        _text((x + 14, y), at.end_text, "start", f' fill="{_ANSWERED}" font-weight="bold"'),
    ]


def _loop(at: TraceLayout) -> list[str]:
    """Return the arrow back: two edges between which the turn repeats itself, joined above."""
    again = at.turn.repeats or 0
    left, right = at.x(again + 0.5), at.x(at.turn.time + 0.5)
    y, low = at.y(at.turn.steps[again].place), at.floor + 4
    dashed = f'stroke="{_AGAIN}" stroke-width="1.6" stroke-dasharray="4 3"'
    solid = f'stroke="{_AGAIN}" stroke-width="1.8"'
    out, back = at.clipped(at.turn.time, (right, y)), at.clipped(again + 1, (left, y))
    top = at.top - 20
    return [
        _line((right, low), (right, top), dashed),
        _line((left, low), (left, top), dashed),
        f'<path class="again" d="M{_point((right, top))}V{_number(at.loop + 5)}'
        f"Q{_point((right, at.loop))} {_point((right - 5, at.loop))}H{_number(left + 5)}"
        f'Q{_point((left, at.loop))} {_point((left, at.loop + 5))}V{_number(top)}" '
        f'fill="none" {solid}/>',
        _head((left, top + 2), (left, top + 3), _AGAIN),
        _line(out, (right, y), solid),
        _line((left, y), back, solid),
        _head(back, _beyond((left, y), back), _AGAIN),
        _text(
            (right + 8, at.loop + 2),
            at.end_text,
            "start",
            f' fill="{_AGAIN}" font-weight="bold"',
        ),
    ]


def _keys(at: TraceLayout) -> list[tuple[float, str]]:
    """Return the signs that need to be explained, each with its width."""
    steps = at.turn.steps
    keys: list[tuple[float, str, str]] = []
    if any(step.argument is not None for step in steps):
        keys.append((54, _pill((24, 0), 46, "q(a)=v"), "candidate a scores v"))
    if any(step.jumped for step in steps):
        line = "".join(_joined((0, 0), (26, 0), True))
        keys.append((32, line, "jump taken"))
    if any(step.instruction.target is not None and not step.jumped for step in steps):
        keys.append((14, _dot((5, 0), True), "jump not taken"))
    if any(step.instruction.writes is not None for step in steps):
        keys.append((32, _written(13, 0, 32, False), "register written"))
    if at.turn.word is not None:
        keys.append((32, _framed(13, 0, 12), "answer"))
    return [
        (before + text_width(text, 11), sign + _text((before, 0), text, "start", "", 11))
        for before, sign, text in keys
    ]


def _flowed(keys: list[tuple[float, str]], width: float) -> list[list[tuple[float, str]]]:
    rows: list[list[tuple[float, str]]] = []
    x = width
    for room, sign in keys:
        if x + room > width:
            rows.append([])
            x = MARGIN
        rows[-1].append((x, sign))
        x += room + 18
    return rows
