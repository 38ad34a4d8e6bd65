"""Solvers with a definition's tag, and without it, of each kind of task.

Of what is drawn at random hardly anything has a tag, and what breaks an axiom often does so only
where the tag is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mesacircuits.circuits import B2
from mesacircuits.data.minima import chain_of_text
from mesacircuits.definitions.definition import Definition, circuit_of, has_influence
from mesacircuits.definitions.exemplars import EXEMPLARS, program_exemplars
from mesacircuits.definitions.registry import DEFINITIONS
from mesacircuits.enumeration.minima_lists import shipped_classes
from mesacircuits.enumeration.orders import SIZE
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing.axioms.subjects import (
    PROGRAM,
    Subject,
    choosers,
    comparisons,
    exemplars_of,
    small_subjects,
    subjects,
    tables,
)
from mesacircuits.testing.drawing import drawn
from mesacircuits.testing.strategies import SOLVED_KINDS, tasks_solved_by
from mesacircuits.testing.tagging import anchors_of, constructed, tagged

__all__ = ["MOST_DRAWN", "Solvers", "shipped_subjects", "solvers_of", "tag_can_be_made"]

#: How many are drawn in each way, and how many small ones are looked at, to find tagged ones.
MOST_DRAWN = 60
_SMALL = 100
_MOST_INPUTS = 4
#: What often has a tag, for each kind of which something is known.
_LIKELY = {"function": (choosers, tables), "optimisation": (comparisons,)}


def _by_construction(definition: Definition, kind: str) -> SearchStrategy[Subject] | None:
    """Return a strategy of solvers of a kind built to have the tag; None if none are built."""
    plain = getattr(definition, "definition", definition)
    if kind == PROGRAM:
        return None
    try:
        if constructed(plain) is None:
            return None
        return tagged(plain, kind).map(lambda pair: Subject(*pair))
    except ArgumentError:
        # No circuit of this kind, or of its dials, is built.
        return None


def tag_can_be_made(definition: Definition) -> bool:
    """Return whether solvers are known that are to have the tag of a definition.

    They can be built, or are exemplars of the tag; of these nothing is said where dials of a
    definition of the package are set otherwise, for then they need not have it.

    >>> from mesacircuits.definitions import SearchLike, from_function
    >>> tag_can_be_made(SearchLike())
    True
    >>> tag_can_be_made(from_function("mine", "mine", lambda solver, task: 0))
    False
    """
    if any(_by_construction(definition, kind) is not None for kind in SOLVED_KINDS):
        return True
    name = definition.name
    if name in DEFINITIONS and definition.parameters != DEFINITIONS[name]().parameters:
        return False
    circuits = any(definition.tag in exemplar.tags for exemplar in EXEMPLARS)
    return circuits or any(definition.tag in exemplar.tags for exemplar in program_exemplars())


@cache
def shipped_subjects() -> tuple[Subject, ...]:
    """Return shipped minima of the functions of three inputs, one of each orbit of each class.

    >>> len(shipped_subjects()) > 20, shipped_subjects()[0].task.inputs
    (True, 3)
    """
    found = []
    for listed in shipped_classes(3, B2, SIZE).values():
        for text in listed.orbits:
            circuit = chain_of_text(text, 3, B2.names)
            found.append(Subject(circuit, FunctionTask(circuit.tables())))
    return tuple(found)


class Solvers:
    """Solvers of each kind that a definition tags, and with influence that it does not tag.

    They are looked for among solvers built to have the tag, where such are (`constructed`);
    exemplars; shipped minima; small ones; drawn ones; and, of other kinds than functions, drawn
    tasks that tagged solvers of functions solve.

    Arguments:
        definition: the definition.
        seed: what is drawn is drawn from it.
        count: how many are drawn in each way.
        lenient: whether solvers are left out on which the definition raises something; by default
            that is raised.

    >>> from mesacircuits.definitions import SearchLike
    >>> found = Solvers(SearchLike())
    >>> all(SearchLike().judge(s.solver, s.task).holds for s in found.tagged("optimisation"))
    True
    """

    def __init__(
        self,
        definition: Definition,
        seed: int = 0,
        count: int = MOST_DRAWN,
        lenient: bool = False,
    ) -> None:
        self._definition, self._lenient = definition, lenient
        self._seed, self._count = seed, count
        self._found: dict[str, tuple[list[Subject], list[Subject]]] = {}

    def tagged(self, kind: str) -> list[Subject]:
        """Return those with the tag, smallest first."""
        return self._of(kind)[0]

    def untagged(self, kind: str) -> list[Subject]:
        """Return those without the tag, of those with influence; smallest first."""
        return self._of(kind)[1]

    def strategy(self, kind: str, tagged: bool = True) -> SearchStrategy[Subject] | None:
        """Return a strategy of these with the tag, or without; None if none was found."""
        found = self._of(kind)[not tagged]
        return _one_of(found) if found else None

    def _of(self, kind: str) -> tuple[list[Subject], list[Subject]]:
        if kind not in self._found:
            sides: tuple[list[Subject], list[Subject]] = [], []
            known = {(subject.solver, subject.task): subject for subject in self._candidates(kind)}
            for subject in known.values():
                holds = self._holds(subject)
                if holds or (holds is False and has_influence(subject.solver, subject.task)):
                    sides[not holds].append(subject)
            for side in sides:
                side.sort(key=lambda subject: subject.key)
            self._found[kind] = sides
        return self._found[kind]

    def _holds(self, subject: Subject) -> bool | None:
        try:
            judgement = self._definition.judge(subject.solver, subject.task)
        except Exception:
            if self._lenient:
                return None
            raise
        return judgement.holds if judgement.applies else None

    def _drawn(self, strategy: SearchStrategy[Subject]) -> list[Subject]:
        return drawn(strategy, self._count, self._seed)

    def _candidates(self, kind: str) -> Iterator[Subject]:
        built = _by_construction(self._definition, kind)
        if built is not None:
            yield from self._drawn(built)
        yield from exemplars_of(kind)
        plain = getattr(self._definition, "definition", self._definition)
        for solver, task in anchors_of(plain):
            if (anchor := Subject(solver, task)).kind == kind:
                yield anchor
        if kind == "function":
            yield from shipped_subjects()
        for likely in _LIKELY.get(kind, ()):
            yield from self._drawn(likely())
        yield from islice(small_subjects(kind), _SMALL)
        yield from self._drawn(subjects(kind))
        functions = self.tagged("function") if kind not in ("function", PROGRAM) else []
        if usable := [s for s in functions if _can_be_given(s, kind)]:
            pairs = _one_of(usable).flatmap(
                lambda subject: tasks_solved_by(circuit_of(subject.solver), kind).map(
                    lambda task: Subject(subject.solver, task)
                )
            )
            yield from self._drawn(pairs)


def _one_of(found: list[Subject]) -> SearchStrategy[Subject]:
    # What Hypothesis prints of a strategy is short, as it would not be of a list of subjects.
    return st.integers(0, len(found) - 1).map(lambda place: found[place])


def _can_be_given(subject: Subject, kind: str) -> bool:
    # Tasks of words have few outputs; worlds and episodes of many observations are long.
    circuit = circuit_of(subject.solver)
    return circuit.inputs <= _MOST_INPUTS and 1 <= len(circuit.outputs) <= 2


@lru_cache(maxsize=8)
def _kept(definition: Definition) -> Solvers:
    return Solvers(definition, lenient=True)


def solvers_of(definition: Definition) -> Solvers:
    """Return the `Solvers` of a definition, kept for the next asker; what it fails on is left out.

    >>> from mesacircuits.definitions import LookupTable
    >>> solvers_of(LookupTable()) is solvers_of(LookupTable())
    True
    """
    try:
        return _kept(cast(Any, definition))
    except TypeError:
        # What cannot be a key is asked each time.
        return Solvers(definition, lenient=True)
