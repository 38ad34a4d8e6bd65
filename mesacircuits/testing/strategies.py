"""Hypothesis strategies for truth tables, NPN transformations, bases, circuits and tasks.

Wherever a number of inputs or outputs is asked for, a strategy of such numbers does as well.
"""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits.bases import B2, BASES, Basis, basis_named
from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.npn import NPNTransform
from mesacircuits.circuits.operators import Operator, operator_named, operator_of
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, TruthTable, input_bits
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import MAX_TASK_INPUTS, FunctionTask

__all__ = [
    "bases",
    "circuits",
    "function_tasks",
    "npn_transforms",
    "relabelled",
    "truth_tables",
]

_Number = int | SearchStrategy[int]


def _numbers(value: _Number, argument: str, least: int, most: int) -> SearchStrategy[int]:
    if isinstance(value, SearchStrategy):
        return value
    if not isinstance(value, int) or not least <= value <= most:
        raise ArgumentError(argument, f"a whole number from {least} to {most}", value)
    return st.just(value)


def truth_tables(inputs: _Number = 3) -> SearchStrategy[TruthTable]:
    """Return a strategy of truth tables of `inputs` inputs; it shrinks to the constant 0.

    >>> from hypothesis import find
    >>> find(truth_tables(inputs=2), lambda table: table.count_ones() > 0)
    TruthTable(inputs=2, bits=0x1)
    """
    return _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(
        lambda n: st.integers(0, (1 << (1 << n)) - 1).map(lambda bits: TruthTable(n, bits))
    )


def npn_transforms(inputs: _Number = 3) -> SearchStrategy[NPNTransform]:
    """Return a strategy of NPN transformations of `inputs` inputs; it shrinks to the identity.

    >>> from hypothesis import find
    >>> find(npn_transforms(inputs=2), lambda transform: transform.negate_output)
    NPNTransform(permutation=(0, 1), negated_inputs=0, negate_output=True)
    """
    return _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(
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


def circuits(
    inputs: _Number = 3,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 6,
    outputs: _Number = 1,
    reduced: bool = False,
) -> SearchStrategy[Circuit]:
    """Return a strategy of circuits in `basis`; it shrinks to few gates.

    Arguments:
        inputs: number of inputs; with `reduced` each gate costs time in 2^inputs.
        basis: a basis, its name, or a strategy of bases; outputs are inverted only if it has
            free inverters.
        max_gates: the most gates that are drawn.
        outputs: number of outputs. They may be inputs or constants, too.
        reduced: draw only circuits that `Circuit.is_reduced`; otherwise gates may be dead, may
            repeat one another, and may read one wire twice.

    >>> from hypothesis import find
    >>> print(find(circuits(inputs=2, reduced=True), lambda circuit: circuit.size == 2))
    g1 = a & ~b; g2 = a & ~g1; out = g2
    """
    drawn_basis = basis if isinstance(basis, SearchStrategy) else st.just(basis_named(basis))
    if not isinstance(max_gates, int) or max_gates < 0:
        raise ArgumentError("max_gates", "a whole number from 0", max_gates)
    return _circuits(
        _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS),
        drawn_basis,
        max_gates,
        _numbers(outputs, "outputs", 1, 1 << 10),
        reduced,
    )


@st.composite
def _circuits(
    draw: DrawFn,
    inputs: SearchStrategy[int],
    bases: SearchStrategy[Basis],
    max_gates: int,
    outputs: SearchStrategy[int],
    reduced: bool,
) -> Circuit:
    n, basis = draw(inputs), draw(bases)
    words = draw(outputs)
    size = draw(st.integers(0, max_gates)) if n else 0
    gates = _reduced_gates(draw, n, basis, size, words) if reduced else _gates(draw, n, basis, size)
    read = {wire for gate in gates for wire in gate.operands}
    # The last wire comes first: there most gates are of use, and shrinking keeps to it.
    wires = [*range(n + len(gates) - 1, CONSTANT - 1, -1)]
    driving = [w for w in wires if w >= n and w not in read][:words] if reduced else []
    driving += [draw(st.sampled_from(wires)) for _ in range(words - len(driving))]
    drivers = []
    for wire in draw(st.permutations(driving)):
        free = basis.free_inverters or wire == CONSTANT
        drivers.append(Output(wire, draw(st.booleans()) if free else False))
    circuit = Circuit(n, tuple(gates), tuple(drivers))
    return _without_dead_gates(circuit) if reduced else circuit


