"""Rankings as instances, for the claims about the toy model of task diversity."""

from __future__ import annotations

from math import factorial

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import ProgramMinima, enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.studies.programs import named_counts, named_tags
from mesacircuits.tasks import OptimisationTask, machine_for, task_named

__all__ = [
    "SEARCHING",
    "check_instances",
    "instances_task",
    "minima_of",
    "names_of",
    "table_code_bits",
]

#: The operations beside the private table.
SEARCHING = ("inc", "mov", "query", "jz", "jnz", "jlt")


def instances_task(candidates: int, instances: int, accept: int = 1) -> OptimisationTask:
    """Return the task of giving one of the best candidates on so many instances.

    >>> instances_task(4, 5).support_bits.bit_count()
    5
    """
    task = task_named("ranking", candidates=candidates, instances=instances, accept=accept)
    assert isinstance(task, OptimisationTask)
    return task


def minima_of(
    task: OptimisationTask, operations: str | tuple[str, ...], effort: Effort
) -> ProgramMinima:
    """Return the programs of fewest bits, raising `BudgetEnded` if the budget ends first."""
    minima = enumerate_programs(task, "bits", machine_for(task, operations), effort)
    if not minima.exhaustive:
        raise BudgetEnded
    return minima


def names_of(minima: ProgramMinima) -> dict[str, int]:
    """Return how many of the minima bear each name."""
    return named_counts(named_tags(minima.minima, minima.task))


def check_instances(name: str, number: int, candidates: int) -> None:
    """Raise `ArgumentError`, naming a setting, for more instances than there are rankings."""
    rankings = factorial(candidates)
    if number > rankings:
        raise ArgumentError(name, f"at most {rankings} rankings", number)


def table_code_bits(machine: Machine) -> int:
    """Return the bits of the code that gives what the table holds, without its entries.

    >>> from mesacircuits.tasks import parse_task
    >>> table_code_bits(machine_for(parse_task("ranking"), "oracle-search"))
    8
    """
    from mesacircuits.programs import Instruction
    from mesacircuits.programs.program import code_bits

    return code_bits(machine, (Instruction("table", (0,)),))
