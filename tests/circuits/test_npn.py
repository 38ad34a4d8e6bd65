"""NPN transformations: a group that acts, its classes, and its action on circuits."""

from itertools import permutations, product
from math import factorial

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import (
    AIG,
    B2,
    Circuit,
    NPNClass,
    NPNTransform,
    TruthTable,
    npn_canonical,
    npn_class,
    npn_classes,
    npn_orbit,
)
from mesacircuits.circuits.npn import np_group, npn_class_table
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import circuits, npn_transforms, truth_tables


@st.composite
def acted(draw, most=4, transforms=1):
    n = draw(st.integers(0, most))
    return draw(truth_tables(n)), *[draw(npn_transforms(n)) for _ in range(transforms)]


def group(n):
    for order, mask, negate in product(permutations(range(n)), range(1 << n), (False, True)):
        yield NPNTransform(order, mask, negate)


def composed(second, first):
    """Return the transformation that does `first`, then `second`, from its meaning on points."""
    # (S (T f))(x) = f(T.source(S.source(x))): input i of f reads S's choice for T's input.
    order = tuple(second.permutation[p] for p in first.permutation)
    mask = first.source(second.negated_inputs)
    return NPNTransform(order, mask, first.negate_output != second.negate_output)


@given(acted())
def test_meaning_point_by_point(case):
    f, t = case
    for x in range(1 << f.inputs):
        y = [(x >> p & 1) ^ (t.negated_inputs >> i & 1) for i, p in enumerate(t.permutation)]
        assert t(f)(x) == f(sum(bit << i for i, bit in enumerate(y))) ^ t.negate_output


@given(acted(transforms=2))
def test_action_of_a_product(case):
    f, s, t = case
    assert s(t(f)) == composed(s, t)(f)


@given(acted())
def test_identity_and_inverse(case):
    f, t = case
    assert NPNTransform(tuple(range(f.inputs)))(f) == f
    assert t.inverse()(t(f)) == t(t.inverse()(f)) == f
    assert t.inverse().inverse() == t
    assert composed(t, t.inverse()) == NPNTransform(tuple(range(f.inputs)))


@given(npn_transforms(st.integers(0, 5)))
def test_repr_round_trip(t):
    assert eval(repr(t)) == t


@given(acted())
def test_a_transformation_is_linear_in_the_output(case):
    f, t = case
    assert t(~f) == ~t(f)


@pytest.mark.parametrize(("n", "classes"), [(0, 1), (1, 2), (2, 4), (3, 14), (4, 222)])
def test_class_counts_and_sizes(n, classes):
    found = list(npn_classes(n))
    assert len(found) == classes
    assert found == sorted(found)
    assert sum(c.functions for c in found) == 2**2**n
    assert all((2 * factorial(n) << n) % c.functions == 0 for c in found)


@pytest.mark.parametrize("n", range(4))
def test_classes_against_orbits_in_plain_python(n):
    whole = list(group(n))
    assert len(whole) == 2 * factorial(n) * 2**n
    left = {TruthTable(n, bits) for bits in range(2**2**n)}
    expected = []
    while left:
        least = min(left)
        orbit = {t(least) for t in whole}
        assert npn_orbit(least) == tuple(sorted(orbit))
        assert npn_class(max(orbit)) == NPNClass(least, len(orbit))
        assert all(npn_class_table(n)[f.bits] == least.bits for f in orbit)
        expected.append(NPNClass(least, len(orbit)))
        left -= orbit
    assert list(npn_classes(n)) == expected


# No deadline where a kernel may have to be compiled first.
@settings(deadline=None)
@given(acted(most=5))
def test_canonical_form_is_invariant_and_reached(case):
    f, t = case
    form, to_form = npn_canonical(f)
    assert to_form(f) == form <= f
    assert npn_canonical(t(f))[0] == form
    assert npn_canonical(form)[0] == form


@settings(max_examples=10, deadline=None)
@given(truth_tables(6), npn_transforms(6))
def test_canonical_form_of_six_inputs(f, t):
    form, to_form = npn_canonical(f)
    assert to_form(f) == form
    assert npn_canonical(t(f))[0] == form


@settings(deadline=None)
@given(truth_tables(4))
def test_canonical_form_is_the_least_of_the_orbit(f):
    form, _ = npn_canonical(f)
    orbit = npn_orbit(f)
    assert form == orbit[0]
    assert f in orbit
    assert npn_class_table(4)[f.bits] == form.bits


@st.composite
def circuits_and_transforms(draw, reduced):
    n, basis = draw(st.integers(0, 4)), draw(st.sampled_from([B2, AIG]))
    drawn = circuits(n, basis, outputs=st.integers(1, 3), reduced=reduced)
    return basis, draw(drawn), draw(npn_transforms(n))


@given(st.booleans().flatmap(circuits_and_transforms))
def test_action_on_circuits(case):
    basis, circuit, t = case
    moved = t.on_circuit(circuit)
    assert moved.tables() == tuple(t(f) for f in circuit.tables())
    assert (moved.size, moved.depth) == (circuit.size, circuit.depth)
    assert moved.is_reduced() == circuit.is_reduced()
    assert moved == moved.canonical()
    if circuit.is_reduced():
        assert moved.in_basis(basis)
        assert t.inverse().on_circuit(moved) == circuit.canonical()


def test_the_group_lists_each_element_once_identity_first():
    orders, masks = np_group(3)
    rows = [(*map(int, order), int(mask)) for order, mask in zip(orders, masks, strict=True)]
    assert rows[0] == (0, 1, 2, 0)
    assert len({*rows}) == len(rows) == 48
    with pytest.raises(ValueError, match="read-only"):
        masks[0] = 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: NPNTransform((0, 2)), "permutation: expected an order of 0 to 1, got (0, 2)"),
        (lambda: NPNTransform((0,), 2), "negated_inputs: expected a mask of 1 bits, got 2"),
        (
            lambda: NPNTransform((0,))(TruthTable(2, 0)),
            "table: expected 1 inputs, got TruthTable(inputs=2, bits=0x0)",
        ),
        (
            lambda: NPNTransform((0,)).on_circuit(Circuit.parse(2, "out = a")),
            "circuit: expected 1 inputs, got 2",
        ),
        (lambda: npn_canonical(TruthTable(7, 0)), "table: expected at most 6 inputs, got 7"),
        (lambda: npn_orbit(TruthTable(7, 0)), "table: expected at most 6 inputs, got 7"),
        (lambda: list(npn_classes(5)), "inputs: expected a whole number from 0 to 4, got 5"),
        (lambda: list(npn_classes(-1)), "inputs: expected a whole number from 0 to 4, got -1"),
    ],
)
def test_bad_arguments_are_refused_on_one_line(call, text):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == text
