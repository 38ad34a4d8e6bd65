"""The claim `look-ahead`: learned look-ahead is found inside networks."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.worlds.control_survives import goal_worlds
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks import Task, parse_task

__all__ = ["LOOK_AHEAD"]

_TASKS = "maze; pursuit; pursuit(sight=3); thermostat(levels=4)"


def _tasks(settings: Settings) -> Iterator[tuple[str, Task]]:
    for text in settings.texts("tasks"):
        yield text, parse_task(text)
    for _, task in goal_worlds(settings.whole("states")):
        yield "worlds with goals", task


def _found(settings: Settings, effort: Effort) -> Finding:
    definition, basis = definition_named(settings.text("definition")), settings.text("basis")
    counts: dict[str, list[int]] = {}
    example = None
    for name, task in _tasks(settings):
        if effort.used_up():
            raise BudgetEnded
        found = enumerate_minima(
            task, basis, "size", effort, within=settings.whole("within")
        ).all_found()
        row = counts.setdefault(name, [0, 0, 0, 0])
        row[0] += 1
        row[1] += len(found.minima)
        for number, circuit in enumerate(found.minima):
            if not number % 64 and effort.used_up():
                raise BudgetEnded
            said = definition.judge(circuit, task)
            row[2] += said.score is not None
            row[3] += said.holds
            if said.holds and example is None:
                example = Case.judged("found", task, circuit, (definition,), f"size over {basis}")
    solvers, judged, tagged = (sum(row[i] for row in counts.values()) for i in (1, 2, 3))
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, *row) for name, row in counts.items())
    table = Table(
        "Worlds, their solvers, those that the definition applies to (the target is more than a "
        f"step away), and those that are {definition.tag}:",
        ("task", "worlds", "solvers", "judged", "tagged"),
        rows,
    )
    verdict = Verdict.HELD if tagged else Verdict.REFUTED
    return Finding(
        verdict=verdict if judged else Verdict.VACUOUS,
        answer=(
            f"of {counted(judged, 'solver')} of worlds whose target is more than a step away "
            f"{tagged} {'is' if tagged == 1 else 'are'} {definition.tag}."
        ),
        universe=(
            f"all minima of {counted(sum(row[0] for row in counts.values()), 'world')}, {basis}; "
            f"{counted(solvers, 'solver')}"
        ),
        tables=(table,),
        example=example,
        notes=(
            "Look-ahead: some gate holds the action after the next step, and the present action is "
            "chosen for its sake (see the definition).",
            "The claim was made of networks that were trained on chess; here everything that is "
            "least is looked at, in worlds of few states.",
        ),
        plot=Plot((bar_panel(table, ("tagged",), "Look-ahead", "share", of="judged"),)),
    )


LOOK_AHEAD = Claim(
    name="look-ahead",
    topic="worlds and learners",
    claim="Learned look-ahead is found inside networks that play well.",
    source="after Jenner et al. 2024, Evidence of Learned Look-Ahead in a Chess-Playing Network",
    reading=(
        "all minimal solvers of mazes, pursuits, thermostats and of all worlds of so many states "
        "whose policy reads a state and a goal: does some hold its next action in a gate, and "
        "choose the present one for its sake?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that looking ahead is something inside, which may be found by setting wires",
    question="Is some minimal solver of these worlds look-ahead?",
    blind_to="solvers that are trained and not least, and worlds where looking ahead is worth more",
    control="all minima of the same worlds: exact",
    parameters=(
        Parameter("tasks", _TASKS, "tasks with a world, separated by semicolons", names="task"),
        Parameter("states", 3, "states of the worlds with goals", least=2, most=4),
        Parameter("within", 0, "circuits of so many more gates count, too", least=0, most=1),
        Parameter("definition", "look-ahead", "what is looked for", names="definition"),
        BASIS,
    ),
    run=Existence(_found, trend=({"states": 2}, {"states": 3}), neighbours=({"basis": "aig"},)),
    quick={"tasks": "maze; pursuit", "states": 2},
)
