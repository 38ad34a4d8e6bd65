"""A definition of the package, as one would be added: this file, and a line in the registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.definitions.bulk import Chains
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    WithDials,
    dial,
    solver_of,
)
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import Task


@dataclass(frozen=True, slots=True)
class ReadOften(WithDials):
    """Some gate is read at so many places."""

    places: int = dial(2, least=1)

    name: ClassVar[str] = "read-often"
    tag: ClassVar[str] = "read-often"
    version: ClassVar[int] = 3
    source: ClassVar[str] = "these tests"
    formula: ClassVar[str] = "some gate is an operand at so many places"
    blind_to: ClassVar[str] = "what gates compute, hence whatever happens off the support"

    def judge(self, solver: Solver, task: Task) -> Judgement:
        wired = solver_of(solver, task)
        read = Counter(w for gate in wired.gates for w in gate.operands if w >= wired.inputs)
        most = max(read.values(), default=0)
        if most < self.places:
            return self.judgement(Fraction(most, self.places))
        wire = min(w for w, count in read.items() if count == most)
        return self.judgement(1, {"kind": self.name, "wire": wire, "times": most})

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        wired = solver_of(solver, task)
        times = sum(list(gate.operands).count(witness["wire"]) for gate in wired.gates)
        if witness["times"] != times or times < self.places or witness["wire"] < wired.inputs:
            raise CertificateError("times", f"read {times} times")

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        often = witness.get("kind") == cls.name
        return [(witness["wire"], f"read {witness['times']} times")] if often else []

    def variants(self) -> list[ReadOften]:
        return [replace(self, places=places) for places in (1, 2, 3)]

    def is_stricter_than(self, other: Definition) -> bool:
        return isinstance(other, ReadOften) and self.places >= other.places

    @property
    def ignores_negations(self) -> bool:
        return True

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64]:
        operands = chains.gates[:, :, :2]
        gates = range(chains.inputs, chains.inputs + chains.size)
        reads = [(operands == wire).sum(axis=(1, 2)) for wire in gates]
        return chains.whole(np.max(reads, axis=0) >= self.places)
