"""The claims about circuits, one file each."""

from mesacircuits.conjectures.claim import Claim

__all__ = ["CIRCUIT_CLAIMS"]

#: In the order in which they are listed.
CIRCUIT_CLAIMS: tuple[Claim, ...] = ()
