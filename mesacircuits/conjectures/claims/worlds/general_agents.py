"""The claim `general-agents`: agents that meet many goals contain a model of their world."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks.world import Dynamics, all_dynamics

__all__ = ["GENERAL_AGENTS", "is_connected", "optimal_masks"]

_ONE, _SETS = "states", "sets"
_CONNECTED, _ANY = "controlled", "all"


def optimal_masks(dynamics: Dynamics, horizon: int, goals: tuple[int, ...]) -> list[int]:
    """Return which acts are optimal for each time left, state and goal, as bits over two acts.

    A goal is a set of states, as bits, to be in after exactly so many steps; optimal is an act
    after which that can be reached, or any if it cannot.

    >>> optimal_masks(((0, 1), (1, 1)), 1, (0b01, 0b10))
    [1, 2, 3, 3]
    """
    found = []
    can = {goal: [bool(goal >> s & 1) for s in range(len(dynamics))] for goal in goals}
    for _ in range(horizon):
        after = {}
        for goal in goals:
            after[goal] = [any(can[goal][t] for t in row) for row in dynamics]
        for row in dynamics:
            for goal in goals:
                mask = sum(can[goal][t] << act for act, t in enumerate(row))
                found.append(mask or 3)
        can = after
    return found


def is_connected(dynamics: Dynamics) -> bool:
    """Return whether every state can be reached from every other.

    >>> is_connected(((0, 1), (0, 1))), is_connected(((0, 1), (1, 1)))
    (True, False)
    """
    for start in range(len(dynamics)):
        found = {start}
        while more := {t for s in found for t in dynamics[s]} - found:
            found |= more
        if len(found) < len(dynamics):
            return False
    return True


def _found(settings: Settings, effort: Effort) -> Finding:
    import numpy as np

    states, most = settings.whole("states"), settings.whole("horizon")
    sets = settings.text("goals") == _SETS
    goals = tuple(range(1, (1 << states) - 1)) if sets else tuple(1 << s for s in range(states))
    worlds = [
        world
        for world in all_dynamics(states, 2)
        if settings.text("worlds") == _ANY
        or (is_connected(world) and all(a != b for a, b in world))
    ]
    masks = np.array([optimal_masks(w, most, goals) for w in worlds], dtype=np.uint8)
    flat = np.array(worlds).reshape(len(worlds), -1)
    per_step = states * len(goals)
    # By horizon: worlds that no other shares an optimal policy with, and pairs that share one; and
    # of all entries (what follows on a state and an act) those that are equal in all that do.
    alone, shared = [0] * most, [0] * most
    entries = [0] * most
    with effort.bar("worlds", len(worlds)) as bar:
        for place in range(len(worlds)):
            if effort.used_up():
                raise BudgetEnded
            meets = (masks & masks[place]) != 0
            compatible = np.ones(len(worlds), dtype=bool)
            for step in range(most):
                compatible &= meets[:, step * per_step : (step + 1) * per_step].all(axis=1)
                others = int(compatible.sum()) - 1
                alone[step] += not others
                shared[step] += others
                entries[step] += int((flat[compatible] == flat[place]).all(axis=0).sum())
            bar.advance()
    count, pairs = len(worlds), len(worlds) * (len(worlds) - 1) // 2
    rows: list[tuple[Cell, ...]] = [
        (
            step + 1,
            alone[step],
            Fraction(alone[step], count),
            pairs - shared[step] // 2,
            Fraction(entries[step], count * 2 * states),
        )
        for step in range(most)
    ]
    whole = next((row[0] for row in rows if row[1] == count), None)
    series = (
        Series(
            "worlds determined",
            tuple((i + 1, row[2]) for i, row in enumerate(rows)),  # type: ignore[misc]
            "points",
        ),
        Series(
            "transitions determined",
            tuple((i + 1, row[4]) for i, row in enumerate(rows)),  # type: ignore[misc]
            "points",
        ),
    )
    return Finding(
        verdict=Verdict.REFUTED if whole is None else Verdict.HELD,
        answer=(
            f"at horizon {most} optimal policies determine {alone[-1]:,} of "
            f"{counted(count, 'world')}, and {float(rows[-1][4]):.4f} of what follows on a state "  # type: ignore[arg-type]
            f"and an act; horizon 1 determines {alone[0]:,}."
        ),
        universe=(
            f"{counted(count, 'world')}, {settings.text('worlds')}, of "
            f"{counted(states, 'state')} and 2 actions, goals: all {settings.text('goals')}, "
            f"horizons up to {most}"
        ),
        tables=(
            Table(
                "By horizon (a policy is told the goal and the time left, and is optimal for all "
                "goals and times up to it): worlds whose optimal policies are optimal in no other "
                "world, their share; pairs of worlds that share no optimal policy; and the share "
                "of entries that are the same in all worlds with a policy in common:",
                ("horizon", "determined", "share", "pairs apart", "entries"),
                tuple(rows),
            ),
        ),
        notes=(
            "Two worlds share an optimal policy iff for every state, goal and time left some act "
            "is optimal in both. Whoever sees such a policy cannot tell which world it is for.",
            "A world whose acts do the same in every state accepts every policy. With such worlds "
            "among them (`worlds=all`) nothing can be determined, which is no finding.",
            "What an act does is seen where some goal needs it; where the other act serves all "
            "goals as well, no policy need use it.",
        ),
        plot=Plot((Panel("What optimal policies tell", "horizon", "share", series, most=1),)),
    )


GENERAL_AGENTS = Claim(
    name="general-agents",
    topic="worlds and learners",
    claim="Agents that meet many goals contain a model of their world.",
    source="after Richens et al. 2025, General agents contain world models",
    reading=(
        "all deterministic worlds of so many states each of which can be reached from each, and "
        "in each of which the acts lead apart. A policy is told a goal and the time left, and is "
        "optimal for all goals up to a horizon: does it determine what follows on every state and "
        "act, that is, is it optimal in no other such world?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that the world can be read off a policy that meets many goals",
    question="Is there a horizon from which every optimal policy of every world determines it?",
    blind_to=(
        "goals that name acts, and sequences of goals, which the theorem of the source makes use "
        "of; noise, and policies that are nearly optimal"
    ),
    control="all other worlds of as many states: exact",
    parameters=(
        Parameter("states", 3, "states of a world", least=2, most=3),
        Parameter("horizon", 6, "the longest time left", least=1, most=12),
        Parameter(
            "goals",
            _SETS,
            "goals: single states, or sets of states, to be in at the end",
            values=(_ONE, _SETS),
        ),
        Parameter(
            "worlds",
            _CONNECTED,
            "those whose states are reached from each other, and whose acts lead apart; or all",
            values=(_CONNECTED, _ANY),
        ),
    ),
    run=Existence(
        _found,
        trend=({"states": 2}, {"states": 3}),
        neighbours=({"goals": _ONE}, {"worlds": _ANY}, {"horizon": 3}, {"horizon": 10}),
    ),
    quick={"states": 2},
)
