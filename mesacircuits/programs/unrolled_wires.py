"""Which wires an unrolled program has, and what each of them reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mesacircuits.programs.interpreter import Instance, Turn, run_turn
from mesacircuits.programs.program import Program

__all__ = ["TRANSPARENT", "Source", "UnrolledGate", "UnrolledWires", "unrolled_wires"]

#: What a value comes from, all bits together: ("input", i), ("query", a), ("entry", x),
#: ("result", place, visit), ("answer",).
Origin = tuple[Any, ...]

#: Instructions whose results are other wires: copies of registers, of input bits, of the objective.
TRANSPARENT = ("mov", "observe", "query")


@dataclass(frozen=True, slots=True)
class Source:
    """What a wire of an unrolled program is.

    Attributes:
        kind: `input`; `query`, the objective's value of a candidate; `entry`, whether the input is
            that of an entry of the private table; `result`, what one execution of an instruction
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
        return {
            "kind": self.kind,
            "number": self.number,
            "bit": self.bit,
            "visit": self.visit,
            "instructions": list(self.instructions),
        }

    def __str__(self) -> str:
        listed = ", ".join(map(str, self.instructions))
        where = f"instruction{'s' * (len(self.instructions) > 1)} {listed}"
        if self.kind == "query":
            return f"query for candidate {self.number}, bit {self.bit}, asked by {where}"
        if self.kind == "entry":
            return f"table entry of input {self.number}, read by {where}"
        if self.kind == "result":
            return f"{where}, visit {self.visit}, bit {self.bit}"
        return f"{self.kind} bit {self.bit}"


@dataclass(frozen=True, slots=True)
class UnrolledGate:
    """A wire of an unrolled program that is no input, and the wires that it reads.

    >>> UnrolledGate((0, 1)).operands
    (0, 1)
    """

    operands: tuple[int, ...]


@dataclass(frozen=True)
class UnrolledWires:
    """The wires of an unrolled program.

    Attributes:
        sources: for each wire what it is.
        gates: for each wire that is no input what it reads.
        first: for each wire the first of those that carry the same value, as bits of it.
        answers: the wires of the answer.
    """

    sources: tuple[Source, ...]
    gates: tuple[UnrolledGate, ...]
    first: tuple[int, ...]
    answers: tuple[int, ...]


def unrolled_wires(program: Program, instances: Sequence[Instance]) -> UnrolledWires:
    """Return the wires of a program, from its turns on all inputs that end.

    See `UnrolledProgram` for what they are.
    """
    turns = [turn for turn in (run_turn(program, i) for i in instances) if turn.word is not None]
    reads = _Reads(program)
    for turn in turns:
        reads.follow(turn)
    return _numbered(program, reads)


