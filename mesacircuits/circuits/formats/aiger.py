"""AIGER, the format of and-inverter graphs: ASCII (`aag`) and binary (`aig`).

Source: A. Biere, *The AIGER And-Inverter Graph (AIG) Format Version 20071012*, Johannes Kepler
University Linz, 2007.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.and_gates import AndGates, is_and_like
from mesacircuits.circuits.formats.gate_builder import FALSE, GateBuilder, Literal
from mesacircuits.circuits.formats.netlist import (
    LONGEST_LINE,
    Netlist,
    inverted,
    one,
    passed,
    refusal,
    zero,
)
from mesacircuits.circuits.operators import operator_named
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS
from mesacircuits.errors import ArgumentError

__all__ = ["aiger_notes", "read_aiger", "write_aag", "write_aig"]

_NUMBER = re.compile(r"[0-9]{1,9}")
_SYMBOL = re.compile(r"([io])([0-9]{1,9}) (\S.*)")
#: The most bytes of a coded number: five hold 35 bits.
_MOST_BYTES = 5


class _File:
    """Bytes, read line by line or byte by byte."""

    def __init__(self, data: str | bytes, argument: str) -> None:
        self.data = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
        self.argument = argument
        self.place = 0
        self.line = 0

    @property
    def ended(self) -> bool:
        return self.place >= len(self.data)

    def next_line(self, expected: str) -> str:
        """Return the next line, raising `ArgumentError` if the file has ended."""
        self.line += 1
        if self.ended:
            raise self.refusal(expected, "the end of the file")
        end = self.data.find(b"\n", self.place)
        end = len(self.data) if end < 0 else end
        if end - self.place > LONGEST_LINE:
            expected = f"lines of at most {LONGEST_LINE:,} bytes"
            raise self.refusal(expected, f"{end - self.place:,}")
        text = self.data[self.place : end].decode("utf-8", "backslashreplace")
        self.place = end + 1
        return text.removesuffix("\r")

    def numbers(self, count: int, expected: str) -> list[int]:
        """Return the numbers of the next line, raising `ArgumentError` unless `count` of them."""
        text = self.next_line(expected)
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

    def refusal(self, expected: str, got: object) -> ArgumentError:
        return refusal(self.argument, self.line, expected, got)

    def byte_refusal(self, place: int, expected: str, got: object) -> ArgumentError:
        name = " ".join(self.argument.split())
        return ArgumentError(f"{name}, line {self.line + 1}, byte {place}", expected, got)


@dataclass(frozen=True, slots=True)
class _Header:
    binary: bool
    most: int
    inputs: int
    outputs: int
    ands: int


@dataclass(frozen=True, slots=True)
class _And:
    """An AND of two AIGER literals; `operands` are the values of those that are no constants."""

    left: int
    right: int

    def __call__(self, build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
        values = iter(operands)
        codes = (self.left, self.right)
        plain = [next(values) if code > 1 else FALSE for code in codes]
        p, q = (~value if code & 1 else value for value, code in zip(plain, codes, strict=True))
        # Gates are kept 0 where all inputs are 0, as in the basis `aig`.
        if p.inverted and q.inverted:
            return ~build.disjunction((~p, ~q))
        return build.conjunction((p, q))


def _names(*codes: int) -> tuple[str, ...]:
    """Return what the netlist calls the variables of literals, constants left out."""
    return tuple(str(code & ~1) for code in codes if code > 1)


def read_aiger(data: str | bytes, argument: str = "aiger") -> Circuit:
    """Return the circuit of an AIGER file, ASCII or binary as its first word says.

    Each AND becomes one gate. Inversions go into the operators (AND, a AND NOT b, NOT a AND b, OR),
    so that each gate is 0 where all inputs are 0: the circuit is in the basis `aig`. ANDs that no
    output reads are kept, and so are those of constants. Symbols and comments are passed over.

    Arguments:
        data: the file's bytes; text is taken for an ASCII file.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line (in the binary part the byte, too) for what is not
    AIGER, for latches, for the further header fields of AIGER 1.9 (bad states, constraints,
    justice, fairness), and for more than 16 inputs.

    >>> print(read_aiger("aag 3 2 0 1 1\\n2\\n4\\n7\\n6 3 5\\n"))
    g1 = a | b; out = g1
    """
    file = _File(data, argument)
    header = _read_header(file)
    net = Netlist(argument)
    for i in range(header.inputs):
        code = 2 * i + 2 if header.binary else _read_literal(file, header, "an input", even=True)
        net.add_input(str(code), file.line)
    outputs = []
    for _ in range(header.outputs):
        outputs.append((_read_literal(file, header, "an output"), file.line))
    for i in range(header.ands):
        line = file.line + 1
        code, left, right = (_read_coded_and if header.binary else _read_and)(file, header, i)
        net.define(str(code), line, _names(left, right), _And(left, right))
    for i, (code, line) in enumerate(outputs):
        name = f"output {i}"
        if code > 1:
            net.define(name, line, _names(code), inverted if code & 1 else passed)
        else:
            net.define(name, line, (), one if code else zero)
        net.add_output(name, line)
    _check_symbols(file, header)
    return net.circuit()


def _read_header(file: _File) -> _Header:
    shape = "a header aag M I L O A or aig M I L O A"
    text = file.next_line(shape)
    kind, *words = text.split() or [""]
    if kind not in ("aag", "aig") or not all(map(_NUMBER.fullmatch, words)) or len(words) < 5:
        raise file.refusal(shape, text)
    if len(words) > 5:
        plain = "the five fields M I L O A (no bad states, constraints or fairness of AIGER 1.9)"
        raise file.refusal(plain, text)
    most, inputs, latches, outputs, ands = map(int, words)
    if latches:
        raise file.refusal("a combinational circuit (no latches)", f"{latches} latches")
    if inputs > MAX_TABLE_INPUTS:
        raise file.refusal(f"at most {MAX_TABLE_INPUTS} inputs", inputs)
    if most < inputs + ands or (kind == "aig" and most > inputs + ands):
        raise file.refusal(f"M = {inputs + ands}, the inputs and ANDs", most)
    return _Header(kind == "aig", most, inputs, outputs, ands)


def _check_literal(file: _File, header: _Header, code: int, what: str, even: bool) -> int:
    if code > 2 * header.most + 1 or (even and (code < 2 or code & 1)):
        shape = f"an even literal from 2 to {2 * header.most}" if even else "a literal"
        raise file.refusal(f"{shape} up to {2 * header.most + 1} for {what}", code)
    return code


def _read_literal(file: _File, header: _Header, what: str, even: bool = False) -> int:
    (code,) = file.numbers(1, f"one literal, {what}")
    return _check_literal(file, header, code, what, even)


def _read_and(file: _File, header: _Header, place: int) -> tuple[int, int, int]:
    code, left, right = file.numbers(3, "three literals, an AND and its operands")
    _check_literal(file, header, code, "an AND", even=True)
    for operand in (left, right):
        _check_literal(file, header, operand, "an operand", even=False)
    return code, left, right


def _read_coded_and(file: _File, header: _Header, place: int) -> tuple[int, int, int]:
    code = 2 * (header.inputs + place + 1)
    start = file.place
    left = code - file.coded()
    if not 0 <= left < code:
        raise file.byte_refusal(start, f"a difference from 1 to {code}", code - left)
    start = file.place
    right = left - file.coded()
    if right < 0:
        raise file.byte_refusal(start, f"a difference of at most {left}", left - right)
    return code, left, right


def _check_symbols(file: _File, header: _Header) -> None:
    shape = "a symbol i0 NAME or o0 NAME, or c before comments"
    while not file.ended:
        text = file.next_line(shape)
        if text == "c":
            return
        symbol = _SYMBOL.fullmatch(text)
        if symbol is None:
            raise file.refusal(shape, text)
        count = header.inputs if symbol[1] == "i" else header.outputs
        if int(symbol[2]) >= count:
            raise file.refusal(f"a symbol of one of {count} {_KINDS[symbol[1]]}", text)


_KINDS = {"i": "inputs", "o": "outputs"}


def _header(kind: str, graph: AndGates) -> str:
    ands, outputs = len(graph.gates), len(graph.outputs)
    return f"{kind} {graph.inputs + ands} {graph.inputs} 0 {outputs} {ands}\n"


def _symbols(circuit: Circuit) -> str:
    inputs = (f"i{i} {circuit.wire_name(i)}\n" for i in range(circuit.inputs))
    return "".join([*inputs, *(f"o{i} {name}\n" for i, name in enumerate(circuit.output_names))])


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
    return _header("aag", graph) + "".join(lines) + _symbols(circuit)


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
    parts = [(_header("aig", graph) + outputs).encode()]
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
    return tuple(notes)
