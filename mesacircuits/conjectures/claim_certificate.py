"""Certificates of claims: what was found and under which settings, sealed, and how it is verified.

A claim's tables come from searches of many kinds, so only running it again can repeat them all:
that is a full verification. Any verification re-derives the example: that the circuit solves the
task, what the definitions say of it, with their witnesses, and by SAT that it is minimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import basis_named
from mesacircuits.classification import check_witness, definition_named, definition_record
from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.enumeration import DEPTH_SIZE, Effort
from mesacircuits.enumeration.sat import shallower_exists, smaller_exists
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.records import content_hash
from mesacircuits.tasks import EpisodeTask, Task, WorldTask, parse_task
from mesacircuits.tasks.files import task_from_json

__all__ = ["CLAIM_FORMAT", "check_claim_certificate", "claim_certificate"]

#: Names the form that this version writes and reads.
CLAIM_FORMAT = "mesacircuits claim certificate 1"

_FIELDS = ("format", "claim", "report", "asserted", "checksum")
_FOUND = ("verdict", "answer", "universe", "tables", "notes", "not_exhausted")


def claim_certificate(report: ClaimReport) -> dict[str, Any]:
    """Return a claim's report as a certificate: with its format, what is asserted, a checksum.

    The checksum is the SHA-256 of the canonical JSON of all other fields. It finds damage, and
    proves nothing.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> sealed = claim_certificate(conjecture_named("tabular").check({"inputs": 2}))
    >>> sealed["format"], sealed["asserted"][0]
    ('mesacircuits claim certificate 1', 'report: verdict')
    """
    found = report.to_json()
    body = {
        "format": CLAIM_FORMAT,
        "claim": report.claim.to_json(),
        "report": found,
        "asserted": _asserted(found),
    }
    return {**body, "checksum": content_hash(body)}


def _asserted(found: Mapping[str, Any]) -> list[str]:
    fields = [f"report: {name}" for name in _FOUND if found.get(name)]
    example = found.get("example")
    if example is not None and "circuit" not in example:
        fields.append("report: example")
    return fields


def check_claim_certificate(
    value: Mapping[str, Any], full: bool = False, effort: Effort | None = None
) -> tuple[list[str], list[str]]:
    """Re-derive what a claim's certificate says.

    Arguments:
        value: the certificate's JSON.
        full: run the claim again and compare everything.
        effort: threads and progress bar of that run.

    Returns:
        The steps in words; what remains asserted.

    Raises `CertificateError` naming the first field that fails.
    """
    if set(value) != set(_FIELDS):
        raise CertificateError("file", f"expected the fields {', '.join(_FIELDS)}")
    body = {name: value[name] for name in _FIELDS[:-1]}
    demand("checksum", value["checksum"], content_hash(body))
    claim, given = _head(body)
    found = body["report"]
    demand("asserted", body["asserted"], _asserted(found))
    steps = ["form, checksum, claim and settings"]
    example = found.get("example")
    if example is not None and "circuit" in example:
        steps += _check_example(example)
    if not full:
        return steps, list(body["asserted"])
    for name, again in claim.check(given, effort).to_json().items():
        demand(f"report.{name}", found.get(name), again)
    steps.append("the claim was run again, with the same result throughout")
    return steps, []


def _head(body: Mapping[str, Any]) -> tuple[Claim, Mapping[str, object]]:
    record, found = body["claim"], body["report"]
    if not isinstance(record, dict) or not isinstance(found, dict):
        raise CertificateError("claim", "expected JSON objects in claim and report")
    name = record.get("name")
    try:
        claim = conjecture_named(str(name))
    except ArgumentError as error:
        raise CertificateError("claim.name", str(error)) from error
    if not isinstance(claim, Claim):
        raise CertificateError("claim.name", f"no claim: {shown(name)}")
    for field, said in claim.to_json().items():
        demand(f"claim.{field}", record.get(field), said)
    demand("report.conjecture", found.get("conjecture"), claim.name)
    given = found.get("settings")
    if not isinstance(given, dict):
        raise CertificateError("report.settings", "expected a JSON object")
    try:
        settings = claim.settings(given)
    except ArgumentError as error:
        raise CertificateError("report.settings", str(error)) from error
    demand("report.settings", given, settings.to_json())
    return claim, given


def _check_example(record: Mapping[str, Any]) -> list[str]:
    where = "report.example"
    try:
        task = _task_of(record)
        circuit = Circuit.from_json(record["circuit"])
        minimal, judgements = str(record["minimal"]), list(record["judgements"])
    except (MesacircuitsError, KeyError, TypeError) as error:
        raise CertificateError(where, shown(error, 120)) from error
    if not task.solved_by(circuit):
        raise CertificateError(f"{where}.circuit", f"does not solve {shown(task)}")
    demand(f"{where}.hash", record.get("hash"), circuit.hash_hex)
    demand(f"{where}.size", record.get("size"), circuit.size)
    steps = [f"example: {circuit.size} gates that solve {task}"]
    steps += [
        _check_judgement(f"{where}.judgements[{place}]", said, circuit, task)
        for place, said in enumerate(judgements)
    ]
    if minimal:
        steps.append(_check_minimal(f"{where}.minimal", minimal, circuit, task))
    return steps


def _task_of(record: Mapping[str, Any]) -> Task:
    if "task_json" in record:
        return task_from_json(record["task_json"])
    return parse_task(str(record["task"]), files=False)


def _check_judgement(where: str, said: Any, circuit: Circuit, task: Task) -> str:
    try:
        definition = definition_named(said["by"])
        again = {"by": said["by"], **definition.judge(circuit, task).to_json()}
    except (MesacircuitsError, KeyError, TypeError) as error:
        raise CertificateError(where, shown(error, 120)) from error
    demand(where, said, again)
    if said.get("witness") is None:
        return f"example: {said['by']} gives it score {said['score']}"
    try:
        check_witness(circuit, task, definition_record(definition), said["witness"])
    except CertificateError as error:
        raise CertificateError(f"{where}.witness.{shown(error.where)}", error.problem) from error
    except ArgumentError:
        return f"example: {said['by']} gives it score {said['score']} and the same witness again"
    return f"example: the witness of {said['by']} holds, score {said['score']}"


def _relations(task: Task) -> tuple[Task, ...] | None:
    # Where whole policies are judged each box is asked; None if they are too many.
    if task.joint:
        assert isinstance(task, EpisodeTask | WorldTask)
        return task.boxes
    return (task,)


def _check_minimal(where: str, minimal: str, circuit: Circuit, task: Task) -> str:
    order, _, name = minimal.partition(" over ")
    try:
        basis = basis_named(name)
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error
    if not circuit.in_basis(basis):
        raise CertificateError(where, f"the circuit is not in basis {basis}")
    parts = _relations(task)
    if parts is None:
        return f"example: {task} accepts too many policies for SAT: {minimal} is not shown again"
    if order == DEPTH_SIZE:
        if any(shallower_exists(part, basis, circuit.depth) for part in parts):
            raise CertificateError(where, "a shallower circuit solves the task")
        if any(smaller_exists(part, basis, circuit.size, circuit.depth) for part in parts):
            raise CertificateError(where, "a smaller circuit as shallow solves the task")
        return f"example: by SAT none shallower, and none smaller of depth {circuit.depth}"
    demand(where, order, "size")
    if any(smaller_exists(part, basis, circuit.size) for part in parts):
        raise CertificateError(where, "a smaller circuit solves the task")
    return f"example: by SAT no circuit of fewer than {circuit.size} gates solves the task"
