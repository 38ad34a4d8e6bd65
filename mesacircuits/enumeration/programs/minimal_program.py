"""Minimal programs with what they cost, and what was exhausted to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.programs.length_search import (
    NO_BOUND,
    Bounds,
    Found,
    LengthSearch,
    search_length,
)
from mesacircuits.enumeration.programs.orders import Cost
from mesacircuits.enumeration.programs.tables import completed, cost_of
from mesacircuits.enumeration.programs.turns import Turns
from mesacircuits.programs import Instruction, Machine, Program
from mesacircuits.programs.program import instruction_bits, length_bits

__all__ = [
    "TABLE",
    "Exhausted",
    "MinimalProgram",
    "exhaust",
    "least_code_bits",
    "lengths_within",
    "programs_of",
]

#: The operation that reads the private table.
TABLE = "table"


@dataclass(frozen=True, slots=True)
class MinimalProgram:
    """A minimal program, with what it costs.

    Attributes:
        program: the program; of those that differ in entries of the table alone, the first.
        cost: what it costs.
        tables: how many private tables serve it equally well; None where they were not counted.
    """

    program: Program
    cost: Cost
    tables: int | None = 1

    @property
    def key(self) -> tuple[int, list[tuple[str, tuple[int, ...]]]]:
        """What minimal programs are sorted by: their codes, the shortest first."""
        code = self.program.code
        return len(code), [(i.name, i.operands) for i in code]

    def to_json(self) -> dict[str, Any]:
        """Return the program, its text, its costs and its tables as JSON values."""
        return {
            **self.program.to_json(),
            "text": str(self.program),
            "hash": self.program.hash_hex,
            "cost": self.cost.to_json(),
            "tables": self.tables,
        }


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All programs of one length that were looked for, the certificate that none was missed.

    Attributes:
        length: how many instructions.
        table: whether those with a private table, or those without.
        most_bits: only those whose code has at most so many bits; None for all.
        most_time: only those whose longest turn takes at most so long; None for all.
        tried: how many choices were tried.
        found: how many that solve the task within these bounds were found; where the order says
            what is better, those that are best of their part of the search.
    """

    length: int
    table: bool
    most_bits: int | None
    most_time: int | None
    tried: int
    found: int

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return {
            "length": self.length,
            "table": self.table,
            "most_bits": self.most_bits,
            "most_time": self.most_time,
            "tried": self.tried,
            "found": self.found,
        }


def programs_of(
    turns: Turns, found: Found | None, table: bool, counts_time: bool
) -> Iterator[MinimalProgram]:
    """Yield the programs found, those with a table or those without, with their costs.

    Arguments:
        turns: the task and the machine.
        found: what a search found; None for the program without instructions.
        table: which of them.
        counts_time: whether tables have to make turns as short as any.
    """
    codes: Iterable[tuple[Instruction, ...]]
    if found is None:
        given = [turns.machine.word(turns.machine.start(x), 0) for x in turns.inputs]
        codes = [()] if turns.accepts(given) else []
    else:
        reads = found.search.with_table(found.rows)
        codes = (c for c, reading in zip(found.codes(), reads, strict=True) if reading == table)
    for code in codes:
        done = completed(turns, code, counts_time)
        if done is not None:
            program, tables = done
            yield MinimalProgram(program, cost_of(turns, program), tables)


def exhaust(
    turns: Turns,
    length: int,
    table: bool,
    bounds: Bounds,
    effort: Effort,
    keep: Callable[[Found], Found],
    counts_time: bool,
    offer: Callable[[MinimalProgram], None],
) -> Exhausted:
    """Search one length through, with or without a private table, and return what was exhausted.

    Arguments:
        turns, length, bounds, effort, keep: as for `search_length`; a length may be 0.
        table, counts_time: as for `programs_of`.
        offer: is given every program.

    Raises:
        BudgetEnded: as `search_length`; then nothing was offered.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> turns, found = Turns(task := parse_task("argmax"), machine_for(task)), []
    >>> exhaust(turns, 1, True, Bounds(), Effort(), lambda f: f, False, found.append).found
    1
    """
    without = () if table else (TABLE,)
    searched, tried = None, 1
    if length:
        search = LengthSearch(turns, length, bounds, without=without)
        searched = search_length(search, effort, keep)
        tried = searched.tried
    serving = 0
    for minimum in programs_of(turns, searched, table, counts_time):
        serving += 1
        offer(minimum)
    bits, time = (b if b < NO_BOUND else None for b in (bounds.bits, bounds.longest))
    return Exhausted(length, table, bits, time, tried, serving)


def lengths_within(
    machine: Machine, most: int, most_bits: Callable[[bool], int]
) -> Iterator[tuple[int, bool]]:
    """Yield the lengths to exhaust, with a table or without, until all further ones are too long.

    The lookup comes first: it bounds all others.

    Arguments:
        machine: what programs are for.
        most: the most instructions.
        most_bits: returns the most bits that a code with a table, or without, may still have.

    >>> list(lengths_within(Machine(), 2, lambda table: 16))
    [(1, True), (0, False), (1, False), (2, False), (2, True)]
    """
    reads = TABLE in machine.names
    if reads:
        yield 1, True
    for length in range(most + 1):
        if least_code_bits(machine, length) > most_bits(False):
            return
        yield length, False
        if reads and length > 1 and least_code_bits(machine, length, True) <= most_bits(True):
            yield length, True


def least_code_bits(machine: Machine, length: int, table: bool = False) -> int:
    """Return the least bits of a code of so many instructions, one reading the table or none.

    >>> least_code_bits(Machine(), 1), least_code_bits(Machine(), 4)
    (8, 29)
    """
    names = [name for name in machine.names if name != TABLE]
    least = min((instruction_bits(machine, name, length) for name in names), default=0)
    reading = instruction_bits(machine, TABLE, length) - least if table else 0
    return length_bits(length) + length * least + reading
