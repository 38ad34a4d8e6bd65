"""What machines of so many states can earn in an episode: all are tried."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Episode, rewards_of_many

__all__ = ["BestOfStates", "best_of_states"]

# The most machines that are tried.
_MOST = 1 << 21
_CHUNK = 1 << 13


@dataclass(frozen=True)
class BestOfStates:
    """The best machines of so many states.

    Attributes:
        total: the greatest expected total.
        machines: the words of each, state above observation as in `MealyMachine`; of machines that
            differ only where they never come all are listed.
    """

    total: Fraction
    machines: tuple[tuple[int, ...], ...]


def best_of_states(episode: Episode, states: int, effort: Effort | None = None) -> BestOfStates:
    """Return the best machines of so many states, the first at the start: all are tried.

    Raises `BudgetEnded` where the budget ends, and `ArgumentError` for too many machines.

    >>> from mesacircuits.tasks import task_named
    >>> best = best_of_states(task_named("bandit").episode, 2)
    >>> best.total, len(best.machines)
    (Fraction(19, 8), 2)
    """
    observed = sorted({*episode.observations})
    acts = 1 << episode.action_bits
    number = (acts * states) ** (len(observed) * states)
    if number > _MOST:
        raise ArgumentError("states", f"at most {_MOST} machines", f"{states} states: {number}")
    bits = (states - 1).bit_length()
    width, shift = 1 << (episode.observation_bits + bits), episode.observation_bits
    places = [state << shift | o for state in range(states) for o in observed]
    choices = [next_state * acts + act for next_state in range(states) for act in range(acts)]
    best: Fraction | None = None
    found: list[tuple[int, ...]] = []
    tried = product(choices, repeat=len(places))
    while chunk := list(islice(tried, _CHUNK)):
        if effort is not None and effort.used_up():
            raise BudgetEnded
        policies = []
        for chosen in chunk:
            words = [0] * width
            for place, word in zip(places, chosen, strict=True):
                words[place] = word
            policies.append(tuple(words))
        earned = rewards_of_many(episode, policies, bits)
        for machine, rewards in zip(policies, earned, strict=True):
            total = sum(rewards, Fraction(0))
            if best is None or total > best:
                best, found = total, []
            if total == best:
                found.append(machine)
    assert best is not None
    return BestOfStates(best, tuple(found))
