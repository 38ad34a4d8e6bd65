"""How well a policy is predicted by soft-optimal ones: maximum causal entropy, exactly bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf, log

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOLERANCE", "Decisions", "Fit", "best_fit"]

#: The certified error, in nats, down to which the best temperature is looked for.
TOLERANCE = 1e-9
_MOST_ROUNDS = 400
_Values = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Decisions:
    """A deterministic decision process of T steps, and what a policy earns in it.

    Arguments:
        rewards: for each state and each of the K actions a rational reward.
        after: for each state and action the next state.
        steps: T, at least 1.
        starts: the first states, one uniformly drawn.
        earned: the total reward of the policy in question, in the mean over the starts.
        chosen: for each start the actions of the policy, T of them.
    """

    rewards: tuple[tuple[Fraction, ...], ...]
    after: tuple[tuple[int, ...], ...]
    steps: int
    starts: tuple[int, ...]
    earned: Fraction
    chosen: tuple[tuple[int, ...], ...]

    @property
    def actions(self) -> int:
        """The number K of actions."""
        return len(self.after[0])

    @property
    def most(self) -> float:
        """The greatest goal-directedness there is, T ln K."""
        return self.steps * log(self.actions)

    @cached_property
    def best_values(self) -> _Values:
        """For each number of steps to go the most that can be earned from each state."""
        values = [tuple(Fraction(0) for _ in self.after)]
        for _ in range(self.steps):
            last = values[-1]
            values.append(
                tuple(
                    max(r + last[s] for r, s in zip(earned, then, strict=True))
                    for earned, then in zip(self.rewards, self.after, strict=True)
                )
            )
        return tuple(values)

    @cached_property
    def best_sequences(self) -> tuple[int, ...]:
        """For each state how many of the K^T sequences of actions earn the most."""
        counts = [1] * len(self.after)
        for to_go in range(1, self.steps + 1):
            last, best = self.best_values[to_go - 1], self.best_values[to_go]
            counts = [
                sum(
                    counts[s]
                    for r, s in zip(earned, then, strict=True)
                    if r + last[s] == best[state]
                )
                for state, (earned, then) in enumerate(zip(self.rewards, self.after, strict=True))
            ]
        return tuple(counts)

    @cached_property
    def best_earned(self) -> Fraction:
        """The mean over the starts of the most that can be earned."""
        values = self.best_values[self.steps]
        return sum((values[s] for s in self.starts), Fraction(0)) / len(self.starts)

    @cached_property
    def random_earned(self) -> Fraction:
        """What uniformly random actions earn, in the mean."""
        values = [Fraction(0)] * len(self.after)
        for _ in range(self.steps):
            values = [
                sum((r + values[s] for r, s in zip(earned, then, strict=True)), Fraction(0))
                / self.actions
                for earned, then in zip(self.rewards, self.after, strict=True)
            ]
        return sum((values[s] for s in self.starts), Fraction(0)) / len(self.starts)

    def negated(self) -> Decisions:
        """Return the same process with all rewards negated."""
        rewards = tuple(tuple(-r for r in row) for row in self.rewards)
        return replace(self, rewards=rewards, earned=-self.earned)

    @cached_property
    def scale(self) -> Fraction:
        """The greatest loss of a single action against the best one; 1 if there is none."""
        return max(loss for table in self._losses for row in table for loss in row) or Fraction(1)

    @cached_property
    def _losses(self) -> tuple[_Values, ...]:
        # By steps to go, from 1 on. Against the best, not as rewards: soft values then stay small.
        return tuple(
            tuple(
                tuple(best[state] - r - last[s] for r, s in zip(earned, then, strict=True))
                for state, (earned, then) in enumerate(zip(self.rewards, self.after, strict=True))
            )
            for last, best in zip(self.best_values, self.best_values[1:], strict=False)
        )

    @cached_property
    def _tables(self) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
        scaled = [
            np.array([[float(loss / self.scale) for loss in row] for row in table])
            for table in self._losses
        ]
        return scaled, np.array(self.after, dtype=np.int64)

    def soft(self, beta: float) -> tuple[float, float]:
        """Return f(beta) and f'(beta), beta counting in units of 1 / `scale`.

        f(beta) = E[sum of ln pi_beta(a_t | s_t)] + T ln K, the expectation over the policy's runs;
        f'(beta) is what the policy earns beyond pi_beta, over `scale`.
        """
        losses, after = self._tables
        values, lost = np.zeros(len(after)), np.zeros(len(after))
        for table in losses:
            weighed = values[after] - beta * table
            peak = weighed.max(axis=1, keepdims=True)
            chances = np.exp(weighed - peak)
            total = chances.sum(axis=1, keepdims=True)
            values = (peak + np.log(total))[:, 0]
            lost = (chances / total * (table + lost[after])).sum(axis=1)
        missed = float((self.best_earned - self.earned) / self.scale)
        starts = list(self.starts)
        value = -beta * missed - float(values[starts].mean()) + self.most
        return value, float(lost[starts].mean()) - missed

    def run_likelihood(self, beta: float) -> float:
        """Return f(beta) by running the policy and summing ln pi_beta(a_t | s_t), step by step.

        Equal to what `soft` gives, which telescopes the same sum.
        """
        losses, after = self._tables
        values, logs = np.zeros(len(after)), []
        for table in losses:
            weighed = values[after] - beta * table
            peak = weighed.max(axis=1, keepdims=True)
            values = (peak + np.log(np.exp(weighed - peak).sum(axis=1, keepdims=True)))[:, 0]
            logs.append(weighed - values[:, None])
        total = 0.0
        for start, actions in zip(self.starts, self.chosen, strict=True):
            state = start
            for step, action in zip(reversed(logs), actions, strict=True):
                total += float(step[state, action])
                state = self.after[state][action]
        return total / len(self.starts) + self.most


@dataclass(frozen=True, slots=True)
class Fit:
    """The best fit of soft-optimal policies to a policy.

    Attributes:
        value: the maximum of f, in nats, from below.
        error: how far above the maximum may be.
        beta: where it is attained, in the rewards' own units; infinite for the limit.
        sequences: for the limit, the number of best sequences of actions for each start (else
            empty): then the maximum is T ln K minus the mean of their logarithms.
        exact: whether `value` is 0 exactly or given exactly by `sequences`.
    """

    value: float
    error: float
    beta: float
    sequences: tuple[int, ...] = ()
    exact: bool = False


def best_fit(decisions: Decisions, negative: bool = False) -> Fit:
    """Return the maximum over beta >= 0 of f(beta), and of any sign if `negative`.

    f is concave, so its maximum is at 0 if f'(0) <= 0, which is decided exactly; in the limit if
    the policy earns the most there is, and then f tends to T ln K minus the mean logarithm of the
    number of best sequences; else where f' changes sign. There it is bracketed by bisection, and
    tangents at the ends of the bracket bound it from above.
    """
    edge = decisions.earned - decisions.random_earned
    if edge < 0 and negative:
        fit = best_fit(decisions.negated())
        return replace(fit, beta=-fit.beta)
    if edge <= 0:
        return Fit(0.0, 0.0, 0.0, exact=True)
    if decisions.earned == decisions.best_earned:
        sequences = tuple(decisions.best_sequences[s] for s in decisions.starts)
        spare = sum(map(log, sequences)) / len(sequences)
        return Fit(decisions.most - spare, TOLERANCE, inf, sequences, exact=True)
    value, above, beta = _maximum(decisions.soft)
    # Each of the T logarithms is rounded, none is larger than T ln K.
    rounding = 1e-14 * decisions.steps * (1 + decisions.most)
    error = max(TOLERANCE, above - value + rounding)
    return Fit(value, error, beta / float(decisions.scale))


def _maximum(soft: Callable[[float], tuple[float, float]]) -> tuple[float, float, float]:
    # Of a concave function with positive slope at 0: a value, an upper bound, and the place.
    low, high = 0.0, 1.0
    at_low, at_high = soft(low), soft(high)
    while at_high[1] > 0:
        low, at_low, high = high, at_high, 2 * high
        at_high = soft(high)
    for _ in range(_MOST_ROUNDS):
        width = high - low
        above = min(at_low[0] + at_low[1] * width, at_high[0] - at_high[1] * width)
        if above - max(at_low[0], at_high[0]) < TOLERANCE / 4:
            break
        middle = (low + high) / 2
        at_middle = soft(middle)
        if at_middle[1] > 0:
            low, at_low = middle, at_middle
        else:
            high, at_high = middle, at_middle
    best, beta = max((at_low[0], low), (at_high[0], high))
    return best, max(above, best), beta
