"""All minimal circuits, under several orders, by SAT."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.sat.existence import check_bounds, search_for
from mesacircuits.enumeration.sat.kinds import gate_kinds
from mesacircuits.enumeration.sat.search import Search, circuit_cost
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = ["SAT_ORDERS", "all_circuits", "all_minima", "pareto_front"]

#: The orders that `all_minima` knows, with what each means; `size` is cost where gates have costs.
SAT_ORDERS = {
    "size": "least size",
    "depth-size": "least depth, and among those least size",
    "size-depth": "least size, and among those least depth",
    "depth": "least depth among circuits of at most a given size",
    "pareto": "no circuit is as small and as shallow, and smaller or shallower",
}

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
    order: str = "size",
    slack: int = 0,
    cap: int | None = None,
    effort: Effort | None = None,
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of the task under `order`, sorted by size, then written form.

    Arguments:
        task, basis, effort: as for `solve_size`.
        order: a name of `SAT_ORDERS`.
        slack: how far from minimal a circuit may be in what the order names last: in size under
            `size` and (at least depth) `depth-size`, in depth under (at least size) `size-depth`
            and `depth`; none under `pareto`.
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
    if order not in SAT_ORDERS:
        raise ArgumentError("order", f"one of {', '.join(SAT_ORDERS)}", order)
    if order == "depth" and cap is None:
        raise ArgumentError("cap", "the greatest size, under order depth", "none")
    if order == "pareto" and slack:
        raise ArgumentError("slack", "none under order pareto", slack)
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
    size, depth = circuit_cost(least, search.basis), least.depth
    if order == "size":
        for cost in _costs(size, size + slack if cap is None else min(size + slack, cap)):
            yield cost, None, cost == size
    elif order == "size-depth":
        while search.at(size, depth - 1, least=True) is not None:
            depth -= 1
        yield size, depth + slack, True
    elif order == "depth-size":
        depth = _depth_of(search)
        circuit = least if least.depth == depth else search.least(_costs(size, cap), depth)
        if circuit is not None:
            size = circuit_cost(circuit, search.basis)
            for cost in _costs(size, size + slack if cap is None else min(size + slack, cap)):
                yield cost, depth, cost == size
    else:
        front = list(_front(search, least, cap))
        if order == "pareto":
            yield from ((cost, deep, True) for cost, deep in front)
        else:
            deepest = front[-1][1] + slack
            first = next(cost for cost, deep in front if deep <= deepest)
            for cost in _costs(first, cap):
                yield cost, deepest, cost == first


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
    circuit: Circuit | None = least
    point = circuit_cost(least, search.basis), least.depth
    while True:
        cost, depth = point
        circuit = None
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
    >>> pareto_front(parse_task("tt:4:0168"), B2)
    ((5, 4), (6, 3))
    """
    check_bounds(cap=cap)
    search = search_for(task, basis, effort)
    if cap is None:
        search.check_complete("a cap")
    least = search.least(_costs(0, cap), None)
    return () if least is None else tuple(_front(search, least, cap))
