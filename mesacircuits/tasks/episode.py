"""Episodes: stochastic worlds with a hidden parameter, whose rewards are summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import msgspec

from mesacircuits.call import check_whole, rational_from, rational_text
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record
from mesacircuits.tasks.world import check_labels, check_states, check_words

__all__ = ["Episode", "EpisodeRecord"]

_MOST_BITS = 6, 4
_MOST_LENGTH = 1 << 10
#: The most bits of the common denominator of what can be earned: sums of fractions grow with it.
_MOST_DENOMINATOR_BITS = 1 << 13

#: A distribution over states: pairs of a state and its probability.
Distribution = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Episode:
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

    def __post_init__(self) -> None:
        check_whole("observation_bits", self.observation_bits, 1, _MOST_BITS[0])
        check_whole("action_bits", self.action_bits, 1, _MOST_BITS[1])
        check_whole("length", self.length, 1, _MOST_LENGTH)
        count, actions = check_labels(self.states), 1 << self.action_bits
        observations = tuple(self.observations)
        check_words("observations", observations, count, self.observation_bits)
        for name in ("transitions", "rewards"):
            rows = getattr(self, name)
            if len(rows) != count or any(len(row) != actions for row in rows):
                expected = f"{count} rows of {actions}, one per state and action"
                raise ArgumentError(name, expected, rows)
        object.__setattr__(self, "states", tuple(self.states))
        object.__setattr__(self, "observations", observations)
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

    @cached_property
    def observed(self) -> int:
        """The observations that some state gives, as an integer whose bit o is set for o."""
        return sum(1 << o for o in {*self.observations})

    def to_json(self) -> dict[str, Any]:
        """Return the episode as JSON values; `from_json` is the inverse."""
        return {
            "kind": "episode",
            "observation_bits": self.observation_bits,
            "action_bits": self.action_bits,
            "states": list(self.states),
            "observations": list(self.observations),
            "prior": _drawn_json(self.prior),
            "transitions": [[_drawn_json(drawn) for drawn in row] for row in self.transitions],
            "rewards": [[rational_text(reward) for reward in row] for row in self.rewards],
            "length": self.length,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Episode:
        """Return the episode that `to_json` gave, raising `ArgumentError` for anything else."""
        return json_record(value, EpisodeRecord, "episode", "an episode in JSON form").to_episode()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())


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
        check_states(argument, [state], count)
        exact = common.taken(rational_from(probability, argument))
        if exact < 0:
            raise ArgumentError(argument, "probabilities of at least 0", str(exact))
        weights[state] = weights.get(state, Fraction(0)) + exact
    if sum(weights.values()) != 1:
        raise ArgumentError(argument, "probabilities that sum to 1", str(sum(weights.values())))
    return tuple(sorted((state, exact) for state, exact in weights.items() if exact))


def _drawn_json(drawn: Distribution) -> list[list[int | str]]:
    return [[state, rational_text(probability)] for state, probability in drawn]


_DrawnRecord = tuple[tuple[int, int | str], ...]


class EpisodeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of an episode, as `Episode.to_json` writes it."""

    observation_bits: int
    action_bits: int
    states: tuple[str, ...]
    observations: tuple[int, ...]
    prior: _DrawnRecord
    transitions: tuple[tuple[_DrawnRecord, ...], ...]
    rewards: tuple[tuple[int | str, ...], ...]
    length: int
    kind: str = "episode"

    def to_episode(self) -> Episode:
        """Return the episode, raising `ArgumentError` for what it cannot have."""
        if self.kind != "episode":
            raise ArgumentError("kind", "episode", self.kind)

        def exact(drawn: _DrawnRecord, argument: str) -> Distribution:
            return tuple((state, rational_from(p, argument)) for state, p in drawn)

        return Episode(
            self.observation_bits,
            self.action_bits,
            self.states,
            self.observations,
            exact(self.prior, "prior"),
            tuple(tuple(exact(drawn, "transitions") for drawn in row) for row in self.transitions),
            tuple(tuple(rational_from(r, "rewards") for r in row) for row in self.rewards),
            self.length,
        )
