"""Sentences decided by exhaustion, and what any run finds: verdict, counts, the smallest example.

Those about programs are decided task by task, by the enumeration of programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.npn import NPN_CLASS_COUNTS
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.conjectures.sentence import PROGRAM, Sentence, Verdict, worst
from mesacircuits.definitions import (
    Definition,
    Judgement,
    SearchLike,
    describe_definition,
    has_tag,
)
from mesacircuits.definitions.bulk import bulk_tags, in_normal_form
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.definitions.frontier import dial_variants, is_stricter
from mesacircuits.enumeration import (
    DEPTH,
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    PARETO,
    SIZE,
    SIZE_DEPTH,
    Effort,
)
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.enumeration.programs import (
    Exhausted,
    FunctionPasses,
    ProgramMinima,
    enumerate_programs,
    is_whole,
)
from mesacircuits.enumeration.programs.length_search import search_length
from mesacircuits.enumeration.rows import keys_of
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.survey import (
    ClassRow,
    Survey,
    refuse_inapplicable,
    smallest_in_classes,
    survey,
)
from mesacircuits.studies.universe import MAX_LISTED_INPUTS, Member
from mesacircuits.tables import Table, counted
from mesacircuits.tasks import EpisodeTask, Task, WorldTask, machine_for, unroll

__all__ = [
    "PROGRAMS_LEFT_OUT",
    "SHOWN_BY_SAT",
    "ArmResult",
    "Case",
    "Evidence",
    "Finding",
    "FrontierRow",
    "ProgramRow",
    "arms_plot",
    "decide",
    "decide_programs",
    "decided",
    "deciding_rows",
    "extremes_text",
    "gates_to_read",
    "open_functions",
    "parts_of",
    "shortened",
    "verdict_of",
]


@dataclass(frozen=True)
class Case:
    """One solver that is shown, with what definitions say of it.

    Attributes:
        caption: what it is an example of; empty where it is said elsewhere.
        task: what the solver solves.
        solver: a circuit, or an unrolled program.
        judgements: what is said of it, each beside the text that names its definition.
        size: gates of a circuit; of a program its length.
        minimal: of a minimum of its task, by what order and over what, as in `size over b2`; empty
            if it is not said to be one.
        name: the text that names the task in its universe, where it is of one.
        minima, tagged: how many minima the task has, and how many of them have the tag; None if
            that is not counted.
    """

    caption: str
    task: Task
    solver: Wired
    judgements: tuple[tuple[str, Judgement], ...]
    size: int
    minimal: str = ""
    name: str = ""
    minima: int | None = None
    tagged: int | None = None

    @classmethod
    def judged(
        cls,
        caption: str,
        task: Task,
        circuit: Circuit,
        definitions: tuple[Definition, ...],
        minimal: str = "",
    ) -> Case:
        """Return the case of a circuit as these definitions judge it."""
        said = tuple((describe_definition(d), d.judge(circuit, task)) for d in definitions)
        return cls(caption, task, circuit, said, circuit.size, minimal)

    @classmethod
    def of_sentence(
        cls,
        sentence: Sentence,
        member: Member | ClassRow,
        solver: Circuit | UnrolledProgram,
        judgement: Judgement,
        minima: int,
        tagged: int,
    ) -> Case:
        """Return the case of a minimum that decides a sentence."""
        said = ((describe_definition(sentence.definition), judgement),)
        size = solver.program.length if isinstance(solver, UnrolledProgram) else solver.size
        counts = minima, tagged
        return cls("", member.task, solver, said, size, sentence.minimal, member.name, *counts)

    @property
    def judgement(self) -> Judgement:
        """What the first definition says of it, of a sentence its own."""
        return self.judgements[0][1]

    def certified(self) -> Case:
        """Return the case without what no verification could derive.

        That is its caption, and the label of a task that no text names.
        """
        task: Any = self.task
        if not self.name and not _is_text_of(task) and hasattr(task, "label"):
            task = replace(task, label="")
        return replace(self, caption="", task=task)

    def to_json(self) -> dict[str, Any]:
        """Return the case as JSON values."""
        record: dict[str, Any] = {"caption": self.caption} if self.caption else {}
        record["task"] = self.name or str(self.task)
        if not self.name and not _is_text_of(self.task):
            record["task_json"] = self.task.to_json()
        program = isinstance(self.solver, UnrolledProgram)
        record |= {
            "program" if program else "circuit": self.solver.to_json(),
            "hash": self.solver.hash_hex,
            "size": self.size,
            "minimal": self.minimal,
            "judgements": [{"by": by, **said.to_json()} for by, said in self.judgements],
        }
        if self.minima is not None:
            record |= {"minima": self.minima, "tagged": self.tagged}
        return record


def _is_text_of(task: Task) -> bool:
    """Return whether a task's text alone says what it is."""
    try:
        return bool(named_in_file("task", str(task)) == task)
    except ArgumentError:
        return False


