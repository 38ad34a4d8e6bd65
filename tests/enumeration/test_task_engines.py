"""The exhaustive engines against each other and against SAT: the same minima, under every order."""

import pytest
from form_cases import closed_bases, cost_of, function, tasks
from form_twin import circuits_for_task
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import AIG, B2, BASES, TruthTable, basis_named
from mesacircuits.enumeration import ORDERS, Effort, enumerate_minima, planner
from mesacircuits.enumeration.engines import FunctionEngine, TaskEngine, circuits_without_gates
from mesacircuits.enumeration.reach import is_solvable, least_depth
from mesacircuits.tasks import FunctionTask, RelationTask, parse_task
from mesacircuits.testing import circuits

ONE = Effort(workers=1)


def both(task, basis, order, **asked):
    first = enumerate_minima(task, basis, order, ONE, engine="exhaustive", **asked)
    second = enumerate_minima(task, basis, order, ONE, engine="sat", **asked)
    assert first.plan.engine == "exhaustive"
    assert second.plan.engine == "sat"
    return first, second


def agree(task, basis, order, **asked):
    first, second = both(task, basis, order, **asked)
    assert first.minima == second.minima  # in the same order
    assert first == second
    for c in first.minima:
        assert c.canonical() == c
        assert c.is_reduced()
        assert task.solved_by(c)
        assert c.in_basis(basis)
    return first


def test_the_planner_changes_engines_and_says_so(monkeypatch):
    """The adder, as if exhaustion were slow: SAT for the last size, and the same minima."""
    adder = parse_task("tt:3:96,E8")
    whole = enumerate_minima(adder, "b2", "size", ONE)
    assert whole.plan.engine == "exhaustive"
    monkeypatch.setattr(planner, "_MOST_TRIED", {"orbits": 0, "outputs": 2_000})
    planned = enumerate_minima(adder, "b2", "size", ONE)
    assert planned.plan.engine == "exhaustive, then sat"
    assert "sat from cost 5 on" in str(planned.plan)
    assert planned.minima == whole.minima


@settings(max_examples=40)
@given(st.integers(0, 0xFF), st.sampled_from([B2, AIG]), st.none() | st.integers(0, 4))
def test_function_search_lists_what_task_search_lists(bits, basis, depth):
    """All circuits of a size that read no idle input."""
    table = TruthTable(3, bits)
    idle = {*range(3)} - {*table.support()}
    for size in range(5):
        fast = FunctionEngine(FunctionTask((table,)), basis, ONE).circuits(size, depth)
        slow = TaskEngine(function(3, bits), basis, ONE).circuits(size, depth)
        reads = [{w for g in c.gates for w in g.operands} for c in slow]
        assert fast == tuple(c for c, r in zip(slow, reads, strict=True) if not r & idle)


@st.composite
def solvable(draw):
    """A basis, and a task that some circuit of few gates solves."""
    if draw(st.booleans()):
        basis = draw(st.sampled_from(sorted(BASES)).map(BASES.get))
    else:
        basis = draw(closed_bases(most_forms=12))
    inputs = draw(st.integers(1, 3))
    outputs = draw(st.integers(1, 3 if inputs < 3 else 2))
    most = 2 if len(basis.forms) > 8 else 3
    circuit = draw(circuits(inputs, basis, max_gates=most, outputs=outputs, reduced=True))
    tables, full = circuit.output_bits(), (1 << (1 << inputs)) - 1
    if draw(st.booleans()):
        support = draw(st.none() | st.integers(1, full))
        return basis, function(inputs, *tables, support=support)
    words = st.sets(st.integers(0, (1 << outputs) - 1), max_size=2)
    accept = [
        {sum((table >> x & 1) << i for i, table in enumerate(tables))} | draw(words)
        for x in range(1 << inputs)
    ]
    return basis, RelationTask(inputs, outputs, tuple(map(tuple, accept)))


