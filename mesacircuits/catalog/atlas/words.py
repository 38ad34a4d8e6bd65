"""What the atlas says in words: names of well-known functions, and what its terms mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.circuits.truthtable import parse_expression

__all__ = ["WORDS", "named_classes", "names_of_class"]

#: Terms that pages explain where they stand.
WORDS: dict[str, str] = {
    "NPN class": "The functions that permuting and negating inputs, and negating the output, "
    "make of one. Where inverters are free they have the same minimal circuits, up to renaming.",
    "size": "The number of gates. Under this order minima are all circuits of least size.",
    "depth-size": "Least depth first (gates on a longest path), and among those least size.",
    "b2": "All two-input gates; inverters are free. Also called XAG.",
    "aig": "Two-input AND gates of any polarity; inverters are free.",
    "mig": "Majority gates of three, which may read a constant; inverters are free.",
    "search-like": "Some wires evaluate candidates by one objective, and after any exchange of "
    "their values the output is the word of a best one; nothing else moves the output. The "
    "coloured wires are the witness.",
    "lookup-table": "Disjoint cubes of the input, each a wire that can be knocked out alone: then "
    "just its own inputs get the default word.",
    "control-like": "Some wires carry an error on which alone the action depends. Outside the "
    "target every step leads nearer to it, each disturbance is recovered from, and with the error "
    "held at a value some is not. The coloured wires are the witness.",
    "minima disagree": "Some minimal circuits of the same function have the tag and others do not.",
    "definitions disagree": "Some minimum has the tag of just one of the two definitions.",
}

_BY_ONES: dict[str, Callable[[int, int], bool]] = {
    "AND": lambda n, ones: ones == n,
    "parity": lambda n, ones: ones % 2 == 1,
    "not-all-equal": lambda n, ones: 0 < ones < n,
    "exactly one": lambda n, ones: ones == 1,
    "exactly two": lambda n, ones: ones == 2,
    "at least two": lambda n, ones: ones >= 2,
    "at least three": lambda n, ones: ones >= 3,
    "majority": lambda n, ones: n % 2 == 1 and 2 * ones > n,
}
_NUMBERS = {2: "two", 3: "three", 4: "four"}
_EXPRESSIONS = {
    "multiplexer": "(a & b) | (~a & c)",
    "AND-OR": "(a & b) | c",
    "XOR-AND": "a ^ (b & c)",
    "bent": "(a & b) ^ (c & d)",
    "two disjoint pairs, some AND": "(a & b) | (c & d)",
    "two equal bits, twice": "~(a ^ b) & ~(c ^ d)",
}


@cache
def named_classes() -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the names of classes: by number of inputs and least member.

    >>> named_classes()[3, "17"]
    ('at least two of three', 'majority of three')
    """
    found: dict[tuple[int, str], list[str]] = {}

    def add(table: TruthTable, name: str) -> None:
        key = table.inputs, npn_canonical(table)[0].hex
        if name not in found.setdefault(key, []):
            found[key].append(name)

    for n, number in _NUMBERS.items():
        for name, holds in _BY_ONES.items():
            bits = sum(holds(n, x.bit_count()) << x for x in range(1 << n))
            if bits:
                add(TruthTable(n, bits), f"{name} of {number}")
    for name, expression in _EXPRESSIONS.items():
        inputs = 1 + max("abcd".index(letter) for letter in set(expression) & set("abcd"))
        add(parse_expression(expression, inputs), name)
    return {key: tuple(names) for key, names in found.items()}


def names_of_class(form: TruthTable) -> tuple[str, ...]:
    """Return the names of a class, given by its least member; of most there are none."""
    return named_classes().get((form.inputs, form.hex), ())
