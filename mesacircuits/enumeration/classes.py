"""Classes of functions that the symmetries of a basis make alike: NPN classes, or P-classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import least_of_all
from mesacircuits.enumeration.form_symmetry import negates_inputs
from mesacircuits.errors import ArgumentError

__all__ = ["MAX_CLASS_INPUTS", "FunctionClasses", "class_numbers", "classes_of"]

#: Of functions of more inputs no classes are listed.
MAX_CLASS_INPUTS = 4


@dataclass(frozen=True)
class FunctionClasses:
    """The classes of all functions of n <= 4 inputs under the symmetries of a basis.

    Attributes:
        inputs: n.
        kind: `NPN` (permuting and negating inputs, negating the output), `P` (permuting inputs),
            or `PN` (permuting inputs, negating the output).
        forms: the least member of each class, ascending.
        number: the class of each function, shape (2^(2^n),).
    """

    inputs: int
    kind: str
    forms: NDArray[np.uint64]
    number: NDArray[np.int64]

    @property
    def normalised(self) -> bool:
        """Whether a function and its inverse are alike, so that only f(0) = 0 is looked at."""
        return self.kind != "P"

    @cached_property
    def functions(self) -> NDArray[np.int64]:
        """The number of functions of each class."""
        return np.bincount(self.number, minlength=len(self.forms)).astype(np.int64)

    @cached_property
    def least_members(self) -> NDArray[np.uint64]:
        """The least member of each class among those functions that gates compute."""
        if not self.normalised:
            return self.forms
        normal = np.arange(0, len(self.number), 2)
        members = np.full(len(self.forms), len(self.number), dtype=np.uint64)
        np.minimum.at(members, self.number[normal], normal.astype(np.uint64))
        return members

    @cached_property
    def supports(self) -> NDArray[np.int64]:
        """The number of inputs that the functions of each class depend on."""
        n = self.inputs
        counts = np.zeros(len(self.forms), dtype=np.int64)
        x = np.arange(1 << n)
        bits = self.forms[:, None] >> x.astype(np.uint64) & np.uint64(1)
        for i in range(n):
            counts += (bits != bits[:, x ^ (1 << i)]).any(axis=1)
        return counts


@lru_cache(maxsize=16)
def _classes(inputs: int, kind: str) -> FunctionClasses:
    if not 0 <= inputs <= MAX_CLASS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 0 to {MAX_CLASS_INPUTS}", inputs)
    orders, masks = np_group(inputs)
    if kind != "NPN":
        orders, masks = orders[masks == 0], masks[masks == 0]
    table = least_of_all(inputs, orders, masks, kind != "P")
    forms, number = np.unique(table, return_inverse=True)
    return FunctionClasses(inputs, kind, forms, number.astype(np.int64).reshape(-1))


def classes_of(inputs: int, basis: Basis) -> FunctionClasses:
    """Return the classes on which the minima over `basis` are alike, for n <= 4 inputs.

    >>> from mesacircuits.circuits.bases import MIG, NAND
    >>> [(c.kind, len(c.forms)) for c in (classes_of(4, MIG), classes_of(4, NAND))]
    [('NPN', 222), ('P', 3984)]
    """
    if not basis.free_inverters:
        return _classes(inputs, "P")
    return _classes(inputs, "NPN" if negates_inputs(basis) else "PN")


def class_numbers(inputs: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the NPN representatives for n <= 4, ascending, and the class number of each function.

    >>> forms, number = class_numbers(3)
    >>> len(forms), hex(forms[number[0xE8]])
    (14, '0x17')
    """
    classes = _classes(inputs, "NPN")
    return classes.forms, classes.number
