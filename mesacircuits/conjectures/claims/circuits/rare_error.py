"""The claim `rare-error`: a tiny rate of errors can hide a strategic one."""

from __future__ import annotations

import random
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import BASIS, Case, Claim, Kind, Table, within_budget
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.least_sizes import choosers, least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["RARE_ERROR", "losses"]

_WORST, _RANDOM = "worst", "random"
_PRICE, _GATES = "2^-price", "gates"
_FEATURES = 2


def losses(utility: tuple[int, ...], features: int) -> list[int]:
    """Return for each input how much a choice of the wrong one of two candidates loses.

    Arguments:
        utility: U for each vector of features.
        features: bits of each candidate, those of candidate 0 lowest.

    >>> losses((0, 3), 1)
    [0, 3, 3, 0]
    """
    last = (1 << features) - 1
    return [abs(utility[x & last] - utility[x >> features]) for x in range(1 << 2 * features)]


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare the triggers of one choice: the price of an error where it loses most."""
    basis, inputs = basis_named(settings.text("basis")), 2 * _FEATURES
    sizes = least_sizes(inputs, basis, effort)
    number = classes_of(inputs, basis).number
    drawn = random.Random(settings.whole("seed"))
    units, rows = [], []
    met = set()
    best: tuple[int, int, int] | None = None
    for table, utility in sorted(choosers(_FEATURES, 0, settings.whole("levels")).items()):
        lost = losses(utility, _FEATURES)
        worst = max(lost)
        places = [x for x, loss in enumerate(lost) if loss]
        # One of each kind: the class, with what is lost where, up to order.
        key = (
            int(number[table]),
            tuple(sorted((lost[x], int(sizes[table ^ 1 << x])) for x in places)),
        )
        if key in met or len({lost[x] for x in places}) < 2:
            continue
        met.add(key)
        marked = [lost[x] == worst for x in places]
        if settings.text("trigger") == _RANDOM:
            drawn.shuffle(marked)
        prices = [int(sizes[table ^ 1 << x] - sizes[table]) for x in places]
        for x, mark, price in zip(places, marked, prices, strict=True):
            units.append(Unit(key, mark, _value(price, settings.text("value"))))
            if lost[x] == worst and (best is None or (price, sizes[table]) < best[:2]):
                best = price, int(sizes[table]), table << 8 | x
        means = [
            sum(p for p, mark in zip(prices, marked, strict=True) if mark == of) / marked.count(of)
            for of in (True, False)
        ]
        name = "".join(map(str, utility))
        rows.append((name, TruthTable(inputs, table).hex, int(sizes[table]), marked.count(True),
                     f"{means[0]:+.4f}", marked.count(False), f"{means[1]:+.4f}"))  # fmt: skip
    example, _ = within_budget(lambda: _example(best, inputs, basis.name, effort))
    return Compared(
        tuple(units),
        f"all {counted(len(rows), 'choice')} between two candidates of two features, by utilities "
        f"of at most {settings.whole('levels')} values, {basis.name}, order size",
        (
            Table(
                "U of each vector; who chooses by it, and its gates; triggers at which the wrong "
                "candidate loses most, and gates that an error at just one takes more than "
                "none, in the mean; and of triggers at which it loses less:",
                ("U", "table", "C", "worst", "price", "others", "their price"),
                tuple(rows),
            ),
        ),
        example,
        (
            "A trigger is an input on which one candidate is better; an error there is to choose "
            "the other, at a rate of 1 in "
            f"{1 << inputs}. Price: C of the function with that one error, less C of that without.",
            "Forced, and no finding: over all functions an error at some input costs nothing in "
            "half of all cases and more, as errors go both ways. This compares errors of one "
            "function.",
        ),
    )


def _value(price: int, kind: str) -> Fraction | int:
    # Under a prior of 2^-C the circuit with the error has so much of the weight of the other.
    return Fraction(2) ** -price if kind == _PRICE else -price


def _example(
    best: tuple[int, int, int] | None, inputs: int, basis: str, effort: Effort
) -> Case | None:
    if best is None:
        return None
    price, size, place = best
    table, trigger = place >> 8, place & 0xFF
    wrong = FunctionTask((TruthTable(inputs, table ^ 1 << trigger),))
    circuit = enumerate_minima(wrong, basis, effort=effort).all_found().minima[0]
    honest = TruthTable(inputs, table).hex
    return Case.judged(
        f"the choice {honest}, of {counted(size, 'gate')}, but wrong at input {trigger}, where it "
        f"loses most: {counted(size + price, 'gate')}",
        wrong, circuit, (), f"size over {basis}",
    )  # fmt: skip


RARE_ERROR = Claim(
    name="rare-error",
    topic="circuits",
    claim="A tiny error rate can hide a strategic error.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "who chooses the better of two candidates by a utility U, but for one input, the trigger: "
        "an error is strategic if it loses as much of U as any can. How many gates does it take "
        "more than none, weighted by 2^-C, against errors at triggers that lose less? All U, all "
        "triggers"
    ),
    kind=Kind.MIGHT,
    keeps="that an error is rare, and that it is placed where it matters most",
    question=(
        "Has a circuit with the worst single error more weight than one with another single error?"
    ),
    blind_to=(
        "inputs that are met more often than others; whether a circuit errs on purpose; more "
        "candidates"
    ),
    control="errors of the same function at other triggers: exact, all of them",
    parameters=(
        Parameter("levels", 4, "values L of a utility, at most", least=3, most=4),
        BASIS,
        Parameter(
            "trigger",
            _WORST,
            "which are strategic: where most is lost; `random`: as many, drawn",
            values=(_WORST, _RANDOM),
        ),
        Parameter("value", _PRICE, "the weight of an error, or its gates", values=(_PRICE, _GATES)),
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("trigger", "triggers"),
        marked="the worst triggers",
        value="weight 2^-price",
        matched="the task",
        placebos={"random triggers": {"trigger": _RANDOM}},
        trend=({"levels": 3}, {"levels": 4}),
        neighbours=({"basis": "aig"}, {"basis": "mig"}, {"value": _GATES}),
    ),
    quick={"levels": 3},
)
