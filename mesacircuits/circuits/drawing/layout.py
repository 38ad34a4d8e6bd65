"""The layout of a circuit's picture: where each symbol stands and how each wire runs.

The SVG, TikZ and PNG drawings all render this one layout. Units are those of SVG; y is downwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.drawing.symbols import BUBBLE, Symbol, symbol_of
from mesacircuits.drawing import Point, checked_marks, mark_colours, text_width

__all__ = ["Layout", "Net", "Node", "Segment", "Wire", "layers_of", "layout_of", "tracks_of"]

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
    return _Builder(circuit, checked_marks(marks, circuit.wires, "wire")).build()


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
            return self.circuit.output_names[item.number]
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


@dataclass(frozen=True, slots=True)
class Layers:
    """The items of each layer from top to bottom, and the edges out of each layer."""

    items: tuple[tuple[Item, ...], ...]
    edges: tuple[tuple[Edge, ...], ...]

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
    rows: list[list[Item]] = [[] for _ in range(last + 1)]
    channels: list[list[Edge]] = [[] for _ in range(last)]
    sources = {w: Item("source", w, circuit.depths[w]) for w in range(circuit.wires)}
    if any(o.wire == CONSTANT for o in circuit.outputs):
        sources[CONSTANT] = Item("source", CONSTANT, last - 1)
    readers: dict[int, list[tuple[Item, int, int]]] = {w: [] for w in sources}
    turning: list[Item] = []
    for i, gate in enumerate(circuit.gates):
        symbol = symbol_of(gate.operator)
        if symbol.shape == "mux":
            turning.append(sources[circuit.inputs + i])
        for operand, wire in enumerate(gate.operands):
            if wire != CONSTANT:
                reader = sources[circuit.inputs + i]
                readers[wire].append((reader, operand, symbol.ranks[operand]))
    for i, output in enumerate(circuit.outputs):
        readers[output.wire].append((Item("output", i, last), 0, 0))
        rows[last].append(Item("output", i, last))
    for wire, source in sources.items():
        rows[source.layer].append(source)
        end = max((item.layer for item, _, _ in readers[wire]), default=0)
        here = source
        for layer in range(source.layer + 1, end + 1):
            for item, operand, rank in readers[wire]:
                if item.layer == layer:
                    channels[layer - 1].append(Edge(wire, here, item, operand, rank))
            if layer < end:
                following = Item("through", wire, layer)
                rows[layer].append(following)
                channels[layer - 1].append(Edge(wire, here, following, 0, 0))
                here = following
    items = _few_crossings(rows, channels, turning)
    return Layers(items, tuple(map(tuple, channels)))


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


def _total(rows: list[list[Item]], channels: list[list[Edge]]) -> int:
    return sum(_crossings(rows[i], rows[i + 1], edges) for i, edges in enumerate(channels))


def _sort_by_neighbours(row: list[Item], other: list[Item], pairs: list[tuple[Item, Item]]) -> None:
    """Sort `row` by the mean place of each item's neighbours in the row `other`."""
    places = {item: i / max(1, len(other) - 1) for i, item in enumerate(other)}
    means = {}
    for i, item in enumerate(row):
        near = [places[b] for a, b in pairs if a == item]
        means[item] = sum(near) / len(near) if near else i / max(1, len(row) - 1)
    row.sort(key=means.__getitem__)


def _few_crossings(
    rows: list[list[Item]], channels: list[list[Edge]], turning: list[Item]
) -> tuple[tuple[Item, ...], ...]:
    """Order the layers by barycentre sweeps, then by swaps; the inputs keep their order.

    In `channels` the selectors of the multiplexers `turning` are moved to the top where that is
    better.
    """
    best, least = [list(row) for row in rows], _total(rows, channels)
    for _ in range(_SWEEPS):
        for i, edges in enumerate(channels):
            _sort_by_neighbours(rows[i + 1], rows[i], [(e.right, e.left) for e in edges])
        count = _total(rows, channels)
        if count < least:
            best, least = [list(row) for row in rows], count
        for i in range(len(channels) - 1, 0, -1):
            _sort_by_neighbours(rows[i], rows[i + 1], [(e.left, e.right) for e in channels[i]])
        count = _total(rows, channels)
        if count < least:
            best, least = [list(row) for row in rows], count
    _turn(best, channels, turning)
    # Swapping neighbours costs time that grows with the square of the width of the picture.
    if sum(map(len, rows)) <= _MOST_FOR_SWAPS:
        while _swap_once(best, channels):
            pass
    _turn(best, channels, turning)
    return tuple(map(tuple, best))


def _turn(rows: list[list[Item]], channels: list[list[Edge]], turning: list[Item]) -> None:
    """Turn each multiplexer so that its selector comes in from the better side."""
    for gate in turning:
        place = gate.layer - 1
        old = channels[place]
        new = [e._replace(rank=-e.rank) if e.right == gate else e for e in old]
        near = rows[place], rows[place + 1]
        if _crossings(*near, new) < _crossings(*near, old):
            channels[place] = new


def _swap_once(rows: list[list[Item]], channels: list[list[Edge]]) -> bool:
    """Swap every pair of neighbours that lowers the crossings; return whether any did."""
    improved = False
    for layer in range(1, len(rows)):
        row = rows[layer]
        near = [i for i in (layer - 1, layer) if i < len(channels)]
        for i in range(len(row) - 1):
            before = sum(_crossings(rows[c], rows[c + 1], channels[c]) for c in near)
            row[i], row[i + 1] = row[i + 1], row[i]
            after = sum(_crossings(rows[c], rows[c + 1], channels[c]) for c in near)
            if after < before:
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


