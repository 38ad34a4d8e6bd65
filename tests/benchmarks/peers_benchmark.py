"""All minima of every four-input class, beside ABC and cirbo, which find one."""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from measured_process import BenchmarkError, Measured, measure
from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

INPUTS = 4
LARGEST = 7
SAMPLED = 3
ABC = "berkeley-abc"
#: Seconds per class by size, and of all 222, as quoted: nobody measures percy here.
PERCY = {4: 0.002, 5: 0.012, 6: 0.090, 7: 0.515}
PERCY_ALL = 13.6


def run(options: Options) -> Section:
    """Measure one minimum per class by each tool installed, all minima by the library."""
    section = Section("Peers: all minima (ours) and one minimum (theirs) of four-input classes, b2")
    largest = 5 if options.quick else LARGEST
    in_process("census", False, 1, largest)
    note("peers: census on one thread")
    whole, census = in_process("census", False, 1, largest)
    chosen = _chosen(census["classes"], options.long)
    tables = [bits for _, bits, _ in chosen]
    note(f"peers: {len(tables)} classes")
    found: dict[str, list[list[float]]] = {}
    peaks: dict[str, float] = {}
    notes: list[str] = []
    for name, take in (("all minima", _ours), ("ABC", _abc), ("cirbo", _cirbo)):
        try:
            found[name], peaks[name] = take(tables)
        except BenchmarkError as error:
            section.faults.append(f"{name} failed: {error}")
        except LookupError as error:
            notes.append(f"{name}: skipped, {error.args[0]}")
    _compare(section, chosen, found)
    sizes = sorted({size for size, _, _ in chosen})
    classes = {size: sum(c[0] == size for c in census["classes"]) for size in sizes}
    names = [name for name in ("all minima", "ABC", "cirbo") if name in found]
    means = {
        name: {
            size: statistics.fmean(
                f[3] for f, c in zip(found[name], chosen, strict=True) if c[0] == size
            )
            for size in sizes
        }
        for name in names
    }
    totals = {name: sum(means[name][s] * classes[s] for s in sizes) for name in names}
    rows: list[list[str | float | None]] = [
        [
            str(size),
            classes[size],
            sum(c[0] == size for c in chosen),
            *(means[name][size] for name in names),
            PERCY.get(size),
        ]
        for size in sizes
    ]
    rows.append(["all", sum(classes.values()), len(chosen), *totals.values(), PERCY_ALL])
    heads = ("C", "classes", "asked", *names, "percy, quoted")
    section.lines = ["Mean CPU seconds per class that reads all four inputs.", ""]
    section.lines += table_of(heads, rows)
    call = census["cpu"]
    ratios: list[list[str | float | None]] = [
        ["census: all minima of all classes", call, 1.0],
        *([f"{_TOOLS[name]}, all classes", total, total / call] for name, total in totals.items()),
    ]
    ratios.append(["percy, one minimum of each, quoted", PERCY_ALL, PERCY_ALL / call])
    section.lines += ["", *table_of(("one core", "CPU s", "ratio"), ratios), ""]
    sampled = "every class" if options.long else f"at most {SAMPLED} per size, evenly spaced"
    section.lines += [
        *prose(
            f"asked: {sampled}; all: means times classes, an extrapolation where not all were "
            "asked. all minima: enumerate_minima, class by class, in one warm process. ABC: "
            "twoexact -g, a process per size tried from 3 up, its start (some 0.02 s) counted. "
            "cirbo: CircuitFinderSat, default solver, normalised, from 3 up, in one warm process. "
            "The 14 classes that read fewer inputs are left out of the sums, not of the census. "
            "percy: SSV encoder, measured elsewhere and only quoted; its ratio is no measurement."
        ),
        f"Peak MiB: census {whole.peak:.0f}, "
        + ", ".join(f"{name} {peak:.0f}" for name, peak in peaks.items())
        + ".",
        *notes,
    ]
    section.record = {"census_cpu": call, "means": means, "totals": totals, "peaks": peaks}
    return section


_TOOLS = {
    "all minima": "enumerate_minima, all minima of each",
    "ABC": "ABC, one minimum of each",
    "cirbo": "cirbo, one minimum of each",
}


def _chosen(classes: list[list[int]], every: bool) -> list[list[int]]:
    # All, or a few of each size evenly spaced by representative.
    chosen: list[list[int]] = []
    for size in sorted({c[0] for c in classes}):
        listed = sorted(c for c in classes if c[0] == size)
        if not every and len(listed) > SAMPLED:
            listed = [listed[(2 * i + 1) * len(listed) // (2 * SAMPLED)] for i in range(SAMPLED)]
        chosen += listed
    return chosen


def _compare(section: Section, chosen: list[list[int]], found: dict[str, Any]) -> None:
    for i, (size, bits, circuits) in enumerate(chosen):
        for name, results in found.items():
            if results[i][0] != size:
                section.faults.append(f"0x{bits:04X}: {name} says {results[i][0]}, census {size}")
        if found["all minima"][i][1] != circuits:
            section.faults.append(f"0x{bits:04X}: enumerate_minima and the census differ")


def _ours(tables: list[int]) -> tuple[list[list[float]], float]:
    measured, results = in_process("minima", tables)
    return results, measured.peak


def _cirbo(tables: list[int]) -> tuple[list[list[float]], float]:
    if importlib.util.find_spec("cirbo") is None:
        raise LookupError("not installed (pip install '.[bench]')")
    measured, results = in_process("cirbo", tables)
    return results, measured.peak


def _abc(tables: list[int]) -> tuple[list[list[float]], float]:
    if shutil.which(ABC) is None:
        raise LookupError(f"no {ABC} on PATH (Debian package berkeley-abc)")
    results, peak = [], 0.0
    # ABC leaves a file behind for each circuit.
    with tempfile.TemporaryDirectory() as folder:
        for bits in tables:
            size, runs = _run_abc(bits, Path(folder))
            results.append([size, 1, sum(m.wall for m in runs), sum(m.cpu for m in runs)])
            note(f"  ABC 0x{bits:04X}: size {size}, {results[-1][2]:.2f} s")
            peak = max(peak, *(m.peak for m in runs))
    return results, peak


def _run_abc(bits: int, folder: Path) -> tuple[int, list[Measured]]:
    runs = []
    for size in range(INPUTS - 1, LARGEST + 2):
        order = f"twoexact -g -I {INPUTS} -N {size} {bits:04X}"
        runs.append(measure([ABC, "-q", order], cwd=folder, merge=True))
        if "Realization of given" in runs[-1].output:
            return size, runs
        if "has no solution" not in runs[-1].output:
            raise BenchmarkError(f"{order}: neither a circuit nor none")
    return LARGEST + 2, runs
