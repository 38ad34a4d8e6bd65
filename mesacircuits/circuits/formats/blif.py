"""BLIF, the Berkeley Logic Interchange Format: combinational models, those they use set in.

Source: *Berkeley Logic Interchange Format (BLIF)*, University of California, Berkeley, 1992.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mesacircuits.circuits.circuit import MAX_FAN_IN, MAX_GATES, Circuit, GateBuilder, Output
from mesacircuits.circuits.formats.netlist import (
    Build,
    CircuitFormat,
    NameRules,
    Netlist,
    Signals,
    comment_before,
    lines_of,
    refusal,
    replaced_notes,
    text_bytes,
)
from mesacircuits.errors import ArgumentError, FileNote
from mesacircuits.tables import bits_text

__all__ = ["FORMATS", "read_blif", "read_blif_with_free", "write_blif"]

_SEQUENTIAL = {".latch", ".mlatch", ".clock", ".latch_order", ".flop", ".start_kiss"}
_CELLS = {".gate", ".search", ".blackbox"}
#: Lines that say that one signal is another: berkeley-abc's, and that of VTR and Yosys.
_ALIASES = {".short", ".conn"}
#: Delays, areas and annotations, which say nothing of the functions.
_IGNORED = {
    ".and_gate_delay", ".area", ".attr", ".cname", ".cycle", ".clock_event",
    ".default_input_arrival", ".default_input_drive", ".default_max_input_load",
    ".default_output_load", ".default_output_required", ".delay", ".input_arrival", ".input_drive",
    ".input_required", ".max_input_load", ".output_arrival", ".output_load", ".output_required",
    ".param", ".wire", ".wire_load_slope",
}  # fmt: skip
_MODEL = re.compile(rb"^[ \t]*\.model(?=[ \t\r\n\\#]|\Z)", re.MULTILINE)
#: The most models of a file, and how deep they may use one another.
_MOST_MODELS = 100_000
_DEEPEST = 100
#: How many models a note lists.
_LISTED = 10


def _statements(
    data: bytes, argument: str, place: int = 0, line: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each statement with its first line: no comments, lines joined."""
    first, words = 0, list[str]()
    for number, text in lines_of(data, argument, place, line):
        bare = text.partition("#")[0].rstrip()
        if first and not bare and "#" in text:
            continue  # a comment between lines that are one statement
        continued = bare.endswith("\\")
        first = first or number
        words += bare.removesuffix("\\").split()
        if not continued:
            if words:
                yield first, words
            first, words = 0, []
    if words:
        yield first, words


@dataclass(slots=True)
class _Instance:
    """A line `.subckt`: the model that it uses, and the signal of each input and output of it."""

    line: int
    model: str
    signals: dict[str, str]


@dataclass(slots=True)
class _Definition:
    """What drives a signal."""

    name: str
    line: int
    operands: tuple[str, ...]
    build: Build


@dataclass(slots=True)
class _Model:
    """A model as it stands in the file, or the don't-cares of one."""

    name: str
    line: int
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: list[tuple[str, int]] = field(default_factory=list)
    parts: list[_Definition | _Instance] = field(default_factory=list)
    says_inputs: bool = False
    says_outputs: bool = False
    free: _Model | None = None
    #: The names of its outputs, once it is read.
    ends: frozenset[str] = frozenset()


