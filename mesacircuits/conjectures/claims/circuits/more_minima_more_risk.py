"""The claim `more-minima-more-risk`: the more good minima, the likelier that one is bad."""

from __future__ import annotations

from fractions import Fraction

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
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["MORE_MINIMA_MORE_RISK"]


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare classes of one size: rank in number of minima, of those with a tagged one."""
    found = tagged_classes(settings, effort)
    tag = definition_named(settings.text("definition")).tag
    units, rows = [], []
    for size in sorted({row.size for row in found}):
        here = [row for row in found if row.size == size]
        # Numbers of minima spread over orders of magnitude; ranks do not.
        units += [Unit(size, bool(row.tagged), _rank(row, here)) for row in here]
        rows += _thirds(size, here)
    return Compared(
        tuple(units),
        f"all {counted(len(found), 'class', 'classes')} of functions of "
        f"{counted(settings.whole('inputs'), 'input')}, {settings.text('basis')}, "
        f"order {settings.text('order')}",
        (
            Table(
                "Classes of equal size in three parts by their number of minima; some: those with "
                f"a {tag} minimum; coin: how many would have one, in the mean, if as many minima "
                "of that size were drawn at random:",
                ("gates", "minima", "classes", "some", "coin"),
                tuple(rows),
            ),
        ),
        notes=(
            "Rank: the share of the other classes of its size that have fewer minima, ties "
            "counting half.",
            "That more draws hold a bad one more often is arithmetic: a tag that means nothing "
            "does as much, which is what the placebo shows. Evidence would be an effect beyond it.",
        ),
    )


def _rank(row: ClassRow, here: list[ClassRow]) -> Fraction:
    others = len(here) - 1
    fewer = sum(other.circuits < row.circuits for other in here)
    ties = sum(other.circuits == row.circuits for other in here) - 1
    return Fraction(2 * fewer + ties, 2 * others) if others else Fraction(0)


def _thirds(size: int, here: list[ClassRow]) -> list[tuple[Cell, ...]]:
    ordered = sorted(here, key=lambda row: row.circuits)
    tagged = round(sum(row.value * row.circuits for row in here))
    whole = sum(row.circuits for row in here)
    rows: list[tuple[Cell, ...]] = []
    for third in range(3):
        part = ordered[len(here) * third // 3 : len(here) * (third + 1) // 3]
        if part:
            coin = sum(1 - _none(row.circuits, tagged, whole) for row in part)
            minima = f"{part[0].circuits:,} to {part[-1].circuits:,}"
            some = sum(bool(row.tagged) for row in part)
            rows.append((size, minima, len(part), some, f"{float(coin):.2f}"))
    return rows


def _none(circuits: int, tagged: int, whole: int) -> Fraction:
    """Return the probability that of `whole` minima, `tagged` drawn, none is of so many."""
    if circuits > whole - tagged:
        return Fraction(0)
    found = Fraction(1)
    for i in range(min(circuits, tagged)):
        # Whichever are fewer are drawn: those of the class, or those with the tag.
        found *= Fraction(whole - max(circuits, tagged) - i, whole - i)
    return found


MORE_MINIMA_MORE_RISK = Claim(
    name="more-minima-more-risk",
    topic="circuits",
    claim="The more good minima there are, the more risk that one of them is bad.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all minima of every class of functions of n inputs. Do classes some of whose minima have "
        "the tag have more minima than others of equal size, and more so than if as many minima, "
        "drawn at random, had it?"
    ),
    kind=Kind.TENDENCY,
    keeps="that a solver is picked among equals, and that one bad one is a risk",
    question=(
        "Among classes of equal size, do those with a tagged minimum have more minima than others, "
        "beyond what a tag does that is placed at random?"
    ),
    blind_to=(
        "how likely a bad minimum is to be picked; minima of partial functions and of other tasks "
        "with slack"
    ),
    control="classes of functions of equal size: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        BASIS,
        ORDER,
        Parameter("definition", "search-like", "whose tag is the risk", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="classes with a tagged minimum",
        value="rank in number of minima",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"order": "depth-size"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
