"""The claim `weather`: a good conditional model grows into a learner as the world drifts."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import best_of_states, optimal_total
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode

__all__ = ["WEATHER", "climate"]

_HALF = Fraction(1, 2)


def climate(steps: int, noise: Fraction, drift: Fraction, known: bool = True) -> Episode:
    """Return an episode of forecasts, by a hidden rule that is noisy and drifts.

    The rule says that tomorrow is as today, or that it is the opposite. It is followed with
    probability 1 - noise, and after every day it changes with probability `drift`. On the first day
    both weathers are equally probable.

    Arguments:
        steps: days of an episode.
        noise, drift: see above.
        known: whether the first rule is always that tomorrow is as today; else both are equally
            probable.

    >>> [str(right) for right, _ in climate(3, Fraction(1, 8), Fraction(1, 4)).rewards]
    ['7/8', '1/8', '1/8', '7/8']
    """
    states = [(rain, opposite) for rain in (0, 1) for opposite in (0, 1)]
    number = {state: place for place, state in enumerate(states)}
    transitions, rewards = [], []
    for rain, opposite in states:
        after: dict[int, Fraction] = {}
        chances = [Fraction(0), Fraction(0)]
        for followed, p in ((0, 1 - noise), (1, noise)):
            tomorrow = rain ^ opposite ^ followed
            chances[tomorrow] += p
            for changed, q in ((0, 1 - drift), (1, drift)):
                key = number[tomorrow, opposite ^ changed]
                after[key] = after.get(key, Fraction(0)) + p * q
        drawn = tuple(after.items())
        transitions.append((drawn, drawn))
        rewards.append((chances[0], chances[1]))
    rules = (0,) if known else (0, 1)
    share = _HALF / len(rules)
    return Episode(
        observation_bits=1,
        action_bits=1,
        states=tuple(f"rain={rain} opposite={opposite}" for rain, opposite in states),
        observations=tuple(rain for rain, _ in states),
        prior=tuple((number[rain, rule], share) for rain in (0, 1) for rule in rules),
        transitions=tuple(transitions),
        rewards=tuple(rewards),
        length=steps,
    )


@lru_cache(maxsize=1 << 10)
def _totals(
    steps: int, noise: Fraction, drift: Fraction, known: bool, states: int
) -> tuple[Fraction, ...]:
    """Return what the best machines of one state, of so many, and of any memory earn."""
    episode = climate(steps, noise, drift, known)
    few = [best_of_states(episode, count).total for count in (1, states)]
    return (*few, optimal_total(episode))


def _compared(settings: Settings, effort: Effort) -> Compared:
    steps, states = settings.whole("steps"), settings.whole("states")
    known, parts = settings.text("rule") == "known", settings.whole("parts")
    noises = [Fraction(n, 8) for n in settings.wholes("noises")]
    drifts = [Fraction(n, 2 * parts) for n in range(parts)]
    units, rows = [], []
    for noise in noises:
        for drift in drifts:
            if effort.used_up():
                raise BudgetEnded
            one, few, best = _totals(steps, noise, drift, known, states)
            units.append(Unit(noise, 4 * drift >= 1, best - one))
            row: list[Cell] = [noise, drift, *(f"{float(t):.4f}" for t in (one, few, best))]
            # The part of what memory is worth that so few states reach.
            reached = None if best == one else f"{float((few - one) / (best - one)):.3f}"
            rows.append((*row, reached))
    heads = ("noise", "drift", "1 state", f"{counted(states, 'state')}", "any memory")
    return Compared(
        tuple(units),
        f"{counted(len(rows), 'climate')} of {counted(steps, 'day')}; all machines of up to "
        f"{counted(states, 'state')}, and any memory",
        (
            Table(
                "Expected right forecasts: of the best machines of one state, and of a few, and of "
                "the Bayes filter; and the part of what memory is worth that few states reach:",
                (*heads, "reached"),
                tuple(rows),
            ),
        ),
        notes=(
            "The rule (tomorrow as today, or the opposite) is followed with probability 1 - noise "
            "and changes after each day with probability drift, below 1/2; at 1/2 every day's rule "
            "is drawn anew, and nothing can be learned. Drifts of at least 1/4 are marked.",
            "Without noise each day shows the rule, so that at any drift three states are enough: "
            "none of them yet, or yesterday's weather. A fast drift never asks for more.",
            "What memory is worth: what the Bayes filter earns beyond the best machine of one "
            "state, which is what training alone can have fixed.",
        ),
    )


WEATHER = Claim(
    name="weather",
    topic="worlds and learners",
    claim="A good conditional model of the weather grows into a learner as the world drifts.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, on predicting the weather",
    reading=(
        "climates with a hidden rule, by noise and drift. Of each what learning within the episode "
        "is worth: what the Bayes filter earns beyond the best machine of one state; is it more "
        "where the rule drifts fast than in climates of equal noise where it drifts slowly, or not "
        "at all?"
    ),
    kind=Kind.TENDENCY,
    keeps="that a rule which was fixed in training is worth less, and learning more, under drift",
    question="Is memory worth more where the rule drifts fast, in climates of equal noise?",
    blind_to="which machine learns, forecasts of more than a day, and drifts that are not steady",
    control="climates of equal noise that drift less: exact, dynamic programming over beliefs",
    parameters=(
        Parameter("steps", 6, "days of an episode", least=2, most=8),
        Parameter("noises", (0, 1, 2, 3), "eighths: how often the rule is not followed", most=3),
        Parameter("parts", 8, "drifts: 0 to below 1/2, in so many steps", least=2, most=16),
        Parameter(
            "rule",
            "known",
            "the first rule: `known`, tomorrow as today; `hidden`: either",
            values=("known", "hidden"),
        ),
        Parameter("states", 2, "few states", least=2, most=3),
    ),
    run=Tendency(
        _compared,
        unit=("climate", "climates"),
        marked="climates that drift fast",
        value="what is added by memory",
        matched="noise",
        trend=({"steps": 4}, {"steps": 5}, {"steps": 6}, {"steps": 8}),
        neighbours=(
            {"rule": "hidden"},
            {"noises": (0,)},
            {"noises": (1, 2, 3)},
            {"parts": 6},
            {"parts": 12},
        ),
    ),
    quick={"steps": 4, "parts": 4},
)
