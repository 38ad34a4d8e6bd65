"""All small subjects, smallest first: where smallest counterexamples are looked for.

Circuits are the reduced ones over `b2` with one output, their gates and inputs within `REACH`:
first by gates, then by inputs, then by hexadecimal table. Worlds have two states, which are seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from heapq import merge
from itertools import product

from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.tasks import FunctionTask, OptimisationTask, RelationTask, Task, World, WorldTask
from mesacircuits.testing.axioms.axiom import Subject

__all__ = [
    "REACH",
    "small_circuits",
    "small_functions",
    "small_optimisations",
    "small_subjects",
    "small_worlds",
]

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
def _sorted(kind: str) -> tuple[Subject, ...]:
    tasks = {"optimisation": _optimisations, "relation": _relations, "world": _worlds}[kind]()
    found = [subject for task in tasks for subject in _solved(task, 1)]
    return tuple(sorted(found, key=lambda subject: subject.key))


def _optimisations() -> Iterator[Task]:
    for inputs in (1, 2):
        rows = [(0, 1), (1, 0)] if inputs == 2 else list(product((0, 1), repeat=2))
        for utilities in product(rows, repeat=1 << inputs):
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


def small_optimisations() -> Iterator[Subject]:
    """Yield solvers of one gate or none of optimisation tasks with utilities 0 and 1."""
    yield from _sorted("optimisation")


def small_worlds() -> Iterator[Subject]:
    """Yield the policies without memory that solve the worlds of two states."""
    yield from _sorted("world")


def small_subjects() -> Iterator[Subject]:
    """Yield small subjects with tasks of every kind, smallest first."""
    kinds = (small_functions(), *(_sorted(kind) for kind in ("relation", "optimisation", "world")))
    yield from merge(*kinds, key=lambda subject: subject.key)
