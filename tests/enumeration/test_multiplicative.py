"""Multiplicative complexity, held against plain search and what is published."""

from itertools import combinations
from math import comb

import pytest

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.multiplicative import affine_classes, multiplicative_complexity


def ands_plainly(inputs):
    """Return the least number of ANDs of each function: spaces of functions, as sets, all tried."""
    full = (1 << (1 << inputs)) - 1

    def closed(space, more):
        return frozenset({f ^ g for f in space for g in (0, more)})

    affine = frozenset({0, full})
    for i in range(inputs):
        affine = closed(affine, input_bits(inputs, i))
    found, spaces, k = dict.fromkeys(affine, 0), {affine}, 0
    while len(found) <= full:
        k += 1
        spaces = {
            closed(space, f & g)
            for space in spaces
            for f, g in combinations(sorted(space), 2)
            if f & g not in space
        }
        for space in spaces:
            for f in space:
                found.setdefault(f, k)
    return found


@pytest.mark.parametrize("inputs", [2, 3])
def test_all_functions_agree_with_plain_search(inputs):
    for bits, ands in ands_plainly(inputs).items():
        assert multiplicative_complexity(TruthTable(inputs, bits)) == ands


def published(inputs, classes, most):
    # Sonmez Turan and Peralta 2014; those of one AND: M. J. Fischer, R. Peralta 2002.
    found = affine_classes(inputs)
    assert (len(found.sizes), max(found.ands)) == (classes, most)
    assert sum(found.sizes) == 1 << (1 << inputs)
    assert found.rows[1][2] == 2 * comb(1 << inputs, 3)
    # A function of degree d takes at least d - 1 ANDs; half of all have degree n.
    assert sum(size for ands, _, size in found.rows if ands >= inputs - 1) >= sum(found.sizes) // 2


def test_four_inputs_are_as_published():
    published(4, 8, 3)


@pytest.mark.slow
def test_five_inputs_are_as_published():
    published(5, 48, 4)
