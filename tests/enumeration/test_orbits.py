"""Symmetries of first gates and of circuits: orbits, stabilisers, images; and wirings."""

from collections import Counter, defaultdict
from functools import cache
from itertools import combinations, permutations
from math import comb, factorial

import numpy as np
import pytest
from chain_twin import circuit_of_chain, extend_chains_plainly, rows_of_chains
from hypothesis import assume, given, settings, strategies as st

from mesacircuits.circuits import AIG, B2, Basis, Circuit, Gate, NPNTransform, Output
from mesacircuits.circuits.bases import operator_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.levels import levels
from mesacircuits.enumeration.rows import basis_tables, circuit_of_rows, rows_of_circuits
from mesacircuits.enumeration.symmetry import has_fast_kernel, symmetry_of
from mesacircuits.enumeration.symmetry_kernels import count_fixing, images_of_rows, least_forms
from mesacircuits.testing import circuits, npn_transforms

BASES = st.sampled_from([B2, AIG])
both_bases = pytest.mark.parametrize("basis", [B2, AIG], ids=str)


@cache
def group(inputs):
    """Return all permutations and negations of inputs, in the order of a level's rows."""
    return tuple(
        NPNTransform(order, mask)
        for order in permutations(range(inputs))
        for mask in range(1 << inputs)
    )


def rows_of(circuit, basis):
    """Return a circuit's gates as the kernels take them."""
    return rows_of_circuits(basis, [circuit])


def circuit_of_gate(basis, inputs, gate):
    return circuit_of_rows(basis_tables(basis), inputs, gate[None])


def least_of(level, rows):
    """Return which chains have the least form of every gate."""
    tables = level.tables
    return least_forms(
        rows,
        level.input_tables,
        np.uint64(level.mask),
        tables.normal_forms,
        tables.costs,
        tables.spans,
        np.zeros(len(rows), dtype=np.int64),
    ).tolist()


def gates_after(transform, circuit):
    return transform.on_circuit(circuit).gates


# -- first gates ------------------------------------------------------------------------------


@both_bases
@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_gates_that_read_inputs(inputs, basis):
    level = symmetry_of(inputs, basis)
    gates = [tuple(gate) for gate in level.gates.tolist()]
    assert set(gates) == {
        (-2, low, high, operator)
        for low, high in combinations(range(inputs), 2)
        for operator in range(len(basis.operators))
    }
    assert gates == sorted(gates, key=lambda gate: (gate[2], gate[1], gate[3]))
    assert level.moves.shape == (factorial(inputs) << inputs, len(gates))


@both_bases
@pytest.mark.parametrize("inputs", [2, 3])
def test_moves_are_the_transformations_of_single_gates(inputs, basis):
    level = symmetry_of(inputs, basis)
    for row, transform in enumerate(group(inputs)):
        for place, gate in enumerate(level.gates):
            image = transform.on_circuit(circuit_of_gate(basis, inputs, gate))
            assert (
                rows_of(image, basis)[0, 0].tolist()
                == level.gates[level.moves[row, place]].tolist()
            )


@given(BASES, st.integers(0, 383), st.data())
def test_moves_at_four_inputs(basis, row, data):
    level = symmetry_of(4, basis)
    place = data.draw(st.integers(0, len(level.gates) - 1))
    image = group(4)[row].on_circuit(circuit_of_gate(basis, 4, level.gates[place]))
    assert rows_of(image, basis)[0, 0].tolist() == level.gates[level.moves[row, place]].tolist()


def plain_orbits(level, count, size):
    """Return the orbits of all sets of `count` gates that leave few enough inputs unread."""
    kept = set()
    for places in combinations(range(len(level.gates)), count):
        read = {int(wire) for place in places for wire in level.gates[place][1:3]}
        # With r - c gates to come, at most r - c + 1 wires may be unread, c gates among them.
        if count + level.inputs - len(read) <= size - count + 1:
            kept.add(places)
    orbits = []
    waiting = set(kept)
    while waiting:
        places = min(waiting)
        orbit = {tuple(sorted(row)) for row in level.moves[:, places].tolist()}
        assert orbit <= kept
        orbits.append(orbit)
        waiting -= orbit
    return kept, orbits


