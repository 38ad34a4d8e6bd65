"""Turns without a trace, under interventions: the word, and what was written on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mesacircuits.programs.interpreter import Instance
from mesacircuits.programs.program import Program
from mesacircuits.programs.unrolled_wires import TRANSPARENT, Source

__all__ = ["BareTurns", "Intervention"]

#: Held bits and their values.
_Held = tuple[int, int]


@dataclass(frozen=True)
class Intervention:
    """What is held in one turn.

    Attributes:
        queries: by candidate, the bits held of the objective's value.
        entries: by the input of an entry, whether it is read.
        results: by (instruction, visit), the bits held of what is written.
        answer: the bits held of the word given.

    >>> Intervention.of({Source("query", 2, 1): 1, Source("entry", 5): 0}).queries
    {2: (2, 2)}
    """

    queries: Mapping[int, _Held]
    entries: Mapping[int, int]
    results: Mapping[tuple[int, int], _Held]
    answer: _Held = (0, 0)

    @classmethod
    def of(cls, held: Mapping[Source, int]) -> Intervention:
        """Return the intervention that holds wires, other than inputs, at bits."""
        queries: dict[int, _Held] = {}
        results: dict[tuple[int, int], _Held] = {}
        entries: dict[int, int] = {}
        answer = (0, 0)
        for source, bit in held.items():
            number = source.number or 0
            if source.kind == "query":
                queries[number] = _with(queries.get(number, (0, 0)), source.bit, bit)
            elif source.kind == "entry":
                entries[number] = bit
            elif source.kind == "result":
                key = source.instructions[0], source.visit or 0
                results[key] = _with(results.get(key, (0, 0)), source.bit, bit)
            elif source.kind == "answer":
                answer = _with(answer, source.bit, bit)
        return cls(queries, entries, results, answer)


def _with(held: _Held, place: int, bit: int) -> _Held:
    return held[0] | 1 << place, held[1] | bit << place


def _held(value: int, held: _Held) -> int:
    return value & ~held[0] | held[1]


class BareTurns:
    """Runs a program's turns without keeping their steps.

    Arguments:
        program: the program.

    >>> from mesacircuits.programs import Machine
    >>> turns = BareTurns(Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine()))
    >>> turns.run(Instance(0, (0, 0, 1, 0)), Intervention.of({}))
    (2, {(0, 0): 1, (0, 1): 2}, (0, 0, 1, 0))
    >>> turns.run(Instance(0, (0, 0, 1, 0)), Intervention.of({Source("query", 2): 0}))[0] is None
    True
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._code: list[tuple[str, int, int, int]] = []
        for instruction in program.code:
            a, b, c = (*instruction.operands, 0, 0, 0)[:3]
            self._code.append((instruction.name, a, b, c))
        self._written = [i.operation.writes and i.name not in TRANSPARENT for i in program.code]

    def run(
        self, instance: Instance, held: Intervention
    ) -> tuple[int | None, dict[tuple[int, int], int], tuple[int, ...]]:
        """Return the word given (None if the turn never ends), the results, and the objective.

        Results are by (instruction, visit), copies of registers, inputs and the objective left out;
        the objective is by argument, as it was held.
        """
        program, code = self.program, self._code
        machine = program.machine
        mask, answer_mask = machine.mask, (1 << machine.answers) - 1
        registers = machine.start(instance.x)
        objective = tuple(
            _held(value, held.queries.get(argument & answer_mask, (0, 0)))
            for argument, value in enumerate(instance.objective)
        )
        entry = self._entry(instance.x, held)
        last: dict[int, int] = {}
        for place, visit in held.results:
            last[place] = max(last.get(place, 0), visit + 1)
        results: dict[tuple[int, int], int] = {}
        visits = [0] * len(code)
        seen: set[tuple[int, ...]] = set()
        pc, answer = 0, 0
        while pc < len(code):
            name, a, b, c = code[pc]
            visit = visits[pc]
            visits[pc] = visit + 1
            if name == "jz":
                to = b if not registers[a] else pc + 1
            elif name == "jnz":
                to = b if registers[a] else pc + 1
            elif name == "jlt":
                to = c if registers[a] < registers[b] else pc + 1
            elif name == "jmp":
                to = a
            elif name == "act":
                answer = a
                break
            else:
                to = pc + 1
                if name == "inc":
                    value = registers[a] + 1
                elif name == "query":
                    value = objective[registers[b]] if objective else 0
                elif name == "mov":
                    value = registers[b]
                elif name == "observe":
                    value = machine.input_word(instance.x, b)
                elif name == "table":
                    value = entry
                elif name == "sub":
                    value = registers[a] - registers[b]
                elif name == "add":
                    value = registers[a] + registers[b]
                elif name == "dec":
                    value = registers[a] - 1
                elif name == "argmax":
                    value = instance.best
                elif name == "and":
                    value = registers[b] & registers[c]
                elif name == "or":
                    value = registers[b] | registers[c]
                elif name == "xor":
                    value = registers[b] ^ registers[c]
                else:
                    value = registers[b] & ~registers[c]
                value &= mask
                if self._written[pc]:
                    if (pc, visit) in held.results:
                        value = _held(value, held.results[pc, visit])
                    results[pc, visit] = value
                registers[a] = value
            if to <= pc:
                # A loop goes back, and comes back to the same configuration.
                key = (to, *registers, *(min(visits[p], most) for p, most in last.items()))
                if key in seen:
                    return None, results, objective
                seen.add(key)
            pc = to
        return _held(machine.word(registers, answer), held.answer), results, objective

    def _entry(self, x: int, held: Intervention) -> int:
        """Return what the private table gives: the OR of the entries that are read."""
        value = 0
        for place, entry in enumerate(self.program.table or ()):
            if entry is not None and held.entries.get(place, int(place == x)):
                value |= entry
        return value
