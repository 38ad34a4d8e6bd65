"""BLIF, the Berkeley Logic Interchange Format: flat combinational models.

Source: *Berkeley Logic Interchange Format (BLIF)*, University of California, Berkeley, 1992.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mesacircuits.circuits.circuit import CONSTANT, Circuit
from mesacircuits.circuits.formats.gate_builder import MAX_FAN_IN, GateBuilder, Literal
from mesacircuits.circuits.formats.netlist import Netlist, TableGate, lines_of, refusal
from mesacircuits.circuits.formats.signal_names import ZERO, signal_name
from mesacircuits.circuits.operators import operator_named
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import bits_text

__all__ = ["read_blif", "write_blif"]

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


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cube: str
    value: str


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
    cover: _Cover | None = None
    models = 0
    for line, words in _statements(data, argument):
        command, *rest = words
        if not command.startswith("."):
            if cover is None:
                raise refusal(argument, line, "a line that begins with '.'", " ".join(words))
            cover.add_row(line, words)
            continue
        if cover is not None:
            cover.define(net)
            cover = None
        if command == ".model":
            models += 1
            if models > 1:
                raise refusal(argument, line, "one model", "a second .model")
        elif command == ".inputs" or command == ".input":
            for name in rest:
                net.add_input(name, line)
        elif command == ".outputs" or command == ".output":
            for name in rest:
                net.add_output(name, line)
        elif command == ".names":
            if not rest:
                raise refusal(argument, line, ".names [INPUT ...] OUTPUT", ".names")
            cover = _Cover(argument, line, tuple(rest[:-1]), rest[-1])
        elif command == ".end":
            break
        elif command in _SEQUENTIAL:
            raise refusal(argument, line, "a combinational circuit (no latches)", command)
        elif command in _HIERARCHY:
            raise refusal(argument, line, "one flat model of .names only", command)
        elif command not in _IGNORED:
            known = ".model, .inputs, .outputs, .names or .end"
            raise refusal(argument, line, known, command)
    if cover is not None:
        cover.define(net)
    return net.circuit()


class _Cover:
    """A `.names` and the rows that follow it."""

    def __init__(self, argument: str, line: int, inputs: tuple[str, ...], output: str) -> None:
        self.argument = argument
        self.line = line
        self.inputs = inputs
        self.output = output
        self.rows: list[_Row] = []

    def add_row(self, line: int, words: list[str]) -> None:
        """Add a row, raising `ArgumentError` unless it is a cube and a value."""
        width = len(self.inputs)
        cube, value = "".join(words[:-1]), words[-1]
        if len(words) != (2 if width else 1) or len(cube) != width or set(cube) - set("01-"):
            shape = f"{width} of 0, 1 and -, then 0 or 1" if width else "0 or 1 alone"
            raise self.refusal(line, shape, " ".join(words))
        if value not in ("0", "1"):
            raise self.refusal(line, "0 or 1 as the last word", value)
        if self.rows and self.rows[0].value != value:
            raise self.refusal(line, f"rows that all end in {self.rows[0].value}", " ".join(words))
        self.rows.append(_Row(line, cube, value))

    def refusal(self, line: int, expected: str, got: str) -> ArgumentError:
        return refusal(self.argument, line, expected, got)

    def define(self, net: Netlist) -> None:
        """Add the signal that the cover drives."""
        width = len(self.inputs)
        wide = width > MAX_FAN_IN
        build = _Sum(self.rows) if wide else TableGate.simplest(self.table(), width)
        net.define(self.output, self.line, self.inputs, build)

    def table(self) -> int:
        """Return the truth table that the rows give: those listed have the rows' value."""
        covered = 0
        places = range(1 << len(self.inputs))
        # A cover may say the same many times.
        for cube in {row.cube for row in self.rows}:
            for x in places:
                bits = (c == "-" or int(c) == x >> i & 1 for i, c in enumerate(cube))
                covered |= all(bits) << x
        if self.rows and self.rows[0].value == "0":
            covered ^= (1 << len(places)) - 1
        return covered


@dataclass(frozen=True, slots=True)
class _Sum:
    rows: Sequence[_Row]

    def __call__(self, build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
        terms = []
        for row in self.rows:
            pairs = zip(operands, row.cube, strict=True)
            terms.append(build.conjunction(x if c == "1" else ~x for x, c in pairs if c != "-"))
        whole = build.disjunction(terms)
        return ~whole if self.rows and self.rows[0].value == "0" else whole


def _cover_text(table: int, arity: int) -> str:
    """Return the rows of an operator's cover: its 1s, or its 0s where those are fewer.

    A constant has a row, too: ABC takes no cover without rows for a signal with operands.
    """
    rows = 1 << arity
    ones = table.bit_count()
    if ones in (0, rows):
        return "-" * arity + (" 1\n" if ones else " 0\n")
    value = int(2 * ones <= rows)
    listed = (x for x in range(rows) if table >> x & 1 == value)
    return "".join(bits_text(x, arity) + f" {value}\n" for x in listed)


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
    names = circuit.output_names
    inputs = [circuit.wire_name(i) for i in range(circuit.inputs)]
    lines = [
        ".model circuit\n",
        " ".join([".inputs", *inputs]) + "\n",
        " ".join([".outputs", *names]) + "\n",
    ]
    read = {wire for gate in circuit.gates for wire in gate.operands}
    if CONSTANT in read:
        lines.append(f".names {ZERO}\n")
    for i, gate in enumerate(circuit.gates):
        operator = operator_named(gate.operator)
        signals = [signal_name(circuit, wire) for wire in (*gate.operands, circuit.inputs + i)]
        lines.append(f".names {' '.join(signals)}\n{_cover_text(operator.table, operator.arity)}")
    for name, output in zip(names, circuit.outputs, strict=True):
        if output.wire == CONSTANT:
            lines.append(f".names {name}\n" + ("1\n" if output.inverted else ""))
        else:
            source = circuit.wire_name(output.wire)
            lines.append(f".names {source} {name}\n{'0 1' if output.inverted else '1 1'}\n")
    return "".join([*lines, ".end\n"])
