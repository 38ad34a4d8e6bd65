"""The claim `goal-needs-environment`: goal-directedness is relative to an environment."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.worlds.symmetry import attained
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks.world import all_dynamics

__all__ = ["GOAL_NEEDS_ENVIRONMENT"]


def _found(settings: Settings, effort: Effort) -> Finding:
    import numpy as np

    states, actions = settings.whole("states"), 2
    policies = list(product(range(actions), repeat=states))
    target = states - 1
    if effort.used_up():
        raise BudgetEnded
    worlds = list(all_dynamics(states, actions))
    scores = np.array([[attained(w, p, target) for p in policies] for w in worlds], dtype=np.int8)
    flat = np.array(worlds).reshape(len(worlds), -1)
    upper = np.triu_indices(len(policies), 1)
    signs = np.sign(scores[:, upper[0]] - scores[:, upper[1]]).astype(np.int16)
    best = scores == scores.max(axis=1, keepdims=True)
    # Worlds in which all policies score alike say of none that it is directed.
    directed = (~best).any(axis=1)
    entries = flat.shape[1]
    # By distance: pairs of policies that are reversed, and that are not; pairs of a policy and two
    # worlds such that it is best in the model, and those where it is best in the world, too.
    counts = np.zeros((entries + 1, 4), dtype=np.int64)
    with effort.bar("worlds", len(worlds)) as bar:
        for place in range(len(worlds)):
            distance = (flat != flat[place]).sum(axis=1)
            both = signs * signs[place]
            reversed_pairs, same = (both < 0).sum(axis=1), (both > 0).sum(axis=1)
            chosen = (best & directed[:, None]).sum(axis=1) * directed[place]
            kept = (best & best[place] & directed[:, None]).sum(axis=1) * directed[place]
            for column, values in enumerate((reversed_pairs, same, chosen, kept)):
                counts[:, column] += np.bincount(distance, values, entries + 1).astype(np.int64)
            bar.advance()
    rows: list[tuple[Cell, ...]] = []
    for distance, (reverse, same, chosen, kept) in enumerate(counts.tolist()):
        share = Fraction(reverse, reverse + same) if reverse + same else None
        stays = Fraction(kept, chosen) if chosen else None
        rows.append((distance, reverse // 2, same // 2, share, stays))
    apart = [row[0] for row in rows if row[1]]
    verdict = Verdict.HELD if apart else Verdict.REFUTED
    ordered = int(counts[:, :2].sum())
    return Finding(
        verdict=verdict if ordered else Verdict.VACUOUS,
        answer=(
            f"two policies change places between worlds that differ in {apart[0]} of {entries} "
            f"entries, {float(rows[int(str(apart[0]))][3] or 0):.4f} of the pairs that both order."
            if apart
            else "no two policies change places, whatever the worlds."
        ),
        universe=(
            f"all pairs of worlds of {counted(states, 'state')} and {actions} actions, all "
            f"{counted(len(policies), 'policy', 'policies')}"
        ),
        tables=(
            Table(
                "By how many entries (what follows on a state and an act) the model and the world "
                "differ: pairs of policies, ordered in both, that change places, and that do not; "
                "the share that does; and the share of policies best in the model that are best in "
                "the world:",
                ("differ", "change places", "stay", "share", "best stays best"),
                tuple(rows),
            ),
        ),
        notes=(
            "A policy's score in a world is the number of states from which it comes into the last "
            "state and stays there. Everything is observed. Worlds and models in which all "
            "policies score alike are left out of the last column.",
            "Of two worlds drawn independently half of the pairs change places. That is a theorem: "
            "exchanging the two acts in the states where two policies differ makes each act as "
            "the other does, and maps all worlds onto all worlds.",
        ),
        plot=Plot(
            (
                Panel(
                    "How wrong the model is, and what is left of the order",
                    "entries that differ",
                    "share",
                    (
                        Series("pairs that change places", _points(rows, 3), "points"),
                        Series("best stays best", _points(rows, 4), "points"),
                    ),
                    most=1,
                ),
            )
        ),
    )


def _points(rows: list[tuple[Cell, ...]], column: int) -> tuple[tuple[int, Fraction], ...]:
    return tuple((d, r[column]) for d, r in enumerate(rows) if r[column] is not None)  # type: ignore[misc]


GOAL_NEEDS_ENVIRONMENT = Claim(
    name="goal-needs-environment",
    topic="worlds and learners",
    claim="Goal-directedness is relative to a model of the environment.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all fully observed deterministic worlds of so many states: a policy's score is from how "
        "many states it attains a goal state and keeps it. Two policies change places if one has "
        "the greater score in the model and the smaller in the world; counted by how many entries "
        "of the model are wrong."
    ),
    kind=Kind.EXISTENCE,
    keeps="that which of two policies is more goal-directed depends on the environment supposed",
    question="Do two policies change places between a model and a world with the same goal state?",
    blind_to="worlds with noise, hidden state or other goals, and scores by degrees",
    control="worlds that are drawn independently, where half change places by a theorem",
    theorems=(
        "Over all pairs of worlds, two policies that both order are reversed in exactly half.",
    ),
    parameters=(Parameter("states", 3, "states of a world", least=2, most=3),),
    run=Existence(_found, trend=({"states": 2}, {"states": 3})),
    quick={"states": 2},
)
