"""What may stand at one place of a program, as arrays for the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mesacircuits.programs import OPERATIONS, Instruction, Machine
from mesacircuits.programs.program import instruction_bits, length_bits

__all__ = ["Variant", "Variants", "all_variants", "first_named", "variants_of"]

_PLACES = tuple(OPERATIONS)


@dataclass(frozen=True, slots=True)
class Variant:
    """An instruction without the target that it may jump to.

    Attributes:
        name: its operation.
        operands: its operands but the target.

    >>> Variant("jlt", (2, 3)).registers, Variant("observe", (1, 0)).registers
    ((2, 3), (1,))
    """

    name: str
    operands: tuple[int, ...]

    @property
    def registers(self) -> tuple[int, ...]:
        """The registers that it names, in the order of its operands."""
        form = OPERATIONS[self.name].form
        pairs = zip(form.replace("t", ""), self.operands, strict=True)
        return tuple(operand for letter, operand in pairs if letter != "i")

    @property
    def sources(self) -> tuple[int, ...]:
        """The registers that it reads, without the one that it changes if it reads others."""
        form = OPERATIONS[self.name].form.replace("t", "")
        pairs = list(zip(form, self.operands, strict=True))
        others = tuple(operand for letter, operand in pairs if letter in "ab")
        return others or tuple(operand for letter, operand in pairs if letter == "u")

    @property
    def writes(self) -> int:
        """The register that it writes, as a mask."""
        return 1 << self.operands[0] if OPERATIONS[self.name].writes else 0

    @property
    def reads(self) -> int:
        """The registers that it reads, as a mask."""
        form = OPERATIONS[self.name].form.replace("t", "")
        mask = 0
        for letter, operand in zip(form, self.operands, strict=True):
            if letter in "uab":
                mask |= 1 << operand
        return mask

    def instruction(self, target: int) -> Instruction:
        """Return the instruction that jumps to `target`, if it jumps."""
        jumps = OPERATIONS[self.name].jumps
        return Instruction(self.name, (*self.operands, target) if jumps else self.operands)


def all_variants(machine: Machine) -> list[Variant]:
    """Return every variant that a machine has, in the order in which canonical programs ascend.

    >>> len(all_variants(Machine()))
    89
    """
    found = []
    for name in machine.names:
        ranges = [
            range(machine.input_words if letter == "i" else machine.registers)
            for letter in OPERATIONS[name].form.replace("t", "")
        ]
        found += [Variant(name, operands) for operands in product(*ranges)]
    return found


def _is_idle(variant: Variant) -> bool:
    """Return whether another variant, or none at all, does the same."""
    name, operands = variant.name, variant.operands
    if name in ("mov", "jlt", "sub"):
        # A move to itself does nothing, and so does a jump that is never taken; a - a has a
        # shorter way to 0 only where a register holds it, so that it stays.
        return name != "sub" and operands[0] == operands[1]
    if name in ("and", "or", "xor"):
        # Operands commute; equal ones make a move or 0.
        return operands[1] >= operands[2]
    return name == "andnot" and operands[1] == operands[2]


def variants_of(
    machine: Machine, canonical: bool = True, without: tuple[str, ...] = ()
) -> list[Variant]:
    """Return the variants that canonical programs use, or all, `without` some operations.

    Left out are moves of a register to itself, comparisons with itself, and of the Boolean
    operations those of equal operands and, as operands commute, of descending ones.

    >>> len(variants_of(Machine())), len(variants_of(Machine(), canonical=False))
    (81, 89)
    """
    listed = (v for v in all_variants(machine) if v.name not in without)
    return [v for v in listed if not (canonical and _is_idle(v))]


def first_named(machine: Machine) -> int:
    """Return how many registers have a name from the start: what goes in and out, and memory.

    >>> first_named(Machine()), first_named(Machine(memory=2))
    (1, 2)
    """
    loaded = machine.input_words if machine.loaded else 0
    return max(1 + len(machine.memory_registers), loaded)


@dataclass(frozen=True, eq=False)
class Variants:
    """The variants of a machine, for programs of one length.

    Attributes:
        listed: the variants.
        rows: shape (V, 8), the columns of `search_kernels` that begin with `V_`.
        allowed: shape (R + 1, V): with u registers named, which variants may come next.
        counts: shape (R + 1,): how many.
        fresh_after: shape (V, R + 1): how many registers are named after it; -1 if it may not come.
        header: the bits of the program's length.
    """

    listed: tuple[Variant, ...]
    rows: NDArray[np.int64]
    allowed: NDArray[np.int64]
    counts: NDArray[np.int64]
    fresh_after: NDArray[np.int64]
    header: int

    @classmethod
    @lru_cache(maxsize=64)
    def of(
        cls,
        machine: Machine,
        length: int,
        canonical: bool = True,
        by_first_use: bool = True,
        without: tuple[str, ...] = (),
    ) -> Variants:
        """Return the variants of a machine for programs of so many instructions.

        Arguments:
            machine: the machine.
            length: L.
            canonical: leave out what `variants_of` does.
            by_first_use: let registers be named by first use, as they are interchangeable but for
                those that `first_named` counts.
            without: operations that are not used; codes are those of the whole machine.
        """
        listed = variants_of(machine, canonical, without)
        width, registers = machine.width, machine.registers
        rows = np.zeros((len(listed), 8), dtype=np.int64)
        fresh = np.full((len(listed), registers + 1), -1, dtype=np.int64)
        for v, variant in enumerate(listed):
            sources = (*variant.sources, 0, 0)
            word = variant.operands[1] if variant.name == "observe" else 0
            written = variant.operands[0] if variant.writes else 0
            rows[v] = (
                _PLACES.index(variant.name),
                written * width,
                sources[0] * width,
                sources[1] * width,
                word,
                instruction_bits(machine, variant.name, length),
                variant.writes,
                variant.reads,
            )
            for named in range(registers + 1):
                after = named
                for register in variant.registers:
                    if register > after and by_first_use:
                        break
                    after = max(after, register + 1)
                else:
                    fresh[v, named] = after
        allowed = np.zeros((registers + 1, max(len(listed), 1)), dtype=np.int64)
        counts = np.zeros(registers + 1, dtype=np.int64)
        for named in range(registers + 1):
            chosen = np.flatnonzero(fresh[:, named] >= 0)
            allowed[named, : len(chosen)], counts[named] = chosen, len(chosen)
        return cls(tuple(listed), rows, allowed, counts, fresh, length_bits(length))

    @property
    def least_bits(self) -> int:
        """The bits of the shortest instruction."""
        return int(self.rows[:, 5].min()) if len(self.rows) else 0
