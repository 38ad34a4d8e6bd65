"""The claim `full-reoptimisation`: optimising fully before every act removes the mesa-optimizer."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import Share, class_shares, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["FULL_REOPTIMISATION"]

_BOTH, _PRESENT, _PAST = "past and present", "present", "past"


def _found(settings: Settings, effort: Effort) -> Finding:
    definition, basis = definition_named(settings.text("definition")), settings.text("basis")
    inputs, data = settings.whole("inputs"), settings.text("data")
    rows = class_shares(inputs, definition, basis, "size", effort)
    whole = 1 << inputs
    known: dict[tuple[int, int], Share] = {}
    # By how many inputs are seen: cases, those with a tagged minimum, shares, and by tag the
    # minima that act wrongly on the present input.
    counts: dict[int, list[Fraction | int]] = defaultdict(lambda: [0, 0, Fraction(0), 0, 0])
    first: tuple[int, int] | None = None
    for row in rows:
        target = row.representative.bits
        for seen in range(1, 1 << whole):
            if data == _PRESENT and seen.bit_count() > 1:
                continue
            if effort.used_up():
                raise BudgetEnded
            key = target & seen, seen
            if key not in known:
                task = FunctionTask((TruthTable(inputs, key[0]),), seen)
                known[key] = tagged_share(task, definition, basis, effort=effort)
            share = known[key]
            if share.tagged and first is None:
                first = key
            wrong = [0, 0]
            asked = ~seen if data == _PAST else seen
            for circuit, held in zip(share.minima, share.held, strict=True):
                errors = (circuit.output_bits()[0] ^ target) & asked & (1 << whole) - 1
                wrong[held] += errors.bit_count()
            here = counts[seen.bit_count()]
            for place, value in enumerate((1, share.tagged > 0, share.value or 0, *wrong)):
                here[place] += value
    listed = sorted(counts.items())
    total = [sum(here[place] for _, here in listed) for place in range(5)]
    refuted = total[4] > 0 or (data == _PRESENT and total[1] > 0)
    example = None
    if first is not None:
        share = known[first]
        found = share.first()
        assert found is not None
        caption = f"after {counted(first[1].bit_count(), 'input')}"
        example = Case.judged(caption, share.task, found, (definition,), f"size over {basis}")
    tag = definition.tag
    table_rows: list[tuple[Cell, ...]] = [
        (seen, here[0], here[1], Fraction(here[2]) / here[0], here[4], here[3])
        for seen, here in listed
    ]
    return Finding(
        verdict=Verdict.REFUTED if refuted else Verdict.HELD,
        answer=(
            f"of {counted(int(total[0]), 'case')} {total[1]} have a {tag} optimum; on the present "
            f"input such optima act wrongly {total[4]} times, and others {total[3]} times."
        ),
        universe=(
            f"all {counted(len(rows), 'class', 'classes')} of functions of "
            f"{counted(inputs, 'input')}, all sets of inputs seen, {basis}; optimised on: {data}"
        ),
        tables=(
            Table(
                f"All minima on the data: sets of so many inputs, those with a {tag} minimum, the "
                "mean share of such minima; and how often one acts wrongly on a present input, "
                f"{tag} minima and others:",
                ("seen", "cases", "some", "share", "wrong", "others wrong"),
                tuple(table_rows),
            ),
        ),
        example=example,
        notes=(
            "Before each act all minima on the data are found anew. What is present is each input "
            "of the data in turn; where the data are of the past alone, each that is not among "
            "them.",
            "An optimum on data that hold the present input is right there, whatever it is, as "
            "long as the data say what is right: what is then done is what the outer objective "
            "asks for. And if the present input is all there is, a constant will do, which has no "
            "gates and no tag. Both are theorems, which the run checks.",
            "Over all functions that agree with the data on the past any optimum is wrong on an "
            "unseen input in half of them: tag or not makes no difference there.",
        ),
        plot=Plot(
            (
                Panel(
                    f"Minima on the data that are {tag}",
                    "inputs seen",
                    "mean share",
                    (Series("share", tuple((r[0], r[3]) for r in table_rows), "points"),),  # type: ignore[misc]
                ),
            )
        ),
    )


FULL_REOPTIMISATION = Claim(
    name="full-reoptimisation",
    topic="worlds and learners",
    claim=(
        "Optimising fully before every act removes the mesa-optimizer, or shows that the outer "
        "objective is at fault."
    ),
    source="Wentworth and Hubinger, thread on online learning",
    reading=(
        "before each act all minima on the data are found anew, and the data hold the present "
        "input and what was seen before. A mesa-optimizer that is not the outer objective's own is "
        "a tagged minimum that acts wrongly on the present input. All classes of functions, all "
        "sets of inputs seen."
    ),
    kind=Kind.THEOREM,
    keeps="both horns: whether optima have the tag, and whether those then act as they should",
    question="Is every tagged optimum right on the present input?",
    blind_to=(
        "inputs that are present before anyone says what is right there, which is the setting "
        "`data=past`; acts that change what is seen; and outer objectives that are wrong"
    ),
    control="optima without the tag, on the same data: exact",
    theorems=(
        "An optimum on data that hold the present input acts rightly on it, tagged or not.",
        "An optimum on the present input alone has no gates, and so no tag that needs one.",
    ),
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter(
            "data", _BOTH, "what is optimised on before an act", values=(_BOTH, _PRESENT, _PAST)
        ),
        BASIS,
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2},),
        neighbours=({"data": _PRESENT}, {"data": _PAST}),
    ),
    quick={"inputs": 2},
)
