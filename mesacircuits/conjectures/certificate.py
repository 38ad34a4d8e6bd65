"""Certificates: the JSON form of a report, sealed with a checksum, read back strictly."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mesacircuits.circuits.circuit import CircuitRecord
from mesacircuits.conjectures.demand import shown
from mesacircuits.enumeration import DEPTH_SIZE
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.records import (
    content_hash,
    json_values,
    read_bytes,
    readable_json,
    write_atomically,
)

__all__ = [
    "CLAIM_FIELDS",
    "CLAIM_FORMAT",
    "COMPARED",
    "FIELDS",
    "FORMAT",
    "MOST_RECOUNTED",
    "ArmRecord",
    "CaseRecord",
    "Certificate",
    "ClaimCertificate",
    "ExampleRecord",
    "JudgementRecord",
    "RowRecord",
    "asserted_fields",
    "grouped",
    "read_certificate",
    "sealed",
    "sealed_body",
    "write_certificate",
]

#: Name the forms that this version writes and reads: of sentences, and of claims.
FORMAT = "mesacircuits certificate 4"
CLAIM_FORMAT = "mesacircuits claim certificate 3"

#: An example's minima are found again in any verification if there are at most so many.
MOST_RECOUNTED = 200

# The longest text of a problem: it may quote the file.
_PROBLEM = 120

_Count = Annotated[int, Meta(ge=0)]


class _Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a certificate: a closed schema."""


class RowRecord(_Closed, frozen=True):
    """One NPN class, or one task; the fields are those of `ClassRow`."""

    name: str
    functions: _Count
    size: _Count
    depth: _Count | None
    circuits: _Count
    minima: _Count
    tagged: _Count
    some: _Count
    every: _Count


class FrontierRecord(_Closed, frozen=True):
    """Counts under other dials; the fields are those of `FrontierRow`."""

    definition: str
    classes: _Count
    functions: _Count
    minima: _Count


class ExampleRecord(_Closed, frozen=True):
    """The smallest example; the fields are those of `Example`."""

    task: str
    circuit: CircuitRecord
    hash: str
    size: _Count
    depth: _Count
    score: str
    witness: dict[str, Any] | None
    minima: _Count
    tagged: _Count


class LeftOutRecord(_Closed, frozen=True):
    """A task that says nothing of the sentence."""

    task: str
    why: str


class OpenRecord(_Closed, frozen=True, omit_defaults=True):
    """What the budget left out; `example` if there is one, and it was not found."""

    functions: _Count
    classes: _Count
    exhausted_size: _Count | None
    example: bool = False


class ArmRecord(_Closed, frozen=True):
    """One sentence and what was found of it."""

    sentence: str
    quantifier: str
    order: str
    universe: dict[str, Any]
    basis: str
    definition: dict[str, Any]
    verdict: str
    counts: dict[str, _Count]
    open: OpenRecord
    frontier: list[FrontierRecord]
    left_out: list[LeftOutRecord]
    disagreeing: list[str]
    example: ExampleRecord | None
    classes: list[RowRecord]


class Certificate(_Closed, frozen=True):
    """A whole certificate."""

    format: Literal["mesacircuits certificate 4"]
    conjecture: str | None
    claim: str | None
    source: str | None
    verdict: str
    arms: list[ArmRecord]
    asserted: list[str]
    checksum: str


class TableRecord(_Closed, frozen=True):
    """A table of what was found."""

    title: str
    heads: list[str]
    rows: list[list[int | str | None]]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("Expected a cell for each head in every row")


class JudgementRecord(_Closed, frozen=True, omit_defaults=True):
    """What a definition says of the example."""

    by: str
    definition: dict[str, Any]
    tag: str
    holds: bool
    score: str | None
    witness: dict[str, Any] | None
    note: str = ""
    measured: dict[str, Any] | None = None


