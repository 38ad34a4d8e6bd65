"""What a search looks for, as kernels take it: a set of functions, or solutions of tasks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.output_kernels import Sought
from mesacircuits.enumeration.search_kernels import MAX_OUTPUTS, Targets
from mesacircuits.errors import ArgumentError

__all__ = ["TargetSet", "TaskTables", "target_set", "task_tables", "task_targets"]

_SIEVE = 1 << 15
_GOLDEN = 0x9E3779B97F4A7C15
# All functions of so many inputs are listed.
_LISTED_INPUTS = 4
# Where no more functions are sought, the last two gates of a chain are sought together.
_FEW = 128
_NO_WORDS = np.zeros((1, 2, 0), dtype=np.uint64)
_NO_NEED = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class TargetSet:
    """An open-addressing hash table of non-zero truth tables, with a sieve before it.

    The slot of a table t is (t * multiplier mod 2^64) >> shift. Up to four inputs the multiplier
    is 1 and the shift 1, or 0 if functions need not be normal: slots never collide.
    `sieve[slot mod 2^15]` is 0 only where nothing with that slot is sought.
    """

    inputs: int
    normal: bool
    multiplier: np.uint64
    shift: np.uint64
    sieve: NDArray[np.uint8]
    keys: NDArray[np.uint64]

    def __reduce__(self) -> tuple[Callable[[int, bool, bytes], TargetSet], tuple[int, bool, bytes]]:
        # Another process makes its own, once.
        data = self.members.tobytes()
        if self.inputs <= _LISTED_INPUTS:
            every = np.arange(1 << (1 << self.inputs), dtype=np.uint64)
            data = np.packbits(np.isin(every, self.members)).tobytes()
        return _target_set_of, (self.inputs, self.normal, data)

    @cached_property
    def members(self) -> NDArray[np.uint64]:
        """The functions of the set, ascending."""
        return np.sort(self.keys[self.keys != 0])

    @cached_property
    def digest(self) -> bytes:
        """A hash of the set."""
        return hashlib.sha256(self.members.tobytes()).digest()

    @property
    def arguments(
        self,
    ) -> tuple[np.uint64, np.uint64, NDArray[np.uint8], NDArray[np.uint64]]:
        """The four parts in the order that kernels take them."""
        return self.multiplier, self.shift, self.sieve, self.keys

    @cached_property
    def targets(self) -> Targets:
        """The set as the kernel for any basis takes it."""
        few = self.members if len(self.members) <= _FEW else self.members[:0]
        return Targets(0, *self.arguments, few, _NO_WORDS, _NO_WORDS, _NO_NEED, *_NO_HITS)


def target_set(inputs: int, tables: NDArray[np.uint64], normal: bool = True) -> TargetSet:
    """Return the set of `tables`, functions of `inputs` inputs, none of them 0.

    With `normal`, they have f(0) = 0 (bit 0 is 0), and only such tables will be looked up.

    >>> hex(target_set(3, np.array([0xE8], dtype=np.uint64)).keys[0xE8 >> 1])
    '0xe8'
    """
    small = inputs <= _LISTED_INPUTS
    length = (
        (_SIEVE if normal else 2 * _SIEVE)
        if small
        else max(_SIEVE, 1 << (4 * max(1, len(tables)) - 1).bit_length())
    )
    multiplier = np.uint64(1 if small else _GOLDEN)
    shift = np.uint64(int(normal) if small else 64 - (length.bit_length() - 1))
    keys = np.zeros(length, dtype=np.uint64)
    sieve = np.zeros(_SIEVE, dtype=np.uint8)
    slots = (tables * multiplier) >> shift
    sieve[slots & np.uint64(_SIEVE - 1)] = 1
    if small:
        keys[slots] = tables
    else:
        for table, start in zip(tables.tolist(), slots.tolist(), strict=True):
            slot = start
            while keys[slot]:
                slot = (slot + 1) % length
            keys[slot] = table
    return TargetSet(inputs, normal, multiplier, shift, sieve, keys)


@lru_cache(maxsize=4)
def _target_set_of(inputs: int, normal: bool, data: bytes) -> TargetSet:
    if inputs > _LISTED_INPUTS:
        return target_set(inputs, np.frombuffer(data, dtype=np.uint64).copy(), normal)
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    return target_set(inputs, np.flatnonzero(bits).astype(np.uint64), normal)


# -- tasks ---------------------------------------------------------------------------------------


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

    def sought(
        self, moves: NDArray[np.int16], parts: NDArray[np.uint64], floors: NDArray[np.int64]
    ) -> Sought:
        """Return the task as the kernel for two-input operators takes it.

        Arguments:
            moves: where each symmetry of the task carries each gate that reads only inputs, by
                places in key order; shape (|G|, g).
            parts, floors: sets of inputs, and how many gates a circuit needs at least that need
                only be right on them; shapes (p,).
        """
        mask = np.uint64(self.mask)
        zero, one = self.allowed
        bound = (zero ^ mask) | (one ^ mask)
        exact = bool((bound == mask).all())
        value = zero ^ mask
        return Sought(
            self.allowed,
            self.completions,
            self.need(True),
            bound,
            value,
            exact,
            moves,
            parts,
            floors,
        )

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

    def assignments(self, functions: NDArray[np.uint64]) -> Iterator[tuple[int, ...]]:
        """Yield the ways in which some functions may be the outputs, one function for each."""
        mask = np.uint64(self.mask)
        fitting = [
            functions[((functions & ~one) | ((functions ^ mask) & ~zero)) == 0]
            for zero, one in self.allowed.T
        ]
        return self._assigned(fitting, (), [mask])

    def _assigned(
        self, fitting: list[NDArray[np.uint64]], begun: tuple[int, ...], matches: list[np.uint64]
    ) -> Iterator[tuple[int, ...]]:
        # matches[p] is where the outputs chosen so far spell word p.
        i = len(begun)
        if i == self.outputs:
            yield begun
            return
        zeros, ones = [np.uint64(0)] * 2
        for p, match in enumerate(matches):
            zeros |= match & self.completions[i + 1, p]
            ones |= match & self.completions[i + 1, p | 1 << i]
        chosen = fitting[i]
        chosen = chosen[((chosen & ~ones) | ((chosen ^ np.uint64(self.mask)) & ~zeros)) == 0]
        for function in chosen:
            split = [match & ~function for match in matches] + [
                match & function for match in matches
            ]
            yield from self._assigned(fitting, (*begun, int(function)), split)

    def _share(self, i: int, j: int, inverted: bool) -> bool:
        # Whether some function fits output i and it (or its inverse) output j, alone.
        zero, one = (int(bits) for bits in self.allowed[:, j])
        if inverted:
            zero, one = one, zero
        return (int(self.allowed[0, i]) & zero) | (int(self.allowed[1, i]) & one) == self.mask


# Which functions may drive which outputs, where that is not known beforehand.
_NO_HITS = (
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.int16),
    np.empty(0, dtype=np.uint8),
)


def _hits(
    tasks: tuple[TaskTables, ...], free: bool
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint8]]:
    # Which functions of n <= 4 inputs may drive which outputs of which tasks, as `Targets` has it.
    drives = np.stack([task.drivable(free) for task in tasks], axis=1)
    functions, numbers = np.nonzero(drives)
    first = np.zeros(len(drives) + 1, dtype=np.int64)
    np.cumsum(np.bincount(functions, minlength=len(drives)), out=first[1:])
    return first, numbers.astype(np.int16), drives[functions, numbers]


_NOTHING = target_set(0, np.empty(0, dtype=np.uint64))


def task_targets(tasks: tuple[TaskTables, ...], free: bool, several: bool) -> Targets:
    """Return tasks of equal numbers of outputs as the kernel for any basis takes them.

    Arguments:
        tasks: images of one task, of at most four inputs where there are several.
        free: whether inverters are free.
        several: whether each of them is looked for, or only the first.
    """
    hits = _hits(tasks, free) if several else _NO_HITS
    return Targets(
        tasks[0].outputs,
        *_NOTHING.arguments,
        _NOTHING.members,
        np.array([task.allowed for task in tasks]),
        np.array([task.completions for task in tasks]),
        tasks[0].need(free),
        *hits,
    )


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
