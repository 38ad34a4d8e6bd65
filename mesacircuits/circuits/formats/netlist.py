"""What the formats of circuit files share: netlists, signals by name and in any order."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesacircuits.circuits.bases import operator_named
from mesacircuits.circuits.circuit import FALSE, MAX_GATES, Circuit, GateBuilder, Output
from mesacircuits.circuits.names import Names, distinct, gate_prefix
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS
from mesacircuits.errors import ArgumentError

__all__ = [
    "LONGEST_LINE", "ZERO", "Build", "CircuitFormat", "Lines", "NameRules", "Netlist", "Signals",
    "comment_before", "lines_of", "refusal", "replaced_note", "replaced_notes", "text_bytes",
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
            None if the format is only written. Where files have several circuits, a third one says
            which.
        notes: gives what `write` does not keep of a circuit, or asks of readers, one line each.
        commented: gives the file's bytes with some lines as a comment in them; None if the format
            has no comments.
        is_text: whether its files are text; else they are bytes.
        has_models: whether a file may have several circuits, each with a name.

    >>> CircuitFormat("toy", "a toy", str).suffix
    '.toy'
    """

    name: str
    description: str
    write: Callable[..., str | bytes]
    read: Callable[..., Circuit] | None = None
    notes: Callable[[Circuit], tuple[str, ...]] = _no_notes
    commented: Callable[[bytes, Sequence[str]], bytes] | None = None
    is_text: bool = True
    has_models: bool = False

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


#: No format of text has these in names.
_UNPRINTED = r"\x00-\x1f\x7f"


@dataclass(frozen=True, slots=True)
class NameRules:
    """Which names of inputs and outputs a format of files has.

    Arguments:
        called: what notes call the format.
        without: characters that are in no name, as in the brackets of a regular expression; names
            have `_` in their place.
        taken: says whether a name, of an output or else of an input, has another meaning; it then
            has `_` before it.
        written: how a name is written, where that is not as it is.
        apart: whether an output that is an input, or twice the same, must have a name of its own.

    >>> NameRules("TOY", r"\\s,").cleaned("x, y", True)
    'x__y'
    """

    called: str
    without: str = ""
    taken: Callable[[str, bool], bool] = lambda name, is_output: False
    written: Callable[[str], str] = str
    apart: bool = False

    def cleaned(self, name: str, is_output: bool) -> str:
        """Return the name nearest to one that the format has."""
        name = re.sub(f"[{self.without}{_UNPRINTED}]", "_", name)
        return f"_{name}" if self.taken(name, is_output) else name


_ANY_NAMES = NameRules("")


class Signals:
    """What a file of some format calls the wires of a circuit.

    Arguments:
        circuit: any circuit.
        rules: which names the format has; by default any of one line.

    Attributes:
        inputs: the names of the inputs: those of the circuit, or a, b, ...
        gates: for each gate its name, its operator, and the signals that it reads.
        output_names: the names of the outputs.
        outputs: for each output, but for those that are an input or an output before, its name, the
            signal that it reads (empty for the constant), and whether it reads it inverted.
        zero: the signal that is 0, if a gate reads it; else empty.
        replaced: names that the format does not have, or not there, each with the one written.

    >>> Signals(Circuit.parse(1, "out = ~a")).outputs
    [('out', 'a', True)]
    """

    def __init__(self, circuit: Circuit, rules: NameRules = _ANY_NAMES) -> None:
        free, meant = distinct(), dict[tuple[str, Output], str]()
        self.replaced: list[tuple[str, str]] = []

        def name_of(own: str, signal: Output, is_output: bool) -> str:
            bare = meant.get((own, signal)) if is_output and not rules.apart else None
            if bare is None:
                bare = meant[own, signal] = free(rules.cleaned(own, is_output))
            if (written := rules.written(bare)) != own:
                self.replaced.append((own, written))
            return written

        wires = [name_of(circuit.wire_name(i), Output(i), False) for i in range(circuit.inputs)]
        self.inputs = [*wires]
        known = {*meant.values()}
        self.output_names: list[str] = []
        driven = []
        for own, output in zip(circuit.output_names, circuit.outputs, strict=True):
            self.output_names.append(name_of(own, output, True))
            bare = meant[own, output]
            if rules.apart or bare not in known:
                driven.append((self.output_names[-1], output))
            known.add(bare)
        prefix = gate_prefix(known)
        wires += [f"{prefix}{i}" for i in range(1, circuit.size + 1)]
        zero = ZERO
        while zero in known:
            zero += "_"
        self.zero = zero if circuit.reads_constant else ""
        self.gates = [
            (
                name,
                operator_named(gate.operator),
                [wires[w] if w >= 0 else zero for w in gate.operands],
            )
            for name, gate in zip(wires[circuit.inputs :], circuit.gates, strict=True)
        ]
        self.outputs = [
            (name, wires[output.wire] if output.wire >= 0 else "", output.inverted)
            for name, output in driven
        ]


