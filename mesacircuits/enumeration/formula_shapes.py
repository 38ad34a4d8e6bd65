"""The gate forms of a basis as formulas use them: by the number of wires and which is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.operators import GateForm
from mesacircuits.errors import ArgumentError

__all__ = ["Shape", "keeping_orders", "repeated_count", "shapes_of"]


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
            np.array([_normal_form(form) for form in forms], dtype=np.int64),
        )
        for (wires, repeats, cost, symmetry), forms in sorted(found.items())
    )


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


def _normal_form(form: GateForm) -> list[int]:
    # Moebius transform of the table.
    coefficients = [form.table >> row & 1 for row in range(1 << form.wires)]
    for i in range(form.wires):
        for row in range(1 << form.wires):
            if row >> i & 1:
                coefficients[row] ^= coefficients[row ^ 1 << i]
    return [-coefficient for coefficient in coefficients] + [0] * (8 - len(coefficients))
