"""Shortest programs by brute force, and their classes: written from docs/programs.md alone.

Instructions are tuples: the mnemonic and its operands, the place jumped to last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

__all__ = ["RawMachine", "classes", "shortest"]

Raw = tuple[Any, ...]
Code = tuple[Raw, ...]
#: The kinds of operands: a register written, written and read, read; an input word; a place.
FORMS = {
    "inc": "u", "dec": "u", "mov": "da", "add": "ua", "sub": "ua", "and": "daa", "or": "daa",
    "xor": "daa", "andnot": "daa", "observe": "di", "load": "da", "query": "da", "act": "a",
    "jmp": "t", "jz": "at", "jnz": "at", "jlt": "aat",
}  # fmt: skip


@dataclass(frozen=True)
class RawMachine:
    """R registers of w bits, n bits in, m bits out, and the mnemonics at hand.

    `packed` says whether words of the input have w bits, else they have one.
    """

    operations: tuple[str, ...]
    registers: int
    width: int
    inputs: int
    answers: int
    packed: bool = True

    @property
    def word_bits(self) -> int:
        return self.width if self.packed else 1

    def every_instruction(self, length: int) -> list[Raw]:
        """Return the instructions that a program of a length may have, none left out."""
        ranges = {"i": range(-(-self.inputs // self.word_bits)), "t": range(length + 1)}
        found: list[Raw] = []
        for name in self.operations:
            places = (ranges.get(kind, range(self.registers)) for kind in FORMS[name])
            found += [(name, *operands) for operands in product(*places)]
        return found

    def answer(self, code: Code, x: int, scores: Sequence[int]) -> int | None:
        """Return the answer of a turn on an input, None if it never ends."""
        mask, length = (1 << self.width) - 1, len(code)
        r = [0] * self.registers
        place = out = 0
        seen = set()
        while place < length:
            if (key := (place, *r)) in seen:
                return None
            seen.add(key)
            name, *o = code[place]
            place += 1
            if name == "inc":
                r[o[0]] = r[o[0]] + 1 & mask
            elif name == "dec":
                r[o[0]] = r[o[0]] - 1 & mask
            elif name == "mov":
                r[o[0]] = r[o[1]]
            elif name == "add":
                r[o[0]] = r[o[0]] + r[o[1]] & mask
            elif name == "sub":
                r[o[0]] = r[o[0]] - r[o[1]] & mask
            elif name == "and":
                r[o[0]] = r[o[1]] & r[o[2]]
            elif name == "or":
                r[o[0]] = r[o[1]] | r[o[2]]
            elif name == "xor":
                r[o[0]] = r[o[1]] ^ r[o[2]]
            elif name == "andnot":
                r[o[0]] = r[o[1]] & ~r[o[2]]
            elif name == "observe":
                r[o[0]] = x >> o[1] * self.word_bits & (1 << self.word_bits) - 1
            elif name == "load":
                r[o[0]] = x >> r[o[1]] * self.word_bits & (1 << self.word_bits) - 1
            elif name == "query":
                r[o[0]] = scores[r[o[1]]] if r[o[1]] < len(scores) else 0
            elif name == "act":
                out, place = o[0], length
            elif (
                name == "jmp"
                or (name == "jz" and r[o[0]] == 0)
                or (name == "jnz" and r[o[0]] != 0)
                or (name == "jlt" and r[o[0]] < r[o[1]])
            ):
                place = o[-1]
        return r[out] & (1 << self.answers) - 1


def shortest(
    machine: RawMachine,
    scores: Callable[[int], Sequence[int]],
    solves: Callable[[tuple[int | None, ...]], Any],
    inputs: Sequence[int],
    most: int,
) -> dict[Any, list[Code]]:
    """Return the shortest programs of at most so many instructions, by what `solves` names.

    Arguments:
        scores: the value of each candidate on an input.
        solves: given the answers on the inputs, None for a turn that never ends, returns what the
            program solves; None for nothing. It is asked with fewer answers first, and then returns
            None only if no further ones help.
        inputs: the inputs.
    """
    asked = [(x, scores(x)) for x in inputs]
    found: dict[Any, list[Code]] = {}
    for length in range(most + 1):
        longer: dict[Any, list[Code]] = {}
        for code in product(machine.every_instruction(length), repeat=length):
            given: tuple[int | None, ...] = ()
            solved = None
            for x, values in asked:
                given = (*given, machine.answer(code, x, values))
                solved = solves(given)
                if solved is None:
                    break
            if solved is not None and solved not in found:
                longer.setdefault(solved, []).append(code)
        found |= longer
    return found


def classes(machine: RawMachine, codes: Sequence[Code]) -> list[set[Code]]:
    """Return programs in classes, by what the documentation says is one.

    Names of all registers but r0, the order of independent neighbours, which never-written register
    supplies 0, the order of the operands of and, or, xor; and where a jump goes to what only goes
    on elsewhere or ends the turn.
    """
    behind = {code: code for code in codes}

    def first(code: Code) -> Code:
        while behind[code] != code:
            code = behind[code]
        return code

    for code in codes:
        for other in _alike(machine, code):
            behind[first(other)] = first(code)
    found: dict[Code, set[Code]] = {}
    for code in codes:
        found.setdefault(first(code), set()).add(code)
    return list(found.values())


def _alike(machine: RawMachine, code: Code) -> Iterator[Code]:
    length = len(code)
    kinds = [FORMS[name] for name, *_ in code]
    targets = {i[-1] for i, kind in zip(code, kinds, strict=True) if kind.endswith("t")}
    for a, b in combinations(range(1, machine.registers), 2):
        yield tuple(_renamed(i, {a: b, b: a}) for i in code)
    for p in range(length - 1):
        if p + 1 not in targets and _independent(code[p], code[p + 1]):
            yield (*code[:p], code[p + 1], code[p], *code[p + 2 :])
    written = {i[1] for i, kind in zip(code, kinds, strict=True) if kind[:1] in ("d", "u")}
    zeros = set(range(machine.registers)) - written
    for p, (instruction, kind) in enumerate(zip(code, kinds, strict=True)):
        changed = []
        for place, letter in enumerate(kind, 1):
            if letter == "a" and instruction[place] in zeros:
                changed += [(*instruction[:place], z, *instruction[place + 1 :]) for z in zeros]
        if instruction[0] in ("and", "or", "xor"):
            changed.append((*instruction[:2], instruction[3], instruction[2]))
        if kind.endswith("t") and instruction[-1] < length:
            aim = code[instruction[-1]]
            if aim[0] == "jmp":
                changed.append((*instruction[:-1], aim[1]))
            elif aim == ("act", 0):
                changed.append((*instruction[:-1], length))
        if instruction == ("jmp", length) and "act" in machine.operations:
            changed.append(("act", 0))
        for other in changed:
            yield (*code[:p], other, *code[p + 1 :])


def _renamed(instruction: Raw, names: Mapping[int, int]) -> Raw:
    name, *operands = instruction
    pairs = zip(FORMS[name], operands, strict=True)
    return (name, *(o if kind in "it" else names.get(o, o) for kind, o in pairs))


def _independent(first: Raw, second: Raw) -> bool:
    written, read = [], []
    for name, *operands in (first, second):
        form = FORMS[name]
        if form[0] not in "du":
            return False
        written.append(operands[0])
        pairs = zip(form, operands, strict=True)
        read.append({o for kind, o in pairs if kind in "ua"})
    a, b = written
    return a != b and a not in read[1] and b not in read[0]
