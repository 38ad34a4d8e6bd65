"""Circuits: acyclic networks of gates over labelled inputs, and the texts that state them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heappush
from typing import Any, Protocol

import msgspec

from mesacircuits.call import check_whole, comma_parts
from mesacircuits.circuits.bases import (
    OPERATORS,
    Basis,
    Operator,
    operator_named,
    operator_of,
    orders_that_keep,
)
from mesacircuits.circuits.names import (
    Names,
    distinct,
    gate_prefix,
    input_words,
    quoted,
    reworded,
    shown_words,
    usual_names,
)
from mesacircuits.circuits.truthtable import (
    MAX_TABLE_INPUTS,
    ExpressionReader,
    Token,
    TruthTable,
    input_bits,
    input_name,
    row_of,
    tokens_of,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record

__all__ = [
    "CONSTANT", "FALSE", "MAX_FAN_IN", "MAX_GATES", "Circuit", "CircuitRecord", "Gate",
    "GateBuilder", "NamesRecord", "Output", "Wired", "WiredGate", "words_of",
]  # fmt: skip

#: The wire number of the constant 0. It precedes every input and gate.
CONSTANT = -1
#: The most gates of a circuit, and the most outputs.
MAX_GATES = 1_000_000
#: The widest operator of the gates that a `GateBuilder` makes; wider functions are decomposed.
MAX_FAN_IN = 4
#: For constant cofactors of s ? high : low, by (is it low, its value): what is left of it.
_HALF_CONSTANT = {(True, 0): 0x8, (True, 1): 0xD, (False, 0): 0x4, (False, 1): 0xE}
_MULTIPLEXER = 0xD8


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: the name of its operator and the wires that it reads, in the operator's order.

    Inputs are wires 0 to n - 1, and the gate at place i of a circuit drives wire n + i. `CONSTANT`
    stands for the constant 0.

    >>> Gate("butnot", (0, 1))
    Gate('butnot', (0, 1))
    """

    operator: str
    operands: tuple[int, ...]

    def __post_init__(self) -> None:
        operator = operator_named(self.operator)
        if len(self.operands) != operator.arity:
            raise ArgumentError("operands", f"{operator.arity} for {operator.name}", self.operands)
        # One name per operator, or equal circuits would differ: tt:2:8 is `and`.
        object.__setattr__(self, "operator", operator.name)
        object.__setattr__(self, "operands", tuple(self.operands))

    def __repr__(self) -> str:
        return f"Gate({self.operator!r}, {self.operands!r})"


@dataclass(frozen=True, slots=True)
class Output:
    """Which wire drives an output, and whether it is read inverted. `CONSTANT` is the constant 0.

    >>> Output(3, inverted=True)
    Output(3, inverted=True)
    """

    wire: int
    inverted: bool = False

    def __invert__(self) -> Output:
        return Output(self.wire, not self.inverted)

    def __repr__(self) -> str:
        return f"Output({self.wire}, inverted=True)" if self.inverted else f"Output({self.wire})"


#: The constant 0; its inverse is the constant 1.
FALSE = Output(CONSTANT)


def _writer(format: str) -> Callable[[Circuit], Any]:
    # A method that writes the format of this name, as the registry of formats has it.
    def write(circuit: Circuit) -> Any:
        from mesacircuits.circuits.formats import circuit_format

        return circuit_format(format).write(circuit)

    write.__name__ = write.__qualname__ = f"to_{format}"
    write.__doc__ = f"Return the file of the circuit in the format `{format}` of `WRITTEN_FORMATS`."
    return write


