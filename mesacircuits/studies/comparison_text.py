"""Comparisons of definitions as text for a terminal 80 columns wide."""

from __future__ import annotations

from mesacircuits.definitions import Judgement
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.comparison import Comparison, Disagreed, Pair
from mesacircuits.tables import Table, cell_text, counted, wrapped

__all__ = ["comparison_text"]


def comparison_text(found: Comparison) -> str:
    """Return a comparison as printed: the matrix, then each pair with its smallest example."""
    lines = [wrapped(_head(found), "", "  ")]
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in found.left_open]
    lines += [wrapped(f"left out: {line}", "  ", "    ") for line in found.universe.left_out]
    lines += [wrapped(f"failed: {line}", "  ", "    ") for line in found.failed]
    lines += [wrapped(f"programs not judged: {line}", "  ", "    ") for line in found.refused]
    if found.definitions:
        lines += ["", _definitions(found).text()]
    if found.pairs:
        lines += ["", _matrix(found).text()]
    else:
        lines += ["", "nothing to compare: fewer than two definitions are left"]
    drawn: set[tuple[str, str]] = set()
    for pair in found.pairs:
        lines += ["", *_pair(found, pair, drawn)]
    return "\n".join(lines)


def _head(found: Comparison) -> str:
    definitions = counted(len(found.definitions), "definition")
    head = f"{definitions} over {counted(found.minima, *_nouns(found))} of {found.universe}"
    if not found.universe.only_given:
        head += f", {found.basis}, order {found.order}"
    return head + (f" (of {found.counted_over})" if found.counted_over else "")


def _nouns(found: Comparison) -> tuple[str, str]:
    # What is given need not be minimal.
    given = found.universe.fixed or found.universe.fixed_programs
    return ("solver", "solvers") if given else ("minimum", "minima")


def _definitions(found: Comparison) -> Table:
    columns = zip(found.names, found.tagged, found.applies, strict=True)
    rows = tuple(
        (name, number, tagged, applies) for number, (name, tagged, applies) in enumerate(columns, 1)
    )
    title = f"Definitions, the {_nouns(found)[1]} that each tags, and of how many it applies to:"
    return Table(title, ("definition", "number", "tagged", "of"), rows)


def _matrix(found: Comparison) -> Table:
    count = len(found.definitions)
    cells: dict[tuple[int, int], str] = {}
    for pair in found.pairs:
        shown = "-" if pair.share is None else f"{pair.disagreements:,}"
        cells[pair.first, pair.second] = cells[pair.second, pair.first] = shown
    widest = max(map(len, cells.values()))
    rows = tuple(
        (str(i + 1), *(f"{cells.get((i, j), ''):>{widest}}" for j in range(count)))
        for i in range(count)
    )
    heads = ("", *(f"{j + 1:>{widest}}" for j in range(count)))
    return Table(f"{_nouns(found)[1].capitalize()} on which they disagree:", heads, rows)


def _pair(found: Comparison, pair: Pair, drawn: set[tuple[str, str]]) -> list[str]:
    first, second = pair.first + 1, pair.second + 1
    title = f"{first}, {second}: "
    if pair.share is None:
        return [f"{title}no {_nouns(found)[0]} to which both apply"]
    share = cell_text(pair.share)
    apart = f", {pair.apart:,} apart (one does not apply)" if pair.apart else ""
    counts = (
        f"{title}disagree on {pair.disagreements:,} of {pair.compared:,} ({share}): only {first} "
        f"{pair.only_first:,}, only {second} {pair.only_second:,}; both {pair.both:,}, neither "
        f"{pair.neither:,}{apart}"
    )
    lines = [wrapped(counts, "", "  ")]
    if pair.example is not None:
        names = found.names[pair.first], found.names[pair.second]
        lines += _example(pair.example, names, drawn)
    elif pair.example_is_open:
        lines.append("  smallest: not found within the budget")
    return lines


def _example(example: Disagreed, names: tuple[str, str], drawn: set[tuple[str, str]]) -> list[str]:
    from mesacircuits.circuits.drawing import draw_terminal

    marks: dict[int, str] = {}
    for judgement in example.judgements:
        if judgement.witness is not None:
            marks = dict(witness_labels(judgement.witness))
            break
    widest = max(map(len, names))
    program = isinstance(example.circuit, UnrolledProgram)
    size = f"length {example.size}" if program else counted(example.size, "gate")
    key = example.name, f"{example.circuit} {sorted(marks.items())}"
    seen = ", as drawn above" if key in drawn else ""
    lines = [
        wrapped(f"smallest: {example.name}, {size}{seen}", "  ", "    "),
        *(
            wrapped(f"{name:<{widest}}  {_said(judgement)}", "    ", "      ")
            for name, judgement in zip(names, example.judgements, strict=True)
        ),
    ]
    if not seen:
        drawn.add(key)
        if isinstance(example.circuit, UnrolledProgram):
            drawing = str(example.circuit)
        else:
            drawing = draw_terminal(example.circuit, marks, width=76)
        lines += ["", *(f"    {line}".rstrip() for line in drawing.split("\n"))]
    return lines


def _said(judgement: Judgement) -> str:
    if judgement.score is None:
        return judgement.note
    note = f" ({judgement.note})" if judgement.note else ""
    return f"score {judgement.score}{note}"
