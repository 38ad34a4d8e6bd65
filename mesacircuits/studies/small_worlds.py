"""All deterministic worlds of a few states that are fully observed, with their policies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

__all__ = ["Dynamics", "all_dynamics", "attained", "automorphisms"]

#: For each state the next state under each action.
Dynamics = tuple[tuple[int, ...], ...]


def all_dynamics(states: int, actions: int) -> Iterator[Dynamics]:
    """Yield all maps from states and actions to states: (N^A)^N of them.

    >>> sum(1 for _ in all_dynamics(2, 2))
    16
    """
    rows = list(product(range(states), repeat=actions))
    yield from product(rows, repeat=states)


def attained(dynamics: Dynamics, policy: tuple[int, ...], target: int) -> int:
    """Return from how many states a policy comes into the target state and stays there for ever.

    >>> attained(((0, 1), (1, 0)), (1, 0), 1)
    2
    """
    count = 0
    for start in range(len(dynamics)):
        at = start
        for _ in range(len(dynamics)):
            at = dynamics[at][policy[at]]
        count += at == target and dynamics[at][policy[at]] == at
    return count


def automorphisms(dynamics: Dynamics) -> list[tuple[int, ...]]:
    """Return the permutations of states that keep which states follow which, by any action.

    Actions may be renamed in each state: the multisets of successors have to agree.

    >>> automorphisms(((0, 1), (1, 0)))
    [(0, 1), (1, 0)]
    """
    after = [sorted(row) for row in dynamics]
    return [
        moved
        for moved in permutations(range(len(dynamics)))
        if all(
            sorted(moved[t] for t in dynamics[s]) == after[moved[s]] for s in range(len(dynamics))
        )
    ]
