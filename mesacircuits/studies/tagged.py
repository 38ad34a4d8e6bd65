"""All minima of one task, or of all functions of n inputs, tagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.data.minima import TASKS_FORMAT, TaskMinimaFile
from mesacircuits.definitions import (
    MIXED,
    UNCLASSIFIED,
    Classification,
    Classifier,
    Definition,
    DefinitionFailed,
    definition_record,
)
from mesacircuits.definitions.bulk import bulk_tags, in_normal_form
from mesacircuits.enumeration import (
    AUTO,
    MAX_CENSUS_INPUTS,
    Census,
    Constraints,
    Effort,
    Minima,
    enumerate_minima,
)
from mesacircuits.enumeration.constraints import FREE, as_constraints
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.survey import ClassRow, TagCount, survey_classes
from mesacircuits.studies.universe import Universe, as_universe, asked_of_each
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import Task, TaskLike

__all__ = [
    "TaggedCensus",
    "TaggedMinima",
    "UniverseMinima",
    "named_by_tag",
    "numbers_by_tag",
    "tagged",
    "tagged_census",
    "tagged_minima",
    "tags_table",
    "universe_minima",
]


def numbers_by_tag(tag_of: Mapping[str, str], held: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return how many have each label, two or more tags (`mixed`), and none (`unclassified`).

    Arguments:
        tag_of: the labels that there are, each with its tag (see `Classifier.labels`).
        held: the labels that each of several solvers has.

    >>> numbers_by_tag({"search-like": "search-like"}, [["search-like"], []])
    {'search-like': 1, 'mixed': 0, 'unclassified': 1}
    """
    counts = {label: sum(label in own for own in held) for label in tag_of}
    counts[MIXED] = sum(len({tag_of[label] for label in own}) > 1 for own in held)
    counts[UNCLASSIFIED] = sum(not own for own in held)
    return counts


