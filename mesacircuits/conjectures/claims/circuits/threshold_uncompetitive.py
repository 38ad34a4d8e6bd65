"""The claim `threshold-uncompetitive`: a cap that excludes optimizers may be too low to compete."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_orbit
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
    Claim,
    Finding,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import distances_to, least_sizes
from mesacircuits.studies.shares import class_shares, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["THRESHOLD_UNCOMPETITIVE"]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = f"all functions of {counted(inputs, 'input')}, {basis}, order size"
    try:
        classes = class_shares(inputs, definition, basis, "size", effort)
        sizes = least_sizes(inputs, basis, effort)
        without, more, least = _without(classes, sizes, definition, settings, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    within = settings.whole("within")
    # With a greater cap nothing is known of those.
    last = int(max(sizes.max(), without.max())) if least is None else least + within
    rows, lost_by_cap, worst = _by_cap(sizes, without, classes, last)
    lost = sum(count for count, _ in lost_by_cap)
    held = lost > 0
    wholly = sum(row.every for row in classes)
    kept = [r for r in rows if r[0] is not None]
    unfound = (
        ()
        if least is None
        else (
            f"Some function of {counted(least, 'gate')} has no circuit of up to "
            f"{counted(within, 'gate')} more without the tag, so caps end there.",
        )
    )
    tag = definition.tag
    matching = counted(more, "gate") + " more"
    if least is not None:
        matching = f"more than {counted(within, 'gate')} more, if it can be done"
    answer = (
        f"{counted(wholly, 'function')} have only {tag} minima; without these "
        f"circuits {counted(lost, 'pair')} of "
        f"function and cap do worse, the worst by {worst} of the inputs, and matching the best "
        f"takes {matching}."
        if held
        else (
            f"no function of {counted(inputs, 'input')} does worse under any cap "
            f"without {tag} circuits."
        )
    )
    example, unmade = within_budget(partial(_example, classes, definition, basis, effort))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=answer,
        universe=universe,
        tables=(
            Table(
                "The best performance under a cap of gates (share of inputs right, mean over all "
                f"functions), with {tag} circuits and without; worse: functions that do worse "
                "without; null: the same, and the mean, without the minima of as many other "
                "functions of equal size, mean over the classes of as many functions:",
                ("cap", "with", "without", "worse", "null", "null worse"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            f"Without: every function is computed by the least circuit that is not {tag}, which "
            "is a minimum unless all of its minima are.",
            "A circuit's tag belongs to the function that it computes, not to the one that it "
            "only approximates.",
            *unfound,
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    "Best performance under a cap",
                    "cap, in gates",
                    "mean share of inputs right",
                    (
                        Series("all circuits", tuple((r[0], r[1]) for r in kept)),  # type: ignore[misc]
                        Series(f"none {tag}", tuple((r[0], r[2]) for r in kept)),  # type: ignore[misc]
                    ),
                ),
                Panel(
                    "What excluding them costs",
                    "cap, in gates",
                    "functions that do worse",
                    (
                        Series(f"none {tag}", tuple((r[0], r[3]) for r in kept)),  # type: ignore[misc]
                        Series("null", tuple((r[0], r[5] or 0) for r in kept)),  # type: ignore[misc]
                    ),
                ),
            )
        ),
    )


def _without(
    classes: tuple[ClassRow, ...],
    sizes: NDArray[np.int64],
    definition: Definition,
    settings: Settings,
    effort: Effort,
) -> tuple[NDArray[np.int64], int, int | None]:
    """Return the least sizes of circuits without the tag, and the most gates that adds.

    The third value is the least size of those functions of which no such circuit was found within
    the gates that are tried; None if there are none. The sizes returned of them are bounds.
    """
    found = sizes.copy()
    most, least, beyond = 0, None, settings.whole("within") + 1
    for row in classes:
        if not row.every:
            continue
        # All minima of some function of the class are tagged: how much larger is one that is not?
        for member in npn_orbit(row.representative):
            size = row.size + beyond
            for within in range(beyond):
                share = tagged_share(
                    FunctionTask((member,)),
                    definition,
                    settings.text("basis"),
                    effort=effort,
                    within=within,
                )
                if not all(share.held):
                    held = zip(share.minima, share.held, strict=True)
                    size = min(c.size for c, tagged in held if not tagged)
                    most = max(most, size - row.size)
                    break
            else:
                least = row.size if least is None else min(least, row.size)
            found[member.bits] = size
            if row.every == row.functions and definition.parameters.get("reencoding") != "none":
                # The tag is constant on the class, so one member speaks for all.
                for other in npn_orbit(row.representative):
                    found[other.bits] = size
                break
    return found, most, least


def _by_cap(
    sizes: NDArray[np.int64],
    without: NDArray[np.int64],
    classes: tuple[ClassRow, ...],
    last: int,
) -> tuple[list[tuple[Cell, ...]], list[tuple[int, int]], Fraction]:
    import numpy as np

    inputs = (len(sizes) - 1).bit_length()
    raised = int((without > sizes).sum())
    at = {int(s) for s in sizes[without > sizes]}
    nulls = [
        row
        for row in classes
        if row.size in at and not row.every and row.functions * 2 > raised >= row.functions
    ]
    rows: list[tuple[Cell, ...]] = []
    lost: list[tuple[int, int]] = []
    worst = 0
    for cap in range(last + 1):
        best = distances_to(sizes <= cap)
        other = distances_to(without <= cap)
        worse = other > best
        worst = max(worst, int((other - best).max()))
        lost.append((int(worse.sum()), int((other - best).max())))
        means, counts = [], []
        for row in nulls:
            excluded = sizes.copy()
            members = np.array([m.bits for m in npn_orbit(row.representative)])
            excluded[members] += 1
            null = distances_to(excluded <= cap)
            means.append(_mean(null, inputs))
            counts.append(int((null > best).sum()))
        rows.append(
            (
                cap,
                _mean(best, inputs),
                _mean(other, inputs),
                int(worse.sum()),
                sum(means, Fraction(0)) / len(means) if means else None,
                Fraction(sum(counts), len(counts)) if counts else None,
            )
        )
    return rows, lost, Fraction(worst, inputs)


def _mean(distance: NDArray[np.int64], inputs: int) -> Fraction:
    return 1 - Fraction(int(distance.sum()), inputs * len(distance))


def _example(
    classes: tuple[ClassRow, ...], definition: Definition, basis: str, effort: Effort
) -> Case | None:
    wholly = [row for row in classes if row.every]
    if not wholly:
        return None
    row = min(wholly, key=lambda r: (r.size, r.representative.bits))
    table: TruthTable = row.representative
    task = FunctionTask((table,))
    circuit = tagged_share(task, definition, basis, effort=effort).first()
    if circuit is None:
        return None
    caption = "smallest of which no minimum is without the tag"
    return Case.judged(caption, task, circuit, (definition,), f"size over {basis}")


THRESHOLD_UNCOMPETITIVE = Claim(
    name="threshold-uncompetitive",
    topic="circuits",
    claim="A complexity cap that excludes optimizers may be too low to compete.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "for every function f of n inputs and every cap of gates the best performance: the "
        "greatest share of inputs on which a circuit within the cap computes f; among all "
        "circuits, and among those without the tag."
    ),
    question="Does excluding tagged circuits lower the best performance under some cap?",
    blind_to="performance that weighs inputs, and caps on depth or time",
    control="excluding the minima of another class of equal size: exact, all classes",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is excluded", names="definition"),
        Parameter("within", 2, "gates more than the least, up to so many", least=0, most=2),
    ),
    run=_run,
    quick={"inputs": 3},
)
