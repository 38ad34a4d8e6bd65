"""The plain-Python twin of `search_kernels`, and raw brute force: slow, and meant to be obvious.

Nothing here is pruned beyond what defines a reduced circuit, and gates are read off the definition
of a basis, not off its forms; so what the kernel and the forms leave out can be held against it.
Tests use both; no engine does.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import product

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis, operator_named, selector_of
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.tasks import Task

__all__ = [
    "chains_plainly",
    "circuits_by_brute_force",
    "circuits_for_functions",
    "circuits_for_task",
    "gates_plainly",
]

Gates = tuple[Gate, ...]


def _all_gates(basis: Basis, wires: int) -> Iterator[Gate]:
    # Every way to write a gate, operands in any order.
    lowest = CONSTANT if basis.constants else 0
    for operator in basis.operators:
        for operands in product(range(lowest, wires), repeat=operator.arity):
            read = [w for w in operands if w != CONSTANT]
            if operands.count(CONSTANT) > 1 or (len({*read}) < len(read) and not basis.repeats):
                continue
            selector = selector_of(operator)
            if selector is not None and (
                operands[selector] == CONSTANT or operands.count(operands[selector]) > 1
            ):
                continue
            gate = Gate(operator.name, operands)
            if read and _depends_on_all(gate):
                yield gate


def _depends_on_all(gate: Gate) -> bool:
    distinct = sorted({*gate.operands} - {CONSTANT})
    table = operator_named(gate.operator).table

    def value(bits: tuple[int, ...]) -> int:
        at = dict(zip(distinct, bits, strict=True)) | {CONSTANT: 0}
        return table >> sum(at[w] << i for i, w in enumerate(gate.operands)) & 1

    rows = [*product((0, 1), repeat=len(distinct))]
    return all(
        any(value(row) != value((*row[:i], 1 - row[i], *row[i + 1 :])) for row in rows)
        for i in range(len(distinct))
    )


def _key(gate: Gate) -> tuple[tuple[int, ...], int]:
    return tuple(reversed(gate.operands)), operator_named(gate.operator).table


@lru_cache(maxsize=256)
def gates_plainly(basis: Basis, wires: int) -> Gates:
    """Return all gates over so many wires, each written once, in the order of their keys.

    >>> from mesacircuits.circuits.bases import NAND
    >>> [gate.operands for gate in gates_plainly(NAND, 2)]
    [(0, 0), (0, 1), (1, 1)]
    """
    found = set()
    for gate in _all_gates(basis, wires):
        (written,) = Circuit(wires, (gate,), (Output(wires),)).canonical().gates
        found.add(written)
    return tuple(sorted(found, key=_key))


def chains_plainly(inputs: int, basis: Basis, cost: int) -> Iterator[tuple[Gates, list[int]]]:
    """Yield the chains of exactly `cost`, in the order of their keys, with the tables of all wires.

    A chain is listed iff its keys strictly increase and no gate computes a constant, an input, or
    the function of another gate. Gates may be dead.

    >>> from mesacircuits.circuits.bases import AIG
    >>> sum(1 for _ in chains_plainly(2, AIG, 1))
    4
    """
    mask = (1 << (1 << inputs)) - 1

    def extend(gates: Gates, tables: list[int], left: int) -> Iterator[tuple[Gates, list[int]]]:
        if left == 0:
            yield gates, tables
            return
        for gate in gates_plainly(basis, len(tables)):
            paid = basis.cost_of(gate.operator)
            if paid > left or (gates and _key(gate) <= _key(gates[-1])):
                continue
            operands = tuple(0 if w == CONSTANT else tables[w] for w in gate.operands)
            table = operator_named(gate.operator).apply(operands, mask)
            if table not in (0, mask, *tables):
                yield from extend((*gates, gate), [*tables, table], left - paid)

    yield from extend((), [input_bits(inputs, i) for i in range(inputs)], cost)


def _drivers(basis: Basis, wires: int) -> list[Output]:
    found = [Output(wire) for wire in range(CONSTANT, wires)]
    return found + [
        Output(wire, True)
        for wire in range(CONSTANT, wires)
        if basis.free_inverters or wire == CONSTANT
    ]


def circuits_for_task(
    task: Task, basis: Basis, cost: int, depth: int | None = None
) -> list[Circuit]:
    """List the reduced circuits of exactly `cost` that solve the task, as canonical chains.

    Arguments:
        task: any task with a relation of acceptable words.
        basis: any basis.
        cost: what the gates cost together.
        depth: the greatest depth allowed; None for any.

    >>> from mesacircuits.circuits.bases import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> [str(c) for c in circuits_for_task(parse_task("expr:a & b"), AIG, 1)]
    ['g1 = a & b; out = g1']
    """
    masks = task.word_masks
    full = (1 << (1 << task.inputs)) - 1
    found = []
    for gates, tables in chains_plainly(task.inputs, basis, cost):
        drivers = [
            (output, (0 if output.wire == CONSTANT else tables[output.wire]) ^ full * inverted)
            for output in _drivers(basis, len(tables))
            for inverted in [output.inverted]
        ]
        for chosen in product(drivers, repeat=task.outputs):
            missed = 0
            for word, accepted in enumerate(masks):
                here = full
                for i, (_, bits) in enumerate(chosen):
                    here &= bits if word >> i & 1 else ~bits
                missed |= here & ~accepted
            if missed:
                continue
            circuit = Circuit(task.inputs, gates, tuple(output for output, _ in chosen))
            if circuit.is_reduced() and (depth is None or circuit.depth <= depth):
                found.append(circuit)
    return found


def circuits_for_functions(
    inputs: int, basis: Basis, cost: int, wanted: Container[int], depth: int | None = None
) -> list[Circuit]:
    """List the reduced circuits of exactly `cost` >= 1 whose last gate computes a wanted function.

    That gate is the only output, and not inverted.

    >>> from mesacircuits.circuits.bases import MIG
    >>> [str(c) for c in circuits_for_functions(3, MIG, 1, {0xE8})]
    ['g1 = maj(a, b, c); out = g1']
    """
    found = []
    for gates, tables in chains_plainly(inputs, basis, cost):
        circuit = Circuit(inputs, gates, (Output(len(tables) - 1),))
        within = depth is None or circuit.depth <= depth
        if tables[-1] in wanted and within and circuit.is_reduced():
            found.append(circuit)
    return found


def circuits_by_brute_force(task: Task, basis: Basis, cost: int) -> set[Circuit]:
    """Return the reduced circuits of exactly `cost` that solve the task, by trying everything.

    Every sequence of gates is tried, in any order and with operands in any order; what is the same
    circuit is told by `Circuit.canonical`, what is reduced by `Circuit.is_reduced`, and what solves
    the task by the task. Meant for some 2 gates over two inputs.

    >>> from mesacircuits.circuits.bases import NAND
    >>> from mesacircuits.tasks import parse_task
    >>> [str(c) for c in circuits_by_brute_force(parse_task("expr:a & b"), NAND, 2)]
    ['g1 = ~(a & b); g2 = ~(g1 & g1); out = g2']
    """

    def sequences(gates: Gates, left: int) -> Iterator[Gates]:
        if left == 0:
            yield gates
        for gate in _all_gates(basis, task.inputs + len(gates)):
            if basis.cost_of(gate.operator) <= left:
                yield from sequences((*gates, gate), left - basis.cost_of(gate.operator))

    found = set()
    for gates in sequences((), cost):
        drivers = _drivers(basis, task.inputs + len(gates))
        for outputs in product(drivers, repeat=task.outputs):
            circuit = Circuit(task.inputs, gates, outputs)
            if task.solved_by(circuit) and circuit.is_reduced():
                found.add(circuit.canonical())
    return found
