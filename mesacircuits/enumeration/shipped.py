"""Minima that ship with the package, carried to the function that is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Output, TruthTable
from mesacircuits.circuits.bases import BASES, Basis
from mesacircuits.data.minima import ClassRecord, chain_of_text, minima_files, stored_minima
from mesacircuits.enumeration.class_lists import images_of, normal_bits, spread_rows
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.form_symmetry import first_forms
from mesacircuits.enumeration.form_tables import circuit_of_rows, form_tables, rows_of_circuit
from mesacircuits.enumeration.task_search import keys_of
from mesacircuits.errors import ArgumentError

__all__ = ["Shipped", "minima_rows", "orbit_rows", "shipped_classes", "shipped_minima"]


@dataclass(frozen=True)
class Shipped:
    """The minima of a function, from a shipped file.

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
    form = TruthTable(table.inputs, int(classes.forms[classes.number[table.bits]]))
    record = listed.get(form.hex)
    if record is None:
        return None
    rows = minima_rows(table, form, basis, record)
    tables = form_tables(basis)
    inverted = basis.free_inverters and bool(table.bits & 1)
    output = (Output(table.inputs + record.size - 1, inverted),)
    circuits = (circuit_of_rows(tables, table.inputs, chain) for chain in rows)
    found = [Circuit(c.inputs, c.gates, output) for c in circuits]
    stored = stored_minima(basis.name, order)
    assert stored is not None  # its classes were listed
    return Shipped(tuple(sorted(found, key=keys_of)), minima_files()[basis.name, order], stored[1])


def orbit_rows(
    table: TruthTable, form: TruthTable, basis: Basis, texts: Sequence[str]
) -> NDArray[np.int8]:
    """Return the images, each once, of listed circuits under what carries `form` to `table`.

    Arguments:
        texts: circuits for `form`, as they are listed.
    """
    tables, symmetries = form_tables(basis), first_forms(table.inputs, basis)
    orbits = np.array(
        [rows_of_circuit(tables, chain_of_text(text, table.inputs, basis.names)) for text in texts],
        dtype=np.int8,
    )
    wanted = normal_bits(table, basis)
    [carrying] = np.nonzero(images_of(symmetries, normal_bits(form, basis)) == wanted)
    return spread_rows(symmetries, orbits, carrying)


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
