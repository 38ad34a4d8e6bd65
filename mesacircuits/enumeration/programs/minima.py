"""All minimal programs of a task under an order, and what was exhausted below them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations, product
from math import floor, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.drawing import card
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.programs.length_search import (
    MOST_FOUND,
    NO_BOUND,
    Bounds,
    Found,
    LengthCut,
    LengthSearch,
    Turns,
    search_length,
)
from mesacircuits.enumeration.programs.orders import (
    Cost,
    ProgramOrder,
    bits_json,
    bits_text,
    order_named,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instruction, Machine, Program, run_turn
from mesacircuits.programs.charges import Charge, log_bits
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.programs.program import instruction_bits, length_bits
from mesacircuits.records import printable
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import Task, TaskLike, as_task
from mesacircuits.tasks.program_inputs import machine_for

__all__ = [
    *("DEFAULT_CAP", "Cut", "Exhausted", "MinimalProgram", "ProgramMinima", "completed"),
    *("cost_of", "enumerate_programs", "exhaust", "least_code_bits", "lengths_by_total"),
    *("lengths_within", "lines_of"),
    *("TABLE", "UTILITY", "Uses", "programs_of", "uses_of"),
]

#: The most tables of a world's policy that are tried one by one in order to count them.
_MOST_TRIED = 1 << 16
#: Of a world's policies so many tables are tried for a bound, where the budget has ended.
_FEW_TABLES = 1 << 12


def completed(
    turns: Turns,
    code: tuple[Instruction, ...],
    counts_time: bool,
    effort: Effort | None = None,
) -> tuple[Program, int | None] | None:
    """Return a code with a private table by which it solves the task, and how many such there are.

    Each input has an entry of its own, so that they are chosen one by one; the least serve. What is
    acceptable in a world is a matter of all words together: there the first table found by trying
    all is taken, in the order of its entries.

    Arguments:
        turns: the task and the machine.
        code: the instructions.
        counts_time: whether an entry has to make the turn as short as any, and then to ask as few
            queries as any.
        effort: its budget; each table of a world's policy that is tried counts as a node.

    Returns:
        The program and the number of tables, 1 without a table, and None where in a world there
        are too many to try; None if none serves.

    Raises:
        BudgetEnded: if the budget ran out.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> turns = Turns(task := parse_task("argmax"), machine_for(task))
    >>> program, tables = completed(turns, (Instruction("table", (0,)),), True)
    >>> program.table, tables
    ((0, 0, 1, 0), 4)
    """
    machine = turns.machine
    if not any(instruction.name == "table" for instruction in code):
        return Program(machine, code), 1
    size = 1 << machine.inputs + machine.memory
    plain = Program(machine, code, (0,) * size)
    good: dict[int, list[tuple[int, int]]] = {}
    for place, x in enumerate(turns.inputs):
        served = []
        for entry in range(1 << machine.answers):
            turn = run_turn(
                plain, turns.instances[x], table=(entry,) * size, most_steps=turns.most_steps
            )
            if turn.word is not None and turns.accept[place] >> turn.word & 1:
                served.append((turn.time, turn.queries, entry, turn.word))
        if not served:
            return None
        least = min(served)[:2]
        good[x] = [
            (entry, word)
            for time, queries, entry, word in served
            if not counts_time or (time, queries) == least
        ]
    if turns.task.joint:
        return _jointly(turns, code, good, effort or Effort())
    chosen = {x: min(options)[0] for x, options in good.items()}
    program = Program(machine, code, tuple(chosen.get(x) for x in range(size)))
    return program, prod(map(len, good.values()))


def _jointly(
    turns: Turns,
    code: tuple[Instruction, ...],
    good: dict[int, list[tuple[int, int]]],
    effort: Effort,
) -> tuple[Program, int | None] | None:
    size = 1 << turns.machine.inputs + turns.machine.memory
    options = [sorted(good[x]) for x in turns.inputs]
    few = prod(map(len, options)) <= _MOST_TRIED
    first: tuple[tuple[int, int], ...] | None = None
    count = 0
    for chosen in product(*options):
        if effort.used_up():
            raise BudgetEnded
        effort.count_tried(1)
        if turns.accepts([word for _, word in chosen]):
            first = first or chosen
            count += 1
            if not few:
                break
    if first is None:
        return None
    entries = {x: entry for x, (entry, _) in zip(turns.inputs, first, strict=True)}
    program = Program(turns.machine, code, tuple(entries.get(x) for x in range(size)))
    return program, count if few else None


def cost_of(turns: Turns, program: Program, tables: int | None = 1) -> Cost:
    """Return what a program costs on a task, by running it.

    A private table costs its bits, less log2 of the number of tables that serve as well where the
    machine says so. A table of utilities that is read costs log2 L bits for each of its entries,
    and an entry counts in the length as one of the private table does.

    Arguments:
        turns: the task and the machine.
        program: the program.
        tables: how many private tables serve as well; None where that is not known, and then the
            table is charged in full.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> turns = Turns(task := parse_task("satisfying(candidates=4)"), machine_for(task))
    >>> cost = cost_of(turns, Program.parse("0: inc r0; load r1, r0; jz r1, 0", turns.machine))
    >>> cost.length, cost.bits, cost.longest, cost.total, cost.queries
    (3, 27, 12, 78, 0)
    >>> entries = ".table - 0 1 0 2 0 1 0 3 0 1 0 2 0 1 0"
    >>> table = Program.parse(f"table r0; {entries}", turns.machine)
    >>> table.bits, cost_of(turns, table, tables=20736).bits.exact
    (39, '31 - log2(81)')
    """
    bits: Charge = program.bits
    if program.table is not None and turns.machine.charge == "bits-back":
        bits -= log_bits(tables or 1)
    uses = {i.name for i in program.code}
    most = turns.most_steps
    runs = [run_turn(program, turns.instances[x], most_steps=most) for x in turns.inputs]
    return Cost(
        program.length + (turns.utilities[0] if UTILITY in uses else 0),
        bits + (turns.utility_bits if UTILITY in uses else 0),
        max(run.time for run in runs),
        sum(run.time for run in runs),
        sum(run.queries for run in runs),
        len(runs),
    )


#: The operations that read tables which are charged: the private one, and that of utilities.
TABLE, UTILITY = "table", "utility"
#: Which of them programs read.
Uses = tuple[str, ...]
#: What searches a length, as `search_length` does.
Search = Callable[[LengthSearch, Effort, Callable[[Found], Found] | None], Found]


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
        utility: whether those that read the table of utilities, or those that do not.
    """

    length: int
    table: bool
    most_bits: int | None
    most_time: int | None
    tried: int
    found: int
    utility: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cut:
    """The length within which the search ended.

    Attributes:
        length, table, utility: as of `Exhausted`.
        done, parts: how many parts of it were searched, and how many there are.
        store: the file that keeps what was searched; None if nothing does.
        too_many: whether it ended as it found more than `MOST_FOUND` programs, not by the budget.
    """

    length: int
    table: bool
    done: int
    parts: int
    store: str | None
    utility: bool = False
    too_many: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return what was done of the length, and how to go on, as printed."""
        share = 100 * self.done // self.parts
        named = (("a table", self.table), ("the utilities", self.utility))
        read = " and ".join(name for name, reads in named if reads)
        among = f" with {read}" if read else ""
        said = f"{counted(self.length, 'instruction')}{among}: {self.done} of {self.parts} parts"
        if self.too_many:
            ended = f"ended by more than {MOST_FOUND:,} programs, the most that a length lists"
            return [wrapped(f"{said} searched ({share} %), {ended}")]
        how = "with --resume FILE parts are kept, and the next run goes on there"
        if self.store is not None:
            how = f"the same command goes on there, with --resume {printable(self.store)}"
        return [wrapped(f"{said} searched ({share} %)"), wrapped(how)]


def programs_of(
    turns: Turns, found: Found | None, uses: Uses, counts_time: bool
) -> Iterator[MinimalProgram]:
    """Yield the programs found that read these tables, with their costs.

    Arguments:
        turns: the task and the machine.
        found: what a search found; None for the program without instructions.
        uses: which tables.
        counts_time: whether tables have to make turns as short as any.
    """
    codes: Iterable[tuple[Instruction, ...]]
    if found is None:
        given = [turns.machine.word(turns.machine.start(x), 0) for x in turns.inputs]
        codes = [()] if turns.accepts(given) else []
    else:
        chosen = np.logical_and.reduce(
            [found.search.using(n, found.rows) == (n in uses) for n in (TABLE, UTILITY)]
        )
        codes = (code for code, this in zip(found.codes(), chosen, strict=True) if this)
    for code in codes:
        done = completed(turns, code, counts_time)
        if done is not None:
            program, tables = done
            yield MinimalProgram(program, cost_of(turns, program, tables), tables)


def exhaust(
    turns: Turns,
    places: Iterable[tuple[int, Uses]],
    bounds: Callable[[int, Uses], Bounds],
    effort: Effort,
    keep: Callable[[Found], Found],
    counts_time: bool,
    offer: Callable[[MinimalProgram], None],
    search_for: Search = search_length,
) -> tuple[tuple[Exhausted, ...], Cut | None]:
    """Search lengths through, each with programs that read some tables or none.

    Arguments:
        turns, effort, keep: as for `search_length`.
        places: the lengths, from 0 on, and which tables are read; taken one by one.
        bounds: returns what programs of such a length may cost.
        counts_time: as for `programs_of`.
        offer: is given every program, once its length has been searched.
        search_for: what searches a length.

    Returns:
        what was exhausted, and the length within which the search ended, None if it did not.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> turns, found = Turns(task := parse_task("argmax"), machine_for(task)), []
    >>> bounds, kept = lambda length, uses: Bounds(), lambda f: f
    >>> lines, cut = exhaust(turns, [(1, (TABLE,))], bounds, Effort(), kept, False, found.append)
    >>> lines[0].found, len(found), cut
    (1, 1, None)
    """
    lines: list[Exhausted] = []
    for length, uses in places:
        most = bounds(length, uses)
        reads = TABLE in uses, UTILITY in uses
        searched, tried, serving = None, 1, 0
        if length:
            without = tuple(name for name in (TABLE, UTILITY) if name not in uses)
            search = LengthSearch(turns, length, most, without=without)
            try:
                searched = search_for(search, effort, keep)
            except LengthCut as cut:
                store = None if effort.store is None else str(effort.store)
                parts = cut.done, cut.parts, store, reads[1], cut.too_many
                return tuple(lines), Cut(length, reads[0], *parts)
            tried = searched.tried
        for minimum in programs_of(turns, searched, uses, counts_time):
            serving += 1
            offer(minimum)
        bits, time = (b if b < NO_BOUND else None for b in (most.bits, most.longest))
        lines.append(Exhausted(length, reads[0], bits, time, tried, serving, reads[1]))
    return tuple(lines), None


def uses_of(machine: Machine) -> list[Uses]:
    """Return which tables programs may read: none, one, or both.

    >>> uses_of(Machine())
    [(), ('table',), ('utility',), ('table', 'utility')]
    """
    there = [name for name in (TABLE, UTILITY) if name in machine.names]
    return [uses for count in range(len(there) + 1) for uses in combinations(there, count)]


def lengths_within(
    machine: Machine, most: int, most_bits: Callable[[Uses], int]
) -> Iterator[tuple[int, Uses]]:
    """Yield the lengths to exhaust, with tables or without, until all further ones are too long.

    The lookup comes first: it bounds all others.

    Arguments:
        machine: what programs are for.
        most: the most instructions.
        most_bits: returns the most bits that a code which reads some tables, or none, may have.

    >>> machine = Machine(operations=("inc", "table"))
    >>> list(lengths_within(machine, 2, lambda uses: 16))
    [(1, ('table',)), (0, ()), (1, ()), (2, ()), (2, ('table',))]
    """
    if TABLE in machine.names:
        yield 1, (TABLE,)
    for length in range(most + 1):
        if least_code_bits(machine, length) > most_bits(()):
            return
        yield length, ()
        for uses in uses_of(machine)[1:]:
            first = length == 1 and uses == (TABLE,)
            enough = least_code_bits(machine, length, uses) <= most_bits(uses)
            if length >= len(uses) and enough and not first:
                yield length, uses


def _entries_of(turns: Turns) -> dict[str, int]:
    # How many entries the tables have that count in the length.
    return {TABLE: len(turns.inputs), UTILITY: turns.utilities[0]}


def lengths_by_total(turns: Turns) -> Iterator[tuple[int, int, Uses]]:
    """Yield lengths, ascending, as instructions and entries, as instructions, and tables read.

    >>> from mesacircuits.tasks import parse_task
    >>> turns = Turns(task := parse_task("tt:2:8"), machine_for(task))
    >>> [(total, length) for total, length, uses in lengths_by_total(turns) if uses][:2]
    [(5, 1), (6, 2)]
    """
    entries = _entries_of(turns)
    for total in range(MAX_LENGTH + 1):
        for uses in uses_of(turns.machine):
            length = total - sum(entries[name] for name in uses)
            if length >= len(uses):
                yield total, length, uses


def least_code_bits(machine: Machine, length: int, uses: Uses = ()) -> int:
    """Return the least bits of a code of so many instructions that reads these tables, or none.

    >>> least_code_bits(Machine(), 1), least_code_bits(Machine(), 4)
    (8, 29)
    """
    names = [name for name in machine.names if name not in (TABLE, UTILITY)]
    least = min((instruction_bits(machine, name, length) for name in names), default=0)
    reading = sum(instruction_bits(machine, name, length) - least for name in uses)
    return length_bits(length) + length * least + reading


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
        cut: the length within which it ended sooner, None if the search came to its end; else
            `minima` is empty.
        at_least: what no program comes below under the order, as far as is known where the budget
            ended: instructions and entries, or bits.
        at_most: the best program that is known then.
    """

    task: Task
    machine: Machine
    order: ProgramOrder
    cap: int | None
    minima: tuple[MinimalProgram, ...]
    exhausted: tuple[Exhausted, ...]
    cut: Cut | None = None
    at_least: Charge | None = None
    at_most: MinimalProgram | None = None

    @property
    def exhaustive(self) -> bool:
        """Whether the search came to its end."""
        return self.cut is None

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
            "cut": None if self.cut is None else self.cut.to_json(),
            "at_least": None if self.at_least is None else bits_json(self.at_least),
            "at_most": None if self.at_most is None else self.at_most.to_json(),
            "programs": len(self.minima),
            "exhausted": [line.to_json() for line in self.exhausted],
            "minima": [minimum.to_json() for minimum in self.minima],
        }

    def text(self, listed: int | None = _LISTED) -> str:
        """Return the result as printed, with at most so many of the programs, or all."""
        lines = [wrapped(f"{self.task} under {self.order}", hanging="  ")]
        lines.append(wrapped(f"machine {self.machine}", hanging="  "))
        if self.cut is not None:
            lines += [wrapped(self._bounds()), *self.cut.lines()]
        elif not self.minima:
            most = counted(MAX_LENGTH if self.cap is None else self.cap, "instruction")
            if self.order.name == "length":
                most = self.order.unit(MAX_LENGTH)
            lines.append(f"no program of at most {most} solves it")
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
            lines += ["", *lines_of(number, minimum)]
        if len(shown_minima) < len(self.minima):
            lines += ["", f"... and {len(self.minima) - len(shown_minima)} more (--all)"]
        return "\n".join(lines)

    def _bounds(self) -> str:
        """Return what is known of the minima where the budget ended."""
        known = []
        if self.at_least is not None:
            known.append(f"at least {self.order.unit(self.at_least)}")
        if self.at_most is not None:
            by = "the table" if self.at_most.program.uses_table else "the best found"
            known.append(f"at most {self.order.shown(self.at_most.cost)}: {by}")
        many = self.cut is not None and self.cut.too_many
        return "; ".join([f"minima not {'listed' if many else 'reached in the budget'}", *known])

    def _exhausted_table(self) -> str:
        told = UTILITY in self.machine.names
        rows = [
            (
                line.length,
                "with" if line.table else "without",
                *(("with" if line.utility else "without",) if told else ()),
                "all" if line.most_bits is None else line.most_bits,
                "all" if line.most_time is None else line.most_time,
                line.tried,
                line.found,
            )
            for line in self.exhausted
        ]
        named = ("utility",) if told else ()
        others = ("code bits", "time", "choices tried", "solve it")
        return plain_table(("instructions", "table", *named, *others), rows)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{counted(len(self.minima), 'minimal program')} of {self.task}, {self.order.name}>"

    def _repr_html_(self) -> str:
        return card(repr(self)[1:-1], str(self))


