"""The census of several outputs: least sizes of all tuples of m functions of n inputs at once.

Circuits of one size are walked once, for all tuples: a circuit computes every tuple of functions of
its wires. Tuples fall into classes under the symmetries of the basis, permuting outputs and, where
inverters are free, negating them; a constant, an input, or a function twice takes no further gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import count
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.engines import Unit, gates_of, run_all, units_of
from mesacircuits.enumeration.reach import depths_of_classes
from mesacircuits.enumeration.row_kernels import result_of
from mesacircuits.enumeration.symmetry import Symmetry, exact_quotient, symmetry_of
from mesacircuits.enumeration.tuple_kernels import (
    Members,
    count_circuits,
    least_tuples,
    mark_sets,
)
from mesacircuits.enumeration.units import UnitResult, has_arrays
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted, plain_table

__all__ = [
    "MAX_OUTPUTS",
    "OutputCensus",
    "OutputClass",
    "OutputRow",
    "TupleClasses",
    "output_census",
    "tuple_classes",
]

#: So many outputs are censused for so many inputs.
MAX_OUTPUTS = {1: 3, 2: 3, 3: 3, 4: 2}
# Up to so many inputs what is met fits one bit for each tuple.
_MOST_BITS = 3


# -- classes of tuples -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class TupleClasses:
    """The classes of all tuples of m functions of n inputs under the symmetries of a basis.

    Inputs are permuted and negated as the basis allows, outputs are permuted, and negated where
    inverters are free. With free inverters tuples of functions with f(0) = 0 stand for all.

    Attributes:
        symmetry: of the basis, over the inputs.
        outputs: m.
        members: the functions, numbered.
        tuples: one of each class, ascending: m numbers of functions, shape (classes, m).
        number: the class of each tuple by its place (see `least_tuples`).
    """

    symmetry: Symmetry
    outputs: int
    members: Members
    tuples: NDArray[np.int64]
    number: NDArray[np.int32]

    def place(self, *functions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of tuples of functions, given as m arrays."""
        first, *others = functions
        many, turns = self.members.images.shape[1], self.members.carries[first]
        place: NDArray[np.int64] = self.members.classes[first]
        for other in others:
            place = place * many + self.members.images[turns, other]
        return place

    @cached_property
    def by_functions(self) -> NDArray[np.int32]:
        """The class of each tuple (a, b, c) of functions, by (a N + b) N + c.

        With two outputs there is no a, with one neither a nor b.
        """
        every = np.arange(self.members.images.shape[1])
        axes = np.ix_(*[every] * self.outputs)
        found: NDArray[np.int32] = self.number[self.place(*axes)].reshape(-1)
        return found

    @cached_property
    def ordered(self) -> NDArray[np.int64]:
        """How many tuples of numbered functions each class has, shape (classes,)."""
        weights = np.bincount(self.members.classes)
        each = len(self.number) // len(weights)
        found = np.zeros(len(self.tuples), dtype=np.int64)
        np.add.at(found, self.number, np.repeat(weights, each))
        return found

    @property
    def functions(self) -> NDArray[np.int64]:
        """How many tuples of any functions each class has, shape (classes,)."""
        return self.ordered << self.outputs if self.members.halved else self.ordered

    @cached_property
    def are_sets(self) -> NDArray[np.bool_]:
        """Whether the functions of a class's tuples differ from each other, shape (classes,)."""
        ascending = np.sort(self.tuples, axis=1)
        return np.array(np.diff(ascending, axis=1).all(axis=1), dtype=bool)

    @property
    def sets(self) -> NDArray[np.int64]:
        """How many sets of m distinct numbered functions each class has, shape (classes,)."""
        return np.where(self.are_sets, self.ordered // factorial(self.outputs), 0)

    @cached_property
    def cores(self) -> NDArray[np.int32]:
        """The class of what is left once each function counts once, those without gates not at all.

        What is left is made a tuple by the constant 0. Shape (classes,).
        """
        inputs, halved = self.symmetry.inputs, int(self.members.halved)
        bits = [0, *(input_bits(inputs, i) for i in range(inputs))]
        if not halved:
            bits.append(self.symmetry.mask)
        left = np.where(np.isin(self.tuples, [b >> halved for b in bits]), 0, self.tuples)
        left = np.sort(left, axis=1)
        left[:, 1:][left[:, 1:] == left[:, :-1]] = 0
        found: NDArray[np.int32] = self.number[self.place(*left.T)]
        return found

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Which classes take gates, and are not another's with more outputs; shape (classes,)."""
        own = np.array(self.cores == np.arange(len(self.tuples)), dtype=bool)
        own[int(self.number[0])] = False
        return own

    @cached_property
    def reachable(self) -> NDArray[np.bool_]:
        """Which classes have circuits over the basis at all, shape (classes,)."""
        depths = depths_of_classes(self.symmetry.inputs, self.symmetry.basis)
        return np.array((depths[self.members.classes[self.tuples]] >= 0).all(axis=1), dtype=bool)

    def representative(self, number: int) -> tuple[TruthTable, ...]:
        """Return the least tuple of a class."""
        bits = self.tuples[number] << int(self.members.halved)
        return tuple(TruthTable(self.symmetry.inputs, b) for b in sorted(bits.tolist()))


@lru_cache(maxsize=4)
def tuple_classes(inputs: int, basis: Basis, outputs: int) -> TupleClasses:
    """Return the classes of all tuples of functions under the symmetries of a basis.

    >>> from mesacircuits.circuits import B2
    >>> classes = tuple_classes(2, B2, 2)
    >>> len(classes.tuples), int(classes.functions.sum()), int(classes.sets.sum())
    (13, 256, 28)
    """
    symmetry = symmetry_of(inputs, basis)
    halved = int(basis.free_inverters)
    functions = np.arange(0, 1 << (1 << inputs), 1 + halved, dtype=np.uint64)
    images = np.stack([symmetry.images_of(f) >> np.uint64(halved) for f in functions], axis=1)
    classes = symmetry.classes.number[functions]
    least = symmetry.classes.least_members.astype(np.int64) >> halved
    fixing = [np.flatnonzero(images[:, number] == number) for number in least]
    members = Members(
        np.int64(halved),
        images.astype(np.uint16),
        classes,
        np.argmax(images == least[classes], axis=0).astype(np.int64),
        np.concatenate(fixing).astype(np.int64),
        np.cumsum([0, *map(len, fixing)]).astype(np.int64),
    )
    keys, number = np.unique(least_tuples(members, least, outputs), return_inverse=True)
    many, tuples = len(functions), np.zeros((len(keys), outputs), dtype=np.int64)
    for i in range(outputs - 1, 0, -1):
        keys, tuples[:, i] = np.divmod(keys, many)
    tuples[:, 0] = least[keys]
    return TupleClasses(symmetry, outputs, members, tuples, number.reshape(-1).astype(np.int32))


# -- one size --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _TupleQuestion:
    """Which classes of tuples do circuits of one size compute?

    Attributes:
        inputs, basis, outputs: of the tuples.
        cost: the size.
        settled: the classes that smaller circuits compute, shape (classes,).
        counts: whether circuits are counted.
    """

    inputs: int
    basis: Basis
    outputs: int
    cost: int
    settled: NDArray[np.bool_]
    counts: bool

    depth, required = None, 0

    @property
    def symmetry(self) -> Symmetry:
        return symmetry_of(self.inputs, self.basis)

    @property
    def classes(self) -> TupleClasses:
        return tuple_classes(self.inputs, self.basis, self.outputs)

    @property
    def said(self) -> list[Any]:
        return ["tuples", self.outputs]

    @cached_property
    def first_functions(self) -> NDArray[np.uint64]:
        """What the gates that read only inputs compute, in their order."""
        symmetry = self.symmetry
        functions = [
            result_of(
                *row[:3],
                symmetry.input_tables,
                symmetry.tables.normal_forms,
                row[3],
                np.uint64(symmetry.mask),
            )
            for row in symmetry.gates.tolist()
        ]
        return np.array(functions, dtype=np.uint64)

    @cached_property
    def open_bits(self) -> NDArray[np.uint64]:
        """As the kernel marks them, those tuples that no smaller circuit computes."""
        many = self.classes.members.images.shape[1]
        shut = self.settled[self.classes.by_functions].reshape(-1, many)
        wide = np.ones((len(shut), -(-many // 64) * 64), dtype=bool)
        wide[:, :many] = shut
        return ~np.packbits(wide, axis=1, bitorder="little").view(np.uint64)

    def met(self, bits: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the classes that the kernel marked, and that are not settled, ascending."""
        bits = bits & self.open_bits
        rows, words = np.nonzero(bits)
        many = self.classes.members.images.shape[1]
        ones = np.unpackbits(
            bits[rows, words].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little"
        )
        which, bit = np.nonzero(ones)
        places = rows[which] * many + words[which] * 64 + bit
        found: NDArray[np.int64] = np.unique(self.classes.by_functions[places]).astype(np.int64)
        return found


def _mark_unit(unit: Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    question: _TupleQuestion = unit.question
    classes, outputs = question.classes, question.outputs
    members, symmetry = classes.members, question.symmetry
    as_bits = question.inputs <= _MOST_BITS
    shape = question.open_bits.shape if as_bits else (0, 0)
    bits = np.zeros(shape, dtype=np.uint64)
    marks = np.zeros(0 if as_bits else len(classes.number), dtype=np.uint8)
    begun = question.first_functions[unit.places]
    tried = 0
    # Of gates that compute the same one is enough.
    if len(np.unique(begun)) == len(begun):
        tried = mark_sets(
            symmetry.input_tables,
            np.uint64(symmetry.mask),
            gates_of(symmetry.tables),
            begun,
            question.first_functions,
            question.cost,
            members,
            outputs,
            bits,
            marks,
            most_tried,
            stop,
        )
    if as_bits:
        met = question.met(bits)
    else:
        met = np.unique(classes.number[np.flatnonzero(marks)]).astype(np.int64)
        met = met[~question.settled[met]]
    return UnitResult({"classes": met}, int(tried), not stop[0] and tried <= most_tried)


def _count_unit(unit: Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    question: _TupleQuestion = unit.question
    classes, symmetry = question.classes, question.symmetry
    counts = np.zeros(len(classes.tuples), dtype=np.int64)
    tried = count_circuits(
        symmetry.input_tables,
        np.uint64(symmetry.mask),
        gates_of(symmetry.tables),
        unit.gates,
        question.cost,
        classes.members,
        question.outputs,
        classes.number,
        counts,
        most_tried,
        stop,
    )
    met = np.flatnonzero((counts > 0) & ~question.settled)
    arrays = {"classes": met, "circuits": counts[met]}
    return UnitResult(arrays, int(tried), not stop[0] and tried <= most_tried)


def _check(unit: Unit, result: UnitResult) -> None:
    # What was met only searching again can tell: here just what may be met at all.
    question: _TupleQuestion = unit.question
    names = ("classes", "circuits") if question.counts else ("classes",)
    has_arrays(result.arrays, dict.fromkeys(names, (np.int64, (None,))))
    met = result.arrays["classes"]
    if len(met) and (met[0] < 0 or met[-1] >= len(question.settled) or (np.diff(met) < 1).any()):
        raise ValueError("classes that there are not")
    if question.settled[met].any() or not question.classes.reachable[met].all():
        raise ValueError("a class that was not sought")
    if (result.arrays.get("circuits", np.ones(1)) < 1).any():
        raise ValueError("a class without circuits")


# -- the census ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutputRow:
    """The tuples of one least size.

    Attributes:
        size: gates.
        functions: tuples of m functions, of all 2^(m 2^n).
        classes: of these.
        sets: sets of m distinct functions; with free inverters of those with f(0) = 0.
        circuits: minimal circuits of each of these sets, summed; None if they were not counted.
    """

    size: int
    functions: int
    classes: int
    sets: int
    circuits: int | None


@dataclass(frozen=True, slots=True)
class OutputClass:
    """One class of tuples.

    Attributes:
        representative: the least of its tuples of functions (with free inverters: of f(0) = 0).
        functions: tuples of the class.
        size: gates of its minima.
        circuits: minimal circuits of each of its tuples; None if they were not counted.
    """

    representative: tuple[TruthTable, ...]
    functions: int
    size: int
    circuits: int | None


@dataclass(frozen=True, eq=False)
class OutputCensus:
    """The least sizes of all tuples of m functions of n inputs.

    Attributes:
        classes: the classes of tuples, numbered.
        sizes: the least size of each class, -1 where it was not reached or there is none.
        circuits: minimal circuits of each class's tuples; None if they were not counted.
        exhausted_size: sizes up to this were exhausted, where the census is not complete.
        tried: gates, or functions, looked at by the search.
    """

    classes: TupleClasses
    sizes: NDArray[np.int64]
    circuits: NDArray[np.int64] | None = None
    exhausted_size: int | None = None
    tried: int = field(default=0, compare=False)

    @property
    def inputs(self) -> int:
        """The number n of inputs."""
        return self.classes.symmetry.inputs

    @property
    def outputs(self) -> int:
        """The number m of outputs."""
        return self.classes.outputs

    @property
    def basis(self) -> str:
        """The name of the basis."""
        return self.classes.symmetry.basis.name

    @property
    def exhaustive(self) -> bool:
        """Whether no class was left out that has circuits."""
        return self.exhausted_size is None

    @property
    def rows(self) -> tuple[OutputRow, ...]:
        """One row per least size, ascending."""
        return tuple(
            self._row(int(size), self.sizes == size)
            for size in np.unique(self.sizes[self.sizes >= 0])
        )

    def _row(self, size: int, chosen: NDArray[np.bool_]) -> OutputRow:
        sets = self.classes.sets[chosen]
        circuits = None
        if self.circuits is not None:
            # Exact where sums outgrow 64 bits.
            circuits = sum(
                a * b for a, b in zip(sets.tolist(), self.circuits[chosen].tolist(), strict=True)
            )
        functions = int(self.classes.functions[chosen].sum())
        return OutputRow(size, functions, int(chosen.sum()), int(sets.sum()), circuits)

    @property
    def _columns(self) -> list[str]:
        names = ["size", "functions", "classes", "sets"]
        return names if self.circuits is None else [*names, "circuits"]

    def each_class(self) -> Iterator[OutputClass]:
        """Yield every class whose least size is known, representatives ascending."""
        for number in np.flatnonzero(self.sizes >= 0).tolist():
            yield OutputClass(
                self.classes.representative(number),
                int(self.classes.functions[number]),
                int(self.sizes[number]),
                None if self.circuits is None else int(self.circuits[number]),
            )

    def _left(self, chosen: NDArray[np.bool_]) -> dict[str, int]:
        return {
            "functions": int(self.classes.functions[chosen].sum()),
            "classes": int(chosen.sum()),
        }

    def to_json(self, with_classes: bool = False) -> dict[str, Any]:
        """Return the census as JSON values, if so asked with every class."""
        record: dict[str, Any] = {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "basis": self.basis,
            "order": "size",
            "class_kind": self.classes.symmetry.classes.kind,
            "exhaustive": self.exhaustive,
            "rows": [{name: getattr(row, name) for name in self._columns} for row in self.rows],
        }
        if not self.classes.reachable.all():
            record["without_circuit"] = self._left(~self.classes.reachable)
        if not self.exhaustive:
            record["not_exhausted"] = {
                **self._left((self.sizes < 0) & self.classes.reachable),
                "exhausted_size": self.exhausted_size,
            }
        if with_classes:
            record["classes"] = [
                {
                    "representative": [table.hex for table in each.representative],
                    "functions": each.functions,
                    "size": each.size,
                }
                | ({} if each.circuits is None else {"circuits": each.circuits})
                for each in self.each_class()
            ]
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        total = self._row(0, self.sizes >= 0)
        return (
            f"{total.classes:,} classes of {self.outputs}-output functions of "
            + (f"{counted(self.inputs, 'input')} by size, {self.basis}")
            + ("" if self.exhaustive else " (not exhausted)")
        )

    def __str__(self) -> str:
        names, total = self._columns, self._row(0, self.sizes >= 0)
        rows = [[getattr(row, name) for name in names] for row in self.rows]
        if len(rows) > 1:
            rows.append(["all", *(getattr(total, name) for name in names[1:])])
        normal = " with f(0) = 0" if self.classes.members.halved else ""
        kind = self.classes.symmetry.classes.kind
        moved = {
            "NPN": "permuting and negating inputs, and outputs",
            "PN": "permuting inputs, permuting and negating outputs",
            "P": "permuting inputs, and outputs",
        }
        lines = [
            self.headline,
            "",
            plain_table(names, rows),
            "",
            f"functions: of all 2^({self.outputs} 2^{self.inputs});",
            f"classes: up to {moved[kind]};",
            f"sets: of {self.outputs} distinct functions{normal}"
            + ("." if self.circuits is None else "; circuits: summed over these."),
        ]
        without = self._left(~self.classes.reachable)
        if without["classes"]:
            lines.append(
                f"No circuit in this basis: {counted(without['functions'], 'function')} "
                f"({counted(without['classes'], 'class', 'classes')})."
            )
        if self.exhaustive:
            return "\n".join([*lines, "Minimal by exhaustion: no smaller circuit was left out."])
        left = self._left((self.sizes < 0) & self.classes.reachable)
        lines.append(
            f"NOT EXHAUSTED: {counted(left['functions'], 'function')} "
            f"({counted(left['classes'], 'class', 'classes')}) were not reached in the budget;"
        )
        return "\n".join([*lines, f"sizes up to {self.exhausted_size} were exhausted for them."])


@fitting_units
def output_census(
    inputs: int,
    outputs: int,
    basis: str | Basis = "b2",
    effort: Effort | None = None,
    circuits: bool = True,
) -> OutputCensus:
    """Return the least size of every tuple of m functions of n inputs.

    With `circuits` each circuit is met once and counted for the sets of functions it computes.
    Without, sets of functions are met that gates can build, each once however many circuits do so.

    Arguments:
        inputs: n, from 1 to 4.
        outputs: m, from 1 to 3, of four inputs to 2.
        basis: a basis without costs, or its name; of four inputs with free inverters.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.
        circuits: whether minimal circuits are counted, which takes longer.

    Returns:
        the census, marked not exhaustive if the budget ended it.

    Raises:
        ArgumentError: for arguments outside those ranges.

    Source: sets that gates can build are the feasible sets of an antimatroid, enumerated as
    D. H. Redelmeier does polyominoes (Discrete Mathematics 36, 1981).

    >>> [(row.size, row.functions, row.classes, row.sets) for row in output_census(2, 2).rows]
    [(0, 36, 4, 3), (1, 140, 6, 15), (2, 80, 3, 10)]
    """
    if not isinstance(inputs, int) or inputs not in MAX_OUTPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {max(MAX_OUTPUTS)}", inputs)
    most = MAX_OUTPUTS[inputs]
    if not isinstance(outputs, int) or not 1 <= outputs <= most:
        expected = f"a whole number from 1 to {most}, of {counted(inputs, 'input')}"
        raise ArgumentError("outputs", expected, outputs)
    basis = basis_named(basis)
    symmetry = symmetry_of(inputs, basis)
    if basis.costs:
        raise ArgumentError("basis", "one without costs, for several outputs", basis.name)
    if inputs > _MOST_BITS and symmetry.classes.kind != "NPN":
        expected = "one in which inputs may be negated, for several outputs of four inputs"
        raise ArgumentError("basis", expected, basis.name)
    effort = effort or Effort()
    classes = tuple_classes(inputs, basis, outputs)
    sought = classes.asked & classes.reachable
    sizes = np.where(classes.asked, -1, 0)
    found = np.ones(len(sizes), dtype=np.int64)
    tried, exhausted = 0, None
    for size in count(1):
        if not (sought & (sizes < 0)).any():
            break
        # What cannot be asked is never met: its core is.
        settled = (sizes >= 0) & classes.asked
        question = _TupleQuestion(inputs, basis, outputs, size, settled, circuits)
        try:
            tried += _settle(question, sizes, found, effort)
        except BudgetEnded:
            exhausted = size - 1
            break
    sizes = np.where(classes.reachable, sizes[classes.cores], -1)
    counts = found[classes.cores] if circuits else None
    return OutputCensus(classes, sizes, counts, exhausted, tried)


def _settle(
    question: _TupleQuestion,
    sizes: NDArray[np.int64],
    found: NDArray[np.int64],
    effort: Effort,
) -> int:
    # Put in what circuits of one size compute that smaller ones do not; return what was looked at.
    kind, work = ("circuits", _count_unit) if question.counts else ("sets", _mark_unit)
    classes, tried = question.classes, 0
    totals: dict[int, int] = {}
    for unit, result in run_all(kind, units_of(question), effort, work, _check):
        tried += result.tried
        met = result.arrays["classes"]
        for number, many in zip(
            met.tolist(), result.arrays.get("circuits", np.zeros_like(met)).tolist(), strict=True
        ):
            totals[number] = totals.get(number, 0) + many * unit.weight
    sets_of = factorial(question.outputs)
    for number, total in totals.items():
        if not classes.asked[number]:
            continue
        sizes[number] = question.cost
        if question.counts:
            blanks = int((classes.tuples[number] == 0).sum())
            sets = exact_quotient(int(classes.ordered[number]) * factorial(blanks), sets_of)
            found[number] = exact_quotient(total, sets)
    return tried
