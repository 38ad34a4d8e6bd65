"""Conjectures as sentences: a quantifier, solvers, a universe, what they are made of, a tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import chain, repeat
from typing import Any

from mesacircuits.call import Call
from mesacircuits.circuits.bases import B2, BASES, BASIS_ALIASES, Basis
from mesacircuits.definitions import (
    DEFINITIONS,
    Definition,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import DEPTH, DEPTH_SIZE, FORMULA, ORDERS, PARETO, SIZE, SIZE_DEPTH
from mesacircuits.enumeration.programs import DEFAULT_CAP, PROGRAM_ORDERS
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.programs import OPERATIONS, VARIANTS
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.studies.universe import FAMILIES, Universe, parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, Task, WorldTask

__all__ = [
    "MOST_GATES",
    "PROGRAM",
    "QUANTIFIERS",
    "SENTENCE_ORDERS",
    "SOLVERS",
    "TAGGED_ORDERS",
    "Sentence",
    "Verdict",
    "parse_sentence",
    "worst",
]


class Verdict(Enum):
    """What was found of a claim, as it is printed, over its universe.

    A universal or existential statement is held or refuted. Of a tendency, which is decided against
    a matched null, evidence is for it or against it, or there is none. Vacuous is what nothing in
    the universe could have answered otherwise; inconclusive what a budget left open.

    >>> Verdict.REFUTED.exit_status, Verdict.SUPPORTED.exit_status, Verdict.NO_EVIDENCE.exit_status
    (3, 0, 4)
    """

    HELD = "held"
    REFUTED = "refuted"
    SUPPORTED = "supported"
    AGAINST = "against"
    NO_EVIDENCE = "no evidence"
    VACUOUS = "vacuous"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_status(self) -> int:
        """0 if held or supported, 3 if refuted or against, 4 for the rest."""
        return {"held": 0, "supported": 0, "refuted": 3, "against": 3}.get(self.value, 4)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts on sentences: refuted, then inconclusive, then held.

    >>> worst([Verdict.HELD, Verdict.INCONCLUSIVE]).value
    'inconclusive'
    """
    order = [Verdict.HELD, Verdict.INCONCLUSIVE, Verdict.REFUTED]
    return max(verdicts, key=order.index, default=Verdict.HELD)


#: The orders whose minima are tagged in bulk, class by class, over all functions of n inputs.
TAGGED_ORDERS = (SIZE, DEPTH_SIZE)

#: The orders that sentences about circuits may speak of: each has finitely many minima.
SENTENCE_ORDERS = (SIZE, DEPTH_SIZE, SIZE_DEPTH, DEPTH, PARETO, FORMULA)

#: More gates than any minimum that is enumerated, or shown, has.
MOST_GATES = 64

#: What a sentence calls programs.
PROGRAM = "program"

# The orders of programs; an expression that strangers write is none of them.
_PROGRAM_ORDERS = tuple(name for name in PROGRAM_ORDERS if not name.startswith("f:"))
_STANDARD = "fair"
# What else minima under an order are called.
_CALLED = {"shortest": "length-minimal", "smallest": "size-minimal"}

#: Sentences come from strangers' files, and to set a task up can take a second.
_MOST_PARTS = 256

# A name, which its arguments in parentheses may follow; what opens with one ends at a space.
_NAME = re.compile(r"[^\s(;]+|\(\S*")
_WORD = re.compile(r"\S")
_PARENTHESIS = re.compile(r"[()]")
# It says that the universe goes on.
_SEMICOLON = re.compile(r"\s*;")

#: What a sentence claims of the minima in its universe.
QUANTIFIERS = {
    "no": "none of them has the tag",
    "every": "all of them have the tag",
    "some": "at least one of them has the tag",
}


#: What solvers a sentence may speak of. In a world or an episode a circuit is the policy: of its
#: observation alone, or, where bits of state are granted, of these too, as a Mealy machine.
SOLVERS = {
    "circuit": "circuits of any tasks",
    "controller": "worlds and episodes without state",
    "mealy": "worlds and episodes with bits of state",
    PROGRAM: "programs of any tasks",
}


