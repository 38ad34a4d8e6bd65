"""Tasks as programs meet them: machines that fit, what a turn on each input gets, and unrolling."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise, product

from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instance, Machine, Program
from mesacircuits.programs.machine import MAX_WIDTH, ORACLES, Words, packed_words
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks.policy_task import ActingTask
from mesacircuits.tasks.task import OptimisationTask, Task

__all__ = [
    "LAYOUTS", "fits", "input_words", "instances_for", "instances_of", "machine_for", "machines_of",
    "table_of_utilities", "unroll", "utility_levels",
]  # fmt: skip

#: How the input may lie in words: as the task has it, or w bits each as in version 1.
LAYOUTS = ("own", "packed")
_USUAL_WIDTH = 2


def utility_levels(task: OptimisationTask) -> tuple[Fraction, ...]:
    """Return the utilities that the candidates have on the support, ascending.

    >>> from mesacircuits.tasks import task_named
    >>> utility_levels(task_named("argmax"))
    (Fraction(0, 1), Fraction(1, 1))
    """
    return tuple(_levels(task, task.utilities))


def input_words(task: Task) -> Words | None:
    """Return the words in which the input of a task lies; None where it does not say.

    Of a choice each candidate's features are a word, in the order of candidates, and then the
    context, if there is some. Of a function, or a choice that does not say what features are, each
    bit is a word. Of an observation each field is one, where the world or episode has any.

    >>> from mesacircuits.tasks import parse_task
    >>> input_words(parse_task("choice(candidates=2,features=2,context=1,utility=03)"))
    ((0, 1), (2, 3), (4,))
    >>> input_words(parse_task("integrator(order=2,reach=3)"))
    ((0, 1, 2), (3, 4))
    """
    if isinstance(task, OptimisationTask) and task.features is not None:
        return tuple(own for own in (*task.features, task.context) if own)
    if not isinstance(task, ActingTask):
        return packed_words(task.inputs, 1)
    widths = task.surroundings.fields
    if widths is None:
        return None
    return tuple(tuple(range(*ends)) for ends in pairwise(accumulate(widths, initial=0)))


def machine_for(
    task: Task,
    operations: str | tuple[str, ...] = "fair",
    registers: int = 4,
    width: int | None = None,
    loaded: bool = False,
    charge: str | None = None,
    layout: str | None = None,
) -> Machine:
    """Return a machine for a task: as many bits in, out and kept as the task has.

    Arguments:
        task: any task of at most 4 output bits.
        operations: as for `Machine`; what the task cannot answer, utilities or a proxy, is left
            out.
        registers: R.
        width: w; by default 2, or as many bits as an answer, a utility or a word of the input
            needs.
        loaded: whether the input stands in registers at the start.
        charge: as for `Machine`; by default `full` with an oracle, as in version 1.
        layout: a name of `LAYOUTS`; by default `packed` with an oracle. An observation of which the
            world does not say what belongs together is packed.

    Raises `ArgumentError` for a width that an answer, the utilities or a word do not fit in.

    >>> from mesacircuits.tasks import task_named
    >>> print(machine_for(task_named("thermostat")))
    without-utility(registers=4, width=2, answers=2, words=2+2)
    >>> print(machine_for(task_named("argmax"), "oracle"))
    oracle(registers=4, width=2, answers=1, words=2, charge=full)
    """
    kept = task.state_bits if isinstance(task, ActingTask) else 0
    inputs, answers = task.inputs - kept, task.outputs - kept
    names = Machine(operations=operations).names
    asks = any(name in ORACLES for name in names)
    if layout not in (None, *LAYOUTS):
        raise ArgumentError("layout", f"one of {', '.join(LAYOUTS)}", layout)
    words = input_words(task) if (layout or ("packed" if asks else "own")) == "own" else None
    least = answers
    if isinstance(task, OptimisationTask):
        least = max(least, (len(utility_levels(task)) - 1).bit_length())
        names = tuple(n for n in names if n != "query-proxy" or task.proxy is not None)
    else:
        names = tuple(name for name in names if name not in (*ORACLES, "utility"))
    if least > MAX_WIDTH:
        raise ArgumentError("task", f"answers and utilities of at most {MAX_WIDTH} bits", task)
    widest = max(map(len, words or ()), default=0)
    if widest > MAX_WIDTH:
        raise ArgumentError("task", f"words of the input of at most {MAX_WIDTH} bits", task)
    chosen = max(_USUAL_WIDTH, least, widest) if width is None else width
    if chosen < max(least, widest):
        raise ArgumentError("width", f"at least {max(least, widest)} bits for {task}", width)
    if words is None:
        words = packed_words(inputs, chosen) if 1 <= chosen <= MAX_WIDTH else None
    charge = charge or ("full" if asks else "bits-back")
    return Machine(registers, chosen, inputs, answers, kept, names, loaded, words, charge)


def machines_of(
    task: Task,
    operations: Iterable[str] = ("fair",),
    registers: Iterable[int] = (4,),
    widths: Iterable[int | None] = (None,),
    charge: str | None = None,
) -> list[Machine]:
    """Return the machines of a grid that a task fits: sets, registers and widths, in this order.

    Arguments:
        task: the task.
        operations: sets of operations, as for `machine_for`.
        registers: numbers of registers.
        widths: bits of a register; None for what the task needs, and a narrower one is left out.
        charge: as for `machine_for`.

    Returns:
        the machines, each once.

    >>> from mesacircuits.tasks import task_named
    >>> grid = machines_of(task_named("argmax"), ("fair", "oracle"), (3, 4), (1, None))
    >>> [(m.variant, m.registers, m.width) for m in grid][:4]
    [('fair', 3, 1), ('fair', 3, 2), ('fair', 4, 1), ('fair', 4, 2)]
    """
    found: list[Machine] = []
    for names, count, width in product(operations, registers, widths):
        try:
            machine = machine_for(task, names, count, width, charge=charge)
        except ArgumentError as error:
            if error.argument != "width" or width is None or not 1 <= width <= MAX_WIDTH:
                raise
            continue
        found.append(machine)
    return list(dict.fromkeys(found))


def fits(machine: Machine, task: Task) -> bool:
    """Return whether a machine takes and gives as many bits as a task has.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax")
    >>> fits(machine_for(task), task), fits(Machine(), task)
    (True, False)
    """
    for layout in LAYOUTS:
        try:
            usual = machine_for(
                task, machine.names, machine.registers, machine.width, layout=layout
            )
        except ArgumentError:
            continue
        same = replace(machine, loaded=False, operations=usual.operations, charge=usual.charge)
        if same == usual:
            return True
    return False


def instances_for(program: Program, task: Task) -> tuple[Instance, ...]:
    """Return what a program's turns get on each of the 2^n inputs of a task.

    Raises `ArgumentError` for a program for a machine that does not fit the task.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax")
    >>> len(instances_for(Program(machine_for(task), ()), task))
    4
    """
    if not fits(program.machine, task):
        raise ArgumentError("program", f"a program for a machine that fits {task}", program.machine)
    return instances_of(task, program.machine)


def instances_of(task: Task, machine: Machine) -> tuple[Instance, ...]:
    """Return what a turn gets on each of the 2^n inputs, from input 0 on.

    What `utility` reads is in one table for all inputs where utility is one function of a
    candidate's features and the context (see `common_utility`), at its features; else the input has
    a table of its own, read as queries are answered. The answer to a query for a is the place of
    U(x, a) among the utilities of the support, from 0 for the least (off the support the next lower
    one). A word that is no candidate has 0, and so has one of more than m bits, and features that
    no candidate can have. The proxy's likewise.

    >>> from mesacircuits.tasks import task_named
    >>> task = task_named("argmax", candidates=3)
    >>> instances_of(task, machine_for(task))[0b010].objective
    (0, 1, 0, 0)
    >>> task = task_named("argmax", candidates=2)
    >>> instances_of(task, machine_for(task))[0b01].objective
    (1, 0, 0, 0)
    """
    every = range(1 << task.inputs)
    if not isinstance(task, OptimisationTask):
        return tuple(Instance(x) for x in every)
    objective = _answers(task, task.utilities, machine)
    utility, shared = objective, task.common_utility
    if shared is not None:
        width, levels = max(map(len, task.features or ())), _levels(task, task.utilities)
        utility = []
        for x in range(1 << task.inputs):
            above = sum((x >> i & 1) << width + j for j, i in enumerate(task.context))
            own = [_place(shared[f | above], levels) for f in range(1 << width)]
            utility.append((*own, *[0] * ((1 << machine.width) - len(own))))
    proxy = [()] * len(objective) if task.proxy is None else _answers(task, task.proxy, machine)
    best = [task.candidates[row.index(max(row))] for row in task.utilities]
    return tuple(
        Instance(x, objective[x], best[x], utility[x], proxy[x], shared is not None, task.context)
        for x in range(1 << task.inputs)
    )


_Rows = tuple[tuple[Fraction, ...], ...]


def _levels(task: OptimisationTask, rows: _Rows) -> list[Fraction]:
    """Return the utilities of these rows that occur on the support, ascending."""
    on = (row for x, row in enumerate(rows) if task.support_bits >> x & 1)
    return sorted({utility for row in on for utility in row})


def _place(utility: Fraction, levels: list[Fraction]) -> int:
    return max(bisect_right(levels, utility) - 1, 0)


def _answers(task: OptimisationTask, rows: _Rows, machine: Machine) -> list[tuple[int, ...]]:
    """Return for each input what a query answers by these utilities, for each argument."""
    levels = _levels(task, rows)
    found = []
    for row in rows:
        greatest: dict[int, Fraction] = {}
        for word, utility in zip(task.candidates, row, strict=True):
            greatest[word] = max(utility, greatest.get(word, utility))
        places = {word: _place(utility, levels) for word, utility in greatest.items()}
        found.append(tuple(places.get(a, 0) for a in range(1 << machine.width)))
    return found


def table_of_utilities(task: Task) -> tuple[int, int]:
    """Return what a table of a task's utilities holds: how many entries, and of how many levels L.

    That is one entry for each vector of a candidate's features and the context where utility is one
    function of them, else one for each candidate on each input of the support. So it takes
    2^(m + s) log2 L bits, or K log2 L an input. Without utilities it has no entries.

    >>> from mesacircuits.tasks import parse_task
    >>> [table_of_utilities(parse_task(t)) for t in ("argmax(levels=4)", "ranking(instances=8)")]
    [(4, 4), (32, 4)]
    """
    if not isinstance(task, OptimisationTask):
        return 0, 1
    shared = task.common_utility
    entries = task.support_bits.bit_count() * len(task.candidates)
    return len(shared) if shared is not None else entries, len(utility_levels(task))


def unroll(program: Program, task: Task) -> UnrolledProgram:
    """Return a program with what its turns meet on a task, which can be asked if that solves it.

    Raises `ArgumentError` for a machine that does not fit the task, and for a program that does
    not end on every input of the support.

    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> search = Program.parse("0: inc r0; load r1, r0; jz r1, 0", machine_for(task))
    >>> task.solved_by(unroll(search, task))
    True
    """
    unrolled = UnrolledProgram(program, instances_for(program, task))
    endless = unrolled.endless_bits() & task.support_bits
    if endless:
        x = (endless & -endless).bit_length() - 1
        expected = "a program that ends on every input of the support"
        raise ArgumentError("program", expected, f"one that never ends on input {x}")
    return unrolled
