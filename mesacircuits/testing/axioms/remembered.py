"""A definition that judges each subject once, however often it is asked."""

from __future__ import annotations

from typing import Any

from mesacircuits.definitions.definition import Definition, Judgement, Solver
from mesacircuits.definitions.own_definitions import DefinitionFailed, described, subject_text
from mesacircuits.definitions.registry import describe_definition
from mesacircuits.tasks import Task

__all__ = ["Remembered"]


class Remembered:
    """A definition that judges each subject once; else it is the definition.

    Arguments:
        definition: the definition.

    Whatever the definition raises is raised as `DefinitionFailed`, with the subject.

    >>> from mesacircuits.definitions import SearchLike
    >>> Remembered(SearchLike()).name
    'search-like'
    """

    # As the class has attributes of its own, those that every definition has are named here.
    name: str
    tag: str
    version: int
    formula: str
    source: str
    blind_to: str
    parameters: dict[str, int | str | None]

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._known: dict[tuple[Solver, str, str], Judgement] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.definition, name)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the judgement, as `Definition` has it."""
        key = solver, type(task).__name__, task.hash_hex
        if key not in self._known:
            try:
                self._known[key] = self.definition.judge(solver, task)
            except DefinitionFailed:
                raise
            except Exception as error:
                name = describe_definition(self.definition)
                problem = described(error)
                raise DefinitionFailed(name, subject_text(solver, task), problem) from error
        return self._known[key]
