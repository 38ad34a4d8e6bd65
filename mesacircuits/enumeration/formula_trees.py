"""All formulas of one function and cost, found from the root down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.operators import GateForm
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.formula_kernels import decompose_pairs, decompose_triples
from mesacircuits.enumeration.formula_shapes import Shape, keeping_orders, shapes_of
from mesacircuits.enumeration.formula_tables import complete_table

__all__ = ["FormulaTrees", "Tree", "circuit_of_trees", "formula_trees"]

#: A formula: an input, `CONSTANT`, or the name of an operator with its operands.
Tree = int | tuple[str, tuple["Tree", ...]]


@lru_cache(maxsize=16)
def formula_trees(inputs: int, basis: Basis) -> FormulaTrees:
    """Return the lister of formulas over a basis, which remembers what it found."""
    return FormulaTrees(inputs, basis)


class FormulaTrees:
    """The formulas over a basis of all functions of n <= 4 inputs, listed when asked for.

    Arguments:
        inputs: n.
        basis: over which.

    >>> from mesacircuits.circuits.bases import B2
    >>> lister = formula_trees(3, B2)
    >>> int(lister.lengths[0xE8]), sum(1 for _ in lister.trees(0xE8, 4))
    (4, 27)
    """

    def __init__(self, inputs: int, basis: Basis) -> None:
        table = complete_table(inputs, basis)
        self.inputs = inputs
        self.shapes = shapes_of(basis)
        self.mask = (1 << (1 << inputs)) - 1
        #: L of every function; -1 if it has no formula.
        self.lengths: NDArray[np.int64] = table.lengths[table.classes.number]
        self._leaves = {input_bits(inputs, i): i for i in range(inputs)}
        # What operands may compute, short formulas first.
        usable = np.flatnonzero(self.lengths >= 0)
        usable = usable[(usable != 0) & (usable != self.mask)]
        if basis.free_inverters:
            usable = usable[usable & 1 == 0]
        self._functions = usable[np.argsort(self.lengths[usable], kind="stable")].astype(np.int64)
        self._ordered_lengths = self.lengths[self._functions]
        self._gates: dict[tuple[int, int], list[_RootGate]] = {}
        self._known: dict[tuple[int, int], tuple[Tree, ...]] = {}

    def trees(self, function: int, cost: int) -> Iterator[Tree]:
        """Yield each formula of exactly this cost for a function, once, in a fixed order.

        No gate in it computes a constant or an input (or, with free inverters, an input's inverse).
        The order: by the gate at the root (forms of few wires first, cheap ones first, then what
        the operands compute), then by how the cost is shared out, then by the operands' formulas.

        Arguments:
            function: a truth table; with free inverters one that is 0 on input 0.
            cost: the cost of all gates together.
        """
        if function in self._leaves:
            if cost == 0:
                yield self._leaves[function]
            return
        if function in (0, self.mask) or self.lengths[function] < 0:
            return
        for root in self._roots(function, cost):
            yield from self._over(root, cost - root.cost)

    def _listed(self, function: int, cost: int) -> tuple[Tree, ...]:
        if (function, cost) not in self._known:
            self._known[function, cost] = tuple(self.trees(function, cost))
        return self._known[function, cost]

    def _over(self, root: _RootGate, cost: int) -> Iterator[Tree]:
        # All choices of operands that cost so much together.
        wires = [i for i, p in enumerate(root.form.pattern) if p >= 0]
        operands = [root.functions[root.form.pattern[i]] for i in wires]
        least = [int(self.lengths[g]) for g in operands]
        for more in _shares(cost - sum(least), len(wires)):
            lists = [
                tuple(enumerate(self._listed(g, length + extra)))
                for g, length, extra in zip(operands, least, more, strict=True)
            ]
            for chosen in product(*lists):
                keys = [(extra, place) for extra, (place, _) in zip(more, chosen, strict=True)]
                if root.is_first([keys[i] for i in root.repeated]):
                    trees: list[Tree] = [CONSTANT] * len(root.form.pattern)
                    for i, (_, tree) in zip(wires, chosen, strict=True):
                        trees[i] = tree
                    yield root.over(trees)

    def _roots(self, function: int, cost: int) -> list[_RootGate]:
        """Return all gates that compute a function from functions cheap enough."""
        if (function, cost) not in self._gates:
            found = []
            for shape in self.shapes:
                if cost >= shape.cost:
                    for form, *functions in self._rows(shape, function, cost).tolist():
                        found.append(_RootGate(shape.forms[form], tuple(functions)))
            self._gates[function, cost] = found
        return self._gates[function, cost]

    def _rows(self, shape: Shape, function: int, cost: int) -> NDArray[np.int64]:
        functions, lengths = self._functions, self._ordered_lengths
        repeated = shape.repeats * lengths
        costs = np.full(len(shape.forms), shape.cost, dtype=np.int64)
        if shape.wires == 1:
            fits = (
                ((shape.normal_forms[:, :1] ^ (functions & shape.normal_forms[:, 1:2])) & self.mask)
                == function
            ) & (repeated + shape.cost <= cost)
            form, place = np.nonzero(fits)
            return np.stack([form, functions[place]], axis=1).astype(np.int64)
        if shape.wires == 2:
            pairs: NDArray[np.int64] = decompose_pairs(
                function,
                functions,
                repeated,
                functions,
                lengths,
                shape.repeats > 1,
                shape.normal_forms,
                costs,
                cost,
                self.mask,
            )
            return pairs
        triples: NDArray[np.int64] = decompose_triples(
            function, functions, lengths, shape.normal_forms, costs, cost, self.mask
        )
        return triples


@dataclass(frozen=True, slots=True)
class _RootGate:
    """A gate form and the functions that its wires compute."""

    form: GateForm
    functions: tuple[int, ...]

    @property
    def cost(self) -> int:
        return self.form.cost

    @property
    def repeated(self) -> list[int]:
        """The operands, constants not counted, that compute one function."""
        wires = [p for p in self.form.pattern if p >= 0]
        return [i for i, p in enumerate(wires) if wires.count(p) > 1]

    def is_first(self, keys: list[tuple[int, int]]) -> bool:
        """Return whether these subformulas of one function come in the first of equal orders."""
        return not keys or all(
            keys <= [keys[i] for i in order] for order in keeping_orders(self.form)
        )

    def over(self, trees: list[Tree]) -> Tree:
        """Return the gate over these operands, put in the order of what they compute."""
        values = [p if p < 0 else self.functions[p] for p in self.form.pattern]
        order = tuple(sorted(range(len(values)), key=values.__getitem__))
        return self.form.operator.permuted(order).name, tuple(trees[i] for i in order)


def _shares(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 0 or total < 0:
        return
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _shares(total - first, parts - 1):
            yield (first, *rest)


def circuit_of_trees(inputs: int, trees: Iterable[tuple[Tree, bool]]) -> Circuit:
    """Return the circuit whose outputs are formulas, each inverted or not; nothing is shared.

    Equal subformulas become separate gates. The chain is in the order of keys; gates of equal keys,
    which read equal inputs, come in the order of the trees.

    >>> print(circuit_of_trees(2, [(("and", (("xor", (0, 1)), ("xor", (0, 1)))), True)]))
    g1 = a ^ b; g2 = a ^ b; g3 = g1 & g2; out = ~g3
    """
    gates: list[Gate] = []

    def wire_of(tree: Tree) -> int:
        if isinstance(tree, int):
            return tree
        operator, operands = tree
        gates.append(Gate(operator, tuple([wire_of(operand) for operand in operands])))
        return inputs + len(gates) - 1

    outputs = tuple([Output(wire_of(tree), inverted) for tree, inverted in trees])
    return Circuit(inputs, tuple(gates), outputs).canonical()
