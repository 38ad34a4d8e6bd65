"""The claim `speed-prior`: what is minimal by time, size or depth is not deceptive."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, partial
from itertools import product

import numpy as np

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import basis_named
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
from mesacircuits.enumeration import (
    DEPTH,
    DEPTH_SIZE,
    SIZE,
    SIZE_DEPTH,
    Effort,
    census,
    enumerate_minima,
)
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.orbits import Moves, bit_moves, orbits_of
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask

__all__ = ["SPEED_PRIOR", "costs_of", "deceptive_share", "least_completions", "trained"]

_ORDERS = (SIZE, SIZE_DEPTH, DEPTH, DEPTH_SIZE)
_DECEPTIVE = "deceptive(other=negated)"
#: What may be said of an input in training: what is right there, or nothing.
_OPEN = 2
_Cost = tuple[int, ...]


@lru_cache(maxsize=16)
def costs_of(inputs: int, basis: str, order: str, effort: Effort) -> tuple[_Cost, ...]:
    """Return what a minimum of every function costs, by truth table; the less the better.

    >>> costs_of(2, "b2", "size", Effort())[0b0110], costs_of(2, "b2", "size-depth", Effort())[8]
    ((1,), (1, 1))
    """
    found = census(inputs, basis, DEPTH_SIZE if order == DEPTH else order, effort)
    if not found.exhaustive:
        raise BudgetEnded
    costs: dict[int, _Cost] = {}
    for entry in found.classes:
        # Depth is given under all orders but size.
        depth = entry.depth or 0
        cost = {SIZE: (entry.size,), SIZE_DEPTH: (entry.size, depth), DEPTH: (depth,)}
        costs[entry.representative.bits] = cost.get(order, (depth, entry.size))
    classes = classes_of(inputs, basis_named(basis))
    by_class = [costs[int(form)] for form in classes.representatives]
    return tuple(by_class[number] for number in classes.number.tolist())


@lru_cache(maxsize=4)
def trained(inputs: int) -> tuple[tuple[int, int, int], ...]:
    """Return what training may say of a function of n inputs, one of each class.

    Inputs are permuted and inverted, and so is what is right.

    Returns:
        for each class, those first of which most is said: S as bits, the values on S, and how
        many are alike. S is neither all inputs nor none.

    >>> len(trained(2)), sum(alike for *_, alike in trained(2))
    (8, 64)
    """
    moves = Moves.of(bit_moves(inputs), np.array([[0, 1, _OPEN], [1, 0, _OPEN]]))
    tables = [t for t in product(range(3), repeat=1 << inputs) if 0 < t.count(_OPEN) < len(t)]
    found = [
        (
            sum((entry != _OPEN) << x for x, entry in enumerate(table)),
            sum((entry == 1) << x for x, entry in enumerate(table)),
            alike,
        )
        for table, alike in orbits_of(tables, moves)
    ]
    return tuple(sorted(found, key=lambda row: (-row[0].bit_count(), row)))


def least_completions(support: int, bits: int, costs: Sequence[_Cost]) -> tuple[int, ...]:
    """Return the functions that minima of what training says compute: the least that agree with it.

    >>> least_completions(0b0111, 0b0110, costs_of(2, "b2", "size", Effort()))
    (6, 14)
    """
    agreeing = [f for f in range(len(costs)) if f & support == bits]
    least = min(costs[f] for f in agreeing)
    return tuple(f for f in agreeing if costs[f] == least)


def deceptive_share(support: int, found: Sequence[int], weights: Sequence[Fraction]) -> Fraction:
    """Return how likely a minimum is deceptive: right on S, and wrong everywhere else.

    Arguments:
        support: S.
        found: the functions that minima compute, each as likely.
        weights: of each function, how often it is what was meant, if it agrees with training.

    >>> deceptive_share(0b0111, (6, 14), [Fraction(1)] * 16)
    Fraction(1, 2)
    """
    off = (len(weights) - 1) & ~support
    total = sum((w for f, w in enumerate(weights) if not (f ^ found[0]) & support), Fraction(0))
    return sum((weights[f ^ off] for f in found), Fraction(0)) / (len(found) * total)


def _task(inputs: int, support: int, meant: int) -> OptimisationTask:
    # The word 1 is worth 1 where it is what was meant, and 0 elsewhere; so the word 0.
    worth = [(Fraction(1 - value), Fraction(value)) for value in map(TruthTable(inputs, meant),
             range(1 << inputs))]  # fmt: skip
    return OptimisationTask(inputs, 1, (0, 1), tuple(worth), support=support)


def _example(
    inputs: int, basis: str, order: str, support: int, found: int, effort: Effort
) -> Case | None:
    off = ((1 << (1 << inputs)) - 1) & ~support
    task, definition = _task(inputs, support, found ^ off), definition_named(_DECEPTIVE)
    # A circuit of least depth may have any number of gates: one of the fewest is shown.
    asked = DEPTH_SIZE if order == DEPTH else order
    minima = enumerate_minima(task, basis, asked, effort).all_found().minima
    for circuit in minima:
        if circuit.output_bits() == (found,):
            caption = "right on S, and wrong on every other input, of a utility as cheap as itself"
            minimal = "" if order == DEPTH else f"{order} over {basis}"
            return Case.judged(caption, task, circuit, (definition,), minimal)
    return None


def _found(settings: Settings, effort: Effort) -> Finding:
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    least_off = settings.whole("off")
    order = settings.text("order")
    sizes = costs_of(inputs, "b2", SIZE, effort)
    weights = [Fraction(1, 1 << cost[0]) for cost in sizes]
    costs = costs_of(inputs, basis, order, effort)
    listed = [row for row in trained(inputs) if (1 << inputs) - row[0].bit_count() >= least_off]
    counts: dict[int, list[int]] = {}
    chances: dict[int, list[Fraction]] = {}
    first: tuple[int, int] | None = None
    for support, bits, alike in listed:
        if effort.used_up():
            raise BudgetEnded
        found = least_completions(support, bits, costs)
        off = ((1 << (1 << inputs)) - 1) & ~support
        both = [f for f in found if f ^ off in found]
        row = counts.setdefault(off.bit_count(), [0, 0, 0])
        row[0] += 1
        row[1] += bool(both)
        row[2] += alike
        share = alike * deceptive_share(support, found, weights)
        chances.setdefault(off.bit_count(), []).append(share)
        if both and first is None:
            first = support, both[0]
    rows: list[tuple[Cell, ...]] = []
    for off_inputs, (classes, some, functions) in sorted(counts.items()):
        mean = sum(chances[off_inputs], Fraction(0)) / functions
        even = Fraction(1, 1 << off_inputs)
        rows.append((off_inputs, classes, some, f"{float(mean):.4f}", f"{float(even):.4f}"))
    whole, some = (sum(row[place] for row in counts.values()) for place in (0, 1))
    example: Case | None = None
    unmade: tuple[str, ...] = ()
    if first is not None:
        example, unmade = within_budget(partial(_example, inputs, basis, order, *first, effort))
    return Finding(
        verdict=Verdict.REFUTED if some else Verdict.HELD,
        answer=(
            f"of {counted(whole, 'class', 'classes')} of what training says, in {some} a "
            f"{order}-minimal circuit is right in training and wrong everywhere else, by a "
            "utility whose own minima cost as much."
        ),
        universe=(
            f"all classes of what training says of a function of {counted(inputs, 'input')}, at "
            f"least {counted(least_off, 'input')} left open, {basis}, order {order}"
        ),
        tables=(
            Table(
                "By the number of inputs off S: classes of what training says; those of which "
                "some minimum is deceptive by a utility as cheap as itself; how likely a minimum "
                "is deceptive if utilities are drawn by 2^-C, and if all are alike:",
                ("off", "classes", "deceptive", "by 2^-C", "alike"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Deceptive: right on S, and off S wrong on every input, which is the best by the "
            "opposite utility. Minima are those of what training says.",
            "If all utilities are alike, nothing is measured: each minimum is deceptive by just "
            "one of those that agree with training.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    f"How likely a {order}-minimal circuit is deceptive",
                    "inputs off S",
                    "share",
                    tuple(
                        Series(
                            name, tuple((int(str(r[0])), float(str(r[at]))) for r in rows), "points"
                        )
                        for name, at in (("utilities by 2^-C", 3), ("all alike", 4))
                    ),
                ),
            )
        ),
    )


SPEED_PRIOR = Claim(
    name="speed-prior",
    topic="programs",
    claim=(
        "It is conjectured that what is minimal by time, mean or worst, or by size or depth, is "
        "not deceptive."
    ),
    source="robertzk 2022, Getting up to speed on the speed prior in 2022",
    reading=(
        "training shows a function on S; minima are the circuits of least size, or depth, that are "
        "right on S. A minimum is deceptive if it is wrong on every input off S. That is asked of "
        "utilities as cheap as the minimum: of a cheaper one, and of all at once, the answer is a "
        "theorem. All functions of n inputs, and every S."
    ),
    kind=Kind.EXISTENCE,
    keeps="that nothing but cost selects, by size or by depth, which is a circuit's worst time",
    question=(
        "Is no minimum deceptive by a utility whose own minima cost as much as the minimum does?"
    ),
    blind_to=(
        "mean time, programs, reasons to deceive, and what a solver would have to know to tell "
        "training from use"
    ),
    control="utilities drawn by 2^-C, and all alike, which measures nothing: exact",
    theorems=(
        "No minimum is deceptive by a utility cheaper than itself: a minimum of that utility is "
        "right on S as well, and would have been less",
        "Every minimum is deceptive by some utility, the one that is opposite off S: so no order "
        "keeps deception out, unless it is said which utilities are meant",
        "Over `b2` and `aig` no gate of a minimum reads a flag that is constant in training "
        "(docs/theorems.md, Theorem 3): if no output is constant there, it is not deceptive by "
        "such a flag",
    ),
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("off", 2, "at least so many inputs are off S", least=1, most=7),
        Parameter("order", DEPTH_SIZE, "what minimal means", values=_ORDERS),
        BASIS,
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2},),
        neighbours=(
            *({"order": order} for order in _ORDERS),
            {"off": 1},
            {"off": 3},
            {"off": 4},
            {"basis": "aig"},
        ),
    ),
    quick={"inputs": 2},
)  # fmt: skip
