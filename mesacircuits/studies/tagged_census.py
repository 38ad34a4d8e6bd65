"""The census with tags: how many minima are search-like, lookup tables, both or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.definitions import MIXED, UNCLASSIFIED, Classifier, definition_record
from mesacircuits.definitions.bulk import bulk_sets
from mesacircuits.enumeration import Census, Effort, Level, census
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.studies.tally import TagCount, tally_level
from mesacircuits.tables import plain_table

__all__ = ["TaggedCensus", "tagged_census"]


@dataclass(frozen=True)
class TaggedCensus:
    """A census whose minima are tagged.

    Attributes:
        census: the counts without tags.
        classifier: what tagged them.
        tags: for each class (by representative) and each tag, `mixed` and `unclassified`, how
            many minima have it, summed over functions with f(0) = 0.
        named: the same for the one tag that precedence names.
    """

    census: Census
    classifier: Classifier
    tags: Mapping[TruthTable, Mapping[str, TagCount]]
    named: Mapping[TruthTable, Mapping[str, TagCount]]

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.census.exhaustive

    def counts(self, size: int | None = None, named: bool = False) -> dict[str, dict[str, int]]:
        """Return circuits (over functions with f(0)=0) and classes per tag, of one size or all."""
        result: dict[str, dict[str, int]] = {}
        for entry in self.census.classes:
            if size is not None and entry.size != size:
                continue
            per_tag = (self.named if named else self.tags)[entry.representative]
            for tag, count in per_tag.items():
                sums = result.setdefault(tag, {"circuits": 0, "classes": 0})
                sums["circuits"] += count.circuits
                sums["classes"] += count.circuits > 0
        return result

    def to_json(self) -> dict[str, Any]:
        """Return the census as JSON values, each row with `tags` and `named`."""
        record = self.census.to_json()
        record["definitions"] = [definition_record(d) for d in self.classifier.definitions]
        record["precedence"] = list(self.classifier.precedence)
        for row in record["rows"]:
            row["tags"] = self.counts(row["size"])
            row["named"] = self.counts(row["size"], named=True)
        return record

    def __str__(self) -> str:
        total = self.counts()
        heads = ["size", "circuits", *total]
        rows: list[list[object]] = [
            [row.size, row.circuits, *(c["circuits"] for c in self.counts(row.size).values())]
            for row in self.census.rows
        ]
        rows.append(
            ["all", self.census.total["circuits"], *(c["circuits"] for c in total.values())]
        )
        rows.append(["classes", "-", *(c["classes"] for c in total.values())])
        table = plain_table(heads, rows)
        return (
            f"{self.census}\n\n{table}\n\nTags: minima with each; classes: with some such minimum."
        )


@fitting_units
def tagged_census(
    inputs: int,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    classifier: Classifier | None = None,
) -> TaggedCensus:
    """Count the minimal circuits of every function of n inputs, by tag.

    Arguments and errors are those of `census`; `classifier` says which definitions tag.

    >>> tagged_census(3).counts()["search-like"]
    {'circuits': 12, 'classes': 1}
    """
    classifier = classifier or Classifier()
    basis = basis_named(basis)
    tags: dict[TruthTable, dict[str, TagCount]] = {}
    named: dict[TruthTable, dict[str, TagCount]] = {}
    names = [definition.tag for definition in classifier.definitions]
    columns = [*names, MIXED, UNCLASSIFIED]

    def observe(level: Level) -> None:
        support = level.inputs
        gates, unread = level.chains.rows, inputs - support
        by_tag = bulk_sets(classifier.definitions, support, basis, gates, unread)
        full = (1 << (1 << support)) - 1
        mixed, tagged = np.zeros_like(by_tag[0]), np.zeros_like(by_tag[0])
        for sets in by_tag:
            mixed |= tagged & sets
            tagged |= sets
        first: dict[str, NDArray[np.int64]] = {}
        left = np.full_like(tagged, full)
        for tag in sorted(names, key=classifier.precedence.index):
            first[tag] = by_tag[names.index(tag)] & left
            left &= ~first[tag]
        kinds = [*by_tag, mixed, full & ~tagged, *(first[tag] for tag in names), left]
        for representative, counts in tally_level(level, inputs, kinds):
            tags[representative] = dict(zip(columns, counts, strict=False))
            named[representative] = dict(
                zip([*names, UNCLASSIFIED], counts[len(columns) :], strict=True)
            )

    result = census(inputs, basis, order, effort, observe)
    for entry in result.classes:
        if entry.representative not in tags:
            # Constants and inputs: no gate, nothing evaluated, no cell knocked out.
            circuits = entry.functions // 2
            tags[entry.representative] = dict.fromkeys(columns, TagCount()) | {
                UNCLASSIFIED: TagCount(circuits, entry.functions, entry.functions)
            }
            named[entry.representative] = dict.fromkeys(names, TagCount()) | {
                UNCLASSIFIED: TagCount(circuits, entry.functions, entry.functions)
            }
    return TaggedCensus(result, classifier, tags, named)
