"""Reports as text for a terminal 80 columns wide."""

from __future__ import annotations

from mesacircuits.classification.classifier import witness_labels
from mesacircuits.conjectures.arm import ArmResult, Example
from mesacircuits.conjectures.check import Report
from mesacircuits.conjectures.sentence import Functions
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.tables import plain_table, wrapped

__all__ = ["report_text"]


def report_text(report: Report) -> str:
    """Return the report as printed: the answer first, then the evidence arm by arm."""
    lines = [_headline(report)]
    if report.conjecture:
        lines += [
            "",
            wrapped(f'"{report.conjecture.claim}" ({report.conjecture.source})'),
            wrapped(f"Read as: {report.conjecture.reading}"),
            wrapped(f"Blind to: {report.conjecture.blind_to}."),
        ]
    for number, arm in enumerate(report.arms, 1):
        if report.conjecture:
            title = f"Arm {number}: {arm.verdict.value.upper()}: {arm.sentence}"
            lines += ["", wrapped(title, hanging="  ")]
        lines += _arm(arm)
    return "\n".join(lines)


def _headline(report: Report) -> str:
    verdict = report.verdict.value.upper()
    if report.conjecture is None:
        return wrapped(f"{verdict}: {report.name}", hanging="  ")
    same = sum(arm.verdict is report.verdict for arm in report.arms)
    sentence = report.arms[0].sentence
    return (
        f"{verdict}: {report.name} ({same} of {len(report.arms)} "
        f"arm{'s' * (len(report.arms) > 1)}), {sentence.universe}, {sentence.basis}"
    )


def _arm(arm: ArmResult) -> list[str]:
    totals = arm.totals
    lines = []
    if arm.open_functions:
        lines.append(
            wrapped(
                f"NOT EXHAUSTED: {arm.open_functions:,} function(s) in {arm.open_classes:,} "
                f"class(es) were not reached in the budget; of those, circuits of at most "
                f"{arm.exhausted_size} gates were exhausted.",
                "  ",
            )
        )
    elif isinstance(arm.sentence.universe, Functions):
        lines.append(
            f"  all {totals['functions']:,} functions ({totals['classes']} NPN classes) exhausted;"
            " minimal by exhaustion"
        )
        if arm.minima_from:
            lines.append(f"  minima as shipped in {arm.minima_from}; --fresh searches again")
    else:
        lines.append("  the task's minima were exhausted; minimal by exhaustion")
    if not arm.classes:
        return lines
    tag = arm.sentence.definition.tag
    if isinstance(arm.sentence.universe, Functions):
        lines += [
            f"  {tag}: {totals['tagged_classes']:,} of {totals['classes']:,} classes, "
            f"{totals['tagged_functions']:,} functions,",
            f"    {totals['tagged_minima']:,} of {totals['minima']:,} minima "
            f"(counted over {arm.counts_over})",
        ]
        if totals["tagged_classes"]:
            lines += _agreement(arm, tag)
    else:
        lines.append(f"  {tag}: {totals['tagged_minima']:,} of {totals['minima']:,} minima")
    lines += ["", *_frontier(arm)]
    if arm.example is not None:
        lines += ["", *_example(arm, arm.example)]
    return lines


def _agreement(arm: ArmResult, tag: str) -> list[str]:
    totals = arm.totals
    lines = [
        wrapped(
            f"in {totals['wholly_tagged_classes']} classes all minima are {tag}; "
            f"in {totals['disagreeing_classes']} the minima of the class disagree:",
            "  ",
        )
    ]
    listed = "  ".join(f"0x{row.function.hex}" for row in arm.disagreeing)
    return [*lines, wrapped(listed, "    ")] if listed else lines


def _frontier(arm: ArmResult) -> list[str]:
    rows = [
        (
            row.definition.removeprefix(arm.sentence.definition.name) or "(default dials)",
            row.classes,
            row.functions,
            row.minima,
        )
        for row in arm.frontier
    ]
    heads = (f"{arm.sentence.definition.name} with", "classes", "functions", "minima")
    table = plain_table(heads, rows, "  ")
    notes = []
    if arm.sentence.definition.name == "search-like":
        notes.append("  (one output bit has two words, so k = 2 candidates at most)")
    return [table, *notes]


def _example(arm: ArmResult, example: Example) -> list[str]:
    from mesacircuits.circuits.drawing import draw_terminal

    kind = "counterexample" if arm.verdict is Verdict.REFUTED else "instance"
    tag = arm.sentence.definition.tag
    table = example.task.tables[0]
    inputs = len(table.support())
    gates = f"{example.circuit.size} gate{'s' * (example.circuit.size != 1)}"
    lines = [
        f"  smallest {kind}: 0x{table.hex} ({example.task}), {gates}, {inputs} inputs in use",
        f"    {example.tagged:,} of its {example.minima:,} minima "
        f"{'is' if example.tagged == 1 else 'are'} {tag}; score {example.judgement.score}",
        "",
    ]
    marks = dict(witness_labels(example.judgement.witness or {}))
    drawing = draw_terminal(example.circuit, marks, width=76)
    return lines + [f"    {line}".rstrip() for line in drawing.split("\n")]
