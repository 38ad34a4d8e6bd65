"""Conjectures about minimal programs, as sentences: parsed, decided, and reported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mesacircuits.conjectures.decide import verdict_of
from mesacircuits.conjectures.sentence import (
    QUANTIFIERS,
    SentenceWords,
    Word,
    definition_word,
    universe_words,
)
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.definitions import (
    Definition,
    Judgement,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import PROGRAM_ORDERS, MinimalProgram, enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import OPERATIONS, VARIANTS
from mesacircuits.studies.universe import Universe
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import machine_for, unroll

__all__ = [
    "ProgramReport",
    "ProgramSentence",
    "decide_programs",
    "is_about_programs",
    "parse_program_sentence",
]

#: Functions of more inputs have too many programs each.
_MOST_INPUTS = 3
_LISTED = 20


@dataclass(frozen=True)
class ProgramSentence:
    """A claim about all minimal programs of the tasks of a universe.

    Arguments:
        quantifier: `no`, `every` or `some`.
        order: what minimal means: one of `PROGRAM_ORDERS`.
        universe: the tasks.
        operations: a set of operations, or several joined by plus signs.
        definition: the definition whose tag is claimed, with its dials.

    >>> text = "every length-minimal program of argmax over standard is search-like"
    >>> str(parse_program_sentence(text)) == text
    True
    """

    quantifier: str
    order: str
    universe: Universe
    operations: str
    definition: Definition

    def decided_by(self, holds: bool) -> bool:
        """Return whether one minimum that has the tag, or has it not, decides the sentence."""
        return holds != (self.quantifier == "every")

    def __str__(self) -> str:
        return (
            f"{self.quantifier} {self.order}-minimal program of {self.universe} "
            f"over {self.operations} is {describe_definition(self.definition)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the sentence and its parts as JSON values."""
        return {
            "sentence": str(self),
            "quantifier": self.quantifier,
            "order": self.order,
            "universe": self.universe.to_json(),
            "operations": self.operations,
            "definition": definition_record(self.definition),
        }


def is_about_programs(text: str) -> bool:
    """Return whether a sentence speaks of programs.

    >>> is_about_programs("no bits-minimal program of argmax over standard is search-like")
    True
    """
    return bool(re.match(r"\s*\S+\s+\S+-minimal\s+program\b", text))


def parse_program_sentence(text: str) -> ProgramSentence:
    """Return the conjecture that a sentence about programs states.

    The form is `QUANTIFIER ORDER-minimal program of UNIVERSE over OPERATIONS is TAG`: ORDER is one
    of `PROGRAM_ORDERS`, UNIVERSE a task or `functions(N)`, OPERATIONS a name of `VARIANTS` or
    operations joined by plus signs.

    Raises `ArgumentError` that names the word at fault, its column, and what was expected.

    >>> parse_program_sentence("no bits-minimal program of argmax over abacus is search-like")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: sentence, word 7, column 40: expected one of standard, \
search, straight-line, without-query, without-table, with-argmax, boolean, got 'abacus'
    """
    words = SentenceWords(text)
    quantifier = words.take(list(QUANTIFIERS))
    word = words.following()
    order = word.text.removesuffix("-minimal")
    orders = [name for name in PROGRAM_ORDERS if not name.startswith("f:")]
    if not word.text.endswith("-minimal") or order not in orders:
        expected = [f"{name}-minimal" for name in orders]
        raise word.fail(" or ".join(f"'{e}'" for e in expected), expected)
    words.take(["program"])
    words.take(["of"])
    universe = universe_words(words)
    universe.listed()
    words.take(["over"])
    operations = _operations(words.following())
    words.take(["is"])
    definition = definition_word(words.following())
    words.end()
    return ProgramSentence(quantifier, order, universe, operations, definition)


def _operations(word: Word) -> str:
    parts = word.text.split("+")
    if word.text not in VARIANTS and not all(part in OPERATIONS for part in parts):
        raise word.fail(f"one of {', '.join(VARIANTS)}", list(VARIANTS))
    return word.text


@dataclass(frozen=True)
class TaskRow:
    """The minima of one task, and those with the tag.

    Attributes:
        name: the task.
        minima: how many; of these `tagged` have the tag.
        cost: what each of them costs under the order.
    """

    name: str
    minima: int
    tagged: int
    cost: str


