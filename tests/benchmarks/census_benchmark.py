"""How fast the census is: against a plain loop in C, and against tools that find one minimum.

Run `python tests/benchmarks/census_benchmark.py`; `--help` lists the options. Progress goes to
stderr, the tables to stdout. The exit status is 1 if any two of the tools disagree on a count or a
size, else 0; no time is ever judged. A tool that is not installed is left out, with a line that
says so.

Every program is measured in a process of its own: wall and CPU seconds, and peak memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmark_workers import INPUTS, LARGEST
from measured_process import BenchmarkError, Measured, measure

REPEATS = 3
HELP_REPEATS = 5
SAMPLED = 3
ABC = "berkeley-abc"


def note(text: str) -> None:
    """Say on stderr what is going on."""
    print(text, file=sys.stderr, flush=True)


def in_process(worker: str, *arguments: Any) -> tuple[Measured, Any]:
    """Run a worker in a fresh process; return what that took and the worker's result."""
    script = Path(__file__).with_name("benchmark_workers.py")
    measured = measure([sys.executable, str(script), worker, json.dumps(arguments)])
    return measured, json.loads(measured.output.splitlines()[-1])


# The census, and the plain loop.


@dataclass(frozen=True)
class Line:
    """One line of the first table: who, and median (or only) figures."""

    what: str
    wall: float
    cpu: float
    peak: float


