"""All minima of a representative of every class of functions, listed in one search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.classes import FunctionClasses, classes_of
from mesacircuits.enumeration.depths import depths_of_classes
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.form_counts import list_level
from mesacircuits.enumeration.form_symmetry import FirstForms, first_forms
from mesacircuits.enumeration.form_tables import ABSENT
from mesacircuits.enumeration.form_transform_kernels import images_of_rows
from mesacircuits.enumeration.idle_inputs import idle_inputs_stay_unread
from mesacircuits.enumeration.levels import chains_of_level, joins_levels
from mesacircuits.enumeration.orders import DEPTH_SIZE, SIZE, checked_order

__all__ = [
    "ClassList",
    "class_lists",
    "classes_with_gates",
    "images_of",
    "normal_bits",
    "spread_rows",
]

_EXPANDED_AT_ONCE = 1 << 18


#: The orders that minima are listed under.
LISTED_ORDERS = (SIZE, DEPTH_SIZE)


@dataclass(frozen=True)
class ClassList:
    """The minima of one class.

    Attributes:
        representative: the least member of the class.
        functions: how many functions are in it.
        size, depth: of each minimum; the depth only where the order fixes it.
        circuits: how many minima the representative has.
        orbits: one of them for each orbit under the symmetries of the representative, as rows
            (third, second, first, form), shape (m, size, 4), ascending.
    """

    representative: TruthTable
    functions: int
    size: int
    depth: int | None
    circuits: int
    orbits: NDArray[np.int8]


def class_lists(
    inputs: int, basis: str | Basis, order: str = SIZE, effort: Effort | None = None
) -> Iterator[ClassList]:
    """Yield the minima of every class of functions of n inputs that takes gates.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name; its operators cost 1 each.
        order: `size` or `depth-size`.
        effort: budget, threads and progress bar.

    Raises:
        BudgetEnded: when the budget is used up; what was yielded before stands. Its argument is
            the last size that was exhausted.

    >>> [(str(c.representative.hex), c.size, c.circuits, len(c.orbits))
    ...  for c in class_lists(2, "aig")]
    [('1', 1, 1, 1), ('6', 3, 2, 1)]
    """
    basis = basis_named(basis)
    checked_order(order, LISTED_ORDERS)
    effort = effort or Effort()
    search = _Search(inputs, basis, effort)
    groups: list[tuple[int | None, set[int]]] = [(None, search.open)]
    if order == DEPTH_SIZE:
        depths = depths_of_classes(inputs, basis)
        groups = [
            (depth, {c for c in search.open if depths[c] == depth})
            for depth in sorted({int(depths[c]) for c in search.open})
        ]
    for depth, waiting in groups:
        cost = 0
        while waiting:
            cost += 1
            try:
                settled = search.level(cost, waiting, depth)
            except BudgetEnded:
                raise BudgetEnded(cost - 1) from None
            for found in settled:
                waiting.discard(int(search.classes.number[found.representative.bits]))
                yield found


def classes_with_gates(inputs: int, basis: Basis) -> set[int]:
    """Return the numbers of the classes that take gates, and for which the basis has circuits.

    >>> from mesacircuits.circuits.bases import MONOTONE
    >>> len(classes_with_gates(4, MONOTONE))
    27
    """
    classes, depths = classes_of(inputs, basis), depths_of_classes(inputs, basis)
    mask = (1 << (1 << inputs)) - 1
    simple = {0, mask, *(input_bits(inputs, i) for i in range(inputs))}
    gateless = {int(classes.number[bits]) for bits in simple}
    return {c for c in range(len(classes.forms)) if c not in gateless and depths[c] >= 0}


class _Search:
    def __init__(self, inputs: int, basis: Basis, effort: Effort) -> None:
        self.inputs, self.basis, self.effort = inputs, basis, effort
        self.classes: FunctionClasses = classes_of(inputs, basis)
        self.symmetries: FirstForms = first_forms(inputs, basis)
        self.open = classes_with_gates(inputs, basis)
        self.alone = idle_inputs_stay_unread(basis)

    def level(self, cost: int, waiting: set[int], depth: int | None) -> list[ClassList]:
        """Return the minima of one size of those classes among `waiting` that have some."""
        parts = []
        supports = range(1, self.inputs + 1) if self.alone else (self.inputs,)
        for support in supports:
            here = [c for c in waiting if not self.alone or self.classes.supports[c] == support]
            if here:
                parts.append(self._chains(support, cost, here, depth))
        parts = [part for part in parts if len(part[0])]
        if not parts:
            return []
        gates = np.concatenate([part[0] for part in parts])
        functions = np.concatenate([part[1] for part in parts])
        numbers = self.classes.number[functions]
        return [
            self._listed(c, gates[numbers == c], functions[numbers == c], depth)
            for c in np.unique(numbers).tolist()
        ]

    def _chains(
        self, support: int, cost: int, waiting: list[int], depth: int | None
    ) -> tuple[NDArray[np.int8], NDArray[np.uint64]]:
        # Circuits that read the first inputs alone, as rows over all inputs.
        within = classes_of(support, self.basis)
        idle = self.inputs - support
        numbers = {
            c
            for c, form in enumerate(within.forms)
            if within.supports[c] == support or not self.alone
            if self.classes.number[TruthTable(support, int(form)).extended_to(self.inputs).bits]
            in waiting
        }
        if self.alone and support > 1 and joins_levels(self.basis):
            chains = chains_of_level(support, self.basis, cost, numbers, self.effort, depth)
            gates = np.full((len(chains), chains.size, 4), ABSENT, dtype=np.int8)
            gates[:, :, 1:] = chains.gates
            functions = chains.functions
        else:
            gates, functions, _ = list_level(
                support, self.basis, cost, numbers, self.effort, depth, self.alone
            )
        gates[:, :, :3] += np.where(gates[:, :, :3] >= support, idle, 0).astype(np.int8)
        for i in range(support, self.inputs):
            # An idle input doubles the table.
            functions = functions | functions << np.uint64(1 << i)
        return gates, functions

    def _listed(
        self, c: int, gates: NDArray[np.int8], functions: NDArray[np.uint64], depth: int | None
    ) -> ClassList:
        form = TruthTable(self.inputs, int(self.classes.forms[c]))
        home = normal_bits(form, self.basis)
        parts = []
        for bits in np.unique(functions):
            [row, *_] = np.flatnonzero(images_of(self.symmetries, bits) == home)
            chosen = gates[functions == bits]
            parts.append(_moved(self.symmetries, chosen, np.full(len(chosen), row)))
        found = np.unique(np.concatenate(parts), axis=0)
        circuits, orbits = _orbits(self.symmetries, found, home)
        return ClassList(
            form, int(self.classes.functions[c]), gates.shape[1], depth, circuits, orbits
        )


def normal_bits(table: TruthTable, basis: Basis) -> np.uint64:
    """Return what gates compute for a function: with free inverters, it or its inverse, 0 at 0.

    >>> from mesacircuits.circuits.bases import B2, NAND
    >>> [int(normal_bits(TruthTable(2, 0b0111), basis)) for basis in (B2, NAND)]
    [8, 7]
    """
    return np.uint64(table.bits ^ (table.mask if basis.free_inverters and table.bits & 1 else 0))


def images_of(symmetries: FirstForms, bits: np.uint64) -> NDArray[np.uint64]:
    """Return the images of a function, as gates compute them, under each symmetry of a basis."""
    images: NDArray[np.uint64] = images_under(
        bits, symmetries.inputs, symmetries.orders, symmetries.masks
    )
    if not symmetries.tables.basis.free_inverters:
        return images
    full = np.uint64((1 << (1 << symmetries.inputs)) - 1)
    return np.where(images & np.uint64(1), images ^ full, images)


def _moved(
    symmetries: FirstForms, gates: NDArray[np.int8], rows: NDArray[np.int64]
) -> NDArray[np.int8]:
    moved: NDArray[np.int8]
    moved, _ = images_of_rows(
        np.ascontiguousarray(gates),
        np.empty((len(gates), 0), dtype=np.int16),
        symmetries.inputs,
        symmetries.orders[rows],
        symmetries.masks[rows],
        symmetries.rewrites,
        symmetries.patterns,
    )
    return moved


def spread_rows(
    symmetries: FirstForms, gates: NDArray[np.int8], rows: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Return all images of chains under some symmetries, each once, ascending.

    Arguments:
        gates: chains as rows (third, second, first, form), shape (m, r, 4).
        rows: numbers of symmetries.
    """
    found = np.empty((0, *gates.shape[1:]), dtype=np.int8)
    step = max(1, _EXPANDED_AT_ONCE // len(rows))
    for start in range(0, len(gates), step):
        part = gates[start : start + step]
        images = _moved(symmetries, np.repeat(part, len(rows), axis=0), np.tile(rows, len(part)))
        found = np.unique(np.concatenate([found, images]), axis=0)
    return found


def _orbits(
    symmetries: FirstForms, gates: NDArray[np.int8], home: np.uint64
) -> tuple[int, NDArray[np.int8]]:
    """Return how many images chains of a function have, and the least of each orbit."""
    stabiliser = np.flatnonzero(images_of(symmetries, home) == home)
    every = spread_rows(symmetries, gates, stabiliser)
    flat = {chain.tobytes(): place for place, chain in enumerate(every)}
    least = np.arange(len(every))
    step = max(1, _EXPANDED_AT_ONCE // len(stabiliser))
    for start in range(0, len(every), step):
        part = every[start : start + step]
        images = _moved(
            symmetries, np.repeat(part, len(stabiliser), axis=0), np.tile(stabiliser, len(part))
        )
        places = np.array([flat[image.tobytes()] for image in images])
        least[start : start + step] = places.reshape(len(part), -1).min(axis=1)
    return len(every), every[np.unique(least)]
