"""Structural Verilog: one module, one continuous assignment for each gate."""

from __future__ import annotations

from mesacircuits.circuits.bases import Operator
from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.netlist import ZERO, CircuitFormat, Signals, comment_before

__all__ = ["FORMATS", "write_verilog"]


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
    signals = Signals(circuit)
    outputs = [name for name, _, _ in signals.outputs]
    lines = [f"module circuit({', '.join([*signals.inputs, *outputs])});"]
    lines += [f"  input {', '.join(signals.inputs)};"] if signals.inputs else []
    lines.append(f"  output {', '.join(outputs)};")
    wires = [ZERO] * signals.zero + [name for name, _, _ in signals.gates]
    lines += [f"  wire {', '.join(wires)};"] if wires else []
    lines += [f"  assign {ZERO} = 1'b0;"] * signals.zero
    for name, operator, operands in signals.gates:
        lines.append(f"  assign {name} = {_expression(operator, operands)};")
    for name, source, inverted in signals.outputs:
        driver = "~" * inverted + source if source else f"1'b{int(inverted)}"
        lines.append(f"  assign {name} = {driver};")
    return "\n".join([*lines, "endmodule"]) + "\n"


FORMATS = (CircuitFormat("v", "structural Verilog", write_verilog, commented=comment_before("//")),)
