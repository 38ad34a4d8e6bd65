"""BENCH, the netlist format of the ISCAS benchmarks, with the LUT lines of ABC.

Source: F. Brglez, D. Bryan and K. Kozminski, *Combinational profiles of sequential benchmark
circuits*, ISCAS 1989; lines `z = LUT 0x8 ( x, y )`, `z = vdd` and `z = gnd` as ABC writes them, and
`z = MUX(s, x, y)` as it reads them; the gates `GT`, `GEQ`, ... of cirbo (Averkov, Belova et al.,
*CIRBO: A New Tool for Boolean Circuit Analysis and Synthesis*, AAAI 2025).
"""

from __future__ import annotations

import re

from mesacircuits.circuits.bases import Operator, operator_named
from mesacircuits.circuits.circuit import (
    CONSTANT,
    FALSE,
    MAX_FAN_IN,
    Circuit,
    GateBuilder,
    Output,
)
from mesacircuits.circuits.formats.netlist import (
    Build,
    CircuitFormat,
    NameRules,
    Netlist,
    Signals,
    comment_before,
    lines_of,
    replaced_notes,
)
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS

__all__ = ["FORMATS", "bench_notes", "cirbo_notes", "read_bench", "write_bench", "write_cirbo"]

_NAME = r"[^\s(),=#]+"
_PORT = re.compile(rf"(INPUT|OUTPUT)\s*\(\s*({_NAME})\s*\)", re.IGNORECASE)
_TIED = re.compile(rf"({_NAME})\s*=\s*(vdd|gnd)\s*\(\s*\)", re.IGNORECASE)
_ALIAS = re.compile(rf"({_NAME})\s*=\s*({_NAME})")
_GATE = re.compile(rf"({_NAME})\s*=\s*([A-Za-z]\w*)(?:\s+(0[xX][0-9A-Fa-f]+))?\s*\(([^()]*)\)")
_OPERAND = re.compile(_NAME)

