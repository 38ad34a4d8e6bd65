"""The standard blocks of logic and arithmetic, as functions: one word per input."""

from __future__ import annotations

from collections.abc import Callable

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.tasks.function import FunctionTask
from mesacircuits.tasks.library.named_task import NamedTask

__all__ = [
    "TASKS",
    "adder",
    "comparator",
    "constant",
    "decoder",
    "function_of_words",
    "majority",
    "multiplexer",
    "not_all_equal",
    "parity",
    "priority_encoder",
    "sorter",
]


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


def comparator(bits: int = 2) -> FunctionTask:
    """Return the comparison of two numbers a, b: outputs a < b and a > b.

    >>> print(comparator(1))
    tt:2:4,2
    """

    def word(x: int) -> int:
        a, b = x & (1 << bits) - 1, x >> bits
        return (a < b) | (a > b) << 1

    return function_of_words(2 * bits, 2, word)


def multiplexer(selects: int = 1) -> FunctionTask:
    """Return the choice of one of 2^s data bits by an address of s bits above them.

    >>> print(multiplexer())
    tt:3:CA
    """
    data = 1 << selects
    return function_of_words(data + selects, 1, lambda x: x >> (x >> data) & 1)


def decoder(bits: int = 2) -> FunctionTask:
    """Return the 2^n outputs of which number i is 1 iff the input is i.

    >>> print(decoder())
    tt:2:1,2,4,8
    """
    return function_of_words(bits, 1 << bits, lambda x: 1 << x)


def parity(bits: int = 3) -> FunctionTask:
    """Return whether an odd number of bits is 1.

    >>> print(parity())
    tt:3:96
    """
    return function_of_words(bits, 1, lambda x: x.bit_count() & 1)


def majority(bits: int = 3) -> FunctionTask:
    """Return whether more than half of the bits are 1.

    >>> print(majority())
    tt:3:E8
    """
    return function_of_words(bits, 1, lambda x: 2 * x.bit_count() > bits)


def not_all_equal(bits: int = 3) -> FunctionTask:
    """Return whether both values occur among the bits.

    >>> print(not_all_equal())
    tt:3:7E
    """
    return function_of_words(bits, 1, lambda x: 0 < x < (1 << bits) - 1)


def sorter(bits: int = 2) -> FunctionTask:
    """Return the bits in descending order: output i is 1 iff more than i of them are 1.

    >>> print(sorter())
    tt:2:E,8
    """
    return function_of_words(bits, bits, lambda x: (1 << x.bit_count()) - 1)


def priority_encoder(bits: int = 3) -> FunctionTask:
    """Return the position of the highest bit that is 1, and above it whether there is one.

    >>> print(priority_encoder())
    tt:3:0C,F0,FE
    """
    width = (bits - 1).bit_length()

    def word(x: int) -> int:
        return x.bit_length() - 1 | 1 << width if x else 0

    return function_of_words(bits, width + 1, word)


def adder(bits: int = 1) -> FunctionTask:
    """Return the sum of two numbers and a carry, with n + 1 output bits.

    >>> print(adder())
    tt:3:96,E8
    """
    mask = (1 << bits) - 1

    def word(x: int) -> int:
        return (x & mask) + (x >> bits & mask) + (x >> 2 * bits)

    return function_of_words(2 * bits + 1, bits + 1, word)


def constant(bits: int = 2, value: int = 0) -> FunctionTask:
    """Return the constant function of n inputs.

    >>> print(constant(2, 1))
    tt:2:F
    """
    return function_of_words(bits, 1, lambda x: value)


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
        comparator,
    ),
    NamedTask(
        "multiplexer",
        "arithmetic",
        "Pass on the data bit that an address names.",
        "Inputs: 2^s data bits, then the address of s bits. Output: the data bit at the address.",
        _KNUTH,
        (Parameter("selects", 1, "bits of the address, s", least=1, most=2),),
        multiplexer,
    ),
    NamedTask(
        "decoder",
        "arithmetic",
        "Raise the one output that a number names.",
        "Inputs: a number of n bits. Output i of 2^n: 1 iff the number is i.",
        _KNUTH,
        _bits(2, "bits of the number", most=2),
        decoder,
    ),
    NamedTask(
        "parity",
        "arithmetic",
        "Say whether an odd number of bits is 1.",
        "Output: the exclusive or of all inputs.",
        _KNUTH,
        _bits(3, "how many inputs"),
        parity,
    ),
    NamedTask(
        "majority",
        "arithmetic",
        "Say whether more than half of the bits are 1.",
        "Output: 1 iff more than n/2 of the n inputs are 1; n may be even.",
        _KNUTH,
        _bits(3, "how many inputs"),
        majority,
    ),
    NamedTask(
        "not-all-equal",
        "arithmetic",
        "Say whether both values occur among the bits.",
        "Output: 0 iff the inputs are all 0 or all 1.",
        "T. J. Schaefer, The complexity of satisfiability problems, STOC 1978",
        _bits(3, "how many inputs", least=2),
        not_all_equal,
    ),
    NamedTask(
        "sorter",
        "arithmetic",
        "Sort bits, ones first.",
        "Output i, counted from 0: 1 iff more than i of the inputs are 1.",
        "Knuth, The Art of Computer Programming 3, section 5.3.4",
        _bits(2, "how many inputs and outputs", most=4),
        sorter,
    ),
    NamedTask(
        "priority-encoder",
        "arithmetic",
        "Give the position of the highest bit that is 1.",
        "Outputs: the position, least bit first, and above it one bit that is 1 iff any input is; "
        "all outputs are 0 where none is.",
        "M. M. Mano and M. D. Ciletti, Digital Design (encoders)",
        _bits(3, "how many inputs", least=2),
        priority_encoder,
    ),
    NamedTask(
        "adder",
        "arithmetic",
        "Add two numbers and a carry.",
        "Inputs: a, then b, least bit first, then the carry. Outputs: the sum's n + 1 bits, least "
        "first. With bits=1 it is the full adder.",
        _KNUTH,
        _bits(1, "bits of each number", most=2),
        adder,
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
        constant,
    ),
)
