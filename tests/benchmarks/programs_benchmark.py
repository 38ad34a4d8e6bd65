"""The search for programs: choices a second beside plain C, memory, growth by instruction."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from measured_process import Measured
from programs_plot import plot_program_growth
from sections import Options, Section, compiled, in_process, note, prose, table_of

__all__ = ["run"]

#: The set `oracle` but for the private table.
ASKING = "inc+mov+sub+observe+query+act+jmp+jz+jnz+jlt"
#: Tasks and the operations of their machines.
SEARCHES = (
    ("satisfying(candidates=4)", ASKING),
    ("argmax(candidates=4)", ASKING),
    ("thermostat", ASKING),
    ("random-table(inputs=3,outputs=2)", ASKING),
)
LONGEST, QUICK_LONGEST = 5, 4
REPEATS = 3
#: What is exhausted in so many choices is shown, with the rules and without.
NODES, QUICK_NODES = 10_000_000, 1_000_000
Figures = dict[str, Any]


def run(options: Options) -> Section:
    """Measure the kernel beside the C loop in turn, its memory, and its growth."""
    longest = QUICK_LONGEST if options.quick else LONGEST
    section = Section("Programs: all of a length that solve a task, in tree normal form")
    rows = []
    with compiled("plain_programs.c") as loop:
        for task, operations in SEARCHES:
            ours, theirs, peak = _side_by_side(section, loop, task, operations, longest)
            rate = ours["tried"] / ours["cpu"] / 1e6
            plain = None if theirs is None else ours["tried"] / theirs / 1e6
            ratio = None if plain is None else rate / plain
            rows.append([f"{task}, length {longest}", ours["tried"], rate, plain, ratio, peak])
    heads = ("search", "choices", "M/s, kernel", "M/s, plain C", "ratio", "peak MiB")
    section.lines += table_of(heads, rows)
    section.lines += prose(
        "Millions of choices a second of one core: an instruction, a target or a table entry that "
        "is tried, and the turns it takes to see what comes of it. Kernel and C loop take turns, "
        f"the median of {REPEATS} processes of each counts; they agree on choices and programs."
    )
    if loop is None:
        section.lines.append("plain C loop: skipped, no compiler (cc, gcc, clang) found")
    section.record["rates"] = rows
    _reach(section, QUICK_NODES if options.quick else NODES)
    growth = _growth(section, longest)
    if options.pictures is not None:
        try:
            names = plot_program_growth(growth, options.pictures)
            section.lines += prose(f"Drawn: {', '.join(names)}.")
        except ImportError:
            section.lines.append("no plot: matplotlib is not installed")
    return section


def _side_by_side(
    section: Section, loop: Path | None, task: str, operations: str, length: int
) -> tuple[Figures, float | None, float]:
    note(f"programs: {task}, length {length}")
    ours: list[tuple[Figures, Measured]] = []
    theirs: list[float] = []
    for _ in range(REPEATS):
        measured, figures = in_process("programs", task, operations, length)
        ours.append((figures, measured))
        if loop is not None:
            tried, found, seconds = _plain(loop, task, operations, length)
            theirs.append(seconds)
            if (tried, found) != (figures["tried"], figures["found"]):
                section.faults.append(f"{task}: C {tried}, {found}; kernel {figures}")
    middle, measured = sorted(ours, key=lambda pair: pair[0]["cpu"])[REPEATS // 2]
    plain = sorted(theirs)[REPEATS // 2] if theirs else None
    return middle, plain, measured.peak


def _plain(loop: Path, task: str, operations: str, length: int) -> tuple[int, int, float]:
    arrays = loop.with_name("arrays.txt")
    in_process("program_arrays", task, operations, length, str(arrays))
    with open(arrays) as given:
        done = subprocess.run([str(loop)], stdin=given, capture_output=True, text=True, check=True)
    tried, found, seconds = done.stdout.split()
    return int(tried), int(found), float(seconds)


def _reach(section: Section, nodes: int) -> None:
    rows = []
    for task, operations in SEARCHES:
        note(f"programs: lengths in {nodes:,} choices of {task}")
        tried = [
            in_process("program_reach", task, operations, nodes, rules)[1]["tried"]
            for rules in (False, True)
        ]
        rows.append([task, *(len(each) for each in tried), *(each[2] for each in tried)])
    section.lines += ["", f"Lengths exhausted in {nodes:,} choices:"]
    heads = ("search", "no rules", "all rules", "length 3, no rules", "length 3, all rules")
    section.lines += table_of(heads, rows)
    section.record["reach"] = rows


def _growth(section: Section, longest: int) -> dict[str, list[Figures]]:
    found: dict[str, list[Figures]] = {}
    rows = []
    for task, operations in SEARCHES:
        note(f"programs: growth of {task}")
        for length in range(1, longest + 1):
            measured, figures = in_process("programs", task, operations, length)
            figures |= {"length": length, "peak": measured.peak}
            before = found.setdefault(task, [])
            factor = figures["tried"] / before[-1]["tried"] if before else None
            before.append(figures)
            rows.append(
                [
                    f"{task}, length {length}",
                    figures["tried"],
                    factor,
                    figures["cpu"],
                    figures["found"],
                    measured.peak,
                ]
            )
    section.lines += ["", "Growth by instruction:"]
    heads = ("search", "choices", "factor", "CPU s", "programs", "peak MiB")
    section.lines += table_of(heads, rows)
    section.lines += prose(
        "Memory does not grow with the search: its state is a stack of as many choices as a "
        "program has instructions and jumps."
    )
    section.record["growth"] = found
    return found
