"""Measures of optimisation from the literature, and definitions that threshold them."""

from mesacircuits.definitions.measures.choices import Choice, choices_of
from mesacircuits.definitions.measures.extensional import Extensional
from mesacircuits.definitions.measures.goal_directedness import (
    BETAS,
    Decisions,
    Fit,
    GoalDirectedness,
    best_fit,
    decisions_of,
)
from mesacircuits.definitions.measures.measure import LiteratureDefinition
from mesacircuits.definitions.measures.mesa_learner import (
    MesaLearner,
    learning_gain,
    yoked_rewards,
)
from mesacircuits.definitions.measures.optimisation_power import (
    LEVELS,
    OptimisationPower,
    base_level_fraction,
    run_time_fraction,
)
from mesacircuits.definitions.measures.retargetable import (
    FAMILIES,
    OtherObjective,
    Retargetable,
    circuits_within,
    distance_in_edits,
    one_edit_away,
    other_objectives,
)
from mesacircuits.definitions.measures.robust_basin import Basin, RobustBasin, basin_of
from mesacircuits.definitions.measures.touchette_lloyd import (
    EntropyDrop,
    TouchetteLloyd,
    best_blind_spread,
    closed_loop_spread,
)
from mesacircuits.definitions.registry import LITERATURE

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
