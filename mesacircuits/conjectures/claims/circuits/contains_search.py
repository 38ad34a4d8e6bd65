"""The claim `contains-search`: a system may contain an optimizer without being one."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
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
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import circuits_of_size
from mesacircuits.studies.shares import tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["CONTAINS_SEARCH"]


def _rows(settings: Settings, text: str, effort: Effort) -> dict[str, ClassRow]:
    asked = {**settings.values, "definition": text, "order": "size", "tag": OWN_TAG}
    return {row.name: row for row in tagged_classes(Settings(asked), effort)}


def _found(settings: Settings, effort: Effort) -> Finding:
    text = settings.text("definition")
    inside = f"contains({text})"
    tag = definition_named(text).tag
    inputs = settings.whole("inputs")
    own, containing = (_rows(settings, what, effort) for what in (text, inside))
    # Of one output, what has the tag contains it, too.
    more = {name: row.tagged - own[name].tagged for name, row in containing.items()}
    table: list[tuple[Cell, ...]] = []
    for size in sorted({row.size for row in own.values()}):
        here = [name for name, row in own.items() if row.size == size]
        minima = sum(own[name].circuits for name in here)
        counts = [
            sum(row[name].value * row[name].circuits for name in here) for row in (own, containing)
        ]
        only = counts[1] - counts[0]
        table.append(
            (
                size,
                minima,
                int(counts[0]),
                int(only),
                _share(Fraction(only) / minima),
                sum(more[name] > 0 for name in here),
                len(here),
                *_null(settings, size, effort),
            )
        )
    witnesses = [row for name, row in containing.items() if more[name]]
    witnesses.sort(key=lambda row: row.key)
    total = sum(row.circuits for row in own.values())
    only = sum(Fraction(more[name], row.minima) * row.circuits for name, row in containing.items())
    example, unmade = within_budget(partial(_example, witnesses, settings, inside, effort))
    verdict = Verdict.HELD if witnesses else Verdict.REFUTED
    if not any(row.tagged for row in containing.values()):
        verdict = Verdict.VACUOUS
    return Finding(
        verdict=verdict,
        answer=(
            f"{int(only):,} of {counted(total, 'minimum', 'minima')}, in {len(witnesses)} of "
            f"{counted(len(own), 'class', 'classes')}, contain a part that is {tag} and are not "
            f"{tag} themselves."
        ),
        universe=(
            f"all functions of {counted(inputs, 'input')}, one of each class, "
            f"{settings.text('basis')}, order size"
        ),
        tables=(
            Table(
                f"Minima of one function of each class, by gates: those that are {tag}; those that "
                "only contain such a part; classes with one that does, of all; and, of all reduced "
                "circuits of three inputs of so many gates, minimal or not, how many contain one "
                "and are none:",
                (
                    *("gates", "minima", "are", "contain", "share", "with", "classes"),
                    *("circuits", "contain too", "their share"),
                ),
                tuple(table),
            ),
        ),
        example=example,
        notes=(
            "A part is the cone of a gate that, set to another of its values, changes the output; "
            "it is judged by what it computes itself.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    "Minima that contain a search and are none",
                    "gates of a minimum",
                    "share",
                    (
                        Series(
                            f"minima, {inputs} inputs",
                            tuple((r[0], Fraction(int(r[3]), int(r[1]))) for r in table),  # type: ignore[arg-type, misc]
                            "points",
                        ),
                    ),
                    whole=True,
                ),
            )
        ),
    )


def _null(settings: Settings, gates: int, effort: Effort) -> tuple[Cell, Cell, Cell]:
    """Return how many reduced circuits of so many gates there are, and how many only contain."""
    if not 1 <= gates <= settings.whole("null"):
        return None, None, None
    own = definition_named(settings.text("definition"))
    inside = definition_named(f"contains({settings.text('definition')})")
    many = only = 0
    for task, circuits in circuits_of_size(3, gates, settings.text("basis"), effort):
        if effort.used_up():
            raise BudgetEnded
        tags = [bulk_tags(definition, circuits, task) for definition in (inside, own)]
        many += len(circuits)
        only += sum(a and not b for a, b in zip(*tags, strict=True))
    return many, only, _share(Fraction(only, many))


def _share(share: Fraction) -> str:
    return f"{float(share):.4f}"


def _example(
    witnesses: list[ClassRow], settings: Settings, inside: str, effort: Effort
) -> Case | None:
    basis = settings.text("basis")
    both = definition_named(settings.text("definition")), definition_named(inside)
    for row in witnesses:
        task = FunctionTask((row.representative,))
        share = tagged_share(task, both[1], basis, effort=effort)
        for circuit, tag in zip(share.minima, share.held, strict=True):
            if tag and not both[0].judge(circuit, task).holds:
                caption = "smallest that contains one and is none"
                return Case.judged(caption, task, circuit, both, f"size over {basis}")
    return None


CONTAINS_SEARCH = Claim(
    name="contains-search",
    topic="circuits",
    claim="A system may contain an optimizer without being one.",
    source="comments on Risks from Learned Optimization, on what an optimizer is",
    reading=(
        "all minima of every class of functions of n inputs: those of which a part, the cone of a "
        "gate that matters, has the tag on what it computes, and which as a whole have not. How "
        "many are they, by size, and how many of all reduced circuits of that size?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that what a system is and what it has inside can differ",
    question="Is there a minimum that contains a part with the tag and does not have it itself?",
    blind_to=(
        "parts of several outputs, parts that are no cones, and whether the whole uses the part as "
        "a search"
    ),
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("null", 4, "reduced circuits are counted up to so many gates", least=0, most=4),
        Parameter("basis", "b2", "basis", values=("b2", "aig")),
        Parameter("definition", "search-like", "what a part is to be", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"basis": "aig", "null": 0},
            {"definition": "search-like(objective_gates=2)", "null": 0},
            {"definition": "search-like(objective_gates=0)", "null": 0},
            {"definition": "lookup-table", "null": 0},
        ),
    ),
    quick={"inputs": 3, "null": 2},
)
