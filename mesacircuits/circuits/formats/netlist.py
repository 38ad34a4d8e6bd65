"""What the formats of circuit files share: netlists, signals by name and in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesacircuits.circuits.bases import operator_named
from mesacircuits.circuits.circuit import FALSE, MAX_GATES, Circuit, GateBuilder, Output
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS
from mesacircuits.errors import ArgumentError

__all__ = [
    "LONGEST_LINE", "ZERO", "Build", "CircuitFormat", "Lines", "Netlist", "Signals",
    "comment_before", "lines_of", "refusal",
]  # fmt: skip

#: The longest line, in bytes: what is made of a line takes many times its room.
LONGEST_LINE = 1 << 22
#: The signal that is 0, where a gate reads the constant.
ZERO = "zero"


def _no_notes(circuit: Circuit) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class CircuitFormat:
    """A format of circuit files, or of drawings.

    Arguments:
        name: what `--from` and `--to` call it; the suffix of its files is `.` and the name.
        description: one line.
        write: gives the file's text or, for a binary format, bytes; of a drawing, with marks.
        read: gives the circuit of a file's bytes; its second argument is what errors call them.
            None if the format is only written.
        notes: gives what `write` does not keep of a circuit, or asks of readers, one line each.
        commented: gives the file's bytes with some lines as a comment in them; None if the format
            has no comments.
        is_text: whether its files are text; else they are bytes.

    >>> CircuitFormat("toy", "a toy", str).suffix
    '.toy'
    """

    name: str
    description: str
    write: Callable[..., str | bytes]
    read: Callable[[bytes, str], Circuit] | None = None
    notes: Callable[[Circuit], tuple[str, ...]] = _no_notes
    commented: Callable[[bytes, Sequence[str]], bytes] | None = None
    is_text: bool = True

    @property
    def suffix(self) -> str:
        """The suffix of file names in this format."""
        return f".{self.name}"


def comment_before(mark: str) -> Callable[[bytes, Sequence[str]], bytes]:
    """Return what puts lines before a file's bytes, each as a comment that begins with a mark.

    >>> comment_before("#")(b"data", ["one", "two"])
    b'# one\\n# two\\ndata'
    """
    return lambda data, lines: "".join(f"{mark} {line}\n" for line in lines).encode() + data


class Signals:
    """What files call the wires of a circuit, which keeps no names of theirs.

    Attributes:
        inputs: the names of the inputs: a, b, ...
        gates: for each gate its name, its operator, and the signals that it reads.
        outputs: for each output its name, the signal that it reads (empty for the constant), and
            whether it reads it inverted.
        zero: whether a gate reads the constant, as the signal `ZERO`.

    >>> Signals(Circuit.parse(1, "out = ~a")).outputs
    [('out', 'a', True)]
    """

    def __init__(self, circuit: Circuit) -> None:
        names = {wire: circuit.wire_name(wire) for wire in range(circuit.wires)}
        self.inputs = [names[i] for i in range(circuit.inputs)]
        self.zero = circuit.reads_constant
        self.gates = [
            (
                names[wire],
                operator_named(gate.operator),
                [names.get(w, ZERO) for w in gate.operands],
            )
            for wire, gate in enumerate(circuit.gates, circuit.inputs)
        ]
        self.outputs = [
            (name, names.get(output.wire, ""), output.inverted)
            for name, output in zip(circuit.output_names, circuit.outputs, strict=True)
        ]


def refusal(argument: str, line: int, expected: str, got: object) -> ArgumentError:
    """Return the error for line number `line`, from 1, of a file.

    >>> refusal("blif", 3, "a name", "")
    ArgumentError('blif, line 3: expected a name, got nothing')
    """
    return ArgumentError(f"{' '.join(argument.split())}, line {line}", expected, got)


class Lines:
    """The lines of a file, one at a time, and what lies between them byte by byte.

    Bytes are read as UTF-8; what is none (comments of old files) comes escaped, never refused.

    Attributes:
        data: the file's bytes.
        argument: what errors call it.
        place: how many bytes were read.
        line: the number of the last line that was read, from 1.
    """

    def __init__(self, data: str | bytes, argument: str) -> None:
        self.data = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
        self.argument = argument
        self.place = self.line = 0

    def next(self) -> str:
        """Return the next line, without its end.

        Raises `ArgumentError` if it has more than `LONGEST_LINE` bytes.
        """
        self.line += 1
        end = self.data.find(b"\n", self.place)
        end = len(self.data) if end < 0 else end
        if end - self.place > LONGEST_LINE:
            raise self.refusal(f"lines of at most {LONGEST_LINE:,} bytes", f"{end - self.place:,}")
        text = self.data[self.place : end].decode("utf-8", "backslashreplace")
        self.place = end + 1
        return text.removesuffix("\r")

    def refusal(self, expected: str, got: object) -> ArgumentError:
        """Return the error for the last line that was read."""
        return refusal(self.argument, self.line, expected, got)


def lines_of(data: str | bytes, argument: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers from 1, without line ends: see `Lines`.

    >>> list(lines_of(b"a\\r\\nb", "file"))
    [(1, 'a'), (2, 'b')]
    """
    lines = Lines(data, argument)
    while lines.place <= len(lines.data):
        text = lines.next()
        yield lines.line, text


#: What a signal is of those that it reads: a truth table, or what makes the gates of their values.
Build = int | Callable[[GateBuilder, tuple[Output, ...]], Output]


class _Definition(NamedTuple):
    line: int
    operands: tuple[str, ...]
    build: Build


class Netlist:
    """Inputs, outputs and definitions of signals, gathered in any order.

    Arguments:
        argument: what errors call the file.

    >>> net = Netlist("file")
    >>> net.add_output("z", 1)
    >>> net.define("z", 2, ("y", "x"), 0x8)
    >>> net.define("y", 3, ("x",), 0x1)
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

        Of a truth table, constants without operands, buffers, and inverters of inverses take no
        gate; for others see `GateBuilder.lookup`.

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
        only_driving = {name for name, _ in self._outputs} - read
        build = GateBuilder(len(self._inputs))
        values = dict(zip(self._inputs, build.inputs, strict=True))
        for name in self._ordered(values):
            _, names, what = self._definitions[name]
            operands = tuple(values[operand] for operand in names)
            if not isinstance(what, int):
                values[name] = what(build, operands)
            elif not operands:
                values[name] = ~FALSE if what else FALSE
            elif len(operands) == 1 and what == 0x2:
                values[name] = operands[0]
            elif len(operands) == 1 and what == 0x1:
                free = name in only_driving
                values[name] = ~operands[0] if free else build.inverter(operands[0])
            else:
                values[name] = build.lookup(what, operands)
        for name, line in self._outputs:
            if name not in values:
                raise self.refusal(line, "outputs that something drives", name)
        return build.circuit(values[name] for name, _ in self._outputs)

    def _ordered(self, known: Iterable[str]) -> Iterator[str]:
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
                line, operands, _ = self._definitions[name]
                waiting = [operand for operand in operands if operand not in done]
                if not waiting:
                    done.add(name)
                    path.discard(name)
                    yield stack.pop()
                    continue
                path.add(name)
                for operand in reversed(waiting):
                    if operand not in self._definitions:
                        raise self.refusal(line, "signals that something drives", operand)
                    if operand in path:
                        raise self.refusal(line, "no signal that depends on itself", operand)
                    stack.append(operand)
