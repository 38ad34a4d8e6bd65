"""Gate forms: each way to read distinct wires, once, with its function and cost."""

from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import BASES, Basis, Circuit, Gate, Output
from mesacircuits.circuits.bases import CONSTANT_OPERAND, MULTIPLEXERS, operator_of, selector_of
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.errors import ArgumentError

COUNTS = {  # one, two, three wires
    "b2": (0, 5, 0),
    "aig": (0, 4, 0),
    "nand": (1, 1, 0),
    "nor": (1, 1, 0),
    "and-or-not": (1, 2, 0),
    "monotone": (0, 2, 0),
    "mig": (0, 4, 4),
    "mux": (0, 10, 12),
}

some_bases = st.builds(
    lambda tables, free, constants, repeats: Basis.closed(
        "drawn",
        {operator_of(k, table).name: 1 for k, table in tables},
        free,
        constants=constants,
        repeats=repeats,
    ),
    st.lists(
        st.integers(1, 3).flatmap(
            lambda k: st.tuples(st.just(k), st.integers(0, (1 << (1 << k)) - 1))
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name):
    wires = [form.wires for form in BASES[name].forms]
    assert tuple(wires.count(k) for k in (1, 2, 3)) == COUNTS[name]


@given(some_bases | st.sampled_from([*BASES.values()]))
def test_forms_of_a_basis(basis):
    seen = set()
    for form in basis.forms:
        wires = tuple(range(form.wires))
        operands = form.operands(wires)
        assert basis.admits(form.operator.name)
        assert form.cost == basis.cost_of(form.operator.name)
        assert operands.count(CONSTANT_OPERAND) <= basis.constants
        real = [w for w in operands if w != CONSTANT_OPERAND]
        assert len({*real}) == len(real) or basis.repeats
        # It is written as canonical circuits write it, and no other form is so written.
        circuit = Circuit(form.wires, (Gate(form.operator.name, operands),), (Output(form.wires),))
        assert circuit.canonical() == circuit
        assert circuit.gates not in seen
        seen.add(circuit.gates)
        # The table is what comes out, and hangs on every wire.
        assert circuit.output_bits() == (form.table,)
        for i in wires:
            low = input_bits(form.wires, i)
            assert (form.table & low) >> (1 << i) != form.table & low >> (1 << i)
        assert not (basis.free_inverters and form.table & 1)
    keys = [(form.wires, *form.key) for form in basis.forms]
    assert keys == sorted(keys)


@given(some_bases | st.sampled_from([*BASES.values()]))
def test_forms_are_closed_under_renaming_wires(basis):
    written = {
        (tuple(form.pattern), form.operator.table, form.cost): form.wires for form in basis.forms
    }
    for form in basis.forms:
        for order in permutations(range(form.wires)):
            operands = tuple(order[p] if p >= 0 else p for p in form.pattern)
            gate = Gate(form.operator.name, operands)
            moved = Circuit(form.wires, (gate,), (Output(form.wires),)).canonical().gates[0]
            table = next(o.table for o in basis.operators if o.name == moved.operator)
            assert written[moved.operands, table, form.cost] == form.wires


def test_selectors_are_those_of_multiplexers():
    for table in range(256):
        operator = operator_of(3, table)
        if operator in MULTIPLEXERS:
            assert selector_of(operator) is not None
        # Another has a selector only if it, or its inverse, is a multiplexer with inverted choices.
        inverse = operator_of(3, 255 ^ table)
        if selector_of(operator) is not None:
            assert operator in MULTIPLEXERS or inverse in MULTIPLEXERS
    assert [selector_of(o) for o in MULTIPLEXERS if o.name in ("mux", "mux102", "mux120")] == [
        0,
        1,
        1,
    ]


def test_basis_equality_and_costs():
    cheap = Basis.closed("x", {"and": 1, "or": 1}, False)
    assert cheap == Basis.closed("x", {"or": 1, "and": 1}, False)
    assert cheap.costs == ()
    dear = Basis.closed("x", {"and": 2, "or": 2}, False)
    assert dear != cheap
    assert dear.costs == (2, 2)
    # Where two operators imply one, the cheaper cost counts.
    assert Basis.closed("x", {"or": 3, "and": 2}, True).costs == (2, 2, 2, 2)
    for costs in ((0,), (1, 2), (True,), (1.5,)):
        with pytest.raises(ArgumentError, match="costs"):
            Basis("x", (operator_of(2, 8),), False, costs=costs)
    with pytest.raises(ArgumentError, match="closed under permuting"):
        Basis("x", (operator_of(2, 2), operator_of(2, 4)), False, costs=(1, 2))
