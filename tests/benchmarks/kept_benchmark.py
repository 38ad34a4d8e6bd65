"""The largest searches of this installation beside another's, such as one of an older commit."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmark_workers import LARGEST
from measured_process import measure
from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

#: How often each is measured, in turn.
TURNS = 3
#: The sizes measured by default, and quickly.
AIG, MIG, FIVE = (9, 6), (6, 4), (8, 5)


def run(options: Options) -> Section:
    """Measure each search of both installations in turn, and print the ratios."""
    section = Section("Kept: the largest searches, one thread, beside another installation")
    installed = {"now": (sys.executable, Path(__file__).parent)}
    if options.before is not None:
        python = os.path.abspath(options.before)
        where = "import mesacircuits; print(mesacircuits.__file__)"
        package = Path(measure([python, "-c", where]).output.strip()).parent
        installed["before"] = (python, package.parent / "tests" / "benchmarks")
    taken: dict[str, dict[str, list[float]]] = {}
    counts: dict[str, set[str]] = {}
    for turn in range(1 if options.quick else TURNS):
        for who, (python, folder) in installed.items():
            note(f"kept: turn {turn + 1}, {who}")
            for name, cpu, counted in _searches(options.quick, python, folder):
                taken.setdefault(name, {}).setdefault(who, []).append(cpu)
                counts.setdefault(name, set()).add(counted)
    heads = ["CPU s", *installed, "ratio"] if len(installed) > 1 else ["CPU s", *installed]
    rows: list[list[str | float | None]] = []
    for name, found in taken.items():
        medians = [statistics.median(found[who]) for who in installed]
        rows.append([name, *medians, *([medians[0] / medians[1]] if len(medians) > 1 else [])])
        if len(counts[name]) > 1:
            section.faults.append(f"{name}: counts differ: {' and '.join(sorted(counts[name]))}")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            f"Medians of {1 if options.quick else TURNS}, measured in turn, kernels compiled "
            "before; CPU s: of the search alone. ratio: now to before."
        ),
    ]
    section.record = {"heads": heads, "rows": rows}
    return section


def _searches(quick: bool, python: str, folder: Path) -> Iterator[tuple[str, float, str]]:
    """Yield the name of each search, the CPU seconds that it took, and what it counted."""
    of = {"python": python, "folder": folder}
    largest = 5 if quick else LARGEST
    _, found = in_process("census", True, 1, largest, **of)
    yield "census of 4 inputs with tags", found["cpu"], str(found["rows"])
    for basis, sizes in (("aig", AIG), ("mig", MIG)):
        # The first of a process makes its tables.
        _, found = in_process("steps", 4, basis, sizes[quick], None, **of)
        step = found["steps"][-1]
        yield f"{basis} of 4 inputs, size {sizes[quick]}", step["cpu"], str(step["classes"])
    with tempfile.TemporaryDirectory() as name:
        store = str(Path(name) / "survey.db")
        # Smaller circuits read fewer inputs.
        for size in range(4, FIVE[quick] + 1):
            _, found = in_process("survey_step", store, 5, size, **of)
        yield f"5 inputs, size {FIVE[quick]}", found["cpu"], str(found["classes"])
