"""The claim `levin`: Kt and f-complexity do not rule out linear-time agents."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.studies.programs import named_counts, named_tags
from mesacircuits.tables import counted
from mesacircuits.tasks import machine_for, parse_task

__all__ = ["LEVIN"]

_ORDERS = "bits; kt; f:t; f:t**2/4"
_TASKS = (
    "satisfying(candidates=2); satisfying(candidates=3); satisfying(candidates=4); "
    "ranking(candidates=3); ranking(candidates=4)"
)


def _solved(text: str, order: str, operations: str, effort: Effort) -> list[int]:
    task = parse_task(text)
    found = enumerate_programs(task, order, machine_for(task, operations), effort)
    if not found.exhaustive:
        raise BudgetEnded
    if not found.minima:
        return [0, 0, 0, 0]
    names = named_counts(named_tags(found.minima, task))
    times = [int(m.cost.longest) for m in found.minima]
    least = found.minima[0].program
    return [least.bits, max(times), len(times), names.get(SEARCH_LIKE, 0)]


def _run(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "levin 1", settings)
    operations = settings.text("operations")
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    searching: dict[str, list[tuple[int, int]]] = {}
    kept_by: dict[str, int] = {}
    for order in settings.texts("orders"):
        kept_by[order] = 0
        for text in settings.texts("tasks"):
            try:
                compute = partial(_solved, text, order, operations, effort)
                found = kept.part(f"{text} {order}", compute)
            except BudgetEnded:
                left.append(f"{text} under {order}")
                continue
            bits, time, minima, search = found
            candidates = len(getattr(parse_task(text), "candidates", ()))
            rows.append((order, text, bits, time, minima, search, Fraction(time, candidates)))
            if search:
                kept_by[order] += 1
                searching.setdefault(order, []).append((candidates, time))
    every = all(kept_by.values()) and not left
    penalised = [order for order in kept_by if order != "bits"]
    surviving = [order for order in penalised if kept_by[order]]
    ruled_out = [order for order in penalised if not kept_by[order]]
    per_candidate = [
        Fraction(time, candidates) for points in searching.values() for candidates, time in points
    ]
    most = max(per_candidate, default=Fraction(0))
    verdict = Verdict.HELD if every else Verdict.REFUTED
    shares = tuple(
        (place, Fraction(count, len(settings.texts("tasks"))))
        for place, count in enumerate(kept_by.values())
    )
    return Finding(
        verdict=verdict if not left or surviving else Verdict.INCONCLUSIVE,
        answer=(
            f"search survives under {', '.join(surviving) or 'no penalty on time'}, and is ruled "
            f"out on all tasks under {', '.join(ruled_out) or 'none'}; searches that survive take "
            f"at most {most} steps a candidate."
        ),
        universe=f"{counted(len(settings.texts('tasks')), 'task')}, all programs over {operations}",
        tables=(
            Table(
                "Least programs under each order; time: the longest turn; search: those that are "
                "search-like; a candidate: time by number of candidates:",
                ("order", "task", "bits", "time", "minima", "search", "a candidate"),
                tuple(rows),
            ),
        ),
        notes=(
            "kt: bits + ceil(log2 t), Levin 1973; f:EXPR: bits + f(t), t the longest turn.",
            "A time that grows with the number of candidates as a constant each is linear.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Tasks on which search survives",
                    "share of tasks",
                    "order",
                    (Series("tasks", shares),),
                    names=tuple(kept_by),
                    most=1,
                ),
            )
        ),
    )


LEVIN = Claim(
    name="levin",
    topic="programs",
    claim=(
        "Levin complexity Kt, and f-complexity with a gentle f, do not rule out agents that take "
        "linear time."
    ),
    source="Shimi and Demski, review thread on inner alignment; Levin 1973",
    reading=(
        "the programs least under bits + ceil(log2 t), and under bits + f(t) for given f, of "
        "tasks with two to four candidates: are some search-like, and what time do they take a "
        "candidate."
    ),
    question="Under every order given, is some least program of some task search-like?",
    blind_to="more candidates, where a gentle f might yet exclude what it admits here",
    control="the programs of fewest bits, whatever their time: exact",
    parameters=(
        Parameter("orders", _ORDERS, "orders of programs", names="words"),
        Parameter("tasks", _TASKS, "tasks with candidates", names="task"),
        Parameter("operations", "oracle-search", "operations, see `VARIANTS`", names="words"),
    ),
    run=_run,
    quick={"tasks": "satisfying(candidates=3); satisfying(candidates=4)"},
)
