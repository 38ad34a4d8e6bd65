"""The witness checker: every field of a witness is derived again, input by input.

It shares nothing with the code that finds witnesses except circuits and their evaluation, and
prefers loops that can be read to loops that are fast: at most six inputs are asked for.

Where several values of a field would prove the same tag, one is demanded, so that no field can
be altered alone unnoticed: candidates ascend by word and cells by first input; re-encodings are
the least, renamings the lexicographically first; a candidate's word that is never output is the
least word left over; of several wires that would serve in one place, all else equal, the lowest.
The last two never arise in size-minimal circuits with one output and inputs that differ on S.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.classification.check_lookup import prove_lookup
from mesacircuits.classification.check_search import MAX_CANDIDATES, prove_search
from mesacircuits.classification.check_subject import Subject, demand_lowest_wires
from mesacircuits.classification.witness_records import (
    DefinitionRecord,
    LookupParameters,
    LookupWitness,
    SearchParameters,
    SearchWitness,
    read_record,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = ["MAX_CANDIDATES", "check_witness", "score_of_search_groups"]


def check_witness(
    circuit: Circuit,
    task: Task,
    definition_record: Mapping[str, Any],
    witness: Mapping[str, Any] | None,
) -> None:
    """Check from scratch that a witness proves the score 1, hence the tag.

    Arguments:
        circuit: a circuit that solves the task on its support S.
        task: the task.
        definition_record: name (`search-like` or `lookup-table`), version and dials.
        witness: JSON values in the shape of `SearchWitness` or `LookupWitness`.

    Raises `CertificateError` whose `where` is the JSON path of the first field at fault, such as
    `candidates[1].renaming`; else `circuit`, `witness`, or a path that begins with `definition`.

    >>> from mesacircuits.tasks import parse_task
    >>> decoder = Circuit.parse(2, "g1 = a & b; g2 = ~a & b; out = g1, g2")
    >>> task = parse_task("expr:a & b, ~a & b")
    >>> definition = {"name": "lookup-table", "version": 1, "parameters": {"inputs_per_cell": 1}}
    >>> cells = [{"wire": 3, "inverted": False, "cube": "01", "inputs": [2]},
    ...          {"wire": 2, "inverted": False, "cube": "11", "inputs": [3]}]
    >>> witness = {"kind": "lookup", "default": [0, 0], "cells": cells}
    >>> check_witness(decoder, task, definition, witness)
    >>> check_witness(decoder, task, definition, {**witness, "cells": cells[:1]})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: cells: 1 given, at least 2 needed
    """
    if not task.solved_by(circuit):
        raise CertificateError("circuit", "does not solve the task on its support")
    subject = Subject(circuit, task)
    definition = read_record(definition_record, DefinitionRecord, "definition")
    if definition.name == "search-like":
        dials = read_record(definition.parameters, SearchParameters, "definition.parameters")
        search = read_record(witness, SearchWitness, "")
        prove_search(subject, dials, search)
        demand_lowest_wires(subject, dials, search, "candidates", prove_search)
    elif definition.name == "lookup-table":
        bound = read_record(definition.parameters, LookupParameters, "definition.parameters")
        lookup = read_record(witness, LookupWitness, "")
        prove_lookup(subject, bound, lookup)
        demand_lowest_wires(subject, bound, lookup, "cells", prove_lookup)
    else:
        raise CertificateError("definition.name", "search-like or lookup-table is checked")


def score_of_search_groups(circuit: Circuit, task: Task, wires: tuple[int, ...]) -> Fraction:
    """Return the score of formula (c) for groups given by their wires, conditions unchecked.

    With C the output word, G the values of `wires`, and x, x' independent and uniform on the
    support:  1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)],  or 0 where that is negative
    or the output is constant on the support.

    Arguments:
        circuit: a circuit.
        task: the task that states the support.
        wires: the wires of all groups.

    Raises `ArgumentError` for a wire that does not exist or a task of another width.

    >>> from mesacircuits.tasks import parse_task
    >>> circuit, task = Circuit.parse(2, "g1 = a & ~b; out = g1"), parse_task("expr:a & ~b")
    >>> score_of_search_groups(circuit, task, (0, 1)), score_of_search_groups(circuit, task, (0,))
    (Fraction(1, 1), Fraction(1, 3))
    """
    if task.inputs != circuit.inputs:
        raise ArgumentError("task", f"a task of {circuit.inputs} inputs", task)
    for wire in wires:
        if not 0 <= wire < circuit.wires:
            raise ArgumentError("wires", f"wires from 0 to {circuit.wires - 1}", wire)
    subject = Subject(circuit, task)
    natural, values, moved, differ = subject.words(), subject.wire_values(), 0, 0
    for x in subject.support:
        held = subject.words({wire: values[wire][x] for wire in wires})
        for other in subject.support:
            moved += held[other] != natural[x]
            differ += natural[other] != natural[x]
    return max(Fraction(0), 1 - Fraction(moved, differ)) if differ else Fraction(0)
