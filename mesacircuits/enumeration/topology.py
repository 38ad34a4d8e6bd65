"""The shape that circuits may be asked to have: their fence, their wiring, and single gates.

A *fence* says how many gates have depth 1, 2, ...; a *wiring* says of each gate which wires it
reads, up to its operator, where inputs may be left open. Either leaves so few chains that exact
synthesis is often cut up by it.

Source: W. Haaswijk, M. Soeken, A. Mishchenko, G. De Micheli, "SAT-Based Exact Synthesis: Encodings,
Topology Families, and Parallelism", IEEE TCAD 39(4), 2020; fences also D. E. Knuth, The Art of
Computer Programming 4A, section 7.1.2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from mesacircuits.circuits import CONSTANT, Circuit, TruthTable
from mesacircuits.circuits.formats import read_text
from mesacircuits.circuits.names import (
    gate_prefix,
    input_names_of,
    name_of_word,
    quoted,
    reworded,
    word_of,
)
from mesacircuits.circuits.truthtable import input_bits, input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import MAX_TASK_INPUTS, FunctionTask

__all__ = [
    "ANY", "Fence", "GatePattern", "Topology", "Wiring", "parse_pattern", "parse_topology",
    "table_text",
]  # fmt: skip

#: An input, whichever.
ANY = "?"
_ZERO = "0"
_FORMS = (
    "a fence such as 2,2,1, a wiring such as g1 = a, b; g2 = ?, g1, or a circuit whose operators "
    "do not matter"
)
_STEP = re.compile(r"(\w+)\s*=\s*((?:\?\w*|\w+)(?:[\s,]+(?:\?\w*|\w+))*)")
_WORDS = re.compile(r"\?\w*|\w+")
_OUTPUTS = ("out", "outputs")


@dataclass(frozen=True)
class Fence:
    """How many gates have depth 1, 2, ...: each reads a gate of the depth below its own.

    Depths count from the inputs, whenever these arrive.

    >>> Fence((2, 1)).holds(Circuit.parse(4, "g1 = a & b; g2 = c ^ d; g3 = g1 | g2; out = g3"))
    True
    """

    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.levels or any(type(v) is not int or v < 1 for v in self.levels):
            expected = "numbers of gates of depth 1, 2, ..., such as 2,2,1"
            raise ArgumentError("topology", expected, str(self))

    @property
    def size(self) -> int:
        """The number of gates."""
        return sum(self.levels)

    @property
    def symmetric(self) -> bool:
        """Whether permuting inputs, or outputs, changes nothing: always."""
        return True

    def fitted(self, words: Mapping[str, int], outputs: int) -> Fence:
        """Return it for the inputs of a task, which it does not name."""
        return self

    def check_operands(self, numbers: Collection[int]) -> None:
        """Do nothing: a fence does not say how many wires gates read."""

    def holds(self, circuit: Circuit) -> bool:
        """Return whether a circuit has it."""
        met = Counter(circuit.depths[circuit.inputs :])
        return met == dict(enumerate(self.levels, 1))

    def said(self, names: Sequence[str] | None = None) -> str:
        """Return what it is in words."""
        return f"fence {self}"

    def __str__(self) -> str:
        return ",".join(map(str, self.levels))


@dataclass(frozen=True)
class Wiring:
    """Which wires each gate reads, up to the order of gates, and perhaps which drive the outputs.

    What a gate reads is a set: a constant operand is no wire, and who reads a wire twice reads it.

    Attributes:
        gates: for each gate what it reads: earlier gates, by their places from 0 on; inputs by
            their names; `?X` for an input that goes by X throughout, those of different X being
            different, and none that is named; and `?` for any input, other than the gate's others.
        outputs: for each output a gate or an input, `?` for any wire, `0` for a constant; None to
            leave them all open.

    Raises `ArgumentError` for a gate that reads itself, a later one, nothing, or a wire twice.

    >>> wiring = Wiring((("?x", "?"), ("?x", 0)))
    >>> wiring.holds(Circuit.parse(3, "g1 = a & b; g2 = b ^ g1; out = g2"))
    True
    >>> wiring.holds(Circuit.parse(3, "g1 = a & b; g2 = c ^ g1; out = g2"))
    False
    """

    gates: tuple[tuple[int | str, ...], ...]
    outputs: tuple[int | str, ...] | None = None

    def __post_init__(self) -> None:
        for place, reads in enumerate(self.gates):
            named = [r for r in reads if r != ANY]
            late = any(type(r) is int and not 0 <= r < place for r in reads)
            if late or not reads or len({*named}) < len(named) or _ZERO in reads:
                raise ArgumentError("topology", "gates of earlier wires, each once", str(self))
        for end in self.outputs or ():
            late = type(end) is int and not 0 <= end < self.size
            if late or (isinstance(end, str) and end != ANY and end.startswith(ANY)):
                raise ArgumentError("topology", "outputs of gates, named inputs, ? or 0", str(end))

    @classmethod
    def of(cls, circuit: Circuit, names: Sequence[str] | None = None) -> Wiring:
        """Return the wiring of a circuit, outputs and all.

        `names` are what the inputs are called of those who are asked to have it: where these are
        its own as well, it goes by them, else by places.

        >>> print(Wiring.of(Circuit.parse(3, "g1 = a & ~b; g2 = c ^ g1; out = ~g2")))
        g1 = a, b; g2 = c, g1; out = g2
        """

        own = input_names_of(circuit)
        called = [*map(input_name, range(circuit.inputs))]
        if own is not None:
            called = [*_placed_names(own, names)]

        def read(wire: int) -> int | str:
            if wire == CONSTANT:
                return _ZERO
            return wire - circuit.inputs if wire >= circuit.inputs else called[wire]

        gates = (sorted({*gate.operands} - {CONSTANT}) for gate in circuit.gates)
        ends = tuple(read(output.wire) for output in circuit.outputs)
        return cls(tuple(tuple(map(read, wires)) for wires in gates), ends)

    @property
    def size(self) -> int:
        """The number of gates."""
        return len(self.gates)

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that are named."""
        listed = [r for reads in (*self.gates, self.outputs or ()) for r in reads]
        named = (r for r in listed if isinstance(r, str) and not r.startswith(ANY) and r != _ZERO)
        return tuple(dict.fromkeys(named))

    @property
    def marks(self) -> tuple[str, ...]:
        """The inputs `?X` that are to be found."""
        listed = (r for reads in self.gates for r in reads if isinstance(r, str))
        return tuple(dict.fromkeys(r for r in listed if r.startswith(ANY) and r != ANY))

    @property
    def symmetric(self) -> bool:
        """Whether permuting inputs, or outputs, changes nothing."""
        return not self.names and self.outputs is None

    def fitted(self, words: Mapping[str, int], outputs: int) -> Wiring:
        """Return it with inputs called a, b, ...; `words` are what they may be called, and places.

        Raises `ArgumentError` for another input, or another number of outputs.
        """
        called: dict[int | str, str] = {}
        for name in self.names:
            if word_of(name) not in words:
                listed = ", ".join(quoted(name_of_word(word)) for word in words)
                expected = f"inputs {listed}, ? for any, or earlier gates"
                raise ArgumentError("topology", expected, name)
            called[name] = input_name(words[word_of(name)])
        if self.outputs is not None and len(self.outputs) != outputs:
            raise ArgumentError("topology", f"{outputs} outputs", len(self.outputs))

        def renamed(reads: tuple[int | str, ...]) -> tuple[int | str, ...]:
            return tuple(called.get(read, read) for read in reads)

        ends = None if self.outputs is None else renamed(self.outputs)
        return Wiring(tuple(map(renamed, self.gates)), ends)

    def check_operands(self, numbers: Collection[int]) -> None:
        """Raise `ArgumentError` for a gate of another number of wires than gates may read.

        >>> Wiring((("a",),)).check_operands({2})
        Traceback (most recent call last):
            ...
        mesacircuits.errors.ArgumentError: topology: expected gates of 2 wires, got one of 1
        """
        for reads in self.gates:
            if len(reads) not in numbers:
                listed = " or ".join(map(str, sorted(numbers)))
                expected = f"gates of {listed} wires"
                raise ArgumentError("topology", expected, f"one of {len(reads)}")

    def said(self, names: Sequence[str] | None = None) -> str:
        """Return what it is in words, with inputs a, b, ... called so if `names` are given."""
        called = {} if names is None else {input_name(i): name for i, name in enumerate(names)}
        return f"wiring {self._text(called)}"

    def holds(self, circuit: Circuit) -> bool:
        """Return whether a circuit, of inputs a, b, ..., has it."""
        return circuit.size == self.size and self._held(circuit, {}, {})

    def _held(self, circuit: Circuit, place: dict[int, int], marked: dict[str, int]) -> bool:
        # Whether the gates not yet placed can be, given which of the circuit's the others are.
        n, j = circuit.inputs, len(place)
        if j == self.size:
            return self._ends_held(circuit, place)
        inputs = {r for r in self.gates[j] if isinstance(r, str)}
        below = {place[r] + n for r in self.gates[j] if isinstance(r, int)}
        for i, gate in enumerate(circuit.gates):
            wires = {w for w in gate.operands if w != CONSTANT}
            fits = below == {w for w in wires if w >= n} and len(wires) == len(self.gates[j])
            if i in place.values() or not fits:
                continue
            leaves = {w for w in wires if w < n}
            for more in self._markings(inputs, leaves, marked):
                if self._held(circuit, place | {j: i}, marked | more):
                    return True
        return False

    def _markings(
        self, inputs: set[str], leaves: set[int], marked: Mapping[str, int]
    ) -> Iterator[dict[str, int]]:
        # How the inputs ?X of a gate can be found among those that it reads.
        named = {input_index(name) for name in self.names}
        own = {input_index(r) for r in inputs if not r.startswith(ANY)}
        own |= {marked[r] for r in inputs if r in marked}
        new = sorted(r for r in inputs if r.startswith(ANY) and r != ANY and r not in marked)
        if own <= leaves:
            free = leaves - named - {*marked.values()}
            for chosen in permutations(sorted(free), len(new)):
                yield dict(zip(new, chosen, strict=True))

    def _ends_held(self, circuit: Circuit, place: Mapping[int, int]) -> bool:
        for end, output in zip(self.outputs or (), circuit.outputs, strict=False):
            if not self.may_drive(end, output.wire, circuit.inputs, place):
                return False
        return True

    @staticmethod
    def may_drive(end: int | str, wire: int, inputs: int, place: Mapping[int, int]) -> bool:
        """Return whether a wire is what an output asks for, gates being placed so."""
        if end == ANY:
            return True
        if end == _ZERO:
            return wire == CONSTANT
        return wire == (input_index(end) if isinstance(end, str) else inputs + place[end])

    def __str__(self) -> str:
        return self._text({})

    def _text(self, called: Mapping[str, str]) -> str:
        named, prefix = {*self.names}, gate_prefix([*called.values(), *self.names])

        def said(read: int | str) -> str:
            if isinstance(read, int):
                return f"{prefix}{read + 1}"
            return quoted(called.get(read, read)) if read in named else read

        steps = [
            f"{prefix}{i} = {', '.join(map(said, reads))}" for i, reads in enumerate(self.gates, 1)
        ]
        if self.outputs is not None:
            steps.append(f"out = {', '.join(map(said, self.outputs))}")
        return "; ".join(steps)


