"""The order `formula`: minimal formulas, that is circuits in which no gate is read twice.

A formula over n inputs is an input, or a gate of the basis over formulas. It costs what its gates
cost together; inputs, and as outputs constants, are free, and so are inverters where the basis says
so: then each node computes a function that is 0 on input 0, and what is inverted is normalised away
as in circuits. A gate reads the constant only where the basis allows that. It reads two formulas of
one function only where the basis allows repeats: each is paid for, and they need not be equal.

Two formulas are the same iff they are equal up to the order of operands, roles told apart.

No node computes a constant, an input or, with free inverters, an input's inverse. (Where operands
may be left out that is no restriction on minimal formulas; in a basis such as NAND without repeats
it is part of the definition, as it is of reduced circuits.)

L(f) is the least cost of a formula for f (Knuth, TAOCP 4A, section 7.1.2).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.formula_tables import (
    MAX_FORMULA_INPUTS,
    FormulaTable,
    complete_table,
    formula_table,
)
from mesacircuits.enumeration.formula_trees import (
    FormulaTrees,
    Tree,
    circuit_of_trees,
    formula_trees,
)
from mesacircuits.enumeration.idle_inputs import idle_inputs_stay_unread
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, RelationTask, parse_task

__all__ = ["formula_counts", "formula_lengths", "minimal_formulas"]


def formula_lengths(
    inputs: int, basis: str | Basis = "b2", effort: Effort | None = None
) -> NDArray[np.int64]:
    """Return L(f) for every function f of n inputs, indexed by its integer; -1 if it has none.

    Arguments:
        inputs: n, from 0 to 4.
        basis: a basis or its name.
        effort: budget and progress bar; by default no limit and no bar.

    Raises:
        ArgumentError: for arguments outside those ranges.
        BudgetEnded: if the budget is used up first.

    Source: D. E. Knuth, TAOCP 4A, section 7.1.2, whose counts of functions by L this reproduces.

    >>> [int(count) for count in np.bincount(formula_lengths(4))]
    [10, 60, 456, 2474, 10624, 24184, 24640, 3088]
    """
    table = _table(inputs, basis_named(basis), 0, effort)
    lengths: NDArray[np.int64] = table.lengths[table.classes.number]
    return lengths


def formula_counts(
    inputs: int, basis: str | Basis = "b2", within: int = 0, effort: Effort | None = None
) -> tuple[int, ...]:
    """Return for every function of n inputs the exact number of its minimal formulas.

    With free inverters a function and its inverse have the same formulas, and count them alike.

    Arguments:
        inputs: n, from 0 to 4.
        basis: a basis or its name.
        within: formulas of cost L(f) to L(f) + `within` are counted together.
        effort: budget and progress bar; by default no limit and no bar.

    Returns:
        the numbers, indexed by the functions' integers; 0 if there is no formula.

    Raises:
        ArgumentError: for arguments outside those ranges.
        BudgetEnded: if the budget is used up first.

    >>> formula_counts(3)[0xE8], formula_counts(3)[0x96]        # majority and parity of three
    (27, 3)
    """
    table = _table(inputs, basis_named(basis), within, effort)
    sums = [sum(numbers) for numbers in zip(*table.counts, strict=True)]
    return tuple(sums[place] for place in table.classes.number.tolist())


def minimal_formulas(
    task: FunctionTask | RelationTask | TruthTable | str,
    basis: str | Basis = "b2",
    within: int = 0,
    effort: Effort | None = None,
) -> Iterator[Circuit]:
    """Yield every minimal formula of a task as a circuit in which no gate is read twice.

    The formulas are of least cost among all acceptable functions. For several outputs each has a
    formula of its own, costs are added, and all combinations are yielded. With `within`, formulas
    follow of each cost up to so much more than the least, in which no gate computes a constant or
    an input (or, with free inverters, an input's inverse); of those an input itself has none.

    Equal subformulas are separate gates, so `is_reduced` may be false. The chains are in the order
    of their keys, and the order of formulas is fixed: by cost, then the acceptable functions, then
    as `FormulaTrees.trees` says.

    Arguments:
        task: a truth table, a task, or text as `parse_task` reads it; it asks for one word on each
            input of a support; of at most 4 inputs. In a basis of two-input gates whose minimal
            formulas provably read no idle input, such as `b2`, also for total functions of 5 and 6
            inputs of which each output depends on at most 4, if `within` is 0.
        basis: a basis or its name.
        within: not negative.
        effort: a budget; each formula counts as a node. None for no limit.

    Returns:
        an iterator; it yields nothing if the basis cannot compute any acceptable function.

    Raises:
        ArgumentError: for other tasks, where the formulas are out of reach.
        BudgetEnded: from the iterator, when the budget is used up.

    >>> for circuit in minimal_formulas("expr:a ^ b ^ c"):
    ...     print(circuit)
    g1 = b ^ c; g2 = a ^ g1; out = g2
    g1 = a ^ c; g2 = b ^ g1; out = g2
    g1 = a ^ b; g2 = c ^ g1; out = g2
    >>> print(next(minimal_formulas("expr:a ^ b", "nand")))
    g1 = ~(a & a); g2 = ~(b & b); g3 = ~(b & g1); g4 = ~(a & g2); g5 = ~(g3 & g4); out = g5
    """
    basis = basis_named(basis)
    if not isinstance(within, int) or within < 0:
        raise ArgumentError("within", "a whole number, not negative", within)
    if isinstance(task, str):
        parsed = parse_task(task)
        if not isinstance(parsed, FunctionTask | RelationTask):
            raise ArgumentError("task", "a task of functions", task)
        task = parsed
    if isinstance(task, TruthTable):
        task = FunctionTask((task,))
    elif isinstance(task, RelationTask):
        task = task.to_function()
    outputs = [_OutputFormulas(table, task.support, basis, within) for table in task.tables]
    return _combined(task.inputs, outputs, within, effort or Effort())


def _combined(
    inputs: int, outputs: list[_OutputFormulas], within: int, effort: Effort
) -> Iterator[Circuit]:
    if all(output.length >= 0 for output in outputs):
        for more in range(within + 1):
            for trees in _choices(outputs, more):
                if effort.used_up():
                    raise BudgetEnded
                effort.count_tried(1)
                yield circuit_of_trees(inputs, trees)


def _choices(outputs: list[_OutputFormulas], more: int) -> Iterator[list[tuple[Tree, bool]]]:
    # A formula for each output, together costing `more` than the least.
    if not outputs:
        if more == 0:
            yield []
        return
    for extra in range(more + 1) if len(outputs) > 1 else (more,):
        for tree in outputs[0].trees(extra):
            for rest in _choices(outputs[1:], more - extra):
                yield [tree, *rest]


class _OutputFormulas:
    """The formulas of one output: of all functions that agree with a table on the support."""

    def __init__(self, table: TruthTable, support: int | None, basis: Basis, within: int) -> None:
        self.wires = tuple(range(table.inputs))
        if table.inputs > MAX_FORMULA_INPUTS:
            kept = table.support()
            if support is not None or within or not _reads_no_idle_input(basis):
                expected = f"at most {MAX_FORMULA_INPUTS} inputs for formulas like these"
                raise ArgumentError("task", expected, f"{table.inputs} inputs")
            if len(kept) > MAX_FORMULA_INPUTS:
                expected = f"functions of at most {MAX_FORMULA_INPUTS} inputs for formulas"
                raise ArgumentError("task", expected, f"one that depends on {len(kept)}")
            self.wires, table = kept, table.restricted_to(kept)
        self.free = basis.free_inverters
        self.lister: FormulaTrees = formula_trees(table.inputs, basis)
        self.mask = table.mask
        lengths = self.lister.lengths
        every = np.arange(table.mask + 1)
        accepted = (every ^ table.bits) & (table.mask if support is None else support) == 0
        reached = np.flatnonzero(accepted & (lengths >= 0))
        #: The least cost; -1 if no acceptable function has a formula.
        self.length = int(lengths[reached].min()) if len(reached) else -1
        self.functions: list[int] = reached[lengths[reached] <= self.length + within].tolist()

    def trees(self, more: int) -> Iterator[tuple[Tree, bool]]:
        """Yield the formulas that cost `more` than the least, each inverted or not."""
        for function in self.functions:
            if function in (0, self.mask):
                if self.length + more == 0:
                    yield CONSTANT, function != 0
                continue
            inverted = self.free and bool(function & 1)
            normal = function ^ self.mask if inverted else function
            for tree in self.lister.trees(normal, self.length + more):
                yield _on_inputs(tree, self.wires), inverted


def _on_inputs(tree: Tree, wires: tuple[int, ...]) -> Tree:
    if isinstance(tree, int):
        return tree if tree == CONSTANT else wires[tree]
    return tree[0], tuple(_on_inputs(operand, wires) for operand in tree[1])


def _reads_no_idle_input(basis: Basis) -> bool:
    # With gates of two wires, what becomes of a gate when an operand is fixed is no gate at all or
    # reads one wire; only a repeat would make that dearer in a formula than in a circuit.
    narrow = all(form.wires <= 2 for form in basis.forms)
    return narrow and not basis.repeats and idle_inputs_stay_unread(basis)


def _table(inputs: int, basis: Basis, within: int, effort: Effort | None) -> FormulaTable:
    if effort is None:
        return complete_table(inputs, basis, within)
    table = formula_table(inputs, basis, within, effort)
    if not table.complete:
        raise BudgetEnded
    return table
