"""The claim `noise-is-a-table`: random noise does not compress, what has structure does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, product
from operator import attrgetter

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import BASIS, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort, census
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

__all__ = ["FAMILIES", "NOISE_IS_A_TABLE", "members"]

#: Functions with a structure that nobody chose for this question, and their union.
FAMILIES = ("choices", "symmetric", "threshold")
_STRUCTURED, _RANDOM = "structured", "random"
# Integer weights up to these give all threshold functions of up to four inputs (Muroga 1971).
_WEIGHTS = (0, 1, 1, 2, 3)
_BY_ONES = attrgetter("stratum")


def members(family: str, inputs: int) -> Iterator[int]:
    """Yield the truth tables of a family, some of them several times.

    - `choices`: whether the second of two candidates is better, or as good, by some utility of its
      m features and of s bits of context, 2 m + s = n;
    - `symmetric`: what depends on the number of ones alone;
    - `threshold`: whether a weighted sum of the inputs, or of their negations, reaches a bound.

    >>> [len(set(members(family, 3))) for family in FAMILIES]
    [18, 16, 104]
    """
    rows = range(1 << inputs)
    if family == "symmetric":
        for values in product((0, 1), repeat=inputs + 1):
            yield sum(values[x.bit_count()] << x for x in rows)
    elif family == "threshold":
        most = _WEIGHTS[inputs]
        for weights in product(range(-most, most + 1), repeat=inputs):
            sums = [sum(w for i, w in enumerate(weights) if x >> i & 1) for x in rows]
            for bound in range(min(sums), max(sums) + 2):
                yield sum((total >= bound) << x for x, total in enumerate(sums))
    else:
        for features in range(1, inputs // 2 + 1):
            yield from _choices(features, inputs - 2 * features)


def _choices(features: int, context: int) -> Iterator[int]:
    # Utilities matter by their order alone, in each context: ranks from 0 without a gap.
    vectors = 1 << features
    ranks = [
        ranking
        for ranking in product(range(vectors), repeat=vectors)
        if set(ranking) == set(range(max(ranking) + 1))
    ]
    pairs = sorted({(_better(r, vectors, False), _better(r, vectors, True)) for r in ranks})
    for each in product(pairs, repeat=1 << context):
        for tied in (0, 1):
            yield sum(part[tied] << place * vectors**2 for place, part in enumerate(each))


def _better(ranking: tuple[int, ...], vectors: int, or_as_good: bool) -> int:
    table = 0
    for second in range(vectors):
        for first in range(vectors):
            better = ranking[second] > ranking[first] - or_as_good
            table |= better << (first + vectors * second)
    return table


def _compared(settings: Settings, effort: Effort) -> Compared:
    inputs, basis = settings.whole("inputs"), basis_named(settings.text("basis"))
    found = census(inputs, basis, "size", effort)
    if not found.exhaustive:
        raise BudgetEnded
    number = classes_of(inputs, basis).number
    family = settings.text("family")
    names = FAMILIES if family in (_STRUCTURED, _RANDOM) else (family,)
    marked = {int(number[f]) for name in names for f in members(name, inputs)}
    if family == _RANDOM:
        drawn = random.Random(settings.whole("seed"))
        marked = set(drawn.sample(range(int(number.max()) + 1), len(marked)))
    units = []
    for entry in found.classes:
        ones = entry.representative.bits.bit_count()
        if basis.free_inverters:
            ones = min(ones, (1 << inputs) - ones)
        own = int(number[entry.representative.bits])
        units.append(Unit(ones, own in marked, entry.size))
    table = []
    for ones, part in groupby(sorted(units, key=_BY_ONES), _BY_ONES):
        sizes: dict[bool, list[Fraction | int]] = {True: [], False: []}
        for unit in part:
            sizes[unit.marked].append(unit.value)
        means = [Fraction(sum(s), len(s)) if s else None for s in sizes.values()]
        table.append((ones, len(sizes[True]), len(sizes[False]), *means))
    most = max(unit.value for unit in units)
    return Compared(
        tuple(units),
        f"all {counted(len(units), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, {basis}, order size",
        (
            Table(
                f"Classes by their number of ones, of {family} functions and others; least gates C "
                f"in the mean (the most that any function needs is {most}):",
                ("ones", family, "others", f"C of {family}", "C of others"),
                tuple(table),
            ),
        ),
        notes=(
            "A class is structured if some member is. Almost all functions of four inputs are "
            "noise in all but name: a random truth table is one of them.",
            "That noise does not compress is a theorem for large n (Shannon 1949: almost all "
            "functions need about 2^n / n gates, which is what the costliest need).",
        ),
    )


NOISE_IS_A_TABLE = Claim(
    name="noise-is-a-table",
    topic="circuits",
    claim="Random noise is unlikely to gain from compression, and so from optimization.",
    source="Hubinger et al. 2019, section 2.1, compression of complex policies",
    reading=(
        "the least size C of every class of functions of n inputs: do classes of families that "
        "were fixed beforehand (choices between two candidates by any utility, symmetric and "
        "threshold functions) need fewer gates than classes of as many ones?"
    ),
    kind=Kind.TENDENCY,
    keeps="that noise compresses less",
    question="Do structured functions need fewer gates than others of as many ones?",
    blind_to=(
        "that optimization is what compresses; and tables of more inputs, where noise and "
        "structure are further apart"
    ),
    control="classes of functions of as many ones, up to inversion: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n of the functions", least=2, most=4),
        Parameter(
            "family",
            _STRUCTURED,
            f"which functions are not noise; `{_STRUCTURED}`: all of them; `{_RANDOM}`: as many "
            "classes drawn at random",
            values=(_STRUCTURED, *FAMILIES, _RANDOM),
        ),
        BASIS,
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="structured functions",
        value="C",
        matched="number of ones",
        greater=False,
        placebos={f"{_RANDOM} classes": {"family": _RANDOM}},
        trend=({"inputs": 2}, {"inputs": 3}, {"inputs": 4}),
        neighbours=(
            *({"family": family} for family in FAMILIES),
            {"basis": "aig"},
            {"basis": "mig"},
            {"basis": "xmg"},
        ),
    ),
    quick={"inputs": 3},
)
