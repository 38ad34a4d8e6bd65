"""All minimal circuits, under several orders, by SAT."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.orders import (
    DEPTH,
    DEPTH_SIZE,
    PARETO,
    SIZE,
    SIZE_DEPTH,
    checked_order,
)
from mesacircuits.enumeration.sat.kinds import gate_kinds
from mesacircuits.enumeration.sat.search import Search, check_bounds, circuit_cost, search_for
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
    checked_order(order, (SIZE, DEPTH_SIZE, SIZE_DEPTH, DEPTH, PARETO))
    if order == DEPTH and cap is None:
        raise ArgumentError("cap", "the greatest size, under order depth", "none")
    if order in (DEPTH, PARETO) and slack:
        raise ArgumentError("slack", f"none under order {order}", slack)
    if cap is None:
        search.check_complete("a cap")
    wanted = _wanted(search, order, slack, cap)
    found = chain.from_iterable(search.every(*each) for each in wanted)
    return tuple(sorted(found, key=lambda c: (circuit_cost(c, basis), str(c))))


def _wanted(
    search: Search, order: str, slack: int, cap: int | None
) -> Iterator[tuple[int, int | None, bool]]:
    # The costs and depths of what is to be listed, and whether less is known not to do.
    least = search.least(_costs(0, cap), None)
    if least is None:
        return
    basis, bound = search.basis, None
    circuit: Circuit | None = least
    size = circuit_cost(least, basis)
    if order in (DEPTH, PARETO):
        front = list(_front(search, least, cap))
        if order == PARETO:
            yield from ((cost, deep, True) for cost, deep in front)
            return
        size, bound = front[-1]
        last = cap
    else:
        if order == SIZE_DEPTH:
            bound = least.depth
            while bound and search.at(size, bound - 1, least=True) is not None:
                bound -= 1
        elif order == DEPTH_SIZE:
            bound = _depth_of(search)
            if least.depth > bound:
                circuit = search.least(_costs(size, cap), bound)
            if circuit is None:
                return
            size = circuit_cost(circuit, basis)
        last = size + slack if cap is None else min(size + slack, cap)
    for cost in _costs(size, last):
        yield cost, bound, cost == size


def _costs(first: int, last: int | None) -> range | count[int]:
    return count(first) if last is None else range(first, last + 1)


def _depth_of(search: Search) -> int:
    for depth in count():
        if search.of_depth(depth) is not None:
            return depth
    raise AssertionError("the task has a circuit, so one of some depth")


def _front(search: Search, least: Circuit, cap: int | None) -> Iterator[tuple[int, int]]:
    # From the least size on, each time the least size of what is shallower. Without a cap only the
    # least depth of all ends this; with one, it is asked for where trees tell it soon.
    floor = _depth_of(search) if cap is None else 0
    point = circuit_cost(least, search.basis), least.depth
    while True:
        (cost, depth), circuit = point, None
        if depth > floor and _may_be_of_depth(search, depth - 1):
            circuit = search.least(_costs(cost, cap), depth - 1)
        if circuit is None:
            yield point
            return
        following = circuit_cost(circuit, search.basis), circuit.depth
        if following[0] > cost:
            yield point
        point = following


def _may_be_of_depth(search: Search, depth: int) -> bool:
    few = gate_kinds(search.basis).fan_in ** depth <= _FEW_LEAVES
    return not few or search.of_depth(depth) is not None


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
    least = search.least(_costs(0, cap), None)
    return () if least is None else tuple(_front(search, least, cap))
