"""Numba kernels that find the NPN class of a function from its two halves.

A function f of n inputs is (hi, lo): its cofactors at x_{n-1} = 1 and 0, functions of n - 1 inputs.
Some NPN transformation of the first n - 1 inputs takes hi to the least member of its class; the
same one is applied to lo. What results, (number of hi's class, image of lo), is f's *place*: for
five inputs one of 222 * 2^16, so a table over places is 295 times smaller than one over functions.
A class has some 24 places. As classes of halves are numbered in the order of their least members,
the least place of a class is that of its least member.

Truth tables have at most 32 bits here and are held as int64, which indices are, too.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import twice_as_long
from mesacircuits.circuits.compiled_kernels import inlined, kernel, leaf

__all__ = ["classes_of", "is_marked", "label_places", "members_of", "place_of", "unmark_class"]


@inlined
def place_of(bits: int, width: int, entries: NDArray[np.uint32], moves: NDArray[np.uint16]) -> int:
    """Return the place of a function.

    Arguments:
        bits: its truth table.
        width: 2^(n - 1), the bits of a half; at most 16.
        entries: shape (2^width,): per half the number of its class, times 2^16, plus the row of
            `moves` that takes it to the least member.
        moves: shape (t, 512): per transformation the images of the low byte (0 to 255) and of the
            high byte (256 to 511) of a half, to be combined by XOR.
    """
    # Unsigned indices spare the test for negative ones.
    table, half = np.uint64(bits), np.uint64(width)
    byte = np.uint64(0xFF)
    entry = np.uint64(entries[table >> half])
    row = entry & np.uint64(0xFFFF)
    low = table & ((np.uint64(1) << half) - np.uint64(1))
    image = moves[row, low & byte] ^ moves[row, np.uint64(256) + (low >> np.uint64(8))]
    return np.int64(((entry >> np.uint64(16)) << half) | np.uint64(image))


@inlined
def is_marked(marks: NDArray[np.uint64], place: int) -> bool:
    """Return whether a place is in a bitset of places."""
    bit = np.uint64(place)
    word = marks[bit >> np.uint64(6)]
    return (word >> (bit & np.uint64(63))) & np.uint64(1) != np.uint64(0)


@leaf
def unmark_class(
    marks: NDArray[np.uint64], number: int, starts: NDArray[np.int64], places: NDArray[np.uint32]
) -> None:
    """Take all places of a class, `places[starts[c]:starts[c + 1]]`, out of a bitset."""
    for k in range(starts[number], starts[number + 1]):
        place = np.int64(places[k])
        marks[place >> 6] &= ~(np.uint64(1) << np.uint64(place & 63))


@kernel
def label_places(
    inputs: int,
    least: NDArray[np.int64],
    entries: NDArray[np.uint32],
    moves: NDArray[np.uint16],
    literals: NDArray[np.int64],
    fixing: NDArray[np.int64],
    fixing_start: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the class number of every place, and the least member of every class.

    Every NPN transformation of n inputs is one of the first n - 1 after one that gives the last
    input's part to another input, or exchanges the halves, or both. So places are joined that one
    of the latter connects, or one of the former that fixes the upper half.

    Arguments:
        inputs: n.
        least: shape (h,): least members of the classes of halves, ascending.
        entries, moves: as `place_of` takes them.
        literals: shape (n,): the tables of the inputs.
        fixing, fixing_start: rows of `moves` that fix least member c are
            `fixing[fixing_start[c]:fixing_start[c + 1]]`.

    Returns:
        shape (h * 2^width,); shape (classes,), ascending.
    """
    none = np.uint32(0xFFFFFFFF)
    width = 1 << (inputs - 1)
    mask = (1 << width) - 1
    total = len(least) << width
    last = literals[inputs - 1]
    numbers = np.full(total, none, dtype=np.uint32)
    forms = np.empty(1024, dtype=np.int64)
    # A class has at most as many places as the group has elements.
    stack = np.empty(1 << 14, dtype=np.int64)
    classes = 0
    for first in range(total):
        if numbers[first] != none:
            continue
        if classes == len(forms):
            forms = twice_as_long(forms, classes)
        forms[classes] = (least[first >> width] << width) | (first & mask)
        numbers[first] = classes
        stack[0] = first
        height = 1
        while height:
            height -= 1
            place = stack[height]
            half = place >> width
            hi, lo = least[half], place & mask
            bits = (hi << width) | lo
            for i in range(inputs):
                if i == inputs - 1:
                    other = (lo << width) | hi
                else:
                    shift = width - (1 << i)
                    moved = (bits ^ (bits << shift)) & last & ~literals[i]
                    other = bits ^ moved ^ (moved >> shift)
                near = place_of(other, width, entries, moves)
                if numbers[near] == none:
                    numbers[near] = classes
                    stack[height] = near
                    height += 1
            for k in range(fixing_start[half], fixing_start[half + 1]):
                row = fixing[k]
                image = np.int64(moves[row, lo & 0xFF] ^ moves[row, 256 + (lo >> 8)])
                near = (half << width) | image
                if numbers[near] == none:
                    numbers[near] = classes
                    stack[height] = near
                    height += 1
        classes += 1
    return numbers, forms[:classes].copy()


@kernel
def classes_of(
    tables: NDArray[np.int64],
    width: int,
    entries: NDArray[np.uint32],
    moves: NDArray[np.uint16],
    numbers: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Return the class number of each table; the arguments are as for `place_of`."""
    result = np.empty(len(tables), dtype=np.int64)
    for i in range(len(tables)):
        result[i] = numbers[place_of(tables[i], width, entries, moves)]
    return result


@kernel
def members_of(
    bits: int, inputs: int, literals: NDArray[np.int64], swaps: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the functions with f(0) = 0 in the NPN class of a function, ascending.

    Arguments:
        literals: shape (n,): the tables of the inputs.
        swaps: shape (n!,): the exchanges of inputs i, i + 1 that walk through all permutations and
            back to the first (plain changes).
    """
    full = (1 << (1 << inputs)) - 1
    images = np.empty(len(swaps) << inputs, dtype=np.int64)
    count = 0
    for swap in swaps:
        for step in range(1 << inputs):
            images[count] = bits ^ full if bits & 1 else bits
            count += 1
            # Gray code: negate the input of the lowest set bit; at the end, the last input again.
            i = 0
            while i < inputs - 1 and not (step + 1) >> i & 1:
                i += 1
            literal = literals[i]
            bits = ((bits & literal) >> (1 << i)) | ((bits << (1 << i)) & literal)
        # Bits at x_i = 1, x_{i+1} = 0 change places with those at x_i = 0, x_{i+1} = 1.
        moved = (bits ^ (bits >> (1 << swap))) & literals[swap] & ~literals[swap + 1]
        bits ^= moved ^ (moved << (1 << swap))
    images.sort()
    kept = 1
    for i in range(1, count):
        if images[i] != images[kept - 1]:
            images[kept] = images[i]
            kept += 1
    return images[:kept].copy()
