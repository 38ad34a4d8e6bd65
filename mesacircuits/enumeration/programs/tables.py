"""Private tables: what entries make a code solve a task."""

from __future__ import annotations

from itertools import product
from math import prod

from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.programs.orders import Cost
from mesacircuits.enumeration.programs.turns import Turns
from mesacircuits.programs import Instruction, Program, run_turn

__all__ = ["completed", "cost_of"]

#: The most tables of a world's policy that are tried one by one in order to count them.
_MOST_TRIED = 1 << 16


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


def cost_of(turns: Turns, program: Program) -> Cost:
    """Return what a program costs on a task, by running it.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> turns = Turns(task := parse_task("satisfying(candidates=4)"), machine_for(task))
    >>> cost = cost_of(turns, Program.parse("0: inc r0; query r1, r0; jz r1, 0", turns.machine))
    >>> cost.length, cost.longest, cost.total, cost.queries
    (3, 12, 78, 26)
    """
    most = turns.most_steps
    runs = [run_turn(program, turns.instances[x], most_steps=most) for x in turns.inputs]
    return Cost(
        program.length,
        program.bits,
        max(run.time for run in runs),
        sum(run.time for run in runs),
        sum(run.queries for run in runs),
        len(runs),
    )