def lines_of(number: int, minimum: MinimalProgram) -> list[str]:
    """Return a program and its costs as lists of minima show it, with its number there."""
    cost = minimum.cost
    head = (
        f"{number}. length {cost.length}, {bits_text(cost.bits)}, time "
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
    task: TaskLike,
    order: str = "length",
    machine: Machine | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
    n: int | None = None,
    search_for: Search = search_length,
) -> ProgramMinima:
    """Return every minimal program of a task, up to the canonical form.

    Programs that differ only in what never matters are one: names of registers, code that no input
    of the support reaches, the order of independent neighbours, entries of the private table that
    serve equally well (these are counted). See `RULES`.

    Arguments:
        task: a task, or what `as_task` reads as one.
        order: one of `PROGRAM_ORDERS`.
        machine: what programs are for; by default the fair machine that fits the task.
        effort: the means of the search; its budget of nodes counts choices.
        cap: the most instructions; only for orders of time and queries, which need one (by default
            `DEFAULT_CAP`): programs of any length might be least under them.
        n: the number of inputs, which a task that is a number needs.
        search_for: what searches a length; under `length` one for all of many functions may do so
            (see `FunctionPasses`).

    Raises `ArgumentError` for an unknown order, a machine that does not fit, or a cap that the
    order does not take.

    >>> minima = enumerate_programs("satisfying(candidates=4)")
    >>> [list(map(str, program.code)) for program in minima.programs]
    [['inc r0', 'load r1, r0', 'jz r1, 0']]
    >>> [(line.length, line.found) for line in minima.exhausted if not line.utility]
    [(0, 0), (1, 0), (2, 0), (3, 1)]
    """
    task = as_task(task, n)
    chosen = order_named(order)
    if chosen.capped:
        cap = DEFAULT_CAP if cap is None else cap
        if not isinstance(cap, int) or not 0 <= cap <= MAX_LENGTH:
            raise ArgumentError("cap", f"a whole number from 0 to {MAX_LENGTH}", cap)
    elif cap is not None:
        raise ArgumentError("cap", "none, as this order needs none", cap)
    turns = Turns(task, machine or machine_for(task))
    return _Minimiser(turns, chosen, cap, effort or Effort(), search_for).run()