Topology = Fence | Wiring


def input_index(name: str) -> int:
    """Return the place of the input that is called a, b, c, ...

    >>> input_index("c")
    2
    """
    return [input_name(i) for i in range(MAX_TASK_INPUTS)].index(name)


def parse_topology(text: str, names: Sequence[str] | None = None) -> Topology:
    """Return the topology that a text states; `names` are what circuits' inputs are called.

    - `2,2,1`: a fence, the numbers of gates of depth 1, 2, 3.
    - `g1 = a, b; g2 = ?, g1; out = g2`: a wiring (see `Wiring`), gates by any names; as in the text
      of a circuit, steps `inputs = a, b` and `outputs = f` may come first.
    - the text of a circuit, such as `g1 = a & b; g2 = c ^ g1; out = g2`: its wiring.

    Raises `ArgumentError` for anything else.

    >>> print(parse_topology("2, 1"))
    2,1
    >>> print(parse_topology("x = ?p ?; y = ?p x"))
    g1 = ?p, ?; g2 = ?p, g1
    >>> print(parse_topology("g1 = a & ~b; g2 = g1 | c; out = g2"))
    g1 = a, b; g2 = c, g1; out = g2
    """
    if re.fullmatch(r"\s*\d+(\s*,\s*\d+)*\s*", text):
        return Fence(tuple(map(int, text.split(","))))
    lines = (line.partition("#")[0] for line in reworded(text).splitlines())
    steps = [step.strip() for line in lines for step in line.split(";")]
    found = [_STEP.fullmatch(step) for step in steps if step]
    if not found or any(match is None for match in found):
        if "=" not in text:
            raise ArgumentError("topology", _FORMS, text)
        return Wiring.of(read_text(text, "topology", names), names)
    steps_of = [(match[1], _WORDS.findall(match[2])) for match in filter(None, found)]
    called, labels = dict[str, str](), None
    if steps_of[0][0] == "inputs":
        own = [name_of_word(word) for word in steps_of.pop(0)[1]]
        called = dict(zip(own, _placed_names(own, names), strict=True))
    if steps_of and steps_of[0][0] == "outputs" and "out" in dict(steps_of):
        labels = steps_of.pop(0)[1]
    place: dict[str, int] = {}
    gates: list[tuple[int | str, ...]] = []
    ends: tuple[int | str, ...] | None = None
    for gate, words in steps_of:
        named = [called.get(name_of_word(word), name_of_word(word)) for word in words]
        reads = tuple(place.get(word, name) for word, name in zip(words, named, strict=True))
        if gate in _OUTPUTS:
            if ends is not None:
                raise ArgumentError("topology", "outputs once", text)
            ends = reads
            continue
        if ends is not None or gate in place or name_of_word(gate) in called:
            expected = "each gate once, none called as an input is, and outputs last"
            raise ArgumentError("topology", expected, text)
        place[gate] = len(gates)
        gates.append(reads)
    if not gates and ends is None:
        raise ArgumentError("topology", _FORMS, text)
    if labels is not None and len(labels) != len(ends or ()):
        raise ArgumentError("topology", f"{len(labels)} outputs, as it names", text)
    return Wiring(tuple(gates), ends)


