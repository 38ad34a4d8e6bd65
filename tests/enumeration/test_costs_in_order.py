"""Costs in order, fewest ANDs and then fewest XORs, against brute force and the other engine."""

import pytest
from form_twin import chains_plainly

from mesacircuits.circuits import B2, TruthTable
from mesacircuits.circuits.bases import FIRST_COST, basis_from_bytes, basis_named, basis_text
from mesacircuits.enumeration import EXHAUSTIVE, SAT, Effort, census, enumerate_minima
from mesacircuits.enumeration.multiplicative import affine_classes
from mesacircuits.errors import ArgumentError

TEXT = "and=1/0,xor=0/1+free-inverters"
ANDS_FIRST = basis_named(TEXT)


def test_two_inputs_agree_with_brute_force():
    # Beside the inputs and 0 there are five functions with f(0) = 0, so no chain has more gates.
    least = {}
    for size in range(1, 6):
        for gates, tables in chains_plainly(2, B2, size):
            xors = sum(gate.operator == "xor" for gate in gates)
            found = least.setdefault(tables[-1], {})
            cost = size - xors, xors
            found[cost] = found.get(cost, 0) + 1
    for bits, found in least.items():
        minima = enumerate_minima(TruthTable(2, bits), TEXT, engine=EXHAUSTIVE)
        first, second = divmod(minima.size, FIRST_COST)
        assert (first, second) == min(found)
        assert minima.circuits == found[first, second]


def test_census_has_the_multiplicative_complexity_of_all_functions():
    found = census(3, TEXT)
    functions = {}
    for row in found.rows:
        first = row.size // FIRST_COST
        functions[first] = functions.get(first, 0) + row.functions
    assert functions == {ands: size for ands, _, size in affine_classes(3).rows}
    # Symmetric functions of three inputs: the majority takes one AND.
    assert enumerate_minima("tt:3:E8", TEXT).headline.endswith("cost 1/3, depth 3")


@pytest.mark.slow
def test_both_engines_agree_on_every_class_of_three_inputs():
    for each in census(3, TEXT).classes:
        found = enumerate_minima(each.representative, TEXT, engine=SAT)
        assert (found.size, found.circuits) == (each.size, each.circuits)
        exhausted = enumerate_minima(each.representative, TEXT, engine=EXHAUSTIVE)
        assert exhausted.minima == found.minima


@pytest.mark.slow
def test_a_weight_beyond_all_second_costs_gives_the_same():
    weighted = enumerate_minima("tt:3:E8", "and=20,xor=1+free-inverters")
    assert weighted.minima == enumerate_minima("tt:3:E8", TEXT).minima


def test_what_is_not_reached_is_said_in_order():
    cut = enumerate_minima("tt:4:8117", TEXT, effort=Effort(nodes=300))
    assert "cost at most 2/" in cut.headline
    assert str(cut.to_json()["exhausted_size"]).startswith("2/")


def test_bases_say_costs_in_order():
    record = (
        b'{"name": "mine", "free-inverters": true, "operators": '
        b'[{"operator": "and", "cost": "1/0"}, {"operator": "xor", "cost": "0/1"}]}'
    )
    assert basis_named(basis_text(basis_from_bytes(record))).forms == ANDS_FIRST.forms
    assert {o["cost"] for o in ANDS_FIRST.to_json()["operators"]} == {"1/0", "0/1"}


@pytest.mark.parametrize(
    "text",
    [
        "and=1,xor=0+free-inverters",
        "and=1/0,xor=0/0+free-inverters",
        "and=1/0,xor=1+free-inverters",
        "and=1/0,xor=0/100+free-inverters",
        "and=0/1,xor=1/0+free-inverters",
        "and=1/0,xor=0/1",
        "maj=1/0,xor=0/1+free-inverters",
    ],
)
def test_other_costs_in_order_are_refused(text):
    with pytest.raises(ArgumentError, match="basis: expected"):
        basis_named(text)


@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("tt:3:E8,96", {}),
        ("tt:5:00000001", {}),
        ("tt:3:E8", {"order": "depth-size"}),
        ("tt:3:E8", {"order": "formula"}),
        ("tt:3:E8", {"within": 1}),
    ],
)
def test_what_costs_in_order_are_not_asked_of_is_refused(task, more):
    with pytest.raises(ArgumentError, match="for costs in order"):
        enumerate_minima(task, TEXT, **more)


@pytest.mark.slow
def test_census_of_four_inputs():
    found = census(4, TEXT)
    functions = {}
    for row in found.rows:
        first = row.size // FIRST_COST
        functions[first] = functions.get(first, 0) + row.functions
    assert functions == {ands: size for ands, _, size in affine_classes(4).rows}
    assert max(each.size for each in found.classes) == 3 * FIRST_COST + 4
    assert found.total["circuits"] == 2_216_498
