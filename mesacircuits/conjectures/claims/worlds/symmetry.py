"""The claim `symmetry`: an environment's symmetries say how often acts are optimal."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial
from itertools import permutations, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks.world import Dynamics, all_dynamics

__all__ = [
    "SYMMETRY",
    "attained",
    "automorphisms",
    "best_gains",
    "optimal_counts",
]


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


def _world(dynamics: Dynamics, levels: int, steps: int) -> tuple[int, int, int, int, int]:
    """Return symmetries, orbits of moves, different counts, orbits torn, and whether more reach
    more: moves to states that reach more states are optimal for no fewer rewards."""
    group = automorphisms(dynamics)
    counts = optimal_counts(dynamics, levels, steps)
    orbits: dict[tuple[int, int], frozenset[tuple[int, int]]] = {}
    for s, t in counts:
        orbits[s, t] = frozenset((g[s], g[t]) for g in group)
    torn = sum(len({counts[move] for move in orbit}) > 1 for orbit in {*orbits.values()})
    reach = [len(_reachable(dynamics, s)) for s in range(len(dynamics))]
    against = 0
    for s, t in counts:
        for other, u in counts:
            against += other == s and reach[t] > reach[u] and counts[s, t] < counts[s, u]
    return len(group), len({*orbits.values()}), len({*counts.values()}), torn, against


def _reachable(dynamics: Dynamics, start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for other in dynamics[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _all(states: int, levels: int, steps: int, effort: Effort) -> list[list[int]]:
    rows: Counter[tuple[int, int, int, int, int]] = Counter()
    for number, dynamics in enumerate(all_dynamics(states, 2)):
        if not number % 512 and effort.used_up():
            raise BudgetEnded
        # Actions may be renamed, so that of (0, 1) and (1, 0) one will do.
        if all(list(row) == sorted(row) for row in dynamics):
            weight = 1
            for row in dynamics:
                weight *= 1 + (row[0] != row[1])
            rows[_world(dynamics, levels, steps)] += weight
    return [[*key, count] for key, count in sorted(rows.items())]


def _run(settings: Settings, effort: Effort) -> Finding:
    states, levels = settings.whole("states"), settings.whole("levels")
    steps = settings.whole("steps")
    universe = (
        f"all worlds of {counted(states, 'state')} and 2 actions, all "
        f"{levels**states} reward functions"
    )
    kept = KeptParts(effort, "symmetry 1", settings)
    try:
        found = kept.part("worlds", partial(_all, states, levels, steps, effort))
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    by_group: dict[int, list[int]] = {}
    for group, orbits, values, torn, against, count in found:
        row = by_group.setdefault(group, [0, 0, 0, 0, 0])
        for place, value in enumerate((1, orbits, values, torn, against > 0)):
            row[place] += count * value
    rows: list[tuple[Cell, ...]] = [
        (
            group,
            row[0],
            Fraction(row[1], row[0]),
            Fraction(row[2], row[0]),
            row[3],
            row[4],
        )
        for group, row in sorted(by_group.items())
    ]
    worlds = sum(row[0] for row in by_group.values())
    torn = sum(row[3] for row in by_group.values())
    against = sum(row[4] for row in by_group.values())
    series = (
        Series("orbits of moves", tuple((r[0], r[2]) for r in rows)),  # type: ignore[misc]
        Series("different counts", tuple((r[0], r[3]) for r in rows)),  # type: ignore[misc]
    )
    return Finding(
        verdict=Verdict.REFUTED if torn else Verdict.HELD,
        answer=(
            f"in {counted(worlds, 'world')} {counted(torn, 'orbit')} of moves "
            "have unequal counts; but that a move to "
            f"where more can be reached is optimal for no fewer rewards fails in {against:,} "
            f"({float(Fraction(against, worlds)):.4f} of them)."
        ),
        universe=universe,
        tables=(
            Table(
                "Worlds by the number of their symmetries; means: orbits of moves (s, t), and "
                "different numbers of reward functions for which a move is optimal; torn: orbits "
                "with unequal numbers; less for more: worlds with a move to where more can be "
                "reached that is optimal for fewer rewards than another from the same state:",
                ("symmetries", "worlds", "orbits", "counts", "torn", "less for more"),
                tuple(rows),
            ),
        ),
        notes=(
            "A symmetry permutes states and keeps which follow which. Rewards are drawn from a set "
            "that permutations keep, so moves of one orbit have to be optimal equally often "
            "(Turner et al. 2021, of which POWER is the discounted mean).",
            f"Optimal: for the sum of the next {steps} rewards.",
        ),
        plot=Plot(
            (
                Panel(
                    "What symmetries leave to tell apart",
                    "symmetries of the world",
                    "mean number in a world",
                    series,
                ),
            )
        ),
    )


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
        "for every deterministic world of so many states and every reward function: from each "
        "state, which moves are optimal. The number of reward functions for which a move is "
        "optimal, over the orbits of moves under the world's automorphisms."
    ),
    question="Is that number the same for all moves of an orbit, in every world?",
    blind_to="noise, discounting, and distributions of rewards that symmetries do not keep",
    control="worlds without symmetries, whose moves are orbits of their own: exact, all worlds",
    parameters=(
        Parameter("states", 4, "states of a world", least=2, most=4),
        Parameter("levels", 2, "values of a reward", least=2, most=3),
        Parameter("steps", 3, "steps that are summed", least=1, most=8),
    ),
    run=_run,
    quick={"states": 3},
)
