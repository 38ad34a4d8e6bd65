"""Seeded random tables: functions without structure, the same on every machine.

What Python promises of `random.Random(seed)` from one version to the next is the sequence of
`random()` for a whole-number seed (its documentation, *Notes on reproducibility*), so nothing else
is used: a bit is drawn by comparing with 1/2, and a set of k inputs is that of the k least numbers
among one drawn for each input in turn.
"""

from __future__ import annotations

from random import Random

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.function import FunctionTask
from mesacircuits.tasks.library.named_task import NamedTask

__all__ = ["TASKS", "random_partial", "random_table"]


def random_table(
    inputs: int = 3, outputs: int = 1, ones: int | None = None, seed: int = 0
) -> FunctionTask:
    """Return tables drawn uniformly, or uniformly among those of the given number of ones.

    >>> print(random_table(3, 1, 4, 7))
    tt:3:4B
    """
    _check("ones", ones, inputs)
    draw = Random(seed)
    return FunctionTask(
        tuple(TruthTable(inputs, _table(draw, inputs, ones)) for _ in range(outputs))
    )


def random_partial(
    inputs: int = 3, outputs: int = 1, support: int = 6, seed: int = 0
) -> FunctionTask:
    """Return tables drawn uniformly on a support drawn uniformly among those of the given size.

    >>> print(random_partial(2, 1, 3, 7))
    tt:2:2@B
    """
    _check("support", support, inputs)
    draw = Random(seed)
    mask = _table(draw, inputs, support)
    tables = (TruthTable(inputs, _table(draw, inputs, None)) for _ in range(outputs))
    return FunctionTask(tuple(tables), mask)


def _table(draw: Random, inputs: int, ones: int | None) -> int:
    numbers = [draw.random() for _ in range(1 << inputs)]
    if ones is None:
        return sum((number < 0.5) << x for x, number in enumerate(numbers))
    chosen = sorted(range(1 << inputs), key=lambda x: (numbers[x], x))[:ones]
    return sum(1 << x for x in chosen)


def _check(name: str, count: int | None, inputs: int) -> None:
    if count is not None and count > 1 << inputs:
        raise ArgumentError(name, f"at most {1 << inputs} for {inputs} inputs", count)


_INPUTS = Parameter("inputs", 3, "how many inputs, n", least=1, most=6)
_OUTPUTS = Parameter("outputs", 1, "how many outputs", least=1, most=4)
_SEED = Parameter("seed", 0, "which table", least=0, most=2**32 - 1)
_DRAWN = (
    "Drawn with Python's random.Random(seed).random() alone, whose sequence is the same in every "
    "version: a bit is 1 iff the number is below 1/2; a set of k inputs has the k least numbers."
)
_SHANNON = (
    "Most functions have no structure: C. E. Shannon, The synthesis of two-terminal switching "
    "circuits, Bell System Technical Journal 28, 1949"
)

TASKS = (
    NamedTask(
        "random-table",
        "tables",
        "Compute a table drawn by a seed.",
        "One table per output, drawn in turn, each of 2^n bits in the order of the inputs, or each "
        f"a set of so many ones. {_DRAWN}",
        _SHANNON,
        (
            _INPUTS,
            _OUTPUTS,
            Parameter("ones", None, "how many ones each table has", least=0, most=64),
            _SEED,
        ),
        random_table,
    ),
    NamedTask(
        "random-partial",
        "tables",
        "Compute a table drawn by a seed, on a support drawn too.",
        "First the support is drawn, then one table per output; off the support anything goes. "
        f"{_DRAWN}",
        _SHANNON,
        (
            _INPUTS,
            _OUTPUTS,
            Parameter("support", 6, "how many inputs are asked about", least=1, most=64),
            _SEED,
        ),
        random_partial,
    ),
)
