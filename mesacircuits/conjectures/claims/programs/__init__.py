"""The claims about programs, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.programs.diversity import DIVERSITY
from mesacircuits.conjectures.claims.programs.diversity_assumptions import DIVERSITY_ASSUMPTIONS
from mesacircuits.conjectures.claims.programs.length_or_time import LENGTH_OR_TIME

__all__ = ["PROGRAM_CLAIMS"]

#: In the order in which they are listed.
PROGRAM_CLAIMS: tuple[Claim, ...] = (
    LENGTH_OR_TIME,
    DIVERSITY,
    DIVERSITY_ASSUMPTIONS,
)
