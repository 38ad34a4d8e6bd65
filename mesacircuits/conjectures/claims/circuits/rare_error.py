"""The claim `rare-error`: a tiny rate of errors can hide a strategic one."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Circuit
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
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RARE_ERROR", "hidden_errors"]


def hidden_errors(sizes: NDArray[np.int64], errors: int) -> NDArray[np.int64]:
    """Return the least size of a circuit wrong at a trigger and on few other inputs.

    Arguments:
        sizes: C(f) of every function, by truth table.
        errors: on how many inputs in all it may be wrong.

    Returns:
        shape (2^n, 2^(2^n)): row x, column f holds the least C(g) over functions g with
        g(x) != f(x) that differ from f on at most `errors` inputs.
    """
    import numpy as np

    tables = np.arange(len(sizes))
    inputs = (len(sizes) - 1).bit_length()
    # The least size at each f over functions that differ elsewhere than at x, on few inputs.
    rows = []
    for trigger in range(inputs):
        best = sizes[tables ^ (1 << trigger)]
        for _ in range(errors - 1):
            near = [best[tables ^ (1 << bit)] for bit in range(inputs) if bit != trigger]
            best = np.minimum(best, np.minimum.reduce(near))
        rows.append(best)
    return np.array(rows)


def _run(settings: Settings, effort: Effort) -> Finding:

    inputs, basis = settings.whole("inputs"), settings.text("basis")
    errors = settings.whole("errors")
    universe = f"all functions of {counted(inputs, 'input')} and all triggers, {basis}, order size"
    try:
        sizes = least_sizes(inputs, basis, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    free = hidden_errors(sizes, errors) <= sizes
    smaller = hidden_errors(sizes, errors) < sizes
    triggers = free.sum(axis=0)
    rows: list[tuple[Cell, ...]] = []
    for size in range(int(sizes.max()) + 1):
        here = sizes == size
        functions = int(here.sum())
        pairs = functions * len(free)
        rows.append(
            (
                size,
                functions,
                int((triggers[here] > 0).sum()),
                int((triggers[here] == len(free)).sum()),
                Fraction(int(free[:, here].sum()), pairs),
                Fraction(int(smaller[:, here].sum()), pairs),
            )
        )
    some, every = int((triggers > 0).sum()), int((triggers == len(free)).sum())
    total = len(sizes)
    share = Fraction(int(free.sum()), total * len(free))
    held = 2 * some > total
    heads = ("gates", "functions", "some", "every", "free", "smaller")
    example, unmade = within_budget(partial(_example, sizes, free, inputs, basis, effort))
    wrong = f"{errors} of {counted(len(free), 'input')}"
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"{some:,} of {counted(total, 'function')} have a trigger at which a "
            "circuit of no more gates "
            f"than a minimum is wrong, and on at most {wrong} in all; for {every:,} any input "
            f"will do. At a trigger drawn at random it costs nothing with probability "
            f"{float(share):.4f}."
        ),
        universe=universe,
        tables=(
            Table(
                "Functions by gates of their minima: with some trigger, or every input as one, "
                "that costs no gate; free, smaller: share of pairs of function and trigger for "
                "which the least circuit with the error has no more, or fewer, gates:",
                heads,
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "A circuit that is right on every input but the trigger is also one that is right on "
            "the support without the trigger: off S an error costs nothing in training, and as "
            "many gates as stated here.",
            "One output bit: where it is wrong the loss is the largest there is.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                Panel(
                    f"Wrong at a trigger, at most {wrong}",
                    "gates of a minimum",
                    "share",
                    (
                        Series("functions with some free trigger", _column(rows, 2, 1)),
                        Series("free at a random trigger", tuple((r[0], r[4]) for r in rows)),  # type: ignore[misc]
                    ),
                    most=1,
                ),
            )
        ),
    )


def _column(
    rows: list[tuple[Cell, ...]], place: int, whole: int
) -> tuple[tuple[int, Fraction], ...]:
    return tuple((int(r[0] or 0), Fraction(int(r[place] or 0), int(r[whole] or 1))) for r in rows)


def _example(
    sizes: NDArray[np.int64],
    free: NDArray[np.bool_],
    inputs: int,
    basis: str,
    effort: Effort,
) -> Case | None:
    """Return the smallest function with gates and a free trigger, and a circuit wrong there."""
    for size in range(1, int(sizes.max()) + 1):
        for bits in (sizes == size).nonzero()[0].tolist():
            for trigger in free[:, bits].nonzero()[0].tolist():
                wrong = bits ^ (1 << trigger)
                if not 1 <= sizes[wrong] <= size:
                    continue
                table = TruthTable(inputs, wrong)
                task = FunctionTask((table,))
                found = enumerate_minima(task, basis, effort=effort).all_found()
                circuit: Circuit = found.minima[0]
                honest = FunctionTask((TruthTable(inputs, bits),))
                caption = (
                    f"{honest}, whose minima have {counted(size, 'gate')}, but wrong "
                    f"at input {trigger}"
                )
                return Case.judged(caption, task, circuit, (), f"size over {basis}")
    return None


RARE_ERROR = Claim(
    name="rare-error",
    topic="circuits",
    claim="A tiny error rate can hide a strategic error.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "for every function f of n inputs and every input x, the trigger: the least circuit that "
        "is wrong at x, and on at most so many inputs in all, against the minima of f. An error "
        "that costs no gate is hidden from a prior that favours small circuits, and at rate "
        "errors / 2^n from an average over inputs."
    ),
    question=(
        "Has more than half of all functions a trigger at which a circuit of no more gates than a "
        "minimum is wrong, with at most so many errors in all?"
    ),
    blind_to="losses that differ between inputs, and inputs that are met more often than others",
    control="the same errors at a trigger drawn at random: exact, all inputs",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("errors", 1, "inputs on which a circuit may be wrong", least=1, most=4),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={"inputs": 3},
)
