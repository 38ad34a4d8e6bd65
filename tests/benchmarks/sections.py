"""What every benchmark shares: its section of the report, progress, tables, and fresh processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measured_process import Measured, measure

__all__ = [
    "Options", "Section", "compiled", "in_process", "note", "number", "prose", "table_of",
]  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How much is measured.

    Attributes:
        quick: only small sizes, to see that everything works.
        long: also what takes an hour or more.
        pictures: the folder that plots are written to; None for no plot.
        before: the python of another installation, to be measured beside this one.
    """

    quick: bool = False
    long: bool = False
    pictures: Path | None = None
    before: Path | None = None


@dataclass
class Section:
    """One section of the report.

    Attributes:
        title: its heading.
        lines: the text below it.
        faults: where tools disagree, or a tool failed.
        record: the figures, as JSON values.
    """

    title: str
    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        faults = [f"FAULT: {fault}" for fault in self.faults]
        return "\n".join([self.title, "-" * len(self.title), "", *self.lines, *faults])


def note(text: str) -> None:
    """Say on stderr what is going on."""
    print(text, file=sys.stderr, flush=True)


def in_process(
    worker: str, *arguments: Any, python: str = sys.executable, folder: Path = Path(__file__).parent
) -> tuple[Measured, Any]:
    """Run a worker in a fresh process; return what that took and the worker's result.

    Another installation has its own python, and workers in a folder of its own.
    """
    script = folder / "benchmark_workers.py"
    measured = measure([python, str(script), worker, json.dumps(arguments)])
    return measured, json.loads(measured.output.splitlines()[-1])


@contextmanager
def compiled(source: str) -> Iterator[Path | None]:
    """Give the program of a C file of this folder; None if there is no compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / Path(source).stem
        path = str(Path(__file__).with_name(source))
        subprocess.run([compiler, "-O2", "-o", str(program), path], check=True)
        yield program


def number(value: float | None) -> str:
    """Return a figure to three digits, a count in full, and a dash for nothing.

    >>> [number(v) for v in (None, 1234567, 0.0123456, 12.3456, 1234.5)]
    ['-', '1,234,567', '0.0123', '12.3', '1,234']
    """
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    if value >= 100:
        return f"{value:,.0f}"
    digits = next((d for d, least in ((1, 10.0), (2, 1.0), (3, 0.1)) if value >= least), 4)
    return f"{value:.{digits}f}"


def table_of(heads: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> list[str]:
    """Return the lines of a table: the first column to the left, all others to the right."""
    cells = [[v if isinstance(v, str) else number(v) for v in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(heads), *cells]) for i in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        return "  ".join([row[0].ljust(widths[0]), *rest]).rstrip()

    return [line(heads), *(line(row) for row in cells)]


def prose(text: str, indent: str = "") -> list[str]:
    """Return a paragraph as lines of at most 80 columns, those after the first indented further."""
    hanging = indent and indent + "  "
    return textwrap.wrap(text, 80, initial_indent=indent, subsequent_indent=hanging)
