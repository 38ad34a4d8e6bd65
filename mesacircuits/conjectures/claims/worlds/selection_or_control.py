"""The claim `selection-or-control`: selection tries many and picks; control acts once."""

from __future__ import annotations

from dataclasses import dataclass

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import (
    CONTROL_LIKE,
    SEARCH_LIKE,
    UNCLASSIFIED,
    ControlLike,
    Definition,
    Judgement,
    LookupTable,
    definition_named,
)
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import Member, parse_universe
from mesacircuits.tables import counted, reached

__all__ = ["SELECTION_OR_CONTROL", "evaluations"]

_WORLDS = (
    "thermostat(levels=2)",
    "thermostat(levels=4)",
    "pursuit(course=still)",
    "pursuit",
    "pursuit(sight=3)",
    "pursuit(kind=grid,course=still)",
)


def evaluations(search: Judgement) -> int:
    """Return how many candidates a circuit evaluates before each act: 0 unless it searches.

    A circuit has no loops, so what it evaluates it evaluates for every act: the groups of its
    witness, one for each candidate.
    """
    return len(search.witness.get("candidates", ())) if search.witness is not None else 0


@dataclass(frozen=True)
class _Controllers:
    """The minimal controllers of a world, judged; the first of them if the budget ended."""

    member: Member
    judged: tuple[tuple[Judgement, Judgement, Judgement], ...]

    def count(self, place: int) -> int:
        return sum(said[place].holds for said in self.judged)

    @property
    def behavioural(self) -> int:
        """Controllers whose only cut is at the outputs."""
        return sum(said[0].holds and said[0].note == "behavioural" for said in self.judged)

    @property
    def most_tried(self) -> int:
        """The most candidates that a controller evaluates before an act."""
        return max((evaluations(said[1]) for said in self.judged), default=0)

    @property
    def row(self) -> tuple[Cell, ...]:
        untagged = sum(not any(j.holds for j in said) for said in self.judged)
        return (
            self.member.name,
            self.member.size,
            len(self.judged),
            self.count(0),
            self.behavioural,
            self.count(1),
            self.count(2),
            untagged,
            self.most_tried,
        )

    def exception(self) -> Circuit | None:
        """Return the first controller that is not control-like, or is search-like."""
        for circuit, said in zip(self.member.solvers, self.judged, strict=False):
            if said[1].holds or not said[0].holds:
                return circuit
        return None


def _run(settings: Settings, effort: Effort) -> Finding:
    search = definition_named(settings.text("definition"))
    basis = settings.text("basis")
    definitions: tuple[Definition, ...] = (ControlLike(), search, LookupTable())
    found: list[_Controllers] = []
    left_open: list[str] = []
    whole = 0
    universe = parse_universe(settings.text("worlds"))
    for name, task in universe.tasks:
        if not task.has_world:
            raise ArgumentError("worlds", "tasks with a world", name)
    for member in universe.members(basis, "size", effort):
        if not isinstance(member, Member):
            left_open.append(str(member))
            continue
        judged = []
        for solver in member.solvers:
            if effort.used_up():
                break
            judged.append(_three([d.judge(solver, member.task) for d in definitions]))
        if len(judged) < len(member.solvers):
            minima = counted(len(member.solvers), "minimum", "minima")
            left_open.append(f"{member.name}: {len(judged):,} of {minima} judged")
        else:
            whole += 1
        if judged or not member.solvers:
            found.append(_Controllers(member, tuple(judged)))
    exceptions = [(one.member, circuit) for one in found if (circuit := one.exception())]
    total = sum(len(one.judged) for one in found)
    control, searching = (sum(one.count(place) for one in found) for place in (0, 1))
    example = None
    if exceptions:
        verdict = Verdict.REFUTED
        member, circuit = exceptions[0]
        example = Case.judged(
            "smallest exception", member.task, circuit, definitions, f"size over {basis}"
        )
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
        for one in found:
            example = Case.judged(
                "first",
                one.member.task,
                one.member.solvers[0],
                definitions,
                f"size over {basis}",
            )
            break
    answer = (
        f"of {counted(total, 'minimal controller')} {control:,} are {CONTROL_LIKE} "
        f"and {searching:,} are {SEARCH_LIKE}."
    )
    heads = ("world", "size", "minima", "control", "at out", "search", "table", "none", "tried")
    table = Table(
        "Controllers with each tag (at out: those of control with no cut but the outputs), and the "
        "most candidates that one evaluates per act:",
        heads,
        tuple(one.row for one in found),
    )
    shown = ("control", "search", "table", "none")
    return Finding(
        verdict=verdict,
        answer=answer,
        universe=(
            f"all minimal controllers of {reached(whole, len(universe.tasks), 'world')}, {basis}"
        ),
        tables=(table,),
        example=example,
        notes=(
            f"none: {UNCLASSIFIED}. A controller may have several tags.",
            "tried: candidates evaluated before each committed act. A witness of search has one "
            "group of wires per candidate; without one nothing is tried.",
        ),
        left_open=tuple(left_open),
        plot=Plot((bar_panel(table, shown, "Minimal controllers", "share", of="minima"),)),
    )


def _three(said: list[Judgement]) -> tuple[Judgement, Judgement, Judgement]:
    control, search, table = said
    return control, search, table


SELECTION_OR_CONTROL = Claim(
    name="selection-or-control",
    topic="worlds and learners",
    claim="Selection tries many and picks; control acts once and never re-does.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "thermostats, and missiles that pursue a target along a line or on a grid (the examples of "
        "control): all minimal controllers of each, tagged; what a controller tries before it acts "
        "is the number of candidates in its witness of search."
    ),
    question="Is every minimum control-like, and none search-like?",
    blind_to=(
        "controllers with memory, searches spread over several steps, and candidates that one "
        "wire evaluates in turn"
    ),
    parameters=(
        Parameter(
            "worlds", "; ".join(_WORLDS), "world tasks, separated by semicolons", names="task"
        ),
        Parameter(
            "definition", "search-like", "what counts as trying candidates", names="definition"
        ),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={"worlds": "; ".join(_WORLDS[:1])},
)
