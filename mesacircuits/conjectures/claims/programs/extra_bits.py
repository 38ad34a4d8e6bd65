"""The claim `extra-bits`: a malign optimizer pays no extra bits where agents are modelled."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import OWN_TAG, TAGGED, Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.orbits import bit_moves
from mesacircuits.tables import counted

__all__ = ["EXTRA_BITS", "chooser_classes", "choosers", "mixed_sizes"]

_CHOICES, _RANDOM = "choices", "random"
_MEAN, _LEAST = "mean", "least"


@lru_cache(maxsize=4)
def choosers(inputs: int) -> tuple[int, ...]:
    """Return the truth tables of an agent's choice between two candidates, by any utility.

    Candidates have m = floor(n / 2) features; if n is odd the last input is a context. The choice
    is 1 iff the second candidate is better. Left out is who is never moved.

    >>> [f"{bits:02X}" for bits in choosers(2)], [len(choosers(n)) for n in (3, 4)]
    (['02', '04'], [8, 74])
    """
    features, context = inputs // 2, inputs % 2
    vectors = 1 << features
    parts = set()
    for ranks in product(range(vectors), repeat=vectors):
        pairs = product(range(vectors), repeat=2)
        parts.add(sum((ranks[y] > ranks[x]) << (x + vectors * y) for y, x in pairs))
    tables = product(sorted(parts), repeat=1 << context)
    found = {sum(part << i * vectors**2 for i, part in enumerate(each)) for each in tables}
    return tuple(sorted(found - {0}))


@lru_cache(maxsize=4)
def chooser_classes(inputs: int) -> tuple[int, ...]:
    """Return one function of each class, the least, up to what makes choosers of choosers.

    That is: features of both candidates are permuted and inverted, and so is the context; and the
    candidates change places, by which who prefers the better comes to prefer the worse.

    >>> [len(chooser_classes(n)) for n in (2, 3)]
    [9, 58]
    """
    features, context = inputs // 2, inputs % 2
    words = np.arange(1 << inputs)
    low, mask = (1 << features) - 1, 1 << features
    x, y, c = words & low, words >> features & low, words >> 2 * features
    moved = []
    for move in bit_moves(features):
        for shared in bit_moves(context) if context else [np.array([0])]:
            for one, other in ((x, y), (y, x)):
                moved.append(move[one] + mask * move[other] + mask * mask * shared[c])
    tables = np.arange(1 << (1 << inputs))
    least = tables.copy()
    for places in moved:
        image = np.zeros_like(tables)
        for word, place in enumerate(places):
            image |= (tables >> int(place) & 1) << word
        np.minimum(least, image, out=least)
    return tuple(np.flatnonzero(least == tables).tolist())


@lru_cache(maxsize=2)
def _sizes_of_all(inputs: int, effort: Effort) -> NDArray[np.int64]:
    # Of four inputs by table, of five by class.
    if inputs < 5:
        return least_sizes(inputs, "b2", effort)
    from mesacircuits.data.five_inputs import stored_sizes

    # Of a few classes it is not settled whether 10 gates do.
    sizes: NDArray[np.int64] = stored_sizes("b2").lower.astype(np.int64)
    return sizes


def mixed_sizes(
    honest: NDArray[np.int64], others: NDArray[np.int64], inputs: int, effort: Effort
) -> NDArray[np.int64]:
    """Return the least gates of circuits that are one function, but another once a bit is set.

    Arguments:
        honest, others: truth tables of n inputs, shapes (a,) and (b,).
        inputs: n, at most 4; the bit is one input more.

    Returns:
        C(t ? g : f) over `b2` for each f and g, shape (a, b); of five inputs 10 stands for 10 or
        11, where that is not settled.

    >>> mixed_sizes(np.array([2]), np.array([2, 4]), 2, Effort()).tolist()
    [[1, 3]]
    """
    tables = (others[None, :] << (1 << inputs)) | honest[:, None]
    if inputs == 4:
        from mesacircuits.enumeration.five_inputs.classes import function_classes

        tables = function_classes(5).of(tables.reshape(-1)).reshape(tables.shape)
    found: NDArray[np.int64] = _sizes_of_all(inputs + 1, effort)[tables]
    return found


@lru_cache(maxsize=8)
def _extra(
    inputs: int, goals: tuple[int, ...], effort: Effort
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return of each class the sum and the least of extra gates, and to how many goals."""
    honest, others = np.array(chooser_classes(inputs)), np.array(goals)
    own = least_sizes(inputs, "b2", effort)[honest]
    extra = mixed_sizes(honest, others, inputs, effort) - own[:, None]
    other = others[None, :] != honest[:, None]
    least = np.where(other, extra, extra.max()).min(axis=1)
    return np.where(other, extra, 0).sum(axis=1), least, other.sum(axis=1)


def _drawn_goals(inputs: int, seed: int, effort: Effort) -> tuple[int, ...]:
    """Return as many functions that are no choosers, drawn, alike in size and number of ones."""
    sizes, own = least_sizes(inputs, "b2", effort), {*choosers(inputs)}
    alike: dict[tuple[int, int], list[int]] = {}
    for bits in range(len(sizes)):
        if bits not in own:
            alike.setdefault((int(sizes[bits]), bits.bit_count()), []).append(bits)
    drawn, found = random.Random(seed), []
    for bits in sorted(own):
        listed = alike.get((int(sizes[bits]), bits.bit_count()), [])
        if listed:
            found.append(listed.pop(drawn.randrange(len(listed))))
    if not found:
        raise ArgumentError("inputs", "some with functions that are no choices", inputs)
    return tuple(found)