@both_bases
@pytest.mark.parametrize(
    ("inputs", "count"), [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3), (3, 4), (4, 1), (4, 2)]
)
def test_one_set_per_orbit(inputs, count, basis):
    level = symmetry_of(inputs, basis)
    for size in range(count, 2 * count + inputs):
        kept, orbits = plain_orbits(level, count, size)
        representatives, sizes = level.sets(count, size, 0)
        assert [tuple(row) for row in representatives.tolist()] == [min(o) for o in orbits]
        assert sizes.tolist() == [len(orbit) for orbit in orbits]
        assert sizes.sum() == len(kept)


@both_bases
@pytest.mark.parametrize(("inputs", "count"), [(4, 3), (4, 4), (5, 2), (5, 3)])
def test_orbits_share_out_all_sets(inputs, count, basis):
    level = symmetry_of(inputs, basis)
    # So many gates may follow that no set is left out.
    assert level.sets(count, 2 * count + inputs, 0)[1].sum() == comb(len(level.gates), count)


def test_sets_of_more_gates_than_there_are():
    level = symmetry_of(2, AIG)
    assert level.sets(4, 9, 0)[1].tolist() == [1]
    assert [len(part) for part in level.sets(5, 12, 0)] == [0, 0]


@given(st.data(), BASES, st.integers(2, 4))
def test_stabilisers(data, basis, inputs):
    level = symmetry_of(inputs, basis)
    places = st.integers(0, len(level.gates) - 1)
    chosen = sorted(data.draw(st.sets(places, min_size=1, max_size=4)))
    images = [sorted(row) for row in level.moves[:, chosen].tolist()]
    rows = level.stabiliser(np.array(chosen, dtype=np.int16)).tolist()
    assert rows == [row for row, image in enumerate(images) if image == chosen]
    orbit = {tuple(image) for image in images}
    assert len(rows) * len(orbit) == factorial(inputs) << inputs


def test_bases_that_the_fast_kernel_does_not_fit():
    nand = Basis("nand", (operator_named("nand"),), free_inverters=False)
    lone = Basis("lone", (operator_named("and"),), free_inverters=True)
    assert [has_fast_kernel(basis) for basis in (B2, AIG, nand, lone)] == [True, True, False, False]


# -- images of circuits -----------------------------------------------------------------------


@st.composite
def chains(draw, least=2, most=4):
    """A reduced circuit of one output and at least one gate, as its canonical chain."""
    basis, inputs = draw(BASES), draw(st.integers(least, most))
    circuit = draw(circuits(inputs, basis=basis, reduced=True)).canonical()
    assume(circuit.size)
    return basis, circuit


def image_of(basis, circuit, transforms):
    level = symmetry_of(circuit.inputs, basis)
    images, _ = images_of_rows(
        np.repeat(rows_of(circuit, basis), len(transforms), axis=0),
        np.empty((len(transforms), 0), dtype=np.int16),
        circuit.inputs,
        np.array([t.permutation for t in transforms], dtype=np.uint8),
        np.array([t.negated_inputs for t in transforms], dtype=np.uint8),
        level.rewrites,
        level.patterns,
    )
    return images


@given(chains(most=5), st.data())
def test_images_of_chains(case, data):
    """The kernel's image is the rewired circuit's canonical chain, whatever the transformation."""
    basis, circuit = case
    transforms = data.draw(st.lists(npn_transforms(circuit.inputs), min_size=1, max_size=5))
    for transform, image in zip(transforms, image_of(basis, circuit, transforms), strict=True):
        moved = transform.on_circuit(circuit)
        assert image.tolist() == rows_of(moved, basis)[0].tolist()
        assert moved.tables() == (transform(circuit.tables()[0]),)


