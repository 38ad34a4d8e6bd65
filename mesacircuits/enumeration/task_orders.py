"""The orders, for one task: which costs and depths are searched, whatever engine searches them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.orders import DEPTH, DEPTH_SIZE, PARETO, SIZE, SIZE_DEPTH

__all__ = ["Engine", "Plan", "Search", "cost_of"]


@dataclass(frozen=True)
class Plan:
    """Which engine searches, and why.

    Attributes:
        engine: what it is called.
        reason: why it was chosen; for SAT with the cost from which on it is asked.
    """

    engine: str = "exhaustive"
    reason: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the plan as JSON values."""
        return {"engine": self.engine, "reason": self.reason}

    def __str__(self) -> str:
        return self.engine + (f" ({self.reason})" if self.reason else "")


class Engine(Protocol):
    """What lists the circuits of one cost for a task."""

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""

    @property
    def plan(self) -> Plan:
        """What the engine is called, and why it was chosen."""

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth."""


def cost_of(circuit: Circuit, basis: Basis) -> int:
    """Return what the gates of a circuit cost together: their number, unless `basis` has costs.

    >>> from mesacircuits.circuits import B2
    >>> cost_of(Circuit.parse(2, "g1 = a & b; out = g1"), B2)
    1
    """
    if not basis.costs:
        return circuit.size
    return sum(basis.cost_of(gate.operator) for gate in circuit.gates)


@dataclass
class Search:
    """A search for all minima of a task under an order.

    Attributes:
        engine: lists the circuits of one cost.
        basis: says what circuits cost.
        order: one of `ORDERS`, not `formula`.
        find_least_depth: returns the least depth of any circuit for the task; asked once, where the
            order starts from it, and may raise `BudgetEnded`.
        cap: under `depth` the greatest cost allowed.
        within: also circuits of so much more cost than minimal, no deeper.
        exhausted: every circuit of at most this cost (and where depth comes first, of at most the
            depth looked at) was searched; -1 before any was.
        least: the cost of the minima, once that is known; for a front, of its smallest.
    """

    engine: Engine
    basis: Basis
    order: str
    find_least_depth: Callable[[], int] = int
    cap: int | None = None
    within: int = 0
    exhausted: int = -1
    least: int | None = None

    @property
    def plan(self) -> Plan:
        """Which engine searches, and why."""
        return self.engine.plan

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""
        return self.engine.tried

    def run(self) -> tuple[Circuit, ...]:
        """Return the minima; none if no circuit within the cap solves the task.

        Raises:
            BudgetEnded: if the budget ran out first.
        """
        if self.order in (SIZE, SIZE_DEPTH):
            return self._by_size()
        if self.order == DEPTH_SIZE:
            return self._from(0, self.find_least_depth())
        if self.order == DEPTH:
            return self._within_cap()
        assert self.order == PARETO
        return self._front()

    def _from(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        # All of the least cost from `cost` up, and within so much more.
        while not (found := self.engine.circuits(cost, depth)):
            self.exhausted = cost
            cost += 1
        self.least = self.exhausted = cost
        for more in range(1, self.within + 1):
            found += self.engine.circuits(cost + more, depth)
            self.exhausted = cost + more
        return found

    def _by_size(self) -> tuple[Circuit, ...]:
        found = self._from(0, None)
        if self.order == SIZE:
            return found
        flattest = min(c.depth for c in found if cost_of(c, self.basis) == self.least)
        return tuple(c for c in found if c.depth <= flattest)

    def _within_cap(self) -> tuple[Circuit, ...]:
        assert self.cap is not None  # the caller asks for it
        for depth in range(self.find_least_depth(), self.cap + 1):
            found: tuple[Circuit, ...] = ()
            for cost in range(self.cap + 1):
                found += self.engine.circuits(cost, depth)
            if found:
                self.exhausted = self.cap
                return found
        return ()

    def _front(self) -> tuple[Circuit, ...]:
        smallest = self._from(0, None)
        assert self.least is not None  # they were found
        depth = min(c.depth for c in smallest)
        found = tuple(c for c in smallest if c.depth == depth)
        before: int | None = None
        points: list[tuple[Circuit, ...]] = []
        for bound in range(self.find_least_depth(), depth):
            cost = self.least + 1
            while before is None or cost < before:
                listed = self.engine.circuits(cost, bound)
                if listed:
                    points.append(listed)
                    before = cost
                    break
                cost += 1
        return found + tuple(c for listed in reversed(points) for c in listed)
