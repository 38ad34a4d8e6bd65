"""The claim `no-formal-link`: nothing ties the mesa-objective to the base objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from math import comb, factorial, log2, prod
from typing import NamedTuple

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import class_shares, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["NO_FORMAL_LINK", "Pattern", "link", "pattern_of"]


class Pattern(NamedTuple):
    """On how many inputs the witness reads which values off, of what is output and of the other.

    Attributes:
        both: inputs where both candidates have the value 1.
        one: inputs where only the candidate that is output has it.
        none: inputs where neither has it.
    """

    both: int
    one: int
    none: int


class Link(NamedTuple):
    """Mutual information, in bits, of the utility read off and each base utility that is served.

    Attributes:
        utilities: how many base utilities the circuit serves.
        independent: how many of them are independent of the utility read off, exactly.
        least, mean, most: of the mutual information.
        shuffled: its mean when the values read off are shuffled over inputs and candidates.
    """

    utilities: int
    independent: int
    least: float
    mean: float
    most: float
    shuffled: float


def pattern_of(circuit: Circuit) -> Pattern | None:
    """Return which values a search-like circuit's witness reads off; None if it is not search-like.

    >>> pattern_of(Circuit.parse(3, "g1 = a ^ b; g2 = a ^ c; g3 = ~g1 & g2; out = g3"))
    Pattern(both=2, one=4, none=2)
    """
    task = FunctionTask(circuit.tables())
    witness = SearchLike().judge(circuit, task).witness
    if witness is None:
        return None
    tables = circuit.wire_bits()
    full = (1 << (1 << circuit.inputs)) - 1
    first, second = (
        tables[wire] ^ (full if inverted else 0)
        for record in witness["candidates"]
        for wire, inverted in zip(record["wires"], record["inverted"], strict=True)
    )
    both = (first & second).bit_count()
    none = (full & ~(first | second)).bit_count()
    return Pattern(both, (1 << circuit.inputs) - both - none, none)


def _shares(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    # All ways to write a total as a sum of so many parts.
    if parts == 1:
        yield (total,)
        return
    for here in range(total + 1):
        for rest in _shares(total - here, parts - 1):
            yield here, *rest


def _ways(total: int, shares: tuple[int, ...]) -> int:
    return factorial(total) // prod(factorial(share) for share in shares)


def _information(ones: tuple[int, ...], zeros: tuple[int, ...]) -> float:
    # Of the level and the value read off, from how many pairs (input, candidate) have which.
    total, found = sum(ones) + sum(zeros), 0.0
    for cells in (ones, zeros):
        for level, cell in enumerate(cells):
            if cell:
                apart = sum(cells) * (ones[level] + zeros[level])
                found += cell / total * log2(cell * total / apart)
    return max(found, 0.0)


def _independent(ones: tuple[int, ...], zeros: tuple[int, ...]) -> bool:
    return all(a * sum(zeros) == b * sum(ones) for a, b in zip(ones, zeros, strict=True))


@lru_cache(maxsize=1 << 12)
def _shuffled(levels: tuple[int, ...], ones: int) -> float:
    """Return the mean information if so many ones fall anywhere: hypergeometric, all cases."""
    total, found = sum(levels), 0.0
    for drawn in product(*(range(level + 1) for level in levels[:-1])):
        last = ones - sum(drawn)
        if 0 <= last <= levels[-1]:
            here = (*drawn, last)
            rest = tuple(a - b for a, b in zip(levels, here, strict=True))
            ways = prod(comb(a, b) for a, b in zip(levels, here, strict=True))
            found += ways / comb(total, ones) * _information(here, rest)
    return found


@lru_cache(maxsize=1 << 8)
def link(pattern: Pattern, levels: int) -> Link:
    """Return how the utility read off is tied to the base utilities that the circuit serves.

    A base utility U gives each input and candidate one of so many levels; the circuit serves it if
    on every input what it outputs has more than the other candidate. All are counted, by how many
    inputs of each kind have which two levels.

    >>> link(Pattern(2, 4, 2), 2)[:2], link(Pattern(2, 4, 2), 3)[:2]
    ((1, 0), (6561, 6))
    """
    # Levels of what is output, and of the other.
    pairs = [(more, less) for less, more in combinations(range(levels), 2)]
    utilities = independent = 0
    total = shuffled = 0.0
    least, most = float("inf"), 0.0
    for chosen in product(*(_shares(number, len(pairs)) for number in pattern)):
        ways = prod(_ways(number, s) for number, s in zip(pattern, chosen, strict=True))
        ones, zeros = [0] * levels, [0] * levels
        sides = (ones, ones), (ones, zeros), (zeros, zeros)
        for shares, (mine, other) in zip(chosen, sides, strict=True):
            for share, (more, less) in zip(shares, pairs, strict=True):
                mine[more] += share
                other[less] += share
        cells = tuple(ones), tuple(zeros)
        found = _information(*cells)
        utilities += ways
        independent += ways if _independent(*cells) else 0
        total += ways * found
        least, most = min(least, found), max(most, found)
        both = tuple(a + b for a, b in zip(*cells, strict=True))
        shuffled += ways * _shuffled(both, sum(ones))
    return Link(utilities, independent, least, total / utilities, most, shuffled / utilities)


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs, levels = settings.whole("inputs"), settings.whole("levels")
    universe = f"search-like minima of all functions of {counted(inputs, 'input')}, b2"
    rows: list[tuple[Cell, ...]] = []
    tagged = free = 0
    least_free = None
    try:
        for row in class_shares(inputs, SearchLike(), effort=effort):
            if not row.value:
                continue
            task = FunctionTask((row.representative,))
            share = tagged_share(task, SearchLike(), effort=effort)
            patterns: dict[Pattern, list[Circuit]] = {}
            for circuit in share.minima:
                pattern = pattern_of(circuit)
                if pattern is not None:
                    patterns.setdefault(pattern, []).append(circuit)
            for pattern, circuits in sorted(patterns.items()):
                if effort.used_up():
                    raise BudgetEnded
                found, strict = link(pattern, levels), link(pattern, 2)
                tagged += len(circuits)
                if found.independent:
                    free += len(circuits)
                    least_free = least_free or (task, circuits[0])
                rows.append(
                    (
                        row.representative.hex,
                        len(circuits),
                        pattern.both + pattern.none,
                        *(
                            f"{bits:.4f}"
                            for bits in (strict.mean, found.least, found.mean, found.shuffled)
                        ),
                        Fraction(found.independent, found.utilities),
                    )
                )
    except BudgetEnded:
        return Finding(
            Verdict.INCONCLUSIVE,
            f"{free} of {tagged} search-like minima looked at before the budget ended serve an "
            "independent base utility.",
            universe,
            left_open=(universe,),
        )
    table = Table(
        "Search-like minima by class and by the inputs on which their two scores tie; mutual "
        "information, in bits, of the score read off with the one strict base utility of two "
        f"levels, and with all strict ones of {levels}: least, mean, mean if shuffled; share of "
        "these that are independent of it:",
        ("class", "minima", "ties", "two", "least", "mean", "shuffled", "independent"),
        tuple(rows),
    )
    example = None
    if least_free is not None:
        task, circuit = least_free
        caption = "the score that it reads off is independent of a utility that it maximises"
        example = Case.judged(caption, task, circuit, (SearchLike(),), "size over b2")
    return Finding(
        verdict=Verdict.HELD if tagged and free == tagged else Verdict.REFUTED,
        answer=(
            f"{free} of {tagged} search-like minima serve a base utility of {levels} levels that "
            "is independent of the score their witness reads off."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "A base utility gives each input and each of the two candidates a level; the circuit "
            "serves it if what it outputs always has the greater one. Input and candidate are "
            "drawn evenly.",
            "With two levels one utility is served, and it is never independent: on some inputs "
            "only what is output scores.",
        ),
        plot=Plot((_panel(rows),)),
    )


def _panel(rows: Sequence[tuple[Cell, ...]]) -> Panel:
    names = tuple(f"{row[0]}, {row[2]} ties" for row in rows)
    columns = (("least", 4), ("mean", 5), ("shuffled", 6))
    series = tuple(
        Series(head, tuple((at, float(str(row[column]))) for at, row in enumerate(rows)))
        for head, column in columns
    )
    return Panel("Score and base utility", "mutual information in bits", "", series, names=names)


NO_FORMAL_LINK = Claim(
    name="no-formal-link",
    topic="programs",
    claim="Nothing ties the mesa-objective to the base objective.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "the mesa-objective of a search-like minimum is the score that its witness reads off. The "
        "base objectives that would select it are all utilities of L levels whose unique best "
        "candidate it outputs on every input. Their mutual information, exactly, over all of them."
    ),
    question=(
        "Does every search-like minimum serve a base utility that is independent of the score "
        "that it reads off?"
    ),
    blind_to="witnesses beside the first, inputs drawn unevenly, and circuits of more outputs",
    control="the same base utilities, the score shuffled over inputs and candidates: exact",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=3, most=4),
        Parameter("levels", 3, "levels L of a base utility", least=2, most=3),
    ),
    run=_run,
    quick={"inputs": 3},
)
