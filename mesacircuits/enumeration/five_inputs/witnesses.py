"""Circuits that show an upper bound on C, one for each NPN class, and their check."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.five_inputs.classes import FunctionClasses
from mesacircuits.enumeration.five_inputs.formulas import Reached, operator_masks
from mesacircuits.enumeration.five_inputs.units import byte_images
from mesacircuits.enumeration.five_inputs.witness_kernels import (
    carry_sets,
    gates_of_sets,
    join_parts,
)

__all__ = ["bytes_of_formulas", "bytes_of_sets", "circuit_of_bytes", "tables_of_bytes"]


def bytes_of_sets(
    classes: FunctionClasses, basis: Basis, numbers: NDArray[np.int64], sets: NDArray[np.int64]
) -> list[bytes]:
    """Return circuits for the normal members of classes, from sets of gates for any members.

    Arguments:
        numbers: the classes, shape (m,).
        sets: the tables of the gates, the output last, shape (m, r).

    Returns:
        for each class (low, high, operator) of each gate, three bytes a gate.
    """
    if not len(sets):
        return []
    carried = np.ascontiguousarray(sets)
    carried = carried.copy()
    targets = classes.normal[numbers]
    if not carry_sets(carried, targets, byte_images(classes.inputs), classes.mask):
        raise ArithmeticError("a set of gates is not for a function of its class")
    gates: NDArray[np.uint8] = gates_of_sets(carried, classes.literals, operator_masks(basis))
    if (gates[:, :, 2] == 255).any():
        raise ArithmeticError("a gate cannot be computed from those before it")
    return [row.tobytes() for row in gates]


def bytes_of_formulas(classes: FunctionClasses, basis: Basis, lengths: Reached) -> list[bytes]:
    """Return for each class its least formula as a circuit, equal gates shared; as `bytes_of_sets`.

    So C <= L, and often less.
    """
    most = int(lengths.values.max(initial=0))
    sets = np.zeros((len(classes), max(1, most)), dtype=np.int64)
    sizes = np.zeros(len(classes), dtype=np.int64)
    sides = np.stack([classes.of(lengths.parts[:, side]) for side in range(2)], axis=1)
    order = np.argsort(lengths.values, kind="stable")
    join_parts(
        order[lengths.values[order] > 0],
        lengths.parts,
        sides,
        operator_masks(basis),
        classes.normal,
        byte_images(classes.inputs),
        classes.mask,
        sets,
        sizes,
    )
    found = [b""] * len(classes)
    for size in range(1, most + 1):
        numbers = np.flatnonzero(sizes == size)
        rows = bytes_of_sets(classes, basis, numbers, sets[numbers, :size])
        for number, row in zip(numbers.tolist(), rows, strict=True):
            found[number] = row
    return found


def circuit_of_bytes(classes: FunctionClasses, basis: Basis, number: int, data: bytes) -> Circuit:
    """Return the circuit for the least member of a class that `bytes_of_sets` described."""
    inverted = bool(classes.forms[number] & 1)
    normal = int(classes.normal[number])
    rows = [data[i : i + 3] for i in range(0, len(data), 3)]
    gates = tuple(Gate(basis.names[op], (low, high)) for low, high, op in rows)
    if gates:
        wire = classes.inputs + len(gates) - 1
    else:
        wire = classes.literals.tolist().index(normal) if normal else CONSTANT
    return Circuit(classes.inputs, gates, (Output(wire, inverted),))


def tables_of_bytes(
    classes: FunctionClasses, basis: Basis, rows: list[bytes], size: int
) -> NDArray[np.int64]:
    """Return what circuits of `size` gates compute, evaluated afresh, shape (m,)."""
    gates = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), size, 3)
    wires = np.zeros((len(rows), classes.inputs + size), dtype=np.int64)
    wires[:, : classes.inputs] = classes.literals
    every = np.arange(len(rows))
    for place in range(size):
        low, high, op = gates[:, place].astype(np.int64).T
        if (np.maximum(low, high) >= classes.inputs + place).any():
            raise ArithmeticError("a gate reads a later one")
        if (op >= len(basis.operators)).any():
            raise ArithmeticError("a gate of no operator of the basis")
        x, y = wires[every, low], wires[every, high]
        table = np.zeros(len(rows), dtype=np.int64)
        for number, operator in enumerate(basis.operators):
            value = operator.table
            result = (x & ~y) * (value >> 1 & 1) | (y & ~x) * (value >> 2 & 1)
            result |= (x & y) * (value >> 3 & 1)
            table = np.where(op == number, result, table)
        wires[:, classes.inputs + place] = table
    return wires[:, -1]
