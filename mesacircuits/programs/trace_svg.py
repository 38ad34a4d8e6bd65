"""Traces as pictures: the listing, which instruction runs when, and the registers over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from mesacircuits.programs.interpreter import Turn
from mesacircuits.programs.program import Program
from mesacircuits.programs.trace_text import answer_text

__all__ = ["trace_svg"]

_ROW, _COLUMN, _LETTER = 24.0, 26.0, 7.3
_MARGIN, _HEAD, _GAP = 14.0, 46.0, 20.0
_ARC, _LANE = 12.0, 9.0
_INK, _PALE, _FAINT = "#1f2328", "#57606a", "#d8dee4"
_ASKED, _JUMPED, _WRITTEN = "#d55e00", "#0072b2", "#cfe8ff"
_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_LONGEST = 44


@dataclass(frozen=True)
class _Frame:
    """Where things are: the columns of the listing, the grid of time, its rows."""

    program: Program
    turn: Turn
    marks: Mapping[int, str]
    title: str

    @property
    def texts(self) -> list[str]:
        end = len(self.program.code)
        return [i.text("end" if i.target == end else None) for i in self.program.code]

    @property
    def jumps(self) -> list[tuple[int, int]]:
        pairs = ((p, i.target) for p, i in enumerate(self.program.code))
        return [(place, target) for place, target in pairs if target is not None]

    @property
    def listing(self) -> float:
        """The left end of the listing, right of the arcs of jumps."""
        return _MARGIN + _ARC + _LANE * len(self.jumps)

    @property
    def labels(self) -> list[str]:
        found = [self.marks.get(place, "") for place in range(len(self.program.code))]
        return [t if len(t) <= _LONGEST else t[: _LONGEST - 3] + "..." for t in found]

    @property
    def grid(self) -> float:
        """The left end of the grid of time."""
        widest = max((len(text) for text in self.texts), default=0)
        marked = max((len(label) for label in self.labels), default=0)
        room = 4 + max(widest, len("registers")) + (marked + 2 if marked else 0)
        return self.listing + room * _LETTER + _GAP

    def x(self, step: int) -> float:
        return self.grid + (step + 0.5) * _COLUMN

    def y(self, place: int) -> float:
        return _HEAD + (place + 0.5) * _ROW

    @property
    def registers(self) -> float:
        """The upper end of the registers' rows."""
        return _HEAD + (len(self.program.code) + 1) * _ROW + _GAP

    def register_y(self, register: int) -> float:
        return self.registers + (register + 0.5) * _ROW

    @property
    def width(self) -> float:
        ends = self.x(self.turn.time) + _COLUMN
        below = _MARGIN + len(answer_text(self.program, self.turn)) * _LETTER
        head = _MARGIN + len(self.title) * _LETTER
        return max(ends, below, head) + _MARGIN

    @property
    def height(self) -> float:
        return self.register_y(self.program.machine.registers) + _ROW + _MARGIN


def trace_svg(
    program: Program, turn: Turn, marks: Mapping[int, str] | None = None, title: str = ""
) -> str:
    """Return a turn as an SVG picture.

    On the left is the listing, with arcs for its jumps; to the right of each instruction a dot
    for each time that it is executed, time running to the right. Queries are dots of their own
    colour, with the value that came, and below are the registers after each step, what was written
    shaded.

    Arguments:
        program: the program.
        turn: one of its turns.
        marks: labels of instructions, by number.
        title: what stands above.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> picture = trace_svg(program, run_turn(program, Instance(4, (0, 0, 1, 0))))
    >>> picture[:4], picture.count('class="step"')
    ('<svg', 6)
    """
    shown = title or f"input {turn.instance.x}"
    frame = _Frame(program, turn, marks or {}, shown)
    width, height = frame.width, frame.height
    said = answer_text(program, turn)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" font-family="{_FONT}" font-size="12">',
        f"<title>{escape(shown)}: {escape(said)}</title>",
        f"<desc>{escape('; '.join(frame.texts))}</desc>",
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
        _text(_MARGIN, 22.0, shown, _INK, weight="bold"),
        *_lattice(frame),
        *_listing(frame),
        *_arcs(frame),
        *_path(frame),
        *_registers(frame),
        _text(_MARGIN, height - _MARGIN, said, _INK),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _text(
    x: float, y: float, text: str, fill: str, anchor: str = "start", weight: str = "", size: int = 0
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    small = f' font-size="{size}"' if size else ""
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{fill}" text-anchor="{anchor}"{bold}{small} '
        f'xml:space="preserve">{escape(text)}</text>'
    )


