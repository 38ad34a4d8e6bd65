"""The kernel for any basis against its plain twin and raw brute force."""

import numpy as np
import pytest
from form_cases import (
    cost_of,
    function,
    settings_to_list,
    some_bases,
    tasks,
    writings_at_most,
)
from form_twin import (
    circuits_by_brute_force,
    circuits_for_functions,
    circuits_for_task,
    gates_plainly,
)
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration import Effort, engines
from mesacircuits.enumeration.engines import FunctionQuestion, TaskEngine, counted, gates_of
from mesacircuits.enumeration.rows import ABSENT, basis_tables, circuit_of_rows, gates_over
from mesacircuits.enumeration.sat import all_circuits
from mesacircuits.enumeration.search_kernels import extend_rows
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.enumeration.targets import target_set
from mesacircuits.errors import ArgumentError

ONE = Effort(workers=1)


def listed(task, basis, cost, depth=None):
    return TaskEngine(task, basis, ONE).circuits(cost, depth)


def check(circuits, task, basis, cost, depth):
    for circuit in circuits:
        assert circuit.canonical() == circuit
        assert circuit.is_reduced()
        assert task.solved_by(circuit)
        assert circuit.in_basis(basis)
        assert cost_of(circuit, basis) == cost
        assert depth is None or circuit.depth <= depth


@given(some_bases, st.integers(1, 5))
def test_gates_are_those_of_the_definition(basis, wires):
    """The forms give each gate once, and in the order of keys."""
    rows = gates_over(basis, wires)
    tables = basis_tables(basis)
    written = [
        circuit_of_rows(tables, wires, np.array([row], dtype=np.int8)).gates[0] for row in rows
    ]
    assert tuple(written) == gates_plainly(basis, wires)


@settings(max_examples=100)
@given(st.data())
def test_the_kernel_lists_what_its_twin_lists(data):
    basis, inputs, cost = data.draw(settings_to_list(most=1500))
    task = data.draw(tasks(inputs))
    depth = data.draw(st.none() | st.integers(0, 4))
    found = listed(task, basis, cost, depth)
    check(found, task, basis, cost, depth)
    expected = circuits_for_task(task, basis, cost, depth)
    assert len({*found}) == len(found)
    assert {*found} == {*expected}


@settings(max_examples=50)
@given(st.data())
def test_the_kernel_lists_what_brute_force_finds(data):
    basis, inputs = data.draw(some_bases), data.draw(st.integers(1, 2))
    task, cost = data.draw(tasks(inputs)), data.draw(st.integers(0, 3))
    while cost and writings_at_most(task, basis, cost) > 10_000:
        cost -= 1
    expected = circuits_by_brute_force(task, basis, cost)
    assert {*circuits_for_task(task, basis, cost)} == expected
    assert {*listed(task, basis, cost)} == expected


@pytest.mark.slow
@settings(max_examples=50)
@given(st.data())
def test_orbits_list_what_all_beginnings_list(data):
    """One set of first gates per orbit, or all pairs of gates to begin with: the same circuits."""
    basis, inputs, cost = data.draw(settings_to_list(most=4000, costs=(1, 6)))
    task = data.draw(tasks(inputs, 3 if inputs < 3 else 2))
    depth = data.draw(st.none() | st.integers(0, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_MAX_ORBIT_INPUTS", 0)
        plainly = listed(task, basis, cost, depth)
    assert listed(task, basis, cost, depth) == plainly
    check(plainly, task, basis, cost, depth)


EVERY_GATE = {f"tt:3:{table:02X}": 1 for table in range(0, 256, 2)}


@pytest.mark.slow
def test_many_gates():
    """All functions of three operands: at four inputs more first gates than a byte can number."""
    basis = Basis.closed("lut3", EVERY_GATE, free_inverters=True)
    assert len(basis.forms) == 109
    assert len(symmetry_of(4, basis).gates) == 436
    task = function(4, 0x8000)
    found = listed(task, basis, 2)
    check(found, task, basis, 2, None)
    assert {*found} == {*all_circuits(task, basis, 2)}
    assert len(found) == 240


def test_more_forms_than_rows_can_number():
    every = {f"tt:3:{table:02X}": 1 for table in range(256)}
    basis = Basis.closed("lut3", every, free_inverters=False)
    with pytest.raises(ArgumentError, match=r"basis: expected at most 127 ways .*, got 218"):
        listed(function(2, 8), basis, 1)


def test_chains_longer_than_the_kernel_has_room_for():
    """Among dear gates cheap ones make chains of any length; that is said, not cut."""
    basis = Basis.closed("dear", {"and": 1, "or": 1, "not": 60}, free_inverters=False)
    expected = "basis: expected costs that keep circuits below 44 gates, got dear, whose cheapest"
    for depth in (None, 40):
        with pytest.raises(ArgumentError, match=expected):
            listed(function(4, 0x7FFF), basis, 60, depth)
    sought = target_set(4, np.arange(100, 200, dtype=np.uint64), normal=False)
    question = FunctionQuestion(symmetry_of(4, basis), sought, 60)
    with pytest.raises(ArgumentError, match=expected):
        counted(question, ONE)


def test_more_sets_of_first_gates_than_can_be_marked():
    basis = Basis.closed("lut3", EVERY_GATE, free_inverters=True)
    with pytest.raises(ArgumentError, match=r"expected one with at most .* sets of 5 gates"):
        symmetry_of(4, basis).sets(5, 7, 0)


def kernel_for_functions(inputs, basis, cost, depth, wanted, few):
    tables = basis_tables(basis)
    bits = np.array(sorted(wanted), dtype=np.uint64)
    wanted = target_set(inputs, bits, basis.free_inverters)
    targets = wanted.targets if few else wanted.targets._replace(few=wanted.members[:0])
    gates, functions, _, _ = extend_rows(
        np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.uint64),
        np.uint64((1 << (1 << inputs)) - 1),
        gates_of(tables),
        np.empty((0, 4), dtype=np.int8),
        (0, ABSENT, ABSENT, 0),
        cost,
        depth,
        0,
        targets,
        1 << 62,
        np.zeros(1, dtype=np.uint8),
        np.zeros(inputs, dtype=np.int64),
        0,
    )
    circuits = [circuit_of_rows(tables, inputs, rows) for rows in gates]
    assert [c.output_bits()[0] for c in circuits] == functions.tolist()
    return circuits


@settings(max_examples=100)
@given(st.data())
def test_the_kernel_lists_circuits_of_wanted_functions(data):
    basis, inputs, cost = data.draw(settings_to_list(costs=(1, 5)))
    full = (1 << (1 << inputs)) - 1
    step = 2 if basis.free_inverters else 1
    wanted = data.draw(st.sets(st.integers(1, max(1, full // step - 1)).map(lambda k: k * step)))
    depth = data.draw(st.integers(-1, 4))
    expected = circuits_for_functions(inputs, basis, cost, wanted, depth if depth >= 0 else None)
    found = kernel_for_functions(inputs, basis, cost, depth, wanted, few=False)
    assert found == expected  # in the same order
    joined = kernel_for_functions(inputs, basis, cost, depth, wanted, few=True)
    assert len({*joined}) == len(joined)
    assert {*joined} == {*expected}
    for circuit in found:
        assert circuit.canonical() == circuit