@dataclass(frozen=True)
class Sentence:
    """A claim about all minimal circuits, or programs, of all tasks of a universe.

    Arguments:
        quantifier: `no`, `every` or `some`.
        order: what minimal means.
        universe: the tasks.
        over: the basis that circuits are built from; of programs the text of their operations: a
            name of `VARIANTS`, or several operations joined by plus signs.
        definition: the definition whose tag is claimed, with its dials.
        solver: what solvers are called, one of `SOLVERS`; the tasks must be such.
        cap: the most gates, or instructions of a program, under the orders that need a cap.

    Raises `ArgumentError` for tasks that have no such solvers, and for those that stand for others
    of which what is claimed could be false (see `Universe.refuse_moved`).

    >>> search = named_in_file("definition", "search-like")
    >>> print(Sentence("no", "size", Universe.of_functions(4), BASES["b2"], search))
    no size-minimal circuit of functions(4) over b2 is search-like
    """

    quantifier: str
    order: str
    universe: Universe
    over: Basis | str
    definition: Definition
    solver: str = "circuit"
    cap: int | None = None

    def __post_init__(self) -> None:
        basis = self.over if isinstance(self.over, Basis) else None
        self.universe.refuse_moved(basis, self.definition)
        if self.solver not in ("controller", "mealy"):
            return
        others = [str(functions) for functions in self.universe.functions]
        for name, task in self.universe.tasks:
            state = task.state_bits if isinstance(task, EpisodeTask | WorldTask) else None
            if state is None or (state > 0) != (self.solver == "mealy"):
                others.append(name)
        if others:
            raise ArgumentError("universe", f"{SOLVERS[self.solver]}, for {self.solver}", others[0])

    @property
    def basis(self) -> Basis:
        """What circuits are built from; programs are not."""
        if not isinstance(self.over, Basis):
            raise ArgumentError("sentence", "one about circuits, which have a basis", str(self))
        return self.over

    @property
    def minimal(self) -> str:
        """By what order, and over what, as in `size over b2`."""
        return f"{self.order}{self._cap} over {self.over}"

    @property
    def by_classes(self) -> bool:
        """Whether classes of functions are looked at, one of each, and not tasks one by one."""
        tagged = self.solver != PROGRAM and self.order in TAGGED_ORDERS
        return tagged and self.universe.only_functions and has_fast_kernel(self.basis)

    def decided_by(self, holds: bool) -> bool:
        """Return whether one minimum that has the tag, or has it not, decides the sentence.

        It refutes `no` by having the tag and `every` by lacking it, and by having it bears out
        `some`.
        """
        return holds != (self.quantifier == "every")

    @property
    def _cap(self) -> str:
        return "" if self.cap is None else f"(cap={self.cap})"

    def __str__(self) -> str:
        return (
            f"{self.quantifier} {self.order}-minimal{self._cap} {self.solver} of {self.universe} "
            f"over {self.over} is {describe_definition(self.definition)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the sentence and its parts as JSON values."""
        return {
            "sentence": str(self),
            "quantifier": self.quantifier,
            "order": self.order,
            "universe": self.universe.to_json(),
            "operations" if self.solver == PROGRAM else "basis": str(self.over),
            "definition": definition_record(self.definition),
        }


@dataclass(frozen=True, slots=True)
class _Word:
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


def _end_of_word(text: str, start: int) -> int:
    """Return where the word that starts at a place ends, each parenthesis read once."""
    end = start
    if name := _NAME.match(text, start):
        end = name.end()
        if text[end : end + 1] == "(":
            depth, end = 0, len(text)
            for match in _PARENTHESIS.finditer(text, name.end()):
                depth += 1 if match[0] == "(" else -1
                if not depth:
                    end = match.end()
                    break
    semicolon = _SEMICOLON.match(text, end)
    return semicolon.end() if semicolon else end


class _Words:
    """The words of a sentence, read from left to right; parentheses hold a word together.

    >>> words = _Words("no size-minimal circuit")
    >>> words.take(["no", "every"]), words.following().text
    ('no', 'size-minimal')
    """

    def __init__(self, text: str) -> None:
        found: list[_Word] = []
        end = 0
        while begun := _WORD.search(text, end):
            end = _end_of_word(text, begun.start())
            found.append(_Word(text[begun.start() : end], len(found) + 1, begun.start() + 1))
        last = _Word("", len(found) + 1, len(text) + 1)
        self._words = chain(found, repeat(last))

    def following(self) -> _Word:
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

    The form is `QUANTIFIER ORDER-minimal SOLVER of UNIVERSE over BASIS is TAG`. QUANTIFIER is `no`,
    `every` or `some`; SOLVER is `circuit`, or `controller` or `mealy` where the tasks are worlds or
    episodes, or `program` (see `SOLVERS`). ORDER is one of `SENTENCE_ORDERS`, of programs one of
    `PROGRAM_ORDERS`. `depth` states a cap on the size, as in `depth-minimal(cap=5)`; orders of
    programs that need one on the length state it, as in `worst-time-minimal(cap=4)`, or mean the
    usual one. `shortest` stands for `length-minimal`,
    `smallest` for `size-minimal`. UNIVERSE is `functions(N)`, `choices(K, m)`, `worlds(N, A)`,
    `library`, any task such as `tt:3:96,E8`, `argmax(candidates=3)` or `thermostat`, or several of
    them, at most 256, joined by semicolons. BASIS is a basis, of programs a name of `VARIANTS` or
    operations joined by plus signs; without `over BASIS` they are `b2` and `fair`. TAG is a
    definition, with dials in parentheses if they are not the usual ones, such as
    `search-like(objective_gates=2)`.

    Arguments:
        text: the sentence.
        task: reads the name of a task; it opens no file.

    Raises `ArgumentError` that names the word at fault, its column, and what was expected.

    >>> parse_sentence("no size-minimal circiut of functions(4) over b2 is search-like")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: sentence, word 3, column 17: expected 'circuit' or \
'controller' or 'mealy' or 'program', got 'circiut' (did you mean circuit?)
    >>> print(parse_sentence("every shortest program of satisfying(candidates=4) is search-like"))
    every length-minimal program of satisfying(candidates=4) over fair is search-like
    """
    words = _Words(text)
    quantifier = words.take(list(QUANTIFIERS))
    ordered = words.following()
    # Told before the solver, of whose orders it has to be one.
    _order_in(ordered, (*SENTENCE_ORDERS, *_PROGRAM_ORDERS))
    solver = words.take(list(SOLVERS))
    programs = solver == PROGRAM
    order, cap = _order_in(ordered, _PROGRAM_ORDERS if programs else SENTENCE_ORDERS)
    words.take(["of"])
    universe = _universe_in(words, task, programs)
    over: Basis | str = _STANDARD if programs else B2
    if words.take(["over", "is"]) == "over":
        if programs:
            over = _operations_in(words.following())
        else:
            name = words.take([*BASES, *BASIS_ALIASES])
            over = BASES[BASIS_ALIASES.get(name, name)]
        words.take(["is"])
    definition = _definition_in(words.following())
    words.end()
    return Sentence(quantifier, order, universe, over, definition, solver, cap)


def _order_in(word: _Word, orders: Sequence[str]) -> tuple[str, int | None]:
    """Return the order that a word names, and its cap if it takes one."""
    expected = [f"{order}-minimal" for order in orders]
    name, _, inside = _CALLED.get(word.text, word.text).partition("(")
    order = name.removesuffix("-minimal")
    if name not in expected:
        called = [short for short, name in _CALLED.items() if name in expected]
        raise word.fail(" or ".join(f"'{e}'" for e in expected), [*expected, *called])
    programs = order in _PROGRAM_ORDERS
    if not (order_named(order).capped if programs else ORDERS[order].takes_cap):
        if inside:
            raise word.fail(f"'{name}', which takes no cap")
        return order, None
    usual = {"cap": DEFAULT_CAP} if programs else {}
    try:
        given = Call.parse(word.text, "order").values if inside else usual
    except ArgumentError:
        given = {}
    cap, most = given.get("cap"), MAX_LENGTH if programs else MOST_GATES
    if [*given] != ["cap"] or not isinstance(cap, int) or not 0 <= cap <= most:
        raise word.fail(f"'{name}(cap=N)', N from 0 to {most}")
    return order, cap


def _operations_in(word: _Word) -> str:
    """Return the operations that a word names."""
    if word.text not in VARIANTS and not all(part in OPERATIONS for part in word.text.split("+")):
        raise word.fail(f"one of {', '.join(VARIANTS)}", list(VARIANTS))
    return word.text


def _universe_in(
    words: _Words, task: Callable[[str], Task] = _task_in_file, one_by_one: bool = False
) -> Universe:
    """Return the universe that the next words name: parts joined by semicolons.

    Tasks are named as they write themselves; none is read from a file. `one_by_one`: functions
    must be few enough to be listed.

    Raises `ArgumentError` that names the first of the words.

    >>> print(_universe_in(_Words("argmax(candidates=3); expr:a&b over b2")))
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
        if one_by_one:
            universe.listed()
        return universe
    except MesacircuitsError as error:
        expected = f"functions(N) or a task tt:N:HEX, or another universe ({error})"
        raise word.fail(expected, [*FAMILIES, "functions(4)"]) from error


def _definition_in(word: _Word) -> Definition:
    """Return the definition that a word names, with its dials, or raise what is wrong with it."""
    name = word.text.partition("(")[0]
    if name not in DEFINITIONS:
        raise _Word(name, word.place, word.column).fail(
            " or ".join(f"'{d}'" for d in DEFINITIONS), list(DEFINITIONS)
        )
    try:
        return named_in_file("definition", word.text)
    except MesacircuitsError as error:
        raise word.fail(f"dials of {name} ({error})") from error
