"""The library of named tasks: with parameters, checked exactly, documented, by topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from mesacircuits.call import Call, Parameter, Value, read_all, value_text
from mesacircuits.circuits.names import named_json, names_of
from mesacircuits.circuits.truthtable import tokens_of
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tables import counted, wrapped
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.tasks.policy_task import AnyTask
from mesacircuits.tasks.task import RelationTask

__all__ = [
    "LIBRARY", "TOPICS", "NamedTask", "Parameter", "library_json", "library_text", "near_names",
    "task_from_name", "task_json", "task_named", "task_text",
]  # fmt: skip

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
        unnamed: how many of the first parameters may be given without their names, in their order.

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
    unnamed: int = 0

    def settings(self, /, **values: Value) -> dict[str, Value]:
        """Return the value of every parameter, those not given at their defaults.

        Raises `ArgumentError` for an unknown parameter, with the nearest known one, or a bad value.
        """
        try:
            given = read_all(f"parameter of {self.name}", self.parameters, values)
            for parameter in self.parameters:
                if parameter.names == "expression" and parameter.name in given:
                    given[parameter.name] = _spelled(given[parameter.name])
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


def _spelled(expression: str) -> str:
    # So that a text of one word, however it was written, names the task.
    return "".join(token.text for token in tokens_of(expression))


#: The files of the topics; each has a tuple `TASKS`.
_FILES = ("search", "choices", "functions", "games", "worlds", "learning")


@cache
def _collected() -> dict[str, NamedTask]:
    found: dict[str, NamedTask] = {}
    for file in _FILES:
        tasks: tuple[NamedTask, ...] = import_module(f"mesacircuits.tasks.library.{file}").TASKS
        found |= {task.name: task for task in tasks}
    order = list(TOPICS)
    return dict(sorted(found.items(), key=lambda item: order.index(item[1].topic)))


class _Library(Mapping[str, NamedTask]):
    """The named tasks by name, in the order of their topics."""

    def __getitem__(self, name: str) -> NamedTask:
        return _collected()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_collected())

    def __len__(self) -> int:
        return len(_collected())

    def __repr__(self) -> str:
        return f"<{len(self)} named tasks: {', '.join(self)}>"


#: The named tasks by name; their files are imported when it is first looked into.
LIBRARY: Mapping[str, NamedTask] = _Library()


def task_named(name: str, /, **parameters: Value) -> AnyTask:
    """Return the named task with these parameters, the others at their defaults.

    Raises `ArgumentError` for an unknown name, with the nearest ones, and for parameters that the
    task does not have or that are out of range.

    >>> task_named("majority")
    FunctionTask((TruthTable(inputs=3, bits=0xE8),))
    """
    if name not in LIBRARY:
        expected = "a name that `mesacircuits tasks` lists"
        raise ArgumentError("task", expected, name + near_names(name))
    return LIBRARY[name].build(**parameters)


def near_names(text: str) -> str:
    """Return a hint at the names nearest to that in `text`, to be put after it; or nothing.

    >>> near_names("majorty(bits=5)")
    ' (did you mean majority or parity?)'
    """
    return did_you_mean(text.partition("(")[0].strip(), LIBRARY, 3)


def call_of(text: str) -> Call | None:
    """Return the name of a task, and its arguments, if a text `NAME` or `NAME(p=v,...)` calls one.

    Raises `ArgumentError` for arguments not written `p=v`, or written twice.

    >>> print(call_of("majority( bits = 5 )"), call_of("tt:3:E8"))
    majority(bits=5) None
    >>> print(call_of("first(3, a ^ b)"))
    first(candidates=3,objective=a ^ b)
    """
    name, opened, _ = text.partition("(")
    if (name := name.strip()) not in LIBRARY or (opened and not text.rstrip().endswith(")")):
        return None
    first = LIBRARY[name].parameters[: LIBRARY[name].unnamed]
    return Call.parse(text, f"task {name}", tuple(parameter.name for parameter in first))


def task_from_name(text: str) -> AnyTask | None:
    """Return the task that a text `NAME` or `NAME(p=v,...)` names; None if no task has that name.

    Raises `ArgumentError` as `call_of` and `task_named` do.

    >>> task_from_name("majority(bits=5)").label
    'majority(bits=5)'
    """
    call = call_of(text)
    return None if call is None else task_named(call.name, **call.arguments)


# -- the library as text and as JSON values ----------------------------------------------------


def library_json() -> list[dict[str, Any]]:
    """Return the named tasks, in the order of their topics, as JSON values."""
    return [named.to_json() for named in LIBRARY.values()]


def library_text() -> str:
    """Return the list of named tasks by topic, parameters at their defaults.

    >>> print("\\n".join(library_text().splitlines()[2:6]))
    search: pick a candidate that scores high, or one that satisfies
      argmax(candidates=2, levels=2, shared=0, objective=own, ties=free)
          Give the index of a candidate of greatest score.
      satisfying(candidates=2, shared=0, objective=own, otherwise=free)
    """
    lines = [
        f"{len(LIBRARY)} named tasks; write NAME or NAME(p=v,...) wherever a TASK is asked for"
    ]
    for topic, about in TOPICS.items():
        found = [named for named in LIBRARY.values() if named.topic == topic]
        if found:
            lines += ["", f"{topic}: {about}"]
        for named in found:
            lines += [wrapped(_usual(named), "  ", "    "), wrapped(named.description, " " * 6)]
    return "\n".join(lines)


def _usual(named: NamedTask) -> str:
    usual = (f"{p.name}={value_text(p.default)}" for p in named.parameters)
    inside = ", ".join(usual)
    return f"{named.name}({inside})" if inside else named.name


def task_json(text: str) -> dict[str, Any]:
    """Return what is known of the task that `text` names, in any form, as JSON values.

    Raises `ArgumentError` as `parse_task` does.

    >>> record = task_json("majority(bits=5)")
    >>> record["label"], record["settings"], record["inputs"], record["hash"][:8]
    ('majority(bits=5)', {'bits': 5}, 5, 'c0fbdc13')
    """
    from mesacircuits.tasks.parse import parse_task

    task = parse_task(text)
    record: dict[str, Any] = {}
    if (call := call_of(text)) is not None:
        named = LIBRARY[call.name]
        settings = named.settings(**call.arguments)
        shown = {p: v if isinstance(v, int | None) else str(v) for p, v in settings.items()}
        record = named.to_json() | {"label": named.label(**call.arguments), "settings": shown}
    return record | {
        "kind": task.kind,
        "inputs": task.inputs,
        "outputs": task.outputs,
        "support_size": task.support_bits.bit_count(),
        "hash": task.hash_hex,
        "task": task.to_json(),
        **named_json(task),
    }


def task_text(text: str) -> str:
    """Return a description of the task that `text` names, in any form, and its picture.

    Raises `ArgumentError` as `parse_task` does.

    >>> print("\\n".join(task_text("parity(bits=2)").splitlines()[:4]))
    parity(bits=2): function task, 2 inputs, 1 output
    <BLANKLINE>
    Say whether an odd number of bits is 1.
      Output: the exclusive or of all inputs.
    """
    from mesacircuits.tasks.parse import parse_task

    task = parse_task(text)
    if (call := call_of(text)) is None:
        return "\n".join(
            [wrapped(_head(str(task), task), hanging="  "), *_tail(task), draw_task(task)]
        )
    named = LIBRARY[call.name]
    lines = [
        wrapped(_head(named.label(**call.arguments), task), hanging="  "),
        "",
        wrapped(named.description),
        wrapped(named.text, "  "),
        wrapped(f"source: {named.source}", "  ", "    "),
    ]
    if named.parameters:
        lines += ["", "parameters"]
    settings = named.settings(**call.arguments)
    for parameter in named.parameters:
        value, usual = settings[parameter.name], parameter.default
        given = f"; {value_text(usual)} unless given" if value != usual else ""
        doc = f"{parameter.doc} ({parameter.range_text}{given})"
        line = f"{parameter.name}={value_text(value)}: {doc}"
        lines.append(wrapped(line, "  ", "    "))
    return "\n".join([*lines, *_tail(task), named.draw(**call.arguments)])


def _head(title: str, task: AnyTask) -> str:
    kind = task.kind.removesuffix("-task")
    return (
        f"{title}: {kind} task, {counted(task.inputs, 'input')}, {counted(task.outputs, 'output')}"
    )


def _tail(task: AnyTask) -> list[str]:
    size, every = task.support_bits.bit_count(), 1 << task.inputs
    support = f"all {every} inputs" if size == every else f"{size} of {every} inputs"
    names = names_of(task)
    said = [wrapped(f"names: {names}, in the order of the columns", hanging="  ")] if names else []
    return ["", f"support: {support}", f"hash: {task.hash_hex}", *said, ""]
