"""Certificates: the JSON form of a report, sealed with a checksum, read back strictly."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mesacircuits.circuits.circuit_json import CircuitRecord
from mesacircuits.conjectures.demand import shown
from mesacircuits.enumeration import DEPTH_SIZE
from mesacircuits.errors import CertificateError
from mesacircuits.records import content_hash, read_bytes, readable_json, write_atomically

__all__ = [
    "FORMAT",
    "MOST_RECOUNTED",
    "ArmRecord",
    "Certificate",
    "ExampleRecord",
    "RowRecord",
    "asserted_fields",
    "read_certificate",
    "read_json",
    "refuse_repeated_fields",
    "sealed",
    "write_certificate",
]

#: Names the form that this version writes and reads.
FORMAT = "mesacircuits certificate 1"

#: An example's minima are found again in any verification if there are at most so many.
MOST_RECOUNTED = 200

# The longest text of a problem: it may quote the file.
_PROBLEM = 120

_Count = Annotated[int, Meta(ge=0)]


class RowRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One NPN class; the fields are those of `ClassRow`."""

    function: str
    functions: _Count
    size: _Count
    depth: _Count | None
    circuits: _Count
    minima: _Count
    tagged: _Count
    some: _Count
    every: _Count


class FrontierRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counts under other dials; the fields are those of `FrontierRow`."""

    definition: str
    classes: _Count
    functions: _Count
    minima: _Count


class ExampleRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class OpenRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the budget left out."""

    functions: _Count
    classes: _Count
    exhausted_size: _Count | None


class ArmRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    disagreeing: list[str]
    example: ExampleRecord | None
    classes: list[RowRecord]


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole certificate."""

    format: Literal["mesacircuits certificate 1"]
    conjecture: str | None
    claim: str | None
    source: str | None
    verdict: str
    arms: list[ArmRecord]
    asserted: list[str]
    checksum: str


def asserted_fields(arms: list[dict[str, Any]]) -> list[str]:
    """Return the fields that only enumerating all minima again can check, as JSON paths.

    What follows from them (sums, verdicts, names of classes, numbers of functions) is re-derived
    by any verification, as is everything that is said of an example's own circuit and task.

    >>> arm = {"order": "size", "definition": {"parameters": {}}, "classes": [], "frontier": [],
    ...        "open": {"functions": 0}, "example": None}
    >>> asserted_fields([arm])
    ['arms[0].classes[]: size, circuits, tagged']
    """
    fields = []
    for number, arm in enumerate(arms):
        place = f"arms[{number}]"
        names = ["size", "circuits", "tagged"]
        if arm["order"] == DEPTH_SIZE:
            names.insert(1, "depth")
        if arm["definition"]["parameters"].get("reencoding") == "none":
            # Else a class is tagged as a whole, and these follow.
            names += ["some", "every"]
        fields.append(f"{place}.classes[]: {', '.join(names)}")
        if len(arm["frontier"]) > 1:
            fields.append(f"{place}.frontier[1:]: classes, functions, minima")
        if arm["open"]["functions"]:
            fields.append(f"{place}.open: exhausted_size")
        if arm["example"] is not None and arm["example"]["minima"] > MOST_RECOUNTED:
            fields.append(f"{place}.example: minima, tagged")
    return fields


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's JSON form as a certificate: with its format, what is asserted, a checksum.

    The checksum is the SHA-256 of the canonical JSON of all other fields. It finds damage, and
    proves nothing: `verify` re-derives the rest.
    """
    body = {"format": FORMAT, **report, "asserted": asserted_fields(list(report["arms"]))}
    return {**body, "checksum": content_hash(body)}


def write_certificate(certificate: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a certificate to a file, whole or not at all.

    Raises `ArgumentError` if the path cannot be written.
    """
    write_atomically(path, readable_json(certificate).encode() + b"\n", "certificate")


def read_json(path: str | os.PathLike[str]) -> tuple[bytes, dict[str, Any]]:
    """Return the bytes of a file and the JSON object in it, raising as `read_certificate`."""
    data = read_bytes(path, "certificate")
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise CertificateError("file", f"no JSON: {shown(error, _PROBLEM)}") from error
    if not isinstance(value, dict):
        raise CertificateError("file", "expected a JSON object")
    return data, value


def read_certificate(path: str | os.PathLike[str]) -> Certificate:
    """Return the certificate in a file, its form and its checksum checked.

    Raises:
        ArgumentError: if the file cannot be read.
        CertificateError: if it is no JSON, lacks or adds a field, has a value of another type, or
            does not match its checksum.
    """
    data, value = read_json(path)
    try:
        certificate = msgspec.convert(value, Certificate)
    except (msgspec.ValidationError, RecursionError) as error:
        problem, _, where = str(error).partition(" - at `")
        where = where.strip("`").removeprefix("$.") or "file"
        raise CertificateError(where, shown(problem, _PROBLEM)) from error
    body = {name: field for name, field in value.items() if name != "checksum"}
    try:
        refuse_repeated_fields(data)
        checksum = content_hash(body)
    except RecursionError as error:
        raise CertificateError("file", "nested too deep") from error
    if certificate.checksum != checksum:
        raise CertificateError("checksum", "does not match the other fields")
    return certificate


def refuse_repeated_fields(data: bytes) -> None:
    """Raise `CertificateError` for a field given twice: readers take the first or the last."""

    def check(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise CertificateError("file", f"field given twice: {shown(name)}")
            seen.add(name)

    json.loads(data, object_pairs_hook=check, parse_int=len, parse_float=len)
