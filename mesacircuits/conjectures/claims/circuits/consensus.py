"""The claim `consensus`: act only where all leading hypotheses agree."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.shares import partial_minima
from mesacircuits.tables import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CONSENSUS"]

# Of questions off S: asked, agreed, agreed and right; and of single minima: the expected right.
_ASKED, _AGREED, _RIGHT, _SINGLE, _SINGLE_AGREED = range(5)


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    supports = settings.wholes("supports")
    universe = (
        f"all partial functions of {counted(inputs, 'input')} on supports of the "
        f"given sizes, {basis}"
    )
    kept = KeptParts(effort, "consensus 1", settings)
    counts: dict[tuple[int, int], dict[int, list[Fraction]]] = {}
    try:
        sizes = least_sizes(inputs, basis, effort)
        for within in range(settings.whole("within") + 1):
            found = partial_minima(inputs, supports, SearchLike(), basis, effort, kept.part, within)
            for one in found:
                by_size = counts.setdefault((within, one.support.bit_count()), {})
                _count(one.support, one.bits, one.computed, inputs, sizes, by_size)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    series = []
    better = worse = 0
    for (within, support), by_size in counts.items():
        points = []
        for size, sums in sorted(by_size.items()):
            single = sums[_SINGLE] / sums[_ASKED]
            right = sums[_RIGHT] / sums[_AGREED] if sums[_AGREED] else None
            if right is not None:
                better += right > single
                worse += right < single
                points.append((size, right))
            agreed = sums[_AGREED] / sums[_ASKED]
            rows.append((within, support, size, int(sums[_ASKED]), agreed, right, single))
        series.append(Series(f"|S| = {support}, within +{within}", tuple(points)))
    whole = [
        sum((sums[place] for by in counts.values() for sums in by.values()), Fraction(0))
        for place in range(5)
    ]
    overall = whole[_RIGHT] / whole[_AGREED] if whole[_AGREED] else Fraction(0)
    return Finding(
        verdict=Verdict.HELD if better and not worse else Verdict.REFUTED,
        answer=(
            f"in {better} of {better + worse} rows that differ the agreed word is right more often "
            f"than a minimum drawn at random is on all questions, in {worse} less often; over all "
            f"functions together it is right {overall} of the time, like a coin."
        ),
        universe=universe,
        tables=(
            Table(
                "Inputs off S of functions by the gates C of their minima; agreed: where all "
                "minima on S give one word; right: of those, where it is the function's; single: "
                "of all, where a minimum drawn at random is right:",
                ("within", "|S|", "C", "questions", "agreed", "right", "single"),
                tuple(rows),
            ),
        ),
        notes=(
            "Every function of n inputs is asked about, so every completion of what is seen on S "
            "is met once: overall any rule is right half the time. That small functions do better "
            "than half is paid for by large ones.",
        ),
        plot=Plot(
            (
                Panel(
                    "Where all minima on S agree",
                    "gates C of the function's minima",
                    "share of agreed words that are right",
                    tuple(series),
                    most=1,
                ),
            )
        ),
    )


def _count(
    support: int,
    bits: int,
    computed: dict[int, tuple[int, int]],
    inputs: int,
    sizes: NDArray[np.int64],
    by_size: dict[int, list[Fraction]],
) -> None:
    """Add what all completions of one partial function say of its minima's words off S."""
    full = (1 << (1 << inputs)) - 1
    off = full & ~support
    if not off:
        return
    minima = sum(map(sum, computed.values()))
    every, some = off, 0
    ones: dict[int, int] = {}
    for function, pair in computed.items():
        every &= function
        some |= function & off
        for x in range(1 << inputs):
            if off >> x & function >> x & 1:
                ones[x] = ones.get(x, 0) + sum(pair)
    agreed = every | (off & ~some)
    number = off.bit_count()
    rest = off
    while True:
        whole = bits | rest
        sums = by_size.setdefault(int(sizes[whole]), [Fraction(0)] * 5)
        sums[_ASKED] += number
        sums[_AGREED] += agreed.bit_count()
        sums[_RIGHT] += (agreed & ~(every ^ rest)).bit_count()
        right = sum(
            ones.get(x, 0) if rest >> x & 1 else minima - ones.get(x, 0)
            for x in range(1 << inputs)
            if off >> x & 1
        )
        sums[_SINGLE] += Fraction(right, minima)
        if not rest:
            return
        rest = (rest - 1) & off


CONSENSUS = Claim(
    name="consensus",
    topic="circuits",
    claim="Act only where all leading hypotheses agree.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "the leading hypotheses are all minima of a function f on a support S, then also all "
        "circuits of one gate more. On each input off S: do they agree, and is the agreed word "
        "that of f? For every f of n inputs, by the gates of its minima."
    ),
    question=(
        "At every size of f, is the word on which all minima agree right more often than the word "
        "of a minimum drawn at random, wherever the two differ?"
    ),
    blind_to="hypotheses weighted otherwise than alike, and acting where only most of them agree",
    control="a minimum drawn at random, answering every question off S: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("supports", (6, 7), "sizes of S", least=1, most=7),
        Parameter("within", 1, "also circuits of up to so many gates more", least=0, most=2),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={"inputs": 2, "supports": (2, 3)},
)
