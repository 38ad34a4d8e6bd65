"""Matched nulls: is what marked units have more than chance gives units that are matched?

A tendency is decided by a permutation test within strata. Units of one stratum are alike in all
is matched (such as least size, number of ones and support); the null says that which of them
are marked is a matter of chance. So the marks of each stratum are exchanged in all ways, and p is
the share of ways in which the sum of the values of marked units is as great as it is. That is
exact: sums are counted, not drawn, unless there are too many; then p is an interval.

Source: R. A. Fisher 1935, The Design of Experiments; stratified as in E. S. Edgington 1980,
Randomization Tests.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm, log
from operator import add, mul

from mesacircuits.call import check_whole

__all__ = ["Permuted", "Unit", "permuted"]

#: How much is counted before sums are drawn instead: bits of a distribution, and bits worked on.
_MOST_BITS, _MOST_WORK = 1 << 23, 1 << 36
#: Of strata of more units values are drawn, not places, which would be too many to hold.
_MOST_PLACES = 100
#: Sums below this are whole numbers of the machine.
_MOST_WHOLE = 1 << 62
#: Of 99 in 100 intervals of p that are drawn, p is within.
_CONFIDENCE = Fraction(99, 100)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is compared: a class of tasks under symmetry, or a solver among those of its task.

    Attributes:
        stratum: what it is matched by; marks are exchanged within it.
        marked: whether it has what the claim speaks of, such as a minimum with the tag.
        value: what the claim says is greater, or smaller, of marked units.
    """

    stratum: Hashable
    marked: bool
    value: Fraction | int


@dataclass(frozen=True, slots=True)
class Permuted:
    """The result of a permutation test.

    Attributes:
        units, marked: how many units, and marked ones, are in strata that could have come out
            otherwise: those with marked and unmarked units, and with different values.
        strata: how many such strata there are.
        effect: by how much the value of a marked unit exceeds the mean of its stratum, on average;
            None if there is no such stratum.
        above: the probability of an effect at least as great under the null, as an interval, whose
            ends are equal where it is exact.
        below: that of one at most as great.
        null: the effects between which the null lies with probability 0.98 or more: each tail
            beyond has at most 1 in 100.
        draws: how often marks were drawn; 0 where all ways were counted.
    """

    units: int
    marked: int
    strata: int
    effect: Fraction | None
    above: tuple[Fraction, Fraction]
    below: tuple[Fraction, Fraction]
    null: tuple[Fraction, Fraction]
    draws: int = 0

    @property
    def is_vacuous(self) -> bool:
        """Whether nothing could have come out otherwise, whatever the units' marks."""
        return self.effect is None


@dataclass(frozen=True, slots=True)
class _Stratum:
    """The values of a stratum, as whole numbers from 0 on, of which so many units are marked."""

    values: tuple[int, ...]
    marked: int
    observed: int

    @property
    def most(self) -> int:
        return sum(sorted(self.values, reverse=True)[: self.marked])


def permuted(units: Iterable[Unit], draws: int = 100_000, seed: int = 0) -> Permuted:
    """Test whether marked units have greater, or smaller, values than matched ones.

    The statistic is T = sum of values of marked units. Under the null each set of as many units of
    a stratum is as likely to be the marked one, and strata are independent.

    Arguments:
        units: what is compared.
        draws: how often marks are drawn where their sums are too many to count.
        seed: of these draws.

    >>> found = permuted([Unit("a", i > 3, i) for i in range(6)] + [Unit("b", False, 9)])
    >>> found.effect, found.above, found.below
    (Fraction(2, 1), (Fraction(1, 15), Fraction(1, 15)), (Fraction(1, 1), Fraction(1, 1)))
    >>> permuted([Unit("a", True, 1), Unit("a", False, 1)]).is_vacuous
    True
    """
    check_whole("draws", draws, 100, 10**7)
    strata, scale = _strata(units)
    if not strata:
        one = (Fraction(1), Fraction(1))
        return Permuted(0, 0, 0, None, one, one, (Fraction(0), Fraction(0)))
    marked = sum(stratum.marked for stratum in strata)
    mean = sum((Fraction(sum(s.values) * s.marked, len(s.values)) for s in strata), Fraction(0))
    observed = sum(stratum.observed for stratum in strata)

    def effect(total: int) -> Fraction:
        return (total - mean) / (scale * marked)

    counted = _counted(strata)
    if counted is None:
        sums = _drawn(strata, draws, seed)
        above = _interval(sum(count for s, count in sums.items() if s >= observed), draws)
        below = _interval(sum(count for s, count in sums.items() if s <= observed), draws)
    else:
        sums = counted
        whole = sum(sums.values())
        greater = Fraction(sum(count for s, count in sums.items() if s >= observed), whole)
        smaller = Fraction(sum(count for s, count in sums.items() if s <= observed), whole)
        above, below = (greater, greater), (smaller, smaller)
    low, high = _quantiles(sums)
    return Permuted(
        sum(len(stratum.values) for stratum in strata),
        marked,
        len(strata),
        effect(observed),
        above,
        below,
        (effect(low), effect(high)),
        0 if counted is not None else draws,
    )


