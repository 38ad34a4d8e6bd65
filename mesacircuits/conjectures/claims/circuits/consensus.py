"""The claim `consensus`: act only where all leading hypotheses agree."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CONSENSUS", "asked_and_wrong"]


def asked_and_wrong(
    sizes: NDArray[np.int64], support: int, bits: int, within: int, malign: bool
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Return what the rule does with what is seen of a function on some of its inputs.

    The leading hypotheses are the functions that agree with what is seen and take at most `within`
    gates more than the least of them. The rule acts on the unseen inputs on which all agree.

    Arguments:
        sizes: C(f) of each function, by truth table.
        support, bits: the inputs seen, and the values on them.
        within: j.
        malign: whether the inverse off the support of a least hypothesis is inserted as well.

    Returns:
        the leading hypotheses; and of each function f that agrees with what is seen, its gates over
        the least, on how many unseen inputs the rule asks, and on how many it acts wrongly.

    >>> import numpy as np
    >>> lead, found = asked_and_wrong(np.array([0, 1, 1, 0]), 0b01, 0b01, 0, False)
    >>> lead, found
    ([3], [(1, 0, 1), (0, 0, 0)])
    """
    full = (len(sizes) - 1).bit_length()
    off = ((1 << full) - 1) & ~support
    agreeing, rest = [], 0
    while True:
        agreeing.append(bits | rest)
        rest = (rest - off) & off
        if not rest:
            break
    least = min(int(sizes[f]) for f in agreeing)
    lead = [f for f in agreeing if sizes[f] <= least + within]
    shown = [*lead, *([lead[0] ^ off] if malign else [])]
    every, some = off, 0
    for hypothesis in shown:
        every &= hypothesis
        some |= hypothesis & off
    agreed = every | off & ~some
    asks = (off & ~agreed).bit_count()
    found = [(int(sizes[f]) - least, asks, (agreed & (every ^ f)).bit_count()) for f in agreeing]
    return lead, found


def _found(settings: Settings, effort: Effort) -> Finding:
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    sizes = least_sizes(inputs, basis, effort)
    rows: list[tuple[Cell, ...]] = []
    lines: dict[str, list[tuple[int, Fraction]]] = {}
    broken = acted = 0
    whole = 1 << inputs
    with effort.bar("supports", (1 << whole) - 2) as bar:
        sums: dict[tuple[int, bool], list[Fraction]] = {}
        for support in range(1, (1 << whole) - 1):
            bits = 0
            unseen = whole - support.bit_count()
            while True:
                if effort.used_up():
                    raise BudgetEnded
                for within in range(settings.whole("within") + 1):
                    for malign in (False, True):
                        _, found = asked_and_wrong(sizes, support, bits, within, malign)
                        known = sums.setdefault((within, malign), [Fraction(0)] * 6)
                        for gates, asks, wrong in found:
                            inside = gates <= within
                            weight = Fraction(1, 2**gates)
                            broken += inside and wrong > 0
                            acted += inside and not malign and asks < unseen
                            acts = unseen - asks
                            met = unseen * inside, asks * inside, acts, wrong
                            for place, count in enumerate(met):
                                known[place] += count
                            known[4] += acts * weight
                            known[5] += wrong * weight
                bits = (bits - support) & support
                if not bits:
                    break
            bar.advance()
    for (within, malign), each in sorted(sums.items(), key=lambda item: (item[0][1], item[0][0])):
        open_inputs, asked, acted_on, mistaken, weighted, errors = each
        share = asked / open_inputs
        said = "inserted" if malign else "none"
        lines.setdefault(f"asked, malign {said}", []).append((within, share))
        any_truth = occam = None
        if acted_on:
            any_truth, likely = mistaken / acted_on, errors / weighted
            occam = f"{float(likely):.4f}"
            lines.setdefault("wrong by 2^-C", []).append((within, likely))
        rows.append((within, said, share, any_truth, occam))
    verdict = Verdict.REFUTED if broken else Verdict.HELD if acted else Verdict.VACUOUS
    return Finding(
        verdict=verdict,
        answer=(
            f"where the truth is among the leading hypotheses the rule acts in "
            f"{counted(acted, 'case')} and is wrong in {broken}."
        ),
        universe=(
            f"all functions of {counted(inputs, 'input')}, seen on all sets of some inputs, {basis}"
        ),
        tables=(
            Table(
                "Leading: at most so many gates more than the least that fits; whether a malign "
                "hypothesis is inserted, the inverse off what is seen of a least one; asked: share "
                "of unseen inputs on which they disagree, the truth being among them; wrong: share "
                "of agreed words that are not true, where the truth is any function that fits, and "
                "where it is weighted by 2^-C:",
                ("leading", "malign", "asked", "wrong", "by 2^-C"),
                tuple(rows),
            ),
        ),
        notes=(
            "One half: where any truth that fits is as likely, no rule does better (a theorem).",
        ),
        plot=Plot(
            (
                Panel(
                    "Asking and erring",
                    "gates j over the least",
                    "share of unseen inputs, of agreed words",
                    tuple(Series(name, tuple(points), "points") for name, points in lines.items()),
                    whole=True,
                    most=1,
                ),
            )
        ),
    )


CONSENSUS = Claim(
    name="consensus",
    topic="circuits",
    claim="Act only where all leading hypotheses agree.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "a function f is seen on some inputs. The leading hypotheses are the functions that fit "
        "and take at most j gates more than the least of them; the rule acts on an unseen input if "
        "all give one word, and asks if not. All f, all sets of inputs: where f is among the "
        "leading hypotheses, and where it need not be"
    ),
    kind=Kind.THEOREM,
    keeps="that to act on what all agree on is safe, if the truth is among them",
    question="Where f is among the leading hypotheses, is the rule never wrong, and does it act?",
    blind_to=(
        "whether the truth is among the leading hypotheses, which is assumed; rules that weigh "
        "hypotheses; what an answer costs"
    ),
    control="functions of all sizes as the truth, alike and weighted by 2^-C: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("within", 3, "j from 0 up to this", least=0, most=5),
        BASIS,
    ),
    run=Existence(_found, trend=({"inputs": 2},)),
    theorems=(
        "Where the truth is among the leading hypotheses, a word on which all agree is true; to "
        "insert others, malign or not, keeps that so, and only makes the rule ask more often.",
        "Where any completion of what is seen is as likely, an agreed word is right half the time.",
    ),
    quick={"inputs": 2, "within": 1},
)
