"""Gate symbols: the shape that stands for an operator, and its outline as drawing commands.

All coordinates are in the symbol's own frame: origin at the centre of its body, y downwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from mesacircuits.circuits.bases import MULTIPLEXERS, operator_named
from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.drawing import Point, Stroke, checked_marks, mark_colours, polyline, text_width

__all__ = [
    "BUBBLE", "Layout", "Net", "Node", "Segment", "Symbol", "Wire", "Words", "layers_of",
    "layout_of", "symbol_of", "tracks_of",
]  # fmt: skip

#: The radius of an inversion bubble.
BUBBLE = 4.0

_HALF = 22.0  # half the width of a distinctive symbol
_REACH = 20.0  # half its height
_BULGE = 16.0  # how far the control point of an OR's back lies inside the body
_BACK = 6.0  # from an XOR's second back to its first
_SLANT = 10.0  # how much lower a multiplexer is at its right than at its left
_SELECT = 30.0  # how far from the centre the wire of a multiplexer's selector comes in


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
    inverted: bool = False
    label: str = ""
    ordered: bool = False
    letters: tuple[str, ...] = ()

    @property
    def arity(self) -> int:
        """The number of operands."""
        return len(self.negated)

    @property
    def word(self) -> str:
        """What the gate does once bubbles tell which operands are inverted, in small letters."""
        if self.shape == "box":
            return self.label
        inverses = {"and": "nand", "or": "nor", "xor": "xnor"}
        return inverses.get(self.shape, self.shape) if self.inverted else self.shape

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
            return (polyline((-w, -h), (w, -low), (w, low), (-w, h), closed=True),)
        if self.shape == "not":
            return (polyline((-w, -h + 3), (w, 0.0), (-w, h - 3), closed=True),)
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


#: The operators that have a shape of their own, by arity and table.
_SHAPES = {
    (1, 0x1): Symbol("not", (False,), True),
    (2, 0x8): Symbol("and", (False, False)),
    (2, 0x2): Symbol("and", (False, True)),
    (2, 0x4): Symbol("and", (True, False)),
    (2, 0x7): Symbol("and", (False, False), True),
    (2, 0xE): Symbol("or", (False, False)),
    (2, 0xB): Symbol("or", (False, True)),
    (2, 0xD): Symbol("or", (True, False)),
    (2, 0x1): Symbol("or", (False, False), True),
    (2, 0x6): Symbol("xor", (False, False)),
    (2, 0x9): Symbol("xor", (False, False), True),
}


@cache
def symbol_of(operator: str) -> Symbol:
    """Return the symbol of the operator of this name; raises `ArgumentError` if there is none.

    >>> symbol_of("butnot").shape, symbol_of("butnot").negated
    ('and', (False, True))
    >>> symbol_of("tt:3:97").label, symbol_of("maj~1").label, symbol_of("mux~").letters
    ('tt:3:97', 'MAJ', ('s', '1', '0'))
    """
    found = operator_named(operator)
    if (found.arity, found.table) in _SHAPES:
        return _SHAPES[found.arity, found.table]
    name = found.name
    if name.startswith("maj"):
        return Symbol("maj", tuple(name == f"maj~{i}" for i in range(3)), label="MAJ")
    if found in MULTIPLEXERS:
        places = name[3:6] if name[3:6].isdigit() else "012"
        letters = tuple("s10"[places.index(str(i))] for i in range(3))
        inverted_one = tuple(letter == "1" and name.endswith("~") for letter in letters)
        return Symbol("mux", inverted_one, letters=letters)
    label = "XOR" if name == "xor3" else name
    return Symbol("box", (False,) * found.arity, False, label, not found.is_symmetric())


Segment = tuple[Point, Point]

_MARGIN = 14.0
_GAP = 8.0  # between a wire's end and the text beside it
_TRACK = 12.0  # between two tracks of a channel
_SHOULDER = 14.0  # between the first or last track and the column beside it
_MARK_ROOM = 20.0
_STUB = 2 * BUBBLE  # the wire, or the bubble, between a constant operand's 0 and its gate


@dataclass(frozen=True, slots=True)
class Node:
    """An input, gate, output or constant in the picture.

    Arguments:
        kind: `input`, `gate`, `output` or `constant`.
        wire: the wire that it drives, or for an output the wire that it reads.
        name: what is written in or beside it.
        at: the centre of a gate's body; for others the point beside which the name is written.
        symbol: the symbol of a gate, else None.
        pins: where wires end at it, in the order of the operands.
        port: where its own wire starts; None for an output.
        bubbles: the centres of its inversion bubbles.
        letters: what is written small at its pins, each centred at a point.
        zeros: where a 0 is written for the constant operands of a gate, centred there.
        stubs: the short wires from those to the gate.
        mark: its label or None.
        mark_at: where the label goes: centred there for a gate, ending there for an input.
        colour: the colour of its mark or None.
    """

    kind: str
    wire: int
    name: str
    at: Point
    symbol: Symbol | None = None
    pins: tuple[Point, ...] = ()
    port: Point | None = None
    bubbles: tuple[Point, ...] = ()
    letters: tuple[tuple[Point, str], ...] = ()
    zeros: tuple[Point, ...] = ()
    stubs: tuple[Segment, ...] = ()
    mark: str | None = None
    mark_at: Point = (0.0, 0.0)
    colour: str | None = None

    @property
    def words(self) -> list[Words]:
        """All that is written of it."""
        if self.symbol is None:
            anchor = "start" if self.kind == "output" else "end"
            return [
                Words("own", self.at, self.name, anchor),
                *([Words("mark", self.mark_at, self.mark, "end")] if self.mark else []),
            ]
        (x, y), (across, down) = self.at, self.symbol.name_at
        label = self.symbol.label
        return [
            *([Words("label", (x, y - 7), label)] if label else []),
            Words("name", (x + across, y + down), self.name),
            *(Words("pin", at, letter) for at, letter in self.letters),
            *(Words("zero", at, "0") for at in self.zeros),
            *([Words("mark", self.mark_at, self.mark)] if self.mark else []),
        ]

    def colour_of_bubble(self, at: Point) -> str | None:
        """Return the colour of an inversion bubble, which the result's takes from the mark."""
        return self.colour if self.kind == "output" or at[0] > self.at[0] else None


