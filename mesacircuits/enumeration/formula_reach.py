"""Which functions a basis cannot compute at all, by Post's five properties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Operator, TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.classes import classes_of

__all__ = ["within_reach"]


def within_reach(inputs: int, basis: Basis) -> NDArray[np.bool_]:
    """Return for each class (see `classes_of`) whether Post's properties leave it within reach.

    Each property that all operators have (f(0...0) = 0; f(1...1) = 1; monotone; self-dual; affine),
    and the free inverter and the constant if the basis grants them, is one that every formula has.
    So what is excluded is never computed; what is not excluded may or may not be.

    Arguments:
        inputs: n <= 4.
        basis: whose operators are asked.

    Source: E. L. Post, *The two-valued iterative systems of mathematical logic*, 1941.

    >>> from mesacircuits.circuits.bases import B2, MONOTONE
    >>> int(within_reach(3, B2).sum()), int(within_reach(3, MONOTONE).sum())
    (14, 8)
    """
    given = list(basis.operators)
    if basis.free_inverters:
        given.append(Operator("inverter", 1, 0b01, "~{0}"))
    if basis.constants:
        given.append(Operator("constant", 0, 0b0, "0"))
    shared = [
        has
        for has in (_keeps_zero, _keeps_one, _is_monotone, _is_self_dual, _is_affine)
        if all(has(operator.arity, operator.table) for operator in given)
    ]
    return np.array(
        [
            all(has(inputs, bits) for has in shared)
            for bits in classes_of(inputs, basis).least_members.tolist()
        ],
        dtype=np.bool_,
    )


def _keeps_zero(inputs: int, bits: int) -> bool:
    return not bits & 1


def _keeps_one(inputs: int, bits: int) -> bool:
    return bool(bits >> ((1 << inputs) - 1) & 1)


def _is_monotone(inputs: int, bits: int) -> bool:
    table = TruthTable(inputs, bits)
    return all(not table.cofactor(i, 0).bits & ~table.cofactor(i, 1).bits for i in range(inputs))


def _is_self_dual(inputs: int, bits: int) -> bool:
    last = (1 << inputs) - 1
    return all((bits >> x ^ bits >> (last ^ x)) & 1 for x in range(last + 1))


def _is_affine(inputs: int, bits: int) -> bool:
    table, zero = TruthTable(inputs, bits), bits & 1
    linear = TruthTable.constant(inputs, zero)
    for i in range(inputs):
        if (bits >> (1 << i) & 1) != zero:
            linear ^= TruthTable.of_input(inputs, i)
    return table == linear
