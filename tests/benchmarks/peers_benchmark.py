"""All minima of functions of one output and of several, beside ABC and cirbo, which find one."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import signal
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from measured_process import BenchmarkError, Measured, measure
from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run", "run_outputs", "run_soonest"]

INPUTS = 4
LARGEST = 7
SAMPLED = 3
ABC = "berkeley-abc"
OURS = "all minima"
NAMES = (OURS, "ABC", "cirbo")
#: Seconds per class by size, and of all 222, as quoted: nobody measures percy here.
PERCY = {4: 0.002, 5: 0.012, 6: 0.090, 7: 0.515}
PERCY_ALL = 13.6
#: A task: the number of inputs, and the table of each output.
Task = tuple[int, list[int]]
#: Size, circuits, wall and CPU seconds of each task; and the greatest peak memory, in MiB.
Taken = tuple[list[list[float]], float]


def _tables(inputs: int, word: Callable[[int], int], outputs: Iterable[int]) -> Task:
    # The given bits of a number that depends on the inputs.
    bits = [sum((word(x) >> i & 1) << x for x in range(1 << inputs)) for i in outputs]
    return inputs, bits


#: Functions of several outputs, of which one reads all inputs and none is an input. Numbers of two
#: bits are a = x & 3 and b = x >> 2.
SEVERAL = {
    "sideways addition of 3 bits (full adder)": _tables(3, int.bit_count, range(2)),
    "sorter of 3 bits": _tables(3, lambda x: (1 << x.bit_count()) - 1, range(3)),
    "two-bit product, low two bits": _tables(4, lambda x: (x & 3) * (x >> 2), range(2)),
    "two-bit product": _tables(4, lambda x: (x & 3) * (x >> 2), range(4)),
    "two-bit sum modulo 4": _tables(4, lambda x: (x & 3) + (x >> 2), range(2)),
    "two-bit sum with carry": _tables(4, lambda x: (x & 3) + (x >> 2), range(3)),
    "two-bit comparator, < and =": _tables(
        4, lambda x: ((x & 3) < (x >> 2)) | ((x & 3) == (x >> 2)) << 1, range(2)
    ),
    "two-bit comparator, < and >": _tables(
        4, lambda x: ((x & 3) < (x >> 2)) | ((x & 3) > (x >> 2)) << 1, range(2)
    ),
}
#: The last of them takes the peers minutes, and is left out quickly.
SLOWEST = "two-bit comparator, < and >"


#: One circuit is asked for of each; with the least size where that is known.
SOONEST = {
    "full adder": (3, [0x96, 0xE8], 5),
    "E916": (4, [0xE916], 5),
    "977E": (4, [0x977E], 7),
    "parity of five": (5, [0x96696996], 4),
    "7FFF8000": (5, [0x7FFF8000], 4),
    "two-bit sum with carry": (*SEVERAL["two-bit sum with carry"], 7),
    "two-bit product": (*SEVERAL["two-bit product"], 7),
    "00745130": (5, [0x00745130], 7),
    "000634CE": (5, [0x000634CE], 8),
    "BDE5C099": (5, [0xBDE5C099], 8),
    "F1446BEA": (5, [0xF1446BEA], 9),
    "9F767C45": (5, [0x9F767C45], 10),
}
#: CPU seconds after which a tool is stopped; with `--long` ten times as many.
SOONEST_SECONDS = 120


def run_soonest(options: Options) -> Section:
    """Measure how long each tool takes to find one circuit, least or just of a size."""
    section = Section("Soonest: one minimum of a function, b2")
    limit = SOONEST_SECONDS * (10 if options.long else 1)
    rows: list[list[str | float | None]] = []
    # The size at which a tool did not end: it is not asked for larger ones.
    ended: dict[str, int] = {}
    for name, (inputs, outputs, size) in SOONEST.items():
        if options.quick and size > LARGEST:
            continue
        note(f"soonest: {name}")
        task = inputs, outputs
        taken: list[float | None] = []
        for exactly, first in ((0, 1), (size, 1), (0, None)):
            run = _limited([*_WORKER, "first", json.dumps([task, exactly, first])], limit)
            found = None if run is None else json.loads(run.output.splitlines()[-1])
            if found is not None and found[0] != size:
                section.faults.append(f"{name}: {found[0]} gates found, {size} expected")
            taken.append(None if found is None else found[3])
        minima = None if found is None else int(found[1])
        texts = [f"{bits:0{(1 << inputs) // 4}X}" for bits in outputs]
        others: dict[str, Callable[[], float | None]] = {
            "ABC": partial(_limited_abc, section, inputs, texts, size, limit),
            "cirbo": partial(_limited_cirbo, task, limit),
            "ABC, all": partial(_limited_allexact, inputs, texts, size, limit),
        }
        for tool, ask in others.items():
            seconds = ask() if size <= ended.get(tool, size) else None
            if seconds is None and len(outputs) == 1:
                ended.setdefault(tool, size)
            taken.append(seconds)
        note(f"  {taken}, {minima} minima")
        rows.append([name, str(inputs), str(len(outputs)), str(size), minima, *taken])
    ours = ("minima", "first", "exactly C", "all")
    heads = ("function", "in", "out", "C", *ours, "ABC", "cirbo", "ABC, all")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            f"CPU seconds on one core; -: not within {limit} (nor asked of more gates then), or no "
            "such call. first: a minimum, "
            "known to be one: enumerate_minima(first=1), what ships left out. exactly C: a circuit "
            "of C gates. all: every minimum, counted. These of the search alone. ABC (twoexact -g "
            "for one output, exact -C 0 for more) and cirbo begin at one gate less than inputs and "
            "refute what is smaller; cirbo with its start. ABC, all: allexact -e with the size "
            "given, which lists one circuit more than once, and lacks some; for one output. cirbo "
            "has no call for all."
        ),
    ]
    section.record = {"rows": rows}
    return section


def _limited_abc(
    section: Section, inputs: int, texts: list[str], size: int, limit: float
) -> float | None:
    if shutil.which(ABC) is None:
        return None
    left = limit
    with tempfile.TemporaryDirectory() as folder:
        if len(texts) > 1:
            gates, runs = _exact(inputs, texts, Path(folder))
            if gates != size:
                section.faults.append(f"{' '.join(texts)}: ABC says {gates}, {size} expected")
            return sum(run.cpu for run in runs)
        for gates in range(inputs - 1, size + 1):
            order = f"twoexact -g -I {inputs} -N {gates} {texts[0]}"
            run = _limited([ABC, "-q", order], left, Path(folder))
            if run is None:
                break
            left -= run.cpu
            if "Realization of given" in run.output:
                if gates != size:
                    section.faults.append(f"{texts[0]}: ABC says {gates}, {size} expected")
                return limit - left
            if "has no solution" not in run.output:
                break
    return None


def _limited_allexact(inputs: int, texts: list[str], size: int, limit: float) -> float | None:
    # All of one size, which is told.
    if shutil.which(ABC) is None or len(texts) > 1:
        return None
    with tempfile.TemporaryDirectory() as folder:
        order = f"allexact -I {inputs} -K 2 -N {size} -e {texts[0]}"
        run = _limited([ABC, "-q", order], limit, Path(folder))
    return run.cpu if run is not None and "Finished enumerating" in run.output else None


#: What begins the command of a worker.
_WORKER = [sys.executable, str(Path(__file__).parent / "benchmark_workers.py")]


def _limited(command: list[str], seconds: float, folder: Path | None = None) -> Measured | None:
    # A run of at most so many CPU seconds; None if they ended first.
    limited = ["prlimit", f"--cpu={max(1, round(seconds))}", *command]
    ended = (0, -signal.SIGXCPU, -signal.SIGKILL)
    run = measure(limited, cwd=folder, merge=True, statuses=ended)
    # The limit is a whole second, and what is ended then may have taken a little less.
    return run if run.cpu < 0.98 * max(1, round(seconds)) else None


def _limited_cirbo(task: Task, limit: float) -> float | None:
    if importlib.util.find_spec("cirbo") is None:
        return None
    run = _limited([*_WORKER, "cirbo_once", json.dumps([task])], limit)
    return None if run is None else run.cpu


def run(options: Options) -> Section:
    """Measure one minimum per class by each tool installed, all minima by the library."""
    section = Section("Peers: all minima (ours) and one minimum (theirs) of four-input classes, b2")
    largest = 5 if options.quick else LARGEST
    in_process("census", False, 1, largest)
    note("peers: census on one thread")
    whole, census = in_process("census", False, 1, largest)
    chosen = _chosen(census["classes"], options.long)
    note(f"peers: {len(chosen)} classes")
    found, peaks, notes = _all_taken(section, [(INPUTS, [bits]) for _, bits, _ in chosen])
    _compare(section, chosen, found)
    sizes = sorted({size for size, _, _ in chosen})
    classes = {size: sum(c[0] == size for c in census["classes"]) for size in sizes}
    names = [name for name in NAMES if name in found]
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
        _peaks_text({"census": whole.peak} | peaks),
        *notes,
    ]
    section.record = {"census_cpu": call, "means": means, "totals": totals, "peaks": peaks}
    return section


def run_outputs(options: Options) -> Section:
    """Measure one minimum by each tool installed, all by the library, of several outputs."""
    section = Section("Peers: all minima (ours) and one (theirs) of several outputs, b2")
    tasks = {name: t for name, t in SEVERAL.items() if not (options.quick and name == SLOWEST)}
    note(f"outputs: {len(tasks)} functions")
    found, peaks, notes = _all_taken(section, [*tasks.values()])
    names = [name for name in NAMES if name in found]
    others = [name for name in names if name != OURS]
    rows: list[list[str | float | None]] = []
    for i, (name, (inputs, outputs)) in enumerate(tasks.items()):
        size, circuits, _, cpu = found[OURS][i]
        for other in others:
            if found[other][i][0] != size:
                section.faults.append(f"{name}: {other} says {found[other][i][0]}, we {size}")
        taken = [found[n][i][3] for n in names]
        ratios = [found[other][i][3] / cpu for other in others]
        shape = [str(inputs), str(len(outputs)), str(int(size))]
        rows.append([name, *shape, int(circuits), *taken, *ratios])
    sums = {name: sum(result[3] for result in found[name]) for name in names}
    ratios = [sums[other] / sums[OURS] for other in others]
    rows.append(["all", "", "", "", sum(int(r[1]) for r in found[OURS]), *sums.values(), *ratios])
    heads = ("function", "in", "out", "C", "minima", *names, *(f"{n}/ours" for n in others))
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "CPU seconds on one core. all minima: enumerate_minima lists every one, in one warm "
            "process. ABC and cirbo find one and stop. ABC: exact -C 0, which takes several "
            "outputs (twoexact, lutexact and allexact take one), a process per function, its start "
            "counted, two-input nodes counted. cirbo: as above. Both from one gate less than "
            "inputs up."
        ),
        _peaks_text(peaks),
        *notes,
    ]
    section.record = {"rows": rows, "peaks": peaks}
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


def _all_taken(
    section: Section, tasks: list[Task]
) -> tuple[dict[str, list[list[float]]], dict[str, float], list[str]]:
    # What each tool installed took, its peaks, and a line for each that is not.
    found: dict[str, list[list[float]]] = {}
    peaks: dict[str, float] = {}
    notes: list[str] = []
    for name, take in zip(NAMES, (_ours, _abc, _cirbo), strict=True):
        try:
            found[name], peaks[name] = take(tasks)
        except BenchmarkError as error:
            section.faults.append(f"{name} failed: {error}")
        except LookupError as error:
            notes.append(f"{name}: skipped, {error.args[0]}")
    return found, peaks, notes


def _peaks_text(peaks: dict[str, float]) -> str:
    return "Peak MiB: " + ", ".join(f"{name} {peak:.0f}" for name, peak in peaks.items()) + "."


def _ours(tasks: list[Task]) -> Taken:
    measured, results = in_process("minima", tasks)
    return results, measured.peak


def _cirbo(tasks: list[Task]) -> Taken:
    if importlib.util.find_spec("cirbo") is None:
        raise LookupError("not installed (pip install '.[bench]')")
    measured, results = in_process("cirbo", tasks)
    return results, measured.peak


def _abc(tasks: list[Task]) -> Taken:
    if shutil.which(ABC) is None:
        raise LookupError(f"no {ABC} on PATH (Debian package berkeley-abc)")
    results, peak = [], 0.0
    # ABC leaves a file behind for each circuit.
    with tempfile.TemporaryDirectory() as folder:
        for inputs, outputs in tasks:
            texts = [f"{bits:0{(1 << inputs) // 4}X}" for bits in outputs]
            one = len(outputs) == 1
            size, runs = (_twoexact if one else _exact)(inputs, texts, Path(folder))
            results.append([size, 1, sum(m.wall for m in runs), sum(m.cpu for m in runs)])
            note(f"  ABC {' '.join(texts)}: size {size}, {results[-1][2]:.2f} s")
            peak = max(peak, *(m.peak for m in runs))
    return results, peak


def _exact(inputs: int, texts: list[str], folder: Path) -> tuple[int, list[Measured]]:
    order = f"exact -C 0 -S {inputs - 1} {' '.join(texts)}; write_blif found.blif"
    run = measure([ABC, "-q", order], cwd=folder, merge=True)
    # An output that is read inverted has a node of its own, of one input.
    gates = re.findall(r"^\.names \S+ \S+ \S+$", (folder / "found.blif").read_text(), re.M)
    return len(gates), [run]


def _twoexact(inputs: int, texts: list[str], folder: Path) -> tuple[int, list[Measured]]:
    runs = []
    for size in range(inputs - 1, LARGEST + 2):
        order = f"twoexact -g -I {inputs} -N {size} {texts[0]}"
        runs.append(measure([ABC, "-q", order], cwd=folder, merge=True))
        if "Realization of given" in runs[-1].output:
            return size, runs
        if "has no solution" not in runs[-1].output:
            raise BenchmarkError(f"{order}: neither a circuit nor none")
    return LARGEST + 2, runs
