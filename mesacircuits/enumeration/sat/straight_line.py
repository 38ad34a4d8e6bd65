"""Programs without jumps by SAT: which result each instruction reads, and which it is written over.

Without jumps control goes through a program in the order of its text, on all inputs alike, so that
the formula speaks of each instruction once for each input, and is complete from the start. It has
no names of registers: values have numbers, first those that the R registers hold at the start, then
the results of instructions, and an instruction reads values and writes its result over one, which
none reads from then on. At any time there are so R values, and names follow.

Of programs that do the same one is kept; and what a shorter program does as well is left out, so
that lengths have to be asked about in ascending order, beginning with the empty program. Rules
that leave out only what is not shortest go with any others. The rest keep a program that can be
made of any other, in this order:

1. Instructions that read no register stand as late as they can: next to the first that reads the
   result, or to another such that it reads as well, in the order in which it reads them.
2. Of other neighbours that can change places, neither reading or writing over what the other needs,
   the first is not the greater by operation and numbers of values read. An exchange makes the
   sequence of these smaller, and 1 restores what it says and leaves the sequence as it is.
3. Registers that are alike (no input, no memory) are written over in the order of their numbers,
   and the last supplies 0. Where all are, a result is written over the first value that is not
   needed, but for operations that change a register.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import TypeVar

from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.programs.length_search import Turns, acceptable_words
from mesacircuits.enumeration.programs.minima import TABLE, UTILITY, Uses
from mesacircuits.enumeration.programs.program_classes import first_named
from mesacircuits.enumeration.sat.encodings import Cnf, Session
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import OPERATIONS, Instruction, Machine, Program
from mesacircuits.programs.interpreter import ASKING
from mesacircuits.tasks import Task
from mesacircuits.tasks.policy_task import ActingTask

__all__ = [
    *("StraightLineEncoding", "boxes_of", "choice", "chosen_of", "is_straight", "table_of"),
    *("tell_result", "values_held"),
]

_T = TypeVar("_T")
#: Not the number of a value: what an operation reads that lacks such an operand.
_NONE = -1
_BOOLEAN = ("and", "or", "xor", "andnot")
#: Of operations that compute and give the same for sources exchanged.
_COMMUTING = _BOOLEAN[:3]


def is_straight(machine: Machine) -> bool:
    """Return whether a machine goes through every program in the order of its text.

    >>> is_straight(Machine()), is_straight(Machine(operations="loop-free"))
    (False, True)
    """
    return not any(OPERATIONS[name].jumps or name == "act" for name in machine.names)


def choice(cnf: Cnf, values: Iterable[_T]) -> dict[_T, int]:
    """Return for each value a literal, of which exactly one holds.

    >>> choice(cnf := Cnf(), "ab")
    {'a': 2, 'b': -2}
    """
    listed = [*values]
    if len(listed) == 1:
        return {listed[0]: cnf.true}
    if len(listed) == 2:
        first = cnf.new()
        return {listed[0]: first, listed[1]: -first}
    found = {value: cnf.new() for value in listed}
    cnf.exactly_one([*found.values()])
    return found


def chosen_of(literals: dict[_T, int], true: Container[int]) -> _T:
    """Return the value of which the literal holds, of a `choice`.

    >>> chosen_of({"a": 2, "b": -2}, {1, -2})
    'b'
    """
    return next(value for value, literal in literals.items() if -literal not in true)


def table_of(
    machine: Machine, entries: dict[int, dict[int, int]], true: Container[int]
) -> tuple[int | None, ...] | None:
    """Return the private table by the literals that hold, None without `entries`.

    Arguments:
        machine: what it is for.
        entries: by input the literals of its entry.
        true: the literals that hold.

    >>> table_of(Machine(), {2: {0: 5, 1: -5}}, {-5})
    (None, None, 1, None)
    """
    size = 1 << machine.inputs + machine.memory
    chosen = {x: chosen_of(literals, true) for x, literals in entries.items()}
    return tuple(chosen.get(x) for x in range(size)) if entries else None


def boxes_of(task: Task) -> tuple[Sequence[int], ...]:
    """Return of each part of what solves a task for each input the mask of acceptable words.

    Raises `ArgumentError` for a world of which the policies are too many to list.

    >>> from mesacircuits.tasks import parse_task
    >>> boxes_of(parse_task("expr:a & b"))
    ([1, 1, 1, 2],)
    """
    if not task.joint:
        return (acceptable_words(task),)
    if not isinstance(task, ActingTask) or task.boxes is None:
        raise ArgumentError("task", "a task of which the policies can be listed", str(task))
    return tuple([sum(1 << word for word in words) for words in box.accept] for box in task.boxes)


def _computed(turns: Turns, x: int, name: str, a: int = 0, b: int = 0) -> int:
    """Return what an operation writes on an input where it reads a and b; `act` answers a."""
    machine, instance, of = turns.machine, turns.instances[x], OPERATIONS[name].of
    if of is not None:
        value = of(a, b)
    elif name in ASKING:
        asked = instance.asked(name)
        value = asked[a] if asked else 0
    elif name == "load":
        value = machine.input_word(x, a)
    else:
        value = instance.best if name == "argmax" else a
    return value & machine.mask


def tell_result(
    cnf: Cnf,
    turns: Turns,
    x: int,
    name: str,
    chosen: int,
    word: dict[int, int],
    entry: dict[int, int],
    sources: Sequence[dict[int, int]],
    result: dict[int, int],
) -> None:
    """Add what the result of an operation is on an input, if it is `chosen`.

    Arguments:
        cnf: the formula.
        turns: the task and the machine.
        x: the input.
        name: the operation, one that writes a register or answers.
        chosen: a literal.
        word: by number of an input word, the literal that the operation observes it.
        entry: by value, the literal that the entry of the private table is it.
        sources: of each register read the literals of its values.
        result: the literals of the values of the result.

    >>> from mesacircuits.tasks import parse_task
    >>> turns, cnf = Turns(parse_task("tt:2:8"), Machine(answers=1, width=1)), Cnf()
    >>> tell_result(cnf, turns, 0, "inc", 2, {}, {}, [{0: 3, 1: 4}], {0: 5, 1: 6})
    >>> cnf.clauses[1:]
    [[-2, -3, 6], [-2, -4, 5]]
    """
    if name == "observe":
        for i, literal in word.items():
            cnf.add([-chosen, -literal, result[turns.machine.input_word(x, i)]])
    elif name == TABLE:
        for value, literal in entry.items():
            cnf.add([-chosen, -literal, result[value]])
    else:
        for read in product(*(source.items() for source in sources[: _reads(name)])):
            literals = [-literal for _, literal in read]
            value = _computed(turns, x, name, *(value for value, _ in read))
            cnf.add([-chosen, *literals, result[value]])


def values_held(turns: Turns, x: int, names: Iterable[str]) -> list[int]:
    """Return all values that a register may hold on an input: what operations make of the first.

    Arguments:
        turns: the task and the machine.
        x: the input.
        names: the operations.

    >>> from mesacircuits.tasks import parse_task
    >>> turns = Turns(parse_task("tt:2:8"), Machine(answers=1))
    >>> values_held(turns, 1, ["observe", "and"]), values_held(turns, 1, ["inc"])
    ([0, 1], [0, 1, 2, 3])
    """
    machine, held = turns.machine, {*turns.machine.start(x)}
    given = {"observe": [machine.input_word(x, i) for i in range(machine.input_words)]}
    given[TABLE] = [*range(1 << machine.answers)]
    held.update(*(given[name] for name in names if name in given))
    computed = [name for name in names if name not in given and not OPERATIONS[name].jumps]
    while True:
        found = {
            _computed(turns, x, name, *read)
            for name in computed
            for read in product(held, repeat=_reads(name))
        }
        if found <= held:
            return sorted(held)
        held |= found


def _reads(name: str) -> int:
    return len(OPERATIONS[name].reads)


@dataclass
class _Slot:
    """The literals of one instruction; values go by their numbers.

    Of `name`, `word`, `over` and each of `sources` one holds; `reads` says what is a source.
    """

    name: dict[str, int]
    sources: tuple[dict[int, int], dict[int, int]]
    word: dict[int, int]
    over: dict[int, int]
    reads: dict[int, int]


class StraightLineEncoding:
    """The formula of shortest programs of one length that solve a task, of a machine without jumps.

    Arguments:
        turns: the task and the machine.
        length: L, at least 1, where no program of fewer instructions that reads no other tables
            solves the task.
        uses: which tables are read, each at least once; others are not.

    Raises `ArgumentError` for a world of which the policies are too many to list.

    >>> from mesacircuits.tasks import parse_task
    >>> machine = Machine(answers=1, operations=("observe", "and", "xor"))
    >>> turns = Turns(parse_task("tt:2:E"), machine)
    >>> [StraightLineEncoding(turns, length).solve(Effort()) is None for length in range(1, 6)]
    [True, True, True, True, False]
    """

    def __init__(self, turns: Turns, length: int, uses: Uses = ()) -> None:
        machine = turns.machine
        self.turns, self.length, self.machine, self.cnf = turns, length, machine, Cnf()
        self.names = [name for name in machine.names if name not in {TABLE, UTILITY} - {*uses}]
        self.changing = [name for name in self.names if OPERATIONS[name].form.startswith("u")]
        # Whether all registers are alike: each holds 0 at first, and each may be the answer.
        self.free = not machine.loaded and not machine.memory
        self.slots = [self._slot(machine.registers + place) for place in range(length)]
        for name in uses:
            self.cnf.add(slot.name[name] for slot in self.slots)
        self.lies = self._lasting_registers()
        self.lasts = self._lasting_values()
        self._need_results()
        self._order_first()
        self._order_neighbours()
        self._order_alike()
        if self.free and {*self.names} <= {*_BOOLEAN, "observe", TABLE, "argmax"}:
            self._leave_out_boolean()
        words = range(1 << machine.answers)
        self.entries = {x: choice(self.cnf, words) for x in turns.inputs if TABLE in uses}
        boxes = boxes_of(turns.task)
        chosen = choice(self.cnf, range(len(boxes)))
        for x in turns.inputs:
            final = self._run(x)
            for held in product(*(literals.items() for literals in final.values())):
                registers = [0] * machine.registers
                for register, (value, _) in zip(final, held, strict=True):
                    registers[register] = value
                word = machine.word(registers, 0)
                for box, literal in chosen.items():
                    if not boxes[box][x] >> word & 1:
                        self.cnf.add([-literal, *(-this for _, this in held)])

    def _slot(self, number: int) -> _Slot:
        # The instruction whose result is the value of this number.
        cnf, add, values = self.cnf, self.cnf.add, range(number)
        slot = _Slot(
            choice(cnf, self.names),
            (choice(cnf, [_NONE, *values]), choice(cnf, [_NONE, *values])),
            choice(cnf, range(max(self.machine.input_words, 1))),
            choice(cnf, values),
            {value: cnf.new() for value in values},
        )
        for value, reads in slot.reads.items():
            either = [source[value] for source in slot.sources]
            add([-reads, *either])
            for literal in either:
                add([-literal, reads])
        for name, this in slot.name.items():
            for i, source in enumerate(slot.sources):
                add([-this, -source[_NONE] if i < _reads(name) else source[_NONE]])
            if name != "observe":
                add([-this, slot.word[0]])
            for value in values:
                if name in self.changing:
                    add([-this, -slot.over[value], slot.sources[0][value]])
                elif name == "mov":
                    add([-this, -slot.over[value], -slot.sources[0][value]])
            for low, high in combinations(values, 2) if name in _COMMUTING else ():
                add([-this, -slot.sources[0][high], -slot.sources[1][low]])
        return slot

    def _gone(self, value: int, place: int) -> list[int]:
        # The literals of which one holds iff the value is written over before this place.
        return [slot.over[value] for slot in self.slots[:place] if value in slot.over]

    def _read(self, value: int, place: int = 0) -> list[int]:
        # The literals of which one holds iff the value is read from this place on.
        return [slot.reads[value] for slot in self.slots[place:] if value in slot.reads]

    def _lasting_registers(self) -> list[dict[int, int]]:
        # For each value whether it is written to each of the registers whose values last.
        cnf, registers = self.cnf, range(self.machine.registers)
        lasting = () if self.free else (0, *self.machine.memory_registers)
        lies = [{r: cnf.constant(value == r) for r in lasting} for value in registers]
        for slot in self.slots:
            lies.append({r: cnf.new() for r in lasting})
            for (value, over), r in product(slot.over.items(), lasting):
                cnf.add([-over, -lies[value][r], lies[-1][r]])
                cnf.add([-over, lies[value][r], -lies[-1][r]])
        return lies

    def _lasting_values(self) -> list[int]:
        # For each value a literal; only of those that last to the end may it hold.
        cnf, lasts = self.cnf, []
        for value, lies in enumerate(self.lies):
            if self.free:
                lasts.append(cnf.constant(value == len(self.lies) - 1))
                continue
            lasts.append(cnf.new())
            cnf.add([-lasts[-1], *lies.values()])
            for gone in self._gone(value, self.length):
                cnf.add([-lasts[-1], -gone])
        return lasts

    # -- programs that others stand for -----------------------------------------------------------

    def _need_results(self) -> None:
        # No value is read or written over again once it is; each result is read, or lasts.
        for value, lasts in enumerate(self.lasts):
            if value >= self.machine.registers:
                self.cnf.add([lasts, *self._read(value)])
            for place, slot in enumerate(self.slots):
                for gone in self._gone(value, place) if value in slot.over else ():
                    self.cnf.add([-gone, -slot.over[value]])
                    self.cnf.add([-gone, -slot.reads[value]])

    def _order_first(self) -> None:
        # What reads no register stands as late as it can.
        first = [name for name in self.names if not _reads(name)]
        for place, (slot, following) in enumerate(pairwise(self.slots)):
            value = self.machine.registers + place
            for name in first:
                clause = [-slot.name[name], self.lasts[value], following.reads[value]]
                if place + 2 == self.length:
                    self.cnf.add(clause)
                    continue
                reader = self.slots[place + 2]
                self.cnf.add([*clause, *(following.name[other] for other in first)])
                self.cnf.add([*clause, reader.sources[0][value]])
                self.cnf.add([*clause, reader.sources[1][value + 1]])

    def _order_neighbours(self) -> None:
        # Neighbours that read registers ascend, unless they cannot change places.
        cnf, names = self.cnf, [name for name in self.names if _reads(name)]
        for one, other in pairwise(self.slots):
            *values, result = other.reads
            bound = [other.reads[result]]
            for value in values:
                bound.append(cnf.new())
                cnf.add([-bound[-1], one.reads[value]])
                cnf.add([-bound[-1], other.over[value]])
            for i, name in enumerate(names):
                for lower in names[:i]:
                    cnf.add([-one.name[name], -other.name[lower], *bound])
                for low, high in combinations(values, 2):
                    clause = [-one.name[name], -other.name[name], *bound]
                    cnf.add([*clause, -one.sources[0][high], -other.sources[0][low]])

    def _order_alike(self) -> None:
        # Registers that hold 0 at first, and do not last, are written over in order; if all are
        # such, so are values that are not needed any more.
        add, registers = self.cnf.add, self.machine.registers
        alike = range(0 if self.free else first_named(self.machine), registers)
        for place, slot in enumerate(self.slots):
            for value in alike[1:]:
                add([-slot.over[value], *self._gone(value - 1, place)])
            for value in alike[:-1]:
                add([-slot.sources[1][value]])
                for name in self.names:
                    if name not in self.changing:
                        add([-slot.name[name], -slot.sources[0][value]])
            changing = [slot.name[name] for name in self.changing]
            for low, high in combinations(slot.over, 2) if self.free else ():
                needed = [*self._read(low, place + 1), *self._gone(low, place)]
                add([-slot.over[high], *needed, *changing])

    def _leave_out_boolean(self) -> None:
        # Where results are only combined, bit by bit, 0 is of no use, nor is a value with itself.
        # With all four operations, what combines a result that nothing else reads with a source of
        # it combines the two sources, or is 0 or one of them.
        add, zero = self.cnf.add, self.machine.registers - 1
        for slot in self.slots:
            add([-slot.reads[zero]])
            for value in slot.over:
                add([-slot.sources[0][value], -slot.sources[1][value]])
        for slot, later in combinations(self.slots, 2) if {*_BOOLEAN} <= {*self.names} else ():
            result = len(slot.over)
            others = [reads for reads in self._read(result) if reads != later.reads[result]]
            for value in slot.over:
                add([-slot.reads[value], -later.reads[value], -later.reads[result], *others])

    # -- values -----------------------------------------------------------------------------------

    def _run(self, x: int) -> dict[int, dict[int, int]]:
        # Say what instructions do on an input; return the values of registers that last.
        cnf, values = self.cnf, values_held(self.turns, x, self.names)
        held = [{v: cnf.constant(v == start) for v in values} for start in self.machine.start(x)]
        for slot in self.slots:
            told = []
            for source in slot.sources:
                told.append(choice(cnf, values))
                for number, literal in source.items():
                    for value in values if number != _NONE else ():
                        cnf.add([-literal, -held[number][value], told[-1][value]])
            held.append(choice(cnf, values))
            for name, chosen in slot.name.items():
                entry = self.entries.get(x, {})
                tell_result(cnf, self.turns, x, name, chosen, slot.word, entry, told, held[-1])
        if self.free:
            return {0: held[-1]}
        final = {register: choice(cnf, values) for register in self.lies[0]}
        for number, lies in enumerate(self.lies):
            for register, literal in lies.items():
                gone = self._gone(number, self.length)
                for value in values:
                    cnf.add([-literal, *gone, -held[number][value], final[register][value]])
        return final

    # -- answers ----------------------------------------------------------------------------------

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Variables, clauses, no programs met that fail, and the steps of every turn."""
        return self.cnf.variables, len(self.cnf.clauses), 0, self.length

    def solve(self, effort: Effort) -> Program | None:
        """Return a program that solves the task, None if there is none of this length.

        Raises `BudgetEnded` when the budget is used up before it is known.
        """
        with Session(self.cnf.clauses, effort) as session:
            model = session.model()
        return None if model is None else self.decode(model)

    def decode(self, model: Sequence[int]) -> Program:
        """Return the program that a model states."""
        true, registers = {*model}, [*range(self.machine.registers)]
        for slot in self.slots:
            registers.append(registers[chosen_of(slot.over, true)])
        if self.free:
            # The last result is the answer.
            exchanged = {0: registers[-1], registers[-1]: 0}
            registers = [exchanged.get(register, register) for register in registers]
        code = []
        for slot, written in zip(self.slots, registers[self.machine.registers :], strict=True):
            name, sources = chosen_of(slot.name, true), iter(slot.sources)
            operands = []
            for letter in OPERATIONS[name].form:
                if letter in "di":
                    operands.append(written if letter == "d" else chosen_of(slot.word, true))
                else:
                    operands.append(registers[chosen_of(next(sources), true)])
            code.append(Instruction(name, tuple(operands)))
        return Program(self.machine, tuple(code), table_of(self.machine, self.entries, true))
