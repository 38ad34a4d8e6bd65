"""The definitions of the pack, by name."""

from __future__ import annotations

from mesacircuits.definitions.measures.extensional import Extensional
from mesacircuits.definitions.measures.goal_directedness import GoalDirectedness
from mesacircuits.definitions.measures.mesa_learner import MesaLearner
from mesacircuits.definitions.measures.optimisation_power import OptimisationPower
from mesacircuits.definitions.measures.retargetable import Retargetable
from mesacircuits.definitions.measures.robust_basin import RobustBasin
from mesacircuits.definitions.measures.touchette_lloyd import TouchetteLloyd

__all__ = ["LITERATURE", "LiteratureDefinition"]

#: A definition of the pack: its measure, its threshold, and the check of its witness.
LiteratureDefinition = (
    OptimisationPower
    | RobustBasin
    | TouchetteLloyd
    | GoalDirectedness
    | Retargetable
    | MesaLearner
    | Extensional
)

#: Thresholds on measures from the literature, by name.
LITERATURE: dict[str, type[LiteratureDefinition]] = {
    cls.name: cls
    for cls in (
        OptimisationPower,
        RobustBasin,
        TouchetteLloyd,
        GoalDirectedness,
        Retargetable,
        MesaLearner,
        Extensional,
    )
}
