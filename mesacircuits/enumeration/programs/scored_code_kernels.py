"""What every code of so few bits does on every input with every entry of a table, compiled."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf, part
from mesacircuits.enumeration.programs.search_kernels import (
    ACT,
    TABLE,
    Choices,
    Runs,
    _taken,
    _value,
)

__all__ = ["score_codes"]

_Numbers = NDArray[np.int64]


@part
def _word_of(
    code: _Numbers, listed: _Numbers, variants: Choices, run: int, entry: int, turns: Runs,
    width: int, answers: int,
) -> int:  # fmt: skip
    """Return the word that a turn gives, -1 if it never ends."""
    length = len(code)
    regs, place, shift = turns.start[run], 0, 0
    # A configuration that comes again after one that is kept from time to time (Brent 1980).
    kept, steps, keep_at = -1, 0, 1
    while place < length:
        v, target = listed[code[place], 0], listed[code[place], 1]
        place += 1
        if variants[v].op < ACT:
            value = _value(variants, v, regs, run, entry, turns, width)
            regs = regs & ~(((1 << width) - 1) << variants[v].d) | value << variants[v].d
        elif variants[v].op == ACT:
            shift, place = variants[v].a, length
        elif _taken(variants, v, regs, width):
            place = target
        configuration = regs * (length + 1) + place
        if configuration == kept:
            return -1
        steps += 1
        if steps == keep_at:
            kept, keep_at = configuration, 2 * keep_at
    return regs >> shift & ((1 << answers) - 1)


@leaf
def score_codes(
    listed: _Numbers, variants: Choices, turns: Runs, width: int, answers: int,
    scores: _Numbers, levels: int, code: _Numbers, most: int, room: int,
    served: NDArray[Any], codes: _Numbers, bits: _Numbers,
) -> int:  # fmt: skip
    """Run all codes that begin with one instruction and have at most so many bits.

    Arguments:
        listed: shape (I, 2): of each instruction its variant, and the target of its jump.
        variants, turns, width, answers: as of the search.
        scores: shape (runs, 2^m): of each word its score, from 0 to `levels`.
        code: shape (L,): the first instruction, and room for the others.
        most: the most bits of all instructions.
        room: for how many codes there is room; 0 to count them alone.
        served: shape (room, runs): how many of the 2^m entries lead to a score of 1, 2, ... at
            least, as digits to the base 2^m + 1.
        codes, bits: shape (room, L), (room,): the codes, and the bits of their instructions.

    Returns how many codes there are: those in which registers after the first come in order.
    """
    length, entries = len(code), 1 << answers
    least = variants[listed[0, 0]].bits
    for number in range(len(listed)):
        least = min(least, variants[listed[number, 0]].bits)
    found, place = 0, 0
    first = code[0]
    code[0] -= 1
    while place >= 0:
        code[place] += 1
        if code[place] > first if place == 0 else code[place] >= len(listed):
            place -= 1
            continue
        spent, named, fits, table = 0, 0, True, False
        for at in range(place + 1):
            v = listed[code[at], 0]
            spent += variants[v].bits
            table |= variants[v].op == TABLE
            touched = variants[v].reads | variants[v].writes
            # What is named so far, and new: a mask with no gap.
            named |= touched & ~1
            fits &= (named >> 1) & ((named >> 1) + 1) == 0
        if not fits or spent + least * (length - 1 - place) > most:
            continue
        if place + 1 < length:
            place += 1
            code[place] = -1
            continue
        if room:
            bits[found] = spent
            for at in range(length):
                codes[found, at] = code[at]
            for run in range(len(turns.start)):
                packed = 0
                for entry in range(entries if table else 1):
                    word = _word_of(
                        code, listed, variants, run, entry, turns, width, answers
                    )  # fmt: skip
                    score = scores[run, word] if word >= 0 else 0
                    worth = 1
                    for level in range(levels):
                        packed += worth * (score > level)
                        worth *= entries + 1
                served[found, run] = packed if table else packed * entries
        found += 1
    return found
