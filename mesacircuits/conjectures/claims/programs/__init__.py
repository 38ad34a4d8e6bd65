"""The claims about programs, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.programs.chess_needs_search import CHESS_NEEDS_SEARCH
from mesacircuits.conjectures.claims.programs.diversity import DIVERSITY
from mesacircuits.conjectures.claims.programs.diversity_assumptions import DIVERSITY_ASSUMPTIONS
from mesacircuits.conjectures.claims.programs.double_edge import DOUBLE_EDGE
from mesacircuits.conjectures.claims.programs.extra_bits import EXTRA_BITS
from mesacircuits.conjectures.claims.programs.information_funnel import INFORMATION_FUNNEL
from mesacircuits.conjectures.claims.programs.length_or_time import LENGTH_OR_TIME
from mesacircuits.conjectures.claims.programs.levin import LEVIN
from mesacircuits.conjectures.claims.programs.maze import MAZE
from mesacircuits.conjectures.claims.programs.no_formal_link import NO_FORMAL_LINK
from mesacircuits.conjectures.claims.programs.tic_tac_toe import TIC_TAC_TOE

__all__ = ["PROGRAM_CLAIMS"]

#: In the order in which they are listed.
PROGRAM_CLAIMS: tuple[Claim, ...] = (
    LENGTH_OR_TIME,
    DIVERSITY,
    DIVERSITY_ASSUMPTIONS,
    CHESS_NEEDS_SEARCH,
    LEVIN,
    EXTRA_BITS,
    INFORMATION_FUNNEL,
    DOUBLE_EDGE,
    MAZE,
    TIC_TAC_TOE,
    NO_FORMAL_LINK,
)
