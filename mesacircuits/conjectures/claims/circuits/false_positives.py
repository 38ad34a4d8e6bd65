"""The claim `false-positives`: under loose wording, much counts as search that is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import (
    BASIS,
    ORDER,
    Case,
    Cell,
    Claim,
    Evidence,
    Finding,
    Kind,
    Table,
    Verdict,
)
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named, describe_definition
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.definitions.suite import suite
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.universe import Member, parse_universe
from mesacircuits.tables import counted

__all__ = ["FALSE_POSITIVES"]

#: Blocks that nobody would call a search, each small enough for all its minima.
_ITEMS = (
    "comparator(bits=1)",
    # Whether a + 2b < c + 2d.
    "expr:~b&d | ~(b^d)&~a&c",
    "sorter(bits=2)",
    "sorter(bits=3)",
    "multiplexer",
    "majority(bits=3)",
    "not-all-equal(bits=3)",
    "not-all-equal(bits=4)",
    "tt:4:0660",
    "priority-encoder(bits=2)",
    "priority-encoder(bits=3)",
    "priority-encoder(bits=4)",
    "adder",
    "parity(bits=4)",
    "decoder",
)

_DEFINITIONS = (
    "search-like",
    "search-like(objective_gates=2)",
    "search-like(objective_gates=0)",
    "search-like(reencoding=none)",
    "search-like(reencoding=per-group)",
    "search-like(wires_per_score=2)",
    "search-like(plans=on,pruning=on)",
    "contains(search-like)",
    "contains(search-like(objective_gates=0))",
    "lookup-table",
    "extensional",
    "optimisation-power",
    "goal-directedness",
)

#: What the claim names, as items of the suite. With one weight w and one input x of a bit each, a
#: step of least squares at rate 1 is w + (y - w x) x: y where x is 1, else w.
_ATTENTION, _REGRESSION = "hard-attention", "multiplexer"


@dataclass(frozen=True)
class _Scores:
    """What a definition says of the suite.

    Attributes:
        definition: the definition.
        tagged: of each item to which it applies whether it has the tag, by name.
        searches: how many items it applies to that are searches to a reader.
        found: how many of those it tags.
        others, wrong: the same of those that are none.
    """

    definition: Definition
    tagged: dict[str, bool]
    searches: int
    found: int
    others: int
    wrong: int

    @property
    def sensitivity(self) -> Fraction | None:
        return Fraction(self.found, self.searches) if self.searches else None

    @property
    def specificity(self) -> Fraction | None:
        return 1 - Fraction(self.wrong, self.others) if self.others else None

    @property
    def takes_both(self) -> bool:
        return self.tagged.get(_ATTENTION, False) and self.tagged.get(_REGRESSION, False)


def _scores(definition: Definition, effort: Effort) -> _Scores:
    tagged = {}
    counts = {True: [0, 0], False: [0, 0]}
    for item in suite():
        reader = item.verdict(SEARCH_LIKE)
        if reader is None or not isinstance(item.solver, Circuit):
            continue
        if effort.used_up():
            raise BudgetEnded
        said = definition.judge(item.solver, item.task)
        if said.applies:
            tagged[item.name] = said.holds
            counts[reader][0] += 1
            counts[reader][1] += said.holds
    return _Scores(definition, tagged, *counts[True], *counts[False])


def _cell(definition: Definition, member: Member) -> Cell:
    # Whether a definition applies depends on the task alone, where nothing has a world.
    if not definition.judge(member.solvers[0], member.task).applies:
        return None
    return sum(bulk_tags(definition, member.solvers, member.task))


def _run(settings: Settings, effort: Effort) -> Finding:
    definitions = tuple(definition_named(text) for text in settings.texts("definitions"))
    basis, order = basis_named(settings.text("basis")), settings.text("order")
    universe = f"the circuits of the suite, and minima of blocks, {basis}, order {order}"
    try:
        scores = [_scores(definition, effort) for definition in definitions]
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    left_open: list[str] = []
    members = []
    for member in parse_universe(settings.text("items")).members(basis, order, effort):
        if isinstance(member, Member):
            members.append(member)
        else:
            left_open.append(str(member))
    blocks: list[tuple[Cell, ...]] = [
        (m.name, m.size, len(m.solvers), *(_cell(d, m) for d in definitions)) for m in members
    ]
    both = [score for score in scores if score.takes_both]
    wrong = [score for score in scores if score.wrong]
    total = sum(
        item.verdict(SEARCH_LIKE) is False and isinstance(item.solver, Circuit) for item in suite()
    )
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    said = ", ".join(describe_definition(score.definition) for score in both) or "none"
    first = scores[0]
    return Finding(
        verdict=Verdict.HELD if both else Verdict.REFUTED,
        answer=(
            f"of {counted(len(scores), 'definition')}, {len(wrong)} call a search what is none to "
            f"a reader; attention and a step of regression both have the tag of {said}. "
            f"{describe_definition(first.definition)} tags {first.found} of "
            f"{counted(first.searches, 'search', 'searches')}, and {first.wrong} of "
            f"{counted(first.others, 'circuit')} that are none."
        ),
        universe=universe,
        tables=(
            Table(
                "Circuits of the suite that each definition tags: of those that a reader calls "
                "searches (sensitivity), and of the others (specificity: the share not tagged); "
                "whether it tags attention, and a step of regression:",
                ("definition", "searches", "sens.", "others", "spec.", "attends", "regr."),
                tuple(
                    (
                        describe_definition(score.definition),
                        f"{score.found} of {score.searches}",
                        _decimals(score.sensitivity),
                        f"{score.wrong} of {score.others}",
                        _decimals(score.specificity),
                        _said(score.tagged.get(_ATTENTION)),
                        _said(score.tagged.get(_REGRESSION)),
                    )
                    for score in scores
                ),
            ),
            Table(
                "Minima of blocks that nobody would call a search, and how many have each tag, by "
                "the number of the definition (a dash: it does not apply):",
                ("block", "size", "minima", *numbers),
                tuple(blocks),
            ),
        ),
        example=_example(members, definitions, f"{order} over {basis}"),
        notes=(
            f"Of the suite's circuits {total} are no search to a reader; those on which readers "
            "differ are left out, and programs. What a definition does not apply to is not counted "
            "for it.",
            "Attention: hard-attention, which reads the values whose keys equal a query. A step of "
            "regression: the multiplexer, which is a step of least squares with one weight of one "
            "bit at rate 1.",
            "tt:4:0660 is (a ^ b) & (c ^ d): two parities, one of which may be read inverted.",
        ),
        left_open=tuple(left_open),
        plot=Plot((_panel(scores),)),
        evidence=Evidence(
            neighbours={
                f"definition = {describe_definition(score.definition)}": (
                    Verdict.HELD if score.takes_both else Verdict.REFUTED
                )
                for score in scores
            }
        ),
    )


def _decimals(share: Fraction | None) -> Cell:
    return None if share is None else f"{float(share):.3f}"


def _said(tag: bool | None) -> Cell:
    return None if tag is None else "yes" if tag else "no"


def _panel(scores: list[_Scores]) -> Panel:
    known = [s for s in scores if s.sensitivity is not None and s.specificity is not None]
    return Panel(
        "What each definition gets right of the suite",
        "share",
        "",
        (
            Series("searches tagged (sensitivity)", _places(s.sensitivity for s in known)),
            Series("others not tagged (specificity)", _places(s.specificity for s in known)),
        ),
        names=tuple(describe_definition(score.definition) for score in known),
        most=1,
    )


def _places(shares: Iterable[Fraction | None]) -> tuple[tuple[int, Fraction], ...]:
    return tuple((place, share or Fraction(0)) for place, share in enumerate(shares))


def _example(
    members: list[Member], definitions: tuple[Definition, ...], minimal: str
) -> Case | None:
    for member in members:
        tags = bulk_tags(definitions[0], member.solvers, member.task)
        if any(tags):
            circuit = member.solvers[tags.index(True)]
            return Case.judged(
                "first block with the tag", member.task, circuit, definitions, minimal
            )
    return None


FALSE_POSITIVES = Claim(
    name="false-positives",
    topic="circuits",
    claim="Under loose wording attention and regression count as search.",
    source="Hobbhahn 2023, Clarifying mesa-optimization",
    reading=(
        "a suite of circuits that a reader has labelled: searches (argmax, satisficing, minimax, "
        "early exit, plan search) and others (adders, voters, multiplexers, hard attention, a "
        "threshold unit, tables, controllers). Of each definition: how many searches it tags, and "
        "how many others; and what it says of all minima of standard blocks."
    ),
    kind=Kind.EXISTENCE,
    keeps="that a wording may be so loose that it takes in what nobody means",
    question="Does some definition tag both hard attention and a step of regression?",
    blind_to=(
        "soft attention and regression over numbers, blocks too large for all their minima, and "
        "whether a reader's labels are right"
    ),
    parameters=(
        Parameter("items", "; ".join(_ITEMS), "blocks, separated by semicolons", names="task"),
        Parameter(
            "definitions", "; ".join(_DEFINITIONS), "definitions, each asked", names="definition"
        ),
        BASIS,
        ORDER,
    ),
    run=_run,
    quick={
        "items": "; ".join((_ITEMS[0], "not-all-equal(bits=3)")),
        "definitions": "search-like; search-like(plans=on,pruning=on); lookup-table",
    },
)
