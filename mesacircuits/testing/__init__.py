"""Hypothesis strategies for property-testing one's own definitions, tasks and engines.

`hypothesis.strategies.from_type` knows circuits, gates, operators, machines, instructions,
programs, truth tables, bases, transformations, worlds, episodes, tasks of every kind, definitions,
classifiers and judgements wherever mesacircuits is installed, by an entry point of Hypothesis; the
functions here give the same strategies with dials. `solvers`, `programs_for` and `minima` draw what
solves a given task, and `tagged` what has the tag of a given definition. The axioms that
definitions are tested against are in `mesacircuits.testing.axioms`.

Importing this package leaves no files behind. Hypothesis itself keeps examples in a folder
`.hypothesis` of the working directory when `find` or a test is run; `settings(database=None)`, or
the environment variable `HYPOTHESIS_STORAGE_DIRECTORY`, keeps them out of it.

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
    from mesacircuits.testing.solving import (
        minima as minima,
        programs_for as programs_for,
        solvers as solvers,
    )
    from mesacircuits.testing.strategies import (
        bases as bases,
        circuits as circuits,
        episode_tasks as episode_tasks,
        episodes as episodes,
        function_tasks as function_tasks,
        gates as gates,
        instructions as instructions,
        machines as machines,
        mealy_machines as mealy_machines,
        npn_transforms as npn_transforms,
        operators as operators,
        optimisation_tasks as optimisation_tasks,
        programs as programs,
        rationals as rationals,
        relabelled as relabelled,
        relation_tasks as relation_tasks,
        solved_pairs as solved_pairs,
        supports as supports,
        tasks as tasks,
        tasks_solved_by as tasks_solved_by,
        truth_tables as truth_tables,
        world_tasks as world_tasks,
        worlds as worlds,
    )
    from mesacircuits.testing.tagging import (
        classifiers as classifiers,
        definitions as definitions,
        judgements as judgements,
        tagged as tagged,
    )

_SOLVING = ("minima", "programs_for", "solvers")
_TAGGING = ("classifiers", "definitions", "judgements", "tagged")

__all__ = [
    "bases",
    "circuits",
    "classifiers",
    "definitions",
    "episode_tasks",
    "episodes",
    "function_tasks",
    "gates",
    "instructions",
    "judgements",
    "machines",
    "mealy_machines",
    "minima",
    "npn_transforms",
    "operators",
    "optimisation_tasks",
    "programs",
    "programs_for",
    "rationals",
    "relabelled",
    "relation_tasks",
    "solved_pairs",
    "solvers",
    "supports",
    "tagged",
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
        home = {**dict.fromkeys(_SOLVING, "solving"), **dict.fromkeys(_TAGGING, "tagging")}
        module = import_module(f"{__name__}.{home.get(name, 'strategies')}")
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
