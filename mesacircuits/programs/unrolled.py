"""Unrolled programs: what a program's turns do, as wires to be intervened on like a circuit's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from mesacircuits.circuits import Output
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.interpreter import Instance, Run, Step, fast_run, held_at, run_turn
from mesacircuits.programs.program import Program

__all__ = ["ASKED", "TRANSPARENT", "Source", "UnrolledGate", "UnrolledProgram", "asked_kind"]

#: Instructions whose results are other wires: copies of registers, of input bits, of the objective.
TRANSPARENT = ("mov", "observe", "load", "query", "query-proxy")
#: What the wires are called of what a candidate is asked for by number.
ASKED = {"query": "query", "query-proxy": "proxy", "utility": "utility"}
#: How many interventions are remembered.
_MOST_KEPT = 1 << 12


class Source(NamedTuple):
    """What a wire of an unrolled program is; while the wires are found, what a bit comes from.

    Attributes:
        kind: `input`; `query`, the objective's value of a candidate, `proxy` the proxy's, and
            `utility` what an input's own table of utilities says of it; `entry`, whether the input
            is that of an entry of the private table; `result`, what one execution of an instruction
            writes; or `answer`.
        number: the input bit, the candidate, the input of the entry; else None.
        bit: which bit of the value.
        visit: of a result how often the instruction had been executed before.
        instructions: the instructions that ask, read, write or answer.

    >>> print(Source("query", 2, 0, instructions=(1,)))
    query for candidate 2, bit 0, asked by instruction 1
    """

    kind: str
    number: int | None = None
    bit: int = 0
    visit: int | None = None
    instructions: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the source as JSON values."""
        return self._asdict() | {"instructions": list(self.instructions)}

    def __str__(self) -> str:
        listed = ", ".join(map(str, self.instructions))
        where = f"instruction{'s' * (len(self.instructions) > 1)} {listed}"
        if self.kind in ASKED.values():
            return f"{self.kind} for candidate {self.number}, bit {self.bit}, asked by {where}"
        if self.kind == "entry":
            return f"table entry of input {self.number}, read by {where}"
        if self.kind == "result":
            return f"{where}, visit {self.visit}, bit {self.bit}"
        return f"{self.kind} bit {self.bit}"


class UnrolledGate(NamedTuple):
    """A wire of an unrolled program that is no input, and the wires that it reads.

    >>> UnrolledGate((0, 1)).operands
    (0, 1)
    """

    operands: tuple[int, ...]


class _Layout(NamedTuple):
    """The wires of an unrolled program.

    Attributes:
        sources: for each wire what it is.
        gates: for each wire that is no input what it reads.
        first: for each wire the first of those that carry the same value, as bits of it.
        answers: the wires that give the answer.
        data: for each gate what its value is computed from: neither what an address came from, nor
            what the jumps before it read.
        free: the wires of results that are the same whenever they are executed.
    """

    sources: tuple[Source, ...]
    gates: tuple[UnrolledGate, ...]
    first: tuple[int, ...]
    answers: tuple[int, ...]
    data: tuple[tuple[int, ...], ...]
    free: frozenset[int]


