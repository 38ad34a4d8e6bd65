"""Hypothesis strategies for tables, bases, circuits, machines, programs, worlds and tasks.

One scheme of arguments for all of them. What a value is asked to have, such as `inputs`, `outputs`
or a `basis`, is given as a value or as a strategy of values. What is free is bounded by a pair
`min_...` and `max_...`, as in Hypothesis, each a number or a strategy of numbers. Arguments are
checked when a strategy is made, and what a strategy gave for them when it is drawn; an
`ArgumentError` says what was expected.

Hypothesis keeps its examples in a folder `.hypothesis` of the working directory. Importing this
module makes none; `find` and `@given` do, unless told otherwise in one of the ways that Hypothesis
documents: `settings(database=None)`, or the variable `HYPOTHESIS_STORAGE_DIRECTORY`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from itertools import combinations, pairwise, permutations
from typing import Any, TypeVar, cast

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.call import check_whole
from mesacircuits.circuits import MealyMachine
from mesacircuits.circuits.bases import (
    B2,
    BASES,
    Basis,
    Operator,
    basis_named,
    operator_named,
    operator_of,
)
from mesacircuits.circuits.circuit import CONSTANT, MAX_FAN_IN, Circuit, Gate, Output
from mesacircuits.circuits.npn import NPNTransform
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, TruthTable, input_bits
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.programs import OPERATIONS, Instruction, Machine, Program
from mesacircuits.programs.machine import MAX_LENGTH, MAX_REGISTERS, MAX_WIDTH, packed_words
from mesacircuits.tasks import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
    configurations_from,
    expected_total,
    next_configurations,
)
from mesacircuits.tasks.episode import Distribution
from mesacircuits.tasks.task import MAX_TASK_OUTPUTS

__all__ = [
    "SOLVED_KINDS",
    "TAGGED_SHARE",
    "Number",
    "Pair",
    "bases",
    "bounds_of",
    "checked_kind",
    "circuits",
    "drawn_from",
    "episode_tasks",
    "episodes",
    "function_tasks",
    "gates",
    "instructions",
    "limits",
    "machines",
    "machines_from",
    "mealy_machines",
    "npn_transforms",
    "operators",
    "optimisation_tasks",
    "programs",
    "rationals",
    "relabelled",
    "relation_tasks",
    "rewritten",
    "solved_pairs",
    "supports",
    "tasks",
    "tasks_solved_by",
    "truth_tables",
    "world_tasks",
    "worlds",
]

#: A number, or a strategy of numbers.
Number = int | SearchStrategy[int]
Value = TypeVar("Value")

_MOST_OUTPUTS = 1 << 10
#: How much the greatest of a pair of bounds is above the least, unless it is given.
_MORE_GATES = 6
#: The most bits of observations and of actions, as `World` admits.
_MOST_OBSERVED, _MOST_ACTED = 6, 4
_MOST_STATES = 1 << 8
_MOST_STEPS = 1 << 6


def drawn_from(value: Value | SearchStrategy[Value]) -> SearchStrategy[Value]:
    """Return a strategy as it is, and of a value the strategy of that value alone."""
    return value if isinstance(value, SearchStrategy) else st.just(value)


def _number(value: Number, argument: str, least: int, most: int) -> SearchStrategy[int]:
    def checked(number: int) -> int:
        check_whole(argument, number, least, most)
        return number

    if isinstance(value, SearchStrategy):
        return value.map(checked)
    return st.just(checked(value))


def bounds_of(
    name: str, low: object, high: object, least: int, most: int, span: int
) -> tuple[int, int]:
    """Return the bounds that arguments `min_NAME` and `max_NAME` state.

    Arguments:
        name: what is bounded.
        low, high: the arguments; where `high` is None it is `span`, or `low` if that is more.
        least, most: what both must be within.
        span: see `high`.

    Raises `ArgumentError` for a bound that is no whole number within these, or a `max_NAME` below
    the `min_NAME`.

    >>> bounds_of("gates", 8, None, 0, 9, 6)
    (8, 8)
    >>> bounds_of("gates", 3, 2, 0, 9, 6)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: max_gates: expected at least min_gates, which is 3, got 2
    """
    check_whole(f"min_{name}", low, least, most)
    lowest = cast(int, low)
    if high is None:
        return lowest, min(max(lowest, span), most)
    check_whole(f"max_{name}", high, least, most)
    if cast(int, high) < lowest:
        raise ArgumentError(f"max_{name}", f"at least min_{name}, which is {low}", high)
    return lowest, cast(int, high)


def limits(
    name: str, low: Number, high: Number | None, least: int, most: int, span: int
) -> SearchStrategy[tuple[int, int]]:
    """Return a strategy of the bounds that such arguments state, or that are drawn for them.

    Arguments are those of `bounds_of`, and so are the errors: at once for numbers, and for what is
    drawn when it is.

    >>> from hypothesis import find
    >>> find(limits("gates", st.integers(0, 9), 9, 0, 9, 6), lambda bounds: bounds[0] > 3)
    (4, 9)
    """
    if isinstance(low, SearchStrategy) or isinstance(high, SearchStrategy):
        return st.tuples(drawn_from(low), drawn_from(high)).map(
            lambda pair: bounds_of(name, *pair, least, most, span)
        )
    return st.just(bounds_of(name, low, high, least, most, span))


def _within(
    name: str, low: Number, high: Number | None, least: int, most: int, span: int
) -> SearchStrategy[int]:
    """Return a strategy of numbers within such bounds (see `limits`)."""
    return limits(name, low, high, least, most, span).flatmap(lambda pair: st.integers(*pair))


def _basis_from(basis: Basis | str | SearchStrategy[Basis]) -> SearchStrategy[Basis]:
    return basis if isinstance(basis, SearchStrategy) else st.just(basis_named(basis))


#: Hypothesis draws a few thousand bytes at most: wider tables repeat blocks of so many inputs.
_BLOCK_INPUTS = 12
_MOST_BLOCKS = 4


def truth_tables(inputs: Number = 3) -> SearchStrategy[TruthTable]:
    """Return a strategy of truth tables of `inputs` inputs; it shrinks to the constant 0.

    Of more than 12 inputs only those are drawn that have at most 4 different cofactors by the
    inputs from the 13th on.

    >>> from hypothesis import find
    >>> find(truth_tables(inputs=2), lambda table: table.count_ones() > 0)
    TruthTable(inputs=2, bits=0x1)
    """
    return _number(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(_tables)


def _tables(inputs: int) -> SearchStrategy[TruthTable]:
    bits = st.integers(0, (1 << (1 << min(inputs, _BLOCK_INPUTS))) - 1)
    if inputs <= _BLOCK_INPUTS:
        return bits.map(lambda found: TruthTable(inputs, found))
    count, width = 1 << inputs - _BLOCK_INPUTS, 1 << _BLOCK_INPUTS
    place = st.integers(0, _MOST_BLOCKS - 1)
    return st.tuples(
        st.lists(bits, min_size=1, max_size=_MOST_BLOCKS),
        st.lists(place, min_size=count, max_size=count),
    ).map(
        lambda drawn: TruthTable(
            inputs, sum(drawn[0][p % len(drawn[0])] << i * width for i, p in enumerate(drawn[1]))
        )
    )


def npn_transforms(inputs: Number = 3) -> SearchStrategy[NPNTransform]:
    """Return a strategy of NPN transformations of `inputs` inputs; it shrinks to the identity.

    >>> from hypothesis import find
    >>> find(npn_transforms(inputs=2), lambda transform: transform.negate_output)
    NPNTransform(permutation=(0, 1), negated_inputs=0, negate_output=True)
    """
    return _number(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(
        lambda n: st.builds(
            NPNTransform,
            st.permutations(range(n)).map(tuple),
            st.integers(0, (1 << n) - 1),
            st.booleans(),
        )
    )


def bases(named: bool = False) -> SearchStrategy[Basis]:
    """Return a strategy of bases: those of `BASES`, and unless `named` also made-up ones.

    A made-up basis, called `drawn`, has any operators of two operands (and NOT, without free
    inverters) that are closed under exchanging operands.

    >>> from hypothesis import find
    >>> find(bases(), lambda basis: "xor" in basis.names).name
    'b2'
    """
    known = st.sampled_from(tuple(BASES.values()))
    return known if named else known | _made_up_bases()


@st.composite
def _made_up_bases(draw: DrawFn) -> Basis:
    free = draw(st.booleans())
    # Constants and operators that ignore an operand make no gate of a reduced circuit.
    both = [
        operator_of(2, table) for table in range(16) if TruthTable(2, table).support() == (0, 1)
    ]
    admitted = [operator for operator in both if not (free and operator.table & 1)]
    if not free:
        admitted.append(operator_named("not"))
    chosen = draw(st.lists(st.sampled_from(admitted), min_size=1, unique=True))
    closed = [o.permuted(order) for o in chosen for order in permutations(range(o.arity))]
    return Basis("drawn", tuple(closed), free_inverters=free)


def operators(arity: Number = 2) -> SearchStrategy[Operator]:
    """Return a strategy of operators of so many operands, 1 to 4: all tables, named or not.

    >>> from hypothesis import find
    >>> find(operators(), lambda operator: operator.table == 0b1000).name
    'and'
    """
    return _number(arity, "arity", 1, MAX_FAN_IN).flatmap(
        lambda k: st.integers(0, (1 << (1 << k)) - 1).map(lambda table: operator_of(k, table))
    )


def gates(
    wires: Number = 3, basis: Basis | str | SearchStrategy[Basis] = B2
) -> SearchStrategy[Gate]:
    """Return a strategy of gates that read the first so many wires, and what `basis` admits.

    >>> from hypothesis import find
    >>> find(gates(wires=2), lambda gate: gate.operator == "xor")
    Gate('xor', (0, 0))
    """
    return st.tuples(_number(wires, "wires", 1, _MOST_OUTPUTS), _basis_from(basis)).flatmap(
        lambda drawn: st.sampled_from(drawn[1].operators).flatmap(
            lambda operator: st.tuples(
                *[st.sampled_from([*range(drawn[0]), *_constants(drawn[1])])] * operator.arity
            ).map(lambda operands: Gate(operator.name, operands))
        )
    )


def _constants(basis: Basis) -> tuple[int, ...]:
    # The constant comes last, and shrinking avoids it.
    return (CONSTANT,) if basis.constants else ()


def circuits(
    inputs: Number = 3,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    *,
    outputs: Number = 1,
    min_gates: Number = 0,
    max_gates: Number | None = None,
    reduced: bool = False,
) -> SearchStrategy[Circuit]:
    """Return a strategy of circuits in `basis`; it shrinks to few gates, none of them dead.

    Gates are drawn one by one, each operand as an input or as the distance back to an earlier gate,
    so that leaving a gate out leaves a circuit; and half of all circuits are drawn without the
    gates that reach no output. A property that dead gates do not help is shrunk to a circuit that
    has none.

    Arguments:
        inputs: number of inputs; with `reduced` each gate costs time in 2^inputs. Without inputs
            there are no gates.
        basis: a basis, its name, or a strategy of bases; outputs are inverted only if it has
            free inverters.
        outputs: number of outputs. They may be inputs or constants, too.
        min_gates, max_gates: bounds on the gates; by default up to 6, or `min_gates` if that is
            more.
        reduced: draw only circuits that `Circuit.is_reduced`; otherwise gates may be dead, may
            repeat one another, and may read one wire twice.

    >>> from hypothesis import find
    >>> print(find(circuits(inputs=2, reduced=True), lambda circuit: circuit.size == 2))
    g1 = a & ~b; g2 = a & ~g1; out = g2
    >>> print(find(circuits(inputs=2), lambda circuit: circuit.tables()[0].bits == 0b0110))
    g1 = a ^ b; out = g1
    """
    return _circuits(
        _number(inputs, "inputs", 0, MAX_TABLE_INPUTS),
        _basis_from(basis),
        limits("gates", min_gates, max_gates, 0, _MOST_OUTPUTS, _MORE_GATES),
        _number(outputs, "outputs", 1, _MOST_OUTPUTS),
        reduced,
    )


@st.composite
def _circuits(
    draw: DrawFn,
    inputs: SearchStrategy[int],
    bases: SearchStrategy[Basis],
    bounds: SearchStrategy[tuple[int, int]],
    outputs: SearchStrategy[int],
    reduced: bool,
) -> Circuit:
    n, basis, (least, most) = draw(inputs), draw(bases), draw(bounds)
    words = draw(outputs)
    if not n:
        most = 0
    if reduced:
        size = draw(st.integers(min(least, most), most)) if n else 0
        circuit = _reduced_circuit(draw, n, basis, size, words)
    else:
        circuit = _any_circuit(draw, n, basis, (min(least, most), most), words)
        live = circuit if draw(st.booleans()) else circuit.without_dead_gates()
        circuit = live if live.size >= least else circuit
    assume(circuit.size >= least)
    return circuit


def _any_circuit(
    draw: DrawFn, inputs: int, basis: Basis, bounds: tuple[int, int], outputs: int
) -> Circuit:
    constants = _constants(basis)
    # Operands are numbers of wires in the order of `near`; those beyond the last begin anew.
    operand = st.integers(0, inputs + bounds[1])
    gate = st.sampled_from(basis.operators).flatmap(
        lambda operator: st.tuples(st.just(operator), *[operand] * operator.arity)
    )
    # Two ways, for lists of any length are mostly short.
    least, most = bounds
    drawn = st.lists(gate, min_size=least, max_size=most)
    drawn |= st.lists(gate, min_size=max(least, -(-most // 2)), max_size=most)
    gates: list[Gate] = []

    def read(place: int, near: Sequence[int], before: list[int]) -> int:
        # What has been read already comes last: most gates read different wires.
        order = [w for w in near if w not in before] + [w for w in near if w in before]
        before.append(order[place % len(order)])
        return before[-1]

    for operator, *places in draw(drawn):
        last = inputs + len(gates) - 1
        near = [*range(inputs), *range(last, inputs - 1, -1), *constants]
        operands: list[int] = []
        for place in places:
            read(place, near, operands)
        gates.append(Gate(operator.name, tuple(operands)))
    last = inputs + len(gates) - 1
    near = [*range(last, inputs - 1, -1), *range(inputs), CONSTANT]
    drivers: list[int] = []
    for _ in range(outputs):
        # The first of these, for there most gates are of use; and shrinking keeps to it.
        read(draw(st.just(0) | st.integers(0, len(near) - 1)), near, drivers)
    return Circuit(inputs, tuple(gates), tuple(_inverted(draw, basis, w) for w in drivers))


def _inverted(draw: DrawFn, basis: Basis, wire: int) -> Output:
    free = basis.free_inverters or wire == CONSTANT
    return Output(wire, draw(st.booleans()) if free else False)


def _reduced_circuit(draw: DrawFn, inputs: int, basis: Basis, size: int, outputs: int) -> Circuit:
    gates = _reduced_gates(draw, inputs, basis, size, outputs)
    read = {wire for gate in gates for wire in gate.operands}
    # The last wire comes first: there most gates are of use, and shrinking keeps to it.
    wires = [*range(inputs + len(gates) - 1, CONSTANT - 1, -1)]
    driving = [w for w in wires if w >= inputs and w not in read][:outputs]
    driving += [draw(st.sampled_from(wires)) for _ in range(outputs - len(driving))]
    drivers = tuple(_inverted(draw, basis, wire) for wire in draw(st.permutations(driving)))
    return Circuit(inputs, tuple(gates), drivers).without_dead_gates()


def _reduced_gates(draw: DrawFn, inputs: int, basis: Basis, size: int, outputs: int) -> list[Gate]:
    mask = (1 << (1 << inputs)) - 1
    values = [input_bits(inputs, i) for i in range(inputs)]
    gates: list[Gate] = []
    unread: set[int] = set()
    for left in range(size - 1, -1, -1):
        seen = {0, mask, *values}
        found = [
            (Gate(form.operator.name, operands), bits)
            for form in basis.forms
            for wires in combinations(range(len(values)), form.wires)
            for operands in [form.operands(wires)]
            if (bits := _applied(form.operator, operands, values, mask)) not in seen
        ]
        # Each gate that is left can join two that nothing reads; more than that would stay dead.
        bound = left + outputs - 1
        found = [c for c in found if len(unread - {*c[0].operands}) <= bound] or found
        if not found:
            break
        gate, bits = draw(st.sampled_from(found))
        unread -= {*gate.operands}
        unread.add(len(values))
        gates.append(gate)
        values.append(bits)
    return gates


def _applied(operator: Operator, operands: tuple[int, ...], values: list[int], mask: int) -> int:
    return operator.apply(tuple(values[w] if w >= 0 else 0 for w in operands), mask)


def relabelled(circuit: Circuit | SearchStrategy[Circuit]) -> SearchStrategy[Circuit]:
    """Return a strategy of the chains that write the same circuit in another way.

    The gates come in any topological order, and each with its operands in any order: `a & b` as
    `b & a`, `a & ~b` as `~b & a`. So a verdict that differs between two of them depends on the
    names of gates or on the order in which a gate names what it reads.

    >>> from hypothesis import find
    >>> circuit = Circuit.parse(2, "g1 = a & b; g2 = a ^ b; out = g1, g2")
    >>> print(find(relabelled(circuit), lambda other: other.outputs != circuit.outputs))
    g1 = a ^ b; g2 = a & b; out = g2, g1
    >>> print(find(relabelled(circuit), lambda other: other.gates[0].operands == (1, 0)))
    g1 = b & a; g2 = a ^ b; out = g1, g2
    """
    return drawn_from(circuit).flatmap(_relabelled)


@st.composite
def _relabelled(draw: DrawFn, circuit: Circuit) -> Circuit:
    placed = {*range(CONSTANT, circuit.inputs)}
    waiting, order, ways = [*range(circuit.size)], list[int](), list[tuple[int, ...]]()
    while waiting:
        ready = [i for i in waiting if placed.issuperset(circuit.gates[i].operands)]
        chosen = draw(st.sampled_from(ready))
        waiting.remove(chosen)
        placed.add(circuit.inputs + chosen)
        order.append(chosen)
        operands = range(len(circuit.gates[chosen].operands))
        ways.append(tuple(draw(st.permutations(operands))))
    return rewritten(circuit, order, ways)


def rewritten(
    circuit: Circuit, order: Sequence[int], ways: Sequence[tuple[int, ...]] | None = None
) -> Circuit:
    """Return the circuit with its gates, and their operands, in another order.

    Arguments:
        circuit: a circuit.
        order: the numbers of all gates, from 0, each after those that it reads.
        ways: for each of them in turn the order of its operands; by default reversed.

    >>> print(rewritten(Circuit.parse(2, "g1 = a & ~b; g2 = a ^ b; out = g1, g2"), [1, 0]))
    g1 = b ^ a; g2 = ~b & a; out = g2, g1
    """
    place = {wire: wire for wire in range(CONSTANT, circuit.inputs)}
    gates = []
    for count, number in enumerate(order):
        gate = circuit.gates[number]
        way = tuple(range(len(gate.operands)))[::-1] if ways is None else ways[count]
        operator = operator_named(gate.operator).permuted(way)
        gates.append(Gate(operator.name, tuple(place[gate.operands[i]] for i in way)))
        place[circuit.inputs + number] = circuit.inputs + count
    outputs = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs, tuple(gates), outputs)


def function_tasks(
    inputs: Number = 3, outputs: Number = 1, partial: bool = False
) -> SearchStrategy[FunctionTask]:
    """Return a strategy of function tasks; with `partial`, some ask for words on a support only.

    For a circuit together with a task that it solves, draw the circuit and take
    `FunctionTask(circuit.tables())`.

    >>> from hypothesis import find
    >>> str(find(function_tasks(inputs=2, outputs=2), lambda task: task.word(0) == (0, 1)))
    'tt:2:0,1'
    """
    return _function_tasks(
        _number(inputs, "inputs", 0, MAX_TASK_INPUTS),
        _number(outputs, "outputs", 1, MAX_TASK_OUTPUTS),
        partial,
    )


@st.composite
def _function_tasks(
    draw: DrawFn, inputs: SearchStrategy[int], outputs: SearchStrategy[int], partial: bool
) -> FunctionTask:
    n = draw(inputs)
    tables = tuple(draw(_tables(n)) for _ in range(draw(outputs)))
    return FunctionTask(tables, draw(supports(n)) if partial else None)


def mealy_machines(
    observation_bits: Number = 1,
    action_bits: Number = 1,
    state_bits: Number = 1,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    *,
    min_gates: Number = 0,
    max_gates: Number | None = 4,
) -> SearchStrategy[MealyMachine]:
    """Return a strategy of Mealy machines; it shrinks to few gates and the start state 0.

    Arguments:
        observation_bits, action_bits: n, from 0, and m, from 1.
        state_bits: k, from 0.
        basis, min_gates, max_gates: as `circuits` takes them.

    >>> from hypothesis import find
    >>> find(mealy_machines(), lambda machine: machine.run([1, 0]) == (0, 1)).circuit.size
    0
    """
    return _mealy_machines(
        _number(observation_bits, "observation_bits", 0, MAX_TABLE_INPUTS),
        _number(action_bits, "action_bits", 1, _MOST_OUTPUTS),
        _number(state_bits, "state_bits", 0, MAX_TABLE_INPUTS),
        _basis_from(basis),
        limits("gates", min_gates, max_gates, 0, _MOST_OUTPUTS, _MORE_GATES),
    )


@st.composite
def _mealy_machines(
    draw: DrawFn,
    observation_bits: SearchStrategy[int],
    action_bits: SearchStrategy[int],
    state_bits: SearchStrategy[int],
    bases: SearchStrategy[Basis],
    bounds: SearchStrategy[tuple[int, int]],
) -> MealyMachine:
    n, m, k = draw(observation_bits), draw(action_bits), draw(state_bits)
    least, most = draw(bounds)
    circuit = draw(circuits(n + k, draw(bases), outputs=m + k, min_gates=least, max_gates=most))
    return MealyMachine(circuit, k, draw(st.integers(0, (1 << k) - 1)))


def machines(
    *,
    min_inputs: Number = 1,
    max_inputs: Number | None = 4,
    min_registers: Number = 1,
    max_registers: Number | None = 4,
    min_width: Number = 1,
    max_width: Number | None = 3,
) -> SearchStrategy[Machine]:
    """Return a strategy of register machines, small and fast.

    Arguments:
        min_inputs, max_inputs: bounds on the bits of the input.
        min_registers, max_registers: bounds on the registers.
        min_width, max_width: bounds on the bits of a register.

    >>> from hypothesis import find
    >>> find(machines(), lambda machine: machine.registers == 2).width
    1
    """
    return _machines(
        _within("inputs", min_inputs, max_inputs, 0, MAX_TABLE_INPUTS, 4),
        _within("registers", min_registers, max_registers, 1, MAX_REGISTERS, 4),
        _within("width", min_width, max_width, 1, MAX_WIDTH, 3),
    )


@st.composite
def _machines(
    draw: DrawFn,
    inputs: SearchStrategy[int],
    registers: SearchStrategy[int],
    width: SearchStrategy[int],
) -> Machine:
    w = draw(width)
    names = draw(st.sets(st.sampled_from(sorted(OPERATIONS)), min_size=1))
    count, n = draw(registers), draw(inputs)
    memory = draw(st.integers(0, min(2, (count - 1) * w)))
    words = packed_words(n, draw(st.integers(1, w)))
    loaded = draw(st.booleans()) and len(words) <= count
    return Machine(count, w, n, draw(st.integers(1, w)), memory, tuple(names), loaded, words)


_Machine = Machine | str | SearchStrategy[Machine]


def machines_from(machine: _Machine | None) -> SearchStrategy[Machine]:
    """Return a strategy of machines from a machine, its text, or such a strategy; None is any."""
    if machine is None:
        return machines()
    return drawn_from(Machine.parse(machine) if isinstance(machine, str) else machine)


def instructions(
    machine: _Machine | None = None, places: Number = 4
) -> SearchStrategy[Instruction]:
    """Return a strategy of instructions of a machine.

    Arguments:
        machine: a machine, its text, or a strategy of machines; by default any of `machines`.
        places: how many instructions the program has, to the end of which it may jump, too.

    >>> from hypothesis import find
    >>> print(find(instructions("fair"), lambda instruction: instruction.name == "jlt"))
    jlt r0, r0, 0
    """
    return st.tuples(machines_from(machine), _number(places, "places", 1, MAX_LENGTH)).flatmap(
        lambda drawn: _instructions(*drawn)
    )


def _instructions(machine: Machine, places: int) -> SearchStrategy[Instruction]:
    limit = {"i": machine.input_words, "t": places + 1}
    # Without input there is no word to observe.
    usable = [
        name
        for name in machine.names
        if all(limit.get(letter, machine.registers) for letter in OPERATIONS[name].form)
    ]
    return st.sampled_from(usable).flatmap(
        lambda name: st.tuples(
            *(
                st.integers(0, limit.get(letter, machine.registers) - 1)
                for letter in OPERATIONS[name].form
            )
        ).map(lambda operands: Instruction(name, operands))
    )


def programs(
    machine: _Machine | None = None,
    *,
    min_instructions: Number = 0,
    max_instructions: Number | None = None,
) -> SearchStrategy[Program]:
    """Return a strategy of programs, ending or not.

    Arguments:
        machine: what they are for: a machine, its text, or a strategy of machines; by default any
            of `machines`.
        min_instructions, max_instructions: bounds on the instructions, at most 64; by default up to
            6, or `min_instructions` if that is more.

    >>> from hypothesis import find
    >>> find(programs(), lambda program: len(program.code) == 2).entries
    0
    """
    bounds = limits("instructions", min_instructions, max_instructions, 0, MAX_LENGTH, _MORE_GATES)
    return _programs(machines_from(machine), bounds)


@st.composite
def _programs(
    draw: DrawFn, machine: SearchStrategy[Machine], bounds: SearchStrategy[tuple[int, int]]
) -> Program:
    chosen, (least, most) = draw(machine), draw(bounds)
    length = draw(st.integers(least, most))
    code = tuple(draw(_instructions(chosen, length)) for _ in range(length))
    table = None
    if any(instruction.name == "table" for instruction in code):
        entry = st.none() | st.integers(0, (1 << chosen.answers) - 1)
        size = 1 << chosen.inputs + chosen.memory
        table = tuple(draw(st.lists(entry, min_size=size, max_size=size)))
    return Program(chosen, code, table)


def worlds(
    observation_bits: Number = 1,
    action_bits: Number = 1,
    *,
    min_states: Number = 1,
    max_states: Number | None = 4,
) -> SearchStrategy[World]:
    """Return a strategy of worlds; it shrinks to one state that nothing leaves.

    Arguments:
        observation_bits, action_bits: n, 1 to 6, and m, 1 to 4.
        min_states, max_states: bounds on the states.

    >>> from hypothesis import find
    >>> find(worlds(), lambda world: len(world.target) < len(world.states)).steps
    ((0, 0), (0, 0))
    """
    return _worlds(*_surroundings(observation_bits, action_bits, min_states, max_states))


def _surroundings(
    observation_bits: Number, action_bits: Number, low: Number, high: Number | None
) -> tuple[SearchStrategy[int], SearchStrategy[int], SearchStrategy[int]]:
    return (
        _number(observation_bits, "observation_bits", 1, _MOST_OBSERVED),
        _number(action_bits, "action_bits", 1, _MOST_ACTED),
        _within("states", low, high, 1, _MOST_STATES, 4),
    )


@st.composite
def _worlds(
    draw: DrawFn,
    observation_bits: SearchStrategy[int],
    action_bits: SearchStrategy[int],
    counts: SearchStrategy[int],
) -> World:
    n, m, count = draw(observation_bits), draw(action_bits), draw(counts)
    states = st.integers(0, count - 1)
    some = st.sets(states, min_size=1)
    return World(
        n,
        m,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << n) - 1)) for _ in range(count)),
        tuple(tuple(draw(states) for _ in range(1 << m)) for _ in range(count)),
        tuple(draw(some)),
        tuple(draw(some)),
        tuple(tuple(draw(states) for _ in range(count)) for _ in range(draw(st.integers(0, 2)))),
        draw(_fields(n)),
    )


@st.composite
def _fields(draw: DrawFn, bits: int) -> tuple[int, ...] | None:
    # Which bits of an observation belong together, where that is said.
    if not draw(st.booleans()):
        return None
    ends = [i for i in range(1, bits) if draw(st.booleans())]
    return tuple(end - begun for begun, end in pairwise([0, *ends, bits]))


def world_tasks(
    observation_bits: Number = 1,
    action_bits: Number = 1,
    *,
    min_states: Number = 1,
    max_states: Number | None = 4,
    min_within: Number = 0,
    max_within: Number | None = 3,
    state_bits: Number | None = None,
) -> SearchStrategy[WorldTask]:
    """Return a strategy of tasks of reaching a world's target; not all can be solved.

    For a task with a policy that solves it, see `solved_pairs`.

    Arguments:
        observation_bits, action_bits, min_states, max_states: as `worlds` takes them.
        min_within, max_within: bounds on the steps that a policy has.
        state_bits: how many a policy has; by default none or one, where there is room for one.

    >>> from hypothesis import find
    >>> task = find(world_tasks(), lambda task: task.within > 0 and task.state_bits > 0)
    >>> task.within, task.inputs, task.outputs
    (1, 2, 2)
    """
    drawn = worlds(observation_bits, action_bits, min_states=min_states, max_states=max_states)
    within = _within("within", min_within, max_within, 0, _MOST_STEPS, 3)
    return st.tuples(drawn, within).flatmap(
        lambda pair: _state_bits(pair[0], state_bits).map(
            lambda k: WorldTask(pair[0], pair[1], "reach", k)
        )
    )


def _state_bits(surroundings: World | Episode, asked: Number | None) -> SearchStrategy[int]:
    room = min(
        MAX_TASK_INPUTS - surroundings.observation_bits,
        MAX_RELATION_OUTPUTS - surroundings.action_bits,
    )
    if asked is None:
        return st.integers(0, min(1, room))
    return _number(asked, "state_bits", 0, room)


@st.composite
def _distributions(draw: DrawFn, count: int) -> Distribution:
    weights = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    if not any(weights):
        weights[0] = 1
    return tuple((state, Fraction(w, sum(weights))) for state, w in enumerate(weights))


def episodes(
    observation_bits: Number = 1,
    action_bits: Number = 1,
    *,
    min_states: Number = 1,
    max_states: Number | None = 3,
    min_steps: Number = 1,
    max_steps: Number | None = 3,
) -> SearchStrategy[Episode]:
    """Return a strategy of episodes; it shrinks to one state and no reward.

    Arguments:
        observation_bits, action_bits, min_states, max_states: as `worlds` takes them.
        min_steps, max_steps: bounds on the length T.

    >>> from hypothesis import find
    >>> len(find(episodes(), lambda episode: len(episode.prior) > 1).prior)
    2
    """
    return _episodes(
        *_surroundings(observation_bits, action_bits, min_states, max_states),
        _within("steps", min_steps, max_steps, 1, _MOST_STEPS, 3),
    )


@st.composite
def _episodes(
    draw: DrawFn,
    observation_bits: SearchStrategy[int],
    action_bits: SearchStrategy[int],
    counts: SearchStrategy[int],
    steps: SearchStrategy[int],
) -> Episode:
    n, m, count = draw(observation_bits), draw(action_bits), draw(counts)
    actions, rewards = range(1 << m), rationals(min_value=-2, max_value=2)
    return Episode(
        n,
        m,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << n) - 1)) for _ in range(count)),
        draw(_distributions(count)),
        tuple(tuple(draw(_distributions(count)) for _ in actions) for _ in range(count)),
        tuple(tuple(draw(rewards) for _ in actions) for _ in range(count)),
        draw(steps),
        draw(_fields(n)),
    )


def episode_tasks(
    observation_bits: Number = 1,
    action_bits: Number = 1,
    *,
    min_states: Number = 1,
    max_states: Number | None = 3,
    min_steps: Number = 1,
    max_steps: Number | None = 3,
    state_bits: Number | None = None,
) -> SearchStrategy[EpisodeTask]:
    """Return a strategy of tasks of earning so much reward; not all can be solved.

    Arguments are those of `episodes`, and `state_bits` as `world_tasks` takes it.

    >>> from hypothesis import find
    >>> find(episode_tasks(), lambda task: task.least > 0).least
    Fraction(1, 1)
    """
    drawn = episodes(
        observation_bits,
        action_bits,
        min_states=min_states,
        max_states=max_states,
        min_steps=min_steps,
        max_steps=max_steps,
    )
    return st.tuples(drawn, rationals(min_value=-2, max_value=4)).flatmap(
        lambda pair: _state_bits(pair[0], state_bits).map(lambda k: EpisodeTask(*pair, k))
    )


_MOST_RATIONAL = 1 << 10


def rationals(min_value: int = -6, max_value: int = 6) -> SearchStrategy[Fraction]:
    """Return a strategy of whole numbers and halves; it shrinks to whole ones, and to 0.

    Arguments:
        min_value, max_value: bounds, whole numbers from -1,024 to 1,024.

    >>> from hypothesis import find
    >>> find(rationals(), lambda number: number.denominator > 1)
    Fraction(1, 2)
    """
    check_whole("min_value", min_value, -_MOST_RATIONAL, _MOST_RATIONAL)
    check_whole("max_value", max_value, min_value, _MOST_RATIONAL)
    halves = (Fraction(n, 2) for n in range(2 * min_value, 2 * max_value + 1))
    return st.sampled_from(sorted(halves, key=lambda x: (x.denominator, abs(x), x < 0)))


def supports(inputs: Number) -> SearchStrategy[int | None]:
    """Return a strategy of supports of tasks of so many inputs; None is all of them.

    >>> from hypothesis import find
    >>> find(supports(2), lambda support: support is not None)
    1
    """
    return _number(inputs, "inputs", 0, MAX_TASK_INPUTS).flatmap(
        lambda n: st.none() | st.integers(1, (1 << (1 << n)) - 1)
    )


def relation_tasks(inputs: Number = 2, outputs: Number = 1) -> SearchStrategy[RelationTask]:
    """Return a strategy of relations; it shrinks to the one that accepts the word 0 alone.

    >>> from hypothesis import find
    >>> print(find(relation_tasks(inputs=1), lambda task: not task.is_function()))
    relation:1:1:3,3
    """
    return _sizes(inputs, outputs).flatmap(lambda sizes: _relation_tasks(*sizes))


def _sizes(inputs: Number, outputs: Number) -> SearchStrategy[tuple[int, int]]:
    return st.tuples(
        _number(inputs, "inputs", 1, MAX_TASK_INPUTS),
        _number(outputs, "outputs", 1, MAX_RELATION_OUTPUTS),
    )


@st.composite
def _relation_tasks(draw: DrawFn, inputs: int, outputs: int) -> RelationTask:
    words = st.integers(0, (1 << outputs) - 1)
    sets = st.lists(words, min_size=1, max_size=1 << outputs, unique=True)
    accept = tuple(tuple(draw(sets)) for _ in range(1 << inputs))
    return RelationTask(inputs, outputs, accept)


def optimisation_tasks(
    inputs: Number = 2,
    outputs: Number = 1,
    *,
    min_candidates: Number = 2,
    max_candidates: Number | None = None,
) -> SearchStrategy[OptimisationTask]:
    """Return a strategy of optimisation tasks: candidates, utilities, supports, ties and slack.

    Arguments:
        inputs, outputs: 1 to 6, and 1 to 4.
        min_candidates, max_candidates: bounds on the candidates; no more than there are words are
            ever drawn.

    >>> from hypothesis import find
    >>> task = find(optimisation_tasks(inputs=1), lambda task: task.best(0) != task.best(1))
    >>> task.slack, task.utilities[0]
    (Fraction(0, 1), (Fraction(0, 1), Fraction(0, 1)))
    """
    words = 1 << MAX_RELATION_OUTPUTS
    bounds = limits("candidates", min_candidates, max_candidates, 1, words, words)
    return st.tuples(_sizes(inputs, outputs), bounds).flatmap(
        lambda drawn: _optimisation_tasks(*drawn[0], *drawn[1])
    )


_UTILITIES = rationals()


@st.composite
def _optimisation_tasks(
    draw: DrawFn, inputs: int, outputs: int, least: int, most: int
) -> OptimisationTask:
    count = 1 << outputs
    words = st.integers(0, count - 1)
    some = st.lists(words, min_size=min(least, count), max_size=min(most, count), unique=True)
    candidates = tuple(draw(some))
    rows = tuple(tuple(draw(_UTILITIES) for _ in candidates) for _ in range(1 << inputs))
    ties = draw(st.sampled_from(("free", "first", "last")))
    slack = draw(st.sampled_from((Fraction(0), Fraction(1)))) if ties == "free" else Fraction(0)
    return OptimisationTask(inputs, outputs, candidates, rows, draw(supports(inputs)), ties, slack)


def tasks(*, min_inputs: Number = 1, max_inputs: Number | None = None) -> SearchStrategy[Task]:
    """Return a strategy of tasks of every kind; it shrinks to a function.

    Arguments:
        min_inputs, max_inputs: bounds on the inputs, 1 to 6, bits of state included; by default up
            to 3.

    >>> from hypothesis import find
    >>> find(tasks(), lambda task: task.has_world).joint
    True
    """
    inputs = _within("inputs", min_inputs, max_inputs, 1, MAX_TASK_INPUTS, 3)
    outputs = st.integers(1, 2)
    return st.one_of(
        function_tasks(inputs, outputs, partial=True),
        relation_tasks(inputs, outputs),
        optimisation_tasks(inputs, outputs),
        inputs.flatmap(lambda n: _acting_tasks(n, world_tasks)),
        inputs.flatmap(lambda n: _acting_tasks(n, episode_tasks)),
    )


def _acting_tasks(
    inputs: int, made: Callable[..., SearchStrategy[WorldTask] | SearchStrategy[EpisodeTask]]
) -> SearchStrategy[Any]:
    # One of the inputs may be a bit of state.
    return st.integers(0, min(1, inputs - 1)).flatmap(lambda k: made(inputs - k, state_bits=k))


#: The kinds of tasks that pairs are drawn of.
SOLVED_KINDS = ("function", "relation", "optimisation", "world", "episode")
#: How many of the pairs that are drawn have a tag by construction, unless said otherwise.
TAGGED_SHARE = Fraction(1, 4)
_MOST_ACTING_INPUTS = 2

#: A circuit, and a task that it solves.
Pair = tuple[Circuit, Task]


def checked_kind(kind: str) -> str:
    """Return a kind of `SOLVED_KINDS`, raising `ArgumentError` for anything else.

    >>> checked_kind("fuction")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: kind: expected one of function, relation, optimisation, \
