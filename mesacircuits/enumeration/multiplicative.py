"""Multiplicative complexity: how many ANDs a function takes, XORs and inverters being free.

With k ANDs everything in a space of functions is computed, spanned by the affine functions and k
products, each of two members of the space before. Nobody gains by fewer XORs, so these spaces are
all there is to search. Affine changes of the inputs, and adding affine functions, cost no AND; so
functions fall into few classes (8 of four inputs, 48 of five), and of the spaces of one product
one is enough, for affine changes carry all others to it.

Source: M. Sonmez Turan, R. Peralta, *The multiplicative complexity of Boolean functions on four and
five variables*, LightSec 2014, which this reproduces: at most 3 ANDs, and at most 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import B2, TruthTable
from mesacircuits.circuits.bases import FIRST_COST, Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.multiplicative_kernels import classes_in_spans, orbits
from mesacircuits.enumeration.sat.encodings import ProductEncoding, Session
from mesacircuits.enumeration.sat.search import search_for
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, Task

__all__ = [
    "MAX_MULTIPLICATIVE_INPUTS",
    "AffineClasses",
    "affine_classes",
    "fewest_ands",
    "least_first_cost",
    "multiplicative_complexity",
]

#: Functions of more inputs are too many.
MAX_MULTIPLICATIVE_INPUTS = 5
# The classes of five inputs take longer than SAT with one function.
_MOST_KNOWN = 4


@dataclass(frozen=True, eq=False)
class AffineClasses:
    """The classes of all functions of n inputs under affine changes and adding affine functions.

    Attributes:
        inputs: n.
        monomials: those of degree 2 and more, ascending, as the inputs in them.
        number: the class of each function by its coefficients at these, shape (2^monomials,).
        sizes: the number of functions of each class.
        ands: the multiplicative complexity of each class.
    """

    inputs: int
    monomials: NDArray[np.int64]
    number: NDArray[np.int16]
    sizes: tuple[int, ...]
    ands: tuple[int, ...]

    @property
    def rows(self) -> tuple[tuple[int, int, int], ...]:
        """The number of ANDs, of classes and of functions, ascending.

        >>> affine_classes(3).rows
        ((0, 1, 16), (1, 1, 112), (2, 1, 128))
        """
        return tuple(
            (
                k,
                self.ands.count(k),
                sum(s for s, a in zip(self.sizes, self.ands, strict=True) if a == k),
            )
            for k in sorted(set(self.ands))
        )

    def of(self, bits: int) -> int:
        """Return the multiplicative complexity of the function with this truth table."""
        coefficients = _normal_form(bits, self.inputs)
        vector = sum((coefficients >> int(m) & 1) << i for i, m in enumerate(self.monomials))
        return self.ands[int(self.number[vector])]


def _normal_form(bits: int, inputs: int) -> int:
    # The Moebius transform: bit m is the coefficient of the product of the inputs in m.
    for i in range(inputs):
        low = ~input_bits(inputs, i) & ((1 << (1 << inputs)) - 1)
        bits ^= (bits & low) << (1 << i)
    return bits


def _monomials(inputs: int) -> list[int]:
    return [m for m in range(1 << inputs) if m.bit_count() > 1]


def _maps(inputs: int) -> NDArray[np.int64]:
    # What generates all affine changes: inputs turned round, two exchanged, one added to another,
    # one inverted. Their images of the monomials, as vectors; by bytes, added up.
    monomials = _monomials(inputs)
    variables = [input_bits(inputs, i) for i in range(inputs)]
    full = (1 << (1 << inputs)) - 1
    changes = [
        [*variables[1:], variables[0]],
        [variables[1], variables[0], *variables[2:]],
        [variables[0] ^ variables[1], *variables[1:]],
        [variables[0] ^ full, *variables[1:]],
    ]
    maps = np.zeros((len(changes), 4, 256), dtype=np.int64)
    for g, changed in enumerate(changes):
        for place, monomial in enumerate(monomials):
            table = full
            for i in range(inputs):
                table &= changed[i] if monomial >> i & 1 else full
            form = _normal_form(table, inputs)
            image = sum((form >> m & 1) << i for i, m in enumerate(monomials))
            at = np.arange(256)
            maps[g, place >> 3, (at >> (place & 7) & 1) == 1] ^= image
    return maps


def _products(
    inputs: int,
    monomials: NDArray[np.int64],
    number: NDArray[np.int16],
    products: list[int],
    met: NDArray[np.uint8],
) -> list[int]:
    # The products of two functions of a space, of those that make one space one; what is met with
    # them is marked.
    span = np.zeros(1, dtype=np.uint64)
    for table in [*(input_bits(inputs, i) for i in range(inputs)), *products]:
        span = np.concatenate([span, span ^ np.uint64(table)])
    given = np.array(products, dtype=np.uint64)
    found: list[int] = classes_in_spans(inputs, monomials, span, given, number, met)[:, 1].tolist()
    return found


def _spaces(
    inputs: int, monomials: NDArray[np.int64], number: NDArray[np.int16], count: int
) -> Iterator[list[int]]:
    # Spaces of so many products, as these, one at least of each that affine changes make alike.
    if count == 0:
        yield []
        return
    for products in _spaces(inputs, monomials, number, count - 1):
        met = np.zeros(int(number.max()) + 1, dtype=np.uint8)
        found = _products(inputs, monomials, number, products, met)
        for table in found if products else found[:1]:
            yield [*products, table]


@lru_cache(maxsize=4)
def affine_classes(inputs: int) -> AffineClasses:
    """Return the affine classes of all functions of n inputs, with their multiplicative complexity.

    Arguments:
        inputs: n, from 2 to 5; five take some seconds and 350 MiB.

    >>> affine_classes(4).rows
    ((0, 1, 32), (1, 1, 1120), (2, 3, 31616), (3, 3, 32768))
    """
    if not isinstance(inputs, int) or not 2 <= inputs <= MAX_MULTIPLICATIVE_INPUTS:
        expected = f"a whole number from 2 to {MAX_MULTIPLICATIVE_INPUTS}"
        raise ArgumentError("inputs", expected, inputs)
    monomials = np.array(_monomials(inputs), dtype=np.int64)
    number = orbits(_maps(inputs), len(monomials))
    sizes = np.bincount(number) << (inputs + 1)
    ands = np.full(len(sizes), -1)
    ands[0] = 0
    k = 0
    while (ands < 0).any():
        k += 1
        met = np.zeros(len(sizes), dtype=np.uint8)
        for products in _spaces(inputs, monomials, number, k - 1):
            _products(inputs, monomials, number, products, met)
            # Where all that is left is met there is no more to learn.
            if met[ands < 0].all():
                break
        ands[(met > 0) & (ands < 0)] = k
    return AffineClasses(inputs, monomials, number, tuple(sizes.tolist()), tuple(ands.tolist()))


def multiplicative_complexity(table: TruthTable) -> int:
    """Return the least number of ANDs in a circuit for a function, XORs and inverters being free.

    Only the inputs that the function depends on count; there may be five of them.

    Raises `ArgumentError` for more.

    >>> multiplicative_complexity(TruthTable.from_hex(3, "E8"))        # the majority of three
    1
    """
    support = table.support()
    if len(support) < 2:
        return 0
    core = table.restricted_to(support)
    if core.inputs > MAX_MULTIPLICATIVE_INPUTS:
        expected = f"a function of at most {MAX_MULTIPLICATIVE_INPUTS} inputs"
        raise ArgumentError("task", expected, core.inputs)
    return affine_classes(core.inputs).of(core.bits)


def fewest_ands(task: Task, effort: Effort | None = None) -> tuple[int, bool]:
    """Return the least number of ANDs in a circuit for a task, XORs and inverters being free.

    Of functions of up to four inputs it is known; else SAT refutes each smaller number.

    Arguments:
        task: a function or relation of at most six inputs, total or on a support.
        effort: the means; only its budget counts. By default there is no limit.

    Returns the number, and whether a circuit has so few: if not the budget ended, and fewer do not
    do. Raises `ArgumentError` for a task where whole policies are judged.

    >>> from mesacircuits.tasks import parse_task
    >>> fewest_ands(parse_task("majority(bits=5)")), fewest_ands(parse_task("sorter(bits=3)"))
    ((3, True), (2, True))
    """
    if isinstance(task, FunctionTask) and task.outputs == 1 and task.support is None:
        (table,) = task.tables
        if len(table.support()) <= _MOST_KNOWN:
            return multiplicative_complexity(table), True
    search = search_for(task, B2, effort)
    for ands in count():
        with Session(ProductEncoding(task, ands).cnf.clauses, search.effort) as session:
            try:
                if session.model() is not None:
                    return ands, True
            except BudgetEnded:
                return ands, False
    raise AssertionError("some number of ANDs is enough")


def least_first_cost(task: Task, basis: Basis, effort: Effort | None = None) -> int:
    """Return a cost below which no circuit solves a task: of costs in order the first's.

    Where the budget ends before that is known, it is less. Other arguments and errors as for
    `fewest_ands`.

    >>> from mesacircuits.circuits.bases import basis_named, cost_text
    >>> from mesacircuits.tasks import parse_task
    >>> ands_first = basis_named("and=1/0,xor=0/1+free-inverters")
    >>> cost_text(least_first_cost(parse_task("tt:3:E8"), ands_first), in_order=True)
    '1/0'
    """
    if not basis.in_order:
        return 0
    each = basis.cost_of("and") // FIRST_COST
    return fewest_ands(task, effort)[0] * each * FIRST_COST
