"""All functions of five inputs: depth, formula length and size of each of their 616,126 classes."""

from mesacircuits.enumeration.five_inputs.classes import FunctionClasses, function_classes
from mesacircuits.enumeration.five_inputs.formulas import Reached, formula_lengths, least_depths
from mesacircuits.enumeration.five_inputs.survey import Survey, survey

__all__ = [
    "FunctionClasses",
    "Reached",
    "Survey",
    "formula_lengths",
    "function_classes",
    "least_depths",
    "survey",
]