class _Minimiser:
    """One search for minima: its best programs so far, and what is exhausted."""

    def __init__(
        self,
        turns: Turns,
        order: ProgramOrder,
        cap: int | None,
        effort: Effort,
        search_for: Search,
    ) -> None:
        self.turns, self.order, self.cap, self.effort = turns, order, cap, effort
        self.search_for = search_for
        self.machine = turns.machine
        self.best: list[MinimalProgram] = []
        self.entries = _entries_of(turns)

    def run(self) -> ProgramMinima:
        exhausted, cut = exhaust(
            self.turns,
            self._places(),
            self._bounds,
            self.effort,
            self._kept,
            self.order.counts_time,
            self._offer,
            self.search_for,
        )
        found = (self.turns.task, self.machine, self.order, self.cap)
        if cut is None:
            minima = sorted(self.best, key=lambda m: m.key)
            return ProgramMinima(*found, tuple(minima), exhausted)
        bounds = self._at_least(cut, exhausted), self._at_most()
        return ProgramMinima(*found, (), exhausted, cut, *bounds)

    def _at_least(self, cut: Cut, exhausted: tuple[Exhausted, ...]) -> Charge | None:
        """Return what no program comes below, as all that are shorter were searched."""
        if self.order.name == "length":
            tables = cut.table * self.entries[TABLE] + cut.utility * self.entries[UTILITY]
            return cut.length + tables
        if self.order.counts_time:
            return None
        # All others are of this length or longer, and so of as many bits, or no better; the lookup
        # comes before the program without instructions.
        length = cut.length if exhausted else 0
        return min([least_code_bits(self.machine, length), *(m.cost.bits for m in self.best)])

    def _at_most(self) -> MinimalProgram | None:
        """Return the best program known: one found, or the table alone."""
        if self.best or TABLE not in self.machine.names:
            return self.best[0] if self.best else None
        code, few = (Instruction(TABLE, (0,)),), Effort(nodes=_FEW_TABLES)
        try:
            lookup = completed(self.turns, code, self.order.counts_time, few)
        except BudgetEnded:
            return None
        if lookup is None:
            return None
        program, tables = lookup
        return MinimalProgram(program, cost_of(self.turns, program, tables), tables)

    def _places(self) -> Iterator[tuple[int, Uses]]:
        """Yield the lengths to search, with or without a table, until none can better the best."""
        if self.order.name == "length":
            for total, length, uses in lengths_by_total(self.turns):
                if self.best and self.best[0].cost.length < total:
                    return
                yield length, uses
            return
        most = MAX_LENGTH if self.cap is None else self.cap
        yield from lengths_within(self.machine, most, lambda uses: self._bounds(0, uses).bits)

    def _bounds(self, length: int, uses: Uses) -> Bounds:
        """Return the most that a program may cost and be among the minima."""
        if not self.best or self.order.name == "length":
            return Bounds()
        cost = self.best[0].cost
        if self.order.least is not None:
            return Bounds(**{self.order.least: getattr(cost, self.order.least)})
        least = self.order.key(cost)[0] - self.order.of_time(1)
        return Bounds(bits=floor(least - self.turns.least_charge(uses)))

    def _kept(self, found: Found) -> Found:
        """Drop programs of which others of the same kind are better, table or none alike."""
        if not len(found) or self.order.name == "length":
            return found
        reads = found.search.with_table(found.rows)
        costs = self._costs_of(found)
        # With a table what a world accepts is not known yet, nor how many tables serve: nothing of
        # it is dropped.
        keep = reads & self.turns.keeps_tables
        told = found.search.using(UTILITY, found.rows)
        for chosen in (reads & told, reads & ~told, ~reads & told, ~reads & ~told):
            for cost in costs:
                if chosen.any():
                    chosen = chosen & (cost == cost[chosen].min())
            keep = keep | chosen
        return Found(found.search, found.rows[keep], found.tried)

    def _costs_of(self, found: Found) -> list[NDArray[Any]]:
        """Return for each program what is to be least, the first number first."""
        if self.order.least is not None:
            return [found.cost(self.order.least), found.cost("bits")]
        if self.order.name == "bits":
            return [found.cost("bits")]
        times, place = np.unique(found.cost("longest"), return_inverse=True)
        added = np.array([self.order.of_time(max(int(t), 1)) for t in times], dtype=object)
        return [found.cost("bits") + added[place]]

    def _offer(self, minimum: MinimalProgram) -> None:
        key = self.order.key(minimum.cost)
        best = self.order.key(self.best[0].cost) if self.best else None
        if best is None or key < best:
            self.best = [minimum]
        elif key == best:
            self.best.append(minimum)
