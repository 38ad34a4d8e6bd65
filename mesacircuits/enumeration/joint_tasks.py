"""Tasks that accept or refuse whole policies: worlds and episodes, by way of relations.

What a world accepts is no relation: all left may do, and all right, but no mixture. Two ways lead
to all minimal circuits all the same. Either the acceptable policies are listed as disjoint
relations, the task's `boxes`; a circuit solves the task iff it solves one of them, and never two.
Or the circuits of the least relation that contains them, the *hull*, are listed, and those kept
that the task itself accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Protocol

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.orders import SIZE, SIZE_DEPTH
from mesacircuits.enumeration.reach import builds_all, is_solvable
from mesacircuits.enumeration.task_orders import Engine, Plan
from mesacircuits.enumeration.task_search import keys_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    WorldTask,
)

__all__ = ["DepthEngine", "Filtered", "OneOfMany", "plain_task", "planned_jointly"]

#: More boxes than this are searched one by one only where the hull will not do.
_FEW = 64
#: The longest list of a hull's circuits after which the next is asked for.
_MOST_LISTED = 1 << 18
#: The hull is searched if it holds at most so many policies for each acceptable one.
_LOOSEST = 1 << 10


class DepthEngine(Engine, Protocol):
    """An engine that also settles least depths."""

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for the task."""


def plain_task(task: Task) -> Task:
    """Return the function or relation that a task asks for, if it asks for one; else the task.

    >>> from mesacircuits.tasks import parse_task
    >>> larger = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, 1)))
    >>> str(plain_task(larger)), plain_task(parse_task("thermostat")).joint
    ('tt:1:1@1', True)
    """
    relation: RelationTask | None = None
    if isinstance(task, OptimisationTask):
        relation = task.relation()
    elif isinstance(task, WorldTask) and not task.joint and task.boxes:
        relation = task.boxes[0]
    if relation is None:
        return task
    return relation.to_function() if relation.is_function() else relation


class OneOfMany:
    """The circuits that solve one of several relations, no two of which share a solution.

    Arguments:
        engines: for each relation an engine.
    """

    def __init__(self, engines: Sequence[DepthEngine]) -> None:
        self.engines = tuple(engines)

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""
        return sum(engine.tried for engine in self.engines)

    @property
    def plan(self) -> Plan:
        """The plan of the first engine that had recourse to SAT, else of the first of all."""
        plans = [engine.plan for engine in self.engines]
        if not plans:
            return Plan(reason="no policy is acceptable")
        plan = next((p for p in plans if "sat" in p.engine), plans[0])
        if len(plans) == 1:
            return plan
        return Plan(plan.engine, f"{len(plans)} relations of acceptable policies; {plan.reason}")

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth."""
        found = [c for engine in self.engines for c in engine.circuits(cost, depth)]
        return tuple(sorted(found, key=keys_of))

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for one of the relations."""
        return min(engine.find_least_depth() for engine in self.engines)


class Filtered:
    """The circuits of a hull that the task accepts, each policy judged once.

    A hull that is far wider than the task has too many circuits to list; after one list of more
    than 2^18 the search is given up, as if its budget had ended.

    Arguments:
        engine: lists the circuits of the hull.
        task: decides.
        effort: its budget.
    """

    def __init__(self, engine: Engine, task: Task, effort: Effort) -> None:
        self.engine, self.task, self.effort = engine, task, effort
        self.judged: dict[tuple[int, ...], bool] = {}
        self.listed = 0

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""
        return self.engine.tried

    @property
    def plan(self) -> Plan:
        """The plan for the hull."""
        plan = self.engine.plan
        how = "whole policies judged one by one"
        if self.listed > _MOST_LISTED:
            how += ", given up for there are too many"
        return Plan(plan.engine, f"{how}; {plan.reason}")

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth.

        Raises:
            BudgetEnded: if the budget ran out, or the last list was too long to go on.
        """
        if self.listed > _MOST_LISTED:
            raise BudgetEnded
        listed = self.engine.circuits(cost, depth)
        self.listed = len(listed)
        return tuple(c for c in listed if self._accepts(c))

    def _accepts(self, circuit: Circuit) -> bool:
        tables = tuple(circuit.output_bits())
        if tables not in self.judged:
            if self.effort.used_up():
                raise BudgetEnded
            self.judged[tables] = self.task.solved_by(circuit)
        return self.judged[tables]

    def find_least_depth(self) -> int:
        """Raise `ArgumentError`: a circuit of the hull may be flatter than any that is accepted."""
        raise ArgumentError("order", f"{SIZE} or {SIZE_DEPTH}, for so many policies", "another")


def planned_jointly(
    task: Task,
    basis: Basis,
    order: str,
    engine_for: Callable[[Task], DepthEngine],
    effort: Effort,
) -> tuple[DepthEngine, bool]:
    """Return the engine for a task that judges whole policies, and whether it has any circuit.

    Arguments:
        task: a world or an episode.
        basis: over which circuits are sought.
        order: one of `ORDERS`. Those that start from depth search the boxes, whose least depth is
            the least of theirs; else the hull is searched where there are many boxes, or few of its
            policies are not acceptable.
        engine_for: makes the engine for a function or relation task.
        effort: the means of the search.

    Raises `ArgumentError` for an order that starts from depth where the boxes are too many to list;
    and for an effort without budget if they are, and it is not known that there is a circuit.
    """
    assert isinstance(task, WorldTask | EpisodeTask)
    endless = effort.seconds is None and effort.nodes is None
    hull_serves = order in (SIZE, SIZE_DEPTH)
    if task.boxes is not None:
        boxes = [_as_function(box) for box in task.boxes]
        few = len(boxes) <= _FEW and not _is_tight(task.boxes, task.word_masks)
        if not hull_serves or few or len(boxes) <= 1 or not builds_all(basis):
            solvable = [box for box in boxes if is_solvable(box, basis)]
            return OneOfMany([engine_for(box) for box in solvable]), bool(solvable)
    elif not hull_serves:
        expected = f"{SIZE} or {SIZE_DEPTH}, for a task that accepts so many policies"
        raise ArgumentError("order", expected, order)
    elif task.solvable is False:
        return OneOfMany(()), False
    elif endless and not (task.solvable and builds_all(basis)):
        expected = "a number of seconds, for it is not known whether any circuit solves the task"
        raise ArgumentError("budget", expected, "none")
    hull = RelationTask.from_word_masks(task.inputs, task.word_masks)
    return Filtered(engine_for(hull), task, effort), True


def _is_tight(boxes: Sequence[RelationTask], masks: Sequence[int]) -> bool:
    accepted = sum(prod(len(words) for words in box.accept) for box in boxes)
    inputs = range(1 << boxes[0].inputs) if boxes else ()
    in_hull = prod(sum(mask >> x & 1 for mask in masks) for x in inputs)
    return in_hull <= _LOOSEST * accepted


def _as_function(box: RelationTask) -> FunctionTask | RelationTask:
    # Engines know functions of one output better.
    return box.to_function() if box.is_function() else box
