"""The claim `one-of-the-shortest`: Occam promises one of the shortest, and these may disagree."""

from __future__ import annotations

from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import Case, Claim, Finding, Table, Verdict, within_budget
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import class_shares, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["ONE_OF_THE_SHORTEST"]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    order, tag = settings.text("order"), definition.tag
    universe = f"all functions of {counted(inputs, 'input')}, {basis}, order {order}"
    try:
        found = class_shares(inputs, definition, basis, order, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    # Some function of the class has a minimum with the tag, and some one without.
    torn = sorted(
        (row for row in found if row.some > row.every),
        key=lambda row: (row.size, len(row.representative.support()), row.representative.bits),
    )
    functions = sum(row.some - row.every for row in torn)
    having = sum(row.some for row in found)
    with_some = sum(row.some > 0 for row in found)
    sizes = sorted({row.size for row in found})
    example, unmade = within_budget(partial(_example, torn, settings, effort))
    return Finding(
        verdict=Verdict.HELD if torn else Verdict.REFUTED,
        answer=(
            f"of {counted(having, 'function')} with a {tag} minimum, in "
            f"{counted(with_some, 'class', 'classes')}, {counted(functions, 'function')} in "
            f"{counted(len(torn), 'class', 'classes')} also have a minimum without the tag."
        ),
        universe=universe,
        tables=(
            Table(
                f"Classes whose minima disagree; {tag}: the mean share of a function's minima:",
                ("function", "gates", "functions", "minima", tag),
                tuple(
                    (row.representative.hex, row.size, row.functions, row.circuits, row.value)
                    for row in torn
                ),
            ),
        ),
        example=example,
        notes=(
            "Ties are never broken here: whoever reports one minimum of such a function reports "
            "an answer that another minimum of equal cost contradicts.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    "Functions whose minima disagree",
                    "gates of a minimum",
                    "functions",
                    (
                        Series(f"all minima {tag}", _by_size(found, sizes, "every")),
                        Series("minima disagree", _by_size(torn, sizes, "torn")),
                    ),
                ),
            )
        ),
    )


def _by_size(
    rows: tuple[ClassRow, ...] | list[ClassRow], sizes: list[int], what: str
) -> tuple[tuple[int, int], ...]:
    def count(row: ClassRow) -> int:
        return row.every if what == "every" else row.some - row.every

    return tuple((s, sum(count(row) for row in rows if row.size == s)) for s in sizes)


def _example(torn: list[ClassRow], settings: Settings, effort: Effort) -> Case | None:
    definition = definition_named(settings.text("definition"))
    basis, order = settings.text("basis"), settings.text("order")
    for row in torn:
        table: TruthTable = row.representative
        task = FunctionTask((table,))
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
        "and some have not."
    ),
    question="Are there functions whose minima disagree in the tag?",
    blind_to="hypotheses that are nearly the shortest, and how many bits name one of several",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("order", "size", "what minimal means", values=("size", "depth-size")),
        Parameter("definition", "search-like", "whose tag is asked about", names="definition"),
    ),
    run=_run,
    quick={"inputs": 3, "definition": "lookup-table"},
)
