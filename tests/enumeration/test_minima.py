"""All minima of one function: against brute force, the census, symmetry, and the SAT engine."""

from collections import Counter
from functools import cache
from itertools import combinations
from math import prod

import pytest
from chain_twin import circuit_of_chain, circuits_by_brute_force, extend_chains_plainly
from hypothesis import assume, example, given, settings, strategies as st

from mesacircuits.circuits import (
    AIG,
    B2,
    CONSTANT,
    Circuit,
    Output,
    TruthTable,
    basis_named,
    npn_classes,
)
from mesacircuits.data import published
from mesacircuits.enumeration import Effort, Minima, census, enumerate_minima
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import circuits, npn_transforms, truth_tables

ORDERS = ["size", "depth-size"]
BASES = st.sampled_from([B2, AIG])
both_bases = pytest.mark.parametrize("basis", [B2, AIG], ids=str)
both_orders = pytest.mark.parametrize("order", ORDERS)
three_inputs = [c.representative for c in npn_classes(3)]
census_of = cache(census)


def keys_of(circuit):
    """Return the gates' keys; `b2` orders the operators of `aig` as `aig` does."""
    return [(*gate.operands[::-1], B2.index(gate.operator)) for gate in circuit.gates]


def check(result, table, basis, order):
    """Everything that holds of each result by itself."""
    assert result.exhaustive
    assert (result.basis, result.order) == (basis.name, order)
    assert result.task == FunctionTask((table,))
    assert len(set(result.minima)) == len(result.minima) == result.circuits > 0
    for circuit in result.minima:
        assert circuit.tables() == (table,)
        assert circuit.is_reduced()
        assert circuit.in_basis(basis)
        assert circuit.canonical() == circuit
        assert circuit.size == result.size == result.exhausted_size
    depths = {circuit.depth for circuit in result.minima}
    assert result.depth == min(depths)
    assert order == "size" or len(depths) == 1
    keys = [keys_of(circuit) for circuit in result.minima]
    assert keys == sorted(keys)
    bits = [frozenset(wiring_of(circuit)) for circuit in result.minima]
    assert result.wirings == len(set(bits))


def wiring_of(circuit):
    bits = circuit.wire_bits()
    for place, gate in enumerate(circuit.gates):
        yield bits[circuit.inputs + place], frozenset(bits[wire] for wire in gate.operands)


# -- against plain lists ----------------------------------------------------------------------


@cache
def plain_circuits(inputs, basis, size):
    """Return every reduced circuit that reads all inputs, by function: from the kernel's twin."""
    listed = {}
    gates = [tuple(gate) for gate in symmetry_of(inputs, basis).gates[:, 1:].tolist()]
    for count in range(1, size + 1):
        for first in combinations(gates, count):
            everything = range(1 << (1 << inputs))
            for chain, bits in extend_chains_plainly(inputs, basis, first, size, 40, everything):
                listed.setdefault(bits, []).append(circuit_of_chain(basis, inputs, chain))
    return listed


@both_bases
@both_orders
@pytest.mark.parametrize("table", three_inputs, ids=lambda table: table.hex)
def test_class_representatives_of_three_inputs(table, order, basis):
    result = enumerate_minima(table, basis, order)
    check(result, table, basis, order)
    (known,) = (c for c in census_of(3, basis.name, order).classes if c.representative == table)
    assert (result.size, result.circuits, result.wirings) == (
        known.size,
        known.circuits,
        known.wirings,
    )
    assert known.depth in (None, result.depth)


@pytest.mark.parametrize("basis", [B2, pytest.param(AIG, marks=pytest.mark.slow)], ids=str)
@both_orders
def test_against_plain_lists_of_three_inputs(order, basis):
    """Each function that plain lists of at most four gates reach, with all its minima."""
    reached = Counter()
    for bits in range(2, 256, 2):
        table = TruthTable(3, bits)
        if len(table.support()) < 3:
            continue
        listed = [
            circuit
            for size in range(1, 5)
            for circuit in plain_circuits(3, basis, size).get(bits, [])
        ]
        result = enumerate_minima(table, basis, order)
        least_depth = min((c.depth for c in listed), default=None)
        if order == "depth-size":
            # A shallower circuit of more gates would not be on the lists.
            if result.size > 4:
                continue
            assert result.depth == least_depth
            listed = [circuit for circuit in listed if circuit.depth == least_depth]
        least = min((circuit.size for circuit in listed), default=5)
        if least == 5:
            assert result.size > 4
            continue
        assert set(result.minima) == {circuit for circuit in listed if circuit.size == least}
        reached[least] += 1
    assert set(reached) == {2, 3, 4}


