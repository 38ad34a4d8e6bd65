"""All NPN classes of functions of n <= 5 inputs, and a fast way from a function to its class."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import np_group, npn_class_table
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration import rows
from mesacircuits.enumeration.five_inputs.half_kernels import (
    Places,
    classes_of,
    label_places,
    members_of,
    unmark_class,
)
from mesacircuits.enumeration.five_inputs.witness_kernels import gates_of_sets
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.errors import ArgumentError

__all__ = [
    "FunctionClasses",
    "OpenClasses",
    "applied",
    "byte_images",
    "class_alone",
    "function_classes",
    "operator_masks",
]

_MOST_INPUTS = 5


def operator_masks(basis: Basis) -> NDArray[np.int64]:
    """Return a basis of free inverters as `apply_operator` takes it, with -1 for all-ones."""
    if not has_fast_kernel(basis):
        expected = "two-input operators with free inverters, closed under inverting operands"
        raise ArgumentError("basis", expected, basis.name)
    return rows.operator_masks(basis).view(np.int64)


@lru_cache(maxsize=8)
def byte_images(inputs: int) -> NDArray[np.uint32]:
    """Return the images of the bytes of truth tables under permuting and negating inputs.

    The image of a table is the XOR of those of its bytes: [row, 256 * i + value of byte i].

    >>> byte_images(3).shape
    (48, 1024)
    """
    orders, masks = np_group(inputs)
    images = np.zeros((len(masks), 1024), dtype=np.uint32)
    for bit in range(1 << inputs):
        # These transformations are linear over XOR: bits are moved one by one.
        moved = images_under(np.uint64(1 << bit), inputs, orders, masks).astype(np.uint32)
        reads = np.arange(256) >> (bit & 7) & 1 == 1
        byte = slice(256 * (bit >> 3), 256 * (bit >> 3) + 256)
        images[:, byte] ^= np.where(reads, moved[:, None], 0).astype(np.uint32)
    images.flags.writeable = False
    return images


@dataclass(frozen=True, eq=False)
class FunctionClasses:
    """All NPN classes of functions of `inputs` inputs, numbered in the order of least members.

    Attributes:
        inputs: n, from 2 to 5.
        forms: the least member of each class, ascending, shape (c,).
        functions: how many functions each class has, shape (c,).
        places: the places of all functions.
        literals: the tables of the inputs, shape (n,).
    """

    inputs: int
    forms: NDArray[np.int64]
    functions: NDArray[np.int64]
    places: Places
    literals: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.forms)

    def of(self, tables: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class number of each truth table of an array.

        >>> function_classes(3).of(np.array([0x17, 0xE8])).tolist()
        [7, 7]
        """
        found: NDArray[np.int64] = classes_of(tables, self.places)
        return found

    @property
    def mask(self) -> int:
        """The table of the constant 1."""
        return (1 << (1 << self.inputs)) - 1

    @property
    def normal(self) -> NDArray[np.int64]:
        """A member with f(0) = 0 of each class: the least member or its inverse, shape (c,)."""
        return np.where(self.forms & 1, self.forms ^ self.mask, self.forms)

    @cached_property
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
        images = byte_images(self.inputs)
        orbits = [members_of(bits, images, self.mask) for bits in self.forms[numbers]]
        return np.concatenate([np.empty(0, dtype=np.int64), *orbits])

    def circuits(self, sets: NDArray[np.int64], basis: Basis) -> NDArray[np.uint8]:
        """Return circuits over sets of gates, as `gates_of_sets` does.

        Raises `ArithmeticError` if a gate cannot be computed from those before it.
        """
        gates: NDArray[np.uint8] = gates_of_sets(sets, self.literals, operator_masks(basis))
        if (gates[:, :, 2] == 255).any():
            raise ArithmeticError("a gate cannot be computed from those before it")
        return gates

    def evaluated(self, gates: NDArray[np.uint8], basis: Basis) -> NDArray[np.int64]:
        """Return what the gates of circuits compute, evaluated afresh, shape (m, r).

        Arguments:
            gates: (low, high, operator) of each gate, shape (m, r, 3), 0 beyond the end.

        Raises `ValueError` for what is no circuit.
        """
        wires = np.zeros((len(gates), self.inputs + gates.shape[1]), dtype=np.int64)
        wires[:, : self.inputs] = self.literals
        every = np.arange(len(gates))
        low, high, ops = np.moveaxis(gates.astype(np.int64), 2, 0)
        used = low < high
        if (used[:, 1:] & ~used[:, :-1]).any() or (gates[~used] != 0).any():
            raise ValueError("a gate that reads no two wires")
        if (high >= self.inputs + np.arange(gates.shape[1])).any():
            raise ValueError("a gate that reads a later one")
        if (ops >= len(basis.operators)).any():
            raise ValueError("a gate of no operator of the basis")
        masks = operator_masks(basis)
        for place in range(gates.shape[1]):
            x, y = wires[every, low[:, place]], wires[every, high[:, place]]
            table = applied(x, y, masks[ops[:, place]])
            wires[:, self.inputs + place] = np.where(used[:, place], table, 0)
        return wires[:, self.inputs :]


