"""What a catalog holds of one task, basis and order: all minima, their costs and their tags."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical
from mesacircuits.circuits.bases import Basis
from mesacircuits.definitions import (
    Definition,
    Judgement,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration.programs import MinimalProgram
from mesacircuits.enumeration.symmetry import MAX_CLASS_INPUTS, classes_of
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Program
from mesacircuits.records import canonical_json, content_hash
from mesacircuits.studies.universe import ORBIT_FAMILIES, parse_universe
from mesacircuits.tasks import FunctionTask, Task

__all__ = [
    "MOST_CLASS_INPUTS", "Entry", "Judged", "Minimum", "Run", "class_of_task",
    "definition_hash", "functions_by_universe", "tag_of", "universe_of_functions",
    "universe_of_part", "universe_of_task",
]  # fmt: skip

_VERSIONED = ("mesacircuits", "numpy", "numba")


@cache
def _versions() -> Mapping[str, str]:
    versions = {name: version(name) for name in _VERSIONED}
    return {"python": platform.python_version(), **versions}


def _cell(value: Mapping[str, Any] | None) -> str | None:
    """Return a cell of JSON, in the form that hashes are of; of nothing there is none."""
    return None if value is None else canonical_json(dict(value)).decode()


@dataclass(frozen=True)
class Run:
    """How minima were come by.

    Attributes:
        universe: what was searched, in words such as `functions(4) over b2, size`.
        source: `search`, or the shipped file that they are from, with its hash.
        seed: of what was drawn at random; None if nothing was.
        versions: of this package, and of what computes in it.
    """

    universe: str
    source: str = "search"
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=_versions)

    def row(self) -> tuple[Any, ...]:
        """Return the row of `runs`, its content hash first."""
        content = (self.universe, self.source, _cell(self.versions), self.seed)
        return (content_hash(list(content)), *content)


@dataclass(frozen=True)
class Minimum:
    """One minimal solver: a circuit or a program, with what it costs."""

    solver: Circuit | Program
    size: int
    depth: int | None = None
    cost: Mapping[str, Any] | None = None

    @classmethod
    def of_circuit(cls, circuit: Circuit) -> Minimum:
        """Return a circuit as a minimum."""
        return cls(circuit, circuit.size, circuit.depth)

    @classmethod
    def of_program(cls, found: MinimalProgram) -> Minimum:
        """Return a program as a minimum, with what it costs."""
        cost = {**found.cost.to_json(), "tables": found.tables}
        return cls(found.program, found.cost.length, None, cost)

    def solver_row(self) -> tuple[str, str, int | None, str, str | None]:
        """Return the row of `solvers`: a circuit's inputs and text say all of it."""
        solver = self.solver
        if isinstance(solver, Circuit):
            return solver.hash_hex, "circuit", solver.inputs, str(solver), None
        return solver.hash_hex, "program", None, str(solver), _cell(solver.to_json())

    def row(self) -> tuple[str, int, int | None, str | None]:
        """Return the row of `minima` from the solver on: its hash, size, depth and cost."""
        return self.solver.hash_hex, self.size, self.depth, _cell(self.cost)


@dataclass(frozen=True)
class Judged:
    """What one definition says of all minima of a task.

    Attributes:
        definition: the definition.
        applies: whether it applies to the task.
        tagged: the judgements of those minima that have the tag, by place.
    """

    definition: Definition
    applies: bool
    tagged: Mapping[int, Judgement]

    def definition_row(self) -> tuple[Any, ...]:
        """Return the row of `definitions`."""
        of, record = self.definition, definition_record(self.definition)
        named = definition_hash(of), record["name"], record["version"], _cell(record["parameters"])
        return (*named, of.tag, describe_definition(of))


