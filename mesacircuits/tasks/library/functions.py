"""Functions, one word per input: the standard blocks of logic and arithmetic, and random tables.

What Python promises of `random.Random(seed)` from one version to the next is the sequence of
`random()` for a whole-number seed (its documentation, *Notes on reproducibility*), so nothing else
is used: a bit is drawn by comparing with 1/2, and a set of k inputs is that of the k least numbers
among one drawn for each input in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.task import FunctionTask

__all__ = ["TASKS", "function_of_words"]


def function_of_words(inputs: int, outputs: int, word: Callable[[int], int]) -> FunctionTask:
    """Return the task of giving `word(x)`, of m output bits, on each of the 2^n inputs x.

    >>> print(function_of_words(2, 2, lambda x: x ^ 3))
    tt:2:5,3
    """
    words = [word(x) for x in range(1 << inputs)]
    return FunctionTask(
        tuple(
            TruthTable(inputs, sum((w >> i & 1) << x for x, w in enumerate(words)))
            for i in range(outputs)
        )
    )


def _order(a: int, b: int) -> int:
    return (a < b) | (a > b) << 1


def _multiplexer(selects: int) -> FunctionTask:
    data = 1 << selects
    return function_of_words(data + selects, 1, lambda x: x >> (x >> data) & 1)


def _priority_encoder(bits: int) -> FunctionTask:
    width = (bits - 1).bit_length()
    return function_of_words(bits, width + 1, lambda x: x.bit_length() - 1 | 1 << width if x else 0)


def _adder(bits: int) -> FunctionTask:
    mask = (1 << bits) - 1
    return function_of_words(
        2 * bits + 1, bits + 1, lambda x: (x & mask) + (x >> bits & mask) + (x >> 2 * bits)
    )


def _random_table(inputs: int, outputs: int, ones: int | None, seed: int) -> FunctionTask:
    """Return tables drawn uniformly, or uniformly among those of the given number of ones."""
    _check("ones", ones, inputs)
    draw = Random(seed)
    return FunctionTask(
        tuple(TruthTable(inputs, _table(draw, inputs, ones)) for _ in range(outputs))
    )


def _random_partial(inputs: int, outputs: int, support: int, seed: int) -> FunctionTask:
    """Return tables drawn uniformly on a support drawn uniformly among those of the given size."""
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


def _bits(default: int, doc: str, least: int = 1, most: int = 6) -> tuple[Parameter, ...]:
    return (Parameter("bits", default, doc, least=least, most=most),)


_KNUTH = "Knuth, The Art of Computer Programming 4A, section 7.1.2"

TASKS = (
    NamedTask(
        "comparator",
        "arithmetic",
        "Say which of two numbers is less.",
        "Inputs: a in the lower bits, b in the upper, least bit first. Output 0: a < b; output 1: "
        "a > b.",
        _KNUTH,
        _bits(2, "bits of each number", most=3),
        lambda bits: function_of_words(2 * bits, 2, lambda x: _order(x % (1 << bits), x >> bits)),
    ),
    NamedTask(
        "multiplexer",
        "arithmetic",
        "Pass on the data bit that an address names.",
        "Inputs: 2^s data bits, then the address of s bits. Output: the data bit at the address.",
        _KNUTH,
        (Parameter("selects", 1, "bits of the address, s", least=1, most=2),),
        _multiplexer,
    ),
    NamedTask(
        "decoder",
        "arithmetic",
        "Raise the one output that a number names.",
        "Inputs: a number of n bits. Output i of 2^n: 1 iff the number is i.",
        _KNUTH,
        _bits(2, "bits of the number", most=2),
        lambda bits: function_of_words(bits, 1 << bits, lambda x: 1 << x),
    ),
    NamedTask(
        "parity",
        "arithmetic",
        "Say whether an odd number of bits is 1.",
        "Output: the exclusive or of all inputs.",
        _KNUTH,
        _bits(3, "how many inputs"),
        lambda bits: function_of_words(bits, 1, lambda x: x.bit_count() & 1),
    ),
    NamedTask(
        "majority",
        "arithmetic",
        "Say whether more than half of the bits are 1.",
        "Output: 1 iff more than n/2 of the n inputs are 1; n may be even.",
        _KNUTH,
        _bits(3, "how many inputs"),
        lambda bits: function_of_words(bits, 1, lambda x: 2 * x.bit_count() > bits),
    ),
    NamedTask(
        "not-all-equal",
        "arithmetic",
        "Say whether both values occur among the bits.",
        "Output: 0 iff the inputs are all 0 or all 1.",
        "T. J. Schaefer, The complexity of satisfiability problems, STOC 1978",
        _bits(3, "how many inputs", least=2),
        lambda bits: function_of_words(bits, 1, lambda x: 0 < x < (1 << bits) - 1),
    ),
    NamedTask(
        "sorter",
        "arithmetic",
        "Sort bits, ones first.",
        "Output i, counted from 0: 1 iff more than i of the inputs are 1.",
        "Knuth, The Art of Computer Programming 3, section 5.3.4",
        _bits(2, "how many inputs and outputs", most=4),
        lambda bits: function_of_words(bits, bits, lambda x: (1 << x.bit_count()) - 1),
    ),
    NamedTask(
        "priority-encoder",
        "arithmetic",
        "Give the position of the highest bit that is 1.",
        "Outputs: the position, least bit first, and above it one bit that is 1 iff any input is; "
        "all outputs are 0 where none is.",
        "M. M. Mano and M. D. Ciletti, Digital Design (encoders)",
        _bits(3, "how many inputs", least=2),
        _priority_encoder,
    ),
    NamedTask(
        "adder",
        "arithmetic",
        "Add two numbers and a carry.",
        "Inputs: a, then b, least bit first, then the carry. Outputs: the sum's n + 1 bits, least "
        "first. With bits=1 it is the full adder.",
        _KNUTH,
        _bits(1, "bits of each number", most=2),
        _adder,
    ),
    NamedTask(
        "constant",
        "arithmetic",
        "Give the same bit whatever the input.",
        "Output: the value. No definition may see an optimizer in what solves this at size 0.",
        "an anchor of the definitions",
        (
            *_bits(2, "how many inputs"),
            Parameter("value", 0, "the output", least=0, most=1),
        ),
        lambda bits, value: function_of_words(bits, 1, lambda x: value),
    ),
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
        _random_table,
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
        _random_partial,
    ),
)
