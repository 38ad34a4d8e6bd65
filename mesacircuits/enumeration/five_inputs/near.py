"""Circuits for classes that lack one, by changing circuits that are known, gate by gate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.five_inputs.classes import OpenClasses, operator_masks
from mesacircuits.enumeration.five_inputs.formulas import rounds
from mesacircuits.enumeration.five_inputs.near_kernels import changed_circuits
from mesacircuits.enumeration.units import UnitResult, has_arrays, run_units
from mesacircuits.records import content_hash

__all__ = ["near_circuits"]

# Raise this when a change could change what a unit holds.
_VERSION = 2
# Circuits changed in a unit: about a second.
_AT_ONCE = 1 << 13


@dataclass(frozen=True, eq=False)
class _Unit:
    """Circuits of one size to be changed, and the classes looked for."""

    open: OpenClasses
    basis: Basis
    circuits: NDArray[np.uint8]
    longer: bool


def _change(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    waiting = unit.open.copy()
    classes = waiting.classes
    numbers, gates, tried = changed_circuits(
        unit.circuits,
        unit.longer,
        classes.literals,
        operator_masks(unit.basis),
        classes.places,
        waiting.marks,
        len(waiting.numbers),
        most_tried,
        stop,
    )
    found = {"numbers": numbers.astype(np.uint32), "gates": gates}
    return UnitResult(found, int(tried), not stop[0] and tried <= most_tried)


def _check(unit: _Unit, result: UnitResult) -> None:
    size = unit.circuits.shape[1] + unit.longer
    forms = {"numbers": (np.uint32, (None,)), "gates": (np.uint8, (None, size, 3))}
    has_arrays(result.arrays, forms)
    numbers, gates = result.arrays["numbers"], result.arrays["gates"]
    still = unit.open.holds()
    if len(numbers) != len(gates) or (numbers >= len(still)).any():
        raise ValueError("one that has circuits of no classes")
    if len(np.unique(numbers)) < len(numbers) or not still[numbers].all():
        raise ValueError("one that has circuits of other classes")
    tables = unit.open.classes.evaluated(gates, unit.basis)
    if not tables.all() or (unit.open.classes.of(tables[:, -1]) != numbers).any():
        raise ValueError("one that has circuits for other functions")


def near_circuits(
    waiting: OpenClasses, basis: Basis, effort: Effort, circuits: NDArray[np.uint8], longer: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    """Yield classes and circuits for them that differ by one gate from known ones.

    Arguments:
        waiting: the classes looked for; those found are taken out.
        circuits: (low, high, operator) of each gate, shape (m, r, 3), all of r gates.
        longer: whether to put in a gate instead of changing one.

    Raises `BudgetEnded` if the budget ended first; what was yielded holds.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.enumeration.five_inputs import function_classes
    >>> classes = function_classes(2)
    >>> conjunction = np.array([[[0, 1, 3]]], dtype=np.uint8)
    >>> waiting = OpenClasses(classes, classes.of(np.array([0b0110])))
    >>> [(numbers, gates)] = near_circuits(waiting, B2, Effort(), conjunction, False)
    >>> classes.evaluated(gates, B2).tolist()
    [[6]]
    """
    starts = range(0, len(circuits), _AT_ONCE)
    for some in rounds(len(starts)):
        if not waiting.marks.any():
            return
        snapshot = waiting.copy()
        each = [circuits[starts[k] : starts[k] + _AT_ONCE] for k in some]
        units = [_Unit(snapshot, basis, part, longer) for part in each]
        digest = hashlib.sha256(b"".join(part.tobytes() for part in each)).hexdigest()
        about = [waiting.classes.inputs, basis.to_json(), longer, snapshot.digest, digest]
        key = content_hash(["five_inputs", _VERSION, "near", *about])
        size = circuits.shape[1] + longer
        title = f"{waiting.classes.inputs} inputs, near circuits of size {size}"
        with closing(run_units(_change, units, effort, key, title, _check)) as results:
            for _, result in results:
                numbers = result.arrays["numbers"].astype(np.int64)
                fresh = waiting.holds()[numbers]
                waiting.close(numbers[fresh])
                yield numbers[fresh], result.arrays["gates"][fresh]
