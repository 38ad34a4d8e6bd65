"""Gate symbols: the shape that stands for an operator, and its outline as drawing commands.

All coordinates are in the symbol's own frame: origin at the centre of its body, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mesacircuits.circuits.operators import operator_named

__all__ = ["BUBBLE", "Stroke", "Symbol", "symbol_of"]

#: The radius of an inversion bubble.
BUBBLE = 4.0

Point = tuple[float, float]

_HALF = 22.0  # half the width of a distinctive symbol
_REACH = 20.0  # half its height
_BULGE = 16.0  # how far the control point of an OR's back lies inside the body
_BACK = 6.0  # from an XOR's second back to its first

# Two-operand tables drawn with a distinctive shape: shape, inverted operands, inverted result.
_SHAPES: dict[int, tuple[str, tuple[bool, bool], bool]] = {
    0x8: ("and", (False, False), False),
    0x2: ("and", (False, True), False),
    0x4: ("and", (True, False), False),
    0x7: ("and", (False, False), True),
    0xE: ("or", (False, False), False),
    0xB: ("or", (False, True), False),
    0xD: ("or", (True, False), False),
    0x1: ("or", (False, False), True),
    0x6: ("xor", (False, False), False),
    0x9: ("xor", (False, False), True),
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of an outline: its start, then cubic curves or straight lines, perhaps closed.

    A part of one point is a straight line to it; of three, a cubic curve (control, control, end).
    """

    start: Point
    parts: tuple[tuple[Point, ...], ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """How an operator is drawn.

    `shape` is and, or, xor, not or box; `negated` tells which operands have a bubble and
    `inverted` whether the result has one; `label` is written in a box. If `ordered`, the pins
    stand in the operator's order from the top, because the picture alone does not tell them apart.
    """

    shape: str
    negated: tuple[bool, ...]
    inverted: bool
    label: str
    ordered: bool

    @property
    def arity(self) -> int:
        """The number of operands."""
        return len(self.negated)

    @property
    def half_width(self) -> float:
        """Half the width of the body, without bubbles."""
        return max(_HALF, 3.8 * len(self.label) + 4) if self.shape == "box" else _HALF

    @property
    def half_height(self) -> float:
        """Half the height of the body."""
        return max(_REACH, 10.0 * self.arity)

    @property
    def heights(self) -> tuple[float, ...]:
        """How far below the centre each pin stands, from the top pin."""
        return tuple(20.0 * i - 10.0 * (self.arity - 1) for i in range(self.arity))

    def back(self, height: float) -> float:
        """Return the x where the body begins at this height: where a wire or a bubble meets it."""
        if self.shape not in ("or", "xor"):
            return -self.half_width
        t = (height + _REACH) / (2 * _REACH)
        inside = 2 * t * (1 - t) * _BULGE
        return -_HALF + inside - (_BACK if self.shape == "xor" else 0)

    @property
    def front(self) -> float:
        """The x where the wire of the result leaves: past the bubble if there is one."""
        return self.half_width + (2 * BUBBLE if self.inverted else 0)

    def outline(self) -> tuple[Stroke, ...]:
        """Return the lines of the body; those that are closed may be filled.

        >>> [stroke.closed for stroke in symbol_of("xor").outline()]
        [False, True]
        """
        w, h = self.half_width, self.half_height
        if self.shape == "box":
            return (Stroke((-w, -h), (((w, -h),), ((w, h),), ((-w, h),)), True),)
        if self.shape == "not":
            return (Stroke((-w, -h + 3), (((w, 0.0),), ((-w, h - 3),)), True),)
        if self.shape == "and":
            # A quarter circle of radius r is a cubic curve with its controls 0.5523 r along.
            k = 0.5523 * h
            top: tuple[Point, ...] = ((w - h + k, -h), (w, -k), (w, 0.0))
            bottom: tuple[Point, ...] = ((w, k), (w - h + k, h), (w - h, h))
            return (Stroke((-w, -h), (((w - h, -h),), top, bottom, ((-w, h),)), True),)
        up: tuple[Point, ...] = ((-2.0, -h), (13.0, -h + 5), (w, 0.0))
        down: tuple[Point, ...] = ((13.0, h - 5), (-2.0, h), (-w, h))
        x = -w + _BULGE * 2 / 3
        back: tuple[Point, ...] = ((x, h / 3), (x, -h / 3), (-w, -h))
        body = Stroke((-w, -h), (up, down, back), True)
        if self.shape == "or":
            return (body,)
        second = tuple((px - _BACK, py) for px, py in back)
        return (Stroke((-w - _BACK, h), (second,), False), body)


@cache
def symbol_of(operator: str) -> Symbol:
    """Return the symbol of the operator of this name; raises `ArgumentError` if there is none.

    >>> symbol_of("butnot").shape, symbol_of("butnot").negated
    ('and', (False, True))
    >>> symbol_of("tt:3:E8").label
    'tt:3:E8'
    """
    found = operator_named(operator)
    if found.arity == 2 and found.table in _SHAPES:
        shape, negated, inverted = _SHAPES[found.table]
        return Symbol(shape, negated, inverted, "", False)
    if operator == "not":
        return Symbol("not", (False,), True, "", False)
    return Symbol("box", (False,) * found.arity, False, operator, not found.is_symmetric())
