"""Lists of the minima of every class of functions of n inputs: made, kept, carried to functions.

Of each class the minima of its least member are listed, one for each orbit under the symmetries
that leave that function alone. Those of all other functions of the class are images of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import BASES, Basis, basis_named
from mesacircuits.data.minima import (
    MINIMA_FORMAT,
    ClassRecord,
    MinimaFile,
    UniverseRecord,
    chain_of_text,
    minima_files,
    stored_minima,
    stored_task_minima,
    text_of_chain,
)
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS, classes_with_gates, settle
from mesacircuits.enumeration.orders import DEPTH_SIZE, SIZE, checked_order
from mesacircuits.enumeration.rows import (
    basis_tables,
    circuit_of_rows,
    keys_of,
    rows_of_circuits,
    rows_on_inputs,
)
from mesacircuits.enumeration.symmetry import (
    Symmetry,
    classes_of,
    normal_bits,
    support_is_enough,
    symmetry_of,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted, plain_table
from mesacircuits.tasks import Task

__all__ = [
    "ClassList",
    "MinimaLists",
    "Shipped",
    "check_lists",
    "class_lists",
    "lists_record",
    "minima_lists",
    "minima_rows",
    "orbit_rows",
    "shipped_classes",
    "shipped_minima",
    "shipped_task_minima",
]

#: The orders that minima are listed under.
LISTED_ORDERS = (SIZE, DEPTH_SIZE)
# Images of chains are made so many at a time.
_MOVED_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class ClassList:
    """The minima of one class.

    Attributes:
        representative: the least member of the class.
        functions: how many functions are in it.
        size, depth: of each minimum; the depth only where the order fixes it.
        circuits: how many minima the representative has.
        orbits: one of them for each orbit under the symmetries of the representative, as rows
            (third, second, first, form), shape (m, size, 4), ascending.
    """

    representative: TruthTable
    functions: int
    size: int
    depth: int | None
    circuits: int
    orbits: NDArray[np.int8]


def class_lists(
    inputs: int, basis: str | Basis, order: str = SIZE, effort: Effort | None = None
) -> Iterator[ClassList]:
    """Yield the minima of every class of functions of n inputs that takes gates.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name; its operators cost 1 each.
        order: `size` or `depth-size`.
        effort: budget, threads and progress bar.

    Raises:
        BudgetEnded: when the budget is used up; what was yielded before stands. Its argument is
            the last size that was exhausted.

    >>> [(str(c.representative.hex), c.size, c.circuits, len(c.orbits))
    ...  for c in class_lists(2, "aig")]
    [('1', 1, 1, 1), ('6', 3, 2, 1)]
    """
    basis = basis_named(basis)
    checked_order(order, LISTED_ORDERS)
    symmetry = symmetry_of(inputs, basis)
    alone = support_is_enough(basis)
    supports = range(1, inputs + 1) if alone else (inputs,)
    for level in settle(supports, basis, order, effort or Effort(), all_read=alone, listing=True):
        if not level.settled:
            continue
        # Circuits that read the first inputs alone, over all inputs.
        chains, number = level.chains, classes_of(level.inputs, basis).number
        rows = rows_on_inputs(chains.rows, range(level.inputs), inputs)
        functions = chains.functions
        for i in range(level.inputs, inputs):
            # An idle input doubles the table.
            functions = functions | functions << np.uint64(1 << i)
        for settled in level.settled:
            chosen = number[chains.functions] == settled.number
            yield _listed(symmetry, rows[chosen], functions[chosen], level.depth)


def _listed(
    symmetry: Symmetry, rows: NDArray[np.int8], functions: NDArray[np.uint64], depth: int | None
) -> ClassList:
    # The minima of one class, carried to its representative.
    classes = symmetry.classes
    [c] = np.unique(classes.number[functions])
    form = TruthTable(symmetry.inputs, int(classes.representatives[c]))
    home = normal_bits(form, symmetry.basis)
    parts = []
    for bits in np.unique(functions):
        [turn, *_] = np.flatnonzero(symmetry.images_of(bits) == home)
        parts.append(_moved(symmetry, rows[functions == bits], np.array([turn])))
    stabiliser = np.flatnonzero(symmetry.images_of(home) == home)
    none = np.empty((sum(map(len, parts)), 0), dtype=np.int16)
    every, _ = symmetry.spread(np.concatenate(parts), none, stabiliser)
    # The least of each orbit.
    places = {chain.tobytes(): place for place, chain in enumerate(every)}
    least = np.arange(len(every))
    step = max(1, _MOVED_AT_ONCE // len(stabiliser))
    for start in range(0, len(every), step):
        part = every[start : start + step]
        images = [places[image.tobytes()] for image in _moved(symmetry, part, stabiliser)]
        least[start : start + step] = np.array(images).reshape(len(part), -1).min(axis=1)
    orbits = every[np.unique(least)]
    return ClassList(form, int(classes.functions[c]), rows.shape[1], depth, len(every), orbits)


def _moved(
    symmetry: Symmetry, rows: NDArray[np.int8], turns: NDArray[np.int64]
) -> NDArray[np.int8]:
    # The images of each chain under each of some symmetries.
    every = np.repeat(rows, len(turns), axis=0)
    none = np.empty((len(every), 0), dtype=np.int16)
    return symmetry.moved(every, none, np.tile(turns, len(rows)))[0]


@dataclass(frozen=True)
class MinimaLists:
    """All minima of the representative of each class of functions of n inputs.

    Attributes:
        inputs: n.
        basis, order: what was minimised over, and how.
        kind: what the classes are: `NPN` or `P`.
        lists: the classes that take gates, as far as they were exhausted.
        open_classes: how many the budget left out.
        exhausted_size: where it left some out, the size up to which none is; None if not known.
    """

    inputs: int
    basis: Basis
    order: str
    kind: str
    lists: tuple[ClassList, ...]
    open_classes: int
    exhausted_size: int | None

    @property
    def exhaustive(self) -> bool:
        """Whether every class is listed."""
        return not self.open_classes

    def circuits(self, listed: ClassList) -> tuple[Circuit, ...]:
        """Return one minimum of a class's representative for each orbit."""
        return _circuits(listed.representative, self.basis, listed.orbits)

    def _classes(self, text: Callable[[Circuit], str]) -> list[dict[str, Any]]:
        return [
            {
                "representative": listed.representative.hex,
                "functions": listed.functions,
                "size": listed.size,
                "depth": listed.depth,
                "circuits": listed.circuits,
                "orbits": [text(circuit) for circuit in self.circuits(listed)],
            }
            for listed in self.lists
        ]

    def to_record(self) -> UniverseRecord:
        """Return the lists as they are shipped."""
        listed = self._classes(lambda circuit: text_of_chain(circuit, self.basis.names))
        return UniverseRecord(
            inputs=self.inputs,
            kind=self.kind,
            exhaustive=self.exhaustive,
            exhausted_size=self.exhausted_size,
            open_classes=self.open_classes,
            classes=tuple(ClassRecord(**c | {"orbits": tuple(c["orbits"])}) for c in listed),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the lists as JSON values, each circuit as text."""
        return {
            "inputs": self.inputs,
            "basis": self.basis.name,
            "order": self.order,
            "class_kind": self.kind,
            "exhaustive": self.exhaustive,
            "exhausted_size": self.exhausted_size,
            "open_classes": self.open_classes,
            "classes": self._classes(str),
        }

    def __str__(self) -> str:
        classes: Counter[int] = Counter()
        circuits: Counter[int] = Counter()
        orbits: Counter[int] = Counter()
        for listed in self.lists:
            classes[listed.size] += 1
            circuits[listed.size] += listed.circuits
            orbits[listed.size] += len(listed.orbits)
        rows = [(size, classes[size], circuits[size], orbits[size]) for size in sorted(classes)]
        total = ("all", classes.total(), circuits.total(), orbits.total())
        table = plain_table(("size", "classes", "minima", "orbits"), [*rows, total])
        left = (
            ""
            if self.exhaustive
            else f"; {counted(self.open_classes, 'class', 'classes')} left open"
        )
        if self.exhausted_size is not None:
            left += f", every function of at most {counted(self.exhausted_size, 'gate')} is listed"
        return (
            f"minima of a representative of each {self.kind}-class of "
            f"{counted(self.inputs, 'input')}, "
            f"{self.basis.name}, order {self.order}{left}\n{table}"
        )


def _circuits(table: TruthTable, basis: Basis, rows: NDArray[np.int8]) -> tuple[Circuit, ...]:
    # Chains as circuits for a function.
    inverted = basis.free_inverters and bool(table.bits & 1)
    driver = np.array([[table.inputs + rows.shape[1] - 1, inverted]], dtype=np.int16)
    tables = basis_tables(basis)
    return tuple([circuit_of_rows(tables, table.inputs, chain, driver) for chain in rows])


@fitting_units
def minima_lists(
    inputs: int, basis: str | Basis = "b2", order: str = SIZE, effort: Effort | None = None
) -> MinimaLists:
    """Return all minima of the representative of each class of functions of n inputs.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name; its operators cost 1 each.
        order: `size` or `depth-size`.
        effort: budget, threads, progress bar and store.

    Raises `ArgumentError` for arguments outside those ranges.

    >>> lists = minima_lists(3)
    >>> sum(listed.circuits for listed in lists.lists), lists.exhaustive
    (117, True)
    """
    basis = basis_named(basis)
    check_lists(inputs, basis, order)
    found: list[ClassList] = []
    exhausted = None
    try:
        found += class_lists(inputs, basis, order, effort)
    except BudgetEnded as ended:
        exhausted = ended.args[0] if ended.args and order == SIZE else None
    asked = classes_with_gates(inputs, basis)
    found.sort(key=lambda listed: listed.representative.bits)
    return MinimaLists(
        inputs=inputs,
        basis=basis,
        order=order,
        kind=classes_of(inputs, basis).kind,
        lists=tuple(found),
        open_classes=len(asked) - len(found),
        exhausted_size=exhausted,
    )


def check_lists(inputs: int, basis: str | Basis, order: str) -> None:
    """Raise `ArgumentError` for what `minima_lists` does not list, before it searches.

    >>> check_lists(4, "b2", "size")
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_CENSUS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", inputs)
    basis = basis_named(basis)
    if basis.costs:
        raise ArgumentError("basis", "one whose operators cost 1 each", basis.name)
    checked_order(order, LISTED_ORDERS)


def lists_record(lists: Iterable[MinimaLists]) -> MinimaFile:
    """Return lists of one basis and order, of several numbers of inputs, as one file's record."""
    listed = list(lists)
    [(basis, order)] = {(each.basis, each.order) for each in listed}
    return MinimaFile(
        format=MINIMA_FORMAT,
        basis=basis.name,
        order=order,
        operators=basis.names,
        universes=tuple(each.to_record() for each in listed),
    )


# -- what ships with the package -----------------------------------------------------------------


@dataclass(frozen=True)
class Shipped:
    """The minima of a task, from a shipped file.

    Attributes:
        circuits: all of them, sorted by keys.
        file: the file's name.
        sha256: the hash of its bytes.
    """

    circuits: tuple[Circuit, ...]
    file: str
    sha256: str


def shipped_classes(inputs: int, basis: Basis, order: str) -> dict[str, ClassRecord]:
    """Return the shipped classes of n inputs by the hexadecimal table of their least member.

    >>> from mesacircuits.circuits.bases import B2
    >>> len(shipped_classes(4, B2, "size"))
    220
    """
    # Another basis may bear the same name.
    if BASES.get(basis.name) != basis:
        return {}
    found = stored_minima(basis.name, order)
    if found is None or found[0].operators != basis.names:
        return {}
    universe = found[0].universe(inputs)
    return {} if universe is None else {c.representative: c for c in universe.classes}


def shipped_minima(table: TruthTable, basis: Basis, order: str) -> Shipped | None:
    """Return all minima of a function if its class is in a shipped list; None if it is not.

    The images of the listed circuits under all symmetries that carry the class's least member to
    the function are all its minima.

    Raises `ArgumentError` if they are not as many as the list says.

    >>> from mesacircuits.circuits.bases import B2
    >>> found = shipped_minima(TruthTable.from_hex(3, "E8"), B2, "size")
    >>> len(found.circuits), found.file
    (51, 'minima-b2-size.json.xz')
    """
    if (basis.name, order) not in minima_files() or not 1 <= table.inputs <= 4:
        return None
    listed = shipped_classes(table.inputs, basis, order)
    classes = classes_of(table.inputs, basis)
    form = TruthTable(table.inputs, int(classes.representatives[classes.number[table.bits]]))
    record = listed.get(form.hex)
    if record is None:
        return None
    found = _circuits(table, basis, minima_rows(table, form, basis, record))
    stored = stored_minima(basis.name, order)
    assert stored is not None  # its classes were listed
    return Shipped(tuple(sorted(found, key=keys_of)), minima_files()[basis.name, order], stored[1])


def shipped_task_minima(task: Task, basis: Basis, order: str) -> Shipped | None:
    """Return all minima of a task if they ship; None if they do not.

    A task is told by the function or relation that it asks for, whatever it is called.

    Raises `ArgumentError` if a circuit that ships does not solve it.

    >>> from mesacircuits.circuits.bases import B2
    >>> from mesacircuits.tasks import parse_task
    >>> text = "choice(candidates=3,features=2,utility=1)"
    >>> found = shipped_task_minima(parse_task(text), B2, "size")
    >>> found.file
    'task-minima-b2-size.json.xz'
    """
    if BASES.get(basis.name) != basis:
        return None
    stored = stored_task_minima(basis.name, order)
    texts = None if stored is None else stored[0].tasks.get(task.plain().hash_hex)
    if stored is None or texts is None:
        return None
    circuits = tuple(Circuit.parse(task.inputs, text) for text in texts)
    for circuit in circuits:
        if not task.solved_by(circuit):
            raise ArgumentError("data", f"circuits for {task} in {stored[1]}", str(circuit))
    return Shipped(circuits, *stored[1:])


def orbit_rows(
    table: TruthTable, form: TruthTable, basis: Basis, texts: Sequence[str]
) -> NDArray[np.int8]:
    """Return the images, each once, of listed circuits under what carries `form` to `table`.

    Arguments:
        texts: circuits for `form`, as they are listed.
    """
    symmetry = symmetry_of(table.inputs, basis)
    circuits = [chain_of_text(text, table.inputs, basis.names) for text in texts]
    orbits = rows_of_circuits(basis, circuits)
    images = symmetry.images_of(normal_bits(form, basis))
    [carrying] = np.nonzero(images == normal_bits(table, basis))
    rows, _ = symmetry.spread(orbits, np.empty((len(orbits), 0), dtype=np.int16), carrying)
    return rows


def minima_rows(
    table: TruthTable, form: TruthTable, basis: Basis, record: ClassRecord
) -> NDArray[np.int8]:
    """Return all minima of a function as rows (third, second, first, form), shape (m, size, 4).

    Arguments:
        table: the function.
        form: the least member of its class, whose minima `record` lists.

    Raises `ArgumentError` if they are not as many as the record says.
    """
    rows = orbit_rows(table, form, basis, record.orbits)
    if len(rows) != record.circuits:
        said = f"{record.circuits} shipped minima of {form} over {basis.name}"
        raise ArgumentError("data", said, len(rows))
    return rows
