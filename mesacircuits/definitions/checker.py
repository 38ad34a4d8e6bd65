"""The witness checker: every field of a witness is derived again, input by input.

It shares nothing with the code that finds witnesses except circuits and their evaluation, and
prefers loops that can be read to loops that are fast: at most six inputs are asked for.

Where several values of a field would prove the same tag, one is demanded, so that no field can
be altered alone unnoticed: candidates ascend by word and cells by first input; re-encodings are
the least, renamings the lexicographically first; a candidate's word that is never output is the
least word left over; of several wires that would serve in one place, all else equal, the lowest;
an order of values is the lexicographically least, and of two-bit groups the first is read as it is.
Words and lower wires never leave a choice in size-minimal circuits with one output and inputs that
differ on S. How the wires of a later two-bit group correspond to those of the first, and in which
polarity, is left to the witness: more than one way may be true.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.check_control import prove_control
from mesacircuits.definitions.check_lookup import prove_lookup
from mesacircuits.definitions.check_scored import prove_scored_by_lowest_wires
from mesacircuits.definitions.check_search import MAX_CANDIDATES, prove_search
from mesacircuits.definitions.check_subject import Subject, demand, demand_lowest_wires
from mesacircuits.definitions.control_records import ControlParameters, ControlWitness
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    definition_record,
    solves,
    wired_of,
)
from mesacircuits.definitions.witness_records import (
    DefinitionRecord,
    LookupParameters,
    LookupWitness,
    ScoredSearchWitness,
    SearchParameters,
    SearchWitness,
    UtilitySearchWitness,
    read_record,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import EpisodeTask, OptimisationTask, Task, WorldTask

__all__ = ["MAX_CANDIDATES", "check_judgement", "check_witness", "score_of_search_groups"]

#: The versions of the default definitions that are checked here.
_VERSIONS = {"search-like": 1, "lookup-table": 2, "control-like": 1}


def check_witness(
    solver: Solver,
    task: Task,
    definition_record: Mapping[str, Any],
    witness: Mapping[str, Any] | None,
) -> None:
    """Check from scratch that a witness proves the score 1, hence the tag.

    Arguments:
        solver: a circuit, or a machine, that solves the task on its support S.
        task: the task.
        definition_record: name (of a default definition), version and dials.
        witness: JSON values in the shape of `LookupWitness`; for `search-like` of `SearchWitness`,
            of `ScoredSearchWitness` where scores have two bits, and of `UtilitySearchWitness` where
            the task has utilities; or as the definition of control has it.

    Raises `CertificateError` whose `where` is the JSON path of the first field at fault, such as
    `candidates[1].renaming`; else `circuit`, `witness`, or a path that begins with `definition`.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> decoder = Circuit.parse(2, "g1 = a & b; g2 = ~a & b; out = g1, g2")
    >>> task = parse_task("expr:a & b, ~a & b")
    >>> definition = {"name": "lookup-table", "version": 2, "parameters": {"inputs_per_cell": 1}}
    >>> cells = [{"wire": 3, "inverted": False, "cube": "01", "inputs": [2]},
    ...          {"wire": 2, "inverted": False, "cube": "11", "inputs": [3]}]
    >>> witness = {"kind": "lookup", "default": [0, 0], "cells": cells}
    >>> check_witness(decoder, task, definition, witness)
    >>> check_witness(decoder, task, definition, {**witness, "cells": cells[:1]})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: cells: 1 given, at least 2 needed
    """
    circuit = _solving(solver, task)
    subject = Subject(circuit, task)
    definition = read_record(definition_record, DefinitionRecord, "definition")
    version = _VERSIONS.get(definition.name, definition.version)
    demand(definition.version == version, "definition.version", f"version {version} is checked")
    if definition.name in _VERSIONS:
        _demand_influence(subject)
    if definition.name == "search-like":
        dials = read_record(definition.parameters, SearchParameters, "definition.parameters")
        _prove_search(subject, dials, witness)
    elif definition.name == "lookup-table":
        bound = read_record(definition.parameters, LookupParameters, "definition.parameters")
        lookup = read_record(witness, LookupWitness, "")
        prove_lookup(subject, bound, lookup)
        demand_lowest_wires(subject, bound, lookup, "cells", prove_lookup)
    elif definition.name == "control-like":
        none = read_record(definition.parameters, ControlParameters, "definition.parameters")
        prove_control(subject, none, read_record(witness, ControlWitness, ""))
    else:
        _check_measure(definition, solver, task, witness)


def _solving(solver: Solver, task: Task) -> Wired:
    """Return the wires of a solver, refusing one that does not solve the task."""
    try:
        wired = wired_of(solver, task)
    except ArgumentError as error:
        raise CertificateError("circuit", str(error)) from error
    demand(solves(wired, task), "circuit", "does not solve the task on its support")
    return wired


def _check_measure(
    definition: DefinitionRecord, solver: Solver, task: Task, witness: Mapping[str, Any] | None
) -> None:
    # The literature's definitions bring their own checks.
    from mesacircuits.definitions.measures import LITERATURE

    known = ", ".join([*_VERSIONS, *LITERATURE])
    demand(definition.name in LITERATURE, "definition.name", f"one of {known} is checked")
    try:
        named = LITERATURE[definition.name](**definition.parameters)
    except (ArgumentError, TypeError) as error:
        raise CertificateError("definition.parameters", str(error)) from error
    given = {**named.parameters, **definition.parameters}
    demand(given == named.parameters, "definition.parameters", "not as they are recorded")
    needed = f"version {named.version} is checked"
    demand(definition.version == named.version, "definition.version", needed)
    named.check(solver, task, witness or {})


def _demand_influence(subject: Subject) -> None:
    # Where nothing is at stake there is no tag.
    words = subject.words()
    demand(len({words[x] for x in subject.support}) > 1, "circuit", "its output is constant")
    task = subject.task
    rows: tuple[tuple[Any, ...], ...] = ((0, 1),)
    if isinstance(task, WorldTask):
        rows = task.world.steps
    elif isinstance(task, EpisodeTask):
        rows = (*task.episode.transitions, *task.episode.rewards)
    demand(any(row[0] != other for row in rows for other in row), "task", "no action matters in it")


def _prove_search(
    subject: Subject, dials: SearchParameters, witness: Mapping[str, Any] | None
) -> None:
    # The task and the dials, not the witness, say which kind of witness it has to be.
    if isinstance(subject.task, OptimisationTask):
        by_utility = read_record(witness, UtilitySearchWitness, "")
        prove_scored_by_lowest_wires(subject, dials, by_utility)
    elif dials.wires_per_score > 1:
        scored = read_record(witness, ScoredSearchWitness, "")
        prove_scored_by_lowest_wires(subject, dials, scored)
    else:
        search = read_record(witness, SearchWitness, "")
        prove_search(subject, dials, search)
        demand_lowest_wires(subject, dials, search, "candidates", prove_search)


def check_judgement(
    definition: Definition, solver: Solver, task: Task, judgement: Judgement
) -> None:
    """Check what a definition said of a solver of a task, as far as it can be checked.

    The judgement must name the definition, its dials and its tag; the score is None or from 0 to
    1; there is a witness iff it is 1. The witness is checked by the definition's own method
    `check(solver, task, witness)` if it has one, which raises `CertificateError` for a witness
    that does not hold; else by `check_witness`, which knows the default definitions. A score below
    1 has no witness, so that nothing says whether it is too low.

    Raises `CertificateError` naming the first field at fault.

    >>> from mesacircuits.definitions.lookup_table import LookupTable
    >>> from mesacircuits.tasks import parse_task
    >>> task, decoder = parse_task("expr:a & b, ~a & b"), "g1 = a & b; g2 = ~a & b; out = g1, g2"
    >>> from mesacircuits.circuits import Circuit
    >>> circuit, definition = Circuit.parse(2, decoder), LookupTable()
    >>> check_judgement(definition, circuit, task, definition.judge(circuit, task))
    >>> check_judgement(LookupTable(1), circuit, task, definition.judge(circuit, task))
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: definition: not that of the judgement
    """
    record = definition_record(definition)
    if dict(judgement.definition) != record:
        raise CertificateError("definition", "not that of the judgement")
    if judgement.tag != definition.tag:
        raise CertificateError("tag", f"the definition gives {definition.tag}")
    if judgement.score is not None and not 0 <= judgement.score <= 1:
        raise CertificateError("score", "not from 0 to 1")
    if (judgement.witness is not None) != judgement.holds:
        raise CertificateError("witness", "there has to be one exactly where the score is 1")
    _solving(solver, task)
    if judgement.witness is None:
        return
    own_check = getattr(definition, "check", None)
    if callable(own_check):
        own_check(solver, task, judgement.witness)
    else:
        check_witness(solver, task, record, judgement.witness)


def score_of_search_groups(circuit: Wired, task: Task, wires: tuple[int, ...]) -> Fraction:
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
    >>> from mesacircuits.circuits import Circuit
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
