"""The claim `full-reoptimisation`: optimising fully before every act removes the mesa-optimizer."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
    Claim,
    Finding,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, parse_function_task

__all__ = ["FULL_REOPTIMISATION"]


def _seen(table: TruthTable, settings: Settings, effort: Effort) -> list[list[int]]:
    """Return for every set S of inputs seen: S, minima, those with the tag, and those right."""
    definition = definition_named(settings.text("definition"))
    whole = (1 << (1 << table.inputs)) - 1
    rows = []
    for support in range(1, whole + 1):
        if effort.used_up():
            raise BudgetEnded
        task = FunctionTask((TruthTable(table.inputs, table.bits & support),), support)
        share = tagged_share(task, definition, settings.text("basis"), effort=effort)
        right = sum(circuit.output_bits()[0] == table.bits for circuit in share.minima)
        rows.append([support, len(share.minima), share.tagged, right])
    return rows


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    kept = KeptParts(effort, "full-reoptimisation 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    series = []
    before: list[str] = []
    at_end: list[str] = []
    example: Case | None = None
    unmade: tuple[str, ...] = ()
    texts = settings.texts("functions")
    for text in texts:
        task = parse_function_task(text)
        if task.outputs != 1 or task.inputs > 3:
            raise ArgumentError("functions", "of one output and at most 3 inputs", text)
        table = task.tables[0]
        try:
            found = kept.part(text, partial(_seen, table, settings, effort))
        except BudgetEnded:
            left.append(text)
            continue
        points = []
        for seen in range(1, (1 << table.inputs) + 1):
            here = [row for row in found if row[0].bit_count() == seen]
            some = sum(row[2] > 0 for row in here)
            share = sum((Fraction(row[2], row[1]) for row in here), Fraction(0)) / len(here)
            right = sum((Fraction(row[3], row[1]) for row in here), Fraction(0)) / len(here)
            whole = seen == 1 << table.inputs
            if some and not whole and text not in before:
                before.append(text)
            if some and whole:
                at_end.append(text)
            points.append((seen, share))
            rows.append((text, seen, len(here), some, Fraction(some, len(here)), share, right))
            if some and example is None and not unmade:
                support = next(row[0] for row in here if row[2])
                example, unmade = within_budget(partial(_example, table, support, settings, effort))
        series.append(Series(text, tuple(points)))
    tag = definition.tag
    held = not before
    verdict = Verdict.HELD if held else Verdict.REFUTED
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left and held else verdict,
        answer=(
            f"while inputs are still unseen, {tag} minima are among the optima for "
            f"{', '.join(before) or 'no function'}; the true optimum, all seen, contains them for "
            f"{', '.join(at_end) or 'none'}."
        ),
        universe=(
            f"{counted(len(texts), 'function')}, all sets of inputs seen so far, b2, order size"
        ),
        tables=(
            Table(
                f"All minima on what was seen: sets of so many inputs, those with a {tag} minimum, "
                "their share, the mean share of minima with the tag, and of minima that are right "
                "on everything:",
                ("function", "seen", "sets", "some", "P(some)", "share", "right"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "At each step the optimizer starts afresh and reaches all minima on the data so far. "
            "If inputs come in random order without repeats, every set of so many is met alike.",
            "The second half of the claim: where the true optimum has the tag, full optimisation "
            "does not remove the mesa-optimizer but shows that the outer objective asks for one.",
        ),
        left_open=(*left, *unmade),
        plot=Plot(
            (
                Panel(
                    f"Minima on the data so far that are {tag}",
                    "inputs seen",
                    "mean share",
                    tuple(series),
                    most=1,
                ),
            )
        ),
    )


def _example(table: TruthTable, support: int, settings: Settings, effort: Effort) -> Case | None:
    definition, basis = definition_named(settings.text("definition")), settings.text("basis")
    task = FunctionTask((TruthTable(table.inputs, table.bits & support),), support)
    circuit = tagged_share(task, definition, basis, effort=effort).first()
    if circuit is None:
        return None
    caption = f"after {counted(support.bit_count(), 'input')} of {table.hex}"
    return Case.judged(caption, task, circuit, (definition,), f"size over {basis}")


FULL_REOPTIMISATION = Claim(
    name="full-reoptimisation",
    topic="worlds and learners",
    claim=(
        "Optimising fully before every act removes the mesa-optimizer, or shows that the outer "
        "objective is at fault."
    ),
    source="Wentworth and Hubinger, thread on online learning",
    reading=(
        "a function is seen input by input, and before each act all minima on what was seen so far "
        "are found anew: which of them have the tag, over all sets of inputs seen; and whether the "
        "minima on all inputs, the true optimum, have it."
    ),
    question="Is no minimum tagged as long as inputs are unseen, whatever was seen so far?",
    blind_to="inputs that repeat, acts that change what is seen, and more than three inputs",
    control="functions whose minima have as many gates and no tag, 0x19 and 0x1B: exact",
    parameters=(
        Parameter(
            "functions",
            "tt:3:18; tt:3:7E; tt:3:19; tt:3:1B; tt:3:E8",
            "functions seen",
            names="task",
        ),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"functions": "tt:3:18"},
)
