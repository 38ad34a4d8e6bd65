"""Costs in order, fewest ANDs and then fewest XORs, against brute force and the other engine."""

import pytest
from form_twin import chains_plainly
from hypothesis import given, strategies as st

from mesacircuits.circuits import B2, Circuit, TruthTable
from mesacircuits.circuits.bases import FIRST_COST, basis_from_bytes, basis_named, basis_text
from mesacircuits.enumeration import EXHAUSTIVE, SAT, Effort, census, enumerate_minima
from mesacircuits.enumeration.drup import check_drup_texts
from mesacircuits.enumeration.multiplicative import (
    affine_classes,
    fewest_ands,
    multiplicative_complexity,
)
from mesacircuits.enumeration.sat.encodings import ProductEncoding, Session
from mesacircuits.enumeration.sat.proofs import check_formula, refute
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task

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


def _met(task, ands):
    with Session(ProductEncoding(task, ands).cnf.clauses) as session:
        return session.model() is not None


@given(st.integers(2, 4), st.data())
def test_sums_of_products_by_sat_agree_with_the_spaces_of_functions(n, data):
    table = TruthTable(n, data.draw(st.integers(0, (1 << (1 << n)) - 1)))
    least = multiplicative_complexity(table)
    task = FunctionTask((table,))
    assert _met(task, least)
    assert _met(task, least + 1)
    assert not least or not _met(task, least - 1)


def test_tasks_of_other_kinds_against_brute_force():
    # All chains of at most three gates; the least pair of ANDs and XORs for each set of functions.
    least = {}
    for size in range(4):
        for gates, tables in chains_plainly(2, B2, size):
            xors = sum(gate.operator == "xor" for gate in gates)
            wires = {0, 0b1010, 0b1100, *tables}
            for one in wires:
                for other in wires:
                    cost = size - xors, xors
                    least[one, other] = min(cost, least.get((one, other), cost))
    for (one, other), (ands, xors) in least.items():
        found = enumerate_minima(f"tt:2:{one:X},{other:X}", TEXT)
        assert divmod(found.size, FIRST_COST) == (ands, xors)
        # A don't-care: the cheaper of the two that it leaves.
        cared = enumerate_minima(f"tt:2:{one:X}@7", TEXT)
        both = [least[bits, 0] for bits in (one & 7, one | 8)]
        assert divmod(cared.size, FIRST_COST) == min(both)


def test_a_full_adder_takes_one_and_and_four_xors():
    # As many as J. Boyar, R. Peralta, D. Pochuev (TCS 235, 2000) count ANDs: n for two n-bit words.
    for engine in (EXHAUSTIVE, SAT):
        found = enumerate_minima("tt:3:96,E8", TEXT, engine=engine)
        assert (found.size, found.circuits) == (FIRST_COST + 4, 48)
    assert fewest_ands(parse_task("adder(bits=2)")) == (2, True)


def test_where_the_budget_ends_before_the_ands_are_known_that_is_said():
    cut = enumerate_minima("majority(bits=5)", TEXT, effort=Effort(seconds=1e-9))
    assert cut.size is None
    assert not cut.exhaustive


@pytest.mark.parametrize(
    ("size", "proved"), [("0/any", True), ("1/2", True), ("1/3", False), ("2/any", False)]
)
def test_nothing_cheaper_in_order_is_proved(size, proved):
    task = parse_task("tt:3:E8")
    found = refute(task, ANDS_FIRST, size)
    assert isinstance(found, Circuit) is not proved
    if isinstance(found, Circuit):
        assert [gate.operator for gate in found.gates].count("xor") == 3 == found.size - 1
        return
    assert check_drup_texts(found.cnf, found.proof).clauses == found.clauses
    check_formula(found.cnf, task, ANDS_FIRST, size)
    assert f"cost at most {size}" in found.statement
    assert found.to_json()["size"] == size


def test_proofs_in_order_take_pairs_and_no_depth():
    task = parse_task("tt:3:E8")
    for size in (2, "2", "any/1"):
        with pytest.raises(ArgumentError, match="size: expected costs in order"):
            refute(task, ANDS_FIRST, size)
    with pytest.raises(ArgumentError, match="depth: expected none for costs in order"):
        refute(task, ANDS_FIRST, "1/2", depth=3)
    assert not isinstance(refute(task, ANDS_FIRST, "1/2", depth=3, exactly=True), Circuit)


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
