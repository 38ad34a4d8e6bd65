"""Claims and what was found of them, as text for a terminal 80 columns wide."""

from __future__ import annotations

from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import Claim, ClaimReport, attributed
from mesacircuits.conjectures.finding import Case
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.tables import counted, wrapped

__all__ = [
    "ANSWERS",
    "case_text",
    "claim_report_text",
    "claim_text",
]

#: What is said of a question by each verdict.
ANSWERS = {Verdict.HELD: "Yes", Verdict.REFUTED: "No", Verdict.INCONCLUSIVE: "Not decided"}


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
        lines += ["", table.text()]
    if finding.example is not None:
        lines += ["", *case_text(finding.example)]
    if finding.notes:
        lines.append("")
        lines += [wrapped(f"- {note}", "", "  ") for note in finding.notes]
    return "\n".join(lines)


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
