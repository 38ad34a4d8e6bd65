"""The claim `runtime-information`: optimizers exist as information arrives at run time."""

from __future__ import annotations

from functools import partial
from math import log2

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
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import class_shares, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["RUNTIME_INFORMATION", "act_information"]


def act_information(table: TruthTable) -> float:
    """Return the mutual information, in bits, of a uniform run-time input and the act.

    Given the parameters the act is a function of the input, so that I(X; f(X)) = H(f(X)), the
    entropy of one bit that is 1 with probability ones / 2^n.

    >>> act_information(TruthTable(2, 0b0110)), act_information(TruthTable(2, 0))
    (1.0, 0.0)
    """
    ones, whole = table.count_ones(), 1 << table.inputs
    shares = [count / whole for count in (ones, whole - ones) if count]
    return sum(-share * log2(share) for share in shares)


def _mean(rows: list[tuple[int, float]]) -> float | None:
    functions = sum(count for count, _ in rows)
    return sum(count * bits for count, bits in rows) / functions if functions else None


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = f"all functions of {counted(inputs, 'input')}, {basis}, order size"
    try:
        found = class_shares(inputs, definition, basis, "size", effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    series: dict[str, list[tuple[int, float]]] = {definition.tag: [], "others": []}
    more = compared = 0
    none = 0
    tagged_functions = sum(row.some for row in found)
    for size in sorted({row.size for row in found}):
        here = [row for row in found if row.size == size]
        with_tag = [(row.some, act_information(row.representative)) for row in here if row.some]
        without = [
            (row.functions - row.some, act_information(row.representative))
            for row in here
            if row.functions > row.some
        ]
        # All functions of a class have as many ones, or as many zeros.
        none += sum(count for count, bits in with_tag if bits == 0)
        own, null = _mean(with_tag), _mean(without)
        if own is not None and null is not None:
            compared += 1
            more += own > null
            series[definition.tag].append((size, own))
        if null is not None:
            series["others"].append((size, null))
        rows.append(
            (
                size,
                sum(count for count, _ in with_tag),
                None if own is None else f"{own:.4f}",
                sum(count for count, _ in without),
                None if null is None else f"{null:.4f}",
            )
        )
    held = compared > 0 and none == 0 and more == compared
    tag = definition.tag
    example, unmade = within_budget(partial(_example, found, settings, effort))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"all {tagged_functions - none:,} of "
            f"{counted(tagged_functions, 'function')} with a {tag} "
            f"minimum act on run-time information; at {more} of "
            f"{counted(compared, 'size')} they use more of "
            "it than other functions of equal size do in the mean."
        ),
        universe=universe,
        tables=(
            Table(
                f"Mean bits of mutual information between input and act, functions with a {tag} "
                "minimum and others of as many gates:",
                ("gates", f"with {tag}", "bits", "others", "bits "),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "The input is uniform; given the parameters the act is a function of it, so that the "
            "information is the entropy of the act.",
            "What a definition demands it cannot discover: without influence of the input there "
            "is no tag.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    "Information used at run time",
                    "gates of a minimum",
                    "mean bits",
                    tuple(Series(name, tuple(pts)) for name, pts in series.items() if pts),
                    most=1,
                ),
            )
        ),
    )


def _example(found: tuple[ClassRow, ...], settings: Settings, effort: Effort) -> Case | None:
    definition, basis = definition_named(settings.text("definition")), settings.text("basis")
    having = [row for row in found if row.some]
    if not having:
        return None
    row = min(having, key=lambda r: (act_information(r.representative), r.representative.bits))
    task = FunctionTask((row.representative,))
    circuit = tagged_share(task, definition, basis, effort=effort).first()
    if circuit is None:
        return None
    caption = f"least information with the tag, {act_information(row.representative):.4f} bits"
    return Case.judged(caption, task, circuit, (definition,), f"size over {basis}")


RUNTIME_INFORMATION = Claim(
    name="runtime-information",
    topic="worlds and learners",
    claim="A mesa-optimizer exists because information arrives at run time.",
    source="Wentworth and Hubinger, thread on online learning",
    reading=(
        "the mutual information of a uniform run-time input and the act, given the parameters (a "
        "minimum): of functions with a tagged minimum, against others of equal size."
    ),
    question=(
        "Is it positive for every function with a tagged minimum, and at every size larger in the "
        "mean than for other functions of as many gates?"
    ),
    blind_to="inputs that are not uniform, and information that arrives over several steps",
    control="functions of equal size without a tagged minimum: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
    ),
    run=_run,
    quick={"inputs": 3},
)
