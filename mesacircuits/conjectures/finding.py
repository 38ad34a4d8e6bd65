"""What a run of a claim found: a verdict, the answer in words, tables, an example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit import Wired
from mesacircuits.conjectures.plot import Plot
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.definitions import Definition, Judgement, describe_definition
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import Cell, Table
from mesacircuits.tasks import Task

__all__ = ["Case", "Cell", "Finding", "Table", "is_text_of", "within_budget"]


@dataclass(frozen=True)
class Case:
    """One solver that a finding shows, drawn, with what definitions say of it.

    Attributes:
        caption: what it is an example of.
        task: what the solver solves.
        solver: a circuit, or an unrolled program.
        judgements: what is said of it, each beside the text that names its definition.
        size: gates of a circuit; of a program its length.
        minimal: of a circuit that is a minimum of its task, by what order and over what basis, as
            in `size over b2`; empty if none is claimed.
    """

    caption: str
    task: Task
    solver: Wired
    judgements: tuple[tuple[str, Judgement], ...]
    size: int
    minimal: str = ""

    @classmethod
    def judged(
        cls,
        caption: str,
        task: Task,
        circuit: Circuit,
        definitions: tuple[Definition, ...],
        minimal: str = "",
    ) -> Case:
        """Return the case of a circuit as these definitions judge it."""
        said = tuple((describe_definition(d), d.judge(circuit, task)) for d in definitions)
        return cls(caption, task, circuit, said, circuit.size, minimal)

    def to_json(self) -> dict[str, Any]:
        """Return the case as JSON values."""
        program = isinstance(self.solver, UnrolledProgram)
        return {
            "caption": self.caption,
            "task": str(self.task),
            **({} if is_text_of(self.task) else {"task_json": self.task.to_json()}),
            "program" if program else "circuit": self.solver.to_json(),
            "hash": self.solver.hash_hex,
            "size": self.size,
            "minimal": self.minimal,
            "judgements": [{"by": by, **said.to_json()} for by, said in self.judgements],
        }


def is_text_of(task: Task) -> bool:
    """Return whether a task's text alone says what it is."""
    try:
        return bool(named_in_file("task", str(task)) == task)
    except ArgumentError:
        return False


def within_budget(example: Callable[[], Case | None]) -> tuple[Case | None, tuple[str, ...]]:
    """Return the example that is made, and what was left open of it: nothing, or that it was not.

    What the budget did not suffice for does not change a verdict that is known without it.

    >>> def late():
    ...     raise BudgetEnded
    >>> within_budget(lambda: None), within_budget(late)
    ((None, ()), (None, ('the example was not found within the budget',)))
    """
    try:
        return example(), ()
    except BudgetEnded:
        return None, ("the example was not found within the budget",)


@dataclass(frozen=True)
class Finding:
    """What a run found.

    Attributes:
        verdict: `held` if the answer to the claim's question is yes, `refuted` if it is no.
        answer: the answer in a sentence, with its numbers.
        universe: over what.
        tables: the evidence.
        example: the smallest circuit that decides the question, if one does (see `within_budget`).
        notes: what a reader should know beside.
        left_open: what was not exhausted, a line each; empty if everything was.
        plot: a picture of the evidence, if there is one.
    """

    verdict: Verdict
    answer: str
    universe: str
    tables: tuple[Table, ...] = ()
    example: Case | None = None
    notes: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    plot: Plot | None = None

    @classmethod
    def of_ended_budget(cls, universe: str) -> Finding:
        """Return the finding that nothing was decided over a universe, for the budget ended.

        >>> Finding.of_ended_budget("all functions").left_open
        ('all functions',)
        """
        ended = "the budget ended first."
        return cls(Verdict.INCONCLUSIVE, ended, universe, left_open=(universe,))

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {
            "verdict": self.verdict.value,
            "answer": self.answer,
            "universe": self.universe,
            "tables": [table.to_json() for table in self.tables],
            "example": None if self.example is None else self.example.to_json(),
            "notes": list(self.notes),
            "not_exhausted": list(self.left_open),
        }
