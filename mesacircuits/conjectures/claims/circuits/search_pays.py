"""The claim `search-pays`: search tends to generalise to unseen instances."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.claims.circuits.pseudo_alignment import Problem, problems
from mesacircuits.conjectures.evidence import OWN_TAG, RANDOM_TAG, Compared, Tendency
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask

__all__ = ["SEARCH_PAYS", "is_of_two_objectives"]

_TWO, _ALIKE = "two", "alike"


def is_of_two_objectives(function: int, features: int) -> bool:
    """Return whether a choice is g(y) & ~h(x) up to inversion, for different g and h, not constant.

    So it looks at each candidate by itself, as a search does, but by two objectives.

    Arguments:
        function: a truth table of 2 m inputs, the features of candidate 0, x, lowest.
        features: m.

    >>> is_of_two_objectives(0b0100, 1), is_of_two_objectives(0b1000, 1)  # b & ~a, b & a
    (False, True)
    """
    many = 1 << features
    row = (1 << many) - 1
    whole = (1 << many * many) - 1
    for table in (function, function ^ whole):
        rows = [table >> many * y & row for y in range(many)]
        shown = {r for r in rows if r}
        if len(shown) == 1 and 0 in rows and row not in shown:
            [where] = shown
            first = sum(bool(r) << y for y, r in enumerate(rows))
            return first != row & ~where
    return False


@dataclass(frozen=True)
class _Hypothesis:
    """A function that some minimum of a problem computes.

    Attributes:
        function: its truth table.
        tagged, minima: how many minima compute it, and how many of them have the tag.
        right: the share of unseen inputs on which it is right, over all utilities that agree.
    """

    function: int
    tagged: int
    minima: int
    right: Fraction


def _minima(
    problem: Problem, levels: int, effort: Effort
) -> tuple[OptimisationTask, list[Circuit]]:
    utility = next(problem.utilities())
    task = OptimisationTask.of_utility(
        utility, 2, problem.features, ties="first", training=problem.training
    )
    key = levels, problem
    if key not in _KNOWN:
        _KNOWN[key] = list(enumerate_minima(task, "b2", "size", effort).all_found().minima)
    return task, _KNOWN[key]


#: What one setting searches for is asked of at others.
_KNOWN: dict[tuple[int, Problem], list[Circuit]] = {}


def _chosen(utility: tuple[int, ...]) -> int:
    """Return the choice by a utility, the first candidate on ties, as a truth table."""
    many = len(utility)
    return sum((utility[y] > utility[x]) << x + many * y for y in range(many) for x in range(many))


def _hypotheses(problem: Problem, settings: Settings, effort: Effort) -> list[_Hypothesis]:
    task, minima = _minima(problem, settings.whole("levels"), effort)
    definition = definition_named(settings.text("definition"))
    has_tag(definition, minima[0], task)
    held: dict[int, list[bool]] = defaultdict(list)
    tags = bulk_tags(definition, minima, task, True)
    for circuit, tag in zip(minima, tags, strict=True):
        held[circuit.output_bits()[0]].append(tag)
    whole = (1 << (1 << task.inputs)) - 1
    off = whole & ~task.support_bits
    truths = [_chosen(utility) for utility in problem.utilities()]
    asked = off.bit_count() * len(truths)
    return [
        _Hypothesis(
            function,
            sum(found),
            len(found),
            1 - Fraction(sum(((function ^ t) & off).bit_count() for t in truths), asked),
        )
        for function, found in sorted(held.items())
    ]


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare the functions that minima of one problem compute: right off what training shows."""
    features, levels = settings.whole("features"), settings.whole("levels")
    most = settings.whole("vectors")
    asked = [
        problem
        for problem in problems(features, levels, most)
        if problem.vectors < len(problem.table)
    ]
    drawn = random.Random(settings.whole("seed"))
    units = []
    found: dict[tuple[int, bool], list[Fraction]] = defaultdict(list)
    for number, problem in enumerate(asked):
        if effort.used_up():
            raise BudgetEnded
        here = _hypotheses(problem, settings, effort.share(len(asked) - number))
        here, marks = _marks(here, settings.text("tag"), features, drawn)
        for hypothesis, mark in zip(here, marks, strict=True):
            units.append(Unit(number, mark, hypothesis.right))
        if len({*marks}) == 2:
            for hypothesis, mark in zip(here, marks, strict=True):
                found[problem.vectors, mark].append(hypothesis.right)
    return Compared(
        tuple(units),
        f"{counted(len(asked), 'class', 'classes')} of problems: two candidates of "
        f"{counted(features, 'feature')}, all utilities of {levels} levels, trained on at most "
        f"{counted(most, 'vector')}, ties first, b2, order size",
        (
            Table(
                "By how many vectors training shows, in problems whose minima differ in the tag: "
                "functions that minima compute, and the mean share of unseen inputs on which they "
                "are right:",
                ("vectors", "tagged", "right", "others", "right of others"),
                tuple(
                    (vectors, *_row(found[vectors, True]), *_row(found[vectors, False]))
                    for vectors in sorted({vectors for vectors, _ in found})
                ),
            ),
        ),
        notes=(
            "Whoever evaluates each candidate by itself is never wrong where one candidate that "
            "training shows settles the choice. That holds of a search; and of a choice by two "
            "objectives, one for each place, which is one placebo.",
            "What chooses by one utility keeps the first of two candidates that are alike: a "
            "search does, and others may, which is another placebo.",
            "Over all functions together, and not choices alone, every minimum is right off S half "
            "the time (no free lunch).",
        ),
    )


