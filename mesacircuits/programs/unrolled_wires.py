"""Which wires an unrolled program has, and what each of them reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mesacircuits.programs.interpreter import Instance, Turn, run_turn
from mesacircuits.programs.program import Program

__all__ = ["TRANSPARENT", "Source", "UnrolledGate", "UnrolledWires", "unrolled_wires"]

#: What a bit comes from: an input bit ("input", i), ("query", candidate, bit), ("entry", input), or
#: ("result", instruction, visit, bit).
Origin = tuple[Any, ...]
#: The origins of each bit of a register.
Word = list[set[Origin]]

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
        answers: the wires that give the answer.
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
    """From which bits each result, and the answer, comes: by data, and by jumps before it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        machine = program.machine
        self.width = machine.width
        self.inputs: list[Origin] = [("input", i) for i in range(machine.inputs + machine.memory)]
        self.of: dict[Origin, set[Origin]] = {}
        self.answers: list[set[Origin]] = [set() for _ in range(machine.answers + machine.memory)]
        self.asking: dict[int, set[int]] = {}
        #: Whether what is executed depends on the input.
        self.branches = False
        #: Origins of bits that are no copies of them, though they come from nothing else: a query's
        #: whose argument comes from the value of the candidate that it asks for.
        self.chosen_by: set[Origin] = set()

    def follow(self, turn: Turn) -> None:
        machine, code = self.program.machine, self.program.code
        held = self._start()
        path: set[Origin] = set()
        for step in turn.steps:
            instruction = code[step.place]
            read = [held[r] for r in instruction.reads]
            if instruction.operation.jumps:
                path |= _all(read)
            if not instruction.operation.writes:
                continue
            word = self._written(instruction.name, step.argument, instruction.operands, read)
            if instruction.name == "query":
                candidate = (step.argument or 0) & (1 << machine.answers) - 1
                self.asking.setdefault(candidate, set()).add(step.place)
                if len(argument := _all(read)) == 1:
                    self.chosen_by |= argument
            word = [bit | path for bit in word]
            if instruction.name not in TRANSPARENT:
                for b, bit in enumerate(word):
                    result = ("result", step.place, step.visit, b)
                    self.of.setdefault(result, set()).update(bit)
                    word[b] = {result}
            held[instruction.operands[0]] = word
        self.branches |= bool(path)
        answer = held[turn.answer or 0][: machine.answers]
        memory = [bit for register in machine.memory_registers for bit in held[register]]
        for bit, origins in zip(self.answers, [*answer, *memory], strict=False):
            bit |= origins | path

    def _start(self) -> list[Word]:
        machine = self.program.machine
        held: list[Word] = [self._nothing() for _ in range(machine.registers)]
        if machine.loaded:
            for word in range(machine.input_words):
                held[word] = self._observed(word)
        for place, register in enumerate(machine.memory_registers):
            low = machine.inputs + place * self.width
            for b, origin in enumerate(self.inputs[low : low + self.width]):
                held[register][b] = {origin}
        return held

    def _nothing(self) -> Word:
        return [set() for _ in range(self.width)]

    def _observed(self, word: int) -> Word:
        machine = self.program.machine
        bits = self.inputs[: machine.inputs][word * self.width : (word + 1) * self.width]
        return [{bits[b]} if b < len(bits) else set() for b in range(self.width)]

    def _written(
        self, name: str, argument: int | None, operands: tuple[int, ...], read: list[Word]
    ) -> Word:
        """Return the origins of each bit that an instruction writes, by data alone."""
        width, machine = self.width, self.program.machine
        if name == "mov":
            return [set(bit) for bit in read[0]]
        if name == "query":
            candidate = (argument or 0) & (1 << machine.answers) - 1
            return [{("query", candidate, b)} | _all(read) for b in range(width)]
        if name == "observe":
            return self._observed(operands[1])
        if name == "table":
            entries = enumerate(self.program.table or ())
            reading: set[Origin] = {("entry", x) for x, entry in entries if entry is not None}
            return [set(reading) for _ in range(width)]
        if name == "argmax":
            return [{*self.inputs} for _ in range(width)]
        if name in ("and", "or", "xor", "andnot"):
            return [set[Origin]().union(*(word[b] for word in read)) for b in range(width)]
        # Sums and differences: carries come from the bits below.
        return [_all([word[: b + 1] for word in read]) for b in range(width)]


