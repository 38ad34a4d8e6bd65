"""The registered claims, by topic, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.circuits import CIRCUIT_CLAIMS
from mesacircuits.conjectures.claims.programs import PROGRAM_CLAIMS
from mesacircuits.conjectures.claims.worlds import WORLD_CLAIMS

__all__ = ["CLAIMS"]

#: The claims by name; they are listed by topic, in this order.
CLAIMS: dict[str, Claim] = {
    claim.name: claim for claim in (*CIRCUIT_CLAIMS, *WORLD_CLAIMS, *PROGRAM_CLAIMS)
}
