"""The registered claims, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.diversity import DIVERSITY
from mesacircuits.conjectures.claims.diversity_assumptions import DIVERSITY_ASSUMPTIONS
from mesacircuits.conjectures.claims.false_positives import FALSE_POSITIVES
from mesacircuits.conjectures.claims.goal_directed_not_search import GOAL_DIRECTED_NOT_SEARCH
from mesacircuits.conjectures.claims.length_or_time import LENGTH_OR_TIME
from mesacircuits.conjectures.claims.ninety_ten import NINETY_TEN
from mesacircuits.conjectures.claims.restriction import RESTRICTION
from mesacircuits.conjectures.claims.selection_or_control import SELECTION_OR_CONTROL
from mesacircuits.conjectures.claims.slack import SLACK
from mesacircuits.conjectures.claims.tabular import TABULAR

__all__ = ["CLAIMS"]

#: The claims by name; they are listed by topic, in this order.
CLAIMS: dict[str, Claim] = {
    claim.name: claim
    for claim in (
        TABULAR,
        RESTRICTION,
        FALSE_POSITIVES,
        SELECTION_OR_CONTROL,
        NINETY_TEN,
        GOAL_DIRECTED_NOT_SEARCH,
        SLACK,
        LENGTH_OR_TIME,
        DIVERSITY,
        DIVERSITY_ASSUMPTIONS,
    )
}
