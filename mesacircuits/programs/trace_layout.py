"""Where everything of a trace's picture stands: the listing, the grid of time, the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mesacircuits.drawing import Point, text_width
from mesacircuits.programs.interpreter import Step, Turn
from mesacircuits.programs.program import Program
from mesacircuits.programs.trace_text import answer_text, instruction_texts, word_text

__all__ = ["DOT", "LETTER", "MARGIN", "PILL", "ROW", "SMALL", "Jump", "TraceLayout"]

MARGIN = 14.0
#: The height of a row, of instructions or of registers.
ROW = 26.0
#: The widths of a letter of the listing, and of one in a query's cell; both are monospaced.
LETTER, SMALL = 7.3, 6.1
#: The radius of a step's dot, and half the height of a query's cell.
DOT, PILL = 5.0, 8.5
_GAP = 12.0
_LANE, _STUB = 9.0, 16.0
_START, _NARROW = 44.0, 32.0
_HEAD, _LOOP = 24.0, 26.0
# Longer labels are cut; a pointer resting on them still shows them whole.
_LONGEST = 60
# Beside a wider grid the names of its rows stand on the right too.
_WIDE = 1000.0


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump of the listing: from where, to where, how far out, and whether the turn takes it.

    >>> Jump(2, 0, 0, True).back
    True
    """

    place: int
    target: int
    lane: int
    taken: bool

    @property
    def back(self) -> bool:
        """Whether it leads to itself or to an instruction before."""
        return self.target <= self.place


