"""Programs of a task: run, tagged, and all minimal ones or a whole front tagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mesacircuits.definitions import (
    Classification,
    Classifier,
    ControlLike,
    LookupTable,
    definition_record,
)
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    SEARCH_LIKE,
    UNCLASSIFIED,
)
from mesacircuits.definitions.search_like import MOST_WIRES_PER_SCORE, SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import (
    FrontPoint,
    MinimalProgram,
    ProgramFront,
    ProgramMinima,
    enumerate_programs,
    program_front,
)
from mesacircuits.enumeration.programs.orders import bits_text
from mesacircuits.programs import Machine, Program, Run, run_turn
from mesacircuits.studies.tagged import named_by_tag, numbers_by_tag, tags_table
from mesacircuits.studies.universe import Universe, parse_universe
from mesacircuits.tables import bits_text as word_text, counted, plain_table, wrapped
from mesacircuits.tasks import OptimisationTask, Task, TaskLike
from mesacircuits.tasks.program_inputs import instances_for, machines_of, utility_levels

__all__ = [
    "NAMES",
    "ProgramGrid",
    "ProgramRuns",
    "TaggedFront",
    "TaggedPrograms",
    "classifier_for",
    "named_counts",
    "named_tags",
    "program_grid",
    "program_runs",
    "shares",
    "tagged_front",
    "tagged_programs",
]

#: What precedence names a program.
NAMES = (SEARCH_LIKE, LOOKUP_TABLE, CONTROL_LIKE, UNCLASSIFIED)


def classifier_for(task: Task, objective_gates: int = 1) -> Classifier:
    """Return the default definitions, with w as wide as the task's utilities need.

    A score may have as many bits as tell the utilities apart: with two utilities one, w = 1. What
    is loaded costs nothing, as an input wire does, so that c = 0 admits searches by the input's own
    words; a query, and a table of utilities that is read, cost one.

    >>> from mesacircuits.tasks import parse_task
    >>> classifier_for(parse_task("ranking")).definitions[0].parameters["wires_per_score"]
    2
    """
    levels = len(utility_levels(task)) if isinstance(task, OptimisationTask) else 2
    width = min(max(levels - 1, 1).bit_length(), MOST_WIRES_PER_SCORE)
    search = SearchLike(wires_per_score=width, objective_gates=objective_gates)
    return Classifier((search, LookupTable(), ControlLike()))


def named_tags(
    minima: Sequence[MinimalProgram], task: Task, classifier: Classifier | None = None
) -> list[Classification]:
    """Return what each of some programs is classified as.

    >>> from mesacircuits.enumeration.programs import enumerate_programs
    >>> minima = enumerate_programs("satisfying(candidates=4)")
    >>> free = classifier_for(minima.task, objective_gates=0)
    >>> [found.named for found in named_tags(minima.minima, minima.task, free)]
    ['search-like']
    """
    chosen = classifier or classifier_for(task)
    return [chosen.classify(minimum.program, task) for minimum in minima]


def named_counts(found: Sequence[Classification]) -> dict[str, int]:
    """Return how many of some programs bear each name, in the order in which names come.

    >>> named_counts([])
    {}
    """
    return dict(Counter(classification.named for classification in found))


def shares(found: Sequence[Classification]) -> dict[str, Fraction]:
    """Return the share of each name among some programs; of none, nothing.

    >>> shares([])
    {}
    """
    if not found:
        return {}
    names = [classification.named for classification in found]
    return {name: Fraction(names.count(name), len(names)) for name in NAMES}


@dataclass(frozen=True)
class TaggedPrograms:
    """The minimal programs of a task with what each is classified as.

    Attributes:
        result: the programs.
        classifier: what classified them.
        found: for each program its classification.
    """

    result: ProgramMinima
    classifier: Classifier
    found: tuple[Classification, ...]

    @property
    def tags(self) -> dict[str, int]:
        """Programs with each tag, `mixed` (two or more) and `unclassified` (none)."""
        return numbers_by_tag(self.classifier.tag_of, [said.held for said in self.found])

    @property
    def named(self) -> dict[str, int]:
        """Programs by the one tag that precedence names; these sum to all programs."""
        ranked = self.classifier.ranked
        first = (next((r for r in ranked if r in said.held), UNCLASSIFIED) for said in self.found)
        return named_by_tag(self.classifier.labels, [*first])

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values, with each program's judgements."""
        record = self.result.to_json()
        record["tags"] = self.tags
        record["named"] = self.named
        record["definitions"] = [definition_record(d) for d in self.classifier.definitions]
        for program, said in zip(record["minima"], self.found, strict=True):
            judged = said.to_json()
            program["tags"] = judged["tags"]
            program["judgements"] = judged["judgements"]
            program["wires"] = judged["wires"]
        return record

    def text(self, listed: int | None = 10) -> str:
        """Return the result as printed: the programs, the counts, the first of each tag."""
        parts = [self.result.text(listed)]
        if self.result.exhaustive and self.found:
            parts.append(tags_table("programs", self.tags, self.named))
        shown: set[str] = set()
        for number, said in enumerate(self.found, 1):
            if said.verdict not in shown:
                shown.add(said.verdict)
                parts.append(f"first {said.verdict}, program {number}:\n{said}")
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.text()