def _all(words: Iterable[Word]) -> set[Origin]:
    return {origin for word in words for bit in word for origin in bit}


def _numbered(program: Program, reads: _Reads) -> UnrolledWires:
    machine = program.machine
    sources = [Source("input", i, i) for i in range(len(reads.inputs))]
    first = [*range(len(sources))]
    gates: list[UnrolledGate] = []
    wires: dict[Origin, tuple[int, ...]] = {o: (i,) for i, o in enumerate(reads.inputs)}
    firsts: dict[Origin, int] = {}
    # For each wire the candidates' values that it was computed from.
    asked: list[frozenset[int]] = [frozenset() for _ in sources]

    def place(value: Origin, origin: Origin, source: Source, operands: Collection[int]) -> int:
        wire = len(sources)
        below = frozenset[int]().union(*(asked[operand] for operand in operands))
        sources.append(source)
        first.append(firsts.setdefault(value, wire))
        gates.append(UnrolledGate(tuple(sorted({*operands} | below))))
        asked.append(frozenset({wire}) if source.kind == "query" else below)
        wires[origin] = (wire,)
        return wire

    def read(origins: Iterable[Origin]) -> set[int]:
        return {wire for origin in origins for wire in wires[origin]}

    every = range(len(reads.inputs))
    for candidate, asking in sorted(reads.asking.items()):
        for b in range(machine.width):
            source = Source("query", candidate, b, instructions=tuple(sorted(asking)))
            place(("query", candidate), ("query", candidate, b), source, every)
    reading = tuple(i for i, instruction in enumerate(program.code) if instruction.name == "table")
    for x, entry in enumerate(program.table or ()):
        if entry is not None:
            origin = ("entry", x)
            place(origin, origin, Source("entry", x, instructions=reading), every)
    for group in _in_order(reads):
        behind = {o for member in group for o in reads.of[member]} - {*group}
        if len(group) > 1:
            # Which of them comes first depends on the input: they are no wires of their own.
            for member in group:
                wires[member] = tuple(sorted(read(behind)))
            continue
        _, at, visit, b = group[0]
        place(
            ("result", at, visit), group[0], Source("result", None, b, visit, (at,)), read(behind)
        )
    acting = tuple(i for i, instruction in enumerate(program.code) if instruction.name == "act")
    answers: list[int] = []
    for b, origins in enumerate(reads.answers):
        reached = read(origins)
        if len(origins) == 1 and not reads.branches and not origins & reads.chosen_by:
            # The answer is a copy of one bit, on every input.
            answers += reached
            continue
        source = Source("answer", None, b, instructions=acting)
        answers.append(place(("answer", b), ("answer", b), source, reached))
    return UnrolledWires(tuple(sources), tuple(gates), tuple(first), tuple(answers))


def _in_order(reads: _Reads) -> list[list[Origin]]:
    """Return the results, each after those that it reads; those that read each other together."""
    left = {result: origins & reads.of.keys() - {result} for result, origins in reads.of.items()}
    done: list[list[Origin]] = []
    while ready := [result for result, behind in left.items() if not behind]:
        done += [[result] for result in ready]
        left = {r: behind - {*ready} for r, behind in left.items() if behind}
    if left:
        # Only here, as it is slow to load.
        import networkx

        graph = networkx.DiGraph((b, r) for r, behind in left.items() for b in behind)
        condensed = networkx.condensation(graph)
        for component in networkx.topological_sort(condensed):
            done.append(sorted(condensed.nodes[component]["members"]))
    return done
