"""All minimal programs of a task, or its front, tagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mesacircuits.definitions import (
    MIXED,
    UNCLASSIFIED,
    Classification,
    Classifier,
    definition_record,
)
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import (
    FrontPoint,
    ProgramFront,
    ProgramMinima,
    enumerate_programs,
)
from mesacircuits.programs import Machine
from mesacircuits.studies.program_tags import classifier_for, named_counts, named_tags
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import Task

__all__ = ["TaggedFront", "TaggedPrograms", "tagged_front", "tagged_programs"]


@dataclass(frozen=True)
class TaggedPrograms:
    """The minimal programs of a task with what each is classified as.

    Attributes:
        result: the programs.
        classifier: what classified them.
        found: for each program its classification.
    """

    result: ProgramMinima
    classifier: Classifier
    found: tuple[Classification, ...]

    @property
    def tags(self) -> dict[str, int]:
        """Programs with each tag, `mixed` (two or more) and `unclassified` (none)."""
        counts = {
            d.tag: sum(d.tag in said.tags for said in self.found)
            for d in self.classifier.definitions
        }
        counts[MIXED] = sum(len(said.tags) > 1 for said in self.found)
        counts[UNCLASSIFIED] = sum(not said.tags for said in self.found)
        return counts

    @property
    def named(self) -> dict[str, int]:
        """Programs by the one tag that precedence names; these sum to all programs."""
        names = [*(d.tag for d in self.classifier.definitions), UNCLASSIFIED]
        return {name: sum(said.named == name for said in self.found) for name in names}

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values, with each program's judgements."""
        record = self.result.to_json()
        record["tags"] = self.tags
        record["named"] = self.named
        record["definitions"] = [definition_record(d) for d in self.classifier.definitions]
        for program, said in zip(record["minima"], self.found, strict=True):
            judged = said.to_json()
            program["tags"] = judged["tags"]
            program["judgements"] = judged["judgements"]
            program["wires"] = judged["wires"]
        return record

    def text(self, listed: int | None = 10) -> str:
        """Return the result as printed: the programs, the counts, the first of each tag."""
        parts = [self.result.text(listed)]
        if self.result.exhaustive and self.found:
            rows = [(tag, n, self.named.get(tag, "-")) for tag, n in self.tags.items()]
            parts.append(plain_table(("tag", "programs", "named"), rows))
        shown: set[str] = set()
        for number, said in enumerate(self.found, 1):
            if said.verdict not in shown:
                shown.add(said.verdict)
                parts.append(f"first {said.verdict}, program {number}:\n{said}")
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.text()


def tagged_programs(
    task: Task | str,
    order: str = "length",
    machine: Machine | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
    classifier: Classifier | None = None,
) -> TaggedPrograms:
    """Return every minimal program of a task, classified.

    Arguments and errors are those of `enumerate_programs`; by default the definitions are those of
    `classifier_for`.

    >>> tagged_programs("satisfying(candidates=4)").named["search-like"]
    1
    """
    result = enumerate_programs(task, order, machine, effort, cap)
    chosen = classifier or classifier_for(result.task)
    return TaggedPrograms(result, chosen, tuple(named_tags(result.minima, result.task, chosen)))


@dataclass(frozen=True)
class TaggedFront:
    """The front of a task's programs, each point with what its programs are classified as."""

    front: ProgramFront
    found: tuple[tuple[Classification, ...], ...]

    def names(self, place: int) -> dict[str, int]:
        """Return how many programs of a point bear each name."""
        return named_counts(self.found[place])

    def to_json(self) -> dict[str, Any]:
        """Return the front as JSON values, with the names of each point's programs."""
        record = self.front.to_json()
        for place, point in enumerate(record["points"]):
            point["named"] = self.names(place)
        return record

    def text(self, listed: int | None = 1) -> str:
        """Return the front as printed, with so many programs of each point, or all."""
        front = self.front
        lines = [
            wrapped(
                f"front of {front.task}, programs of at most {counted(front.cap, 'instruction')}"
            ),
            wrapped(f"machine {front.machine}", hanging="  "),
        ]
        if not front.exhaustive:
            lines.append("the budget ended: other programs may lie before these")
        elif not front.complete:
            lines.append("longer programs were not looked at, and might lie before some of these")
        lines += ["", self._points(), "", self._hull()]
        for place, point in enumerate(front.points):
            lines += self._listings(place, point, listed)
        return "\n".join(lines)

    def _points(self) -> str:
        rows = [
            (
                p.bits,
                str(p.time),
                *((p.queries,) if self.front.with_queries else ()),
                len(p.programs),
                ", ".join(f"{n} {name}" for name, n in self.names(place).items()),
            )
            for place, p in enumerate(self.front.points)
        ]
        asked = ("queries",) if self.front.with_queries else ()
        return plain_table(("bits", self.front.time, *asked, "programs", "named"), rows)

    def _hull(self) -> str:
        rows = [
            (str(p.low), "all" if p.high is None else str(p.high), p.point.bits, str(p.point.time))
            for p in self.front.hull
        ]
        head = "least under bits + lambda * time:\n"
        return head + plain_table(("lambda from", "to", "bits", "time"), rows, "  ")

    def _listings(self, place: int, point: FrontPoint, listed: int | None) -> list[str]:
        lines = []
        for minimum, said in list(zip(point.programs, self.found[place], strict=True))[:listed]:
            lines += ["", f"{counted(point.bits, 'bit')}, time {point.time}: {said.named}"]
            code = str(minimum.program).splitlines()[1:]
            lines += [wrapped(line, "  ", "    ") for line in code]
        return lines

    def __str__(self) -> str:
        return self.text()


def tagged_front(front: ProgramFront, classifier: Classifier | None = None) -> TaggedFront:
    """Return a front with its programs classified, by default by `classifier_for`.

    >>> from mesacircuits.enumeration.programs import program_front
    >>> tagged_front(program_front("argmax(candidates=3)", cap=2)).names(0)
    {'lookup-table': 1}
    """
    chosen = classifier or classifier_for(front.task)
    return TaggedFront(
        front, tuple(tuple(named_tags(p.programs, front.task, chosen)) for p in front.points)
    )
