"""Rows of a catalog as files: CSV, JSON Lines, Parquet, and tables of LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Answer
from mesacircuits.errors import ArgumentError
from mesacircuits.records import canonical_json, printable
from mesacircuits.tables import Table

__all__ = ["ROW_FORMATS", "csv_bytes", "exported_rows"]

#: The formats that rows are exported in.
ROW_FORMATS = ("csv", "jsonl", "parquet", "latex")

_FORMULA = ("=", "+", "-", "@")


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
        return said.noted_in(csv_bytes(_cleaned(answer, _no_formula)), "csv")
    if form == "jsonl":
        head = {"catalog": said.digest, "command": said.command, "columns": list(answer.columns)}
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        return b"".join(canonical_json(value) + b"\n" for value in [head, *rows])
    if form == "parquet":
        from mesacircuits.catalog.duck import parquet_bytes

        return parquet_bytes(answer, said)
    if form == "latex":
        cleaned = _cleaned(answer, lambda text: "; ".join(text.split("\n")))
        table = Table("", cleaned.columns, cleaned.rows).latex("4cm")
        if not fragment:
            # Latin Modern has outlines; T1 alone is set in bitmaps, which publishers refuse.
            before = "\\documentclass[border=4pt]{standalone}\n\\usepackage[T1]{fontenc}\n"
            before += "\\usepackage{lmodern,booktabs}\n\\setlength{\\tabcolsep}{3pt}\n"
            before += "\\begin{document}\\footnotesize\n"
            table = f"{before}{table}\\end{{document}}\n"
        return said.noted_in(table.encode(), "tex")
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


def csv_bytes(answer: Answer) -> bytes:
    """Return rows as CSV (RFC 4180, lines ended by LF), with a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return text.getvalue().encode()
