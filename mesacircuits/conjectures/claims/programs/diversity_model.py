"""The toy model of task diversity: what to spend at base level, what to leave to run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, log2

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import ProgramMinima, enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.studies.programs import named_counts, named_tags
from mesacircuits.tasks import OptimisationTask, machine_for, task_named

__all__ = [
    "SEARCHING",
    "Cost",
    "check_instances",
    "instances_task",
    "measured_costs",
    "minima_of",
    "names_of",
    "predicted_switches",
    "table_code_bits",
]

#: The operations beside the private table.
SEARCHING = ("inc", "mov", "query", "jz", "jnz", "jlt")


@dataclass(frozen=True)
class Cost:
    """What some bits of run-time optimisation cost.

    Attributes:
        accept: how many of the best candidates of a ranking are acceptable.
        optimisation: x = log2(candidates / accept), in bits.
        cost: f(x), the bits of the shortest program that does it.
    """

    accept: int
    optimisation: float
    cost: int


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
    """Return f(0): the bits of the code that gives what the table holds, without its entries.

    >>> from mesacircuits.tasks import parse_task
    >>> table_code_bits(machine_for(parse_task("ranking"), "oracle-search"))
    8
    """
    from mesacircuits.programs import Instruction
    from mesacircuits.programs.program import code_bits

    return code_bits(machine, (Instruction("table", (0,)),))


def measured_costs(candidates: int, instances: int, effort: Effort) -> list[Cost]:
    """Return f(x) for every x that some number of acceptable candidates makes, the least first.

    At x = 0 nothing is left to run time: f(0) is the code that reads the table. Else f(x) is the
    least number of bits of a program without a table whose word is always among the best
    K / 2^x of K candidates.
    """
    whole = machine_for(instances_task(candidates, instances), "oracle-search")
    found = [Cost(candidates, 0.0, table_code_bits(whole))]
    for accept in range(candidates - 1, 0, -1):
        task = instances_task(candidates, instances, accept)
        minima = minima_of(task, SEARCHING, effort)
        optimisation = log2(Fraction(candidates, accept))
        found.append(Cost(accept, optimisation, minima.minima[0].program.bits))
    return found


def predicted_switches(costs: Sequence[Cost]) -> list[tuple[Fraction, Cost]]:
    """Return where the model's x* = argmax_x (P - f(x))/N + x changes as N grows.

    Each pair is the N from which on a choice of x is best, and that choice; the first is at 0. For
    two choices the objectives are equal at N = (f(x') - f(x)) / (x' - x), whatever P is, as sympy
    finds by solving for N; P >= f(x) is taken for granted.

    >>> costs = [Cost(4, 0.0, 8), Cost(3, log2(Fraction(4, 3)), 24), Cost(1, 2.0, 30)]
    >>> [(str(n), cost.accept) for n, cost in predicted_switches(costs)]
    [('0', 4), ('11', 1)]
    """
    import sympy

    budget, number = sympy.symbols("P N", positive=True)

    def objective(cost: Cost) -> object:
        share = sympy.log(sympy.Rational(costs[0].accept, cost.accept), 2)
        return (budget - cost.cost) / number + share

    found = [(Fraction(0), costs[0])]
    while True:
        at, best = found[-1]
        following: list[tuple[Fraction, Cost]] = []
        for cost in costs:
            if cost.optimisation > best.optimisation:
                equal = sympy.solve(sympy.Eq(objective(best), objective(cost)), number)
                # Two costs alike are equal for every N, or for none.
                where = sympy.nsimplify(equal[0]) if equal else sympy.Integer(0)
                following.append((Fraction(str(sympy.Rational(sympy.N(where, 30)))), cost))
        if not following:
            return [(_simple(n), cost) for n, cost in found]
        where, _ = min(following, key=lambda pair: pair[0])
        tied = [cost for n, cost in following if n == where]
        found.append((max(where, at), max(tied, key=lambda cost: cost.optimisation)))


def _simple(number: Fraction) -> Fraction:
    # Rational solutions come back as themselves; logarithms as near fractions.
    return number.limit_denominator(10**6)
