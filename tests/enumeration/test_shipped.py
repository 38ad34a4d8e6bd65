"""Minima that ship with the package: those that searches find, of every basis and order."""

from math import comb

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import TruthTable, npn_classes
from mesacircuits.circuits.bases import BASES, Basis, basis_named
from mesacircuits.data import stored_census
from mesacircuits.data.minima import chain_of_text, minima_files, stored_minima, text_of_chain
from mesacircuits.enumeration import (
    BudgetEnded,
    Effort,
    Interruption,
    census,
    enumerate_minima,
    planner,
)
from mesacircuits.enumeration.minima_lists import (
    class_lists,
    lists_record,
    minima_lists,
    shipped_classes,
    shipped_minima,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task

QUICK = {("b2", "size"), ("aig", "depth-size"), ("mig", "depth-size"), ("monotone", "size")}
PAIRS = [(basis, order) for basis in BASES for order in ("size", "depth-size")]
SOME_QUICK = [
    pytest.param(*pair, marks=[] if pair in QUICK else [pytest.mark.slow]) for pair in PAIRS
]
SHIPPED = Effort(shipped=True)


@pytest.mark.parametrize(("basis", "order"), SOME_QUICK)
def test_lists_have_the_counts_of_a_census(basis, order):
    for inputs in (1, 2, 3):
        counted = {c.representative.hex: c for c in census(inputs, basis, order).classes if c.size}
        listed = {c.representative.hex: c for c in class_lists(inputs, basis, order)}
        assert set(listed) == set(counted)
        for name, found in listed.items():
            known = counted[name]
            assert (found.size, found.depth) == (known.size, known.depth)
            assert (found.functions, found.circuits) == (known.functions, known.circuits)
            # With free inverters orbits under all symmetries are circuits up to NPN.
            assert known.circuits_npn in (None, len(found.orbits))


@pytest.mark.parametrize(("basis", "order"), SOME_QUICK)
def test_a_file_ships_for_every_basis_and_order(basis, order):
    assert (basis, order) in minima_files()
    record, _ = stored_minima(basis, order)
    assert record.operators == BASES[basis].names
    for inputs in (1, 2, 3):
        assert record.universe(inputs).exhaustive
    # What a run prints now is what ships.
    again = lists_record(minima_lists(n, basis, order) for n in (1, 2, 3))
    assert again.universes == record.universes[:3]


@pytest.mark.parametrize("name", ["aig", "mig"])
def test_shipped_lists_agree_with_the_stored_censuses(name):
    counted = {
        row["representative"]: row
        for row in stored_census(f"census-n4-{name}-size.json")[0]["classes"]
    }
    listed = shipped_classes(4, BASES[name], "size")
    assert listed
    for form, record in listed.items():
        row = counted[form]
        assert (record.size, record.circuits) == (row["size"], row["circuits"])
        assert (record.functions, len(record.orbits)) == (row["functions"], row["circuits_npn"])


@pytest.mark.parametrize(("basis", "order"), PAIRS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_shipped_minima_are_what_a_search_finds(basis, order, data):
    inputs = data.draw(st.sampled_from((2, 3)))
    table = TruthTable(inputs, data.draw(st.integers(0, (1 << (1 << inputs)) - 1)))
    task = FunctionTask((table,))
    searched = enumerate_minima(task, basis, order)
    answered = enumerate_minima(task, basis, order, SHIPPED)
    assert answered.minima == searched.minima
    assert (answered.size, answered.depth) == (searched.size, searched.depth)
    takes_gates = bool(searched.size)
    assert (answered.plan.engine == "shipped") == (takes_gates and searched.solvable)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["size", "depth-size"])
def test_shipped_minima_of_all_classes_of_four_inputs_are_found_again(order):
    for npn_class in npn_classes(4):
        task = FunctionTask((npn_class.representative,))
        assert (
            enumerate_minima(task, "b2", order, SHIPPED).minima
            == enumerate_minima(task, "b2", order).minima
        )


def test_other_questions_are_searched():
    for asked in (
        {"order": "formula"},
        {"order": "size", "within": 1},
        {"order": "size", "engine": "exhaustive"},
    ):
        order = asked.pop("order")
        found = enumerate_minima("tt:3:E8", "b2", order, SHIPPED, **asked)
        assert found.plan.engine != "shipped"
    for task in ("tt:3:E8@7F", "expr:a & b, a ^ b", "argmax"):
        assert enumerate_minima(task, "b2", "size", SHIPPED).plan.engine != "shipped"
    fresh = Effort(shipped=False)
    assert enumerate_minima("tt:3:E8", effort=fresh).plan.engine != "shipped"
    # From Python as on the command line: what ships answers by itself.
    assert enumerate_minima("tt:3:E8").plan.engine == "shipped"


def test_a_basis_of_the_same_name_is_another():
    own = Basis.closed("b2", {"and": 1}, free_inverters=True)
    assert shipped_classes(3, own, "size") == {}
    assert shipped_minima(TruthTable.from_hex(3, "80"), own, "size") is None


def test_what_a_budget_leaves_open_is_counted():
    lists = minima_lists(4, "aig", effort=Effort(nodes=10**6))
    assert not lists.exhaustive
    assert lists.open_classes + len(lists.lists) == 220
    assert lists.exhausted_size == max(c.size for c in lists.lists)
    listed = {c.representative for c in lists.lists}
    for found in lists.lists:
        assert found.size <= lists.exhausted_size
    assert len(listed) == len(lists.lists)


@given(st.integers(2, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, 14))))
@settings(deadline=None)
def test_texts_of_chains_are_read_back(case):
    inputs, bits = case
    for basis in ("b2", "mux", "mig", "and-or-not"):
        names = BASES[basis].names
        table = TruthTable(2, bits).extended_to(inputs)
        for circuit in enumerate_minima(FunctionTask((table,)), basis).minima[:5]:
            if circuit.size:
                text = text_of_chain(circuit, names)
                inverted = circuit.outputs[0].inverted
                assert chain_of_text(text, inputs, names, inverted) == circuit


