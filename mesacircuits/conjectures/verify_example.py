"""Verifying the example of a certificate: its circuit, its witness, its minimality by SAT."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mesacircuits.circuits import Circuit, TruthTable, npn_orbit
from mesacircuits.classification import check_witness, definition_record
from mesacircuits.classification.file_names import named_in_file
from mesacircuits.conjectures.arm import ClassRow
from mesacircuits.conjectures.certificate import MOST_RECOUNTED, ExampleRecord
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.minimality import minimal_by_sat
from mesacircuits.conjectures.sentence import Functions, Sentence
from mesacircuits.enumeration import DEPTH_SIZE, BudgetEnded, Effort
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

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
    row = _check_row_of(where, record, sentence, task.tables[0], fitting)
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
        depth = record.depth if sentence.order == DEPTH_SIZE else None
        at = f"{where}.size", f"{where}.depth"
        said = minimal_by_sat([task], sentence.basis, record.size, depth, effort, *at)
        steps.append(f"{where}: {said}")
        _check_least(where, sentence, task.tables[0], fitting, effort)
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


def _check_task(where: str, record: ExampleRecord, sentence: Sentence) -> FunctionTask:
    try:
        task = named_in_file("function", record.task)
    except ArgumentError as error:
        raise CertificateError(f"{where}.task", str(error)) from error
    demand(f"{where}.task", record.task, str(task))
    if isinstance(sentence.universe, Functions):
        if task.inputs != sentence.universe.inputs or task.outputs != 1:
            raise CertificateError(f"{where}.task", f"not in {sentence.universe}")
    else:
        demand(f"{where}.task", record.task, str(sentence.universe))
    return task


def _check_circuit(
    where: str, record: ExampleRecord, sentence: Sentence, task: FunctionTask
) -> Circuit:
    try:
        circuit = record.circuit.to_circuit()
    except ArgumentError as error:
        raise CertificateError(f"{where}.circuit", str(error)) from error
    if not task.solved_by(circuit):
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
    table: TruthTable,
    fitting: Sequence[ClassRow],
) -> ClassRow:
    """Check the example against the row of its class, and return that."""
    own = next((row for row in fitting if table in npn_orbit(row.function)), None)
    if own is None:
        raise CertificateError(f"{where}.task", "its class has no example, by its row")
    demand(f"{where}.size", record.size, own.size)
    if own.depth is not None:
        demand(f"{where}.depth", record.depth, own.depth)
    demand(f"{where}.minima", record.minima, own.circuits)
    if not isinstance(sentence.universe, Functions):
        demand(f"{where}.tagged", record.tagged, own.tagged)
        return own
    least = min((row.size, len(row.function.support())) for row in fitting)
    demand(f"{where}.task", (own.size, len(table.support())), least)
    return own


def _check_least(
    where: str,
    sentence: Sentence,
    table: TruthTable,
    fitting: Sequence[ClassRow],
    effort: Effort,
) -> None:
    """Check that no row has a smaller example: fewer gates, inputs in use, lesser table."""
    if not isinstance(sentence.universe, Functions):
        return
    least = min((row.size, len(row.function.support())) for row in fitting)
    for row in fitting:
        if (row.size, len(row.function.support())) != least:
            continue
        for member in npn_orbit(row.function):
            if member.bits >= table.bits:
                continue
            lesser = FunctionTask((member,))
            for circuit in all_minima(lesser, sentence.basis, sentence.order, effort=effort):
                holds = sentence.definition.judge(circuit, lesser).holds
                if sentence.decided_by(holds):
                    raise CertificateError(f"{where}.task", f"{lesser} is a smaller example")


def _check_counts(
    where: str,
    record: ExampleRecord,
    sentence: Sentence,
    task: FunctionTask,
    circuit: Circuit,
    effort: Effort,
) -> None:
    minima = all_minima(task, sentence.basis, sentence.order, effort=effort)
    tags = [sentence.definition.judge(c, task).holds for c in minima]
    demand(f"{where}.minima", record.minima, len(minima))
    demand(f"{where}.tagged", record.tagged, sum(tags))
    first = min(
        (c for c, tag in zip(minima, tags, strict=True) if sentence.decided_by(tag)),
        key=chain_key,
    )
    demand(f"{where}.circuit", str(circuit), str(first))


def chain_key(circuit: Circuit) -> list[tuple[int, ...]]:
    """Return the keys of a canonical chain's gates, by which minima are listed in order.

    >>> chain_key(Circuit.parse(2, "g1 = a & b; out = g1"))
    [(1, 0, 8)]
    """
    from mesacircuits.circuits import operator_named

    return [(*reversed(g.operands), operator_named(g.operator).table) for g in circuit.gates]
