"""What the benchmark runs in processes of its own: `benchmark_workers.py WORKER ARGUMENTS`.

Arguments (a list) and the result, the last line of standard output, are JSON. The parent process
stays small by importing nothing of this, so that it does not spoil the measurement of memory.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from program_workers import work_program_arrays, work_program_reach, work_programs
from step_workers import (
    work_choices,
    work_exhaustive,
    work_measures,
    work_planned,
    work_refuted,
    work_sat,
    work_steps,
    work_survey_step,
)

__all__ = ["WORKERS"]

#: The census is that of all functions of so many inputs; no minimum has more gates than LARGEST.
INPUTS = 4
LARGEST = 7


def work_census(tags: bool, threads: int | None, largest: int) -> dict[str, Any]:
    """Take the census, up to a size, and return its counts and the seconds of the call alone."""
    from mesacircuits.enumeration import Effort, census
    from mesacircuits.studies.tagged import tagged_census

    if largest < LARGEST:
        _stop_at(largest)
    effort = Effort(workers=threads)
    wall, cpu = time.perf_counter(), time.process_time()
    tagged = tagged_census(INPUTS, effort=effort) if tags else None
    result = tagged.census if tagged else census(INPUTS, effort=effort)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "wall": wall,
        "cpu": cpu,
        "rows": [[row.size, row.functions, row.circuits] for row in result.rows],
        "classes": [
            [c.size, c.representative.bits, c.circuits]
            for c in result.classes
            if len(c.representative.support()) == INPUTS
        ],
    }


def _stop_at(largest: int) -> None:
    # The library's census has no such limit, so its supply of levels is cut short.
    module = importlib.import_module("mesacircuits.enumeration.census")
    supply: Callable[..., Iterator[Any]] = vars(module)["levels"]

    def levels(inputs: int, *others: Any) -> Iterator[Any]:
        if inputs - 1 > largest:
            return
        for level in supply(inputs, *others):
            yield level
            if level.size >= largest:
                return

    vars(module)["levels"] = levels


def work_minima(tasks: list[tuple[int, list[int]]]) -> list[list[float]]:
    """Return (size, minimal circuits, wall, CPU seconds) for each task, all minima listed.

    A task is a number of inputs and the table of each output.
    """
    from mesacircuits.circuits import TruthTable
    from mesacircuits.enumeration import Effort, enumerate_minima
    from mesacircuits.tasks import FunctionTask

    effort = Effort(workers=1, shipped=False)

    def timed(inputs: int, outputs: list[int]) -> list[float]:
        task = FunctionTask(tuple(TruthTable(inputs, bits) for bits in outputs))
        wall, cpu = time.perf_counter(), time.process_time()
        minima = enumerate_minima(task, effort=effort)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return [minima.size or 0, minima.circuits, wall, cpu]

    timed(*tasks[0])
    return [timed(*task) for task in tasks]


def work_first(task: tuple[int, list[int]], size: int, first: int | None = 1) -> list[float]:
    """Return (size, circuits, wall, CPU seconds) of the first minimum, or of all.

    Arguments:
        size: instead of a minimum, ask for a circuit of so many gates, if not 0.
        first: so many are enough; None for all.
    """
    from mesacircuits.circuits import TruthTable
    from mesacircuits.enumeration import Effort, enumerate_minima
    from mesacircuits.tasks import FunctionTask

    inputs, outputs = task
    asked = FunctionTask(tuple(TruthTable(inputs, bits) for bits in outputs))
    # Kernels are compiled before.
    for text in ("tt:3:96,E8", "tt:5:96696996"):
        enumerate_minima(text, effort=Effort(workers=1, shipped=False), first=1)
    wall, cpu = time.perf_counter(), time.process_time()
    effort = Effort(workers=1, shipped=False)
    found = enumerate_minima(asked, effort=effort, first=first, exactly=size or None)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return [found.size or 0, found.circuits, wall, cpu]


def work_cirbo(tasks: list[tuple[int, list[int]]], warmed: bool = True) -> list[list[float]]:
    """Return (size, 1, wall, CPU seconds) for each task, by cirbo with its default solver."""
    tables_of = importlib.import_module("cirbo.core.truth_table")
    search = importlib.import_module("cirbo.synthesis.circuit_search")
    no_solution = importlib.import_module("cirbo.synthesis.exception").NoSolutionError

    def timed(inputs: int, outputs: list[int]) -> list[float]:
        wall, cpu = time.perf_counter(), time.process_time()
        # Normalised gates with the fitting one of f and NOT f: several times faster than without.
        mask = (1 << (1 << inputs)) - 1
        normal = [bits ^ mask if bits & 1 else bits for bits in outputs]
        # In cirbo's tables input 0 is the most significant bit.
        places = [int(f"{j:0{inputs}b}"[::-1], 2) for j in range(1 << inputs)]
        model = tables_of.TruthTableModel(
            [[bool(bits >> x & 1) for x in places] for bits in normal]
        )
        size = inputs - 1
        while True:
            finder = search.CircuitFinderSat(
                model, size, basis=search.Basis.XAIG, need_normalized=True
            )
            try:
                finder.find_circuit()
                break
            except no_solution:
                size += 1
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"  cirbo: size {size}, {wall:.2f} s", file=sys.stderr, flush=True)
        return [size, 1, wall, cpu]

    if warmed:
        timed(*tasks[0])
    return [timed(*task) for task in tasks]


def work_cirbo_once(task: tuple[int, list[int]]) -> list[list[float]]:
    """Return the same for one task, which is not asked twice."""
    return work_cirbo([task], warmed=False)


WORKERS: dict[str, Callable[..., Any]] = {
    "census": work_census,
    "minima": work_minima,
    "choices": work_choices,
    "cirbo": work_cirbo,
    "cirbo_once": work_cirbo_once,
    "first": work_first,
    "exhaustive": work_exhaustive,
    "measures": work_measures,
    "planned": work_planned,
    "program_arrays": work_program_arrays,
    "program_reach": work_program_reach,
    "programs": work_programs,
    "refuted": work_refuted,
    "sat": work_sat,
    "steps": work_steps,
    "survey_step": work_survey_step,
}

if __name__ == "__main__":
    print(json.dumps(WORKERS[sys.argv[1]](*json.loads(sys.argv[2]))))
