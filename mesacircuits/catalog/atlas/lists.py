"""All minima of every class as data for the browser, from the lists that ship with the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.catalog.orbit_tags import SHIPPED_DEFINITIONS
from mesacircuits.circuits import Circuit, Output, TruthTable, npn_canonical
from mesacircuits.circuits.bases import Basis
from mesacircuits.data import stored_orbit_tags
from mesacircuits.data.minima import ClassRecord, minima_files, stored_minima
from mesacircuits.data.orbit_ranges import ranges_of_text
from mesacircuits.definitions.bulk import bulk_sets
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.enumeration.minima_lists import minima_rows, orbit_rows, shipped_classes
from mesacircuits.enumeration.rows import ABSENT, BasisTables, basis_tables, circuit_of_rows
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.tasks import FunctionTask

__all__ = ["DEFINITIONS", "ListedClass", "listed_classes", "texts_of_rows"]

#: What tags the minima of an atlas.
DEFINITIONS = SHIPPED_DEFINITIONS

_LETTERS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_CONSTANT_LETTER, _SPACE, _END, _NOTHING = 45, 32, 10, 0


@dataclass(frozen=True)
class ListedClass:
    """All minima of the representative of one class over one basis and under one order.

    Attributes:
        function: the least member of the class.
        functions: how many functions are in it.
        size: of each minimum.
        depths: the least and the greatest depth among them.
        count: how many there are.
        text: a line for each, its gates as `text_of_chain` writes them.
        inverted: whether the output is read inverted.
        marks: by definition, the labels of the witness's wires of each tagged minimum, by place;
            None where tags were not judged.
    """

    function: TruthTable
    functions: int
    size: int
    depths: tuple[int, int]
    count: int
    text: str
    inverted: bool
    marks: dict[str, dict[int, dict[int, str]]] | None = field(default=None)

    @property
    def npn_class(self) -> str:
        """The least member of the function's NPN class, in hexadecimal."""
        return npn_canonical(self.function)[0].hex

    def tagged(self, name: str) -> int | None:
        """How many have the tag of a definition; None if that was not judged."""
        return None if self.marks is None else len(self.marks[name])

    def to_json(self) -> dict[str, Any]:
        """Return the list as JSON values, keys as short as they are frequent."""
        return {
            "function": self.function.hex,
            "functions": self.functions,
            "size": self.size,
            "count": self.count,
            "inverted": self.inverted,
            "text": self.text,
            "marks": None if self.marks is None else _with_text_keys(self.marks),
        }


def _with_text_keys(value: Any) -> Any:
    # JSON has no other keys.
    if isinstance(value, dict):
        return {str(key): _with_text_keys(inner) for key, inner in value.items()}
    return value


def texts_of_rows(tables: BasisTables, rows: NDArray[np.int8]) -> str:
    """Return the texts of chains given as rows (third, second, first, form), a line each.

    >>> from mesacircuits.circuits.bases import B2
    >>> texts_of_rows(basis_tables(B2), np.array([[[ABSENT, 0, 1, 3]]], dtype=np.int8))
    '013'
    """
    names = tables.basis.names
    operators = np.array([names.index(form.operator.name) for form in tables.forms])
    letters = np.empty((*rows.shape[:2], 5), dtype=np.uint8)
    operands = rows[:, :, :3]
    letters[:, :, :3] = _LETTERS[np.maximum(operands, 0)]
    letters[:, :, :3][operands == -1] = _CONSTANT_LETTER
    letters[:, :, :3][operands == ABSENT] = _NOTHING
    letters[:, :, 3] = _LETTERS[operators[rows[:, :, 3]]]
    letters[:, :, 4] = _SPACE
    letters[:, -1, 4] = _END
    flat = letters.reshape(-1)
    text: str = flat[flat != _NOTHING].tobytes().decode()
    return text.rstrip("\n")


def listed_classes(inputs: int, basis: Basis, order: str) -> Iterator[ListedClass]:
    """Yield every class of n inputs that the shipped lists of a basis and order have.

    Kernels tag the minima over two-input gates with free inverters; over other bases the shipped
    tags say which orbits have some.

    >>> from mesacircuits.circuits.bases import B2
    >>> [(c.function.hex, c.count, c.tagged("search-like"))
    ...  for c in listed_classes(3, B2, "size") if c.tagged("search-like")]
    [('18', 3, 3)]
    """
    tables = basis_tables(basis)
    stored = stored_minima(basis.name, order)
    known = stored and stored_orbit_tags(minima_files()[basis.name, order], stored[1])
    for record in shipped_classes(inputs, basis, order).values():
        form = TruthTable.from_hex(inputs, record.representative)
        rows = minima_rows(form, form, basis, record)
        rows = rows[np.lexsort(_keys(rows))]
        tagged = None if known is None else known.get(str(inputs), {}).get(form.hex, {})
        yield _listed(form, basis, record, rows, tables, tagged)


