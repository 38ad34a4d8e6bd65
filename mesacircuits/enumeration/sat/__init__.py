"""The second engine: exact synthesis by SAT, independent of the exhaustive enumerator.

It answers existence questions with a circuit or, by unsatisfiability, with a proof that there is
none; and it lists all reduced circuits of a size, or all minima: the solver finds a set of gate
functions not met before, and all circuits over it are listed. `encodings` says why nothing is lost.
"""

from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.enumeration.sat.search import (
    all_circuits,
    all_minima,
    both_ways,
    minimum_depth,
    minimum_depth_size,
    minimum_size,
    pareto_front,
    shallower_exists,
    smaller_exists,
    solve_size,
)

__all__ = [
    "all_circuits",
    "all_minima",
    "both_ways",
    "circuit_cost",
    "minimum_depth",
    "minimum_depth_size",
    "minimum_size",
    "pareto_front",
    "shallower_exists",
    "smaller_exists",
    "solve_size",
]
