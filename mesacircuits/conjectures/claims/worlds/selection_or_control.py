"""The claim `selection-or-control`: selection tries many and picks; control acts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.worlds.control_survives import goal_worlds
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import (
    CONTROL_LIKE,
    SEARCH_LIKE,
    ControlLike,
    Judgement,
    definition_named,
)
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks import Task, parse_task

__all__ = ["SELECTION_OR_CONTROL", "evaluations"]

_TASKS = (
    "thermostat(levels=4); pursuit; pursuit(kind=grid,course=still); not-all-equal; tt:3:18; "
    "argmax(levels=4); argmax(shared=1,objective=xor)"
)


def evaluations(search: Judgement) -> int:
    """Return how many candidates a circuit evaluates before each act: 0 unless it searches.

    A circuit has no loops, so what it evaluates it evaluates for every act: the groups of its
    witness, one for each candidate.
    """
    return len(search.witness.get("candidates", ())) if search.witness is not None else 0


def _tasks(settings: Settings) -> Iterator[tuple[str, Task]]:
    for dynamics, task in goal_worlds(settings.whole("states")):
        yield "goals " + " ".join("".join(map(str, row)) for row in dynamics), task
    for text in settings.texts("tasks"):
        yield text, parse_task(text)


def _found(settings: Settings, effort: Effort) -> Finding:
    search, basis = definition_named(settings.text("definition")), settings.text("basis")
    inside, control = settings.text("cut") == "inside", ControlLike()
    rows: list[tuple[Cell, ...]] = []
    whole = [0] * 4
    worlds = tasks = 0
    example = None
    for name, task in _tasks(settings):
        if effort.used_up():
            raise BudgetEnded
        tasks += 1
        worlds += task.has_world
        counts: Counter[tuple[bool, bool]] = Counter()
        tried = 0
        minima = enumerate_minima(task, basis, "size", effort).all_found().minima
        for number, circuit in enumerate(minima):
            if not number % 64 and effort.used_up():
                raise BudgetEnded
            searches = search.judge(circuit, task)
            tried = max(tried, evaluations(searches))
            controls = False
            if task.has_world:
                said = control.judge(circuit, task)
                controls = said.holds and not (inside and said.note == "behavioural")
            counts[searches.holds, controls] += 1
            if example is None and controls and searches.holds:
                judges = control, search
                example = Case.judged("both", task, circuit, judges, f"size over {basis}")
        cells = [counts[True, True], counts[True, False], counts[False, True], counts[False, False]]
        whole = [a + b for a, b in zip(whole, cells, strict=True)]
        if counts[True, True] or counts[True, False] or not name.startswith("goals"):
            rows.append((name, minima[0].size, len(minima), *cells, tried))
    both, searching, controlling, _ = whole
    # Where nothing searches and nothing controls there is nothing to be told apart.
    vacuous = not both + searching or not both + controlling
    verdict = Verdict.REFUTED if both else Verdict.HELD
    table = Table(
        "Tasks with a world and choices without; minima that search and control, search alone, "
        "control alone, neither; and the most candidates that one evaluates for each act. Of "
        "worlds with goals those are listed some of whose minima search:",
        ("task", "gates", "minima", "both", "search", "control", "none", "tried"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.VACUOUS if vacuous else verdict,
        answer=(
            f"{both:,} minima are {CONTROL_LIKE} and {SEARCH_LIKE}, {controlling:,} only the "
            f"former, and {searching:,} only the latter."
        ),
        universe=(
            f"all minima of {counted(tasks, 'task')}, {worlds} with a world: all worlds of "
            f"{counted(settings.whole('states'), 'state')} with two goals or more, up to symmetry, "
            f"and a list; {basis}"
        ),
        tables=(table,),
        example=example,
        notes=(
            "A circuit has no loops: what it evaluates, it evaluates for every act that it commits "
            "to; the candidates are the groups of its witness of search.",
            "Control without a world is not defined; in the tasks without one it is not asked.",
        ),
        plot=Plot(
            (
                bar_panel(
                    table,
                    ("both", "search", "control", "none"),
                    "Minima",
                    "share",
                    of="minima",
                ),
            )
        ),
    )


SELECTION_OR_CONTROL = Claim(
    name="selection-or-control",
    topic="worlds and learners",
    claim="Selection tries many and picks; control acts once and never re-does.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and Demski's Selection vs Control",
    reading=(
        "worlds and choices on one axis, the candidates that a minimum evaluates for each act that "
        "it commits to: all worlds of so many states whose policy reads a state and a goal, and a "
        "list of worlds and choices. Selection is search, control an error that a cut inside "
        "carries. If they are two things, no minimum is both."
    ),
    kind=Kind.EXISTENCE,
    keeps="that trying several before an act, and acting on an error, are told apart",
    question="Is no minimum both search-like and control-like?",
    blind_to=(
        "controllers with memory, searches spread over several steps, and candidates that one wire "
        "evaluates in turn"
    ),
    control="minima of the same tasks that are one of the two, or neither: exact, all minima",
    parameters=(
        Parameter("states", 3, "states of a world", least=2, most=4),
        Parameter("tasks", _TASKS, "tasks beside, separated by semicolons", names="task"),
        Parameter(
            "definition", "search-like", "what counts as trying candidates", names="definition"
        ),
        Parameter("cut", "inside", "control by a cut inside, or by any", values=("inside", "any")),
        BASIS,
    ),
    run=Existence(
        _found,
        trend=({"states": 2}, {"states": 3}),
        neighbours=(
            {"definition": "search-like(objective_gates=0)"},
            {"definition": "search-like(objective_gates=2)"},
            {"cut": "any"},
            {"basis": "aig"},
        ),
    ),
    quick={"states": 2, "tasks": "not-all-equal; pursuit"},
)
