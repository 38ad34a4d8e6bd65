"""The census over every basis and order, against published counts, lists of minima, brute force."""

from collections import Counter
from functools import cache
from itertools import permutations
from math import inf

import pytest
from form_cases import closed_bases
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import BASES, Basis, Circuit, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import MONOTONE
from mesacircuits.data import published, stored_census
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.enumeration.orders import circuit_orders
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.errors import ArgumentError

ONE = Effort(workers=1)
ORDERS = [order for order in circuit_orders() if order != "depth"]
census_of = cache(lambda *a, **asked: census(*a, effort=Effort(workers=1), **asked))


def normal_functions(inputs, basis):
    return range(0, 1 << (1 << inputs), 2 if basis.free_inverters else 1)


# -- published counts, and counts of ones own ------------------------------------------------------


@pytest.mark.parametrize(
    "calibration", published().calibrations, ids=lambda c: f"{c.basis}-{c.order}"
)
def test_calibrations(calibration):
    """All rows; of bases that take long, a census cut off after those that are known."""
    last = calibration.rows[-1].gates
    cut = not calibration.complete
    effort = Effort(workers=1, nodes=200_000 if cut else None)
    result = census(calibration.inputs, calibration.basis, calibration.order, effort)
    assert result.exhaustive or result.exhausted_size >= last
    halves = 2 if calibration.functions == "normal" else 1
    counted = [(r.size, r.functions // halves, r.circuits) for r in result.rows if r.size]
    expected = [(r.gates, r.functions, r.circuits) for r in calibration.rows]
    assert counted[: len(expected)] == expected
    assert cut or len(counted) == len(expected)


ROWS_OF_THREE = {
    # basis: size: functions, classes, circuits, circuits_p, circuits_npn
    "and-or-not": {
        0: (5, 3, 5, 3, None),
        1: (9, 3, 9, 3, None),
        2: (26, 8, 30, 8, None),
        3: (44, 14, 60, 16, None),
        4: (37, 8, 60, 12, None),
        5: (82, 23, 156, 38, None),
        6: (35, 11, 150, 34, None),
        7: (10, 6, 60, 20, None),
        8: (8, 4, 144, 38, None),
    },
    "monotone": {
        0: (5, 3, 5, 3, None),
        1: (6, 2, 6, 2, None),
        2: (8, 4, 12, 4, None),
        4: (1, 1, 6, 2, None),
    },
    "mig": {
        0: (8, 2, 4, 2, 2),
        1: (32, 2, 16, 5, 2),
        2: (64, 2, 192, 40, 6),
        3: (56, 4, 600, 116, 22),
        4: (96, 4, 10464, 1892, 260),
    },
    "xmg": {
        0: (8, 2, 4, 2, 2),
        1: (40, 4, 20, 7, 4),
        2: (144, 6, 288, 62, 12),
        3: (64, 2, 1568, 282, 38),
    },
    "mux": {
        0: (8, 2, 4, 2, 2),
        1: (54, 3, 42, 7, 3),
        2: (170, 7, 1332, 222, 35),
        3: (24, 2, 3576, 596, 86),
    },
    "nand": {
        0: (5, 3, 5, 3, None),
        1: (6, 2, 6, 2, None),
        2: (12, 3, 18, 4, None),
        3: (25, 7, 57, 13, None),
        4: (43, 11, 201, 40, None),
        5: (48, 12, 483, 90, None),
        6: (53, 16, 972, 185, None),
        7: (36, 12, 2334, 417, None),
        8: (22, 10, 2871, 507, None),
        9: (5, 3, 540, 104, None),
        10: (1, 1, 1068, 211, None),
    },
}


def rows_of(result):
    return {
        r.size: (r.functions, r.classes, r.circuits, r.circuits_p, r.circuits_npn)
        for r in result.rows
    }


@pytest.mark.parametrize("name", ["and-or-not", "monotone", "mig", "xmg", "mux"])
def test_rows_of_three_inputs(name):
    result = census_of(3, name)
    assert result.exhaustive
    assert rows_of(result) == ROWS_OF_THREE[name]


@pytest.mark.parametrize("order", ORDERS)
def test_nand_and_nor_are_dual(order):
    """At two inputs all, at three what few gates do: the dual of a minimum is a minimum."""
    first, second = census_of(2, "nand", order), census_of(2, "nor", order)
    assert rows_of(first) == rows_of(second)
    assert first.total == second.total
    nand, nor = (census(3, b, order, Effort(workers=1, nodes=10**6)) for b in ("nand", "nor"))
    assert rows_of(nand) == rows_of(nor)
    assert nand.exhausted_size == nor.exhausted_size


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_nand_and_nor_of_three_inputs(order):
    first, second = census_of(3, "nand", order), census_of(3, "nor", order)
    assert first.exhaustive
    assert rows_of(first) == rows_of(second)
    totals = {"size": 8555, "depth-size": 1865, "size-depth": 1805, "pareto": 1967}
    assert first.total["circuits"] == totals[order]
    if order == "size":
        assert rows_of(first) == ROWS_OF_THREE["nand"]


def test_monotone_functions_are_counted_by_dedekind():
    for inputs, monotone in zip((1, 2, 3, 4), (3, 6, 20, 168), strict=True):
        for order in ORDERS:
            result = census_of(inputs, "monotone", order)
            assert result.exhaustive
            assert result.total["functions"] == monotone
            assert result.without_functions == (1 << (1 << inputs)) - monotone
    # Up to permutation: A003182.
    assert [census_of(n, "monotone").total["classes"] for n in (1, 2, 3, 4)] == [3, 5, 10, 30]
    counts = [(r.size, r.functions, r.circuits) for r in census_of(4, "monotone").rows]
    assert counts == [
        (0, 6, 6),
        (1, 12, 12),
        (2, 32, 48),
        (3, 52, 120),
        (4, 16, 72),
        (5, 44, 432),
        (6, 4, 96),
        (7, 2, 498),
    ]


MAJORITY_CLASSES = (2, 2, 5, 18, 42, 117, 35, 1)  # by size: Soeken et al., TCAD 2017


def test_stored_census_of_majority_gates():
    rows = stored_census("census-n4-mig-size.json")[0]["rows"]
    assert tuple(row["classes"] for row in rows) == MAJORITY_CLASSES
    assert sum(row["functions"] for row in rows) == 1 << 16


@pytest.mark.slow
def test_majority_gates_of_four_inputs():
    """The stored census, found again: minutes."""
    stored, _ = stored_census("census-n4-mig-size.json")
    assert census(4, "mig", "size", Effort(shipped=False)).to_json(with_classes=True) == stored


@pytest.mark.slow
def test_and_inverter_graphs_of_four_inputs():
    """The stored census found again through size 9; size 10 takes most of an hour."""
    stored = stored_census("census-n4-aig-size.json")[0]["rows"]
    result = census(4, "aig", "size", Effort(nodes=40_000_000_000))
    assert result.exhausted_size == 9
    assert result.to_json()["rows"] == stored[:10]


# -- a census is what the lists of minima add up to ------------------------------------------------


def orbits(listed, transforms):
    waiting, count = {*listed}, 0
    while waiting:
        circuit = next(iter(waiting))
        orbit = {transform(circuit) for transform in transforms}
        assert orbit <= {*listed}
        waiting -= orbit
        count += 1
    return count


def permuting(inputs):
    for order in permutations(range(inputs)):
        yield lambda circuit, order=order: moved(circuit, order)


def moved(circuit, order):
    """The circuit with its inputs renamed."""
    place = [*order, *range(circuit.inputs, circuit.wires), -1]
    gates = tuple(type(g)(g.operator, tuple(place[w] for w in g.operands)) for g in circuit.gates)
    outputs = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs, gates, outputs).canonical()


def negating(inputs):
    for order in permutations(range(inputs)):
        for mask in range(1 << inputs):
            for output in (False, True):
                yield NPNTransform(order, mask, output).on_circuit


def check_census(inputs, basis, order, cap=None, most=inf):
    """Every class against the minima of its functions, if no larger than `most`."""
    result = census_of(inputs, basis, order, cap=cap)
    assert result.exhaustive
    classes = classes_of(inputs, basis)
    assert result.kind == classes.kind
    found: dict[int, list] = {}
    for c in result.classes:
        found.setdefault(int(classes.number[c.representative.bits]), []).append(c)
    for number, form in enumerate(classes.representatives.tolist()):
        points = found.get(number, [])
        listed = enumerate_minima(TruthTable(inputs, form), basis, order, ONE, cap=cap)
        assert bool(points) == listed.solvable == bool(listed.minima)
        assert sum(c.circuits for c in points) == listed.circuits
        assert sum(c.wirings for c in points) == listed.wirings
        if not points:
            continue
        assert {c.functions for c in points} == {int(classes.functions[number])}
        assert min(c.size for c in points) == listed.size
        if order != "size":
            at = Counter(
                (sum(basis.cost_of(g.operator) for g in c.gates), c.depth) for c in listed.minima
            )
            if order == "depth":
                assert {c.depth for c in points} == {depth for _, depth in at}
            else:
                assert {(c.size, c.depth): c.circuits for c in points} == at
        if listed.circuits * len(points) > most:
            continue
        up_to_symmetry(inputs, basis, order, cap, number, points)


def up_to_symmetry(inputs, basis, order, cap, number, points):
    """`circuits_p` and `circuits_npn` from the minima of all functions of a class."""
    classes = classes_of(inputs, basis)
    full = (1 << (1 << inputs)) - 1
    normal, everything = [], []
    for bits in range(full + 1):
        if classes.number[bits] == number:
            minima = enumerate_minima(TruthTable(inputs, bits), basis, order, ONE, cap=cap).minima
            everything += minima
            if not (classes.normalised and bits & 1):
                normal += minima
    assert orbits(normal, [*permuting(inputs)]) == sum(c.circuits_p for c in points)
    if classes.kind == "NPN":
        assert orbits(everything, [*negating(inputs)]) == sum(c.circuits_npn for c in points)
    else:
        assert {c.circuits_npn for c in points} == {None}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", BASES)
def test_two_inputs_against_lists(name, order):
    check_census(2, BASES[name], order)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        pytest.param("mig", "depth-size", marks=pytest.mark.slow),
        pytest.param("mux", "depth-size", marks=pytest.mark.slow),
        ("monotone", "pareto"),
        ("b2", "pareto"),
        ("aig", "size-depth"),
    ],
)
def test_three_inputs_against_lists(name, order):
    check_census(3, BASES[name], order, most=150)


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", sorted({*BASES} - {"nor"}))  # dual to nand
def test_every_basis_of_three_inputs_against_lists(name, order):
    check_census(3, BASES[name], order, most=400)


