"""The claim `base-and-run-time-bits`: optimisation power, spent at base level or at run time."""

from __future__ import annotations

from fractions import Fraction
from math import log2, prod

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import circuits_of_size, least_sizes
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask, parse_task

__all__ = ["BASE_AND_RUN_TIME_BITS", "run_time_bits"]

_TASKS = (
    "argmax",
    "argmax(shared=1,objective=xor)",
    "argmax(shared=1,objective=and)",
    "satisfying",
    "satisfying(shared=1,objective=xor)",
)


def run_time_bits(task: OptimisationTask) -> tuple[Fraction, float]:
    """Return the share of words at least as good as the best, and the mean bits that takes.

    Bits on one input are -log2 of the share of candidate words whose utility is as great as that
    of the word given (Yudkowsky 2008, Measuring optimization power); of a solver that is a best
    one.

    Returns:
        the product over inputs of these shares, which is exact, and the mean of the bits.

    >>> task = parse_task("argmax")
    >>> run_time_bits(task)  # of four inputs two are ties
    (Fraction(1, 4), 0.5)
    """
    shares = []
    for x in range(1 << task.inputs):
        if task.support_bits >> x & 1:
            words = len(task.candidates)
            shares.append(Fraction(len(task.best(x)), words))
    product = prod(shares, start=Fraction(1))
    return product, sum(-log2(share) for share in shares) / len(shares)


def _run(settings: Settings, effort: Effort) -> Finding:
    basis = settings.text("basis")
    universe = (
        f"{counted(len(settings.texts('tasks')), 'task')} and their shuffles, {basis}, order size"
    )
    rows: list[tuple[Cell, ...]] = []
    points: dict[str, list[tuple[float, float]]] = {"task": [], "mean of its shuffles": []}
    fewer = 0
    try:
        counts: dict[int, tuple[list[int], dict[int, dict[int, int]]]] = {}
        for text in settings.texts("tasks"):
            task = parse_task(text)
            if not isinstance(task, OptimisationTask) or task.outputs != 1 or task.inputs > 3:
                wanted = "tasks with utilities of at most 3 inputs and one output"
                raise ArgumentError("tasks", wanted, text)
            if task.inputs not in counts:
                counts[task.inputs] = _counts(task.inputs, settings, effort)
            row, own, null = _row(text, task, *counts[task.inputs])
            fewer += own[0] < null[0]
            rows.append(row)
            points["task"].append((run_time_bits(task)[1], own[1]))
            points["mean of its shuffles"].append((run_time_bits(task)[1], null[1]))
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    held = fewer == len(rows)
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"{fewer} of {counted(len(rows), 'task')} need fewer bits at base "
            "level than their shuffles do "
            "in the mean, with the same bits at run time."
        ),
        universe=universe,
        tables=(
            Table(
                "Bits spent on a best solution. run time: mean over inputs, -log2 of the share of "
                "words as good; base: -log2 of the share of circuits of as many gates that solve "
                "the task; null: mean of the same over all shuffles:",
                ("task", "gates", "solve", "circuits", "run time", "base", "null"),
                tuple(rows),
            ),
        ),
        notes=(
            "A shuffle exchanges the utilities of the two words on some of the inputs: all "
            "2^(2^n) shuffles have the same ties, and so the same bits at run time.",
            "Comparisons are of exact products of shares; the logarithms are only printed.",
        ),
        plot=Plot(
            (
                Panel(
                    "Where optimisation is spent",
                    "bits at run time, mean over inputs",
                    "bits at base level",
                    tuple(Series(name, tuple(pts), "points") for name, pts in points.items()),
                ),
            )
        ),
    )


def _counts(
    inputs: int, settings: Settings, effort: Effort
) -> tuple[list[int], dict[int, dict[int, int]]]:
    """Return how many circuits there are of each size, and how many compute each function."""
    basis = settings.text("basis")
    most = int(least_sizes(inputs, basis, effort).max())
    full = (1 << (1 << inputs)) - 1
    totals, by_function = [], {}
    for gates in range(most + 1):
        counts: dict[int, int] = {}
        for task, circuits in circuits_of_size(inputs, gates, basis, effort):
            bits = task.tables[0].bits
            # The output may be read inverted.
            counts[bits] = counts[bits ^ full] = len(circuits)
        totals.append(sum(counts.values()))
        by_function[gates] = counts
    return totals, by_function


def _row(
    text: str, task: OptimisationTask, totals: list[int], by_function: dict[int, dict[int, int]]
) -> tuple[tuple[Cell, ...], tuple[Fraction, float], tuple[Fraction, float]]:
    """Return a task's row, and for it and its shuffles the exact share and its bits.

    Of the shuffles it is the product of all shares, against the task's to the same power.
    """
    inputs = task.inputs
    size, solve = _solving(task, 0, by_function)
    shuffles = [_solving(task, mask, by_function) for mask in range(1 << (1 << inputs))]
    shares = [Fraction(count, totals[gates]) for gates, count in shuffles]
    own = Fraction(solve, totals[size])
    null_bits = sum(-log2(share) for share in shares) / len(shares)
    row = (
        text,
        size,
        solve,
        totals[size],
        f"{run_time_bits(task)[1]:.4f}",
        f"{-log2(own):.4f}",
        f"{null_bits:.4f}",
    )
    # Fewer bits are a larger share: inverses, so that "less" is "fewer bits".
    return row, (own ** -len(shares), -log2(own)), (1 / prod(shares, start=Fraction(1)), null_bits)


def _solving(
    task: OptimisationTask, mask: int, by_function: dict[int, dict[int, int]]
) -> tuple[int, int]:
    """Return the least size of circuits that solve a shuffle, and how many of that size do."""
    zero, one = (
        sum(1 << x for x in range(1 << task.inputs) if word in task.best(x)) for word in (0, 1)
    )
    # Where the mask is set, the two words have changed places.
    may_zero, may_one = (zero & ~mask) | (one & mask), (one & ~mask) | (zero & mask)
    for gates, counts in by_function.items():
        found = sum(
            count
            for bits, count in counts.items()
            if not bits & ~may_one and not ~bits & ~may_zero & TruthTable(task.inputs, 0).mask
        )
        if found:
            return gates, found
    raise ArithmeticError("some function is computed by no circuit")


BASE_AND_RUN_TIME_BITS = Claim(
    name="base-and-run-time-bits",
    topic="circuits",
    claim="Optimisation power is spent at base level or at run time, and can be counted in bits.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "bits are -log2 of the share that does at least as well: at base level the share of all "
        "reduced circuits of the minima's size that solve the task, at run time the share of "
        "words as good as the best, averaged over inputs. Tasks whose objective is simple against "
        "the same tasks with utilities shuffled, which take the same bits at run time."
    ),
    question=(
        "Does every task need fewer bits at base level than the mean of its shuffles, at the same "
        "bits at run time?"
    ),
    blind_to="tasks of more inputs, and bits of circuits larger than the minima",
    control="all shuffles of each task's utilities: exact",
    parameters=(
        Parameter("tasks", "; ".join(_TASKS), "tasks with utilities of two words", names="task"),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={"tasks": "argmax; satisfying"},
)
