"""Straight-line programs against the circuit engine, on functions that both can state."""

import pytest

from mesacircuits.circuits import Circuit, Gate, Output, TruthTable, npn_classes, npn_orbit
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.programs.length_search import LengthSearch, Turns, search_length
from mesacircuits.tasks import FunctionTask, machine_for

OPERATORS = {"and": "and", "or": "or", "xor": "xor", "andnot": "butnot"}


def circuit_of(code, inputs):
    """Return the circuit that a straight-line program computes in its register 0."""
    wires = list(range(inputs)) + [-1] * 16
    gates = []
    for instruction in code:
        written, *read = instruction.operands
        gates.append(Gate(OPERATORS[instruction.name], tuple(wires[r] for r in read)))
        wires[written] = inputs + len(gates) - 1
    return Circuit(inputs, tuple(gates), (Output(wires[0]),))


def programs_for(table, length):
    task = FunctionTask((table,))
    registers = table.inputs + length
    machine = machine_for(task, "boolean", registers=registers, width=1, loaded=True)
    search = LengthSearch(Turns(task, machine), length)
    return list(search_length(search, Effort()).codes())


def compare(table):
    """Check that shortest programs are minimal circuits, all of them, and nothing is shorter."""
    minima = enumerate_minima(FunctionTask((table,))).minima
    size = minima[0].size
    for shorter in range(1, size):
        assert programs_for(table, shorter) == []
    found = {circuit_of(code, table.inputs).hash_hex for code in programs_for(table, size)}
    # Programs have no inverted answers; of a function with f(0) = 0 no minimum needs one.
    assert found == {circuit.hash_hex for circuit in minima}
    return size


def functions(inputs, most):
    """Yield the functions with f(0) = 0 that some circuit of 1 to so many gates computes."""
    for table in (t for cls in npn_classes(inputs) for t in npn_orbit(cls.representative)):
        if not table.bits & 1:
            size = enumerate_minima(FunctionTask((table,))).minima[0].size
            if 1 <= size <= most:
                yield table


def test_all_functions_of_two_inputs():
    assert sorted(compare(table) for table in functions(2, 3)) == [1] * 5


@pytest.mark.parametrize(
    "bits",
    [
        *(0x80, 0x96, 0x68 ^ 0x40, 0xD8, 0x06, 0xFE),
        *(pytest.param(bits, marks=pytest.mark.slow) for bits in (0x7E, 0xE2, 0x18)),
    ],
)
def test_some_functions_of_three_inputs(bits):
    compare(TruthTable(3, bits))


@pytest.mark.slow
def test_all_functions_of_three_inputs_and_up_to_three_gates():
    sizes = [compare(table) for table in functions(3, 3)]
    # The functions by size, as published for b2 and f(0) = 0.
    assert [sizes.count(size) for size in (1, 2, 3)] == [15, 57, 40]
