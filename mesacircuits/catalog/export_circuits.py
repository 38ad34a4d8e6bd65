"""Circuits of a catalog as files, one each: interchange formats and drawings, marked by tags."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Filters
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import draw
from mesacircuits.circuits.formats import circuit_bytes
from mesacircuits.classification.classifier import witness_labels
from mesacircuits.errors import ArgumentError
from mesacircuits.records import check_writable, write_atomically

__all__ = ["CIRCUIT_FILES", "export_circuits", "marks_of"]

_INTERCHANGE = ("blif", "bench", "aag", "aig", "v", "txt")
_DRAWN = ("dot", "svg", "png", "tex")
#: The formats of which each circuit is a file.
CIRCUIT_FILES = (*_INTERCHANGE, *_DRAWN)


def export_circuits(
    catalog: Catalog,
    folder: str | os.PathLike[str],
    form: str,
    filters: Filters,
    said: Provenance,
    limit: int | None = None,
) -> list[str]:
    """Write a file for each minimal circuit that passes the filters; return their names.

    A name has the task, the basis, the order and the place among the minima. Drawings have the
    wires of the witnesses marked. Files are written whole, one after the other.

    Arguments:
        folder: where; it is made if it is not there.
        form: one of `CIRCUIT_FILES`; `tex` is TikZ, a document each.
        limit: only the first so many.

    Raises `ArgumentError` for another format or a folder that cannot be written, and
    `MissingExtra` for `png` without matplotlib.
    """
    if form not in CIRCUIT_FILES:
        raise ArgumentError("format", f"one of {', '.join(CIRCUIT_FILES)}", form)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError("output", "a folder", f"{target} ({error.strerror})") from None
    check_writable(target / "index", "output")
    names = []
    for name, search, place, circuit in _listed(catalog, filters, limit):
        if form in _DRAWN:
            picture = draw(circuit, form, marks_of(catalog, search, place))
            data = picture if isinstance(picture, bytes) else picture.encode()
        else:
            data = circuit_bytes(circuit, form)
        file = f"{name}.{form}"
        write_atomically(target / file, said.noted_in(data, form), "output")
        names.append(file)
    return names


def _listed(
    catalog: Catalog, filters: Filters, limit: int | None
) -> Iterator[tuple[str, str, int, Circuit]]:
    where, values = filters.where()
    sql = (
        "SELECT task, basis, ordering, place, search, hash FROM catalog "
        f"WHERE {where} AND kind = 'circuit' "
        "ORDER BY size, inputs, task, basis, ordering, place LIMIT ?"
    )
    rows = list(catalog.rows(sql, [*values, -1 if limit is None else limit]))
    for task, basis, order, place, search, solver in rows:
        [(inputs, text)] = catalog.rows("SELECT inputs, text FROM solvers WHERE hash = ?", [solver])
        slug = re.sub(r"[^A-Za-z0-9]+", "-", task).strip("-")[:60]
        # Texts of tasks that are too long, or alike but for signs, are told apart by the search.
        name = f"{slug}.{search[:8]}.{basis}.{order}.{place + 1:05}"
        yield name, search, place, Circuit.parse(inputs, text)


def marks_of(catalog: Catalog, search: str, place: int) -> dict[int, str]:
    """Return the labels of the wires of a minimum's witnesses, as drawings take them."""
    import msgspec

    labels: dict[int, list[str]] = {}
    rows = catalog.rows(
        "SELECT witness FROM tags WHERE search = ? AND place = ? ORDER BY definition",
        [search, place],
    )
    for [witness] in rows:
        for wire, label in witness_labels(msgspec.json.decode(witness)):
            labels.setdefault(wire, []).append(label)
    return {wire: ", ".join(texts) for wire, texts in labels.items()}
