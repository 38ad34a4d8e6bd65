"""Subjects: solvers with tasks that they solve; drawn ones, and all small ones in order.

Small ones are where smallest counterexamples are looked for. Circuits are the reduced ones over
`b2` with one output, their gates and inputs within `REACH`: first by gates, then by inputs, then by
hexadecimal table. Worlds and episodes have two states, which are seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from heapq import merge
from itertools import product
from typing import Any

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import B2, Circuit, Gate, MealyMachine, NPNTransform, Output, TruthTable
from mesacircuits.circuits.circuit import CONSTANT
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.definitions.definition import Solver, circuit_of, unrolled, wired_of
from mesacircuits.definitions.exemplars import EXEMPLARS, program_exemplars
from mesacircuits.enumeration.programs.length_search import all_variants
from mesacircuits.programs import OPERATIONS, Machine, Program
from mesacircuits.programs.machine import ORACLES
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
    expected_total,
    instances_of,
    task_from_json,
)
from mesacircuits.testing.strategies import (
    SOLVED_KINDS,
    function_tasks,
    programs,
    solved_pairs,
    tasks_solved_by,
)

__all__ = [
    "KINDS",
    "PROGRAM",
    "REACH",
    "Subject",
    "choosers",
    "comparisons",
    "exemplar_programs",
    "exemplars_of",
    "program_subjects",
    "small_circuits",
    "small_functions",
    "small_programs",
    "small_solved",
    "small_subjects",
    "subjects",
    "tables",
    "tabulated",
]


#: What solvers that are programs are counted as, whatever their task.
PROGRAM = "program"
#: The kinds of subjects: of which kind the task is, or that the solver is a program.
KINDS = (*SOLVED_KINDS, PROGRAM)


@dataclass(frozen=True)
class Subject:
    """What is judged: a solver, and a task that it solves.

    >>> subject = Subject(Circuit.parse(1, "out = a"), FunctionTask((TruthTable(1, 0b10),)))
    >>> subject.kind, Subject.from_json(subject.to_json()) == subject
    ('function', True)
    """

    solver: Solver
    task: Task

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if isinstance(unrolled(self.solver, self.task), UnrolledProgram):
            return PROGRAM
        return _KIND_OF[type(self.task)]

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, or a program's length; inputs; hexadecimal tables."""
        wired = wired_of(self.solver, self.task)
        tables = (TruthTable(wired.inputs, bits).hex for bits in wired.output_bits())
        if isinstance(wired, UnrolledProgram):
            # Programs of one function are many; the text settles which comes first.
            return wired.program.length, wired.inputs, f"{','.join(tables)} {wired.program}"
        return len(wired.gates), wired.inputs, ",".join(tables)

    def to_json(self) -> dict[str, Any]:
        """Return the whole subject as JSON values; `from_json` is the inverse.

        They are `task`, in its own JSON form, and `circuit`, `machine` or `program`.
        """
        solver = unrolled(self.solver, self.task)
        name = {MealyMachine: "machine", UnrolledProgram: PROGRAM}.get(type(solver), "circuit")
        return {"task": self.task.to_json(), name: solver.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Subject:
        """Return the subject that `to_json` gave; other fields are ignored, labels are lost."""
        task = task_from_json(value["task"])
        if PROGRAM in value:
            program = Program.from_json(value[PROGRAM])
            return cls(UnrolledProgram(program, instances_of(task, program.machine)), task)
        if "machine" in value:
            return cls(MealyMachine.from_json(value["machine"]), task)
        return cls(Circuit.from_json(value["circuit"]), task)


_KIND_OF: Mapping[type, str] = {
    FunctionTask: "function",
    RelationTask: "relation",
    OptimisationTask: "optimisation",
    WorldTask: "world",
    EpisodeTask: "episode",
}


def subjects(*kinds: str) -> SearchStrategy[Subject]:
    """Return a strategy of subjects of some of `KINDS`; by default all but programs.

    Beside any circuits, some compare two evaluations, some are tables, and some are exemplars: of
    what is drawn at random hardly anything has a tag.

    >>> from hypothesis import find
    >>> find(subjects("function"), lambda subject: subject.solver.size > 0).solver.inputs > 0
    True
    """
    drawn: list[SearchStrategy[Subject]] = []
    for kind in kinds or SOLVED_KINDS:
        if kind == PROGRAM:
            drawn.append(program_subjects())
            continue
        drawn.append(solved_pairs(kind).map(lambda pair: Subject(*pair)))
        if kind == "function":
            drawn += [choosers(), tables()]
        if kind == "optimisation":
            drawn.append(comparisons())
        if known := exemplars_of(kind):
            drawn.append(st.sampled_from(known))
    return st.one_of(drawn)


@cache
def exemplars_of(kind: str) -> tuple[Subject, ...]:
    """Return the exemplars of one of `KINDS`, smallest first.

    >>> len(exemplars_of("relation")), exemplars_of("optimisation")[0].solver.size
    (0, 3)
    """
    if kind == PROGRAM:
        return exemplar_programs()
    found = (Subject(exemplar.solver, exemplar.task) for exemplar in EXEMPLARS)
    return tuple(sorted((s for s in found if s.kind == kind), key=lambda subject: subject.key))


@st.composite
def comparisons(draw: DrawFn) -> Subject:
    """Return a strategy of circuits that give the word of the best of two or three evaluations.

    The task is the one with these utilities: of two candidates word 0 is worth the first, word 1
    the second; of three, words 0, 1 and 2, each evaluated on a bit of its own and one in common.

    >>> from hypothesis import find
    >>> find(comparisons(), lambda subject: subject.solver.size == 3).task.candidates
    (0, 1)
    >>> find(comparisons(), lambda subject: subject.solver.size == 6).task.candidates
    (0, 1, 2)
    """
    ties = draw(st.sampled_from(("free", "first")))
    if draw(st.booleans()):
        circuit = _first_of_three(draw)
        n = circuit.inputs
        found = circuit.wire_bits()[n : n + 3]
    else:
        own = circuit_of(draw(choosers()).solver)
        n = own.inputs
        name = draw(st.sampled_from(("notbut", "butnot")))
        circuit = Circuit(n, (*own.gates[:2], Gate(name, (n, n + 1))), (Output(n + 2),))
        found = circuit.wire_bits()[n : n + 2]
        if name == "butnot":
            found.reverse()
    rows = tuple(tuple(Fraction(bits >> x & 1) for bits in found) for x in range(1 << n))
    candidates, outputs = tuple(range(len(found))), len(circuit.outputs)
    return Subject(circuit, OptimisationTask(n, outputs, candidates, rows, ties=ties))


def _first_of_three(draw: DrawFn) -> Circuit:
    """Draw the circuit that gives the first of three candidates that satisfies the objective."""
    n = 4
    common, *bits = draw(st.permutations(range(n)))
    name = draw(st.sampled_from(("and", "butnot", "or", "xor")))
    evaluated = [Gate(name, (bit, common)) for bit in bits]
    first, second, third, either = range(n, n + 4)
    gates = (
        *evaluated,
        Gate("or", (first, second)),
        Gate("butnot", (second, first)),
        Gate("butnot", (third, either)),
    )
    return Circuit(n, gates, (Output(n + 4), Output(n + 5)))


@st.composite
def choosers(draw: DrawFn) -> Subject:
    """Return a strategy of circuits that compare one objective with itself, inputs renamed."""
    n = draw(st.integers(2, 4))
    name = draw(st.sampled_from(("and", "butnot", "or", "xor")))
    first, second = draw(st.permutations(range(n)))[:2]
    objective = Circuit(n, (Gate(name, (first, second)),), (Output(n),))
    mask = draw(st.just(0) | st.integers(0, (1 << n) - 1))
    turn = NPNTransform(tuple(draw(st.permutations(range(n)))), mask)
    other = turn.on_circuit(objective).gates[0]
    compare = Gate(draw(st.sampled_from(B2.names)), (n, n + 1))
    output = Output(n + 2, draw(st.booleans()))
    circuit = Circuit(n, (*objective.gates, other, compare), (output,))
    return Subject(circuit, FunctionTask(circuit.tables()))


@st.composite
def tables(draw: DrawFn) -> Subject:
    """Return a strategy of truth-table circuits of functions that are not constant."""
    task = draw(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
    return Subject(tabulated(task), task)


# The operator that is 1 where two operands have these values.
_CELLS = {(1, 1): "and", (1, 0): "butnot", (0, 1): "notbut", (0, 0): "nor"}


def tabulated(task: FunctionTask) -> Circuit:
    """Return the table of a function of two inputs or more, as a circuit.

    Each input of the support whose word is not 0 has a cell of its own, a chain of gates that is 1
    on it alone, and each output is the OR of its cells.

    >>> from mesacircuits.tasks import parse_task
    >>> print(tabulated(FunctionTask(parse_task("tt:2:6").tables)))
    g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3
    """
    n, gates = task.inputs, list[Gate]()

    def add(operator: str, first: int, second: int) -> int:
        gates.append(Gate(operator, (first, second)))
        return n + len(gates) - 1

    cells = {}
    for x in range(1 << n):
        if task.support_bits >> x & 1 and any(task.word(x)):
            cell = add(_CELLS[x & 1, x >> 1 & 1], 0, 1)
            for i in range(2, n):
                cell = add("and" if x >> i & 1 else "butnot", cell, i)
            cells[x] = cell
    outputs = []
    for table in task.tables:
        read = [cell for x, cell in cells.items() if table(x)]
        wire = read[0] if read else CONSTANT
        for cell in read[1:]:
            wire = add("or", wire, cell)
        outputs.append(Output(wire))
    return Circuit(n, tuple(gates), tuple(outputs))


#: For each number of inputs, the most gates up to which all circuits are listed.
REACH = {1: 0, 2: 4, 3: 3}


@cache
def _circuits(inputs: int, size: int) -> tuple[Circuit, ...]:
    # Canonical chains, so each circuit comes once; both polarities of the output.
    literals = [input_bits(inputs, i) for i in range(inputs)]
    mask = (1 << (1 << inputs)) - 1
    found: list[tuple[Gate, ...]] = []
    key = tuple[int, int, int]

    def extend(
        tables: list[int], gates: tuple[Gate, ...], last: key, unread: frozenset[int]
    ) -> None:
        left = size - len(gates)
        if not left:
            found.append(gates)
            return
        for high in range(1, len(tables)):
            for low in range(high):
                # Each gate that is left can join two that nothing reads; the last reads them all.
                open_wires = unread - {low, high} | {len(tables)}
                if len(open_wires) > left:
                    continue
                for place, operator in enumerate(B2.operators):
                    bits = operator.apply((tables[low], tables[high]), mask)
                    if (high, low, place) > last and bits and bits not in tables:
                        gate = Gate(operator.name, (low, high))
                        extend([*tables, bits], (*gates, gate), (high, low, place), open_wires)

    extend(literals, (), (-1, -1, -1), frozenset())
    drivers = [inputs + size - 1] if size else [-1, *range(inputs)]
    circuits = [
        Circuit(inputs, gates, (Output(wire, inverted),))
        for gates in found
        for wire in drivers
        for inverted in (False, True)
    ]
    return tuple(sorted(circuits, key=lambda circuit: circuit.tables()[0].hex))


def small_circuits() -> Iterator[Circuit]:
    """Yield all circuits within `REACH`, by gates, inputs and hexadecimal table.

    >>> from itertools import islice
    >>> [str(circuit) for circuit in islice(small_circuits(), 4)]
    ['out = 0', 'out = ~a', 'out = a', 'out = 1']
    """
    for size in range(max(REACH.values()) + 1):
        for inputs, most in REACH.items():
            if size <= most:
                yield from _circuits(inputs, size)


def small_functions() -> Iterator[Subject]:
    """Yield each small circuit with the task of computing its function."""
    for circuit in small_circuits():
        yield Subject(circuit, FunctionTask(circuit.tables()))


def _solved(task: Task, most_gates: int) -> Iterator[Subject]:
    for circuit in small_circuits():
        if circuit.size > most_gates:
            return
        if circuit.inputs == task.inputs and task.solved_by(circuit):
            yield Subject(circuit, task)


@cache
def small_solved(kind: str) -> tuple[Subject, ...]:
    """Return solvers of one gate or none of small tasks of a kind, smallest first.

    Arguments:
        kind: `optimisation`, with utilities 0 and 1; `relation`; `world`, of two states, with
            policies without memory; or `episode`, of two states and steps, likewise.
    """
    tasks = {
        "optimisation": _optimisations,
        "relation": _relations,
        "world": _worlds,
        "episode": _episodes,
    }[kind]()
    found = [subject for task in tasks for subject in _solved(task, 1)]
    return tuple(sorted(found, key=lambda subject: subject.key))


def _optimisations() -> Iterator[Task]:
    # Of equal candidates it is enough that both are worth nothing.
    for inputs in (1, 2):
        for utilities in product(((0, 0), (0, 1), (1, 0)), repeat=1 << inputs):
            exact = tuple(tuple(map(Fraction, row)) for row in utilities)
            yield OptimisationTask(inputs, 1, (0, 1), exact)


def _relations() -> Iterator[Task]:
    for accept in product(((0,), (1,), (0, 1)), repeat=2):
        yield RelationTask(1, 1, accept)


def _worlds() -> Iterator[Task]:
    for to in product((0, 1), repeat=4):
        for target in ((0,), (1,), (0, 1)):
            world = World(1, 1, ("s0", "s1"), (0, 1), (to[:2], to[2:]), (0, 1), target, ((1, 0),))
            yield WorldTask(world, 2)


def _episodes() -> Iterator[Task]:
    # States that stay, or become what was done; all that the best policy earns is asked for.
    half = Fraction(1, 2)
    for to in (((0, 0), (1, 1)), ((0, 1), (0, 1))):
        for paid in product((0, 1), repeat=4):
            episode = Episode(
                1,
                1,
                ("s0", "s1"),
                (0, 1),
                ((0, half), (1, half)),
                tuple(tuple(((s, Fraction(1)),) for s in row) for row in to),
                tuple(tuple(map(Fraction, row)) for row in (paid[:2], paid[2:])),
                2,
            )
            best = max(expected_total(episode, words, 0) for words in product((0, 1), repeat=2))
            yield EpisodeTask(episode, best)


def small_subjects(*kinds: str) -> Iterator[Subject]:
    """Yield small subjects of some of `KINDS`, by default all but programs, smallest first."""
    chosen = (
        small_functions()
        if kind == "function"
        else small_programs()
        if kind == PROGRAM
        else small_solved(kind)
        for kind in kinds or SOLVED_KINDS
    )
    yield from merge(*chosen, key=lambda subject: subject.key)


#: Small enough to list all programs of two instructions, with a loop and two registers free.
_SMALL = Machine(3, 1, 2, 1, operations=("inc", "observe", "xor", "jmp", "jz"))
_MOST_SMALL = 2
_MOST_DRAWN = 5


def _solving(program: Program) -> Subject | None:
    """Return a program with the function that it computes where it ends, if that is anywhere."""
    machine = program.machine
    plain = FunctionTask(tuple(TruthTable(machine.inputs, 0) for _ in range(machine.answers)))
    solver = UnrolledProgram(program, instances_of(plain, machine))
    ends = (1 << (1 << machine.inputs)) - 1 & ~solver.endless_bits()
    if not ends:
        return None
    tables = tuple(TruthTable(machine.inputs, bits) for bits in solver.output_bits())
    return Subject(solver, FunctionTask(tables, ends))


@st.composite
def _functions(draw: DrawFn, least_inputs: int = 1, most_inputs: int = 3) -> Subject:
    width = draw(st.integers(1, 2))
    known = [name for name in OPERATIONS if name not in (*ORACLES, "utility")]
    names = draw(st.sets(st.sampled_from(known), min_size=2))
    answers = draw(st.integers(1, width))
    machine = Machine(
        4, width, draw(st.integers(least_inputs, most_inputs)), answers, 0, tuple(names)
    )
    subject = _solving(draw(programs(machine, max_instructions=_MOST_DRAWN)))
    assume(subject is not None)
    assert subject is not None
    return subject


@st.composite
def _policies(draw: DrawFn) -> Subject:
    subject = draw(_functions(2, 2))
    function = subject.task
    assert isinstance(function, FunctionTask)
    assume(function.support_bits == 0b1111)
    # A circuit of the same function, as the task is to be one that this function solves.
    task = draw(tasks_solved_by(tabulated(function), "world"))
    assume(isinstance(task, WorldTask) and not task.state_bits)
    return Subject(subject.solver, task)


def program_subjects() -> SearchStrategy[Subject]:
    """Return a strategy of programs with functions or worlds that they solve, and of exemplars.

    >>> from hypothesis import find
    >>> find(program_subjects(), lambda subject: subject.task.inputs == 1).task.outputs
    1
    """
    return _functions() | _policies() | st.sampled_from(exemplar_programs())


@cache
def exemplar_programs() -> tuple[Subject, ...]:
    """Return the exemplars that are programs, smallest first.

    >>> [subject.solver.program.length for subject in exemplar_programs()][:3]
    [0, 1, 3]
    """
    found = (Subject(exemplar.solver, exemplar.task) for exemplar in program_exemplars())
    return tuple(sorted(found, key=lambda subject: subject.key))


@cache
def small_programs() -> tuple[Subject, ...]:
    """Return all programs of up to two instructions of a small machine, then the exemplars.

    The machine has three registers of one bit, two inputs, and `inc`, `observe`, `xor`, `jmp` and
    `jz`. Programs come by length, then by the functions that they compute where they end.

    >>> [small_programs()[n].solver.program.length for n in (0, 1, 2, -1)]
    [0, 0, 1, 9]
    """
    found = []
    for length in range(_MOST_SMALL + 1):
        instructions = [
            variant.instruction(target)
            for variant in all_variants(_SMALL)
            for target in range(length + 1 if OPERATIONS[variant.name].jumps else 1)
        ]
        subjects = (
            _solving(Program(_SMALL, code)) for code in product(instructions, repeat=length)
        )
        found += [subject for subject in subjects if subject is not None]
    return tuple(sorted([*found, *exemplar_programs()], key=lambda subject: subject.key))
