"""All minimal programs: tree normal form, exhausted, under every order."""

from mesacircuits.enumeration.programs.front import (
    FrontPoint,
    HullPiece,
    ProgramFront,
    lower_hull,
    program_front,
)
from mesacircuits.enumeration.programs.function_passes import FunctionPasses, is_whole
from mesacircuits.enumeration.programs.minima import (
    DEFAULT_CAP,
    Exhausted,
    MinimalProgram,
    ProgramMinima,
    enumerate_programs,
)
from mesacircuits.enumeration.programs.orders import PROGRAM_ORDERS, Cost, ProgramOrder
from mesacircuits.enumeration.programs.program_census import (
    FunctionPrograms,
    LengthCount,
    ProgramCensus,
    program_census,
)

__all__ = [
    "DEFAULT_CAP",
    "PROGRAM_ORDERS",
    "Cost",
    "Exhausted",
    "FrontPoint",
    "FunctionPasses",
    "FunctionPrograms",
    "HullPiece",
    "LengthCount",
    "MinimalProgram",
    "ProgramCensus",
    "ProgramFront",
    "ProgramMinima",
    "ProgramOrder",
    "enumerate_programs",
    "is_whole",
    "lower_hull",
    "program_census",
    "program_front",
]
