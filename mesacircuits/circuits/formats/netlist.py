"""Netlists: circuits as files state them, signals by name and in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from mesacircuits.circuits.circuit import MAX_GATES, Circuit
from mesacircuits.circuits.formats.gate_builder import FALSE, GateBuilder, Literal
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS
from mesacircuits.errors import ArgumentError

__all__ = [
    "LONGEST_LINE",
    "Build",
    "Netlist",
    "TableGate",
    "inverted",
    "lines_of",
    "one",
    "passed",
    "refusal",
    "zero",
]

#: The longest line, in bytes: what is made of a line takes many times its room.
LONGEST_LINE = 1 << 22

#: What makes the gates of a definition, given the values of the signals that it reads.
Build = Callable[[GateBuilder, tuple[Literal, ...]], Literal]


def refusal(argument: str, line: int, expected: str, got: object) -> ArgumentError:
    """Return the error for line number `line`, from 1, of a file.

    >>> refusal("blif", 3, "a name", "")
    ArgumentError('blif, line 3: expected a name, got nothing')
    """
    return ArgumentError(f"{' '.join(argument.split())}, line {line}", expected, got)


def lines_of(data: str | bytes, argument: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers from 1, without line ends, one at a time.

    Bytes are read as UTF-8; what is none (comments of old files) comes escaped, never refused.

    Arguments:
        data: the file.
        argument: what errors call it.

    Raises `ArgumentError` for a line of more than `LONGEST_LINE` bytes.

    >>> list(lines_of(b"a\\r\\nb", "file"))
    [(1, 'a'), (2, 'b')]
    """
    octets = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
    start = 0
    for number in count(1):
        end = octets.find(b"\n", start)
        stop = len(octets) if end < 0 else end
        if stop - start > LONGEST_LINE:
            expected = f"lines of at most {LONGEST_LINE:,} bytes"
            raise refusal(argument, number, expected, f"{stop - start:,}")
        line = octets[start:stop].decode("utf-8", "backslashreplace")
        yield number, line.removesuffix("\r")
        if end < 0:
            return
        start = end + 1