@dataclass(frozen=True)
class UnrolledProgram:
    """A program with what its turns meet on all inputs, seen as wires.

    It presents what a circuit does (see `Wired`): tables over the 2^N inputs, interventions, what
    feeds what. Wires carry one bit each. They are, in this order:

    - the bits of the input, memory above;
    - for each candidate that some turn asks for, the bits of the objective's value; of the proxy's,
      and of its utility where inputs have tables of their own, likewise. They have their value on
      every input: what a turn does not ask for counts as answered. An intervention replaces what
      all executions give that ask for the candidate, which evaluate one thing and are one wire;
    - for each entry of the private table, whether the input is the entry's. An intervention lets
      the table read the OR of the entries that are 1;
    - for each execution (instruction, visit) that some turn has, but for copies (`mov`, `observe`,
      `load`) and what asks, the bits that it writes; 0 where it is not executed;
    - the bits of the answer, but those that one wire gives on every input.

    A result reads what its registers come from, and what all conditional jumps before it read,
    taken over all turns that end, and the candidates' values from which any of that was computed:
    what compares something made of two values reads both. A copy, of a register or of the input, is
    what it copies; a query is the candidate's value together with what the argument comes from, and
    a load the input's bits together with what the address comes from.
    Results that come in different orders on different inputs, and read each other, are no wires;
    what reads them reads what they do.

    An intervention holds wires at given tables, and the turns are run again; they may then execute
    what no turn did before.

    Arguments:
        program: the program.
        instances: what a turn gets on each of the 2^N inputs, N = n + k.

    Raises `ArgumentError` for another number of instances.

    >>> from mesacircuits.programs import Machine
    >>> machine = Machine(inputs=1, answers=2, operations="oracle")
    >>> search = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    >>> unrolled = UnrolledProgram(search, (Instance(0, (1, 0, 1, 0)), Instance(1, (0, 1, 0, 1))))
    >>> unrolled.output_bits(), unrolled.wire_name(1), unrolled.wires
    ((2, 1), 'query(1).0', 11)
    >>> unrolled.output_bits({1: 0b11, 3: 0b00})
    (3, 0)
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
        """For each wire the executions, candidates and entries that compute it, by data.

        Each is named by its first wire, so that the length of a cone counts instructions executed,
        a candidate's value as one, not their bits. Input bits that are loaded cost nothing, nor
        does what is the same whenever it is executed, as the numbers of candidates are.
        """
        cones: list[frozenset[int]] = [frozenset()] * self.inputs
        for wire, operands in enumerate(self._layout.data, self.inputs):
            if wire in self._layout.free:
                cones.append(frozenset())
                continue
            own = frozenset({self._layout.first[wire]})
            cones.append(own.union(*(cones[operand] for operand in operands)))
        return tuple(cones)

    @property
    def hash_hex(self) -> str:
        """The content hash of the program."""
        return self.program.hash_hex

    @cached_property
    def _layout(self) -> _Layout:
        reads = _Reads(self.program)
        for run in self.runs:
            if run.word is not None:
                reads.follow(run)
        return _numbered(self.program, reads)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The turns on all inputs, as they are without intervention."""
        return tuple(run_turn(self.program, instance) for instance in self.instances)

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
        if source.kind in ASKED.values():
            return f"{source.kind}({source.number}).{source.bit}"
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
        return self._evaluated(())

    @cached_property
    def _remembered(self) -> Callable[[tuple[tuple[int, int], ...]], tuple[list[int], int]]:
        return lru_cache(_MOST_KEPT)(self._evaluated)

    def _run(self, do: Mapping[int, int]) -> tuple[list[int], int]:
        """Return the table of every wire, and the inputs on which the turn never ends."""
        if not do:
            return self._natural
        full = (1 << (1 << self.inputs)) - 1
        return self._remembered(tuple(sorted((wire, table & full) for wire, table in do.items())))

    def _evaluated(self, do: tuple[tuple[int, int], ...]) -> tuple[list[int], int]:
        tables, endless, same = [0] * self.wires, 0, 0
        if do:
            # Where what is held is what the wires have anyhow, nothing changes.
            natural, never = self._natural
            same = (1 << (1 << self.inputs)) - 1
            for wire, table in do:
                same &= ~(table ^ natural[wire])
            tables, endless = [table & same for table in natural], never & same
        for x in range(1 << self.inputs):
            if not same >> x & 1:
                values, ended = self._values(x, {wire: table >> x & 1 for wire, table in do})
                endless |= (not ended) << x
                for wire, value in enumerate(values):
                    tables[wire] |= value << x
        return tables, endless

    def _values(self, x: int, do: Mapping[int, int]) -> tuple[list[int], bool]:
        """Return the bit of every wire on one input, and whether the turn ends."""
        sources, program, at = self._layout.sources, self.program, x
        asked: dict[str, dict[int | None, tuple[int, int]]] = {k: {} for k in ASKED.values()}
        results: dict[tuple[int, int], tuple[int, int]] = {}
        entries: dict[int | None, int] = {}
        for wire, held in do.items():
            kind, number, bit, visit, instructions = sources[wire]
            if kind == "input":
                at = at & ~(1 << bit) | held << bit
            elif kind in asked:
                asked[kind][number] = _with(asked[kind].get(number), bit, held)
            elif kind == "entry":
                entries[number] = held
            elif kind == "result":
                key = instructions[0], visit or 0
                results[key] = _with(results.get(key), bit, held)
        instance = self.instances[at]
        told = {
            kind: tuple(
                held_at(value, asked[kind][a]) if a in asked[kind] else value
                for a, value in enumerate(instance.asked(name))
            )
            for name, kind in ASKED.items()
        }
        # The private table gives the OR of the entries that are read.
        entry = 0
        for number, word in enumerate(program.table or ()):
            if entries.get(number, number == at):
                entry |= word or 0
        given = replace(
            instance, objective=told["query"], utility=told["utility"], proxy=told["proxy"]
        )
        answer, written = fast_run(program, given, entry, results)
        values = []
        for wire, (kind, number, bit, visit, instructions) in enumerate(sources):
            if wire in do:
                value = do[wire] << bit
            elif kind == "input":
                value = at
            elif kind in asked:
                value = told[kind][number or 0] if told[kind] else 0
            elif kind == "entry":
                value = int(number == at)
            elif kind == "result":
                value = written.get((instructions[0], visit or 0), 0)
            else:
                value = answer or 0
            values.append(value >> bit & 1)
        return values, answer is not None

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


