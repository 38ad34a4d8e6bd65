"""Exports of a catalog: rows, circuit files and drawings, each of which says where it is from.

Circuits are written in the formats of `circuits.formats`, and drawn in those of `circuits.drawing`,
that can note it. Rows are CSV, JSON Lines, Parquet, and tables of LaTeX.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mesacircuits.catalog.query import Answer, Filters, ask, parquet_bytes
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import DRAWINGS, check_format, draw
from mesacircuits.circuits.formats import WRITTEN_FORMATS, circuit_bytes
from mesacircuits.circuits.formats.netlist import comment_before
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.records import (
    SIDE_FILES,
    canonical_json,
    check_writable,
    file_contents,
    json_values,
    printable,
    refuse_same_files,
    write_atomically,
)
from mesacircuits.tables import Table

__all__ = [
    "ROW_FORMATS",
    "Provenance",
    "circuit_files",
    "export_circuits",
    "exported_rows",
    "marks_of",
    "slug",
]

#: The formats that rows are exported in.
ROW_FORMATS = ("csv", "jsonl", "parquet", "latex")

_FORMULA = ("=", "+", "-", "@")
# Latin Modern has outlines; T1 alone is set in bitmaps, which publishers refuse.
_DOCUMENT = r"""\documentclass[border=4pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{lmodern,booktabs}
\setlength{\tabcolsep}{3pt}
\begin{document}\footnotesize
"""


@dataclass(frozen=True)
class Provenance:
    """Where exported files are from.

    Attributes:
        digest: the catalog's hash.
        command: the command that exported.
    """

    digest: str
    command: str

    @property
    def lines(self) -> tuple[str, str]:
        """Two lines of text that say so."""
        command = printable(" ".join(self.command.split()))
        return (
            f"catalog {self.digest}, mesacircuits {version('mesacircuits')}",
            f"command: {command}",
        )


# -- circuits ----------------------------------------------------------------------------------


def _notes() -> dict[str, Callable[[bytes, Sequence[str]], bytes]]:
    """Return what notes lines in a circuit's file, by the format: of files, then of drawings."""
    known = {name: form.commented for name, form in (WRITTEN_FORMATS | DRAWINGS).items()}
    return {name: commented for name, commented in known.items() if commented is not None}


def circuit_files() -> tuple[str, ...]:
    """Return the formats of which each circuit is a file: those that can note where it is from.

    >>> circuit_files()
    ('blif', 'bench', 'cirbo', 'aag', 'aig', 'txt', 'v', 'svg', 'dot', 'tex', 'png')
    """
    return tuple(_notes())


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
    notes = _notes()
    if form not in notes:
        raise ArgumentError("format", f"one of {', '.join(notes)}", form)
    if form in DRAWINGS:
        check_format(form)
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
        for file, row in listed.items():
            try:
                circuit = Circuit.parse(row["inputs"], row["solver"])
            except (MesacircuitsError, TypeError) as error:
                raise ArgumentError("catalog", "circuits", f"{catalog.path} ({error})") from None
            if form in DRAWINGS:
                with file_contents():
                    picture = draw(circuit, form, marks_of(catalog, row["search"], row["place"]))
                data = picture if isinstance(picture, bytes) else picture.encode()
            else:
                data = circuit_bytes(circuit, form)
            write_atomically(target / file, notes[form](data, said.lines), "output")
    return list(listed)


def _listed(
    catalog: Catalog, filters: Filters, limit: int | None, form: str
) -> dict[str, dict[str, Any]]:
    """Return by name of file what the view has of each circuit."""
    names: dict[str, dict[str, Any]] = {}
    if filters.kind not in (None, "circuit"):
        return names
    taken: set[str] = set()
    for row in ask(catalog, replace(filters, kind="circuit"), limit).to_json()["rows"]:
        # Texts of tasks that are too long, or alike but for signs, are told apart by the search.
        parts = (row["task"], 60), (row["search"][:8], 8), (row["basis"], 40), (row["ordering"], 40)
        stem = ".".join((*(slug(*part) for part in parts), f"{row['place'] + 1:05}"))
        name, more = stem, 1
        while name.lower() in taken:
            # Some folders do not tell capitals apart.
            more += 1
            name = f"{stem}-{more}"
        taken.add(name.lower())
        names[f"{name}.{form}"] = row
    return names


def slug(text: str, most: int | None = None) -> str:
    """Return a stranger's text as a part of a file's name: letters, digits and hyphens.

    >>> slug("/../../outside", 60), slug("argmax(candidates=3)", 60)
    ('outside', 'argmax-candidates-3')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:most] or "x"


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


# -- rows --------------------------------------------------------------------------------------


def exported_rows(answer: Answer, form: str, said: Provenance, fragment: bool = False) -> bytes:
    """Return the file of some rows in a format, which says where they are from.

    CSV and LaTeX begin with comments (`#`, `%`), JSON Lines with an object that has `catalog` and
    `command`, and Parquet has the two as metadata. In CSV and LaTeX control characters of texts are
    replaced; in CSV a text that a spreadsheet would take for a formula has an apostrophe before it.

    Arguments:
        form: one of `ROW_FORMATS`.
        fragment: of LaTeX only the `tabular`, to be read by a document that loads booktabs.

    Raises `ArgumentError` for another format, `MissingExtra` for `parquet` without DuckDB.

    >>> answer = Answer(("size", "circuits"), ((0, 5), (1, 15)), 2)
    >>> print(exported_rows(answer, "csv", Provenance("ab", "x")).decode().splitlines()[2:])
    ['size,circuits', '0,5', '1,15']
    """
    if form == "csv":
        # RFC 4180, but for lines that end in LF.
        cleaned, text = _cleaned(answer, _no_formula), io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([cleaned.columns, *cleaned.rows])
        return comment_before("#")(text.getvalue().encode(), said.lines)
    if form == "jsonl":
        head = {"catalog": said.digest, "command": said.command, "columns": list(answer.columns)}
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        return b"".join(canonical_json(value) + b"\n" for value in [head, *rows])
    if form == "parquet":
        return parquet_bytes(answer, said.digest, said.command)
    if form == "latex":
        cleaned = _cleaned(answer, lambda text: "; ".join(text.split("\n")))
        table = Table("", cleaned.columns, cleaned.rows).latex("4cm")
        if not fragment:
            table = f"{_DOCUMENT}{table}\\end{{document}}\n"
        return comment_before("%")(table.encode(), said.lines)
    raise ArgumentError("format", f"one of {', '.join(ROW_FORMATS)}", form)


def _cleaned(answer: Answer, change: Callable[[str], str]) -> Answer:
    """Return an answer whose texts have no control characters, then changed further."""

    def clean(value: Any) -> Any:
        return value if isinstance(value, int | float | None) else change(printable(str(value)))

    columns = tuple(map(clean, answer.columns))
    return Answer(columns, tuple(tuple(map(clean, row)) for row in answer.rows), answer.total)


def _no_formula(text: str) -> str:
    # Spreadsheets run what begins like this; no text of a catalog of ours does.
    return f"'{text}" if text[:1] in _FORMULA else text
