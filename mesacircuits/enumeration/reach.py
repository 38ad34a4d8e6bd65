"""Which functions and tasks a basis has circuits for at all, and how deep these must be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Operator, TruthTable
from mesacircuits.circuits.bases import MAX_EXHAUSTED_FAN_IN, MONOTONE, Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.reach_kernels import combine_tables, mark_reached
from mesacircuits.enumeration.rows import basis_tables, operator_masks
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.enumeration.targets import task_tables
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = [
    "DepthBound",
    "builds_all",
    "depth_of",
    "depths_of_classes",
    "is_solvable",
    "least_depth",
    "within_reach",
]

_LISTED_INPUTS = 4
_DEEPEST_PROVED = 3


@lru_cache(maxsize=16)
def depths_of_classes(inputs: int, basis: Basis) -> NDArray[np.int64]:
    """Return the least depth D of each class of functions of n <= 4 inputs (see `classes_of`).

    A function has depth at most d + 1 iff it, or with free inverters its inverse, is a gate over
    functions of depth at most d. The symmetries of the basis carry gates to gates, so the first
    operand is taken from representatives alone. A class that no circuit computes has depth -1.

    >>> from mesacircuits.circuits import B2
    >>> [int(d) for d in np.bincount(depths_of_classes(4, B2))]
    [2, 2, 17, 179, 22]
    """
    classes = classes_of(inputs, basis)
    tables = basis_tables(basis)
    wires = np.array([form.wires for form in tables.forms], dtype=np.int64)
    mask = (1 << (1 << inputs)) - 1
    depths = np.full(len(classes.representatives), -1, dtype=np.int64)
    depths[classes.number[[0, mask]]] = 0
    depths[classes.number[[input_bits(inputs, i) for i in range(inputs)]]] = 0
    # Gates compute functions with f(0) = 0 if inverters are free, and never read a constant 1;
    # a constant operand is part of the form.
    functions = np.arange(0, mask + 1, 1 + classes.normalised, dtype=np.uint64)[1:]
    functions = functions[functions != mask]
    # A basis that is not complete leaves classes out for ever: all that can be reached are.
    waiting = int(np.count_nonzero(depths < 0))
    depth = 0
    while waiting:
        members = functions[depths[classes.number[functions]] >= 0]
        if depth == 0:
            # An inverted input is no input unless inverters are free.
            members = np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.uint64)
        _, first = np.unique(classes.number[members], return_index=True)
        reached = depths >= 0
        mark_reached(
            members[first],
            members,
            tables.normal_forms,
            wires,
            np.uint64(mask),
            classes.number,
            reached,
            waiting,
        )
        new = reached & (depths < 0)
        if not new.any():
            break
        depth += 1
        depths[new] = depth
        waiting -= int(np.count_nonzero(new))
    return depths


@dataclass(frozen=True, slots=True)
class DepthBound:
    """A proved lower bound on D(f), and whether it is D(f) itself."""

    depth: int
    exact: bool


def depth_of(bits: int, inputs: int, basis: Basis) -> DepthBound:
    """Return D(f) of a normal function that depends on all its inputs, or a lower bound of 4.

    Up to four inputs the value is exact. Beyond, all functions of depth at most 2 are listed and
    all pairs of them combined; where that does not reach f, its depth is at least 4.
    """
    if inputs <= 4:
        number = classes_of(inputs, basis).number
        return DepthBound(int(depths_of_classes(inputs, basis)[number[bits]]), True)
    masks = operator_masks(basis)
    members = np.array([*(input_bits(inputs, i) for i in range(inputs)), 0], dtype=np.uint64)
    wanted = np.uint64(bits)
    for depth in range(1, _DEEPEST_PROVED + 1):
        if combine_tables(members, masks, wanted)[1]:
            return DepthBound(depth, True)
        if depth < _DEEPEST_PROVED:
            more, _ = combine_tables(members, masks, np.uint64(0))
            members = np.union1d(members, more)
    return DepthBound(_DEEPEST_PROVED + 1, False)


def builds_all(basis: Basis) -> bool:
    """Return whether `basis` is known to build every function, of however many inputs.

    It is if it builds all functions of one, two and three inputs, NAND among them. (Without
    `repeats` NAND gates alone build the inverse of a, but not from a alone.)

    >>> from mesacircuits.circuits.bases import MONOTONE, NAND
    >>> builds_all(NAND), builds_all(MONOTONE)
    (True, False)
    """
    if basis.is_wide:
        from mesacircuits.enumeration.sat.gate_kinds import gate_kinds

        return all(gate_kinds(basis).is_complete(n) for n in (1, 2))
    return all(bool((depths_of_classes(n, basis) >= 0).all()) for n in (1, 2, 3))


def least_depth(task: Task, basis: Basis) -> int | None:
    """Return the least depth of a circuit for a task of at most four inputs; None if there is none.

    All functions of each depth are listed, and acceptable outputs chosen among them.

    Raises `ArgumentError` for more than four inputs.

    >>> from mesacircuits.circuits.bases import B2, MONOTONE
    >>> from mesacircuits.tasks import parse_task
    >>> least_depth(parse_task("tt:4:6996"), B2), least_depth(parse_task("expr:a ^ b"), MONOTONE)
    (2, None)
    """
    n = task.inputs
    if n > _LISTED_INPUTS:
        raise ArgumentError("task", f"at most {_LISTED_INPUTS} inputs", f"{n} inputs")
    classes = classes_of(n, basis)
    depths = depths_of_classes(n, basis)[classes.number]
    tables = task_tables(n, tuple(task.word_masks))
    for depth in range(int(depths.max()) + 1):
        reached = np.flatnonzero((depths >= 0) & (depths <= depth)).astype(np.uint64)
        if any(True for _ in tables.assignments(reached)):
            return depth
    return None


def is_solvable(task: Task, basis: Basis) -> bool:
    """Return whether some circuit over `basis` solves the task.

    Raises `ArgumentError` where that is not decided: for more than four inputs, over bases that
    neither build every function nor are AND and OR alone.

    >>> from mesacircuits.circuits.bases import MONOTONE
    >>> from mesacircuits.tasks import parse_task
    >>> is_solvable(parse_task("expr:a & ~b"), MONOTONE)
    False
    """
    if builds_all(basis):
        return True
    if basis.is_wide:
        expected = (
            "one that builds AND and XOR, thus every function, as some operator has more than"
        )
        raise ArgumentError("basis", f"{expected} {MAX_EXHAUSTED_FAN_IN} operands", basis.name)
    if task.inputs <= _LISTED_INPUTS:
        return least_depth(task, basis) is not None
    if basis.names != MONOTONE.names or basis.constants or not _independent(task):
        raise ArgumentError(
            "basis",
            f"one that builds every function, for more than {_LISTED_INPUTS} inputs",
            basis.name,
        )
    # A partial function extends to a monotone one iff it never falls along the order of inputs.
    tables = task_tables(task.inputs, tuple(task.word_masks))
    for zero, one in tables.allowed.T:
        must_be_one, must_be_zero = ~int(zero) & tables.mask, ~int(one) & tables.mask
        above = must_be_one
        for i in range(task.inputs):
            high = input_bits(task.inputs, i)
            above |= (above & ~high) << (1 << i)
        if above & must_be_zero:
            return False
    return True


def _independent(task: Task) -> bool:
    # Whether the outputs may be chosen apart: each input's words are all combinations of bits.
    tables = task_tables(task.inputs, tuple(task.word_masks))
    for word, accepted in enumerate(task.word_masks):
        combined = tables.mask
        for i in range(task.outputs):
            combined &= int(tables.allowed[word >> i & 1, i])
        if combined != accepted:
            return False
    return True


# -- what no formula computes --------------------------------------------------------------------


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
