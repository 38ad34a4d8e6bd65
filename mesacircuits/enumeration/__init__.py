"""All minimal circuits: by exhaustion of canonical chains, and by SAT as a second engine."""

from mesacircuits.enumeration.census import census
from mesacircuits.enumeration.census_result import Census, CensusRow, ClassMinima
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS, Level
from mesacircuits.enumeration.minima import Minima, enumerate_minima
from mesacircuits.enumeration.orders import (
    DEPTH,
    DEPTH_SIZE,
    FORMULA,
    ORDERS,
    PARETO,
    SIZE,
    SIZE_DEPTH,
)

__all__ = [
    "DEPTH",
    "DEPTH_SIZE",
    "FORMULA",
    "MAX_CENSUS_INPUTS",
    "ORDERS",
    "PARETO",
    "SIZE",
    "SIZE_DEPTH",
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