@settings(max_examples=60)
@given(
    solvable(), st.sampled_from(["size", "depth-size", "size-depth", "depth", "pareto"]), st.data()
)
def test_both_engines_find_the_same_minima(drawn, order, data):
    basis, task = drawn
    asked = {}
    if order == "depth":
        asked["cap"] = data.draw(st.integers(0, 3))
    elif order != "pareto":
        asked["within"] = data.draw(st.integers(0, 1 if len(basis.forms) > 8 else 2))
    agree(task, basis, order, **asked)


@given(closed_bases(), st.data())
def test_what_is_not_solvable_is_said_to_be_so(basis, data):
    task = data.draw(st.integers(1, 3).flatmap(tasks))
    if not is_solvable(task, basis):
        for order in ("size", "depth-size", "pareto"):
            found = enumerate_minima(task, basis, order, ONE)
            assert (found.solvable, found.minima, found.exhaustive) == (False, (), True)


@settings(max_examples=25)
@given(st.data())
def test_orders_against_all_circuits(data):
    """What each order asks for, of all circuits of cost up to 3 as plain enumeration lists them."""
    inputs = data.draw(st.integers(1, 2))
    basis = data.draw(st.sampled_from(["b2", "aig", "nand", "mig", "and-or-not"]).map(BASES.get))
    task = data.draw(tasks(inputs, 2))
    listed = [c for cost in range(4) for c in circuits_for_task(task, basis, cost)]
    if not listed:
        return
    points = {(cost_of(c, basis), c.depth) for c in listed}
    least = min(points)[0]
    flat_least = min(d for cost, d in points if cost == least)
    flattest = min(d for _, d in points)

    def check(order, wanted, **asked):
        found = enumerate_minima(task, basis, order, ONE, **asked)
        assert {*found.minima} == {c for c in listed if wanted(cost_of(c, basis), c.depth)}
        assert len({*found.minima}) == found.circuits

    check("size", lambda cost, d: cost == least)
    check("depth", lambda cost, d: d == flattest, cap=3)
    check("size-depth", lambda cost, d: (cost, d) == (least, flat_least))
    if least < 3:
        check("size", lambda cost, d: cost <= least + 1, within=1)
        check("size-depth", lambda cost, d: cost <= least + 1 and d <= flat_least, within=1)
    if flattest == least_depth(task, basis):
        cheapest = min(cost for cost, d in points if d == flattest)
        check("depth-size", lambda cost, d: (cost, d) == (cheapest, flattest))
        front = {
            p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)
        }
        check("pareto", lambda cost, d: (cost, d) in front)


ADDER = "expr:a ^ b ^ c, (a & b) | (c & (a ^ b))"


@pytest.mark.parametrize("order", ["size", "depth-size", "size-depth", "pareto"])
def test_the_full_adder(order):
    agree(parse_task(ADDER), B2, order)


def test_every_order_is_covered():
    assert {*ORDERS} == {"size", "depth-size", "size-depth", "depth", "pareto", "formula"}


GATELESS = [
    *("tt:2:A", "tt:2:5", "tt:2:0", "tt:3:FF", "tt:3:E8", "tt:3:96@0F", "tt:2:A,5,0", "tt:1:1,2"),
    *("relation:1:1:3,2", "relation:2:1:3,3,3,3", "relation:2:2:F,6,9,3", "argmax", "ranking"),
]


@pytest.mark.parametrize("basis", ["b2", "nand", "monotone", "mig", "mux", "and=1,xor=3"])
def test_circuits_without_gates_are_those_that_the_twin_lists(basis):
    """The answer for cost 0, which no kernel is asked for."""
    chosen, met = basis_named(basis), set()
    for text in GATELESS:
        task = parse_task(text).plain()
        found = circuits_without_gates(task, chosen)
        assert {*found} == {*circuits_for_task(task, chosen, 0)}
        assert len({*found}) == len(found)
        assert found == TaskEngine(task, chosen, Effort()).circuits(0, None)
        met.add(len(found))
    assert len(met) > 2
