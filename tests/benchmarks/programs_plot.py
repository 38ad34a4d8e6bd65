"""The plot of how the search for programs grows with every instruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["plot_program_growth"]

_LOOKS = (("#0072b2", "o"), ("#d55e00", "s"), ("#007a5a", "^"), ("#cc79a7", "D"))


def plot_program_growth(
    growth: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path
) -> list[str]:
    """Write program-growth.svg and .png to a folder, and return their names.

    Raises `ImportError` if matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import MaxNLocator

    style = {"svg.fonttype": "none", "svg.hashsalt": "program-growth", "font.size": 10}
    with pyplot.rc_context(style):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.2, 4.2), layout="constrained")
        for (task, rows), (colour, marker) in zip(growth.items(), _LOOKS, strict=False):
            lengths = [row["length"] for row in rows]
            look = {"color": colour, "marker": marker, "markersize": 5, "label": task}
            left.plot(lengths, [row["tried"] for row in rows], **look)
            right.plot(lengths, [row["cpu"] for row in rows], **look)
        left.set_title("Choices tried")
        right.set_title("CPU seconds, one core")
        for axes in (left, right):
            axes.set_yscale("log")
            axes.set_xlabel("length (instructions)")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(True, which="major", color="#d8d8d8", linewidth=0.7)
            axes.set_axisbelow(True)
            axes.spines[["top", "right"]].set_visible(False)
        left.legend(frameon=False, fontsize=8)
        names = ["program-growth.svg", "program-growth.png"]
        for name in names:
            metadata = {"Date": None} if name.endswith("svg") else {}
            figure.savefig(folder / name, dpi=150, metadata=metadata)
        pyplot.close(figure)
    return names
