"""The claim `threshold-uncompetitive`: a cap that excludes optimizers may be too low to compete."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import npn_orbit
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.claims.circuits.noise_is_a_table import members
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.completions import FunctionTags
from mesacircuits.studies.least_sizes import distances_to
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["THRESHOLD_UNCOMPETITIVE"]

_ALL, _CHOICES = "functions", "choices"


@lru_cache(maxsize=8)
def _choices(inputs: int) -> NDArray[np.bool_]:
    chosen = np.zeros(1 << (1 << inputs), dtype=bool)
    chosen[[*members(_CHOICES, inputs)]] = True
    return chosen


class _Caps:
    """What it costs to do without the minima of some functions."""

    def __init__(self, tags: FunctionTags, counts: NDArray[np.bool_]) -> None:
        self.sizes, self.counts = tags.sizes, counts
        self._best: dict[int, NDArray[np.int64]] = {}

    def lost(self, row: ClassRow) -> int:
        """Return how many functions do worse, at a cap of its size, without a class of functions.

        Each of its functions then takes a gate more.
        """
        cap = row.size
        if cap not in self._best:
            self._best[cap] = distances_to(self.sizes <= cap)
        within = self.sizes <= cap
        within[[member.bits for member in npn_orbit(row.representative)]] = False
        if not within.any():
            return 0
        worse = distances_to(within) > self._best[cap]
        return int((worse & self.counts).sum())


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare classes of one size: what is lost, for each function, where it is excluded."""
    inputs = settings.whole("inputs")
    rows = tagged_classes(settings, effort)
    tags = FunctionTags(inputs, rows)
    counts = np.ones(1 << (1 << inputs), dtype=bool)
    if settings.text("tasks") == _CHOICES:
        counts = _choices(inputs)
    caps = _Caps(tags, counts)
    some = settings.text("excluded") == "some"
    units: list[Unit] = []
    table: list[tuple[Cell, ...]] = []
    for row in rows:
        if effort.used_up():
            raise BudgetEnded
        marked = bool(row.tagged) if some else row.every == row.functions
        if not row.size:
            # Without a constant, or an input, there is no circuit of no gates to fall back on.
            continue
        units.append(Unit(row.size, marked, Fraction(caps.lost(row), row.functions)))
    for size in sorted({row.size for row in rows if row.size}):
        here = [unit for unit in units if unit.stratum == size]
        pair = [[u.value for u in here if u.marked == marked] for marked in (True, False)]
        means = [f"{float(sum(v, Fraction(0)) / len(v)):.3f}" if v else None for v in pair]
        spread = f"{float(min(pair[1])):.2f} to {float(max(pair[1])):.2f}" if pair[1] else None
        table.append((size, len(pair[0]), means[0], len(pair[1]), means[1], spread))
    free = [row for row in rows if row.tagged and row.every < row.functions]
    kept = sum(row.functions - row.every for row in free)
    return Compared(
        tuple(units),
        f"all {counted(len(units), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')} that take a gate, {settings.text('basis')}, order size",
        (
            Table(
                "Functions that do worse, for each function that is excluded at a cap of its size, "
                "mean over classes: those that are excluded for their tag, and each other class:",
                ("gates", "tagged", "lost", "others", "lost by others", "from, to"),
                tuple(table),
            ),
        ),
        notes=(
            f"Excluding searchers costs nothing where a function has a minimum without the tag: "
            f"{counted(kept, 'function')} in {counted(len(free), 'class', 'classes')} with tagged "
            "minima have one.",
            "Under a cap a function is served by the nearest function that some circuit within the "
            "cap computes; it does worse if that is further away than before. One class at a time "
            "is excluded, and each of its functions counts as a gate larger, which is what the "
            "tagged ones are.",
        ),
    )


THRESHOLD_UNCOMPETITIVE = Claim(
    name="threshold-uncompetitive",
    topic="circuits",
    claim="A complexity cap that excludes optimizers may be too low to compete.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "for every function of n inputs the best performance under a cap of gates: the greatest "
        "share of inputs on which a circuit within the cap is right. Excluded are the minima of "
        "one class of functions, at a cap of their size. How many functions then do worse, for "
        "each function excluded: of a class all of whose minima have the tag, and of others?"
    ),
    kind=Kind.MIGHT,
    keeps="that a cap which leaves optimizers out leaves out what else needs as many gates",
    question=(
        "Is more lost by excluding functions all of whose minima have the tag than by excluding "
        "as large others?"
    ),
    blind_to=(
        "performance that weighs inputs, caps on depth or time, and what else a cap excludes that "
        "is low enough to exclude all optimizers"
    ),
    control="excluding another class of equal size: exact, all classes",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter(
            "tasks",
            _ALL,
            f"whose losses count: all `{_ALL}`, or those that are `{_CHOICES}` between two "
            "candidates by some utility",
            values=(_ALL, _CHOICES),
        ),
        Parameter(
            "excluded",
            "every",
            "which classes are marked: all of whose minima have the tag (`every`), or of which "
            "`some` have it",
            values=("every", "some"),
        ),
        Parameter("basis", "b2", "basis", values=("b2", "aig")),
        Parameter("order", "size", "what minimal means", values=("size",)),
        Parameter("definition", "search-like", "whose tag is excluded", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="excluded searchers",
        value="functions lost for each one excluded",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"tasks": _CHOICES},
            {"excluded": "some"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
