"""What the benchmark of programs runs in processes of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

__all__ = ["work_program_arrays", "work_program_reach", "work_programs"]


def _search(task: str, operations: str, length: int) -> Any:
    from mesacircuits.enumeration.programs.length_search import LengthSearch, Turns
    from mesacircuits.tasks import machine_for, parse_task

    parsed = parse_task(task)
    return LengthSearch(Turns(parsed, machine_for(parsed, operations)), length)


def work_programs(task: str, operations: str, length: int) -> dict[str, Any]:
    """Search one length with the kernel alone, on one thread; return counts and seconds."""
    import numpy as np

    from mesacircuits.enumeration.programs.length_search import _Kernel

    stop = np.zeros(1, dtype=np.uint8)
    # The kernel is compiled, or taken from its cache, before the clock starts.
    list(_Kernel(_search(task, operations, 1)).chunks(stop))
    kernel = _Kernel(_search(task, operations, length))
    wall, cpu = time.perf_counter(), time.process_time()
    found = sum(len(rows) for rows, _ in kernel.chunks(stop))
    return {
        "tried": kernel.tried,
        "found": found,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
    }


def work_program_reach(task: str, operations: str, nodes: int, rules: bool) -> dict[str, Any]:
    """Exhaust lengths in so many choices, with the rules or without; return the choices of each."""
    from dataclasses import replace

    import numpy as np

    from mesacircuits.enumeration.programs.length_search import _Kernel

    stop = np.zeros(1, dtype=np.uint8)
    tried: list[int] = []
    while True:
        search = _search(task, operations, len(tried) + 1)
        if not rules:
            search = replace(search, rules=(), by_first_use=False)
        kernel = _Kernel(search)
        for _, ended in kernel.chunks(stop, most_nodes=nodes):
            whole = ended
        if not whole:
            return {"tried": tried}
        nodes -= kernel.tried
        tried.append(kernel.tried)


def work_program_arrays(task: str, operations: str, length: int, path: str) -> None:
    """Write what the search is given as numbers, for the plain C loop."""
    import numpy as np

    from mesacircuits.enumeration.programs.length_search import _Kernel

    kernel = _Kernel(_search(task, operations, length))
    rows = np.array(kernel.choices.tolist(), dtype=np.int64)
    # There a set is a list of variants with those that left it behind; here it is a mask.
    members, high = [], []
    for masks in kernel._code.sets[:, 2:].tolist():
        there = [v for v in range(len(rows)) if masks[v // 64] >> v % 64 & 1]
        members.append(there + [v for v in range(len(rows)) if v not in there])
        high.append(len(there))
    *limits, effects, _ = kernel.limits
    tally = np.zeros(effects + 2, dtype=np.int64)
    arrays = [limits, rows, high, members, tally, *kernel.runs]
    lines = [f"{np.size(a)} {' '.join(map(str, np.ravel(a).tolist()))}" for a in arrays]
    Path(path).write_text("\n".join(lines) + "\n")
