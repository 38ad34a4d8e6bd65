"""Sets of truth tables that a search looks for, laid out for constant-time membership."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["WantedSet", "wanted_set"]

_SIEVE = 1 << 15
_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class WantedSet:
    """An open-addressing hash table of non-zero truth tables, with a sieve before it.

    The slot of a table t is (t * multiplier mod 2^64) >> shift. Up to four inputs the multiplier
    is 1 and the shift 1, or 0 if functions need not be normal: slots never collide.
    `sieve[slot mod 2^15]` is 0 only where nothing with that slot is wanted.
    """

    multiplier: np.uint64
    shift: np.uint64
    sieve: NDArray[np.uint8]
    keys: NDArray[np.uint64]

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


def wanted_set(inputs: int, tables: NDArray[np.uint64], normal: bool = True) -> WantedSet:
    """Return the set of `tables`, functions of `inputs` inputs, none of them 0.

    With `normal`, they have f(0) = 0 (bit 0 is 0), and only such tables will be looked up.

    >>> hex(wanted_set(3, np.array([0xE8], dtype=np.uint64)).keys[0xE8 >> 1])
    '0xe8'
    """
    small = inputs <= 4
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
    for table, start in zip(tables.tolist(), slots.tolist(), strict=True):
        slot = start
        while keys[slot]:
            slot = (slot + 1) % length
        keys[slot] = table
    return WantedSet(multiplier, shift, sieve, keys)
