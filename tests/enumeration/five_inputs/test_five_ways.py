"""The ways of gates, which wires are unneeded, and circuits over a set: kernels and twins."""

from itertools import pairwise
from math import prod

import numpy as np
import pytest
from five_twin import (
    circuits_plainly,
    unneeded_plainly,
    ways_plainly,
)
from hypothesis import assume, given, settings, strategies as st

from mesacircuits.circuits import AIG, B2
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.five_inputs.classes import operator_masks
from mesacircuits.enumeration.five_inputs.set_kernels import (
    MOST_GATES,
    MOST_WAYS,
    add_ways,
    circuits_over,
    own_ways,
    unneeded_wires,
)

BASES = st.sampled_from([B2, AIG])


@st.composite
def gate_sets(draw, basis, inputs, most):
    """Tables of gates, each an operator of two wires before it, none 0, an input or repeated."""
    wires = [input_bits(inputs, i) for i in range(inputs)]
    mask = (1 << (1 << inputs)) - 1
    for _ in range(draw(st.integers(1, most))):
        x, y = draw(st.sampled_from(wires)), draw(st.sampled_from(wires))
        table = draw(st.sampled_from(basis.operators)).apply((x, y), mask)
        if table and table not in wires:
            wires.append(table)
    assume(len(wires) > inputs)
    return wires[inputs:]


def by_kernel(inputs, basis, tables):
    wires = np.zeros(20, dtype=np.int64)
    wires[: inputs + len(tables)] = [*(input_bits(inputs, i) for i in range(inputs)), *tables]
    ways = np.zeros((MOST_GATES, MOST_WAYS + 1), dtype=np.int64)
    for gate in range(len(tables)):
        own_ways(wires, gate, inputs, operator_masks(basis), ways)
        add_ways(wires, gate, inputs, operator_masks(basis), ways)
    return ways


@settings(max_examples=150, deadline=None)
@given(st.data(), BASES, st.integers(2, 5))
def test_kernels_agree_with_their_twins(data, basis, inputs):
    tables = data.draw(gate_sets(basis, inputs, 6))
    ways, plain = by_kernel(inputs, basis, tables), ways_plainly(inputs, basis, tables)
    for gate, listed in enumerate(plain):
        masks = sorted((1 << i) | (1 << j) for i, j in listed)
        assert sorted(ways[gate, 1 : ways[gate, 0] + 1].tolist()) == masks
    unneeded = unneeded_plainly(inputs, plain)
    assert unneeded_wires(inputs, len(tables), ways) == sum(1 << wire for wire in unneeded)
    if prod(map(len, plain)) <= 5000:
        assert by_counting(inputs, len(tables), ways) == circuits_plainly(inputs, plain)


def by_counting(inputs, gates, ways):
    return circuits_over(
        inputs,
        gates,
        ways,
        np.empty(1 << MOST_GATES, dtype=np.int64),
        np.empty((MOST_GATES, 1 << MOST_GATES), dtype=np.int64),
        np.empty(MOST_GATES, dtype=np.int64),
        np.empty(MOST_GATES, dtype=np.int64),
    )


@pytest.mark.parametrize("pairs", [3, 4, 5])
def test_circuits_over_a_large_component(pairs):
    """All XORs of up to three of some inputs: every gate may be read by many others."""
    a, b, c = (input_bits(3, i) for i in range(3))
    tables = [a ^ b, a ^ c, b ^ c, a ^ b ^ c, a & b][:pairs]
    plain = ways_plainly(3, B2, tables)
    assert by_counting(3, pairs, by_kernel(3, B2, tables)) == circuits_plainly(3, plain)


@settings(max_examples=60, deadline=None)
@given(st.data(), BASES, st.integers(2, 4))
def test_a_further_gate_makes_at_most_two_wires_needed(data, basis, inputs):
    """And is unneeded itself: what the search's cut rests on."""
    tables = data.draw(gate_sets(basis, inputs, 6))
    unneeded = [
        unneeded_plainly(inputs, ways_plainly(inputs, basis, tables[:count]))
        for count in range(len(tables) + 1)
    ]
    for count, (before, after) in enumerate(pairwise(unneeded)):
        assert inputs + count in after
        assert len(before - after) <= 2
