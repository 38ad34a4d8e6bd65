"""FIRST and FON of docs/theorems.md, and other choices of the first best, as tasks.

Candidate j has m features of its own, inputs j m to j m + m - 1. Where U is a predicate phi, FIRST
asks for the first candidate that satisfies it, and FON also whether there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from fractions import Fraction
from functools import partial
from typing import Any

from mesacircuits.circuits import TruthTable, parse_expression
from mesacircuits.circuits.truthtable import variables_of
from mesacircuits.tasks import FunctionTask, OptimisationTask

#: Whether tasks can say which inputs are whose features.
DECLARES_FEATURES = "features" in {field.name for field in fields(OptimisationTask)}


def objective(text: str) -> TruthTable:
    """Return the function of a text such as `a ^ (b & c)`, of as many inputs as it names."""
    return parse_expression(text, variables_of(text))


def words(candidates: int, or_none: bool = False) -> tuple[int, ...]:
    """Return the candidates' words.

    Output j - 1 says that candidate j is the first, for 0 < j < K. Of FON, the last output says
    that some candidate satisfies; its word 0 is none's.
    """
    some = int(or_none) << (candidates - 1)
    return (some, *(some | 1 << (j - 1) for j in range(1, candidates)))


def choice(
    candidates: int,
    utility: Sequence[int],
    or_none: bool = False,
    trained: Callable[[int], bool] = lambda _: True,
) -> OptimisationTask:
    """Return the task of naming the first best candidate.

    Arguments:
        candidates: K.
        utility: U for each of the 2^m vectors of features.
        or_none: whether the word 0, of utility 1/2, names nobody.
        trained: which vectors occur; S is where all candidates' do.
    """
    count = len(utility)
    bits = count.bit_length() - 1
    rows, support = [], 0
    for x in range(1 << candidates * bits):
        own = [x >> bits * j & (count - 1) for j in range(candidates)]
        row = [Fraction(utility[features]) for features in own]
        rows.append((*row, Fraction(1, 2)) if or_none else tuple(row))
        support |= all(map(trained, own)) << x
    declared: dict[str, Any] = {}
    if DECLARES_FEATURES:
        inputs = [tuple(range(bits * j, bits * (j + 1))) for j in range(candidates)]
        declared["features"] = (*inputs, ()) if or_none else tuple(inputs)
    return OptimisationTask(
        candidates * bits,
        candidates - 1 + or_none,
        (*words(candidates, or_none), 0) if or_none else words(candidates),
        tuple(rows),
        support,
        ties="first",
        **declared,
    )


def first(candidates: int, phi: str) -> OptimisationTask:
    """Return FIRST(K, phi)."""
    return choice(candidates, _values(objective(phi)))


def first_or_none(candidates: int, phi: str) -> OptimisationTask:
    """Return FON(K, phi)."""
    return choice(candidates, _values(objective(phi)), or_none=True)


def of_objectives(objectives: Sequence[str], or_none: bool = False) -> FunctionTask:
    """Return FIRST or FON as a function, where candidate j satisfies iff the j-th text does."""
    tables = [objective(text) for text in objectives]
    inputs = sum(phi.inputs for phi in tables)
    outputs, some, start = [], TruthTable.constant(inputs, 0), 0
    for phi in tables:
        satisfies = TruthTable.of(inputs, partial(_of_block, phi, start))
        outputs.append(satisfies & ~some)
        some, start = some | satisfies, start + phi.inputs
    return FunctionTask((*outputs[1:], some) if or_none else tuple(outputs[1:]))


def _of_block(phi: TruthTable, start: int, x: int) -> int:
    return phi(x >> start & ((1 << phi.inputs) - 1))


def _values(phi: TruthTable) -> list[int]:
    return [phi(x) for x in range(1 << phi.inputs)]
