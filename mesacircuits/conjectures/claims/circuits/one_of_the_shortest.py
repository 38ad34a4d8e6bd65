"""The claim `one-of-the-shortest`: Occam promises one of the shortest, and these may disagree."""

from __future__ import annotations

from functools import partial
from math import log2

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import (
    BASIS,
    ORDER,
    Case,
    Claim,
    Finding,
    Kind,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.evidence import OWN_TAG, Existence, tagged_classes
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.studies.shares import representative_shares, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["ONE_OF_THE_SHORTEST"]


def _found(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, within, tag = settings.whole("inputs"), settings.whole("within"), definition.tag
    if within:
        basis = settings.text("basis")
        rows = representative_shares(inputs, definition, basis, effort, within=within)
    else:
        rows = tagged_classes(Settings({**settings.values, "tag": OWN_TAG}), effort)
    # Some function of the class has a minimum with the tag, and some one without.
    torn = sorted((row for row in rows if row.some > row.every), key=_order)
    functions = sum(row.some - row.every for row in torn)
    having = sum(row.some for row in rows)
    some = sum(row.some > 0 for row in rows)
    several = sum(row.functions for row in rows if row.circuits > 1)
    total = sum(row.functions for row in rows)
    example, unmade = within_budget(partial(_example, [] if within else torn, settings, effort))
    several_possible = any(row.circuits > 1 for row in rows)
    verdict = Verdict.HELD if torn else Verdict.REFUTED
    if not having or not several_possible:
        verdict = Verdict.VACUOUS
    what = "solver" if within else "minimum"
    return Finding(
        verdict=verdict,
        answer=(
            f"of {counted(having, 'function')} with a {tag} {what}, in "
            f"{counted(some, 'class', 'classes')}, {counted(functions, 'function')} in "
            f"{counted(len(torn), 'class', 'classes')} also have one without the tag; "
            f"{several:,} of {counted(total, 'function')} have more than one {what}."
        ),
        universe=(
            f"all functions of {counted(inputs, 'input')}, {settings.text('basis')}, "
            f"order {settings.text('order')}"
            + (f", and up to {counted(within, 'gate')} more" if within else "")
        ),
        tables=(
            Table(
                f"Classes with a {tag} {what}: the bits that name one of all, and those that name "
                "one with the tag among them (-log2 of its share):",
                ("function", "gates", "functions", "all", "bits of one", "bits of the tag"),
                tuple(
                    (
                        row.representative.hex,
                        row.size,
                        row.functions,
                        row.circuits,
                        f"{log2(row.circuits):.2f}",
                        f"{log2(1 / row.value):.2f}",
                    )
                    for row in sorted((row for row in rows if row.tagged), key=_order)
                ),
            ),
        ),
        example=example,
        notes=(
            "Ties are never broken here: whoever reports one minimum of such a function reports "
            "an answer that another minimum of equal cost contradicts.",
        ),
        left_open=unmade,
        plot=_plot(rows, tag),
    )


def _order(row: ClassRow) -> tuple[int, int, int]:
    return row.size, len(row.representative.support()), row.representative.bits


def _plot(rows: tuple[ClassRow, ...], tag: str) -> Plot:
    sizes = sorted({row.size for row in rows})

    def by_size(torn: bool) -> tuple[tuple[int, int], ...]:
        return tuple(
            (
                size,
                sum(r.some - r.every if torn else r.every for r in rows if r.size == size),
            )
            for size in sizes
        )

    series = (
        Series(f"all {tag}", by_size(False), "points"),
        Series("some and some not", by_size(True), "points"),
    )
    return Plot((Panel("Functions with a tagged minimum", "gates", "functions", series),))


def _example(torn: list[ClassRow], settings: Settings, effort: Effort) -> Case | None:
    definition = definition_named(settings.text("definition"))
    basis, order = settings.text("basis"), settings.text("order")
    for row in torn:
        task = FunctionTask((row.representative,))
        share = tagged_share(task, definition, basis, order, effort)
        circuit = share.first()
        if circuit is None or share.tagged == len(share.minima):
            # Where the tag is not constant on the class, another member would do.
            continue
        caption = (
            f"smallest, with the tag as {share.tagged} of its "
            f"{counted(len(share.minima), 'minimum', 'minima')}"
        )
        return Case.judged(caption, task, circuit, (definition,), f"{order} over {basis}")
    return None


ONE_OF_THE_SHORTEST = Claim(
    name="one-of-the-shortest",
    topic="circuits",
    claim="Occam promises one of the shortest hypotheses, not the shortest.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all minima of every function of n inputs: the functions some of whose minima have the tag "
        "and some have not, and how many bits name one that has it."
    ),
    kind=Kind.EXISTENCE,
    keeps="that who prefers the shortest still has to pick one of several",
    question="Are there functions whose minima disagree in the tag?",
    blind_to=(
        "how a learner picks among the shortest, and hypotheses about more than one function; "
        "those that are nearly the shortest are asked about for three inputs alone"
    ),
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("within", 0, "gates more than the least, at most", least=0, most=1),
        BASIS,
        ORDER,
        Parameter("definition", "search-like", "whose tag is asked about", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"inputs": 3, "within": 1},
            {"order": "depth-size"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
            {"definition": "lookup-table"},
        ),
    ),
    quick={"inputs": 3, "definition": "lookup-table"},
)
