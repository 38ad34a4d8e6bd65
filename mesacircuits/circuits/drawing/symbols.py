"""Gate symbols: the shape that stands for an operator, and its outline as drawing commands.

All coordinates are in the symbol's own frame: origin at the centre of its body, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mesacircuits.circuits.operators import MULTIPLEXERS, operator_named
from mesacircuits.drawing import Point, Stroke

__all__ = ["BUBBLE", "Symbol", "symbol_of"]

#: The radius of an inversion bubble.
BUBBLE = 4.0

_HALF = 22.0  # half the width of a distinctive symbol
_REACH = 20.0  # half its height
_BULGE = 16.0  # how far the control point of an OR's back lies inside the body
_BACK = 6.0  # from an XOR's second back to its first
_SLANT = 10.0  # how much lower a multiplexer is at its right than at its left
_SELECT = 30.0  # how far from the centre the wire of a multiplexer's selector comes in

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
class Symbol:
    """How an operator is drawn.

    `shape` is and, or, xor, not, maj, mux or box; `negated` tells which operands have a bubble and
    `inverted` whether the result has one; `label` is written in a box. If `ordered`, the pins
    stand in the operator's order from the top, because the picture alone does not tell them apart.
    The operands of a multiplexer have `letters`: `s` selects `1` or `0`.
    """

    shape: str
    negated: tuple[bool, ...]
    inverted: bool
    label: str
    ordered: bool
    letters: tuple[str, ...] = ()

    @property
    def arity(self) -> int:
        """The number of operands."""
        return len(self.negated)

    @property
    def half_width(self) -> float:
        """Half the width of the body, without bubbles."""
        return max(_HALF, 3.8 * len(self.label) + 4)

    @property
    def half_height(self) -> float:
        """Half the height of the body."""
        return _REACH if self.shape == "mux" else max(_REACH, 10.0 * self.arity)

    @property
    def ranks(self) -> tuple[int, ...]:
        """The rank of each operand: pins stand by rank from the top, in any order within one."""
        if self.letters:
            return tuple(int(letter == "s") for letter in self.letters)
        return tuple(range(self.arity)) if self.ordered else (0,) * self.arity

    def heights(self, order: tuple[int, ...]) -> tuple[float, ...]:
        """Return how far below the centre the wires of operands in this order come in."""
        if self.letters:
            first = -_SELECT if self.letters[order[0]] == "s" else 20.0 - _SELECT
            return (first, first + 20, first + 40)
        return tuple(20.0 * i - 10.0 * (self.arity - 1) for i in range(self.arity))

    def selects(self, operand: int) -> bool:
        """Return whether a multiplexer is entered by this operand from above or below."""
        return bool(self.letters) and self.letters[operand] == "s"

    @property
    def edge(self) -> float:
        """How far above or below its centre a multiplexer's selector meets its body."""
        return self.half_height - _SLANT / 2

    @property
    def name_at(self) -> Point:
        """Where the name of the gate stands; a label stands above it."""
        if self.label:
            return 0.0, 8.0
        # The middle of the body's area, which is not that of its box.
        return {"not": -7.0, "mux": 4.0}.get(self.shape, -1.0), 0.0

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
        if self.shape in ("box", "maj", "mux"):
            low = h - _SLANT if self.shape == "mux" else h
            return (Stroke((-w, -h), (((w, -low),), ((w, low),), ((-w, h),)), True),)
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
    >>> symbol_of("tt:3:96").label, symbol_of("maj~1").label, symbol_of("mux~").letters
    ('tt:3:96', 'MAJ', ('s', '1', '0'))
    """
    found = operator_named(operator)
    if found.arity == 2 and found.table in _SHAPES:
        shape, negated, inverted = _SHAPES[found.table]
        return Symbol(shape, negated, inverted, "", False)
    if operator == "not":
        return Symbol("not", (False,), True, "", False)
    name = found.name
    if name.startswith("maj"):
        return Symbol("maj", tuple(name == f"maj~{i}" for i in range(3)), False, "MAJ", False)
    if found in MULTIPLEXERS:
        places = name[3:6] if name[3:6].isdigit() else "012"
        letters = tuple("s10"[places.index(str(i))] for i in range(3))
        inverted_one = tuple(letter == "1" and name.endswith("~") for letter in letters)
        return Symbol("mux", inverted_one, False, "", False, letters)
    return Symbol("box", (False,) * found.arity, False, name, not found.is_symmetric())
