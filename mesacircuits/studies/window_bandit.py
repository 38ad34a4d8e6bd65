"""A bandit policy that repeats what did best among its last W pulls, and its exact rewards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits import TruthTable
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, OptimisationTask

__all__ = ["SCORES", "WindowPolicy"]

#: How an arm is scored by the pulls in the window.
SCORES = {
    "total": "the sum of its rewards; 0 if it was not pulled",
    "mean": "the mean of its rewards; an arm that was not pulled comes last",
}

_MOST_WINDOW = 10
_MOST_STEPS = 200
_MOST_DENOMINATOR = 100
# Residues are below 2^50, and what multiplies them before the next reduction below 2^13.
_RESIDUE_BITS = 50


@dataclass(frozen=True)
class WindowPolicy:
    """The policy "best of the last W with probability 1 - e, else random" for a two-armed bandit.

    It remembers its last W pulls, each an arm (0 or 1) and a reward (0 or 1). With probability
    e it pulls an arm at random; otherwise the arm of greater score in the window, and where the
    scores are equal, as at the start, an arm at random. It is a machine of finitely many states:
    the windows of at most W pulls, (4^(W + 1) - 1) / 3 of them.

    Arguments:
        window: W, 1 to 10.
        explore: e, a rational from 0 to 1 with a denominator of at most 100.
        score: a name of `SCORES`.

    Raises `ArgumentError` for anything outside those ranges.

    >>> rewards = WindowPolicy(1).expected_rewards(3, Fraction(3, 4))
    >>> [str(reward) for reward in rewards]
    ['1/2', '89/160', '1861/3200']
    """

    window: int = 10
    explore: Fraction = Fraction(1, 10)
    score: str = "total"

    def __post_init__(self) -> None:
        check_whole("window", self.window, 1, _MOST_WINDOW)
        _check_chance("explore", self.explore)
        if self.score not in SCORES:
            raise ArgumentError("score", f"one of {', '.join(SCORES)}", self.score)

    def scores(self, pulls: Sequence[tuple[int, int]]) -> tuple[Fraction, Fraction]:
        """Return the scores of arms 0 and 1 by the pulls (arm, reward) in a window.

        >>> WindowPolicy(3).scores([(0, 1), (1, 1), (1, 0)])
        (Fraction(1, 1), Fraction(1, 1))
        """
        found = []
        for arm in range(2):
            rewards = [reward for pulled, reward in pulls if pulled == arm]
            if self.score == "total":
                found.append(Fraction(sum(rewards)))
            else:
                found.append(Fraction(sum(rewards), len(rewards)) if rewards else Fraction(-1))
        return found[0], found[1]

    def best(self, pulls: Sequence[tuple[int, int]]) -> int | None:
        """Return the arm of greater score; None if the scores are equal."""
        first, second = self.scores(pulls)
        return None if first == second else int(second > first)

    # -- its rewards -----------------------------------------------------------------------------

    def expected_rewards(
        self, steps: int, good: Fraction, effort: Effort | None = None
    ) -> tuple[Fraction, ...]:
        """Return the exact expected reward of each step t = 1, ..., `steps`.

        One arm pays 1 with probability `good`, the other with 1 - good. (Which one it is makes no
        difference: the policy treats both alike.) Over the windows that can occur the probability
        of each is a whole number of units, which is computed modulo as many primes as it takes and
        put together by the Chinese remainder theorem.

        Raises `ArgumentError` for more than 200 steps, or a `good` that is no rational from 0 to 1
        with a denominator of at most 100; and `BudgetEnded` if the effort's budget ends before.
        """
        check_whole("steps", steps, 1, _MOST_STEPS)
        _check_chance("good", good)
        unit = 2 * self.explore.denominator * good.denominator
        moduli = list(_primes(unit**steps))
        residues: list[list[int]] = []
        for prime in moduli:
            residues.append([])
            for numerator in self._numerators(steps, good, prime):
                if effort is not None and effort.used_up():
                    raise BudgetEnded
                residues[-1].append(numerator)
        return tuple(
            Fraction(_joined(moduli, [row[t] for row in residues]), unit ** (t + 1))
            for t in range(steps)
        )

    def _numerators(self, steps: int, good: Fraction, prime: int) -> Iterator[int]:
        # Modulo the prime: the expected reward of step t in units of 1 / unit^t.
        modulus = np.uint64(prime)
        pays = [good.denominator - good.numerator, good.numerator]
        chances = np.ones(1, dtype=np.uint64)
        for step in range(steps):
            length = min(step, self.window)
            acts = [chances * weight % modulus for weight in self._act_weights(length)]
            yield sum(int(_sum(a, prime)) * p for a, p in zip(acts, pays, strict=True)) % prime
            if length == self.window:
                # The oldest pull, the highest digit, drops out.
                acts = [a.reshape(4, -1).sum(axis=0) % modulus for a in acts]
            columns = [
                acts[arm] * np.uint64(p if reward else good.denominator - p) % modulus
                for arm, p in enumerate(pays)
                for reward in range(2)
            ]
            chances = np.stack(columns, axis=1).reshape(-1)

    def _act_weights(self, length: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return for each window of so many pulls the chances of arms 0 and 1, times 2 q.

        A window is the number whose digits to base 4 are its pulls, 2 arm + reward, oldest first.
        """
        windows = np.arange(4**length, dtype=np.int64)
        pulled = np.zeros((2, len(windows)), dtype=np.int64)
        paid = np.zeros((2, len(windows)), dtype=np.int64)
        for place in range(length):
            pull = windows >> 2 * place & 3
            for arm in range(2):
                pulled[arm] += pull >> 1 == arm
                paid[arm] += pull == 2 * arm + 1
        if self.score == "total":
            ahead = np.sign(paid[1] - paid[0])
        else:
            # An arm that was not pulled has less than any mean: -1 of 1.
            paid = np.where(pulled == 0, -1, paid)
            pulled = np.maximum(pulled, 1)
            ahead = np.sign(paid[1] * pulled[0] - paid[0] * pulled[1])
        p, q = self.explore.numerator, self.explore.denominator
        second = (p + (q - p) * (1 + ahead)).astype(np.uint64)
        return np.uint64(2 * q) - second, second

    # -- its circuits ----------------------------------------------------------------------------

    def whole_task(self) -> FunctionTask:
        """Return the task of computing the policy's act from the window and two random bits.

        Inputs 2i and 2i + 1 are arm and reward of pull i; then whether to pull at random, and the
        arm that is pulled at random.

        >>> str(WindowPolicy(1).whole_task())
        'tt:4:FB08'
        """
        return self._function(2 * self.window + 2)

    def greedy_task(self) -> FunctionTask:
        """Return the same without the input that says whether to pull at random: it never does."""
        return self._function(2 * self.window + 1)

    def choice_task(self) -> OptimisationTask:
        """Return the task of choosing the arm of greater score in the window, ties free."""
        rows = []
        for x in range(1 << 2 * self.window):
            rows.append(self.scores(self._pulls(x)))
        return OptimisationTask(2 * self.window, 1, (0, 1), tuple(rows))

    def _pulls(self, x: int) -> list[tuple[int, int]]:
        return [(x >> 2 * i & 1, x >> 2 * i + 1 & 1) for i in range(self.window)]

    def _function(self, inputs: int) -> FunctionTask:
        def act(x: int) -> int:
            drawn = x >> inputs - 1
            at_random = inputs > 2 * self.window + 1 and x >> inputs - 2 & 1
            best = self.best(self._pulls(x))
            return drawn if at_random or best is None else best

        return FunctionTask((TruthTable.of(inputs, act),))


def _check_chance(argument: str, chance: Fraction) -> None:
    known = isinstance(chance, Fraction) and 0 <= chance <= 1
    if not known or chance.denominator > _MOST_DENOMINATOR:
        expected = f"a fraction from 0 to 1 with a denominator of at most {_MOST_DENOMINATOR}"
        raise ArgumentError(argument, expected, str(chance))


def _sum(residues: NDArray[np.uint64], prime: int) -> int:
    # In parts short enough not to overflow.
    parts = np.add.reduceat(residues, np.arange(0, len(residues), 1 << 10))
    return sum(map(int, parts)) % prime


def _primes(bound: int) -> Iterator[int]:
    # Descending from 2^50, until their product is above the bound.
    from sympy import prevprime

    prime, product = 1 << _RESIDUE_BITS, 1
    while product <= bound:
        prime = int(prevprime(prime))
        product *= prime
        yield prime


def _joined(moduli: Sequence[int], residues: Sequence[int]) -> int:
    whole = prod(moduli)
    total = 0
    for modulus, residue in zip(moduli, residues, strict=True):
        rest = whole // modulus
        total += residue * rest * pow(rest, -1, modulus)
    return total % whole