def tagged_programs(
    task: TaskLike,
    order: str = "length",
    machine: Machine | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
    classifier: Classifier | None = None,
    n: int | None = None,
) -> TaggedPrograms:
    """Return every minimal program of a task, classified.

    Arguments and errors are those of `enumerate_programs`; by default the definitions are those of
    `classifier_for`.

    >>> from mesacircuits.tasks import machine_for, parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> tagged_programs(task, machine=machine_for(task, "oracle")).named["search-like"]
    1
    """
    result = enumerate_programs(task, order, machine, effort, cap, n)
    chosen = classifier or classifier_for(result.task)
    return TaggedPrograms(result, chosen, tuple(named_tags(result.minima, result.task, chosen)))


@dataclass(frozen=True)
class TaggedFront:
    """The front of a task's programs, each point with what its programs are classified as."""

    front: ProgramFront
    found: tuple[tuple[Classification, ...], ...]

    def names(self, place: int) -> dict[str, int]:
        """Return how many programs of a point bear each name."""
        return named_counts(self.found[place])

    def to_json(self) -> dict[str, Any]:
        """Return the front as JSON values, with the names of each point's programs."""
        record = self.front.to_json()
        for place, point in enumerate(record["points"]):
            point["named"] = self.names(place)
        return record

    def text(self, listed: int | None = 1) -> str:
        """Return the front as printed, with so many programs of each point, or all."""
        front = self.front
        lines = [
            wrapped(
                f"front of {front.task}, programs of at most {counted(front.cap, 'instruction')}"
            ),
            wrapped(f"machine {front.machine}", hanging="  "),
        ]
        if front.cut is not None:
            lines.append("the budget ended: other programs may lie before these")
            lines += front.cut.lines()
        elif not front.complete:
            lines.append("longer programs were not looked at, and might lie before some of these")
        lines += ["", self._points(), "", self._hull()]
        for place, point in enumerate(front.points):
            lines += self._listings(place, point, listed)
        return "\n".join(lines)

    def _points(self) -> str:
        rows = [
            (
                str(p.bits),
                str(p.time),
                *((p.queries,) if self.front.with_queries else ()),
                len(p.programs),
                ", ".join(f"{n} {name}" for name, n in self.names(place).items()),
            )
            for place, p in enumerate(self.front.points)
        ]
        asked = ("queries",) if self.front.with_queries else ()
        return plain_table(("bits", self.front.time, *asked, "programs", "named"), rows)

    def _hull(self) -> str:
        rows = [
            (
                str(p.low),
                "all" if p.high is None else str(p.high),
                str(p.point.bits),
                str(p.point.time),
            )
            for p in self.front.hull
        ]
        head = "least under bits + lambda * time:\n"
        return head + plain_table(("lambda from", "to", "bits", "time"), rows, "  ")

    def _listings(self, place: int, point: FrontPoint, listed: int | None) -> list[str]:
        lines = []
        for minimum, said in list(zip(point.programs, self.found[place], strict=True))[:listed]:
            lines += ["", f"{bits_text(point.bits)}, time {point.time}: {said.named}"]
            code = str(minimum.program).splitlines()[1:]
            lines += [wrapped(line, "  ", "    ") for line in code]
        return lines

    def __str__(self) -> str:
        return self.text()


