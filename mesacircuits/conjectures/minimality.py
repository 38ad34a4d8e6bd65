"""Showing by SAT, without the engine that found it, that a circuit is minimal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration import DEPTH_SIZE, PARETO, SIZE, SIZE_DEPTH, Effort
from mesacircuits.enumeration.orders import checked_order
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.enumeration.sat import all_minima, circuit_cost, shallower_exists, smaller_exists
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, Task, WorldTask

__all__ = ["MOST_GATES", "SHOWN_BY_SAT", "best", "minima_by_sat", "minimal_by_sat", "parts_of"]

#: More gates than any example has; SAT shows no minimum of a third of it.
MOST_GATES = 64

#: The orders whose minima SAT shows to be minimal.
SHOWN_BY_SAT = (SIZE, DEPTH_SIZE, SIZE_DEPTH, PARETO)


def minimal_by_sat(
    tasks: Sequence[Task],
    basis: Basis,
    order: str,
    circuit: Circuit,
    effort: Effort,
    at_cost: str,
    at_depth: str,
) -> str:
    """Show that a circuit is minimal for a task that it solves, and return that in words.

    Arguments:
        tasks: the task, or the parts that make it up: one solved is the whole solved.
        basis: what circuits are built from.
        order: what minimal means: one of `SHOWN_BY_SAT`.
        circuit: the circuit.
        effort: the budget of SAT.
        at_cost, at_depth: the fields at fault if that does not hold.

    Raises:
        ArgumentError: for another order.
        CertificateError: if a smaller circuit, or a shallower one, solves a task.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> both = Circuit.parse(3, "g1 = a & b; g2 = c & g1; out = g2")
    >>> minimal_by_sat([parse_task("tt:3:80")], B2, "size", both, Effort(), "size", "depth")
    'by SAT over b2 no circuit of fewer than 2 gates solves the task'
    """
    checked_order(order, SHOWN_BY_SAT)
    cost, depth = circuit_cost(circuit, basis), circuit.depth
    less = "cheaper" if basis.costs else "smaller"
    for task in tasks:
        if order == DEPTH_SIZE and shallower_exists(task, basis, depth, effort) is not None:
            raise CertificateError(at_depth, "a shallower circuit solves the task")
        within = depth if order in (DEPTH_SIZE, PARETO) else None
        if smaller_exists(task, basis, cost, within, effort) is not None:
            alike = "" if within is None else " as shallow"
            raise CertificateError(at_cost, f"a {less} circuit{alike} solves the task")
        shallower = order in (SIZE_DEPTH, PARETO) and depth > 0
        if shallower and smaller_exists(task, basis, cost + 1, depth - 1, effort) is not None:
            raise CertificateError(at_depth, "a shallower circuit no larger solves the task")
    if order == DEPTH_SIZE:
        return f"by SAT over {basis} none shallower, and none {less} of depth {depth}"
    if order == PARETO:
        return f"by SAT over {basis} none {less} of depth {depth}, and none shallower no larger"
    bound = f"of less than cost {cost}" if basis.costs else f"of fewer than {counted(cost, 'gate')}"
    alike = ", and none shallower no larger" if order == SIZE_DEPTH else ""
    return f"by SAT over {basis} no circuit {bound} solves the task{alike}"


def parts_of(task: Task) -> tuple[Task, ...] | None:
    """Return tasks of which a circuit solves one just if it solves the task.

    They are the task itself, or, where whole policies are judged, the boxes of its policies; None
    if those are too many.

    >>> from mesacircuits.tasks import parse_task
    >>> len(parts_of(parse_task("tt:3:E8"))), len(parts_of(parse_task("thermostat")))
    (1, 1)
    """
    return task.boxes if isinstance(task, EpisodeTask | WorldTask) and task.joint else (task,)


def minima_by_sat(
    task: Task, basis: Basis, order: str, effort: Effort | None = None
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of a task, as SAT lists them, by cost and then written form.

    There are none if no circuit over the basis solves it.

    Raises:
        ArgumentError: for a task with too many boxes of policies.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(minima_by_sat(parse_task("tt:3:E8"), B2, "size"))
    51
    """
    parts = parts_of(task)
    if parts is None:
        raise ArgumentError("task", "one whose policies are few enough to list", str(task))
    listed = [
        all_minima(part, basis, order, effort=effort) for part in parts if is_solvable(part, basis)
    ]
    if len(listed) == 1:
        return listed[0]
    least = best(chain.from_iterable(listed), basis, order)
    return tuple(sorted(least, key=lambda c: (circuit_cost(c, basis), str(c))))


def best(circuits: Iterable[Circuit], basis: Basis, order: str) -> list[Circuit]:
    """Return those of some circuits that are minimal among them, each once.

    >>> from mesacircuits.circuits import B2
    >>> one = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> best([one, one, Circuit.parse(2, "g1 = a & b; g2 = a ^ g1; out = g2")], B2, "size") == [one]
    True
    """
    unlike = list(dict.fromkeys(circuits))
    keys = [(circuit_cost(c, basis), c.depth) for c in unlike]
    if order in (SIZE, DEPTH_SIZE):
        keys = [(cost, 0) if order == SIZE else (depth, cost) for cost, depth in keys]
    points = set(keys)
    if order == PARETO:
        least = {
            (c, d)
            for c, d in points
            if not any((a, b) != (c, d) and a <= c and b <= d for a, b in points)
        }
    else:
        least = {min(points)} if points else set()
    return [circuit for circuit, key in zip(unlike, keys, strict=True) if key in least]
