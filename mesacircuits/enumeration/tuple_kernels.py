"""Numba kernels on tuples of functions: their classes, and the sets of functions that gates build.

A set of functions can be *built* if it holds them in some order, each computed by a gate from
inputs and functions before it. What a gate can compute from a set it can also compute from more, so
the sets that can be built are the feasible sets of an antimatroid: each is met exactly once if
every function that was passed over once is left out of all that follows (Redelmeier's way of
counting polyominoes). The same walk over gates instead of functions meets each circuit once.
`tuple_twin`, among the tests, is the plain twin of these kernels.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.row_kernels import applied, kind_of, next_third, wires_of
from mesacircuits.enumeration.rows import MAX_WIRES
from mesacircuits.enumeration.search_kernels import Gates

__all__ = ["Members", "count_circuits", "least_tuples", "mark_sets"]

_ABSENT = -2


class Members(NamedTuple):
    """Functions that gates compute, numbered, and how a group moves them.

    Attributes:
        halved: 1 if only functions with f(0) = 0 are numbered, by their other bits; else 0.
        images: the number of each function's image under each symmetry, shape (|G|, N).
        classes: the class of each function, shape (N,).
        carries: for each function a symmetry that carries it to the least of its class, (N,).
        fixing: symmetries that fix the least function of each class, one class after another.
        spans: where those of class k begin, and at k + 1 end.
    """

    halved: np.int64
    images: NDArray[np.uint16]
    classes: NDArray[np.int64]
    carries: NDArray[np.int64]
    fixing: NDArray[np.int64]
    spans: NDArray[np.int64]


@leaf
def _place(members: Members, a: np.int64, b: np.int64, c: np.int64, outputs: int) -> np.int64:
    # Of functions a, b, c (as many as outputs), once a is carried to the least of its class.
    place = members.classes[a]
    turn, many = members.carries[a], members.images.shape[1]
    if outputs > 1:
        place = place * many + members.images[turn, b]
    if outputs > 2:
        place = place * many + members.images[turn, c]
    return place


@kernel
def least_tuples(members: Members, least: NDArray[np.int64], outputs: int) -> NDArray[np.int64]:
    """Return for each tuple whose first function is the least of its class the least tuple like it.

    Alike are tuples with functions in another order, or moved by a symmetry. A tuple (k, b, c) is
    the number (k N + b) N + c, for k the class of its first function.

    Arguments:
        least: the number of the least function of each class.
        outputs: functions of a tuple, 1 to 3.
    """
    many = members.images.shape[1]
    found = np.empty(len(least) * many ** (outputs - 1), dtype=np.int64)
    tuples = np.zeros(3, dtype=np.int64)
    for place in range(len(found)):
        rest = place
        for i in range(outputs - 1, 0, -1):
            tuples[i] = rest % many
            rest //= many
        tuples[0] = least[rest]
        best = np.int64(len(found))
        for first in range(outputs):
            a = tuples[first]
            b = tuples[(first + 1) % outputs]
            c = tuples[(first + 2) % outputs]
            k = members.classes[a]
            b = np.int64(members.images[members.carries[a], b])
            c = np.int64(members.images[members.carries[a], c])
            for at in range(members.spans[k], members.spans[k + 1]):
                turn = members.fixing[at]
                y, z = np.int64(members.images[turn, b]), np.int64(members.images[turn, c])
                key = k
                if outputs == 2:
                    key = k * many + y
                elif outputs == 3:
                    key = (k * many + min(y, z)) * many + max(y, z)
                best = min(best, key)
        found[place] = best
    return found


# -- what can be built ---------------------------------------------------------------------------


class _Stack(NamedTuple):
    """What may be added next.

    Attributes:
        functions: what each gate computes.
        operands: the distinct wires that it reads, -1 for none, shape (m, 3).
    """

    functions: NDArray[np.uint64]
    operands: NDArray[np.int8]


@leaf
def _pushed(
    tables: NDArray[np.uint64],
    w: int,
    mask: np.uint64,
    kinds: Gates,
    seen: NDArray[np.uint8],
    each: bool,
    stack: _Stack,
    count: int,
) -> int:
    # Put on the stack what gates compute from wire w and those before it: each gate, or function.
    second, third = np.int64(_ABSENT), np.int64(_ABSENT)
    while second <= w:
        kind = kind_of(third, second, w)
        z, y, x = wires_of(third, second, w, tables)
        for form in range(kinds.spans[kind, 0], kinds.spans[kind, 1]):
            table = applied(z, y, x, kinds.normal_forms, form) & mask
            if seen[table]:
                continue
            stack.functions[count] = table
            if each:
                stack.operands[count, 0] = w
                stack.operands[count, 1] = second if 0 <= second < w else -1
                stack.operands[count, 2] = third if 0 <= third < second else -1
                if second < 0 and third >= 0:
                    stack.operands[count, 1] = third
            else:
                seen[table] = 1
            count += 1
        third = next_third(third, second, kinds.spans, kind - kind % 4)
        if third == _ABSENT:
            second += 1
    return count


@leaf
def _mark(
    tables: NDArray[np.uint64],
    inputs: int,
    w: int,
    members: Members,
    outputs: int,
    stack: _Stack,
    start: int,
    end: int,
    bits: NDArray[np.uint64],
    latest: NDArray[np.uint64],
    marks: NDArray[np.uint8],
) -> None:
    # Mark every set of one function of the stack with up to outputs - 1 gates before wire w.
    halved = np.uint64(members.halved)
    many = members.images.shape[1]
    if not len(bits):
        # First one row of images and of marks, then the next: all of them fit no cache.
        for first in range(inputs - 1, w if outputs > 1 else inputs):
            a = np.int64(tables[first] >> halved) if first >= inputs else np.int64(0)
            row, turn = members.classes[a] * many, members.carries[a]
            for i in range(start, end):
                c = stack.functions[i] >> halved
                if outputs > 1:
                    marks[row + members.images[turn, c]] = 1
                else:
                    marks[members.classes[c]] = 1
        return
    latest[:] = 0
    for i in range(start, end):
        c = stack.functions[i] >> halved
        latest[c >> np.uint64(6)] |= np.uint64(1) << (c & np.uint64(63))
    for first in range(inputs - 1, w if outputs > 2 else inputs):
        a = np.int64(tables[first] >> halved) if first >= inputs else np.int64(0)
        for second in range(first, w if outputs > 1 else first + 1):
            b = np.int64(tables[second] >> halved) if second >= inputs else np.int64(0)
            row = min(a, b) * many + max(a, b)
            for word in range(len(latest)):
                bits[row, word] |= latest[word]


@kernel
def mark_sets(
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    kinds: Gates,
    begun: NDArray[np.uint64],
    left_out: NDArray[np.uint64],
    size: int,
    members: Members,
    outputs: int,
    bits: NDArray[np.uint64],
    marks: NDArray[np.uint8],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    """Mark every set of functions that a set of `size` functions, which can be built, contains.

    Left out are sets without the function that is built last, which fewer functions contain.

    Arguments:
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        kinds: the gates of the basis.
        begun: those functions of the built set that one gate computes from inputs.
        left_out: all functions that one gate computes from inputs.
        size: how many functions the built set has.
        members, outputs: which functions there are, and how many a set has at most, 1 to 3.
        bits: for functions a <= b (0 for none) those c that make a marked set, as bits, row a N + b
            of shape (N^2, N / 64); or empty, and `marks` are set instead.
        marks: by place (see `least_tuples`), with no more than two outputs; or empty.
        most_tried: the search ends after so many functions looked at (and is partial).
        stop: a flag that, once set, ends the search early.

    Returns:
        the number of functions looked at.
    """
    inputs = len(input_tables)
    tables = np.zeros(MAX_WIRES, dtype=np.uint64)
    seen = np.zeros(np.int64(mask) + 1, dtype=np.uint8)
    seen[0] = seen[mask] = 1
    for table in left_out:
        seen[table] = 1
    for i in range(inputs):
        tables[i] = input_tables[i]
        seen[input_tables[i]] = 1
    # Each function stands on the stack once.
    stack = _Stack(np.zeros(len(seen), dtype=np.uint64), np.zeros((0, 3), dtype=np.int8))
    latest = np.zeros(bits.shape[1] if len(bits) else 0, dtype=np.uint64)
    tried = 0
    w, count = inputs, 0
    last = inputs + size - 1
    for table in begun:
        if w == last:
            stack.functions[0] = table
            _mark(tables, inputs, w, members, outputs, stack, 0, 1, bits, latest, marks)
            return 1
        tables[w] = table
        count = _pushed(tables, w, mask, kinds, seen, False, stack, count)
        w += 1
    base = w
    following = np.zeros(MAX_WIRES, dtype=np.int64)
    ends = np.zeros(MAX_WIRES, dtype=np.int64)
    ends[w] = count
    while True:
        end = ends[w]
        if w == last:
            tried += end - following[w]
            _mark(
                tables, inputs, w, members, outputs, stack, following[w], end, bits, latest, marks
            )
            following[w] = end
        if following[w] < end:
            table = stack.functions[following[w]]
            following[w] += 1
            tables[w] = table
            tried += 1
            ends[w + 1] = _pushed(tables, w, mask, kinds, seen, False, stack, end)
            following[w + 1] = following[w]
            w += 1
            continue
        if w == base or stop[0] or tried > most_tried:
            return tried
        w -= 1
        for i in range(ends[w], ends[w + 1]):
            seen[stack.functions[i]] = 0


# -- circuits ------------------------------------------------------------------------------------


@leaf
def _count(
    tables: NDArray[np.uint64],
    reads: NDArray[np.int64],
    unread: int,
    inputs: int,
    w: int,
    members: Members,
    outputs: int,
    stack: _Stack,
    start: int,
    end: int,
    seen: NDArray[np.uint8],
    number: NDArray[np.int32],
    counts: NDArray[np.int64],
) -> None:
    # Count each circuit that a gate of the stack ends, for every set of functions that it computes
    # with no gate that nothing reads.
    halved = np.uint64(members.halved)
    for i in range(start, end):
        left = unread
        for j in range(3):
            wire = stack.operands[i, j]
            if wire >= inputs and reads[wire] == 0:
                left -= 1
        if left >= outputs or seen[stack.functions[i]]:
            continue
        c = np.int64(stack.functions[i] >> halved)
        first, second = np.int64(-1), np.int64(-1)
        for wire in range(inputs, w):
            if reads[wire] == 0 and not (
                wire == stack.operands[i, 0]
                or wire == stack.operands[i, 1]
                or wire == stack.operands[i, 2]
            ):
                second = first
                first = wire
        a = np.int64(tables[first] >> halved) if first >= 0 else np.int64(0)
        b = np.int64(tables[second] >> halved) if second >= 0 else np.int64(0)
        # The functions that nothing reads, and any others up to the number of outputs.
        counts[number[_place(members, c, a, b, outputs)]] += 1
        if left + 1 < outputs:
            for more in range(inputs, w):
                if more == first or more == second:  # noqa: SIM109 (numba would make a tuple)
                    continue
                a = np.int64(tables[more] >> halved)
                b = np.int64(tables[first] >> halved) if first >= 0 else np.int64(0)
                counts[number[_place(members, c, a, b, outputs)]] += 1
                if left + 2 < outputs:
                    for most in range(inputs, more):
                        b = np.int64(tables[most] >> halved)
                        counts[number[_place(members, c, a, b, outputs)]] += 1


@kernel
def count_circuits(
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    kinds: Gates,
    begun: NDArray[np.int8],
    size: int,
    members: Members,
    outputs: int,
    number: NDArray[np.int32],
    counts: NDArray[np.int64],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> int:
    """Count the circuits of `size` gates by the sets of functions that they compute.

    A circuit counts for each set of up to `outputs` functions of its gates that holds all those of
    gates which nothing reads.

    Arguments:
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        kinds: the gates of the basis.
        begun: those gates of a circuit that read only inputs, shape (s, 4).
        size: how many gates a circuit has.
        members, outputs: which functions there are, and how many a set has at most, 1 to 3.
        number: the class of sets by place (see `least_tuples`).
        counts: by class, added to.
        most_tried: the search ends after so many gates looked at (and is partial).
        stop: a flag that, once set, ends the search early.

    Returns:
        the number of gates looked at.
    """
    inputs = len(input_tables)
    last = inputs + size - 1
    tables = np.zeros(MAX_WIRES, dtype=np.uint64)
    reads = np.zeros(MAX_WIRES, dtype=np.int64)
    seen = np.zeros(np.int64(mask) + 1, dtype=np.uint8)
    seen[0] = seen[mask] = 1
    for i in range(inputs):
        tables[i] = input_tables[i]
        seen[input_tables[i]] = 1
    room = len(begun) + size * len(kinds.costs) * (last + 3) ** (kinds.fan_in - 1)
    stack = _Stack(np.zeros(room, dtype=np.uint64), np.full((room, 3), -1, dtype=np.int8))
    tried, unread, w, count = 0, 0, inputs, 0
    for row in begun:
        z, y, x = wires_of(row[0], row[1], row[2], tables)
        table = applied(z, y, x, kinds.normal_forms, row[3]) & mask
        if seen[table]:
            return tried
        if w == last:
            stack.functions[0] = table
            _count(
                tables,
                reads,
                unread,
                inputs,
                w,
                members,
                outputs,
                stack,
                0,
                1,
                seen,
                number,
                counts,
            )
            return 1
        seen[table] = 1
        tables[w] = table
        count = _pushed(tables, w, mask, kinds, seen, True, stack, count)
        unread += 1
        w += 1
    base = w
    following = np.zeros(MAX_WIRES, dtype=np.int64)
    ends = np.zeros(MAX_WIRES, dtype=np.int64)
    unreads = np.zeros(MAX_WIRES, dtype=np.int64)
    added = np.zeros(MAX_WIRES, dtype=np.int64)
    ends[w], unreads[w] = count, unread
    while True:
        end, unread = ends[w], unreads[w]
        at = following[w]
        if w == last:
            tried += end - at
            _count(
                tables,
                reads,
                unread,
                inputs,
                w,
                members,
                outputs,
                stack,
                at,
                end,
                seen,
                number,
                counts,
            )
            at = end
        if at < end:
            following[w] = at + 1
            table = stack.functions[at]
            tried += 1
            if seen[table]:
                continue
            unread += 1
            for j in range(3):
                wire = stack.operands[at, j]
                if wire >= inputs:
                    unread -= reads[wire] == 0
            # Each gate to come takes up at most so many of them, and must be taken up.
            if unread - outputs > (kinds.fan_in - 1) * (last - w):
                continue
            for j in range(3):
                wire = stack.operands[at, j]
                if wire >= 0:
                    reads[wire] += 1
            tables[w] = table
            seen[table] = 1
            added[w] = at
            ends[w + 1] = _pushed(tables, w, mask, kinds, seen, True, stack, end)
            following[w + 1] = at + 1
            w += 1
            unreads[w] = unread
            continue
        if w == base or stop[0] or tried > most_tried:
            return tried
        w -= 1
        seen[tables[w]] = 0
        for j in range(3):
            wire = stack.operands[added[w], j]
            if wire >= 0:
                reads[wire] -= 1
