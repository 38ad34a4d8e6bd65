"""Programs tagged: by the default definitions, with scores as wide as a task's utilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from mesacircuits.definitions import Classification, Classifier, ControlLike, LookupTable
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    SEARCH_LIKE,
    UNCLASSIFIED,
)
from mesacircuits.definitions.search_like import MOST_WIRES_PER_SCORE, SearchLike
from mesacircuits.enumeration.programs import MinimalProgram
from mesacircuits.tasks import OptimisationTask, Task
from mesacircuits.tasks.program_inputs import utility_levels

__all__ = ["NAMES", "classifier_for", "named_counts", "named_tags", "shares"]

#: What precedence names a program.
NAMES = (SEARCH_LIKE, LOOKUP_TABLE, CONTROL_LIKE, UNCLASSIFIED)


def classifier_for(task: Task, objective_gates: int = 1) -> Classifier:
    """Return the default definitions, with w as wide as the task's utilities need.

    With more than two utilities a score has two bits, w = 2, which is exact: with two, w = 1.

    >>> from mesacircuits.tasks import parse_task
    >>> classifier_for(parse_task("ranking")).definitions[0].parameters["wires_per_score"]
    2
    """
    levels = len(utility_levels(task)) if isinstance(task, OptimisationTask) else 2
    width = min(max(levels - 1, 1).bit_length(), MOST_WIRES_PER_SCORE)
    search = SearchLike(wires_per_score=width, objective_gates=objective_gates)
    return Classifier((search, LookupTable(), ControlLike()))


def named_tags(
    minima: Sequence[MinimalProgram], task: Task, classifier: Classifier | None = None
) -> list[Classification]:
    """Return what each of some programs is classified as.

    >>> from mesacircuits.enumeration.programs import enumerate_programs
    >>> minima = enumerate_programs("satisfying(candidates=4)")
    >>> [found.named for found in named_tags(minima.minima, minima.task)]
    ['search-like']
    """
    chosen = classifier or classifier_for(task)
    return [chosen.classify(minimum.program, task) for minimum in minima]


def named_counts(found: Sequence[Classification]) -> dict[str, int]:
    """Return how many of some programs bear each name, in the order in which names come.

    >>> named_counts([])
    {}
    """
    return dict(Counter(classification.named for classification in found))


def shares(found: Sequence[Classification]) -> dict[str, Fraction]:
    """Return the share of each name among some programs; of none, nothing.

    >>> shares([])
    {}
    """
    if not found:
        return {}
    names = [classification.named for classification in found]
    return {name: Fraction(names.count(name), len(names)) for name in NAMES}
