"""Numba kernels that run many policies over episodes at once, in whole numbers."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["add_up_rewards", "keep_good_machines"]

#: The arrays of `WholeEpisode`: observations, first states and their chances, what may follow and
#: its chances, rewards.
Arrays = tuple[NDArray[np.int64], ...]


@leaf
def _run(
    policy: NDArray[np.int64],
    episode: Arrays,
    bits: tuple[int, int, int],
    weights: NDArray[np.int64],
    met: NDArray[np.bool_],
    earned: NDArray[np.int64],
) -> None:
    """Run one policy: set `earned[t]` to the numerator of what it expects at step t.

    Arguments:
        policy: shape 2^(n + k), its words.
        episode: the episode in whole numbers.
        bits: n, m and k.
        weights: room for two distributions over configurations, shape (2, states 2^k).
        met: set to whether each input occurs.
        earned: shape T. Each step multiplies the denominator by that of the transitions; the caller
            sees to it that nothing overflows.
    """
    observations, begun, prior, after, chances, rewards = episode
    n, m, k = bits
    act, held = (1 << m) - 1, (1 << k) - 1
    for x in range(len(met)):
        met[x] = False
    for at in range(weights.shape[1]):
        weights[0, at] = 0
    for i in range(len(begun)):
        weights[0, begun[i] << k] = prior[i]
    for t in range(len(earned)):
        now, later = t & 1, ~t & 1
        for at in range(weights.shape[1]):
            weights[later, at] = 0
        reward = 0
        for at in range(weights.shape[1]):
            weight = weights[now, at]
            if weight == 0:
                continue
            state = at >> k
            x = (at & held) << n | observations[state]
            met[x] = True
            action, memory = policy[x] & act, policy[x] >> m
            reward += weight * rewards[state, action]
            if t + 1 < len(earned):
                for b in range(chances.shape[2]):
                    chance = chances[state, action, b]
                    if chance == 0:
                        break
                    weights[later, after[state, action, b] << k | memory] += weight * chance
        earned[t] = reward


@kernel
def add_up_rewards(
    policies: NDArray[np.int64],
    episode: Arrays,
    bits: tuple[int, int, int],
    totals: NDArray[np.int64],
) -> None:
    """Set entry (p, t) of `totals` to the reward that policy p expects at step t, as a numerator.

    Arguments:
        policies: shape (p, 2^(n + k)), the words of each.
        episode, bits: as for `_run`.
        totals: shape (p, T).
    """
    weights = np.empty((2, len(episode[0]) << bits[2]), dtype=np.int64)
    met = np.empty(policies.shape[1], dtype=np.bool_)
    for p in range(len(policies)):
        _run(policies[p], episode, bits, weights, met, totals[p])


@kernel
def keep_good_machines(
    first: int,
    last: int,
    inputs: NDArray[np.int64],
    episode: Arrays,
    scales: NDArray[np.int64],
    bits: tuple[int, int, int],
    only_best: bool,
    least: int,
    found: NDArray[np.int64],
) -> tuple[int, int]:
    """Go through the machines of these numbers; return how many are good, and what they earn.

    Machine i gives on input `inputs[j]` the word that is digit j of i in base 2^(m + k), on others
    0. Good are those whose expected total is at least `least`, and that give 0 on inputs that they
    never meet, so that of machines that only differ there one counts; with `only_best` those of the
    greatest total that is at least `least`, which rises as better ones are met.

    Arguments:
        first, last: the numbers, without the last.
        episode, bits: as for `_run`.
        scales: for each step what its numerator is multiplied with, so that all have one
            denominator.
        found: room for the numbers of good machines; those beyond it are counted only.
    """
    n, m, k = bits
    policy = np.zeros(1 << (n + k), dtype=np.int64)
    weights = np.empty((2, len(episode[0]) << k), dtype=np.int64)
    met = np.empty(1 << (n + k), dtype=np.bool_)
    earned = np.empty(len(scales), dtype=np.int64)
    good = 0
    for machine in range(first, last):
        for j in range(len(inputs)):
            policy[inputs[j]] = machine >> (j * (m + k)) & ((1 << (m + k)) - 1)
        _run(policy, episode, bits, weights, met, earned)
        total = 0
        for t in range(len(scales)):
            total += earned[t] * scales[t]
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