@dataclass(frozen=True)
class Circuit:
    """A Boolean circuit: gates in topological order over `inputs` labelled inputs.

    Any acyclic network is admitted, minimal or not; operators may be of any basis.

    Arguments:
        inputs: number of inputs n, 0 to 16; they are wires 0 to n - 1, named a, b, c, ...
        gates: the gates, at most a million; gate i drives wire n + i and reads only lower wires.
        outputs: one `Output` per output bit, bit 0 first, at most a million.
        names: what a file calls inputs and outputs; None for a, b, c, ... and `out`. They are
            labels, no part of what the circuit is: not of `==`, the hash or `to_json`.

    Raises `ArgumentError` for a wire that does not exist or a gate that reads a later one.

    Two circuits are the same iff they are the same acyclic graph, operands unordered and gates
    unnamed: compare `canonical()` or `hash_hex`. `==` compares the chains as written.

    >>> gates = (Gate("xor", (0, 1)), Gate("xor", (1, 2)), Gate("or", (3, 4)))
    >>> nae = Circuit(3, gates, (Output(5),))
    >>> nae.size, nae.depth, nae.tables()
    (3, 2, (TruthTable(inputs=3, bits=0x7E),))
    >>> print(nae)
    g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3
    """

    inputs: int
    gates: tuple[Gate, ...]
    outputs: tuple[Output, ...]
    names: Names | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_whole("inputs", self.inputs, 0, MAX_TABLE_INPUTS)
        object.__setattr__(self, "gates", tuple(self.gates))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        for name, parts in (("gates", self.gates), ("outputs", self.outputs)):
            if len(parts) > MAX_GATES:
                raise ArgumentError(name, f"at most {MAX_GATES:,}", len(parts))
        for i, gate in enumerate(self.gates):
            if not all(CONSTANT <= wire < self.inputs + i for wire in gate.operands):
                expected = f"wires from {CONSTANT} to {self.inputs + i - 1}"
                raise ArgumentError(f"gates[{i}].operands", expected, gate.operands)
        if not self.outputs:
            raise ArgumentError("outputs", "at least one output", "none")
        for i, output in enumerate(self.outputs):
            if not CONSTANT <= output.wire < self.wires:
                expected = f"a wire from {CONSTANT} to {self.wires - 1}"
                raise ArgumentError(f"outputs[{i}].wire", expected, output.wire)
        if self.names is not None:
            self.names.check(self.inputs, len(self.outputs))

    # -- shape -------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """The number of gates."""
        return len(self.gates)

    @property
    def wires(self) -> int:
        """The number of wires: inputs and gates (the constant is not counted)."""
        return self.inputs + len(self.gates)

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """The depth of each wire: 0 for inputs, else one more than its deepest operand's."""
        depths = [0] * self.inputs
        for gate in self.gates:
            depths.append(1 + max((depths[w] for w in gate.operands if w >= 0), default=0))
        return tuple(depths)

    @property
    def depth(self) -> int:
        """The number of gates on the longest path to an output; 0 without gates."""
        return max((self.depths[o.wire] for o in self.outputs if o.wire != CONSTANT), default=0)

    @cached_property
    def cones(self) -> tuple[frozenset[int], ...]:
        """For each wire its fan-in cone: the gates' wires that it depends on, itself included."""
        cones: list[frozenset[int]] = [frozenset()] * self.inputs
        for wire, gate in enumerate(self.gates, self.inputs):
            cones.append(frozenset({wire}).union(*(cones[w] for w in gate.operands if w >= 0)))
        return tuple(cones)

    @cached_property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """The wires of each depth: of 0 the inputs, then the gates, up to the deepest of all.

        >>> Circuit.parse(3, "g1 = a & b; g2 = c | a; g3 = g1 ^ g2; out = g3").levels
        ((0, 1, 2), (3, 4), (5,))
        """
        deepest = max(self.depths, default=0)
        return tuple(
            tuple(wire for wire, depth in enumerate(self.depths) if depth == level)
            for level in range(deepest + 1)
        )

    @cached_property
    def fan_outs(self) -> tuple[int, ...]:
        """For each wire how many operands of gates, and outputs, read it.

        A circuit in which no gate has more than one is a formula, that is fan-out-free.

        >>> Circuit.parse(2, "g1 = a & b; g2 = g1 ^ a; out = g2, ~g1").fan_outs
        (2, 1, 2, 1)
        """
        counts = [0] * self.wires
        for wire in (w for gate in self.gates for w in gate.operands):
            counts[wire] += wire != CONSTANT
        for output in self.outputs:
            counts[output.wire] += output.wire != CONSTANT
        return tuple(counts)

    @property
    def reads_constant(self) -> bool:
        """Whether a gate reads the constant."""
        return any(CONSTANT in gate.operands for gate in self.gates)

    @cached_property
    def _gate_prefix(self) -> str:
        return "g" if self.names is None else gate_prefix(self.names.inputs + self.names.outputs)

    def wire_name(self, wire: int) -> str:
        """Return the name of a wire: inputs a, b, ...; gates g1, g2, ...; the constant 0.

        Inputs are called as in `names`, if there are any, and gates then by a letter and a number
        that no input or output is called by.
        """
        if wire == CONSTANT:
            return "0"
        if wire >= self.inputs:
            return f"{self._gate_prefix}{wire - self.inputs + 1}"
        return input_name(wire) if self.names is None else self.names.inputs[wire]

    def _wire_text(self, wire: int) -> str:
        name = self.wire_name(wire)
        return name if self.names is None or wire == CONSTANT else quoted(name)

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs: as in `names`, or `out`, or `out0`, `out1`, ... of several."""
        usual = usual_names(0, len(self.outputs))[1]
        return [*(usual if self.names is None else self.names.outputs)]

    def node_names(self) -> tuple[dict[int, str], list[str]]:
        """Return what wires, and outputs, are called as the nodes of a graph: no two alike.

        >>> passed = Circuit.parse(1, "out = a").named(Names(("x",), ("x",)))
        >>> passed.node_names()
        ({-1: '0', 0: 'x'}, ['x_2'])
        """
        free = distinct()
        wires = {wire: free(self.wire_name(wire)) for wire in range(CONSTANT, self.wires)}
        return wires, [free(name) for name in self.output_names]

    def named(self, names: Names | None) -> Circuit:
        """Return the same circuit with other names, or none.

        Raises `ArgumentError` for names of other numbers of inputs and outputs.

        >>> print(Circuit.parse(2, "g1 = a & ~b; out = g1").named(Names(("x[0]", "y"), ("f",))))
        g1 = "x[0]" & ~y; out = g1
        """
        if names is not None:
            names.check(self.inputs, len(self.outputs))
        other = copy(self)
        other.__dict__.pop("_gate_prefix", None)
        object.__setattr__(other, "names", names)
        return other

    # -- meaning -----------------------------------------------------------------------------

    def wire_bits(self, do: Mapping[int, int] | None = None) -> list[int]:
        """Return the truth table of every wire as an integer, under interventions.

        `do` maps a wire to the integer truth table that replaces its own: whatever reads the
        wire reads the replacement, bit x of it on input x (Pearl's do-operator, bit-parallel over
        all 2^n inputs at once).

        >>> c = Circuit(2, (Gate("and", (0, 1)),), (Output(2),))
        >>> [bin(t) for t in c.wire_bits({0: 0b1111})]
        ['0b1111', '0b1100', '0b1100']
        """
        mask = (1 << (1 << self.inputs)) - 1
        do = do or {}
        values: list[int] = []
        for wire in range(self.wires):
            if wire in do:
                values.append(do[wire] & mask)
            elif wire < self.inputs:
                values.append(input_bits(self.inputs, wire))
            else:
                gate = self.gates[wire - self.inputs]
                operands = tuple(values[w] if w >= 0 else 0 for w in gate.operands)
                values.append(operator_named(gate.operator).apply(operands, mask))
        return values

    def output_bits(self, do: Mapping[int, int] | None = None) -> tuple[int, ...]:
        """Return the truth table of every output as an integer, under interventions `do`."""
        mask = (1 << (1 << self.inputs)) - 1
        values = self.wire_bits(do)
        return tuple(
            (0 if o.wire == CONSTANT else values[o.wire]) ^ (mask if o.inverted else 0)
            for o in self.outputs
        )

    def tables(self, do: Mapping[int, TruthTable] | None = None) -> tuple[TruthTable, ...]:
        """Return the truth table of every output, with each wire in `do` replaced by its table.

        Raises `ArgumentError` if `do` names no wire of the circuit or a table of another width.

        >>> c = Circuit(2, (Gate("and", (0, 1)),), (Output(2),))
        >>> c.tables(do={0: TruthTable.constant(2, 1)})
        (TruthTable(inputs=2, bits=0xC),)
        """
        replaced = {}
        for wire, table in (do or {}).items():
            if not 0 <= wire < self.wires:
                raise ArgumentError("do", f"wires from 0 to {self.wires - 1}", wire)
            if table.inputs != self.inputs:
                raise ArgumentError("do", f"tables of {self.inputs} inputs", table)
            replaced[wire] = table.bits
        return tuple(TruthTable(self.inputs, bits) for bits in self.output_bits(replaced))

    def evaluate(
        self, *bits: int | Sequence[int] | Mapping[str, int], **named: int
    ) -> tuple[int, ...]:
        """Return the output word, bit 0 first, on input bits x_0, x_1, ... (a, b, ...).

        The bits may be given one by one, as a list, by the names of the inputs (also as a mapping),
        or as one number, x = sum of x_i 2^i. `circuit(...)` is the same.

        Raises `ArgumentError` for another number of bits, other names, and what is no input.

        >>> adder = Circuit.parse(2, "g1 = a ^ b; g2 = a & b; out = g1, g2")
        >>> adder.evaluate(1, 0), adder([1, 1]), adder(b=1, a=1), adder({"a": 1, "b": 1}), adder(3)
        ((1, 0), (0, 1), (0, 1), (0, 1), (0, 1))
        """
        if len(bits) == 1 and isinstance(bits[0], Mapping) and not named:
            named, bits = {str(name): bit for name, bit in bits[0].items()}, ()
        if named:
            names = [self.wire_name(i) for i in range(self.inputs)]
            if bits or sorted(named) != sorted(names):
                expected = f"bits, or each of {', '.join(names)} by its name"
                raise ArgumentError("x", expected, ", ".join([*map(str, bits), *named]))
            bits = ([named[name] for name in names],)
        x = row_of(self.inputs, bits)
        return tuple(table >> x & 1 for table in self.output_bits())

    __call__ = evaluate

    def in_basis(self, basis: Basis) -> bool:
        """Return whether every operator belongs to `basis` and inverted outputs are free in it."""
        inverted = any(o.inverted and o.wire != CONSTANT for o in self.outputs)
        admitted = all(basis.admits(gate.operator) for gate in self.gates)
        return admitted and (basis.free_inverters or not inverted)

    def has_forms_of(self, basis: Basis) -> bool:
        """Return whether a canonical chain is one that engines list over `basis`.

        That a basis has the operators does not say whether they may read a constant, or a wire
        twice; the forms of its gates do.

        >>> from mesacircuits.circuits.bases import NAND
        >>> chain = Circuit.parse(2, "g1 = ~(a & 0); g2 = ~(a & g1); out = g2")
        >>> chain.in_basis(NAND), chain.has_forms_of(NAND)
        (True, False)
        """
        listed = {(form.operator.name, form.pattern) for form in basis.forms}
        for gate in self.gates:
            wires = sorted({wire for wire in gate.operands if wire != CONSTANT})
            pattern = tuple(-1 if w == CONSTANT else wires.index(w) for w in gate.operands)
            if (gate.operator, pattern) not in listed:
                return False
        return self.in_basis(basis)

    # -- identity ----------------------------------------------------------------------------

    def is_reduced(self) -> bool:
        """Return whether the circuit is reduced.

        No two gates compute the same function, none computes an input or a constant (compared on
        all 2^n inputs), and each gate reaches an output.
        """
        known = [0, (1 << (1 << self.inputs)) - 1, *self.wire_bits()]
        if len({*known}) < len(known):
            return False
        return len(self._live()) == self.size

    def _live(self) -> frozenset[int]:
        """Return the gates that reach an output."""
        return frozenset().union(*(self.cones[o.wire] for o in self.outputs if o.wire >= 0))

    def without_dead_gates(self) -> Circuit:
        """Return the circuit without the gates that reach no output.

        >>> print(Circuit.parse(2, "g1 = a & b; g2 = a ^ b; out = g2").without_dead_gates())
        g1 = a ^ b; out = g1
        """
        place = {wire: wire for wire in range(CONSTANT, self.inputs)}
        gates: list[Gate] = []
        for wire in sorted(self._live()):
            gate = self.gates[wire - self.inputs]
            place[wire] = self.inputs + len(gates)
            gates.append(Gate(gate.operator, tuple(place[w] for w in gate.operands)))
        outputs = tuple(Output(place[o.wire], o.inverted) for o in self.outputs)
        return Circuit(self.inputs, tuple(gates), outputs, self.names)

    def canonical(self) -> Circuit:
        """Return the canonical chain: the same graph, gates ordered so that keys increase.

        The key of a gate is its operand wires in descending order, then its operator's table.
        Operands are unordered, so each is first written ascending with the operator's table
        permuted to match. Every reduced circuit has exactly one chain whose keys strictly increase:
        always place, among the gates whose operands are placed, the one of least key. (Twin gates
        with equal operands and operator, which no reduced circuit has, keep their order.)

        >>> c = Circuit(2, (Gate("butnot", (1, 0)), Gate("and", (1, 0))), (Output(3), Output(2)))
        >>> c.canonical()
        Circuit(2, (Gate('notbut', (0, 1)), Gate('and', (0, 1))), (Output(3), Output(2)))
        """
        place = {CONSTANT: CONSTANT} | {i: i for i in range(self.inputs)}
        read = [{w for w in gate.operands if w >= self.inputs} for gate in self.gates]
        readers: list[list[int]] = [[] for _ in self.gates]
        for i, wires in enumerate(read):
            for wire in wires:
                readers[wire - self.inputs].append(i)
        waiting = [len(wires) for wires in read]

        def ready(i: int) -> tuple[tuple[tuple[int, ...], int], int, Gate]:
            gate = _canonical_gate(self.gates[i], place)
            return _gate_key(gate), i, gate

        heap = [ready(i) for i, count in enumerate(waiting) if not count]
        heapify(heap)
        gates: list[Gate] = []
        while heap:
            _, i, gate = heappop(heap)
            place[self.inputs + i] = self.inputs + len(gates)
            gates.append(gate)
            for reader in readers[i]:
                waiting[reader] -= 1
                if not waiting[reader]:
                    heappush(heap, ready(reader))
        outputs = tuple(Output(place[o.wire], o.inverted) for o in self.outputs)
        return Circuit(self.inputs, tuple(gates), outputs, self.names)

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the canonical chain's JSON, as hexadecimal digits."""
        return content_hash(self.canonical().to_json())

    # -- texts, and other libraries' values --------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the circuit as JSON values; `from_json` is the inverse."""
        return {
            "inputs": self.inputs,
            "gates": [{"operator": g.operator, "operands": list(g.operands)} for g in self.gates],
            "outputs": [{"wire": o.wire, "inverted": o.inverted} for o in self.outputs],
        }

    @classmethod
    def from_json(cls, value: object) -> Circuit:
        """Return the circuit that `to_json` gave, from its values or, as bytes, their JSON text.

        Files have `names`, too: `{"inputs": ["x"], "outputs": ["f"]}`.

        Raises `ArgumentError` for anything else.

        >>> circuit = Circuit.parse(1, "out = ~a")
        >>> Circuit.from_json(circuit.to_json()) == circuit
        True
        """
        record = json_record(value, _NamedRecord, "circuit", "a circuit in JSON form")
        names = record.names
        circuit = record.to_circuit()
        return circuit if names is None else circuit.named(Names(names.inputs, names.outputs))

    @classmethod
    def parse(cls, inputs: int, text: str, names: Sequence[str] | None = None) -> Circuit:
        """Return the circuit that `text` writes, in the form that `str` gives, over n inputs.

        Steps are separated by `;` or new lines. The last step is `out = ...`, with one wire (or its
        inverse `~wire`, or `0` or `1`) per output bit, separated by commas. Gates may have any
        names, in small or capital letters as they were given.

        A step is one gate as `str` writes it, such as `a & ~b`, `~(a & b)` or `s ? a : b`; or else
        an expression, as each output may be, too: operators as `parse_expression` reads them, from
        tightest to loosest `~`, `&`, `^`, `|`, then `s ? x : y`; parentheses; and `maj(x, y, z)`,
        `xor3(x, y, z)` or `tt:N:HEX(...)` of expressions. Of an expression each operator of two
        operands or more is a gate, in the order in which they are evaluated, and inversions go into
        the operators of the gates that read them: `a | ~b` is the inverse of the gate `~a & b`.
        Nothing is simplified.

        With `names`, one for each input, they go by these, in quotes where a name is no word, as in
        `"x[0]" & y`; by a, b, c, ... too, if none of the names is such a letter.

        Raises `ArgumentError` that quotes the step at fault.

        >>> print(Circuit.parse(2, "out = b & ~a", ("b", "a")))
        g1 = b & ~a; out = g1
        >>> Circuit.parse(2, "x = a & ~b; out = ~x").tables()
        (TruthTable(inputs=2, bits=0xD),)
        >>> print(Circuit.parse(3, "x = a | ~b; out = (x & c) ^ a, ~x"))
        g1 = ~a & b; g2 = ~g1 & c; g3 = g2 ^ a; out = g3, g1
        """
        cls(inputs, (), (FALSE,))  # refuses a bad number of inputs
        build = GateBuilder(inputs)
        gates = build.gates
        if names is not None:
            Names(tuple(names), ()).check(inputs, 0)
        wires = {"0": FALSE} | {
            word: build.inputs[i] for word, i in input_words(inputs, names).items()
        }
        try:
            outputs = cls._read_steps(reworded(text), wires, build)
        except ArgumentError as error:
            got = shown_words(error.got) if isinstance(error.got, str) else error.got
            raise ArgumentError(error.argument, shown_words(error.expected), got) from None
        circuit = cls(inputs, tuple(gates), outputs)
        unsaid = [None] * len(outputs)
        return circuit if names is None else circuit.named(Names.of_file([*names], unsaid))

    @staticmethod
    def _read_steps(text: str, wires: dict[str, Output], build: GateBuilder) -> tuple[Output, ...]:
        gates, outputs = build.gates, None
        for found in _STEP.finditer(text):
            step = found[0].strip()
            if not step:
                continue
            name, right = (part.strip() for part in step.partition("=")[::2])
            if not _WORD.fullmatch(name) or not right or outputs is not None:
                expected = "steps NAME = GATE, then out = WIRE as the last"
                raise ArgumentError("circuit", expected, step)
            if name == "out":
                if right.count(",") >= MAX_GATES:
                    raise ArgumentError("circuit", f"at most {MAX_GATES:,} outputs", "more")
                parts = comma_parts(right) if "(" in right else right.split(",")
                outputs = tuple(_read_output(part.strip(), wires, build) for part in parts)
            elif name in wires:
                raise ArgumentError("circuit", "a new name for each gate", name)
            else:
                wires[name] = _read_gate(right, wires, build)
            if len(gates) > MAX_GATES:
                raise ArgumentError("circuit", f"at most {MAX_GATES:,} gates", "more")
        if outputs is None:
            raise ArgumentError("circuit", "a last step out = WIRE", text)
        return outputs

    def gate_text(self, place: int) -> str:
        """Return the right-hand side of gate number `place` (from 0), such as `a & ~g1`."""
        gate = self.gates[place]
        return operator_named(gate.operator).form.format(*map(self._wire_text, gate.operands))

    def output_text(self, place: int) -> str:
        """Return what drives output number `place` (from 0), such as `~g3`, `a` or `1`."""
        output = self.outputs[place]
        if output.wire == CONSTANT:
            return "1" if output.inverted else "0"
        return ("~" if output.inverted else "") + self._wire_text(output.wire)

    def steps(self) -> Iterator[str]:
        """Yield the steps of the circuit's text: one for each gate, then that of the outputs.

        >>> list(Circuit.parse(2, "g1 = a & b; out = ~g1").steps())
        ['g1 = a & b', 'out = ~g1']
        """
        for i in range(self.size):
            yield f"{self.wire_name(self.inputs + i)} = {self.gate_text(i)}"
        yield f"out = {', '.join(map(self.output_text, range(len(self.outputs))))}"

    def __str__(self) -> str:
        return "; ".join(self.steps())

    def __repr__(self) -> str:
        return f"Circuit({self.inputs}, {self.gates!r}, {self.outputs!r})"

    def draw(self, marks: Mapping[int, str] | None = None) -> str:
        """Return the circuit drawn for a terminal, wires in `marks` labelled.

        >>> print(Circuit.parse(2, "g1 = a & ~b; out = g1").draw())
        a ──●
            │
        b ──○
            │
         g1 ∧── out = g1
        """
        from mesacircuits.circuits.drawing import draw_terminal

        return draw_terminal(self, marks)

    def _repr_svg_(self) -> str:
        from mesacircuits.circuits.drawing import draw_svg

        return draw_svg(self)

    # Files: text, but for `to_aig` bytes; `formats.format_notes` says what a format does not keep.
    to_blif, to_bench, to_cirbo = map(_writer, ("blif", "bench", "cirbo"))
    to_aag, to_aig, to_txt, to_verilog = map(_writer, ("aag", "aig", "txt", "v"))

    def to_sympy(self) -> tuple[Any, ...]:
        """Return one sympy Boolean expression for each output, in symbols called as inputs are.

        Gates are written out at each place that reads them, and sympy's own evaluation may merge or
        cancel some, so the expressions have the circuit's meaning and not always its gates.

        >>> Circuit.parse(3, "g1 = a & ~b; g2 = g1 | c; out = g2, ~g1, 1").to_sympy()
        (c | (a & ~b), ~(a & ~b), True)
        """
        from sympy import Symbol
        from sympy.logic.boolalg import Not, false

        wires: dict[int, Any] = {CONSTANT: false}
        wires |= {i: Symbol(self.wire_name(i)) for i in range(self.inputs)}
        for wire, gate in enumerate(self.gates, self.inputs):
            operands = [wires[w] for w in gate.operands]
            wires[wire] = _sympy_of(operator_named(gate.operator), operands)
        return tuple(Not(wires[o.wire]) if o.inverted else wires[o.wire] for o in self.outputs)

    def to_networkx(self) -> Any:
        """Return the circuit as a `networkx.MultiDiGraph`, edges from each wire to what reads it.

        Nodes are called as in the circuit's text: `a`, `g1`, `out` (`out0`, `out1`, ... if
        several), and `0` if something reads the constant; one of two of a name has a number. A
        node's attributes are

        - `kind`: `input`, `gate`, `output` or `constant`;
        - `name`: what it is called;
        - `operator`: the operator of a gate, which other nodes lack, as formats such as GraphML
          know no None;
        - `depth`: the depth of the wire, for an output that of the wire it reads;
        - `wire`: the number of the wire, for an output that of the wire it reads.

        An edge's are `operand`, the place from 0 among the reader's operands, and `inverted`,
        whether an output reads the wire inverted (False on edges into gates, whose operators tell).

        >>> graph = Circuit.parse(2, "g1 = a & ~b; out = ~g1").to_networkx()
        >>> list(graph.edges(data="operand"))
        [('a', 'g1', 0), ('b', 'g1', 1), ('g1', 'out', 0)]
        """
        import networkx

        graph = networkx.MultiDiGraph()
        nodes, ends = self.node_names()

        def add(node: str, kind: str, name: str, wire: int, **more: str) -> None:
            depth = 0 if wire == CONSTANT else self.depths[wire]
            graph.add_node(node, kind=kind, name=name, depth=depth, wire=wire, **more)

        def join(wire: int, reader: str, operand: int, inverted: bool) -> None:
            graph.add_edge(nodes[wire], reader, operand=operand, inverted=inverted)

        for i in range(self.inputs):
            add(nodes[i], "input", self.wire_name(i), i)
        if self.reads_constant or any(o.wire == CONSTANT for o in self.outputs):
            add(nodes[CONSTANT], "constant", self.wire_name(CONSTANT), CONSTANT)
        for wire, gate in enumerate(self.gates, self.inputs):
            add(nodes[wire], "gate", self.wire_name(wire), wire, operator=gate.operator)
            for place, operand in enumerate(gate.operands):
                join(operand, nodes[wire], place, False)
        for node, name, output in zip(ends, self.output_names, self.outputs, strict=True):
            add(node, "output", name, output.wire)
            join(output.wire, node, 0, output.inverted)
        return graph


