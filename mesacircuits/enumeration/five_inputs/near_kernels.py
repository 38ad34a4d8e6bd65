"""Numba kernel that finds circuits for open classes by changing known ones, gate by gate."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value,call-overload"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into
from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.five_inputs.half_kernels import (
    Places,
    is_marked,
    place_of,
    unmark_class,
)
from mesacircuits.enumeration.five_inputs.witness_kernels import exchanged_operators

__all__ = ["changed_circuits"]

_MOST_WIRES = 32


@leaf
def _reaches(
    gates: NDArray[np.uint8],
    at: int,
    wires: NDArray[np.int64],
    inputs: int,
    operators: NDArray[np.int64],
    places: Places,
    marks: NDArray[np.uint64],
) -> int:
    # Compute the gates from `at` on; the place of the output if it is of an open class, else -1.
    for g in range(at, len(gates)):
        table = apply_operator(wires[gates[g, 0]], wires[gates[g, 1]], operators, gates[g, 2])
        if table == 0:
            return -1
        wires[inputs + g] = table
    place = place_of(wires[inputs + len(gates) - 1], places.width, places.entries, places.moves)
    return place if is_marked(marks, place) else -1


@leaf
def _take(
    gates: NDArray[np.uint8],
    place: int,
    places: Places,
    marks: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    found: NDArray[np.uint8],
    count: int,
) -> int:
    numbers[count] = places.numbers[place]
    for g in range(len(gates)):
        for part in range(3):
            found[count, g, part] = gates[g, part]
    unmark_class(marks, numbers[count], places)
    return count + 1


@leaf
def _change(
    gates: NDArray[np.uint8],
    wires: NDArray[np.int64],
    inputs: int,
    operators: NDArray[np.int64],
    places: Places,
    marks: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    found: NDArray[np.uint8],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    # All circuits that differ from this one in one gate.
    for g in range(len(gates)):
        low, high, kind = gates[g]
        before = wires[inputs + g]
        for j in range(1, inputs + g):
            for i in range(j):
                for op in range(len(operators)):
                    table = apply_operator(wires[i], wires[j], operators, op)
                    if table == 0 or table == before:
                        continue
                    tally[0] += 1
                    gates[g, 0], gates[g, 1], gates[g, 2] = i, j, op
                    place = _reaches(gates, g, wires, inputs, operators, places, marks)
                    if place >= 0:
                        count = _take(gates, place, places, marks, numbers, found, count)
        gates[g, 0], gates[g, 1], gates[g, 2] = low, high, kind
        _reaches(gates, g, wires, inputs, operators, places, marks)
    return count


@leaf
def _insert(
    gates: NDArray[np.uint8],
    longer: NDArray[np.uint8],
    wires: NDArray[np.int64],
    inputs: int,
    operators: NDArray[np.int64],
    places: Places,
    marks: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    found: NDArray[np.uint8],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    # All circuits in which a gate reads, instead of an operand, a new gate over that and a wire.
    for g in range(len(gates)):
        at = inputs + g
        for k in range(len(gates)):
            to = k if k < g else k + 1
            for part in range(2):
                longer[to, part] = gates[k, part] + (gates[k, part] >= at)
            longer[to, 2] = gates[k, 2]
        for side in range(2):
            kept, other = np.int64(gates[g, side]), np.int64(gates[g, 1 - side])
            longer[g + 1, 0], longer[g + 1, 1] = other, at
            for y in range(at):
                if y in (kept, other):
                    continue
                longer[g, 0], longer[g, 1] = min(y, kept), max(y, kept)
                for op in range(len(operators)):
                    longer[g, 2] = op
                    for end in range(len(operators)):
                        longer[g + 1, 2] = end
                        tally[0] += 1
                        place = _reaches(longer, g, wires, inputs, operators, places, marks)
                        if place >= 0:
                            count = _take(longer, place, places, marks, numbers, found, count)
        # The wires of the circuit as it was up to this gate.
        wires[at] = apply_operator(wires[gates[g, 0]], wires[gates[g, 1]], operators, gates[g, 2])
    return count


@leaf
def _insert_for_all(
    gates: NDArray[np.uint8],
    longer: NDArray[np.uint8],
    wires: NDArray[np.int64],
    inputs: int,
    operators: NDArray[np.int64],
    exchanged: NDArray[np.int64],
    places: Places,
    marks: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    found: NDArray[np.uint8],
    count: int,
    tally: NDArray[np.int64],
) -> int:
    # All circuits in which everything that reads a wire, the output as well, reads a new gate over
    # that and a wire before.
    for w in range(inputs + len(gates)):
        at = max(w + 1 - inputs, 0)
        new = inputs + at
        for k in range(len(gates)):
            to = k if k < at else k + 1
            low, high, op = np.int64(gates[k, 0]), np.int64(gates[k, 1]), np.int64(gates[k, 2])
            if k >= at:
                low = new if low == w else low + (low >= new)
                high = new if high == w else high + (high >= new)
                if low > high:
                    low, high, op = high, low, exchanged[op]
            longer[to, 0], longer[to, 1], longer[to, 2] = low, high, op
        for y in range(new):
            if y == w:
                continue
            longer[at, 0], longer[at, 1] = min(y, w), max(y, w)
            for op in range(len(operators)):
                longer[at, 2] = op
                tally[0] += 1
                place = _reaches(longer, at, wires, inputs, operators, places, marks)
                if place >= 0:
                    count = _take(longer, place, places, marks, numbers, found, count)
        _reaches(gates, at, wires, inputs, operators, places, marks)
    return count


@kernel
def changed_circuits(
    circuits: NDArray[np.uint8],
    longer: bool,
    input_tables: NDArray[np.int64],
    operators: NDArray[np.int64],
    places: Places,
    marks: NDArray[np.uint64],
    remaining: int,
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], int]:
    """Return circuits for open classes that differ from known ones by little, one for each class.

    Arguments:
        circuits: (low, high, operator) of each gate, shape (m, r, 3), all of r gates.
        longer: whether to put in a gate over a wire and another, which one of the gates that read
            the wire reads instead, or all do and the output; else what a gate reads is changed, or
            its operator.
        input_tables: shape (n,).
        operators: shape (k, 3), as `apply_operator` takes them.
        places: the places of all functions.
        marks: a bitset over places: the open classes; those found are taken out.
        remaining: how many there are.
        most_tried: the search is given up once it has tried more circuits.
        stop: shape (1,): as soon as it is set, the search is given up.

    Returns:
        the classes found, shape (f,); their circuits, shape (f, r or r + 1, 3), no gate of which
        is constant; and how many circuits were tried.
    """
    inputs, size = len(input_tables), circuits.shape[1]
    numbers = np.zeros(remaining, dtype=np.int64)
    found = np.zeros((remaining, size + longer, 3), dtype=np.uint8)
    wires = np.zeros(_MOST_WIRES, dtype=np.int64)
    wide = np.zeros((size + 1, 3), dtype=np.uint8)
    copy_into(wires, input_tables)
    tally = np.zeros(1, dtype=np.int64)
    exchanged = exchanged_operators(operators)
    count = 0
    for number in range(len(circuits)):
        if count == remaining or stop[0] or tally[0] > most_tried:
            break
        gates = circuits[number].copy()
        _reaches(gates, 0, wires, inputs, operators, places, marks)
        if longer:
            count = _insert_for_all(
                gates,
                wide,
                wires,
                inputs,
                operators,
                exchanged,
                places,
                marks,
                numbers,
                found,
                count,
                tally,
            )
            _reaches(gates, 0, wires, inputs, operators, places, marks)
            count = _insert(
                gates, wide, wires, inputs, operators, places, marks, numbers, found, count, tally
            )
        else:
            count = _change(
                gates, wires, inputs, operators, places, marks, numbers, found, count, tally
            )
    return numbers[:count].copy(), found[:count].copy(), tally[0]
