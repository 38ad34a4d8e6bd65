"""Numba kernels that combine functions by one gate and note which NPN classes come out."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import leaf
from mesacircuits.enumeration.five_inputs.half_kernels import is_marked, place_of, unmark_class

__all__ = ["combine_classes", "split_by_xor"]


@leaf
def combine_classes(
    lefts: NDArray[np.int64],
    rights: NDArray[np.int64],
    operators: NDArray[np.int64],
    width: int,
    entries: NDArray[np.uint32],
    moves: NDArray[np.uint16],
    numbers: NDArray[np.uint32],
    is_open: NDArray[np.uint64],
    starts: NDArray[np.int64],
    places: NDArray[np.uint32],
    remaining: int,
    found: NDArray[np.int64],
) -> int:
    """Note in `found` every open class that a gate over a left and a right function reaches.

    Arguments:
        lefts, rights: functions with f(0) = 0.
        operators: shape (k, 3), as `apply_operator` takes them.
        width, entries, moves, numbers, starts, places: as in `FunctionClasses`.
        is_open: a bitset over places; the places of a class are cleared when it is reached.
        remaining: how many classes are open; the search ends when none is.
        found: shape (c, 3): for each class the two functions and the operator that reached it
            first; rows of classes that were not open are left alone.

    Returns:
        the number of classes still open.
    """
    for x in lefts:
        if remaining == 0:
            break
        for y in rights:
            for op in range(len(operators)):
                place = place_of(apply_operator(x, y, operators, op), width, entries, moves)
                if is_marked(is_open, place):
                    number = np.int64(numbers[place])
                    found[number, 0], found[number, 1], found[number, 2] = x, y, op
                    remaining -= 1
                    unmark_class(is_open, number, starts, places)
    return remaining


@leaf
def split_by_xor(
    functions: NDArray[np.int64],
    parts: NDArray[np.int64],
    width: int,
    entries: NDArray[np.uint32],
    moves: NDArray[np.uint16],
    is_open: NDArray[np.uint64],
    splits: NDArray[np.int64],
) -> None:
    """Write f as g XOR h, for each of `functions`, with g one of `parts` and h in no open class.

    `splits[i]` becomes the first such g; it is left alone where there is none.
    """
    for i in range(len(functions)):
        for part in parts:
            if not is_marked(is_open, place_of(functions[i] ^ part, width, entries, moves)):
                splits[i] = part
                break