def _marks(
    found: list[_Hypothesis], tag: str, features: int, drawn: random.Random
) -> tuple[list[_Hypothesis], list[bool]]:
    """Return the functions that are compared, and which are marked."""
    own = [hypothesis.tagged > 0 for hypothesis in found]
    if tag in (_TWO, _ALIKE):
        found = [hypothesis for hypothesis in found if not hypothesis.tagged]
        if tag == _TWO:
            return found, [is_of_two_objectives(h.function, features) for h in found]
        many = 1 << features
        alike = sum(1 << x + many * x for x in range(many))
        return found, [not h.function & alike for h in found]
    if tag == RANDOM_TAG:
        drawn.shuffle(own)
    return found, own


def _row(shares: Iterable[Fraction]) -> tuple[Cell, Cell]:
    listed = list(shares)
    mean = f"{float(sum(listed, Fraction(0)) / len(listed)):.4f}" if listed else None
    return len(listed), mean


SEARCH_PAYS = Claim(
    name="search-pays",
    topic="circuits",
    claim="Search tends to generalise to unseen instances.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "choices between two candidates by a utility U of their features; training shows a set D "
        "of vectors of features, S = D x D. Of each class of (D, U on D) all minima on S, and the "
        "functions that they compute on all inputs: on what share of the inputs off S does each "
        "choose as U does, over all U that agree in training?"
    ),
    kind=Kind.TENDENCY,
    keeps="that solvers of one task, alike in training, differ on instances that it left out",
    question=(
        "Of minima of the same task, are those with the tag right off S more often than the others?"
    ),
    blind_to=(
        "utilities that are not equally likely, more than two candidates, and searches that go on "
        "at run time where a learned policy would give up"
    ),
    control="the other minima of the same task, which have as many gates: exact, all of them",
    parameters=(
        Parameter("features", 3, "features of a candidate, m", least=1, most=3),
        Parameter("levels", 2, "levels of utility, L", least=2, most=4),
        Parameter("vectors", 4, "vectors that training shows, at most", least=2, most=7),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
        Parameter(
            "tag",
            OWN_TAG,
            f"the definition's tag; `{RANDOM_TAG}`: as many of a task's, drawn, have it; of those "
            f"without a tagged minimum, `{_TWO}`: those that are g(y) & ~h(x) for different g and "
            f"h have it; `{_ALIKE}`: those that keep the first of two candidates that are alike",
            values=(OWN_TAG, RANDOM_TAG, _TWO, _ALIKE),
        ),
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("function", "functions"),
        marked="functions with a tagged minimum",
        value="share right off S",
        matched="task, and so in gates",
        placebos={
            "random tag": {"tag": RANDOM_TAG},
            "two objectives": {"tag": _TWO},
            "keeps the first of like ones": {"tag": _ALIKE},
            "lookup-table": {"definition": "lookup-table"},
        },
        trend=({"vectors": 2}, {"vectors": 3}, {"vectors": 4}),
        neighbours=(
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
            {"features": 2, "vectors": 3},
            {"features": 2, "vectors": 3, "levels": 3},
        ),
    ),
    quick={"features": 2, "vectors": 3, "levels": 3},
)
