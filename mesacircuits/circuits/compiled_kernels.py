"""How kernels are compiled: to machine code that is kept on disk and runs without Python's lock.

A *leaf* makes no arrays. Numba then counts no references to those it is given; counting them is
atomic, and in an inner loop takes longer than everything else, the more so on several threads.
A loop that gives a new array to a variable counts references on every turn; so where turns are
short, what grows does so in a kernel around a leaf, which returns when its room is used up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

__all__ = ["kernel", "leaf"]


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that may make arrays."""
    compiled: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    return compiled


def leaf(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that makes none, and calls no function that does."""
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, _nrt=False)(function)
    return compiled
