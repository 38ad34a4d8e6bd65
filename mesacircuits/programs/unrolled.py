"""Unrolled programs: what a program's turns do, as wires to be intervened on like a circuit's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mesacircuits.circuits import Output
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.bare_turns import BareTurns, Intervention
from mesacircuits.programs.interpreter import Instance
from mesacircuits.programs.program import Program
from mesacircuits.programs.unrolled_wires import (
    Source,
    UnrolledGate,
    UnrolledWires,
    unrolled_wires,
)

__all__ = ["UnrolledProgram"]


@dataclass(frozen=True)
class UnrolledProgram:
    """A program with what its turns meet on all inputs, seen as wires.

    It presents what a circuit does (see `Wired`): tables over the 2^N inputs, interventions, what
    feeds what. Wires carry one bit each. They are, in this order:

    - the bits of the input, memory above;
    - for each candidate that some turn asks for, the bits of the objective's value. They have their
      value on every input: what a turn does not ask for counts as answered. An intervention
      replaces the answers to all queries for the candidate;
    - for each entry of the private table, whether the input is the entry's. An intervention lets
      the table read the OR of the entries that are 1;
    - for each execution (instruction, visit) that some turn has, but for `mov`, `observe` and
      `query`, the bits that it writes; 0 where it is not executed;
    - the bits of the answer, but those that one wire gives on every input.

    A result reads what its registers come from, and what all conditional jumps before it read,
    taken over all turns that end, and the candidates' values from which any of that was computed:
    what compares something made of two values reads both. A copy, of a register or of the input, is
    what it copies; a query is the candidate's value together with what the argument comes from.
    Results that come in different orders on different inputs, and read each other, are no wires;
    what reads them reads what they do.

    An intervention holds wires at given tables, and the turns are run again; they may then execute
    what no turn did before.

    Arguments:
        program: the program.
        instances: what a turn gets on each of the 2^N inputs, N = n + k.

    Raises `ArgumentError` for another number of instances.

    >>> from mesacircuits.programs import Machine
    >>> search = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine(inputs=1, answers=1))
    >>> unrolled = UnrolledProgram(search, (Instance(0, (1, 0, 1, 0)), Instance(1, (0, 1, 0, 1))))
    >>> unrolled.output_bits(), unrolled.wire_name(1), unrolled.wires
    ((2,), 'query(0).0', 10)
    >>> unrolled.output_bits({1: 0b11, 3: 0b00})
    (0,)
    """

    program: Program
    instances: tuple[Instance, ...]

    def __post_init__(self) -> None:
        count = 1 << self.inputs
        if len(self.instances) != count:
            raise ArgumentError("instances", f"{count}, one for each input", len(self.instances))

    @property
    def inputs(self) -> int:
        """The number of input bits N, memory included."""
        return self.program.machine.inputs + self.program.machine.memory

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The wires of the answer, memory above."""
        return tuple(Output(wire) for wire in self._layout.answers)

    @property
    def wires(self) -> int:
        """The number of wires."""
        return len(self._layout.sources)

    @property
    def gates(self) -> tuple[UnrolledGate, ...]:
        """The wires that are no inputs, with what they read."""
        return self._layout.gates

    @cached_property
    def cones(self) -> tuple[frozenset[int], ...]:
        """For each wire the executions, candidates and entries that it depends on.

        Each is named by its first wire, so that the length of a cone counts instructions executed,
        a candidate's value as one, not their bits.
        """
        cones: list[frozenset[int]] = [frozenset()] * self.inputs
        for wire, gate in enumerate(self.gates, self.inputs):
            own = frozenset({self._layout.first[wire]})
            cones.append(own.union(*(cones[operand] for operand in gate.operands)))
        return tuple(cones)

    @property
    def hash_hex(self) -> str:
        """The content hash of the program."""
        return self.program.hash_hex

    @cached_property
    def _layout(self) -> UnrolledWires:
        return unrolled_wires(self.program, self.instances)

    @cached_property
    def _turns(self) -> BareTurns:
        return BareTurns(self.program)

    @cached_property
    def _cache(self) -> dict[tuple[tuple[int, int], ...], tuple[list[int], int]]:
        return {}

    def source(self, wire: int) -> Source:
        """Return what a wire is."""
        return self._layout.sources[wire]

    def wire_name(self, wire: int) -> str:
        """Return the name of a wire.

        Inputs are a, b, ...; others `query(2).0`, `entry(5)`, `i3#1.0` (instruction 3, visit 1, bit
        0), `answer.0`.
        """
        source = self.source(wire)
        if source.kind == "input":
            return input_name(wire)
        if source.kind == "query":
            return f"query({source.number}).{source.bit}"
        if source.kind == "entry":
            return f"entry({source.number})"
        if source.kind == "result":
            return f"i{source.instructions[0]}#{source.visit}.{source.bit}"
        return f"answer.{source.bit}"

    def wire_bits(self, do: Mapping[int, int] | None = None) -> list[int]:
        """Return the table of every wire, those in `do` replaced; 0 where a turn has none."""
        return list(self._run(do or {})[0])

    def output_bits(self, do: Mapping[int, int] | None = None) -> tuple[int, ...]:
        """Return the table of every output bit, the wires in `do` replaced.

        It is 0 where the turn never ends (see `endless_bits`).
        """
        tables = self._run(do or {})[0]
        return tuple(tables[wire] for wire in self._layout.answers)

    def endless_bits(self, do: Mapping[int, int] | None = None) -> int:
        """Return the inputs on which the turn never ends, the wires in `do` replaced.

        Bit x is set iff it does not end on input x.
        """
        return self._run(do or {})[1]

    @cached_property
    def _natural(self) -> tuple[list[int], int]:
        return self._evaluated({})

    def _run(self, do: Mapping[int, int]) -> tuple[list[int], int]:
        if not do:
            return self._natural
        full = (1 << (1 << self.inputs)) - 1
        key = tuple(sorted((wire, table & full) for wire, table in do.items()))
        if key not in self._cache:
            if len(self._cache) >= _MOST_KEPT:
                self._cache.clear()
            self._cache[key] = self._evaluated(dict(key))
        return self._cache[key]

    def _evaluated(self, do: Mapping[int, int]) -> tuple[list[int], int]:
        tables, endless = [0] * self.wires, 0
        natural, never = self._natural if do else ([], 0)
        # Where what is held is what the wires have anyhow, nothing changes.
        same = (1 << (1 << self.inputs)) - 1 if do else 0
        for wire, table in do.items():
            same &= ~(table ^ natural[wire])
        if do:
            tables, endless = [table & same for table in natural], never & same
        for x in range(1 << self.inputs):
            if same >> x & 1:
                continue
            values, ended = self._values(x, {wire: table >> x & 1 for wire, table in do.items()})
            endless |= (not ended) << x
            for wire, value in enumerate(values):
                tables[wire] |= value << x
        return tables, endless

    def _values(self, x: int, do: Mapping[int, int]) -> tuple[list[int], bool]:
        """Return the bit of every wire on one input, and whether the turn ends."""
        at = x
        for i in range(self.inputs):
            if i in do:
                at = at & ~(1 << i) | do[i] << i
        sources = self._layout.sources
        changed = Intervention.of({sources[wire]: bit for wire, bit in do.items()})
        word, results, objective = self._turns.run(self.instances[at], changed)
        values = []
        for wire, source in enumerate(sources):
            if wire in do:
                value = do[wire]
            elif source.kind == "input":
                value = at >> source.bit & 1
            elif source.kind == "query":
                assert source.number is not None
                value = objective[source.number] >> source.bit & 1 if objective else 0
            elif source.kind == "entry":
                value = int(source.number == at)
            elif source.kind == "result":
                key = source.instructions[0], source.visit or 0
                value = results.get(key, 0) >> source.bit & 1
            else:
                value = (word or 0) >> source.bit & 1
            values.append(value)
        return values, word is not None

    def marked_instructions(self, marks: Mapping[int, str]) -> dict[int, str]:
        """Return labels of wires as labels of the instructions behind them."""
        found: dict[int, list[str]] = {}
        for wire, label in marks.items():
            for instruction in self.source(wire).instructions:
                found.setdefault(instruction, []).append(label)
        return {place: ", ".join(dict.fromkeys(labels)) for place, labels in found.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the program as JSON values."""
        return self.program.to_json()

    def __reduce__(self) -> tuple[type[UnrolledProgram], tuple[Program, tuple[Instance, ...]]]:
        return type(self), (self.program, self.instances)

    def __str__(self) -> str:
        return str(self.program)


#: How many interventions are remembered.
_MOST_KEPT = 1 << 12
