"""The chain kernel against its plain twin and raw brute force, and each of its cuts by itself."""

from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from chain_twin import (
    circuit_of_chain,
    circuits_by_brute_force,
    extend_chains_plainly,
    rows_of_chains,
)
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import AIG, B2, Circuit, Gate, Output, TruthTable
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.chain_kernels import (
    apply_operator,
    extend_chains,
    partners_of,
)
from mesacircuits.enumeration.engines import FunctionQuestion, listed
from mesacircuits.enumeration.row_kernels import is_target
from mesacircuits.enumeration.rows import operator_masks
from mesacircuits.enumeration.symmetry import class_numbers, symmetry_of
from mesacircuits.enumeration.targets import target_set

UNKNOWN = np.empty(0, dtype=np.uint64)
#: A depth that no circuit here reaches.
NO_DEPTH_BOUND = 40
BASES = st.sampled_from([B2, AIG])
#: Every (inputs, size) at which the raw brute force is quick.
SMALL = [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), pytest.param(3, 3, marks=pytest.mark.slow)]
both_bases = pytest.mark.parametrize("basis", [B2, AIG], ids=str)


@cache
def functions_of_all(inputs):
    """Return the normal functions that depend on all of so many inputs, ascending."""
    tables = (TruthTable(inputs, bits) for bits in range(2, 1 << (1 << inputs), 2))
    return tuple(table.bits for table in tables if len(table.support()) == inputs)


def first_gates(inputs, basis):
    """Return the gates that read inputs, as (low, high, operator), in key order."""
    return [tuple(gate) for gate in symmetry_of(inputs, basis).gates[:, 1:].tolist()]


def first_sets(inputs, basis, size):
    """Yield every set of at most `size` gates that read inputs, each in key order."""
    gates = first_gates(inputs, basis)
    for count in range(1, size + 1):
        yield from combinations(gates, count)


def by_kernel(
    inputs, basis, first, size, wanted, bound=NO_DEPTH_BOUND, partners=UNKNOWN, stopped=False
):
    level = symmetry_of(inputs, basis)
    gates, functions, _ = extend_chains(
        inputs,
        level.input_tables,
        operator_masks(basis),
        rows_of_chains(first),
        size,
        bound,
        *target_set(inputs, np.array(sorted(wanted), dtype=np.uint64)).arguments,
        partners,
        1 << 62,
        np.array([stopped], dtype=np.uint8),
    )
    chains = [tuple(map(tuple, chain)) for chain in gates[:, :, 1:].tolist()]
    return sorted(zip(chains, functions.tolist(), strict=True))


def by_twin(inputs, basis, first, size, wanted, bound=NO_DEPTH_BOUND):
    return sorted(extend_chains_plainly(inputs, basis, first, size, bound, wanted))


def as_circuit(inputs, basis, chain):
    return circuit_of_chain(basis, inputs, chain)


@cache
def brute_force(inputs, basis, size):
    """Return the reduced single-output circuits that read every input, each with its function."""
    found = circuits_by_brute_force(inputs, basis, size)
    read_all = {c for c in found if {w for g in c.gates for w in g.operands} >= {*range(inputs)}}
    return {circuit: circuit.output_bits()[0] for circuit in read_all}


# -- the references ---------------------------------------------------------------------------


@both_bases
@pytest.mark.parametrize(("inputs", "size"), SMALL)
def test_canonical_order_loses_no_circuit_and_repeats_none(inputs, size, basis):
    """The twin's chains, over all first gates, are the circuits of raw brute force, each once."""
    everything = range(1 << (1 << inputs))
    chains = [
        chain
        for first in first_sets(inputs, basis, size)
        for chain, _ in extend_chains_plainly(inputs, basis, first, size, 40, everything)
    ]
    listed = [as_circuit(inputs, basis, chain) for chain in chains]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(brute_force(inputs, basis, size))


def test_brute_force_counts_by_hand():
    assert len(brute_force(2, B2, 1)) == 5
    assert len(brute_force(2, AIG, 1)) == 4
    assert Circuit.parse(2, "g1 = a ^ b; g2 = a & g1; out = g2") in brute_force(2, B2, 2)
    # Three inputs, two gates: three choices of who joins last, five operators at each gate.
    assert len(brute_force(3, B2, 2)) == 3 * 5 * 5
    # XOR without XOR: one minterm or the other; OR, but not AND.
    xors = {str(c) for c, bits in brute_force(2, AIG, 3).items() if bits == 0b0110}
    assert "g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3" in xors
    assert "g1 = a & b; g2 = a | b; g3 = ~g1 & g2; out = g3" in xors


