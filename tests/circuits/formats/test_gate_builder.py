"""Gates of wires and their inverses: inversions go into operators, wide functions into trees."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import operator_of
from mesacircuits.circuits.circuit import FALSE, GateBuilder
from mesacircuits.circuits.formats.aiger import AndGates

literals = st.builds(Output, st.integers(CONSTANT, 3), st.booleans())


def value(literal, x):
    return (literal.wire != CONSTANT and x >> literal.wire & 1) ^ literal.inverted


def row(operands, x):
    return sum(value(literal, x) << i for i, literal in enumerate(operands))


def outputs(build, literal):
    return [build.circuit([literal])(x)[0] for x in range(16)]


@given(st.lists(literals, min_size=1, max_size=4), st.data())
def test_inversions_go_into_the_operator(operands, data):
    table = data.draw(st.integers(0, (1 << (1 << len(operands))) - 1))
    build = GateBuilder(4)
    made = build.gate(table, operands)
    assert not made.inverted
    assert len(build.gates) == 1
    assert outputs(build, made) == [table >> row(operands, x) & 1 for x in range(16)]


@given(st.lists(literals, max_size=9))
def test_trees(operands):
    for name, fold in [
        ("and", all),
        ("or", any),
        ("xor", lambda v: sum(v) % 2),
    ]:
        build = GateBuilder(4)
        made = build.tree(name, operands)
        assert outputs(build, made) == [fold([value(p, x) for p in operands]) for x in range(16)]
        assert len(build.gates) == max(0, len(operands) - 1)
        assert all(len(gate.operands) == 2 for gate in build.gates)
        circuit = build.circuit([made])
        assert circuit.depth <= max(0, (len(operands) - 1).bit_length())


@given(st.lists(literals, min_size=5, max_size=7), st.data())
def test_wide_lookups(operands, data):
    bits = st.integers(0, (1 << (1 << len(operands))) - 1)
    constants = st.sampled_from([0, (1 << (1 << len(operands))) - 1])
    periods = st.integers(1, 4).map(lambda i: 1 << i)
    periodic = st.builds(
        lambda p, b: sum((b >> (x // p) % 2 & 1) << x for x in range(1 << len(operands))),
        periods,
        st.integers(0, 3),
    )
    halves = st.builds(lambda t, s: t << s, st.integers(0, 0xFFFF), st.sampled_from([0, 16]))
    table = data.draw(bits | constants | periodic | halves)
    build = GateBuilder(4)
    made = build.lookup(table, operands)
    assert outputs(build, made) == [table >> row(operands, x) & 1 for x in range(16)]


def test_equal_parts_of_a_lookup_are_shared():
    build = GateBuilder(6)
    parity = TruthTable.of(6, lambda x: x.bit_count() % 2)
    build.lookup(parity.bits, build.inputs)
    # Two parities of four inputs, and multiplexers over them.
    assert len(build.gates) == 5


def test_inverters_of_inverses_take_no_gate():
    build = GateBuilder(1)
    (a,) = build.inputs
    assert build.inverter(~a) == a
    assert build.inverter(~FALSE) == FALSE
    assert not build.gates
    build.inverter(a)
    assert [gate.operator for gate in build.gates] == ["not"]


@pytest.mark.parametrize("arity", [1, 2, 3])
def test_all_operators_as_and_gates(arity):
    for table in range(1 << (1 << arity)):
        check_and_gates(arity, table)


@given(st.integers(0, 0xFFFF))
def test_operators_of_four_operands_as_and_gates(table):
    check_and_gates(4, table)


def check_and_gates(arity, table):
    gate = Gate(operator_of(arity, table).name, tuple(range(arity)))
    graph = AndGates(Circuit(arity, (gate,), (Output(arity),)))
    for x in range(1 << arity):
        values = [0, *(x >> i & 1 for i in range(arity))]
        for left, right in graph.gates:
            assert right <= left < 2 * len(values)
            values.append((values[left >> 1] ^ left & 1) & (values[right >> 1] ^ right & 1))
        (output,) = graph.outputs
        assert values[output >> 1] ^ output & 1 == table >> x & 1


@pytest.mark.parametrize(
    ("text", "ands"),
    [
        ("tt:1:1(a)", 0),
        ("tt:1:2(a)", 0),
        ("tt:2:F(a, b)", 0),
        ("a ^ b", 3),
        ("~(a | b)", 1),
        ("maj(a, b, c)", 4),
        ("a ? b : c", 3),
        ("tt:3:96(a, b, c)", 6),
        ("tt:4:8000(a, b, c, d)", 3),
        ("tt:4:7FFF(a, b, c, d)", 3),
    ],
)
def test_how_many_ands_an_operator_takes(text, ands):
    assert len(AndGates(Circuit.parse(4, f"g1 = {text}; out = g1")).gates) == ands
