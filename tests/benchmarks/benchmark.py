"""All benchmarks: what the library takes, and other tools beside it, measured in one run.

Run `python tests/benchmarks/benchmark.py [NAME ...]`; `--help` lists the names. Progress goes to
stderr, the report to stdout, section by section. The exit status is 1 if two tools disagree on a
count or a size or a tool fails, else 0; no time is ever judged. A tool that is not installed is
left out, with a line that says so.

Every figure is taken in a process of its own on one thread, unless the line says otherwise; the
compiled kernels are cached before, but for `first`. Times are wall and processor seconds: on a
machine that does other work, too, trust the latter.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bases_benchmark
import blocks_benchmark
import census_benchmark
import choices_benchmark
import engines_benchmark
import first_benchmark
import five_benchmark
import growth_benchmark
import kept_benchmark
import peers_benchmark
import programs_benchmark
from measured_process import BenchmarkError
from sections import Options, Section, note

BENCHMARKS: dict[str, tuple[str, Callable[[Options], Section]]] = {
    "census": ("the census of four inputs, beside a plain loop in C", census_benchmark.run),
    "choices": ("all choices of four inputs, beside a plain loop in C", choices_benchmark.run),
    "peers": ("all minima, beside tools that find one", peers_benchmark.run),
    "outputs": ("the same of functions of several outputs", peers_benchmark.run_outputs),
    "soonest": ("one minimum by each tool, and all", peers_benchmark.run_soonest),
    "bases": ("and-inverter and majority graphs, size by size", bases_benchmark.run),
    "five": ("depths of all functions of five inputs, beside ABC", five_benchmark.run),
    "growth": ("time and memory by size, for three to five inputs", growth_benchmark.run),
    "engines": ("exhaustion beside SAT", engines_benchmark.run),
    "first": ("the README's first commands, cold and warm", first_benchmark.run),
    "blocks": ("standard blocks of several outputs, size by size", blocks_benchmark.run),
    "kept": ("the largest searches, beside another installation", kept_benchmark.run),
    "programs": ("the search for programs, beside a plain loop in C", programs_benchmark.run),
}


def main() -> int:
    """Run the benchmarks that are asked for; return 1 if anything disagrees or failed."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<8} {what}" for name, (what, _) in BENCHMARKS.items()),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which of these (default: all)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="only small sizes: a minute or two")
    how.add_argument("--long", action="store_true", help="the largest sizes, too: many hours")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="write plots there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    parser.add_argument(
        "--before",
        type=Path,
        metavar="PYTHON",
        help="of another installation, beside `first` and `kept`",
    )
    options = parser.parse_args()
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"NAME: expected one of {', '.join(BENCHMARKS)}, got {name!r}")
    chosen = Options(options.quick, options.long, options.pictures, options.before)
    records: dict[str, Any] = {}
    faults = 0
    start = time.perf_counter()
    for name in options.names or BENCHMARKS:
        note(f"== {name}")
        try:
            section = BENCHMARKS[name][1](chosen)
        except BenchmarkError as error:
            section = Section(name, faults=[str(error)])
        print(f"{section}\n", flush=True)
        records[name] = section.record | {"faults": section.faults}
        faults += len(section.faults)
    seconds = time.perf_counter() - start
    print(f"{seconds:,.0f} s in all, on a machine of {len(os.sched_getaffinity(0))} cores.")
    if options.json is not None:
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
