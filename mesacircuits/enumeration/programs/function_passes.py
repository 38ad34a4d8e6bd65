"""Programs of many functions sought at once: one pass for each length."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.programs.length_search import (
    Bounds,
    Found,
    LengthCut,
    LengthSearch,
    Turns,
    search_length,
)
from mesacircuits.programs import Machine
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["MOST_WORD_BITS", "FunctionPasses", "Pass", "is_whole"]

#: The most bits of all answers of a function: so many functions have a place each.
MOST_WORD_BITS = 20
#: The operations that read what is no part of a function alone.
_TABLES = ("table", "utility")


def is_whole(task: Task) -> bool:
    """Return whether a task is a function without free words, of few enough bits for a pass.

    >>> from mesacircuits.tasks import parse_task
    >>> [is_whole(parse_task(name)) for name in ("tt:2:8", "tt:2:8@B", "argmax", "parity(bits=5)")]
    [True, False, False, False]
    """
    if not isinstance(task, FunctionTask) or task.outputs << task.inputs > MOST_WORD_BITS:
        return False
    return task.support_bits == (1 << (1 << task.inputs)) - 1


@dataclass(frozen=True, eq=False)
class Pass:
    """All programs of one length that compute a function which no shorter one does.

    Attributes:
        numbers: the number of each one's function.
        tried: how many choices were tried.
        found: the programs; None of length 0, where there is one.
    """

    numbers: NDArray[np.int64]
    tried: int
    found: Found | None


class FunctionPasses:
    """The passes for functions of n inputs and m outputs, each made when it is first asked for.

    In a pass the words given so far have to begin a function that is sought and has no shorter
    program. To `enumerate_programs` it stands for a search by itself; its lines then have the
    choices of the whole pass.

    Arguments:
        inputs, outputs: n and m, such that m 2^n is at most `MOST_WORD_BITS`.
        machine: what programs are for; no tables are read.
        effort: the means of all passes; its budget of nodes counts choices.
        tasks: the functions sought, each one for which `is_whole`; None for all.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> machine = machine_for(parse_task("tt:2:6"), "oracle")
    >>> passes = FunctionPasses(2, 1, machine, Effort())
    >>> [(len(set(p.numbers.tolist())), p.tried) for p in map(passes.of_length, (0, 1, 2))]
    [(1, 1), (2, 11), (1, 57)]
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        machine: Machine,
        effort: Effort,
        tasks: Iterable[Task] | None = None,
    ) -> None:
        self.turns = Turns(FunctionTask((TruthTable(inputs, 0),) * outputs), machine)
        self.effort = effort
        #: For each function by its number whether it is sought, and has no program so far.
        self.left = np.full(1 << (outputs << inputs), tasks is None, dtype=bool)
        for task in tasks or ():
            self.left[self.number(task)] = True
        self._made: list[Pass] = []
        self._cut: LengthCut | None = None

    def number(self, task: Task) -> int:
        """Return the number of a function: its words, that of the first turn the first digit."""
        masks, number = task.word_masks, 0
        for x in self.turns.inputs:
            word = next(word for word, mask in enumerate(masks) if mask >> x & 1)
            number = number << task.outputs | word
        return number

    def tables(self, number: int) -> tuple[TruthTable, ...]:
        """Return the truth tables of a function by its number."""
        task = self.turns.task
        bits = [0] * task.outputs
        for place, x in enumerate(reversed(self.turns.inputs)):
            word = number >> place * task.outputs
            for i in range(task.outputs):
                bits[i] |= (word >> i & 1) << x
        return tuple(TruthTable(task.inputs, table) for table in bits)

    def of_length(self, length: int) -> Pass:
        """Return the pass of a length, after all of the shorter ones.

        Raises `LengthCut` if the budget ended, in this pass or one before.
        """
        while len(self._made) <= length:
            if self._cut is not None:
                raise self._cut
            try:
                made = self._next()
            except LengthCut as cut:
                self._cut = cut
                raise
            self.left[made.numbers] = False
            self._made.append(made)
        return self._made[length]

    def _next(self) -> Pass:
        turns, length = self.turns, len(self._made)
        if not length:
            given, tried, found = [turns.machine.word(turns.machine.start(0), 0)], 1, None
            words = np.array([given * len(turns.inputs)])
        else:
            wanted = np.packbits(self.left).tobytes()
            search = LengthSearch(turns, length, wanted=wanted, without=_TABLES)
            found = search_length(search, self.effort)
            words, tried = found.given, found.tried
        numbers = np.zeros(len(words), dtype=np.int64)
        for column in words.T:
            numbers = numbers << turns.task.outputs | column
        return Pass(numbers, tried, found)

    def __call__(
        self, search: LengthSearch, effort: Effort, keep: Callable[[Found], Found] | None = None
    ) -> Found:
        """Return what `search_length` does, without tables from the pass of all functions.

        Arguments and errors are those of `search_length`.
        """
        if {*search.without} != {*_TABLES} or search.bounds != Bounds():
            return search_length(search, effort, keep)
        made = self.of_length(search.length)
        assert made.found is not None
        these = made.numbers == self.number(search.turns.task)
        return Found(made.found.search, made.found.rows[these], made.tried)
