"""Numba kernels on listed chains: images under permuting and negating inputs, and wirings."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator, copy_into
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["count_fixing", "images_of_chains", "least_operators"]


class _Wires(NamedTuple):
    # Of each wire where it goes, whether it computes the inverse then, and its operator.
    place: NDArray[np.int64]
    flip: NDArray[np.int64]
    kind: NDArray[np.int64]


@kernel
def _room(wires: int) -> _Wires:
    return _Wires(
        np.empty(wires, dtype=np.int64),
        np.empty(wires, dtype=np.int64),
        np.empty(wires, dtype=np.int64),
    )


@leaf
def _image_of_chain(
    gates: NDArray[np.uint8],
    inputs: int,
    order: NDArray[np.uint8],
    mask: int,
    rewrites: NDArray[np.uint8],
    room: _Wires,
    image: NDArray[np.uint8],
    only_fixed: bool,
) -> bool:
    # The canonical chain of the transformed circuit: flips are pushed through the gates in the old
    # order, then gates are placed by least key as soon as their operands are. Returns whether it is
    # the chain itself; if only that is asked, `image` is written as far as it is.
    size = len(gates)
    place, flip, kind = room
    same = True
    place[:] = -1
    for i in range(inputs):
        place[i] = order[i]
        flip[i] = (mask >> i) & 1
    for g in range(size):
        lo, hi, op = gates[g, 0], gates[g, 1], gates[g, 2]
        kind[g] = rewrites[op, flip[lo], flip[hi], 0, 0]
        flip[inputs + g] = rewrites[op, flip[lo], flip[hi], 0, 1]
    for position in range(size):
        best = -1
        best_lo, best_hi, best_op = 0, 0, 0
        for g in range(size):
            if place[inputs + g] >= 0:
                continue
            lo, hi = place[gates[g, 0]], place[gates[g, 1]]
            if lo < 0 or hi < 0:
                continue
            op = kind[g]
            if lo > hi:
                lo, hi = hi, lo
                op = np.int64(rewrites[op, 0, 0, 1, 0])
            if (
                best < 0
                or hi < best_hi
                or (hi == best_hi and (lo < best_lo or (lo == best_lo and op < best_op)))
            ):
                best, best_lo, best_hi, best_op = g, lo, hi, op
        place[inputs + best] = inputs + position
        image[position, 0], image[position, 1], image[position, 2] = best_lo, best_hi, best_op
        if (
            best_lo != gates[position, 0]
            or best_hi != gates[position, 1]
            or best_op != gates[position, 2]
        ):
            same = False
            if only_fixed:
                break
    return same


@kernel
def images_of_chains(
    gates: NDArray[np.uint8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    rewrites: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Return the canonical image of chain k under transformation k; gates has shape (m, r, 3)."""
    images = np.empty_like(gates)
    room = _room(inputs + gates.shape[1])
    for k in range(len(gates)):
        _image_of_chain(
            gates[k], inputs, orders[k], np.int64(masks[k]), rewrites, room, images[k], False
        )
    return images


@leaf
def _add_fixing(
    gates: NDArray[np.uint8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    weights: NDArray[np.int64],
    rewrites: NDArray[np.uint8],
    room: _Wires,
    image: NDArray[np.uint8],
    fixed: NDArray[np.int64],
    summed: NDArray[np.int64],
) -> None:
    for k in range(len(gates)):
        for row in range(len(masks)):
            if _image_of_chain(
                gates[k], inputs, orders[row], np.int64(masks[row]), rewrites, room, image, True
            ):
                fixed[k] += 1
                summed[k] += weights[row]


@kernel
def count_fixing(
    gates: NDArray[np.uint8],
    inputs: int,
    orders: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    weights: NDArray[np.int64],
    rewrites: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each chain how many of the transformations fix it, and their summed weights."""
    fixed = np.zeros(len(gates), dtype=np.int64)
    summed = np.zeros(len(gates), dtype=np.int64)
    size = gates.shape[1]
    image = np.empty((size, 3), dtype=np.uint8)
    room = _room(inputs + size)
    _add_fixing(gates, inputs, orders, masks, weights, rewrites, room, image, fixed, summed)
    return fixed, summed


@kernel
def least_operators(
    gates: NDArray[np.uint8],
    input_tables: NDArray[np.uint64],
    operators: NDArray[np.uint64],
) -> NDArray[np.bool_]:
    """Return for each chain whether every gate has the least operator that computes its function.

    Two circuits share a wiring iff each gate has the same operands and computes the same
    function; exactly one circuit of each wiring has all operators least.
    """
    inputs = len(input_tables)
    size = gates.shape[1]
    least = np.ones(len(gates), dtype=np.bool_)
    tables = np.zeros(inputs + size, dtype=np.uint64)
    copy_into(tables, input_tables)
    for k in range(len(gates)):
        for g in range(size):
            x, y = tables[gates[k, g, 0]], tables[gates[k, g, 1]]
            chosen = np.int64(gates[k, g, 2])
            table = apply_operator(x, y, operators, chosen)
            tables[inputs + g] = table
            for op in range(chosen):
                if apply_operator(x, y, operators, op) == table:
                    least[k] = False
    return least
