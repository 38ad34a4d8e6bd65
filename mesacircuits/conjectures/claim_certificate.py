"""Certificates of claims: what was found and under which settings, sealed, and how it is verified.

A claim's tables come from searches of many kinds, so only running it again can repeat them all:
that is a full verification. Any verification derives the example anew from its task and solver,
and compares it whole: that it solves the task, its size and hash, what the definitions say of it,
with their witnesses; and by SAT that it is minimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from mesacircuits.call import Call, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.certificate import (
    CLAIM_FIELDS,
    CLAIM_FORMAT,
    CaseRecord,
    ClaimCertificate,
    JudgementRecord,
    grouped,
    sealed_body,
)
from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.finding import Case, is_text_of
from mesacircuits.conjectures.minimality import MOST_GATES, SHOWN_BY_SAT, minimal_by_sat, parts_of
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.definitions import (
    DEFINITIONS,
    Definition,
    check_witness,
    definition_record,
)
from mesacircuits.definitions.definition import solves
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.records import canonical_json, json_values
from mesacircuits.tasks import Task, unroll
from mesacircuits.tasks.parse import task_from_json

__all__ = ["check_claim_certificate", "claim_certificate"]


_MINIMAL = "report.example: minimal"


def claim_certificate(report: ClaimReport) -> dict[str, Any]:
    """Return a claim's report as a certificate: with its format, what is asserted, a checksum.

    The checksum is the SHA-256 of the canonical JSON of all other fields. It finds damage, and
    proves nothing.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> sealed = claim_certificate(conjecture_named("tabular").check({"inputs": 2}))
    >>> sealed["format"], sealed["asserted"][0]
    ('mesacircuits claim certificate 3', 'report: verdict, answer, universe, tables, notes, \
not_exhausted')
    """
    found = _found(report)
    body = {
        "format": CLAIM_FORMAT,
        "claim": report.claim.to_json(),
        "report": found,
        "asserted": _asserted(found),
    }
    return sealed_body(body)


def _found(report: ClaimReport) -> dict[str, Any]:
    example = report.finding.example
    return report.to_json() | {"example": None if example is None else _example_json(example)}


def _example_json(case: Case) -> dict[str, Any]:
    # Without what no verification could derive: a caption, and the name of a task that names none.
    task: Any = case.task
    if not is_text_of(task) and hasattr(task, "label"):
        task = replace(task, label="")
    record = replace(case, task=task).to_json()
    del record["caption"]
    return record


def _asserted(found: Mapping[str, Any]) -> list[str]:
    judgements = found["example"]["judgements"] if found["example"] else []
    return grouped(CLAIM_FIELDS.values()) + [
        _asserted_judgement(place, said["by"])
        for place, said in enumerate(judgements)
        if _is_own(said["by"])
    ]


def _asserted_judgement(place: int, by: str) -> str:
    return f"report.example.judgements[{place}]: asserted (give --definition {shown(by)})"


def _is_own(text: str) -> bool:
    # Whether a definition, by its text, is none of the package's.
    try:
        return Call.parse(text, "definition").name not in DEFINITIONS
    except ArgumentError:
        return False


def check_claim_certificate(
    certificate: ClaimCertificate,
    full: bool = False,
    effort: Effort | None = None,
    own: Mapping[str, Definition] | None = None,
) -> tuple[list[str], list[str], list[str]]:
    """Derive anew what a claim's certificate says, and compare it whole.

    Arguments:
        certificate: the certificate, its form and checksum checked.
        full: run the claim again and compare everything.
        effort: budget of it all, threads and progress bar.
        own: definitions of the user's own, by the text that names them.

    Returns:
        The steps in words; what remains asserted; what the budget did not reach.

    Raises `CertificateError` naming the first field that fails.
    """
    effort, own = effort or Effort(), own or {}
    claim, settings = _head(certificate)
    _check_names(claim, settings)
    found = msgspec.to_builtins(certificate.report)
    demand("asserted", certificate.asserted, _asserted(found))
    values = f": {settings}" if settings.values else ""
    steps = [f"form, checksum, claim and settings{values}"]
    asserted, left_open = grouped(CLAIM_FIELDS.values()), []
    example = certificate.report.example
    if example is not None:
        solver, task, said = _derive_example(example, own)
        steps += said
        try:
            shown_again = _minimal(example.minimal, solver, task, settings, effort)
            if shown_again is not None:
                steps.append(shown_again)
            elif example.minimal:
                asserted.append(_MINIMAL)
        except BudgetEnded:
            left_open.append(_MINIMAL)
    judgements = example.judgements if example is not None else []
    asserted += [
        _asserted_judgement(place, said.by)
        for place, said in enumerate(judgements)
        if _is_own(said.by) and said.by not in own
    ]
    if not full:
        return steps, asserted, left_open
    unnamed = [text for text in _definitions(claim, settings) if _is_own(text) and text not in own]
    if unnamed:
        steps.append(f"not run again: it asks {', '.join(map(shown, unnamed))} (give --definition)")
        return steps, asserted, left_open
    try:
        again = _found(claim.check(settings.to_json(), effort))
    except ArgumentError as error:
        raise CertificateError("report.settings", shown(error, 120)) from error
    except BudgetEnded:
        again = {"not_exhausted": ["all"]}
    if again["not_exhausted"] and not found["not_exhausted"]:
        left_open.append("the claim, run again")
        return steps, asserted, left_open
    if found["not_exhausted"]:
        steps.append("not compared with another run: it ended before all was exhausted")
        return steps, asserted, left_open
    demand("report", found, again)
    steps.append("the claim was run again, with the same result throughout")
    return steps, [], left_open


def _head(certificate: ClaimCertificate) -> tuple[Claim, Settings]:
    name, found = certificate.claim.get("name"), certificate.report
    try:
        claim = conjecture_named(str(name))
    except ArgumentError as error:
        raise CertificateError("claim.name", str(error)) from error
    if not isinstance(claim, Claim):
        raise CertificateError("claim.name", f"no claim: {shown(name)}")
    demand("claim", certificate.claim, claim.to_json())
    try:
        settings = claim.settings(found.settings)
    except ArgumentError as error:
        raise CertificateError("report.settings", str(error)) from error
    demand("report.settings", found.settings, settings.to_json())
    for field, text in claim.texts().items():
        demand(f"report.{field}", getattr(found, field), text)
    return claim, settings


def _check_names(claim: Claim, settings: Settings) -> None:
    # All that the settings name is of the package, or a definition that the user has to give.
    for parameter in claim.parameters:
        if not parameter.names or parameter.names == "words":
            continue
        for text in settings.texts(parameter.name):
            if parameter.names == "definition" and _is_own(text):
                continue
            try:
                named_in_file(parameter.names, text)  # type: ignore[call-overload]
            except MesacircuitsError as error:
                where = f"report.settings.{parameter.name}"
                raise CertificateError(where, shown(error, 120)) from error


def _definitions(claim: Claim, settings: Settings) -> list[str]:
    named = [p.name for p in claim.parameters if p.names == "definition"]
    return [text for name in named for text in settings.texts(name)]


def _derive_example(
    record: CaseRecord, own: Mapping[str, Definition]
) -> tuple[Circuit | UnrolledProgram, Task, list[str]]:
    """Derive the example from its task and solver, compare it whole; return it, and the steps."""
    where = "report.example"
    try:
        task = _task_of(record)
        solver = _solver_of(record, task)
        solved = solves(solver, task)
    except (MesacircuitsError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(where, shown(error, 120)) from error
    if not solved:
        raise CertificateError(where, f"does not solve {task}")
    if isinstance(solver, UnrolledProgram):
        size, kind = solver.program.length, "instructions and entries"
    else:
        size, kind = solver.size, "gates"
    steps = [f"example: {size} {kind} that solve {task}"]
    judgements = []
    for place, said in enumerate(record.judgements):
        judgement, step = _judged(f"{where}.judgements[{place}]", said, solver, task, own)
        judgements.append({"by": said.by, **judgement})
        steps.append(step)
    derived = _example_json(Case("", task, solver, (), size, record.minimal))
    demand(where, msgspec.to_builtins(record), derived | {"judgements": judgements})
    return solver, task, steps


def _task_of(record: CaseRecord) -> Task:
    if record.task_json is not msgspec.UNSET:
        return task_from_json(record.task_json)
    return named_in_file("task", record.task)


def _solver_of(record: CaseRecord, task: Task) -> Circuit | UnrolledProgram:
    if record.program is not msgspec.UNSET:
        return unroll(Program.from_json(record.program), task)
    if record.circuit is msgspec.UNSET:
        raise ArgumentError("example", "a circuit or a program", "neither")
    if len(record.circuit.get("gates", ())) > MOST_GATES:
        raise ArgumentError("circuit", f"at most {MOST_GATES} gates", "more")
    return Circuit.from_json(record.circuit)


def _judged(
    where: str,
    said: JudgementRecord,
    solver: Circuit | UnrolledProgram,
    task: Task,
    own: Mapping[str, Definition],
) -> tuple[dict[str, Any], str]:
    """Return a definition's judgement of the example, and in words how it was come by."""
    if _is_own(said.by) and said.by not in own:
        kept = msgspec.to_builtins(said)
        del kept["by"]
        return kept, f"example: {shown(said.by)} was not asked"
    try:
        definition = own.get(said.by) or named_in_file("definition", said.by)
        judgement = definition.judge(solver, task)
    except MesacircuitsError as error:
        raise CertificateError(where, shown(error, 120)) from error
    again = json_values(canonical_json(judgement.to_json()))
    score = f"gives it score {judgement.score}" if judgement.applies else "does not apply"
    given = f"example: {said.by} {score}"
    if judgement.witness is None:
        return again, given
    # The checker reads what the file says.
    demand(f"{where}.witness", said.witness, again["witness"])
    try:
        check_witness(solver, task, definition_record(definition), said.witness)
    except CertificateError as error:
        if said.by in own:
            # Its own check, if it has one, is part of judging.
            return again, f"{given} and the same witness again"
        raise CertificateError(f"{where}.witness.{shown(error.where)}", error.problem) from error
    return again, f"example: the witness of {said.by} holds, score {judgement.score}"


