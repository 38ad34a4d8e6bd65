"""Counts of tagged minima per class, against judging every minimum of every function."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from itertools import product

import pytest

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical, npn_orbit
from mesacircuits.circuits.bases import B2, basis_named
from mesacircuits.definitions import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    MIXED,
    REENCODINGS,
    SEARCH_LIKE,
    UNCLASSIFIED,
    Classifier,
    Definition,
    LookupTable,
    SearchLike,
)
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags
from mesacircuits.enumeration import Effort, Level, Minima, census, enumerate_minima
from mesacircuits.enumeration.levels import levels
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.survey import TagCount, survey_classes, tally_level
from mesacircuits.studies.tagged import tagged_census, tagged_minima
from mesacircuits.tasks import FunctionTask

SEARCHES = tuple(SearchLike(objective_gates=c, reencoding=r) for c in range(3) for r in REENCODINGS)
DIALS: tuple[Definition, ...] = (
    *SEARCHES,
    *(LookupTable(bound) for bound in (None, 3, 2, 1)),
    SearchLike(candidates=3),
)
FEW_DIALS: tuple[Definition, ...] = (
    SearchLike(),
    *(SearchLike(objective_gates=c, reencoding="none") for c in range(2)),
    *(LookupTable(bound) for bound in (None, 2, 1)),
)


@cache
def all_minima(inputs: int, basis: str, order: str) -> tuple[Minima, ...]:
    return tuple(
        enumerate_minima(TruthTable(inputs, bits), basis, order)
        for bits in range(1 << (1 << inputs))
    )


@cache
def holds(definition: Definition, circuit: Circuit) -> bool:
    return definition.judge(circuit, FunctionTask(circuit.tables())).holds


def holding(definition: Definition, minima: Minima) -> list[bool]:
    return [holds(definition, circuit) for circuit in minima.minima]


def tallied(
    inputs: int, basis: str, order: str, definitions: tuple[Definition, ...]
) -> dict[TruthTable, tuple[TagCount, ...]]:
    counts: dict[TruthTable, tuple[TagCount, ...]] = {}

    def observe(level: Level) -> None:
        read = level.inputs
        gates, unread = level.chains.rows, inputs - read
        sets = bulk_sets(definitions, read, basis_named(basis), gates, unread)
        for representative, found in tally_level(level, inputs, sets):
            assert representative not in counts
            counts[representative] = found

    census(inputs, basis, order, observe=observe)
    return counts


def brute_force(minima: tuple[Minima, ...], definition: Definition) -> dict[TruthTable, TagCount]:
    sums: dict[TruthTable, list[int]] = defaultdict(lambda: [0, 0, 0])
    for found in minima:
        table, tags = found.task.tables[0], holding(definition, found)
        counts = sums[npn_canonical(table)[0]]
        counts[0] += sum(tags) * (not table.bits & 1)
        counts[1] += any(tags)
        counts[2] += all(tags)
    return {representative: TagCount(*counts) for representative, counts in sums.items()}


@pytest.mark.parametrize(
    ("inputs", "basis", "order"),
    [
        *product([2], ("b2", "aig"), ("size", "depth-size")),
        *(
            pytest.param(3, basis, order, marks=pytest.mark.slow)
            for basis, order in product(("b2", "aig"), ("size", "depth-size"))
        ),
    ],
)
def test_counts_are_those_of_judging_every_minimum(inputs: int, basis: str, order: str) -> None:
    definitions = DIALS if inputs == 2 or (basis, order) == ("b2", "size") else FEW_DIALS
    counts = tallied(inputs, basis, order, definitions)
    for place, definition in enumerate(definitions):
        expected = brute_force(all_minima(inputs, basis, order), definition)
        gateless = [t for t in expected if len(t.support()) < 2]
        assert set(counts) == set(expected) - {*gateless}
        assert all(expected[t] == TagCount() for t in gateless)
        for representative, found in counts.items():
            assert found[place] == expected[representative], (representative, definition)


def test_the_dials_tell_something_apart() -> None:
    # Were all counts 0, or all those of a class alike, the test above would say little.
    counts = tallied(3, "b2", "size", DIALS)
    kinds = Counter()
    for found in counts.values():
        for count in found:
            kinds["none"] += count.some == 0
            kinds["every"] += count.every > 0
            kinds["some of them"] += count.some > count.every
            kinds["some, none whole"] += count.some > 0 == count.every
    assert min(kinds[k] for k in ("none", "every", "some of them", "some, none whole")) > 0
    totals = [sum(found[place].circuits for found in counts.values()) for place in range(6)]
    assert len(set(totals)) > 2


@pytest.mark.parametrize("table", ["0888", "0660", "0006", "0808"])
def test_without_reencoding_functions_are_counted_not_classes(table: str) -> None:
    representative = npn_canonical(TruthTable.from_hex(4, table))[0]
    definitions = tuple(SearchLike(objective_gates=c, reencoding="none") for c in range(3))
    read = len(representative.support())
    found: dict[TruthTable, tuple[TagCount, ...]] = {}
    for level in levels(read, B2, "size", Effort()):
        sets = bulk_sets(definitions, read, B2, level.chains.rows, 4 - read)
        found.update(tally_level(level, 4, sets))
        if representative in found:
            break
    expected = [[0, 0, 0] for _ in definitions]
    for member in npn_orbit(representative):
        minima = enumerate_minima(member)
        for counts, definition in zip(expected, definitions, strict=True):
            tags = bulk_tags(definition, minima.minima, minima.task)
            counts[0] += sum(tags) * (not member.bits & 1)
            counts[1] += any(tags)
            counts[2] += all(tags)
    assert found[representative] == tuple(TagCount(*counts) for counts in expected)


# -- the tagged census ---------------------------------------------------------------------------

CLASSIFIERS = (
    Classifier(),
    Classifier((SearchLike(objective_gates=0), LookupTable())),
    Classifier(
        (LookupTable(2), SearchLike(objective_gates=0, reencoding="none")),
        (LOOKUP_TABLE, SEARCH_LIKE),
    ),
    Classifier((LookupTable(1), SearchLike(objective_gates=0, reencoding="per-group"))),
    # One definition at several dials; the looser one is asked last.
    Classifier((SearchLike(), LookupTable(2), LookupTable(), SearchLike(objective_gates=0))),
)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("basis", ["b2", pytest.param("aig", marks=pytest.mark.slow)])
def test_the_tagged_census_is_that_of_classifying_every_minimum(
    classifier: Classifier, basis: str
) -> None:
    result = tagged_census(3, basis, classifier=classifier)
    tags: dict[TruthTable, Counter[str]] = defaultdict(Counter)
    named: dict[TruthTable, Counter[str]] = defaultdict(Counter)
    for minima in all_minima(3, basis, "size")[::2]:
        representative = npn_canonical(minima.task.tables[0])[0]
        for circuit in minima.minima:
            by_label = zip(classifier.labels, classifier.definitions, strict=True)
            given = {label: d.tag for label, d in by_label if holds(d, circuit)}
            held = [*given]
            mixed = len({*given.values()}) > 1
            verdict = [MIXED] if mixed else [] if held else [UNCLASSIFIED]
            tags[representative].update([*held, *verdict])
            first = min(held, key=classifier.ranked.index, default=UNCLASSIFIED)
            named[representative][first] += 1
    assert set(result.tags) == set(result.named) == set(tags)
    for representative, counts in tags.items():
        for got, expected in ((result.tags, counts), (result.named, named[representative])):
            circuits = {tag: c.circuits for tag, c in got[representative].items() if c.circuits}
            assert circuits == dict(expected)
    # What precedence names sums to all circuits.
    total = sum(c["circuits"] for c in result.counts(named=True).values())
    assert total == result.census.total["circuits"] == sum(sum(c.values()) for c in named.values())
    assert result.counts().get(CONTROL_LIKE, {"circuits": 0})["circuits"] == 0
    assert result.exhaustive


@pytest.mark.parametrize("inputs", [2, 3])
def test_shipped_minima_give_what_the_census_gives(inputs: int) -> None:
    for basis, order in product(("b2", "aig"), ("size", "depth-size")):
        asked = inputs, basis_named(basis), order, FEW_DIALS
        shipped = survey_classes(*asked, Effort())
        searched = survey_classes(*asked, Effort(shipped=False))
        assert shipped.minima_from == f"minima-{basis}-{order}.json.xz"
        assert (searched.minima_from, searched.census is not None) == ("", True)
        assert shipped.rows == searched.rows
        assert [row.counts for row in shipped.rows] == [row.counts for row in searched.rows]


@pytest.mark.slow
def test_shipped_lists_and_a_shipped_census_are_tagged_together() -> None:
    # The search of the last sizes takes an hour.
    found = tagged_census(4, "aig")
    assert (found.exhaustive, found.minima_from) == (True, "minima-aig-size.json.xz")
    for row in found.census.rows:
        named = found.counts(row.size, named=True).values()
        assert sum(count["circuits"] for count in named) == row.circuits
    assert "--fresh searches again" in str(found)


def test_minima_at_several_dials_are_counted_for_each() -> None:
    dials = (SearchLike(), SearchLike(objective_gates=2), SearchLike(objective_gates=0))
    classifier = Classifier((*dials, LookupTable()))
    found = tagged_minima("tt:4:03C0", classifier=classifier)
    assert [*found.tags][:3] == [*classifier.labels][:3]
    for label, definition in zip(classifier.labels, classifier.definitions, strict=True):
        tags = bulk_tags(definition, found.result.minima, found.result.task)
        assert found.tags[label] == sum(tags)
    assert found.tags["search-like"] > found.tags["search-like(objective_gates=2)"] == 0
    assert found.tags[MIXED] == 0
    assert sum(found.named.values()) == found.result.circuits
    assert found.first_with(SEARCH_LIKE) == 0
    assert found.pick(1, SEARCH_LIKE) == found.pick(1, "search-like(objective_gates=0)")
    with pytest.raises(ArgumentError, match="one of search-like, search-like"):
        found.pick(1, "searching")
    record = found.to_json()
    assert record["minima"][0]["tags"] == ["search-like", "search-like(objective_gates=0)"]
    table = " ".join(str(found).split())
    assert all(f" {label} {found.tags[label]} " in table for label in classifier.labels)


def test_a_tagged_census_records_what_tagged() -> None:
    record = tagged_census(3, classifier=CLASSIFIERS[2]).to_json()
    assert [d["parameters"].get("reencoding") for d in record["definitions"]] == [None, "none"]
    versions = [LookupTable.version, SearchLike.version]
    assert [d["version"] for d in record["definitions"]] == versions
    assert record["precedence"] == ["lookup-table", "search-like"]
    for row in record["rows"]:
        assert sum(c["circuits"] for c in row["named"].values()) == row["circuits"]
