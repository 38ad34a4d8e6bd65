"""Verifying the example of a certificate: its circuit, its witness, its minimality by SAT."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical, npn_orbit
from mesacircuits.conjectures.certificate import MOST_RECOUNTED, ExampleRecord
from mesacircuits.conjectures.decide import chain_key
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.minimality import (
    MOST_GATES,
    minima_by_sat,
    minimal_by_sat,
    parts_of,
)
from mesacircuits.conjectures.sentence import Sentence
from mesacircuits.definitions import check_witness, definition_record
from mesacircuits.definitions.definition import solves
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import PARETO, BudgetEnded, Effort
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.studies.survey import ClassRow
from mesacircuits.studies.universe import inputs_in_use, table_of
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["check_example"]


def check_example(
    where: str,
    record: ExampleRecord,
    sentence: Sentence,
    fitting: Sequence[ClassRow],
    full: bool = False,
    effort: Effort | None = None,
) -> tuple[list[str], list[str]]:
    """Re-derive what an example says; return the steps in words, and what the budget left open.

    `fitting` are the rows that have examples; the one given must come from the least of them.
    `full`: find its minima again even if they are many. `effort`: its budget bounds SAT.

    Raises `CertificateError` naming the first field that fails.
    """
    effort = effort or Effort()
    task = _check_task(where, record, sentence)
    circuit = _check_circuit(where, record, sentence, task)
    row = _check_row_of(where, record, sentence, task, fitting)
    judgement = sentence.definition.judge(circuit, task)
    demand(f"{where}.score", record.score, str(judgement.score))
    holds = sentence.decided_by(True)
    if judgement.holds != holds:
        raise CertificateError(
            f"{where}.score", f"{record.score}, so the circuit is no example of the sentence"
        )
    name = f"{where}: {counted(circuit.size, 'gate')} for {task}"
    steps = []
    if holds:
        try:
            check_witness(circuit, task, definition_record(sentence.definition), record.witness)
        except CertificateError as error:
            place = f"{where}.witness.{shown(error.where)}"
            raise CertificateError(place, shown(error.problem, 120)) from error
        steps.append(f"{name}: the witness holds, score {record.score}")
    else:
        demand(f"{where}.witness", record.witness, None)
        steps.append(f"{name}: score {record.score}")
    try:
        parts = parts_of(task) or ()
        at = f"{where}.size", f"{where}.depth"
        said = minimal_by_sat(parts, sentence.basis, sentence.order, circuit, effort, *at)
        steps.append(f"{where}: {said}")
        if sentence.by_classes:
            _check_least(where, sentence, table_of(task), fitting, effort)
        if full or row.circuits <= MOST_RECOUNTED:
            _check_counts(where, record, sentence, task, circuit, effort)
            steps.append(
                f"{where}: SAT lists "
                f"{counted(record.minima, 'minimum', 'minima')} over {sentence.basis}, "
                f"{record.tagged} with the tag, this first"
            )
    except BudgetEnded:
        return steps, [f"{where}: that it is minimal, the smallest, and one of so many minima"]
    return steps, []


def _check_task(where: str, record: ExampleRecord, sentence: Sentence) -> Task:
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


def _check_circuit(where: str, record: ExampleRecord, sentence: Sentence, task: Task) -> Circuit:
    try:
        circuit = record.circuit.to_circuit()
    except ArgumentError as error:
        raise CertificateError(f"{where}.circuit", str(error)) from error
    if circuit.size > MOST_GATES:
        raise CertificateError(f"{where}.circuit", f"more than {MOST_GATES} gates")
    if not solves(circuit, task):
        raise CertificateError(f"{where}.circuit", f"does not solve {task}")
    if not circuit.is_reduced():
        raise CertificateError(f"{where}.circuit", "not reduced")
    demand(f"{where}.circuit", msgspec.to_builtins(record.circuit), circuit.canonical().to_json())
    if not circuit.has_forms_of(sentence.basis):
        raise CertificateError(f"{where}.circuit", f"not in basis {sentence.basis}")
    demand(f"{where}.hash", record.hash, circuit.hash_hex)
    demand(f"{where}.size", record.size, circuit.size)
    demand(f"{where}.depth", record.depth, circuit.depth)
    return circuit


def _check_row_of(
    where: str,
    record: ExampleRecord,
    sentence: Sentence,
    task: Task,
    fitting: Sequence[ClassRow],
) -> ClassRow:
    """Check the example against the row of its class or task, and return that."""
    names = {record.task}
    if sentence.by_classes:
        names = {npn_canonical(table_of(task))[0].hex}
    own = next((row for row in fitting if row.name in names), None)
    if own is None:
        raise CertificateError(f"{where}.task", "its class has no example, by its row")
    if sentence.order != PARETO:
        demand(f"{where}.size", record.size, own.size)
    if own.depth is not None:
        demand(f"{where}.depth", record.depth, own.depth)
    demand(f"{where}.minima", record.minima, own.circuits)
    if not sentence.by_classes:
        demand(f"{where}.tagged", record.tagged, own.tagged)
        demand(f"{where}.task", record.task, min(fitting, key=lambda row: row.key).name)
        return own
    least = min(row.key[:2] for row in fitting)
    demand(f"{where}.task", (own.size, inputs_in_use(task)), least)
    return own


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


def _check_counts(
    where: str,
    record: ExampleRecord,
    sentence: Sentence,
    task: Task,
    circuit: Circuit,
    effort: Effort,
) -> None:
    minima = minima_by_sat(task, sentence.basis, sentence.order, effort)
    tags = [sentence.definition.judge(c, task).holds for c in minima]
    demand(f"{where}.minima", record.minima, len(minima))
    demand(f"{where}.tagged", record.tagged, sum(tags))
    first = min(
        (c for c, tag in zip(minima, tags, strict=True) if sentence.decided_by(tag)),
        key=chain_key,
    )
    demand(f"{where}.circuit", str(circuit), str(first))