class Words(NamedTuple):
    """A text in the picture: what it is, its middle, `start` or `end` at a point.

    It is the `name` or the `label` in a gate, the letter of a `pin`, a `zero`, a `mark`, or the
    `own` name beside what is no gate.
    """

    what: str
    at: Point
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Wire:
    """A routed wire: straight segments that do not overlap, and dots where it forks."""

    wire: int
    segments: tuple[Segment, ...]
    dots: tuple[Point, ...]
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole picture, `width` by `height`."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]


def layout_of(circuit: Circuit, marks: Mapping[int, str] | None = None) -> Layout:
    """Return the layout of a circuit, its marked wires labelled and coloured.

    Raises `ArgumentError` if a mark names no wire of the circuit.

    >>> layout = layout_of(Circuit.parse(2, "g1 = a & b; out = ~g1"))
    >>> [node.name for node in layout.nodes]
    ['a', 'b', 'g1', 'out']
    """
    return _Builder(circuit, checked_marks(marks, circuit.wires, "wire")).build()


class _Builder:
    def __init__(self, circuit: Circuit, marks: dict[int, str]) -> None:
        self.circuit, self.marks, self.colours = circuit, marks, mark_colours(marks)
        self.layers = layers_of(circuit)
        self.items = [item for row in self.layers.items for item in row]
        self.symbols = {
            item: symbol_of(circuit.gates[item.number - circuit.inputs].operator)
            for item in self.items
            if item.kind == "source" and item.number >= circuit.inputs
        }
        # How far below its gate a pin stands, and how far a gate extends, with wires to its pins.
        self.drops: dict[tuple[Item, int], float] = {}
        self.spans: dict[Item, Room] = {}
        for gate, symbol in self.symbols.items():
            order = self.layers.pin_order(gate, symbol.ranks)
            drops = symbol.heights(order)
            self.drops |= {(gate, i): drop for i, drop in zip(order, drops, strict=True)}
            half = symbol.half_height
            self.spans[gate] = Room(max(half, -min(drops)), max(half, *drops))
        self.rooms = {item: self._room(item) for item in self.items}
        self.height = heights_of(self.layers, self.rooms, self.drops)
        self.tracks = [self._tracks(channel) for channel in range(len(self.layers.edges))]
        self._columns()

    def _room(self, item: Item) -> Room:
        if item in self.spans:
            above, below = self.spans[item]
            marked = _MARK_ROOM if item.number in self.marks else 0
            return Room(above + GRID + marked, below + GRID)
        size = {"through": 10.0, "source": 20.0, "output": 15.0}[item.kind]
        return Room(size, size)

    def _tracks(self, channel: int) -> Mapping[int, int]:
        found, clear = tracks_of(self._nets(channel))
        if not clear:
            # Half a step down, no height to the right equals one to the left.
            for row in self.layers.items[channel + 1 :]:
                for item in row:
                    self.height[item] += GRID / 2
            found, _ = tracks_of(self._nets(channel))
        return found

    def _nets(self, channel: int) -> list[Net]:
        leaves: dict[int, list[float]] = {}
        enters: dict[int, float] = {}
        for edge in self.layers.edges[channel]:
            enters[edge.wire] = self.height[edge.left]
            leaves.setdefault(edge.wire, []).append(self._pin_height(edge))
        return [Net(wire, y, tuple(sorted(leaves[wire]))) for wire, y in enters.items()]

    def _pin_height(self, edge: Edge) -> float:
        return self.height[edge.right] + self.drops.get((edge.right, edge.operand), 0.0)

    def _columns(self) -> None:
        """Set the x of each column's middle, and of its right edge."""
        self.middle: list[float] = []
        self.ends: list[float] = []
        x = _MARGIN
        for layer, row in enumerate(self.layers.items):
            reaches = [self._reach(item) for item in row] or [(0.0, 0.0)]
            left, right = (max(sides) for sides in zip(*reaches, strict=True))
            self.middle.append(x + left)
            x += left + right
            self.ends.append(x)
            if layer < len(self.tracks):
                x += 2 * _SHOULDER + _TRACK * max(self.tracks[layer].values(), default=0)
        self.width = x + _MARGIN

    def _reach(self, item: Item) -> tuple[float, float]:
        """Return how far an item extends left and right of its column's middle line."""
        if item.kind == "through":
            return 0.0, 0.0
        mark = self.marks.get(item.number, "") if item.kind == "source" else ""
        if item in self.symbols:
            half = max(self.symbols[item].half_width + 2 * BUBBLE, text_width(mark) / 2)
            return half, half
        name = text_width(self._name(item))
        if item.kind == "output":
            bubble = 2 * BUBBLE if self.circuit.outputs[item.number].inverted else 0.0
            return 0.0, bubble + _GAP + name
        return name + _GAP + (text_width(mark) + _GAP if mark else 0), 0.0

    def _name(self, item: Item) -> str:
        if item.kind == "output":
            return self.circuit.output_names[item.number]
        return self.circuit.wire_name(item.number)

    def build(self) -> Layout:
        """Return the finished layout."""
        top = min(self.height[item] - self.rooms[item].above for item in self.items)
        low = max(self.height[item] + self.rooms[item].below for item in self.items)
        for item in self.height:
            self.height[item] += _MARGIN - GRID - top
        nodes = {item: self._node(item) for item in self.items if item.kind != "through"}
        ordered = sorted(nodes, key=lambda i: (i.kind == "output", i.number == CONSTANT, i.number))
        driving = sorted({edge.wire for edges in self.layers.edges for edge in edges})
        wires = tuple(self._wire(wire, nodes) for wire in driving)
        height = low - top + 2 * (_MARGIN - GRID)
        return Layout(self.width, height, tuple(nodes[item] for item in ordered), wires)

    def _node(self, item: Item) -> Node:
        x, y = self.middle[item.layer], self.height[item]
        wire, name = item.number, self._name(item)
        if item.kind == "output":
            output = self.circuit.outputs[item.number]
            bubble = ((x + BUBBLE, y),) if output.inverted else ()
            at = (x + _GAP + (2 * BUBBLE if bubble else 0), y)
            return Node(
                "output", output.wire, name, at, pins=((x, y),), bubbles=bubble,
                colour=self.colours.get(output.wire),
            )  # fmt: skip
        mark, colour = self.marks.get(wire), self.colours.get(wire)
        if item not in self.symbols:
            kind = "constant" if wire == CONSTANT else "input"
            beside = (x - 2 * _GAP - text_width(name), y)
            return Node(
                kind, wire, name, (x - _GAP, y), port=(x, y),
                mark=mark, mark_at=beside, colour=colour,
            )  # fmt: skip
        symbol = self.symbols[item]
        pins, bubbles, letters, zeros, stubs = [], [], [], [], []
        for operand, read in enumerate(self.circuit.gates[wire - self.circuit.inputs].operands):
            drop = self.drops[item, operand]
            start = (x + symbol.back(drop), y + drop)
            end, zero = (start[0] - _STUB, start[1]), (start[0] - _STUB - 6, start[1])
            if symbol.selects(operand):
                side = 1 if drop > 0 else -1
                start = (x, y + side * symbol.edge)
                end, zero = (x, start[1] + side * _STUB), (x, start[1] + side * (_STUB + 8))
            elif symbol.letters:
                letters.append(((start[0] + 7, start[1]), symbol.letters[operand]))
            if symbol.negated[operand]:
                bubbles.append((start[0] - BUBBLE, start[1]))
            pins.append(end if symbol.negated[operand] else start)
            if read == CONSTANT:
                zeros.append(zero)
                if not symbol.negated[operand]:
                    stubs.append((end, start))
        if symbol.inverted:
            bubbles.append((x + symbol.half_width + BUBBLE, y))
        return Node(
            "gate", wire, name, (x, y), symbol, tuple(pins), (x + symbol.front, y), tuple(bubbles),
            tuple(letters), tuple(zeros), tuple(stubs), mark, (x, y - self.spans[item].above - 9),
            colour,
        )  # fmt: skip

    def _wire(self, wire: int, nodes: Mapping[Item, Node]) -> Wire:
        """Route one wire, from its port through the channels to every pin that reads it."""
        flats: list[tuple[float, float, float]] = []  # y, from x, to x
        uprights: list[Segment] = []
        dots: list[Point] = []
        for channel, every in enumerate(self.layers.edges):
            edges = [edge for edge in every if edge.wire == wire]
            if not edges:
                continue
            left = edges[0].left
            port = nodes[left].port if left in nodes else None
            start = port[0] if port else self.middle[left.layer]
            enters = self.height[left]
            ends = []
            for edge in edges:
                known, y = nodes.get(edge.right), self._pin_height(edge)
                x, end = known.pins[edge.operand] if known else (self.middle[edge.right.layer], y)
                ends.append((y, x))
                if y != end:
                    uprights.append(((x, y), (x, end)))
            if wire not in self.tracks[channel]:
                flats.append((enters, start, ends[0][1]))
                continue
            track = self.ends[channel] + _SHOULDER + _TRACK * self.tracks[channel][wire]
            stops = sorted({enters, *(y for y, _ in ends)})
            uprights.append(((track, stops[0]), (track, stops[-1])))
            flats += [(enters, start, track), *((y, track, x) for y, x in ends)]
            for y in stops:
                arms = (y > stops[0]) + (y < stops[-1]) + (y == enters) + (y in dict(ends))
                if arms >= 3:
                    dots.append((track, y))
        # Level stretches that meet end to end, but not at a fork, are one.
        joined: list[tuple[float, float, float]] = []
        for y, x, end in sorted(set(flats)):
            if joined and joined[-1][::2] == (y, x) and (x, y) not in dots:
                joined[-1] = (y, joined[-1][1], end)
            else:
                joined.append((y, x, end))
        segments = [((x0, y), (x1, y)) for y, x0, x1 in joined]
        return Wire(wire, (*segments, *uprights), tuple(dots), self.colours.get(wire))


