"""How time and peak memory grow with the number of inputs and of gates."""

from __future__ import annotations

import tempfile
from pathlib import Path

from growth_plot import Series, plot_growth
from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

#: By engine and number of inputs the first size and, quickly, by default and at most, the last.
SURVEYED = {3: (2, 4, 4, 4), 4: (3, 6, 7, 7), 5: (4, 6, 8, 9)}
CENSUSED = {3: (2, 4, 4, 4), 4: (3, 6, 7, 7)}


def run(options: Options) -> Section:
    """Measure the size steps of both exhaustive engines, each in a process of its own."""
    section = Section("Growth: all minima of all functions of n inputs (b2), size by size")
    column = 1 if options.quick else 3 if options.long else 2
    series: list[Series] = []
    for inputs, sizes in SURVEYED.items():
        series.append(_surveyed(inputs, range(sizes[0], sizes[column] + 1)))
    for inputs, sizes in CENSUSED.items():
        series.append(_censused(inputs, range(sizes[0], sizes[column] + 1)))
    rows: list[list[str | float | None]] = []
    for line in series:
        for i, size in enumerate(line.sizes):
            grown = line.seconds[i] / line.seconds[i - 1] if i and line.seconds[i] > 0.1 else None
            more = line.tried[i] / line.tried[i - 1] if i else None
            rows.append(
                [
                    f"{line.inputs} {size} {line.engine}",
                    line.classes[i],
                    line.tried[i],
                    more,
                    line.seconds[i],
                    grown,
                    round(line.peaks[i]),
                    round(line.idle),
                ]
            )
    heads = ("n C engine", "classes", "tried", "x", "CPU s", "x", "peak MiB", "idle MiB")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "One thread. survey: what five-inputs runs, for any n; tried: functions of last gates "
            "looked at; classes: all of that size. census: what census runs; tried: gates looked "
            "at; classes: those that read all inputs. CPU s: of the search of that size alone; "
            "below 0.01 s it is mostly overhead. x: to the size before. peak: of a process that "
            "does that step (census: the steps up to it). idle: of one that does none."
        ),
    ]
    section.record = {"series": [vars(line) for line in series]}
    if options.pictures is not None:
        try:
            names = plot_growth(series, options.pictures)
            section.lines.append(f"plot: {', '.join(names)}")
        except ImportError:
            section.lines.append("plot: skipped, no matplotlib (pip install '.[dev]')")
    return section


def _surveyed(inputs: int, sizes: range) -> Series:
    line = Series("survey", inputs)
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "survey.db")
        in_process("survey_step", store, inputs, None)
        line.idle = in_process("survey_step", store, inputs, None)[0].peak
        for size in sizes:
            note(f"growth: survey of {inputs} inputs, size {size}")
            measured, step = in_process("survey_step", store, inputs, size)
            line.add(size, step["classes"], step["tried"], step["cpu"], measured.peak)
    return line


def _censused(inputs: int, sizes: range) -> Series:
    line = Series("census", inputs)
    in_process("steps", inputs, "b2", 2, None)
    line.idle = in_process("steps", inputs, "b2", 0, None)[0].peak
    for size in sizes:
        note(f"growth: census of {inputs} inputs, size {size}")
        measured, result = in_process("steps", inputs, "b2", size, None)
        step = result["steps"][-1]
        line.add(size, step["classes"], step["tried"], step["cpu"], measured.peak)
    return line
