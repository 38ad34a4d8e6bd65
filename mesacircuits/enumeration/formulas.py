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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import Basis, GateForm, basis_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.formula_kernels import (
    add_pairs,
    add_triples,
    decompose_pairs,
    decompose_triples,
)
from mesacircuits.enumeration.reach import within_reach
from mesacircuits.enumeration.rows import normal_form
from mesacircuits.enumeration.symmetry import (
    FunctionClasses,
    classes_of,
    exact_quotient,
    support_is_enough,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, RelationTask, TaskLike, as_task

__all__ = [
    "MAX_FORMULA_INPUTS",
    "FormulaTable",
    "FormulaTrees",
    "Shape",
    "Tree",
    "circuit_of_trees",
    "complete_table",
    "formula_counts",
    "formula_lengths",
    "formula_table",
    "formula_trees",
    "keeping_orders",
    "minimal_formulas",
    "repeated_count",
    "shapes_of",
]

#: All functions of so many inputs fit a table.
MAX_FORMULA_INPUTS = 4

# -- the shapes of gates -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Shape:
    """The forms of one cost over k distinct functions, of which the first may be read repeatedly.

    Forms are closed under permuting wires. So a form without repeats is applied to each *set* of k
    functions, in any one order; and of those with repeats it is enough to keep the forms that
    repeat the lowest wire, applied to the functions in all orders that tell it apart.

    Attributes:
        wires: k.
        repeats: how often the first function is read; each time by a subformula of its own.
        symmetry: the orders of those subformulas that the operator does not tell apart, a group of
            permutations of 0 to `repeats` - 1.
        cost: what a gate costs.
        forms: the forms, sorted.
        normal_forms: shape (f, 8): the coefficients of their algebraic normal forms, 0 or -1; bit
            i of the column stands for wire i.
    """

    wires: int
    repeats: int
    symmetry: tuple[tuple[int, ...], ...]
    cost: int
    forms: tuple[GateForm, ...]
    normal_forms: NDArray[np.int64]


@lru_cache(maxsize=32)
def shapes_of(basis: Basis) -> tuple[Shape, ...]:
    """Return the shapes of a basis; raises `ArgumentError` if it has no gate of fan-in <= 3.

    >>> from mesacircuits.circuits.bases import MUX, NAND
    >>> [(shape.wires, shape.repeats, len(shape.forms)) for shape in shapes_of(NAND)]
    [(1, 2, 1), (2, 1, 1)]
    >>> [(shape.wires, shape.repeats, len(shape.forms)) for shape in shapes_of(MUX)]
    [(2, 1, 8), (2, 2, 1), (3, 1, 12)]
    """
    if not basis.forms:
        raise ArgumentError("basis", "operators that depend on 1 to 3 operands", basis.name)
    found: dict[tuple[int, int, int, tuple[tuple[int, ...], ...]], list[GateForm]] = {}
    for form in basis.forms:
        often = [form.pattern.count(wire) for wire in range(form.wires)]
        if max(often) == often[0]:
            key = form.wires, often[0], form.cost, keeping_orders(form)
            found.setdefault(key, []).append(form)
    return tuple(
        Shape(
            wires,
            repeats,
            symmetry,
            cost,
            tuple(forms),
            np.array([_coefficients(form) for form in forms], dtype=np.int64),
        )
        for (wires, repeats, cost, symmetry), forms in sorted(found.items())
    )


def _coefficients(form: GateForm) -> list[int]:
    return [-c for c in normal_form(form)] + [0] * (8 - (1 << form.wires))


def keeping_orders(form: GateForm) -> tuple[tuple[int, ...], ...]:
    """Return the orders of a form's repeated operands under which its operator stays the same.

    >>> from mesacircuits.circuits.bases import MUX, NAND
    >>> [keeping_orders(form) for form in NAND.forms]
    [((0, 1), (1, 0)), ((0,),)]
    >>> sorted({keeping_orders(form) for form in MUX.forms})       # s ? ~x : y tells x from y
    [((0,),), ((0, 1),)]
    """
    wire = max(range(form.wires), key=form.pattern.count)
    places = [i for i, p in enumerate(form.pattern) if p == wire]
    kept = []
    for order in permutations(range(len(places))):
        moved = list(range(form.operator.arity))
        for i, j in enumerate(order):
            moved[places[i]] = places[j]
        if form.operator.permuted(tuple(moved)).table == form.operator.table:
            kept.append(order)
    return tuple(kept)


def repeated_count(ways: dict[int, int], symmetry: tuple[tuple[int, ...], ...], cost: int) -> int:
    """Return how many tuples of things of one `cost` together there are, up to a symmetry.

    With N(z) = sum of N_c z^c counting the things, it is the coefficient at `cost` of
    (1 / |G|) times the sum over G of the product over cycles of N(z^length) (Burnside, Polya).

    Arguments:
        ways: N_c by c.
        symmetry: the group G, permutations of the places of the tuple.
        cost: of all things in the tuple.

    >>> repeated_count({1: 3, 2: 5}, ((0, 1), (1, 0)), 2)      # pairs of 3 things, unordered
    6
    >>> repeated_count({1: 3, 2: 5}, ((0, 1), (1, 0)), 3)
    15
    """
    total = 0
    for order in symmetry:
        sums = {0: 1}
        for length in _cycles(order):
            grown: dict[int, int] = {}
            for have, number in sums.items():
                for each, more in ways.items():
                    if have + length * each <= cost:
                        place = have + length * each
                        grown[place] = grown.get(place, 0) + number * more
            sums = grown
        total += sums.get(cost, 0)
    quotient, rest = divmod(total, len(symmetry))
    if rest:
        raise ArithmeticError(f"{symmetry} is not a group")
    return quotient


def _cycles(order: tuple[int, ...]) -> list[int]:
    lengths, seen = [], set()
    for start in order:
        length = 0
        while start not in seen:
            seen.add(start)
            start, length = order[start], length + 1
        if length:
            lengths.append(length)
    return lengths


# -- least costs and counts, cost after cost -------------------------------------------------------

_MOST_INT64 = (1 << 63) - 1
# Kernels are interrupted for the budget after about so many gates.
_GATES_AT_ONCE = 1 << 27


@dataclass(frozen=True)
class FormulaTable:
    """The least formula lengths of all functions of n inputs, and how many formulas attain them.

    Attributes:
        inputs: n.
        basis: over which.
        within: counts are given for costs L to L + `within`.
        classes: the classes on which lengths and counts are alike.
        lengths: L per class; -1 where no formula was found.
        counts: `counts[s][c]` is the number of formulas of cost L + s of each function of class c;
            0 where that cost was not exhausted.
        exhausted: all formulas of at most this cost are counted.
        complete: whether the search came to its end; else the budget ended it.
    """

    inputs: int
    basis: Basis
    within: int
    classes: FunctionClasses
    lengths: NDArray[np.int64]
    counts: tuple[tuple[int, ...], ...]
    exhausted: int
    complete: bool


@lru_cache(maxsize=16)
def complete_table(inputs: int, basis: Basis, within: int = 0) -> FormulaTable:
    """Return the table of a basis, computed once; see `formula_table`."""
    return formula_table(inputs, basis, within)


def formula_table(
    inputs: int, basis: Basis, within: int = 0, effort: Effort | None = None
) -> FormulaTable:
    """Return L and the number of formulas of cost L to L + `within`, for all functions.

    A formula of cost c is a gate of cost e over formulas of c - e together, so costs are settled
    in ascending order: all gates of all shapes over functions whose costs add up. Symmetry: counts
    are constant on classes, so the first function of each gate is taken from one per class,
    weighted by the class's size, and what comes out is added up per class.

    The search ends when every class that Post's properties do not exclude is settled, or at a cost
    that no gate over settled functions has.

    Arguments:
        inputs: n, from 0 to 4.
        basis: which gates, at what cost.
        within: not negative.
        effort: budget and progress bar; by default no limit and no bar.

    Returns:
        the table; if the budget ended the search it says so, and up to which cost it is right.

    Raises:
        ArgumentError: for other numbers, and a basis without gates.

    >>> from mesacircuits.circuits.bases import B2
    >>> table = formula_table(3, B2)
    >>> [int(number) for number in np.bincount(table.lengths)], table.exhausted
    ([2, 2, 5, 3, 2], 4)
    """
    if not isinstance(inputs, int) or not 0 <= inputs <= MAX_FORMULA_INPUTS:
        expected = f"a whole number from 0 to {MAX_FORMULA_INPUTS} for formulas"
        raise ArgumentError("inputs", expected, inputs)
    check_whole("within", within)
    return _Search(inputs, basis, within, effort or Effort()).run()


class _Search:
    """The state of `formula_table`: what is settled up to a cost."""

    def __init__(self, inputs: int, basis: Basis, within: int, effort: Effort) -> None:
        self.inputs, self.basis, self.within, self.effort = inputs, basis, within, effort
        self.shapes = shapes_of(basis)
        self.classes = classes = classes_of(inputs, basis)
        self.mask = (1 << (1 << inputs)) - 1
        step = 2 if classes.normalised else 1
        self.functions = np.arange(0, self.mask + 1, step, dtype=np.int64)
        self.numbers = classes.number[self.functions]
        self.representatives = classes.least_members.astype(np.int64)
        self.sizes = classes.functions // step
        self.lengths = np.full(len(classes.representatives), -1, dtype=np.int64)
        # Number of formulas by cost, then class. Constants are free, but as outputs alone.
        variables = np.unique(classes.number[_inputs(inputs)])
        self.ways: dict[int, dict[int, int]] = {0: dict.fromkeys(variables.tolist(), 1)}
        self.trivial = np.unique(classes.number[[0, self.mask]])
        self.lengths[self.trivial] = self.lengths[variables] = 0
        self.possible = within_reach(inputs, basis)
        self.lists: dict[tuple[int, Shape | None], tuple[NDArray[np.int64], list[int]]] = {}

    def run(self) -> FormulaTable:
        """Settle cost after cost."""
        operands = max(shape.wires - 1 + shape.repeats for shape in self.shapes)
        dearest = max(shape.cost for shape in self.shapes)
        cost, complete = 0, True
        while True:
            longest = int(self.lengths.max())
            open_classes = self.possible & (self.lengths < 0)
            last = operands * longest + dearest if open_classes.any() else longest
            if cost >= last + self.within:
                break
            try:
                self._settle(cost + 1)
            except BudgetEnded:
                complete = False
                break
            cost += 1
        counts = [[0] * len(self.lengths) for _ in range(self.within + 1)]
        for place in self.trivial.tolist():
            counts[0][place] = 1
        for spent, ways in self.ways.items():
            for place, number in ways.items():
                counts[spent - int(self.lengths[place])][place] = number
        return FormulaTable(
            inputs=self.inputs,
            basis=self.basis,
            within=self.within,
            classes=self.classes,
            lengths=self.lengths,
            counts=tuple(map(tuple, counts)),
            exhausted=cost,
            complete=complete,
        )

    def _settle(self, cost: int) -> None:
        totals: list[int] = [0] * len(self.lengths)
        jobs = [job for shape in self.shapes for job in self._splits(shape, cost - shape.cost)]
        with self.effort.bar(f"formulas of cost {cost}", len(jobs)) as bar:
            for shape, costs in jobs:
                found = self._gates(shape, costs)
                # A set with m functions of the first one's cost is met with each of them first.
                times = costs.count(costs[0]) if shape.repeats == 1 else 1
                for place, number in enumerate(found):
                    if number:
                        totals[place] += exact_quotient(number, times)
                bar.advance()
        ways: dict[int, int] = {}
        for place, total in enumerate(totals):
            # Nothing but the inputs computes an input, and nothing a constant.
            least = int(self.lengths[place])
            if total and least != 0 and (least < 0 or cost <= least + self.within):
                ways[place] = exact_quotient(total, int(self.sizes[place]))
                if least < 0:
                    self.lengths[place] = cost
        self.ways[cost] = ways

    def _splits(self, shape: Shape, cost: int) -> Iterator[tuple[Shape, tuple[int, ...]]]:
        """Yield what the functions may cost each; descending, but for a repeated first."""
        if shape.repeats > 1:
            for first in range(cost + 1 if shape.wires > 1 else 0, 0, -1):
                yield from self._filled(shape, (first - 1, cost - first + 1))
            if shape.wires == 1:
                yield from self._filled(shape, (cost,))
            return
        for costs in _descending(cost, shape.wires, cost):
            yield from self._filled(shape, costs)

    def _filled(
        self, shape: Shape, costs: tuple[int, ...]
    ) -> Iterator[tuple[Shape, tuple[int, ...]]]:
        if all(len(self._list(c, shape, i)[1]) for i, c in enumerate(costs)):
            yield shape, costs

    def _list(self, cost: int, shape: Shape, wire: int) -> tuple[NDArray[np.int64], list[int]]:
        """Return the classes whose functions wire `wire` may be at a cost, and in how many ways."""
        repeated = shape if wire == 0 and shape.repeats > 1 else None
        if cost < 0:
            return np.empty(0, dtype=np.int64), []
        if (cost, repeated) not in self.lists:
            ways = self.ways.get(cost, {}) if repeated is None else self._repeated(cost, repeated)
            listed = sorted(ways)
            self.lists[cost, repeated] = (
                np.array(listed, dtype=np.int64),
                [ways[place] for place in listed],
            )
        return self.lists[cost, repeated]

    def _repeated(self, cost: int, shape: Shape) -> dict[int, int]:
        known: dict[int, dict[int, int]] = {}
        for each, ways in self.ways.items():
            for place, number in ways.items():
                known.setdefault(place, {})[each] = number
        counted = {
            place: repeated_count(ways, shape.symmetry, cost)
            for place, ways in known.items()
            if shape.repeats * min(ways) <= cost <= shape.repeats * min(ways) + self.within
        }
        return {place: number for place, number in counted.items() if number}

    def _gates(self, shape: Shape, costs: tuple[int, ...]) -> list[int]:
        """Return per class the gates over functions of these costs, the first one's weighted."""
        alike = shape.wires == 3 and costs[1] == costs[2]
        return self._sums(shape, [self._list(c, shape, i) for i, c in enumerate(costs)], alike)

    def _sums(
        self, shape: Shape, lists: list[tuple[NDArray[np.int64], list[int]]], alike: bool
    ) -> list[int]:
        sizes = self.sizes.tolist()
        bounds = [
            sum(sizes[place] * number for place, number in zip(places.tolist(), ways, strict=True))
            for places, ways in lists
        ]
        if prod(bounds) * len(shape.forms) <= _MOST_INT64:
            return [int(total) for total in self._sums_of_words(shape, lists, alike)]
        # The sums are linear in each list: the longest numbers are split into two parts.
        widest = max(range(len(lists)), key=lambda i: max(lists[i][1]))
        places, ways = lists[widest]
        half = max(ways).bit_length() // 2
        parts = []
        for numbers in ([n >> half for n in ways], [n & ((1 << half) - 1) for n in ways]):
            split = [*lists[:widest], (places, numbers), *lists[widest + 1 :]]
            parts.append(self._sums(shape, split, alike))
        return [(high << half) + low for high, low in zip(*parts, strict=True)]

    def _sums_of_words(
        self, shape: Shape, lists: list[tuple[NDArray[np.int64], list[int]]], alike: bool
    ) -> NDArray[np.int64]:
        places, ways = lists[0]
        first = self.representatives[places]
        weights = np.array(ways, dtype=np.int64) * self.sizes[places]
        totals = np.zeros(len(self.lengths), dtype=np.int64)
        number = self.classes.number
        if shape.wires == 1:
            for form in shape.normal_forms:
                results = (form[0] ^ (first & form[1])) & self.mask
                np.add.at(totals, number[results], weights)
            return totals
        others = [self._spread(*each) for each in lists[1:]]
        second, second_weights = others[0]
        width = len(second) * (len(others[1][0]) if shape.wires == 3 else 1) * len(shape.forms)
        rows = max(1, _GATES_AT_ONCE // width)
        columns = max(1, _GATES_AT_ONCE * len(second) // width)
        for i in range(0, len(first), rows):
            for j in range(0, len(second), columns):
                if self.effort.left() <= 0:
                    raise BudgetEnded
                part, other = slice(i, i + rows), slice(j, j + columns)
                given = first[part], weights[part], second[other], second_weights[other]
                if shape.wires == 2:
                    add_pairs(*given, shape.normal_forms, self.mask, number, totals)
                else:
                    start = j if alike else -1
                    add_triples(
                        *given, *others[1], shape.normal_forms, self.mask, number, start, totals
                    )
        return totals

    def _spread(
        self, places: NDArray[np.int64], ways: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        # All functions of some classes, each with its class's number of formulas.
        weight = np.full(len(self.lengths), -1, dtype=np.int64)
        weight[places] = ways
        weights = weight[self.numbers]
        chosen = weights >= 0
        return self.functions[chosen], weights[chosen]


def _inputs(inputs: int) -> NDArray[np.int64]:
    return np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)


def _descending(total: int, parts: int, most: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        if 0 <= total <= most:
            yield (total,)
        return
    for first in range(min(total, most), -1, -1):
        for rest in _descending(total - first, parts - 1, first):
            yield (first, *rest)


# -- the formulas of a function, from the root down ------------------------------------------------

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


# -- the formulas of a task -------------------------------------------------------


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
    task: TaskLike,
    basis: str | Basis = "b2",
    within: int = 0,
    effort: Effort | None = None,
    n: int | None = None,
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
        task: what `as_task` reads; it asks for one word on each input of a support; of at most 4
            inputs. In a basis of two-input gates whose minimal
            formulas provably read no idle input, such as `b2`, also for total functions of 5 and 6
            inputs of which each output depends on at most 4, if `within` is 0.
        basis: a basis or its name.
        within: not negative.
        effort: a budget; each formula counts as a node. None for no limit.
        n: the number of inputs, which a task that is a number needs.

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
    asked = as_task(task, n)
    if isinstance(asked, RelationTask):
        asked = asked.to_function()
    if not isinstance(asked, FunctionTask):
        raise ArgumentError("task", "a task of functions", str(asked))
    outputs = [_OutputFormulas(table, asked.support, basis, within) for table in asked.tables]
    return _combined(asked.inputs, outputs, within, effort or Effort())


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
    return narrow and not basis.repeats and support_is_enough(basis)


def _table(inputs: int, basis: Basis, within: int, effort: Effort | None) -> FormulaTable:
    if effort is None:
        return complete_table(inputs, basis, within)
    table = formula_table(inputs, basis, within, effort)
    if not table.complete:
        raise BudgetEnded
    return table
