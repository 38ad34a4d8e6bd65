"""Certificates: the JSON form of a report, sealed with a checksum, read back strictly."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mesacircuits.circuits.circuit import CircuitRecord
from mesacircuits.definitions.registry import definition_call, is_of_package
from mesacircuits.enumeration import DEPTH_SIZE
from mesacircuits.errors import ArgumentError, CertificateError, OutdatedError
from mesacircuits.records import (
    canonical_json,
    content_hash,
    json_values,
    read_bytes,
    readable_json,
    write_atomically,
)

__all__ = [
    "COMPARED",
    "FIELDS",
    "FORMAT",
    "MOST_RECOUNTED",
    "ArmRecord",
    "CaseRecord",
    "Certificate",
    "JudgementRecord",
    "RowRecord",
    "asserted_fields",
    "asserted_judgement",
    "demand",
    "is_own",
    "read_certificate",
    "sealed",
    "shown",
    "write_certificate",
]

#: Name the form that this version writes and reads.
FORMAT = "mesacircuits certificate 5"
# Forms of older versions: of sentences, and of claims.
_OLDER = re.compile(r"mesacircuits certificate [1-4]|mesacircuits claim certificate [1-3]")

#: An example's minima are found again in any verification if there are at most so many.
MOST_RECOUNTED = 200

# The longest text of a problem: it may quote the file.
_PROBLEM = 120

_Count = Annotated[int, Meta(ge=0)]


class _Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a certificate: a closed schema. What may be missing is unset."""


class ExhaustedRecord(_Closed, frozen=True):
    """Programs of one length that were looked for; the fields are those of `Exhausted`."""

    length: _Count
    table: bool
    most_bits: _Count | None
    most_time: _Count | None
    tried: _Count
    found: _Count
    utility: bool


class RowRecord(_Closed, frozen=True):
    """One NPN class, or one task; the fields are those of `ClassRow`, or `ProgramRow`."""

    name: str
    functions: _Count
    size: _Count
    depth: _Count | None
    circuits: _Count
    minima: _Count
    tagged: _Count
    some: _Count
    every: _Count
    cost: str | UnsetType = UNSET
    exhausted: list[ExhaustedRecord] | UnsetType = UNSET


class FrontierRecord(_Closed, frozen=True):
    """Counts under other dials; the fields are those of `FrontierRow`."""

    definition: str
    classes: _Count
    functions: _Count
    minima: _Count


class JudgementRecord(_Closed, frozen=True):
    """What a definition says of an example."""

    by: str
    definition: dict[str, Any]
    tag: str
    holds: bool
    score: str | None
    witness: dict[str, Any] | None
    note: str | UnsetType = UNSET
    measured: dict[str, Any] | UnsetType = UNSET


class CaseRecord(_Closed, frozen=True):
    """An example: the fields of `Case`, but for its caption, which nothing can derive."""

    task: str
    hash: str
    size: _Count
    minimal: str
    judgements: list[JudgementRecord]
    task_json: dict[str, Any] | UnsetType = UNSET
    circuit: CircuitRecord | UnsetType = UNSET
    program: dict[str, Any] | UnsetType = UNSET
    minima: _Count | UnsetType = UNSET
    tagged: _Count | UnsetType = UNSET


class LeftOutRecord(_Closed, frozen=True):
    """A task that says nothing of the sentence."""

    task: str
    why: str


class OpenRecord(_Closed, frozen=True):
    """What the budget left out; `example` if there is one, and it was not found."""

    functions: _Count
    classes: _Count
    exhausted_size: _Count | None
    example: bool | UnsetType = UNSET


class ArmRecord(_Closed, frozen=True):
    """One sentence and what was found of it."""

    sentence: str
    quantifier: str
    order: str
    universe: dict[str, Any]
    definition: dict[str, Any]
    verdict: str
    counts: dict[str, _Count]
    open: OpenRecord
    frontier: list[FrontierRecord]
    left_out: list[LeftOutRecord]
    disagreeing: list[str]
    example: CaseRecord | None
    classes: list[RowRecord]
    basis: str | UnsetType = UNSET
    operations: str | UnsetType = UNSET


class TableRecord(_Closed, frozen=True):
    """A table of what was found."""

    title: str
    heads: list[str]
    rows: list[list[int | str | None]]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("Expected a cell for each head in every row")


