"""Verifying one arm of a certificate: its rows, what follows from them, and its example."""

from __future__ import annotations

from functools import lru_cache

from mesacircuits.circuits import TruthTable, npn_classes
from mesacircuits.classification import Definition, describe_definition
from mesacircuits.conjectures.arm import ArmResult, ClassRow, FrontierRow, deciding_rows, verdict_of
from mesacircuits.conjectures.certificate import ArmRecord, FrontierRecord, RowRecord
from mesacircuits.conjectures.decide import dial_variants, shortened
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.sentence import Functions, Sentence
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.conjectures.verify_example import check_example
from mesacircuits.enumeration import DEPTH_SIZE, Effort
from mesacircuits.errors import CertificateError
from mesacircuits.tables import counted

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

    `full`: find the example's minima again even if they are many. `effort`: its budget bounds SAT.

    Returns the steps in words, and what the budget left open.

    Raises `CertificateError` naming the first field that fails.
    """
    if isinstance(sentence.universe, Functions):
        rows = _check_function_rows(where, record, sentence, sentence.universe.inputs)
    else:
        rows = _check_task_row(where, record, sentence, sentence.universe.task.tables[0])
    exhausted = record.open.functions == 0
    if exhausted:
        demand(f"{where}.open.exhausted_size", record.open.exhausted_size, None)
    elif record.open.exhausted_size is None:
        raise CertificateError(f"{where}.open.exhausted_size", "missing")
    result = ArmResult(sentence, Verdict(record.verdict), tuple(rows), (), None)
    totals = result.totals
    demand(f"{where}.counts", sorted(record.counts), sorted(totals))
    for name, value in totals.items():
        demand(f"{where}.counts.{name}", record.counts[name], value)
    disagreeing = [row.function.hex for row in result.disagreeing]
    demand(f"{where}.disagreeing", record.disagreeing, disagreeing)
    verdict = verdict_of(sentence.quantifier, rows, exhausted)
    demand(f"{where}.verdict", record.verdict, verdict.value)
    _check_frontier(where, record.frontier, result)
    steps = [
        f"{where}: the rows of {counted(len(rows), 'class', 'classes')} over "
        f"{sentence.basis} under {sentence.order} "
        f"add up; verdict {verdict.value} follows"
    ]
    fitting = deciding_rows(sentence, rows)
    if record.example is None and fitting and not record.open.example:
        raise CertificateError(f"{where}.example", "missing, though some class has one")
    if record.open.example:
        demand(f"{where}.open.example", True, record.example is None and bool(fitting))
        steps.append(f"{where}: no example, as the budget ended before the smallest was found")
    if record.example is not None:
        if not fitting:
            raise CertificateError(f"{where}.example", "given, though no class has one")
        at = f"{where}.example"
        found, left_open = check_example(at, record.example, sentence, fitting, full, effort)
        return steps + found, left_open
    return steps, []


@lru_cache(maxsize=4)
def _class_sizes(inputs: int) -> dict[str, tuple[TruthTable, int]]:
    return {
        found.representative.hex: (found.representative, found.functions)
        for found in npn_classes(inputs)
    }


def class_names(inputs: int) -> tuple[TruthTable, ...]:
    """Return the least member of every NPN class of functions of n <= 4 inputs.

    >>> [table.hex for table in class_names(2)]
    ['0', '1', '3', '6']
    """
    return tuple(sorted(table for table, _ in _class_sizes(inputs).values()))


def _check_function_rows(
    where: str, record: ArmRecord, sentence: Sentence, inputs: int
) -> list[ClassRow]:
    known = _class_sizes(inputs)
    rows: list[ClassRow] = []
    seen: set[str] = set()
    for place, entry in enumerate(record.classes):
        at = f"{where}.classes[{place}]"
        if entry.function not in known:
            raise CertificateError(
                f"{at}.function",
                f"names no class of {counted(inputs, 'input')}: {shown(entry.function)}",
            )
        if entry.function in seen:
            raise CertificateError(f"{at}.function", f"listed twice: {entry.function}")
        seen.add(entry.function)
        table, functions = known[entry.function]
        demand(f"{at}.functions", entry.functions, functions)
        demand(f"{at}.minima", entry.minima, entry.circuits * functions // 2)
        rows.append(_check_row(at, entry, table, sentence))
        if place and (rows[-2].size, rows[-2].function.bits) > (entry.size, table.bits):
            raise CertificateError(f"{at}.size", "rows are not in the order of size and function")
    total = 1 << (1 << inputs)
    demand(f"{where}.open.functions", record.open.functions, total - sum(r.functions for r in rows))
    demand(f"{where}.open.classes", record.open.classes, len(known) - len(rows))
    return rows


def _check_task_row(
    where: str, record: ArmRecord, sentence: Sentence, table: TruthTable
) -> list[ClassRow]:
    if len(record.classes) > 1:
        raise CertificateError(f"{where}.classes", "more than one row for one task")
    missing = int(not record.classes)
    demand(f"{where}.open.functions", record.open.functions, missing)
    demand(f"{where}.open.classes", record.open.classes, missing)
    rows = []
    for entry in record.classes:
        at = f"{where}.classes[0]"
        demand(f"{at}.function", entry.function, table.hex)
        demand(f"{at}.functions", entry.functions, 1)
        demand(f"{at}.minima", entry.minima, entry.circuits)
        rows.append(_check_row(at, entry, table, sentence))
    return rows


def _check_row(at: str, entry: RowRecord, table: TruthTable, sentence: Sentence) -> ClassRow:
    if entry.circuits < 1:
        raise CertificateError(f"{at}.circuits", "every function has a minimal circuit")
    if len(table.support()) < 2:
        demand(f"{at}.size", entry.size, 0)
        demand(f"{at}.circuits", entry.circuits, 1)
    elif entry.size < len(table.support()) - 1:
        raise CertificateError(f"{at}.size", "too few gates to read every input in use")
    if entry.tagged > entry.minima:
        raise CertificateError(f"{at}.tagged", "more than all minima")
    if (entry.depth is None) != (sentence.order != DEPTH_SIZE):
        raise CertificateError(f"{at}.depth", f"order {sentence.order} says otherwise")
    if entry.depth is not None and not entry.size.bit_length() <= entry.depth <= entry.size:
        # A circuit of depth d unfolds into a tree of at most 2^d - 1 gates; minima have no more.
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
        table,
        entry.functions,
        entry.size,
        entry.depth,
        entry.circuits,
        entry.minima,
        entry.tagged,
        entry.some,
        entry.every,
    )


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
