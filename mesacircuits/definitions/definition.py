"""What a definition of "optimizer" is: a function from (solver, task) to a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, cast, runtime_checkable

from mesacircuits.call import Parameter
from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.circuit import Wired
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import EpisodeTask, Task, WorldTask, unroll

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mesacircuits.definitions.bulk import Chains

__all__ = [
    "CONTROL_LIKE",
    "LOOKUP_TABLE",
    "MIXED",
    "SEARCH_LIKE",
    "TAGS",
    "UNCLASSIFIED",
    "Definition",
    "Judgement",
    "Measured",
    "Solver",
    "WithDials",
    "about",
    "circuit_of",
    "definition_record",
    "dial",
    "endless_bits",
    "has_influence",
    "has_tag",
    "read_as",
    "solver_of",
    "solves",
    "unrolled",
    "wired_of",
    "words_on",
]

#: What is judged. A circuit solves a task with state as the machine that the task makes of it; a
#: program is unrolled on the task.
Solver = Circuit | MealyMachine | UnrolledProgram | Program

SEARCH_LIKE = "search-like"
CONTROL_LIKE = "control-like"
LOOKUP_TABLE = "lookup-table"
#: The tags that the default definitions give.
TAGS = (SEARCH_LIKE, CONTROL_LIKE, LOOKUP_TABLE)
#: Reported where no definition of a classifier gives its tag, and where two or more do.
UNCLASSIFIED = "unclassified"
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value: exact if rational, else a float with a bound on its error.

    Attributes:
        value: the value.
        unit: its unit, such as `bits`.
        error: how far the true value may be from `value`; 0 where it is exact.

    >>> print(Measured(Fraction(3, 2), "bits"), Measured(0.25, "nats", 1e-9), sep=", ")
    3/2 bits, 0.25 nats (within 1e-09)
    """

    value: Fraction | float
    unit: str
    error: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the value as JSON values; a fraction is a string."""
        exact = isinstance(self.value, Fraction)
        value = str(self.value) if exact else self.value
        return {"value": value, "unit": self.unit, "error": self.error}

    def __str__(self) -> str:
        shown = str(self.value) if isinstance(self.value, Fraction) else f"{self.value:.6g}"
        return f"{shown} {self.unit}" + (f" (within {self.error:.0e})" if self.error else "")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a definition says of a solver of a task.

    Attributes:
        definition: name, version and dials of the definition, as JSON values.
        tag: the tag that the definition can give.
        score: an exact number from 0 to 1; None where the definition does not apply.
        witness: JSON values that `check_witness` verifies; present iff the score is 1.
        note: why the definition does not apply; where it does, anything worth a few words, such as
            `behavioural`.
        measured: the value that was measured, where the definition is a threshold on a measure.
    """

    definition: Mapping[str, Any]
    tag: str
    score: Fraction | None
    witness: Mapping[str, Any] | None = None
    note: str = ""
    measured: Measured | None = None

    @property
    def applies(self) -> bool:
        """Whether the definition applies to the solver and the task."""
        return self.score is not None

    @property
    def holds(self) -> bool:
        """Whether the tag is given: iff the score is 1."""
        return self.score == 1

    def to_json(self) -> dict[str, Any]:
        """Return the judgement as JSON values; the score is a string such as `"2/3"`."""
        record: dict[str, Any] = {
            "definition": dict(self.definition),
            "tag": self.tag,
            "holds": self.holds,
            "score": None if self.score is None else str(self.score),
            "witness": None if self.witness is None else dict(self.witness),
        }
        if self.note:
            record["note"] = self.note
        if self.measured is not None:
            record["measured"] = self.measured.to_json()
        return record


def has_tag(definition: Definition, solver: Solver, task: Task) -> bool:
    """Return whether a definition that applies gives a solver of a task its tag.

    Raises `ArgumentError` if the definition does not apply: then neither the tag nor its absence
    says anything.
    """
    judgement = definition.judge(solver, task)
    if not judgement.applies:
        why = f"{definition.name}: {judgement.note}"
        raise ArgumentError("definition", f"one that applies to {task}", why)
    return judgement.holds


