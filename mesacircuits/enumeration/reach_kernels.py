"""Numba kernels for least depths and reach: what one more gate computes."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["combine_tables", "mark_reached"]


@leaf
def mark_reached(
    representatives: NDArray[np.uint64],
    members: NDArray[np.uint64],
    normal_forms: NDArray[np.uint64],
    wires: NDArray[np.int64],
    mask: np.uint64,
    class_of: NDArray[np.int64],
    reached: NDArray[np.bool_],
    waiting: int,
) -> None:
    """Set `reached[c]` for each class c of a gate that reads a representative and members.

    The wires of a form compute distinct functions; a wire read twice is part of the form.

    Arguments:
        normal_forms: shape (f, 8), as `BasisTables` has them; `wires` how many each form reads.
        reached: classes known before count, too; the search ends once `waiting` more are.
    """
    for x in representatives:
        for form in range(len(wires)):
            if wires[form] == 1:
                a = normal_forms[form]
                c = class_of[(a[0] ^ (x & a[1])) & mask]
                if not reached[c]:
                    reached[c] = True
                    waiting -= 1
    for i in range(len(members)):
        for x in representatives:
            y = members[i]
            if x == y:
                continue
            both = x & y
            for form in range(len(wires)):
                if wires[form] == 2:
                    a = normal_forms[form]
                    c = class_of[(a[0] ^ (x & a[1]) ^ (y & a[2]) ^ (both & a[3])) & mask]
                    if not reached[c]:
                        reached[c] = True
                        waiting -= 1
        if waiting <= 0:
            return
    widest = 0
    for form in range(len(wires)):
        widest = max(widest, wires[form])
    if widest < 3:
        return
    for i in range(len(members)):
        for j in range(i):
            y, z = members[i], members[j]
            for x in representatives:
                if x == y or x == z:  # noqa: SIM109 (numba)
                    continue
                xy, xz, yz = x & y, x & z, y & z
                for form in range(len(wires)):
                    if wires[form] == 3:
                        a = normal_forms[form]
                        value = a[0] ^ (x & a[1]) ^ (y & a[2]) ^ (xy & a[3]) ^ (z & a[4])
                        value ^= (xz & a[5]) ^ (yz & a[6]) ^ (x & yz & a[7])
                        c = class_of[value & mask]
                        if not reached[c]:
                            reached[c] = True
                            waiting -= 1
        if waiting <= 0:
            return


@kernel
def combine_tables(
    members: NDArray[np.uint64], operators: NDArray[np.uint64], wanted: np.uint64
) -> tuple[NDArray[np.uint64], bool]:
    """Return all tables that one gate over two members computes, and whether `wanted` is one.

    With `wanted` = 0 the tables are collected (with repetitions); with another value nothing is
    collected and the search ends at the first pair that computes it.
    """
    pairs = len(members) * (len(members) - 1) // 2
    kinds = len(operators)
    collected = np.empty(pairs * kinds if wanted == np.uint64(0) else 0, dtype=np.uint64)
    count = 0
    for j in range(len(members)):
        for i in range(j):
            for op in range(kinds):
                table = apply_operator(members[i], members[j], operators, op)
                if wanted == np.uint64(0):
                    collected[count] = table
                    count += 1
                elif table == wanted:
                    return collected, True
    return collected, False
