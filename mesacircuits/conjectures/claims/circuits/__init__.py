"""The claims about circuits, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.circuits.false_positives import FALSE_POSITIVES
from mesacircuits.conjectures.claims.circuits.restriction import RESTRICTION
from mesacircuits.conjectures.claims.circuits.slack import SLACK
from mesacircuits.conjectures.claims.circuits.tabular import TABULAR

__all__ = ["CIRCUIT_CLAIMS"]

#: In the order in which they are listed.
CIRCUIT_CLAIMS: tuple[Claim, ...] = (
    TABULAR,
    RESTRICTION,
    FALSE_POSITIVES,
    SLACK,
)