# -- layers: every gate at its depth, ordered so that few wires cross ------------------------------
#
# A wire that a later layer reads passes through each layer between, at a place of its own, so that
# wires only ever turn in the channels between two layers.

_SWEEPS = 12
_MOST_FOR_SWAPS = 120


class Item(NamedTuple):
    """Something in a layer: the `source` of a wire, a wire passing `through`, or an `output`."""

    kind: str
    number: int
    layer: int


class Edge(NamedTuple):
    """A stretch of a wire from an item to one in the next layer, at operand `operand` of it.

    The pins of a gate stand by `rank` from the top, and within one rank so that few wires cross.
    """

    wire: int
    left: Item
    right: Item
    operand: int
    rank: int


_Rows = list[list[Item]]
_Channels = list[list[Edge]]


@dataclass(frozen=True, slots=True)
class Layers:
    """The items of each layer from top to bottom, and the edges out of each layer."""

    items: _Rows
    edges: _Channels

    def pin_order(self, gate: Item, ranks: tuple[int, ...]) -> tuple[int, ...]:
        """Return the operands of a gate in the order in which its pins stand, from the top.

        `ranks` are those of its symbol. An operand that no edge leads to is the constant.
        """
        place = {item: i for i, item in enumerate(self.items[gate.layer - 1])}
        keys = {i: (rank, -1) for i, rank in enumerate(ranks)}
        for edge in self.edges[gate.layer - 1]:
            if edge.right == gate:
                keys[edge.operand] = (edge.rank, place[edge.left])
        return tuple(sorted(keys, key=lambda operand: (*keys[operand], operand)))