class CaseRecord(_Closed, frozen=True):
    """The example: the fields of `Case`, but for its caption, which nothing can derive."""

    task: str
    hash: str
    size: int
    minimal: str
    judgements: list[JudgementRecord]
    task_json: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    circuit: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    program: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class FoundRecord(_Closed, frozen=True):
    """The report."""

    conjecture: str
    claim: str
    source: str
    reading: str
    question: str
    settings: dict[str, Any]
    verdict: Literal["held", "refuted", "inconclusive"]
    answer: str
    universe: str
    tables: list[TableRecord]
    example: CaseRecord | None
    notes: list[str]
    not_exhausted: list[str]


class ClaimCertificate(_Closed, frozen=True):
    """A whole certificate."""

    format: Literal["mesacircuits claim certificate 3"]
    claim: dict[str, Any]
    report: FoundRecord
    asserted: list[str]
    checksum: str


#: How a field is held: it is derived anew and compared, or what is asserted of it.
COMPARED = ""

#: Every field of a claim's certificate, by its place, and how it is held. What is asserted is
#: listed in the certificate, full or empty, and only running the claim again can check it.
CLAIM_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "format": COMPARED,
        "claim": COMPARED,
        "report.conjecture": COMPARED,
        "report.claim": COMPARED,
        "report.source": COMPARED,
        "report.reading": COMPARED,
        "report.question": COMPARED,
        "report.settings": COMPARED,
        "report.verdict": "report: verdict",
        "report.answer": "report: answer",
        "report.universe": "report: universe",
        "report.tables": "report: tables",
        "report.notes": "report: notes",
        "report.not_exhausted": "report: not_exhausted",
        "report.example": "report.example: whether there is one, and which",
        "report.example.task": COMPARED,
        "report.example.task_json": COMPARED,
        "report.example.circuit": COMPARED,
        "report.example.program": COMPARED,
        "report.example.hash": COMPARED,
        "report.example.size": COMPARED,
        "report.example.minimal": COMPARED,
        "report.example.judgements": COMPARED,
        "asserted": COMPARED,
        "checksum": COMPARED,
    }
)

#: The same of a sentence's certificate. The rows of classes are asserted; what follows from them is
#: computed anew, and asserted with them; the example is derived, so a verdict that it decides is.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("format", "conjecture", "claim", "source"), COMPARED),
        "verdict": "certificate: verdict",
        **{
            f"arms[].{name}": COMPARED
            for name in ("sentence", "quantifier", "order", "universe", "basis", "definition")
        },
        "arms[].verdict": "arms[]: verdict",
        "arms[].counts": "arms[]: counts",
        "arms[].disagreeing": "arms[]: disagreeing",
        "arms[].left_out[].task": "arms[].left_out[]: task",
        "arms[].left_out[].why": "arms[].left_out[]: why",
        "arms[].open.functions": "arms[].open: functions",
        "arms[].open.classes": "arms[].open: classes",
        "arms[].open.exhausted_size": "arms[].open: exhausted_size",
        "arms[].open.example": COMPARED,
        "arms[].classes[].name": COMPARED,
        "arms[].classes[].functions": COMPARED,
        **{
            f"arms[].classes[].{name}": f"arms[].classes[]: {name}"
            for name in ("size", "depth", "circuits", "minima", "tagged", "some", "every")
        },
        "arms[].frontier[].definition": COMPARED,
        **{
            f"arms[].frontier[].{name}": f"arms[].frontier[]: {name}"
            for name in ("classes", "functions", "minima")
        },
        "arms[].example": "arms[].example: whether there is one, and none smaller",
        **{
            f"arms[].example.{name}": COMPARED
            for name in ("task", "circuit", "hash", "size", "depth", "score", "witness")
        },
        "arms[].example.minima": "arms[].example: minima",
        "arms[].example.tagged": "arms[].example: tagged",
        **dict.fromkeys(("asserted", "checksum"), COMPARED),
    }
)