def inverted(build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
    """Add the NOT gate of a definition. See `Netlist.circuit` for where it is none."""
    return build.inverter(operands[0])


def passed(build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
    """Return the one operand of a buffer, which takes no gate."""
    return operands[0]


def zero(build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
    """Return the constant 0, which takes no gate."""
    return FALSE


def one(build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
    """Return the constant 1, which takes no gate."""
    return ~FALSE


@dataclass(frozen=True, slots=True)
class TableGate:
    """Adds the gates of a definition that is a truth table: one gate if it is narrow enough."""

    table: int

    def __call__(self, build: GateBuilder, operands: tuple[Literal, ...]) -> Literal:
        """Add them; see `GateBuilder.lookup`."""
        return build.lookup(self.table, operands)

    @classmethod
    def simplest(cls, table: int, width: int) -> Build:
        """Return what adds no gate for constants without operands, buffers and inverters.

        >>> TableGate.simplest(0x2, 1) is passed, TableGate.simplest(0x6, 2)
        (True, TableGate(table=6))
        """
        simple: dict[tuple[int, int], Build] = {
            (0, 0): zero,
            (0, 1): one,
            (1, 0x1): inverted,
            (1, 0x2): passed,
        }
        return simple.get((width, table)) or cls(table)


@dataclass(frozen=True, slots=True)
class _Definition:
    line: int
    operands: tuple[str, ...]
    build: Build


class Netlist:
    """Inputs, outputs and definitions of signals, gathered in any order.

    Arguments:
        argument: what errors call the file.

    >>> net = Netlist("file")
    >>> net.add_output("z", 1)
    >>> net.define("z", 2, ("y", "x"), lambda build, values: build.gate(0x8, values))
    >>> net.define("y", 3, ("x",), inverted)
    >>> net.add_input("x", 4)
    >>> print(net.circuit())
    g1 = ~a; g2 = g1 & a; out = g2
    """

    def __init__(self, argument: str) -> None:
        self.argument = argument
        self._inputs: dict[str, int] = {}
        self._outputs: list[tuple[str, int]] = []
        self._definitions: dict[str, _Definition] = {}

    def refusal(self, line: int, expected: str, got: object) -> ArgumentError:
        """Return the error for a line of this file."""
        return refusal(self.argument, line, expected, got)

    def add_input(self, name: str, line: int) -> None:
        """Add the next input; raises `ArgumentError` for a signal that is driven already."""
        self._check_new(name, line)
        if len(self._inputs) == MAX_TABLE_INPUTS:
            raise self.refusal(line, f"at most {MAX_TABLE_INPUTS} inputs", f"one more, {name}")
        self._inputs[name] = line

    def add_output(self, name: str, line: int) -> None:
        """Add the next output: the signal `name`, which may drive several, or be an input.

        Raises `ArgumentError` for more than `MAX_GATES` outputs.
        """
        if len(self._outputs) == MAX_GATES:
            raise self.refusal(line, f"at most {MAX_GATES:,} outputs", f"one more, {name}")
        self._outputs.append((name, line))

    def define(self, name: str, line: int, operands: tuple[str, ...], build: Build) -> None:
        """Say what drives a signal.

        Raises `ArgumentError` if something drives it already, and for more than `MAX_GATES` signals
        beside those of outputs.
        """
        self._check_new(name, line)
        if len(self._definitions) >= MAX_GATES + len(self._outputs):
            raise self.refusal(line, f"at most {MAX_GATES:,} gates", f"one more, {name}")
        self._definitions[name] = _Definition(line, operands, build)

    def _check_new(self, name: str, line: int) -> None:
        earlier = self._inputs.get(name)
        if name in self._definitions:
            earlier = self._definitions[name].line
        if earlier is not None:
            raise self.refusal(line, f"a signal not driven on line {earlier} already", name)

    def circuit(self) -> Circuit:
        """Return the circuit, its gates in the order of the definitions where that is possible.

        Signals that no output reads keep their gates. A NOT that drives an output and nothing else
        is that output's inversion, since `Circuit` can read an output inverted.

        Raises `ArgumentError`, naming a line, for signals that nothing drives or that drive
        themselves, and if there is no output.
        """
        if not self._outputs:
            raise ArgumentError(" ".join(self.argument.split()), "at least one output", "none")
        read = {name for d in self._definitions.values() for name in d.operands}
        build = GateBuilder(len(self._inputs))
        values = dict(zip(self._inputs, build.inputs, strict=True))
        only_driving = {name for name, _ in self._outputs} - read
        for name in self._ordered(values):
            definition = self._definitions[name]
            operands = tuple(values[operand] for operand in definition.operands)
            if definition.build is inverted and name in only_driving:
                values[name] = ~operands[0]
            else:
                values[name] = definition.build(build, operands)
        for name, line in self._outputs:
            if name not in values:
                raise self.refusal(line, "outputs that something drives", name)
        return build.circuit(values[name] for name, _ in self._outputs)

    def _ordered(self, known: dict[str, Any]) -> Iterator[str]:
        """Yield the defined signals, each after those that it reads."""
        done = set(known)
        for first in self._definitions:
            path: set[str] = set()
            stack = [first]
            while stack:
                name = stack[-1]
                if name in done:
                    stack.pop()
                    continue
                definition = self._definitions[name]
                waiting = [operand for operand in definition.operands if operand not in done]
                if not waiting:
                    done.add(name)
                    path.discard(name)
                    yield stack.pop()
                    continue
                path.add(name)
                for operand in reversed(waiting):
                    if operand not in self._definitions:
                        raise self.refusal(
                            definition.line, "signals that something drives", operand
                        )
                    if operand in path:
                        raise self.refusal(
                            definition.line, "no signal that depends on itself", operand
                        )
                    stack.append(operand)
