"""The census of all four-input functions, beside a plain loop in C; and how long starting takes."""

from __future__ import annotations

import sys
from pathlib import Path

from measured_process import BenchmarkError, Measured, measure
from sections import Options, Section, compiled, in_process, note, table_of

__all__ = ["run"]

LARGEST = 7
QUICK_LARGEST = 5
REPEATS = 3
Row = list[str | float | None]


def _median(runs: list[Measured]) -> Measured:
    return sorted(runs, key=lambda m: m.cpu)[len(runs) // 2]


def run(options: Options) -> Section:
    """Measure the census with tags and without, the C loop, and `mesacircuits --help`."""
    largest = QUICK_LARGEST if options.quick else LARGEST
    part = "" if largest == LARGEST else f", only sizes up to {largest}"
    section = Section(f"Census: all minima of all 65,536 four-input functions (b2, size){part}")
    note("census: one run to fill the cache of compiled kernels")
    in_process("census", True, 1, largest)
    note(f"census: with tags, {REPEATS} processes")
    with_tags = [in_process("census", True, 1, largest) for _ in range(REPEATS)]
    note(f"census: without tags, {REPEATS} processes")
    plain = [in_process("census", False, 1, largest) for _ in range(REPEATS)]
    rows = with_tags[0][1]["rows"]
    if any(result["rows"] != rows for _, result in with_tags + plain):
        section.faults.append("census: two runs differ")
    tagged = _median([m for m, _ in with_tags])
    process = _median([m for m, _ in plain])
    call = sorted((result for _, result in plain), key=lambda r: r["cpu"])[REPEATS // 2]
    lines: list[Row] = [
        ["census, tags, process", tagged.wall, tagged.cpu, tagged.peak],
        ["census, process", process.wall, process.cpu, process.peak],
        ["census, call", call["wall"], call["cpu"], process.peak],
    ]
    notes = []
    loop = _plain_loop(largest)
    if loop is None:
        notes.append("plain C loop: skipped, no compiler (cc, gcc, clang) found")
    else:
        lines.append(["plain C loop, cc -O2, process", loop.wall, loop.cpu, loop.peak])
        counts = [[int(part) for part in line.split()] for line in loop.output.splitlines()]
        if counts == rows:
            total = sum(circuits for _, _, circuits in rows)
            notes.append(f"agrees: C loop and census, {total:,} circuits (f(0) = 0)")
        else:
            section.faults.append(f"C loop counts {counts}, census {rows}")
    lines += _starts(section)
    base = call["cpu"]
    lines = [[*line, float(line[2] or 0) / base] for line in lines]
    section.lines = table_of(("", "wall s", "CPU s", "peak MiB", "CPU ratio"), lines)
    section.lines += [
        "",
        f"Medians of {REPEATS} (C loop: once), one thread. call: without starting Python and",
        "importing. CPU ratio: to the call.",
        *notes,
    ]
    section.record = {"lines": lines, "rows": rows}
    return section


def _plain_loop(largest: int) -> Measured | None:
    with compiled("plain_chains.c") as program:
        if program is None:
            return None
        note("plain C loop: once (whole: a minute or two)")
        return measure([str(program), str(largest)])


def _starts(section: Section) -> list[Row]:
    script = Path(sys.executable).with_name("mesacircuits")
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    if script.exists():
        commands["mesacircuits --help"] = [str(script), "--help"]
    lines: list[Row] = []
    for what, command in commands.items():
        try:
            m = _median([measure(command) for _ in range(REPEATS)])
        except BenchmarkError as error:
            section.faults.append(f"{what} failed: {error}")
            continue
        lines.append([what, m.wall, m.cpu, m.peak])
    return lines
