"""Retargetability: a short edit makes the solver pursue another objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.classification.definition import Judgement, Measured, Solver, solver_of
from mesacircuits.classification.literature.circuit_edits import (
    circuits_within,
    distance_in_edits,
)
from mesacircuits.classification.literature.other_objectives import (
    FAMILIES,
    OtherObjective,
    other_objectives,
)
from mesacircuits.classification.literature.verdicts import (
    check_dial,
    demand,
    met,
    not_applicable,
    rational_dial,
    read_witness,
    unmet,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = ["Retargetable"]

_MOST_EDITS = 3


@dataclass(frozen=True, slots=True)
class Retargetable:
    """A circuit that a few edits turn into a solver for other objectives.

    The measure is the fraction of a finite family of other objectives (see `other_objectives`) that
    is solved by some circuit at most `edits` edits away (see `one_edit_away`: a gate's operator,
    one of its operands, or an output's driver and polarity). The score is min(1, measure /
    `least`). It is 0 where the words on the support are constant: nothing there has a target.

    The default family, `set-points`, leaves out what a renaming of the words does, for with one
    output bit its inversion would make every circuit retargetable. `transpositions` is made of
    nothing else: it is the orbit of the utility under permutations of outcomes, by its generators.

    Arguments:
        edits: the most edits, 1 to 3.
        least: the fraction of other objectives to be in reach, above 0 and at most 1.
        family: a name of `FAMILIES`.

    Raises `ArgumentError` for dials outside those ranges.

    Source: A. Flint, *The ground of optimization*, 2020 (can a microscopic perturbation give the
    system another target?); A. Turner, P. Tadepalli, *Parametrically Retargetable Decision-Makers
    Tend To Seek Power*, NeurIPS 2022; the edit: J. Wentworth, *How To Go From Interpretability To
    Alignment: Just Retarget The Search*, 2022.

    >>> from mesacircuits.classification.exemplars import exemplar_named
    >>> room = exemplar_named("thermostat-2")
    >>> [Retargetable(edits=e).judge(room.solver, room.task).score for e in (1, 2)]
    [Fraction(0, 1), Fraction(1, 1)]
    """

    edits: int = 1
    least: str = "1"
    family: str = "set-points"

    name: ClassVar[str] = "retargetable"
    tag: ClassVar[str] = "retargetable"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "Flint 2020; Turner and Tadepalli 2022; Wentworth 2022"
    formula: ClassVar[str] = (
        "of a finite family of other objectives, a large enough fraction is solved by circuits at "
        "most a few edits away"
    )
    blind_to: ClassVar[str] = (
        "objectives outside the family, whether edits that do it have anything in common, and "
        "whatever happens off the support"
    )

    def __post_init__(self) -> None:
        check_dial("edits", self.edits, 1, _MOST_EDITS)
        object.__setattr__(self, "least", rational_dial("least", self.least, above=True))
        if self.family not in FAMILIES:
            raise ArgumentError("family", f"one of {', '.join(FAMILIES)}", self.family)

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""
        return {"edits": self.edits, "least": self.least, "family": self.family}

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a circuit, with the fraction of objectives in reach.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        circuit = solver_of(solver, task)
        others = other_objectives(task, self.family)
        if others is None:
            why = "no utilities, no target" if self.family == "set-points" else "no words to choose"
            return not_applicable(self, f"the task has {why}")
        if not others:
            return not_applicable(self, "no other objective of the family is left")
        words = MealyMachine(circuit).words
        given = {words[x] for x in range(1 << task.inputs) if task.support_bits >> x & 1}
        unit = "of other objectives"
        if len(given) == 1:
            note = "the output is constant on the support"
            return unmet(self, Measured(Fraction(0), unit), note=note)
        solved = self._solved(circuit, others)
        fraction = Fraction(len(solved), len(others))
        score = fraction / Fraction(self.least)
        if score < 1:
            return unmet(self, Measured(fraction, unit), score)
        listed = [
            {"objective": other.key, "circuit": str(solved[other.key])}
            for other in others
            if other.key in solved
        ]
        witness = {"objectives": len(others), "edited": listed}
        return met(self, witness, Measured(fraction, unit))

    def measure(self, solver: Solver, task: Task) -> Measured | None:
        """Return the fraction of objectives in reach; None where the definition does not apply."""
        return self.judge(solver, task).measured

    def _solved(
        self, circuit: Circuit, others: tuple[OtherObjective, ...]
    ) -> dict[int | str, Circuit]:
        found: dict[int | str, Circuit] = {}
        tried: set[tuple[int, ...]] = set()
        for near in circuits_within(circuit, self.edits):
            tables = near.output_bits()
            if tables in tried:
                continue
            tried.add(tables)
            for other in others:
                if other.key not in found and other.task.solved_by(near):
                    found[other.key] = near
            if len(found) == len(others):
                break
        return found

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Each edited circuit is read from its text, its edits are counted, and it is tried on its
        objective; that there are enough of them is then arithmetic.
        """
        circuit = read_witness(self, solver, task, witness, "objectives", "edited")
        others = {other.key: other for other in other_objectives(task, self.family) or ()}
        demand(witness["objectives"] == len(others) > 0, "objectives", f"not {len(others)}")
        demand(isinstance(witness["edited"], list), "edited", "not a list")
        seen = set()
        for place, record in enumerate(witness["edited"]):
            where = f"edited[{place}]"
            fields = isinstance(record, Mapping) and {"objective", "circuit"} == {*record}
            demand(fields, where, "fields are not objective, circuit")
            key, text = record["objective"], record["circuit"]
            demand(isinstance(text, str), f"{where}.circuit", "not a text")
            known = isinstance(key, int | str) and key in others and key not in seen
            demand(known, f"{where}.objective", "not one, or twice")
            seen.add(key)
            try:
                near = Circuit.parse(circuit.inputs, text)
            except ArgumentError as error:
                raise CertificateError(f"witness.{where}.circuit", str(error)) from error
            distance = distance_in_edits(circuit, near)
            close = distance is not None and distance <= self.edits
            demand(close, f"{where}.circuit", f"not within {self.edits} edits")
            demand(others[key].task.solved_by(near), f"{where}.circuit", "does not pursue it")
        enough = Fraction(len(seen), len(others)) >= Fraction(self.least)
        demand(enough, "edited", f"{len(seen)} of {len(others)} objectives")
        words = MealyMachine(circuit).words
        given = {words[x] for x in range(1 << task.inputs) if task.support_bits >> x & 1}
        demand(len(given) > 1, "edited", "the output is constant on the support")
