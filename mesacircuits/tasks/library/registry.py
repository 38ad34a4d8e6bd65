"""The named tasks, collected from the files of their topics when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.library.named_task import TOPICS, NamedTask, Parameter, Value

__all__ = [
    "LIBRARY",
    "NamedTask",
    "Parameter",
    "near_names",
    "split_name",
    "task_from_name",
    "task_named",
]

#: The files of the topics; each has a tuple `TASKS`.
_FILES = (
    "search_tasks",
    "arithmetic",
    "random_tables",
    "agents",
    "games",
    "control_worlds",
    "pursuit",
    "maze",
    "learning",
)

# No spaces at the ends: beside those in the middle there would be many ways to share them out.
_FORM = re.compile(r"([a-z][a-z0-9-]*)\s*(?:\((.*)\))?", re.DOTALL)


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


def task_named(name: str, /, **parameters: Value | None) -> AnyTask:
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


def split_name(text: str) -> tuple[str, dict[str, Value | None]] | None:
    """Return the name and the parameters of a text `NAME` or `NAME(p=v,...)`.

    None if the text has another form, or no task has that name. Raises `ArgumentError` for
    parameters not written `p=v`, or written twice.

    >>> split_name("majority( bits = 5 )"), split_name("tt:3:E8")
    (('majority', {'bits': '5'}), None)
    """
    form = _FORM.fullmatch(text.strip())
    if form is None or form[1] not in LIBRARY:
        return None
    name, inside = form.groups()
    parameters: dict[str, Value | None] = {}
    for part in inside.split(",") if inside and inside.strip() else ():
        parameter, equals, value = (piece.strip() for piece in part.partition("="))
        if not (parameter and equals and value):
            raise ArgumentError("task", f"{name}(PARAMETER=VALUE,...)", text)
        if parameter in parameters:
            raise ArgumentError(f"task {name}", f"{parameter} once", text)
        parameters[parameter] = value
    return name, parameters


def task_from_name(text: str) -> AnyTask | None:
    """Return the task that a text `NAME` or `NAME(p=v,...)` names; None if no task has that name.

    Raises `ArgumentError` as `split_name` and `task_named` do.

    >>> task_from_name("majority(bits=5)").label
    'majority(bits=5)'
    """
    split = split_name(text)
    return None if split is None else task_named(split[0], **split[1])
