"""Traces of programs: a line of text for each step, and pictures of the steps over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mesacircuits.drawing import (
    PALETTE,
    Picture,
    Point,
    Shape,
    Stroke,
    arrowhead,
    checked_marks,
    dot,
    group,
    path,
    polyline,
    rectangle,
    text,
    text_width,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.interpreter import ASKING, Run, Step
from mesacircuits.programs.program import Program
from mesacircuits.tables import WIDTH, bits_text, wrapped

__all__ = ["answer_text", "trace_svg", "trace_text"]

_HANGING = " " * 10


def trace_text(program: Program, turn: Run, marks: Mapping[int, str] | None = None) -> str:
    """Return a turn as text: what was executed, the registers after it, and the answer.

    Steps are counted from 1, so that the last one is the time. A register that was just written
    bears a star. A line that would be too long goes on in the next, indented.

    Arguments:
        program: the program.
        turn: one of its turns.
        marks: labels of instructions, by number; they are listed before the answer.

    Returns lines of at most 80 columns, without a final line break.

    Raises `ArgumentError` if the turn is none of the program's, or a mark names no instruction.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> machine = Machine(operations="oracle")
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    >>> print(trace_text(program, run_turn(program, Instance(2, (0, 0, 1, 0))), {1: "score"}))
    step  at  instruction   r0  r1  r2  r3
              start         0   0   0   0
       1   0  inc r0        1*  0   0   0
       2   1  query r1, r0  1   0*  0   0    candidate 1 scores 0
       3   2  jz r1, 0      1   0   0   0    jumps to 0
       4   0  inc r0        2*  0   0   0
       5   1  query r1, r0  2   1*  0   0    candidate 2 scores 1
       6   2  jz r1, 0      2   1   0   0    does not jump
    instruction 1: score
    answer 2 (bits 01), time 6, 2 queries
    """
    labels = _checked_labels(program, turn, marks)
    texts = program.texts
    wide = max([len("instruction"), *map(len, texts)])
    digits = max(4, len(str(turn.time)))
    start = program.machine.start(turn.instance.x)
    # With many registers there is no room for all of their names.
    cell = 4 if digits + 8 + wide + 4 * len(start) <= WIDTH else 3
    heads = [f"r{r}" if r == 0 or cell == 4 else f"{r:>2}" for r in range(len(start))]
    head = f"{'step':>{digits}}  at  {'instruction':<{wide}}  "
    lines = [(head + "".join(f"{name:<{cell}}" for name in heads)).rstrip()]
    values = _values(program, start, None, cell)
    lines += _step_lines(f"{'':{digits}}      {'start':<{wide}}", values, "")
    for number, step in enumerate(turn.steps, 1):
        ahead = f"{number:>{digits}}  {step.place:>2}  {texts[step.place]:<{wide}}"
        values = _values(program, step.registers, step.instruction.writes, cell)
        lines += _step_lines(ahead, values, _step_note(program, step))
    for place, label in labels.items():
        lines.append(wrapped(f"instruction {place}: {label}", "", _HANGING))
    return "\n".join([*lines, answer_text(program, turn)])


def _values(program: Program, registers: Sequence[int], written: int | None, cell: int) -> str:
    digits = 2 if cell == 3 else len(str(program.machine.mask))
    cells = [f"{v:>{digits}}{'*' if r == written else ''}" for r, v in enumerate(registers)]
    return "".join(f"{text:<{cell}}" for text in cells)


def _step_lines(ahead: str, values: str, note: str) -> Iterator[str]:
    line = f"{ahead}  {values}"
    if len(line.rstrip()) > WIDTH:
        yield ahead.rstrip()
        line = _HANGING + values
    if note and len(line) + 1 + len(note) > WIDTH:
        yield line.rstrip()
        line = _HANGING[1:]
    yield f"{line} {note}".rstrip()


def _step_note(program: Program, step: Step) -> str:
    """Return what a step came to that its registers do not show: an answer, a jump."""
    target = step.instruction.target
    if step.instruction.name == "load":
        return f"word {step.argument} is {step.result}"
    if step.instruction.name == "utility":
        return f"utility({step.argument}) is {step.result}"
    if step.argument is not None:
        if step.argument >= 1 << program.machine.answers:
            return f"{step.argument} is no candidate: 0"
        by = " by the proxy" if step.instruction.name == "query-proxy" else ""
        return f"candidate {step.argument} scores {step.result}{by}"
    if target is not None:
        where = "end" if target == len(program.code) else target
        return f"jumps to {where}" if step.jumped else "does not jump"
    name, operands = step.instruction.name, step.instruction.operands
    return f"answers r{operands[0]}" if name == "act" else ""


def answer_text(program: Program, turn: Run) -> str:
    """Return what a turn came to, in one line: bits are written from bit 0 on.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: jmp 0", Machine())
    >>> answer_text(program, run_turn(program, Instance(0)))
    'never ends: step 1 returns to the configuration before step 1'
    """
    if turn.word is None:
        again = (turn.repeats or 0) + 1
        return f"never ends: step {turn.time} returns to the configuration before step {again}"
    machine = program.machine
    answer, memory = turn.word & (1 << machine.answers) - 1, turn.word >> machine.answers
    text = _word_text("answer", answer, machine.answers)
    if machine.memory:
        text += f", {_word_text('memory', memory, machine.memory)}"
    queries = "1 query" if turn.queries == 1 else f"{turn.queries} queries"
    return f"{text}, time {turn.time}, {queries}"


def _word_text(name: str, word: int, count: int) -> str:
    low = word & (1 << count) - 1
    return f"{name} {low} (bits {bits_text(low, count)})"


def _checked_labels(
    program: Program, turn: Run, marks: Mapping[int, str] | None = None
) -> dict[int, str]:
    """Return the labels as `checked_marks` does; refuse turns that are none of the program's."""
    count, registers = len(program.code), program.machine.registers
    for number, step in enumerate(turn.steps):
        known = step.place < count and program.code[step.place] == step.instruction
        if not known or len(step.registers) != registers:
            raise ArgumentError(f"turn, step {number + 1}", "a step of the program", step)
    return checked_marks(marks, count, "instruction")


