"""A policy in its world or its episodes: exact runs, from all starts and after disturbances.

A *configuration* is a state of the world together with a state of the policy, numbered
`world state * 2^k + policy state`; a policy is its table of words: entry `policy state * 2^n +
observation` is `next policy state * 2^m + action`, as `MealyMachine.words` gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.world import World

__all__ = [
    "configurations_from",
    "expected_rewards",
    "expected_total",
    "next_configurations",
    "reaches_and_keeps",
]


def next_configurations(world: World, words: Sequence[int], state_bits: int = 0) -> list[int]:
    """Return for each configuration the next one, under a policy given by its words.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> next_configurations(door, (1, 0)), next_configurations(door, (0, 0))
    ([1, 1], [0, 1])
    """
    n, m, k = world.observation_bits, world.action_bits, state_bits
    act = (1 << m) - 1
    following = []
    for observation, row in zip(world.observations, world.steps, strict=True):
        for memory in range(1 << k):
            word = words[memory << n | observation]
            following.append(row[word & act] << k | word >> m)
    return following


def configurations_from(following: Sequence[int], starts: Iterable[int]) -> set[int]:
    """Return all configurations that runs from these reach, themselves included."""
    reached: set[int] = set()
    for start in starts:
        at = start
        while at not in reached:
            reached.add(at)
            at = following[at]
    return reached


def reaches_and_keeps(
    world: World, words: Sequence[int], within: int, state_bits: int = 0, memory: int = 0
) -> bool:
    """Return whether from each start the world is in its target from step `within` on, for ever.

    Arguments:
        world: the world.
        words: the policy.
        within: T, the number of steps that it may take.
        state_bits: k, the bits of the policy's own state.
        memory: the policy's state at the start.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> reaches_and_keeps(door, (1, 0), 1), reaches_and_keeps(door, (1, 0), 0)
    (True, False)
    """
    following = next_configurations(world, words, state_bits)
    after = set()
    for start in world.starts:
        at = start << state_bits | memory
        for _ in range(world.horizon(within, state_bits)):
            at = following[at]
        after.add(at)
    kept = configurations_from(following, after)
    return all(at >> state_bits in world.target_set for at in kept)


def expected_rewards(
    episode: Episode, words: Sequence[int], state_bits: int = 0, memory: int = 0
) -> tuple[Fraction, ...]:
    """Return the exact expected reward of each step t = 1, ..., T under a policy.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 0), ((0, "1/4"), (1, "3/4")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> expected_rewards(coin, (1, 1))
    (Fraction(3, 4), Fraction(3, 4))
    """
    n, m = episode.observation_bits, episode.action_bits
    act = (1 << m) - 1
    weights = {(state, memory): probability for state, probability in episode.prior}
    rewards = []
    for _ in range(episode.length):
        reward, moved = Fraction(0), dict[tuple[int, int], Fraction]()
        for (state, held), probability in weights.items():
            word = words[held << n | episode.observations[state]]
            action, kept = word & act, word >> m
            reward += probability * episode.rewards[state][action]
            for other, drawn in episode.transitions[state][action]:
                key = (other, kept)
                moved[key] = moved.get(key, Fraction(0)) + probability * drawn
        rewards.append(reward)
        weights = moved
    return tuple(rewards)


def expected_total(
    episode: Episode, words: Sequence[int], state_bits: int = 0, memory: int = 0
) -> Fraction:
    """Return the exact expected sum of the rewards of an episode under a policy."""
    return sum(expected_rewards(episode, words, state_bits, memory), Fraction(0))
