"""BENCH, the netlist format of the ISCAS benchmarks, with the LUT lines of ABC.

Source: F. Brglez, D. Bryan and K. Kozminski, *Combinational profiles of sequential benchmark
circuits*, ISCAS 1989; lines `z = LUT 0x8 ( x, y )`, `z = vdd` and `z = gnd` as ABC writes them.
"""

from __future__ import annotations

import re

from mesacircuits.circuits.bases import Operator
from mesacircuits.circuits.circuit import MAX_FAN_IN, Circuit, GateBuilder, Output
from mesacircuits.circuits.formats.netlist import (
    ZERO,
    Build,
    CircuitFormat,
    Netlist,
    Signals,
    comment_before,
    lines_of,
)
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS

__all__ = ["FORMATS", "bench_notes", "read_bench", "write_bench"]

_NAME = r"[^\s(),=#]+"
_PORT = re.compile(rf"(INPUT|OUTPUT)\s*\(\s*({_NAME})\s*\)", re.IGNORECASE)
_TIED = re.compile(rf"({_NAME})\s*=\s*(vdd|gnd)(?:\s*\(\s*\))?", re.IGNORECASE)
_GATE = re.compile(rf"({_NAME})\s*=\s*([A-Za-z]\w*)(?:\s+(0[xX][0-9A-Fa-f]+))?\s*\(([^()]*)\)")
_OPERAND = re.compile(_NAME)

#: For each gate that takes any many operands: the function that it folds them by, and whether it
#: then inverts.
_FOLDS = {
    "AND": ("and", False), "NAND": ("and", True), "OR": ("or", False), "NOR": ("or", True),
    "XOR": ("xor", False), "XNOR": ("xor", True), "NXOR": ("xor", True),
}  # fmt: skip
_BUFFERS = {"BUF", "BUFF", "BUFFER"}
_INVERTERS = {"NOT", "INV"}
_SEQUENTIAL = {"DFF", "DFFSR", "DFFRSE", "FF", "LATCH"}
_LINES = "INPUT(x), OUTPUT(z) or z = GATE(x, y)"


def _fold_table(by: str, inverse: bool, width: int) -> int:
    """Return the truth table of a gate of `_FOLDS` with so many operands."""
    rows = range(1 << width)
    odd = [row for row in rows if row.bit_count() % 2]
    table = sum(1 << row for row in {"and": rows[-1:], "or": rows[1:], "xor": odd}[by])
    return table ^ (1 << len(rows)) - 1 if inverse else table


def _tree(by: str, inverse: bool) -> Build:
    def build(build: GateBuilder, operands: tuple[Output, ...]) -> Output:
        return ~build.tree(by, operands) if inverse else build.tree(by, operands)

    return build


#: What gates of more operands than `MAX_FAN_IN` are.
_WIDE = {fold: _tree(*fold) for fold in _FOLDS.values()}


def read_bench(data: str | bytes, argument: str = "bench") -> Circuit:
    """Return the circuit of a BENCH file.

    Gates AND, NAND, OR, NOR, XOR and XNOR of two to four operands, NOT, and LUTs of at most four
    become one gate each. Wider ones become balanced trees of two-input gates (LUTs are split down
    to four operands); buffers, and gates of one operand but NOT, are the wire that they read or its
    inverse; `vdd` and `gnd` are the constants. A NOT that drives an output and nothing else is that
    output's inversion. Inputs and outputs keep their order and lose their names.

    Arguments:
        data: the file's text or bytes. Keywords may be in small letters.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line for what is not BENCH, for flip-flops, and for more
    than 16 inputs.

    >>> print(read_bench("INPUT(x)\\nINPUT(y)\\nOUTPUT(z)\\nn = NAND(x, y)\\nz = NOT(n)"))
    g1 = ~(a & b); out = ~g1
    """
    net = Netlist(argument)
    for line, text in lines_of(data, argument):
        statement = text.partition("#")[0].strip()
        if not statement:
            continue
        if port := _PORT.fullmatch(statement):
            (net.add_input if port[1].upper() == "INPUT" else net.add_output)(port[2], line)
        elif tied := _TIED.fullmatch(statement):
            net.define(tied[1], line, (), int(tied[2].lower() == "vdd"))
        elif gate := _GATE.fullmatch(statement):
            operands = tuple(part.strip() for part in gate[4].split(","))
            if not all(_OPERAND.fullmatch(operand) for operand in operands):
                raise net.refusal(line, "operands separated by commas", f"({gate[4]})")
            build = _build_of(net, line, gate[2].upper(), gate[3], len(operands))
            net.define(gate[1], line, operands, build)
        else:
            raise net.refusal(line, _LINES, statement)
    return net.circuit()


