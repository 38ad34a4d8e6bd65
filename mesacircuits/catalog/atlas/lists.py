"""All minima of every class as data for the browser, from the lists that ship with the package.

Kernels tag minima over two-input gates with free inverters. Over other bases they are judged one by
one, which takes a quarter of an hour; so which orbits have a tag ships too, as `orbit_tags` found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Output, TruthTable, npn_canonical
from mesacircuits.circuits.bases import BASES, Basis
from mesacircuits.data import stored_orbit_tags
from mesacircuits.data.minima import (
    ClassRecord,
    chain_of_text,
    minima_files,
    ranges_of_text,
    ranges_text,
    stored_minima,
)
from mesacircuits.definitions import Definition, LookupTable, SearchLike
from mesacircuits.definitions.bulk import bulk_sets
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.minima_lists import minima_rows, orbit_rows, shipped_classes
from mesacircuits.enumeration.rows import ABSENT, BasisTables, basis_tables, circuit_of_rows
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.tasks import FunctionTask

__all__ = [
    "SHIPPED_DEFINITIONS",
    "ListedClass",
    "is_exhausted",
    "listed_classes",
    "orbit_tags",
    "texts_of_rows",
]

#: What tags the minima that ship. They have the same to say of all circuits of an orbit under the
#: symmetries of a function: these permute inputs and, with free inverters, negate them.
SHIPPED_DEFINITIONS: tuple[Definition, ...] = (SearchLike(), LookupTable())

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
    marks: dict[str, dict[int, dict[int, str]]] | None = None

    @property
    def npn_class(self) -> str:
        """The least member of the function's NPN class, in hexadecimal."""
        return npn_canonical(self.function)[0].hex

    def tagged(self, name: str) -> int | None:
        """How many have the tag of a definition; None if that was not judged."""
        return None if self.marks is None else len(self.marks[name])

    def to_json(self) -> dict[str, Any]:
        """Return the list as JSON values, keys as short as they are frequent."""
        record = {name: value for name, value in vars(self).items() if name != "depths"}
        return record | {"function": self.function.hex, "marks": _with_text_keys(self.marks)}


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
    stored = stored_minima(basis.name, order)
    known = stored and stored_orbit_tags(minima_files()[basis.name, order], stored[1])
    for record in shipped_classes(inputs, basis, order).values():
        form = TruthTable.from_hex(inputs, record.representative)
        tagged = None if known is None else known.get(str(inputs), {}).get(form.hex, {})
        yield _listed(form, basis, record, tagged)


def is_exhausted(inputs: int, basis: Basis, order: str) -> bool:
    """Return whether the shipped lists of a basis and order have every class of n inputs."""
    found = stored_minima(basis.name, order)
    universe = None if found is None else found[0].universe(inputs)
    return universe is not None and universe.exhaustive


def _listed(
    form: TruthTable, basis: Basis, record: ClassRecord, tagged: Mapping[str, str] | None
) -> ListedClass:
    """Return the list of one class.

    Arguments:
        tagged: by definition, which orbits have the tag; None if that does not ship.
    """
    tables, task = basis_tables(basis), FunctionTask((form,))
    inverted = basis.free_inverters and bool(form.bits & 1)
    rows = minima_rows(form, form, basis, record)
    # By gate: the first operand, which is the greatest, then the others, then the form.
    rows = rows[np.lexsort(rows[:, :, [2, 1, 0, 3]].reshape(len(rows), -1).T[::-1])]
    places: list[list[int]] | None = None
    if has_fast_kernel(basis):
        gates = np.ascontiguousarray(rows[:, :, 1:]).astype(np.uint8)
        sets = bulk_sets(SHIPPED_DEFINITIONS, form.inputs, basis, gates)
        places = [np.flatnonzero(each & 1).tolist() for each in sets]
    elif tagged is not None:
        place_of = {chain.tobytes(): place for place, chain in enumerate(rows)}
        places = [
            sorted(
                place_of[chain.tobytes()]
                for orbit in ranges_of_text(tagged.get(definition.name, ""))
                for chain in orbit_rows(form, form, basis, (record.orbits[orbit],))
            )
            for definition in SHIPPED_DEFINITIONS
        ]

    def marked(definition: Definition, place: int) -> dict[int, str]:
        plain = circuit_of_rows(tables, form.inputs, rows[place])
        output = Output(plain.outputs[0].wire, inverted)
        circuit = Circuit(form.inputs, plain.gates, (output,))
        return dict(witness_labels(definition.judge(circuit, task).witness or {}))

    depths = _depths(rows, form.inputs)
    return ListedClass(
        function=form,
        functions=record.functions,
        size=record.size,
        depths=(int(depths.min()), int(depths.max())),
        count=len(rows),
        text=texts_of_rows(tables, rows),
        inverted=inverted,
        marks=None
        if places is None
        else {
            definition.name: {place: marked(definition, place) for place in found}
            for definition, found in zip(SHIPPED_DEFINITIONS, places, strict=True)
        },
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


def orbit_tags(
    bases: tuple[str, ...] | None = None, most_inputs: int = 4, effort: Effort | None = None
) -> dict[str, Any]:
    """Return by shipped file, number of inputs, class and definition which orbits have the tag.

    Arguments:
        bases: names of bases; None for all that no kernel tags.
        most_inputs: only functions of so many inputs.
        effort: its progress bar is drawn.

    Orbits are named by their places in the file's list, as ranges.

    >>> found = orbit_tags(("monotone",))["minima-monotone-size.json.xz"]["tags"]
    >>> list(found["4"].items())[:2]
    [('8880', {'search-like': '0'}), ('A880', {'search-like': '0'})]
    """
    effort = effort or Effort()
    result = {}
    for (name, order), file in minima_files().items():
        basis = BASES[name]
        if has_fast_kernel(basis) or name not in (bases or (name,)):
            continue
        found = stored_minima(name, order)
        assert found is not None  # it is listed
        by_inputs: dict[str, Any] = {}
        for inputs in range(2, most_inputs + 1):
            listed = shipped_classes(inputs, basis, order)
            tagged = {}
            with effort.bar(f"{name}, {order}, {inputs} inputs", len(listed)) as bar:
                for form, record in listed.items():
                    table = TruthTable.from_hex(inputs, form)
                    held = _held(table, record.orbits, basis.names)
                    if held:
                        tagged[form] = {name: ranges_text(held[name]) for name in held}
                    bar.advance()
            if tagged:
                by_inputs[str(inputs)] = tagged
        result[file] = {"sha256": found[1], "inputs": most_inputs, "tags": by_inputs}
    return result


def _held(
    form: TruthTable, orbits: tuple[str, ...], names: tuple[str, ...]
) -> dict[str, list[int]]:
    task = FunctionTask((form,))
    held: dict[str, list[int]] = {}
    for place, text in enumerate(orbits):
        circuit = chain_of_text(text, form.inputs, names)
        if circuit.tables()[0] != form:
            circuit = chain_of_text(text, form.inputs, names, inverted=True)
        for definition in SHIPPED_DEFINITIONS:
            if definition.judge(circuit, task).holds:
                held.setdefault(definition.name, []).append(place)
    return held
