"""The claim `smoothed`: worst-case complexity misleads; smooth it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes, sums_by_distance
from mesacircuits.studies.shares import class_shares
from mesacircuits.tables import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SMOOTHED", "smoothed_polynomial", "smoothed_size"]


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


def smoothed_polynomial(sums: Sequence[int]) -> Any:
    """Return the same as a sympy polynomial in rho.

    >>> smoothed_polynomial([0, 1, 1]).as_expr()
    rho
    """
    import sympy

    rho = sympy.Symbol("rho")
    bits = len(sums) - 1
    total = sum(rho**d * (1 - rho) ** (bits - d) * int(s) for d, s in enumerate(sums))
    return sympy.Poly(sympy.expand(total), rho)


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    rho = settings.rational("rho")
    universe = f"all functions of {counted(inputs, 'input')}, {basis}, order size"
    try:
        sizes = least_sizes(inputs, basis, effort)
        tagged = _tagged(inputs, definition, basis, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    sums = sums_by_distance(sizes)
    # Of a class all functions have the same sums, so one of each is asked.
    by_class: dict[int, tuple[int, Fraction, bool, int]] = {}
    for form, (functions, some) in tagged.items():
        value = smoothed_size([int(s) for s in sums[:, form]], rho)
        by_class[form] = int(sizes[form]), value, some, functions
    reversed_pairs, pairs = _reversals(list(by_class.values()))
    rows: list[tuple[Cell, ...]] = []
    series: dict[str, list[tuple[int, Fraction]]] = {"others": [], definition.tag: []}
    for size in range(int(sizes.max()) + 1):
        here = [row for row in by_class.values() if row[0] == size]
        values = [value for _, value, _, _ in here]
        means = [_mean([row for row in here if row[2] == some]) for some in (True, False)]
        for name, mean in zip((definition.tag, "others"), means, strict=True):
            if mean is not None:
                series[name].append((size, mean))
        shown = [None if mean is None else f"{float(mean):.4f}" for mean in means]
        functions = sum(row[3] for row in here)
        span = (f"{float(min(values)):.4f}", f"{float(max(values)):.4f}")
        rows.append((size, functions, *span, *shown))
    example = min((f for f, row in by_class.items() if row[2]), default=None)
    notes = [
        "At rho = 1/2 every function has the same smoothed size, the mean of all.",
    ]
    if example is not None:
        polynomial = smoothed_polynomial([int(s) for s in sums[:, example]]).as_expr()
        name = TruthTable(inputs, example).hex
        which = f"The first class with a {definition.tag} minimum, {name}"
        notes.append(f"{which}: E(rho) = {polynomial}.")
    return Finding(
        verdict=Verdict.HELD if reversed_pairs else Verdict.REFUTED,
        answer=(
            f"of {counted(pairs, 'pair')} of functions that differ in size, "
            f"{reversed_pairs:,} are in the "
            f"other order once each bit of their tables is flipped with probability {rho}."
        ),
        universe=universe,
        tables=(
            Table(
                f"Expected least size at rho = {rho} by least size: the least and the greatest, "
                f"and the mean over functions with a {definition.tag} minimum, and over others:",
                ("gates", "functions", "least", "greatest", definition.tag, "others"),
                tuple(rows),
            ),
        ),
        notes=tuple(notes),
        plot=Plot(
            (
                Panel(
                    f"Expected least size at rho = {rho}",
                    "least size",
                    "expected least size",
                    tuple(Series(name, tuple(points)) for name, points in series.items() if points),
                ),
                _along(sums, by_class, definition),
            )
        ),
    )


def _along(
    sums: Any, by_class: dict[int, tuple[int, Fraction, bool, int]], definition: Definition
) -> Panel:
    # How the expected size of tagged and other functions of equal size grows with rho.
    listed = list(by_class.values())
    greatest = max(row[0] for row in listed)
    size = min((row[0] for row in listed if row[2]), default=greatest)
    steps = [Fraction(i, 32) for i in range(17)]
    series = []
    for name, some in ((definition.tag, True), ("others of equal size", False)):
        forms = [f for f, row in by_class.items() if row[0] == size and row[2] == some]
        if not forms:
            continue
        weight = sum(by_class[f][3] for f in forms)
        points = []
        for rho in steps:
            total = sum(
                (smoothed_size([int(s) for s in sums[:, f]], rho) * by_class[f][3] for f in forms),
                Fraction(0),
            )
            points.append((rho, total / weight))
        series.append(Series(name, tuple(points)))
    return Panel(
        f"Functions of {counted(size, 'gate')}", "rho", "expected least size", tuple(series)
    )


def _tagged(
    inputs: int, definition: Definition, basis: str, effort: Effort
) -> dict[int, tuple[int, bool]]:
    return {
        row.representative.bits: (row.functions, row.some > 0)
        for row in class_shares(inputs, definition, basis, "size", effort)
    }


def _mean(rows: list[tuple[int, Fraction, bool, int]]) -> Fraction | None:
    functions = sum(row[3] for row in rows)
    if not functions:
        return None
    return sum((row[1] * row[3] for row in rows), Fraction(0)) / functions


def _reversals(rows: list[tuple[int, Fraction, bool, int]]) -> tuple[int, int]:
    reverse = pairs = 0
    for size, value, _, functions in rows:
        for other, smoothed, _, count in rows:
            if size < other:
                pairs += functions * count
                reverse += functions * count * (value > smoothed)
    return reverse, pairs


SMOOTHED = Claim(
    name="smoothed",
    topic="circuits",
    claim="Worst-case complexity misleads; smooth it.",
    source="Shimi and Demski, review thread on inner alignment; Spielman and Teng 2004",
    reading=(
        "the expected least size of a function of n inputs when each bit of its truth table is "
        "flipped with probability rho, an exact polynomial in rho; the order of functions by it "
        "against their order by least size."
    ),
    question="Does smoothing reverse the order of any two functions that differ in least size?",
    blind_to="errors that are not independent, and smoothing of inputs instead of outputs",
    control="functions of equal least size without a tagged minimum: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("rho", Fraction(1, 16), "probability with which a bit is flipped"),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
    ),
    run=_run,
    quick={"inputs": 3},
)