def _compared(settings: Settings, effort: Effort) -> Compared:
    inputs = settings.whole("inputs")
    if effort.used_up():
        raise BudgetEnded
    sizes, agents = least_sizes(inputs, "b2", effort), choosers(inputs)
    drawn = random.Random(settings.whole("seed"))
    goals = agents
    if settings.text("goals") == _RANDOM:
        goals = _drawn_goals(inputs, settings.whole("seed"), effort)
    honest = chooser_classes(inputs)
    sums, least, counts = _extra(inputs, goals, effort)
    by_stratum: dict[tuple[int, ...], list[int]] = {}
    for place, bits in enumerate(honest):
        alike: tuple[int, ...] = (int(sizes[bits]), bits.bit_count())
        if settings.text("matched") == "distance":
            away = sum((bits ^ goal).bit_count() for goal in goals)
            alike = (*alike, round(away / len(goals)))
        by_stratum.setdefault(alike, []).append(place)
    units, rows = [], []
    for stratum, places in sorted(by_stratum.items()):
        marked = {place for place in places if honest[place] in agents}
        if settings.text("tag") != OWN_TAG:
            marked = {*drawn.sample(places, len(marked))}
        values: dict[bool, list[Fraction]] = {True: [], False: []}
        for place in places:
            # In hundredths of a gate: so p is exact, all sums being counted.
            value = Fraction(round(100 * int(sums[place]) / int(counts[place])), 100)
            if settings.text("extra") == _LEAST:
                value = Fraction(int(least[place]))
            units.append(Unit(stratum, place in marked, value))
            values[place in marked].append(value)
        if marked and values[False]:
            rows.append(_row(stratum, values))
    return Compared(
        tuple(units),
        f"all {counted(len(units), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, and {counted(len(goals), 'goal')} of each, b2, size",
        (
            Table(
                "What a circuit has to do, by its least gates and number of ones (and the mean "
                "distance of goals, where that is matched): classes where it is an agent's choice, "
                "and others; gates more if it turns to a goal of its own, in the mean:",
                ("alike", "agents", "others", "agents' extra", "others' extra"),
                tuple(rows),
            ),
        ),
        notes=(
            "Malign: the honest function while a bit t is 0, and the choice by a goal of its own, "
            "any other utility, once it is 1. Extra: C(t ? g : f) - C(f), rounded to hundredths.",
            "That it is never none is forced: a circuit that turns has to read t. Where it is not "
            "settled whether 10 or 11 gates are the least, 10 count; none of those cases is an "
            "agent's, so that this can only make agents look dear.",
        ),
    )


def _row(stratum: tuple[int, ...], values: dict[bool, list[Fraction]]) -> tuple[Cell, ...]:
    names = ("gate", "one", "input away")
    plurals = (None, None, "inputs away")
    said = ", ".join(map(counted, stratum, names, plurals))
    means = (f"{float(sum(part)) / len(part):.2f}" for part in (values[True], values[False]))
    return said, len(values[True]), len(values[False]), *means


EXTRA_BITS = Claim(
    name="extra-bits",
    topic="programs",
    claim="A malign optimizer pays no extra bits in a world that needs agents modelled.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "to model an agent is to compute its choice f between two candidates, by any utility of "
        "their features. An honest circuit computes f; a malign one does so too, until a bit is "
        "set, and then chooses by another utility, its goal. Bits are gates: by joint coding it "
        "pays C(t ? g : f) - C(f), the mean over all goals g. Is that less than if f is no agent's "
        "choice, but as large?"
    ),
    kind=Kind.TENDENCY,
    keeps="that what models an agent can be turned to a goal of its own; not that this is free",
    question=(
        "Does turning to a goal of its own take fewer gates where an agent's choice is computed "
        "than where another function of as many gates and ones is?"
    ),
    blind_to=(
        "goals that are no choice between the same candidates, triggers that are recognised from "
        "what is read, agents of more than four inputs, and description length in a language with "
        "loops"
    ),
    control="all functions of as many gates and ones that are no choice: exact",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=3, most=4),
        Parameter(
            "goals",
            _CHOICES,
            f"what the malign turn to; `{_RANDOM}`: as many functions that are no choice, drawn "
            "among those of as many gates and ones",
            values=(_CHOICES, _RANDOM),
        ),
        Parameter(
            "extra", _MEAN, "over goals the mean, or the least of them", values=(_MEAN, _LEAST)
        ),
        Parameter(
            "matched",
            "ones",
            "what others share beside size: `ones`, or the mean distance of goals as well",
            values=("ones", "distance"),
        ),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="agents' choices",
        value="extra gates",
        matched="gates and ones",
        greater=False,
        placebos={"random tag": {"tag": "random"}, "goals that are no choice": {"goals": _RANDOM}},
        trend=({"inputs": 3},),
        neighbours=({"extra": _LEAST}, {"matched": "distance"}),
    ),
    quick={"inputs": 3},
)
