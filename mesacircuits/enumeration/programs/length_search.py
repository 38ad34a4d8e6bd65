"""All programs of one length that solve a task, within bounds: split into units, and run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.programs.search_kernels import (
    COSTS,
    END,
    FRAME_FIELDS,
    FULL,
    search_programs,
)
from mesacircuits.enumeration.programs.turns import Turns
from mesacircuits.enumeration.programs.variants import Variants, first_named
from mesacircuits.enumeration.units import UnitResult, has_arrays, run_units
from mesacircuits.programs import Instruction, Program, run_turn
from mesacircuits.records import content_hash

__all__ = ["ALL_RULES", "NO_BOUND", "RULES", "Bounds", "Found", "LengthSearch", "search_length"]

#: Rules that leave out programs for which others stand, each with its bit in the kernel.
RULES = {
    "next": (1, "no jump goes to the next instruction, or to itself"),
    "dead": (2, "no result is overwritten or forgotten before it can be read"),
    "thread": (4, "no jump goes to what only goes on elsewhere or ends the turn"),
    "order": (8, "independent neighbours ascend, where no jump comes between"),
}
#: By whose rules canonical programs are written; beside them registers are named by first use.
ALL_RULES = tuple(RULES)
#: Greater than any cost.
NO_BOUND = 1 << 40

#: Raised whenever what the kernel finds could change: stored units are of one version.
_VERSION = 1
#: Rows of a chunk: few, as every part of a search has room for one.
_ROOM = 1 << 8
#: The most programs that one length lists; a search that finds more gives up.
MOST_FOUND = 1 << 20
#: A search is cut where there are at least so many parts, which make up so many units.
_PARTS, _UNITS = 600, 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a program may cost; all programs within the bounds are found.

    Attributes:
        bits: of its code.
        longest: the time of its longest turn.
        total: the time of all turns.
        queries: of all turns.
    """

    bits: int = NO_BOUND
    longest: int = NO_BOUND
    total: int = NO_BOUND
    queries: int = NO_BOUND


