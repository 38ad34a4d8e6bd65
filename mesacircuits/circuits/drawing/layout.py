"""The layout of a circuit's picture: where each symbol stands and how each wire runs.

The SVG, TikZ and PNG drawings all render this one layout. Units are those of SVG; y is downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.drawing.layers import Item, Layers, layers_of
from mesacircuits.circuits.drawing.marks import checked_marks, mark_colours, output_name
from mesacircuits.circuits.drawing.placement import GRID, Room, heights_of
from mesacircuits.circuits.drawing.routing import Net, tracks_of
from mesacircuits.circuits.drawing.symbols import BUBBLE, Symbol, symbol_of
from mesacircuits.drawing import Point, text_width

__all__ = ["Layout", "Node", "Segment", "Wire", "layout_of"]

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


class _Pins(TypedDict):
    pins: tuple[Point, ...]
    bubbles: tuple[Point, ...]
    letters: tuple[tuple[Point, str], ...]
    zeros: tuple[Point, ...]
    stubs: tuple[Segment, ...]


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
    return _Builder(circuit, checked_marks(circuit, marks)).build()


class _Builder:
    def __init__(self, circuit: Circuit, marks: dict[int, str]) -> None:
        self.circuit, self.marks, self.colours = circuit, marks, mark_colours(marks)
        self.layers: Layers = layers_of(circuit)
        self.drops: dict[tuple[Item, int], float] = {}
        for row in self.layers.items:
            for item in row:
                if self.symbol(item) is not None:
                    self._drop_pins(item)
        rooms = {item: self.room(item) for row in self.layers.items for item in row}
        self.height = heights_of(self.layers, rooms, self.drops)
        self.tracks = self._tracks()
        self._columns()

    def symbol(self, item: Item) -> Symbol | None:
        """Return the symbol of a gate's item, None for any other."""
        place = item.number - self.circuit.inputs
        if item.kind != "source" or place < 0:
            return None
        return symbol_of(self.circuit.gates[place].operator)

    def _drop_pins(self, gate: Item) -> None:
        symbol = self.symbol(gate)
        assert symbol is not None
        order = self.layers.pin_order(gate, symbol.ranks)
        for operand, drop in zip(order, symbol.heights(order), strict=True):
            self.drops[gate, operand] = drop

    def room(self, item: Item) -> Room:
        """Return the room that an item keeps free in its layer."""
        if item.kind == "through":
            return Room(10.0, 10.0)
        symbol = self.symbol(item)
        if symbol is None:
            return Room(20.0, 20.0) if item.kind == "source" else Room(15.0, 15.0)
        above, below = self._span(item, symbol)
        return Room(above + GRID + (_MARK_ROOM if item.number in self.marks else 0), below + GRID)

    def _span(self, gate: Item, symbol: Symbol) -> tuple[float, float]:
        """Return how far a gate extends above and below its centre, with wires to its pins."""
        drops = [self.drops[gate, operand] for operand in range(symbol.arity)]
        return max(symbol.half_height, -min(drops)), max(symbol.half_height, *drops)

    # -- routing -----------------------------------------------------------------------------

    def nets(self, channel: int) -> list[Net]:
        """Return what every wire does in a channel."""
        leaves: dict[int, list[float]] = {}
        enters: dict[int, float] = {}
        for edge in self.layers.edges[channel]:
            enters[edge.wire] = self.height[edge.left]
            drop = self.drops.get((edge.right, edge.operand), 0.0)
            leaves.setdefault(edge.wire, []).append(self.height[edge.right] + drop)
        return [Net(wire, y, tuple(sorted(leaves[wire]))) for wire, y in enters.items()]

    def _tracks(self) -> list[Mapping[int, int]]:
        tracks = []
        for channel in range(len(self.layers.edges)):
            found, clear = tracks_of(self.nets(channel))
            if not clear:
                # Half a step down, no height to the right equals one to the left.
                for row in self.layers.items[channel + 1 :]:
                    for item in row:
                        self.height[item] += GRID / 2
                found, _ = tracks_of(self.nets(channel))
            tracks.append(found)
        return tracks

    # -- columns -----------------------------------------------------------------------------

    def _reach(self, item: Item) -> tuple[float, float]:
        """Return how far an item extends left and right of its column's middle line."""
        mark = self.marks.get(item.number, "") if item.kind == "source" else ""
        symbol = self.symbol(item)
        if item.kind == "through":
            return 0.0, 0.0
        if symbol is not None:
            half = max(symbol.half_width + 2 * BUBBLE, text_width(mark) / 2)
            return half, half
        name = text_width(self.name(item))
        if item.kind == "output":
            bubble = 2 * BUBBLE if self.circuit.outputs[item.number].inverted else 0.0
            return 0.0, bubble + _GAP + name
        return name + _GAP + (text_width(mark) + _GAP if mark else 0), 0.0

    def name(self, item: Item) -> str:
        """Return the name that is written for an item."""
        if item.kind == "output":
            return output_name(self.circuit, item.number)
        return self.circuit.wire_name(item.number)

    def _columns(self) -> None:
        """Set the x of each column's middle, and of its left and right edges."""
        self.middle: list[float] = []
        self.edges: list[tuple[float, float]] = []
        x = _MARGIN
        for layer, row in enumerate(self.layers.items):
            reaches = [self._reach(item) for item in row] or [(0.0, 0.0)]
            left = max(reach[0] for reach in reaches)
            right = max(reach[1] for reach in reaches)
            self.middle.append(x + left)
            self.edges.append((x, x + left + right))
            x += left + right
            if layer < len(self.tracks):
                used = max(self.tracks[layer].values(), default=0)
                x += 2 * _SHOULDER + _TRACK * used
        self.width = x + _MARGIN

    # -- the picture -------------------------------------------------------------------------

    def build(self) -> Layout:
        """Return the finished layout."""
        tops = [self.height[i] - self.room(i).above for row in self.layers.items for i in row]
        lows = [self.height[i] + self.room(i).below for row in self.layers.items for i in row]
        shift = _MARGIN - GRID - min(tops)
        for item in self.height:
            self.height[item] += shift
        nodes = {
            item: self._node(item)
            for row in self.layers.items
            for item in row
            if item.kind != "through"
        }
        ordered = sorted(nodes, key=lambda i: (i.kind == "output", i.number == CONSTANT, i.number))
        wires = [
            self._wire(w, nodes) for w in sorted({e.wire for c in self.layers.edges for e in c})
        ]
        height = max(lows) - min(tops) + 2 * (_MARGIN - GRID)
        return Layout(self.width, height, tuple(nodes[i] for i in ordered), tuple(wires))

    def _node(self, item: Item) -> Node:
        x, y = self.middle[item.layer], self.height[item]
        symbol, name = self.symbol(item), self.name(item)
        if item.kind == "output":
            output = self.circuit.outputs[item.number]
            bubble = ((x + BUBBLE, y),) if output.inverted else ()
            at = (x + _GAP + (2 * BUBBLE if bubble else 0), y)
            colour = self.colours.get(output.wire)
            pins = ((x, y),)
            return Node("output", output.wire, name, at, pins=pins, bubbles=bubble, colour=colour)
        wire = item.number
        mark, colour = self.marks.get(wire), self.colours.get(wire)
        if symbol is None:
            kind = "constant" if wire == CONSTANT else "input"
            beside = (x - 2 * _GAP - text_width(name), y)
            return Node(
                kind, wire, name, (x - _GAP, y), port=(x, y),
                mark=mark, mark_at=beside, colour=colour,
            )  # fmt: skip
        return Node(
            "gate", wire, name, (x, y), symbol,
            port=(x + symbol.front, y),
            mark=mark, mark_at=(x, y - self._span(item, symbol)[0] - 9), colour=colour,
            **self._pins(item, symbol),
        )  # fmt: skip

    def _pins(self, item: Item, symbol: Symbol) -> _Pins:
        """Return the pins of a gate, and what is drawn at them."""
        x, y = self.middle[item.layer], self.height[item]
        operands = self.circuit.gates[item.number - self.circuit.inputs].operands
        pins, bubbles, letters, zeros, stubs = [], [], [], [], []
        for operand, wire in enumerate(operands):
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
            if wire == CONSTANT:
                zeros.append(zero)
                if not symbol.negated[operand]:
                    stubs.append((end, start))
        if symbol.inverted:
            bubbles.append((x + symbol.half_width + BUBBLE, y))
        return {
            "pins": tuple(pins), "bubbles": tuple(bubbles), "letters": tuple(letters),
            "zeros": tuple(zeros), "stubs": tuple(stubs),
        }  # fmt: skip

    def _wire(self, wire: int, nodes: Mapping[Item, Node]) -> Wire:
        """Route one wire, from its port through the channels to every pin that reads it."""
        flats: list[tuple[float, float, float]] = []  # y, from x, to x
        uprights: list[Segment] = []
        dots: list[Point] = []
        for channel in range(len(self.layers.edges)):
            edges = [e for e in self.layers.edges[channel] if e.wire == wire]
            if not edges:
                continue
            left = edges[0].left
            port = nodes[left].port if left in nodes else (self.middle[left.layer], 0.0)
            assert port is not None
            enters = self.height[left]
            ends = []
            for edge in edges:
                right = edge.right
                known = nodes.get(right)
                y = self.height[right] + self.drops.get((right, edge.operand), 0.0)
                x, end = known.pins[edge.operand] if known else (self.middle[right.layer], y)
                ends.append((y, x))
                if y != end:
                    uprights.append(((x, y), (x, end)))
            if wire not in self.tracks[channel]:
                flats.append((enters, port[0], ends[0][1]))
                continue
            track = self.edges[channel][1] + _SHOULDER + _TRACK * self.tracks[channel][wire]
            stops = sorted({enters, *(y for y, _ in ends)})
            uprights.append(((track, stops[0]), (track, stops[-1])))
            flats.append((enters, port[0], track))
            flats.extend((y, track, x) for y, x in ends)
            for y in stops:
                arms = (y > stops[0]) + (y < stops[-1]) + (y == enters) + (y in dict(ends))
                if arms >= 3:
                    dots.append((track, y))
        segments = [((x0, y), (x1, y)) for y, x0, x1 in _joined(flats, dots)]
        return Wire(wire, (*segments, *uprights), tuple(dots), self.colours.get(wire))


def _joined(
    flats: list[tuple[float, float, float]], forks: list[Point]
) -> list[tuple[float, float, float]]:
    """Join level stretches that meet end to end, but not at a fork."""
    joined: list[tuple[float, float, float]] = []
    for y, start, end in sorted(set(flats)):
        meets = joined and joined[-1][0] == y and joined[-1][2] == start
        if meets and (start, y) not in forks:
            joined[-1] = (y, joined[-1][1], end)
        else:
            joined.append((y, start, end))
    return joined
