"""Hypothesis strategies for property-testing one's own definitions, tasks and engines.

`hypothesis.strategies.from_type` knows circuits, machines, truth tables, bases, transformations,
worlds, episodes and every kind of task wherever mesacircuits is installed, by an entry point of
Hypothesis; the functions here give the same strategies with dials. The axioms that definitions are
tested against are in `mesacircuits.testing.axioms`.

>>> from hypothesis import given
>>> from mesacircuits.testing import circuits
>>> @given(circuits(inputs=3, reduced=True))
... def my_definition_ignores_gate_names(circuit):
...     ...
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mesacircuits.testing.strategies import (
        bases as bases,
        circuits as circuits,
        episode_tasks as episode_tasks,
        episodes as episodes,
        function_tasks as function_tasks,
        machines as machines,
        mealy_machines as mealy_machines,
        npn_transforms as npn_transforms,
        optimisation_tasks as optimisation_tasks,
        programs as programs,
        relabelled as relabelled,
        relation_tasks as relation_tasks,
        solved_pairs as solved_pairs,
        tasks as tasks,
        tasks_solved_by as tasks_solved_by,
        truth_tables as truth_tables,
        world_tasks as world_tasks,
        worlds as worlds,
    )

__all__ = [
    "bases",
    "circuits",
    "episode_tasks",
    "episodes",
    "function_tasks",
    "machines",
    "mealy_machines",
    "npn_transforms",
    "optimisation_tasks",
    "programs",
    "relabelled",
    "relation_tasks",
    "solved_pairs",
    "tasks",
    "tasks_solved_by",
    "truth_tables",
    "world_tasks",
    "worlds",
]


def __getattr__(name: str) -> Any:
    # Looked up at first use: `import hypothesis` imports this package on every machine that has
    # mesacircuits, whoever runs it and for whatever.
    if name in __all__:
        return getattr(import_module("mesacircuits.testing.strategies"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
