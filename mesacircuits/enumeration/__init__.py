"""All minimal circuits: by exhaustion of canonical chains, and by SAT as a second engine."""

from mesacircuits.enumeration.census import Census, CensusRow, ClassMinima, census
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.levels import DEPTH_SIZE, MAX_CENSUS_INPUTS, ORDERS, SIZE, Level
from mesacircuits.enumeration.minima import Minima, enumerate_minima

__all__ = [
    "DEPTH_SIZE",
    "MAX_CENSUS_INPUTS",
    "ORDERS",
    "SIZE",
    "BudgetEnded",
    "Census",
    "CensusRow",
    "ClassMinima",
    "Effort",
    "Level",
    "Minima",
    "census",
    "enumerate_minima",
]
