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

The shapes of witnesses and of dials, as JSON has them, are read strictly: unknown, missing or
ill-typed fields are refused by their path. A definition of the package calls one of the checks here
from its `check_as_recorded`, or brings its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import Annotated, Any, Literal, TypeVar

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
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    Task,
    World,
    WorldTask,
)

__all__ = [
    "MAX_CANDIDATES",
    "check_contains",
    "check_control",
    "check_judgement",
    "check_lookup",
    "check_search",
    "check_witness",
    "score_of_search_groups",
    "some_action_is_always_optimal",
    "some_blind_policy_does",
]

#: The most candidates that are checked: their exchanges make up to 2^k patterns of values.
MAX_CANDIDATES = 12

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
            `SearchWitness`, of `ScoredSearchWitness` where scores have two bits, and of
            `UtilitySearchWitness` where the task has utilities; of `ControlWitness`; of
            `ContainsWitness`; or as the definition itself has it.

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

    def feeds(self, source: int, target: int) -> bool:
        """Return whether `target` depends on the other wire `source`, a gate or an input."""
        gates, inputs = self.circuit.gates, self.circuit.inputs
        return any(source in gates[w - inputs].operands for w in self.circuit.cones[target])


class Classes:
    """The wires from which an output is reached, in classes of equal or inverse ones.

    Equal or inverse on all inputs, not on the support alone; found by comparing wires one by one.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.values = subject.wire_values()
        self.reached = subject.above(output.wire for output in subject.circuit.outputs)
        self._like: dict[int, list[int]] = {}

    def like(self, wire: int) -> list[int]:
        """Return the wires of a wire's class, ascending."""
        if wire not in self._like:
            own = self.values[wire]
            both = (own, [1 - bit for bit in own])
            self._like[wire] = [w for w in sorted(self.reached) if self.values[w] in both]
        return self._like[wire]

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


class SearchParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dials of `search-like`: k, c, w and the re-encoding that is allowed."""

    candidates: Annotated[int, Meta(ge=2)]
    objective_gates: Natural
    wires_per_score: Literal[1, 2]
    reencoding: Literal["common", "none", "per-group"]


def check_search(
    solver: Solver, task: Task, parameters: Mapping[str, Any], witness: Mapping[str, Any] | None
) -> None:
    """Check a witness of `search-like`, given its dials as recorded (see `check_witness`).

    The task and the dials, not the witness, say which kind of witness it has to be.
    """
    subject = _solving(solver, task)
    subject.demand_influence()
    dials = read_record(parameters, SearchParameters, "definition.parameters")
    single = False
    groups: ScoredSearchWitness | UtilitySearchWitness
    if isinstance(task, OptimisationTask):
        groups = read_record(witness, UtilitySearchWitness, "")
    elif dials.wires_per_score > 1:
        groups = read_record(witness, ScoredSearchWitness, "")
    else:
        single, groups = True, _as_groups(read_record(witness, SearchWitness, ""))
    search = _Search(subject, dials, groups, single)
    search.prove()
    for i, part in enumerate(search.parts):
        for j, own in enumerate(part.wires):

            def with_wire(
                wire: int, i: int = i, j: int = j, part: UtilityGroupRecord = part
            ) -> None:
                altered = replace(part, wires=(*part.wires[:j], wire, *part.wires[j + 1 :]))
                parts = (*search.parts[:i], altered, *search.parts[i + 1 :])
                _Search(subject, dials, replace(groups, candidates=parts), single).prove()

            subject.demand_lowest(own, search.path(i, "wires", j), with_wire)


def _as_groups(witness: SearchWitness) -> ScoredSearchWitness:
    """Return a witness of single wires as one of groups of one wire."""
    parts = (
        RenamedGroupRecord(
            part.word, (part.wire,), (part.inverted,), (part.cost,), part.private_cost,
            part.reencoding, part.renaming,
        )
        for part in witness.candidates
    )  # fmt: skip
    return ScoredSearchWitness("scored-search", (0, 1), tuple(parts), witness.other_word)


@dataclass(frozen=True)
class _Search:
    """A witness of search on a solver, its groups read input by input.

    Attributes:
        subject, dials, witness: what is checked.
        single: whether the witness stated single wires, so that its fields are named so.
    """

    subject: Subject
    dials: SearchParameters
    witness: ScoredSearchWitness | UtilitySearchWitness
    single: bool

    @property
    def parts(self) -> Sequence[UtilityGroupRecord]:
        return self.witness.candidates

    @property
    def words(self) -> list[Word]:
        return [part.word for part in self.parts]

    @cached_property
    def values(self) -> list[list[int]]:
        """For each group its value on every input."""
        wires = self.subject.wire_values()
        return [
            [
                sum((wires[w][x] ^ inv) << j for j, (w, inv) in enumerate(_read_wires(part)))
                for x in self.subject.all_inputs
            ]
            for part in self.parts
        ]

    def path(self, group: int, field: str, place: int) -> str:
        """Return the path of one of the fields `wires` and `costs` in the witness as stated."""
        at = field.removesuffix("s") if self.single else f"{field}[{place}]"
        return f"candidates[{group}].{at}"

    def held(self, group: int, value: int) -> dict[int, int]:
        """Return what a group's wires carry where it has that value."""
        return {
            w: value >> j & 1 ^ inv for j, (w, inv) in enumerate(_read_wires(self.parts[group]))
        }

    def words_under(self, values: Sequence[int]) -> list[Word]:
        """Return the word on every input, the groups held at these values."""
        held: dict[int, int] = {}
        for group, value in enumerate(values):
            held |= self.held(group, value)
        return self.subject.words(held)

    @cached_property
    def exchanged(self) -> list[tuple[int, tuple[int, ...], Word]]:
        """(input x, values, output word) for all exchanges of the groups' values on each x of S."""
        found = []
        on_inputs = {x: tuple(sorted(own[x] for own in self.values)) for x in self.subject.support}
        for values in sorted(set(on_inputs.values())):
            for pattern in _arrangements(values):
                words = self.words_under(pattern)
                found += [(x, pattern, words[x]) for x, own in on_inputs.items() if own == values]
        return found

    def prove(self) -> None:
        """Raise `CertificateError` unless the witness proves the solver search-like."""
        count, least = len(self.parts), self.dials.candidates
        require(count >= least, "candidates", f"{count} given, at least {least} needed")
        require(
            count <= MAX_CANDIDATES, "candidates", f"more than {MAX_CANDIDATES} are not checked"
        )
        self.check_words()
        self.check_groups()
        values = range(1 << self.dials.wires_per_score)
        every = sorted(self.witness.order) == [*values]
        require(every, "order", f"not all values 0 to {values[-1]}")
        if isinstance(self.witness, UtilitySearchWitness):
            self.check_map(self.witness)
        else:
            self.check_renamings(self.witness.candidates)
        self.check_order()
        self.check_comparison()
        self.check_every_wire()
        self.check_cut()

    def check_words(self) -> None:
        """Refuse words that are none of the task's, that do not ascend, or that serve twice."""
        outputs, words, other = (
            len(self.subject.circuit.outputs),
            self.words,
            self.witness.other_word,
        )
        for i, word in enumerate(words):
            where, ascends = (
                f"candidates[{i}].word",
                i == 0 or _number(words[i - 1]) < _number(word),
            )
            require(len(word) == outputs, where, f"not a word of {outputs} bits")
            require(ascends, where, "words do not ascend")
        if other is not None:
            require(len(other) == outputs, "other_word", f"not a word of {outputs} bits")
            require(other not in words, "other_word", "a candidate's word")

    def check_groups(self) -> None:
        """Refuse wires that serve twice or feed another group, and costs that are not theirs."""
        circuit, parts = self.subject.circuit, self.parts
        width, least = self.dials.wires_per_score, self.dials.objective_gates
        a = "the" if self.single else "a"
        for i, part in enumerate(parts):
            for name in ("wires", "inverted", "costs"):
                given = len(getattr(part, name))
                require(given == width, f"candidates[{i}].{name}", f"{given} given, {width} needed")
            for j, wire in enumerate(part.wires):
                at = self.path(i, "wires", j)
                require(wire < circuit.wires, at, "no such wire")
                require(wire not in part.wires[:j], at, "twice in one group")
                for k, rival in enumerate(parts[:i]):
                    for other in rival.wires:
                        require(wire != other, at, f"{a} wire of candidate {k} too")
                        feeds = self.subject.feeds(wire, other) or self.subject.feeds(other, wire)
                        require(not feeds, at, f"feeds {a} wire of candidate {k}, or that this")
        if width > 1:
            first = parts[0]
            require([*first.wires] == sorted(first.wires), "candidates[0].wires", "do not ascend")
            require(not any(first.inverted), "candidates[0].inverted", "the first is read as it is")
        owned = [{gate for wire in part.wires for gate in circuit.cones[wire]} for part in parts]
        for i, part in enumerate(parts):
            for j, (wire, cost) in enumerate(zip(part.wires, part.costs, strict=True)):
                size, where = len(circuit.cones[wire]), self.path(i, "costs", j)
                require(cost == size, where, f"the cone has {size} gates")
                require(size >= least, where, f"at least {least} gates needed")
            private = len(owned[i].difference(*owned[:i], *owned[i + 1 :]))
            where = f"candidates[{i}].private_cost"
            require(part.private_cost == private, where, f"{private} gates are private")

    def check_map(self, witness: UtilitySearchWitness) -> None:
        """Refuse groups that are no one weakly increasing map of utilities."""
        task = self.subject.task
        assert isinstance(task, OptimisationTask)
        expected: dict[Fraction, int] = {}
        for i, part in enumerate(witness.candidates):
            for x in self.subject.support:
                utility = task.utility(x, _number(part.word))
                if utility is None:
                    raise CertificateError(f"candidates[{i}].word", "no candidate of the task")
                value = self.values[i][x]
                known = expected.setdefault(utility, value)
                problem = f"the value on input {x} is {value}; of utility {utility} it was {known}"
                require(known == value, f"candidates[{i}].wires", problem)
        require(len(witness.map) == len(expected), "map", f"{len(expected)} utilities occur")
        ranks = []
        for i, (level, utility) in enumerate(zip(witness.map, sorted(expected), strict=True)):
            value = expected[utility]
            require(level.utility == str(utility), f"map[{i}].utility", f"the next is {utility}")
            require(level.value == value, f"map[{i}].value", f"the groups have {value}")
            ranks.append(witness.order.index(value))
        require(ranks == sorted(ranks), "order", "the map does not increase")
        require(ranks[0] < ranks[-1], "map", "constant on the utilities that occur")

    def check_renamings(self, parts: Sequence[RenamedGroupRecord]) -> None:
        """Refuse re-encodings and renamings that do not serve, or are not the first that do."""
        n, support, common = self.subject.circuit.inputs, {*self.subject.support}, False
        masks = [r for r in range(1 << n) if {x ^ r for x in support} == support]
        # In lexicographic order, so that the first that serves is the one demanded.
        orders = permutations(range(n))
        renamings = [p for p in orders if {_renamed(x, p) for x in support} == support]

        def first_renaming(i: int, mask: int, mask_of_first: int) -> tuple[int, ...] | None:
            """Return the first p with h_i(y XOR mask) = h_0(y' XOR mask_of_first) on S."""
            own, first = self.values[i], self.values[0]
            for p in renamings:
                if all(own[y ^ mask] == first[_renamed(y, p) ^ mask_of_first] for y in support):
                    return p
            return None

        for i, part in enumerate(parts):
            where, mask = f"candidates[{i}].reencoding", part.reencoding
            require(mask < 1 << n, where, f"not a mask of {n} inputs")
            require(mask in masks, where, "does not map the support onto itself")
            if self.dials.reencoding == "none":
                require(mask == 0, where, "no re-encoding is allowed")
            elif self.dials.reencoding == "common":
                common = True
                require(mask == parts[0].reencoding, where, "not common to all candidates")
            elif i == 0:
                require(mask == 0, where, "the first candidate's is 0")
        for i, part in enumerate(parts):
            serving = first_renaming(i, part.reencoding, parts[0].reencoding)
            where = f"candidates[{i}].renaming"
            require(serving is not None, where, "none makes the objective that of candidate 0")
            require(part.renaming == serving, where, f"the first that serves is {serving}")
        for i, part in enumerate(parts):
            for mask in masks:
                if mask >= part.reencoding:
                    break
                # A common mask has to serve all candidates, one per group its own alone.
                served = range(len(parts)) if common else [i]
                serves = all(
                    first_renaming(j, mask, mask if common else 0) is not None for j in served
                )
                require(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")

    def check_order(self) -> None:
        """Refuse words that are not those of best groups, and an order that is not the least."""
        words, witness, exchanged = self.words, self.witness, self.exchanged
        for x, values, word in exchanged:
            best = _best(values, witness.order)
            if word in [words[i] for i in best]:
                continue
            shown = f"word {list(word)} on input {x} under values {list(values)}"
            equal = len(best) == len(words)
            require(equal, f"candidates[{best[0]}].word", f"{shown} is of no best candidate")
            require(word == witness.other_word, "other_word", f"{shown} is another")
        seen = {word for _, _, word in exchanged}
        if witness.other_word is not None:
            require(witness.other_word in seen, "other_word", "never output")
        if isinstance(witness, ScoredSearchWitness):
            self.check_spare_words(seen)
        if len(witness.order) == 2:
            better = "a score of one bit is read so that 1 is better"
            require(witness.order == (0, 1), "order", better)
            return
        for order in permutations(range(len(witness.order))):
            if order == witness.order:
                break
            if isinstance(witness, UtilitySearchWitness):
                ranks = [order.index(level.value) for level in witness.map]
                if ranks != sorted(ranks):
                    continue
            serves = all(
                word == witness.other_word or word in [words[i] for i in _best(values, order)]
                for _, values, word in exchanged
            )
            require(not serves, "order", f"{list(order)} serves and comes before")

    def check_spare_words(self, seen: set[Word]) -> None:
        """Refuse a candidate's word that is never output, unless it is the least one left over."""
        for i, word in enumerate(self.words):
            if word not in seen:
                others = (*self.words, self.witness.other_word or word)
                taken = {_number(w) for w in others if w != word}
                least = min(n for n in range(len(taken) + 1) if n not in taken)
                problem = "never output, and not the least word left over"
                require(_number(word) == least, f"candidates[{i}].word", problem)

    def check_comparison(self) -> None:
        """Refuse groups of which no gate that reaches an output reads two, outside their cones."""
        circuit, parts = self.subject.circuit, self.parts
        inside = {gate for part in parts for wire in part.wires for gate in circuit.cones[wire]}
        # A gate that reaches no output compares nothing.
        live = {gate for o in circuit.outputs if o.wire >= 0 for gate in circuit.cones[o.wire]}
        for wire, gate in enumerate(circuit.gates, start=circuit.inputs):
            read = [i for i, part in enumerate(parts) if {*part.wires} & {*gate.operands}]
            if wire in live - inside and len(read) >= 2:
                return
        what = "wires" if self.single else "groups"
        raise CertificateError(
            "candidates", f"no gate outside their cones reads two of their {what}"
        )

    def check_every_wire(self) -> None:
        """Refuse wires that alone change the output nowhere, by values that their group takes."""
        natural, support = self.subject.words(), self.subject.support
        problem = "changes the output nowhere"
        problem = problem if self.single else f"alone {problem}, by values that the group takes"
        for i, part in enumerate(self.parts):
            taken = {self.values[i][x] for x in support}
            after = {value: self.subject.words(self.held(i, value)) for value in taken}
            for j in range(len(part.wires)):
                matters = any(
                    self.values[i][x] ^ 1 << j == value and words[x] != natural[x]
                    for value, words in after.items()
                    for x in support
                )
                require(matters, self.path(i, "wires", j), problem)

    def check_cut(self) -> None:
        """Refuse groups that, held fixed, leave the output to move."""
        natural, support = self.subject.words(), self.subject.support
        varies = len({natural[x] for x in support}) > 1
        require(varies, "candidates", "the output is constant on the support, so the score is 0")
        for x in support:
            held = self.words_under([own[x] for own in self.values])
            for other in support:
                problem = f"with their values on input {x} held, input {other} moves the output"
                require(held[other] == natural[x], "candidates", problem)


def _number(word: Word) -> int:
    """Return a word as an integer, bit 0 first."""
    return sum(bit << i for i, bit in enumerate(word))


def _renamed(y: int, renaming: tuple[int, ...]) -> int:
    """Return y' with y'_j = y_(renaming[j])."""
    return sum((y >> source & 1) << j for j, source in enumerate(renaming))


def _read_wires(part: UtilityGroupRecord) -> Iterator[tuple[int, bool]]:
    return zip(part.wires, part.inverted, strict=True)


def _arrangements(values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the arrangements of a few values, equal ones not told apart, each once."""
    if not values:
        yield ()
    for value in sorted(set(values)):
        place = values.index(value)
        for rest in _arrangements((*values[:place], *values[place + 1 :])):
            yield value, *rest


def _best(values: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return which groups have the best of the values."""
    ranks = [order.index(value) for value in values]
    return [i for i, rank in enumerate(ranks) if rank == max(ranks)]


# -- lookup-table ----------------------------------------------------------------------------------


class CellRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cell of a lookup-table witness.

    Attributes:
        wire: the wire whose value says whether the input lies in the cell, the lowest of its row.
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
    lookup, rows = read_record(witness, LookupWitness, ""), _Rows(subject)
    _prove_lookup(subject, rows, dials, lookup)
    for i, cell in enumerate(lookup.cells):

        def with_wire(wire: int, i: int = i, cell: CellRecord = cell) -> None:
            cells = (*lookup.cells[:i], replace(cell, wire=wire), *lookup.cells[i + 1 :])
            _prove_lookup(subject, rows, dials, replace(lookup, cells=cells))

        subject.demand_lowest(cell.wire, f"cells[{i}].wire", with_wire)


class _Rows(Classes):
    """The wires from which an output is reached, in rows: what reads one row alone belongs to it.

    Of other wires those that are equal on all inputs are one row.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._below: dict[int, list[int]] = {}

    def like(self, wire: int) -> list[int]:
        """Return the wires of a wire's row, ascending."""
        if wire not in self._like:
            own = self._made_of(wire)
            self._like[wire] = [w for w in sorted(self.reached) if self._made_of(w) == own]
        return self._like[wire]

    def _made_of(self, wire: int) -> list[int]:
        """Return the values of the one row that a wire is made of; its own if there is none."""
        if wire not in self._below:
            circuit, own = self._subject.circuit, self.values[wire]
            inverse, found = [1 - bit for bit in own], set[bool]()
            if wire >= circuit.inputs and not self.is_constant(wire):
                for operand in circuit.gates[wire - circuit.inputs].operands:
                    if operand >= 0 and not self.is_constant(operand):
                        found.add(self._made_of(operand) == inverse)
            self._below[wire] = inverse if found == {True} else own
        return self._below[wire]


def _prove_lookup(
    subject: Subject, rows: _Rows, dials: LookupParameters, witness: LookupWitness
) -> None:
    """Raise `CertificateError` unless the witness proves the circuit a lookup table."""
    cells, natural, default = witness.cells, subject.words(), witness.default
    outputs = len(subject.circuit.outputs)
    require(len(default) == outputs, "default", f"not a word of {outputs} bits")
    require(len(cells) >= 2, "cells", f"{len(cells)} given, at least 2 needed")
    covered: dict[int, int] = {}
    for i, cell in enumerate(cells):
        where = f"cells[{i}]"
        rows.demand_lowest(cell.wire, f"{where}.wire")
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
        for wire in rows.like(cell.wire):
            for x in cell.inputs if wire < subject.circuit.inputs else ():
                outside = f"knocked out on input {x}, it leaves the support"
                require(x ^ 1 << wire in subject.support, f"cells[{i}].wire", outside)
        # The constant that is read as 0: the bit 1 where the wire is read inverted.
        knocked_out = subject.words(rows.held(cell.wire, int(cell.inverted)))
        for x in subject.support:
            expected = default if x in cell.inputs else natural[x]
            problem = f"knocked out, it gives {list(knocked_out[x])} on input {x}"
            require(knocked_out[x] == expected, f"cells[{i}].wire", problem)


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
    for count in entries.values():
        problem = f"an entry of {count} inputs, of at most {most}"
        require(most is None or count <= most, f"{where}.{name}", problem)


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
