"""A shortest program by SAT: a witness of the least length, or that there is none of a length.

The formula says of a program of L instructions what it does in turns, unrolled over time: at each
step where control is, what each register holds, and what instruction is executed. Nothing bounds
the time: a turn is unrolled as far as a program met has to be refuted. A model is a program; it is
run, and where it answers an input wrongly that turn is unrolled to its end, and where a turn of it
never ends, to where a configuration comes twice, which is then forbidden there (simple paths, as in
N. Eén and N. Sörensson, *Temporal induction by incremental SAT solving*, BMC 2003, asked for only
where they fail). Each time the program met is excluded for good, and no program that solves the
task ever is; turns have finitely many configurations. So if
there is no model left there is no program, however long it may run.

It shares nothing with the search that exhausts programs but the machine, its interpreter, and what
tasks accept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise, product, repeat
from typing import Any, TypeVar

from mesacircuits.drawing import card
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.programs.length_search import Turns
from mesacircuits.enumeration.programs.minima import (
    TABLE,
    UTILITY,
    MinimalProgram,
    Uses,
    completed,
    cost_of,
    lengths_by_total,
    lines_of,
)
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.enumeration.sat.encodings import Cnf, Session
from mesacircuits.enumeration.sat.straight_line import (
    StraightLineEncoding,
    boxes_of,
    choice,
    chosen_of,
    is_straight,
    table_of,
    tell_result,
    values_held,
)
from mesacircuits.programs import OPERATIONS, Instruction, Machine, Program, run_turn
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.tables import plain_table, wrapped
from mesacircuits.tasks import Task, TaskLike, as_task
from mesacircuits.tasks.program_inputs import machine_for

__all__ = ["ProgramEncoding", "Settled", "ShortestProgram", "shortest_program"]

_T = TypeVar("_T")
_LENGTH = order_named("length")
#: Not the number of a register: what writes none has it in place of one.
_NONE = -1


@dataclass
class _Slot:
    """The literals of one instruction: one of each holds; what an operation lacks is the first."""

    name: dict[str, int]
    written: dict[int, int]
    reads: tuple[dict[int, int], dict[int, int]]
    word: dict[int, int]
    target: dict[int, int]


@dataclass
class _State:
    """The literals of a configuration: the place, the end after the last, and registers' values."""

    place: list[int]
    registers: list[list[int]]


