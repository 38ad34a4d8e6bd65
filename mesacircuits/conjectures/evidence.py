"""What verdicts hang on: tendencies against a matched null, and any claim at other settings.

A tendency is supported if marked units exceed matched ones by more than chance would give at the
level 1/100 (`studies/nulls.py`), and no placebo gives the same verdict. Every report shows the
effect and p at the defaults, under each placebo, at each neighbouring value of each setting, and
along a trend, so that what the verdict hangs on can be seen. `Existence` shows the same of a claim
that one example decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from mesacircuits.call import Parameter, Settings, Value, value_text
from mesacircuits.conjectures.claim import Case, Cell, Evidence, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.definitions.registry import is_of_package
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Permuted, Unit, permuted
from mesacircuits.studies.shares import class_shares, retagged
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = [
    "LEVEL",
    "OWN_TAG",
    "RANDOM_TAG",
    "TAGGED",
    "TAG_PLACEBOS",
    "Compared",
    "Existence",
    "Tendency",
    "tagged_classes",
    "verdict_of",
]

#: The level of p at which there is evidence.
LEVEL = Fraction(1, 100)

#: Of a claim that counts a tag: whose it is. A tag that is placed at random is a placebo.
OWN_TAG, RANDOM_TAG = "own", "random"
TAGGED = (
    Parameter(
        "tag",
        OWN_TAG,
        "the definition's tag; `random`: of each size as many minima, drawn, have it",
        values=(OWN_TAG, RANDOM_TAG),
    ),
    Parameter("seed", 0, "seed of that draw", least=0),
)

#: What stands in for a tag of a definition: one at random, and another definition's.
TAG_PLACEBOS: Mapping[str, Mapping[str, Value]] = {
    "random tag": {"tag": RANDOM_TAG},
    "lookup-table": {"definition": "lookup-table"},
}


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


def tagged_classes(settings: Settings, effort: Effort) -> tuple[ClassRow, ...]:
    """Return the classes that `inputs`, `basis`, `order`, `definition` and `TAGGED` ask for.

    Raises `BudgetEnded` and `ArgumentError` as `class_shares`.
    """
    asked = settings.text("definition")
    key = settings.whole("inputs"), asked, settings.text("basis"), settings.text("order")
    if effort.used_up():
        raise BudgetEnded
    rows = _KNOWN.get(key)
    if rows is None:
        inputs, _, basis, order = key
        rows = class_shares(inputs, definition_named(asked), basis, order, effort)
        if is_of_package(asked) and effort.takes_shipped:
            _KNOWN[key] = rows
    return rows if settings.text("tag") == OWN_TAG else retagged(rows, settings.whole("seed"))


#: What a claim asks for at some settings it asks for again at others.
_KNOWN: dict[tuple[int, str, str, str], tuple[ClassRow, ...]] = {}


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
    claimed, opposite = _tails(found, greater)
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

    def alone(self) -> Tendency:
        """Return the run without the trend and neighbours; placebos, which decide, are kept."""
        return replace(self, trend=(), neighbours=())

    def __call__(self, settings: Settings, effort: Effort) -> Finding:
        """Compare at these values; then under placebos, along the trend, and at neighbours."""
        others = _others(settings, self.placebos, self.trend, self.neighbours)
        runs = _each(self.compared, settings, others, effort)
        own = next(runs)
        if own is None:
            return Finding.of_ended_budget(f"{self.unit[1]}, {settings}")
        test = permuted(own.units)
        rows = [self._row("as asked", test)]
        verdicts: dict[str, dict[str, Verdict]] = {kind: {} for kind in _KINDS}
        shown: list[tuple[str, Permuted]] = [("as asked", test)]
        left_open = []
        for (kind, name, _), compared in zip(others, runs, strict=True):
            if compared is None:
                left_open.append(f"{kind}: {name}")
                continue
            found = permuted(compared.units)
            verdicts[kind][name] = verdict_of(found, self.greater)
            name = f"{kind}: {name}" if kind == _PLACEBO else name
            rows.append(self._row(name, found))
            shown.append((name, found))
        verdict = verdict_of(test, self.greater)
        empty = _is_empty(verdict, verdicts)
        if any(line.startswith(_PLACEBO) for line in left_open):
            verdict = Verdict.INCONCLUSIVE
        p = None if test.is_vacuous else _tails(test, self.greater)[0]
        return Finding(
            verdict=Verdict.NO_EVIDENCE if empty else verdict,
            answer=self._answer(test, verdict, empty, verdicts),
            universe=own.universe,
            tables=(self._table(rows), *own.tables),
            example=own.example,
            notes=(*own.notes, self._falsified(test)),
            left_open=tuple(left_open),
            plot=self._plot(shown),
            evidence=Evidence(test.effect, p, *verdicts.values()),
        )

    def _row(self, name: str, found: Permuted) -> tuple[Cell, ...]:
        effect = None if found.effect is None else f"{float(found.effect):+.4f}"
        p = None if found.is_vacuous else self._p(found)
        said = verdict_of(found, self.greater).value
        return name, found.units, found.marked, effect, p, said

    def _p(self, found: Permuted, exactly: str = "") -> str:
        # Exact, or at most what an interval of draws leaves.
        low, high = _tails(found, self.greater)[0]
        return f"{exactly if low == high else '<= '}{float(high):.3g}"

    def _table(self, rows: list[tuple[Cell, ...]]) -> Table:
        return Table(
            f"Effect: {self.value} of {self.marked} less the mean of {self.unit[1]} matched in "
            f"{self.matched}; p: one-sided, of as {'great' if self.greater else 'small'} an effect "
            "where marks are exchanged among matched ones:",
            ("at", self.unit[1], "marked", "effect", "p", "verdict"),
            tuple(rows),
        )

    def _answer(
        self, test: Permuted, verdict: Verdict, empty: bool, others: Mapping[str, _Verdicts]
    ) -> str:
        if test.effect is None:
            return f"no {self.unit[0]} could have come out otherwise: marked and matched are alike."
        said = (
            f"{self.value} of {self.marked} differs from that of {self.unit[1]} matched in "
            f"{self.matched} by {float(test.effect):+.4f} in the mean (p {self._p(test, '= ')}, "
            f"{counted(test.marked, 'marked ' + self.unit[0], 'marked ' + self.unit[1])})"
        )
        return f"{said}{_agreeing(verdict, others, empty)}."

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


@dataclass(frozen=True)
class Existence:
    """The run of a claim that one example decides, or that a proof does, at other settings too.

    Arguments:
        found: what is found, from the values of the claim's parameters and the effort allowed; it
            may raise `BudgetEnded`.
        trend: values of parameters along which the verdict is shown, from small to large; of the
            defaults it is in any case.
        neighbours: values of parameters of which each might as well have been the default.
        placebos: by name, values of parameters that leave all as it is, but what the claim is
            about: of a tendency or a might, if one gives the same verdict, there is no evidence.
    """

    found: Callable[[Settings, Effort], Finding]
    trend: tuple[Mapping[str, Value], ...] = ()
    neighbours: tuple[Mapping[str, Value], ...] = ()
    placebos: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def alone(self) -> Existence:
        """Return the run without the trend and neighbours; placebos, which decide, are kept."""
        return replace(self, trend=(), neighbours=())

    def __call__(self, settings: Settings, effort: Effort) -> Finding:
        """Find at these values; then along the trend, and at neighbours."""
        others = _others(settings, self.placebos, self.trend, self.neighbours)
        runs = _each(self.found, settings, others, effort)
        own = next(runs)
        if own is None:
            return Finding.of_ended_budget(str(settings))
        verdicts: dict[str, dict[str, Verdict]] = {kind: {} for kind in _KINDS}
        rows: list[tuple[Cell, ...]] = []
        for (kind, name, changed), found in zip(others, runs, strict=True):
            found = Finding.of_ended_budget(str(changed)) if found is None else found
            verdicts[kind][name] = found.verdict
            name = f"{kind}: {name}" if kind == _PLACEBO else name
            rows.append((name, found.verdict.value, found.answer))
        tables = own.tables
        if rows:
            rows = [("as asked", own.verdict.value, own.answer), *rows]
            tables = (*tables, Table("At other settings:", ("at", "verdict", "found"), tuple(rows)))
        empty = _is_empty(own.verdict, verdicts)
        answer = own.answer.removesuffix(".") + _agreeing(own.verdict, verdicts, empty)
        return replace(
            own,
            verdict=Verdict.NO_EVIDENCE if empty else own.verdict,
            answer=f"{answer}.",
            tables=tables,
            evidence=Evidence(None, None, *verdicts.values()),
        )


_PLACEBO, _TREND, _NEIGHBOUR = _KINDS = ("placebo", "trend", "neighbour")
_Verdicts = Mapping[str, Verdict]
_Found = TypeVar("_Found")


def _others(
    settings: Settings,
    placebos: Mapping[str, Mapping[str, Value]],
    trend: tuple[Mapping[str, Value], ...],
    neighbours: tuple[Mapping[str, Value], ...],
) -> list[tuple[str, str, Settings]]:
    """Return what else is run: its kind, its name, and its settings; what is asked is left out."""
    runs = [
        *((_PLACEBO, name, values) for name, values in placebos.items()),
        *((_TREND, _said(values), values) for values in trend),
        *((_NEIGHBOUR, _said(values), values) for values in neighbours),
    ]
    changed = ((kind, name, Settings({**settings.values, **v})) for kind, name, v in runs)
    return [other for other in changed if other[2] != settings]


def _each(
    run: Callable[[Settings, Effort], _Found],
    settings: Settings,
    others: Sequence[tuple[str, str, Settings]],
    effort: Effort,
) -> Iterator[_Found | None]:
    """Yield what a run gives as asked and at all others; None where the budget ended."""
    every = [settings, *(values for _, _, values in others)]
    with effort.bar("settings", len(every)) as bar:
        for number, values in enumerate(every):
            try:
                yield run(values, effort.share(len(every) - number))
            except BudgetEnded:
                yield None
            bar.advance()


def _is_empty(verdict: Verdict, others: Mapping[str, _Verdicts]) -> bool:
    """Return whether a placebo decides as the claim does, so that there is no evidence."""
    decided = verdict in (Verdict.SUPPORTED, Verdict.AGAINST)
    return decided and verdict in others[_PLACEBO].values()


def _agreeing(verdict: Verdict, others: Mapping[str, _Verdicts], empty: bool) -> str:
    """Return in words whether a placebo gave the same verdict, and how many other settings did."""
    said = f"; but a placebo gives the same verdict, {verdict.value}" if empty else ""
    around = [*others[_TREND].values(), *others[_NEIGHBOUR].values()]
    if not around:
        return said
    many = counted(len(around), "other setting")
    return f"{said}; {around.count(verdict)} of {many} say the same"


def _said(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} = {value_text(value)}" for name, value in values.items())


def _tails(
    found: Permuted, greater: bool
) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    # The p of the claim, and of its opposite.
    return (found.above, found.below) if greater else (found.below, found.above)