@settings(max_examples=50)
@given(chains(most=3), st.data())
def test_count_fixing(case, data):
    basis, circuit = case
    level = symmetry_of(circuit.inputs, basis)
    weights = data.draw(
        st.lists(st.integers(0, 99), min_size=len(level.masks), max_size=len(level.masks))
    )
    fixed, summed = count_fixing(
        rows_of(circuit, basis),
        circuit.inputs,
        level.orders,
        level.masks,
        np.array(weights, dtype=np.int64),
        level.rewrites,
        level.patterns,
    )
    fixing = [
        row
        for row, transform in enumerate(group(circuit.inputs))
        if gates_after(transform, circuit) == circuit.gates
    ]
    assert fixed.tolist() == [len(fixing)]
    assert summed.tolist() == [sum(weights[row] for row in fixing)]


def pure_conjugates(inputs):
    """Return for each h, as `group` lists them, how many g make g h g^-1 negate nothing."""
    points = range(1 << inputs)
    action = [tuple(t.source(x) for x in points) for t in group(inputs)]
    # x -> source(x) of a transformation that negates nothing keeps 0 at 0.
    counts = []
    for h in action:
        pure = 0
        for g in action:
            back = {y: x for x, y in enumerate(g)}
            pure += g[h[back[0]]] == 0
        counts.append(pure)
    return counts


@both_bases
@pytest.mark.parametrize("inputs", [2, 3])
def test_symmetries_of_listed_circuits(inputs, basis):
    conjugates = pure_conjugates(inputs)
    seen = Counter()
    for level in levels(inputs, basis, "size", Effort(workers=2)):
        fixed, summed = level.chains.fixing()
        for index in range(len(level.chains)):
            circuit = level.chains.circuit(index)
            fixing = [
                row
                for row, transform in enumerate(group(inputs))
                if gates_after(transform, circuit) == circuit.gates
            ]
            assert fixed[index] == len(fixing)
            assert summed[index] == sum(conjugates[row] for row in fixing)
            seen[len(fixing)] += 1
    assert len(seen) > 1


# -- wirings ----------------------------------------------------------------------------------


def wiring_of(circuit):
    """Return what a wiring keeps: for each gate its function and its operands' functions."""
    bits = circuit.wire_bits()
    return frozenset(
        (bits[circuit.inputs + place], frozenset(bits[wire] for wire in gate.operands))
        for place, gate in enumerate(circuit.gates)
    )


@both_bases
@pytest.mark.parametrize(
    ("inputs", "size"), [(2, 3), (3, 2), (3, 3), pytest.param(3, 4, marks=pytest.mark.slow)]
)
def test_one_circuit_of_each_wiring_has_least_operators(inputs, size, basis):
    level = symmetry_of(inputs, basis)
    listed = []
    for count in range(1, size + 1):
        for first in combinations([*map(tuple, level.gates[:, 1:].tolist())], count):
            everything = range(1 << (1 << inputs))
            listed += extend_chains_plainly(inputs, basis, first, size, 40, everything)
    chains = [chain for chain, _ in listed]
    least = least_of(level, rows_of_chains(chains))
    wirings = defaultdict(list)
    for chain, one in zip(chains, least, strict=True):
        wirings[wiring_of(circuit_of_chain(basis, inputs, chain))].append(one)
    assert {sum(ones) for ones in wirings.values()} == {1}
    if basis == B2 and size > 2:
        assert max(len(ones) for ones in wirings.values()) > 1


def test_a_wiring_by_hand():
    """OR is XOR on disjoint operands, AND NOT is XOR on nested ones."""
    level = symmetry_of(2, B2)
    texts = [
        "g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3",
        "g1 = a & ~b; g2 = ~a & b; g3 = g1 ^ g2; out = g3",
        "g1 = a & b; g2 = a | b; g3 = ~g1 & g2; out = g3",
        "g1 = a & b; g2 = a | b; g3 = g1 ^ g2; out = g3",
    ]
    parsed = [Circuit.parse(2, text) for text in texts]
    gates = np.concatenate([rows_of(circuit, B2) for circuit in parsed])
    assert least_of(level, gates) == [False, True, True, False]
    assert [wiring_of(c) == wiring_of(parsed[0]) for c in parsed] == [True, True, False, False]
    circuit = Circuit(2, (Gate("and", (0, 1)),), (Output(2),))
    assert wiring_of(circuit) == {(8, frozenset({10, 12}))}
