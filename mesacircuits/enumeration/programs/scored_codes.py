"""Every code of so few bits, and what it can be made to do by what stands in its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.programs.length_search import Variants
from mesacircuits.enumeration.programs.minima import least_code_bits
from mesacircuits.enumeration.programs.scored_code_kernels import score_codes
from mesacircuits.enumeration.programs.search_kernels import Runs
from mesacircuits.programs import Instruction, Machine
from mesacircuits.programs.machine import MAX_LENGTH, OPERATIONS, ORACLES

__all__ = ["ScoredCodes", "scored_codes"]


@dataclass(frozen=True, eq=False)
class ScoredCodes:
    """Codes that differ in what they do, each one of fewest bits among those that do the same.

    Attributes:
        codes: the instructions of each.
        bits: shape (codes,): the bits of its prefix code, without a table.
        served: shape (codes, inputs, levels): how many entries of the table, of all 2^m, lead it to
            a score of at least 1, 2, ... on an input; all or none if it reads no table there.
        tried: how many codes were run.
    """

    codes: tuple[tuple[Instruction, ...], ...]
    bits: NDArray[np.int64]
    served: NDArray[np.int64]
    tried: int


def scored_codes(
    machine: Machine,
    most_bits: int,
    inputs: Sequence[int],
    scores: Sequence[Sequence[int]],
    effort: Effort | None = None,
) -> ScoredCodes:
    """Run every code of at most so many bits on inputs, with every entry of a private table.

    As each input has an entry of its own, a table that leads to a score of s at least on an input
    is found input by input; where k of 2^m entries serve that is m - log2 k bits of its charge.

    Arguments:
        machine: a machine without oracles, utilities and memory.
        most_bits: the most bits of a code.
        inputs: the inputs.
        scores: for each input, of each word from 0 on its score, a whole number from 0 on.
        effort: the seconds, and a stop between parts.

    Raises `BudgetEnded`, as part of them says little.

    >>> machine = Machine(2, 1, 1, 1, operations="without-utility")
    >>> found = scored_codes(machine, 9, [0, 1], [[1, 0], [0, 1]])
    >>> [("; ".join(map(str, code)), bits) for code, bits in zip(found.codes, found.bits.tolist())]
    [('', 1), ('inc r0', 8), ('observe r0, 0', 8), ('table r0', 8), ('jmp 0', 8)]
    >>> found.served[3].ravel().tolist()
    [1, 1]
    """
    effort = effort or Effort()
    if {*machine.names} & {*ORACLES, "utility"} or machine.memory:
        raise ValueError("a machine without oracles, utilities and memory")
    table = np.array(scores, dtype=np.int64)
    levels, entries = int(table.max()), 1 << machine.answers
    turns = _turns(machine, inputs)
    # By what is done: the bits and the code.
    known: dict[bytes, tuple[int, tuple[Instruction, ...]]] = {}
    nothing = np.zeros(len(inputs), dtype=np.int64)
    tried = 0
    for length in range(MAX_LENGTH):
        if least_code_bits(machine, length) > most_bits:
            if length:
                break
            continue
        variants = Variants.of(machine, length)
        if not length:
            for level in range(levels):
                nothing += (table[:, 0] > level) * entries * (entries + 1) ** level
            known[nothing.astype(np.uint16).tobytes()] = variants.header, ()
            tried = 1
            continue
        listed = np.array(
            [
                (number, target)
                for number, variant in enumerate(variants.listed)
                for target in range(length + 1 if OPERATIONS[variant.name].jumps else 1)
            ],
            dtype=np.int64,
        )
        most = most_bits - variants.header
        for first in range(len(listed)):
            if effort.used_up():
                raise BudgetEnded
            asked = (listed, variants.choices, turns, machine.width, machine.answers, table, levels)
            code = np.full(length, first, dtype=np.int64)
            served, codes, bits = _room(0, len(inputs), length)
            room = score_codes(*asked, code, most, 0, served, codes, bits)
            if not room:
                continue
            served, codes, bits = _room(room, len(inputs), length)
            code = np.full(length, first, dtype=np.int64)
            tried += score_codes(*asked, code, most, room, served, codes, bits)
            order = np.argsort(bits, kind="stable")
            seen = np.ascontiguousarray(served[order]).view(f"V{2 * len(inputs)}").ravel()
            for place in np.unique(seen, return_index=True)[1]:
                row = order[place]
                cost, done = int(bits[row]) + variants.header, served[row].tobytes()
                if done not in known or cost < known[done][0]:
                    pairs = (listed[number] for number in codes[row])
                    told = tuple(variants.listed[v].instruction(int(t)) for v, t in pairs)
                    known[done] = cost, told
    ordered = sorted(known.items(), key=lambda item: item[1][0])
    packed = np.array([np.frombuffer(done, dtype=np.uint16) for done, _ in ordered], dtype=np.int64)
    digits = [packed // (entries + 1) ** level % (entries + 1) for level in range(levels)]
    return ScoredCodes(
        tuple(code for _, (_, code) in ordered),
        np.array([bits for _, (bits, _) in ordered], dtype=np.int64),
        np.stack(digits, axis=2),
        tried,
    )


def _room(codes: int, inputs: int, length: int) -> tuple[NDArray[Any], ...]:
    return (
        np.zeros((codes, inputs), dtype=np.uint16),
        np.zeros((codes, length), dtype=np.int64),
        np.zeros(codes, dtype=np.int64),
    )


def _turns(machine: Machine, inputs: Sequence[int]) -> Runs:
    places = range(1 << machine.width)
    loads = np.array([[machine.input_word(x, i) for i in places] for x in inputs], dtype=np.int64)
    words = range(machine.input_words)
    seen = np.array([[machine.input_word(x, i) for i in words] for x in inputs], dtype=np.int64)
    zeros = np.zeros(len(inputs), dtype=np.int64)
    none = np.zeros_like(loads)
    return Runs(zeros, seen, none, loads, none, none, zeros, zeros, zeros)