#: For each gate that takes any many operands: the function that it folds them by, and whether it
#: then inverts.
_FOLDS = {
    "AND": ("and", False), "NAND": ("and", True), "OR": ("or", False), "NOR": ("or", True),
    "XOR": ("xor", False), "XNOR": ("xor", True), "NXOR": ("xor", True),
}  # fmt: skip
_BUFFERS = {"BUF", "BUFF", "BUFFER", "IFF"}
_INVERTERS = {"NOT", "INV"}
#: Gates of two operands in their order, with their truth tables.
_ORDERED = {"GT": 0x2, "GEQ": 0xB, "LT": 0x4, "LEQ": 0xD}
#: Gates of two operands that read one of them: its place, and the truth table of that.
_ONE_OF_TWO = {"LIFF": (0, 0x2), "LNOT": (0, 0x1), "RIFF": (1, 0x2), "RNOT": (1, 0x1)}
_ALWAYS = {"ALWAYS_TRUE": 1, "ALWAYS_FALSE": 0}
#: s ? x : y of MUX(s, x, y), the operands in this order.
_MUX = 0xD8
#: What a signal of this name is, in small letters or capitals, where nothing drives it.
_RAILS = {"vdd": 1, "gnd": 0}
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
    inverse, as a line `z = x` is; `vdd` and `gnd`, which nothing drives, are the constants. A NOT
    that drives an output and nothing else is that output's inversion. `MUX(s, x, y)` is s ? x : y.

    cirbo's gates are read, too: GT, GEQ, LT, LEQ (as x > y, ... of bits), LIFF, LNOT, RIFF, RNOT
    (of the left or the right operand alone), IFF, NXOR, ALWAYS_TRUE() and ALWAYS_FALSE().

    Arguments:
        data: the file's text or bytes. Keywords may be in small letters.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line for what is not BENCH, for flip-flops, and for more
    than 16 inputs.

    >>> print(read_bench("INPUT(x)\\nINPUT(y)\\nOUTPUT(z)\\nn = NAND(x, y)\\nz = NOT(n)"))
    g1 = ~(x & y); out = ~g1
    """
    net = Netlist(argument)
    for line, text in lines_of(data, argument):
        statement = text.partition("#")[0].strip()
        if not statement:
            continue
        if port := _PORT.fullmatch(statement):
            (net.add_input if port[1].upper() == "INPUT" else net.add_output)(port[2], line)
        elif tied := _TIED.fullmatch(statement):
            net.define(tied[1], line, (), _RAILS[tied[2].lower()])
        elif alias := _ALIAS.fullmatch(statement):
            net.define(alias[1], line, (alias[2],), 0x2)
        elif gate := _GATE.fullmatch(statement):
            kind = gate[2].upper()
            operands = tuple(part.strip() for part in gate[4].split(","))
            if kind in _ALWAYS and gate[3] is None:
                net.define(gate[1], line, (), _ALWAYS[kind])
                continue
            if not all(_OPERAND.fullmatch(operand) for operand in operands):
                raise net.refusal(line, "operands separated by commas", f"({gate[4]})")
            build = _build_of(net, line, kind, gate[3], len(operands))
            if kind in _ONE_OF_TWO:
                place, build = _ONE_OF_TWO[kind]
                operands = operands[place : place + 1]
            net.define(gate[1], line, operands, build)
        else:
            raise net.refusal(line, _LINES, statement)
    for name, line in net.undriven().items():
        if name.lower() in _RAILS:
            net.define(name, line, (), _RAILS[name.lower()])
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
    if kind in _ORDERED or kind in _ONE_OF_TWO or kind == "MUX":
        wanted = 3 if kind == "MUX" else 2
        if width != wanted:
            raise net.refusal(line, f"{wanted} operands of {kind}", width)
        return _MUX if kind == "MUX" else _ORDERED.get(kind, 0)
    if kind not in _FOLDS:
        raise net.refusal(line, f"a gate {', '.join(_FOLDS)}, NOT, BUFF, MUX or LUT", kind)
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


def _bench_taken(name: str, is_output: bool) -> bool:
    # ABC takes the line of an output by such a name for a declaration.
    return name.lower() in _RAILS or (is_output and name.startswith(("INPUT", "OUTPUT")))


#: ABC reads no characters in BENCH but those of ASCII.
_RULES = NameRules("BENCH", r"\s(),=#\x80-\U0010ffff", _bench_taken)


def write_bench(circuit: Circuit) -> str:
    """Return a circuit as a BENCH file, one line per gate and one per output.

    Inputs and outputs keep their names; without any they are called a, b, ... and `out` (or `out0`,
    `out1`, ...). Gates are g1, g2, ... An output's line is a BUFF, or a NOT if it is read
    inverted. Operators for which BENCH has no gate are LUT lines, which ABC reads: see
    `bench_notes`. `read_bench` gives the same circuit, except that a gate that passes its one
    operand on is read as that operand's wire, and one that ignores its one operand as a
    constant.

    >>> print(write_bench(Circuit.parse(2, "g1 = a & ~b; g2 = a ^ g1; out = ~g2")), end="")
    INPUT(a)
    INPUT(b)
    OUTPUT(out)
    g1 = LUT 0x2 (a, b)
    g2 = XOR(a, g1)
    out = NOT(g2)
    """
    signals = Signals(circuit, _RULES)
    gates = []
    for name, operator, operands in signals.gates:
        gate = _CONSTANTS.get(operator.name) or f"{_gate_text(operator)}({', '.join(operands)})"
        gates.append(f"{name} = {gate}")
    return _file(signals, gates, ("gnd", "vdd"))


def _file(signals: Signals, gates: list[str], constants: tuple[str, str]) -> str:
    lines = [f"INPUT({name})" for name in signals.inputs]
    lines += [f"OUTPUT({name})" for name in signals.output_names]
    lines += [f"{signals.zero} = {constants[0]}"] if signals.zero else []
    lines += gates
    for name, source, inverted in signals.outputs:
        read = f"{'NOT' if inverted else 'BUFF'}({source})" if source else constants[inverted]
        lines.append(f"{name} = {read}")
    return "\n".join(lines) + "\n"


def bench_notes(circuit: Circuit) -> tuple[str, ...]:
    """Return what to know of `write_bench(circuit)`: how many gates are LUT lines.

    >>> bench_notes(Circuit.parse(2, "g1 = a & ~b; out = g1"))
    ('1 of 1 gates is a LUT line, which ABC reads and plain ISCAS readers do not',)
    """
    operators = [operator_named(gate.operator) for gate in circuit.gates]
    replaced = replaced_notes(circuit, _RULES)
    listed = [_gate_text(operator) for operator in operators if operator.name not in _CONSTANTS]
    tables = sum(text.startswith("LUT") for text in listed)
    if not tables:
        return replaced
    are = "is a LUT line" if tables == 1 else "are LUT lines"
    return (
        f"{tables} of {circuit.size} gates {are}, which ABC reads and plain ISCAS readers do not",
        *replaced,
    )


# -- as cirbo reads it -------------------------------------------------------------------------


def _cirbo_taken(name: str, is_output: bool) -> bool:
    # cirbo takes lines that begin so for declarations, in capitals or not.
    return is_output and name.upper().startswith(("INPUT", "OUTPUT"))


_CIRBO_RULES = NameRules("cirbo's BENCH", r"\s(),=#", _cirbo_taken)
_ALWAYS_TEXTS = ("ALWAYS_FALSE()", "ALWAYS_TRUE()")
#: What cirbo calls operators, by their number of operands and truth table; each of two operands
#: has a gate.
_CIRBO_KINDS = (
    {key: "NXOR" if kind == "XNOR" else kind for key, kind in _KINDS.items()}
    | {(2, table): kind for kind, table in _ORDERED.items()}
    | {(2, 0xA): "LIFF", (2, 0x5): "LNOT", (2, 0xC): "RIFF", (2, 0x3): "RNOT"}
)


def _split(circuit: Circuit) -> Circuit:
    """Return a circuit whose gates are all such as cirbo has, split where they are wider."""
    build = GateBuilder(circuit.inputs)
    values = {CONSTANT: FALSE} | dict(enumerate(build.inputs))

    def part(table: int, operands: list[Output]) -> Output:
        width = len(operands)
        if width <= 2 or (width, table) in _CIRBO_KINDS:
            return build.gate(table, operands)
        full = (1 << (1 << width - 1)) - 1
        low, high = table & full, table >> (1 << width - 1)
        *rest, last = operands
        if low == high:
            return part(low, rest)
        if low ^ high == full:
            return build.gate(0x6, (last, part(low, rest)))
        # Where one half is constant, one gate joins the other half and the last operand.
        for half, other, joins in (
            (low, high, {0: 0x8, full: 0xB}),
            (high, low, {0: 0x2, full: 0xE}),
        ):
            if half in joins:
                return build.gate(joins[half], (part(other, rest), last))
        halves = (
            build.gate(0x8, (part(high, rest), last)),
            build.gate(0x2, (part(low, rest), last)),
        )
        return build.gate(0xE, halves)

    for wire, gate in enumerate(circuit.gates, circuit.inputs):
        operator = operator_named(gate.operator)
        values[wire] = part(operator.table, [values[w] for w in gate.operands])
    outputs = (~values[o.wire] if o.inverted else values[o.wire] for o in circuit.outputs)
    return build.circuit(outputs).named(circuit.names)


def write_cirbo(circuit: Circuit) -> str:
    """Return a circuit as a BENCH file of cirbo's gates, which has one for each of two operands.

    It is the file of `write_bench` otherwise. Operators of more operands are split into such gates,
    unless they are an AND, OR, NAND or NOR: see `cirbo_notes`.

    >>> print(write_cirbo(Circuit.parse(2, "g1 = a & ~b; g2 = ~(a ^ g1); out = 1, ~g2")), end="")
    INPUT(a)
    INPUT(b)
    OUTPUT(out0)
    OUTPUT(out1)
    g1 = GT(a, b)
    g2 = NXOR(a, g1)
    out0 = ALWAYS_TRUE()
    out1 = NOT(g2)
    """
    signals = Signals(_split(circuit), _CIRBO_RULES)
    gates = []
    for name, operator, operands in signals.gates:
        always = operator.table & 1
        kind = _CIRBO_KINDS.get((operator.arity, operator.table))
        gates.append(
            f"{name} = " + (f"{kind}({', '.join(operands)})" if kind else _ALWAYS_TEXTS[always])
        )
    return _file(signals, gates, _ALWAYS_TEXTS)


def cirbo_notes(circuit: Circuit) -> tuple[str, ...]:
    """Return what `write_cirbo(circuit)` does not keep: operators that it splits.

    >>> cirbo_notes(Circuit.parse(3, "g1 = maj(a, b, c); out = g1"))
    ('cirbo has no such gates as 1 of 1; 5 of its gates state what they compute',)
    """
    operators = [operator_named(gate.operator) for gate in circuit.gates]
    wide = sum(o.arity > 2 and (o.arity, o.table) not in _CIRBO_KINDS for o in operators)
    replaced = replaced_notes(circuit, _CIRBO_RULES)
    if not wide:
        return replaced
    parts = _split(circuit).size - (circuit.size - wide)
    gates = f"{parts} of its gates state" if parts != 1 else "1 of its gates states"
    return (
        f"cirbo has no such gates as {wide} of {circuit.size}; {gates} what they compute",
        *replaced,
    )


FORMATS = (
    CircuitFormat(
        "bench", "ISCAS BENCH, with LUTs", write_bench, read_bench, bench_notes, comment_before("#")
    ),
    CircuitFormat(
        "cirbo", "BENCH of cirbo's gates", write_cirbo, read_bench, cirbo_notes, comment_before("#")
    ),
)