@dataclass
class Report:
    """All that was found; `faults` says where tools disagree, `notes` what was left out."""

    largest: int
    threads: int
    lines: list[Line] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    classes: list[list[int]] = field(default_factory=list)
    agreement: str = ""
    peers: list[PeerRow] = field(default_factory=list)
    peer_peaks: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def take_censuses(report: Report) -> None:
    """Measure the census of the library with tags, without, and on one thread."""
    note("mesacircuits: one run to warm the cache of compiled kernels")
    in_process("census", True, None, report.largest)
    note(f"mesacircuits: census with tags, {REPEATS} processes")
    runs = [in_process("census", True, None, report.largest) for _ in range(REPEATS)]
    wholes = sorted((m for m, _ in runs), key=lambda m: m.wall)
    for what, m in ((f"median of {REPEATS}", wholes[REPEATS // 2]), ("best", wholes[0])):
        report.lines.append(Line(f"mesacircuits, tags, process, {what}", m.wall, m.cpu, m.peak))
    report.rows, report.classes = runs[0][1]["rows"], runs[0][1]["classes"]
    counted = [result for _, result in runs]
    choices = dict.fromkeys((report.threads, 1))
    for threads in choices:
        note(f"mesacircuits: census without tags on {threads} thread(s), {REPEATS} processes")
        runs = [in_process("census", False, threads, report.largest) for _ in range(REPEATS)]
        counted += [result for _, result in runs]
        m, result = sorted(runs, key=lambda run: run[1]["wall"])[REPEATS // 2]
        what = f"mesacircuits, no tags, call, {threads} thread{'s' if threads > 1 else ''}"
        report.lines.append(Line(what, result["wall"], result["cpu"], m.peak))
    if any(result["rows"] != report.rows for result in counted):
        report.faults.append("mesacircuits: two of its own runs differ")


def take_plain_loop(report: Report) -> None:
    """Compile and run the plain loop in C, and compare its counts with the census."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        report.notes.append("plain C loop: skipped, no compiler (cc, gcc, clang) found")
        return
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "plain_chains")
        source = Path(__file__).with_name("plain_chains.c")
        subprocess.run([compiler, "-O2", "-o", program, str(source)], check=True)
        note("plain C loop: once (whole: a minute or two)")
        m = measure([program, str(report.largest)])
    alone = report.lines[-1]
    report.lines.append(Line("plain C loop, cc -O2, 1 thread, once", m.wall, m.cpu, m.peak))
    report.notes.append(
        f"C loop / census call, 1 thread each: wall {m.wall / alone.wall:.3g}, "
        f"CPU {m.cpu / alone.cpu:.3g}"
    )
    rows = [[int(part) for part in line.split()] for line in m.output.splitlines()]
    total = sum(circuits for _, _, circuits in rows)
    if rows == report.rows:
        sizes = f"sizes 0 to {rows[-1][0]}"
        report.agreement = f"agrees: C loop and census, {sizes}, {total:,} circuits (f(0) = 0)"
    else:
        report.agreement = "DISAGREES: C loop and census"
        report.faults.append(f"C loop counts {rows}, census {report.rows}")


# Tools that find one minimum.


@dataclass(frozen=True)
class PeerRow:
    """Mean seconds per class of one size, by tool; a tool that was not measured is absent.

    `mesa` is `enumerate_minima` (all minima of the class's representative), `ABC` is `twoexact -g`
    in one process per size tried, `cirbo` is `CircuitFinderSat.find_circuit` per size tried.

    Attributes:
        classes: how many there are.
        asked: how many of them were measured.
        wall, cpu: the seconds.
    """

    size: int
    classes: int
    asked: int
    wall: dict[str, float]
    cpu: dict[str, float]


def chosen_classes(report: Report, every: bool) -> dict[int, list[list[int]]]:
    """Return, by size, the classes to ask for: all, or a few evenly spaced by representative."""
    chosen: dict[int, list[list[int]]] = {}
    for size in sorted({c[0] for c in report.classes}):
        listed = sorted(c for c in report.classes if c[0] == size)
        if not every and len(listed) > SAMPLED:
            step = 2 * SAMPLED
            listed = [listed[(2 * i + 1) * len(listed) // step] for i in range(SAMPLED)]
        chosen[size] = listed
    return chosen


def run_abc(bits: int, folder: Path) -> tuple[int, list[Measured]]:
    """Return ABC's minimal size, and what its processes for each size up to it took."""
    runs = []
    for size in range(INPUTS - 1, LARGEST + 2):
        order = f"twoexact -g -I {INPUTS} -N {size} {bits:04X}"
        runs.append(measure([ABC, "-q", order], cwd=folder, merge=True))
        if "Realization of given" in runs[-1].output:
            return size, runs
        if "has no solution" not in runs[-1].output:
            raise BenchmarkError(f"{order}: neither a circuit nor none")
    return LARGEST + 2, runs


def take_abc(tables: list[int], report: Report) -> list[list[float]]:
    """Return (size, 1, wall, CPU seconds) for each table, or nothing if there is no ABC."""
    if shutil.which(ABC) is None:
        report.notes.append(f"ABC: skipped, no {ABC} on PATH (Debian package berkeley-abc)")
        return []
    results: list[list[float]] = []
    # ABC leaves a file behind for each circuit.
    with tempfile.TemporaryDirectory() as folder:
        for bits in tables:
            size, runs = run_abc(bits, Path(folder))
            results.append([size, 1, sum(m.wall for m in runs), sum(m.cpu for m in runs)])
            note(f"  ABC 0x{bits:04X}: size {size}, {results[-1][2]:.2f} s")
            peak = max(m.peak for m in runs)
            report.peer_peaks["ABC"] = max(peak, report.peer_peaks.get("ABC", 0.0))
    return results


def take_cirbo(tables: list[int], report: Report) -> list[list[float]]:
    """Return (size, 1, wall, CPU seconds) for each table, or nothing if cirbo is not installed."""
    if importlib.util.find_spec("cirbo") is None:
        report.notes.append("cirbo: skipped, not installed (pip install 'mesacircuits[bench]')")
        return []
    measured, results = in_process("cirbo", tables)
    report.peer_peaks["cirbo"] = measured.peak
    return list(results)


def take_peers(report: Report, every: bool) -> None:
    """Measure the tools that find one minimum, class by class, beside `enumerate_minima`."""
    asked = [entry for listed in chosen_classes(report, every).values() for entry in listed]
    if not asked:
        report.notes.append(f"peers: skipped, no class of {INPUTS} inputs is so small")
        return
    tables = [bits for _, bits, _ in asked]
    note(f"one minimum per class: {len(tables)} classes")
    measured, minima = in_process("minima", tables)
    report.peer_peaks["mesa"] = measured.peak
    results: dict[str, list[list[float]]] = {"mesa": minima}
    for name, take in (("ABC", take_abc), ("cirbo", take_cirbo)):
        try:
            results[name] = take(tables, report)
        except BenchmarkError as error:
            results[name] = []
            report.faults.append(f"{name} failed: {error}")
    for i, (size, bits, circuits) in enumerate(asked):
        if minima[i][1] != circuits:
            report.faults.append(f"0x{bits:04X}: enumerate_minima and the census differ")
        for name, found in results.items():
            if found and found[i][0] != size:
                report.faults.append(f"0x{bits:04X}: {name} says {found[i][0]}, census {size}")
    for size in dict.fromkeys(entry[0] for entry in asked):
        places = [i for i, entry in enumerate(asked) if entry[0] == size]
        wall, cpu = (
            {
                name: statistics.fmean(found[i][column] for i in places)
                for name, found in results.items()
                if found
            }
            for column in (2, 3)
        )
        classes = sum(entry[0] == size for entry in report.classes)
        report.peers.append(PeerRow(size, classes, len(places), wall, cpu))


# Starting up.


def take_start_up(report: Report) -> None:
    """Measure how long `mesacircuits --help` takes, and an empty Python beside it."""
    script = Path(sys.executable).with_name("mesacircuits")
    if not script.exists():
        report.notes.append("mesacircuits --help: skipped, no such script beside this Python")
        return
    commands = {"mesacircuits --help": [str(script), "--help"]}
    commands["python -c pass"] = [sys.executable, "-c", "pass"]
    for what, command in commands.items():
        note(f"{what}: {HELP_REPEATS} times")
        try:
            runs = [measure(command) for _ in range(HELP_REPEATS)]
        except BenchmarkError as error:
            report.faults.append(f"{what} failed: {error}")
            continue
        m = sorted(runs, key=lambda m: m.wall)[HELP_REPEATS // 2]
        report.lines.append(Line(f"{what}, median of {HELP_REPEATS}", m.wall, m.cpu, m.peak))


# Showing it.


def tables_of(report: Report) -> str:
    """Return the report as text of at most 80 columns."""
    part = "" if report.largest == LARGEST else f", only sizes up to {report.largest}"
    lines = [f"All minima of all 65,536 four-input functions (b2, size){part}", ""]
    lines.append(f"{'':<44}{'wall s':>9}{'CPU s':>9}{'peak MiB':>9}{'ratio':>8}")
    base = report.lines[0].wall
    for line in report.lines:
        figures = f"{line.wall:>9.3f}{line.cpu:>9.3f}{line.peak:>9.1f}{line.wall / base:>8.3f}"
        lines.append(f"{line.what:<44}{figures}")
    lines += ["", "ratio: wall seconds to the first line's. call: without starting Python and"]
    lines += ["importing; its memory is the process's."]
    lines += [report.agreement] if report.agreement else []
    if report.peers:
        lines += ["", *_peer_table(report)]
    lines += ["", *report.notes] if report.notes else []
    for fault in report.faults:
        lines += ["", textwrap.fill(f"FAULT: {fault}", 80)]
    lines += ["", f"The benchmark took {report.seconds:.0f} s on {report.threads} core(s)."]
    return "\n".join(lines)


def _peer_table(report: Report) -> list[str]:
    names = ("mesa", "ABC", "cirbo")

    def cell(value: float | None, width: int, digits: int) -> str:
        return f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"

    def shown(head: str, row: PeerRow) -> str:
        seconds = [cell(row.wall.get(name), 8, 3) for name in names]
        seconds += [cell(row.cpu.get(name), 8, 3) for name in names]
        ratios = [
            cell(row.wall[name] / row.wall["mesa"] if name in row.wall else None, 7, 1)
            for name in names[1:]
        ]
        return f"{head:<3}{row.classes:>8}{row.asked:>6}{''.join(seconds + ratios)}"

    rows = report.peers
    wall = {n: sum(row.wall[n] * row.classes for row in rows) for n in rows[0].wall}
    cpu = {n: sum(row.cpu[n] * row.classes for row in rows) for n in rows[0].cpu}
    total = PeerRow(0, sum(r.classes for r in rows), sum(r.asked for r in rows), wall, cpu)
    sampled = total.classes != total.asked
    chosen = f"{SAMPLED} per size" if sampled else "all"
    ratios = ", ".join(f"{name} {cpu[name] / cpu['mesa']:.1f}" for name in names[1:] if name in cpu)
    peaks = ", ".join(f"{name} {peak:.0f}" for name, peak in report.peer_peaks.items())
    return [
        f"Mean seconds per class that reads all four inputs; asked: {chosen}.",
        "mesacircuits (mesa) lists ALL minima; ABC (twoexact -g) and cirbo find ONE.",
        "",
        f"{'':<17}{'wall':>8}{'':<16}{'CPU':>8}{'':<16}{'wall / mesa':>14}",
        f"{'C':<3}{'classes':>8}{'asked':>6}"
        f"{''.join(f'{name:>8}' for name in names * 2)}{'ABC':>7}{'cirbo':>7}",
        *(shown(str(row.size), row) for row in rows),
        shown("sum", total),
        "",
        f"sum: seconds for all classes{', an estimate: means times classes' if sampled else ''}.",
        f"CPU / mesa, of the sums: {ratios or '-'}.",
        f"Peak MiB: {peaks}.",
        f"Sizes are tried from {INPUTS - 1} up; mesa, cirbo: calls in one warm process each;",
        "ABC: a process per size tried, its start (some 0.03 s) counted.",
    ]


def json_of(report: Report) -> str:
    """Return the report as JSON."""
    record = asdict(report)
    del record["classes"]
    return json.dumps(record, indent=2)


def main() -> int:
    """Run the benchmark; return 1 if tools disagree, else 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--sizes",
        type=int,
        default=LARGEST,
        choices=range(1, LARGEST + 1),
        metavar="K",
        help=f"only circuits of at most K gates, 1 to {LARGEST} (default: {LARGEST}, the whole)",
    )
    parser.add_argument(
        "--all-classes",
        action="store_true",
        help=f"ask ABC and cirbo for every class (minutes), not for {SAMPLED} of each size",
    )
    parser.add_argument("--no-peers", action="store_true", help="leave out ABC and cirbo")
    parser.add_argument("--json", action="store_true", help="print JSON, not tables")
    options = parser.parse_args()
    start = time.perf_counter()
    cores = getattr(os, "sched_getaffinity", None)
    threads = len(cores(0)) if cores else os.cpu_count() or 1
    report = Report(options.sizes, threads)
    take_censuses(report)
    take_plain_loop(report)
    if not options.no_peers:
        take_peers(report, options.all_classes)
    take_start_up(report)
    report.seconds = time.perf_counter() - start
    print(json_of(report) if options.json else tables_of(report))
    return 1 if report.faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchmarkError as error:
        sys.exit(f"error: {error}")