def _build_of(net: Netlist, line: int, kind: str, table: str | None, width: int) -> Build:
    if kind in _SEQUENTIAL:
        raise net.refusal(line, "a combinational circuit (no flip-flops)", kind)
    if kind == "LUT":
        if table is None:
            raise net.refusal(line, "LUT 0xHEX ( x, y )", "LUT without a table")
        if width > MAX_TABLE_INPUTS:
            raise net.refusal(line, f"a LUT of at most {MAX_TABLE_INPUTS} operands", width)
        digits = table[2:].lstrip("0") or "0"
        if 4 * (len(digits) - 1) > 1 << width or int(digits, 16) >> (1 << width):
            raise net.refusal(line, f"a table of at most {1 << width} bits", table)
        return int(digits, 16)
    if table is not None:
        raise net.refusal(line, "a table after LUT only", f"{kind} {table}")
    if kind in _BUFFERS | _INVERTERS:
        if width != 1:
            raise net.refusal(line, f"one operand of {kind}", width)
        return 0x2 if kind in _BUFFERS else 0x1
    if kind not in _FOLDS:
        raise net.refusal(line, f"a gate {', '.join(_FOLDS)}, NOT, BUFF or LUT", kind)
    by, inverse = _FOLDS[kind]
    if width <= MAX_FAN_IN:
        return _fold_table(by, inverse, width)
    return _WIDE[by, inverse]


_KINDS = {
    (width, _fold_table(by, inverse, width)): kind
    for kind, (by, inverse) in _FOLDS.items()
    if kind != "NXOR"
    # ABC reads no XOR of more than two operands.
    for width in range(2, 3 if by == "xor" else MAX_FAN_IN + 1)
} | {(1, 0x1): "NOT", (1, 0x2): "BUFF"}


#: ABC takes no LUT of one operand that ignores it.
_CONSTANTS = {"tt:1:0": "gnd", "tt:1:3": "vdd"}


def _gate_text(operator: Operator) -> str:
    digits = max(1, (1 << operator.arity) // 4)
    return _KINDS.get((operator.arity, operator.table), f"LUT 0x{operator.table:0{digits}X} ")


def write_bench(circuit: Circuit) -> str:
    """Return a circuit as a BENCH file, one line per gate and one per output.

    Inputs are called a, b, ..., gates g1, g2, ... and outputs `out` (or `out0`, `out1`, ...). An
    output's line is a BUFF, or a NOT if it is read inverted. Operators for which BENCH has no gate
    are LUT lines, which ABC reads: see `bench_notes`. `read_bench` gives the same circuit, except
    that a gate that passes its one operand on is read as that operand's wire, and one that ignores
    its one operand as a constant.

    >>> print(write_bench(Circuit.parse(2, "g1 = a & ~b; g2 = a ^ g1; out = ~g2")), end="")
    INPUT(a)
    INPUT(b)
    OUTPUT(out)
    g1 = LUT 0x2 (a, b)
    g2 = XOR(a, g1)
    out = NOT(g2)
    """
    signals = Signals(circuit)
    lines = [f"INPUT({name})" for name in signals.inputs]
    lines += [f"OUTPUT({name})" for name, _, _ in signals.outputs]
    lines += [f"{ZERO} = gnd"] * signals.zero
    for name, operator, operands in signals.gates:
        gate = _CONSTANTS.get(operator.name) or f"{_gate_text(operator)}({', '.join(operands)})"
        lines.append(f"{name} = {gate}")
    for name, source, inverted in signals.outputs:
        if source:
            lines.append(f"{name} = {'NOT' if inverted else 'BUFF'}({source})")
        else:
            lines.append(f"{name} = {'vdd' if inverted else 'gnd'}")
    return "\n".join(lines) + "\n"


def bench_notes(circuit: Circuit) -> tuple[str, ...]:
    """Return what to know of `write_bench(circuit)`: how many gates are LUT lines.

    >>> bench_notes(Circuit.parse(2, "g1 = a & ~b; out = g1"))
    ('1 of 1 gates is a LUT line, which ABC reads and plain ISCAS readers do not',)
    """
    operators = [operator for _, operator, _ in Signals(circuit).gates]
    listed = [_gate_text(operator) for operator in operators if operator.name not in _CONSTANTS]
    tables = sum(text.startswith("LUT") for text in listed)
    if not tables:
        return ()
    are = "is a LUT line" if tables == 1 else "are LUT lines"
    return (
        f"{tables} of {circuit.size} gates {are}, which ABC reads and plain ISCAS readers do not",
    )


FORMATS = (
    CircuitFormat(
        "bench", "ISCAS BENCH, with LUTs", write_bench, read_bench, bench_notes, comment_before("#")
    ),
)
