"""The claim `double-edge`: a time penalty favours pseudo-aligned optimizers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.npn import npn_class_table
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import OWN_TAG, TAGGED, Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

__all__ = ["DOUBLE_EDGE", "Kept", "kept_along", "least_depths", "loss"]

_DEPTH, _GATES = "depth", "gates"
_ALL, _ONES = "all", "ones"
#: To a penalty of time there are so many that are placed at random.
_DRAWS = 99


@cache
def least_depths(bits: int) -> tuple[int, ...]:
    """Return the least depth over `b2` of every function of so many bits, by truth table.

    >>> least_depths(2)[0b0110], sorted(least_depths(3)).count(3)
    (1, 24)
    """
    full = (1 << (1 << bits)) - 1
    depths = dict.fromkeys((0, full), 0)
    for i in range(bits):
        depths[input_bits(bits, i)] = depths[full ^ input_bits(bits, i)] = 0
    depth = 0
    while len(depths) <= full:
        depth += 1
        before = list(depths)
        for x in before:
            for y in before:
                for table in (x & y, x ^ y):
                    depths.setdefault(table, depth)
                    depths.setdefault(full ^ table, depth)
    return tuple(depths[table] for table in range(full + 1))


def loss(objective: int, utility: int, bits: int) -> Fraction:
    """Return how often who chooses by an objective takes the worse of two candidates.

    All pairs are as likely; of candidates that the objective does not tell apart the first is
    taken. So an objective that is constant is who never looks.

    >>> loss(0b0110, 0b0110, 2), loss(0, 0b0110, 2), loss(0b1010, 0b1000, 2)
    (Fraction(0, 1), Fraction(1, 4), Fraction(1, 16))
    """
    vectors = 1 << bits
    worse = 0
    for x in range(vectors):
        for y in range(vectors):
            second = (objective >> y & 1) > (objective >> x & 1)
            taken, left = (y, x) if second else (x, y)
            worse += (utility >> taken & 1) < (utility >> left & 1)
    return Fraction(worse, vectors * vectors)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept along lambda, where loss + lambda * time is least.

    Attributes:
        honest: up to this lambda the search for the utility itself is.
        searching: up to this one some search is; beyond it who never looks.
    """

    honest: Fraction
    searching: Fraction

    @property
    def proxies(self) -> Fraction:
        """The share of the lambdas at which some search is kept, at which a proxy's is."""
        return 1 - self.honest / self.searching


def kept_along(own: int, least: Mapping[int, Fraction], blind: Fraction) -> Kept:
    """Return what is kept along lambda.

    Arguments:
        own: the time of the search for the utility itself, which has no loss.
        least: by time, the least loss of any other search.
        blind: the loss of who never looks, in no time.

    >>> kept_along(3, {1: Fraction(1, 8), 2: Fraction(1, 4)}, Fraction(1, 2))
    Kept(honest=Fraction(1, 16), searching=Fraction(3, 8))
    """
    searching = max(
        [blind / own, *((blind - lost) / time for time, lost in least.items() if lost < blind)]
    )
    slopes = [lost / (own - time) for time, lost in least.items() if time < own]
    return Kept(min([blind / own, *slopes]), searching)


def _times(bits: int, time: str, effort: Effort) -> tuple[int, ...]:
    # Candidates are evaluated side by side, and one gate compares them.
    known = least_depths(bits) if time == _DEPTH else least_sizes(bits, "b2", effort).tolist()
    return tuple(int(cost) + 1 for cost in known)


def _placed(
    times: tuple[int, ...], own: int, within: str, random: random.Random
) -> tuple[int, ...]:
    """Return times that are exchanged among objectives, but those of `own` and of constants."""
    groups: dict[int, list[int]] = {}
    for objective in range(1, len(times) - 1):
        if objective != own:
            groups.setdefault(objective.bit_count() * (within == _ONES), []).append(objective)
    found = list(times)
    for listed in groups.values():
        drawn = random.sample(listed, len(listed))
        for objective, other in zip(listed, drawn, strict=True):
            found[objective] = times[other]
    return tuple(found)


def _utilities(bits: int) -> Iterator[int]:
    # One of each class up to what changes no loss and no time; of a constant nothing is asked.
    yield from sorted({*npn_class_table(bits).tolist()} - {0})