@settings(max_examples=40)
@given(st.data(), BASES, st.integers(2, 3), st.integers(1, 5))
def test_twin_obeys_the_depth_bound(data, basis, inputs, bound):
    size = data.draw(st.integers(1, 4))
    first = data.draw(st.sampled_from([*first_sets(inputs, basis, size)]))
    everything = range(1 << (1 << inputs))
    unbounded = by_twin(inputs, basis, first, size, everything)
    assert by_twin(inputs, basis, first, size, everything, bound) == [
        (c, f) for c, f in unbounded if as_circuit(inputs, basis, c).depth <= bound
    ]


# -- kernel and twin --------------------------------------------------------------------------


@both_bases
@pytest.mark.parametrize("inputs", [2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_kernel_lists_what_its_twin_lists(inputs, size, basis):
    """For every set of first gates, every depth bound, and all functions wanted."""
    wanted = functions_of_all(inputs)
    listed = 0
    for first in first_sets(inputs, basis, size):
        plain = by_twin(inputs, basis, first, size, set(wanted))
        depths = [as_circuit(inputs, basis, chain).depth for chain, _ in plain]
        assert by_kernel(inputs, basis, first, size, wanted) == plain
        for bound in range(1, size + 1):
            kept = [item for item, depth in zip(plain, depths, strict=True) if depth <= bound]
            assert by_kernel(inputs, basis, first, size, wanted, bound) == kept
        listed += len(plain)
    assert (listed > 0) == (size >= inputs - 1)


@both_bases
def test_kernel_lists_what_its_twin_lists_at_four_inputs(basis):
    level = symmetry_of(4, basis)
    everything = functions_of_all(4)
    for count in (1, 2):
        for places in level.sets(count, 4, 0)[0]:
            first = [tuple(gate) for gate in level.gates[places][:, 1:].tolist()]
            plain = by_twin(4, basis, first, 4, set(everything))
            assert by_kernel(4, basis, first, 4, everything) == plain


def partners_with(level, first, wanted):
    """Return what the engine tells the kernel: tables that inputs or `first` make wanted."""
    hashed = target_set(level.inputs, np.array(sorted(wanted), dtype=np.uint64)).arguments
    masks = operator_masks(level.basis)
    tables = [*level.input_tables] + [
        apply_operator(level.input_tables[low], level.input_tables[high], masks, op)
        for low, high, op in first
    ]
    return np.bitwise_or.reduce(
        [partners_of(table, level.inputs, masks, *hashed) for table in tables]
    )


@settings(max_examples=30)
@given(st.data(), BASES, st.integers(3, 4), st.sampled_from([2, 3, 4, NO_DEPTH_BOUND]))
def test_kernel_agrees_on_some_wanted_functions(data, basis, size, bound):
    """Four inputs, random first gates, some of the functions in reach wanted, and others."""
    level = symmetry_of(4, basis)
    most = min(size, 3)
    first = data.draw(st.lists(st.sampled_from(first_gates(4, basis)), min_size=1, max_size=most))
    first = sorted(set(first), key=lambda gate: (gate[1], gate[0], gate[2]))
    reached = by_twin(4, basis, first, size, set(functions_of_all(4)), bound)
    functions = sorted({f for _, f in reached})
    wanted = data.draw(st.sets(st.sampled_from(functions_of_all(4)), max_size=3))
    if functions:
        wanted |= data.draw(st.sets(st.sampled_from(functions)))
    expected = [(c, f) for c, f in reached if f in wanted]
    assert by_kernel(4, basis, first, size, wanted, bound) == expected
    # Knowing which tables may lead to a wanted function must change nothing.
    near = partners_with(level, first, wanted)
    assert by_kernel(4, basis, first, size, wanted, bound, near) == expected


@both_bases
def test_partners_lose_no_circuit_of_any_one_function(basis):
    """With one function wanted most tables are no partner's: only what is certain may go."""
    level = symmetry_of(3, basis)
    representatives = {class_numbers(3)[1][bits]: bits for bits in functions_of_all(3)}
    for first in first_sets(3, basis, 2):
        plain = by_twin(3, basis, first, 4, set(functions_of_all(3)))
        for wanted in representatives.values():
            near = partners_with(level, first, [wanted])
            expected = [(chain, bits) for chain, bits in plain if bits == wanted]
            assert by_kernel(3, basis, first, 4, [wanted], partners=near) == expected


@settings(max_examples=15)
@given(st.data(), BASES, st.sampled_from([3, 4, NO_DEPTH_BOUND]))
def test_kernel_agrees_where_wanted_functions_are_hashed(data, basis, bound):
    """Five inputs, where the table of wanted functions is a true hash table."""
    count = data.draw(st.integers(1, 2))
    first = data.draw(st.permutations(first_gates(5, basis)))[:count]
    first.sort(key=lambda gate: (gate[1], gate[0], gate[2]))
    # At size 4 all of five inputs are read only where no wire is read twice.
    reached = by_twin(5, basis, first, 4, range(1 << 32), bound)
    functions = sorted({f for _, f in reached})
    wanted = data.draw(st.sets(st.integers(1, (1 << 31) - 1).map(lambda half: 2 * half)))
    if functions:
        wanted |= data.draw(st.sets(st.sampled_from(functions)))
    expected = [(c, f) for c, f in reached if f in wanted]
    assert by_kernel(5, basis, first, 4, wanted, bound) == expected


def test_kernel_refuses_a_last_gate_that_repeats_an_earlier_one():
    """AND again, from AND and a: not reduced, although AND is wanted."""
    conjunction = [(0, 1, B2.index("and"))]
    listed = by_kernel(2, B2, conjunction, 2, {0b1000, 0b0010})
    assert listed == [
        (((0, 1, 3), (0, 2, 0)), 0b0010),
        (((0, 1, 3), (0, 2, 2)), 0b0010),
    ]


# -- each cut by itself -----------------------------------------------------------------------


def prefixes(inputs, chain):
    """Yield after each gate: gates still to come, and the depths of the wires so far unread."""
    depths = [0] * inputs
    read = set()
    for place, (low, high, _) in enumerate(chain):
        depths.append(1 + max(depths[low], depths[high]))
        read |= {low, high}
        yield len(chain) - place - 1, [d for wire, d in enumerate(depths) if wire not in read]


@both_bases
@pytest.mark.parametrize(
    ("inputs", "size"),
    [(2, 4), (3, 3), *(pytest.param(n, 4, marks=pytest.mark.slow) for n in (3, 4))],
)
def test_no_circuit_breaks_the_bounds_on_unread_wires(inputs, size, basis):
    """On chains listed without them, the unread bound and Kraft's inequality always hold."""
    tight = Counter()
    firsts = [*first_sets(inputs, basis, size)]
    for first in firsts if inputs < 4 else firsts[: 3 * len(basis.operators)]:
        for chain, _ in extend_chains_plainly(
            inputs, basis, first, size, 40, range(1 << (1 << inputs))
        ):
            depth = as_circuit(inputs, basis, chain).depth
            for left, unread in prefixes(inputs, chain):
                assert len(unread) <= left + 1
                assert sum(1 << d for d in unread) <= 1 << depth
                tight["unread"] += len(unread) == left + 1 and left > 0
                tight["Kraft"] += sum(1 << d for d in unread) == 1 << depth and left > 0
    # Neither could be tightened by one.
    assert tight["unread"]
    assert tight["Kraft"]


@both_bases
@pytest.mark.parametrize(("inputs", "size"), SMALL)
def test_left_out_first_gates_begin_no_circuit(inputs, size, basis):
    """The bound by which `Symmetry.sets` leaves sets out, against unpruned lists."""
    for first in first_sets(inputs, basis, size):
        unread = inputs - len({wire for low, high, _ in first for wire in (low, high)})
        if unread > size - 2 * len(first) + 1:
            assert not by_twin(inputs, basis, first, size, range(1 << (1 << inputs)))


# -- the search over orbits of first gates ----------------------------------------------------


def find_chains(symmetry, size, wanted, bound=None):
    """Return all chains of a size that read every input, and the engine's questions for them."""
    question = FunctionQuestion(symmetry, wanted, size, bound, all_read=True)
    assert question.is_fast
    return listed(question, Effort(workers=2))


@both_bases
@pytest.mark.parametrize(("inputs", "size"), SMALL)
def test_weighted_chains_count_the_circuits_of_brute_force(inputs, size, basis):
    """Of each class, at every size and depth, minimal or not, and of each of its functions."""
    _, number = class_numbers(inputs)
    wanted = functions_of_all(inputs)
    table = target_set(inputs, np.array(wanted, dtype=np.uint64))
    classes = Counter(number[bits] for bits in wanted)
    for bound in (*range(1, size + 1), NO_DEPTH_BOUND):
        chains = find_chains(symmetry_of(inputs, basis), size, table, bound)
        if chains is None:
            assert not brute_force(inputs, basis, size)
            continue
        per_class = Counter()
        for bits, weight in zip(chains.functions, chains.weights.tolist(), strict=True):
            per_class[number[bits]] += weight
        brute = Counter(
            bits
            for circuit, bits in brute_force(inputs, basis, size).items()
            if bits in wanted and circuit.depth <= bound
        )
        for bits in wanted:
            assert per_class[number[bits]] == brute[bits] * classes[number[bits]]
        for index in range(len(chains)):
            circuit = chains.circuit(index)
            assert circuit.canonical() == circuit
            assert brute_force(inputs, basis, size)[circuit] == chains.functions[index]


@both_bases
def test_each_chain_begins_with_the_gates_of_its_unit(basis):
    wanted = target_set(3, np.array(functions_of_all(3), dtype=np.uint64))
    chains = find_chains(symmetry_of(3, basis), 4, wanted)
    assert len(chains) == len(chains.weights) > 0
    for rows, unit in zip(chains.rows, chains.unit, strict=True):
        first = rows[(rows[:, :3] < 3).all(axis=1)]
        assert first.tolist() == chains.units[unit].gates.tolist()


def test_a_circuit_too_small_for_its_inputs_is_not_looked_for():
    wanted = target_set(4, np.array([0x8000], dtype=np.uint64))
    for size in (1, 2):
        assert find_chains(symmetry_of(4, B2), size, wanted) is None


# -- parts ------------------------------------------------------------------------------------


@given(st.data(), BASES, st.integers(1, 6))
def test_operators_as_masks(data, basis, inputs):
    tables = st.integers(0, (1 << ((1 << inputs) - 1)) - 1).map(lambda half: 2 * half)
    x, y = data.draw(tables), data.draw(tables)
    masks = operator_masks(basis)
    for place, operator in enumerate(basis.operators):
        applied = apply_operator(np.uint64(x), np.uint64(y), masks, place)
        assert int(applied) == operator.apply((x, y), (1 << (1 << inputs)) - 1)


def holds(arguments, table):
    return bool(is_target(np.uint64(table), *arguments))


@given(st.data(), st.integers(1, 6))
def test_a_wanted_set_holds_its_members_alone(data, inputs):
    half = (1 << ((1 << inputs) - 1)) - 1
    tables = st.integers(1, half).map(lambda bits: 2 * bits)
    members = data.draw(st.sets(tables, max_size=300))
    arguments = target_set(inputs, np.array(sorted(members), dtype=np.uint64)).arguments
    near = {table ^ (2 << bit) for table in members for bit in range((1 << inputs) - 1)}
    for table in members | near | data.draw(st.sets(tables)) | {0}:
        assert holds(arguments, table) == (table in members)


@pytest.mark.parametrize("inputs", [4, 5, 6])
def test_a_large_wanted_set(inputs):
    """Half of 40,000 tables: slots are shared, so probing has to go on past other members."""
    rng = np.random.default_rng(inputs)
    top = min(1 << ((1 << inputs) - 1), 1 << 62)
    tables = np.unique(rng.integers(1, top, 40_000).astype(np.uint64)) << np.uint64(1)
    wanted = target_set(inputs, tables[::2])
    slots = (tables[::2] * wanted.multiplier) >> wanted.shift
    assert (len(np.unique(slots)) < len(slots)) == (inputs > 4)
    assert [holds(wanted.arguments, t) for t in tables] == [
        place % 2 == 0 for place in range(len(tables))
    ]


@settings(max_examples=30)
@given(st.data(), BASES, st.integers(1, 4))
def test_partners_of_a_wire(data, basis, inputs):
    half = (1 << ((1 << inputs) - 1)) - 1
    tables = st.integers(1, half).map(lambda bits: 2 * bits)
    wanted = data.draw(st.sets(tables, max_size=5))
    wire = data.draw(tables)
    arguments = target_set(inputs, np.array(sorted(wanted), dtype=np.uint64)).arguments
    bits = partners_of(np.uint64(wire), inputs, operator_masks(basis), *arguments)
    mask = 2 * half + 1
    listed = {
        64 * word + i for word, b in enumerate(bits.tolist()) for i in range(64) if b >> i & 1
    }
    assert listed == {
        other
        for other in range(0, mask, 2)
        if any(operator.apply((wire, other), mask) in wanted for operator in basis.operators)
    }


@given(st.data(), BASES)
def test_a_chain_as_a_circuit(data, basis):
    chain = data.draw(
        st.sampled_from(extend_chains_plainly(3, basis, [(0, 1, 0)], 3, 9, range(256)))
    )
    inverted = data.draw(st.booleans())
    rows, function = chain
    circuit = circuit_of_chain(basis, 3, rows, inverted)
    gates = tuple(Gate(basis.names[op], (low, high)) for low, high, op in rows)
    assert circuit == Circuit(3, gates, (Output(5, inverted),))
    assert circuit.output_bits() == (function ^ (255 if inverted else 0),)
