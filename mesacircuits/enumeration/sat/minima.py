"""All minimal circuits, under several orders, by SAT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from math import inf

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.orders import (
    ORDERS,
    PARETO,
    SIZE,
    Asked,
    Point,
    answered,
    checked_order,
    circuit_cost,
    circuit_orders,
)
from mesacircuits.enumeration.sat.encodings import gate_kinds
from mesacircuits.enumeration.sat.search import Search, check_bounds, search_for
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = ["all_circuits", "all_minima", "pareto_front"]

# A tree of so many leaves is refuted far sooner than chains of every size.
_FEW_LEAVES = 16


def all_circuits(
    task: Task,
    basis: Basis,
    cost: int,
    depth: int | None = None,
    effort: Effort | None = None,
) -> Iterator[Circuit]:
    """Yield every reduced circuit of exactly this cost that solves the task, each exactly once.

    Circuits come as canonical chains, in no stated order. With slack, two output assignments on
    one graph are two circuits.

    Arguments and errors as for `solve_size`, `cost` being its size; wrong arguments raise at once.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(list(all_circuits(parse_task("tt:3:E8"), B2, 4)))
    51
    """
    check_bounds(cost=cost, depth=depth)
    return search_for(task, basis, effort).every(cost, depth)


def all_minima(
    task: Task,
    basis: Basis,
    order: str = SIZE,
    slack: int = 0,
    cap: int | None = None,
    effort: Effort | None = None,
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of the task under `order`, sorted by size, then written form.

    Arguments:
        task, basis, effort: as for `solve_size`.
        order: one of `ORDERS`, other than `formula`.
        slack: also circuits of so much more size (or cost) than minimal, no deeper than the minima
            where depth counts; not under `depth`, whose cap says it, nor `pareto`.
        cap: the greatest size (or cost) that is considered. `depth` needs one, as it alone bounds
            what is listed; so does a basis that does not build every function. None for no bound.

    Returns the circuits; none if no circuit within `cap` solves the task.

    Raises `ArgumentError` for an unknown order, or a cap that lacks, and as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(all_minima(parse_task("tt:3:CA"), B2)), len(all_minima(parse_task("tt:4:6996"), B2))
    (6, 15)
    >>> [str(c) for c in all_minima(parse_task("expr:a & b & c & d"), B2, "size-depth")][0]
    'g1 = a & b; g2 = c & d; g3 = g1 & g2; out = g3'
    """
    check_bounds(slack=slack, cap=cap)
    search = search_for(task, basis, effort)
    checked_order(order, circuit_orders())
    if ORDERS[order].takes_cap and cap is None:
        raise ArgumentError("cap", "the greatest size, under order depth", "none")
    if slack and not ORDERS[order].takes_within:
        raise ArgumentError("slack", f"none under order {order}", slack)
    if cap is None:
        search.check_complete("a cap")
    answers = _Answers(search, cap)
    points = answers.points(order)
    for cost, bound in points[:1]:
        last = cost + slack if cap is None else min(cost + slack, cap)
        points += [(more, bound) for more in range(cost + 1, last + 1)]
    found = chain.from_iterable(
        search.every(cost, bound, answers.is_least(cost, bound)) for cost, bound in points
    )
    return tuple(sorted(found, key=lambda c: (circuit_cost(c, basis), str(c))))


@dataclass
class _Answers:
    """Answers the questions of an order, one circuit at a time.

    Attributes:
        none: by cost, the greatest depth bound within which no circuit has it.
        met: by question, the depth of a circuit.
    """

    search: Search
    cap: int | None
    none: dict[int, float] = field(default_factory=dict)
    met: dict[Point, int] = field(default_factory=dict)

    def points(self, order: str) -> list[Point]:
        """Return the costs and depth bounds of all minima; none if the cap allows none."""
        questions = ORDERS[order].questions
        assert questions is not None  # it is an order of circuits
        if self.cap is not None and not any(
            self.depth(cost, None) is not None for cost in range(self.cap + 1)
        ):
            return []
        asked = Asked(self._least_depth, self.cap, self._floor)
        return answered(questions(asked), self.depth)

    def depth(self, cost: int, bound: int | None) -> int | None:
        """Return the depth of a circuit of exactly this cost within a bound, None without one."""
        if self._is_none(cost, bound) or (cost, bound) in self.met:
            return self.met.get((cost, bound))
        circuit = self.search.at(cost, bound, self.is_least(cost, bound))
        if circuit is None:
            self.none[cost] = inf if bound is None else bound
            return None
        self.met[cost, bound] = circuit.depth
        return circuit.depth

    def _is_none(self, cost: int, bound: int | None) -> bool:
        return self.none.get(cost, -1) >= (inf if bound is None else bound)

    def is_least(self, cost: int, bound: int | None) -> bool:
        """Return whether it is known that nothing cheaper does within the bound."""
        return all(self._is_none(cheaper, bound) for cheaper in range(cost))

    def _least_depth(self) -> int:
        return next(depth for depth in count() if self.search.of_depth(depth) is not None)

    def _floor(self) -> int:
        # With a cap, the least depth is asked for where trees tell it soon.
        if self.cap is None:
            return self._least_depth()
        fan_in, depth = gate_kinds(self.search.basis).fan_in, 0
        while fan_in**depth <= _FEW_LEAVES and self.search.of_depth(depth) is None:
            depth += 1
        return depth


def pareto_front(
    task: Task, basis: Basis, cap: int | None = None, effort: Effort | None = None
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of size (or cost) and depth that no circuit beats, by ascending size.

    A circuit beats a pair if it is as small and as shallow, and smaller or shallower.

    Arguments:
        task, basis, effort: as for `solve_size`.
        cap: the greatest size considered, needed if the basis does not build every function.

    Returns the pairs; none if no circuit within `cap` solves the task. Raises as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> pareto_front(parse_task("expr:a & (b | c & (d | e))"), B2)
    ((4, 4), (5, 3))
    """
    check_bounds(cap=cap)
    search = search_for(task, basis, effort)
    if cap is None:
        search.check_complete("a cap")
    return tuple((cost, bound or 0) for cost, bound in _Answers(search, cap).points(PARETO))
