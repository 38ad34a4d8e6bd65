"""Classifiers: a set of definitions with a rule of precedence, itself a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mesacircuits.call import check_whole
from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.control_like import ControlLike
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    MIXED,
    SEARCH_LIKE,
    UNCLASSIFIED,
    Definition,
    Judgement,
    Solver,
    circuit_of,
    definition_record,
    solver_of,
    unrolled,
    wired_of,
)
from mesacircuits.definitions.frontier import Frontier, frontier_of
from mesacircuits.definitions.lookup_table import LookupTable
from mesacircuits.definitions.own_definitions import DefinitionFailed
from mesacircuits.definitions.registry import (
    DEFINITIONS,
    definition_named,
    describe_definition,
)
from mesacircuits.definitions.search_like import SearchLike
from mesacircuits.drawing import card
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import wrapped
from mesacircuits.tasks import FunctionTask, Task, TaskLike, as_task

__all__ = ["Classification", "Classifier", "classify", "witness_labels"]


@dataclass(frozen=True)
class Classification:
    """All judgements of one solver of one task.

    Attributes:
        solver, task: what was judged: a circuit, a machine or an unrolled program, and a task.
        judgements: one per definition, in the classifier's order.
        tags: every tag that is given, by one of its definitions or more.
        named: the one tag that precedence names, or `unclassified`.
        labels: what the judgements are called (see `Classifier.labels`).
        frontiers: for each judgement, where the tag is refused and other dials were tried, at which
            of them it is given; else None.
    """

    solver: Solver
    task: Task
    judgements: tuple[Judgement, ...]
    tags: tuple[str, ...]
    named: str
    labels: tuple[str, ...]
    frontiers: tuple[Frontier | None, ...]

    @cached_property
    def wired(self) -> Wired:
        """The wires of the solver: those of its circuit, or of the program on the task."""
        return wired_of(self.solver, self.task)

    @property
    def held(self) -> tuple[str, ...]:
        """The labels of the judgements that give their tags."""
        said = zip(self.labels, self.judgements, strict=True)
        return tuple(label for label, judgement in said if judgement.holds)

    @property
    def verdict(self) -> str:
        """`unclassified`, the only tag, or `mixed` where two or more hold."""
        if len(self.tags) > 1:
            return MIXED
        return self.tags[0] if self.tags else UNCLASSIFIED

    @property
    def marks(self) -> dict[int, str]:
        """Labels for the wires of the witnesses, as drawings take them."""
        labels: dict[int, dict[str, None]] = {}
        for judgement in self.judgements:
            for wire, label in _labels(judgement, self.wired):
                labels.setdefault(wire, {})[label] = None
        return {wire: ", ".join(texts) for wire, texts in labels.items()}

    @property
    def interventions(self) -> str:
        """What the tags rest on, as text: what was set inside the solver, and what came of it."""
        parts = []
        for label, judgement in zip(self.labels, self.judgements, strict=True):
            ours = DEFINITIONS.get(judgement.definition["name"])
            if ours is None or judgement.witness is None:
                continue
            dials = judgement.definition["parameters"]
            shown = ours.interventions(self.solver, self.task, dials, judgement.witness)
            parts += [f"why {label}:\n{shown}"] * bool(shown)
        return "\n\n".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Return the classification as JSON values."""
        program = isinstance(self.wired, UnrolledProgram)
        record: dict[str, Any] = {
            "task": str(self.task),
            "program" if program else "circuit": self.wired.to_json(),
            "hash": self.solver.hash_hex,
            "verdict": self.verdict,
            "tags": list(self.tags),
            "named": self.named,
            "judgements": [
                judgement.to_json() | ({"frontier": other.to_json()} if other else {})
                for judgement, other in zip(self.judgements, self.frontiers, strict=True)
            ],
        }
        if isinstance(self.solver, MealyMachine):
            record["state_bits"] = self.solver.state_bits
            record["start"] = self.solver.start
        if isinstance(self.wired, UnrolledProgram):
            # What the wires of the witnesses are.
            record["wires"] = {
                str(wire): self.wired.source(wire).to_json() for wire in sorted(self.marks)
            }
        return record

    @property
    def instruction_marks(self) -> dict[int, str]:
        """Labels for the instructions behind the wires of the witnesses; of circuits, none."""
        wired = self.wired
        return wired.marked_instructions(self.marks) if isinstance(wired, UnrolledProgram) else {}

    def text(self, why: bool = False) -> str:
        """Return the classification as printed; with `why` also the interventions, if any."""
        shown = self.interventions if why else ""
        return f"{self}\n\n{shown}" if shown else str(self)

    def __repr__(self) -> str:
        return f"<{self.verdict}: {self.task}>"

    def _repr_html_(self) -> str:
        from mesacircuits.circuits.drawing import draw_svg

        wired = self.wired
        drawn = [draw_svg(wired, self.marks)] if isinstance(wired, Circuit) else []
        return card(f"{self.verdict}: {self.task}", str(self), *drawn)

    def __str__(self) -> str:
        several = f" ({', '.join(self.tags)}; named {self.named})" if len(self.tags) > 1 else ""
        lines = [wrapped(f"{self.verdict}{several}: {self.task}", hanging="  ")]
        wired = self.wired
        if isinstance(wired, UnrolledProgram):
            lines += [wrapped(line, "  ", "    ") for line in str(wired).splitlines()]
        else:
            lines.append(wrapped(str(self.solver), hanging="  ", at="; "))
        width = max([13, *(len(label) + 1 for label in self.labels)])
        for label, judgement, other in zip(
            self.labels, self.judgements, self.frontiers, strict=True
        ):
            score = f"score {judgement.score}" if judgement.applies else judgement.note
            if judgement.measured is not None:
                score += f", measured {judgement.measured}"
            if other is not None and (elsewhere := other.text()):
                score += f"; {elsewhere}"
            head = f"{label:<{width}} "
            lines.append(wrapped(score, head, " " * len(head)))
            lines += [
                wrapped(f"{_named(wired, wire)}: {role}", " " * (width + 1), " " * (width + 3))
                for wire, role in _labels(judgement, wired)
            ]
        return "\n".join(lines)


