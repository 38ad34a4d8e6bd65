"""Bases written out by their users: on one line, or as a JSON file."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec

from mesacircuits.circuits.bases import BASES, MAX_COST, Basis
from mesacircuits.circuits.operators import OPERATORS
from mesacircuits.errors import ArgumentError
from mesacircuits.records import file_contents, json_record, read_bytes

__all__ = ["basis_from_bytes", "basis_from_text", "basis_text"]

#: Longer numbers are no costs.
_COST_DIGITS = len(str(MAX_COST))
#: All operators there are, each with a cost, take less.
_LONGEST_TEXT = 10_000
_LONGEST_NAME = 200

_FLAGS = ("free-inverters", "constants", "repeats")


class _OperatorRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: str
    cost: int = 1


class _BasisRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    name: str
    operators: list[_OperatorRecord]
    free_inverters: bool = False
    constants: bool = False
    repeats: bool = False
    description: str = ""


def basis_from_text(text: str, *, files: bool = True) -> Basis | None:
    """Return the basis that `text` writes out, or None if it is no such text.

    Either `OPERATOR[=COST],...[+free-inverters][+constants][+repeats]`, where an operator is one of
    those named in `OPERATORS` or a truth table `tt:FAN-IN:HEX` of fan-in at most 3; or the path of
    a JSON file, ending in `.json` (see `basis_from_bytes`), unless `files` is False. Operators that
    follow by permuting operands, and with free inverters by inverting, are included. Costs are 1
    unless given, and at most 10^9 - 1.

    Raises `ArgumentError` that quotes the part at fault; `FileError` for a fault of the file.

    >>> basis_from_text("and=2,xor=3+free-inverters").cost_of("or")
    2
    >>> basis_from_text("a2") is None
    True
    """
    if files and text.endswith(".json"):
        with file_contents():
            return basis_from_bytes(read_bytes(text, "basis"))
    first = re.split(r"[+,=]", text, maxsplit=1)[0].strip()
    if first not in OPERATORS and not first.startswith("tt:"):
        return None
    if len(text) > _LONGEST_TEXT:
        raise ArgumentError("basis", f"at most {_LONGEST_TEXT} characters", f"{len(text)}")
    listed, *flags = text.split("+")
    for flag in flags:
        if flag.strip() not in _FLAGS:
            raise ArgumentError("basis", f"+{', +'.join(_FLAGS)} after the operators", f"+{flag}")
    costs: dict[str, int] = {}
    for part in listed.split(","):
        name, equals, cost = part.strip().partition("=")
        if equals and not (
            cost.isascii() and cost.isdigit() and len(cost) <= _COST_DIGITS and int(cost) > 0
        ):
            expected = f"a positive whole cost of at most {_COST_DIGITS} digits after {name}="
            raise ArgumentError("basis", expected, cost)
        if name in costs:
            raise ArgumentError("basis", "each operator once", f"{name} twice")
        costs[name] = int(cost) if equals else 1
    chosen = {flag.strip() for flag in flags}
    return Basis.closed(
        text,
        costs,
        free_inverters="free-inverters" in chosen,
        constants="constants" in chosen,
        repeats="repeats" in chosen,
    )


def basis_from_bytes(data: bytes) -> Basis:
    """Return the basis that a JSON file describes.

    Keys: `name`, at most 200 characters that print; `operators`, a list of
    `{"operator": NAME, "cost": WHOLE}`; and, if wanted, `free-inverters`, `constants`, `repeats`
    (true or false) and `description`.

    Raises `ArgumentError` for anything else.

    >>> basis_from_bytes(b'{"name": "minority", "operators": [{"operator": "tt:3:17"}]}').names
    ('tt:3:17',)
    """
    record = json_record(data, _BasisRecord, "basis", "a basis in JSON form")
    if not record.name.isprintable() or len(record.name) > _LONGEST_NAME:
        expected = f"a name of at most {_LONGEST_NAME} characters that print"
        raise ArgumentError("basis", expected, record.name)
    costs: dict[str, int] = {}
    for entry in record.operators:
        if entry.operator in costs:
            raise ArgumentError("basis", "each operator once", f"{entry.operator} twice")
        costs[entry.operator] = entry.cost
    return Basis.closed(
        record.name,
        costs,
        record.free_inverters,
        record.description,
        record.constants,
        record.repeats,
    )


def basis_text(basis: Basis) -> str:
    """Return the one text by which a basis is named where no file of the user's is at hand.

    It is the name of an equal basis of `BASES`, or else the operators written out, with costs.

    Raises `ArgumentError` for a basis that lacks an operator which the others imply: no text says
    it.

    >>> basis_text(basis_from_bytes(b'{"name": "mine", "operators": [{"operator": "nand"}]}'))
    'nand=1'
    >>> basis_text(basis_from_text("xor,and+free-inverters"))
    'b2'
    """
    plain = replace(basis, name="", description="")
    for known in BASES.values():
        if plain == replace(known, name="", description=""):
            return known.name
    text = ",".join(f"{name}={basis.cost_of(name)}" for name in basis.names)
    text += "".join(f"+{flag}" for flag in _FLAGS if getattr(basis, flag.replace("-", "_")))
    again = basis_from_text(text, files=False)
    if again is None or plain != replace(again, name="", description=""):
        raise ArgumentError("basis", "operators with all that they imply", basis.name)
    return text
