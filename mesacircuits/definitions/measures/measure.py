"""What thresholds on measures of the literature share: verdicts, witnesses derived again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log2
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    Solver,
    WithDials,
    dial,
    solver_of,
)
from mesacircuits.errors import ArgumentError, CertificateError, require
from mesacircuits.tasks import Task

__all__ = [
    "LOGARITHM_ERROR",
    "NOTHING_ASKED",
    "LiteratureDefinition",
    "bits_of",
    "demand",
    "equal_wires",
    "threshold",
]

#: How far a real value may be off, where it is a logarithm in double precision.
LOGARITHM_ERROR = 1e-9
#: The note on a task without support: its solvers choose nothing, so they have no tag.
NOTHING_ASKED = "the task asks for nothing: its support is empty"
_MOST_DENOMINATOR = 100


def threshold(
    default: Fraction | int, most: int = 1, above: bool = False, stricter: str = "more"
) -> Any:
    """Return a field for `WithDials`: a fraction from 0, or above it, to `most`.

    Thresholds on logarithms are compared as powers of whole numbers, so denominators are small.
    """
    parts = _MOST_DENOMINATOR
    return dial(Fraction(default), stricter=stricter, least=0, most=most, above=above, parts=parts)


def bits_of(fraction: Fraction, share: int = 1) -> Measured:
    """Return -log2(fraction) / share in bits, exact where it is rational.

    >>> print(bits_of(Fraction(1, 8), 2), bits_of(Fraction(1, 3)), sep=", ")
    3/2 bits, 1.58496 bits (within 1e-09)
    """
    over, under = fraction.denominator, fraction.numerator
    if over & over - 1 == 0 and under & under - 1 == 0:
        return Measured(Fraction(over.bit_length() - under.bit_length(), share), "bits")
    return Measured((log2(over) - log2(under)) / share, "bits", LOGARITHM_ERROR)


def demand(holds: bool, field: str, problem: str) -> None:
    """Raise `CertificateError` that names a field of the witness unless a condition holds."""
    require(holds, f"witness.{field}", problem)


def equal_wires(circuit: Wired, wire: int) -> dict[int, bool]:
    """Return the live wires of one function with a live wire, and which are inverse to it.

    Nothing for a wire that is not live. For checkers, which do not ask `wire_classes`.

    >>> from mesacircuits.circuits import Circuit
    >>> equal_wires(Circuit.parse(2, "x = a & b; y = ~(a & b); z = x ^ y; out = z"), 2)
    {2: False, 3: True}
    """
    n, tables = circuit.inputs, circuit.wire_bits()
    live = {output.wire for output in circuit.outputs}
    waiting = [*live]
    while waiting:
        at = waiting.pop()
        read = circuit.gates[at - n].operands if at >= n else ()
        waiting += [w for w in read if w not in live]
        live |= {*read}
    if wire not in live:
        return {}
    full = (1 << (1 << n)) - 1
    return {
        w: tables[w] != tables[wire]
        for w in sorted(live)
        if w >= 0 and tables[w] in (tables[wire], tables[wire] ^ full)
    }


class LiteratureDefinition(WithDials):
    """A threshold on a measure of the literature: the measure, its threshold, and its witness.

    Each states its name, which is its tag too, the fields of its witness, how a solver is valued
    (`value`), and how a witness is derived again (`prove`).
    """

    __slots__ = ()

    #: The fields of a witness, beside `kind`, which is the name.
    witness_fields: ClassVar[tuple[str, ...]]

    def fields_of_witness(self) -> tuple[str, ...]:
        """Return the fields of a witness at these dials, beside `kind`."""
        return self.witness_fields

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the judgement of what is known to solve the task."""
        raise NotImplementedError

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless a witness, which has the fields it should, holds."""
        raise NotImplementedError

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a solver, the value measured, and a witness iff the score is 1.

        Raises `ArgumentError` if the solver does not solve the task, and for a task too large to
        measure.
        """
        return self.value(solver_of(solver, task), task)

    def measure(self, solver: Solver, task: Task) -> Measured | None:
        """Return the value that is measured; None where the definition does not apply."""
        return self.judge(solver, task).measured

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds: it is derived again."""
        fields = self.fields_of_witness()
        demand(isinstance(witness, Mapping), "kind", "not a JSON object")
        demand(witness.get("kind") == self.name, "kind", f"not {self.name}")
        demand(set(witness) == {"kind", *fields}, "kind", f"fields are not {', '.join(fields)}")
        try:
            circuit = solver_of(solver, task)
        except ArgumentError as error:
            raise CertificateError("solver", str(error)) from error
        self.prove(circuit, task, witness)

    def not_applicable(self, why: str) -> Judgement:
        """Return the judgement where the definition does not apply."""
        return self.judgement(None, note=f"not applicable: {why}")

    def met(self, witness: Mapping[str, Any], measured: Measured, note: str = "") -> Judgement:
        """Return the judgement where the threshold is met."""
        return self.judgement(1, {"kind": self.name, **witness}, note, measured)

    def unmet(self, measured: Measured, score: Fraction | int = 0, note: str = "") -> Judgement:
        """Return the judgement where the threshold is not met; the score is below 1."""
        return self.judgement(score, None, note, measured)
