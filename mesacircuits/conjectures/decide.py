"""Deciding a sentence over its universe, by the exhaustive engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from mesacircuits.circuits import TruthTable, npn_canonical, npn_orbit
from mesacircuits.classification import (
    Definition,
    LookupTable,
    SearchLike,
    describe_definition,
    has_tag,
)
from mesacircuits.classification.bulk import bulk_sets, bulk_tags
from mesacircuits.conjectures.arm import (
    ArmResult,
    ClassRow,
    Example,
    FrontierRow,
    deciding_rows,
    verdict_of,
)
from mesacircuits.conjectures.class_shares import refuse_inapplicable
from mesacircuits.conjectures.decide_shipped import ShippedClass, shipped_tags
from mesacircuits.conjectures.sentence import Functions, Sentence, SingleTask
from mesacircuits.conjectures.tally import TagCount, tally_level
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    SIZE,
    BudgetEnded,
    Census,
    ClassMinima,
    Effort,
    Level,
    Minima,
    census,
    enumerate_minima,
)
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask

__all__ = ["decide", "dial_variants", "shortened"]

_MOST_OBJECTIVE_GATES = 6


@fitting_units
def decide(sentence: Sentence, effort: Effort | None = None) -> ArmResult:
    """Return the verdict on a sentence, with counts, frontier and the smallest example.

    Arguments:
        sentence: the claim.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    Over functions one of each NPN class is looked at, under every negation of inputs, so the
    definition must not depend on the inputs' order.

    Raises:
        ArgumentError: if the definition does not apply to the tasks of the universe.

    >>> from mesacircuits.conjectures.sentence import parse_sentence
    >>> text = "no size-minimal circuit of functions(3) over b2 is search-like"
    >>> result = decide(parse_sentence(text))
    >>> result.verdict.value, str(result.example.task), result.example.circuit.size
    ('refuted', 'tt:3:18', 3)
    """
    effort = effort or Effort()
    if isinstance(sentence.universe, SingleTask):
        return _decide_task(sentence, sentence.universe.task, effort)
    refuse_inapplicable(sentence.definition, sentence.universe.inputs)
    if effort.takes_shipped:
        shipped = _decide_shipped(sentence, sentence.universe, effort)
        if shipped is not None:
            return shipped
    return _decide_functions(sentence, sentence.universe, effort)


def dial_variants(definition: Definition) -> list[Definition]:
    """Return the definition, then the same with its dials set otherwise."""
    others: list[Definition] = []
    if isinstance(definition, SearchLike):
        others = [
            replace(definition, objective_gates=c, reencoding=r)
            for r in dict.fromkeys((definition.reencoding, "common", "none"))
            for c in range(1, _MOST_OBJECTIVE_GATES + 1)
        ]
    if isinstance(definition, LookupTable):
        others = [LookupTable(bound) for bound in (None, 8, 4, 2, 1)]
    return [definition, *(other for other in others if other != definition)]


def _decide_functions(sentence: Sentence, universe: Functions, effort: Effort) -> ArmResult:
    variants = dial_variants(sentence.definition)
    counted: dict[TruthTable, tuple[TagCount, ...]] = {}

    def observe(level: Level) -> None:
        chains, read = level.chains, level.chains.level.inputs
        unread = universe.inputs - read
        sets = bulk_sets(variants, read, sentence.basis, chains.gates, unread)
        counted.update(tally_level(level, universe.inputs, sets))

    found = census(universe.inputs, sentence.basis, sentence.order, effort, observe)
    nothing = (TagCount(),) * len(variants)
    # Constants and inputs have no gates, so no tag; the census lists them by themselves.
    rows = [
        _class_row(entry, counted.setdefault(entry.representative, nothing)[0])
        for entry in found.classes
    ]
    return _result(sentence, rows, variants, counted.values(), effort, found)


def _class_row(entry: ClassMinima | ShippedClass, own: TagCount) -> ClassRow:
    return ClassRow(
        function=entry.representative,
        functions=entry.functions,
        size=entry.size,
        depth=entry.depth,
        circuits=entry.circuits,
        minima=entry.circuits * entry.functions // 2,
        tagged=own.circuits,
        some=own.some,
        every=own.every,
    )


def _decide_shipped(sentence: Sentence, universe: Functions, effort: Effort) -> ArmResult | None:
    variants = dial_variants(sentence.definition)
    found = shipped_tags(universe.inputs, sentence.basis, sentence.order, variants)
    if found is None:
        return None
    listed, file = found
    n, depth = universe.inputs, None if sentence.order == SIZE else 0
    simple = (TruthTable.constant(n, 0), 2), (npn_canonical(TruthTable.of_input(n, 0))[0], 2 * n)
    nothing = (TagCount(),) * len(variants)
    gateless = [ShippedClass(table, count, 0, depth, 1, nothing) for table, count in simple]
    every = [*gateless, *listed]
    rows = [_class_row(entry, entry.counts[0]) for entry in every]
    counts = [entry.counts for entry in every]
    return replace(_result(sentence, rows, variants, counts, effort), minima_from=file)


def _result(
    sentence: Sentence,
    rows: list[ClassRow],
    variants: Sequence[Definition],
    counted: Collection[tuple[TagCount, ...]],
    effort: Effort,
    found: Census | None = None,
) -> ArmResult:
    frontier = [
        FrontierRow(
            describe_definition(variant),
            sum(counts[place].some > 0 for counts in counted),
            sum(counts[place].some for counts in counted),
            sum(counts[place].circuits for counts in counted),
        )
        for place, variant in enumerate(variants)
    ]
    rows.sort(key=lambda row: (row.size, row.function.bits))
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, found is None or found.exhaustive),
        classes=tuple(rows),
        frontier=shortened(frontier),
        example=_smallest_example(sentence, rows, effort),
        open_functions=0 if found is None else found.open_functions,
        open_classes=0 if found is None else found.open_classes,
        exhausted_size=None if found is None else found.exhausted_size,
    )


def shortened(rows: Sequence[FrontierRow]) -> tuple[FrontierRow, ...]:
    """Return a frontier without the empty rows behind empty rows: stricter dials, empty too."""
    kept = [
        row for place, row in enumerate(rows) if place == 0 or row.minima or rows[place - 1].minima
    ]
    return tuple(kept)


def _smallest_example(
    sentence: Sentence, rows: Iterable[ClassRow], effort: Effort
) -> Example | None:
    """Return the smallest example; None if there is none, or the budget ends before it is found."""
    fitting = deciding_rows(sentence, rows)
    if not fitting:
        return None

    def key(row: ClassRow) -> tuple[int, int]:
        return row.size, len(row.function.support())

    least = min(map(key, fitting))
    try:
        examples = [_least_in_class(sentence, row, effort) for row in fitting if key(row) == least]
    except BudgetEnded:
        return None
    return min(examples, key=lambda example: example.task.tables[0].bits)


def _least_in_class(sentence: Sentence, row: ClassRow, effort: Effort) -> Example:
    for table in npn_orbit(row.function):
        task = FunctionTask((table,))
        minima = enumerate_minima(task, sentence.basis, sentence.order, effort)
        example = _example(sentence, minima.all_found())
        if example is not None:
            return example
    raise ArithmeticError(f"{row.function} is counted as an example, but no minimum is one")


def _example(sentence: Sentence, minima: Minima) -> Example | None:
    tags = bulk_tags(sentence.definition, minima.minima, minima.function_task)
    for circuit, tagged in zip(minima.minima, tags, strict=True):
        if sentence.decided_by(tagged):
            judgement = sentence.definition.judge(circuit, minima.function_task)
            return Example(minima.function_task, circuit, judgement, minima.circuits, sum(tags))
    return None


def _decide_task(sentence: Sentence, task: FunctionTask, effort: Effort) -> ArmResult:
    if task.outputs != 1 or task.support is not None:
        raise ArgumentError("task", "one function, on all inputs", str(task))
    minima = enumerate_minima(task, sentence.basis, sentence.order, effort)
    if minima.minima:
        has_tag(sentence.definition, minima.minima[0], task)
    if not minima.exhaustive:
        return ArmResult(
            sentence,
            verdict_of(sentence.quantifier, [], False),
            (),
            (),
            None,
            open_functions=1,
            open_classes=1,
            exhausted_size=minima.exhausted_size or 0,
        )
    rows: list[ClassRow] = []
    frontier: list[FrontierRow] = []
    for variant in dial_variants(sentence.definition):
        tagged = sum(bulk_tags(variant, minima.minima, task))
        if not frontier:
            rows.append(
                ClassRow(
                    function=task.tables[0],
                    functions=1,
                    size=minima.minima[0].size,
                    depth=minima.depth if sentence.order == DEPTH_SIZE else None,
                    circuits=minima.circuits,
                    minima=minima.circuits,
                    tagged=tagged,
                    some=int(tagged > 0),
                    every=int(tagged == minima.circuits),
                )
            )
        frontier.append(
            FrontierRow(describe_definition(variant), int(tagged > 0), int(tagged > 0), tagged)
        )
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, True),
        classes=tuple(rows),
        frontier=shortened(frontier),
        example=_example(sentence, minima),
    )
