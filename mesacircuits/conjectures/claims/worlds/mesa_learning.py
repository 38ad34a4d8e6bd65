"""The claim `mesa-learning`: a frozen policy keeps improving, by learning in its activations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.claims.worlds.weather import climate
from mesacircuits.conjectures.evidence import OWN_TAG, RANDOM_TAG, Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import all_machines, yoked_of_many
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, rewards_of_many, task_named

__all__ = ["MESA_LEARNING", "earnings"]

_BANDITS, _CLIMATES, _ALL = "bandits", "climates", "all"
_BLIND = "blind"
#: What a machine earns at each step, and what its yoked copy does.
Earned = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def earnings(episode: Episode, states: int) -> list[Earned]:
    """Return what all machines of so many states earn, and their yoked copies; equal ones once.

    >>> len(earnings(climate(4, Fraction(0), Fraction(1, 4), known=False), 1))
    1
    """
    words, bits = list(all_machines(episode, states)), (states - 1).bit_length()
    own, yoked = rewards_of_many(episode, words, bits), yoked_of_many(episode, words, bits)
    return sorted({*zip(own, yoked, strict=True)})


def _episodes(settings: Settings) -> Iterator[tuple[str, Episode]]:
    steps, family = settings.whole("steps"), settings.text("family")
    quarters = [Fraction(n, 4) for n in range(5)]
    if family != _CLIMATES:
        for good in quarters:
            for bad in quarters:
                if good > bad:
                    task = task_named("bandit", steps=steps, good=good, bad=bad, least=0)
                    assert isinstance(task, EpisodeTask)
                    yield f"bandit {good}, {bad}", task.episode
    if family != _BANDITS:
        eighths = [Fraction(n, 8) for n in range(4)]
        for noise in eighths:
            for drift in eighths:
                episode = climate(steps, noise, drift, known=False)
                yield f"climate {noise}, {drift}", episode


def _growth(earned: Earned, after: int) -> Fraction:
    """Return by how much the advantage over the yoked copy grows from step `after` on."""
    own, yoked = earned
    growth = (own[-1] - yoked[-1]) - (own[after - 1] - yoked[after - 1])
    return Fraction(round(1000 * growth), 1000)


def _compared(settings: Settings, effort: Effort) -> Compared:
    within, after = settings.rational("within"), settings.whole("after")
    tag, units, rows = settings.text("tag"), [], []
    for name, episode in _episodes(settings):
        if effort.used_up():
            raise BudgetEnded
        found = earnings(episode, settings.whole("states"))
        judged = 1 if tag == _BLIND else 0
        totals = [sum(earned[judged], Fraction(0)) for earned in found]
        best, worst = max(totals), min(totals)
        near = [best - total <= within * (best - worst) for total in totals]
        if tag == RANDOM_TAG:
            random.Random(f"{settings.whole('seed')} {name}").shuffle(near)
        here = [
            Unit(name, mark, _growth(earned, after))
            for earned, mark in zip(found, near, strict=True)
        ]
        units += here
        marked = [unit.value for unit in here if unit.marked]
        cells: list[Cell] = [name, len(here), len(marked), sum(value > 0 for value in marked)]
        means = [
            sum(values, Fraction(0)) / len(values) for values in (marked, [u.value for u in here])
        ]
        rows.append((*cells, *(f"{float(mean):+.4f}" for mean in means)))
    return Compared(
        tuple(units),
        f"{counted(len(rows), 'world')} of {counted(settings.whole('steps'), 'step')}; all "
        f"machines of {counted(settings.whole('states'), 'state')}",
        (
            Table(
                "Machines that differ in what they earn; those that are nearly the best, and of "
                f"these those whose advantage over a yoked copy grows after step {after}; by how "
                "much it grows in the mean, of these and of all:",
                ("world", "machines", "near", "grows", "near by", "all by"),
                tuple(rows),
            ),
        ),
        notes=(
            "Machines are frozen: only their state changes within an episode, and is the first at "
            "the start of each. A yoked copy does the same in the same order, and sees another "
            "episode.",
            "Bandits are named by what the good arm and the other pay, climates by noise and "
            "drift; the good arm, and the first rule, are drawn for each episode.",
            "That a machine which earns more than every policy that sees nothing has an advantage "
            "over its yoked copy is a theorem: the copy is a mixture of such policies. So growth "
            "is counted, to a thousandth, from the step where one observation has been used.",
        ),
    )


MESA_LEARNING = Claim(
    name="mesa-learning",
    topic="worlds and learners",
    claim="A frozen policy keeps improving: it learns in its activations.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, on learning without changing weights",
    reading=(
        "bandits by what both arms pay, and climates by noise and drift; of all machines of so "
        "many states those that earn nearly the most. Does their advantage over a yoked copy go on "
        "to grow after the first thing seen is used, from the second step to the last, more than "
        "that of other machines of the same world?"
    ),
    kind=Kind.TENDENCY,
    keeps="that what improves within an episode is selected, with nothing but its state changing",
    question=(
        "Does the advantage of machines that are nearly the best grow after the second step, more "
        "than that of all machines of their world?"
    ),
    blind_to="machines of more states, long episodes, and whether it is learning or counting",
    control="all machines of the same world, that differ in what they earn: exact",
    parameters=(
        Parameter("family", _ALL, "which worlds", values=(_BANDITS, _CLIMATES, _ALL)),
        Parameter("steps", 6, "steps of an episode", least=2, most=8),
        Parameter("states", 2, "states of a machine", least=1, most=3),
        Parameter(
            "within",
            Fraction(1, 20),
            "nearly the best: at most this part of the range of totals below it",
            least=0,
        ),
        Parameter("after", 2, "growth is counted from this step on", least=1, most=8),
        Parameter(
            "tag",
            OWN_TAG,
            f"which machines are nearly the best: by what they earn; `{_BLIND}`: by what their "
            "yoked copies do; `random`: as many, drawn",
            values=(OWN_TAG, _BLIND, RANDOM_TAG),
        ),
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("machine", "machines"),
        marked="machines that are nearly the best",
        value="growth of the advantage",
        matched="world",
        placebos={"random tag": {"tag": RANDOM_TAG}, "best unseeing": {"tag": _BLIND}},
        trend=({"after": 1}, {"after": 2}, {"after": 3}, {"after": 4}),
        neighbours=(
            {"family": _BANDITS},
            {"family": _CLIMATES},
            {"steps": 5},
            {"within": Fraction(0)},
            {"within": Fraction(1, 10)},
        ),
    ),
    quick={"steps": 4, "family": _BANDITS},
)
