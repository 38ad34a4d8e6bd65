"""Structural Verilog: one module, one continuous assignment for each gate."""

from __future__ import annotations

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.formats.signal_names import ZERO, signal_name
from mesacircuits.circuits.operators import Operator, operator_named

__all__ = ["write_verilog"]


def _expression(operator: Operator, operands: list[str]) -> str:
    # The minterms' sum, where the operator has no form that Verilog shares.
    form = operator.form
    if "maj" not in form and "?" not in form and "(" not in form.removeprefix("~("):
        return form.format(*operands)
    terms = []
    for row in range(1 << operator.arity):
        if operator.table >> row & 1:
            literals = (w if row >> i & 1 else f"~{w}" for i, w in enumerate(operands))
            terms.append(f"({' & '.join(literals)})")
    return " | ".join(terms) or "1'b0"


def write_verilog(circuit: Circuit) -> str:
    """Return a circuit as a Verilog module that assigns each gate and each output.

    Inputs are called a, b, ..., gates g1, g2, ... and outputs `out` (or `out0`, `out1`, ...).
    Majority and multiplexer gates are written as sums of products.

    >>> print(write_verilog(Circuit.parse(2, "g1 = a & ~b; out = ~g1")), end="")
    module circuit(a, b, out);
      input a, b;
      output out;
      wire g1;
      assign g1 = a & ~b;
      assign out = ~g1;
    endmodule
    """
    inputs = [circuit.wire_name(i) for i in range(circuit.inputs)]
    outputs = circuit.output_names
    gates = [circuit.wire_name(circuit.inputs + i) for i in range(circuit.size)]
    reads_zero = any(CONSTANT in gate.operands for gate in circuit.gates)
    lines = [f"module circuit({', '.join([*inputs, *outputs])});"]
    lines += [f"  input {', '.join(inputs)};"] if inputs else []
    lines.append(f"  output {', '.join(outputs)};")
    wires = [ZERO] * reads_zero + gates
    lines += [f"  wire {', '.join(wires)};"] if wires else []
    lines += [f"  assign {ZERO} = 1'b0;"] if reads_zero else []
    for name, gate in zip(gates, circuit.gates, strict=True):
        operands = [signal_name(circuit, wire) for wire in gate.operands]
        lines.append(f"  assign {name} = {_expression(operator_named(gate.operator), operands)};")
    for name, output in zip(outputs, circuit.outputs, strict=True):
        if output.wire == CONSTANT:
            source = f"1'b{int(output.inverted)}"
        else:
            source = ("~" if output.inverted else "") + circuit.wire_name(output.wire)
        lines.append(f"  assign {name} = {source};")
    return "\n".join([*lines, "endmodule"]) + "\n"