@pytest.mark.parametrize("text", ["", "01", "019", "0%3", "013 zz0", "0"])
def test_texts_that_are_no_chains_are_refused(text):
    with pytest.raises(ArgumentError):
        chain_of_text(text, 2, BASES["b2"].names)


def test_functions_of_a_class_are_all_there():
    record, _ = stored_minima("b2", "size")
    for inputs, wires in ((2, 2), (3, 3), (4, 4)):
        listed = sum(c.functions for c in record.universe(inputs).classes)
        # But the constants, and the inputs and their inverses.
        assert listed == (1 << (1 << inputs)) - 2 - 2 * comb(wires, 1)


def test_censuses_that_ship_answer_and_say_so():
    found = census(4, "aig")
    assert found.taken_from.startswith("census-n4-aig-size.json, SHA-256 ")
    assert "As shipped in census-n4-aig-size.json" in str(found)
    stored, _ = stored_census("census-n4-aig-size.json")
    record = found.to_json(with_classes=True)
    assert record.pop("taken_from") == found.taken_from
    assert record == stored
    for asked in ({"basis": "aig", "order": "depth-size"}, {"basis": "b2"}, {"basis": "nand"}):
        assert not census(2, **asked).taken_from
    few = census(4, "aig", effort=Effort(shipped=False, nodes=1))
    assert not few.taken_from
    assert not few.exhaustive
    other = Basis.closed("aig", {"and": 2}, True)
    assert not census(4, other, effort=Effort(nodes=1)).taken_from


def test_minima_say_whether_they_ship():
    """Of the library as of the command line: what ships answers, unless a search is asked for."""
    shipped = enumerate_minima(0x16E9, n=4)
    searched = enumerate_minima("16E9", effort=Effort(shipped=False))
    assert shipped == searched
    assert (shipped.is_shipped, searched.is_shipped) == (True, False)
    assert "engine: shipped (minima-b2-size" in str(shipped)


def test_sizes_of_five_inputs_that_ship_spare_searches():
    found = enumerate_minima("tt:5:96696996", effort=Effort(workers=1))
    known = "one set of first gates per orbit; fewer gates ruled out by five-inputs-b2.columns.xz"
    assert found.plan.reason.startswith(known)
    assert (found.size, found.circuits, found.exhausted_size) == (4, 105, 4)
    searched = enumerate_minima("tt:5:96696996", effort=Effort(workers=1, shipped=False))
    assert searched == found
    assert searched.plan.reason == "one set of first gates per orbit"


def test_one_minimum_of_five_inputs_is_shipped():
    """Ten gates, of which no search lists all; the circuit is evaluated here."""
    task = parse_task("tt:5:9F767C45")
    found = enumerate_minima(task, first=1)
    assert (found.size, found.circuits, found.complete, found.is_shipped) == (10, 1, False, True)
    assert found[0].size == 10
    assert task.solved_by(found[0])
    assert not enumerate_minima(task, first=1, at_most=9).solvable
    # More than one is searched for.
    two = enumerate_minima("tt:5:96696996", first=2, effort=Effort(workers=1))
    assert (two.circuits, two.is_shipped) == (2, False)


def test_a_search_that_starts_far_up_knows_what_ships():
    """The class of 12 gates: sizes to 9 are ruled out by what ships, and the budget ends in 10."""
    stopped = Interruption()
    task, effort = (
        parse_task("tt:5:169AE443"),
        Effort(workers=1, shipped=True, interruption=stopped),
    )
    search, _ = planner.planned(task, basis_named("b2"), "size", effort, first=1)
    engine = search.engine
    assert isinstance(engine, planner._Planned)
    assert all(not engine.circuits(cost, None, 1) for cost in range(10))
    stopped.end()
    with pytest.raises(BudgetEnded):
        engine.circuits(10, None, 1)
    assert engine.best is not None
    assert engine.best.size == 12