#: The orders whose minima SAT shows to be minimal.
SHOWN_BY_SAT = (SIZE, DEPTH_SIZE, SIZE_DEPTH, DEPTH, PARETO)


def parts_of(task: Task) -> tuple[Task, ...] | None:
    """Return tasks of which a circuit solves one just if it solves the task.

    They are the task itself, or, where whole policies are judged, the boxes of its policies; None
    if those are too many.

    >>> from mesacircuits.tasks import parse_task
    >>> len(parts_of(parse_task("tt:3:E8"))), len(parts_of(parse_task("thermostat")))
    (1, 1)
    """
    return task.boxes if isinstance(task, EpisodeTask | WorldTask) and task.joint else (task,)


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """How much of the universe has the tag when the dials are set otherwise."""

    definition: str
    classes: int
    functions: int
    minima: int

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {name: getattr(self, name) for name in FrontierRow.__slots__}


@dataclass(frozen=True)
class ArmResult:
    """What was found of one sentence.

    Attributes:
        sentence, verdict: the claim and what became of it.
        classes: one row per NPN class whose minima were exhausted, or per task.
        frontier: the same counts with the dials set otherwise, the sentence's own first.
        example: the smallest counterexample, or for `some` the smallest instance; None if there is
            none, or it was not found within the budget.
        left_out: tasks that say nothing of the sentence, each with the reason.
        open_functions, open_classes: what the budget left out.
        exhausted_size: sizes up to this were exhausted for all of those.
        minima_from: the shipped file that the minima are from; empty if they were searched for.
    """

    sentence: Sentence
    verdict: Verdict
    classes: tuple[ClassRow, ...]
    frontier: tuple[FrontierRow, ...]
    example: Case | None
    left_out: tuple[tuple[str, str], ...] = ()
    open_functions: int = 0
    open_classes: int = 0
    exhausted_size: int | None = None
    minima_from: str = ""

    @property
    def totals(self) -> dict[str, int]:
        """Functions, classes and minima in all, tagged, and in disagreement."""
        rows = self.classes
        return {
            "functions": sum(row.functions for row in rows),
            "classes": len(rows),
            "minima": sum(row.minima for row in rows),
            "tagged_functions": sum(row.some for row in rows),
            "tagged_classes": sum(row.some > 0 for row in rows),
            "tagged_minima": sum(row.tagged for row in rows),
            "wholly_tagged_classes": sum(row.every == row.functions for row in rows),
            "disagreeing_classes": sum(row.disagrees for row in rows),
        }

    @property
    def example_is_open(self) -> bool:
        """Whether there is an example, but the budget ended before the smallest was found."""
        return self.example is None and bool(deciding_rows(self.sentence, self.classes))

    @property
    def disagreeing(self) -> tuple[ClassRow, ...]:
        """The classes whose minima disagree in the tag, in the order of the rows."""
        return tuple(row for row in self.classes if row.disagrees)

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            **self.sentence.to_json(),
            "verdict": self.verdict.value,
            "counts": self.totals,
            "open": {
                "functions": self.open_functions,
                "classes": self.open_classes,
                "exhausted_size": self.exhausted_size,
                **({"example": True} if self.example_is_open else {}),
            },
            "frontier": [row.to_json() for row in self.frontier],
            "left_out": [{"task": name, "why": why} for name, why in self.left_out],
            "disagreeing": [row.name for row in self.disagreeing],
            "example": None if self.example is None else self.example.to_json(),
            "classes": [row.to_json() for row in self.classes],
        }

    @property
    def counts_over(self) -> str:
        """What minima are counted over, in words."""
        return "functions with f(0) = 0" if self.sentence.by_classes else "the tasks"


