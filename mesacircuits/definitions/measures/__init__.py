"""Measures of optimisation from the literature, and definitions that threshold them."""

from mesacircuits.definitions.measures.agents_and_devices import (
    AgentsAndDevices,
    best_words,
    circuit_chance,
    device_chance,
)
from mesacircuits.definitions.measures.choices import Choice, choices_of
from mesacircuits.definitions.measures.deceptive import Deceptive, other_utilities
from mesacircuits.definitions.measures.extensional import Extensional
from mesacircuits.definitions.measures.goal_directedness import (
    BETAS,
    UTILITIES,
    Decisions,
    Fit,
    GoalDirectedness,
    best_fit,
    decisions_by_utility,
    decisions_of,
)
from mesacircuits.definitions.measures.look_ahead import LookAhead, best_first_steps
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
from mesacircuits.definitions.measures.search_efficiency import (
    SearchEfficiency,
    blind_queries,
    mean_queries,
)
from mesacircuits.definitions.measures.touchette_lloyd import (
    EntropyDrop,
    TouchetteLloyd,
    best_blind_spread,
    closed_loop_spread,
)
from mesacircuits.definitions.measures.world_model import StatedGoal, WorldModel, stated_goal
from mesacircuits.definitions.registry import LITERATURE

__all__ = [
    "BETAS",
    "FAMILIES",
    "LEVELS",
    "LITERATURE",
    "UTILITIES",
    "AgentsAndDevices",
    "Basin",
    "Choice",
    "Deceptive",
    "Decisions",
    "EntropyDrop",
    "Extensional",
    "Fit",
    "GoalDirectedness",
    "LiteratureDefinition",
    "LookAhead",
    "MesaLearner",
    "OptimisationPower",
    "OtherObjective",
    "Retargetable",
    "RobustBasin",
    "SearchEfficiency",
    "StatedGoal",
    "TouchetteLloyd",
    "WorldModel",
    "base_level_fraction",
    "basin_of",
    "best_blind_spread",
    "best_first_steps",
    "best_fit",
    "best_words",
    "blind_queries",
    "choices_of",
    "circuit_chance",
    "circuits_within",
    "closed_loop_spread",
    "decisions_by_utility",
    "decisions_of",
    "device_chance",
    "distance_in_edits",
    "learning_gain",
    "mean_queries",
    "one_edit_away",
    "other_objectives",
    "other_utilities",
    "run_time_fraction",
    "stated_goal",
    "yoked_rewards",
]
