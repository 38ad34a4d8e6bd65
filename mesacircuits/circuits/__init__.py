"""Truth tables, operators, bases, circuits, NPN classes, and drawings of circuits."""

from mesacircuits.circuits.bases import (
    AIG,
    B2,
    BASES,
    OPERATORS,
    Basis,
    Operator,
    basis_named,
    operator_named,
)
from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.mealy import MealyMachine
from mesacircuits.circuits.npn import (
    NPNClass,
    NPNTransform,
    npn_canonical,
    npn_class,
    npn_classes,
    npn_orbit,
)
from mesacircuits.circuits.truthtable import TruthTable, parse_expression

__all__ = [
    "AIG", "B2", "BASES", "CONSTANT", "OPERATORS", "Basis", "Circuit", "Gate", "MealyMachine",
    "NPNClass", "NPNTransform", "Operator", "Output", "TruthTable", "basis_named", "npn_canonical",
    "npn_class", "npn_classes", "npn_orbit", "operator_named", "parse_expression",
]  # fmt: skip
