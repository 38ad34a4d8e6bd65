"""What the benchmarks of steps run in processes of their own; see `benchmark_workers`."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

__all__ = [
    "work_choices",
    "work_exhaustive",
    "work_measures",
    "work_planned",
    "work_refuted",
    "work_sat",
    "work_steps",
    "work_survey_step",
]


def work_steps(inputs: int, basis_name: str, most: int, limit: float | None) -> dict[str, Any]:
    """Settle all functions of n inputs by size, up to `most` gates; return figures by size.

    `open` counts the classes left; `ended` says that the limit of wall seconds came first, and
    `tried` and `cpu` are then those of the unfinished step.
    """
    from mesacircuits.circuits.bases import basis_named
    from mesacircuits.enumeration import Effort
    from mesacircuits.enumeration.effort import BudgetEnded
    from mesacircuits.enumeration.levels import settle
    from mesacircuits.enumeration.symmetry import classes_of, support_is_enough

    basis = basis_named(basis_name)
    alone = support_is_enough(basis)
    classes = classes_of(inputs, basis)
    # All but the constant and the input, or those that read every input.
    left = int((classes.supports == inputs).sum()) if alone else len(classes.representatives) - 2
    list(settle((2,), basis, "size", Effort(workers=1), all_read=alone))
    steps: list[dict[str, Any]] = []
    ended, effort = False, Effort(seconds=limit, workers=1)
    before, counted = time.process_time(), 0
    try:
        search = settle((inputs,), basis, "size", effort, all_read=alone)
        while left and len(steps) < most:
            level = next(search)
            cpu = time.process_time() - before
            left -= len(level.settled)
            step = {"size": level.size, "classes": len(level.settled), "tried": level.tried}
            steps.append(step | {"cpu": cpu})
            before, counted = time.process_time(), effort.tried
    except BudgetEnded:
        ended = True
    return {
        "steps": steps,
        "open": left,
        "ended": ended,
        "tried": effort.tried - counted,
        "cpu": time.process_time() - before,
    }


def work_choices(universes: list[str]) -> tuple[list[list[list[Any]]], float]:
    """Return for each universe its tasks as (words, stands for, size, minima), and CPU seconds."""
    from mesacircuits.enumeration import Effort
    from mesacircuits.studies import parse_universe

    effort = Effort(workers=1, shipped=False)
    list(parse_universe(_WARMING).members(effort=effort))
    before = time.process_time()
    listed = []
    for text in universes:
        universe = parse_universe(text)
        found = list(universe.members(effort=effort))
        listed.append([(m, universe.stands_for(m.name)) for m in found])
    cpu = time.process_time() - before
    return [
        [[_words(m.task), many, m.size, len(m.solvers)] for m, many in part] for part in listed
    ], cpu


#: Choices that every engine has a part in.
_WARMING = "choices(2,1,s=2,ties=first,D=each); choices(3,1,s=1,ties=first,D=each)"


def _words(task: Any) -> str:
    # For each input its allowed words, as bits of a hexadecimal digit or several.
    masks = task.word_masks
    return "".join(
        f"{sum((mask >> x & 1) << w for w, mask in enumerate(masks)):X}"
        for x in range(1 << task.inputs)
    )


def work_survey_step(store: str, inputs: int, size: int | None) -> dict[str, Any]:
    """Exhaust one more size into the file of a survey; without a size, only list the classes."""
    from mesacircuits.enumeration import Effort
    from mesacircuits.enumeration.five_inputs import function_classes, survey

    effort = Effort(workers=1, store=store)
    if size is None:
        function_classes(inputs)
        return {}
    survey(3, size=4, effort=Effort(workers=1))
    found = survey(inputs, size=size, effort=effort)
    row = found.searches[-1]
    if row.size != size or not row.complete:
        raise ArithmeticError(f"size {size} was not searched")
    settled = next(r.classes for r in found.sizes if r.size == size)
    return {"classes": settled, "tried": row.looked, "sets": row.tried, "cpu": row.seconds}


def work_measures(inputs: int, measure: str) -> dict[str, Any]:
    """Return how many classes there are of each least depth, or formula length, and seconds."""
    import numpy as np

    from mesacircuits.circuits.bases import B2
    from mesacircuits.enumeration import Effort
    from mesacircuits.enumeration.five_inputs import (
        formula_lengths,
        function_classes,
        least_depths,
    )

    function_classes(inputs)
    wall, cpu = time.perf_counter(), time.process_time()
    compute = least_depths if measure == "depth" else formula_lengths
    reached = compute(inputs, B2, Effort(workers=1))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "classes": np.bincount(reached.values).tolist()}


def work_exhaustive(text: str, basis_name: str, costs: list[int], limit: float) -> dict[str, Any]:
    """List all circuits by exhaustion; `circuits` is None where the limit came first."""
    from mesacircuits.circuits.bases import basis_named
    from mesacircuits.enumeration.effort import BudgetEnded, Effort
    from mesacircuits.enumeration.planner import planned
    from mesacircuits.tasks import parse_task

    task, basis = parse_task(text), basis_named(basis_name)

    def engine(effort: Effort) -> Any:
        # What lists circuits by exhaustion, and of what kind it is.
        return planned(task, basis, "size", effort, "exhaustive")[0].engine

    # Kernels are loaded, and tables made, by a cost below.
    engine(Effort(workers=1)).circuits(max(costs[0] - 1, 1), None)
    steps = []
    for cost in costs:
        effort = Effort(seconds=limit, workers=1)
        search, cpu = engine(effort), time.process_time()
        found: int | None = None
        with suppress(BudgetEnded):
            found = len(search.circuits(cost, None))
        cpu = time.process_time() - cpu
        steps.append({"circuits": found, "cpu": cpu, "tried": effort.tried})
    return {"kind": engine(Effort()).kind, "steps": steps}


def work_sat(text: str, basis_name: str, costs: list[int], limit: float) -> dict[str, Any]:
    """List all circuits by SAT; `circuits` is None where the limit came first."""
    from mesacircuits.circuits.bases import basis_named
    from mesacircuits.enumeration.effort import BudgetEnded, Effort
    from mesacircuits.enumeration.sat import all_circuits
    from mesacircuits.tasks import parse_task

    task, basis = parse_task(text), basis_named(basis_name)
    list(all_circuits(task, basis, 1))
    steps = []
    for cost in costs:
        cpu = time.process_time()
        found: int | None = None
        with suppress(BudgetEnded):
            effort = Effort(seconds=limit, workers=1)
            found = sum(1 for _ in all_circuits(task, basis, cost, None, effort))
        steps.append({"circuits": found, "cpu": time.process_time() - cpu})
    return {"steps": steps}


def work_refuted(
    text: str, basis_name: str, size: int, limit: float, symmetric: bool
) -> dict[str, Any]:
    """Ask SAT for a circuit of so many gates, symmetries broken or not; None where given up."""
    from mesacircuits.circuits.bases import basis_named
    from mesacircuits.enumeration.effort import BudgetEnded, Effort
    from mesacircuits.enumeration.sat.encodings import ChainEncoding, Session
    from mesacircuits.tasks import parse_task

    task, basis = parse_task(text), basis_named(basis_name)
    cpu = time.process_time()
    encoding = ChainEncoding(
        task, basis, size, None, size, least=True, distinct=True, symmetric=symmetric
    )
    refuted: bool | None = None
    with suppress(BudgetEnded), Session(encoding.cnf.clauses, Effort(seconds=limit)) as session:
        refuted = session.model() is None
    return {"refuted": refuted, "cpu": time.process_time() - cpu}


def work_planned(text: str, basis_name: str, limit: float) -> dict[str, Any]:
    """List all minima with the engine that the planner picks, and return its plan and seconds."""
    from mesacircuits.enumeration import Effort, enumerate_minima

    enumerate_minima("expr:a & b, a ^ b" if "," in text else "tt:3:E8", basis_name)
    cpu = time.process_time()
    found = enumerate_minima(text, basis_name, effort=Effort(seconds=limit, workers=1))
    cpu = time.process_time() - cpu
    circuits = found.circuits if found.exhaustive else None
    return {"circuits": circuits, "cpu": cpu, "plan": str(found.plan)}