def _placed_names(own: Sequence[str], names: Sequence[str] | None) -> tuple[str, ...]:
    """Return what inputs that go by names of their own are called where they are others' inputs.

    That is: as they are, where these have all their names; else by places.

    Raises `ArgumentError` if they are too many.

    >>> _placed_names(["b", "a"], None), _placed_names(["b"], ["a", "b"]), _placed_names("xy", "pq")
    (('a', 'b'), ('b',), ('p', 'q'))
    """
    known = [input_name(i) for i in range(MAX_TASK_INPUTS)] if names is None else [*names]
    if names is not None and {*own} <= {*names}:
        return tuple(own)
    if len(own) > len(known) or len({*own}) < len(own):
        expected = f"at most {len(known)} inputs, each once"
        raise ArgumentError("topology", expected, ", ".join(map(quoted, own)))
    return tuple(known[: len(own)])


# -- single gates and wires ----------------------------------------------------------------------


@dataclass(frozen=True)
class GatePattern:
    """A gate: what it computes, from wires that compute given functions.

    With free inverters functions are meant up to inversion.

    Attributes:
        function: what it computes; None for anything.
        reads: functions of which each is computed by a wire that it reads.
        alone: whether it reads no other wires.
    """

    function: TruthTable | None
    reads: tuple[TruthTable, ...]
    alone: bool

    @property
    def tables(self) -> tuple[TruthTable, ...]:
        """All functions that it is about."""
        return (*self.reads, *(() if self.function is None else (self.function,)))

    def normal(self) -> GatePattern:
        """Return it with those of each two inverse functions that are 0 where all inputs are."""
        made = None if self.function is None else _normal(self.function)
        return GatePattern(made, tuple(map(_normal, self.reads)), self.alone)

    def met_by(self, function: int, read: Sequence[int]) -> bool:
        """Return whether it is a gate of this function that reads wires of these, all as bits."""
        if self.function is not None and self.function.bits != function:
            return False
        if self.alone and len({*read}) != len(self.reads):
            return False
        return {t.bits for t in self.reads} <= {*read}

    def said(self, fixed: bool, names: Sequence[str] | None = None) -> str:
        """Return in words that there is such a gate, or none."""
        read = ", ".join(table_text(table, names) for table in self.reads)
        how = "is" if fixed else "is not"
        if self.function is None:
            return f"{read} {how} read by {'a' if fixed else 'any'} gate"
        made = table_text(self.function, names)
        return f"{made} {how} computed from {read}" + ("" if self.alone else " (and others)")


