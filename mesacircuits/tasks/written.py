"""What a task may be written as in Python: the one place where the public interface reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.written import TABLE_FORMS, tables_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.parse import parse_task
from mesacircuits.tasks.policy_task import EpisodeTask, WorldTask
from mesacircuits.tasks.task import (
    MAX_TASK_OUTPUTS,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
)

__all__ = ["TaskLike", "as_task"]

#: What a task may be written as, besides one itself.
TaskLike: TypeAlias = Task | TruthTable | Circuit | str | int | Iterable[Any] | Callable[..., Any]

_TASKS = (FunctionTask, RelationTask, OptimisationTask, WorldTask, EpisodeTask)


def as_task(task: TaskLike, n: int | None = None) -> Task:
    """Return the task that a value states.

    Arguments:
        task: a task; text as `parse_task` reads it; a circuit, which is the task of computing its
            outputs; or one or several truth tables, in any of the forms of `tables_of`: a table, a
            number (with `n`), a list or array of 2^n bits from x = 0 on, a function of n bits of
            which the first is input a, a sympy expression.
        n: the number of inputs, which a number needs; None for what the value says itself.

    Raises `ArgumentError` for anything else, and where it is not certain what is meant.

    >>> print(as_task(0xE8, n=3), as_task([0, 0, 0, 1]), as_task(lambda a, b, c: a and not b))
    tt:3:E8 tt:2:8 tt:3:22
    >>> as_task(59624)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: task: expected the number of inputs beside a number, \
as in (0xE8, n=3), got 59624
    """
    if isinstance(task, _TASKS) or hasattr(type(task), "word_masks"):
        found = cast(Task, task)
        if n is not None and found.inputs != n:
            raise ArgumentError("task", f"{n} inputs, as n says", f"{found.inputs}")
        return found
    if isinstance(task, str):
        return parse_task(task, inputs=n)
    try:
        return FunctionTask(tables_of(task, n, "task", MAX_TASK_OUTPUTS))
    except ArgumentError as error:
        if error.expected == TABLE_FORMS:
            raise ArgumentError("task", f"a task, {TABLE_FORMS}", task) from None
        raise
