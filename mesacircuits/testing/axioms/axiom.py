"""What an axiom is: a sentence on definitions, examples of it, and a check of one example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import MealyMachine
from mesacircuits.circuits.drawing import draw_terminal
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    circuit_of,
    wired_of,
)
from mesacircuits.definitions.own_definitions import DefinitionFailed, described
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import wrapped
from mesacircuits.tasks import Task, parse_task
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.testing.axioms.subjects import Subject, small_subjects, subjects
from mesacircuits.testing.axioms.tagged import solvers_of

__all__ = [
    "Axiom",
    "Conclusion",
    "Counts",
    "Example",
    "Subject",
    "Tally",
    "Violation",
    "of_subjects",
    "refusal",
    "reported",
    "task_name",
]


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
    def kind(self) -> str:
        """The kind of the first subject, one of `KINDS`."""
        return self.subjects[0].kind

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, inputs and tables of the first subject."""
        return self.subjects[0].key


def task_name(task: Task) -> str | None:
    """Return the text by which a task is called, if it says all of it; None where it is a hash.

    >>> task_name(parse_task("argmax")), task_name(parse_task("tt:1:2"))
    ('argmax', 'tt:1:2')
    """
    text = str(task)
    try:
        return text if parse_task(text, files=False) == task else None
    except ArgumentError:
        return None


@dataclass(frozen=True)
class Violation:
    """An example in which a definition breaks an axiom, or does what an axiom reports.

    Attributes:
        example: the example.
        judgements: what the definition says of each subject.
        problem: what is wrong, or to be told, in one sentence.
    """

    example: Example
    judgements: tuple[Judgement, ...]
    problem: str

    def to_json(self) -> dict[str, Any]:
        """Return the violation as JSON values; `Subject.from_json` reads its subjects."""
        return {
            "problem": self.problem,
            "change": self.example.change,
            "subjects": [
                {
                    **subject.to_json(),
                    **({} if (name := task_name(subject.task)) is None else {"text": name}),
                    "score": None if judgement.score is None else str(judgement.score),
                }
                for subject, judgement in zip(self.example.subjects, self.judgements, strict=True)
            ],
        }

    def text(self, drawn: bool = True) -> str:
        """Return the problem and the subjects, tasks in full.

        Arguments:
            drawn: whether circuits are drawn, too; else only their gates are listed.
        """
        parts = [wrapped(self.problem)]
        shown = None
        for place, (subject, judgement) in enumerate(
            zip(self.example.subjects, self.judgements, strict=True)
        ):
            score = judgement.note if judgement.score is None else f"score {judgement.score}"
            change = f"{self.example.change}, " if self.example.change and place else ""
            lines = [wrapped(f"{change}{subject.task}: {score}", "  ", "    ")]
            if subject.task != shown and task_name(subject.task) is None:
                lines.append(_indented(draw_task(subject.task, whole=True)))
            shown = subject.task
            wired = wired_of(subject.solver, subject.task)
            if isinstance(wired, UnrolledProgram):
                lines.append(_indented(str(wired)))
            else:
                circuit, solver = circuit_of(subject.solver), str(subject.solver)
                if isinstance(subject.solver, MealyMachine):
                    solver += f", at first {subject.solver.start}"
                lines.append(wrapped(solver, "  ", "    ", at="; "))
                if drawn:
                    lines.append(_indented(draw_terminal(circuit)))
            parts.append("\n".join(lines))
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.text()


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


@dataclass(frozen=True)
class Counts:
    """Of so many examples, to how many a definition applied, and how many had the tag.

    An example of two subjects counts where the definition applies to either, or tags either.

    >>> Counts(3, 2, 1) + Counts(1, 1, 0)
    Counts(examples=4, applied=3, tagged=1)
    """

    examples: int = 0
    applied: int = 0
    tagged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.examples + other.examples,
            self.applied + other.applied,
            self.tagged + other.tagged,
        )


@dataclass(frozen=True)
class Tally:
    """What was seen of an axiom.

    Attributes:
        kinds: the counts of the examples of each kind.
        found: in how many examples something was found (`Axiom.problem_of`).
        first: the smallest of these; None if there is none.
    """

    kinds: Mapping[str, Counts] = field(default_factory=dict)
    found: int = 0
    first: Violation | None = None

    @property
    def counts(self) -> Counts:
        """The counts of all examples together."""
        return sum(self.kinds.values(), Counts())


@dataclass(frozen=True)
class Conclusion:
    """What follows from all examples of an axiom.

    Attributes:
        status: `held`, `broken`, `inconclusive` or `reported`.
        text: why, in one sentence, or what is reported; "" where nothing is to be said.
    """

    status: str
    text: str = ""


#: Of a kind and a strategy of subjects of that kind, a strategy of examples.
Drawing = Callable[[str, SearchStrategy[Subject]], SearchStrategy[Example]]


