"""Layers of a picture: every gate at its depth, ordered so that few wires cross.

A wire that a later layer reads passes through each layer between, at a place of its own, so that
wires only ever turn in the channels between two layers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.drawing.symbols import symbol_of

__all__ = ["Edge", "Item", "Layers", "layers_of"]

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