@fitting_units
def decide(sentence: Sentence, effort: Effort | None = None) -> ArmResult:
    """Return the verdict on a sentence, with counts, frontier and the smallest example.

    Arguments:
        sentence: the claim.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    A view of `survey`: of all functions class by class, of any other universe task by task.

    Raises:
        ArgumentError: if the definition applies to no task of the universe.

    >>> from mesacircuits.conjectures.sentence import parse_sentence
    >>> text = "no size-minimal circuit of functions(3) over b2 is search-like"
    >>> result = decide(parse_sentence(text))
    >>> result.verdict.value, str(result.example.task), result.example.size
    ('refuted', 'tt:3:18', 3)
    """
    effort = effort or Effort()
    universe, basis, order = sentence.universe, sentence.basis, sentence.order
    if sentence.by_classes:
        refuse_inapplicable(sentence.definition, universe.inputs)
    elif universe.only_functions and universe.inputs > MAX_LISTED_INPUTS:
        asked = f"over basis {basis} under order {order}"
        few = f"functions of at most {MAX_LISTED_INPUTS} inputs {asked}"
        raise ArgumentError("universe", few, str(universe))
    variants = dial_variants(sentence.definition)
    found = survey(universe, basis, order, variants, effort, cap=sentence.cap)
    rows = found.rows
    left = classes = len(found.unsolved)
    exhausted = min((u.exhausted_size for u in found.unsolved), default=None)
    if found.by_classes:
        rows = tuple(sorted(rows, key=lambda row: (row.size, row.representative.bits)))
        left, classes = open_functions(universe.inputs, rows)
        exhausted = found.census.exhausted_size if found.census else None
        if left and universe.inputs > MAX_CENSUS_INPUTS:
            # What is left of them reads every input.
            reading = gates_to_read(universe.inputs, basis) - 1 if order == SIZE else 0
            exhausted = reading if exhausted is None else min(reading, exhausted)
    frontier = [
        FrontierRow(
            describe_definition(variant),
            sum(row.counts[place].some > 0 for row in rows),
            sum(row.counts[place].some for row in rows),
            sum(row.counts[place].circuits for row in rows),
        )
        for place, variant in enumerate(variants)
        if rows
    ]
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=rows,
        frontier=shortened(frontier, variants),
        example=_smallest_example(sentence, found, effort),
        left_out=found.left_out,
        open_functions=left,
        open_classes=classes,
        exhausted_size=exhausted if left else None,
        minima_from=found.minima_from,
    )


def open_functions(inputs: int, rows: Sequence[ClassRow]) -> tuple[int, int]:
    """Return how many functions of n inputs, and how many classes, have no row.

    >>> open_functions(2, [])
    (16, 4)
    """
    left = (1 << (1 << inputs)) - sum(row.functions for row in rows)
    return left, NPN_CLASS_COUNTS[inputs] - len(rows)