@runtime_checkable
class Definition(Protocol):
    """A definition: exact, cited, with dials, and plain about what it cannot see."""

    @property
    def name(self) -> str:
        """The name by which commands and sentences call the definition."""

    @property
    def tag(self) -> str:
        """The tag that it gives: one of `TAGS`, or a name of its own."""

    @property
    def version(self) -> int:
        """Raised whenever a verdict could change."""

    @property
    def formula(self) -> str:
        """The definition in one or two sentences of mathematics."""

    @property
    def source(self) -> str:
        """Where the notion comes from."""

    @property
    def blind_to(self) -> str:
        """What the definition cannot see."""

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the judgement of a solver of the task.

        Where the definition does not apply (say, it needs a world and the task has none), the
        score is None and the note says why. Raises `ArgumentError` if the solver does not solve
        the task.
        """


def dial(default: int | str | Fraction | None, *, stricter: str = "", **bounds: Any) -> Any:
    """Return a field for `WithDials`: its default, and what a `Parameter` says of its range.

    Arguments:
        default: the default.
        stricter: `more` or `less`, if setting a number so never adds a tag (`WithDials.stricter`).
        bounds: further arguments of `Parameter`.
    """
    read = partial(Parameter, default=default, doc="", **bounds)
    usual = str(default) if isinstance(default, Fraction) else default
    return field(default=usual, metadata={"parameter": read, "stricter": stricter})


class WithDials:
    """What the definitions of the package share; their fields are their dials, made by `dial`.

    A dial is read as its parameter reads it; a fraction is kept as its text. Beside `judge`, a
    definition may say how its witnesses are checked and which wires they name, how its dials are
    varied, and how many chains are tagged at once. Who tags, compares or draws asks it for that,
    and knows no definition by its class.
    """

    __slots__ = ()

    name: ClassVar[str]
    tag: ClassVar[str]
    version: ClassVar[int]
    formula: ClassVar[str]
    source: ClassVar[str]
    blind_to: ClassVar[str]
    #: Of what is made of another definition, the dial that names that: it comes first in a text,
    #: without its name, and is always written.
    made_of: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for each in fields(cast(Any, self)):
            if each.name == self.made_of:
                continue
            value = each.metadata["parameter"](each.name).read(getattr(self, each.name))
            usual = str(value) if isinstance(value, Fraction) else value
            object.__setattr__(self, each.name, usual)

    #: Whether it applies to all solvers of a task or to none, to all functions or to none, and says
    #: the same of a circuit whose inputs are renamed: so one minimum can stand for its orbit.
    symmetric = False

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""
        return {each.name: getattr(self, each.name) for each in fields(cast(Any, self))}

    @property
    def stricter(self) -> dict[str, str]:
        """For each dial of which it is known, whether `more` or `less` never adds a tag."""
        known = ((each.name, each.metadata.get("stricter")) for each in fields(cast(Any, self)))
        return {name: way for name, way in known if way}

    def with_dials(self, dials: Mapping[str, Any]) -> Self:
        """Return the definition with some of its dials set otherwise."""
        return cast(Self, replace(cast(Any, self), **dials))

    def judgement(
        self,
        score: Fraction | int | None,
        witness: Mapping[str, Any] | None = None,
        note: str = "",
        measured: Measured | None = None,
    ) -> Judgement:
        """Return the judgement of this definition with that score."""
        exact = None if score is None else Fraction(score)
        return Judgement(definition_record(self), self.tag, exact, witness, note, measured)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the judgement of a solver of the task (see `Definition`)."""
        raise NotImplementedError

    def anchors(self) -> tuple[tuple[Circuit, Task], ...]:
        """Return solvers that are to have the tag at the default dials, worked out by hand.

        They are of definitions whose tag no exemplar has, and nothing that is drawn at random.
        """
        return ()

    @classmethod
    def version_as_recorded(cls, dials: Mapping[str, Any]) -> int:
        """Return the version of the definition, the dials as some file has them.

        Raises `CertificateError` if it depends on dials that are none of the definition's.
        """
        return cls.version

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness proves the tag."""
        self.check_as_recorded(solver, task, self.parameters, witness)

    @classmethod
    def check_as_recorded(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any] | None
    ) -> None:
        """Do as `check`, the dials as some file has them; a definition overrides one of the two.

        Raises `CertificateError` also for dials that are none of the definition's.
        """
        if cls.check is WithDials.check:
            raise CertificateError("definition.name", "it has no checker")
        try:
            named = cls(**dials)
        except (ArgumentError, TypeError) as error:
            raise CertificateError("definition.parameters", str(error)) from error
        if {**named.parameters, **dials} != named.parameters:
            raise CertificateError("definition.parameters", "not as they are recorded")
        named.check(solver, task, witness or {})

    @classmethod
    def interventions(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any]
    ) -> str:
        """Return as text what a tag rests on: what is set in the solver, and what comes of it.

        Nothing where a definition has none to show.
        """
        return ""

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> Iterable[tuple[int, str]]:
        """Return the wires of a witness, in its order, each with what it serves as.

        Nothing for a witness of another definition.
        """
        return ()

    @classmethod
    def labels_in(cls, witness: Mapping[str, Any], wired: Wired) -> Iterable[tuple[int, str]]:
        """Return the same for the solver whose wires these are, inputs called as it calls them."""
        return cls.wire_labels(witness)

    def variants(self) -> Sequence[Self]:
        """Return the definition with its dials set otherwise: what a frontier shows beside it."""
        return ()

    def settings(self) -> Sequence[Self]:
        """Return the other settings at which a solver is judged that has not the tag as asked."""
        return self.variants()

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether it is known that what has the tag by this has it by the other."""
        return False

    @property
    def ignores_negations(self) -> bool:
        """Whether negating inputs changes no tag of a circuit on its own function.

        Asked where there is no kernel: then chains are judged once, not under each negation.
        """
        return False

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64] | None:
        """Return under which negations of the inputs each of many chains has the tag.

        As `bulk_sets` has it, or None where there is no kernel: then each chain is judged.
        """
        return None

    def minima_tags(self, chains: Chains) -> NDArray[np.bool_] | None:
        """Return which of many chains have the tag, all known to be minima of one function.

        Asked where there are more inputs than kernels take, of minima of which `in_normal_form` is
        true; None where no theorem decides: then each chain is judged.
        """
        return None


