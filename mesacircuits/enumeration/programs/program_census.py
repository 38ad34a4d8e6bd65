"""The least length of all functions of n inputs and m outputs, and all their shortest programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mesacircuits.call import check_whole
from mesacircuits.circuits import TruthTable
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.programs.function_passes import MOST_WORD_BITS, FunctionPasses
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.tables import counted, plain_table, wrapped
from mesacircuits.tasks import FunctionTask
from mesacircuits.tasks.program_inputs import machine_for

__all__ = ["MOST_WORD_BITS", "FunctionPrograms", "LengthCount", "ProgramCensus", "program_census"]


@dataclass(frozen=True, slots=True)
class FunctionPrograms:
    """The shortest programs of a function.

    Attributes:
        tables: the truth tables, that of answer bit 0 first.
        length: the instructions of its shortest programs.
        programs: how many these are, up to the canonical form.
    """

    tables: tuple[TruthTable, ...]
    length: int
    programs: int

    def to_json(self) -> dict[str, Any]:
        """Return the function, as tasks are named, and the numbers as JSON values."""
        task = str(FunctionTask(self.tables))
        return {"task": task, "length": self.length, "programs": self.programs}


@dataclass(frozen=True, slots=True)
class LengthCount:
    """A length that was exhausted.

    Attributes:
        length: the instructions.
        functions: how many functions have programs so short, and none shorter.
        programs: how many programs these have, up to the canonical form.
        tried: how many choices were tried.
    """

    length: int
    functions: int
    programs: int
    tried: int

    def to_json(self) -> dict[str, int]:
        """Return the numbers as JSON values."""
        return {
            "length": self.length,
            "functions": self.functions,
            "programs": self.programs,
            "tried": self.tried,
        }


@dataclass(frozen=True)
class ProgramCensus:
    """How long the shortest programs of all functions are.

    Attributes:
        inputs, outputs: n and m.
        machine: what programs are for.
        rows: the lengths exhausted, from 0 on.
        functions: the functions that have programs of these lengths, by length.
        left: how many functions have none.
        exhaustive: whether all lengths that were to be were exhausted, before the budget ended.
    """

    inputs: int
    outputs: int
    machine: Machine
    rows: tuple[LengthCount, ...]
    functions: tuple[FunctionPrograms, ...]
    left: int
    exhaustive: bool

    def to_json(self, with_functions: bool = False) -> dict[str, Any]:
        """Return the census as JSON values, and every function if asked to."""
        record: dict[str, Any] = {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "machine": self.machine.to_json(),
            "exhaustive": self.exhaustive,
            "left": self.left,
            "lengths": [row.to_json() for row in self.rows],
        }
        if with_functions:
            record["functions"] = [function.to_json() for function in self.functions]
        return record

    def __str__(self) -> str:
        heads = ("instructions", "functions", "programs", "choices tried")
        rows = [(row.length, row.functions, row.programs, row.tried) for row in self.rows]
        of = f"{counted(self.inputs, 'input')} and {counted(self.outputs, 'output')}"
        lines = [f"shortest programs of all functions of {of}"]
        lines.append(wrapped(f"machine {self.machine}", hanging="  "))
        lines += ["", plain_table(heads, rows)]
        if self.left:
            least = self.rows[-1].length + 1 if self.rows else 0
            said = f"{counted(self.left, 'function')} left: at least {least} instructions each"
            lines += ["", said if self.exhaustive else f"{said}; the budget ended"]
        return "\n".join(lines)


@fitting_units
def program_census(
    inputs: int,
    outputs: int = 1,
    operations: str | tuple[str, ...] = "without-table",
    registers: int = 4,
    width: int | None = None,
    cap: int | None = None,
    effort: Effort | None = None,
) -> ProgramCensus:
    """Find the least length of every function, and how many shortest programs it has.

    All functions are searched for at once: one pass for each length, in which the words that were
    given so far have to begin a function without a shorter program.

    Arguments:
        inputs, outputs: n and m, such that m 2^n is at most `MOST_WORD_BITS`.
        operations, registers, width: as for `machine_for`; the private table is not used.
        cap: the most instructions; None until every function has a program.
        effort: the means of the search; its budget of nodes counts choices.

    Raises `ArgumentError` for too many functions, a cap out of range, or a machine that does not
    fit.

    >>> census = program_census(1, 1)
    >>> [(row.length, row.functions, row.programs) for row in census.rows]
    [(0, 1, 1), (1, 2, 4), (2, 1, 3)]
    """
    check_whole("inputs", inputs, 0, 16)
    check_whole("outputs", outputs, 1, 4)
    words = outputs << inputs
    if words > MOST_WORD_BITS:
        expected = f"outputs times 2^inputs of at most {MOST_WORD_BITS}"
        raise ArgumentError("outputs", expected, f"{outputs} of {inputs} inputs")
    if cap is not None:
        check_whole("cap", cap, 0, MAX_LENGTH)
    effort = effort or Effort()
    task = FunctionTask((TruthTable(inputs, 0),) * outputs)
    machine = machine_for(task, operations, registers, width)
    names = tuple(name for name in machine.names if name != "table")
    machine = replace(machine, operations=names)
    passes = FunctionPasses(inputs, outputs, machine, effort)
    rows: list[LengthCount] = []
    functions: list[FunctionPrograms] = []
    exhaustive = True
    length = 0
    while passes.left.any() and (cap is None or length <= cap) and length <= MAX_LENGTH:
        try:
            made = passes.of_length(length)
        except BudgetEnded:
            exhaustive = False
            break
        numbers, counts = np.unique(made.numbers, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            functions.append(FunctionPrograms(passes.tables(number), length, count))
        rows.append(LengthCount(length, len(numbers), int(counts.sum()), made.tried))
        length += 1
    left = int(passes.left.sum())
    return ProgramCensus(inputs, outputs, machine, tuple(rows), tuple(functions), left, exhaustive)