def _lattice(frame: _Frame) -> list[str]:
    rows = [_HEAD + place * _ROW for place in range(len(frame.program.code) + 2)]
    rows += [frame.registers + r * _ROW for r in range(frame.program.machine.registers + 1)]
    right = frame.x(frame.turn.time) + _COLUMN / 2
    lines = [
        f'<line x1="{frame.grid:g}" y1="{y:g}" x2="{right:g}" y2="{y:g}" stroke="{_FAINT}"/>'
        for y in rows
    ]
    return lines + [
        _text(frame.x(step), _HEAD - 7, str(step + 1), _PALE, "middle", size=9)
        for step in range(frame.turn.time)
    ]


def _listing(frame: _Frame) -> list[str]:
    parts = []
    for place, (text, label) in enumerate(zip(frame.texts, frame.labels, strict=True)):
        y = frame.y(place) + 4
        parts.append(_text(frame.listing + 2 * _LETTER, y, str(place), _PALE, "end"))
        parts.append(_text(frame.listing + 4 * _LETTER, y, text, _INK))
        if label:
            parts.append(_text(frame.grid - _GAP / 2, y, label, _ASKED, "end", size=10))
    end = frame.y(len(frame.program.code)) + 4
    parts.append(_text(frame.listing + 4 * _LETTER, end, "end", _PALE))
    return parts


def _arcs(frame: _Frame) -> list[str]:
    parts = []
    # Short jumps take the inner lanes.
    ordered = sorted(frame.jumps, key=lambda jump: (abs(jump[1] - jump[0]), jump))
    for lane, (place, target) in enumerate(ordered):
        x = frame.listing - 2
        left = x - _ARC / 2 - _LANE * (lane + 1)
        y, to = frame.y(place), frame.y(target)
        # Those that begin or end in one row are kept apart.
        y, to = y + 3, to - 3
        parts.append(
            f'<path d="M{x:g} {y:g}H{left + 5:g}Q{left:g} {y:g} {left:g} '
            f"{y + (5 if to > y else -5):g}V{to - (5 if to > y else -5):g}"
            f'Q{left:g} {to:g} {left + 5:g} {to:g}H{x:g}" fill="none" stroke="{_JUMPED}"/>'
        )
        parts.append(f'<path d="M{x + 1:g} {to:g}l-6 -3v6z" fill="{_JUMPED}"/>')
    return parts


def _path(frame: _Frame) -> list[str]:
    places = [step.place for step in frame.turn.steps]
    over = frame.turn.word is not None
    points = [(frame.x(i), frame.y(place)) for i, place in enumerate(places)]
    if over:
        points.append((frame.x(len(places)), frame.y(len(frame.program.code))))
    joined = " ".join(f"{x:g},{y:g}" for x, y in points)
    parts = [f'<polyline points="{joined}" fill="none" stroke="{_PALE}" stroke-opacity="0.5"/>']
    for i, step in enumerate(frame.turn.steps):
        x, y = points[i]
        fill = _ASKED if step.argument is not None else _JUMPED if step.jumped else _INK
        parts.append(f'<circle class="step" cx="{x:g}" cy="{y:g}" r="4" fill="{fill}"/>')
        if step.argument is not None:
            parts.append(
                _text(x, y - 6, f"{step.argument}:{step.result}", _ASKED, "middle", size=9)
            )
    if over:
        x, y = points[-1]
        answer = (frame.turn.word or 0) & (1 << frame.program.machine.answers) - 1
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="9" fill="#ffffff" stroke="{_INK}"/>')
        parts.append(_text(x, y + 4, str(answer), _INK, "middle", "bold"))
    elif points:
        parts += _loop_back(frame, points)
    return parts


def _loop_back(frame: _Frame, points: list[tuple[float, float]]) -> list[str]:
    x, y = points[-1]
    to_x, to_y = points[frame.turn.repeats or 0]
    low = frame.y(len(frame.program.code))
    return [
        f'<path d="M{x:g} {y:g}V{low:g}H{to_x:g}V{to_y + 6:g}" fill="none" stroke="{_ASKED}" '
        'stroke-dasharray="4 3"/>',
        f'<path d="M{to_x:g} {to_y + 5:g}l-3 7h6z" fill="{_ASKED}"/>',
        _text((x + to_x) / 2, low - 4, "again", _ASKED, "middle", size=10),
    ]


def _registers(frame: _Frame) -> list[str]:
    parts = []
    for register in range(frame.program.machine.registers):
        y = frame.register_y(register)
        parts.append(_text(frame.grid - _GAP / 2, y + 4, f"r{register}", _PALE, "end"))
        for i, step in enumerate(frame.turn.steps):
            written = step.instruction.writes == register
            if written:
                left, top = frame.x(i) - _COLUMN / 2 + 1, y - _ROW / 2 + 1
                parts.append(
                    f'<rect x="{left:g}" y="{top:g}" width="{_COLUMN - 2:g}" '
                    f'height="{_ROW - 2:g}" fill="{_WRITTEN}"/>'
                )
            ink = _INK if written else _PALE
            value = str(step.registers[register])
            parts.append(_text(frame.x(i), y + 4, value, ink, "middle"))
    return parts
