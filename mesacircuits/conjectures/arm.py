"""One sentence decided: its verdict, the counts behind it, and the smallest example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.example import Case
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.conjectures.sentence import PROGRAM, Sentence, Verdict
from mesacircuits.definitions import Judgement, describe_definition
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.universe import inputs_in_use
from mesacircuits.tasks import Task

__all__ = [
    "ArmResult",
    "ClassRow",
    "Example",
    "FrontierRow",
    "arms_plot",
    "deciding_rows",
    "verdict_of",
]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """The minima of one NPN class of functions, or of one task, and those with the tag.

    Attributes:
        name: what names it: the least member of the class, in hexadecimal, or the task.
        task: that member's function, or the task.
        functions: number of functions in the class; 1 for a task.
        size: gates of each minimum; of the smallest, where they differ.
        depth: their depth where the order is `depth-size`, else None.
        circuits: minima of each function.
        minima: minima of all its functions with f(0) = 0 together; of a task, of itself.
        tagged: how many of those have the tag.
        some, every: functions some, and all, of whose minima have it.
    """

    name: str
    task: Task
    functions: int
    size: int
    depth: int | None
    circuits: int
    minima: int
    tagged: int
    some: int
    every: int

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, inputs in use, hexadecimal table or name."""
        return self.size, inputs_in_use(self.task), self.name

    @property
    def disagrees(self) -> bool:
        """Whether minima of the class have the tag and others do not."""
        return 0 < self.tagged < self.minima

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {name: getattr(self, name) for name in ClassRow.__slots__ if name != "task"}


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """How much of the universe has the tag when the dials are set otherwise."""

    definition: str
    classes: int
    functions: int
    minima: int

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {name: getattr(self, name) for name in FrontierRow.__slots__}


@dataclass(frozen=True)
class Example:
    """The smallest minimum that decides a sentence: least gates, inputs, then table or name.

    Attributes:
        name: the text that names the task.
        task: what the circuit solves.
        circuit: the minimum, of programs an unrolled one.
        judgement: what the definition says of it.
        minima: number of minima of the task.
        tagged: how many of them have the tag.
    """

    name: str
    task: Task
    circuit: Circuit | UnrolledProgram
    judgement: Judgement
    minima: int
    tagged: int

    @property
    def size(self) -> int:
        """Its gates; of a program its length."""
        if isinstance(self.circuit, UnrolledProgram):
            return self.circuit.program.length
        return self.circuit.size