class Certificate(_Closed, frozen=True):
    """A whole certificate: a report on sentences, the arms, or on what a claim's own run found."""

    format: Literal["mesacircuits certificate 5"]
    conjecture: str | None
    claim: str | None
    source: str | None
    reading: str | None
    question: str | None
    settings: dict[str, Any]
    verdict: Literal[
        "held", "refuted", "supported", "against", "no evidence", "vacuous", "inconclusive"
    ]
    answer: str
    universe: str
    tables: list[TableRecord]
    example: CaseRecord | None
    notes: list[str]
    not_exhausted: list[str]
    arms: list[ArmRecord]
    asserted: list[str]
    checksum: str


#: How a field is held: it is derived anew and compared, or what is asserted of it.
COMPARED = ""

# The names of an example's fields that are derived in any case.
_DERIVED = "task task_json circuit program hash size judgements"


def _fields(place: str, compared: str = "", asserted: str = "") -> dict[str, str]:
    """Return the fields of a place, how each is held; names stand in a text, with spaces."""
    at = f"{place}." if place else ""
    return {
        **{f"{at}{name}": COMPARED for name in compared.split()},
        **{f"{at}{name}": f"{place or 'certificate'}: {name}" for name in asserted.split()},
    }


#: Every field of a certificate, by its place, and how it is held. What is asserted is listed in
#: the certificate, full or empty, and only deciding or running it all again can check it. The rows
#: of classes are asserted; what follows from them is computed anew, and asserted with them;
#: examples are derived, so a verdict that they decide is.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        **_fields(
            "",
            "format conjecture claim source reading question settings asserted checksum",
            "verdict answer universe tables notes not_exhausted",
        ),
        **_fields("example", f"{_DERIVED} minimal minima tagged"),
        "example": "example: whether there is one, and which",
        **_fields(
            "arms[]",
            "sentence quantifier order universe definition basis operations",
            "verdict counts disagreeing",
        ),
        **_fields("arms[].left_out[]", "", "task why"),
        **_fields("arms[].open", "example", "functions classes exhausted_size"),
        **_fields(
            "arms[].classes[]",
            "name functions",
            "size depth circuits minima tagged some every cost exhausted",
        ),
        **_fields("arms[].frontier[]", "definition", "classes functions minima"),
        "arms[].example": "arms[].example: whether there is one, and none smaller",
        **_fields("arms[].example", _DERIVED, "minimal minima tagged"),
    }
)


def asserted_fields(record: Mapping[str, Any]) -> list[str]:
    """Return the fields that only finding all minima again can check, or running a claim again.

    They are those that `FIELDS` calls asserted, but for what examples prove: the verdict where
    they decide it, and their own minima where they are few enough to be found again.

    Arguments:
        record: a certificate's fields, as JSON values.

    >>> asserted_fields({"arms": [], "example": None})[1]
    'example: whether there is one, and which'
    """
    arms = record["arms"]
    if not arms:
        known = {entry for place, entry in FIELDS.items() if place.startswith("arms")}
        said = record["example"]["judgements"] if record["example"] else []
        return _grouped(e for e in FIELDS.values() if e not in known) + [
            asserted_judgement(place, judgement["by"])
            for place, judgement in enumerate(said)
            if is_own(judgement["by"])
        ]
    proved = [_proves(arm) for arm in arms]
    refuted = [arm["verdict"] == "refuted" for arm in arms]
    fields = [FIELDS["answer"]]
    if not (all(proved) or any(p and r for p, r in zip(proved, refuted, strict=True))):
        fields = _grouped((FIELDS["verdict"], FIELDS["answer"]))
    for number, arm in enumerate(arms):
        known = _known(arm)
        entries = [e for e in FIELDS.values() if e.startswith("arms[]") and e not in known]
        fields += [entry.replace("[]", f"[{number}]", 1) for entry in _grouped(entries)]
    return fields


def _proves(arm: Mapping[str, Any]) -> bool:
    """Return whether an example proves the verdict: it is minimal by SAT, as no program is."""
    return arm["example"] is not None and "operations" not in arm