class _File:
    """The models of a file, each read when it is asked for."""

    def __init__(self, data: str | bytes, argument: str) -> None:
        self.data, self.argument = text_bytes(data, argument), argument
        self.models: dict[str, _Model] = {}
        #: Those that are being read: each of them waits for the next.
        self.waiting: list[str] = []
        #: What is to be said once the file is read.
        self.notes: list[str] = []
        #: Where each begins, by name: bytes, and lines before.
        self.places: dict[str, tuple[int, int]] = {}
        place = line = 0
        for found in _MODEL.finditer(self.data):
            line += self.data.count(b"\n", place, found.start())
            place = found.start()
            first, words = next(_statements(self.data, argument, place, line))
            name = " ".join(words[1:])
            if name in self.places:
                raise self.refusal(first, "models of different names", name)
            if len(self.places) == _MOST_MODELS:
                raise self.refusal(first, f"at most {_MOST_MODELS:,} models", "one more")
            self.places[name] = place, line
            if len(self.places) == 1:
                self._refuse_before(first)
        self.names = [*self.places] or [""]
        self.places = self.places or {"": (0, 0)}

    def _refuse_before(self, line: int) -> None:
        first, words = next(_statements(self.data, self.argument))
        if first < line:
            raise self.refusal(first, ".model before all others", " ".join(words))

    def refusal(self, line: int, expected: str, got: object) -> ArgumentError:
        return refusal(self.argument, line, expected, got)

    def chosen(self, model: str | None) -> _Model:
        """Return the model of a name, or the first; then note it if that leaves any out."""
        if model is not None:
            if model not in self.places:
                raise ArgumentError("model", f"one of {self._listed(self.names)}", model)
            return self._with_inputs(self.model(model))
        first = self._with_inputs(self.model(self.names[0]))
        if len(self.names) > 1:
            used, waiting = {first.name}, [first]
            while waiting:
                for part in waiting.pop().parts:
                    if isinstance(part, _Instance) and part.model not in used:
                        used.add(part.model)
                        waiting += [self.model(part.model, part.line)]
            if left := [name for name in self.names if name not in used]:
                said = (
                    f"{self.argument}: the first of {len(self.names):,} models is taken, "
                    f"{self._listed([first.name])}; FILE.blif:MODEL takes another: "
                    f"{self._listed(left)}"
                )
                self.notes.append(said)
        return first

    def _with_inputs(self, model: _Model) -> _Model:
        # Other programs take what nothing drives for 0.
        if model.inputs and not model.says_inputs:
            said = f"no .inputs: {self._listed([*model.inputs])} are taken for them"
            self.notes.append(f"{self.argument}: {said}, as nothing drives them")
        return model

    def say_notes(self) -> None:
        for said in self.notes:
            warnings.warn(FileNote(said), stacklevel=4)

    @staticmethod
    def _listed(names: list[str]) -> str:
        more = [f"{len(names) - _LISTED:,} more"] if len(names) > _LISTED else []
        return ", ".join([*(name or "(no name)" for name in names[:_LISTED]), *more])

    def model(self, name: str, line: int = 0) -> _Model:
        """Return the model of a name, which line number `line` uses."""
        if name not in self.places:
            raise self.refusal(line, f"a model of this file: {self._listed(self.names)}", name)
        if name not in self.models:
            self.check_uses(line, name, self.waiting)
            self.waiting.append(name)
            self.models[name] = _Reading(self, *self.places[name]).model(name)
            self.waiting.pop()
        return self.models[name]

    def check_uses(self, line: int, name: str, users: Sequence[str]) -> None:
        """Raise `ArgumentError` if a model would be part of itself, or too deep inside others."""
        if name in users:
            raise self.refusal(line, "no model that uses itself", name)
        if len(users) > _DEEPEST:
            raise self.refusal(line, f"models at most {_DEEPEST} deep in others", name)

    def circuit(self, top: _Model, free: bool = False) -> Circuit:
        """Return the circuit of a model, or that of its don't-cares: 1 where an output is free."""
        net, part = Netlist(self.argument), top.free if free and top.free else top
        for name, line in top.inputs.items():
            net.add_input(name, line)
        self.instances = 0
        self._set_in(net, part, "", (top.name,))
        driven: set[str] = set()
        for what in part.parts:
            driven |= {what.name} if isinstance(what, _Definition) else {*what.signals.values()}
        for name, line in top.outputs:
            if free and name not in driven:
                # No word's name: it is taken by nothing else.
                net.define(name := f"{len(driven)} {name}", line, (), 0)
                driven.add(name)
            net.add_output(name, line)
        return net.circuit()

    def _set_in(self, net: Netlist, part: _Model, prefix: str, users: tuple[str, ...]) -> None:
        for what in part.parts:
            if isinstance(what, _Definition):
                operands = tuple(prefix + name for name in what.operands)
                net.define(prefix + what.name, what.line, operands, what.build)
                continue
            line, used = what.line, self.model(what.model, what.line)
            self.check_uses(line, used.name, users)
            self.instances += 1
            if self.instances > MAX_GATES:
                raise self.refusal(line, f"at most {MAX_GATES:,} sub-circuits", "one more")
            for formal in what.signals:
                if formal not in used.inputs and formal not in used.ends:
                    raise self.refusal(line, f"an input or output of {used.name}", formal)
            # A space is in no name of the file.
            inner = f"{prefix}{self.instances} "
            for formal in used.inputs:
                if formal not in what.signals:
                    raise self.refusal(
                        line, f"a signal for each input of {used.name}", f"none for {formal}"
                    )
            for formal, name in what.signals.items():
                ends = (inner + formal, prefix + name)
                into, of = ends if formal in used.inputs else ends[::-1]
                net.define(into, line, (of,), 0x2)
            self._set_in(net, used, inner, (*users, used.name))


