"""The claim `goal-needs-environment`: goal-directedness is relative to an environment."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.claims.worlds.symmetry import attained
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.tables import counted
from mesacircuits.tasks.world import Dynamics, all_dynamics

__all__ = ["GOAL_NEEDS_ENVIRONMENT"]


def _run(settings: Settings, effort: Effort) -> Finding:
    import numpy as np

    states, actions = settings.whole("states"), settings.whole("actions")
    policies = list(product(range(actions), repeat=states))
    target = states - 1
    universe = (
        f"all worlds of {counted(states, 'state')} and {counted(actions, 'action')}, "
        f"all {counted(len(policies), 'policy', 'policies')} of each"
    )
    if effort.used_up():
        return Finding.of_ended_budget(universe)
    worlds: list[Dynamics] = list(all_dynamics(states, actions))
    scores = np.array([[attained(w, p, target) for p in policies] for w in worlds], dtype=np.int8)
    # Worlds in which every policy scores alike order nothing.
    profiles, weights = np.unique(scores, axis=0, return_counts=True)
    signs = np.sign(profiles[:, :, None] - profiles[:, None, :]).astype(np.int8)
    count = len(policies)
    upper = np.triu_indices(count, 1)
    signs = signs[:, upper[0], upper[1]]
    ordered = (signs != 0).sum(axis=1)
    reversed_pairs = np.zeros((len(profiles), len(profiles)), dtype=np.int64)
    agreeing = np.zeros_like(reversed_pairs)
    with effort.bar("worlds", len(profiles)) as bar:
        for place in range(len(profiles)):
            both = signs[place] * signs
            reversed_pairs[place] = (both < 0).sum(axis=1)
            agreeing[place] = (both > 0).sum(axis=1)
            bar.advance()
    pairs = weights[:, None] * weights[None, :]
    # Unordered pairs of different worlds.
    total = len(worlds) * (len(worlds) - 1) // 2
    some = int((pairs * (reversed_pairs > 0)).sum()) // 2
    reverses = int((pairs * reversed_pairs).sum()) // 2
    agrees = (int((pairs * agreeing).sum()) - int((weights * ordered).sum())) // 2
    share = Fraction(reverses, reverses + agrees) if reverses + agrees else None
    null = _renamed(worlds, policies, target, states)
    null_share = Fraction(null[0], sum(null)) if sum(null) else None
    held = some > 0 and share is not None and null_share is not None
    distribution = np.bincount(reversed_pairs.ravel(), weights=pairs.ravel())
    points = tuple(
        (k, Fraction(int(n), len(worlds) ** 2)) for k, n in enumerate(distribution.tolist())
    )
    rows: list[tuple[Cell, ...]] = [
        ("another world", total, reverses, agrees, share),
        ("the same world, states renamed", len(worlds) * _moves(states), *null, null_share),
    ]
    return Finding(
        verdict=Verdict.HELD if held and some else Verdict.REFUTED,
        answer=(
            f"in {some:,} of {counted(total, 'pair')} of worlds two policies "
            "change places; of pairs of "
            f"policies that both worlds order, {float(share or 0):.4f} are in the other order, and "
            f"{float(null_share or 0):.4f} where the other world is the same with its other states "
            "renamed."
        ),
        universe=universe,
        tables=(
            Table(
                "Pairs of worlds, and pairs of policies that both order, in the other order or in "
                "the same:",
                ("against", "pairs of worlds", "other order", "same order", "share"),
                tuple(rows),
            ),
        ),
        notes=(
            "A policy's score in a world is the number of states from which it comes into the "
            "last state and stays there. Everything is observed.",
        ),
        plot=Plot(
            (
                Panel(
                    "Pairs of policies that change places",
                    "pairs of policies reversed",
                    "share of pairs of worlds",
                    (Series("pairs of worlds", points),),
                ),
            )
        ),
    )


def _moves(states: int) -> int:
    # Renamings of the other states, but for the one that changes nothing.
    count = 1
    for k in range(2, states):
        count *= k
    return count - 1


def _renamed(
    worlds: list[Dynamics], policies: list[tuple[int, ...]], target: int, states: int
) -> tuple[int, int]:
    """Return pairs of policies reversed, and in the same order, when other states are renamed."""
    reverse = same = 0
    for moved in permutations(range(states - 1)):
        order = (*moved, states - 1)
        if order == tuple(range(states)):
            continue
        for world in worlds:
            renamed = [(0,)] * states
            for s, row in enumerate(world):
                renamed[order[s]] = tuple(order[t] for t in row)  # type: ignore[assignment]
            own = [attained(world, p, target) for p in policies]
            other = [attained(tuple(renamed), p, target) for p in policies]
            for i in range(len(policies)):
                for j in range(i):
                    sign = (own[i] - own[j]) * (other[i] - other[j])
                    reverse += sign < 0
                    same += sign > 0
    return reverse, same


GOAL_NEEDS_ENVIRONMENT = Claim(
    name="goal-needs-environment",
    topic="worlds and learners",
    claim="Goal-directedness is relative to a model of the environment.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all fully observed deterministic worlds of so many states: a policy's score is from how "
        "many states it attains a goal state and keeps it. Two policies change places if one has "
        "the greater score in one world and the smaller in another."
    ),
    question="Do two policies change places between some two worlds with the same goal state?",
    blind_to="worlds with noise, hidden state or other goals, and scores by degrees",
    control="the same world with its other states renamed: exact, all renamings",
    parameters=(
        Parameter("states", 3, "states of a world", least=2, most=3),
        Parameter("actions", 2, "actions in each state", least=2, most=2),
    ),
    run=_run,
    quick={"states": 2},
)
