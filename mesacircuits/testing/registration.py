"""What Hypothesis calls, through its entry point, to learn of the strategies here.

Every user of Hypothesis on a machine with mesacircuits pays for this module, so it imports the
types alone (no numpy, no numba), and the strategies only when one is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["register"]


def register() -> None:
    """Register the strategies, so that `st.from_type(Circuit)` and its like just work.

    >>> from hypothesis import find, strategies as st
    >>> from mesacircuits.circuits import Circuit
    >>> find(st.from_type(Circuit), lambda circuit: circuit.size == 1).size
    1
    """
    from hypothesis.strategies import integers, register_type_strategy

    from mesacircuits import circuits, programs, tasks

    drawn: dict[type, Callable[[Any], Any]] = {
        circuits.TruthTable: lambda s: s.truth_tables(integers(0, 4)),
        circuits.NPNTransform: lambda s: s.npn_transforms(integers(0, 4)),
        circuits.Basis: lambda s: s.bases(),
        circuits.Circuit: lambda s: s.circuits(integers(1, 4), outputs=integers(1, 2)),
        circuits.MealyMachine: lambda s: s.mealy_machines(state_bits=integers(0, 2)),
        tasks.FunctionTask: lambda s: s.function_tasks(
            integers(1, 3), outputs=integers(1, 2), partial=True
        ),
        tasks.RelationTask: lambda s: s.relation_tasks(1, 1) | s.relation_tasks(2, 2),
        tasks.OptimisationTask: lambda s: s.optimisation_tasks(1, 1) | s.optimisation_tasks(2, 2),
        tasks.World: lambda s: s.worlds(1, 1) | s.worlds(2, 2),
        tasks.WorldTask: lambda s: s.world_tasks(1, 1) | s.world_tasks(2, 2),
        tasks.Episode: lambda s: s.episodes(1, 1) | s.episodes(2, 2),
        tasks.EpisodeTask: lambda s: s.episode_tasks(1, 1) | s.episode_tasks(2, 2),
        programs.Machine: lambda s: s.machines(),
        programs.Program: lambda s: s.programs(),
    }
    for kind, strategy in drawn.items():
        register_type_strategy(kind, _when_asked(strategy))


def _when_asked(strategy: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def resolve(_: Any) -> Any:
        from mesacircuits.testing import strategies

        return strategy(strategies)

    return resolve
