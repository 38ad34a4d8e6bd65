"""Circuits of few gates and the edits among them: what a local optimizer can reach.

A circuit here is a set of gates of two operands, each of the ten operators that depend on both, and
an output. Wires are told by the functions that they compute, up to inversion, for in a reduced
circuit no two compute one; a gate that is inverted and whose readers read it inverted is the same
gate. So nothing depends on how inputs, gates and polarities are named: the graph of edits has all
the symmetries that functions have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits import B2, CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort

__all__ = ["EDITS", "EditGraph", "edit_graph"]

#: What an edit may be.
EDITS = {
    "all": "change an operator, an operand or the output; put a gate in, or take one out",
    "grow": "put a gate in, or take one out; change the output",
    "operators": "change an operator or the output; put a gate in, or take one out",
}
#: The tables of the operators that depend on both operands, bit 2 b + a.
_TABLES = (1, 2, 4, 6, 7, 8, 9, 11, 13, 14)

#: A gate: its function, the functions of its operands, ascending, and its table; all 0 at 0.
_Gate = tuple[int, int, int, int]
#: Gates, and the function of the output.
_Node = tuple[frozenset[_Gate], int]


@dataclass(frozen=True, eq=False)
class EditGraph:
    """All reduced circuits that edits reach from a constant, and the edits among them.

    Attributes:
        inputs: n.
        sizes: of each circuit how many gates it has.
        outputs: the function that it computes.
        edges: pairs of circuits, shape (e, 2), each once: an edit can be undone.
        circuits: the circuits as sets of gates.
    """

    inputs: int
    sizes: NDArray[np.int64]
    outputs: NDArray[np.int64]
    edges: NDArray[np.int64]
    circuits: tuple[frozenset[_Gate], ...]

    def circuit(self, place: int) -> Circuit:
        """Return a circuit as a canonical chain."""
        names = {operator.table: operator.name for operator in B2.operators}
        wires = {input_bits(self.inputs, i): i for i in range(self.inputs)}
        gates = []
        for function, low, high, table in _in_order(self.circuits[place]):
            operands = wires[low], wires[high]
            gates.append(Gate(names[table], operands))
            wires[function] = len(wires)
        whole = (1 << (1 << self.inputs)) - 1
        value = int(self.outputs[place])
        inverted = bool(value & 1)
        plain = value ^ whole if inverted else value
        out = Output(wires.get(plain, CONSTANT), inverted)
        return Circuit(self.inputs, tuple(gates), (out,)).canonical()

    def minima(self, function: int) -> list[int]:
        """Return the least circuits that compute a function."""
        [found] = np.nonzero(self.outputs == function)
        least = self.sizes[found].min(initial=1 << 30)
        return [int(place) for place in found if self.sizes[place] == least]

    def losses(self, function: int) -> NDArray[np.int64]:
        """Return on how many inputs each circuit differs from a function."""
        found: NDArray[np.int64] = np.bitwise_count(self.outputs ^ function).astype(np.int64)
        return found

    def starts(self, function: int) -> list[int]:
        """Return the constants that are wrong least often."""
        losses = self.losses(function)
        whole = (1 << (1 << self.inputs)) - 1
        constants = [int(np.nonzero(self.outputs == c)[0][0]) for c in (0, whole)]
        least = min(losses[c] for c in constants)
        return [c for c in constants if losses[c] == least]

    def bottlenecks(self, function: int) -> NDArray[np.int64]:
        """Return for each circuit the least greatest loss on a path from a best constant.

        Paths are taken level by level: with so many wrong allowed, which circuits are reached?
        """
        losses, starts = self.losses(function), self.starts(function)
        found = np.full(len(losses), 1 << self.inputs, dtype=np.int64)
        low, high = self.edges[:, 0], self.edges[:, 1]
        reached = np.zeros(len(losses), dtype=bool)
        reached[starts] = True
        for level in range(int(losses[starts[0]]), (1 << self.inputs) + 1):
            allowed = (losses[low] <= level) & (losses[high] <= level)
            a, b = low[allowed], high[allowed]
            while True:
                before = int(reached.sum())
                reached[b[reached[a]]] = True
                reached[a[reached[b]]] = True
                if int(reached.sum()) == before:
                    break
            found[reached & (found > level)] = level
        return found

    def chances(self, function: int) -> NDArray[np.float64]:
        """Return with what chance a strict descent visits each circuit.

        It starts at a best constant, and goes on to a neighbour that is wrong less often, each as
        likely, until there is none.
        """
        losses = self.losses(function)
        low, high = self.edges[:, 0], self.edges[:, 1]
        down = losses[low] != losses[high]
        a, b = low[down], high[down]
        swap = losses[a] < losses[b]
        source, target = np.where(swap, b, a), np.where(swap, a, b)
        degrees = np.bincount(source, minlength=len(losses))
        chance = np.zeros(len(losses))
        starts = self.starts(function)
        chance[starts] = 1 / len(starts)
        for level in range(int(losses[starts[0]]), 0, -1):
            here = losses[source] == level
            s = source[here]
            np.add.at(chance, target[here], chance[s] / degrees[s])
        return chance


def _in_order(gates: frozenset[_Gate]) -> list[_Gate]:
    """Return gates such that each comes after those that it reads."""
    made = {gate[0]: gate for gate in gates}
    order: dict[_Gate, None] = {}

    def add(gate: _Gate) -> None:
        for wire in gate[1:3]:
            if wire in made:
                add(made[wire])
        order[gate] = None

    for gate in sorted(gates):
        add(gate)
    return list(order)


class _Editor:
    """The edits of circuits of n inputs and so many gates."""

    def __init__(self, inputs: int, most: int, edits: str) -> None:
        self.whole = (1 << (1 << inputs)) - 1
        self.inputs = [input_bits(inputs, i) for i in range(inputs)]
        self.most, self.edits = most, edits

    def value(self, table: int, a: int, b: int) -> int:
        found = 0
        if table & 1:
            found |= ~a & ~b
        if table & 2:
            found |= a & ~b
        if table & 4:
            found |= ~a & b
        if table & 8:
            found |= a & b
        return found & self.whole

    def made(
        self, rows: Sequence[tuple[int, int, int, int]], out: int, inverted: bool, before: int
    ) -> _Node | None:
        """Return the circuit of gates (name, operand, operand, table), normal; None if no move.

        Names are any numbers; those of inputs are their functions. Gates that do not reach the
        output are dropped, but no more than one of those that were there before.
        """
        values = dict(zip(self.inputs, self.inputs, strict=True))
        values[0] = 0
        read = {out}
        kept = []
        for row in reversed(rows):
            if row[0] in read:
                read |= {row[1], row[2]}
                kept.append(row)
        if len(kept) < before - 1:
            return None
        gates = set()
        seen = {0, *self.inputs}
        for name, a, b, table in reversed(kept):
            x, y = values[a], values[b]
            value = values[name] = self.value(table, x, y)
            # Inversions of operands and of the result go into the table.
            if x & 1:
                x ^= self.whole
                table = (table & 5) << 1 | (table & 10) >> 1
            if y & 1:
                y ^= self.whole
                table = (table & 3) << 2 | (table & 12) >> 2
            if table & 1:
                table ^= 15
                value ^= self.whole
            if value in seen:
                return None
            seen.add(value)
            if x > y:
                x, y = y, x
                table = table & 9 | (table & 2) << 1 | (table & 4) >> 1
            gates.add((value, x, y, table))
        result = values[out]
        return frozenset(gates), result ^ self.whole if inverted else result

    def moves(self, node: _Node) -> Iterator[_Node | None]:
        gates, value = node
        rows = _in_order(gates)
        inverted = bool(value & 1)
        out = value ^ self.whole if inverted else value
        wires = [*self.inputs, *(row[0] for row in rows)]
        size = len(rows)
        for wire in (0, *wires):
            for flip in (False, True):
                yield self.made(rows, wire, flip, size)
        for place, (name, a, b, table) in enumerate(rows):
            before, after = rows[:place], rows[place + 1 :]
            above = self._above(rows, name)
            free = [wire for wire in wires if wire not in above]
            if self.edits != "grow":
                for other in _TABLES:
                    if other != table:
                        yield self.made([*before, (name, a, b, other), *after], out, inverted, size)
            for side in (0, 1):
                kept = (a, b)[1 - side]
                read = (a, b)[side]
                for wire in free:
                    if self.edits == "all" and wire not in (a, b):
                        row = (name, wire, b, table) if side == 0 else (name, a, wire, table)
                        moved = self._sorted([*before, row, *after])
                        yield self.made(moved, out, inverted, size)
                    if size < self.most and wire != read:
                        for other in _TABLES:
                            new = (-1, read, wire, other)
                            row = (name, -1, kept, table) if side == 0 else (name, kept, -1, table)
                            moved = self._sorted([*before, new, row, *after])
                            yield self.made(moved, out, inverted, size)
        if size < self.most:
            pairs = [(out, wire) for wire in wires if wire != out]
            if not out:
                pairs = list(combinations(wires, 2))
            for one, wire in pairs:
                for other in _TABLES:
                    yield self.made([*rows, (-1, one, wire, other)], -1, inverted, size)

    @staticmethod
    def _above(rows: Sequence[tuple[int, int, int, int]], name: int) -> set[int]:
        """Return a wire and those that depend on it."""
        found = {name}
        for row in rows:
            if row[1] in found or row[2] in found:
                found.add(row[0])
        return found

    def _sorted(self, rows: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
        known, order, waiting = {0, *self.inputs}, [], list(rows)
        while waiting:
            for row in waiting:
                if row[1] in known and row[2] in known:
                    known.add(row[0])
                    order.append(row)
                    waiting.remove(row)
                    break
        return order


@lru_cache(maxsize=8)
def _graph(inputs: int, most: int, edits: str, effort: _Ends) -> EditGraph:
    editor = _Editor(inputs, most, edits)
    start: _Node = (frozenset(), 0)
    number = {start: 0}
    listed = [start]
    edges = set()
    for place, node in enumerate(listed):
        if not place % 200 and effort.effort.used_up():
            raise BudgetEnded
        for made in {*editor.moves(node)}:
            if made is None or made == node:
                continue
            other = number.setdefault(made, len(listed))
            if other == len(listed):
                listed.append(made)
            edges.add((min(place, other), max(place, other)))
    return EditGraph(
        inputs,
        np.array([len(gates) for gates, _ in listed], dtype=np.int64),
        np.array([value for _, value in listed], dtype=np.int64),
        np.array(sorted(edges), dtype=np.int64).reshape(-1, 2),
        tuple(gates for gates, _ in listed),
    )


class _Ends:
    """An effort that is no part of what a graph is known by."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ends)

    def __hash__(self) -> int:
        return 0


def edit_graph(
    inputs: int, most: int, edits: str = "all", effort: Effort | None = None
) -> EditGraph:
    """Return the graph of circuits of at most so many gates, over all operators of two operands.

    An edit, where `edits` allows it, changes the operator of a gate to any other of the ten; lets
    an operand read another wire, where that makes no loop; lets the output read another wire or a
    constant, in either polarity; puts a new gate between a wire and one that reads it, of that wire
    and another; or takes one out again. A gate that then no longer reaches the output is dropped,
    but no more than one; what is not reduced is no move.

    Arguments:
        inputs: n, at most 4.
        most: gates of a circuit, at most 4.
        edits: a name of `EDITS`.

    Raises `BudgetEnded`.

    >>> graph = edit_graph(2, 1)
    >>> len(graph.sizes), len(graph.edges)  # of 16 circuits each is an edit away from each
    (16, 120)
    """
    check_whole("inputs", inputs, 1, 4)
    check_whole("gates", most, 0, 4)
    return _graph(inputs, most, edits, _Ends(effort or Effort()))