@dataclass(frozen=True)
class TraceLayout:
    """The layout of a picture: instructions from above, time from the left, registers beneath.

    Arguments:
        program: the program.
        turn: one of its turns.
        labels: labels of instructions, checked.
        title: the heading, or nothing.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> layout = TraceLayout(program, run_turn(program, Instance(0, (0, 0, 1, 0))), {}, "")
    >>> layout.registers, layout.others, len(layout.points)
    ([0, 1], [2, 3], 8)
    """

    program: Program
    turn: Turn
    labels: Mapping[int, str]
    title: str

    # -- what is shown -----------------------------------------------------------------------

    @cached_property
    def start(self) -> tuple[int, ...]:
        """The registers before the first step."""
        return tuple(self.program.machine.start(self.turn.instance.x))

    @cached_property
    def registers(self) -> list[int]:
        """The registers that the program uses, or that do not begin with 0."""
        machine = self.program.machine
        used = {self.turn.answer or 0, *machine.memory_registers}
        used |= {r for i in self.program.code for r in (*i.reads, i.writes) if r is not None}
        return [r for r in range(machine.registers) if r in used or self.start[r]]

    @cached_property
    def others(self) -> list[int]:
        """The registers that are not shown: they stay 0."""
        return [r for r in range(self.program.machine.registers) if r not in self.registers]

    def register_name(self, register: int) -> str:
        """Return what stands beside the row of a register."""
        memory = register in self.program.machine.memory_registers
        return f"r{register} memory" if memory else f"r{register}"

    @cached_property
    def texts(self) -> list[str]:
        """The instructions as written."""
        return instruction_texts(self.program)

    def label(self, place: int) -> str:
        """Return the label of an instruction, cut if it is very long."""
        label = self.labels.get(place, "")
        return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1].rstrip(' ,;.')}…"

    @cached_property
    def input_text(self) -> str:
        """What the turn was given, in one line."""
        machine, instance = self.program.machine, self.turn.instance
        names = {i.name for i in self.program.code}
        parts = []
        if machine.inputs:
            parts.append(word_text("input", instance.x, machine.inputs))
        if machine.memory:
            parts.append(word_text("memory", instance.x >> machine.inputs, machine.memory))
        if instance.objective and "query" in names:
            scores = ", ".join(map(str, instance.objective))
            parts.append(f"candidates 0, 1, ... score {scores}")
        if "argmax" in names:
            parts.append(f"the first of the best candidates is {instance.best}")
        return "; ".join(parts)

    @cached_property
    def answer_text(self) -> str:
        """What the turn came to, in one line."""
        return answer_text(self.program, self.turn)

    @cached_property
    def end_text(self) -> str:
        """What stands beside the end of the path."""
        if self.turn.word is None:
            return "never ends"
        answer = self.turn.word & (1 << self.program.machine.answers) - 1
        return f"answer {answer}"

    @cached_property
    def jumps(self) -> list[Jump]:
        """The jumps of the listing, short ones in the inner lanes."""
        taken = {step.place for step in self.turn.steps if step.jumped}
        pairs = [(p, i.target) for p, i in enumerate(self.program.code) if i.target is not None]
        lanes: list[list[tuple[int, int]]] = []
        found = []
        for place, target in sorted(pairs, key=lambda pair: (abs(pair[1] - pair[0]), pair)):
            low, high = sorted((place, target))
            free = (
                lane
                for lane, held in enumerate(lanes)
                if all(high < other or other_high < low for other, other_high in held)
            )
            lane = next(free, len(lanes))
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((low, high))
            found.append(Jump(place, target, lane, place in taken))
        return found

    # -- across ------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> float:
        """The right end of the numbers of instructions."""
        lanes = 1 + max((jump.lane for jump in self.jumps), default=-1)
        arcs = _STUB + _LANE * lanes if lanes else 0.0
        return MARGIN + arcs + 2 * LETTER

    @property
    def code(self) -> float:
        """The left end of the instructions."""
        return self.numbers + _GAP

    @cached_property
    def marks(self) -> float:
        """The left end of the labels."""
        longest = max(map(len, [*self.texts, "end"]))
        return self.code + longest * LETTER + _GAP

    @cached_property
    def grid(self) -> float:
        """The left end of the grid."""
        widest = max((text_width(self.label(place), 11) for place in self.labels), default=0.0)
        beside = self.marks + (widest + _GAP if widest else 0.0)
        # Names of registers end where the grid begins.
        return max(beside, MARGIN + text_width(self.others_text, 11) + _GAP, MARGIN + 96)

    @cached_property
    def pitch(self) -> float:
        """The width of a step."""
        asked = [self.pill_width(step) for step in self.turn.steps if step.argument is not None]
        digits = len(str(self.turn.time)) * SMALL + 8
        return max([_NARROW, digits, *(width + 6 for width in asked)])

    def x(self, time: float) -> float:
        """Return the middle of the column of a step; 0 is the start."""
        if time <= 0:
            return self.grid + _START / 2
        return self.grid + _START + (time - 0.5) * self.pitch

    @cached_property
    def right(self) -> float:
        """The right end of the grid: that of the last step, or of the column of the end."""
        return self.x(self.turn.time + 0.5 + (self.turn.word is not None))

    @property
    def wide(self) -> bool:
        """Whether the grid is so wide that the names of its rows are repeated on the right."""
        return self.right - self.grid > _WIDE

    @cached_property
    def width(self) -> float:
        """The width of the picture."""
        ended = self.turn.word is not None
        end = self.x(self.turn.time + 1) if ended else self.right
        names = max(text_width(self.register_name(r), 12) for r in self.registers)
        texts = [
            self.right + (_GAP + max(names, 2 * LETTER) if self.wide else 0.0),
            end + 14 + text_width(self.end_text, 12),
            MARGIN + text_width(self.title, 14),
            MARGIN + text_width(self.input_text, 11),
            MARGIN + text_width(self.answer_text, 12),
        ]
        return max(texts) + MARGIN

    @staticmethod
    def query_text(step: Step) -> str:
        """Return what stands in the cell of a query."""
        return f"q({step.argument})={step.result}"

    def pill_width(self, step: Step) -> float:
        """Return the width of the cell of a query."""
        return len(self.query_text(step)) * SMALL + 9

    # -- down --------------------------------------------------------------------------------

    @cached_property
    def top(self) -> float:
        """The upper end of the grid, under the numbers of steps."""
        lines = (24.0 if self.title else 0.0) + (20.0 if self.input_text else 0.0)
        return MARGIN + lines + (_LOOP if self.turn.word is None else 0.0) + _HEAD

    @property
    def loop(self) -> float:
        """Where the arrow of a repeated configuration leads back, above the numbers."""
        return self.top - _HEAD - _LOOP / 2 + 3

    def y(self, place: int) -> float:
        """Return the middle of the row of an instruction; after the last comes the end."""
        return self.top + (place + 0.5) * ROW

    @property
    def bottom(self) -> float:
        """The lower end of the grid."""
        return self.top + (len(self.texts) + 1) * ROW

    def register_y(self, row: int) -> float:
        """Return the middle of a row of registers."""
        return self.bottom + 14 + (row + 0.5) * ROW

    @property
    def floor(self) -> float:
        """The lower end of the registers."""
        return self.bottom + 14 + len(self.registers) * ROW

    @cached_property
    def others_text(self) -> str:
        """What is said of registers that are not shown."""
        if len(self.others) <= 3:
            names = ", ".join(f"r{r}" for r in self.others)
            return names and f"{names} {'stay' if len(self.others) > 1 else 'stays'} 0"
        return "the others stay 0"

    @property
    def summary(self) -> float:
        """The base line of what the turn came to."""
        return self.floor + (18 if self.others else 0) + 28

    # -- the path ----------------------------------------------------------------------------

    @cached_property
    def points(self) -> list[Point]:
        """The start, each step, and the end where there is one."""
        steps = self.turn.steps
        end = len(self.texts)
        points = [(self.x(0), self.y(0))]
        points += [(self.x(time), self.y(step.place)) for time, step in enumerate(steps, 1)]
        if self.turn.word is not None:
            points.append((self.x(len(steps) + 1), self.y(end)))
        return points

    def clipped(self, number: int, other: Point) -> Point:
        """Return where a line from a point of the path to another place leaves its sign."""
        x, y = self.points[number]
        across, down = other[0] - x, other[1] - y
        length = max((across * across + down * down) ** 0.5, 1e-9)
        steps = self.turn.steps
        if 1 <= number <= len(steps) and steps[number - 1].argument is not None:
            half = self.pill_width(steps[number - 1]) / 2
            share = min(half / max(abs(across), 1e-9), PILL / max(abs(down), 1e-9))
            share += 1.5 / length
        else:
            radius = 3.0 if number == 0 else DOT if number <= len(steps) else DOT + 3
            share = (radius + 1.5) / length
        return x + across * share, y + down * share