world, episode, got fuction (did you mean function?)
    """
    if kind in SOLVED_KINDS:
        return kind
    came = f"{kind}{did_you_mean(kind, SOLVED_KINDS)}" if isinstance(kind, str) else kind
    raise ArgumentError("kind", f"one of {', '.join(SOLVED_KINDS)}", came)


def solved_pairs(
    *kinds: str,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    min_inputs: Number = 1,
    max_inputs: Number | None = None,
    min_gates: Number = 0,
    max_gates: Number | None = 5,
    reduced: bool = False,
    tagged_share: Fraction | float = TAGGED_SHARE,
) -> SearchStrategy[Pair]:
    """Return a strategy of circuits, each with a task of one of these kinds that it solves.

    The circuit is drawn first, and the task so that it solves it: whatever a definition may be
    asked to judge. With state bits the circuit is that of the machine (`task.machine`). Of what is
    drawn so, hardly one in a hundred searches or controls. So some pairs, by default a fourth, are
    drawn to have a tag: of functions, search-like ones and lookup tables; of relations, lookup
    tables; of optimisation tasks, search-like ones; of worlds, control-like ones (see `tagged`).
    They are circuits over `b2`, within the same bounds; over a basis that lacks some of it there
    are none.

    Arguments:
        kinds: some of `SOLVED_KINDS`; by default all.
        basis, min_gates, max_gates, reduced: as `circuits` takes them.
        min_inputs, max_inputs: bounds on the inputs, 1 to 6; by default up to 3, in worlds and
            episodes up to 2.
        tagged_share: how many are to have a tag, from 0 to 1.

    Raises `ArgumentError` for another kind, naming those that there are, and for a share that is
    none.

    >>> from hypothesis import find
    >>> circuit, task = find(solved_pairs("world"), lambda pair: pair[0].size == 1)
    >>> task.solved_by(circuit)
    True
    """
    chosen = [checked_kind(kind) for kind in kinds] or SOLVED_KINDS
    if isinstance(tagged_share, bool) or not 0 <= tagged_share <= 1:
        raise ArgumentError("tagged_share", "a number from 0 to 1", tagged_share)
    bounds = _PairBounds(
        _basis_from(basis),
        limits("inputs", min_inputs, max_inputs, 1, MAX_TASK_INPUTS, 3),
        max_inputs is None,
        limits("gates", min_gates, max_gates, 0, _MOST_OUTPUTS, _MORE_GATES),
        reduced,
    )
    if tagged_share:
        # Now, and not while Hypothesis measures how long drawing takes.
        import_module("mesacircuits.testing.tagging")
    return st.one_of([_pairs(kind, bounds, Fraction(tagged_share)) for kind in chosen])


@dataclass(frozen=True)
class _PairBounds:
    """What pairs are drawn within."""

    basis: SearchStrategy[Basis]
    inputs: SearchStrategy[tuple[int, int]]
    few_acting: bool
    gates: SearchStrategy[tuple[int, int]]
    reduced: bool


_PARTS = 100


@st.composite
def _pairs(draw: DrawFn, kind: str, bounds: _PairBounds, share: Fraction) -> Pair:
    basis, (least, most), gates = draw(bounds.basis), draw(bounds.inputs), draw(bounds.gates)
    if kind in ("world", "episode") and bounds.few_acting:
        most = max(least, _MOST_ACTING_INPUTS)
    made = _made(kind, basis, (least, most), gates) if share else None
    # What is drawn at random comes first, so that shrinking leads there.
    if made is not None and draw(st.integers(1, _PARTS)) > _PARTS * (1 - share):
        circuit, task = draw(made)
        assume(not bounds.reduced or circuit.is_reduced())
        return circuit, task
    circuit = draw(
        circuits(
            st.integers(least, most),
            basis,
            outputs=st.integers(1, 2),
            min_gates=gates[0],
            max_gates=gates[1],
            reduced=bounds.reduced,
        )
    )
    return circuit, draw(_task_solved_by(circuit, kind))


def _made(
    kind: str, basis: Basis, inputs: tuple[int, int], gates: tuple[int, int]
) -> SearchStrategy[Pair] | None:
    """Return a strategy of pairs of a kind that have a tag by construction, if there is one."""
    if not basis.free_inverters or not {*B2.names} <= {*basis.names}:
        return None
    from mesacircuits.testing.tagging import pairs_made

    return pairs_made(kind, inputs, gates)


def tasks_solved_by(
    circuit: Circuit | SearchStrategy[Circuit], kind: str | SearchStrategy[str]
) -> SearchStrategy[Task]:
    """Return a strategy of tasks of a kind that a circuit solves.

    Arguments:
        circuit: at most six inputs and four outputs.
        kind: a name of `SOLVED_KINDS`; anything else is an `ArgumentError`.

    >>> from hypothesis import find
    >>> wire = Circuit.parse(1, "out = a")
    >>> str(find(tasks_solved_by(wire, "relation"), lambda task: not task.is_function()))
    'relation:1:1:3,3'
    """
    if not isinstance(kind, SearchStrategy):
        checked_kind(kind)
    return st.tuples(drawn_from(circuit), drawn_from(kind)).flatmap(
        lambda pair: _task_solved_by(pair[0], checked_kind(pair[1]))
    )


@st.composite
def _task_solved_by(draw: DrawFn, circuit: Circuit, kind: str) -> Task:
    n, m = circuit.inputs, len(circuit.outputs)
    words = MealyMachine(circuit).words
    if kind == "function":
        return FunctionTask(circuit.tables(), draw(supports(n)))
    if kind == "relation":
        drawn = draw(_relation_tasks(n, m))
        accept = zip(drawn.accept, words, strict=True)
        return RelationTask(n, m, tuple((*accepted, word) for accepted, word in accept))
    if kind == "optimisation":
        return _made_best(draw(optimisation_tasks(n, m)), words)
    k = draw(st.integers(0, 1)) if min(n, m) > 1 else 0
    if kind == "world":
        world: World = draw(worlds(n - k, m - k))
        more = world.target if draw(st.booleans()) else ()
        return _made_target(world, words, k, draw(st.integers(0, 3)), more)
    episode: Episode = draw(episodes(n - k, m - k))
    margin = draw(st.sampled_from((Fraction(0), Fraction(1, 2))))
    return EpisodeTask(episode, expected_total(episode, words, k) - margin, k)


def _made_best(task: OptimisationTask, words: tuple[int, ...]) -> OptimisationTask:
    # What the circuit answers is a candidate, as good as the best or, where ties forbid, better.
    candidates = tuple(dict.fromkeys((*task.candidates, *words)))
    rows = []
    for row, word in zip(task.utilities, words, strict=True):
        longer = [*row, *[Fraction(0)] * (len(candidates) - len(row))]
        place, best = candidates.index(word), max(longer)
        longer[place] = best
        ties = [i for i, utility in enumerate(longer) if utility == best]
        if (task.ties == "first" and ties[0] < place) or (task.ties == "last" and ties[-1] > place):
            longer[place] += 1
        rows.append(tuple(longer))
    features = task.features
    if features is not None:
        features += ((),) * (len(candidates) - len(task.candidates))
    return replace(
        task, candidates=candidates, utilities=tuple(rows), features=features, proxy=None
    )


def _made_target(
    world: World, words: tuple[int, ...], state_bits: int, within: int, more: tuple[int, ...]
) -> WorldTask:
    # The target holds all that is visited from step T on.
    following = next_configurations(world, words, state_bits)
    after = set()
    for start in world.starts:
        at = start << state_bits
        for _ in range(within):
            at = following[at]
        after.add(at)
    kept = configurations_from(following, after)
    target = (*(at >> state_bits for at in kept), *more)
    return WorldTask(replace(world, target=target), within, "reach", state_bits)
