"""The claim `diversity`: the more instances, the more optimisation is left to run time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.claims.programs.diversity_model import (
    Cost,
    check_instances,
    instances_task,
    measured_costs,
    minima_of,
    names_of,
    predicted_switches,
)
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.definition import LOOKUP_TABLE, SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted

__all__ = ["DIVERSITY"]


@dataclass(frozen=True)
class _Found:
    """The shortest programs for N instances."""

    instances: int
    bits: int
    names: dict[str, int]

    @property
    def searching(self) -> Fraction:
        """The share of those that search."""
        return Fraction(self.names.get(SEARCH_LIKE, 0), sum(self.names.values()))


def _run(settings: Settings, effort: Effort) -> Finding:
    candidates = settings.whole("candidates")
    most = max(settings.wholes("instances"))
    check_instances("instances", most, candidates)
    found: list[_Found] = []
    left_open: list[str] = []
    costs: list[Cost] = []
    try:
        costs = measured_costs(candidates, most, effort)
        for number in settings.wholes("instances"):
            task = instances_task(candidates, number)
            minima = minima_of(task, "oracle-search", effort)
            found.append(_Found(number, minima.minima[0].program.bits, names_of(minima)))
    except BudgetEnded:
        left_open.append(f"programs for {len(found) + 1} instances and more")
    return _finding(settings, costs, found, left_open)


def _finding(
    settings: Settings, costs: list[Cost], found: list[_Found], left_open: list[str]
) -> Finding:
    switches = predicted_switches(costs) if costs else []
    predicted = switches[-1][0] if len(switches) > 1 else None
    before = [f.instances for f in found if f.searching < 1]
    after = [f.instances for f in found if f.searching == 1]
    once = bool(before and after) and max(before) < min(after)
    agrees = predicted is not None and once and max(before) <= predicted < min(after)
    verdict = Verdict.HELD if agrees else Verdict.REFUTED
    if left_open:
        verdict, answer = Verdict.INCONCLUSIVE, "the budget ended before all were found."
    elif once:
        tie = next((f for f in found if f.searching == Fraction(1, 2)), None)
        beside = "" if tie is None else f", at {tie.instances} a table and a search tie"
        answer = (
            f"up to {max(before)} instances some shortest program is no search{beside}, from "
            f"{min(after)} on all are; the model puts the switch at N = {predicted}."
        )
    else:
        answer = f"no single switch was found; the model puts it at N = {predicted}."
    return Finding(
        verdict,
        answer,
        f"rankings of {counted(settings.whole('candidates'), 'candidate')}, "
        f"{counted(len(found), 'number')} of instances",
        _tables(costs, found),
        None,
        (
            "f(0) is the code that gives what a table holds: an algorithm without run-time "
            "optimisation still has to be specified. Entries are the P - f(x) bits spent on "
            "instances.",
            f"The model: {_model(costs)}.",
        ),
        tuple(left_open),
        _plot(costs, found, predicted),
    )


def _model(costs: list[Cost]) -> str:
    parts = []
    for at, cost in predicted_switches(costs) if costs else []:
        x = f"{cost.optimisation:.4g}"
        parts.append(f"x* = {x}" if not at else f"x* = {x} from N = {at} on")
    return ", ".join(parts)


def _tables(costs: list[Cost], found: list[_Found]) -> tuple[Table, ...]:
    measured: list[tuple[Cell, ...]] = [
        (f"{cost.optimisation:.4f}", cost.accept, cost.cost) for cost in costs
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            f.instances,
            f.bits,
            sum(f.names.values()),
            f.names.get(SEARCH_LIKE, 0),
            f.names.get(LOOKUP_TABLE, 0),
        )
        for f in found
    ]
    return (
        Table(
            "The cost f(x) of x bits of run-time optimisation:",
            ("x", "acceptable", "f(x) in bits"),
            tuple(measured),
        ),
        Table(
            "The shortest programs for N instances:",
            ("N", "bits", "programs", "search-like", "lookup-table"),
            tuple(rows),
        ),
    )


def _plot(costs: list[Cost], found: list[_Found], predicted: Fraction | None) -> Plot:
    lines = () if predicted is None else ((predicted, f"predicted: {predicted}"),)
    share = Series(
        "found: share that searches", tuple((f.instances, f.searching) for f in found), "steps"
    )
    model = Series(
        "predicted: x* / greatest x",
        tuple((f.instances, _best(costs, f.instances)) for f in found),
        "points",
    )
    bits = [Series("found", tuple((f.instances, f.bits) for f in found), "points")]
    if costs:
        entry = costs[-1].optimisation
        table = tuple((f.instances, costs[0].cost + entry * f.instances) for f in found)
        bits.append(Series("f(0) + N log2 K", table))
        greatest = tuple((f.instances, costs[-1].cost) for f in found)
        bits.append(Series("f(log2 K)", greatest))
    return Plot(
        (
            Panel("The switch to run time", "instances N", "share", (share, model), lines, 1),
            Panel("Bits of the shortest program", "instances N", "bits", tuple(bits), lines),
        )
    )


def _best(costs: list[Cost], number: int) -> float:
    # The greatest of those that are best, as a share of the most there is.
    values = [(cost.optimisation - Fraction(cost.cost, number), cost) for cost in costs]
    top = max(value for value, _ in values)
    best = max(cost.optimisation for value, cost in values if value >= top - 1e-12)
    return best / costs[-1].optimisation


DIVERSITY = Claim(
    name="diversity",
    topic="programs",
    claim=(
        "With N instances, x* = argmax_x (P - f(x))/N + x bits are left to run time: the more "
        "instances, the more run-time optimisation."
    ),
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "an instance is a ranking of K candidates, to be answered by the best: log2 K bits of "
        "optimisation. f(x) is the least number of bits of a program that is always among the best "
        "K / 2^x, measured by exhaustion; f(0) that of the code that reads a table. Predicted: "
        "where x* changes as N grows. Found: from which N on all programs of fewest bits that "
        "solve N instances search."
    ),
    question=(
        "Do the shortest programs turn from a table to search once and for good as N grows, and "
        "where the model says?"
    ),
    blind_to=(
        "instances that are not spread evenly over the rankings, budgets P below f(x), and "
        "solutions that are good on some instances only"
    ),
    parameters=(
        Parameter("candidates", 4, "candidates K of a ranking", least=2, most=4),
        Parameter("instances", tuple(range(1, 25)), "numbers of instances N", least=1, most=24),
    ),
    run=_run,
    control="a table of the same instances, whose bits grow with N whatever the answers are: exact",
    quick={"instances": (1, 10, 12)},
)