def tagged_front(front: ProgramFront, classifier: Classifier | None = None) -> TaggedFront:
    """Return a front with its programs classified, by default by `classifier_for`.

    >>> from mesacircuits.enumeration.programs import program_front
    >>> tagged_front(program_front("argmax(candidates=3)", cap=2)).names(0)
    {'lookup-table': 1}
    """
    chosen = classifier or classifier_for(front.task)
    return TaggedFront(
        front, tuple(tuple(named_tags(p.programs, front.task, chosen)) for p in front.points)
    )


@dataclass(frozen=True)
class ProgramGrid:
    """The fronts of bits and time of tasks, on each machine of a grid, with what programs are.

    Attributes:
        fronts: for each task and machine its text, and the front with its programs classified.
        objective_gates: dial c of search-like: how many instructions an evaluation costs at least.
        left_open: tasks and machines whose search the budget ended.
    """

    fronts: tuple[tuple[str, TaggedFront], ...]
    objective_gates: int
    left_open: tuple[tuple[str, str], ...]

    @property
    def exhaustive(self) -> bool:
        """Whether no search was ended by the budget."""
        return not self.left_open

    def to_json(self) -> dict[str, Any]:
        """Return the fronts as JSON values."""
        return {
            "objective_gates": self.objective_gates,
            "fronts": [front.to_json() | {"task": name} for name, front in self.fronts],
            "left_open": [list(pair) for pair in self.left_open],
        }

    def __str__(self) -> str:
        lines = []
        heads = ("machine", "bits", "time", "least from", f"named, c = {self.objective_gates}")
        # Tasks of equal fronts are one table.
        alike: dict[tuple[tuple[str, ...], ...], list[str]] = {}
        for task in dict.fromkeys(name for name, _ in self.fronts):
            rows: list[tuple[str, ...]] = []
            for tagged in (front for name, front in self.fronts if name == task):
                machine = tagged.front.machine
                short = f"{machine.variant} R={machine.registers} w={machine.width}"
                least = {id(p.point): str(p.low) for p in tagged.front.hull}
                for place, point in enumerate(tagged.front.points):
                    named = ", ".join(f"{n} {tag}" for tag, n in tagged.names(place).items())
                    begins = least.get(id(point), "-")
                    rows.append((short, str(point.bits), str(point.time), begins, named))
            alike.setdefault(tuple(rows), []).append(task)
        for table, tasks in alike.items():
            lines.append(f"{wrapped('; '.join(tasks))}\n{plain_table(heads, table)}")
        ended = [f"{name}, {machine}: the budget ended" for name, machine in self.left_open]
        lines += [wrapped(line, hanging="  ") for line in ended]
        known = [f for _, f in self.fronts if not f.front.complete]
        if known:
            cap = counted(known[0].front.cap, "instruction")
            listed = sorted({f"{f.front.task} ({f.front.machine.variant})" for f in known})
            said = f"programs of more than {cap} were not looked at: {', '.join(listed)}"
            lines.append(wrapped(said, hanging="  "))
        return "\n\n".join(lines)


