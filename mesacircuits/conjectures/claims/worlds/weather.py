"""The claim `weather`: a good conditional model grows into a learner as the world drifts."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import best_of_states, least_states, optimal_total
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, task_named

__all__ = ["WEATHER", "episode_of"]

_RUNGS = "pairs; sticky; streak; drifting"


def episode_of(rung: str, steps: int) -> Episode:
    """Return an episode of the library's weather, on this rung of the ladder."""
    task = task_named("weather", rung=rung, steps=steps)
    assert isinstance(task, EpisodeTask)
    return task.episode


def _part(rung: str, settings: Settings, effort: Effort) -> list[str | int | None]:
    """Return the least states of an optimal machine, and what few states earn at most."""
    episode = episode_of(rung, settings.whole("steps"))
    least = least_states(episode, settings.whole("states"), effort)
    totals = [
        str(best_of_states(episode, states, effort).total)
        for states in range(1, settings.whole("totals") + 1)
    ]
    return [least, *totals]


def _run(settings: Settings, effort: Effort) -> Finding:
    steps, most = settings.whole("steps"), settings.whole("states")
    kept = KeptParts(effort, "weather 2", settings)
    rungs = settings.texts("rungs")
    rows: list[tuple[Cell, ...]] = []
    ladder: list[int] = []
    said: list[str] = []
    left: list[str] = []
    series = []
    for rung in rungs:
        try:
            least, *texts = kept.part(rung, partial(_part, rung, settings, effort))
        except BudgetEnded:
            left.append(rung)
            continue
        optimum = optimal_total(episode_of(rung, steps))
        totals = [Fraction(text) for text in texts]
        shown = least if least is not None else f"> {most}"
        # What is not reached counts as more than was tried.
        ladder.append(least if least is not None else most + 1)
        said.append(f"{rung} {shown}")
        rows.append((rung, optimum, *totals, shown))
        points = {states: total / optimum for states, total in enumerate(totals, 1)}
        if least is not None:
            points[least] = Fraction(1)
        series.append(Series(rung, tuple(sorted(points.items()))))
    rises = all(a <= b for a, b in itertools.pairwise(ladder)) and ladder[:1] < ladder[-1:]
    verdict = Verdict.HELD if rises else Verdict.REFUTED
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left else verdict,
        answer=f"least states of an optimal predictor: {', '.join(said)}.",
        universe=(
            f"{counted(len(rungs), 'climate')}, {counted(steps, 'day')}; all machines "
            f"of up to {counted(most, 'state')}"
        ),
        tables=(
            Table(
                "Expected right forecasts: of the best rule with any memory, of the best machines "
                "of so many states, and the least states that reach the best:",
                (
                    "climate",
                    "best",
                    *(f"{s}" for s in range(1, settings.whole("totals") + 1)),
                    "least",
                ),
                tuple(rows),
            ),
        ),
        notes=(
            "best: the Bayes filter, by dynamic programming over beliefs, exact.",
            "pairs: rain comes in twos; sticky: tomorrow is as today with probability 3/4; "
            "streak: until it has lasted three days; drifting: a hidden rule, as today or the "
            "opposite, that changes with probability 1/4.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Forecasting with so many states",
                    "states of the machine",
                    "share of the best",
                    tuple(series),
                ),
            )
        ),
    )


WEATHER = Claim(
    name="weather",
    topic="worlds and learners",
    claim="A good conditional model of the weather grows into a learner as the world drifts.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "a ladder of climates: rain in pairs, sticky, dependent on the length of a streak, and "
        "with a hidden rule that drifts. On each rung the least number of states of a machine "
        "that forecasts as well as is possible at all."
    ),
    question="Does the least number of states never fall along the ladder, and rise in all?",
    blind_to="which states a machine has, and forecasts of more than a day",
    control="the best rule with any memory, and machines of few states: exact, all machines",
    parameters=(
        Parameter("rungs", _RUNGS, "climates, in the order of the ladder", names="words"),
        Parameter("steps", 6, "days of an episode", least=2, most=8),
        Parameter("states", 8, "most states of an optimal machine", least=1, most=16),
        Parameter("totals", 3, "list what so many states earn", least=1, most=3),
    ),
    run=_run,
    quick={"states": 4, "totals": 2, "steps": 4},
)
