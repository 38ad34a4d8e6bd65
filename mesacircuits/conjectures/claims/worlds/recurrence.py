"""The claim `recurrence`: is learning through a window the same as learning through state?"""

from __future__ import annotations

from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.episode_policies import least_states, least_window, optimal_total
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, parse_task

__all__ = ["RECURRENCE"]

_TASKS = (
    "weather(rung=pairs); weather(rung=sticky); weather(rung=streak); weather(rung=drifting); "
    "bandit"
)


def _episode(text: str) -> Episode:
    task = parse_task(text)
    if not isinstance(task, EpisodeTask):
        raise ArgumentError("tasks", "tasks with episodes", text)
    return task.episode


def _part(text: str, settings: Settings, effort: Effort) -> list[int | None]:
    """Return the least states of an optimal machine, and the least window of an optimal policy."""
    episode = _episode(text)
    return [
        least_states(episode, settings.whole("states"), effort),
        least_window(episode, settings.whole("window"), effort=effort),
    ]


def _run(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "recurrence 2", settings)
    most, windows = settings.whole("states"), settings.whole("window")
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    unequal = []
    for text in settings.texts("tasks"):
        try:
            states, window = kept.part(text, partial(_part, text, settings, effort))
        except BudgetEnded:
            left.append(text)
            continue
        if states is None and window is None:
            left.append(
                f"{text}: more than {counted(most, 'state')} and a window of more than {windows}"
            )
            continue
        # The present observation is not remembered.
        past = None if window is None else window - 1
        bits = None if states is None else (states - 1).bit_length()
        if bits != past:
            unequal.append(text)
        shown = f"> {(most - 1).bit_length()}" if bits is None else bits
        rows.append(
            (
                text,
                optimal_total(_episode(text)),
                f"> {most}" if states is None else states,
                shown,
                f"> {windows - 1}" if past is None else past,
            )
        )
    table = Table(
        "The best that any memory earns; to earn as much: the least states of a machine, as bits, "
        "and the least past observations (with the acts after them) that a policy has to see:",
        ("task", "best", "states", "bits", "past"),
        tuple(rows),
    )
    verdict = Verdict.REFUTED if unequal else Verdict.HELD
    return Finding(
        verdict=verdict if unequal or not left else Verdict.INCONCLUSIVE,
        answer=(
            "in every task an optimal policy has to see as many past observations as an optimal "
            "machine needs bits of state."
            if not unequal
            else f"in {len(unequal)} of {counted(len(rows), 'task')} the past observations "
            "that an optimal "
            f"policy has to see are not as many as the bits of state of an optimal machine: "
            f"{'; '.join(unequal)}."
        ),
        universe=(
            f"{counted(len(settings.texts('tasks')), 'task')}; all machines of up "
            f"to {counted(most, 'state')}, all "
            f"policies of a window of up to {windows} observations"
        ),
        tables=(table,),
        notes=(
            "Past observations of one bit can be kept in as many bits of state, but for the first "
            "steps: a window knows that it is short, a state of as many bits does not.",
            "A machine need not keep what it saw, only what follows from it; and it may count, "
            "which no window does.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (bar_panel(table, ("bits", "past"), "What optimal policies remember", "number"),)
        ),
    )


RECURRENCE = Claim(
    name="recurrence",
    topic="worlds and learners",
    claim="A policy that reads a window of the past learns the same as one that keeps a state.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and comments",
    reading=(
        "the least number w of past observations (with the acts after them) such that some policy "
        "that sees them and the present one earns as much as any memory, against the least bits of "
        "state of a machine that does, in episodes of observations of one bit."
    ),
    question="Is w the least number of state bits in every task?",
    blind_to="equal behaviour of machines that are not optimal, and longer episodes",
    control="the best of any memory: exact, dynamic programming over beliefs",
    parameters=(
        Parameter("tasks", _TASKS, "tasks with episodes", names="task"),
        Parameter("states", 8, "most states of an optimal machine", least=1, most=16),
        Parameter("window", 6, "greatest window, the present included", least=1, most=8),
    ),
    run=_run,
    quick={"tasks": "weather(rung=drifting); weather(rung=pairs); bandit"},
)