def program_grid(
    universe: Universe | str,
    operations: Sequence[str] = ("fair", "oracle"),
    registers: Sequence[int] = (4,),
    widths: Sequence[int | None] = (None,),
    effort: Effort | None = None,
    cap: int | None = None,
    objective_gates: int = 0,
    charge: str | None = None,
) -> ProgramGrid:
    """Return the front of (bits, time) of each task on each machine of a grid, tagged.

    Arguments:
        universe: tasks, or the text that names them.
        operations, registers, widths, charge: the grid (see `machines_of`).
        effort: the means of all searches together.
        cap: the most instructions.
        objective_gates: dial c of search-like; what is loaded costs nothing, so at c = 1 a search
            by the input's own words is none.

    Raises `ArgumentError` for a universe of solvers, or where one task stands for others, of which
    programs are not those of the first; and as `program_front` does.

    >>> grid = program_grid("satisfying(candidates=3)", ("fair", "oracle-search"))
    >>> [(f.front.machine.variant, f.front.points[0].bits, f.names(0)) for _, f in grid.fronts][1]
    ('oracle-search', 22, {'lookup-table': 1})
    """
    effort = effort or Effort()
    chosen = parse_universe(universe) if isinstance(universe, str) else universe
    chosen.refuse_moved()
    pairs = [
        (name, task, machine)
        for name, task in chosen.listed()
        for machine in machines_of(task, operations, registers, widths, charge)
    ]
    fronts, left_open = [], []
    for place, (name, task, machine) in enumerate(pairs):
        share = effort.share(len(pairs) - place)
        front = program_front(task, machine, share, cap, with_queries=False)
        if not front.exhaustive:
            left_open.append((name, str(machine)))
            continue
        fronts.append((name, tagged_front(front, classifier_for(task, objective_gates))))
    return ProgramGrid(tuple(fronts), objective_gates, tuple(left_open))


@dataclass(frozen=True)
class ProgramRuns:
    """The turns of a program on all inputs of a task's support.

    Attributes:
        program, task: what was run on what.
        turns: one for each input of the support, ascending.
        acceptable: for each whether its word is acceptable; where words are judged jointly, None.
    """

    program: Program
    task: Task
    turns: tuple[Run, ...]
    acceptable: tuple[bool | None, ...]

    @property
    def solved(self) -> bool:
        """Whether every turn ends with an acceptable word."""
        return all(self.acceptable)

    def to_json(self) -> dict[str, Any]:
        """Return the runs as JSON values."""
        return {
            "task": str(self.task),
            "program": self.program.to_json(),
            "solved": self.solved,
            "turns": [
                {
                    "input": turn.instance.x,
                    "word": turn.word,
                    "acceptable": good,
                    "time": turn.time,
                    "queries": turn.queries,
                }
                for turn, good in zip(self.turns, self.acceptable, strict=True)
            ],
        }

    def __str__(self) -> str:
        rows = []
        for turn, good in zip(self.turns, self.acceptable, strict=True):
            bits = word_text(turn.instance.x, self.task.inputs)
            word = "never ends" if turn.word is None else str(turn.word)
            rows.append((bits, word, "yes" if good else "no", turn.time, turn.queries))
        verdict = "solves" if self.solved else "does not solve"
        table = plain_table(("input", "word", "acceptable", "time", "queries"), rows)
        return f"{wrapped(f'the program {verdict} {self.task}', hanging='  ')}\n\n{table}"


def program_runs(program: Program, task: Task) -> ProgramRuns:
    """Return the turns of a program on the inputs of a task's support.

    Raises `ArgumentError` for a machine that does not fit the task.

    >>> from mesacircuits.tasks import machine_for, parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> program = Program.parse("0: inc r0; load r1, r0; jz r1, 0", machine_for(task))
    >>> program_runs(program, task).solved
    True
    """
    masks = task.word_masks
    turns, acceptable = [], []
    for x, instance in enumerate(instances_for(program, task)):
        if task.support_bits >> x & 1:
            turn = run_turn(program, instance)
            turns.append(turn)
            good = turn.word is not None and bool(masks[turn.word] >> x & 1)
            acceptable.append(good)
    return ProgramRuns(program, task, tuple(turns), tuple(acceptable))