def _with(held: tuple[int, int] | None, bit: int, value: int) -> tuple[int, int]:
    """Return held bits and their values with one more."""
    bits, forced = held or (0, 0)
    return bits | 1 << bit, forced | value << bit


#: The origins of each bit of a register.
Word = list[set[Source]]


class _Reads:
    """From which bits each result, and the answer, comes: by data, and by jumps before it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        machine = program.machine
        self.width = machine.width
        self.inputs = [Source("input", i, i) for i in range(machine.inputs + machine.memory)]
        self.of: dict[Source, set[Source]] = {}
        #: The same by data alone, without addresses.
        self.data: dict[Source, set[Source]] = {}
        self.answers: list[set[Source]] = [set() for _ in range(machine.answers + machine.memory)]
        #: By kind and candidate the instructions that ask.
        self.asking: dict[tuple[str, int], set[int]] = {}
        #: What each execution wrote, in all turns.
        self.written: dict[tuple[int, int], set[int | None]] = {}
        #: Whether what is executed depends on the input.
        self.branches = False
        #: Sources of bits that are no copies of them, though they come from nothing else: what is
        #: asked for or loaded by an argument that comes from it.
        self.chosen_by: set[Source] = set()

    def follow(self, run: Run) -> None:
        """Take what is read in a run that ends."""
        machine, code = self.program.machine, self.program.code
        held, data = self._start(), self._start()
        path: set[Source] = set()
        for step in run.steps:
            instruction = code[step.place]
            read = [held[r] for r in instruction.reads]
            if instruction.operation.jumps:
                path |= _all(read)
            if not instruction.operation.writes:
                continue
            word = self._written(step, [data[r] for r in instruction.reads], run)
            wide = self._written(step, read, run)
            kind = asked_kind(step, run.instance)
            if kind is not None or instruction.name == "load":
                # What an address came from is read, and no part of the value.
                argument = _all(read)
                wide = [bit | argument for bit in word]
                if len(argument) == 1:
                    self.chosen_by |= argument
            candidate = step.argument or 0
            if kind is not None and candidate < 1 << machine.answers:
                self.asking.setdefault((kind, candidate), set()).add(step.place)
            wide = [bit | path for bit in wide]
            if instruction.name not in TRANSPARENT and kind is None:
                self.written.setdefault((step.place, step.visit), set()).add(step.result)
                for b in range(self.width):
                    result = Source("result", None, b, step.visit, (step.place,))
                    self.of.setdefault(result, set()).update(wide[b])
                    self.data.setdefault(result, set()).update(word[b])
                    wide[b], word[b] = {result}, {result}
            held[instruction.operands[0]], data[instruction.operands[0]] = wide, word
        self.branches |= bool(path)
        answer = held[run.answer or 0][: machine.answers]
        memory = [bit for register in machine.memory_registers for bit in held[register]]
        for bit, origins in zip(self.answers, [*answer, *memory], strict=False):
            bit |= origins | path

    def _start(self) -> list[Word]:
        """Return the origins of the registers' bits at the start of a turn."""
        machine = self.program.machine
        held: list[Word] = [[set() for _ in range(self.width)] for _ in range(machine.registers)]
        if machine.loaded:
            held[: machine.input_words] = map(self._observed, range(machine.input_words))
        for place, register in enumerate(machine.memory_registers):
            low = machine.inputs + place * self.width
            held[register] = [set(self.inputs[b : b + 1]) for b in range(low, low + self.width)]
        return held

    def _observed(self, word: int) -> Word:
        layout = self.program.machine.layout
        bits = layout[word] if word < len(layout) else ()
        return [{self.inputs[bits[b]]} if b < len(bits) else set() for b in range(self.width)]

    def _written(self, step: Step, read: list[Word], run: Run) -> Word:
        """Return the origins of each bit that an instruction writes, by data alone."""
        width, machine, name = self.width, self.program.machine, step.instruction.name
        if name == "mov":
            return read[0]
        if (kind := asked_kind(step, run.instance)) is not None:
            candidate = step.argument or 0
            # What is no candidate has the value 0.
            known = candidate < 1 << machine.answers
            return [{Source(kind, candidate, b)} if known else set() for b in range(width)]
        if name == "load":
            return self._observed(step.argument or 0)
        if name == "observe":
            return self._observed(step.instruction.operands[1])
        if name == "table":
            entries = enumerate(self.program.table or ())
            return [{Source("entry", x) for x, entry in entries if entry is not None}] * width
        if name == "utility":
            # One table for all inputs: the argument is features, and the context is read as well.
            context = {self.inputs[bit] for bit in run.instance.context}
            return [_all(read) | context for _ in range(width)]
        if name == "argmax":
            return [{*self.inputs} for _ in range(width)]
        if name in ("and", "or", "xor", "andnot"):
            return [set[Source]().union(*(word[b] for word in read)) for b in range(width)]
        # Sums and differences: carries come from the bits below.
        return [_all([word[: b + 1] for word in read]) for b in range(width)]


