"""Invariants of classes: all members of a class have them, and their numbers are the known ones."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import TruthTable, npn_classes, npn_orbit
from mesacircuits.circuits.invariants import invariants_of
from mesacircuits.errors import ArgumentError


@given(
    st.integers(0, 3).flatmap(
        lambda n: st.builds(TruthTable, st.just(n), st.integers(0, 2 ** (2**n) - 1))
    )
)
def test_all_members_have_the_same(table):
    found = invariants_of(table)
    assert {invariants_of(member) for member in npn_orbit(table)} == {found}


@pytest.mark.slow
def test_numbers_of_classes_are_the_known_ones():
    """Classes of threshold functions of at most four inputs: 15 (OEIS A001529; Muroga 1971)."""
    found = [invariants_of(npn.representative) for npn in npn_classes(4)]
    assert len(found) == 222
    assert sum(each.threshold for each in found) == 15
    # One class for each number of inputs that an affine function depends on.
    assert sum(each.affine for each in found) == 5
    assert all(each.unate for each in found if each.threshold)
    assert all(each.sensitivity <= each.support for each in found)
    assert all(not each.self_dual or each.ones == 8 for each in found)


def test_named_functions():
    parity = invariants_of(TruthTable.from_hex(4, "6996"))
    # Flipping an even number of inputs keeps parity, so it is not self-dual.
    assert parity.words == ("affine", "symmetric")
    assert parity.influences == (16,) * 4
    conjunction = invariants_of(TruthTable.from_hex(4, "8000"))
    assert (conjunction.degree, conjunction.ones, conjunction.sensitivity) == (4, 1, 4)
    with pytest.raises(ArgumentError, match="inputs"):
        invariants_of(TruthTable(5, 1))
