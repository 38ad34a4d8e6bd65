"""The claim `search-pays`: search generalises to unseen instances."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_orbit
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
    Claim,
    Finding,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.shares import PartialMinima, class_shares, partial_minima, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["SEARCH_PAYS"]

_SEARCHED, _NULL = "solved by search", "others of equal size"


class _Sums:
    """Of minima on S, with and without the tag: how many, and the sum of shares right off S."""

    def __init__(self) -> None:
        self.minima = [0, 0]
        self.right = [Fraction(0), Fraction(0)]

    def add(self, one: PartialMinima, function: int, off: int) -> None:
        number = off.bit_count()
        for computed, pair in one.computed.items():
            right = Fraction(number - ((computed ^ function) & off).bit_count(), number)
            for place, count in enumerate(pair):
                self.minima[place] += count
                self.right[place] += count * right

    def mean(self, place: int) -> Fraction | None:
        return self.right[place] / self.minima[place] if self.minima[place] else None


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = (
        f"functions of {counted(inputs, 'input')} on supports of the given sizes, "
        f"{basis}, order size"
    )
    kept = KeptParts(effort, "search-pays 1", settings)
    full = (1 << (1 << inputs)) - 1
    try:
        groups = _groups(settings, effort)
        sums: dict[tuple[int, str], _Sums] = {}
        everything: dict[int, _Sums] = {}
        found = partial_minima(
            inputs, settings.wholes("supports"), definition, basis, effort, kept.part
        )
        for one in found:
            off = full & ~one.support
            for function, group in groups.items():
                if off and function & one.support == one.bits:
                    key = one.support.bit_count(), group
                    sums.setdefault(key, _Sums()).add(one, function, off)
            _add_all(everything.setdefault(one.support.bit_count(), _Sums()), one, off)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    compared = []
    for (support, group), found_here in sorted(sums.items(), reverse=True):
        with_tag, without = found_here.mean(0), found_here.mean(1)
        rows.append((support, group, *found_here.minima, with_tag, without))
        if group == _SEARCHED and with_tag is not None and without is not None:
            compared.append((with_tag, without))
    for support, whole in sorted(everything.items(), reverse=True):
        rows.append((support, "all functions", *whole.minima, whole.mean(0), whole.mean(1)))
    better = sum(a > b for a, b in compared)
    held = bool(compared) and better == len(compared)
    tag = definition.tag
    if not compared:
        answer = f"no minimum on any such support is {tag}, so nothing can be compared."
    else:
        answer = (
            f"of functions that {tag} circuits solve, minima on S with the tag are right off S "
            f"more often than those without at {better} of {counted(len(compared), 'size')} of S."
        )
    example, unmade = within_budget(partial(_example, settings, groups, effort))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=answer,
        universe=universe,
        tables=(
            Table(
                f"Minima on S that are {tag} and others, and the mean share of inputs off S on "
                f"which they are right; solved by search: functions all of whose inputs a {tag} "
                "minimum gets right:",
                ("|S|", "functions", "with", "without", "right with", "right without"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Over all functions together every minimum is right half the time, since each way to "
            "complete what was seen on S is met once.",
        ),
        left_open=unmade,
        plot=Plot((_panel(tag, sums),)),
    )


def _groups(settings: Settings, effort: Effort) -> dict[int, str]:
    # Functions with a tagged minimum, and others whose minima have as many gates.
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    definition = definition_named(settings.text("definition"))
    sizes = least_sizes(inputs, basis, effort)
    having: set[int] = set()
    for row in class_shares(inputs, definition, basis, "size", effort):
        if row.some:
            having |= {member.bits for member in npn_orbit(row.representative)}
    wanted = {int(sizes[bits]) for bits in having}
    groups = dict.fromkeys(sorted(having), _SEARCHED)
    for bits in range(len(sizes)):
        if bits not in groups and int(sizes[bits]) in wanted:
            groups[bits] = _NULL
    return groups


def _add_all(sums: _Sums, one: PartialMinima, off: int) -> None:
    # Over all completions a word is right half the time.
    if not off:
        return
    for pair in one.computed.values():
        for place, count in enumerate(pair):
            weight = count << off.bit_count()
            sums.minima[place] += weight
            sums.right[place] += Fraction(weight, 2)


def _panel(tag: str, sums: dict[tuple[int, str], _Sums]) -> Panel:
    series = []
    for group in (_SEARCHED, _NULL):
        for place, name in ((0, tag), (1, f"not {tag}")):
            points = [
                (support, mean)
                for (support, of), found in sorted(sums.items())
                if of == group and (mean := found.mean(place)) is not None
            ]
            if points:
                series.append(Series(f"{group}: {name}", tuple(points)))
    return Panel("Right off S", "inputs in S", "mean share of inputs off S", tuple(series), most=1)


def _example(settings: Settings, groups: dict[int, str], effort: Effort) -> Case | None:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    for function, group in groups.items():
        if group != _SEARCHED:
            continue
        for support in sorted(range(1, 1 << (1 << inputs)), key=lambda s: -s.bit_count()):
            if support.bit_count() not in settings.wholes("supports"):
                continue
            table = TruthTable(inputs, function & support)
            task = FunctionTask((table,), support)
            share = tagged_share(task, definition, basis, effort=effort)
            circuit = share.first()
            if circuit is not None:
                off = ((1 << (1 << inputs)) - 1) & ~support
                wrong = ((circuit.output_bits()[0] ^ function) & off).bit_count()
                caption = (
                    f"a search on S, wrong on {wrong} of {counted(off.bit_count(), 'input')} off S"
                )
                return Case.judged(caption, task, circuit, (definition,), f"size over {basis}")
    return None


SEARCH_PAYS = Claim(
    name="search-pays",
    topic="circuits",
    claim="Search tends to generalise to unseen instances.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "a function f is seen on a support S only. All minima on S, with and without the tag: on "
        "what share of the inputs off S are they right? For every f that a tagged minimum solves "
        "on all inputs, and every S of the given sizes."
    ),
    question=(
        "Of functions that a search solves, are search-like minima on S right off S more often "
        "than the other minima on S, at every size of S where there are both?"
    ),
    blind_to="more than three inputs, and inputs that are not equally likely",
    control="other functions whose minima have as many gates, and all functions: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("supports", (5, 6, 7), "sizes of S", least=1, most=7),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
    ),
    run=_run,
    quick={"supports": 7},
)
