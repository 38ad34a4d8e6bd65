"""What witness checkers share: a circuit taken apart input by input, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import endless_bits
from mesacircuits.definitions.witness_records import CandidateRecord, CellRecord
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import Task

__all__ = ["Subject", "Word", "demand", "demand_lowest_wires"]

Word = tuple[int, ...]

#: In place of bits, where a program never ends: equal to no word.
_NEVER = -1


def demand(condition: bool, where: str, problem: str) -> None:
    """Raise `CertificateError`, naming the field `where`, unless the condition holds."""
    if not condition:
        raise CertificateError(where, problem)


@dataclass(frozen=True)
class Subject:
    """A circuit on the support of a task, its values taken apart input by input."""

    circuit: Wired
    task: Task

    @property
    def all_inputs(self) -> range:
        """All 2^n inputs."""
        return range(1 << self.circuit.inputs)

    @property
    def support(self) -> list[int]:
        """The inputs of the support, ascending."""
        return [x for x in self.all_inputs if self.task.support_bits >> x & 1]

    def words(self, held: Mapping[int, int] | None = None) -> list[Word]:
        """Return the output word on every input, the wires in `held` held at those bits.

        Where a program never ends then, it is equal to no word.
        """
        # Minus one has all bits set; the circuit keeps as many as it has inputs.
        do = {wire: -bit for wire, bit in (held or {}).items()}
        outputs, endless = self.circuit.output_bits(do), endless_bits(self.circuit, do)
        return [
            (_NEVER,) * len(outputs) if endless >> x & 1 else tuple(b >> x & 1 for b in outputs)
            for x in self.all_inputs
        ]

    def wire_values(self) -> list[list[int]]:
        """Return the value of every wire on every input."""
        return [[bits >> x & 1 for x in self.all_inputs] for bits in self.circuit.wire_bits()]

    def read(self, part: CandidateRecord | CellRecord) -> list[int]:
        """Return the value of the part's wire on every input, as the part reads it."""
        return [bit ^ part.inverted for bit in self.wire_values()[part.wire]]

    def feeds(self, source: int, target: int) -> bool:
        """Return whether `target` depends on the other wire `source`, a gate or an input."""
        gates, inputs = self.circuit.gates, self.circuit.inputs
        return any(source in gates[w - inputs].operands for w in self.circuit.cones[target])


def demand_lowest_wires(
    subject: Subject, dials: Any, witness: Any, field: str, prove: Callable[..., None]
) -> None:
    """Refuse a witness that stays one when a wire is replaced by a lower one, all else equal."""
    parts, values = getattr(witness, field), subject.wire_values()
    for i, part in enumerate(parts):
        for wire in range(part.wire):
            if any(values[wire][x] != values[part.wire][x] for x in subject.support):
                continue
            altered = msgspec.structs.replace(part, wire=wire)
            others = (*parts[:i], altered, *parts[i + 1 :])
            try:
                prove(subject, dials, msgspec.structs.replace(witness, **{field: others}))
            except CertificateError:
                continue
            raise CertificateError(f"{field}[{i}].wire", f"wire {wire} serves and is lower")
