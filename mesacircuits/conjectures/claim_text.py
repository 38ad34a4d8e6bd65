"""Claims and what was found of them, as text for a terminal 80 columns wide."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.classification.classifier import witness_labels
from mesacircuits.conjectures.claim import Claim, ClaimReport
from mesacircuits.conjectures.finding import Case, Cell, Table
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.tables import plain_table, wrapped

__all__ = ["cell_text", "claim_report_text", "claim_text"]

_ANSWERS = {Verdict.HELD: "Yes", Verdict.REFUTED: "No", Verdict.INCONCLUSIVE: "Not decided"}

# Exact rationals up to so many characters are shown beside their decimals.
_LONGEST = 17


def claim_text(claim: Claim) -> str:
    """Return a claim as text: what is claimed, how it is read, and what may be set."""
    lines = [f"{claim.name} ({claim.topic})", *_claim(claim)]
    lines.append(wrapped(f"Question: {claim.question}"))
    lines.append(wrapped(f"Blind to: {claim.blind_to}."))
    if claim.parameters:
        lines += ["", "--set NAME=VALUE"]
        lines += [wrapped(str(parameter), "  ", "      ") for parameter in claim.parameters]
    return "\n".join(lines)


def _claim(claim: Claim) -> list[str]:
    return [
        "",
        wrapped(f'"{claim.claim}" ({claim.source})'),
        wrapped(f"Read as: {claim.reading}"),
    ]


def claim_report_text(report: ClaimReport) -> str:
    """Return a report as printed: the answer first, then the evidence."""
    claim, finding = report.claim, report.finding
    lines = [
        wrapped(f"{report.verdict.value.upper()}: {report.name}, {finding.universe}", "", "  "),
        *_claim(claim),
        wrapped(f"Question: {claim.question} {_ANSWERS[report.verdict]}: {finding.answer}"),
        wrapped(f"Blind to: {claim.blind_to}."),
    ]
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in finding.left_open]
    for table in finding.tables:
        lines += ["", _table(table)]
    if finding.example is not None:
        lines += ["", *_case(finding.example)]
    if finding.notes:
        lines.append("")
        lines += [wrapped(f"- {note}", "", "  ") for note in finding.notes]
    return "\n".join(lines)


def cell_text(cell: Cell) -> int | str:
    """Return a cell as `plain_table` takes it: a rational as its decimals and itself.

    >>> cell_text(Fraction(1, 3)), cell_text(Fraction(2)), cell_text(None), cell_text(5)
    ('0.3333 = 1/3', '2', '-', 5)
    """
    if cell is None:
        return "-"
    if not isinstance(cell, Fraction):
        return cell
    if cell.denominator == 1:
        return str(cell)
    exact = str(cell)
    return f"{float(cell):.4f}" + (f" = {exact}" if len(exact) <= _LONGEST else "...")


def _table(table: Table) -> str:
    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    return f"{wrapped(table.title)}\n{plain_table(table.heads, rows, '  ')}"


def _case(case: Case) -> list[str]:
    from mesacircuits.circuits.drawing import draw_terminal

    marks: dict[int, str] = {}
    for _, said in case.judgements:
        if said.witness is not None:
            marks = dict(witness_labels(said.witness))
            break
    drawing = draw_terminal(case.circuit, marks, width=76)
    widest = max((len(by) for by, _ in case.judgements), default=0)
    return [
        wrapped(f"{case.caption}: {case.task}, {case.circuit.size} gates", "", "  "),
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
