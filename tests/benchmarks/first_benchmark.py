"""The first commands of the README, as somebody meets them: before kernels are kept, and after."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

from measured_process import Measured, measure
from sections import Options, Section, note, prose, table_of

__all__ = ["run"]

README = Path(__file__).parent.parent.parent / "README.md"
COMMANDS = 5
QUICK_COMMANDS = 2

# A refuted conjecture is status 3.
_STATUSES = (0, 3)


def first_commands(text: str, most: int) -> list[str]:
    """Return the first commands that a page shows, without what cuts their output.

    >>> first_commands("$ mesacircuits bases | head -3\\n...\\n$ mesacircuits tasks", 1)
    ['mesacircuits bases']
    """
    return re.findall(r"^\$ (mesacircuits .*?)(?: \| head -\d+)?$", text, re.MULTILINE)[:most]


def run(options: Options) -> Section:
    """Measure each command twice from empty caches; beside it, if given, another installation."""
    commands = first_commands(README.read_text(), QUICK_COMMANDS if options.quick else COMMANDS)
    section = Section(f"First: the README's first {len(commands)} commands, cold and warm")
    pythons = {"now": sys.executable}
    if options.before is not None:
        pythons["before"] = os.path.abspath(options.before)
    heads = [""]
    for unit in ("CPU s", "wall s"):
        heads += [unit, "before", "ratio"] if options.before is not None else [unit]
    # CPU and wall seconds of each row, by installation.
    taken: dict[str, list[tuple[float, float]]] = {}
    for number, command in enumerate(commands, 1):
        for who, python in pythons.items():
            note(f"first: {command}, {who}, cold and warm")
            cold, warm = _cold_and_warm(python, command)
            if cold.output != warm.output:
                section.faults.append(f"{command}, {who}: cold and warm print otherwise")
            for state, found in (("cold", cold), ("warm", warm)):
                taken.setdefault(f"{number} {state}", []).append((found.cpu, found.wall))
    for state in ("cold", "warm"):
        rows = [row for name, row in taken.items() if name.endswith(state)]
        sums = [tuple(map(sum, zip(*column, strict=True))) for column in zip(*rows, strict=True)]
        taken[f"all {state}"] = [(cpu, wall) for cpu, wall in sums]
    lines: list[list[str | float | None]] = []
    for name, row in taken.items():
        lines.append([name])
        for values in zip(*row, strict=True):
            lines[-1] += [*values, values[0] / values[1]] if len(values) > 1 else values
    section.lines = [*table_of(heads, lines), ""]
    for number, command in enumerate(commands, 1):
        section.lines += prose(f"{number}: {command}", " ")
    section.lines += prose(
        "cold: with empty folders of caches, so that kernels are compiled; warm: the same again. "
        "CPU seconds are of all threads; commands use all cores."
    )
    if options.before is not None:
        section.lines += prose("before: another installation, in turn; ratio: this to it.")
    section.record = {"commands": commands, "heads": heads, "lines": lines}
    return section


def _cold_and_warm(python: str, command: str) -> tuple[Measured, Measured]:
    """Run a command twice with caches of its own, which are empty at first."""
    words = [python, "-m", "mesacircuits.cli", *shlex.split(command)[1:]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        caches = {"XDG_CACHE_HOME": str(folder / "cache"), "NUMBA_CACHE_DIR": str(folder / "numba")}
        place = folder / "place"
        place.mkdir()
        cold, warm = (
            measure(words, place, env=os.environ | caches, statuses=_STATUSES) for _ in range(2)
        )
        return cold, warm
