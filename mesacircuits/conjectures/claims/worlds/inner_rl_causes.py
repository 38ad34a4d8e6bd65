"""The claim `inner-rl-causes`: sparse outer reward, or a slow outer rate, invite a learner."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.measures.mesa_learner import learning_gain
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import best_of_states
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode

__all__ = ["INNER_RL_CAUSES", "sparse_bandit"]


def sparse_bandit(
    steps: int, rewarded: int, good: Fraction, first: Fraction, informed: bool = True
) -> Episode:
    """Return a bandit of two arms of whose steps only the last few are rewarded.

    The good arm pays with probability `good`, the other with 1 - `good`; arm 1 is the good one with
    probability `first`. Whether a pull paid is observed at every step, rewarded or not.

    Arguments:
        steps: T.
        rewarded: how many of the last steps are rewarded.
        good, first: see above.
        informed: False for the null, where what is observed is a fair coin.

    >>> sparse_bandit(3, 1, Fraction(3, 4), Fraction(1, 2)).length
    3
    """
    states = [(g, paid, t) for g in (0, 1) for paid in (0, 1) for t in range(steps)]
    number = {state: place for place, state in enumerate(states)}
    half = Fraction(1, 2)

    def chance(state: tuple[int, int, int], arm: int) -> Fraction:
        return good if arm == state[0] else 1 - good

    def drawn(state: tuple[int, int, int], arm: int) -> tuple[tuple[int, Fraction], ...]:
        g, _, t = state
        paid = chance(state, arm) if informed else half
        later = min(t + 1, steps - 1)
        return (number[g, 0, later], 1 - paid), (number[g, 1, later], paid)

    def reward(state: tuple[int, int, int], arm: int) -> Fraction:
        return chance(state, arm) if state[2] >= steps - rewarded else Fraction(0)

    return Episode(
        observation_bits=1,
        action_bits=1,
        states=tuple(f"good={g} paid={p} step={t + 1}" for g, p, t in states),
        observations=tuple(paid for _, paid, _ in states),
        prior=((number[0, 0, 0], 1 - first), (number[1, 0, 0], first)),
        transitions=tuple((drawn(s, 0), drawn(s, 1)) for s in states),
        rewards=tuple((reward(s, 0), reward(s, 1)) for s in states),
        length=steps,
    )


def _point(
    settings: Settings, rewarded: int, first: Fraction, informed: bool, effort: Effort
) -> list[str | int]:
    """Return the best total, how many best machines there are and how many of them learn."""
    steps, good = settings.whole("steps"), settings.rational("good")
    episode = sparse_bandit(steps, rewarded, good, first, informed)
    held_out = sparse_bandit(steps, steps, Fraction(1), 1 - first, informed)
    dense = sparse_bandit(steps, steps, good, first, informed)
    best = best_of_states(episode, settings.whole("states"), effort)
    bits = (settings.whole("states") - 1).bit_length()
    # Learning is judged by what is paid at every step, whether it is rewarded or not.
    learners = 0
    for words in best.machines:
        gain = learning_gain(dense, words, bits)
        learners += gain > 0 and learning_gain(held_out, words, bits) >= gain
    return [str(best.total), len(best.machines), learners]


def _run(settings: Settings, effort: Effort) -> Finding:
    steps = settings.whole("steps")
    kept = KeptParts(effort, "inner-rl-causes 1", settings)
    priors = [Fraction(n, 8) for n in settings.wholes("priors")]
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    shares: dict[tuple[int, Fraction], Fraction] = {}
    nulls: dict[tuple[int, Fraction], Fraction] = {}
    for first in priors:
        for rewarded in range(steps, 0, -1):
            try:
                found = []
                for informed in (True, False):
                    compute = partial(_point, settings, rewarded, first, informed, effort)
                    found.append(kept.part(f"{rewarded} {first} {informed}", compute))
            except BudgetEnded:
                left.append(f"prior {first}, {counted(rewarded, 'rewarded step')}")
                continue
            (total, machines, learners), (_, others, null) = found
            shares[rewarded, first] = Fraction(learners, machines)
            nulls[rewarded, first] = Fraction(null, others)
            share, null_share = shares[rewarded, first], nulls[rewarded, first]
            rows.append((first, rewarded, Fraction(total), machines, learners, share, null_share))
    sparser = _falls(shares, [[(c, f) for c in range(steps, 0, -1)] for f in priors])
    slower = _falls(shares, [[(c, f) for f in priors] for c in range(steps, 0, -1)])
    values = list(shares.values())
    flat = len({*values}) <= 1
    held = not sparser and not slower and not flat
    series = [
        Series(
            f"prior {first}",
            tuple(
                (steps - c, shares[c, first]) for c in range(steps, 0, -1) if (c, first) in shares
            ),
        )
        for first in priors
    ]
    verdict = Verdict.HELD if held else Verdict.REFUTED
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left else verdict,
        answer=(
            f"as reward grows sparser the share of learners falls in {sparser} of "
            f"{counted(len(priors) * (steps - 1), 'step')}, as the hidden arm "
            "grows less predictable in "
            f"{slower} of {steps * (len(priors) - 1)}; it lies between {min(values, default=None)} "
            f"and {max(values, default=None)}."
        ),
        universe=(
            f"bandits of {counted(steps, 'step')}; all machines of "
            f"{counted(settings.whole('states'), 'state')}"
        ),
        tables=(
            Table(
                "Of the best machines those that learn; prior: how often arm 1 is the good one; "
                "rewarded: of the last steps how many count; null: the same share where what is "
                "seen is a fair coin:",
                ("prior", "rewarded", "best", "machines", "learn", "share", "null"),
                tuple(rows),
            ),
        ),
        notes=(
            "A slow outer rate is a hidden arm that changes faster than the outer optimizer "
            "follows: the less it knows, the nearer the prior is to 1/2.",
            "learn: what is earned beyond a yoked copy grows after the first step, and in held-out "
            "episodes no less (see the definition mesa-learner).",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Learners among the best machines",
                    "steps without reward",
                    "share that learns",
                    tuple(series),
                    most=1,
                ),
            )
        ),
    )


def _falls(
    shares: dict[tuple[int, Fraction], Fraction], lines: list[list[tuple[int, Fraction]]]
) -> int:
    return sum(
        shares[a] > shares[b]
        for line in lines
        for a, b in itertools.pairwise(line)
        if a in shares and b in shares
    )


INNER_RL_CAUSES = Claim(
    name="inner-rl-causes",
    topic="worlds and learners",
    claim="Sparse outer reward, or a slow outer learning rate, invites an inner learner.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "bandits whose pulls are seen to pay at every step, but rewarded only on the last few "
        "steps (sparse); and whose good arm is less and less known to the outer optimizer from "
        "one episode to the next (slow). Among all best machines of so many states: the share "
        "that learns within the episode."
    ),
    question=(
        "Does the share of learners never fall as reward grows sparser and as the prior grows "
        "flatter, and change at all?"
    ),
    blind_to="outer optimizers that do not reach the best machine",
    control="the same bandits seen through a fair coin: exact, all machines",
    parameters=(
        Parameter("steps", 4, "steps of an episode", least=2, most=6),
        Parameter("states", 2, "states of a machine", least=1, most=3),
        Parameter("good", Fraction(3, 4), "how often the good arm pays"),
        Parameter("priors", (8, 7, 6, 5, 4), "eighths: how often arm 1 is good", least=0, most=8),
    ),
    run=_run,
    quick={"steps": 3, "priors": (8, 6, 4)},
)
