"""Task files: Espresso PLA, JSON, and circuits taken for what they compute."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import CIRCUIT_FORMATS, parse_circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.records import file_contents, json_values, read_bytes, readable_json
from mesacircuits.tasks.episode_task import EpisodeTask
from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask
from mesacircuits.tasks.optimisation import OptimisationTask
from mesacircuits.tasks.pla import read_pla, write_pla
from mesacircuits.tasks.relation import RelationTask
from mesacircuits.tasks.world_task import WorldTask

__all__ = [
    "TASK_FORMATS",
    "AnyTask",
    "parse_task_file",
    "read_task",
    "task_bytes",
    "task_from_json",
    "task_of_circuit",
]

#: The formats of task files, by name: files end in a point and the name.
TASK_FORMATS: dict[str, str] = {"pla": "Espresso PLA", "json": "mesacircuits JSON"}

#: A task of any kind.
AnyTask = FunctionTask | RelationTask | OptimisationTask | WorldTask | EpisodeTask

#: The kinds in JSON, and the field that tells each where `kind` lacks.
_KINDS: tuple[tuple[type[AnyTask], str, str], ...] = (
    (RelationTask, "relation", "accept"),
    (FunctionTask, "function", "tables"),
    (OptimisationTask, "optimisation", "utilities"),
    (WorldTask, "world-task", "world"),
    (EpisodeTask, "episode-task", "episode"),
)

_KNOWN = [*dict.fromkeys([*TASK_FORMATS, *CIRCUIT_FORMATS])]


def task_of_circuit(circuit: Circuit, argument: str = "circuit") -> FunctionTask:
    """Return the task of computing a circuit's outputs.

    Raises `ArgumentError`, naming `argument`, unless it has 1 to 6 inputs.

    >>> print(task_of_circuit(Circuit.parse(2, "g1 = a & b; out = g1, ~a")))
    tt:2:8,5
    """
    if not 1 <= circuit.inputs <= MAX_TASK_INPUTS:
        expected = f"a circuit of 1 to {MAX_TASK_INPUTS} inputs for a task"
        raise ArgumentError(argument, expected, circuit.inputs)
    return FunctionTask(circuit.tables())


def task_from_json(value: Any, argument: str = "task") -> AnyTask:
    """Return the task that these JSON values state.

    They are what `to_json` gives of a task or of a circuit; `kind` may lack, since `accept` tells a
    relation, `tables` a function, `utilities` an optimisation task, `world` and `episode` theirs,
    and `gates` a circuit, which is the task of computing its outputs.

    Raises `ArgumentError`, naming `argument`, for anything else.

    >>> task_from_json({"inputs": 1, "outputs": 1, "accept": [[0, 1], [1]]})
    RelationTask(1, 1, ((0, 1), (1,)))
    """
    keys: Any = value if isinstance(value, dict) else {}
    kind = keys.get("kind")
    try:
        for cls, its_kind, field in _KINDS:
            if kind == its_kind or (kind is None and field in keys):
                return cls.from_json(value)
        if kind is None and "gates" in keys:
            return task_of_circuit(Circuit.from_json(value))
    except ArgumentError as error:
        raise ArgumentError(f"{argument}, {error.argument}", error.expected, error.got) from error
    expected = (
        "JSON with accept (a relation), tables (functions), utilities, world, episode "
        "or gates (a circuit)"
    )
    if isinstance(value, dict):
        raise ArgumentError(argument, expected, f"kind {kind}" if kind is not None else list(keys))
    raise ArgumentError(argument, expected, value)


def parse_task_file(data: bytes, format: str, argument: str | None = None) -> AnyTask:
    """Return the task that a file's bytes state: PLA, JSON, or any format of circuits.

    Errors call the file `argument`, by default the name of the format.

    Raises `ArgumentError` for an unknown format, and for bytes that state no task in it.

    >>> print(parse_task_file(b"INPUT(x)\\nOUTPUT(y)\\ny = NOT(x)", "bench"))
    tt:1:1
    """
    _check_format(format)
    name = format if argument is None else " ".join(argument.split())
    if format == "pla":
        return read_pla(data, name)
    if format == "json":
        try:
            value = json_values(data)
        except ValueError as error:
            raise ArgumentError(name, "a task in JSON form", str(error)) from error
        return task_from_json(value, name)
    return task_of_circuit(parse_circuit(data, format, name), name)


def _check_format(format: str) -> None:
    if format not in _KNOWN:
        raise ArgumentError("format", f"one of {', '.join(_KNOWN)}", format)


def read_task(path: str | os.PathLike[str], format: str | None = None) -> AnyTask:
    """Return the task of a file, in the named format or else the one that its suffix names.

    Raises `FileError` if the file cannot be read (naming `path`), and if it states no task (naming
    the file, and the line where there are lines); `ArgumentError` if its suffix names no format.

    >>> read_task("/missing/task.pla")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileError: path: expected a readable file, got /missing/task.pla \
(No such file or directory)
    """
    name = os.fspath(path)
    if format is None:
        format = PurePath(name).suffix.lower().removeprefix(".")
        if format not in _KNOWN:
            suffixes = ", ".join(f".{known}" for known in _KNOWN)
            raise ArgumentError("path", f"a name that ends in one of {suffixes}", name)
    _check_format(format)
    with file_contents():
        return parse_task_file(read_bytes(path, "path"), format, name)


def task_bytes(task: AnyTask, format: str) -> bytes:
    """Return the file of a task in the named format of `TASK_FORMATS`.

    Raises `ArgumentError` for another format, and for what a PLA cannot state: relations that are
    no partial functions, and tasks that are more than relations.

    >>> task_bytes(FunctionTask(Circuit.parse(1, "out = ~a").tables()), "pla")
    b'.i 1\\n.o 1\\n.type fd\\n.p 1\\n0 1\\n.e\\n'
    """
    if format == "pla":
        if not isinstance(task, FunctionTask | RelationTask):
            raise ArgumentError("format", "json, for a task that is more than a relation", format)
        return write_pla(task).encode()
    if format == "json":
        return readable_json(task.to_json()).encode() + b"\n"
    raise ArgumentError("format", f"one of {', '.join(TASK_FORMATS)} for a task", format)
