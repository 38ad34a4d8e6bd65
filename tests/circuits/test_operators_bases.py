"""Operators against their tables, and bases: closure, order and names."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import (
    AIG,
    B2,
    BASES,
    OPERATORS,
    Basis,
    Operator,
    basis_named,
    operator_named,
)
from mesacircuits.circuits.bases import operator_of
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import bases

operators = st.integers(1, 4).flatmap(
    lambda arity: st.integers(0, (1 << (1 << arity)) - 1).map(lambda t: operator_of(arity, t))
)


def value(operator, bits):
    return operator.table >> sum(bit << i for i, bit in enumerate(bits)) & 1


@given(operators, st.data())
def test_apply_is_the_table_bit_by_bit(operator, data):
    width = data.draw(st.integers(1, 16))
    mask = (1 << width) - 1
    words = [data.draw(st.integers(0, mask)) for _ in range(operator.arity)]
    result = operator.apply(tuple(words), mask)
    assert 0 <= result <= mask
    for x in range(width):
        assert result >> x & 1 == value(operator, [w >> x & 1 for w in words])


@given(operators, st.data())
def test_permuted_does_to_moved_operands_what_the_operator_does(operator, data):
    order = tuple(data.draw(st.permutations(range(operator.arity))))
    mask = 0xFF
    words = [data.draw(st.integers(0, mask)) for _ in range(operator.arity)]
    moved = operator.permuted(order)
    assert moved.apply(tuple(words[i] for i in order), mask) == operator.apply(tuple(words), mask)
    inverse = tuple(sorted(range(len(order)), key=order.__getitem__))
    assert moved.permuted(inverse) == operator


@given(operators)
def test_symmetry(operator):
    rows = [[row >> i & 1 for i in range(operator.arity)] for row in range(1 << operator.arity)]
    by_weight = {sum(bits): value(operator, bits) for bits in rows}
    symmetric = all(value(operator, bits) == by_weight[sum(bits)] for bits in rows)
    assert operator.is_symmetric() == symmetric


@given(operators)
def test_names_and_repr_round_trip(operator):
    assert operator_named(operator.name) == operator
    assert eval(repr(operator)) == operator
    assert isinstance(operator, Operator)


def test_every_named_operator_has_its_own_table_and_form():
    named = list(OPERATORS.values())
    assert len({(o.arity, o.table) for o in named}) == len({o.form for o in named}) == len(named)


NO_OPERATORS = ["", "AND", "tt:2", "tt:5:0", "tt:0:1", "tt:2:E8", "tt:3:e8", "tt:1:4", "tt:2: "]


@pytest.mark.parametrize("name", NO_OPERATORS)
def test_unknown_operators_are_refused(name):
    with pytest.raises(ArgumentError, match=r"^operator: expected one of not, and, .* got .*$"):
        operator_named(name)


@given(bases())
def test_bases_are_closed_and_in_key_order(basis):
    assert len(set(basis.operators)) == len(basis.operators)
    keys = [(o.arity, o.table) for o in basis.operators]
    assert keys == sorted(keys)
    for operator in basis.operators:
        assert not (basis.free_inverters and operator.table & 1)
        for order in permutations(range(operator.arity)):
            assert basis.admits(operator.permuted(order).name)
        assert basis.operators[basis.index(operator.name)] == operator


@given(st.sets(st.integers(0, 255), min_size=1, max_size=4))
def test_closure_is_asked_for_exactly(tables):
    operators = tuple(operator_of(3, table) for table in tables)
    closed = {o.permuted(p).table for o in operators for p in permutations(range(3))} == tables
    if closed:
        assert Basis("drawn", operators, free_inverters=False).operators
    else:
        with pytest.raises(ArgumentError, match="operators: expected a set, and costs, closed"):
            Basis("drawn", operators, free_inverters=False)


@given(bases())
def test_order_and_repetition_of_operators_do_not_matter(basis):
    again = replace(basis, operators=basis.operators[::-1] * 2, costs=basis.costs[::-1] * 2)
    assert again == basis


def test_named_bases():
    assert basis_named("b2") is B2
    assert basis_named(AIG) is AIG
    assert all(basis.name == str(basis) == name for name, basis in BASES.items())
    assert {*B2.names} - {*AIG.names} == {"xor"}


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: basis_named("aigs"), "basis: expected one of b2, aig"),
        (lambda: basis_named("aigs"), "got aigs (did you mean aig?)"),
        (lambda: B2.index("nand"), "operator: expected one of butnot, notbut, xor, and, or in"),
        (lambda: Basis("x", (), True), "operators: expected at least one operator, got none"),
        (
            lambda: Basis("x", (operator_named("nand"),), True),
            "operators: expected functions that are 0 where all operands are 0, got nand",
        ),
        (
            lambda: Basis("x", (operator_named("butnot"),), True),
            "operators: expected a set, and costs, closed under permuting operands, got butnot",
        ),
    ],
)
def test_bad_bases_are_refused_on_one_line(call, text):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
