"""The claim `more-minima-more-risk`: the more good minima, the likelier that one is bad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import class_shares
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["MORE_MINIMA_MORE_RISK", "concordance"]


def concordance(rows: Sequence[ClassRow]) -> tuple[int, int]:
    """Return how many pairs of functions agree, and disagree, with "more minima, more risk".

    Of two functions one has more minima, and of one some minimum has the tag while of the other
    none has: they agree if it is the same one. Pairs that tie in either are not counted (the
    numbers behind Goodman and Kruskal's gamma).
    """
    agree = disagree = 0
    for one in rows:
        for other in rows:
            if one.circuits > other.circuits:
                agree += one.some * (other.functions - other.some)
                disagree += (one.functions - one.some) * other.some
    return agree, disagree


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    order = settings.text("order")
    universe = f"all functions of {counted(inputs, 'input')}, {basis}, order {order}"
    try:
        found = class_shares(inputs, definition, basis, order, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    agree = disagree = 0
    for size in sorted({row.size for row in found}):
        here = [row for row in found if row.size == size]
        same, other = concordance(here)
        agree, disagree = agree + same, disagree + other
        for low, high, part in _thirds(here):
            functions = sum(row.functions for row in part)
            some = sum(row.some for row in part)
            share = sum((row.value * row.functions for row in part), Fraction(0)) / functions
            rows.append((size, f"{low}..{high}", functions, some, Fraction(some, functions), share))
    whole = concordance(found)
    gamma = Fraction(agree - disagree, agree + disagree) if agree + disagree else None
    held = gamma is not None and gamma > 0
    tag = definition.tag
    panels = (
        Panel(
            "Some minimum is " + tag,
            "minima of a function",
            "share of functions",
            (Series("functions", _points(found, lambda r: Fraction(r.some, r.functions))),),
        ),
        Panel(
            f"Share of minima that are {tag}",
            "minima of a function",
            "mean share",
            (Series("functions", _points(found, lambda r: r.value)),),
        ),
    )
    said = "no two functions of equal size differ in the tag"
    if gamma is not None:
        said = (
            f"of two functions of equal size, one with and one without a {tag} minimum, the one "
            f"that has it has more minima in {agree:,} of "
            f"{counted(agree + disagree, 'pair')} (gamma = "
            f"{float(gamma):+.4f})"
        )
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=f"{said}; over all sizes in {whole[0]:,} of {sum(whole):,}.",
        universe=universe,
        tables=(
            Table(
                "Functions of equal size in three parts by their number of minima; some: those "
                f"with a {tag} minimum; share: mean share of minima with the tag:",
                ("gates", "minima", "functions", "some", "P(some)", "share"),
                tuple(rows),
            ),
        ),
        notes=(
            "Equal size is the matched null: larger functions have more minima, and more wires "
            "in which a search could hide.",
            "Parts are cut between classes, so that each holds about a third of the functions.",
        ),
        plot=Plot(panels),
    )


def _points(
    rows: Sequence[ClassRow], value: Callable[[ClassRow], Fraction]
) -> tuple[tuple[int, Fraction], ...]:
    by_minima: dict[int, list[ClassRow]] = {}
    for row in rows:
        by_minima.setdefault(row.circuits, []).append(row)
    return tuple(
        (
            count,
            sum((value(r) * r.functions for r in part), Fraction(0))
            / sum(r.functions for r in part),
        )
        for count, part in sorted(by_minima.items())
    )


def _thirds(rows: list[ClassRow]) -> list[tuple[int, int, list[ClassRow]]]:
    ordered = sorted(rows, key=lambda row: row.circuits)
    total = sum(row.functions for row in ordered)
    parts: list[list[ClassRow]] = [[], [], []]
    before = 0
    for row in ordered:
        parts[min(3 * before // total, 2)].append(row)
        before += row.functions
    return [(p[0].circuits, p[-1].circuits, p) for p in parts if p]


MORE_MINIMA_MORE_RISK = Claim(
    name="more-minima-more-risk",
    topic="circuits",
    claim="The more good minima there are, the more risk that one of them is bad.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all minima of every function of n inputs: the number of a function's minima against "
        "whether some has the tag. Pairs of functions of equal size are compared, one with such a "
        "minimum and one without: does the one that has it have more minima?"
    ),
    question=(
        "Among functions of equal size, do those with a tagged minimum more often than not have "
        "more minima than those without?"
    ),
    blind_to="minima of partial functions and of other tasks with slack",
    control="functions of equal size without such a minimum: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("order", "size", "what minimal means", values=("size", "depth-size")),
        Parameter("definition", "search-like", "whose tag is the risk", names="definition"),
    ),
    run=_run,
    quick={"inputs": 3},
)
