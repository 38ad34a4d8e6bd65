"""A claim's page: its reading and what was found as Markdown, above a discussion by hand."""

from __future__ import annotations

import os
from pathlib import Path

from mesacircuits.conjectures.check import Report
from mesacircuits.conjectures.claim import ClaimReport
from mesacircuits.conjectures.claim_text import ANSWERS, case_text, cell_text
from mesacircuits.conjectures.finding import Table
from mesacircuits.conjectures.program_sentence import ProgramReport
from mesacircuits.conjectures.settings import Settings, value_text
from mesacircuits.errors import ArgumentError
from mesacircuits.records import write_atomically

__all__ = ["DISCUSSION", "kept_discussion", "page_head", "plot_of", "write_head", "write_page"]

#: What stands above this line is generated; what stands below it is not.
DISCUSSION = "<!-- discussion -->"

_NOTHING_YET = """## Discussion

What was found, whether it surprises, what a sceptic would object.
"""


def write_page(report: ClaimReport | Report | ProgramReport, path: str | os.PathLike[str]) -> None:
    """Write a report as a page, keeping the discussion that is there, and its plot beside it.

    Arguments:
        report: what was found of a registered claim.
        path: `NAME.md`; the plot is written to `NAME.svg`.

    Raises:
        ArgumentError: if the path does not end in `.md` or cannot be written, and if there is a
            file without the line that ends what is generated; and for a sentence.
        MissingExtra: if matplotlib is not installed.
    """
    if isinstance(report, ProgramReport):
        raise ArgumentError("page", "a registered claim, not a sentence", report.name)
    write_head(path, page_head(report), plot_of(report))


def plot_of(report: ClaimReport | Report) -> bytes | None:
    """Return the plot of a report as SVG; None if its claim draws nothing."""
    if isinstance(report, ClaimReport) and report.finding.plot is None:
        return None
    return report.plotted("svg")


def write_head(path: str | os.PathLike[str], head: str, plot: bytes | None) -> None:
    """Write what is generated of a page, as `write_page` does."""
    target = Path(path)
    discussion = kept_discussion(target)
    if plot is not None:
        write_atomically(target.with_suffix(".svg"), plot, "page")
    write_atomically(target, f"{head}\n{DISCUSSION}\n{discussion}".encode(), "page")


def kept_discussion(path: Path) -> str:
    """Return what a page has below what is generated; of a page that is not there, a start."""
    if path.suffix != ".md":
        raise ArgumentError("page", "FILE.md", path)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError("page", "a readable page", f"{path} ({error})") from error
    if text is None:
        return _NOTHING_YET
    _, line, discussion = text.partition(DISCUSSION + "\n")
    if not line:
        raise ArgumentError("page", f"a page with the line {DISCUSSION}", path)
    return discussion


def page_head(report: ClaimReport | Report) -> str:
    """Return what is generated of a page.

    >>> from mesacircuits.conjectures.check import check
    >>> report = check("tabular", settings={"inputs": 2})
    >>> print("\\n".join(page_head(report).splitlines()[:3]))
    # tabular
    <BLANKLINE>
    A tabular model is never a mesa-optimizer.
    """
    claim = report.claim if isinstance(report, ClaimReport) else report.conjecture
    if claim is None:
        raise ArgumentError("page", "a registered claim, not a sentence", report.name)
    if isinstance(report, Report):
        said = ["```text", str(report), "```"]
        answer = f"**{report.verdict.value.capitalize()}.** See below."
        question, control = claim.question, ""
    else:
        said = _evidence(report)
        found = report.finding
        answer = f"**{ANSWERS[report.verdict]}** ({report.verdict.value}): {found.answer}"
        question, control = claim.question, report.claim.control
    lines = [
        f"# {claim.name}",
        "",
        # A block quotation is one: a paraphrase stands in the page's own voice.
        *(
            [f"> {claim.claim}", ">", f"> {claim.source}"]
            if claim.quotation
            else [claim.claim, "", f"After {claim.source}."]
        ),
        "",
        f"**Read as.** {_sentence(claim.reading)}",
        "",
        f"**Question.** {question}",
        "",
        answer,
        "",
        *([f"**Measured against.** {_sentence(control)}", ""] if control else []),
        f"**Blind to.** {_sentence(claim.blind_to)}",
        "",
        f"`mesacircuits check {claim.name}` prints what follows.",
        "",
        *said,
        "",
    ]
    if isinstance(report, Report) or report.finding.plot is not None:
        lines += [f"![{claim.name}]({claim.name}.svg)", ""]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def _evidence(report: ClaimReport) -> list[str]:
    finding = report.finding
    lines = [f"Universe: {_sentence(finding.universe)}", ""]
    lines += [f"NOT EXHAUSTED: {line}\n" for line in finding.left_open]
    for table in finding.tables:
        lines += [*_table(table), ""]
    if finding.example is not None:
        lines += ["```text", *case_text(finding.example), "```", ""]
    lines += [f"- {note}" for note in finding.notes]
    lines += ["", *_settings(report)]
    return lines


def _table(table: Table) -> list[str]:
    numeric = [
        all(not isinstance(row[c], str) for row in table.rows) for c in range(len(table.heads))
    ]
    return [
        table.title,
        "",
        _row(table.heads),
        _row(["---:" if right else "---" for right in numeric]),
        *(_row([_cell(cell_text(cell)) for cell in row]) for row in table.rows),
    ]


def _cell(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _settings(report: ClaimReport) -> list[str]:
    parameters = report.claim.parameters
    if not parameters:
        return []
    settings: Settings = report.settings
    rows = [
        _row((f"`{p.name}`", f"`{value_text(settings.values[p.name])}`", p.meaning))
        for p in parameters
    ]
    return [
        "Settings (`--set NAME=VALUE`):",
        "",
        _row(("name", "value", "meaning")),
        _row(("---", "---", "---")),
        *rows,
    ]