class _Joint(NamedTuple):
    """A neighbour of an item, and how far below it a straight wire would set the item."""

    item: Item
    shift: float


def heights_of(
    layers: Layers, rooms: Mapping[Item, Room], pins: Mapping[tuple[Item, int], float]
) -> dict[Item, float]:
    """Return the height of every item.

    Arguments:
        layers: the items in their order.
        rooms: the room that each item needs.
        pins: how far below its gate each (gate, operand) pin stands; 0 if not given.
    """
    lefts: dict[Item, list[_Joint]] = {item: [] for row in layers.items for item in row}
    rights: dict[Item, list[_Joint]] = {item: [] for row in layers.items for item in row}
    for edges in layers.edges:
        for edge in edges:
            pin = pins.get((edge.right, edge.operand), 0.0)
            lefts[edge.right].append(_Joint(edge.left, -pin))
            rights[edge.left].append(_Joint(edge.right, pin))
    height: dict[Item, float] = {}
    for row in layers.items:
        _place(row, [0.0] * len(row), rooms, height)
    rows = list(layers.items)
    for sweep in range(_PASSES):
        for joints, order in ((lefts, rows), (rights, rows[::-1])):
            for row in order:
                wanted = [_wanted(item, joints[item], height) for item in row]
                _place(row, wanted, rooms, height)
        if sweep == _PASSES - 1:
            for row in rows:
                wanted = [_wanted(i, lefts[i] + rights[i], height) for i in row]
                _place(row, wanted, rooms, height)
    _snap(rows, rooms, height)
    both = {item: lefts[item] + rights[item] for item in lefts}
    for _ in range(_PASSES):
        if not _straighten(rows, both, rooms, height):
            break
    return height


def _wanted(item: Item, joints: Sequence[_Joint], height: Mapping[Item, float]) -> float:
    if not joints:
        return height[item]
    return sum(height[j.item] + j.shift for j in joints) / len(joints)


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


def _snap(
    rows: Sequence[Sequence[Item]], rooms: Mapping[Item, Room], height: dict[Item, float]
) -> None:
    for row in rows:
        floor = float("-inf")
        for item in row:
            least = floor + rooms[item].above
            height[item] = max(round(height[item] / GRID) * GRID, least)
            floor = height[item] + rooms[item].below


def _straighten(
    rows: Sequence[Sequence[Item]],
    joints: Mapping[Item, Sequence[_Joint]],
    rooms: Mapping[Item, Room],
    height: dict[Item, float],
) -> bool:
    """Straighten bends by moving all that is in line with one end; return whether any was."""
    near = {}
    for row in rows:
        for i, item in enumerate(row):
            above = row[i - 1] if i else None
            near[item] = (above, row[i + 1] if i + 1 < len(row) else None)
    changed = False
    for item, own in joints.items():
        for joint in own:
            change = height[joint.item] + joint.shift - height[item]
            block = _in_line(item, joints, height)
            if not change or joint.item in block or not _fits(block, change, near, rooms, height):
                continue
            outward = [(i, j) for i in block for j in joints[i] if j.item not in block]
            before = sum(_bend(height[j.item] + j.shift - height[i]) for i, j in outward)
            after = sum(_bend(height[j.item] + j.shift - height[i] - change) for i, j in outward)
            if after < before:
                changed = True
                for moved in block:
                    height[moved] += change
    return changed


def _bend(difference: float) -> float:
    return abs(difference) + (_BEND if difference else 0.0)


def _in_line(
    item: Item, joints: Mapping[Item, Sequence[_Joint]], height: Mapping[Item, float]
) -> set[Item]:
    """Return the item and all that straight wires join to it."""
    block, waiting = {item}, [item]
    while waiting:
        here = waiting.pop()
        for joint in joints[here]:
            straight = height[joint.item] + joint.shift == height[here]
            if straight and joint.item not in block:
                block.add(joint.item)
                waiting.append(joint.item)
    return block


def _fits(
    block: set[Item],
    change: float,
    near: Mapping[Item, tuple[Item | None, Item | None]],
    rooms: Mapping[Item, Room],
    height: Mapping[Item, float],
) -> bool:
    """Return whether moving the block keeps the room and order of everything in its layers."""
    for item in block:
        above, below = near[item]
        top = height[item] + change - rooms[item].above
        bottom = height[item] + change + rooms[item].below
        if above and above not in block and height[above] + rooms[above].below > top:
            return False
        if below and below not in block and height[below] - rooms[below].above < bottom:
            return False
    return True


# -- tracks: in the channel between two layers each wire that does not run straight has one -------
#
# In a channel each wire comes in from the left at one height and leaves at the right at one or
# more. Two wires must not lie on each other: if one comes in at a height at which another leaves,
# it must take a track further left.

_CLASH = 1000
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Net:
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

    @property
    def straight(self) -> bool:
        """Whether the wire needs no track."""
        return self.top == self.bottom


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
    order, cost = _order([net for net in nets if not net.straight])
    tracks: dict[int, int] = {}
    for i, net in enumerate(order):
        # Wires that share no height may share a track.
        before = [o for o in order[:i] if o.top <= net.bottom and net.top <= o.bottom]
        tracks[net.wire] = max((tracks[o.wire] + 1 for o in before), default=0)
    return tracks, cost < _CLASH
