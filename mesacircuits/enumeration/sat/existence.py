"""Whether a circuit exists: least size, least depth, and proofs that nothing less will do."""

from __future__ import annotations

from itertools import count

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.enumeration.sat.search import Search
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = [
    "check_bounds",
    "minimum_depth",
    "minimum_depth_size",
    "minimum_size",
    "search_for",
    "shallower_exists",
    "smaller_exists",
    "solve_size",
]


def check_bounds(**bounds: int | None) -> None:
    """Raise `ArgumentError` for a bound that is neither None nor a whole number from 0 on."""
    for argument, value in bounds.items():
        if value is not None and (type(value) is not int or value < 0):
            raise ArgumentError(argument, "a whole number, not negative", value)


def search_for(task: Task, basis: Basis, effort: Effort | None) -> Search:
    """Return the search for a task; raises `ArgumentError` for one that it cannot take.

    Where whole policies are judged, the words that are possible on each input do not say which go
    together: such a task is asked box by box.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> search_for(parse_task("bandit"), B2, None)
    Traceback (most recent call last):
        ...
    mesacircuits.errors.ArgumentError: task: expected a function or relation, such as each of its \
boxes, got bandit
    """
    if task.joint:
        raise ArgumentError("task", "a function or relation, such as each of its boxes", str(task))
    return Search(task, basis, effort or Effort())


def solve_size(
    task: Task, basis: Basis, size: int, depth: int | None = None, effort: Effort | None = None
) -> Circuit | None:
    """Return a reduced circuit of exactly `size` gates that solves the task, or None.

    None is a proof that there is no *reduced* one of this size and depth; there may be smaller
    ones (see `smaller_exists`), as a function may have a circuit of 1 gate but no reduced one of 6.

    Arguments:
        task: of at most six inputs: any function or relation, total or on a support.
        basis: what it is built from.
        size: the number of gates; what they cost together, if the basis has costs.
        depth: the greatest depth allowed; None for any.
        effort: the means; only its budget counts. By default there is no limit.

    Returns the circuit as a canonical chain. Raises `ArgumentError` for a negative size or depth,
    more than six inputs, or a basis without gates of fan-in at most 3, and `BudgetEnded` when the
    budget is used up.

    Source: Kojevnikov, Kulikov, Yaroslavtsev, SAT 2009.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> print(solve_size(parse_task("expr:a ^ b"), B2, 1))
    g1 = a ^ b; out = g1
    >>> solve_size(parse_task("tt:3:E8"), B2, 3) is None
    True
    """
    check_bounds(size=size, depth=depth)
    return search_for(task, basis, effort).at(size, depth)


def smaller_exists(
    task: Task, basis: Basis, size: int, depth: int | None = None, effort: Effort | None = None
) -> Circuit | None:
    """Return a circuit of fewer than `size` gates that solves the task, or None as a proof.

    Every size from 0 up is asked, so the circuit returned is one of least size; where none is, no
    reduced circuit has fewer than `size` gates (or costs less) and depth at most `depth`. This also
    ends where the task has no circuit at all, as with monotone bases.

    Arguments and errors as for `solve_size`. Source: the same.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.circuits.bases import MONOTONE
    >>> from mesacircuits.tasks import parse_task
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 4) is None
    True
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 5).size
    4
    >>> smaller_exists(parse_task("expr:a & ~b"), MONOTONE, 6) is None
    True
    """
    check_bounds(size=size, depth=depth)
    return search_for(task, basis, effort).least(range(size), depth)


def shallower_exists(
    task: Task, basis: Basis, depth: int, effort: Effort | None = None
) -> Circuit | None:
    """Return a circuit of depth less than `depth`, of any size, that solves the task, or None.

    None is a proof: each reduced circuit of depth d unfolds, output by output, into formulas that
    fit complete trees of height d, and there are no such formulas.

    Arguments and errors as for `solve_size`. Returns a reduced circuit as a canonical chain.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 2) is None
    True
    >>> print(shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 3).depth)
    2
    """
    check_bounds(depth=depth)
    search = search_for(task, basis, effort)
    return search.of_depth(depth - 1) if depth else None


def minimum_size(task: Task, basis: Basis, effort: Effort | None = None) -> tuple[int, Circuit]:
    """Return the least size C (or cost) of a circuit that solves the task, and one such circuit.

    Arguments and errors as for `solve_size`; every size below C is refuted. The basis must build
    every function, or the search might not end; of others ask `smaller_exists`.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_size(parse_task("expr:a ^ b ^ c"), AIG)[0]
    6
    """
    search = search_for(task, basis, effort)
    search.check_complete("smaller_exists")
    circuit = search.least(count(), None)
    assert circuit is not None  # the basis is complete
    return circuit_cost(circuit, basis), circuit


def minimum_depth(task: Task, basis: Basis, effort: Effort | None = None) -> tuple[int, Circuit]:
    """Return the least depth D of a circuit that solves the task, and such a circuit.

    Arguments and errors as for `minimum_size`; depth D - 1 is refuted.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth(parse_task("expr:a ^ b ^ c"), AIG)[0]
    4
    """
    search = search_for(task, basis, effort)
    search.check_complete("shallower_exists")
    for depth in count():
        circuit = search.of_depth(depth)
        if circuit is not None:
            return depth, circuit
    raise AssertionError("a complete basis has a circuit of some depth")


def minimum_depth_size(
    task: Task, basis: Basis, effort: Effort | None = None
) -> tuple[int, int, Circuit]:
    """Return the least depth D, the least size (or cost) at depth D, and one such circuit.

    Arguments and errors as for `minimum_size`; depth D - 1, and smaller sizes at D, are refuted.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth_size(parse_task("tt:3:E8"), B2)[:2]
    (3, 4)
    """
    depth, _ = minimum_depth(task, basis, effort)
    circuit = search_for(task, basis, effort).least(count(), depth)
    assert circuit is not None  # one of this depth is at hand
    return depth, circuit_cost(circuit, basis), circuit