@dataclass(frozen=True)
class Entry:
    """All minima of a task over one basis and under one order.

    Attributes:
        task: what is solved.
        basis: the basis's name; for programs, the machine's.
        order: what was minimised.
        minima: all of them, in their order.
        judged: by each definition that was asked.
        run: how they were come by.
        functions: of how many functions the task stands for a class, or of how many tasks for an
            orbit; 1 otherwise.
    """

    task: Task
    basis: str
    order: str
    minima: tuple[Minimum, ...]
    judged: tuple[Judged, ...]
    run: Run
    functions: int = 1
    kind: str = "circuit"

    def __str__(self) -> str:
        return f"{self.task} ({self.basis}, {self.order})"

    @property
    def hash_hex(self) -> str:
        """What tells searches apart: the hash of task, kind of solver, basis and order."""
        return content_hash([self.task.hash_hex, self.kind, self.basis, self.order])

    def task_row(self) -> tuple[Any, ...]:
        """Return the row of `tasks`."""
        task, record = self.task, self.task.to_json()
        named = task.hash_hex, str(task), record.get("kind", "function")
        return (*named, task.inputs, task.outputs, class_of_task(task), _cell(record))

    def search_row(self) -> tuple[Any, ...]:
        """Return the row of `searches`."""
        depths = [m.depth for m in self.minima if m.depth is not None]
        size = min((m.size for m in self.minima), default=None)
        named = self.hash_hex, self.task.hash_hex, self.kind, self.basis, self.order
        return (*named, size, min(depths, default=None), len(self.minima), self.functions)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of a catalog that say this, by table, in the order of dependence."""
        search, run = self.hash_hex, self.run.row()
        definitions = {id(said): said.definition_row() for said in self.judged}
        return {
            "tasks": [self.task_row()],
            "solvers": list(dict.fromkeys(m.solver_row() for m in self.minima)),
            "runs": [run],
            "definitions": list(definitions.values()),
            "searches": [self.search_row()],
            "search_runs": [(search, run[0])],
            "minima": [
                (search, place, *minimum.row()) for place, minimum in enumerate(self.minima)
            ],
            "judged": [
                (search, definitions[id(said)][0], int(said.applies), len(said.tagged))
                for said in self.judged
            ],
            "tags": [
                (search, place, definitions[id(said)][0], *tag_of(judgement))
                for said in self.judged
                for place, judgement in sorted(said.tagged.items())
            ],
        }


def tag_of(judgement: Judgement) -> tuple[str | None, str | None]:
    """Return the witness and the measured value of a tag, as a catalog has them."""
    measured = judgement.measured
    return _cell(judgement.witness or {}), None if measured is None else _cell(measured.to_json())


def universe_of_task(task: Task, basis: str, order: str, kind: str = "circuit") -> str:
    """Return what a run says that it searched, where that was one task."""
    return f"{task} {'over' if kind == 'circuit' else 'by'} {basis}, {order}"


def universe_of_part(part: str, basis: str, order: str) -> str:
    """Return what a run says that it searched, where that was one task of each orbit of a family.

    >>> universe_of_part("choices( 2, 2)", "b2", "size")
    'choices(2,2) over b2, size'
    """
    return f"{part.replace(' ', '')} over {basis}, {order}"


def universe_of_functions(inputs: int, basis: str, order: str) -> str:
    """Return what a run says that it searched, where that was a function of each class."""
    return f"functions({inputs}) over {basis}, {order}"


@lru_cache(maxsize=16)
def _orbits_of_part(part: str) -> dict[str, int]:
    """Return for each task of a family that is one of each orbit, by hash, for how many it stands.

    Nothing for what is no such family: a file may say anything.
    """
    try:
        if part.partition("(")[0] not in ORBIT_FAMILIES or ";" in part:
            return {}
        universe = parse_universe(part, task=lambda text: named_in_file("task", text))
    except ArgumentError:
        return {}
    return {task.hash_hex: universe.stands_for(name) for name, task in universe.tasks}


def functions_by_universe(
    task: Task, basis: Basis | None, name: str, order: str, said: Iterable[str] = ()
) -> dict[str, int]:
    """Return what a run may say that it searched, each with the functions the task stands for.

    Arguments:
        task: the task of a search.
        basis: its basis; None for programs.
        name: what the search calls the basis, or the machine.
        order: its order.
        said: what runs say; of families of orbits those alone are looked at.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> functions_by_universe(parse_task("tt:2:1"), B2, "b2", "size")
    {'tt:2:1 over b2, size': 1, 'functions(2) over b2, size': 8}
    >>> said = ["choices(2,2) over b2, size"]
    >>> task = parse_task("choice(features=2,utility=6)")
    >>> functions_by_universe(task, B2, "b2", "size", said)["choices(2,2) over b2, size"]
    2
    """
    found = {universe_of_task(task, name, order, "program" if basis is None else "circuit"): 1}
    table = _function_of(task)
    if basis is not None and table is not None and task.inputs <= MAX_CLASS_INPUTS:
        classes = classes_of(task.inputs, basis)
        for place in np.flatnonzero(classes.representatives == table.bits).tolist():
            universe = universe_of_functions(task.inputs, name, order)
            found[universe] = int(classes.functions[place])
    for universe in said if basis is not None else ():
        part = universe.removesuffix(f" over {name}, {order}")
        size = _orbits_of_part(part).get(task.hash_hex)
        if size is not None and universe == universe_of_part(part, name, order):
            found[universe] = size
    return found


def definition_hash(definition: Definition) -> str:
    """Return the hash of a definition's name, version and parameters."""
    return content_hash(definition_record(definition))


def class_of_task(task: Task) -> str | None:
    """Return the least member of the NPN class of a function's task, in hexadecimal; else None.

    >>> from mesacircuits.tasks import parse_task
    >>> class_of_task(parse_task("tt:3:E8"))
    '17'
    """
    table = _function_of(task)
    if table is None or table.inputs > MOST_CLASS_INPUTS:
        return None
    return npn_canonical(table)[0].hex


def _function_of(task: Task) -> TruthTable | None:
    # The one function that a task asks for, on all inputs.
    if isinstance(task, FunctionTask) and task.outputs == 1 and task.support is None:
        return task.tables[0]
    return None


#: Canonical forms of functions of more inputs take longer than the rest of an entry.
MOST_CLASS_INPUTS = 5
