"""Numba kernels that find the NPN class of a function from its two halves, and combine functions.

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

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, twice_as_long
from mesacircuits.circuits.compiled_kernels import inlined, kernel, leaf

__all__ = [
    "Places",
    "classes_of",
    "combine_classes",
    "image_of",
    "is_marked",
    "label_places",
    "members_of",
    "place_of",
    "split_by_xor",
    "unmark_class",
]


class Places(NamedTuple):
    """The places of all functions of n inputs, and the classes that they belong to.

    Attributes:
        width: 2^(n - 1), the bits of a half; at most 16.
        entries: shape (2^width,): per half the number of its class, times 2^16, plus the row of
            `moves` that takes it to the least member.
        moves: shape (t, 512): per transformation the images of the low byte (0 to 255) and of the
            high byte (256 to 511) of a half, to be combined by XOR.
        numbers: the class number of each place, shape (p,).
        starts, listed: the places of class c are `listed[starts[c]:starts[c + 1]]`.
    """

    width: int
    entries: NDArray[np.uint32]
    moves: NDArray[np.uint16]
    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    listed: NDArray[np.uint32]


@inlined
def place_of(bits: int, width: int, entries: NDArray[np.uint32], moves: NDArray[np.uint16]) -> int:
    """Return the place of a function; its other arguments are as in `Places`."""
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
def unmark_class(marks: NDArray[np.uint64], number: int, places: Places) -> None:
    """Take all places of a class out of a bitset."""
    for k in range(places.starts[number], places.starts[number + 1]):
        place = np.int64(places.listed[k])
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
        entries, moves: as in `Places`.
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
def classes_of(tables: NDArray[np.int64], places: Places) -> NDArray[np.int64]:
    """Return the class number of each table."""
    result = np.empty(len(tables), dtype=np.int64)
    for i in range(len(tables)):
        place = place_of(tables[i], places.width, places.entries, places.moves)
        result[i] = places.numbers[place]
    return result


@inlined
def image_of(table: int, row: NDArray[np.uint32], full: int) -> int:
    """Return the image of a function, or the inverse of that, whichever has f(0) = 0.

    Arguments:
        row: the images of the four bytes of a table, shape (1024,), to be combined by XOR.
        full: the table of the constant 1.
    """
    image = np.int64(
        row[table & 255]
        ^ row[256 + (table >> 8 & 255)]
        ^ row[512 + (table >> 16 & 255)]
        ^ row[768 + (table >> 24)]
    )
    return image ^ full if image & 1 else image


@kernel
def members_of(bits: int, images: NDArray[np.uint32], full: int) -> NDArray[np.int64]:
    """Return the functions with f(0) = 0 in the NPN class of a function, ascending.

    Arguments:
        images: shape (g, 1024): as `image_of` takes them, for all of the group.
        full: the table of the constant 1.
    """
    found = np.empty(len(images), dtype=np.int64)
    for g in range(len(images)):
        found[g] = image_of(bits, images[g], full)
    found.sort()
    kept = 1
    for g in range(1, len(found)):
        if found[g] != found[kept - 1]:
            found[kept] = found[g]
            kept += 1
    return found[:kept].copy()


@leaf
def combine_classes(
    lefts: NDArray[np.int64],
    rights: NDArray[np.int64],
    operators: NDArray[np.int64],
    places: Places,
    is_open: NDArray[np.uint64],
    remaining: int,
    found: NDArray[np.int64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    """Note in `found` every open class that a gate over a left and a right function reaches.

    Arguments:
        lefts, rights: functions with f(0) = 0.
        operators: shape (k, 3), as `apply_operator` takes them.
        is_open: a bitset over places; the places of a class are cleared when it is reached.
        remaining: how many classes are open; the search ends when none is.
        found: shape (c, 3): for each class the two functions and the operator that reached it
            first; rows of classes that were not open are left alone.
        most_tried: the search is given up once it has tried more gates.
        stop: shape (1,): as soon as it is set, the search is given up.

    Returns:
        how many gates were tried.
    """
    tried = 0
    for x in lefts:
        if remaining == 0 or stop[0] or tried > most_tried:
            break
        tried += len(rights) * len(operators)
        for y in rights:
            for op in range(len(operators)):
                table = apply_operator(x, y, operators, op)
                place = place_of(table, places.width, places.entries, places.moves)
                if is_marked(is_open, place):
                    number = np.int64(places.numbers[place])
                    found[number, 0], found[number, 1], found[number, 2] = x, y, op
                    remaining -= 1
                    unmark_class(is_open, number, places)
    return tried


@leaf
def split_by_xor(
    functions: NDArray[np.int64],
    parts: NDArray[np.int64],
    places: Places,
    is_open: NDArray[np.uint64],
    splits: NDArray[np.int64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    """Write f as g XOR h, for each of `functions`, with g one of `parts` and h in no open class.

    `splits[i]` becomes the first such g; it is left alone where there is none. Returned is how many
    were tried; the rest is as for `combine_classes`.
    """
    tried = 0
    for i in range(len(functions)):
        if stop[0] or tried > most_tried:
            break
        for part in parts:
            tried += 1
            place = place_of(functions[i] ^ part, places.width, places.entries, places.moves)
            if not is_marked(is_open, place):
                splits[i] = part
                break
    return tried
