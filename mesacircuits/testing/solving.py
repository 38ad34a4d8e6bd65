"""Hypothesis strategies of what solves a given task: circuits, machines, programs, minima.

Where a task is asked for, a text as `parse_task` reads it does as well, or a strategy of tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.bases import B2, Basis, basis_named
from mesacircuits.circuits.circuit import CONSTANT, FALSE, Gate, GateBuilder, Output
from mesacircuits.circuits.truthtable import TruthTable, input_bits
from mesacircuits.definitions.definition import solves
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instruction, Machine, Program
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import (
    FunctionTask,
    OptimisationTask,
    Task,
    TaskLike,
    as_task,
    instances_of,
    machine_for,
)
from mesacircuits.tasks.policy_task import ActingTask
from mesacircuits.tasks.program_inputs import fits
from mesacircuits.testing.strategies import Number, limits, machines_from

if TYPE_CHECKING:
    from mesacircuits.enumeration.effort import Effort

__all__ = ["computing", "minima", "programs_for", "solvers"]

_Task = TaskLike | SearchStrategy[Task]
#: The most gates and instructions that bounds may name, and how many are added for no use.
_MOST_GATES = 1 << 10
_MOST_IDLE = 2


def _tasks_from(task: _Task) -> SearchStrategy[Task]:
    return task if isinstance(task, SearchStrategy) else st.just(as_task(task))


# -- circuits ------------------------------------------------------------------------------------


def solvers(
    task: _Task,
    *,
    min_gates: Number = 0,
    max_gates: Number | None = None,
    machines: bool = False,
) -> SearchStrategy[Circuit | MealyMachine]:
    """Return a strategy of circuits over `b2` that solve a task, minimal or not.

    For each input a word is drawn that is acceptable there (in worlds and episodes a whole policy),
    and then a circuit for these words: function after function is split on a drawn input, in a
    drawn way, and gates that reach no output, or change nothing, are added. It shrinks to the
    least words, and to few gates.

    Arguments:
        task: any task, its text, or a strategy of tasks.
        min_gates, max_gates: bounds on the gates; by default there is no upper one. Too low a one
            leaves Hypothesis with nothing that satisfies it.
        machines: draw a `MealyMachine` with the task's bits of state, not its circuit.

    Raises `ArgumentError`, when it is drawn from, for a task that nothing solves, and with
    `machines` for a task of no world and no episode.

    >>> from hypothesis import find
    >>> print(find(solvers("argmax"), lambda circuit: circuit.size > 0))
    g1 = ~a & b; out = g1
    >>> find(solvers("bandit", machines=True), lambda machine: True).state_bits
    1
    """
    bounds = limits("gates", min_gates, max_gates, 0, _MOST_GATES, _MOST_GATES)
    return st.tuples(_tasks_from(task), bounds).flatmap(
        lambda drawn: _solvers(drawn[0], *drawn[1], machines)
    )


@st.composite
def _solvers(
    draw: DrawFn, task: Task, least: int, most: int, machines: bool
) -> Circuit | MealyMachine:
    if machines and not isinstance(task, ActingTask):
        raise ArgumentError("task", "a world or an episode, for machines", str(task))
    circuit = draw(computing(draw(_answers(task)), task.inputs, min_gates=least))
    assume(circuit.size <= most)
    # Where policies are too many to list, the words are only such as might do.
    assume(not task.joint or task.solved_by(circuit))
    return task.machine(circuit) if isinstance(task, ActingTask) and machines else circuit


def _answers(task: Task) -> SearchStrategy[tuple[int, ...]]:
    """Return a strategy of what circuits for a task compute: the table of each output.

    Raises `ArgumentError` if nothing solves the task.
    """
    if isinstance(task, FunctionTask):
        full = (1 << (1 << task.inputs)) - 1
        free = full & ~task.support_bits
        other = st.integers(0, full) if free else st.just(0)
        return st.tuples(
            *(
                other.map(lambda bits, own=table.bits: own | bits & free)  # type: ignore[misc]
                for table in task.tables
            )
        )
    relations: Sequence[Task] = [task]
    if task.joint and isinstance(task, ActingTask):
        if task.boxes is not None:
            relations = task.boxes
        solvable: bool | None = getattr(task, "solvable", None)
        if not relations or solvable is False:
            raise ArgumentError("task", "one that something solves", str(task))
    return st.sampled_from(relations).flatmap(
        lambda relation: _words_of(relation).map(lambda words: _tables_of(words, task.outputs))
    )


def _words_of(relation: Task) -> SearchStrategy[tuple[int, ...]]:
    # For each input one of the words that are acceptable there; the least comes first.
    masks = relation.word_masks
    every = range(1 << relation.inputs)
    return st.tuples(
        *(
            st.sampled_from([word for word, mask in enumerate(masks) if mask >> x & 1])
            for x in every
        )
    )


def _tables_of(words: Sequence[int], outputs: int) -> tuple[int, ...]:
    return tuple(sum((word >> i & 1) << x for x, word in enumerate(words)) for i in range(outputs))


#: How a function f = (x ? g : h) is put together of x and functions without x.
_SPLITS = ("plain", "or", "even", "odd")


@st.composite
def computing(draw: DrawFn, tables: Sequence[int], inputs: int, *, min_gates: int = 0) -> Circuit:
    """Return a strategy of circuits over `b2` for given functions, of few gates and of many.

    Arguments:
        tables: the truth table of each output, as integers.
        inputs: how many inputs there are.
        min_gates: the least number of gates.

    >>> from hypothesis import find
    >>> print(find(computing((0b1000, 0b0110), 2), lambda circuit: True))
    g1 = a & b; g2 = b ^ a; out = g1, g2
    """
    build = GateBuilder(inputs)
    decomposing = Decomposing(draw, build, dict(enumerate(build.inputs)), inputs)
    outputs = [decomposing.wire(bits) for bits in tables]
    idle = max(min_gates - len(build.gates), 0)
    for _ in range(draw(st.integers(idle, idle + _MOST_IDLE))):
        # A gate that nothing reads, or one that gives again what it reads twice.
        wires = [*range(inputs), *range(inputs, inputs + len(build.gates))]
        if not wires:
            break
        place = draw(st.integers(0, len(outputs) - 1))
        if outputs[place].wire in wires and draw(st.booleans()):
            again = Gate(draw(st.sampled_from(("and", "or"))), (outputs[place].wire,) * 2)
            build.gates.append(again)
            outputs[place] = Output(inputs + len(build.gates) - 1, outputs[place].inverted)
        else:
            name, wire = draw(st.sampled_from(B2.names)), st.sampled_from(wires)
            build.gates.append(Gate(name, (draw(wire), draw(wire))))
    circuit = build.circuit(outputs)
    assume(circuit.size >= min_gates)
    return circuit


class Decomposing:
    """Gates for functions of some wires, each split on one of them in a way that is drawn.

    Arguments:
        draw: draws.
        build: where the gates go.
        wires: by its number, each variable's wire.
        variables: how many variables there are.
        order: the order in which functions are split, in the way of fewest gates; by default both
            are drawn.
    """

    def __init__(
        self,
        draw: DrawFn,
        build: GateBuilder,
        wires: Mapping[int, Output],
        variables: int,
        order: Sequence[int] = (),
    ) -> None:
        self._draw, self._build, self._variables = draw, build, variables
        self._order = order
        self._full = (1 << (1 << variables)) - 1
        self._made: dict[int, Output] = {0: FALSE, self._full: ~FALSE}
        for i, wire in wires.items():
            self._made[input_bits(variables, i)] = wire
            self._made[self._full ^ input_bits(variables, i)] = ~wire

    def wire(self, bits: int) -> Output:
        """Return what drives a function of the variables; what is there is read again."""
        if bits not in self._made:
            found = self._split(bits)
            self._made[bits], self._made[self._full ^ bits] = found, ~found
        return self._made[bits]

    def _split(self, bits: int) -> Output:
        table = TruthTable(self._variables, bits)
        support = table.support()
        i = next((i for i in self._order if i in support), None)
        i = self._draw(st.sampled_from(support)) if i is None else i
        high, low = table.cofactor(i, 1).bits, table.cofactor(i, 0).bits
        x = self.wire(input_bits(self._variables, i))
        # The first way takes one gate where it can; the others are for variety.
        way = "plain" if self._order else self._draw(st.sampled_from(_SPLITS))
        if way == "plain":
            for half, other, read in ((low, high, x), (high, low, ~x)):
                if half == 0:
                    return self._gate(0x8, read, self.wire(other))
                if half == self._full:
                    return self._gate(0xE, ~read, self.wire(other))
        if way == "or":
            first = self._gate(0x8, x, self.wire(high))
            return self._gate(0xE, first, self._gate(0x8, ~x, self.wire(low)))
        base, read = (high, ~x) if way == "odd" else (low, x)
        changed = self._gate(0x8, read, self.wire(low ^ high))
        return self._gate(0x6, self.wire(base), changed)

    def _gate(self, table: int, first: Output, second: Output) -> Output:
        wires = {first.wire, second.wire} - {CONSTANT}
        if len(wires) == 2:
            return self._build.gate(table, (first, second), normal=True)
        # Of a constant, or of one wire twice, no gate is made.
        values = []
        for value in (False, True):
            p, q = ((value and o.wire != CONSTANT) ^ o.inverted for o in (first, second))
            values.append(bool(table >> (p + 2 * q) & 1))
        if values[0] == values[1]:
            return ~FALSE if values[0] else FALSE
        return Output(wires.pop(), inverted=values[0])


# -- programs ------------------------------------------------------------------------------------


def programs_for(
    task: _Task,
    machine: Machine | str | SearchStrategy[Machine] | None = None,
    *,
    min_instructions: Number = 0,
    max_instructions: Number | None = None,
) -> SearchStrategy[Program]:
    """Return a strategy of programs that solve a task, short or not.

    What is drawn, as far as the machine's operations allow it: the private table of acceptable
    words; a tree that looks at one word of the input after another; and of tasks with utilities the
    loop without jumps back that asks for each candidate and keeps the best. Then instructions that
    change nothing, or that nothing leads to, are added.

    Arguments:
        task: any task of at most 4 output bits, its text, or a strategy of tasks.
        machine: a machine that fits the task, its text, or a strategy of such machines; by default
            `machine_for(task)`.
        min_instructions, max_instructions: bounds on the instructions, at most 64.

    Raises `ArgumentError`, when it is drawn from, for a machine that does not fit the task, for one
    whose operations allow none of these, and for a task that nothing solves.

    >>> from hypothesis import find
    >>> from mesacircuits.tasks import machine_for, parse_task
    >>> asking = machine_for(parse_task("argmax"), "oracle")
    >>> print(find(programs_for("argmax", asking), lambda program: program.table is None))
    .machine oracle(registers=4, width=2, answers=1, words=2, charge=full)
        query r3, r1
        mov r0, r1
        inc r1
        query r2, r1
        jlt r2, r3, end
        mov r3, r2
        mov r0, r1
    """
    bounds = limits("instructions", min_instructions, max_instructions, 0, MAX_LENGTH, MAX_LENGTH)
    given = None if machine is None else machines_from(machine)
    return _tasks_from(task).flatmap(
        lambda asked: st.tuples(
            st.just(machine_for(asked)) if given is None else given, bounds
        ).flatmap(lambda drawn: _programs_for(asked, drawn[0], *drawn[1]))
    )


_Code = tuple[tuple[Instruction, ...], tuple[int, ...] | None]


@st.composite
def _programs_for(draw: DrawFn, task: Task, machine: Machine, least: int, most: int) -> Program:
    if not fits(machine, task):
        raise ArgumentError("machine", f"one that fits {task}", str(machine))
    ways = [way for way in (_asking, _lookup, _tree) if _usable(way, task, machine)]
    if not ways:
        expected = f"operations that are enough for {task}, such as table, or {', '.join(_IN_TREE)}"
        raise ArgumentError("machine", expected, str(machine))
    code, table = draw(st.sampled_from(ways))(draw, task, machine)
    assume(len(code) <= most)
    for _ in range(
        draw(st.integers(max(least - len(code), 0), max(least - len(code), _MOST_IDLE)))
    ):
        code = _with_idle(draw, machine, code)
    assume(least <= len(code) <= most)
    program = Program(machine, code, table)
    # A policy may have been drawn of which it is not known that it will do.
    assume(solves(UnrolledProgram(program, instances_of(task, machine)), task))
    return program


_IN_TREE = ("inc", "observe", "act", "jz")
_IN_ASKING = ("inc", "mov", "jlt")


def _usable(way: Callable[..., _Code], task: Task, machine: Machine) -> bool:
    names = {*machine.names}
    if way is _lookup:
        return "table" in names and not machine.memory
    if way is _tree:
        memory = len(machine.memory_registers)
        needed = {*_IN_TREE, *(("mov",) if memory else ())}
        return needed <= names and not machine.loaded and machine.registers > 1 + memory
    if not isinstance(task, OptimisationTask) or machine.loaded or not names >= {*_IN_ASKING}:
        return False
    # A table of an input's own is asked as an oracle is.
    asks = "query" in names or ("utility" in names and task.common_utility is None)
    return asks and machine.registers >= 4 and not machine.memory


def _answers_of(draw: DrawFn, task: Task) -> list[int]:
    # For each input the word that is answered, the next memory above the answer.
    tables = draw(_answers(task))
    return [
        sum((bits >> x & 1) << i for i, bits in enumerate(tables)) for x in range(1 << task.inputs)
    ]


def _lookup(draw: DrawFn, task: Task, machine: Machine) -> _Code:
    return (Instruction("table", (0,)),), tuple(_answers_of(draw, task))


def _tree(draw: DrawFn, task: Task, machine: Machine) -> _Code:
    words = _answers_of(draw, task)
    held = [*machine.memory_registers]
    scratch = 1 + len(held)
    masks = {r: (1 << min(machine.width, machine.memory - i * machine.width)) - 1
             for i, r in enumerate(held)}  # fmt: skip
    # Places to jump to are numbers below 0 until they are known.
    code: list[tuple[str, tuple[int, ...]]] = []
    labels: dict[int, int] = {}

    def add(name: str, *operands: int) -> None:
        code.append((name, operands))

    def place_later() -> int:
        labels[-1 - len(labels)] = -1
        return -len(labels)

    def value(x: int, part: tuple[str, int]) -> int:
        kind, number = part
        if kind == "input":
            return machine.input_word(x, number)
        return x >> machine.inputs + (number - 1) * machine.width & masks[number]

    def leaf(word: int, known: Mapping[int, int]) -> None:
        for _ in range(word & (1 << machine.answers) - 1):
            add("inc", 0)
        for i, register in enumerate(held):
            wanted = word >> machine.answers + i * machine.width & masks[register]
            for _ in range((wanted - known[register]) % (machine.mask + 1)):
                add("inc", register)
        add("act", 0)

    def branch(inputs: list[int], parts: list[tuple[str, int]], known: dict[int, int]) -> None:
        if len({words[x] for x in inputs}) == 1 and not (parts and parts[0][0] == "memory"):
            leaf(words[inputs[0]], known)
            return
        part, *others = parts
        groups: dict[int, list[int]] = {}
        for x in inputs:
            groups.setdefault(value(x, part), []).append(x)
        # In the order in which counting up from a value comes to 0.
        order = sorted(groups, key=lambda v: -v % (machine.mask + 1))
        add("observe", scratch, part[1]) if part[0] == "input" else add("mov", scratch, part[1])
        at, places = 0, {v: place_later() for v in order[:-1]}
        for v, place in places.items():
            while (v + at) % (machine.mask + 1):
                add("inc", scratch)
                at += 1
            add("jz", scratch, place)
        for v in (order[-1], *order[:-1]):
            if v in places:
                labels[places[v]] = len(code)
            more = {part[1]: v} if part[0] == "memory" else {}
            branch(groups[v], others, known | more)

    # What is not known of the memory cannot be set: it is looked at first.
    parts = [("memory", register) for register in held]
    parts += [("input", i) for i in draw(st.permutations(range(machine.input_words)))]
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    branch(support or [0], parts, {})
    made = (
        Instruction(name, tuple(labels.get(operand, operand) for operand in operands))
        for name, operands in code
    )
    return tuple(made), None


def _asking(draw: DrawFn, task: Task, machine: Machine) -> _Code:
    assert isinstance(task, OptimisationTask)
    word, candidate, worth, best = range(4)
    ask = "query" if "query" in machine.names else "utility"
    # A later one takes the place of one that is not better, so the first is asked for last.
    order = list(task.candidates)
    if task.ties == "first":
        order.reverse()
    elif task.ties == "free":
        order = draw(st.permutations(order))
    code: list[Instruction] = []
    at = 0
    for place, asked in enumerate(order):
        for _ in range((asked - at) % (machine.mask + 1)):
            code.append(Instruction("inc", (candidate,)))
        at = asked
        if not place:
            code += [Instruction(ask, (best, candidate)), Instruction("mov", (word, candidate))]
            continue
        code.append(Instruction(ask, (worth, candidate)))
        code.append(Instruction("jlt", (worth, best, len(code) + 3)))
        code += [Instruction("mov", (best, worth)), Instruction("mov", (word, candidate))]
    return tuple(code), None


def _with_idle(
    draw: DrawFn, machine: Machine, code: tuple[Instruction, ...]
) -> tuple[Instruction, ...]:
    """Return the code with one more instruction, which changes no answer.

    It copies a register to itself, or changes one that nothing reads; or it stands after an `act`
    or a `jmp`, where nothing leads.
    """
    read = {0, *machine.memory_registers}.union(*(i.reads for i in code))
    idle = [r for r in range(machine.registers) if r not in read]
    ways: list[tuple[int, Instruction]] = []
    for place in range(len(code) + 1):
        if "mov" in machine.names:
            ways.append((place, Instruction("mov", (machine.registers - 1,) * 2)))
        if "inc" in machine.names:
            ways += [(place, Instruction("inc", (register,))) for register in idle]
        if place and code[place - 1].name in ("act", "jmp") and "act" in machine.names:
            ways.append((place, Instruction("act", (0,))))
    assume(bool(ways))
    place, added = draw(st.sampled_from(ways))

    def moved(instruction: Instruction) -> Instruction:
        # Jumps lead past what was added, too.
        target = instruction.target
        if target is None or target < place:
            return instruction
        return Instruction(instruction.name, (*instruction.operands[:-1], target + 1))

    kept = [moved(instruction) for instruction in code]
    return (*kept[:place], added, *kept[place:])


# -- minima --------------------------------------------------------------------------------------


def minima(
    task: _Task,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    order: str = "size",
    *,
    machine: Machine | str | None = None,
    effort: Effort | None = None,
) -> SearchStrategy[Circuit | Program]:
    """Return a strategy of the minimal circuits or shortest programs of a task, all of them.

    They are enumerated when the first is drawn, or taken from the lists that ship with the package,
    and kept. It shrinks to the first.

    Arguments:
        task: any task, its text, or a strategy of tasks, each of which is enumerated.
        basis: of circuits, a basis, its name, or a strategy of bases.
        order: an order of circuits (`size`, `depth-size`, ...) or of programs (`length`, ...).
        machine: of programs, what they are for; by default `machine_for(task)`.
        effort: budget, threads and progress bar; by default there is no limit.

    Raises `ArgumentError`, when it is drawn from, as `enumerate_minima` and `enumerate_programs`
    do, for a task that nothing solves, and for a budget in which not all are found.

    >>> from hypothesis import find
    >>> print(find(minima("tt:3:7E"), lambda circuit: True))
    g1 = a ^ b; g2 = a ^ c; g3 = g1 | g2; out = g3
    >>> print(*find(minima("satisfying(candidates=4)", order="length"), lambda _: True).texts)
    inc r0 load r1, r0 jz r1, 0
    """
    # Loaded now, and not while Hypothesis measures how long drawing takes.
    import mesacircuits.enumeration.minima
    import mesacircuits.enumeration.programs.minima  # noqa: F401

    bases = basis if isinstance(basis, SearchStrategy) else st.just(basis_named(basis))
    return st.tuples(_tasks_from(task), bases).flatmap(
        lambda drawn: st.sampled_from(_listed(drawn[0], drawn[1], order, machine, effort))
    )


def _listed(
    task: Any,
    basis: Basis,
    order: str,
    machine: Machine | str | None,
    effort: Effort | None,
) -> tuple[Any, ...]:
    from mesacircuits.enumeration.orders import ORDERS

    found: tuple[Any, ...]
    if order in ORDERS:
        if machine is not None:
            raise ArgumentError("machine", f"none, for {order} is an order of circuits", machine)
        found = _minimal_circuits(task, basis, order, effort)
    else:
        chosen = Machine.parse(machine) if isinstance(machine, str) else machine
        found = _minimal_programs(task, chosen, order, effort)
    if not found:
        raise ArgumentError("task", "one that something solves", str(task))
    return found


_KEPT = 64


@lru_cache(maxsize=_KEPT)
def _minimal_circuits(
    task: Any, basis: Basis, order: str, effort: Effort | None
) -> tuple[Circuit, ...]:
    from mesacircuits.enumeration.minima import enumerate_minima

    found = enumerate_minima(task, basis, order, effort)
    if not found.exhaustive:
        raise ArgumentError("effort", "a budget in which all minima are found", found.headline)
    return found.minima


@lru_cache(maxsize=_KEPT)
def _minimal_programs(
    task: Any, machine: Machine | None, order: str, effort: Effort | None
) -> tuple[Program, ...]:
    from mesacircuits.enumeration.programs.minima import enumerate_programs

    found = enumerate_programs(task, order, machine, effort)
    if not found.exhaustive:
        raise ArgumentError("effort", "a budget in which all minima are found", str(task))
    return found.programs