@dataclass(frozen=True)
class Axiom:
    """Something that every definition is to satisfy, or that is told of it; with examples.

    Attributes:
        name: what it is called.
        statement: what it says, in one sentence.
        kinds: the kinds of its examples, of `KINDS`.
        drawn: given a kind and a strategy of subjects of that kind, returns a Hypothesis strategy
            of examples.
        small: given a kind, returns an iterator of examples, smallest first, that leaves none out
            up to some size; among them the smallest counterexample is looked for.
        problem_of: given the definition, an example and the judgements of its subjects, returns
            what is wrong, or to be counted, in one sentence, or None.
        inapplicable: given a definition, returns why the axiom says nothing of it, or "".
        concluding: given a definition, returns None where each example by itself is to hold, so
            that one counterexample breaks the axiom; else what follows from all that was seen.
    """

    name: str
    statement: str
    kinds: tuple[str, ...]
    drawn: Drawing
    small: Callable[[str], Iterator[Example]]
    problem_of: Callable[[Definition, Example, tuple[Judgement, ...]], str | None]
    inapplicable: Callable[[Definition], str] = lambda definition: ""
    concluding: Callable[[Definition], Callable[[Tally], Conclusion] | None] = lambda definition: (
        None
    )

    def examples(self, definition: Definition | None = None) -> SearchStrategy[Example]:
        """Return a strategy of examples.

        Arguments:
            definition: one to whose solvers half of the examples are about, where such are found
                (see `Solvers`); by default none.
        """
        parts = [self.drawn(kind, subjects(kind)) for kind in self.kinds]
        if definition is not None and not self.inapplicable(definition):
            found = (solvers_of(definition).strategy(kind) for kind in self.kinds)
            tagged = zip(self.kinds, found, strict=True)
            own = [self.drawn(kind, strategy) for kind, strategy in tagged if strategy is not None]
            return st.one_of(parts) | st.one_of(own) if own else st.one_of(parts)
        return st.one_of(parts)

    def smallest(self) -> Iterator[Example]:
        """Yield the small examples of all kinds, smallest first."""
        yield from merge(*map(self.small, self.kinds), key=lambda example: example.key)

    def look(
        self, definition: Definition, example: Example
    ) -> tuple[tuple[Judgement, ...], Violation | None]:
        """Return the judgements of an example's subjects, and what is found there, if anything."""
        judgements = tuple(definition.judge(s.solver, s.task) for s in example.subjects)
        problem = self.problem_of(definition, example, judgements)
        return judgements, None if problem is None else Violation(example, judgements, problem)

    def check(self, definition: Definition, example: Example) -> Violation | None:
        """Return how the definition breaks the axiom in the example; None if it does not.

        None also where the axiom says nothing of the definition, and where no single example can
        break it.
        """
        if self.inapplicable(definition) or self.concluding(definition) is not None:
            return None
        return self.look(definition, example)[1]

    def assert_holds(self, definition: Definition, example: Example) -> None:
        """Raise `AssertionError`, with a drawing, if the definition breaks the axiom here."""
        violation = self.check(definition, example)
        if violation is not None:
            raise AssertionError(f"{self.name}: {self.statement}\n{violation}")

    @property
    def constant(self) -> str:
        """The name under which `mesacircuits.testing.axioms` has it."""
        return self.name.upper().replace("-", "_")


#: Given a way to draw and a subject, an example made of it.
Change = Callable[[DrawFn, Subject], Example]


def of_subjects(
    change: Change,
    simple: Callable[[Subject], Iterator[Example]],
    small: Callable[[str], Iterator[Subject]] = small_subjects,
) -> tuple[Drawing, Callable[[str], Iterator[Example]]]:
    """Return `Axiom.drawn` and `Axiom.small` of examples that are made of a subject each.

    Arguments:
        change: draws an example of a subject; what it rejects, by `assume`, is drawn again.
        simple: yields the simple examples of a subject.
        small: yields the small subjects of a kind, smallest first.

    >>> drawn, small = of_subjects(
    ...     lambda draw, subject: Example((subject,)), lambda subject: iter([Example((subject,))])
    ... )
    >>> str(next(small("relation")).subjects[0].solver)
    'out = 0'
    """

    @st.composite
    def changed(draw: DrawFn, subject: SearchStrategy[Subject]) -> Example:
        return change(draw, draw(subject))

    def drawn(kind: str, subject: SearchStrategy[Subject]) -> SearchStrategy[Example]:
        return changed(subject)

    def smallest(kind: str) -> Iterator[Example]:
        for subject in small(kind):
            yield from simple(subject)

    return drawn, smallest


def refusal(definition: Definition, what: str, probes: Sequence[Subject]) -> str:
    """Return why an axiom says nothing of a definition: it fails on some probe; else "".

    Many definitions are meant for circuits, and read gates or operators that nothing else has.

    Arguments:
        definition: the definition.
        what: what the probes are, in the plural.
        probes: subjects to be judged.

    >>> from mesacircuits.definitions import from_function
    >>> from mesacircuits.testing.axioms.subjects import exemplar_programs
    >>> flat = from_function("flat", "flat", lambda solver, task: solver.depth < 2)
    >>> refusal(flat, "programs", exemplar_programs())[:68]
    "it does not judge programs: raised AttributeError: 'UnrolledProgram'"
    """
    try:
        return _refusal(cast(Any, definition), what, tuple(probes))
    except TypeError:
        # What cannot be a key is asked each time.
        return _refused(definition, what, tuple(probes))


def _refused(definition: Definition, what: str, probes: tuple[Subject, ...]) -> str:
    for subject in probes:
        try:
            definition.judge(subject.solver, subject.task)
        except DefinitionFailed as error:
            return f"it does not judge {what}: {error.problem}"
        except Exception as error:
            return f"it does not judge {what}: {described(error)}"
    return ""


_refusal = lru_cache(maxsize=32)(_refused)


def reported(what: str) -> Callable[[Definition], Callable[[Tally], Conclusion]]:
    """Return the `concluding` of an axiom that counts what it finds, and demands nothing.

    Arguments:
        what: what the examples are in which something is found, such as `the score differs`.

    >>> tally = Tally({"function": Counts(5, 4, 2)}, found=1)
    >>> reported("the score differs")(None)(tally).text
    'the score differs in 1 of 4 examples'
    """

    def concluded(tally: Tally) -> Conclusion:
        applied = tally.counts.applied
        return Conclusion("reported", f"{what} in {tally.found:,} of {applied:,} examples")

    return lambda definition: concluded