@dataclass(frozen=True)
class LengthSearch:
    """The search for all programs of L instructions.

    Arguments:
        turns: the task and the machine.
        length: L, at least 1.
        bounds: what the programs may cost.
        rules: names of `RULES`.
        by_first_use: whether registers are named by first use.
        free: whether any words at all are acceptable, so that every program is found that ends.
        without: operations of the machine that are not used.
        parts: the choices that lead to each part of the search to be made; one without choices is
            the whole search.
    """

    turns: Turns
    length: int
    bounds: Bounds = Bounds()
    rules: tuple[str, ...] = ALL_RULES
    by_first_use: bool = True
    free: bool = False
    without: tuple[str, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ((),)

    @cached_property
    def variants(self) -> Variants:
        """What may stand at a place."""
        canonical = "next" in self.rules
        return Variants.of(
            self.turns.machine, self.length, canonical, self.by_first_use, self.without
        )

    def with_table(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some programs, by their rows, read the private table."""
        reading = np.array([v.name == "table" for v in self.variants.listed], dtype=bool)
        return np.asarray(reading[rows[:, : self.length]].any(axis=1), dtype=np.bool_)

    @property
    def key(self) -> str:
        """The content hash of all that the programs found depend on."""
        bounds = [self.bounds.bits, self.bounds.longest, self.bounds.total, self.bounds.queries]
        return content_hash(
            [
                "programs", _VERSION, self.turns.task.to_json(), self.turns.machine.to_json(),
                self.length, bounds, list(self.rules), self.by_first_use, self.free,
                list(self.without),
            ]
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """Programs of one length, with what they cost.

    Attributes:
        search: where they were found.
        rows: shape (m, 2 L + 4 + turns): code, targets, costs, words given.
        tried: how many choices were tried.
    """

    search: LengthSearch
    rows: NDArray[np.int64]
    tried: int

    def __len__(self) -> int:
        return len(self.rows)

    def _cost(self, place: int) -> NDArray[np.int64]:
        costs: NDArray[np.int64] = self.rows[:, 2 * self.search.length + place]
        return costs

    @property
    def bits(self) -> NDArray[np.int64]:
        """The bits of each program's code, without a table."""
        return self._cost(0)

    @property
    def total(self) -> NDArray[np.int64]:
        """The time of all turns of each program."""
        return self._cost(1)

    @property
    def longest(self) -> NDArray[np.int64]:
        """The time of each program's longest turn."""
        return self._cost(2)

    @property
    def queries(self) -> NDArray[np.int64]:
        """The queries of all turns of each program."""
        return self._cost(3)

    @property
    def given(self) -> NDArray[np.int64]:
        """The words given in each turn, in the order of `Turns.inputs`."""
        words: NDArray[np.int64] = self.rows[:, 2 * self.search.length + COSTS :]
        return words

    def codes(self) -> Iterator[tuple[Instruction, ...]]:
        """Yield the instructions of each program."""
        variants = self.search.variants.listed
        length = self.search.length
        for row in self.rows.tolist():
            yield tuple(
                variants[v].instruction(target)
                for v, target in zip(row[:length], row[length : 2 * length], strict=True)
            )


class _Kernel:
    """One search with its arrays: runs on until all is found, a chunk at a time."""

    def __init__(
        self,
        search: LengthSearch,
        forced: tuple[int, ...] = (),
        split: int = -1,
        most_nodes: int = 1 << 62,
    ) -> None:
        turns, length, bounds = search.turns, search.length, search.bounds
        machine, variants = turns.machine, search.variants
        memory = sum(1 << register for register in machine.memory_registers)
        count = len(turns.inputs)
        accept = turns.accept
        if search.free:
            accept = np.full(count, -1, dtype=np.int64)
        rules = sum(RULES[name][0] for name in search.rules)
        params = [
            length, machine.width, count, machine.answers, machine.memory, first_named(machine),
            min(bounds.bits, NO_BOUND) - variants.header, bounds.longest, bounds.total,
            bounds.queries, rules, split, len(forced), variants.least_bits, most_nodes,
            1 | memory, "act" in machine.names,
        ]  # fmt: skip
        width = 2 * length + COSTS + count if split < 0 else max(split, 1)
        self.found = np.zeros((_ROOM, width), dtype=np.int64)
        self.state = np.zeros(4, dtype=np.int64)
        none = np.full(length, -1, dtype=np.int64)
        self._arrays = (
            none, none.copy(), np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64),
            np.zeros((2 * length + count + 1, FRAME_FIELDS), dtype=np.int64),
        )  # fmt: skip
        self._params = np.array(params, dtype=np.int64)
        self._fixed = (
            variants.rows, variants.allowed, variants.counts, variants.fresh_after, turns.start,
            turns.words, turns.objective, turns.best, accept,
            np.array([*forced, 0], dtype=np.int64),
        )  # fmt: skip

    @property
    def tried(self) -> int:
        return int(self.state[1])

    def chunks(self, stop: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.int64], bool]]:
        """Yield what is found, and with the last chunk whether the search came to its end."""
        while True:
            why = search_programs(
                *self._arrays, self.state, self.found, stop, self._params, *self._fixed
            )
            yield self.found[: self.state[2]].copy(), why == END
            if why != FULL:
                return


