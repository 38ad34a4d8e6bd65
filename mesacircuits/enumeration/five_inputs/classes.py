"""All NPN classes of functions of n <= 5 inputs, and a fast way from a function to its class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group, npn_class_table
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.five_inputs.half_kernels import (
    classes_of,
    is_marked,
    label_places,
    members_of,
    unmark_class,
)
from mesacircuits.errors import ArgumentError

__all__ = ["FunctionClasses", "OpenClasses", "function_classes", "plain_changes"]

_MOST_INPUTS = 5


@dataclass(frozen=True, eq=False)
class FunctionClasses:
    """All NPN classes of functions of `inputs` inputs, numbered in the order of least members.

    Attributes:
        inputs: n, from 2 to 5.
        forms: the least member of each class, ascending, shape (c,).
        functions: how many functions each class has, shape (c,).
        width: 2^(n - 1), the bits of half a truth table.
        entries, moves: what `half_kernels.place_of` takes.
        numbers: the class number of each place, shape (p,).
        starts, places: the places of class c are `places[starts[c]:starts[c + 1]]`.
        literals: the tables of the inputs, shape (n,).
    """

    inputs: int
    forms: NDArray[np.int64]
    functions: NDArray[np.int64]
    width: int
    entries: NDArray[np.uint32]
    moves: NDArray[np.uint16]
    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]
    literals: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.forms)

    def of(self, tables: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class number of each truth table of an array.

        >>> function_classes(3).of(np.array([0x17, 0xE8])).tolist()
        [7, 7]
        """
        found: NDArray[np.int64] = classes_of(
            tables, self.width, self.entries, self.moves, self.numbers
        )
        return found

    @property
    def mask(self) -> int:
        """The table of the constant 1."""
        return (1 << 2 * self.width) - 1

    @property
    def normal(self) -> NDArray[np.int64]:
        """A member with f(0) = 0 of each class: the least member or its inverse, shape (c,)."""
        return np.where(self.forms & 1, self.forms ^ self.mask, self.forms)

    @property
    def supports(self) -> NDArray[np.int64]:
        """On how many inputs the functions of each class depend, shape (c,)."""
        count = np.zeros(len(self), dtype=np.int64)
        for i, literal in enumerate(self.literals.tolist()):
            upper = (self.forms & literal) >> (1 << i)
            count += upper != self.forms & ~literal & self.mask
        return count

    @property
    def reads_all(self) -> NDArray[np.bool_]:
        """Whether the functions of each class depend on all inputs, shape (c,)."""
        full: NDArray[np.bool_] = self.supports == self.inputs
        return full

    @property
    def trivial(self) -> NDArray[np.int64]:
        """The numbers of the classes of the constants and of the inputs."""
        return self.of(np.array([0, self.literals[0]]))

    def members(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the functions with f(0) = 0 of the listed classes, one class after another."""
        steps = np.array(plain_changes(self.inputs), dtype=np.int64)
        orbits = [members_of(self.forms[c], self.inputs, self.literals, steps) for c in numbers]
        return np.concatenate([np.empty(0, dtype=np.int64), *orbits])


class OpenClasses:
    """A set of NPN classes as a bitset over places: those that a search still looks for.

    >>> waiting = OpenClasses(function_classes(3), np.array([2, 5]))
    >>> waiting.close(np.array([5]))
    >>> waiting.numbers.tolist()
    [2]
    """

    def __init__(self, classes: FunctionClasses, numbers: NDArray[np.int64]) -> None:
        self.classes = classes
        member = np.zeros(len(classes), dtype=np.bool_)
        member[numbers] = True
        bits = np.zeros(-len(classes.numbers) % 64 + len(classes.numbers), dtype=np.bool_)
        bits[: len(classes.numbers)] = member[classes.numbers]
        self.marks: NDArray[np.uint64] = np.packbits(bits, bitorder="little").view(np.uint64)

    def close(self, numbers: NDArray[np.int64]) -> None:
        """Take classes out."""
        for number in numbers.tolist():
            unmark_class(self.marks, number, self.classes.starts, self.classes.places)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the classes in the set, ascending."""
        first = self.classes.places[self.classes.starts[:-1]].astype(np.int64)
        bits = self.marks[first >> 6] >> (first & 63).astype(np.uint64)
        return np.flatnonzero(bits & np.uint64(1))

    def __contains__(self, number: int) -> bool:
        return bool(is_marked(self.marks, int(self.classes.places[self.classes.starts[number]])))


def plain_changes(count: int) -> list[int]:
    """Return exchanges of neighbours that lead through all orders of `count` things and back.

    Source: D. E. Knuth, TAOCP 4A, section 7.2.1.2, algorithm P.

    >>> plain_changes(3)
    [1, 0, 1, 0, 1, 0]
    """
    if count < 3:
        return [0] * count
    steps: list[int] = []
    for turn, step in enumerate(plain_changes(count - 1)):
        # The last thing walks through the others; then two of the others change places.
        down = turn % 2 == 0
        walk = range(count - 2, -1, -1) if down else range(count - 1)
        steps += [*walk, step + 1 if down else step]
    return steps


@lru_cache(maxsize=4)
def function_classes(inputs: int) -> FunctionClasses:
    """Return all NPN classes of functions of `inputs` inputs.

    For five inputs this takes some seconds and keeps 130 MiB.

    Raises `ArgumentError` unless `inputs` is from 2 to 5.

    Source: the numbers of classes are sequence A000370 of the OEIS.

    >>> [len(function_classes(n)) for n in (2, 3, 4)]
    [4, 14, 222]
    >>> int(function_classes(4).functions.sum())
    65536
    """
    if not 2 <= inputs <= _MOST_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 2 to {_MOST_INPUTS}", inputs)
    half = inputs - 1
    width = 1 << half
    least, number = np.unique(npn_class_table(half).astype(np.int64), return_inverse=True)
    number = number.reshape(-1)
    entries, moves = _moves_of_halves(half, least, number)
    fixing = [np.flatnonzero(moves[:, f & 255] ^ moves[:, 256 + (f >> 8)] == f) for f in least]
    fixing_start = np.cumsum([0, *map(len, fixing)])
    literals = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)
    numbers, forms = label_places(
        inputs, least, entries, moves, literals, np.concatenate(fixing), fixing_start
    )
    # A place stands for as many functions as the class of its upper half.
    functions = np.zeros(len(forms), dtype=np.int64)
    for place, size in enumerate(np.bincount(number, minlength=len(least)).tolist()):
        row = numbers[place << width : (place + 1) << width]
        functions += size * np.bincount(row, minlength=len(forms))
    places = np.argsort(numbers, kind="stable").astype(np.uint32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(forms)))])
    return FunctionClasses(
        inputs, forms, functions, width, entries, moves, numbers, starts, places, literals
    )


def _moves_of_halves(
    inputs: int, least: NDArray[np.int64], number: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    orders, masks = np_group(inputs)
    width = 1 << inputs
    moves = np.zeros((2 * len(masks), 512), dtype=np.uint16)
    for bit in range(width):
        # But for negated outputs, transformations are linear over XOR: bits are moved one by one.
        images = images_under(np.uint64(1 << bit), inputs, orders, masks).astype(np.uint16)
        reads = np.arange(256) >> (bit & 7) & 1 == 1
        byte = slice(256 * (bit >> 3), 256 * (bit >> 3) + 256)
        moves[: len(masks), byte] ^= np.where(reads, images[:, None], 0).astype(np.uint16)
    moves[len(masks) :] = moves[: len(masks)]
    moves[len(masks) :, :256] ^= np.uint16((1 << width) - 1)
    entries = np.zeros(1 << width, dtype=np.uint32)
    waiting = np.arange(1 << width)
    for row in range(len(moves)):
        images = moves[row, waiting & 255] ^ moves[row, 256 + (waiting >> 8)]
        done = images == least[number[waiting]]
        entries[waiting[done]] = number[waiting[done]] << 16 | row
        waiting = waiting[~done]
    return entries, moves
