"""The registered claims, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.tabular import TABULAR

__all__ = ["CLAIMS"]

#: The claims by name, in the order in which they are listed.
CLAIMS: dict[str, Claim] = {claim.name: claim for claim in (TABULAR,)}
