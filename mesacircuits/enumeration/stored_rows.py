"""What units read from a file claim to be circuits, checked as far as can be without searching.

Kernels take arrays at their word, so what a stranger may have written is looked through first: that
every gate is one, that no circuit is listed twice, that each computes what it is listed for. That
none is missing only a search can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.form_tables import (
    NO_GATE,
    form_tables,
    gates_over,
    rows_of_circuit,
)

__all__ = [
    "StoredRows",
    "check_listed",
    "each_once",
    "has_arrays",
    "rows_of_circuits",
    "stored_rows",
]

_LEAST = np.iinfo(np.int64).min
#: No circuit of a search has more, and so many are bits of an integer.
_MOST_WIRES = 62


def has_arrays(
    arrays: Mapping[str, NDArray[Any]],
    expected: Mapping[str, tuple[DTypeLike, tuple[int | None, ...]]],
) -> None:
    """Raise `ValueError` unless there are just these arrays, of these types and shapes.

    Arguments:
        arrays: by name, what there is.
        expected: by name, a type and a shape, with None for sides of any length; the first sides
            of all arrays are equal.

    >>> has_arrays({"a": np.zeros((2, 3))}, {"a": (np.float64, (None, 3))})
    >>> has_arrays({"a": np.zeros((2, 3))}, {"a": (np.int8, (None, 3))})
    Traceback (most recent call last):
    ...
    ValueError: the array a is float64 (2, 3), not int8 (any, 3)
    """
    if set(arrays) != set(expected):
        raise ValueError(f"its arrays are not {', '.join(expected)}")
    for name, (dtype, shape) in expected.items():
        array = arrays[name]
        fits = array.ndim == len(shape) and array.dtype == np.dtype(dtype)
        if not fits or any(b not in (None, a) for a, b in zip(array.shape, shape, strict=True)):
            sides = ", ".join("any" if side is None else str(side) for side in shape)
            raise ValueError(
                f"the array {name} is {array.dtype} {array.shape}, not {np.dtype(dtype)} ({sides})"
            )
    if len({array.shape[0] for array in arrays.values()}) > 1:
        raise ValueError("its arrays are not of one length")


@dataclass(frozen=True, eq=False)
class StoredRows:
    """Circuits that were looked through: each reduced, in canonical form.

    Attributes:
        rows: shape (m, r, 4), as `form_tables` explains them.
        sizes: how many gates each has, shape (m,).
        costs: what they cost, shape (m,).
        depths: of the wires in `tables`.
        tables: what the wires compute: the constant 0, the inputs, the gates; (m, 1 + n + r).
        read: which wires gates read, as bits from the first input on, shape (m,).
    """

    rows: NDArray[np.int8]
    sizes: NDArray[np.int64]
    costs: NDArray[np.int64]
    depths: NDArray[np.int64]
    tables: NDArray[np.uint64]
    read: NDArray[np.int64]

    @property
    def last(self) -> NDArray[np.int64]:
        """The place in `tables` of the last gate of each circuit, shape (m,)."""
        before = self.tables.shape[1] - self.rows.shape[1]
        places: NDArray[np.int64] = self.sizes + (before - 1)
        return places


@lru_cache(maxsize=64)
def _codes(basis: Basis, wires: int) -> NDArray[np.int64]:
    # The gates over so many wires, each as a number that ascends with its key.
    return _numbered(np.array(gates_over(basis, wires), dtype=np.int8).reshape(-1, 4))


def _numbered(rows: NDArray[np.int8]) -> NDArray[np.int64]:
    third, second, first, form = (rows[:, part].astype(np.int64) for part in range(4))
    return ((first * 256 + second) * 256 + third) * 256 + form


def stored_rows(
    rows: NDArray[np.int8], inputs: int, basis: Basis, begun: Sequence[Sequence[int]]
) -> StoredRows:
    """Look through circuits that begin with given gates.

    Arguments:
        rows: shape (m, r, 4).
        inputs: n, at most 6.
        basis: whose gates they may have.
        begun: rows of the gates that each begins with.

    Raises `ValueError` for what is no reduced circuit in canonical form.

    >>> from mesacircuits.circuits.bases import AIG
    >>> conjunction = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> looked = stored_rows(rows_of_circuits(AIG, [conjunction]), 2, AIG, [])
    >>> looked.tables[0, looked.last].tolist(), looked.costs.tolist()
    ([8], [1])
    """
    forms = form_tables(basis)
    count, most = rows.shape[:2]
    full = np.uint64((1 << (1 << inputs)) - 1)
    tables = np.zeros((count, 1 + inputs + most), dtype=np.uint64)
    tables[:, 1 : 1 + inputs] = [input_bits(inputs, i) for i in range(inputs)]
    sizes = np.zeros(count, dtype=np.int64)
    costs, read = np.zeros_like(sizes), np.zeros_like(sizes)
    depths = np.zeros(tables.shape, dtype=np.int64)
    before = np.full(count, _LEAST)
    if most > _MOST_WIRES - inputs or (count and most < len(begun)):
        raise ValueError(f"circuits of {most} gates")
    if count and begun and (rows[:, : len(begun)] != np.array(begun, dtype=np.int8)).any():
        raise ValueError("a circuit that does not begin as the unit says")
    for place in range(most):
        here = rows[:, place]
        there = ~(here == NO_GATE).all(axis=1)
        if (there & (sizes < place)).any():
            raise ValueError("a gate after the last")
        numbers = _numbered(here)
        if not np.isin(numbers[there], _codes(basis, inputs + place)).all():
            raise ValueError(f"no gate of {basis.name}")
        if (numbers[there] <= before[there]).any():
            raise ValueError("gates that do not ascend")
        before = np.where(there, numbers, before)
        for form in np.unique(here[there, 3]).tolist():
            chosen = np.flatnonzero(there & (here[:, 3] == form))
            operator = forms.forms[form].operator
            ascending = range(3 - operator.arity, 3)
            operands = [here[chosen, part].astype(np.int64) for part in ascending]
            given = [tables[chosen, 1 + wire] for wire in operands]
            tables[chosen, 1 + inputs + place] = _applied(operator.table, given, full)
            costs[chosen] += forms.costs[form]
            deepest = np.max([depths[chosen, 1 + wire] for wire in operands], axis=0)
            depths[chosen, 1 + inputs + place] = 1 + deepest
            for wire in operands:
                read[chosen] |= np.where(wire >= 0, 1 << np.maximum(wire, 0), 0)
        new = tables[there, 1 + inputs + place, None]
        constant = (new == 0) | ((new == full) & (not basis.free_inverters))
        if constant.any() or (new == tables[there, : 1 + inputs + place]).any():
            raise ValueError("a circuit that is not reduced")
        sizes += there
    return StoredRows(rows, sizes, costs, depths, tables, read)


def _applied(
    table: int, operands: Sequence[NDArray[np.uint64]], full: np.uint64
) -> NDArray[np.uint64]:
    result = np.zeros_like(operands[0])
    for row in range(1 << len(operands)):
        if table >> row & 1:
            term = np.full_like(result, full)
            for i, operand in enumerate(operands):
                term &= operand if row >> i & 1 else ~operand
            result |= term
    return result


def rows_of_circuits(basis: Basis, circuits: Sequence[Circuit]) -> NDArray[np.int8]:
    """Return circuits as rows, shape (m, r, 4), the shorter ended by rows of `NO_GATE`.

    Raises `ArgumentError` for a gate that is none of the basis.

    >>> from mesacircuits.circuits.bases import AIG
    >>> rows_of_circuits(AIG, [Circuit.parse(2, "g1 = a & b; out = g1")]).tolist()
    [[[-2, 0, 1, 2]]]
    """
    tables = form_tables(basis)
    longest = max((circuit.size for circuit in circuits), default=0)
    rows = np.full((len(circuits), longest, 4), NO_GATE, dtype=np.int8)
    for place, circuit in enumerate(circuits):
        if circuit.size:
            rows[place, : circuit.size] = rows_of_circuit(tables, circuit)
    return rows


def each_once(*parts: NDArray[Any]) -> None:
    """Raise `ValueError` if two entries of arrays, taken side by side, are equal.

    >>> each_once(np.array([1, 1]), np.array([[2], [2]]))
    Traceback (most recent call last):
    ...
    ValueError: a circuit is listed twice
    """
    count = len(parts[0])
    if not count:
        return
    joined = np.concatenate([part.reshape(count, -1).astype(np.int64) for part in parts], axis=1)
    if len(np.unique(joined, axis=0)) < count:
        raise ValueError("a circuit is listed twice")


def check_listed(
    looked: StoredRows,
    inputs: int,
    functions: NDArray[np.uint64],
    wanted: NDArray[np.uint64],
    cost: int,
    depth_bound: int,
    required: int,
) -> None:
    """Raise `ValueError` unless circuits of one output are what a list of such may hold.

    Arguments:
        looked: the circuits.
        inputs: n.
        functions: what each is said to compute.
        wanted: what was sought.
        cost: what each costs.
        depth_bound: the most that it may be deep; below 0 for any.
        required: the inputs that each reads, as bits.
    """
    each_once(looked.rows)
    every = np.arange(len(functions))
    if (looked.sizes == 0).any() or (looked.tables[every, looked.last] != functions).any():
        raise ValueError("a circuit that computes another function")
    if not np.isin(functions, wanted).all():
        raise ValueError("a circuit of a function that was not sought")
    if (looked.costs != cost).any():
        raise ValueError(f"a circuit of another cost than {cost}")
    if depth_bound >= 0 and (looked.depths[every, looked.last] > depth_bound).any():
        raise ValueError(f"a circuit deeper than {depth_bound}")
    if ((looked.read & required) != required).any():
        raise ValueError("a circuit that does not read all inputs")
    gates = ((1 << (looked.sizes - 1)) - 1) << inputs
    if ((looked.read & gates) != gates).any():
        raise ValueError("a circuit with a gate that nothing reads")
