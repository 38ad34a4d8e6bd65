"""The claim `diversity`: the more instances, the more optimisation is left to run time."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations
from math import log2
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.programs.diversity_model import table_code_bits
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.programs import Machine
from mesacircuits.tables import counted

if TYPE_CHECKING:
    from mesacircuits.enumeration.programs.scored_codes import ScoredCodes

__all__ = ["DIVERSITY", "machine_of", "rankings"]

_CANDIDATES = 4
#: The bits of a word that is sure to be among the best four, three, two, and one of four.
_SURE = np.array((0.0, log2(4 / 3), 1.0, 2.0))
#: A number of bits is n + m log2(4/3) with whole n and m below a hundred. Two that differ do so by
#: more than this, so that floating-point numbers compare them rightly.
_CLOSE = 1e-6


def rankings() -> list[tuple[int, ...]]:
    """Return the 24 instances: the utilities 0 to 3 of four candidates, in every order.

    >>> len(rankings()), rankings()[0]
    (24, (3, 2, 1, 0))
    """
    return list(permutations(range(_CANDIDATES)))[::-1]


def machine_of(operations: str) -> Machine:
    """Return the machine that sees the utilities of four candidates, a word of two bits each.

    >>> print(machine_of("without-utility"))
    without-utility(registers=4, width=2, answers=2, words=2+2+2+2)
    """
    words = tuple((2 * i, 2 * i + 1) for i in range(_CANDIDATES))
    return Machine(4, 2, 2 * _CANDIDATES, 2, words=words, operations=operations)


@dataclass(frozen=True, eq=False)
class _Programs:
    """All codes within the budget, one for each thing that codes do.

    Attributes:
        texts: the codes.
        bits: shape (codes,): their bits beyond what is granted.
        run_time: shape (codes,): x, the bits that a code gives whatever its table says.
        one, two: shape (codes, 24): the bits of table that it needs for a bit on a ranking, or two.
        tried: how many codes were run.
    """

    texts: tuple[str, ...]
    bits: NDArray[np.float64]
    run_time: NDArray[np.float64]
    one: NDArray[np.float64]
    two: NDArray[np.float64]
    tried: int

    def costs(self) -> list[tuple[float, float, str]]:
        """Return x, f(x) and a code, for each x that no cheaper code gives; f(0) = 0."""
        found = [(0.0, 0.0, "a table, or nothing")]
        for place in np.lexsort((-self.run_time, self.bits)):
            x, cost = float(self.run_time[place]), max(0.0, float(self.bits[place]))
            if x > found[-1][0] + _CLOSE:
                if cost == found[-1][1]:
                    found.pop()
                found.append((x, cost, self.texts[place] or "nothing"))
        return found


#: What a claim asks for at some settings it asks for again at others.
_KNOWN: dict[tuple[Machine, int], ScoredCodes] = {}


def _programs(settings: Settings, effort: Effort) -> _Programs:
    from mesacircuits.enumeration.programs.scored_codes import scored_codes

    if effort.used_up():
        raise BudgetEnded
    machine, orders = machine_of(settings.text("operations")), rankings()
    key = machine, settings.whole("bits")
    if key not in _KNOWN:
        inputs = [sum(u << 2 * i for i, u in enumerate(order)) for order in orders]
        _KNOWN[key] = scored_codes(*key, inputs, orders, effort)
    found = _KNOWN[key]
    granted = table_code_bits(machine) if settings.text("reader") == "granted" else 0
    entries = 1 << machine.answers
    # Of k entries that serve, the table need not say which it has.
    served = np.arange(entries + 1, dtype=np.float64)
    with np.errstate(divide="ignore"):
        price = machine.answers - np.log2(served)
    free = found.served == entries
    # Of each ranking the best that is sure, as a place in `_SURE`.
    sure = free.sum(axis=2)
    if settings.text("x") == "sure":
        run_time = _SURE[sure.min(axis=1)]
    else:
        run_time = np.maximum(sure - 1.0, 0.0).mean(axis=1)
    return _Programs(
        tuple("; ".join(map(str, code)) for code in found.codes),
        (found.bits - granted).astype(np.float64),
        run_time.astype(np.float64),
        price[found.served[:, :, 1]],
        price[found.served[:, :, 2]],
        found.tried,
    )


def _orders(settings: Settings) -> list[list[int]]:
    generator = random.Random(settings.whole("seed"))
    every = range(len(rankings()))
    return [generator.sample(every, len(every)) for _ in range(settings.whole("draws"))]


@dataclass
class _Counts:
    """What was found for N instances, over all orders of them."""

    cells: int = 0
    agree: int = 0
    #: With a budget of f(2): how often x* is so much, both where two programs tie.
    full: Counter[tuple[float, ...]] = field(default_factory=Counter)
    full_agree: int = 0
    #: The bits of the cheapest program that is right on all.
    least: list[float] = field(default_factory=list)
    #: How often some x* is less than all were for one instance less.
    falls: int = 0


def _best(options: list[tuple[float, float, str]], number: int, budget: float) -> list[float]:
    """Return the x that (P - f(x)) / N + x is greatest at, of those with f(x) <= P."""
    values = [(number * x - cost, x) for x, cost, _ in options if cost <= budget]
    top = max(value for value, _ in values)
    return [x for value, x in values if value > top - _CLOSE]


def _along(
    order: list[int], found: _Programs, budgets: range
) -> list[tuple[list[tuple[float, ...]], float]]:
    """Return, for N = 1, 2, ..., x* of the best programs for each budget, and the bits of all.

    Instances need entries of their own, so the least bits for so much credit add up over them.
    """
    total = np.full((len(found.bits), 2 * len(order) + 1), np.inf)
    total[:, 0] = found.bits
    told = []
    for number, place in enumerate(order, 1):
        one, two = found.one[:, place, None], found.two[:, place, None]
        more = total.copy()
        more[:, 1:] = np.minimum(more[:, 1:], total[:, :-1] + one)
        more[:, 2:] = np.minimum(more[:, 2:], total[:, :-2] + two)
        total = more
        least = total.min(axis=0)
        winners: dict[int, tuple[float, ...]] = {}
        said = []
        for budget in budgets:
            credit = int(np.flatnonzero(least <= budget + _CLOSE).max())
            if credit not in winners:
                rows = total[:, credit] <= least[credit] + _CLOSE
                winners[credit] = tuple(sorted({*found.run_time[rows].tolist()}))
            said.append(winners[credit])
        told.append((said, float(least[2 * number])))
    return told


def _found(settings: Settings, effort: Effort) -> Finding:
    found = _programs(settings, effort)
    options = found.costs()
    solving = [cost for x, cost, _ in options if x == _SURE[-1]]
    orders = _orders(settings)
    # Beyond this budget all is solved, and nothing changes.
    most = int(min(solving, default=0))
    # Where nothing is granted, even the empty code is one bit.
    budgets = range(max(0, int(found.bits.min())), most + 1)
    numbers = range(1, len(rankings()) + 1)
    counts = {number: _Counts() for number in numbers}
    for order in orders:
        if effort.used_up():
            raise BudgetEnded
        before: list[tuple[float, ...]] | None = None
        for number, (said, least) in enumerate(_along(order, found, budgets), 1):
            own = counts[number]
            own.least.append(least)
            for place, (budget, xs) in enumerate(zip(budgets, said, strict=True)):
                model = _best(options, number, budget)
                agrees = any(abs(x - y) < _CLOSE for x in xs for y in model)
                own.cells += 1
                own.agree += agrees
                own.falls += before is not None and max(xs) < min(before[place]) - _CLOSE
                if budget == most:
                    own.full[xs] += 1
                    own.full_agree += agrees
            before = said
    cells = sum(c.cells for c in counts.values())
    agree = sum(c.agree for c in counts.values())
    falls = sum(c.falls for c in counts.values())
    verdict = Verdict.HELD if agree == cells and not falls else Verdict.REFUTED
    if not solving:
        verdict = Verdict.VACUOUS
    full = sum(c.full_agree for c in counts.values())
    first = [n for n in numbers if solving and _best(options, n, most)[-1] == _SURE[-1]]
    always = [n for n in numbers if all(min(xs) == _SURE[-1] for xs in counts[n].full)]
    return Finding(
        verdict,
        (
            f"the found x* is the model's in {agree:,} of {cells:,} cells of an order of the "
            f"instances, N and a budget; in {full:,} of {len(orders) * len(numbers):,} with the "
            f"budget f(2), where the model leaves all to run time {_from(first)}, and the "
            f"best programs do so in every order {_from(always)}; as N "
            f"grows by one x* falls in {falls:,} cells."
        ),
        f"{len(rankings())} rankings of {counted(_CANDIDATES, 'candidate')} in "
        f"{counted(len(orders), 'drawn order')}, budgets {budgets[0]} to {most}, "
        f"{found.tried:,} codes",
        _tables(options, counts, most),
        None,
        (
            "Theorem: that P drops out of the argmax, and that x* never falls as N grows, is so of "
            "the model whatever f is: P / N is the same for all x, and N x - f(x) has increasing "
            "differences.",
            "Hybrids are among the codes: each is run with every entry of the table on every "
            f"instance. All codes of at most {counted(settings.whole('bits'), 'bit')} were run, "
            "and beyond f(2) no budget buys anything, so no better program is left out.",
        ),
        (),
        _plot(counts, options),
    )


def _from(numbers: list[int]) -> str:
    return f"from N = {numbers[0]} on" if numbers else "for no N"


def _tables(
    options: list[tuple[float, float, str]], counts: dict[int, _Counts], most: int
) -> tuple[Table, ...]:
    return (
        Table(
            "The cost f(x) of x bits of run-time optimisation, and a code of that cost:",
            ("x", "f(x)", "code"),
            tuple((f"{x:.4g}", f"{cost:g}", code) for x, cost, code in options),
        ),
        Table(
            f"By N: x* of the model at the budget f(2) = {most}, and how many orders have which x* "
            "there; of all budgets the share of cells that agree; in how many x* fell; the least "
            "and mean bits of a program that is right on all N:",
            ("N", "model", "found at f(2)", "agree", "falls", "least bits", "mean bits"),
            tuple(
                (
                    number,
                    " or ".join(f"{x:.3g}" for x in _best(options, number, most)),
                    ", ".join(
                        f"{many} x {' or '.join(f'{x:.3g}' for x in xs)}"
                        for xs, many in sorted(own.full.items())
                    ),
                    f"{own.agree / own.cells:.3f}",
                    own.falls,
                    f"{min(own.least):.2f}",
                    f"{sum(own.least) / len(own.least):.2f}",
                )
                for number, own in counts.items()
            ),
        ),
    )


def _plot(counts: dict[int, _Counts], options: list[tuple[float, float, str]]) -> Plot:
    agree = tuple((n, own.agree / own.cells) for n, own in counts.items())
    full = tuple((n, own.full_agree / sum(own.full.values())) for n, own in counts.items())
    table = tuple((n, 2 * n) for n in counts)
    search = tuple((n, options[-1][1]) for n in counts)
    return Plot(
        (
            Panel(
                "x* found is the model's",
                "instances N",
                "share of cells",
                (Series("all budgets", agree, "points"), Series("budget f(2)", full, "points")),
                (),
                1,
            ),
            Panel(
                "Right on all N",
                "instances N",
                "bits",
                (
                    Series(
                        "found, mean",
                        tuple((n, sum(o.least) / len(o.least)) for n, o in counts.items()),
                        "points",
                    ),
                    Series(
                        "found, least",
                        tuple((n, min(o.least)) for n, o in counts.items()),
                        "points",
                    ),
                    Series("2 N", table),
                    Series("f, greatest x", search),
                ),
            ),
        )
    )


DIVERSITY = Claim(
    name="diversity",
    topic="programs",
    claim=(
        "With N instances, x* = argmax_x (P - f(x))/N + x bits are left to run time: the more "
        "instances, the more run-time optimisation."
    ),
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "an instance shows the utilities 0 to 3 of four candidates, one of which is to be named; "
        "the best is 2 bits, the second 1. Of all codes with all tables of at most P bits, those "
        "of most credit over N instances, and of these the cheapest: x* is what their code is sure "
        "to give on every ranking, whatever the table says. The model: f(x) is the least bits of a "
        "code that is sure of x, less those of the code that reads a table, so that f(0) = 0; of x "
        "with f(x) <= P."
    ),
    kind=Kind.EXISTENCE,
    keeps="the formula, with its budget P; that credit is partial and parts may be mixed",
    question="Is x* of the best programs the model's for all N, budgets and orders of instances?",
    blind_to="other instances than four numbers in sight; a base optimizer that is not exhaustive",
    control="the model with f as measured, and orders of the instances drawn by a seed",
    parameters=(
        Parameter("operations", "without-utility", "operations, see `VARIANTS`", names="words"),
        Parameter("bits", 34, "most bits of a code", least=1, most=36),
        Parameter("draws", 100, "orders in which the instances come", least=1, most=1000),
        Parameter("seed", 0, "seed of the draws", least=0),
        Parameter(
            "x",
            "sure",
            "x of a code: what it is sure of, or its mean",
            values=("sure", "mean"),
        ),
        Parameter(
            "reader", "granted", "the code that reads a table", values=("granted", "charged")
        ),
    ),
    run=Existence(
        _found,
        neighbours=(
            {"x": "mean"},
            {"reader": "charged"},
            {"operations": "inc+mov+load+table+jz+jnz+jlt", "bits": 30},
            {"seed": 1},
        ),
    ),
    quick={"operations": "inc+mov+load+table+jz+jnz+jlt", "bits": 30, "draws": 5},
)
