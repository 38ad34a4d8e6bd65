"""Beliefs: what is known of an episode's state, and which acts are optimal, whatever is remembered.

A *belief* is a distribution of the episode's state that puts all weight on states of one
observation: what Bayes' rule leaves after everything that was seen and done.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from mesacircuits.tasks import Episode

__all__ = [
    "Belief",
    "first_beliefs",
    "later_beliefs",
    "optimal_acts",
    "optimal_total",
]

#: Pairs of a state and its probability, states ascending.
Belief = tuple[tuple[int, Fraction], ...]


def _by_observation(
    episode: Episode, weights: dict[int, Fraction]
) -> dict[int, dict[int, Fraction]]:
    parts: dict[int, dict[int, Fraction]] = {}
    for state, weight in weights.items():
        parts.setdefault(episode.observations[state], {})[state] = weight
    return parts


def _split(
    episode: Episode, weights: dict[int, Fraction]
) -> tuple[tuple[int, Fraction, Belief], ...]:
    found = []
    for observation, part in sorted(_by_observation(episode, weights).items()):
        chance = sum(part.values(), Fraction(0))
        belief = tuple(sorted((state, weight / chance) for state, weight in part.items()))
        found.append((observation, chance, belief))
    return tuple(found)


@lru_cache(maxsize=1 << 10)
def first_beliefs(episode: Episode) -> tuple[tuple[int, Fraction, Belief], ...]:
    """Return what may be seen first: each observation, its probability, and the belief after it.

    >>> from mesacircuits.tasks import task_named
    >>> sticky = task_named("weather", rung="sticky").episode
    >>> [(seen, str(chance)) for seen, chance, _ in first_beliefs(sticky)]
    [(0, '1/2'), (1, '1/2')]
    """
    return _split(episode, dict(episode.prior))


@lru_cache(maxsize=1 << 18)
def later_beliefs(
    episode: Episode, belief: Belief, action: int
) -> tuple[tuple[int, Fraction, Belief], ...]:
    """Return what may be seen after an action, as `first_beliefs` does."""
    after: dict[int, Fraction] = {}
    for state, weight in belief:
        for other, chance in episode.transitions[state][action]:
            after[other] = after.get(other, Fraction(0)) + weight * chance
    return _split(episode, after)


@lru_cache(maxsize=1 << 18)
def _values(episode: Episode, belief: Belief, left: int) -> tuple[Fraction, ...]:
    # What each action earns, if all later ones are optimal.
    values = []
    for action in range(1 << episode.action_bits):
        earned = sum((w * episode.rewards[s][action] for s, w in belief), Fraction(0))
        if left > 1:
            for _, chance, later in later_beliefs(episode, belief, action):
                earned += chance * max(_values(episode, later, left - 1))
        values.append(earned)
    return tuple(values)


def optimal_acts(episode: Episode, belief: Belief, left: int) -> frozenset[int]:
    """Return the acts that earn the most, with so many steps left and any memory.

    Exact, by dynamic programming over beliefs (K. J. Astrom 1965, see `Episode`).

    >>> from mesacircuits.tasks import task_named
    >>> sticky = task_named("weather", rung="sticky").episode
    >>> [(seen, optimal_acts(sticky, belief, 6)) for seen, _, belief in first_beliefs(sticky)]
    [(0, frozenset({0})), (1, frozenset({1}))]
    """
    values = _values(episode, belief, left)
    best = max(values)
    return frozenset(act for act, value in enumerate(values) if value == best)


def optimal_total(episode: Episode) -> Fraction:
    """Return the greatest expected total of any policy, which may remember everything.

    >>> from mesacircuits.tasks import task_named
    >>> optimal_total(task_named("weather", rung="sticky", steps=2).episode)
    Fraction(3, 2)
    """
    return sum(
        (p * max(_values(episode, b, episode.length)) for _, p, b in first_beliefs(episode)),
        Fraction(0),
    )