def layers_of(circuit: Circuit) -> Layers:
    """Return the layers of a circuit: inputs first, a to z; gates by depth; outputs last.

    Constants that gates read are left out: they need no wire.

    >>> layers = layers_of(Circuit.parse(2, "g1 = a & b; g2 = g1 ^ a; out = g2"))
    >>> [len(items) for items in layers.items]
    [2, 2, 1, 1]
    """
    last = max(circuit.depths, default=0) + 1
    rows: _Rows = [[] for _ in range(last + 1)]
    channels: _Channels = [[] for _ in range(last)]
    sources = {w: Item("source", w, circuit.depths[w]) for w in range(circuit.wires)}
    if any(o.wire == CONSTANT for o in circuit.outputs):
        sources[CONSTANT] = Item("source", CONSTANT, last - 1)
    readers: dict[int, list[tuple[Item, int, int]]] = {w: [] for w in sources}
    turning: list[Item] = []
    for own, gate in enumerate(circuit.gates, circuit.inputs):
        symbol = symbol_of(gate.operator)
        if symbol.shape == "mux":
            turning.append(sources[own])
        for operand, wire in enumerate(gate.operands):
            if wire != CONSTANT:
                readers[wire].append((sources[own], operand, symbol.ranks[operand]))
    for i, output in enumerate(circuit.outputs):
        readers[output.wire].append((Item("output", i, last), 0, 0))
        rows[last].append(Item("output", i, last))
    for wire, here in sources.items():
        rows[here.layer].append(here)
        end = max((item.layer for item, _, _ in readers[wire]), default=0)
        for layer in range(here.layer + 1, end + 1):
            for item, operand, rank in readers[wire]:
                if item.layer == layer:
                    channels[layer - 1].append(Edge(wire, here, item, operand, rank))
            if layer < end:
                following = Item("through", wire, layer)
                rows[layer].append(following)
                channels[layer - 1].append(Edge(wire, here, following, 0, 0))
                here = following
    rows = _few_crossings(rows, channels)
    _turn(rows, channels, turning)
    # Swapping neighbours costs time that grows with the square of the width of the picture.
    if sum(map(len, rows)) <= _MOST_FOR_SWAPS:
        while _swap_once(rows, channels):
            pass
    _turn(rows, channels, turning)
    return Layers(rows, channels)