def _normal(table: TruthTable) -> TruthTable:
    return ~table if table(0) else table


def table_text(table: TruthTable, names: Sequence[str] | None = None) -> str:
    """Return the name of the input that a table is of, or else the table as `tt:N:HEX`.

    >>> table_text(TruthTable(2, 0b1010), ("x", "y")), table_text(TruthTable(2, 0b1000))
    ('x', 'tt:2:8')
    """
    for i in range(table.inputs):
        if table.bits == input_bits(table.inputs, i):
            return input_name(i) if names is None else quoted(names[i])
    return str(FunctionTask((table,)))


def parse_pattern(
    text: str, argument: str, names: Sequence[str] | None = None
) -> GatePattern | None:
    """Return the gate that a text states, None if it states none.

    - `gate:(a ^ b) & c`: the gate of the last operator, that reads wires of a ^ b and c alone.
    - `wire:a ^ b -> (a ^ b) & c`: a gate of the latter that reads a wire of the former, and
      perhaps others; `wire:a` one that reads it, whatever it computes.

    Inputs are called a, b, c, ..., or as `names` say. Raises `ArgumentError`, naming `argument`,
    for expressions that cannot be read.

    >>> parse_pattern("gate:(a ^ b) & c", "fix").said(True)
    'tt:3:60 is computed from tt:3:66, c'
    >>> parse_pattern("wire:a -> a & b", "forbid").said(False)
    'tt:2:8 is not computed from a (and others)'
    """
    kind, colon, rest = text.strip().partition(":")
    if not colon or kind not in ("gate", "wire"):
        return None
    if kind == "gate":
        circuit = read_text(f"out = {rest}", argument, names)
        if not circuit.gates:
            raise ArgumentError(argument, "a gate such as gate:(a ^ b) & c", text)
        bits, [end] = circuit.wire_bits(), circuit.outputs
        made = circuit.output_bits()[0]
        read = [bits[w] for w in circuit.gates[end.wire - circuit.inputs].operands if w >= 0]
        tables = (TruthTable(circuit.inputs, b) for b in read)
        return GatePattern(TruthTable(circuit.inputs, made), tuple(tables), alone=True)
    first, arrow, second = rest.partition("->")
    if not first.strip() or (arrow and not second.strip()):
        raise ArgumentError(argument, "a wire such as wire:a ^ b -> (a ^ b) & c", text)
    called = [input_name(i) for i in range(MAX_TASK_INPUTS)] if names is None else names

    def table(part: str) -> TruthTable:
        return read_text(f"out = {part}", argument, called).tables()[0]

    function = table(second) if arrow else None
    return _narrowed(GatePattern(function, (table(first),), alone=False))


def _narrowed(pattern: GatePattern) -> GatePattern:
    # Over the inputs up to the last that some function reads.
    last = max((i for t in pattern.tables for i in t.support()), default=0)
    keep = tuple(range(last + 1))
    reads = tuple(t.restricted_to(keep) for t in pattern.reads)
    made = None if pattern.function is None else pattern.function.restricted_to(keep)
    return GatePattern(made, reads, pattern.alone)
