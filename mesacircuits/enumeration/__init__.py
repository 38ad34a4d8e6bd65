"""All minimal circuits: by exhaustion of canonical chains, and by SAT as a second engine."""

from mesacircuits.enumeration.census import (
    Census,
    CensusRow,
    ClassMinima,
    FormulaCensus,
    census,
    formula_census,
)
from mesacircuits.enumeration.constraints import Constraints, constraints_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort, Interruption
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS, Level
from mesacircuits.enumeration.minima import Minima, enumerate_minima, iter_minima
from mesacircuits.enumeration.orders import (
    DEPTH,
    DEPTH_SIZE,
    FORMULA,
    ORDERS,
    PARETO,
    SIZE,
    SIZE_DEPTH,
)
from mesacircuits.enumeration.output_census import OutputCensus, output_census
from mesacircuits.enumeration.planner import AUTO, CHOICES, EXHAUSTIVE, SAT

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
    "Constraints",
    "Effort",
    "FormulaCensus",
    "Interruption",
    "Level",
    "Minima",
    "OutputCensus",
    "census",
    "constraints_of",
    "enumerate_minima",
    "formula_census",
    "iter_minima",
    "output_census",
]