@dataclass(frozen=True)
class ArmResult:
    """What was found of one sentence.

    Attributes:
        sentence, verdict: the claim and what became of it.
        classes: one row per NPN class whose minima were exhausted, or per task.
        frontier: the same counts with the dials set otherwise, the sentence's own first.
        example: the smallest counterexample, or for `some` the smallest instance; None if there is
            none, or it was not found within the budget.
        left_out: tasks that say nothing of the sentence, each with the reason.
        open_functions, open_classes: what the budget left out.
        exhausted_size: sizes up to this were exhausted for all of those.
        minima_from: the shipped file that the minima are from; empty if they were searched for.
    """

    sentence: Sentence
    verdict: Verdict
    classes: tuple[ClassRow, ...]
    frontier: tuple[FrontierRow, ...]
    example: Example | None
    left_out: tuple[tuple[str, str], ...] = ()
    open_functions: int = 0
    open_classes: int = 0
    exhausted_size: int | None = None
    minima_from: str = ""

    @property
    def totals(self) -> dict[str, int]:
        """Functions, classes and minima in all, tagged, and in disagreement."""
        rows = self.classes
        return {
            "functions": sum(row.functions for row in rows),
            "classes": len(rows),
            "minima": sum(row.minima for row in rows),
            "tagged_functions": sum(row.some for row in rows),
            "tagged_classes": sum(row.some > 0 for row in rows),
            "tagged_minima": sum(row.tagged for row in rows),
            "wholly_tagged_classes": sum(row.every == row.functions for row in rows),
            "disagreeing_classes": sum(row.disagrees for row in rows),
        }

    @property
    def example_is_open(self) -> bool:
        """Whether there is an example, but the budget ended before the smallest was found."""
        return self.example is None and bool(deciding_rows(self.sentence, self.classes))

    @property
    def case(self) -> Case | None:
        """The example as it is shown: the solver, what is said of it, and by what it is minimal."""
        if self.example is None:
            return None
        found, sentence = self.example, self.sentence
        return Case(
            "",
            found.task,
            found.circuit,
            ((describe_definition(sentence.definition), found.judgement),),
            found.size,
            sentence.minimal,
            found.name,
            found.minima,
            found.tagged,
        )

    @property
    def disagreeing(self) -> tuple[ClassRow, ...]:
        """The classes whose minima disagree in the tag, in the order of the rows."""
        return tuple(row for row in self.classes if row.disagrees)

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            **self.sentence.to_json(),
            "verdict": self.verdict.value,
            "counts": self.totals,
            "open": {
                "functions": self.open_functions,
                "classes": self.open_classes,
                "exhausted_size": self.exhausted_size,
                **({"example": True} if self.example_is_open else {}),
            },
            "frontier": [row.to_json() for row in self.frontier],
            "left_out": [{"task": name, "why": why} for name, why in self.left_out],
            "disagreeing": [row.name for row in self.disagreeing],
            "example": None if self.case is None else self.case.to_json(),
            "classes": [row.to_json() for row in self.classes],
        }

    @property
    def counts_over(self) -> str:
        """What minima are counted over, in words."""
        return "functions with f(0) = 0" if self.sentence.by_classes else "the tasks"


def arms_plot(arms: Sequence[ArmResult]) -> Plot:
    """Return a plot of classes by size, all and those with tagged minima, a panel for each arm."""
    panels = []
    for arm in arms:
        sizes = sorted({row.size for row in arm.classes})
        tag = arm.sentence.definition.tag
        every = tuple((s, sum(row.size == s for row in arm.classes)) for s in sizes)
        some = tuple((s, sum(row.size == s and row.some > 0 for row in arm.classes)) for s in sizes)
        panels.append(
            Panel(
                f"{arm.sentence.order}, {arm.sentence.universe} over {arm.sentence.over}",
                "length" if arm.sentence.solver == PROGRAM else "gates of a minimum",
                "NPN classes" if arm.sentence.by_classes else "tasks",
                (Series("all", every), Series(f"with {tag} minima", some)),
            )
        )
    return Plot(tuple(panels))


def deciding_rows(sentence: Sentence, rows: Iterable[ClassRow]) -> list[ClassRow]:
    """Return the rows with minima that decide the sentence (see `Sentence.decided_by`)."""
    return [
        row
        for row in rows
        if (row.tagged and sentence.decided_by(True))
        or (row.tagged < row.minima and sentence.decided_by(False))
    ]


class Tagged(Protocol):
    """Minima of which some have a tag."""

    @property
    def minima(self) -> int:
        """How many they are."""

    @property
    def tagged(self) -> int:
        """How many of them have it."""


def verdict_of(quantifier: str, rows: Sequence[Tagged], exhausted: bool) -> Verdict:
    """Return the verdict on a quantifier over the minima that were exhausted.

    A refutation (or, for `some`, an instance) needs only what was reached; the contrary needs the
    whole universe.

    >>> verdict_of("no", [], exhausted=False).value
    'inconclusive'
    """
    tagged = any(row.tagged for row in rows)
    untagged = any(row.tagged < row.minima for row in rows)
    if quantifier == "some":
        found, otherwise = Verdict.HELD, Verdict.REFUTED
        decided = tagged
    else:
        found, otherwise = Verdict.REFUTED, Verdict.HELD
        decided = tagged if quantifier == "no" else untagged
    if decided:
        return found
    return otherwise if exhausted else Verdict.INCONCLUSIVE
