"""The claims about programs, one file each."""

from mesacircuits.conjectures.claim import Claim

__all__ = ["PROGRAM_CLAIMS"]

#: In the order in which they are listed.
PROGRAM_CLAIMS: tuple[Claim, ...] = ()
