"""Circuits as objects of other libraries: sympy expressions and networkx graphs."""

from __future__ import annotations

from typing import Any

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.operators import Operator, operator_named
from mesacircuits.circuits.truthtable import input_name

__all__ = ["to_networkx", "to_sympy"]


def to_sympy(circuit: Circuit) -> tuple[Any, ...]:
    """Return one sympy Boolean expression for each output, in the symbols a, b, c, ...

    Gates are written out at each place that reads them, and sympy's own evaluation may merge or
    cancel some, so the expressions have the circuit's meaning and not always its gates.

    >>> to_sympy(Circuit.parse(3, "g1 = a & ~b; g2 = g1 | c; out = g2, ~g1, 1"))
    (c | (a & ~b), ~(a & ~b), True)
    """
    from sympy import Symbol
    from sympy.logic.boolalg import Not, false

    wires: dict[int, Any] = {CONSTANT: false}
    wires |= {i: Symbol(input_name(i)) for i in range(circuit.inputs)}
    for i, gate in enumerate(circuit.gates):
        operands = [wires[wire] for wire in gate.operands]
        wires[circuit.inputs + i] = _applied(operator_named(gate.operator), operands)
    return tuple(Not(wires[o.wire]) if o.inverted else wires[o.wire] for o in circuit.outputs)


def _applied(operator: Operator, operands: list[Any]) -> Any:
    """Return the operator applied to sympy expressions; one without a name as an OR of ANDs."""
    from sympy.logic.boolalg import And, Not, Or, Xor

    p, q = operands[0], operands[-1]
    if operator.arity == 2:
        parity = {0x6: Xor(p, q), 0x9: Not(Xor(p, q))}
        clauses = {0xE: Or(p, q), 0x7: Not(And(p, q)), 0x1: Not(Or(p, q))}
        named = parity | clauses
        if operator.table in named:
            return named[operator.table]
    rows = [row for row in range(1 << operator.arity) if operator.table >> row & 1]
    return Or(
        *(And(*(x if row >> i & 1 else Not(x) for i, x in enumerate(operands))) for row in rows)
    )


def to_networkx(circuit: Circuit) -> Any:
    """Return the circuit as a `networkx.MultiDiGraph`, edges from each wire to what reads it.

    Nodes are called as in the circuit's text: `a`, `g1`, `out` (`out0`, `out1`, ... if several),
    and `0` if something reads the constant. A node's attributes are

    - `kind`: `input`, `gate`, `output` or `constant`;
    - `name`: what it is called;
    - `operator`: the operator of a gate, which other nodes lack, as formats such as GraphML know
      no None;
    - `depth`: the depth of the wire, for an output that of the wire it reads;
    - `wire`: the number of the wire, for an output that of the wire it reads.

    An edge's are `operand`, the place from 0 among the reader's operands, and `inverted`, whether
    an output reads the wire inverted (False on edges into gates, whose operators tell).

    >>> graph = to_networkx(Circuit.parse(2, "g1 = a & ~b; out = ~g1"))
    >>> list(graph.edges(data="operand"))
    [('a', 'g1', 0), ('b', 'g1', 1), ('g1', 'out', 0)]
    """
    import networkx

    graph = networkx.MultiDiGraph()

    def add(name: str, kind: str, wire: int, operator: str | None = None) -> None:
        depth = 0 if wire == CONSTANT else circuit.depths[wire]
        graph.add_node(name, kind=kind, name=name, depth=depth, wire=wire)
        if operator is not None:
            graph.nodes[name]["operator"] = operator

    for i in range(circuit.inputs):
        add(circuit.wire_name(i), "input", i)
    read = {w for gate in circuit.gates for w in gate.operands} | {o.wire for o in circuit.outputs}
    if CONSTANT in read:
        add(circuit.wire_name(CONSTANT), "constant", CONSTANT)
    for i, gate in enumerate(circuit.gates):
        wire = circuit.inputs + i
        add(circuit.wire_name(wire), "gate", wire, gate.operator)
        for place, operand in enumerate(gate.operands):
            source = circuit.wire_name(operand)
            graph.add_edge(source, circuit.wire_name(wire), operand=place, inverted=False)
    for i, output in enumerate(circuit.outputs):
        name = "out" if len(circuit.outputs) == 1 else f"out{i}"
        add(name, "output", output.wire)
        source = circuit.wire_name(output.wire)
        graph.add_edge(source, name, operand=0, inverted=output.inverted)
    return graph
