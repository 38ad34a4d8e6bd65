"""The claims about worlds and learners, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.worlds.goal_directed_not_search import GOAL_DIRECTED_NOT_SEARCH
from mesacircuits.conjectures.claims.worlds.ninety_ten import NINETY_TEN
from mesacircuits.conjectures.claims.worlds.selection_or_control import SELECTION_OR_CONTROL

__all__ = ["WORLD_CLAIMS"]

#: In the order in which they are listed.
WORLD_CLAIMS: tuple[Claim, ...] = (
    SELECTION_OR_CONTROL,
    NINETY_TEN,
    GOAL_DIRECTED_NOT_SEARCH,
)
