"""The definitions of the pack, by name."""

from __future__ import annotations

from mesacircuits.classification.literature.extensional import Extensional
from mesacircuits.classification.literature.goal_directedness import GoalDirectedness
from mesacircuits.classification.literature.mesa_learner import MesaLearner
from mesacircuits.classification.literature.optimisation_power import OptimisationPower
from mesacircuits.classification.literature.retargetable import Retargetable
from mesacircuits.classification.literature.robust_basin import RobustBasin
from mesacircuits.classification.literature.touchette_lloyd import TouchetteLloyd

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
