"""What can be earned in an episode: with any memory, with so many states, with a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Episode, rewards_of_many

__all__ = [
    "BestOfStates",
    "best_of_states",
    "best_of_window",
    "optimal_acts",
    "optimal_total",
]

#: Weights of states, not normalised: the probability of what was seen, and of being there.
_Belief = tuple[tuple[int, Fraction], ...]

# The most machines that are tried.
_MOST = 1 << 21
_CHUNK = 1 << 13


def _seen(episode: Episode, belief: dict[int, Fraction]) -> dict[int, _Belief]:
    # The belief split by what is observed.
    parts: dict[int, dict[int, Fraction]] = {}
    for state, weight in belief.items():
        part = parts.setdefault(episode.observations[state], {})
        part[state] = part.get(state, Fraction(0)) + weight
    return {o: tuple(sorted(part.items())) for o, part in sorted(parts.items())}


def _moved(episode: Episode, belief: _Belief, action: int) -> dict[int, Fraction]:
    after: dict[int, Fraction] = {}
    for state, weight in belief:
        for other, chance in episode.transitions[state][action]:
            after[other] = after.get(other, Fraction(0)) + weight * chance
    return after


@lru_cache(maxsize=1 << 18)
def _value(episode: Episode, belief: _Belief, left: int, action: int) -> Fraction:
    now = sum((w * episode.rewards[s][action] for s, w in belief), Fraction(0))
    if left == 1:
        return now
    parts = _seen(episode, _moved(episode, belief, action)).values()
    return now + sum((_best(episode, part, left - 1) for part in parts), Fraction(0))


def _best(episode: Episode, belief: _Belief, left: int) -> Fraction:
    return max(_value(episode, belief, left, a) for a in range(1 << episode.action_bits))


def optimal_total(episode: Episode) -> Fraction:
    """Return the greatest expected total of any policy, which may remember everything.

    Exact, by dynamic programming over beliefs (Astrom 1965).

    >>> from mesacircuits.tasks import task_named
    >>> optimal_total(task_named("weather", rung="sticky", steps=2).episode)
    Fraction(3, 2)
    """
    parts = _seen(episode, dict(episode.prior)).values()
    return sum((_best(episode, part, episode.length) for part in parts), Fraction(0))


def optimal_acts(episode: Episode, history: Sequence[tuple[int, int]], now: int) -> frozenset[int]:
    """Return the acts of an optimal policy after what was seen and done; all if it cannot occur.

    Arguments:
        history: pairs of an observation and the action taken on it.
        now: the observation that is to be acted on.
    """
    belief = dict(episode.prior)
    for observation, action in history:
        part = _seen(episode, belief).get(observation, ())
        belief = _moved(episode, part, action)
    here = _seen(episode, belief).get(now, ())
    acts = range(1 << episode.action_bits)
    if not here:
        return frozenset(acts)
    left = episode.length - len(history)
    values = [_value(episode, here, left, action) for action in acts]
    return frozenset(a for a in acts if values[a] == max(values))


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


def best_of_window(episode: Episode, window: int, effort: Effort | None = None) -> Fraction:
    """Return the most that a policy of the last observations, and acts between them, can earn.

    A policy is any map from the last `window` observations and the acts between them to an act; on
    the first steps it sees those that there are.

    Raises `BudgetEnded` where the budget ends, and `ArgumentError` for too many policies.

    >>> from mesacircuits.tasks import task_named
    >>> best_of_window(task_named("weather", rung="sticky", steps=2).episode, 1)
    Fraction(3, 2)
    """
    acts = range(1 << episode.action_bits)
    if _acts_do_nothing(episode):
        return _best_forecast(episode, window)
    contexts = _contexts(episode, window)
    if len(acts) ** len(contexts) > _MOST >> 4:
        raise ArgumentError("window", "fewer policies", f"{len(acts)}^{len(contexts)}")
    best = None
    for tried, chosen in enumerate(product(acts, repeat=len(contexts))):
        if effort is not None and not tried % 256 and effort.used_up():
            raise BudgetEnded
        total = _window_total(episode, window, dict(zip(contexts, chosen, strict=True)))
        best = total if best is None else max(best, total)
    assert best is not None
    return best


def _acts_do_nothing(episode: Episode) -> bool:
    return all(all(drawn == row[0] for drawn in row) for row in episode.transitions)


#: Observations and acts between them, the newest observation last.
_Context = tuple[int, ...]


def _contexts(episode: Episode, window: int) -> list[_Context]:
    observed = sorted({*episode.observations})
    acts = range(1 << episode.action_bits)
    found = []
    for length in range(1, min(window, episode.length) + 1):
        slots = [observed if place % 2 == 0 else acts for place in range(2 * length - 1)]
        found += [tuple(context) for context in product(*slots)]
    return found


def _cut(context: _Context, window: int) -> _Context:
    return context[max(len(context) - (2 * window - 1), 0) :]


def _window_total(episode: Episode, window: int, policy: dict[_Context, int]) -> Fraction:
    weights: dict[tuple[int, _Context], Fraction] = {
        (state, (episode.observations[state],)): chance for state, chance in episode.prior
    }
    total = Fraction(0)
    for _ in range(episode.length):
        after: dict[tuple[int, _Context], Fraction] = {}
        for (state, context), weight in weights.items():
            action = policy[context]
            total += weight * episode.rewards[state][action]
            for other, chance in episode.transitions[state][action]:
                seen = _cut((*context, action, episode.observations[other]), window)
                key = other, seen
                after[key] = after.get(key, Fraction(0)) + weight * chance
        weights = after
    return total


def _best_forecast(episode: Episode, window: int) -> Fraction:
    # Acts change nothing, so each context takes its best act; those of early steps are their own.
    weights: dict[tuple[int, _Context], Fraction] = {
        (state, (episode.observations[state],)): chance for state, chance in episode.prior
    }
    earned: dict[_Context, list[Fraction]] = {}
    for _ in range(episode.length):
        after: dict[tuple[int, _Context], Fraction] = {}
        for (state, context), weight in weights.items():
            sums = earned.setdefault(context, [Fraction(0)] * (1 << episode.action_bits))
            for action, reward in enumerate(episode.rewards[state]):
                sums[action] += weight * reward
            for other, chance in episode.transitions[state][0]:
                seen = _cut((*context, 0, episode.observations[other]), window)
                key = other, seen
                after[key] = after.get(key, Fraction(0)) + weight * chance
        weights = after
    return sum((max(sums) for sums in earned.values()), Fraction(0))
