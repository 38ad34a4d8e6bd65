"""The claim `recurrence`: is learning through a window the same as learning through state?"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.episode_optimum import best_of_states, best_of_window, optimal_total
from mesacircuits.conjectures.finding import Cell, Finding, Table
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.conjectures.settings import Parameter, Settings
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Episode, EpisodeTask, best_machines, parse_task

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


def _with_bits(text: str, bits: int, effort: Effort) -> str:
    episode = _episode(text)
    if bits < 2:
        return str(best_of_states(episode, 1 << bits, effort).total)
    return str(best_machines(episode, bits).reward)


def _with_window(text: str, window: int, effort: Effort) -> str:
    return str(best_of_window(_episode(text), window, effort))


def _run(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "recurrence 1", settings)
    bits, windows = settings.whole("bits"), settings.whole("window")
    rows: list[tuple[Cell, ...]] = []
    panels = []
    left: list[str] = []
    unequal = []
    for text in settings.texts("tasks"):
        optimum = optimal_total(_episode(text))
        try:
            by_bits = [
                Fraction(kept.part(f"{text} bits {k}", partial(_with_bits, text, k, effort)))
                for k in range(bits + 1)
            ]
            most = windows if text.startswith("weather") else min(windows, 2)
            by_window = [
                Fraction(kept.part(f"{text} window {w}", partial(_with_window, text, w, effort)))
                for w in range(1, most + 1)
            ]
        except BudgetEnded:
            left.append(text)
            continue
        least_bits = next((k for k, v in enumerate(by_bits) if v == optimum), None)
        least_window = next((w for w, v in enumerate(by_window, 1) if v == optimum), None)
        # A window of one observation needs no memory: w - 1 observations have to be kept.
        kept_bits = None if least_window is None else least_window - 1
        if least_bits != kept_bits:
            unequal.append(text)
        rows.append(
            (
                text,
                optimum,
                f"> {bits}" if least_bits is None else least_bits,
                f"> {most}" if least_window is None else least_window,
            )
        )
        rows_of = (
            Series("k bits of state", tuple((k, v / optimum) for k, v in enumerate(by_bits))),
            Series("window of k + 1", tuple((w, v / optimum) for w, v in enumerate(by_window))),
        )
        panels.append(Panel(text, "k", "share of the best", rows_of))
    verdict = Verdict.REFUTED if unequal else Verdict.HELD
    return Finding(
        verdict=verdict if unequal or not left else Verdict.INCONCLUSIVE,
        answer=(
            "in every task a window of w and w - 1 bits of state first do as well as any memory "
            "at the same w."
            if not unequal
            else f"in {len(unequal)} of {len(rows)} tasks a window of w is not w - 1 bits of "
            f"state: {'; '.join(unequal)}."
        ),
        universe=f"{len(rows)} tasks; all machines of up to {bits} bits, windows up to {windows}",
        tables=(
            Table(
                "The best that any memory earns, the least bits of state and the least window (of "
                "observations and the acts between them) that earn as much:",
                ("task", "best", "bits", "window"),
                tuple(rows),
            ),
        ),
        notes=(
            "A window of w observations of one bit is a state of w - 1 bits and what is seen now, "
            "so state does at least as well, but for the first days: a window knows that it is "
            "short, a state of as many bits does not.",
            "Where acts change what is seen, the window holds them too.",
        ),
        left_open=tuple(left),
        plot=Plot(tuple(panels)),
    )


RECURRENCE = Claim(
    name="recurrence",
    topic="worlds and learners",
    claim="A policy that reads a window of the past learns the same as one that keeps a state.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and comments",
    reading=(
        "the least window w such that some policy of the last w observations (and the acts between "
        "them) earns as much as any memory, against the least bits of state k of a machine that "
        "does, in episodes of observations of one bit."
    ),
    question="Is the least window one more than the least number of state bits in every task?",
    blind_to="equal behaviour of machines that are not optimal, and longer episodes",
    control="the best of any memory: exact, dynamic programming over beliefs",
    parameters=(
        Parameter("tasks", _TASKS, "tasks with episodes"),
        Parameter("bits", 2, "most bits of state", least=0, most=2),
        Parameter("window", 5, "greatest window", least=1, most=6),
    ),
    run=_run,
    quick={"tasks": "weather(rung=drifting); weather(rung=sticky)", "bits": 1, "window": 3},
)
