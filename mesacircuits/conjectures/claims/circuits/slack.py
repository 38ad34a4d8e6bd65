"""The claim `slack`: whether a minimum has to search depends on how much the task leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import (
    BASIS,
    Case,
    Cell,
    Claim,
    Finding,
    Kind,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.shares import tagged_share
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import range_of
from mesacircuits.tasks import OptimisationTask
from mesacircuits.tasks.task import TIES

__all__ = ["SLACK", "candidates_read"]

#: Ties that a task settles; where they are free, or excluded, it leaves something open.
_SETTLED = ("first", "last", "context")


@dataclass(frozen=True)
class _Chosen:
    """One choice and its minima.

    Attributes:
        task: the choice.
        many: for how many choices it stands: those that renaming features and levels makes of it.
        size, minima, tagged: of its minima; how many have the tag.
        read: the fewest and the most candidates of which a minimum reads a feature.
    """

    task: OptimisationTask
    many: int
    size: int
    minima: int
    tagged: int
    read: tuple[int, int]


_Arms = Mapping[tuple[str, str], Sequence[_Chosen]]


def candidates_read(circuit: Circuit, task: OptimisationTask) -> int:
    """Return of how many candidates a reduced circuit reads a feature.

    >>> from mesacircuits.enumeration import enumerate_minima
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("choice(features=2,utility=6)")
    >>> candidates_read(enumerate_minima(task)[0], task)
    1
    """
    wires = {wire for gate in circuit.gates for wire in gate.operands}
    wires |= {output.wire for output in circuit.outputs}
    return sum(not wires.isdisjoint(own) for own in task.features or ())


def _chosen(settings: Settings, choice: str, ties: str, effort: Effort) -> list[_Chosen | str]:
    """Return all choices of some numbers, each with its minima, or its name if it was left open."""
    definition = definition_named(settings.text("definition"))
    universe = parse_universe(f"choices({choice},ties={ties})")
    tasks = universe.listed()
    found: list[_Chosen | str] = []
    for place, (name, task) in enumerate(tasks):
        assert isinstance(task, OptimisationTask)
        means = effort.share(len(tasks) - place)
        try:
            share = tagged_share(task, definition, settings.text("basis"), effort=means)
        except BudgetEnded:
            found.append(name)
            continue
        assert share.size is not None  # each choice has a solver
        read = [candidates_read(circuit, task) for circuit in share.minima]
        bounds = min(read), max(read)
        many, minima = universe.stands_for(name), len(share.minima)
        found.append(_Chosen(task, many, share.size, minima, share.tagged, bounds))
    return found


def _found(settings: Settings, effort: Effort) -> Finding:
    """Count the choices that some minimum takes a search for, by how ties are settled."""
    asked = [
        (choice, ties)
        for choice in settings.texts("choices")
        for ties in settings.texts("ties")
        if ties != "context" or _numbers(choice)[2]
    ]
    for _, ties in asked:
        if ties not in TIES:
            raise ArgumentError("ties", f"some of {', '.join(TIES)}", ties)
    arms: dict[tuple[str, str], list[_Chosen]] = {}
    left_open: list[str] = []
    with effort.bar("choices", len(asked)) as bar:
        for place, arm in enumerate(asked):
            found = _chosen(settings, *arm, effort.share(len(asked) - place))
            arms[arm] = [each for each in found if isinstance(each, _Chosen)]
            left_open += [each for each in found if isinstance(each, str)]
            bar.advance()
    counts = {
        "two, free": _searching(arms, lambda count, ties: count == 2 and ties == "free"),
        "two, settled": _searching(arms, lambda count, ties: count == 2 and ties in _SETTLED),
        "more, free": _searching(arms, lambda count, ties: count > 2 and ties == "free"),
    }
    some = {name: bool(searching) for name, (searching, _) in counts.items()}
    if some["two, free"]:
        verdict = Verdict.REFUTED
    elif some["two, settled"] and some["more, free"]:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
    elif left_open:
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.REFUTED if any(some.values()) else Verdict.VACUOUS
    said = {name: f"{some:,} of {of:,}" for name, (some, of) in counts.items()}
    example, unmade = within_budget(partial(_example, arms, settings, effort))
    tag = definition_named(settings.text("definition")).tag
    return Finding(
        verdict=verdict,
        answer=(
            f"some minimum is {tag} for {said['two, free']} choices between two candidates where "
            f"ties are free, and for {said['two, settled']} where they are settled; with more "
            f"candidates, where ties are free, for {said['more, free']}."
        ),
        universe=(
            f"all choices({'), choices('.join(settings.texts('choices'))}) by ties "
            f"{', '.join(settings.texts('ties'))}, {settings.text('basis')}, order size"
        ),
        tables=(_table(arms, tag),),
        example=example,
        notes=(
            "read: of how many candidates the minima read a feature, the fewest and the most. "
            "Utilities are all of so many levels, but for renaming.",
        ),
        left_open=(*left_open, *unmade),
        plot=_plot(arms),
    )


def _numbers(choice: str) -> tuple[int, int, int, int]:
    """Return K, m, s and L of a choice such as `2,1,1,L=4`."""
    found = re.fullmatch(r"(\d),(\d)(?:,(\d))?(?:,L=(\d+))?", choice.replace(" ", ""))
    if found is None:
        expected = "K,m or K,m,s of choices(K,m,s), perhaps with L=LEVELS"
        raise ArgumentError("choices", expected, choice)
    candidates, features, shared, levels = found.groups()
    return int(candidates), int(features), int(shared or 0), int(levels or 2)


def _searching(arms: _Arms, asked: Callable[[int, str], bool]) -> tuple[int, int]:
    # Choices of which some minimum has the tag, and all, in the arms that are asked for.
    listed = [
        row for (choice, ties), rows in arms.items() if asked(_numbers(choice)[0], ties)
        for row in rows
    ]  # fmt: skip
    return sum(row.many for row in listed if row.tagged), sum(row.many for row in listed)


def _table(arms: _Arms, tag: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (choice, ties), found in arms.items():
        if not found:
            rows.append((*_numbers(choice), ties, 0, *[None] * 5))
            continue
        sizes = [row.size for row in found]
        read = [bound for row in found for bound in row.read]
        rows.append(
            (
                *_numbers(choice),
                ties,
                sum(row.many for row in found),
                str(range_of(sizes)),
                sum(row.minima for row in found),
                str(range_of(read)),
                sum(row.many for row in found if row.tagged),
                sum(row.tagged for row in found),
            )
        )
    return Table(
        "Choices among K candidates of m features of their own and s bits of context, by utilities "
        "of up to L levels: gates, minima (of one utility of each orbit), candidates read; choices "
        f"of which some minimum is {tag}, and such minima:",
        ("K", "m", "s", "L", "ties", "choices", "gates", "minima", "read", "search", "tagged"),
        tuple(rows),
    )


def _plot(arms: _Arms) -> Plot:
    done = {arm: rows for arm, rows in arms.items() if rows}
    names = tuple(f"choices({choice}), ties {ties}" for choice, ties in done)
    shares = tuple(
        (place, Fraction(sum(r.many for r in rows if r.tagged), sum(r.many for r in rows)))
        for place, rows in enumerate(done.values())
    )
    series = (Series("some minimum searches", shares),)
    title = "Choices that some minimum searches for"
    return Plot((Panel(title, "share of choices", "", series, names=names, most=1),))


def _example(arms: _Arms, settings: Settings, effort: Effort) -> Case | None:
    """Return what decides: a search between two where ties are free, or else the smallest."""
    searching = [
        (_numbers(choice)[0] > 2 or ties != "free", row.size, place, row)
        for place, ((choice, ties), rows) in enumerate(arms.items())
        for row in rows
        if row.tagged
    ]
    if not searching:
        return None
    *_, row = min(searching, key=lambda each: each[:3])
    definition, basis = definition_named(settings.text("definition")), settings.text("basis")
    circuit = tagged_share(row.task, definition, basis, effort=effort).first()
    assert circuit is not None
    caption = "smallest that searches"
    return Case.judged(caption, row.task, circuit, (definition,), f"size over {basis}")


#: What is asked at other settings.
_FEW = {"choices": "2,2; 2,1,1; 3,1,1", "ties": "free; first"}
_DIALS = ("wires_per_score=2", "objective_gates=0", "objective_gates=2", "reencoding=none")

SLACK = Claim(
    name="slack",
    topic="circuits",
    claim="What a task leaves open decides whether solving it takes a search.",
    source="Hubinger et al. 2019, section 2.1, as read here",
    reading=(
        "a task with slack has more than one solution. All choices among K candidates, of m "
        "features each and s bits of context, by all utilities of up to L levels: the index of a "
        "best candidate is asked for, any (ties free), the first, the last, or as a bit of the "
        "context says; or inputs with ties do not occur (excluded). All minima of each are judged."
    ),
    question=(
        "With two candidates and free ties, does no minimum search, whatever the utility, and do "
        "more candidates, and a rule that settles ties, each bring search back?"
    ),
    blind_to="larger candidates, and searches over several steps",
    parameters=(
        Parameter(
            "choices",
            "2,1; 2,2,L=4; 2,1,1,L=4; 3,1; 3,1,1; 3,2; 4,1",
            "K,m,s,L of choices",
            names="words",
        ),
        Parameter("ties", "free; first; last; context; excluded", "how ties stand", names="words"),
        BASIS,
        Parameter("definition", "search-like", "what a search is", names="definition"),
    ),
    kind=Kind.EXISTENCE,
    keeps="that slack is what decides, all else being the same",
    run=Existence(
        _found,
        trend=tuple(
            {"choices": f"2,1,1,L={levels}; 3,1,1", "ties": "free; first"} for levels in (2, 3, 4)
        ),
        neighbours=(
            {"basis": "xmg", **_FEW},
            *({"definition": f"search-like({dial})", **_FEW} for dial in _DIALS),
        ),
    ),
    theorems=(
        "Let a choice among K candidates have a utility of two values, and free ties. Every solver "
        "reads features of at least K - 1 candidates, and some solver reads those of K - 1.",
    ),
    control=(
        "the same utility and candidates where ties are settled, and where they are free: exact, "
        "all minima"
    ),
    quick={"choices": "2,2; 3,2", "ties": "free; first"},
)
