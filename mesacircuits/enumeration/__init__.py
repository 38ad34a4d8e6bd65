"""All minimal circuits: by exhaustion of canonical chains, and by SAT as a second engine."""

from mesacircuits.enumeration.census import census
from mesacircuits.enumeration.census_result import Census, CensusRow, ClassMinima
from mesacircuits.enumeration.effort import BudgetEnded, Effort, Interruption
from mesacircuits.enumeration.engine_plan import AUTO, CHOICES, EXHAUSTIVE, SAT
from mesacircuits.enumeration.formula_census import FormulaCensus, formula_census
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
    "AUTO",
    "CHOICES",
    "DEPTH",
    "DEPTH_SIZE",
    "EXHAUSTIVE",
    "FORMULA",
    "MAX_CENSUS_INPUTS",
    "ORDERS",
    "PARETO",
    "SAT",
    "SIZE",
    "SIZE_DEPTH",
    "BudgetEnded",
    "Census",
    "CensusRow",
    "ClassMinima",
    "Effort",
    "FormulaCensus",
    "Interruption",
    "Level",
    "Minima",
    "census",
    "enumerate_minima",
    "formula_census",
]
