"""Retargetability: a short edit makes the solver pursue another objective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    Solver,
    WithDials,
    dial,
    endless_bits,
    solver_of,
    solves,
)
from mesacircuits.definitions.influence import has_influence
from mesacircuits.definitions.measures.circuit_edits import (
    circuits_within,
    distance_in_edits,
    without_dead_gates,
)
from mesacircuits.definitions.measures.other_objectives import (
    FAMILIES,
    OtherObjective,
    other_objectives,
)
from mesacircuits.definitions.measures.program_edits import (
    distance_in_program_edits,
    programs_within,
)
from mesacircuits.definitions.measures.thresholds import (
    demand,
    met,
    not_applicable,
    read_witness,
    threshold,
    unmet,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import Task

__all__ = ["Retargetable"]

_MOST_EDITS = 3
_NO_INFLUENCE = "the output is constant on the support, or no action matters"


@dataclass(frozen=True, slots=True)
class Retargetable(WithDials):
    """A circuit that a few edits turn into a solver for other objectives.

    The measure is the fraction of a finite family of other objectives (see `other_objectives`) that
    is solved by some circuit at most `edits` edits away (see `one_edit_away`: a gate's operator,
    one of its operands, or an output's driver, the latter two with their polarity). Gates that
    reach no output are taken away first. Of a program an edit is one operation, one operand or one
    entry of its table (see `one_program_edit_away`); what it asks keeps its answers. The score is
    min(1, measure / `least`). It is 0 where the words on the support are constant, and where no
    action matters: nothing there has a target.

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

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> room = exemplar_named("thermostat-2")
    >>> [Retargetable(edits=e).judge(room.solver, room.task).score for e in (1, 2)]
    [Fraction(0, 1), Fraction(1, 1)]
    """

    edits: int = dial(1, least=1, most=_MOST_EDITS)
    least: str = threshold(1, above=True)
    family: str = dial("set-points", values=tuple(FAMILIES))

    name: ClassVar[str] = "retargetable"
    tag: ClassVar[str] = "retargetable"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Flint 2020; Turner and Tadepalli 2022; Wentworth 2022"
    formula: ClassVar[str] = (
        "of a finite family of other objectives, a large enough fraction is solved by circuits at "
        "most a few edits away"
    )
    blind_to: ClassVar[str] = (
        "objectives outside the family, whether edits that do it have anything in common, and "
        "which words are given off the support (not how the gates that give them are built)"
    )

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
        unit = "of other objectives"
        if not has_influence(circuit, task):
            return unmet(self, Measured(Fraction(0), unit), note=_NO_INFLUENCE)
        solved = self._solved(circuit, others)
        fraction = Fraction(len(solved), len(others))
        score = fraction / Fraction(self.least)
        if score < 1:
            return unmet(self, Measured(fraction, unit), score)
        listed = [
            {"objective": key, "circuit": str(near), "order": list(order)}
            for key, (near, order) in solved.items()
        ]
        witness = {"objectives": len(others), "edited": listed}
        return met(self, witness, Measured(fraction, unit))

    def measure(self, solver: Solver, task: Task) -> Measured | None:
        """Return the fraction of objectives in reach; None where the definition does not apply."""
        return self.judge(solver, task).measured

    def _near(self, wired: Wired) -> Iterator[tuple[Wired, tuple[int, ...]]]:
        """Yield what is within the edits, with the order of what was edited."""
        if isinstance(wired, UnrolledProgram):
            order = tuple(range(len(wired.program.code)))
            for near in programs_within(wired, self.edits):
                yield near, order
        else:
            yield from circuits_within(without_dead_gates(_as_circuit(wired)), self.edits)

    def _solved(
        self, wired: Wired, others: tuple[OtherObjective, ...]
    ) -> dict[int | str, tuple[Wired, tuple[int, ...]]]:
        found: dict[int | str, tuple[Wired, tuple[int, ...]]] = {}
        tried: set[tuple[int, tuple[int, ...]]] = set()
        for near, order in self._near(wired):
            tables = endless_bits(near), near.output_bits()
            if tables in tried:
                continue
            tried.add(tables)
            for other in others:
                if other.key not in found and solves(near, other.task):
                    found[other.key] = near, order
            if len(found) == len(others):
                break
        return {other.key: found[other.key] for other in others if other.key in found}

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Each edited circuit is read from its text, its edits are counted against the solver without
        its dead gates, gate by gate in the order given, and it is tried on its objective; that
        there are enough of them is then arithmetic.
        """
        judged = read_witness(self, solver, task, witness, "objectives", "edited")
        others = {other.key: other for other in other_objectives(task, self.family) or ()}
        demand(witness["objectives"] == len(others) > 0, "objectives", f"not {len(others)}")
        demand(isinstance(witness["edited"], list), "edited", "not a list")
        seen = set()
        for place, record in enumerate(witness["edited"]):
            where = f"edited[{place}]"
            fields = isinstance(record, Mapping) and {"objective", "circuit", "order"} == {*record}
            demand(fields, where, "fields are not objective, circuit, order")
            key, text, order = record["objective"], record["circuit"], record["order"]
            demand(isinstance(text, str), f"{where}.circuit", "not a text")
            known = isinstance(key, int | str) and key in others and key not in seen
            demand(known, f"{where}.objective", "not one, or twice")
            seen.add(key)
            listed = isinstance(order, list) and all(type(i) is int for i in order)
            demand(listed, f"{where}.order", "not a list of whole numbers")
            try:
                near, distance = _read_near(judged, text, tuple(order))
            except ArgumentError as error:
                raise CertificateError(f"witness.{where}.circuit", str(error)) from error
            close = distance is not None and distance <= self.edits
            demand(close, f"{where}.circuit", f"not within {self.edits} edits")
            demand(solves(near, others[key].task), f"{where}.circuit", "does not pursue it")
        enough = Fraction(len(seen), len(others)) >= Fraction(self.least)
        demand(enough, "edited", f"{len(seen)} of {len(others)} objectives")
        demand(has_influence(judged, task), "edited", _NO_INFLUENCE)


def _as_circuit(wired: Wired) -> Circuit:
    assert isinstance(wired, Circuit), "only circuits and programs are edited"
    return wired


def _read_near(judged: Wired, text: str, order: tuple[int, ...]) -> tuple[Wired, int | None]:
    """Return what a text states, and how many edits it is away."""
    if isinstance(judged, UnrolledProgram):
        program = Program.parse(text)
        if order != tuple(range(len(program.code))):
            return judged, None
        distance = distance_in_program_edits(judged.program, program)
        return UnrolledProgram(program, judged.instances), distance
    circuit = without_dead_gates(_as_circuit(judged))
    near = Circuit.parse(circuit.inputs, text)
    return near, distance_in_edits(circuit, near, order)
