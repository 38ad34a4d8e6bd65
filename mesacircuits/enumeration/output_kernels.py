"""Numba kernels that choose which wires drive the outputs of a circuit."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import kernel, leaf
from mesacircuits.enumeration.found_kernels import Found, record_chain

__all__ = ["MAX_OUTPUTS", "Choice", "assign_outputs", "fitting", "new_choice"]

#: The most outputs that a task may have.
MAX_OUTPUTS = 4


@leaf
def fitting(table: np.uint64, free: bool, allowed: NDArray[np.uint64], mask: np.uint64) -> np.int64:
    """Return the set of outputs, as bits, that a wire computing `table` may drive.

    Arguments:
        free: whether outputs may be inverted.
        allowed: shape (2, q): on which inputs an acceptable word has bit i equal to 0, and to 1.
        mask: all inputs.
    """
    found = np.int64(0)
    for i in range(allowed.shape[1]):
        other = table ^ mask
        plain = (table & ~allowed[1, i]) | (other & ~allowed[0, i])
        inverted = (other & ~allowed[1, i]) | (table & ~allowed[0, i])
        if plain == np.uint64(0) or (free and inverted == np.uint64(0)):
            found |= np.int64(1) << i
    return found


class Choice(NamedTuple):
    """Room for choosing the drivers of all outputs, one after another."""

    chosen: NDArray[np.int64]
    missing: NDArray[np.int64]
    matches: NDArray[np.uint64]


@kernel
def new_choice() -> Choice:
    """Return that room."""
    return Choice(
        np.empty(MAX_OUTPUTS, dtype=np.int64),
        np.empty(MAX_OUTPUTS + 1, dtype=np.int64),
        np.empty((MAX_OUTPUTS + 1, 1 << MAX_OUTPUTS), dtype=np.uint64),
    )


@leaf
def assign_outputs(
    tables: NDArray[np.uint64],
    wires: int,
    unread: np.int64,
    free: bool,
    task: int,
    allowed: NDArray[np.uint64],
    completions: NDArray[np.uint64],
    mask: np.uint64,
    choice: Choice,
    gates: NDArray[np.int64],
    inputs: int,
    table: np.uint64,
    found: Found,
    count: int,
) -> int:
    """Write a chain once for each way in which wires and constants may drive all outputs.

    Wires may be inverted if inverters are free; constants always may.

    Arguments:
        tables: what the wires compute; the first `wires` entries count.
        unread: the wires, as bits, that must drive an output.
        task: the number of the task.
        allowed: for that task, as for `fitting`.
        completions: shape (q + 1, 2^q): entry (i, p) is the inputs on which some acceptable word
            begins with the i bits of p.
        mask: all inputs.
        choice: room to work in.
        gates, inputs, table: the chain, of which the last gate computes `table`.
        found, count: where to, and how many circuits are there.

    Returns:
        how many circuits are there then; -1 if there is not enough room.
    """
    outputs = allowed.shape[1]
    chosen, missing, matches = choice
    # Where the outputs chosen so far spell word p: matches[i, p].
    matches[0, 0] = mask
    chosen[0] = -1
    missing[0] = unread
    i = 0
    while i >= 0:
        # Choice 2 v + s: wire v - 1, inverted if s.
        chosen[i] += 1
        if chosen[i] >= 2 * (wires + 1):
            i -= 1
            continue
        wire, inverted = chosen[i] // 2 - 1, chosen[i] % 2
        if inverted and wire >= 0 and not free:
            continue
        value = tables[wire] if wire >= 0 else np.uint64(0)
        if inverted:
            value ^= mask
        if (value & ~allowed[1, i]) != np.uint64(0):
            continue
        if ((value ^ mask) & ~allowed[0, i]) != np.uint64(0):
            continue
        left = missing[i]
        if wire >= 0:
            left &= ~(np.int64(1) << wire)
        # Each output to come drives from at most one wire.
        waiting, bits = 0, left
        while bits:
            bits &= bits - 1
            waiting += 1
        if waiting > outputs - 1 - i:
            continue
        covered = np.uint64(0)
        for p in range(1 << i):
            zero, one = matches[i, p] & ~value, matches[i, p] & value
            matches[i + 1, p], matches[i + 1, p | 1 << i] = zero, one
            covered |= zero & completions[i + 1, p]
            covered |= one & completions[i + 1, p | 1 << i]
        if covered != mask:
            continue
        missing[i + 1] = left
        if i + 1 < outputs:
            i += 1
            chosen[i] = -1
            continue
        if count == len(found.functions):
            return -1
        record_chain(found, count, gates, inputs, wires, table)
        found.driven[count, 0] = task
        for j in range(outputs):
            found.driven[count, 1 + 2 * j] = chosen[j] // 2 - 1
            found.driven[count, 2 + 2 * j] = chosen[j] % 2
        count += 1
    return count
