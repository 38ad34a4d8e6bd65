"""The interpreter: one turn of a program, step by step or fast, with interventions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.machine import OPERATIONS
from mesacircuits.programs.program import Instruction, Program

__all__ = [
    "ASKING",
    "QUERIES",
    "Held",
    "Instance",
    "Run",
    "Step",
    "fast_run",
    "held_at",
    "run_turn",
]

#: The instructions that ask an oracle.
QUERIES = ("query", "query-proxy")
#: Those that are answered by `Instance.asked`.
ASKING = (*QUERIES, "utility")

_OF = {name: operation.of for name, operation in OPERATIONS.items()}
#: What an intervention holds: by (instruction, visit) the bits held, and their values.
Held = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Instance:
    """What a turn is given.

    Attributes:
        x: the input, memory included.
        objective: for each of the 2^w values of an argument what a query answers; empty where there
            is no objective, and every query answers 0.
        best: what `argmax` answers.
        utility: for each value of an argument what `utility` reads in the table of utilities;
            empty likewise.
        proxy: the same as `objective`, of the proxy.
        by_features: whether the argument of `utility` is a candidate's features, else its number.
        context: the input bits that `utility` then reads as well.

    >>> Instance(0b01, (0, 1, 0, 0), best=1).objective[1]
    1
    """

    x: int
    objective: tuple[int, ...] = ()
    best: int = 0
    utility: tuple[int, ...] = ()
    proxy: tuple[int, ...] = ()
    by_features: bool = False
    context: tuple[int, ...] = ()

    def asked(self, name: str) -> tuple[int, ...]:
        """Return what `query`, `query-proxy` or `utility` answers, for each argument.

        >>> Instance(0, (0, 1), proxy=(1, 0)).asked("query-proxy")
        (1, 0)
        """
        if name == "utility":
            return self.utility
        return self.objective if name == "query" else self.proxy


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of an instruction.

    Attributes:
        place: the number of the instruction.
        visit: how often it had been executed before in this turn.
        instruction: the instruction.
        registers: the registers afterwards.
        argument: of a query the candidate asked for, of `load` and `utility` the number of the word
            or what is looked up; else None.
        result: the value written, or None.
        jumped: whether control went to the target of a jump.
    """

    place: int
    visit: int
    instruction: Instruction
    registers: tuple[int, ...]
    argument: int | None = None
    result: int | None = None
    jumped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did in one turn.

    Attributes:
        instance: what it was given.
        steps: what was executed, in order; of a turn that never ends, up to the configuration that
            came twice.
        word: the word given, memory included; None for a turn that never ends.
        answer: the register of the answer; None likewise.
        repeats: for a turn that never ends the number of the step to which it returns.

    >>> from mesacircuits.programs import Machine
    >>> machine = Machine(operations="oracle")
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    >>> run = run_turn(program, Instance(0, (0, 0, 1, 0)))
    >>> run.word, run.time, run.queries
    (2, 6, 2)
    >>> run_turn(program, Instance(0)).repeats
    0
    """

    instance: Instance
    steps: tuple[Step, ...]
    word: int | None
    answer: int | None = None
    repeats: int | None = None

    @property
    def time(self) -> int:
        """The number of instructions executed."""
        return len(self.steps)

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of the instructions executed, in order."""
        return tuple(step.place for step in self.steps)

    @property
    def queries(self) -> int:
        """The number of queries executed."""
        return sum(step.instruction.name in QUERIES for step in self.steps)


def run_turn(
    program: Program,
    instance: Instance,
    held: Held | None = None,
    table: Sequence[int | None] | None = None,
    most_steps: int | None = None,
) -> Run:
    """Run one turn of a program, deciding whether it ends by repeated configurations.

    Arguments:
        program: the program.
        instance: the input, and what the objective says on it.
        held: interventions: the result of an execution, where it writes one, has these bits held.
            A configuration then includes how many visits came, as far as they matter.
        table: the private table, in place of the program's own.
        most_steps: for programs of strangers: a turn may count as far as its registers do.

    Raises `ArgumentError` for a turn of more than `most_steps` steps.

    >>> from mesacircuits.programs import Machine
    >>> looped = Program.parse("0: inc r0; jmp 0", Machine())
    >>> len(run_turn(looped, Instance(0)).steps)
    8
    """
    entries = program.table if table is None else table
    entry = (entries[instance.x] if entries else None) or 0
    return _executed(program, instance, entry, held or {}, [], most_steps)[0]


