"""The kernels for formulas against their plain twins, and sums beyond 63 bits."""

from itertools import pairwise

import numpy as np
import pytest
from formula_twin import add_gates_plainly, decompose_plainly
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import BASES, Basis
from mesacircuits.enumeration import formulas
from mesacircuits.enumeration.formula_kernels import (
    add_pairs,
    add_triples,
    decompose_pairs,
    decompose_triples,
)
from mesacircuits.enumeration.formulas import formula_table, repeated_count, shapes_of
from mesacircuits.enumeration.reach import within_reach

MASK = 0xFF
SHAPES = [
    shape
    for basis in (
        *BASES.values(),
        Basis.closed("odd3", {"tt:3:1D": 1, "and": 2}, False, repeats=True),
    )
    for shape in shapes_of(basis)
    if shape.wires > 1
]
lists = st.dictionaries(st.integers(0, MASK), st.integers(1, 9), min_size=1, max_size=7).map(
    lambda known: sorted(known.items(), key=lambda item: (item[1], item[0]))
)


def columns(pairs):
    first, second = zip(*pairs, strict=True)
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.forms[0].operator.name}")
@settings(deadline=None, max_examples=30)
@given(parts=st.tuples(lists, lists, lists), alike=st.booleans(), data=st.data())
def test_sums_over_gates(shape, parts, alike, data):
    number = data.draw(st.permutations(range(MASK + 1)))
    totals = np.zeros(MASK + 1, dtype=np.int64)
    numbers = np.array(number, dtype=np.int64)
    if shape.wires == 2:
        alike = False
        parts = parts[:2]
        arrays = [array for part in parts for array in columns(part)]
        add_pairs(*arrays, shape.normal_forms, MASK, numbers, totals)
    else:
        if alike:
            parts = (parts[0], parts[1], parts[1])
        arrays = [array for part in parts for array in columns(part)]
        if alike:
            # In two calls, as for a budget.
            half = len(parts[1]) // 2
            for a, b in pairwise((0, half, len(parts[1]))):
                given_part = [*arrays[:2], arrays[2][a:b], arrays[3][a:b], *arrays[4:]]
                add_triples(*given_part, shape.normal_forms, MASK, numbers, a, totals)
        else:
            add_triples(*arrays, shape.normal_forms, MASK, numbers, -1, totals)
    expected = add_gates_plainly(parts, alike, shape.forms, MASK, number)
    assert {int(i): int(totals[i]) for i in np.flatnonzero(totals)} == expected


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.forms[0].operator.name}")
@settings(deadline=None, max_examples=30)
@given(first=lists, second=lists, most=st.integers(1, 30), data=st.data())
def test_decompositions(shape, first, second, most, data):
    ordered = shape.wires == 2 and data.draw(st.booleans())
    parts = [first, second] if ordered else [first] * shape.wires
    costs = data.draw(
        st.lists(st.integers(1, 4), min_size=len(shape.forms), max_size=len(shape.forms))
    )
    sums = add_gates_plainly(parts, False, shape.forms, MASK, range(MASK + 1))
    wanted = data.draw(st.sampled_from(sorted(sums)) if sums else st.integers(0, MASK))
    prices = np.array(costs, dtype=np.int64)
    if shape.wires == 2:
        arrays = [array for part in parts for array in columns(part)]
        rows = decompose_pairs(
            wanted, *arrays, ordered, shape.normal_forms, prices, most, MASK
        ).tolist()
    else:
        rows = decompose_triples(
            wanted, *columns(first), shape.normal_forms, prices, most, MASK
        ).tolist()
    forms = list(zip(shape.forms, costs, strict=True))
    expected = decompose_plainly(wanted, parts, ordered, forms, most, MASK)
    assert len(rows) == len(expected)
    assert {tuple(row) for row in rows} == expected


@pytest.mark.parametrize("basis", ["b2", "nand", "mux", "mig"])
def test_numbers_beyond_a_word_are_added_up_exactly(basis, monkeypatch):
    """Numbers are split for the kernel; a word of 18 bits shows that it changes nothing."""
    chosen = BASES[basis]
    expected = formula_table(3, chosen, within=2)
    monkeypatch.setattr(formulas, "_MOST_INT64", 1 << 18)
    assert formula_table(3, chosen, within=2).counts == expected.counts


def test_large_numbers_are_whole():
    """With much slack the numbers outgrow 63 bits; the classes' sums still divide."""
    counts = formula_table(2, BASES["b2"], within=30).counts
    assert max(counts[30]) > 1 << 64


def test_tuples_up_to_symmetry():
    group = ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    assert repeated_count({0: 3}, group, 0) == 11
    assert repeated_count({0: 2, 1: 1}, ((0, 1, 2),), 1) == 12
    with pytest.raises(ArithmeticError):
        repeated_count({0: 1}, ((0, 1), (1, 0), (1, 0)), 1) or repeated_count(
            {0: 2}, ((1, 0), (0, 1), (1, 0)), 0
        )


@pytest.mark.parametrize("basis", BASES.values(), ids=str)
def test_posts_properties_exclude_just_what_named_bases_do_not_compute(basis):
    for inputs in (1, 2, 3):
        lengths = formula_table(inputs, basis).lengths
        possible = within_reach(inputs, basis)
        free = np.unique(formula_table(inputs, basis).classes.number[[0, (1 << (1 << inputs)) - 1]])
        differ = np.flatnonzero(possible != (lengths >= 0))
        # Constants are free as outputs, whatever the gates do.
        assert set(differ.tolist()) <= set(free.tolist())