def _crossings(left: list[Item], right: list[Item], edges: Iterable[Edge]) -> int:
    """Count the pairs of edges that cross, the pins of one rank being best placed."""
    lefts = {item: i for i, item in enumerate(left)}
    rights = {item: i for i, item in enumerate(right)}
    ends = sorted((lefts[e.left], rights[e.right], e.rank) for e in edges)
    # Sorted by their left ends, edges cross those before them that end further down. Edges from one
    # item never cross: among them the right ends ascend.
    seen: list[tuple[int, int]] = []
    count = 0
    for _, row_place, rank in ends:
        at = bisect_right(seen, (row_place, rank))
        count += len(seen) - at
        seen.insert(at, (row_place, rank))
    return count


def _total(rows: _Rows, channels: _Channels, some: Iterable[int] | None = None) -> int:
    """Count the crossings in some channels, or in all."""
    places = range(len(channels)) if some is None else some
    return sum(_crossings(rows[i], rows[i + 1], channels[i]) for i in places)


def _sort_by_neighbours(row: list[Item], other: list[Item], pairs: list[tuple[Item, Item]]) -> None:
    """Sort `row` by the mean place of each item's neighbours in the row `other`."""
    places = {item: i / max(1, len(other) - 1) for i, item in enumerate(other)}
    near: dict[Item, list[float]] = {item: [] for item in row}
    for item, neighbour in pairs:
        near[item].append(places[neighbour])
    means = {
        item: sum(near[item]) / len(near[item]) if near[item] else i / max(1, len(row) - 1)
        for i, item in enumerate(row)
    }
    row.sort(key=means.__getitem__)


