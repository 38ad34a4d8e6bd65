"""All minima of tasks that people ask for, by both engines."""

import pytest
from form_cases import function

from mesacircuits.circuits import TruthTable
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.tasks import RelationTask


def asked(inputs, *functions, support=None):
    bits = [TruthTable.of(inputs, f).bits for f in functions]
    within = None if support is None else TruthTable.of(inputs, support).bits
    return function(inputs, *bits, support=within)


def low(x):
    return x & 3


def high(x):
    return x >> 2


#: Sum and carry of three bits.
ADDER = asked(3, lambda x: x.bit_count() & 1, lambda x: int(x.bit_count() > 1))
#: Which of two numbers of two bits is larger; equal ones are not, or anything goes.
LARGER = asked(4, lambda x: int(low(x) > high(x)))
LARGER_TIES_FREE = asked(
    4, lambda x: int(low(x) > high(x)), support=lambda x: int(low(x) != high(x))
)
#: Heat below the set point, cool above: both of two bits.
THERMOSTAT = asked(4, lambda x: int(low(x) < high(x)), lambda x: int(low(x) > high(x)))
#: The input is the truth table of a formula in two variables, the output an assignment of them that
#: satisfies it; where none does, anything goes.
SATISFYING = RelationTask(
    4, 2, tuple(tuple(w for w in range(4) if x >> w & 1) or (0, 1, 2, 3) for x in range(16))
)

CASES = [
    # task, basis, order: size, depth, circuits, wirings
    (ADDER, "b2", "size", (5, 3, 180, 114)),
    (ADDER, "b2", "depth-size", (5, 3, 60, 42)),
    (ADDER, "aig", "size", (7, 4, 6, 6)),
    (ADDER, "aig", "depth-size", (7, 4, 6, 6)),
    (LARGER, "b2", "size", (5, 3, 65, 41)),
    (LARGER, "b2", "depth-size", (5, 3, 14, 8)),
    (LARGER, "aig", "size", (5, 3, 8, 8)),
    (LARGER, "aig", "depth-size", (5, 3, 2, 2)),
    (LARGER_TIES_FREE, "b2", "size", (4, 3, 110, 74)),
    (LARGER_TIES_FREE, "aig", "size", (4, 3, 20, 20)),
    (SATISFYING, "b2", "size", (3, 2, 48, 32)),
    (SATISFYING, "b2", "depth-size", (3, 2, 16, 16)),
    (SATISFYING, "aig", "size", (3, 2, 32, 32)),
    (SATISFYING, "aig", "depth-size", (3, 2, 16, 16)),
]
SLOW = [
    (THERMOSTAT, "b2", "size", (8, 3, 4354, 1574)),
    (THERMOSTAT, "b2", "depth-size", (8, 3, 28, 10)),
    (THERMOSTAT, "aig", "size", (8, 3, 180, 180)),
    (THERMOSTAT, "aig", "depth-size", (8, 3, 4, 4)),
]


def check(task, basis, order, counts):
    found = [
        enumerate_minima(task, basis, order, Effort(workers=1), engine=engine)
        for engine in ("exhaustive", "sat")
    ]
    for each in found:
        assert (each.size, each.depth, each.circuits, each.wirings) == counts
        assert all(task.solved_by(circuit) for circuit in each.minima)
    assert found[0].minima == found[1].minima


@pytest.mark.parametrize(("task", "basis", "order", "counts"), CASES)
def test_small_tasks(task, basis, order, counts):
    check(task, basis, order, counts)


@pytest.mark.slow
@pytest.mark.parametrize(("task", "basis", "order", "counts"), SLOW)
def test_larger_tasks(task, basis, order, counts):
    check(task, basis, order, counts)