def fast_run(
    program: Program, instance: Instance, entry: int = 0, held: Held | None = None
) -> tuple[int | None, dict[tuple[int, int], int]]:
    """Run one turn of a program without keeping its steps.

    Arguments:
        program, instance, held: as for `run_turn`.
        entry: what the private table gives.

    Returns the word given, None if the turn never ends, and what was written, by (instruction,
    visit).

    >>> from mesacircuits.programs import Machine
    >>> machine = Machine(operations="oracle")
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    >>> fast_run(program, Instance(0, (0, 1, 0, 0)))
    (1, {(0, 0): 1, (1, 0): 1})
    """
    run, results = _executed(program, instance, entry, held or {}, None, None)
    return run.word, results


def held_at(value: int, held: tuple[int, int]) -> int:
    """Return a value with some bits held at their values.

    >>> held_at(0b0101, (0b0011, 0b0010))
    6
    """
    bits, forced = held
    return value & ~bits | forced & bits


def _executed(
    program: Program,
    instance: Instance,
    entry: int,
    held: Held,
    steps: list[Step] | None,
    most_steps: int | None,
) -> tuple[Run, dict[tuple[int, int], int]]:
    """Execute a turn until it ends or a configuration comes twice; list its steps, if asked to.

    Returns the run, and what was written by (instruction, visit).

    Where no steps are listed, configurations are compared only where control goes back, for a loop
    does go back, and comes back to the same configuration.
    """
    machine, code, decoded = program.machine, program.code, program.decoded
    mask = machine.mask
    registers = machine.start(instance.x)
    # A configuration holds how many visits came, as far as interventions ask for that.
    last = {place: 1 + max(v for p, v in held if p == place) for place, _ in held}
    visits = [0] * len(code)
    results: dict[tuple[int, int], int] = {}
    seen: dict[tuple[int, ...], int] = {}
    place = answer = 0
    looks = steps is not None
    while place < len(code):
        if looks:
            key = (place, *registers, *(min(visits[p], most) for p, most in last.items()))
            if key in seen:
                return Run(instance, tuple(steps or ()), None, None, seen[key]), results
            seen[key] = 0 if steps is None else len(steps)
            if steps is not None and len(steps) == most_steps:
                raise ArgumentError(
                    "program", f"turns of at most {most_steps} steps", "a longer one"
                )
        name, written, first, second, target = decoded[place]
        of = _OF[name]
        visit, following = visits[place], place + 1
        visits[place] = visit + 1
        argument: int | None = None
        value: int | None = None
        jumped = False
        if written is not None:
            if of is not None:
                value = of(registers[first], registers[second])
            elif name in ASKING:
                argument, told = registers[first], instance.asked(name)
                value = told[argument] if told else 0
            elif name == "load":
                argument = registers[first]
                value = machine.input_word(instance.x, argument)
            elif name == "observe":
                value = machine.input_word(instance.x, code[place].operands[1])
            else:
                value = entry if name == "table" else instance.best
            if (place, visit) in held:
                value = held_at(value, held[place, visit])
            registers[written] = results[place, visit] = value = value & mask
        elif of is None:
            answer, following = first, len(code)
        elif of(registers[first], registers[second]):
            jumped, following = True, target
        if steps is not None:
            instruction = code[place]
            steps.append(Step(place, visit, instruction, tuple(registers), argument, value, jumped))
        else:
            looks = following <= place
        place = following
    word = machine.word(registers, answer)
    return Run(instance, tuple(steps or ()), word, answer), results
