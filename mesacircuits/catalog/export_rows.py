"""Rows of a catalog as files: CSV, JSON Lines, Parquet, and tables of LaTeX."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mesacircuits.catalog.provenance import Provenance
from mesacircuits.catalog.query import Answer
from mesacircuits.errors import ArgumentError
from mesacircuits.records import canonical_json, printable

__all__ = ["ROW_FORMATS", "csv_bytes", "escaped_latex", "exported_rows", "latex_table"]

#: The formats that rows are exported in.
ROW_FORMATS = ("csv", "jsonl", "parquet", "latex")

_FORMULA = ("=", "+", "-", "@")

#: In tables of LaTeX longer texts are broken.
_LONGEST = 48
#: And of a hash so many digits stand there; what compares hashes reads the other formats.
_HASH = re.compile("[0-9a-f]{64}")
_DIGITS = 12

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{c: f"\\{c}" for c in "{}$&#%_"},
}


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
        table = latex_table(_cleaned(answer, lambda text: "; ".join(text.split("\n"))), "4cm")
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
        return change(printable(value)) if isinstance(value, str) else value

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


def latex_table(answer: Answer, width: str = "6cm") -> str:
    """Return rows as a `tabular` in the manner of booktabs, numbers to the right.

    So that it fits on a page, hashes are cut to their first digits, and long texts are broken, in
    columns of this width.

    >>> print(latex_table(Answer(("size", "tag"), ((1200, "a_b"),), 1)), end="")
    \\begin{tabular}{rl}
    \\toprule
    size & tag \\\\
    \\midrule
    1\\,200 & a\\_b \\\\
    \\bottomrule
    \\end{tabular}
    """
    numeric = [
        bool(answer.rows) and all(isinstance(row[i], int | float | None) for row in answer.rows)
        for i in range(len(answer.columns))
    ]
    lines = [" & ".join(escaped_latex(_cell(v)) for v in row) + " \\\\" for row in answer.rows]
    columns = range(len(answer.columns))
    lengths = [max((len(_cell(row[i])) for row in answer.rows), default=0) for i in columns]
    kinds = "".join(
        "r" if right else f"p{{{width}}}" if longest > _LONGEST else "l"
        for right, longest in zip(numeric, lengths, strict=True)
    )
    heads = " & ".join(escaped_latex(name) for name in answer.columns)
    return "\n".join(
        [
            f"\\begin{{tabular}}{{{kinds}}}",
            "\\toprule",
            f"{heads} \\\\",
            "\\midrule",
            *(line.replace("\x00", "\\,") for line in lines),
            "\\bottomrule",
            "\\end{tabular}\n",
        ]
    )


def _cell(value: Any) -> str:
    if isinstance(value, int):
        # Thousands are set apart by thin spaces.
        return f"{value:,}".replace(",", "\x00")
    if isinstance(value, str) and _HASH.fullmatch(value):
        return value[:_DIGITS]
    return "" if value is None else str(value)


def escaped_latex(text: str) -> str:
    """Return text that LaTeX sets as it stands, in ASCII.

    >>> print(escaped_latex("a_b & 50%"))
    a\\_b \\& 50\\%
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "replace").decode()
    return "".join(_ESCAPES.get(c, c) for c in plain)