class _Reading:
    """The reading of one model, statement by statement."""

    def __init__(self, file: _File, place: int, line: int) -> None:
        self.file = file
        self.statements = _statements(file.data, file.argument, place, line)
        # The output, line and inputs of a .names, and the rows that follow it.
        self.head: tuple[str, int, tuple[str, ...]] | None = None
        self.rows: list[tuple[str, str]] = []

    def model(self, name: str) -> _Model:
        """Return the model that begins here."""
        model = part = _Model(name, 0)
        begun = ended = False
        for line, words in self.statements:
            command, *rest = words
            if command == ".model":
                if begun:
                    break
                begun, model.line = True, line
                continue
            begun = begun or not name
            if ended and command != ".exdc":
                continue
            if not command.startswith("."):
                self._row(line, words)
                continue
            self._end_cover(part)
            if command == ".end":
                ended = True
            elif command == ".exdc":
                if model.free is not None:
                    raise self.file.refusal(line, "one .exdc for a model", "a second one")
                model.free = part = _Model(name, line)
                ended = False
            else:
                self._command(part, line, command, rest)
        self._end_cover(part)
        for each in (model, model.free):
            if each is not None:
                self._infer(each)
                each.ends = frozenset(name for name, _ in each.outputs)
        return model

    def _command(self, part: _Model, line: int, command: str, rest: list[str]) -> None:
        refusal = self.file.refusal
        if command in (".inputs", ".input"):
            part.says_inputs = True
            for name in rest:
                if name in part.inputs:
                    before = f"a signal not driven on line {part.inputs[name]} already"
                    raise refusal(line, before, name)
                if len(part.inputs) == MAX_GATES:
                    raise refusal(line, f"at most {MAX_GATES:,} inputs", f"one more, {name}")
                part.inputs[name] = line
        elif command in (".outputs", ".output"):
            part.says_outputs = True
            if len(part.outputs) + len(rest) > MAX_GATES:
                raise refusal(line, f"at most {MAX_GATES:,} outputs", "more")
            part.outputs += [(name, line) for name in rest]
        elif command == ".names":
            if not rest:
                raise refusal(line, ".names [INPUT ...] OUTPUT", ".names")
            self.head = rest[-1], line, tuple(rest[:-1])
        elif command in _ALIASES:
            if len(rest) != 2:
                raise refusal(line, f"{command} FROM TO", " ".join([command, *rest]))
            self._add(part, _Definition(rest[1], line, (rest[0],), 0x2))
        elif command == ".subckt":
            pairs = [word.partition("=")[::2] for word in rest[1:]]
            signals = dict(pairs)
            if not rest or not all(map(all, pairs)) or len(signals) < len(pairs):
                shape = ".subckt MODEL INPUT=SIGNAL ... OUTPUT=SIGNAL ..., each once"
                raise refusal(line, shape, " ".join([command, *rest]))
            self._add(part, _Instance(line, rest[0], signals))
        elif command in _SEQUENTIAL:
            raise refusal(line, "a combinational circuit (no latches)", command)
        elif command in _CELLS:
            raise refusal(line, "models of .names and .subckt only", command)
        elif command not in _IGNORED:
            raise refusal(line, ".model, .inputs, .outputs, .names or .end", command)

    def _add(self, part: _Model, what: _Definition | _Instance) -> None:
        if len(part.parts) >= MAX_GATES + len(part.outputs):
            raise self.file.refusal(what.line, f"at most {MAX_GATES:,} gates", "one more")
        part.parts.append(what)

    def _row(self, line: int, words: list[str]) -> None:
        if self.head is None:
            raise self.file.refusal(line, "a line that begins with '.'", " ".join(words))
        self.rows.append(_row(self.file, line, words, len(self.head[2]), self.rows[:1]))

    def _end_cover(self, part: _Model) -> None:
        if self.head is not None:
            name, line, operands = self.head
            build = _function(self.rows, len(operands))
            self._add(part, _Definition(name, line, operands, build))
            self.head, self.rows = None, []

    def _infer(self, part: _Model) -> None:
        """Add the inputs and the outputs of a model that does not say them."""
        if part.says_inputs and part.says_outputs:
            return
        read, driven = dict[str, int](), dict[str, int]()
        for what in part.parts:
            if isinstance(what, _Definition):
                ends = [(read, name) for name in what.operands] + [(driven, what.name)]
            else:
                used = self.file.model(what.model, what.line)
                ends = [
                    (read if formal in used.inputs else driven, name)
                    for formal, name in what.signals.items()
                ]
            for found, name in ends:
                found.setdefault(name, what.line)
        if not part.says_inputs:
            part.inputs = {name: line for name, line in read.items() if name not in driven}
        if not part.says_outputs:
            listed = driven.items()
            part.outputs = [(n, line) for n, line in listed if n not in read]


