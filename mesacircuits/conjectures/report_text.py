"""Reports as text for a terminal 80 columns wide."""

from __future__ import annotations

from mesacircuits.circuits import npn_canonical
from mesacircuits.conjectures.check import Report
from mesacircuits.conjectures.claim import attributed
from mesacircuits.conjectures.decide import ArmResult, Example
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.enumeration import MAX_CENSUS_INPUTS
from mesacircuits.studies.universe import inputs_in_use, table_of
from mesacircuits.tables import counted, plain_table, wrapped

__all__ = ["report_text"]

_LISTED = 20


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
        lines.append(wrapped(_open(arm), "  "))
    elif arm.sentence.by_classes:
        lines.append(
            f"  all {counted(totals['functions'], 'function')} "
            f"({counted(totals['classes'], 'NPN class', 'NPN classes')}) exhausted; minimal by "
            "exhaustion"
        )
        if arm.minima_from:
            lines.append(f"  minima as shipped in {arm.minima_from}; --fresh searches again")
    else:
        tasks = "the task" if len(arm.classes) == 1 else f"all {counted(len(arm.classes), 'task')}"
        lines.append(f"  all minima of {tasks} were exhausted; minimal by exhaustion")
    lines += [wrapped(f"left out: {name}: {why}", "  ", "    ") for name, why in _left_out(arm)]
    if not arm.classes:
        return lines
    tag = arm.sentence.definition.tag
    if arm.sentence.by_classes:
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
        lines += _by_task(arm)
    lines += ["", *_frontier(arm)]
    if arm.example is not None:
        lines += ["", *_example(arm, arm.example)]
    elif arm.example_is_open:
        lines += ["", f"  smallest {_kind(arm)}: not found within the budget"]
    return lines


def _open(arm: ArmResult) -> str:
    """Return what was left open, and why, in words."""
    left, universe = counted(arm.open_functions, "task"), arm.sentence.universe
    why = "not reached in the budget"
    if arm.sentence.by_classes:
        classes = counted(arm.open_classes, "class", "classes")
        left = f"{counted(arm.open_functions, 'function')} in {classes}"
        if universe.inputs > MAX_CENSUS_INPUTS:
            why = f"not searched, as none is that reads all {universe.inputs} inputs"
    return (
        f"NOT EXHAUSTED: {left} {'was' if arm.open_functions == 1 else 'were'} {why}; of those, "
        f"circuits of at most {counted(arm.exhausted_size or 0, 'gate')} were exhausted."
    )


def _left_out(arm: ArmResult) -> list[tuple[str, str]]:
    large = [line.partition(": ") for line in arm.sentence.universe.left_out]
    return [*arm.left_out, *((name, why) for name, _, why in large)]


def _by_task(arm: ArmResult) -> list[str]:
    """Return how many minima have the tag, and, of several tasks, of which."""
    tag, totals = arm.sentence.definition.tag, arm.totals
    line = f"  {tag}: {totals['tagged_minima']:,} of {_minima(totals['minima'])}"
    if len(arm.classes) == 1:
        return [line]
    rows = [(row.name, row.size, row.circuits, row.tagged) for row in arm.classes[:_LISTED]]
    more = len(arm.classes) - len(rows)
    return [
        f"{line}, {totals['tagged_classes']:,} of {counted(totals['classes'], 'task')}",
        "",
        plain_table(("task", "gates", "minima", tag), rows, "  "),
        *([f"  ... and {more:,} more (--json)"] if more else []),
    ]


def _kind(arm: ArmResult) -> str:
    return "counterexample" if arm.verdict is Verdict.REFUTED else "instance"


def _agreement(arm: ArmResult, tag: str) -> list[str]:
    wholly, apart = arm.totals["wholly_tagged_classes"], arm.disagreeing
    agree = f"in {counted(wholly, 'class', 'classes')} all minima are {tag}"
    if not apart:
        return [wrapped(f"{agree}; in none the minima of the class disagree", "  ")]
    lines = [wrapped(f"{agree}; in {len(apart):,} the minima of the class disagree:", "  ")]
    return [*lines, wrapped("  ".join(row.name for row in apart), "    ")]


def _minima(number: int) -> str:
    return counted(number, "minimum", "minima")


def _frontier(arm: ArmResult) -> list[str]:
    heads = ["classes", "functions", "minima"] if arm.sentence.by_classes else ["tasks", "minima"]
    rows = []
    for row in arm.frontier:
        dials = row.definition.removeprefix(arm.sentence.definition.name) or "(default dials)"
        rows.append((dials, *(row.classes, row.functions, row.minima)[-len(heads) :]))
    table = plain_table((f"{arm.sentence.definition.name} with", *heads), rows, "  ")
    notes = []
    one = all(row.task.outputs == 1 for row in arm.classes)
    if one and arm.sentence.definition.name == "search-like":
        notes.append("  (one output bit has two words, so k = 2 candidates at most)")
    return [table, *notes]


def _example(arm: ArmResult, example: Example) -> list[str]:
    from mesacircuits.circuits.drawing import draw_terminal

    tag = arm.sentence.definition.tag
    inputs = inputs_in_use(example.task)
    gates = counted(example.circuit.size, "gate")
    # A task of its own is no class.
    of = ""
    if arm.sentence.by_classes:
        of = f" (class {npn_canonical(table_of(example.task))[0].hex})"
    # What the budget left open may hide a smaller one.
    open_size = arm.exhausted_size or 0
    searched = not arm.open_functions or example.circuit.size <= open_size + 1
    kind = f"smallest {_kind(arm)}{'' if searched else ' found'}"
    lines = [
        wrapped(
            f"{kind}: {example.name}{of}, {gates}, {counted(inputs, 'input')} in use", "  ", "    "
        ),
        f"    {example.tagged:,} of its {_minima(example.minima)} "
        f"{'is' if example.tagged == 1 else 'are'} {tag}; score {example.judgement.score}",
        "",
    ]
    marks = dict(witness_labels(example.judgement.witness or {}))
    drawing = draw_terminal(example.circuit, marks, width=76)
    return lines + [f"    {line}".rstrip() for line in drawing.split("\n")]
