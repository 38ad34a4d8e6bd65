"""What an axiom is: a sentence on definitions, examples of it, and a check of one example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.drawing import draw_terminal
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    circuit_of,
    wired_of,
)
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import wrapped
from mesacircuits.tasks import Task

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["Axiom", "Example", "Subject", "Violation"]


@dataclass(frozen=True)
class Subject:
    """What is judged: a solver, and a task that it solves."""

    solver: Solver
    task: Task

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, or a program's length; inputs; hexadecimal tables."""
        wired = wired_of(self.solver, self.task)
        tables = (TruthTable(wired.inputs, bits).hex for bits in wired.output_bits())
        if isinstance(wired, UnrolledProgram):
            # Programs of one function are many; the text settles which comes first.
            return wired.program.length, wired.inputs, f"{','.join(tables)} {wired.program}"
        return len(wired.gates), wired.inputs, ",".join(tables)


@dataclass(frozen=True)
class Example:
    """An instance of an axiom: one subject, or two that are to be judged alike.

    Attributes:
        subjects: the subjects; the second is the first, changed.
        change: what was done to the first, or what the only one is, in a few words.
        tagged: whether a tag is to be given; None where the axiom says nothing of that.
    """

    subjects: tuple[Subject, ...]
    change: str = ""
    tagged: bool | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, inputs and tables of the first subject."""
        return self.subjects[0].key


@dataclass(frozen=True)
class Violation:
    """An example in which a definition breaks an axiom.

    Attributes:
        example: the example.
        judgements: what the definition says of each subject.
        problem: what is wrong, in one sentence.
    """

    example: Example
    judgements: tuple[Judgement, ...]
    problem: str

    def to_json(self) -> dict[str, Any]:
        """Return the violation as JSON values."""
        return {
            "problem": self.problem,
            "change": self.example.change,
            "subjects": [
                {
                    "task": str(subject.task),
                    **_solver_json(wired_of(subject.solver, subject.task)),
                    "score": None if judgement.score is None else str(judgement.score),
                }
                for subject, judgement in zip(self.example.subjects, self.judgements, strict=True)
            ],
        }

    def __str__(self) -> str:
        parts = [wrapped(self.problem)]
        for place, (subject, judgement) in enumerate(
            zip(self.example.subjects, self.judgements, strict=True)
        ):
            score = judgement.note if judgement.score is None else f"score {judgement.score}"
            change = f"{self.example.change}, " if self.example.change and place else ""
            head = wrapped(f"{change}{subject.task}: {score}", "  ", "    ")
            wired = wired_of(subject.solver, subject.task)
            if isinstance(wired, UnrolledProgram):
                parts.append(f"{head}\n{_indented(str(wired))}")
                continue
            circuit = circuit_of(subject.solver)
            parts.append(
                f"{head}\n{wrapped(str(circuit), '  ', '    ', at='; ')}\n"
                + _indented(draw_terminal(circuit))
            )
        return "\n\n".join(parts)


def _solver_json(wired: Wired) -> dict[str, Any]:
    kind = "program" if isinstance(wired, UnrolledProgram) else "circuit"
    return {kind: wired.to_json()}


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


@dataclass(frozen=True)
class Axiom:
    """Something that every definition is to satisfy, with examples to try it on.

    Attributes:
        name: what it is called.
        statement: what it says, in one sentence.
        examples: returns a Hypothesis strategy of examples.
        smallest: returns an iterator of examples, smallest first, that leaves none out up to some
            size; it is where the smallest counterexample is looked for.
        problem_of: given the definition, an example and the judgements of its subjects, returns
            what is wrong in one sentence, or None.
        inapplicable: given a definition, returns why the axiom says nothing of it, or "".
    """

    name: str
    statement: str
    examples: Callable[[], SearchStrategy[Example]]
    smallest: Callable[[], Iterator[Example]]
    problem_of: Callable[[Definition, Example, tuple[Judgement, ...]], str | None]
    inapplicable: Callable[[Definition], str] = lambda definition: ""

    def check(self, definition: Definition, example: Example) -> Violation | None:
        """Return how the definition breaks the axiom in the example; None if it does not.

        None also where the axiom says nothing of the definition.
        """
        if self.inapplicable(definition):
            return None
        judgements = tuple(definition.judge(s.solver, s.task) for s in example.subjects)
        problem = self.problem_of(definition, example, judgements)
        return None if problem is None else Violation(example, judgements, problem)

    def assert_holds(self, definition: Definition, example: Example) -> None:
        """Raise `AssertionError`, with a drawing, if the definition breaks the axiom here."""
        violation = self.check(definition, example)
        if violation is not None:
            raise AssertionError(f"{self.name}: {self.statement}\n{violation}")

    @property
    def constant(self) -> str:
        """The name under which `mesacircuits.testing.axioms` has it."""
        return self.name.upper().replace("-", "_")