def _gates(draw: DrawFn, inputs: int, basis: Basis, size: int) -> list[Gate]:
    gates = []
    for place in range(size):
        operator = draw(st.sampled_from(basis.operators))
        wire = st.integers(CONSTANT if basis.constants else 0, inputs + place - 1)
        gates.append(Gate(operator.name, tuple(draw(wire) for _ in range(operator.arity))))
    return gates


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


def _without_dead_gates(circuit: Circuit) -> Circuit:
    live = sorted(
        frozenset().union(*(circuit.cones[o.wire] for o in circuit.outputs if o.wire >= 0))
    )
    place = {wire: wire for wire in range(CONSTANT, circuit.inputs)}
    place |= {wire: circuit.inputs + i for i, wire in enumerate(live)}
    kept = [circuit.gates[wire - circuit.inputs] for wire in live]
    return Circuit(
        circuit.inputs,
        tuple(Gate(g.operator, tuple(place[w] for w in g.operands)) for g in kept),
        tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs),
    )


@st.composite
def relabelled(draw: DrawFn, circuit: Circuit) -> Circuit:
    """Return a strategy of the chains that write the same circuit in another way.

    The gates come in any topological order and with their operands in any order, so a verdict
    that differs between two of them depends on names.

    >>> from hypothesis import find
    >>> circuit = Circuit.parse(2, "g1 = a & b; g2 = a ^ b; out = g1, g2")
    >>> print(find(relabelled(circuit), lambda other: other.outputs != circuit.outputs))
    g1 = a ^ b; g2 = a & b; out = g2, g1
    """
    place = {wire: wire for wire in range(CONSTANT, circuit.inputs)}
    waiting = [*range(circuit.size)]
    gates = []
    while waiting:
        ready = [i for i in waiting if all(w in place for w in circuit.gates[i].operands)]
        chosen = draw(st.sampled_from(ready))
        waiting.remove(chosen)
        gate = circuit.gates[chosen]
        order = tuple(draw(st.permutations(range(len(gate.operands)))))
        operator = operator_named(gate.operator).permuted(order)
        gates.append(Gate(operator.name, tuple(place[gate.operands[i]] for i in order)))
        place[circuit.inputs + chosen] = circuit.inputs + len(gates) - 1
    outputs = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs, tuple(gates), outputs)


@st.composite
def _function_tasks(
    draw: DrawFn, inputs: SearchStrategy[int], outputs: SearchStrategy[int], partial: bool
) -> FunctionTask:
    n = draw(inputs)
    tables = tuple(draw(truth_tables(n)) for _ in range(draw(outputs)))
    full = tables[0].mask
    support = draw(st.none() | st.integers(1, full)) if partial else None
    return FunctionTask(tables, support)


def function_tasks(
    inputs: _Number = 3, outputs: _Number = 1, partial: bool = False
) -> SearchStrategy[FunctionTask]:
    """Return a strategy of function tasks; with `partial`, some ask for words on a support only.

    For a circuit together with a task that it solves, draw the circuit and take
    `FunctionTask(circuit.tables())`.

    >>> from hypothesis import find
    >>> str(find(function_tasks(inputs=2, outputs=2), lambda task: task.word(0) == (0, 1)))
    'tt:2:0,1'
    """
    return _function_tasks(
        _numbers(inputs, "inputs", 0, MAX_TASK_INPUTS),
        _numbers(outputs, "outputs", 1, 1 << 10),
        partial,
    )
