"""The claim `symmetry`: an environment's symmetries say how often acts are optimal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks.world import Dynamics, all_dynamics

__all__ = [
    "SYMMETRY",
    "attained",
    "best_gains",
    "embeds",
    "involutions",
    "optimal_counts",
    "visits",
]

_EACH, _ONE = "each in the other", "one in the other"
_MORE, _NONE = "neither, more reached", "neither, as far reached"
_KNOWN = (_EACH, _ONE, _MORE, _NONE)


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


def best_gains(dynamics: Dynamics, rewards: tuple[int, ...], steps: int) -> list[int]:
    """Return the greatest sum of rewards of the next `steps` states, from each state."""
    values = [0] * len(dynamics)
    for _ in range(steps):
        values = [max(rewards[t] + values[t] for t in row) for row in dynamics]
    return values


def optimal_counts(dynamics: Dynamics, levels: int, steps: int) -> dict[tuple[int, int], int]:
    """Return for how many reward functions it is optimal to go from one state to another.

    Reward functions are all maps from states to 0, ..., levels - 1, a set that every permutation
    of states maps onto itself; going from s to t is optimal if some optimal act in s, for the sum
    of the next `steps` rewards, leads to t.

    Returns:
        for each pair (s, t) with t a successor of s the number of reward functions.

    >>> optimal_counts(((0, 1), (0, 1)), 2, 1)
    {(0, 0): 3, (0, 1): 3, (1, 0): 3, (1, 1): 3}
    """
    counts = {(s, t): 0 for s, row in enumerate(dynamics) for t in sorted({*row})}
    for rewards in product(range(levels), repeat=len(dynamics)):
        later = best_gains(dynamics, rewards, steps - 1)
        for s, row in enumerate(dynamics):
            best = max(rewards[t] + later[t] for t in row)
            for t in {*row}:
                counts[s, t] += rewards[t] + later[t] == best
    return counts


def visits(dynamics: Dynamics, start: int, steps: int) -> frozenset[tuple[int, ...]]:
    """Return how often each state is visited, of every path of so many states from this one.

    >>> sorted(visits(((0, 1), (1, 1)), 0, 2))
    [(1, 1), (2, 0)]
    """
    paths = {(start, tuple(int(s == start) for s in range(len(dynamics))))}
    for _ in range(steps - 1):
        after = set()
        for at, counts in paths:
            for t in dynamics[at]:
                after.add((t, tuple(c + (s == t) for s, c in enumerate(counts))))
        paths = after
    return frozenset(counts for _, counts in paths)


def involutions(states: int) -> list[tuple[int, ...]]:
    """Return the permutations of states that undo themselves.

    >>> len(involutions(4))
    10
    """
    return [
        moved
        for moved in permutations(range(states))
        if all(moved[moved[s]] == s for s in range(states))
    ]


def embeds(
    own: frozenset[tuple[int, ...]],
    other: frozenset[tuple[int, ...]],
    moves: list[tuple[int, ...]],
) -> bool:
    """Return whether some involution maps all that one move can bring into what another can.

    >>> embeds(frozenset({(1, 0, 1)}), frozenset({(0, 1, 1), (0, 2, 0)}), involutions(3))
    True
    """
    return any(all(tuple(counts[m] for m in moved) in other for counts in own) for moved in moves)


def _orbits(states: int) -> Iterator[tuple[Dynamics, int]]:
    """Yield one world of each orbit under renaming states, and acts in each; with its size."""
    known: set[Dynamics] = set()
    renamings = list(permutations(range(states)))
    for dynamics in all_dynamics(states, 2):
        # Actions may be renamed, so that of (0, 1) and (1, 0) one will do.
        if any(a > b for a, b in dynamics) or dynamics in known:
            continue
        orbit = set()
        for moved in renamings:
            rows: list[tuple[int, ...]] = [()] * states
            for s, row in enumerate(dynamics):
                rows[moved[s]] = tuple(sorted(moved[t] for t in row))
            orbit.add(tuple(rows))
        known |= orbit
        weight = 1 << sum(a != b for a, b in dynamics)
        yield dynamics, weight * len(orbit)


def _found(settings: Settings, effort: Effort) -> Finding:
    states, levels = settings.whole("states"), settings.whole("levels")
    steps = settings.whole("steps")
    moves = involutions(states)
    # Of two moves from a state: by what is known of them, how often the second is optimal for more
    # reward functions, for as many, for fewer.
    counts: dict[str, list[int]] = {name: [0, 0, 0] for name in _KNOWN}
    worlds = 0
    for number, (dynamics, weight) in enumerate(_orbits(states)):
        if not number % 64 and effort.used_up():
            raise BudgetEnded
        worlds += weight
        optimal = optimal_counts(dynamics, levels, steps)
        paths = [visits(dynamics, s, steps) for s in range(states)]
        for s, (t, u) in enumerate(dynamics):
            if t == u:
                continue
            there, back = embeds(paths[t], paths[u], moves), embeds(paths[u], paths[t], moves)
            reach = [len(_reachable(dynamics, x)) for x in (t, u)]
            if there and back:
                known, first, second = _EACH, t, u
            elif there or back:
                known, first, second = _ONE, *((t, u) if there else (u, t))
            else:
                known = _MORE if reach[0] != reach[1] else _NONE
                first, second = (t, u) if reach[0] <= reach[1] else (u, t)
            gain = optimal[s, second] - optimal[s, first]
            if known == _NONE:
                gain = abs(gain)
            counts[known][1 - (gain > 0) + (gain < 0)] += weight
    broken = counts[_EACH][0] + counts[_EACH][2] + counts[_ONE][2]
    whole = sum(map(sum, counts.values()))
    settled = sum(counts[_EACH]) + sum(counts[_ONE])
    without = counts[_MORE]
    table = Table(
        "Pairs of moves from one state, by which of them embeds in the other; the one into which "
        "the other embeds, else from which more can be reached, is optimal for more reward "
        "functions, for as many, or for fewer:",
        ("known", "pairs", "more", "as many", "fewer"),
        tuple((name, sum(row), *row) for name, row in counts.items()),
    )
    return Finding(
        verdict=Verdict.REFUTED if broken else Verdict.HELD,
        answer=(
            f"symmetries settle {settled:,} of {counted(whole, 'pair')} of moves, against the "
            f"numbers of reward functions in {broken}; where they do not, the move from which more "
            f"can be reached is optimal for fewer in {without[2]:,} of {sum(without):,}."
        ),
        universe=(
            f"all {counted(worlds, 'world')} of {counted(states, 'state')} and 2 actions, all "
            f"{levels**states} reward functions"
        ),
        tables=(table,),
        notes=(
            "A move embeds in another if some involution of the states maps the visits of each "
            "path after it to those of a path after the other (Turner et al. 2021). Then the other "
            "is optimal for at least as many reward functions, of any set that permutations keep.",
            f"Optimal: for the sum of the next {steps} rewards. Neither embeds, as far can be "
            "reached: which of both is the second does not matter, and none is counted as fewer.",
        ),
        plot=Plot((bar_panel(table, ("more", "as many", "fewer"), "Pairs", "share", of="pairs"),)),
    )


def _reachable(dynamics: Dynamics, start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for other in dynamics[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


SYMMETRY = Claim(
    name="symmetry",
    topic="worlds and learners",
    claim=(
        "Properties of environments, such as the symmetries behind POWER, carry the information "
        "about what agents will do."
    ),
    source=(
        "Shimi and Demski, review thread on inner alignment; Turner et al. 2021, Optimal policies "
        "tend to seek power"
    ),
    reading=(
        "for every deterministic world of so many states, and each pair of moves from a state: for "
        "how many reward functions each is optimal. If an involution of the states embeds what one "
        "move can bring in what the other can, the other is optimal for at least as many; where "
        "none does, whether the move from which more can be reached is."
    ),
    kind=Kind.THEOREM,
    keeps="that the world alone tells which acts are optimal for more goals",
    question="Is the move in which another embeds optimal for at least as many reward functions?",
    blind_to="noise, discounting, and distributions of rewards that symmetries do not keep",
    control="moves of which neither embeds in the other: exact, all worlds",
    theorems=(
        "If an involution embeds one of two moves in the other, the other is optimal for at least "
        "as many reward functions, of any set of them that permutations of states keep.",
    ),
    parameters=(
        Parameter("states", 4, "states of a world", least=2, most=4),
        Parameter("levels", 2, "values of a reward", least=2, most=3),
        Parameter("steps", 3, "steps that are summed", least=1, most=8),
    ),
    run=Existence(
        _found,
        trend=({"states": 2}, {"states": 3}, {"states": 4}),
        neighbours=({"steps": 2}, {"steps": 4}, {"states": 3, "levels": 3}),
    ),
    quick={"states": 3},
)
