"""The census against published tables and brute force, least depths, and what a budget leaves."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from chain_twin import circuits_by_brute_force
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import (
    AIG,
    B2,
    Circuit,
    Gate,
    NPNTransform,
    Output,
    TruthTable,
    npn_canonical,
    npn_class,
    npn_classes,
)
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.data import published
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.enumeration.reach import depth_of, depths_of_classes
from mesacircuits.enumeration.sat import shallower_exists
from mesacircuits.enumeration.symmetry import class_numbers
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing import circuits

both_bases = pytest.mark.parametrize("basis", [B2, AIG], ids=str)
both_orders = pytest.mark.parametrize("order", ["size", "depth-size"])
census_of = cache(census)


# -- published tables -------------------------------------------------------------------------


def test_published_sizes_of_four_inputs():
    rows = census_of(4).rows
    assert [row.size for row in rows] == [*range(8)]
    for counted in ("functions", "classes"):
        expected = published().distribution(4, "size", counted).counts
        assert tuple(getattr(row, counted) for row in rows) == expected
    assert census_of(4).exhaustive


def test_published_depths_of_four_inputs():
    rows = census_of(4, "b2", "depth-size").depths
    assert [row.depth for row in rows] == [*range(5)]
    assert tuple(row.functions for row in rows) == published().distribution(4, "depth").counts
    assert sum(row.classes for row in rows) == 222


@pytest.mark.parametrize(
    ("basis", "order"), [("b2", "size"), ("aig", "size"), ("b2", "depth-size")]
)
def test_calibrations_of_three_inputs(basis, order):
    calibration = published().calibration(basis, order)
    assert (calibration.inputs, calibration.functions, calibration.complete) == (3, "normal", True)
    counted = [
        (row.size, row.functions // 2, row.circuits)
        for row in census_of(3, basis, order).rows
        if row.size
    ]
    assert counted == [(row.gates, row.functions, row.circuits) for row in calibration.rows]


def test_one_input():
    result = census_of(1)
    assert [(c.representative.bits, c.functions, c.size) for c in result.classes] == [
        (0, 2, 0),
        (1, 2, 0),
    ]
    assert result.total == {
        "functions": 4,
        "classes": 2,
        "circuits": 2,
        "wirings": 2,
        "circuits_p": 2,
        "circuits_npn": 2,
    }


def test_two_inputs_by_hand():
    """Constants and literals; four ANDs and XOR as one gate; without XOR it takes three."""
    assert [(r.size, r.functions, r.classes, r.circuits) for r in census_of(2).rows] == [
        (0, 6, 2, 3),
        (1, 10, 2, 5),
    ]
    (row,) = (row for row in census_of(2, "aig").rows if row.size == 3)
    circuits = [c for c in circuits_by_brute_force(2, AIG, 3) if c.output_bits() == (0b0110,)]
    assert (row.functions, row.classes, row.circuits) == (2, 1, len(circuits))


@both_bases
@both_orders
def test_sums_over_all_functions(basis, order):
    result = census_of(3, basis, order)
    assert result.exhaustive
    assert (result.open_functions, result.open_classes, result.exhausted_size) == (0, 0, None)
    assert result.total["functions"] == 256
    assert [c.representative for c in result.classes] == [c.representative for c in npn_classes(3)]
    assert [c.functions for c in result.classes] == [c.functions for c in npn_classes(3)]
    assert {c.depth is None for c in result.classes} == {order == "size"}
    for name in ("functions", "classes", "circuits", "wirings", "circuits_p", "circuits_npn"):
        assert result.total[name] == sum(getattr(row, name) for row in result.rows)


def test_a_census_of_more_inputs_keeps_the_circuits_of_fewer():
    """Functions that ignore an input have the circuits that they have without it."""
    smaller = {c.representative.extended_to(4): c for c in census_of(3).classes}
    for extended, known in smaller.items():
        form = npn_canonical(extended)[0]
        (found,) = (c for c in census_of(4).classes if c.representative == form)
        for name in ("size", "circuits", "wirings", "circuits_p", "circuits_npn"):
            assert getattr(found, name) == getattr(known, name)
        assert found.functions == npn_class(form).functions


def test_depth_size_beside_size():
    """Least depth costs gates at most; where it costs none, its minima are some of the minima."""
    by_size = {c.representative: c for c in census_of(4).classes}
    for c in census_of(4, "b2", "depth-size").classes:
        plain = by_size[c.representative]
        assert c.size >= plain.size
        if c.size == plain.size:
            assert c.circuits <= plain.circuits
    assert any(
        c.size > by_size[c.representative].size for c in census_of(4, "b2", "depth-size").classes
    )


# -- brute force ------------------------------------------------------------------------------


def orbits(listed, transforms):
    """Return the number of orbits of a set of circuits, each carried to an equal set."""
    waiting, count = set(listed), 0
    while waiting:
        circuit = next(iter(waiting))
        orbit = {transform.on_circuit(circuit) for transform in transforms}
        assert orbit <= set(listed)
        waiting -= orbit
        count += 1
    return count


def group(inputs, negating):
    for order in permutations(range(inputs)):
        if negating:
            for mask in range(1 << inputs):
                yield NPNTransform(order, mask, False)
                yield NPNTransform(order, mask, True)
        else:
            yield NPNTransform(order)


@both_bases
@both_orders
@pytest.mark.parametrize("inputs", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_classes_against_all_minima_of_all_functions(inputs, order, basis):
    """Circuits, wirings, and circuits up to symmetry, from one list for each function."""
    number = class_numbers(inputs)[1]
    listed = {
        bits: enumerate_minima(TruthTable(inputs, bits), basis, order)
        for bits in range(1 << (1 << inputs))
    }
    everything, pure = [*group(inputs, True)], [*group(inputs, False)]
    for found in census_of(inputs, basis.name, order).classes:
        members = [bits for bits in listed if number[bits] == number[found.representative.bits]]
        assert found.functions == len(members)
        for bits in members:
            assert listed[bits].size == found.size
            assert listed[bits].circuits == found.circuits
            assert listed[bits].wirings == found.wirings
            if order == "depth-size":
                assert {c.depth for c in listed[bits].minima} == {found.depth}
        of_all = [c for bits in members for c in listed[bits].minima]
        normal = [c for bits in members if not bits & 1 for c in listed[bits].minima]
        assert orbits(of_all, everything) == found.circuits_npn
        assert orbits(normal, pure) == found.circuits_p


@pytest.mark.parametrize("text", ["6996", "0001", "06F6", "069F", "0690", "1697", "033F"])
def test_symmetric_counts_at_four_inputs(text):
    """As above for some classes, all circuits being carried over from those of one function."""
    form = npn_canonical(TruthTable.from_hex(4, text))[0]
    (found,) = (c for c in census_of(4).classes if c.representative == form)
    minima = enumerate_minima(form).minima
    assert len(minima) == found.circuits
    everything = [*group(4, True)]
    carried, count = set(), 0
    for circuit in minima:
        if circuit not in carried:
            carried |= {transform.on_circuit(circuit) for transform in everything}
            count += 1
    assert count == found.circuits_npn
    assert len(carried) == found.circuits * found.functions
    normal = {c for c in carried if not c.output_bits()[0] & 1}
    assert orbits(normal, [*group(4, False)]) == found.circuits_p


@settings(max_examples=20)
@given(circuits(4, max_gates=5, reduced=True), st.sampled_from(["size", "depth-size"]))
def test_classes_of_four_inputs_against_lists(circuit, order):
    table = circuit.tables()[0]
    listed = enumerate_minima(table, "b2", order)
    form = npn_canonical(table)[0]
    (found,) = (c for c in census_of(4, "b2", order).classes if c.representative == form)
    assert (listed.size, listed.circuits, listed.wirings) == (
        found.size,
        found.circuits,
        found.wirings,
    )


# -- least depths -----------------------------------------------------------------------------


def depths_by_search(inputs, basis):
    """Return D of every normal function: all pairs of what is reached, one depth after another."""
    mask = (1 << (1 << inputs)) - 1
    depths = {0: 0} | {input_bits(inputs, i): 0 for i in range(inputs)}
    while len(depths) < 1 << ((1 << inputs) - 1):
        reached = {
            operator.apply((x, y), mask)
            for operator in basis.operators
            for x in depths
            for y in depths
        }
        depth = max(depths.values()) + 1
        depths |= dict.fromkeys(reached - set(depths), depth)
    return depths


@both_bases
@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_depths_of_classes(inputs, basis):
    depths = depths_by_search(inputs, basis)
    number = class_numbers(inputs)[1]
    by_class = depths_of_classes(inputs, basis)
    for bits, depth in depths.items():
        assert by_class[number[bits]] == depth
        found = depth_of(bits, inputs, basis)
        assert (found.depth, found.exact) == (depth, True)


@pytest.mark.parametrize("inputs", [0, 1, 2, 3, 4])
def test_class_numbers(inputs):
    forms, number = class_numbers(inputs)
    listed = [*npn_classes(inputs)]
    assert forms.tolist() == [c.representative.bits for c in listed]
    assert np.bincount(number).tolist() == [c.functions for c in listed]
    for bits in range(0, len(number), 1 + len(number) // 500):
        assert npn_canonical(TruthTable(inputs, bits))[0].bits == forms[number[bits]]


def test_depths_of_four_inputs_are_published():
    number = class_numbers(4)[1]
    counts = Counter(depths_of_classes(4, B2)[number].tolist())
    assert tuple(counts[d] for d in range(5)) == published().distribution(4, "depth").counts


@pytest.mark.parametrize(
    ("basis", "text", "depth"),
    [
        (B2, "expr:a ^ b ^ c ^ d ^ e", 3),
        (B2, "expr:a & b & c & d & e", 3),
        (B2, "expr:(a ^ b) & (c | d)", 2),
        (AIG, "expr:a & b & c & d & e", 3),
        (AIG, "expr:a & (b | (c & (d | e)))", 3),
    ],
)
def test_depths_of_five_inputs(basis, text, depth):
    """Exact up to depth 3, and SAT finds nothing shallower."""
    task = FunctionTask(enumerate_minima(text, basis).task.tables)
    table = task.tables[0].extended_to(5)
    found = depth_of(table.bits, 5, basis)
    assert (found.depth, found.exact) == (depth, True)
    assert shallower_exists(task, basis, depth) is None
    assert shallower_exists(task, basis, depth + 1) is not None


@st.composite
def read_once(draw, inputs=5):
    """A circuit that reads each input, and each gate but the last, once."""
    open_wires, gates = [*range(inputs)], []
    while len(open_wires) > 1:
        open_wires = draw(st.permutations(open_wires))
        operator = draw(st.sampled_from(B2.names))
        gates.append(Gate(operator, tuple(open_wires[:2])))
        open_wires = [*open_wires[2:], inputs + len(gates) - 1]
    return Circuit(inputs, tuple(gates), (Output(open_wires[0]),))


@settings(max_examples=15)
@given(read_once())
def test_depths_of_read_once_circuits_of_five_inputs(circuit):
    (table,) = circuit.tables()
    found = depth_of(table.bits, 5, B2)
    # Two levels of gates read four inputs at most.
    assert 3 <= found.depth <= circuit.depth
    assert found.exact == (found.depth == 3)
    shallow = shallower_exists(FunctionTask((table,)), B2, 4)
    assert (shallow is None) == (found.depth == 4)


def test_a_function_of_five_inputs_of_depth_four():
    """Most have depth 4; the sum of all bits modulo 4 in its upper bit is one such."""
    task = FunctionTask((TruthTable.of(5, lambda x: x.bit_count() >> 1 & 1),))
    found = depth_of(task.tables[0].bits, 5, B2)
    assert (found.depth, found.exact) == (4, False)


# -- budgets ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Until(Effort):
    """An effort that ends when told to, so that where it ends does not hang on the clock."""

    ended: threading.Event = field(default_factory=threading.Event)

    def left(self) -> float:
        return 0.0 if self.ended.is_set() else float("inf")


def census_until(inputs, basis, order, last):
    """Return the census that ends after the level that `last` says, and the levels it found."""
    effort, seen = Until(workers=2), []

    def observe(level):
        seen.append(level)
        if last(level):
            effort.ended.set()

    return census(inputs, basis, order, effort, observe), seen


@pytest.mark.parametrize("size", [3, 5, 6])
def test_a_census_cut_off_is_the_beginning_of_a_longer_one(size):
    def whole(level):
        return level.inputs == 4 and level.size == 7

    def part(level):
        return level.inputs == 4 and level.size == size

    longer, _ = census_until(4, "aig", "size", whole)
    cut, _ = census_until(4, "aig", "size", part)
    for result, reached in ((longer, 7), (cut, size)):
        assert not result.exhaustive
        assert result.exhausted_size == reached
        assert result.open_functions == 65_536 - result.total["functions"] > 0
        assert result.open_classes == 222 - result.total["classes"] > 0
    # Three inputs were finished before, so the rows of few gates are those of the longer census.
    assert cut.rows[: size + 1] == longer.rows[: size + 1]
    assert set(cut.classes) < set(longer.classes)
    assert "NOT EXHAUSTED" in str(cut)
    assert f"sizes up to {size} were exhausted" in str(cut)
    assert cut.headline.endswith("(not exhausted)")
    assert cut.to_json()["not_exhausted"] == {
        "functions": cut.open_functions,
        "classes": cut.open_classes,
        "exhausted_size": size,
    }


def test_what_is_exhausted_is_so_for_every_width():
    """Cut off at three inputs, nothing is known of four but that two gates do not join them."""
    cut, seen = census_until(4, "b2", "size", lambda level: level.inputs == 3)
    assert [(level.inputs, level.size) for level in seen] == [(2, 1), (3, 2)]
    assert cut.exhausted_size == 2
    # AND of four inputs takes three gates and is not among the classes.
    assert TruthTable(4, 1) not in {c.representative for c in cut.classes}


@both_bases
@both_orders
def test_a_budget_that_ends_at_once(order, basis):
    effort = Until()
    effort.ended.set()
    result = census(3, basis, order, effort)
    assert not result.exhaustive
    assert result.exhausted_size == 0
    assert result.total["functions"] == 8
    assert census(1, basis, order, effort).exhaustive


def test_a_real_clock_ends_a_census():
    result = census(4, effort=Effort(seconds=1e-9))
    assert not result.exhaustive
    assert result.open_functions == 65_526


def test_a_depth_size_census_cut_off_claims_no_size():
    cut, seen = census_until(4, "b2", "depth-size", lambda level: level.depth == 3)
    assert not cut.exhaustive
    assert cut.exhausted_size == 0
    assert all(c in census_of(4, "b2", "depth-size").classes for c in cut.classes)
    assert {c.depth for c in cut.classes} == {0, 1, 2, 3}
    assert seen[-1].depth == 3


@both_orders
def test_levels_settle_each_class_once(order):
    seen = []
    result = census(3, "b2", order, observe=seen.append)
    settled = [(level.inputs, int(c)) for level in seen for c in level.classes]
    assert len(settled) == len(set(settled)) == result.total["classes"] - 2
    # Searches that settle nothing are counted, too, but not observed.
    assert result.tried >= sum(level.tried for level in seen) > 0


# -- forms and errors -------------------------------------------------------------------------


def test_as_json_and_text():
    result = census_of(3, "b2", "depth-size")
    record = result.to_json()
    assert record["exhaustive"] is True
    assert "not_exhausted" not in record
    assert record["rows"][-1]["circuits"] == 444
    assert [row["functions"] for row in record["depths"]] == [8, 30, 194, 24]
    assert "depths" not in census_of(3).to_json()
    assert str(result).startswith("646 minimal circuits of 256 functions of 3 inputs, b2, order")
    assert "Minimal by exhaustion" in str(result)


@pytest.mark.parametrize("inputs", [0, 5, "3", 2.0])
def test_numbers_of_inputs_out_of_reach(inputs):
    with pytest.raises(ArgumentError, match="inputs: expected a whole number from 1 to 4, got"):
        census(inputs)


def test_unknown_names():
    with pytest.raises(ArgumentError, match=r"basis: expected one of .*, got b3"):
        census(2, "b3")
    with pytest.raises(ArgumentError, match=r"order: expected one of size, .*, got breadth"):
        census(2, "b2", "breadth")
    with pytest.raises(ArgumentError, match="cap: expected a greatest size for the order depth"):
        census(2, "b2", "depth")