def _known(arm: Mapping[str, Any]) -> set[str]:
    """Return the entries of `FIELDS` that nothing asserts of this arm."""
    example, programs = arm["example"], "operations" in arm
    places = {
        "arms[]": "verdict" if _proves(arm) else "",
        "arms[].example": "" if programs else "minimal",
        "arms[].classes[]": "" if programs else "cost exhausted",
        "arms[].frontier[]": "" if arm["frontier"] else "classes functions minima",
        "arms[].left_out[]": "" if arm["left_out"] else "task why",
    }
    if example is None or (not programs and example["minima"] <= MOST_RECOUNTED):
        places["arms[].example"] = "minimal minima tagged"
    if arm["order"] != DEPTH_SIZE:
        places["arms[].classes[]"] += " depth"
    return {e for place, names in places.items() for e in _fields(place, "", names).values()}


def asserted_judgement(place: int, by: str) -> str:
    """Return what is asserted of a judgement by a definition that is not of the package."""
    return f"example.judgements[{place}]: asserted (give --definition {shown(by)})"


def is_own(text: str) -> bool:
    """Return whether a definition, by its text, is none of the package's."""
    try:
        definition_call(text)
    except ArgumentError:
        return False
    return not is_of_package(text)


def _grouped(entries: Iterable[str]) -> list[str]:
    """Return entries `PLACE: NAME` with the names of a place together; empty ones are left out.

    >>> _grouped(["arms[]: verdict", "", "arms[]: counts", "arms[].example: which"])
    ['arms[]: verdict, counts', 'arms[].example: which']
    """
    places: dict[str, list[str]] = {}
    for entry in entries:
        if entry:
            place, _, name = entry.partition(": ")
            places.setdefault(place, []).append(name)
    return [f"{place}: {', '.join(names)}" for place, names in places.items()]


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's JSON form as a certificate: its format, what is asserted, a checksum.

    The checksum is the SHA-256 of the canonical JSON of all other fields. It finds damage, and
    proves nothing: `verify` derives the rest.
    """
    body = {"format": FORMAT, **report, "asserted": asserted_fields(report)}
    return {**body, "checksum": content_hash(body)}


def write_certificate(certificate: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a certificate to a file, whole or not at all.

    Raises `ArgumentError` if the path cannot be written.
    """
    write_atomically(path, readable_json(certificate).encode() + b"\n", "certificate")


def read_certificate(path: str | os.PathLike[str]) -> Certificate:
    """Return the certificate in a file, its form and its checksum checked.

    Raises:
        ArgumentError: if the file cannot be read.
        CertificateError: if it is no JSON, lacks or adds a field, has a value of another type, or
            does not match its checksum; an `OutdatedError` for the form of an older version.
    """
    try:
        value = json_values(read_bytes(path, "certificate"))
    except ValueError as error:
        if isinstance(error, ArgumentError):
            raise
        raise CertificateError("file", f"no JSON: {shown(error, _PROBLEM)}") from error
    if not isinstance(value, dict):
        raise CertificateError("file", "expected a JSON object")
    form = value.get("format")
    if form != FORMAT:
        if isinstance(form, str) and _OLDER.fullmatch(form):
            raise OutdatedError("format", f"{form}, of an older version; this one reads {FORMAT}")
        raise CertificateError("format", f"this version reads {FORMAT}")
    try:
        certificate = msgspec.convert(value, Certificate)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `")
        where = where.strip("`").removeprefix("$.") or "file"
        raise CertificateError(where, shown(problem, _PROBLEM)) from error
    body = {name: field for name, field in value.items() if name != "checksum"}
    if certificate.checksum != content_hash(body):
        raise CertificateError("checksum", "does not match the other fields")
    return certificate


def demand(where: str, got: object, expected: object) -> None:
    """Raise `CertificateError` unless the field `where` says what was re-derived.

    Values are compared as JSON, which tells `true` and `1.0` from `1`; Python does not. Of objects
    and lists the first place inside that differs is named.

    >>> demand("example", {"size": 3}, {"size": 4})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: example.size: says 3, re-derived 4
    """
    if canonical_json(got) == canonical_json(expected):
        return
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        for name in sorted({*got, *expected}):
            if name not in got:
                raise CertificateError(f"{where}.{name}", "missing")
            if name not in expected:
                raise CertificateError(f"{where}.{shown(name)}", "no field of it")
            demand(f"{where}.{name}", got[name], expected[name])
    if isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for place, (one, other) in enumerate(zip(got, expected, strict=True)):
            demand(f"{where}[{place}]", one, other)
    raise CertificateError(where, f"says {shown(got)}, re-derived {shown(expected)}")


def shown(value: object, most: int = 60) -> str:
    """Return a value as text of at most so many characters on one line.

    >>> shown([1, 2])
    '[1, 2]'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 3] + "..."
