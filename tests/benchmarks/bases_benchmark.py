"""And-inverter and majority graphs of four inputs, size by size: time, gates tried, memory."""

from __future__ import annotations

from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

#: By basis the sizes measured by default, quickly, and at all.
SIZES = {"aig": (9, 7, 10), "mig": (6, 4, 7)}
SECONDS = 1200.0


def run(options: Options) -> Section:
    """Measure every size step of both bases, each in a process of its own."""
    section = Section("Bases: all minima of all four-input functions, size by size, one thread")
    rows: list[list[str | float | None]] = []
    notes = []
    for basis, (usual, quick, most) in SIZES.items():
        last = quick if options.quick else most if options.long else usual
        in_process("steps", 4, basis, 2, None)
        for size in range(1, last + 1):
            note(f"bases: {basis}, size {size}")
            limit = None if options.long else SECONDS
            measured, result = in_process("steps", 4, basis, size, limit)
            if result["ended"]:
                rate = result["tried"] / result["cpu"] / 1e6
                notes.append(
                    f"{basis}: size {size} not exhausted in {limit:.0f} s ({rate:.0f} million/s)"
                )
                break
            step = result["steps"][-1]
            rate = step["tried"] / step["cpu"] / 1e6
            rows.append(
                [
                    f"{basis} {step['size']}",
                    step["classes"],
                    result["open"],
                    step["tried"],
                    step["cpu"],
                    rate if step["tried"] > 1_000_000 else None,
                    round(measured.peak),
                ]
            )
            if not result["open"]:
                break
        else:
            notes.append(f"{basis}: sizes beyond {last} were not measured")
    heads = ("size", "classes", "open", "gates tried", "CPU s", "M/s", "peak MiB")
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "classes: settled at that size; open: left for larger ones (of 222 less the constant "
            "and the input; aig: of the 208 that read all inputs). tried: gates looked at. CPU s: "
            "of the step alone, the first of mig making its tables. M/s: million gates tried per "
            "second. peak: of a process that does the steps up to this one."
        ),
        *notes,
    ]
    section.record = {"rows": rows}
    return section