def _few_crossings(rows: _Rows, channels: _Channels) -> _Rows:
    """Return the layers ordered by barycentre sweeps; the inputs keep their order."""
    best, least = [list(row) for row in rows], _total(rows, channels)
    for sweep in range(2 * _SWEEPS):
        back = sweep % 2
        for i in range(len(channels) - 1, 0, -1) if back else range(len(channels)):
            pairs = [(e.left, e.right) if back else (e.right, e.left) for e in channels[i]]
            _sort_by_neighbours(rows[i + 1 - back], rows[i + back], pairs)
        count = _total(rows, channels)
        if count < least:
            best, least = [list(row) for row in rows], count
    return best


def _turn(rows: _Rows, channels: _Channels, turning: list[Item]) -> None:
    """Turn each multiplexer so that its selector comes in from the better side."""
    for gate in turning:
        place = gate.layer - 1
        old = channels[place]
        new = [e._replace(rank=-e.rank) if e.right == gate else e for e in old]
        near = rows[place], rows[place + 1]
        if _crossings(*near, new) < _crossings(*near, old):
            channels[place] = new


def _swap_once(rows: _Rows, channels: _Channels) -> bool:
    """Swap every pair of neighbours that lowers the crossings; return whether any did."""
    improved = False
    for layer in range(1, len(rows)):
        row = rows[layer]
        near = [i for i in (layer - 1, layer) if i < len(channels)]
        for i in range(len(row) - 1):
            before = _total(rows, channels, near)
            row[i], row[i + 1] = row[i + 1], row[i]
            if _total(rows, channels, near) < before:
                improved = True
            else:
                row[i], row[i + 1] = row[i + 1], row[i]
    return improved