def _strata(units: Iterable[Unit]) -> tuple[list[_Stratum], int]:
    """Return the strata that could have come out otherwise, and what a value of 1 is in them."""
    by_stratum: dict[Hashable, list[Unit]] = defaultdict(list)
    for unit in units:
        by_stratum[unit.stratum].append(unit)
    listed = [
        part
        for part in by_stratum.values()
        if len({unit.marked for unit in part}) == 2 and len({unit.value for unit in part}) > 1
    ]
    scale = lcm(*(Fraction(unit.value).denominator for part in listed for unit in part))
    strata = []
    for part in listed:
        # A shift of all values of a stratum changes no effect.
        least = min(Fraction(unit.value) for unit in part)
        values = [int((unit.value - least) * scale) for unit in part]
        held = [value for value, unit in zip(values, part, strict=True) if unit.marked]
        strata.append(_Stratum(tuple(values), len(held), sum(held)))
    return strata, scale


def _counted(strata: Sequence[_Stratum]) -> Mapping[int, int] | None:
    """Return in how many ways marks give each sum; None if that is too much to count.

    A polynomial whose coefficient at s is the number of ways to reach s is one whole number, with
    so many bits a coefficient that none overflows: products of such numbers are products of
    polynomials.
    """
    ways = 1
    for stratum in strata:
        ways *= comb(len(stratum.values), stratum.marked)
    size = -(-ways.bit_length() // 8)
    bits = 8 * size
    most = sum(stratum.most for stratum in strata)
    work = sum(len(s.values) * s.marked * (s.most + 1) * bits for s in strata)
    if (most + 1) * bits > _MOST_BITS or work > _MOST_WORK:
        return None
    whole = 1
    for stratum in strata:
        sets = [1] + [0] * stratum.marked
        for value in stratum.values:
            for many in range(stratum.marked, 0, -1):
                sets[many] += sets[many - 1] << value * bits
        whole *= sets[-1]
    data = whole.to_bytes((most + 1) * size, "little")
    found = (int.from_bytes(data[s * size : (s + 1) * size], "little") for s in range(most + 1))
    return {s: count for s, count in enumerate(found) if count}


def _drawn(strata: Sequence[_Stratum], draws: int, seed: int) -> Mapping[int, int]:
    """Return how often each sum was drawn."""
    import numpy as np

    random = np.random.default_rng(seed)
    sums = [0] * draws
    for stratum in strata:
        if len(stratum.values) > _MOST_PLACES:
            # How many marked units have each value, instead of which do.
            counts = Counter(stratum.values)
            drawn = random.multivariate_hypergeometric(
                [*counts.values()], stratum.marked, draws, method="marginals"
            )
            if max(counts) * stratum.marked < _MOST_WHOLE:
                totals = (drawn @ np.array([*counts])).tolist()
            else:
                totals = [sum(map(mul, counts, row)) for row in drawn.tolist()]
            sums = [*map(add, sums, totals)]
            continue
        # Whole numbers of any size: places are drawn, and values summed in Python.
        places = np.argsort(random.random((draws, len(stratum.values))), axis=1)
        for draw, row in enumerate(places[:, : stratum.marked].tolist()):
            sums[draw] += sum(stratum.values[place] for place in row)
    found: dict[int, int] = defaultdict(int)
    for total in sums:
        found[total] += 1
    return found


def _quantiles(sums: Mapping[int, int]) -> tuple[int, int]:
    """Return the sums beyond which, on either side, lies at most a hundredth of all ways."""
    whole = sum(sums.values())

    def end(places: Sequence[int]) -> int:
        beyond = 0
        for place in places:
            beyond += sums[place]
            if 100 * beyond > whole:
                return place
        return places[-1]

    ordered = sorted(sums)
    return end(ordered), end(ordered[::-1])


def _interval(hits: int, draws: int) -> tuple[Fraction, Fraction]:
    """Return an interval for a probability of which so many of the draws were hits.

    It is that of Chernoff's bound, which holds for any number of draws: p is within if
    draws * KL(hits / draws, p) <= log(2 / (1 - confidence)). And in a test by draws p is never
    below (hits + 1) / (draws + 1).
    """
    share, bound = hits / draws, log(2 / float(1 - _CONFIDENCE)) / draws

    def divergence(p: float) -> float:
        parts = ((share, p), (1 - share, 1 - p))
        return sum(part * log(part / other) for part, other in parts if part)

    def end(outer: float) -> Fraction:
        inner = share
        for _ in range(60):
            middle = (inner + outer) / 2
            if 0 < middle < 1 and divergence(middle) <= bound:
                inner = middle
            else:
                outer = middle
        return Fraction(outer).limit_denominator(10**12)

    return end(0.0), max(Fraction(hits + 1, draws + 1), end(1.0))
