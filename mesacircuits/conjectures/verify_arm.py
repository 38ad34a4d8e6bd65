"""Verifying one arm of a certificate: its rows, what follows from them, and its example."""

from __future__ import annotations

from functools import lru_cache
from math import comb

import msgspec

from mesacircuits.circuits import TruthTable, npn_canonical, npn_classes
from mesacircuits.conjectures.certificate import ArmRecord, FrontierRecord, RowRecord
from mesacircuits.conjectures.decide import (
    ArmResult,
    FrontierRow,
    deciding_rows,
    dial_variants,
    gates_to_read,
    open_functions,
    shortened,
    verdict_of,
)
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.minimality import parts_of
from mesacircuits.conjectures.sentence import Sentence
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.conjectures.verify_example import check_example
from mesacircuits.definitions import Definition, describe_definition
from mesacircuits.enumeration import DEPTH_SIZE, MAX_CENSUS_INPUTS, BudgetEnded, Effort
from mesacircuits.errors import CertificateError
from mesacircuits.studies.survey import LEFT_OUT, ClassRow
from mesacircuits.studies.universe import table_of
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task

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
) -> tuple[list[str], list[str]]:
    """Re-derive what one arm says, up to the rows themselves.

    `full`: find the example's minima again even if they are many. `effort`: its budget bounds SAT
    and the listing of policies.

    Returns the steps in words, and what the budget left open.

    Raises `CertificateError` naming the first field that fails, and `BudgetEnded` if the budget
    ended before all policies were listed.
    """
    if sentence.by_classes:
        rows = _check_function_rows(where, record, sentence)
    else:
        rows = _check_task_rows(where, record, sentence, effort)
    exhausted = record.open.functions == 0
    if exhausted:
        demand(f"{where}.open.exhausted_size", record.open.exhausted_size, None)
    elif record.open.exhausted_size is None:
        raise CertificateError(f"{where}.open.exhausted_size", "missing")
    elif sentence.by_classes and sentence.universe.inputs > MAX_CENSUS_INPUTS:
        _check_reading(where, record, sentence)
    result = ArmResult(sentence, Verdict(record.verdict), tuple(rows), (), None)
    totals = result.totals
    demand(f"{where}.counts", sorted(record.counts), sorted(totals))
    for name, value in totals.items():
        demand(f"{where}.counts.{name}", record.counts[name], value)
    disagreeing = [row.name for row in result.disagreeing]
    demand(f"{where}.disagreeing", record.disagreeing, disagreeing)
    verdict = verdict_of(sentence.quantifier, rows, exhausted)
    demand(f"{where}.verdict", record.verdict, verdict.value)
    _check_frontier(where, record.frontier, result)
    steps = [
        f"{where}: the rows of {_rows_counted(sentence, len(rows))} over "
        f"{sentence.basis} under {sentence.order} "
        f"add up; verdict {verdict.value} follows"
    ]
    fitting = deciding_rows(sentence, rows)
    if record.example is None and fitting and not record.open.example:
        raise CertificateError(f"{where}.example", "missing, though some class has one")
    if record.open.example:
        demand(f"{where}.open.example", True, record.example is None and bool(fitting))
        steps.append(f"{where}: there is an example, but the smallest is not given")
    if record.example is not None:
        if not fitting:
            raise CertificateError(f"{where}.example", "given, though no class has one")
        at = f"{where}.example"
        found, left_open = check_example(at, record.example, sentence, fitting, full, effort)
        return steps + found, left_open
    return steps, []


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


def _check_reading(where: str, record: ArmRecord, sentence: Sentence) -> None:
    # No circuit of fewer gates reads all inputs, as what has no row does.
    most = gates_to_read(sentence.universe.inputs, sentence.basis) - 1
    if (record.open.exhausted_size or 0) > most:
        raise CertificateError(f"{where}.open.exhausted_size", f"more than {most}, unsearched")


