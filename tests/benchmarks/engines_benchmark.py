"""The two engines side by side, cost by cost: exhaustion and SAT."""

from __future__ import annotations

from dataclasses import dataclass

from sections import Options, Section, in_process, note, prose, table_of

__all__ = ["run"]

#: Wall seconds after which a step is given up.
SECONDS, QUICK_SECONDS, LONG_SECONDS = 120.0, 20.0, 3600.0

_LESS = "(~b & d) | (~(b ^ d) & ~a & c)"
_MORE = "(b & ~d) | (~(b ^ d) & a & ~c)"
_EQUAL = "~(b ^ d) & ~(a ^ c)"
_MORE_OR_FREE = "relation:4:1:3,2,2,2,1,3,2,2,1,1,3,2,1,1,1,3"


@dataclass(frozen=True)
class Case:
    """A task, and the costs to list all circuits of; the last is not tried quickly."""

    name: str
    task: str
    basis: str
    costs: tuple[int, ...]


#: Two-bit numbers are (b a) and (d c): compared as < and =, and in the thermostat temperature and
#: target, with heat where the first is less and cool where it is more. With ties free, either
#: answer will do where they are equal: a relation.
CASES = (
    Case("full adder", "expr:a ^ b ^ c, (a & b) | (c & (a ^ b))", "b2", (4, 5)),
    Case("full adder", "expr:a ^ b ^ c, (a & b) | (c & (a ^ b))", "aig", (6, 7)),
    Case("compare <, =", f"expr:{_LESS}, {_EQUAL}", "b2", (5, 6, 7)),
    Case("thermostat", f"expr:{_LESS}, {_MORE}", "b2", (5, 6, 7, 8)),
    Case("thermostat", f"expr:{_LESS}, {_MORE}", "aig", (7, 8)),
    Case("compare <", f"expr:{_LESS}", "b2", (4, 5)),
    Case("compare >, ties free", _MORE_OR_FREE, "b2", (3, 4)),
    Case("0x0116", "tt:4:0116", "b2", (5, 6, 7)),
    Case("0x166A", "tt:4:166A", "b2", (6, 7)),
    Case("0x168B", "tt:4:168B", "b2", (6, 7)),
    Case("0x6996", "tt:4:6996", "aig", (7, 8, 9)),
    Case("0x011EE1EE", "tt:5:011EE1EE", "b2", (5, 6, 7)),
)


def run(options: Options) -> Section:
    """Measure every cost step of every case by both engines, and what `auto` makes of it."""
    limit = QUICK_SECONDS if options.quick else LONG_SECONDS if options.long else SECONDS
    section = Section("Engines: all circuits of one cost for one task, one thread")
    rows: list[list[str | float | None]] = []
    plans = []
    records = []
    for case in CASES:
        costs = case.costs[:-1] if options.quick else case.costs
        note(f"engines: {case.name}, {case.basis}, costs {costs}")
        arguments = (case.task, case.basis, costs, limit)
        tried = in_process("exhaustive", *arguments)[1]
        note(f"  exhaustion: {tried['steps']}")
        solved = in_process("sat", *arguments)[1]
        note(f"  SAT: {solved['steps']}")
        for cost, ours, theirs in zip(costs, tried["steps"], solved["steps"], strict=True):
            both = ours["circuits"] is not None and theirs["circuits"] is not None
            if both and ours["circuits"] != theirs["circuits"]:
                section.faults.append(f"{case.name}, cost {cost}: {ours} and {theirs}")
            rate = ours["tried"] / ours["cpu"] / 1e6 if ours["cpu"] > 0.05 else None
            rows.append(
                [
                    f"{case.name}, {case.basis} {cost}",
                    tried["kind"],
                    ours["circuits"] if ours["circuits"] is not None else theirs["circuits"],
                    _round(ours["tried"]),
                    _seconds(ours),
                    rate,
                    _seconds(theirs),
                    theirs["cpu"] / ours["cpu"] if both else None,
                ]
            )
            records.append({"case": case.name, "cost": cost, "exhaustive": ours, "sat": theirs})
        if not options.quick:
            plan = in_process("planned", case.task, case.basis, limit)[1]
            plans.append([f"{case.name}, {case.basis}", _seconds(plan), plan["plan"]])
    heads = (
        "task, basis, cost",
        "engine",
        "circuits",
        "tried",
        "exh. s",
        "M/s",
        "SAT s",
        "SAT/exh.",
    )
    section.lines = [
        *table_of(heads, rows),
        "",
        *prose(
            "CPU seconds. engine: orbits joins the last two two-input gates, for one function; "
            "outputs joins a last helper with the outputs, for any task over such gates; any is "
            "for any task and basis. tried: gates looked at by exhaustion; M/s: million of them "
            f"per second. >: given up after {limit:.0f} s of wall time. SAT/exh.: SAT seconds to "
            "exhaustive ones. compare and thermostat: of two numbers of two bits, outputs < and =, "
            "or < (heat) and > (cool); ties free: either answer where they are equal. 0x6996 is "
            "parity. The functions over b2 are of 7 gates."
        ),
    ]
    if plans:
        section.lines += ["", "What the planner does, from cost 0 to the minima (CPU seconds):", ""]
        for name, seconds, plan in plans:
            section.lines += prose(f"{name}: {seconds} s, {plan}", "  ")
    section.record = {"steps": records, "plans": plans}
    return section


def _round(tried: int) -> str:
    return (
        f"{tried:,}" if tried < 100_000 else f"{tried:.1e}".replace("e+0", "e").replace("e+", "e")
    )


def _seconds(step: dict[str, float | None]) -> str:
    seconds = step["cpu"] or 0.0
    shown = f"{seconds:.0f}" if seconds >= 100 else f"{seconds:.3g}"
    return shown if step["circuits"] is not None else f"> {shown}"
