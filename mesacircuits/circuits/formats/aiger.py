"""AIGER, the format of and-inverter graphs: ASCII (`aag`) and binary (`aig`).

Source: A. Biere, *The AIGER And-Inverter Graph (AIG) Format Version 20071012*, Johannes Kepler
University Linz, 2007.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mesacircuits.circuits.bases import Operator, operator_named
from mesacircuits.circuits.circuit import CONSTANT, FALSE, Circuit, GateBuilder, Output
from mesacircuits.circuits.formats.netlist import (
    CircuitFormat,
    Lines,
    NameRules,
    Netlist,
    Signals,
    replaced_notes,
)
from mesacircuits.circuits.names import Names
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS
from mesacircuits.errors import ArgumentError

__all__ = ["FORMATS", "AndGates", "aiger_notes", "read_aiger", "write_aag", "write_aig"]

_NUMBER = re.compile(r"[0-9]{1,9}")
_SYMBOL = re.compile(r"([io])([0-9]{1,9}) (\S.*)")
#: The most bytes of a coded number: five hold 35 bits.
_MOST_BYTES = 5
#: A symbol begins with no space, and ends with its line.
_RULES = NameRules("AIGER", taken=lambda name, _: name[:1].isspace())


class _File(Lines):
    """An AIGER file, read line by line or byte by byte."""

    @property
    def ended(self) -> bool:
        return self.place >= len(self.data)

    def line_for(self, expected: str) -> str:
        """Return the next line, raising `ArgumentError` if the file has ended."""
        if self.ended:
            self.line += 1
            raise self.refusal(expected, "the end of the file")
        return self.next()

    def numbers(self, count: int, expected: str) -> list[int]:
        """Return the numbers of the next line, raising `ArgumentError` unless `count` of them."""
        text = self.line_for(expected)
        words = text.split()
        if len(words) != count or not all(map(_NUMBER.fullmatch, words)):
            raise self.refusal(expected, text)
        return [int(word) for word in words]

    def coded(self) -> int:
        """Return the next number of the binary part: seven bits a byte, the lowest first."""
        start, value = self.place, 0
        for shift in range(0, 7 * _MOST_BYTES, 7):
            if self.ended:
                break
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        came = "the end of the file" if self.ended else "a longer one"
        raise self.byte_refusal(start, f"a number of at most {_MOST_BYTES} bytes", came)

    def literal(self, most: int, what: str, even: bool = False) -> int:
        """Return the literal of the next line."""
        (code,) = self.numbers(1, f"one literal, {what}")
        return self.checked(code, most, what, even)

    def checked(self, code: int, most: int, what: str, even: bool = False) -> int:
        """Return a literal, raising `ArgumentError` for one of no variable up to `most`."""
        if code > 2 * most + 1 or (even and (code < 2 or code & 1)):
            even_shape = f"an even literal from 2 to {2 * most}" if most else "no variable (M is 0)"
            shape = even_shape if even else f"a literal up to {2 * most + 1}"
            raise self.refusal(f"{shape} for {what}", code)
        return code

    def difference(self, code: int, least: int) -> int:
        """Return a literal of the binary part, coded by how much less than another it is."""
        start, less = self.place, self.coded()
        if not least <= less <= code:
            shape = f"from 1 to {code}" if least else f"of at most {code}"
            raise self.byte_refusal(start, f"a difference {shape}", less)
        return code - less

    def byte_refusal(self, place: int, expected: str, got: object) -> ArgumentError:
        name = " ".join(self.argument.split())
        return ArgumentError(f"{name}, line {self.line + 1}, byte {place}", expected, got)


@dataclass(frozen=True, slots=True)
class _And:
    """An AND of two AIGER literals; `operands` are the values of those that are no constants."""

    left: int
    right: int

    def __call__(self, build: GateBuilder, operands: tuple[Output, ...]) -> Output:
        values = iter(operands)
        codes = (self.left, self.right)
        plain = [next(values) if code > 1 else FALSE for code in codes]
        pairs = zip(plain, codes, strict=True)
        # Gates are kept 0 where all inputs are 0, as in the basis `aig`.
        return build.gate(0x8, [~p if code & 1 else p for p, code in pairs], normal=True)


def _names(*codes: int) -> tuple[str, ...]:
    """Return what the netlist calls the variables of literals, constants left out."""
    return tuple(str(code & ~1) for code in codes if code > 1)


def read_aiger(data: str | bytes, argument: str = "aiger") -> Circuit:
    """Return the circuit of an AIGER file, ASCII or binary as its first word says.

    Each AND becomes one gate. Inversions go into the operators (AND, a AND NOT b, NOT a AND b, OR),
    so that each gate is 0 where all inputs are 0: the circuit is in the basis `aig`. ANDs that
    no output reads are kept, and so are those of constants. Symbols name inputs and outputs.
    Comments are passed over: all from a line on that begins with `c`, as berkeley-abc writes
    them, too, whose bytes after the `c` are no text. So are empty lines among the symbols.

    Arguments:
        data: the file's bytes; text is taken for an ASCII file.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line (in the binary part the byte, too) for what is not
    AIGER, for latches, for bad states, constraints, justice and fairness of AIGER 1.9, of which the
    header may say that there are none, and for more than 16 inputs.

    >>> print(read_aiger("aag 3 2 0 1 1\\n2\\n4\\n7\\n6 3 5\\n"))
    g1 = a | b; out = g1
    """
    file = _File(data, argument)
    binary, most, inputs, outputs, ands = _read_header(file)
    net = Netlist(argument)
    for i in range(inputs):
        code = 2 * i + 2 if binary else file.literal(most, "an input", even=True)
        net.add_input(str(code), file.line)
    driving = [(file.literal(most, "an output"), file.line) for _ in range(outputs)]
    for i in range(ands):
        line = file.line + 1
        if binary:
            code = 2 * (inputs + i + 1)
            left = file.difference(code, 1)
            right = file.difference(left, 0)
        else:
            code, left, right = file.numbers(3, "three literals, an AND and its operands")
            file.checked(code, most, "an AND", even=True)
            for operand in (left, right):
                file.checked(operand, most, "an operand")
        net.define(str(code), line, _names(left, right), _And(left, right))
    for i, (code, line) in enumerate(driving):
        name, names = f"output {i}", _names(code)
        net.define(name, line, names, (0x1 if code & 1 else 0x2) if names else code)
        net.add_output(name, line)
    shape = "a symbol i0 NAME or o0 NAME, or c before comments"
    symbols: dict[str, list[str | None]] = {"i": [None] * inputs, "o": [None] * outputs}
    while not file.ended and not file.data.startswith(b"c", file.place):
        if not (text := file.next()):
            continue
        symbol = _SYMBOL.fullmatch(text)
        if symbol is None:
            raise file.refusal(shape, text)
        count, kind = (inputs, "inputs") if symbol[1] == "i" else (outputs, "outputs")
        if int(symbol[2]) >= count:
            raise file.refusal(f"a symbol of one of {count} {kind}", text)
        symbols[symbol[1]][int(symbol[2])] = symbol[3]
    return net.circuit().named(Names.of_file(symbols["i"], symbols["o"]))


def _read_header(file: _File) -> tuple[bool, int, int, int, int]:
    """Return whether the file is binary, and its fields M, I, O, A."""
    shape = "a header aag M I L O A or aig M I L O A"
    text = file.line_for(shape)
    kind, *words = text.split() or [""]
    if kind not in ("aag", "aig") or not all(map(_NUMBER.fullmatch, words)) or len(words) < 5:
        raise file.refusal(shape, text)
    most, inputs, latches, outputs, ands, *others = map(int, words)
    if any(others) or len(others) > 4:
        plain = "the five fields M I L O A (no bad states, constraints or fairness of AIGER 1.9)"
        raise file.refusal(plain, text)
    if latches:
        raise file.refusal("a combinational circuit (no latches)", f"{latches} latches")
    if inputs > MAX_TABLE_INPUTS:
        raise file.refusal(f"at most {MAX_TABLE_INPUTS} inputs", inputs)
    if most < inputs + ands or (kind == "aig" and most > inputs + ands):
        raise file.refusal(f"M = {inputs + ands}, the inputs and ANDs", most)
    return kind == "aig", most, inputs, outputs, ands


def is_and_like(operator: Operator) -> bool:
    """Return whether an operator is an AND of its two operands, any of the three inverted.

    >>> [is_and_like(operator_named(name)) for name in ("or", "notbut", "xor", "not")]
    [True, True, False, False]
    """
    return operator.arity == 2 and operator.table.bit_count() in (1, 3)


@cache
def _cofactors(table: int, arity: int, place: int) -> tuple[int, int]:
    """Return the tables over the other operands with operand `place` held at 0 and at 1."""
    low = high = 0
    below = (1 << place) - 1
    for row in range(1 << (arity - 1)):
        whole = row & below | (row & ~below) << 1
        low |= (table >> whole & 1) << row
        high |= (table >> (whole | 1 << place) & 1) << row
    return low, high


@cache
def _best_split(table: int, arity: int) -> int:
    """Return the operand on which to split a function, for the fewest ANDs."""

    def ands(place: int) -> int:
        trial = AndGates(Circuit(arity, (), (Output(CONSTANT),)))
        trial.split(table, range(2, 2 * arity + 2, 2), place)
        return len(trial.gates)

    return min(range(arity), key=ands)


class AndGates:
    """The ANDs of a circuit, literals numbered as in AIGER: 2v is variable v, 2v + 1 its inverse.

    Variable 0 is the constant 0; the inputs follow, then the ANDs. An AND-like gate becomes one
    AND, NOT gates and buffers become none, an XOR becomes three, and wider operators are split on
    the operand for which that takes the fewest (majority four, a multiplexer three).

    Arguments:
        circuit: any circuit; `gates` then holds the operands of each AND, the larger first, and
            `outputs` the literal of each output.

    >>> AndGates(Circuit.parse(2, "g1 = a | b; out = g1")).gates
    [(5, 3)]
    """

    def __init__(self, circuit: Circuit) -> None:
        self.inputs = circuit.inputs
        self.gates: list[tuple[int, int]] = []
        literals = {CONSTANT: 0} | {i: 2 * i + 2 for i in range(circuit.inputs)}
        for i, gate in enumerate(circuit.gates):
            operator = operator_named(gate.operator)
            operands = [literals[wire] for wire in gate.operands]
            literals[circuit.inputs + i] = self._function(operator.table, operands)
        self.outputs = [literals[output.wire] ^ output.inverted for output in circuit.outputs]

    def _and(self, left: int, right: int) -> int:
        self.gates.append((max(left, right), min(left, right)))
        return 2 * (self.inputs + len(self.gates))

    def _or(self, left: int, right: int) -> int:
        return self._and(left ^ 1, right ^ 1) ^ 1

    def _function(self, table: int, operands: Sequence[int]) -> int:
        """Add the ANDs of a function and return the literal that is its value."""
        if not operands:
            return table
        return self.split(table, operands, _best_split(table, len(operands)))

    def split(self, table: int, operands: Sequence[int], place: int) -> int:
        """Add the ANDs of a function that is split on an operand, and return its literal."""
        arity, x = len(operands), operands[place]
        full = (1 << (1 << (arity - 1))) - 1
        low, high = _cofactors(table, arity, place)
        rest = [*operands[:place], *operands[place + 1 :]]
        if low == high:
            return self._function(low, rest)
        if low ^ high == full:
            if low in (0, full):
                return x ^ (low == full)
            return self._xor(x, self._function(low, rest))
        for half, other, when in ((low, high, x), (high, low, x ^ 1)):
            if half in (0, full):
                inverse = int(half == full)
                return self._and(when, self._function(other, rest) ^ inverse) ^ inverse
        f0, f1 = self._function(low, rest), self._function(high, rest)
        if low & high == low:
            return self._or(f0, self._and(x, f1))
        if low & high == high:
            return self._or(f1, self._and(x ^ 1, f0))
        return self._or(self._and(x, f1), self._and(x ^ 1, f0))

    def _xor(self, left: int, right: int) -> int:
        return self._and(self._and(left, right) ^ 1, self._and(left ^ 1, right ^ 1) ^ 1)

    def header(self, kind: str) -> str:
        """Return the first line of a file."""
        ands, outputs = len(self.gates), len(self.outputs)
        return f"{kind} {self.inputs + ands} {self.inputs} 0 {outputs} {ands}\n"


def _symbols(circuit: Circuit) -> str:
    signals = Signals(circuit, _RULES)
    inputs = (f"i{i} {name}\n" for i, name in enumerate(signals.inputs))
    return "".join([*inputs, *(f"o{i} {name}\n" for i, name in enumerate(signals.output_names))])


def write_aag(circuit: Circuit) -> str:
    """Return a circuit as an ASCII AIGER file with a symbol table.

    Gates that are ANDs of two wires or inverses, or inverses of that, are one AND each; others
    become several (see `aiger_notes`). `read_aiger` gives the same circuit if it is in the basis
    `aig`, and one of the same functions in any case.

    >>> print(write_aag(Circuit.parse(2, "g1 = a & ~b; out = ~g1")), end="")
    aag 3 2 0 1 1
    2
    4
    7
    6 5 2
    i0 a
    i1 b
    o0 out
    """
    graph = AndGates(circuit)
    lines = [f"{2 * i + 2}\n" for i in range(graph.inputs)]
    lines += [f"{code}\n" for code in graph.outputs]
    for i, (left, right) in enumerate(graph.gates):
        lines.append(f"{2 * (graph.inputs + i + 1)} {left} {right}\n")
    return graph.header("aag") + "".join(lines) + _symbols(circuit)


def _coded(value: int) -> bytes:
    coded = bytearray()
    while value >= 0x80:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*coded, value])


def write_aig(circuit: Circuit) -> bytes:
    """Return a circuit as a binary AIGER file with a symbol table: the graph of `write_aag`.

    >>> write_aig(Circuit.parse(2, "g1 = a & ~b; out = ~g1"))
    b'aig 3 2 0 1 1\\n7\\n\\x01\\x03i0 a\\ni1 b\\no0 out\\n'
    """
    graph = AndGates(circuit)
    outputs = "".join(f"{code}\n" for code in graph.outputs)
    parts = [(graph.header("aig") + outputs).encode()]
    for i, (left, right) in enumerate(graph.gates):
        code = 2 * (graph.inputs + i + 1)
        parts += [_coded(code - left), _coded(left - right)]
    return b"".join([*parts, _symbols(circuit).encode()])


def aiger_notes(circuit: Circuit) -> tuple[str, ...]:
    """Return what AIGER does not keep of a circuit: gates other than ANDs, and polarities.

    >>> aiger_notes(Circuit.parse(2, "g1 = a ^ b; out = g1"))
    ('1 of 1 gates is no AND of wires or inverses; AIGER states it by 3 ANDs',)
    """
    operators = [operator_named(gate.operator) for gate in circuit.gates]
    others = sum(not is_and_like(operator) for operator in operators)
    notes = []
    if others:
        ands = len(AndGates(circuit).gates) - (circuit.size - others)
        are, them = ("is", "it") if others == 1 else ("are", "them")
        by = f"{ands} AND{'s' * (ands != 1)}" if ands else "no AND"
        notes.append(
            f"{others} of {circuit.size} gates {are} no AND of wires or inverses; "
            f"AIGER states {them} by {by}"
        )
    if any(operator.table & 1 and is_and_like(operator) for operator in operators):
        notes.append(
            "AIGER keeps no polarities: gates that are 1 where all inputs are 0 are read back as "
            "their inverses"
        )
    return (*notes, *replaced_notes(circuit, _RULES))


def _after_c(data: bytes, lines: Sequence[str]) -> bytes:
    # Comments come last, after a line c.
    return data + b"c\n" + "\n".join(lines).encode() + b"\n"


FORMATS = (
    CircuitFormat("aag", "AIGER, ASCII", write_aag, read_aiger, aiger_notes, _after_c),
    CircuitFormat("aig", "AIGER, binary", write_aig, read_aiger, aiger_notes, _after_c, False),
)
