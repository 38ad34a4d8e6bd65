"""Where what a program evaluates is compared: paths of data from executions to comparisons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from mesacircuits.programs.interpreter import Run, run_turn
from mesacircuits.programs.unrolled import Source, UnrolledProgram, asked_kind

__all__ = ["Comparisons", "Evaluated"]


class Evaluated(NamedTuple):
    """One execution by which a bit that is evaluated comes into a register, or is computed.

    Attributes:
        kind, number: as of the `Source`: an input bit, what a candidate is asked for; or `result`.
        place, visit: the execution; -1 and 0 for input bits that stand in registers at the start.
        bit: which bit of the register it is; of a result all are.
    """

    kind: str
    number: int | None
    place: int
    visit: int
    bit: int = 0


_Tags = frozenset[Evaluated]


class Comparisons:
    """The comparisons of a program's turns on some inputs, and what they compare.

    A *comparison* is an executed conditional jump, or an executed instruction that reads two
    registers and computes from both. What reaches it by *data* is what the registers that it reads
    were computed from; what was an address alone, of a load, a query or a table, is no data.

    Arguments:
        unrolled: the program.
        support: the inputs, as a mask.

    >>> from mesacircuits.programs import Program
    >>> from mesacircuits.tasks import machine_for, parse_task, unroll
    >>> task = parse_task("argmax(candidates=2,ties=first)")
    >>> code = "observe r1, 0; observe r2, 1; jlt r1, r2, 4; jmp end; inc r0"
    >>> solver = unroll(Program.parse(code, machine_for(task)), task)
    >>> found = Comparisons(solver, task.support_bits)
    >>> sorted((e.number, e.place) for e in found.jumped_on)
    [(0, 0), (1, 1)]
    >>> found.serve([(0,), (1,)])
    True
    """

    def __init__(self, unrolled: UnrolledProgram, support: int) -> None:
        self._unrolled, self._support = unrolled, support
        #: What reaches some conditional jump.
        self.jumped_on: set[Evaluated] = set()
        #: What reaches the one and the other register of an instruction that reads two.
        self.joined: set[tuple[_Tags, _Tags]] = set()
        #: For each input what is evaluated there.
        self.met: dict[int, set[Evaluated]] = {}
        for x, run in enumerate(unrolled.runs):
            if support >> x & 1:
                self._follow(x, run)

    def _follow(self, x: int, run: Run) -> None:
        machine = self._unrolled.program.machine
        none: _Tags = frozenset()
        held: list[_Tags] = [none] * machine.registers
        if machine.loaded:
            for word in range(machine.input_words):
                held[word] = self._loaded(word, -1, 0)
        for place, register in enumerate(machine.memory_registers):
            low = place * machine.width
            bits = range(low, min(low + machine.width, machine.memory))
            held[register] = frozenset(
                Evaluated("input", machine.inputs + b, -1, 0, b - low) for b in bits
            )
        met = {tag for tags in held for tag in tags}
        for step in run.steps:
            instruction, at = step.instruction, (step.place, step.visit)
            read = [held[r] for r in instruction.reads]
            if instruction.operation.jumps:
                self.jumped_on.update(*read)
            if not instruction.operation.writes:
                continue
            kind, name, tags = asked_kind(step, run.instance), instruction.name, none
            if kind is not None:
                # What is no candidate has the value 0, and is nothing that is evaluated.
                if (candidate := step.argument or 0) < 1 << machine.answers:
                    tags = frozenset(
                        Evaluated(kind, candidate, *at, bit) for bit in range(machine.width)
                    )
            elif name in ("load", "observe"):
                asked = step.argument if name == "load" else instruction.operands[1]
                tags = self._loaded(asked or 0, *at)
            elif name == "mov":
                tags = read[0]
            elif name not in ("table", "argmax"):
                own = {Evaluated("result", None, *at)}
                if name == "utility":
                    own |= {Evaluated("input", bit, *at) for bit in run.instance.context}
                tags = frozenset(own).union(*read)
                if len(read) == 2:
                    self.joined.add((read[0], read[1]))
            held[instruction.operands[0]] = tags
            met |= tags
        self.met[x] = met

    def _loaded(self, word: int, place: int, visit: int) -> _Tags:
        layout = self._unrolled.program.machine.layout
        bits = layout[word] if word < len(layout) else ()
        return frozenset(Evaluated("input", bit, place, visit, j) for j, bit in enumerate(bits))

    def serve(self, groups: Sequence[Collection[int]]) -> bool:
        """Return whether each group has an execution that is compared and alone moves the turn.

        Its data reach a conditional jump, or a comparison with those of another group; and where
        this execution alone gives another value, one that the group has on some of the inputs, the
        word is another on some of them, or none, or other instructions are executed. A result is
        one execution, and whether that moves the output is known of each wire.

        Arguments:
            groups: of each the wires.
        """
        named = [frozenset(map(self._name, group)) for group in groups]
        for own, name in enumerate(named):
            others = frozenset().union(*(o for place, o in enumerate(named) if place != own))
            compared = {tag for tag in self.jumped_on if _name_of(tag) in name}
            for pair in self.joined:
                for one, other in (pair, pair[::-1]):
                    if any(_name_of(tag) in others for tag in other):
                        compared |= {tag for tag in one if _name_of(tag) in name}
            if not any(self._moves(tag, tuple(groups[own])) for tag in sorted(compared, key=str)):
                return False
        return True

    def _name(self, wire: int) -> tuple[object, ...]:
        source: Source = self._unrolled.source(wire)
        if source.kind == "result":
            return "result", source.instructions[0], source.visit
        return source.kind, source.number

    @cached_property
    def _moving(self) -> dict[tuple[Evaluated, tuple[int, ...]], bool]:
        return {}

    def _moves(self, tag: Evaluated, group: tuple[int, ...]) -> bool:
        """Return whether one execution alone, which gives a bit of a group, moves the output."""
        if tag.kind == "result" or tag.place < 0:
            return True
        if (tag, group) not in self._moving:
            self._moving[tag, group] = self._moves_some(tag, group)
        return self._moving[tag, group]

    def _moves_some(self, tag: Evaluated, group: tuple[int, ...]) -> bool:
        unrolled, tables = self._unrolled, self._unrolled.wire_bits()
        program = unrolled.program
        values = {x: [tables[wire] >> x & 1 for wire in group] for x in self.met}
        names = [self._name(wire) for wire in group]
        for x, met in self.met.items():
            if tag not in met:
                continue
            # Where the bits of the group's wires stand in the register that is written.
            bits = {
                _bit_name(other, unrolled): other.bit
                for other in met
                if (other.place, other.visit) == (tag.place, tag.visit)
            }
            places = [
                bits.get((*name, unrolled.source(wire).bit))
                for name, wire in zip(names, group, strict=True)
            ]
            natural = unrolled.runs[x]
            for value in {tuple(v) for v in values.values()} - {tuple(values[x])}:
                pairs = [(p, v) for p, v in zip(places, value, strict=True) if p is not None]
                held = sum(1 << p for p, _ in pairs), sum(v << p for p, v in pairs)
                at = {(tag.place, tag.visit): held}
                after = run_turn(program, unrolled.instances[x], at)
                if after.word != natural.word or after.places != natural.places:
                    return True
        return False


def _name_of(tag: Evaluated) -> tuple[object, ...]:
    if tag.kind == "result":
        return "result", tag.place, tag.visit
    return tag.kind, tag.number


def _bit_name(tag: Evaluated, unrolled: UnrolledProgram) -> tuple[object, ...]:
    # Of an input the number names the bit; of what is asked for the place in the register does.
    return (*_name_of(tag), tag.number if tag.kind == "input" else tag.bit)
