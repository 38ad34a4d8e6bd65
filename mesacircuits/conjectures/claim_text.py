"""Claims and what was found of them, as text for a terminal 80 columns wide."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.circuits import Circuit
from mesacircuits.classification.classifier import witness_labels
from mesacircuits.conjectures.claim import Claim, ClaimReport, attributed
from mesacircuits.conjectures.finding import Case, Cell, Table
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.tables import WIDTH, counted, plain_table, wrapped

__all__ = [
    "ANSWERS",
    "case_text",
    "cell_text",
    "claim_report_text",
    "claim_text",
    "table_text",
]

#: What is said of a question by each verdict.
ANSWERS = {Verdict.HELD: "Yes", Verdict.REFUTED: "No", Verdict.INCONCLUSIVE: "Not decided"}

# Exact rationals up to so many characters are shown beside their decimals.
_LONGEST = 17

# Smaller decimals are shown with an exponent.
_SMALLEST = 0.001

_INDENT = "  "


def claim_text(claim: Claim) -> str:
    """Return a claim as text: what is claimed, how it is read, and what may be set."""
    lines = [f"{claim.name} ({claim.topic})", *_claim(claim)]
    lines += _measured_against(claim)
    lines.append(wrapped(f"Question: {claim.question}"))
    lines.append(wrapped(f"Blind to: {claim.blind_to}."))
    if claim.parameters:
        lines += ["", "--set NAME=VALUE"]
        lines += [wrapped(str(parameter), "  ", "      ") for parameter in claim.parameters]
    return "\n".join(lines)


def _claim(claim: Claim) -> list[str]:
    return [
        "",
        wrapped(attributed(claim.claim, claim.source, claim.quotation)),
        wrapped(f"Read as: {claim.reading}"),
    ]


def _measured_against(claim: Claim) -> list[str]:
    return [wrapped(f"Measured against: {claim.control}")] if claim.control else []


def claim_report_text(report: ClaimReport) -> str:
    """Return a report as printed: the answer first, then the evidence."""
    claim, finding = report.claim, report.finding
    lines = [
        wrapped(
            f"{report.verdict.value.upper()}: {report.name}, {finding.universe}"
            f"{report.at_the_defaults}",
            "",
            "  ",
        ),
        *_claim(claim),
        *_measured_against(claim),
        wrapped(f"Question: {claim.question} {ANSWERS[report.verdict]}: {finding.answer}"),
        wrapped(f"Blind to: {claim.blind_to}."),
    ]
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in finding.left_open]
    for table in finding.tables:
        lines += ["", table_text(table)]
    if finding.example is not None:
        lines += ["", *case_text(finding.example)]
    if finding.notes:
        lines.append("")
        lines += [wrapped(f"- {note}", "", "  ") for note in finding.notes]
    return "\n".join(lines)


def cell_text(cell: Cell) -> int | str:
    """Return a cell as `plain_table` takes it: a rational as its decimals and itself.

    >>> cell_text(Fraction(1, 3)), cell_text(Fraction(1, 10**5)), cell_text(None), cell_text(5)
    ('0.3333 = 1/3', '1.00e-05 = 1/100000', '-', 5)
    """
    if cell is None:
        return "-"
    if not isinstance(cell, Fraction):
        return cell
    if cell.denominator == 1:
        return str(cell)
    exact, value = str(cell), float(cell)
    decimals = f"{value:.4f}" if abs(value) >= _SMALLEST else f"{value:.2e}"
    return decimals + (f" = {exact}" if len(exact) <= _LONGEST else "...")


def table_text(table: Table) -> str:
    """Return a table as printed. One too wide has its rows' names listed below it by number.

    If it is too wide even so, its columns are printed in blocks, the first column before each.

    >>> print(table_text(Table("Counts:", ("task", "minima"), (("argmax", 2), ("rock", 36)))))
    Counts:
      task    minima
      argmax       2
      rock        36
    """
    heads = list(table.heads)
    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    names: list[str] = []
    if sum(_widths(heads, rows)) - 2 > WIDTH - len(_INDENT) and any(
        isinstance(r[0], str) for r in rows
    ):
        names = [f"{number} {row[0]}" for number, row in enumerate(rows, 1)]
        rows = [[number, *row[1:]] for number, row in enumerate(rows, 1)]
    lines = [wrapped(table.title)]
    for block in _blocks(_widths(heads, rows)):
        shown = [[row[column] for column in block] for row in rows]
        lines.append(plain_table([heads[column] for column in block], shown, _INDENT))
    if names:
        lines.append(wrapped(f"{heads[0]}: {'; '.join(names)}", _INDENT, _INDENT * 2, at="; "))
    return "\n".join(lines)


def _widths(heads: list[str], rows: list[list[int | str]]) -> list[int]:
    # Of the columns, each with the space behind it.
    shown = [heads, *([f"{c:,}" if isinstance(c, int) else c for c in row] for row in rows)]
    return [max(map(len, column)) + 2 for column in zip(*shown, strict=True)]


def _blocks(widths: list[int]) -> list[list[int]]:
    # Columns that fit beside each other, the first column in each block.
    blocks, room = [[0]], WIDTH - len(_INDENT) - widths[0]
    for column, width in enumerate(widths[1:], 1):
        if width - 2 > room and len(blocks[-1]) > 1:
            blocks.append([0])
            room = WIDTH - len(_INDENT) - widths[0]
        blocks[-1].append(column)
        room -= width
    return blocks


def case_text(case: Case) -> list[str]:
    """Return the lines of an example: its drawing, and what definitions say of it."""
    from mesacircuits.circuits.drawing import draw_terminal

    marks: dict[int, str] = {}
    for _, said in case.judgements:
        if said.witness is not None:
            marks = dict(witness_labels(said.witness))
            break
    if isinstance(case.solver, Circuit):
        drawing = draw_terminal(case.solver, marks, width=76)
        gates = counted(case.size, "gate")
    else:
        drawing, gates = str(case.solver), f"length {case.size}"
    widest = max((len(by) for by, _ in case.judgements), default=0)
    return [
        wrapped(f"{case.caption}: {case.task}, {gates}", "", "  "),
        "",
        *(f"    {line}".rstrip() for line in drawing.split("\n")),
        "",
        *(
            wrapped(
                f"{by:<{widest}}  "
                + (
                    said.note
                    if said.score is None
                    else f"score {said.score}" + (f" ({said.note})" if said.note else "")
                ),
                "    ",
                "      ",
            )
            for by, said in case.judgements
        ),
    ]
