"""Conjectures as sentences: a quantifier, solvers, a universe, a basis, a tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from mesacircuits.circuits.bases import BASES, Basis
from mesacircuits.classification import (
    DEFINITIONS,
    Definition,
    definition_record,
    describe_definition,
)
from mesacircuits.classification.file_names import named_in_file
from mesacircuits.enumeration import DEPTH_SIZE, MAX_CENSUS_INPUTS, SIZE
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.tasks import FunctionTask

__all__ = [
    "QUANTIFIERS",
    "TAGGED_ORDERS",
    "Functions",
    "Sentence",
    "SentenceWords",
    "SingleTask",
    "Word",
    "definition_word",
    "parse_sentence",
]

#: The orders that sentences may speak of: those whose minima are tagged in bulk.
TAGGED_ORDERS = (SIZE, DEPTH_SIZE)

#: What a sentence claims of the minima in its universe.
QUANTIFIERS = {
    "no": "none of them has the tag",
    "every": "all of them have the tag",
    "some": "at least one of them has the tag",
}


@dataclass(frozen=True, slots=True)
class Functions:
    """The universe of all 2^(2^n) Boolean functions of n inputs, n from 1 to 4.

    >>> str(Functions(4))
    'functions(4)'
    """

    inputs: int

    def __post_init__(self) -> None:
        if not isinstance(self.inputs, int) or not 1 <= self.inputs <= MAX_CENSUS_INPUTS:
            raise ArgumentError(
                "inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", self.inputs
            )

    def to_json(self) -> dict[str, Any]:
        """Return the universe as JSON values."""
        return {"kind": "functions", "inputs": self.inputs}

    def __str__(self) -> str:
        return f"functions({self.inputs})"


@dataclass(frozen=True, slots=True)
class SingleTask:
    """The universe of one task.

    >>> str(SingleTask(named_in_file("function", "tt:3:7E")))
    'tt:3:7E'
    """

    task: FunctionTask

    @property
    def inputs(self) -> int:
        """The number of inputs of the task."""
        return self.task.inputs

    def to_json(self) -> dict[str, Any]:
        """Return the universe as JSON values."""
        return {"kind": "task", "task": str(self.task)}

    def __str__(self) -> str:
        return str(self.task)


@dataclass(frozen=True)
class Sentence:
    """A claim about all minimal circuits of all tasks of a universe.

    Arguments:
        quantifier: `no`, `every` or `some`.
        order: what minimal means.
        universe: the tasks.
        basis: what circuits are built from.
        definition: the definition whose tag is claimed, with its dials.

    >>> search = named_in_file("definition", "search-like")
    >>> print(Sentence("no", "size", Functions(4), BASES["b2"], search))
    no size-minimal circuit of functions(4) over b2 is search-like
    """

    quantifier: str
    order: str
    universe: Functions | SingleTask
    basis: Basis
    definition: Definition

    def decided_by(self, holds: bool) -> bool:
        """Return whether one minimum that has the tag, or has it not, decides the sentence.

        It refutes `no` by having the tag and `every` by lacking it, and by having it bears out
        `some`.
        """
        return holds != (self.quantifier == "every")

    def __str__(self) -> str:
        return (
            f"{self.quantifier} {self.order}-minimal circuit of {self.universe} "
            f"over {self.basis} is {describe_definition(self.definition)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the sentence and its parts as JSON values."""
        return {
            "sentence": str(self),
            "quantifier": self.quantifier,
            "order": self.order,
            "universe": self.universe.to_json(),
            "basis": self.basis.name,
            "definition": definition_record(self.definition),
        }


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, and where it stands, for errors."""

    text: str
    place: int
    column: int

    def fail(self, expected: str, known: Sequence[str] = ()) -> ArgumentError:
        """Return the error that something else was expected, with the nearest known word."""
        came = f"'{self.text}'" if self.text else "the end"
        return ArgumentError(
            f"sentence, word {self.place}, column {self.column}",
            expected,
            came + did_you_mean(self.text, known),
        )


class SentenceWords:
    """The words of a sentence, read from left to right; parentheses hold a word together.

    >>> words = SentenceWords("no size-minimal circuit")
    >>> words.take(["no", "every"]), words.following().text
    ('no', 'size-minimal')
    """

    def __init__(self, text: str) -> None:
        found = [
            Word(match[0], place, match.start() + 1)
            for place, match in enumerate(re.finditer(r"[^\s(]+(?:\([^)]*\)?)?|\(\S*", text), 1)
        ]
        last = Word("", len(found) + 1, len(text) + 1)
        self._words = chain(found, repeat(last))

    def following(self) -> Word:
        """Return the next word; beyond the last an empty one."""
        return next(self._words)

    def take(self, expected: Sequence[str]) -> str:
        """Return the next word, which has to be one of those expected."""
        word = self.following()
        if word.text not in expected:
            listed = " or ".join(f"'{e}'" for e in expected)
            raise word.fail(listed, expected)
        return word.text

    def end(self) -> None:
        """Raise `ArgumentError` if there is a further word."""
        extra = self.following()
        if extra.text:
            raise extra.fail("the end of the sentence")


def parse_sentence(text: str) -> Sentence:
    """Return the conjecture that a sentence states.

    The form is `QUANTIFIER ORDER-minimal circuit of UNIVERSE over BASIS is TAG`, where QUANTIFIER
    is `no`, `every` or `some`; ORDER is `size` or `depth-size`; UNIVERSE is `functions(N)` or a
    task `tt:N:HEX`; TAG is a definition, with dials in parentheses if they are not the usual ones,
    such as `search-like(objective_gates=2)`.

    Raises `ArgumentError` that names the word at fault, its column, and what was expected.

    >>> parse_sentence("no size-minimal circiut of functions(4) over b2 is search-like")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: sentence, word 3, column 17: expected 'circuit', \
got 'circiut' (did you mean circuit?)
    """
    words = SentenceWords(text)
    take = words.take
    quantifier = take(list(QUANTIFIERS))
    order = take([f"{order}-minimal" for order in TAGGED_ORDERS]).removesuffix("-minimal")
    take(["circuit"])
    take(["of"])
    universe = _universe(words.following())
    take(["over"])
    basis = BASES[take(list(BASES))]
    take(["is"])
    definition = definition_word(words.following())
    words.end()
    return Sentence(quantifier, order, universe, basis, definition)


def _universe(word: Word) -> Functions | SingleTask:
    match = re.fullmatch(r"functions\(\s*(\d{1,3})\s*\)", word.text)
    try:
        if match:
            return Functions(int(match[1]))
        if word.text.startswith(("tt:", "expr:")):
            return SingleTask(named_in_file("function", word.text))
    except MesacircuitsError as error:
        raise word.fail(f"a universe ({error})") from error
    raise word.fail("functions(N) or a task tt:N:HEX", ["functions(4)"])


def definition_word(word: Word) -> Definition:
    """Return the definition that a word names, with its dials, or raise what is wrong with it."""
    name = word.text.partition("(")[0]
    if name not in DEFINITIONS:
        raise Word(name, word.place, word.column).fail(
            " or ".join(f"'{d}'" for d in DEFINITIONS), list(DEFINITIONS)
        )
    try:
        return named_in_file("definition", word.text)
    except MesacircuitsError as error:
        raise word.fail(f"dials of {name} ({error})") from error
