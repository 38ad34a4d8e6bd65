"""The wires of a solver as definitions see them: what computes one function is one wire."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.truthtable import TruthTable
from mesacircuits.programs.unrolled import UnrolledProgram

__all__ = ["WireClasses", "wire_classes"]


class WireClasses:
    """The live wires of a solver, in classes of equal wires.

    A wire is *live* iff it drives an output or a live gate reads it. Two live wires are one class
    iff their tables on all 2^n inputs are equal or complementary. A class is numbered by its
    lowest wire and reads as that wire does; an intervention sets all its wires at once. So a copy
    of a gate, a doubled circuit and a buffer change nothing that is said of classes.

    What a wire costs is the set of gates in its cone, again as classes; those of inputs and
    constants cost nothing. A class *needs* a gate iff every wire of the class has it in its cone:
    a second way of computing the same makes nothing dearer.

    In a program every wire is a class of its own, for interventions are on single executions: what
    an instruction writes is 0 on inputs on which it is not executed, so results that mean nothing
    alike have equal tables. What counts there are executed instructions, each by itself.

    Attributes:
        members: for each class, under its lowest wire, its wires ascending.
        lowest: for each live wire the lowest of its class.
        inverted: for each live wire whether it is the inverse of the lowest of its class.
        needs: for each class the gates that it needs, named by the lowest of their class.
        constants: the classes that are constant on all inputs, of a circuit at most one.

    >>> from mesacircuits.circuits import Circuit
    >>> twice = Circuit.parse(2, "x = a & b; y = a & b; z = x & y; out = z")
    >>> classes = WireClasses(twice)
    >>> classes.members, classes.needs[2], classes.do(2, 0b0110)
    ({0: (0,), 1: (1,), 2: (2, 3, 4)}, frozenset({2}), {2: 6, 3: 6, 4: 6})
    """

    def __init__(self, wired: Wired) -> None:
        self._inputs, self._full = wired.inputs, (1 << (1 << wired.inputs)) - 1
        self.bits = wired.wire_bits()
        live = {output.wire for output in wired.outputs if output.wire >= 0}
        for wire in range(wired.wires - 1, wired.inputs - 1, -1):
            if wire in live:
                live.update(w for w in wired.gates[wire - wired.inputs].operands if w >= 0)
        self._program = program = isinstance(wired, UnrolledProgram)
        first: dict[int, int] = {}
        members: dict[int, list[int]] = {}
        self.lowest: dict[int, int] = {}
        self.inverted: dict[int, bool] = {}
        for wire in sorted(live):
            table = min(self.bits[wire], self.bits[wire] ^ self._full)
            lowest = wire if program else first.setdefault(table, wire)
            members.setdefault(lowest, []).append(wire)
            self.lowest[wire] = lowest
            self.inverted[wire] = self.bits[wire] != self.bits[lowest]
        self.members = {lowest: tuple(wires) for lowest, wires in members.items()}
        self.constants = frozenset(w for w in self.members if self.bits[w] in (0, self._full))
        free = {w for w in self.members if w < wired.inputs} | self.constants
        self._cones = {
            wire: wired.cones[wire]
            if program
            else frozenset(self.lowest[gate] for gate in wired.cones[wire]) - free
            for wire in live
        }
        self.needs = {
            lowest: frozenset.intersection(*(self._cones[wire] for wire in wires))
            for lowest, wires in self.members.items()
        }
        below: dict[int, frozenset[int]] = {}
        for wire in range(wired.wires):
            read = wired.gates[wire - wired.inputs].operands if wire >= wired.inputs else ()
            below[wire] = frozenset({wire}).union(*(below[w] for w in read if w >= 0))
        self._fed_by = {
            lowest: frozenset(
                self.lowest[w] for wire in wires for w in below[wire] if w in self.lowest
            )
            for lowest, wires in self.members.items()
        }

    def feeds(self, source: int, target: int) -> bool:
        """Return whether a path leads from some wire of one class to some wire of another.

        A class feeds itself.
        """
        return source in self._fed_by[target]

    def cost(self, classes: Iterable[int]) -> frozenset[int]:
        """Return the gates that some of the classes need."""
        return frozenset().union(*(self.needs[lowest] for lowest in classes))

    def reach(self, classes: Iterable[int]) -> int:
        """Return on how many inputs some of the classes depends, less one: gates to compute a bit.

        Of a program, which asks for utilities instead of reading inputs, what the classes need.
        """
        if self._program:
            return len(self.cost(classes))
        tables = [TruthTable(self._inputs, self.bits[lowest]) for lowest in classes]
        return len({place for table in tables for place in table.support()}) - 1

    def cone(self, classes: Iterable[int]) -> frozenset[int]:
        """Return the gates in the cone of any wire of the classes, needed or not."""
        return frozenset().union(
            *(self._cones[wire] for lowest in classes for wire in self.members[lowest])
        )

    def do(self, lowest: int, table: int) -> dict[int, int]:
        """Return the tables of all wires of a class when its lowest is set to a table."""
        return {
            wire: table ^ (self._full if self.inverted[wire] else 0)
            for wire in self.members[lowest]
        }


@lru_cache(maxsize=256)
def wire_classes(wired: Wired) -> WireClasses:
    """Return the classes of a solver's live wires (see `WireClasses`), kept for the next asker."""
    return WireClasses(wired)
