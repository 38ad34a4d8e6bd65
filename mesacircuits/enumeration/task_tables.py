"""A task as the arrays that the kernel for any basis takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.output_kernels import MAX_OUTPUTS
from mesacircuits.errors import ArgumentError

__all__ = ["NO_HITS", "TaskTables", "hits_of", "task_tables"]


@dataclass(frozen=True)
class TaskTables:
    """A task as the arrays that the kernel takes.

    Attributes:
        inputs, outputs: n and q.
        mask: all 2^n inputs, as bits.
        allowed: on which inputs some acceptable word has bit i equal to 0, and to 1; (2, q).
        completions: entry (i, p): on which inputs some acceptable word begins with the i bits of p;
            (q + 1, 2^q).
        required: the inputs, as bits, without which the task cannot be solved.
    """

    inputs: int
    outputs: int
    mask: int
    allowed: NDArray[np.uint64]
    completions: NDArray[np.uint64]
    required: int

    def need(self, free: bool) -> NDArray[np.int64]:
        """Return for each set of outputs the most of them no two of which one wire can drive."""
        together = np.zeros((self.outputs, self.outputs), dtype=bool)
        for i, j in combinations(range(self.outputs), 2):
            together[i, j] = together[j, i] = self._share(i, j, False) or (
                free and self._share(i, j, True)
            )
        need = np.zeros(1 << self.outputs, dtype=np.int64)
        for chosen in range(1 << self.outputs):
            members = [i for i in range(self.outputs) if chosen >> i & 1]
            apart = not any(together[i, j] for i, j in combinations(members, 2))
            below = max((int(need[chosen & ~(1 << i)]) for i in members), default=0)
            need[chosen] = len(members) if apart else below
        return need

    def drivable(self, free: bool) -> NDArray[np.uint8]:
        """Return for each function of n <= 4 inputs which outputs it may drive, alone, as bits."""
        functions = np.arange(self.mask + 1, dtype=np.uint64)
        others = functions ^ np.uint64(self.mask)
        drives = np.zeros(len(functions), dtype=np.uint8)
        for i, (zero, one) in enumerate(self.allowed.T):
            fits = ((functions & ~one) | (others & ~zero)) == 0
            if free:
                fits |= ((others & ~one) | (functions & ~zero)) == 0
            drives |= fits.astype(np.uint8) << i
        return drives

    def _share(self, i: int, j: int, inverted: bool) -> bool:
        # Whether some function fits output i and it (or its inverse) output j, alone.
        zero, one = (int(bits) for bits in self.allowed[:, j])
        if inverted:
            zero, one = one, zero
        return (int(self.allowed[0, i]) & zero) | (int(self.allowed[1, i]) & one) == self.mask


#: Which functions may drive which outputs, where that is not known beforehand.
NO_HITS: tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint8]] = (
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.int16),
    np.empty(0, dtype=np.uint8),
)


def hits_of(
    tasks: tuple[TaskTables, ...], free: bool
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint8]]:
    """Return which functions of n <= 4 inputs may drive which outputs of which tasks.

    Returns three arrays as the kernel takes them: for f the entries from first[f] to first[f + 1]
    of the other two, a task and those of its outputs, as bits.
    """
    drives = np.stack([task.drivable(free) for task in tasks], axis=1)
    functions, numbers = np.nonzero(drives)
    first = np.zeros(len(drives) + 1, dtype=np.int64)
    np.cumsum(np.bincount(functions, minlength=len(drives)), out=first[1:])
    return first, numbers.astype(np.int16), drives[functions, numbers]


@lru_cache(maxsize=1024)
def task_tables(inputs: int, word_masks: tuple[int, ...]) -> TaskTables:
    """Return the arrays for a task; raises `ArgumentError` for more outputs than kernels take.

    >>> from mesacircuits.tasks import parse_task
    >>> adder = parse_task("expr:a ^ b ^ c, (a & b) | (c & (a ^ b))")
    >>> tables = task_tables(adder.inputs, adder.word_masks)
    >>> tables.required, tables.need(free=True).tolist()
    (7, [0, 1, 1, 2])
    """
    n, q = inputs, len(word_masks).bit_length() - 1
    if q > MAX_OUTPUTS:
        raise ArgumentError("task", f"at most {MAX_OUTPUTS} outputs", f"{q} outputs")
    mask = (1 << (1 << n)) - 1
    completions = np.zeros((q + 1, 1 << q), dtype=np.uint64)
    allowed = [[0] * q, [0] * q]
    begins = [[0] * (1 << q) for _ in range(q + 1)]
    for word, accepted in enumerate(word_masks):
        for i in range(q + 1):
            begins[i][word & ((1 << i) - 1)] |= accepted
        for i in range(q):
            allowed[word >> i & 1][i] |= accepted
    completions[:] = begins
    required = 0
    for i in range(n):
        step, high = 1 << i, input_bits(n, i)
        # Some word must do on both sides of each pair of inputs that differ in bit i.
        shared = 0
        for accepted in word_masks:
            both = accepted & (accepted & high) >> step
            shared |= both & ~high
        if shared != mask & ~high:
            required |= 1 << i
    return TaskTables(n, q, mask, np.array(allowed, dtype=np.uint64), completions, required)
