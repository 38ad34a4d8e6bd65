"""Many policies at once, exactly: in a world, and over episodes in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import TYPE_CHECKING

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.closed_loop import expected_rewards
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WholeEpisode", "judged_policies", "rewards_of_many", "whole_episode"]

_LIMIT = 1 << 62


def judged_policies(
    world: World,
    policies: Sequence[Sequence[int]] | NDArray[np.integer],
    within: int,
    state_bits: int = 0,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each policy whether it reaches and keeps the target, and whether it recovers.

    Arguments:
        world: the world.
        policies: the words of each, as `MealyMachine.words` gives them.
        within: T, as for `reaches_and_keeps`; recovery is not bounded, as for `recovers`.
        state_bits: k; memories are 0 at the start.

    Raises `ArgumentError` for policies of another shape or with other words.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))
    >>> [answers.tolist() for answers in judged_policies(door, [(0, 0), (1, 0)], 1)]
    [[False, True], [False, True]]
    """
    import numpy as np

    from mesacircuits.tasks.closed_loop_kernels import run_in_world

    bits = world.observation_bits, world.action_bits, state_bits
    table = _checked(policies, *bits)
    acceptable, recovered = run_in_world(
        table,
        np.array(world.observations, dtype=np.int64),
        np.array(world.steps, dtype=np.int64),
        np.array(world.starts, dtype=np.int64),
        np.isin(np.arange(len(world.states)), world.target),
        np.array(world.disturbances, dtype=np.int64).reshape(-1, len(world.states)),
        bits,
        world.horizon(within, state_bits),
    )
    return acceptable, recovered


def _checked(
    policies: Sequence[Sequence[int]] | NDArray[np.integer], n: int, m: int, k: int
) -> NDArray[np.uint8]:
    import numpy as np

    width, last = 1 << (n + k), (1 << (m + k)) - 1
    table = np.asarray(policies, dtype=np.int64)
    if not table.size:
        table = table.reshape(0, width)
    if table.ndim != 2 or table.shape[1] != width:
        raise ArgumentError("policies", f"rows of {width} words", table.shape)
    beyond = table[(table < 0) | (table > last)]
    if beyond.size:
        raise ArgumentError("policies", f"words from 0 to {last}", int(beyond[0]))
    return table.astype(np.uint8)


@dataclass(frozen=True, eq=False)
class WholeEpisode:
    """An episode in whole numbers: numerators over common denominators.

    Attributes:
        episode: the episode.
        prior: numerators over `first`, for each state.
        drawn: numerators over `each`, of shape (states, actions, states).
        rewards: numerators over `unit`, of shape (states, actions).
        first, each, unit: these denominators.
    """

    episode: Episode
    prior: NDArray[np.int64]
    drawn: NDArray[np.int64]
    rewards: NDArray[np.int64]
    first: int
    each: int
    unit: int

    @property
    def denominator(self) -> int:
        """The denominator of an expected total: first * each^(T - 1) * unit."""
        return int(self.first * self.each ** (self.episode.length - 1) * self.unit)

    def step_denominator(self, t: int) -> int:
        """Return the denominator of the expected reward of step t, from 0 on."""
        return int(self.first * self.each**t * self.unit)


@lru_cache(maxsize=64)
def whole_episode(episode: Episode) -> WholeEpisode | None:
    """Return the episode in whole numbers; None if some sum might not fit 64 bits.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> whole_episode(coin).denominator
    2
    """
    import numpy as np

    count, actions = len(episode.states), 1 << episode.action_bits
    first = lcm(*(p.denominator for _, p in episode.prior))
    each = lcm(*(p.denominator for row in episode.transitions for drawn in row for _, p in drawn))
    unit = lcm(*(r.denominator for row in episode.rewards for r in row))
    greatest = max(abs(int(r * unit)) for row in episode.rewards for r in row)
    length = episode.length
    if max(1, greatest) * length * first * each ** (length - 1) >= _LIMIT:
        return None
    prior = np.zeros(count, dtype=np.int64)
    for state, p in episode.prior:
        prior[state] = p * first
    drawn = np.zeros((count, actions, count), dtype=np.int64)
    rewards = np.zeros((count, actions), dtype=np.int64)
    for state in range(count):
        for action in range(actions):
            rewards[state, action] = episode.rewards[state][action] * unit
            for other, p in episode.transitions[state][action]:
                drawn[state, action, other] = p * each
    return WholeEpisode(episode, prior, drawn, rewards, first, each, unit)


def rewards_of_many(
    episode: Episode,
    policies: Sequence[Sequence[int]] | NDArray[np.integer],
    state_bits: int = 0,
) -> list[tuple[Fraction, ...]]:
    """Return for each policy the exact expected reward of each step.

    They are computed in whole numbers at once, or as fractions one by one where those might not fit
    64 bits.

    Arguments:
        episode: the episode.
        policies: the words of each, as `MealyMachine.words` gives them.
        state_bits: k; memories are 0 at the start.

    Raises `ArgumentError` for policies of another shape or with other words.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> rewards_of_many(coin, [(0, 0), (0, 1)])
    [(Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 1), Fraction(1, 1))]
    """
    bits = episode.observation_bits, episode.action_bits, state_bits
    table = _checked(policies, *bits)
    whole = whole_episode(episode)
    if whole is None:
        return [expected_rewards(episode, words, state_bits) for words in table.tolist()]
    import numpy as np

    from mesacircuits.tasks.closed_loop_kernels import add_up_rewards

    totals = np.empty((len(table), episode.length), dtype=np.int64)
    observations = np.array(episode.observations, dtype=np.int64)
    add_up_rewards(table, observations, whole.prior, whole.drawn, whole.rewards, bits, totals)
    scales = [whole.step_denominator(t) for t in range(episode.length)]
    return [
        tuple(Fraction(total, scale) for total, scale in zip(row, scales, strict=True))
        for row in totals.tolist()
    ]
