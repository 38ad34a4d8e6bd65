"""Plain-Python twins of `formula_kernels`, and raw brute force: slow, and meant to be obvious.

Tests use them; no engine does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

from mesacircuits.circuits import CONSTANT, Operator
from mesacircuits.circuits.bases import Basis, GateForm, operator_named, operator_of, selector_of
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.formulas import Tree

__all__ = [
    "add_gates_plainly",
    "decompose_plainly",
    "formulas_by_brute_force",
    "tree_of_circuit",
]


def add_gates_plainly(
    lists: Sequence[Sequence[tuple[int, int]]],
    alike: bool,
    forms: Sequence[GateForm],
    mask: int,
    number: Sequence[int],
) -> dict[int, int]:
    """Return per class of the result the weights of all gates over distinct functions.

    The twin of `add_pairs` and `add_triples`.

    Arguments:
        lists: for each wire the functions that it may be, with their weights.
        alike: whether the last two lists are equal, and of each two functions one order is taken.
        forms: what the gates compute.
        mask: all inputs, as bits.
        number: the class of each function.

    >>> from mesacircuits.circuits import AIG
    >>> add_gates_plainly([[(10, 2)], [(12, 3), (10, 5)]], False, AIG.forms, 15, range(16))
    {2: 6, 4: 6, 8: 6, 14: 6}
    """
    head = [[(pair,) for pair in each] for each in (lists[:-2] if alike else lists)]
    tail = [list(combinations(lists[-1], 2))] if alike else []
    totals: dict[int, int] = {}
    for parts in product(*head, *tail):
        chosen = [pair for part in parts for pair in part]
        functions = tuple(function for function, _ in chosen)
        if len(set(functions)) < len(functions):
            continue
        weight = 1
        for _, each in chosen:
            weight *= each
        for form in forms:
            place = number[_result(form, functions, mask)]
            totals[place] = totals.get(place, 0) + weight
    return totals


def decompose_plainly(
    wanted: int,
    lists: Sequence[Sequence[tuple[int, int]]],
    ordered: bool,
    forms: Sequence[tuple[GateForm, int]],
    most: int,
    mask: int,
) -> set[tuple[int, ...]]:
    """Return the gates over distinct functions that compute `wanted` at a cost up to `most`.

    The twin of `decompose_pairs` and `decompose_triples`.

    Arguments:
        wanted: a truth table.
        lists: for each wire the functions that it may be, with their lengths.
        ordered: whether all tuples are tried; else the lists are equal, and one order is.
        forms: the forms with their costs.
        most: the greatest cost of a form and its functions.
        mask: all inputs, as bits.

    Returns:
        tuples (form, functions).

    >>> from mesacircuits.circuits import AIG
    >>> both = [(10, 0), (12, 0)]
    >>> decompose_plainly(14, [both, both], False, [(f, 1) for f in AIG.forms], 1, 15)
    {(3, 10, 12)}
    """
    tuples = product(*lists) if ordered else combinations(lists[0], len(lists))
    found = set()
    for chosen in tuples:
        functions = tuple(function for function, _ in chosen)
        if len(set(functions)) < len(functions):
            continue
        for place, (form, cost) in enumerate(forms):
            if cost + sum(length for _, length in chosen) <= most and wanted == _result(
                form, functions, mask
            ):
                found.add((place, *functions))
    return found


def _result(form: GateForm, functions: tuple[int, ...], mask: int) -> int:
    return operator_of(form.wires, form.table).apply(functions, mask)


def formulas_by_brute_force(inputs: int, basis: Basis, cost: int) -> list[dict[int, set[Tree]]]:
    """Return all formulas of cost 0, 1, ..., `cost`, per function that they compute.

    Every operator is applied to all formulas, and where the basis allows it to the constant, in
    every order; equal ones are told by sorting. What no gate may be, as everywhere in this
    project: two operands compute one function (without repeats), a multiplexer's selector is
    constant or what it selects from, the result ignores an operand, or is a constant, an input or,
    with free inverters, an input's inverse.

    Arguments:
        inputs: n, some 2 or 3.
        basis: over which.
        cost: the greatest cost.

    >>> from mesacircuits.circuits import B2
    >>> [sum(map(len, each.values())) for each in formulas_by_brute_force(2, B2, 2)]
    [2, 5, 32]
    """
    mask = (1 << (1 << inputs)) - 1
    variables = {input_bits(inputs, i): i for i in range(inputs)}
    trivial = {0, mask, *variables}
    if basis.free_inverters:
        trivial |= {bits ^ mask for bits in variables}
    levels: list[dict[int, set[Tree]]] = [{bits: {i} for bits, i in variables.items()}]
    for spent in range(1, cost + 1):
        found: dict[int, set[Tree]] = {}
        for operator in basis.operators:
            left = spent - basis.cost_of(operator.name)
            for operands in _operands(levels, operator.arity, left, basis.constants):
                functions = tuple(function for function, _ in operands)
                result = operator.apply(functions, mask)
                if result not in trivial and _is_gate(operator, functions, basis):
                    tree = _sorted_tree(operator, [tree for _, tree in operands])
                    found.setdefault(result, set()).add(tree)
        levels.append(found)
    return levels


def _operands(
    levels: list[dict[int, set[Tree]]], arity: int, cost: int, constants: bool
) -> Iterator[list[tuple[int, Tree]]]:
    # All tuples of formulas that cost so much together, at most one of them the constant.
    if arity == 0:
        if cost == 0:
            yield []
        return
    if constants:
        for rest in _operands(levels, arity - 1, cost, False):
            yield [(0, CONSTANT), *rest]
    for first in range(cost + 1):
        for rest in _operands(levels, arity - 1, cost - first, constants):
            for function, trees in levels[first].items():
                for tree in trees:
                    yield [(function, tree), *rest]


def _is_gate(operator: Operator, functions: tuple[int, ...], basis: Basis) -> bool:
    wires = [function for function in functions if function]
    if len(set(wires)) < len(wires) and not basis.repeats:
        return False
    selector = selector_of(operator)
    if selector is not None and (
        functions[selector] == 0 or functions.count(functions[selector]) > 1
    ):
        return False
    # Does the operator, with equal operands tied together, depend on each function read?
    names = sorted(set(wires))
    ones: dict[tuple[int, ...], int] = {}
    for row in range(1 << len(names)):
        value = {0: 0} | {name: row >> i & 1 for i, name in enumerate(names)}
        source = sum(value[function] << i for i, function in enumerate(functions))
        ones[tuple(value[name] for name in names)] = operator.table >> source & 1
    return all(
        any(
            ones[row] != ones[(*row[:i], 1 - row[i], *row[i + 1 :])]
            for row in product((0, 1), repeat=len(names))
        )
        for i in range(len(names))
    )


def _sorted_tree(operator: Operator, trees: list[Tree]) -> Tree:
    turned = (
        (tuple(trees[i] for i in order), operator.permuted(order))
        for order in permutations(range(len(trees)))
    )
    operands, least = min(turned, key=lambda item: (repr(item[0]), item[1].table))
    return least.name, operands


def tree_of_circuit(inputs: int, gates: Sequence[tuple[str, tuple[int, ...]]], wire: int) -> Tree:
    """Return the formula that drives a wire, written as `formulas_by_brute_force` writes it.

    Arguments:
        inputs: n.
        gates: names of operators and operands, in the order of the wires that they drive.
        wire: an input, a gate, or `CONSTANT`.

    >>> tree_of_circuit(2, [("butnot", (1, 0))], 2)
    ('notbut', (0, 1))
    """
    if wire < inputs:
        return wire
    name, operands = gates[wire - inputs]
    trees = [tree_of_circuit(inputs, gates, operand) for operand in operands]
    return _sorted_tree(operator_named(name), trees)
