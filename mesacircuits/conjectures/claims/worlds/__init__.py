"""The claims about worlds and learners, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.worlds.control_survives import CONTROL_SURVIVES
from mesacircuits.conjectures.claims.worlds.full_reoptimisation import FULL_REOPTIMISATION
from mesacircuits.conjectures.claims.worlds.goal_directed_not_search import GOAL_DIRECTED_NOT_SEARCH
from mesacircuits.conjectures.claims.worlds.goal_needs_environment import GOAL_NEEDS_ENVIRONMENT
from mesacircuits.conjectures.claims.worlds.inner_rl_causes import INNER_RL_CAUSES
from mesacircuits.conjectures.claims.worlds.mesa_learning import MESA_LEARNING
from mesacircuits.conjectures.claims.worlds.ninety_ten import NINETY_TEN
from mesacircuits.conjectures.claims.worlds.online import ONLINE
from mesacircuits.conjectures.claims.worlds.recurrence import RECURRENCE
from mesacircuits.conjectures.claims.worlds.runtime_information import RUNTIME_INFORMATION
from mesacircuits.conjectures.claims.worlds.selection_or_control import SELECTION_OR_CONTROL
from mesacircuits.conjectures.claims.worlds.statefulness import STATEFULNESS
from mesacircuits.conjectures.claims.worlds.symmetry import SYMMETRY
from mesacircuits.conjectures.claims.worlds.task_location import TASK_LOCATION
from mesacircuits.conjectures.claims.worlds.weather import WEATHER

__all__ = ["WORLD_CLAIMS"]

#: In the order in which they are listed.
WORLD_CLAIMS: tuple[Claim, ...] = (
    SELECTION_OR_CONTROL,
    NINETY_TEN,
    GOAL_DIRECTED_NOT_SEARCH,
    WEATHER,
    RECURRENCE,
    MESA_LEARNING,
    INNER_RL_CAUSES,
    TASK_LOCATION,
    STATEFULNESS,
    RUNTIME_INFORMATION,
    FULL_REOPTIMISATION,
    CONTROL_SURVIVES,
    GOAL_NEEDS_ENVIRONMENT,
    SYMMETRY,
    ONLINE,
)
