"""Blocks of several outputs or six inputs: the gates they need, all minima, and the growth."""

from __future__ import annotations

from typing import Any

from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

#: Wall seconds after which a step is given up.
SECONDS, QUICK_SECONDS, LONG_SECONDS = 1800.0, 20.0, 7200.0
SAT_SECONDS = 600.0

#: A block, and the sizes to list all circuits of; the last is not tried quickly.
BLOCKS = (
    ("comparator(bits=2)", (6, 7, 8)),
    ("tt:4:6996,7EE8,8000", (6, 7, 8, 9)),
    ("sorter(bits=4)", (7, 8, 9, 10)),
    ("argmax(candidates=3,levels=3)", (4, 5, 6)),
    ("adder(bits=2)", (7, 8, 9, 10)),
    ("multiplexer(selects=2)", (6, 7, 8, 9)),
)


def run(options: Options) -> Section:
    """List all circuits of each block, size by size, until the minima."""
    limit = QUICK_SECONDS if options.quick else LONG_SECONDS if options.long else SECONDS
    section = Section("Blocks: all circuits of one size over b2, one thread")
    rows: list[list[str | float | None]] = []
    records = []
    for task, sizes in BLOCKS:
        before = None
        for size in sizes[:-1] if options.quick else sizes:
            note(f"blocks: {task}, {size}")
            # Each size in a process of its own: what an engine knows of fixed inputs is counted.
            step = in_process("exhaustive", task, "b2", (size,), limit)[1]["steps"][0]
            done = step["circuits"] is not None
            if done and (step["circuits"] > 0) != (size == sizes[-1]):
                section.faults.append(f"{task}, size {size}: {step['circuits']} circuits")
            rows.append(
                [
                    f"{task}, {size}",
                    step["circuits"] if done else "?",
                    f"{step['tried']:.2g}".replace("e+0", "e").replace("e+", "e"),
                    step["tried"] / before if before and done else None,
                    step["cpu"] if done else f"> {step['cpu']:.0f}",
                ]
            )
            before = step["tried"]
            records.append({"task": task, "size": size, **step})
    heads = ("task, size", "circuits", "tried", "growth", "CPU s")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "Smaller sizes have no circuits either. tried: gates looked at; growth: to those of "
            "the size before. CPU s: what is asked of tasks with an input fixed counts. "
            "tt:4:6996,7EE8,8000 is how many of four bits are 1. ?, >: given up after "
            f"{limit:.0f} s of wall time."
        ),
    ]
    section.record = {"steps": records, "sat": _by_sat(section, min(limit, SAT_SECONDS))}
    return section


def _by_sat(section: Section, limit: float) -> list[dict[str, Any]]:
    # What SAT takes to refute one gate less than the minima have, and to list these.
    rows: list[list[str | float | None]] = []
    records = []
    for task, sizes in BLOCKS:
        size = sizes[-1]
        note(f"blocks: {task} by SAT")
        arguments = (task, "b2", size - 1, limit)
        plain, broken = (in_process("refuted", *arguments, s)[1] for s in (False, True))
        listed = in_process("sat", task, "b2", (size,), limit)[1]["steps"][0]
        for step in (plain, broken):
            if step["refuted"] is False:
                section.faults.append(f"{task}, size {size - 1}: not refuted")
        given_up = [plain["refuted"] is None, broken["refuted"] is None, listed["circuits"] is None]
        seconds = [
            f"{'> ' * ended}{step['cpu']:.3g}"
            for ended, step in zip(given_up, (plain, broken, listed), strict=True)
        ]
        rows.append([f"{task}, {size}", *seconds[:2], listed["circuits"], seconds[2]])
        records.append({"task": task, "plain": plain, "broken": broken, "listed": listed})
    heads = ("task, C", "plain", "broken", "circuits", "listed")
    section.lines += [
        "",
        *table_of(heads, rows),
        "",
        *prose(
            "By SAT, CPU seconds: to refute C - 1 gates with no symmetry of the task broken "
            "(plain) and with all (broken), and to list the minima. >: given up after "
            f"{limit:.0f} s of wall time."
        ),
    ]
    return records