def is_exhausted(inputs: int, basis: Basis, order: str) -> bool:
    """Return whether the shipped lists of a basis and order have every class of n inputs."""
    found = stored_minima(basis.name, order)
    universe = None if found is None else found[0].universe(inputs)
    return universe is not None and universe.exhaustive


def _keys(rows: NDArray[np.int8]) -> NDArray[np.int8]:
    # By gate: the first operand, which is the greatest, then the others, then the form.
    return rows[:, :, [2, 1, 0, 3]].reshape(len(rows), -1).T[::-1]


def _listed(
    form: TruthTable,
    basis: Basis,
    record: ClassRecord,
    rows: NDArray[np.int8],
    tables: BasisTables,
    tagged: Mapping[str, str] | None,
) -> ListedClass:
    inverted = basis.free_inverters and bool(form.bits & 1)
    depths = _depths(rows, form.inputs)
    marks = None
    if has_fast_kernel(basis):
        marks = _marks(form, basis, rows, tables, inverted)
    elif tagged is not None:
        marks = _marks_of_orbits(form, basis, record, rows, tables, tagged, inverted)
    return ListedClass(
        function=form,
        functions=record.functions,
        size=record.size,
        depths=(int(depths.min()), int(depths.max())),
        count=len(rows),
        text=texts_of_rows(tables, rows),
        inverted=inverted,
        marks=marks,
    )


def _depths(rows: NDArray[np.int8], inputs: int) -> NDArray[np.int64]:
    m, gates = rows.shape[:2]
    depths = np.zeros((m, inputs + gates), dtype=np.int64)
    chains = np.arange(m)
    for place in range(gates):
        operands = rows[:, place, :3]
        read = [np.where(w >= 0, depths[chains, np.maximum(w, 0)], 0) for w in operands.T]
        depths[:, inputs + place] = 1 + np.maximum.reduce(read)
    # The last gate is the output.
    deepest: NDArray[np.int64] = depths[:, -1]
    return deepest


def _marks(
    form: TruthTable, basis: Basis, rows: NDArray[np.int8], tables: BasisTables, inverted: bool
) -> dict[str, dict[int, dict[int, str]]]:
    task = FunctionTask((form,))
    found: dict[str, dict[int, dict[int, str]]] = {}
    for definition, sets in zip(
        DEFINITIONS, bulk_sets(DEFINITIONS, form.inputs, basis, rows), strict=True
    ):
        found[definition.name] = {}
        for place in np.flatnonzero(sets & 1).tolist():
            circuit = _circuit(form, tables, rows[place], inverted)
            witness = definition.judge(circuit, task).witness
            found[definition.name][place] = dict(witness_labels(witness or {}))
    return found


def _marks_of_orbits(
    form: TruthTable,
    basis: Basis,
    record: ClassRecord,
    rows: NDArray[np.int8],
    tables: BasisTables,
    tagged: Mapping[str, str],
    inverted: bool,
) -> dict[str, dict[int, dict[int, str]]]:
    task = FunctionTask((form,))
    places = {chain.tobytes(): place for place, chain in enumerate(rows)}
    found: dict[str, dict[int, dict[int, str]]] = {}
    for definition in DEFINITIONS:
        marks = {}
        for orbit in ranges_of_text(tagged.get(definition.name, "")):
            for chain in orbit_rows(form, form, basis, (record.orbits[orbit],)):
                circuit = _circuit(form, tables, chain, inverted)
                witness = definition.judge(circuit, task).witness
                marks[places[chain.tobytes()]] = dict(witness_labels(witness or {}))
        found[definition.name] = dict(sorted(marks.items()))
    return found


def _circuit(
    form: TruthTable, tables: BasisTables, chain: NDArray[np.int8], inverted: bool
) -> Circuit:
    found = circuit_of_rows(tables, form.inputs, chain)
    return Circuit(form.inputs, found.gates, (Output(found.outputs[0].wire, inverted),))
