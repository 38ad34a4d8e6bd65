"""Deciding a sentence over its universe, by the exhaustive engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import comb
from typing import NoReturn

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical, npn_orbit, operator_named
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import NPN_CLASS_COUNTS
from mesacircuits.conjectures.arm import (
    ArmResult,
    ClassRow,
    Example,
    FrontierRow,
    deciding_rows,
    verdict_of,
)
from mesacircuits.conjectures.decide_shipped import ShippedClass, shipped_tags
from mesacircuits.conjectures.sentence import Sentence
from mesacircuits.definitions import (
    Definition,
    describe_definition,
    has_tag,
)
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags
from mesacircuits.definitions.definition import WithDials
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    SIZE,
    BudgetEnded,
    Census,
    ClassMinima,
    Effort,
    Level,
    census,
    enumerate_minima,
)
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.class_shares import refuse_inapplicable
from mesacircuits.studies.tally import TagCount, tally_level
from mesacircuits.studies.universe import (
    MAX_LISTED_INPUTS,
    Member,
    Unsolved,
    solved_tasks,
    table_of,
)
from mesacircuits.tasks import FunctionTask, Task

__all__ = [
    "LEFT_OUT",
    "chain_key",
    "decide",
    "dial_variants",
    "gates_to_read",
    "open_functions",
    "shortened",
]

#: Why a task says nothing of a sentence.
LEFT_OUT = ("no circuit over the basis solves it", "the definition does not apply to it")
_NO_CIRCUIT, _DOES_NOT_APPLY = LEFT_OUT


@fitting_units
def decide(sentence: Sentence, effort: Effort | None = None) -> ArmResult:
    """Return the verdict on a sentence, with counts, frontier and the smallest example.

    Arguments:
        sentence: the claim.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    Over all functions of n inputs one of each NPN class is looked at, under every negation of
    inputs, so the definition must not depend on the inputs' order; of five inputs, those classes
    that read at most four. Any other universe is decided task by task.

    Raises:
        ArgumentError: if the definition applies to no task of the universe.

    >>> from mesacircuits.conjectures.sentence import parse_sentence
    >>> text = "no size-minimal circuit of functions(3) over b2 is search-like"
    >>> result = decide(parse_sentence(text))
    >>> result.verdict.value, str(result.example.task), result.example.circuit.size
    ('refuted', 'tt:3:18', 3)
    """
    effort = effort or Effort()
    universe = sentence.universe
    if not sentence.by_classes:
        if universe.only_functions and universe.inputs > MAX_LISTED_INPUTS:
            asked = f"over basis {sentence.basis} under order {sentence.order}"
            few = f"functions of at most {MAX_LISTED_INPUTS} inputs {asked}"
            raise ArgumentError("universe", few, str(universe))
        return _decide_tasks(sentence, effort)
    inputs = universe.inputs
    refuse_inapplicable(sentence.definition, inputs)
    if effort.takes_shipped:
        shipped = _decide_shipped(sentence, inputs, effort)
        if shipped is not None:
            return shipped
    return _decide_functions(sentence, inputs, effort)


def dial_variants(definition: Definition) -> list[Definition]:
    """Return the definition, then the same with its dials set otherwise."""
    others = definition.variants() if isinstance(definition, WithDials) else ()
    return [definition, *(other for other in others if other != definition)]


def _decide_functions(sentence: Sentence, inputs: int, effort: Effort) -> ArmResult:
    variants = dial_variants(sentence.definition)
    counted: dict[TruthTable, tuple[TagCount, ...]] = {}

    def observe(level: Level) -> None:
        chains, read = level.chains, level.inputs
        sets = bulk_sets(variants, read, sentence.basis, chains.rows, inputs - read)
        counted.update(tally_level(level, inputs, sets))

    most = min(inputs, MAX_CENSUS_INPUTS)
    found = census(most, sentence.basis, sentence.order, effort, observe)
    nothing = (TagCount(),) * len(variants)
    rows = []
    for entry in found.classes:
        read = len(entry.representative.support())
        entry = replace(
            entry,
            representative=npn_canonical(entry.representative.extended_to(inputs))[0],
            functions=entry.functions * comb(inputs, read) // comb(most, read),
        )
        # Constants and inputs have no gates, so no tag; the census lists them by themselves.
        rows.append(_class_row(entry, counted.setdefault(entry.representative, nothing)[0]))
    return _result(sentence, rows, variants, counted.values(), effort, found)


def _class_row(entry: ClassMinima | ShippedClass, own: TagCount) -> ClassRow:
    return ClassRow(
        name=entry.representative.hex,
        task=FunctionTask((entry.representative,)),
        functions=entry.functions,
        size=entry.size,
        depth=entry.depth,
        circuits=entry.circuits,
        minima=entry.circuits * entry.functions // 2,
        tagged=own.circuits,
        some=own.some,
        every=own.every,
    )


def _decide_shipped(sentence: Sentence, inputs: int, effort: Effort) -> ArmResult | None:
    variants = dial_variants(sentence.definition)
    found = shipped_tags(inputs, sentence.basis, sentence.order, variants)
    if found is None:
        return None
    listed, file = found
    depth = None if sentence.order == SIZE else 0
    first = npn_canonical(TruthTable.of_input(inputs, 0))[0]
    simple = (TruthTable.constant(inputs, 0), 2), (first, 2 * inputs)
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
    rows.sort(key=lambda row: (row.size, table_of(row.task).bits))
    inputs = sentence.universe.inputs
    left, classes = open_functions(inputs, rows)
    exhausted = None if found is None else found.exhausted_size
    if left and inputs > MAX_CENSUS_INPUTS:
        # What is left of them reads every input.
        reading = gates_to_read(inputs, sentence.basis) - 1 if sentence.order == SIZE else 0
        exhausted = reading if exhausted is None else min(reading, exhausted)
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=tuple(rows),
        frontier=shortened(frontier),
        example=_smallest_example(sentence, rows, effort),
        open_functions=left,
        open_classes=classes,
        exhausted_size=exhausted if left else None,
    )


def open_functions(inputs: int, rows: Sequence[ClassRow]) -> tuple[int, int]:
    """Return how many functions of n inputs, and how many classes, have no row.

    >>> open_functions(2, [])
    (16, 4)
    """
    left = (1 << (1 << inputs)) - sum(row.functions for row in rows)
    return left, NPN_CLASS_COUNTS[inputs] - len(rows)


def gates_to_read(inputs: int, basis: Basis) -> int:
    """Return a bound: a circuit whose output depends on n inputs has no fewer gates.

    Each gate joins at most as many wires into one as its operator has inputs.

    >>> from mesacircuits.circuits.bases import B2, MIG
    >>> gates_to_read(5, B2), gates_to_read(5, MIG)
    (4, 2)
    """
    fan_in = max(operator.arity for operator in basis.operators)
    return -(-max(inputs - 1, 0) // max(fan_in - 1, 1))


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

    # The least member of a class names it, but a larger one may be the smallest example.
    least = min(row.key[:2] for row in fitting)
    try:
        examples = [
            _least_in_class(sentence, row, effort) for row in fitting if row.key[:2] == least
        ]
    except BudgetEnded:
        return None
    return min(examples, key=lambda example: table_of(example.task).bits)


def _least_in_class(sentence: Sentence, row: ClassRow, effort: Effort) -> Example:
    for table in npn_orbit(table_of(row.task)):
        task = FunctionTask((table,))
        minima = enumerate_minima(task, sentence.basis, sentence.order, effort)
        example = _example(sentence, str(task), task, minima.all_found().minima)
        if example is not None:
            return example
    raise ArithmeticError(f"{row.name} is counted as an example, but no minimum is one")


def _example(
    sentence: Sentence, name: str, task: Task, minima: Sequence[Circuit]
) -> Example | None:
    tags = bulk_tags(sentence.definition, minima, task)
    deciding = [c for c, tag in zip(minima, tags, strict=True) if sentence.decided_by(tag)]
    if not deciding:
        return None
    first = min(deciding, key=chain_key)
    judgement = sentence.definition.judge(first, task)
    return Example(name, task, first, judgement, len(minima), sum(tags))


def chain_key(circuit: Circuit) -> tuple[list[tuple[int, ...]], list[tuple[int, bool]]]:
    """Return the keys of a canonical chain's gates, then of its outputs: the order of minima.

    >>> chain_key(Circuit.parse(2, "g1 = a & b; out = ~g1"))
    ([(1, 0, 8)], [(2, True)])
    """
    gates = [(*reversed(g.operands), operator_named(g.operator).table) for g in circuit.gates]
    return gates, [(output.wire, output.inverted) for output in circuit.outputs]


def _decide_tasks(sentence: Sentence, effort: Effort) -> ArmResult:
    """Decide a sentence task by task: of each all minima, under each setting of the dials."""
    tasks = sentence.universe.listed()
    solved = solved_tasks(tasks, sentence.basis, sentence.order, effort)
    variants = dial_variants(sentence.definition)
    counts = [[0, 0] for _ in variants]
    rows: list[ClassRow] = []
    members: dict[str, Member] = {}
    left_out: list[tuple[str, str]] = []
    unsolved: list[Unsolved] = []
    for name, task in tasks:
        member = solved[name]
        if isinstance(member, Unsolved):
            unsolved.append(member)
            continue
        why = _says_nothing(sentence, member)
        if why:
            left_out.append((name, why))
            continue
        members[name] = member
        tagged = [sum(bulk_tags(variant, member.solvers, task)) for variant in variants]
        for count, here in zip(counts, tagged, strict=True):
            count[0] += here > 0
            count[1] += here
        rows.append(_task_row(sentence, member, tagged[0]))
    if not rows and not unsolved:
        _refuse_all(sentence, left_out, solved)
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not unsolved),
        classes=tuple(rows),
        frontier=shortened(
            [
                FrontierRow(describe_definition(variant), some, some, minima)
                for variant, (some, minima) in zip(variants, counts, strict=True)
            ]
            if rows
            else []
        ),
        example=_smallest_task_example(sentence, rows, members),
        left_out=tuple(left_out),
        open_functions=len(unsolved),
        open_classes=len(unsolved),
        exhausted_size=min((u.exhausted_size for u in unsolved), default=None),
    )


def _task_row(sentence: Sentence, member: Member, tagged: int) -> ClassRow:
    minima = len(member.solvers)
    return ClassRow(
        name=member.name,
        task=member.task,
        functions=1,
        size=member.size,
        depth=member.solvers[0].depth if sentence.order == DEPTH_SIZE else None,
        circuits=minima,
        minima=minima,
        tagged=tagged,
        some=int(tagged > 0),
        every=int(tagged == minima),
    )


def _says_nothing(sentence: Sentence, member: Member) -> str:
    """Return why a task says nothing of the sentence, or nothing if it does."""
    if not member.solvers:
        return _NO_CIRCUIT
    judgement = sentence.definition.judge(member.solvers[0], member.task)
    return "" if judgement.applies else _DOES_NOT_APPLY


def _refuse_all(
    sentence: Sentence,
    left_out: Sequence[tuple[str, str]],
    solved: Mapping[str, Member | Unsolved],
) -> NoReturn:
    name, why = left_out[0]
    member = solved[name]
    if why == _DOES_NOT_APPLY and isinstance(member, Member):
        has_tag(sentence.definition, member.solvers[0], member.task)
    raise ArgumentError("basis", f"one that has circuits for {name}", str(sentence.basis))


def _smallest_task_example(
    sentence: Sentence, rows: Iterable[ClassRow], members: Mapping[str, Member]
) -> Example | None:
    fitting = deciding_rows(sentence, rows)
    if not fitting:
        return None
    least = members[min(fitting, key=lambda row: row.key).name]
    return _example(sentence, least.name, least.task, least.solvers)