# -- heights: items near what they are joined to, and as many straight wires as can be ------------

#: The grid that all heights lie on.
GRID = 10.0

_PASSES = 6
_BEND = 40.0  # a bend is as bad as this much length


class Room(NamedTuple):
    """How much of its layer an item keeps free above and below the point it is placed by."""

    above: float
    below: float


#: Of each item its neighbours, and how far below each a straight wire would set the item.
_Joints = Mapping[Item, Sequence[tuple[Item, float]]]


def heights_of(
    layers: Layers, rooms: Mapping[Item, Room], pins: Mapping[tuple[Item, int], float]
) -> dict[Item, float]:
    """Return the height of every item.

    Arguments:
        layers: the items in their order.
        rooms: the room that each item needs.
        pins: how far below its gate each (gate, operand) pin stands; 0 if not given.
    """
    rows = layers.items
    lefts: dict[Item, list[tuple[Item, float]]] = {item: [] for row in rows for item in row}
    rights: dict[Item, list[tuple[Item, float]]] = {item: [] for row in rows for item in row}
    for edge in (edge for edges in layers.edges for edge in edges):
        pin = pins.get((edge.right, edge.operand), 0.0)
        lefts[edge.right].append((edge.left, -pin))
        rights[edge.left].append((edge.right, pin))
    both = {item: lefts[item] + rights[item] for item in lefts}
    height: dict[Item, float] = {}

    def wanted(item: Item, joints: _Joints) -> float:
        if not joints[item]:
            return height[item]
        return sum(height[other] + shift for other, shift in joints[item]) / len(joints[item])

    for row in rows:
        _place(row, [0.0] * len(row), rooms, height)
    for joints, order in [*((lefts, rows), (rights, rows[::-1])) * _PASSES, (both, rows)]:
        for row in order:
            _place(row, [wanted(item, joints) for item in row], rooms, height)
    for row in rows:
        floor = float("-inf")
        for item in row:
            least = floor + rooms[item].above
            height[item] = max(round(height[item] / GRID) * GRID, least)
            floor = height[item] + rooms[item].below
    for _ in range(_PASSES):
        if not _straighten(rows, both, rooms, height):
            break
    return height


