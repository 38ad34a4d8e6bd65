"""Showing by SAT, without the engine that found it, that a circuit is minimal."""

from __future__ import annotations

from collections.abc import Sequence

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.sat import shallower_exists, smaller_exists
from mesacircuits.errors import CertificateError
from mesacircuits.tables import counted
from mesacircuits.tasks import Task

__all__ = ["minimal_by_sat"]


def minimal_by_sat(
    tasks: Sequence[Task],
    basis: Basis,
    cost: int,
    depth: int | None,
    effort: Effort,
    at_cost: str,
    at_depth: str,
) -> str:
    """Show that no circuit of less cost solves any of the tasks, and return that in words.

    Arguments:
        tasks: the task, or the parts that make it up: one solved is the whole solved.
        basis: what circuits are built from.
        cost: the cost of the circuit that is called minimal; the number of gates, without weights.
        depth: its depth, if depth comes first: then none is shallower, and no other of this depth
            costs less. Else None.
        effort: the budget of SAT.
        at_cost, at_depth: the fields at fault if that does not hold.

    Raises:
        CertificateError: if a smaller circuit, or a shallower one, solves a task.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> minimal_by_sat([parse_task("tt:3:E8")], B2, 4, None, Effort(), "size", "depth")
    'by SAT over b2 no circuit of fewer than 4 gates solves the task'
    """
    less = "cheaper" if basis.costs else "smaller"
    for task in tasks:
        if depth is not None and shallower_exists(task, basis, depth, effort) is not None:
            raise CertificateError(at_depth, "a shallower circuit solves the task")
        if smaller_exists(task, basis, cost, depth, effort) is not None:
            alike = "" if depth is None else " as shallow"
            raise CertificateError(at_cost, f"a {less} circuit{alike} solves the task")
    if depth is not None:
        return f"by SAT over {basis} none shallower, and none {less} of depth {depth}"
    bound = f"of less than cost {cost}" if basis.costs else f"of fewer than {counted(cost, 'gate')}"
    return f"by SAT over {basis} no circuit {bound} solves the task"
