"""Deciding a sentence about programs over its universe, by the enumeration of programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mesacircuits.conjectures.decide import ArmResult, Example, deciding_rows, verdict_of
from mesacircuits.conjectures.sentence import Sentence
from mesacircuits.definitions import has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import Exhausted, ProgramMinima, enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tasks import Task, machine_for, unroll

__all__ = ["PROGRAMS_LEFT_OUT", "ProgramRow", "decide_programs"]

#: Why a task says nothing of a sentence about programs.
PROGRAMS_LEFT_OUT = (
    "no program over the operations solves it",
    "the definition does not apply to it",
)
_NO_PROGRAM, _DOES_NOT_APPLY = PROGRAMS_LEFT_OUT


@dataclass(frozen=True, slots=True)
class ProgramRow(ClassRow):
    """The minimal programs of one task, and those with the tag; `size` is their least length.

    Attributes:
        cost: what each of them costs under the order, in words.
        exhausted: what was searched through, length by length.
    """

    cost: str = ""
    exhausted: tuple[Exhausted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        lines = [line.to_json() for line in self.exhausted]
        return {**ClassRow.to_json(self), "cost": self.cost, "exhausted": lines}


def decide_programs(sentence: Sentence, effort: Effort | None = None) -> ArmResult:
    """Return the verdict on a sentence about programs, with counts and the smallest example.

    Arguments:
        sentence: the claim; its solver is `program`.
        effort: budget (what is left is shared among the tasks to come), threads and progress bar.

    Raises `ArgumentError` if the definition applies to no task of the universe, or none has a
    program.

    >>> from mesacircuits.conjectures.sentence import parse_sentence
    >>> text = "no length-minimal program of satisfying(candidates=4) over standard is search-like"
    >>> result = decide_programs(parse_sentence(text))
    >>> result.verdict.value, result.classes[0].minima, result.classes[0].cost
    ('refuted', 1, '3 instructions and entries')
    """
    effort = effort or Effort()
    tasks = sentence.universe.listed()
    rows: list[ProgramRow] = []
    left_out: list[tuple[str, str]] = []
    minima: dict[str, ProgramMinima] = {}
    unapplied = None
    for place, (name, task) in enumerate(tasks):
        machine = machine_for(task, str(sentence.over))
        share = effort.share(len(tasks) - place)
        found = enumerate_programs(task, sentence.order, machine, share, sentence.cap)
        if not found.exhaustive:
            continue
        if not found.minima:
            left_out.append((name, _NO_PROGRAM))
            continue
        judged = [sentence.definition.judge(program, task) for program in found.programs]
        if not judged[0].applies:
            left_out.append((name, _DOES_NOT_APPLY))
            unapplied = unapplied or (found.programs[0], task)
            continue
        minima[name] = found
        rows.append(_row(name, task, found, sum(said.holds for said in judged)))
    if left_out and len(left_out) == len(tasks):
        if unapplied is not None:
            has_tag(sentence.definition, *unapplied)
        expected = f"operations that have programs for {left_out[0][0]}"
        raise ArgumentError("operations", expected, str(sentence.over))
    left = len(tasks) - len(rows) - len(left_out)
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=tuple(rows),
        frontier=(),
        example=_smallest_example(sentence, rows, minima),
        left_out=tuple(left_out),
        open_functions=left,
        open_classes=left,
    )


def _row(name: str, task: Task, found: ProgramMinima, tagged: int) -> ProgramRow:
    many = len(found.minima)
    return ProgramRow(
        name=name,
        task=task,
        functions=1,
        size=min(minimum.cost.length for minimum in found.minima),
        depth=None,
        circuits=many,
        minima=many,
        tagged=tagged,
        some=int(tagged > 0),
        every=int(tagged == many),
        cost=found.order.shown(found.minima[0].cost),
        exhausted=found.exhausted,
    )


def _smallest_example(
    sentence: Sentence, rows: list[ProgramRow], minima: dict[str, ProgramMinima]
) -> Example | None:
    """Return the first minimum that decides the sentence, of the least row; None if none does."""
    fitting = deciding_rows(sentence, rows)
    if not fitting:
        return None
    row = min(fitting, key=lambda row: row.key)
    for program in minima[row.name].programs:
        unrolled = unroll(program, row.task)
        said = sentence.definition.judge(unrolled, row.task)
        if sentence.decided_by(said.holds):
            return Example(row.name, row.task, unrolled, said, row.minima, row.tagged)
    raise ArithmeticError(f"{row.name} is counted as an example, but no minimum is one")
