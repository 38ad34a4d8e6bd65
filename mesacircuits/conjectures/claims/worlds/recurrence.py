"""The claim `recurrence`: is learning through a window the same as learning through state?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.episode_policies import least_states, least_window
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, parse_task

__all__ = ["RECURRENCE"]

_TASKS = (
    "weather(rung=pairs); weather(rung=sticky); weather(rung=streak); weather(rung=drifting); "
    "bandit"
)
_ALONE, _ACTS = "observations", "acts"


def _found(settings: Settings, effort: Effort) -> Finding:
    most, alone = settings.whole("states"), settings.text("sees") == _ALONE
    lengths = sorted({*settings.wholes("steps")})
    rows: list[tuple[Cell, ...]] = []
    growing: list[str] = []
    series: list[Series] = []
    for text in settings.texts("tasks"):
        task = parse_task(text)
        if not isinstance(task, EpisodeTask):
            raise ArgumentError("tasks", "tasks with episodes", text)
        found = []
        for steps in lengths:
            episode = replace(task.episode, length=steps)
            states = least_states(episode, most, effort)
            # The whole episode always suffices.
            windows = [least_window(episode, steps, acts, effort) for acts in (False, True)]
            found.append((states, *windows))
            shown = f"> {most}" if states is None else states
            rows.append((text, steps, shown, *windows))
        judged = [(states, window if alone else other) for states, window, other in found]
        if all(a[0] == b[0] and (a[1] or 0) < (b[1] or 0) for a, b in pairwise(judged[-2:])):
            growing.append(text)
        points = tuple((steps, found[i][1] or 0) for i, steps in enumerate(lengths))
        series.append(Series(text, points))
    few = "what was seen alone" if alone else "what was seen and done"
    return Finding(
        verdict=Verdict.REFUTED if growing else Verdict.HELD,
        answer=(
            f"in {len(growing)} of {counted(len(series), 'task')} the window of {few} that an "
            "optimal policy needs grows with the episode, and the states of an optimal machine do "
            f"not{': ' + ', '.join(growing) if growing else ''}."
        ),
        universe=(
            f"{counted(len(series), 'task')} of {', '.join(map(str, lengths))} steps; all windows, "
            f"all machines of up to {counted(most, 'state')}"
        ),
        tables=(
            Table(
                "Least states of an optimal machine, and the least window of an optimal policy, "
                "the present observation counted: of observations alone, and with its own acts "
                "between them:",
                ("task", "steps", "states", "window", "with acts"),
                tuple(rows),
            ),
        ),
        notes=(
            "A window that holds the policy's own acts holds what the policy chose to write there: "
            "it is a channel from step to step, and a kind of state.",
            "That pairs need the whole episode is proved for all lengths, see below.",
        ),
        plot=Plot(
            (
                Panel(
                    "What a policy without state has to see",
                    "steps of an episode",
                    "least window of observations",
                    tuple(series),
                ),
            )
        ),
    )


RECURRENCE = Claim(
    name="recurrence",
    topic="worlds and learners",
    claim="A policy that reads a window of the past learns the same as one that keeps a state.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and comments",
    reading=(
        "the least number of last observations such that some policy that sees them, and nothing "
        "of its own acts, earns as much as any memory; against the least states of a machine that "
        "does; as episodes grow longer."
    ),
    kind=Kind.EXISTENCE,
    keeps="that both are memory, and may be used for the same",
    question="Does a window of fixed length do in every task where a fixed number of states does?",
    blind_to="policies that are not optimal, and the cost of reading a window",
    control="the best of any memory: exact, dynamic programming over beliefs",
    theorems=(
        "In weather(rung=pairs) of T days every optimal policy that sees observations alone needs "
        "a window of all T, for every T of at least 2, where two states are enough.",
    ),
    parameters=(
        Parameter("tasks", _TASKS, "tasks with episodes", names="task"),
        Parameter("steps", (3, 4, 5), "steps of an episode", least=2, most=10),
        Parameter(
            "sees",
            _ALONE,
            "what a window holds: observations alone, or acts between them",
            values=(_ALONE, _ACTS),
        ),
        Parameter("states", 5, "most states of an optimal machine", least=1, most=16),
    ),
    run=Existence(
        _found,
        trend=({"tasks": "weather(rung=pairs)", "steps": (6, 8, 10)},),
        neighbours=({"sees": _ACTS}, {"tasks": "bandit"}, {"steps": (3, 4)}),
    ),
    quick={"tasks": "weather(rung=pairs); bandit"},
)
