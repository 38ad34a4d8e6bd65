"""All minima of one task, tagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.definitions import (
    MIXED,
    UNCLASSIFIED,
    Classification,
    Classifier,
    Definition,
    DefinitionFailed,
    definition_record,
)
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import AUTO, Effort, Minima, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import plain_table, wrapped
from mesacircuits.tasks import Task

__all__ = ["TaggedMinima", "tagged", "tagged_minima"]


@dataclass(frozen=True)
class TaggedMinima:
    """The minima of a task with the tags of each.

    Attributes:
        result: the minima.
        classifier: what tagged them.
        held: for each minimum, the tags that it has, in the order of precedence.
        failures: of the definitions that failed, which give no tags here, the first failure each.
    """

    result: Minima
    classifier: Classifier
    held: tuple[tuple[str, ...], ...]
    failures: tuple[DefinitionFailed, ...] = ()

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions that did not fail."""
        failed = {failure.definition for failure in self.failures}
        return tuple(
            d for d in self.classifier.definitions if getattr(d, "text", d.name) not in failed
        )

    @property
    def tags(self) -> dict[str, int]:
        """Minima with each tag, `mixed` (two or more) and `unclassified` (none)."""
        counts = {d.tag: sum(d.tag in tags for tags in self.held) for d in self.definitions}
        counts[MIXED] = sum(len(tags) > 1 for tags in self.held)
        counts[UNCLASSIFIED] = sum(not tags for tags in self.held)
        return counts

    @property
    def named(self) -> dict[str, int]:
        """Minima by the one tag that precedence names; these sum to all minima."""
        counts = {d.tag: sum(tags[:1] == (d.tag,) for tags in self.held) for d in self.definitions}
        return counts | {UNCLASSIFIED: sum(not tags for tags in self.held)}

    def classify(self, index: int) -> Classification:
        """Return the scores and witnesses of minimum number `index`, from 0."""
        classifier = Classifier(self.definitions, self.classifier.precedence)
        return classifier.classify(self.result.minima[index], self.result.task)

    def first_with(self, tag: str) -> int | None:
        """Return the number of the first minimum with a tag (or `unclassified`); None if none."""
        for index, tags in enumerate(self.held):
            if tag in tags or (tag, len(tags)) == (UNCLASSIFIED, 0):
                return index
            if tag == MIXED and len(tags) > 1:
                return index
        return None

    def to_json(self, with_minima: bool = True) -> dict[str, Any]:
        """Return the result as JSON values; with the minima, each one's tags."""
        record = self.result.to_json(with_minima)
        record["tags"] = self.tags
        record["named"] = self.named
        record["definitions"] = [definition_record(d) for d in self.classifier.definitions]
        record["precedence"] = list(self.classifier.precedence)
        if self.failures:
            record["failures"] = [str(failure) for failure in self.failures]
        if with_minima:
            for circuit, tags in zip(record["minima"], self.held, strict=True):
                circuit["tags"] = list(tags)
        return record

    def pick(self, index: int, tag: str | None = None) -> Circuit:
        """Return minimum number `index`, from 1, or the first with a tag.

        Raises `ArgumentError` if there is no such minimum.
        """
        if tag is not None:
            if tag not in self.tags:
                raise ArgumentError("tag", f"one of {', '.join(self.tags)}", tag)
            place = self.first_with(tag)
            if place is None:
                raise ArgumentError(
                    "tag", f"a tag that some minimum of {self.result.task} has", tag
                )
            return self.result.minima[place]
        return self.result.pick(index)

    def judgements_json(self) -> dict[str, Any]:
        """Return the counts, and the scores and witnesses of every minimum, as JSON values."""
        record = self.to_json(with_minima=False)
        record["classifications"] = [
            self.classify(index).to_json() for index in range(self.result.circuits)
        ]
        return record

    def judgements_text(self) -> str:
        """Return the counts per tag, and the first minimum of each tag with its witness."""
        parts = [self.text(listed=False)]
        for tag in self.tags:
            place = self.first_with(tag)
            if place is not None:
                parts.append(f"first {tag}, minimum {place + 1}:\n{self.classify(place)}")
        return "\n\n".join(parts)

    def text(self, listed: bool = True) -> str:
        """Return the result as printed, with or without the first of the circuits."""
        if not self.result.exhaustive:
            return self.result.text()
        table = plain_table(
            ("tag", "minima", "named"),
            [(tag, count, self.named.get(tag, "-")) for tag, count in self.tags.items()],
        )
        failed = "".join(f"\n{wrapped(str(failure), '', '  ')}" for failure in self.failures)
        return f"{self.result.text(listed)}\n\n{table}{failed}"

    def __str__(self) -> str:
        return self.text()


def tagged_minima(
    task: Task | TruthTable | str,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    classifier: Classifier | None = None,
    *,
    cap: int | None = None,
    within: int = 0,
    engine: str = AUTO,
) -> TaggedMinima:
    """Return every minimal circuit of a task, with its tags.

    Arguments and errors are those of `enumerate_minima`; `classifier` says which definitions tag.
    One that fails (see `DefinitionFailed`) is left out, and the rest goes on.

    >>> tagged_minima("tt:3:7E").tags["search-like"]
    3
    """
    result = enumerate_minima(task, basis, order, effort, cap=cap, within=within, engine=engine)
    return tagged(result, classifier)


def tagged(result: Minima, classifier: Classifier | None = None) -> TaggedMinima:
    """Return minima that were found, with their tags: as `tagged_minima`, without the search.

    >>> tagged(enumerate_minima("tt:3:7E")).tags["search-like"]
    3
    """
    classifier = classifier or Classifier()
    by_tag: dict[str, list[bool]] = {}
    failures = []
    for definition in classifier.definitions:
        try:
            by_tag[definition.tag] = bulk_tags(definition, result.minima, result.task)
        except DefinitionFailed as failure:
            failures.append(failure)
    held = tuple(
        tuple(tag for tag in classifier.precedence if tag in by_tag and by_tag[tag][index])
        for index in range(result.circuits)
    )
    return TaggedMinima(result, classifier, held, tuple(failures))
