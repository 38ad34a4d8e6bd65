"""All minima of all choices of at most four inputs, beside a plain loop in C: are they as many?"""

from __future__ import annotations

from typing import Any

from measured_process import measure
from sections import Options, Section, compiled, in_process, note, prose, table_of

__all__ = ["run"]

#: K, m, s, the values of L and ways to treat ties: all of at most four inputs, but for utilities of
#: more than three values of three bits and, at three candidates, ties that the context breaks.
TIES = ("free", "first", "last", "excluded")
CHOICES = (
    ((2, 1, 0), (2,), TIES),
    ((2, 1, 1), (4,), (*TIES, "context")),
    ((2, 1, 2), (3,), (*TIES, "context")),
    ((3, 1, 0), (2,), TIES),
    ((3, 1, 1), (4,), TIES),
    ((4, 1, 0), (2,), TIES),
    ((2, 2, 0), (2, 3, 4), TIES),
)
#: Those that the loop in C takes more than some seconds for.
SLOW = {(2, 1, 2), (3, 1, 1), (4, 1, 0), (2, 2, 0)}


def run(options: Options) -> Section:
    """Count the minima of each family by both, and hold each task's against the other's."""
    section = Section("Choices: all minima of all choices of at most four inputs (b2, size)")
    rows: list[list[str | float | None]] = []
    records: list[dict[str, Any]] = []
    with compiled("plain_chains.c") as loop:
        for family, levels, ties in CHOICES:
            if options.quick and family in SLOW:
                continue
            name = "{},{},s={}".format(*family)
            note(f"choices: {name}, package")
            asked = [(*family, L, t) for L in levels for t in ties]
            universes = ["choices({},{},s={},L={},ties={},D=each)".format(*a) for a in asked]
            ours, cpu = in_process("choices", universes)[1]
            tasks = sum(row[1] for part in ours for row in part)
            minima = sum(row[1] * row[3] for part in ours for row in part)
            most = max(row[2] for part in ours for row in part)
            theirs = None
            if loop is not None:
                note(f"choices: {name}, plain C loop")
                texts = [",".join(map(str, a)) for a in asked]
                theirs = measure([str(loop), "b2", "size", *texts])
                counts = [
                    _compare(section, text, part, theirs.output)
                    for text, part in zip(texts, ours, strict=True)
                ]
                records.append({"universes": universes, "plain_cpu": theirs.cpu, "counts": counts})
            plain = theirs.cpu if theirs else None
            shape = [", ".join(map(str, levels)), str(len(ties))]
            row = [name, *shape, sum(map(len, ours)), tasks, most, minima, cpu, plain]
            rows.append([*row, plain / cpu if plain else None])
    heads = (
        "K,m,s", "L", "ties", "orbits", "tasks", "most C", "minima", "CPU s", "plain C s", "ratio",
    )  # fmt: skip
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "Choices among K candidates of m features in s bits of context, by every utility of L "
            "values and for every set of vectors that occur. ties: how many ways to treat them: "
            "all there are but, for three candidates, by context. orbits: tasks that the package "
            "searches; tasks: those that they stand for, all of which the C loop lists for "
            "itself, without symmetry; minima: summed over tasks. most C: gates of the largest "
            "minimum. CPU seconds on one thread, the package's of the call alone; plain C: cc "
            "-O2; ratio: to the package, which takes some ms for each task."
        ),
    ]
    if loop is None:
        section.lines.append("plain C loop: skipped, no compiler (cc, gcc, clang) found")
    elif not section.faults:
        total = sum(int(row[4] or 0) for row in rows)
        section.lines.append(f"agrees: C loop and package, size and minima of {total:,} tasks")
    section.record = {"rows": rows, "plain": records}
    return section


def _compare(
    section: Section, text: str, ours: list[list[Any]], output: str
) -> dict[int, list[int]]:
    # Each task of the package's has the loop's size and minima, and both have as many by size: the
    # loop's tasks and minima of each are returned.
    listed: dict[str, tuple[int, int]] = {}
    theirs: dict[int, list[int]] = {}
    found: dict[int, list[int]] = {}
    for line in output.splitlines():
        family, words, tasks, size, circuits = line.split()
        if family == text:
            listed[words] = int(size), int(circuits)
            _add(theirs, int(tasks), int(size), int(circuits))
    for words, stands_for, size, circuits in ours:
        if listed.get(words) != (size, circuits):
            section.faults.append(f"{text} {words}: C {listed.get(words)}, {(size, circuits)}")
        _add(found, stands_for, size, circuits)
    if theirs != found:
        section.faults.append(f"{text}: C {theirs}, package {found}")
    return theirs


def _add(counts: dict[int, list[int]], tasks: int, size: int, circuits: int) -> None:
    row = counts.setdefault(size, [0, 0])
    row[0] += tasks
    row[1] += tasks * circuits
