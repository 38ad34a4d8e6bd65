"""Measures of optimisation from the literature, and definitions that threshold them."""

from mesacircuits.classification.literature.choices import Choice, choices_of
from mesacircuits.classification.literature.circuit_edits import (
    circuits_within,
    distance_in_edits,
    one_edit_away,
)
from mesacircuits.classification.literature.extensional import Extensional
from mesacircuits.classification.literature.goal_directedness import (
    BETAS,
    GoalDirectedness,
    decisions_of,
)
from mesacircuits.classification.literature.maximum_entropy import Decisions, Fit, best_fit
from mesacircuits.classification.literature.mesa_learner import (
    MesaLearner,
    learning_gain,
    yoked_rewards,
)
from mesacircuits.classification.literature.optimisation_power import (
    LEVELS,
    OptimisationPower,
    base_level_fraction,
    run_time_fraction,
)
from mesacircuits.classification.literature.other_objectives import (
    FAMILIES,
    OtherObjective,
    other_objectives,
)
from mesacircuits.classification.literature.pack import LITERATURE, LiteratureDefinition
from mesacircuits.classification.literature.retargetable import Retargetable
from mesacircuits.classification.literature.robust_basin import Basin, RobustBasin, basin_of
from mesacircuits.classification.literature.touchette_lloyd import (
    EntropyDrop,
    TouchetteLloyd,
    best_blind_spread,
    closed_loop_spread,
)

__all__ = [
    "BETAS",
    "FAMILIES",
    "LEVELS",
    "LITERATURE",
    "Basin",
    "Choice",
    "Decisions",
    "EntropyDrop",
    "Extensional",
    "Fit",
    "GoalDirectedness",
    "LiteratureDefinition",
    "MesaLearner",
    "OptimisationPower",
    "OtherObjective",
    "Retargetable",
    "RobustBasin",
    "TouchetteLloyd",
    "base_level_fraction",
    "basin_of",
    "best_blind_spread",
    "best_fit",
    "choices_of",
    "circuits_within",
    "closed_loop_spread",
    "decisions_of",
    "distance_in_edits",
    "learning_gain",
    "one_edit_away",
    "other_objectives",
    "run_time_fraction",
    "yoked_rewards",
]