def _run_unit(search: LengthSearch, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    """Run some parts of a search; stop early, incomplete, if too many programs are found."""
    width = 2 * search.length + COSTS + len(search.turns.inputs)
    kept = [np.zeros((0, width), dtype=np.int64)]
    count = tried = 0
    complete = True
    for forced in search.parts:
        kernel = _Kernel(search, forced, most_nodes=most_tried - tried)
        for rows, ended in kernel.chunks(stop):
            complete = ended
            if search.turns.task.joint and not search.free and len(rows):
                rows = rows[_accepted(search, rows)]
            kept.append(rows)
            count += len(rows)
            if count > MOST_FOUND:
                complete = False
                break
        tried += kernel.tried
        if not complete:
            break
    return UnitResult({"rows": np.concatenate(kept).astype(np.int32)}, tried, complete)


def _check(search: LengthSearch, result: UnitResult) -> None:
    length, turns = search.length, search.turns
    width = 2 * length + COSTS + len(turns.inputs)
    has_arrays(result.arrays, {"rows": (np.int32, (None, width))})
    rows = result.arrays["rows"].astype(np.int64)
    variants, targets = rows[:, :length], rows[:, length : 2 * length]
    if len(rows) > MOST_FOUND:
        raise ValueError("too many programs")
    if ((variants < 0) | (variants >= len(search.variants.listed))).any():
        raise ValueError("no program")
    jumps = np.array([v.instruction(0).operation.jumps for v in search.variants.listed])
    if (jumps[variants] & ((targets < 0) | (targets > length))).any():
        raise ValueError("a jump to nowhere")
    if len(np.unique(rows, axis=0)) < len(rows):
        raise ValueError("a program is listed twice")
    found = Found(search, rows, result.tried)
    for place, (code, table) in enumerate(zip(found.codes(), search.with_table(rows), strict=True)):
        # What entries a table has is not listed; they are chosen again, by running it.
        if not table and _ran(search, code) != rows[place, 2 * length :].tolist():
            raise ValueError("a program that does something else")
    if not search.free and not _accepted(search, rows).all():
        raise ValueError("a program that does not solve the task")


def _ran(search: LengthSearch, code: tuple[Instruction, ...]) -> list[int | None]:
    # The costs of a program without a table, and the words that it gives.
    turns = search.turns
    program = Program(turns.machine, code)
    runs = [run_turn(program, turns.instances[x]) for x in turns.inputs]
    times = [run.time for run in runs]
    queries = sum(run.queries for run in runs)
    bits = program.bits - search.variants.header
    return [bits, sum(times), max(times), queries, *(run.word for run in runs)]


def _accepted(search: LengthSearch, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which programs a task accepts as a whole; with a table there may be other words."""
    given = rows[:, 2 * search.length + COSTS :]
    words, place = np.unique(given, axis=0, return_inverse=True)
    good = np.array([search.turns.accepts(row) for row in words.tolist()], dtype=bool)
    found: NDArray[np.bool_] = good[place.reshape(-1)] | search.with_table(rows)
    return found


def _units(search: LengthSearch) -> tuple[list[LengthSearch], int]:
    """Return the units of a search, and how many choices it took to find them.

    The search is cut after the least number of choices that makes enough parts; every program takes
    at least as many choices as it has instructions, so that none is found before.
    """
    parts: list[tuple[int, ...]] = [()]
    tried, stop = 0, np.zeros(1, dtype=np.uint8)
    for split in range(1, search.length):
        if len(parts) >= _PARTS:
            break
        kernel = _Kernel(search, split=split)
        parts = [tuple(choices) for chunk, _ in kernel.chunks(stop) for choices in chunk.tolist()]
        tried = kernel.tried
    units = [tuple(parts[number::_UNITS]) for number in range(min(_UNITS, len(parts)))]
    return [replace(search, parts=unit) for unit in units], tried


def search_length(
    search: LengthSearch, effort: Effort, keep: Callable[[Found], Found] | None = None
) -> Found:
    """Return all programs of one length within the bounds, up to the canonical form.

    Arguments:
        search: what is sought.
        effort: the means; its nodes are choices tried.
        keep: drops programs of each part that nobody asks for.

    Raises:
        BudgetEnded: if the budget ran out first, or more than 2^20 programs were found.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> task = parse_task("satisfying(candidates=4)")
    >>> turns = Turns(task, machine_for(task, "without-table"))
    >>> found = search_length(LengthSearch(turns, 3), Effort())
    >>> [[str(instruction) for instruction in code] for code in found.codes()]
    [['inc r0', 'query r1, r0', 'jz r1, 0']]
    """
    units, tried = _units(search)
    effort.count_tried(tried)
    title = f"length {search.length}"
    kept: list[NDArray[np.int64]] = []
    count = 0
    with closing(run_units(_run_unit, units, effort, search.key, title, _check)) as results:
        for _, result in results:
            tried += result.tried
            found = Found(search, result.arrays["rows"].astype(np.int64), result.tried)
            rows = (keep(found) if keep else found).rows
            count += len(rows)
            if count > MOST_FOUND:
                raise BudgetEnded
            kept.append(rows)
    width = 2 * search.length + COSTS + len(search.turns.inputs)
    rows = np.concatenate(kept) if kept else np.zeros((0, width), dtype=np.int64)
    return Found(search, _unique_codes(rows, search.length), tried)


def _unique_codes(rows: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return the rows in the order of their codes, each code once, with its least costs.

    A code comes again where entries of its table lead through it in other ways.
    """
    if not len(rows):
        return rows
    costs = rows[:, 2 * length : 2 * length + COSTS]
    order = np.lexsort((*costs.T[::-1], *rows[:, : 2 * length].T[::-1]))
    ordered = rows[order]
    codes = ordered[:, : 2 * length]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (codes[1:] != codes[:-1]).any(axis=1)
    unique: NDArray[np.int64] = ordered[first]
    return unique