@both_bases
def test_against_raw_brute_force_of_two_inputs(basis):
    listed = [circuits_by_brute_force(2, basis, size) for size in (1, 2, 3)]
    for bits in range(16):
        table = TruthTable(2, bits)
        result = enumerate_minima(table, basis)
        check(result, table, basis, "size")
        if len(table.support()) == 2:
            normal = bits ^ (15 if bits & 1 else 0)
            by_size = [{c.gates for c in found if c.output_bits() == (normal,)} for found in listed]
            least = next(found for found in by_size if found)
            assert {circuit.gates for circuit in result.minima} == least


@settings(max_examples=25)
@given(truth_tables(st.integers(0, 3)), BASES, st.sampled_from(ORDERS))
def test_what_holds_of_every_result(table, basis, order):
    check(enumerate_minima(table, basis, order), table, basis, order)


# -- known counts -----------------------------------------------------------------------------


@pytest.mark.parametrize("known", published().tasks, ids=lambda known: known.name)
def test_known_tasks(known):
    result = enumerate_minima(known.task, known.basis, known.order)
    assert (result.wirings, result.circuits) == (known.wirings, known.circuits)
    check(result, parse_task(known.task).tables[0], basis_named(known.basis), known.order)


@pytest.mark.parametrize("inputs", [2, 3, 4, 5, pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("operator", ["^", "&"])
def test_parities_and_conjunctions_are_joined_in_any_order(inputs, operator):
    """A minimum joins the inputs by a binary tree, and each of the (2n - 3)!! trees is one."""
    expression = f" {operator} ".join("abcdef"[:inputs])
    result = enumerate_minima(f"expr:{expression}")
    trees = prod(range(2 * inputs - 3, 0, -2))
    assert (result.size, result.circuits, result.wirings) == (inputs - 1, trees, trees)
    check(result, parse_task(f"expr:{expression}").tables[0], B2, "size")
    # Of least depth are the trees of height ceil(log2 n).
    height = (inputs - 1).bit_length()
    shallow = enumerate_minima(f"expr:{expression}", order="depth-size")
    assert set(shallow.minima) == {c for c in result.minima if c.depth == height}


def test_least_depth_may_cost_gates():
    text = "expr:a & (b | (c & (d | e)))"
    by_size, by_depth = (enumerate_minima(text, "aig", order) for order in ORDERS)
    assert (by_size.size, by_size.depth, by_size.circuits) == (4, 4, 1)
    assert (by_depth.size, by_depth.depth) == (5, 3)
    check(by_depth, parse_task(text).tables[0], AIG, "depth-size")


def test_majority_of_three_in_full():
    """One that is listed and one that is not; without XOR, those of the list that have none."""
    texts = {str(c) for c in enumerate_minima("tt:3:E8").minima}
    assert "g1 = a ^ b; g2 = a ^ c; g3 = g1 | g2; g4 = a ^ g3; out = g4" not in texts
    assert "g1 = a & b; g2 = a | b; g3 = c & g2; g4 = g1 | g3; out = g4" in texts
    assert len(texts) == 51
    without = {str(c) for c in enumerate_minima("tt:3:E8", "aig").minima}
    assert without == {text for text in texts if "^" not in text}


# -- symmetry ---------------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    circuits(4, basis=BASES, max_gates=6, reduced=True), npn_transforms(4), st.sampled_from(ORDERS)
)
def test_minima_are_carried_to_minima(circuit, transform, order):
    """The minima of a transformed function are the transformed minima, each once."""
    basis = B2 if any(gate.operator == "xor" for gate in circuit.gates) else AIG
    (table,) = circuit.tables()
    here = enumerate_minima(table, basis, order)
    there = enumerate_minima(transform(table), basis, order)
    assert here.size <= circuit.size or order == "depth-size"
    assert set(there.minima) == {transform.on_circuit(c) for c in here.minima}
    assert (here.circuits, here.wirings, here.size) == (there.circuits, there.wirings, there.size)


@given(truth_tables(3), BASES, st.sampled_from(ORDERS))
def test_an_inverted_function_has_the_same_gates(table, basis, order):
    plain, inverted = (enumerate_minima(t, basis, order) for t in (table, ~table))
    assert [c.gates for c in plain.minima] == [c.gates for c in inverted.minima]
    for c, d in zip(plain.minima, inverted.minima, strict=True):
        assert (c.outputs[0].wire, not c.outputs[0].inverted) == (
            d.outputs[0].wire,
            d.outputs[0].inverted,
        )


@settings(max_examples=40)
@given(
    truth_tables(st.integers(0, 3)), st.integers(0, 3), st.data(), BASES, st.sampled_from(ORDERS)
)
@example(TruthTable(2, 6), 3, None, B2, "size")
def test_irrelevant_inputs_are_not_read(core, more, data, basis, order):
    """With inputs that do not matter put in anywhere, the same circuits over other wires."""
    inputs = core.inputs + more
    places = [*range(more, inputs)]
    if data is not None:
        chosen = st.sets(st.integers(0, max(inputs - 1, 0)), min_size=core.inputs)
        places = sorted(data.draw(chosen))[: core.inputs] if core.inputs else []
    table = TruthTable.of(
        inputs, lambda x: core(sum((x >> place & 1) << i for i, place in enumerate(places)))
    )
    small, wide = enumerate_minima(core, basis, order), enumerate_minima(table, basis, order)
    check(wide, table, basis, order)
    assert (wide.circuits, wide.wirings, wide.size) == (small.circuits, small.wirings, small.size)
    wire = {CONSTANT: CONSTANT, **dict(enumerate(places))}
    wire |= {core.inputs + i: inputs + i for i in range(small.size)}
    for c, d in zip(small.minima, wide.minima, strict=True):
        assert [(g.operator, tuple(wire[w] for w in g.operands)) for g in c.gates] == [
            (g.operator, g.operands) for g in d.gates
        ]
        assert Output(wire[c.outputs[0].wire], c.outputs[0].inverted) == d.outputs[0]


@both_bases
@both_orders
@pytest.mark.parametrize("inputs", [1, 2, 6])
def test_constants_and_literals(inputs, order, basis):
    for value in (False, True):
        result = enumerate_minima(TruthTable.constant(inputs, value), basis, order)
        assert result.minima == (Circuit(inputs, (), (Output(CONSTANT, value),)),)
        assert (result.size, result.depth, result.circuits, result.wirings) == (0, 0, 1, 1)
    for wire in range(inputs):
        for inverted in (False, True):
            literal = TruthTable.of_input(inputs, wire)
            result = enumerate_minima(~literal if inverted else literal, basis, order)
            assert result.minima == (Circuit(inputs, (), (Output(wire, inverted),)),)
            assert (result.exhausted_size, result.exhaustive) == (0, True)


# -- the second engine ------------------------------------------------------------------------


@settings(max_examples=20)
@given(truth_tables(3), BASES, st.sampled_from(ORDERS))
def test_both_engines_list_the_same_circuits_of_three_inputs(table, basis, order):
    result = enumerate_minima(table, basis, order)
    assume(result.size <= 5)
    assert set(all_minima(FunctionTask((table,)), basis, order)) == set(result.minima)


@settings(max_examples=12)
@given(circuits(4, max_gates=5, reduced=True), BASES, st.sampled_from(ORDERS))
def test_both_engines_list_the_same_circuits_of_four_inputs(circuit, basis, order):
    result = enumerate_minima(circuit.tables()[0], basis, order)
    assume(result.size <= 5 and result.circuits <= 100)
    assert set(all_minima(result.task, basis, order)) == set(result.minima)


@pytest.mark.slow
@both_orders
@pytest.mark.parametrize("table", [c.representative for c in npn_classes(4)], ids=lambda t: t.hex)
def test_both_engines_on_the_classes_of_four_inputs(table, order):
    (known,) = (c for c in census_of(4, "b2", order).classes if c.representative == table)
    result = enumerate_minima(table, "b2", order)
    check(result, table, B2, order)
    assert (result.size, result.circuits, result.wirings) == (
        known.size,
        known.circuits,
        known.wirings,
    )
    # SAT proves sizes of 7 gates in minutes; here it is asked up to 6, and for short lists.
    if known.size <= 6 and known.circuits <= 500:
        assert set(all_minima(result.task, B2, order)) == set(result.minima)


# -- budgets, forms, errors -------------------------------------------------------------------


@both_orders
def test_a_budget_that_is_too_small(order):
    """Nothing is listed, and only the sizes that cannot join the inputs are claimed."""
    result = enumerate_minima("tt:4:1681", order=order, effort=Effort(seconds=1e-9))
    assert not result.exhaustive
    assert (result.minima, result.circuits, result.wirings) == ((), 0, 0)
    assert (result.size, result.depth) == (None, None)
    assert result.exhausted_size == 2
    least = " of least depth" if order == "depth-size" else ""
    assert f"not exhausted; no circuit{least} of at most 2 gates" in result.headline
    record = result.to_json()
    assert (record["exhaustive"], record["exhausted_size"], record["minima"]) == (False, 2, [])
    assert "not exhausted" in str(result)


def test_a_budget_that_ends_between_sizes(monkeypatch):
    """Sizes 3 and 4 are searched, then time is up: 4 is what was exhausted, of the 7 it takes."""
    from mesacircuits.enumeration import engines

    searched = []

    def listed(question, effort):
        if question.cost == 5:
            effort = Effort(seconds=1e-9)
        searched.append(question.cost)
        return unpatched(question, effort)

    unpatched = engines.listed
    monkeypatch.setattr(engines, "listed", listed)
    result = enumerate_minima("tt:4:1681")
    assert searched == [3, 4, 5]
    assert (result.exhaustive, result.exhausted_size, result.minima) == (False, 4, ())


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(workers):
    assert enumerate_minima("tt:4:1697", effort=Effort(workers=workers)) == enumerate_minima(
        "tt:4:1697"
    )


def test_carrying_back_a_few_circuits_at_a_time_changes_nothing(monkeypatch):
    from mesacircuits.enumeration import symmetry

    expected = enumerate_minima("tt:3:E8")
    monkeypatch.setattr(symmetry, "_EXPANDED_AT_ONCE", 1)
    assert enumerate_minima("tt:3:E8") == expected


def test_as_json_and_text():
    result = enumerate_minima("tt:3:CA")
    record = result.to_json()
    assert [Circuit.from_json(c) for c in record.pop("minima")] == [*result.minima]
    assert record == result.to_json(with_minima=False)
    assert record == {
        "task": "tt:3:CA",
        "basis": "b2",
        "order": "size",
        "size": 3,
        "depth": 2,
        "circuits": 6,
        "wirings": 4,
        "exhaustive": True,
        "exhausted_size": 3,
        "dags": 6,
        "solvable": True,
        "plan": {"engine": "exhaustive", "reason": "one set of first gates per orbit"},
    }
    assert str(result).startswith("tt:3:CA: 6 minimal circuits (4 wirings), size 3, depth 2\n")
    assert str(enumerate_minima("tt:3:E8")).endswith("and 39 more (--show all prints all)")
    assert "1 minimal circuit (1 wiring)" in str(enumerate_minima("tt:2:8"))


def test_a_task_may_be_given_in_three_ways():
    task = parse_task("tt:3:E8")
    expected = enumerate_minima(task)
    assert isinstance(expected, Minima)
    assert enumerate_minima("tt:3:E8", B2) == enumerate_minima(task.tables[0]) == expected


def test_tasks_that_are_not_taken():
    with pytest.raises(ArgumentError, match="task: expected at most 4 outputs, got 5 outputs"):
        enumerate_minima("tt:2:8,6,7,1,2")
    with pytest.raises(ArgumentError, match="basis: expected one that builds every function"):
        enumerate_minima("expr:a & b & c & d & e", "xor=1+free-inverters")


def test_unknown_names():
    with pytest.raises(ArgumentError, match=r"basis: expected one of .*, got agi \(did you mean"):
        enumerate_minima("tt:2:8", "agi")
    with pytest.raises(ArgumentError, match=r"order: expected one of size, .*, got breadth"):
        enumerate_minima("tt:2:8", order="breadth")
    with pytest.raises(ArgumentError, match="cap: expected a greatest size for the order depth"):
        enumerate_minima("tt:2:8", order="depth")
    with pytest.raises(ArgumentError, match="budget: expected a positive number of seconds"):
        enumerate_minima("tt:2:8", effort=Effort(seconds=0))