# -- pictures ----------------------------------------------------------------------------------

_AGAIN, _JUMPED, _ANSWERED, _MARKED, _ASKED, _ = PALETTE
_BOLD: dict[str, Any] = {"font_weight": "bold"}
_PALE: dict[str, Any] = {"fill_opacity": 0.7}
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_MARGIN = 14.0
#: The height of a row, of instructions or of registers.
_ROW = 26.0
#: The widths of a letter of the listing, and of one in a query's cell; both are monospaced.
_LETTER, _SMALL = 7.3, 6.1
#: The radius of a step's dot, and half the height of a query's cell.
_DOT, _PILL = 5.0, 8.5
_GAP = 12.0
_LANE, _STUB = 9.0, 16.0
_START, _NARROW = 44.0, 32.0
_HEAD, _LOOP = 24.0, 26.0
# Longer labels are cut; a pointer resting on them still shows them whole.
_LONGEST = 60
# Beside a wider grid the names of its rows stand on the right too.
_WIDE = 1000.0
# The height of a row of signs that are explained.
_KEY = 26
# Half the width of the frame of an answer that stood there from the start.
_START_HALF = 18.0


def trace_svg(
    program: Program, turn: Run, marks: Mapping[int, str] | None = None, title: str = ""
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
    >>> machine = Machine(operations="oracle")
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    >>> picture = trace_svg(program, run_turn(program, Instance(4, (0, 0, 1, 0))), {1: "score"})
    >>> picture.startswith("<svg xmlns="), picture.count('class="step"'), "q(2)=1" in picture
    (True, 6, True)
    """
    shown = "".join(c for c in " ".join(title.split()) if c.isprintable())
    at = _Layout(program, turn, _checked_labels(program, turn, marks), shown)
    keys = _keys(at)
    width = max(at.width, max((_MARGIN + room for room, _ in keys), default=0.0))
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
        text((_MARGIN, at.summary), at.answer_text, "start", **_BOLD),
    ]
    x, y = width, at.summary
    for room, sign in keys:
        if x + room > width:
            x, y = _MARGIN, y + _KEY
        shapes.append(group(sign, (x, y)))
        x += room + 18
    name = f"{shown}: {at.answer_text}" if shown else f"Trace of a program: {at.answer_text}"
    description = "\n".join(said for said in (str(program), at.input_text) if said)
    drawn = [group(shapes, fill="currentColor", stroke="none")]
    return Picture(width, y + _MARGIN, drawn, name, description).svg()


@dataclass(frozen=True, slots=True)
class _Jump:
    """A jump of the listing: from where, to where, how far out, and whether the turn takes it."""

    place: int
    target: int
    lane: int
    taken: bool


class _Layout:
    """Where everything stands: instructions from above, time from the left, registers beneath."""

    def __init__(self, program: Program, turn: Run, labels: Mapping[int, str], title: str) -> None:
        self.program, self.turn, self.labels, self.title = program, turn, labels, title
        machine, ended = program.machine, turn.word is not None
        self.start = machine.start(turn.instance.x)
        used = {turn.answer or 0, *machine.memory_registers}
        used |= {r for i in program.code for r in (*i.reads, i.writes) if r is not None}
        self.registers = [r for r in range(machine.registers) if r in used or self.start[r]]
        # These stay 0, and are not shown.
        others = [r for r in range(machine.registers) if r not in self.registers]
        self.others_text = "the others stay 0"
        if len(others) <= 3:
            stay = " stay 0" if len(others) > 1 else " stays 0"
            self.others_text = ", ".join(f"r{r}" for r in others) + (stay if others else "")
        self.texts = program.texts
        self.input_text, self.answer_text = _input_text(program, turn), answer_text(program, turn)
        self.end_text = "never ends"
        if turn.word is not None:
            self.end_text = f"answer {turn.word & (1 << machine.answers) - 1}"
        self.jumps = _jumps(program, turn)
        # Across: where the numbers of instructions end; where these, their labels and the grid
        # begin; the width of a step; where the grid ends.
        lanes = 1 + max((jump.lane for jump in self.jumps), default=-1)
        self.numbers = _MARGIN + (_STUB + _LANE * lanes if lanes else 0.0) + 2 * _LETTER
        self.code = self.numbers + _GAP
        self.marks = self.code + max(map(len, [*self.texts, "end"])) * _LETTER + _GAP
        widest = max((text_width(self.label(place), 11) + _GAP for place in labels), default=0.0)
        # Names of registers end where the grid begins.
        least = _MARGIN + max(text_width(self.others_text, 11) + _GAP, 96)
        self.grid = max(self.marks + widest, least)
        asked = [self.pill_width(step) + 6 for step in turn.steps if _asks(step)]
        self.pitch = max([_NARROW, len(str(turn.time)) * _SMALL + 8, *asked])
        self.right = self.x(turn.time + 0.5 + ended)
        # Whether the names of the rows are repeated on the right.
        self.wide = self.right - self.grid > _WIDE
        names = max(text_width(self.register_name(r), 12) for r in self.registers)
        end = self.x(turn.time + 1) if ended else self.right
        self.width = _MARGIN + max(
            self.right + (_GAP + max(names, 2 * _LETTER) if self.wide else 0.0),
            end + 14 + text_width(self.end_text, 12),
            _MARGIN + text_width(title, 14),
            _MARGIN + text_width(self.input_text, 11),
            _MARGIN + text_width(self.answer_text, 12),
        )
        # Down: the ends of the grid, under the numbers of steps; where the arrow of a repeated
        # configuration leads back, above them; the end of the registers; what the turn came to.
        lines = (24.0 if title else 0.0) + (20.0 if self.input_text else 0.0)
        self.top = _MARGIN + lines + (0.0 if ended else _LOOP) + _HEAD
        self.bottom = self.top + (len(self.texts) + 1) * _ROW
        self.loop = self.top - _HEAD - _LOOP / 2 + 3
        self.floor = self.bottom + 14 + len(self.registers) * _ROW
        self.summary = self.floor + (18 if others else 0) + 28
        # The path: the start, each step, and the end where there is one.
        rows = [0, *(step.place for step in turn.steps), *([len(self.texts)] if ended else [])]
        self.points = [(self.x(time), self.y(row)) for time, row in enumerate(rows)]

    def register_name(self, register: int) -> str:
        memory = register in self.program.machine.memory_registers
        return f"r{register} memory" if memory else f"r{register}"

    def label(self, place: int) -> str:
        """Return the label of an instruction, cut if it is very long."""
        label = self.labels[place]
        return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1].rstrip(' ,;.')}…"

    def x(self, time: float) -> float:
        """Return the middle of the column of a step; 0 is the start."""
        if time <= 0:
            return self.grid + _START / 2
        return self.grid + _START + (time - 0.5) * self.pitch

    def y(self, place: int) -> float:
        """Return the middle of the row of an instruction; after the last comes the end."""
        return self.top + (place + 0.5) * _ROW

    def register_y(self, row: int) -> float:
        """Return the middle of a row of registers."""
        return self.bottom + 14 + (row + 0.5) * _ROW

    @staticmethod
    def pill_width(step: Step) -> float:
        """Return the width of the cell of a query."""
        return len(_query_text(step)) * _SMALL + 9

    def clipped(self, number: int, other: Point) -> Point:
        """Return where a line from a point of the path to another place leaves its sign."""
        x, y = self.points[number]
        across, down = other[0] - x, other[1] - y
        length = max((across * across + down * down) ** 0.5, 1e-9)
        steps = self.turn.steps
        if 1 <= number <= len(steps) and _asks(steps[number - 1]):
            half = self.pill_width(steps[number - 1]) / 2
            share = min(half / max(abs(across), 1e-9), _PILL / max(abs(down), 1e-9))
            share += 1.5 / length
        else:
            radius = 3.0 if number == 0 else _DOT if number <= len(steps) else _DOT + 3
            share = (radius + 1.5) / length
        return x + across * share, y + down * share


def _asks(step: Step) -> bool:
    return step.instruction.name in ASKING


def _query_text(step: Step) -> str:
    letter = {"query": "q", "query-proxy": "p"}.get(step.instruction.name, "u")
    return f"{letter}({step.argument})={step.result}"


def _input_text(program: Program, turn: Run) -> str:
    """Return what the turn was given, in one line."""
    machine, instance = program.machine, turn.instance
    names = {i.name for i in program.code}
    parts = []
    if machine.inputs:
        parts.append(_word_text("input", instance.x, machine.inputs))
    if machine.memory:
        parts.append(_word_text("memory", instance.x >> machine.inputs, machine.memory))
    said = {"query": "candidates 0, 1, ... score ", "query-proxy": "by the proxy they score "}
    for name in ASKING:
        if name in names and instance.asked(name):
            scores = ", ".join(map(str, instance.asked(name)))
            parts.append(f"{said.get(name, 'utilities ')}{scores}")
    if "argmax" in names:
        parts.append(f"the first of the best candidates is {instance.best}")
    return "; ".join(parts)


def _jumps(program: Program, turn: Run) -> list[_Jump]:
    """Return the jumps of the listing, short ones in the inner lanes."""
    taken = {step.place for step in turn.steps if step.jumped}
    pairs = [(p, i.target) for p, i in enumerate(program.code) if i.target is not None]
    found: list[_Jump] = []
    for place, target in sorted(pairs, key=lambda pair: (abs(pair[1] - pair[0]), pair)):
        low, high = sorted((place, target))
        held = {
            jump.lane
            for jump in found
            if low <= max(jump.place, jump.target) and min(jump.place, jump.target) <= high
        }
        lane = min(set(range(len(held) + 1)) - held)
        found.append(_Jump(place, target, lane, place in taken))
    return found


def _mono(at: Point, words: str, anchor: str = "middle", **look: Any) -> Shape:
    return text(at, words, anchor, font_family=_MONO, **look)


def _line(start: Point, end: Point, stroke: str, width: float = 1, **look: Any) -> Shape:
    return path(polyline(start, end), stroke=stroke, stroke_width=width, **look)


def _heading(at: _Layout) -> Iterator[Shape]:
    if at.title:
        yield text((_MARGIN, _MARGIN + 8), at.title, "start", font_size=14, **_BOLD)
    if at.input_text:
        y = _MARGIN + (32 if at.title else 8)
        yield text((_MARGIN, y), at.input_text, "start", font_size=11)


def _tints(at: _Layout) -> Iterator[Shape]:
    """Yield what is behind all else: the rows of labels, the columns of queries."""
    for place in at.labels:
        left, top = at.code - 6, at.y(place) - _ROW / 2 + 2
        wide, high = at.right - left, _ROW - 4
        yield rectangle(left, top, wide, high, fill=_MARKED, fill_opacity=0.1, rx=3)
    for time, step in enumerate(at.turn.steps, 1):
        if _asks(step):
            left, wide, high = at.x(time) - at.pitch / 2 + 3, at.pitch - 6, at.floor - at.top
            yield rectangle(left, at.top, wide, high, fill=_ASKED, fill_opacity=0.1)


def _lattice(at: _Layout) -> Iterator[Shape]:
    end = at.x(at.turn.time + 0.5)
    ends = [(at.y(place), at.right) for place in range(len(at.texts) + 1)]
    ends += [(at.register_y(row) - _ROW / 2, end) for row in range(len(at.registers) + 1)]
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


def _listing(at: _Layout) -> Iterator[Shape]:
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


def _arc(at: _Layout, jump: _Jump) -> Iterator[Shape]:
    colour, weight = (_JUMPED, 1.6) if jump.taken else ("currentColor", 1.0)
    right = at.numbers - 2 * _LETTER - 4
    left = right - 8 - 9 * (jump.lane + 1)
    # Those that begin and end in one row are kept apart.
    y, to = at.y(jump.place) + 4, at.y(jump.target) - 4
    bend = 4.0 if to > y else -4.0
    corners = ((left + 4, y),), ((left, y), (left, y + bend)), ((left, to - bend),)
    arc = Stroke((right, y), (*corners, ((left, to), (left + 4, to)), ((right - 5, to),)))
    look: dict[str, Any] = {"fill": "none", "stroke": colour, "stroke_width": weight}
    yield path(arc, kind="jump", **look, stroke_opacity=None if jump.taken else 0.5)
    yield arrowhead(
        (right, to), (right - 1, to), fill=colour, fill_opacity=None if jump.taken else 0.6
    )


def _path(at: _Layout) -> Iterator[Shape]:
    yield dot(at.points[0], 2.5, fill_opacity=0.6)
    for number, (start, end) in enumerate(zip(at.points, at.points[1:], strict=False)):
        jumped = number > 0 and at.turn.steps[number - 1].jumped
        yield from _joined(at.clipped(number, end), at.clipped(number + 1, start), jumped)


def _joined(first: Point, last: Point, jumped: bool) -> Iterator[Shape]:
    if jumped:
        yield _line(first, last, _JUMPED, 1.8)
        yield arrowhead(last, first, fill=_JUMPED)
    else:
        yield _line(first, last, "currentColor", 1.3, stroke_opacity=0.55)


def _dot(at: Point, hollow: bool) -> Shape:
    if hollow:
        return dot(at, _DOT - 0.8, fill="none", stroke="currentColor", stroke_width=1.6)
    return dot(at, _DOT)


def _pill(at: Point, width: float, said: str) -> Iterator[Shape]:
    yield rectangle(at[0] - width / 2, at[1] - _PILL, width, 2 * _PILL, rx=4, fill=_ASKED)
    yield _mono(at, said, fill="#ffffff", font_size=10, **_BOLD)


def _steps(at: _Layout) -> Iterator[Shape]:
    for time, step in enumerate(at.turn.steps, 1):
        point = at.points[time]
        if _asks(step):
            sign = [*_pill(point, at.pill_width(step), _query_text(step))]
        else:
            sign = [_dot(point, step.instruction.target is not None and not step.jumped)]
        note = _step_note(at.program, step)
        said = f"step {time}: {at.texts[step.place]}" + (f", {note}" if note else "")
        yield group(sign, title=said, kind="step")


def _registers(at: _Layout) -> Iterator[Shape]:
    for row, register in enumerate(at.registers):
        y = at.register_y(row)
        answered = at.turn.time if register == at.turn.answer else -1
        yield text((at.grid - 10, y), at.register_name(register), "end")
        look = _BOLD if answered == 0 else _PALE
        yield _mono((at.x(0), y), str(at.start[register]), **look)
        for time, step in enumerate(at.turn.steps, 1):
            x, written = at.x(time), step.instruction.writes == register
            if written:
                yield _written((x, y), at.pitch, _asks(step))
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


def _end(at: _Layout) -> Iterator[Shape]:
    x, y = at.points[-1]
    yield dot((x, y), _DOT + 2, fill="none", stroke=_ANSWERED, stroke_width=1.6)
    yield dot((x, y), 3.5, fill=_ANSWERED)
    yield text((x + 14, y), at.end_text, "start", fill=_ANSWERED, **_BOLD)


def _loop(at: _Layout) -> Iterator[Shape]:
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
    yield arrowhead((left, top + 2), (left, top + 1), fill=_AGAIN)
    yield _line(out, (right, y), _AGAIN, 1.8)
    yield _line((left, y), back, _AGAIN, 1.8)
    yield arrowhead(back, (left, y), fill=_AGAIN)
    yield text((right + 8, loop + 2), at.end_text, "start", fill=_AGAIN, **_BOLD)


def _keys(at: _Layout) -> list[tuple[float, list[Shape]]]:
    """Return the signs that need to be explained, each with its width."""
    steps = at.turn.steps
    keys: list[tuple[float, list[Shape], str]] = []
    if any(_asks(step) for step in steps):
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
