"""BLIF, the Berkeley Logic Interchange Format: flat combinational models.

Source: *Berkeley Logic Interchange Format (BLIF)*, University of California, Berkeley, 1992.
"""

from __future__ import annotations

from collections.abc import Iterator

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
from mesacircuits.tables import bits_text

__all__ = ["FORMATS", "read_blif", "write_blif"]

_SEQUENTIAL = {".latch", ".mlatch", ".clock", ".latch_order"}
_HIERARCHY = {".subckt", ".gate", ".search", ".exdc", ".start_kiss"}
#: Delays, areas and annotations, which say nothing of the functions.
_IGNORED = {
    ".area", ".attr", ".cname", ".cycle", ".clock_event", ".default_input_arrival",
    ".default_input_drive", ".default_max_input_load", ".default_output_load",
    ".default_output_required", ".delay", ".input_arrival", ".input_drive", ".input_required",
    ".max_input_load", ".output_arrival", ".output_load", ".output_required", ".param",
    ".wire", ".wire_load_slope",
}  # fmt: skip


def _statements(data: str | bytes, argument: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each statement with its first line: no comments, lines joined."""
    first, words = 0, list[str]()
    for number, line in lines_of(data, argument):
        line = line.partition("#")[0].rstrip()
        continued = line.endswith("\\")
        first = first or number
        words += line.removesuffix("\\").split()
        if not continued:
            if words:
                yield first, words
            first, words = 0, []
    if words:
        yield first, words


def read_blif(data: str | bytes, argument: str = "blif") -> Circuit:
    """Return the circuit of a BLIF file's one model.

    Each `.names` of at most four inputs becomes one gate, whatever its cover, except that one
    without inputs is a constant, a buffer is the wire it reads, and an inverter that drives an
    output and nothing else is that output's inversion. Wider ones become AND gates of two inputs
    for the rows and OR gates of two inputs over them. Inputs and outputs keep their order and lose
    their names, since a `Circuit` has none. Delays, areas and annotations are passed over.

    Arguments:
        data: the file's text or bytes.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line for what is not BLIF, for latches, for subcircuits,
    library gates and external don't-cares, and for more than 16 inputs.

    >>> print(read_blif(".model m\\n.inputs x y\\n.outputs z\\n.names x y z\\n1- 1\\n-1 1\\n.end"))
    g1 = a | b; out = g1
    """
    net = Netlist(argument)
    # The output, line and inputs of a .names, and the rows that follow it.
    head: tuple[str, int, tuple[str, ...]] | None = None
    rows: list[tuple[str, str]] = []
    models = 0
    for line, words in _statements(data, argument):
        command, *rest = words
        if not command.startswith("."):
            if head is None:
                raise net.refusal(line, "a line that begins with '.'", " ".join(words))
            rows.append(_row(net, line, words, len(head[2]), rows[:1]))
            continue
        if head is not None:
            net.define(*head, _function(rows, len(head[2])))
            head, rows = None, []
        if command == ".model":
            models += 1
            if models > 1:
                raise net.refusal(line, "one model", "a second .model")
        elif command in (".inputs", ".input"):
            for name in rest:
                net.add_input(name, line)
        elif command in (".outputs", ".output"):
            for name in rest:
                net.add_output(name, line)
        elif command == ".names":
            if not rest:
                raise net.refusal(line, ".names [INPUT ...] OUTPUT", ".names")
            head = rest[-1], line, tuple(rest[:-1])
        elif command == ".end":
            break
        elif command in _SEQUENTIAL:
            raise net.refusal(line, "a combinational circuit (no latches)", command)
        elif command in _HIERARCHY:
            raise net.refusal(line, "one flat model of .names only", command)
        elif command not in _IGNORED:
            raise net.refusal(line, ".model, .inputs, .outputs, .names or .end", command)
    if head is not None:
        net.define(*head, _function(rows, len(head[2])))
    return net.circuit()


def _row(
    net: Netlist, line: int, words: list[str], width: int, before: list[tuple[str, str]]
) -> tuple[str, str]:
    """Return a row of a cover, raising `ArgumentError` unless it is a cube and a value."""
    text, cube, value = " ".join(words), "".join(words[:-1]), words[-1]
    if len(words) != (2 if width else 1) or len(cube) != width or set(cube) - set("01-"):
        shape = f"{width} of 0, 1 and -, then 0 or 1" if width else "0 or 1 alone"
        raise net.refusal(line, shape, text)
    if value not in ("0", "1"):
        raise net.refusal(line, "0 or 1 as the last word", value)
    if before and before[0][1] != value:
        raise net.refusal(line, f"rows that all end in {before[0][1]}", text)
    return cube, value


def _function(rows: list[tuple[str, str]], width: int) -> Build:
    """Return what a cover computes: where a row holds the rows' value, and else its inverse."""
    inverse = bool(rows) and rows[0][1] == "0"
    if width <= MAX_FAN_IN:
        covered = 0
        # A cover may say the same many times.
        for cube in {cube for cube, _ in rows}:
            for x in range(1 << width):
                bits = (c == "-" or int(c) == x >> i & 1 for i, c in enumerate(cube))
                covered |= all(bits) << x
        return covered ^ (1 << (1 << width)) - 1 if inverse else covered

    def whole(build: GateBuilder, operands: tuple[Output, ...]) -> Output:
        terms = []
        for cube, _ in rows:
            pairs = zip(operands, cube, strict=True)
            terms.append(build.tree("and", (x if c == "1" else ~x for x, c in pairs if c != "-")))
        return ~build.tree("or", terms) if inverse else build.tree("or", terms)

    return whole


def _cover_rows(table: int, arity: int) -> list[str]:
    """Return the rows of an operator's cover: its 1s, or its 0s where those are fewer.

    A constant has a row, too: ABC takes no cover without rows for a signal with operands.
    """
    rows = 1 << arity
    ones = table.bit_count()
    if ones in (0, rows):
        return ["-" * arity + (" 1" if ones else " 0")]
    value = int(2 * ones <= rows)
    listed = (x for x in range(rows) if table >> x & 1 == value)
    return [f"{bits_text(x, arity)} {value}" for x in listed]


def write_blif(circuit: Circuit) -> str:
    """Return a circuit as a BLIF model, one `.names` per gate and one per output.

    Inputs are called a, b, ..., gates g1, g2, ... and outputs `out` (or `out0`, `out1`, ...). An
    output's `.names` is a buffer, or an inverter if it is read inverted. `read_blif` gives the same
    circuit, except that a gate that passes its one operand on is read as that operand's wire.

    >>> print(write_blif(Circuit.parse(2, "g1 = a & ~b; out = ~g1")), end="")
    .model circuit
    .inputs a b
    .outputs out
    .names a b g1
    10 1
    .names g1 out
    0 1
    .end
    """
    signals = Signals(circuit)
    outputs = [name for name, _, _ in signals.outputs]
    lines = [".model circuit", " ".join([".inputs", *signals.inputs])]
    lines += [" ".join([".outputs", *outputs])] + [f".names {ZERO}"] * signals.zero
    for name, operator, operands in signals.gates:
        lines.append(f".names {' '.join([*operands, name])}")
        lines += _cover_rows(operator.table, operator.arity)
    for name, source, inverted in signals.outputs:
        if source:
            lines += [f".names {source} {name}", "0 1" if inverted else "1 1"]
        else:
            lines += [f".names {name}"] + ["1"] * inverted
    return "\n".join([*lines, ".end"]) + "\n"


FORMATS = (
    CircuitFormat(
        "blif", "BLIF, one flat model", write_blif, read_blif, commented=comment_before("#")
    ),
)