class _Reads:
    """From which origins each result, and the answer, comes: by data, and by jumps before it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.inputs = [("input", i) for i in range(program.machine.inputs + program.machine.memory)]
        self.of: dict[Origin, set[Origin]] = {("answer",): set()}
        self.asking: dict[int, set[int]] = {}
        self.order: list[Origin] = []

    def follow(self, turn: Turn) -> None:
        machine, code = self.program.machine, self.program.code
        held: list[set[Origin]] = [set() for _ in range(machine.registers)]
        if machine.loaded:
            for word in range(machine.input_words):
                held[word] = {*self._word(word)}
        for place, register in enumerate(machine.memory_registers):
            low = machine.inputs + place * machine.width
            held[register] |= {*self.inputs[low : low + machine.width]}
        path: set[Origin] = set()
        for step in turn.steps:
            name, instruction = step.instruction.name, code[step.place]
            data = set[Origin]().union(*(held[r] for r in instruction.reads))
            if name == "act":
                continue
            if instruction.operation.jumps:
                path |= data
                continue
            if name == "query":
                candidate = (step.argument or 0) & (1 << machine.answers) - 1
                self.asking.setdefault(candidate, set()).add(step.place)
                data |= {("query", candidate)}
            elif name == "observe":
                data = {*self._word(instruction.operands[1])}
            elif name == "table":
                entries = enumerate(self.program.table or ())
                data = {("entry", x) for x, entry in entries if entry is not None}
            elif name == "argmax":
                data = {*self.inputs}
            origins = data | path
            if name not in TRANSPARENT:
                result = ("result", step.place, step.visit)
                if result not in self.of:
                    self.of[result] = set()
                    self.order.append(result)
                self.of[result] |= origins
                origins = {result}
            held[instruction.operands[0]] = origins
        answer = turn.answer if turn.answer is not None else 0
        ends = [answer, *machine.memory_registers]
        self.of["answer",] |= path.union(*(held[r] for r in ends))

    def _word(self, word: int) -> list[Origin]:
        machine = self.program.machine
        observed = self.inputs[: machine.inputs]
        return observed[word * machine.width : (word + 1) * machine.width]


def _numbered(program: Program, reads: _Reads) -> UnrolledWires:
    machine = program.machine
    sources = [Source("input", i, i) for i in range(len(reads.inputs))]
    first = [*range(len(sources))]
    gates: list[UnrolledGate] = []
    wires: dict[Origin, tuple[int, ...]] = {o: (i,) for i, o in enumerate(reads.inputs)}

    def place(origin: Origin, made: Iterable[Source], operands: Iterable[int]) -> None:
        start, gate = len(sources), UnrolledGate(tuple(sorted({*operands})))
        sources.extend(made)
        first.extend([start] * (len(sources) - start))
        gates.extend([gate] * (len(sources) - start))
        wires[origin] = tuple(range(start, len(sources)))

    every = range(len(reads.inputs))
    for candidate, asking in sorted(reads.asking.items()):
        asked = tuple(sorted(asking))
        bits = [Source("query", candidate, b, instructions=asked) for b in range(machine.width)]
        place(("query", candidate), bits, every)
    reading = tuple(i for i, instruction in enumerate(program.code) if instruction.name == "table")
    for x, entry in enumerate(program.table or ()):
        if entry is not None:
            place(("entry", x), [Source("entry", x, instructions=reading)], every)
    for group in _in_order(reads):
        behind = {o for member in group for o in reads.of[member]} - {*group}
        operands = [wire for origin in behind for wire in wires[origin]]
        if len(group) > 1:
            # Which of them comes first depends on the input: they are no wires of their own.
            for member in group:
                wires[member] = tuple(sorted({*operands}))
            continue
        _, at, visit = group[0]
        bits = [Source("result", None, b, visit, (at,)) for b in range(machine.width)]
        place(group[0], bits, operands)
    operands = [wire for origin in reads.of["answer",] for wire in wires[origin]]
    acting = tuple(i for i, instruction in enumerate(program.code) if instruction.name == "act")
    answers = [
        Source("answer", None, b, instructions=acting)
        for b in range(machine.answers + machine.memory)
    ]
    place(("answer",), answers, operands)
    return UnrolledWires(tuple(sources), tuple(gates), tuple(first), wires["answer",])


def _in_order(reads: _Reads) -> list[list[Origin]]:
    """Return the results, each after those that it reads; those that read each other together."""
    results = {*reads.order}
    left: Mapping[Origin, set[Origin]] = {r: reads.of[r] & results - {r} for r in reads.order}
    done: list[list[Origin]] = []
    while ready := [r for r, behind in left.items() if not behind]:
        done += [[r] for r in ready]
        left = {r: behind - {*ready} for r, behind in left.items() if behind}
    if left:
        # Only here, as it is slow to load.
        import networkx

        graph = networkx.DiGraph((b, r) for r, behind in left.items() for b in behind)
        condensed = networkx.condensation(graph)
        for component in networkx.topological_sort(condensed):
            done.append(sorted(condensed.nodes[component]["members"]))
    return done