def asked_kind(step: Step, instance: Instance) -> str | None:
    """Return what wires of what a step asks for are called; None if it asks for no candidate.

    >>> from mesacircuits.programs import Instruction
    >>> step = Step(0, 0, Instruction("utility", (1, 0)), (0, 0), argument=0)
    >>> asked_kind(step, Instance(0)), asked_kind(step, Instance(0, by_features=True))
    ('utility', None)
    """
    name = step.instruction.name
    return None if name == "utility" and instance.by_features else ASKED.get(name)


def _all(words: Iterable[Word]) -> set[Source]:
    return {origin for word in words for bit in word for origin in bit}


def _numbered(program: Program, reads: _Reads) -> _Layout:
    """Return the wires, each after those that it reads."""
    sources = [*reads.inputs]
    first = [*range(len(sources))]
    gates: list[UnrolledGate] = []
    data: list[tuple[int, ...]] = []
    free: set[int] = set()
    wires: dict[Source, tuple[int, ...]] = {o: (i,) for i, o in enumerate(reads.inputs)}
    firsts: dict[Source, int] = {}
    # For each wire the candidates' values that it was computed from.
    asked: list[frozenset[int]] = [frozenset() for _ in sources]

    def place(
        origin: Source, at: Iterable[int], operands: Collection[int], computed: Collection[int]
    ) -> None:
        """Make a wire of an origin, at these instructions, that reads these wires.

        Its value is computed from some of them.
        """
        wire = len(sources)
        data.append(tuple(sorted({*computed})))
        below = frozenset[int]().union(*(asked[operand] for operand in operands))
        sources.append(origin._replace(instructions=tuple(at)))
        value = origin if origin.kind == "answer" else origin._replace(bit=0)
        first.append(firsts.setdefault(value, wire))
        gates.append(UnrolledGate(tuple(sorted({*operands} | below))))
        asked.append(frozenset({wire}) if origin.kind in ASKED.values() else below)
        wires[origin] = (wire,)

    def read(origins: Iterable[Source]) -> set[int]:
        return {wire for origin in origins for wire in wires[origin]}

    def where(name: str) -> list[int]:
        return [i for i, instruction in enumerate(program.code) if instruction.name == name]

    every = range(len(reads.inputs))
    for (kind, candidate), asking in sorted(reads.asking.items()):
        for b in range(program.machine.width):
            place(Source(kind, candidate, b), sorted(asking), every, ())
    for x, entry in enumerate(program.table or ()):
        if entry is not None:
            place(Source("entry", x), where("table"), every, ())
    for group in _in_order(reads):
        behind = {o for member in group for o in reads.of[member]} - {*group}
        if len(group) == 1:
            result = group[0]
            execution = result.instructions[0], result.visit or 0
            if len(reads.written[execution]) == 1:
                free.add(len(sources))
            computed = read(reads.data[result] - {result})
            place(result, result.instructions, read(behind), computed)
        else:
            # Which of them comes first depends on the input: they are no wires of their own.
            wires |= dict.fromkeys(group, tuple(sorted(read(behind))))
    answers: list[int] = []
    for b, origins in enumerate(reads.answers):
        reached = read(origins)
        # One bit that is the answer on every input is a copy; else the answer is its own wire.
        if len(origins) != 1 or reads.branches or origins & reads.chosen_by:
            answer = Source("answer", None, b)
            place(answer, where("act"), reached, reached)
            reached = read([answer])
        answers += reached
    return _Layout(
        tuple(sources), tuple(gates), tuple(first), tuple(answers), tuple(data), frozenset(free)
    )


def _in_order(reads: _Reads) -> list[list[Source]]:
    """Return the results, each after those that it reads; those that read each other together."""
    left = {result: origins & reads.of.keys() - {result} for result, origins in reads.of.items()}
    done: list[list[Source]] = []
    while ready := [result for result, behind in left.items() if not behind]:
        done += [[result] for result in ready]
        left = {r: behind - {*ready} for r, behind in left.items() if behind}
    if left:
        # Only here, as it is slow to load.
        import networkx

        graph = networkx.DiGraph((b, r) for r, behind in left.items() for b in sorted(behind))
        condensed = networkx.condensation(graph)
        for component in networkx.topological_sort(condensed):
            done.append([*condensed.nodes[component]["members"]])
    return done