@pytest.mark.parametrize(
    ("inputs", "name", "cap"),
    [
        *((2, name, cap) for name in BASES for cap in (0, 2, 3)),
        (3, "aig", 3),
        pytest.param(3, "mig", 3, marks=pytest.mark.slow),
    ],
)
def test_depth_within_a_cap_against_lists(inputs, name, cap):
    check_census(inputs, BASES[name], "depth", cap, most=150)


@pytest.mark.slow
def test_flat_circuits_may_read_idle_inputs():
    """Under `depth` a circuit need not be small, so it may read any input, in any basis."""
    check_census(3, BASES["nand"], "depth", 6, most=0)
    check_census(3, BASES["and-or-not"], "depth", 6, most=0)


@settings(max_examples=25)
@given(closed_bases(most_forms=10), st.sampled_from(ORDERS), st.integers(1, 2))
def test_bases_of_ones_own_against_lists(basis, order, inputs):
    check_census(inputs, basis, order, most=100)


# -- budgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["aig", "and-or-not", "mig"])
def test_a_census_cut_off_holds_whole_classes(name, order):
    """Wherever the budget ends it: what it says of a class is all that there is to say."""
    whole = Counter(census_of(3, name, order).classes) if name != "and-or-not" else None
    for nodes in (1, 100, 10_000, 40_000, 200_000):
        cut = census(3, name, order, Effort(workers=1, nodes=nodes))
        settled = {c.representative for c in cut.classes}
        assert cut.total["functions"] + cut.open_functions == 256
        assert cut.exhaustive == (cut.open_functions == 0)
        assert len(settled) + cut.open_classes == (80 if name == "and-or-not" else 14)
        if whole is not None:
            expected = [c for c in whole if c.representative in settled]
            assert Counter(cut.classes) == Counter(expected)


def test_fronts_cut_off_are_left_out():
    """All least sizes being known is not enough: each front must be whole."""
    smallest = census_of(2, "and-or-not", "size-depth")
    cut = census(2, "and-or-not", "pareto", Effort(workers=1, nodes=smallest.tried))
    whole = census_of(2, "and-or-not", "pareto")
    points = Counter(c.representative for c in whole.classes)
    assert all(points[c.representative] == 1 for c in cut.classes) or cut.exhaustive


def test_a_cap_is_checked():
    for order, cap in (("depth", None), ("size", 3)):
        with pytest.raises(
            ArgumentError, match="cap: expected a greatest size for the order depth"
        ):
            census(2, "aig", order, cap=cap)
    with pytest.raises(ArgumentError, match="cap: expected a whole number, not negative, got -1"):
        census(2, "aig", "depth", cap=-1)


def test_functions_without_a_circuit_are_not_open():
    alone = Basis.closed("alone", {"nand": 1}, free_inverters=False)
    result = census(1, alone)
    assert result.exhaustive
    assert (result.without_functions, result.open_functions) == (1, 0)
    assert census(2, alone).without_functions == 0 or census(2, alone).exhaustive
    assert census(2, MONOTONE, "depth", cap=0).without_functions == 12
