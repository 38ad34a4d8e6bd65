"""What the definitions of the literature share: rational dials, verdicts, witnesses rederived."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log2
from typing import Any

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Measured,
    Solver,
    definition_record,
    dial,
    solver_of,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = [
    "LOGARITHM_ERROR",
    "NOTHING_ASKED",
    "bits_of",
    "demand",
    "met",
    "not_applicable",
    "read_witness",
    "threshold",
    "unmet",
]

#: How far a real value may be off, where it is a logarithm in double precision.
LOGARITHM_ERROR = 1e-9
#: The note on a task without support: its solvers choose nothing, so they have no tag.
NOTHING_ASKED = "the task asks for nothing: its support is empty"
_MOST_DENOMINATOR = 100


def threshold(default: Fraction | int, most: int = 1, above: bool = False) -> Any:
    """Return a field for `WithDials`: a fraction from 0, or above it, to `most`.

    Thresholds on logarithms are compared as powers of whole numbers, so denominators are small.
    """
    return dial(Fraction(default), least=0, most=most, above=above, parts=_MOST_DENOMINATOR)


def bits_of(fraction: Fraction, share: int = 1) -> Measured:
    """Return -log2(fraction) / share in bits, exact where it is rational.

    >>> print(bits_of(Fraction(1, 8), 2), bits_of(Fraction(1, 3)), sep=", ")
    3/2 bits, 1.58496 bits (within 1e-09)
    """
    over, under = fraction.denominator, fraction.numerator
    if over & over - 1 == 0 and under & under - 1 == 0:
        return Measured(Fraction(over.bit_length() - under.bit_length(), share), "bits")
    return Measured((log2(over) - log2(under)) / share, "bits", LOGARITHM_ERROR)


def not_applicable(definition: Definition, why: str) -> Judgement:
    """Return the judgement of a definition that does not apply."""
    return Judgement(
        definition_record(definition), definition.tag, None, note=f"not applicable: {why}"
    )


def met(
    definition: Definition, witness: Mapping[str, Any], measured: Measured, note: str = ""
) -> Judgement:
    """Return the judgement where the threshold is met."""
    witness = {"kind": definition.name, **witness}
    record = definition_record(definition)
    return Judgement(record, definition.tag, Fraction(1), witness, note, measured)


def unmet(
    definition: Definition,
    measured: Measured,
    score: Fraction | int = 0,
    note: str = "",
) -> Judgement:
    """Return the judgement where the threshold is not met; the score is below 1."""
    record = definition_record(definition)
    return Judgement(record, definition.tag, Fraction(score), None, note, measured)


def demand(holds: bool, field: str, problem: str) -> None:
    """Raise `CertificateError` that names a field of the witness unless a condition holds."""
    if not holds:
        raise CertificateError(f"witness.{field}", problem)


def read_witness(
    definition: Definition, solver: Solver, task: Task, witness: Mapping[str, Any], *fields: str
) -> Wired:
    """Return the circuit that a witness speaks of, once the witness has the fields it should.

    Raises `CertificateError` for other fields or a solver that does not solve the task.
    """
    demand(isinstance(witness, Mapping), "kind", "not a JSON object")
    demand(witness.get("kind") == definition.name, "kind", f"not {definition.name}")
    demand(set(witness) == {"kind", *fields}, "kind", f"fields are not {', '.join(fields)}")
    try:
        return solver_of(solver, task)
    except ArgumentError as error:
        raise CertificateError("solver", str(error)) from error
