"""Reports as text for a terminal 80 columns wide."""

from __future__ import annotations

from mesacircuits.circuits import npn_canonical
from mesacircuits.classification.classifier import witness_labels
from mesacircuits.conjectures.arm import ArmResult, Example
from mesacircuits.conjectures.check import Report
from mesacircuits.conjectures.claim import attributed
from mesacircuits.conjectures.sentence import Functions
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.tables import counted, plain_table, wrapped

__all__ = ["report_text"]


def report_text(report: Report) -> str:
    """Return the report as printed: the answer first, then the evidence arm by arm."""
    lines = [_headline(report)]
    if report.conjecture:
        said = report.conjecture
        lines += [
            "",
            wrapped(attributed(said.claim, said.source, said.quotation)),
            wrapped(f"Read as: {said.reading}"),
            wrapped(f"Blind to: {said.blind_to}."),
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
    return wrapped(
        f"{verdict}: {report.name} ({same} of {counted(len(report.arms), 'arm')}), "
        f"{sentence.universe}, {sentence.basis}{report.at_the_defaults}",
        hanging="  ",
    )


def _arm(arm: ArmResult) -> list[str]:
    totals = arm.totals
    lines = []
    if arm.open_functions:
        lines.append(
            wrapped(
                f"NOT EXHAUSTED: {counted(arm.open_functions, 'function')} in "
                f"{counted(arm.open_classes, 'class', 'classes')} "
                f"{'was' if arm.open_functions == 1 else 'were'} not reached in the budget; of "
                f"those, circuits of at most {counted(arm.exhausted_size or 0, 'gate')} were "
                "exhausted.",
                "  ",
            )
        )
    elif isinstance(arm.sentence.universe, Functions):
        lines.append(
            f"  all {counted(totals['functions'], 'function')} "
            f"({counted(totals['classes'], 'NPN class', 'NPN classes')}) exhausted; minimal by "
            "exhaustion"
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
            f"  {tag}: {totals['tagged_classes']:,} of "
            f"{counted(totals['classes'], 'class', 'classes')}, "
            f"{counted(totals['tagged_functions'], 'function')},",
            f"    {totals['tagged_minima']:,} of {_minima(totals['minima'])} "
            f"(counted over {arm.counts_over})",
        ]
        if totals["tagged_classes"]:
            lines += _agreement(arm, tag)
    else:
        lines.append(f"  {tag}: {totals['tagged_minima']:,} of {_minima(totals['minima'])}")
    lines += ["", *_frontier(arm)]
    if arm.example is not None:
        lines += ["", *_example(arm, arm.example)]
    elif arm.example_is_open:
        lines += ["", f"  smallest {_kind(arm)}: not found within the budget"]
    return lines


def _kind(arm: ArmResult) -> str:
    return "counterexample" if arm.verdict is Verdict.REFUTED else "instance"


def _agreement(arm: ArmResult, tag: str) -> list[str]:
    wholly, apart = arm.totals["wholly_tagged_classes"], arm.disagreeing
    agree = f"in {counted(wholly, 'class', 'classes')} all minima are {tag}"
    if not apart:
        return [wrapped(f"{agree}; in none the minima of the class disagree", "  ")]
    lines = [wrapped(f"{agree}; in {len(apart):,} the minima of the class disagree:", "  ")]
    return [*lines, wrapped("  ".join(row.function.hex for row in apart), "    ")]


def _minima(number: int) -> str:
    return counted(number, "minimum", "minima")


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

    tag = arm.sentence.definition.tag
    table = example.task.tables[0]
    inputs = len(table.support())
    gates = counted(example.circuit.size, "gate")
    # A task of its own is no class.
    of = ""
    if isinstance(arm.sentence.universe, Functions):
        of = f" (class {npn_canonical(table)[0].hex})"
    lines = [
        f"  smallest {_kind(arm)}: {example.task}{of}, {gates}, {counted(inputs, 'input')} in use",
        f"    {example.tagged:,} of its {_minima(example.minima)} "
        f"{'is' if example.tagged == 1 else 'are'} {tag}; score {example.judgement.score}",
        "",
    ]
    marks = dict(witness_labels(example.judgement.witness or {}))
    drawing = draw_terminal(example.circuit, marks, width=76)
    return lines + [f"    {line}".rstrip() for line in drawing.split("\n")]