def asserted_fields(arms: list[dict[str, Any]]) -> list[str]:
    """Return the fields that only enumerating all minima again can check, by place.

    They are those that `FIELDS` calls asserted, but for what the example proves: the verdict where
    it decides it, and its own minima where they are few enough to be found again.

    >>> arm = {"order": "size", "definition": {"parameters": {}}, "classes": [], "frontier": [],
    ...        "open": {"functions": 0}, "example": None, "verdict": "held", "left_out": []}
    >>> asserted_fields([arm])[:2]
    ['certificate: verdict', 'arms[0]: verdict, counts, disagreeing']
    """
    proved = [arm["example"] is not None for arm in arms]
    refuted = [arm["verdict"] == "refuted" for arm in arms]
    fields = []
    if not (all(proved) or any(p and r for p, r in zip(proved, refuted, strict=True))):
        fields.append(FIELDS["verdict"])
    for number, arm in enumerate(arms):
        known = {"arms[]: verdict"} if proved[number] else set()
        if arm["example"] is None or arm["example"]["minima"] <= MOST_RECOUNTED:
            known |= {"arms[].example: minima", "arms[].example: tagged"}
        if not arm["frontier"]:
            known |= {f"arms[].frontier[]: {name}" for name in ("classes", "functions", "minima")}
        if not arm["left_out"]:
            known |= {"arms[].left_out[]: task", "arms[].left_out[]: why"}
        if arm["order"] != DEPTH_SIZE:
            known.add("arms[].classes[]: depth")
        entries = [e for e in FIELDS.values() if e.startswith("arms[]") and e not in known]
        fields += [entry.replace("[]", f"[{number}]", 1) for entry in grouped(entries)]
    return fields


def grouped(entries: Iterable[str]) -> list[str]:
    """Return entries `PLACE: NAME` with the names of a place together; empty ones are left out.

    >>> grouped(["report: verdict", "", "report: answer", "report.example: which"])
    ['report: verdict, answer', 'report.example: which']
    """
    places: dict[str, list[str]] = {}
    for entry in entries:
        if entry:
            place, _, name = entry.partition(": ")
            places.setdefault(place, []).append(name)
    return [f"{place}: {', '.join(names)}" for place, names in places.items()]


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's JSON form as a certificate: its format, what is asserted, a checksum."""
    return sealed_body(
        {"format": FORMAT, **report, "asserted": asserted_fields(list(report["arms"]))}
    )


def sealed_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate's fields with their checksum.

    It is the SHA-256 of the canonical JSON of all other fields. It finds damage, and proves
    nothing: `verify` derives the rest.
    """
    return {**body, "checksum": content_hash(body)}


def write_certificate(certificate: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a certificate to a file, whole or not at all.

    Raises `ArgumentError` if the path cannot be written.
    """
    write_atomically(path, readable_json(certificate).encode() + b"\n", "certificate")


def read_certificate(path: str | os.PathLike[str]) -> Certificate | ClaimCertificate:
    """Return the certificate in a file, its form and its checksum checked.

    Raises:
        ArgumentError: if the file cannot be read.
        CertificateError: if it is no JSON, lacks or adds a field, has a value of another type, or
            does not match its checksum.
    """
    try:
        value = json_values(read_bytes(path, "certificate"))
    except ValueError as error:
        if isinstance(error, ArgumentError):
            raise
        raise CertificateError("file", f"no JSON: {shown(error, _PROBLEM)}") from error
    if not isinstance(value, dict):
        raise CertificateError("file", "expected a JSON object")
    known = {FORMAT: Certificate, CLAIM_FORMAT: ClaimCertificate}
    form = value.get("format")
    if not isinstance(form, str) or form not in known:
        raise CertificateError("format", f"this version reads {' and '.join(known)}")
    try:
        certificate: Certificate | ClaimCertificate = msgspec.convert(value, known[form])
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `")
        where = where.strip("`").removeprefix("$.") or "file"
        raise CertificateError(where, shown(problem, _PROBLEM)) from error
    body = {name: field for name, field in value.items() if name != "checksum"}
    if certificate.checksum != content_hash(body):
        raise CertificateError("checksum", "does not match the other fields")
    return certificate
