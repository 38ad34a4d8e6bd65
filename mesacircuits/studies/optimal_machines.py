"""Optimal machines of few states, and optimal policies of a short window, for an episode.

A policy is optimal iff it earns what a policy that remembers everything can. Its acts then are
optimal in each situation that it comes to, and what it does elsewhere costs nothing. So machines
are built along their own runs: an entry of the table is chosen only when a run first needs it
(tree normal form), states are numbered by first use, and a run that meets an act that is not
optimal ends the branch. Every optimal machine is met, once, and no number of states is too many to
try by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_beliefs import (
    Belief,
    first_beliefs,
    later_beliefs,
    optimal_acts,
)
from mesacircuits.tasks import Episode

__all__ = [
    "OptimalMachine",
    "least_states",
    "least_window",
    "optimal_machines",
    "window_suffices",
]

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


class _Runs:
    """Runs of a policy that is not yet wholly decided, by situation and what it remembers."""

    def __init__(self, episode: Episode, effort: Effort | None) -> None:
        self._episode = episode
        self._effort = effort
        self._tried = 0

    def _look(self) -> None:
        self._tried += 1
        if self._effort is not None and self._tried % _LOOK == 1 and self._effort.used_up():
            raise BudgetEnded

    def search(
        self,
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
        episode = self._episode
        table: dict[object, tuple[int, object]] = {}
        # (belief, what is remembered, steps left), in the order of steps.
        agenda: list[tuple[Belief, object, int]] = []
        known = set()

        def meet(belief: Belief, held: object, left: int) -> None:
            run = belief, held, left
            if run not in known:
                known.add(run)
                agenda.append(run)

        for seen, _, belief in first_beliefs(episode):
            meet(belief, first(seen), episode.length)

        def explore(at: int) -> Iterator[dict[object, tuple[int, object]]]:
            self._look()
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

    for table in _Runs(episode, effort).search(lambda seen: (0, seen), follow, choices):
        entries = sorted(table.items(), key=lambda item: str(item[0]))
        yield OptimalMachine(states, tuple(entries))  # type: ignore[arg-type]


def least_states(episode: Episode, most: int, effort: Effort | None = None) -> int | None:
    """Return the least number of states of an optimal machine; None if it is above `most`.

    >>> from mesacircuits.tasks import task_named
    >>> least_states(task_named("weather", rung="pairs").episode, 6)
    2
    """
    for states in range(1, most + 1):
        if next(optimal_machines(episode, states, effort), None) is not None:
            return states
    return None


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

    found = _Runs(episode, effort).search(lambda seen: (seen,), follow, choices)
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