def _check_function_rows(where: str, record: ArmRecord, sentence: Sentence) -> list[ClassRow]:
    inputs = sentence.universe.inputs
    known = _class_sizes(inputs)
    rows: list[ClassRow] = []
    seen: set[str] = set()
    demand(f"{where}.left_out", msgspec.to_builtins(record.left_out), [])
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
        demand(f"{at}.functions", entry.functions, functions)
        demand(f"{at}.minima", entry.minima, entry.circuits * functions // 2)
        rows.append(_check_row(at, entry, FunctionTask((table,)), sentence))
        if place and (rows[-2].size, table_of(rows[-2].task).bits) > (entry.size, table.bits):
            raise CertificateError(f"{at}.size", "rows are not in the order of size and function")
    functions, classes = open_functions(inputs, rows)
    demand(f"{where}.open.functions", record.open.functions, functions)
    demand(f"{where}.open.classes", record.open.classes, classes)
    return rows


def _check_task_rows(
    where: str, record: ArmRecord, sentence: Sentence, effort: Effort | None
) -> list[ClassRow]:
    tasks = dict(sentence.universe.listed())
    for name, task in tasks.items():
        if effort is not None and effort.used_up():
            raise BudgetEnded
        if parts_of(task) is None:
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
        if left.why not in LEFT_OUT:
            raise CertificateError(f"{where}.left_out[{place}].why", "no reason known")
    missing = len(tasks) - len(listed) - len(out)
    demand(f"{where}.open.functions", record.open.functions, missing)
    demand(f"{where}.open.classes", record.open.classes, missing)
    rows = []
    for place, entry in enumerate(record.classes):
        at = f"{where}.classes[{place}]"
        demand(f"{at}.functions", entry.functions, 1)
        demand(f"{at}.minima", entry.minima, entry.circuits)
        rows.append(_check_row(at, entry, tasks[entry.name], sentence))
    return rows


def _check_row(at: str, entry: RowRecord, task: Task, sentence: Sentence) -> ClassRow:
    if entry.circuits < 1:
        raise CertificateError(f"{at}.circuits", "without minima there is no row")
    reading = 0
    if isinstance(task, FunctionTask) and task.support is None:
        reading = max(gates_to_read(len(t.support()), sentence.basis) for t in task.tables)
        if sentence.by_classes and not reading:
            demand(f"{at}.size", entry.size, 0)
            demand(f"{at}.circuits", entry.circuits, 1)
    if entry.size < reading:
        raise CertificateError(f"{at}.size", "too few gates to read every input in use")
    if entry.tagged > entry.minima:
        raise CertificateError(f"{at}.tagged", "more than all minima")
    if (entry.depth is None) != (sentence.order != DEPTH_SIZE):
        raise CertificateError(f"{at}.depth", f"order {sentence.order} says otherwise")
    if entry.depth is not None:
        most = _most_gates(entry.depth, task.outputs, sentence, entry.size)
        if not entry.depth <= entry.size <= most:
            raise CertificateError(f"{at}.depth", f"cannot be, with {entry.size} gates")
    if constant_on_classes(sentence.definition):
        demand(f"{at}.some", entry.some, entry.functions if entry.tagged else 0)
        whole = entry.tagged == entry.minima
        demand(f"{at}.every", entry.every, entry.functions if whole else 0)
    else:
        if not entry.every <= entry.some <= entry.functions:
            raise CertificateError(f"{at}.some", "out of range")
        if (entry.some > 0) != (entry.tagged > 0):
            raise CertificateError(f"{at}.some", "contradicts the tagged minima")
        if (entry.every == entry.functions) != (entry.tagged == entry.minima):
            raise CertificateError(f"{at}.every", "contradicts the tagged minima")
    return ClassRow(
        entry.name,
        task,
        entry.functions,
        entry.size,
        entry.depth,
        entry.circuits,
        entry.minima,
        entry.tagged,
        entry.some,
        entry.every,
    )


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


def _check_frontier(where: str, listed: list[FrontierRecord], result: ArmResult) -> None:
    if not result.classes:
        demand(f"{where}.frontier", [row.definition for row in listed], [])
        return
    by_name = {row.definition: row for row in listed}
    names = [describe_definition(v) for v in dial_variants(result.sentence.definition)]
    rows = []
    for name in names:
        row = by_name.get(name, FrontierRecord(name, 0, 0, 0))
        rows.append(FrontierRow(name, row.classes, row.functions, row.minima))
    kept = [row.definition for row in shortened(rows)]
    demand(f"{where}.frontier", [row.definition for row in listed], kept)
    totals = result.totals
    for name in ("classes", "functions", "minima"):
        demand(f"{where}.frontier[0].{name}", getattr(listed[0], name), totals[f"tagged_{name}"])
    for place, row in enumerate(listed):
        counts = (row.classes, row.functions, row.minima)
        if any(counts) != all(counts):
            raise CertificateError(f"{where}.frontier[{place}]", "some counts are 0, others not")
        for name in ("classes", "functions", "minima"):
            if getattr(row, name) > totals[name]:
                raise CertificateError(f"{where}.frontier[{place}].{name}", "more than all")