def definition_record(definition: Definition) -> dict[str, Any]:
    """Return the name, version and dials of a definition, as recorded with every tag."""
    return {
        "name": definition.name,
        "version": definition.version,
        "parameters": definition.parameters,
    }


def read_as(inverted: bool) -> str:
    """Return what a label adds for a wire that is read inverted."""
    return " (read inverted)" if inverted else ""


def about(definition: Definition) -> dict[str, Any]:
    """Return all that a definition says of itself, as JSON values."""
    said = {name: getattr(definition, name) for name in ("tag", "formula", "source", "blind_to")}
    return definition_record(definition) | said


def circuit_of(solver: Solver) -> Circuit:
    """Return the circuit of a solver.

    Raises `ArgumentError` for a program, which has none.
    """
    if isinstance(solver, UnrolledProgram | Program):
        raise ArgumentError("solver", "a circuit or a machine", "a program")
    return solver.circuit if isinstance(solver, MealyMachine) else solver


def unrolled(solver: Solver, task: Task) -> Solver:
    """Return a solver as definitions take it: a program is unrolled on the task.

    Raises `ArgumentError` for a program that does not fit the task, or does not end on its support.
    """
    return unroll(solver, task) if isinstance(solver, Program) else solver


def solves(wired: Wired, task: Task) -> bool:
    """Return whether a circuit or a program solves a task: it ends on the support, and rightly."""
    return not endless_bits(wired) & task.support_bits and task.solved_by(wired)


def wired_of(solver: Solver | Wired, task: Task) -> Wired:
    """Return the wires of a solver: those of its circuit, or of the program on the task.

    Raises as `unrolled`.
    """
    found = unrolled(cast(Solver, solver), task)
    return found.circuit if isinstance(found, MealyMachine) else cast(Wired, found)


def solver_of(solver: Solver, task: Task) -> Wired:
    """Return the wires of a solver, once it is known to solve the task.

    Raises `ArgumentError` if it does not.
    """
    wired = wired_of(solver, task)
    kind = "program" if isinstance(wired, UnrolledProgram) else "circuit"
    if not solves(wired, task):
        raise ArgumentError(kind, f"a {kind} that solves {task}", str(wired))
    return wired


def endless_bits(wired: Wired, do: Mapping[int, int] | None = None) -> int:
    """Return the inputs on which a solver never ends, wires in `do` replaced: of circuits, none."""
    return wired.endless_bits(do) if isinstance(wired, UnrolledProgram) else 0


def words_on(tables: Sequence[int], support: int) -> dict[tuple[int, ...], int]:
    """Return which words the tables spell on the support, and on which of its inputs each.

    >>> words_on([0b0110, 0b1100], 0b1111)
    {(0, 0): 1, (1, 0): 2, (1, 1): 4, (0, 1): 8}
    """
    found: list[tuple[tuple[int, ...], int]] = [((), support)] if support else []
    for table in tables:
        split = (
            ((*word, bit), inside & (table if bit else ~table))
            for word, inside in found
            for bit in (0, 1)
        )
        found = [(word, inside) for word, inside in split if inside]
    # By the least input of each.
    return dict(sorted(found, key=lambda item: item[1] & -item[1]))


def has_influence(solver: Solver | Wired, task: Task) -> bool:
    """Return whether a solver answers with two words, and its answers matter to the world.

    False where the output is constant on the support, and where in every state of the task's world
    all actions have the same successor (in an episode, the same reward too). Where there is no
    influence no definition gives its tag.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import World, parse_task
    >>> wire = Circuit.parse(1, "out = a")
    >>> has_influence(wire, parse_task("tt:1:2")), has_influence(wire, parse_task("tt:1:2@2"))
    (True, False)
    >>> still = World(1, 1, ("0", "1"), (0, 1), ((0, 0), (1, 1)), (0, 1), (0, 1))
    >>> has_influence(wire, WorldTask(still))
    False
    """
    if len(words_on(wired_of(solver, task).output_bits(), task.support_bits)) < 2:
        return False
    rows: Sequence[Sequence[Any]] = ((0, 1),)
    if isinstance(task, WorldTask):
        rows = task.world.steps
    elif isinstance(task, EpisodeTask):
        rows = (*task.episode.transitions, *task.episode.rewards)
    return any(len({*row}) > 1 for row in rows)
