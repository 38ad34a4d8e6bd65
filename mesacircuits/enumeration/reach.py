"""Which tasks have a circuit at all, and how deep it must be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import MONOTONE, Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.depths import depths_of_classes
from mesacircuits.enumeration.task_tables import TaskTables, task_tables
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = ["builds_all", "is_solvable", "least_depth"]

_LISTED_INPUTS = 4


def builds_all(basis: Basis) -> bool:
    """Return whether `basis` is known to build every function, of however many inputs.

    It is if it builds all functions of one, two and three inputs, NAND among them. (Without
    `repeats` NAND gates alone build the inverse of a, but not from a alone.)

    >>> from mesacircuits.circuits.bases import MONOTONE, NAND
    >>> builds_all(NAND), builds_all(MONOTONE)
    (True, False)
    """
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
        if _assignable(tables, reached):
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


def _assignable(tables: TaskTables, functions: NDArray[np.uint64]) -> bool:
    mask = np.uint64(tables.mask)
    fitting = []
    for zero, one in tables.allowed.T:
        fits = ((functions & ~one) | ((functions ^ mask) & ~zero)) == 0
        fitting.append(functions[fits])
    return _extends(tables, fitting, 0, [np.uint64(tables.mask)])


def _extends(
    tables: TaskTables, fitting: list[NDArray[np.uint64]], i: int, matches: list[np.uint64]
) -> bool:
    # Whether outputs i, i + 1, ... can be chosen; matches[p] is where those before spell word p.
    zeros, ones = [np.uint64(0)] * 2
    for p, match in enumerate(matches):
        zeros |= match & tables.completions[i + 1, p]
        ones |= match & tables.completions[i + 1, p | 1 << i]
    chosen = fitting[i]
    chosen = chosen[((chosen & ~ones) | ((chosen ^ np.uint64(tables.mask)) & ~zeros)) == 0]
    if i + 1 == tables.outputs:
        return len(chosen) > 0
    for function in chosen:
        split = [match & ~function for match in matches] + [match & function for match in matches]
        if _extends(tables, fitting, i + 1, split):
            return True
    return False
