"""Circuits as sympy expressions and networkx graphs: the same functions, the same gates."""

import random

import networkx
import pytest
import sympy

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_named, operator_of
from mesacircuits.circuits.truthtable import input_bits, input_name


def random_circuit(seed: int) -> Circuit:
    rng = random.Random(seed)
    inputs, size = rng.randint(0 if seed % 7 == 0 else 1, 4), rng.randint(0, 7)
    gates: list[Gate] = []
    for i in range(size if inputs else 0):
        arity = rng.choice((1, 2, 2, 2, 3, 4))
        operator = operator_of(arity, rng.randrange(1 << (1 << arity)))
        gates.append(Gate(operator.name, tuple(rng.randrange(inputs + i) for _ in range(arity))))
    outputs = tuple(
        Output(rng.randrange(CONSTANT, inputs + len(gates)), rng.random() < 0.5)
        for _ in range(rng.randint(1, 3))
    )
    return Circuit(inputs, tuple(gates), outputs)


def value(expression: sympy.Basic, inputs: int, x: int) -> int:
    names = {sympy.Symbol(input_name(i)): bool(x >> i & 1) for i in range(inputs)}
    result = expression.subs(names)
    assert result in (sympy.true, sympy.false)
    return int(result == sympy.true)


@pytest.mark.parametrize("seed", range(40))
def test_sympy_agrees_with_the_truth_table_on_all_inputs(seed: int) -> None:
    circuit = random_circuit(seed)
    expressions = circuit.to_sympy()
    for expression, table in zip(expressions, circuit.tables(), strict=True):
        for x in range(1 << circuit.inputs):
            assert value(expression, circuit.inputs, x) == table(x)


@pytest.mark.parametrize("table", range(16))
def test_sympy_knows_every_two_input_operator(table: int) -> None:
    circuit = Circuit(2, (Gate(operator_of(2, table).name, (1, 0)),), (Output(2),))
    (expression,) = circuit.to_sympy()
    assert [value(expression, 2, x) for x in range(4)] == [circuit(x)[0] for x in range(4)]


def test_sympy_of_constants_and_of_an_exclusive_or() -> None:
    a, b = sympy.symbols("a b")
    circuit = Circuit.parse(2, "g1 = a ^ b; out = 0, 1, ~g1")
    assert circuit.to_sympy() == (sympy.false, sympy.true, sympy.Not(sympy.Xor(a, b)))


def tables_of(graph: networkx.MultiDiGraph, inputs: int) -> dict[str, int]:
    """Evaluate a circuit's graph from its attributes alone."""
    mask = (1 << (1 << inputs)) - 1
    bits: dict[str, int] = {}
    for name in networkx.lexicographical_topological_sort(graph):
        node = graph.nodes[name]
        edges = sorted(graph.in_edges(name, data=True), key=lambda edge: edge[2]["operand"])
        assert [data["operand"] for _, _, data in edges] == list(range(len(edges)))
        if node["kind"] == "input":
            bits[name] = input_bits(inputs, node["wire"])
        elif node["kind"] == "constant":
            bits[name] = 0
        elif node["kind"] == "gate":
            operands = tuple(bits[source] for source, _, _ in edges)
            bits[name] = operator_named(node["operator"]).apply(operands, mask)
        else:
            (source, _, data) = edges[0]
            bits[name] = bits[source] ^ (mask if data["inverted"] else 0)
    return bits


@pytest.mark.parametrize("seed", range(40))
def test_the_graph_computes_the_same_tables(seed: int) -> None:
    circuit = random_circuit(seed)
    graph = circuit.to_networkx()
    bits = tables_of(graph, circuit.inputs)
    names = (
        ["out"] if len(circuit.outputs) == 1 else [f"out{i}" for i in range(len(circuit.outputs))]
    )
    assert tuple(bits[name] for name in names) == circuit.output_bits()
    for wire, depth in enumerate(circuit.depths):
        assert graph.nodes[circuit.wire_name(wire)]["depth"] == depth


def test_a_wire_read_twice_has_two_edges() -> None:
    graph = Circuit.parse(1, "g1 = a ^ a; out = g1, 1").to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert sorted(data["operand"] for data in graph.get_edge_data("a", "g1").values()) == [0, 1]
    assert graph.nodes["g1"] == {
        "kind": "gate", "name": "g1", "operator": "xor", "depth": 1, "wire": 1,
    }  # fmt: skip
    assert graph.nodes["0"]["kind"] == "constant"
    assert graph.get_edge_data("0", "out1")[0] == {"operand": 0, "inverted": True}


@pytest.mark.parametrize("form", ["graphml", "gexf", "gml"])
def test_formats_of_graphs_hold_a_circuit(form, tmp_path):
    circuit = Circuit.parse(2, "g1 = a & ~b; out = ~g1, 0")
    graph, path = circuit.to_networkx(), tmp_path / f"circuit.{form}"
    getattr(networkx, f"write_{form}")(graph, path)
    again = getattr(networkx, f"read_{form}")(path)
    assert len(again) == len(graph)
    assert again.number_of_edges() == graph.number_of_edges()
    operators = sorted(o for _, o in again.nodes(data="operator") if o)
    assert operators == ["butnot"]
