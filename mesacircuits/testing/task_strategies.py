"""Hypothesis strategies for tasks without a world: relations, optimisation, and any kind."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.tasks import OptimisationTask, RelationTask, Task
from mesacircuits.testing.strategies import function_tasks
from mesacircuits.testing.world_strategies import episode_tasks, world_tasks

__all__ = ["optimisation_tasks", "rationals", "relation_tasks", "supports", "tasks"]


def rationals(most: int = 3) -> SearchStrategy[Fraction]:
    """Return a strategy of small rationals, of either sign; it shrinks to 0.

    >>> from hypothesis import find
    >>> find(rationals(), lambda number: number.denominator > 1)
    Fraction(1, 2)
    """
    return st.builds(Fraction, st.integers(-2 * most, 2 * most), st.sampled_from((1, 2)))


def supports(inputs: int) -> SearchStrategy[int | None]:
    """Return a strategy of supports of tasks of so many inputs; None is all of them."""
    return st.none() | st.integers(1, (1 << (1 << inputs)) - 1)


@st.composite
def relation_tasks(draw: DrawFn, inputs: int = 2, outputs: int = 1) -> RelationTask:
    """Return a strategy of relations; it shrinks to the one that accepts the word 0 alone.

    >>> from hypothesis import find
    >>> print(find(relation_tasks(inputs=1), lambda task: not task.is_function()))
    relation:1:1:3,3
    """
    words = st.integers(0, (1 << outputs) - 1)
    sets = st.lists(words, min_size=1, max_size=1 << outputs, unique=True)
    accept = tuple(tuple(draw(sets)) for _ in range(1 << inputs))
    return RelationTask(inputs, outputs, accept)


@st.composite
def optimisation_tasks(draw: DrawFn, inputs: int = 2, outputs: int = 1) -> OptimisationTask:
    """Return a strategy of optimisation tasks: candidates, utilities, supports, ties and slack.

    >>> from hypothesis import find
    >>> task = find(optimisation_tasks(inputs=1), lambda task: task.best(0) != task.best(1))
    >>> task.slack, task.utilities[0]
    (Fraction(0, 1), (Fraction(0, 1), Fraction(0, 1)))
    """
    words = st.integers(0, (1 << outputs) - 1)
    candidates = tuple(draw(st.lists(words, min_size=2, max_size=1 << outputs, unique=True)))
    rows = tuple(tuple(draw(rationals()) for _ in candidates) for _ in range(1 << inputs))
    ties = draw(st.sampled_from(("free", "first", "last")))
    slack = draw(st.sampled_from((Fraction(0), Fraction(1)))) if ties == "free" else Fraction(0)
    return OptimisationTask(inputs, outputs, candidates, rows, draw(supports(inputs)), ties, slack)


def tasks() -> SearchStrategy[Task]:
    """Return a strategy of tasks of every kind; it shrinks to a function.

    >>> from hypothesis import find
    >>> find(tasks(), lambda task: task.has_world).joint
    True
    """
    inputs = st.integers(1, 3)
    return st.one_of(
        function_tasks(inputs, outputs=st.integers(1, 2), partial=True),
        inputs.flatmap(lambda n: relation_tasks(n, 1)),
        relation_tasks(2, 2),
        inputs.flatmap(lambda n: optimisation_tasks(n, 1)),
        optimisation_tasks(2, 2),
        world_tasks(),
        episode_tasks(),
    )
