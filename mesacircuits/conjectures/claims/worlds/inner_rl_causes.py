"""The claim `inner-rl-causes`: sparse outer reward, or a slow outer rate, invite a learner."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import OWN_TAG, RANDOM_TAG, Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import acts_of_many, all_machines, yoked_of_many
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, rewards_of_many, task_named

__all__ = ["INNER_RL_CAUSES", "bandit_of", "climbed"]

Rewards = tuple[tuple[Fraction, ...], ...]

_SPARSE, _SLOW, _BOTH = "sparse", "slow", "both"
_SWITCHING = "switching"


def bandit_of(steps: int, good: Fraction, first: Fraction) -> Episode:
    """Return a bandit whose arms pay with probability `good` and 1 - good; arm 1 is the good one
    with probability `first`.

    >>> bandit_of(3, Fraction(3, 4), Fraction(1, 2)).length
    3
    """
    # Asked for with some reward, so that no machine is searched for.
    task = task_named("bandit", steps=steps, good=good, bad=1 - good, first=first, least=0)
    assert isinstance(task, EpisodeTask)
    return task.episode


@lru_cache(maxsize=64)
def _machines(
    steps: int, states: int, good: Fraction, first: Fraction
) -> tuple[Rewards, Rewards, Rewards]:
    """Return what each machine earns at each step, what its yoked copy does, and P(act 1)."""
    episode, bits = bandit_of(steps, good, first), (states - 1).bit_length()
    words = list(all_machines(episode, states))
    own, yoked = rewards_of_many(episode, words, bits), yoked_of_many(episode, words, bits)
    return tuple(own), tuple(yoked), tuple(acts_of_many(episode, words, bits))


def climbed(
    totals: Sequence[Fraction], places: int, choices: int, moves: int, least: Fraction
) -> list[Fraction]:
    """Return where a local search ends: the probability of each machine.

    Machine i has digit j of i, in base `choices`, as its j-th entry, the first the highest. The
    search begins at any, evenly. A move changes one entry, to what earns most; it is made if it
    gains more than `least`, and among equals evenly.

    >>> [str(p) for p in climbed([Fraction(v) for v in (0, 1, 1, 3)], 2, 2, 1, Fraction(0))]
    ['0', '1/8', '1/8', '3/4']
    """
    unit = lcm(*range(1, places * (choices - 1) + 1))
    whole = unit**moves * len(totals)
    weights = [whole // len(totals)] * len(totals)
    following = []
    for number, total in enumerate(totals):
        near = []
        for place in range(places):
            step = choices**place
            base = number - number // step % choices * step
            near += [base + digit * step for digit in range(choices)]
        best = max(totals[other] for other in near)
        if best - total > least:
            following.append(sorted({other for other in near if totals[other] == best}))
        else:
            following.append([number])
    for _ in range(moves):
        moved = [0] * len(totals)
        for number, weight in enumerate(weights):
            if weight:
                for other in following[number]:
                    moved[other] += weight // len(following[number])
        weights = moved
    return [Fraction(weight, whole) for weight in weights]


def _tagged(settings: Settings, good: Fraction, first: Fraction, rewarded: int) -> list[bool]:
    """Return which machines learn: earn more than their yoked copies on the rewarded steps."""
    own, yoked, acts = _machines(settings.whole("steps"), settings.whole("states"), good, first)
    found = [sum(o[-rewarded:]) > sum(y[-rewarded:]) for o, y in zip(own, yoked, strict=True)]
    if settings.text("tag") == _SWITCHING:
        return [len({*p}) > 1 for p in acts]
    if settings.text("tag") == RANDOM_TAG:
        seed = f"{settings.whole('seed')} {good} {first} {rewarded}"
        random.Random(seed).shuffle(found)
    return found


def _compared(settings: Settings, effort: Effort) -> Compared:
    steps, states = settings.whole("steps"), settings.whole("states")
    cause = settings.text("cause")
    goods = [Fraction(n, 8) for n in settings.wholes("goods")]
    firsts = [Fraction(n, 8) for n in settings.wholes("priors")]
    units, rows = [], []
    for good in goods:
        for first in firsts:
            shares = []
            for rewarded in range(steps, 0, -1):
                if effort.used_up():
                    raise BudgetEnded
                own, _, _ = _machines(steps, states, good, first)
                tagged = _tagged(settings, good, first, rewarded)
                totals = [sum(r[-rewarded:], Fraction(0)) for r in own]
                ends = climbed(
                    totals,
                    2 * states,
                    2 * states,
                    settings.whole("moves"),
                    settings.rational("notices"),
                )
                found = sum((p for p, tag in zip(ends, tagged, strict=True) if tag), Fraction(0))
                before = Fraction(sum(tagged), len(tagged))
                shares.append((found, before))
                excess = Fraction(round(1000 * (found - before)), 1000)
                if cause != _SLOW:
                    place = _SPARSE, good, first
                    units.append(Unit(place, 2 * rewarded <= steps, excess))
                if cause != _SPARSE:
                    unsure = 4 * max(first, 1 - first) < 3
                    units.append(Unit((_SLOW, good, rewarded), unsure, excess))
            row: list[Cell] = [good, first]
            for found, before in shares:
                row.append(f"{float(found):.3f} ({float(before):.3f})")
            rows.append(tuple(row))
    return Compared(
        tuple(units),
        f"{counted(len(goods) * len(firsts), 'bandit')} of {counted(steps, 'step')}; all machines "
        f"of {counted(states, 'state')}",
        (
            Table(
                "The share of learners where the outer learner ends (and among all machines), by "
                "how many of the last steps are rewarded; good: how often the good arm pays; "
                "prior: how often that is arm 1:",
                ("good", "prior", *(f"{c} rewarded" for c in range(steps, 0, -1))),
                tuple(rows),
            ),
        ),
        notes=(
            "A machine learns if it earns more on the rewarded steps than its yoked copy, which "
            "does the same in the same order but sees another episode.",
            "A slow outer rate is a hidden arm that changes faster than the outer learner follows: "
            "the less it knows, the nearer the prior is to 1/2; unsure priors lie between 1/4 and "
            "3/4. Where it knows all no machine can learn, so that priors 0 and 1 are left out.",
            "With a prior of 1/2 all that does not depend on what is seen earns the same, so that "
            "whatever selection gains there is learning: that much is arithmetic.",
            "Shares are compared to a thousandth.",
        ),
    )


INNER_RL_CAUSES = Claim(
    name="inner-rl-causes",
    topic="worlds and learners",
    claim="Sparse outer reward, or a slow outer learning rate, invites an inner learner.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, on learning within an episode",
    reading=(
        "bandits whose pulls are seen to pay at every step, but rewarded only on the last few "
        "(sparse), and whose good arm the outer learner knows less and less of (slow). The outer "
        "learner is bounded: it begins at any machine of so many states, and makes a few moves "
        "that change one entry each. The share of learners, judged by the reward they were "
        "selected for, where it ends, less their share among all machines."
    ),
    kind=Kind.TENDENCY,
    keeps="that an outer learner which is bounded ends at inner learners more often",
    question=(
        "Does selection add more learners where at most half of the steps are rewarded, and where "
        "the good arm is unsure, than in bandits that are alike in all else?"
    ),
    blind_to=(
        "rewards that are not seen, outer learners that judge by samples, machines of many states, "
        "and rates that differ within one run"
    ),
    control="bandits that are alike in all else: exact, all machines and all starts",
    parameters=(
        Parameter("steps", 4, "steps of an episode", least=2, most=6),
        Parameter("states", 2, "states of a machine", least=1, most=2),
        Parameter("cause", _BOTH, "which cause is asked about", values=(_SPARSE, _SLOW, _BOTH)),
        Parameter("moves", 2, "moves of the outer learner", least=0, most=8),
        Parameter("notices", Fraction(0), "it makes moves that gain more than this", least=0),
        Parameter("goods", (5, 6, 7), "eighths: how often the good arm pays", least=5, most=8),
        Parameter("priors", (7, 6, 5, 4), "eighths: how often arm 1 is good", least=1, most=7),
        Parameter(
            "tag",
            OWN_TAG,
            f"what is counted: learners; `{_SWITCHING}`: all whose acts change in the mean "
            "from step to step; `random`: as many machines, drawn",
            values=(OWN_TAG, _SWITCHING, RANDOM_TAG),
        ),
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("bandit", "bandits"),
        marked="bandits of sparse reward or an unsure arm",
        value="learners that selection adds",
        matched="all but the cause",
        placebos={"random tag": {"tag": RANDOM_TAG}, "switching": {"tag": _SWITCHING}},
        trend=({"moves": 1}, {"moves": 2}, {"moves": 4}, {"moves": 8}),
        neighbours=(
            {"cause": _SPARSE},
            {"cause": _SLOW},
            {"steps": 3},
            {"steps": 5},
            {"notices": Fraction(1, 16)},
            {"notices": Fraction(1, 8)},
        ),
    ),
    quick={"steps": 3, "goods": (6, 7)},
)
