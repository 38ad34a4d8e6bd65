"""Numba kernels that run many policies at once: in worlds, and over episodes in whole numbers."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel

__all__ = ["add_up_rewards", "keep_good_machines", "run_in_world"]


@kernel
def run_in_world(
    policies: NDArray[np.uint8],
    observations: NDArray[np.int64],
    steps: NDArray[np.int64],
    starts: NDArray[np.int64],
    in_target: NDArray[np.bool_],
    disturbances: NDArray[np.int64],
    bits: tuple[int, int, int],
    within: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each policy whether it is acceptable, and whether it recovers.

    Arguments:
        policies: shape (p, 2^(n + k)), the words of each.
        observations, steps, starts, disturbances: as `World` has them.
        in_target: for each state.
        bits: n, m and k.
        within: T of `reaches_and_keeps`; recovery is not bounded, as in `recovers`.
    """
    n, m, k = bits
    act, held = (1 << m) - 1, (1 << k) - 1
    configurations = len(observations) << k
    acceptable = np.ones(len(policies), dtype=np.bool_)
    recovered = np.ones(len(policies), dtype=np.bool_)
    following = np.empty(configurations, dtype=np.int64)
    # Whether a run settles in the target: -1 not known yet.
    settles = np.empty(configurations, dtype=np.int8)
    for p in range(len(policies)):
        for at in range(configurations):
            state = at >> k
            word = policies[p, (at & held) << n | observations[state]]
            following[at] = steps[state, word & act] << k | word >> m
        for start in starts:
            at = start << k
            for _ in range(within):
                at = following[at]
            for _ in range(configurations):
                if not in_target[at >> k]:
                    acceptable[p] = False
                at = following[at]
        if len(disturbances) == 0:
            continue
        settles[:] = -1
        for start in starts:
            at = start << k
            for _ in range(configurations):
                for d in range(len(disturbances)):
                    begun = disturbances[d, at >> k] << k | at & held
                    if settles[begun] < 0:
                        end = begun
                        for _ in range(configurations):
                            end = following[end]
                        settles[begun] = 1
                        for _ in range(configurations):
                            if not in_target[end >> k]:
                                settles[begun] = 0
                            end = following[end]
                    if settles[begun] == 0:
                        recovered[p] = False
                at = following[at]
    return acceptable, recovered


@kernel
def add_up_rewards(
    policies: NDArray[np.uint8],
    observations: NDArray[np.int64],
    prior: NDArray[np.int64],
    drawn: NDArray[np.int64],
    rewards: NDArray[np.int64],
    bits: tuple[int, int, int],
    totals: NDArray[np.int64],
) -> None:
    """Set entry (p, t) of `totals` to the reward that policy p expects at step t, as a numerator.

    Arguments:
        policies: shape (p, 2^(n + k)), the words of each.
        observations: o(s) for each state.
        prior: numerators of the prior over one denominator.
        drawn: shape (states, actions, states): those of the transitions, over one denominator q.
        rewards: those of the rewards, over one denominator.
        bits: n, m and k.
        totals: shape (p, T). Each step multiplies the denominator by q; the caller sees to it that
            nothing overflows.
    """
    n, m, k = bits
    act, count = (1 << m) - 1, len(observations)
    weights = np.zeros((count, 1 << k), dtype=np.int64)
    moved = np.zeros((count, 1 << k), dtype=np.int64)
    for p in range(len(policies)):
        weights[:] = 0
        weights[:, 0] = prior
        for t in range(totals.shape[1]):
            total = 0
            moved[:] = 0
            for state in range(count):
                for memory in range(1 << k):
                    weight = weights[state, memory]
                    if weight == 0:
                        continue
                    word = policies[p, memory << n | observations[state]]
                    action, later = word & act, word >> m
                    total += weight * rewards[state, action]
                    for other in range(count):
                        moved[other, later] += weight * drawn[state, action, other]
            totals[p, t] = total
            weights, moved = moved, weights


@kernel
def keep_good_machines(
    first: int,
    last: int,
    inputs: NDArray[np.int64],
    observations: NDArray[np.int64],
    begun: NDArray[np.int64],
    prior: NDArray[np.int64],
    branches: NDArray[np.int64],
    after: NDArray[np.int64],
    chances: NDArray[np.int64],
    rewards: NDArray[np.int64],
    scales: NDArray[np.int64],
    bits: tuple[int, int, int],
    least: int,
    only_best: bool,
    found: NDArray[np.int64],
) -> tuple[int, int]:
    """Go through the machines of these numbers; return how many are good, and what they earn.

    Machine i gives on input `inputs[j]` the word that is digit j of i in base 2^(m + k), on others
    0. Good are those whose expected total is at least `least`, and that give 0 on inputs that they
    never meet, so that of machines that only differ there one counts; with `only_best` those of the
    greatest total that is at least `least`, which rises as better ones are met.

    Arguments:
        first, last: the numbers, without the last.
        begun, prior: the states that the prior may draw, with numerators.
        branches: entry (s, a): how many states may follow; `after` and `chances`, of shape
            (states, actions, most), say which, with numerators.
        rewards: numerators.
        scales: for each step what its numerator is multiplied with, so that all have one
            denominator.
        bits: n, m and k.
        found: room for the numbers of good machines; those beyond it are counted only.
    """
    n, m, k = bits
    act, count = (1 << m) - 1, len(observations)
    width, word_bits = 1 << k, m + k
    policy = np.zeros(1 << (n + k), dtype=np.int64)
    weights = np.zeros(count << k, dtype=np.int64)
    moved = np.zeros(count << k, dtype=np.int64)
    met = np.zeros(1 << (n + k), dtype=np.bool_)
    good = 0
    for machine in range(first, last):
        for j in range(len(inputs)):
            policy[inputs[j]] = machine >> (j * word_bits) & ((1 << word_bits) - 1)
        weights[:] = 0
        for i in range(len(begun)):
            weights[begun[i] << k] = prior[i]
        met[:] = False
        total = 0
        for t in range(len(scales)):
            reward = 0
            moved[:] = 0
            for at in range(count << k):
                weight = weights[at]
                if weight == 0:
                    continue
                state = at >> k
                x = (at & (width - 1)) << n | observations[state]
                met[x] = True
                word = policy[x]
                action, later = word & act, word >> m
                reward += weight * rewards[state, action]
                if t + 1 < len(scales):
                    for b in range(branches[state, action]):
                        other = after[state, action, b] << k | later
                        moved[other] += weight * chances[state, action, b]
            total += reward * scales[t]
            weights, moved = moved, weights
        if total < least:
            continue
        one_of_alike = True
        for x in inputs:
            if not met[x] and policy[x] != 0:
                one_of_alike = False
        if not one_of_alike:
            continue
        if only_best and total > least:
            least, good = total, 0
        if good < len(found):
            found[good] = machine
        good += 1
    return good, least
