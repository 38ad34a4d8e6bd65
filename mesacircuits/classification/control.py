"""Control-like: the solver acts on a world to drive an error to null (intervene on the world)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mesacircuits.classification.definition import (
    CONTROL_LIKE,
    Judgement,
    Solver,
    definition_record,
)
from mesacircuits.tasks import Task

__all__ = ["ControlLike"]


@dataclass(frozen=True, slots=True)
class ControlLike:
    """The default definition of control. It needs a task with a world to act in.

    Function tasks have no world, so on them it answers that it does not apply: the judgement has
    no score.

    Source: A. Demski, *Mesa-Search vs Mesa-Control*, 2020.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> c = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> ControlLike().judge(c, parse_task("expr:a & b")).note
    'not applicable: the task has no world'
    """

    name: ClassVar[str] = "control-like"
    tag: ClassVar[str] = CONTROL_LIKE
    version: ClassVar[int] = 1
    source: ClassVar[str] = "Demski 2020"
    formula: ClassVar[str] = (
        "a cut of wires carries an error that alone decides the action; while it is not null every "
        "closed-loop step lowers a ranking of the world's states (only for tasks with a world)"
    )
    blind_to: ClassVar[str] = "tasks without a world"

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """No dials."""
        return {}

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return that the definition does not apply: a function task has no world."""
        return Judgement(
            definition_record(self),
            self.tag,
            None,
            note="not applicable: the task has no world",
        )
