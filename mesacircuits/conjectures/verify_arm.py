"""Verifying one arm of a certificate: its rows, what follows from them, and its example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import comb

import msgspec

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical, npn_classes, npn_orbit
from mesacircuits.conjectures.certificate import (
    MOST_RECOUNTED,
    ArmRecord,
    CaseRecord,
    FrontierRecord,
    RowRecord,
    demand,
    shown,
)
from mesacircuits.conjectures.decide import (
    PROGRAMS_LEFT_OUT,
    ArmResult,
    Example,
    FrontierRow,
    ProgramRow,
    chain_key,
    deciding_rows,
    gates_to_read,
    open_functions,
    shortened,
    verdict_of,
)
from mesacircuits.conjectures.example import (
    Case,
    derived_example,
    minima_by_sat,
    parts_of,
    shown_minimal,
)
from mesacircuits.conjectures.sentence import PROGRAM, Sentence
from mesacircuits.definitions import Definition, describe_definition
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.definitions.frontier import dial_variants
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    PARETO,
    BudgetEnded,
    Effort,
)
from mesacircuits.enumeration.programs import Exhausted
from mesacircuits.enumeration.programs.length_search import Turns
from mesacircuits.enumeration.programs.minima import cost_of
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.survey import LEFT_OUT, ClassRow
from mesacircuits.studies.universe import inputs_in_use, table_of
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task, machine_for

__all__ = ["check_arm", "class_names", "constant_on_classes"]


def constant_on_classes(definition: Definition) -> bool:
    """Return whether negating inputs never changes the tag, so that it is constant on classes."""
    return definition.parameters.get("reencoding") != "none"


def check_arm(
    where: str,
    record: ArmRecord,
    sentence: Sentence,
    full: bool = False,
    effort: Effort | None = None,
) -> tuple[ArmResult, list[str], list[str]]:
    """Derive one arm anew from its rows, which are believed, and compare it whole.

    `full`: find the example's minima again even if they are many. `effort`: its budget bounds SAT
    and the listing of policies.

    Returns the arm, the steps in words, and what the budget left open.

    Raises `CertificateError` naming the first field that fails, and `BudgetEnded` if the budget
    ended before all policies were listed.
    """
    effort, size = effort or Effort(), record.open.exhausted_size
    if sentence.by_classes:
        rows = _function_rows(where, record, sentence)
        left, classes = open_functions(sentence.universe.inputs, rows)
    else:
        rows = _task_rows(where, record, sentence, effort)
        left = len(sentence.universe.listed()) - len(rows) - len(record.left_out)
        classes = left
    if not left or sentence.solver == PROGRAM:
        size = None
    elif size is None:
        raise CertificateError(f"{where}.open.exhausted_size", "missing")
    elif sentence.by_classes and sentence.universe.inputs > MAX_CENSUS_INPUTS:
        # No circuit of fewer gates reads all inputs, as what has no row does.
        most = gates_to_read(sentence.universe.inputs, sentence.basis) - 1
        if size > most:
            raise CertificateError(f"{where}.open.exhausted_size", f"more than {most}, unsearched")
    result = ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=tuple(rows),
        frontier=(),
        example=None,
        left_out=tuple((entry.task, entry.why) for entry in record.left_out),
        open_functions=left,
        open_classes=classes,
        exhausted_size=size,
    )
    result = replace(result, frontier=_frontier(where, record.frontier, result))
    said, example = msgspec.to_builtins(record), {"example": None, "open": None}
    demand(where, said | example, result.to_json() | example)
    steps = [
        f"{where}: the rows of {_rows_counted(sentence, len(rows))} over {sentence.over} under "
        f"{sentence.order} add up; verdict {result.verdict.value} follows"
    ]
    left_open: list[str] = []
    fitting = deciding_rows(sentence, rows)
    if record.example is not None:
        if not fitting:
            raise CertificateError(f"{where}.example", "given, though no class has one")
        at = f"{where}.example"
        found, more, left_open = _example(at, record.example, sentence, fitting, full, effort)
        result = replace(result, example=found)
        steps += more
    elif fitting:
        steps.append(f"{where}: there is an example, but the smallest is not given")
    demand(where, said, result.to_json())
    return result, steps, left_open


def _rows_counted(sentence: Sentence, number: int) -> str:
    return counted(number, "class", "classes") if sentence.by_classes else counted(number, "task")


@lru_cache(maxsize=5)
def _class_sizes(inputs: int) -> dict[str, tuple[TruthTable, int]]:
    # Of five inputs, the classes that read at most four.
    most = min(inputs, MAX_CENSUS_INPUTS)
    found = {}
    for each in npn_classes(most):
        read = len(each.representative.support())
        table = each.representative
        if most < inputs:
            table = npn_canonical(table.extended_to(inputs))[0]
        found[table.hex] = table, each.functions * comb(inputs, read) // comb(most, read)
    return found


def class_names(inputs: int) -> tuple[TruthTable, ...]:
    """Return the least member of every NPN class of functions of n inputs; of at most 4 in use.

    >>> [table.hex for table in class_names(2)]
    ['0', '1', '3', '6']
    """
    return tuple(sorted(table for table, _ in _class_sizes(inputs).values()))


def _function_rows(where: str, record: ArmRecord, sentence: Sentence) -> list[ClassRow]:
    inputs = sentence.universe.inputs
    known = _class_sizes(inputs)
    rows: list[ClassRow] = []
    seen: set[str] = set()
    for place, entry in enumerate(record.classes):
        at = f"{where}.classes[{place}]"
        if entry.name not in known:
            raise CertificateError(
                f"{at}.name",
                f"names no class of {counted(inputs, 'input')}: {shown(entry.name)}",
            )
        if entry.name in seen:
            raise CertificateError(f"{at}.name", f"listed twice: {entry.name}")
        seen.add(entry.name)
        table, functions = known[entry.name]
        rows.append(_row(at, entry, FunctionTask((table,)), functions, sentence))
        if place and (rows[-2].size, table_of(rows[-2].task).bits) > (entry.size, table.bits):
            raise CertificateError(f"{at}.size", "rows are not in the order of size and function")
    demand(f"{where}.left_out", msgspec.to_builtins(record.left_out), [])
    return rows


def _task_rows(where: str, record: ArmRecord, sentence: Sentence, effort: Effort) -> list[ClassRow]:
    tasks = dict(sentence.universe.listed())
    programs = sentence.solver == PROGRAM
    for name, task in tasks.items():
        if effort.used_up():
            raise BudgetEnded
        if not programs and parts_of(task) is None:
            raise CertificateError(f"{where}.universe", f"{name} has too many policies to verify")
    out = [entry.task for entry in record.left_out]
    listed = [entry.name for entry in record.classes]
    for at, names in ((f"{where}.left_out", out), (f"{where}.classes", listed)):
        # In the order of the universe, so none twice.
        known = set(names)
        demand(at, names, [name for name in tasks if name in known])
    known = set(listed)
    for place, left in enumerate(record.left_out):
        if left.task in known:
            raise CertificateError(f"{where}.left_out[{place}].task", "has a row")
        if left.why not in (PROGRAMS_LEFT_OUT if programs else LEFT_OUT):
            raise CertificateError(f"{where}.left_out[{place}].why", "no reason known")
    return [
        _row(f"{where}.classes[{place}]", entry, tasks[entry.name], 1, sentence)
        for place, entry in enumerate(record.classes)
    ]


def _row(at: str, entry: RowRecord, task: Task, functions: int, sentence: Sentence) -> ClassRow:
    """Return a row as it is said to be, if it can be so, with what follows from its numbers."""
    minima = entry.circuits * functions // 2 if sentence.by_classes else entry.circuits
    if entry.circuits < 1:
        raise CertificateError(f"{at}.circuits", "without minima there is no row")
    if entry.tagged > minima:
        raise CertificateError(f"{at}.tagged", "more than all minima")
    some, every = entry.some, entry.every
    if constant_on_classes(sentence.definition):
        some = functions if entry.tagged else 0
        every = functions if entry.tagged == minima else 0
    elif not every <= some <= functions:
        raise CertificateError(f"{at}.some", "out of range")
    elif (some > 0) != (entry.tagged > 0):
        raise CertificateError(f"{at}.some", "contradicts the tagged minima")
    elif (every == functions) != (entry.tagged == minima):
        raise CertificateError(f"{at}.every", "contradicts the tagged minima")
    own = (entry.name, task, functions, entry.size)
    counts = (entry.circuits, minima, entry.tagged, some, every)
    if sentence.solver == PROGRAM:
        cost = "" if entry.cost is msgspec.UNSET else entry.cost
        lines = [] if entry.exhausted is msgspec.UNSET else msgspec.to_builtins(entry.exhausted)
        exhausted = tuple(Exhausted(**line) for line in lines)
        return ProgramRow(*own, None, *counts, cost=cost, exhausted=exhausted)
    _check_size(at, entry, task, sentence)
    return ClassRow(*own, entry.depth, *counts)


def _check_size(at: str, entry: RowRecord, task: Task, sentence: Sentence) -> None:
    """Check that circuits of such a size and depth can solve the task."""
    reading = 0
    if isinstance(task, FunctionTask) and task.support is None:
        reading = max(gates_to_read(len(t.support()), sentence.basis) for t in task.tables)
        if sentence.by_classes and not reading:
            demand(f"{at}.size", entry.size, 0)
            demand(f"{at}.circuits", entry.circuits, 1)
    if entry.size < reading:
        raise CertificateError(f"{at}.size", "too few gates to read every input in use")
    if (entry.depth is None) != (sentence.order != DEPTH_SIZE):
        raise CertificateError(f"{at}.depth", f"order {sentence.order} says otherwise")
    if entry.depth is not None:
        most = _most_gates(entry.depth, task.outputs, sentence, entry.size)
        if not entry.depth <= entry.size <= most:
            raise CertificateError(f"{at}.depth", f"cannot be, with {entry.size} gates")


def _most_gates(depth: int, outputs: int, sentence: Sentence, enough: int) -> int:
    """Return how many gates a minimum of this depth has at most; if `enough` are, no more.

    It unfolds into a tree for each output, and minima have no more gates than these.
    """
    fan_in = max(2, *(operator.arity for operator in sentence.basis.operators))
    gates, level = 0, outputs
    for _ in range(depth):
        gates, level = gates + level, level * fan_in
        if gates >= enough:
            break
    return gates


def _frontier(
    where: str, listed: Sequence[FrontierRecord], result: ArmResult
) -> tuple[FrontierRow, ...]:
    """Return the frontier as it is said to be, if it can be so."""
    if not result.classes or result.sentence.solver == PROGRAM:
        return ()
    by_name = {row.definition: row for row in listed}
    rows = []
    for variant in dial_variants(result.sentence.definition):
        name = describe_definition(variant)
        row = by_name.get(name, FrontierRecord(name, 0, 0, 0))
        rows.append(FrontierRow(name, row.classes, row.functions, row.minima))
    totals = result.totals
    own = (totals[f"tagged_{name}"] for name in ("classes", "functions", "minima"))
    rows[0] = FrontierRow(rows[0].definition, *own)
    kept = shortened(rows)
    for place, kept_row in enumerate(kept):
        counts = (kept_row.classes, kept_row.functions, kept_row.minima)
        if any(counts) != all(counts):
            raise CertificateError(f"{where}.frontier[{place}]", "some counts are 0, others not")
        for name in ("classes", "functions", "minima"):
            if getattr(kept_row, name) > totals[name]:
                raise CertificateError(f"{where}.frontier[{place}].{name}", "more than all")
    return kept


def _example(
    where: str,
    record: CaseRecord,
    sentence: Sentence,
    fitting: Sequence[ClassRow],
    full: bool,
    effort: Effort,
) -> tuple[Example, list[str], list[str]]:
    """Derive the example anew; return it, the steps in words, and what the budget left open.

    `fitting` are the rows that have examples; the one given must come from the least of them.
    `full`: find its minima again even if they are many. `effort`: its budget bounds SAT.

    Raises `CertificateError` naming the first field that fails.
    """
    task = _task(where, record, sentence)
    by = [describe_definition(sentence.definition)]
    demand(f"{where}.judgements", [said.by for said in record.judgements], by)
    demand(f"{where}.minimal", record.minimal, sentence.minimal)
    case, steps = derived_example(where, record, task, {}, record.task)
    [(_, judgement)] = case.judgements
    if not sentence.decided_by(judgement.holds):
        raise CertificateError(
            f"{where}.judgements[0].holds", "so it is no example of the sentence"
        )
    row = _row_of(where, record, sentence, case, fitting)
    tagged = (case.tagged or 0) if sentence.by_classes else row.tagged
    if isinstance(case.solver, UnrolledProgram):
        found = Example(record.task, task, case.solver, judgement, row.circuits, tagged)
        return found, [*steps, f"{where}: by its runs it costs what its row says"], []
    assert isinstance(case.solver, Circuit)
    found = Example(record.task, task, case.solver, judgement, row.circuits, tagged)
    canonical = case.solver.canonical().to_json()
    demand(f"{where}.circuit", msgspec.to_builtins(record.circuit), canonical)
    try:
        steps.append(f"{where}: {shown_minimal(where, case, effort)}")
        if sentence.by_classes:
            _check_least(where, sentence, table_of(task), fitting, effort)
        if full or row.circuits <= MOST_RECOUNTED:
            _check_counts(where, found, sentence, effort)
            steps.append(
                f"{where}: SAT lists "
                f"{counted(found.minima, 'minimum', 'minima')} over {sentence.basis}, "
                f"{found.tagged} with the tag, this first"
            )
    except BudgetEnded:
        return (
            found,
            steps,
            [f"{where}: that it is minimal, the smallest, and one of so many minima"],
        )
    return found, steps, []


def _task(where: str, record: CaseRecord, sentence: Sentence) -> Task:
    if not sentence.by_classes:
        known = dict(sentence.universe.listed())
        if record.task not in known:
            raise CertificateError(f"{where}.task", f"not in {sentence.universe}")
        return known[record.task]
    try:
        task = named_in_file("function", record.task)
    except ArgumentError as error:
        raise CertificateError(f"{where}.task", str(error)) from error
    demand(f"{where}.task", record.task, str(task))
    whole = task.support is None and task.outputs == 1
    if not whole or task.inputs != sentence.universe.inputs:
        raise CertificateError(f"{where}.task", f"not in {sentence.universe}")
    return task


def _row_of(
    where: str, record: CaseRecord, sentence: Sentence, case: Case, fitting: Sequence[ClassRow]
) -> ClassRow:
    """Check the example against the row of its class or task, and return that."""
    names = {record.task}
    if sentence.by_classes:
        names = {npn_canonical(table_of(case.task))[0].hex}
    own = next((row for row in fitting if row.name in names), None)
    if own is None:
        raise CertificateError(f"{where}.task", "its class has no example, by its row")
    demand(f"{where}.minima", record.minima, own.circuits)
    if isinstance(case.solver, UnrolledProgram):
        _check_cost(where, case.solver, sentence, own)
    elif sentence.order != PARETO:
        demand(f"{where}.size", record.size, own.size)
    if own.depth is not None and isinstance(case.solver, Circuit):
        demand(f"{where}.circuit (depth)", case.solver.depth, own.depth)
    if not sentence.by_classes:
        demand(f"{where}.task", record.task, min(fitting, key=lambda row: row.key).name)
        return own
    least = min(row.key[:2] for row in fitting)
    demand(f"{where}.task", (own.size, inputs_in_use(case.task)), least)
    return own


def _check_cost(where: str, solver: UnrolledProgram, sentence: Sentence, row: ClassRow) -> None:
    """Check that a program is one for the machine of its task, and costs what its row says."""
    machine = machine_for(row.task, str(sentence.over))
    demand(f"{where}.program.machine", solver.program.machine.to_json(), machine.to_json())
    cost = cost_of(Turns(row.task, machine), solver.program)
    if not isinstance(row, ProgramRow) or cost.length < row.size:
        raise CertificateError(f"{where}.size", "less than its row says")
    if sentence.order == "length":
        demand(f"{where}.size", cost.length, row.size)
    demand(f"{where}.program (cost)", order_named(sentence.order).shown(cost), row.cost)
    if sentence.cap is not None and len(solver.program.code) > sentence.cap:
        raise CertificateError(f"{where}.program", "longer than the cap")


def _check_least(
    where: str,
    sentence: Sentence,
    table: TruthTable,
    fitting: Sequence[ClassRow],
    effort: Effort,
) -> None:
    """Check that no row has a smaller example: fewer gates, inputs in use, lesser table."""
    least = min(row.key[:2] for row in fitting)
    for row in fitting:
        if row.key[:2] != least:
            continue
        for member in npn_orbit(table_of(row.task)):
            if member.bits >= table.bits:
                continue
            lesser = FunctionTask((member,))
            for circuit in minima_by_sat(lesser, sentence.basis, sentence.order, effort):
                holds = sentence.definition.judge(circuit, lesser).holds
                if sentence.decided_by(holds):
                    raise CertificateError(f"{where}.task", f"{lesser} is a smaller example")


def _check_counts(where: str, example: Example, sentence: Sentence, effort: Effort) -> None:
    """Check that the example is the first of as many minima as it says, as SAT lists them."""
    minima = minima_by_sat(example.task, sentence.basis, sentence.order, effort)
    tags = [sentence.definition.judge(c, example.task).holds for c in minima]
    demand(f"{where}.minima", example.minima, len(minima))
    demand(f"{where}.tagged", example.tagged, sum(tags))
    first = min(
        (c for c, tag in zip(minima, tags, strict=True) if sentence.decided_by(tag)),
        key=chain_key,
    )
    demand(f"{where}.circuit", str(example.circuit), str(first))
