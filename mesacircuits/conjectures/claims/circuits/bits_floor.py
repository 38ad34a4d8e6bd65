"""The claim `bits-floor`: guaranteeing performance takes some least number of bits."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log2
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import code_lengths, least_sizes
from mesacircuits.tables import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BITS_FLOOR", "nearest_lengths"]


def nearest_lengths(lengths: NDArray[np.int64], errors: int) -> NDArray[np.int64]:
    """Return for each function the least length over functions that differ on few inputs.

    >>> import numpy as np
    >>> nearest_lengths(np.array([1, 3, 3, 3]), 1).tolist()
    [1, 1, 1, 3]
    """
    import numpy as np

    tables = np.arange(len(lengths))
    best = lengths
    for _ in range(errors):
        near = [best[tables ^ (1 << bit)] for bit in range((len(lengths) - 1).bit_length())]
        best = np.minimum(best, np.minimum.reduce(near))
    return best


def _run(settings: Settings, effort: Effort) -> Finding:
    import numpy as np

    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = f"all functions of {counted(inputs, 'input')} as tasks, {basis}"
    try:
        sizes = least_sizes(inputs, basis, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    bits = 1 << inputs
    total = 1 << bits
    codes = {
        "table": np.full(total, bits, dtype=np.int64),
        "circuit": code_lengths(sizes),
    }
    rows: list[tuple[Cell, ...]] = []
    broken = tight = 0
    lines: dict[str, list[tuple[int, float]]] = {"floor": []}
    for errors in range(settings.whole("errors") + 1):
        good = sum(comb(bits, d) for d in range(errors + 1))
        floor = log2(total) - log2(good)
        lines["floor"].append((errors, floor))
        for name, lengths in codes.items():
            # The table of the nearest function that has one is as long as any.
            needed = nearest_lengths(lengths, errors)
            if name == "table":
                needed = np.full(total, _covering(bits, errors), dtype=np.int64)
            worst, mean = int(needed.max()), Fraction(int(needed.sum()), total)
            holds_worst = good << worst >= total
            # mean >= log2(total / good), with whole numbers.
            holds_mean = good**total << int(needed.sum()) >= total**total
            broken += (not holds_worst) + (not holds_mean)
            tight += good << worst == total
            over, over_mean = (f"{float(spent) - floor:+.4f}" for spent in (worst, mean))
            said = f"{float(mean):.4f}"
            rows.append((errors, good, f"{floor:.4f}", name, worst, said, over, over_mean))
            lines.setdefault(f"{name}, worst", []).append((errors, worst))
            lines.setdefault(f"{name}, mean", []).append((errors, float(mean)))
    allowed = settings.whole("errors")
    falls = "the worst or the mean falls", "neither the worst nor the mean falls"
    which = falls[not broken]
    return Finding(
        verdict=Verdict.REFUTED if broken else Verdict.HELD,
        answer=(
            f"{which} below the floor, for two codes and up to {counted(allowed, 'error')}; the "
            f"floor is met exactly in {counted(tight, 'case')}."
        ),
        universe=universe,
        tables=(
            Table(
                "Bits that name a solver right on all but so many inputs; good: functions within "
                "so many errors; floor: log2(all / good); and how far worst and mean lie above it:",
                ("errors", "good", "floor", "code", "worst", "mean", "worst over", "mean over"),
                tuple(rows),
            ),
        ),
        notes=(
            "table: as many leading bits of the truth table as are needed, the others read as 0; "
            "errors are then at most one per bit left out. circuit: least size in unary, then "
            "which function of that size.",
            "Comparisons are of whole numbers; the logarithms are only printed.",
        ),
        plot=Plot(
            (
                Panel(
                    "Bits to name a good enough solver",
                    "errors allowed",
                    "bits",
                    tuple(Series(name, tuple(pts), "points") for name, pts in lines.items()),
                    whole=True,
                ),
            )
        ),
    )


def _covering(bits: int, errors: int) -> int:
    # Leading bits are spelled, and each bit that is not may be wrong.
    return max(bits - errors, 0)


BITS_FLOOR = Claim(
    name="bits-floor",
    topic="circuits",
    claim="Guaranteeing performance needs some least number of bits of optimisation power.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "the tasks are all functions of n inputs, and a solver is good enough if it is right on "
        "all but e inputs. Whatever prefix code names solvers, the bits that name a good enough "
        "one are at least log2(all functions / those that are good enough): for the worst task, "
        "and in the mean over tasks. Checked for two codes."
    ),
    kind=Kind.THEOREM,
    keeps="that a guarantee has a least price in bits, whatever finds the solver",
    question="Do worst and mean bits stay at or above the floor for both codes and every e?",
    blind_to="bits spent at run time, and tasks that are not equally likely",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("errors", 4, "errors e from 0 up to this", least=0, most=6),
        BASIS,
    ),
    run=_run,
    theorems=(
        "Of N equally likely tasks let each solver be good enough for at most G. Whatever prefix "
        "code names solvers, the bits that name one good enough for the task are at least "
        "log2(N / G), for the worst task and in the mean over tasks.",
    ),
    quick={"inputs": 3, "errors": 2},
)
