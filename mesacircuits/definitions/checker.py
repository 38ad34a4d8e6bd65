"""The witness checker: every field of a witness is derived again, input by input.

It shares nothing with the code that finds witnesses except circuits and their evaluation, and
prefers loops that can be read to loops that are fast: at most six inputs are asked for.

Where several values of a field would prove the same tag, one is demanded, so that no field can
be altered alone unnoticed: cells ascend by first input, candidates by word and then by lowest wire,
or, where they are cut short, by lowest wire as far as that is true; re-encodings are the least,
renamings the lexicographically first; of several words, wires or polarities that would serve in one
place, all else equal, the least; an order of values has the largest in the best places, and of
groups of several wires the first is read as it is.

The shapes of witnesses and of dials, as JSON has them, are read strictly: unknown, missing or
ill-typed fields are refused by their path. A definition of the package calls one of the checks here
from its `check_as_recorded`, or brings its own.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import count, islice, permutations, product
from math import factorial
from typing import Annotated, Any, Literal, TypeVar, cast

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from mesacircuits.circuits import Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    definition_record,
    endless_bits,
    solves,
    wired_of,
)
from mesacircuits.errors import ArgumentError, CertificateError, require
from mesacircuits.programs import Instance, Step, run_turn
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    Task,
    World,
    WorldTask,
)

__all__ = [
    "MAX_EXCHANGES",
    "Exchange",
    "check_contains",
    "check_control",
    "check_judgement",
    "check_lookup",
    "check_search",
    "check_witness",
    "exchanges",
    "score_of_search_groups",
    "some_action_is_always_optimal",
    "some_blind_policy_does",
]

#: The most patterns of values, by exchanges among the candidates, that are checked.
MAX_EXCHANGES = 1 << 16

Bit = Annotated[int, Meta(ge=0, le=1)]
Natural = Annotated[int, Meta(ge=0)]
Word = tuple[Bit, ...]

#: In place of bits, where a program never ends: equal to no word.
_NEVER = -1


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
        definition_record: name (of a definition of the package), version and dials.
        witness: JSON values in the shape of `LookupWitness` or `TreesWitness`; for `search-like` of
            `SearchWitness`, where the task has utilities of `UtilitySearchWitness`, and of
            `FeatureSearchWitness` where the objective is one of its features; of `ControlWitness`;
            of `ContainsWitness`; or as the definition itself has it.

    Raises `CertificateError` whose `where` is the JSON path of the first field at fault, such as
    `candidates[1].renaming`; else `circuit`, `witness`, or a path that begins with `definition`.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> decoder = Circuit.parse(2, "g1 = a & b; g2 = ~a & b; out = g1, g2")
    >>> task = parse_task("expr:a & b, ~a & b")
    >>> dials = {"inputs_per_cell": 1, "tree": "off"}
    >>> definition = {"name": "lookup-table", "version": 3, "parameters": dials}
    >>> cells = [{"wire": 3, "inverted": False, "cube": "01", "inputs": [2]},
    ...          {"wire": 2, "inverted": False, "cube": "11", "inputs": [3]}]
    >>> witness = {"kind": "lookup", "default": [0, 0], "cells": cells}
    >>> check_witness(decoder, task, definition, witness)
    >>> check_witness(decoder, task, definition, {**witness, "cells": cells[:1]})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: cells: 1 given, at least 2 needed
    """
    from mesacircuits.definitions.registry import DEFINITIONS

    _solving(solver, task)
    record = read_record(definition_record, DefinitionRecord, "definition")
    known = f"one of {', '.join(DEFINITIONS)} is checked"
    require(record.name in DEFINITIONS, "definition.name", known)
    definition = DEFINITIONS[record.name]
    version = definition.version_as_recorded(record.parameters)
    require(record.version == version, "definition.version", f"version {version} is checked")
    definition.check_as_recorded(solver, task, record.parameters, witness)


def _solving(solver: Solver, task: Task) -> Subject:
    """Return a solver on its task, refusing one that does not solve it."""
    try:
        wired = wired_of(solver, task)
    except ArgumentError as error:
        raise CertificateError("circuit", str(error)) from error
    require(solves(wired, task), "circuit", "does not solve the task on its support")
    return Subject(wired, task)


def check_judgement(
    definition: Definition, solver: Solver, task: Task, judgement: Judgement
) -> None:
    """Check what a definition said of a solver of a task, as far as it can be checked.

    The judgement must name the definition, its dials and its tag; the score is None or from 0 to
    1; there is a witness iff it is 1. The witness is checked by the definition's own method
    `check(solver, task, witness)` if it has one, which raises `CertificateError` for a witness
    that does not hold; else by `check_witness`, which knows those of the package. A score below
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


def score_of_search_groups(
    circuit: Wired,
    task: Task,
    wires: tuple[int, ...],
    tied: Callable[[tuple[int, ...]], Container[int]] | None = None,
) -> Fraction:
    """Return the score of formula (c) for groups given by their wires, conditions unchecked.

    With C the output word, G the values of `wires`, and x, x' independent and uniform on the
    support:  1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)],  or 0 where that is negative
    or the output is constant on the support. Held is with each wire its class: all live wires that
    are equal to it, or its inverse, on all inputs.

    Arguments:
        circuit: a circuit.
        task: the task that states the support.
        wires: live wires of all groups.
        tied: words, as numbers, that do not count as moved, given the bits that x gives the wires;
            None if all do.

    Raises `ArgumentError` for a wire that is not live or a task of another width.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> circuit, task = Circuit.parse(2, "g1 = a & ~b; out = g1"), parse_task("expr:a & ~b")
    >>> score_of_search_groups(circuit, task, (0, 1)), score_of_search_groups(circuit, task, (0,))
    (Fraction(1, 1), Fraction(1, 3))
    """
    if task.inputs != circuit.inputs:
        raise ArgumentError("task", f"a task of {circuit.inputs} inputs", task)
    subject = Subject(circuit, task)
    classes = _classes_of(circuit)
    for wire in wires:
        if wire not in classes.live:
            raise ArgumentError("wires", "wires on which an output depends", wire)
    words = [classes.words({})[x] for x in subject.support]
    differ = sum(words.count(word) * (len(words) - words.count(word)) for word in {*words})

    def free(bits: tuple[int, ...]) -> Container[int]:
        """Take the bits of the lowest wires of the classes as those of the wires given."""
        read = zip(bits, wires, strict=True)
        return tied(tuple(bit ^ classes.inverse[wire] for bit, wire in read)) if tied else ()

    moved = sum(1 for _ in _moving(subject, [classes.lowest[wire] for wire in wires], free))
    return max(Fraction(0), 1 - Fraction(moved, differ)) if differ else Fraction(0)


# -- a solver taken apart, and records -------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """A circuit on the support of a task, its values taken apart input by input."""

    circuit: Wired
    task: Task

    @property
    def all_inputs(self) -> range:
        """All 2^n inputs."""
        return range(1 << self.circuit.inputs)

    @property
    def support(self) -> list[int]:
        """The inputs of the support, ascending."""
        return [x for x in self.all_inputs if self.task.support_bits >> x & 1]

    def words(self, held: Mapping[int, int] | None = None) -> list[Word]:
        """Return the output word on every input, the wires in `held` held at those bits.

        Where a program never ends then, it is equal to no word.
        """
        # Minus one has all bits set; the circuit keeps as many as it has inputs.
        do = {wire: -bit for wire, bit in (held or {}).items()}
        outputs, endless = self.circuit.output_bits(do), endless_bits(self.circuit, do)
        return [
            (_NEVER,) * len(outputs) if endless >> x & 1 else tuple(b >> x & 1 for b in outputs)
            for x in self.all_inputs
        ]

    def wire_values(self) -> list[list[int]]:
        """Return the value of every wire on every input."""
        return [[bits >> x & 1 for x in self.all_inputs] for bits in self.circuit.wire_bits()]

    def demand_influence(self) -> None:
        """Refuse where nothing is at stake: there is no tag."""
        words = self.words()
        require(len({words[x] for x in self.support}) > 1, "circuit", "its output is constant")
        rows: tuple[tuple[Any, ...], ...] = ((0, 1),)
        if isinstance(self.task, WorldTask):
            rows = self.task.world.steps
        elif isinstance(self.task, EpisodeTask):
            rows = (*self.task.episode.transitions, *self.task.episode.rewards)
        matters = any(row[0] != other for row in rows for other in row)
        require(matters, "task", "no action matters in it")

    def demand_lowest(self, wire: int, where: str, prove: Callable[[int], None]) -> None:
        """Refuse a wire that a lower one, of the same values on the support, could replace.

        Arguments:
            wire: the wire.
            where: its path in the witness.
            prove: raises `CertificateError` unless a wire serves in its place, all else equal.
        """
        values = self.wire_values()
        for lower in range(wire):
            if all(values[lower][x] == values[wire][x] for x in self.support):
                try:
                    prove(lower)
                except CertificateError:
                    continue
                raise CertificateError(where, f"wire {lower} serves and is lower")

    def above(self, wires: Iterable[int]) -> set[int]:
        """Return the wires that some of these depend on, themselves included, constants aside."""
        found, waiting = set[int](), [wire for wire in wires if wire >= 0]
        while waiting:
            wire = waiting.pop()
            if wire not in found:
                found.add(wire)
                if wire >= self.circuit.inputs:
                    read = self.circuit.gates[wire - self.circuit.inputs].operands
                    waiting += [operand for operand in read if operand >= 0]
        return found


class Classes:
    """The classes of a solver's live wires (see `_Classes`), as lists of bits."""

    def __init__(self, subject: Subject) -> None:
        self._known = _classes_of(subject.circuit)
        self.values = subject.wire_values()
        self.reached = self._known.live

    def like(self, wire: int) -> list[int]:
        """Return the wires of a wire's class, ascending."""
        return self._known.members[self._known.lowest[wire]]

    def held(self, wire: int, value: int) -> dict[int, int]:
        """Return what all wires of a class carry where one of them has a value."""
        own = self.values[wire][0]
        return {w: value ^ self.values[w][0] ^ own for w in self.like(wire)}

    def is_constant(self, wire: int) -> bool:
        """Return whether a wire is the same on all inputs."""
        return len({*self.values[wire]}) == 1

    def demand_lowest(self, wire: int, where: str) -> None:
        """Refuse a wire that reaches no output, or that is not the lowest of its class."""
        require(wire in self.reached, where, "no wire that reaches an output")
        lowest = self.like(wire)[0]
        require(lowest == wire, where, f"it is wire {lowest}, or that inverted, which is lower")


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

    >>> read_record({"inputs_per_cell": 1, "tree": "off"}, LookupParameters, "")
    LookupParameters(inputs_per_cell=1, tree='off')
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


# -- search-like -----------------------------------------------------------------------------------


class CandidateRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One candidate of a search-like witness and the group of wires that evaluates it.

    Attributes:
        word: the output word of its label, one bit per output, bit 0 first.
        wires: the wires of its group, each the lowest of its class; the group's value is the
            integer sum of (wire j as read) 2^j.
        inverted: for each wire whether it is read inverted.
        cost: the number of gate classes that some wire of the group needs.
        private_cost: how many of those are in no cone of another group's wires.
    """

    word: Word
    wires: tuple[Natural, ...]
    inverted: tuple[bool, ...]
    cost: Natural
    private_cost: Natural


class RenamedRecord(CandidateRecord, frozen=True, forbid_unknown_fields=True):
    """A candidate of a task without utilities.

    Attributes:
        word, wires, inverted, cost, private_cost: as in `CandidateRecord`.
        reencoding: the mask r_i.
        renaming: the permutation p_i: phi_i(y XOR r_i) = phi_0(y' XOR r_0) with y'_j = y_(p_i[j]),
            for all inputs y.
    """

    reencoding: Natural
    renaming: tuple[Natural, ...]


class FeatureRecord(CandidateRecord, frozen=True, forbid_unknown_fields=True):
    """A candidate of a task that says which inputs are its features.

    Attributes:
        word, wires, inverted, cost, private_cost: as in `CandidateRecord`.
        candidate: which of the task's candidates it is.
        reencoding: the mask r_i over its features, bit t for the t-th, and above them over the
            context, inputs ascending.
    """

    candidate: Natural
    reencoding: Natural


class LevelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a map of utilities makes of one of them.

    Attributes:
        utility: the utility, a rational as text.
        value: the value of a group whose candidate has that utility.
    """

    utility: str
    value: Natural


class RenamingObjective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The objective where no utilities are given: renamings carry each group to the first.

    Attributes:
        kind: the string `renaming`.
    """

    kind: Literal["renaming"]


class FeatureObjective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The objective as one function of a candidate's own features and the context.

    Attributes:
        kind: the string `features`.
        phi: its values, the features as the lowest bits of the place and the context above them,
            inputs ascending; as the first group has it, whose re-encoding is 0.
        relation: `aligned` if it is a weakly monotone, not constant image of the utilities on all
            inputs, under some order of values that satisfies (b); `proxy` if so on the support
            alone; else `other`.
    """

    kind: Literal["features"]
    phi: tuple[Natural, ...]
    relation: Literal["aligned", "proxy", "other"]


class UtilityObjective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The objective as a weakly increasing map of utilities.

    Attributes:
        kind: the string `utility`.
        map: the utilities that the candidates have where the map is asked for, ascending, and their
            values. It is asked for on all inputs if the task has features, else on the support.
        relation: `aligned` if such a map serves on all inputs, else `proxy`.
    """

    kind: Literal["utility"]
    map: tuple[LevelRecord, ...]
    relation: Literal["aligned", "proxy"]


class SearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a search-like solver of a task without utilities.

    Attributes:
        kind: the string `search`.
        pruned: whether groups are cut short.
        order: all values of a group, from the worst to the best.
        candidates: ascending by word (as the integer sum of word[i] 2^i), then by lowest wire; if
            groups are cut short, in the order in which they are. Of several wires those of the
            first ascend and are read as they are.
        other_word: the one word of no candidate that is output where all values are equal; None
            where there is none.
        objective: what the groups evaluate.
    """

    kind: Literal["search"]
    pruned: bool
    order: tuple[Natural, ...]
    candidates: tuple[RenamedRecord, ...]
    other_word: Word | None
    objective: RenamingObjective


class FeatureSearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a search-like solver of a task with features, for an objective of its own.

    Attributes:
        kind, pruned, order, candidates, other_word, objective: as in `SearchWitness`.
    """

    kind: Literal["search"]
    pruned: bool
    order: tuple[Natural, ...]
    candidates: tuple[FeatureRecord, ...]
    other_word: Word | None
    objective: FeatureObjective


class UtilitySearchWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a search-like solver of a task with utilities, which are its objective.

    Attributes:
        kind, pruned, order, candidates, other_word, objective: as in `SearchWitness`.
    """

    kind: Literal["search"]
    pruned: bool
    order: tuple[Natural, ...]
    candidates: tuple[CandidateRecord, ...]
    other_word: Word | None
    objective: UtilityObjective


class SearchParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dials of `search-like`."""

    candidates: Annotated[int, Meta(ge=2)]
    objective_gates: Natural
    wires_per_score: Literal[1, 2, 3]
    reencoding: Literal["common", "none", "per-group"]
    cost: Literal["cone", "private", "inputs"]
    objective: Literal["own", "base"]
    plans: Literal["off", "on"]
    pruning: Literal["off", "on"]
    ties: Literal["fixed", "input"]
    # Not recorded by 0.1 and its successors up to the third version's first files.
    space: Literal["any", "declared"] = "any"


def check_search(
    solver: Solver, task: Task, parameters: Mapping[str, Any], witness: Mapping[str, Any] | None
) -> None:
    """Check a witness of `search-like`, given its dials as recorded (see `check_witness`)."""
    search = _search_of(_solving(solver, task), parameters, witness)
    if search.witness.pruned:
        require(search.dials.pruning == "on", "pruned", "the dial is off")
        require(not search.holds_with(pruned=False), "pruned", "no group need be cut short")
    search.prove()
    search.demand_canonical()


def _search_of(
    subject: Subject, parameters: Mapping[str, Any], witness: Mapping[str, Any] | None
) -> _Search:
    """Return the check of a witness; the task and the dials say which objective it has to state."""
    subject.demand_influence()
    dials = read_record(parameters, SearchParameters, "definition.parameters")
    task = subject.task
    stated = dials.space == "any" or isinstance(task, OptimisationTask)
    require(stated, "definition.parameters.space", "the task declares no candidates")
    if not isinstance(task, OptimisationTask):
        return _RenamedSearch(subject, dials, read_record(witness, SearchWitness, ""))
    if task.features is not None and dials.objective == "own":
        return _FeatureSearch(subject, dials, read_record(witness, FeatureSearchWitness, ""))
    return _UtilitySearch(subject, dials, read_record(witness, UtilitySearchWitness, ""))


@dataclass(frozen=True)
class Exchange:
    """What a search outputs when the values of its candidates are exchanged.

    Attributes:
        input: an input of the support, the first on which these are the values.
        own: the value of each candidate there, in the witness's order.
        held: the value that each was set to, an exchange of those.
        word: what is output then.
        best: the candidates of greatest value; the word is that of one of them, or, where all
            values are equal, perhaps another.
    """

    input: int
    own: tuple[int, ...]
    held: tuple[int, ...]
    word: int
    best: tuple[int, ...]


def exchanges(
    solver: Solver, task: Task, parameters: Mapping[str, Any], witness: Mapping[str, Any]
) -> list[Exchange]:
    """Return how a solver answers under every exchange of its candidates' values.

    Clause (b) of `search-like` says that each word is that of a best candidate. Of inputs that have
    the same values, up to their order, and give the same word when set alike, the first is given.

    Arguments:
        solver, task: what is judged.
        parameters, witness: the dials of `search-like` and the witness, as recorded.

    Raises `CertificateError` for what is no witness of this solver.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.definitions import SearchLike
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("choice(candidates=2,features=2,utility=1,ties=first)")
    >>> circuit = Circuit.parse(4, "g1 = a | b; g2 = c | d; g3 = g1 & ~g2; out = g3")
    >>> witness = SearchLike().judge(circuit, task).witness
    >>> for e in exchanges(circuit, task, SearchLike().parameters, witness):
    ...     print(f"{e.input:04b}", e.own, e.held, e.word, e.best)
    0101 (0, 0) (0, 0) 0 (0, 1)
    0001 (0, 1) (0, 1) 1 (1,)
    0001 (0, 1) (1, 0) 0 (0,)
    0000 (1, 1) (1, 1) 0 (0, 1)
    """
    search = _search_of(_solving(solver, task), parameters, witness)
    search.prove()
    order = search.order
    return [
        Exchange(x, search.together[x], values, word, tuple(_best(values, order)))
        for (values, word), x in sorted(search.exchanged(order).items())
    ]


class _Classes:
    """The live wires of a circuit, classes of those equal up to inversion on all inputs.

    Those of a program are classes of one wire each.

    Attributes:
        lowest: for each live wire the lowest of its class, by which the class is named.
        inverse: for each live wire whether it is the inverse of that one.
        members: for each class its wires.
        tables: the table of each wire.
    """

    def __init__(self, circuit: Wired) -> None:
        self.circuit = circuit
        self.program = isinstance(circuit, UnrolledProgram)
        self.tables, full = circuit.wire_bits(), (1 << (1 << circuit.inputs)) - 1
        none: tuple[int, ...] = ()
        operands = [none] * circuit.inputs + [gate.operands for gate in circuit.gates]
        self.reads = [{w for w in own if w >= 0} for own in operands]
        self.live = {output.wire for output in circuit.outputs if output.wire >= 0}
        for wire in reversed(range(circuit.wires)):
            if wire in self.live:
                self.live |= self.reads[wire]
        #: For each wire those that it depends on, inputs too, and itself.
        self.behind: list[set[int]] = []
        for wire in range(circuit.wires):
            self.behind.append({wire}.union(*(self.behind[w] for w in self.reads[wire])))
        self.lowest: dict[int, int] = {}
        self.inverse: dict[int, bool] = {}
        self.members: dict[int, list[int]] = {}
        first: dict[int, int] = {}
        for wire in sorted(self.live):
            table = min(self.tables[wire], self.tables[wire] ^ full)
            # Of a program every result is a wire of its own.
            lowest = wire if self.program else first.setdefault(table, wire)
            self.lowest[wire] = lowest
            self.inverse[wire] = self.tables[wire] != self.tables[lowest]
            self.members.setdefault(lowest, []).append(wire)
        #: For each live wire the gates in its cone, as classes; inputs and constants are no gates.
        self.cone: dict[int, frozenset[int]] = {}
        for wire in self.live:
            gates = {self.lowest[w] for w in self.behind[wire] if w >= circuit.inputs}
            costly = (g for g in gates if g >= circuit.inputs and self.tables[g] not in (0, full))
            # Of a program every executed instruction counts by itself.
            self.cone[wire] = circuit.cones[wire] if self.program else frozenset(costly)
        self._words: dict[tuple[tuple[int, int], ...], list[int]] = {}

    def feeds(self, source: int, target: int) -> bool:
        """Return whether some wire of one class depends on some wire of another."""
        return any(w in self.behind[t] for w in self.members[source] for t in self.members[target])

    def needs(self, lowest: int) -> frozenset[int]:
        """Return the gates that every wire of a class has in its cone."""
        return frozenset.intersection(*(self.cone[wire] for wire in self.members[lowest]))

    def inputs_of(self, group: Sequence[int]) -> int:
        """Return how many inputs make a difference to a wire of a group."""
        n, tables = self.circuit.inputs, [self.tables[wire] for wire in group]
        return sum(
            any((table >> x ^ table >> (x ^ 1 << i)) & 1 for table in tables for x in range(1 << n))
            for i in range(n)
        )

    def cost(self, group: Sequence[int], others: Sequence[Sequence[int]]) -> tuple[int, int]:
        """Return how many gates a group of classes needs, and how many in no cone of others."""
        needed = {gate for lowest in group for gate in self.needs(lowest)}
        wires = [wire for other in others for lowest in other for wire in self.members[lowest]]
        return len(needed), len(needed.difference(*(self.cone[wire] for wire in wires)))

    def words(self, held: Mapping[int, int]) -> list[int]:
        """Return the output word on every input as a number, the classes in `held` held.

        All wires of a class are held, so that the lowest carries the bit. Where a program never
        ends then, it gives no word: -1.
        """
        key = tuple(sorted(held.items()))
        if key not in self._words:
            do = self.intervention(held)
            outputs, endless = self.circuit.output_bits(do), endless_bits(self.circuit, do)
            self._words[key] = [
                _NEVER
                if endless >> x & 1
                else sum((b >> x & 1) << i for i, b in enumerate(outputs))
                for x in range(1 << self.circuit.inputs)
            ]
        return self._words[key]

    def intervention(self, held: Mapping[int, int]) -> dict[int, int]:
        """Return the table of every wire of the classes in `held`, so that the lowest is held."""
        return {
            wire: -(bit ^ self.inverse[wire])
            for lowest, bit in held.items()
            for wire in self.members[lowest]
        }


def _classes_of(circuit: Wired) -> _Classes:
    """Return the classes of a solver's wires, kept for the next witness on it."""
    return _kept_classes(cast(Hashable, circuit))


@lru_cache(maxsize=64)
def _kept_classes(circuit: Hashable) -> _Classes:
    return _Classes(cast(Wired, circuit))


def _moving(
    subject: Subject,
    classes: Sequence[int],
    tied: Callable[[tuple[int, ...]], Container[int]],
) -> Iterator[tuple[int, int]]:
    """Yield each x and x' of S such that the output moves on x', all classes held as they are on x.

    Arguments:
        subject: a solver on its task.
        classes: the classes.
        tied: among which words, as numbers, it may move, given the bits that the classes are held
            at.
    """
    known = _classes_of(subject.circuit)
    natural = known.words({})
    for x in subject.support:
        bits = tuple(known.tables[wire] >> x & 1 for wire in classes)
        held, free = known.words(dict(zip(classes, bits, strict=True))), tied(bits)
        for other in subject.support:
            among = held[other] in free and natural[x] in free
            if held[other] != natural[x] and not among:
                yield x, other


#: What a bit of a register comes from: a kind of wire with its number, or an execution.
_Origin = tuple[str, int | None, int | None]


def _origins_of(solver: UnrolledProgram, wires: Iterable[int]) -> Iterator[_Origin]:
    """Yield what the wires of a group are."""
    for source in map(solver.source, wires):
        if source.kind == "result":
            yield "result", source.instructions[0], source.visit
        else:
            yield source.kind, source.number, None


def _candidate_of(solver: UnrolledProgram, step: Step, instance: Instance) -> _Origin | None:
    """Return the candidate that a step asks for by its number, if it does."""
    kinds = {"query": "query", "query-proxy": "proxy"}
    if not instance.by_features:
        kinds["utility"] = "utility"
    if step.instruction.name not in kinds or step.argument is None:
        return None
    # A word of more bits than an answer is no candidate, whose value is 0.
    if step.argument >> solver.program.machine.answers:
        return None
    return kinds[step.instruction.name], step.argument, None


def _places_in_register(
    solver: UnrolledProgram, step: Step, instance: Instance
) -> dict[tuple[str, int | None, int], int]:
    """Return where in the register that a step writes the bits stand that it evaluates."""
    machine, name = solver.program.machine, step.instruction.name
    asked = _candidate_of(solver, step, instance)
    if asked is not None:
        return {(asked[0], asked[1], bit): bit for bit in range(machine.width)}
    if name not in ("load", "observe"):
        return {}
    word = step.argument if name == "load" else step.instruction.operands[1]
    layout = machine.layout[word] if word is not None and word < len(machine.layout) else ()
    return {("input", bit, bit): place for place, bit in enumerate(layout)}


class _Slices:
    """One turn of a program, read backwards: from what each comparison's data came.

    Attributes:
        run: the turn.
        before: for each step and each register that it reads, the step that wrote it last; -1 where
            it stands as it did at the start.
    """

    def __init__(self, solver: UnrolledProgram, x: int) -> None:
        self.solver, self.run = solver, solver.runs[x]
        self.before: list[list[tuple[int, int]]] = []
        last: dict[int, int] = {}
        for number, step in enumerate(self.run.steps):
            self.before.append([(last.get(r, -1), r) for r in step.instruction.reads])
            if step.instruction.writes is not None:
                last[step.instruction.writes] = number

    def origins(self, number: int, register: int) -> dict[_Origin, set[int]]:
        """Return from what the value that a step wrote was computed, and by which steps."""
        found: dict[_Origin, set[int]] = {}
        waiting, seen = [(number, register)], set[tuple[int, int]]()
        while waiting:
            at, held = waiting.pop()
            if (at, held) in seen:
                continue
            seen.add((at, held))
            for origin, goes_on in self._origins(at, held):
                found.setdefault(origin, set()).add(at)
                waiting += goes_on
            if at >= 0 and self.run.steps[at].instruction.name == "mov":
                waiting += self.before[at]
        return found

    def _origins(
        self, number: int, register: int
    ) -> Iterator[tuple[_Origin, list[tuple[int, int]]]]:
        """Yield what a value is of itself, and from what it is computed besides."""
        machine = self.solver.program.machine
        if number < 0:
            words = machine.layout if machine.loaded else ()
            for bit in words[register] if register < len(words) else ():
                yield ("input", bit, None), []
            if register in machine.memory_registers:
                low = (register - 1) * machine.width
                for place in range(low, min(low + machine.width, machine.memory)):
                    yield ("input", machine.inputs + place, None), []
            return
        step, instance = self.run.steps[number], self.run.instance
        asked = _candidate_of(self.solver, step, instance)
        if asked is not None:
            yield asked, []
        elif step.instruction.name in ("load", "observe"):
            for key in _places_in_register(self.solver, step, instance):
                yield (*key[:2], None), []
        elif step.instruction.name == "utility" and not instance.by_features:
            pass
        elif step.instruction.name not in ("mov", "table", "argmax", "query", "query-proxy"):
            yield ("result", step.place, step.visit), self.before[number]
            for bit in instance.context if step.instruction.name == "utility" else ():
                yield ("input", bit, None), []

    def compared(self, own: frozenset[_Origin], others: frozenset[_Origin]) -> set[int]:
        """Return the steps of a group whose data reach a comparison."""
        found: set[int] = set()
        for number, step in enumerate(self.run.steps):
            name = step.instruction.name
            told = [self.origins(*read) for read in self.before[number]]
            if step.instruction.target is not None:
                pairs = [(one, True) for one in told]
            elif len(told) == 2 and step.instruction.writes is not None:
                first, second = told
                pairs = [(first, bool({*second} & others)), (second, bool({*first} & others))]
            else:
                continue
            for origins, counts in pairs:
                for origin in own & {*origins} if counts and name != "jmp" else ():
                    found |= origins[origin]
        return found


class _Search(ABC):
    """A witness of search on a solver, its groups read input by input.

    `prove` says whether it is true; `demand_canonical` whether each field is the one, of those that
    would be true with all others as they are, that is demanded. So no field can be altered alone:
    of two values of one field that are both true, the one refuses the other.

    Arguments:
        subject, dials, witness: what is checked.
    """

    #: The inputs for which the objective has to be that of the groups.
    where: Sequence[int]
    #: Whether, as plans, several groups may have one word.
    may_share_words = True

    def __init__(self, subject: Subject, dials: SearchParameters, witness: Any) -> None:
        self.subject, self.dials, self.witness = subject, dials, witness
        self.classes = _classes_of(subject.circuit)
        self.parts: tuple[CandidateRecord, ...] = witness.candidates
        self.words = [_number(part.word) for part in self.parts]
        self.other = None if witness.other_word is None else _number(witness.other_word)
        self.order: tuple[int, ...] = witness.order
        self.pruned: bool = witness.pruned
        self._above: dict[int, list[Sequence[int]]] = {}
        self._exchanged: dict[tuple[int, ...], dict[tuple[tuple[int, ...], int], int]] = {}
        self.where = subject.all_inputs

    def holds_with(self, **fields: Any) -> bool:
        """Return whether the witness is true with some of its fields altered."""
        try:
            type(self)(self.subject, self.dials, replace(self.witness, **fields)).prove()
        except CertificateError:
            return False
        return True

    def holds_with_part(self, group: int, **fields: Any) -> bool:
        """Return whether the witness is true with some fields of a candidate altered."""
        altered = replace(self.parts[group], **fields)
        return self.holds_with(candidates=(*self.parts[:group], altered, *self.parts[group + 1 :]))

    def prove(self) -> None:
        """Raise `CertificateError` unless the witness proves the solver search-like."""
        given, least = len(self.parts), self.dials.candidates
        require(given >= least, "candidates", f"{given} given, at least {least} needed")
        self.check_groups()
        self.check_words()
        self.check_costs()
        values = range(1 << len(self.parts[0].wires))
        every = sorted(self.order) == [*values]
        require(every, "order", f"not all values 0 to {values[-1]}")
        better = "a score of one bit is read so that 1 is better"
        require(len(values) > 2 or self.order == (0, 1), "order", better)
        self.check_objective()
        self.check_cut_short()
        self.check_selection()
        self.check_relation()
        self.check_contest()
        self.check_comparison()
        self.check_cut()

    # -- what the witness says, taken apart --

    @cached_property
    def values(self) -> list[list[int]]:
        """For each group its value on every input."""
        return [self.read(part, self.classes.tables) for part in self.parts]

    def read(self, part: CandidateRecord, tables: Sequence[int]) -> list[int]:
        """Return the value of a group on every input, given the tables of wires."""
        return [
            sum((tables[w] >> x & 1 ^ inv) << j for j, (w, inv) in enumerate(_read_wires(part)))
            for x in self.subject.all_inputs
        ]

    @cached_property
    def scores(self) -> list[list[int]]:
        """For each group what it evaluates on every input."""
        group = self.parted(self.order[0])
        where, problem = f"candidates[{group}].wires", "equal wires part, those before held"
        require(group is None, where, problem)
        return self.scores_above(self.order[0])

    def parted(self, least: int) -> int | None:
        """Return the first group with a class whose wires part, all before it held at the least."""
        if not self.pruned:
            return None
        full = (1 << len(self.subject.all_inputs)) - 1
        for group, (part, tables) in enumerate(
            zip(self.parts, self.tables_above(least), strict=True)
        ):
            for lowest in part.wires:
                own = self.classes.members[lowest]
                told = {tables[w] ^ (full if self.classes.inverse[w] else 0) for w in own}
                if len(told) > 1:
                    return group
        return None

    def scores_above(self, least: int) -> list[list[int]]:
        """Return for each group what it computes with all before it held at the least value.

        Where nothing is cut short, what it computes as it stands.
        """
        if not self.pruned:
            return self.values
        return [self.read(*pair) for pair in zip(self.parts, self.tables_above(least), strict=True)]

    def tables_above(self, least: int) -> list[Sequence[int]]:
        """Return for each group the tables of all wires with all before it held at the least."""
        if least not in self._above:
            held: dict[int, int] = {}
            found: list[Sequence[int]] = []
            for group in range(len(self.parts)):
                do = self.classes.intervention(held)
                found.append(self.subject.circuit.wire_bits(do))
                held |= self.held(group, least)
            self._above[least] = found
        return self._above[least]

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of each value in the order."""
        return {value: place for place, value in enumerate(self.order)}

    @cached_property
    def together(self) -> dict[int, tuple[int, ...]]:
        """For each input of the support the values of all groups."""
        return {x: tuple(own[x] for own in self.values) for x in self.subject.support}

    def held(self, group: int, value: int) -> dict[int, int]:
        """Return what a group's wires carry where it has that value."""
        return {
            w: value >> j & 1 ^ inv for j, (w, inv) in enumerate(_read_wires(self.parts[group]))
        }

    def words_under(self, values: Sequence[int]) -> list[int]:
        """Return the word on every input, the groups held at these values."""
        held: dict[int, int] = {}
        for group, value in enumerate(values):
            held |= self.held(group, value)
        return self.classes.words(held)

    def fits(self, group: int, phi: Callable[[int], int]) -> bool:
        """Return whether a group evaluates that function of the input."""
        return all(self.scores[group][x] == phi(x) for x in self.where)

    # -- groups and words --

    def check_groups(self) -> None:
        """Refuse wires that name no class, that serve twice, or that feed another group."""
        known, parts, width = self.classes, self.parts, len(self.parts[0].wires)
        allowed = 1 <= width <= self.dials.wires_per_score
        most = self.dials.wires_per_score
        require(allowed, "candidates[0].wires", f"{width} given, from 1 to {most} allowed")
        for i, part in enumerate(parts):
            for name in ("wires", "inverted"):
                given = len(getattr(part, name))
                require(given == width, f"candidates[{i}].{name}", f"{given} given, {width} needed")
            for j, wire in enumerate(part.wires):
                at = f"candidates[{i}].wires[{j}]"
                require(wire < self.subject.circuit.wires, at, "no such wire")
                require(wire in known.live, at, "no output depends on it")
                lowest = known.lowest[wire]
                require(wire == lowest, at, f"wire {lowest} is equal to it and lower")
                require(wire not in part.wires[:j], at, "twice in one group")
                for k, rival in enumerate(parts[:i]):
                    for other in rival.wires:
                        require(wire != other, at, f"a wire of candidate {k} too")
                        problem = f"feeds a wire of candidate {k}"
                        require(not known.feeds(wire, other), at, problem)
                        # With pruning an earlier group may be what cuts a later one short.
                        fed = known.feeds(other, wire) and not self.pruned
                        require(not fed, at, f"a wire of candidate {k} feeds it")
        if width > 1:
            ascend = [*parts[0].wires] == sorted(parts[0].wires)
            require(ascend, "candidates[0].wires", "do not ascend")
            as_is = not any(parts[0].inverted)
            require(as_is, "candidates[0].inverted", "the first is read as it is")

    def check_words(self) -> None:
        """Refuse words that are none of the task's, that do not ascend, or that serve twice."""
        outputs, words, parts = len(self.subject.circuit.outputs), self.words, self.parts
        shared = self.dials.plans == "on" and self.may_share_words
        for i, part in enumerate(parts):
            where = f"candidates[{i}].word"
            require(len(part.word) == outputs, where, f"not a word of {outputs} bits")
            require(shared or words[i] not in words[:i], where, "an earlier candidate's word")
            if i and not self.pruned:
                require(words[i - 1] <= words[i], where, "words do not ascend")
                ascend = words[i - 1] < words[i] or min(parts[i - 1].wires) < min(part.wires)
                where = f"candidates[{i}].wires"
                require(ascend, where, "of one word, lowest wires do not ascend")
        require(len({*words}) > 1, "candidates", "all have one word")
        if self.other is not None:
            given = len(self.witness.other_word)
            require(given == outputs, "other_word", f"not a word of {outputs} bits")
            require(self.other not in words, "other_word", "a candidate's word")

    def check_costs(self) -> None:
        """Refuse costs that are not those of the groups, or less than the dials ask for."""
        least, named = self.dials.objective_gates, self.dials.cost
        for i, part in enumerate(self.parts):
            others = [other.wires for j, other in enumerate(self.parts) if j != i]
            cost, private = self.classes.cost(part.wires, others)
            where = f"candidates[{i}].cost"
            require(part.cost == cost, where, f"{cost} gates are needed")
            require(named != "cone" or cost >= least, where, f"at least {least} gates needed")
            where = f"candidates[{i}].private_cost"
            require(part.private_cost == private, where, f"{private} gates are private")
            enough = named != "private" or private >= least
            require(enough, where, f"at least {least} private gates needed")
            read = cost if self.classes.program else self.classes.inputs_of(part.wires) - 1
            where, problem = f"candidates[{i}].wires", f"do not depend on {least + 1} inputs"
            require(named != "inputs" or read >= least, where, problem)

    # -- (a) --

    @abstractmethod
    def check_objective(self) -> None:
        """Refuse groups that evaluate no one objective as the witness has it."""

    def check_cut_short(self) -> None:
        """Refuse groups that are not what they evaluate, and more than that where some are cut."""
        for i in range(len(self.parts)):
            fine = self.is_cut_short(i, self.scores[i], self.order, self.where)
            require(fine, f"candidates[{i}].wires", "not its score, cut short by those before")

    def is_cut_short(
        self, group: int, score: Sequence[int], order: Sequence[int], inputs: Iterable[int]
    ) -> bool:
        """Return whether a group is its score where that is better than all before, else no better.

        Arguments:
            group: the group.
            score: what it evaluates.
            order: the values, worst first.
            inputs: where.
        """
        rank = {value: place for place, value in enumerate(order)}
        for x in inputs:
            before = max((rank[own[x]] for own in self.values[:group]), default=-1)
            own = self.values[group][x]
            if own != score[x] if rank[score[x]] > before else rank[own] > before:
                return False
        return True

    @abstractmethod
    def demand_objective(self) -> None:
        """Refuse an objective, in the witness's terms, where another is demanded."""

    @abstractmethod
    def check_relation(self) -> None:
        """Refuse what the witness says of the objective and the task's utilities."""

    @property
    def steps(self) -> set[tuple[int, int]]:
        """Pairs of values of which the second has to be better."""
        return set()

    # -- (b) --

    def exchanged(self, order: Sequence[int]) -> dict[tuple[tuple[int, ...], int], int]:
        """Return values that the groups are set to and the word output then, with an input of S.

        All exchanges of the groups' values on each x of S; with pruning a value that is not better
        than all before it is set to the worst, and what happens as it stands belongs to it too.
        """
        key = tuple(order) if self.pruned else ()
        if key in self._exchanged:
            return self._exchanged[key]
        found: dict[tuple[tuple[int, ...], int], int] = {}
        alike: dict[tuple[int, ...], list[int]] = {}
        for x, own in self.together.items():
            alike.setdefault(tuple(sorted(own)), []).append(x)
        exchanges = sum(map(_count_of_arrangements, alike))
        at_most = f"more than {MAX_EXCHANGES} exchanges of values are not checked"
        require(exchanges <= MAX_EXCHANGES, "candidates", at_most)
        for values, inputs in sorted(alike.items()):
            for pattern in _arrangements(values):
                held = _clipped(pattern, order) if self.pruned else pattern
                words = self.words_under(held)
                for x in inputs:
                    found.setdefault((held, words[x]), x)
        if self.pruned:
            natural = self.classes.words({})
            for x, own in self.together.items():
                found.setdefault((own, natural[x]), x)
        self._exchanged[key] = found
        return found

    def explained(self, values: Sequence[int], word: int, order: Sequence[int]) -> bool:
        """Return whether a word may be output under these values."""
        best = _best(values, order)
        everyone = len(best) == len(values)
        return word in [self.words[i] for i in best] or (everyone and word == self.other)

    def check_selection(self) -> None:
        """Refuse words that are not those of best groups."""
        exchanged = self.exchanged(self.order)
        for (values, word), x in exchanged.items():
            if not self.explained(values, word, self.order):
                best = _best(values, self.order)
                shown = f"word {word} on input {x} under values {list(values)}"
                equal = len(best) == len(values)
                require(equal, f"candidates[{best[0]}].word", f"{shown} is of no best candidate")
                require(False, "other_word", f"{shown} is another")
        if self.other is not None:
            seen = {word for _, word in exchanged}
            require(self.other in seen, "other_word", "never output")

    def first_order(
        self, steps: set[tuple[int, int]], inputs: Iterable[int] | None = None
    ) -> tuple[int, ...] | None:
        """Return the order that serves and has the largest values in its best places; None if none.

        Where groups are cut short, of the orders with the same least value.

        Arguments:
            steps: pairs of values of which the second has to be better.
            inputs: where groups have to be their scores cut short; by default where they have to be
                one objective.
        """
        inputs = self.where if inputs is None else inputs
        if self.pruned:
            return next(self.cut_orders(steps, self.order[0], inputs), None)
        values = {*range(len(self.order))}
        if len(values) == 2:
            fine = steps <= {(0, 1)} and self.explains((0, 1))
            return (0, 1) if fine else None
        best: tuple[int, ...] = ()
        while len(best) < len(values):
            # Whatever may stand next serves if anything does.
            fitting = self.next_best(best, self.choices, steps)
            found = next(fitting, None)
            if found is None:
                return None
            best = *best, found
        return best[::-1]

    def next_best(
        self,
        best: Sequence[int],
        choices: Iterable[tuple[frozenset[int], frozenset[int]]],
        steps: Iterable[tuple[int, int]],
    ) -> Iterator[int]:
        """Yield the values that may stand next below the best ones, the largest first."""
        left = {*range(len(self.order))}.difference(best)
        for value in sorted(left, reverse=True):
            if not any(low == value and high in left for low, high in steps) and all(
                value in tops or value not in among or {*best} & among for among, tops in choices
            ):
                yield value

    def cut_orders(
        self, steps: set[tuple[int, int]], least: int, inputs: Iterable[int]
    ) -> Iterator[tuple[int, ...]]:
        """Yield the orders of one least value by which groups are cut short, contest and select.

        Those with larger values in better places come first.

        Arguments:
            steps: pairs of values of which the second has to be better.
            least: the least value.
            inputs: where groups have to be their scores cut short.
        """
        scores, count = self.scores_above(least), len(self.order)
        cuts = self.cuts(scores, inputs)

        def below(best: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if len(best) == count:
                order = best[::-1]
                # What the groups are set to depends on the whole order.
                rises = all(self.rises_alone(i, order) for i in range(len(self.parts)))
                if rises and self.explains(order):
                    yield order
            for value in self.next_best(best, cuts, steps):
                if (value == least) == (len(best) == count - 1):
                    yield from below((*best, value))

        if count > 2 or least == 0:
            yield from below(())

    def explains(self, order: Sequence[int]) -> bool:
        """Return whether all that is output is what it should be by an order of values."""
        exchanged = self.exchanged(order)
        return all(self.explained(values, word, order) for values, word in exchanged)

    @cached_property
    def choices(self) -> set[tuple[frozenset[int], frozenset[int]]]:
        """Sets of values, and which of them may be the best of the set, for what is output."""
        return {
            (
                frozenset(values),
                frozenset(
                    value
                    for value in values
                    if word in [w for v, w in zip(values, self.words, strict=True) if v == value]
                    or (len({*values}) == 1 and word == self.other)
                ),
            )
            for values, word in self.exchanged(self.order)
        }

    def cuts(
        self, scores: Sequence[Sequence[int]], inputs: Iterable[int]
    ) -> set[tuple[frozenset[int], frozenset[int]]]:
        """The same for what is cut short: values before a group, its own, and its score.

        The best has to be one of those before, or its own where that is its score.
        """
        found = set()
        for x in inputs:
            for i in range(1, len(self.parts)):
                before = {own[x] for own in self.values[:i]}
                own, score = self.values[i][x], scores[i][x]
                tops = before | {own} if own == score else before
                found.add((frozenset({*before, own, score}), frozenset(tops)))
        return found

    @abstractmethod
    def evaluated(self, group: int, x: int) -> int:
        """Return the score of a group on an input, as the witness has it."""

    # -- (b') --

    def check_contest(self) -> None:
        """Refuse groups that follow from the others, and wires that alone change no output."""
        natural, support = self.classes.words({}), self.subject.support
        for i, part in enumerate(self.parts):
            problem = "on no two inputs does this group alone differ"
            require(self.rises_alone(i, self.order), f"candidates[{i}].wires", problem)
            taken = {self.values[i][x] for x in support}
            after = {value: self.classes.words(self.held(i, value)) for value in taken}
            for j in range(len(part.wires)):
                matters = any(
                    self.values[i][x] ^ 1 << j == value and words[x] != natural[x]
                    for value, words in after.items()
                    for x in support
                )
                problem = "alone changes the output nowhere, by values that the group takes"
                require(matters, f"candidates[{i}].wires[{j}]", problem)

    def rises_alone(self, group: int, order: Sequence[int]) -> bool:
        """Return whether a group differs somewhere while the others agree.

        What is cut short contests nothing: then one of the two values is above all before.
        """
        others: dict[tuple[int, ...], set[int]] = {}
        for values in self.together.values():
            rest = (*values[:group], *values[group + 1 :])
            others.setdefault(rest, set()).add(values[group])
        return any(
            len(own) > 1
            and (
                not self.pruned
                or max(map(order.index, own)) > max(map(order.index, rest[:group]), default=-1)
            )
            for rest, own in others.items()
        )

    def check_comparison(self) -> None:
        """Refuse groups that no live gate outside their cones reads two of, and that feed none."""
        known = self.classes
        group_of = {
            wire: i
            for i, part in enumerate(self.parts)
            for lowest in part.wires
            for wire in known.members[lowest]
        }
        inside = {below for wire in group_of for below in known.behind[wire]}
        compared = any(
            len({group_of[w] for w in known.reads[wire] if w in group_of}) >= 2
            for wire in known.live - inside
        )
        fed = self.pruned and any(
            self.feeds(j, i) for i in range(len(self.parts)) for j in range(i)
        )
        problem = "no gate outside their cones reads two of their groups"
        require(compared or fed, "candidates", problem)
        if isinstance(self.subject.circuit, UnrolledProgram):
            self.check_executions(self.subject.circuit)

    def check_executions(self, solver: UnrolledProgram) -> None:
        """Refuse groups of a program of which no execution, compared, alone moves the turn."""
        groups = [frozenset(_origins_of(solver, part.wires)) for part in self.parts]
        sliced = {x: _Slices(solver, x) for x in self.subject.support}
        for i, own in enumerate(groups):
            others = frozenset[_Origin]().union(*(g for j, g in enumerate(groups) if j != i))
            taken = {self.values[i][x] for x in self.subject.support}
            found = any(
                self.moves(solver, slices, i, number, taken)
                for slices in sliced.values()
                for number in slices.compared(own, others)
            )
            problem = "no execution of it that reaches a comparison alone moves the turn"
            require(found, f"candidates[{i}].wires", problem)

    def moves(
        self, solver: UnrolledProgram, slices: _Slices, group: int, number: int, taken: set[int]
    ) -> bool:
        """Return whether one step, which gives a group's value, moves the turn on some input.

        The word is another then, or other instructions are executed.

        A step that computes the value is the wire itself, of which that is checked already, and so
        is what stands in registers from the start.
        """
        part = self.parts[group]
        if number < 0 or solver.source(part.wires[0]).kind == "result":
            return True
        step = slices.run.steps[number]
        at = step.place, step.visit
        inverted = dict(_read_wires(part))
        for x in self.subject.support:
            run = solver.runs[x]
            same = next((s for s in run.steps if (s.place, s.visit) == at), None)
            if same is None:
                continue
            there = _places_in_register(solver, same, run.instance)
            for value in taken - {self.values[group][x]}:
                bits = forced = 0
                for j, (wire, inverse) in enumerate(inverted.items()):
                    source = solver.source(wire)
                    place = there.get((source.kind, source.number, source.bit))
                    if place is not None:
                        bits |= 1 << place
                        forced |= (value >> j & 1 ^ inverse) << place
                if not bits:
                    continue
                after = run_turn(solver.program, run.instance, {at: (bits, forced)})
                if (after.word, after.places) != (run.word, run.places):
                    return True
        return False

    # -- (c) --

    def check_cut(self) -> None:
        """Refuse groups that, held fixed, leave the output to move, but among tied words."""
        read = [pair for part in self.parts for pair in _read_wires(part)]
        width = len(self.parts[0].wires)

        def tied(bits: tuple[int, ...]) -> Container[int]:
            """Return the words of the best groups where there are more than one."""
            if self.dials.ties == "fixed":
                return ()
            as_read = [bit ^ inv for bit, (_, inv) in zip(bits, read, strict=True)]
            values = [
                sum(bit << j for j, bit in enumerate(as_read[at : at + width]))
                for at in range(0, len(as_read), width)
            ]
            best = _best(values, self.order)
            words = {self.words[i] for i in best}
            return words if len(words) > 1 else ()

        for x, other in _moving(self.subject, [wire for wire, _ in read], tied):
            problem = f"with their values on input {x} held, input {other} moves the output"
            require(False, "candidates", problem)

    # -- of what would be true as well, which is demanded --

    def demand_canonical(self) -> None:
        """Raise `CertificateError` where some field is not the one demanded."""
        self.demand_objective()
        serving = self.first_cut_order() if self.pruned else self.first_order(self.steps)
        first = f"{list(serving or ())} serves, with larger values in better places"
        require(self.order == serving, "order", first)
        for i, part in enumerate(self.parts):
            for number in self.other_words(i):
                if number < self.words[i]:
                    word = tuple(number >> k & 1 for k in range(len(part.word)))
                    serves = self.holds_with_part(i, word=word)
                    require(not serves, f"candidates[{i}].word", f"{list(word)} serves and is less")
            for wires in self.other_wires(i):
                if (sorted(wires), wires) < (sorted(part.wires), part.wires):
                    serves = self.holds_with_part(i, wires=wires)
                    problem = f"{list(wires)} serves and is lower"
                    require(not serves, f"candidates[{i}].wires", problem)
        if self.pruned and self.parts[0].inverted == (True,):
            # Of the others the scores say in which polarity they are read.
            serves = self.holds_with_part(0, inverted=(False,))
            require(not serves, "candidates[0].inverted", "[False] serves and comes before")
        if self.pruned:
            self.demand_first_listing(())

    def first_cut_order(self) -> tuple[int, ...]:
        """Return the first order that serves, all else as it is, where groups are cut short."""
        first = self.order
        for least in self.rank:
            if self.parted(least) is not None:
                continue
            scores = self.scores_above(least)
            if any(
                own[x] != self.evaluated(i, x) for i, own in enumerate(scores) for x in self.where
            ):
                continue
            for order in self.cut_orders(self.steps, least, self.where):
                if order[::-1] <= first[::-1]:
                    break
                if self.holds_with(order=order):
                    first = order
                    break
        return first

    def other_words(self, group: int) -> Iterable[int]:
        """Return words that might serve in place of a group's, all else as it is."""
        seen = {word for _, word in self.exchanged(self.order)}
        # Of the words that are never output the least: a few more than groups may have taken.
        idle = (word for word in count() if word not in seen)
        return [*seen, *islice(idle, len(self.parts) + 1)]

    def other_wires(self, group: int) -> Iterable[tuple[int, ...]]:
        """Return wires that might serve in place of a group's, all else as it is."""
        own, classes = self.parts[group].wires, self.classes.members
        if self.pruned:
            # Groups that differ may evaluate the same, and some make the scores of others.
            others = [part.wires for i, part in enumerate(self.parts) if i != group]
            cost = self.classes.cost(own, others)
            for wires in permutations(classes, len(own)):
                if self.classes.cost(wires, others) == cost:
                    yield wires
        elif len(self.where) < len(self.subject.all_inputs):
            # The objective says what the group is on the support alone.
            support, tables = self.subject.task.support_bits, self.classes.tables
            yield from product(
                *([w for w in classes if not (tables[w] ^ tables[wire]) & support] for wire in own)
            )

    def demand_first_listing(self, listed: tuple[int, ...]) -> None:
        """Refuse an order of groups cut short if another that begins like this comes before.

        Orders are compared by the lowest wires of the groups.
        """
        place, left = len(listed), {*range(len(self.parts))}.difference(listed)
        as_it_is = listed == tuple(range(place))
        for i in sorted(left, key=lambda i: min(self.parts[i].wires)):
            if as_it_is and min(self.parts[i].wires) > min(self.parts[place].wires):
                return
            if any(self.feeds(j, i) for j in left - {i}):
                continue
            begun = (*listed, i)
            if len(left) > 1:
                self.demand_first_listing(begun)
            elif begun != tuple(range(len(begun))):
                serves = self.holds_with(candidates=tuple(self.parts[j] for j in begun))
                require(not serves, "candidates", f"in the order {[*begun]} they serve as well")

    def feeds(self, source: int, target: int) -> bool:
        """Return whether some wire of one group feeds some wire of another."""
        wires = product(self.parts[source].wires, self.parts[target].wires)
        return any(self.classes.feeds(one, other) for one, other in wires)


class _RenamedSearch(_Search):
    """Search where no utilities are given."""

    witness: SearchWitness
    parts: tuple[RenamedRecord, ...]

    def renamed(self, mask: int, first_mask: int, moved: Sequence[int]) -> Callable[[int], int]:
        """Return phi_i: phi_i(y XOR mask) = phi_0(y' XOR first_mask), `moved` giving y' for y."""
        first = self.values[0]
        return lambda x: first[moved[x ^ mask] ^ first_mask]

    def first_renaming(self, group: int, mask: int, first_mask: int) -> tuple[int, ...] | None:
        """Return the first renaming that serves a group under these re-encodings."""
        for renaming, moved in _renamings(self.subject.circuit.inputs):
            if self.fits(group, self.renamed(mask, first_mask, moved)):
                return renaming
        return None

    def evaluated(self, group: int, x: int) -> int:
        """Return what the renaming makes of the first group."""
        part, mask = self.parts[group], self.parts[0].reencoding
        return self.values[0][_renamed(x ^ part.reencoding, part.renaming) ^ mask]

    def check_objective(self) -> None:
        """Refuse re-encodings that are not allowed, and renamings that do not serve."""
        n, parts = self.subject.circuit.inputs, self.parts
        for i, part in enumerate(parts):
            where, mask = f"candidates[{i}].reencoding", part.reencoding
            require(mask < 1 << n, where, f"not a mask of {n} inputs")
            if self.dials.reencoding == "none":
                require(mask == 0, where, "no re-encoding is allowed")
            elif self.dials.reencoding == "common":
                require(mask == parts[0].reencoding, where, "not common to all candidates")
            elif i == 0:
                require(mask == 0, where, "the first candidate's is 0")
        for i, part in enumerate(parts):
            where = f"candidates[{i}].renaming"
            every = sorted(part.renaming) == [*range(n)]
            require(every, where, f"no permutation of {n} inputs")
            moved = [_renamed(y, part.renaming) for y in self.subject.all_inputs]
            phi = self.renamed(part.reencoding, parts[0].reencoding, moved)
            require(self.fits(i, phi), where, "does not make the objective that of candidate 0")

    def check_relation(self) -> None:
        """There are no utilities to speak of."""

    def demand_objective(self) -> None:
        """Demand the least re-encoding that serves, and the first renaming."""
        parts, common = self.parts, self.dials.reencoding == "common"
        for i, part in enumerate(parts):
            first = self.first_renaming(i, part.reencoding, parts[0].reencoding)
            where = f"candidates[{i}].renaming"
            require(part.renaming == first, where, f"the first that serves is {first}")
            for mask in range(part.reencoding):
                # A common mask has to serve all candidates, one per group its own alone.
                served = range(len(parts)) if common else [i]
                serves = all(
                    self.first_renaming(j, mask, mask if common else 0) is not None for j in served
                )
                require(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")


class _ChoiceSearch(_Search):
    """Search on a task with utilities."""

    def __init__(self, subject: Subject, dials: SearchParameters, witness: Any) -> None:
        super().__init__(subject, dials, witness)
        assert isinstance(subject.task, OptimisationTask)
        self.task = subject.task

    def utility(self, group: int, x: int) -> Fraction:
        """Return the utility of a group's candidate on an input, or else that of its word."""
        part = self.parts[group]
        if isinstance(part, FeatureRecord):
            return self.task.utilities[x][part.candidate]
        utility = self.task.utility(x, self.words[group])
        if utility is None:
            raise CertificateError(f"candidates[{group}].word", "no candidate of the task")
        return utility

    def is_image(self, inputs: Sequence[int]) -> bool:
        """Return whether the objective is a weakly monotone, not constant image of U on inputs."""
        images: dict[Fraction, int] = {}
        for i in range(len(self.parts)):
            for x in inputs:
                value = self.evaluated(i, x)
                if images.setdefault(self.utility(i, x), value) != value:
                    return False
        values = [images[utility] for utility in sorted(images)]
        return len({*values}) > 1 and self.first_order(_steps(values)) is not None

    def other_words(self, group: int) -> Iterable[int]:
        """Return the words of the task's candidates."""
        return self.task.candidates


class _FeatureSearch(_ChoiceSearch):
    """Search on a task with features, for an objective of its own."""

    witness: FeatureSearchWitness
    parts: tuple[FeatureRecord, ...]

    @cached_property
    def features(self) -> tuple[tuple[int, ...], ...]:
        """For each group the features of its candidate."""
        features = self.task.features or ()
        return tuple(features[part.candidate] for part in self.parts)

    @cached_property
    def context(self) -> list[int]:
        """The inputs that are no candidate's feature."""
        owned = {place for own in self.task.features or () for place in own}
        return [place for place in range(self.task.inputs) if place not in owned]

    def place(self, group: int, x: int, mask: int) -> int:
        """Return the place in phi of what a group's candidate has on an input, re-encoded."""
        bits = [x >> place & 1 for place in (*self.features[group], *self.context)]
        return sum(bit << t for t, bit in enumerate(bits)) ^ mask

    def evaluated(self, group: int, x: int) -> int:
        """Return phi of the candidate's features and the context."""
        phi = self.witness.objective.phi
        return phi[self.place(group, x, self.parts[group].reencoding)]

    def check_objective(self) -> None:
        """Refuse groups that are not phi of their candidates' features and the context."""
        candidates, features = self.task.candidates, self.task.features or ()
        for i, part in enumerate(self.parts):
            where = f"candidates[{i}].candidate"
            require(part.candidate < len(candidates), where, "no candidate of the task")
            word = candidates[part.candidate]
            require(self.words[i] == word, where, f"its word is {word}")
            require(bool(features[part.candidate]), where, "a candidate without features")
            others = [other.candidate for other in self.parts[:i]]
            require(part.candidate not in others, where, "an earlier group's candidate")
        phi, own = self.witness.objective.phi, len(self.features[0])
        places = 1 << own + len(self.context)
        require(len(phi) == places, "objective.phi", f"{len(phi)} values, {places} needed")
        first: dict[int, int] = {}
        for x in self.subject.all_inputs:
            place, value = self.place(0, x, 0), self.values[0][x]
            known = first.setdefault(place, value)
            problem = "no function of its candidate's features and the context"
            require(known == value, "candidates[0].wires", problem)
            where, problem = f"objective.phi[{place}]", f"the first group has {value}"
            require(phi[place] == value, where, problem)
        require(len({*phi}) > 1, "objective.phi", "constant")
        for i, part in enumerate(self.parts):
            where = f"candidates[{i}].reencoding"
            masks = self.masks(i)
            require(part.reencoding in masks, where, f"from 0 to {masks[-1]}")
            fits = self.fits(i, lambda x, i=i: self.evaluated(i, x))  # type: ignore[misc]
            require(fits, where, "does not make the objective that of candidate 0")

    def other_words(self, group: int) -> Iterable[int]:
        """The candidate says what its word is."""
        return ()

    def masks(self, group: int) -> range:
        """Return the re-encodings that a group may have."""
        own = len(self.features[0])
        if group == 0 or self.dials.reencoding == "none":
            return range(1)
        context = len(self.context) if self.dials.reencoding == "per-group" else 0
        return range(1 << own + context)

    def demand_objective(self) -> None:
        """Demand the least re-encoding that serves."""
        phi = self.witness.objective.phi
        for i, part in enumerate(self.parts):
            for mask in range(part.reencoding):
                serves = self.fits(
                    i,
                    lambda x, i=i, mask=mask: phi[self.place(i, x, mask)],  # type: ignore[misc]
                )
                require(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")

    def check_relation(self) -> None:
        """Refuse what is said of phi and the utilities, unless it is so."""
        if self.is_image(self.subject.all_inputs):
            relation = "aligned"
        else:
            relation = "proxy" if self.is_image(self.subject.support) else "other"
        said = self.witness.objective.relation
        require(said == relation, "objective.relation", f"it is {relation}")


class _UtilitySearch(_ChoiceSearch):
    """Search on a task with utilities, which are the objective."""

    witness: UtilitySearchWitness
    #: A word says which candidate is meant.
    may_share_words = False

    def __init__(self, subject: Subject, dials: SearchParameters, witness: Any) -> None:
        super().__init__(subject, dials, witness)
        # Utilities off the support are not given to anybody, unless the task has features.
        self.where = subject.all_inputs if self.task.features is not None else subject.support

    @cached_property
    def levels(self) -> dict[Fraction, int]:
        """The map, each utility once."""
        occurring = {self.utility(i, x) for i in range(len(self.parts)) for x in self.where}
        levels = self.witness.objective.map
        problem = f"{len(occurring)} utilities occur"
        require(len(levels) == len(occurring), "objective.map", problem)
        values = range(len(self.order))
        for i, (level, utility) in enumerate(zip(levels, sorted(occurring), strict=True)):
            at = f"objective.map[{i}]"
            require(level.utility == str(utility), f"{at}.utility", f"the next is {utility}")
            require(level.value in values, f"{at}.value", "no value of a group")
        return {u: level.value for u, level in zip(sorted(occurring), levels, strict=True)}

    @property
    def steps(self) -> set[tuple[int, int]]:
        """The better value for the greater utility."""
        return _steps([*self.levels.values()])

    def evaluated(self, group: int, x: int) -> int:
        """Return what the map makes of the utility of a group's candidate."""
        return self.levels[self.utility(group, x)]

    def check_objective(self) -> None:
        """Refuse groups that are no one weakly increasing map of utilities."""
        for i, word in enumerate(self.words):
            several = self.task.candidates.count(word) > 1
            require(not several, f"candidates[{i}].word", "a word of several candidates")
        levels = self.levels
        for place, (utility, value) in enumerate(levels.items()):
            taken = {
                own[x]
                for i, own in enumerate(self.scores)
                for x in self.where
                if self.utility(i, x) == utility
            }
            if len(taken) == 1 and value not in taken:
                where = f"objective.map[{place}].value"
                require(False, where, f"the groups have {min(taken)}")
        for i in range(len(self.parts)):
            fits = self.fits(i, lambda x, i=i: self.evaluated(i, x))  # type: ignore[misc]
            require(fits, f"candidates[{i}].wires", "not what the map makes of the utilities")
        ranks = [self.rank[value] for value in levels.values()]
        require(ranks == sorted(ranks), "order", "the map does not increase")
        require(ranks[0] < ranks[-1], "objective.map", "constant on the utilities that occur")

    def demand_objective(self) -> None:
        """The groups say what the map is."""

    def check_relation(self) -> None:
        """Refuse what is said of the map off the support, unless it is so."""
        every = self.subject.all_inputs
        everywhere = len(self.where) == len(every)
        if not everywhere:
            images: dict[Fraction, int] = {}
            everywhere = all(
                images.setdefault(self.utility(i, x), own[x]) == own[x]
                for i, own in enumerate(self.scores)
                for x in every
            )
            steps = _steps([images[utility] for utility in sorted(images)])
            everywhere = everywhere and self.first_order(steps, every) is not None
        relation = "aligned" if everywhere else "proxy"
        said = self.witness.objective.relation
        require(said == relation, "objective.relation", f"it is {relation}")


def _number(word: Word) -> int:
    """Return a word as an integer, bit 0 first."""
    return sum(bit << i for i, bit in enumerate(word))


def _renamed(y: int, renaming: tuple[int, ...]) -> int:
    """Return y' with y'_j = y_(renaming[j])."""
    return sum((y >> source & 1) << j for j, source in enumerate(renaming))


@cache
def _renamings(inputs: int) -> list[tuple[tuple[int, ...], list[int]]]:
    """Return the permutations of the inputs, lexicographically, each with y' for every y."""
    every = range(1 << inputs)
    return [(p, [_renamed(y, p) for y in every]) for p in permutations(range(inputs))]


def _read_wires(part: CandidateRecord) -> Iterator[tuple[int, bool]]:
    return zip(part.wires, part.inverted, strict=True)


def _arrangements(values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the arrangements of a few values, equal ones not told apart, each once."""
    if not values:
        yield ()
    for value in sorted(set(values)):
        place = values.index(value)
        for rest in _arrangements((*values[:place], *values[place + 1 :])):
            yield value, *rest


def _count_of_arrangements(values: tuple[int, ...]) -> int:
    """Return how many arrangements there are."""
    arrangements = factorial(len(values))
    for value in {*values}:
        arrangements //= factorial(values.count(value))
    return arrangements


def _clipped(values: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """Return what groups are set to in turn: to the worst, unless better than all before.

    >>> _clipped((1, 3, 2, 3), (0, 1, 2, 3))
    (1, 3, 0, 0)
    """
    held: list[int] = []
    for value in values:
        better = all(order.index(value) > order.index(other) for other in held)
        held.append(value if better else order[0])
    return tuple(held)


def _best(values: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return which groups have the best of the values."""
    ranks = [order.index(value) for value in values]
    return [i for i, rank in enumerate(ranks) if rank == max(ranks)]


def _steps(values: Sequence[int]) -> set[tuple[int, int]]:
    """Return which values have to be worse than which, to increase weakly as listed."""
    return {(low, high) for i, low in enumerate(values) for high in values[i + 1 :] if low != high}


# -- lookup-table ----------------------------------------------------------------------------------


class CellRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cell of a lookup-table witness.

    Attributes:
        wire: the wire whose value says whether the input lies in the cell, the lowest of its class.
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


class BranchRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one side of a multiplexer is.

    Attributes:
        wire: the lowest wire of a class, or -1 for the constant 0.
        inverted: whether it is read inverted.
    """

    wire: Annotated[int, Meta(ge=-1)]
    inverted: bool


class MultiplexerRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One multiplexer of a tree: on all inputs its wire is `high` where `select` is 1, else `low`.

    Attributes:
        output: the number of the output that the tree computes.
        cube: what the selects above say, one character per input: `1` and `0`, or `-` for neither.
        wire: the lowest wire of its class; no input is of that class.
        select: the input that selects.
        high, low: constants, inputs or further multiplexers.
    """

    output: Natural
    cube: str
    wire: Natural
    select: Natural
    high: BranchRecord
    low: BranchRecord


class TreesWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a circuit whose outputs are multiplexer trees.

    Attributes:
        kind: the string `multiplexers`.
        multiplexers: for each output in turn the root of its tree, then all that is below its high
            side, root first, then all that is below its low side.
    """

    kind: Literal["multiplexers"]
    multiplexers: tuple[MultiplexerRecord, ...]


class LookupParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dials of `lookup-table`: the greatest number of inputs per cell, None for any; trees."""

    inputs_per_cell: Annotated[int, Meta(ge=1)] | None
    tree: Literal["off", "on"]


def check_lookup(
    solver: Solver, task: Task, parameters: Mapping[str, Any], witness: Mapping[str, Any] | None
) -> None:
    """Check a witness of `lookup-table`, given its dials as recorded (see `check_witness`).

    With trees there are two kinds of witnesses, either of which will do.
    """
    subject = _solving(solver, task)
    subject.demand_influence()
    dials = read_record(parameters, LookupParameters, "definition.parameters")
    kind = witness.get("kind") if isinstance(witness, Mapping) else None
    if dials.tree == "on" and kind == "multiplexers":
        _prove_trees(subject, dials, read_record(witness, TreesWitness, ""))
        return
    lookup, classes = read_record(witness, LookupWitness, ""), Classes(subject)
    _prove_lookup(subject, classes, dials, lookup)
    for i, cell in enumerate(lookup.cells):

        def with_wire(wire: int, i: int = i, cell: CellRecord = cell) -> None:
            cells = (*lookup.cells[:i], replace(cell, wire=wire), *lookup.cells[i + 1 :])
            _prove_lookup(subject, classes, dials, replace(lookup, cells=cells))

        subject.demand_lowest(cell.wire, f"cells[{i}].wire", with_wire)


def _prove_lookup(
    subject: Subject, classes: Classes, dials: LookupParameters, witness: LookupWitness
) -> None:
    """Raise `CertificateError` unless the witness proves the circuit a lookup table."""
    cells, natural, default = witness.cells, subject.words(), witness.default
    outputs = len(subject.circuit.outputs)
    require(len(default) == outputs, "default", f"not a word of {outputs} bits")
    require(len(cells) >= 2, "cells", f"{len(cells)} given, at least 2 needed")
    covered: dict[int, int] = {}
    for i, cell in enumerate(cells):
        where = f"cells[{i}]"
        classes.demand_lowest(cell.wire, f"{where}.wire")
        _check_cell(subject, dials, cell, where)
        require(all(cell.wire != c.wire for c in cells[:i]), f"{where}.wire", "used by two cells")
        ascending = i == 0 or cells[i - 1].inputs[0] < cell.inputs[0]
        require(ascending, f"{where}.inputs", "cells do not ascend by first input")
        for x in cell.inputs:
            require(x not in covered, f"{where}.inputs", f"input {x} lies in two cells")
            covered[x] = i
    for x in subject.support:
        if x in covered:
            where, problem = f"cells[{covered[x]}].inputs", f"input {x} has the default word"
        else:
            where, problem = "cells", f"input {x} lies in none, and its word is not the default"
        require((natural[x] != default) == (x in covered), where, problem)
    for i, cell in enumerate(cells):
        for wire in classes.like(cell.wire):
            for x in cell.inputs if wire < subject.circuit.inputs else ():
                outside = f"knocked out on input {x}, it leaves the support"
                require(x ^ 1 << wire in subject.support, f"cells[{i}].wire", outside)
        # The constant that is read as 0: the bit 1 where the wire is read inverted.
        held = classes.held(cell.wire, int(cell.inverted))
        knocked_out = subject.words(held)
        if any(knocked_out[x] != default for x in cell.inputs):
            own = _own_wires(subject, classes, default, cell)
            knocked_out = subject.words({wire: held[wire] for wire in own})
        for x in subject.support:
            expected = default if x in cell.inputs else natural[x]
            problem = f"knocked out, it gives {list(knocked_out[x])} on input {x}"
            require(knocked_out[x] == expected, f"cells[{i}].wire", problem)


def _own_wires(subject: Subject, classes: Classes, default: Word, cell: CellRecord) -> set[int]:
    """Return the wires of a cell's class that no plain cell of other inputs feeds."""
    feeding: set[int] = set()
    for wire in sorted(classes.reached):
        like = classes.like(wire)
        if wire != like[0] or wire == cell.wire:
            continue
        for inverted in (0, 1):
            inputs = _plain_cell(subject, classes, default, wire, inverted)
            if inputs and not inputs & {*cell.inputs}:
                feeding |= {*like}
    return {wire for wire in classes.like(cell.wire) if not subject.above([wire]) & feeding}


def _plain_cell(
    subject: Subject, classes: Classes, default: Word, wire: int, inverted: int
) -> set[int]:
    """Return the inputs of the plain cell that a class in some polarity is; none if it is none."""
    natural, read = subject.words(), classes.values[wire]
    inputs = {x for x in subject.support if read[x] ^ inverted}
    marks = [{x >> i & 1 for x in inputs} for i in range(subject.circuit.inputs)]
    for x in subject.support:
        inside = all(x >> i & 1 in allowed for i, allowed in enumerate(marks))
        if inside != (x in inputs):
            return set()
    for like in classes.like(wire):
        for x in inputs if like < subject.circuit.inputs else ():
            if x ^ 1 << like not in subject.support:
                return set()
    knocked_out = subject.words(classes.held(wire, inverted))
    plain = all(knocked_out[x] == default != natural[x] for x in inputs)
    return inputs if plain else set()


def _check_cell(subject: Subject, dials: LookupParameters, cell: CellRecord, where: str) -> None:
    read, limit = subject.wire_values()[cell.wire], dials.inputs_per_cell
    inputs = [x for x in subject.support if read[x] != cell.inverted]
    require(list(cell.inputs) == inputs, f"{where}.inputs", f"the wire marks {inputs}")
    allowed = len(inputs) >= 1 and (limit is None or len(inputs) <= limit)
    require(allowed, f"{where}.inputs", f"{len(inputs)} inputs, of 1 to {limit or 'any number'}")
    cube = ""
    for index in range(subject.circuit.inputs):
        bits = {x >> index & 1 for x in inputs}
        cube += "-" if len(bits) == 2 else str(bits.pop())
    require(cell.cube == cube, f"{where}.cube", f"the least cube is {cube}")
    for x in subject.support:
        inside = all(mark in ("-", str(x >> i & 1)) for i, mark in enumerate(cube))
        require(inside == (x in inputs), f"{where}.cube", f"holds input {x}, the cell does not")


def _prove_trees(subject: Subject, dials: LookupParameters, witness: TreesWitness) -> None:
    """Raise `CertificateError` unless the witness proves every output a multiplexer tree."""
    circuit, classes, place = subject.circuit, Classes(subject), 0
    for number, output in enumerate(circuit.outputs):
        where = f"multiplexers[{place}].wire"
        require(output.wire >= 0, where, f"output {number} is constant")
        # What is to be looked at next, on the cube that the selects above say.
        waiting = [(classes.like(output.wire)[0], "-" * circuit.inputs)]
        while waiting:
            wire, cube = waiting.pop()
            given = f"{len(witness.multiplexers)} given, and a further one needed"
            require(place < len(witness.multiplexers), "multiplexers", given)
            record, where = witness.multiplexers[place], f"multiplexers[{place}]"
            require(record.output == number, f"{where}.output", f"the next is of output {number}")
            require(record.cube == cube, f"{where}.cube", f"it is {cube}")
            require(record.wire == wire, f"{where}.wire", f"it is wire {wire}")
            _check_multiplexer(subject, classes, record, where)
            below = []
            for name, branch, bit in (("high", record.high, "1"), ("low", record.low, "0")):
                further = cube[: record.select] + bit + cube[record.select + 1 :]
                if branch.wire >= circuit.inputs:
                    below.append((branch.wire, further))
                else:
                    most = dials.inputs_per_cell
                    _check_entries(subject, classes, record, branch, further, most, where, name)
            waiting += below[::-1]
            place += 1
    spare = f"{len(witness.multiplexers)} given, {place} needed"
    require(place == len(witness.multiplexers), "multiplexers", spare)


def _check_multiplexer(
    subject: Subject, classes: Classes, record: MultiplexerRecord, where: str
) -> None:
    """Refuse what is no multiplexer of its two sides, on all inputs."""
    inputs, values = subject.circuit.inputs, classes.values[record.wire]
    constant = "an input or a constant, which needs no multiplexer"
    own = classes.like(record.wire)[0] >= inputs and not classes.is_constant(record.wire)
    require(own, f"{where}.wire", constant)
    require(record.select < inputs, f"{where}.select", "no such input")
    sides = []
    for name, branch in (("high", record.high), ("low", record.low)):
        at = f"{where}.{name}.wire"
        if branch.wire >= 0:
            require(branch.wire < subject.circuit.wires, at, "no such wire")
            classes.demand_lowest(branch.wire, at)
            side = [bit ^ branch.inverted for bit in classes.values[branch.wire]]
            require(not classes.is_constant(branch.wire), at, "a constant, which is wire -1")
        else:
            side = [int(branch.inverted) for _ in subject.all_inputs]
        for x in subject.all_inputs:
            alike = side[x] == side[x ^ 1 << record.select]
            require(alike, at, f"it depends on input {record.select}, which selects")
        sides.append(side)
    for x in subject.all_inputs:
        name = "high" if x >> record.select & 1 else "low"
        side = sides[name == "low"]
        require(side[x] == values[x], f"{where}.{name}", f"on input {x} the wire is {values[x]}")
    differ = "both sides are alike, so that nothing is selected"
    require(sides[0] != sides[1], f"{where}.select", differ)


def _check_entries(
    subject: Subject,
    classes: Classes,
    record: MultiplexerRecord,
    branch: BranchRecord,
    cube: str,
    most: int | None,
    where: str,
    name: str,
) -> None:
    """Refuse entries of one side that are too large, or are not edited alone."""
    natural = subject.words()
    edited = [subject.words(classes.held(record.wire, bit)) for bit in (0, 1)]
    entries: dict[int, int] = {}
    for x in subject.support:
        if x >> record.select & 1 != (name == "high"):
            continue
        # Inverted on this input, the wire leads to this word.
        after = edited[1 - classes.values[record.wire][x]][x]
        reached = all(mark in ("-", str(x >> i & 1)) for i, mark in enumerate(cube))
        word = tuple(
            bit ^ (reached and place == record.output) for place, bit in enumerate(natural[x])
        )
        problem = f"edited on input {x}, the output is {list(after)}"
        require(after == word, f"{where}.{name}", problem)
        if reached:
            entry = classes.values[branch.wire][x] if branch.wire >= 0 else 0
            entries[entry] = entries.get(entry, 0) + 1
    for size in entries.values():
        problem = f"an entry of {size} inputs, of at most {most}"
        require(most is None or size <= most, f"{where}.{name}", problem)


# -- contains --------------------------------------------------------------------------------------


class ContainsWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a circuit that contains what a definition tags.

    Attributes:
        kind: the string `contains`.
        wires: the outputs of the part, gates of the circuit, ascending.
        part: for each wire of the part the wire of the circuit that it is: all inputs, then the
            gates in the cones of `wires`, ascending.
        witness: what the definition gives as a witness for the part on its own function; None if it
            gives none.
    """

    kind: Literal["contains"]
    wires: tuple[Natural, ...]
    part: tuple[Natural, ...]
    witness: dict[str, Any] | None


#: Raises `CertificateError` unless a witness proves a tag of a part on its own function.
ProvePart = Callable[[Circuit, FunctionTask, "Mapping[str, Any] | None"], None]


def check_contains(
    solver: Solver,
    task: Task,
    outputs: int,
    given: Mapping[str, Any] | None,
    prove: ProvePart,
) -> None:
    """Check a witness of `contains(...)`, the definition within being checked by `prove`.

    What that refuses is named by its path, after `witness`. Of wires of which one would do as well
    as a lower one, all else equal, the lower is demanded.

    Arguments:
        solver, task: a solver of a task.
        outputs: the most outputs that the part may have.
        given: the witness.
        prove: takes the part, its own function as a task, and the witness for it.
    """
    subject = _solving(solver, task)
    subject.demand_influence()
    witness = read_record(given, ContainsWitness, "")
    _prove_contains(subject, outputs, witness, prove)
    for i, wire in enumerate(witness.wires):

        def with_wire(lower: int, i: int = i) -> None:
            wires = (*witness.wires[:i], lower, *witness.wires[i + 1 :])
            _prove_contains(subject, outputs, replace(witness, wires=wires), prove)

        subject.demand_lowest(wire, f"wires[{i}]", with_wire)


def _prove_contains(
    subject: Subject, outputs: int, witness: ContainsWitness, prove: ProvePart
) -> None:
    circuit, wires = subject.circuit, witness.wires
    if not isinstance(circuit, Circuit):
        raise CertificateError("witness", "no part of a program is one")
    require(1 <= len(wires) <= outputs, "wires", f"{len(wires)} given, of 1 to {outputs}")
    classes = Classes(subject)
    for i, wire in enumerate(wires):
        where = f"wires[{i}]"
        gate = wire >= circuit.inputs and wire in classes.reached
        require(gate, where, "no gate from which an output is reached")
        require(i == 0 or wires[i - 1] < wire, where, "wires do not ascend")
        for other in wires[:i]:
            apart = other not in classes.like(wire)
            require(apart, where, f"it is wire {other}, or that inverted, on all inputs")
    cone = sorted({gate for wire in wires for gate in circuit.cones[wire]})
    part = (*range(circuit.inputs), *cone)
    require(witness.part == part, "part", f"its wires are {list(part)}")
    require(
        _is_used(subject, classes, wires),
        "wires",
        "set to what they are on an input of the support, they change the output nowhere",
    )
    number = {-1: -1} | {wire: place for place, wire in enumerate(part)}
    gates = tuple(
        Gate(gate.operator, tuple(number[operand] for operand in gate.operands))
        for gate in (circuit.gates[wire - circuit.inputs] for wire in cone)
    )
    circuit_of_part = Circuit(circuit.inputs, gates, tuple(Output(number[w]) for w in wires))
    tables = (sum(bit << x for x, bit in enumerate(classes.values[wire])) for wire in wires)
    own = FunctionTask(
        tuple(TruthTable(circuit.inputs, bits) for bits in tables), subject.task.support_bits
    )
    try:
        prove(circuit_of_part, own, witness.witness)
    except CertificateError as error:
        inner = error.where
        where = "witness" if inner in ("circuit", "witness") else f"witness.{inner}"
        raise CertificateError(where, error.problem) from error


def _is_used(subject: Subject, classes: Classes, wires: tuple[int, ...]) -> bool:
    """Return whether the wires and their like, held at what they are on some x of S, matter."""
    natural = subject.words()
    for y in subject.support:
        held: dict[int, int] = {}
        for wire in wires:
            held |= classes.held(wire, classes.values[wire][y])
        after = subject.words(held)
        if any(after[x] != natural[x] for x in subject.support):
            return True
    return False


# -- control-like ----------------------------------------------------------------------------------

Cut = tuple[int, ...]
#: A state of the world and the memory of the circuit.
Configuration = tuple[int, int]


class HeldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value of the error outside the target, and what is not recovered while it is held.

    Attributes:
        value: the value.
        configuration: the number of a configuration that an undisturbed run passes through; where
            the world has no disturbances of a start, memory 0.
        disturbance: the number of the disturbance that puts it elsewhere; None where the world has
            none. The run from there does not come to be in the target for ever while the cut is
            held at the value. Of such pairs this is the first.
    """

    value: Word
    configuration: Natural
    disturbance: Natural | None


class ControlWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a control-like circuit.

    Configurations, numbered `world state * 2^k + memory`, are those that runs disturbed at most
    once pass through; a value of the error has one bit for each wire of the cut, in its order, and
    counts as the integer sum of value[i] 2^i.

    Attributes:
        kind: the string `control`.
        cut: the wires that carry the error, each the lowest of its class, ascending.
        behavioural: whether all of them drive actions.
        inside: the values of the error inside the target, ascending.
        outside: its values outside of the target, ascending, each with what it does not recover.
        observations: how many observations occur.
        ratio: values of the error per observation, a fraction as text.
        repeated: the first configuration outside the target whose next is outside, too, and has the
            same error; None if there is none.
        ranking: for each number of a configuration the steps to the target; None where the
            configuration does not occur.
    """

    kind: Literal["control"]
    cut: tuple[Natural, ...]
    behavioural: bool
    inside: tuple[Word, ...]
    outside: tuple[HeldRecord, ...]
    observations: Natural
    ratio: str
    repeated: Natural | None
    ranking: tuple[Natural | None, ...]


class ControlParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dial of `control-like`: how many steps some configuration is from the target."""

    least_rank: Annotated[int, Meta(ge=1)]


def check_control(
    solver: Solver, task: Task, parameters: Mapping[str, Any], given: Mapping[str, Any] | None
) -> None:
    """Check a witness of `control-like`, given its dials as recorded (see `check_witness`).

    Every field is derived again. The cut has to be the best that carries an error: all minimal cuts
    are found anew, and no other may have a lesser rank (not behavioural, fewer values, fewer
    wires, lower wires); the ranking has to be the least.

    A refusal of the circuit as a whole, for a disturbance that it does not recover from, a distance
    that is too short, or a blind policy that does as well, names `witness`.
    """
    subject = _solving(solver, task)
    subject.demand_influence()
    dials = read_record(parameters, ControlParameters, "definition.parameters")
    witness = read_record(given, ControlWitness, "")
    if not isinstance(task, WorldTask):
        require(False, "witness", "the task has no world with a target")
        return
    paths, loop = _Paths(subject, task), _Loop(subject, task)
    _check_wires(paths, witness.cut)
    require(
        witness.behavioural == paths.behavioural(witness.cut),
        "behavioural",
        "says if all wires of the cut drive actions",
    )
    error = _Error(subject, loop, witness.cut)
    require(witness.inside == error.inside, "inside", f"in the target it is {_shown(error.inside)}")
    values = tuple(record.value for record in witness.outside)
    require(values == error.outside, "outside", f"elsewhere it is {_shown(error.outside)}")
    require(bool(error.inside), "inside", "the target is never reached")
    require(bool(error.outside), "outside", "there is nothing but the target")
    require(error.tells, "cut", f"elsewhere it is {_shown(error.outside)}, as in the target")
    require(
        witness.observations == loop.observations,
        "observations",
        f"{loop.observations} occur",
    )
    count = error.count
    require(count <= loop.observations, "cut", f"{count} values, {loop.observations} observations")
    ratio = str(Fraction(count, loop.observations))
    require(witness.ratio == ratio, "ratio", f"it is {ratio}")
    first = error.repeated
    repeats = "no two successive ones" if first is None else f"the first is {first}"
    require(witness.repeated == first, "repeated", repeats)
    far = dials.least_rank > 1
    require(first is not None or not far, "repeated", "no error lasts outside the target")
    _check_ranking(loop, witness)
    most = max(rank or 0 for rank in witness.ranking)
    distance = f"at most {most} steps from the target"
    require(most >= dials.least_rank or not far, "witness", distance)
    _check_recovery(loop)
    _check_held(loop, paths, witness)
    if task.demand == "optimal":
        blind = some_action_is_always_optimal(task.world)
    else:
        blind = some_blind_policy_does(task.world, task.within)
    require(not blind, "witness", "a blind policy suffices")
    own = (witness.behavioural, count, len(witness.cut), witness.cut)
    for cut in paths.all_cuts():
        tried = _Error(subject, loop, cut)
        rank = (paths.behavioural(cut), tried.count, len(cut), cut)
        lasts = tried.repeated is not None or not far
        if rank < own and lasts and tried.tells and tried.count <= loop.observations:
            require(False, "cut", f"wires {list(cut)} are a better one")


def _check_wires(paths: _Paths, cut: Cut) -> None:
    for i, wire in enumerate(cut):
        where = f"cut[{i}]"
        paths.classes.demand_lowest(wire, where)
        require(i == 0 or cut[i - 1] < wire, where, "wires do not ascend")
        require(wire in paths.nodes, where, "it leads from no input, or to no action")
        serves = wire not in paths.inputs or wire in paths.drivers
        require(serves, where, "an input that drives no action")
    require(not paths.passes({*cut}), "cut", "some path from an input to an action avoids it")
    for i, wire in enumerate(cut):
        require(paths.passes({*cut} - {wire}), f"cut[{i}]", "a cut without this wire")


def _check_ranking(loop: _Loop, witness: ControlWitness) -> None:
    ranks, memories = witness.ranking, 1 << loop.task.state_bits
    total = len(loop.world.states) * memories
    require(len(ranks) == total, "ranking", f"{len(ranks)} numbers, {total} configurations")
    for number, rank in enumerate(ranks):
        where, here = f"ranking[{number}]", divmod(number, memories)
        if here not in loop.occurring:
            require(rank is None, where, "the configuration does not occur")
        elif loop.world.in_target(here[0]):
            require(rank == 0, where, "0 in the target")
        else:
            state, memory = loop.after(here)
            below = ranks[state * memories + memory]
            fits = rank is not None and below is not None and rank == below + 1
            require(fits, where, f"not one more than the {below} of what follows")


def _check_recovery(loop: _Loop) -> None:
    for begun in sorted(loop.disturbed):
        name = loop.world.states[begun[0]]
        stays = loop.comes_to_rest(begun, loop.words)
        require(stays, "witness", f"disturbed into state {name}, it does not recover")


def _check_held(loop: _Loop, paths: _Paths, witness: ControlWitness) -> None:
    """Refuse a value whose run is recovered while it is held, or is not the first that is not."""
    memories, disturbances = 1 << loop.task.state_bits, loop.world.disturbances
    pairs: list[tuple[Configuration, int | None]] = [(c, None) for c in sorted(loop.begun)]
    if disturbances:
        numbers = range(len(disturbances))
        pairs = [(c, number) for c in sorted(loop.undisturbed) for number in numbers]
    for i, record in enumerate(witness.outside):
        where = f"outside[{i}]"
        held: dict[int, int] = {}
        for wire, bit in zip(witness.cut, record.value, strict=True):
            held |= paths.classes.held(wire, bit)
        words = loop.subject.words(held)
        given = (divmod(record.configuration, memories), record.disturbance)
        at = "disturbance" if given[0] in [pair[0] for pair in pairs] else "configuration"
        require(given in pairs, f"{where}.{at}", "no run begins so")
        for pair in pairs:
            (state, memory), number = pair
            moved = state if number is None else disturbances[number][state]
            recovered = loop.comes_to_rest((moved, memory), words)
            place, named = state * memories + memory, f"{where}.configuration"
            if given[0] == pair[0]:
                named = f"{where}.disturbance"
            if pair == given:
                held_at = f"with {list(record.value)} held, what begins so comes to rest"
                require(not recovered, where, held_at)
                break
            first = f"{place}, disturbed by {number}, is not recovered either, and comes first"
            require(recovered, named, first)


@dataclass(frozen=True)
class _Paths:
    """The classes of wires between a circuit's inputs and its actions, and what reads what.

    Classes are called by their lowest wire. Constants are none.
    """

    subject: Subject
    task: WorldTask

    @cached_property
    def classes(self) -> Classes:
        return Classes(self.subject)

    def lowest(self, wire: int) -> int:
        return self.classes.like(wire)[0]

    @cached_property
    def acting(self) -> list[int]:
        """The wires that drive actions."""
        outputs = self.subject.circuit.outputs[: self.task.world.action_bits]
        return [output.wire for output in outputs if output.wire >= 0]

    @cached_property
    def members(self) -> dict[int, list[int]]:
        """For each class, constants aside, those of its wires that an action depends on."""
        found: dict[int, list[int]] = {}
        for wire in sorted(self.subject.above(self.acting)):
            if not self.classes.is_constant(wire):
                found.setdefault(self.lowest(wire), []).append(wire)
        return found

    @property
    def nodes(self) -> set[int]:
        return {*self.members}

    @cached_property
    def drivers(self) -> set[int]:
        """The classes that drive actions."""
        return {self.lowest(wire) for wire in self.acting} & self.nodes

    @cached_property
    def inputs(self) -> set[int]:
        """The classes that hold an input."""
        return {
            name
            for name, wires in self.members.items()
            if any(wire < self.subject.circuit.inputs for wire in wires)
        }

    def behavioural(self, cut: Cut) -> bool:
        return all(wire in self.drivers for wire in cut)

    @cached_property
    def read_by(self) -> dict[int, set[int]]:
        """For each class the others that wires of it read; nothing for one that holds an input."""
        circuit, found = self.subject.circuit, {}
        for name, wires in self.members.items():
            read = set[int]()
            for wire in wires if name not in self.inputs else ():
                gate = circuit.gates[wire - circuit.inputs]
                read |= {self.lowest(w) for w in gate.operands if w >= 0}
            found[name] = read & self.nodes - {name}
        return found

    def passes(self, avoided: set[int]) -> bool:
        """Return whether some path from an input to a driver avoids these classes."""
        found, waiting = set[int](), [*(self.drivers - avoided)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.read_by[name] - avoided
        return bool(found & self.inputs)

    def all_cuts(self) -> Iterator[Cut]:
        """Yield every minimal cut: the one nearest to the actions, and others by pushing it down.

        Of a cut let E be the classes between it and the actions. Pushing moves one class of the cut
        into E, and with it whatever no input reaches any more but through E or the cut; so every
        minimal cut with a larger E can be come by.
        """
        first = self._tidied(frozenset())
        waiting, seen = [first], {first}
        for within in waiting:
            cut = self._edge(within)
            yield tuple(sorted(cut))
            for name in cut - self.inputs:
                if not (self.read_by[name] - within - cut) & self.inputs:
                    pushed = self._tidied(within | {name})
                    if pushed not in seen:
                        seen.add(pushed)
                        waiting.append(pushed)

    def _edge(self, within: frozenset[int]) -> frozenset[int]:
        return frozenset(self.drivers.union(*(self.read_by[name] for name in within)) - within)

    def _tidied(self, within: frozenset[int]) -> frozenset[int]:
        while True:
            edge, reached, count = self._edge(within), {*self.inputs}, -1
            while count < len(reached):
                count = len(reached)
                passing = reached - edge - within
                reached |= {name for name in self.nodes if self.read_by[name] & passing}
            if edge <= reached:
                return within
            within |= edge - reached


@dataclass(frozen=True)
class _Loop:
    """A circuit in closed loop with its world."""

    subject: Subject
    task: WorldTask

    @property
    def world(self) -> World:
        return self.task.world

    @cached_property
    def words(self) -> list[Word]:
        """The output word for every input."""
        return self.subject.words()

    def input_of(self, configuration: Configuration) -> int:
        state, memory = configuration
        return self.world.observations[state] + (memory << self.world.observation_bits)

    def after(
        self, configuration: Configuration, words: Sequence[Word] | None = None
    ) -> Configuration:
        word, bits = (words or self.words)[self.input_of(configuration)], self.world.action_bits
        action = sum(bit * 2**i for i, bit in enumerate(word[:bits]))
        memory = sum(bit * 2**i for i, bit in enumerate(word[bits:]))
        return self.world.steps[configuration[0]][action], memory

    def run(self, begun: list[Configuration]) -> set[Configuration]:
        """Return what runs from these pass through."""
        found: set[Configuration] = set()
        for at in begun:
            while at not in found:
                found.add(at)
                at = self.after(at)
        return found

    def comes_to_rest(self, begun: Configuration, words: Sequence[Word]) -> bool:
        """Return whether a run comes to be in the target for ever, the output word given by input.

        A program that does not end comes to nothing.
        """
        at, passed = begun, list[Configuration]()
        while at not in passed:
            passed.append(at)
            if _NEVER in words[self.input_of(at)]:
                return False
            at = self.after(at, words)
        # From here on the run repeats itself.
        return all(self.world.in_target(state) for state, _ in passed[passed.index(at) :])

    @property
    def begun(self) -> list[Configuration]:
        """The starts, memory 0."""
        return [(start, 0) for start in self.world.starts]

    @cached_property
    def undisturbed(self) -> set[Configuration]:
        return self.run(self.begun)

    @cached_property
    def disturbed(self) -> set[Configuration]:
        return {(moved[s], m) for s, m in self.undisturbed for moved in self.world.disturbances}

    @cached_property
    def occurring(self) -> set[Configuration]:
        return self.undisturbed | self.run([*self.disturbed])

    @cached_property
    def observations(self) -> int:
        """How many observations occur."""
        return len({self.world.observations[state] for state, _ in self.occurring})


class _Error:
    """The values that the wires of a cut take in a closed loop, in the target and elsewhere."""

    def __init__(self, subject: Subject, loop: _Loop, cut: Cut) -> None:
        bits = subject.wire_values()
        taken = {c: tuple(bits[wire][loop.input_of(c)] for wire in cut) for c in loop.occurring}
        inside = {value for c, value in taken.items() if loop.world.in_target(c[0])}
        outside = {value for c, value in taken.items() if not loop.world.in_target(c[0])}
        # Ascending as numbers whose lowest bit comes first.
        self.inside, self.outside = (
            tuple(sorted(some, key=lambda v: v[::-1])) for some in (inside, outside)
        )
        self.count = len(inside | outside)
        #: Whether this says anything of being outside.
        self.tells = len(outside) >= 2 or not outside <= inside
        memories = 1 << loop.task.state_bits
        #: The number of the first configuration outside whose next is outside with the same value.
        self.repeated: int | None = min(
            (
                c[0] * memories + c[1]
                for c, value in taken.items()
                if not loop.world.in_target(c[0])
                and not loop.world.in_target(loop.after(c)[0])
                and taken[loop.after(c)] == value
            ),
            default=None,
        )


def _shown(values: tuple[Word, ...]) -> str:
    return ", ".join("".join(map(str, value)) or "-" for value in values) or "nothing"


# -- whether a blind policy would do ---------------------------------------------------------------

States = frozenset[int]
Pair = tuple[States, States]


def some_action_is_always_optimal(world: World) -> bool:
    """Return whether one action is on a shortest way to the target, or stays there, in all states.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> some_action_is_always_optimal(door)
    True
    """
    far = len(world.states)
    distance = [0 if world.in_target(state) else far for state in range(far)]
    for _ in world.states:
        for state, row in enumerate(world.steps):
            distance[state] = min(distance[state], 1 + min(distance[after] for after in row))
    return any(
        all(
            distance[row[action]] == max(0, distance[state] - 1)
            for state, row in enumerate(world.steps)
        )
        for action in range(1 << world.action_bits)
    )


def some_blind_policy_does(world: World, within: int) -> bool:
    """Return whether some sequence of actions does for all starts and all single disturbances.

    At each time let U be the states that undisturbed runs are in, and D those that runs are in
    which were disturbed before; an action takes D and all that a disturbance makes of U along. From
    time T = `within` on U must lie in the target, and each run in D must come to be there for ever.

    Should some sequence do, then one that repeats a word w from a time on does. So for each pair
    (U, D) that is reached (by at most T actions, then inside the target) all words w are followed
    that lead to some (U', D') with U' a subset of U and D' of D, U in the target all along. Then w
    can be repeated. It maps D into itself, so each run in D ends in a cycle of that map, and it
    does iff w leads each state of a cycle through the target only.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,), ((0, 0),))
    >>> some_blind_policy_does(door, 0)
    True
    >>> switch = World(1, 1, ("off", "on"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,))
    >>> some_blind_policy_does(switch, 1)
    False
    """
    edge: set[Pair] = {(frozenset(world.starts), frozenset())}
    early = {*edge}
    for _ in range(within):
        edge = {pair for old in edge for pair, _ in _pair_steps(world, old)} - early
        early |= edge
        if not edge:
            break
    edge = {pair for pair in early if pair[0] <= world.target_set}
    late = {*edge}
    while edge:
        found = {pair for old in edge for pair, _ in _pair_steps(world, old)}
        edge = {pair for pair in found if pair[0] <= world.target_set} - late
        late |= edge
    return any(_some_word_repeats(world, pair) for pair in late)


def _pair_steps(world: World, pair: Pair) -> Iterator[tuple[Pair, int]]:
    undisturbed, disturbed = pair
    pushed = {moved[state] for moved in world.disturbances for state in undisturbed}
    for action in range(1 << world.action_bits):
        yield (
            (
                frozenset(world.steps[state][action] for state in undisturbed),
                frozenset(world.steps[state][action] for state in disturbed | pushed),
            ),
            action,
        )


def _some_word_repeats(world: World, pair: Pair) -> bool:
    begun = tuple(sorted(pair[1]))
    # What a word has made of the pair, of each state of D, and which of those left the target.
    waiting: list[tuple[Pair, tuple[int, ...], States]] = [(pair, begun, frozenset())]
    seen = {*waiting}
    for now, images, left in waiting:
        for later, action in _pair_steps(world, now):
            if not later[0] <= world.target_set:
                continue
            moved = tuple(world.steps[state][action] for state in images)
            out = {state for state, at in zip(begun, moved, strict=True) if not world.in_target(at)}
            after = later, moved, left | out
            if later[0] <= pair[0] and later[1] <= pair[1]:
                mapped = dict(zip(begun, moved, strict=True))
                if not after[2] & _on_cycles(mapped):
                    return True
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _on_cycles(mapped: dict[int, int]) -> set[int]:
    # What is left when a map of a set into itself has been applied as often as it has members.
    states = {*mapped}
    for _ in mapped:
        states = {mapped[state] for state in states}
    return states
