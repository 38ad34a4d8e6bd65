"""Tendencies: claims that say more or less, decided against a matched null and placebos.

A tendency is supported if marked units exceed matched ones by more than chance would give at the
level 1/100 (`studies/nulls.py`), and no placebo gives the same verdict. Every report shows the
effect and p at the defaults, under each placebo, at each neighbouring value of each setting, and
along a trend, so that what the verdict hangs on can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mesacircuits.call import Settings, Value, value_text
from mesacircuits.conjectures.claim import Case, Cell, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Permuted, Unit, permuted
from mesacircuits.tables import counted

__all__ = ["LEVEL", "Compared", "Tendency", "verdict_of"]

#: The level of p at which there is evidence.
LEVEL = Fraction(1, 100)


@dataclass(frozen=True)
class Compared:
    """What a run of a tendency compares, and the evidence beside.

    Attributes:
        units: what is compared (`studies/nulls.py`).
        universe: over what.
        tables, example, notes: as of `Finding`.
    """

    units: tuple[Unit, ...]
    universe: str
    tables: tuple[Table, ...] = ()
    example: Case | None = None
    notes: tuple[str, ...] = ()


def verdict_of(found: Permuted, greater: bool = True) -> Verdict:
    """Return what a permutation test says of the claim that marked units have greater values.

    Arguments:
        found: the test.
        greater: whether the claim says greater; else it says smaller.

    >>> verdict_of(permuted([Unit(0, i < 9, int(i < 9)) for i in range(18)])).value
    'supported'
    >>> verdict_of(permuted([Unit(0, True, 1), Unit(0, False, 0)])).value
    'no evidence'
    """
    if found.is_vacuous:
        return Verdict.VACUOUS
    claimed, opposite = (found.above, found.below) if greater else (found.below, found.above)
    if claimed[1] <= LEVEL:
        return Verdict.SUPPORTED
    return Verdict.AGAINST if opposite[1] <= LEVEL else Verdict.NO_EVIDENCE


@dataclass(frozen=True)
class Tendency:
    """The run of a claim that a marked unit has more, or less, of something than matched ones.

    Arguments:
        compared: the units, from the values of the claim's parameters and the effort allowed; it
            may raise `BudgetEnded`.
        unit: what a unit is, in the singular, and in the plural.
        marked: what marked units are, in the plural.
        value: what is compared.
        matched: what the units of a stratum share.
        greater: whether the claim says that marked units have greater values; else smaller.
        placebos: by name, values of parameters that leave all as it is, but what the claim is
            about: if one gives the same verdict, there is no evidence.
        trend: values of parameters along which the effect is shown, from small to large; of the
            defaults it is in any case.
        neighbours: values of parameters of which each might as well have been the default.
    """

    compared: Callable[[Settings, Effort], Compared]
    unit: tuple[str, str]
    marked: str
    value: str
    matched: str
    greater: bool = True
    placebos: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    trend: tuple[Mapping[str, Value], ...] = ()
    neighbours: tuple[Mapping[str, Value], ...] = ()

    def __call__(self, settings: Settings, effort: Effort) -> Finding:
        """Compare at these values; then under placebos, along the trend, and at neighbours."""
        runs = [
            *(("placebo", name, values) for name, values in self.placebos.items()),
            *(("trend", _said(values), values) for values in self.trend),
            *(("instead", _said(values), values) for values in self.neighbours),
        ]
        runs = [run for run in runs if {**settings.values, **run[2]} != settings.values]
        try:
            own = self.compared(settings, effort.share(len(runs) + 1))
        except BudgetEnded:
            universe = f"{self.unit[1]}, {settings}"
            return Finding.of_ended_budget(universe)
        test = permuted(own.units)
        rows = [self._row("as asked", test)]
        verdicts: dict[str, list[Verdict]] = {"placebo": [], "trend": [], "instead": []}
        left_open: list[str] = []
        shown: list[tuple[str, Permuted]] = [("as asked", test)]
        for number, (kind, name, values) in enumerate(runs):
            try:
                changed = Settings({**settings.values, **values})
                found = permuted(self.compared(changed, effort.share(len(runs) - number)).units)
            except BudgetEnded:
                left_open.append(f"{kind} {name}")
                continue
            name = f"placebo: {name}" if kind == "placebo" else name
            rows.append(self._row(name, found))
            verdicts[kind].append(verdict_of(found, self.greater))
            shown.append((name, found))
        verdict = verdict_of(test, self.greater)
        empty = verdict in (Verdict.SUPPORTED, Verdict.AGAINST) and verdict in verdicts["placebo"]
        if any(line.startswith("placebo") for line in left_open):
            verdict = Verdict.INCONCLUSIVE
        return Finding(
            verdict=Verdict.NO_EVIDENCE if empty else verdict,
            answer=self._answer(test, verdict, empty, verdicts),
            universe=own.universe,
            tables=(self._table(rows), *own.tables),
            example=own.example,
            notes=(*own.notes, self._falsified(test)),
            left_open=tuple(left_open),
            plot=self._plot(shown),
        )

    def _row(self, name: str, found: Permuted) -> tuple[Cell, ...]:
        effect = None if found.effect is None else f"{float(found.effect):+.4f}"
        tail = found.above if self.greater else found.below
        p = None if found.is_vacuous else _shown(tail)
        said = verdict_of(found, self.greater).value
        return name, found.units, found.marked, effect, p, said

    def _table(self, rows: list[tuple[Cell, ...]]) -> Table:
        return Table(
            f"Effect: {self.value} of {self.marked} less the mean of {self.unit[1]} matched in "
            f"{self.matched}; p: one-sided, of as {'great' if self.greater else 'small'} an effect "
            "where marks are exchanged among matched ones:",
            ("at", self.unit[1], "marked", "effect", "p", "verdict"),
            tuple(rows),
        )

    def _answer(
        self, test: Permuted, verdict: Verdict, empty: bool, others: Mapping[str, list[Verdict]]
    ) -> str:
        if test.effect is None:
            return f"no {self.unit[0]} could have come out otherwise: marked and matched are alike."
        tail = test.above if self.greater else test.below
        said = (
            f"{self.value} of {self.marked} differs from that of {self.unit[1]} matched in "
            f"{self.matched} by {float(test.effect):+.4f} in the mean (p = {_shown(tail)}, "
            f"{counted(test.marked, 'marked ' + self.unit[0], 'marked ' + self.unit[1])})"
        )
        if empty:
            said += f"; but a placebo gives the same verdict, {verdict.value}"
        around = [*others["trend"], *others["instead"]]
        if around:
            same = around.count(verdict)
            said += f"; {same} of {counted(len(around), 'other setting')} say the same"
        return said + "."

    def _falsified(self, test: Permuted) -> str:
        if test.effect is None:
            return "Nothing in this universe could have answered otherwise."
        low, high = (f"{float(end):+.4f}" for end in test.null)
        return (
            f"What would have answered otherwise: an effect between {low} and {high}, where marks "
            "are exchanged, is no evidence; and one beyond on the other side is evidence against."
        )

    def _plot(self, shown: list[tuple[str, Permuted]]) -> Plot:
        known = [(name, test) for name, test in shown if test.effect is not None]
        effects = tuple((place, test.effect or 0) for place, (_, test) in enumerate(known))
        panel = Panel(
            "Effect, and where the null lies",
            f"{self.value}, marked less matched",
            "",
            (Series("effect", effects, "points"),),
            names=tuple(name for name, _ in known),
            nulls=tuple(test.null for _, test in known),
        )
        return Plot((panel,))


def _said(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} = {value_text(value)}" for name, value in values.items())


def _shown(tail: tuple[Fraction, Fraction]) -> str:
    """Return p in words: exact, or at most what an interval of draws leaves."""
    low, high = tail
    return f"{float(high):.3g}" if low == high else f"<= {float(high):.3g}"