def read_blif(data: str | bytes, argument: str = "blif", model: str | None = None) -> Circuit:
    """Return the circuit of a model of a BLIF file, by default of the first.

    Each `.names` of at most four inputs becomes one gate, whatever its cover, except that one
    without inputs is a constant, a buffer is the wire it reads (so are `.short` and `.conn`),
    and an inverter that drives an output and nothing else is that output's inversion. Wider
    ones become AND gates of two inputs for the rows and OR gates of two inputs over them.
    Models that `.subckt` lines use are set in. Inputs and outputs keep their names and their
    order; a model without `.inputs` has those signals that it reads and does not drive, and one
    without `.outputs` those that it drives and does not read. Delays, areas and annotations are
    passed over.

    That a model is left out, or don't-cares are, is a `FileNote`, given as a warning.

    Arguments:
        data: the file's text or bytes.
        argument: what errors call the file.
        model: the name of the model.

    Raises `ArgumentError` that names the line for what is not BLIF, for latches, for library gates
    and models of other files, and for more than 16 inputs; and for a model that is not there.

    >>> print(read_blif(".model m\\n.inputs a b\\n.outputs z\\n.names a b z\\n1- 1\\n-1 1\\n.end"))
    g1 = a | b; out = g1
    """
    file = _File(data, argument)
    top = file.chosen(model)
    circuit = file.circuit(top)
    if top.free is not None:
        said = "a circuit has no don't-cares: .exdc is passed over, which a task takes in"
        file.notes.append(f"{argument}, line {top.free.line}: {said}")
    file.say_notes()
    return circuit


def read_blif_with_free(
    data: str | bytes, argument: str = "blif", model: str | None = None
) -> tuple[Circuit, Circuit | None]:
    """Return the circuit of a model as `read_blif` does, and that of its don't-cares, or None.

    The second has the same inputs and outputs; an output is 1 where `.exdc` says that the first
    circuit's is free. It may stand before the `.end` of its model or after it.

    >>> _, free = read_blif_with_free(".outputs z\\n.names a z\\n1 1\\n.exdc\\n.names a z\\n0 1")
    >>> print(free)
    out = ~a
    """
    file = _File(data, argument)
    top = file.chosen(model)
    found = file.circuit(top), file.circuit(top, free=True) if top.free is not None else None
    file.say_notes()
    return found


def _row(
    file: _File, line: int, words: list[str], width: int, before: list[tuple[str, str]]
) -> tuple[str, str]:
    """Return a row of a cover, raising `ArgumentError` unless it is a cube and a value."""
    text, cube, value = " ".join(words), "".join(words[:-1]), words[-1]
    if len(words) != (2 if width else 1) or len(cube) != width or set(cube) - set("01-"):
        shape = f"{width} of 0, 1 and -, then 0 or 1" if width else "0 or 1 alone"
        raise file.refusal(line, shape, text)
    if value not in ("0", "1"):
        raise file.refusal(line, "0 or 1 as the last word", value)
    if before and before[0][1] != value:
        raise file.refusal(line, f"rows that all end in {before[0][1]}", text)
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


_RULES = NameRules("BLIF", r"\s#\\")


def _notes(circuit: Circuit) -> tuple[str, ...]:
    return replaced_notes(circuit, _RULES)


def write_blif(circuit: Circuit) -> str:
    """Return a circuit as a BLIF model, one `.names` per gate and one per output.

    Inputs and outputs keep their names; without any they are called a, b, ... and `out` (or `out0`,
    `out1`, ...). Gates are g1, g2, ... An output's `.names` is a buffer, or an inverter if it
    is read inverted. `read_blif` gives the same circuit, except that a gate that passes its one
    operand on is read as that operand's wire.

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
    signals = Signals(circuit, _RULES)
    lines = [".model circuit", " ".join([".inputs", *signals.inputs])]
    lines.append(" ".join([".outputs", *signals.output_names]))
    lines += [f".names {signals.zero}"] if signals.zero else []
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
        "blif",
        "BLIF, without latches",
        write_blif,
        read_blif,
        _notes,
        comment_before("#"),
        has_models=True,
    ),
)
