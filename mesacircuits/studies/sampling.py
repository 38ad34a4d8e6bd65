"""Seeded samples, and exact confidence intervals for shares that are estimated from them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb

from mesacircuits.errors import ArgumentError

__all__ = ["Estimate", "clopper_pearson"]

# Bounds are multiples of this, rounded outward.
_STEP = Fraction(1, 1 << 20)


def clopper_pearson(
    successes: int, trials: int, confidence: Fraction = Fraction(99, 100)
) -> tuple[Fraction, Fraction]:
    """Return the exact confidence interval of a probability, from independent trials.

    With X ~ Binomial(trials, p), the lower bound is the p at which P(X >= successes) is
    (1 - confidence)/2, the upper that at which P(X <= successes) is, rounded outward to multiples
    of 2^-20. It holds the true probability with at least that confidence, whatever it is.

    Source: C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits illustrated in
    the case of the binomial, Biometrika 26, 1934.

    Raises `ArgumentError` unless 0 <= successes <= trials, trials > 0, 0 < confidence < 1.

    >>> low, high = clopper_pearson(0, 100)
    >>> low, round(float(high), 4)  # 1 - 0.005^(1/100)
    (Fraction(0, 1), 0.0516)
    """
    if trials < 1:
        raise ArgumentError("trials", "at least 1", trials)
    if not 0 <= successes <= trials:
        raise ArgumentError("successes", f"a number from 0 to {trials}", successes)
    if not 0 < confidence < 1:
        raise ArgumentError("confidence", "a fraction between 0 and 1", confidence)
    tail = (1 - confidence) / 2
    low = Fraction(0) if not successes else _last(trials, successes, tail)
    high = Fraction(1) if successes == trials else 1 - _last(trials, trials - successes, tail)
    return low, high


def _last(trials: int, least: int, tail: Fraction) -> Fraction:
    # The greatest multiple of the step at which P(X >= least) is at most the tail.
    below, above = 0, int(1 / _STEP)
    while above - below > 1:
        middle = (below + above) // 2
        if _at_least(trials, least, middle) <= tail:
            below = middle
        else:
            above = middle
    return below * _STEP


def _at_least(trials: int, least: int, steps: int) -> Fraction:
    # P(X >= least) at p = steps * _STEP, in whole numbers until the end.
    whole = int(1 / _STEP)
    miss = whole - steps
    fewer = least <= trials - least
    counts = range(least) if fewer else range(least, trials + 1)
    total = sum(comb(trials, k) * steps**k * miss ** (trials - k) for k in counts)
    share = Fraction(total, whole**trials)
    return 1 - share if fewer else share


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share estimated from a seeded sample, with its exact 99 % confidence interval.

    >>> print(Estimate(3, 50))
    3 of 50, 99% [0.0069, 0.2027]
    """

    successes: int
    trials: int

    @property
    def value(self) -> Fraction:
        """The share in the sample."""
        return Fraction(self.successes, self.trials)

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        """The interval of `clopper_pearson` at 99 %."""
        return clopper_pearson(self.successes, self.trials)

    def __str__(self) -> str:
        low, high = (float(bound) for bound in self.interval)
        return f"{self.successes} of {self.trials}, 99% [{low:.4f}, {high:.4f}]"
