"""Conjectures as sentences: a quantifier, solvers, a universe, a basis, a tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from typing import Any

from mesacircuits.circuits.bases import BASES, Basis
from mesacircuits.definitions import (
    DEFINITIONS,
    Definition,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import DEPTH_SIZE, FORMULA, PARETO, SIZE, SIZE_DEPTH
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.studies.universe import FAMILIES, Universe, parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, Task, WorldTask

__all__ = [
    "QUANTIFIERS",
    "SENTENCE_ORDERS",
    "SOLVERS",
    "TAGGED_ORDERS",
    "Sentence",
    "SentenceWords",
    "Word",
    "definition_word",
    "parse_sentence",
    "universe_words",
]

#: The orders whose minima are tagged in bulk, class by class, over all functions of n inputs.
TAGGED_ORDERS = (SIZE, DEPTH_SIZE)

#: The orders that sentences may speak of: each has finitely many minima.
SENTENCE_ORDERS = (SIZE, DEPTH_SIZE, SIZE_DEPTH, PARETO, FORMULA)

#: Sentences come from strangers' files, and to set a task up can take a second.
_MOST_PARTS = 256

# A name with its arguments in parentheses; a semicolon says that the universe goes on.
_WORD = r"(?:[^\s(;]+(?:\([^)]*\)?)?|\(\S*)(?:\s*;)?|;"

#: What a sentence claims of the minima in its universe.
QUANTIFIERS = {
    "no": "none of them has the tag",
    "every": "all of them have the tag",
    "some": "at least one of them has the tag",
}


#: What circuits a sentence may speak of. In a world or an episode a circuit is the policy: of its
#: observation alone, or, where bits of state are granted, of these too, as a Mealy machine.
SOLVERS = {
    "circuit": "circuits of any tasks",
    "controller": "worlds and episodes without state",
    "mealy": "worlds and episodes with bits of state",
}


@dataclass(frozen=True)
class Sentence:
    """A claim about all minimal circuits of all tasks of a universe.

    Arguments:
        quantifier: `no`, `every` or `some`.
        order: what minimal means.
        universe: the tasks.
        basis: what circuits are built from.
        definition: the definition whose tag is claimed, with its dials.
        solver: what the circuits are called, one of `SOLVERS`; the tasks must be such.

    Raises `ArgumentError` for tasks that have no such solvers.

    >>> search = named_in_file("definition", "search-like")
    >>> print(Sentence("no", "size", Universe.of_functions(4), BASES["b2"], search))
    no size-minimal circuit of functions(4) over b2 is search-like
    """

    quantifier: str
    order: str
    universe: Universe
    basis: Basis
    definition: Definition
    solver: str = "circuit"

    def __post_init__(self) -> None:
        if self.solver == "circuit":
            return
        others = [str(functions) for functions in self.universe.functions]
        for name, task in self.universe.tasks:
            state = task.state_bits if isinstance(task, EpisodeTask | WorldTask) else None
            if state is None or (state > 0) != (self.solver == "mealy"):
                others.append(name)
        if others:
            raise ArgumentError("universe", f"{SOLVERS[self.solver]}, for {self.solver}", others[0])

    @property
    def by_classes(self) -> bool:
        """Whether classes of functions are looked at, one of each, and not tasks one by one."""
        kernel = self.order in TAGGED_ORDERS and has_fast_kernel(self.basis)
        return self.universe.only_functions and kernel

    def decided_by(self, holds: bool) -> bool:
        """Return whether one minimum that has the tag, or has it not, decides the sentence.

        It refutes `no` by having the tag and `every` by lacking it, and by having it bears out
        `some`.
        """
        return holds != (self.quantifier == "every")

    def __str__(self) -> str:
        return (
            f"{self.quantifier} {self.order}-minimal {self.solver} of {self.universe} "
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
            for place, match in enumerate(re.finditer(_WORD, text), 1)
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


def _task_in_file(name: str) -> Task:
    return named_in_file("task", name)


def parse_sentence(text: str, task: Callable[[str], Task] = _task_in_file) -> Sentence:
    """Return the conjecture that a sentence states.

    The form is `QUANTIFIER ORDER-minimal circuit of UNIVERSE over BASIS is TAG`. QUANTIFIER is
    `no`, `every` or `some`; ORDER is one of `SENTENCE_ORDERS`. For `circuit` may stand `controller`
    or `mealy` where the tasks are worlds or episodes (see `SOLVERS`). UNIVERSE is `functions(N)`,
    `library`, any task such as `tt:3:96,E8`, `argmax(candidates=3)` or `thermostat`, or several of
    them, at most 256, joined by semicolons. TAG is a definition, with dials in parentheses if they
    are not the usual ones, such as `search-like(objective_gates=2)`.

    Arguments:
        text: the sentence.
        task: reads the name of a task; it opens no file.

    Raises `ArgumentError` that names the word at fault, its column, and what was expected.

    >>> parse_sentence("no size-minimal circiut of functions(4) over b2 is search-like")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: sentence, word 3, column 17: expected 'circuit' or \
'controller' or 'mealy', got 'circiut' (did you mean circuit?)
    """
    words = SentenceWords(text)
    take = words.take
    quantifier = take(list(QUANTIFIERS))
    order = take([f"{order}-minimal" for order in SENTENCE_ORDERS]).removesuffix("-minimal")
    solver = take(list(SOLVERS))
    take(["of"])
    universe = universe_words(words, task)
    take(["over"])
    basis = BASES[take(list(BASES))]
    take(["is"])
    definition = definition_word(words.following())
    words.end()
    return Sentence(quantifier, order, universe, basis, definition, solver)


def universe_words(words: SentenceWords, task: Callable[[str], Task] = _task_in_file) -> Universe:
    """Return the universe that the next words name: parts joined by semicolons.

    Tasks are named as they write themselves; none is read from a file.

    Raises `ArgumentError` that names the first of the words.

    >>> print(universe_words(SentenceWords("argmax(candidates=3); expr:a&b over b2")))
    argmax(candidates=3); tt:2:8
    """
    word = words.following()
    text = word.text
    while text.endswith(";") and (more := words.following().text):
        text += more

    read = cache(task)
    try:
        if not text or text.endswith(";"):
            raise ArgumentError("universe", "a task after the last ';'", "nothing")
        if text.count(";") >= _MOST_PARTS:
            many = counted(text.count(";") + 1, "part")
            raise ArgumentError("universe", f"at most {_MOST_PARTS} parts", many)
        parts = [part.replace(" ", "") for part in text.split(";")]
        own = [p if p.partition("(")[0] in FAMILIES else str(read(p)) for p in parts]
        universe = parse_universe(*own, task=read)
        universe.refuse_solvers()
        return universe
    except MesacircuitsError as error:
        expected = f"functions(N) or a task tt:N:HEX, or another universe ({error})"
        raise word.fail(expected, [*FAMILIES, "functions(4)"]) from error


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
