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
    from mesacircuits.testing.machine_strategies import (
        mealy_machines as mealy_machines,
    )
    from mesacircuits.testing.pair_strategies import (
        solved_pairs as solved_pairs,
        tasks_solved_by as tasks_solved_by,
    )
    from mesacircuits.testing.program_strategies import (
        machines as machines,
        programs as programs,
    )
    from mesacircuits.testing.strategies import (
        bases as bases,
        circuits as circuits,
        function_tasks as function_tasks,
        npn_transforms as npn_transforms,
        relabelled as relabelled,
        truth_tables as truth_tables,
    )
    from mesacircuits.testing.task_strategies import (
        optimisation_tasks as optimisation_tasks,
        relation_tasks as relation_tasks,
        tasks as tasks,
    )
    from mesacircuits.testing.world_strategies import (
        episode_tasks as episode_tasks,
        episodes as episodes,
        world_tasks as world_tasks,
        worlds as worlds,
    )

_HOME = {
    "machine_strategies": ("mealy_machines",),
    "pair_strategies": (
        "solved_pairs",
        "tasks_solved_by",
    ),
    "program_strategies": (
        "machines",
        "programs",
    ),
    "strategies": (
        "bases",
        "circuits",
        "function_tasks",
        "npn_transforms",
        "relabelled",
        "truth_tables",
    ),
    "task_strategies": (
        "optimisation_tasks",
        "relation_tasks",
        "tasks",
    ),
    "world_strategies": (
        "episode_tasks",
        "episodes",
        "world_tasks",
        "worlds",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

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
    if name in _MODULE_OF:
        return getattr(import_module(f"mesacircuits.testing.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
