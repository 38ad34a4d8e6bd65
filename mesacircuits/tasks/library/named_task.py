"""What a named task is: a family of tasks, its parameters, and how a member is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mesacircuits.call import Call, Parameter, Value, read_all
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.relation import RelationTask

__all__ = ["TOPICS", "NamedTask"]

#: The topics in the order in which they are listed, and what each holds.
TOPICS = {
    "search": "pick a candidate that scores high, or one that satisfies",
    "arithmetic": "the standard blocks: one word per input",
    "tables": "truth tables drawn by a seed, without structure",
    "agents": "predict what an agent does, and a control of equal size",
    "games": "positions of small games and their best moves",
    "worlds": "act in a closed loop until a target is reached and kept",
    "episodes": "earn reward while a hidden parameter is learned",
}


@dataclass(frozen=True)
class NamedTask:
    """A named family of tasks, one for each setting of its parameters.

    Arguments:
        name: by which texts call it, words joined by hyphens.
        topic: a name of `TOPICS`.
        description: one sentence.
        text: the definition: inputs and their order, words, what is acceptable.
        source: where the task comes from in the literature.
        parameters: in the order in which they are written.
        builder: makes the task from one keyword argument for each parameter, values as `read`
            returns them. It raises `ArgumentError`, naming a parameter, for settings that do not
            go together, and leaves the label to `build`.
        picture: a picture of its own, in plain text of at most 80 columns, from the same
            arguments; None for that of `draw_task`.

    >>> from mesacircuits.tasks.library import LIBRARY
    >>> LIBRARY["parity"].build(bits=2)
    FunctionTask((TruthTable(inputs=2, bits=0x6),))
    """

    name: str
    topic: str
    description: str
    text: str
    source: str
    parameters: tuple[Parameter, ...]
    builder: Callable[..., AnyTask]
    picture: Callable[..., str] | None = None

    def settings(self, /, **values: Value) -> dict[str, Value]:
        """Return the value of every parameter, those not given at their defaults.

        Raises `ArgumentError` for an unknown parameter, with the nearest known one, or a bad value.
        """
        try:
            given = read_all(f"parameter of {self.name}", self.parameters, values)
        except ArgumentError as error:
            raise self._about(error) from None
        return {parameter.name: parameter.default for parameter in self.parameters} | given

    def label(self, /, **values: Value) -> str:
        """Return the text that names the task with these parameters, defaults left out.

        >>> from mesacircuits.tasks.library import LIBRARY
        >>> LIBRARY["parity"].label(bits="04"), LIBRARY["parity"].label(bits=3)
        ('parity(bits=4)', 'parity')
        """
        settings = self.settings(**values)
        usual = {parameter.name: parameter.default for parameter in self.parameters}
        return str(Call(self.name, {p: v for p, v in settings.items() if v != usual[p]}))

    def build(self, /, **values: Value) -> AnyTask:
        """Return the task with these parameters, labelled with the text that names it.

        Raises `ArgumentError` for an unknown parameter, a bad value, or values that do not go
        together; the error names the task and the parameter.
        """
        try:
            task = self.builder(**self.settings(**values))
        except ArgumentError as error:
            raise self._about(error) from error
        return task if isinstance(task, RelationTask) else replace(task, label=self.label(**values))

    def draw(self, /, **values: Value) -> str:
        """Return a picture of the task with these parameters, in plain text of 80 columns.

        >>> from mesacircuits.tasks.library import LIBRARY
        >>> print(LIBRARY["tic-tac-toe"].draw(moves=1).lstrip())
        0     1     2
         ...   .*.   *.*
         .*.   .*.   .X.
         ..X   *X*   *.*
        O is to move; * is a best move
        """
        task = self.build(**values)
        if self.picture is not None:
            return self.picture(**self.settings(**values))
        from mesacircuits.tasks.drawing import draw_task

        return draw_task(task)

    def _about(self, error: ArgumentError) -> ArgumentError:
        if error.argument.startswith(("task", "parameter of")):
            return error
        return ArgumentError(f"task {self.name}, {error.argument}", error.expected, error.got)

    def to_json(self) -> dict[str, Any]:
        """Return what is known of the family as JSON values."""
        names = ("name", "topic", "description", "text", "source")
        record: dict[str, Any] = {name: getattr(self, name) for name in names}
        return record | {"parameters": [parameter.to_json() for parameter in self.parameters]}
