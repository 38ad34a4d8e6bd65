"""Least depths (and formula lengths) of all five-input functions, beside ABC's `funenum`."""

from __future__ import annotations

import re
import shutil

from measured_process import BenchmarkError, measure_until
from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

ABC = "berkeley-abc"
_MEASURES = {"depth": ("least depth D", "d"), "length": ("formula length L", "l")}


def run(options: Options) -> Section:
    """Measure both measures by the library and by ABC, one thread each."""
    inputs = 4 if options.quick else 5
    section = Section(f"Five inputs: D and L of all NPN classes of {inputs} inputs, b2, one thread")
    rows: list[list[str | float | None]] = []
    beside_abc = shutil.which(ABC) is not None
    if not beside_abc:
        section.lines.append(f"ABC: skipped, no {ABC} on PATH (Debian package berkeley-abc)")
    for measure_name, (what, flag) in _MEASURES.items():
        in_process("measures", 3, measure_name)
        note(f"five: {what} by mesacircuits")
        ours, result = in_process("measures", inputs, measure_name)
        rows.append([f"{what}, mesacircuits", ours.wall, ours.cpu, round(ours.peak), 1.0])
        rows.append([f"{what}, the call alone", result["wall"], result["cpu"], None, None])
        if not beside_abc:
            continue
        note(f"five: {what} by ABC")
        try:
            # It goes on after all classes are found, which takes longer than all before.
            order = f"funenum -I {inputs} -S {inputs} -{flag}"
            every = rf"All{inputs} = *{sum(result['classes'])} "
            theirs = measure_until([ABC, "-q", order], every)
        except BenchmarkError as error:
            section.faults.append(f"ABC failed: {error}")
            continue
        ratio = theirs.cpu / ours.cpu
        rows.append([f"{what}, ABC", theirs.wall, theirs.cpu, round(theirs.peak), ratio])
        counts = _counts(theirs.output)
        if counts != result["classes"]:
            section.faults.append(f"{what}: ABC counts {counts}, here {result['classes']}")
        else:
            section.lines.append(f"agrees: {what}, classes {', '.join(map(str, counts))}")
    about = (
        f"ABC: funenum -I {inputs} -S {inputs} -d (or -l), ended as soon as it says that all "
        "classes are found. "
        if beside_abc
        else ""
    )
    heads = ("whole process", "wall s", "CPU s", "peak MiB", "CPU ratio")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            f"{about}the call alone: without starting, importing and numbering the "
            "classes. Here every value comes with a pair of functions that shows it. CPU ratio: to "
            "the whole process here."
        ),
        *section.lines,
    ]
    section.record = {"rows": rows}
    return section


def _counts(output: str) -> list[int]:
    # Lines such as "D = 3  |  C = 40325  |  New4 = 179   All4 = 200  | ...", zeros at the end.
    counts = [int(found) for found in re.findall(r"New\d *= *(\d+)", output)]
    while counts and not counts[-1]:
        counts.pop()
    return counts
