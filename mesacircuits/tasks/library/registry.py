"""The named tasks, collected from the files of their topics when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from mesacircuits.call import Call, Value
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.library.named_task import TOPICS, NamedTask

__all__ = [
    "LIBRARY",
    "NamedTask",
    "call_of",
    "near_names",
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
    """
    name, opened, _ = text.partition("(")
    if (name := name.strip()) not in LIBRARY or (opened and not text.rstrip().endswith(")")):
        return None
    return Call.parse(text, f"task {name}")


def task_from_name(text: str) -> AnyTask | None:
    """Return the task that a text `NAME` or `NAME(p=v,...)` names; None if no task has that name.

    Raises `ArgumentError` as `call_of` and `task_named` do.

    >>> task_from_name("majority(bits=5)").label
    'majority(bits=5)'
    """
    call = call_of(text)
    return None if call is None else task_named(call.name, **call.arguments)
