"""All minimal programs: tree normal form, exhausted, under every order."""

from mesacircuits.enumeration.programs.minima import (
    DEFAULT_CAP,
    Exhausted,
    MinimalProgram,
    ProgramMinima,
    enumerate_programs,
)
from mesacircuits.enumeration.programs.orders import PROGRAM_ORDERS, Cost, ProgramOrder

__all__ = [
    "DEFAULT_CAP",
    "PROGRAM_ORDERS",
    "Cost",
    "Exhausted",
    "MinimalProgram",
    "ProgramMinima",
    "ProgramOrder",
    "enumerate_programs",
]