#: How many names a note lists.
_MOST_REPLACED = 20


def replaced_notes(circuit: Circuit, rules: NameRules) -> tuple[str, ...]:
    """Return the note on names that a format does not have, if there are any.

    >>> named = Circuit.parse(1, "out = a").named(Names(("x y",), ("f",)))
    >>> replaced_notes(named, NameRules("TOY", r"\\s"))
    ('names in TOY: x y is written x_y',)
    """
    return () if circuit.names is None else replaced_note(rules, Signals(circuit, rules).replaced)


def replaced_note(rules: NameRules, pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the note on names, each with the one that is written, where that is another.

    >>> replaced_note(NameRules("TOY"), [("x", "x"), ("y z", "y_z")])
    ('names in TOY: y z is written y_z',)
    """
    replaced = [*dict.fromkeys(pair for pair in pairs if pair[0] != pair[1])]
    if not replaced:
        return ()
    listed = [f"{own} is written {written.strip()}" for own, written in replaced[:_MOST_REPLACED]]
    more = len(replaced) - len(listed)
    listed += [f"and so on for {more:,} more"] if more else []
    return (f"names in {rules.called}: {', '.join(listed)}",)


def refusal(argument: str, line: int, expected: str, got: object) -> ArgumentError:
    """Return the error for line number `line`, from 1, of a file.

    >>> refusal("blif", 3, "a name", "")
    ArgumentError('blif, line 3: expected a name, got nothing')
    """
    return ArgumentError(f"{' '.join(argument.split())}, line {line}", expected, got)


def text_bytes(data: str | bytes, argument: str) -> bytes:
    """Return the bytes of a text in UTF-8, without the byte order mark that some editors add.

    Raises `ArgumentError` for text in UTF-16, as its byte order mark tells.

    >>> text_bytes(b"\\xef\\xbb\\xbf.model m", "blif")
    b'.model m'
    """
    if isinstance(data, str):
        data = data.removeprefix("\ufeff").encode("utf-8", "backslashreplace")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise ArgumentError(" ".join(argument.split()), "text in UTF-8", "text in UTF-16")
    return data.removeprefix(BOM_UTF8)


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
        self.data = text_bytes(data, argument)
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


def lines_of(
    data: str | bytes, argument: str, place: int = 0, line: int = 0
) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers from 1, without line ends: see `Lines`.

    Arguments:
        data, argument: as there.
        place, line: how many bytes, and lines, come before the first one.

    >>> list(lines_of(b"a\\r\\nb", "file"))
    [(1, 'a'), (2, 'b')]
    """
    lines = Lines(data, argument)
    lines.place, lines.line = place, line
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
    g1 = ~x; g2 = g1 & x; out = g2
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

    def undriven(self) -> dict[str, int]:
        """Return the signals that something reads and nothing drives, each with a line of these.

        >>> net = Netlist("file")
        >>> net.define("z", 2, ("y", "x"), 0x8)
        >>> net.undriven()
        {'y': 2, 'x': 2}
        """
        found: dict[str, int] = {}
        for line, operands, _ in self._definitions.values():
            for name in operands:
                if name not in self._definitions and name not in self._inputs:
                    found.setdefault(name, line)
        return found

    def circuit(self) -> Circuit:
        """Return the circuit, its gates in the order of the definitions where that is possible.

        Its inputs and outputs are called by their signals.

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
        circuit = build.circuit(values[name] for name, _ in self._outputs)
        named = Names.of_file([*self._inputs], [name for name, _ in self._outputs])
        return circuit.named(named)

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
