"""The claims about worlds and learners, one file each."""

from mesacircuits.conjectures.claim import Claim

__all__ = ["WORLD_CLAIMS"]

#: In the order in which they are listed.
WORLD_CLAIMS: tuple[Claim, ...] = ()
