"""Whether minima read idle inputs: what is claimed of a basis, against all its minima."""

import pytest
from form_cases import closed_bases
from hypothesis import assume, given, settings, strategies as st

from mesacircuits.circuits import BASES, Basis, TruthTable
from mesacircuits.circuits.bases import operator_of
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.engines import TaskEngine
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.enumeration.symmetry import classes_of, support_is_enough
from mesacircuits.tasks import FunctionTask, parse_task

ONE = Effort(workers=1)
CLAIMED = {
    "b2": True,
    "aig": True,
    "nand": True,
    "nor": True,
    "and-or-not": True,
    "monotone": True,
    "mig": False,
    "xmg": False,
    "mux": False,
}


def idle_reads(table, minima):
    """The minima that read an input which the function does not depend on."""
    idle = {*range(table.inputs)} - {*table.support()}
    return [c for c in minima if any(idle & {*gate.operands} for gate in c.gates)]


def functions_with_idle_inputs(inputs, basis):
    for bits in classes_of(inputs, basis).representatives.tolist():
        table = TruthTable(inputs, bits)
        if len(table.support()) < inputs:
            yield table


@pytest.mark.parametrize("name", CLAIMED)
def test_claims(name):
    assert support_is_enough(BASES[name]) == CLAIMED[name]


@pytest.mark.parametrize("order", ["size", "depth-size", "pareto"])
@pytest.mark.parametrize("name", [name for name in CLAIMED if CLAIMED[name]])
def test_no_minimum_of_three_inputs_reads_an_idle_one(name, order):
    """By the engine that lists circuits whatever they read."""
    basis = BASES[name]
    for table in functions_with_idle_inputs(3, basis):
        if is_solvable(FunctionTask((table,)), basis):
            # `within` asks for that engine, where there is a choice.
            within = int(order != "pareto" and name in ("b2", "aig"))
            found = enumerate_minima(table, basis, order, ONE, within=within)
            minima = [c for c in found.minima if c.size == found.size or order == "pareto"]
            assert minima
            assert idle_reads(table, minima) == []


def test_a_minimum_that_reads_an_idle_input():
    """NAND gates that read no wire twice invert a only with the help of another wire."""
    alone = Basis.closed("alone", {"nand": 1}, free_inverters=False)
    assert not support_is_enough(alone)
    found = enumerate_minima(parse_task("expr:2:~a"), alone, "size", ONE)
    assert [str(c) for c in found.minima] == [
        "g1 = ~(a & b); g2 = ~(b & g1); g3 = ~(a & g2); out = g3"
    ]
    assert not enumerate_minima(parse_task("expr:1:~a"), alone, "size", ONE).solvable


def test_gates_with_free_inverters_stay_normal():
    """(a | b) & ~c becomes ~c where a is 1: no gate over functions that are 0 at 0 does."""
    operators = [operator_of(3, table) for table in (0x0E, 0x32, 0x54)]
    basis = Basis("drawn", tuple(operators), True, constants=True)
    assert not support_is_enough(basis)
    table = TruthTable(3, 0x3F)
    assert idle_reads(table, enumerate_minima(table, basis, "size", ONE).minima)


@settings(max_examples=60)
@given(closed_bases(most_forms=10), st.integers(2, 3), st.data())
def test_claims_about_bases_of_ones_own(basis, inputs, data):
    check(basis, inputs, data.draw(st.sampled_from(["size", "depth-size"])))


@st.composite
def plain_bases(draw):
    """Bases with free inverters that need not be closed under inverting operands."""
    tables = draw(st.lists(st.integers(1, 127), min_size=1, max_size=2))
    operators = {operator_of(3, 2 * table) for table in tables}
    operators |= {operator_of(2, table) for table in draw(st.sets(st.sampled_from([2, 6, 8, 14])))}
    orders = {
        2: [(0, 1), (1, 0)],
        3: [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0), (2, 0, 1)],
    }
    closed = {o.permuted(order) for o in operators for order in orders[o.arity]}
    basis = Basis(
        "drawn",
        tuple(closed),
        True,
        constants=draw(st.booleans()),
        repeats=draw(st.booleans()),
    )
    assume(0 < len(basis.forms) <= 14)
    return basis


@settings(max_examples=60)
@given(plain_bases(), st.integers(2, 3))
def test_claims_about_bases_that_do_not_invert_operands(basis, inputs):
    check(basis, inputs, "size")


def check(basis, inputs, order):
    if not support_is_enough(basis):
        return
    for table in functions_with_idle_inputs(inputs, basis):
        task = FunctionTask((table,))
        if not is_solvable(task, basis):
            continue
        search = TaskEngine(task, basis, ONE)
        if order == "depth-size" and any(search.circuits(cost, None) for cost in range(5)):
            found = enumerate_minima(table, basis, order, ONE).minima
        else:
            listed = (search.circuits(cost, None) for cost in range(5))
            found = next((circuits for circuits in listed if circuits), ())
        assert idle_reads(table, found) == []
