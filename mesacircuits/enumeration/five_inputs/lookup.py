"""What is known of one function of five inputs, and whether what ships of all of them is right."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.data import published
from mesacircuits.data.five_inputs import StoredSizes, stored_sizes
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.engines import circuits_without_gates
from mesacircuits.enumeration.five_inputs.classes import class_alone, function_classes
from mesacircuits.enumeration.five_inputs.survey import SurveyTable, kept_survey
from mesacircuits.enumeration.rows import ABSENT, circuit_of_rows
from mesacircuits.enumeration.symmetry import normal_bits, symmetry_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted, plain_table
from mesacircuits.tasks import FunctionTask, Task, parse_task

__all__ = ["KnownFunction", "StoredCheck", "check_stored", "function_asked", "known_function"]

_INPUTS = 5


@dataclass(frozen=True)
class KnownFunction:
    """What is known of a function of five inputs; None for what is not.

    Attributes:
        table: the function.
        form: the least member of its NPN class.
        functions: how many functions that has.
        lower, upper: bounds on the least size C, which meet where it is settled.
        minima: how many minimal circuits the function has.
        depth, length: the least depth D and the least formula length L.
        circuit: one of `upper` gates.
        source: the file that says so.
    """

    table: TruthTable
    form: TruthTable
    functions: int
    lower: int
    upper: int | None
    minima: int | None
    depth: int | None
    length: int | None
    circuit: Circuit | None
    source: str

    @property
    def size(self) -> int | None:
        """The least size C, if it is settled."""
        return self.lower if self.lower == self.upper else None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        record = asdict(self)
        record["table"], record["form"] = self.table.hex, self.form.hex
        record["size"] = self.size
        record["circuit"] = None if self.circuit is None else self.circuit.to_json()
        return record

    def __str__(self) -> str:
        if self.size is None:
            most = "C" if self.upper is None else f"C <= {self.upper}"
            said = f"{self.lower} <= {most}"
        else:
            said = f"C = {self.size}"
        if self.minima is not None:
            said += f", {counted(self.minima, 'minimal circuit')}"
        for letter, value in (("D", self.depth), ("L", self.length)):
            said += "" if value is None else f", {letter} = {value}"
        lines = [
            f"tt:{_INPUTS}:{self.table.hex}: {said}",
            f"  class: {self.form.hex}, {counted(self.functions, 'function')}",
        ]
        if self.size is None:
            lines.append(f"  no circuit of at most {self.lower - 1} gates, by exhaustion")
        return "\n".join(lines)


def function_asked(task: Task | TruthTable | str) -> TruthTable:
    """Return the total function that a task asks for, as one of five inputs.

    Raises `ArgumentError` for a task that asks for no such function.

    >>> function_asked("tt:3:E8").hex
    'E8E8E8E8'
    """
    if isinstance(task, TruthTable):
        task = FunctionTask((task,))
    asked = parse_task(task) if isinstance(task, str) else task
    plain = asked.plain() if not asked.joint else asked
    if isinstance(plain, FunctionTask) and plain.outputs == 1 and plain.support is None:
        [table] = plain.tables
        if table.inputs <= _INPUTS:
            return table.extended_to(_INPUTS)
    expected = f"one total function of at most {_INPUTS} inputs"
    raise ArgumentError("task", expected, str(task))


def known_function(
    task: Task | TruthTable | str, basis: str | Basis = "b2", effort: Effort | None = None
) -> KnownFunction:
    """Return what ships of a function of at most five inputs, or what a file of `survey` holds.

    Arguments:
        task: asks for the function.
        basis: of those that ship, or of the file.
        effort: whose store is read; without one, what ships is. Nothing is searched.

    Raises:
        ArgumentError: for another task, or a basis of which nothing ships.

    >>> found = known_function("tt:5:000634CE")
    >>> found.size, found.minima, found.depth, found.length
    (8, 31, 4, 8)
    >>> found.circuit.size, known_function("majority(bits=5)").size
    (8, 9)
    """
    table, basis = function_asked(task), basis_named(basis)
    form = int(class_alone(_INPUTS, table.bits).classes.forms[0])
    columns: StoredSizes | SurveyTable
    if effort is not None and effort.store is not None:
        columns = kept_survey(_INPUTS, basis, effort)
        place = int(columns.classes.of(np.array([form]))[0])
        source = os.fspath(effort.store)
    else:
        stored = stored_sizes(basis.name)
        if stored is None:
            raise ArgumentError("basis", "one of which functions of five inputs ship: b2", basis)
        columns, place = stored, stored.place_of(form)
        source = f"{stored.file}, SHA-256 {stored.sha256[:12]}"

    def known(name: str, nothing: int) -> int | None:
        value = int(getattr(columns, name)[place])
        return None if value in (nothing, -1) else value

    upper = known("upper", 255)
    gates = columns.gates[place]
    return KnownFunction(
        table=table,
        form=TruthTable(_INPUTS, form),
        functions=2 * len(np.unique(symmetry_of(_INPUTS, basis).images_of(np.uint64(form)))),
        lower=int(columns.lower[place]),
        upper=upper,
        minima=known("minima", 0),
        depth=known("depth", 255),
        length=known("length", 255),
        circuit=None if upper is None else _circuit_for(table, gates[:upper], basis),
        source=source,
    )


def _circuit_for(table: TruthTable, gates: NDArray[np.uint8], basis: Basis) -> Circuit:
    # The image of a circuit, for some function of the class, that computes the function itself.
    if not len(gates):
        return circuits_without_gates(FunctionTask((table,)), basis)[0]
    symmetry = symmetry_of(table.inputs, basis)
    rows = np.full((1, len(gates), 4), ABSENT, dtype=np.int8)
    rows[0, :, 1:] = gates
    [computed] = circuit_of_rows(symmetry.tables, table.inputs, rows[0]).output_bits()
    images = symmetry.images_of(np.uint64(computed))
    turns = np.flatnonzero(images == normal_bits(table, basis))[:1]
    drivers = np.array([[table.inputs + len(gates) - 1, 0]], dtype=np.int16)
    moved, driven = symmetry.moved(rows, drivers, turns)
    driven[0, 1] = table.bits & 1
    circuit = circuit_of_rows(symmetry.tables, table.inputs, moved[0], driven.reshape(-1, 2))
    if circuit.output_bits() != (table.bits,):
        raise ArithmeticError("a circuit that computes another function")
    return circuit


# -- checking what ships -------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredCheck:
    """What was looked at of a shipped file, and how much of it was wrong.

    Attributes:
        file: the file.
        rows: of each kind of thing its name, how many were looked at, and how many were wrong.
    """

    file: str
    rows: tuple[tuple[str, int, int], ...]

    @property
    def right(self) -> bool:
        """Whether nothing was wrong."""
        return not any(wrong for _, _, wrong in self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        heads = ("checked", "of", "wrong")
        rows = [dict(zip(heads, row, strict=True)) for row in self.rows]
        return {"file": self.file, "right": self.right, "rows": rows}

    def __str__(self) -> str:
        verdict = "all right" if self.right else "WRONG"
        return f"{self.file}: {verdict}\n{plain_table(('checked', 'of', 'wrong'), self.rows)}"


#: Of which columns numbers are published.
_PUBLISHED = (
    ("size", "classes", "lower"),
    ("size", "functions", "lower"),
    ("depth", "classes", "depth"),
    ("formula", "classes", "length"),
)
#: Sizes up to which SAT is asked: seconds for each class.
_SAT_SIZE = 6


def check_stored(
    stored: StoredSizes, sample: int = 8, seed: int = 0, effort: Effort | None = None
) -> StoredCheck:
    """Check a shipped file of functions of five inputs against what shares nothing with it.

    Every circuit is evaluated, and its gates are counted; numbers of classes and functions are held
    against the published ones; of some classes SAT refutes smaller circuits and lists the minima.

    Arguments:
        stored: what is to be checked.
        sample: of how many classes of at most six gates SAT is asked.
        seed: of the choice of these.
        effort: the means of SAT.

    Raises `BudgetEnded` if the budget ended first.
    """
    basis, effort = basis_named(stored.basis), effort or Effort(workers=1)
    classes, rows = function_classes(_INPUTS), []
    same = len(stored.forms) == len(classes) and bool((stored.forms == classes.forms).all())
    rows.append(("least members of classes", len(classes), 0 if same else len(classes)))
    rows.append(("circuits, evaluated, gates counted", *_wrong_circuits(stored, basis)))
    for order, kind, column in _PUBLISHED:
        wrong = _wrong_counts(stored, column, order, kind)
        rows.append((f"{kind} by {order}, as published", *wrong))
    refuted, listed = _wrong_by_sat(stored, basis, sample, seed, effort)
    rows.append((f"lower bounds, C <= {_SAT_SIZE}, by SAT", sample, refuted))
    rows.append((f"numbers of minima, C <= {_SAT_SIZE}, by SAT", sample, listed))
    return StoredCheck(stored.file, tuple(rows))


def _wrong_circuits(stored: StoredSizes, basis: Basis) -> tuple[int, int]:
    classes = function_classes(_INPUTS)
    tables = classes.evaluated(stored.gates, basis)
    gates = (tables != 0).sum(axis=1)
    last = tables[np.arange(len(tables)), np.maximum(gates, 1) - 1]
    wrong = (gates != stored.upper) | (stored.lower > stored.upper)
    computed = classes.of(last) == np.arange(len(tables))
    # Constants and inputs have no gates.
    computed[classes.trivial] = True
    return len(tables), int((wrong | ~computed).sum())


def _wrong_counts(stored: StoredSizes, column: str, order: str, kind: str) -> tuple[int, int]:
    # Values of which other numbers are stored than published.
    counts = published().distribution(_INPUTS, order, kind).counts
    values = getattr(stored, column).astype(np.int64)
    each = np.ones(len(values), np.int64) if kind == "classes" else function_classes(5).functions
    held = np.zeros(256, dtype=np.int64)
    np.add.at(held, values, each)
    if column != "lower":
        return len(counts), int((held[: len(counts)] != np.array(counts)).sum())
    # Beyond what was exhausted bounds may have met of some.
    settled = stored.lower == stored.upper
    sizes, wrong = np.unique(stored.lower[settled]).tolist(), 0
    for size in sizes:
        some = int(each[settled & (stored.lower == size)].sum())
        wrong += some > counts[size] or (size <= stored.exhausted_size and some < counts[size])
    return len(sizes), wrong


def _wrong_by_sat(
    stored: StoredSizes, basis: Basis, sample: int, seed: int, effort: Effort
) -> tuple[int, int]:
    from mesacircuits.enumeration.sat import all_circuits
    from mesacircuits.enumeration.sat.proofs import refute

    held = np.flatnonzero((stored.lower >= 2) & (stored.lower <= _SAT_SIZE))
    chosen = np.random.default_rng(seed).choice(held, sample, replace=False).tolist()
    below, other = 0, 0
    for place in chosen:
        task = FunctionTask((TruthTable(_INPUTS, int(stored.forms[place])),))
        size = int(stored.lower[place])
        listed = list(all_circuits(task, basis, size, None, effort))
        below += isinstance(refute(task, basis, size - 1, None, effort), Circuit)
        other += len(listed) != int(stored.minima[place])
    return below, other