def gates_to_read(inputs: int, basis: Basis) -> int:
    """Return a bound: a circuit whose output depends on n inputs has no fewer gates.

    Each gate joins at most as many wires into one as its operator has inputs.

    >>> from mesacircuits.circuits.bases import B2, MIG
    >>> gates_to_read(5, B2), gates_to_read(5, MIG)
    (4, 2)
    """
    fan_in = max(operator.arity for operator in basis.operators)
    return -(-max(inputs - 1, 0) // max(fan_in - 1, 1))


def shortened(
    rows: Sequence[FrontierRow], variants: Sequence[Definition]
) -> tuple[FrontierRow, ...]:
    """Return a frontier without the empty rows behind empty rows of which others say as much.

    Arguments:
        rows: the rows; an empty one says as much of a stricter definition.
        variants: the definitions whose rows they are.
    """
    kept: list[FrontierRow] = []
    empty: list[Definition] = []
    for place, (row, variant) in enumerate(zip(rows, variants, strict=False)):
        if not row.minima:
            behind = place > 0 and not rows[place - 1].minima
            if behind and any(is_stricter(variant, other) for other in empty):
                continue
            empty.append(variant)
        kept.append(row)
    return tuple(kept)


def _smallest_example(sentence: Sentence, found: Survey, effort: Effort) -> Case | None:
    """Return the smallest example; None if there is none, or the budget ends before it is found."""

    def example(member: Member) -> Case | None:
        minimal = in_normal_form(sentence.basis, sentence.order)
        tags = bulk_tags(sentence.definition, member.solvers, member.task, minimal)
        judged = zip(member.solvers, tags, strict=True)
        deciding = (circuit for circuit, tag in judged if sentence.decided_by(tag))
        first = min(deciding, key=keys_of, default=None)
        if first is None:
            return None
        said = sentence.definition.judge(first, member.task)
        return Case.of_sentence(sentence, member, first, said, len(tags), sum(tags))

    fitting = deciding_rows(sentence, found.rows)
    if found.by_classes:
        return smallest_in_classes(fitting, sentence.basis, sentence.order, effort, example)
    least = min(fitting, key=lambda row: row.key, default=None)
    return None if least is None else example(found.members[least.name])


def extremes_text(
    arms: Sequence[ArmResult], beside: Mapping[tuple[int, int], bool] | None = None
) -> str:
    """Return the strictest searches that some minimum is, and the least strict that none is.

    Settings of search-like are compared by how many candidates and gates they ask for, those that
    re-encode alone: of the frontiers of all arms the ones that no other one is as strict as.

    Arguments:
        arms: the arms.
        beside: for further settings (k, c) whether some minimum is known that is such a search.
    """
    found = {**(beside or {})}
    for arm in arms:
        for row in arm.frontier:
            definition = named_in_file("definition", row.definition)
            if isinstance(definition, SearchLike) and definition.reencoding == "common":
                asked = definition.candidates, definition.objective_gates
                found[asked] = found.get(asked, False) or row.minima > 0

    def admits(lax: tuple[int, int], strict: tuple[int, int]) -> bool:
        return lax[0] <= strict[0] and lax[1] <= strict[1]

    some = {asked for asked, held in found.items() if held}
    none = {*found} - some
    strictest = [a for a in some if not any(admits(a, b) for b in some - {a})]
    laxest = [a for a in none if not any(admits(b, a) for b in none - {a})]

    def told(settings: Sequence[tuple[int, int]]) -> str:
        pairs = (f"{k} candidates at {counted(c, 'gate')} each" for k, c in sorted(settings))
        return "; or of ".join(pairs) or "no number"

    return (
        f"some minimum is a search of {told(strictest)}. None of these universes has one that is "
        f"a search of {told(laxest)}."
    )


def arms_plot(arms: Sequence[ArmResult]) -> Plot:
    """Return a plot of classes by size, all and those with tagged minima, a panel for each arm.

    Of many arms it is one panel: bars of the shares of tasks and of minima, two for each arm.
    """
    if len(arms) > _MOST_PANELS:
        return Plot((_arms_bars(arms),))
    panels = []
    for arm in arms:
        sizes = sorted({row.size for row in arm.classes})
        tag = arm.sentence.definition.tag
        every = tuple((s, sum(row.size == s for row in arm.classes)) for s in sizes)
        some = tuple((s, sum(row.size == s and row.some > 0 for row in arm.classes)) for s in sizes)
        panels.append(
            Panel(
                f"{arm.sentence.order}, {arm.sentence.universe} over {arm.sentence.over}",
                "length" if arm.sentence.solver == PROGRAM else "gates of a minimum",
                "NPN classes" if arm.sentence.by_classes else "tasks",
                (Series("all", every), Series(f"with {tag} minima", some)),
            )
        )
    return Plot(tuple(panels))


#: The most arms that have a panel each.
_MOST_PANELS = 4


def _arms_bars(arms: Sequence[ArmResult]) -> Panel:
    names, tasks, minima = [], [], []
    for place, arm in enumerate(arms):
        sentence, counts = arm.sentence, arm.totals
        names.append(f"{place + 1}. {sentence.universe}, {sentence.minimal}")
        tasks.append((place, Fraction(counts["tagged_functions"], counts["functions"] or 1)))
        minima.append((place, Fraction(counts["tagged_minima"], counts["minima"] or 1)))
    shares = (
        Series("tasks of which some minimum has the tag", tuple(tasks)),
        Series("minima that have the tag", tuple(minima)),
    )
    return Panel(
        "How many have the tag, arm by arm", "share", "", shares, names=tuple(names), most=1
    )


def deciding_rows(sentence: Sentence, rows: Iterable[ClassRow]) -> list[ClassRow]:
    """Return the rows with minima that decide the sentence (see `Sentence.decided_by`)."""
    return [
        row
        for row in rows
        if (row.tagged and sentence.decided_by(True))
        or (row.tagged < row.minima and sentence.decided_by(False))
    ]


class Tagged(Protocol):
    """Minima of which some have a tag."""

    @property
    def minima(self) -> int:
        """How many they are."""

    @property
    def tagged(self) -> int:
        """How many of them have it."""


def verdict_of(quantifier: str, rows: Sequence[Tagged], exhausted: bool) -> Verdict:
    """Return the verdict on a quantifier over the minima that were exhausted.

    A refutation (or, for `some`, an instance) needs only what was reached; the contrary needs the
    whole universe.

    >>> verdict_of("no", [], exhausted=False).value
    'inconclusive'
    """
    tagged = any(row.tagged for row in rows)
    untagged = any(row.tagged < row.minima for row in rows)
    if quantifier == "some":
        found, otherwise = Verdict.HELD, Verdict.REFUTED
        decided = tagged
    else:
        found, otherwise = Verdict.REFUTED, Verdict.HELD
        decided = tagged if quantifier == "no" else untagged
    if decided:
        return found
    return otherwise if exhausted else Verdict.INCONCLUSIVE


#: Why a task says nothing of a sentence about programs.
PROGRAMS_LEFT_OUT = (
    "no program over the operations solves it",
    "the definition does not apply to it",
)
_NO_PROGRAM, _DOES_NOT_APPLY = PROGRAMS_LEFT_OUT


@dataclass(frozen=True, slots=True)
class ProgramRow(ClassRow):
    """The minimal programs of one task, and those with the tag; `size` is their least length.

    Attributes:
        cost: what each of them costs under the order, in words.
        exhausted: what was searched through, length by length.
    """

    cost: str = ""
    exhausted: tuple[Exhausted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        lines = [line.to_json() for line in self.exhausted]
        return {**ClassRow.to_json(self), "cost": self.cost, "exhausted": lines}


def decide_programs(sentence: Sentence, effort: Effort | None = None) -> ArmResult:
    """Return the verdict on a sentence about programs, with counts and the smallest example.

    Arguments:
        sentence: the claim; its solver is `program`.
        effort: budget (what is left is shared among the tasks to come), threads and progress bar.

    Raises `ArgumentError` if the definition applies to no task of the universe, or none has a
    program.

    >>> from mesacircuits.conjectures.sentence import parse_sentence
    >>> text = "no length-minimal program of satisfying(candidates=4) over oracle is search-like"
    >>> result = decide_programs(parse_sentence(text))
    >>> result.verdict.value, result.classes[0].minima, result.classes[0].cost
    ('refuted', 1, '3 instructions and entries')
    """
    effort = effort or Effort()
    tasks = sentence.universe.listed()
    rows: list[ProgramRow] = []
    left_out: list[tuple[str, str]] = []
    minima: dict[str, ProgramMinima] = {}
    unapplied = None
    passes = _passes(sentence, [task for _, task in tasks], effort)
    for place, (name, task) in enumerate(tasks):
        machine = machine_for(task, str(sentence.over))
        share = effort.share(len(tasks) - place)
        search = passes.get(machine, search_length) if is_whole(task) else search_length
        found = enumerate_programs(
            task, sentence.order, machine, share, sentence.cap, search_for=search
        )
        if not found.exhaustive:
            continue
        if not found.minima:
            left_out.append((name, _NO_PROGRAM))
            continue
        judged = [sentence.definition.judge(program, task) for program in found.programs]
        if not judged[0].applies:
            left_out.append((name, _DOES_NOT_APPLY))
            unapplied = unapplied or (found.programs[0], task)
            continue
        minima[name] = found
        tagged, stands_for = sum(said.holds for said in judged), sentence.universe.stands_for(name)
        rows.append(_row(name, task, found, tagged, stands_for))
    if left_out and len(left_out) == len(tasks):
        if unapplied is not None:
            has_tag(sentence.definition, *unapplied)
        expected = f"operations that have programs for {left_out[0][0]}"
        raise ArgumentError("operations", expected, str(sentence.over))
    left = len(tasks) - len(rows) - len(left_out)
    return ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=tuple(rows),
        frontier=(),
        example=_smallest_program(sentence, rows, minima),
        left_out=tuple(left_out),
        open_functions=left,
        open_classes=left,
    )


def _passes(sentence: Sentence, tasks: list[Task], effort: Effort) -> dict[Machine, FunctionPasses]:
    """Return for machines for which several functions are to be searched what does so at once."""
    if sentence.order != "length":
        return {}
    wanted: dict[Machine, list[Task]] = {}
    for task in filter(is_whole, tasks):
        wanted.setdefault(machine_for(task, str(sentence.over)), []).append(task)
    return {
        machine: FunctionPasses(machine.inputs, machine.answers, machine, effort, functions)
        for machine, functions in wanted.items()
        if len(functions) > 1
    }


def _row(name: str, task: Task, found: ProgramMinima, tagged: int, functions: int) -> ProgramRow:
    many = len(found.minima)
    return ProgramRow(
        name=name,
        task=task,
        functions=functions,
        size=min(minimum.cost.length for minimum in found.minima),
        depth=None,
        circuits=many,
        minima=many,
        tagged=tagged,
        some=functions * (tagged > 0),
        every=functions * (tagged == many),
        cost=found.order.shown(found.minima[0].cost),
        exhausted=found.exhausted,
    )


def _smallest_program(
    sentence: Sentence, rows: list[ProgramRow], minima: dict[str, ProgramMinima]
) -> Case | None:
    """Return the first minimum that decides the sentence, of the least row; None if none does."""
    fitting = deciding_rows(sentence, rows)
    if not fitting:
        return None
    row = min(fitting, key=lambda row: row.key)
    for program in minima[row.name].programs:
        unrolled = unroll(program, row.task)
        said = sentence.definition.judge(unrolled, row.task)
        if sentence.decided_by(said.holds):
            return Case.of_sentence(sentence, row, unrolled, said, row.minima, row.tagged)
    raise ArithmeticError(f"{row.name} is counted as an example, but no minimum is one")


@dataclass(frozen=True)
class Evidence:
    """What a verdict hangs on.

    Attributes:
        effect: of a tendency, by how much marked units exceed matched ones, in the mean.
        p: of as great an effect, if marks are exchanged: an interval, a point where it is exact.
        placebos: the verdict under each placebo, by name.
        trend: the verdict along a trend, such as n = 2, 3, 4.
        neighbours: the verdict at each neighbouring value of a setting.
    """

    effect: Fraction | None = None
    p: tuple[Fraction, Fraction] | None = None
    placebos: Mapping[str, Verdict] = field(default_factory=dict)
    trend: Mapping[str, Verdict] = field(default_factory=dict)
    neighbours: Mapping[str, Verdict] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as JSON values; fractions are texts."""
        named = {
            name: {said: verdict.value for said, verdict in getattr(self, name).items()}
            for name in ("placebos", "trend", "neighbours")
        }
        effect = None if self.effect is None else str(self.effect)
        p = None if self.p is None else [f"{float(end):.3g}" for end in self.p]
        return {"effect": effect, "p": p, **named}


@dataclass(frozen=True)
class Finding:
    """What a run found.

    Attributes:
        verdict: `held` if the answer to the claim's question is yes, `refuted` if it is no.
        answer: the answer in a sentence, with its numbers.
        universe: over what.
        tables: the evidence.
        example: the smallest circuit that decides the question, if one does (see `within_budget`).
        notes: what a reader should know beside.
        left_open: what was not exhausted, a line each; empty if everything was.
        plot: a picture of the evidence, if the run has made one (see `picture`).
        arms: where sentences were decided, what was found of each: then that is the evidence.
        evidence: what the verdict hangs on, where that was asked.
    """

    verdict: Verdict
    answer: str
    universe: str
    tables: tuple[Table, ...] = ()
    example: Case | None = None
    notes: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    plot: Plot | None = None
    arms: tuple[ArmResult, ...] = ()
    evidence: Evidence | None = None

    @classmethod
    def of_ended_budget(cls, universe: str) -> Finding:
        """Return the finding that nothing was decided over a universe, for the budget ended.

        >>> Finding.of_ended_budget("all functions").left_open
        ('all functions',)
        """
        ended = "the budget ended first."
        return cls(Verdict.INCONCLUSIVE, ended, universe, left_open=(universe,))

    @classmethod
    def of_arms(cls, arms: Sequence[ArmResult]) -> Finding:
        """Return the finding of sentences that were decided: the worst of their verdicts."""
        universes = list(dict.fromkeys(str(arm.sentence.universe) for arm in arms))
        if len(universes) > 1:
            over = ", ".join(dict.fromkeys(str(arm.sentence.over) for arm in arms))
            text = f"{universes[0]} and {counted(len(universes) - 1, 'more universe')}, {over}"
            verdict = worst(arm.verdict for arm in arms)
            return cls(verdict, extremes_text(arms), text, arms=tuple(arms))
        said = []
        for arm in arms:
            totals = arm.totals
            said.append(
                f"{arm.sentence.order}: {totals['tagged_minima']:,} of "
                f"{counted(totals['minima'], 'minimum', 'minima')}, "
                f"in {totals['tagged_classes']} of "
                f"{counted(totals['classes'], 'class', 'classes')}, have the tag"
            )
        return cls(
            worst(arm.verdict for arm in arms),
            "; ".join(said) + ".",
            f"{arms[0].sentence.universe}, {arms[0].sentence.over}",
            arms=tuple(arms),
        )

    @property
    def picture(self) -> Plot | None:
        """The plot of the evidence: the run's own, or that of the sentences' classes by size."""
        return arms_plot(self.arms) if self.plot is None and self.arms else self.plot

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {
            "verdict": self.verdict.value,
            "answer": self.answer,
            "universe": self.universe,
            "tables": [table.to_json() for table in self.tables],
            "example": None if self.example is None else self.example.to_json(),
            "notes": list(self.notes),
            "not_exhausted": list(self.left_open),
            "arms": [arm.to_json() for arm in self.arms],
        }


def decided(sentences: Sequence[Sentence], effort: Effort) -> Finding:
    """Decide sentences one after the other.

    What is left of the budget is shared among those to come, so that none takes all.
    """
    arms = []
    for number, sentence in enumerate(sentences):
        share = effort.share(len(sentences) - number)
        run = decide_programs if sentence.solver == PROGRAM else decide
        arms.append(run(sentence, share))
    return Finding.of_arms(arms)