def _place(
    row: Sequence[Item],
    wanted: Sequence[float],
    rooms: Mapping[Item, Room],
    height: dict[Item, float],
) -> None:
    """Set the items of a row, in their order, as near as can be to the heights wanted.

    Least squares under "no nearer than their rooms allow" is isotonic regression of the heights
    less the room used up so far, which pooling adjacent violators solves.
    """
    offset, offsets = 0.0, []
    for i, item in enumerate(row):
        offset += rooms[row[i - 1]].below + rooms[item].above if i else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for want, used in zip(wanted, offsets, strict=True):
        mean, count = want - used, 1
        while pools and pools[-1][0] > mean:
            before, size = pools.pop()
            mean, count = (before * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    for item, level, used in zip(row, levels, offsets, strict=True):
        height[item] = level + used


def _straighten(
    rows: _Rows, joints: _Joints, rooms: Mapping[Item, Room], height: dict[Item, float]
) -> bool:
    """Straighten bends by moving all that is in line with one end; return whether any was."""
    near = {
        item: (row[i - 1] if i else None, row[i + 1] if i + 1 < len(row) else None)
        for row in rows
        for i, item in enumerate(row)
    }

    def in_line(item: Item) -> set[Item]:
        # The item and all that straight wires join to it.
        block, waiting = {item}, [item]
        while waiting:
            here = waiting.pop()
            for other, shift in joints[here]:
                if height[other] + shift == height[here] and other not in block:
                    block.add(other)
                    waiting.append(other)
        return block

    def fits(block: set[Item], change: float) -> bool:
        # Whether moving the block keeps the room and order of everything in its layers.
        for item in block:
            above, below = near[item]
            top = height[item] + change - rooms[item].above
            bottom = height[item] + change + rooms[item].below
            if above and above not in block and height[above] + rooms[above].below > top:
                return False
            if below and below not in block and height[below] - rooms[below].above < bottom:
                return False
        return True

    def bends(block: set[Item], change: float) -> float:
        # How bad the wires out of the block are once it is moved.
        outward = (
            height[other] + shift - height[item] - change
            for item in block
            for other, shift in joints[item]
            if other not in block
        )
        return sum(abs(difference) + (_BEND if difference else 0.0) for difference in outward)

    changed = False
    for item, own in joints.items():
        for other, shift in own:
            change = height[other] + shift - height[item]
            block = in_line(item)
            if not change or other in block or not fits(block, change):
                continue
            if bends(block, change) < bends(block, 0.0):
                changed = True
                for moved in block:
                    height[moved] += change
    return changed


# -- tracks: in the channel between two layers each wire that does not run straight has one -------
#
# In a channel each wire comes in from the left at one height and leaves at the right at one or
# more. Two wires must not lie on each other: if one comes in at a height at which another leaves,
# it must take a track further left.

_CLASH = 1000
_ROUNDS = 20


class Net(NamedTuple):
    """What one wire does in a channel: the height it comes in at and those it leaves at."""

    wire: int
    enters: float
    leaves: tuple[float, ...]

    @property
    def top(self) -> float:
        """The least height."""
        return min(self.enters, *self.leaves)

    @property
    def bottom(self) -> float:
        """The greatest height."""
        return max(self.enters, *self.leaves)


def _cost(first: Net, second: Net) -> int:
    """Return the crossings of two wires if the first takes a track further left."""
    over = sum(second.top < y < second.bottom for y in first.leaves)
    over += first.top < second.enters < first.bottom
    return over + _CLASH * (second.enters in first.leaves)


def _order(nets: list[Net]) -> tuple[list[Net], int]:
    """Return the nets in a good order of tracks from the left, and its cost."""
    cost = {(a.wire, b.wire): _cost(a, b) for a in nets for b in nets if a is not b}

    best = sorted(nets, key=lambda n: (n.leaves[0] > n.enters, n.enters))
    for _ in range(_ROUNDS):
        changed = False
        for net in nets:
            old = best.index(net)
            rest = [n for n in best if n is not net]
            # The cost of putting the net first, then of each place further right.
            costs = [sum(cost[net.wire, n.wire] for n in rest)]
            for n in rest:
                costs.append(costs[-1] - cost[net.wire, n.wire] + cost[n.wire, net.wire])
            place = min(range(len(costs)), key=costs.__getitem__)
            if costs[place] < costs[old]:
                best, changed = [*rest[:place], net, *rest[place:]], True
        if not changed:
            break
    return best, sum(cost[a.wire, b.wire] for i, a in enumerate(best) for b in best[i + 1 :])


def tracks_of(nets: Iterable[Net]) -> tuple[Mapping[int, int], bool]:
    """Return the track of each wire that is not straight, from 0 at the left, and whether it is
    certain that no two wires lie on each other.

    >>> tracks_of([Net(0, 0.0, (20.0,)), Net(1, 20.0, (40.0,)), Net(2, 60.0, (60.0,))])
    ({1: 0, 0: 1}, True)
    """
    order, cost = _order([net for net in nets if net.top != net.bottom])
    tracks: dict[int, int] = {}
    for i, net in enumerate(order):
        # Wires that share no height may share a track.
        before = [o for o in order[:i] if o.top <= net.bottom and net.top <= o.bottom]
        tracks[net.wire] = max((tracks[o.wire] + 1 for o in before), default=0)
    return tracks, cost < _CLASH
