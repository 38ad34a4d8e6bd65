"""What Hypothesis calls, through its entry point, to learn of the strategies here.

Every user of Hypothesis on a machine with mesacircuits pays for this module, so it imports the
types alone (no numpy, no numba), and the strategies only when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from mesacircuits.circuits import Basis, Circuit, MealyMachine, NPNTransform, TruthTable
    from mesacircuits.programs import Machine, Program
    from mesacircuits.tasks import (
        Episode,
        EpisodeTask,
        FunctionTask,
        OptimisationTask,
        RelationTask,
        World,
        WorldTask,
    )

__all__ = ["register"]


def register() -> None:
    """Register the strategies, so that `st.from_type(Circuit)` and its like just work.

    >>> from hypothesis import find, strategies as st
    >>> from mesacircuits.circuits import Circuit
    >>> find(st.from_type(Circuit), lambda circuit: circuit.size == 1).size
    1
    """
    from hypothesis.strategies import register_type_strategy

    from mesacircuits.circuits import Basis, Circuit, MealyMachine, NPNTransform, TruthTable
    from mesacircuits.programs import Machine, Program
    from mesacircuits.tasks import (
        Episode,
        EpisodeTask,
        FunctionTask,
        OptimisationTask,
        RelationTask,
        World,
        WorldTask,
    )

    register_type_strategy(TruthTable, _truth_tables)
    register_type_strategy(NPNTransform, _npn_transforms)
    register_type_strategy(Basis, _bases)
    register_type_strategy(Circuit, _circuits)
    register_type_strategy(MealyMachine, _mealy_machines)
    register_type_strategy(FunctionTask, _function_tasks)
    register_type_strategy(RelationTask, _relation_tasks)
    register_type_strategy(OptimisationTask, _optimisation_tasks)
    register_type_strategy(World, _worlds)
    register_type_strategy(WorldTask, _world_tasks)
    register_type_strategy(Episode, _episodes)
    register_type_strategy(EpisodeTask, _episode_tasks)
    register_type_strategy(Machine, _machines)
    register_type_strategy(Program, _programs)


def _truth_tables(_: type[TruthTable]) -> SearchStrategy[TruthTable]:
    from hypothesis.strategies import integers

    from mesacircuits.testing.strategies import truth_tables

    return truth_tables(integers(0, 4))


def _npn_transforms(_: type[NPNTransform]) -> SearchStrategy[NPNTransform]:
    from hypothesis.strategies import integers

    from mesacircuits.testing.strategies import npn_transforms

    return npn_transforms(integers(0, 4))


def _bases(_: type[Basis]) -> SearchStrategy[Basis]:
    from mesacircuits.testing.strategies import bases

    return bases()


def _circuits(_: type[Circuit]) -> SearchStrategy[Circuit]:
    from hypothesis.strategies import integers

    from mesacircuits.testing.strategies import circuits

    return circuits(integers(1, 4), outputs=integers(1, 2))


def _function_tasks(_: type[FunctionTask]) -> SearchStrategy[FunctionTask]:
    from hypothesis.strategies import integers

    from mesacircuits.testing.strategies import function_tasks

    return function_tasks(integers(1, 3), outputs=integers(1, 2), partial=True)


def _mealy_machines(_: type[MealyMachine]) -> SearchStrategy[MealyMachine]:
    from hypothesis.strategies import integers

    from mesacircuits.testing.machine_strategies import mealy_machines

    return mealy_machines(state_bits=integers(0, 2))


def _relation_tasks(_: type[RelationTask]) -> SearchStrategy[RelationTask]:
    from mesacircuits.testing.task_strategies import relation_tasks

    return relation_tasks(1, 1) | relation_tasks(2, 2)


def _optimisation_tasks(_: type[OptimisationTask]) -> SearchStrategy[OptimisationTask]:
    from mesacircuits.testing.task_strategies import optimisation_tasks

    return optimisation_tasks(1, 1) | optimisation_tasks(2, 2)


def _worlds(_: type[World]) -> SearchStrategy[World]:
    from mesacircuits.testing.world_strategies import worlds

    return worlds(1, 1) | worlds(2, 2)


def _world_tasks(_: type[WorldTask]) -> SearchStrategy[WorldTask]:
    from mesacircuits.testing.world_strategies import world_tasks

    return world_tasks(1, 1) | world_tasks(2, 2)


def _episodes(_: type[Episode]) -> SearchStrategy[Episode]:
    from mesacircuits.testing.world_strategies import episodes

    return episodes(1, 1) | episodes(2, 2)


def _episode_tasks(_: type[EpisodeTask]) -> SearchStrategy[EpisodeTask]:
    from mesacircuits.testing.world_strategies import episode_tasks

    return episode_tasks(1, 1) | episode_tasks(2, 2)


def _machines(_: type[Machine]) -> SearchStrategy[Machine]:
    from mesacircuits.testing.program_strategies import machines

    return machines()


def _programs(_: type[Program]) -> SearchStrategy[Program]:
    from mesacircuits.testing.program_strategies import programs

    return programs()
