"""The claims about circuits, one file each."""

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims.circuits.base_and_run_time_bits import BASE_AND_RUN_TIME_BITS
from mesacircuits.conjectures.claims.circuits.bits_floor import BITS_FLOOR
from mesacircuits.conjectures.claims.circuits.consensus import CONSENSUS
from mesacircuits.conjectures.claims.circuits.false_positives import FALSE_POSITIVES
from mesacircuits.conjectures.claims.circuits.gradual import GRADUAL
from mesacircuits.conjectures.claims.circuits.hard_coded import HARD_CODED
from mesacircuits.conjectures.claims.circuits.human_modelling import HUMAN_MODELLING
from mesacircuits.conjectures.claims.circuits.joint_coding import JOINT_CODING
from mesacircuits.conjectures.claims.circuits.more_minima_more_risk import MORE_MINIMA_MORE_RISK
from mesacircuits.conjectures.claims.circuits.noise_is_a_table import NOISE_IS_A_TABLE
from mesacircuits.conjectures.claims.circuits.one_of_the_shortest import ONE_OF_THE_SHORTEST
from mesacircuits.conjectures.claims.circuits.range_of_models import RANGE
from mesacircuits.conjectures.claims.circuits.rare_error import RARE_ERROR
from mesacircuits.conjectures.claims.circuits.reachability import REACHABILITY
from mesacircuits.conjectures.claims.circuits.restriction import RESTRICTION
from mesacircuits.conjectures.claims.circuits.search_pays import SEARCH_PAYS
from mesacircuits.conjectures.claims.circuits.simplicity_biases import SIMPLICITY_BIASES
from mesacircuits.conjectures.claims.circuits.slack import SLACK
from mesacircuits.conjectures.claims.circuits.smoothed import SMOOTHED
from mesacircuits.conjectures.claims.circuits.tables_beat_search import TABLES_BEAT_SEARCH
from mesacircuits.conjectures.claims.circuits.tabular import TABULAR
from mesacircuits.conjectures.claims.circuits.threshold_uncompetitive import THRESHOLD_UNCOMPETITIVE

__all__ = ["CIRCUIT_CLAIMS"]

#: In the order in which they are listed.
CIRCUIT_CLAIMS: tuple[Claim, ...] = (
    TABULAR,
    RESTRICTION,
    FALSE_POSITIVES,
    SLACK,
    NOISE_IS_A_TABLE,
    MORE_MINIMA_MORE_RISK,
    ONE_OF_THE_SHORTEST,
    RARE_ERROR,
    SMOOTHED,
    THRESHOLD_UNCOMPETITIVE,
    BITS_FLOOR,
    CONSENSUS,
    SEARCH_PAYS,
    GRADUAL,
    BASE_AND_RUN_TIME_BITS,
    REACHABILITY,
    HUMAN_MODELLING,
    HARD_CODED,
    JOINT_CODING,
    TABLES_BEAT_SEARCH,
    SIMPLICITY_BIASES,
    RANGE,
)
