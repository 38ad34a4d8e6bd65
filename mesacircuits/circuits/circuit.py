"""Circuits: acyclic networks of gates over labelled inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import permutations
from typing import Any

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.operators import operator_named
from mesacircuits.circuits.truthtable import TruthTable, input_bits, input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash

__all__ = ["CONSTANT", "MAX_GATES", "Circuit", "Gate", "Output"]

#: The wire number of the constant 0. It precedes every input and gate.
CONSTANT = -1

_MAX_INPUTS = 16
#: The most gates of a circuit, and the most outputs.
MAX_GATES = 1_000_000


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

    def __repr__(self) -> str:
        return f"Output({self.wire}, inverted=True)" if self.inverted else f"Output({self.wire})"


@dataclass(frozen=True)
class Circuit:
    """A Boolean circuit: gates in topological order over `inputs` labelled inputs.

    Any acyclic network is admitted, minimal or not; operators may be of any basis.

    Arguments:
        inputs: number of inputs n, 0 to 16; they are wires 0 to n - 1, named a, b, c, ...
        gates: the gates, at most a million; gate i drives wire n + i and reads only lower wires.
        outputs: one `Output` per output bit, bit 0 first, at most a million.

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

    def __post_init__(self) -> None:
        if not isinstance(self.inputs, int) or not 0 <= self.inputs <= _MAX_INPUTS:
            raise ArgumentError("inputs", f"a whole number from 0 to {_MAX_INPUTS}", self.inputs)
        object.__setattr__(self, "gates", tuple(self.gates))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        for name, parts in (("gates", self.gates), ("outputs", self.outputs)):
            if len(parts) > MAX_GATES:
                raise ArgumentError(name, f"at most {MAX_GATES:,}", len(parts))
        for i, gate in enumerate(self.gates):
            if not all(CONSTANT <= wire < self.inputs + i for wire in gate.operands):
                raise ArgumentError(
                    f"gates[{i}].operands",
                    f"wires from {CONSTANT} to {self.inputs + i - 1}",
                    gate.operands,
                )
        if not self.outputs:
            raise ArgumentError("outputs", "at least one output", "none")
        for i, output in enumerate(self.outputs):
            if not CONSTANT <= output.wire < self.wires:
                raise ArgumentError(
                    f"outputs[{i}].wire", f"a wire from {CONSTANT} to {self.wires - 1}", output.wire
                )

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
        for i, gate in enumerate(self.gates):
            cone = frozenset({self.inputs + i}).union(*(cones[w] for w in gate.operands if w >= 0))
            cones.append(cone)
        return tuple(cones)

    def wire_name(self, wire: int) -> str:
        """Return the name of a wire: inputs a, b, ...; gates g1, g2, ...; the constant 0."""
        if wire == CONSTANT:
            return "0"
        return input_name(wire) if wire < self.inputs else f"g{wire - self.inputs + 1}"

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs: `out`, or `out0`, `out1`, ... of several."""
        count = len(self.outputs)
        return ["out"] if count == 1 else [f"out{i}" for i in range(count)]

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
        values = [
            do[i] & mask if i in do else input_bits(self.inputs, i) for i in range(self.inputs)
        ]
        for i, gate in enumerate(self.gates):
            wire = self.inputs + i
            if wire in do:
                values.append(do[wire] & mask)
            else:
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

    def __call__(self, x: int) -> tuple[int, ...]:
        """Return the output word on input x = sum of x_i 2^i, bit 0 first."""
        if not 0 <= x < 1 << self.inputs:
            raise ArgumentError("x", f"an integer from 0 to {(1 << self.inputs) - 1}", x)
        return tuple(bits >> x & 1 for bits in self.output_bits())

    def in_basis(self, basis: Basis) -> bool:
        """Return whether every operator belongs to `basis` and inverted outputs are free in it."""
        inverted = any(o.inverted and o.wire != CONSTANT for o in self.outputs)
        return all(basis.admits(g.operator) for g in self.gates) and not (
            inverted and not basis.free_inverters
        )

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
        mask = (1 << (1 << self.inputs)) - 1
        seen = {0, mask}
        for bits in self.wire_bits():
            if bits in seen:
                return False
            seen.add(bits)
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
        return Circuit(self.inputs, tuple(gates), outputs)

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
        return Circuit(self.inputs, tuple(gates), outputs)

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the canonical chain's JSON, as hexadecimal digits."""
        return content_hash(self.canonical().to_json())

    # -- forms -------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the circuit as JSON values; `from_json` is the inverse."""
        return {
            "inputs": self.inputs,
            "gates": [{"operator": g.operator, "operands": list(g.operands)} for g in self.gates],
            "outputs": [{"wire": o.wire, "inverted": o.inverted} for o in self.outputs],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Circuit:
        """Return the circuit that `to_json` gave, raising `ArgumentError` for anything else."""
        from mesacircuits.circuits.circuit_json import circuit_from_json

        return circuit_from_json(value)

    @classmethod
    def parse(cls, inputs: int, text: str) -> Circuit:
        """Return the circuit written as `str` writes it, over `inputs` inputs.

        >>> Circuit.parse(2, "g1 = a & ~b; out = ~g1").tables()
        (TruthTable(inputs=2, bits=0xD),)
        """
        from mesacircuits.circuits.circuit_text import circuit_from_text

        return circuit_from_text(inputs, text)

    def gate_text(self, place: int) -> str:
        """Return the right-hand side of gate number `place` (from 0), such as `a & ~g1`."""
        gate = self.gates[place]
        return operator_named(gate.operator).form.format(*map(self.wire_name, gate.operands))

    def output_text(self, place: int) -> str:
        """Return what drives output number `place` (from 0), such as `~g3`, `a` or `1`."""
        output = self.outputs[place]
        if output.wire == CONSTANT:
            return "1" if output.inverted else "0"
        return ("~" if output.inverted else "") + self.wire_name(output.wire)

    def __str__(self) -> str:
        steps = [f"g{i + 1} = {self.gate_text(i)}" for i in range(self.size)]
        outs = ", ".join(self.output_text(i) for i in range(len(self.outputs)))
        return "; ".join([*steps, f"out = {outs}"])

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

    def to_sympy(self) -> tuple[Any, ...]:
        """Return the outputs as sympy expressions in the symbols a, b, c, ..."""
        from mesacircuits.circuits.interop import to_sympy

        return to_sympy(self)

    def to_networkx(self) -> Any:
        """Return the circuit as a `networkx.MultiDiGraph` of inputs, gates and outputs."""
        from mesacircuits.circuits.interop import to_networkx

        return to_networkx(self)

    def _repr_svg_(self) -> str:
        from mesacircuits.circuits.drawing import draw_svg

        return draw_svg(self)


def _canonical_gate(gate: Gate, place: Mapping[int, int]) -> Gate:
    wires = [place[w] for w in gate.operands]
    places = range(len(wires))
    order = tuple(sorted(places, key=wires.__getitem__))
    operator, ascending = operator_named(gate.operator).permuted(order), tuple(sorted(wires))
    if len({*wires}) < len(wires):
        # A wire read twice leaves a choice of order: the least table is taken.
        same = (p for p in permutations(places) if tuple(ascending[i] for i in p) == ascending)
        operator = min(map(operator.permuted, same), key=lambda candidate: candidate.table)
    return Gate(operator.name, ascending)


def _gate_key(gate: Gate) -> tuple[tuple[int, ...], int]:
    return tuple(reversed(gate.operands)), operator_named(gate.operator).table