def _minimal(
    minimal: str,
    solver: Circuit | UnrolledProgram,
    task: Task,
    settings: Settings,
    effort: Effort,
) -> str | None:
    """Show by SAT that the example is minimal as said, and return that in words.

    Returns None if it is not said, or SAT cannot show it: of a task that accepts whole policies,
    and too many boxes of them.
    """
    where = "report.example.minimal"
    if not minimal:
        return None
    order, _, name = minimal.partition(" over ")
    if isinstance(solver, UnrolledProgram):
        raise CertificateError(where, "a program, of which none is claimed")
    try:
        basis = named_in_file("basis", name)
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error
    demand(where, minimal, f"{order} over {basis}")
    for parameter, value in {"basis": basis.name, "order": order}.items():
        if parameter in settings.values:
            demand(f"{where} ({parameter})", value, settings.text(parameter))
    if not solver.is_reduced() or not solver.canonical().has_forms_of(basis):
        raise CertificateError(where, f"no reduced circuit over {basis}")
    if order not in SHOWN_BY_SAT:
        orders = ", ".join(SHOWN_BY_SAT)
        raise CertificateError(where, f"one of {orders} is shown by SAT, not {shown(order)}")
    parts = parts_of(task)
    if parts is None:
        return None
    return f"example: {minimal_by_sat(parts, basis, order, solver, effort, where, where)}"
