"""The claim `no-formal-link`: nothing ties the mesa-objective to the base objective."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import log2

import numpy as np

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import ORDER, Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import OWN_TAG, TAGGED, Compared, Tendency
from mesacircuits.definitions import SearchLike, definition_named, describe_definition
from mesacircuits.enumeration import Effort, Minima, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.objectives import FoundObjective, objective_of
from mesacircuits.studies.orbits import Moves, bit_moves, orbits_of
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask

__all__ = ["NO_FORMAL_LINK", "Training", "objectives", "told"]

_SIMPLE, _EVEN = "simple", "even"


@dataclass(frozen=True, slots=True)
class Training:
    """What training says of a utility U of two values.

    Attributes:
        seen: D, the vectors of features that occur, as bits.
        ones: those among them of utility 1.
    """

    seen: int
    ones: int

    def completions(self, vectors: int) -> Iterator[int]:
        """Yield every function of so many vectors that agrees with it, as bits, ascending.

        >>> [f"{bits:04b}" for bits in Training(0b0111, 0b0010).completions(4)]
        ['0010', '1010']
        """
        for bits in range(1 << vectors):
            if bits & self.seen == self.ones:
                yield bits


def _moves(features: int) -> Moves:
    # Entries: value + 2 * (1 where the vector does not occur). The lesser of two candidates by U
    # is the greater by 1 - U: the same circuits, the candidates exchanged.
    return Moves.of(bit_moves(features), np.array([[0, 1, 2, 3], [1, 0, 3, 2]]))


def _table(training: Training, bits: int, vectors: int) -> tuple[int, ...]:
    return tuple((bits >> v & 1) + 2 * (~training.seen >> v & 1) for v in range(vectors))


@lru_cache(maxsize=4)
def objectives(features: int, seen: int) -> dict[Training, dict[int, int]]:
    """Return the objectives that agree with what training says, up to symmetry.

    Features are permuted and inverted, and the order of utilities is reversed, as the better of two
    candidates by U is the worse by -U. One of each class of pairs of D and an objective is meant.

    Arguments:
        features: m.
        seen: how many vectors of features occur.

    Returns:
        for one of each class of what training says, its objectives as bits, by the number that
        names the class of the pair (see `Moves.number`).

    >>> found = objectives(2, 3)
    >>> [(f"{t.seen:04b}", f"{t.ones:04b}", sorted(o.values())) for t, o in found.items()]
    [('1110', '0010', [2, 3]), ('1110', '0110', [6, 7])]
    """
    vectors, moves = 1 << features, _moves(features)
    tables = []
    for table in product(range(4), repeat=vectors):
        inside = [entry for entry in table if entry < 2]
        if len(inside) == seen and len({*inside}) == 2:
            tables.append(table)
    names: dict[int, Training] = {}
    found: dict[Training, dict[int, int]] = defaultdict(dict)
    for table, _ in orbits_of(tables, moves):
        # What training says of it: the same, with 0 for all that does not occur. An image of least
        # number stands for the class.
        known = moves.orbit([entry if entry < 2 else 2 for entry in table])
        known |= moves.orbit([entry if entry < 2 else 3 for entry in table])
        own = Training(
            sum((entry < 2) << v for v, entry in enumerate(table)),
            sum((entry == 1) << v for v, entry in enumerate(table)),
        )
        training = names.setdefault(min(known), own)
        found[training][moves.number(table)] = sum((e & 1) << v for v, e in enumerate(table))
    return dict(found)


def told(
    training: Training, objective: int, weights: Sequence[Fraction]
) -> tuple[Fraction, Fraction]:
    """Return how much of a utility that agrees with training an objective tells where it is silent.

    Arguments:
        training: what training says, and leaves open of some vector.
        objective: as bits, one that agrees with it.
        weights: of every utility, by its bits.

    Returns:
        the mean share of the vectors that do not occur at which the objective has the value of a
        utility so drawn; and the chance that it has so at all of them.

    >>> told(Training(0b0111, 0b0010), 0b0010, [Fraction(1)] * 16)
    (Fraction(1, 2), Fraction(1, 2))
    """
    vectors = len(weights).bit_length() - 1
    off = ((1 << vectors) - 1) & ~training.seen
    total = alike = Fraction(0)
    for bits in training.completions(vectors):
        total += weights[bits]
        alike += weights[bits] * (~(bits ^ objective) & off).bit_count()
    return alike / (total * off.bit_count()), weights[objective] / total


@lru_cache(maxsize=1 << 9)
def _minima(
    training: Training, features: int, ties: str, order: str, effort: Effort
) -> tuple[OptimisationTask, Minima]:
    utility = [training.ones >> v & 1 for v in range(1 << features)]
    task = OptimisationTask.of_utility(utility, 2, features, ties=ties, training=training.seen)
    return task, enumerate_minima(task, "b2", order, effort).all_found()


@lru_cache(maxsize=1 << 12)
def _searched(
    training: Training, features: int, ties: str, order: str, definition: SearchLike, effort: Effort
) -> tuple[int, frozenset[int]]:
    """Return how many minima search, and the objectives by which they do, as bits."""
    task, minima = _minima(training, features, ties, order, effort)
    number, found = 0, set()
    for circuit in minima.minima:
        if effort.used_up():
            raise BudgetEnded
        witness = definition.judge(circuit, task).witness
        bits = None if witness is None else _bits(objective_of(witness, task))
        if bits is not None:
            number += 1
            found.add(bits)
    return number, frozenset(found)


def _bits(found: FoundObjective) -> int | None:
    """Return an objective of two values as bits; None if candidates are read by several."""
    masks = {mask for _, mask in found.evaluated}
    if found.kind != "features" or max(found.values) != 1 or len(masks) > 1:
        return None
    [mask] = masks
    return sum(value << (v ^ mask) for v, value in enumerate(found.values))


def _compared(settings: Settings, effort: Effort) -> Compared:
    definition = definition_named(settings.text("definition"))
    if not isinstance(definition, SearchLike) or definition.objective != "own":
        said = describe_definition(definition)
        raise ArgumentError("definition", "search-like, with objective=own", said)
    features, most = settings.whole("features"), settings.whole("vectors")
    vectors = 1 << features
    weights = [Fraction(1)] * (1 << vectors)
    if settings.text("prior") == _SIMPLE:
        sizes = least_sizes(features, settings.text("cost"), effort)
        weights = [Fraction(1, 1 << int(size)) for size in sizes]
    means = effort.share(1)
    drawn = random.Random(settings.whole("seed"))
    moves, units, rows, number = _moves(features), [], [], 0
    for seen in range(2, min(most, vectors - 1) + 1):
        bits: dict[bool, list[float]] = {True: [], False: []}
        shares: dict[bool, list[Fraction]] = {True: [], False: []}
        searched = minima = 0
        for training, own in objectives(features, seen).items():
            number += 1
            if means.used_up():
                raise BudgetEnded
            how = training, features, settings.text("ties"), settings.text("order")
            count, found = _searched(*how, definition, means)
            minima += count
            searched += bool(count)
            marked = {min(moves.orbit(_table(training, objective, vectors))) for objective in found}
            if settings.text("tag") != OWN_TAG:
                marked = {*drawn.sample(sorted(own), len(marked))}
            for name, objective in own.items():
                share, chance = told(training, objective, weights)
                # Per cent: so p is exact, all sums being counted.
                units.append(Unit(training, name in marked, Fraction(round(100 * share), 100)))
                shares[name in marked].append(share)
                bits[name in marked].append(log2(chance * (1 << vectors - seen)))
        rows.append(_row(seen, searched, minima, shares, bits))
    return Compared(
        tuple(units),
        f"two candidates of {counted(features, 'feature')}, all {number} classes of what training "
        f"says of a utility of two values on at most {counted(most, 'vector')}, b2",
        (
            Table(
                "By how many of the vectors of features occur: classes of what training says of "
                "which some minimum searches, and such minima; objectives that agree with it, by "
                "which some minimum searches and by which none does; the share of a utility off "
                "training that they tell, and how many bits likelier than even it is that they "
                "tell it all, in the mean:",
                (
                    "seen",
                    "classes",
                    "minima",
                    "searched",
                    "others",
                    "share",
                    "of others",
                    "bits",
                    "of others ",
                ),
                tuple(rows),
            ),
        ),
        notes=(
            "Utilities are drawn with chance in proportion to 2^-C(U) over all that agree with "
            "training, or evenly. Shares are compared in per cent, rounded.",
            "Drawn evenly nothing can tie: training says nothing of what it leaves out, so every "
            "objective tells half of it. That is a theorem, and the placebo checks it.",
        ),
    )


def _row(
    seen: int,
    searched: int,
    minima: int,
    shares: dict[bool, list[Fraction]],
    bits: dict[bool, list[float]],
) -> tuple[Cell, ...]:
    def means(values: Sequence[Fraction] | Sequence[float]) -> str:
        return f"{float(sum(values)) / len(values):.4f}" if values else "-"

    counts = len(shares[True]), len(shares[False])
    both = means(shares[True]), means(shares[False]), means(bits[True]), means(bits[False])
    return seen, searched, minima, *counts, *both


NO_FORMAL_LINK = Claim(
    name="no-formal-link",
    topic="programs",
    claim="Nothing ties the mesa-objective to the base objective.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "two candidates of m features, chosen by a utility U of two values, of which training "
        "shows D, some of the vectors of features. The mesa-objectives are what search-like minima "
        "of what training asks for evaluate. What do they tell of U off D, if U is drawn from all "
        "that agree with training, simple ones more often, against every other objective that "
        "agrees with training as well?"
    ),
    kind=Kind.TENDENCY,
    keeps="that what is selected in training may be anything elsewhere",
    question=(
        "Do the objectives by which minima search tell no more of U off training than others that "
        "agree with it there?"
    ),
    blind_to=(
        "objectives of more than two values, base objectives that are neither simple nor even, and "
        "selection that is not by size"
    ),
    control="all objectives that agree with the same training: exact",
    theorems=(
        "If utilities off D are independent of those on D, as where all are as likely, what is "
        "selected by what happens on D has no information about them: 0 bits",
    ),
    parameters=(
        Parameter("features", 3, "number of features m of a candidate", least=2, most=3),
        Parameter("vectors", 4, "at most so many vectors of features occur", least=2, most=7),
        Parameter("ties", "first", "what becomes of ties", values=("first", "free", "excluded")),
        ORDER,
        Parameter(
            "prior",
            _SIMPLE,
            f"how U is drawn; `{_SIMPLE}`: in proportion to 2^-C(U); `{_EVEN}`: evenly",
            values=(_SIMPLE, _EVEN),
        ),
        Parameter("cost", "b2", "basis that C(U) is of, see `bases`", names="basis"),
        Parameter("definition", "search-like", "what a search is", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("objective", "objectives"),
        marked="objectives that minima search by",
        value="share of U off training that is told",
        matched="what training says",
        greater=False,
        placebos={"random tag": {"tag": "random"}, "even utilities": {"prior": _EVEN}},
        trend=({"vectors": 3}, {"vectors": 4}, {"vectors": 5}),
        neighbours=(
            {"definition": "search-like(objective_gates=0)"},
            {"definition": "search-like(objective_gates=2)"},
            {"cost": "aig"},
            {"cost": "nand"},
            {"ties": "free"},
            {"features": 2},
        ),
    ),
    quick={"features": 2},
)
