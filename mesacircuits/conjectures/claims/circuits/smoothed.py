"""The claim `smoothed`: worst-case complexity misleads; smooth it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, ORDER, Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.studies.least_sizes import least_sizes, sums_by_distance
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SMOOTHED", "smoothed_size"]

_ONES = "size and ones"


def smoothed_size(sums: Sequence[int], rho: Fraction) -> Fraction:
    """Return the expected least size when each table bit is flipped with probability rho.

    Arguments:
        sums: for d = 0, ..., 2^n the sum of C(g) over the functions g at distance d.
        rho: probability of a flip.

    Returns:
        E = sum over d of rho^d (1 - rho)^(2^n - d) sums[d].

    >>> smoothed_size([0, 1, 1], Fraction(1, 2))
    Fraction(1, 2)
    """
    bits = len(sums) - 1
    terms = (rho**d * (1 - rho) ** (bits - d) * total for d, total in enumerate(sums))
    return sum(terms, Fraction(0))


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare classes of one size: the expected size of those with a tagged minimum."""
    found = tagged_classes(settings, effort)
    inputs, rho = settings.whole("inputs"), settings.rational("rho")
    sums = sums_by_distance(least_sizes(inputs, settings.text("basis"), effort))
    tag = definition_named(settings.text("definition")).tag
    units, values = [], {}
    for row in found:
        # Of a class all functions have the same sums, so one of each is asked.
        bits = row.representative.bits
        values[row.name] = smoothed_size([int(s) for s in sums[:, bits]], rho)
        ones = min(bits.bit_count(), (1 << inputs) - bits.bit_count())
        matched = (row.size, ones) if settings.text("matched") == _ONES else row.size
        units.append(Unit(matched, bool(row.tagged), values[row.name]))
    rows: list[tuple[Cell, ...]] = []
    for size in sorted({row.size for row in found}):
        cells: list[Cell] = [size]
        for tagged in (True, False):
            here = [values[r.name] for r in found if (r.size, bool(r.tagged)) == (size, tagged)]
            mean = f"{float(sum(here) / len(here)):.4f}" if here else None
            cells += [len(here), mean]
        rows.append(tuple(cells))
    return Compared(
        tuple(units),
        f"all {counted(len(found), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, {settings.text('basis')}, order size",
        (
            Table(
                f"Classes by least size: with a {tag} minimum, and others; expected least size "
                f"when each bit of the table is flipped with probability {rho}, in the mean:",
                ("gates", tag, "expected", "others", "theirs"),
                tuple(rows),
            ),
        ),
        notes=(
            "At rho = 1/2 every function has the same expected size, the mean of all: there is "
            "nothing to see there.",
        ),
    )


SMOOTHED = Claim(
    name="smoothed",
    topic="circuits",
    claim="Worst-case complexity misleads; smooth it.",
    source="Shimi and Demski, review thread on inner alignment; Spielman and Teng 2004",
    reading=(
        "the expected least size of a function of n inputs when each bit of its truth table is "
        "flipped with probability rho, an exact polynomial in rho. Do functions with a tagged "
        "minimum, which least size ranks alike with others, take more gates than these once "
        "smoothed?"
    ),
    kind=Kind.TENDENCY,
    keeps="that smoothing could tell apart what worst-case complexity does not",
    question=(
        "Is the smoothed size of functions with a tagged minimum greater than that of others of "
        "equal size and as many ones?"
    ),
    blind_to=(
        "errors that are not independent; smoothing of inputs instead of outputs; what is malign: "
        "the tag is search"
    ),
    control="classes of equal least size and number of ones: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("rho", Fraction(1, 16), "probability with which a bit is flipped"),
        BASIS,
        ORDER,
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
        Parameter(
            "matched",
            _ONES,
            "what classes are matched in: their least size, with the number of ones or without",
            values=(_ONES, "size"),
        ),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="classes with a tagged minimum",
        value="smoothed size",
        matched="least size and ones",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}, {"inputs": 4}),
        neighbours=(
            {"rho": Fraction(1, 64)},
            {"rho": Fraction(1, 32)},
            {"rho": Fraction(1, 8)},
            {"rho": Fraction(1, 4)},
            {"matched": "size"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3, "matched": "size"},
)
