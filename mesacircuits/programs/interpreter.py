"""The interpreter: one turn of a program, step by step, with interventions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.program import Instruction, Program

__all__ = ["Held", "Instance", "Step", "Turn", "run_turn"]

#: What an intervention holds: by (instruction, visit) the bits held, and their values.
Held = Mapping[tuple[int, int], tuple[int, int]]

#: The place at which a turn ends.
_OVER = -1


@dataclass(frozen=True, slots=True)
class Instance:
    """What a turn is given.

    Attributes:
        x: the input, memory included.
        objective: for each of the 2^w values of an argument what a query answers; empty where there
            is no objective, and every query answers 0.
        best: what `argmax` answers.

    >>> Instance(0b01, (0, 1, 0, 0), best=1).objective[1]
    1
    """

    x: int
    objective: tuple[int, ...] = ()
    best: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of an instruction.

    Attributes:
        place: the number of the instruction.
        visit: how often it had been executed before in this turn.
        instruction: the instruction.
        registers: the registers afterwards.
        argument: of a query the candidate asked for, else None.
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
class Turn:
    """A turn of a program.

    Attributes:
        instance: what it was given.
        steps: what was executed, in order; of a turn that never ends, up to the configuration that
            came twice.
        word: the word given, memory included; None for a turn that never ends.
        answer: the register of the answer; None likewise.
        repeats: for a turn that never ends the number of the step to which it returns.

    >>> from mesacircuits.programs import Machine
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> turn = run_turn(program, Instance(0, (0, 0, 1, 0)))
    >>> turn.word, turn.time, turn.queries
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
    def queries(self) -> int:
        """The number of queries executed."""
        return sum(step.argument is not None for step in self.steps)


@dataclass
class _State:
    registers: list[int]
    place: int = 0
    visits: dict[int, int] = field(default_factory=dict)


def run_turn(
    program: Program,
    instance: Instance,
    held: Held | None = None,
    table: Sequence[int | None] | None = None,
    most_steps: int | None = None,
) -> Turn:
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
    machine, code, held = program.machine, program.code, held or {}
    entries = program.table if table is None else table
    state = _State(machine.start(instance.x))
    # A configuration holds how many visits came, as far as interventions ask for that.
    last = {place: 1 + max(v for p, v in held if p == place) for place, _ in held}
    seen: dict[tuple[tuple[int, ...], ...], int] = {}
    steps: list[Step] = []
    answer = 0
    while 0 <= state.place < len(code):
        counted = tuple(min(state.visits.get(p, 0), most) for p, most in last.items())
        key = ((state.place,), tuple(state.registers), counted)
        if key in seen:
            return Turn(instance, tuple(steps), None, repeats=seen[key])
        if len(steps) == most_steps:
            raise ArgumentError("program", f"turns of at most {most_steps} steps", "a longer one")
        seen[key] = len(steps)
        instruction = code[state.place]
        if instruction.name == "act":
            answer = instruction.operands[0]
        steps.append(_execute(program, instruction, instance, held, entries, state))
    return Turn(instance, tuple(steps), machine.word(state.registers, answer), answer)


def _execute(
    program: Program,
    instruction: Instruction,
    instance: Instance,
    held: Held,
    entries: Sequence[int | None] | None,
    state: _State,
) -> Step:
    name, operands, registers = instruction.name, instruction.operands, state.registers
    mask, place = program.machine.mask, state.place
    visit = state.visits.get(place, 0)
    state.visits[place] = visit + 1
    argument: int | None = None
    value: int | None = None
    jumped = False
    read = [registers[r] for r in instruction.reads]
    if name == "query":
        argument = read[0]
        value = instance.objective[argument] if instance.objective else 0
    elif name == "observe":
        value = program.machine.input_word(instance.x, operands[1])
    elif name == "table":
        value = (entries[instance.x] if entries else None) or 0
    elif name == "argmax":
        value = instance.best
    elif instruction.operation.writes:
        value = _computed(name, read, mask)
    elif name != "act":
        jumped = _jumps(name, read)
    if value is not None:
        bits, forced = held.get((place, visit), (0, 0))
        value = (value & ~bits | forced & bits) & mask
        registers[operands[0]] = value
    target = instruction.target
    state.place = target if jumped and target is not None else place + 1
    if name == "act":
        state.place = _OVER
    return Step(place, visit, instruction, tuple(registers), argument, value, jumped)


def _computed(name: str, read: Sequence[int], mask: int) -> int:
    first, second = read[0], read[1] if len(read) > 1 else 0
    if name == "inc":
        return first + 1 & mask
    if name == "dec":
        return first - 1 & mask
    if name == "mov":
        return first
    if name == "add":
        return first + second & mask
    if name == "sub":
        return first - second & mask
    if name == "and":
        return first & second
    if name == "or":
        return first | second
    if name == "xor":
        return first ^ second
    assert name == "andnot"
    return first & ~second


def _jumps(name: str, read: Sequence[int]) -> bool:
    if name == "jz":
        return read[0] == 0
    if name == "jnz":
        return read[0] != 0
    if name == "jlt":
        return read[0] < read[1]
    assert name == "jmp"
    return True