def applied(
    x: NDArray[np.int64], y: NDArray[np.int64], masks: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the tables of gates over x and y, their operators given by rows of `operator_masks`.

    >>> from mesacircuits.circuits import AIG
    >>> applied(np.array([0b1010]), np.array([0b1100]), operator_masks(AIG)[:1]).tolist()
    [2]
    """
    both = x & y
    return (x ^ both) & masks[:, 0] | (y ^ both) & masks[:, 1] | both & masks[:, 2]


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
        places = classes.places.numbers
        bits = np.zeros(-len(places) % 64 + len(places), dtype=np.bool_)
        bits[: len(places)] = member[places]
        self.marks: NDArray[np.uint64] = np.packbits(bits, bitorder="little").view(np.uint64)

    def __reduce__(self) -> tuple[object, ...]:
        if len(self.classes) == 1:
            return class_alone, (self.classes.inputs, int(self.classes.forms[0]))
        return _open_classes, (self.classes.inputs, np.packbits(self.holds()))

    def copy(self) -> OpenClasses:
        """Return a set of its own."""
        other = object.__new__(OpenClasses)
        other.classes, other.marks = self.classes, self.marks.copy()
        return other

    def close(self, numbers: NDArray[np.int64]) -> None:
        """Take classes out."""
        for number in numbers.tolist():
            unmark_class(self.marks, number, self.classes.places)

    def holds(self) -> NDArray[np.bool_]:
        """Return whether each class is in the set, shape (c,)."""
        places = self.classes.places
        first = places.listed[places.starts[:-1]].astype(np.int64)
        bits = self.marks[first >> 6] >> (first & 63).astype(np.uint64)
        held: NDArray[np.bool_] = bits & np.uint64(1) != 0
        return held

    @property
    def weights(self) -> NDArray[np.bool_]:
        """Whether functions of classes in the set have so many ones, shape (33,)."""
        found = np.zeros(33, dtype=np.bool_)
        ones = np.bitwise_count(self.classes.forms[self.numbers]).astype(np.int64)
        found[ones] = found[(1 << self.classes.inputs) - ones] = True
        return found

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the classes in the set, ascending."""
        return np.flatnonzero(self.holds())

    @property
    def digest(self) -> str:
        """A hash of which classes are in the set."""
        return hashlib.sha256(np.packbits(self.holds()).tobytes()).hexdigest()


def _open_classes(inputs: int, packed: NDArray[np.uint8]) -> OpenClasses:
    classes = function_classes(inputs)
    return OpenClasses(classes, np.flatnonzero(np.unpackbits(packed, count=len(classes))))


def class_alone(inputs: int, bits: int) -> OpenClasses:
    """Return the class of a function as the one of its kind, open: number 0, without all others.

    >>> class_alone(3, 0xE8).classes.forms.tolist()
    [23]
    """
    halves = _halves(inputs)
    width, mask = 1 << (inputs - 1), (1 << (1 << inputs)) - 1
    normal = bits ^ mask if bits & 1 else bits
    members = members_of(normal, byte_images(inputs), mask)
    functions = np.concatenate([members, mask ^ members])
    # Of memory that is zero pages are only made where they are looked at.
    numbers = np.zeros(len(halves.least) << width, dtype=np.uint32)
    # As `place_of` does.
    entries = halves.entries[functions >> width].astype(np.int64)
    low, row = functions & ((1 << width) - 1), entries & 0xFFFF
    image = halves.moves[row, low & 255] ^ halves.moves[row, 256 + (low >> 8)]
    places = np.unique((entries >> 16) << width | image)
    listed = Places(
        width,
        halves.entries,
        halves.moves,
        numbers,
        np.array([0, len(places)]),
        places.astype(np.uint32),
    )
    literals = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)
    least, count = functions.min(keepdims=True), np.array([len(functions)])
    alone = object.__new__(OpenClasses)
    alone.classes = FunctionClasses(inputs, least, count, listed, literals)
    alone.marks = np.zeros(-(-len(numbers) // 64), dtype=np.uint64)
    np.bitwise_or.at(alone.marks, places >> 6, np.uint64(1) << (places & 63).astype(np.uint64))
    return alone


@dataclass(frozen=True, eq=False)
class _Halves:
    """The classes of functions of one input less, and how each goes to the least of its class."""

    least: NDArray[np.int64]
    number: NDArray[np.int64]
    entries: NDArray[np.uint32]
    moves: NDArray[np.uint16]


@lru_cache(maxsize=4)
def _halves(inputs: int) -> _Halves:
    half = inputs - 1
    least, number = np.unique(npn_class_table(half).astype(np.int64), return_inverse=True)
    number = number.reshape(-1)
    return _Halves(least, number, *_moves_of_halves(half, least, number))


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
    width = 1 << (inputs - 1)
    halves = _halves(inputs)
    least, number = halves.least, halves.number
    entries, moves = halves.entries, halves.moves
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
        inputs, forms, functions, Places(width, entries, moves, numbers, starts, places), literals
    )


def _moves_of_halves(
    inputs: int, least: NDArray[np.int64], number: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    width = 1 << inputs
    images = byte_images(inputs)[:, :512].astype(np.uint16)
    inverse = images.copy()
    inverse[:, :256] ^= np.uint16((1 << width) - 1)
    moves = np.concatenate([images, inverse])
    entries = np.zeros(1 << width, dtype=np.uint32)
    waiting = np.arange(1 << width)
    for row in range(len(moves)):
        images = moves[row, waiting & 255] ^ moves[row, 256 + (waiting >> 8)]
        done = images == least[number[waiting]]
        entries[waiting[done]] = number[waiting[done]] << 16 | row
        waiting = waiting[~done]
    return entries, moves