def _compared(settings: Settings, effort: Effort) -> Compared:
    bits = settings.whole("features")
    times = _times(bits, settings.text("time"), effort)
    drawn = random.Random(settings.whole("seed"))
    units: list[Unit] = []
    rows: list[tuple[Cell, ...]] = []
    favoured = 0
    for utility in _utilities(bits):
        if effort.used_up():
            raise BudgetEnded
        others = [o for o in range(1, len(times) - 1) if o != utility]
        lost = {objective: loss(objective, utility, bits) for objective in others}
        blind = loss(0, utility, bits)

        def kept(
            times: tuple[int, ...],
            utility: int = utility,
            lost: dict[int, Fraction] = lost,
            blind: Fraction = blind,
        ) -> Kept:
            least: dict[int, Fraction] = {}
            for objective, share in lost.items():
                time = times[objective]
                least[time] = min(share, least.get(time, share))
            return kept_along(times[utility], least, blind)

        found = kept(times)
        draws = [
            kept(_placed(times, utility, settings.text("exchanged"), drawn)) for _ in range(_DRAWS)
        ]
        favoured += found.proxies > 0
        every = [found, *draws]
        marked = 0 if settings.text("tag") == OWN_TAG else drawn.randrange(len(every))
        # Per cent: so p is exact, all sums being counted.
        units += [
            Unit(utility, place == marked, Fraction(round(100 * each.proxies), 100))
            for place, each in enumerate(every)
        ]
        mean = sum((each.proxies for each in draws), Fraction(0)) / len(draws)
        table = TruthTable(bits, utility).hex
        limits = str(found.honest), str(found.searching)
        shares = f"{float(found.proxies):.4f}", f"{float(mean):.4f}"
        rows.append((table, times[utility], str(blind), *limits, *shares))
    return Compared(
        tuple(units),
        f"two candidates of {counted(bits, 'feature')}, all {len(rows)} classes of utilities of "
        f"two values, all other objectives as proxies, {_DRAWS} penalties placed at random of each",
        (
            Table(
                "Utilities by class; time of their own search, and loss of who never looks; the "
                "lambda up to which the honest search is kept, and up to which any is; between "
                "them a proxy's: as a share, and with times placed at random, in the mean:",
                ("U", "time", "blind", "honest to", "search to", "proxies", "at random"),
                tuple(rows),
            ),
        ),
        notes=(
            f"Of {favoured} of {counted(len(rows), 'class', 'classes')} a proxy that is faster is "
            "kept at some lambda, before none is. Of the others no faster objective is right often "
            "enough, or there is none: the honest search is kept until all are excluded.",
            "Loss: the share of all pairs of candidates of which the worse is taken. Kept is what "
            "has the least loss + lambda * time; time: the "
            f"{settings.text('time')} of an evaluation, and 1 for the comparison.",
            "That lambda moves what is kept to less time and more loss is forced, whatever is "
            "called time. So is this: if training shows only where U and a proxy agree, each is "
            "faster as often as the other, over all pairs of them. Neither is counted.",
        ),
    )


DOUBLE_EDGE = Claim(
    name="double-edge",
    topic="programs",
    claim=(
        "A time penalty is double-edged: where it does not exclude optimizers it favours "
        "pseudo-aligned ones, whose proxies are faster to evaluate."
    ),
    source="Hubinger et al. 2019, section 3.2, quoted in the review thread",
    reading=(
        "two candidates of m features, every utility U of two values, and searches by every "
        "objective phi, whose time is known: the least depth of phi, and one. The honest search is "
        "by U, proxies are all others. Along lambda what is kept has the least loss + lambda * "
        "time: for which share of the lambdas at which some search is kept is it a proxy's, and is "
        "that more than if the times of proxies are placed at random?"
    ),
    kind=Kind.TENDENCY,
    keeps="that proxies win by being faster to evaluate, and lose by being wrong",
    question=(
        "Are proxies kept for a greater share of lambdas than where times are exchanged among them?"
    ),
    blind_to=(
        "searches that share what they evaluate, programs with loops, other non-searches than who "
        "never looks, and objectives of more than two values"
    ),
    control="the same objectives, their times exchanged at random: drawn, with the seed",
    theorems=(
        "Along lambda what is kept has ever less time and ever more loss: an honest search that is "
        "given up does not come back",
    ),
    parameters=(
        Parameter("features", 3, "number of features m of a candidate", least=2, most=3),
        Parameter(
            "time", _DEPTH, "what an evaluation takes: least depth, or gates",
            values=(_DEPTH, _GATES),
        ),
        Parameter(
            "exchanged", _ALL, "times are exchanged among all proxies, or those of as many ones",
            values=(_ALL, _ONES),
        ),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("penalty", "penalties"),
        marked="penalties on time",
        value="share of lambdas at which a proxy searches",
        matched="utility",
        placebos={"random tag": {"tag": "random"}},
        trend=({"features": 2},),
        neighbours=({"time": _GATES}, {"exchanged": _ONES}, {"seed": 1}),
    ),
    quick={"features": 2},
)  # fmt: skip
