"""All minimal programs of a task under an order, and what was exhausted below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.programs.length_search import (
    Bounds,
    Found,
)
from mesacircuits.enumeration.programs.minimal_program import (
    TABLE,
    Exhausted,
    MinimalProgram,
    exhaust,
    lengths_within,
)
from mesacircuits.enumeration.programs.orders import ProgramOrder, order_named
from mesacircuits.enumeration.programs.turns import Turns
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine, Program
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import Task, parse_task
from mesacircuits.tasks.program_inputs import machine_for

__all__ = [
    "DEFAULT_CAP",
    "ProgramMinima",
    "enumerate_programs",
]

#: The cap on the length, where an order needs one and none is given.
DEFAULT_CAP = 4
_LISTED = 10


@dataclass(frozen=True)
class ProgramMinima:
    """The minimal programs of a task.

    Attributes:
        task, machine, order: what they are the minima of.
        cap: programs of more instructions were not looked at; None if that loses none.
        minima: all of them, up to the canonical form, in the order of their codes.
        exhausted: what was searched through, in the order in which it was.
        exhaustive: whether the search came to its end; else `minima` is empty.
    """

    task: Task
    machine: Machine
    order: ProgramOrder
    cap: int | None
    minima: tuple[MinimalProgram, ...]
    exhausted: tuple[Exhausted, ...]
    exhaustive: bool

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs alone."""
        return tuple(minimum.program for minimum in self.minima)

    @property
    def tried(self) -> int:
        """How many choices were tried."""
        return sum(line.tried for line in self.exhausted)

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "task": str(self.task),
            "machine": self.machine.to_json(),
            "order": str(self.order),
            "cap": self.cap,
            "exhaustive": self.exhaustive,
            "programs": len(self.minima),
            "exhausted": [line.to_json() for line in self.exhausted],
            "minima": [minimum.to_json() for minimum in self.minima],
        }

    def text(self, listed: int | None = _LISTED) -> str:
        """Return the result as printed, with at most so many of the programs, or all."""
        lines = [wrapped(f"{self.task} under {self.order}", hanging="  ")]
        lines.append(wrapped(f"machine {self.machine}", hanging="  "))
        if not self.exhaustive:
            lines.append("minima not reached in the budget")
        elif not self.minima:
            among = "" if self.cap is None else f" of at most {counted(self.cap, 'instruction')}"
            lines.append(f"no program{among} solves it")
        else:
            many = len(self.minima)
            shown = self.order.shown(self.minima[0].cost)
            among = ""
            if self.cap is not None:
                among = f", of those of at most {counted(self.cap, 'instruction')}"
            lines.append(wrapped(f"{counted(many, 'minimal program')}: {shown}{among}"))
        lines += ["", self._exhausted_table()]
        shown_minima = self.minima if listed is None else self.minima[:listed]
        for number, minimum in enumerate(shown_minima, 1):
            lines += ["", *_lines_of(number, minimum)]
        if len(shown_minima) < len(self.minima):
            lines += ["", f"... and {len(self.minima) - len(shown_minima)} more (--all)"]
        return "\n".join(lines)

    def _exhausted_table(self) -> str:
        rows = [
            (
                line.length,
                "with" if line.table else "without",
                "all" if line.most_bits is None else line.most_bits,
                "all" if line.most_time is None else line.most_time,
                line.tried,
                line.found,
            )
            for line in self.exhausted
        ]
        heads = ("instructions", "table", "code bits", "time", "choices tried", "solve it")
        return plain_table(heads, rows)

    def __str__(self) -> str:
        return self.text()


def _lines_of(number: int, minimum: MinimalProgram) -> list[str]:
    cost = minimum.cost
    head = (
        f"{number}. length {cost.length}, {counted(cost.bits, 'bit')}, time "
        f"{cost.longest} at worst and "
        f"{cost.mean} on average, {cost.queries} queries"
    )
    lines = [wrapped(head, hanging="   ")]
    if minimum.program.table is not None:
        many = "not counted" if minimum.tables is None else f"{minimum.tables:,}"
        lines.append(f"   tables that serve equally well: {many}")
    listing = str(minimum.program).splitlines()[1:]
    return [*lines, *(wrapped(line, "   ", "     ") for line in listing)]