@dataclass(frozen=True)
class ProgramReport:
    """What was found of a sentence about programs.

    Attributes:
        sentence, verdict: the claim and what became of it.
        rows: one for each task whose minima were exhausted.
        example: the task, the first of its programs that decides the sentence, and its judgement.
        left_open: the tasks whose minima were not reached in the budget.
    """

    sentence: ProgramSentence
    verdict: Verdict
    rows: tuple[TaskRow, ...]
    example: tuple[str, MinimalProgram, Judgement] | None
    left_open: tuple[str, ...]

    @property
    def name(self) -> str:
        """The sentence."""
        return str(self.sentence)

    @property
    def exit_status(self) -> int:
        """The verdict as an exit status: 0 held, 3 refuted, 4 inconclusive."""
        return self.verdict.exit_status

    def certificate(self) -> dict[str, Any]:
        """Raise `ArgumentError`: a sentence about programs is checked by deciding it again."""
        raise ArgumentError("conjecture", "a sentence about circuits, for a certificate", self.name)

    def plotted(self, form: str = "svg") -> bytes:
        """Raise `ArgumentError`: only claims draw what they find."""
        raise ArgumentError("plot", "a claim that draws what it finds", self.name)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        record = {
            **self.sentence.to_json(),
            "verdict": self.verdict.value,
            "tasks": [
                {"task": r.name, "minima": r.minima, "tagged": r.tagged, "cost": r.cost}
                for r in self.rows
            ],
            "not_exhausted": list(self.left_open),
            "example": None,
        }
        if self.example is not None:
            task, minimum, said = self.example
            record["example"] = {"task": task, **minimum.to_json(), "judgement": said.to_json()}
        return record

    def __str__(self) -> str:
        tag = self.sentence.definition.tag
        lines = [
            wrapped(f"{self.verdict.value.upper()}: {self.sentence}", hanging="  "),
            "",
            f"  {counted(len(self.rows), 'task')}, "
            f"{counted(sum(r.minima for r in self.rows), 'minimal program')}, "
            f"{sum(r.tagged for r in self.rows):,} of them {tag}",
            "",
            plain_table(
                ("task", "minima", tag, "each costs"),
                [(r.name, r.minima, r.tagged, r.cost) for r in self.rows[:_LISTED]],
                "  ",
            ),
        ]
        if len(self.rows) > _LISTED:
            lines.append(f"  ... and {len(self.rows) - _LISTED} more (--json)")
        lines += [wrapped(f"not reached in the budget: {n}", "  ", "    ") for n in self.left_open]
        if self.example is not None:
            lines += ["", *self._example(*self.example)]
        return "\n".join(lines)

    def _example(self, task: str, minimum: MinimalProgram, said: Judgement) -> list[str]:
        kind = "counterexample" if self.verdict is Verdict.REFUTED else "instance"
        lines = [wrapped(f"smallest {kind}: {task}, score {said.score}", "  ", "    ")]
        lines += [wrapped(line, "    ", "      ") for line in str(minimum.program).splitlines()]
        unrolled = unroll(minimum.program, named_in_file("task", task))
        lines += [
            wrapped(f"{unrolled.source(wire)}: {label}", "    ", "      ")
            for wire, label in witness_labels(said.witness or {})
        ]
        return lines


def decide_programs(sentence: ProgramSentence, effort: Effort | None = None) -> ProgramReport:
    """Return the verdict on a sentence about programs, with counts and the smallest example.

    "Smallest" is least cost under the order, then the order of the universe.

    >>> text = "no length-minimal program of satisfying(candidates=4) over standard is search-like"
    >>> report = decide_programs(parse_program_sentence(text))
    >>> report.verdict.value, report.rows[0].minima
    ('refuted', 1)
    """
    effort = effort or Effort()
    rows: list[TaskRow] = []
    left_open: list[str] = []
    examples: list[tuple[Any, str, MinimalProgram, Judgement]] = []
    tasks = sentence.universe.listed()
    for place, (name, task) in enumerate(tasks):
        machine = machine_for(task, sentence.operations)
        found = enumerate_programs(task, sentence.order, machine, effort.share(len(tasks) - place))
        if not found.exhaustive:
            left_open.append(name)
            continue
        tagged = 0
        deciding: tuple[MinimalProgram, Judgement] | None = None
        for minimum in found.minima:
            said = sentence.definition.judge(minimum.program, task)
            tagged += said.holds
            if deciding is None and sentence.decided_by(said.holds):
                deciding = minimum, said
        cost = found.order.shown(found.minima[0].cost) if found.minima else "no program"
        rows.append(TaskRow(name, len(found.minima), tagged, cost))
        if deciding is not None:
            key = found.order.key(deciding[0].cost), place
            examples.append((key, name, *deciding))
    least = min(examples, key=lambda example: example[0], default=None)
    example = None if least is None else least[1:]
    verdict = verdict_of(sentence.quantifier, rows, exhausted=not left_open)
    return ProgramReport(sentence, verdict, tuple(rows), example, tuple(left_open))