@lru_cache(1 << 12)
def _flipped(arity: int, table: int, flips: int, normal: bool) -> tuple[str, bool]:
    """Return the operator of inverted operands, and whether it is the inverse that is asked for."""
    rows = range(1 << arity)
    flipped = sum((table >> (row ^ flips) & 1) << row for row in rows)
    inverted = normal and bool(flipped & 1)
    return operator_of(arity, flipped ^ ((1 << len(rows)) - 1) * inverted).name, inverted


class GateBuilder:
    """A circuit that grows gate by gate, of wires read as they are or inverted.

    >>> build = GateBuilder(2)
    >>> a, b = build.inputs
    >>> print(build.circuit([~build.gate(0x8, (a, ~b))]))
    g1 = a & ~b; out = ~g1
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = tuple(map(Output, range(inputs)))
        self.gates: list[Gate] = []

    def gate(self, table: int, operands: Sequence[Output], normal: bool = False) -> Output:
        """Add a gate of at most `MAX_FAN_IN` operands; their inversions go into its operator.

        Bit sum of p_i 2^i of `table` is the value on operands (p_0, p_1, ...). If `normal`, and the
        operator would be 1 where all its operands are 0, its inverse is added, and read inverted.
        """
        flips = sum(operand.inverted << i for i, operand in enumerate(operands))
        name, inverted = _flipped(len(operands), table, flips, normal)
        self.gates.append(Gate(name, tuple(operand.wire for operand in operands)))
        return Output(len(self.inputs) + len(self.gates) - 1, inverted)

    def inverter(self, operand: Output) -> Output:
        """Add a NOT gate, unless the operand is read inverted: that takes no gate."""
        return ~operand if operand.inverted else self.gate(0x1, (operand,))

    def tree(self, by: str, operands: Iterable[Output]) -> Output:
        """Add a balanced tree of two-input gates: the `and`, `or` or `xor` of any many operands."""
        table, rest = {"and": 0x8, "or": 0xE, "xor": 0x6}[by], list(operands)
        while len(rest) > 1:
            pairs = zip(rest[::2], rest[1::2], strict=False)
            odd = rest[-1:] if len(rest) % 2 else []
            rest = [self.gate(table, pair) for pair in pairs] + odd
        return rest[0] if rest else ~FALSE if by == "and" else FALSE

    def lookup(self, table: int, operands: Sequence[Output]) -> Output:
        """Add gates for the function with this truth table over any many operands.

        A function of at most `MAX_FAN_IN` operands is one gate. A wider one is split on its last
        operands (Shannon's expansion) down to gates of that width, equal parts being shared.
        """
        made: dict[tuple[int, int], Output] = {}

        def part(table: int, width: int) -> Output:
            if width > MAX_FAN_IN and table in (0, (1 << (1 << width)) - 1):
                return ~FALSE if table else FALSE
            if (width, table) not in made:
                narrow = width <= MAX_FAN_IN
                found = self.gate(table, operands[:width]) if narrow else split(table, width - 1)
                made[width, table] = found
            return made[width, table]

        def split(table: int, width: int) -> Output:
            constants = 0, (1 << (1 << width)) - 1
            low, high, select = table & constants[1], table >> (1 << width), operands[width]
            if low == high:
                return part(low, width)
            if low in constants and high in constants:
                return ~select if low else select
            for half, other, is_low in ((low, high, True), (high, low, False)):
                if half in constants:
                    left = _HALF_CONSTANT[is_low, half & 1]
                    return self.gate(left, (select, part(other, width)))
            return self.gate(_MULTIPLEXER, (select, part(high, width), part(low, width)))

        return part(table, len(operands))

    def circuit(self, outputs: Iterable[Output]) -> Circuit:
        """Return the circuit with these outputs."""
        return Circuit(len(self.inputs), tuple(self.gates), tuple(outputs))


def _canonical_gate(gate: Gate, place: Mapping[int, int]) -> Gate:
    wires = [place[w] for w in gate.operands]
    order = tuple(sorted(range(len(wires)), key=wires.__getitem__))
    operator, ascending = operator_named(gate.operator).permuted(order), tuple(sorted(wires))
    if len({*wires}) < len(wires):
        # A wire read twice leaves a choice of order: the least table is taken.
        same = map(operator.permuted, orders_that_keep(ascending))
        operator = min(same, key=lambda candidate: candidate.table)
    return Gate(operator.name, ascending)


def _gate_key(gate: Gate) -> tuple[tuple[int, ...], int]:
    return tuple(reversed(gate.operands)), operator_named(gate.operator).table


_JOINED = {"&": 0x8, "^": 0x6, "|": 0xE}

_NAME = r"[A-Za-z_]\w*"
#: A wire of a gate, or the constant 0.
_OPERAND = rf"(?:{_NAME}|0)"
_STEP = re.compile(r"[^;\n]+")
_WORD = re.compile(_NAME)
#: Text without spaces is made of these, so that each character is looked at once.
_TOKEN = re.compile(r"\w+|[^\w\s]")
_EXPRESSION_TOKEN = re.compile(r"tt:\d:[0-9A-F]+|\w+|\S")
_GENERIC = re.compile(rf"(tt:\d:[0-9A-F]+)\(({_OPERAND}(?:,{_OPERAND})*)\)")
#: How many names errors list, and how much of each.
_MOST_NAMES = 20
_LONGEST_NAME = 20


def _pattern(form: str) -> re.Pattern[str]:
    packed = re.escape(form.replace(" ", "")).replace(r"\{", "{").replace(r"\}", "}")
    for place in range(3):
        packed = packed.replace(f"{{{place}}}", f"(?P<p{place}>{_OPERAND})")
    return re.compile(packed)


_FORMS = [(operator, _pattern(operator.form)) for operator in OPERATORS.values()]


def _packed(text: str) -> str:
    """Return a text without its spaces; between two words one stays, for `g 1` is not `g1`."""
    parts: list[str] = []
    after_word = False
    for token in _TOKEN.findall(text):
        is_word = token[0] == "_" or token[0].isalnum()
        parts.append(f" {token}" if is_word and after_word else token)
        after_word = is_word
    return "".join(parts)


def _read_gate(text: str, wires: dict[str, Output], build: GateBuilder) -> Output:
    packed = _packed(text)
    if generic := _GENERIC.fullmatch(packed):
        operator, names = operator_named(generic[1]), generic[2].split(",")
    else:
        found = next(((o, match) for o, p in _FORMS if (match := p.fullmatch(packed))), None)
        if found is None:
            return _read_expression(text, wires, build, _GATES)
        operator, match = found
        names = [match[f"p{i}"] for i in range(operator.arity)]
    operands = [_wire_of(name, wires) for name in names]
    if operator.name == "not":
        return build.inverter(operands[0])
    # What was written as an expression may be read inverted; then so is this, if need be.
    return build.gate(operator.table, operands, normal=any(o.inverted for o in operands))


def _wire_of(name: str, wires: dict[str, Output]) -> Output:
    if name not in wires:
        raise ArgumentError("circuit", f"a wire among {_names(wires)}", name)
    return wires[name]


def _names(wires: dict[str, Output]) -> str:
    names = [name for name in wires if name != "0"]
    more = ["..."] if len(names) > _MOST_NAMES else []
    return ", ".join([*(name[:_LONGEST_NAME] for name in names[:_MOST_NAMES]), *more])


def _read_output(text: str, wires: dict[str, Output], build: GateBuilder) -> Output:
    if text in ("0", "1"):
        return ~FALSE if text == "1" else FALSE
    inverted = text.startswith("~")
    name = text[1:].strip() if inverted else text
    if name in wires:
        return ~wires[name] if inverted else wires[name]
    if not name or _WORD.fullmatch(name):
        known = _names(wires)
        expected = f"an output wire among {known}" if known else "an input such as a, or a gate"
        raise ArgumentError("circuit", expected, text)
    return _read_expression(text, wires, build, _OUTPUTS)


_GATES = "a gate such as a & ~g1 or an expression such as (a | ~b) ^ g1"
_OUTPUTS = "an output wire such as ~g1 or an expression such as (a | ~b) ^ g1"


def _read_expression(text: str, wires: dict[str, Output], build: GateBuilder, forms: str) -> Output:
    reader = _GateReader(text, wires, build)
    try:
        value = reader.read()
        reader.take_only("", "an operator or the end")
        if not reader.has_operator and forms is _GATES:
            raise _Malformed("no operator: what reads it can read that wire")
    except _Malformed as error:
        raise ArgumentError("circuit", forms, f"{text} ({error})") from None
    return value


class _Malformed(Exception):
    """What is at fault in an expression."""


class _GateReader(ExpressionReader[Output]):
    """Reads expressions of wires as gates, which it adds to a circuit."""

    def __init__(self, text: str, wires: dict[str, Output], build: GateBuilder) -> None:
        super().__init__(tokens_of(text, wires, _EXPRESSION_TOKEN), len(text) + 1, "circuit")
        self.wires, self.build = wires, build
        self.has_operator = False

    def refusal(self, expected: str, token: Token) -> Exception:
        came = f"'{token.text[:_LONGEST_NAME]}'" if token.text else "the end"
        return _Malformed(f"{came} at column {token.column}, not {expected}")

    def inverse(self, value: Output) -> Output:
        self.has_operator = True
        return ~value

    def gate(self, table: int, *operands: Output) -> Output:
        self.has_operator = True
        return self.build.gate(table, operands, normal=True)

    def joined(self, symbol: str, first: Output, second: Output) -> Output:
        return self.gate(_JOINED[symbol], first, second)

    def read(self, level: int = 0, nesting: int = 0) -> Output:
        value = super().read(level, nesting)
        if level or self.next.text != "?":
            return value
        self.take()
        high = self.read(0, nesting + 1)
        self.take_only(":", "':' or an operator")
        return self.gate(_MULTIPLEXER, value, high, self.read(0, nesting + 1))

    def leaf(self, token: Token, nesting: int) -> Output:
        if token.text == "1":
            return ~FALSE
        if self.next.text == "(" and token.text not in self.wires:
            if token.text not in ("maj", "xor3") and not token.text.startswith("tt:"):
                raise self.refusal("maj, xor3 or tt:N:HEX", token)
            operator = operator_named(token.text)
            operands: list[Output] = []
            then = "("
            for _ in range(operator.arity):
                self.take_only(then, f"{operator.arity} operands of {operator.name}")
                operands.append(self.read(0, nesting + 1))
                then = ","
            self.take_only(")", f"')' after {operator.arity} operands of {operator.name}")
            return self.gate(operator.table, *operands)
        if token.text in self.wires or _WORD.fullmatch(token.text):
            return _wire_of(token.text, self.wires)
        raise self.refusal("a wire, 0, 1, '~' or '('", token)


class _GateRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: str
    operands: list[int]


class _OutputRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wire: int
    inverted: bool


class NamesRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of `Names`."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class CircuitRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a circuit, as `Circuit.to_json` writes it; anything else is refused."""

    inputs: int
    gates: list[_GateRecord]
    outputs: list[_OutputRecord]

    def to_circuit(self) -> Circuit:
        """Return the circuit, raising `ArgumentError` if its wires or operators do not exist."""
        return Circuit(
            self.inputs,
            tuple(Gate(g.operator, tuple(g.operands)) for g in self.gates),
            tuple(Output(o.wire, o.inverted) for o in self.outputs),
        )


class _NamedRecord(CircuitRecord, frozen=True, forbid_unknown_fields=True):
    names: NamesRecord | None = None


def _sympy_of(operator: Operator, operands: list[Any]) -> Any:
    """Return the operator applied to sympy expressions; one without a name as an OR of ANDs."""
    from sympy.logic.boolalg import And, Not, Or, Xor

    p, q = operands[0], operands[-1]
    if operator.arity == 2:
        parity = {0x6: Xor(p, q), 0x9: Not(Xor(p, q))}
        clauses = {0xE: Or(p, q), 0x7: Not(And(p, q)), 0x1: Not(Or(p, q))}
        named = parity | clauses
        if operator.table in named:
            return named[operator.table]
    rows = [row for row in range(1 << operator.arity) if operator.table >> row & 1]
    return Or(
        *(And(*(x if row >> i & 1 else Not(x) for i, x in enumerate(operands))) for row in rows)
    )


class WiredGate(Protocol):
    """A wire that is no input, and the wires that it reads."""

    @property
    def operands(self) -> tuple[int, ...]:
        """The wires that it reads, all lower than its own."""


class Wired(Protocol):
    """A circuit, or what can be asked the same questions: inputs, wires, interventions.

    Tables are integers whose bit x belongs to input x = sum of x_i 2^i. Wires 0 to n - 1 are the
    inputs, the others are numbered so that each reads lower ones only.

    >>> from mesacircuits.circuits import Circuit
    >>> wired: Wired = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> wired.wires, wired.output_bits({0: 0b1111})
    (3, (12,))
    """

    @property
    def inputs(self) -> int:
        """The number of inputs n."""

    @property
    def gates(self) -> Sequence[WiredGate]:
        """The wires from n on."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What drives each output bit."""

    @property
    def wires(self) -> int:
        """The number of wires."""

    @property
    def cones(self) -> Sequence[frozenset[int]]:
        """For each wire the set of what it costs: its length is the cost."""

    @property
    def hash_hex(self) -> str:
        """The content hash, as hexadecimal digits."""

    def wire_bits(self, do: Mapping[int, int] | None = None) -> list[int]:
        """Return the table of every wire, those in `do` replaced."""

    def output_bits(self, do: Mapping[int, int] | None = None) -> tuple[int, ...]:
        """Return the table of every output, the wires in `do` replaced."""

    def wire_name(self, wire: int) -> str:
        """Return the name of a wire."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""


def words_of(wired: Wired, do: Mapping[int, int] | None = None) -> tuple[int, ...]:
    """Return for each input its output word, output i as bit i, under interventions `do`.

    >>> from mesacircuits.circuits import Circuit
    >>> words_of(Circuit.parse(2, "g1 = a & b; out = g1, b"))
    (0, 0, 2, 3)
    """
    tables = wired.output_bits(do)
    return tuple(
        sum((bits >> x & 1) << i for i, bits in enumerate(tables)) for x in range(1 << wired.inputs)
    )
