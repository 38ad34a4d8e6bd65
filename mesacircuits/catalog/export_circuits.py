"""Circuits of a catalog as files, one each: interchange formats and drawings, marked by tags."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Filters, sql_limit
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import check_format, draw
from mesacircuits.circuits.formats import WRITTEN_FORMATS, circuit_bytes
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.records import (
    SIDE_FILES,
    check_writable,
    file_contents,
    json_values,
    refuse_same_files,
    write_atomically,
)

__all__ = ["circuit_files", "export_circuits", "marks_of"]

_DRAWN = ("dot", "svg", "png", "tex")


def circuit_files() -> tuple[str, ...]:
    """Return the formats of which each circuit is a file: those that can note where it is from.

    >>> circuit_files()
    ('blif', 'bench', 'aag', 'aig', 'txt', 'v', 'dot', 'svg', 'png', 'tex')
    """
    return (*(name for name, form in WRITTEN_FORMATS.items() if form.commented), *_DRAWN)


def export_circuits(
    catalog: Catalog,
    folder: str | os.PathLike[str],
    form: str,
    filters: Filters,
    said: Provenance,
    limit: int | None = None,
) -> list[str]:
    """Write a file for each minimal circuit that passes the filters; return their names.

    A name has the task, the basis, the order and the place among the minima, of letters, digits,
    hyphens and points alone, and no two are the same. Drawings have the wires of the witnesses
    marked. Files are written whole, one after the other, and none takes the place of the catalog.

    Arguments:
        folder: where; it is made if it is not there.
        form: one of `circuit_files`; `tex` is TikZ, a document each.
        limit: only the first so many.

    Raises `ArgumentError` for another format or a folder that cannot be written, and
    `MissingExtra` for `png` without matplotlib.
    """
    if form not in circuit_files():
        raise ArgumentError("format", f"one of {', '.join(circuit_files())}", form)
    if form == "png":
        check_format("png")
    target = Path(folder)
    with catalog.reading():
        listed = _listed(catalog, filters, limit, form)
        beside = {f"catalog's {end}": catalog.path + end for end in ("", *SIDE_FILES)}
        refuse_same_files({name: target / name for name in listed}, beside)
        try:
            target.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            said_why = error.strerror if isinstance(error, OSError) else str(error)
            raise ArgumentError("output", "a folder", f"{target} ({said_why})") from None
        for file in listed:
            if (target / file).is_symlink():
                raise ArgumentError("output", "files in its folder, no links", str(target / file))
            check_writable(target / file, "output")
        for file, (search, place, solver) in listed.items():
            circuit = _circuit(catalog, solver)
            if form in _DRAWN:
                with file_contents():
                    picture = draw(circuit, form, marks_of(catalog, search, place))
                data = picture if isinstance(picture, bytes) else picture.encode()
            else:
                data = circuit_bytes(circuit, form)
            write_atomically(target / file, said.noted_in(data, form), "output")
    return list(listed)


def _listed(
    catalog: Catalog, filters: Filters, limit: int | None, form: str
) -> dict[str, tuple[str, int, str]]:
    """Return by name of file the search, the place and the solver of each circuit."""
    where, values = filters.where()
    sql = (
        "SELECT task, basis, ordering, place, search, hash FROM catalog "
        f"WHERE {where} AND kind = 'circuit' "
        "ORDER BY size, inputs, task, basis, ordering, place LIMIT ?"
    )
    names: dict[str, tuple[str, int, str]] = {}
    taken: set[str] = set()
    for task, basis, order, place, search, solver in catalog.rows(sql, [*values, sql_limit(limit)]):
        # Texts of tasks that are too long, or alike but for signs, are told apart by the search.
        parts = (_slug(task, 60), _slug(search[:8], 8), _slug(basis, 40), _slug(order, 40))
        stem = ".".join((*parts, f"{place + 1:05}"))
        name, more = stem, 1
        while name.lower() in taken:
            # Some folders do not tell capitals apart.
            more += 1
            name = f"{stem}-{more}"
        taken.add(name.lower())
        names[f"{name}.{form}"] = search, place, solver
    return names


def _slug(text: str, most: int) -> str:
    """Return a stranger's text as a part of a file's name: letters, digits and hyphens.

    >>> _slug("/../../outside", 60), _slug("argmax(candidates=3)", 60)
    ('outside', 'argmax-candidates-3')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:most] or "x"


def _circuit(catalog: Catalog, solver: str) -> Circuit:
    [(inputs, text)] = catalog.rows("SELECT inputs, text FROM solvers WHERE hash = ?", [solver])
    try:
        return Circuit.parse(inputs, text)
    except (MesacircuitsError, TypeError) as error:
        raise ArgumentError("catalog", "circuits", f"{catalog.path} ({error})") from None


def marks_of(catalog: Catalog, search: str, place: int) -> dict[int, str]:
    """Return the labels of the wires of a minimum's witnesses, as drawings take them.

    Raises `ArgumentError` for a witness that is none.
    """
    labels: dict[int, list[str]] = {}
    rows = catalog.rows(
        "SELECT witness FROM tags WHERE search = ? AND place = ? ORDER BY definition",
        [search, place],
    )
    for [witness] in rows:
        try:
            value = json_values(witness)
            if not isinstance(value, dict):
                raise TypeError("not an object")
            for wire, label in witness_labels(value):
                if type(wire) is not int:
                    raise TypeError("a wire that is no number")
                labels.setdefault(wire, []).append(label)
        except (ValueError, TypeError, LookupError) as error:
            # A witness of the user's own may have any form; one that names no wires marks none.
            said = f"{catalog.path} ({type(error).__name__}: {error})"
            raise ArgumentError("catalog", "witnesses that name wires", said) from None
    return {wire: ", ".join(texts) for wire, texts in labels.items()}
