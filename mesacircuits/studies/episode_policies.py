"""What policies of an episode can earn: with all memory, with few states, with a short window.

A *belief* is a distribution of the episode's state that puts all weight on states of one
observation: what Bayes' rule leaves after everything that was seen and done.

A policy is optimal iff it earns what a policy that remembers everything can. Its acts then are
optimal in each situation that it comes to, and what it does elsewhere costs nothing. So machines
are built along their own runs: an entry of the table is chosen only when a run first needs it
(tree normal form), states are numbered by first use, and a run that meets an act that is not
optimal ends the branch. Every optimal machine is met, once, and no number of states is too many to
try by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import count, islice, product

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Episode, rewards_of_many

__all__ = [
    "Belief",
    "BestOfStates",
    "OptimalMachine",
    "acts_of_many",
    "all_machines",
    "best_of_states",
    "first_beliefs",
    "later_beliefs",
    "least_states",
    "least_window",
    "optimal_acts",
    "optimal_machines",
    "optimal_total",
    "window_suffices",
    "yoked_of_many",
]

#: Pairs of a state and its probability, states ascending.
Belief = tuple[tuple[int, Fraction], ...]


def _split(
    episode: Episode, weights: Mapping[int, Fraction]
) -> tuple[tuple[int, Fraction, Belief], ...]:
    # By what is seen: its probability, and what is known then.
    parts: dict[int, dict[int, Fraction]] = {}
    for state, weight in sorted(weights.items()):
        parts.setdefault(episode.observations[state], {})[state] = weight
    chances = {seen: sum(part.values(), Fraction(0)) for seen, part in parts.items()}
    return tuple(
        (seen, chances[seen], tuple((s, w / chances[seen]) for s, w in part.items()))
        for seen, part in sorted(parts.items())
    )


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
    return _split(episode, _moved(episode, dict(belief), action))


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


# How many branches are tried between looks at the budget.
_LOOK = 256


@dataclass(frozen=True, slots=True)
class OptimalMachine:
    """The optimal machines that are alike wherever the episode takes them.

    Attributes:
        states: how many states they have; 0 is the first.
        entries: for each (state, observation) that occurs the act and the next state, None where
            the episode ends before that matters.
    """

    states: int
    entries: tuple[tuple[tuple[int, int], tuple[int, int | None]], ...]


def _optimal_tables(
    episode: Episode,
    effort: Effort | None,
    first: Callable[[int], object],
    follow: Callable[[object, object, int], object],
    choices: Callable[[int, frozenset[int], bool], list[tuple[int, object]]],
) -> Iterator[dict[object, tuple[int, object]]]:
    """Yield each table under which every run is optimal, by what a run remembers.

    Arguments:
        first: what is remembered when this is seen first.
        follow: what is remembered after an entry was used and this was seen.
        choices: the entries that may stand where none does, given how many stand, which acts
            are optimal, and whether the step is the last.
    """
    table: dict[object, tuple[int, object]] = {}
    # Runs by situation: (belief, what is remembered, steps left), in the order of steps.
    agenda: list[tuple[Belief, object, int]] = []
    known = set()
    tried = count(1)

    def meet(belief: Belief, held: object, left: int) -> None:
        run = belief, held, left
        if run not in known:
            known.add(run)
            agenda.append(run)

    for seen, _, belief in first_beliefs(episode):
        meet(belief, first(seen), episode.length)

    def explore(at: int) -> Iterator[dict[object, tuple[int, object]]]:
        if next(tried) % _LOOK == 1 and effort is not None and effort.used_up():
            raise BudgetEnded
        begun = len(agenda)
        while at < len(agenda):
            belief, held, left = agenda[at]
            best = optimal_acts(episode, belief, left)
            if held not in table:
                for entry in choices(_used(table), best, left == 1):
                    table[held] = entry
                    yield from explore(at)
                    del table[held]
                break
            act, _ = table[held]
            if act not in best:
                break
            if left > 1:
                for seen, _, later in later_beliefs(episode, belief, act):
                    meet(later, follow(held, table[held], seen), left - 1)
            at += 1
        else:
            yield dict(table)
        for run in agenda[begun:]:
            known.discard(run)
        del agenda[begun:]

    yield from explore(0)


def _used(table: dict[object, tuple[int, object]]) -> int:
    # How many states of a machine have a name; state 0 has one from the start.
    later = [state for _, state in table.values() if isinstance(state, int)]
    return 1 + max(later, default=0)


def optimal_machines(
    episode: Episode, states: int, effort: Effort | None = None
) -> Iterator[OptimalMachine]:
    """Yield all optimal machines of at most so many states, each once but for their names.

    Machines that behave alike wherever the episode takes them are yielded as one.

    Raises `BudgetEnded` where the budget ends.

    >>> from mesacircuits.tasks import task_named
    >>> drifting = task_named("weather", rung="drifting").episode
    >>> [len(list(optimal_machines(drifting, states))) for states in (1, 2)]
    [0, 2]
    """

    def choices(used: int, best: frozenset[int], last: bool) -> list[tuple[int, object]]:
        later: list[int | None] = [None] if last else [*range(min(used + 1, states))]
        return [(act, state) for state in later for act in sorted(best)]

    def follow(_held: object, entry: object, seen: int) -> object:
        assert isinstance(entry, tuple)
        return entry[1], seen

    for table in _optimal_tables(episode, effort, lambda seen: (0, seen), follow, choices):
        entries = sorted(table.items(), key=lambda item: str(item[0]))
        yield OptimalMachine(states, tuple(entries))  # type: ignore[arg-type]


def least_states(episode: Episode, most: int, effort: Effort | None = None) -> int | None:
    """Return the least number of states of an optimal machine; None if it is above `most`.

    >>> from mesacircuits.tasks import task_named
    >>> least_states(task_named("weather", rung="pairs").episode, 6)
    2
    """
    tried = range(1, most + 1)
    return next((s for s in tried if next(optimal_machines(episode, s, effort), None)), None)


def window_suffices(
    episode: Episode, window: int, acts: bool = True, effort: Effort | None = None
) -> bool:
    """Return whether some policy of the last observations is optimal.

    Arguments:
        window: how many observations it sees, the present one included; on the first steps it sees
            those that there are.
        acts: whether it also sees its own acts between them.
        effort: the budget.

    Raises `BudgetEnded` where that ends.

    >>> from mesacircuits.tasks import task_named
    >>> pairs = task_named("weather", rung="pairs").episode
    >>> window_suffices(pairs, 2), window_suffices(pairs, 2, acts=False)
    (True, False)
    """

    def choices(_used: int, best: frozenset[int], _last: bool) -> list[tuple[int, object]]:
        return [(act, None) for act in sorted(best)]

    def follow(held: object, entry: object, seen: int) -> object:
        assert isinstance(held, tuple)
        assert isinstance(entry, tuple)
        past = (*held, entry[0] if acts else None, seen)
        return past[max(0, len(past) - 2 * window + 1) :]

    found = _optimal_tables(episode, effort, lambda seen: (seen,), follow, choices)
    return next(found, None) is not None


def least_window(
    episode: Episode, most: int, acts: bool = True, effort: Effort | None = None
) -> int | None:
    """Return the least window that `window_suffices` at; None if it is above `most`.

    The whole episode always suffices: all that can be remembered is in it.

    >>> from mesacircuits.tasks import task_named
    >>> least_window(task_named("weather", rung="streak").episode, 6)
    3
    """
    windows = range(1, most + 1)
    return next((w for w in windows if window_suffices(episode, w, acts, effort)), None)


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


def all_machines(episode: Episode, states: int) -> Iterator[tuple[int, ...]]:
    """Yield the words of every machine of so many states, state above observation; 0 is the first.

    Words of states, and of observations, that do not occur are 0.

    Raises `ArgumentError` for too many machines.

    >>> from mesacircuits.tasks import task_named
    >>> sum(1 for _ in all_machines(task_named("bandit").episode, 2))
    256
    """
    observed = sorted({*episode.observations})
    acts = 1 << episode.action_bits
    number = (acts * states) ** (len(observed) * states)
    if number > _MOST:
        raise ArgumentError("states", f"at most {_MOST} machines", f"{states} states: {number}")
    bits, shift = (states - 1).bit_length(), episode.observation_bits
    places = [state << shift | o for state in range(states) for o in observed]
    choices = [next_state * acts + act for next_state in range(states) for act in range(acts)]
    for chosen in product(choices, repeat=len(places)):
        words = [0] * (1 << (shift + bits))
        for place, word in zip(places, chosen, strict=True):
            words[place] = word
        yield tuple(words)


def acts_of_many(
    episode: Episode, policies: Sequence[Sequence[int]], state_bits: int = 0
) -> list[tuple[Fraction, ...]]:
    """Return for each policy how likely it does act 1, of two, at each step.

    >>> from mesacircuits.tasks import task_named
    >>> [str(p) for p in acts_of_many(task_named("bandit").episode, [(3, 0, 0, 3)], 1)[0]]
    ['1', '1/2', '1/2', '1/2']
    """
    counted = replace(episode, rewards=((Fraction(0), Fraction(1)),) * len(episode.states))
    return rewards_of_many(counted, policies, state_bits)


def yoked_of_many(
    episode: Episode, policies: Sequence[Sequence[int]], state_bits: int = 0
) -> list[tuple[Fraction, ...]]:
    """Return what each policy expects at each step if it sees another, independent episode.

    It is `yoked_rewards` for episodes of two acts that change nothing but what is seen: then an act
    that does not depend on the episode earns its mean, whatever was done before.

    Raises `ArgumentError` for other episodes.

    >>> from mesacircuits.tasks import task_named
    >>> [str(r) for r in yoked_of_many(task_named("bandit", steps=2).episode, [(3, 0, 0, 3)], 1)[0]]
    ['1/2', '1/2']
    """
    # At each step what each act earns, after nothing but act 0, or act 1.
    means = []
    for t in range(episode.length):
        found = set()
        for before in (0, 1):
            weights = dict(episode.prior)
            for _ in range(t):
                weights = _moved(episode, weights, before)
            earned = zip(*(episode.rewards[s] for s in weights), strict=True)
            shares = list(weights.values())
            found.add(tuple(sum(w * r for w, r in zip(shares, e, strict=True)) for e in earned))
        if len(found) > 1 or episode.action_bits != 1:
            raise ArgumentError("episode", "two acts that change nothing hidden", episode.kind)
        means.append(found.pop())
    return [
        tuple(m[0] + p * (m[1] - m[0]) for p, m in zip(chances, means, strict=True))
        for chances in acts_of_many(episode, policies, state_bits)
    ]


def _moved(episode: Episode, weights: Mapping[int, Fraction], act: int) -> dict[int, Fraction]:
    after: dict[int, Fraction] = {}
    for state, weight in weights.items():
        for other, chance in episode.transitions[state][act]:
            after[other] = after.get(other, Fraction(0)) + weight * chance
    return after


def best_of_states(episode: Episode, states: int, effort: Effort | None = None) -> BestOfStates:
    """Return the best machines of so many states, the first at the start: all are tried.

    Raises `BudgetEnded` where the budget ends, and `ArgumentError` for too many machines.

    >>> from mesacircuits.tasks import task_named
    >>> best = best_of_states(task_named("bandit").episode, 2)
    >>> best.total, len(best.machines)
    (Fraction(19, 8), 2)
    """
    tried = all_machines(episode, states)
    bits = (states - 1).bit_length()
    best: Fraction | None = None
    found: list[tuple[int, ...]] = []
    while policies := list(islice(tried, _CHUNK)):
        if effort is not None and effort.used_up():
            raise BudgetEnded
        earned = rewards_of_many(episode, policies, bits)
        for machine, rewards in zip(policies, earned, strict=True):
            total = sum(rewards, Fraction(0))
            if best is None or total > best:
                best, found = total, []
            if total == best:
                found.append(machine)
    assert best is not None
    return BestOfStates(best, tuple(found))
