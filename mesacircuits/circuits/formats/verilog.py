"""Structural Verilog: one module, one continuous assignment for each gate."""

from __future__ import annotations

import re

from mesacircuits.circuits.bases import Operator
from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.netlist import (
    CircuitFormat,
    NameRules,
    Signals,
    comment_before,
    replaced_notes,
)

__all__ = ["FORMATS", "write_verilog"]


_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
#: The words of IEEE 1364-2005 (annex B).
_KEYWORD = re.compile(
    r"""(?x)
    always|and|assign|automatic|begin|buf|bufif0|bufif1|case|casex|casez|cell|
    cmos|config|deassign|default|defparam|design|disable|edge|else|end|endcase|
    endconfig|endfunction|endgenerate|endmodule|endprimitive|endspecify|endtable|
    endtask|event|for|force|forever|fork|function|generate|genvar|highz0|highz1|
    if|ifnone|incdir|include|initial|inout|input|instance|integer|join|large|
    liblist|library|localparam|macromodule|medium|module|nand|negedge|nmos|nor|
    noshowcancelled|not|notif0|notif1|or|output|parameter|pmos|posedge|primitive|
    pull0|pull1|pulldown|pullup|pulsestyle_onevent|pulsestyle_ondetect|rcmos|real|
    realtime|reg|release|repeat|rnmos|rpmos|rtran|rtranif0|rtranif1|scalared|
    showcancelled|signed|small|specify|specparam|strong0|strong1|supply0|supply1|
    table|task|time|tran|tranif0|tranif1|tri|tri0|tri1|triand|trior|trireg|
    unsigned|use|vectored|wait|wand|weak0|weak1|while|wire|wor|xnor|xor
    """
)


def _identifier(name: str) -> str:
    # What is no simple identifier is an escaped one, which a space ends (IEEE 1364-2005, 3.7.1).
    simple = _IDENTIFIER.fullmatch(name) and not _KEYWORD.fullmatch(name)
    return name if simple else f"\\{name} "


_RULES = NameRules("Verilog", r"\s\x80-\U0010ffff", written=_identifier, apart=True)


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

    Inputs and outputs keep their names, as escaped identifiers where these are no simple ones;
    without names they are called a, b, ... and `out` (or `out0`, `out1`, ...). Gates are g1, g2.
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
    signals = Signals(circuit, _RULES)
    outputs = signals.output_names
    lines = [f"module circuit({', '.join([*signals.inputs, *outputs])});"]
    lines += [f"  input {', '.join(signals.inputs)};"] if signals.inputs else []
    lines.append(f"  output {', '.join(outputs)};")
    zeros = [signals.zero] if signals.zero else []
    wires = [*zeros, *(name for name, _, _ in signals.gates)]
    lines += [f"  wire {', '.join(wires)};"] if wires else []
    lines += [f"  assign {zero} = 1'b0;" for zero in zeros]
    for name, operator, operands in signals.gates:
        lines.append(f"  assign {name} = {_expression(operator, operands)};")
    for name, source, inverted in signals.outputs:
        driver = "~" * inverted + source if source else f"1'b{int(inverted)}"
        lines.append(f"  assign {name} = {driver};")
    return "\n".join([*lines, "endmodule"]) + "\n"


def _notes(circuit: Circuit) -> tuple[str, ...]:
    return replaced_notes(circuit, _RULES)


FORMATS = (
    CircuitFormat(
        "v", "structural Verilog", write_verilog, notes=_notes, commented=comment_before("//")
    ),
)