def named_by_tag(tags: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Return how many bear each label as their one name; these sum to all of them.

    >>> named_by_tag(["search-like"], ["search-like", "unclassified"])
    {'search-like': 1, 'unclassified': 1}
    """
    return {name: names.count(name) for name in (*tags, UNCLASSIFIED)}


def tags_table(noun: str, tags: Mapping[str, int], named: Mapping[str, int]) -> str:
    """Return both counts as a table."""
    rows = [(tag, count, named.get(tag, "-")) for tag, count in tags.items()]
    return plain_table(("tag", noun, "named"), rows)


@dataclass(frozen=True)
class TaggedMinima:
    """The minima of a task with the tags of each.

    Attributes:
        result: the minima.
        classifier: what tagged them.
        held: for each minimum, the labels of the tags that it has (see `Classifier.labels`), in the
            order of precedence.
        failures: of the definitions that failed, which give no tags here, the first failure each.
    """

    result: Minima
    classifier: Classifier
    held: tuple[tuple[str, ...], ...]
    failures: tuple[DefinitionFailed, ...] = ()

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions that did not fail."""
        return tuple(d for d in self.classifier.definitions if not self._failed(d))

    def _failed(self, definition: Definition) -> bool:
        text = getattr(definition, "text", definition.name)
        return any(failure.definition == text for failure in self.failures)

    @cached_property
    def tag_of(self) -> dict[str, str]:
        """The labels of the definitions that did not fail, each with its tag."""
        said = zip(self.classifier.labels, self.classifier.definitions, strict=True)
        return {label: d.tag for label, d in said if not self._failed(d)}

    @property
    def tags(self) -> dict[str, int]:
        """Minima with each tag, `mixed` (two or more) and `unclassified` (none).

        Where several definitions give a tag, minima by each.
        """
        return numbers_by_tag(self.tag_of, self.held)

    @property
    def named(self) -> dict[str, int]:
        """Minima by the one tag that precedence names; these sum to all minima."""
        names = [tags[0] if tags else UNCLASSIFIED for tags in self.held]
        return named_by_tag([*self.tag_of], names)

    def classify(self, index: int, settings: int = 0) -> Classification:
        """Return the scores and witnesses of minimum number `index`, from 0.

        With `settings`, where a tag is refused, so many other settings of dials are tried at most.
        """
        classifier = Classifier(self.definitions, self.classifier.precedence)
        return classifier.classify(self.result.minima[index], self.result.task, settings)

    def first_with(self, tag: str) -> int | None:
        """Return the number of the first minimum with a tag (or `unclassified`); None if none."""
        for index, labels in enumerate(self.held):
            tags = {self.tag_of[label] for label in labels}
            if tag in tags or tag in labels or (tag, len(tags)) == (UNCLASSIFIED, 0):
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
            if tag not in self.tags and tag not in self.tag_of.values():
                raise ArgumentError("tag", f"one of {', '.join(self.tags)}", tag)
            place = self.first_with(tag)
            if place is None:
                raise ArgumentError(
                    "tag", f"a tag that some minimum of {self.result.task} has", tag
                )
            return self.result.minima[place]
        return self.result.pick(index)

    def judgements_json(self, settings: int = 0) -> dict[str, Any]:
        """Return the counts, and the scores and witnesses of every minimum, as JSON values.

        Other settings of dials are tried for those minima that `judgements_text` shows.
        """
        record = self.to_json(with_minima=False)
        shown = {self.first_with(tag) for tag in self.tags}
        record["classifications"] = [
            self.classify(index, settings if index in shown else 0).to_json()
            for index in range(self.result.circuits)
        ]
        return record

    def judgements_text(self, settings: int = 0, why: bool = False) -> str:
        """Return the counts per tag, and the first minimum of each tag with its witness.

        With `settings`, where these refuse a tag, so many other settings of dials are tried at
        most. With `why`, the interventions that each tag rests on follow it.
        """
        parts = [self.text(listed=False)]
        for tag in self.tags:
            place = self.first_with(tag)
            if place is not None:
                shown = self.classify(place, settings).text(why)
                parts.append(f"first {tag}, minimum {place + 1}:\n{shown}")
        return "\n\n".join(parts)

    def text(self, listed: bool = True, **how: Any) -> str:
        """Return the result as printed, with or without circuits; arguments as `Minima.text`."""
        if not self.result.exhaustive:
            return self.result.text()
        table = tags_table("minima", self.tags, self.named)
        failed = "".join(f"\n{wrapped(str(failure), '', '  ')}" for failure in self.failures)
        return f"{self.result.text(listed, **how)}\n\n{table}{failed}"

    def __str__(self) -> str:
        return self.text()


def tagged_minima(
    task: TaskLike,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    classifier: Classifier | None = None,
    *,
    cap: int | None = None,
    within: int = 0,
    engine: str = AUTO,
    n: int | None = None,
    **kept: Any,
) -> TaggedMinima:
    """Return every minimal circuit of a task, with its tags.

    Arguments and errors are those of `enumerate_minima`, of which `kept` are any others, such as
    `first` and `constraints`; `classifier` says which definitions tag. One that fails (see
    `DefinitionFailed`) is left out, and the rest goes on.

    >>> tagged_minima("tt:3:7E").tags["search-like"]
    3
    >>> tagged_minima("tt:3:7E", constraints=Constraints(fanout=1)).result.size
    3
    """
    result = enumerate_minima(
        task, basis, order, effort, cap=cap, within=within, engine=engine, n=n, **kept
    )
    return tagged(result, classifier, _are_minimal(basis_named(basis), order, within, kept))


def _are_minimal(basis: Basis, order: str, within: int, kept: Mapping[str, Any]) -> bool:
    # Whether what is proved of minima holds of what is asked for: all, or the first of them.
    others = within or kept.get("exactly") is not None or kept.get("constraints")
    return not others and in_normal_form(basis, order)


def tagged(
    result: Minima, classifier: Classifier | None = None, minimal: bool = False
) -> TaggedMinima:
    """Return minima that were found, with their tags: as `tagged_minima`, without the search.

    `minimal` says that `bulk_tags` may go by what is proved of minima: see there.

    >>> tagged(enumerate_minima("tt:3:7E")).tags["search-like"]
    3
    """
    classifier = classifier or Classifier()
    by_label: dict[str, list[bool]] = {}
    failures = []
    for label, definition in zip(classifier.labels, classifier.definitions, strict=True):
        try:
            by_label[label] = bulk_tags(definition, result.minima, result.task, minimal)
        except DefinitionFailed as failure:
            failures.append(failure)
    held = tuple(
        tuple(label for label in classifier.ranked if label in by_label and by_label[label][index])
        for index in range(result.circuits)
    )
    return TaggedMinima(result, classifier, held, tuple(failures))


@dataclass(frozen=True)
class UniverseMinima:
    """The minima of each task of a universe, counted.

    Attributes:
        universe, basis, order: what they are of, and what minimal means.
        found: each task's minima, by the text that names it, in the universe's order.
        tagged: the same with their tags, where these were asked for; else empty.
        constraints: what circuits keep to.
    """

    universe: Universe
    basis: str
    order: str
    found: Mapping[str, Minima]
    tagged: Mapping[str, TaggedMinima]
    constraints: Constraints = FREE

    @property
    def exhaustive(self) -> bool:
        """Whether the minima of every task were reached."""
        return all(minima.exhaustive for minima in self.found.values())

    def to_record(self) -> TaskMinimaFile:
        """Return the minima as they ship: of the tasks that were exhausted and have some."""
        return TaskMinimaFile(
            format=TASKS_FORMAT,
            basis=self.basis,
            order=self.order,
            universe=str(self.universe),
            tasks={
                minima.task.plain().hash_hex: tuple(map(str, minima.minima))
                for minima in self.found.values()
                if minima.exhaustive and minima.minima
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON values, a record for each task."""
        orbits = bool(self.universe.orbits)
        return {
            "universe": str(self.universe),
            "left_out": list(self.universe.left_out),
            "basis": self.basis,
            "order": self.order,
            "exhaustive": self.exhaustive,
            "tasks": [
                {
                    "name": name,
                    **({"stands_for": self.universe.stands_for(name)} if orbits else {}),
                    **self.tagged.get(name, minima).to_json(with_minima=False),
                }
                for name, minima in self.found.items()
            ],
        }

    def __str__(self) -> str:
        tags = list(dict.fromkeys(tag for tagged in self.tagged.values() for tag in tagged.tags))
        rows = []
        for name, minima in self.found.items():
            counts = self.tagged[name].tags if self.tagged and minima.exhaustive else {}
            cells: tuple[object, ...] = (
                minima.shown_cost(minima.size),
                minima.depth,
                minima.circuits,
            )
            if not minima.exhaustive:
                cells = "-", "-", "not exhausted"
            elif not minima.solvable:
                cells = "-", "-", "no circuit"
            own = (self.universe.stands_for(name),) if self.universe.orbits else ()
            rows.append((name, *own, *cells, *(counts.get(tag, "-") for tag in tags)))
        total = sum(minima.circuits for minima in self.found.values())
        head = f"{counted(len(rows), 'task')} of {self.universe}, {self.basis}, order {self.order}"
        lines = [wrapped(f"{head}: {counted(total, 'minimum', 'minima')}", "", "  ")]
        if self.constraints:
            lines.append(wrapped(f"constraints: {self.constraints}", "", "  "))
        lines += [wrapped(f"left out: {line}", "  ", "    ") for line in self.universe.left_out]
        stands = ("stands for",) if self.universe.orbits else ()
        table = plain_table(("task", *stands, "size", "depth", "minima", *tags), rows)
        return "\n".join([*lines, "", table])


def universe_minima(
    universe: Universe | TaskLike,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    *,
    tags: bool = False,
    cap: int | None = None,
    within: int = 0,
    engine: str = AUTO,
    **kept: Any,
) -> UniverseMinima:
    """Return the minima of each task of a universe, each searched within a share of the effort.

    Arguments and errors are those of `parse_universe` and `enumerate_minima`, of which `kept` are
    any others, such as `constraints`; `tags`: with their tags, too.

    >>> print(universe_minima("tt:3:E8; tt:2:8"))
    2 tasks of tt:3:E8; tt:2:8, b2, order size: 52 minima
    <BLANKLINE>
    task     size  depth  minima
    tt:3:E8     4      3      51
    tt:2:8      1      1       1
    """
    universe = as_universe(universe)
    basis = basis_named(basis)

    def ask(_name: str, task: Task, share: Effort) -> Minima:
        return enumerate_minima(
            task, basis, order, share, cap=cap, within=within, engine=engine, **kept
        )

    universe.refuse_moved(basis)
    limits = as_constraints(kept.get("constraints", FREE))
    if universe.orbits and (limits.given or not limits.symmetric):
        # A task speaks for its orbit only where renaming inputs changes nothing.
        expected = "none of single inputs or functions, for a universe of orbits"
        raise ArgumentError("constraints", expected, str(limits))
    tasks = universe.listed()
    found = asked_of_each(tasks, ask, lambda minima: minima.exhaustive, effort or Effort())
    ordered = {name: found[name] for name, _ in tasks}
    minimal = _are_minimal(basis, order, within, kept)
    kept = ordered if tags else {}
    with_tags = {name: tagged(minima, minimal=minimal) for name, minima in kept.items()}
    return UniverseMinima(universe, basis.name, order, ordered, with_tags, limits)


@dataclass(frozen=True)
class TaggedCensus:
    """A census whose minima are tagged.

    Attributes:
        census: the counts without tags.
        classifier: what tagged them.
        rows: for each class the counts of `columns`.
        minima_from: the shipped file that the tagged minima are from; empty if they were searched.
    """

    census: Census
    classifier: Classifier
    rows: tuple[ClassRow, ...]
    minima_from: str = ""

    @property
    def exhaustive(self) -> bool:
        """Whether no function was left out."""
        return self.census.exhaustive

    @cached_property
    def tags(self) -> Mapping[TruthTable, Mapping[str, TagCount]]:
        """For each class (by representative) how many minima have each tag, two or more, none.

        Minima are summed over functions with f(0) = 0.
        """
        columns = [*self.classifier.labels, MIXED, UNCLASSIFIED]
        return {
            row.representative: dict(zip(columns, row.counts, strict=False)) for row in self.rows
        }

    @cached_property
    def named(self) -> Mapping[TruthTable, Mapping[str, TagCount]]:
        """The same for the one tag that precedence names."""
        columns = [*self.classifier.labels, UNCLASSIFIED]
        return {
            row.representative: dict(zip(columns, row.counts[-len(columns) :], strict=True))
            for row in self.rows
        }

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
        if self.minima_from:
            record["minima_from"] = self.minima_from
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
        every = self.census.total["circuits"]
        rows.append(["all", every, *(c["circuits"] for c in total.values())])
        rows.append(["classes", "-", *(c["classes"] for c in total.values())])
        said = "Tags: minima with each; classes: with some such minimum."
        if self.minima_from:
            said += f"\nTagged: minima as shipped in {self.minima_from}; --fresh searches again."
        return f"{self.census}\n\n{plain_table(heads, rows)}\n\n{said}"


@fitting_units
def tagged_census(
    inputs: int,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    classifier: Classifier | None = None,
) -> TaggedCensus:
    """Count the minimal circuits of every function of n inputs, by tag.

    Arguments and errors are those of `census`; `classifier` says which definitions tag. Where both
    the census and the minima ship with the package, they answer if the effort allows it.

    >>> tagged_census(3).counts()["search-like"]
    {'circuits': 12, 'classes': 1}
    """
    check_whole("inputs", inputs, 1, MAX_CENSUS_INPUTS)
    classifier = classifier or Classifier()
    labels, tag_of = classifier.labels, classifier.tag_of

    def kinds(sets: list[NDArray[np.int64]], full: int) -> list[NDArray[np.int64]]:
        # What each gives, what has two tags, what has none; then by the first that gives a tag.
        by_tag: dict[str, NDArray[np.int64]] = {}
        for label, each in zip(labels, sets, strict=True):
            by_tag[tag_of[label]] = by_tag.get(tag_of[label], np.zeros_like(each)) | each
        mixed, tagged = np.zeros_like(sets[0]), np.zeros_like(sets[0])
        for each in by_tag.values():
            mixed |= tagged & each
            tagged |= each
        first: dict[str, NDArray[np.int64]] = {}
        left = np.full_like(tagged, full)
        for label in classifier.ranked:
            first[label] = sets[labels.index(label)] & left
            left &= ~first[label]
        return [*sets, mixed, full & ~tagged, *(first[label] for label in labels), left]

    found = survey_classes(
        inputs,
        basis_named(basis),
        order,
        classifier.definitions,
        effort or Effort(),
        kinds,
        with_census=True,
    )
    assert found.census is not None  # it was asked for
    return TaggedCensus(found.census, classifier, found.rows, found.minima_from)
