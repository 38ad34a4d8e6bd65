"""What a named task is: a family of tasks, its parameters, and how a member is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.rationals import rational_from, rational_text
from mesacircuits.tasks.relation import RelationTask

__all__ = ["ABSENT", "TOPICS", "NamedTask", "Parameter", "Value"]

#: What a parameter may be.
Value = int | str | Fraction

#: How the absence of a value is written, where a parameter may be absent.
ABSENT = "-"

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
class Parameter:
    """A parameter of a named task.

    Arguments:
        name: its name, words joined by underscores; callers may write hyphens.
        default: its value unless another is given; None if it may be absent, written `-`.
        doc: one line that says what it does.
        values: all that it may be, if they are listed: texts, or texts and numbers.
        least, most: else the range of a whole number, or of a rational if one of `default`,
            `least` and `most` is a `Fraction`.

    >>> Parameter("bits", 3, "how many inputs", least=1, most=6).read("4")
    4
    >>> Parameter("good", Fraction(3, 4), "chance", least=0, most=1).read("2/3")
    Fraction(2, 3)
    """

    name: str
    default: Value | None
    doc: str
    values: tuple[Value, ...] = ()
    least: int | Fraction | None = None
    most: int | Fraction | None = None

    @property
    def range_text(self) -> str:
        """What the parameter may be, in words.

        >>> Parameter("ones", None, "how many", least=0).range_text
        'a whole number from 0, or -'
        """
        if self.values:
            text = f"one of {', '.join(map(str, self.values))}"
        else:
            text = "a fraction" if self._is_rational else "a whole number"
            text += "" if self.least is None else f" from {self.least}"
            text += "" if self.most is None else f" to {self.most}"
        return f"{text}, or {ABSENT}" if self.default is None else text

    @property
    def _is_rational(self) -> bool:
        return any(isinstance(v, Fraction) for v in (self.default, self.least, self.most))

    def read(self, value: Value | None) -> Value | None:
        """Return the value that `value`, a text or a Python value, states.

        Raises `ArgumentError`, naming the parameter, for one outside `range_text`.
        """
        if self.default is None and (value is None or value == ABSENT):
            return None
        if self.values:
            for known in self.values:
                if not isinstance(value, bool) and str(known) == str(value):
                    return known
            raise ArgumentError(self.name, self.range_text, self._shown(value))
        try:
            number = rational_from("" if value is None else value, self.name)
        except ArgumentError:
            raise ArgumentError(self.name, self.range_text, self._shown(value)) from None
        whole = number.denominator == 1
        low = self.least is not None and number < self.least
        high = self.most is not None and number > self.most
        if low or high or not (whole or self._is_rational):
            raise ArgumentError(self.name, self.range_text, self._shown(value))
        return number if self._is_rational else int(number)

    def _shown(self, value: Value | None) -> str:
        known = [str(v) for v in self.values]
        return f"{value}" + (did_you_mean(value, known) if isinstance(value, str) else "")

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as JSON values; its range in words."""
        default = self.default
        shown = rational_text(default) if isinstance(default, Fraction) else default
        return {"name": self.name, "default": shown, "values": self.range_text, "doc": self.doc}


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

    def settings(self, /, **values: Value | None) -> dict[str, Value | None]:
        """Return the value of every parameter, those not given at their defaults.

        Raises `ArgumentError` for an unknown parameter, with the nearest known one, or a bad value.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        given: dict[str, Value | None] = {}
        for written, value in values.items():
            name = written.replace("-", "_")
            if name not in known:
                expected = f"a parameter of {self.name}: {', '.join(known) or 'it has none'}"
                raise ArgumentError("task", expected, written + did_you_mean(name, known))
            if name in given:
                raise ArgumentError(f"task {self.name}", f"{name} once", "it twice")
            try:
                given[name] = known[name].read(value)
            except ArgumentError as error:
                raise self._about(error) from None
        return {name: given.get(name, parameter.default) for name, parameter in known.items()}

    def label(self, /, **values: Value | None) -> str:
        """Return the text that names the task with these parameters, defaults left out.

        >>> from mesacircuits.tasks.library import LIBRARY
        >>> LIBRARY["parity"].label(bits="04"), LIBRARY["parity"].label(bits=3)
        ('parity(bits=4)', 'parity')
        """
        settings = self.settings(**values)
        other = [p.name for p in self.parameters if settings[p.name] != p.default]
        written = ",".join(f"{name}={settings[name]}" for name in other)
        return f"{self.name}({written})" if written else self.name

    def build(self, /, **values: Value | None) -> AnyTask:
        """Return the task with these parameters, labelled with the text that names it.

        Raises `ArgumentError` for an unknown parameter, a bad value, or values that do not go
        together; the error names the task and the parameter.
        """
        try:
            task = self.builder(**self.settings(**values))
        except ArgumentError as error:
            raise self._about(error) from error
        return task if isinstance(task, RelationTask) else replace(task, label=self.label(**values))

    def draw(self, /, **values: Value | None) -> str:
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
        if error.argument.startswith("task"):
            return error
        return ArgumentError(f"task {self.name}, {error.argument}", error.expected, error.got)

    def to_json(self) -> dict[str, Any]:
        """Return what is known of the family as JSON values."""
        names = ("name", "topic", "description", "text", "source")
        record: dict[str, Any] = {name: getattr(self, name) for name in names}
        return record | {"parameters": [parameter.to_json() for parameter in self.parameters]}