class ProgramEncoding:
    """The formula of programs of one length that solve a task, which grows as it is asked.

    Of programs that differ in the names of registers, or in the order of neighbours that do not
    depend on one another, it keeps the least in the order of their texts; and it leaves out what a
    shorter program does as well: jumps to the next place or to themselves, moves of a register to
    itself, and results that no instruction reads.

    Arguments:
        turns: the task and the machine.
        length: L, at least 1.
        uses: which tables are read, each at least once; others are not.

    Raises `ArgumentError` for a world of which the policies are too many to list.

    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> turns = Turns(task, machine_for(task))
    >>> ProgramEncoding(turns, 2).solve(Effort()) is None
    True
    >>> print(ProgramEncoding(turns, 3).solve(Effort()))
    .machine fair(registers=4, width=2, answers=2, words=1+1+1+1)
    0:  inc r0
        load r1, r0
        jz r1, 0
    """

    def __init__(self, turns: Turns, length: int, uses: Uses = ()) -> None:
        self.turns, self.length, self.machine = turns, length, turns.machine
        self.cnf, self.met, self.told = Cnf(), 0, 0
        machine = self.machine
        without = {TABLE, UTILITY} - {*uses}
        self.names = [name for name in machine.names if name not in without]
        self.slots = [self._slot(place) for place in range(length)] if self.names else []
        for name in uses:
            self.cnf.add(slot.name[name] for slot in self.slots)
        self._order_registers()
        self._order_neighbours()
        self._read_results()
        self.entries: dict[int, dict[int, int]] = {}
        for x in turns.inputs if TABLE in uses else ():
            self.entries[x] = choice(self.cnf, range(1 << machine.answers))
        self.boxes = boxes_of(turns.task)
        self.chosen = choice(self.cnf, range(len(self.boxes)))
        self.states: dict[int, list[_State]] = {}
        for x in turns.inputs:
            place = [self.cnf.constant(p == 0) for p in range(length + 1)]
            held = machine.start(x)
            values = range(machine.mask + 1)
            registers = [[self.cnf.constant(v == value) for v in values] for value in held]
            self.states[x] = [_State(place, registers)]

    # -- instructions ---------------------------------------------------------------------------

    def _slot(self, place: int) -> _Slot:
        machine, add = self.machine, self.cnf.add
        numbers = range(machine.registers)
        slot = _Slot(
            choice(self.cnf, self.names),
            choice(self.cnf, [_NONE, *numbers]),
            (choice(self.cnf, numbers), choice(self.cnf, numbers)),
            choice(self.cnf, range(max(machine.input_words, 1))),
            choice(self.cnf, range(self.length + 1)),
        )
        for name, this in slot.name.items():
            operation = OPERATIONS[name]
            form = operation.form
            if name == "act":
                # It gives register 0 what it answers, and ends the turn.
                add([-this, slot.written[0]])
            else:
                add([-this, -slot.written[_NONE] if operation.writes else slot.written[_NONE]])
            for reads in slot.reads[len(operation.reads) :]:
                add([-this, reads[0]])
            if form.startswith("u"):
                for register in numbers:
                    add([-this, -slot.written[register], slot.reads[0][register]])
            if "i" not in form:
                add([-this, slot.word[0]])
            if operation.jumps:
                for target in (place, place + 1):
                    add([-this, -slot.target[target]])
            else:
                add([-this, slot.target[0]])
            for register in numbers:
                both = slot.reads[0][register], slot.reads[1][register]
                if name == "mov":
                    add([-this, -slot.written[register], -both[0]])
                elif name == "jlt":
                    add([-this, -both[0], -both[1]])
        return slot

    def _order_registers(self) -> None:
        # Registers are named in the order in which the text mentions them.
        machine = self.machine
        kept = {0, *machine.memory_registers}
        kept |= {*range(machine.input_words)} if machine.loaded else set()
        free = [register for register in range(machine.registers) if register not in kept]
        for before, register in pairwise(free):
            mentioned = -self.cnf.true
            for slot in self.slots:
                earlier = [mentioned]
                for operand in (slot.written, *slot.reads):
                    self.cnf.add([-operand[register], *earlier])
                    earlier.append(operand[before])
                mentioned = self.cnf.new()
                self.cnf.add([-mentioned, *earlier])

    def _order_neighbours(self) -> None:
        # Neighbours ascend, unless one writes what the other uses, or a jump goes to the second.
        for place, (one, other) in enumerate(pairwise(self.slots), 1):
            free = [s.target[place] for s in self.slots]
            for register in range(self.machine.registers):
                uses = [operand[register] for operand in (one.written, *one.reads)]
                used = [operand[register] for operand in (other.written, *other.reads)]
                for written, either in ((uses[0], used), (used[0], uses[1:])):
                    free.append(self.cnf.new())
                    self.cnf.add([-free[-1], written])
                    self.cnf.add([-free[-1], *either])
            straight = [n for n in self.names if n != "act" and not OPERATIONS[n].jumps]
            for i, name in enumerate(straight):
                for lower in straight[:i]:
                    self.cnf.add([-one.name[name], -other.name[lower], *free])
                for high in range(self.machine.registers):
                    for low in range(high):
                        clause = [-one.name[name], -other.name[name], *free]
                        self.cnf.add([*clause, -one.written[high], -other.written[low]])

    def _read_results(self) -> None:
        # A register that is written is read, but for those that last.
        for register in range(1, self.machine.registers):
            if register not in self.machine.memory_registers:
                read = [reads[register] for slot in self.slots for reads in slot.reads]
                for slot in self.slots:
                    self.cnf.add([-slot.written[register], *read])

    # -- turns ----------------------------------------------------------------------------------

    def unroll(self, x: int, steps: int) -> None:
        """Say what programs do in so many steps of the turn on an input of the support.

        A turn that has ended stays as it is, and its word is acceptable.
        """
        states = self.states[x]
        while len(states) <= steps:
            states.append(self._step(x, states[-1]))
            self._accept(x, states[-1])

    def _step(self, x: int, now: _State) -> _State:
        cnf, machine, length = self.cnf, self.machine, self.length
        numbers, values = range(machine.registers), range(machine.mask + 1)
        name = self._at(now, [slot.name for slot in self.slots])
        written = self._at(now, [slot.written for slot in self.slots])
        word = self._at(now, [slot.word for slot in self.slots]) if "observe" in name else {}
        end = now.place[length]
        cnf.add([-end, written[_NONE]])
        told = []
        for i in range(2):
            reads = self._at(now, [slot.reads[i] for slot in self.slots])
            told.append(choice(cnf, values))
            for register, value in product(numbers, values):
                holds = now.registers[register][value]
                cnf.add([-reads[register], -holds, told[-1][value]])
        result = choice(cnf, values)
        first, second = told
        taken = cnf.new()
        for this, chosen in name.items():
            operation = OPERATIONS[this]
            if operation.jumps:
                of = operation.of
                assert of is not None
                for a, b in product(values, values):
                    jumps = taken if of(a, b) else -taken
                    cnf.add([-chosen, -first[a], -second[b], jumps])
                continue
            cnf.add([-chosen, taken if this == "act" else -taken])
            entry = self.entries.get(x, {})
            tell_result(cnf, self.turns, x, this, chosen, word, entry, told, result)
        after = _State(
            [*choice(self.cnf, range(length + 1)).values()],
            [[*choice(self.cnf, values).values()] for _ in numbers],
        )
        for register, value in product(numbers, values):
            writes, held = written[register], after.registers[register][value]
            cnf.add([-writes, -result[value], held])
            cnf.add([writes, -now.registers[register][value], held])
        cnf.add([-end, after.place[length]])
        for place, slot in enumerate(self.slots):
            here = now.place[place]
            cnf.add([-here, taken, after.place[place + 1]])
            acts = slot.name.get("act", -cnf.true)
            cnf.add([-here, -acts, after.place[length]])
            for target, literal in slot.target.items():
                cnf.add([-here, -taken, acts, -literal, after.place[target]])
        return after

    def _at(self, now: _State, each: list[dict[_T, int]]) -> dict[_T, int]:
        # What one of the instructions has is that of the one that is executed.
        found = choice(self.cnf, [*each[0]])
        for place, literals in zip(now.place, each, strict=False):
            for value, literal in literals.items():
                self.cnf.add([-place, -literal, found[value]])
        return found

    def _accept(self, x: int, state: _State) -> None:
        machine, end = self.machine, state.place[self.length]
        lasting = [0, *machine.memory_registers]
        for held in product(range(machine.mask + 1), repeat=len(lasting)):
            registers = [0] * machine.registers
            for register, value in zip(lasting, held, strict=True):
                registers[register] = value
            word = machine.word(registers, 0)
            clause = [-end]
            clause += [-state.registers[r][v] for r, v in zip(lasting, held, strict=True)]
            for box, literal in self.chosen.items():
                if not self.boxes[box][x] >> word & 1:
                    self.cnf.add([*clause, -literal])

    def part(self, x: int, one: int, other: int) -> None:
        """Say that the turn does not come to the same configuration after `one` and `other` steps.

        Only a turn that has ended may.
        """
        first, second = self.states[x][one], self.states[x][other]
        apart = [first.place[self.length]]
        pairs = [(first.place, second.place)]
        pairs += list(zip(first.registers, second.registers, strict=True))
        for was, becomes in pairs:
            for p, q in zip(was, becomes, strict=True):
                apart.append(self.cnf.new())
                self.cnf.add([-apart[-1], p])
                self.cnf.add([-apart[-1], -q])
        self.cnf.add(apart)

    # -- answers --------------------------------------------------------------------------------

    def solve(self, effort: Effort) -> Program | None:
        """Return a program that solves the task, None if there is none of this length.

        Raises `BudgetEnded` when the budget is used up before it is known.
        """
        if not self.slots:
            return None
        with Session([], effort) as session:
            while True:
                session.add(self.cnf.clauses)
                self.told += len(self.cnf.clauses)
                self.cnf.clauses.clear()
                model = session.model()
                if model is None:
                    return None
                program = self.decode(model)
                if not self._refute(program, model):
                    return program
                self.met += 1

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Variables, clauses, programs met that fail, and the most steps of a turn so far."""
        steps = max((len(states) - 1 for states in self.states.values()), default=0)
        return self.cnf.variables, self.told, self.met, steps

    def decode(self, model: Sequence[int]) -> Program:
        """Return the program that a model states."""
        true = {*model}
        code = []
        for slot in self.slots:
            name = chosen_of(slot.name, true)
            others = {"d": slot.written, "i": slot.word, "t": slot.target}
            reads = iter(slot.reads)
            form = OPERATIONS[name].form
            literals = [others[k] if k in others else next(reads) for k in form]
            operands = [chosen_of(each, true) for each in literals]
            code.append(Instruction(name, tuple(operands)))
        return Program(self.machine, tuple(code), table_of(self.machine, self.entries, true))

    def _refute(self, program: Program, model: Sequence[int]) -> bool:
        """Say more of a turn that a program fails in, so that it is excluded; False if of none.

        It is the turn of which the fewest steps have to be added.
        """
        true = {*model}
        box = next(box for box, literal in self.chosen.items() if literal in true)
        failed = []
        for x in self.turns.inputs:
            run = run_turn(program, self.turns.instances[x], most_steps=self.turns.most_steps)
            if run.word is None or not self.boxes[box][x] >> run.word & 1:
                missing = max(0, run.time + 1 - len(self.states[x]))
                failed.append((missing, run.time, x, run.repeats))
        if not failed:
            return False
        _, time, x, repeats = min(failed, key=lambda turn: turn[:3])
        self.unroll(x, time)
        if repeats is not None:
            self.part(x, repeats, time)
        return True


@dataclass(frozen=True, slots=True)
class Settled:
    """A length about which the solver was asked.

    Attributes:
        length: how many instructions.
        table, utility: whether they read the private table, and that of utilities.
        found: whether a program of this length solves the task.
        variables, clauses: how many the formula had in the end.
        met: how many programs were met that fail, each of which made the formula grow.
        steps: the most steps for which a turn had to be unrolled.
    """

    length: int
    table: bool
    utility: bool
    found: bool
    variables: int
    clauses: int
    met: int
    steps: int

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class ShortestProgram:
    """A shortest program of a task, and the lengths of which there is none.

    Attributes:
        task, machine: what it is shortest of.
        minimum: a program of the least length; None if the budget ended before, or none of at most
            64 instructions and entries solves the task.
        settled: what was asked of the solver, in this order; nothing where on some input no
            register ever holds what is acceptable, so that no program solves the task.
        at_least: the least length that is possible, if the budget ended; else None.
    """

    task: Task
    machine: Machine
    minimum: MinimalProgram | None
    settled: tuple[Settled, ...]
    at_least: int | None = None

    @property
    def exhaustive(self) -> bool:
        """Whether the least length is known."""
        return self.at_least is None

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "task": str(self.task),
            "machine": self.machine.to_json(),
            "order": "length",
            "engine": "sat",
            "exhaustive": self.exhaustive,
            "at_least": self.at_least,
            "settled": [line.to_json() for line in self.settled],
            "minimum": None if self.minimum is None else self.minimum.to_json(),
        }

    def text(self) -> str:
        """Return the result as printed."""
        lines = [wrapped(f"{self.task} under length, by SAT", hanging="  ")]
        lines.append(wrapped(f"machine {self.machine}", hanging="  "))
        if self.at_least is not None:
            least = _LENGTH.unit(self.at_least)
            lines.append(wrapped(f"not settled in the budget; at least {least}"))
        elif self.minimum is None:
            among = f"of at most {_LENGTH.unit(MAX_LENGTH)} solves it"
            never = "solves it: on some input no register ever holds what is acceptable"
            lines.append(wrapped(f"no program {among if self.settled else never}"))
        else:
            least = _LENGTH.unit(self.minimum.cost.length)
            lines.append(wrapped(f"least length {least}; one such program, others may be as short"))
        head = ("instructions", "table", "utility", "solve it", "clauses")
        rows = [
            (
                line.length,
                "with" if line.table else "without",
                "with" if line.utility else "without",
                "some" if line.found else "none",
                line.clauses,
                line.met,
                line.steps,
            )
            for line in self.settled
        ]
        if rows:
            lines += ["", plain_table((*head, "programs met", "steps"), rows)]
        if self.minimum is not None:
            lines += ["", *lines_of(1, self.minimum)]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<shortest program of {self.task}, by SAT>"

    def _repr_html_(self) -> str:
        return card(repr(self)[1:-1], str(self))


def _can_answer(turns: Turns, x: int, accept: int) -> bool:
    # Whether registers that last may hold an acceptable word on an input.
    machine, values = turns.machine, values_held(turns, x, turns.machine.names)
    for held in product(values, repeat=1 + len(machine.memory_registers)):
        if int(accept) >> machine.word([*held], 0) & 1:
            return True
    return False


def shortest_program(
    task: TaskLike,
    machine: Machine | None = None,
    effort: Effort | None = None,
    n: int | None = None,
) -> ShortestProgram:
    """Return a program of the least length by SAT, and that there is none of any smaller length.

    The length is the number of instructions, and of entries of the tables that are read, as under
    the order `length` of `enumerate_programs`. The time of turns is not bounded.

    Arguments:
        task: a task, or what `as_task` reads as one.
        machine: what programs are for; by default the fair machine that fits the task.
        effort: the means of the search, of which its budget of seconds is used.
        n: the number of inputs, which a task that is a number needs.

    Raises `ArgumentError` for a machine that does not fit, and for a world of which the policies
    are too many to list.

    >>> found = shortest_program("satisfying(candidates=4)")
    >>> found.minimum.cost.length, [(line.length, line.found) for line in found.settled][-1]
    (3, (3, True))
    """
    task = as_task(task, n)
    turns = Turns(task, machine or machine_for(task))
    effort = effort or Effort()
    if not all(map(_can_answer, repeat(turns), turns.inputs, turns.accept)):
        return ShortestProgram(task, turns.machine, None, ())
    encoding_of = StraightLineEncoding if is_straight(turns.machine) else ProgramEncoding
    settled: list[Settled] = []
    for total, length, uses in lengths_by_total(turns):
        reads = TABLE in uses, UTILITY in uses
        program: Program | None
        if length:
            encoding = encoding_of(turns, length, uses)
            try:
                program = encoding.solve(effort)
            except BudgetEnded:
                return ShortestProgram(task, turns.machine, None, tuple(settled), total)
            counts = encoding.counts
        else:
            given = [turns.machine.word(turns.machine.start(x), 0) for x in turns.inputs]
            program = Program(turns.machine, ()) if turns.accepts(given) else None
            counts = 0, 0, 0, 0
        settled.append(Settled(length, *reads, program is not None, *counts))
        if program is not None:
            # Of a private table it is counted how many serve as well.
            done = completed(turns, program.code, False, effort)
            assert done is not None
            minimum = MinimalProgram(done[0], cost_of(turns, *done), done[1])
            return ShortestProgram(task, turns.machine, minimum, tuple(settled))
    return ShortestProgram(task, turns.machine, None, tuple(settled))
