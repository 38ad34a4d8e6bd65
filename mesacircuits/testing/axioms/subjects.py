"""Strategies of subjects: any, and such as definitions of search, lookup and control tag."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import B2, Circuit, Gate, NPNTransform, Output
from mesacircuits.definitions.exemplars import EXEMPLARS
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing.axioms.axiom import Subject
from mesacircuits.testing.axioms.tabulation import tabulated
from mesacircuits.testing.pair_strategies import SOLVED_KINDS, solved_pairs
from mesacircuits.testing.strategies import function_tasks

__all__ = ["choosers", "exemplar_subjects", "subjects", "tables"]


def subjects(*kinds: str) -> SearchStrategy[Subject]:
    """Return a strategy of solvers with tasks of some kinds (`SOLVED_KINDS`); by default all.

    Beside any circuits, some compare two evaluations, some are tables, and some are exemplars: of
    what is drawn at random hardly anything has a tag.

    >>> from hypothesis import find
    >>> find(subjects("function"), lambda subject: subject.solver.size > 0).solver.inputs > 0
    True
    """
    kinds = kinds or SOLVED_KINDS
    drawn: list[SearchStrategy[Subject]] = [solved_pairs(*kinds).map(lambda pair: Subject(*pair))]
    if "function" in kinds:
        drawn += [choosers(), tables()]
    if kinds == SOLVED_KINDS:
        drawn.append(exemplar_subjects())
    return st.one_of(drawn)


@st.composite
def choosers(draw: DrawFn) -> Subject:
    """Return a strategy of circuits that compare one objective with itself, inputs renamed."""
    n = draw(st.integers(2, 4))
    name = draw(st.sampled_from(("and", "butnot", "or", "xor")))
    first, second = draw(st.permutations(range(n)))[:2]
    objective = Circuit(n, (Gate(name, (first, second)),), (Output(n),))
    mask = draw(st.just(0) | st.integers(0, (1 << n) - 1))
    turn = NPNTransform(tuple(draw(st.permutations(range(n)))), mask)
    other = turn.on_circuit(objective).gates[0]
    compare = Gate(draw(st.sampled_from(B2.names)), (n, n + 1))
    output = Output(n + 2, draw(st.booleans()))
    circuit = Circuit(n, (*objective.gates, other, compare), (output,))
    return Subject(circuit, FunctionTask(circuit.tables()))


@st.composite
def tables(draw: DrawFn) -> Subject:
    """Return a strategy of truth-table circuits of functions that are not constant."""
    task = draw(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
    return Subject(tabulated(task), task)


def exemplar_subjects() -> SearchStrategy[Subject]:
    """Return a strategy of the exemplars."""
    return st.sampled_from([Subject(exemplar.solver, exemplar.task) for exemplar in EXEMPLARS])
