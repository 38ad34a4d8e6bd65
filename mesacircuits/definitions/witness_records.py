"""The JSON shapes of witnesses and of definition records, read strictly.

A witness is what a definition hands over with its tag and what `check_witness` re-derives. Here
is only its shape: unknown, missing or ill-typed fields are refused by their path. Whether the
values hold is the checker's business.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from mesacircuits.errors import CertificateError

__all__ = [
    "CandidateRecord",
    "CellRecord",
    "DefinitionRecord",
    "LevelRecord",
    "LookupParameters",
    "LookupWitness",
    "RenamedGroupRecord",
    "ScoredSearchWitness",
    "SearchParameters",
    "SearchWitness",
    "UtilityGroupRecord",
    "UtilitySearchWitness",
    "read_record",
]

Bit = Annotated[int, Meta(ge=0, le=1)]
Natural = Annotated[int, Meta(ge=0)]
Word = tuple[Bit, ...]


class CandidateRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One candidate of a search-like witness and the group (one wire) that evaluates it.

    Attributes:
        word: the candidate, one bit per output, bit 0 first.
        wire: the wire of its group.
        inverted: whether the wire is read inverted, so that the read value 1 is the better one.
        cost: the number of gates in the wire's fan-in cone, itself included.
        private_cost: how many of those lie in no other candidate's cone.
        reencoding: the mask r_i. With h_i the wire as read, g_i(y) = h_i(y XOR r_i).
        renaming: the permutation p_i: g_i(y) = g_0(y') with y'_j = y_(p_i[j]), y in the support.
    """

    word: Word
    wire: Natural
    inverted: bool
    cost: Natural
    private_cost: Natural
    reencoding: Natural
    renaming: tuple[Natural, ...]


class SearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a search-like circuit.

    Attributes:
        kind: the string `search`.
        candidates: ascending by word, a word counting as the integer sum of word[i] 2^i.
        other_word: the one word of no candidate that is output where all values are equal; None
            where there is none.
    """

    kind: Literal["search"]
    candidates: tuple[CandidateRecord, ...]
    other_word: Word | None


class UtilityGroupRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One candidate of a search by utilities and the group of wires that evaluates it.

    Attributes:
        word: the candidate, one bit per output, bit 0 first.
        wires: the wires of its group; the group's value is the integer sum of (wire j as read) 2^j.
        inverted: for each wire whether it is read inverted.
        costs: for each wire the number of gates in its fan-in cone, itself included.
        private_cost: how many gates lie in cones of this group and in no other group's.
    """

    word: Word
    wires: tuple[Natural, ...]
    inverted: tuple[bool, ...]
    costs: tuple[Natural, ...]
    private_cost: Natural


class RenamedGroupRecord(UtilityGroupRecord, frozen=True, forbid_unknown_fields=True):
    """One candidate of a search with scores of two bits, and its group.

    Attributes:
        word, wires, inverted, costs, private_cost: as in `UtilityGroupRecord`.
        reencoding: the mask r_i. With h_i the group's value, g_i(y) = h_i(y XOR r_i).
        renaming: the permutation p_i: g_i(y) = g_0(y') with y'_j = y_(p_i[j]), y in the support.
    """

    reencoding: Natural
    renaming: tuple[Natural, ...]


class ScoredSearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a circuit that is search-like with scores of two bits.

    Attributes:
        kind: the string `scored-search`.
        order: all values from the worst to the best.
        candidates: ascending by word; the wires of the first ascend and are read as they are.
        other_word: the one word of no candidate that is output where all values are equal; None
            where there is none.
    """

    kind: Literal["scored-search"]
    order: tuple[Natural, ...]
    candidates: tuple[RenamedGroupRecord, ...]
    other_word: Word | None


class LevelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a map of utilities makes of one of them.

    Attributes:
        utility: the utility, a rational as text.
        value: the value of a group whose candidate has that utility.
    """

    utility: str
    value: Natural


class UtilitySearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a circuit that is search-like on a task with utilities.

    Attributes:
        kind: the string `utility-search`.
        order: all values from the worst to the best.
        map: the utilities that the candidates have on the support, ascending, and their values.
        candidates: ascending by word; with groups of two wires those of the first ascend and are
            read as they are.
        other_word: as in `ScoredSearchWitness`.
    """

    kind: Literal["utility-search"]
    order: tuple[Natural, ...]
    map: tuple[LevelRecord, ...]
    candidates: tuple[UtilityGroupRecord, ...]
    other_word: Word | None


class CellRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cell of a lookup-table witness.

    Attributes:
        wire: the wire whose value says whether the input lies in the cell.
        inverted: whether the wire is read inverted.
        cube: one character per input: `1` the literal, `0` its negation, `-` neither.
        inputs: the inputs of the support on which the read value is 1, ascending.
    """

    wire: Natural
    inverted: bool
    cube: str
    inputs: tuple[Natural, ...]


class LookupWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a lookup-table circuit: a default word and the cells that depart from it.

    Attributes:
        kind: the string `lookup`.
        default: the output word outside the cells; it need not occur.
        cells: ascending by first input.
    """

    kind: Literal["lookup"]
    default: Word
    cells: tuple[CellRecord, ...]


class SearchParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dials of `search-like`: k, c, w and the re-encoding that is allowed."""

    candidates: Annotated[int, Meta(ge=2)]
    objective_gates: Natural
    wires_per_score: Literal[1, 2]
    reencoding: Literal["common", "none", "per-group"]


class LookupParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dial of `lookup-table`: the greatest number of inputs per cell, None for any."""

    inputs_per_cell: Annotated[int, Meta(ge=1)] | None


class DefinitionRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name, version and dials of a definition, as `definition_record` writes them."""

    name: str
    version: int
    parameters: dict[str, Any]


_RecordT = TypeVar("_RecordT", bound=msgspec.Struct)
_PATH = re.compile(r" - at `\$([A-Za-z_0-9.\[\]]*)`\Z")
_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(\w+)`")


def read_record(value: object, shape: type[_RecordT], root: str) -> _RecordT:
    """Return JSON values as a record of the given shape.

    Arguments:
        value: JSON values (any object at all is safe).
        shape: one of the records of this module.
        root: what to write before the path of a field at fault; empty for a witness.

    Raises `CertificateError` naming the first field that is missing, unknown or of another type.

    >>> read_record({"inputs_per_cell": 1}, LookupParameters, "")
    LookupParameters(inputs_per_cell=1)
    >>> read_record({"kind": "lookup", "default": [2], "cells": []}, LookupWitness, "")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: default[0]: expected `int` <= 1
    """
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        text = str(error)
    except (UnicodeError, RecursionError):
        # A lone surrogate, which JSON's \ud800 gives, or nesting without end.
        text = "Text that is not Unicode, or nesting too deep"
    found = _PATH.search(text)
    where = root + (found.group(1) if found else "")
    field = _FIELD.match(text)
    if field:
        where += "." + field.group(1)
    problem = " ".join(text[: found.start()].split() if found else text.split())
    raise CertificateError(where.lstrip(".") or "witness", problem[:1].lower() + problem[1:])
