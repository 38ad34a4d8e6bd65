"""The plot of time and peak memory by size, for each number of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Series", "plot_growth"]

_COLOURS = {3: "#0072b2", 4: "#d55e00", 5: "#007a5a"}
_LOOKS = {"survey": ("-", "o"), "census": (":", "s")}


@dataclass
class Series:
    """The steps of one engine on one number of inputs, by size; `idle` is memory before any."""

    engine: str
    inputs: int
    idle: float = 0.0
    sizes: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def add(self, size: int, classes: int, tried: int, seconds: float, peak: float) -> None:
        """Add the step of one size."""
        self.sizes.append(size)
        self.classes.append(classes)
        self.tried.append(tried)
        self.seconds.append(seconds)
        self.peaks.append(peak)

    @property
    def label(self) -> str:
        """How the legend names it."""
        return f"{self.inputs} inputs, {self.engine}"


def plot_growth(series: Sequence[Series], folder: Path) -> list[str]:
    """Write growth.svg and growth.png to a folder, and return their names.

    Raises `ImportError` if matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

    # Text stays text in the SVG, and the same figures give the same file.
    style = {"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 10}
    with pyplot.rc_context(style):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.2, 4.4), layout="constrained")
        for line in series:
            dash, marker = _LOOKS[line.engine]
            look = {"color": _COLOURS[line.inputs], "linestyle": dash, "marker": marker}
            left.plot(line.sizes, line.seconds, label=line.label, markersize=5, **look)
            right.plot(line.sizes, line.peaks, label=line.label, markersize=5, **look)
        left.set_title("CPU seconds of each size step")
        right.set_title("Peak MiB of a process doing that step")
        for axes in (left, right):
            axes.set_yscale("log")
            axes.set_xlabel("size (gates)")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(True, which="major", color="#d8d8d8", linewidth=0.7)
            axes.set_axisbelow(True)
            axes.spines[["top", "right"]].set_visible(False)
        left.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        right.set_ylim(64, 2048)
        right.set_yticks([64, 128, 256, 512, 1024, 2048])
        right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        right.yaxis.set_minor_formatter(NullFormatter())
        handles, labels = left.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / "growth.svg", metadata={"Date": None})
        figure.savefig(folder / "growth.png", dpi=150, metadata={"Software": None})
        pyplot.close(figure)
    return ["growth.svg", "growth.png"]
