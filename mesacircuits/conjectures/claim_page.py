"""A claim's page, its reading and what was found above a discussion by hand; their list."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from mesacircuits.call import Settings, value_text
from mesacircuits.conjectures.check import Report
from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.claim_text import ANSWERS, case_text
from mesacircuits.conjectures.program_sentence import ProgramReport
from mesacircuits.conjectures.registry import Conjecture, Entry
from mesacircuits.errors import ArgumentError
from mesacircuits.records import write_atomically
from mesacircuits.tables import Table

__all__ = [
    "DISCUSSION",
    "LIST",
    "LIST_END",
    "claims_list",
    "kept_discussion",
    "list_parts",
    "page_head",
    "plot_of",
    "write_head",
    "write_list",
    "write_page",
]

#: What stands above this line is generated; what stands below it is not.
DISCUSSION = "<!-- discussion -->"

#: Between these lines a page lists all claims with their verdicts; what is outside is kept.
LIST = "<!-- claims -->\n"
LIST_END = "<!-- end of claims -->\n"

_NOTHING_YET = """## Discussion

What was found, whether it surprises, what a sceptic would object.
"""


def write_page(
    report: ClaimReport | Report | ProgramReport,
    path: str | os.PathLike[str],
    from_file: str = "",
) -> None:
    """Write a report as a page, keeping the discussion that is there, and its plot beside it.

    Arguments:
        report: what was found of a registered claim.
        path: `NAME.md`; the plot is written to `NAME.svg`.
        from_file: how much was taken from a file of finished units, in words.

    Raises:
        ArgumentError: if the path does not end in `.md` or cannot be written, and if there is a
            file without the line that ends what is generated; and for a sentence.
        MissingExtra: if matplotlib is not installed.
    """
    if isinstance(report, ProgramReport):
        raise ArgumentError("page", "a registered claim, not a sentence", report.name)
    write_head(path, page_head(report), plot_of(report), from_file)


def plot_of(report: ClaimReport | Report) -> bytes | None:
    """Return the plot of a report as SVG; None if its claim draws nothing."""
    if isinstance(report, ClaimReport) and report.finding.plot is None:
        return None
    return report.plotted("svg")


def write_head(
    path: str | os.PathLike[str], head: str, plot: bytes | None, from_file: str = ""
) -> None:
    """Write what is generated of a page, as `write_page` does."""
    target = Path(path)
    discussion = kept_discussion(target)
    if plot is not None:
        write_atomically(target.with_suffix(".svg"), plot, "page")
    if from_file:
        head += f"\n{_sentence(from_file)}\n"
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


def claims_list(entries: Iterable[Entry], verdicts: Mapping[str, str], folder: str) -> str:
    """Return claims with their verdicts as Markdown, a table for each topic.

    Arguments:
        entries: the claims.
        verdicts: by name.
        folder: where their pages are, as the page that lists them names it.

    >>> from mesacircuits.conjectures.registry import registered
    >>> entries = [registered()["tabular"]]
    >>> print("\\n".join(claims_list(entries, {"tabular": "held"}, "claims").splitlines()[:5]))
    ### Circuits
    <BLANKLINE>
    | claim | what it says | answer |
    | --- | --- | --- |
    | [tabular](claims/tabular.md) | A tabular model is never a mesa-optimizer. | held |
    """
    parts = []
    for topic, listed in groupby(entries, lambda entry: entry.topic):
        rows = []
        for entry in listed:
            quoted = isinstance(entry, Claim | Conjecture) and entry.quotation
            said = f'"{entry.claim}"' if quoted else entry.claim
            page = f"[{entry.name}]({folder}/{entry.name}.md)"
            rows.append((page, said, verdicts[entry.name]))
        heads = ("claim", "what it says", "answer")
        parts.append(Table(f"### {topic.capitalize()}", heads, rows).markdown())
    return "\n\n".join(parts) + "\n"


def list_parts(path: Path) -> tuple[str, str]:
    """Return what a page has before and after its list of claims; nothing, if it is not there.

    Raises `ArgumentError` if it cannot be read, or has no place for the list.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else LIST + LIST_END
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError("pages", "a readable page", f"{path} ({error})") from error
    before, begun, rest = text.partition(LIST)
    _, ended, after = rest.partition(LIST_END)
    if not begun or not ended:
        expected = f"a page with the lines {LIST.strip()} and {LIST_END.strip()}"
        raise ArgumentError("pages", expected, path)
    return before, after


def write_list(path: Path, entries: Iterable[Entry], verdicts: Mapping[str, str]) -> None:
    """Write the list of claims into a page, keeping what is outside of it, or a page of it alone.

    Their own pages are in the folder of its name beside it.

    Raises `ArgumentError` as `list_parts`, and if the page cannot be written.
    """
    before, after = list_parts(path)
    text = f"{before}{LIST}\n{claims_list(entries, verdicts, path.stem)}\n{LIST_END}{after}"
    write_atomically(path, text.encode(), "pages")


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
        lines += [table.markdown(), ""]
    if finding.example is not None:
        lines += ["```text", *case_text(finding.example), "```", ""]
    lines += [f"- {note}" for note in finding.notes]
    lines += ["", *_settings(report)]
    return lines


def _settings(report: ClaimReport) -> list[str]:
    parameters = report.claim.parameters
    if not parameters:
        return []
    settings: Settings = report.settings
    rows = [(f"`{p.name}`", f"`{value_text(settings.values[p.name])}`", p.doc) for p in parameters]
    heads = ("name", "value", "meaning")
    return [Table("Settings (`--set NAME=VALUE`):", heads, rows).markdown()]