def _named(wired: Wired, wire: int) -> str:
    name = wired.wire_name(wire)
    if isinstance(wired, UnrolledProgram) and wired.source(wire).instructions:
        listed = wired.source(wire).instructions
        return f"{name} (instruction{'s' * (len(listed) > 1)} {', '.join(map(str, listed))})"
    return name


def _labels(judgement: Judgement, wired: Wired) -> list[tuple[int, str]]:
    # The witnesses of others may have any shape.
    ours = DEFINITIONS.get(judgement.definition["name"])
    return [] if ours is None else list(ours.labels_in(judgement.witness or {}, wired))


def witness_labels(witness: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return the wires of a witness, in its order, each with what it serves as.

    >>> witness_labels({"kind": "control", "cut": [3, 5], "behavioural": False})
    [(3, 'error (structural)'), (5, 'error (structural)')]
    >>> score = {"word": [1, 0], "wires": [4, 2], "inverted": [False, True]}
    >>> witness_labels({"kind": "search", "candidates": [score]})[1]
    (2, 'candidate 01, bit 1 of its score (read inverted)')
    """
    labelled = (definition.wire_labels(witness) for definition in DEFINITIONS.values())
    return next((list(labels) for labels in labelled if labels), [])


# More settings of dials are never tried.
_MOST_SETTINGS = 10_000
#: The order of precedence of the default tags.
_PRECEDENCE = (SEARCH_LIKE, LOOKUP_TABLE, CONTROL_LIKE)


@dataclass(frozen=True)
class Classifier:
    """Definitions and the order in which their tags take precedence.

    Arguments:
        definitions: what is judged by, no two alike in name and dials. Several may give one tag,
            such as one definition at several dials; a solver has it if one of them gives it.
        precedence: tags, the first that holds names the solver; it must list every tag given. By
            default search-like, lookup-table, control-like, then the others as their definitions
            come.

    Raises `ArgumentError` for two definitions alike, or a tag without a place.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> Classifier().classify(nae, parse_task("tt:3:7E")).tags
    ('search-like',)
    >>> Classifier((LookupTable(),)).to_json()["definitions"][0]["definition"]
    'lookup-table'
    """

    definitions: tuple[Definition, ...] = (SearchLike(), LookupTable(), ControlLike())
    precedence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "definitions", tuple(self.definitions))
        names = [*map(describe_definition, self.definitions)]
        alike = {*zip(names, (definition.tag for definition in self.definitions), strict=True)}
        if len(alike) < len(names):
            raise ArgumentError("definitions", "no two alike", ", ".join(names))
        tags = list(dict.fromkeys(definition.tag for definition in self.definitions))
        others = tuple(tag for tag in tags if tag not in _PRECEDENCE)
        precedence = tuple(self.precedence) or _PRECEDENCE + others
        if missing := sorted(set(tags) - set(precedence)):
            raise ArgumentError("precedence", f"a place for {', '.join(missing)}", precedence)
        object.__setattr__(self, "precedence", precedence)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What each definition's tag is called: the tag, or, where several give it, by which.

        >>> Classifier((SearchLike(), SearchLike(objective_gates=2), LookupTable())).labels
        ('search-like', 'search-like(objective_gates=2)', 'lookup-table')
        """
        tags = [definition.tag for definition in self.definitions]
        return tuple(
            tag if tags.count(tag) == 1 else describe_definition(definition)
            for tag, definition in zip(tags, self.definitions, strict=True)
        )

    @cached_property
    def tag_of(self) -> dict[str, str]:
        """The tag that each label calls."""
        tags = (definition.tag for definition in self.definitions)
        return dict(zip(self.labels, tags, strict=True))

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The labels in the order of precedence."""
        return tuple(
            sorted(self.labels, key=lambda label: self.precedence.index(self.tag_of[label]))
        )

    def classify(self, solver: Solver, task: Task, settings: int = 0) -> Classification:
        """Return every judgement of a solver of the task.

        With `settings`, a definition that refuses its tag is asked at so many other settings of its
        dials, at most, where it gives it (see `frontier_of`).

        A definition of others that fails (see `DefinitionFailed`) is noted as failed, and the rest
        goes on. Raises `ArgumentError` if the solver does not solve the task.
        """
        check_whole("settings", settings, 0, _MOST_SETTINGS)
        solver = unrolled(solver, task)
        solver_of(solver, task)
        judgements = tuple(_judged(d, solver, task) for d in self.definitions)
        held = {judgement.tag for judgement in judgements if judgement.holds}
        tags = tuple(tag for tag in self.precedence if tag in held)
        frontiers = tuple(
            frontier_of(definition, solver, task, settings)
            if settings and judgement.applies and not judgement.holds
            else None
            for definition, judgement in zip(self.definitions, judgements, strict=True)
        )
        named = tags[0] if tags else UNCLASSIFIED
        return Classification(solver, task, judgements, tags, named, self.labels, frontiers)

    def to_json(self) -> dict[str, Any]:
        """Return the classifier as JSON values; `from_json` is the inverse."""
        return {
            "definitions": [
                {"definition": describe_definition(d), **definition_record(d)}
                for d in self.definitions
            ],
            "precedence": list(self.precedence),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], *, files: bool = False) -> Classifier:
        """Return the classifier that `to_json` gave, raising `ArgumentError` for anything else.

        Arguments:
            value: JSON values.
            files: whether definitions may come from files and installed packages, which are run;
                say True only for texts that you trust.

        Raises `ArgumentError` also for a definition that is now of another version.

        >>> Classifier.from_json(Classifier().to_json()) == Classifier()
        True
        """
        try:
            records, precedence = list(value["definitions"]), tuple(map(str, value["precedence"]))
            texts = [(str(record["definition"]), record["version"]) for record in records]
        except (KeyError, TypeError) as error:
            raise ArgumentError("classifier", "a classifier in JSON form", value) from error
        definitions = []
        for text, version in texts:
            definitions.append(definition_named(text, files=files))
            if definitions[-1].version != version:
                raise ArgumentError(
                    f"version of {text}", str(definitions[-1].version), str(version)
                )
        return cls(tuple(definitions), precedence)


def _judged(definition: Definition, solver: Solver, task: Task) -> Judgement:
    try:
        return definition.judge(solver, task)
    except DefinitionFailed as failure:
        note = f"failed: {failure.problem}"
        return Judgement(definition_record(definition), definition.tag, None, note=note)


def classify(
    solver: Solver,
    task: TaskLike | None = None,
    classifier: Classifier | None = None,
    settings: int = 0,
) -> Classification:
    """Return every judgement of a solver, by default on the task of computing its own function.

    The task may be written in any form that `as_task` reads; a number has the solver's inputs.
    With `settings`, where a definition refuses its tag, so many other settings of its dials are
    tried at most.

    >>> from mesacircuits.circuits import Circuit
    >>> print(classify(Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")))
    lookup-table: tt:3:D8
    g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3
    search-like   score 0
    lookup-table  score 1
                  g1: cell 11-
                  g2: cell 0-1
    control-like  not applicable: the task has no world
    """
    if task is None:
        task = FunctionTask(circuit_of(solver).tables())
    width = solver.inputs if isinstance(task, int) and isinstance(solver, Circuit) else None
    return (classifier or Classifier()).classify(solver, as_task(task, width), settings)
