"""The claim `chess-needs-search`: some games do not scale without search."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import comb

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.definition import LOOKUP_TABLE, SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.programs import named_counts, named_tags
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask, machine_for

__all__ = ["CHESS_NEEDS_SEARCH", "Estimate", "clopper_pearson", "random_game", "subtraction_game"]

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


_GAMES = "1,2,3; 1,2; 1,3,4; 2,3; 1,4"
_MOST_TAKEN = 4


def _game(bits: int, wins: list[tuple[int, ...]]) -> OptimisationTask:
    rows = tuple(tuple(Fraction(u) for u in row) for row in wins)
    return OptimisationTask(bits, 2, (0, 1, 2, 3), rows)


def subtraction_game(moves: tuple[int, ...], bits: int) -> OptimisationTask:
    """Return the task of playing a subtraction game from piles of up to 2^bits - 1.

    Players take in turn a number of counters that is allowed; who cannot move loses. The word a
    takes a counters, and 0 takes four; the utility of a move is 1 if it is allowed and the other
    player then loses, by backward induction. In lost positions any word will do.

    Source: E. R. Berlekamp, J. H. Conway, R. K. Guy, Winning Ways, 1982.

    >>> [subtraction_game((1, 2, 3), 2).best(x) for x in range(4)]
    [(0, 1, 2, 3), (1,), (2,), (3,)]
    """
    won: list[bool] = []
    rows = []
    for pile in range(1 << bits):
        row = []
        for word in range(_MOST_TAKEN):
            taken = word or _MOST_TAKEN
            row.append(int(taken in moves and taken <= pile and not won[pile - taken]))
        won.append(any(row))
        rows.append(tuple(row))
    return _game(bits, rows)


def random_game(like: OptimisationTask, generator: random.Random) -> OptimisationTask:
    """Return a game without structure: in each position as many winning words, drawn at random."""
    rows = []
    for x in range(1 << like.inputs):
        row = [int(u) for u in like.utilities[x]]
        generator.shuffle(row)
        rows.append(tuple(row))
    return _game(like.inputs, rows)


def _solved(task: OptimisationTask, effort: Effort) -> list[object]:
    """Return least bits, longest time, and how many minima there are and search, or are tables."""
    found = enumerate_programs(task, "bits", machine_for(task, "oracle"), effort)
    if not found.exhaustive:
        raise BudgetEnded
    names = named_counts(named_tags(found.minima, task))
    least = found.minima[0]
    listing = "; ".join(str(instruction) for instruction in least.program.code)
    return [
        least.program.bits,
        int(least.cost.longest),
        len(found.minima),
        names.get(SEARCH_LIKE, 0),
        names.get(LOOKUP_TABLE, 0),
        listing,
    ]


def _null(
    moves: tuple[int, ...], bits: int, settings: Settings, effort: Effort
) -> list[list[object]]:
    generator = random.Random(settings.whole("seed"))
    like = subtraction_game(moves, bits)
    return [_solved(random_game(like, generator), effort) for _ in range(settings.whole("draws"))]


def _moves(text: str) -> tuple[int, ...]:
    try:
        moves = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        moves = ()
    if not moves or not all(1 <= move <= _MOST_TAKEN for move in moves):
        raise ArgumentError("games", "numbers from 1 to 4 that may be taken, such as 1,3,4", text)
    return moves


def _run(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "chess-needs-search 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    sizes = settings.wholes("bits")
    series = []
    grown: list[str] = []
    never: list[str] = []
    null_search = null_total = 0
    for text in settings.texts("games"):
        moves = _moves(text)
        kinds = []
        points = []
        for bits in sizes:
            try:
                task = subtraction_game(moves, bits)
                found = kept.part(f"{text} {bits}", partial(_solved, task, effort))
                null = kept.part(
                    f"{text} {bits} null", partial(_null, moves, bits, settings, effort)
                )
            except BudgetEnded:
                left.append(f"{text}, piles of {counted(bits, 'bit')}")
                continue
            least, time, minima, search, tables, listing = found
            kinds.append(search > 0)
            points.append((1 << bits, least))
            means = [sum((Fraction(row[0]) for row in null), Fraction(0)) / max(len(null), 1)]
            searching = sum(row[3] > 0 for row in null)
            null_search += searching
            null_total += len(null)
            rows.append(
                (text, 1 << bits, least, time, minima, search, tables, means[0], searching, listing)
            )
        if kinds and kinds[-1]:
            grown.append(text)
        elif kinds:
            never.append(text)
        series.append(Series(f"take {text}", tuple(points)))
    held = bool(grown)
    verdict = Verdict.HELD if held else Verdict.REFUTED
    shown = [row[:-1] for row in rows]
    listings = [(row[0], row[1], row[-1]) for row in rows]
    return Finding(
        verdict=verdict if held or not left else Verdict.INCONCLUSIVE,
        answer=(
            f"at the largest piles the shortest programs search in {len(grown)} of "
            f"{len(grown) + len(never)} games (taking {'; '.join(grown) or 'none'}), and a rule "
            f"does in the others; in games without structure some shortest program searches in "
            f"{null_search} of {null_total}."
        ),
        universe=(
            f"{len(series)} subtraction games, piles below {', '.join(str(1 << b) for b in sizes)}"
        ),
        tables=(
            Table(
                "Programs of fewest bits that play perfectly: bits and time of these, how many "
                "there are, search-like ones and tables; null: mean bits of games with the same "
                "number of winning words drawn at random, and in how many some minimum searches:",
                (
                    "take",
                    "piles",
                    "bits",
                    "time",
                    "minima",
                    "search",
                    "table",
                    "null",
                    "null search",
                ),
                tuple(shown),
            ),
            Table("The first of them:", ("take", "piles", "program"), tuple(listings)),
        ),
        notes=(
            "A query tells whether a move wins: one step of look-ahead. The oracle's machine also "
            "observes the pile, and may have a table, whose entries are charged.",
            "A rule: neither search nor table, such as the pile modulo four, observed.",
            *_estimates(null_search, null_total),
        ),
        left_open=tuple(left),
        plot=Plot((Panel("Perfect play", "positions", "least bits of a program", tuple(series)),)),
    )


def _estimates(searching: int, drawn: int) -> tuple[str, ...]:
    if not drawn:
        return ()
    estimate = Estimate(searching, drawn)
    return (f"Games drawn in which some minimum searches: {estimate} (Clopper-Pearson, exact).",)


CHESS_NEEDS_SEARCH = Claim(
    name="chess-needs-search",
    topic="programs",
    claim="Some games, such as chess, can arguably not be played well at scale without search.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "subtraction games as piles grow: of the programs of fewest bits that play perfectly, do "
        "some search (query candidate moves), or do a table or a rule do it in fewer bits."
    ),
    question="Is there a game whose shortest perfect players, at the largest piles, search?",
    blind_to="games of more than sixteen positions, and searches of more than one move",
    control="games with as many winning words in each position, drawn by a seed",
    parameters=(
        Parameter(
            "games", _GAMES, "what may be taken, numbers from 1 to 4, by game", names="words"
        ),
        Parameter("bits", (2, 3, 4), "bits of a pile", least=1, most=4),
        Parameter("draws", 4, "games without structure drawn for each", least=0, most=32),
        Parameter("seed", 0, "seed of the draws", least=0),
    ),
    run=_run,
    quick={"games": "1,2,3; 1,3,4", "bits": (2, 3), "draws": 1},
)
