"""Episodes: stochastic worlds with a hidden parameter, whose rewards are summed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from mesacircuits.call import check_whole, rational_from
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.task import Recorded
from mesacircuits.tasks.world import check_numbers, check_surroundings

__all__ = ["Distribution", "Episode", "expected_rewards", "expected_total"]

_MOST_LENGTH = 1 << 10
#: The most bits of the common denominator of what can be earned: sums of fractions grow with it.
_MOST_DENOMINATOR_BITS = 1 << 13

#: A distribution over states: pairs of a state and its probability.
Distribution = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Episode(Recorded):
    """A finite partially observed decision process of T steps, with exact probabilities.

    The first state is drawn from a prior; what an episode hides, such as which arm of a bandit
    pays, is part of the state. At each step t = 1, ..., T the policy sees the observation o(s), a
    word of n bits, answers with an action a, a word of m bits, is rewarded r(s, a), and the next
    state is drawn from p(. | s, a).

    Arguments:
        observation_bits: n, 1 to 6.
        action_bits: m, 1 to 4.
        states: what the states are called; they are numbered from 0 on.
        observations: o(s) for each state.
        prior: the distribution of the first state, as pairs of a state and a rational probability.
        transitions: for each state and each of the 2^m actions such a distribution.
        rewards: for each state and each action a rational reward.
        length: T, at least 1.
        fields: how many bits of the observation, from bit 0 on, belong together, such as (2, 2) for
            two numbers of two bits; they sum to n. None if that is not said. Programs read a field
            as a word.

    Raises `ArgumentError` for anything out of range, for probabilities that do not sum to 1, and if
    the common denominator of all that a policy may expect to earn has more than 8,192 bits.

    Source: K. J. Astrom, *Optimal control of Markov processes with incomplete state information*,
    Journal of Mathematical Analysis and Applications 10, 1965.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> coin.prior[0], coin.rewards[1]
    ((0, Fraction(1, 2)), (Fraction(0, 1), Fraction(1, 1)))
    """

    observation_bits: int
    action_bits: int
    states: tuple[str, ...]
    observations: tuple[int, ...]
    prior: Distribution
    transitions: tuple[tuple[Distribution, ...], ...]
    rewards: tuple[tuple[Fraction, ...], ...]
    length: int
    fields: tuple[int, ...] | None = None

    kind, called = "episode", "an episode"

    def __post_init__(self) -> None:
        count, actions = check_surroundings(self), 1 << self.action_bits
        check_whole("length", self.length, 1, _MOST_LENGTH)
        for name in ("transitions", "rewards"):
            rows = getattr(self, name)
            if len(rows) != count or any(len(row) != actions for row in rows):
                expected = f"{count} rows of {actions}, one per state and action"
                raise ArgumentError(name, expected, rows)
        prior = _Denominator("prior")
        object.__setattr__(self, "prior", _distribution("prior", self.prior, count, prior))
        common = _Denominator("transitions")
        transitions = tuple(
            tuple(
                _distribution(f"transitions[{s}][{a}]", drawn, count, common)
                for a, drawn in enumerate(row)
            )
            for s, row in enumerate(self.transitions)
        )
        unit = _Denominator("rewards")
        rewards = tuple(
            tuple(unit.taken(rational_from(r, "rewards")) for r in row) for row in self.rewards
        )
        bits = prior.bits + (self.length - 1) * common.bits + unit.bits
        if bits > _MOST_DENOMINATOR_BITS:
            expected = f"rewards whose common denominator has at most {_MOST_DENOMINATOR_BITS} bits"
            raise ArgumentError("length", expected, f"{self.length}, which may make it {bits}")
        object.__setattr__(self, "transitions", transitions)
        object.__setattr__(self, "rewards", rewards)


class _Denominator:
    """The common denominator of the fractions taken, refused as soon as it is too long."""

    def __init__(self, argument: str) -> None:
        self.argument, self.value = argument, 1

    @property
    def bits(self) -> int:
        """The bits that a multiplication by it adds at most."""
        return (self.value - 1).bit_length()

    def taken(self, fraction: Fraction) -> Fraction:
        """Take a fraction, and return it."""
        if self.value % fraction.denominator:
            self.value = lcm(self.value, fraction.denominator)
            if self.bits > _MOST_DENOMINATOR_BITS:
                expected = f"a common denominator of at most {_MOST_DENOMINATOR_BITS} bits"
                raise ArgumentError(self.argument, expected, "a longer one")
        return fraction


def _distribution(
    argument: str, drawn: Distribution, count: int, common: _Denominator
) -> Distribution:
    """Return a distribution with its states ascending, each once and of positive probability."""
    weights: dict[int, Fraction] = {}
    for state, probability in drawn:
        check_numbers(argument, [state], count)
        exact = common.taken(rational_from(probability, argument))
        if exact < 0:
            raise ArgumentError(argument, "probabilities of at least 0", str(exact))
        weights[state] = weights.get(state, Fraction(0)) + exact
    if sum(weights.values()) != 1:
        raise ArgumentError(argument, "probabilities that sum to 1", str(sum(weights.values())))
    return tuple(sorted((state, exact) for state, exact in weights.items() if exact))


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