@fitting_units
def enumerate_programs(
    task: Task | str,
    order: str = "length",
    machine: Machine | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
) -> ProgramMinima:
    """Return every minimal program of a task, up to the canonical form.

    Programs that differ only in what never matters are one: names of registers, code that no input
    of the support reaches, the order of independent neighbours, entries of the private table that
    serve equally well (these are counted). See `RULES`.

    Arguments:
        task: a task, or the text that names one.
        order: one of `PROGRAM_ORDERS`.
        machine: what programs are for; by default the standard machine that fits the task.
        effort: the means of the search; its budget of nodes counts choices.
        cap: the most instructions; only for orders of time and queries, which need one (by default
            `DEFAULT_CAP`): programs of any length might be least under them.

    Raises `ArgumentError` for an unknown order, a machine that does not fit, or a cap that the
    order does not take.

    >>> minima = enumerate_programs("satisfying(candidates=4)")
    >>> [list(map(str, program.code)) for program in minima.programs]
    [['inc r0', 'query r1, r0', 'jz r1, 0']]
    >>> [(line.length, line.found) for line in minima.exhausted]
    [(0, 0), (1, 0), (2, 0), (3, 1)]
    """
    task = parse_task(task) if isinstance(task, str) else task
    chosen = order_named(order)
    if chosen.capped:
        cap = DEFAULT_CAP if cap is None else cap
        if not isinstance(cap, int) or not 0 <= cap <= MAX_LENGTH:
            raise ArgumentError("cap", f"a whole number from 0 to {MAX_LENGTH}", cap)
    elif cap is not None:
        raise ArgumentError("cap", "none, as this order needs none", cap)
    turns = Turns(task, machine or machine_for(task))
    return _Minimiser(turns, chosen, cap, effort or Effort()).run()


class _Minimiser:
    """One search for minima: its best programs so far, and what is exhausted."""

    def __init__(self, turns: Turns, order: ProgramOrder, cap: int | None, effort: Effort) -> None:
        self.turns, self.order, self.cap, self.effort = turns, order, cap, effort
        self.machine = turns.machine
        self.best: list[MinimalProgram] = []
        self.exhausted: list[Exhausted] = []
        self.entries = len(turns.inputs)
        self.table_bits = self.entries * self.machine.answers

    def run(self) -> ProgramMinima:
        exhaustive = True
        try:
            for length, table in self._places():
                self.exhausted.append(
                    exhaust(
                        self.turns,
                        length,
                        table,
                        self._bounds(table),
                        self.effort,
                        self._kept,
                        self.order.counts_time,
                        self._offer,
                    )
                )
        except BudgetEnded:
            exhaustive = False
        minima = sorted(self.best, key=lambda m: m.key) if exhaustive else []
        return ProgramMinima(
            self.turns.task,
            self.machine,
            self.order,
            self.cap,
            tuple(minima),
            tuple(self.exhausted),
            exhaustive,
        )

    def _places(self) -> Iterator[tuple[int, bool]]:
        """Yield the lengths to search, with or without a table, until none can better the best."""
        if self.order.name == "length":
            reads = TABLE in self.machine.names
            for length in range(MAX_LENGTH + 1):
                yield length, False
                if reads and length > self.entries:
                    yield length - self.entries, True
                if self.best:
                    return
            return
        most = MAX_LENGTH if self.cap is None else self.cap
        yield from lengths_within(self.machine, most, lambda table: self._bounds(table).bits)

    def _bounds(self, table: bool) -> Bounds:
        """Return the most that a program may cost and be among the minima."""
        name = self.order.name
        if not self.best or name == "length":
            return Bounds()
        cost = self.best[0].cost
        if name == "worst-time":
            return Bounds(longest=cost.longest)
        if name in ("mean-time", "total-time"):
            return Bounds(total=cost.total)
        if name == "queries":
            return Bounds(queries=cost.queries)
        least = self.order.key(cost)[0] - self.order.of_time(1)
        return Bounds(bits=int(least) - (self.table_bits if table else 0))

    def _kept(self, found: Found) -> Found:
        """Drop programs of which others of the same kind are better, table or none alike."""
        if not len(found) or self.order.name == "length":
            return found
        reads = found.search.with_table(found.rows)
        costs = self._costs_of(found)
        # With a table what a world accepts is not known yet: nothing of it is dropped.
        keep = reads & self.turns.task.joint
        for chosen in (reads, ~reads):
            for cost in costs:
                if chosen.any():
                    chosen = chosen & (cost == cost[chosen].min())
            keep = keep | chosen
        return Found(found.search, found.rows[keep], found.tried)

    def _costs_of(self, found: Found) -> list[NDArray[Any]]:
        """Return for each program what is to be least, the first number first."""
        name = self.order.name
        if name == "bits":
            return [found.bits]
        if name == "worst-time":
            return [found.longest, found.bits]
        if name in ("mean-time", "total-time"):
            return [found.total, found.bits]
        if name == "queries":
            return [found.queries, found.bits]
        times, place = np.unique(found.longest, return_inverse=True)
        added = np.array([self.order.of_time(max(int(t), 1)) for t in times], dtype=object)
        return [found.bits + added[place]]

    def _offer(self, minimum: MinimalProgram) -> None:
        key = self.order.key(minimum.cost)
        best = self.order.key(self.best[0].cost) if self.best else None
        if best is None or key < best:
            self.best = [minimum]
        elif key == best:
            self.best.append(minimum)
